/* SPDX-License-Identifier: Apache-2.0
 * read-nft-rule.c - one rule: matches and statements, from left to right. The meaning of each
 * spelling is that of nft 1.0.6 as `nft --debug=netlink` shows it: `tcp flags syn,ack` asks for any
 * of the two, `tcp flags != syn,ack` for not exactly the two, and so `ct state != new,established`
 * is always true. */
#include "wall/read-nft-parts.h"

typedef enum { IMPLICIT, EQUAL, UNEQUAL, BELOW, ABOVE, AT_MOST, AT_LEAST, NONE_OF } Operator;

#define STATES 5u
static const uint64_t state_bits[STATES] = { [SK_WALL_NEW] = 8,
                                             [SK_WALL_ESTABLISHED] = 2,
                                             [SK_WALL_RELATED] = 4,
                                             [SK_WALL_INVALID] = 1,
                                             [SK_WALL_UNTRACKED] = 64 };

void
sk_nft_maybe(SkNftReader *r, const char *why)
{
    sk_wall_rule_unknown(r->into, r->rule, "nft", why, false);
}

static Operator
operator(SkNftReader *r)
{
    static const struct {
        const char *word;
        int sign;
        Operator op;
    } table[] = { { "eq", SK_NFT_EQ, EQUAL },   { "ne", SK_NFT_NE, UNEQUAL },
                  { "lt", '<', BELOW },         { "gt", '>', ABOVE },
                  { "le", SK_NFT_LE, AT_MOST }, { "ge", SK_NFT_GE, AT_LEAST },
                  { "not", '!', NONE_OF } };

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        if (sk_nft_take_sign(r, table[i].sign) || sk_nft_take(r, table[i].word))
            return table[i].op;
    return IMPLICIT;
}

static SkWallValue
full_mask(SkWallField field)
{
    return sk_wall_value_full(sk_wall_field_bits(field));
}

static void
into_set(SkNftReader *r, const SkNftKey *key, SkWallValue mask, SkWallRange range, bool negated)
{
    SkWallSet *set = sk_wall_rule_match(r->into, r->rule, key->field, mask, negated);

    sk_wall_set_add(set, &range);
    if (key->field == SK_WALL_PROTOCOL && sk_wall_value_compare(mask, full_mask(key->field)) == 0)
        sk_nft_only_protocols(r, set, negated);
}

/* ---- values that are bits
 * ------------------------------------------------------------------------- */

/* Says for which states the question is answered with yes. @mask: 0: none. */
static void
ask_state(SkNftReader *r, Operator op, uint64_t mask, bool masked, uint64_t value)
{
    SkWallSet *set =
        sk_wall_rule_match(r->into, r->rule, SK_WALL_CT_STATE, full_mask(SK_WALL_CT_STATE), false);

    for (unsigned i = 0; i < STATES; i++) {
        uint64_t have = masked ? state_bits[i] & mask : state_bits[i];
        bool any = (state_bits[i] & value) != 0;
        bool yes = op == IMPLICIT && !masked ? any
                   : op == NONE_OF           ? !any
                                             : (have == value) != (op == UNEQUAL);
        SkWallRange range = { .first = SK_WALL_VALUE(i), .last = SK_WALL_VALUE(i) };
        if (yes)
            sk_wall_set_add(set, &range);
    }
}

/* Bits of the connection's status that the model has, in its own numbers; false: others too. */
static bool
status_bits(uint64_t kernel, uint64_t *ret)
{
    static const struct {
        uint64_t kernel, model;
    } bits[] = { { 2, SK_WALL_STATUS_SEEN_REPLY },
                 { 4, SK_WALL_STATUS_ASSURED },
                 { 16, SK_WALL_STATUS_SNAT },
                 { 32, SK_WALL_STATUS_DNAT } };

    *ret = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(bits); i++) {
        if ((kernel & bits[i].kernel) != 0)
            *ret |= bits[i].model;
        kernel &= ~bits[i].kernel;
    }
    return kernel == 0;
}

static void
ask_bits(SkNftReader *r, const SkNftKey *key, Operator op, uint64_t mask, bool masked,
         uint64_t value)
{
    bool any = op == NONE_OF || (op == IMPLICIT && !masked);
    bool status = key->type == SK_NFT_T_STATUS;

    /* Not all bits of the status are the model's, so only some of them can be asked for. */
    if (status && (!(any || masked) || !status_bits(value, &value) ||
                   (masked && !status_bits(mask, &mask)))) {
        sk_nft_maybe(r, "a status of a connection that the model has not");
        return;
    }
    if (any) {
        SkWallRange zero = { 0 };
        into_set(r, key, SK_WALL_VALUE(value), zero, op != NONE_OF);
        return;
    }
    SkWallRange range = { .first = SK_WALL_VALUE(value), .last = SK_WALL_VALUE(value) };
    into_set(r, key, masked ? SK_WALL_VALUE(mask) : full_mask(key->field), range, op == UNEQUAL);
}

/* `syn`, `syn,ack`, `syn | ack`, `syn / syn,ack`; @mask: from `& (…)` before it. */
static bool
bits(SkNftReader *r, const SkNftKey *key, Operator op, uint64_t mask, bool masked)
{
    SkWallValue one;
    uint64_t value = 0;

    do {
        if (!sk_nft_value(r, key->type, &one))
            return false;
        value |= one.lo;
    } while (sk_nft_take_sign(r, ','));
    if (!masked && sk_nft_take_sign(r, '/')) {
        masked = true;
        do {
            if (!sk_nft_value(r, key->type, &one))
                return false;
            mask |= one.lo;
        } while (sk_nft_take_sign(r, ','));
    }
    if (op == BELOW || op == ABOVE || op == AT_MOST || op == AT_LEAST)
        return sk_nft_fail(r, "bits are not ordered");
    if (key->type == SK_NFT_T_STATE)
        ask_state(r, op, mask, masked, value);
    else
        ask_bits(r, key, op, mask, masked, value);
    return true;
}

/* ---- values that are numbers
 * ------------------------------------------------------------------------ */

static bool
ordered(SkNftReader *r, const SkNftKey *key, Operator op, SkWallRange *range)
{
    unsigned width = sk_nft_type(key->type)->bits;
    SkWallValue full = sk_wall_value_full(width), zero = { 0 };

    if (sk_wall_value_compare(range->first, range->last) != 0)
        return sk_nft_fail(r, "an order of ranges");
    if (op == BELOW || op == AT_MOST)
        range->first = zero;
    if (op == ABOVE || op == AT_LEAST)
        range->last = full;
    if (op == BELOW && sk_wall_value_compare(range->last, zero) == 0)
        return sk_nft_fail(r, "below nothing");
    if (op == ABOVE && sk_wall_value_compare(range->first, full) == 0)
        return sk_nft_fail(r, "above everything");
    if (op == BELOW)
        range->last = sk_wall_value_previous(range->last);
    if (op == ABOVE)
        range->first = sk_wall_value_next(range->first);
    return true;
}

/* Only whether the offset is 0 is known of a fragment. */
static bool
fragment(SkNftReader *r, const SkNftKey *key, Operator op, SkWallValue mask, bool masked)
{
    SkWallValue value;

    if (!sk_nft_value(r, SK_NFT_T_NUMBER16, &value))
        return false;
    if (!masked || mask.lo != 0x1fff || value.lo != 0 ||
        (op != EQUAL && op != UNEQUAL && op != IMPLICIT)) {
        sk_nft_maybe(r, "bits of a fragment that the model has not");
        return true;
    }
    SkWallRange zero = { 0 };
    into_set(r, key, full_mask(key->field), zero, op == UNEQUAL);
    return true;
}

/* nft 1.0.6 lists `meta nfproto ipv6 meta l4proto ipv6-icmp` and `meta l4proto ipv6-icmp` alike: of a packet of
 * the other family nobody can say from a listing whether the kernel asks for the family. */
static void
family_of_icmp(SkNftReader *r, const SkNftKey *key, Operator op, const SkWallRange *range)
{
    uint64_t n = range->first.lo;
    SkWallRange family = { .first = SK_WALL_VALUE(n == 58) };

    if (!r->listed || r->table->family != SK_WALL_TABLE_INET || key->type != SK_NFT_T_PROTOCOL ||
        key->needs != 0 || op == UNEQUAL || (n != 1 && n != 58) || range->last.lo != n)
        return;
    r->variants = 2;
    if (r->variant == 1) {
        family.first.lo ^= 1;
        sk_nft_maybe(r, "nft lists it alike with its family and without");
    }
    family.last = family.first;
    sk_wall_set_add(sk_wall_rule_match(r->into, r->rule, SK_WALL_FAMILY, SK_WALL_VALUE(1), false),
                    &family);
}

static bool
numbers(SkNftReader *r, const SkNftKey *key, Operator op, SkWallValue mask, bool masked)
{
    SkWallRange range;

    if (key->fragment)
        return fragment(r, key, op, mask, masked);
    if (op == NONE_OF)
        return sk_nft_fail(r, "`!` without bits");
    if (!sk_nft_range(r, key->type, &range) ||
        (op > UNEQUAL && op != NONE_OF && !ordered(r, key, op, &range)))
        return false;
    if (masked && (key->type == SK_NFT_T_INTERFACE || key->add != 0))
        return sk_nft_fail(r, "a mask over what has no bits");
    switch (sk_nft_place(key->type, key, &range)) {
    case SK_NFT_UNREADABLE:
        sk_nft_maybe(r, "a value that the model has not");
        return true;
    case SK_NFT_NONE: /* none can be so; all are not so */
        (void)sk_wall_rule_match(r->into, r->rule, key->field, full_mask(key->field),
                                 op == UNEQUAL);
        return true;
    case SK_NFT_ONE:
    default:
        if (!masked)
            family_of_icmp(r, key, op, &range);
        into_set(r, key, masked ? mask : full_mask(key->field), range, op == UNEQUAL);
        return true;
    }
}

/* ---- sets
 * ------------------------------------------------------------------------------------------- */

SkNftSet *
sk_nft_named(SkNftReader *r)
{
    if (!sk_nft_take_sign(r, '@'))
        return NULL;
    g_autofree char *name = sk_nft_name(r);
    SkNftSet *set = name == NULL ? NULL : g_hash_table_lookup(r->table->set_by_name, name);
    if (set == NULL)
        (void)sk_nft_fail(r, "a set that there is not");
    return set;
}

static void
wall_keys(const SkNftKey *key, unsigned keys, SkWallValue mask, bool masked, SkWallKey *ret)
{
    for (unsigned i = 0; i < keys; i++)
        ret[i] =
            (SkWallKey){ .field = key[i].field, .mask = masked ? mask : full_mask(key[i].field) };
}

static bool
same_types(SkNftReader *r, const SkNftSet *set, const SkNftKey *key, unsigned keys)
{
    if (set->keys != keys)
        return sk_nft_fail(r, "a set of other parts");
    for (unsigned i = 0; i < keys; i++) {
        const SkNftTypeRow *a = sk_nft_type(set->key[i]), *b = sk_nft_type(key[i].type);
        if (set->key[i] != key[i].type &&
            (a->name[0] != 0 || b->name[0] != 0 || a->bits != b->bits))
            return sk_nft_fail(r, "a set of other types");
        if (key[i].add != 0 || key[i].fragment)
            return sk_nft_fail(r, "a set of numbers that the model counts otherwise");
    }
    return true;
}

/* `{ … }` or `@name`: a set of @keys keys; NULL and r->why, or NULL alone: it may hold anything. */
static const SkWallSet *
set_of(SkNftReader *r, const SkNftKey *key, unsigned keys)
{
    if (sk_nft_is_sign(r, '@')) {
        const SkNftSet *named = sk_nft_named(r);
        if (named == NULL || named->unreadable || !same_types(r, named, key, keys))
            return NULL;
        return named->map ? (sk_nft_fail(r, "a map in the place of a set"), NULL) : named->set;
    }
    g_autoptr(SkNftSet) set = sk_nft_set_new(NULL, false, 0);
    set->keys = keys;
    set->set = sk_wall_ruleset_set(r->into, keys);
    for (unsigned i = 0; i < keys; i++)
        set->key[i] = key[i].type;
    if (!sk_nft_elements(r, set, key))
        return NULL;
    set->set->open = set->open;
    return set->set;
}

static bool
in_set(SkNftReader *r, const SkNftKey *key, unsigned keys, Operator op, SkWallValue mask,
       bool masked)
{
    SkWallKey wall[SK_WALL_KEYS_MAX];

    if (op != IMPLICIT && op != EQUAL && op != UNEQUAL)
        return sk_nft_fail(r, "an order of sets");
    const SkWallSet *set = set_of(r, key, keys);
    if (r->why != NULL)
        return false;
    if (set == NULL) {
        sk_nft_maybe(r, "a set that the model has not");
        return true;
    }
    wall_keys(key, keys, mask, masked, wall);
    sk_wall_rule_match_set(r->rule, wall, keys, set, op == UNEQUAL);
    if (keys == 1 && key->field == SK_WALL_PROTOCOL && !masked && !set->open)
        sk_nft_only_protocols(r, set, op == UNEQUAL);
    return true;
}

/* A concatenation's single value: `ip saddr . tcp dport 10.0.0.1 . 22`. */
static bool
one_element(SkNftReader *r, const SkNftKey *key, unsigned keys, Operator op)
{
    SkWallRange box[SK_WALL_KEYS_MAX];
    SkWallKey wall[SK_WALL_KEYS_MAX];
    SkWallSet *set = sk_wall_ruleset_set(r->into, keys);
    bool none = false;

    if (op != IMPLICIT && op != EQUAL && op != UNEQUAL)
        return sk_nft_fail(r, "an order of several parts");
    for (unsigned i = 0; i < keys; i++) {
        if ((i > 0 && !sk_nft_take_sign(r, '.')) || !sk_nft_range(r, key[i].type, &box[i]))
            return sk_nft_fail(r, "a value with too few parts");
        SkNftPlaced placed = sk_nft_place(key[i].type, &key[i], &box[i]);
        if (placed == SK_NFT_UNREADABLE)
            return sk_nft_fail(r, "a value that the model has not");
        none = none || placed == SK_NFT_NONE;
    }
    if (!none)
        sk_wall_set_add(set, box);
    wall_keys(key, keys, SK_WALL_VALUE(0), false, wall);
    sk_wall_rule_match_set(r->rule, wall, keys, set, op == UNEQUAL);
    return true;
}

/* ---- verdict maps
 * -------------------------------------------------------------------------------------- */

/* Verdicts by keys that the model has not: any of them may be, or none. Made once for each map. */
static bool
any_verdict(SkNftReader *r, SkNftSet *map)
{
    SkWallKey key = { .field = SK_WALL_FAMILY, .mask = full_mask(SK_WALL_FAMILY) };
    SkWallRange any = { .last = SK_WALL_VALUE(1) };

    if (map->any == NULL) {
        map->any = sk_wall_ruleset_set(r->into, 1);
        map->any->open = true;
        for (unsigned i = 0; i < map->acts->len; i++)
            sk_wall_set_add(map->any, &any);
    }
    sk_wall_rule_map(r->rule, &key, 1, map->any, g_array_ref(map->acts));
    return true;
}

/* `{ KEY : VERDICT, … }` with keys that are passed over. */
static bool
verdicts_only(SkNftReader *r, GArray *acts)
{
    if (!sk_nft_take_sign(r, '{'))
        return sk_nft_fail(r, "a map that is not understood");
    while (!sk_nft_take_sign(r, '}')) {
        while (!sk_nft_at_end(r) && !sk_nft_is_sign(r, ':'))
            (void)sk_nft_next(r);
        SkWallAct act;
        if (!sk_nft_take_sign(r, ':') || !sk_nft_verdict(r, &act))
            return sk_nft_fail(r, "a verdict is missing");
        g_array_append_val(acts, act);
        if (!sk_nft_take_sign(r, ',') && !sk_nft_is_sign(r, '}'))
            return sk_nft_fail(r, "a map that is not understood");
    }
    return true;
}

static bool
vmap(SkNftReader *r, const SkNftKey *key, unsigned keys, SkWallValue mask, bool masked, bool known)
{
    SkWallKey wall[SK_WALL_KEYS_MAX];

    if (sk_nft_is_sign(r, '@')) {
        SkNftSet *named = sk_nft_named(r);
        if (named == NULL || !named->map || !named->verdicts || named->dynamic)
            return sk_nft_fail(r, "verdicts that packets may change, or none");
        if (named->unreadable && named->acts->len == 0)
            return sk_nft_fail(r, "verdicts that were not understood");
        if (!known || named->unreadable)
            return any_verdict(r, named);
        if (!same_types(r, named, key, keys))
            return false;
        wall_keys(key, keys, mask, masked, wall);
        sk_wall_rule_map(r->rule, wall, keys, named->set, g_array_ref(named->acts));
        return true;
    }
    g_autoptr(SkNftSet) map = sk_nft_set_new(NULL, true, 0);
    map->verdicts = true;
    if (!known)
        return verdicts_only(r, map->acts) && any_verdict(r, map);
    map->keys = keys;
    map->set = sk_wall_ruleset_set(r->into, keys);
    for (unsigned i = 0; i < keys; i++)
        map->key[i] = key[i].type;
    if (!sk_nft_is_sign(r, '{') || !sk_nft_elements(r, map, key))
        return sk_nft_fail(r, "a map that is not understood");
    map->set->open = map->open;
    wall_keys(key, keys, mask, masked, wall);
    sk_wall_rule_map(r->rule, wall, keys, map->set, g_array_ref(map->acts));
    return true;
}

/* ---- a match
 * --------------------------------------------------------------------------------------------- */

/* Where the value is not understood, the question is known to be one all the same: it is passed
 * over. */
static bool
recover(SkNftReader *r, const SkNftPlace *start, const char *why)
{
    sk_nft_restore(r, start);
    if (!sk_nft_skip_value(r))
        return false;
    sk_nft_maybe(r, why);
    return true;
}

static bool
compare(SkNftReader *r, const SkNftKey *key, unsigned keys, SkWallValue mask, bool masked,
        bool known)
{
    SkNftPlace start;
    bool ok = false;
    Operator op = operator(r);

    sk_nft_save(r, &start);
    if (!known)
        return recover(r, &start, key->why != NULL ? key->why : "something that the model has not");
    if (sk_nft_is_sign(r, '{') || sk_nft_is_sign(r, '@'))
        ok = in_set(r, key, keys, op, mask, masked);
    else if (keys > 1)
        ok = one_element(r, key, keys, op);
    else if (sk_nft_type(key->type)->flags)
        ok = bits(r, key, op, mask.lo, masked);
    else
        ok = numbers(r, key, op, mask, masked);
    if (!ok)
        return recover(r, &start, r->why);
    if (keys == 1 && op == UNEQUAL &&
        (key->field == SK_WALL_SRC_MAC || key->field == SK_WALL_DST_MAC))
        sk_nft_maybe(r, "there may be no link header");
    return true;
}

static bool
is_operation(SkNftReader *r)
{
    return sk_nft_is_sign(r, '&') || sk_nft_is_sign(r, '|') || sk_nft_is_sign(r, '^') ||
           sk_nft_is(r, "and") || sk_nft_is(r, "or") || sk_nft_is(r, "xor") ||
           sk_nft_is_sign(r, SK_NFT_SHL) || sk_nft_is_sign(r, SK_NFT_SHR);
}

static bool
skip_operand(SkNftReader *r)
{
    if (sk_nft_is_sign(r, '('))
        return sk_nft_skip_block(r);
    (void)sk_nft_next(r);
    return true;
}

/* `& MASK` behind what is asked. Anything else done to it cannot be asked of the model; nor can
 * `flags & fin | syn`, which is (flags & fin) | syn. */
static bool
masks(SkNftReader *r, const SkNftKey *key, SkWallValue *mask, bool *masked, bool *known)
{
    SkNftType type = key->type;

    *known =
        *known && !(is_operation(r) && (type == SK_NFT_T_INTERFACE || type == SK_NFT_T_NFPROTO ||
                                        type == SK_NFT_T_ETHER || type == SK_NFT_T_ADDRESS_TYPE));
    if (*known && (sk_nft_take_sign(r, '&') || sk_nft_take(r, "and"))) {
        const SkNftToken *after = sk_nft_after(r);
        bool sum = !sk_nft_is_sign(r, '(') && after->kind == SK_NFT_SIGN && after->sign == '|';
        *masked = true;
        if (sum)
            (void)sk_nft_next(r);
        else if (!sk_nft_value(r, type, mask))
            return false;
    }
    while (is_operation(r)) {
        *known = false;
        (void)sk_nft_next(r);
        if (!skip_operand(r))
            return false;
    }
    return true;
}

static bool
match(SkNftReader *r, SkNftKey *key)
{
    SkNftKey list[SK_WALL_KEYS_MAX] = { *key };
    SkWallValue mask = { 0 };
    unsigned keys = 1;
    bool masked = false, known = key->field != SK_WALL_FIELD_COUNT && key->type != SK_NFT_T_UNKNOWN;

    if (!masks(r, key, &mask, &masked, &known))
        return false;
    while (!masked && sk_nft_take_sign(r, '.')) {
        if (keys == SK_WALL_KEYS_MAX || !sk_nft_key(r, &list[keys]))
            return sk_nft_fail(r, "a part that is not understood");
        known =
            known && list[keys].field != SK_WALL_FIELD_COUNT && list[keys].type != SK_NFT_T_UNKNOWN;
        keys++;
    }
    for (unsigned i = 0; i < keys; i++)
        sk_nft_needs(r, &list[i]);
    if (sk_nft_take(r, "vmap"))
        return vmap(r, list, keys, mask, masked, known);
    /* Types that have bits can be masked only as bits. */
    if (masked && (key->type == SK_NFT_T_STATE || key->type == SK_NFT_T_STATUS) &&
        (sk_nft_is_sign(r, '{') || sk_nft_is_sign(r, '@')))
        known = false;
    return compare(r, list, keys, mask, masked, known);
}

/* ---- statements
 * -------------------------------------------------------------------------------------------- */

static bool
act(SkNftReader *r, SkWallActKind kind)
{
    sk_wall_rule_act(r->rule, (SkWallAct){ .kind = kind });
    return true;
}

static void
skip_counts(SkNftReader *r)
{
    while (sk_nft_is(r, "packets") || sk_nft_is(r, "bytes")) {
        (void)sk_nft_next(r);
        (void)sk_nft_next(r);
    }
}

/* A named object, or one by a map: a map may have none for the packet. */
static bool
object(SkNftReader *r)
{
    SkNftKey key;

    if (sk_nft_peek(r)->kind == SK_NFT_STRING) {
        (void)sk_nft_next(r);
        return true;
    }
    if (sk_nft_key(r, &key)) {
        while (sk_nft_take_sign(r, '.'))
            if (!sk_nft_key(r, &key))
                return sk_nft_fail(r, "a part that is not understood");
        if (!sk_nft_take(r, "map"))
            return sk_nft_fail(r, "an object by nothing");
        sk_nft_maybe(r, "an object by a map");
        return sk_nft_skip_value(r);
    }
    return sk_nft_next(r)->kind == SK_NFT_WORD;
}

static bool
counter(SkNftReader *r)
{
    if (sk_nft_take(r, "name"))
        return object(r);
    skip_counts(r);
    return true;
}

static bool
logs(SkNftReader *r)
{
    static const char *const valued[] = { "prefix", "group", "snaplen", "queue-threshold",
                                          "level" };

    for (;;) {
        bool one = false;
        for (size_t i = 0; i < G_N_ELEMENTS(valued) && !one; i++)
            if ((one = sk_nft_take(r, valued[i])))
                (void)sk_nft_next(r);
        if (!one && sk_nft_take(r, "flags")) {
            one = true;
            if (sk_nft_take(r, "tcp"))
                do
                    (void)sk_nft_next(r);
                while (sk_nft_take_sign(r, ','));
            else if (sk_nft_take(r, "ip"))
                (void)sk_nft_take(r, "options");
            else
                (void)sk_nft_next(r);
        }
        if (!one)
            return r->why == NULL;
    }
}

/* `rate over 10 mbytes/second burst 5 packets` */
static bool
limit(SkNftReader *r)
{
    sk_nft_maybe(r, "a limit: it depends on how much came before");
    if (sk_nft_take(r, "name"))
        return object(r);
    if (!sk_nft_take(r, "rate"))
        return sk_nft_fail(r, "a limit that is not understood");
    (void)(sk_nft_take(r, "over") || sk_nft_take(r, "until"));
    for (unsigned i = 0; i < 2; i++) { /* 10/second; 10 mbytes/second */
        if (sk_nft_next(r)->kind != SK_NFT_NUMBER)
            return sk_nft_fail(r, "a limit's rate is missing");
        while (sk_nft_is_sign(r, '/') || sk_nft_peek(r)->kind == SK_NFT_WORD) {
            const SkNftToken *t = sk_nft_peek(r);
            SkSpan s = sk_nft_text(r, t);
            bool unit =
                t->kind == SK_NFT_SIGN || sk_span_find(s, 0, sk_span_str("bytes")) != SIZE_MAX ||
                sk_span_is(s, "packets") || sk_span_is(s, "second") || sk_span_is(s, "minute") ||
                sk_span_is(s, "hour") || sk_span_is(s, "day") || sk_span_is(s, "week");
            if (!unit)
                break;
            (void)sk_nft_next(r);
        }
        if (!sk_nft_take(r, "burst"))
            return true;
    }
    return true;
}

static bool
quota(SkNftReader *r)
{
    sk_nft_maybe(r, "a quota: it depends on how much came before");
    if (sk_nft_take(r, "name"))
        return object(r);
    (void)(sk_nft_take(r, "over") || sk_nft_take(r, "until"));
    (void)sk_nft_next(r);
    (void)sk_nft_next(r);
    if (sk_nft_take(r, "used")) {
        (void)sk_nft_next(r);
        (void)sk_nft_next(r);
    }
    return true;
}

static bool
reject(SkNftReader *r)
{
    SkNftKey key = { 0 };
    bool with = sk_nft_take(r, "with");

    if (with && sk_nft_take(r, "tcp")) {
        if (!sk_nft_take(r, "reset"))
            return sk_nft_fail(r, "a refusal that is not understood");
        key = (SkNftKey){ .needs = SK_NFT_NEEDS_PROTOCOL, .protocol = 6 };
    } else if (with) {
        if (sk_nft_take(r, "icmp"))
            key.needs = SK_NFT_NEEDS_IP4;
        else if (sk_nft_take(r, "icmpv6"))
            key.needs = SK_NFT_NEEDS_IP6;
        else if (!sk_nft_take(r, "icmpx"))
            return sk_nft_fail(r, "a refusal that is not understood");
        (void)sk_nft_take(r, "type");
        (void)sk_nft_next(r);
    }
    sk_nft_needs(r, &key);
    return act(r, SK_WALL_REJECT);
}

/* `add @set { KEY timeout 5m limit rate over 3/second [: VALUE] }`: it may say no, as a full set
 * does. */
static bool
update(SkNftReader *r)
{
    SkNftKey key;

    if (!sk_nft_take_sign(r, '@'))
        return sk_nft_fail(r, "a set is missing");
    g_autofree char *name = sk_nft_name(r);
    if (name == NULL || !sk_nft_is_sign(r, '{'))
        return sk_nft_fail(r, "a set is missing");
    (void)sk_nft_next(r);
    do {
        if (!sk_nft_key(r, &key))
            return sk_nft_fail(r, "a key that is not understood");
        sk_nft_needs(r, &key);
    } while (sk_nft_take_sign(r, '.'));
    sk_nft_maybe(r, "a set that packets fill");
    for (unsigned depth = 1; depth > 0;) {
        const SkNftToken *t = sk_nft_next(r);
        if (t->kind == SK_NFT_END)
            return sk_nft_fail(r, "a set that does not end");
        depth += t->kind == SK_NFT_SIGN && t->sign == '{';
        depth -= t->kind == SK_NFT_SIGN && t->sign == '}';
    }
    return true;
}

static bool
no_effect(SkNftReader *r)
{
    (void)r;
    return true;
}

static bool
notrack(SkNftReader *r)
{
    return act(r, SK_WALL_NOTRACK);
}

static bool
last(SkNftReader *r)
{
    if (sk_nft_take(r, "used"))
        (void)sk_nft_next(r);
    return true;
}

static bool
meter(SkNftReader *r)
{
    (void)sk_nft_next(r);
    if (sk_nft_take(r, "size"))
        (void)sk_nft_next(r);
    if (!sk_nft_is_sign(r, '{'))
        return sk_nft_fail(r, "a meter that is not understood");
    sk_nft_maybe(r, "a meter: it depends on how much came before");
    return sk_nft_skip_block(r);
}

static bool
snat(SkNftReader *r)
{
    return sk_nft_nat(r, false);
}

static bool
dnat(SkNftReader *r)
{
    return sk_nft_nat(r, true);
}

static bool
comment(SkNftReader *r)
{
    const SkNftToken *t = sk_nft_next(r);

    if (t->kind != SK_NFT_STRING)
        return sk_nft_fail(r, "a comment is missing");
    g_free(r->rule->comment);
    r->rule->comment = sk_text_plain(sk_nft_text(r, t), 256);
    return true;
}

static const struct {
    const char *word;
    bool (*read)(SkNftReader *r);
    bool ends; /* nothing may follow */
} statements[] = {
    { "add", update, false },
    { "comment", comment, false },
    { "counter", counter, false },
    { "delete", update, false },
    { "dnat", dnat, true },
    { "last", last, false },
    { "limit", limit, false },
    { "log", logs, false },
    { "masquerade", sk_nft_masquerade, true },
    { "meter", meter, false },
    { "notrack", notrack, false },
    { "quota", quota, false },
    { "redirect", sk_nft_redirect, true },
    { "reject", reject, true },
    { "set", update, false },
    { "snat", snat, true },
    { "update", update, false },
    { "continue", no_effect, true },
};

/* Words that may do anything to a packet: to those that come so far in the rule, or to others too. */
static const struct {
    const char *word;
    const char *why;
    bool others;
} beyond[] = {
    { "queue", "a program of the machine decides over the packet", false },
    { "tproxy", "the packet goes to a program of the machine", false },
    { "synproxy", "the wall answers in the host's place", true },
    { "dup", "a copy of the packet goes elsewhere", false },
    { "fwd", "the packet goes elsewhere", false },
    { "flow", "later packets of the connection pass by the rules", true },
    { "xt", "a part of iptables that nft cannot say", true },
};

static bool
anything(SkNftReader *r, const char *why)
{
    sk_wall_rule_unknown(r->into, r->rule, "nft", why, true);
    while (!sk_nft_at_end(r))
        (void)sk_nft_next(r);
    return true;
}

static bool
assign_or_match(SkNftReader *r)
{
    SkNftKey key;

    if (sk_nft_take(r, "reset")) /* an option of TCP */
        return sk_nft_key(r, &key);
    if (sk_nft_is(r, "ct") && sk_nft_after(r)->kind == SK_NFT_WORD &&
        sk_span_is(sk_nft_text(r, sk_nft_after(r)), "count")) {
        (void)sk_nft_next(r);
        (void)sk_nft_next(r);
        (void)sk_nft_take(r, "over");
        sk_nft_maybe(r, "a count of connections");
        return sk_nft_next(r)->kind == SK_NFT_NUMBER;
    }
    if (!sk_nft_key(r, &key))
        return sk_nft_fail(r, "a statement that is not understood");
    if (sk_nft_take(r, "set"))
        return sk_nft_assign(r, &key);
    return match(r, &key);
}

static bool
statement(SkNftReader *r, bool *ended)
{
    SkWallAct verdict;

    for (size_t i = 0; i < G_N_ELEMENTS(beyond); i++)
        if (sk_nft_is(r, beyond[i].word))
            return beyond[i].others ? sk_nft_fail(r, beyond[i].why) : anything(r, beyond[i].why);
    if (sk_nft_peek(r)->kind == SK_NFT_XT)
        return sk_nft_fail(r, "a part of iptables that nft cannot say");
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        if (!sk_nft_is(r, statements[i].word))
            continue;
        if (*ended && statements[i].read != comment)
            return sk_nft_fail(r, "a statement behind a verdict");
        (void)sk_nft_next(r);
        *ended = *ended || statements[i].ends;
        return statements[i].read(r);
    }
    if (*ended)
        return sk_nft_fail(r, "a statement behind a verdict");
    if (sk_nft_is(r, "accept") || sk_nft_is(r, "drop") || sk_nft_is(r, "return") ||
        sk_nft_is(r, "jump") || sk_nft_is(r, "goto")) {
        *ended = true;
        if (!sk_nft_verdict(r, &verdict))
            return false;
        sk_wall_rule_act(r->rule, verdict);
        return true;
    }
    return assign_or_match(r);
}

bool
sk_nft_statements(SkNftReader *r)
{
    bool ended = false;

    for (unsigned i = 0; i < 4; i++)
        r->protocols[i] = UINT64_MAX;
    while (!sk_nft_at_end(r)) {
        if (sk_nft_peek(r)->kind == SK_NFT_HANDLE) {
            (void)sk_nft_next(r);
            continue;
        }
        if (!statement(r, &ended) || r->why != NULL)
            return sk_nft_fail(r, "a statement that is not understood");
    }
    return r->why == NULL;
}
