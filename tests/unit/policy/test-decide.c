/* SPDX-License-Identifier: Apache-2.0
 * test-decide.c - the question that gates and intake ask, as a table of crossings. */
#include "policy/policy.h"

#define NOBODY SK_APPROVAL_NONE
#define HEAD SK_APPROVAL_SECTION_HEAD
#define MANAGER SK_APPROVAL_SECURITY_MANAGER
#define OK 0

static const char text[] =
    "organisation \"見本町\"\nmodel alpha\n"
    "zone mynumber \"番号\" {\n trust 3\n sign-in two factors\n take-out forbidden\n}\n"
    "zone lgwan \"LGWAN\" {\n trust 2\n sign-in password\n take-out with approval\n}\n"
    "zone school \"教育\" {\n trust 2\n sign-in password\n}\n"
    "zone internet \"ネット\" {\n trust 1\n sign-in password\n}\n"
    "file from internet to lgwan as rebuilt size to 1 MiB keep original 30 days with hyperlink "
    "removed\n"
    "file from internet to lgwan as image types pdf, doc size to 2 MiB with dpi 200\n"
    "file from internet to lgwan as text types csv\n"
    "file from internet to lgwan as inspected types png\n"
    "file from lgwan to internet as rebuilt approval section-head classes 1, 2 reason required\n"
    "file from lgwan to internet as original types zip approval section-head classes 1 reason "
    "required\n"
    "file from lgwan to mynumber as rebuilt types docx\n"
    "file from school to lgwan as rebuilt approval section-head\n"
    "mail from internet to school as text\n";

static SkPolicy *
policy_new(void)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    SkPolicy *policy = NULL;

    if (!sk_policy_parse(sk_span_str(text), &policy, &diagnostics))
        g_error("%s", sk_diagnostics_print(diagnostics, sk_span_str(text), "test", false));
    return policy;
}

#define MIB (1024 * 1024)

static const struct {
    SkQuestion question;
    int error; /* SkErrorCode, or OK */
    SkLevel level;
    SkDirection direction;
    SkApproval approval;
} rows[] = {
    /* type is not known, or not named: the wide sentence */
    { { "internet", "lgwan", SK_TYPE_NONE, SK_LEVEL_NONE, 10, 0, false, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_UP,
      NOBODY },
    { { "internet", "lgwan", SK_TYPE_DOCX, SK_LEVEL_REBUILT, MIB, 0, false, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_UP,
      NOBODY },
    { { "internet", "lgwan", SK_TYPE_DOCX, SK_LEVEL_NONE, MIB + 1, 0, false, false },
      SK_ERROR_LIMIT,
      0,
      0,
      0 },
    /* stricter is fine, laxer is not */
    { { "internet", "lgwan", SK_TYPE_DOCX, SK_LEVEL_IMAGE, 1, 0, false, false },
      OK,
      SK_LEVEL_IMAGE,
      SK_DIRECTION_UP,
      NOBODY },
    { { "internet", "lgwan", SK_TYPE_DOCX, SK_LEVEL_TEXT, 1, 0, false, false },
      OK,
      SK_LEVEL_TEXT,
      SK_DIRECTION_UP,
      NOBODY },
    /* docx by a sentence for all types; a script only where one names it */
    { { "internet", "lgwan", SK_TYPE_SCRIPT, SK_LEVEL_TEXT, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "internet", "lgwan", SK_TYPE_DOCX, SK_LEVEL_ORIGINAL, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "internet", "lgwan", SK_TYPE_DOCX, SK_LEVEL_INSPECTED, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "internet", "lgwan", SK_TYPE_DOCX, (SkLevel)99, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    /* the narrower sentence wins, with its own size */
    { { "internet", "lgwan", SK_TYPE_PDF, SK_LEVEL_NONE, 2 * MIB, 0, false, false },
      OK,
      SK_LEVEL_IMAGE,
      SK_DIRECTION_UP,
      NOBODY },
    { { "internet", "lgwan", SK_TYPE_PDF, SK_LEVEL_REBUILT, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "internet", "lgwan", SK_TYPE_CSV, SK_LEVEL_IMAGE, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "internet", "lgwan", SK_TYPE_PNG, SK_LEVEL_NONE, 1, 0, false, false },
      SK_ERROR_UNSUPPORTED,
      0,
      0,
      0 },
    { { "internet", "lgwan", (SkType)9999, SK_LEVEL_NONE, 1, 0, false, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_UP,
      NOBODY },
    /* down */
    { { "lgwan", "internet", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 1, true, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_DOWN,
      HEAD },
    { { "lgwan", "internet", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 3, true, false },
      SK_ERROR_MISMATCH,
      0,
      0,
      0 },
    { { "lgwan", "internet", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, true, false },
      SK_ERROR_MISMATCH,
      0,
      0,
      0 },
    { { "lgwan", "internet", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 33, true, false },
      SK_ERROR_MISMATCH,
      0,
      0,
      0 },
    { { "lgwan", "internet", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 2, false, false },
      SK_ERROR_MISMATCH,
      0,
      0,
      0 },
    { { "lgwan", "internet", SK_TYPE_ZIP, SK_LEVEL_NONE, 1, 1, true, false },
      OK,
      SK_LEVEL_ORIGINAL,
      SK_DIRECTION_DOWN,
      HEAD },
    { { "lgwan", "internet", SK_TYPE_ZIP, SK_LEVEL_NONE, 1, 2, true, false },
      SK_ERROR_MISMATCH,
      0,
      0,
      0 },
    { { "lgwan", "internet", SK_TYPE_ZIP, SK_LEVEL_NONE, 1, 1, false, false },
      SK_ERROR_MISMATCH,
      0,
      0,
      0 },
    { { "lgwan", "internet", SK_TYPE_ZIP, SK_LEVEL_REBUILT, 1, 1, true, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_DOWN,
      HEAD },
    /* equal trust is up, and may still need an approval */
    { { "school", "lgwan", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, false, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_UP,
      HEAD },
    /* a sentence that names types says nothing of others */
    { { "lgwan", "mynumber", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, false, false },
      OK,
      SK_LEVEL_REBUILT,
      SK_DIRECTION_UP,
      NOBODY },
    { { "lgwan", "mynumber", SK_TYPE_PDF, SK_LEVEL_NONE, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "lgwan", "mynumber", SK_TYPE_NONE, SK_LEVEL_NONE, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    /* what no sentence allows */
    { { "mynumber", "lgwan", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "lgwan", "school", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 },
    { { "internet", "school", SK_TYPE_TEXT, SK_LEVEL_NONE, 1, 0, false, false },
      SK_ERROR_FORBIDDEN,
      0,
      0,
      0 }, /* mail is no file */
    { { "lgwan", "lgwan", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, false, false }, SK_ERROR_FORBIDDEN, 0, 0, 0 },
    { { "", "nowhere", SK_TYPE_DOCX, SK_LEVEL_NONE, 1, 0, false, false }, SK_ERROR_FORBIDDEN, 0, 0, 0 },
};

static void
questions(void)
{
    g_autoptr(SkPolicy) policy = policy_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        SkDecision decision = { .dpi = 12345 };

        g_test_message("row %u", i);
        if (sk_policy_decide_file(policy, &rows[i].question, &decision, &error)) {
            g_assert_cmpint(rows[i].error, ==, OK);
            g_assert_cmpint(decision.level, ==, rows[i].level);
            g_assert_cmpint(decision.direction, ==, rows[i].direction);
            g_assert_cmpint(decision.steps[0], ==, rows[i].approval);
        } else {
            g_assert_cmpint(error->code, ==, rows[i].error);
            g_assert_cmpuint(decision.dpi, ==, 12345); /* untouched */
        }
    }
}

static void
fields(void)
{
    g_autoptr(SkPolicy) policy = policy_new();
    SkQuestion question = { .from = "internet", .to = "lgwan", .type = SK_TYPE_DOCX, .size = 1 };
    SkDecision decision;

    g_assert_true(sk_policy_decide_file(policy, &question, &decision, NULL));
    g_assert_cmpint(decision.keep_original_us, ==, 30ll * 24 * 3600 * 1000000);
    g_assert_cmpuint(decision.size_max, ==, MIB);
    g_assert_cmpuint(decision.dpi, ==, SK_POLICY_DPI_DEFAULT);
    g_assert_cmpint(decision.verdicts[SK_ELEMENT_HYPERLINK], ==, SK_VERDICT_REMOVED);
    g_assert_cmpint(decision.verdicts[SK_ELEMENT_COMMENTS], ==, SK_VERDICT_NONE);
    g_assert_cmpint(decision.classes, ==, 0);
    question.type = SK_TYPE_PDF;
    g_assert_true(sk_policy_decide_file(policy, &question, &decision, NULL));
    g_assert_cmpuint(decision.dpi, ==, 200);
    g_assert_cmpint(decision.verdicts[SK_ELEMENT_HYPERLINK], ==, SK_VERDICT_NONE);
    g_assert_cmpint(decision.keep_original_us, ==, 0);
}

static void
destinations(void)
{
    g_autoptr(SkPolicy) policy = policy_new();
    g_autoptr(GPtrArray) up = sk_policy_destinations(policy, "internet");
    g_autoptr(GPtrArray) down = sk_policy_destinations(policy, "lgwan");
    g_autoptr(GPtrArray) none = sk_policy_destinations(policy, "mynumber");
    SkLevel levels[SK_LEVEL_COUNT];

    g_assert_cmpuint(up->len, ==, 3); /* not the one that is inspected, not the mail */
    g_assert_cmpuint(down->len, ==, 3);
    g_assert_cmpuint(none->len, ==, 0);
    const SkRule *rebuilt = sk_policy_file_rule(policy, "internet", "lgwan", SK_TYPE_NONE);
    g_assert_cmpuint(sk_rule_levels(rebuilt, levels), ==, 3);
    g_assert_true(levels[0] == SK_LEVEL_REBUILT && levels[1] == SK_LEVEL_IMAGE &&
                  levels[2] == SK_LEVEL_TEXT);
    const SkRule *as_text = sk_policy_file_rule(policy, "internet", "lgwan", SK_TYPE_CSV);
    g_assert_cmpuint(sk_rule_levels(as_text, levels), ==, 1);
    const SkRule *original = sk_policy_file_rule(policy, "lgwan", "internet", SK_TYPE_ZIP);
    g_assert_cmpuint(sk_rule_levels(original, levels), ==, 4);
    g_assert_cmpint(levels[0], ==, SK_LEVEL_ORIGINAL);
}

/* Which class needs whose consent; a class that nobody gave needs everybody's. */
static void
chains(void)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    const char *chain = "zone a \"A\" {\ntrust 1\n}\nzone b \"B\" {\ntrust 2\ntake-out with approval\n}\n"
                        "file from b to a as rebuilt classes 1, 2, 3C, 3B approval section-head for "
                        "classes 1, 2, 3C then security-manager for classes 3B, 3C within 3 days "
                        "remind after 1 day\n";
    static const struct {
        unsigned class;
        unsigned n;
        SkApproval steps[2];
    } wanted[] = {
        { 0, 2, { HEAD, MANAGER } }, { 1, 1, { HEAD } },    { 2, 1, { HEAD } },
        { 3, 2, { HEAD, MANAGER } }, { 4, 1, { MANAGER } }, { 99, 2, { HEAD, MANAGER } },
    };

    g_assert_true(sk_policy_parse(sk_span_str(chain), &policy, &diagnostics));
    const SkRule *rule = sk_policy_file_rule(policy, "b", "a", SK_TYPE_DOCX);
    g_assert_cmpint(rule->within_us, ==, 3ll * 24 * 3600 * 1000000);
    g_assert_cmpint(rule->remind_us, ==, 24ll * 3600 * 1000000);
    for (unsigned i = 0; i < G_N_ELEMENTS(wanted); i++) {
        SkApproval steps[SK_STEPS_MAX] = { 0 };
        g_assert_cmpuint(sk_rule_steps(rule, wanted[i].class, steps), ==, wanted[i].n);
        for (unsigned j = 0; j < wanted[i].n; j++)
            g_assert_cmpint(steps[j], ==, wanted[i].steps[j]);
    }
    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        g_assert_cmpuint(sk_class_lookup(sk_class_name(i)), ==, i);
    g_assert_cmpuint(sk_class_lookup("3"), ==, 0);
    g_assert_cmpuint(sk_class_lookup(""), ==, 0);
}

/* `with metadata removed` may only choose what the elements allow. */
static void
metadata(void)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    const char *with = "zone a \"A\" {\ntrust 1\n}\nzone b \"B\" {\ntrust 2\n}\n"
                       "file from a to b as rebuilt with metadata removed\n";

    g_assert_true(sk_policy_parse(sk_span_str(with), &policy, &diagnostics));
    const SkRule *rule = sk_policy_file_rule(policy, "a", "b", SK_TYPE_DOCX);
    unsigned n = 0;
    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
        if (rule->verdicts[i] != SK_VERDICT_NONE) {
            g_assert_true(sk_element_allows((SkElement)i, (SkVerdict)rule->verdicts[i]));
            n++;
        }
    g_assert_cmpuint(n, ==, 9);
    g_assert_cmpint(rule->verdicts[SK_ELEMENT_DOCUMENT_PROPERTIES], ==, SK_VERDICT_REMOVED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/decide/questions", questions);
    g_test_add_func("/policy/decide/fields", fields);
    g_test_add_func("/policy/decide/destinations", destinations);
    g_test_add_func("/policy/decide/chains", chains);
    g_test_add_func("/policy/decide/metadata", metadata);
    return g_test_run();
}
