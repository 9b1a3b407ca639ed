/* SPDX-License-Identifier: Apache-2.0
 *
 * packet.h - one packet as the wall sees it: the fields that a ruleset may ask for, each a number.
 * The same names serve the rulesets that were read (ruleset.h), the walk of one packet (walk.h),
 * the proof (model.h) and the replay (replay.h), so that these can be held against each other. Runs
 * in: sekisho-wall. Trusts: nothing. Spec: Linux netfilter as nft(8) 1.0.6 describes it; RFC 791,
 * 8200, 9293, 768, 792, 4443 Tests: tests/unit/wall/
 */
#pragma once

#include "base/base.h"

/** SkWallValue: an unsigned number of up to 128 bits. IPv4 addresses lie in the lowest 32. */
typedef struct {
    uint64_t hi;
    uint64_t lo;
} SkWallValue;

#define SK_WALL_VALUE(n) ((SkWallValue){ .hi = 0, .lo = (n) })

/** SkWallField: what of a packet can be asked. Widths in bits: sk_wall_field_bits. */
typedef enum {
    SK_WALL_IIF = 0,  /* number of an interface name (SkWallRuleset.interfaces) */
    SK_WALL_OIF,      /* the same */
    SK_WALL_FAMILY,   /* 0: IPv4, 1: IPv6 */
    SK_WALL_PROTOCOL, /* of the transport: 6, 17, 1, 58, …; of IPv6 after its extension headers */
    SK_WALL_SRC,      /* address */
    SK_WALL_DST,
    SK_WALL_SPORT, /* of TCP, UDP, UDP-Lite, SCTP, DCCP; 0 for others */
    SK_WALL_DPORT,
    SK_WALL_ICMP_TYPE, /* of ICMP and ICMPv6; 0 for others */
    SK_WALL_ICMP_CODE,
    SK_WALL_TCP_FLAGS,    /* 8 bits, FIN lowest; 0 for others */
    SK_WALL_CT_STATE,     /* SkWallState */
    SK_WALL_CT_DIRECTION, /* 0: original, 1: reply */
    SK_WALL_CT_STATUS,    /* bits of SK_WALL_STATUS_… */
    SK_WALL_SRC_MAC,
    SK_WALL_DST_MAC,
    SK_WALL_MARK, /* 0 when the packet comes in; rules set it */
    SK_WALL_CT_MARK,
    SK_WALL_DSCP,
    SK_WALL_TTL,         /* or hop limit */
    SK_WALL_LENGTH,      /* of the IP packet, bytes */
    SK_WALL_FRAGMENT,    /* 1: not the first fragment (no transport header) */
    SK_WALL_PACKET_TYPE, /* SkWallPacketType */
    SK_WALL_DST_TYPE,    /* SkWallAddressType of the destination, as `fib daddr type` gives it */
    SK_WALL_SRC_TYPE,
    SK_WALL_FIELD_COUNT
} SkWallField;

/** SkWallState: what conntrack says of a packet: exactly one. */
typedef enum {
    SK_WALL_NEW = 0,
    SK_WALL_ESTABLISHED,
    SK_WALL_RELATED,
    SK_WALL_INVALID,
    SK_WALL_UNTRACKED,
    SK_WALL_STATE_COUNT
} SkWallState;

#define SK_WALL_STATUS_SNAT 1u
#define SK_WALL_STATUS_DNAT 2u
#define SK_WALL_STATUS_SEEN_REPLY 4u
#define SK_WALL_STATUS_ASSURED 8u

typedef enum {
    SK_WALL_TO_HOST = 0,
    SK_WALL_BROADCAST,
    SK_WALL_MULTICAST,
    SK_WALL_TO_OTHER
} SkWallPacketType;
typedef enum {
    SK_WALL_UNICAST = 0,
    SK_WALL_LOCAL,
    SK_WALL_ADDRESS_BROADCAST,
    SK_WALL_ADDRESS_MULTICAST,
    SK_WALL_ANYCAST,
    SK_WALL_BLACKHOLE, /* and unreachable, prohibit */
    SK_WALL_UNROUTED
} SkWallAddressType;

/** SkWallWay: where a packet goes through the wall. */
typedef enum {
    SK_WALL_FORWARDED = 0, /* prerouting, forward, postrouting */
    SK_WALL_IN,            /* prerouting, input */
    SK_WALL_OUT,           /* output, postrouting */
    SK_WALL_WAY_COUNT
} SkWallWay;

/** SkPacket: one packet. Interfaces are numbers of the ruleset's list of names. */
typedef struct {
    SkWallWay way;
    SkWallValue field[SK_WALL_FIELD_COUNT];
} SkPacket;

/** SkWallConnection: one that connection tracking holds, as it was opened; with DNAT, where it really leads. */
typedef struct {
    bool v6;
    uint8_t protocol;
    SkWallValue src;
    SkWallValue dst;
    uint16_t sport; /* 0 where the protocol has none */
    uint16_t dport;
    unsigned line; /* of the listing */
} SkWallConnection;

/** sk_wall_field_bits: 1 to 128. */
unsigned sk_wall_field_bits(SkWallField field);
/** sk_wall_field_name: "source address", for people; English, from the catalogue where shown. */
const char *sk_wall_field_name(SkWallField field);
const char *sk_wall_state_name(SkWallState state); /* "new" */

int sk_wall_value_compare(SkWallValue a, SkWallValue b);
SkWallValue sk_wall_value_and(SkWallValue a, SkWallValue b);
/** sk_wall_value_full: all bits of @bits (1 to 128) set. */
SkWallValue sk_wall_value_full(unsigned bits);
/** sk_wall_value_next, _previous: ± 1, wrapping. */
SkWallValue sk_wall_value_next(SkWallValue value);
SkWallValue sk_wall_value_previous(SkWallValue value);
/** sk_wall_value_address: from 4 (@v6 false) or 16 bytes in network order, and back. */
SkWallValue sk_wall_value_address(const uint8_t *bytes, bool v6);
void sk_wall_value_bytes(SkWallValue value, bool v6, uint8_t ret[16]);
/** sk_wall_value_mac: six bytes in order of sending. */
SkWallValue sk_wall_value_mac(const uint8_t bytes[6]);

/** sk_packet_text: (transfer full): "tcp 10.20.1.5:40000 → 203.0.113.9:443, in lg0, out sc0, new":
 * one line. @interfaces: of char *, by number. */
char *sk_packet_text(const SkPacket *self, const GPtrArray *interfaces);
