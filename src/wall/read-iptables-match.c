/* SPDX-License-Identifier: Apache-2.0
 * read-iptables-match.c - the matches of iptables. One table from option to reader; an option belongs to the module
 * named last or to none, and what no reader knows is an unknown. */
#include "wall/read-iptables-parts.h"

#include "wall/read-names.h"
#include "wall/read-nft-lex.h"

#include <string.h>

#define PORTS_MAX 15u

static SkWallSet *
match(SkIptables *t, SkWallField field, bool negated)
{
    return sk_wall_rule_match(t->into, t->rule, field,
                              sk_wall_value_full(sk_wall_field_bits(field)), negated);
}

static void
add(SkWallSet *set, SkWallValue first, SkWallValue last)
{
    SkWallRange range = { .first = first, .last = last };

    sk_wall_set_add(set, &range);
}

static void
match_range(SkIptables *t, SkWallField field, uint64_t first, uint64_t last, bool negated)
{
    add(match(t, field, negated), SK_WALL_VALUE(first), SK_WALL_VALUE(last));
}

/* ---- words ---------------------------------------------------------------------------------------------- */

bool
sk_iptables_number(const char *s, uint64_t max, uint64_t *ret)
{
    return s != NULL && sk_nft_number(sk_span_str(s), ret) && *ret <= max;
}

bool
sk_iptables_port(const char *s, size_t n, uint64_t *ret)
{
    SkSpan span = sk_span(s, n);

    if (sk_nft_number(span, ret))
        return *ret <= UINT16_MAX;
    return n > 0 && sk_wall_names_lookup(SK_NAMES_SERVICE, span, ret);
}

bool
sk_iptables_address(const SkIptables *t, const char *s, size_t n, SkWallValue *ret)
{
    uint8_t bytes[16];
    uint32_t quad = 0;

    if (!t->v6) {
        if (!sk_nft_ip4(sk_span(s, n), &quad))
            return false;
        *ret = SK_WALL_VALUE(quad);
        return true;
    }
    if (!sk_nft_ip6(sk_span(s, n), bytes))
        return false;
    *ret = sk_wall_value_address(bytes, true);
    return true;
}

/* One of a list with commas; moves @s behind it. */
static SkSpan
item(const char **s)
{
    size_t n = strcspn(*s, ",");
    SkSpan out = sk_span(*s, n);

    *s += n + ((*s)[n] == ',' ? 1 : 0);
    return out;
}

/* ---- addresses -------------------------------------------------------------------------------------------- */

/* `/24`, `/255.255.255.0`, `/ffff::`: the bits that count. */
static bool
mask_of(const SkIptables *t, const char *s, size_t n, SkWallValue *ret)
{
    unsigned bits = t->v6 ? 128 : 32;
    SkWallValue full = sk_wall_value_full(bits);
    uint64_t length = 0;

    if (!sk_nft_number(sk_span(s, n), &length))
        return sk_iptables_address(t, s, n, ret);
    if (length > bits)
        return false;
    SkWallValue low =
        length == bits ? (SkWallValue){ 0 } : sk_wall_value_full(bits - (unsigned)length);
    *ret = (SkWallValue){ .hi = full.hi & ~low.hi, .lo = full.lo & ~low.lo };
    return true;
}

/* Are the bits that do not count all below those that do? */
static bool
contiguous(SkWallValue low)
{
    SkWallValue next = sk_wall_value_next(low);
    SkWallValue common = sk_wall_value_and(low, next);

    return common.hi == 0 && common.lo == 0;
}

static bool
address(SkIptables *t, SkWallField field, bool negated)
{
    const char *s = sk_iptables_take(t);
    SkWallValue full = sk_wall_value_full(t->v6 ? 128 : 32);
    SkWallSet *set = NULL;

    if (s == NULL)
        return sk_iptables_fail(t, "an address is missing");
    bool many = strchr(s, ',') != NULL;
    while (*s != 0) {
        SkSpan one = item(&s);
        const char *slash = memchr(one.p, '/', one.n);
        size_t n = slash == NULL ? one.n : (size_t)(slash - (const char *)one.p);
        SkWallValue value, mask = full;
        if (!sk_iptables_address(t, (const char *)one.p, n, &value) ||
            (slash != NULL && !mask_of(t, slash + 1, one.n - n - 1, &mask)))
            return sk_iptables_fail(t, "an address that is not understood");
        SkWallValue low = { .hi = full.hi & ~mask.hi, .lo = full.lo & ~mask.lo };
        SkWallValue first = sk_wall_value_and(value, mask);
        if (!contiguous(low)) {
            if (many)
                return sk_iptables_fail(t, "several addresses with masks of their own");
            add(sk_wall_rule_match(t->into, t->rule, field, mask, negated), first, first);
            return true;
        }
        if (set == NULL)
            set = match(t, field, negated);
        add(set, first, (SkWallValue){ .hi = first.hi | low.hi, .lo = first.lo | low.lo });
    }
    return set != NULL ? true : sk_iptables_fail(t, "an address is missing");
}

static bool
source(SkIptables *t, bool negated)
{
    return address(t, SK_WALL_SRC, negated);
}

static bool
destination(SkIptables *t, bool negated)
{
    return address(t, SK_WALL_DST, negated);
}

static bool
address_range(SkIptables *t, SkWallField field, bool negated)
{
    const char *s = sk_iptables_take(t), *dash = s == NULL ? NULL : strchr(s, '-');
    SkWallValue first, last;

    if (s == NULL ||
        !sk_iptables_address(t, s, dash == NULL ? strlen(s) : (size_t)(dash - s), &first))
        return sk_iptables_fail(t, "a range of addresses that is not understood");
    last = first;
    if (dash != NULL && !sk_iptables_address(t, dash + 1, strlen(dash + 1), &last))
        return sk_iptables_fail(t, "a range of addresses that is not understood");
    if (sk_wall_value_compare(first, last) > 0)
        return sk_iptables_fail(t, "a range that ends before it begins");
    add(match(t, field, negated), first, last);
    return true;
}

static bool
source_range(SkIptables *t, bool negated)
{
    return address_range(t, SK_WALL_SRC, negated);
}

static bool
destination_range(SkIptables *t, bool negated)
{
    return address_range(t, SK_WALL_DST, negated);
}

/* ---- interfaces --------------------------------------------------------------------------------------------- */

static bool
interface(SkIptables *t, SkWallField field, bool negated)
{
    const char *s = sk_iptables_take(t);
    size_t n = s == NULL ? 0 : strlen(s);

    if (n == 0 || n > 15 || strpbrk(s, "*\\ ") != NULL)
        return sk_iptables_fail(t, "no ordinary name of an interface");
    bool pattern = s[n - 1] == '+';
    g_autofree char *name = pattern ? g_strdup_printf("%.*s*", (int)(n - 1), s) : g_strdup(s);
    unsigned number = sk_wall_ruleset_interface(t->into, name);
    match_range(t, field, number, number, negated);
    return true;
}

static bool
in_interface(SkIptables *t, bool negated)
{
    return interface(t, SK_WALL_IIF, negated);
}

static bool
out_interface(SkIptables *t, bool negated)
{
    return interface(t, SK_WALL_OIF, negated);
}

/* ---- protocol, ports ------------------------------------------------------------------------------------------ */

static bool
protocol(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t number = 0;

    if (s == NULL)
        return sk_iptables_fail(t, "a protocol is missing");
    g_autofree char *low = g_ascii_strdown(s, -1);
    if (strcmp(low, "all") == 0 || strcmp(low, "0") == 0)
        return negated ? sk_iptables_fail(t, "no protocol at all") : true;
    if (!sk_iptables_number(low, 255, &number) &&
        !sk_wall_names_lookup(SK_NAMES_PROTOCOL, sk_span_str(low), &number))
        return sk_iptables_fail(t, "a protocol that is not understood");
    if (!negated)
        t->protocol = (int)number;
    match_range(t, SK_WALL_PROTOCOL, number, number, negated);
    return true;
}

static bool
has_ports(const SkIptables *t)
{
    return t->protocol == 6 || t->protocol == 17 || t->protocol == 33 || t->protocol == 132 ||
           t->protocol == 136;
}

/* A or A:B; an end left out is the last there is. */
static bool
ports_of(SkSpan s, uint64_t *first, uint64_t *last)
{
    const char *p = (const char *)s.p, *colon = memchr(s.p, ':', s.n);
    size_t n = colon == NULL ? s.n : (size_t)(colon - p);

    *first = 0;
    *last = UINT16_MAX;
    if (colon == NULL ? !sk_iptables_port(p, n, first) : n > 0 && !sk_iptables_port(p, n, first))
        return false;
    if (colon == NULL)
        *last = *first;
    else if (s.n - n > 1 && !sk_iptables_port(colon + 1, s.n - n - 1, last))
        return false;
    return *first <= *last;
}

static bool
port(SkIptables *t, SkWallField field, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t first = 0, last = 0;

    if (s == NULL || !has_ports(t) || !ports_of(sk_span_str(s), &first, &last))
        return sk_iptables_fail(t, "a port that is not understood");
    match_range(t, field, first, last, negated);
    return true;
}

static bool
source_port(SkIptables *t, bool negated)
{
    return port(t, SK_WALL_SPORT, negated);
}

static bool
destination_port(SkIptables *t, bool negated)
{
    return port(t, SK_WALL_DPORT, negated);
}

static bool
port_list(SkIptables *t, const char *s, SkWallField field, bool negated)
{
    SkWallSet *set = match(t, field, negated);
    unsigned n = 0;

    for (; *s != 0; n++) {
        uint64_t first = 0, last = 0;
        if (n == PORTS_MAX || !ports_of(item(&s), &first, &last))
            return sk_iptables_fail(t, "ports that are not understood");
        add(set, SK_WALL_VALUE(first), SK_WALL_VALUE(last));
    }
    return n > 0 ? true : sk_iptables_fail(t, "ports are missing");
}

static bool
many_ports(SkIptables *t, SkWallField field, bool negated)
{
    const char *s = sk_iptables_take(t);

    if (s == NULL || !has_ports(t))
        return sk_iptables_fail(t, "ports that are not understood");
    return port_list(t, s, field, negated);
}

static bool
source_ports(SkIptables *t, bool negated)
{
    return many_ports(t, SK_WALL_SPORT, negated);
}

static bool
destination_ports(SkIptables *t, bool negated)
{
    return many_ports(t, SK_WALL_DPORT, negated);
}

/* Either port: the rule is read twice, once for the source's, once for the destination's alone. */
static bool
either_port(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);

    if (s == NULL || !has_ports(t) || (t->variants > 1 && t->variant == 0))
        return sk_iptables_fail(t, "ports that are not understood");
    if (negated)
        return port_list(t, s, SK_WALL_SPORT, true) && port_list(t, s, SK_WALL_DPORT, true);
    t->variants = 2;
    if (t->variant == 0)
        return port_list(t, s, SK_WALL_SPORT, false);
    return port_list(t, s, SK_WALL_SPORT, true) && port_list(t, s, SK_WALL_DPORT, false);
}

static bool
flag_list(const char *s, uint64_t *ret)
{
    *ret = 0;
    while (*s != 0) {
        SkSpan one = item(&s);
        uint64_t bit = 0;
        g_autofree char *name = g_ascii_strdown((const char *)one.p, (gssize)one.n);
        if (strcmp(name, "all") == 0)
            bit = 0x3f;
        else if (strcmp(name, "none") != 0 &&
                 (!sk_wall_names_lookup(SK_NAMES_TCP_FLAG, sk_span_str(name), &bit) || bit > 0x20))
            return false;
        *ret |= bit;
    }
    return true;
}

static void
flags_are(SkIptables *t, uint64_t mask, uint64_t value, bool negated)
{
    add(sk_wall_rule_match(t->into, t->rule, SK_WALL_TCP_FLAGS, SK_WALL_VALUE(mask), negated),
        SK_WALL_VALUE(value), SK_WALL_VALUE(value));
}

static bool
tcp_flags(SkIptables *t, bool negated)
{
    const char *a = sk_iptables_take(t), *b = sk_iptables_take(t);
    uint64_t mask = 0, value = 0;

    if (a == NULL || b == NULL || t->protocol != 6 || !flag_list(a, &mask) || !flag_list(b, &value))
        return sk_iptables_fail(t, "flags of TCP that are not understood");
    flags_are(t, mask, value, negated);
    return true;
}

static bool
syn(SkIptables *t, bool negated)
{
    if (t->protocol != 6)
        return sk_iptables_fail(t, "flags of TCP without TCP");
    flags_are(t, 0x17, 0x02, negated);
    return true;
}

static bool
fragment(SkIptables *t, bool negated)
{
    match_range(t, SK_WALL_FRAGMENT, 1, 1, negated);
    return true;
}

/* ---- ICMP -------------------------------------------------------------------------------------------------------- */

/* Names of a type with its code, beside those of types alone. */
static const struct {
    const char *name;
    uint8_t type;
    uint8_t code;
    bool v6;
} icmp_codes[] = {
    { "network-unreachable", 3, 0, false },
    { "host-unreachable", 3, 1, false },
    { "protocol-unreachable", 3, 2, false },
    { "port-unreachable", 3, 3, false },
    { "fragmentation-needed", 3, 4, false },
    { "source-route-failed", 3, 5, false },
    { "network-prohibited", 3, 9, false },
    { "host-prohibited", 3, 10, false },
    { "communication-prohibited", 3, 13, false },
    { "network-redirect", 5, 0, false },
    { "host-redirect", 5, 1, false },
    { "ttl-zero-during-transit", 11, 0, false },
    { "ttl-zero-during-reassembly", 11, 1, false },
    { "ip-header-bad", 12, 0, false },
    { "required-option-missing", 12, 1, false },
    { "no-route", 1, 0, true },
    { "communication-prohibited", 1, 1, true },
    { "address-unreachable", 1, 3, true },
    { "port-unreachable", 1, 4, true },
    { "bad-header", 4, 0, true },
    { "unknown-header-type", 4, 1, true },
    { "unknown-option", 4, 2, true },
};

static bool
icmp_type(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t type = 0, code = 0;
    bool coded = false;

    if (s == NULL || t->protocol != (t->v6 ? 58 : 1))
        return sk_iptables_fail(t, "a type of ICMP without ICMP");
    if (!t->v6 && (strcmp(s, "any") == 0 || strcmp(s, "255") == 0))
        return negated ? sk_iptables_fail(t, "no type of ICMP at all") : true;
    const char *slash = strchr(s, '/');
    bool known = false;
    for (size_t i = 0; i < G_N_ELEMENTS(icmp_codes) && !known; i++) {
        known = icmp_codes[i].v6 == t->v6 && strcmp(s, icmp_codes[i].name) == 0;
        if (known) {
            type = icmp_codes[i].type;
            code = icmp_codes[i].code;
            coded = true;
        }
    }
    if (!known) {
        SkSpan span = sk_span(s, slash == NULL ? strlen(s) : (size_t)(slash - s));
        known = sk_nft_number(span, &type) ||
                sk_wall_names_lookup(t->v6 ? SK_NAMES_ICMP6_TYPE : SK_NAMES_ICMP_TYPE, span, &type);
        coded = slash != NULL;
        known = known && type <= 255 && (!coded || sk_iptables_number(slash + 1, 255, &code));
    }
    if (!known)
        return sk_iptables_fail(t, "a type of ICMP that is not understood");
    if (!coded) {
        match_range(t, SK_WALL_ICMP_TYPE, type, type, negated);
        return true;
    }
    SkWallSet *set = sk_wall_ruleset_set(t->into, 2);
    SkWallKey key[] = { { SK_WALL_ICMP_TYPE, SK_WALL_VALUE(255) },
                        { SK_WALL_ICMP_CODE, SK_WALL_VALUE(255) } };
    SkWallRange box[] = { { SK_WALL_VALUE(type), SK_WALL_VALUE(type) },
                          { SK_WALL_VALUE(code), SK_WALL_VALUE(code) } };
    sk_wall_set_add(set, box);
    sk_wall_rule_match_set(t->rule, key, 2, set, negated);
    return true;
}

/* ---- connections --------------------------------------------------------------------------------------------------- */

static bool
state(SkIptables *t, bool negated)
{
    static const SkWallState states[] = { SK_WALL_NEW, SK_WALL_ESTABLISHED, SK_WALL_RELATED,
                                          SK_WALL_INVALID, SK_WALL_UNTRACKED };
    const char *s = sk_iptables_take(t);
    unsigned in = 0;
    uint64_t status = 0;

    if (s == NULL)
        return sk_iptables_fail(t, "a state is missing");
    while (*s != 0) {
        SkSpan one = item(&s);
        bool known = sk_span_is(one, "SNAT") || sk_span_is(one, "DNAT");
        if (known)
            status |= sk_span_is(one, "SNAT") ? SK_WALL_STATUS_SNAT : SK_WALL_STATUS_DNAT;
        g_autofree char *low = g_ascii_strdown((const char *)one.p, (gssize)one.n);
        for (size_t i = 0; i < G_N_ELEMENTS(states) && !known; i++)
            if ((known = strcmp(low, sk_wall_state_name(states[i])) == 0))
                in |= 1u << states[i];
        if (!known)
            return sk_iptables_fail(t, "a state that is not understood");
    }
    if (status != 0 && (in != 0 || negated))
        return sk_iptables_fail(t, "states and translations in one");
    if (status != 0) {
        add(sk_wall_rule_match(t->into, t->rule, SK_WALL_CT_STATUS, SK_WALL_VALUE(status), true),
            SK_WALL_VALUE(0), SK_WALL_VALUE(0));
        return true;
    }
    SkWallSet *set = match(t, SK_WALL_CT_STATE, negated);
    for (unsigned i = 0; i < SK_WALL_STATE_COUNT; i++)
        if ((in >> i & 1u) != 0)
            add(set, SK_WALL_VALUE(i), SK_WALL_VALUE(i));
    unsigned none = 1u << SK_WALL_INVALID | 1u << SK_WALL_UNTRACKED;
    t->lost = t->lost || ((negated ? ~in : in) & none) != 0;
    return true;
}

/* Beside a state that a packet without connection may have, the kernel asks no more of such a packet. */
static bool
direction(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);

    if (s == NULL || t->lost || (strcmp(s, "ORIGINAL") != 0 && strcmp(s, "REPLY") != 0))
        return sk_iptables_fail(t, "a direction that is not understood");
    uint64_t reply = strcmp(s, "REPLY") == 0;
    match_range(t, SK_WALL_CT_DIRECTION, reply, reply, negated);
    return true;
}

static bool
status(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t mask = 0;

    if (s == NULL || t->lost)
        return sk_iptables_fail(t, "a status that is not understood");
    while (*s != 0) {
        SkSpan one = item(&s);
        if (sk_span_is(one, "SEEN_REPLY"))
            mask |= SK_WALL_STATUS_SEEN_REPLY;
        else if (sk_span_is(one, "ASSURED"))
            mask |= SK_WALL_STATUS_ASSURED;
        else
            return sk_iptables_fail(t, "a status that the model has not");
    }
    add(sk_wall_rule_match(t->into, t->rule, SK_WALL_CT_STATUS, SK_WALL_VALUE(mask), !negated),
        SK_WALL_VALUE(0), SK_WALL_VALUE(0));
    return true;
}

/* ---- marks and the rest ----------------------------------------------------------------------------------------------- */

static bool
mark(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t), *slash = s == NULL ? NULL : strchr(s, '/');
    uint64_t value = 0, mask = UINT32_MAX;
    bool connection = strcmp(t->module, "connmark") == 0;

    if (s == NULL ||
        !sk_nft_number(sk_span(s, slash == NULL ? strlen(s) : (size_t)(slash - s)), &value) ||
        value > UINT32_MAX || (slash != NULL && !sk_iptables_number(slash + 1, UINT32_MAX, &mask)))
        return sk_iptables_fail(t, "a mark that is not understood");
    add(sk_wall_rule_match(t->into, t->rule, connection ? SK_WALL_CT_MARK : SK_WALL_MARK,
                           SK_WALL_VALUE(mask), negated),
        SK_WALL_VALUE(value), SK_WALL_VALUE(value));
    return true;
}

static bool
mac(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint8_t bytes[6];

    if (s == NULL || !sk_nft_mac(sk_span_str(s), bytes))
        return sk_iptables_fail(t, "a MAC that is not understood");
    SkWallValue value = sk_wall_value_mac(bytes);
    add(match(t, SK_WALL_SRC_MAC, negated), value, value);
    if (negated)
        sk_iptables_maybe(t, "there may be no link header");
    return true;
}

static bool
address_type(SkIptables *t, SkWallField field, bool negated)
{
    static const struct {
        const char *name;
        SkWallAddressType type;
    } types[] = { { "UNICAST", SK_WALL_UNICAST },
                  { "LOCAL", SK_WALL_LOCAL },
                  { "BROADCAST", SK_WALL_ADDRESS_BROADCAST },
                  { "MULTICAST", SK_WALL_ADDRESS_MULTICAST },
                  { "ANYCAST", SK_WALL_ANYCAST } };
    const char *s = sk_iptables_take(t);

    if (s == NULL || t->v6) /* of IPv6 the kernel asks otherwise */
        return sk_iptables_fail(t, "a type of address that the model has not");
    SkWallSet *set = match(t, field, negated);
    while (*s != 0) {
        SkSpan one = item(&s);
        bool known = false;
        for (size_t i = 0; i < G_N_ELEMENTS(types) && !known; i++)
            if ((known = sk_span_is(one, types[i].name)))
                add(set, SK_WALL_VALUE(types[i].type), SK_WALL_VALUE(types[i].type));
        if (!known)
            return sk_iptables_fail(t, "a type of address that the model has not");
    }
    return true;
}

static bool
source_type(SkIptables *t, bool negated)
{
    return address_type(t, SK_WALL_SRC_TYPE, negated);
}

static bool
destination_type(SkIptables *t, bool negated)
{
    return address_type(t, SK_WALL_DST_TYPE, negated);
}

static bool
packet_type(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t type = 0;

    if (s == NULL || !sk_wall_names_lookup(SK_NAMES_PACKET_TYPE, sk_span_str(s), &type) ||
        type == 3)
        return sk_iptables_fail(t, "a type of packet that is not understood");
    match_range(t, SK_WALL_PACKET_TYPE, type, type, negated);
    return true;
}

static bool
length(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t first = 0, last = 0;

    if (s == NULL || !g_ascii_isdigit(s[0]) || !ports_of(sk_span_str(s), &first, &last))
        return sk_iptables_fail(t, "a length that is not understood");
    match_range(t, SK_WALL_LENGTH, first, last, negated);
    return true;
}

static bool
hops(SkIptables *t, int order, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t n = 0;

    if (!sk_iptables_number(s, 255, &n) || (order < 0 && n == 0) || (order > 0 && n == 255))
        return sk_iptables_fail(t, "a number of hops that is not understood");
    match_range(t, SK_WALL_TTL,
                order < 0   ? 0
                : order > 0 ? n + 1
                            : n,
                order < 0   ? n - 1
                : order > 0 ? 255
                            : n,
                negated);
    return true;
}

static bool
hops_equal(SkIptables *t, bool negated)
{
    return hops(t, 0, negated);
}

static bool
hops_below(SkIptables *t, bool negated)
{
    return hops(t, -1, negated);
}

static bool
hops_above(SkIptables *t, bool negated)
{
    return hops(t, 1, negated);
}

static bool
dscp(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);
    uint64_t n = 0;
    g_autofree char *low = s == NULL ? NULL : g_ascii_strdown(s, -1);

    if (!sk_iptables_number(low, 63, &n) &&
        (low == NULL || !sk_wall_names_lookup(SK_NAMES_DSCP, sk_span_str(low), &n)))
        return sk_iptables_fail(t, "a DSCP that is not understood");
    match_range(t, SK_WALL_DSCP, n, n, negated);
    return true;
}

static bool
comment(SkIptables *t, bool negated)
{
    const char *s = sk_iptables_take(t);

    if (s == NULL || negated)
        return sk_iptables_fail(t, "a comment is missing");
    g_free(t->rule->comment);
    t->rule->comment = g_strdup(s);
    return true;
}

/* Options without a module stand before any; those with one are its own. */
static const struct {
    const char *option;
    const char *modules; /* with spaces around each; NULL: always */
    bool (*read)(SkIptables *t, bool negated);
} options[] = {
    { "-s", NULL, source },
    { "--source", NULL, source },
    { "-d", NULL, destination },
    { "--destination", NULL, destination },
    { "-i", NULL, in_interface },
    { "--in-interface", NULL, in_interface },
    { "-o", NULL, out_interface },
    { "--out-interface", NULL, out_interface },
    { "-p", NULL, protocol },
    { "--protocol", NULL, protocol },
    { "-f", NULL, fragment },
    { "--fragment", NULL, fragment },
    { "--sport", " tcp udp sctp dccp udplite ", source_port },
    { "--source-port", " tcp udp sctp dccp udplite ", source_port },
    { "--dport", " tcp udp sctp dccp udplite ", destination_port },
    { "--destination-port", " tcp udp sctp dccp udplite ", destination_port },
    { "--tcp-flags", " tcp ", tcp_flags },
    { "--syn", " tcp ", syn },
    { "--sports", " multiport ", source_ports },
    { "--source-ports", " multiport ", source_ports },
    { "--dports", " multiport ", destination_ports },
    { "--destination-ports", " multiport ", destination_ports },
    { "--ports", " multiport ", either_port },
    { "--icmp-type", " icmp ", icmp_type },
    { "--icmpv6-type", " icmp6 icmpv6 ipv6-icmp ", icmp_type },
    { "--state", " state ", state },
    { "--ctstate", " conntrack ", state },
    { "--ctdir", " conntrack ", direction },
    { "--ctstatus", " conntrack ", status },
    { "--mark", " mark connmark ", mark },
    { "--mac-source", " mac ", mac },
    { "--src-range", " iprange ", source_range },
    { "--dst-range", " iprange ", destination_range },
    { "--src-type", " addrtype ", source_type },
    { "--dst-type", " addrtype ", destination_type },
    { "--pkt-type", " pkttype ", packet_type },
    { "--length", " length ", length },
    { "--ttl-eq", " ttl ", hops_equal },
    { "--ttl", " ttl ", hops_equal },
    { "--ttl-lt", " ttl ", hops_below },
    { "--ttl-gt", " ttl ", hops_above },
    { "--hl-eq", " hl ", hops_equal },
    { "--hl-lt", " hl ", hops_below },
    { "--hl-gt", " hl ", hops_above },
    { "--dscp", " dscp ", dscp },
    { "--dscp-class", " dscp ", dscp },
    { "--comment", " comment ", comment },
};

/* Modules whose options are read above; of any other nothing is known. */
static const char known[] = " tcp udp sctp dccp udplite multiport icmp icmp6 icmpv6 ipv6-icmp "
                            "state conntrack mark connmark "
                            "mac iprange addrtype pkttype length ttl hl dscp comment ";

static bool
among(const char *list, const char *word)
{
    g_autofree char *spaced = g_strdup_printf(" %s ", word);

    return strchr(word, ' ') == NULL && strstr(list, spaced) != NULL;
}

/* Options of TCP and UDP may be given with the protocol alone. */
static bool
belongs(const SkIptables *t, const char *modules)
{
    if (modules == NULL)
        return true;
    static const struct {
        int protocol;
        const char *module;
    } own[] = { { 6, "tcp" },       { 17, "udp" }, { 132, "sctp" }, { 33, "dccp" },
                { 136, "udplite" }, { 1, "icmp" }, { 58, "icmp6" } };
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        if (t->protocol == own[i].protocol && among(modules, own[i].module))
            return true;
    return t->module != NULL && among(modules, t->module);
}

/* To what begins something new; nothing of it is known. */
static void
skip_options(SkIptables *t)
{
    while (sk_iptables_peek(t) != NULL && !sk_iptables_at_option(t))
        (void)sk_iptables_take(t);
}

void
sk_iptables_module(SkIptables *t)
{
    const char *name = sk_iptables_take(t);

    t->module = name;
    if (name == NULL || !among(known, name)) {
        sk_iptables_maybe(t, "a match of iptables that the model has not");
        skip_options(t);
        t->module = NULL;
    }
}

bool
sk_iptables_match(SkIptables *t, bool negated)
{
    const char *word = sk_iptables_peek(t);

    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        if (strcmp(word, options[i].option) != 0 || !belongs(t, options[i].modules))
            continue;
        if (options[i].modules == NULL)
            t->module = NULL;
        (void)sk_iptables_take(t);
        /* Without its comma of old, a `!` may stand behind the option too. */
        const char *next = sk_iptables_peek(t);
        bool behind =
            next != NULL && strcmp(next, "!") == 0 && !g_array_index(t->quoted, bool, t->next);
        if (behind)
            (void)sk_iptables_take(t);
        unsigned steps = t->rule->steps->len;
        if (options[i].read(t, negated != behind))
            return true;
        /* It only asked: either answer may be. */
        g_array_set_size(t->rule->steps, steps);
        sk_iptables_maybe(t, t->why);
        t->why = NULL;
        return true;
    }
    return false;
}
