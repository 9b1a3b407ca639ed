/* SPDX-License-Identifier: Apache-2.0
 * test-z3.c - a second opinion: random rulesets as formulas of bit-vectors, written from the walk's
 * meaning rule by rule and forwards, which is not how the model does it; z3 says whether any packet
 * at all is in the one and not in the other. */
#include "random-ruleset.h"

#include "wall/model.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    GString *out;
    const SkWallRuleset *ruleset;
    const GPtrArray *world;
    unsigned family;
    unsigned names;

} Smt;

static unsigned
define(Smt *smt, const char *expression)
{
    g_string_append_printf(smt->out, "(declare-const x%u Bool)(assert (= x%u %s))\n",
                           smt->names + 1, smt->names + 1, expression);
    return ++smt->names;
}

static unsigned
defined(Smt *smt, char *expression /* taken */)
{
    unsigned name = define(smt, expression);

    g_free(expression);
    return name;
}

static unsigned
and2(Smt *smt, unsigned a, unsigned b)
{
    return defined(smt, g_strdup_printf("(and x%u x%u)", a, b));
}

static unsigned
or2(Smt *smt, unsigned a, unsigned b)
{
    return defined(smt, g_strdup_printf("(or x%u x%u)", a, b));
}

static unsigned
without(Smt *smt, unsigned a, unsigned b)
{
    return defined(smt, g_strdup_printf("(and x%u (not x%u))", a, b));
}

static char *
number(SkWallValue value, unsigned bits)
{
    return bits > 64 ? g_strdup_printf("(concat (_ bv%" G_GUINT64_FORMAT
                                       " %u) (_ bv%" G_GUINT64_FORMAT " 64))",
                                       value.hi, bits - 64, value.lo)
                     : g_strdup_printf("(_ bv%" G_GUINT64_FORMAT " %u)", value.lo, bits);
}

static char *
in_range(const Smt *smt, const SkWallKey *key, const SkWallRange *range)
{
    unsigned bits = sk_wall_field_bits(key->field);

    if (key->field == SK_WALL_IIF || key->field == SK_WALL_OIF) {
        GString *any = g_string_new("(or false");
        const char *pattern = g_ptr_array_index(smt->ruleset->interfaces, range->first.lo);
        for (unsigned i = 0; i < smt->world->len; i++)
            if (sk_wall_interface_matches(pattern, g_ptr_array_index(smt->world, i)))
                g_string_append_printf(any, " (= f%u (_ bv%u 16))", (unsigned)key->field, i);
        g_string_append_c(any, ')');
        return g_string_free(any, FALSE);
    }
    if (key->field == SK_WALL_FAMILY)
        return g_strdup((range->first.lo <= (smt->family & key->mask.lo) &&
                         (smt->family & key->mask.lo) <= range->last.lo)
                            ? "true"
                            : "false");
    g_autofree char *mask = number(key->mask, bits), *first = number(range->first, bits);
    g_autofree char *last = number(range->last, bits);
    g_autofree char *value = g_strdup_printf("(bvand f%u %s)", (unsigned)key->field, mask);
    return g_strdup_printf("(and (bvule %s %s) (bvule %s %s))", first, value, value, last);
}

static const char *
has_field(SkWallField field)
{
    switch ((unsigned)field) {
    case SK_WALL_SPORT:
    case SK_WALL_DPORT:
        return "has-ports";
    case SK_WALL_ICMP_TYPE:
    case SK_WALL_ICMP_CODE:
        return "has-icmp";
    case SK_WALL_TCP_FLAGS:
        return "has-flags";
    case SK_WALL_CT_DIRECTION:
    case SK_WALL_CT_STATUS:
    case SK_WALL_CT_MARK:
        return "has-connection";
    default:
        return "true";
    }
}

static unsigned
in_box(Smt *smt, const SkWallStep *step, unsigned box)
{
    GString *all = g_string_new("(and true");

    for (unsigned k = 0; k < step->keys; k++) {
        g_autofree char *one =
            in_range(smt, &step->key[k],
                     &g_array_index(step->set->boxes, SkWallRange, box * step->keys + k));
        g_string_append_printf(all, " %s", one);
    }
    g_string_append_c(all, ')');
    return defined(smt, g_string_free(all, FALSE));
}

static unsigned
answerable(Smt *smt, const SkWallStep *step)
{
    GString *all = g_string_new("(and true");

    for (unsigned k = 0; k < step->keys; k++)
        g_string_append_printf(all, " %s", has_field(step->key[k].field));
    g_string_append_c(all, ')');
    return defined(smt, g_string_free(all, FALSE));
}

/* Where a chain's packets come out; `next`: of a rule, those that go on to the next one. */
typedef struct {
    unsigned accepted, returned, next;
} Outs;

static Outs chain_outs(Smt *smt, const SkWallChain *chain);

/* Packets @in meet @act; returns those that go on in the rule. */
static unsigned
meet(Smt *smt, const SkWallAct *act, unsigned in, Outs *outs)
{
    switch ((unsigned)act->kind) {
    case SK_WALL_ACCEPT:
        outs->accepted = or2(smt, outs->accepted, in);
        break;
    case SK_WALL_RETURN:
        outs->returned = or2(smt, outs->returned, in);
        break;
    case SK_WALL_JUMP:
    case SK_WALL_GOTO: {
        Outs target = chain_outs(smt, act->chain);
        unsigned back = and2(smt, in, target.returned);
        outs->accepted = or2(smt, outs->accepted, and2(smt, in, target.accepted));
        if (act->kind == SK_WALL_JUMP)
            outs->next = or2(smt, outs->next, back);
        else
            outs->returned = or2(smt, outs->returned, back);
        break;
    }
    case SK_WALL_CONTINUE:
        return in;
    default:
        break;
    }
    return define(smt, "false");
}

static unsigned
step_outs(Smt *smt, const SkWallStep *step, unsigned in, Outs *outs)
{
    unsigned left = in, through = define(smt, "false");

    if (step->kind == SK_WALL_STEP_ACT)
        return meet(smt, &step->act, in, outs);
    unsigned can = answerable(smt, step);
    outs->next = or2(smt, outs->next, without(smt, left, can));
    left = and2(smt, left, can);
    for (unsigned i = 0; i < step->set->boxes->len / step->keys; i++) {
        unsigned here = and2(smt, left, in_box(smt, step, i));
        left = without(smt, left, here);
        if (step->kind == SK_WALL_STEP_MAP)
            here = meet(smt, &g_array_index(step->acts, SkWallAct, i), here, outs);
        through = or2(smt, through, here);
    }
    if (step->kind == SK_WALL_STEP_MATCH && step->negated) {
        unsigned swap = left;
        left = through;
        through = swap;
    }
    outs->next = or2(smt, outs->next, left);
    return through;
}

static Outs
chain_outs(Smt *smt, const SkWallChain *chain)
{
    Outs outs = { .accepted = define(smt, "false"), .returned = define(smt, "false") };
    unsigned live = define(smt, "true");

    for (unsigned i = 0; i < chain->rules->len; i++) {
        const SkWallRule *rule = g_ptr_array_index(chain->rules, i);
        unsigned in = live;
        outs.next = define(smt, "false");
        for (unsigned s = 0; s < rule->steps->len; s++)
            in = step_outs(smt, &g_array_index(rule->steps, SkWallStep, s), in, &outs);
        live = or2(smt, outs.next, in);
    }
    outs.returned = or2(smt, outs.returned, live);
    return outs;
}

/* The model's set, node by node. */
static unsigned
set_of(Smt *smt, const SkWallBits *bits, BDD set, GHashTable *seen)
{
    void *found = g_hash_table_lookup(seen, GINT_TO_POINTER(set));
    unsigned field = 0, variable, name;

    if (set == bddtrue || set == bddfalse)
        return define(smt, set == bddtrue ? "true" : "false");
    if (found != NULL)
        return GPOINTER_TO_UINT(found);
    variable = (unsigned)bdd_var(set);
    while (variable < bits->first[field] || variable >= bits->first[field] + bits->whole[field])
        field++;
    unsigned bit = bits->whole[field] - 1 - (variable - bits->first[field]);
    unsigned low = set_of(smt, bits, bdd_low(set), seen),
             high = set_of(smt, bits, bdd_high(set), seen);
    name = defined(smt, g_strdup_printf("(ite (= ((_ extract %u %u) f%u) #b1) x%u x%u)", bit, bit,
                                        field, high, low));
    g_hash_table_insert(seen, GINT_TO_POINTER(set), GUINT_TO_POINTER(name));
    return name;
}

static void
add_question(Smt *smt, SkWallModel *model, GRand *rand, bool lie)
{
    SkWallAsk ask = { .ruleset = smt->ruleset, .v6 = smt->family == 1 };
    g_autoptr(GPtrArray) chains =
        sk_wall_base_chains(smt->ruleset, smt->family, SK_WALL_HOOK_FORWARD);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    BDD set = sk_wall_model_hook(model, &ask, SK_WALL_HOOK_FORWARD, bddtrue);
    unsigned passes = define(smt, "true");

    if (lie) { /* one packet put in or taken out */
        SkPacket packet;
        random_packet(rand, smt->world->len, &packet);
        BDD one = bddtrue;
        for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
            if (f != SK_WALL_FAMILY)
                one = sk_bits_take_and(
                    one, sk_bits_is(sk_wall_model_bits(model), (SkWallField)f, packet.field[f].lo));
        BDD other = sk_bits_keep(bdd_apply(set, one, bddop_xor));
        sk_bits_drop(set);
        sk_bits_drop(one);
        set = other;
    }
    for (unsigned i = 0; i < chains->len; i++) {
        const SkWallChain *chain = g_ptr_array_index(chains, i);
        Outs outs = chain_outs(smt, chain);
        unsigned through = chain->drops ? outs.accepted : or2(smt, outs.accepted, outs.returned);
        passes = and2(smt, passes, through);
    }
    unsigned decided = set_of(smt, sk_wall_model_bits(model), set, seen);
    g_string_append_printf(smt->out, "(assert (xor x%u x%u))\n(check-sat)\n", passes, decided);
    sk_bits_drop(set);
}

static void
add_preamble(Smt *smt)
{
    g_string_append(smt->out, "(set-logic QF_BV)\n");
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT;
         i++) { /* a small space: the values that are used */
        unsigned bits = sk_wall_field_bits((SkWallField)i);
        g_string_append_printf(smt->out, "(declare-const f%u (_ BitVec %u))\n", i, bits);
        if (bits > 8)
            g_string_append_printf(smt->out, "(assert (bvult f%u (_ bv16 %u)))\n", i, bits);
    }
    g_string_append_printf(smt->out,
                           "(define-fun whole () Bool (= f%u #b0))\n"
                           "(define-fun is ((n (_ BitVec 8))) Bool (= f%u n))\n"
                           "(define-fun has-ports () Bool (and whole (or (is #x06) (is #x11) (is "
                           "#x21) (is #x84) (is #x88))))\n"
                           "(define-fun has-icmp () Bool (and whole (or (is #x01) (is #x3a))))\n"
                           "(define-fun has-flags () Bool (and whole (is #x06)))\n"
                           "(define-fun has-connection () Bool (bvult f%u #b011))\n"
                           "(assert (bvult f%u (_ bv%u 16)))\n(assert (bvult f%u (_ bv%u 16)))\n"
                           "(assert (= ((_ extract 127 32) f%u) (_ bv0 96)))\n"
                           "(assert (= ((_ extract 127 32) f%u) (_ bv0 96)))\n",
                           SK_WALL_FRAGMENT, SK_WALL_PROTOCOL, SK_WALL_CT_STATE, SK_WALL_IIF,
                           smt->world->len, SK_WALL_OIF, smt->world->len, SK_WALL_SRC, SK_WALL_DST);
}

static void
ask_z3(const char *file, char **ret)
{
    const char *const argv[] = { "z3", file, NULL };
    g_autoptr(GError) error = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, ret, NULL,
                      &status, &error))
        g_error("z3 (script/bootstrap installs it): %s", error->message);
    g_assert_cmpint(status, ==, 0);
}

static void
test_z3(void)
{
    unsigned rounds = g_getenv("SEKISHO_ALL") != NULL ? 400 : 15;
    g_autoptr(GRand) rand = g_rand_new_with_seed(42);
    g_autofree char *folder = g_dir_make_tmp("sk-z3-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "q.smt2", NULL);

    for (unsigned i = 0; i < rounds; i++) {
        RandomKind kind = { .marks = false };
        bool lie = i % 5 == 4;
        g_autoptr(SkWallRuleset) ruleset = random_ruleset(rand, kind);
        const SkWallRuleset *one = ruleset;
        g_autoptr(GPtrArray) world = sk_wall_world(&one, 1, NULL, NULL);
        g_autoptr(SkWallModel) model = sk_wall_model_new(world, SK_BITS_BY_DESTINATION, 10);
        for (unsigned family = 0; family < 2; family++) {
            Smt smt = {
                .out = g_string_new(NULL), .ruleset = ruleset, .world = world, .family = family
            };
            g_autofree char *said = NULL;
            add_preamble(&smt);
            add_question(&smt, model, rand, lie);
            g_assert_true(g_file_set_contents(file, smt.out->str, -1, NULL));
            g_string_free(smt.out, TRUE);
            ask_z3(file, &said);
            g_assert_cmpstr(said, ==, lie ? "sat\n" : "unsat\n");
        }
    }
    g_unlink(file);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/z3/random", test_z3);
    return g_test_run();
}
