/* SPDX-License-Identifier: Apache-2.0
 *
 * password.h - the password of a locked document, from a file, a pipe or the person at the
 * terminal; never from the call's words, which every process of the machine can read. Runs in:
 * `sekisho disarm`. Trusts: the person at the terminal. Tests: tests/e2e/e2e-command
 */
#pragma once

#include "sandbox/job.h"

/**
 * sk_password_take: one line into @job's password.
 * @path: a file whose first line it is; "-": standard input, asked for without echo where that is a
 * terminal
 * @error: SK_ERROR_IO (cannot be read), SK_ERROR_MALFORMED (empty, over SK_JOB_PASSWORD_MAX bytes,
 * no UTF-8)
 */
bool sk_password_take(SkJob *job, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
