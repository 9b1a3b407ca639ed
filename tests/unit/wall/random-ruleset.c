/* SPDX-License-Identifier: Apache-2.0
 * random-ruleset.c - contract in random-ruleset.h. */
#include "random-ruleset.h"

#define USER_CHAINS 4

typedef struct {
    GRand *rand;
    RandomKind kind;
    SkWallRuleset *ruleset;
    SkWallTable *table;
    SkWallChain *user[USER_CHAINS];
    unsigned level; /* user chains only lead to later ones */
    bool nat;       /* the chain is one of nat */
    bool source;    /* of the source's side */
} Maker;

static unsigned
below(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (int)n);
}

static const char *const names[] = { "lan0", "lan1", "wan0", "lan*", "*" };

static SkWallRange
random_range(Maker *m, SkWallField field)
{
    static const unsigned protocols[] = { 6, 17, 1, 58, 47 };
    uint64_t a = below(m->rand, 8), b = a;

    if (field == SK_WALL_IIF || field == SK_WALL_OIF) {
        a = b = sk_wall_ruleset_interface(m->ruleset, names[below(m->rand, G_N_ELEMENTS(names))]);
    } else if (field == SK_WALL_PROTOCOL) {
        a = b = protocols[below(m->rand, G_N_ELEMENTS(protocols))];
    } else if (field == SK_WALL_CT_STATE) {
        a = b = below(m->rand, SK_WALL_STATE_COUNT);
    } else if (field == SK_WALL_FAMILY || field == SK_WALL_CT_DIRECTION) {
        a = b = below(m->rand, 2);
    } else if (below(m->rand, 2) == 0) {
        b = MIN(a + below(m->rand, 5), 7);
    }
    return (SkWallRange){ .first = SK_WALL_VALUE(a), .last = SK_WALL_VALUE(b) };
}

static SkWallField
random_field(Maker *m)
{
    static const SkWallField fields[] = {
        SK_WALL_IIF,     SK_WALL_OIF,   SK_WALL_PROTOCOL,     SK_WALL_SRC,
        SK_WALL_DST,     SK_WALL_SRC,   SK_WALL_DST,          SK_WALL_DPORT,
        SK_WALL_DPORT,   SK_WALL_SPORT, SK_WALL_CT_STATE,     SK_WALL_CT_STATE,
        SK_WALL_FAMILY,  SK_WALL_MARK,  SK_WALL_CT_DIRECTION, SK_WALL_ICMP_TYPE,
        SK_WALL_CT_MARK, SK_WALL_TTL,   SK_WALL_CT_STATUS,    SK_WALL_SRC_MAC,
    };

    return fields[below(m->rand, G_N_ELEMENTS(fields))];
}

static SkWallKey
random_key(Maker *m)
{
    SkWallKey key = { .field = random_field(m) };

    key.mask = sk_wall_value_full(sk_wall_field_bits(key.field));
    if (below(m->rand, 6) == 0 && key.field != SK_WALL_IIF && key.field != SK_WALL_OIF)
        key.mask = SK_WALL_VALUE(below(m->rand, 8));
    return key;
}

static SkWallSet *
random_set(Maker *m, SkWallKey *key, unsigned *ret_keys)
{
    unsigned keys = 1 + (below(m->rand, 3) == 0 ? below(m->rand, 3) : 0);
    unsigned n = 1 + (below(m->rand, 2) == 0 ? below(m->rand, 12) : 0);
    SkWallSet *set = sk_wall_ruleset_set(m->ruleset, keys);

    for (unsigned k = 0; k < keys; k++)
        key[k] = random_key(m);
    for (unsigned i = 0; i < n; i++) {
        SkWallRange box[SK_WALL_KEYS_MAX];
        for (unsigned k = 0; k < keys; k++)
            box[k] = random_range(m, key[k].field);
        sk_wall_set_add(set, box);
    }
    set->open = m->kind.unknowns && below(m->rand, 20) == 0;
    *ret_keys = keys;
    return set;
}

static SkWallAct
random_nat(Maker *m)
{
    uint64_t address = below(m->rand, 8);
    SkWallAct act = { .kind = m->source ? SK_WALL_SNAT : SK_WALL_DNAT,
                      .has_address = true,
                      .address = { SK_WALL_VALUE(address), SK_WALL_VALUE(address) } };

    act.has_port = below(m->rand, 2) == 0;
    act.port.first = act.port.last = SK_WALL_VALUE(below(m->rand, 8));
    if (below(m->rand, 4) == 0) {
        act.prefix = true;
        act.address.first = SK_WALL_VALUE(address & ~3u);
        act.address.last = SK_WALL_VALUE(address | 3u);
    }
    return act;
}

static SkWallAct
random_act(Maker *m)
{
    static const SkWallActKind marks[] = { SK_WALL_SET_MARK, SK_WALL_SET_CT_MARK,
                                           SK_WALL_RESTORE_MARK, SK_WALL_SAVE_MARK,
                                           SK_WALL_NOTRACK };
    SkWallAct act = { .kind = SK_WALL_CONTINUE };
    unsigned dice = below(m->rand, 24);

    if (dice < 8) {
        act.kind = SK_WALL_ACCEPT;
    } else if (dice < 13) {
        act.kind = dice == 12 ? SK_WALL_REJECT : SK_WALL_DROP;
    } else if (dice < 18 && m->level < USER_CHAINS) {
        act.kind = dice == 17 ? SK_WALL_GOTO : SK_WALL_JUMP;
        act.chain = m->user[m->level + below(m->rand, USER_CHAINS - m->level)];
    } else if (dice < 20) {
        act.kind = SK_WALL_RETURN;
    } else if (dice < 22 && m->kind.marks) {
        act.kind = marks[below(m->rand, G_N_ELEMENTS(marks))];
        act.value = SK_WALL_VALUE(below(m->rand, 8));
        act.mask = SK_WALL_VALUE(below(m->rand, 3) == 0 ? 3 : 0xffffffff);
    } else if (dice == 22 && m->kind.unknowns && below(m->rand, 4) == 0) {
        act.kind = SK_WALL_UNKNOWN_ACT;
    }
    if (m->nat && below(m->rand, 3) == 0)
        act = random_nat(m);
    return act;
}

static void
random_step(Maker *m, SkWallRule *rule)
{
    SkWallKey key[SK_WALL_KEYS_MAX];
    unsigned keys = 0, dice = below(m->rand, 12);

    if (dice == 0 && m->kind.unknowns) {
        sk_wall_rule_unknown(m->ruleset, rule, "test", "a test's", false);
    } else if (dice == 1) {
        SkWallSet *set = random_set(m, key, &keys);
        GArray *acts = g_array_new(FALSE, FALSE, sizeof(SkWallAct));
        for (unsigned i = 0; i < set->boxes->len / keys; i++) {
            SkWallAct act = random_act(m);
            g_array_append_val(acts, act);
        }
        sk_wall_rule_map(rule, key, keys, set, acts);
    } else {
        SkWallSet *set = random_set(m, key, &keys);
        sk_wall_rule_match_set(rule, key, keys, set, below(m->rand, 4) == 0);
    }
}

static void
fill(Maker *m, SkWallChain *chain)
{
    unsigned n = below(m->rand, 7);

    for (unsigned i = 0; i < n; i++) {
        SkWallRule *rule = sk_wall_chain_rule(m->ruleset, chain, i + 1, "a rule");
        unsigned steps = below(m->rand, 3);
        for (unsigned s = 0; s < steps; s++)
            random_step(m, rule);
        sk_wall_rule_act(rule, random_act(m));
        if (below(m->rand, 4) == 0)
            sk_wall_rule_act(rule, random_act(m));
    }
}

static void
random_base(Maker *m, SkWallHook hook, SkWallChainType type, unsigned number)
{
    static const int32_t priorities[] = { -300, -150, 0, 0, 10 };
    g_autofree char *name = g_strdup_printf("base%u", number);
    SkWallChain *chain = sk_wall_table_chain(m->table, name, 1);

    m->nat = type == SK_WALL_CHAIN_NAT;
    m->source = hook == SK_WALL_HOOK_POSTROUTING;
    m->level = m->nat ? USER_CHAINS : 0;
    chain->hook = hook;
    chain->type = type;
    chain->priority =
        m->nat ? (m->source ? 100 : -100) : priorities[below(m->rand, G_N_ELEMENTS(priorities))];
    chain->drops = !m->nat && below(m->rand, 2) == 0;
    fill(m, chain);
}

SkWallRuleset *
random_ruleset(GRand *rand, RandomKind kind)
{
    static const SkWallFamily families[] = { SK_WALL_TABLE_INET, SK_WALL_TABLE_IP,
                                             SK_WALL_TABLE_IP6 };
    static const SkWallHook hooks[] = { SK_WALL_HOOK_PREROUTING, SK_WALL_HOOK_FORWARD,
                                        SK_WALL_HOOK_FORWARD,    SK_WALL_HOOK_INPUT,
                                        SK_WALL_HOOK_OUTPUT,     SK_WALL_HOOK_POSTROUTING };
    Maker m = { .rand = rand, .kind = kind, .ruleset = sk_wall_ruleset_new() };
    unsigned number = 0;

    for (unsigned t = 0; t < 1 + below(rand, 2); t++) {
        SkWallFamily family = below(rand, 2) == 0 ? SK_WALL_TABLE_INET : families[below(rand, 3)];
        g_autofree char *name = g_strdup_printf("t%u", t);
        m.table = sk_wall_ruleset_table(m.ruleset, family, name, 1);
        m.table->dormant = below(rand, 12) == 0;
        m.nat = false;
        for (unsigned i = 0; i < USER_CHAINS; i++) {
            g_autofree char *user = g_strdup_printf("user%u", i);
            m.user[i] = sk_wall_table_chain(m.table, user, 1);
        }
        for (unsigned i = 0; i < USER_CHAINS; i++) {
            m.level = i + 1;
            fill(&m, m.user[i]);
        }
        for (unsigned h = 0; h < G_N_ELEMENTS(hooks); h++)
            if (below(rand, 2) == 0)
                random_base(&m, hooks[h], SK_WALL_CHAIN_FILTER, number++);
        if (kind.nat) {
            random_base(&m, SK_WALL_HOOK_PREROUTING, SK_WALL_CHAIN_NAT, number++);
            random_base(&m, SK_WALL_HOOK_POSTROUTING, SK_WALL_CHAIN_NAT, number++);
        }
    }
    return m.ruleset;
}

void
random_packet(GRand *rand, unsigned interfaces, SkPacket *ret)
{
    static const unsigned protocols[] = { 6, 17, 1, 58, 47 };

    *ret = (SkPacket){ .way = (SkWallWay)below(rand, SK_WALL_WAY_COUNT) };
    for (unsigned i = 0; i < SK_WALL_FIELD_COUNT; i++)
        ret->field[i] =
            SK_WALL_VALUE(below(rand, 1u << MIN(sk_wall_field_bits((SkWallField)i), 3)));
    ret->field[SK_WALL_IIF] = SK_WALL_VALUE(below(rand, interfaces));
    ret->field[SK_WALL_OIF] = SK_WALL_VALUE(below(rand, interfaces));
    ret->field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(protocols[below(rand, G_N_ELEMENTS(protocols))]);
    ret->field[SK_WALL_CT_STATE] = SK_WALL_VALUE(below(rand, SK_WALL_STATE_COUNT));
    ret->field[SK_WALL_MARK] = SK_WALL_VALUE(0);
    ret->field[SK_WALL_FRAGMENT] = SK_WALL_VALUE(below(rand, 8) == 0 ? 1 : 0);
}
