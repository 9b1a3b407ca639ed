/* SPDX-License-Identifier: Apache-2.0
 * read-nft-act.c - statements that change a packet: translation of addresses, marks, fields. */
#include "wall/read-nft-parts.h"

#define MARK_FULL SK_WALL_VALUE(UINT32_MAX)

/* ---- translation
 * ---------------------------------------------------------------------------------- */

static bool
nat_flags(SkNftReader *r)
{
    do {
        if (!sk_nft_take(r, "random") && !sk_nft_take(r, "fully-random") &&
            !sk_nft_take(r, "persistent"))
            break;
    } while (sk_nft_take_sign(r, ','));
    return r->why == NULL;
}

static bool
port(SkNftReader *r, SkWallAct *act)
{
    act->has_port = true;
    return sk_nft_range(r, SK_NFT_T_SERVICE, &act->port);
}

/* ADDRESS, A-B, A/LEN, [V6], each with :PORT or without; :PORT alone. */
static bool
place(SkNftReader *r, SkWallAct *act)
{
    bool brackets = sk_nft_take_sign(r, '[');

    if (!brackets && sk_nft_take_sign(r, ':'))
        return port(r, act);
    act->has_address = true;
    if (!sk_nft_range(r, act->v6 ? SK_NFT_T_IP6 : SK_NFT_T_IP4, &act->address))
        return false;
    if (brackets && !sk_nft_take_sign(r, ']'))
        return sk_nft_fail(r, "an address that is not understood");
    if (sk_nft_take_sign(r, '-')) { /* [a]-[b] */
        SkWallRange last;
        bool again = sk_nft_take_sign(r, '[');
        if (!sk_nft_range(r, act->v6 ? SK_NFT_T_IP6 : SK_NFT_T_IP4, &last) ||
            (again && !sk_nft_take_sign(r, ']')))
            return sk_nft_fail(r, "an address that is not understood");
        act->address.last = last.last;
    }
    return sk_nft_take_sign(r, ':') ? port(r, act) : true;
}

/* Types of what stands behind the first `:` of a map written in the rule. */
static void
anonymous_values(SkNftReader *r, SkNftSet *map, bool v6)
{
    const SkNftFrame *f = &r->frame[r->frames - 1];
    unsigned i = f->at;

    while (i < f->end && !(r->tokens[i].kind == SK_NFT_SIGN && r->tokens[i].sign == ':'))
        i++;
    while (++i < f->end && r->tokens[i].kind == SK_NFT_LINE)
        continue;
    bool address =
        i < f->end && (r->tokens[i].kind == SK_NFT_IP4 || r->tokens[i].kind == SK_NFT_IP6);
    map->values = 0;
    if (address)
        map->value[map->values++] = v6 ? SK_NFT_T_IP6 : SK_NFT_T_IP4;
    while (++i < f->end && address) {
        const SkNftToken *t = &r->tokens[i];
        if (t->kind == SK_NFT_SIGN && (t->sign == ',' || t->sign == '}'))
            break;
        if (t->kind == SK_NFT_SIGN && t->sign == '.') {
            map->value[map->values++] = SK_NFT_T_SERVICE;
            break;
        }
    }
    if (!address)
        map->value[map->values++] = SK_NFT_T_SERVICE;
}

typedef struct {
    SkNftKey key[SK_WALL_KEYS_MAX];
    unsigned keys;
    SkNftSet *map; /* as read; owned where it has no name */
    bool known;
} Mapped;

/* `KEY [. KEY] map { … }` or `@name`. @types: what the values of one written in the rule are. */
static bool
mapped(SkNftReader *r, Mapped *ret, SkNftType type, bool nat, bool v6)
{
    ret->known = true;
    do {
        SkNftKey *key = &ret->key[ret->keys];
        if (ret->keys == SK_WALL_KEYS_MAX || !sk_nft_key(r, key))
            return sk_nft_fail(r, "a key that is not understood");
        sk_nft_needs(r, key);
        ret->known =
            ret->known && key->field != SK_WALL_FIELD_COUNT && key->add == 0 && !key->fragment;
        ret->keys++;
    } while (sk_nft_take_sign(r, '.'));
    if (!sk_nft_take(r, "map"))
        return sk_nft_fail(r, "a value taken from the packet");
    if (!ret->known)
        return sk_nft_fail(r, "a map by something that the model has not");
    if (sk_nft_is_sign(r, '@')) {
        ret->map = sk_nft_named(r);
        if (ret->map == NULL || !ret->map->map || ret->map->verdicts || ret->map->unreadable ||
            ret->map->dynamic || ret->map->keys != ret->keys)
            return sk_nft_fail(r, "a map that is not understood");
        for (unsigned i = 0; i < ret->keys; i++)
            if (ret->map->key[i] != ret->key[i].type)
                return sk_nft_fail(r, "a map of other types");
        return true;
    }
    ret->map = sk_nft_set_new(NULL, true, 0);
    ret->map->keys = ret->keys;
    ret->map->set = sk_wall_ruleset_set(r->into, ret->keys);
    for (unsigned i = 0; i < ret->keys; i++)
        ret->map->key[i] = ret->key[i].type;
    ret->map->value[0] = type;
    ret->map->values = 1;
    if (nat)
        anonymous_values(r, ret->map, v6);
    if (!sk_nft_is_sign(r, '{') || !sk_nft_elements(r, ret->map, ret->key))
        return sk_nft_fail(r, "a map that is not understood");
    ret->map->set->open = ret->map->open;
    return true;
}

static void
mapped_clear(Mapped *self)
{
    if (self->map != NULL && self->map->name == NULL)
        sk_nft_set_free(self->map);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mapped, mapped_clear)

static void
add_map(SkNftReader *r, const Mapped *m, GArray *acts)
{
    SkWallKey wall[SK_WALL_KEYS_MAX];

    for (unsigned i = 0; i < m->keys; i++)
        wall[i] = (SkWallKey){ .field = m->key[i].field,
                               .mask = sk_wall_value_full(sk_wall_field_bits(m->key[i].field)) };
    sk_wall_rule_map(r->rule, wall, m->keys, m->map->set, acts);
}

static bool
nat_by_map(SkNftReader *r, SkWallAct act)
{
    g_auto(Mapped) m = { 0 };

    if (!mapped(r, &m, SK_NFT_T_UNKNOWN, true, act.v6))
        return false;
    unsigned values = m.map->values;
    SkNftType address = act.v6 ? SK_NFT_T_IP6 : SK_NFT_T_IP4;
    bool has_address = m.map->value[0] == address;
    if (values == 0 || values > 2 ||
        (!has_address && (values != 1 || m.map->value[0] != SK_NFT_T_SERVICE)) ||
        (values == 2 && m.map->value[1] != SK_NFT_T_SERVICE))
        return sk_nft_fail(r, "a map of other types");
    GArray *acts = g_array_new(FALSE, FALSE, sizeof(SkWallAct));
    for (unsigned i = 0; i + values <= m.map->data->len; i += values) {
        SkWallRange one = g_array_index(m.map->data, SkWallRange, i);
        act.has_address = has_address;
        act.has_port = act.has_port || !has_address || values == 2;
        if (has_address)
            act.address = one;
        else
            act.port = one;
        if (values == 2)
            act.port = g_array_index(m.map->data, SkWallRange, i + 1);
        g_array_append_val(acts, act);
    }
    add_map(r, &m, acts);
    return true;
}

bool
sk_nft_nat(SkNftReader *r, bool destination)
{
    SkWallAct act = { .kind = destination ? SK_WALL_DNAT : SK_WALL_SNAT };
    bool v4 = sk_nft_take(r, "ip"), v6 = !v4 && sk_nft_take(r, "ip6");
    SkNftKey needs = { .needs = v4 ? SK_NFT_NEEDS_IP4 : v6 ? SK_NFT_NEEDS_IP6 : 0 };

    if (sk_nft_take(r, "prefix"))
        act.prefix = true;
    while (sk_nft_is(r, "addr") || sk_nft_is(r, "port") || sk_nft_is(r, "interval") ||
           sk_nft_is_sign(r, '.'))
        (void)sk_nft_next(r);
    if (!sk_nft_take(r, "to"))
        return sk_nft_fail(r, "a translation to nothing");
    act.v6 = v6 || (!v4 && r->table->family == SK_WALL_TABLE_IP6);
    if (!v4 && !v6 && r->table->family != SK_WALL_TABLE_IP &&
        r->table->family != SK_WALL_TABLE_IP6) {
        const SkNftToken *t = sk_nft_peek(r);
        act.v6 = t->kind == SK_NFT_IP6 || (t->kind == SK_NFT_SIGN && t->sign == '[');
        if (t->kind == SK_NFT_IP4 || act.v6)
            needs.needs = act.v6 ? SK_NFT_NEEDS_IP6 : SK_NFT_NEEDS_IP4;
        else if (t->kind != SK_NFT_SIGN || t->sign != ':')
            return sk_nft_fail(r, "a translation of no family");
    }
    sk_nft_needs(r, &needs);
    SkNftKind kind = (SkNftKind)sk_nft_peek(r)->kind;
    if (kind == SK_NFT_WORD || sk_nft_is_sign(r, '@'))
        return nat_by_map(r, act) && nat_flags(r);
    if (!place(r, &act))
        return false;
    sk_wall_rule_act(r->rule, act);
    return nat_flags(r);
}

bool
sk_nft_redirect(SkNftReader *r)
{
    SkWallAct act = { .kind = SK_WALL_DNAT,
                      .redirect = true,
                      .v6 = r->table->family == SK_WALL_TABLE_IP6 };

    if (sk_nft_take(r, "to")) {
        (void)sk_nft_take_sign(r, ':');
        if (sk_nft_peek(r)->kind == SK_NFT_WORD) {
            SkNftKey key;
            SkNftPlace start;
            sk_nft_save(r, &start);
            bool is_key = sk_nft_key(r, &key);
            sk_nft_restore(r, &start);
            if (is_key)
                return nat_by_map(r, act) && nat_flags(r);
        }
        if (!port(r, &act))
            return false;
    }
    sk_wall_rule_act(r->rule, act);
    return nat_flags(r);
}

bool
sk_nft_masquerade(SkNftReader *r)
{
    SkWallAct act = { .kind = SK_WALL_SNAT,
                      .masquerade = true,
                      .v6 = r->table->family == SK_WALL_TABLE_IP6 };

    if (sk_nft_take(r, "to")) {
        (void)sk_nft_take_sign(r, ':');
        if (!port(r, &act))
            return false;
    }
    sk_wall_rule_act(r->rule, act);
    return nat_flags(r);
}

/* ---- marks
 * --------------------------------------------------------------------------------------------- */

/* (source & keep) ^ turn */
typedef struct {
    bool from_mark;
    bool from_ct;
    uint32_t keep;
    uint32_t turn;
} Mark;

/* `0x10`, `mark and 0xff xor 0x10`, `ct mark or 1`: operators in the order of their precedence
 * only. */
static bool
mark_value(SkNftReader *r, Mark *ret)
{
    SkNftKey key;
    SkWallValue value;
    unsigned last = 0;

    *ret = (Mark){ .keep = UINT32_MAX };
    if (sk_nft_peek(r)->kind == SK_NFT_NUMBER) {
        if (!sk_nft_value(r, SK_NFT_T_MARK, &value))
            return false;
        ret->turn = (uint32_t)value.lo;
        ret->keep = 0;
        return true;
    }
    if (!sk_nft_key(r, &key) || key.type != SK_NFT_T_MARK)
        return sk_nft_fail(r, "a mark from elsewhere");
    ret->from_ct = key.field == SK_WALL_CT_MARK;
    ret->from_mark = !ret->from_ct;
    for (;;) {
        unsigned op = sk_nft_is_sign(r, '&') || sk_nft_is(r, "and")   ? 1
                      : sk_nft_is_sign(r, '^') || sk_nft_is(r, "xor") ? 2
                      : sk_nft_is_sign(r, '|') || sk_nft_is(r, "or")  ? 3
                                                                      : 0;
        if (op == 0)
            return r->why == NULL;
        (void)sk_nft_next(r);
        const SkNftToken *t = sk_nft_next(r);
        if (op < last || t->kind != SK_NFT_NUMBER || t->number > UINT32_MAX)
            return sk_nft_fail(r, "a mark that is not understood");
        uint32_t n = (uint32_t)t->number;
        last = op;
        if (op == 1) {
            ret->keep &= n;
            ret->turn &= n;
        } else if (op == 2) {
            ret->turn ^= n;
        } else {
            ret->keep &= ~n;
            ret->turn |= n;
        }
    }
}

static void
set_mark(SkNftReader *r, SkWallActKind kind, uint32_t keep, uint32_t turn)
{
    sk_wall_rule_act(r->rule, (SkWallAct){ .kind = kind,
                                           .mask = SK_WALL_VALUE((uint32_t)~keep),
                                           .value = SK_WALL_VALUE(turn) });
}

static void
add_mark(SkNftReader *r, bool ct, const Mark *m)
{
    SkWallActKind own = ct ? SK_WALL_SET_CT_MARK : SK_WALL_SET_MARK;
    bool crossed = ct ? m->from_mark : m->from_ct;

    if (m->from_ct) { /* without a connection there is nothing to load, and the rule ends */
        SkWallRange any = { .last = MARK_FULL };
        sk_wall_set_add(sk_wall_rule_match(r->into, r->rule, SK_WALL_CT_MARK, MARK_FULL, false),
                        &any);
    }
    if (crossed)
        sk_wall_rule_act(r->rule,
                         (SkWallAct){ .kind = ct ? SK_WALL_SAVE_MARK : SK_WALL_RESTORE_MARK,
                                      .mask = MARK_FULL });
    if (!crossed || m->keep != UINT32_MAX || m->turn != 0)
        set_mark(r, own, m->keep, m->turn);
}

static bool
mark_by_map(SkNftReader *r, SkWallActKind kind)
{
    g_auto(Mapped) m = { 0 };

    if (!mapped(r, &m, SK_NFT_T_MARK, false, false) || m.map->values != 1 ||
        m.map->value[0] != SK_NFT_T_MARK)
        return sk_nft_fail(r, "a map of other types");
    GArray *acts = g_array_new(FALSE, FALSE, sizeof(SkWallAct));
    bool single = true;
    for (unsigned i = 0; i < m.map->data->len; i++) {
        const SkWallRange *one = &g_array_index(m.map->data, SkWallRange, i);
        SkWallAct act = { .kind = kind, .mask = MARK_FULL, .value = one->first };
        single = single && sk_wall_value_compare(one->first, one->last) == 0;
        g_array_append_val(acts, act);
    }
    if (!single) {
        g_array_unref(acts);
        return sk_nft_fail(r, "a mark that is a range");
    }
    add_map(r, &m, acts);
    return true;
}

/* Over whatever is set; it may be looked up in vain, and then the rule ends. */
static bool
skip_expression(SkNftReader *r)
{
    SkNftKey key;

    if (!sk_nft_key(r, &key)) {
        if (r->why != NULL || !sk_nft_skip_value(r))
            return false;
        if (sk_nft_take_sign(r, ':')) /* a class: 1:11 */
            (void)sk_nft_next(r);
        return r->why == NULL;
    }
    for (;;) {
        sk_nft_needs(r, &key);
        const SkNftToken *t = sk_nft_peek(r);
        if (sk_nft_take(r, "map")) {
            if (!sk_nft_skip_value(r))
                return false;
            break;
        }
        bool operation = (t->kind == SK_NFT_SIGN &&
                          (t->sign == '&' || t->sign == '|' || t->sign == '^' || t->sign == '.' ||
                           t->sign == SK_NFT_SHL || t->sign == SK_NFT_SHR)) ||
                         sk_nft_is(r, "and") || sk_nft_is(r, "or") || sk_nft_is(r, "xor");
        if (!operation)
            break;
        (void)sk_nft_next(r);
        if (!sk_nft_key(r, &key)) {
            key = (SkNftKey){ 0 };
            if (r->why != NULL)
                return false;
            (void)sk_nft_next(r);
        }
    }
    sk_nft_maybe(r, "a value that may not be there");
    return r->why == NULL;
}

static bool
assign_mark(SkNftReader *r, const SkNftKey *key)
{
    bool ct = key->field == SK_WALL_CT_MARK;
    SkNftPlace start;
    Mark m;

    sk_nft_save(r, &start);
    if (mark_value(r, &m) && !sk_nft_is_sign(r, '.') && !sk_nft_is(r, "map") &&
        !sk_nft_is_sign(r, SK_NFT_SHL) && !sk_nft_is_sign(r, SK_NFT_SHR)) {
        add_mark(r, ct, &m);
        return true;
    }
    sk_nft_restore(r, &start);
    if (mark_by_map(r, ct ? SK_WALL_SET_CT_MARK : SK_WALL_SET_MARK))
        return true;
    /* Nobody knows what it is now: nothing that asks for it has an answer. */
    sk_nft_restore(r, &start);
    r->into->written |= 1u << key->field;
    return skip_expression(r);
}

bool
sk_nft_assign(SkNftReader *r, const SkNftKey *key)
{
    sk_nft_needs(r, key);
    if (key->field == SK_WALL_MARK || key->field == SK_WALL_CT_MARK)
        return assign_mark(r, key);
    if (key->written)
        r->into->written |= 1u << key->field;
    else if (!key->harmless)
        return sk_nft_fail(r, "a field of the packet is written");
    return skip_expression(r);
}
