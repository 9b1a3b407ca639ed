/* SPDX-License-Identifier: Apache-2.0
 * worker.c - contract in worker.h. Everything that can fail is done before the filter; after it
 * there is only the work, one report and _exit. */
#include "sandbox/worker.h"

#include "base/io.h"
#include "sandbox/confine.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#ifndef SK_SANITIZED
/* The C library's abort sends itself a signal, which the filter would call an attack. A trap needs
 * no system call, and so an assertion that fails is told apart from a worker that reaches out. */
void
abort(void)
{
    __builtin_trap();
}
#endif

/* GLib's last words. The default writer asks the terminal for colours; this one asks nobody. */
static GLogWriterOutput
on_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    (void)data;
    if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) == 0)
        return G_LOG_WRITER_HANDLED;
    for (gsize i = 0; i < n_fields; i++)
        if (strcmp(fields[i].key, "MESSAGE") == 0 &&
            strstr((const char *)fields[i].value, "failed to allocate") != NULL)
            _exit(SK_WORKER_MEMORY);
    abort();
}

/* @from, which must be at or above @to, becomes @to. */
static bool
move_fd(int from, int to, GError **error)
{
    if (from != to && dup2(from, to) < 0)
        return sk_throw_errno(error, "dup2");
    return true;
}

/* Leaves /dev/null at 0 to 2, output and report behind it, and nothing else. */
static bool
arrange_fds(const int fds[SK_JOB_FDS], GError **error)
{
    /* Out of the way first: the places aimed at may be taken by the very descriptors to be moved.
     */
    int output = fcntl(fds[SK_JOB_FD_OUTPUT], F_DUPFD, (int)SK_WORKER_FDS);
    int report = fcntl(fds[SK_JOB_FD_REPORT], F_DUPFD, (int)SK_WORKER_FDS);

    if (output < 0 || report < 0)
        return sk_throw_errno(error, "fcntl(F_DUPFD)");
    if (!move_fd(output, SK_WORKER_FD_OUTPUT, error) ||
        !move_fd(report, SK_WORKER_FD_REPORT, error))
        return false;
#ifndef SK_SANITIZED /* where the sanitizers write what they found */
    if (!move_fd(STDIN_FILENO, STDERR_FILENO, error))
        return false;
#endif
    sk_io_close_all_but((const int[]){ 0, 1, 2, SK_WORKER_FD_OUTPUT, SK_WORKER_FD_REPORT },
                        SK_WORKER_FDS);
    return true;
}

static bool
set_up(const SkZygote *zygote, const struct sock_fprog *filter, const SkJob *job,
       const int fds[SK_JOB_FDS], GBytes **ret_input, GError **error)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl");
    *ret_input = sk_memfd_map(fds[SK_JOB_FD_INPUT], error);
    return *ret_input != NULL && arrange_fds(fds, error) &&
           sk_limits_apply(zygote->kind, &job->limits, error) && sk_filter_install(filter, error);
}

void
sk_worker_run(const SkZygote *zygote, const struct sock_fprog *filter, const SkJob *job,
              const int fds[SK_JOB_FDS])
{
    g_autoptr(GError) error = NULL;
    GBytes *input = NULL;
    SkReport *report = sk_report_new();

    g_log_set_writer_func(on_log, NULL, NULL);
    if (!set_up(zygote, filter, job, fds, &input, &error))
        _exit(SK_WORKER_SETUP);
    if (g_bytes_get_size(input) > job->limits.input)
        sk_report_refuse(report, SK_REASON_LIMIT);
    else
        zygote->work(job, input, SK_WORKER_FD_OUTPUT, report);
    sk_job_forget(job);
    bool keeps = report->outcome == SK_OUTCOME_CLEAN || report->outcome == SK_OUTCOME_CONVERT ||
                 report->outcome == SK_OUTCOME_DRAW || report->outcome == SK_OUTCOME_CHILDREN;
    if (!keeps && ftruncate(SK_WORKER_FD_OUTPUT, 0) != 0)
        _exit(SK_WORKER_FAILED); /* what was written before the refusal is no output */

    GBytes *frame = sk_report_emit(report);
    if (!sk_io_write_all(SK_WORKER_FD_REPORT, sk_span_bytes(frame), NULL))
        _exit(SK_WORKER_FAILED);
    _exit(SK_WORKER_DONE); /* the kernel frees everything faster */
}
