/* SPDX-License-Identifier: Apache-2.0
 *
 * model.h - all packets through a ruleset at once: which of them get through a hook into a given
 * set. The same meaning as walk.h, rule by rule; only that one packet is walked and every packet is
 * decided. Chains are evaluated from the last rule to the first, with what follows as a set that is
 * already there; chains that several rules jump to are evaluated once.
 * What is not known is not guessed: an answer is always "may", with everything unknown taken both
 * ways; what must be so is what may not be otherwise.
 * Runs in: sekisho-wall. Trusts: the ruleset's own consistency (ruleset.h).
 * Spec: docs/wall-proof.md   Tests: tests/unit/wall/test-model.c, test-z3.c
 */
#pragma once

#include "policy/policy.h"
#include "wall/bits.h"

#define SK_WALL_NO_INTERFACE                                                                       \
    0xffffu /* OIF of a packet to the wall itself, IIF of one of its own  \
                                      */

/**
 * sk_wall_world: (transfer full): of char *: the interfaces there are to speak of, sorted: those
 * that
 * @rulesets (@n of them), @policy (or NULL) and @more (of char *, or NULL) name, one for each
 * pattern of the rulesets that fits no other, and "(another)", which nobody names.
 */
GPtrArray *sk_wall_world(const SkWallRuleset *const *rulesets, unsigned n, const SkPolicy *policy,
                         const GPtrArray *more);

/** SkWallEdit: a ruleset as it would be with one change. */
typedef enum {
    SK_WALL_EDIT_NONE = 0,
    SK_WALL_EDIT_DELETE, /* without @rule */
    SK_WALL_EDIT_BEFORE, /* before @rule, @drops are dropped */
    SK_WALL_EDIT_POLICY  /* @chain's policy is drop */
} SkWallEditKind;

typedef struct {
    SkWallEditKind kind;
    const SkWallRule *rule;
    const SkWallChain *chain;
    BDD drops; /* borrowed */
} SkWallEdit;

/** SkWallAsk: whose way through which ruleset, and what counts. */
typedef struct {
    const SkWallRuleset *ruleset;
    SkWallWay way;
    bool v6;
    bool dropped; /* do packets that are dropped count? */
    bool unknown; /* do packets that reach what is not modelled count? */
    SkWallEdit edit;
} SkWallAsk;

typedef struct SkWallModel SkWallModel;

/** sk_wall_model_new: starts BuDDy; one at a time in a process. @interfaces (sk_wall_world) is
 * borrowed. @rules: about how many will be asked. */
SkWallModel *sk_wall_model_new(const GPtrArray *interfaces, SkWallOrder order, unsigned rules);
void sk_wall_model_free(SkWallModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallModel, sk_wall_model_free)
SkWallBits *sk_wall_model_bits(SkWallModel *self);
/** sk_wall_model_failed: no answer means anything: too large, or too entangled, to decide. */
bool sk_wall_model_failed(const SkWallModel *self);

/**
 * sk_wall_model_hook: the packets that, as they stand before @hook, may get through it and be in
 * @then after it. @then is taken; returns what the caller owns.
 */
BDD sk_wall_model_hook(SkWallModel *self, const SkWallAsk *ask, SkWallHook hook, BDD then);
/** sk_wall_model_first, _rest: the hooks up to where a packet's way is decided (prerouting;
 * output), and those after it. Marks are 0 before the first. */
BDD sk_wall_model_first(SkWallModel *self, const SkWallAsk *ask, BDD then);
BDD sk_wall_model_rest(SkWallModel *self, const SkWallAsk *ask, BDD then);
/** sk_wall_model_real: packets that there can be, as they come in, for the ask's way and family. */
BDD sk_wall_model_real(SkWallModel *self, const SkWallAsk *ask);
/** sk_wall_model_same_after: does nothing in @ruleset change what later rules and hooks see of a
 * packet (no NAT, no mark, no notrack)? */
bool sk_wall_ruleset_changes_nothing(const SkWallRuleset *ruleset);
/** sk_wall_ruleset_knows_all: no unknown in any rule, no open set. */
bool sk_wall_ruleset_knows_all(const SkWallRuleset *ruleset);
/** sk_wall_ruleset_acts_unknown: is there an act that may do anything, or a map that packets change? */
bool sk_wall_ruleset_acts_unknown(const SkWallRuleset *ruleset);
