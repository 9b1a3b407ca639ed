/* SPDX-License-Identifier: Apache-2.0
 *
 * model-parts.h - what the files of the model share; nobody else includes it.
 *   model.c       rules, chains and hooks
 *   model-asked.c what a rule asks for before its next act
 *   model-change.c a field that is changed, as a substitution in what follows
 *   model-facts.c what can be said of a ruleset without asking packets; the interfaces there are
 *   model-real.c  packets that there can be
 * Runs in: sekisho-wall. Trusts: nothing.
 */
#pragma once

#include "wall/model.h"

/** sk_model_act_changes: does it change what later rules see of a packet? */
bool sk_model_act_changes(SkWallActKind kind);
/** sk_model_any_step: is there a step in any rule of which @is says so? */
bool sk_model_any_step(const SkWallRuleset *ruleset, bool (*is)(const SkWallStep *step));
/** sk_model_with_ports: packets of protocols that have ports. */
BDD sk_model_with_ports(const SkWallBits *bits);
bool sk_model_asks_connections(const SkWallRuleset *ruleset);
/** sk_model_tracks: does conntrack look at packets: does any rule ask of connections or translate? */
bool sk_model_tracks(SkWallModel *self, const SkWallRuleset *ruleset);
const GPtrArray *sk_model_interfaces(const SkWallModel *self);

/* model-change.c: each takes @set and @then. */
BDD sk_model_restricted(BDD set, BDD cube /* taken */);
BDD sk_model_quantified(BDD set, BDD cube /* taken */);
/** sk_model_bits_cube: those bits of @field that @mask has, as they are in @value. */
BDD sk_model_bits_cube(const SkWallBits *bits, SkWallField field, SkWallValue mask,
                       SkWallValue value);
/** sk_model_marked: @field := (@field & ~mask) ^ value. */
BDD sk_model_marked(const SkWallBits *bits, SkWallField field, const SkWallAct *act, BDD then);
/** sk_model_copied: @to := (@to & ~mask) | (@from & mask). */
BDD sk_model_copied(const SkWallBits *bits, SkWallField to, SkWallField from, SkWallValue mask,
                    BDD then);
/** sk_model_assigned: @field := any value of @range. */
BDD sk_model_assigned(const SkWallBits *bits, SkWallField field, SkWallRange range, BDD then);

/* model-asked.c */
#define SK_MODEL_ASKED_MAX 12u /* fields of a rule that make one set at once */

/** SkModelAsked: single ranges of several fields, which make one set at once, and the rest. */
typedef struct {
    SkWallKey key[SK_MODEL_ASKED_MAX + 1]; /* one more: whether it is a later fragment */
    SkWallRange range[SK_MODEL_ASKED_MAX + 1];
    unsigned keys;
    uint32_t fields; /* a bit each */
    BDD others;
} SkModelAsked;

/** sk_model_with_connection: packets of which conntrack knows the connection. */
BDD sk_model_with_connection(const SkWallBits *bits);
/** sk_model_present: packets that have @field at all. @tracked: conntrack has seen them */
BDD sk_model_present(const SkWallBits *bits, SkWallField field, bool tracked);
/** sk_model_asked_has_room: @field is not in it, and one more goes in. */
bool sk_model_asked_has_room(const SkModelAsked *asked, SkWallField field);
void sk_model_asked_add(SkModelAsked *asked, SkWallKey key, SkWallRange range);
/** sk_model_asked_implies: is it certain, by the protocol that is asked for, that packets have @field, but for
 * later fragments? */
bool sk_model_asked_implies(const SkModelAsked *asked, SkWallField field);
/** sk_model_asked_take: all that was asked; begins anew. */
BDD sk_model_asked_take(SkModelAsked *asked, const SkWallBits *bits);
