/* SPDX-License-Identifier: Apache-2.0
 *
 * load.h - one wall into the kernel, and only when it was tried and judged before: in a network
 * namespace of its own, then beside what else the machine has loaded, then for real in one
 * transaction, then once more as the kernel lists it.
 * Runs in: sekisho-wall with CAP_NET_ADMIN (and CAP_SYS_ADMIN for the namespace). Trusts: nft(8) to load what it
 * is given or nothing; not that what it lists is what was meant: that is what is judged.
 * Spec: docs/wall.md   Tests: tests/e2e/e2e-wall-apply
 */
#pragma once

#include "wall/judge.h"
#include "wall/kept.h"

/**
 * sk_wall_load: @self's ruleset, judged at @at (µs UTC), replaces the table of the wall. Sets its listing.
 * Where false is returned before the ruleset was loaded, nothing has changed; @ret_touched says
 * whether it was, and then the caller has to put another wall in its place.
 * @ret_seen: (optional): the snapshot that it was judged by once it was loaded
 * @error: SK_ERROR_FORBIDDEN: it is not what the policy says, or something beside it is not; with the
 *   reason. SK_ERROR_IO, SK_ERROR_SANDBOX: it could not be done
 */
bool sk_wall_load(SkWallKept *self, int64_t at, bool *ret_touched, SkWallSeen *ret_seen,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_load_tried: the second half, for one that sk_wall_load_try has let through. */
bool sk_wall_load_tried(SkWallKept *self, int64_t at, bool *ret_touched, SkWallSeen *ret_seen,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_load_try: the first half: tried and judged, nothing loaded. */
bool sk_wall_load_try(SkWallKept *self, int64_t at, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_load_check: is @self what is loaded now, and is all that is loaded what its policy says at @at? */
bool sk_wall_load_check(const SkWallKept *self, int64_t at, SkWallSeen *ret_seen,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_load_closed: the wall that lets nothing pass. */
bool sk_wall_load_closed(unsigned nflog_group, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_wall_end_connections: connections that the kernel keeps and no sentence of @policy allows at @at
 * (by addresses, protocol and port) are ended; all others stay.
 * @ret_ended: how many
 */
bool sk_wall_end_connections(const SkPolicy *policy, int64_t at, unsigned *ret_ended,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
