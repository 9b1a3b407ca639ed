/* SPDX-License-Identifier: Apache-2.0
 * limits.c - contract in confine.h: what one worker may use of the machine. */
#include "sandbox/confine.h"

#include <sys/resource.h>

/* The files that a renderer keeps open at once: fonts and tables. */
#define FONT_FDS 64u
/* Between the CPU limit's SIGXCPU, which ends a worker, and the SIGKILL behind it. */
#define CPU_GRACE_SECONDS 1u

/* Never above what the zygote itself was given. */
static bool
limit(__rlimit_resource_t what, rlim_t soft, rlim_t hard, const char *name, GError **error)
{
    struct rlimit now;

    if (getrlimit(what, &now) != 0)
        return sk_throw_errno(error, name);
    struct rlimit wanted = { .rlim_cur = MIN(soft, now.rlim_max),
                             .rlim_max = MIN(hard, now.rlim_max) };
    if (setrlimit(what, &wanted) != 0)
        return sk_throw_errno(error, name);
    return true;
}

bool
sk_limits_apply(SkSandboxKind kind, const SkLimits *limits, GError **error)
{
    rlim_t cpu = (limits->cpu_ms + 999u) / 1000u;
    rlim_t fds = kind == SK_SANDBOX_FONTS ? FONT_FDS : SK_WORKER_FDS;
    /* One limit binds output and report alike; the pool holds each to its own length afterwards. */
    rlim_t file = MAX(limits->output, SK_REPORT_BYTES_MAX);

#ifndef SK_SANITIZED /* AddressSanitizer reserves terabytes that it never uses */
    if (!limit(RLIMIT_AS, limits->memory, limits->memory, "RLIMIT_AS", error))
        return false;
#endif
    return limit(RLIMIT_CORE, 0, 0, "RLIMIT_CORE", error) &&
           limit(RLIMIT_FSIZE, file, file, "RLIMIT_FSIZE", error) &&
           limit(RLIMIT_CPU, cpu, cpu + CPU_GRACE_SECONDS, "RLIMIT_CPU", error) &&
           limit(RLIMIT_NPROC, 0, 0, "RLIMIT_NPROC", error) &&
           limit(RLIMIT_MEMLOCK, 0, 0, "RLIMIT_MEMLOCK", error) &&
           limit(RLIMIT_MSGQUEUE, 0, 0, "RLIMIT_MSGQUEUE", error) &&
           limit(RLIMIT_NOFILE, fds, fds, "RLIMIT_NOFILE", error);
}
