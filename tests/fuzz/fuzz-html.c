/* SPDX-License-Identifier: Apache-2.0
 * fuzz-html.c - bytes through the rebuilding of web pages: what comes out conforms, holds nothing that acts, comes out the same
 * twice, and comes to rest. */
#include "disarm/disarm.h"
#include "fuzz.h"
#include "verify/verify.h"

static GBytes *
pass(SkSpan page)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new(), proof = sk_report_new();
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);

    job.hint = SK_TYPE_HTML;
    job.limits.pixels = 1u << 20;
    job.limits.expanded = 16u << 20;
    sk_disarm_run(&job, page, sink, report);
    if (report->outcome != SK_OUTCOME_CLEAN || report->type_out != SK_TYPE_HTML)
        return NULL;
    job.limits.expanded = 64u << 20;
    sk_verify_run(&job, sk_sink_memory(sink), proof);
    g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
    return sk_sink_steal_bytes(sink);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) output = pass(sk_span(data, size));

    if (output == NULL)
        return 0;
    g_autoptr(GBytes) twice = pass(sk_span(data, size));
    g_assert_true(twice != NULL && g_bytes_equal(output, twice));
    g_autoptr(GBytes) again = pass(sk_span_bytes(output));
    g_assert_true(again != NULL && g_bytes_equal(output, again));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    (void)index;
    return NULL;
}
