/* SPDX-License-Identifier: Apache-2.0
 * compile-nft.c - contract in compile.h. One table, default drop, one verdict map to a chain for each
 * pair of interfaces. Whatever names two or more single hosts is an element of a set, so that the
 * number of rules a packet meets does not grow with the policy. Sets hold single values only: with
 * intervals in concatenations, elements that meet would be refused by the kernel. */
#include "wall/compile.h"

#include "wall/compile-nft-parts.h"

#include <string.h>

/* ---- words ------------------------------------------------------------------------------------ */

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
add_refusal(SkNft *nft, GString *out, const char *counter, const char *from, const char *to)
{
    g_ptr_array_add(nft->counters, g_strdup(counter));
    g_string_append_printf(
        out,
        "\t\tcounter name \"%s\" comment \"wall:count\"\n"
        "\t\tlimit rate 10/second burst 20 packets log prefix \"sekisho:%s>%s \" "
        "group %u comment \"wall:tell\"\n\t\tdrop comment \"wall:drop\"\n",
        counter, from, to, nft->how->nflog_group);
}

/* @v6's networks of every zone, behind @first. */
static GString *
every_network(const SkNft *nft, bool v6, const char *first)
{
    GString *out = g_string_new(first);

    for (unsigned i = 0; i < sk_policy_zones(nft->plan->policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(nft->plan->policy), i);
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, v6);
        sk_nft_addresses(out, networks, false);
    }
    return out;
}

/* ---- forward ---------------------------------------------------------------------------------- */

static void
drop_chain(SkNft *nft, const char *from, const char *to)
{
    g_autofree char *name = g_strdup_printf("drop_%s_to_%s", from, to);

    g_string_append_printf(nft->chains, "\tchain %s {\n", name);
    add_refusal(nft, nft->chains, name, from, to);
    g_string_append(nft->chains, "\t}\n");
}

static const SkZone *
zone_at(const SkNft *nft, unsigned i)
{
    return g_ptr_array_index(nft->plan->zones, i);
}

static void
drops_between(SkNft *nft, GString *base)
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
drops_from(SkNft *nft, GString *base, bool in)
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
forward_drops(SkNft *nft, GString *base)
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
forward_named(SkNft *nft, GString *base)
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
forward_loose(SkNft *nft, GString *base)
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
forward(SkNft *nft, GString *base)
{
    g_string_append(base, "\tchain forward {\n\t\ttype filter hook forward priority filter; "
                          "policy drop;\n");
    forward_named(nft, base);
    forward_loose(nft, base);
    forward_drops(nft, base);
    g_string_append(base, "\t}\n");
    for (unsigned i = 0; i < nft->plan->pairs->len; i++)
        sk_nft_pair(nft, g_ptr_array_index(nft->plan->pairs, i));
}

/* ---- where a packet may come from -------------------------------------------------------------- */

/* Hosts and tables outside that stand behind @interface. */
static GArray *
guests(const SkNft *nft, const char *interface, bool v6)
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
    sk_nft_match(out, v6, true, addresses);
    g_string_append_printf(out, "accept comment \"policy:%s\"\n", place);
}

static void
source_chain(SkNft *nft, const SkZone *zone)
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
prerouting(SkNft *nft, GString *base)
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
        sk_nft_ports(ports, gate);
    }
    if (n == 0 || networks->len == 0)
        return;
    g_autofree char *place = sk_wall_place(zone->gates_place);
    g_string_append_printf(out, "\t\t%s \"%s\" ", reply ? "oifname" : "iifname", zone->interface);
    sk_nft_match(out, v6, !reply, networks);
    g_string_append_printf(out, "%s %s ", udp ? "udp" : "tcp", reply ? "sport" : "dport");
    g_string_append_printf(out, n > 1 ? "{ %s } " : "%s ", ports->str);
    g_string_append_printf(out, "%saccept comment \"policy:%s\"\n", sk_nft_states(reply), place);
}

static void
gates(const SkNft *nft, GString *base, bool reply)
{
    for (unsigned i = 0; i < nft->plan->zones->len; i++)
        for (unsigned v6 = 0; v6 < 2; v6++)
            for (unsigned udp = 0; udp < 2; udp++)
                gate_rule(base, zone_at(nft, i), reply, v6 == 1, udp == 1);
}

/* At a zone's interface from its networks, which no other interface lets in; elsewhere from anywhere
 * but another machine's own link. */
static void
input_services(const SkNft *nft, GString *base)
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
machine(SkNft *nft, GString *base, bool out)
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
head(const SkNft *nft, GString *out)
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
assemble(SkNft *nft)
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
    SkNft nft = { .out = sets, .plan = plan, .how = how, .counters = counters, .chains = chains };
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
