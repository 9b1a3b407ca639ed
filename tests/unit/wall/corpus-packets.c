/* SPDX-License-Identifier: Apache-2.0
 * corpus-packets.c - contract in corpus-packets.h. */
#include "corpus-packets.h"

#include "wall/model.h"

#include <string.h>

#define DEPTH_MAX 12u
#define ASKED_MAX 8u

static unsigned
below(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (int)n);
}

/* ---- towards a rule --------------------------------------------------------------------------- */

typedef struct {
    const SkWallChain *chain;
    unsigned rule;  /* up to which rule of the chain */
    int element;    /* of the rule's map that leads on; -1: none */
} Leg;

typedef struct {
    GRand *rand;
    const SkWallRuleset *ruleset;
    const GPtrArray *world;
    SkPacket *packet;
} Maker;

static bool
leads_to(const SkWallAct *act, const SkWallChain *chain)
{
    return (act->kind == SK_WALL_JUMP || act->kind == SK_WALL_GOTO) && act->chain == chain;
}

/* Does the rule lead to @chain? By which element of a map is told in @ret. */
static bool
rule_leads(const SkWallRule *rule, const SkWallChain *chain, int *ret)
{
    *ret = -1;
    for (unsigned i = 0; i < rule->steps->len; i++) {
        const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, i);
        if (step->kind == SK_WALL_STEP_ACT && leads_to(&step->act, chain))
            return true;
        for (unsigned m = 0; step->kind == SK_WALL_STEP_MAP && m < step->acts->len; m++)
            if (leads_to(&g_array_index(step->acts, SkWallAct, m), chain)) {
                *ret = (int)m;
                return true;
            }
    }
    return false;
}

/* Some rule that leads to @chain. */
static bool
find_caller(const Maker *m, const SkWallChain *chain, Leg *ret)
{
    const GPtrArray *chains = chain->table->chains;
    unsigned start = below(m->rand, chains->len);

    for (unsigned i = 0; i < chains->len; i++) {
        const SkWallChain *from = g_ptr_array_index(chains, (start + i) % chains->len);
        unsigned n = from->rules->len, first = n > 0 ? below(m->rand, n) : 0;
        for (unsigned r = 0; r < n; r++) {
            *ret = (Leg){ .chain = from, .rule = (first + r) % n };
            if (rule_leads(g_ptr_array_index(from->rules, ret->rule), chain, &ret->element))
                return true;
        }
    }
    return false;
}

static SkWallValue
edge(GRand *rand, const SkWallRange *range)
{
    switch (below(rand, 8)) {
    case 0:
        return sk_wall_value_previous(range->first);
    case 1:
        return sk_wall_value_next(range->last);
    case 2:
    case 3:
        return range->last;
    default:
        return range->first;
    }
}

static void
set_interface(const Maker *m, SkWallField field, const SkWallRange *range)
{
    const char *pattern = g_ptr_array_index(m->ruleset->interfaces, range->first.lo);
    unsigned start = below(m->rand, m->world->len);

    for (unsigned i = 0; i < m->world->len; i++) {
        unsigned at = (start + i) % m->world->len;
        if (sk_wall_interface_matches(pattern, g_ptr_array_index(m->world, at))) {
            m->packet->field[field] = SK_WALL_VALUE(at);
            return;
        }
    }
}

static void
fit(const Maker *m, const SkWallStep *step, int element)
{
    unsigned n = step->set->boxes->len / step->keys;
    unsigned box = element >= 0 ? (unsigned)element : n > 0 ? below(m->rand, n) : 0;

    for (unsigned k = 0; k < step->keys && box < n; k++) {
        const SkWallRange *range =
            &g_array_index(step->set->boxes, SkWallRange, box * step->keys + k);
        SkWallField field = step->key[k].field;
        SkWallValue *old = &m->packet->field[field], mask = step->key[k].mask;
        if (field == SK_WALL_IIF || field == SK_WALL_OIF) {
            set_interface(m, field, range);
            continue;
        }
        SkWallValue value = edge(m->rand, range);
        old->hi = (old->hi & ~mask.hi) | (value.hi & mask.hi);
        old->lo = (old->lo & ~mask.lo) | (value.lo & mask.lo);
    }
}

static void
fit_leg(const Maker *m, const Leg *leg)
{
    const SkWallRule *rule = g_ptr_array_index(leg->chain->rules, leg->rule);

    for (unsigned i = 0; i < rule->steps->len; i++) {
        const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, i);
        if (step->kind == SK_WALL_STEP_MATCH && (!step->negated || below(m->rand, 4) == 0))
            fit(m, step, -1);
        else if (step->kind == SK_WALL_STEP_MAP)
            fit(m, step, leg->element);
    }
}

static SkWallWay
way_of(GRand *rand, SkWallHook hook)
{
    switch ((unsigned)hook) {
    case SK_WALL_HOOK_FORWARD:
        return SK_WALL_FORWARDED;
    case SK_WALL_HOOK_INPUT:
        return SK_WALL_IN;
    case SK_WALL_HOOK_OUTPUT:
        return SK_WALL_OUT;
    case SK_WALL_HOOK_PREROUTING:
        return below(rand, 2) == 0 ? SK_WALL_FORWARDED : SK_WALL_IN;
    case SK_WALL_HOOK_POSTROUTING:
        return below(rand, 2) == 0 ? SK_WALL_FORWARDED : SK_WALL_OUT;
    default:
        return (SkWallWay)below(rand, SK_WALL_WAY_COUNT);
    }
}

/* Makes of a packet one that there can be. */
static void
make_real(const Maker *m)
{
    SkPacket *packet = m->packet;
    SkWallValue *field = packet->field;
    uint64_t protocol = field[SK_WALL_PROTOCOL].lo & 0xff, state;

    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        field[f] =
            sk_wall_value_and(field[f], sk_wall_value_full(sk_wall_field_bits((SkWallField)f)));
    if (field[SK_WALL_FAMILY].lo == 0)
        for (unsigned f = SK_WALL_SRC; f <= SK_WALL_DST; f++)
            field[f] = SK_WALL_VALUE(field[f].lo & UINT32_MAX);
    if (protocol != 6 && protocol != 17 && protocol != 33 && protocol != 132 && protocol != 136)
        field[SK_WALL_SPORT] = field[SK_WALL_DPORT] = SK_WALL_VALUE(0);
    if (protocol != 1 && protocol != 58)
        field[SK_WALL_ICMP_TYPE] = field[SK_WALL_ICMP_CODE] = SK_WALL_VALUE(0);
    if (protocol != 6)
        field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(0);
    if (field[SK_WALL_CT_STATE].lo >= SK_WALL_STATE_COUNT)
        field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_INVALID);
    state = field[SK_WALL_CT_STATE].lo;
    if (state != SK_WALL_ESTABLISHED && state != SK_WALL_RELATED)
        field[SK_WALL_CT_DIRECTION] = field[SK_WALL_CT_STATUS] = field[SK_WALL_CT_MARK] =
            SK_WALL_VALUE(0);
    field[SK_WALL_FRAGMENT] = field[SK_WALL_MARK] = SK_WALL_VALUE(0);
    if (packet->way == SK_WALL_FORWARDED)
        field[SK_WALL_PACKET_TYPE] = SK_WALL_VALUE(SK_WALL_TO_HOST);
    for (unsigned f = SK_WALL_DST_TYPE; f <= SK_WALL_SRC_TYPE; f++)
        field[f] = SK_WALL_VALUE(MIN(field[f].lo, SK_WALL_UNROUTED));
    for (unsigned f = SK_WALL_IIF; f <= SK_WALL_OIF; f++) /* what is forwarded is not over `lo` */
        while (packet->way == SK_WALL_FORWARDED &&
               strcmp(g_ptr_array_index(m->world, field[f].lo), "lo") == 0)
            field[f] = SK_WALL_VALUE(below(m->rand, m->world->len));
    if (packet->way == SK_WALL_OUT)
        field[SK_WALL_IIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
    if (packet->way == SK_WALL_IN)
        field[SK_WALL_OIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
}

static void
begin(const Maker *m)
{
    static const uint8_t protocols[] = { 6, 6, 17, 1, 58, 47 };
    static const uint16_t ports[] = { 22, 53, 80, 443, 40000 };
    SkWallValue *field = m->packet->field;
    bool v6 = below(m->rand, 3) == 0;

    *m->packet = (SkPacket){ .way = SK_WALL_FORWARDED };
    field[SK_WALL_FAMILY] = SK_WALL_VALUE(v6 ? 1 : 0);
    for (unsigned f = SK_WALL_SRC; f <= SK_WALL_DST; f++)
        field[f] = v6 ? (SkWallValue){ .hi = UINT64_C(0x20010db800000000), .lo = below(m->rand, 9) }
                      : SK_WALL_VALUE(0xc6336400 + below(m->rand, 9));
    for (unsigned f = SK_WALL_IIF; f <= SK_WALL_OIF; f++)
        field[f] = SK_WALL_VALUE(below(m->rand, m->world->len));
    field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(protocols[below(m->rand, G_N_ELEMENTS(protocols))]);
    field[SK_WALL_SPORT] = SK_WALL_VALUE(ports[below(m->rand, G_N_ELEMENTS(ports))]);
    field[SK_WALL_DPORT] = SK_WALL_VALUE(ports[below(m->rand, G_N_ELEMENTS(ports))]);
    field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE(8);
    field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(2);
    field[SK_WALL_TTL] = SK_WALL_VALUE(64);
    field[SK_WALL_LENGTH] = SK_WALL_VALUE(60);
    field[SK_WALL_CT_STATE] =
        SK_WALL_VALUE(below(m->rand, 2) == 0 ? 0 : below(m->rand, SK_WALL_STATE_COUNT));
}

void
packets_towards(GRand *rand, const SkWallRuleset *ruleset, const GPtrArray *world, SkPacket *ret)
{
    const Maker m = { .rand = rand, .ruleset = ruleset, .world = world, .packet = ret };
    Leg legs[DEPTH_MAX];
    unsigned n = 0;

    begin(&m);
    if (ruleset->tables->len > 0) {
        const SkWallTable *table =
            g_ptr_array_index(ruleset->tables, below(rand, ruleset->tables->len));
        const SkWallChain *chain =
            table->chains->len == 0
                ? NULL
                : g_ptr_array_index(table->chains, below(rand, table->chains->len));
        if (chain != NULL && chain->rules->len > 0)
            legs[n++] = (Leg){ .chain = chain,
                               .rule = below(rand, chain->rules->len),
                               .element = -1 };
        while (chain != NULL && chain->hook == SK_WALL_HOOK_NONE && n < DEPTH_MAX &&
               find_caller(&m, chain, &legs[n]))
            chain = legs[n++].chain;
        ret->way = way_of(rand, chain == NULL ? SK_WALL_HOOK_NONE : chain->hook);
        for (unsigned i = n; i-- > 0;)
            fit_leg(&m, &legs[i]);
    }
    make_real(&m);
}

/* ---- what becomes of it ------------------------------------------------------------------------ */

typedef struct {
    unsigned bits; /* the next answers */
    unsigned asked;
} Answers;

static bool
answer(const SkWallStep *step, void *data)
{
    Answers *answers = data;

    (void)step;
    return (answers->bits >> MIN(answers->asked++, 31) & 1) != 0;
}

static bool
is_one(const SkWallRange *range)
{
    return sk_wall_value_compare(range->first, range->last) == 0;
}

static bool
leads_to_one(const SkWallAct *act)
{
    if (act->kind != SK_WALL_DNAT && act->kind != SK_WALL_SNAT)
        return true;
    return !act->masquerade && !act->redirect && !act->prefix &&
           (!act->has_address || is_one(&act->address)) && (!act->has_port || is_one(&act->port));
}

/* Do the translations on the way each have one outcome? */
static bool
is_plain(const SkWallWalk *walk)
{
    for (unsigned i = 0; i < walk->path->len; i++) {
        const SkWallMark *mark = &g_array_index(walk->path, SkWallMark, i);
        for (unsigned s = 0; mark->rule != NULL && s < mark->rule->steps->len; s++) {
            const SkWallStep *step = &g_array_index(mark->rule->steps, SkWallStep, s);
            if (step->kind == SK_WALL_STEP_ACT && !leads_to_one(&step->act))
                return false;
            for (unsigned m = 0; step->kind == SK_WALL_STEP_MAP && m < step->acts->len; m++)
                if (!leads_to_one(&g_array_index(step->acts, SkWallAct, m)))
                    return false;
        }
    }
    return true;
}

static bool
same_value(SkWallValue a, SkWallValue b)
{
    return sk_wall_value_compare(a, b) == 0;
}

static bool
same_fate(const Fate *a, const Fate *b)
{
    if (!a->passes || !b->passes)
        return a->passes == b->passes;
    return same_value(a->src, b->src) && same_value(a->dst, b->dst) &&
           same_value(a->sport, b->sport) && same_value(a->dport, b->dport);
}

GArray *
packets_fates(const SkWallRuleset *ruleset, const GPtrArray *world, const SkPacket *packet)
{
    g_autoptr(GArray) fates = g_array_new(FALSE, FALSE, sizeof(Fate));
    unsigned asked = 0;

    for (unsigned bits = 0; bits < 1u << asked; bits++) {
        Answers answers = { .bits = bits };
        g_auto(SkWallWalk) walk = { .end = SK_WALL_STOPS };
        sk_wall_walk(ruleset, world, packet, answer, &answers, &walk);
        asked = MAX(asked, answers.asked);
        if (asked > ASKED_MAX || walk.end == SK_WALL_UNSURE || !is_plain(&walk))
            return NULL;
        const SkWallValue *after = walk.after.field;
        Fate fate = { .passes = walk.end == SK_WALL_PASSES && walk.after.way == packet->way,
                      .src = after[SK_WALL_SRC],
                      .dst = after[SK_WALL_DST],
                      .sport = after[SK_WALL_SPORT],
                      .dport = after[SK_WALL_DPORT] };
        g_array_append_val(fates, fate);
    }
    return g_steal_pointer(&fates);
}

bool
packets_differ(const GArray *a, const GArray *b)
{
    for (unsigned i = 0; i < a->len; i++)
        for (unsigned j = 0; j < b->len; j++)
            if (same_fate(&g_array_index(a, Fate, i), &g_array_index(b, Fate, j)))
                return false;
    return true;
}
