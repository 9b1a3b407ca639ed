/* SPDX-License-Identifier: Apache-2.0
 * tally.c - contract in tally.h. The busiest sources are kept by the counters of Misra and Gries
 * (1982): a flood of made-up sources takes counts down evenly, and no memory. */
#include "wall/tally.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct {
    bool v6;
    SkWallValue address;
} Address;

typedef struct {
    Address key;
    uint64_t drops;
} Source;

struct SkWallTally {
    SkPolicy *policy;
    SkWallAllows allows;
    void *data;
    unsigned places; /* zones, elsewhere, the wall itself */
    uint64_t (*pairs)[3];
    GHashTable *sources; /* of Source, by Address */
    GHashTable *own;     /* of Address */
    uint64_t unreadable;
    uint64_t spoofed;
    uint64_t lost;
    uint64_t lost_unknown;
};

static unsigned
address_hash(const void *p)
{
    const Address *a = p;
    uint64_t mixed = (a->address.hi * UINT64_C(0x9e3779b97f4a7c15)) ^
                     ((a->address.lo + a->v6) * UINT64_C(0xbf58476d1ce4e5b9));

    return (unsigned)(mixed >> 32 ^ mixed);
}

static int
address_equal(const void *p, const void *q)
{
    const Address *a = p, *b = q;

    return a->v6 == b->v6 && sk_wall_value_compare(a->address, b->address) == 0;
}

SkWallTally *
sk_wall_tally_new(SkPolicy *policy, SkWallAllows allows, void *data)
{
    SkWallTally *self = g_new0(SkWallTally, 1);

    self->policy = sk_policy_ref(policy);
    self->allows = allows;
    self->data = data;
    self->places = sk_policy_zones(policy)->len + 2;
    self->pairs = g_malloc0_n((size_t)self->places * self->places, sizeof *self->pairs);
    self->sources = g_hash_table_new_full(address_hash, address_equal, NULL, g_free);
    self->own = g_hash_table_new_full(address_hash, address_equal, g_free, NULL);
    return self;
}

void
sk_wall_tally_free(SkWallTally *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->sources);
    g_hash_table_unref(self->own);
    g_free(self->pairs);
    sk_policy_unref(self->policy);
    g_free(self);
}

void
sk_wall_tally_own(SkWallTally *self, bool v6, SkWallValue address)
{
    Address *key = g_new(Address, 1);

    *key = (Address){ .v6 = v6, .address = address };
    g_hash_table_add(self->own, key);
}

void
sk_wall_tally_forget_own(SkWallTally *self)
{
    g_hash_table_remove_all(self->own);
}

/* ---- places -----------------------------------------------------------------------------------
 */

static bool
network_has(const SkNetwork *network, bool v6, SkWallValue address)
{
    SkWallValue first = sk_wall_value_address(network->address, network->v6);

    if (network->v6 != v6)
        return false;
    unsigned host = (v6 ? 128u : 32u) - network->prefix;
    SkWallValue mask = host == 0 ? SK_WALL_VALUE(0) : sk_wall_value_full(host);
    address.hi &= ~mask.hi;
    address.lo &= ~mask.lo;
    return sk_wall_value_compare(first, address) == 0;
}

static bool
zone_has(const SkZone *zone, bool v6, SkWallValue address)
{
    for (unsigned i = 0; i < zone->networks->len; i++)
        if (network_has(&g_array_index(zone->networks, SkNetwork, i), v6, address))
            return true;
    return false;
}

static unsigned
place_of(const SkWallTally *self, bool v6, SkWallValue address)
{
    const GPtrArray *zones = sk_policy_zones(self->policy);
    Address key = { .v6 = v6, .address = address };

    if (g_hash_table_contains(self->own, &key))
        return zones->len + 1;
    for (unsigned i = 0; i < zones->len; i++)
        if (zone_has(g_ptr_array_index(zones, i), v6, address))
            return i;
    return zones->len;
}

static unsigned
place_by_interface(const SkWallTally *self, const char *name)
{
    const GPtrArray *zones = sk_policy_zones(self->policy);

    for (unsigned i = 0; i < zones->len; i++)
        if (g_strcmp0(((const SkZone *)g_ptr_array_index(zones, i))->interface, name) == 0)
            return i;
    return zones->len;
}

static const char *
place_name(const SkWallTally *self, unsigned place)
{
    const GPtrArray *zones = sk_policy_zones(self->policy);

    if (place >= zones->len)
        return place == zones->len ? "" : "-";
    return ((const SkZone *)g_ptr_array_index(zones, place))->name;
}

static uint64_t *
pair(const SkWallTally *self, unsigned from, unsigned to)
{
    return self->pairs[(size_t)from * self->places + to];
}

/* ---- sources ----------------------------------------------------------------------------------
 */

static gboolean
one_less(void *key, void *value, void *data)
{
    (void)key;
    (void)data;
    return --((Source *)value)->drops == 0;
}

static void
count_source(SkWallTally *self, const SkPacket *packet)
{
    Address key = { .v6 = packet->field[SK_WALL_FAMILY].lo == 1,
                    .address = packet->field[SK_WALL_SRC] };
    Source *source = g_hash_table_lookup(self->sources, &key);

    if (source == NULL && g_hash_table_size(self->sources) >= SK_WALL_SOURCES_KEPT) {
        g_hash_table_foreach_remove(self->sources, one_less, NULL);
        return;
    }
    if (source == NULL) {
        source = g_new0(Source, 1);
        source->key = key;
        g_hash_table_insert(self->sources, &source->key, source);
    }
    source->drops++;
}

/* ---- counting ---------------------------------------------------------------------------------
 */

SkWallJudgement
sk_wall_tally_dropped(SkWallTally *self, const SkPacket *packet, const char *in, const char *out)
{
    bool v6 = packet->field[SK_WALL_FAMILY].lo == 1;
    unsigned wall = self->places - 1;
    unsigned from = in == NULL ? wall : place_by_interface(self, in);
    unsigned to = out == NULL ? wall : place_by_interface(self, out);
    SkWallJudgement judgement = SK_WALL_JUDGED_REFUSED;

    if (out == NULL && in != NULL) { /* to the wall, or dropped before it was routed */
        unsigned towards = place_of(self, v6, packet->field[SK_WALL_DST]);
        to = towards;
    }
    if (in != NULL && from != place_of(self, v6, packet->field[SK_WALL_SRC]))
        self->spoofed++;
    if ((in == NULL || out != NULL || to == wall) && self->allows(packet, in, out, self->data))
        judgement = SK_WALL_JUDGED_IMPOSSIBLE;
    pair(self, from, to)[judgement]++;
    count_source(self, packet);
    return judgement;
}

SkWallJudgement
sk_wall_tally_opened(SkWallTally *self, const SkPacket *packet)
{
    bool v6 = packet->field[SK_WALL_FAMILY].lo == 1;
    unsigned wall = self->places - 1;
    unsigned from = place_of(self, v6, packet->field[SK_WALL_SRC]);
    unsigned to = place_of(self, v6, packet->field[SK_WALL_DST]);
    SkPacket asked = *packet;
    SkWallJudgement judgement = SK_WALL_JUDGED_ALLOWED;

    if (from == wall && to == wall)
        return judgement; /* it talks to itself */
    asked.way = to == wall ? SK_WALL_IN : from == wall ? SK_WALL_OUT : SK_WALL_FORWARDED;
    if (!self->allows(&asked, NULL, NULL, self->data))
        judgement = SK_WALL_JUDGED_IMPOSSIBLE;
    pair(self, from, to)[judgement]++;
    return judgement;
}

void
sk_wall_tally_unreadable(SkWallTally *self)
{
    self->unreadable++;
}

void
sk_wall_tally_lost(SkWallTally *self, uint64_t n)
{
    self->lost += n;
    self->lost_unknown += n == 0 ? 1 : 0;
}

/* ---- telling ----------------------------------------------------------------------------------
 */

static int
by_drops(const void *p, const void *q)
{
    const Source *a = *(Source *const *)p, *b = *(Source *const *)q;
    int order = (b->drops > a->drops) - (b->drops < a->drops);

    if (order == 0)
        order = (a->key.v6 > b->key.v6) - (a->key.v6 < b->key.v6);
    return order != 0 ? order : sk_wall_value_compare(a->key.address, b->key.address);
}

#define SOURCES_TOLD 20u

static void
tell_sources(const SkWallTally *self, GString *out)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    GHashTableIter at;
    gpointer value;

    g_hash_table_iter_init(&at, self->sources);
    while (g_hash_table_iter_next(&at, NULL, &value))
        g_ptr_array_add(all, value);
    g_ptr_array_sort(all, by_drops);
    for (unsigned i = 0; i < all->len && i < SOURCES_TOLD; i++) {
        const Source *source = g_ptr_array_index(all, i);
        uint8_t bytes[16];
        char text[INET6_ADDRSTRLEN] = "";
        sk_wall_value_bytes(source->key.address, source->key.v6, bytes);
        inet_ntop(source->key.v6 ? AF_INET6 : AF_INET, bytes, text, sizeof text);
        g_string_append_printf(
            out, "%s{\"address\":\"%s\",\"zone\":\"%s\",\"drops\":%" G_GUINT64_FORMAT "}",
            i == 0 ? "" : ",", text,
            place_name(self, place_of(self, source->key.v6, source->key.address)), source->drops);
    }
}

static void
tell_pairs(const SkWallTally *self, GString *out)
{
    bool first = true;

    for (unsigned i = 0; i < self->places; i++)
        for (unsigned j = 0; j < self->places; j++) {
            const uint64_t *n = pair(self, i, j);
            if (n[0] == 0 && n[1] == 0 && n[2] == 0)
                continue;
            g_string_append_printf(
                out,
                "%s{\"from\":\"%s\",\"to\":\"%s\",\"allowed\":%" G_GUINT64_FORMAT
                ",\"refused\":%" G_GUINT64_FORMAT ",\"impossible\":%" G_GUINT64_FORMAT "}",
                first ? "" : ",", place_name(self, i), place_name(self, j), n[0], n[1], n[2]);
            first = false;
        }
}

char *
sk_wall_tally_json(const SkWallTally *self)
{
    GString *out = g_string_new("\"pairs\":[");

    tell_pairs(self, out);
    g_string_append(out, "],\"sources\":[");
    tell_sources(self, out);
    g_string_append_printf(out,
                           "],\"unreadable\":%" G_GUINT64_FORMAT ",\"spoofed\":%" G_GUINT64_FORMAT
                           ",\"lost\":%" G_GUINT64_FORMAT ",\"lostUnknown\":%" G_GUINT64_FORMAT,
                           self->unreadable, self->spoofed, self->lost, self->lost_unknown);
    return g_string_free(out, FALSE);
}

uint64_t
sk_wall_tally_pair(const SkWallTally *self, const char *from, const char *to,
                   SkWallJudgement judgement)
{
    for (unsigned i = 0; i < self->places; i++)
        for (unsigned j = 0; j < self->places; j++)
            if (strcmp(place_name(self, i), from) == 0 && strcmp(place_name(self, j), to) == 0)
                return pair(self, i, j)[judgement];
    return 0;
}
