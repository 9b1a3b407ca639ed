/* SPDX-License-Identifier: Apache-2.0
 * replay-connection.c - contract in replay-link.h: entries of the connection table. */
#include "wall/replay-frame.h"
#include "wall/replay-message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#define ROOM 1024u
#define LIFE 600u /* seconds: no probe waits so long */
#define ICMP_ID 0x5300u
#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

static bool
has_ports(uint64_t protocol)
{
    return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE ||
           protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP;
}

static bool
is_icmp(const SkPacket *p)
{
    return VALUE(p, PROTOCOL) == (VALUE(p, FAMILY) == 1 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/* The type that answers @type; -1: it has none. */
static int
answer_type(bool v6, unsigned type)
{
    static const uint8_t four[][2] = { { 8, 0 }, { 13, 14 }, { 15, 16 }, { 17, 18 } };
    static const uint8_t six[][2] = { { 128, 129 }, { 139, 140 } };
    size_t n = v6 ? G_N_ELEMENTS(six) : G_N_ELEMENTS(four);

    for (size_t i = 0; i < n; i++) {
        const uint8_t *pair = v6 ? six[i] : four[i];
        if (type == pair[0] || type == pair[1])
            return pair[type == pair[0] ? 1 : 0];
    }
    return -1;
}

static void
swap(SkPacket *p, SkWallField a, SkWallField b)
{
    SkWallValue value = p->field[a];
    p->field[a] = p->field[b];
    p->field[b] = value;
}

SkPacket
sk_replay_reverse(const SkPacket *packet)
{
    SkPacket back = *packet;

    swap(&back, SK_WALL_SRC, SK_WALL_DST);
    swap(&back, SK_WALL_SPORT, SK_WALL_DPORT);
    swap(&back, SK_WALL_IIF, SK_WALL_OIF);
    back.field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(VALUE(packet, CT_DIRECTION) == 0 ? 1 : 0);
    back.field[SK_WALL_SRC_MAC] = back.field[SK_WALL_DST_MAC] = SK_WALL_VALUE(0);
    back.way = packet->way == SK_WALL_IN    ? SK_WALL_OUT
               : packet->way == SK_WALL_OUT ? SK_WALL_IN
                                            : SK_WALL_FORWARDED;
    if (is_icmp(packet)) {
        int type = answer_type(VALUE(packet, FAMILY) == 1, (unsigned)VALUE(packet, ICMP_TYPE));
        if (type >= 0)
            back.field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE((uint64_t)type);
    }
    return back;
}

/* Like it, at a port that nothing else uses. */
SkPacket
sk_replay_master(const SkPacket *first)
{
    SkPacket master = *first;

    master.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(IPPROTO_UDP);
    master.field[SK_WALL_SPORT] = master.field[SK_WALL_DPORT] = SK_WALL_VALUE(9);
    return master;
}

static void
put_tuple(struct nlmsghdr *m, uint16_t kind, const SkPacket *p)
{
    bool v6 = VALUE(p, FAMILY) == 1;
    uint8_t src[16];
    uint8_t dst[16];

    sk_wall_value_bytes(p->field[SK_WALL_SRC], v6, src);
    sk_wall_value_bytes(p->field[SK_WALL_DST], v6, dst);
    struct nlattr *tuple = mnl_attr_nest_start(m, kind);
    struct nlattr *ip = mnl_attr_nest_start(m, CTA_TUPLE_IP);
    mnl_attr_put(m, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, v6 ? 16 : 4, src);
    mnl_attr_put(m, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, v6 ? 16 : 4, dst);
    mnl_attr_nest_end(m, ip);
    struct nlattr *proto = mnl_attr_nest_start(m, CTA_TUPLE_PROTO);
    mnl_attr_put_u8(m, CTA_PROTO_NUM, (uint8_t)VALUE(p, PROTOCOL));
    if (has_ports(VALUE(p, PROTOCOL))) {
        mnl_attr_put_u16(m, CTA_PROTO_SRC_PORT, htons((uint16_t)VALUE(p, SPORT)));
        mnl_attr_put_u16(m, CTA_PROTO_DST_PORT, htons((uint16_t)VALUE(p, DPORT)));
    } else if (is_icmp(p)) {
        mnl_attr_put_u16(m, v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, htons(ICMP_ID));
        mnl_attr_put_u8(m, v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE,
                        (uint8_t)VALUE(p, ICMP_TYPE));
        mnl_attr_put_u8(m, v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE,
                        (uint8_t)VALUE(p, ICMP_CODE));
    }
    mnl_attr_nest_end(m, proto);
    mnl_attr_nest_end(m, tuple);
}

static struct nlmsghdr *
begin(SkReplayLink *self, uint8_t *room, uint16_t type, uint16_t flags, const SkPacket *p)
{
    const struct nfgenmsg head = { .nfgen_family = VALUE(p, FAMILY) == 1 ? AF_INET6 : AF_INET,
                                   .version = NFNETLINK_V0 };
    return sk_replay_message(self, room, (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type), flags,
                             &head, sizeof head);
}

static bool
is_known(const SkPacket *p)
{
    return !is_icmp(p) || answer_type(VALUE(p, FAMILY) == 1, (unsigned)VALUE(p, ICMP_TYPE)) >= 0;
}

bool
sk_replay_connection_add(SkReplayLink *self, const SkPacket *first, bool expected)
{
    uint8_t room[ROOM];
    SkPacket back = sk_replay_reverse(first);
    uint32_t status = IPS_CONFIRMED | (expected ? 0u : IPS_SEEN_REPLY | IPS_ASSURED);

    if (!is_known(first))
        return false;
    struct nlmsghdr *m = begin(self, room, IPCTNL_MSG_CT_NEW, NLM_F_CREATE | NLM_F_EXCL, first);
    put_tuple(m, CTA_TUPLE_ORIG, first);
    put_tuple(m, CTA_TUPLE_REPLY, &back);
    mnl_attr_put_u32(m, CTA_TIMEOUT, htonl(LIFE));
    mnl_attr_put_u32(m, CTA_STATUS, htonl(status));
    if (VALUE(first, CT_MARK) != 0)
        mnl_attr_put_u32(m, CTA_MARK, htonl((uint32_t)VALUE(first, CT_MARK)));
    if (VALUE(first, PROTOCOL) == IPPROTO_TCP) {
        /* Liberal: a probe's sequence numbers belong to no window. */
        const struct nf_ct_tcp_flags liberal = { .flags = IP_CT_TCP_FLAG_BE_LIBERAL,
                                                 .mask = IP_CT_TCP_FLAG_BE_LIBERAL };
        struct nlattr *info = mnl_attr_nest_start(m, CTA_PROTOINFO);
        struct nlattr *tcp = mnl_attr_nest_start(m, CTA_PROTOINFO_TCP);
        mnl_attr_put_u8(m, CTA_PROTOINFO_TCP_STATE,
                        expected ? TCP_CONNTRACK_SYN_SENT : TCP_CONNTRACK_ESTABLISHED);
        mnl_attr_put(m, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, sizeof liberal, &liberal);
        mnl_attr_put(m, CTA_PROTOINFO_TCP_FLAGS_REPLY, sizeof liberal, &liberal);
        mnl_attr_nest_end(m, tcp);
        mnl_attr_nest_end(m, info);
    }
    if (expected) {
        SkPacket master = sk_replay_master(first);
        put_tuple(m, CTA_TUPLE_MASTER, &master);
    }
    sk_replay_message_gather(self, m);
    return true;
}

bool
sk_replay_connection_remove(SkReplayLink *self, const SkPacket *first)
{
    uint8_t room[ROOM];

    if (!is_known(first))
        return false;
    struct nlmsghdr *m = begin(self, room, IPCTNL_MSG_CT_DELETE, 0, first);
    put_tuple(m, CTA_TUPLE_ORIG, first);
    sk_replay_message_gather(self, m);
    return true;
}

void
sk_replay_connection_flush(SkReplayLink *self)
{
    uint8_t room[ROOM];
    const struct nfgenmsg head = { .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0 };

    sk_replay_message_gather(
        self, sk_replay_message(self, room, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, 0,
                                &head, sizeof head));
}
