/* SPDX-License-Identifier: Apache-2.0
 * ruleset.c - contract in ruleset.h. */
#include "wall/ruleset.h"

#include <string.h>

/* ---- making and unmaking ----------------------------------------------------------------------
 */

static void
set_free(void *data)
{
    SkWallSet *self = data;

    g_free(self->name);
    g_array_unref(self->boxes);
    g_free(self);
}

static void
step_clear(void *data)
{
    SkWallStep *self = data;

    if (self->acts != NULL)
        g_array_unref(self->acts);
}

static void
rule_free(void *data)
{
    SkWallRule *self = data;

    g_free(self->text);
    g_free(self->comment);
    g_array_unref(self->steps);
    g_free(self);
}

static void
chain_free(void *data)
{
    SkWallChain *self = data;

    g_free(self->name);
    g_ptr_array_unref(self->devices);
    g_ptr_array_unref(self->rules);
    g_free(self);
}

static void
table_free(void *data)
{
    SkWallTable *self = data;

    g_free(self->name);
    g_hash_table_unref(self->chains_by_name);
    g_hash_table_unref(self->sets_by_name);
    g_ptr_array_unref(self->chains);
    g_ptr_array_unref(self->sets);
    g_free(self);
}

static void
unmodelled_free(void *data)
{
    SkWallUnmodelled *self = data;

    g_free(self->text);
    g_free(self->why);
    g_free(self);
}

SkWallRuleset *
sk_wall_ruleset_new(void)
{
    SkWallRuleset *self = g_new0(SkWallRuleset, 1);

    self->tables = g_ptr_array_new_with_free_func(table_free);
    self->interfaces = g_ptr_array_new_with_free_func(g_free);
    self->unmodelled = g_ptr_array_new_with_free_func(unmodelled_free);
    self->owned_sets = g_ptr_array_new_with_free_func(set_free);
    self->interfaces_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    return self;
}

void
sk_wall_ruleset_free(SkWallRuleset *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->interfaces_by_name);
    g_ptr_array_unref(self->tables);
    g_ptr_array_unref(self->interfaces);
    g_ptr_array_unref(self->unmodelled);
    g_ptr_array_unref(self->owned_sets);
    g_free(self);
}

/* ---- names ------------------------------------------------------------------------------------
 */

unsigned
sk_wall_ruleset_interface(SkWallRuleset *self, const char *name)
{
    gpointer found = NULL;

    if (g_hash_table_lookup_extended(self->interfaces_by_name, name, NULL, &found))
        return GPOINTER_TO_UINT(found);
    char *own = g_strdup(name);
    g_hash_table_insert(self->interfaces_by_name, own, GUINT_TO_POINTER(self->interfaces->len));
    g_ptr_array_add(self->interfaces, own);
    return self->interfaces->len - 1;
}

bool
sk_wall_interface_matches(const char *pattern, const char *name)
{
    size_t n = strlen(pattern);

    if (n > 0 && pattern[n - 1] == '*')
        return strncmp(pattern, name, n - 1) == 0;
    return strcmp(pattern, name) == 0;
}

SkWallTable *
sk_wall_ruleset_find(const SkWallRuleset *self, SkWallFamily family, const char *name)
{
    for (unsigned i = 0; i < self->tables->len; i++) {
        SkWallTable *table = g_ptr_array_index(self->tables, i);
        if (table->family == family && strcmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}

SkWallTable *
sk_wall_ruleset_table(SkWallRuleset *self, SkWallFamily family, const char *name, unsigned line)
{
    SkWallTable *table = sk_wall_ruleset_find(self, family, name);

    if (table != NULL)
        return table;
    table = g_new0(SkWallTable, 1);
    table->family = family;
    table->name = g_strdup(name);
    table->line = line;
    table->chains = g_ptr_array_new_with_free_func(chain_free);
    table->sets = g_ptr_array_new_with_free_func(set_free);
    table->chains_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    table->sets_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(self->tables, table);
    return table;
}

SkWallChain *
sk_wall_table_find(const SkWallTable *self, const char *name)
{
    return g_hash_table_lookup(self->chains_by_name, name);
}

SkWallChain *
sk_wall_table_chain(SkWallTable *self, const char *name, unsigned line)
{
    SkWallChain *chain = sk_wall_table_find(self, name);

    if (chain != NULL)
        return chain;
    chain = g_new0(SkWallChain, 1);
    chain->table = self;
    chain->name = g_strdup(name);
    chain->line = line;
    chain->devices = g_ptr_array_new_with_free_func(g_free);
    chain->rules = g_ptr_array_new_with_free_func(rule_free);
    g_ptr_array_add(self->chains, chain);
    g_hash_table_insert(self->chains_by_name, chain->name, chain);
    return chain;
}

/* ---- sets -------------------------------------------------------------------------------------
 */

static SkWallSet *
set_new(const char *name, unsigned keys)
{
    SkWallSet *self = g_new0(SkWallSet, 1);

    g_assert(keys > 0 && keys <= SK_WALL_KEYS_MAX);
    self->name = g_strdup(name);
    self->keys = keys;
    self->boxes = g_array_new(FALSE, FALSE, sizeof(SkWallRange));
    return self;
}

SkWallSet *
sk_wall_table_set(SkWallTable *self, const char *name, unsigned keys)
{
    SkWallSet *set = set_new(name, keys);

    g_ptr_array_add(self->sets, set);
    g_hash_table_insert(self->sets_by_name, set->name, set);
    return set;
}

SkWallSet *
sk_wall_table_find_set(const SkWallTable *self, const char *name)
{
    return g_hash_table_lookup(self->sets_by_name, name);
}

SkWallSet *
sk_wall_ruleset_set(SkWallRuleset *self, unsigned keys)
{
    SkWallSet *set = set_new(NULL, keys);

    g_ptr_array_add(self->owned_sets, set);
    return set;
}

void
sk_wall_set_add(SkWallSet *self, const SkWallRange *box)
{
    g_array_append_vals(self->boxes, box, self->keys);
}

/* ---- rules ------------------------------------------------------------------------------------
 */

SkWallRule *
sk_wall_chain_rule(SkWallRuleset *ruleset, SkWallChain *self, unsigned line, const char *text)
{
    SkWallRule *rule = g_new0(SkWallRule, 1);

    rule->line = line;
    rule->text = g_strdup(text);
    rule->steps = g_array_new(FALSE, FALSE, sizeof(SkWallStep));
    g_array_set_clear_func(rule->steps, step_clear);
    g_ptr_array_add(self->rules, rule);
    ruleset->rules++;
    return rule;
}

void
sk_wall_rule_match_set(SkWallRule *self, const SkWallKey *key, unsigned keys, const SkWallSet *set,
                       bool negated)
{
    SkWallStep step = { .kind = SK_WALL_STEP_MATCH, .keys = keys, .negated = negated, .set = set };

    g_assert(keys == set->keys);
    for (unsigned i = 0; i < keys; i++)
        step.key[i] = key[i];
    g_array_append_val(self->steps, step);
}

SkWallSet *
sk_wall_rule_match(SkWallRuleset *ruleset, SkWallRule *self, SkWallField field, SkWallValue mask,
                   bool negated)
{
    SkWallSet *set = sk_wall_ruleset_set(ruleset, 1);
    SkWallKey key = { .field = field, .mask = mask };

    sk_wall_rule_match_set(self, &key, 1, set, negated);
    return set;
}

void
sk_wall_rule_match_value(SkWallRuleset *ruleset, SkWallRule *self, SkWallField field,
                         SkWallValue value)
{
    SkWallRange range = { .first = value, .last = value };

    sk_wall_set_add(sk_wall_rule_match(ruleset, self, field,
                                       sk_wall_value_full(sk_wall_field_bits(field)), false),
                    &range);
}

void
sk_wall_rule_act(SkWallRule *self, SkWallAct act)
{
    SkWallStep step = { .kind = SK_WALL_STEP_ACT, .act = act };

    g_array_append_val(self->steps, step);
}

void
sk_wall_rule_map(SkWallRule *self, const SkWallKey *key, unsigned keys, const SkWallSet *set,
                 GArray *acts)
{
    SkWallStep step = { .kind = SK_WALL_STEP_MAP, .keys = keys, .set = set, .acts = acts };

    g_assert(keys == set->keys && acts->len * keys == set->boxes->len);
    for (unsigned i = 0; i < keys; i++)
        step.key[i] = key[i];
    g_array_append_val(self->steps, step);
}

void
sk_wall_rule_unknown(SkWallRuleset *ruleset, SkWallRule *self, const char *section, const char *why,
                     bool act)
{
    SkWallStep step = { .kind = act ? SK_WALL_STEP_ACT : SK_WALL_STEP_UNKNOWN,
                        .act = { .kind = act ? SK_WALL_UNKNOWN_ACT : SK_WALL_CONTINUE },
                        .why = why };

    g_array_append_val(self->steps, step);
    if (act)
        sk_wall_unmodelled(ruleset, section, self->line, self->text, why);
}

void
sk_wall_unmodelled(SkWallRuleset *self, const char *section, unsigned line, const char *text,
                   const char *why)
{
    SkWallUnmodelled *item = g_new0(SkWallUnmodelled, 1);

    item->section = section;
    item->line = line;
    item->text = g_strdup(text);
    item->why = g_strdup(why);
    g_ptr_array_add(self->unmodelled, item);
}

static void
settle_rule(SkWallRuleset *self, SkWallRule *rule)
{
    for (unsigned i = 0; i < rule->steps->len; i++) {
        SkWallStep *step = &g_array_index(rule->steps, SkWallStep, i);
        bool asks = false;
        if (step->kind != SK_WALL_STEP_MATCH && step->kind != SK_WALL_STEP_MAP)
            continue;
        for (unsigned k = 0; k < step->keys; k++)
            asks = asks || (self->written >> step->key[k].field & 1u) != 0;
        if (!asks)
            continue;
        SkWallSet *open = sk_wall_ruleset_set(self, step->set->keys);
        open->open = true;
        g_array_append_vals(open->boxes, step->set->boxes->data, step->set->boxes->len);
        step->set = open;
    }
}

void
sk_wall_ruleset_settle(SkWallRuleset *self)
{
    for (unsigned t = 0; self->written != 0 && t < self->tables->len; t++) {
        const SkWallTable *table = g_ptr_array_index(self->tables, t);
        for (unsigned c = 0; c < table->chains->len; c++) {
            const SkWallChain *chain = g_ptr_array_index(table->chains, c);
            for (unsigned i = 0; i < chain->rules->len; i++)
                settle_rule(self, g_ptr_array_index(chain->rules, i));
        }
    }
}

/* ---- what a packet meets ----------------------------------------------------------------------
 */

static bool
table_sees(const SkWallTable *self, unsigned family)
{
    if (self->dormant)
        return false;
    return self->family == SK_WALL_TABLE_INET ||
           self->family == (family == 0 ? SK_WALL_TABLE_IP : SK_WALL_TABLE_IP6);
}

/* Where the kernel asks a chain, and in which order among those asked there: its dispatcher of nat
 * stands at a place of its own whatever the chains say (nf_nat_register_fn). */
static void
order_of(const SkWallChain *chain, int64_t ret[2])
{
    bool source = chain->hook == SK_WALL_HOOK_INPUT || chain->hook == SK_WALL_HOOK_POSTROUTING;

    ret[0] = chain->type != SK_WALL_CHAIN_NAT ? chain->priority : source ? 100 : -100;
    ret[1] = chain->priority;
}

static bool
comes_later(const SkWallChain *a, const SkWallChain *b)
{
    int64_t x[2], y[2];

    order_of(a, x);
    order_of(b, y);
    return x[0] != y[0] ? x[0] > y[0] : x[1] > y[1];
}

GPtrArray *
sk_wall_base_chains(const SkWallRuleset *self, unsigned family, SkWallHook hook)
{
    GPtrArray *ret = g_ptr_array_new();

    for (unsigned i = 0; i < self->tables->len; i++) {
        const SkWallTable *table = g_ptr_array_index(self->tables, i);
        for (unsigned j = 0; table_sees(table, family) && j < table->chains->len; j++) {
            SkWallChain *chain = g_ptr_array_index(table->chains, j);
            unsigned at = ret->len;
            if (chain->hook != hook)
                continue;
            while (at > 0 && comes_later(g_ptr_array_index(ret, at - 1), chain))
                at--;
            g_ptr_array_insert(ret, (int)at, chain);
        }
    }
    return ret;
}
