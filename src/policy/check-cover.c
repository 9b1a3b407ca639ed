/* SPDX-License-Identifier: Apache-2.0
 * check-cover.c - contract in check.h: the same packets allowed by two sentences. Of the same ends
 * that is an error; where one end holds the other's addresses, what is narrower adds nothing: a
 * warning. A specific flow shares no packet with a plain one: there its MAC addresses and its last
 * day would count for nothing, so that is an error. */
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
    GHashTable *holders[2]; /* of GPtrArray of zone or host, by zone or host; [1]: of a part */
    GHashTable *zone_interfaces;
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

/* An interface that none names is every one that is no zone's. */
static bool
may_share_interface(const Cover *self, const SkHost *a, const SkHost *b)
{
    if (g_strcmp0(a->interface, b->interface) == 0)
        return true;
    if (a->interface != NULL && b->interface != NULL)
        return false;
    return !g_hash_table_contains(self->zone_interfaces,
                                  a->interface != NULL ? a->interface : b->interface);
}

/* Tables that hold addresses of @host: each of them, at no more interfaces; or with @some only some. */
static void
add_tables(const Cover *self, const SkHost *host, bool some, GPtrArray *out)
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
            if (n == (some ? 1 : host->addresses->len) && table != host &&
                table->zone == host->zone && may_share_interface(self, table, host) &&
                (some || table->interface == NULL || host->interface != NULL))
                g_ptr_array_add(out, (gpointer)table);
        }
    }
}

/* What holds @end, itself first; with @some what holds a part of it. */
static GPtrArray *
holders_new(const Cover *self, const SkEnd *end, bool some)
{
    GPtrArray *out = g_ptr_array_new();

    g_ptr_array_add(out, (gpointer)end_key(end));
    if (end->host != NULL) {
        if (end->host->zone != NULL)
            g_ptr_array_add(out, (gpointer)end->host->zone);
        add_tables(self, end->host, some, out);
    }
    return out;
}

static const GPtrArray *
holders_of(const Cover *self, const SkEnd *end, bool some)
{
    GHashTable *known = self->holders[some];
    GPtrArray *out = g_hash_table_lookup(known, end_key(end));

    if (out == NULL) {
        out = holders_new(self, end, some);
        g_hash_table_insert(known, (gpointer)end_key(end), out);
    }
    return out;
}

/* Does one of @wide hold @p; with @some a part of it? */
static bool
ports_hold(const GArray *wide, const SkPorts *p, bool some)
{
    for (unsigned i = 0; i < wide->len; i++) {
        const SkPorts *w = &g_array_index(wide, SkPorts, i);
        bool whole = w->first <= p->first && p->last <= w->last;
        bool part = w->first <= p->last && p->first <= w->last;
        if (w->udp == p->udp && (some ? part : whole))
            return true;
    }
    return false;
}

/* A flow of @flows, not specific and not @flow itself, that lets @p of it pass. */
static const SkFlow *
wider(const GPtrArray *flows, const SkFlow *flow, const SkPorts *p)
{
    for (unsigned i = 0; flows != NULL && i < flows->len; i++) {
        const SkFlow *other = g_ptr_array_index(flows, i);
        if (other != flow && !other->specific && ports_hold(other->ports, p, flow->specific))
            return other;
    }
    return NULL;
}

/* The sentence that lets @p of @flow pass as well, of a specific flow a part of it; or NULL. The same
 * ends are check_same's. */
static const SkFlow *
find_cover(const Cover *self, const SkFlow *flow, const SkPorts *p)
{
    const GPtrArray *from = holders_of(self, &flow->from, flow->specific);
    const GPtrArray *to = holders_of(self, &flow->to, flow->specific);
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
    g_autoptr(GHashTable) parts =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) zone_interfaces = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(SkNetworkIndex) tables = sk_network_index_new();
    Cover self = { check, flows, tables, { holders, parts }, zone_interfaces };

    for (unsigned i = 0; i < check->policy->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(check->policy->zones, i);
        if (zone->interface != NULL)
            g_hash_table_add(zone_interfaces, zone->interface);
    }
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
