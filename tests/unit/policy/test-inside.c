/* SPDX-License-Identifier: Apache-2.0
 * test-inside.c - what may stand inside something that crosses: by its own sentence, with no consent left out. */
#include "policy/policy.h"

#include <string.h>

static const char text[] =
    "organisation \"見本町\"\n"
    "model alpha\n"
    "zone lgwan \"LGWAN接続系\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"
    "zone internet \"インターネット接続系\" {\n trust 1\n sign-in password\n reaches internet\n}\n"
    "file from internet to lgwan types zip as rebuilt\n"
    "file from internet to lgwan types docx as rebuilt with hyperlink removed size to 1 MiB\n"
    "file from internet to lgwan types pdf as image\n"
    "file from internet to lgwan types xlsx as rebuilt approval section-head\n"
    "file from lgwan to internet as rebuilt approval section-head classes 1, 2\n";

static SkPolicy *
policy_from(const char *words)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    SkPolicy *policy = NULL;
    bool parsed = sk_policy_parse(sk_span_str(words), &policy, &diagnostics);
    g_assert_true(parsed);
    return policy;
}

static SkPolicy *
policy_of(void)
{
    return policy_from(text);
}

static SkQuestion
whole(SkType type)
{
    return (SkQuestion){ .from = "internet", .to = "lgwan", .type = type, .size = 1000, .has_reason = true };
}

static bool
may(const SkPolicy *policy, SkType type, SkLevel level, uint64_t size, SkLevel want)
{
    SkDecision decision;
    const SkQuestion question = whole(SK_TYPE_ZIP);
    bool ok = sk_policy_decide_inside(policy, &question, type, level, size, &decision, NULL);
    return ok && decision.level == want;
}

static void
by_its_own_sentence(void)
{
    g_autoptr(SkPolicy) policy = policy_of();

    g_assert_true(may(policy, SK_TYPE_DOCX, SK_LEVEL_NONE, 10, SK_LEVEL_REBUILT));
    g_assert_true(may(policy, SK_TYPE_PDF, SK_LEVEL_NONE, 10, SK_LEVEL_IMAGE));
    g_assert_true(may(policy, SK_TYPE_PDF, SK_LEVEL_TEXT, 10, SK_LEVEL_TEXT));
    g_assert_false(may(policy, SK_TYPE_PDF, SK_LEVEL_REBUILT, 10, SK_LEVEL_REBUILT));
    g_assert_false(may(policy, SK_TYPE_DOCX, SK_LEVEL_NONE, 2u << 20, SK_LEVEL_REBUILT));
    g_assert_false(may(policy, SK_TYPE_EXE, SK_LEVEL_NONE, 10, SK_LEVEL_REBUILT));
    g_assert_false(may(policy, SK_TYPE_NONE, SK_LEVEL_NONE, 10, SK_LEVEL_REBUILT));
    /* It needs a consent by itself; packed it would not have it. */
    g_assert_false(may(policy, SK_TYPE_XLSX, SK_LEVEL_NONE, 10, SK_LEVEL_REBUILT));
    SkDecision decision;
    const SkQuestion approved = whole(SK_TYPE_XLSX);
    g_assert_true(sk_policy_decide_inside(policy, &approved, SK_TYPE_XLSX, SK_LEVEL_NONE, 10, &decision, NULL));
}

static unsigned
ways(const SkPolicy *policy, SkType out, unsigned *levels)
{
    SkDecision decision;
    const SkQuestion question = whole(SK_TYPE_ZIP);
    unsigned n = 0;

    *levels = 0;
    while (sk_policy_way_in(policy, &question, out, 10, n, &decision)) {
        *levels |= 1u << decision.level;
        n++;
    }
    return n;
}

static void
ways_in(void)
{
    g_autoptr(SkPolicy) policy = policy_of();
    unsigned levels = 0;

    g_assert_cmpuint(ways(policy, SK_TYPE_DOCX, &levels), ==, 1);
    g_assert_cmpuint(levels, ==, 1u << SK_LEVEL_REBUILT);
    g_assert_cmpuint(ways(policy, SK_TYPE_PDF, &levels), ==, 2); /* by the sentence on PDF, and by that on documents */
    g_assert_cmpuint(levels, ==, 1u << SK_LEVEL_IMAGE);
    g_assert_cmpuint(ways(policy, SK_TYPE_TEXT, &levels), >, 0);
    g_assert_cmpuint(levels, ==, 1u << SK_LEVEL_TEXT);
    g_assert_cmpuint(ways(policy, SK_TYPE_ZIP, &levels), >, 0);
    g_assert_cmpuint(ways(policy, SK_TYPE_XLSX, &levels), ==, 0);
    g_assert_cmpuint(ways(policy, SK_TYPE_PNG, &levels), ==, 0);
    g_assert_cmpuint(ways(policy, SK_TYPE_EXE, &levels), ==, 0);
    g_assert_cmpuint(ways(policy, SK_TYPE_PAGES, &levels), ==, 0);
}

/* A ZIP may stand in a ZIP where archives may, or where a PDF's own sentence has its files come beside it. */
static void
taken_apart(void)
{
    static const struct {
        const char *sentences;
        unsigned ways; /* of a ZIP inside */
    } rows[] = {
        { "file from internet to lgwan types pdf as rebuilt\n", 0 },
        { "file from internet to lgwan types pdf as rebuilt with pdf-attachment removed\n", 0 },
        { "file from internet to lgwan types pdf as image with pdf-attachment nested\n", 0 },
        { "file from internet to lgwan types docx as rebuilt with pdf-attachment nested\n", 0 },
        { "file from internet to lgwan types pdf as rebuilt with pdf-attachment nested\n", 1 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *head = g_strndup(text, (gsize)(strstr(text, "file ") - text));
        g_autofree char *words = g_strconcat(head, rows[i].sentences, NULL);
        g_autoptr(SkPolicy) policy = policy_from(words);
        const SkQuestion question = whole(SK_TYPE_PDF);
        SkDecision decision;
        unsigned n = 0;
        while (sk_policy_way_in(policy, &question, SK_TYPE_ZIP, 10, n, &decision))
            n++;
        g_assert_cmpuint(n, ==, rows[i].ways);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inside/by-its-own-sentence", by_its_own_sentence);
    g_test_add_func("/inside/ways-in", ways_in);
    g_test_add_func("/inside/taken-apart", taken_apart);
    return g_test_run();
}
