/* SPDX-License-Identifier: Apache-2.0
 * compile-nft.c - contract in compile.h. One table, default drop, one verdict map to a chain for each
 * pair of interfaces. Whatever names two or more single hosts is an element of a set, so that the
 * number of rules a packet meets does not grow with the policy. Sets hold single values only: with
 * intervals in concatenations, elements that meet would be refused by the kernel. */
#include "wall/compile.h"

#include "policy/words.h"
#include "wall/plan.h"

#include <string.h>

#define LINES_BYTES_MAX 90u /* of a comment; nft takes 128 */

/* Never a source from another machine. (RFC 1122 3.2.1.3, RFC 4291 2.5.2, 2.5.3, 2.7) */
#define NO_SOURCE_V4 "0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/3"
#define NO_SOURCE_V6 "::1, ff00::/8" /* `::` asks whether an address is free (RFC 4862) */
/* Never forwarded, as source or destination. */
#define NO_WAY_V4 NO_SOURCE_V4
#define NO_WAY_V6 "::/127, fe80::/10, ff00::/8"
#define ERRORS_V4 "icmp type { 3, 11, 12 }"
#define ERRORS_V6 "icmpv6 type { 1, 2, 3, 4 }"
#define NEIGHBOURS "icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255"

typedef struct {
    GString *out;
    const SkWallPlan *plan;
    const SkWallCompile *how;
    GPtrArray *counters; /* of owned char *, as they come up */
    GString *nobodys[2]; /* by family: networks that no error from or to outside may name */
    GString *chains;     /* what no base chain is */
} Nft;

/* ---- words ------------------------------------------------------------------------------------ */

static void
add_addresses(GString *out, const GArray *addresses, bool first)
{
    for (unsigned i = 0; i < addresses->len; i++) {
        const SkNetwork *n = &g_array_index(addresses, SkNetwork, i);
        g_autofree char *text = sk_network_text(n, n->prefix != (n->v6 ? 128 : 32));
        g_string_append_printf(out, "%s%s", first && i == 0 ? "" : ", ", text);
    }
}

/* "ip saddr 10.0.0.0/8 " or "ip saddr { …, … } " */
static void
match_addresses(GString *out, bool v6, bool source, const GArray *addresses)
{
    g_string_append_printf(out, "%s %s ", v6 ? "ip6" : "ip", source ? "saddr" : "daddr");
    if (addresses->len > 1)
        g_string_append(out, "{ ");
    add_addresses(out, addresses, true);
    g_string_append(out, addresses->len > 1 ? " } " : " ");
}

static void
add_ports(GString *out, const SkPorts *ports)
{
    if (ports->first == ports->last)
        g_string_append_printf(out, "%u", ports->first);
    else
        g_string_append_printf(out, "%u-%u", ports->first, ports->last);
}

static void
add_mac(GString *out, const uint8_t mac[6])
{
    g_string_append_printf(out, "ether saddr %02x:%02x:%02x:%02x:%02x:%02x ", mac[0], mac[1],
                           mac[2], mac[3], mac[4], mac[5]);
}

static const char *
states(bool reply)
{
    return reply ? "ct direction reply ct state established "
                 : "ct direction original ct state established,new ";
}

static void
add_interface_list(GString *out, const SkWallPlan *plan)
{
    g_string_append(out, "{ \"lo\"");
    for (unsigned i = 0; i < plan->zones->len; i++)
        g_string_append_printf(out, ", \"%s\"",
                               ((const SkZone *)g_ptr_array_index(plan->zones, i))->interface);
    g_string_append(out, " }");
}

/* What ends a way: counted, told, dropped. */
static void
add_refusal(Nft *nft, GString *out, const char *counter, const char *from, const char *to)
{
    g_ptr_array_add(nft->counters, g_strdup(counter));
    g_string_append_printf(
        out,
        "\t\tcounter name \"%s\" comment \"wall:count\"\n"
        "\t\tlimit rate 10/second burst 20 packets log prefix \"sekisho:%s>%s \" "
        "group %u comment \"wall:tell\"\n\t\tdrop comment \"wall:drop\"\n",
        counter, from, to, nft->how->nflog_group);
}

/* ---- what a pair lets pass -------------------------------------------------------------------- */

/* How an end of a flow is looked up. */
typedef enum { SHAPE_ZONES = 0, SHAPE_TO_HOST, SHAPE_FROM_HOST, SHAPE_HOSTS } Shape;

static Shape
shape_of(const SkFlow *flow)
{
    if (flow->from.zone != NULL)
        return flow->to.zone != NULL ? SHAPE_ZONES : SHAPE_TO_HOST;
    return flow->to.zone != NULL ? SHAPE_FROM_HOST : SHAPE_HOSTS;
}

static const char *
shape_name(Shape shape)
{
    static const char *const names[] = { "", "to", "from", "hosts" };
    return names[shape];
}

/* A table may name networks; those are no element. */
static bool
is_single(const SkEnd *end)
{
    for (unsigned i = 0; end->host != NULL && i < end->host->addresses->len; i++) {
        const SkNetwork *n = &g_array_index(end->host->addresses, SkNetwork, i);
        if (n->prefix != (n->v6 ? 128 : 32))
            return false;
    }
    return true;
}

static bool
in_set(const SkFlow *flow, const SkPorts *ports)
{
    return !flow->specific && shape_of(flow) != SHAPE_ZONES && ports->first == ports->last &&
           is_single(&flow->from) && is_single(&flow->to);
}

static void
rule_comment(GString *out, const SkFlow *flow)
{
    g_autofree char *place = sk_wall_place(flow->place);

    g_string_append_printf(out, "accept comment \"policy:%s\"\n", place);
}

/* The ports of one protocol that are not in a set. */
static unsigned
rule_ports(GString *out, const SkFlow *flow, bool udp)
{
    unsigned n = 0;

    for (unsigned i = 0; i < flow->ports->len; i++) {
        const SkPorts *ports = &g_array_index(flow->ports, SkPorts, i);
        if (ports->udp != udp || in_set(flow, ports))
            continue;
        g_string_append(out, n++ == 0 ? "" : ", ");
        add_ports(out, ports);
    }
    return n;
}

static void
pass_rule(Nft *nft, const SkWallPass *pass, bool v6, bool udp)
{
    const SkFlow *flow = pass->flow;
    const SkEnd *from = pass->reply ? &flow->to : &flow->from;
    const SkEnd *to = pass->reply ? &flow->from : &flow->to;
    g_autoptr(GArray) sources = sk_wall_end_addresses(from, v6);
    g_autoptr(GArray) targets = sk_wall_end_addresses(to, v6);
    g_autoptr(GString) ports = g_string_new(NULL);
    unsigned n = rule_ports(ports, flow, udp);
    GString *out = nft->chains;

    if (n == 0 || sources->len == 0 || targets->len == 0)
        return;
    g_string_append(out, "\t\t");
    if (flow->specific)
        add_mac(out, from->host->mac);
    match_addresses(out, v6, true, sources);
    match_addresses(out, v6, false, targets);
    g_string_append_printf(out, "%s %s ", udp ? "udp" : "tcp", pass->reply ? "sport" : "dport");
    g_string_append_printf(out, n > 1 ? "{ %s } " : "%s ", ports->str);
    g_string_append(out, states(pass->reply));
    rule_comment(out, flow);
}

/* One set for each pair, family, protocol and shape: what its elements are due to, and its text. */
typedef struct {
    GString *elements;
    GString *lines;
    unsigned more; /* lines that the comment has no room for */
    const SkFlow *last;
    const SkZone *zone; /* the end that is one */
    GHashTable *seen;   /* two hosts may have one address */
} Set;

static void
set_element(Set *self, const SkFlow *flow, const char *element)
{
    g_autofree char *place = sk_wall_place(flow->place);

    if (!g_hash_table_add(self->seen, g_strdup(element)))
        return;
    g_string_append_printf(self->elements, "%s\n\t\t\t%s comment \"policy:%s\"",
                           self->elements->len == 0 ? "" : ",", element, place);
    if (self->last == flow)
        return;
    self->last = flow;
    if (self->lines->len > LINES_BYTES_MAX)
        self->more++;
    else
        g_string_append_printf(self->lines, "%s%s", self->lines->len == 0 ? "" : ",", place);
}

static void
set_hosts(Set *self, const SkFlow *flow, Shape shape, bool v6, uint16_t port)
{
    const SkEnd *host = shape == SHAPE_TO_HOST ? &flow->to : &flow->from;
    g_autoptr(GArray) from = sk_wall_end_addresses(host, v6);
    g_autoptr(GArray) to = sk_wall_end_addresses(&flow->to, v6);

    for (unsigned i = 0; i < from->len; i++) {
        g_autofree char *a = sk_network_text(&g_array_index(from, SkNetwork, i), false);
        for (unsigned j = 0; j < (shape == SHAPE_HOSTS ? to->len : 1); j++) {
            g_autofree char *b = sk_network_text(&g_array_index(to, SkNetwork, j), false);
            g_autofree char *element = shape == SHAPE_HOSTS
                                           ? g_strdup_printf("%s . %s . %u", a, b, port)
                                           : g_strdup_printf("%s . %u", a, port);
            set_element(self, flow, element);
        }
    }
}

static void
set_flow(Set *self, const SkFlow *flow, Shape shape, bool v6, bool udp)
{
    const SkEnd *zone = shape == SHAPE_TO_HOST ? &flow->from : &flow->to;

    if (shape != SHAPE_HOSTS) {
        g_autoptr(GArray) networks = sk_wall_end_addresses(zone, v6);
        if (networks->len == 0)
            return;
        self->zone = zone->zone;
    }
    for (unsigned i = 0; i < flow->ports->len; i++) {
        const SkPorts *ports = &g_array_index(flow->ports, SkPorts, i);
        if (ports->udp == udp && in_set(flow, ports))
            set_hosts(self, flow, shape, v6, ports->first);
    }
}

static void
set_gather(Set *self, const SkWallPair *pair, Shape shape, bool reply, bool v6, bool udp)
{
    self->elements = g_string_new(NULL);
    self->lines = g_string_new(NULL);
    self->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < pair->passes->len; i++) {
        const SkWallPass *pass = &g_array_index(pair->passes, SkWallPass, i);
        if (pass->reply == reply && shape_of(pass->flow) == shape)
            set_flow(self, pass->flow, shape, v6, udp);
    }
}

static void
set_clear(Set *self)
{
    g_string_free(self->elements, TRUE);
    g_string_free(self->lines, TRUE);
    g_hash_table_unref(self->seen);
}

static char *
set_name(const char *pair, Shape shape, bool v6, bool udp)
{
    return g_strdup_printf("%s_%s_%s%s", pair, shape_name(shape), udp ? "udp" : "tcp",
                           v6 ? "6" : "4");
}

static void
print_set(Nft *nft, const char *name, const Set *set, Shape shape, bool v6)
{
    const char *address = v6 ? "ipv6_addr" : "ipv4_addr";

    g_string_append_printf(nft->out, "\tset %s {\n\t\ttype %s . %s%sinet_service\n", name, address,
                           shape == SHAPE_HOSTS ? address : "", shape == SHAPE_HOSTS ? " . " : "");
    g_string_append_printf(nft->out, "\t\telements = {%s\n\t\t}\n\t}\n", set->elements->str);
}

static void
set_rule(Nft *nft, const char *name, const Set *set, Shape shape, bool reply, bool v6, bool udp)
{
    const char *ip = v6 ? "ip6" : "ip";
    /* The client's address stands at the source, or in a reply at the destination. */
    const char *client = reply ? "daddr" : "saddr", *server = reply ? "saddr" : "daddr";
    GString *out = nft->chains;

    g_string_append(out, "\t\t");
    if (set->zone != NULL) {
        g_autoptr(GArray) networks = sk_wall_zone_addresses(set->zone, v6);
        match_addresses(out, v6, (shape == SHAPE_TO_HOST) != reply, networks);
    }
    if (shape != SHAPE_TO_HOST)
        g_string_append_printf(out, "%s %s . ", ip, client);
    if (shape != SHAPE_FROM_HOST)
        g_string_append_printf(out, "%s %s . ", ip, server);
    g_string_append_printf(out, "%s %s @%s %saccept comment \"policy:%s", udp ? "udp" : "tcp",
                           reply ? "sport" : "dport", name, states(reply), set->lines->str);
    if (set->more > 0)
        g_string_append_printf(out, ",+%u", set->more);
    g_string_append(out, "\"\n");
}

/* The pair that the packets to @pair's servers' replies come from has the same set: named after the
 * one whose packets open connections. */
static const SkWallPair *
pair_back(const SkWallPlan *plan, const SkWallPair *pair)
{
    for (unsigned i = 0; i < plan->pairs->len; i++) {
        const SkWallPair *other = g_ptr_array_index(plan->pairs, i);
        if (g_strcmp0(other->in, pair->out) == 0 && g_strcmp0(other->out, pair->in) == 0)
            return other;
    }
    g_assert_not_reached(); /* the plan makes both */
}

static void
pair_sets(Nft *nft, const SkWallPair *pair, const char *opener, bool reply, bool v6, bool udp)
{

    for (Shape shape = SHAPE_TO_HOST; shape <= SHAPE_HOSTS; shape++) {
        Set set = { .zone = NULL };
        g_autofree char *name = set_name(opener, shape, v6, udp);
        set_gather(&set, pair, shape, reply, v6, udp);
        if (set.elements->len > 0) {
            if (!reply)
                print_set(nft, name, &set, shape, v6);
            set_rule(nft, name, &set, shape, reply, v6, udp);
        }
        set_clear(&set);
    }
}

static void
end_of_errors(GString *out, const SkZone *zone, bool v6, bool source, const GString *nobodys)
{
    if (zone != NULL) {
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, v6);
        match_addresses(out, v6, source, networks);
    } else {
        g_string_append_printf(out, "%s %s != { %s } ", v6 ? "ip6" : "ip",
                               source ? "saddr" : "daddr", nobodys->str);
    }
}

/* @v6's networks of every zone, behind @first. */
static GString *
every_network(const Nft *nft, bool v6, const char *first)
{
    GString *out = g_string_new(first);

    for (unsigned i = 0; i < sk_policy_zones(nft->plan->policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(nft->plan->policy), i);
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, v6);
        add_addresses(out, networks, false);
    }
    return out;
}

static void
pair_errors(Nft *nft, const SkWallPair *pair)
{
    for (unsigned i = 0; i < pair->errors->len; i++) {
        const SkWallErrors *e = &g_array_index(pair->errors, SkWallErrors, i);
        const GString *nobodys = nft->nobodys[e->v6 ? 1 : 0];
        g_autofree char *place = sk_wall_place(e->place);
        g_string_append(nft->chains, "\t\tct state related ");
        end_of_errors(nft->chains, e->from, e->v6, true, nobodys);
        end_of_errors(nft->chains, e->to, e->v6, false, nobodys);
        g_string_append_printf(nft->chains, "%s accept comment \"policy:%s\"\n",
                               e->v6 ? ERRORS_V6 : ERRORS_V4, place);
    }
}

static void
pair_chain(Nft *nft, const SkWallPair *pair)
{
    const SkWallPair *back = pair_back(nft->plan, pair);

    g_string_append_printf(nft->chains, "\tchain %s {\n", pair->name);
    for (unsigned reply = 0; reply < 2; reply++)
        for (unsigned v6 = 0; v6 < 2; v6++)
            for (unsigned udp = 0; udp < 2; udp++) {
                pair_sets(nft, pair, (reply == 1 ? back : pair)->name, reply == 1, v6 == 1,
                          udp == 1);
                for (unsigned i = 0; i < pair->passes->len; i++) {
                    const SkWallPass *pass = &g_array_index(pair->passes, SkWallPass, i);
                    if (pass->reply == (reply == 1))
                        pass_rule(nft, pass, v6 == 1, udp == 1);
                }
            }
    pair_errors(nft, pair);
    g_string_append(nft->chains, "\t}\n");
}

/* ---- forward ---------------------------------------------------------------------------------- */

static void
drop_chain(Nft *nft, const char *from, const char *to)
{
    g_autofree char *name = g_strdup_printf("drop_%s_to_%s", from, to);

    g_string_append_printf(nft->chains, "\tchain %s {\n", name);
    add_refusal(nft, nft->chains, name, from, to);
    g_string_append(nft->chains, "\t}\n");
}

static const SkZone *
zone_at(const Nft *nft, unsigned i)
{
    return g_ptr_array_index(nft->plan->zones, i);
}

static void
drops_between(Nft *nft, GString *base)
{
    g_string_append(base, "\t\tiifname . oifname vmap {");
    for (unsigned i = 0; i < nft->plan->zones->len; i++)
        for (unsigned j = 0; j < nft->plan->zones->len; j++) {
            const SkZone *a = zone_at(nft, i), *b = zone_at(nft, j);
            g_string_append_printf(base, "%s\n\t\t\t\"%s\" . \"%s\" : goto drop_%s_to_%s",
                                   i + j == 0 ? "" : ",", a->interface, b->interface, a->name,
                                   b->name);
            drop_chain(nft, a->name, b->name);
        }
    g_string_append(base, "\n\t\t} comment \"wall:drop\"\n");
}

static void
drops_from(Nft *nft, GString *base, bool in)
{
    const char *other = nft->plan->zones->len > SK_WALL_DROPS_NAMED_MAX ? "any" : "outside";

    g_string_append(base, in ? "\t\tiifname vmap {" : "\t\toifname vmap {");
    for (unsigned i = 0; i < nft->plan->zones->len; i++) {
        const SkZone *zone = zone_at(nft, i);
        const char *from = in ? zone->name : other, *to = in ? other : zone->name;
        g_string_append_printf(base, "%s\n\t\t\t\"%s\" : goto drop_%s_to_%s", i == 0 ? "" : ",",
                               zone->interface, from, to);
        drop_chain(nft, from, to);
    }
    g_string_append(base, "\n\t\t} comment \"wall:drop\"\n");
}

static void
forward_drops(Nft *nft, GString *base)
{
    if (nft->plan->zones->len > 0) {
        if (nft->plan->zones->len <= SK_WALL_DROPS_NAMED_MAX)
            drops_between(nft, base);
        drops_from(nft, base, true);
        drops_from(nft, base, false);
    }
    add_refusal(nft, base, "drop_outside", "outside", "outside");
}

static void
forward_named(Nft *nft, GString *base)
{
    unsigned n = 0;

    for (unsigned i = 0; i < nft->plan->pairs->len; i++) {
        const SkWallPair *pair = g_ptr_array_index(nft->plan->pairs, i);
        if (pair->in == NULL || pair->out == NULL)
            continue;
        g_string_append_printf(base, "%s\n\t\t\t\"%s\" . \"%s\" : jump %s",
                               n++ == 0 ? "\t\tiifname . oifname vmap {" : ",", pair->in, pair->out,
                               pair->name);
    }
    if (n > 0)
        g_string_append(base, "\n\t\t} comment \"wall:pairs\"\n");
}

static void
forward_loose(Nft *nft, GString *base)
{
    g_autoptr(GString) inside = g_string_new(NULL);

    add_interface_list(inside, nft->plan);
    for (unsigned i = 0; i < nft->plan->pairs->len; i++) {
        const SkWallPair *pair = g_ptr_array_index(nft->plan->pairs, i);
        if (pair->in != NULL && pair->out != NULL)
            continue;
        if (pair->in != NULL)
            g_string_append_printf(base, "\t\tiifname \"%s\" oifname != %s ", pair->in,
                                   inside->str);
        else
            g_string_append_printf(base, "\t\tiifname != %s oifname \"%s\" ", inside->str,
                                   pair->out);
        g_string_append_printf(base, "jump %s comment \"wall:pairs\"\n", pair->name);
    }
}

static void
forward(Nft *nft, GString *base)
{
    g_string_append(base, "\tchain forward {\n\t\ttype filter hook forward priority filter; "
                          "policy drop;\n");
    forward_named(nft, base);
    forward_loose(nft, base);
    forward_drops(nft, base);
    g_string_append(base, "\t}\n");
    for (unsigned i = 0; i < nft->plan->pairs->len; i++)
        pair_chain(nft, g_ptr_array_index(nft->plan->pairs, i));
}

/* ---- where a packet may come from -------------------------------------------------------------- */

/* Hosts and tables outside that stand behind @interface. */
static GArray *
guests(const Nft *nft, const char *interface, bool v6)
{
    g_autoptr(GArray) all = sk_policy_guests(nft->plan->policy, interface);
    GArray *out = g_array_new(FALSE, FALSE, sizeof(SkNetwork));

    for (unsigned i = 0; i < all->len; i++)
        if (g_array_index(all, SkNetwork, i).v6 == v6)
            g_array_append_vals(out, &g_array_index(all, SkNetwork, i), 1);
    return out;
}

static void
source_rule(GString *out, const SkZone *zone, bool v6, const GArray *addresses)
{
    if (addresses->len == 0)
        return;
    g_autofree char *place = sk_wall_place(zone->place);
    g_string_append(out, "\t\t");
    match_addresses(out, v6, true, addresses);
    g_string_append_printf(out, "accept comment \"policy:%s\"\n", place);
}

static void
source_chain(Nft *nft, const SkZone *zone)
{
    g_autofree char *counter = g_strdup_printf("spoof_%s", zone->name);

    g_string_append_printf(nft->chains, "\tchain source_%s {\n", zone->name);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        g_autoptr(GArray) own = sk_wall_zone_addresses(zone, v6 == 1);
        g_autoptr(GArray) others = guests(nft, zone->interface, v6 == 1);
        source_rule(nft->chains, zone, v6 == 1, own);
        source_rule(nft->chains, zone, v6 == 1, others);
    }
    g_string_append(nft->chains,
                    "\t\tip6 saddr { ::, fe80::/10 } accept comment \"wall:neighbours\"\n");
    add_refusal(nft, nft->chains, counter, zone->name, "spoof");
    g_string_append(nft->chains, "\t}\n");
}

static void
prerouting(Nft *nft, GString *base)
{
    g_autoptr(GString) v4 = every_network(nft, false, NO_SOURCE_V4);
    g_autoptr(GString) v6 = every_network(nft, true, NO_SOURCE_V6);

    g_string_append(base, "\tchain prerouting {\n\t\ttype filter hook prerouting priority raw; "
                          "policy drop;\n"
                          "\t\tiifname \"lo\" accept comment \"wall:loopback\"\n");
    for (unsigned i = 0; i < nft->plan->zones->len; i++) {
        const SkZone *zone = zone_at(nft, i);
        g_string_append_printf(base, "%s\n\t\t\t\"%s\" : goto source_%s",
                               i == 0 ? "\t\tiifname vmap {" : ",", zone->interface, zone->name);
        source_chain(nft, zone);
    }
    if (nft->plan->zones->len > 0)
        g_string_append(base, "\n\t\t} comment \"wall:sources\"\n");
    g_string_append_printf(base, "\t\tip saddr != { %s } accept comment \"wall:sources\"\n",
                           v4->str);
    g_string_append_printf(base, "\t\tip6 saddr != { %s } accept comment \"wall:sources\"\n",
                           v6->str);
    add_refusal(nft, base, "spoof_outside", "outside", "spoof");
    g_string_append(base, "\t}\n");
}

/* ---- the wall's own machine -------------------------------------------------------------------- */

static void
gate_rule(GString *out, const SkZone *zone, bool reply, bool v6, bool udp)
{
    g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, v6);
    g_autoptr(GString) ports = g_string_new(NULL);
    unsigned n = 0;

    for (unsigned i = 0; i < zone->gates->len; i++) {
        const SkPorts *gate = &g_array_index(zone->gates, SkPorts, i);
        if (gate->udp != udp)
            continue;
        g_string_append(ports, n++ == 0 ? "" : ", ");
        add_ports(ports, gate);
    }
    if (n == 0 || networks->len == 0)
        return;
    g_autofree char *place = sk_wall_place(zone->gates_place);
    g_string_append_printf(out, "\t\t%s \"%s\" ", reply ? "oifname" : "iifname", zone->interface);
    match_addresses(out, v6, !reply, networks);
    g_string_append_printf(out, "%s %s ", udp ? "udp" : "tcp", reply ? "sport" : "dport");
    g_string_append_printf(out, n > 1 ? "{ %s } " : "%s ", ports->str);
    g_string_append_printf(out, "%saccept comment \"policy:%s\"\n", states(reply), place);
}

static void
gates(const Nft *nft, GString *base, bool reply)
{
    for (unsigned i = 0; i < nft->plan->zones->len; i++)
        for (unsigned v6 = 0; v6 < 2; v6++)
            for (unsigned udp = 0; udp < 2; udp++)
                gate_rule(base, zone_at(nft, i), reply, v6 == 1, udp == 1);
}

/* At a zone's interface from its networks, which no other interface lets in; elsewhere from anywhere
 * but another machine's own link. */
static void
input_services(const Nft *nft, GString *base)
{
    g_autoptr(GString) inside = g_string_new(NULL);
    g_autoptr(GString) v4 = every_network(nft, false, "");
    g_autoptr(GString) v6 = every_network(nft, true, "");

    add_interface_list(inside, nft->plan);
    g_string_append_printf(base,
                           "\t\tip6 saddr { ::, fe80::/10%s } " NEIGHBOURS
                           " accept comment \"wall:neighbours\"\n",
                           v6->str);
    g_string_append_printf(
        base,
        "\t\tiifname != %s " NEIGHBOURS " accept comment \"wall:neighbours\"\n"
        "\t\tiifname != %s ct state related " ERRORS_V4 " accept comment \"wall:errors\"\n"
        "\t\tiifname != %s ip6 saddr != { ::, fe80::/10 } ct state related " ERRORS_V6
        " accept comment \"wall:errors\"\n",
        inside->str, inside->str, inside->str);
    if (v4->len > 0)
        g_string_append_printf(base,
                               "\t\tip saddr { %s } ct state related " ERRORS_V4
                               " accept comment \"wall:errors\"\n",
                               v4->str + strlen(", "));
    if (v6->len > 0)
        g_string_append_printf(base,
                               "\t\tip6 saddr { %s } ct state related " ERRORS_V6
                               " accept comment \"wall:errors\"\n",
                               v6->str + strlen(", "));
}

static void
machine(Nft *nft, GString *base, bool out)
{
    g_string_append_printf(base,
                           "\tchain %s {\n\t\ttype filter hook %s priority filter; policy drop;\n"
                           "\t\t%s \"lo\" accept comment \"wall:loopback\"\n",
                           out ? "output" : "input", out ? "output" : "input",
                           out ? "oifname" : "iifname");
    if (out)
        g_string_append(base, "\t\t" NEIGHBOURS " accept comment \"wall:neighbours\"\n");
    else
        input_services(nft, base);
    if (out)
        g_string_append(base,
                        "\t\tct state related " ERRORS_V4 " accept comment \"wall:errors\"\n"
                        "\t\tct state related " ERRORS_V6 " accept comment \"wall:errors\"\n");
    gates(nft, base, out);
    add_refusal(nft, base, out ? "drop_output" : "drop_input", out ? "wall" : "any",
                out ? "any" : "wall");
    g_string_append(base, "\t}\n");
}

/* ---- the whole --------------------------------------------------------------------------------- */

static void
head(const Nft *nft, GString *out)
{
    g_string_append_printf(out,
                           "#!/usr/sbin/nft -f\n"
                           "# Sekisho: the wall. Made from the policy by `sekisho wall compile`: "
                           "change the policy, not this.\n# policy %s\n",
                           sk_policy_digest(nft->plan->policy));
    for (unsigned i = 0; i < nft->plan->over->len; i++) {
        const SkFlow *flow = g_ptr_array_index(nft->plan->over, i);
        g_autofree char *place = sk_wall_place(flow->place);
        g_string_append_printf(out, "# policy:%s ended with %s: left out\n", place, flow->until);
    }
    for (unsigned i = 0; i < nft->plan->silent->len; i++) {
        const SkFlow *flow = g_ptr_array_index(nft->plan->silent, i);
        g_autofree char *place = sk_wall_place(flow->place);
        g_string_append_printf(
            out, "# policy:%s: its ends share no address family: nothing passes\n", place);
    }
    g_string_append_printf(out,
                           "\nadd table inet " SK_WALL_TABLE "\ndelete table inet " SK_WALL_TABLE
                           "\n\ntable inet " SK_WALL_TABLE " {\n\tcomment \"policy %s\"\n",
                           sk_policy_digest(nft->plan->policy));
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *
assemble(Nft *nft)
{
    g_autoptr(GString) base = g_string_new(NULL);
    g_autoptr(GString) v4 = every_network(nft, false, NO_WAY_V4);
    g_autoptr(GString) v6 = every_network(nft, true, NO_WAY_V6);
    GString *out = g_string_new(NULL);

    nft->nobodys[0] = v4;
    nft->nobodys[1] = v6;
    head(nft, out);
    prerouting(nft, base);
    machine(nft, base, false);
    forward(nft, base);
    machine(nft, base, true);
    g_ptr_array_sort(nft->counters, compare_names);
    for (unsigned i = 0; i < nft->counters->len; i++)
        g_string_append_printf(out, "\tcounter %s {\n\t}\n",
                               (char *)g_ptr_array_index(nft->counters, i));
    g_string_append(out, nft->out->str); /* sets */
    g_string_append(out, nft->chains->str);
    g_string_append(out, base->str);
    g_string_append(out, "}\n");
    return g_string_free(out, FALSE);
}

bool
sk_wall_compile_nft(const SkPolicy *policy, const SkWallCompile *how, char **ret, GError **error)
{
    g_autoptr(SkWallPlan) plan = NULL;
    g_autoptr(GString) sets = g_string_new(NULL);
    g_autoptr(GString) chains = g_string_new(NULL);
    g_autoptr(GPtrArray) counters = g_ptr_array_new_with_free_func(g_free);

    if (!sk_wall_plan_new(policy, how->at, &plan, error))
        return false;
    Nft nft = { .out = sets, .plan = plan, .how = how, .counters = counters, .chains = chains };
    *ret = assemble(&nft);
    return true;
}

char *
sk_wall_drop_all(unsigned nflog_group)
{
    GString *out = g_string_new("#!/usr/sbin/nft -f\n# Sekisho: the closed wall: nothing passes, "
                                "and nothing reaches this machine.\n\n"
                                "add table inet " SK_WALL_TABLE "\ndelete table inet " SK_WALL_TABLE
                                "\n\ntable inet " SK_WALL_TABLE " {\n\tcomment \"closed\"\n");
    static const char *const hooks[] = { "input", "forward", "output" };

    for (unsigned i = 0; i < G_N_ELEMENTS(hooks); i++) {
        g_string_append_printf(out,
                               "\tchain %s {\n\t\ttype filter hook %s priority filter; policy "
                               "drop;\n",
                               hooks[i], hooks[i]);
        if (i != 1)
            g_string_append_printf(out, "\t\t%s \"lo\" accept comment \"wall:loopback\"\n",
                                   i == 0 ? "iifname" : "oifname");
        g_string_append_printf(out,
                               "\t\tlimit rate 10/second burst 20 packets log prefix "
                               "\"sekisho:closed:%s \" group %u comment \"wall:tell\"\n\t}\n",
                               hooks[i], nflog_group);
    }
    g_string_append(out, "}\n");
    return g_string_free(out, FALSE);
}
