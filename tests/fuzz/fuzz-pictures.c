/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pictures.c - bytes through the readers of pictures inside documents: what comes out is a PNG or JPEG of
 * the profile, the same ones each time, and a second pass leaves it as it is. */
#include "disarm/disarm.h"
#include "disarm/picture.h"
#include "fuzz.h"
#include "verify/verify.h"

#include <string.h>

static GBytes *
pass(SkSpan picture, SkType *ret_type)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);

    job.limits.pixels = 1u << 20;
    SkDisarm disarm = { .job = &job, .report = report };
    if (!sk_picture_disarm(&disarm, picture, sk_span_str("p"), sink, ret_type, NULL) || !sk_sink_finish(sink, NULL))
        return NULL;
    return sk_sink_steal_bytes(sink);
}

/* As a file of its own, animations kept: what comes out conforms, and comes to rest. */
static void
alone(SkSpan picture)
{
    SkJob job = sk_job_default();
    SkSpan in = picture;
    g_autoptr(GBytes) before = NULL;

    job.limits.pixels = 1u << 20;
    job.level = SK_LEVEL_REBUILT;
    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = SK_VERDICT_KEPT;
    for (unsigned pass = 0; pass < 2; pass++) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
        g_autoptr(SkReport) report = sk_report_new(), proof = sk_report_new();
        sk_disarm_run(&job, in, sink, report);
        if (pass == 0 && report->outcome != SK_OUTCOME_CLEAN)
            return;
        g_assert_cmpint(report->outcome, ==, SK_OUTCOME_CLEAN);
        g_autoptr(GBytes) made = sk_sink_steal_bytes(sink);
        job.hint = report->type_out;
        sk_verify_run(&job, sk_span_bytes(made), proof);
        g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_true(before == NULL || g_bytes_equal(before, made));
        g_clear_pointer(&before, g_bytes_unref);
        before = g_steal_pointer(&made);
        in = sk_span_bytes(before);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    alone(sk_span(data, size));
    SkType type = SK_TYPE_NONE, type_again = SK_TYPE_NONE;
    g_autoptr(GBytes) output = pass(sk_span(data, size), &type);
    SkJob job = sk_job_default();
    g_autoptr(SkReport) proof = sk_report_new();

    if (output == NULL)
        return 0;
    job.hint = type;
    sk_verify_run(&job, sk_span_bytes(output), proof);
    g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
    g_autoptr(GBytes) twice = pass(sk_span(data, size), &type_again);
    g_assert_true(twice != NULL && g_bytes_equal(output, twice));
    g_autoptr(GBytes) again = pass(sk_span_bytes(output), &type_again);
    g_assert_true(again != NULL && type == type_again && g_bytes_equal(output, again));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    (void)index;
    return NULL;
}
