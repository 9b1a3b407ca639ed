/* SPDX-License-Identifier: Apache-2.0
 *
 * clamd.h - ask a ClamAV daemon about one object over its Unix socket (INSTREAM, clamd(8)). Its
 * library never comes into a process of ours: it parses everything, in the clear.
 * Runs in: runner. Trusts: that whoever may write to the socket's folder is the town's; not what
 * stands in an answer.
 * Spec: docs/scan.md   Tests: tests/unit/scan/test-clamd.c
 */
#pragma once

#include "base/base.h"

#define SK_CLAMD_NAME_MAX 200u

/**
 * sk_clamd_scan:
 * @socket: path
 * @input: a file, borrowed; read from its beginning to its end
 * @wall_ms: for all of it
 * @ret_name: (transfer full): plain text, the signature's name; NULL: nothing was found
 * @error: SK_ERROR_IO where no whole answer came in time, or it was none of clamd's
 */
bool sk_clamd_scan(const char *socket, int input, uint32_t wall_ms, char **ret_name,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
