/* SPDX-License-Identifier: Apache-2.0
 * replay-place.c - contract in replay-place.h. Order: what the kernel is told once, wires, routes,
 * the ruleset, and our table last, so that conntrack's own hooks stand before ours of the same
 * priority. */
#include "wall/replay-place.h"

#include "base/io.h"
#include "wall/replay-trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define LOCAL_PREFERENCE 32000u
#define WIRE_BUFFER (8u << 20)
#define OUT_PRIORITY 0x73 /* of what our own sockets send */

/* ---- what the kernel is told ----------------------------------------------------------------- */

typedef struct {
    const char *path;
    const char *value;
} Setting;

static const Setting router_settings[] = {
    { "ipv4/ip_forward", "1" },
    { "ipv4/conf/all/rp_filter", "0" },
    { "ipv4/conf/default/rp_filter", "0" },
    { "ipv4/conf/default/accept_local", "1" },
    { "ipv4/conf/default/route_localnet", "1" },
    { "ipv4/conf/all/send_redirects", "0" },
    { "ipv4/conf/default/send_redirects", "0" },
    { "ipv4/icmp_ratelimit", "0" },
    { NULL, NULL },
};

/* A kernel without IPv6 has none of these; its probes then come out unrouted. */
static const Setting router_settings_v6[] = {
    { "ipv6/conf/default/accept_ra", "0" },
    { "ipv6/conf/default/accept_dad", "0" },
    { "ipv6/conf/default/addr_gen_mode", "1" },
    { "ipv6/conf/all/forwarding", "1" },
    { "ipv6/icmp/ratelimit", "0" },
    { NULL, NULL },
};

static const Setting outside_settings[] = {
    { "ipv6/conf/all/disable_ipv6", "1" },
    { "ipv6/conf/default/disable_ipv6", "1" },
    { NULL, NULL },
};

static bool
set(const Setting *settings)
{
    for (; settings->path != NULL; settings++) {
        g_autofree char *path = g_strconcat("/proc/sys/net/", settings->path, NULL);
        sk_autofd fd = open(path, O_WRONLY | O_CLOEXEC);
        size_t n = strlen(settings->value);
        if (fd < 0 || write(fd, settings->value, n) != (ssize_t)n)
            return false;
    }
    return true;
}

static bool
settle_router(void *data)
{
    (void)data;
    return set(router_settings) &&
           (access("/proc/sys/net/ipv6", F_OK) != 0 || set(router_settings_v6));
}

static bool
settle_outside(void *data)
{
    (void)data;
    return access("/proc/sys/net/ipv6", F_OK) != 0 || set(outside_settings);
}

/* ---- wires and routes ------------------------------------------------------------------------ */

static bool
is_lo(const SkReplayPlace *self, unsigned i)
{
    return strcmp(g_ptr_array_index(self->names, i), "lo") == 0;
}

static bool
bring_up_outside(SkReplayPlace *self, GError **error)
{
    SkReplayLink far = { .fd = -1 };
    bool done = sk_replay_link_open(&far, self->outside, NETLINK_ROUTE, error);

    for (unsigned i = 0; done && i < self->names->len; i++) {
        g_autofree char *name = g_strdup_printf("far%u", i);
        if (!is_lo(self, i))
            sk_replay_link_up(&far, name);
    }
    if (done) {
        sk_replay_link_up(&far, "clock");
        done = sk_replay_link_send(&far, false, "replay: far ends", error);
    }
    sk_replay_link_close(&far);
    return done;
}

static bool
make_wires(SkReplayPlace *self, const SkReplaySpec *spec, GError **error)
{
    static const uint8_t clock_mac[6] = { 0x02, 0, 0, 0, 0, 0x63 };

    for (unsigned i = 0; i < spec->n_interfaces; i++) {
        static const uint8_t none[6] = { 0 };
        const SkReplayInterface *interface = &spec->interfaces[i];
        uint8_t mac[6] = { 0x02, 0x73, 0x6b, 0, (uint8_t)(i >> 8), (uint8_t)i };
        g_autofree char *far = g_strdup_printf("far%u", i);

        if (memcmp(interface->mac, none, 6) != 0)
            __builtin_memcpy(mac, interface->mac, 6);
        g_ptr_array_add(self->names, g_strdup(interface->name));
        g_array_append_vals(self->macs, mac, 6);
        if (!is_lo(self, i))
            sk_replay_link_wire(&self->link, SK_REPLAY_INDEX + i, interface->name, mac, far,
                                sk_scratch_net(self->outside));
    }
    sk_replay_link_wire(&self->link, SK_REPLAY_CLOCK, "sekisho-clock", clock_mac, "clock",
                        sk_scratch_net(self->outside));
    for (unsigned i = 0; i < self->names->len; i++)
        sk_replay_link_up(&self->link, g_ptr_array_index(self->names, i));
    sk_replay_link_up(&self->link, "lo");
    sk_replay_link_up(&self->link, "sekisho-clock");
    return sk_replay_link_send(&self->link, false, "replay: wires", error) &&
           bring_up_outside(self, error);
}

static bool
add_address(SkReplayPlace *self, unsigned i, const char *text, GError **error)
{
    uint8_t bytes[16];
    g_auto(GStrv) parts = g_strsplit(text, "/", 2);
    bool v6 = strchr(text, ':') != NULL;
    uint64_t prefix = v6 ? 128 : 32;

    if (inet_pton(v6 ? AF_INET6 : AF_INET, parts[0], bytes) != 1 ||
        (parts[1] != NULL &&
         !g_ascii_string_to_unsigned(parts[1], 10, 0, v6 ? 128 : 32, &prefix, NULL)))
        return sk_throw(error, SK_ERROR_MALFORMED, "replay: no address of an interface");
    sk_replay_link_address(&self->link, is_lo(self, i) ? 1 : SK_REPLAY_INDEX + i,
                           sk_span(bytes, v6 ? 16 : 4), (unsigned)prefix);
    return true;
}

/* Each in-interface has a table of its own, filled as questions come, before all others; what the
 * wall itself sends leaves by the wire that its socket is bound to. */
static bool
make_routes(SkReplayPlace *self, const SkReplaySpec *spec, GError **error)
{
    for (unsigned i = 0; i < spec->n_interfaces; i++)
        for (const char *const *a = spec->interfaces[i].addresses; a != NULL && *a != NULL; a++)
            if (!add_address(self, i, *a, error))
                return false;
    if (!sk_replay_link_send(&self->link, true, "replay: addresses", error))
        return false;
    bool v6 = access("/proc/sys/net/ipv6", F_OK) == 0;
    for (int six = 0; six <= (v6 ? 1 : 0); six++) {
        sk_replay_link_rule(&self->link, six, true, LOCAL_PREFERENCE, NULL, RT_TABLE_LOCAL);
        sk_replay_link_rule(&self->link, six, false, 0, NULL, RT_TABLE_LOCAL);
        for (unsigned i = 0; i < self->names->len; i++) {
            if (is_lo(self, i))
                continue;
            sk_replay_link_rule(&self->link, six, true, SK_REPLAY_ROUTES + i,
                                g_ptr_array_index(self->names, i), SK_REPLAY_ROUTES + i);
            sk_replay_link_route(&self->link, &(SkReplayRoute){ .v6 = six,
                                                                .add = true,
                                                                .table = RT_TABLE_MAIN,
                                                                .out = SK_REPLAY_INDEX + i,
                                                                .metric = 1000 + i });
        }
    }
    return sk_replay_link_send(&self->link, false, "replay: routes", error);
}

/* ---- rulesets -------------------------------------------------------------------------------- */

static bool
load_texts(SkReplayPlace *self, const SkReplaySpec *spec, GError **error)
{
    static const char *const nft[] = { "nft", "-f", "-", NULL };
    static const char *const restore[] = { "iptables-nft-restore", NULL };
    static const char *const restore6[] = { "ip6tables-nft-restore", NULL };
    static const char *const legacy[] = { "iptables-legacy-restore", NULL };
    static const char *const legacy6[] = { "ip6tables-legacy-restore", NULL };
    const struct {
        const char *const *argv;
        const char *text;
    } texts[] = { { nft, spec->nft },
                  { restore, spec->iptables },
                  { restore6, spec->ip6tables },
                  { legacy, spec->iptables_legacy },
                  { legacy6, spec->ip6tables_legacy } };

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i].text != NULL &&
            !sk_scratch_run(self->router, texts[i].argv, sk_span_str(texts[i].text), NULL, error)) {
            if (error != NULL && strstr((*error)->message, "Message too long") != NULL)
                g_prefix_error(error, "too large a ruleset for anybody but root: ");
            return false;
        }
    return true;
}

static bool
says(const SkReplaySpec *spec, const char *const *words)
{
    const char *const texts[] = { spec->nft, spec->iptables, spec->ip6tables, spec->iptables_legacy,
                                  spec->ip6tables_legacy };

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        for (const char *const *word = words; texts[i] != NULL && *word != NULL; word++)
            if (strstr(texts[i], *word) != NULL)
                return true;
    return false;
}

/* Too often yes does no harm: conntrack is then switched on beside a ruleset that does not ask it.
 */
static void
look(SkReplayPlace *self, const SkReplaySpec *spec)
{
    static const char *const translating[] = { "nat",      "masquerade", "MASQUERADE",
                                               "redirect", "REDIRECT",   "NETMAP",
                                               "tproxy",   "TPROXY",     NULL };
    static const char *const untracking[] = { "notrack", "NOTRACK", "CT ", NULL };
    static const char *const tracking[] = { "ct ",     "conn",     "CONN",     "state",
                                            "CT ",     "helper",   "synproxy", "SYNPROXY",
                                            "cluster", "NFLOG_CT", NULL };

    self->translates = says(spec, translating);
    self->untracks = says(spec, untracking);
    self->tracks = self->translates || self->untracks || says(spec, tracking);
    self->converses = spec->opening == SK_REPLAY_OPENING_SENT;
    self->legacy = spec->iptables_legacy != NULL || spec->ip6tables_legacy != NULL;
}

static void
put_chain(GString *to, const char *name, const char *hook, const char *priority, const char *rules)
{
    g_string_append_printf(to,
                           " chain %s {\n  type filter hook %s priority %s; policy accept;\n%s }\n",
                           name, hook, priority, rules);
}

static char *
own_table(const SkReplayPlace *self)
{
    static const char first[] = "-2147483648";
    static const char last[] = "2147483647";
    GString *text = g_string_new("table netdev " SK_REPLAY_TABLE " {\n chain wire {\n"
                                 "  type filter hook ingress devices = { sekisho-clock");

    for (unsigned i = 0; i < self->names->len; i++)
        if (!is_lo(self, i))
            g_string_append_printf(text, ", \"%s\"",
                                   (const char *)g_ptr_array_index(self->names, i));
    g_string_append(text, " } priority -2147483648; policy accept;\n  meta protocol { ip, ip6 } "
                          "meta nftrace set 1\n }\n}\n"
                          "table inet " SK_REPLAY_TABLE " {\n");
    put_chain(text, "pre-first", "prerouting", first, "");
    put_chain(text, "in-first", "input", first, "");
    put_chain(text, "in-last", "input", last, "");
    put_chain(text, "fwd-first", "forward", first, "");
    /* Where connections are opened, the wall's own stack must not close them again: it alone speaks
     * with another priority than our sockets. */
    put_chain(text, "out-first", "output", first,
              self->converses ? "  meta priority != 0:73 drop\n  meta nftrace set 1\n"
                              : "  meta nftrace set 1\n");
    put_chain(text, "post-first", "postrouting", first, "");
    put_chain(text, "post-last", "postrouting", last, "");
    if (self->legacy || self->translates)
        put_chain(text, "pre-last", "prerouting", last, "");
    if (self->legacy) {
        put_chain(text, "fwd-last", "forward", last, "");
        put_chain(text, "out-last", "output", last, "");
    }
    if (self->tracks) {
        g_autoptr(GString) rules = g_string_new(NULL);
        for (unsigned s = 0; s < SK_WALL_STATE_COUNT; s++)
            g_string_append_printf(rules, "  ct state %s accept\n", sk_wall_state_name(s));
        put_chain(text, "state-in", "prerouting", "-199", rules->str);
        put_chain(text, "state-out", "output", "-199", rules->str);
    }
    g_string_append(text, "}\n");
    return g_string_free(text, FALSE);
}

/* Which of our rules says which state: `nft -a` tells the handles. */
static bool
learn_handles(SkReplayPlace *self, GError **error)
{
    static const char *const list[] = {
        "nft", "-a", "list", "table", "inet", SK_REPLAY_TABLE, NULL
    };
    g_autoptr(GBytes) output = NULL;

    if (!sk_scratch_run(self->router, list, SK_SPAN_EMPTY, &output, error))
        return false;
    g_autofree char *text = sk_span_dup(sk_span_bytes(output));
    const char *chain = text;
    for (unsigned which = 0; which < 2; which++) {
        chain = strstr(chain, which == 0 ? "chain state-in " : "chain state-out ");
        for (unsigned s = 0; s < SK_WALL_STATE_COUNT; s++) {
            g_autofree char *rule =
                g_strdup_printf("ct state %s accept # handle ", sk_wall_state_name(s));
            const char *at = chain == NULL ? NULL : strstr(chain, rule);
            if (at == NULL)
                return sk_throw(error, SK_ERROR_INTERNAL, "replay: a rule of ours is not there");
            self->state_handle[which][s] = g_ascii_strtoull(at + strlen(rule), NULL, 10);
        }
    }
    return true;
}

static bool
load_own(SkReplayPlace *self, GError **error)
{
    static const char *const nft[] = { "nft", "-f", "-", NULL };
    g_autofree char *text = own_table(self);

    if (!sk_scratch_run(self->router, nft, sk_span_str(text), NULL, error)) {
        g_prefix_error(error, "replay: our own table: ");
        return false;
    }
    return !self->tracks || learn_handles(self, error);
}

/* ---- sockets --------------------------------------------------------------------------------- */

static int
packet_socket(const SkScratch *where, unsigned index, unsigned type, GError **error)
{
    const int one = 1;
    const int size = WIRE_BUFFER;
    sk_autofd fd = sk_scratch_socket(where, AF_PACKET, SOCK_RAW, 0, error);

    if (fd < 0)
        return -1;
    const struct sockaddr_ll here = { .sll_family = AF_PACKET,
                                      .sll_protocol = htons((uint16_t)type),
                                      .sll_ifindex = (int)index };
    if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) != 0 ||
        bind(fd, (const struct sockaddr *)&here, sizeof here) != 0) {
        (void)!sk_throw_errno(error, "replay: packet socket");
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    return sk_fd_steal(&fd);
}

static bool
out_socket(SkReplayPlace *self, bool v6, GError **error)
{
    const int priority = OUT_PRIORITY;

    self->out[v6] =
        sk_scratch_socket(self->router, v6 ? AF_INET6 : AF_INET, SOCK_RAW, IPPROTO_RAW, error);
    if (self->out[v6] < 0)
        return false;
    if (self->converses &&
        setsockopt(self->out[v6], SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority) != 0)
        return sk_throw_errno(error, "replay: SO_PRIORITY");
    return true;
}

static bool
open_sockets(SkReplayPlace *self, GError **error)
{
    self->wire = packet_socket(self->outside, 0, ETH_P_ALL, error);
    if (self->wire < 0)
        return false;
    self->clock = packet_socket(self->router, SK_REPLAY_CLOCK, SK_REPLAY_CLOCK_TYPE, error);
    if (self->clock < 0)
        return false;
    if (!out_socket(self, false, error) ||
        (access("/proc/sys/net/ipv6", F_OK) == 0 && !out_socket(self, true, error)))
        return false;
    self->trace = sk_replay_trace_open(self->router, &self->trace_room, error);
    return self->trace >= 0;
}

static bool
check(const SkReplaySpec *spec, GError **error)
{
    if (spec->n_interfaces > SK_REPLAY_INTERFACES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "replay: over %u interfaces",
                        SK_REPLAY_INTERFACES_MAX);
    for (size_t i = 0; i < spec->n_interfaces; i++) {
        const char *name = spec->interfaces[i].name;
        size_t n = strlen(name);
        if (n == 0 || n > 15 || strpbrk(name, "/\" \t\n*\\{};#") != NULL ||
            strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "sekisho-clock") == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "replay: no name of an interface");
    }
    return true;
}

bool
sk_replay_place_open(SkReplayPlace *self, const SkReplaySpec *spec, GError **error)
{
    *self = (SkReplayPlace){ .wire = -1, .clock = -1, .out = { -1, -1 }, .trace = -1 };
    self->names = g_ptr_array_new_with_free_func(g_free);
    self->macs = g_array_new(FALSE, FALSE, 1);
    look(self, spec);
    return check(spec, error) && sk_scratch_open(NULL, &self->router, error) &&
           sk_scratch_open(self->router, &self->outside, error) &&
           sk_scratch_call(self->router, settle_router, NULL, "replay: router", error) &&
           sk_scratch_call(self->outside, settle_outside, NULL, "replay: outside", error) &&
           sk_replay_link_open(&self->link, self->router, NETLINK_ROUTE, error) &&
           make_wires(self, spec, error) && make_routes(self, spec, error) &&
           load_texts(self, spec, error) && load_own(self, error) && open_sockets(self, error) &&
           sk_replay_link_open(&self->connections, self->router, NETLINK_NETFILTER, error);
}

void
sk_replay_place_close(SkReplayPlace *self)
{
    sk_fd_clear(&self->wire);
    sk_fd_clear(&self->clock);
    sk_fd_clear(&self->out[0]);
    sk_fd_clear(&self->out[1]);
    sk_fd_clear(&self->trace);
    sk_replay_link_close(&self->link);
    sk_replay_link_close(&self->connections);
    g_clear_pointer(&self->names, g_ptr_array_unref);
    g_clear_pointer(&self->macs, g_array_unref);
    g_clear_pointer(&self->outside, sk_scratch_free);
    g_clear_pointer(&self->router, sk_scratch_free);
}
