/* SPDX-License-Identifier: Apache-2.0
 * test-model.c - all packets at once against one packet at a time: over random rulesets, the model
 * and the walk say the same of every packet tried, whatever the unknowns answer. */
#include "random-ruleset.h"

#include "wall/model.h"
#include "wall/walk.h"

#include <stdlib.h>

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

/* What may become of @packet over all answers: bit 0 it passes, bit 1 it does not. */
static unsigned
walked(const SkWallRuleset *ruleset, const GPtrArray *world, const SkPacket *packet)
{
    unsigned may = 0, asked = 0;

    for (unsigned bits = 0; bits < 1u << MIN(asked, 10); bits++) {
        Answers answers = { .bits = bits };
        g_auto(SkWallWalk) walk = { .end = SK_WALL_STOPS };
        sk_wall_walk(ruleset, world, packet, answer, &answers, &walk);
        asked = MAX(asked, answers.asked);
        if (walk.end == SK_WALL_UNSURE)
            may |= 3;
        else
            may |= walk.end == SK_WALL_PASSES && walk.after.way == packet->way ? 1 : 2;
    }
    g_assert_cmpuint(asked, <=, 10);
    return may;
}

static void
compare(const SkWallRuleset *ruleset, GRand *rand, unsigned packets)
{
    g_autoptr(GPtrArray) world = sk_wall_world(&ruleset, 1, NULL, NULL);
    g_autoptr(SkWallModel) model = sk_wall_model_new(
        world, g_rand_boolean(rand) ? SK_BITS_BY_SOURCE : SK_BITS_BY_DESTINATION, 10);
    BDD passes[SK_WALL_WAY_COUNT][2], stops[SK_WALL_WAY_COUNT][2];

    for (unsigned way = 0; way < SK_WALL_WAY_COUNT; way++)
        for (unsigned v6 = 0; v6 < 2; v6++) {
            SkWallAsk ask = {
                .ruleset = ruleset, .way = (SkWallWay)way, .v6 = v6 == 1, .unknown = true
            };
            passes[way][v6] =
                sk_wall_model_first(model, &ask, sk_wall_model_rest(model, &ask, bddtrue));
            ask.dropped = true;
            stops[way][v6] =
                sk_wall_model_first(model, &ask, sk_wall_model_rest(model, &ask, bddfalse));
        }
    g_assert_false(sk_wall_model_failed(model));
    for (unsigned i = 0; i < packets; i++) {
        SkPacket packet;
        random_packet(rand, world->len, &packet);
        unsigned family = (unsigned)packet.field[SK_WALL_FAMILY].lo;
        unsigned may = walked(ruleset, world, &packet);
        const SkWallBits *bits = sk_wall_model_bits(model);
        bool passed = sk_bits_has(bits, passes[packet.way][family], &packet);
        bool stopped = sk_bits_has(bits, stops[packet.way][family], &packet);
        if (passed != ((may & 1) != 0) || stopped != ((may & 2) != 0)) {
            g_autofree char *text = sk_packet_text(&packet, world);
            g_test_message("%s: model %d %d, walk %u", text, passed, stopped, may);
            g_test_fail();
            return;
        }
    }
}

static void
test_random(const void *data)
{
    const RandomKind *kind = data;
    unsigned rounds = g_getenv("SEKISHO_ALL") != NULL ? 2000 : 60;
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);

    for (unsigned i = 0; i < rounds && !g_test_failed(); i++) {
        unsigned seed = g_rand_int(rand);
        g_autoptr(GRand) one = g_rand_new_with_seed(seed);
        g_autoptr(SkWallRuleset) ruleset = random_ruleset(one, *kind);
        compare(ruleset, one, 300);
        if (g_test_failed())
            g_test_message("seed %u, round %u", seed, i);
    }
}

/* Sets of boxes against looking each box up: bits.h's divide and conquer by itself. */
static void
test_boxes(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    SkWallBits bits;

    sk_bits_start(&bits, 4, SK_BITS_BY_DESTINATION, 0);
    for (unsigned round = 0; round < 200; round++) {
        SkWallKey key[] = { { SK_WALL_SRC, sk_wall_value_full(128) },
                            { SK_WALL_DPORT, sk_wall_value_full(16) },
                            { SK_WALL_PROTOCOL, SK_WALL_VALUE(0xfd) } };
        unsigned n = 1 + (unsigned)g_rand_int_range(rand, 0, 30);
        SkWallRange boxes[31 * 3];
        bool v6 = g_rand_boolean(rand);
        sk_bits_family(&bits, v6);
        for (unsigned i = 0; i < n * 3; i++) {
            uint64_t first = (uint64_t)g_rand_int_range(rand, 0, 64);
            boxes[i] = (SkWallRange){ { .lo = first },
                                      { .lo = first + (uint64_t)g_rand_int_range(rand, 0, 16) } };
            if (g_rand_int_range(rand, 0, 8) == 0)
                boxes[i] = (SkWallRange){ { .lo = 0 }, sk_wall_value_full(i % 3 == 0 ? 128 : 8) };
        }
        BDD set = sk_bits_boxes(&bits, key, 3, boxes, n);
        for (unsigned i = 0; i < 500; i++) {
            SkPacket packet = { .way = SK_WALL_FORWARDED };
            bool in = false;
            for (unsigned k = 0; k < 3; k++)
                packet.field[key[k].field] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 0, 80));
            for (unsigned b = 0; b < n && !in; b++) {
                in = true;
                for (unsigned k = 0; k < 3; k++) {
                    SkWallValue v = sk_wall_value_and(packet.field[key[k].field], key[k].mask);
                    in = in && sk_wall_value_compare(boxes[b * 3 + k].first, v) <= 0 &&
                         sk_wall_value_compare(v, boxes[b * 3 + k].last) <= 0;
                }
            }
            g_assert_cmpint(sk_bits_has(&bits, set, &packet), ==, in);
        }
        sk_bits_drop(set);
    }
    sk_bits_end(&bits);
}

int
main(int argc, char **argv)
{
    static const RandomKind plain = { .marks = false }, marks = { .marks = true };
    static const RandomKind nat = { .marks = true, .nat = true };
    static const RandomKind all = { .marks = true, .nat = true, .unknowns = true };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/model/boxes", test_boxes);
    g_test_add_data_func("/wall/model/random", &plain, test_random);
    g_test_add_data_func("/wall/model/random-marks", &marks, test_random);
    g_test_add_data_func("/wall/model/random-nat", &nat, test_random);
    g_test_add_data_func("/wall/model/random-unknowns", &all, test_random);
    return g_test_run();
}
