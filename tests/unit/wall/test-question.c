/* SPDX-License-Identifier: Apache-2.0
 * test-question.c - a packet in a person's words: what it is, whether it passes, and by which rule. */
#include "wall/question.h"

#include "wall/compile.h"
#include "wall/read-nft.h"

#include <string.h>

static const char policy_text[] = "organisation \"見本町\"\n"
                                  "model alpha\n"
                                  "zone lgwan \"L\" {\n"
                                  "    trust 2\n"
                                  "    network 10.20.0.0/16, fd00:20::/64\n"
                                  "    interface lg0\n"
                                  "}\n"
                                  "zone cloud \"C\" {\n"
                                  "    trust 1\n"
                                  "    network 192.0.2.0/24, 2001:db8:2::/64\n"
                                  "    interface sc0\n"
                                  "}\n"
                                  "flow from lgwan to cloud tcp 443\n";

typedef struct {
    SkPolicy *policy;
    SkWallRuleset *ruleset;
} Fixture;

static void
setup(Fixture *f, const void *data)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    SkWallCompile how = { .nflog_group = 17 };

    (void)data;
    g_assert_true(sk_policy_parse(sk_span_str(policy_text), &f->policy, &diagnostics));
    g_assert_true(sk_wall_compile_nft(f->policy, &how, &text, &error));
    f->ruleset = sk_wall_ruleset_new();
    g_assert_true(sk_wall_read_nft(sk_span_str(text), f->ruleset, &error));
}

static void
teardown(Fixture *f, const void *data)
{
    (void)data;
    sk_wall_ruleset_free(f->ruleset);
    sk_policy_unref(f->policy);
}

static SkWallEnd
ask(Fixture *f, const char *from, const char *to, const char *what, bool *ret_allowed)
{
    g_auto(SkWallAnswer) answer = { .walk = { 0 } };
    g_autoptr(GError) error = NULL;
    SkWallWords words = { .from = from, .to = to, .what = what };

    g_assert_true(sk_wall_question(f->policy, f->ruleset, &words, 0, &answer, &error));
    g_autofree char *json = sk_wall_answer_json(&answer);
    g_assert_nonnull(strstr(json, "\"path\":[{"));
    *ret_allowed = answer.allowed;
    return answer.end;
}

/* The rules limit how many drops are told; that does not make a drop unsure. */
static void
answers(Fixture *f, const void *data)
{
    bool allowed = false;

    (void)data;
    g_assert_cmpint(ask(f, "10.20.1.5", "192.0.2.9", "tcp:443", &allowed), ==, SK_WALL_PASSES);
    g_assert_true(allowed);
    g_assert_cmpint(ask(f, "fd00:20::5", "2001:db8:2::9", "tcp:443", &allowed), ==, SK_WALL_PASSES);
    g_assert_true(allowed);
    g_assert_cmpint(ask(f, "10.20.1.5", "192.0.2.9", "udp:443", &allowed), ==, SK_WALL_STOPS);
    g_assert_false(allowed);
    g_assert_cmpint(ask(f, "192.0.2.9", "10.20.1.5", "tcp:443", &allowed), ==, SK_WALL_STOPS);
    g_assert_cmpint(ask(f, "192.0.2.9", "10.20.1.5", "icmp", &allowed), ==, SK_WALL_STOPS);
    g_assert_cmpint(ask(f, "203.0.113.1", "10.20.1.5", "tcp:22", &allowed), ==, SK_WALL_STOPS);
}

static void
no_such_packet(Fixture *f, const void *data)
{
    static const SkWallWords wrong[] = {
        { .from = "10.20.1.5", .to = "2001:db8:2::9", .what = "tcp:443" },
        { .from = "lgwan", .to = "192.0.2.9", .what = "tcp:443" },
        { .from = "10.20.1.5", .to = "192.0.2.9", .what = "tcp:0" },
        { .from = "10.20.1.5", .to = "192.0.2.9", .what = "tcp:65536" },
        { .from = "10.20.1.5", .to = "192.0.2.9", .what = "tcp:1-2" },
        { .from = "10.20.1.5", .to = "192.0.2.9", .what = "tcp" },
        { .from = "", .to = "", .what = "" },
    };

    (void)data;
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_auto(SkWallAnswer) answer = { .walk = { 0 } };
        g_autoptr(GError) error = NULL;
        g_assert_false(sk_wall_question(f->policy, f->ruleset, &wrong[i], 0, &answer, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
}

#define CASE(name) g_test_add("/wall/question/" #name, Fixture, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    CASE(answers);
    CASE(no_such_packet);
    return g_test_run();
}
