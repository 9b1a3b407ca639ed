/* SPDX-License-Identifier: Apache-2.0
 *
 * walk.h - one packet through a ruleset, rule by rule, as the kernel would take it: the reference
 * that the proof (model.h) and the kernel (replay.h) are held against, and what names the rules on
 * a counterexample's path. Runs in: sekisho-wall. Trusts: the ruleset's own consistency
 * (ruleset.h). Never recurses: a jump's depth is bounded as the kernel's is. Spec: nft(8) 1.0.6
 * (statements, chains); net/netfilter as measured   Tests: tests/unit/wall/
 */
#pragma once

#include "wall/ruleset.h"

#define SK_WALL_JUMPS_MAX 16u /* the kernel's NFT_JUMP_STACK_SIZE */

typedef enum {
    SK_WALL_PASSES = 0, /* every base chain on its way lets it on */
    SK_WALL_STOPS,      /* dropped or rejected */
    SK_WALL_UNSURE,     /* an unknown decides */
} SkWallEnd;

/** SkWallMark: one rule on a packet's path that had a say. */
typedef struct {
    const SkWallChain *chain;
    const SkWallRule *rule; /* NULL: the policy of a base chain */
    SkWallActKind act;
} SkWallMark;

/**
 * SkWallUnknowns: which answers unknowns give: @answer is asked for each in turn; NULL: the walk
 * ends SK_WALL_UNSURE at the first one that is met.
 */
typedef bool (*SkWallUnknowns)(const SkWallStep *step, void *data);

typedef struct {
    SkWallEnd end;
    SkPacket after;  /* as it leaves: NAT and marks done; ranges: their first value */
    bool translated; /* by DNAT, SNAT or redirect */
    GArray *path;    /* of SkWallMark, in order; the last one decided */
} SkWallWalk;

/**
 * sk_wall_walk: @packet's numbers of interfaces are those of @interfaces (of char *), the names
 * that exist; patterns of the ruleset are held against them. A packet with NAT is judged as the
 * connection's first: established packets are not translated again (their fields are as they stand
 * at the hook asked: the caller says them so).
 */
void sk_wall_walk(const SkWallRuleset *ruleset, const GPtrArray *interfaces, const SkPacket *packet,
                  SkWallUnknowns unknowns, void *data, SkWallWalk *ret);
void sk_wall_walk_clear(SkWallWalk *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWallWalk, sk_wall_walk_clear)
/** sk_wall_walk_text: (transfer full): the path for people, a line for each mark. */
char *sk_wall_walk_text(const SkWallWalk *self);
