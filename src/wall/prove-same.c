/* SPDX-License-Identifier: Apache-2.0
 * prove-same.c - contract in prove.h (sk_wall_same): two rulesets, every packet. */
#include "wall/model.h"
#include "wall/prove.h"

static BDD
passing(SkWallModel *model, const SkWallRuleset *ruleset, SkWallWay way, bool v6)
{
    SkWallAsk ask = { .ruleset = ruleset, .way = way, .v6 = v6, .unknown = true };
    BDD rest = sk_wall_model_rest(model, &ask, bddtrue);
    BDD set = sk_wall_model_first(model, &ask, rest);

    return sk_bits_take_and(set, sk_wall_model_real(model, &ask));
}

/* Does an unknown of @ruleset decide over any packet? */
static bool
depends(SkWallModel *model, const SkWallRuleset *ruleset, SkWallWay way, bool v6, BDD passes)
{
    SkWallAsk ask = { .ruleset = ruleset, .way = way, .v6 = v6, .unknown = true, .dropped = true };
    if (sk_wall_ruleset_knows_all(ruleset))
        return false;
    BDD stops = sk_wall_model_first(model, &ask, sk_wall_model_rest(model, &ask, bddfalse));
    BDD both = sk_bits_take_and(stops, sk_bits_keep(passes));

    sk_bits_drop(both);
    return both != bddfalse;
}

static char *
one_of(SkWallModel *model, const GPtrArray *world, BDD set, SkWallWay way, bool v6,
       const char *which)
{
    SkPacket packet = { .way = way };

    sk_bits_packet(sk_wall_model_bits(model), set, &packet);
    packet.field[SK_WALL_FAMILY] = SK_WALL_VALUE(v6 ? 1 : 0);
    g_autofree char *text = sk_packet_text(&packet, world);
    return g_strdup_printf("only the %s lets this pass: %s", which, text);
}

static SkWallSame
same_way(SkWallModel *model, const GPtrArray *world, const SkWallRuleset *const *pair,
         SkWallWay way, bool v6, char **ret_why)
{
    BDD set[2];
    SkWallSame same = SK_WALL_SAME;

    for (unsigned i = 0; i < 2; i++)
        set[i] = passing(model, pair[i], way, v6);
    if (sk_wall_model_failed(model)) {
        *ret_why = g_strdup("they are too large or too entangled to compare");
        return SK_WALL_UNSURE_SAME;
    }
    for (unsigned i = 0; i < 2 && same == SK_WALL_SAME; i++) {
        BDD only = sk_bits_take_less(sk_bits_keep(set[i]), sk_bits_keep(set[1 - i]));
        if (only != bddfalse) {
            *ret_why = one_of(model, world, only, way, v6, i == 0 ? "first" : "second");
            same = SK_WALL_DIFFERENT;
        }
        sk_bits_drop(only);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (depends(model, pair[i], way, v6, set[i])) {
            g_free(*ret_why);
            *ret_why = g_strdup("a rule asks what is not modelled, and it decides over packets");
            same = SK_WALL_UNSURE_SAME;
        }
    }
    sk_bits_drop(set[0]);
    sk_bits_drop(set[1]);
    return same;
}

static const char *
not_comparable(const SkWallRuleset *ruleset)
{
    if (ruleset->unmodelled->len > 0)
        return ((const SkWallUnmodelled *)g_ptr_array_index(ruleset->unmodelled, 0))->why;
    return sk_wall_ruleset_changes_nothing(ruleset) ? NULL : "a rule changes packets";
}

SkWallSame
sk_wall_same(const SkWallRuleset *a, const SkWallRuleset *b, char **ret_why)
{
    const SkWallRuleset *const pair[] = { a, b };
    SkWallSame same = SK_WALL_SAME;

    *ret_why = NULL;
    g_autoptr(GPtrArray) world = sk_wall_world(pair, 2, NULL, NULL);
    g_autoptr(SkWallModel) model =
        sk_wall_model_new(world, SK_BITS_BY_DESTINATION, a->rules + b->rules);
    for (unsigned i = 0; i < SK_WALL_WAY_COUNT * 2 && same == SK_WALL_SAME; i++)
        same = same_way(model, world, pair, (SkWallWay)(i / 2), i % 2 == 1, ret_why);
    for (unsigned i = 0; i < 2 && same != SK_WALL_UNSURE_SAME; i++) {
        const char *why = not_comparable(pair[i]);
        if (why == NULL)
            continue;
        g_free(*ret_why);
        *ret_why = g_strdup(why);
        same = SK_WALL_UNSURE_SAME;
    }
    return same;
}
