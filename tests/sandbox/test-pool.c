/* SPDX-License-Identifier: Apache-2.0
 * test-pool.c - a pool over a worker that ends badly, lies, or never ends; before and after each an
 * honest job must go through. */
#include "base/clock.h"
#include "base/io.h"
#include "sandbox/pool.h"
#include "harness.h"

#include <signal.h>

static SkPool *
evil_pool(void)
{
    const char *program = g_getenv("SEKISHO_EVIL_WORKER");
    g_assert_nonnull(program);
    return sk_pool_new(program);
}

static void
honest(void)
{
    g_autoptr(SkPool) pool = evil_pool();
    g_assert_cmpint(sk_pool_pid(pool), ==, 0);
    harness_assert_works(pool);
    pid_t pid = sk_pool_pid(pool);
    harness_assert_works(pool);
    g_assert_cmpint(sk_pool_pid(pool), ==, pid);

    SkJob job = harness_job();
    g_auto(Result) result = harness_run(pool, &job, "refuse contraband");
    harness_assert_refused(&result, SK_REASON_FORBIDDEN);
    g_auto(Result) empty = harness_run(pool, &job, "");
    harness_assert_refused(&empty, SK_REASON_UNSUPPORTED);
    g_assert_cmpint(sk_pool_pid(pool), ==, pid);

    job.limits.input = 3;
    g_auto(Result) large = harness_run(pool, &job, "echo hello");
    harness_assert_refused(&large, SK_REASON_LIMIT);
}

typedef struct {
    const char *line;
    SkReason reason;
    bool release_only; /* what AddressSanitizer would have to stand aside for */
} Bad;

static const Bad bad_ways[] = {
    { "segv", SK_REASON_CRASH, false },
    { "assert", SK_REASON_CRASH, false },
    { "leave", SK_REASON_CRASH, false },
    { "memory", SK_REASON_LIMIT, true },
    { "spin", SK_REASON_LIMIT, false },
    { "no-type", SK_REASON_CRASH, false },
    { "bad-level", SK_REASON_CRASH, false },
    { "flood", SK_REASON_LIMIT, false },
    { "refused-with-output", SK_REASON_CRASH, false },
    { "two-reports", SK_REASON_CRASH, false },
    { "long-report", SK_REASON_CRASH, false },
    { "junk-report", SK_REASON_CRASH, false },
    { "call openat", SK_REASON_SANDBOX, true },
};

static void
bad_endings(void)
{
    g_autoptr(SkPool) pool = evil_pool();
    SkJob job = harness_job();

    for (unsigned i = 0; i < G_N_ELEMENTS(bad_ways); i++) {
#ifdef SK_SANITIZED
        if (bad_ways[i].release_only)
            continue;
#endif
        g_test_message("%s", bad_ways[i].line);
        g_auto(Result) result = harness_run(pool, &job, bad_ways[i].line);
        harness_assert_refused(&result, bad_ways[i].reason);
        harness_assert_works(pool);
    }
}

static void
deadline(void)
{
    g_autoptr(SkPool) pool = evil_pool();
    SkJob job = harness_job();
    job.limits.wall_ms = 100;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_pool_warm(pool, &error));

    int64_t start = sk_clock_monotonic();
    g_auto(Result) result = harness_run(pool, &job, "hang");
    harness_assert_refused(&result, SK_REASON_TIMEOUT);
    g_assert_cmpint(sk_clock_monotonic() - start, <, 2 * G_USEC_PER_SEC);
    harness_assert_works(pool);
}

static void
killed_zygote(void)
{
    g_autoptr(SkPool) pool = evil_pool();
    harness_assert_works(pool);
    kill(sk_pool_pid(pool), SIGKILL);
    harness_assert_works(pool);
}

static void
replaced_by_age(void)
{
    g_autoptr(SkPool) pool = evil_pool();
    harness_assert_works(pool);
    pid_t first = sk_pool_pid(pool);
    for (unsigned i = 1; i < SK_POOL_JOBS_MAX; i++)
        harness_assert_works(pool);
    g_assert_cmpint(sk_pool_pid(pool), ==, first);
    harness_assert_works(pool);
    g_assert_cmpint(sk_pool_pid(pool), !=, first);
}

static void
no_program(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPool) pool = sk_pool_new("/nonexistent/sekisho-disarm");
    g_assert_false(sk_pool_warm(pool, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);

    /* A program that is no zygote of ours. */
    g_autoptr(SkPool) other = sk_pool_new("/bin/true");
    g_assert_false(sk_pool_warm(other, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_SANDBOX);
}

static void
unsealed_input(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPool) pool = evil_pool();
    g_autoptr(SkReport) report = NULL;
    SkJob job = harness_job();
    int output = -1;
    sk_autofd input = sk_memfd_new("t", &error);
    g_assert_false(sk_pool_run(pool, &job, input, &report, &output, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/honest", honest);
    g_test_add_func("/pool/bad-endings", bad_endings);
    g_test_add_func("/pool/deadline", deadline);
    g_test_add_func("/pool/killed-zygote", killed_zygote);
    g_test_add_func("/pool/replaced-by-age", replaced_by_age);
    g_test_add_func("/pool/no-program", no_program);
    g_test_add_func("/pool/unsealed-input", unsealed_input);
    return g_test_run();
}
