/* SPDX-License-Identifier: Apache-2.0
 * test-walk.c - one packet through rulesets whose answers are known by hand: verdicts, jumps, hooks
 * in order, marks, connections, translation, and the questions that have no answer. */
#include "wall/walk.h"

#include <string.h>

typedef struct {
    SkWallRuleset *rules;
    GPtrArray *interfaces;
    SkWallChain *forward;
    SkPacket packet;
} Fixture;

static SkWallChain *
base_chain(Fixture *f, const char *table, SkWallHook hook, int32_t priority, bool drops)
{
    g_autofree char *name = g_strdup_printf("h%d_%d", (int)hook, priority);
    SkWallChain *chain =
        sk_wall_table_chain(sk_wall_ruleset_table(f->rules, SK_WALL_TABLE_INET, table, 1), name, 1);

    chain->hook = hook;
    chain->priority = priority;
    chain->drops = drops;
    return chain;
}

static void
setup(Fixture *f, const void *data)
{
    (void)data;
    f->rules = sk_wall_ruleset_new();
    f->interfaces = g_ptr_array_new();
    g_ptr_array_add(f->interfaces, (gpointer) "mn0");
    g_ptr_array_add(f->interfaces, (gpointer) "lg0");
    g_ptr_array_add(f->interfaces, (gpointer) "in0");
    f->forward = base_chain(f, "t", SK_WALL_HOOK_FORWARD, 0, true);
    f->packet.field[SK_WALL_IIF] = SK_WALL_VALUE(1);
    f->packet.field[SK_WALL_OIF] = SK_WALL_VALUE(2);
    f->packet.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(6);
    f->packet.field[SK_WALL_SRC] = SK_WALL_VALUE(0x0a140105);
    f->packet.field[SK_WALL_DST] = SK_WALL_VALUE(0x0a1e0001);
    f->packet.field[SK_WALL_SPORT] = SK_WALL_VALUE(40000);
    f->packet.field[SK_WALL_DPORT] = SK_WALL_VALUE(443);
}

static void
teardown(Fixture *f, const void *data)
{
    (void)data;
    sk_wall_ruleset_free(f->rules);
    g_ptr_array_unref(f->interfaces);
}

static SkWallRule *
rule(Fixture *f, SkWallChain *chain)
{
    return sk_wall_chain_rule(f->rules, chain, chain->rules->len + 1, "a rule");
}

static void
act(SkWallRule *self, SkWallActKind kind, SkWallChain *chain)
{
    sk_wall_rule_act(self, (SkWallAct){ .kind = kind, .chain = chain });
}

static void
on_port(Fixture *f, SkWallChain *chain, uint16_t port, SkWallActKind kind, SkWallChain *to)
{
    SkWallRule *self = rule(f, chain);

    sk_wall_rule_match_value(f->rules, self, SK_WALL_DPORT, SK_WALL_VALUE(port));
    act(self, kind, to);
}

static void
expect(Fixture *f, SkWallEnd end)
{
    g_auto(SkWallWalk) walk = { 0 };

    sk_wall_walk(f->rules, f->interfaces, &f->packet, NULL, NULL, &walk);
    g_assert_cmpint(walk.end, ==, end);
}

static void
verdicts(Fixture *f, const void *data)
{
    (void)data;
    expect(f, SK_WALL_STOPS); /* the policy */
    on_port(f, f->forward, 443, SK_WALL_ACCEPT, NULL);
    on_port(f, f->forward, 443, SK_WALL_DROP, NULL);
    expect(f, SK_WALL_PASSES);
    f->packet.field[SK_WALL_DPORT] = SK_WALL_VALUE(80);
    expect(f, SK_WALL_STOPS);
    f->packet.way = SK_WALL_IN; /* no chain of input */
    expect(f, SK_WALL_PASSES);
}

/* Accept ends one base chain; a later one may still drop. A dormant table sees nothing. */
static void
later_chain(Fixture *f, const void *data)
{
    (void)data;
    act(rule(f, f->forward), SK_WALL_ACCEPT, NULL);
    on_port(f, base_chain(f, "other", SK_WALL_HOOK_FORWARD, 10, false), 443, SK_WALL_REJECT, NULL);
    expect(f, SK_WALL_STOPS);
    sk_wall_ruleset_find(f->rules, SK_WALL_TABLE_INET, "other")->dormant = true;
    expect(f, SK_WALL_PASSES);
}

static void
jumps(Fixture *f, const void *data)
{
    SkWallTable *table = f->forward->table;
    SkWallChain *a = sk_wall_table_chain(table, "a", 1), *b = sk_wall_table_chain(table, "b", 1);

    (void)data;
    on_port(f, f->forward, 443, SK_WALL_JUMP, a);
    act(rule(f, f->forward), SK_WALL_ACCEPT, NULL);
    on_port(f, a, 443, SK_WALL_GOTO, b); /* b ends: back behind the jump, not to a's next rule */
    act(rule(f, a), SK_WALL_DROP, NULL);
    act(rule(f, b), SK_WALL_RETURN, NULL);
    act(rule(f, b), SK_WALL_DROP, NULL);
    expect(f, SK_WALL_PASSES);
    f->forward->drops = true;
    on_port(f, b, 1, SK_WALL_DROP, NULL);
    expect(f, SK_WALL_PASSES);
}

static void
loops(Fixture *f, const void *data)
{
    SkWallChain *a = sk_wall_table_chain(f->forward->table, "a", 1);

    (void)data;
    act(rule(f, f->forward), SK_WALL_GOTO, a);
    act(rule(f, a), SK_WALL_GOTO, a);
    expect(f, SK_WALL_UNSURE);
}

static void
by_state(Fixture *f, const void *data)
{
    SkWallChain *raw = base_chain(f, "t", SK_WALL_HOOK_PREROUTING, -300, false);
    SkWallRule *self = rule(f, f->forward);

    (void)data;
    sk_wall_rule_match_value(f->rules, self, SK_WALL_CT_STATE, SK_WALL_VALUE(SK_WALL_ESTABLISHED));
    act(self, SK_WALL_ACCEPT, NULL);
    expect(f, SK_WALL_STOPS);
    f->packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    expect(f, SK_WALL_PASSES);
    /* before conntrack there is no connection: the state reads invalid, its direction nothing */
    self = rule(f, raw);
    sk_wall_rule_match(f->rules, self, SK_WALL_CT_DIRECTION, SK_WALL_VALUE(1), true);
    act(self, SK_WALL_DROP, NULL);
    expect(f, SK_WALL_PASSES);
    self = rule(f, raw);
    sk_wall_rule_match_value(f->rules, self, SK_WALL_CT_STATE, SK_WALL_VALUE(SK_WALL_INVALID));
    act(self, SK_WALL_DROP, NULL);
    expect(f, SK_WALL_STOPS);
    raw->priority = -150;
    expect(f, SK_WALL_STOPS); /* now the direction is there, and is in no set */
}

static void
untracked(Fixture *f, const void *data)
{
    SkWallChain *raw = base_chain(f, "t", SK_WALL_HOOK_PREROUTING, -300, false);
    SkWallRule *self = rule(f, f->forward);

    (void)data;
    sk_wall_rule_match_value(f->rules, self, SK_WALL_CT_STATE, SK_WALL_VALUE(SK_WALL_UNTRACKED));
    act(self, SK_WALL_ACCEPT, NULL);
    act(rule(f, raw), SK_WALL_NOTRACK, NULL);
    expect(f, SK_WALL_PASSES);
    raw->priority = 0; /* too late */
    expect(f, SK_WALL_STOPS);
}

static void
marks(Fixture *f, const void *data)
{
    SkWallChain *early = base_chain(f, "t", SK_WALL_HOOK_PREROUTING, -150, false);
    SkWallRule *self = rule(f, f->forward);
    SkWallSet *set = sk_wall_rule_match(f->rules, self, SK_WALL_MARK, SK_WALL_VALUE(0xf0), false);

    (void)data;
    sk_wall_set_add(set, &(SkWallRange){ SK_WALL_VALUE(0x40), SK_WALL_VALUE(0x40) });
    act(self, SK_WALL_ACCEPT, NULL);
    expect(f, SK_WALL_STOPS);
    sk_wall_rule_act(rule(f, early), (SkWallAct){ .kind = SK_WALL_SET_MARK,
                                                  .value = SK_WALL_VALUE(0x4f),
                                                  .mask = SK_WALL_VALUE(0xff) });
    expect(f, SK_WALL_PASSES);
}

static void
names(Fixture *f, const void *data)
{
    SkWallRule *self = rule(f, f->forward);
    SkWallKey keys[2] = { { SK_WALL_IIF, sk_wall_value_full(16) },
                          { SK_WALL_OIF, sk_wall_value_full(16) } };
    SkWallSet *set = sk_wall_ruleset_set(f->rules, 2);
    GArray *acts = g_array_new(FALSE, FALSE, sizeof(SkWallAct));
    SkWallAct accept = { .kind = SK_WALL_ACCEPT };
    SkWallValue lg = SK_WALL_VALUE(sk_wall_ruleset_interface(f->rules, "lg*"));
    SkWallValue in = SK_WALL_VALUE(sk_wall_ruleset_interface(f->rules, "in0"));

    (void)data;
    sk_wall_set_add(set, (SkWallRange[]){ { lg, lg }, { in, in } });
    g_array_append_val(acts, accept);
    sk_wall_rule_map(self, keys, 2, set, acts);
    expect(f, SK_WALL_PASSES);
    f->packet.field[SK_WALL_IIF] = SK_WALL_VALUE(0);
    expect(f, SK_WALL_STOPS);
    f->packet.field[SK_WALL_IIF] = SK_WALL_VALUE(1);
    /* the out-interface is not known yet in prerouting: it has no name, and a negation matches */
    self = rule(f, base_chain(f, "t", SK_WALL_HOOK_PREROUTING, 0, false));
    sk_wall_set_add(sk_wall_rule_match(f->rules, self, SK_WALL_OIF, sk_wall_value_full(16), true),
                    &(SkWallRange){ in, in });
    act(self, SK_WALL_DROP, NULL);
    expect(f, SK_WALL_STOPS);
}

static void
translation(Fixture *f, const void *data)
{
    SkWallChain *nat = base_chain(f, "nat", SK_WALL_HOOK_PREROUTING, -100, false);
    SkWallRule *self = rule(f, f->forward);
    g_auto(SkWallWalk) walk = { 0 };

    (void)data;
    nat->type = SK_WALL_CHAIN_NAT;
    sk_wall_rule_match_value(f->rules, self, SK_WALL_DST, SK_WALL_VALUE(0x0a0a0105));
    act(self, SK_WALL_ACCEPT, NULL);
    sk_wall_rule_act(rule(f, nat), (SkWallAct){ .kind = SK_WALL_DNAT,
                                                .has_address = true,
                                                .address = { SK_WALL_VALUE(0x0a0a0105),
                                                             SK_WALL_VALUE(0x0a0a0105) } });
    sk_wall_walk(f->rules, f->interfaces, &f->packet, NULL, NULL, &walk);
    g_assert_cmpint(walk.end, ==, SK_WALL_PASSES);
    g_assert_true(walk.translated);
    g_assert_cmpuint(walk.after.field[SK_WALL_DST].lo, ==, 0x0a0a0105);
    g_autofree char *text = sk_wall_walk_text(&walk);
    g_assert_nonnull(strstr(text, "inet nat"));
    f->packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    expect(f, SK_WALL_STOPS); /* only the first packet asks chains of nat */
}

static bool
says_no(const SkWallStep *step, void *data)
{
    (void)step;
    (void)data;
    return false;
}

static void
unknowns(Fixture *f, const void *data)
{
    SkWallRule *self = rule(f, f->forward);
    g_auto(SkWallWalk) walk = { 0 };

    (void)data;
    sk_wall_rule_unknown(f->rules, self, "nft", "a match of another kernel", false);
    act(self, SK_WALL_ACCEPT, NULL);
    expect(f, SK_WALL_UNSURE);
    sk_wall_walk(f->rules, f->interfaces, &f->packet, says_no, NULL, &walk);
    g_assert_cmpint(walk.end, ==, SK_WALL_STOPS);
    g_assert_cmpuint(f->rules->unmodelled->len, ==, 0);
    sk_wall_rule_unknown(f->rules, rule(f, f->forward), "nft", "an act of another kernel", true);
    g_assert_cmpuint(f->rules->unmodelled->len, ==, 1);
}

/* A later fragment has no ports: nothing that asks for them matches, negated or not. */
static void
fragments(Fixture *f, const void *data)
{
    SkWallRule *self = rule(f, f->forward);

    (void)data;
    f->forward->drops = false;
    sk_wall_set_add(sk_wall_rule_match(f->rules, self, SK_WALL_DPORT, sk_wall_value_full(16), true),
                    &(SkWallRange){ SK_WALL_VALUE(80), SK_WALL_VALUE(80) });
    act(self, SK_WALL_DROP, NULL);
    expect(f, SK_WALL_STOPS);
    f->packet.field[SK_WALL_FRAGMENT] = SK_WALL_VALUE(1);
    expect(f, SK_WALL_PASSES);
}

static void
numbers(void)
{
    static const uint8_t six[16] = { 0xfd, 0, 0, 0x20, [15] = 5 };
    uint8_t back[16];
    SkWallValue value = sk_wall_value_address(six, true);
    SkWallValue end = { .hi = 0, .lo = UINT64_MAX };

    g_assert_cmpuint(value.hi, ==, 0xfd00002000000000);
    g_assert_cmpuint(value.lo, ==, 5);
    sk_wall_value_bytes(value, true, back);
    g_assert_cmpmem(back, 16, six, 16);
    g_assert_cmpuint(sk_wall_value_next(end).hi, ==, 1);
    g_assert_cmpint(sk_wall_value_compare(sk_wall_value_previous(sk_wall_value_next(end)), end), ==,
                    0);
    g_assert_cmpuint(sk_wall_value_full(48).lo, ==, 0xffffffffffff);
    g_assert_cmpuint(sk_wall_value_full(65).hi, ==, 1);
    g_assert_cmpuint(sk_wall_value_mac((const uint8_t[]){ 0x52, 0x54, 0, 0x10, 1, 5 }).lo, ==,
                     0x525400100105);
}

static void
text(Fixture *f, const void *data)
{
    g_autofree char *line = sk_packet_text(&f->packet, f->interfaces);

    (void)data;
    g_assert_cmpstr(line, ==, "tcp 10.20.1.5:40000 → 10.30.0.1:443, in lg0, out in0, new");
}

#define CASE(name) g_test_add("/wall/walk/" #name, Fixture, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    CASE(verdicts);
    CASE(later_chain);
    CASE(jumps);
    CASE(loops);
    CASE(by_state);
    CASE(untracked);
    CASE(marks);
    CASE(names);
    CASE(translation);
    CASE(unknowns);
    CASE(fragments);
    CASE(text);
    g_test_add_func("/wall/walk/numbers", numbers);
    return g_test_run();
}
