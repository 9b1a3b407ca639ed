/* SPDX-License-Identifier: Apache-2.0
 *
 * replay-parts.h - what the files of the replay share: a probe on its way, and the batch it is in.
 * Runs in: sekisho-wall. Tests: tests/unit/wall/test-replay.c
 */
#pragma once

#include "wall/replay-place.h"
#include "wall/replay.h"

#define SK_REPLAY_BATCH 64u

/** SkReplayProbe: one packet of a batch, and what was heard of it. */
typedef struct {
    const SkPacket *packet;
    SkReplayResult *result;
    GByteArray *frame;
    uint32_t number;
    bool sent;
    bool seen;       /* by our first chain, or sent by the router */
    SkWallHook hook; /* entered last */
    SkWallHook left; /* left last: only where a chain of ours is there to see it */
    bool stopped;
    bool through; /* the last hook's end */
    bool arrived;
    bool again;      /* a route was learnt: to be sent once more */
    unsigned oif;    /* interface number + 1, as the forward hook sees it */
    SkPacket inside; /* headers as last seen by the trace */
} SkReplayProbe;

/* A route that is in the router: (in-interface, destination) → out. */
typedef struct {
    SkWallValue dst;
    uint16_t table;
    bool v6;
    bool local;
    uint16_t out;
} SkReplayKnown;

typedef struct {
    uint32_t id;
    uint8_t probe; /* + 1 */
} SkReplayTracedId;

struct SkReplay {
    SkReplayPlace place;
    SkReplayOpening opening;
    GHashTable *words;  /* of table and chain names: char *, to themselves */
    GHashTable *routes; /* of owned SkReplayKnown, to itself */
    SkReplayProbe probe[SK_REPLAY_BATCH];
    unsigned n;
    uint32_t number;              /* of the batch's first probe */
    SkReplayTracedId traced[256]; /* by id: latest */
    bool conversing;              /* connections and the number stay from probe to probe */
    unsigned messages;            /* most for one probe, so far */
    unsigned since_flush;
    uint32_t tick;
    bool ticked;
    bool lost;
};

/* ---- replay-hear.c --------------------------------------------------------------------------- */

/** sk_replay_hear: waits until everything that was sent has been handled, and notes what was said
 * of it. */
void sk_replay_hear(SkReplay *self);

/* ---- replay-ready.c -------------------------------------------------------------------------- */

/** sk_replay_routes_new: (transfer full): an empty table for SkReplay.routes. */
GHashTable *sk_replay_routes_new(void);
bool sk_replay_forget_routes(SkReplay *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_replay_lead: @dst, coming in by @iif, leads to @out (or to the router itself): gathers what
 * is not so yet. */
void sk_replay_lead(SkReplay *self, unsigned iif, bool v6, SkWallValue dst, bool local,
                    unsigned out);
/** sk_replay_is_lead_in: was @dst, coming in by @iif, made to lead to the router itself? */
bool sk_replay_is_lead_in(const SkReplay *self, unsigned iif, bool v6, SkWallValue dst);
bool sk_replay_is_icmp_error(const SkPacket *packet);
/** sk_replay_opener: the packet that opened the connection @packet belongs to. */
SkPacket sk_replay_opener(const SkPacket *packet);
/** sk_replay_is_sent: does its connection have to be opened by packets first? */
bool sk_replay_is_sent(const SkReplay *self, const SkPacket *packet);
/** sk_replay_take: makes one probe ready and adds it to the batch; what cannot be sent has its
 * answer at once. */
void sk_replay_take(SkReplay *self, const SkPacket *packet, SkReplayResult *result);
/** sk_replay_fits: can @packet be in the batch without disturbing the others? */
bool sk_replay_fits(const SkReplay *self, const SkPacket *packet);
/** sk_replay_forget: gathers what takes the connections of @packet out. */
void sk_replay_forget(SkReplay *self, const SkPacket *packet);

/* ---- replay-judge.c -------------------------------------------------------------------------- */

/** sk_replay_judge: what was heard becomes the result. */
void sk_replay_judge(const SkReplay *self, SkReplayProbe *probe);
