/* SPDX-License-Identifier: Apache-2.0
 *
 * pool.h - have a sandboxed program do one job: start its zygote, hand over the object, wait, seal
 * what came out. One job at a time per pool; a zygote is replaced after any crash and every
 * SK_POOL_JOBS_MAX jobs. The zygote is a program of ours called with `--zygote`, with the job
 * socket as descriptor 3 (docs/architecture.md, "Workers"). Runs in: runner, intake, `sekisho
 * disarm`, `sekisho verify`. Trusts: nothing that a worker writes. Tests:
 * tests/sandbox/test-pool.c, tests/sandbox/test-world.c
 */
#pragma once

#include "sandbox/job.h"
#include "sandbox/report.h"

#define SK_POOL_JOBS_MAX 500u

typedef struct SkPool SkPool;

/** sk_pool_new: (transfer full): @program is the path of sekisho-disarm, -verify, -draw or -convert. Starts
 * nothing yet. */
SkPool *sk_pool_new(const char *program);
void sk_pool_free(SkPool *self); /* ends the zygote, waits for it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPool, sk_pool_free)

/** sk_pool_set_single: from now on every object has a zygote of its own, which ends with it: pid
 * namespace, mounts and all. */
void sk_pool_set_single(SkPool *self);

/** sk_pool_set_rules: sekisho-scan only: the file that its zygote reads before the sandbox closes. */
void sk_pool_set_rules(SkPool *self, const char *path);

/** sk_pool_warm: starts the zygote now. SK_ERROR_SANDBOX if the sandbox cannot be set up: there is
 * no override. */
bool sk_pool_warm(SkPool *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_pool_run: one job on the sealed memfd @input (borrowed).
 * @ret_report: (transfer full): the worker's decoded report, or one made here when the worker died,
 *     ran out of time or lied: then outcome refused with reason timeout, sandbox (its filter killed
 * it), limit (its own memory or time limit killed it) or crash
 * @ret_output: (transfer full): the output, sealed, when the outcome is CLEAN and the job has an
 *     output, or CONVERT with something written; else -1
 * Returns: true when the job ran, whatever its outcome; false with SK_ERROR_SANDBOX
 * or SK_ERROR_IO when it could not be run at all.
 */
bool sk_pool_run(SkPool *self, const SkJob *job, int input, SkReport **ret_report, int *ret_output,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pool_cpu_us: CPU time of its workers so far, user and system. */
uint64_t sk_pool_cpu_us(const SkPool *self);
/** sk_pool_pid: the zygote's process id for tests that kill it, 0 if none runs. */
pid_t sk_pool_pid(const SkPool *self);
