/* SPDX-License-Identifier: Apache-2.0
 * test-prove.c - what a proof says of rulesets whose answer is known: the compiled wall, and each way
 * in which a wall is known to have been other than it looked. */
#include "prove-town.h"

#include <stdlib.h>
#include <string.h>

static SkWallProof *
prove_at(const SkPolicy *policy, const SkWallRuleset *ruleset, int64_t now)
{
    SkWallQuestion question = { .now = now };

    return sk_wall_prove(policy, ruleset, &question);
}

static SkWallProof *
prove_text(const SkPolicy *policy, const char *nft)
{
    g_autoptr(SkWallRuleset) ruleset = town_read(nft);

    return prove_at(policy, ruleset, TOWN_NOW);
}

static void
test_compiled(void)
{
    static const char *const more[] = {
        "",
        "flow from school to lgwan tcp 1-65535 udp 1-65535\n",
        "host far \"県\" outside address 198.51.100.99 interface lg0\nflow from far to hr tcp 25\n",
        "flow from internet to asp udp 123\n",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autoptr(SkPolicy) policy = town_policy(more[i]);
        g_autoptr(SkWallRuleset) ruleset = town_compiled(policy);
        g_autoptr(SkWallProof) proof = prove_at(policy, ruleset, TOWN_NOW);
        g_autofree char *text = sk_wall_proof_text(proof, "en", false);
        g_test_message("%s", text);
        g_assert_cmpint(proof->verdict, ==, SK_WALL_PROVED);
        g_assert_false(proof->inductive);
        g_assert_cmpuint(proof->blocked->len, ==, 0);
        g_assert_cmpuint(proof->leaks->len, ==, 0);
    }
}

/* The wall as compiled, with one thing changed in its text or added to it. */
typedef struct {
    const char *name;
    const char *find; /* in the compiled text, replaced by @with; NULL: @with is added behind it */
    const char *with;
    SkWallVerdict verdict;
    const char *from; /* of one leak at least; NULL: any */
    const char *to;
    const char *edit; /* begins the change that mends it; NULL: any */
} Case;

#define TABLE(hook, priority, rules)                                                               \
    "table inet other {\nchain c {\ntype filter hook " hook " priority " priority                  \
    "; policy accept;\n" rules "\n}\n}\n"
#define BEFORE_FORWARD "type filter hook forward priority filter; policy drop;"

static const Case cases[] = {
    { "accept of another table ends only its own chain", NULL, TABLE("forward", "-10", "accept"),
      SK_WALL_PROVED, NULL, NULL, NULL },
    { "another table may still drop", BEFORE_FORWARD,
      BEFORE_FORWARD "\niifname \"lg0\" oifname \"mn0\" accept", SK_WALL_NOT_ALLOWED, "lgwan",
      "mynumber", "delete: inet sekisho forward line" },
    { "a rule drops it later", BEFORE_FORWARD,
      BEFORE_FORWARD "\niifname \"lg0\" oifname \"mn0\" goto later", SK_WALL_NOT_ALLOWED, "lgwan",
      "mynumber", NULL },
    { "a hole for IPv6 only", BEFORE_FORWARD,
      BEFORE_FORWARD "\nmeta nfproto ipv6 tcp dport 22 accept", SK_WALL_NOT_ALLOWED, "mynumber",
      "elsewhere", "delete: " },
    { "established is let through", BEFORE_FORWARD, BEFORE_FORWARD "\nct state established accept",
      SK_WALL_NOT_ALLOWED, NULL, NULL, NULL },
    { "untracked is let through", BEFORE_FORWARD, BEFORE_FORWARD "\nct state untracked accept",
      SK_WALL_NOT_ALLOWED, NULL, NULL, "delete: " },
    { "nothing is ever untracked but by notrack, which nothing stops", BEFORE_FORWARD,
      BEFORE_FORWARD "\nct state invalid accept", SK_WALL_NOT_ALLOWED, NULL, NULL, "delete: " },
    { "a mark that nothing sets", BEFORE_FORWARD, BEFORE_FORWARD "\nmeta mark 7 accept",
      SK_WALL_PROVED, NULL, NULL, NULL },
    { "the table sleeps", "table inet sekisho {\n", "table inet sekisho {\nflags dormant;\n",
      SK_WALL_NOT_ALLOWED, "internet", "mynumber", NULL },
    { "a policy is turned", BEFORE_FORWARD,
      "type filter hook forward priority filter; policy accept;", SK_WALL_PROVED, NULL, NULL,
      NULL },
    { "a limit lets some of it through", BEFORE_FORWARD,
      BEFORE_FORWARD "\niifname \"in0\" oifname \"mn0\" limit rate 1/second accept",
      SK_WALL_NOT_PROVEN, "internet", "mynumber", NULL },
    { "what is not understood may do anything", BEFORE_FORWARD,
      BEFORE_FORWARD "\niifname \"in0\" queue num 3", SK_WALL_NOT_PROVEN, NULL, NULL, NULL },
    { "a port is widened", "8000-8010", "8000-8011", SK_WALL_NOT_ALLOWED, "lgwan", "school", NULL },
    { "a network is widened",
      "chain lgwan_to_school {\n\t\tip saddr 10.20.0.0/16 ip daddr 10.25.0.0/16",
      "chain lgwan_to_school {\n\t\tip saddr 10.20.0.0/16 ip daddr 10.24.0.0/15",
      SK_WALL_NOT_ALLOWED, "lgwan", "school", NULL },
    { "the specific flow's card is forgotten", "ether saddr 52:54:00:10:01:05 ", "",
      SK_WALL_NOT_ALLOWED, "mynumber", "elsewhere", NULL },
    { "the direction is forgotten: nobody can have opened such a connection", "ct direction reply ",
      "", SK_WALL_PROVED, NULL, NULL, NULL },
    { "DNAT into a zone", NULL,
      "table ip nat {\nchain pre {\ntype nat hook prerouting priority dstnat;\n"
      "iifname \"in0\" tcp dport 8080 dnat to 10.10.1.5:443\n}\n}\n"
      "table ip holes {\nchain f {\ntype filter hook forward priority 0;\n}\n}\n",
      SK_WALL_PROVED, NULL, NULL, NULL },
    { "DNAT to what a sentence allows, from elsewhere", BEFORE_FORWARD,
      BEFORE_FORWARD "\niifname \"in0\" oifname \"ky0\" ip daddr 10.25.0.9 accept\n}\n"
                     "chain pre {\ntype nat hook prerouting priority dstnat;\n"
                     "iifname \"in0\" tcp dport 8080 dnat ip to 10.25.0.9:443\n}\nchain rest {",
      SK_WALL_NOT_ALLOWED, "internet", "school", NULL },
};

static char *
changed(const char *nft, const Case *c)
{
    g_autofree char *later =
        g_strdup_printf("table inet sekisho {\nchain later {\ncounter accept\n}\n}\n");

    if (c->find == NULL)
        return g_strconcat(nft, c->with, NULL);
    g_auto(GStrv) parts = g_strsplit(nft, c->find, 2);
    g_assert_nonnull(parts[1]); /* the compiled text is not what this test thinks */
    return strstr(c->with, "goto later") != NULL
               ? g_strconcat(parts[0], c->with, parts[1], later, NULL)
               : g_strconcat(parts[0], c->with, parts[1], NULL);
}

static void
test_case(const void *data)
{
    const Case *c = data;
    g_autoptr(SkPolicy) policy = town_policy("");
    g_autofree char *nft = town_nft(policy);
    g_autofree char *other = changed(nft, c);
    g_autoptr(SkWallProof) proof = prove_text(policy, other);
    g_autofree char *text = sk_wall_proof_text(proof, "en", false);
    bool found = c->from == NULL, mended = c->edit == NULL;

    g_test_message("%s", text);
    g_assert_cmpint(proof->verdict, ==, c->verdict);
    for (unsigned i = 0; i < proof->leaks->len; i++) {
        const SkWallFound *leak = g_ptr_array_index(proof->leaks, i);
        found = found || (strcmp(leak->from, c->from) == 0 && strcmp(leak->to, c->to) == 0);
        mended = mended || (leak->edit != NULL && g_str_has_prefix(leak->edit, c->edit));
        g_assert_true(leak->path->len > 0 || strstr(c->with, "dormant") != NULL);
    }
    g_assert_true(found);
    g_assert_true(mended);
}

static const SkWallFound *
only_leak(const SkWallProof *proof, const char *from, const char *to)
{
    for (unsigned i = 0; i < proof->leaks->len; i++) {
        const SkWallFound *leak = g_ptr_array_index(proof->leaks, i);
        if (strcmp(leak->from, from) == 0 && strcmp(leak->to, to) == 0)
            return leak;
    }
    g_error("no leak from %s to %s", from, to);
}

static void
test_expired(void)
{
    g_autoptr(SkPolicy) policy = town_policy("");
    g_autoptr(SkWallRuleset) ruleset = town_compiled(policy);
    int64_t later = TOWN_NOW + INT64_C(200) * 86400 * 1000000;
    g_autoptr(SkWallProof) proof = prove_at(policy, ruleset, later);
    const SkWallFound *leak = only_leak(proof, "mynumber", "elsewhere");

    g_assert_cmpint(proof->verdict, ==, SK_WALL_NOT_ALLOWED);
    g_assert_cmpint(leak->breaks, ==, SK_WALL_BREAKS_EXPIRED);
    g_assert_nonnull(
        strstr(leak->region, "ip saddr 10.10.1.5 ip daddr 198.51.100.7 tcp dport 443"));
    g_assert_nonnull(leak->edit);
}

/* One flow less in what is loaded: nothing leaks, and the sentence is named. */
static void
test_blocked(void)
{
    g_autoptr(SkPolicy) policy = town_policy("flow from school to lgwan tcp 22\n");
    g_autoptr(SkPolicy) less = town_policy("");
    g_autoptr(SkWallRuleset) ruleset = town_compiled(less);
    g_autoptr(SkWallProof) proof = prove_at(policy, ruleset, TOWN_NOW);

    g_assert_cmpint(proof->verdict, ==, SK_WALL_PROVED);
    g_assert_cmpuint(proof->blocked->len, >, 0);
    bool opens = false, answers = false;
    for (unsigned i = 0; i < proof->blocked->len; i++) {
        const SkWallFound *blocked = g_ptr_array_index(proof->blocked, i);
        g_assert_cmpuint(blocked->line, ==, 32);
        opens = opens || strstr(blocked->region, "tcp dport 22 ct state new") != NULL;
        answers = answers || strstr(blocked->region, "tcp sport 22 ct state established") != NULL;
    }
    g_assert_true(opens && answers);
}

/* `established accept` at the top is fine where a packet's way is checked before: only openings that
 * are allowed are accepted, and the sources of every interface are checked. */
static const char two_zones[] = "organisation \"町\"\nmodel alpha\nzone a \"a\" {\n trust "
    "1\n network 10.1.0.0/16\n interface a0\n}\n"
    "zone b \"b\" {\n trust 1\n network 10.2.0.0/16\n "
    "interface b0\n}\nflow from a to b tcp 443\n";
/* As most walls are written: what is established passes. */
static const char trusting[] =
    "table ip f {\nchain pre {\ntype filter hook prerouting priority raw; policy drop;\n"
    "iifname a0 ip saddr 10.1.0.0/16 accept\niifname b0 ip saddr 10.2.0.0/16 accept\n}\n"
    "chain fwd {\ntype filter hook forward priority 0; policy drop;\n"
    "iifname { a0, b0 } oifname a0 ip daddr 10.1.0.0/16 ct state established accept\n"
    "iifname { a0, b0 } oifname b0 ip daddr 10.2.0.0/16 ct state established accept\n"
    "iifname a0 oifname b0 ip daddr 10.2.0.0/16 tcp dport 443 ct state new accept\n}\n"
    "chain in {\ntype filter hook input priority 0; policy drop;\n}\n"
    "chain out {\ntype filter hook output priority 0; policy drop;\n}\n}\n"
    "table ip6 g {\nchain fwd {\ntype filter hook forward priority 0; policy drop;\n}\n"
    "chain in {\ntype filter hook input priority 0; policy drop;\n}\n"
    "chain out {\ntype filter hook output priority 0; policy drop;\n}\n}\n";

static void
test_inductive(void)
{
    g_autoptr(SkPolicy) policy = town_of(two_zones);
    g_autoptr(SkWallProof) proof = prove_text(policy, trusting);
    g_autofree char *text = sk_wall_proof_text(proof, "ja", true);

    g_test_message("%s", text);
    g_assert_cmpint(proof->verdict, ==, SK_WALL_PROVED);
    g_assert_true(proof->inductive);
    g_assert_nonnull(strstr(text, "前提"));
}

/* Connections that there are already: those that the policy allows, and others, by name. */
static void
test_old_connections(void)
{
    static const SkWallConnection fine[] = {
        { .protocol = 6, .src = { .lo = 0x0a010005 }, .dst = { .lo = 0x0a020005 }, .sport = 4000, .dport = 443 },
        { .protocol = 6, .src = { .lo = 0x7f000001 }, .dst = { .lo = 0x7f000001 }, .sport = 1, .dport = 2 },
    };
    static const SkWallConnection wrong[] = {
        { .protocol = 6, .src = { .lo = 0x0a020005 }, .dst = { .lo = 0x0a010005 }, .sport = 4000, .dport = 443, .line = 3 },
        { .protocol = 6, .src = { .lo = 0x0a010005 }, .dst = { .lo = 0x0a020005 }, .sport = 4000, .dport = 22, .line = 4 },
        { .protocol = 17, .src = { .lo = 0x0a010005 }, .dst = { .lo = 0x0a020005 }, .sport = 4000, .dport = 443, .line = 5 },
        { .v6 = true, .protocol = 6, .src = { 1, 2 }, .dst = { 3, 4 }, .sport = 4000, .dport = 443, .line = 6 },
    };
    g_autoptr(SkPolicy) policy = town_of(two_zones);
    g_autoptr(SkWallRuleset) ruleset = town_read(trusting);
    g_autoptr(GArray) there = g_array_new(FALSE, FALSE, sizeof(SkWallConnection));
    SkWallQuestion question = { .now = TOWN_NOW, .machine = true, .connections = there };

    g_array_append_vals(there, fine, G_N_ELEMENTS(fine));
    g_autoptr(SkWallProof) good = sk_wall_prove(policy, ruleset, &question);
    g_autofree char *text = sk_wall_proof_text(good, "en", false);
    g_assert_cmpint(good->verdict, ==, SK_WALL_PROVED);
    g_assert_nonnull(strstr(text, "was held against the policy"));
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_array_set_size(there, G_N_ELEMENTS(fine));
        g_array_append_val(there, wrong[i]);
        g_autoptr(SkWallProof) proof = sk_wall_prove(policy, ruleset, &question);
        g_assert_cmpint(proof->verdict, ==, SK_WALL_NOT_PROVEN);
        g_assert_cmpuint(proof->unmodelled->len, ==, 1);
        const SkWallUnmodelled *item = g_ptr_array_index(proof->unmodelled, 0);
        g_assert_cmpstr(item->section, ==, "conntrack");
        g_assert_cmpuint(item->line, ==, wrong[i].line);
        g_assert_nonnull(strstr(item->text, ":4000 → "));
    }
    question.connections = NULL; /* of a machine they have to be known */
    g_autoptr(SkWallProof) unknown = sk_wall_prove(policy, ruleset, &question);
    g_assert_cmpint(unknown->verdict, ==, SK_WALL_NOT_PROVEN);
    /* Where every packet is judged strictly, what is older cannot pass. */
    g_autoptr(SkWallRuleset) strict = town_compiled(policy);
    g_autoptr(SkWallProof) other = sk_wall_prove(policy, strict, &question);
    g_assert_cmpint(other->verdict, ==, SK_WALL_PROVED);
    question.connections = there;
    g_autoptr(SkWallProof) stopped = sk_wall_prove(policy, strict, &question);
    g_assert_cmpint(stopped->verdict, ==, SK_WALL_PROVED);
    g_assert_false(stopped->looked_at);
}

static void
test_json(void)
{
    g_autoptr(SkPolicy) policy = town_policy("");
    g_autoptr(SkWallProof) proof = prove_text(policy, "table inet empty {\n}\n");
    g_autofree char *json = sk_wall_proof_json(proof);

    g_assert_cmpint(proof->verdict, ==, SK_WALL_NOT_ALLOWED);
    g_assert_true(
        g_str_has_prefix(json, "{\"verdict\":\"not-allowed\",\"counterexamples\":[{\"from\":"));
    g_assert_nonnull(strstr(json, "\"breaks\":\"take-out\",\"sentence\":\""));
    g_assert_nonnull(strstr(json, "\"unmodelled\":[]"));
    g_assert_null(strchr(json, '\n'));
}

/* Where everything leaks the same way, a person reads of the first few, and of the others between whom they are. */
static void
test_one_way(void)
{
    g_autoptr(SkPolicy) policy = town_policy("");
    g_autoptr(SkWallProof) proof = prove_text(policy, "table inet empty {\n}\n");
    g_autofree char *text = sk_wall_proof_text(proof, "en", false);

    g_assert_cmpuint(proof->leaks->len, >, 4);
    g_assert_nonnull(strstr(text, "\n3. "));
    g_assert_null(strstr(text, "\n4. "));
    g_autofree char *more = g_strdup_printf("   %u more kinds go the same way", proof->leaks->len - 3);
    g_assert_nonnull(strstr(text, more));
    g_assert_nonnull(strstr(text, " → elsewhere"));
}

static void
test_same(void)
{
    g_autoptr(SkPolicy) policy = town_policy("");
    g_autoptr(SkPolicy) wider = town_policy("flow from school to lgwan tcp 22\n");
    g_autoptr(SkWallRuleset) a = town_compiled(policy);
    g_autoptr(SkWallRuleset) b = town_compiled(policy);
    g_autoptr(SkWallRuleset) c = town_compiled(wider);
    g_autoptr(SkWallRuleset) unsure = town_read(
        "table ip f {\nchain c {\ntype filter hook forward priority 0;\nqueue num 3\n}\n}\n");
    g_auto(SkWallDifference) none = { .why = NULL }, there = { .why = NULL };
    g_auto(SkWallDifference) back = { .why = NULL }, open = { .why = NULL };

    g_assert_cmpint(sk_wall_same(a, b, &none), ==, SK_WALL_SAME);
    g_assert_null(none.why);
    g_assert_cmpint(sk_wall_same(a, c, &there), ==, SK_WALL_DIFFERENT);
    g_assert_true(g_str_has_prefix(there.why, "only the second lets this pass: tcp "));
    g_assert_cmpint(sk_wall_same(c, a, &back), ==, SK_WALL_DIFFERENT);
    g_assert_true(g_str_has_prefix(back.why, "only the first"));
    g_assert_cmpint(sk_wall_same(unsure, unsure, &open), ==, SK_WALL_UNSURE_SAME);
    g_assert_nonnull(open.why);
}

/* Rulesets that translate are never called the same, but that they differ is seen. */
static void
test_same_translated(void)
{
    static const char *const to[] = { "10.0.0.1", "10.0.0.2", "10.0.0.1:80" };
    SkWallSame want[] = { SK_WALL_UNSURE_SAME, SK_WALL_DIFFERENT, SK_WALL_DIFFERENT };

    for (unsigned i = 0; i < G_N_ELEMENTS(to); i++) {
        g_autoptr(SkWallRuleset) a =
            town_read("table ip n {\nchain c {\ntype nat hook prerouting priority dstnat;\n"
                      "tcp dport 8080 dnat to 10.0.0.1\n}\n}\n");
        g_autofree char *text =
            g_strdup_printf("table ip n {\nchain c {\ntype nat hook prerouting priority dstnat;\n"
                            "tcp dport 8080 dnat to %s\n}\n}\n",
                            to[i]);
        g_autoptr(SkWallRuleset) b = town_read(text);
        g_auto(SkWallDifference) difference = { .why = NULL };
        g_assert_cmpint(sk_wall_same(a, b, &difference), ==, want[i]);
    }
}

/* One prover asked by many policies says what a proof of its own says: also back and forth between other interfaces. */
static void
test_asked_again(void)
{
    static const char *const more[] = {
        "",
        "flow from school to lgwan tcp 1-65535 udp 1-65535\n",
        "host far \"県\" outside address 198.51.100.99 interface zz9\nflow from far to hr tcp 25\n",
        "",
        "flow from internet to asp udp 123\n",
    };
    g_autoptr(SkPolicy) first = town_policy(more[1]);
    g_autoptr(SkWallRuleset) ruleset = town_compiled(first);
    SkWallQuestion question = { .now = TOWN_NOW };
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(SkWallProver) prover = sk_wall_prover_new(ruleset);

    for (unsigned i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autoptr(SkPolicy) policy = town_policy(more[i]);
        if (i % 2 == 1)
            sk_wall_prover_ready(prover, policy, &question);
        g_autoptr(SkWallProof) proof = sk_wall_prover_ask(prover, policy, &question);
        g_assert_cmpint(proof->verdict, ==, i == 1 ? SK_WALL_PROVED : SK_WALL_NOT_ALLOWED);
        proof->us = 0; /* which no two proofs share */
        g_ptr_array_add(texts, sk_wall_proof_text(proof, "en", false));
    }
    g_clear_pointer(&prover, sk_wall_prover_free);
    for (unsigned i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autoptr(SkPolicy) policy = town_policy(more[i]);
        g_autoptr(SkWallProof) proof = prove_at(policy, ruleset, TOWN_NOW);
        proof->us = 0;
        g_autofree char *text = sk_wall_proof_text(proof, "en", false);
        g_assert_cmpstr(text, ==, g_ptr_array_index(texts, i));
    }
}

/* The first answer has the whole one's verdict. */
static void
test_first_answer(void)
{
    static const char *const rules[] = {
        "", "table inet x {\nchain c {\ntype filter hook forward priority 0; policy accept;\n}\n}\n"
    };
    g_autoptr(SkPolicy) policy = town_policy("");

    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(SkWallRuleset) ruleset = town_read(rules[i]);
        SkWallQuestion first = {
            .now = TOWN_NOW, .no_edits = true, .no_blocked = true, .found_max = 1
        };
        SkWallQuestion whole = { .now = TOWN_NOW };
        g_autoptr(SkWallProver) prover = sk_wall_prover_new(ruleset);
        g_autoptr(SkWallProof) a = sk_wall_prover_ask(prover, policy, &first);
        g_autoptr(SkWallProof) b = sk_wall_prover_ask(prover, policy, &whole);
        g_assert_cmpint(a->verdict, ==, SK_WALL_NOT_ALLOWED);
        g_assert_cmpint(b->verdict, ==, SK_WALL_NOT_ALLOWED);
        g_assert_cmpuint(a->leaks->len, <, b->leaks->len);
        g_assert_null(((const SkWallFound *)g_ptr_array_index(a->leaks, 0))->edit);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/prove/compiled", test_compiled);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/wall/prove/%s", cases[i].name);
        g_test_add_data_func(name, &cases[i], test_case);
    }
    g_test_add_func("/wall/prove/expired", test_expired);
    g_test_add_func("/wall/prove/blocked", test_blocked);
    g_test_add_func("/wall/prove/inductive", test_inductive);
    g_test_add_func("/wall/prove/old-connections", test_old_connections);
    g_test_add_func("/wall/prove/json", test_json);
    g_test_add_func("/wall/prove/one-way", test_one_way);
    g_test_add_func("/wall/prove/asked-again", test_asked_again);
    g_test_add_func("/wall/prove/first-answer", test_first_answer);
    g_test_add_func("/wall/prove/same", test_same);
    g_test_add_func("/wall/prove/same-translated", test_same_translated);
    return g_test_run();
}
