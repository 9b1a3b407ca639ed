/* SPDX-License-Identifier: Apache-2.0
 *
 * test-flate.c - the one deflater of PDF streams: header, content, and the same bytes however they come. */
#include "format/flate.h"

#include <string.h>
#include <zlib.h>

static void
fill(uint8_t *data, size_t n)
{
    uint32_t state = 7;

    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        data[i] = (uint8_t)((state >> 24) & (i % 5000 < 2500 ? 0xffu : 0x03u));
    }
}

static void
test_round(void)
{
    size_t sizes[] = { 0, 1, 65535, 65536, 65537, 400000, 16u << 20, (16u << 20) + 1 };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree uint8_t *data = g_malloc(sizes[i] + 1), *back = g_malloc(sizes[i] + 1);
        g_autoptr(SkSink) whole = sk_sink_new_memory(1 << 26), parts = sk_sink_new_memory(1 << 26);
        fill(data, sizes[i]);
        sk_flate(sk_span(data, sizes[i]), whole);
        g_autoptr(SkFlate) flate = sk_flate_new(parts);
        for (size_t at = 0; at < sizes[i]; at += 1777)
            sk_flate_span(flate, sk_span(data + at, MIN(1777, sizes[i] - at)));
        sk_flate_end(flate);
        g_assert_true(sk_span_equal(sk_sink_memory(whole), sk_sink_memory(parts)));
        SkSpan out = sk_sink_memory(whole);
        g_assert_cmphex(out.p[0], ==, 0x78);
        g_assert_cmphex(out.p[1], ==, 0x01);
        uLongf n = sizes[i] + 1;
        g_assert_cmpint(uncompress(back, &n, out.p, out.n), ==, Z_OK);
        g_assert_cmpmem(back, n, data, sizes[i]);
    }
}

/* The same bytes, wherever its buffers lie: ISA-L's deflater failed at that (docs/decisions/0030). */
static void
test_same(void)
{
    enum { N = 70000, ROUNDS = 1000 };
    g_autofree uint8_t *data = g_malloc(N + 64);
    g_autoptr(SkSink) first = sk_sink_new_memory(1 << 20);
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);

    fill(data, N);
    sk_flate(sk_span(data, N), first);
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autoptr(SkSink) again = sk_sink_new_memory(1 << 20);
        g_autofree uint8_t *copy = g_malloc(N + i % 64);
        g_ptr_array_add(kept, g_malloc(1 + i * 37 % 9000)); /* the heap moves on */
        memcpy(copy + i % 64, data, N);
        sk_flate(sk_span(copy + i % 64, N), again);
        g_assert_true(sk_span_equal(sk_sink_memory(first), sk_sink_memory(again)));
    }
}

/* A full sink stops it, and says so. */
static void
test_limit(void)
{
    uint8_t data[3000];
    g_autoptr(SkSink) sink = sk_sink_new_memory(10);
    g_autoptr(GError) error = NULL;

    fill(data, sizeof data);
    sk_flate(sk_span(data, sizeof data), sink);
    g_assert_false(sk_sink_finish(sink, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flate/round", test_round);
    g_test_add_func("/flate/same", test_same);
    g_test_add_func("/flate/limit", test_limit);
    return g_test_run();
}
