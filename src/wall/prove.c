/* SPDX-License-Identifier: Apache-2.0
 * prove.c - contract in prove.h. */
#include "wall/prove-parts.h"

#include <string.h>
#include <time.h>

#define KEYS_MAX 16u

static int64_t
cpu_us(void)
{
    struct timespec now = { .tv_sec = 0 };

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- what the policy allows, as a set ---------------------------------------------------------
 */

typedef bool (*Wanted)(const SkWallAllowed *allowed);

static bool
any_allowed(const SkWallAllowed *allowed)
{
    (void)allowed;
    return true;
}

static bool
connections(const SkWallAllowed *allowed)
{
    return allowed->by == SK_WALL_BY_FLOW || allowed->by == SK_WALL_BY_GATE;
}

/* Fields that a set asks, a bit each, of those in @of. */
static uint32_t
asked_fields(const SkWallAllowed *allowed, uint32_t of)
{
    uint32_t fields = 0;

    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        if (allowed->ranges[i] != NULL && (of >> i & 1) != 0)
            fields |= UINT32_C(1) << i;
    return fields;
}

/* The product of a set's ranges, as boxes. */
static void
add_boxes(GArray *boxes, const SkWallAllowed *allowed, const SkWallKey *key, unsigned keys)
{
    unsigned at[KEYS_MAX] = { 0 }, k = 0;

    while (k < keys) {
        for (unsigned i = 0; i < keys; i++)
            g_array_append_val(boxes,
                               g_array_index(allowed->ranges[key[i].field], SkWallRange, at[i]));
        for (k = 0; k < keys && ++at[k] == allowed->ranges[key[k].field]->len; k++)
            at[k] = 0;
    }
}

/* The union of all wanted sets of one way and family, of the fields in @of. */
static BDD
union_of(const SkProve *self, SkWallWay way, bool v6, Wanted wanted, uint32_t of)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    BDD all = bddfalse;

    for (unsigned i = 0; i < self->allowed->len; i++) {
        const SkWallAllowed *first = g_ptr_array_index(self->allowed, i);
        uint32_t fields = asked_fields(first, of);
        if (first->way != way || first->v6 != v6 || !wanted(first) ||
            !g_hash_table_add(done, GUINT_TO_POINTER(fields)))
            continue;
        g_autoptr(GArray) boxes = g_array_new(FALSE, FALSE, sizeof(SkWallRange));
        SkWallKey key[KEYS_MAX];
        unsigned keys = 0;
        for (unsigned f = 0; f < SK_WALL_FIELD_COUNT && keys < KEYS_MAX; f++)
            if ((fields >> f & 1) != 0)
                key[keys++] = (SkWallKey){ .field = (SkWallField)f,
                                           .mask = sk_wall_value_full(bits->width[f]) };
        if (keys == 0) {
            sk_bits_drop(all);
            return bddtrue;
        }
        for (unsigned j = i; j < self->allowed->len; j++) { /* all that ask the same fields */
            const SkWallAllowed *one = g_ptr_array_index(self->allowed, j);
            if (one->way == way && one->v6 == v6 && wanted(one) && asked_fields(one, of) == fields)
                add_boxes(boxes, one, key, keys);
        }
        all = sk_bits_take_or(all, sk_bits_boxes(bits, key, keys,
                                                 (const SkWallRange *)(const void *)boxes->data,
                                                 boxes->len / keys));
    }
    return all;
}

#define ALL_FIELDS UINT32_MAX
#define BIT(field) (UINT32_C(1) << (field))
#define TUPLE_FIELDS                                                                               \
    (BIT(SK_WALL_PROTOCOL) | BIT(SK_WALL_SRC) | BIT(SK_WALL_DST) | BIT(SK_WALL_SPORT) |            \
     BIT(SK_WALL_DPORT) | BIT(SK_WALL_CT_DIRECTION))

/* ---- established and related, inductively -----------------------------------------------------
 */

/* Packets that an error about a connection may be: the kernel takes these types for such. */
static BDD
errors_about(const SkProve *self, SkWallWay way, bool v6)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    BDD types = v6 ? sk_bits_in(bits, SK_WALL_ICMP_TYPE, 0, 127)
                   : sk_bits_take_or(sk_bits_in(bits, SK_WALL_ICMP_TYPE, 3, 5),
                                     sk_bits_in(bits, SK_WALL_ICMP_TYPE, 11, 12));
    BDD ends = union_of(self, way, v6, connections, BIT(SK_WALL_DST));

    types = sk_bits_take_and(types, sk_bits_is(bits, SK_WALL_PROTOCOL, v6 ? 58 : 1));
    types = sk_bits_take_and(types, sk_bits_is(bits, SK_WALL_CT_STATE, SK_WALL_RELATED));
    if (way !=
        SK_WALL_FORWARDED) { /* connections of the wall with itself and others: any address */
        sk_bits_drop(ends);
        return types;
    }
    return sk_bits_take_and(types, ends);
}

/* Packets of connections that the policy lets be opened, at whatever interface they come in, and
 * what speaks of them. What the ruleset lets open beyond that is a leak of its own. */
static BDD
possible(const SkProve *self, SkWallWay way, bool v6)
{
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    BDD tuples = union_of(self, way, v6, connections, TUPLE_FIELDS);
    BDD state = sk_bits_is(bits, SK_WALL_CT_STATE, SK_WALL_ESTABLISHED);
    BDD others =
        sk_bits_take_not(sk_bits_in(bits, SK_WALL_CT_STATE, SK_WALL_ESTABLISHED, SK_WALL_RELATED));

    tuples = sk_bits_take_and(tuples, state);
    return sk_bits_take_or(sk_bits_take_or(tuples, errors_about(self, way, v6)), others);
}

/* Is any packet of @left of a connection, or about one? */
static bool
has_old(const SkProve *self, BDD left)
{
    BDD old = sk_bits_in(sk_wall_model_bits(self->model), SK_WALL_CT_STATE, SK_WALL_ESTABLISHED,
                         SK_WALL_RELATED);
    BDD some = sk_bits_take_and(old, sk_bits_keep(left));
    bool any = some != bddfalse;

    sk_bits_drop(some);
    return any;
}

/* ---- one way, one family ----------------------------------------------------------------------
 */

typedef struct {
    BDD may;            /* pass or may pass, and are not allowed */
    BDD sure;           /* pass whatever the unknowns are */
    SkProveSet stopped; /* allowed, and cannot pass */
} Left;

static bool
vague_act(const SkWallAct *act)
{
    bool range = act->has_address && !act->prefix &&
                 sk_wall_value_compare(act->address.first, act->address.last) != 0;
    bool ports = act->has_port && sk_wall_value_compare(act->port.first, act->port.last) != 0;

    return (act->kind == SK_WALL_DNAT || act->kind == SK_WALL_SNAT) &&
           (range || ports || act->masquerade || act->redirect || act->kind == SK_WALL_DNAT);
}

/* Is everything about every packet known: no unknowns, and no translation whose outcome is open? */
static bool
is_exact(const SkWallRuleset *ruleset)
{
    if (!sk_wall_ruleset_knows_all(ruleset))
        return false;
    for (unsigned i = 0; i < ruleset->tables->len; i++) {
        const SkWallTable *table = g_ptr_array_index(ruleset->tables, i);
        for (unsigned j = 0; j < table->chains->len; j++) {
            const SkWallChain *chain = g_ptr_array_index(table->chains, j);
            for (unsigned k = 0; k < chain->rules->len; k++) {
                const SkWallRule *rule = g_ptr_array_index(chain->rules, k);
                for (unsigned s = 0; s < rule->steps->len; s++) {
                    const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, s);
                    if (step->kind == SK_WALL_STEP_ACT && vague_act(&step->act))
                        return false;
                    for (unsigned m = 0; step->kind == SK_WALL_STEP_MAP && m < step->acts->len; m++)
                        if (vague_act(&g_array_index(step->acts, SkWallAct, m)))
                            return false;
                }
            }
        }
    }
    return true;
}

/* Packets that pass whatever the unknowns are, and @bad (taken) where their way is decided. */
static BDD
surely(SkProve *self, const SkWallAsk *may, BDD bad)
{
    SkWallAsk ask = *may;

    ask.dropped = true; /* the reverse: what may be stopped, or is not bad */
    BDD stopped = sk_wall_model_rest(self->model, &ask, bddfalse);
    BDD fine = sk_bits_take_or(stopped, sk_bits_take_not(bad));
    return sk_bits_take_not(sk_wall_model_first(self->model, &ask, fine));
}

/* What is allowed and cannot pass. Where a side is outside, any one of the interfaces there will
 * do. */
static SkProveSet
stopped(const SkProve *self, SkWallWay way, bool v6)
{
    static const SkWallField sides[] = { SK_WALL_IIF, SK_WALL_OIF };
    const SkWallBits *bits = sk_wall_model_bits(self->model);
    BDD passes = sk_bits_keep(self->may[way][v6]);

    for (unsigned i = 0; i < 2; i++) {
        if (way == (i == 0 ? SK_WALL_OUT : SK_WALL_IN))
            continue;
        BDD outside = sk_prove_side(self, sides[i], NULL), cube = sk_bits_cube(bits, &sides[i], 1);
        BDD some = sk_bits_take_and(sk_bits_keep(passes), sk_bits_keep(outside));
        BDD any = sk_bits_keep(bdd_exist(some, cube));
        sk_bits_drop(some);
        sk_bits_drop(cube);
        passes = sk_bits_take_or(passes, sk_bits_take_and(any, outside));
    }
    BDD said = union_of(self, way, v6, connections, ALL_FIELDS);
    said = sk_bits_take_and(said, sk_bits_keep(self->real[way][v6]));
    return (SkProveSet){ .in = said, .out = passes };
}

/* Packets as they come in, that there can be, that pass, and that are in @set where their way is decided. Where nothing
 * changes packets they are the same there as when they come in, and what comes in was asked already; then nearly all of it is
 * looked at and nothing made. */
static BDD
coming(SkProve *self, const SkWallAsk *ask, BDD set)
{
    BDD real = sk_bits_keep(self->real[ask->way][ask->v6]);

    if (self->plain)
        return sk_bits_take_and(sk_bits_keep(self->may[ask->way][ask->v6]),
                                sk_bits_take_and(sk_bits_keep(set), real));
    set = sk_bits_take_and(sk_bits_keep(self->rest[ask->way][ask->v6]), sk_bits_keep(set));
    return sk_bits_take_and(sk_wall_model_first(self->model, ask, set), real);
}

/* What does not depend on the policy but for the interfaces that it names. */
static void
pass(SkProve *self, SkWallWay way, bool v6)
{
    SkWallAsk ask = { .ruleset = self->ruleset, .way = way, .v6 = v6, .unknown = true };
    BDD rest = sk_wall_model_rest(self->model, &ask, bddtrue);

    self->rest[way][v6] = rest;
    self->real[way][v6] = sk_wall_model_real(self->model, &ask);
    self->may[way][v6] = sk_wall_model_first(self->model, &ask, sk_bits_keep(rest));
}

static Left
decide(SkProve *self, SkWallWay way, bool v6)
{
    SkWallAsk ask = { .ruleset = self->ruleset, .way = way, .v6 = v6, .unknown = true };
    BDD allowed = union_of(self, way, v6, any_allowed, ALL_FIELDS);
    BDD bad = sk_bits_take_not(sk_bits_keep(allowed)); /* where the way is decided */
    Left left = { .may = bddfalse };

    self->sentences[way][v6] = allowed;
    left.may = coming(self, &ask, bad);
    if (has_old(self, left.may)) { /* not in the strict reading: only what can have been opened */
        self->proof->inductive = true;
        sk_bits_drop(left.may);
        bad = sk_bits_take_and(bad, possible(self, way, v6));
        left.may = coming(self, &ask, bad);
    }
    if (self->exact || left.may == bddfalse) {
        left.sure = sk_bits_keep(left.may);
        sk_bits_drop(bad);
    } else {
        bad = sk_bits_take_and(bad, sk_bits_keep(self->rest[way][v6]));
        left.sure = surely(self, &ask, bad);
        left.sure = sk_bits_take_and(left.sure, sk_bits_keep(left.may));
    }
    if (!self->question->no_blocked)
        left.stopped = stopped(self, way, v6);
    return left;
}

/* ---- pairs of zones ---------------------------------------------------------------------------
 */

static void
drop_set(SkProveSet *set)
{
    sk_bits_drop(set->in);
    sk_bits_drop(set->out);
}

static void
show_pair(SkProve *self, const SkPair *pair, bool v6, const Left *left)
{
    SkWallProof *proof = self->proof;
    unsigned max =
        self->question->found_max > 0 ? self->question->found_max : SK_WALL_FOUND_DEFAULT;
    SkProveSet sure = { .in = sk_prove_of_pair(self, pair, left->sure) };
    SkProveSet may = { .in = sk_prove_of_pair(self, pair, left->may) };
    SkProveSet blocked = { .in = sk_prove_of_pair(self, pair, left->stopped.in),
                           .out = sk_prove_of_pair(self, pair, left->stopped.out) };

    may.in = sk_bits_take_less(may.in, sk_bits_keep(sure.in));
    unsigned found = sk_prove_found(self, pair, v6, &sure, max, false, false, proof->leaks);
    sk_prove_found(self, pair, v6, &may, max - MIN(found, max), true, false, proof->leaks);
    proof->more_leaks = proof->more_leaks || sk_prove_some(&sure) || sk_prove_some(&may);
    /* One shows what is missing; leaks are why this runs. */
    sk_prove_found(self, pair, v6, &blocked, MIN(max, SK_WALL_BLOCKED_MAX), false, true,
                   proof->blocked);
    proof->more_blocked = proof->more_blocked || sk_prove_some(&blocked);
    drop_set(&sure);
    drop_set(&may);
    drop_set(&blocked);
}

static void
show(SkProve *self, SkWallWay way, bool v6, const Left *left)
{
    const GPtrArray *zones = sk_policy_zones(self->policy);
    unsigned from_n = way == SK_WALL_OUT ? 1 : zones->len + 1;
    unsigned to_n = way == SK_WALL_IN ? 1 : zones->len + 1;

    if (left->may == bddfalse && !sk_prove_some(&left->stopped))
        return;
    for (unsigned i = 0; i < from_n; i++)
        for (unsigned j = 0; j < to_n; j++) {
            SkPair pair = { .way = way };
            if (way != SK_WALL_OUT && i < zones->len)
                pair.from = g_ptr_array_index(zones, i);
            if (way != SK_WALL_IN && j < zones->len)
                pair.to = g_ptr_array_index(zones, j);
            show_pair(self, &pair, v6, left);
        }
}

/* ---- the verdict ------------------------------------------------------------------------------
 */

static void
unmodelled_free(void *data)
{
    SkWallUnmodelled *self = data;

    g_free(self->text);
    g_free(self->why);
    g_free(self);
}

void
sk_prove_unmodelled(SkWallProof *proof, const char *section, unsigned line, const char *text,
                    const char *why)
{
    SkWallUnmodelled *item = g_new0(SkWallUnmodelled, 1);

    item->section = g_intern_string(section);
    item->line = line;
    item->text = g_strdup(text);
    item->why = g_strdup(why);
    g_ptr_array_add(proof->unmodelled, item);
}

void
sk_prove_internal(SkProve *self, const char *why)
{
    sk_prove_unmodelled(self->proof, "proof", 0, "", why);
}

/* Does anything that may do what it likes stand where packets come? Those that readers found are
 * listed already. */
static void
look_for_unknown_acts(SkProve *self)
{
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2 && self->proof->unmodelled->len == 0; i++) {
        SkWallAsk ask = {
            .ruleset = self->ruleset, .way = (SkWallWay)(i / 2), .v6 = i % 2 == 1, .unknown = true
        };
        BDD set = sk_wall_model_rest(self->model, &ask, bddfalse);
        set = sk_wall_model_first(self->model, &ask, set);
        set = sk_bits_take_and(set, sk_bits_keep(self->real[ask.way][ask.v6]));
        if (set != bddfalse)
            sk_prove_internal(self, "packets reach a map or chain that may do anything with them");
        sk_bits_drop(set);
    }
}

static SkWallVerdict
verdict_of(const SkWallProof *proof)
{
    bool perhaps = false;

    for (unsigned i = 0; i < proof->leaks->len; i++) {
        const SkWallFound *found = g_ptr_array_index(proof->leaks, i);
        if (!found->perhaps)
            return SK_WALL_NOT_ALLOWED;
        perhaps = true;
    }
    return perhaps || proof->unmodelled->len > 0 || proof->more_leaks ? SK_WALL_NOT_PROVEN
                                                                      : SK_WALL_PROVED;
}

struct SkWallProver {
    const SkWallRuleset *ruleset;
    GPtrArray *interfaces; /* of char *: those of the model; NULL: nothing is made yet */
    SkWallOrder order;
    SkProve passes; /* what does not depend on the policy: the model, real, rest, may */
};

static void
forget_passes(SkWallProver *self)
{
    g_clear_pointer(&self->passes.model, sk_wall_model_free);
    g_clear_pointer(&self->interfaces, g_ptr_array_unref);
    self->passes = (SkProve){ .ruleset = self->ruleset };
}

static bool
same_names(const GPtrArray *a, const GPtrArray *b)
{
    for (unsigned i = 0; i < a->len && a->len == b->len; i++)
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return false;
    return a->len == b->len;
}

/* What passes, unless it is there already. Interfaces are numbers in the model: with others it is another one. */
static bool
make_passes(SkWallProver *self, GPtrArray *interfaces, unsigned hint)
{
    SkProve *passes = &self->passes;

    if (self->interfaces != NULL && same_names(self->interfaces, interfaces))
        return !sk_wall_model_failed(passes->model);
    forget_passes(self);
    self->interfaces = g_ptr_array_ref(interfaces);
    passes->interfaces = interfaces;
    passes->model = sk_wall_model_new(interfaces, self->order, hint);
    passes->plain = sk_wall_ruleset_changes_nothing(self->ruleset) &&
                    !sk_wall_ruleset_acts_unknown(self->ruleset);
    passes->exact = is_exact(self->ruleset);
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2 && !sk_wall_model_failed(passes->model); i++)
        pass(passes, (SkWallWay)(i / 2), i % 2 == 1);
    return !sk_wall_model_failed(passes->model);
}

static void
drop_left(SkProve *self, Left *left)
{
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2; i++) {
        sk_bits_drop(self->sentences[i / 2][i % 2]);
        sk_bits_drop(left[i].may);
        sk_bits_drop(left[i].sure);
        drop_set(&left[i].stopped);
    }
}

static bool
prove_in(SkWallProver *prover, SkProve *self)
{
    Left left[SK_WALL_WAY_COUNT * 2] = { { .may = bddfalse } };
    SkProve asked = *self;

    if (!make_passes(prover, self->proof->interfaces, self->ruleset->rules + self->allowed->len))
        return false;
    *self = prover->passes;
    self->policy = asked.policy;
    self->question = asked.question;
    self->allowed = asked.allowed;
    self->proof = asked.proof;
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2 && !sk_wall_model_failed(self->model); i++) {
        sk_bits_family(sk_wall_model_bits(self->model), i % 2 == 1);
        left[i] = decide(self, (SkWallWay)(i / 2), i % 2 == 1);
    }
    if (sk_wall_model_failed(self->model))
        return false;
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2; i++) {
        sk_bits_family(sk_wall_model_bits(self->model), i % 2 == 1);
        show(self, (SkWallWay)(i / 2), i % 2 == 1, &left[i]);
    }
    if (sk_wall_ruleset_acts_unknown(self->ruleset))
        look_for_unknown_acts(self);
    self->proof->nodes = sk_bits_nodes();
    drop_left(self, left);
    return !sk_wall_model_failed(self->model);
}

static SkWallProof *
proof_new(void)
{
    SkWallProof *self = g_new0(SkWallProof, 1);

    self->interfaces = g_ptr_array_new_with_free_func(g_free);
    self->leaks = g_ptr_array_new_with_free_func(sk_wall_found_free);
    self->blocked = g_ptr_array_new_with_free_func(sk_wall_found_free);
    self->unmodelled = g_ptr_array_new_with_free_func(unmodelled_free);
    return self;
}

static void
forget(SkWallProof *proof, unsigned unmodelled)
{
    g_ptr_array_set_size(proof->leaks, 0);
    g_ptr_array_set_size(proof->blocked, 0);
    g_ptr_array_set_size(proof->unmodelled, (int)unmodelled);
    proof->more_leaks = proof->more_blocked = proof->inductive = proof->looked_at = false;
}

SkWallProver *
sk_wall_prover_new(const SkWallRuleset *ruleset)
{
    SkWallProver *self = g_new0(SkWallProver, 1);

    self->ruleset = ruleset;
    self->order = SK_BITS_BY_DESTINATION;
    return self;
}

void
sk_wall_prover_free(SkWallProver *self)
{
    if (self == NULL)
        return;
    forget_passes(self);
    g_free(self);
}

/* One try; what is left of one that failed is worth nothing. */
static bool
try_in(SkWallProver *self, SkProve *asked, SkWallOrder order)
{
    if (self->order != order)
        forget_passes(self);
    self->order = order;
    if (prove_in(self, asked))
        return true;
    forget_passes(self);
    return false;
}

SkWallProof *
sk_wall_prover_ask(SkWallProver *self, const SkPolicy *policy, const SkWallQuestion *question)
{
    const SkWallRuleset *ruleset = self->ruleset;
    SkWallProof *proof = proof_new();
    int64_t start = cpu_us();

    g_ptr_array_unref(proof->interfaces);
    proof->interfaces = sk_wall_world(&ruleset, 1, policy, question->interfaces);
    g_autoptr(GPtrArray) allowed = sk_wall_allowed(policy, question->now, proof->interfaces);
    SkProve asked = { .policy = policy,
                      .ruleset = ruleset,
                      .question = question,
                      .allowed = allowed,
                      .proof = proof };
    proof->rules = ruleset->rules;
    for (unsigned i = 0; i < ruleset->unmodelled->len; i++) {
        const SkWallUnmodelled *item = g_ptr_array_index(ruleset->unmodelled, i);
        sk_prove_unmodelled(proof, item->section, item->line, item->text, item->why);
    }
    unsigned unmodelled = proof->unmodelled->len;
    SkWallOrder order = self->order;
    bool decided = try_in(self, &asked, order);
    if (!decided) { /* another order may need fewer nodes */
        forget(proof, unmodelled);
        decided = try_in(self, &asked,
                         order == SK_BITS_BY_SOURCE ? SK_BITS_BY_DESTINATION : SK_BITS_BY_SOURCE);
    }
    if (!decided) {
        forget(proof, unmodelled);
        sk_prove_internal(&asked, "the ruleset is too large or too entangled to decide");
    }
    sk_prove_old(&asked);
    proof->verdict = verdict_of(proof);
    proof->us = cpu_us() - start;
    return proof;
}

void
sk_wall_prover_ready(SkWallProver *self, const SkPolicy *policy, const SkWallQuestion *question)
{
    g_autoptr(GPtrArray) interfaces =
        sk_wall_world(&self->ruleset, 1, policy, question->interfaces);

    if (make_passes(self, interfaces, self->ruleset->rules))
        return;
    forget_passes(self); /* the other order; where that fails too, the question says so */
    self->order = self->order == SK_BITS_BY_SOURCE ? SK_BITS_BY_DESTINATION : SK_BITS_BY_SOURCE;
    (void)make_passes(self, interfaces, self->ruleset->rules);
}

SkWallProof *
sk_wall_prove(const SkPolicy *policy, const SkWallRuleset *ruleset, const SkWallQuestion *question)
{
    g_autoptr(SkWallProver) prover = sk_wall_prover_new(ruleset);

    return sk_wall_prover_ask(prover, policy, question);
}

void
sk_wall_proof_free(SkWallProof *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->interfaces);
    g_ptr_array_unref(self->leaks);
    g_ptr_array_unref(self->blocked);
    g_ptr_array_unref(self->unmodelled);
    g_free(self);
}

const char *
sk_wall_verdict_name(SkWallVerdict verdict)
{
    static const char *const names[] = { "not-proven", "not-allowed", "proved" };

    g_assert(verdict < G_N_ELEMENTS(names));
    return names[verdict];
}
