/* SPDX-License-Identifier: Apache-2.0
 * walk.c - contract in walk.h. What the kernel does where a question has no answer (no interface
 * yet, no connection, no transport header) is measured against the kernel itself by replay.h. */
#include "wall/walk.h"

#include "wall/packet.h"

#include <string.h>

#define CHAINS_MAX 100000u /* entered by one packet: more is a loop of gotos */
#define CONNTRACK_PRIORITY (-200)

typedef struct {
    const SkWallChain *chain;
    unsigned next; /* rule */
} Frame;

typedef struct {
    const SkWallRuleset *ruleset;
    const GPtrArray *interfaces;
    SkWallUnknowns unknowns;
    void *data;
    SkWallWalk *walk;
    SkWallHook hook;
    bool tracked; /* conntrack has seen it */
    unsigned chains;
} Walk;

typedef enum { GOES_ON, RULE_ENDS, CHAIN_ENDS, ACCEPTED, STOPPED, UNSURE } Outcome;

/* ---- what a packet answers --------------------------------------------------------------------
 */

static bool
has_connection(const Walk *self)
{
    uint64_t state = self->walk->after.field[SK_WALL_CT_STATE].lo;

    return self->tracked && state != SK_WALL_INVALID && state != SK_WALL_UNTRACKED;
}

static bool
has_ports(const SkPacket *packet)
{
    switch (packet->field[SK_WALL_PROTOCOL].lo) {
    case 6:
    case 17:
    case 33:
    case 132:
    case 136:
        return true;
    default:
        return false;
    }
}

/* Where there is nothing to compare, nothing matches, not even a negation: the rule ends. */
static bool
present(const Walk *self, SkWallField field)
{
    const SkPacket *packet = &self->walk->after;
    uint64_t protocol = packet->field[SK_WALL_PROTOCOL].lo;

    switch ((unsigned)field) {
    case SK_WALL_SPORT:
    case SK_WALL_DPORT:
        return packet->field[SK_WALL_FRAGMENT].lo == 0 && has_ports(packet);
    case SK_WALL_ICMP_TYPE:
    case SK_WALL_ICMP_CODE:
        return packet->field[SK_WALL_FRAGMENT].lo == 0 && (protocol == 1 || protocol == 58);
    case SK_WALL_TCP_FLAGS:
        return packet->field[SK_WALL_FRAGMENT].lo == 0 && protocol == 6;
    case SK_WALL_CT_DIRECTION:
    case SK_WALL_CT_STATUS:
    case SK_WALL_CT_MARK:
        return has_connection(self);
    default:
        return true;
    }
}

static SkWallValue
value_of(const Walk *self, SkWallField field)
{
    const SkPacket *packet = &self->walk->after;

    if (field == SK_WALL_CT_STATE && !self->tracked &&
        packet->field[SK_WALL_CT_STATE].lo != SK_WALL_UNTRACKED)
        return SK_WALL_VALUE(SK_WALL_INVALID);
    return packet->field[field];
}

/* The name of the interface that a hook knows; "" where there is none. */
static const char *
interface_of(const Walk *self, SkWallField field)
{
    SkWallHook hook = self->hook;
    bool out = field == SK_WALL_OIF;
    uint64_t number = self->walk->after.field[field].lo;

    if (out && (hook == SK_WALL_HOOK_PREROUTING || hook == SK_WALL_HOOK_INPUT))
        return "";
    if (!out && self->walk->after.way == SK_WALL_OUT)
        return "";
    return number < self->interfaces->len ? g_ptr_array_index(self->interfaces, number) : "";
}

static bool
interface_in(const Walk *self, SkWallField field, const SkWallRange *range)
{
    const char *name = interface_of(self, field);

    for (uint64_t i = range->first.lo; i <= range->last.lo && i < self->ruleset->interfaces->len;
         i++)
        if (sk_wall_interface_matches(g_ptr_array_index(self->ruleset->interfaces, i), name))
            return true;
    return false;
}

static bool
key_in(const Walk *self, const SkWallKey *key, const SkWallRange *range)
{
    if (key->field == SK_WALL_IIF || key->field == SK_WALL_OIF)
        return interface_in(self, key->field, range);
    SkWallValue value = sk_wall_value_and(value_of(self, key->field), key->mask);
    return sk_wall_value_compare(range->first, value) <= 0 &&
           sk_wall_value_compare(value, range->last) <= 0;
}

/* Returns the number of the first element that the packet is in, or -1. */
static int64_t
find(const Walk *self, const SkWallStep *step)
{
    const SkWallRange *boxes = (const SkWallRange *)(const void *)step->set->boxes->data;
    unsigned n = step->set->boxes->len / step->keys;

    for (unsigned i = 0; i < n; i++) {
        unsigned k = 0;
        while (k < step->keys && key_in(self, &step->key[k], &boxes[i * step->keys + k]))
            k++;
        if (k == step->keys)
            return i;
    }
    return -1;
}

static bool
answers(const Walk *self, const SkWallStep *step)
{
    for (unsigned i = 0; i < step->keys; i++)
        if (!present(self, step->key[i].field))
            return false;
    return true;
}

/* ---- what a rule does -------------------------------------------------------------------------
 */

static void
mark(Walk *self, const SkWallChain *chain, const SkWallRule *rule, SkWallActKind act)
{
    SkWallMark item = { .chain = chain, .rule = rule, .act = act };

    g_array_append_val(self->walk->path, item);
}

static void
translate(Walk *self, const SkWallAct *act, SkWallField address, SkWallField port)
{
    SkPacket *packet = &self->walk->after;

    self->walk->translated = true;
    packet->field[SK_WALL_CT_STATUS].lo |=
        act->kind == SK_WALL_SNAT ? SK_WALL_STATUS_SNAT : SK_WALL_STATUS_DNAT;
    if (act->has_address && act->prefix) {
        SkWallValue host = { .hi = act->address.first.hi ^ act->address.last.hi,
                             .lo = act->address.first.lo ^ act->address.last.lo };
        SkWallValue kept = sk_wall_value_and(packet->field[address], host);
        packet->field[address] = (SkWallValue){ .hi = act->address.first.hi | kept.hi,
                                                .lo = act->address.first.lo | kept.lo };
    } else if (act->has_address) {
        packet->field[address] = act->address.first;
    }
    if (act->has_port && has_ports(packet))
        packet->field[port] = act->port.first;
    if (act->redirect) {
        packet->field[SK_WALL_DST_TYPE] = SK_WALL_VALUE(SK_WALL_LOCAL);
        packet->way = packet->way == SK_WALL_FORWARDED ? SK_WALL_IN : packet->way;
    }
}

static SkWallValue
marked(SkWallValue old, const SkWallAct *act)
{
    return SK_WALL_VALUE(((old.lo & ~act->mask.lo) ^ act->value.lo) & UINT32_MAX);
}

static SkWallValue
mixed(SkWallValue old, SkWallValue from, SkWallValue mask)
{
    return SK_WALL_VALUE((old.lo & ~mask.lo) | (from.lo & mask.lo));
}

/* Acts that change the packet and let it go on. */
static void
change(Walk *self, const SkWallAct *act)
{
    SkWallValue *field = self->walk->after.field;

    switch ((unsigned)act->kind) {
    case SK_WALL_SET_MARK:
        field[SK_WALL_MARK] = marked(field[SK_WALL_MARK], act);
        break;
    case SK_WALL_SET_CT_MARK:
        if (has_connection(self))
            field[SK_WALL_CT_MARK] = marked(field[SK_WALL_CT_MARK], act);
        break;
    case SK_WALL_RESTORE_MARK:
        if (has_connection(self))
            field[SK_WALL_MARK] = mixed(field[SK_WALL_MARK], field[SK_WALL_CT_MARK], act->mask);
        break;
    case SK_WALL_SAVE_MARK:
        if (has_connection(self))
            field[SK_WALL_CT_MARK] = mixed(field[SK_WALL_CT_MARK], field[SK_WALL_MARK], act->mask);
        break;
    case SK_WALL_NOTRACK:
        if (!self->tracked)
            field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_UNTRACKED);
        break;
    default:
        break;
    }
}

static Outcome
act_on(Walk *self, GArray *stack, const SkWallRule *rule, const SkWallAct *act)
{
    const Frame *top = &g_array_index(stack, Frame, stack->len - 1);
    const SkWallChain *chain = top->chain;
    Frame next = { .chain = act->chain };

    if (act->kind != SK_WALL_CONTINUE)
        mark(self, chain, rule, act->kind);
    switch (act->kind) {
    case SK_WALL_ACCEPT:
        return ACCEPTED;
    case SK_WALL_DROP:
    case SK_WALL_REJECT:
        return STOPPED;
    case SK_WALL_RETURN:
        return CHAIN_ENDS;
    case SK_WALL_GOTO:
        g_array_set_size(stack, stack->len - 1);
        /* fall through */
    case SK_WALL_JUMP:
        if (stack->len > SK_WALL_JUMPS_MAX || ++self->chains > CHAINS_MAX)
            return UNSURE;
        g_array_append_val(stack, next);
        return RULE_ENDS;
    case SK_WALL_DNAT:
        translate(self, act, SK_WALL_DST, SK_WALL_DPORT);
        return ACCEPTED;
    case SK_WALL_SNAT:
        translate(self, act, SK_WALL_SRC, SK_WALL_SPORT);
        return ACCEPTED;
    case SK_WALL_UNKNOWN_ACT:
        return UNSURE;
    case SK_WALL_SET_MARK:
    case SK_WALL_SET_CT_MARK:
    case SK_WALL_RESTORE_MARK:
    case SK_WALL_SAVE_MARK:
    case SK_WALL_NOTRACK:
        change(self, act);
        return GOES_ON;
    case SK_WALL_CONTINUE:
    case SK_WALL_ACT_COUNT:
    default:
        return GOES_ON;
    }
}

static Outcome
ask(Walk *self, const SkWallStep *step)
{
    if (self->unknowns == NULL)
        return UNSURE;
    return self->unknowns(step, self->data) ? GOES_ON : RULE_ENDS;
}

static Outcome
take_step(Walk *self, GArray *stack, const SkWallRule *rule, const SkWallStep *step)
{
    switch (step->kind) {
    case SK_WALL_STEP_UNKNOWN:
        return ask(self, step);
    case SK_WALL_STEP_ACT:
        return act_on(self, stack, rule, &step->act);
    case SK_WALL_STEP_MATCH:
        if (!answers(self, step))
            return RULE_ENDS;
        if (step->set->open)
            return ask(self, step);
        return (find(self, step) >= 0) != step->negated ? GOES_ON : RULE_ENDS;
    case SK_WALL_STEP_MAP:
    default:
        break;
    }
    if (!answers(self, step))
        return RULE_ENDS;
    if (step->set->open)
        return UNSURE;
    int64_t found = find(self, step);
    return found < 0 ? RULE_ENDS
                     : act_on(self, stack, rule, &g_array_index(step->acts, SkWallAct, found));
}

static Outcome
take_rule(Walk *self, GArray *stack, const SkWallRule *rule)
{
    for (unsigned i = 0; i < rule->steps->len; i++) {
        Outcome outcome = take_step(self, stack, rule, &g_array_index(rule->steps, SkWallStep, i));
        if (outcome != GOES_ON)
            return outcome;
    }
    return RULE_ENDS;
}

/* ---- chains and hooks -------------------------------------------------------------------------
 */

static Outcome
take_base_chain(Walk *self, const SkWallChain *base)
{
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Frame));
    Frame first = { .chain = base };

    g_array_append_val(stack, first);
    while (stack->len > 0) {
        Frame *top = &g_array_index(stack, Frame, stack->len - 1);
        Outcome outcome = CHAIN_ENDS;
        if (top->next < top->chain->rules->len)
            outcome = take_rule(self, stack, g_ptr_array_index(top->chain->rules, top->next++));
        if (outcome == CHAIN_ENDS)
            g_array_set_size(stack, stack->len - 1);
        else if (outcome != RULE_ENDS)
            return outcome;
    }
    mark(self, base, NULL, base->drops ? SK_WALL_DROP : SK_WALL_ACCEPT);
    return base->drops ? STOPPED : ACCEPTED;
}

/* Chains of nat are asked by the first packet of a connection only, and only until one has
 * answered. */
static bool
asked(const Walk *self, const SkWallChain *chain, bool bound)
{
    if (chain->type != SK_WALL_CHAIN_NAT)
        return true;
    return !bound && has_connection(self) &&
           self->walk->after.field[SK_WALL_CT_STATE].lo == SK_WALL_NEW;
}

static SkWallEnd
take_hook(Walk *self, SkWallHook hook)
{
    unsigned family = (unsigned)self->walk->after.field[SK_WALL_FAMILY].lo;
    g_autoptr(GPtrArray) chains = sk_wall_base_chains(self->ruleset, family, hook);
    bool first = hook == SK_WALL_HOOK_PREROUTING || hook == SK_WALL_HOOK_OUTPUT;
    bool translated = self->walk->translated, bound = false;

    self->hook = hook;
    self->tracked = !first;
    self->walk->translated = false;
    for (unsigned i = 0; i < chains->len; i++) {
        const SkWallChain *chain = g_ptr_array_index(chains, i);
        if (first && chain->priority > CONNTRACK_PRIORITY)
            self->tracked = true;
        if (chain->type == SK_WALL_CHAIN_NAT)
            self->tracked = true;
        if (!asked(self, chain, bound))
            continue;
        Outcome outcome = take_base_chain(self, chain);
        bound = bound || self->walk->translated;
        if (outcome == STOPPED || outcome == UNSURE)
            return outcome == STOPPED ? SK_WALL_STOPS : SK_WALL_UNSURE;
    }
    self->walk->translated = translated || bound;
    return SK_WALL_PASSES;
}

void
sk_wall_walk(const SkWallRuleset *ruleset, const GPtrArray *interfaces, const SkPacket *packet,
             SkWallUnknowns unknowns, void *data, SkWallWalk *ret)
{
    Walk self = { .ruleset = ruleset,
                  .interfaces = interfaces,
                  .unknowns = unknowns,
                  .data = data,
                  .walk = ret };
    bool out = packet->way == SK_WALL_OUT;

    *ret = (SkWallWalk){ .after = *packet, .path = g_array_new(FALSE, FALSE, sizeof(SkWallMark)) };
    ret->end = take_hook(&self, out ? SK_WALL_HOOK_OUTPUT : SK_WALL_HOOK_PREROUTING);
    if (!out && ret->end == SK_WALL_PASSES)
        ret->end = take_hook(&self, ret->after.way == SK_WALL_IN ? SK_WALL_HOOK_INPUT
                                                                 : SK_WALL_HOOK_FORWARD);
    if (ret->after.way != SK_WALL_IN && ret->end == SK_WALL_PASSES)
        ret->end = take_hook(&self, SK_WALL_HOOK_POSTROUTING);
}

void
sk_wall_walk_clear(SkWallWalk *self)
{
    g_clear_pointer(&self->path, g_array_unref);
}

/* ---- for people -------------------------------------------------------------------------------
 */

static const char *
act_name(SkWallActKind act)
{
    static const char *const names[SK_WALL_ACT_COUNT] = {
        "continue",    "accept",  "drop", "reject",  "jump", "goto", "return",       "mark set",
        "ct mark set", "restore", "save", "notrack", "dnat", "snat", "not modelled",
    };

    g_assert(act < SK_WALL_ACT_COUNT);
    return names[act];
}

static const char *
family_name(SkWallFamily family)
{
    static const char *const names[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };

    g_assert(family < G_N_ELEMENTS(names));
    return names[family];
}

char *
sk_wall_walk_text(const SkWallWalk *self)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < self->path->len; i++) {
        const SkWallMark *at = &g_array_index(self->path, SkWallMark, i);
        g_string_append_printf(out, "%s %s %s: ", family_name(at->chain->table->family),
                               at->chain->table->name, at->chain->name);
        if (at->rule == NULL)
            g_string_append_printf(out, "policy %s\n", act_name(at->act));
        else if (at->rule->handle != 0)
            g_string_append_printf(out, "line %u (handle %" G_GUINT64_FORMAT "): %s\n",
                                   at->rule->line, at->rule->handle, at->rule->text);
        else
            g_string_append_printf(out, "line %u: %s\n", at->rule->line, at->rule->text);
    }
    return g_string_free(out, FALSE);
}
