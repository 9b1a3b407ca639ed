/* SPDX-License-Identifier: Apache-2.0
 * test-tally.c - counts by pairs of zones; what cannot be is told; floods take no memory. */
#include "wall/tally.h"

#include <string.h>

static const char policy_text[] = "organisation \"見本町\"\n"
                                  "model alpha\n"
                                  "zone lgwan \"L\" {\n"
                                  "    trust 2\n"
                                  "    network 10.20.0.0/16, fd00:20::/64\n"
                                  "    interface lg0\n"
                                  "}\n"
                                  "zone internet \"I\" {\n"
                                  "    trust 1\n"
                                  "    network 10.30.0.0/16\n"
                                  "    interface in0\n"
                                  "}\n";

typedef struct {
    SkWallTally *tally;
    bool allowed;
    bool known;
} Fixture;

static bool
allows(const SkPacket *packet, const char *in, const char *out, void *data)
{
    Fixture *f = data;

    (void)packet;
    f->known = in != NULL || out != NULL;
    return f->allowed;
}

static void
setup(Fixture *f, const void *data)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;

    (void)data;
    g_assert_true(sk_policy_parse(sk_span((const uint8_t *)policy_text, strlen(policy_text)),
                                  &policy, &diagnostics));
    f->tally = sk_wall_tally_new(policy, allows, f);
    sk_wall_tally_own(f->tally, false, SK_WALL_VALUE(0x0a140001));
}

static void
teardown(Fixture *f, const void *data)
{
    (void)data;
    sk_wall_tally_free(f->tally);
}

static SkPacket
packet(uint32_t src, uint32_t dst)
{
    SkPacket p = { 0 };

    p.field[SK_WALL_SRC] = SK_WALL_VALUE(src);
    p.field[SK_WALL_DST] = SK_WALL_VALUE(dst);
    return p;
}

static void
pairs(Fixture *f, const void *data)
{
    SkPacket across = packet(0x0a140105, 0x0a1e0001), to_wall = packet(0x0a140105, 0x0a140001);
    SkPacket abroad = packet(0x0a140105, 0xcb007109);

    (void)data;
    g_assert_cmpint(sk_wall_tally_dropped(f->tally, &across, "lg0", "in0"), ==,
                    SK_WALL_JUDGED_REFUSED);
    g_assert_true(f->known);
    g_assert_cmpint(sk_wall_tally_opened(f->tally, &across), ==, SK_WALL_JUDGED_IMPOSSIBLE);
    g_assert_false(f->known);
    f->allowed = true;
    g_assert_cmpint(sk_wall_tally_opened(f->tally, &across), ==, SK_WALL_JUDGED_ALLOWED);
    g_assert_cmpint(sk_wall_tally_dropped(f->tally, &across, "lg0", "in0"), ==,
                    SK_WALL_JUDGED_IMPOSSIBLE);
    sk_wall_tally_opened(f->tally, &to_wall);
    sk_wall_tally_opened(f->tally, &abroad);
    g_assert_cmpuint(sk_wall_tally_pair(f->tally, "lgwan", "internet", SK_WALL_JUDGED_REFUSED), ==,
                     1);
    g_assert_cmpuint(sk_wall_tally_pair(f->tally, "lgwan", "internet", SK_WALL_JUDGED_IMPOSSIBLE),
                     ==, 2);
    g_assert_cmpuint(sk_wall_tally_pair(f->tally, "lgwan", "-", SK_WALL_JUDGED_ALLOWED), ==, 1);
    g_assert_cmpuint(sk_wall_tally_pair(f->tally, "lgwan", "", SK_WALL_JUDGED_ALLOWED), ==, 1);
}

/* A packet that came in where its source does not live. */
static void
spoofed(Fixture *f, const void *data)
{
    SkPacket p = packet(0x0a140105, 0x0a1e0001);

    (void)data;
    sk_wall_tally_dropped(f->tally, &p, "in0", NULL);
    g_autofree char *json = sk_wall_tally_json(f->tally);
    g_assert_nonnull(strstr(json, "\"spoofed\":1"));
    g_assert_nonnull(strstr(json, "{\"from\":\"internet\",\"to\":\"internet\",\"allowed\":0,"
                                  "\"refused\":1,\"impossible\":0}"));
    g_assert_nonnull(strstr(json, "{\"address\":\"10.20.1.5\",\"zone\":\"lgwan\",\"drops\":1}"));
}

static void
flood(Fixture *f, const void *data)
{
    SkPacket loud = packet(0x0a1e0909, 0x0a140105);

    (void)data;
    for (uint32_t i = 0; i < 100000; i++) {
        SkPacket p = packet(0x0b000000 + i, 0x0a140105);
        sk_wall_tally_dropped(f->tally, &p, "in0", "lg0");
        sk_wall_tally_dropped(f->tally, &loud, "in0", "lg0");
    }
    sk_wall_tally_lost(f->tally, 7);
    sk_wall_tally_lost(f->tally, 0);
    g_autofree char *json = sk_wall_tally_json(f->tally);
    g_assert_nonnull(strstr(json, "\"sources\":[{\"address\":\"10.30.9.9\",\"zone\":\"internet\""));
    g_assert_nonnull(strstr(json, "\"lost\":7,\"lostUnknown\":1"));
    g_assert_cmpuint(sk_wall_tally_pair(f->tally, "internet", "lgwan", SK_WALL_JUDGED_REFUSED), ==,
                     200000);
}

#define CASE(name) g_test_add("/wall/tally/" #name, Fixture, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    CASE(pairs);
    CASE(spoofed);
    CASE(flood);
    return g_test_run();
}
