/* SPDX-License-Identifier: Apache-2.0
 * judged-town.c - contract in judged-town.h. */
#include "judged-town.h"

#include "wall/model.h"
#include "wall/walk.h"

#include <string.h>

#define RANDOM_PACKETS 1500u

static unsigned
below(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (int)n);
}

/* ---- packets ---------------------------------------------------------------------------------- */

/* What cannot be of a packet is taken off it. */
static void
make_real(SkPacket *packet)
{
    SkWallValue *field = packet->field;
    uint64_t protocol = field[SK_WALL_PROTOCOL].lo, state = field[SK_WALL_CT_STATE].lo;

    if (protocol != 6 && protocol != 17)
        field[SK_WALL_SPORT] = field[SK_WALL_DPORT] = SK_WALL_VALUE(0);
    if (protocol != 1 && protocol != 58)
        field[SK_WALL_ICMP_TYPE] = field[SK_WALL_ICMP_CODE] = SK_WALL_VALUE(0);
    if (protocol != 6)
        field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(0);
    if (state >= SK_WALL_STATE_COUNT)
        field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_INVALID);
    if (state != SK_WALL_ESTABLISHED && state != SK_WALL_RELATED)
        field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(0);
    field[SK_WALL_FRAGMENT] = field[SK_WALL_MARK] = SK_WALL_VALUE(0);
    if (packet->way == SK_WALL_OUT)
        field[SK_WALL_IIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
    if (packet->way == SK_WALL_IN)
        field[SK_WALL_OIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
}

static SkWallValue
random_address(GRand *rand, bool v6)
{
    static const uint32_t v4[] = { 0x0a0a0105, 0x0a0a0007, 0x0a140105, 0x0a140009, 0x0a190002,
                                   0x0a1e0003, 0xcb007109, 0xc6336407, 0xc6336464, 0x0a180001,
                                   0x7f000001, 0xe0000001, 0x08080808, 0x0a15ffff };
    static const uint64_t six[] = { UINT64_C(0xfd00001000000000), UINT64_C(0xfd00002000000000),
                                    UINT64_C(0x20010db800000000), UINT64_C(0xfe80000000000000),
                                    UINT64_C(0xff02000000000000), 0 };

    if (!v6)
        return SK_WALL_VALUE(v4[below(rand, G_N_ELEMENTS(v4))]);
    return (SkWallValue){ .hi = six[below(rand, G_N_ELEMENTS(six))], .lo = below(rand, 8) };
}

static void
add_random_packet(GRand *rand, const GPtrArray *world, GArray *out)
{
    static const uint16_t ports[] = { 443, 22, 53, 80, 8000, 8005, 8010, 8011, 40000, 442, 444 };
    static const uint8_t protocols[] = { 6, 6, 6, 17, 17, 1, 58, 47 };
    static const uint8_t types[] = { 0, 3, 4, 5, 8, 11, 12, 1, 2, 128, 133, 135, 137 };
    static const uint64_t macs[] = { UINT64_C(0x525400100105), UINT64_C(0x525400ff0007), 1 };
    SkPacket packet = { .way = (SkWallWay)(below(rand, 5) < 3 ? 0 : 1 + below(rand, 2)) };
    bool v6 = below(rand, 3) == 0;
    SkWallValue *field = packet.field;

    field[SK_WALL_FAMILY] = SK_WALL_VALUE(v6 ? 1 : 0);
    field[SK_WALL_IIF] = SK_WALL_VALUE(below(rand, world->len));
    field[SK_WALL_OIF] = SK_WALL_VALUE(below(rand, world->len));
    field[SK_WALL_SRC] = random_address(rand, v6);
    field[SK_WALL_DST] = random_address(rand, v6);
    field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(protocols[below(rand, G_N_ELEMENTS(protocols))]);
    field[SK_WALL_SPORT] = SK_WALL_VALUE(ports[below(rand, G_N_ELEMENTS(ports))]);
    field[SK_WALL_DPORT] = SK_WALL_VALUE(ports[below(rand, G_N_ELEMENTS(ports))]);
    field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE(types[below(rand, G_N_ELEMENTS(types))]);
    field[SK_WALL_CT_STATE] =
        SK_WALL_VALUE(below(rand, 2) == 0 ? 0 : below(rand, SK_WALL_STATE_COUNT));
    field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(below(rand, 2));
    field[SK_WALL_SRC_MAC] = SK_WALL_VALUE(macs[below(rand, G_N_ELEMENTS(macs))]);
    field[SK_WALL_TTL] = SK_WALL_VALUE(below(rand, 2) == 0 ? 64 : 255);
    make_real(&packet);
    g_array_append_val(out, packet);
}

void
town_open(const char *more, Town *ret)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);

    ret->policy = town_policy(more);
    ret->nft = town_nft(ret->policy);
    g_autoptr(SkWallRuleset) ruleset = town_read(ret->nft);
    const SkWallRuleset *one = ruleset;
    ret->world = sk_wall_world(&one, 1, ret->policy, NULL);
    ret->allowed = sk_wall_allowed(ret->policy, TOWN_NOW, ret->world);
    ret->packets = g_array_new(FALSE, FALSE, sizeof(SkPacket));
    for (unsigned i = 0; i < ret->allowed->len; i++) {
        g_autoptr(GArray) corners =
            sk_wall_allowed_corners(g_ptr_array_index(ret->allowed, i), ret->world);
        for (unsigned j = 0; j < corners->len; j++) {
            SkPacket packet = g_array_index(corners, SkPacket, j);
            make_real(&packet);
            g_array_append_val(ret->packets, packet);
        }
    }
    for (unsigned i = 0; i < RANDOM_PACKETS; i++)
        add_random_packet(rand, ret->world, ret->packets);
}

void
town_close(Town *self)
{
    sk_policy_unref(self->policy);
    g_free(self->nft);
    g_ptr_array_unref(self->world);
    g_ptr_array_unref(self->allowed);
    g_array_unref(self->packets);
}

/* ---- who is right ----------------------------------------------------------------------------- */

static bool
yes(const SkWallStep *step, void *data)
{
    (void)step;
    (void)data;
    return true;
}

/* Does @packet pass and is not allowed, judged as it leaves, by its source as it came? */
static bool
leaks(const Town *town, const SkWallRuleset *ruleset, const GPtrArray *world,
      const SkPacket *packet)
{
    g_auto(SkWallWalk) walk = { .end = SK_WALL_STOPS };
    SkPacket judged = *packet;

    sk_wall_walk(ruleset, world, packet, yes, NULL, &walk);
    judged.field[SK_WALL_DST] = walk.after.field[SK_WALL_DST];
    judged.field[SK_WALL_DPORT] = walk.after.field[SK_WALL_DPORT];
    judged.field[SK_WALL_CT_STATE] = walk.after.field[SK_WALL_CT_STATE];
    return walk.end == SK_WALL_PASSES && walk.after.way == packet->way &&
           sk_wall_allowed_find(town->allowed, &judged) == NULL;
}

static bool
same_world(const Town *town, const SkWallProof *proof)
{
    if (town->world->len != proof->interfaces->len)
        return false;
    for (unsigned i = 0; i < town->world->len; i++)
        if (strcmp(g_ptr_array_index(town->world, i), g_ptr_array_index(proof->interfaces, i)) != 0)
            return false;
    return true;
}

void
town_judge(const Town *town, const SkWallRuleset *ruleset, Count *count)
{
    SkWallQuestion question = { .now = TOWN_NOW, .no_edits = true, .found_max = 1 };
    bool fresh = false, old = false;

    g_autoptr(SkWallProof) proof = sk_wall_prove(town->policy, ruleset, &question);
    for (unsigned i = 0; i < proof->leaks->len; i++) {
        const SkWallFound *leak = g_ptr_array_index(proof->leaks, i);
        if (!leak->perhaps && !leaks(town, ruleset, proof->interfaces, &leak->packet)) {
            g_test_message("shown, and does not leak: %s", leak->text);
            count->wrong++;
        }
    }
    for (unsigned i = 0; i < town->packets->len && same_world(town, proof) && !fresh; i++) {
        const SkPacket *packet = &g_array_index(town->packets, SkPacket, i);
        uint64_t state = packet->field[SK_WALL_CT_STATE].lo;
        bool of_old = state == SK_WALL_ESTABLISHED || state == SK_WALL_RELATED;
        const char *in = packet->way == SK_WALL_FORWARDED
                             ? g_ptr_array_index(town->world, packet->field[SK_WALL_IIF].lo)
                             : "";
        const char *out = packet->way == SK_WALL_FORWARDED
                              ? g_ptr_array_index(town->world, packet->field[SK_WALL_OIF].lo)
                              : "";
        if (strcmp(in, "lo") == 0 || strcmp(out, "lo") == 0)
            continue;
        if (leaks(town, ruleset, town->world, packet)) {
            old = old || of_old;
            fresh = fresh || !of_old;
            if (!of_old && proof->verdict == SK_WALL_PROVED) {
                g_autofree char *words = sk_packet_text(packet, town->world);
                g_test_message("PROVED, and this passes: %s", words);
            }
        }
    }
    count->changed += fresh || old ? 1 : 0;
    count->inductive += proof->verdict == SK_WALL_PROVED && proof->inductive ? 1 : 0;
    if (fresh)
        count->found += proof->verdict != SK_WALL_PROVED ? 1 : 0;
    else if (old)
        count->found += proof->verdict != SK_WALL_PROVED || proof->inductive ? 1 : 0;
    if ((fresh && proof->verdict == SK_WALL_PROVED) ||
        (old && proof->verdict == SK_WALL_PROVED && !proof->inductive)) {
        count->wrong++;
    }
    count->blocked += proof->blocked->len > 0 ? 1 : 0;
}
