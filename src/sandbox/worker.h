/* SPDX-License-Identifier: Apache-2.0
 *
 * worker.h - the process that touches one object and then ends, and the frames that the zygote and
 * its pool exchange about it. Runs in: zygotes and workers; the pool uses the frames. Trusts: the
 * zygote it was forked from. Tests: tests/sandbox/
 */
#pragma once

#include "sandbox/zygote.h"

#include <linux/filter.h>

/* Exit statuses of a worker. Anything else is a crash. */
typedef enum {
    SK_WORKER_DONE = 0,
    SK_WORKER_FAILED = 1, /* the report could not be written */
    SK_WORKER_MEMORY = 4, /* an allocation failed */
    SK_WORKER_SETUP = 5,  /* a limit, the mapping or the filter did not stand: nothing was read */
} SkWorkerExit;

/** sk_worker_run: in the fork: descriptors, limits, filter, work, report; never returns. Takes
 * @fds. */
void sk_worker_run(const SkZygote *zygote, const struct sock_fprog *filter, const SkJob *job,
                   const int fds[SK_JOB_FDS]) G_GNUC_NORETURN;

/* From the zygote to its pool: eight bytes of `ready` once, then one `done` for every job. */
#define SK_ZYGOTE_FRAME_LEN ((size_t)24)
#define SK_ZYGOTE_READY 0x3179646165722d6bull /* "k-ready1" */
#define SK_ZYGOTE_DONE 0x31656e6f642d736bull  /* "ks-done1" */
