/* SPDX-License-Identifier: Apache-2.0
 *
 * prove-parts.h - what the files of the proof share; nobody else includes it.
 *   prove.c        the sets: what passes, what is allowed, what is left
 *   prove-found.c  a set as boxes, a packet of each, its way, what it breaks
 *   prove-old.c    connections that there are already
 *   prove-edit.c   a change that mends it
 *   prove-show.c   JSON; prove-text.c words
 * Runs in: sekisho-wall. Trusts: nothing.
 */
#pragma once

#include "wall/allowed.h"
#include "wall/model.h"
#include "wall/prove.h"
#include "wall/walk.h"

/* Everything of one proof that the parts need. */
typedef struct {
    const SkPolicy *policy;
    const SkWallRuleset *ruleset;
    const SkWallQuestion *question;
    const GPtrArray *interfaces;
    const GPtrArray *allowed; /* of SkWallAllowed */
    SkWallModel *model;
    SkWallProof *proof;
    bool exact;                          /* everything about every packet is known */
    bool plain;                          /* nothing changes packets, or may do anything */
    BDD real[SK_WALL_WAY_COUNT][2];
    BDD rest[SK_WALL_WAY_COUNT][2];      /* what may pass from where its way is decided */
    BDD may[SK_WALL_WAY_COUNT][2];       /* what may pass, as it comes in */
    BDD sentences[SK_WALL_WAY_COUNT][2]; /* what the policy allows */
    int64_t edits_us;                    /* spent on looking for changes */
} SkProve;

/** SkProveSet: what is in @in and not in @out. The difference is never made as a whole: what is allowed and stopped is
 * nearly everything, less each single thing that passes. Both are owned. */
typedef struct {
    BDD in;
    BDD out;
} SkProveSet;

/** SkWallBox: a range for each field; @any: the field is not asked. */
typedef struct {
    bool any[SK_WALL_FIELD_COUNT];
    SkWallRange range[SK_WALL_FIELD_COUNT];
} SkWallBox;

/** SkPair: from where to where; either side may be the wall itself. */
typedef struct {
    SkWallWay way;
    const SkZone *from; /* NULL: elsewhere, or the wall: by @way */
    const SkZone *to;
} SkPair;

/* prove-found.c */
/** sk_prove_side: packets whose @field (IIF or OIF) is an interface of @zone, or of none (NULL). */
BDD sk_prove_side(const SkProve *self, SkWallField field, const SkZone *zone);
/** sk_prove_of_pair: @set (not taken), as far as it is of the pair's interfaces. */
BDD sk_prove_of_pair(const SkProve *self, const SkPair *pair, BDD set);
/**
 * sk_prove_found: takes boxes out of @set (they join what is out) until nothing is left or
 * @max have been found, adding each to @into. @blocked: packets that are stopped.
 * Returns: how many were found
 */
unsigned sk_prove_found(SkProve *self, const SkPair *pair, bool v6, SkProveSet *set, unsigned max,
                        bool perhaps, bool blocked, GPtrArray *into);
/** sk_prove_some: is there anything in the set? */
bool sk_prove_some(const SkProveSet *set);
BDD sk_prove_box(const SkProve *self, const SkWallBox *box);
/** sk_prove_box_text: (transfer full): as matches of nft. */
char *sk_prove_box_text(const SkProve *self, const SkWallBox *box, SkWallWay way, bool v6);
void sk_prove_internal(SkProve *self, const char *why);
void sk_wall_found_free(void *data);
/* prove-old.c */
/** sk_prove_old: where established packets are judged by induction: each connection that there is and that the
 * policy does not allow, as an unmodelled line. */
void sk_prove_old(SkProve *self);
void sk_prove_unmodelled(SkWallProof *proof, const char *section, unsigned line, const char *text,
                         const char *why);
/* prove-edit.c */
/** sk_prove_edit: (transfer full): a change that was seen to mend it; or NULL. @walk: of the
 * packet. */
char *sk_prove_edit(SkProve *self, const SkPair *pair, bool v6, const SkWallBox *box,
                    const SkWallWalk *walk);
