/* SPDX-License-Identifier: Apache-2.0
 * test-standing.c - what the policy allows, asked packet by packet, with and without interfaces. */
#include "wall/standing.h"

#include <string.h>

static const char policy_text[] = "organisation \"見本町\"\n"
                                  "model alpha\n"
                                  "zone lgwan \"L\" {\n"
                                  "    trust 2\n"
                                  "    network 10.20.0.0/16\n"
                                  "    interface lg0\n"
                                  "}\n"
                                  "zone cloud \"C\" {\n"
                                  "    trust 1\n"
                                  "    network 192.0.2.0/24\n"
                                  "    interface sc0\n"
                                  "}\n"
                                  "host hr \"人事\" in lgwan address 10.20.1.5\n"
                                  "host asp \"ASP\" outside interface lw0 address 203.0.113.9\n"
                                  "flow from hr to asp tcp 443\n"
                                  "flow from lgwan to cloud udp 53\n";

static SkWallStanding *
standing(void)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;

    if (!sk_policy_parse(sk_span_str(policy_text), &policy, &diagnostics)) {
        for (unsigned i = 0; i < diagnostics->len; i++)
            g_test_message("%s", ((SkDiagnostic *)g_ptr_array_index(diagnostics, i))->message);
        g_assert_not_reached();
    }
    return sk_wall_standing_new(policy, 0);
}

static SkPacket
packet(uint32_t src, uint32_t dst, unsigned protocol, unsigned port)
{
    SkPacket p = { .way = SK_WALL_FORWARDED };

    p.field[SK_WALL_SRC] = SK_WALL_VALUE(src);
    p.field[SK_WALL_DST] = SK_WALL_VALUE(dst);
    p.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(protocol);
    p.field[SK_WALL_SPORT] = SK_WALL_VALUE(50000);
    p.field[SK_WALL_DPORT] = SK_WALL_VALUE(port);
    p.field[SK_WALL_TTL] = SK_WALL_VALUE(64);
    return p;
}

static void
flows(void)
{
    g_autoptr(SkWallStanding) self = standing();
    SkPacket host = packet(0x0a140105, 0xcb007109, 6, 443);
    SkPacket zone = packet(0x0a140999, 0xc0000207, 17, 53);
    SkPacket other = packet(0x0a140106, 0xcb007109, 6, 443);

    g_assert_true(sk_wall_standing_allows(self, &host, "lg0", "lw0"));
    g_assert_true(sk_wall_standing_allows(self, &host, NULL, NULL));
    g_assert_false(sk_wall_standing_allows(self, &host, "sc0", "lw0"));
    g_assert_false(sk_wall_standing_allows(self, &host, "lg0", "eth9"));
    g_assert_true(sk_wall_standing_allows(self, &zone, "lg0", "sc0"));
    g_assert_false(sk_wall_standing_allows(self, &other, NULL, NULL));
    host.field[SK_WALL_DPORT] = SK_WALL_VALUE(444);
    g_assert_false(sk_wall_standing_allows(self, &host, NULL, NULL));
}

static void
states(void)
{
    g_autoptr(SkWallStanding) self = standing();
    SkPacket back = packet(0xcb007109, 0x0a140105, 6, 50000);

    back.field[SK_WALL_SPORT] = SK_WALL_VALUE(443);
    g_assert_false(sk_wall_standing_allows(self, &back, "lw0", "lg0"));
    back.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    back.field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(1);
    g_assert_true(sk_wall_standing_allows(self, &back, "lw0", "lg0"));
    back.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_INVALID);
    g_assert_false(sk_wall_standing_allows(self, &back, "lw0", "lg0"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/standing/flows", flows);
    g_test_add_func("/wall/standing/states", states);
    return g_test_run();
}
