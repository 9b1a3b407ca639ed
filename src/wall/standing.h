/* SPDX-License-Identifier: Apache-2.0
 *
 * standing.h - may this packet pass, by the policy? The sets of allowed.h, kept so that thousands of
 * questions a second are answered.
 * Runs in: sekisho-wall watch. Trusts: the policy, which has been checked.
 * Tests: tests/unit/wall/test-standing.c
 */
#pragma once

#include "wall/allowed.h"

typedef struct SkWallStanding SkWallStanding;

/** sk_wall_standing_new: what @policy allows at @now (µs UTC). */
SkWallStanding *sk_wall_standing_new(SkPolicy *policy, int64_t now);
void sk_wall_standing_free(SkWallStanding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallStanding, sk_wall_standing_free)
/**
 * sk_wall_standing_allows: @in, @out: names of its interfaces. Both NULL: they are not known, and
 * neither they nor MACs are looked at (conntrack's events have none).
 */
bool sk_wall_standing_allows(const SkWallStanding *self, const SkPacket *packet, const char *in,
                             const char *out);
