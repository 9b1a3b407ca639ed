/* SPDX-License-Identifier: Apache-2.0
 *
 * model-parts.h - what the files of the model share; nobody else includes it.
 *   model.c       rules, chains and hooks
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
