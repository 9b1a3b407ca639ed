/* SPDX-License-Identifier: Apache-2.0
 * standing.c - contract in standing.h. Sets of one destination are found by it; the others, sentences
 * about whole zones, are few and are gone through. */
#include "wall/standing.h"

#include "wall/model.h"

#include <string.h>

typedef struct {
    bool v6;
    SkWallValue address;
} Key;

struct SkWallStanding {
    SkPolicy *policy;
    GPtrArray *interfaces;
    GPtrArray *allowed;    /* of SkWallAllowed: owns them */
    GHashTable *by_target; /* of GPtrArray, by Key */
    GPtrArray *others;
};

static unsigned
key_hash(const void *p)
{
    const Key *key = p;
    uint64_t mixed = (key->address.hi * UINT64_C(0x9e3779b97f4a7c15)) ^
                     ((key->address.lo + key->v6) * UINT64_C(0xbf58476d1ce4e5b9));

    return (unsigned)(mixed >> 32 ^ mixed);
}

static int
key_equal(const void *p, const void *q)
{
    const Key *a = p, *b = q;

    return a->v6 == b->v6 && sk_wall_value_compare(a->address, b->address) == 0;
}

static bool
single(const SkWallRange *range)
{
    return sk_wall_value_compare(range->first, range->last) == 0;
}

static bool
all_single(const GArray *ranges)
{
    if (ranges == NULL || ranges->len == 0)
        return false;
    for (unsigned i = 0; i < ranges->len; i++)
        if (!single(&g_array_index(ranges, SkWallRange, i)))
            return false;
    return true;
}

static void
keep(SkWallStanding *self, SkWallAllowed *allowed)
{
    const GArray *targets = allowed->ranges[SK_WALL_DST];

    if (!all_single(targets)) {
        g_ptr_array_add(self->others, allowed);
        return;
    }
    for (unsigned i = 0; i < targets->len; i++) {
        Key key = { .v6 = allowed->v6, .address = g_array_index(targets, SkWallRange, i).first };
        GPtrArray *list = g_hash_table_lookup(self->by_target, &key);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(self->by_target, g_memdup2(&key, sizeof key), list);
        }
        g_ptr_array_add(list, allowed);
    }
}

SkWallStanding *
sk_wall_standing_new(SkPolicy *policy, int64_t now)
{
    SkWallStanding *self = g_new0(SkWallStanding, 1);

    self->policy = sk_policy_ref(policy);
    self->interfaces = sk_wall_world(NULL, 0, policy, NULL);
    self->allowed = sk_wall_allowed(policy, now, self->interfaces);
    self->by_target =
        g_hash_table_new_full(key_hash, key_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    self->others = g_ptr_array_new();
    for (unsigned i = 0; i < self->allowed->len; i++)
        keep(self, g_ptr_array_index(self->allowed, i));
    return self;
}

void
sk_wall_standing_free(SkWallStanding *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->others);
    g_hash_table_unref(self->by_target);
    g_ptr_array_unref(self->allowed);
    g_ptr_array_unref(self->interfaces);
    sk_policy_unref(self->policy);
    g_free(self);
}

/* Fields that an announcement of a connection does not have. */
static bool
unheard(SkWallField field)
{
    return field == SK_WALL_IIF || field == SK_WALL_OIF || field == SK_WALL_SRC_MAC ||
           field == SK_WALL_DST_MAC || field == SK_WALL_TTL;
}

static bool
in_ranges(const GArray *ranges, SkWallValue value)
{
    for (unsigned i = 0; i < ranges->len; i++) {
        const SkWallRange *range = &g_array_index(ranges, SkWallRange, i);
        if (sk_wall_value_compare(range->first, value) <= 0 &&
            sk_wall_value_compare(value, range->last) <= 0)
            return true;
    }
    return false;
}

static bool
lies_in(const SkWallAllowed *allowed, const SkPacket *packet, bool partly)
{
    if (allowed->way != packet->way || allowed->v6 != (packet->field[SK_WALL_FAMILY].lo == 1))
        return false;
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        if (allowed->ranges[i] != NULL && !(partly && unheard((SkWallField)i)) &&
            !in_ranges(allowed->ranges[i], packet->field[i]))
            return false;
    return true;
}

static bool
any(const GPtrArray *list, const SkPacket *packet, bool partly)
{
    for (unsigned i = 0; list != NULL && i < list->len; i++)
        if (lies_in(g_ptr_array_index(list, i), packet, partly))
            return true;
    return false;
}

/* Names that nobody speaks of are `(another)`, the last resort of sk_wall_world. */
static SkWallValue
number_of(const SkWallStanding *self, const char *name)
{
    unsigned another = 0;

    if (name == NULL)
        return SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
    for (unsigned i = 0; i < self->interfaces->len; i++) {
        const char *known = g_ptr_array_index(self->interfaces, i);
        if (strcmp(known, name) == 0)
            return SK_WALL_VALUE(i);
        if (strcmp(known, "(another)") == 0)
            another = i;
    }
    return SK_WALL_VALUE(another);
}

bool
sk_wall_standing_allows(const SkWallStanding *self, const SkPacket *packet, const char *in,
                        const char *out)
{
    bool partly = in == NULL && out == NULL;
    SkPacket asked = *packet;
    Key key = { .v6 = packet->field[SK_WALL_FAMILY].lo == 1,
                .address = packet->field[SK_WALL_DST] };

    asked.field[SK_WALL_IIF] = number_of(self, in);
    asked.field[SK_WALL_OIF] = number_of(self, out);
    return any(g_hash_table_lookup(self->by_target, &key), &asked, partly) ||
           any(self->others, &asked, partly);
}
