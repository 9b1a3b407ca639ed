/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-icc.c - colour profiles: what comes out stays as it is. */
#include "fuzz.h"

#include "disarm/icc.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkSink) first = sk_sink_new_memory(16u << 20), second = sk_sink_new_memory(16u << 20);
    unsigned components = 0;

    if (!sk_icc_rebuild(sk_span(data, size), 0, first, &components, NULL))
        return 0;
    g_assert_true(sk_icc_rebuild(sk_sink_memory(first), components, second, NULL, NULL));
    g_assert_true(sk_span_equal(sk_sink_memory(first), sk_sink_memory(second)));
    return 0;
}

static void
put(GByteArray *to, const char *s, size_t n)
{
    g_byte_array_append(to, (const guint8 *)s, (guint)n);
}

/* A grey profile with one curve. */
GBytes *
sk_fuzz_seed(unsigned index)
{
    if (index > 0)
        return NULL;
    GByteArray *out = g_byte_array_new();
    put(out, "\0\0\0\xa0\0\0\0\0\x02\x40\0\0mntrGRAYXYZ \0\0\0\0\0\0\0\0\0\0\0\0acsp", 40);
    for (unsigned i = 40; i < 128; i++)
        put(out, "\0", 1);
    put(out, "\0\0\0\1kTRC\0\0\0\x90\0\0\0\x0e\0\0\0\0", 20 - 4);
    put(out, "curv\0\0\0\0\0\0\0\1\2\x33\0\0", 16);
    return g_byte_array_free_to_bytes(out);
}
