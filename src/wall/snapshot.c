/* SPDX-License-Identifier: Apache-2.0
 * snapshot.c - contract in snapshot.h: the file, and the rulesets in it. */
#include "wall/snapshot.h"

#include "base/name.h"
#include "base/reader.h"
#include "wall/read-iptables.h"
#include "wall/read-nft-json.h"
#include "wall/read-nft.h"

#include <string.h>

#define HEAD_MAX 64u /* bytes of a section's line */

static const char *const names[SK_SECTION_COUNT] = {
    "generation",       "nft",           "nft-json",
    "iptables-nft",     "ip6tables-nft", "iptables-legacy",
    "ip6tables-legacy", "legacy-tables", "legacy-tables6",
    "ebtables",         "arptables",     "links",
    "addresses",        "rules",         "rules6",
    "routes",           "routes6",       "neighbours",
    "qdiscs",           "settings",      "conntrack",
};

const char *
sk_wall_section_name(SkWallSection section)
{
    g_assert(section < SK_SECTION_COUNT);
    return names[section];
}

/* ---- made and unmade ---------------------------------------------------------------------------------- */

static void
interface_free(void *data)
{
    SkWallInterface *self = data;

    g_free(self->name);
    g_free(self->kind);
    g_free(self->master);
    g_array_unref(self->addresses);
    g_free(self);
}

static void
route_free(void *data)
{
    SkWallRoute *self = data;

    g_free(self->type);
    g_free(self->device);
    g_free(self->table);
    g_free(self);
}

static void
neighbour_free(void *data)
{
    SkWallNeighbour *self = data;

    g_free(self->device);
    g_free(self);
}

static SkWallSnapshot *
snapshot_new(SkSpan bytes)
{
    SkWallSnapshot *self = g_new0(SkWallSnapshot, 1);
    g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.p, bytes.n);

    self->ruleset = sk_wall_ruleset_new();
    self->interfaces = g_ptr_array_new_with_free_func(interface_free);
    self->routes = g_ptr_array_new_with_free_func(route_free);
    self->neighbours = g_ptr_array_new_with_free_func(neighbour_free);
    self->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_strlcpy(self->digest, digest, sizeof self->digest);
    return self;
}

void
sk_wall_snapshot_free(SkWallSnapshot *self)
{
    if (self == NULL)
        return;
    sk_wall_ruleset_free(self->ruleset);
    g_ptr_array_unref(self->interfaces);
    g_ptr_array_unref(self->routes);
    g_ptr_array_unref(self->neighbours);
    g_hash_table_unref(self->settings);
    g_clear_pointer(&self->connections, g_array_unref);
    g_free(self);
}

const char *
sk_wall_snapshot_setting(const SkWallSnapshot *self, const char *name)
{
    return g_hash_table_lookup(self->settings, name);
}

const SkWallInterface *
sk_wall_snapshot_interface(const SkWallSnapshot *self, const char *name)
{
    for (unsigned i = 0; i < self->interfaces->len; i++) {
        const SkWallInterface *one = g_ptr_array_index(self->interfaces, i);
        if (strcmp(one->name, name) == 0)
            return one;
    }
    return NULL;
}

/* ---- the file -------------------------------------------------------------------------------------------- */

/* `@NAME BYTES`: which section, and how long it is. */
static bool
head(SkReader *r, SkWallSection *ret, uint64_t *ret_n, GError **error)
{
    size_t start = r->at, n = 0;

    if (sk_reader_u8(r) != '@')
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "snapshot: no section where one must begin (byte %zu)", start);
    while (n < HEAD_MAX && sk_reader_peek(r, n) >= 0 && sk_reader_peek(r, n) != '\n')
        n++;
    SkSpan line = sk_reader_span(r, n);
    if (sk_reader_u8(r) != '\n')
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "snapshot: a section's line without an end (byte %zu)", start);
    size_t space = 0;
    while (space < line.n && line.p[space] != ' ')
        space++;
    uint64_t value = 0;
    bool digits = line.n > space + 1 && line.n - space - 1 <= 10 &&
                  !(line.p[space + 1] == '0' && line.n > space + 2);
    for (size_t i = space + 1; digits && i < line.n; i++) {
        digits = g_ascii_isdigit(line.p[i]);
        value = value * 10 + (uint64_t)(line.p[i] - '0');
    }
    if (!digits)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "snapshot: a section without its length (byte %zu)", start);
    for (unsigned i = 0; i < SK_SECTION_COUNT; i++) {
        if (sk_span_is(sk_span_sub(line, 0, space), names[i])) {
            *ret = (SkWallSection)i;
            *ret_n = value;
            return true;
        }
    }
    return sk_throw(error, SK_ERROR_MALFORMED, "snapshot: a section that is not known (byte %zu)",
                    start);
}

static bool
split(SkSpan bytes, SkSpan sections[SK_SECTION_COUNT], bool there[SK_SECTION_COUNT], GError **error)
{
    SkReader r = sk_reader(bytes);

    sk_reader_skip(&r, strlen(SK_WALL_SNAPSHOT_FIRST));
    while (sk_reader_left(&r) > 0) {
        SkWallSection section = SK_SECTION_COUNT;
        uint64_t n = 0;
        if (!head(&r, &section, &n, error))
            return false;
        if (there[section])
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "snapshot: the section %s twice",
                            names[section]);
        there[section] = true;
        sections[section] = sk_reader_span(&r, (size_t)n);
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "snapshot: the section %s is cut short",
                            names[section]);
    }
    return true;
}

/* ---- rulesets ------------------------------------------------------------------------------------------------ */

typedef struct {
    const SkNftJson *json;
} Pick;

/* Tables with parts that nft cannot say are read from the save of iptables; all others from nft. */
static bool
from_nft(SkWallFamily family, const char *name, void *data)
{
    const Pick *pick = data;

    return !sk_nft_json_has_xt(pick->json, family, name);
}

static bool
from_save(SkWallFamily family, const char *name, void *data)
{
    return !from_nft(family, name, data);
}

/* Where the kernel has tables of legacy, each must be in the save. */
static void
legacy(SkWallSnapshot *self, const SkSpan sections[SK_SECTION_COUNT], SkWallSection kernel,
       SkWallSection save)
{
    SkSpan s = sections[kernel];

    for (size_t at = 0; at < s.n;) {
        size_t end = MIN(sk_span_find(s, at, sk_span_str("\n")), s.n);
        g_autofree char *name = sk_text_plain(sk_span_sub(s, at, end - at), 32);
        g_autofree char *line = g_strdup_printf("*%s\n", name);
        if (end > at && sk_span_find(sections[save], 0, sk_span_str(line)) == SIZE_MAX)
            sk_wall_unmodelled(self->ruleset, names[kernel], 0, name,
                               "a table of iptables-legacy that no save shows");
        at = end + 1;
    }
}

static bool
rulesets(SkWallSnapshot *self, const SkSpan sections[SK_SECTION_COUNT], GError **error)
{
    g_autoptr(SkNftJson) json = sk_nft_json_parse(sections[SK_SECTION_NFT_JSON], error);
    Pick pick = { .json = json };

    if (json == NULL)
        return false;
    if (!sk_wall_read_nft_some(sections[SK_SECTION_NFT], from_nft, &pick, self->ruleset, error) ||
        !sk_wall_read_iptables_some(sections[SK_SECTION_IPTABLES_NFT], false,
                                    SK_WALL_FROM_IPTABLES_NFT, from_save, &pick, self->ruleset,
                                    error) ||
        !sk_wall_read_iptables_some(sections[SK_SECTION_IP6TABLES_NFT], true,
                                    SK_WALL_FROM_IPTABLES_NFT, from_save, &pick, self->ruleset,
                                    error))
        return false;
    (void)sk_nft_json_check(json, self->ruleset);
    if (!sk_wall_read_iptables(sections[SK_SECTION_IPTABLES_LEGACY], false,
                               SK_WALL_FROM_IPTABLES_LEGACY, self->ruleset, error) ||
        !sk_wall_read_iptables(sections[SK_SECTION_IP6TABLES_LEGACY], true,
                               SK_WALL_FROM_IPTABLES_LEGACY, self->ruleset, error))
        return false;
    legacy(self, sections, SK_SECTION_LEGACY_TABLES, SK_SECTION_IPTABLES_LEGACY);
    legacy(self, sections, SK_SECTION_LEGACY_TABLES6, SK_SECTION_IP6TABLES_LEGACY);
    return true;
}

static bool
bare(SkWallSnapshot *self, SkSpan bytes, GError **error)
{
    self->bare = true;
    if (!sk_wall_is_iptables(bytes))
        return sk_wall_read_nft(bytes, self->ruleset, error);
    /* Only ip6tables-save writes of IPv6; its first line says so, or an address does. */
    bool v6 = sk_span_find(bytes, 0, sk_span_str("ip6tables-save")) != SIZE_MAX;
    return sk_wall_read_iptables(bytes, v6, SK_WALL_FROM_IPTABLES_NFT, self->ruleset, error);
}

static void
generation(SkWallSnapshot *self, SkSpan s)
{
    for (size_t i = 0; i < s.n && i < 10 && g_ascii_isdigit(s.p[i]); i++)
        self->generation = self->generation * 10 + (uint64_t)(s.p[i] - '0');
}

bool
sk_wall_snapshot_read(SkSpan bytes, SkWallSnapshot **ret, GError **error)
{
    SkSpan sections[SK_SECTION_COUNT];
    bool there[SK_SECTION_COUNT] = { false };

    if (bytes.n > SK_WALL_SNAPSHOT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "snapshot: over %u bytes", SK_WALL_SNAPSHOT_MAX);
    g_autoptr(SkWallSnapshot) self = snapshot_new(bytes);
    if (!sk_span_starts(bytes, SK_WALL_SNAPSHOT_FIRST)) {
        if (!bare(self, bytes, error))
            return false;
        *ret = g_steal_pointer(&self);
        return true;
    }
    for (unsigned i = 0; i < SK_SECTION_COUNT; i++)
        sections[i] = SK_SPAN_EMPTY;
    if (!split(bytes, sections, there, error))
        return false;
    for (unsigned i = 0; i < SK_SECTION_COUNT; i++)
        if (!there[i])
            sk_wall_unmodelled(self->ruleset, "snapshot", 1, names[i],
                               "a part that this snapshot has not");
    if (!there[SK_SECTION_NFT_JSON])
        sections[SK_SECTION_NFT_JSON] = sk_span_str("{\"nftables\":[]}");
    if (!rulesets(self, sections, error) || !sk_wall_snapshot_facts(self, sections, error))
        return false;
    generation(self, sections[SK_SECTION_GENERATION]);
    if (there[SK_SECTION_CONNTRACK])
        sk_wall_snapshot_connections(self, sections[SK_SECTION_CONNTRACK]);
    sk_wall_ruleset_settle(self->ruleset);
    *ret = g_steal_pointer(&self);
    return true;
}

SkSpan
sk_wall_snapshot_section(SkSpan bytes, SkWallSection section)
{
    SkSpan sections[SK_SECTION_COUNT];
    bool there[SK_SECTION_COUNT] = { false };

    g_assert(section < SK_SECTION_COUNT);
    for (unsigned i = 0; i < SK_SECTION_COUNT; i++)
        sections[i] = SK_SPAN_EMPTY;
    return sk_span_starts(bytes, SK_WALL_SNAPSHOT_FIRST) && split(bytes, sections, there, NULL)
               ? sections[section]
               : SK_SPAN_EMPTY;
}
