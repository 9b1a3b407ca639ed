/* SPDX-License-Identifier: Apache-2.0
 * model-facts.c - contract in model.h, model-parts.h. */
#include "wall/model-parts.h"

#include <string.h>

/* ---- the world --------------------------------------------------------------------------------
 */

static void
world_add(GPtrArray *world, const char *name)
{
    for (unsigned i = 0; i < world->len; i++)
        if (strcmp(g_ptr_array_index(world, i), name) == 0)
            return;
    g_ptr_array_add(world, g_strdup(name));
}

static void
world_add_named(GPtrArray *world, const char *name)
{
    if (g_str_has_suffix(name, "*")) {
        g_autofree char *stem = g_strndup(name, strlen(name) - 1);
        g_autofree char *one = g_strconcat(stem, "(another)", NULL);
        world_add(world, one);
    } else if (*name != '\0') {
        world_add(world, name);
    }
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
sk_wall_world(const SkWallRuleset *const *rulesets, unsigned n, const SkPolicy *policy,
              const GPtrArray *more)
{
    GPtrArray *world = g_ptr_array_new_with_free_func(g_free);

    for (unsigned r = 0; r < n; r++)
        for (unsigned i = 0; i < rulesets[r]->interfaces->len; i++)
            world_add_named(world, g_ptr_array_index(rulesets[r]->interfaces, i));
    for (unsigned i = 0; policy != NULL && i < sk_policy_zones(policy)->len; i++) {
        const SkZone *zone = g_ptr_array_index(sk_policy_zones(policy), i);
        if (zone->interface != NULL)
            world_add(world, zone->interface);
    }
    for (unsigned i = 0; policy != NULL && i < sk_policy_hosts(policy)->len; i++) {
        const SkHost *host = g_ptr_array_index(sk_policy_hosts(policy), i);
        if (host->interface != NULL)
            world_add(world, host->interface);
    }
    for (unsigned i = 0; policy != NULL && i < sk_policy_tables(policy)->len; i++) {
        const SkHost *table = g_ptr_array_index(sk_policy_tables(policy), i);
        if (table->interface != NULL)
            world_add(world, table->interface);
    }
    for (unsigned i = 0; more != NULL && i < more->len; i++)
        world_add(world, g_ptr_array_index(more, i));
    world_add(world, "lo");
    world_add(world, "(another)");
    g_ptr_array_sort(world, by_name);
    return world;
}

/* ---- what is in a ruleset -------------------------------------------------------------------- */

bool
sk_model_act_changes(SkWallActKind kind)
{
    switch ((unsigned)kind) {
    case SK_WALL_SET_MARK:
    case SK_WALL_SET_CT_MARK:
    case SK_WALL_RESTORE_MARK:
    case SK_WALL_SAVE_MARK:
    case SK_WALL_NOTRACK:
    case SK_WALL_DNAT:
    case SK_WALL_SNAT:
        return true;
    default:
        return false;
    }
}

bool
sk_model_any_step(const SkWallRuleset *ruleset, bool (*is)(const SkWallStep *step))
{
    for (unsigned i = 0; i < ruleset->tables->len; i++) {
        const SkWallTable *table = g_ptr_array_index(ruleset->tables, i);
        for (unsigned j = 0; j < table->chains->len; j++) {
            const SkWallChain *chain = g_ptr_array_index(table->chains, j);
            for (unsigned k = 0; k < chain->rules->len; k++) {
                const SkWallRule *rule = g_ptr_array_index(chain->rules, k);
                for (unsigned s = 0; s < rule->steps->len; s++)
                    if (is(&g_array_index(rule->steps, SkWallStep, s)))
                        return true;
            }
        }
    }
    return false;
}

static bool
step_changes(const SkWallStep *step)
{
    if (step->kind == SK_WALL_STEP_ACT)
        return sk_model_act_changes(step->act.kind);
    for (unsigned i = 0; step->kind == SK_WALL_STEP_MAP && i < step->acts->len; i++)
        if (sk_model_act_changes(g_array_index(step->acts, SkWallAct, i).kind))
            return true;
    return false;
}

static bool
step_unsure(const SkWallStep *step)
{
    if (step->kind == SK_WALL_STEP_UNKNOWN || (step->set != NULL && step->set->open))
        return true;
    if (step->kind == SK_WALL_STEP_ACT)
        return step->act.kind == SK_WALL_UNKNOWN_ACT;
    for (unsigned i = 0; step->kind == SK_WALL_STEP_MAP && i < step->acts->len; i++)
        if (g_array_index(step->acts, SkWallAct, i).kind == SK_WALL_UNKNOWN_ACT)
            return true;
    return false;
}

static bool
step_acts_unknown(const SkWallStep *step)
{
    return (step->kind == SK_WALL_STEP_ACT && step->act.kind == SK_WALL_UNKNOWN_ACT) ||
           (step->kind == SK_WALL_STEP_MAP && step_unsure(step));
}

bool
sk_wall_ruleset_acts_unknown(const SkWallRuleset *ruleset)
{
    return sk_model_any_step(ruleset, step_acts_unknown);
}

bool
sk_wall_ruleset_changes_nothing(const SkWallRuleset *ruleset)
{
    return !sk_model_any_step(ruleset, step_changes);
}

bool
sk_wall_ruleset_knows_all(const SkWallRuleset *ruleset)
{
    return !sk_model_any_step(ruleset, step_unsure);
}
