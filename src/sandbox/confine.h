/* SPDX-License-Identifier: Apache-2.0
 *
 * confine.h - the steps into the sandbox, in the order in which they are taken. The zygote takes
 * the first four once; every worker takes the last two for itself. Each either stands or fails:
 * there is no step that a failure leaves out, with the one exception that sk_landlock_apply names.
 * Runs in: zygotes and workers only. Trusts: the kernel.
 * Spec: docs/architecture.md ("Workers"), docs/decisions/0010-sandbox.md   Tests: tests/sandbox/
 */
#pragma once

#include "sandbox/zygote.h"

#include <linux/filter.h>
#include <sys/types.h>

/* The identity inside, and outside too where root started the program. */
#define SK_SANDBOX_UID 65534u

/* Every descriptor that a worker has. 0 to 2 are /dev/null; there is nothing else. */
#define SK_WORKER_FD_OUTPUT 3
#define SK_WORKER_FD_REPORT 4
#define SK_WORKER_FDS 5u

/** sk_confine_drop_root: leaves root for SK_SANDBOX_UID with no groups; nothing to do for an
 * ordinary user. */
bool sk_confine_drop_root(GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_confine_namespaces: new user, mount, network, pid, ipc, uts and cgroup namespaces.
 * Returns: in the first process of the new pid namespace only: the calling process stays behind,
 * waits for it, and ends with its exit status (3 where a signal ended it).
 */
bool sk_confine_namespaces(GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_confine_root: pivots into an empty, read-only root that holds only what @kind may read, and
 * an empty tmpfs where it may write. */
bool sk_confine_root(SkSandboxKind kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_confine_privileges: no new privileges, no capability left in any set, Landlock with only what
 * @kind may read. A kernel without Landlock is accepted: the empty root and the filter say the
 * same.
 */
bool sk_confine_privileges(SkSandboxKind kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_landlock_apply: part of sk_confine_privileges. True without doing anything where the kernel
 * has none. */
bool sk_landlock_apply(SkSandboxKind kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_confine_readable: NULL-terminated absolute paths that @kind may read; those absent are left
 * out. */
const char *const *sk_confine_readable(SkSandboxKind kind);
/** sk_confine_writable: the one folder, a tmpfs, that @kind may write below; NULL for none. */
const char *sk_confine_writable(SkSandboxKind kind);

/** sk_limits_apply: rlimits of a worker. Descriptors must already be down to SK_WORKER_FDS. */
bool sk_limits_apply(SkSandboxKind kind, const SkLimits *limits,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_filter_build: (transfer full): the seccomp program of @kind, compiled once. Killing is the
 * default. */
bool sk_filter_build(SkSandboxKind kind, struct sock_fprog *ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_filter_install: from here on any other call ends the process with SIGSYS. */
bool sk_filter_install(const struct sock_fprog *program, GError **error) G_GNUC_WARN_UNUSED_RESULT;
