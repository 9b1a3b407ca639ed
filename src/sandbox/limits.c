/* SPDX-License-Identifier: Apache-2.0
 * limits.c - contract in confine.h: what one worker may use of the machine. */
#include "sandbox/confine.h"

#include <sys/resource.h>

/* The files that a renderer keeps open at once: fonts and tables. */
#define FONT_FDS 64u
/* LibreOffice: the same, its profile, and its threads. */
#define OFFICE_FDS 256u
#define OFFICE_THREADS 64u
/* Address space that LibreOffice takes before it has read anything: its libraries, and stacks and
 * arenas of its threads that are never touched. The job's limit is for the object and comes on top.
 */
#define OFFICE_SPACE (2ull << 30)
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
    bool office = kind == SK_SANDBOX_OFFICE;
    rlim_t fds = office ? OFFICE_FDS : kind == SK_SANDBOX_FONTS ? FONT_FDS : SK_WORKER_FDS;
    rlim_t memory = MIN(limits->memory, RLIM_INFINITY - OFFICE_SPACE) + (office ? OFFICE_SPACE : 0);
    rlim_t processes = office ? OFFICE_THREADS : 0;
    /* One limit binds output and report alike; the pool holds each to its own length afterwards. */
    rlim_t file = MAX(limits->output, SK_REPORT_BYTES_MAX);

#ifdef SK_SANITIZED
    (void)memory;
#else /* AddressSanitizer reserves terabytes that it never uses */
    if (!limit(RLIMIT_AS, memory, memory, "RLIMIT_AS", error))
        return false;
#endif
    return limit(RLIMIT_CORE, 0, 0, "RLIMIT_CORE", error) &&
           limit(RLIMIT_FSIZE, file, file, "RLIMIT_FSIZE", error) &&
           limit(RLIMIT_CPU, cpu, cpu + CPU_GRACE_SECONDS, "RLIMIT_CPU", error) &&
           limit(RLIMIT_NPROC, processes, processes, "RLIMIT_NPROC", error) &&
           limit(RLIMIT_MEMLOCK, 0, 0, "RLIMIT_MEMLOCK", error) &&
           limit(RLIMIT_MSGQUEUE, 0, 0, "RLIMIT_MSGQUEUE", error) &&
           limit(RLIMIT_NOFILE, fds, fds, "RLIMIT_NOFILE", error);
}
