/* SPDX-License-Identifier: Apache-2.0
 * compile-nft-pair.c - contract in compile-nft-parts.h: what passes from one interface to another. */
#include "wall/compile-nft-parts.h"

#include "policy/words.h"

#include <string.h>

#define LINES_BYTES_MAX 90u /* of a comment; nft takes 128 */

/* ---- words ------------------------------------------------------------------------------------ */

void
sk_nft_addresses(GString *out, const GArray *addresses, bool first)
{
    for (unsigned i = 0; i < addresses->len; i++) {
        const SkNetwork *n = &g_array_index(addresses, SkNetwork, i);
        g_autofree char *text = sk_network_text(n, n->prefix != (n->v6 ? 128 : 32));
        g_string_append_printf(out, "%s%s", first && i == 0 ? "" : ", ", text);
    }
}

/* "ip saddr 10.0.0.0/8 " or "ip saddr { …, … } " */
void
sk_nft_match(GString *out, bool v6, bool source, const GArray *addresses)
{
    g_string_append_printf(out, "%s %s ", v6 ? "ip6" : "ip", source ? "saddr" : "daddr");
    if (addresses->len > 1)
        g_string_append(out, "{ ");
    sk_nft_addresses(out, addresses, true);
    g_string_append(out, addresses->len > 1 ? " } " : " ");
}

void
sk_nft_ports(GString *out, const SkPorts *ports)
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

const char *
sk_nft_states(bool reply)
{
    return reply ? "ct direction reply ct state established "
                 : "ct direction original ct state established,new ";
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
        sk_nft_ports(out, ports);
    }
    return n;
}

static void
pass_rule(SkNft *nft, const SkWallPass *pass, bool v6, bool udp)
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
    sk_nft_match(out, v6, true, sources);
    sk_nft_match(out, v6, false, targets);
    g_string_append_printf(out, "%s %s ", udp ? "udp" : "tcp", pass->reply ? "sport" : "dport");
    g_string_append_printf(out, n > 1 ? "{ %s } " : "%s ", ports->str);
    g_string_append(out, sk_nft_states(pass->reply));
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
print_set(SkNft *nft, const char *name, const Set *set, Shape shape, bool v6)
{
    const char *address = v6 ? "ipv6_addr" : "ipv4_addr";

    g_string_append_printf(nft->out, "\tset %s {\n\t\ttype %s . %s%sinet_service\n", name, address,
                           shape == SHAPE_HOSTS ? address : "", shape == SHAPE_HOSTS ? " . " : "");
    g_string_append_printf(nft->out, "\t\telements = {%s\n\t\t}\n\t}\n", set->elements->str);
}

static void
set_rule(SkNft *nft, const char *name, const Set *set, Shape shape, bool reply, bool v6, bool udp)
{
    const char *ip = v6 ? "ip6" : "ip";
    /* The client's address stands at the source, or in a reply at the destination. */
    const char *client = reply ? "daddr" : "saddr", *server = reply ? "saddr" : "daddr";
    GString *out = nft->chains;

    g_string_append(out, "\t\t");
    if (set->zone != NULL) {
        g_autoptr(GArray) networks = sk_wall_zone_addresses(set->zone, v6);
        sk_nft_match(out, v6, (shape == SHAPE_TO_HOST) != reply, networks);
    }
    if (shape != SHAPE_TO_HOST)
        g_string_append_printf(out, "%s %s . ", ip, client);
    if (shape != SHAPE_FROM_HOST)
        g_string_append_printf(out, "%s %s . ", ip, server);
    g_string_append_printf(out, "%s %s @%s %saccept comment \"policy:%s", udp ? "udp" : "tcp",
                           reply ? "sport" : "dport", name, sk_nft_states(reply), set->lines->str);
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
pair_sets(SkNft *nft, const SkWallPair *pair, const char *opener, bool reply, bool v6, bool udp)
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
        sk_nft_match(out, v6, source, networks);
    } else {
        g_string_append_printf(out, "%s %s != { %s } ", v6 ? "ip6" : "ip",
                               source ? "saddr" : "daddr", nobodys->str);
    }
}

static void
pair_errors(SkNft *nft, const SkWallPair *pair)
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

void
sk_nft_pair(SkNft *nft, const SkWallPair *pair)
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
