/* SPDX-License-Identifier: Apache-2.0
 * test-job.c - the job frame: whole, cut, and with every field out of range. */
#include "sandbox/job.h"

#include <string.h>

#define PASSWORD (SK_JOB_FRAME_LEN - SK_JOB_PASSWORD_MAX - 1)
#define VERDICTS (PASSWORD - SK_ELEMENT_COUNT)

static bool
parses(const uint8_t *frame, size_t n)
{
    SkJob job;
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *heap = g_memdup2(frame, n);
    bool ok = sk_job_parse(sk_span(heap, n), &job, &error);
    if (!ok)
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    return ok;
}

static void
round_trip(void)
{
    uint8_t frame[SK_JOB_FRAME_LEN];
    uint8_t again[SK_JOB_FRAME_LEN];
    SkJob job = sk_job_default();
    SkJob back;

    job.hint = SK_TYPE_CSV;
    job.strict_hint = true;
    job.level = SK_LEVEL_IMAGE;
    job.dpi = 300;
    job.limits.output = 12345678901ull;
    job.limits.wall_ms = 7;
    job.verdicts[SK_ELEMENT_CSV_FORMULA] = SK_VERDICT_REFUSED;
    g_assert_true(sk_job_set_password(&job, sk_span_str("関所 passphrase")));
    sk_job_emit(&job, frame);
    g_assert_true(sk_job_parse(sk_span(frame, sizeof frame), &back, NULL));
    g_assert_cmpstr(back.password, ==, "関所 passphrase");
    g_assert_cmpint(back.hint, ==, SK_TYPE_CSV);
    g_assert_true(back.strict_hint);
    g_assert_cmpint(back.level, ==, SK_LEVEL_IMAGE);
    g_assert_cmpuint(back.dpi, ==, 300);
    g_assert_cmpuint(back.limits.output, ==, 12345678901ull);
    g_assert_cmpuint(back.limits.wall_ms, ==, 7);
    g_assert_cmpuint(back.verdicts[SK_ELEMENT_CSV_FORMULA], ==, SK_VERDICT_REFUSED);
    sk_job_emit(&back, again);
    g_assert_cmpmem(frame, sizeof frame, again, sizeof again);
}

static void
lengths(void)
{
    uint8_t frame[SK_JOB_FRAME_LEN + 1] = { 0 };
    SkJob job = sk_job_default();

    sk_job_emit(&job, frame);
    g_assert_true(parses(frame, SK_JOB_FRAME_LEN));
    for (size_t n = 0; n < SK_JOB_FRAME_LEN; n++)
        g_assert_false(parses(frame, n));
    g_assert_false(parses(frame, SK_JOB_FRAME_LEN + 1));
}

static void
out_of_range(void)
{
    static const struct {
        size_t at;
        uint8_t value;
    } changes[] = {
        { 0, 0 },                                                 /* magic */
        { 16, SK_LEVEL_COUNT },                                   /* level */
        { 19, 1 },                                                /* level, highest byte */
        { 20, SK_TYPE_COUNT },                                    /* hint */
        { 24, 2 },                                                /* strict */
        { 28, 71 },                                               /* dpi, too coarse */
        { 29, 0xff },                                             /* dpi, too fine */
        { VERDICTS, SK_VERDICT_KEPT }, /* an override of "no element" */
        { PASSWORD - 1, SK_VERDICT_COUNT },
        { PASSWORD, 0xff },                                       /* no UTF-8 */
        { SK_JOB_FRAME_LEN - 1, 'x' },                            /* more behind its end */
        { VERDICTS + SK_ELEMENT_WRONG_TYPE,
          SK_VERDICT_KEPT }, /* not allowed */
    };
    SkJob job = sk_job_default();
    uint8_t foreign[SK_JOB_FRAME_LEN];

    sk_job_emit(&job, foreign);
    foreign[8] ^= 1; /* the fingerprint, which no test may know */
    g_assert_false(parses(foreign, sizeof foreign));
    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        uint8_t frame[SK_JOB_FRAME_LEN];
        sk_job_emit(&job, frame);
        g_assert_cmpuint(frame[changes[i].at], !=, changes[i].value);
        frame[changes[i].at] = changes[i].value;
        g_test_message("byte %zu", changes[i].at);
        g_assert_false(parses(frame, sizeof frame));
    }
}

static void
password(void)
{
    uint8_t frame[SK_JOB_FRAME_LEN];
    char long_one[SK_JOB_PASSWORD_MAX + 2];
    SkJob job = sk_job_default();

    memset(long_one, 'p', sizeof long_one);
    g_assert_false(sk_job_set_password(&job, sk_span(long_one, SK_JOB_PASSWORD_MAX + 1)));
    g_assert_false(sk_job_set_password(&job, sk_span("a\0b", 3)));
    g_assert_false(sk_job_set_password(&job, sk_span("\xff", 1)));
    g_assert_cmpstr(job.password, ==, "");
    g_assert_true(sk_job_set_password(&job, sk_span(long_one, SK_JOB_PASSWORD_MAX)));
    sk_job_emit(&job, frame);
    g_assert_true(parses(frame, sizeof frame));
    frame[SK_JOB_FRAME_LEN - 1] = 'p'; /* no end */
    g_assert_false(parses(frame, sizeof frame));
    g_assert_true(sk_job_set_password(&job, sk_span_str("short"))); /* nothing of the long one stays behind it */
    sk_job_emit(&job, frame);
    g_assert_true(parses(frame, sizeof frame));
    sk_job_forget(&job);
    for (size_t i = 0; i < sizeof job.password; i++)
        g_assert_cmpint(job.password[i], ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/round-trip", round_trip);
    g_test_add_func("/job/lengths", lengths);
    g_test_add_func("/job/out-of-range", out_of_range);
    g_test_add_func("/job/password", password);
    return g_test_run();
}
