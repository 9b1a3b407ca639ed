/* SPDX-License-Identifier: Apache-2.0
 * prove-found.c - a set of packets as a few boxes: of each one packet that a person can picture,
 * what else is like it, the way it takes, and the sentence it breaks. */
#include "wall/prove-parts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define OTHER_CARD UINT64_C(0x0200000000aa) /* a card that nobody is likely to name */
#define ANSWERS_MAX 4096u /* ways in which the unknowns on one packet's way are tried */

void
sk_wall_found_free(void *data)
{
    SkWallFound *self = data;

    g_free(self->text);
    g_free(self->region);
    g_free(self->sentence);
    g_free(self->edit);
    g_ptr_array_unref(self->path);
    g_free(self);
}

static void
rule_at_free(void *data)
{
    SkWallRuleAt *self = data;

    g_free(self->table);
    g_free(self->chain);
    g_free(self->rule);
    g_free(self);
}

/* ---- sides ------------------------------------------------------------------------------------
 */

static bool
is_side(const SkProve *self, const char *name, const SkZone *zone)
{
    return zone != NULL ? zone->interface != NULL && strcmp(zone->interface, name) == 0
                        : sk_wall_zone_of_interface(self->policy, name) == NULL;
}

BDD
sk_prove_side(const SkProve *self, SkWallField field, const SkZone *zone)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    BDD set = bddfalse;

    for (unsigned i = 0; i < self->interfaces->len; i++)
        if (is_side(self, g_ptr_array_index(self->interfaces, i), zone))
            set = sk_bits_take_or(set, sk_bits_is(bits, field, i));
    return set;
}

BDD
sk_prove_of_pair(const SkProve *self, const SkPair *pair, BDD set)
{
    BDD part = sk_bits_keep(set);

    if (pair->way != SK_WALL_OUT)
        part = sk_bits_take_and(part, sk_prove_side(self, SK_WALL_IIF, pair->from));
    if (pair->way != SK_WALL_IN)
        part = sk_bits_take_and(part, sk_prove_side(self, SK_WALL_OIF, pair->to));
    return part;
}

/* ---- a packet that a person can picture -------------------------------------------------------
 */

/* What is left of a set while one packet of it is chosen. Fields that have one value by now are taken out of it and stand
 * in @fixed: choosing goes down one way through the diagram and leaves the rest of it alone. */
typedef struct {
    const SkProve *self;
    SkProveSet left;
    BDD fixed;
} Choice;

bool
sk_prove_some(const SkProveSet *set)
{
    return !sk_bits_within(set->in, set->out);
}

/* Without what is not @wish (taken), where anything is left. */
static void
prefer(Choice *choice, BDD wish)
{
    BDD open = sk_bits_take_restrict(wish, sk_bits_keep(choice->fixed));
    SkProveSet some = { .in = sk_bits_take_and(sk_bits_keep(choice->left.in), open),
                        .out = choice->left.out };

    if (!sk_prove_some(&some)) {
        sk_bits_drop(some.in);
        return;
    }
    sk_bits_drop(choice->left.in);
    choice->left = some;
}

static void
prefer_one(Choice *choice, SkWallField field, uint64_t value)
{
    BDD is = sk_bits_is(sk_wall_model_bits(choice->self->model), field, value);
    BDD open = sk_bits_take_restrict(is, sk_bits_keep(choice->fixed));
    SkProveSet some;

    some.in = sk_bits_take_restrict(sk_bits_keep(choice->left.in), sk_bits_keep(open));
    some.out = sk_bits_take_restrict(sk_bits_keep(choice->left.out), sk_bits_keep(open));
    if (!sk_prove_some(&some)) {
        sk_bits_drop(open);
        sk_bits_drop(some.in);
        sk_bits_drop(some.out);
        return;
    }
    sk_bits_drop(choice->left.in);
    sk_bits_drop(choice->left.out);
    choice->left = some;
    choice->fixed = sk_bits_take_and(choice->fixed, open);
}

static void
prefer_values(Choice *choice, SkWallField field, uint64_t first, uint64_t last)
{
    prefer(choice, sk_bits_in(sk_wall_model_bits(choice->self->model), field, first, last));
}

/* Addresses of a zone; of nobody's, ones that are kept for examples. */
static void
prefer_address(Choice *choice, SkWallField field, const SkZone *zone, bool v6)
{
    const SkWallBits *bits = sk_wall_model_bits(choice->self->model);
    BDD in = bddfalse;

    for (unsigned i = 0; zone != NULL && i < zone->networks->len; i++) {
        const SkNetwork *network = &g_array_index(zone->networks, SkNetwork, i);
        unsigned host = (network->v6 ? 128u : 32u) - network->prefix;
        SkWallValue rest = host == 0 ? SK_WALL_VALUE(0) : sk_wall_value_full(host);
        SkWallRange range = { .first = sk_wall_value_address(network->address, network->v6) };
        if (network->v6 != v6)
            continue;
        range.last =
            (SkWallValue){ .hi = range.first.hi | rest.hi, .lo = range.first.lo | rest.lo };
        in = sk_bits_take_or(
            in, sk_bits_range(bits, field, sk_wall_value_full(v6 ? 128 : 32), range, bddtrue));
    }
    if (zone == NULL && !v6) /* TEST-NET-2 and -3 */
        in = sk_bits_take_or(sk_bits_in(bits, field, 0xc6336400, 0xc63364ff),
                             sk_bits_in(bits, field, 0xcb007100, 0xcb0071ff));
    if (zone == NULL && v6) { /* 2001:db8::/32 */
        SkWallRange range = { .first = { .hi = UINT64_C(0x20010db8) << 32 },
                              .last = { .hi = UINT64_C(0x20010db8) << 32 | UINT32_MAX,
                                        .lo = UINT64_MAX } };
        in = sk_bits_range(bits, field, sk_wall_value_full(128), range, bddtrue);
    }
    prefer(choice, in);
}

/* A host, not the network: the lowest byte neither 0 nor 255. */
static void
prefer_host(Choice *choice, SkWallField field)
{
    const SkWallBits *bits = sk_wall_model_bits(choice->self->model);
    SkWallRange range = { .first = SK_WALL_VALUE(5), .last = SK_WALL_VALUE(250) };

    prefer(choice, sk_bits_range(bits, field, SK_WALL_VALUE(255), range, bddtrue));
}

static BDD
pictured(const SkProve *self, const SkPair *pair, bool v6, const SkProveSet *set)
{
    static const uint64_t ports[] = { 443, 445, 22, 53 };
    static const SkWallField zero[] = { SK_WALL_FRAGMENT, SK_WALL_CT_STATUS, SK_WALL_CT_MARK,
                                        SK_WALL_DST_TYPE, SK_WALL_SRC_TYPE,  SK_WALL_DSCP };
    Choice choice = { .self = self,
                      .left = { .in = sk_bits_keep(set->in), .out = sk_bits_keep(set->out) },
                      .fixed = bddtrue };

    prefer_one(&choice, SK_WALL_CT_STATE, SK_WALL_NEW);
    prefer_values(&choice, SK_WALL_CT_STATE, SK_WALL_NEW, SK_WALL_ESTABLISHED);
    prefer_one(&choice, SK_WALL_PROTOCOL, 6);
    prefer_one(&choice, SK_WALL_PROTOCOL, 17);
    prefer_one(&choice, SK_WALL_PROTOCOL, v6 ? 58 : 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++)
        prefer_one(&choice, SK_WALL_DPORT, ports[i]);
    prefer_values(&choice, SK_WALL_DPORT, 1, 65535);
    if (pair->way != SK_WALL_IN)
        prefer_address(&choice, SK_WALL_DST, pair->to, v6);
    prefer_host(&choice, SK_WALL_DST);
    if (pair->way != SK_WALL_OUT)
        prefer_address(&choice, SK_WALL_SRC, pair->from, v6);
    prefer_host(&choice, SK_WALL_SRC);
    prefer_one(&choice, SK_WALL_SPORT, 40000);
    prefer_values(&choice, SK_WALL_SPORT, 1024, 65535);
    for (unsigned i = 0; i < G_N_ELEMENTS(zero); i++)
        prefer_one(&choice, zero[i], 0);
    prefer_one(&choice, SK_WALL_SRC_MAC, OTHER_CARD);
    prefer_one(&choice, SK_WALL_TCP_FLAGS, 2);
    prefer_one(&choice, SK_WALL_TTL, 64);
    prefer_one(&choice, SK_WALL_LENGTH, 60);
    return sk_bits_take_and(sk_bits_take_less(choice.left.in, choice.left.out), choice.fixed);
}

/* ---- boxes ------------------------------------------------------------------------------------
 */

BDD
sk_prove_box(const SkProve *self, const SkWallBox *box)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    BDD set = bddtrue;

    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        if (!box->any[i])
            set = sk_bits_take_and(set, sk_bits_range(bits, (SkWallField)i,
                                                      sk_wall_value_full(bits->width[i]),
                                                      box->range[i], bddtrue));
    return set;
}

/* What stands in a box's way: packets that there can be and that are not in the set, and boxes that were shown before. None of
 * it is made as a whole: only as far as the box goes by now. */
typedef struct {
    const SkProve *self;
    SkWallBox *box;
    SkProveSet set; /* borrowed, as are all of these */
    BDD real;
    BDD taken;
    bool decided[SK_WALL_FIELD_COUNT]; /* how far the box goes here */
} Growth;

static BDD
restricted(BDD set, BDD cube)
{
    return sk_bits_take_restrict(sk_bits_keep(set), sk_bits_keep(cube));
}

/* Values of @field that the box cannot have, its other fields being what they are by now. */
static BDD
bad_values(const Growth *growth, SkWallField field)
{
    const SkWallBits *bits = sk_wall_model_bits(growth->self->model);
    SkWallField others[SK_WALL_FIELD_COUNT];
    unsigned n = 0;
    BDD point = bddtrue, ranges = bddtrue;

    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++) {
        BDD one;
        if (i == field)
            continue;
        others[n++] = (SkWallField)i;
        if (growth->box->any[i])
            continue;
        one = sk_bits_range(bits, (SkWallField)i, sk_wall_value_full(bits->width[i]),
                            growth->box->range[i], bddtrue);
        if (growth->decided[i])
            ranges = sk_bits_take_and(ranges, one);
        else
            point = sk_bits_take_and(point, one);
    }
    BDD real = sk_bits_take_and(restricted(growth->real, point), sk_bits_keep(ranges));
    BDD bad = sk_bits_take_less(sk_bits_keep(real), restricted(growth->set.in, point));
    bad = sk_bits_take_or(bad, sk_bits_take_and(real, restricted(growth->set.out, point)));
    bad = sk_bits_take_or(bad, sk_bits_take_and(restricted(growth->taken, point), ranges));
    sk_bits_drop(point);
    BDD cube = sk_bits_cube(bits, others, n);
    BDD values = sk_bits_keep(bdd_exist(bad, cube));
    sk_bits_drop(bad);
    sk_bits_drop(cube);
    return values;
}

static bool
is_free(const Growth *growth, SkWallField field, SkWallRange range, BDD bad)
{
    const SkWallBits *bits = sk_wall_model_bits(growth->self->model);
    BDD in = sk_bits_range(bits, field, sk_wall_value_full(bits->width[field]), range, bddtrue);
    BDD both = sk_bits_take_and(in, sk_bits_keep(bad));

    sk_bits_drop(both);
    return both == bddfalse;
}

static SkWallValue
halfway(SkWallValue a, SkWallValue b)
{
    return SK_WALL_VALUE(a.lo + (b.lo - a.lo) / 2);
}

/* The end of a range (of at most 48 bits) as far out as it goes. */
static void
stretch(const Growth *growth, SkWallField field, BDD values, bool up)
{
    SkWallRange range = growth->box->range[field];
    SkWallValue *end = up ? &range.last : &range.first;
    SkWallValue good = *end;
    SkWallValue bad = up ? sk_wall_value_full(sk_wall_field_bits(field)) : SK_WALL_VALUE(0);

    *end = bad;
    if (is_free(growth, field, range, values)) {
        growth->box->range[field] = range;
        return;
    }
    while ((up ? bad.lo - good.lo : good.lo - bad.lo) > 1) {
        SkWallValue middle = up ? halfway(good, bad) : halfway(bad, good);
        *end = middle;
        if (is_free(growth, field, range, values))
            good = middle;
        else
            bad = middle;
    }
    *end = good;
    growth->box->range[field] = range;
}

static SkWallRange
prefix_range(SkWallValue value, unsigned host)
{
    SkWallValue rest = host == 0 ? SK_WALL_VALUE(0) : sk_wall_value_full(host);

    return (SkWallRange){ .first = { .hi = value.hi & ~rest.hi, .lo = value.lo & ~rest.lo },
                          .last = { .hi = value.hi | rest.hi, .lo = value.lo | rest.lo } };
}

/* The shortest prefix that is free: if it is, so is every longer one. */
static void
widen_prefix(const Growth *growth, SkWallField field, BDD values, bool v6)
{
    SkWallValue value = growth->box->range[field].first;
    unsigned good = 0, bad = (v6 ? 128u : 32u) + 1;

    while (bad - good > 1) {
        unsigned host = (good + bad) / 2;
        if (is_free(growth, field, prefix_range(value, host), values))
            good = host;
        else
            bad = host;
    }
    growth->box->range[field] = prefix_range(value, good);
}

static void
grow_field(Growth *growth, SkWallField field, bool v6)
{
    BDD values = bad_values(growth, field);

    growth->decided[field] = true;
    growth->box->any[field] = values == bddfalse;
    if (values == bddfalse)
        return;
    if (field == SK_WALL_SRC || field == SK_WALL_DST) {
        widen_prefix(growth, field, values, v6);
    } else if (field == SK_WALL_SPORT || field == SK_WALL_DPORT || field == SK_WALL_ICMP_TYPE ||
               field == SK_WALL_ICMP_CODE || field == SK_WALL_LENGTH || field == SK_WALL_TTL ||
               field == SK_WALL_SRC_MAC) {
        stretch(growth, field, values, true);
        stretch(growth, field, values, false);
    }
    sk_bits_drop(values);
}

/* Interfaces stay as they are, and so do the family and the mark. */
static void
grow(Growth *growth, bool v6)
{
    static const SkWallField order[] = {
        SK_WALL_LENGTH,    SK_WALL_DSCP,      SK_WALL_TTL,       SK_WALL_DST_TYPE,
        SK_WALL_SRC_TYPE,  SK_WALL_CT_STATUS, SK_WALL_CT_MARK,   SK_WALL_PACKET_TYPE,
        SK_WALL_DST_MAC,   SK_WALL_SRC_MAC,   SK_WALL_TCP_FLAGS, SK_WALL_SPORT,
        SK_WALL_SRC,       SK_WALL_DST,       SK_WALL_DPORT,     SK_WALL_ICMP_CODE,
        SK_WALL_ICMP_TYPE, SK_WALL_PROTOCOL,  SK_WALL_FRAGMENT,  SK_WALL_CT_DIRECTION,
        SK_WALL_CT_STATE,
    };

    growth->box->any[SK_WALL_FAMILY] = growth->box->any[SK_WALL_MARK] = false;
    growth->decided[SK_WALL_MARK] =
        true; /* it stands below all others: as a point it would have everything made anew */
    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++)
        grow_field(growth, order[i], v6);
    growth->box->any[SK_WALL_FAMILY] = growth->box->any[SK_WALL_MARK] = true;
}

/* ---- a box in words ---------------------------------------------------------------------------
 */

static void add_word(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add_word(GString *out, const char *format, ...)
{
    va_list args;

    if (out->len > 0)
        g_string_append_c(out, ' ');
    va_start(args, format);
    g_string_append_vprintf(out, format, args);
    va_end(args);
}

static char *
address_text(SkWallValue value, bool v6)
{
    char text[INET6_ADDRSTRLEN] = "";
    uint8_t bytes[16];

    sk_wall_value_bytes(value, v6, bytes);
    inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text, sizeof text);
    return g_strdup(text);
}

static void
add_prefix(GString *out, const char *what, const SkWallRange *range, bool v6)
{
    g_autofree char *text = address_text(range->first, v6);
    unsigned host = 0, all = v6 ? 128 : 32;

    while (host < all &&
           sk_wall_value_compare(prefix_range(range->first, host).last, range->last) != 0)
        host++;
    if (host == 0)
        add_word(out, "%s %s %s", v6 ? "ip6" : "ip", what, text);
    else
        add_word(out, "%s %s %s/%u", v6 ? "ip6" : "ip", what, text, all - host);
}

static void
add_number(GString *out, const char *what, const SkWallRange *range)
{
    if (range->first.lo == range->last.lo)
        add_word(out, "%s %u", what, (unsigned)range->first.lo);
    else
        add_word(out, "%s %u-%u", what, (unsigned)range->first.lo, (unsigned)range->last.lo);
}

static void
add_interface(GString *out, const SkProve *self, const char *what, const SkWallRange *range)
{
    const char *name = g_ptr_array_index(self->interfaces, range->first.lo);

    if (g_str_has_suffix(name, "(another)")) /* no name: those that nobody names */
        return;
    add_word(out, "%s \"%s\"", what, name);
}

static const char *
protocol_name(uint64_t protocol)
{
    switch (protocol) {
    case 1:
        return "icmp";
    case 6:
        return "tcp";
    case 17:
        return "udp";
    case 58:
        return "icmpv6";
    case 132:
        return "sctp";
    default:
        return NULL;
    }
}

static void
add_transport(GString *out, const SkWallBox *box, bool v6)
{
    uint64_t protocol = box->range[SK_WALL_PROTOCOL].first.lo;
    const char *name = protocol_name(protocol);
    bool known = !box->any[SK_WALL_PROTOCOL] && name != NULL;
    bool said = false;
    const struct {
        SkWallField field;
        const char *what;
    } parts[] = { { SK_WALL_SPORT, "sport" }, { SK_WALL_DPORT, "dport" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!box->any[parts[i].field] && (protocol == 6 || protocol == 17 || protocol == 132)) {
            g_autofree char *what = g_strdup_printf("%s %s", known ? name : "th", parts[i].what);
            add_number(out, what, &box->range[parts[i].field]);
            said = true;
        }
    if (!box->any[SK_WALL_ICMP_TYPE] && (protocol == 1 || protocol == 58)) {
        add_number(out, v6 ? "icmpv6 type" : "icmp type", &box->range[SK_WALL_ICMP_TYPE]);
        said = true;
    }
    if (said || box->any[SK_WALL_PROTOCOL])
        return;
    if (known)
        add_word(out, "meta l4proto %s", name);
    else
        add_word(out, "meta l4proto %u", (unsigned)protocol);
}

static char *
mac_text(uint64_t mac)
{
    return g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", (unsigned)(mac >> 40 & 0xff),
                           (unsigned)(mac >> 32 & 0xff), (unsigned)(mac >> 24 & 0xff),
                           (unsigned)(mac >> 16 & 0xff), (unsigned)(mac >> 8 & 0xff),
                           (unsigned)(mac & 0xff));
}

static void
add_macs(GString *out, const SkWallRange *range)
{
    g_autofree char *first = mac_text(range->first.lo), *last = mac_text(range->last.lo);

    if (range->first.lo == range->last.lo)
        add_word(out, "ether saddr %s", first);
    else
        add_word(out, "ether saddr %s-%s", first, last);
}

char *
sk_prove_box_text(const SkProve *self, const SkWallBox *box, SkWallWay way, bool v6)
{
    GString *out = g_string_new(NULL);

    if (way != SK_WALL_OUT)
        add_interface(out, self, "iifname", &box->range[SK_WALL_IIF]);
    if (way != SK_WALL_IN)
        add_interface(out, self, "oifname", &box->range[SK_WALL_OIF]);
    if (box->any[SK_WALL_SRC] && box->any[SK_WALL_DST])
        add_word(out, "meta nfproto %s", v6 ? "ipv6" : "ipv4");
    if (!box->any[SK_WALL_SRC])
        add_prefix(out, "saddr", &box->range[SK_WALL_SRC], v6);
    if (!box->any[SK_WALL_DST])
        add_prefix(out, "daddr", &box->range[SK_WALL_DST], v6);
    add_transport(out, box, v6);
    if (!box->any[SK_WALL_SRC_MAC])
        add_macs(out, &box->range[SK_WALL_SRC_MAC]);
    if (!box->any[SK_WALL_CT_STATE])
        add_word(out, "ct state %s",
                 sk_wall_state_name((SkWallState)box->range[SK_WALL_CT_STATE].first.lo));
    if (!box->any[SK_WALL_CT_DIRECTION] && !box->any[SK_WALL_CT_STATE])
        add_word(out, "ct direction %s",
                 box->range[SK_WALL_CT_DIRECTION].first.lo == 0 ? "original" : "reply");
    return g_string_free(out, FALSE);
}

/* ---- the way of a packet ----------------------------------------------------------------------
 */

typedef struct {
    unsigned bits;
    unsigned asked;
    const SkWallStep *last;
} Answers;

static bool
answer(const SkWallStep *step, void *data)
{
    Answers *answers = data;

    answers->last = step;
    return (answers->bits >> MIN(answers->asked++, 31u) & 1) != 0;
}

/* Walks @packet, trying answers of unknowns until it does what was found. False: it never does. */
static bool
walk_as_found(const SkProve *self, const SkPacket *packet, bool blocked, SkWallWalk *ret)
{
    unsigned asked = 0;

    for (unsigned bits = 0; bits < 1u << MIN(asked, 12u) && bits < ANSWERS_MAX; bits++) {
        Answers answers = { .bits = bits };
        sk_wall_walk(self->ruleset, self->interfaces, packet, answer, &answers, ret);
        asked = MAX(asked, answers.asked);
        bool passed = ret->end == SK_WALL_PASSES && ret->after.way == packet->way;
        if (ret->end == SK_WALL_UNSURE || passed != blocked)
            return true;
        sk_wall_walk_clear(ret);
    }
    return false;
}

static const char *
family_name(SkWallFamily family)
{
    static const char *const names[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };

    g_assert(family < G_N_ELEMENTS(names));
    return names[family];
}

static GPtrArray *
path_of(const SkWallWalk *walk)
{
    GPtrArray *path = g_ptr_array_new_with_free_func(rule_at_free);

    for (unsigned i = 0; i < walk->path->len; i++) {
        const SkWallMark *mark = &g_array_index(walk->path, SkWallMark, i);
        SkWallRuleAt *at = g_new0(SkWallRuleAt, 1);
        at->table = g_strdup_printf("%s %s", family_name(mark->chain->table->family),
                                    mark->chain->table->name);
        at->chain = g_strdup(mark->chain->name);
        at->handle = mark->rule != NULL ? mark->rule->handle : 0;
        at->line = mark->rule != NULL ? mark->rule->line : 0;
        at->rule =
            mark->rule != NULL
                ? g_strdup(mark->rule->text)
                : g_strdup_printf("policy %s", mark->act == SK_WALL_DROP ? "drop" : "accept");
        g_ptr_array_add(path, at);
    }
    return path;
}

/* ---- what it breaks ---------------------------------------------------------------------------
 */

static bool
flow_is_of(const SkFlow *flow, const SkPair *pair)
{
    const SkZone *from = flow->from.zone != NULL ? flow->from.zone : flow->from.host->zone;
    const SkZone *to = flow->to.zone != NULL ? flow->to.zone : flow->to.host->zone;

    return (from == pair->from && to == pair->to) || (from == pair->to && to == pair->from);
}

static bool
is_host(const SkHost *host, const SkPacket *packet, SkWallField field)
{
    bool v6 = packet->field[SK_WALL_FAMILY].lo == 1;

    for (unsigned i = 0; host != NULL && i < host->addresses->len; i++) {
        const SkNetwork *one = &g_array_index(host->addresses, SkNetwork, i);
        if (one->v6 == v6 && sk_wall_value_compare(sk_wall_value_address(one->address, v6),
                                                   packet->field[field]) == 0)
            return true;
    }
    return false;
}

static bool
ports_match(const SkFlow *flow, const SkPacket *packet, SkWallField field)
{
    uint64_t port = packet->field[field].lo, protocol = packet->field[SK_WALL_PROTOCOL].lo;

    for (unsigned i = 0; i < flow->ports->len; i++) {
        const SkPorts *ports = &g_array_index(flow->ports, SkPorts, i);
        if (protocol == (ports->udp ? 17u : 6u) && port >= ports->first && port <= ports->last)
            return true;
    }
    return false;
}

/* Is it a packet of specific flow @flow but for its card or the date? */
static bool
looks_specific(const SkFlow *flow, const SkPacket *packet)
{
    if (!flow->specific)
        return false;
    return (is_host(flow->from.host, packet, SK_WALL_SRC) &&
            is_host(flow->to.host, packet, SK_WALL_DST) &&
            ports_match(flow, packet, SK_WALL_DPORT)) ||
           (is_host(flow->to.host, packet, SK_WALL_SRC) &&
            is_host(flow->from.host, packet, SK_WALL_DST) &&
            ports_match(flow, packet, SK_WALL_SPORT));
}

static bool
is_spoofed(const SkProve *self, const SkPair *pair, const SkPacket *packet)
{
    bool v6 = packet->field[SK_WALL_FAMILY].lo == 1;
    const SkZone *zone = sk_wall_address_zone(self->policy, v6, packet->field[SK_WALL_SRC]);

    return pair->way != SK_WALL_OUT && zone != pair->from;
}

static SkWallBreaks
breaks_flow(const SkProve *self, const SkPair *pair, const SkPacket *packet, unsigned *ret_line)
{
    SkWallBreaks breaks = SK_WALL_BREAKS_NONE;

    for (unsigned i = 0; i < sk_policy_flows(self->policy)->len; i++) {
        const SkFlow *flow = g_ptr_array_index(sk_policy_flows(self->policy), i);
        if (!flow_is_of(flow, pair))
            continue;
        bool over = flow->specific && flow->until_us <= self->question->now;
        if (looks_specific(flow, packet)) {
            *ret_line = flow->place.line;
            return over ? SK_WALL_BREAKS_EXPIRED : SK_WALL_BREAKS_MAC;
        }
        if (!over && breaks == SK_WALL_BREAKS_NONE) {
            *ret_line = flow->place.line;
            breaks = SK_WALL_BREAKS_NARROWER;
        }
    }
    return breaks;
}

static SkWallBreaks
breaks_of(const SkProve *self, const SkPair *pair, const SkPacket *packet, unsigned *ret_line)
{
    uint64_t state = packet->field[SK_WALL_CT_STATE].lo;
    SkWallBreaks breaks;

    *ret_line = 0;
    if (pair->way != SK_WALL_FORWARDED)
        return SK_WALL_BREAKS_WALL;
    if (is_spoofed(self, pair, packet)) {
        *ret_line = pair->from != NULL ? pair->from->place.line : 0;
        return SK_WALL_BREAKS_SPOOFED;
    }
    if (state == SK_WALL_INVALID || state == SK_WALL_UNTRACKED)
        return SK_WALL_BREAKS_NO_STATE;
    breaks = breaks_flow(self, pair, packet, ret_line);
    if (breaks != SK_WALL_BREAKS_NONE)
        return breaks;
    const SkZone *sides[] = { pair->from, pair->to };
    for (unsigned i = 0; i < 2; i++)
        if (sides[i] != NULL && sides[i]->take_out == SK_TAKE_OUT_FORBIDDEN) {
            *ret_line = sides[i]->take_out_place.line;
            return SK_WALL_BREAKS_TAKE_OUT;
        }
    return SK_WALL_BREAKS_NONE;
}

static char *
sentence_of(SkWallBreaks breaks, unsigned line)
{
    static const char *const words[SK_WALL_BREAKS_COUNT] = {
        [SK_WALL_BREAKS_NONE] = "no sentence allows it",
        [SK_WALL_BREAKS_NARROWER] =
            "no sentence allows it; the nearest names other hosts, ports or directions",
        [SK_WALL_BREAKS_EXPIRED] = "the specific flow is over",
        [SK_WALL_BREAKS_TAKE_OUT] = "the zone's take-out is forbidden",
        [SK_WALL_BREAKS_SPOOFED] = "its source belongs to another side of the wall",
        [SK_WALL_BREAKS_NO_STATE] = "it belongs to no connection",
        [SK_WALL_BREAKS_MAC] = "another card than the specific flow's host sends it",
        [SK_WALL_BREAKS_WALL] = "the wall's own machine offers and asks nothing here",
    };

    return line == 0 ? g_strdup(words[breaks])
                     : g_strdup_printf("line %u: %s", line, words[breaks]);
}

/* The sentence that allows a packet which is stopped. */
static void
sentence_allowing(const SkProve *self, SkWallFound *found)
{
    const SkWallAllowed *allowed = sk_wall_allowed_find(self->allowed, &found->packet);

    found->line = allowed != NULL ? allowed->place.line : 0;
    found->sentence = g_strdup_printf("line %u allows it", found->line);
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static const char *
side_name(const SkPair *pair, bool to)
{
    const SkZone *zone = to ? pair->to : pair->from;

    if (pair->way == (to ? SK_WALL_IN : SK_WALL_OUT))
        return "wall";
    return zone != NULL ? g_intern_string(zone->name) : "elsewhere";
}

static void
box_of(const SkPacket *packet, SkWallBox *ret)
{
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++) {
        ret->any[i] = i == SK_WALL_FAMILY || i == SK_WALL_MARK;
        ret->range[i] = (SkWallRange){ .first = packet->field[i], .last = packet->field[i] };
    }
    if (packet->way == SK_WALL_OUT)
        ret->any[SK_WALL_IIF] = true;
    if (packet->way == SK_WALL_IN)
        ret->any[SK_WALL_OIF] = true;
}

static void
complete(SkProve *self, const SkPair *pair, bool v6, const SkWallBox *box, bool blocked,
         SkWallFound *found)
{
    g_auto(SkWallWalk) walk = { .end = SK_WALL_STOPS };

    found->from = side_name(pair, false);
    found->to = side_name(pair, true);
    found->text = sk_packet_text(&found->packet, self->interfaces);
    found->region = sk_prove_box_text(self, box, pair->way, v6);
    if (walk_as_found(self, &found->packet, blocked, &walk)) {
        found->path = path_of(&walk);
    } else {
        found->path = g_ptr_array_new_with_free_func(rule_at_free);
        found->perhaps = true;
        sk_prove_internal(self, "the proof and the walk of one packet disagree: our own mistake");
    }
    if (blocked) {
        sentence_allowing(self, found);
        return;
    }
    found->breaks = breaks_of(self, pair, &found->packet, &found->line);
    found->sentence = sentence_of(found->breaks, found->line);
    if (walk.path != NULL && !self->question->no_edits)
        found->edit = sk_prove_edit(self, pair, v6, box, &walk);
}

unsigned
sk_prove_found(SkProve *self, const SkPair *pair, bool v6, SkProveSet *set, unsigned max,
               bool perhaps, bool blocked, GPtrArray *into)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    unsigned n = 0;
    BDD taken = bddfalse;

    for (; n < max && sk_prove_some(set) && !sk_wall_model_failed(self->model); n++) {
        SkWallFound *found = g_new0(SkWallFound, 1);
        SkWallBox box;
        Growth growth = { .self = self,
                          .box = &box,
                          .set = *set,
                          .real = self->real[pair->way][v6 ? 1 : 0],
                          .taken = taken };
        BDD one = pictured(self, pair, v6, set);
        found->packet.way = pair->way;
        found->perhaps = perhaps;
        sk_bits_packet(bits, one, &found->packet);
        sk_bits_drop(one);
        found->packet.field[SK_WALL_FAMILY] = SK_WALL_VALUE(v6 ? 1 : 0);
        box_of(&found->packet, &box);
        grow(&growth, v6);
        if (pair->way == SK_WALL_OUT)
            found->packet.field[SK_WALL_IIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
        if (pair->way == SK_WALL_IN)
            found->packet.field[SK_WALL_OIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
        complete(self, pair, v6, &box, blocked, found);
        set->out = sk_bits_take_or(set->out, sk_prove_box(self, &box));
        taken = sk_bits_take_or(taken, sk_prove_box(self, &box));
        g_ptr_array_add(into, found);
    }
    sk_bits_drop(taken);
    return n;
}
