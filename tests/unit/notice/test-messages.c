/* SPDX-License-Identifier: Apache-2.0
 * test-messages.c - which language is asked for, places in a message, and the real catalogue. */
#include "notice/messages.h"
#include "store/notice.h"

static void
accepts(void)
{
    static const struct {
        const char *header;
        SkLanguage want; /* COUNT: what was given otherwise */
    } cases[] = {
        { NULL, SK_LANGUAGE_COUNT },
        { "", SK_LANGUAGE_COUNT },
        { "ja", SK_LANGUAGE_JA },
        { "en-GB,en;q=0.9,ja;q=0.8", SK_LANGUAGE_EN },
        { "ja-JP, en;q=0.5", SK_LANGUAGE_JA },
        { "fr, en;q=0.3, ja;q=0.7", SK_LANGUAGE_JA },
        { "EN", SK_LANGUAGE_EN },
        { "*", SK_LANGUAGE_COUNT },
        { "fr", SK_LANGUAGE_COUNT },
        { "jaa", SK_LANGUAGE_COUNT },
        { "ja;q=0", SK_LANGUAGE_COUNT },
        { "ja;q=2, en;q=0.1", SK_LANGUAGE_EN },
        { "ja;level=1", SK_LANGUAGE_COUNT },
        { "en;q=0.1234", SK_LANGUAGE_COUNT },
        { ",,;;,", SK_LANGUAGE_COUNT },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].header == NULL ? "none" : cases[i].header);
        for (unsigned other = 0; other < SK_LANGUAGE_COUNT; other++)
            g_assert_cmpint(sk_language_accept(cases[i].header, (SkLanguage)other), ==,
                            cases[i].want == SK_LANGUAGE_COUNT ? other : cases[i].want);
    }
    g_autofree char *long_header = g_strnfill(5000, 'j');
    g_assert_cmpint(sk_language_accept(long_header, SK_LANGUAGE_EN), ==, SK_LANGUAGE_EN);
}

static void
fills(void)
{
    g_autofree char *a = sk_messages_fill("{n} of {name}, {none} {", "n", "3", "name", "{n}", NULL);
    g_assert_cmpstr(a, ==, "3 of {n}, {none} {");
    g_autofree char *b = sk_messages_fill("", NULL);
    g_assert_cmpstr(b, ==, "");
}

/* Every kind of notice has its sentences, in both languages. */
static void
catalogue(void)
{
    g_autofree char *directory = g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", "messages", NULL);
    g_autoptr(SkMessages) messages = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_messages_load(directory, &messages, &error));
    g_assert_no_error(error);
    for (unsigned l = 0; l < SK_LANGUAGE_COUNT; l++)
        for (unsigned kind = 1; kind < SK_NOTICE_COUNT; kind++)
            for (unsigned many = 0; many < 2; many++) {
                g_autofree char *key = g_strdup_printf("notice.%s.%s", sk_notice_kind_name((SkNoticeKind)kind),
                                                       many ? "other" : "one");
                g_test_message("%s", key);
                g_assert_nonnull(sk_messages_lookup(messages, (SkLanguage)l, key));
            }
    g_assert_cmpstr(sk_messages_get(messages, SK_LANGUAGE_EN, "no.such.key"), ==, "no.such.key");
    g_assert_cmpstr(sk_messages_get(NULL, SK_LANGUAGE_EN, "k"), ==, "k");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/messages/accepts", accepts);
    g_test_add_func("/messages/fills", fills);
    g_test_add_func("/messages/catalogue", catalogue);
    return g_test_run();
}
