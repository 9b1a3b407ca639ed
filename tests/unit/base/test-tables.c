/* SPDX-License-Identifier: Apache-2.0
 * test-tables.c - the closed lists: every row is found by its name, defaults are allowed. */
#include "base/elements.h"
#include "base/types.h"

#include <string.h>

static void
rows(void)
{
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++) {
        const SkTypeRow *row = sk_type_get((SkType)i);
        g_assert_cmpint(sk_type_lookup(row->name), ==, i);
        g_assert_true(g_utf8_validate(row->ja, -1, NULL));
        if (row->extension[0] != '\0') {
            g_autofree char *name = g_strdup_printf("a.%s", row->extension);
            /* The oldest Office formats share the extension of the newer ones, which come first. */
            SkType first = sk_type_from_name(name);
            bool older = i == SK_TYPE_DOC95 || i == SK_TYPE_XLS95;
            g_assert_cmpint(first, ==, i == SK_TYPE_DOC95 ? SK_TYPE_DOC : older ? SK_TYPE_XLS : i);
        }
    }
    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++) {
        const SkElementRow *row = sk_element_get((SkElement)i);
        g_assert_cmpint(sk_element_lookup(row->code), ==, i);
        g_assert_true(sk_element_allows((SkElement)i, row->verdict));
        g_assert_cmpstr(row->ja, !=, "");
    }
    g_assert_cmpint(sk_type_lookup("nothing"), ==, SK_TYPE_NONE);
    g_assert_cmpint(sk_type_from_name("A.JPEG"), ==, SK_TYPE_JPEG);
    g_assert_cmpint(sk_type_from_name("a."), ==, SK_TYPE_NONE);
    g_assert_cmpint(sk_type_from_name("pages"), ==, SK_TYPE_NONE);
    g_assert_cmpint(sk_element_lookup("none"), ==, SK_ELEMENT_NONE);
}

static void
words(void)
{
    for (unsigned i = 1; i < SK_LEVEL_COUNT; i++)
        g_assert_cmpint(sk_level_lookup(sk_level_name((SkLevel)i)), ==, i);
    for (unsigned i = 1; i < SK_REASON_COUNT; i++) {
        g_assert_cmpint(sk_reason_lookup(sk_reason_name((SkReason)i)), ==, i);
        g_assert_cmpstr(sk_reason_sentence((SkReason)i, "ja"), !=, "");
        g_assert_cmpstr(sk_reason_sentence((SkReason)i, "en"), !=, "");
    }
    for (unsigned i = 1; i < SK_VERDICT_COUNT; i++)
        g_assert_cmpint(sk_verdict_lookup(sk_verdict_name((SkVerdict)i)), ==, i);
    g_assert_cmpint(sk_level_lookup("none"), ==, SK_LEVEL_NONE);
    g_assert_cmpint(sk_reason_from_error(NULL), ==, SK_REASON_CRASH);
}

/* The command line says of a type what the pages say of it. */
static void
advice(void)
{
    g_assert_nonnull(g_getenv("SEKISHO_SOURCE"));
    for (unsigned language = 0; language < 2; language++) {
        const char *name = language == 0 ? "ja" : "en";
        g_autofree char *path = g_strdup_printf("%s/data/messages/%s.json", g_getenv("SEKISHO_SOURCE"), name);
        g_autofree char *text = NULL;
        unsigned said = 0;
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        for (unsigned i = 1; i < SK_TYPE_COUNT; i++) {
            const char *words = sk_type_advice((SkType)i, SK_LEVEL_NONE, name);
            g_autofree char *line = g_strdup_printf("\"reason.unsupported.next.%s\": \"%s\"",
                                                    sk_type_get((SkType)i)->name, words == NULL ? "" : words);
            g_assert_cmpint(words != NULL, ==, strstr(text, line) != NULL);
            said += words != NULL;
        }
        g_assert_cmpuint(said, >=, 18);
    }
    g_assert_null(sk_type_advice(SK_TYPE_NONE, SK_LEVEL_NONE, "ja"));
    g_assert_null(sk_type_advice(SK_TYPE_DOCX, SK_LEVEL_REBUILT, "ja"));
    g_assert_nonnull(sk_type_advice(SK_TYPE_DOC, SK_LEVEL_IMAGE, "ja"));
    g_assert_null(sk_type_advice(SK_TYPE_DOC, SK_LEVEL_INSPECTED, "ja"));
    g_assert_nonnull(sk_type_advice(SK_TYPE_JTD, SK_LEVEL_INSPECTED, "ja"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/tables/rows", rows);
    g_test_add_func("/base/tables/words", words);
    g_test_add_func("/tables/advice", advice);
    return g_test_run();
}
