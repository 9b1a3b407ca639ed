/* SPDX-License-Identifier: Apache-2.0
 * test-corpus-mutants.c - real rulesets, each with one thing changed: what any packet shows to pass in the one and
 * not in the other (or to leave with another address) is told apart by sk_wall_same, and the packet that it names is
 * walked and does differ. More of them with SEKISHO_ALL=1.
 *   test-wall-corpus-mutants -p /wall/corpus-mutants/NAME */
#include "corpus-packets.h"

#include "wall/prove.h"
#include "wall/read-iptables.h"
#include "wall/read-nft.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    unsigned made, changed, found, told, equal, unsure, wrong;
} Count;

static Count total;

static unsigned
below(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (int)n);
}

/* ---- mutations of the text --------------------------------------------------------------------- */

static const char *const nft_holes[] = {
    "accept",
    "drop",
    "return",
    "ct state established accept",
    "ct state new tcp dport 22 accept",
    "meta nfproto ipv6 accept",
    "ip6 saddr 2001:db8::/32 drop",
    "ip saddr 10.0.0.0/8 accept",
    "ip daddr 192.168.0.0/16 drop",
    "tcp dport { 80, 443 } accept",
    "udp sport 53 accept",
    "iifname \"eth0\" accept",
    "ip protocol 47 accept",
    "icmp type echo-request drop",
    "meta mark set 1",
    "tcp flags syn drop",
    "ct state invalid accept",
    "ip6 hoplimit 255 accept",
};
static const char *const nft_tables[] = {
    "table inet x {\nchain c {\ntype filter hook forward priority 5;\nip saddr 10.0.0.0/8 "
    "drop\n}\n}\n",
    "table ip6 x {\nchain c {\ntype filter hook forward priority 5; policy drop;\n}\n}\n",
    "table inet x {\nflags dormant;\nchain c {\ntype filter hook forward priority 5; policy "
    "drop;\n}\n}\n",
    "table ip x {\nchain c {\ntype nat hook prerouting priority dstnat;\ntcp dport 443 dnat to "
    "10.0.0.7\n}\n}\n",
    "table inet x {\nchain c {\ntype filter hook prerouting priority -310;\nnotrack\n}\n}\n",
    "table inet x {\nchain c {\ntype filter hook output priority 5;\nudp dport 53 drop\n}\n}\n",
};
static const char *const nft_swaps[][2] = {
    { "accept", "drop" },
    { "drop", "accept" },
    { "reject", "accept" },
    { "policy drop", "policy accept" },
    { "policy accept", "policy drop" },
    { "saddr", "daddr" },
    { "daddr", "saddr" },
    { "dport", "sport" },
    { "tcp ", "udp " },
    { "udp ", "tcp " },
    { "!=", "==" },
    { "established", "new" },
    { "established,related", "related" },
    { "established", "established,untracked" },
    { "iifname", "oifname" },
    { "jump", "goto" },
    { "goto", "jump" },
    { "return", "accept" },
    { "hook forward", "hook input" },
    { "hook input", "hook forward" },
    { "table inet", "table ip" },
    { "table inet", "table ip6" },
    { "table ip ", "table ip6 " },
    { "priority filter", "priority -301" },
    { "eth0", "eth1" },
    { "new", "new,established" },
    { "ssh", "telnet" },
    { "https", "http" },
};
static const char *const save_holes[] = {
    "-A FORWARD -j ACCEPT",
    "-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT",
    "-A INPUT -p tcp -m tcp --dport 22 -j DROP",
    "-A INPUT -j ACCEPT",
    "-A OUTPUT -p udp -m udp --dport 53 -j DROP",
    "-A INPUT -m conntrack --ctstate NEW -j ACCEPT",
    "-A FORWARD -m state --state ESTABLISHED -j ACCEPT",
    "-A INPUT -i eth0 -j ACCEPT",
    "-A FORWARD -p udp -m multiport --dports 53,123 -j ACCEPT",
    "-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.0.7:80",
    "-A POSTROUTING -j SNAT --to-source 192.0.2.1",
    "-A PREROUTING -j MARK --set-mark 1",
};
static const char *const save_swaps[][2] = {
    { "-j ACCEPT", "-j DROP" },
    { "-j DROP", "-j ACCEPT" },
    { "-j REJECT", "-j ACCEPT" },
    { "-j RETURN", "-j ACCEPT" },
    { " DROP [", " ACCEPT [" },
    { " ACCEPT [", " DROP [" },
    { " -s ", " -d " },
    { " -d ", " -s " },
    { " -i ", " -o " },
    { "--dport", "--sport" },
    { "--dports", "--sports" },
    { "-p tcp", "-p udp" },
    { "-p udp", "-p tcp" },
    { " ! ", " " },
    { "ESTABLISHED", "NEW" },
    { "RELATED,ESTABLISHED", "RELATED" },
    { "NEW", "NEW,ESTABLISHED" },
    { "-A INPUT", "-A FORWARD" },
    { "-A FORWARD", "-A INPUT" },
    { "eth0", "eth1" },
    { "-j ", "-g " },
    { "--to-destination 1", "--to-destination 2" },
};
static const char legacy[] = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT "
                             "[0:0]\n-A FORWARD -p tcp -m tcp --dport 80 -j DROP\nCOMMIT\n";

static bool
is_rule(const char *line, bool save)
{
    static const char *const words[] = { "accept", "drop", "jump", "goto", "reject", "return" };

    if (save)
        return g_str_has_prefix(line, "-A ");
    while (*line == ' ' || *line == '\t')
        line++;
    for (unsigned i = 0; *line != '#' && i < G_N_ELEMENTS(words); i++)
        if (strstr(line, words[i]) != NULL && strstr(line, "policy") == NULL)
            return true;
    return false;
}

static unsigned
pick(GRand *rand, char **lines, bool save)
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++)
        if (is_rule(lines[(start + i) % n], save))
            return (start + i) % n;
    return start;
}

static void
append(char **line, const char *more)
{
    char *made = g_strconcat(*line, "\n", more, NULL);

    g_free(*line);
    *line = made;
}

static bool
replace(GRand *rand, char **lines, const char *find, const char *with)
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++) {
        char **line = &lines[(start + i) % n];
        char *at = strstr(*line, find);
        if (at == NULL || **line == '#')
            continue;
        char *made = g_strdup_printf("%.*s%s%s", (int)(at - *line), *line, with, at + strlen(find));
        g_free(*line);
        *line = made;
        return true;
    }
    return false;
}

/* One more or less, or a prefix one bit wider. */
static bool
change_number(GRand *rand, char **lines)
{
    unsigned n = g_strv_length(lines), start = below(rand, n);

    for (unsigned i = 0; i < n; i++) {
        char **line = &lines[(start + i) % n];
        size_t length = strlen(*line), from = length > 0 ? below(rand, (unsigned)length) : 0;
        char *at = *line + from;
        while (*at != '\0' && !(g_ascii_isdigit(*at) && (at == *line || !g_ascii_isalnum(at[-1]))))
            at++;
        if (*at == '\0' || **line == '#' || **line == ':')
            continue;
        char *end = NULL;
        guint64 number = g_ascii_strtoull(at, &end, 10);
        number = number > 0 && (at[-1] == '/' || below(rand, 2) == 0) ? number - 1 : number + 1;
        char *made = g_strdup_printf("%.*s%" G_GUINT64_FORMAT "%s", (int)(at - *line), *line,
                                     number, end);
        g_free(*line);
        *line = made;
        return true;
    }
    return false;
}

typedef struct {
    char *text;
    bool with_legacy; /* a ruleset of iptables-legacy stands beside it */
} Mutant;

static bool
mutate(GRand *rand, const char *text, bool save, Mutant *ret)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    unsigned kind = below(rand, 12), n = g_strv_length(lines), at = pick(rand, lines, save);

    ret->with_legacy = false;
    if (kind == 0 && save)
        ret->with_legacy = true;
    else if (kind == 0)
        append(&lines[n - 1], nft_tables[below(rand, G_N_ELEMENTS(nft_tables))]);
    else if (kind <= 2 && !is_rule(lines[at], save)) /* it has none to take away */
        return false;
    else if (kind <= 2)
        *lines[at] = '#';
    else if (kind == 3 && at + 1 < n) {
        char *other = lines[at];
        lines[at] = lines[at + 1];
        lines[at + 1] = other;
    } else if (kind <= 5)
        append(&lines[at], save ? save_holes[below(rand, G_N_ELEMENTS(save_holes))]
                                : nft_holes[below(rand, G_N_ELEMENTS(nft_holes))]);
    else if (kind <= 7 && !change_number(rand, lines))
        return false;
    else if (kind > 7) {
        const char *const *swap = save ? save_swaps[below(rand, G_N_ELEMENTS(save_swaps))]
                                       : nft_swaps[below(rand, G_N_ELEMENTS(nft_swaps))];
        if (!replace(rand, lines, swap[0], swap[1]))
            return false;
    }
    ret->text = g_strjoinv("\n", lines);
    return true;
}

/* ---- who is right ------------------------------------------------------------------------------ */

/* NULL: it does not read, which is no wall. */
static SkWallRuleset *
read_ruleset(const char *path, const char *text, bool with_legacy)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;
    bool v6 = g_str_has_suffix(path, "ip6tables-save"), save = g_str_has_suffix(path, "-save");
    bool read = save ? sk_wall_read_iptables(sk_span_str(text), v6, SK_WALL_FROM_IPTABLES_NFT,
                                             ruleset, &error)
                     : sk_wall_read_nft(sk_span_str(text), ruleset, &error);

    if (read && with_legacy)
        read = sk_wall_read_iptables(sk_span_str(legacy), v6, SK_WALL_FROM_IPTABLES_LEGACY, ruleset,
                                     &error);
    return read ? g_steal_pointer(&ruleset) : NULL;
}

/* Does a packet that meets their rules fare otherwise? */
static bool
any_differs(GRand *rand, const SkWallRuleset *const *pair, const GPtrArray *world, SkPacket *ret)
{
    unsigned tries = MAX(400, 8 * MAX(pair[0]->rules, pair[1]->rules));

    for (unsigned i = 0; i < tries; i++) {
        packets_towards(rand, pair[i % 2], world, ret);
        g_autoptr(GArray) a = packets_fates(pair[0], world, ret);
        g_autoptr(GArray) b = a == NULL ? NULL : packets_fates(pair[1], world, ret);
        if (b != NULL && packets_differ(a, b))
            return true;
    }
    return false;
}

static void
complain(const char *what, const SkPacket *packet, const GPtrArray *world, Count *count)
{
    g_autofree char *words = sk_packet_text(packet, world);

    g_test_message("%s: %s", what, words);
    count->wrong++;
}

static void
judge(GRand *rand, const SkWallRuleset *base, const SkWallRuleset *mutant, Count *count)
{
    const SkWallRuleset *const pair[] = { base, mutant };
    g_auto(SkWallDifference) difference = { .why = NULL };
    SkWallSame same = sk_wall_same(base, mutant, &difference);
    SkPacket packet;
    bool changed = any_differs(rand, pair, difference.interfaces, &packet);

    count->changed += changed ? 1 : 0;
    count->found += changed && same == SK_WALL_DIFFERENT ? 1 : 0;
    if (changed && same != SK_WALL_DIFFERENT)
        complain(same == SK_WALL_SAME ? "called the same" : "not seen", &packet,
                 difference.interfaces, count);
    count->told += same == SK_WALL_DIFFERENT ? 1 : 0;
    count->equal += same == SK_WALL_SAME ? 1 : 0;
    count->unsure += same == SK_WALL_UNSURE_SAME ? 1 : 0;
    if (same != SK_WALL_DIFFERENT)
        return;
    g_autoptr(GArray) a = packets_fates(base, difference.interfaces, &difference.packet);
    g_autoptr(GArray) b = packets_fates(mutant, difference.interfaces, &difference.packet);
    if (a != NULL && b != NULL && !packets_differ(a, b))
        complain("told apart, and fares alike", &difference.packet, difference.interfaces, count);
}

static void
test_mutants(const void *data)
{
    const char *path = data;
    unsigned want = g_getenv("SEKISHO_ALL") != NULL ? 80 : 4;
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    g_autofree char *text = NULL;
    Count count = { .made = 0 };

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(SkWallRuleset) base = read_ruleset(path, text, false);
    if (base == NULL) {
        g_test_skip("it does not read as it stands");
        return;
    }
    g_auto(SkWallDifference) itself = { .why = NULL };
    g_assert_cmpint(sk_wall_same(base, base, &itself), !=, SK_WALL_DIFFERENT);
    for (unsigned tries = 0; count.made < want && tries < want * 20; tries++) {
        unsigned seed = g_rand_int(rand), wrong = count.wrong;
        g_autoptr(GRand) one = g_rand_new_with_seed(seed);
        Mutant mutant = { .text = NULL };
        if (!mutate(one, text, g_str_has_suffix(path, "-save"), &mutant))
            continue;
        g_autofree char *changed = mutant.text;
        g_autoptr(SkWallRuleset) ruleset = read_ruleset(path, changed, mutant.with_legacy);
        if (ruleset == NULL)
            continue;
        count.made++;
        judge(one, base, ruleset, &count);
        if (count.wrong > wrong) {
            g_autofree char *file = g_strdup_printf("/tmp/mutant-%u", seed);
            g_test_message("mutant of seed %u", seed);
            if (g_getenv("SEKISHO_KEEP") != NULL)
                g_assert_true(g_file_set_contents(file, changed, -1, NULL));
        }
    }
    g_test_message("%u mutants: packets show %u changed, %u of them told apart; %u told apart in "
                   "all, %u the same, %u unsure; wrong %u",
                   count.made, count.changed, count.found, count.told, count.equal, count.unsure,
                   count.wrong);
    g_assert_cmpuint(count.wrong, ==, 0);
    total.made += count.made;
    total.changed += count.changed;
    total.found += count.found;
    total.told += count.told;
    total.equal += count.equal;
}

static void
test_total(void)
{
    g_test_message("in all %u mutants: packets show %u changed, %u told apart of them; %u told "
                   "apart, %u the same",
                   total.made, total.changed, total.found, total.told, total.equal);
    g_assert_cmpuint(total.changed, ==, total.found);
    g_assert_cmpuint(total.changed, >, 10);
}

static void
no_corpus(void)
{
    g_test_skip("there is no corpus of rulesets beside this checkout");
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
main(int argc, char **argv)
{
    const char *corpus = g_getenv("SEKISHO_CORPUS");
    g_autofree char *folder = g_build_filename(corpus == NULL ? "." : corpus, "rulesets", NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    g_test_init(&argc, &argv, NULL);
    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        if (g_str_has_suffix(name, ".nft") || g_str_has_suffix(name, "tables-save"))
            g_ptr_array_add(names, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(names, by_name);
    for (unsigned i = 0; i < names->len; i++) {
        const char *path = g_ptr_array_index(names, i);
        g_autofree char *base = g_path_get_basename(path);
        g_autofree char *name = g_strdup_printf("/wall/corpus-mutants/%s", base);
        g_test_add_data_func(name, path, test_mutants);
    }
    if (names->len == 0)
        g_test_add_func("/wall/corpus-mutants/none", no_corpus);
    else
        g_test_add_func("/wall/corpus-mutants/total", test_total);
    return g_test_run();
}
