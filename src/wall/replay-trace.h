/* SPDX-License-Identifier: Apache-2.0
 *
 * replay-trace.h - the kernel's messages on what nftables did with a traced packet.
 * Runs in: sekisho-wall. Trusts: the kernel.
 * Spec: linux/netfilter/nf_tables.h (NFT_MSG_TRACE)   Tests: tests/unit/wall/
 */
#pragma once

#include "wall/ruleset.h"
#include "wall/scratch.h"

/** SkReplayTrace: one message; strings and spans are the message's. */
typedef struct {
    uint32_t id; /* of the packet: may be another's later */
    SkWallFamily family;
    const char *table;
    const char *chain;
    uint64_t handle; /* 0: the policy, or a chain's end */
    SkWallActKind act;
    unsigned iif; /* 0: none said */
    unsigned oif;
    SkSpan network; /* headers; empty: not in this message */
    SkSpan transport;
} SkReplayTrace;

typedef void (*SkReplayTraced)(const SkReplayTrace *trace, void *data);

/** sk_replay_trace_open: (transfer full): a socket that hears them; -1 on failure.
 * @ret_room: messages that it can hold */
int sk_replay_trace_open(const SkScratch *where, unsigned *ret_room,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_replay_trace_read: gives every message that has come.
 * @ret_lost: set true where some were lost
 * Returns: how many */
unsigned sk_replay_trace_read(int fd, SkReplayTraced traced, void *data, bool *ret_lost);
