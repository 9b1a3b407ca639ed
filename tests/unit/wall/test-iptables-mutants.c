/* SPDX-License-Identifier: Apache-2.0
 * test-iptables-mutants.c - the wall as two texts, for iptables-restore and ip6tables-restore: both together are proved
 * to be what the policy says, and so that nothing allowed stops; each with one thing changed is judged as
 * test-mutants.c does. All of them with SEKISHO_ALL=1. */
#include "judged-town.h"

#include "wall/compile.h"
#include "wall/read-iptables.h"

#include <stdlib.h>
#include <string.h>

static unsigned
below(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (int)n);
}

static char *
compiled(const SkPolicy *policy, bool v6)
{
    SkWallCompile how = { .at = TOWN_NOW, .nflog_group = 17 };
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    if (!sk_wall_compile_iptables(policy, &how, v6, &text, &error))
        g_error("%s", error->message);
    return text;
}

/* NULL: it does not read, which is no wall. */
static SkWallRuleset *
read_pair(char *const text[2], const char *legacy)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;

    for (unsigned v6 = 0; v6 < 2; v6++)
        if (!sk_wall_read_iptables(sk_span_str(text[v6]), v6 == 1, SK_WALL_FROM_IPTABLES_NFT,
                                   ruleset, &error))
            return NULL;
    if (legacy != NULL && !sk_wall_read_iptables(sk_span_str(legacy), false,
                                                 SK_WALL_FROM_IPTABLES_LEGACY, ruleset, &error))
        return NULL;
    return g_steal_pointer(&ruleset);
}

/* ---- mutations -------------------------------------------------------------------------------- */

static const char *const holes[] = {
    "-A FORWARD -j ACCEPT",
    "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT",
    "-A FORWARD -m conntrack --ctstate RELATED -j ACCEPT",
    "-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT",
    "-A FORWARD -i in0 -j ACCEPT",
    "-A FORWARD -o mn0 -j ACCEPT",
    "-A INPUT -p udp -m udp --dport 53 -j ACCEPT",
    "-A INPUT -i lg0 -j ACCEPT",
    "-A OUTPUT -j ACCEPT",
    "-A FORWARD -m mac --mac-source 52:54:00:10:01:05 -j ACCEPT",
    "-A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT",
    "-A FORWARD -j DROP",
    "-A FORWARD -p tcp -m multiport --dports 443,444 -j ACCEPT",
    "-A PREROUTING -j NOTRACK",
    "-A PREROUTING -i in0 -j ACCEPT",
};
static const char *const swaps[][2] = {
    { "/16", "/15" },
    { "/16", "/8" },
    { "/64", "/48" },
    { " DROP [", " ACCEPT [" },
    { "-j DROP", "-j ACCEPT" },
    { "-j ACCEPT", "-j DROP" },
    { "-j RETURN", "-j ACCEPT" },
    { " -s ", " -d " },
    { " -d ", " -s " },
    { " -i ", " -o " },
    { "--dport", "--sport" },
    { "-p tcp", "-p udp" },
    { "8000:8010", "8000:8011" },
    { "443", "442" },
    { "--ctdir ORIGINAL ", "" },
    { "--ctdir REPLY ", "" },
    { "--ctstate ESTABLISHED ", "--ctstate NEW,ESTABLISHED " },
    { "--ctstate NEW,ESTABLISHED ", "--ctstate NEW,ESTABLISHED,UNTRACKED " },
    { "-m conntrack --ctstate RELATED ", "" },
    { "-m mac --mac-source 52:54:00:10:01:05 ", "" },
    { "-m hl --hl-eq 255 ", "" },
    { "lg0", "in0" },
    { "mn0", "wan+" },
    { "-A INPUT", "-A FORWARD" },
    { "203.0.113.9", "203.0.113.0/24" },
};
static const char legacy[] = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT "
                             "[0:0]\n-A FORWARD -i lg0 -j DROP\nCOMMIT\n";
static const char nat[] = "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT "
                          "[0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -i lg0 -d 10.25.0.1 -p "
                          "tcp -m tcp --dport 9999 -j DNAT --to-destination 10.10.1.5:443\nCOMMIT\n";

static unsigned
pick(GRand *rand, char **lines)
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++)
        if (g_str_has_prefix(lines[(start + i) % n], "-A "))
            return (start + i) % n;
    return start;
}

static void
set(char **line, char *made /* taken */)
{
    g_free(*line);
    *line = made;
}

static bool
replace(GRand *rand, char **lines, const char *find, const char *with)
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++) {
        char **line = &lines[(start + i) % n];
        const char *at = strstr(*line, find);
        if (at == NULL || **line == '#')
            continue;
        set(line, g_strdup_printf("%.*s%s%s", (int)(at - *line), *line, with, at + strlen(find)));
        return true;
    }
    return false;
}

/* NULL: nothing could be changed. */
static char *
mutant(GRand *rand, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    unsigned kind = below(rand, 8), at = pick(rand, lines);

    if (kind == 0)
        set(&lines[at], g_strdup("#"));
    else if (kind == 1 && lines[at + 1] != NULL && g_str_has_prefix(lines[at + 1], "-A ")) {
        char *other = lines[at];
        lines[at] = lines[at + 1];
        lines[at + 1] = other;
    } else if (kind <= 3)
        set(&lines[at],
            g_strconcat(holes[below(rand, G_N_ELEMENTS(holes))], "\n", lines[at], NULL));
    else {
        const char *const *swap = swaps[below(rand, G_N_ELEMENTS(swaps))];
        if (!replace(rand, lines, swap[0], swap[1]))
            return NULL;
    }
    return g_strjoinv("\n", lines);
}

/* ---- the tests -------------------------------------------------------------------------------- */

static void
test_proved(const void *data)
{
    g_autoptr(SkPolicy) policy = town_policy(data);
    g_autofree char *v4 = compiled(policy, false), *v6 = compiled(policy, true);
    char *const pair[2] = { v4, v6 };
    g_autoptr(SkWallRuleset) ruleset = read_pair(pair, NULL);
    SkWallQuestion question = { .now = TOWN_NOW, .no_edits = true };

    g_assert_nonnull(ruleset);
    g_autoptr(SkWallProof) proof = sk_wall_prove(policy, ruleset, &question);
    g_autofree char *said = sk_wall_proof_text(proof, "en", false);
    g_test_message("%s", said);
    g_assert_cmpint(proof->verdict, ==, SK_WALL_PROVED);
    g_assert_false(proof->inductive);
    g_assert_cmpuint(proof->blocked->len, ==, 0);
}

/* One family alone leaves the other open. */
static void
test_alone(void)
{
    g_autoptr(SkPolicy) policy = town_policy("");
    SkWallQuestion question = { .now = TOWN_NOW, .no_edits = true, .no_blocked = true };

    for (unsigned v6 = 0; v6 < 2; v6++) {
        g_autofree char *text = compiled(policy, v6 == 1);
        g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
        g_autoptr(GError) error = NULL;
        g_assert_true(sk_wall_read_iptables(sk_span_str(text), v6 == 1, SK_WALL_FROM_IPTABLES_NFT,
                                            ruleset, &error));
        g_autoptr(SkWallProof) proof = sk_wall_prove(policy, ruleset, &question);
        g_assert_cmpint(proof->verdict, ==, SK_WALL_NOT_ALLOWED);
    }
}

static void
test_mutants(const void *data)
{
    unsigned want = g_getenv("SEKISHO_ALL") != NULL ? 500 : 25;
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    Town town;
    Count count = { .made = 0 };

    town_open(data, &town);
    g_autofree char *v4 = compiled(town.policy, false), *v6 = compiled(town.policy, true);
    while (count.made < want) {
        unsigned seed = g_rand_int(rand), wrong = count.wrong;
        g_autoptr(GRand) one = g_rand_new_with_seed(seed);
        bool six = below(one, 2) == 1, whole = below(one, 20) == 0;
        g_autofree char *changed = whole ? g_strconcat(v4, below(one, 2) == 0 ? nat : "", NULL)
                                         : mutant(one, six ? v6 : v4);
        if (changed == NULL)
            continue;
        char *const pair[2] = { six && !whole ? v4 : changed, six && !whole ? changed : v6 };
        g_autoptr(SkWallRuleset) ruleset = read_pair(pair, whole ? legacy : NULL);
        if (ruleset == NULL)
            continue;
        count.made++;
        town_judge(&town, ruleset, &count);
        if (count.wrong > wrong)
            g_test_message("mutant of seed %u", seed);
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
    static const char more[] = "host far \"県\" outside address 198.51.100.99 interface lg0\n"
                               "flow from far to hr tcp 25\n"
                               "flow from school to lgwan udp 53 tcp 80\n";

    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/wall/iptables/proved", "", test_proved);
    g_test_add_data_func("/wall/iptables/proved-more", more, test_proved);
    g_test_add_func("/wall/iptables/alone", test_alone);
    g_test_add_data_func("/wall/iptables/mutants", "", test_mutants);
    g_test_add_data_func("/wall/iptables/mutants-more", more, test_mutants);
    return g_test_run();
}
