/* SPDX-License-Identifier: Apache-2.0
 * test-counters.c - the wall's own counters and no other table's; what nft would not write is left out. */
#include "wall/counters.h"

static void
says(const char *listing, const char *wanted)
{
    g_autofree char *got = sk_wall_counters_json(sk_span_str(listing));

    g_assert_cmpstr(got, ==, wanted);
}

static void
own(void)
{
    says("table inet other { # handle 1\n\tcounter mine {\n\t\tpackets 9 bytes 9\n\t}\n}\n"
         "table inet sekisho { # handle 2\n\tcomment \"policy 00\"\n"
         "\tcounter drop_lg-wan_to_internet { # handle 7\n\t\tpackets 3 bytes 180\n\t}\n\n"
         "\tcounter spoof_internet {\n\t\tpackets 0 bytes 0\n\t}\n\n"
         "\tchain c {\n\t\tcounter packets 5 bytes 5 drop\n\t}\n}\n"
         "table ip sekisho {\n\tcounter x {\n\t\tpackets 1 bytes 1\n\t}\n}\n",
         "\"counters\":[{\"name\":\"drop_lg-wan_to_internet\",\"packets\":3,\"bytes\":180},"
         "{\"name\":\"spoof_internet\",\"packets\":0,\"bytes\":0}]");
}

static void
nothing_else(void)
{
    static const char *const others[] = {
        "",
        "table inet sekisho {",
        "table inet sekisho {\n\tcounter a {",
        "table inet sekisho {\n\tcounter a {\n",
        "table inet sekisho {\n\tcounter  {\n\t\tpackets 1 bytes 1\n",
        "table inet sekisho {\n\tcounter a\"b {\n\t\tpackets 1 bytes 1\n",
        "table inet sekisho {\n\tcounter a {\n\t\tpackets x bytes 1\n",
        "table inet sekisho {\n\tcounter a {\n\t\tpackets 1 bytes \n",
        "table inet sekisho {\n\tcounter a {\n\t\tpackets 1 bytes 1 more\n",
        "table inet sekisho {\n\tcounter a {\n\t\tpackets 99999999999999999999 bytes 1\n",
        "table inet sekisho2 {\n\tcounter a {\n\t\tpackets 1 bytes 1\n",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        says(others[i], "\"counters\":[]");
}

static void
bounded(void)
{
    g_autoptr(GString) listing = g_string_new("table inet sekisho {\n");

    for (unsigned i = 0; i < SK_WALL_COUNTERS_MAX + 10; i++)
        g_string_append_printf(listing, "\tcounter c%u {\n\t\tpackets 1 bytes 1\n\t}\n", i);
    g_autofree char *got = sk_wall_counters_json(sk_span_str(listing->str));
    unsigned n = 0;
    for (const char *p = got; (p = g_strstr_len(p, -1, "\"name\"")) != NULL; p++)
        n++;
    g_assert_cmpuint(n, ==, SK_WALL_COUNTERS_MAX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/counters/own", own);
    g_test_add_func("/wall/counters/nothing-else", nothing_else);
    g_test_add_func("/wall/counters/bounded", bounded);
    return g_test_run();
}
