/* SPDX-License-Identifier: Apache-2.0
 * Rulesets whose answers are known by hand, asked with real packets. */
#include "wall/replay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const char *const mn0_addresses[] = { "10.10.0.1/16", "fd00:10::1/64", NULL };
static const char *const lg0_addresses[] = { "10.20.0.1/16", "fd00:20::1/64", NULL };
static const SkReplayInterface interfaces[] = {
    { .name = "lo" },
    { .name = "mn0", .mac = { 0x52, 0x54, 0, 0, 0, 1 }, .addresses = mn0_addresses },
    { .name = "lg0", .addresses = lg0_addresses },
    { .name = "in0" },
};
enum { LO, MN0, LG0, IN0 };

typedef struct {
    const char *src;
    const char *dst;
    uint16_t sport;
    uint16_t dport;
    uint8_t protocol; /* 0: TCP */
    uint8_t flags;    /* 0: SYN */
    uint8_t type;
    SkWallWay way;
    uint8_t iif; /* 0: MN0 */
    uint8_t oif; /* 0: LG0 */
    SkWallState state;
    bool reply;
    uint64_t mac;
} Asked;

static SkWallValue
address(const char *text)
{
    uint8_t bytes[16];
    bool v6 = strchr(text, ':') != NULL;
    g_assert_cmpint(inet_pton(v6 ? AF_INET6 : AF_INET, text, bytes), ==, 1);
    return sk_wall_value_address(bytes, v6);
}

static SkPacket
packet(Asked a)
{
    SkPacket p = { .way = a.way };
    p.field[SK_WALL_FAMILY] = SK_WALL_VALUE(strchr(a.src, ':') != NULL);
    p.field[SK_WALL_SRC] = address(a.src);
    p.field[SK_WALL_DST] = address(a.dst);
    p.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(a.protocol != 0 ? a.protocol : IPPROTO_TCP);
    p.field[SK_WALL_SPORT] = SK_WALL_VALUE(a.sport);
    p.field[SK_WALL_DPORT] = SK_WALL_VALUE(a.dport);
    p.field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE(a.type);
    if (a.protocol == 0)
        p.field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(a.flags != 0 ? a.flags : 2);
    p.field[SK_WALL_IIF] = SK_WALL_VALUE(a.iif != 0 ? a.iif : MN0);
    p.field[SK_WALL_OIF] = SK_WALL_VALUE(a.oif != 0 ? a.oif : LG0);
    p.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(a.state);
    p.field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(a.reply);
    p.field[SK_WALL_SRC_MAC] = SK_WALL_VALUE(a.mac);
    return p;
}

static SkReplay *
open_spec(SkReplaySpec spec)
{
    SkReplay *replay = NULL;
    g_autoptr(GError) error = NULL;

    spec.interfaces = interfaces;
    spec.n_interfaces = G_N_ELEMENTS(interfaces);
    bool opened = sk_replay_open(&spec, &replay, &error);
    g_assert_no_error(error);
    g_assert_true(opened);
    return replay;
}

static SkReplay *
open_nft(const char *nft)
{
    return open_spec((SkReplaySpec){ .nft = nft });
}

static GPtrArray *
names(void)
{
    GPtrArray *all = g_ptr_array_new();
    for (unsigned i = 0; i < G_N_ELEMENTS(interfaces); i++)
        g_ptr_array_add(all, (char *)interfaces[i].name);
    return all;
}

static SkReplayResult
ask(SkReplay *replay, Asked asked)
{
    SkReplayResult result;
    SkPacket p = packet(asked);
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_replay_probe(replay, &p, 1, &result, &error));
    g_assert_no_error(error);
    if (g_test_verbose()) {
        g_autoptr(GPtrArray) all = names();
        g_autofree char *text = sk_replay_text(&result, all);
        g_test_message("%s", text);
    }
    return result;
}

#define ENDS(replay, what, ...)                                                                    \
    g_assert_cmpstr(sk_replay_end_name(ask((replay), (Asked){ __VA_ARGS__ }).end), ==, what)
#define V4 .src = "10.10.1.5", .dst = "10.20.1.5"
#define V6 .src = "fd00:10::5", .dst = "fd00:20::5"

#define BASE(hook, policy, rules)                                                                  \
    "table inet t {\n chain c {\n  type filter hook " hook " priority 0; policy " policy           \
    ";\n" rules "\n }\n}\n"

static void
test_empty(void)
{
    g_autoptr(SkReplay) r = open_nft(NULL);

    ENDS(r, "arrived", V4, .sport = 1000, .dport = 80);
    ENDS(r, "arrived", V6, .sport = 1000, .dport = 80);
    for (unsigned protocol = 1; protocol < 256; protocol++) {
        SkReplayResult four = ask(r, (Asked){ .oif = LG0, V4, .protocol = (uint8_t)protocol });
        SkReplayResult six = ask(r, (Asked){ .oif = LG0, V6, .protocol = (uint8_t)protocol });
        g_assert_cmpint(four.end, ==, SK_REPLAY_ARRIVED);
        g_assert_true(six.end == SK_REPLAY_ARRIVED || six.why != NULL);
        g_assert_cmpint(six.end, !=, SK_REPLAY_UNACCOUNTED);
        g_assert_cmpint(six.end, !=, SK_REPLAY_DROPPED);
    }
    ENDS(r, "arrived", V4, .way = SK_WALL_IN);
    ENDS(r, "arrived", V6, .way = SK_WALL_IN);
    ENDS(r, "arrived", V4, .way = SK_WALL_OUT);
    ENDS(r, "arrived", V6, .way = SK_WALL_OUT);
    SkPacket by_lo = packet((Asked){ V4 });
    SkReplayResult none;
    by_lo.field[SK_WALL_IIF] = SK_WALL_VALUE(LO);
    g_assert_true(sk_replay_probe(r, &by_lo, 1, &none, NULL));
    g_assert_cmpint(none.end, ==, SK_REPLAY_NONE_SUCH);
    ENDS(r, "none-such", V4, .iif = 9);
    ENDS(r, "unrouted", .src = "224.0.0.1", .dst = "10.20.1.5");
    ENDS(r, "none-such", .src = "10.10.1.5", .dst = "255.255.255.255", .protocol = IPPROTO_UDP);
}

static void
test_as_sent(void)
{
    g_autoptr(SkReplay) r = open_nft(NULL);
    Asked asked = { V6,         .sport = 1000, .dport = 443,
                    .oif = IN0, .flags = 0x12, .mac = 0x525400100105 };
    SkPacket sent = packet(asked);
    SkReplayResult got;

    sent.field[SK_WALL_TTL] = SK_WALL_VALUE(9);
    sent.field[SK_WALL_DSCP] = SK_WALL_VALUE(46);
    sent.field[SK_WALL_LENGTH] = SK_WALL_VALUE(1400);
    g_assert_true(sk_replay_probe(r, &sent, 1, &got, NULL));
    g_assert_cmpint(got.end, ==, SK_REPLAY_ARRIVED);
    g_assert_false(got.translated);
    sent.field[SK_WALL_TTL].lo--; /* a router's due */
    static const SkWallField same[] = { SK_WALL_IIF,      SK_WALL_OIF,       SK_WALL_FAMILY,
                                        SK_WALL_PROTOCOL, SK_WALL_SRC,       SK_WALL_DST,
                                        SK_WALL_SPORT,    SK_WALL_DPORT,     SK_WALL_TTL,
                                        SK_WALL_DSCP,     SK_WALL_TCP_FLAGS, SK_WALL_LENGTH };
    for (unsigned i = 0; i < G_N_ELEMENTS(same); i++)
        g_assert_cmpint(sk_wall_value_compare(sent.field[same[i]], got.after.field[same[i]]), ==,
                        0);
    sent.field[SK_WALL_TTL] = SK_WALL_VALUE(1);
    g_assert_true(sk_replay_probe(r, &sent, 1, &got, NULL));
    g_assert_cmpint(got.end, ==, SK_REPLAY_UNROUTED);
}

static void
test_rules(void)
{
    g_autoptr(SkReplay) r =
        open_nft(BASE("forward", "drop",
                      "ip saddr 10.10.0.0/16 tcp dport { 443, 853, 8000-8010 } accept\n"
                      "meta nfproto ipv6 udp dport 53 accept\n"
                      "iifname \"in*\" ip daddr 10.20.1.5 accept\n"
                      "tcp dport 25 reject with tcp reset\n"
                      "ip protocol icmp icmp type echo-request accept\n"
                      "ether saddr 52:54:00:10:01:05 ip6 nexthdr tcp accept\n"));
    ENDS(r, "arrived", V4, .dport = 443);
    ENDS(r, "arrived", V4, .dport = 8000);
    ENDS(r, "arrived", V4, .dport = 8010);
    ENDS(r, "dropped", V4, .dport = 8011);
    ENDS(r, "dropped", .src = "10.11.0.0", .dst = "10.20.1.5", .dport = 443);
    ENDS(r, "dropped", V4, .dport = 443, .protocol = IPPROTO_UDP);
    ENDS(r, "arrived", V6, .dport = 53, .protocol = IPPROTO_UDP);
    ENDS(r, "dropped", V4, .dport = 53, .protocol = IPPROTO_UDP);
    ENDS(r, "dropped", V6, .dport = 443);
    ENDS(r, "arrived", V6, .dport = 443, .mac = 0x525400100105);
    ENDS(r, "arrived", V4, .dport = 9, .iif = IN0);
    ENDS(r, "arrived", V4, .protocol = IPPROTO_ICMP, .type = 8);
    ENDS(r, "dropped", V4, .protocol = IPPROTO_ICMP, .type = 13);
    ENDS(r, "dropped", V6, .protocol = IPPROTO_ICMPV6, .type = 128);
    ENDS(r, "arrived", V4, .dport = 9, .way = SK_WALL_IN);
    ENDS(r, "arrived", V4, .dport = 9, .way = SK_WALL_OUT);

    SkReplayResult refused = ask(r, (Asked){ .oif = LG0, V4, .dport = 25 });
    g_assert_cmpint(refused.end, ==, SK_REPLAY_DROPPED);
    g_assert_true(refused.answered);
    g_assert_cmpint(refused.hook, ==, SK_WALL_HOOK_FORWARD);
    g_assert_cmpint(refused.steps, ==, 1);
    g_assert_cmpstr(refused.path[0].table, ==, "t");
    g_assert_cmpstr(refused.path[0].chain, ==, "c");
    g_assert_cmpint(refused.path[0].act, ==, SK_WALL_DROP);
    g_assert_cmpint(refused.path[0].family, ==, SK_WALL_TABLE_INET);
    g_assert_cmpuint(refused.path[0].handle, >, 0);
    SkReplayResult policy = ask(r, (Asked){ .oif = LG0, V4, .dport = 26 });
    g_assert_false(policy.answered);
    g_assert_cmpuint(policy.path[policy.steps - 1].handle, ==, 0);
}

static void
test_hooks(void)
{
    g_autoptr(SkReplay) r =
        open_nft(BASE("input", "drop", "tcp dport 22 iifname \"mn0\" accept") //
                 "table ip u {\n chain o {\n type filter hook output priority 10; policy drop;\n"
                 "oifname \"lg0\" tcp dport 443 accept\n}\n"
                 " chain p {\n type filter hook postrouting priority 5; policy accept;\n"
                 "tcp dport 444 drop\n}\n}\n"
                 "table netdev n {\n chain i {\n type filter hook ingress device \"in0\" priority "
                 "0; policy accept;\n"
                 "tcp dport 445 drop\n}\n}\n");
    ENDS(r, "arrived", V4, .way = SK_WALL_IN, .dport = 22);
    ENDS(r, "arrived", V6, .way = SK_WALL_IN, .dport = 22);
    ENDS(r, "dropped", V4, .way = SK_WALL_IN, .dport = 22, .iif = LG0);
    ENDS(r, "dropped", V4, .way = SK_WALL_IN, .dport = 23);
    ENDS(r, "arrived", V4, .way = SK_WALL_OUT, .dport = 443);
    ENDS(r, "dropped", V4, .way = SK_WALL_OUT, .dport = 442);
    ENDS(r, "arrived", V6, .way = SK_WALL_OUT, .dport = 442);
    g_assert_cmpint(ask(r, (Asked){ .oif = LG0, V4, .dport = 444 }).hook, ==,
                    SK_WALL_HOOK_POSTROUTING);
    ENDS(r, "arrived", V6, .dport = 444);
    ENDS(r, "arrived", V4, .dport = 445);
    g_assert_cmpint(ask(r, (Asked){ .oif = LG0, V4, .iif = IN0, .dport = 445 }).hook, ==,
                    SK_WALL_HOOK_INGRESS);
}

/* An accept ends its own chain only. */
static void
test_two_tables(void)
{
    g_autoptr(SkReplay) r = open_nft(
        "table inet a {\n chain c {\n type filter hook forward priority -10; policy drop;\n"
        "tcp dport { 1, 2 } accept\n}\n}\n"
        "table ip b {\n chain c {\n type filter hook forward priority 10; policy accept;\n"
        "tcp dport 2 drop\n}\n}\n"
        "table inet d {\n flags dormant\n chain c {\n type filter hook forward priority 20; policy "
        "drop;\n}\n}\n");
    ENDS(r, "arrived", V4, .dport = 1);
    ENDS(r, "dropped", V4, .dport = 2);
    ENDS(r, "arrived", V6, .dport = 2);
    ENDS(r, "dropped", V4, .dport = 3);
    SkReplayResult late = ask(r, (Asked){ .oif = LG0, V4, .dport = 2 });
    g_assert_cmpstr(late.path[0].table, ==, "a");
    g_assert_cmpstr(late.path[late.steps - 1].table, ==, "b");
}

static void
states(SkReplayOpening opening)
{
    g_autoptr(SkReplay) r =
        open_spec((SkReplaySpec){ .opening = opening,
                                  .nft = BASE("forward", "drop",
                                              "ct state established accept\n"
                                              "ct state related counter accept\n"
                                              "ct state invalid drop\n"
                                              "iifname \"mn0\" tcp dport 443 ct state new accept\n"
                                              "iifname \"mn0\" udp dport 53 accept\n"
                                              "iifname \"mn0\" icmpv6 type echo-request accept") });
    ENDS(r, "arrived", V4, .sport = 7, .dport = 443);
    ENDS(r, "dropped", V4, .sport = 7, .dport = 444);
    for (unsigned i = 0; i < 2; i++) {
        ENDS(r, "arrived", V4, .sport = 7, .dport = 443, .state = SK_WALL_ESTABLISHED,
             .flags = 0x10);
        ENDS(r, "arrived", V6, .sport = 7, .dport = 443, .state = SK_WALL_ESTABLISHED,
             .flags = 0x10);
        ENDS(r, "arrived", .src = "10.20.1.5", .dst = "10.10.1.5", .iif = LG0, .oif = MN0,
             .sport = 443, .dport = 7, .state = SK_WALL_ESTABLISHED, .reply = true, .flags = 0x10);
        ENDS(r, "arrived", .src = "fd00:20::5", .dst = "fd00:10::5", .iif = LG0, .oif = MN0,
             .sport = 53, .dport = 7, .state = SK_WALL_ESTABLISHED, .reply = true,
             .protocol = IPPROTO_UDP);
        ENDS(r, "arrived", .src = "fd00:20::5", .dst = "fd00:10::5", .iif = LG0, .oif = MN0,
             .state = SK_WALL_ESTABLISHED, .reply = true, .protocol = IPPROTO_ICMPV6, .type = 129);
        /* The connections are gone: an answer to nothing is new, or invalid. */
        ENDS(r, "dropped", .src = "10.20.1.5", .dst = "10.10.1.5", .iif = LG0, .oif = MN0,
             .sport = 443, .dport = 7, .flags = 0x10);
        ENDS(r, "dropped", .src = "fd00:20::5", .dst = "fd00:10::5", .iif = LG0, .oif = MN0,
             .sport = 53, .dport = 7, .protocol = IPPROTO_UDP);
    }
    SkReplayResult bad = ask(r, (Asked){ .oif = LG0, V4, .dport = 443, .state = SK_WALL_INVALID });
    g_assert_cmpint(bad.end, ==, SK_REPLAY_DROPPED);
    g_assert_cmpint(bad.state, ==, SK_WALL_INVALID);
    g_assert_true(bad.as_asked);
    SkReplayResult odd = ask(r, (Asked){ .oif = LG0, V4, .dport = 443, .flags = 0x03 });
    g_assert_cmpint(odd.state, ==, SK_WALL_INVALID);
    g_assert_false(odd.as_asked);
    SkReplayResult related =
        ask(r, (Asked){ .oif = LG0, V4, .dport = 9, .state = SK_WALL_RELATED });
    g_assert_cmpint(related.state, ==, SK_WALL_RELATED);
    g_assert_cmpint(related.end, ==, SK_REPLAY_ARRIVED);
    related = ask(
        r,
        (Asked){ .oif = LG0, V4, .protocol = IPPROTO_ICMP, .type = 3, .state = SK_WALL_RELATED });
    g_assert_cmpint(related.state, ==, SK_WALL_RELATED);
    g_assert_cmpint(related.end, ==, SK_REPLAY_ARRIVED);
    related = ask(
        r,
        (Asked){ .oif = LG0, V6, .protocol = IPPROTO_ICMPV6, .type = 1, .state = SK_WALL_RELATED });
    g_assert_cmpint(related.end, ==, SK_REPLAY_ARRIVED);
    ENDS(r, "dropped", V6, .protocol = IPPROTO_ICMPV6, .type = 1);
}

static void
test_states(void)
{
    states(SK_REPLAY_OPENING_FORCED);
}

static void
test_states_sent(void)
{
    states(SK_REPLAY_OPENING_SENT);
    /* The wall's own, and to itself: its stack does not answer in between. */
    g_autoptr(SkReplay) own = open_spec((SkReplaySpec){
        .opening = SK_REPLAY_OPENING_SENT,
        .nft = BASE("input", "drop",
                    "ct state established accept\ntcp dport 22 accept\nudp dport 53 accept") });
    for (unsigned i = 0; i < 2; i++) {
        ENDS(own, "arrived", V4, .way = SK_WALL_OUT, .sport = 7, .dport = 443);
        ENDS(own, "arrived", V6, .way = SK_WALL_OUT, .sport = 7, .dport = 443);
        ENDS(own, "arrived", V4, .way = SK_WALL_IN, .sport = 7, .dport = 22,
             .state = SK_WALL_ESTABLISHED, .flags = 0x10);
        ENDS(own, "arrived", V6, .way = SK_WALL_IN, .sport = 7, .dport = 22,
             .state = SK_WALL_ESTABLISHED, .flags = 0x10);
        ENDS(own, "arrived", V6, .way = SK_WALL_IN, .sport = 7, .dport = 53,
             .state = SK_WALL_ESTABLISHED, .protocol = IPPROTO_UDP);
        ENDS(own, "arrived", V4, .way = SK_WALL_OUT, .sport = 22, .dport = 7,
             .state = SK_WALL_ESTABLISHED, .reply = true, .flags = 0x10);
        ENDS(own, "arrived", V6, .way = SK_WALL_IN, .sport = 443, .dport = 7,
             .state = SK_WALL_ESTABLISHED, .reply = true, .flags = 0x10);
        ENDS(own, "dropped", V6, .way = SK_WALL_IN, .sport = 443, .dport = 7, .flags = 0x10);
        ENDS(own, "none-such", V4, .way = SK_WALL_IN, .sport = 7, .dport = 23,
             .state = SK_WALL_ESTABLISHED, .flags = 0x10);
    }
    /* Where the opening does not pass there is no connection to belong to. */
    g_autoptr(SkReplay) r =
        open_spec((SkReplaySpec){ .opening = SK_REPLAY_OPENING_SENT,
                                  .nft = BASE("forward", "drop", "ct state established accept") });
    SkReplayResult never =
        ask(r, (Asked){ .oif = LG0, V4, .dport = 1, .state = SK_WALL_ESTABLISHED, .flags = 16 });
    g_assert_cmpint(never.end, ==, SK_REPLAY_NONE_SUCH);
    g_assert_nonnull(never.why);
    g_autoptr(SkReplay) forced = open_nft(BASE("forward", "drop", "ct state established accept"));
    ENDS(forced, "arrived", V4, .dport = 1, .state = SK_WALL_ESTABLISHED, .flags = 16);
}

static void
test_notrack(void)
{
    g_autoptr(SkReplay) r = open_nft(
        "table ip raw {\n chain pre {\n type filter hook prerouting priority raw; policy accept;\n"
        "udp dport 53 notrack\n}\n}\n" //
        BASE("forward", "drop", "ct state untracked accept"));
    SkReplayResult free = ask(r, (Asked){ .oif = LG0, V4, .dport = 53, .protocol = IPPROTO_UDP });
    g_assert_cmpint(free.end, ==, SK_REPLAY_ARRIVED);
    g_assert_cmpint(free.state, ==, SK_WALL_UNTRACKED);
    g_assert_true(free.as_asked);
    ENDS(r, "dropped", V4, .dport = 54, .protocol = IPPROTO_UDP);
    ENDS(r, "dropped", V6, .dport = 53, .protocol = IPPROTO_UDP);
}

static void
test_nat(void)
{
    g_autoptr(SkReplay) r =
        open_nft("table inet n {\n"
                 " chain pre {\n type nat hook prerouting priority dstnat; policy accept;\n"
                 "iifname \"in0\" tcp dport 8080 dnat ip to 10.20.1.9:80\n"
                 "iifname \"in0\" tcp dport 22 redirect to :2222\n}\n"
                 " chain post {\n type nat hook postrouting priority srcnat; policy accept;\n"
                 "oifname \"lg0\" ip saddr 10.10.0.0/16 snat ip to 10.20.0.77\n"
                 "oifname \"in0\" snat ip6 to fd00:30::77\n}\n"
                 " chain f {\n type filter hook forward priority 0; policy drop;\n"
                 "tcp dport 80 accept\ntcp dport 443 accept\n}\n"
                 " chain i {\n type filter hook input priority 0; policy drop;\ntcp dport 2222 "
                 "accept\n}\n}\n");
    SkReplayResult d = ask(r, (Asked){ .src = "198.51.100.1",
                                       .dst = "203.0.113.1",
                                       .sport = 9,
                                       .dport = 8080,
                                       .iif = IN0,
                                       .oif = LG0 });
    g_assert_cmpint(d.end, ==, SK_REPLAY_ARRIVED);
    g_assert_true(d.translated);
    g_assert_cmpint(sk_wall_value_compare(d.after.field[SK_WALL_DST], address("10.20.1.9")), ==, 0);
    g_assert_cmpuint(d.after.field[SK_WALL_DPORT].lo, ==, 80);
    g_assert_cmpuint(d.after.field[SK_WALL_OIF].lo, ==, LG0);
    /* The same question towards another wire: the route is another one then. */
    d = ask(r, (Asked){ .src = "198.51.100.1",
                        .dst = "203.0.113.1",
                        .sport = 9,
                        .dport = 8080,
                        .iif = IN0,
                        .oif = MN0 });
    g_assert_cmpint(d.end, ==, SK_REPLAY_ARRIVED);
    g_assert_cmpuint(d.after.field[SK_WALL_OIF].lo, ==, MN0);
    SkReplayResult s = ask(r, (Asked){ .oif = LG0, V4, .sport = 9, .dport = 443 });
    g_assert_cmpint(s.end, ==, SK_REPLAY_ARRIVED);
    g_assert_true(s.translated);
    g_assert_cmpint(sk_wall_value_compare(s.after.field[SK_WALL_SRC], address("10.20.0.77")), ==,
                    0);
    s = ask(r, (Asked){ .oif = IN0, V6, .sport = 9, .dport = 443 });
    g_assert_cmpint(sk_wall_value_compare(s.after.field[SK_WALL_SRC], address("fd00:30::77")), ==,
                    0);
    s = ask(
        r, (Asked){ .oif = LG0, .src = "10.11.0.1", .dst = "10.20.1.5", .sport = 9, .dport = 443 });
    g_assert_false(s.translated);
    /* Redirected: it ends at the wall itself. */
    SkReplayResult own = ask(r, (Asked){ .src = "10.20.7.7",
                                         .dst = "203.0.113.1",
                                         .sport = 9,
                                         .dport = 22,
                                         .iif = IN0,
                                         .oif = LG0 });
    g_assert_true(own.end == SK_REPLAY_ARRIVED || own.end == SK_REPLAY_DROPPED);
    ENDS(r, "dropped", .src = "198.51.100.1", .dst = "203.0.113.1", .sport = 9, .dport = 8081,
         .iif = IN0);
}

static const char save4[] =
    "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n"
    "-A FORWARD -i mn0 -p tcp -m multiport --dports 80,443 -j web\n"
    "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A FORWARD -m mac --mac-source 52:54:00:10:01:05 -j ACCEPT\n"
    "-A web -d 10.20.1.5/32 -j ACCEPT\n-A web -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n";
static const char save6[] =
    "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT\nCOMMIT\n";

static void
iptables(SkReplay *r)
{
    ENDS(r, "arrived", V4, .sport = 3, .dport = 80);
    ENDS(r, "dropped", .src = "10.10.1.5", .dst = "10.20.1.6", .sport = 3, .dport = 80);
    ENDS(r, "dropped", V4, .sport = 3, .dport = 81);
    ENDS(r, "arrived", V4, .sport = 3, .dport = 81, .mac = 0x525400100105);
    ENDS(r, "arrived", V4, .sport = 3, .dport = 81, .state = SK_WALL_ESTABLISHED, .flags = 0x10);
    ENDS(r, "arrived", V6, .protocol = IPPROTO_ICMPV6, .type = 128);
    ENDS(r, "dropped", V6, .protocol = IPPROTO_ICMPV6, .type = 129);
    ENDS(r, "dropped", V6, .dport = 80);
    ENDS(r, "arrived", V6, .dport = 80, .way = SK_WALL_IN);
    g_assert_cmpint(ask(r, (Asked){ .oif = LG0, V4, .sport = 3, .dport = 81 }).hook, ==,
                    SK_WALL_HOOK_FORWARD);
}

static void
test_iptables(void)
{
    g_autoptr(SkReplay) r = open_spec((SkReplaySpec){ .iptables = save4, .ip6tables = save6 });
    iptables(r);
    g_autoptr(SkReplay) old =
        open_spec((SkReplaySpec){ .iptables_legacy = save4, .ip6tables_legacy = save6 });
    iptables(old);
}

static void
test_refused(void)
{
    SkReplay *r = NULL;
    g_autoptr(GError) error = NULL;
    const SkReplaySpec spec = { .interfaces = interfaces,
                                .n_interfaces = 4,
                                .nft = "table inet t {\n nonsense\n}\n" };

    g_assert_false(sk_replay_open(&spec, &r, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, "nonsense"));
    g_assert_null(r);
    g_clear_error(&error);
    const SkReplayInterface odd[] = { { .name = "a;b" } };
    g_assert_false(
        sk_replay_open(&(SkReplaySpec){ .interfaces = odd, .n_interfaces = 1 }, &r, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
}

/* Many at once, all kinds mixed: each has its own answer, and none is unaccounted. */
static void
test_many(void)
{
    g_autoptr(SkReplay) r = open_nft(BASE("forward", "drop",
                                          "ct state established,related accept\n"
                                          "ct state invalid drop\n"
                                          "tcp dport 1-99 accept\nudp dport 1-99 accept\n"));
    const char *seconds = getenv("SEKISHO_ALL");
    unsigned n = seconds != NULL ? 200000 : 10000;
    g_autofree SkPacket *packets = g_new(SkPacket, n);
    g_autofree SkReplayResult *results = g_new(SkReplayResult, n);
    g_autoptr(GError) error = NULL;
    GRand *rand = g_rand_new_with_seed(6);

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *src4 = g_strdup_printf("10.10.%d.%d", g_rand_int_range(rand, 0, 256),
                                                g_rand_int_range(rand, 0, 256));
        g_autofree char *dst4 = g_strdup_printf("10.20.0.%d", g_rand_int_range(rand, 0, 256));
        bool v6 = g_rand_boolean(rand);
        packets[i] = packet(
            (Asked){ .src = v6 ? "fd00:10::5" : src4,
                     .dst = v6 ? "fd00:20::5" : dst4,
                     .sport = (uint16_t)g_rand_int_range(rand, 1, 65536),
                     .dport = (uint16_t)g_rand_int_range(rand, 1, 200),
                     .protocol = g_rand_boolean(rand) ? IPPROTO_UDP : 0,
                     .state = g_rand_int_range(rand, 0, 4) == 0 ? SK_WALL_ESTABLISHED : SK_WALL_NEW,
                     .oif = (uint8_t)g_rand_int_range(rand, LG0, IN0 + 1) });
    }
    int64_t began = g_get_monotonic_time();
    g_assert_true(sk_replay_probe(r, packets, n, results, &error));
    g_assert_no_error(error);
    double spent = (double)(g_get_monotonic_time() - began) / 1e6;
    for (unsigned i = 0; i < n; i++) {
        uint64_t port = packets[i].field[SK_WALL_DPORT].lo;
        bool passes = port < 100 || packets[i].field[SK_WALL_CT_STATE].lo == SK_WALL_ESTABLISHED;
        g_assert_cmpint(results[i].end, ==, passes ? SK_REPLAY_ARRIVED : SK_REPLAY_DROPPED);
        g_assert_true(results[i].as_asked);
        if (passes)
            g_assert_cmpuint(results[i].after.field[SK_WALL_OIF].lo, ==,
                             packets[i].field[SK_WALL_OIF].lo);
    }
    g_test_message("%.0f probes a second", n / spent);
    g_rand_free(rand);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/replay/empty", test_empty);
    g_test_add_func("/wall/replay/as-sent", test_as_sent);
    g_test_add_func("/wall/replay/rules", test_rules);
    g_test_add_func("/wall/replay/hooks", test_hooks);
    g_test_add_func("/wall/replay/two-tables", test_two_tables);
    g_test_add_func("/wall/replay/states", test_states);
    g_test_add_func("/wall/replay/states-sent", test_states_sent);
    g_test_add_func("/wall/replay/notrack", test_notrack);
    g_test_add_func("/wall/replay/nat", test_nat);
    g_test_add_func("/wall/replay/iptables", test_iptables);
    g_test_add_func("/wall/replay/refused", test_refused);
    g_test_add_func("/wall/replay/many", test_many);
    return g_test_run();
}
