/* SPDX-License-Identifier: Apache-2.0
 * test-policy.c - the sample town: its tree, its canonical text, and what may cross in it. */
#include "base/io.h"
#include "policy/policy.h"
#include "policy/words.h"

#include <string.h>

static SkPolicy *
town(void)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("SEKISHO_SOURCE"), "data/policy/sample-town.conf", NULL);

    g_assert_true(sk_policy_load(path, &policy, &error));
    g_assert_no_error(error);
    return g_steal_pointer(&policy);
}

static void
tree(void)
{
    g_autoptr(SkPolicy) policy = town();
    const SkZone *lgwan = sk_policy_zone(policy, "lgwan");
    const SkZone *mynumber = sk_policy_zone(policy, "mynumber");
    const SkHost *juki = sk_policy_host(policy, "juki");

    g_assert_cmpstr(sk_policy_organisation(policy), ==, "見本町");
    g_assert_cmpint(sk_policy_model(policy), ==, SK_MODEL_ALPHA);
    g_assert_cmpuint(sk_policy_zones(policy)->len, ==, 4);
    g_assert_cmpstr(lgwan->label, ==, "LGWAN接続系");
    g_assert_cmpuint(lgwan->trust, ==, 2);
    g_assert_true(sk_zone_sign_in_possible(lgwan));
    g_assert_cmpint(lgwan->take_out, ==, SK_TAKE_OUT_WITH_APPROVAL);
    g_assert_true(sk_zone_sign_in_possible(mynumber));
    g_assert_false(sk_zone_sign_in_possible(sk_policy_zone(policy, "cloud"))); /* says nothing */
    g_assert_cmpint(mynumber->take_out, ==, SK_TAKE_OUT_FORBIDDEN);
    g_assert_cmpuint(mynumber->networks->len, ==, 2);
    g_assert_true(juki->has_mac && juki->zone == mynumber);
    g_assert_null(sk_policy_zone(policy, "juki"));
    g_assert_cmpuint(sk_policy_rules(policy)->len, ==, 5);
    g_assert_cmpuint(sk_policy_flows(policy)->len, ==, 3);
    g_assert_cmpuint(strlen(sk_policy_digest(policy)), ==, 64);
}

static void
canonical(void)
{
    g_autoptr(SkPolicy) policy = town();
    g_autoptr(SkPolicy) again = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autofree char *text = sk_policy_show(policy);

    g_assert_true(sk_policy_parse(sk_span_str(text), &again, &diagnostics));
    g_autofree char *text_again = sk_policy_show(again);
    g_assert_cmpstr(text, ==, text_again);
    g_assert_cmpstr(sk_policy_digest(policy), ==, sk_policy_digest(again));
}

/* What stands outside at an interface: hosts and tables, each address once. */
static void
guests(void)
{
    static const char text[] =
        "zone a \"A\" {\n trust 1\n interface eth0\n network 10.0.0.0/8\n}\n"
        "zone b \"B\" {\n trust 1\n interface eth1\n network 172.16.0.0/12\n}\n"
        "host h \"H\" outside interface eth0 address 192.0.2.9, 2001:db8::9\n"
        "host i \"I\" outside interface wan0 address 192.0.2.10\n"
        "host j \"J\" outside address 192.0.2.11\n"
        "table t \"T\" outside interface eth0 network 192.0.2.0/29, 192.0.2.64/26 address "
        "192.0.2.20\n"
        "table u \"U\" outside interface eth0 network 192.0.2.8/29\n";
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GString) shown = g_string_new(NULL);

    g_assert_true(sk_policy_parse(sk_span_str(text), &policy, &diagnostics));
    g_autoptr(GArray) at = sk_policy_guests(policy, "eth0");
    for (unsigned i = 0; i < at->len; i++) {
        g_autofree char *one = sk_network_text(&g_array_index(at, SkNetwork, i), true);
        g_string_append_printf(shown, "%s ", one);
    }
    g_assert_cmpstr(shown->str, ==,
                    "192.0.2.0/29 192.0.2.8/29 192.0.2.20/32 192.0.2.64/26 2001:db8::9/128 ");
    g_autoptr(GArray) wan = sk_policy_guests(policy, "wan0");
    g_autoptr(GArray) none = sk_policy_guests(policy, "eth1");
    g_assert_cmpuint(wan->len, ==, 1);
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_nonnull(sk_policy_table(policy, "u"));
    g_assert_null(sk_policy_table(policy, "h"));
    g_assert_null(sk_policy_host(policy, "u"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/tree", tree);
    g_test_add_func("/policy/canonical", canonical);
    g_test_add_func("/policy/guests", guests);
    return g_test_run();
}
