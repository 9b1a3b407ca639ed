/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - sekisho-verify: one object in, yes or a reason out. The receiver runs it on the sealed
 * bytes that it is about to store. Runs in: verify worker (no files, no network). Trusts: its
 * zygote. Tests: tests/sandbox/, tests/golden/ */
#include "verify/verify.h"
#include "sandbox/zygote.h"

static void
work(const SkJob *job, GBytes *input, int output, SkReport *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_fd(output, job->limits.output); /* of an archive: its members */

    sk_verify_run_with(job, sk_span_bytes(input), sink, report);
    if (report->outcome == SK_OUTCOME_CHILDREN && !sk_sink_finish(sink, &error))
        sk_report_refuse(report, sk_reason_from_error(error));
}

int
main(int argc, char **argv)
{
    static const SkZygote zygote = { .program = "sekisho-verify",
                                     .kind = SK_SANDBOX_PURE,
                                     .work = work };
    return sk_zygote_main(&zygote, argc, argv);
}
