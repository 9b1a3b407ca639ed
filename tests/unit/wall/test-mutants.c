/* SPDX-License-Identifier: Apache-2.0
 * test-mutants.c - walls that were proved, each with one thing changed: whatever lets a packet pass
 * that the policy does not allow, as many packets walked one by one show, is found by the proof; and
 * every packet that the proof shows does what is said of it. All of them with SEKISHO_ALL=1. */
#include "judged-town.h"

#include <stdlib.h>
#include <string.h>

static unsigned
below(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (int)n);
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

static void
test_mutants(const void *data)
{
    unsigned want = g_getenv("SEKISHO_ALL") != NULL ? 700 : 25;
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    Town town;
    Count count = { .made = 0 };

    town_open(data, &town);
    while (count.made < want) {
        unsigned seed = g_rand_int(rand), wrong = count.wrong;
        g_autoptr(GRand) one = g_rand_new_with_seed(seed);
        g_autofree char *text = mutant(one, town.nft);
        if (text == NULL)
            continue;
        count.made++;
        g_autoptr(SkWallRuleset) ruleset = town_read(text);
        town_judge(&town, ruleset, &count);
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
    town_close(&town);
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
