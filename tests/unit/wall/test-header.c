/* SPDX-License-Identifier: Apache-2.0
 * test-header.c - packets read from bytes: both families, extension headers, fragments, cut ends.
 */
#include "wall/header.h"

#include <string.h>

static const uint8_t tcp4[] = { 0x46, 0x88, 0,   48,   0,   1, 0x40, 0, 63, 6, 0, 0, 10,   20,
                                1,    5,    203, 0,    113, 9, 1,    1, 1,  0, /* an option word */
                                0x9c, 0x40, 1,   0xbb, 0,   0, 0,    1, 0,  0, 0, 0, 0x50, 2 };

static void
v4(void)
{
    SkPacket p = { 0 };

    g_assert_true(sk_wall_header_read(sk_span(tcp4, sizeof tcp4), &p));
    g_assert_cmpuint(p.field[SK_WALL_FAMILY].lo, ==, 0);
    g_assert_cmpuint(p.field[SK_WALL_SRC].lo, ==, 0x0a140105);
    g_assert_cmpuint(p.field[SK_WALL_DST].lo, ==, 0xcb007109);
    g_assert_cmpuint(p.field[SK_WALL_SPORT].lo, ==, 40000);
    g_assert_cmpuint(p.field[SK_WALL_DPORT].lo, ==, 443);
    g_assert_cmpuint(p.field[SK_WALL_TCP_FLAGS].lo, ==, 2);
    g_assert_cmpuint(p.field[SK_WALL_DSCP].lo, ==, 0x22);
    g_assert_cmpuint(p.field[SK_WALL_TTL].lo, ==, 63);
    g_assert_cmpuint(p.field[SK_WALL_LENGTH].lo, ==, 48);
}

/* Every cut either has its whole header or is refused, and says nothing of what is not there. */
static void
cut(void)
{
    for (size_t n = 0; n <= sizeof tcp4; n++) {
        SkPacket p = { 0 };
        g_autofree uint8_t *exact = g_memdup2(tcp4, n == 0 ? 1 : n);
        bool whole = sk_wall_header_read(sk_span(exact, n), &p);
        g_assert_cmpint(whole, ==, n >= 20);
        if (n < 26)
            g_assert_cmpuint(p.field[SK_WALL_SPORT].lo, ==, 0);
    }
}

static void
v6(void)
{
    uint8_t bytes[128] = { 0x60, 0, 0, 0, 0, 40, 0 /* hop-by-hop */, 64 };
    SkPacket p = { 0 };

    bytes[8] = 0xfd;
    bytes[24] = 0xfd;
    bytes[40] = 60; /* destination options follow */
    bytes[41] = 0;
    bytes[48] = 44; /* fragment */
    bytes[49] = 0;
    bytes[56] = 17; /* first fragment: offset 0, more to come */
    bytes[59] = 1;
    bytes[64] = 0;
    bytes[65] = 53;
    bytes[67] = 53;
    g_assert_true(sk_wall_header_read(sk_span(bytes, sizeof bytes), &p));
    g_assert_cmpuint(p.field[SK_WALL_FAMILY].lo, ==, 1);
    g_assert_cmpuint(p.field[SK_WALL_PROTOCOL].lo, ==, 17);
    g_assert_cmpuint(p.field[SK_WALL_FRAGMENT].lo, ==, 0);
    g_assert_cmpuint(p.field[SK_WALL_DPORT].lo, ==, 53);
    bytes[58] = 1; /* a later one: no ports */
    g_assert_true(sk_wall_header_read(sk_span(bytes, sizeof bytes), &p));
    g_assert_cmpuint(p.field[SK_WALL_FRAGMENT].lo, ==, 1);
    g_assert_cmpuint(p.field[SK_WALL_PROTOCOL].lo, ==, 17);
    g_assert_cmpuint(p.field[SK_WALL_DPORT].lo, ==, 0);
}

/* Headers that only name themselves do not hold anybody up. */
static void
endless(void)
{
    uint8_t bytes[2048] = { 0x60 };
    SkPacket p = { 0 };

    bytes[6] = 60;
    for (size_t i = 40; i < sizeof bytes; i += 8)
        bytes[i] = 60;
    g_assert_true(sk_wall_header_read(sk_span(bytes, sizeof bytes), &p));
    g_assert_cmpuint(p.field[SK_WALL_DPORT].lo, ==, 0);
    bytes[0] = 0x50;
    g_assert_false(sk_wall_header_read(sk_span(bytes, sizeof bytes), &p));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/header/v4", v4);
    g_test_add_func("/wall/header/cut", cut);
    g_test_add_func("/wall/header/v6", v6);
    g_test_add_func("/wall/header/endless", endless);
    return g_test_run();
}
