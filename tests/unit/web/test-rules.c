/* SPDX-License-Identifier: Apache-2.0
 * test-rules.c - what a person is told when they ask where a file may go, and when it may not. */
#include "web/rules.h"

#include <string.h>

#include "base/io.h"

static const char policy_text[] =
    "organisation \"見本町\"\n"
    "model alpha\n"
    "zone mynumber \"マイナンバー\" {\n trust 3\n network 10.10.0.0/16\n interface mn0\n sign-in "
    "two factors\n take-out forbidden\n}\n"
    "zone lgwan \"LGWAN\" {\n trust 2\n network 10.20.0.0/16\n interface lg0\n sign-in password\n "
    "take-out with approval\n}\n"
    "zone internet \"インターネット\" {\n trust 1\n network 10.30.0.0/16\n interface in0\n sign-in "
    "password\n reaches internet\n}\n"
    "file from internet to lgwan as rebuilt size to 1 MiB keep original 30 days\n"
    "file from internet to lgwan as image types pdf size to 2 MiB\n"
    "file from lgwan to internet as rebuilt approval section-head classes 1, 2 reason required\n";

typedef struct {
    char *folder;
    char *path;
} World;

static void
write_policy(World *w, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_io_write_file(w->path, sk_span_str(text), 0600, &error));
    g_assert_no_error(error);
}

static void
up(World *w)
{
    w->folder = g_dir_make_tmp("sk-rules-XXXXXX", NULL);
    w->path = g_build_filename(w->folder, "policy.conf", NULL);
    write_policy(w, policy_text);
}

static void
down(World *w)
{
    unlink(w->path);
    rmdir(w->folder);
    g_free(w->path);
    g_free(w->folder);
}

static SkRules *
rules(World *w, const char *zone)
{
    g_autoptr(GError) error = NULL;
    SkRules *out = NULL;
    g_assert_true(sk_rules_new(w->path, zone, &out, &error));
    g_assert_no_error(error);
    return out;
}

static void
hand_in(void)
{
    static const struct {
        const char *zone;
        SkHandIn in;
        SkProblem want;
    } cases[] = {
        { "internet", { .to = "lgwan", .hint = SK_TYPE_TEXT, .size = 1 << 20 }, SK_PROBLEM_NONE },
        { "internet", { .to = "lgwan", .hint = SK_TYPE_NONE, .size = 10 }, SK_PROBLEM_NONE },
        { "internet",
          { .to = "lgwan", .as = "image", .hint = SK_TYPE_DOCX, .size = 10 },
          SK_PROBLEM_NONE },
        { "internet",
          { .to = "lgwan", .hint = SK_TYPE_TEXT, .size = (1 << 20) + 1 },
          SK_PROBLEM_TOO_LARGE },
        { "internet", { .to = "lgwan", .hint = SK_TYPE_PDF, .size = 2 << 20 }, SK_PROBLEM_NONE },
        { "internet",
          { .to = "lgwan", .as = "original", .hint = SK_TYPE_TEXT, .size = 10 },
          SK_PROBLEM_LEVEL_NOT_ALLOWED },
        { "internet",
          { .to = "lgwan", .as = "inspected", .hint = SK_TYPE_TEXT, .size = 10 },
          SK_PROBLEM_LEVEL_NOT_ALLOWED },
        { "internet",
          { .to = "lgwan", .as = "rebuild", .hint = SK_TYPE_TEXT, .size = 10 },
          SK_PROBLEM_LEVEL_NOT_ALLOWED },
        { "internet",
          { .to = "lgwan", .as = "rebuilt", .hint = SK_TYPE_PDF, .size = 10 },
          SK_PROBLEM_LEVEL_NOT_ALLOWED },
        { "internet",
          { .to = "mynumber", .hint = SK_TYPE_TEXT, .size = 10 },
          SK_PROBLEM_NOT_ALLOWED },
        { "internet",
          { .to = "internet", .hint = SK_TYPE_TEXT, .size = 10 },
          SK_PROBLEM_NOT_ALLOWED },
        { "internet",
          { .to = "nowhere", .hint = SK_TYPE_TEXT, .size = 10 },
          SK_PROBLEM_NOT_ALLOWED },
        { "internet", { .to = "", .hint = SK_TYPE_TEXT, .size = 10 }, SK_PROBLEM_NOT_ALLOWED },
        { "mynumber", { .to = "lgwan", .hint = SK_TYPE_TEXT, .size = 10 }, SK_PROBLEM_NOT_ALLOWED },
        { "lgwan",
          { .to = "internet", .hint = SK_TYPE_TEXT, .size = 10, .class = 1, .has_reason = true },
          SK_PROBLEM_NONE },
        { "lgwan",
          { .to = "internet", .hint = SK_TYPE_TEXT, .size = 10, .has_reason = true },
          SK_PROBLEM_CLASS_REQUIRED },
        { "lgwan",
          { .to = "internet", .hint = SK_TYPE_TEXT, .size = 10, .class = 3, .has_reason = true },
          SK_PROBLEM_CLASS_NOT_ALLOWED },
        { "lgwan",
          { .to = "internet", .hint = SK_TYPE_TEXT, .size = 10, .class = 9, .has_reason = true },
          SK_PROBLEM_CLASS_NOT_ALLOWED },
        { "lgwan",
          { .to = "internet", .hint = SK_TYPE_TEXT, .size = 10, .class = 2 },
          SK_PROBLEM_REASON_REQUIRED },
    };
    World w;
    up(&w);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SkRules) r = rules(&w, cases[i].zone);
        SkHandInAnswer answer = { 0 };
        g_test_message("%u: %s to %s", i, cases[i].zone, cases[i].in.to);
        g_assert_cmpint(sk_rules_hand_in(r, &cases[i].in, &answer), ==, cases[i].want);
        g_assert_cmpuint(strlen(answer.digest), ==, cases[i].want == SK_PROBLEM_NONE ? 64 : 0);
    }
    down(&w);
}

static void
sign_in(void)
{
    World w;
    up(&w);
    g_autoptr(SkRules) lgwan = rules(&w, "lgwan");
    g_autoptr(SkRules) mynumber = rules(&w, "mynumber");
    g_assert_true(sk_rules_sign_in_possible(lgwan));
    g_assert_true(sk_rules_sign_in_possible(mynumber));
    g_assert_true(sk_rules_two_factors(mynumber) && !sk_rules_two_factors(lgwan));

    /* A reload that fails leaves what was in force; one that succeeds takes over. */
    g_autoptr(GError) error = NULL;
    write_policy(&w, "zone lgwan {");
    g_assert_false(sk_rules_reload(lgwan, &error));
    g_clear_error(&error);
    g_assert_true(sk_rules_sign_in_possible(lgwan));
    g_autoptr(GString) other = g_string_new(policy_text);
    g_string_replace(other, "sign-in password", "", 0);
    write_policy(&w, other->str);
    g_assert_true(sk_rules_reload(lgwan, &error));
    g_assert_no_error(error);
    g_assert_false(sk_rules_sign_in_possible(lgwan));
    SkRules *none = NULL;
    g_assert_false(sk_rules_new(w.path, "nowhere", &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MISMATCH);
    down(&w);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/rules/hand-in", hand_in);
    g_test_add_func("/web/rules/sign-in", sign_in);
    return g_test_run();
}
