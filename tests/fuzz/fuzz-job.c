/* SPDX-License-Identifier: Apache-2.0
 * fuzz-job.c - the decoder of a job frame: what it accepts, it writes again byte for byte. */
#include "fuzz.h"
#include "sandbox/job.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t again[SK_JOB_FRAME_LEN];
    SkJob job;
    g_autoptr(GError) error = NULL;

    if (!sk_job_parse(sk_span(data, size), &job, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    sk_job_emit(&job, again);
    g_assert_cmpmem(data, size, again, sizeof again);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    uint8_t frame[SK_JOB_FRAME_LEN];
    SkJob job = sk_job_default();

    if (index > 0)
        return NULL;
    sk_job_emit(&job, frame);
    return g_bytes_new(frame, sizeof frame);
}
