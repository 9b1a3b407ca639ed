/* SPDX-License-Identifier: Apache-2.0
 *
 * replay.h - packets sent for real: a ruleset is loaded by the real nft or iptables-restore into a
 * router made of network namespaces, probes are put on its wires as frames, and for each one the
 * answer is where it came out, or which rule stopped it.
 * Runs in: sekisho-wall, tests. Trusts: the kernel. The ruleset is not trusted: it is loaded
 * nowhere but in the scratch namespace. Spec: docs/replay.md   Tests: tests/unit/wall/test-replay.c
 *
 * Accepted is what came out of the right wire (or reached the end of the input hook); dropped is
 * what the kernel's own trace names the verdict of, or, where rules cannot be traced
 * (iptables-legacy), what entered a hook and did not leave it. What is neither is
 * SK_REPLAY_UNACCOUNTED.
 */
#pragma once

#include "wall/ruleset.h"
#include "wall/scratch.h"

#define SK_REPLAY_INTERFACES_MAX 256u
#define SK_REPLAY_PATH_MAX 48u /* steps of a path that are kept */

typedef struct {
    const char *name;             /* at most 15 bytes; "lo" is there anyway and carries no probes */
    uint8_t mac[6];               /* the wall's own; all zero: one is made up */
    const char *const *addresses; /* NULL, or "10.20.0.1/16", …, NULL: the wall's own */
} SkReplayInterface;

/** SkReplayOpening: how a connection comes to be that an established probe belongs to. */
typedef enum {
    SK_REPLAY_OPENING_FORCED =
        0,                 /* it is put into the connection table: the ruleset is not asked */
    SK_REPLAY_OPENING_SENT /* an opening packet and its answer are sent, and must pass */
} SkReplayOpening;

typedef struct {
    const SkReplayInterface *interfaces; /* a packet's interface numbers are their places here */
    size_t n_interfaces;
    SkReplayOpening opening;
    /* Texts; NULL: none. They are loaded in this order. */
    const char *nft;
    const char *iptables;
    const char *ip6tables;
    const char *iptables_legacy;
    const char *ip6tables_legacy;
} SkReplaySpec;

typedef enum {
    SK_REPLAY_ARRIVED = 0,
    SK_REPLAY_DROPPED,
    SK_REPLAY_UNROUTED,  /* no rule stopped it: the kernel's routing does not take such a packet */
    SK_REPLAY_NONE_SUCH, /* no such packet can be: @why */
    SK_REPLAY_UNACCOUNTED, /* never happens */
    SK_REPLAY_END_COUNT
} SkReplayEnd;

/** SkReplayStep: one rule (or policy, handle 0) that had a say. Names live as long as the SkReplay.
 */
typedef struct {
    SkWallFamily family;
    const char *table;
    const char *chain;
    uint64_t handle;
    SkWallActKind
        act; /* CONTINUE, ACCEPT, DROP (also reject), JUMP, GOTO, RETURN, UNKNOWN_ACT (queue…) */
} SkReplayStep;

typedef struct {
    SkReplayEnd end;
    SkPacket after;    /* ARRIVED: as it came out */
    bool translated;   /* its addresses or ports are others than when it was sent */
    bool answered;     /* a TCP reset or an ICMP error came back */
    bool as_asked;     /* conntrack called it what the probe's CT_STATE says, or was not asked */
    SkWallState state; /* what conntrack called it; SK_WALL_STATE_COUNT: it never came so far */
    SkWallHook hook;   /* DROPPED: where; NONE: before the first */
    unsigned steps;    /* of @path; more are not kept */
    SkReplayStep path[SK_REPLAY_PATH_MAX]; /* the last one decided */
    const char *why;                       /* NONE_SUCH, UNROUTED, UNACCOUNTED: static text */
} SkReplayResult;

typedef struct SkReplay SkReplay;

/**
 * sk_replay_open:
 * @error: SK_ERROR_SANDBOX where no namespaces are to be had; SK_ERROR_MALFORMED where a text does
 *   not load, with what nft or iptables-restore said
 * Costs some 60 ms and what loading costs.
 */
bool sk_replay_open(const SkReplaySpec *spec, SkReplay **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_replay_free(SkReplay *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkReplay, sk_replay_free)

/**
 * sk_replay_probe: sends @n packets, each as if no other had been before it.
 * @results: (out): @n of them
 * @error: SK_ERROR_IO; a probe's own trouble is in its result
 * Fields of a packet that are 0 take what is ordinary: TTL 64, lengths as they come, made-up MACs.
 * The destination leads to the out-interface whatever its address is; DST_TYPE, SRC_TYPE, MARK and
 * PACKET_TYPE are not set, they come out as the kernel finds them.
 */
bool sk_replay_probe(SkReplay *self, const SkPacket *packets, size_t n, SkReplayResult *results,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_replay_router: borrowed: the namespace with the ruleset, for nft list and the like. */
const SkScratch *sk_replay_router(const SkReplay *self);

const char *sk_replay_end_name(SkReplayEnd end); /* "arrived" */
/** sk_replay_text: (transfer full): a result for people: one line, and one for each step. */
char *sk_replay_text(const SkReplayResult *self, const GPtrArray *interfaces);
