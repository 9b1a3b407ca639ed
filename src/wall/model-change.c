/* SPDX-License-Identifier: Apache-2.0
 * model-change.c - contract in model-parts.h: what changing a field does to the set that follows. */
#include "wall/model-parts.h"

BDD
sk_model_restricted(BDD set /* taken */, BDD cube /* taken */)
{
    return sk_bits_take_restrict(set, cube);
}

/* Bits of @field that @mask has, as a cube of @value's. */
BDD
sk_model_bits_cube(const SkWallBits *bits, SkWallField field, SkWallValue mask, SkWallValue value)
{
    BDD cube = bddtrue;

    for (unsigned bit = 0; bit < bits->width[field]; bit++) {
        bool asked = ((bit < 64 ? mask.lo >> bit : mask.hi >> (bit - 64)) & 1) != 0;
        bool one = ((bit < 64 ? value.lo >> bit : value.hi >> (bit - 64)) & 1) != 0;
        int variable = sk_bits_variable(bits, field, bit);
        if (asked)
            cube = sk_bits_take_and(
                cube, sk_bits_keep(one ? bdd_ithvar(variable) : bdd_nithvar(variable)));
    }
    return cube;
}

BDD
sk_model_marked(const SkWallBits *bits, SkWallField field, const SkWallAct *act, BDD then)
{
    SkWallValue flip = SK_WALL_VALUE(act->value.lo & ~act->mask.lo);
    SkWallValue mask = SK_WALL_VALUE(act->mask.lo & UINT32_MAX);

    then = sk_model_restricted(then, sk_model_bits_cube(bits, field, mask, act->value));
    for (unsigned bit = 0; bit < 32; bit++) {
        int variable = sk_bits_variable(bits, field, bit);
        if ((flip.lo >> bit & 1) == 0)
            continue;
        BDD flipped = sk_bits_keep(bdd_compose(then, bdd_nithvar(variable), variable));
        sk_bits_drop(then);
        then = flipped;
    }
    return then;
}

/* @to := (@to & ~mask) | (@from & mask) */
BDD
sk_model_copied(const SkWallBits *bits, SkWallField to, SkWallField from, SkWallValue mask,
                BDD then)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((mask.lo >> bit & 1) == 0)
            continue;
        BDD next = sk_bits_keep(bdd_compose(then, bdd_ithvar(sk_bits_variable(bits, from, bit)),
                                            sk_bits_variable(bits, to, bit)));
        sk_bits_drop(then);
        then = next;
    }
    return then;
}

BDD
sk_model_quantified(BDD set /* taken */, BDD cube /* taken */)
{
    BDD result = sk_bits_keep(bdd_exist(set, cube));

    sk_bits_drop(set);
    sk_bits_drop(cube);
    return result;
}

/* @field := any value of @range. */
BDD
sk_model_assigned(const SkWallBits *bits, SkWallField field, SkWallRange range, BDD then)
{
    SkWallValue full = sk_wall_value_full(bits->width[field]);

    if (sk_wall_value_compare(range.first, range.last) == 0)
        return sk_model_restricted(then, sk_model_bits_cube(bits, field, full, range.first));
    BDD in = sk_bits_range(bits, field, full, range, bddtrue);
    return sk_model_quantified(sk_bits_take_and(then, in), sk_bits_cube(bits, &field, 1));
}
