/* SPDX-License-Identifier: Apache-2.0
 *
 * plan.h - a policy's flows sorted by the pair of interfaces that their packets pass between: what
 * every form of the wall (nft, iptables) is written from.
 * Runs in: sekisho-wall. Trusts: the policy, which has been checked.
 * Spec: docs/wall.md (meaning)   Tests: tests/golden/wall-compile
 *
 * The proof (allowed.h) derives the same meaning from the policy by itself, and shares nothing with
 * this: two derivations that agree are the point.
 */
#pragma once

#include "policy/policy.h"

/** SkWallPass: packets of one sentence that a pair lets pass: those to its server, or the replies. */
typedef struct {
    const SkFlow *flow;
    bool reply;
} SkWallPass;

/** SkWallErrors: ICMP errors about connections of a pair, from one side's zone to the other's: any
 * router on the way may send them, so no MAC address is asked for. */
typedef struct {
    bool v6;
    const SkZone *from; /* NULL: outside */
    const SkZone *to;
    SkPlace place; /* of the first sentence they are due to */
} SkWallErrors;

/** SkWallPair: all that passes from one interface to another. */
typedef struct {
    const char *in; /* NULL: any interface that is no zone's */
    const char *out;
    char *name;     /* "lgwan_to_outside": unlike every other pair's */
    GArray *passes; /* of SkWallPass, by place in the text */
    GArray *errors; /* of SkWallErrors */
} SkWallPair;

typedef struct {
    const SkPolicy *policy; /* a reference */
    GPtrArray *zones;       /* of const SkZone: those with an interface */
    GPtrArray *pairs;       /* of SkWallPair; those with a named in and out first; by name then */
    GPtrArray *over;        /* of const SkFlow: specific flows past their end */
    GPtrArray *silent;      /* of const SkFlow: both ends never have addresses of one family */
} SkWallPlan;

/**
 * sk_wall_plan_new:
 * @at: µs UTC: specific flows that are over then are left out
 * @error: SK_ERROR_MALFORMED: a zone whose packets a flow names has no interface
 */
bool sk_wall_plan_new(const SkPolicy *policy, int64_t at, SkWallPlan **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_plan_free(SkWallPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallPlan, sk_wall_plan_free)

/** sk_wall_zone_addresses: (transfer full): of SkNetwork: what @zone has of a family. */
GArray *sk_wall_zone_addresses(const SkZone *zone, bool v6);
/** sk_wall_end_addresses: the same for an end of a flow. Those of a host in a zone lie in its
 * networks. */
GArray *sk_wall_end_addresses(const SkEnd *end, bool v6);
/** sk_wall_end_zone: NULL: outside. */
const SkZone *sk_wall_end_zone(const SkEnd *end);
/** sk_wall_place: (transfer full): "41", or "2/41" where it lies in the second file that is included. */
char *sk_wall_place(SkPlace place);
/** sk_wall_zone_of: whose interface @name is, or NULL. */
const SkZone *sk_wall_zone_of(const SkWallPlan *self, const char *name);
