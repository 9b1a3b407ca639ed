/* SPDX-License-Identifier: Apache-2.0
 * test-allowed.c - the policy's meaning, packet by packet: one that each sentence allows, and what it
 * is no longer with one thing changed. */
#include "prove-town.h"

#include "wall/model.h"

#include <string.h>

typedef struct {
    SkPolicy *policy;
    GPtrArray *world;
    GPtrArray *allowed;
} Town;

static void
town_new(Town *ret, int64_t now)
{
    g_autoptr(SkWallRuleset) none = sk_wall_ruleset_new();
    const SkWallRuleset *one = none;

    ret->policy = town_policy("");
    ret->world = sk_wall_world(&one, 1, ret->policy, NULL);
    ret->allowed = sk_wall_allowed(ret->policy, now, ret->world);
}

static void
town_clear(Town *self)
{
    sk_policy_unref(self->policy);
    g_ptr_array_unref(self->world);
    g_ptr_array_unref(self->allowed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Town, town_clear)

static SkWallValue
interface_number(const Town *town, const char *name)
{
    for (unsigned i = 0; i < town->world->len; i++)
        if (strcmp(g_ptr_array_index(town->world, i), name) == 0)
            return SK_WALL_VALUE(i);
    g_error("no interface %s", name);
}

static SkPacket
tcp(const Town *town, const char *in, uint32_t src, const char *out, uint32_t dst, unsigned dport)
{
    SkPacket packet = { .way = SK_WALL_FORWARDED };

    packet.field[SK_WALL_IIF] = interface_number(town, in);
    packet.field[SK_WALL_OIF] = interface_number(town, out);
    packet.field[SK_WALL_SRC] = SK_WALL_VALUE(src);
    packet.field[SK_WALL_DST] = SK_WALL_VALUE(dst);
    packet.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(6);
    packet.field[SK_WALL_SPORT] = SK_WALL_VALUE(40000);
    packet.field[SK_WALL_DPORT] = SK_WALL_VALUE(dport);
    packet.field[SK_WALL_TTL] = SK_WALL_VALUE(64);
    return packet;
}

static bool
has(const Town *town, const SkPacket *packet)
{
    return sk_wall_allowed_find(town->allowed, packet) != NULL;
}

/* The packet is allowed; with @field set to @value it is not. */
static void
not_with(const Town *town, SkPacket packet, SkWallField field, uint64_t value)
{
    g_assert_true(has(town, &packet));
    packet.field[field] = SK_WALL_VALUE(value);
    g_assert_false(has(town, &packet));
}

static void
test_zones(void)
{
    g_auto(Town) town = { .policy = NULL };

    town_new(&town, TOWN_NOW);
    SkPacket packet = tcp(&town, "lg0", 0x0a140105, "ky0", 0x0a190001, 443);
    not_with(&town, packet, SK_WALL_DPORT, 444);
    not_with(&town, packet, SK_WALL_PROTOCOL, 17);
    not_with(&town, packet, SK_WALL_SRC, 0x0a150000);
    not_with(&town, packet, SK_WALL_DST, 0x0a1a0000);
    not_with(&town, packet, SK_WALL_IIF, interface_number(&town, "in0").lo);
    not_with(&town, packet, SK_WALL_OIF, interface_number(&town, "(another)").lo);
    not_with(&town, packet, SK_WALL_CT_DIRECTION, 1);
    not_with(&town, packet, SK_WALL_CT_STATE, SK_WALL_INVALID);
    not_with(&town, packet, SK_WALL_CT_STATE, SK_WALL_UNTRACKED);
    not_with(&town, packet, SK_WALL_CT_STATE, SK_WALL_RELATED);
    not_with(&town, packet, SK_WALL_FAMILY, 1);
    not_with(&town, packet, SK_WALL_FRAGMENT, 1);
    packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    g_assert_true(has(&town, &packet));
    SkPacket reply = tcp(&town, "ky0", 0x0a190001, "lg0", 0x0a140105, 40000);
    reply.field[SK_WALL_SPORT] = SK_WALL_VALUE(443);
    reply.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    reply.field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(1);
    not_with(&town, reply, SK_WALL_CT_STATE, SK_WALL_NEW);
    not_with(&town, reply, SK_WALL_CT_DIRECTION, 0);
    not_with(&town, reply, SK_WALL_SPORT, 444);
}

static void
test_hosts(void)
{
    g_auto(Town) town = { .policy = NULL };

    town_new(&town, TOWN_NOW);
    SkPacket packet = tcp(&town, "lg0", 0x0a140105, "(another)", 0xcb007109, 443);
    not_with(&town, packet, SK_WALL_SRC, 0x0a140106);
    not_with(&town, packet, SK_WALL_OIF, interface_number(&town, "in0").lo);
    not_with(&town, packet, SK_WALL_OIF, interface_number(&town, "lo").lo);
    packet = tcp(&town, "mn0", 0x0a0a0105, "(another)", 0xc6336407, 443);
    packet.field[SK_WALL_SRC_MAC] = SK_WALL_VALUE(UINT64_C(0x525400100105));
    not_with(&town, packet, SK_WALL_SRC_MAC, 0);
    packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_ESTABLISHED);
    not_with(&town, packet, SK_WALL_SRC_MAC, UINT64_C(0x525400ff0007));
}

static void
test_expired(void)
{
    g_auto(Town) town = { .policy = NULL };

    town_new(&town, TOWN_NOW + INT64_C(200) * 86400 * 1000000);
    SkPacket packet = tcp(&town, "mn0", 0x0a0a0105, "(another)", 0xc6336407, 443);
    packet.field[SK_WALL_SRC_MAC] = SK_WALL_VALUE(UINT64_C(0x525400100105));
    g_assert_false(has(&town, &packet));
}

static void
test_errors(void)
{
    g_auto(Town) town = { .policy = NULL };

    town_new(&town, TOWN_NOW);
    SkPacket packet = tcp(&town, "ky0", 0x0a190003, "lg0", 0x0a140009, 0);
    packet.field[SK_WALL_SPORT] = SK_WALL_VALUE(0);
    packet.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(1);
    packet.field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE(11);
    packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_RELATED);
    not_with(&town, packet, SK_WALL_ICMP_TYPE, 5);
    not_with(&town, packet, SK_WALL_ICMP_TYPE, 8);
    not_with(&town, packet, SK_WALL_CT_STATE, SK_WALL_NEW);
    not_with(&town, packet, SK_WALL_IIF, interface_number(&town, "in0").lo);
    not_with(&town, packet, SK_WALL_SRC, 0x0a1e0001);
}

static void
test_wall(void)
{
    g_auto(Town) town = { .policy = NULL };

    town_new(&town, TOWN_NOW);
    SkPacket packet = tcp(&town, "lg0", 0x0a140009, "lg0", 0x0a140001, 443);
    packet.way = SK_WALL_IN;
    packet.field[SK_WALL_OIF] = SK_WALL_VALUE(SK_WALL_NO_INTERFACE);
    not_with(&town, packet, SK_WALL_DPORT, 22);
    not_with(&town, packet, SK_WALL_IIF, interface_number(&town, "ky0").lo);
    not_with(&town, packet, SK_WALL_SRC, 0x0a190001);
    packet.field[SK_WALL_IIF] = interface_number(&town, "lo");
    packet.field[SK_WALL_DPORT] = SK_WALL_VALUE(1);
    g_assert_true(has(&town, &packet));
    packet.field[SK_WALL_IIF] = interface_number(&town, "mn0");
    packet.field[SK_WALL_FAMILY] = SK_WALL_VALUE(1);
    packet.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(58);
    packet.field[SK_WALL_ICMP_TYPE] = SK_WALL_VALUE(135);
    packet.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(SK_WALL_UNTRACKED);
    packet.field[SK_WALL_TTL] = SK_WALL_VALUE(255);
    packet.field[SK_WALL_SRC] = (SkWallValue){ .hi = UINT64_C(0xfe80) << 48, .lo = 1 };
    not_with(&town, packet, SK_WALL_TTL, 254);
    not_with(&town, packet, SK_WALL_ICMP_TYPE, 137);
}

/* Every corner of a set that is inside it is allowed, and the sets have both kinds. */
static void
test_corners(void)
{
    g_auto(Town) town = { .policy = NULL };
    unsigned in = 0, out = 0;

    town_new(&town, TOWN_NOW);
    for (unsigned i = 0; i < town.allowed->len; i++) {
        const SkWallAllowed *one = g_ptr_array_index(town.allowed, i);
        g_autoptr(GArray) corners = sk_wall_allowed_corners(one, town.world);
        g_assert_true(sk_wall_allowed_has(one, &g_array_index(corners, SkPacket, 0)));
        for (unsigned j = 0; j < corners->len; j++) {
            if (sk_wall_allowed_has(one, &g_array_index(corners, SkPacket, j)))
                in++;
            else
                out++;
        }
    }
    g_assert_cmpuint(in, >, 300);
    g_assert_cmpuint(out, >, 200);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/allowed/zones", test_zones);
    g_test_add_func("/wall/allowed/hosts", test_hosts);
    g_test_add_func("/wall/allowed/expired", test_expired);
    g_test_add_func("/wall/allowed/errors", test_errors);
    g_test_add_func("/wall/allowed/wall", test_wall);
    g_test_add_func("/wall/allowed/corners", test_corners);
    return g_test_run();
}
