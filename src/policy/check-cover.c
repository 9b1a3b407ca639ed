/* SPDX-License-Identifier: Apache-2.0
 * check-cover.c - contract in check.h: the same packets allowed by two sentences. Of the same ends
 * that is an error; where one end holds the other's addresses, what is narrower adds nothing: a
 * warning, and an error where it was to be a specific flow. */
#include "policy/check.h"

#include "policy/words.h"

/* Of what holds one end: past these a plain flow is not warned; a specific one is looked at in all. */
#define HOLDERS_MAX 16u

/* ---- the same ends ----------------------------------------------------------------------------
 */

typedef struct {
    const SkFlow *flow;
    const SkPorts *ports;
} Row;

static int
place_compare(SkPlace a, SkPlace b)
{
    if (a.file != b.file)
        return a.file < b.file ? -1 : 1;
    return (a.line > b.line) - (a.line < b.line);
}

static int
ends_compare(const SkFlow *x, const SkFlow *y)
{
    int order = g_strcmp0(sk_end_name(&x->from), sk_end_name(&y->from));

    return order != 0 ? order : g_strcmp0(sk_end_name(&x->to), sk_end_name(&y->to));
}

static int
row_compare(const void *a, const void *b)
{
    const Row *x = a, *y = b;
    int order = ends_compare(x->flow, y->flow);

    if (order == 0)
        order = (int)x->ports->udp - (int)y->ports->udp;
    if (order == 0)
        order = (int)x->ports->first - (int)y->ports->first;
    return order != 0 ? order : place_compare(x->flow->place, y->flow->place);
}

/* Each sentence once, at the later one. */
static void
report_same(SkCheck *self, const SkFlow *a, const SkFlow *b, GHashTable *said)
{
    bool later = place_compare(a->place, b->place) < 0;

    if (!g_hash_table_add(said, (gpointer)(later ? b : a)))
        return;
    SkDiagnostic *d = sk_check_error(self, later ? b->place : a->place,
                                     g_strdup("keep one of them: order means nothing here"),
                                     "two sentences allow the same packets");

    sk_diagnostics_also(d, later ? a->place : b->place, "the other sentence");
}

/* Sorted by ends and first port, a range meets the one before it that reaches furthest or none. */
static void
check_same(SkCheck *self, const GPtrArray *whole)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
    g_autoptr(GHashTable) said = g_hash_table_new(NULL, NULL);

    for (unsigned i = 0; i < whole->len; i++) {
        const SkFlow *flow = g_ptr_array_index(whole, i);
        for (unsigned j = 0; j < flow->ports->len; j++) {
            Row row = { flow, &g_array_index(flow->ports, SkPorts, j) };
            g_array_append_val(rows, row);
        }
    }
    g_array_sort(rows, row_compare);
    for (unsigned i = 1, furthest = 0; i < rows->len; i++) {
        const Row *a = &g_array_index(rows, Row, furthest), *b = &g_array_index(rows, Row, i);
        bool same = ends_compare(a->flow, b->flow) == 0 && a->ports->udp == b->ports->udp;
        if (same && a->flow != b->flow && b->ports->first <= a->ports->last)
            report_same(self, a->flow, b->flow, said);
        if (!same || b->ports->last > a->ports->last)
            furthest = i;
    }
}

/* ---- one end holds the other's ----------------------------------------------------------------
 */

typedef struct {
    SkCheck *check;
    GHashTable *flows;      /* of GPtrArray of SkFlow, by pair of ends */
    SkNetworkIndex *tables; /* owner: SkHost */
    GHashTable *holders;    /* of GPtrArray of zone or host, by zone or host: itself first */
} Cover;

typedef struct {
    gconstpointer from;
    gconstpointer to;
} Pair;

static unsigned
pair_hash(gconstpointer p)
{
    const Pair *pair = p;
    return g_direct_hash(pair->from) * 31 + g_direct_hash(pair->to);
}

static gboolean
pair_equal(gconstpointer a, gconstpointer b)
{
    const Pair *x = a, *y = b;
    return x->from == y->from && x->to == y->to;
}

static gconstpointer
end_key(const SkEnd *end)
{
    return end->zone != NULL ? (gconstpointer)end->zone : end->host;
}

/* Tables that hold each address of @host, at the same place and interface. */
static void
add_tables(const Cover *self, const SkHost *host, GPtrArray *out)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(NULL, NULL);

    for (unsigned i = 0; i < host->addresses->len; i++) {
        g_autoptr(GPtrArray) holding =
            sk_network_index_find(self->tables, &g_array_index(host->addresses, SkNetwork, i));
        for (unsigned j = 0; j < holding->len; j++) {
            const SkNetworkEntry *entry = g_ptr_array_index(holding, j);
            const SkHost *table = entry->owner;
            unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, table)) + 1;
            g_hash_table_insert(counts, (gpointer)table, GUINT_TO_POINTER(n));
            if (n == host->addresses->len && table != host && table->zone == host->zone &&
                g_strcmp0(table->interface, host->interface) == 0)
                g_ptr_array_add(out, (gpointer)table);
        }
    }
}

static const GPtrArray *
holders_of(const Cover *self, const SkEnd *end)
{
    GPtrArray *out = g_hash_table_lookup(self->holders, end_key(end));

    if (out != NULL)
        return out;
    out = g_ptr_array_new();
    g_ptr_array_add(out, (gpointer)end_key(end));
    if (end->host != NULL) {
        if (end->host->zone != NULL)
            g_ptr_array_add(out, (gpointer)end->host->zone);
        add_tables(self, end->host, out);
    }
    g_hash_table_insert(self->holders, (gpointer)end_key(end), out);
    return out;
}

static bool
ports_hold(const GArray *wide, const SkPorts *p)
{
    for (unsigned i = 0; i < wide->len; i++) {
        const SkPorts *w = &g_array_index(wide, SkPorts, i);
        if (w->udp == p->udp && w->first <= p->first && p->last <= w->last)
            return true;
    }
    return false;
}

/* A flow of @flows, not specific and not @flow itself, that holds @p. */
static const SkFlow *
wider(const GPtrArray *flows, const SkFlow *flow, const SkPorts *p)
{
    for (unsigned i = 0; flows != NULL && i < flows->len; i++) {
        const SkFlow *other = g_ptr_array_index(flows, i);
        if (other != flow && !other->specific && ports_hold(other->ports, p))
            return other;
    }
    return NULL;
}

/* The sentence that lets @p of @flow pass as well, or NULL; the same ends are check_same's. */
static const SkFlow *
find_cover(const Cover *self, const SkFlow *flow, const SkPorts *p)
{
    const GPtrArray *from = holders_of(self, &flow->from), *to = holders_of(self, &flow->to);

    unsigned max = flow->specific ? UINT_MAX : HOLDERS_MAX;

    for (unsigned i = 0; i < MIN(from->len, max); i++)
        for (unsigned j = i == 0 ? 1 : 0; j < MIN(to->len, max); j++) {
            Pair pair = { g_ptr_array_index(from, i), g_ptr_array_index(to, j) };
            const SkFlow *other = wider(g_hash_table_lookup(self->flows, &pair), flow, p);
            if (other != NULL)
                return other;
        }
    return NULL;
}

static void
check_covered(const Cover *self, const SkFlow *flow)
{
    const SkFlow *first = NULL;

    for (unsigned i = 0; i < flow->ports->len; i++) {
        const SkFlow *other = find_cover(self, flow, &g_array_index(flow->ports, SkPorts, i));
        if (other == NULL && !flow->specific)
            return;
        first = first == NULL ? other : first;
    }
    if (first == NULL)
        return;
    SkDiagnostic *d =
        flow->specific
            ? sk_check_error(self->check, flow->place, g_strdup("narrow the other sentence"),
                             "packets of this specific flow pass without it: its MAC addresses and "
                             "its last day would count for nothing")
            : sk_check_warn(self->check, flow->place,
                            g_strdup("take it out, or narrow the other one"),
                            "this sentence adds nothing: its packets pass without it");
    sk_diagnostics_also(d, first->place, "by this sentence");
}

static void
cover_add(const Cover *self, SkFlow *flow)
{
    Pair key = { end_key(&flow->from), end_key(&flow->to) };
    GPtrArray *row = g_hash_table_lookup(self->flows, &key);

    if (row == NULL) {
        row = g_ptr_array_new();
        g_hash_table_insert(self->flows, g_memdup2(&key, sizeof key), row);
    }
    g_ptr_array_add(row, flow);
}

static void
check_held(SkCheck *check, const GPtrArray *whole)
{
    g_autoptr(GHashTable) flows =
        g_hash_table_new_full(pair_hash, pair_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) holders =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(SkNetworkIndex) tables = sk_network_index_new();
    Cover self = { check, flows, tables, holders };

    for (unsigned i = 0; i < check->policy->tables->len; i++) {
        const SkHost *table = g_ptr_array_index(check->policy->tables, i);
        for (unsigned j = 0; j < table->addresses->len; j++)
            sk_network_index_add(tables, &g_array_index(table->addresses, SkNetwork, j), table);
    }
    for (unsigned i = 0; i < whole->len; i++)
        cover_add(&self, g_ptr_array_index(whole, i));
    for (unsigned i = 0; i < whole->len; i++)
        check_covered(&self, g_ptr_array_index(whole, i));
}

void
sk_check_covers(SkCheck *self)
{
    g_autoptr(GPtrArray) whole = g_ptr_array_new();

    for (unsigned i = 0; i < self->policy->flows->len; i++) {
        SkFlow *flow = g_ptr_array_index(self->policy->flows, i);
        if (sk_check_whole(flow))
            g_ptr_array_add(whole, flow);
    }
    check_same(self, whole);
    check_held(self, whole);
}
