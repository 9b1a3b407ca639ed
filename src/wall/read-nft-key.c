/* SPDX-License-Identifier: Apache-2.0
 * read-nft-key.c - what is asked of a packet. One table: the words, the model's field, and what nft
 * asks before it without saying so (payload_gen_dependency), as `nft --debug=netlink` shows
 * for 1.0.6. */
#include "wall/read-nft-parts.h"

#include <string.h>

#define NO_FIELD SK_WALL_FIELD_COUNT
#define IP4 SK_NFT_NEEDS_IP4
#define IP6 SK_NFT_NEEDS_IP6
#define L4 SK_NFT_NEEDS_PROTOCOL
#define MAYBE SK_NFT_NEEDS_MAYBE

typedef struct {
    const char *first;
    const char *second; /* "": one word is enough */
    SkNftKey key;
} Row;

#define KEY(a, b, t, f, n, p)                                                                      \
    {                                                                                              \
        a, b,                                                                                      \
        {                                                                                          \
            .type = SK_NFT_T_##t, .field = SK_WALL_##f, .needs = (n), .protocol = (p)              \
        }                                                                                          \
    }
#define NONE(a, b, n, p, w)                                                                        \
    {                                                                                              \
        a, b,                                                                                      \
        {                                                                                          \
            .field = NO_FIELD, .needs = (n), .protocol = (p), .why = (w)                           \
        }                                                                                          \
    }
#define FREE(a, b, n, w)                                                                           \
    {                                                                                              \
        a, b,                                                                                      \
        {                                                                                          \
            .field = NO_FIELD, .needs = (n), .harmless = true, .why = (w)                          \
        }                                                                                          \
    }
#define SETS(a, b, t, f, n)                                                                        \
    {                                                                                              \
        a, b,                                                                                      \
        {                                                                                          \
            .type = SK_NFT_T_##t, .field = SK_WALL_##f, .needs = (n), .written = true              \
        }                                                                                          \
    }

static const char header_why[] = "a field of a header that the model has not";
static const char link_why[] = "a field of the link layer that the model has not";
static const char local_why[] = "something of the wall's own processes";
static const char device_why[] = "a property of an interface that the model has not";
static const char state_why[] = "a property of a connection that the model has not";
static const char other_why[] = "something that no field of the model says";

static const Row rows[] = {
    KEY("ct", "direction", DIRECTION, CT_DIRECTION, 0, 0),
    KEY("ct", "mark", MARK, CT_MARK, 0, 0),
    KEY("ct", "state", STATE, CT_STATE, 0, 0),
    KEY("ct", "status", STATUS, CT_STATUS, 0, 0),
    KEY("dccp", "dport", SERVICE, DPORT, L4, 33),
    KEY("dccp", "sport", SERVICE, SPORT, L4, 33),
    NONE("dccp", "type", L4, 33, header_why),
    KEY("ether", "daddr", MAC, DST_MAC, MAYBE, 0),
    KEY("ether", "saddr", MAC, SRC_MAC, MAYBE, 0),
    KEY("ether", "type", ETHER, FAMILY, MAYBE, 0),
    KEY("icmp", "code", ICMP_CODE, ICMP_CODE, IP4 | L4, 1),
    NONE("icmp", "checksum", IP4 | L4, 1, header_why),
    NONE("icmp", "gateway", IP4 | L4, 1, header_why),
    NONE("icmp", "id", IP4 | L4, 1, header_why),
    NONE("icmp", "mtu", IP4 | L4, 1, header_why),
    NONE("icmp", "sequence", IP4 | L4, 1, header_why),
    KEY("icmp", "type", ICMP_TYPE, ICMP_TYPE, IP4 | L4, 1),
    NONE("icmpv6", "checksum", IP6 | L4, 58, header_why),
    KEY("icmpv6", "code", ICMP6_CODE, ICMP_CODE, IP6 | L4, 58),
    NONE("icmpv6", "id", IP6 | L4, 58, header_why),
    NONE("icmpv6", "max-delay", IP6 | L4, 58, header_why),
    NONE("icmpv6", "mtu", IP6 | L4, 58, header_why),
    NONE("icmpv6", "parameter-problem", IP6 | L4, 58, header_why),
    NONE("icmpv6", "sequence", IP6 | L4, 58, header_why),
    KEY("icmpv6", "type", ICMP6_TYPE, ICMP_TYPE, IP6 | L4, 58),
    NONE("igmp", "checksum", IP4 | L4, 2, header_why),
    NONE("igmp", "group", IP4 | L4, 2, header_why),
    NONE("igmp", "mrt", IP4 | L4, 2, header_why),
    NONE("igmp", "type", IP4 | L4, 2, header_why),
    NONE("ip", "checksum", IP4, 0, header_why),
    KEY("ip", "daddr", IP4, DST, IP4, 0),
    SETS("ip", "dscp", DSCP, DSCP, IP4),
    FREE("ip", "ecn", IP4, header_why),
    { "ip",
      "frag-off",
      { .type = SK_NFT_T_NUMBER16, .field = SK_WALL_FRAGMENT, .needs = IP4, .fragment = true } },
    NONE("ip", "hdrlength", IP4, 0, header_why),
    NONE("ip", "id", IP4, 0, header_why),
    KEY("ip", "length", NUMBER16, LENGTH, IP4, 0),
    KEY("ip", "protocol", PROTOCOL, PROTOCOL, IP4, 0),
    KEY("ip", "saddr", IP4, SRC, IP4, 0),
    SETS("ip", "ttl", NUMBER8, TTL, IP4),
    NONE("ip", "version", IP4, 0, header_why),
    KEY("ip6", "daddr", IP6, DST, IP6, 0),
    SETS("ip6", "dscp", DSCP, DSCP, IP6),
    FREE("ip6", "ecn", IP6, header_why),
    FREE("ip6", "flowlabel", IP6, header_why),
    SETS("ip6", "hoplimit", NUMBER8, TTL, IP6),
    { "ip6",
      "length",
      { .type = SK_NFT_T_NUMBER16, .field = SK_WALL_LENGTH, .needs = IP6, .add = 40 } },
    KEY("ip6", "nexthdr", PROTOCOL, PROTOCOL, IP6 | MAYBE, 0),
    KEY("ip6", "saddr", IP6, SRC, IP6, 0),
    NONE("ip6", "version", IP6, 0, header_why),
    KEY("iif", "", INTERFACE, IIF, 0, 0),
    KEY("iifname", "", INTERFACE, IIF, 0, 0),
    NONE("iifgroup", "", 0, 0, device_why),
    NONE("iifkind", "", 0, 0, device_why),
    NONE("iiftype", "", 0, 0, device_why),
    KEY("mark", "", MARK, MARK, 0, 0),
    KEY("meta", "iif", INTERFACE, IIF, 0, 0),
    KEY("meta", "iifname", INTERFACE, IIF, 0, 0),
    KEY("meta", "oif", INTERFACE, OIF, 0, 0),
    KEY("meta", "oifname", INTERFACE, OIF, 0, 0),
    KEY("meta", "l4proto", PROTOCOL, PROTOCOL, 0, 0),
    KEY("meta", "length", NUMBER16, LENGTH, 0, 0),
    KEY("meta", "mark", MARK, MARK, 0, 0),
    KEY("meta", "nfproto", NFPROTO, FAMILY, 0, 0),
    SETS("meta", "pkttype", PACKET_TYPE, PACKET_TYPE, 0),
    KEY("meta", "protocol", ETHER, FAMILY, 0, 0),
    FREE("meta", "nftrace", 0, other_why),
    FREE("meta", "priority", 0, other_why),
    FREE("meta", "secmark", 0, other_why),
    KEY("oif", "", INTERFACE, OIF, 0, 0),
    KEY("oifname", "", INTERFACE, OIF, 0, 0),
    NONE("oifgroup", "", 0, 0, device_why),
    NONE("oifkind", "", 0, 0, device_why),
    NONE("oiftype", "", 0, 0, device_why),
    SETS("pkttype", "", PACKET_TYPE, PACKET_TYPE, 0),
    FREE("nftrace", "", 0, other_why),
    NONE("skuid", "", 0, 0, local_why),
    NONE("skgid", "", 0, 0, local_why),
    NONE("cgroup", "", 0, 0, local_why),
    NONE("rtclassid", "", 0, 0, other_why),
    KEY("sctp", "dport", SERVICE, DPORT, L4, 132),
    KEY("sctp", "sport", SERVICE, SPORT, L4, 132),
    NONE("sctp", "checksum", L4, 132, header_why),
    NONE("sctp", "vtag", L4, 132, header_why),
    NONE("tcp", "ackseq", L4, 6, header_why),
    NONE("tcp", "checksum", L4, 6, header_why),
    NONE("tcp", "doff", L4, 6, header_why),
    KEY("tcp", "dport", SERVICE, DPORT, L4, 6),
    KEY("tcp", "flags", TCP_FLAGS, TCP_FLAGS, L4, 6),
    NONE("tcp", "reserved", L4, 6, header_why),
    NONE("tcp", "sequence", L4, 6, header_why),
    KEY("tcp", "sport", SERVICE, SPORT, L4, 6),
    NONE("tcp", "urgptr", L4, 6, header_why),
    NONE("tcp", "window", L4, 6, header_why),
    KEY("th", "dport", SERVICE, DPORT, SK_NFT_NEEDS_PORTS, 0),
    KEY("th", "sport", SERVICE, SPORT, SK_NFT_NEEDS_PORTS, 0),
    NONE("udp", "checksum", L4, 17, header_why),
    KEY("udp", "dport", SERVICE, DPORT, L4, 17),
    NONE("udp", "length", L4, 17, header_why),
    KEY("udp", "sport", SERVICE, SPORT, L4, 17),
    NONE("udplite", "checksum", L4, 136, header_why),
    NONE("udplite", "csumcov", L4, 136, header_why),
    KEY("udplite", "dport", SERVICE, DPORT, L4, 136),
    KEY("udplite", "sport", SERVICE, SPORT, L4, 136),
    NONE("vlan", "cfi", 0, 0, link_why),
    NONE("vlan", "dei", 0, 0, link_why),
    NONE("vlan", "id", 0, 0, link_why),
    NONE("vlan", "pcp", 0, 0, link_why),
    NONE("vlan", "type", 0, 0, link_why),
};

/* First words after which any one word is a field that the model has not. */
static const struct {
    const char *first;
    SkNftKey key;
} families[] = {
    { "ct", { .field = NO_FIELD, .why = state_why } },
    { "meta", { .field = NO_FIELD, .why = other_why } },
    { "ah", { .field = NO_FIELD, .needs = L4, .protocol = 51, .why = header_why } },
    { "esp", { .field = NO_FIELD, .needs = L4, .protocol = 50, .why = header_why } },
    { "comp", { .field = NO_FIELD, .needs = L4, .protocol = 108, .why = header_why } },
    { "gre", { .field = NO_FIELD, .needs = L4, .protocol = 47, .why = header_why } },
    { "frag", { .field = NO_FIELD, .needs = IP6, .why = header_why } },
    { "hbh", { .field = NO_FIELD, .needs = IP6, .why = header_why } },
    { "rt", { .field = NO_FIELD, .why = header_why } },
    { "dst", { .field = NO_FIELD, .needs = IP6, .why = header_why } },
    { "mh", { .field = NO_FIELD, .needs = IP6, .why = header_why } },
    { "exthdr", { .field = NO_FIELD, .needs = IP6, .why = header_why } },
    { "osf", { .field = NO_FIELD, .why = other_why } },
    { "tunnel", { .field = NO_FIELD, .why = other_why } },
    { "arp", { .field = NO_FIELD, .why = link_why } },
};

static const SkNftKey *
lookup(SkSpan first, SkSpan second, bool *ret_two)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];
        if (row->first[0] != (char)first.p[0] || !sk_span_is(first, row->first))
            continue;
        *ret_two = row->second[0] != 0;
        if (!*ret_two || sk_span_is(second, row->second))
            return &row->key;
    }
    return NULL;
}

/* `fib saddr . iif type`: only the plain ones are fields of the model. */
static bool
fib(SkNftReader *r, SkNftKey *ret)
{
    bool source = false, destination = false, plain = true;

    *ret = (SkNftKey){ .field = NO_FIELD, .why = "a look into the routes" };
    (void)sk_nft_next(r);
    do {
        if (sk_nft_take(r, "saddr"))
            source = true;
        else if (sk_nft_take(r, "daddr"))
            destination = true;
        else if (sk_nft_take(r, "mark") || sk_nft_take(r, "iif") || sk_nft_take(r, "oif"))
            plain = false;
        else
            return sk_nft_fail(r, "a look into the routes by something unknown");
    } while (sk_nft_take_sign(r, '.'));
    if (sk_nft_take(r, "type")) {
        ret->type = SK_NFT_T_ADDRESS_TYPE;
        if (plain && source != destination)
            ret->field = source ? SK_WALL_SRC_TYPE : SK_WALL_DST_TYPE;
        return true;
    }
    if (sk_nft_take(r, "oif") || sk_nft_take(r, "oifname"))
        return true;
    return sk_nft_fail(r, "a look into the routes for something unknown");
}

static bool
number(SkNftReader *r, uint64_t *ret)
{
    const SkNftToken *t = sk_nft_next(r);

    if (t->kind != SK_NFT_NUMBER)
        return sk_nft_fail(r, "a number is missing");
    *ret = t->number;
    return true;
}

static bool
only(const SkNftReader *r, uint64_t ports0, uint64_t ports1, uint64_t ports2)
{
    return (r->protocols[0] & ~ports0) == 0 && (r->protocols[1] & ~ports1) == 0 &&
           (r->protocols[2] & ~ports2) == 0 && r->protocols[3] == 0;
}

/* TCP 6, UDP 17, DCCP 33; SCTP 132, UDP-Lite 136. */
static bool
only_ports(const SkNftReader *r)
{
    return only(r, UINT64_C(1) << 6 | UINT64_C(1) << 17 | UINT64_C(1) << 33, 0,
                UINT64_C(1) << (132 - 128) | UINT64_C(1) << (136 - 128));
}

/* `@th,16,16`: the ports, where only protocols that have some come so far. */
static bool
raw(SkNftReader *r, SkNftKey *ret)
{
    uint64_t offset = 0, length = 0;
    bool transport = false;

    *ret = (SkNftKey){ .field = NO_FIELD, .why = "bytes at a place of their own" };
    (void)sk_nft_next(r);
    transport = sk_nft_is(r, "th");
    if (sk_nft_next(r)->kind != SK_NFT_WORD || !sk_nft_take_sign(r, ',') || !number(r, &offset) ||
        !sk_nft_take_sign(r, ',') || !number(r, &length))
        return sk_nft_fail(r, "a place of bytes that is not understood");
    if (transport && length == 16 && (offset == 0 || offset == 16)) {
        ret->type = SK_NFT_T_SERVICE;
        ret->field = offset == 0 ? SK_WALL_SPORT : SK_WALL_DPORT;
        ret->needs = SK_NFT_NEEDS_PORTS;
        ret->why = NULL;
    }
    return true;
}

/* `ct original ip saddr`, `ct reply proto-dst`, `ct original bytes` */
static bool
of_direction(SkNftReader *r, SkNftKey *ret)
{
    *ret = (SkNftKey){ .field = NO_FIELD, .why = state_why };
    if (sk_nft_is(r, "ip") || sk_nft_is(r, "ip6"))
        (void)sk_nft_next(r);
    return sk_nft_next(r)->kind == SK_NFT_WORD ? true
                                               : sk_nft_fail(r, "a connection's field is missing");
}

static bool
modulo(SkNftReader *r)
{
    uint64_t n = 0;

    if (sk_nft_take(r, "mod") && !number(r, &n))
        return false;
    while (sk_nft_is(r, "seed") || sk_nft_is(r, "offset")) {
        (void)sk_nft_next(r);
        if (!number(r, &n))
            return false;
    }
    return true;
}

/* What has a shape of its own and is no field: `numgen random mod 10`, `socket mark`, `tcp option
 * …`. */
static bool
other(SkNftReader *r, SkNftKey *ret)
{
    *ret = (SkNftKey){ .field = NO_FIELD, .why = other_why };
    if (sk_nft_take(r, "numgen"))
        return sk_nft_next(r)->kind == SK_NFT_WORD && modulo(r);
    if (sk_nft_take(r, "symhash"))
        return modulo(r);
    if (sk_nft_take(r, "jhash")) {
        while (!sk_nft_is(r, "mod") && !sk_nft_at_end(r))
            (void)sk_nft_next(r);
        return modulo(r);
    }
    uint64_t level = 0;
    if (sk_nft_take(r, "socket")) {
        if (sk_nft_take(r, "cgroupv2"))
            return sk_nft_take(r, "level") && number(r, &level);
        return sk_nft_next(r)->kind == SK_NFT_WORD;
    }
    if (sk_nft_take(r, "ipsec")) {
        while (sk_nft_is(r, "in") || sk_nft_is(r, "out") || sk_nft_is(r, "spnum") ||
               sk_nft_is(r, "ip") || sk_nft_is(r, "ip6") || sk_nft_peek(r)->kind == SK_NFT_NUMBER)
            (void)sk_nft_next(r);
        return sk_nft_next(r)->kind == SK_NFT_WORD;
    }
    return false;
}

/* `tcp option maxseg size`, `ip option lsrr ptr`, `sctp chunk data exists` */
static bool
option(SkNftReader *r, SkNftKey *ret)
{
    bool tcp = sk_nft_is(r, "tcp");

    *ret = (SkNftKey){ .field = NO_FIELD, .why = header_why, .harmless = tcp };
    if (tcp || sk_nft_is(r, "sctp")) {
        ret->needs = L4;
        ret->protocol = tcp ? 6 : 132;
    } else {
        ret->needs = IP4;
    }
    (void)sk_nft_next(r);
    (void)sk_nft_next(r);
    if (sk_nft_take_sign(r, '@')) { /* @kind,offset,length */
        uint64_t n = 0;
        return number(r, &n) && sk_nft_take_sign(r, ',') && number(r, &n) &&
               sk_nft_take_sign(r, ',') && number(r, &n);
    }
    (void)sk_nft_next(r);
    if (sk_nft_is(r, "exists") || sk_nft_is(r, "missing"))
        return true; /* compared like a value */
    const SkNftToken *t = sk_nft_peek(r);
    return t->kind == SK_NFT_WORD ? sk_nft_next(r) != NULL : true;
}

static bool
is_option(const SkNftReader *r, SkSpan first, const SkNftToken *after)
{
    if (after->kind != SK_NFT_WORD)
        return false;
    SkSpan second = sk_nft_text(r, after);
    return ((sk_span_is(first, "tcp") || sk_span_is(first, "ip")) &&
            sk_span_is(second, "option")) ||
           (sk_span_is(first, "sctp") && sk_span_is(second, "chunk"));
}

/* `ct` and `meta`, and headers that the model has not: any one word after them. */
static bool
family(SkNftReader *r, SkSpan first, SkNftKey *ret)
{
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        if (!sk_span_is(first, families[i].first))
            continue;
        *ret = families[i].key;
        (void)sk_nft_next(r);
        if (sk_span_is(first, "ct") && (sk_nft_take(r, "original") || sk_nft_take(r, "reply")))
            return of_direction(r, ret);
        if (sk_span_is(first, "ct")) {
            static const char *const set[] = { "helper", "timeout", "expectation", "label",
                                               "event",  "zone",    "secmark" };
            for (size_t k = 0; k < G_N_ELEMENTS(set); k++)
                ret->harmless = ret->harmless || sk_nft_is(r, set[k]);
        }
        if (sk_span_is(first, "rt") && (sk_nft_is(r, "ip") || sk_nft_is(r, "ip6")))
            (void)sk_nft_next(r);
        if (sk_span_is(first, "meta") && sk_nft_is(r, "ipsec"))
            ret->type = SK_NFT_T_BOOLEAN;
        return sk_nft_next(r)->kind == SK_NFT_WORD ? true
                                                   : sk_nft_fail(r, "a field's name is missing");
    }
    return false;
}

static bool
read_key(SkNftReader *r, SkNftKey *ret)
{
    const SkNftToken *t = sk_nft_peek(r);

    if (t->kind == SK_NFT_SIGN && t->sign == '@' && sk_nft_after(r)->kind == SK_NFT_WORD) {
        SkSpan base = sk_nft_text(r, sk_nft_after(r));
        bool place = sk_span_is(base, "th") || sk_span_is(base, "nh") || sk_span_is(base, "ll") ||
                     sk_span_is(base, "ih");
        return place && raw(r, ret);
    }
    if (t->kind != SK_NFT_WORD)
        return false;
    SkSpan first = sk_nft_text(r, t);
    const SkNftToken *after = sk_nft_after(r);
    SkSpan second = after->kind == SK_NFT_WORD ? sk_nft_text(r, after) : SK_SPAN_EMPTY;
    bool two = false;
    if (sk_span_is(first, "fib"))
        return fib(r, ret);
    if (is_option(r, first, after))
        return option(r, ret);
    const SkNftKey *found = lookup(first, second, &two);
    if (found != NULL) {
        *ret = *found;
        (void)sk_nft_next(r);
        if (two)
            (void)sk_nft_next(r);
        return true;
    }
    return family(r, first, ret) || (r->why == NULL && other(r, ret));
}

bool
sk_nft_key(SkNftReader *r, SkNftKey *ret)
{
    if (!read_key(r, ret))
        return false;
    /* Where a protocol without ports may come, anything at all may lie there. */
    if ((ret->needs & SK_NFT_NEEDS_PORTS) != 0 && !only_ports(r)) {
        ret->field = NO_FIELD;
        ret->why = "bytes that mean ports in some protocols only";
    }
    return true;
}

/* ---- what is asked before it
 * --------------------------------------------------------------------- */

static void
match(SkNftReader *r, SkWallField field, uint64_t value)
{
    sk_wall_rule_match_value(r->into, r->rule, field, SK_WALL_VALUE(value));
}

void
sk_nft_only_protocols(SkNftReader *r, const SkWallSet *set, bool negated)
{
    uint64_t in[4] = { 0 };

    for (unsigned i = 0; i < set->boxes->len; i++) {
        const SkWallRange *range = &g_array_index(set->boxes, SkWallRange, i);
        for (uint64_t p = range->first.lo; p <= range->last.lo && p < 256; p++)
            in[p / 64] |= UINT64_C(1) << (p % 64);
    }
    for (unsigned i = 0; i < 4; i++)
        r->protocols[i] &= negated ? ~in[i] : in[i];
}

static void
one_protocol(SkNftReader *r, uint8_t protocol)
{
    uint64_t bit = UINT64_C(1) << (protocol % 64);
    bool already = true;

    for (unsigned i = 0; i < 4; i++) {
        uint64_t left = r->protocols[i] & (i == protocol / 64u ? bit : 0);
        already = already && left == r->protocols[i] && (i != protocol / 64u || left != 0);
        r->protocols[i] = left;
    }
    if (!already)
        match(r, SK_WALL_PROTOCOL, protocol);
}

void
sk_nft_needs(SkNftReader *r, const SkNftKey *key)
{
    SkWallFamily family = r->table->family;

    if ((key->needs & IP4) != 0 && family != SK_WALL_TABLE_IP)
        match(r, SK_WALL_FAMILY, 0);
    if ((key->needs & IP6) != 0 && family != SK_WALL_TABLE_IP6)
        match(r, SK_WALL_FAMILY, 1);
    if ((key->needs & L4) != 0)
        one_protocol(r, key->protocol);
    if ((key->needs & MAYBE) != 0 && key->field == SK_WALL_PROTOCOL)
        sk_nft_maybe(r, "extension headers may stand before it");
    if ((key->needs & MAYBE) != 0 && key->field == SK_WALL_FAMILY)
        sk_nft_maybe(r, "there may be no such header");
}
