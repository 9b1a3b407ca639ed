/* SPDX-License-Identifier: Apache-2.0
 *
 * tally.h - what the kernel does, counted by pairs of zones and held against the policy:
 * connections that the policy allows, packets that it refuses, and what cannot be where the wall
 * was proved: a connection that no sentence allows, a dropped packet that one does. Runs in:
 * sekisho-wall watch. Trusts: nothing: addresses are whatever was on the wire. Memory is bounded
 * whatever comes. Tests: tests/unit/wall/test-tally.c
 */
#pragma once

#include "policy/policy.h"
#include "wall/packet.h"

#define SK_WALL_SOURCES_KEPT 512u

typedef enum {
    SK_WALL_JUDGED_ALLOWED = 0,
    SK_WALL_JUDGED_REFUSED,
    SK_WALL_JUDGED_IMPOSSIBLE
} SkWallJudgement;

/** SkWallAllows: does a sentence allow this packet? Where @in and @out are NULL its interfaces are
 * not known, and it is asked without them (and without its MAC). */
typedef bool (*SkWallAllows)(const SkPacket *packet, const char *in, const char *out, void *data);

typedef struct SkWallTally SkWallTally;

/** sk_wall_tally_new: @policy: a reference is taken. */
SkWallTally *sk_wall_tally_new(SkPolicy *policy, SkWallAllows allows, void *data);
void sk_wall_tally_free(SkWallTally *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallTally, sk_wall_tally_free)

/** sk_wall_tally_own: one of the wall's own addresses: what begins or ends there is not forwarded.
 */
void sk_wall_tally_own(SkWallTally *self, bool v6, SkWallValue address);
/** sk_wall_tally_forget_own: before they are told anew. */
void sk_wall_tally_forget_own(SkWallTally *self);

/** sk_wall_tally_dropped: @in, @out: names of its interfaces; NULL: none. */
SkWallJudgement sk_wall_tally_dropped(SkWallTally *self, const SkPacket *packet, const char *in,
                                      const char *out);
/** sk_wall_tally_opened: the first packet of a connection that passed. */
SkWallJudgement sk_wall_tally_opened(SkWallTally *self, const SkPacket *packet);
/** sk_wall_tally_unreadable: a logged packet that is no IP packet. */
void sk_wall_tally_unreadable(SkWallTally *self);
/** sk_wall_tally_lost: @n events that the kernel could not hand over; 0: it cannot say how many. */
void sk_wall_tally_lost(SkWallTally *self, uint64_t n);

/** sk_wall_tally_json: (transfer full): members of an object, without its braces:
 * `"pairs":[{"from","to","allowed","refused","impossible"}],"sources":[{"address","zone","drops"}],
 * "unreadable":0,"spoofed":0,"lost":0,"lostUnknown":0`. `drops` of a source: at least so many,
 * where more than SK_WALL_SOURCES_KEPT sources came. */
char *sk_wall_tally_json(const SkWallTally *self);
/** sk_wall_tally_pair: for tests: "internet", "lgwan"; "" is elsewhere, "-" the wall itself. */
uint64_t sk_wall_tally_pair(const SkWallTally *self, const char *from, const char *to,
                            SkWallJudgement judgement);
