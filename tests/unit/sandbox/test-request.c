/* SPDX-License-Identifier: Apache-2.0
 * test-request.c - pages that are asked for: what is written is read, and nothing else. */
#include "sandbox/request.h"

#define BYTES(s) { (const uint8_t *)(s), sizeof(s) - 1 }

static void
test_round(void)
{
    g_autoptr(GArray) pages = g_array_new(FALSE, FALSE, sizeof(uint32_t)), again = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(1000);
    g_autoptr(GError) error = NULL;

    for (uint32_t i = 0; i < 5; i++)
        g_array_append_val(pages, (uint32_t){ i * i });
    sk_request_emit(pages, sink);
    sk_sink_str(sink, "rest");
    SkReader r = sk_reader(sk_sink_memory(sink));
    g_assert_true(sk_request_is(r.in));
    g_assert_true(sk_request_parse(&r, 5, &again, &error));
    g_assert_cmpuint(again->len, ==, 5);
    g_assert_cmpuint(g_array_index(again, uint32_t, 4), ==, 16);
    g_assert_cmpuint(sk_reader_left(&r), ==, 4);
}

static void
test_wrong(void)
{
    static const struct {
        SkSpan in;
        SkErrorCode code;
    } cases[] = {
        { BYTES(""), SK_ERROR_TRUNCATED },
        { BYTES("SKASKED1\1\0\0"), SK_ERROR_TRUNCATED },
        { BYTES("SKASKED2\1\0\0\0\0\0\0\0"), SK_ERROR_MALFORMED },
        { BYTES("SKASKED1\0\0\0\0"), SK_ERROR_MALFORMED },
        { BYTES("SKASKED1\2\0\0\0\0\0\0\0"), SK_ERROR_TRUNCATED },
        { BYTES("SKASKED1\2\0\0\0\3\0\0\0\3\0\0\0"), SK_ERROR_MALFORMED },
        { BYTES("SKASKED1\2\0\0\0\3\0\0\0\2\0\0\0"), SK_ERROR_MALFORMED },
        { BYTES("SKASKED1\xff\xff\xff\xff\0\0\0\0"), SK_ERROR_LIMIT },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) pages = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree uint8_t *heap = g_memdup2(cases[i].in.p, cases[i].in.n);
        SkReader r = sk_reader(sk_span(heap, cases[i].in.n));
        g_assert_false(sk_request_parse(&r, 500, &pages, &error));
        g_assert_error(error, SK_ERROR, (int)cases[i].code);
        g_assert_null(pages);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sandbox/request/round", test_round);
    g_test_add_func("/sandbox/request/wrong", test_wrong);
    return g_test_run();
}
