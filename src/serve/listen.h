/* SPDX-License-Identifier: Apache-2.0
 *
 * listen.h - open the sockets that roles are given: listeners of the web role, and the passage between
 * two stations.
 * Runs in: supervisor. Tests: tests/e2e/
 */
#pragma once

#include "policy/conf.h"

/** sk_listen_open: (transfer full): by the station's `listen` setting; -1 with SK_ERROR_IO naming the address. */
int sk_listen_open(const SkConfStation *station, GError **error);
/** sk_listen_unix: (transfer full): a socket file at @path; who may reach it, the folder around it says. -1, SK_ERROR_IO. */
int sk_listen_unix(const char *path, GError **error);
/** sk_listen_pair: a passage: [0] the sender's end, [1] the receiver's. */
bool sk_listen_pair(int ret[2], GError **error) G_GNUC_WARN_UNUSED_RESULT;
