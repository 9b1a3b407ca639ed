/* SPDX-License-Identifier: Apache-2.0
 *
 * privilege.h - what a process that loads the wall keeps of root's rights: the network and the making of
 * namespaces, for itself and for every program that it runs.
 * Runs in: sekisho-wall. Trusts: nothing. Tests: tests/e2e/e2e-wall-apply
 */
#pragma once

#include "base/base.h"

/**
 * sk_wall_privilege_reduce: keeps CAP_NET_ADMIN and CAP_SYS_ADMIN (for a namespace of one's own), takes
 * no_new_privs, and a filter that kills on calls that neither this program nor nft(8) makes: modules,
 * tracing, mounts, keys, the clock, other processes' memory.
 * @error: SK_ERROR_SANDBOX where CAP_NET_ADMIN is not there, or where something cannot be given up
 */
bool sk_wall_privilege_reduce(GError **error) G_GNUC_WARN_UNUSED_RESULT;
