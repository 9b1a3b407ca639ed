/* SPDX-License-Identifier: Apache-2.0
 * check-join.c - contract in check.h: the net that flows make. What the wall may never be asked
 * for: packets of a zone whose take-out is forbidden, and any way from the internet to a zone of
 * more trust than the one that reaches it, through however many others. Outside, what shares an
 * address is one; what stands at a zone's interface is joined to that zone, wall or not. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

/* A zone, or what lies outside under one roof. @reached: which zone with internet it is joined to,
 * of those the one with the least trust. */
typedef struct {
    const char *name;
    const SkZone *zone;
    const SkZone *behind; /* outside: the zone at whose interface it stands, or NULL */
    const SkZone *reached;
    const SkFlow *low; /* a flow that joins it to the zone of least trust, of most; or NULL */
    const SkFlow *high;
} Node;

typedef struct {
    GHashTable *nodes; /* of Node, by SkZone or SkHost; one node may be several hosts' */
    GPtrArray *owned;
    GHashTable *behind; /* of SkZone, by interface */
} Net;

/* ---- what lies outside ------------------------------------------------------------------------
 */

static const SkHost *
root_of(GHashTable *roots, const SkHost *host)
{
    const SkHost *at = host, *up;

    while ((up = g_hash_table_lookup(roots, at)) != NULL && up != at)
        at = up;
    g_hash_table_insert(roots, (gpointer)host, (gpointer)at); /* the way is shorter next time */
    return at;
}

static void
index_outside(const GPtrArray *hosts, SkNetworkIndex *index)
{
    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        for (unsigned j = 0; host->zone == NULL && j < host->addresses->len; j++)
            sk_network_index_add(index, &g_array_index(host->addresses, SkNetwork, j), host);
    }
}

static void
unite_outside(const GPtrArray *hosts, const SkNetworkIndex *index, GHashTable *roots)
{
    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        for (unsigned j = 0; host->zone == NULL && j < host->addresses->len; j++) {
            /* The widest holds all the others, which say so themselves. */
            g_autoptr(GPtrArray) holding =
                sk_network_index_find(index, &g_array_index(host->addresses, SkNetwork, j));
            const SkNetworkEntry *widest = g_ptr_array_index(holding, 0);
            const SkHost *a = root_of(roots, host), *b = root_of(roots, widest->owner);
            if (a != b)
                g_hash_table_insert(roots, (gpointer)a, (gpointer)b);
        }
    }
}

/* ---- the net ----------------------------------------------------------------------------------
 */

static Node *
node_new(Net *net, const char *name, const SkZone *zone)
{
    Node *node = g_new0(Node, 1);

    node->name = name;
    node->zone = zone;
    node->reached = zone != NULL && zone->reaches_internet ? zone : NULL;
    g_ptr_array_add(net->owned, node);
    return node;
}

static void
add_outside(Net *net, const GPtrArray *hosts, GHashTable *roots)
{
    for (unsigned i = 0; i < hosts->len; i++) {
        const SkHost *host = g_ptr_array_index(hosts, i);
        if (host->zone != NULL)
            continue;
        const SkHost *root = root_of(roots, host);
        Node *node = g_hash_table_lookup(net->nodes, root);
        if (node == NULL) {
            node = node_new(net, root->name, NULL);
            g_hash_table_insert(net->nodes, (gpointer)root, node);
        }
        g_hash_table_insert(net->nodes, (gpointer)host, node);
        if (host->interface != NULL && node->behind == NULL)
            node->behind = g_hash_table_lookup(net->behind, host->interface);
    }
}

static void
net_init(Net *net, const SkPolicy *policy)
{
    g_autoptr(GHashTable) roots = g_hash_table_new(NULL, NULL);
    g_autoptr(SkNetworkIndex) index = sk_network_index_new();

    net->nodes = g_hash_table_new(NULL, NULL);
    net->owned = g_ptr_array_new_with_free_func(g_free);
    net->behind = g_hash_table_new(g_str_hash, g_str_equal);
    for (unsigned i = 0; i < policy->zones->len; i++) {
        SkZone *zone = g_ptr_array_index(policy->zones, i);
        g_hash_table_insert(net->nodes, zone, node_new(net, zone->name, zone));
        if (zone->interface != NULL)
            g_hash_table_insert(net->behind, zone->interface, zone);
    }
    index_outside(policy->hosts, index);
    index_outside(policy->tables, index);
    unite_outside(policy->hosts, index, roots);
    unite_outside(policy->tables, index, roots);
    add_outside(net, policy->hosts, roots);
    add_outside(net, policy->tables, roots);
}

static void
net_clear(Net *net)
{
    g_hash_table_unref(net->nodes);
    g_hash_table_unref(net->behind);
    g_ptr_array_unref(net->owned);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Net, net_clear)

static Node *
net_node(const Net *net, const SkEnd *end)
{
    const SkZone *zone = sk_end_zone(end);

    return g_hash_table_lookup(net->nodes, zone != NULL ? (gconstpointer)zone : end->host);
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

static bool
spread_behind(const Net *net)
{
    bool changed = false;

    for (unsigned i = 0; i < net->owned->len; i++) {
        Node *node = g_ptr_array_index(net->owned, i);
        Node *zone = node->behind == NULL ? NULL : g_hash_table_lookup(net->nodes, node->behind);
        if (zone != NULL) {
            changed = spread(zone, node) || changed;
            changed = spread(node, zone) || changed;
        }
    }
    return changed;
}

/* Each round lowers somebody's trust of what is reached, so there are no more than there are. */
static void
spread_all(const Net *net, const GPtrArray *flows)
{
    for (bool changed = true; changed;) {
        changed = spread_behind(net);
        for (unsigned i = 0; i < flows->len; i++) {
            const SkFlow *flow = g_ptr_array_index(flows, i);
            if (!sk_check_whole(flow) || flow->specific)
                continue;
            Node *a = net_node(net, &flow->from), *b = net_node(net, &flow->to);
            changed = spread(a, b) || changed;
            changed = spread(b, a) || changed;
        }
    }
}

/* ---- what is promised -------------------------------------------------------------------------
 */

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
report_forbidden(SkCheck *self, const SkFlow *flow, const SkEnd *end, const Node *node)
{
    const SkZone *zone = node->zone != NULL ? node->zone : node->behind;

    if (zone == NULL || zone->take_out != SK_TAKE_OUT_FORBIDDEN)
        return;
    char *hint =
        g_strdup("a `specific flow` (特定通信) between hosts, with kind, owner and last day");
    SkDiagnostic *d =
        node->zone != NULL
            ? sk_check_error(self, flow->place, hint,
                             "packets of `%s` pass only by a specific flow", zone->name)
            : sk_check_error(self, flow->place, hint,
                             "`%s` stands at the interface of `%s`: its packets pass only by a "
                             "specific flow",
                             sk_end_name(end), zone->name);
    sk_diagnostics_also(d, zone->take_out_place, "take-out is forbidden here");
}

void
sk_check_joins(SkCheck *self)
{
    const GPtrArray *flows = self->policy->flows;
    g_auto(Net) net = { 0 };

    net_init(&net, self->policy);
    spread_all(&net, flows);
    for (unsigned i = 0; i < flows->len && !sk_diagnostics_full(self->diagnostics); i++) {
        const SkFlow *flow = g_ptr_array_index(flows, i);
        if (!sk_check_whole(flow) || flow->specific)
            continue;
        Node *a = net_node(&net, &flow->from), *b = net_node(&net, &flow->to);
        report_forbidden(self, flow, &flow->from, a);
        report_forbidden(self, flow, &flow->to, b);
        report_leads_up(self, flow, a, b);
        report_leads_up(self, flow, b, a);
    }
}

/* ---- zones that another one joins -------------------------------------------------------------
 */

static const SkZone *
far_zone(const Net *net, const SkFlow *flow, const Node *node)
{
    const SkEnd *end = net_node(net, &flow->from) == node ? &flow->to : &flow->from;
    return sk_end_zone(end);
}

static void
note_flow(const Net *net, Node *node, const SkFlow *flow)
{
    const SkZone *zone = far_zone(net, flow, node);

    if (zone == NULL || (node->zone != NULL && flow->specific))
        return;
    if (node->low == NULL || zone->trust < far_zone(net, node->low, node)->trust)
        node->low = flow;
    if (node->high == NULL || zone->trust > far_zone(net, node->high, node)->trust)
        node->high = flow;
}

static char *
pair_key(const SkZone *a, const SkZone *b)
{
    return strcmp(a->name, b->name) < 0 ? g_strdup_printf("%s %s", a->name, b->name)
                                        : g_strdup_printf("%s %s", b->name, a->name);
}

/* Two zones that a flow joins anyway need no third one to be joined. */
static void
warn_node(SkCheck *self, const Net *net, const Node *node, GHashTable *pairs)
{
    if (node->low == NULL)
        return;
    const SkZone *low = far_zone(net, node->low, node), *high = far_zone(net, node->high, node);
    g_autofree char *key = pair_key(low, high);
    if (low->trust == high->trust || g_hash_table_contains(pairs, key))
        return;
    SkDiagnostic *d = sk_check_warn(
        self, node->high->place, g_strdup("is nothing there that passes on what it is sent?"),
        "`%s` joins `%s` (trust %u) to `%s` (trust %u), which no flow joins", node->name, low->name,
        low->trust, high->name, high->trust);
    sk_diagnostics_also(d, node->low->place, "by this sentence and that one");
}

/* On a zone's own wire, and reached from another zone. */
static void
warn_behind(SkCheck *self, const Net *net, const Node *node, GHashTable *pairs)
{
    const SkFlow *flows[] = { node->low, node->high };

    for (unsigned i = 0; node->behind != NULL && i < G_N_ELEMENTS(flows); i++) {
        const SkZone *zone = flows[i] == NULL ? NULL : far_zone(net, flows[i], node);
        if (zone == NULL || zone == node->behind || zone->trust == node->behind->trust)
            continue;
        g_autofree char *key = pair_key(zone, node->behind);
        if (g_hash_table_contains(pairs, key))
            continue;
        sk_diagnostics_also(
            sk_check_warn(self, flows[i]->place, NULL,
                          "this joins `%s` (trust %u) to `%s`, which stands at the interface of "
                          "`%s` (trust %u)",
                          zone->name, zone->trust, node->name, node->behind->name,
                          node->behind->trust),
            node->behind->interface_place, "the interface");
        return;
    }
}

void
sk_check_warn_joins(SkCheck *self)
{
    const GPtrArray *flows = self->policy->flows;
    g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(Net) net = { 0 };

    net_init(&net, self->policy);
    for (unsigned i = 0; i < flows->len; i++) {
        const SkFlow *flow = g_ptr_array_index(flows, i);
        const SkZone *a = sk_end_zone(&flow->from), *b = sk_end_zone(&flow->to);
        note_flow(&net, net_node(&net, &flow->from), flow);
        note_flow(&net, net_node(&net, &flow->to), flow);
        if (a != NULL && b != NULL)
            g_hash_table_add(pairs, pair_key(a, b));
    }
    for (unsigned i = 0; i < net.owned->len; i++) {
        warn_node(self, &net, g_ptr_array_index(net.owned, i), pairs);
        warn_behind(self, &net, g_ptr_array_index(net.owned, i), pairs);
    }
}
