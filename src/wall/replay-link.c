/* SPDX-License-Identifier: Apache-2.0
 * replay-link.c - contract in replay-link.h: rtnetlink, and how messages are gathered. */
#include "wall/replay-link.h"

#include "wall/replay-frame.h"
#include "wall/replay-message.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#define ROOM 1024u /* of one message, at most */
#define AT_ONCE (64u << 10)

bool
sk_replay_link_open(SkReplayLink *self, const SkScratch *where, int protocol, GError **error)
{
    *self = (SkReplayLink){ .fd = -1, .out = g_byte_array_new() };
    self->fd = sk_scratch_socket(where, AF_NETLINK, SOCK_RAW, protocol, error);
    return self->fd >= 0;
}

void
sk_replay_link_close(SkReplayLink *self)
{
    if (self->out == NULL)
        return;
    sk_fd_clear(&self->fd);
    g_byte_array_unref(g_steal_pointer(&self->out));
}

struct nlmsghdr *
sk_replay_message(SkReplayLink *self, void *room, uint16_t type, uint16_t flags, const void *head,
                  size_t n)
{
    struct nlmsghdr *message = mnl_nlmsg_put_header(room);

    message->nlmsg_type = type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
    message->nlmsg_seq = ++self->sequence;
    __builtin_memcpy(mnl_nlmsg_put_extra_header(message, n), head, n);
    return message;
}

void
sk_replay_message_gather(SkReplayLink *self, const struct nlmsghdr *message)
{
    g_byte_array_append(self->out, (const uint8_t *)message, (message->nlmsg_len + 3u) & ~3u);
    self->waiting++;
}

static bool
is_harmless(int code)
{
    return code == EEXIST || code == ENOENT || code == ESRCH || code == EINVAL ||
           code == EOPNOTSUPP;
}

/* Reads acknowledgements until none is waited for; the first that is a failure is kept. */
static bool
acknowledge(SkReplayLink *self, bool lenient, const char *what, GError **error)
{
    uint8_t buffer[8192];
    int failed = 0;

    while (self->waiting > 0) {
        ssize_t n = recv(self->fd, buffer, sizeof buffer, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return sk_throw_errno(error, what);
        int left = (int)n;
        for (const struct nlmsghdr *m = (const void *)buffer;
             mnl_nlmsg_ok(m, left) && self->waiting > 0; m = mnl_nlmsg_next(m, &left)) {
            if (m->nlmsg_type != NLMSG_ERROR)
                continue;
            const struct nlmsgerr *answer = mnl_nlmsg_get_payload(m);
            int code = -answer->error;
            if (failed == 0 && code != 0 && !(lenient && is_harmless(code)))
                failed = code;
            self->waiting--;
        }
    }
    errno = failed;
    return failed == 0 ? true : sk_throw_errno(error, what);
}

/* No more at once than acknowledgements have room for in a socket's memory. */
bool
sk_replay_link_send(SkReplayLink *self, bool lenient, const char *what, GError **error)
{
    if (self->waiting == 0)
        return true;
    ssize_t n = send(self->fd, self->out->data, self->out->len, 0);
    bool sent = n == (ssize_t)self->out->len;
    if (!sent)
        self->waiting = 0;
    g_byte_array_set_size(self->out, 0);
    return sent ? acknowledge(self, lenient, what, error) : sk_throw_errno(error, what);
}

void
sk_replay_link_wire(SkReplayLink *self, unsigned index, const char *name, const uint8_t mac[6],
                    const char *far, int far_net)
{
    uint8_t room[ROOM];
    const struct ifinfomsg head = { .ifi_index = (int)index,
                                    .ifi_flags = IFF_NOARP,
                                    .ifi_change = IFF_NOARP };
    struct nlmsghdr *m =
        sk_replay_message(self, room, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);

    mnl_attr_put_strz(m, IFLA_IFNAME, name);
    mnl_attr_put(m, IFLA_ADDRESS, 6, mac);
    mnl_attr_put_u32(m, IFLA_MTU, SK_REPLAY_MTU);
    struct nlattr *info = mnl_attr_nest_start(m, IFLA_LINKINFO);
    mnl_attr_put_strz(m, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(m, IFLA_INFO_DATA);
    struct nlattr *peer = mnl_attr_nest_start(m, VETH_INFO_PEER);
    __builtin_memcpy(mnl_nlmsg_put_extra_header(m, sizeof head), &head, sizeof head);
    mnl_attr_put_strz(m, IFLA_IFNAME, far);
    mnl_attr_put_u32(m, IFLA_MTU, SK_REPLAY_MTU);
    mnl_attr_put_u32(m, IFLA_NET_NS_FD, (uint32_t)far_net);
    mnl_attr_nest_end(m, peer);
    mnl_attr_nest_end(m, data);
    mnl_attr_nest_end(m, info);
    sk_replay_message_gather(self, m);
}

void
sk_replay_link_up(SkReplayLink *self, const char *name)
{
    uint8_t room[ROOM];
    const struct ifinfomsg head = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
    struct nlmsghdr *m = sk_replay_message(self, room, RTM_NEWLINK, 0, &head, sizeof head);

    mnl_attr_put_strz(m, IFLA_IFNAME, name);
    sk_replay_message_gather(self, m);
}

void
sk_replay_link_address(SkReplayLink *self, unsigned index, SkSpan address, unsigned prefix)
{
    uint8_t room[ROOM];
    const struct ifaddrmsg head = { .ifa_family = address.n == 16 ? AF_INET6 : AF_INET,
                                    .ifa_prefixlen = (uint8_t)prefix,
                                    .ifa_flags = address.n == 16 ? IFA_F_NODAD : 0,
                                    .ifa_index = index };
    struct nlmsghdr *m =
        sk_replay_message(self, room, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);

    mnl_attr_put(m, IFA_LOCAL, address.n, address.p);
    mnl_attr_put(m, IFA_ADDRESS, address.n, address.p);
    sk_replay_message_gather(self, m);
}

void
sk_replay_link_rule(SkReplayLink *self, bool v6, bool add, uint32_t preference, const char *name,
                    uint32_t table)
{
    uint8_t room[ROOM];
    const struct fib_rule_hdr head = { .family = v6 ? AF_INET6 : AF_INET,
                                       .table = (uint8_t)(table < 256 ? table : RT_TABLE_UNSPEC),
                                       .action = FR_ACT_TO_TBL };
    struct nlmsghdr *m = sk_replay_message(self, room, add ? RTM_NEWRULE : RTM_DELRULE,
                                           add ? NLM_F_CREATE | NLM_F_EXCL : 0, &head, sizeof head);

    mnl_attr_put_u32(m, FRA_PRIORITY, preference);
    mnl_attr_put_u32(m, FRA_TABLE, table);
    if (name != NULL)
        mnl_attr_put_strz(m, FRA_IIFNAME, name);
    sk_replay_message_gather(self, m);
}

/* All next hops are one neighbour, of which a wire without ARP asks nothing: one for each
 * destination would fill a table that the whole machine shares. */
static void
put_gateway(struct nlmsghdr *m, bool v6)
{
    static const uint8_t four[4] = { 169, 254, 77, 77 };
    static const uint8_t six[16] = { 0xfe, 0x80, [15] = 0x77 };

    mnl_attr_put(m, RTA_GATEWAY, v6 ? sizeof six : sizeof four, v6 ? six : four);
}

void
sk_replay_link_route(SkReplayLink *self, const SkReplayRoute *route)
{
    uint8_t room[ROOM];
    uint8_t address[16];
    const struct rtmsg head = { .rtm_family = route->v6 ? AF_INET6 : AF_INET,
                                .rtm_dst_len = (uint8_t)route->prefix,
                                .rtm_protocol = RTPROT_STATIC,
                                .rtm_scope = route->local ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
                                .rtm_type = route->local ? RTN_LOCAL : RTN_UNICAST,
                                .rtm_flags = route->local ? 0 : RTNH_F_ONLINK };
    struct nlmsghdr *m =
        sk_replay_message(self, room, route->add ? RTM_NEWROUTE : RTM_DELROUTE,
                          route->add ? NLM_F_CREATE | NLM_F_REPLACE : 0, &head, sizeof head);

    mnl_attr_put_u32(m, RTA_TABLE, route->table);
    mnl_attr_put_u32(m, RTA_OIF, route->out);
    if (route->metric != 0)
        mnl_attr_put_u32(m, RTA_PRIORITY, route->metric);
    if (!route->local)
        put_gateway(m, route->v6);
    if (route->prefix > 0) {
        sk_wall_value_bytes(route->dst, route->v6, address);
        mnl_attr_put(m, RTA_DST, route->v6 ? 16 : 4, address);
    }
    sk_replay_message_gather(self, m);
}
