/* SPDX-License-Identifier: Apache-2.0
 * allowed.c - contract in allowed.h. */
#include "wall/allowed.h"

#include <string.h>

/* Of the messages of ICMP that are errors: about another packet. */
static const SkWallRange errors_v4[] = {
    { .first = { .lo = 3 }, .last = { .lo = 3 } },   /* unreachable */
    { .first = { .lo = 11 }, .last = { .lo = 12 } }, /* time exceeded, parameter problem */
};
static const SkWallRange errors_v6[] = { { .first = { .lo = 1 }, .last = { .lo = 4 } } };

/* What no packet through the wall may come from or go to. */
static const SkWallRange nowhere_v4[] = {
    { .first = { .lo = 0x00000000 }, .last = { .lo = 0x00ffffff } }, /* this network */
    { .first = { .lo = 0x7f000000 }, .last = { .lo = 0x7fffffff } }, /* loopback */
    { .first = { .lo = 0xa9fe0000 }, .last = { .lo = 0xa9feffff } }, /* link-local */
    { .first = { .lo = 0xe0000000 }, .last = { .lo = 0xffffffff } }, /* multicast, broadcast */
};
static const SkWallRange nowhere_v6[] = {
    { .first = { .hi = 0, .lo = 0 }, .last = { .hi = 0, .lo = 1 } }, /* unspecified, loopback */
    { .first = { .hi = UINT64_C(0xfe80) << 48, .lo = 0 },            /* link-local */
      .last = { .hi = UINT64_C(0xfebf) << 48 | UINT64_C(0xffffffffffff), .lo = UINT64_MAX } },
    { .first = { .hi = UINT64_C(0xff) << 56, .lo = 0 }, /* multicast */
      .last = { .hi = UINT64_MAX, .lo = UINT64_MAX } },
};

typedef struct {
    const SkPolicy *policy;
    int64_t now;
    const GPtrArray *interfaces;
    GPtrArray *out;
} Derive;

/** Side: one end of a flow: where its packets come in, from which addresses, from which card. */
typedef struct {
    const SkZone *zone; /* NULL: outside */
    const SkHost *host; /* NULL: a whole zone */
    GArray *interfaces; /* of SkWallRange */
    GArray *addresses[2];
    bool has_mac;
    SkWallValue mac;
} Side;

/* ---- ranges -----------------------------------------------------------------------------------
 */

static GArray *
ranges_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(SkWallRange));
}

static int
by_first(const void *a, const void *b)
{
    return sk_wall_value_compare(((const SkWallRange *)a)->first, ((const SkWallRange *)b)->first);
}

/* Sorted, and what overlaps or touches made one. */
static void
ranges_tidy(GArray *self)
{
    unsigned n = 0;

    g_array_sort(self, by_first);
    for (unsigned i = 0; i < self->len; i++) {
        SkWallRange r = g_array_index(self, SkWallRange, i);
        SkWallRange *top = n == 0 ? NULL : &g_array_index(self, SkWallRange, n - 1);
        if (top != NULL && (sk_wall_value_compare(r.first, top->last) <= 0 ||
                            sk_wall_value_compare(r.first, sk_wall_value_next(top->last)) == 0)) {
            if (sk_wall_value_compare(r.last, top->last) > 0)
                top->last = r.last;
        } else {
            g_array_index(self, SkWallRange, n++) = r;
        }
    }
    g_array_set_size(self, n);
}

static void
ranges_add(GArray *self, SkWallValue first, SkWallValue last)
{
    SkWallRange range = { .first = first, .last = last };

    g_array_append_val(self, range);
}

/* @self, tidy, without what lies in @other, tidy. */
static GArray *
ranges_without(const GArray *self, const GArray *other)
{
    GArray *ret = ranges_new();

    for (unsigned i = 0; i < self->len; i++) {
        SkWallRange left = g_array_index(self, SkWallRange, i);
        bool some = true;
        for (unsigned j = 0; j < other->len && some; j++) {
            const SkWallRange *cut = &g_array_index(other, SkWallRange, j);
            if (sk_wall_value_compare(cut->last, left.first) < 0 ||
                sk_wall_value_compare(cut->first, left.last) > 0)
                continue;
            if (sk_wall_value_compare(cut->first, left.first) > 0)
                ranges_add(ret, left.first, sk_wall_value_previous(cut->first));
            some = sk_wall_value_compare(cut->last, left.last) < 0;
            left.first = sk_wall_value_next(cut->last);
        }
        if (some)
            ranges_add(ret, left.first, left.last);
    }
    return ret;
}

static GArray *
ranges_of(const SkWallRange *ranges, unsigned n)
{
    GArray *ret = ranges_new();

    g_array_append_vals(ret, ranges, n);
    return ret;
}

static void
add_network(GArray *self, const SkNetwork *network)
{
    unsigned host = (network->v6 ? 128u : 32u) - network->prefix;
    SkWallValue first = sk_wall_value_address(network->address, network->v6);
    SkWallValue rest = host == 0 ? SK_WALL_VALUE(0) : sk_wall_value_full(host);

    ranges_add(self, first, (SkWallValue){ .hi = first.hi | rest.hi, .lo = first.lo | rest.lo });
}

static GArray *
networks_of(const GArray *networks, bool v6)
{
    GArray *ret = ranges_new();

    for (unsigned i = 0; i < networks->len; i++) {
        const SkNetwork *network = &g_array_index(networks, SkNetwork, i);
        if (network->v6 == v6)
            add_network(ret, network);
    }
    ranges_tidy(ret);
    return ret;
}

static GArray *
nowhere(bool v6)
{
    return v6 ? ranges_of(nowhere_v6, G_N_ELEMENTS(nowhere_v6))
              : ranges_of(nowhere_v4, G_N_ELEMENTS(nowhere_v4));
}

/* Every zone's networks, of one family. */
static GArray *
all_networks(const SkPolicy *policy, bool v6)
{
    GArray *ret = ranges_new();

    for (unsigned i = 0; i < sk_policy_zones(policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(policy), i);
        g_autoptr(GArray) networks = networks_of(zone->networks, v6);
        g_array_append_vals(ret, networks->data, networks->len);
    }
    ranges_tidy(ret);
    return ret;
}

/* Addresses that are no zone's. */
static GArray *
outside_addresses(const SkPolicy *policy, bool v6)
{
    g_autoptr(GArray) all = ranges_new();
    g_autoptr(GArray) zones = all_networks(policy, v6);

    ranges_add(all, SK_WALL_VALUE(0), sk_wall_value_full(v6 ? 128 : 32));
    return ranges_without(all, zones);
}

/* ---- who is where -----------------------------------------------------------------------------
 */

const SkZone *
sk_wall_zone_of_interface(const SkPolicy *policy, const char *name)
{
    for (unsigned i = 0; i < sk_policy_zones(policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(policy), i);
        if (zone->interface != NULL && strcmp(zone->interface, name) == 0)
            return zone;
    }
    return NULL;
}

static bool
ranges_have(const GArray *self, SkWallValue value)
{
    for (unsigned i = 0; i < self->len; i++) {
        const SkWallRange *range = &g_array_index(self, SkWallRange, i);
        if (sk_wall_value_compare(range->first, value) <= 0 &&
            sk_wall_value_compare(value, range->last) <= 0)
            return true;
    }
    return false;
}

bool
sk_wall_zone_has(const SkZone *zone, bool v6, SkWallValue address)
{
    g_autoptr(GArray) networks = networks_of(zone->networks, v6);

    return ranges_have(networks, address);
}

const SkZone *
sk_wall_address_zone(const SkPolicy *policy, bool v6, SkWallValue address)
{
    for (unsigned i = 0; i < sk_policy_zones(policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(policy), i);
        if (sk_wall_zone_has(zone, v6, address))
            return zone;
    }
    return NULL;
}

/* Interface @name; NULL: every one that is no zone's and not the loopback. */
static GArray *
interfaces_of(const Derive *self, const char *name)
{
    GArray *ret = ranges_new();

    for (unsigned i = 0; i < self->interfaces->len; i++) {
        const char *one = g_ptr_array_index(self->interfaces, i);
        bool is = name != NULL ? strcmp(one, name) == 0
                               : strcmp(one, "lo") != 0 &&
                                     sk_wall_zone_of_interface(self->policy, one) == NULL;
        if (is)
            ranges_add(ret, SK_WALL_VALUE(i), SK_WALL_VALUE(i));
    }
    ranges_tidy(ret);
    return ret;
}

static void
side_clear(Side *self)
{
    g_clear_pointer(&self->interfaces, g_array_unref);
    g_clear_pointer(&self->addresses[0], g_array_unref);
    g_clear_pointer(&self->addresses[1], g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Side, side_clear)

/* false: a zone that has no interface has no packets at the wall. */
static bool
side_of(const Derive *self, const SkEnd *end, bool with_mac, Side *ret)
{
    const SkZone *zone = end->zone != NULL ? end->zone : end->host->zone;
    const GArray *addresses = end->zone != NULL ? zone->networks : end->host->addresses;

    if (zone != NULL && zone->interface == NULL)
        return false;
    *ret = (Side){ .zone = zone, .host = end->host };
    ret->interfaces = interfaces_of(self, zone != NULL ? zone->interface : end->host->interface);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        g_autoptr(GArray) never = nowhere(v6 == 1);
        g_autoptr(GArray) zones = zone != NULL ? ranges_new() : all_networks(self->policy, v6 == 1);
        g_autoptr(GArray) named = networks_of(addresses, v6 == 1);
        g_autoptr(GArray) possible = ranges_without(named, never);
        ret->addresses[v6] = ranges_without(possible, zones);
    }
    if (with_mac && end->host != NULL && end->host->has_mac) {
        ret->has_mac = true;
        ret->mac = sk_wall_value_mac(end->host->mac);
    }
    return true;
}

/* ---- sets of packets --------------------------------------------------------------------------
 */

static void
allowed_free(void *data)
{
    SkWallAllowed *self = data;

    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        g_clear_pointer(&self->ranges[i], g_array_unref);
    g_free(self);
}

static SkWallAllowed *
allowed_new(SkWallBy by, SkWallWay way, bool v6, SkPlace place)
{
    SkWallAllowed *self = g_new0(SkWallAllowed, 1);

    self->by = by;
    self->way = way;
    self->v6 = v6;
    self->place = place;
    return self;
}

static void
set_range(SkWallAllowed *self, SkWallField field, uint64_t first, uint64_t last)
{
    g_assert(self->ranges[field] == NULL);
    self->ranges[field] = ranges_new();
    ranges_add(self->ranges[field], SK_WALL_VALUE(first), SK_WALL_VALUE(last));
}

static void
set_ranges(SkWallAllowed *self, SkWallField field, GArray *ranges)
{
    g_assert(self->ranges[field] == NULL);
    self->ranges[field] = g_array_ref(ranges);
}

/* Packets from @from to @to, either of which may be NULL: the wall. */
static void
set_sides(SkWallAllowed *self, const Side *from, const Side *to)
{
    unsigned family = self->v6 ? 1 : 0;

    if (from != NULL) {
        set_ranges(self, SK_WALL_IIF, from->interfaces);
        set_ranges(self, SK_WALL_SRC, from->addresses[family]);
        self->from = from->zone;
        if (from->has_mac)
            set_range(self, SK_WALL_SRC_MAC, from->mac.lo, from->mac.lo);
    }
    if (to != NULL) {
        set_ranges(self, SK_WALL_OIF, to->interfaces);
        set_ranges(self, SK_WALL_DST, to->addresses[family]);
        self->to = to->zone;
    }
}

/* One that holds nothing is left out. */
static void
add(Derive *self, SkWallAllowed *allowed)
{
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        if (allowed->ranges[i] != NULL && allowed->ranges[i]->len == 0) {
            allowed_free(allowed);
            return;
        }
    g_ptr_array_add(self->out, allowed);
}

/* New packets and those of the same direction; then the answers. */
static SkWallAllowed *
add_packets(Derive *self, SkWallAllowed *allowed, const SkPorts *ports, bool reply)
{
    set_range(allowed, SK_WALL_PROTOCOL, ports->udp ? 17 : 6, ports->udp ? 17 : 6);
    set_range(allowed, SK_WALL_FRAGMENT, 0, 0);
    set_range(allowed, reply ? SK_WALL_SPORT : SK_WALL_DPORT, ports->first, ports->last);
    set_range(allowed, SK_WALL_CT_STATE, reply ? SK_WALL_ESTABLISHED : SK_WALL_NEW,
              SK_WALL_ESTABLISHED);
    set_range(allowed, SK_WALL_CT_DIRECTION, reply ? 1 : 0, reply ? 1 : 0);
    add(self, allowed);
    return allowed;
}

static void
add_flow(Derive *self, const SkFlow *flow, const Side *from, const Side *to)
{
    for (unsigned i = 0; i < flow->ports->len * 4; i++) {
        const SkPorts *ports = &g_array_index(flow->ports, SkPorts, i / 4);
        bool reply = (i & 1) != 0;
        SkWallAllowed *allowed =
            allowed_new(SK_WALL_BY_FLOW, SK_WALL_FORWARDED, (i & 2) != 0, flow->place);
        allowed->flow = flow;
        set_sides(allowed, reply ? to : from, reply ? from : to);
        add_packets(self, allowed, ports, reply);
    }
}

static bool
is_over(const Derive *self, const SkFlow *flow)
{
    return flow->specific && flow->until_us <= self->now;
}

static void
add_flows(Derive *self)
{
    for (unsigned i = 0; i < sk_policy_flows(self->policy)->len; i++) {
        const SkFlow *flow = g_ptr_array_index(sk_policy_flows(self->policy), i);
        g_auto(Side) from = { .zone = NULL };
        g_auto(Side) to = { .zone = NULL };
        if (!is_over(self, flow) && side_of(self, &flow->from, flow->specific, &from) &&
            side_of(self, &flow->to, flow->specific, &to))
            add_flow(self, flow, &from, &to);
    }
}

/* ---- errors about connections -----------------------------------------------------------------
 */

static void
set_errors(SkWallAllowed *self)
{
    g_autoptr(GArray) types = self->v6 ? ranges_of(errors_v6, G_N_ELEMENTS(errors_v6))
                                       : ranges_of(errors_v4, G_N_ELEMENTS(errors_v4));

    set_range(self, SK_WALL_PROTOCOL, self->v6 ? 58 : 1, self->v6 ? 58 : 1);
    set_range(self, SK_WALL_FRAGMENT, 0, 0);
    set_ranges(self, SK_WALL_ICMP_TYPE, types);
    set_range(self, SK_WALL_CT_STATE, SK_WALL_RELATED, SK_WALL_RELATED);
}

/* Any router on the way may say that a packet did not arrive: the whole zone, or all that is
 * none's. */
static void
widen(const Derive *self, Side *side)
{
    for (unsigned v6 = 0; v6 < 2; v6++) {
        g_autoptr(GArray) never = nowhere(v6 == 1);
        g_autoptr(GArray) all = side->zone != NULL ? networks_of(side->zone->networks, v6 == 1)
                                                   : outside_addresses(self->policy, v6 == 1);
        g_clear_pointer(&side->addresses[v6], g_array_unref);
        side->addresses[v6] = ranges_without(all, never);
    }
    side->has_mac = false;
}

/* Do addresses of this family meet in the flow? */
static bool
has_family(const Side *from, const Side *to, unsigned v6)
{
    return from->addresses[v6]->len > 0 && to->addresses[v6]->len > 0;
}

/* A pair is done once for each direction and family, but for hosts outside on interfaces of their
 * own. */
static char *
pair_name(const Side *from, const Side *to, unsigned v6)
{
    const char *in =
        from->zone == NULL && from->host->interface != NULL ? from->host->interface : "";
    const char *out = to->zone == NULL && to->host->interface != NULL ? to->host->interface : "";

    return g_strdup_printf("%p %s %p %s %u", (const void *)from->zone, in, (const void *)to->zone,
                           out, v6);
}

static void
add_errors_between(Derive *self, const SkFlow *flow, GHashTable *done, bool back)
{
    g_auto(Side) from = { .zone = NULL };
    g_auto(Side) to = { .zone = NULL };
    bool family[2];

    if (is_over(self, flow) || !side_of(self, back ? &flow->to : &flow->from, false, &from) ||
        !side_of(self, back ? &flow->from : &flow->to, false, &to))
        return;
    for (unsigned v6 = 0; v6 < 2; v6++)
        family[v6] = has_family(&from, &to, v6);
    widen(self, &from);
    widen(self, &to);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        if (!family[v6] || !g_hash_table_add(done, pair_name(&from, &to, v6)))
            continue;
        SkWallAllowed *allowed =
            allowed_new(SK_WALL_BY_ERRORS, SK_WALL_FORWARDED, v6 == 1, flow->place);
        set_sides(allowed, &from, &to);
        set_errors(allowed);
        add(self, allowed);
    }
}

static void
add_errors(Derive *self)
{
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < sk_policy_flows(self->policy)->len; i++) {
        const SkFlow *flow = g_ptr_array_index(sk_policy_flows(self->policy), i);
        add_errors_between(self, flow, done, false);
        add_errors_between(self, flow, done, true);
    }
}

/* ---- the wall's own machine -------------------------------------------------------------------
 */

static void
add_loopback(Derive *self)
{
    g_autoptr(GArray) lo = interfaces_of(self, "lo");

    for (unsigned i = 0; i < 4; i++) {
        bool out = (i & 1) != 0;
        SkWallAllowed *allowed = allowed_new(SK_WALL_BY_LOOPBACK, out ? SK_WALL_OUT : SK_WALL_IN,
                                             (i & 2) != 0, SK_PLACE_NONE);
        set_ranges(allowed, out ? SK_WALL_OIF : SK_WALL_IIF, lo);
        add(self, allowed);
    }
}

static void
add_gates(Derive *self, const SkZone *zone)
{
    SkEnd end = { .zone = zone };
    g_auto(Side) side = { .zone = NULL };

    if (!side_of(self, &end, false, &side))
        return;
    for (unsigned i = 0; i < zone->gates->len * 4; i++) {
        const SkPorts *ports = &g_array_index(zone->gates, SkPorts, i / 4);
        bool reply = (i & 1) != 0;
        SkWallAllowed *allowed = allowed_new(SK_WALL_BY_GATE, reply ? SK_WALL_OUT : SK_WALL_IN,
                                             (i & 2) != 0, ports->place);
        set_sides(allowed, reply ? NULL : &side, reply ? &side : NULL);
        add_packets(self, allowed, ports, reply);
    }
}

/* Sources that neighbours speak from: link-local, none yet, and @addresses. */
static GArray *
neighbours(const GArray *addresses)
{
    GArray *ret = ranges_new();

    g_array_append_vals(ret, addresses->data, addresses->len);
    ranges_add(ret, SK_WALL_VALUE(0), SK_WALL_VALUE(0));
    g_array_append_val(ret, nowhere_v6[1]);
    ranges_tidy(ret);
    return ret;
}

static void
set_neighbours(SkWallAllowed *self)
{
    set_range(self, SK_WALL_PROTOCOL, 58, 58);
    set_range(self, SK_WALL_FRAGMENT, 0, 0);
    set_range(self, SK_WALL_ICMP_TYPE, 133, 136);
    set_range(self, SK_WALL_TTL, 255, 255);
}

/* What comes to the wall itself at @side's interfaces, besides gates. */
static void
add_to_wall(Derive *self, Side *side)
{
    g_autoptr(GArray) sources = neighbours(side->addresses[1]);
    SkWallAllowed *allowed = allowed_new(SK_WALL_BY_NEIGHBOURS, SK_WALL_IN, true, SK_PLACE_NONE);

    set_ranges(allowed, SK_WALL_IIF, side->interfaces);
    set_ranges(allowed, SK_WALL_SRC, sources);
    set_neighbours(allowed);
    allowed->from = side->zone;
    add(self, allowed);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        allowed = allowed_new(SK_WALL_BY_OWN_ERRORS, SK_WALL_IN, v6 == 1, SK_PLACE_NONE);
        set_sides(allowed, side, NULL);
        set_errors(allowed);
        add(self, allowed);
    }
}

static void
add_of_wall(Derive *self)
{
    SkWallAllowed *allowed = allowed_new(SK_WALL_BY_NEIGHBOURS, SK_WALL_OUT, true, SK_PLACE_NONE);

    set_neighbours(allowed);
    add(self, allowed);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        allowed = allowed_new(SK_WALL_BY_OWN_ERRORS, SK_WALL_OUT, v6 == 1, SK_PLACE_NONE);
        set_errors(allowed);
        add(self, allowed);
    }
}

static void
add_own(Derive *self)
{
    g_auto(Side) outside = { .interfaces = interfaces_of(self, NULL) };

    add_loopback(self);
    for (unsigned i = 0; i < sk_policy_zones(self->policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(self->policy), i);
        SkEnd end = { .zone = zone };
        g_auto(Side) side = { .zone = NULL };
        if (!side_of(self, &end, false, &side))
            continue;
        add_gates(self, zone);
        widen(self, &side);
        add_to_wall(self, &side);
    }
    widen(self, &outside);
    add_to_wall(self, &outside);
    add_of_wall(self);
}

GPtrArray *
sk_wall_allowed(const SkPolicy *policy, int64_t now, const GPtrArray *interfaces)
{
    Derive self = { .policy = policy,
                    .now = now,
                    .interfaces = interfaces,
                    .out = g_ptr_array_new_with_free_func(allowed_free) };

    add_flows(&self);
    add_errors(&self);
    add_own(&self);
    return self.out;
}

/* ---- packets ----------------------------------------------------------------------------------
 */

bool
sk_wall_allowed_has(const SkWallAllowed *self, const SkPacket *packet)
{
    if (self->way != packet->way || packet->field[SK_WALL_FAMILY].lo != (self->v6 ? 1 : 0))
        return false;
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        if (self->ranges[i] != NULL && !ranges_have(self->ranges[i], packet->field[i]))
            return false;
    return true;
}

const SkWallAllowed *
sk_wall_allowed_find(const GPtrArray *allowed, const SkPacket *packet)
{
    for (unsigned i = 0; i < allowed->len; i++) {
        const SkWallAllowed *one = g_ptr_array_index(allowed, i);
        if (sk_wall_allowed_has(one, packet))
            return one;
    }
    return NULL;
}

/* Values of @field that make a packet what it is where the set does not say. */
static SkWallValue
plain_value(const SkWallAllowed *self, SkWallField field)
{
    bool ports = self->ranges[SK_WALL_SPORT] != NULL || self->ranges[SK_WALL_DPORT] != NULL;

    if (self->ranges[field] != NULL)
        return g_array_index(self->ranges[field], SkWallRange, 0).first;
    switch ((unsigned)field) {
    case SK_WALL_FAMILY:
        return SK_WALL_VALUE(self->v6 ? 1 : 0);
    case SK_WALL_SPORT:
    case SK_WALL_DPORT:
        return SK_WALL_VALUE(ports ? 40000 : 0);
    case SK_WALL_TTL:
        return SK_WALL_VALUE(64);
    case SK_WALL_IIF:
    case SK_WALL_OIF:
        return SK_WALL_VALUE(UINT16_MAX);
    default:
        return SK_WALL_VALUE(0);
    }
}

static void
add_corner(GArray *out, const SkPacket *plain, SkWallField field, SkWallValue value)
{
    SkPacket packet = *plain;

    if (sk_wall_value_compare(value, sk_wall_value_full(sk_wall_field_bits(field))) > 0)
        return;
    packet.field[field] = value;
    g_array_append_val(out, packet);
}

GArray *
sk_wall_allowed_corners(const SkWallAllowed *self, const GPtrArray *interfaces)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(SkPacket));
    SkPacket plain = { .way = self->way };

    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        plain.field[i] = plain_value(self, (SkWallField)i);
    g_array_append_val(out, plain);
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++) {
        SkWallField field = (SkWallField)i;
        SkWallValue most = field == SK_WALL_IIF || field == SK_WALL_OIF
                               ? SK_WALL_VALUE(interfaces->len - 1)
                           : field == SK_WALL_SRC || field == SK_WALL_DST
                               ? sk_wall_value_full(self->v6 ? 128 : 32)
                               : sk_wall_value_full(sk_wall_field_bits(field));
        for (unsigned j = 0; self->ranges[i] != NULL && j < self->ranges[i]->len; j++) {
            const SkWallRange *range = &g_array_index(self->ranges[i], SkWallRange, j);
            add_corner(out, &plain, field, range->first);
            add_corner(out, &plain, field, range->last);
            if (sk_wall_value_compare(range->first, SK_WALL_VALUE(0)) > 0)
                add_corner(out, &plain, field, sk_wall_value_previous(range->first));
            if (sk_wall_value_compare(range->last, most) < 0)
                add_corner(out, &plain, field, sk_wall_value_next(range->last));
        }
    }
    return out;
}
