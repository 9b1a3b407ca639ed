/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - sekisho-disarm: one object in, one object and a report out, in a process that is
 * presumed to be taken over by the object (docs/threat-model.md). Runs in: disarm worker (no files,
 * no network). Trusts: its zygote. Tests: tests/sandbox/, tests/golden/ */
#include "disarm/archive-foreign.h"
#include "disarm/disarm.h"
#include "sandbox/zygote.h"

static void
work(const SkJob *job, GBytes *input, int output, SkReport *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_fd(output, job->limits.output);

    sk_disarm_run(job, sk_span_bytes(input), sink, report);
    if (report->outcome != SK_OUTCOME_REFUSED && !sk_sink_finish(sink, &error))
        sk_report_refuse(report, sk_reason_from_error(error));
}

int
main(int argc, char **argv)
{
    static const SkZygote zygote = { .program = "sekisho-disarm",
                                     .kind = SK_SANDBOX_PURE,
                                     .load = sk_archive_foreign_load,
                                     .work = work };
    return sk_zygote_main(&zygote, argc, argv);
}
