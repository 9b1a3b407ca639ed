/* SPDX-License-Identifier: Apache-2.0
 * prove-same.c - contract in prove.h (sk_wall_same): two rulesets, every packet. */
#include "wall/model-parts.h"
#include "wall/prove.h"

#define TARGETS_MAX 256u /* of translations that are looked at, one by one */

typedef struct {
    SkWallModel *model;
    const SkWallRuleset *pair[2];
    GArray *targets; /* of Target */
    SkWallDifference *found;
    bool unsure;
    /* Of the way and family in hand: */
    SkWallWay way;
    bool v6;
    BDD may[2];   /* may pass */
    BDD stops[2]; /* may be stopped */
    BDD real;     /* that there can be, for either */
} Same;

/* Where translations lead to. */
typedef struct {
    SkWallField field;
    bool v6; /* of addresses */
    SkWallRange range;
} Target;

/* What may pass @ruleset of the way in hand and be in @then (taken) at its end. */
static BDD
passing(const Same *self, const SkWallRuleset *ruleset, BDD then)
{
    SkWallAsk ask = {
        .ruleset = ruleset, .way = self->way, .v6 = self->v6, .unknown = true
    };

    return sk_wall_model_first(self->model, &ask, sk_wall_model_rest(self->model, &ask, then));
}

static BDD
stopping(const Same *self, const SkWallRuleset *ruleset)
{
    SkWallAsk ask = { .ruleset = ruleset,
                      .way = self->way,
                      .v6 = self->v6,
                      .unknown = true,
                      .dropped = true };

    return sk_wall_model_first(self->model, &ask, sk_wall_model_rest(self->model, &ask, bddfalse));
}

static BDD
real(const Same *self, const SkWallRuleset *ruleset)
{
    SkWallAsk ask = { .ruleset = ruleset, .way = self->way, .v6 = self->v6 };

    return sk_wall_model_real(self->model, &ask);
}

/* One packet of @set (taken), if there is any, is what they differ in. */
static bool
differ(Same *self, BDD set, unsigned which, const char *words)
{
    SkPacket *packet = &self->found->packet;
    bool some = set != bddfalse;

    if (some) {
        *packet = (SkPacket){ .way = self->way };
        sk_bits_packet(sk_wall_model_bits(self->model), set, packet);
        packet->field[SK_WALL_FAMILY] = SK_WALL_VALUE(self->v6 ? 1 : 0);
        g_autofree char *text = sk_packet_text(packet, self->found->interfaces);
        self->found->why = g_strdup_printf("only the %s %s: %s", which == 0 ? "first" : "second",
                                           words, text);
    }
    sk_bits_drop(set);
    return some;
}

/* ---- translations ----------------------------------------------------------------------------- */

static void
add_target(GArray *targets, SkWallField field, bool v6, SkWallRange range)
{
    for (unsigned i = 0; i < targets->len; i++) {
        const Target *t = &g_array_index(targets, Target, i);
        if (t->field == field && t->v6 == v6 &&
            sk_wall_value_compare(t->range.first, range.first) == 0 &&
            sk_wall_value_compare(t->range.last, range.last) == 0)
            return;
    }
    Target target = { .field = field, .v6 = v6, .range = range };
    g_array_append_val(targets, target);
}

static void
add_act(GArray *targets, const SkWallAct *act)
{
    bool from = act->kind == SK_WALL_SNAT;

    if ((act->kind != SK_WALL_DNAT && !from) || targets->len >= TARGETS_MAX)
        return;
    if (act->has_address)
        add_target(targets, from ? SK_WALL_SRC : SK_WALL_DST, act->v6, act->address);
    if (act->has_port)
        add_target(targets, from ? SK_WALL_SPORT : SK_WALL_DPORT, false, act->port);
}

static void
add_targets(GArray *targets, const SkWallChain *chain)
{
    for (unsigned i = 0; i < chain->rules->len; i++) {
        const SkWallRule *rule = g_ptr_array_index(chain->rules, i);
        for (unsigned s = 0; s < rule->steps->len; s++) {
            const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, s);
            if (step->kind == SK_WALL_STEP_ACT)
                add_act(targets, &step->act);
            for (unsigned m = 0; step->kind == SK_WALL_STEP_MAP && m < step->acts->len; m++)
                add_act(targets, &g_array_index(step->acts, SkWallAct, m));
        }
    }
}

static void
all_targets(GArray *targets, const SkWallRuleset *ruleset)
{
    for (unsigned i = 0; i < ruleset->tables->len; i++) {
        const SkWallTable *table = g_ptr_array_index(ruleset->tables, i);
        for (unsigned j = 0; j < table->chains->len; j++)
            add_targets(targets, g_ptr_array_index(table->chains, j));
    }
}

/* Packets that surely leave @which inside the target, and the other never lets leave there. */
static BDD
only_there(const Same *self, const Target *target, unsigned which)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    BDD inside = sk_bits_range(bits, target->field, sk_wall_value_full(bits->width[target->field]),
                               target->range, bddtrue);
    BDD there = passing(self, self->pair[which], sk_bits_keep(inside));
    BDD also = passing(self, self->pair[1 - which], sk_bits_keep(inside));
    BDD else_where = passing(self, self->pair[which], sk_bits_take_not(inside));

    there = sk_bits_take_less(there, else_where);
    there = sk_bits_take_less(there, sk_bits_keep(self->stops[which]));
    there = sk_bits_take_less(there, also);
    return sk_bits_take_and(there, sk_bits_keep(self->real));
}

static bool
translate_apart(Same *self)
{
    for (unsigned i = 0; i < self->targets->len; i++) {
        const Target *target = &g_array_index(self->targets, Target, i);
        bool address = target->field == SK_WALL_SRC || target->field == SK_WALL_DST;
        if (address && target->v6 != self->v6)
            continue;
        for (unsigned which = 0; which < 2; which++)
            if (differ(self, only_there(self, target, which), which, "makes this so"))
                return true;
    }
    return false;
}

/* ---- one way, one family ---------------------------------------------------------------------- */

/* Does any packet depend on what is not known, or on how one of them puts fragments together? */
static bool
is_open(const Same *self)
{
    bool open = false;

    for (unsigned i = 0; i < 2 && !open; i++) {
        BDD both = sk_bits_take_and(sk_bits_keep(self->may[i]), sk_bits_keep(self->stops[i]));
        BDD only = sk_bits_take_less(sk_bits_keep(self->may[i]), sk_bits_keep(self->may[1 - i]));
        both = sk_bits_take_and(both, sk_bits_keep(self->real));
        only = sk_bits_take_and(only, real(self, self->pair[i]));
        open = (both != bddfalse && !sk_wall_ruleset_knows_all(self->pair[i])) || only != bddfalse;
        sk_bits_drop(both);
        sk_bits_drop(only);
    }
    return open;
}

static bool
pass_apart(Same *self)
{
    for (unsigned i = 0; i < 2; i++) {
        BDD only = sk_bits_take_less(sk_bits_keep(self->may[i]), sk_bits_keep(self->may[1 - i]));
        only = sk_bits_take_less(only, sk_bits_keep(self->stops[i]));
        only = sk_bits_take_and(only, sk_bits_keep(self->real));
        if (differ(self, only, i, "lets this pass"))
            return true;
    }
    return false;
}

static SkWallSame
same_way(Same *self)
{
    SkWallSame same = SK_WALL_SAME;

    self->real = sk_bits_take_and(real(self, self->pair[0]), real(self, self->pair[1]));
    for (unsigned i = 0; i < 2; i++) {
        self->may[i] = passing(self, self->pair[i], bddtrue);
        self->stops[i] = stopping(self, self->pair[i]);
    }
    if (pass_apart(self) || translate_apart(self))
        same = SK_WALL_DIFFERENT;
    else if (is_open(self))
        self->unsure = true;
    for (unsigned i = 0; i < 2; i++) {
        sk_bits_drop(self->may[i]);
        sk_bits_drop(self->stops[i]);
    }
    sk_bits_drop(self->real);
    return same;
}

static const char *
not_comparable(const SkWallRuleset *ruleset)
{
    if (ruleset->unmodelled->len > 0)
        return ((const SkWallUnmodelled *)g_ptr_array_index(ruleset->unmodelled, 0))->why;
    return sk_wall_ruleset_changes_nothing(ruleset) ? NULL : "a rule changes packets";
}

static SkWallSame
unsure(SkWallDifference *ret, const char *why)
{
    g_free(ret->why);
    ret->why = g_strdup(why);
    return SK_WALL_UNSURE_SAME;
}

SkWallSame
sk_wall_same(const SkWallRuleset *a, const SkWallRuleset *b, SkWallDifference *ret)
{
    g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
    Same self = { .pair = { a, b }, .targets = targets, .found = ret };
    SkWallSame same = SK_WALL_SAME;

    *ret = (SkWallDifference){ .interfaces = sk_wall_world(self.pair, 2, NULL, NULL) };
    all_targets(targets, a);
    all_targets(targets, b);
    g_autoptr(SkWallModel) model =
        sk_wall_model_new(ret->interfaces, SK_BITS_BY_DESTINATION, a->rules + b->rules);
    self.model = model;
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2 && same == SK_WALL_SAME; i++) {
        self.way = (SkWallWay)(i / 2);
        self.v6 = i % 2 == 1;
        same = same_way(&self);
    }
    if (sk_wall_model_failed(model))
        return unsure(ret, "they are too large or too entangled to compare");
    if (same == SK_WALL_DIFFERENT)
        return same;
    for (unsigned i = 0; i < 2; i++)
        if (not_comparable(self.pair[i]) != NULL)
            return unsure(ret, not_comparable(self.pair[i]));
    return self.unsure ? unsure(ret, "a rule asks what is not modelled, or not in both, and it "
                                     "decides over packets")
                       : SK_WALL_SAME;
}

void
sk_wall_difference_clear(SkWallDifference *self)
{
    g_clear_pointer(&self->interfaces, g_ptr_array_unref);
    g_clear_pointer(&self->why, g_free);
}
