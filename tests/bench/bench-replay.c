/* SPDX-License-Identifier: Apache-2.0
 *
 * bench-replay.c - what a replayed probe costs: half IPv4, half IPv6, a quarter of them established,
 * a third dropped, no two alike, through RULES rules of which each probe meets half before its own.
 * Prints one JSON object. bench-replay [PROBES [RULES]] */
#include "wall/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define AT_ONCE 1024u

static char *
ruleset(unsigned rules)
{
    GString *text = g_string_new(
        "table inet t {\n chain c {\n  type filter hook forward priority 0; policy drop;\n"
        "  ct state established,related accept\n  ct state invalid drop\n");

    for (unsigned i = 0; i < rules / 2; i++)
        g_string_append_printf(text, "  ip saddr 192.0.2.%u tcp dport %u accept\n", i % 256, i + 1);
    g_string_append(text, "  tcp dport 1-133 accept\n  udp dport 1-133 accept\n");
    for (unsigned i = 0; i < rules / 2; i++)
        g_string_append_printf(text, "  ip6 saddr 2001:db8::%x tcp dport %u accept\n", i,
                               i % 60000 + 1);
    g_string_append(text, " }\n}\n");
    return g_string_free(text, FALSE);
}

static SkPacket
draw(GRand *rand)
{
    SkPacket p = { .way = SK_WALL_FORWARDED };
    bool v6 = g_rand_boolean(rand);
    bool udp = g_rand_boolean(rand);
    bool established = g_rand_int_range(rand, 0, 4) == 0;

    p.field[SK_WALL_FAMILY] = SK_WALL_VALUE(v6);
    p.field[SK_WALL_IIF] = SK_WALL_VALUE(0);
    p.field[SK_WALL_OIF] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 1, 3));
    p.field[SK_WALL_SRC] = (SkWallValue){ .hi = v6 ? 0xfd00001000000000ull : 0,
                                          .lo = 0x0a0a0000u | (g_rand_int(rand) & 0xffff) };
    p.field[SK_WALL_DST] = (SkWallValue){ .hi = v6 ? 0xfd00002000000000ull : 0,
                                          .lo = 0x0a140000u | (g_rand_int(rand) & 0xff) };
    p.field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(udp ? 17u : 6u);
    p.field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(udp ? 0u : established ? 16u : 2u);
    p.field[SK_WALL_SPORT] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 1024, 65536));
    p.field[SK_WALL_DPORT] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 1, 200));
    p.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(established ? SK_WALL_ESTABLISHED : SK_WALL_NEW);
    return p;
}

static double
cpu(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int
main(int argc, char **argv)
{
    static const SkReplayInterface interfaces[] = { { .name = "mn0" },
                                                    { .name = "lg0" },
                                                    { .name = "in0" } };
    unsigned probes = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 50000;
    unsigned rules = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 100;
    g_autofree char *text = ruleset(rules);
    const SkReplaySpec spec = { .interfaces = interfaces,
                                .n_interfaces = G_N_ELEMENTS(interfaces),
                                .nft = text };
    g_autofree SkPacket *packets = g_new(SkPacket, AT_ONCE);
    g_autofree SkReplayResult *results = g_new(SkReplayResult, AT_ONCE);
    g_autoptr(SkReplay) replay = NULL;
    g_autoptr(GError) error = NULL;
    GRand *rand = g_rand_new_with_seed(6);
    size_t ends[SK_REPLAY_END_COUNT] = { 0 };

    int64_t opening = g_get_monotonic_time();
    if (!sk_replay_open(&spec, &replay, &error)) {
        fprintf(stderr, "bench-replay: %s\n", error->message);
        return 3;
    }
    int64_t began = g_get_monotonic_time();
    double cpu_began = cpu();
    for (unsigned at = 0; at < probes; at += AT_ONCE) {
        unsigned n = MIN(AT_ONCE, probes - at);
        for (unsigned i = 0; i < n; i++)
            packets[i] = draw(rand);
        if (!sk_replay_probe(replay, packets, n, results, &error)) {
            fprintf(stderr, "bench-replay: %s\n", error->message);
            return 3;
        }
        for (unsigned i = 0; i < n; i++)
            ends[results[i].end]++;
    }
    double cpu_spent = cpu() - cpu_began;
    double wall_spent = (double)(g_get_monotonic_time() - began) / 1e6;
    printf("{\"probes\": %u, \"rules\": %u, \"open_ms\": %.1f, \"per_cpu_second\": %.0f, "
           "\"per_second\": %.0f, "
           "\"arrived\": %zu, \"dropped\": %zu, \"unaccounted\": %zu}\n",
           probes, rules, (double)(began - opening) / 1000, probes / cpu_spent, probes / wall_spent,
           ends[SK_REPLAY_ARRIVED], ends[SK_REPLAY_DROPPED],
           probes - ends[SK_REPLAY_ARRIVED] - ends[SK_REPLAY_DROPPED]);
    g_rand_free(rand);
    return 0;
}
