/* SPDX-License-Identifier: Apache-2.0
 *
 * replay-place.h - the place of a replay: two namespaces, their wires, the ruleset under question
 * and the one table of ours beside it; and the sockets through which all of it is worked. Runs in:
 * sekisho-wall. Trusts: the kernel. Spec: docs/replay.md   Tests: tests/unit/wall/
 */
#pragma once

#include "wall/replay-link.h"
#include "wall/replay.h"

#define SK_REPLAY_TABLE "sekisho-replay"
#define SK_REPLAY_INDEX 100u /* number of the first interface, in both namespaces */
#define SK_REPLAY_CLOCK 99u  /* of the wire that tells when everything sent has been handled */
#define SK_REPLAY_CLOCK_TYPE 0x88b5u /* its frames: local experiments (IEEE 802) */
#define SK_REPLAY_ROUTES 1000u       /* table of the first interface */

typedef struct {
    SkScratch *router;
    SkScratch *outside;
    GPtrArray *names;         /* of char * */
    GArray *macs;             /* six bytes each: the router's own */
    SkReplayLink link;        /* rtnetlink of the router */
    SkReplayLink connections; /* ctnetlink */
    int wire;                 /* packet socket outside: all wires */
    int clock;                /* packet socket in the router */
    int out[2];               /* raw sockets in the router: IPv4, IPv6 */
    int trace;
    unsigned trace_room;
    bool tracks;     /* the ruleset may ask conntrack */
    bool translates; /* or change addresses */
    bool untracks;
    bool converses;                                /* connections are really opened */
    bool legacy;                                   /* rules that are not traced */
    uint64_t state_handle[2][SK_WALL_STATE_COUNT]; /* of our rules: state-in, state-out */
} SkReplayPlace;

bool sk_replay_place_open(SkReplayPlace *self, const SkReplaySpec *spec,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_replay_place_close(SkReplayPlace *self);
