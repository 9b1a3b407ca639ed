/* SPDX-License-Identifier: Apache-2.0
 * model-real.c - contract in model.h: packets that there can be. */
#include "wall/model-parts.h"

#include <string.h>

BDD
sk_model_with_ports(const SkWallBits *bits)
{
    static const uint64_t protocols[] = { 6, 17, 33, 132, 136 };
    BDD set = bddfalse;

    for (unsigned i = 0; i < G_N_ELEMENTS(protocols); i++)
        set = sk_bits_take_or(set, sk_bits_is(bits, SK_WALL_PROTOCOL, protocols[i]));
    return set;
}

/* Where @has, anything; elsewhere the fields are 0. @has is taken. */
static BDD
zero_without(const SkWallBits *bits, BDD has, const SkWallField *fields, unsigned n)
{
    BDD zero = bddtrue;

    for (unsigned i = 0; i < n; i++)
        zero = sk_bits_take_and(zero, sk_bits_is(bits, fields[i], 0));
    return sk_bits_take_or(has, zero);
}

static bool
asks_connections(const SkWallStep *step)
{
    for (unsigned k = 0; k < step->keys && step->kind != SK_WALL_STEP_ACT; k++)
        switch ((unsigned)step->key[k].field) {
        case SK_WALL_CT_STATE:
        case SK_WALL_CT_DIRECTION:
        case SK_WALL_CT_STATUS:
        case SK_WALL_CT_MARK:
            return true;
        default:
            break;
        }
    return false;
}

bool
sk_model_asks_connections(const SkWallRuleset *ruleset)
{
    return sk_model_any_step(ruleset, asks_connections);
}

static BDD
real_connection(const SkWallBits *bits)
{
    BDD fresh = sk_bits_is(bits, SK_WALL_CT_STATE, SK_WALL_NEW);
    BDD none = sk_bits_in(bits, SK_WALL_CT_STATE, SK_WALL_INVALID, SK_WALL_UNTRACKED);
    BDD zero = sk_bits_take_and(sk_bits_is(bits, SK_WALL_CT_DIRECTION, 0),
                                sk_bits_take_and(sk_bits_is(bits, SK_WALL_CT_STATUS, 0),
                                                 sk_bits_is(bits, SK_WALL_CT_MARK, 0)));
    BDD known = sk_bits_in(bits, SK_WALL_CT_STATE, 0, SK_WALL_STATE_COUNT - 1);

    return sk_bits_take_and(known,
                            sk_bits_take_or(sk_bits_take_not(sk_bits_take_or(fresh, none)), zero));
}

static BDD
real_transport(const SkWallBits *bits, bool tracked)
{
    static const SkWallField ports[] = { SK_WALL_SPORT, SK_WALL_DPORT };
    static const SkWallField icmp[] = { SK_WALL_ICMP_TYPE, SK_WALL_ICMP_CODE };
    static const SkWallField flags[] = { SK_WALL_TCP_FLAGS };
    BDD whole = sk_bits_is(bits, SK_WALL_FRAGMENT, 0);
    BDD has_icmp = sk_bits_take_or(sk_bits_is(bits, SK_WALL_PROTOCOL, 1),
                                   sk_bits_is(bits, SK_WALL_PROTOCOL, 58));
    BDD has_ports = sk_bits_take_and(sk_bits_keep(whole), sk_model_with_ports(bits));
    BDD has_flags = sk_bits_take_and(sk_bits_keep(whole), sk_bits_is(bits, SK_WALL_PROTOCOL, 6));
    BDD set = zero_without(bits, has_ports, ports, 2);

    has_icmp = sk_bits_take_and(sk_bits_keep(whole), has_icmp);
    set = sk_bits_take_and(set, zero_without(bits, has_icmp, icmp, 2));
    set = sk_bits_take_and(set, zero_without(bits, has_flags, flags, 1));
    if (tracked) /* conntrack puts packets together before anybody asks */
        return sk_bits_take_and(set, whole);
    sk_bits_drop(whole);
    return set;
}

static BDD
real_place(SkWallModel *self, const SkWallAsk *ask)
{
    const SkWallBits *bits = sk_wall_model_bits(self);
    unsigned last = sk_model_interfaces(self)->len - 1;
    BDD set = bddtrue;

    if (ask->way != SK_WALL_OUT)
        set = sk_bits_take_and(set, sk_bits_in(bits, SK_WALL_IIF, 0, last));
    if (ask->way != SK_WALL_IN)
        set = sk_bits_take_and(set, sk_bits_in(bits, SK_WALL_OIF, 0, last));
    set = sk_bits_take_and(set, sk_bits_in(bits, SK_WALL_DST_TYPE, 0, SK_WALL_UNROUTED));
    set = sk_bits_take_and(set, sk_bits_in(bits, SK_WALL_SRC_TYPE, 0, SK_WALL_UNROUTED));
    set = sk_bits_take_and(set, sk_bits_is(bits, SK_WALL_FAMILY, ask->v6 ? 1 : 0));
    if (ask->way == SK_WALL_FORWARDED) {
        set = sk_bits_take_and(set, sk_bits_is(bits, SK_WALL_PACKET_TYPE, SK_WALL_TO_HOST));
        for (unsigned i = 0; i <= last; i++) /* what goes over the loopback is the wall's own */
            if (strcmp(g_ptr_array_index(sk_model_interfaces(self), i), "lo") == 0)
                set = sk_bits_take_less(set, sk_bits_take_or(sk_bits_is(bits, SK_WALL_IIF, i),
                                                             sk_bits_is(bits, SK_WALL_OIF, i)));
    }
    return sk_bits_take_and(set, sk_bits_is(bits, SK_WALL_MARK, 0));
}

BDD
sk_wall_model_real(SkWallModel *self, const SkWallAsk *ask)
{
    bool tracked = sk_model_tracks(self, ask->ruleset);

    sk_bits_family(sk_wall_model_bits(self), ask->v6);
    BDD set = real_place(self, ask);
    set = sk_bits_take_and(set, real_connection(sk_wall_model_bits(self)));
    return sk_bits_take_and(set, real_transport(sk_wall_model_bits(self), tracked));
}
