/* SPDX-License-Identifier: Apache-2.0
 * check-flow.c - contract in check.h: sentences about packets. What the wall may never be asked
 * for: packets of a zone whose take-out is forbidden, and any way from the internet to a zone of
 * more trust than the one that reaches it, through however many others. */
#include "policy/check.h"

#include "policy/words.h"

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

/* The zone that an end lies in; NULL for a host outside. */
static const SkZone *
end_zone(const SkEnd *end)
{
    return end->zone != NULL ? end->zone : end->host->zone;
}

static const char *
end_name(const SkEnd *end)
{
    return end->zone != NULL ? end->zone->name : end->host->name;
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
    const SkZone *a = end_zone(&flow->from), *b = end_zone(&flow->to);
    if (a == b && a != NULL)
        sk_check_error(self, flow->to.place, NULL,
                       "both ends are in `%s`: such packets do not pass the wall", a->name);
    else if (a == NULL && b == NULL)
        sk_check_error(self, flow->to.place, NULL,
                       "both ends are outside: such packets do not pass the wall");
    sk_check_warn(self, s->head, NULL,
                  "`%s` is not carried out by this version: no packet passes by this sentence",
                  flow->specific ? "specific flow" : "flow");
}

/* ---- all of them ------------------------------------------------------------------------------
 */

/* A node of the net that flows make: a zone, or a host outside. @reached: which zone with internet
 * it is joined to, of those the one with the least trust. */
typedef struct {
    const char *name;
    const SkZone *zone;
    const SkZone *reached;
} Node;

typedef struct {
    GHashTable *nodes; /* of Node, by SkZone or SkHost */
} Net;

static Node *
net_node(Net *net, const SkEnd *end)
{
    const SkZone *zone = end_zone(end);
    gpointer key = zone != NULL ? (gpointer)zone : (gpointer)end->host;
    Node *node = g_hash_table_lookup(net->nodes, key);

    if (node == NULL) {
        node = g_new0(Node, 1);
        node->name = zone != NULL ? zone->name : end->host->name;
        node->zone = zone;
        node->reached = zone != NULL && zone->reaches_internet ? zone : NULL;
        g_hash_table_insert(net->nodes, key, node);
    }
    return node;
}

static bool
flow_whole(const SkFlow *flow)
{
    return (flow->from.zone != NULL || flow->from.host != NULL) &&
           (flow->to.zone != NULL || flow->to.host != NULL) && !flow->specific;
}

/* Is @node's internet one that @other may not be joined to? */
static bool
leads_up(const Node *node, const Node *other)
{
    return node->reached != NULL && other->zone != NULL &&
           other->zone->trust > node->reached->trust;
}

static bool
spread(const Node *from, Node *to)
{
    if (from->reached == NULL || leads_up(from, to) ||
        (to->reached != NULL && to->reached->trust <= from->reached->trust))
        return false;
    to->reached = from->reached;
    return true;
}

static void
report_leads_up(SkCheck *self, const SkFlow *flow, const Node *node, const Node *other)
{
    SkDiagnostic *d;

    if (!leads_up(node, other))
        return;
    if (node->zone == node->reached)
        d = sk_check_error(
            self, flow->place, g_strdup("let content cross instead: `file from … to …`"),
            "this joins `%s`, which reaches the internet, to `%s`, which has more trust",
            node->reached->name, other->zone->name);
    else
        d = sk_check_error(
            self, flow->place, g_strdup("let content cross instead: `file from … to …`"),
            "this joins `%s` to `%s`, which is joined to `%s`, which reaches the internet",
            other->zone->name, node->name, node->reached->name);
    sk_diagnostics_also(d, node->reached->reaches_place, "the internet is reached from here");
}

static void
report_forbidden(SkCheck *self, const SkFlow *flow, const SkEnd *end)
{
    const SkZone *zone = end_zone(end);

    if (zone == NULL || zone->take_out != SK_TAKE_OUT_FORBIDDEN)
        return;
    SkDiagnostic *d = sk_check_error(
        self, flow->place,
        g_strdup("a `specific flow` (特定通信) between hosts, with kind, owner and last day"),
        "packets of `%s` pass only by a specific flow", zone->name);
    sk_diagnostics_also(d, zone->take_out_place, "take-out is forbidden here");
}

/* Each answer to a flow: the same two ends may not be named twice. */
static int
flow_compare_ends(const void *a, const void *b)
{
    const SkFlow *x = *(SkFlow *const *)a, *y = *(SkFlow *const *)b;
    int order = g_strcmp0(end_name(&x->from), end_name(&y->from));

    if (order == 0)
        order = g_strcmp0(end_name(&x->to), end_name(&y->to));
    if (order == 0)
        order = (x->place.line > y->place.line) - (x->place.line < y->place.line);
    return order;
}

static bool
ports_meet(const SkFlow *a, const SkFlow *b)
{
    for (unsigned i = 0; i < a->ports->len; i++)
        for (unsigned j = 0; j < b->ports->len; j++) {
            const SkPorts *x = &g_array_index(a->ports, SkPorts, i);
            const SkPorts *y = &g_array_index(b->ports, SkPorts, j);
            if (x->udp == y->udp && x->first <= y->last && y->first <= x->last)
                return true;
        }
    return false;
}

static bool
same_ends(const GPtrArray *flows, unsigned i, unsigned j)
{
    const SkFlow *a = g_ptr_array_index(flows, i), *b = g_ptr_array_index(flows, j);

    return g_strcmp0(end_name(&a->from), end_name(&b->from)) == 0 &&
           g_strcmp0(end_name(&a->to), end_name(&b->to)) == 0;
}

static void
compare_flows(SkCheck *self, const SkFlow *a, const SkFlow *b)
{
    if (!ports_meet(a, b))
        return;
    SkDiagnostic *d =
        sk_check_error(self, b->place, g_strdup("keep one of them: order means nothing here"),
                       "two sentences allow the same packets");
    sk_diagnostics_also(d, a->place, "the other sentence");
}

static void
check_twice_named(SkCheck *self)
{
    g_autoptr(GPtrArray) whole = g_ptr_array_new();

    for (unsigned i = 0; i < self->policy->flows->len; i++) {
        SkFlow *flow = g_ptr_array_index(self->policy->flows, i);
        if ((flow->from.zone != NULL || flow->from.host != NULL) &&
            (flow->to.zone != NULL || flow->to.host != NULL))
            g_ptr_array_add(whole, flow);
    }
    g_ptr_array_sort(whole, flow_compare_ends);
    for (unsigned i = 1; i < whole->len; i++)
        for (unsigned j = i;
             j > 0 && same_ends(whole, j - 1, i) && !sk_diagnostics_full(self->diagnostics); j--)
            compare_flows(self, g_ptr_array_index(whole, j - 1), g_ptr_array_index(whole, i));
}

void
sk_check_flows(SkCheck *self)
{
    const GPtrArray *flows = self->policy->flows;
    Net net = { .nodes = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free) };

    for (bool changed = true; changed;) {
        changed = false;
        for (unsigned i = 0; i < flows->len; i++) {
            const SkFlow *flow = g_ptr_array_index(flows, i);
            if (!flow_whole(flow))
                continue;
            Node *a = net_node(&net, &flow->from), *b = net_node(&net, &flow->to);
            changed = spread(a, b) || changed;
            changed = spread(b, a) || changed;
        }
    }
    for (unsigned i = 0; i < flows->len && !sk_diagnostics_full(self->diagnostics); i++) {
        const SkFlow *flow = g_ptr_array_index(flows, i);
        if (!flow_whole(flow))
            continue;
        Node *a = net_node(&net, &flow->from), *b = net_node(&net, &flow->to);
        report_forbidden(self, flow, &flow->from);
        report_forbidden(self, flow, &flow->to);
        report_leads_up(self, flow, a, b);
        report_leads_up(self, flow, b, a);
    }
    g_hash_table_unref(net.nodes);
    check_twice_named(self);
}

void
sk_policy_warn_expired(const SkPolicy *self, int64_t now, GPtrArray *diagnostics)
{
    for (unsigned i = 0; i < self->flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(self->flows, i);
        if (flow->specific && now >= flow->until_us)
            sk_diagnostics_add(diagnostics, SK_SEVERITY_WARNING, flow->place,
                               g_strdup("renew its date, or take the sentence out"),
                               "this specific flow ended with %s: it is not compiled in",
                               flow->until);
    }
}
