/* SPDX-License-Identifier: Apache-2.0
 * compile-iptables.c - contract in compile.h. The same plan as nft's, in rules that know one network
 * each: a list becomes as many rules, what may not be in a list becomes a chain that returns. Chains
 * are numbered, since their names have 28 bytes at most; comments say whose they are. */
#include "wall/compile.h"

#include "policy/words.h"
#include "wall/plan.h"

#include <string.h>

#define MULTIPORT_MAX 15u  /* a range counts two */
#define PREFIX_NAME_MAX 26 /* of --nflog-prefix, which has 63 bytes */

typedef struct {
    const SkWallPlan *plan;
    const SkWallCompile *how;
    bool v6;
    unsigned chains;   /* how many have a number */
    GString *declared; /* ":name - [0:0]" of the table at hand */
    GString *rules;
} Tables;

static char *
chain_new(Tables *self)
{
    char *name = g_strdup_printf("sekisho-%u", ++self->chains);

    g_string_append_printf(self->declared, ":%s - [0:0]\n", name);
    return name;
}

/* What ends a way: told, dropped. */
static void
add_refusal(Tables *self, const char *chain, const char *from, const char *to)
{
    g_string_append_printf(self->rules,
                           "-A %s -m limit --limit 10/sec --limit-burst 20 -j NFLOG --nflog-prefix "
                           "\"sekisho:%.*s>%.*s \" --nflog-group %u\n-A %s -m comment --comment "
                           "\"wall:drop\" -j DROP\n",
                           chain, PREFIX_NAME_MAX, from, PREFIX_NAME_MAX, to,
                           self->how->nflog_group, chain);
}

static char *
drop_chain(Tables *self, const char *from, const char *to)
{
    char *chain = chain_new(self);

    add_refusal(self, chain, from, to);
    return chain;
}

static const SkZone *
zone_at(const Tables *self, unsigned i)
{
    return g_ptr_array_index(self->plan->zones, i);
}

static char *
mac_match(const uint8_t mac[6])
{
    return g_strdup_printf("-m mac --mac-source %02x:%02x:%02x:%02x:%02x:%02x ", mac[0], mac[1],
                           mac[2], mac[3], mac[4], mac[5]);
}

/* ---- ports ------------------------------------------------------------------------------------ */

/* (transfer full): of char *: "-p tcp -m tcp --dport 443 ", or as many of multiport as are needed. */
static GPtrArray *
port_matches(const GArray *ports, bool udp, bool reply)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    const char *protocol = udp ? "udp" : "tcp";
    g_autoptr(GString) list = g_string_new(NULL);
    unsigned used = 0;

    for (unsigned i = 0; i <= ports->len; i++) {
        const SkPorts *p = i == ports->len ? NULL : &g_array_index(ports, SkPorts, i);
        unsigned needs = p == NULL ? 0 : p->first == p->last ? 1 : 2;
        if (p != NULL && p->udp != udp)
            continue;
        if (used > 0 && (p == NULL || used + needs > MULTIPORT_MAX)) {
            bool one = strchr(list->str, ',') == NULL;
            g_ptr_array_add(out, g_strdup_printf("-p %s -m %s --%sport%s %s ", protocol,
                                                 one ? protocol : "multiport", reply ? "s" : "d",
                                                 one ? "" : "s", list->str));
            g_string_truncate(list, 0);
            used = 0;
        }
        if (p == NULL)
            break;
        g_string_append_printf(list, "%s%u", used == 0 ? "" : ",", p->first);
        if (p->first != p->last)
            g_string_append_printf(list, ":%u", p->last);
        used += needs;
    }
    return out;
}

static const char *
states(bool reply)
{
    return reply ? "-m conntrack --ctstate ESTABLISHED --ctdir REPLY "
                 : "-m conntrack --ctstate NEW,ESTABLISHED --ctdir ORIGINAL ";
}

/* ---- what a pair lets pass -------------------------------------------------------------------- */

/* One rule for each source and target; NULL: any. */
static void
add_rules(Tables *self, const char *chain, const GArray *sources, const GArray *targets,
          const char *matches, SkPlace place, const char *target)
{
    g_autofree char *where = sk_wall_place(place);

    for (unsigned i = 0; i < (sources == NULL ? 1 : sources->len); i++)
        for (unsigned j = 0; j < (targets == NULL ? 1 : targets->len); j++) {
            g_autofree char *s = sources == NULL
                                     ? NULL
                                     : sk_network_text(&g_array_index(sources, SkNetwork, i), true);
            g_autofree char *d = targets == NULL
                                     ? NULL
                                     : sk_network_text(&g_array_index(targets, SkNetwork, j), true);
            g_string_append_printf(self->rules,
                                   "-A %s %s%s%s%s%s%s%s-m comment --comment \"policy:%s\" -j %s\n",
                                   chain, s == NULL ? "" : "-s ", s == NULL ? "" : s,
                                   s == NULL ? "" : " ", d == NULL ? "" : "-d ", d == NULL ? "" : d,
                                   d == NULL ? "" : " ", matches, where, target);
        }
}

static void
pass_rules(Tables *self, const char *chain, const SkWallPass *pass)
{
    const SkFlow *flow = pass->flow;
    const SkEnd *from = pass->reply ? &flow->to : &flow->from;
    const SkEnd *to = pass->reply ? &flow->from : &flow->to;
    g_autoptr(GArray) sources = sk_wall_end_addresses(from, self->v6);
    g_autoptr(GArray) targets = sk_wall_end_addresses(to, self->v6);
    g_autofree char *mac = flow->specific ? mac_match(from->host->mac) : g_strdup("");

    for (unsigned udp = 0; udp < 2; udp++) {
        g_autoptr(GPtrArray) ports = port_matches(flow->ports, udp == 1, pass->reply);
        for (unsigned i = 0; i < ports->len; i++) {
            g_autofree char *matches = g_strdup_printf(
                "%s%s%s", (char *)g_ptr_array_index(ports, i), mac, states(pass->reply));
            add_rules(self, chain, sources, targets, matches, flow->place, "ACCEPT");
        }
    }
}

static const uint8_t *
error_types(bool v6, unsigned *ret_n)
{
    static const uint8_t v4_types[] = { 3, 11, 12 }, v6_types[] = { 1, 2, 3, 4 };

    *ret_n = v6 ? 4 : 3;
    return v6 ? v6_types : v4_types;
}

static char *
icmp_match(bool v6, uint8_t type)
{
    return v6 ? g_strdup_printf("-p ipv6-icmp -m icmp6 --icmpv6-type %u ", type)
              : g_strdup_printf("-p icmp -m icmp --icmp-type %u ", type);
}

/* A chain that lets errors pass unless the address named by @flag is one that a side outside cannot have. */
static char *
nobodys_errors(Tables *self, const char *flag)
{
    static const char *const v4[] = { "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3" };
    static const char *const v6[] = { "::/127", "fe80::/10", "ff00::/8" };
    char *chain = chain_new(self);
    unsigned n = 0;
    const uint8_t *types = error_types(self->v6, &n);

    for (unsigned i = 0; i < (self->v6 ? G_N_ELEMENTS(v6) : G_N_ELEMENTS(v4)); i++)
        g_string_append_printf(self->rules, "-A %s %s %s -j RETURN\n", chain, flag,
                               self->v6 ? v6[i] : v4[i]);
    for (unsigned i = 0; i < sk_policy_zones(self->plan->policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(self->plan->policy), i);
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, self->v6);
        for (unsigned j = 0; j < networks->len; j++) {
            g_autofree char *text = sk_network_text(&g_array_index(networks, SkNetwork, j), true);
            g_string_append_printf(self->rules, "-A %s %s %s -j RETURN\n", chain, flag, text);
        }
    }
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *match = icmp_match(self->v6, types[i]);
        g_string_append_printf(
            self->rules, "-A %s %s-m comment --comment \"wall:errors\" -j ACCEPT\n", chain, match);
    }
    return chain;
}

static void
errors_between(Tables *self, const char *chain, const SkWallErrors *e, const char *matches)
{
    g_autoptr(GArray) from = sk_wall_zone_addresses(e->from, self->v6);
    g_autoptr(GArray) to = sk_wall_zone_addresses(e->to, self->v6);
    unsigned n = 0;
    const uint8_t *types = error_types(self->v6, &n);

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *match = icmp_match(self->v6, types[i]);
        g_autofree char *all = g_strconcat(match, matches, NULL);
        add_rules(self, chain, from, to, all, e->place, "ACCEPT");
    }
}

/* @nobodys: the chains for a source (0) and for a destination (1) outside. */
static void
pair_errors(Tables *self, const char *chain, const SkWallPair *pair, char *const nobodys[2])
{
    for (unsigned i = 0; i < pair->errors->len; i++) {
        const SkWallErrors *e = &g_array_index(pair->errors, SkWallErrors, i);
        const char *matches = "-m conntrack --ctstate RELATED ";
        if (e->v6 != self->v6)
            continue;
        if (e->from != NULL && e->to != NULL) {
            errors_between(self, chain, e, matches);
            continue;
        }
        g_autoptr(GArray) from = e->from == NULL ? NULL : sk_wall_zone_addresses(e->from, self->v6);
        g_autoptr(GArray) to = e->to == NULL ? NULL : sk_wall_zone_addresses(e->to, self->v6);
        add_rules(self, chain, from, to, matches, e->place, nobodys[e->from == NULL ? 0 : 1]);
    }
}

static char *
pair_chain(Tables *self, const SkWallPair *pair, char *const nobodys[2])
{
    char *chain = chain_new(self);

    /* A pair with any interface outside is asked by one side: what is a zone's goes back. */
    for (unsigned i = 0; (pair->in == NULL || pair->out == NULL) && i <= self->plan->zones->len;
         i++)
        g_string_append_printf(self->rules,
                               "-A %s -%s %s -m comment --comment \"wall:pairs\" -j RETURN\n",
                               chain, pair->in == NULL ? "i" : "o",
                               i == self->plan->zones->len ? "lo" : zone_at(self, i)->interface);
    for (unsigned i = 0; i < pair->passes->len; i++)
        pass_rules(self, chain, &g_array_index(pair->passes, SkWallPass, i));
    pair_errors(self, chain, pair, nobodys);
    return chain;
}

static void
forward_drops(Tables *self)
{
    bool named = self->plan->zones->len <= SK_WALL_DROPS_NAMED_MAX;
    unsigned n = self->plan->zones->len;

    for (unsigned i = 0; i < n; i++) {
        const SkZone *from = zone_at(self, i);
        for (unsigned j = 0; named && j < n; j++) {
            const SkZone *to = zone_at(self, j);
            g_autofree char *chain = drop_chain(self, from->name, to->name);
            g_string_append_printf(self->rules, "-A FORWARD -i %s -o %s -j %s\n", from->interface,
                                   to->interface, chain);
        }
        g_autofree char *out = drop_chain(self, from->name, named ? "outside" : "any");
        g_string_append_printf(self->rules, "-A FORWARD -i %s -j %s\n", from->interface, out);
    }
    for (unsigned i = 0; i < n; i++) {
        const SkZone *to = zone_at(self, i);
        g_autofree char *in = drop_chain(self, named ? "outside" : "any", to->name);
        g_string_append_printf(self->rules, "-A FORWARD -o %s -j %s\n", to->interface, in);
    }
    add_refusal(self, "FORWARD", "outside", "outside");
}

static void
forward(Tables *self)
{
    char *nobodys[2] = { nobodys_errors(self, "-s"), nobodys_errors(self, "-d") };

    for (unsigned i = 0; i < self->plan->pairs->len; i++) {
        const SkWallPair *pair = g_ptr_array_index(self->plan->pairs, i);
        g_autofree char *chain = pair_chain(self, pair, nobodys);
        g_string_append(self->rules, "-A FORWARD ");
        if (pair->in != NULL)
            g_string_append_printf(self->rules, "-i %s ", pair->in);
        if (pair->out != NULL)
            g_string_append_printf(self->rules, "-o %s ", pair->out);
        g_string_append_printf(self->rules, "-m comment --comment \"%.60s\" -j %s\n", pair->name,
                               chain);
    }
    forward_drops(self);
    g_free(nobodys[0]);
    g_free(nobodys[1]);
}

/* ---- the wall's own machine -------------------------------------------------------------------- */

static void
neighbours(Tables *self, const char *chain, const char *source)
{
    for (uint8_t type = 133; type <= 136; type++)
        g_string_append_printf(
            self->rules,
            "-A %s %s%s%s-p ipv6-icmp -m icmp6 --icmpv6-type %u -m hl --hl-eq 255 "
            "-m comment --comment \"wall:neighbours\" -j ACCEPT\n",
            chain, source == NULL ? "" : "-s ", source == NULL ? "" : source,
            source == NULL ? "" : " ", type);
}

static void
machine_errors(Tables *self, const char *chain, const char *source)
{
    unsigned n = 0;
    const uint8_t *types = error_types(self->v6, &n);

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *match = icmp_match(self->v6, types[i]);
        g_string_append_printf(self->rules,
                               "-A %s %s%s%s%s-m conntrack --ctstate RELATED -m comment --comment "
                               "\"wall:errors\" -j ACCEPT\n",
                               chain, source == NULL ? "" : "-s ", source == NULL ? "" : source,
                               source == NULL ? "" : " ", match);
    }
}

/* From a zone's networks, which only its interface lets in; in a chain of their own, from anywhere
 * that no zone's interface leads to. */
static void
input_services(Tables *self)
{
    g_autofree char *elsewhere = chain_new(self);

    if (self->v6) {
        neighbours(self, "INPUT", "::/128");
        neighbours(self, "INPUT", "fe80::/10");
    }
    for (unsigned i = 0; i < sk_policy_zones(self->plan->policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(self->plan->policy), i);
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, self->v6);
        for (unsigned j = 0; j < networks->len; j++) {
            g_autofree char *text = sk_network_text(&g_array_index(networks, SkNetwork, j), true);
            if (self->v6)
                neighbours(self, "INPUT", text);
            machine_errors(self, "INPUT", text);
        }
    }
    for (unsigned i = 0; i < self->plan->zones->len; i++)
        g_string_append_printf(self->rules,
                               "-A %s -i %s -m comment --comment \"wall:pairs\" -j RETURN\n",
                               elsewhere, zone_at(self, i)->interface);
    if (self->v6) {
        neighbours(self, elsewhere, NULL);
        g_string_append_printf(self->rules,
                               "-A %s -s ::/128 -j RETURN\n-A %s -s fe80::/10 -j RETURN\n",
                               elsewhere, elsewhere);
    }
    machine_errors(self, elsewhere, NULL);
    g_string_append_printf(self->rules, "-A INPUT -j %s\n", elsewhere);
}

static void
gate_rules(Tables *self, const char *chain, const SkZone *zone, bool reply)
{
    g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, self->v6);

    for (unsigned udp = 0; udp < 2; udp++) {
        g_autoptr(GPtrArray) ports = port_matches(zone->gates, udp == 1, reply);
        for (unsigned i = 0; i < ports->len; i++) {
            g_autofree char *matches =
                g_strdup_printf("-%s %s %s%s", reply ? "o" : "i", zone->interface,
                                (char *)g_ptr_array_index(ports, i), states(reply));
            add_rules(self, chain, reply ? NULL : networks, reply ? networks : NULL, matches,
                      zone->gates_place, "ACCEPT");
        }
    }
}

static void
machine(Tables *self, bool out)
{
    const char *chain = out ? "OUTPUT" : "INPUT";

    g_string_append_printf(self->rules,
                           "-A %s -%s lo -m comment --comment \"wall:loopback\" -j ACCEPT\n", chain,
                           out ? "o" : "i");
    if (self->v6 && out)
        neighbours(self, chain, NULL);
    if (out)
        machine_errors(self, chain, NULL);
    else
        input_services(self);
    for (unsigned i = 0; i < self->plan->zones->len; i++)
        gate_rules(self, chain, zone_at(self, i), out);
    add_refusal(self, chain, out ? "wall" : "any", out ? "any" : "wall");
}

/* ---- where a packet may come from -------------------------------------------------------------- */

static void
source_chain(Tables *self, const SkZone *zone)
{
    g_autofree char *chain = chain_new(self);
    g_autoptr(GArray) own = sk_wall_zone_addresses(zone, self->v6);
    g_autoptr(GArray) guests = sk_policy_guests(self->plan->policy, zone->interface);

    add_rules(self, chain, own, NULL, "", zone->place, "ACCEPT");
    for (unsigned i = 0; i < guests->len; i++)
        if (g_array_index(guests, SkNetwork, i).v6 != self->v6)
            g_array_remove_index(guests, i--);
    add_rules(self, chain, guests, NULL, "", zone->place, "ACCEPT");
    if (self->v6)
        g_string_append_printf(
            self->rules,
            "-A %s -s ::/128 -m comment --comment \"wall:neighbours\" -j ACCEPT\n"
            "-A %s -s fe80::/10 -m comment --comment \"wall:neighbours\" -j ACCEPT\n",
            chain, chain);
    add_refusal(self, chain, zone->name, "spoof");
    g_string_append_printf(self->rules,
                           "-A PREROUTING -i %s -m comment --comment \"wall:sources\" -j %s\n",
                           zone->interface, chain);
}

static void
prerouting(Tables *self)
{
    static const char *const v4[] = { "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3" };
    static const char *const v6[] = { "::1/128", "ff00::/8" };
    g_autofree char *spoof = drop_chain(self, "outside", "spoof");

    g_string_append(self->rules,
                    "-A PREROUTING -i lo -m comment --comment \"wall:loopback\" -j ACCEPT\n");
    for (unsigned i = 0; i < self->plan->zones->len; i++)
        source_chain(self, zone_at(self, i));
    for (unsigned i = 0; i < (self->v6 ? G_N_ELEMENTS(v6) : G_N_ELEMENTS(v4)); i++)
        g_string_append_printf(self->rules,
                               "-A PREROUTING -s %s -m comment --comment \"wall:sources\" -j %s\n",
                               self->v6 ? v6[i] : v4[i], spoof);
    for (unsigned i = 0; i < sk_policy_zones(self->plan->policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(self->plan->policy), i);
        g_autoptr(GArray) networks = sk_wall_zone_addresses(zone, self->v6);
        add_rules(self, "PREROUTING", networks, NULL, "", zone->place, spoof);
    }
    g_string_append(self->rules, "-A PREROUTING -m comment --comment \"wall:sources\" -j ACCEPT\n");
}

/* ---- the whole --------------------------------------------------------------------------------- */

static void
finish_table(Tables *self, GString *out, const char *head)
{
    g_string_append_printf(out, "%s%s%sCOMMIT\n", head, self->declared->str, self->rules->str);
    g_string_truncate(self->declared, 0);
    g_string_truncate(self->rules, 0);
}

bool
sk_wall_compile_iptables(const SkPolicy *policy, const SkWallCompile *how, bool v6, char **ret,
                         GError **error)
{
    g_autoptr(SkWallPlan) plan = NULL;
    g_autoptr(GString) declared = g_string_new(NULL);
    g_autoptr(GString) rules = g_string_new(NULL);
    g_autoptr(GString) out = g_string_new(NULL);

    if (!sk_wall_plan_new(policy, how->at, &plan, error))
        return false;
    Tables self = { .plan = plan, .how = how, .v6 = v6, .declared = declared, .rules = rules };
    g_string_append_printf(
        out,
        "# Sekisho: the wall, %s; for %s-restore, which replaces both tables whole.\n"
        "# Made from the policy by `sekisho wall compile`: change the policy, not "
        "this. The other family needs its own.\n# policy %s\n",
        v6 ? "IPv6" : "IPv4", v6 ? "ip6tables" : "iptables", sk_policy_digest(policy));
    prerouting(&self);
    finish_table(&self, out, "*raw\n:PREROUTING DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    machine(&self, false);
    forward(&self);
    machine(&self, true);
    finish_table(&self, out,
                 "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n");
    *ret = g_string_free(g_steal_pointer(&out), FALSE);
    return true;
}
