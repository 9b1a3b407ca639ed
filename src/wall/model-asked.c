/* SPDX-License-Identifier: Apache-2.0
 * model-asked.c - contract in model-parts.h: what a rule asks for before its next act. */
#include "wall/model-parts.h"

BDD
sk_model_with_connection(const SkWallBits *bits)
{
    return sk_bits_in(bits, SK_WALL_CT_STATE, SK_WALL_NEW, SK_WALL_RELATED);
}

BDD
sk_model_present(const SkWallBits *bits, SkWallField field, bool tracked)
{
    BDD set;

    switch ((unsigned)field) {
    case SK_WALL_SPORT:
    case SK_WALL_DPORT:
        set = sk_model_with_ports(bits);
        break;
    case SK_WALL_ICMP_TYPE:
    case SK_WALL_ICMP_CODE:
        set = sk_bits_take_or(sk_bits_is(bits, SK_WALL_PROTOCOL, 1),
                              sk_bits_is(bits, SK_WALL_PROTOCOL, 58));
        break;
    case SK_WALL_TCP_FLAGS:
        set = sk_bits_is(bits, SK_WALL_PROTOCOL, 6);
        break;
    case SK_WALL_CT_DIRECTION:
    case SK_WALL_CT_STATUS:
    case SK_WALL_CT_MARK:
        return tracked ? sk_model_with_connection(bits) : bddfalse;
    default:
        return bddtrue;
    }
    return sk_bits_take_and(set, sk_bits_is(bits, SK_WALL_FRAGMENT, 0));
}

bool
sk_model_asked_has_room(const SkModelAsked *asked, SkWallField field)
{
    return asked->keys < SK_MODEL_ASKED_MAX && (asked->fields >> field & 1) == 0;
}

void
sk_model_asked_add(SkModelAsked *asked, SkWallKey key, SkWallRange range)
{
    g_assert(sk_model_asked_has_room(asked, key.field));
    asked->fields |= UINT32_C(1) << key.field;
    asked->key[asked->keys] = key;
    asked->range[asked->keys++] = range;
}

/* The one protocol that is asked for; 0: none, or several. */
static uint64_t
protocol_of(const SkModelAsked *asked)
{
    for (unsigned i = 0; i < asked->keys; i++) {
        const SkWallRange *range = &asked->range[i];
        if (asked->key[i].field == SK_WALL_PROTOCOL)
            return (asked->key[i].mask.lo & 255) == 255 &&
                           sk_wall_value_compare(range->first, range->last) == 0
                       ? range->first.lo
                       : 0;
    }
    return 0;
}

bool
sk_model_asked_implies(const SkModelAsked *asked, SkWallField field)
{
    uint64_t protocol = protocol_of(asked);

    switch ((unsigned)field) {
    case SK_WALL_SPORT:
    case SK_WALL_DPORT:
        return protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 ||
               protocol == 136;
    case SK_WALL_ICMP_TYPE:
    case SK_WALL_ICMP_CODE:
        return protocol == 1 || protocol == 58;
    default:
        return field == SK_WALL_TCP_FLAGS && protocol == 6;
    }
}

BDD
sk_model_asked_take(SkModelAsked *asked, const SkWallBits *bits)
{
    BDD set = asked->others;
    unsigned keys = asked->keys;
    bool whole = false; /* no later fragments */

    for (unsigned i = 0; i < keys; i++)
        whole = whole || sk_model_asked_implies(asked, asked->key[i].field);
    if (whole && (asked->fields >> SK_WALL_FRAGMENT & 1) != 0) {
        set = sk_bits_take_and(set, sk_bits_is(bits, SK_WALL_FRAGMENT, 0));
    } else if (whole) {
        asked->key[keys] = (SkWallKey){ .field = SK_WALL_FRAGMENT, .mask = SK_WALL_VALUE(1) };
        asked->range[keys++] = (SkWallRange){ .first = SK_WALL_VALUE(0) };
    }
    if (keys > 0)
        set = sk_bits_take_and(set, sk_bits_boxes(bits, asked->key, keys, asked->range, 1));
    *asked = (SkModelAsked){ .others = bddtrue };
    return set;
}
