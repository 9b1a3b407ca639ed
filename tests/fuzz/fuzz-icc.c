/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-icc.c - colour profiles: what comes out stays as it is, and verify accepts it; nothing else does it accept. */
#include "fuzz.h"

#include "disarm/icc.h"
#include "verify/icc.h"

static bool
is_proved(SkSpan profile, unsigned *ret_components)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };

    return sk_verify_icc(&proof, profile, ret_components);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkSink) first = sk_sink_new_memory(16u << 20), second = sk_sink_new_memory(16u << 20);
    unsigned components = 0;

    unsigned proved = 0;
    bool canonical = is_proved(sk_span(data, size), &proved);
    if (!sk_icc_rebuild(sk_span(data, size), 0, first, &components, NULL)) {
        g_assert_false(canonical);
        return 0;
    }
    g_assert_true(canonical == sk_span_equal(sk_sink_memory(first), sk_span(data, size)));
    g_assert_true(is_proved(sk_sink_memory(first), &proved) && proved == components);
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
