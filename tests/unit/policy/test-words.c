/* SPDX-License-Identifier: Apache-2.0
 * test-words.c - single words: what each of them is, and what is none. */
#include "policy/network-index.h"
#include "policy/words.h"

static void
numbers(void)
{
    static const char *const bad[] = { "",   "-1", "+1",  "01",  "1 ",
                                       " 1", "1a", "0x1", "1.0", "9999999999999999",
                                       "１" };
    uint64_t n = 7;

    g_assert_true(sk_words_number("0", 9, &n) && n == 0);
    g_assert_true(sk_words_number("65535", 65535, &n) && n == 65535);
    g_assert_false(sk_words_number("65536", 65535, &n));
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_words_number(bad[i], UINT64_MAX, &n));
    g_assert_cmpuint(n, ==, 65535);
}

static void
dates(void)
{
    static const char *const bad[] = { "",           "2027-3-31",  "2027-02-29", "2027-13-01",
                                       "2027-00-10", "2027-01-00", "27-01-01",   "2027/01/01",
                                       "1999-12-31", "3000-01-01", "2027-01-1x", "2027-01-01 " };
    int64_t after = 0;

    /* The end of 1 January 2027 in Japan is 15:00 of that day in UTC. */
    g_assert_true(sk_words_date("2027-01-01", &after));
    g_assert_cmpint(after, ==, 1798815600000000);
    g_assert_true(sk_words_date("2028-02-29", &after));
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_words_date(bad[i], &after));
}

static void
networks(void)
{
    static const struct {
        const char *text;
        bool prefix;
        const char *want; /* canonical; NULL: is none */
    } rows[] = {
        { "10.0.0.0/8", true, "10.0.0.0/8" },
        { "192.0.2.1", false, "192.0.2.1" },
        { "2001:DB8:0:0::/32", true, "2001:db8::/32" },
        { "::1", false, "::1" },
        { "10.0.0.0", true, NULL },
        { "10.0.0.0/8", false, NULL },
        { "10.0.0/8", true, NULL },
        { "010.0.0.0/8", true, NULL },
        { "10.0.0.0/33", true, NULL },
        { "10.0.0.0/", true, NULL },
        { "/8", true, NULL },
        { "10.0.0.0/8/8", true, NULL },
        { "fd00::/129", true, NULL },
        { "fd00:::/64", true, NULL },
        { "fe80::1%eth0", false, NULL },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, NULL },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkNetwork n;
        bool good = sk_words_network(rows[i].text, rows[i].prefix, &n);
        g_assert_cmpint(good, ==, rows[i].want != NULL);
        g_autofree char *text = good ? sk_network_text(&n, rows[i].prefix) : NULL;
        g_assert_cmpstr(text, ==, rows[i].want);
    }
}

static void
contains(void)
{
    static const struct {
        const char *outer, *inner;
        bool want;
    } rows[] = {
        { "10.0.0.0/8", "10.255.0.0/16", true },       { "10.0.0.0/8", "11.0.0.0/16", false },
        { "10.20.0.0/15", "10.21.0.0/16", true },      { "10.20.0.0/16", "10.20.0.0/15", false },
        { "10.20.1.128/25", "10.20.1.127/32", false }, { "10.20.1.128/25", "10.20.1.255/32", true },
        { "fd00::/8", "fd00:10::/64", true },          { "::/0", "10.0.0.0/8", false },
        { "0.0.0.0/0", "203.0.113.9/32", true },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkNetwork outer, inner;
        g_assert_true(sk_words_network(rows[i].outer, true, &outer));
        g_assert_true(sk_words_network(rows[i].inner, true, &inner));
        g_assert_cmpint(sk_network_contains(&outer, &inner), ==, rows[i].want);
        g_assert_cmpint(sk_network_overlaps(&inner, &outer), ==,
                        rows[i].want || sk_network_contains(&inner, &outer));
        SkNetwork masked = sk_network_masked(&inner);
        g_assert_cmpint(sk_network_compare(&masked, &inner), ==, 0);
    }
}

static void
others(void)
{
    static const char *const choices[] = { "password", "rebuilt", "image", "text" };
    uint8_t mac[6] = { 0 };
    uint16_t first = 0, last = 0;

    g_assert_true(sk_words_mac("52:54:00:FF:0a:07", mac) && mac[3] == 0xFF && mac[5] == 7);
    g_assert_false(sk_words_mac("52:54:00:ff:0a:0", mac));
    g_assert_false(sk_words_mac("52-54-00-ff-0a-07", mac));
    g_assert_true(sk_words_ports("80-81", &first, &last) && first == 80 && last == 81);
    g_assert_false(sk_words_ports("80-80", &first, &last));
    g_assert_false(sk_words_ports("80-", &first, &last));
    g_assert_false(sk_words_ports("-80", &first, &last));
    g_assert_true(sk_words_name("a"));
    g_assert_true(sk_words_name("lgwan-asp2"));
    g_assert_false(sk_words_name("2a") || sk_words_name("a--b") || sk_words_name("a-") ||
                   sk_words_name("A") || sk_words_name("") ||
                   sk_words_name("abcdefghijklmnopqrstuvwxyzabcdefg"));
    g_assert_cmpstr(sk_words_nearest("rebuild", choices, 4), ==, "rebuilt");
    g_assert_cmpstr(sk_words_nearest("imgae", choices, 4), ==, "image");
    g_assert_cmpstr(sk_words_nearest("PASSWORD", choices, 4), ==, "password");
    g_assert_null(sk_words_nearest("x", choices, 4));
    g_assert_null(sk_words_nearest("firewall", choices, 4));
}

/* Every network of many, asked one by one, and the index: the same answer, the widest first. */
static void
indexed(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    g_autoptr(SkNetworkIndex) index = sk_network_index_new();
    SkNetwork all[400];
    unsigned found = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        all[i] = (SkNetwork){ .v6 = g_rand_boolean(rand) };
        unsigned bits = all[i].v6 ? 128 : 32;
        /* Few different bytes, so that networks hold each other often. */
        for (unsigned j = 0; j < bits / 8; j++)
            all[i].address[j] = (uint8_t)(g_rand_int_range(rand, 0, 2) * 255);
        all[i].prefix = (uint8_t)g_rand_int_range(rand, 0, (gint32)bits + 1);
        all[i] = sk_network_masked(&all[i]);
        sk_network_index_add(index, &all[i], GUINT_TO_POINTER(i));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autoptr(GPtrArray) got = sk_network_index_find(index, &all[i]);
        unsigned n = 0;
        for (unsigned j = 0; j < G_N_ELEMENTS(all); j++)
            n += sk_network_contains(&all[j], &all[i]);
        g_assert_cmpuint(got->len, ==, n);
        for (unsigned j = 0; j < got->len; j++) {
            const SkNetworkEntry *entry = g_ptr_array_index(got, j);
            g_assert_true(sk_network_contains(entry->network, &all[i]));
            g_assert_true(entry->network == &all[GPOINTER_TO_UINT(entry->owner)]);
            if (j > 0)
                g_assert_cmpuint(
                    ((const SkNetworkEntry *)g_ptr_array_index(got, j - 1))->network->prefix, <=,
                    entry->network->prefix);
        }
        found += n;
    }
    g_assert_cmpuint(found, >, 2 * G_N_ELEMENTS(all));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/words/numbers", numbers);
    g_test_add_func("/policy/words/dates", dates);
    g_test_add_func("/policy/words/networks", networks);
    g_test_add_func("/policy/words/contains", contains);
    g_test_add_func("/policy/words/others", others);
    g_test_add_func("/policy/words/indexed", indexed);
    return g_test_run();
}
