/* SPDX-License-Identifier: Apache-2.0
 * dump.h - a rule as one line of plain numbers, so that a test can say what it means: every match
 * as FIELD[&MASK]
 * (=|!)VALUES, acts by name. */
#pragma once

#include "wall/ruleset.h"

#include <string.h>

static const char *const dump_fields[SK_WALL_FIELD_COUNT] = {
    "iif",   "oif",   "family", "proto", "src",    "dst",   "sport", "dport", "itype",
    "icode", "flags", "state",  "dir",   "status", "smac",  "dmac",  "mark",  "ctmark",
    "dscp",  "ttl",   "length", "frag",  "ptype",  "dtype", "stype",
};

static inline void
dump_value(GString *out, SkWallValue v)
{
    if (v.hi != 0)
        g_string_append_printf(out, "%" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", v.hi,
                               v.lo);
    else
        g_string_append_printf(out, "%" G_GINT64_MODIFIER "u", v.lo);
}

static inline void
dump_range(GString *out, const SkWallRuleset *ruleset, SkWallField field, const SkWallRange *r)
{
    if (field == SK_WALL_IIF || field == SK_WALL_OIF) {
        g_string_append(out, g_ptr_array_index(ruleset->interfaces, r->first.lo));
        return;
    }
    dump_value(out, r->first);
    if (sk_wall_value_compare(r->first, r->last) != 0) {
        g_string_append_c(out, '-');
        dump_value(out, r->last);
    }
}

static inline void
dump_act(GString *out, const SkWallAct *act)
{
    static const char *const names[SK_WALL_ACT_COUNT] = {
        "continue", "accept",  "drop", "reject",  "jump", "goto", "return",  "mark",
        "ctmark",   "restore", "save", "notrack", "dnat", "snat", "UNKNOWN",
    };
    g_string_append(out, names[act->kind]);
    if (act->chain != NULL)
        g_string_append_printf(out, ":%s", act->chain->name);
    if (act->kind >= SK_WALL_SET_MARK && act->kind <= SK_WALL_SAVE_MARK)
        g_string_append_printf(out, ":%x/%x", (unsigned)act->value.lo, (unsigned)act->mask.lo);
    if (act->kind == SK_WALL_DNAT || act->kind == SK_WALL_SNAT) {
        g_string_append(out, act->redirect     ? ":self"
                             : act->masquerade ? ":own"
                             : act->v6         ? ":6"
                                               : ":4");
        if (act->has_address) {
            g_string_append_c(out, ':');
            dump_value(out, act->address.first);
            g_string_append_c(out, '-');
            dump_value(out, act->address.last);
        }
        if (act->has_port)
            g_string_append_printf(out, ":p%u-%u", (unsigned)act->port.first.lo,
                                   (unsigned)act->port.last.lo);
        if (act->prefix)
            g_string_append(out, ":prefix");
    }
}

static inline void
dump_boxes(GString *out, const SkWallRuleset *ruleset, const SkWallStep *step)
{
    if (step->set->open)
        g_string_append_c(out, '?');
    g_string_append_c(out, '{');
    for (unsigned i = 0; i < step->set->boxes->len; i++) {
        if (i > 0)
            g_string_append_c(out, i % step->keys == 0 ? ',' : '.');
        dump_range(out, ruleset, step->key[i % step->keys].field,
                   &g_array_index(step->set->boxes, SkWallRange, i));
        if (step->kind == SK_WALL_STEP_MAP && i % step->keys == step->keys - 1) {
            g_string_append_c(out, '>');
            dump_act(out, &g_array_index(step->acts, SkWallAct, i / step->keys));
        }
    }
    g_string_append_c(out, '}');
}

static inline char *
dump_rule(const SkWallRuleset *ruleset, const SkWallRule *rule)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < rule->steps->len; i++) {
        const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, i);
        if (i > 0)
            g_string_append_c(out, ' ');
        if (step->kind == SK_WALL_STEP_UNKNOWN) {
            g_string_append(out, "?");
        } else if (step->kind == SK_WALL_STEP_ACT) {
            dump_act(out, &step->act);
        } else {
            for (unsigned k = 0; k < step->keys; k++) {
                g_string_append_printf(out, "%s%s", k > 0 ? "." : "",
                                       dump_fields[step->key[k].field]);
                SkWallValue full = sk_wall_value_full(sk_wall_field_bits(step->key[k].field));
                if (sk_wall_value_compare(step->key[k].mask, full) != 0) {
                    g_string_append_c(out, '&');
                    dump_value(out, step->key[k].mask);
                }
            }
            g_string_append_c(out, step->negated ? '!' : '=');
            dump_boxes(out, ruleset, step);
        }
    }
    return g_string_free(out, FALSE);
}
