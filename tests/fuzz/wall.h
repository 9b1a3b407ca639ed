/* SPDX-License-Identifier: Apache-2.0
 *
 * wall.h - what every ruleset that a reader gives must keep, whatever it was read from; and packets through it, which
 * must come to an end. */
#pragma once

#include "fuzz.h"
#include "wall/walk.h"

static inline void
wall_act(const SkWallTable *table, const SkWallAct *act)
{
    bool goes = act->kind == SK_WALL_JUMP || act->kind == SK_WALL_GOTO;

    g_assert_true(act->kind < SK_WALL_ACT_COUNT);
    g_assert_true(goes == (act->chain != NULL));
    g_assert_true(!goes || act->chain->table == table);
    if (act->has_address)
        g_assert_cmpint(sk_wall_value_compare(act->address.first, act->address.last), <=, 0);
    if (act->has_port)
        g_assert_true(act->port.first.lo <= act->port.last.lo && act->port.last.lo <= UINT16_MAX);
}

static inline void
wall_step(const SkWallRuleset *ruleset, const SkWallTable *table, const SkWallStep *step)
{
    bool asks = step->kind == SK_WALL_STEP_MATCH || step->kind == SK_WALL_STEP_MAP;

    if (step->kind == SK_WALL_STEP_ACT)
        wall_act(table, &step->act);
    if (step->kind == SK_WALL_STEP_UNKNOWN)
        g_assert_nonnull(step->why);
    if (!asks)
        return;
    g_assert_true(step->keys >= 1 && step->keys <= SK_WALL_KEYS_MAX && step->set != NULL &&
                  step->set->keys == step->keys);
    g_assert_cmpuint(step->set->boxes->len % step->keys, ==, 0);
    for (unsigned i = 0; i < step->set->boxes->len; i++) {
        const SkWallRange *range = &g_array_index(step->set->boxes, SkWallRange, i);
        SkWallField field = step->key[i % step->keys].field;
        g_assert_true(field < SK_WALL_FIELD_COUNT);
        g_assert_cmpint(sk_wall_value_compare(range->first, range->last), <=, 0);
        if (field == SK_WALL_IIF || field == SK_WALL_OIF)
            g_assert_cmpuint(range->last.lo, <, ruleset->interfaces->len);
    }
    if (step->kind == SK_WALL_STEP_MAP) {
        g_assert_cmpuint(step->acts->len * step->keys, ==, step->set->boxes->len);
        for (unsigned i = 0; i < step->acts->len; i++)
            wall_act(table, &g_array_index(step->acts, SkWallAct, i));
    }
}

static inline bool
wall_answer(const SkWallStep *step, void *data)
{
    unsigned *turn = data;

    (void)step;
    return (++*turn & 1u) != 0;
}

static inline void
wall_check(const SkWallRuleset *ruleset)
{
    unsigned rules = 0, turn = 0;

    for (unsigned t = 0; t < ruleset->tables->len; t++) {
        const SkWallTable *table = g_ptr_array_index(ruleset->tables, t);
        for (unsigned c = 0; c < table->chains->len; c++) {
            const SkWallChain *chain = g_ptr_array_index(table->chains, c);
            g_assert_true(chain->table == table && chain->hook < SK_WALL_HOOK_COUNT);
            for (unsigned i = 0; i < chain->rules->len; i++, rules++) {
                const SkWallRule *rule = g_ptr_array_index(chain->rules, i);
                g_assert_true(rule->text != NULL && g_utf8_validate(rule->text, -1, NULL));
                for (unsigned s = 0; s < rule->steps->len; s++)
                    wall_step(ruleset, table, &g_array_index(rule->steps, SkWallStep, s));
            }
        }
    }
    g_assert_cmpuint(rules, <=, ruleset->rules);
    for (unsigned i = 0; i < ruleset->unmodelled->len; i++) {
        const SkWallUnmodelled *u = g_ptr_array_index(ruleset->unmodelled, i);
        g_assert_true(u->text != NULL && u->why != NULL && g_utf8_validate(u->text, -1, NULL));
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (char *)"lo");
    for (unsigned way = 0; way < SK_WALL_WAY_COUNT; way++) {
        SkPacket packet = { .way = (SkWallWay)way };
        g_auto(SkWallWalk) walk = { 0 };
        packet.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(6);
        sk_wall_walk(ruleset, names, &packet, wall_answer, &turn, &walk);
        g_assert_true(walk.end <= SK_WALL_UNSURE);
    }
}
