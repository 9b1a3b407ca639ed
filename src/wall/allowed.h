/* SPDX-License-Identifier: Apache-2.0
 *
 * allowed.h - what the policy means for packets: a list of sets, each a product of ranges, with the
 * sentence that it comes from. Derived from the policy alone: nothing here knows how compile.c says
 * the same in nftables' words, so that the two can be held against each other.
 * Runs in: sekisho-wall. Trusts: the policy, which has been checked.
 * Spec: docs/wall-proof.md   Tests: tests/unit/wall/test-allowed.c
 */
#pragma once

#include "policy/policy.h"
#include "wall/packet.h"
#include "wall/ruleset.h"

typedef enum {
    SK_WALL_BY_FLOW = 0,   /* a sentence */
    SK_WALL_BY_ERRORS,     /* ICMP errors about a sentence's connections */
    SK_WALL_BY_GATE,       /* a zone's `gate` */
    SK_WALL_BY_LOOPBACK,   /* the wall with itself */
    SK_WALL_BY_NEIGHBOURS, /* neighbour discovery */
    SK_WALL_BY_OWN_ERRORS, /* ICMP errors to and from the wall itself */
    SK_WALL_BY_COUNT
} SkWallBy;

/** SkWallAllowed: packets whose fields each lie in one of the field's ranges (NULL: any value). */
typedef struct {
    SkWallBy by;
    const SkFlow *flow; /* FLOW: which */
    const SkZone *from; /* NULL: outside, or the wall */
    const SkZone *to;
    SkPlace place; /* of the sentence or setting; line 0: none */
    SkWallWay way;
    bool v6;
    GArray *ranges[SK_WALL_FIELD_COUNT]; /* of SkWallRange, sorted, not overlapping */
} SkWallAllowed;

/**
 * sk_wall_allowed: (transfer full): of SkWallAllowed: everything that @policy lets pass at @now (µs
 * UTC).
 * @interfaces: of char *, sorted: those there are (sk_wall_world); ranges of IIF and OIF are
 * numbers in it
 */
GPtrArray *sk_wall_allowed(const SkPolicy *policy, int64_t now, const GPtrArray *interfaces);
/** sk_wall_allowed_find: the first that @packet lies in, or NULL. */
const SkWallAllowed *sk_wall_allowed_find(const GPtrArray *allowed, const SkPacket *packet);
bool sk_wall_allowed_has(const SkWallAllowed *self, const SkPacket *packet);
/**
 * sk_wall_allowed_corners: (transfer full): of SkPacket: both ends of every range of @self, and the
 * value just outside each end, one field at a time around a plain packet inside: what replay sends.
 * The first is the plain packet.
 */
GArray *sk_wall_allowed_corners(const SkWallAllowed *self, const GPtrArray *interfaces);

/** sk_wall_zone_has: does @address lie in one of the zone's networks? */
bool sk_wall_zone_has(const SkZone *zone, bool v6, SkWallValue address);
/** sk_wall_zone_of_interface: NULL where it is no zone's. */
const SkZone *sk_wall_zone_of_interface(const SkPolicy *policy, const char *name);
/** sk_wall_address_zone: the zone whose networks hold @address; NULL: none's. */
const SkZone *sk_wall_address_zone(const SkPolicy *policy, bool v6, SkWallValue address);
