/* SPDX-License-Identifier: Apache-2.0
 * test-mutants.c - walls that were proved, each with one thing changed: whatever lets a packet pass
 * that the policy does not allow, as many packets walked one by one show, is found by the proof; and
 * every packet that the proof shows does what is said of it. All of them with SEKISHO_ALL=1. */
#include "prove-town.h"

#include "wall/model.h"
#include "wall/walk.h"

#include <stdlib.h>
#include <string.h>

#define RANDOM_PACKETS 1500u

typedef struct {
    SkPolicy *policy;
    char *nft;
    GPtrArray *world;
    GPtrArray *allowed;
    GArray *packets; /* of SkPacket */
} Town;

typedef struct {
    unsigned made, changed, found, wrong, blocked, inductive;
} Count;

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

static void
town_new(const char *more, Town *ret)
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

static void
town_clear(Town *self)
{
    sk_policy_unref(self->policy);
    g_free(self->nft);
    g_ptr_array_unref(self->world);
    g_ptr_array_unref(self->allowed);
    g_array_unref(self->packets);
}

/* ---- mutations of the text -------------------------------------------------------------------- */

static bool
is_rule(const char *line)
{
    return g_str_has_prefix(line, "\t\t") && line[2] != '\t' &&
           strstr(line, "type filter") == NULL && strstr(line, "type ipv") == NULL &&
           strstr(line, "elements") == NULL && strstr(line, "vmap") == NULL &&
           strchr(line, ' ') != NULL && line[2] != '}';
}

/* A number of a line that @is, or -1. */
static int
pick(GRand *rand, char **lines, bool (*is)(const char *line))
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++)
        if (is(lines[(start + i) % n]))
            return (int)((start + i) % n);
    return -1;
}

static bool
replace(GRand *rand, char **lines, const char *find, const char *with)
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++) {
        char **line = &lines[(start + i) % n];
        char *at = strstr(*line, find);
        if (at == NULL || strstr(*line, "comment \"policy 0") != NULL ||
            g_str_has_prefix(*line, "#"))
            continue;
        char *made = g_strdup_printf("%.*s%s%s", (int)(at - *line), *line, with, at + strlen(find));
        g_free(*line);
        *line = made;
        return true;
    }
    return false;
}

static bool
is_base(const char *line)
{
    return strstr(line, "type filter hook") != NULL;
}

static void
append(char **line, const char *more)
{
    char *made = g_strconcat(*line, "\n", more, NULL);

    g_free(*line);
    *line = made;
}

static const char *const holes[] = {
    "accept",
    "ct state established accept",
    "ct state related accept",
    "ct state new accept",
    "meta nfproto ipv6 accept",
    "tcp dport 22 accept",
    "iifname \"in0\" accept",
    "oifname \"mn0\" accept",
    "ip daddr 10.10.0.0/16 accept",
    "ip saddr 10.20.1.5 accept",
    "udp sport 53 accept",
    "icmp type echo-request accept",
    "ct state untracked accept",
    "meta mark set 1",
    "meta mark 0 accept",
    "iifname \"lg0\" oifname \"ky0\" accept",
    "ip protocol 47 accept",
    "ether saddr 52:54:00:10:01:05 accept",
    "ip6 hoplimit 255 accept",
    "drop",
    "return",
    "tcp flags syn accept",
    "ip saddr 10.20.0.0/16 tcp dport { 443, 444 } accept",
};
static const char *const swaps[][2] = {
    { "/16", "/15" },
    { "/16", "/8" },
    { "/64", "/48" },
    { "10.25.0.0", "10.25.128.0" },
    { "443", "442-443" },
    { "8000-8010", "8000-8011" },
    { " drop comment", " accept comment" },
    { "drop comment", "accept comment" },
    { "policy drop", "policy accept" },
    { "ct direction original ", "" },
    { "ct direction reply ", "" },
    { "ct state established,new ", "" },
    { "ct state established ", "" },
    { "ct state related ", "" },
    { "ether saddr 52:54:00:10:01:05 ", "" },
    { "ip saddr 10.20.0.0/16 ", "" },
    { "ip daddr 10.25.0.0/16 ", "" },
    { "tcp dport", "udp dport" },
    { "tcp dport", "tcp sport" },
    { "saddr", "daddr" },
    { "!=", "==" },
    { "\"lg0\"", "\"in0\"" },
    { "\"mn0\"", "\"wan*\"" },
    { "goto", "jump" },
    { "jump", "goto" },
    { "icmp type { 3, 11, 12 } ", "" },
    { "icmpv6 type { 133, 134, 135, 136 } ", "" },
    { "ip6 hoplimit 255 ", "" },
    { "accept comment", "drop comment" },
    { "203.0.113.9", "203.0.113.0-203.0.113.9" },
    { "tcp dport", "tcp dport != " },
    { "priority filter", "priority -301" },
    { "established,new", "established,new,untracked" },
    { "hook input", "hook forward" },
    { "table inet sekisho {", "table inet sekisho {\nflags dormant;" },
    { "table inet sekisho {", "table ip sekisho {" },
};
static const char *const tables[] = {
    "table inet x {\nchain c {\ntype filter hook forward priority -5; policy "
    "accept;\naccept\n}\n}\n",
    "table ip x {\nchain c {\ntype nat hook prerouting priority dstnat;\n"
    "iifname \"lg0\" tcp dport 443 dnat to 10.25.0.7\n}\n}\n",
    "table ip x {\nchain c {\ntype nat hook prerouting priority dstnat;\n"
    "iifname \"lg0\" ip daddr 10.25.0.1 tcp dport 9999 dnat to 10.25.0.2:443\n}\n}\n",
    "table ip x {\nchain c {\ntype nat hook prerouting priority dstnat;\n"
    "iifname \"lg0\" ip daddr 8.8.8.8 dnat to 10.10.1.5\n}\n}\n",
    "table inet x {\nchain c {\ntype filter hook prerouting priority -310;\nnotrack\n}\n}\n",
    "table inet x {\nchain c {\ntype filter hook forward priority 5;\niifname \"lg0\" drop\n}\n}\n",
    "table ip x {\nchain c {\ntype nat hook postrouting priority srcnat;\noifname \"ky0\" "
    "masquerade\n}\n}\n",
    "table inet x {\nchain c {\ntype filter hook prerouting priority -310;\nmeta mark set "
    "7\n}\n}\n",
};

/* NULL: nothing could be changed. */
static char *
mutant(GRand *rand, const char *nft)
{
    g_auto(GStrv) lines = g_strsplit(nft, "\n", -1);
    unsigned kind = below(rand, 10);
    int at = pick(rand, lines, is_rule);

    if (kind == 0)
        append(&lines[g_strv_length(lines) - 1], tables[below(rand, G_N_ELEMENTS(tables))]);
    else if (kind == 1 && at >= 0)
        lines[at][0] = '#';
    else if (kind == 2 && at >= 0 && is_rule(lines[at + 1])) {
        char *other = lines[at];
        lines[at] = lines[at + 1];
        lines[at + 1] = other;
    } else if (kind < 5 && at >= 0)
        append(&lines[at], holes[below(rand, G_N_ELEMENTS(holes))]);
    else if (kind == 5)
        append(&lines[pick(rand, lines, is_base)], holes[below(rand, G_N_ELEMENTS(holes))]);
    else {
        const char *const *swap = swaps[below(rand, G_N_ELEMENTS(swaps))];
        if (!replace(rand, lines, swap[0], swap[1]))
            return NULL;
    }
    return g_strjoinv("\n", lines);
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

static void
judge(const Town *town, const char *text, Count *count)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    SkWallQuestion question = { .now = TOWN_NOW, .no_edits = true, .found_max = 1 };
    bool fresh = false, old = false;

    g_clear_pointer(&ruleset, sk_wall_ruleset_free);
    ruleset = town_read(text);
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

static void
test_mutants(const void *data)
{
    unsigned want = g_getenv("SEKISHO_ALL") != NULL ? 700 : 25;
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    Town town;
    Count count = { .made = 0 };

    town_new(data, &town);
    while (count.made < want) {
        unsigned seed = g_rand_int(rand), wrong = count.wrong;
        g_autoptr(GRand) one = g_rand_new_with_seed(seed);
        g_autofree char *text = mutant(one, town.nft);
        if (text == NULL)
            continue;
        count.made++;
        judge(&town, text, &count);
        if (count.wrong > wrong) {
            g_autofree char *file = g_strdup_printf("/tmp/mutant-%u.nft", seed);
            g_test_message("mutant of seed %u", seed);
            if (g_getenv("SEKISHO_KEEP") != NULL)
                g_assert_true(g_file_set_contents(file, text, -1, NULL));
        }
    }
    g_test_message("%u mutants: %u let through more, %u of them found, %u proved inductively, %u "
                   "stop what is allowed, %u packets, wrong %u",
                   count.made, count.changed, count.found, count.inductive, count.blocked,
                   town.packets->len, count.wrong);
    g_assert_cmpuint(count.wrong, ==, 0);
    g_assert_cmpuint(count.found, ==, count.changed);
    g_assert_cmpuint(count.changed, >, 5);
    town_clear(&town);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/wall/mutants/town", "", test_mutants);
    g_test_add_data_func("/wall/mutants/town-more",
                         "host far \"県\" outside address 198.51.100.99 interface lg0\n"
                         "flow from far to hr tcp 25\nflow from school to lgwan udp 53 tcp 80\n",
                         test_mutants);
    return g_test_run();
}
