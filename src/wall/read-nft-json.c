/* SPDX-License-Identifier: Apache-2.0
 * read-nft-json.c - contract in read-nft-json.h. jansson reads it, bounded in depth by itself and in size here. */
#include "wall/read-nft-json.h"

#include <jansson.h>
#include <string.h>

struct SkNftJson {
    json_t *root;
    json_t *list;   /* borrowed: "nftables" */
    GHashTable *xt; /* "FAMILY TABLE" of tables with parts of iptables */
};

static const char *const families[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };

static const char *
text(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));

    return s == NULL ? "" : s;
}

static void
note_xt(SkNftJson *self, const json_t *rule)
{
    size_t i = 0;
    json_t *part = NULL;

    json_array_foreach(json_object_get(rule, "expr"), i,
                       part) if (json_object_get(part, "xt") != NULL)
        g_hash_table_add(self->xt,
                         g_strdup_printf("%s %s", text(rule, "family"), text(rule, "table")));
}

SkNftJson *
sk_nft_json_parse(SkSpan json, GError **error)
{
    json_error_t why;

    if (json.n > SK_WALL_TEXT_MAX * 4u) {
        (void)sk_throw(error, SK_ERROR_LIMIT, "nft-json: over %u bytes", SK_WALL_TEXT_MAX * 4u);
        return NULL;
    }
    g_autoptr(SkNftJson) self = g_new0(SkNftJson, 1);
    self->xt = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->root = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, &why);
    if (self->root == NULL) {
        (void)sk_throw(error, SK_ERROR_MALFORMED, "nft-json: no JSON (line %d, column %d)",
                       why.line, why.column);
        return NULL;
    }
    self->list = json_object_get(self->root, "nftables");
    if (!json_is_array(self->list)) {
        (void)sk_throw(error, SK_ERROR_MALFORMED, "nft-json: no list of nft");
        return NULL;
    }
    size_t i = 0;
    json_t *item = NULL;
    json_array_foreach(self->list, i, item) if (json_object_get(item, "rule") != NULL)
        note_xt(self, json_object_get(item, "rule"));
    return g_steal_pointer(&self);
}

void
sk_nft_json_free(SkNftJson *self)
{
    if (self == NULL)
        return;
    json_decref(self->root);
    g_hash_table_unref(self->xt);
    g_free(self);
}

bool
sk_nft_json_has_xt(const SkNftJson *self, SkWallFamily family, const char *table)
{
    g_assert(family < G_N_ELEMENTS(families));
    g_autofree char *key = g_strdup_printf("%s %s", families[family], table);

    return g_hash_table_contains(self->xt, key);
}

/* ---- held against the text --------------------------------------------------------------------------- */

typedef struct {
    const SkNftJson *json;
    SkWallRuleset *ruleset;
    GHashTable *seen; /* SkWallChain * → how many of its rules came by */
    unsigned tables;
    unsigned chains;
    unsigned sets;
    unsigned differences;
} Check;

static void
differs(Check *c, const json_t *object, const char *why)
{
    g_autofree char *where =
        g_strdup_printf("%s %s %s %s", text(object, "family"), text(object, "table"),
                        text(object, "chain"), text(object, "name"));

    c->differences++;
    sk_wall_unmodelled(c->ruleset, "nft-json", 0, where, why);
}

static SkWallTable *
table_of(const Check *c, const json_t *object, const char *key)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(families); i++)
        if (strcmp(text(object, "family"), families[i]) == 0)
            return sk_wall_ruleset_find(c->ruleset, (SkWallFamily)i, text(object, key));
    return NULL;
}

static void
check_table(Check *c, const json_t *object)
{
    c->tables++;
    if (table_of(c, object, "name") == NULL)
        differs(c, object, "a table that only one of nft's listings shows");
}

static void
check_chain(Check *c, const json_t *object)
{
    static const char *const hooks[SK_WALL_HOOK_COUNT] = {
        "", "ingress", "prerouting", "input", "forward", "output", "postrouting", "egress"
    };
    static const char *const types[] = { "filter", "nat", "route" };
    const SkWallTable *table = table_of(c, object, "table");
    const SkWallChain *chain =
        table == NULL ? NULL : sk_wall_table_find(table, text(object, "name"));

    c->chains++;
    if (chain == NULL) {
        differs(c, object, "a chain that only one of nft's listings shows");
        return;
    }
    bool based = json_object_get(object, "hook") != NULL;
    bool same = strcmp(text(object, "hook"), hooks[chain->hook]) == 0;
    if (based && same)
        same = strcmp(text(object, "type"), types[chain->type]) == 0 &&
               json_integer_value(json_object_get(object, "prio")) == chain->priority &&
               (strcmp(text(object, "policy"), "drop") == 0) == chain->drops;
    if (!same)
        differs(c, object, "a chain that nft's listings show at two places");
}

/* The number of the rule behind @at: one that was read as two is one. */
static unsigned
behind(const SkWallChain *chain, unsigned at)
{
    const SkWallRule *rule = g_ptr_array_index(chain->rules, at);
    const SkWallRule *next = NULL;

    do
        next = ++at < chain->rules->len ? g_ptr_array_index(chain->rules, at) : NULL;
    while (next != NULL && next->line == rule->line && next->handle == rule->handle);
    return at;
}

static void
check_rule(Check *c, const json_t *object)
{
    const SkWallTable *table = table_of(c, object, "table");
    SkWallChain *chain = table == NULL ? NULL : sk_wall_table_find(table, text(object, "chain"));

    if (chain == NULL) {
        differs(c, object, "a rule of a chain that only one of nft's listings shows");
        return;
    }
    unsigned at = GPOINTER_TO_UINT(g_hash_table_lookup(c->seen, chain));
    bool there = at < chain->rules->len;
    const SkWallRule *rule = there ? g_ptr_array_index(chain->rules, at) : NULL;
    g_hash_table_insert(c->seen, chain, GUINT_TO_POINTER(there ? behind(chain, at) : at + 1));
    if (table->origin != SK_WALL_FROM_NFT)
        return;
    if (rule == NULL ||
        (json_int_t)rule->handle != json_integer_value(json_object_get(object, "handle")))
        differs(c, object, "a rule that nft's listings show at two places");
}

/* Elements that come and go between two listings are none of a set that is open. */
static void
check_set(Check *c, const json_t *object)
{
    const SkWallTable *table = table_of(c, object, "table");

    if (table == NULL || table->family > SK_WALL_TABLE_INET)
        return;
    const SkWallSet *set = sk_wall_table_find_set(table, text(object, "name"));
    if (set == NULL || set->open)
        return;
    if (set->boxes->len / set->keys != json_array_size(json_object_get(object, "elem")))
        differs(c, object, "a set that nft's listings show with other elements");
}

/* What came by in JSON is all there is in the text. */
static void
check_counts(Check *c)
{
    unsigned tables = 0, chains = 0;

    for (unsigned i = 0; i < c->ruleset->tables->len; i++) {
        const SkWallTable *table = g_ptr_array_index(c->ruleset->tables, i);
        if (table->origin == SK_WALL_FROM_IPTABLES_LEGACY)
            continue;
        tables++;
        for (unsigned k = 0; k < table->chains->len; k++) {
            SkWallChain *chain = g_ptr_array_index(table->chains, k);
            bool listed = g_hash_table_contains(c->seen, chain);
            unsigned rules = chain->rules->len;
            /* A save names base chains that the kernel has not yet; such are empty and let pass. */
            bool idle = table->origin == SK_WALL_FROM_IPTABLES_NFT && rules == 0 && !chain->drops &&
                        !listed;
            chains += !idle;
            if (rules != GPOINTER_TO_UINT(g_hash_table_lookup(c->seen, chain))) {
                c->differences++;
                sk_wall_unmodelled(c->ruleset, "nft-json", 0, chain->name,
                                   "a chain of another number of rules");
            }
        }
    }
    if (tables != c->tables) {
        c->differences++;
        sk_wall_unmodelled(c->ruleset, "nft-json", 0, "tables",
                           "nft's listings show other numbers of tables");
    }
    if (chains > c->chains) {
        c->differences++;
        sk_wall_unmodelled(c->ruleset, "nft-json", 0, "chains",
                           "nft's listings show other numbers of chains");
    }
}

unsigned
sk_nft_json_check(const SkNftJson *self, SkWallRuleset *ruleset)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    Check c = { .json = self, .ruleset = ruleset, .seen = seen };
    size_t i = 0;
    json_t *item = NULL;

    json_array_foreach(self->list, i, item)
    {
        const char *key = json_object_iter_key(json_object_iter(item));
        const json_t *object = key == NULL ? NULL : json_object_get(item, key);
        if (key == NULL || json_object_size(item) != 1)
            differs(&c, item, "something that nft's listing does not hold");
        else if (strcmp(key, "table") == 0)
            check_table(&c, object);
        else if (strcmp(key, "chain") == 0)
            check_chain(&c, object);
        else if (strcmp(key, "rule") == 0)
            check_rule(&c, object);
        else if (strcmp(key, "set") == 0 || strcmp(key, "map") == 0)
            check_set(&c, object);
    }
    check_counts(&c);
    return c.differences;
}
