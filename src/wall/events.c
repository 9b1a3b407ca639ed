/* SPDX-License-Identifier: Apache-2.0
 * events.c - contract in events.h. Four sockets, so that a flood of one kind cannot push out
 * another. */
#include "wall/events.h"

#include "wall/header.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_log/libnetfilter_log.h>
#include <sys/socket.h>

#define QUEUE_BYTES (16 << 20) /* of the kernel, for the log and the connections */
#define BATCH 4096u
#define BUFFER_BYTES (1u << 17)

struct SkWallEvents {
    struct mnl_socket *socket[SK_WALL_EVENT_SOCKETS];
    const SkWallListener *listener;
    void *data;
    uint16_t group;
    uint32_t last; /* number of the last log entry; UINT32_MAX before the first, which is 0 */
    uint8_t *buffer;
};

const char *
sk_wall_source_name(SkWallSource source)
{
    static const char *const names[SK_WALL_EVENT_SOCKETS] = { "ruleset", "routes", "log",
                                                              "connections" };

    g_assert(source < SK_WALL_EVENT_SOCKETS);
    return names[source];
}

/* ---- opening ----------------------------------------------------------------------------------
 */

static bool
refused(GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_SANDBOX, "%s: %s", what, g_strerror(errno));
}

static bool
open_socket(SkWallEvents *self, SkWallSource source, int bus, GError **error)
{
    struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int bytes = QUEUE_BYTES;

    if (socket == NULL)
        return refused(error, "netlink");
    self->socket[source] = socket;
    /* The first needs CAP_NET_ADMIN over the machine; within a namespace the second is what there
     * is. */
    if (setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
        (void)setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
        return refused(error, "netlink");
    return true;
}

static bool
join(SkWallEvents *self, SkWallSource source, const int *groups, unsigned n, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        int group = groups[i];
        if (mnl_socket_setsockopt(self->socket[source], NETLINK_ADD_MEMBERSHIP, &group,
                                  sizeof group) < 0)
            return refused(error, sk_wall_source_name(source));
    }
    return true;
}

/* Sends one configuration message of the log and waits for the kernel's word. */
static bool
configure(SkWallEvents *self, struct nlmsghdr *message, GError **error)
{
    struct mnl_socket *socket = self->socket[SK_WALL_SOURCE_LOG];
    struct pollfd wait = { .fd = mnl_socket_get_fd(socket), .events = POLLIN };

    message->nlmsg_flags = (uint16_t)(message->nlmsg_flags | NLM_F_ACK);
    if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
        return refused(error, "log");
    for (unsigned i = 0; i < BATCH; i++) {
        if (poll(&wait, 1, 1000) <= 0)
            return sk_throw(error, SK_ERROR_SANDBOX, "log: the kernel gives no answer");
        ssize_t n = mnl_socket_recvfrom(socket, self->buffer, BUFFER_BYTES);
        const struct nlmsghdr *answer = (const void *)self->buffer;
        if (n < (ssize_t)sizeof *answer || answer->nlmsg_type != NLMSG_ERROR)
            continue; /* the group may be live already */
        const struct nlmsgerr *word = mnl_nlmsg_get_payload(answer);
        errno = -word->error;
        return word->error == 0 || refused(error, "the log's group (is somebody else listening?)");
    }
    return sk_throw(error, SK_ERROR_SANDBOX, "log: no answer among many messages");
}

/* With @states the kernel says of each packet what conntrack says of it; not every kernel can. */
static bool
describe_log(SkWallEvents *self, bool states, GError **error)
{
    uint8_t space[512];
    uint16_t flags = NFULNL_CFG_F_SEQ | (states ? NFULNL_CFG_F_CONNTRACK : 0);
    struct nlmsghdr *message =
        nflog_nlmsg_put_header((char *)space, NFULNL_MSG_CONFIG, AF_UNSPEC, self->group);

    if (nflog_attr_put_cfg_mode(message, NFULNL_COPY_PACKET, SK_WALL_LOG_BYTES) < 0)
        return refused(error, "log");
    mnl_attr_put_u16(message, NFULA_CFG_FLAGS, htons(flags));
    mnl_attr_put_u32(message, NFULA_CFG_TIMEOUT, htonl(10)); /* of 10 ms */
    return configure(self, message, error);
}

static bool
open_log(SkWallEvents *self, GError **error)
{
    uint8_t space[512];

    if (!open_socket(self, SK_WALL_SOURCE_LOG, NETLINK_NETFILTER, error))
        return false;
    struct nlmsghdr *message =
        nflog_nlmsg_put_header((char *)space, NFULNL_MSG_CONFIG, AF_UNSPEC, self->group);
    if (nflog_attr_put_cfg_cmd(message, NFULNL_CFG_CMD_BIND) < 0)
        return refused(error, "log");
    return configure(self, message, error) &&
           (describe_log(self, true, NULL) || describe_log(self, false, error));
}

bool
sk_wall_events_open(uint16_t group, const SkWallListener *listener, void *data, SkWallEvents **ret,
                    GError **error)
{
    static const int ruleset[] = { NFNLGRP_NFTABLES };
    static const int connections[] = { NFNLGRP_CONNTRACK_NEW };
    static const int routes[] = { RTNLGRP_LINK,         RTNLGRP_NEIGH,       RTNLGRP_TC,
                                  RTNLGRP_IPV4_IFADDR,  RTNLGRP_IPV4_ROUTE,  RTNLGRP_IPV4_RULE,
                                  RTNLGRP_IPV6_IFADDR,  RTNLGRP_IPV6_ROUTE,  RTNLGRP_IPV6_RULE,
                                  RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF };
    g_autoptr(SkWallEvents) self = g_new0(SkWallEvents, 1);

    self->listener = listener;
    self->data = data;
    self->group = group;
    self->last = UINT32_MAX;
    self->buffer = g_malloc(BUFFER_BYTES);
    if (!open_socket(self, SK_WALL_SOURCE_RULESET, NETLINK_NETFILTER, error) ||
        !join(self, SK_WALL_SOURCE_RULESET, ruleset, G_N_ELEMENTS(ruleset), error) ||
        !open_socket(self, SK_WALL_SOURCE_ROUTES, NETLINK_ROUTE, error) ||
        !join(self, SK_WALL_SOURCE_ROUTES, routes, G_N_ELEMENTS(routes), error) ||
        !open_log(self, error) ||
        !open_socket(self, SK_WALL_SOURCE_CONNECTIONS, NETLINK_NETFILTER, error) ||
        !join(self, SK_WALL_SOURCE_CONNECTIONS, connections, G_N_ELEMENTS(connections), error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_wall_events_free(SkWallEvents *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < SK_WALL_EVENT_SOCKETS; i++)
        if (self->socket[i] != NULL)
            mnl_socket_close(self->socket[i]);
    g_free(self->buffer);
    g_free(self);
}

void
sk_wall_events_wait(const SkWallEvents *self, struct pollfd *ret)
{
    for (unsigned i = 0; i < SK_WALL_EVENT_SOCKETS; i++)
        ret[i] = (struct pollfd){ .fd = mnl_socket_get_fd(self->socket[i]), .events = POLLIN };
}

/* ---- the log ----------------------------------------------------------------------------------
 */

/* The log numbers its entries: what is missing between two was lost. */
static void
count(SkWallEvents *self, uint32_t number)
{
    uint32_t missing = number - self->last - 1;

    if (missing > 0 && missing < UINT32_MAX / 2)
        self->listener->lost(SK_WALL_SOURCE_LOG, missing, self->data);
    self->last = number;
}

static uint32_t
index_of(const struct nlattr *attribute)
{
    return attribute == NULL ? 0 : ntohl(mnl_attr_get_u32(attribute));
}

static void
read_mac(const struct nlattr *attribute, SkPacket *packet)
{
    if (attribute == NULL ||
        mnl_attr_get_payload_len(attribute) < sizeof(struct nfulnl_msg_packet_hw))
        return;
    const struct nfulnl_msg_packet_hw *hardware = mnl_attr_get_payload(attribute);
    if (ntohs(hardware->hw_addrlen) == 6)
        packet->field[SK_WALL_SRC_MAC] = sk_wall_value_mac(hardware->hw_addr);
}

/* What conntrack said (enum ip_conntrack_info). A packet of no connection has nothing, nor has any where
 * the kernel cannot say: then no drop is ever called impossible, and no more than that is lost. */
static void
read_state(const struct nlattr *attribute, SkPacket *packet)
{
    uint32_t info = attribute == NULL ? UINT32_MAX : ntohl(mnl_attr_get_u32(attribute));
    SkWallState state = SK_WALL_INVALID;

    if (info <= 4)
        state = info == 2                ? SK_WALL_NEW
                : info == 0 || info == 3 ? SK_WALL_ESTABLISHED
                                         : SK_WALL_RELATED;
    packet->field[SK_WALL_CT_STATE] = SK_WALL_VALUE(state);
    packet->field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(info == 3 || info == 4);
}

static void
take_log(SkWallEvents *self, const struct nlmsghdr *message)
{
    struct nlattr *attribute[NFULA_MAX + 1] = { NULL };
    SkWallDropped dropped = { .prefix = "" };

    if (message->nlmsg_type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET) ||
        nflog_nlmsg_parse(message, attribute) < 0)
        return;
    if (attribute[NFULA_SEQ] != NULL)
        count(self, ntohl(mnl_attr_get_u32(attribute[NFULA_SEQ])));
    if (attribute[NFULA_PAYLOAD] != NULL)
        dropped.readable =
            sk_wall_header_read(sk_span(mnl_attr_get_payload(attribute[NFULA_PAYLOAD]),
                                        mnl_attr_get_payload_len(attribute[NFULA_PAYLOAD])),
                                &dropped.packet);
    if (attribute[NFULA_PREFIX] != NULL)
        dropped.prefix = mnl_attr_get_str(attribute[NFULA_PREFIX]);
    dropped.in = index_of(attribute[NFULA_IFINDEX_INDEV]);
    dropped.out = index_of(attribute[NFULA_IFINDEX_OUTDEV]);
    dropped.packet.way = dropped.out == 0  ? SK_WALL_IN
                         : dropped.in == 0 ? SK_WALL_OUT
                                           : SK_WALL_FORWARDED;
    read_mac(attribute[NFULA_HWADDR], &dropped.packet);
    read_state(attribute[NFULA_CT_INFO], &dropped.packet);
    self->listener->dropped(&dropped, self->data);
}

/* ---- connections ------------------------------------------------------------------------------
 */

static void
set(SkPacket *packet, SkWallField field, uint64_t value)
{
    packet->field[field] = SK_WALL_VALUE(value);
}

static void
take_connection(SkWallEvents *self, const struct nlmsghdr *message)
{
    struct nf_conntrack *ct = nfct_new();
    SkPacket packet = { .way = SK_WALL_FORWARDED };

    if (ct != NULL && nfct_nlmsg_parse(message, ct) >= 0) {
        bool v6 = nfct_get_attr_u8(ct, ATTR_ORIG_L3PROTO) == AF_INET6;
        const void *src = nfct_get_attr(ct, v6 ? ATTR_ORIG_IPV6_SRC : ATTR_ORIG_IPV4_SRC);
        /* where it goes: the reply's source, which is after any translation */
        const void *dst = nfct_get_attr(ct, v6 ? ATTR_REPL_IPV6_SRC : ATTR_REPL_IPV4_SRC);
        if (src != NULL && dst != NULL) {
            set(&packet, SK_WALL_FAMILY, v6);
            packet.field[SK_WALL_SRC] = sk_wall_value_address(src, v6);
            packet.field[SK_WALL_DST] = sk_wall_value_address(dst, v6);
            set(&packet, SK_WALL_PROTOCOL, nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO));
            set(&packet, SK_WALL_SPORT, ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_SRC)));
            set(&packet, SK_WALL_DPORT, ntohs(nfct_get_attr_u16(ct, ATTR_REPL_PORT_SRC)));
            if (nfct_attr_is_set(ct, ATTR_ICMP_TYPE) > 0) {
                set(&packet, SK_WALL_ICMP_TYPE, nfct_get_attr_u8(ct, ATTR_ICMP_TYPE));
                set(&packet, SK_WALL_ICMP_CODE, nfct_get_attr_u8(ct, ATTR_ICMP_CODE));
            }
            self->listener->opened(&packet, self->data);
        }
    }
    if (ct != NULL)
        nfct_destroy(ct);
}

/* ---- taking -----------------------------------------------------------------------------------
 */

/* Neighbours come and go by themselves; only those that somebody wrote down matter. */
static bool
matters(const struct nlmsghdr *message)
{
    if (message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH)
        return true;
    if (mnl_nlmsg_get_payload_len(message) < sizeof(struct ndmsg))
        return true;
    const struct ndmsg *neighbour = mnl_nlmsg_get_payload(message);
    return (neighbour->ndm_state & NUD_PERMANENT) != 0;
}

static void
take_message(SkWallEvents *self, SkWallSource source, const struct nlmsghdr *message)
{
    switch (source) {
    case SK_WALL_SOURCE_LOG:
        take_log(self, message);
        break;
    case SK_WALL_SOURCE_CONNECTIONS:
        take_connection(self, message);
        break;
    case SK_WALL_SOURCE_ROUTES:
        if (matters(message))
            self->listener->changed(source, self->data);
        break;
    case SK_WALL_SOURCE_RULESET:
    default:
        self->listener->changed(source, self->data);
        break;
    }
}

static bool
take_source(SkWallEvents *self, SkWallSource source, GError **error)
{
    for (unsigned i = 0; i < BATCH; i++) {
        ssize_t n = mnl_socket_recvfrom(self->socket[source], self->buffer, BUFFER_BYTES);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (n < 0 && errno == ENOBUFS) {
            self->listener->lost(source, 0, self->data);
            if (source == SK_WALL_SOURCE_RULESET || source == SK_WALL_SOURCE_ROUTES)
                self->listener->changed(source, self->data);
            continue;
        }
        if (n < 0)
            return sk_throw_errno(error, sk_wall_source_name(source));
        int left = (int)n;
        for (const struct nlmsghdr *message = (const void *)self->buffer;
             mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
            take_message(self, source, message);
    }
    return true;
}

bool
sk_wall_events_take(SkWallEvents *self, GError **error)
{
    for (unsigned i = 0; i < SK_WALL_EVENT_SOCKETS; i++)
        if (!take_source(self, (SkWallSource)i, error))
            return false;
    return true;
}
