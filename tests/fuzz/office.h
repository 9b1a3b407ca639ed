/* SPDX-License-Identifier: Apache-2.0
 *
 * office.h - what the targets that wrap their input into a package share: an entry, a pass through
 * the disarmer, and the contract: what disarm writes, verify accepts, and a second pass leaves it. */
#pragma once

#include "disarm/disarm.h"
#include "format/zip.h"
#include "verify/verify.h"

static inline void
office_put(SkZipWriter *writer, const char *name, SkSpan content)
{
    sk_zip_writer_begin(writer, name, true);
    sk_zip_writer_span(writer, content);
    sk_zip_writer_end(writer);
}

/** office_pass: (transfer full): what comes out; NULL where it is refused. */
static inline GBytes *
office_pass(SkSpan input)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = sk_job_default();

    sk_disarm_run(&job, input, sink, report);
    return report->outcome == SK_OUTCOME_CLEAN ? sk_sink_steal_bytes(sink) : NULL;
}

static inline void
office_round(SkSpan input, SkType type)
{
    g_autoptr(GBytes) output = office_pass(input);
    g_autoptr(SkReport) proof = sk_report_new();
    SkJob job = sk_job_default();

    if (output == NULL)
        return;
    job.hint = type;
    job.strict_hint = true;
    sk_verify_run(&job, sk_span_bytes(output), proof);
    g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
    g_autoptr(GBytes) again = office_pass(sk_span_bytes(output));
    g_assert_nonnull(again);
    g_assert_true(g_bytes_equal(output, again));
}
