/* SPDX-License-Identifier: Apache-2.0
 *
 * replay-link.h - wires, addresses, routes and connections of the scratch router, told to the
 * kernel by netlink. Runs in: sekisho-wall. Trusts: the kernel. Spec: rtnetlink(7),
 * linux/netfilter/nfnetlink_conntrack.h   Tests: tests/unit/wall/
 */
#pragma once

#include "wall/packet.h"
#include "wall/scratch.h"

/** SkReplayLink: messages gathered and sent together, each acknowledged. */
typedef struct {
    int fd; /* owned */
    uint32_t sequence;
    unsigned waiting;
    GByteArray *out;
} SkReplayLink;

bool sk_replay_link_open(SkReplayLink *self, const SkScratch *where, int protocol,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_replay_link_close(SkReplayLink *self);

/**
 * sk_replay_link_send: sends what is gathered and waits until it is done.
 * @lenient: what is there already, or is not there, or what the kernel knows no such thing of, is no
 * failure: the packet tells
 */
bool sk_replay_link_send(SkReplayLink *self, bool lenient, const char *what,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Each of these gathers one message. */
/** sk_replay_link_wire: @name here, @far in the namespace @far_net, both with the number @index. No
 * ARP, no neighbour discovery. */
void sk_replay_link_wire(SkReplayLink *self, unsigned index, const char *name, const uint8_t mac[6],
                         const char *far, int far_net);
void sk_replay_link_up(SkReplayLink *self, const char *name);
void sk_replay_link_address(SkReplayLink *self, unsigned index, SkSpan address, unsigned prefix);
/** sk_replay_link_rule: packets that came in by @name (NULL: all) look in @table. */
void sk_replay_link_rule(SkReplayLink *self, bool v6, bool add, uint32_t preference,
                         const char *name, uint32_t table);

typedef struct {
    bool v6;
    bool add;
    bool local; /* to the router itself */
    uint32_t table;
    unsigned prefix; /* bits of @dst; 0: everything */
    SkWallValue dst;
    unsigned out; /* index of an interface */
    uint32_t metric;
} SkReplayRoute;
void sk_replay_link_route(SkReplayLink *self, const SkReplayRoute *route);

/** sk_replay_connection_add: @first is the packet that opened it; @expected: will open it, as
 * another connection (sk_replay_master) has announced. Returns: false where conntrack knows no such
 * connection; nothing is gathered then */
bool sk_replay_connection_add(SkReplayLink *self, const SkPacket *first, bool expected);
/** sk_replay_connection_remove: false as above. */
bool sk_replay_connection_remove(SkReplayLink *self, const SkPacket *first);
void sk_replay_connection_flush(SkReplayLink *self);
/** sk_replay_master: the packet of the connection that announces that of @first. */
SkPacket sk_replay_master(const SkPacket *first);
/** sk_replay_reverse: the packet that would answer @packet: addresses, ports, ICMP echo turned
 * round. */
SkPacket sk_replay_reverse(const SkPacket *packet);
