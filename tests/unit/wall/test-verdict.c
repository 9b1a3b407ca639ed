/* SPDX-License-Identifier: Apache-2.0
 * test-verdict.c - a proof's answer is believed only where it is whole and says one thing. */
#include "wall/verdict.h"

#include "seal/leaf.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

static bool
read_text(const char *text, SkWallRecord *ret)
{
    g_autoptr(GError) error = NULL;

    return sk_wall_record_read(sk_span_str(text), ret, &error);
}

static void
proved(void)
{
    g_auto(SkWallRecord) record = { .cause = g_strdup("ruleset") };

    g_assert_true(
        read_text("{\"verdict\":\"proved\",\"counterexamples\":[],\"blocked\":[{\"a\":1}],"
                  "\"unmodelled\":[],\"rules\":7,\"milliseconds\":3}",
                  &record));
    g_assert_cmpint(record.verdict, ==, SK_WALL_PROVED);
    g_assert_cmpuint(record.rules, ==, 7);
    g_assert_cmpuint(record.blocked_n, ==, 1);
    g_assert_cmpstr(record.blocked, ==, "[{\"a\":1}]");
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    sk_wall_record_tell(&record, leaf);
    g_autoptr(GBytes) bytes = sk_leaf_emit(leaf);
    g_assert_true(sk_leaf_is(sk_span_bytes(bytes)));
}

/* Anything else than a clear answer is NOT PROVEN, and says so. */
static void
unclear(void)
{
    static const char *const answers[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"verdict\":\"proved\"}",
        "{\"verdict\":\"PROVED\",\"counterexamples\":[],\"unmodelled\":[]}",
        "{\"verdict\":\"proved\",\"counterexamples\":{},\"unmodelled\":[]}",
        "{\"verdict\":\"proved\",\"counterexamples\":[{}],\"unmodelled\":[]}",
        "{\"verdict\":\"not-allowed\",\"verdict\":\"proved\",\"counterexamples\":[],"
        "\"unmodelled\":[]}",
        "{\"verdict\":\"proved\",\"counterexamples\":[],\"unmodelled\":[]} trailing",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_auto(SkWallRecord) record = { .cause = g_strdup("ruleset") };
        g_assert_false(read_text(answers[i], &record));
        g_assert_cmpint(record.verdict, ==, SK_WALL_NOT_PROVEN);
        g_assert_nonnull(strstr(record.unmodelled, "could not be read"));
    }
}

/* A proof by another policy than the one that is watched says nothing. */
static void
of_another(void)
{
    static const char text[] = "{\"verdict\":\"proved\",\"counterexamples\":[],\"unmodelled\":[],"
                               "\"policy\":\"aa\"}";
    g_auto(SkWallRecord) record = { .policy = g_strdup("aa") };

    g_assert_true(read_text(text, &record));
    g_assert_cmpint(record.verdict, ==, SK_WALL_PROVED);
    record.policy[0] = 'b';
    g_assert_false(read_text(text, &record));
    g_assert_cmpint(record.verdict, ==, SK_WALL_NOT_PROVEN);
}

static void
many(void)
{
    g_auto(SkWallRecord) record = { 0 };
    g_autoptr(GString) text = g_string_new("{\"verdict\":\"not-allowed\",\"counterexamples\":[0");

    for (unsigned i = 1; i < 1000; i++)
        g_string_append_printf(text, ",%u", i);
    g_string_append(text, "],\"unmodelled\":[]}");
    g_assert_true(read_text(text->str, &record));
    g_assert_cmpuint(record.counterexamples_n, ==, 1000);
    g_assert_cmpuint(strlen(record.counterexamples), <, 100);
}

/* An answer about another policy or another machine is none. */
static void
answers(void)
{
    SkWallRecord asked = { .policy = (char *)(uintptr_t) "aa",
                           .snapshot = (char *)(uintptr_t) "bb" };

    g_assert_true(
        sk_wall_record_answers(sk_span_str("{\"policy\":\"aa\",\"snapshot\":\"bb\"}"), &asked));
    g_assert_false(
        sk_wall_record_answers(sk_span_str("{\"policy\":\"ab\",\"snapshot\":\"bb\"}"), &asked));
    g_assert_false(
        sk_wall_record_answers(sk_span_str("{\"policy\":\"aa\",\"snapshot\":\"bc\"}"), &asked));
    g_assert_false(sk_wall_record_answers(sk_span_str("{\"policy\":\"aa\"}"), &asked));
    g_assert_false(sk_wall_record_answers(sk_span_str("{}"), &asked));
    g_assert_false(
        sk_wall_record_answers(sk_span_str("{\"policy\":\"aa\",\"snapshot\":\"bb\"{}"), &asked));
}

static void
status(void)
{
    g_auto(SkWallRecord) record = { .cause = g_strdup("period") };
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("sekisho-XXXXXX", &error);
    g_autofree char *path = g_build_filename(folder, "status.json", NULL);

    sk_wall_record_unknown(&record, "a \"why\"\nof two lines");
    g_assert_true(sk_wall_status_write(path, &record, 9, 8, 7, "\"pairs\":[]", &error));
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    g_assert_nonnull(root);
    g_assert_cmpstr(json_string_value(json_object_get(root, "verdict")), ==, "not-proven");
    g_assert_cmpint(json_integer_value(json_object_get(root, "provedAt")), ==, 8);
    g_assert_true(json_is_array(json_object_get(root, "pairs")));
    json_decref(root);
    g_unlink(path);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/verdict/proved", proved);
    g_test_add_func("/wall/verdict/answers", answers);
    g_test_add_func("/wall/verdict/unclear", unclear);
    g_test_add_func("/wall/verdict/of-another", of_another);
    g_test_add_func("/wall/verdict/many", many);
    g_test_add_func("/wall/verdict/status", status);
    return g_test_run();
}
