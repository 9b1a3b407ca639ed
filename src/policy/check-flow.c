/* SPDX-License-Identifier: Apache-2.0
 * check-flow.c - contract in check.h: sentences about packets, one by one. What they promise
 * together is check-join.c's, what they say twice check-cover.c's. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

/* ---- one sentence -----------------------------------------------------------------------------
 */

static bool
flow_end(SkCheck *self, SkWord name, SkEnd *ret)
{
    ret->place = name.place;
    ret->zone = sk_check_zone(self, name.text);
    ret->host = ret->zone != NULL ? NULL : sk_check_host(self, name.text);
    if (ret->zone != NULL || ret->host != NULL)
        return true;
    sk_check_unknown(self, name, true);
    return false;
}

void
sk_check_port(SkCheck *self, GArray *list, SkWord word, bool udp)
{
    SkPorts ports = { .place = word.place, .udp = udp };
    g_autofree char *shown = sk_words_shown(word.text);

    if (!sk_words_ports(word.text, &ports.first, &ports.last)) {
        sk_check_error(self, word.place,
                       g_strdup("a number from 1 to 65535, or a range such as 5000-5010"),
                       "`%s` is not a port", shown);
        return;
    }
    for (unsigned i = 0; i < list->len; i++) {
        const SkPorts *other = &g_array_index(list, SkPorts, i);
        if (other->udp == udp && other->first <= ports.last && ports.first <= other->last) {
            sk_diagnostics_also(
                sk_check_error(self, word.place, NULL, "port `%s` is named twice here", shown),
                other->place, "the first time");
            return;
        }
    }
    g_array_append_val(list, ports);
}

static void
flow_ports(SkCheck *self, SkFlow *flow, const SkSentence *s)
{
    unsigned n = 0;

    for (const SkClause *c = s->clauses.first; c != NULL; c = c->next) {
        if (c->kind != SK_CLAUSE_TCP && c->kind != SK_CLAUSE_UDP)
            continue;
        n += c->words.n;
        if (n > SK_POLICY_LIST_MAX) {
            sk_check_error(self, c->place, NULL, "a list has at most %u values",
                           SK_POLICY_LIST_MAX);
            return;
        }
        for (const SkWordNode *node = c->words.first; node != NULL; node = node->next)
            sk_check_port(self, flow->ports, node->word, c->kind == SK_CLAUSE_UDP);
    }
    if (n == 0)
        sk_check_error(self, s->place, g_strdup("add `tcp 443`"), "this flow names no ports");
}

static void
specific_end(SkCheck *self, const SkEnd *end)
{
    if (end->zone != NULL)
        sk_check_error(self, end->place, g_strdup("name a `host` with its address and MAC address"),
                       "a specific flow is between hosts, and `%s` is a zone", end->zone->name);
    else if (end->host->table)
        sk_check_error(self, end->place, g_strdup("name a `host` with its address and MAC address"),
                       "a specific flow is between hosts, and `%s` is a table", end->host->name);
    else if (!end->host->has_mac)
        sk_diagnostics_also(
            sk_check_error(self, end->place, g_strdup("add `mac` and its MAC address to the host"),
                           "a specific flow needs the MAC address of `%s`", end->host->name),
            end->host->place, "the host names none");
}

static void
specific_kind(SkCheck *self, SkFlow *flow, const SkClause *clause)
{
    SkWord word = clause->words.first->word;
    uint64_t n = 0;
    g_autofree char *shown = sk_words_shown(word.text);

    if (sk_words_number(word.text, 9, &n) && n > 0)
        flow->kind = (uint32_t)n;
    else
        sk_check_error(self, word.place,
                       g_strdup("a number from 1 to 9, as in the town's list of specific flows"),
                       "`%s` is not a kind", shown);
}

static void
specific_until(SkCheck *self, SkFlow *flow, const SkClause *clause)
{
    SkWord word = clause->words.first->word;
    g_autofree char *shown = sk_words_shown(word.text);

    if (sk_words_date(word.text, &flow->until_us))
        flow->until = g_strdup(word.text);
    else
        sk_check_error(self, word.place, g_strdup("year-month-day, such as 2027-03-31"),
                       "`%s` is not a date", shown);
}

static void
check_specific(SkCheck *self, SkFlow *flow, const SkSentence *s)
{
    static const struct {
        SkClauseKind kind;
        const char *example;
    } needed[] = { { SK_CLAUSE_KIND, "kind 1" },
                   { SK_CLAUSE_OWNER, "owner \"住民課\"" },
                   { SK_CLAUSE_UNTIL, "until 2027-03-31" } };

    specific_end(self, &flow->from);
    specific_end(self, &flow->to);
    for (unsigned i = 0; i < G_N_ELEMENTS(needed); i++) {
        const SkClause *c = sk_clause_find(&s->clauses, needed[i].kind);
        if (c == NULL)
            sk_check_error(self, s->place, g_strdup_printf("add `%s`", needed[i].example),
                           "a specific flow names its %s",
                           needed[i].kind == SK_CLAUSE_UNTIL ? "last day"
                                                             : sk_clause_name(needed[i].kind));
        else if (c->kind == SK_CLAUSE_KIND)
            specific_kind(self, flow, c);
        else if (c->kind == SK_CLAUSE_UNTIL)
            specific_until(self, flow, c);
        else if (sk_check_label(self, c->words.first->word, c->place, "this owner"))
            flow->owner = g_strdup(c->words.first->word.text);
    }
}

/* ---- families of addresses --------------------------------------------------------------------
 */

static const char *const family_names[2] = { "IPv4", "IPv6" };

static bool
has_family(const SkEnd *end, bool v6)
{
    const GArray *networks = sk_end_networks(end);

    for (unsigned i = 0; i < networks->len; i++)
        if (g_array_index(networks, SkNetwork, i).v6 == v6)
            return true;
    return false;
}

/* A machine's addresses are named one by one: one that reaches nobody was meant to. */
static void
warn_closed(SkCheck *self, const SkEnd *end, const SkEnd *peer)
{
    for (unsigned v6 = 0; v6 < 2 && end->host != NULL; v6++) {
        if (!has_family(end, v6) || has_family(peer, v6))
            continue;
        SkDiagnostic *d = sk_check_warn(
            self, end->place, NULL, "the %s addresses of `%s` have no part in this: `%s` has none",
            family_names[v6], sk_end_name(end), sk_end_name(peer));
        sk_diagnostics_also(d, peer->zone != NULL ? peer->zone->place : peer->host->place,
                            "%s is closed here", family_names[v6]);
    }
}

static void
check_families(SkCheck *self, const SkFlow *flow)
{
    bool from[2] = { has_family(&flow->from, false), has_family(&flow->from, true) };
    bool to[2] = { has_family(&flow->to, false), has_family(&flow->to, true) };

    if (!(from[0] || from[1]) || !(to[0] || to[1])) /* said of the zone, or of the address */
        return;
    if ((from[0] && to[0]) || (from[1] && to[1])) {
        warn_closed(self, &flow->from, &flow->to);
        warn_closed(self, &flow->to, &flow->from);
        return;
    }
    sk_check_error(self, flow->to.place,
                   g_strdup("both ends need addresses of one family, IPv4 or IPv6"),
                   "`%s` has only %s addresses and `%s` only %s: no packet can pass between them",
                   sk_end_name(&flow->from), family_names[from[1]], sk_end_name(&flow->to),
                   family_names[to[1]]);
}

static const char *
end_interface(const SkEnd *end)
{
    const SkZone *zone = sk_end_zone(end);

    return zone != NULL ? zone->interface : end->host->interface;
}

/* On one wire machines need no wall to reach each other. */
static void
warn_one_interface(SkCheck *self, const SkFlow *flow)
{
    const char *a = end_interface(&flow->from), *b = end_interface(&flow->to);

    if (a != NULL && b != NULL && strcmp(a, b) == 0)
        sk_check_warn(
            self, flow->to.place, NULL,
            "both ends stand at `%s`: what goes from one to the other without the wall is "
            "not held to this",
            a);
}

/* ---- one flow ---------------------------------------------------------------------------------
 */

void
sk_check_flow(SkCheck *self, const SkSentence *s)
{
    SkFlow *flow = g_new0(SkFlow, 1);

    g_ptr_array_add(self->policy->flows, flow);
    flow->place = s->place;
    flow->specific = s->kind == SK_SENTENCE_SPECIFIC_FLOW;
    flow->ports = g_array_new(FALSE, FALSE, sizeof(SkPorts));
    bool from = flow_end(self, s->from, &flow->from);
    bool to = flow_end(self, s->to, &flow->to);
    sk_check_twice(self, &s->clauses);
    flow_ports(self, flow, s);
    if (!from || !to)
        return;
    if (flow->specific)
        check_specific(self, flow, s);
    const SkZone *a = sk_end_zone(&flow->from), *b = sk_end_zone(&flow->to);
    if (a == b && a != NULL)
        sk_check_error(self, flow->to.place, NULL,
                       "both ends are in `%s`: such packets do not pass the wall", a->name);
    else if (a == NULL && b == NULL)
        sk_check_error(self, flow->to.place, NULL,
                       "both ends are outside: such packets do not pass the wall");
    else {
        check_families(self, flow);
        warn_one_interface(self, flow);
    }
}

/* ---- all of them ------------------------------------------------------------------------------
 */

bool
sk_check_whole(const SkFlow *flow)
{
    return (flow->from.zone != NULL || flow->from.host != NULL) &&
           (flow->to.zone != NULL || flow->to.host != NULL);
}

/* Packets of a zone are those that come in at its interface from its networks: it needs both. Said
 * once of each zone, however many flows it has. */
static void
check_zone_known(SkCheck *self, const SkEnd *end, GHashTable *said)
{
    const SkZone *zone = sk_end_zone(end);

    if (zone == NULL || !g_hash_table_add(said, (gpointer)zone) ||
        g_hash_table_contains(self->damaged, zone))
        return;
    if (zone->interface_place.line == 0)
        sk_diagnostics_also(
            sk_check_error(self, zone->place, g_strdup("add a line such as `interface eth1`"),
                           "the wall cannot tell the packets of `%s`: it names no interface",
                           zone->name),
            end->place, "this flow needs it");
    if (zone->networks_place.line == 0)
        sk_diagnostics_also(
            sk_check_error(self, zone->place, g_strdup("add a line such as `network 10.20.0.0/16`"),
                           "the wall cannot tell the packets of `%s`: it names no network",
                           zone->name),
            end->place, "this flow needs it");
}

void
sk_check_flows(SkCheck *self)
{
    g_autoptr(GHashTable) said = g_hash_table_new(NULL, NULL);

    for (unsigned i = 0; i < self->policy->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(self->policy->flows, i);
        if (!sk_check_whole(flow))
            continue;
        check_zone_known(self, &flow->from, said);
        check_zone_known(self, &flow->to, said);
    }
    sk_check_joins(self);
    sk_check_covers(self);
}

void
sk_policy_warn_expired(const SkPolicy *self, int64_t now, GPtrArray *diagnostics)
{
    for (unsigned i = 0; i < self->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(self->flows, i);
        if (!flow->specific || flow->until_us - now >= SK_POLICY_EXPIRES_SOON)
            continue;
        if (now >= flow->until_us)
            sk_diagnostics_add(diagnostics, SK_SEVERITY_WARNING, flow->place,
                               g_strdup("renew its date, or take the sentence out"),
                               "this specific flow ended with %s: it is not compiled in",
                               flow->until);
        else
            sk_diagnostics_add(diagnostics, SK_SEVERITY_WARNING, flow->place,
                               g_strdup("renew its date, where it is still needed"),
                               "this specific flow ends with %s: fewer than 30 days are left",
                               flow->until);
    }
}
