/* SPDX-License-Identifier: Apache-2.0
 * plan.c - contract in plan.h. Interfaces decide: two sentences about the same two interfaces share a
 * pair, whatever their ends are called. */
#include "wall/plan.h"

#include "policy/words.h"

#include <string.h>

typedef struct {
    SkWallPlan *plan;
    GHashTable *pairs; /* of SkWallPair, by "in out" */
    GHashTable *names;
} Build;

char *
sk_wall_place(SkPlace place)
{
    return place.file == 0 ? g_strdup_printf("%u", place.line)
                           : g_strdup_printf("%u/%u", place.file, place.line);
}

const SkZone *
sk_wall_end_zone(const SkEnd *end)
{
    return end->zone != NULL ? end->zone : end->host->zone;
}

const SkZone *
sk_wall_zone_of(const SkWallPlan *self, const char *name)
{
    for (unsigned i = 0; name != NULL && i < self->zones->len; i++) {
        const SkZone *zone = g_ptr_array_index(self->zones, i);
        if (strcmp(zone->interface, name) == 0)
            return zone;
    }
    return NULL;
}

GArray *
sk_wall_zone_addresses(const SkZone *zone, bool v6)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(SkNetwork));

    for (unsigned i = 0; i < zone->networks->len; i++) {
        const SkNetwork *n = &g_array_index(zone->networks, SkNetwork, i);
        if (n->v6 == v6)
            g_array_append_vals(out, n, 1);
    }
    return out;
}

static bool
zone_holds(const SkZone *zone, const SkNetwork *address)
{
    for (unsigned i = 0; i < zone->networks->len; i++)
        if (sk_network_contains(&g_array_index(zone->networks, SkNetwork, i), address))
            return true;
    return false;
}

GArray *
sk_wall_end_addresses(const SkEnd *end, bool v6)
{
    if (end->zone != NULL)
        return sk_wall_zone_addresses(end->zone, v6);

    GArray *out = g_array_new(FALSE, FALSE, sizeof(SkNetwork));
    for (unsigned i = 0; i < end->host->addresses->len; i++) {
        const SkNetwork *n = &g_array_index(end->host->addresses, SkNetwork, i);
        if (n->v6 == v6 && (end->host->zone == NULL || zone_holds(end->host->zone, n)))
            g_array_append_vals(out, n, 1);
    }
    return out;
}

static bool
end_has(const SkEnd *end, bool v6)
{
    g_autoptr(GArray) addresses = sk_wall_end_addresses(end, v6);

    return addresses->len > 0;
}

static const char *
end_interface(const SkEnd *end)
{
    const SkZone *zone = sk_wall_end_zone(end);

    return zone != NULL ? zone->interface : end->host->interface;
}

static void
pair_free(void *data)
{
    SkWallPair *self = data;

    g_free(self->name);
    g_array_unref(self->passes);
    g_array_unref(self->errors);
    g_free(self);
}

/* Zones have no `_` in their names, so nothing else is called as an interface outside is. */
static char *
side_name(const SkWallPlan *plan, const char *interface)
{
    const SkZone *zone = sk_wall_zone_of(plan, interface);

    if (zone != NULL)
        return g_strdup(zone->name);
    return interface == NULL ? g_strdup("outside") : g_strdup_printf("outside_%s", interface);
}

static char *
pair_name(Build *build, const char *in, const char *out)
{
    g_autofree char *from = side_name(build->plan, in);
    g_autofree char *to = side_name(build->plan, out);
    char *name = g_strdup_printf("%s_to_%s", from, to);

    for (unsigned n = 2; !g_hash_table_add(build->names, name); n++) {
        name = g_strdup_printf("%s_to_%s_%u", from, to, n);
    }
    return g_strdup(name);
}

static SkWallPair *
pair_get(Build *build, const SkEnd *from, const SkEnd *to)
{
    const char *in = end_interface(from), *out = end_interface(to);
    g_autofree char *key = g_strdup_printf("%s %s", in == NULL ? "" : in, out == NULL ? "" : out);
    SkWallPair *self = g_hash_table_lookup(build->pairs, key);

    if (self != NULL)
        return self;
    self = g_new0(SkWallPair, 1);
    self->in = in;
    self->out = out;
    self->name = pair_name(build, in, out);
    self->passes = g_array_new(FALSE, FALSE, sizeof(SkWallPass));
    self->errors = g_array_new(FALSE, FALSE, sizeof(SkWallErrors));
    g_hash_table_insert(build->pairs, g_steal_pointer(&key), self);
    g_ptr_array_add(build->plan->pairs, self);
    return self;
}

/* Once for each two zones, family and sender. */
static void
pair_errors(SkWallPair *self, const SkFlow *flow, const SkEnd *from, const SkEnd *to, bool v6)
{
    SkWallErrors errors = {
        .v6 = v6, .from = sk_wall_end_zone(from), .to = sk_wall_end_zone(to), .place = flow->place
    };

    for (unsigned i = 0; i < self->errors->len; i++) {
        const SkWallErrors *other = &g_array_index(self->errors, SkWallErrors, i);
        if (other->v6 == v6 && other->from == errors.from && other->to == errors.to)
            return;
    }
    g_array_append_val(self->errors, errors);
}

static void
add_way(Build *build, const SkFlow *flow, bool reply, const bool open[2])
{
    const SkEnd *from = reply ? &flow->to : &flow->from, *to = reply ? &flow->from : &flow->to;
    SkWallPair *pair = pair_get(build, from, to);
    SkWallPass pass = { .flow = flow, .reply = reply };

    g_array_append_val(pair->passes, pass);
    for (unsigned v6 = 0; v6 < 2; v6++)
        if (open[v6])
            pair_errors(pair, flow, from, to, v6 == 1);
}

static bool
end_placed(const SkEnd *end, const SkFlow *flow, GError **error)
{
    const SkZone *zone = sk_wall_end_zone(end);

    if (zone == NULL || zone->interface != NULL)
        return true;
    return sk_throw(error, SK_ERROR_MALFORMED,
                    "line %u: `%s` names no interface, so none of its packets can be told: add a "
                    "line such as `interface eth1` to the zone",
                    flow->place.line, zone->name);
}

static bool
add_flow(Build *build, const SkFlow *flow, int64_t at, GError **error)
{
    bool open[2];

    if (!end_placed(&flow->from, flow, error) || !end_placed(&flow->to, flow, error))
        return false;
    if (flow->specific && at >= flow->until_us) {
        g_ptr_array_add(build->plan->over, (gpointer)flow);
        return true;
    }
    for (unsigned v6 = 0; v6 < 2; v6++)
        open[v6] = end_has(&flow->from, v6 == 1) && end_has(&flow->to, v6 == 1);
    if (!open[0] && !open[1]) {
        g_ptr_array_add(build->plan->silent, (gpointer)flow);
        return true;
    }
    add_way(build, flow, false, open);
    add_way(build, flow, true, open);
    return true;
}

static int
compare_pairs(const void *a, const void *b)
{
    const SkWallPair *x = *(SkWallPair *const *)a, *y = *(SkWallPair *const *)b;
    int loose = (x->in == NULL || x->out == NULL) - (y->in == NULL || y->out == NULL);

    return loose != 0 ? loose : strcmp(x->name, y->name);
}

static int
compare_passes(const void *a, const void *b)
{
    const SkWallPass *x = a, *y = b;
    const SkPlace *p = &x->flow->place, *q = &y->flow->place;

    if (x->reply != y->reply)
        return x->reply ? 1 : -1;
    if (p->file != q->file)
        return p->file < q->file ? -1 : 1;
    if (p->line != q->line)
        return p->line < q->line ? -1 : 1;
    return (p->column > q->column) - (p->column < q->column);
}

bool
sk_wall_plan_new(const SkPolicy *policy, int64_t at, SkWallPlan **ret, GError **error)
{
    g_autoptr(SkWallPlan) self = g_new0(SkWallPlan, 1);
    g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Build build = { .plan = self, .pairs = pairs, .names = names };

    self->policy = sk_policy_ref((SkPolicy *)policy);
    self->zones = g_ptr_array_new();
    self->pairs = g_ptr_array_new_with_free_func(pair_free);
    self->over = g_ptr_array_new();
    self->silent = g_ptr_array_new();
    for (unsigned i = 0; i < sk_policy_zones(policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(policy), i);
        if (zone->interface != NULL)
            g_ptr_array_add(self->zones, (gpointer)zone);
    }
    for (unsigned i = 0; i < sk_policy_flows(policy)->len; i++)
        if (!add_flow(&build, g_ptr_array_index(sk_policy_flows(policy), i), at, error))
            return false;
    g_ptr_array_sort(self->pairs, compare_pairs);
    for (unsigned i = 0; i < self->pairs->len; i++)
        g_array_sort(((SkWallPair *)g_ptr_array_index(self->pairs, i))->passes, compare_passes);
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_wall_plan_free(SkWallPlan *self)
{
    if (self == NULL)
        return;
    sk_policy_unref((SkPolicy *)self->policy);
    g_clear_pointer(&self->zones, g_ptr_array_unref);
    g_clear_pointer(&self->pairs, g_ptr_array_unref);
    g_clear_pointer(&self->over, g_ptr_array_unref);
    g_clear_pointer(&self->silent, g_ptr_array_unref);
    g_free(self);
}
