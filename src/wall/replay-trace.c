/* SPDX-License-Identifier: Apache-2.0
 * replay-trace.c - contract in replay-trace.h. */
#include "wall/replay-trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#define BUFFER (16u << 20)
#define MESSAGE_COST 1536u /* what one costs of a socket's memory, with room to spare */
#define MESSAGES 32u
#define MESSAGE_MAX 1024u

int
sk_replay_trace_open(const SkScratch *where, unsigned *ret_room, GError **error)
{
    sk_autofd fd = sk_scratch_socket(where, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, error);
    const int group = NFNLGRP_NFTRACE;
    const int wanted = BUFFER;
    int got = 0;
    socklen_t n = sizeof got;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    const struct sockaddr_nl here = { .nl_family = AF_NETLINK };
    if (bind(fd, (const struct sockaddr *)&here, sizeof here) != 0 ||
        setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &n) != 0) {
        (void)!sk_throw_errno(error, "nftrace");
        return -1;
    }
    *ret_room = (unsigned)got / MESSAGE_COST;
    return sk_fd_steal(&fd);
}

static SkWallFamily
family_of(unsigned number)
{
    switch (number) {
    case NFPROTO_INET:
        return SK_WALL_TABLE_INET;
    case NFPROTO_IPV6:
        return SK_WALL_TABLE_IP6;
    case NFPROTO_ARP:
        return SK_WALL_TABLE_ARP;
    case NFPROTO_NETDEV:
        return SK_WALL_TABLE_NETDEV;
    case NFPROTO_BRIDGE:
        return SK_WALL_TABLE_BRIDGE;
    default:
        return SK_WALL_TABLE_IP;
    }
}

static SkWallActKind
act_of(uint32_t code)
{
    switch ((int32_t)code) {
    case NFT_CONTINUE:
    case NFT_BREAK:
        return SK_WALL_CONTINUE;
    case NFT_JUMP:
        return SK_WALL_JUMP;
    case NFT_GOTO:
        return SK_WALL_GOTO;
    case NFT_RETURN:
        return SK_WALL_RETURN;
    default:
        break;
    }
    switch (code & NF_VERDICT_MASK) {
    case NF_ACCEPT:
        return SK_WALL_ACCEPT;
    case NF_DROP:
        return SK_WALL_DROP;
    default:
        return SK_WALL_UNKNOWN_ACT;
    }
}

static int
keep(const struct nlattr *attr, void *data)
{
    const struct nlattr **table = data;

    if (mnl_attr_get_type(attr) <= NFTA_TRACE_MAX)
        table[mnl_attr_get_type(attr)] = attr;
    return MNL_CB_OK;
}

static int
keep_code(const struct nlattr *attr, void *data)
{
    if (mnl_attr_get_type(attr) == NFTA_VERDICT_CODE)
        *(uint32_t *)data = ntohl(mnl_attr_get_u32(attr));
    return MNL_CB_OK;
}

static uint32_t
number_of(const struct nlattr *attr)
{
    return attr == NULL ? 0 : ntohl(mnl_attr_get_u32(attr));
}

static SkSpan
bytes_of(const struct nlattr *attr)
{
    return attr == NULL ? SK_SPAN_EMPTY
                        : sk_span(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
}

static bool
decode(const struct nlmsghdr *message, SkReplayTrace *ret)
{
    const struct nlattr *at[NFTA_TRACE_MAX + 1] = { NULL };
    const struct nfgenmsg *head = mnl_nlmsg_get_payload(message);
    uint32_t verdict = 0;

    if (message->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE) ||
        mnl_attr_parse(message, sizeof *head, keep, at) < 0 || at[NFTA_TRACE_ID] == NULL ||
        at[NFTA_TRACE_TABLE] == NULL || at[NFTA_TRACE_CHAIN] == NULL)
        return false;
    if (at[NFTA_TRACE_VERDICT] != NULL)
        (void)mnl_attr_parse_nested(at[NFTA_TRACE_VERDICT], keep_code, &verdict);
    else
        verdict = number_of(at[NFTA_TRACE_POLICY]);
    *ret = (SkReplayTrace){
        .id = number_of(at[NFTA_TRACE_ID]),
        .family = family_of(head->nfgen_family),
        .table = mnl_attr_get_str(at[NFTA_TRACE_TABLE]),
        .chain = mnl_attr_get_str(at[NFTA_TRACE_CHAIN]),
        .handle = at[NFTA_TRACE_RULE_HANDLE] == NULL
                      ? 0
                      : GUINT64_FROM_BE(mnl_attr_get_u64(at[NFTA_TRACE_RULE_HANDLE])),
        .act = number_of(at[NFTA_TRACE_TYPE]) == NFT_TRACETYPE_RETURN ? SK_WALL_RETURN
                                                                      : act_of(verdict),
        .iif = number_of(at[NFTA_TRACE_IIF]),
        .oif = number_of(at[NFTA_TRACE_OIF]),
        .network = bytes_of(at[NFTA_TRACE_NETWORK_HEADER]),
        .transport = bytes_of(at[NFTA_TRACE_TRANSPORT_HEADER]),
    };
    return true;
}

unsigned
sk_replay_trace_read(int fd, SkReplayTraced traced, void *data, bool *ret_lost)
{
    static _Alignas(8) uint8_t room[MESSAGES][MESSAGE_MAX];
    struct iovec iov[MESSAGES];
    struct mmsghdr into[MESSAGES] = { 0 };
    unsigned count = 0;

    for (unsigned i = 0; i < MESSAGES; i++) {
        iov[i] = (struct iovec){ .iov_base = room[i], .iov_len = MESSAGE_MAX };
        into[i].msg_hdr.msg_iov = &iov[i];
        into[i].msg_hdr.msg_iovlen = 1;
    }
    for (;;) {
        int n = recvmmsg(fd, into, MESSAGES, MSG_DONTWAIT, NULL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == ENOBUFS) {
            *ret_lost = true;
            continue;
        }
        if (n <= 0)
            return count;
        for (int i = 0; i < n; i++) {
            int left = (int)into[i].msg_len;
            for (const struct nlmsghdr *m = (const void *)room[i]; mnl_nlmsg_ok(m, left);
                 m = mnl_nlmsg_next(m, &left)) {
                SkReplayTrace trace;
                if (decode(m, &trace)) {
                    traced(&trace, data);
                    count++;
                }
            }
        }
    }
}
