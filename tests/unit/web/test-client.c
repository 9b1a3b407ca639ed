/* SPDX-License-Identifier: Apache-2.0
 * test-client.c - addresses in all their spellings, and browsers that call themselves each other.
 */
#include "web/client.h"

static void
addresses(void)
{
    static const struct {
        const char *in, *text, *network;
    } cases[] = {
        { "10.20.4.17", "10.20.4.17", "10.20.4.17" },
        { "::ffff:10.20.4.17", "10.20.4.17", "10.20.4.17" },
        { "::ffff:a14:411", "10.20.4.17", "10.20.4.17" },
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
        { "2001:0DB8:0001:0002:0000:0000:0000:0001", "2001:db8:1:2::1", "2001:db8:1:2::/64" },
        { "fe80::1", "fe80::1", "fe80::/64" },
        { "::1", "::1", "::/64" },
    };
    SkAddress a;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(sk_address_parse(cases[i].in, &a));
        g_assert_cmpstr(a.text, ==, cases[i].text);
        g_assert_cmpstr(a.network, ==, cases[i].network);
    }
    static const char *const bad[] = {
        NULL,        "",   "10.20.4",      "10.20.4.17 ", "010.20.4.17",        "1.2.3.4.5",
        "0.0.0.0",   "::", "fe80::1%eth0", "localhost",   "10.0.0.1, 10.0.0.2", "[::1]",
        "1.2.3.4:80"
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("%s", bad[i] == NULL ? "NULL" : bad[i]);
        g_assert_false(sk_address_parse(bad[i], &a));
        g_assert_cmpstr(a.text, ==, "");
        g_assert_cmpstr(a.network, ==, "");
    }
}

static void
browsers(void)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Firefox, Windows" },
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
          "Edge, Windows" },
        { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Safari/537.36",
          "Chrome, Linux" },
        { "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Mobile Safari/537.36",
          "Chrome, Android" },
        { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
          "like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
          "Safari, iOS" },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
          "Gecko) Version/17.5 Safari/605.1.15",
          "Safari, macOS" },
        { "curl/8.5.0", "curl" },
        { "Mozilla/5.0 (Windows NT 10.0)", "Windows" },
        { "", "" },
        { NULL, "" },
        { "<script>alert(1)</script>", "" }, /* nothing of what a client wrote comes back */
        { "\xff\xfe\x1b[2J", "" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(sk_browser_label(cases[i].in), ==, cases[i].want);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/client/addresses", addresses);
    g_test_add_func("/web/client/browsers", browsers);
    return g_test_run();
}
