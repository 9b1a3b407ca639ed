/* SPDX-License-Identifier: Apache-2.0
 *
 * picture-file.h - for tests of pictures: stored seeds, and what must hold of every picture that
 * comes out: verify accepts it, and it comes out again as it went in.
 */
#pragma once

#include "base/io.h"
#include "disarming.h"
#include "verify/verify.h"

static inline GBytes *
picture_seed(const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_SOURCE"), "tests", "fuzz", "seeds",
                                             "pictures", name, NULL);
    GBytes *bytes = NULL;

    g_assert_true(sk_io_read_file(path, 1u << 20, &bytes, NULL));
    return bytes;
}

/* @animation: the rule for it. */
static inline Disarmed
disarm_picture(SkType type, SkSpan picture, SkVerdict animation)
{
    SkJob job = sk_job_default();

    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = (uint8_t)animation;
    Disarmed out = disarm_with(&job, picture);
    if (out.report->outcome == SK_OUTCOME_CLEAN) {
        g_autoptr(SkReport) proof = sk_report_new();
        job.hint = type;
        sk_verify_run(&job, output_of(&out), proof);
        g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
        autodisarmed again = disarm_with(&job, output_of(&out));
        g_assert_true(g_bytes_equal(again.output, out.output));
    }
    return out;
}
