/* SPDX-License-Identifier: Apache-2.0
 * read-nft-set.c - sets and maps as they are declared: types, flags, elements. One that is not understood is open: any packet
 * may be in it. */
#include "wall/read-nft-parts.h"

/* `type ipv4_addr . inet_service : verdict`, or `typeof ip saddr : meta mark` */
static bool
set_types(SkNftReader *r, SkNftSet *set, bool by_example)
{
    SkNftType *list = set->key;
    unsigned *n = &set->keys;

    set->keys = 0;
    set->values = 0;
    for (;;) {
        SkNftType type = SK_NFT_T_UNKNOWN;
        if (sk_nft_take(r, "verdict")) {
            set->verdicts = true;
        } else if (by_example) {
            SkNftKey key;
            if (!sk_nft_key(r, &key))
                return sk_nft_fail(r, "a type that is not understood");
            type = key.field == SK_WALL_FIELD_COUNT || key.add != 0 ? SK_NFT_T_UNKNOWN : key.type;
        } else {
            g_autofree char *called = sk_nft_name(r);
            if (called == NULL)
                return sk_nft_fail(r, "a type is missing");
            type = sk_nft_type_lookup(sk_span_str(called));
        }
        if (*n == SK_WALL_KEYS_MAX)
            return sk_nft_fail(r, "too many parts");
        if (type == SK_NFT_T_UNKNOWN && list == set->key)
            set->unreadable = true;
        list[(*n)++] = type;
        if (sk_nft_take_sign(r, '.'))
            continue;
        if (list == set->value || !sk_nft_take_sign(r, ':'))
            return r->why == NULL;
        (void)sk_nft_take(r, "interval");
        list = set->value;
        n = &set->values;
    }
}

static bool
set_flags(SkNftReader *r, SkNftSet *set)
{
    do {
        if (sk_nft_take(r, "dynamic"))
            set->dynamic = set->open = true;
        else if (sk_nft_take(r, "timeout"))
            set->open = true;
        else if (!sk_nft_take(r, "interval") && !sk_nft_take(r, "constant"))
            return sk_nft_fail(r, "a flag of a set that is not understood");
    } while (sk_nft_take_sign(r, ','));
    return true;
}

static bool
set_elements(SkNftReader *r, SkNftSet *set)
{
    if (!set->typed || (set->map && !set->verdicts && set->values == 0))
        return sk_nft_fail(r, "elements before their type");
    if (set->set == NULL)
        set->set = sk_wall_table_set(r->table->out, set->name, set->keys);
    if (set->unreadable || !(sk_nft_is_sign(r, '{'))) {
        set->unreadable = true;
        return sk_nft_skip_value(r);
    }
    return sk_nft_elements(r, set, NULL);
}

static bool
set_body(SkNftReader *r, SkNftSet *set)
{
    (void)sk_nft_next(r);
    while (!sk_nft_is_sign(r, '}') && !sk_nft_at_end(r)) {
        const SkNftToken *t = sk_nft_peek(r);
        if (t->kind == SK_NFT_HANDLE || sk_nft_is_sign(r, ';')) {
            (void)sk_nft_next(r);
        } else if (sk_nft_is(r, "type") || sk_nft_is(r, "typeof")) {
            bool by_example = sk_nft_take(r, "typeof");
            if (!by_example)
                (void)sk_nft_next(r);
            if (!set_types(r, set, by_example))
                return false;
            set->typed = true;
        } else if (sk_nft_take(r, "flags")) {
            if (!set_flags(r, set))
                return false;
        } else if (sk_nft_take(r, "timeout") || sk_nft_take(r, "gc-interval") ||
                   sk_nft_take(r, "size") || sk_nft_take(r, "policy") ||
                   sk_nft_take(r, "comment")) {
            (void)sk_nft_next(r);
        } else if (sk_nft_take(r, "auto-merge") || sk_nft_take(r, "counter") ||
                   sk_nft_take(r, "last")) {
            continue;
        } else if (sk_nft_take(r, "elements")) {
            if (!sk_nft_take_sign(r, '=') || !set_elements(r, set))
                return sk_nft_fail(r, "elements that are not understood");
        } else {
            return sk_nft_fail(r, "a set that is not understood");
        }
    }
    return r->why == NULL;
}

/* `timeout 5m` of the set itself is read above; then every element may go. */
void
sk_nft_read_set(SkNftReader *r, SkNftSet *set)
{
    const SkNftPiece *first = NULL;

    for (unsigned i = 0; i < set->pieces->len; i++) {
        const SkNftPiece *piece = &g_array_index(set->pieces, SkNftPiece, i);
        bool elements = piece->handle == 1 || r->tokens[piece->from].sign == '$';
        first = first == NULL ? piece : first;
        sk_nft_start(r, piece->from, piece->to);
        bool ok = elements ? set_elements(r, set) : set_body(r, set);
        if (ok && r->why == NULL)
            continue;
        /* Whatever was to be in it: any packet may be. A map's acts cannot be guessed. */
        set->unreadable = true;
        if (set->map)
            g_array_set_size(set->acts, 0);
    }
    if (set->set == NULL && set->typed && set->keys > 0)
        set->set = sk_wall_table_set(r->table->out, set->name, set->keys);
    if (set->set == NULL)
        set->unreadable = true;
    else
        set->set->open = set->open || set->unreadable;
}
