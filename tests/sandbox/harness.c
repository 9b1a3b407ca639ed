/* SPDX-License-Identifier: Apache-2.0
 * harness.c - contract in harness.h. */
#include "harness.h"

#include "base/io.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ORDINARY_UID 12345u

Result
harness_run(SkPool *pool, const SkJob *job, const char *line)
{
    g_autoptr(GError) error = NULL;
    Result result = { .output = -1 };
    sk_autofd input = sk_memfd_from("t", sk_span_str(line), &error);
    g_assert_no_error(error);
    bool ran = sk_pool_run(pool, job, input, &result.report, &result.output, &error);
    g_assert_no_error(error);
    g_assert_true(ran);
    return result;
}

void
result_clear(Result *result)
{
    g_clear_pointer(&result->report, sk_report_free);
    sk_fd_clear(&result->output);
}

SkJob
harness_job(void)
{
    SkJob job = sk_job_default();
    job.limits.wall_ms = 20000;
    job.limits.cpu_ms = 1000;
    job.limits.output = SK_REPORT_BYTES_MAX + (1u << 20);
    job.limits.memory = 256u << 20;
    return job;
}

void
harness_assert_refused(const Result *result, SkReason reason)
{
    g_assert_cmpint(result->report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpstr(sk_reason_name(result->report->reason), ==, sk_reason_name(reason));
    g_assert_cmpint(result->report->type_out, ==, SK_TYPE_NONE);
    g_assert_cmpint(result->output, ==, -1);
}

void
harness_assert_works(SkPool *pool)
{
    SkJob job = harness_job();
    g_auto(Result) result = harness_run(pool, &job, "echo hello");

    g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(result.report->type_out, ==, SK_TYPE_TEXT);
    g_assert_true(sk_memfd_is_sealed(result.output));
    g_autoptr(GBytes) bytes = sk_memfd_map(result.output, NULL);
    g_assert_true(sk_span_is(sk_span_bytes(bytes), "hello"));
}

char *
harness_copy(const char *variable, const char *name)
{
    g_autofree char *folder = g_dir_make_tmp("sk-sandbox-XXXXXX", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) program = NULL;
    char *path = g_build_filename(folder, name, NULL);

    g_assert_nonnull(g_getenv(variable));
    g_assert_cmpint(chmod(folder, 0755), ==, 0);
    g_assert_true(sk_io_read_file(g_getenv(variable), 1u << 30, &program, &error));
    g_assert_true(sk_io_write_file(path, sk_span_bytes(program), 0755, &error));
    g_assert_cmpint(chmod(path, 0755), ==, 0);
    return path;
}

void
harness_uncopy(char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    unlink(path);
    rmdir(folder);
    g_free(path);
}

bool
harness_as_user(void (*test)(const void *data), const void *data)
{
    int status = 0;

    if (geteuid() != 0)
        return false;
    fflush(stdout);
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        if (setgroups(0, NULL) != 0 || setresgid(ORDINARY_UID, ORDINARY_UID, ORDINARY_UID) != 0 ||
            setresuid(ORDINARY_UID, ORDINARY_UID, ORDINARY_UID) != 0)
            _exit(9);
        test(data);
        fflush(stdout);
        _exit(0);
    }
    while (waitpid(child, &status, 0) < 0)
        g_assert_cmpint(errno, ==, EINTR);
    g_assert_cmpint(status, ==, 0);
    return true;
}
