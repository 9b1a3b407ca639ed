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
    (void)output; /* verify has nothing to write but its report */
    sk_verify_run(job, sk_span_bytes(input), report);
}

int
main(int argc, char **argv)
{
    static const SkZygote zygote = { .program = "sekisho-verify",
                                     .kind = SK_SANDBOX_PURE,
                                     .work = work };
    return sk_zygote_main(&zygote, argc, argv);
}
