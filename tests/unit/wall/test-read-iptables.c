/* SPDX-License-Identifier: Apache-2.0
 * test-read-iptables.c - what each spelling of iptables-save means, in plain numbers (dump.h); the corpus. */
#include "wall/read-iptables.h"

#include "dump.h"

typedef struct {
    const char *rule;
    const char *want;
} Case;

static bool
read_text(const char *text, bool v6, SkWallOrigin origin, SkWallRuleset *into, GError **error)
{
    size_t n = strlen(text);
    g_autofree char *heap = g_malloc(n);

    memcpy(heap, text, n);
    return sk_wall_read_iptables(sk_span(heap, n), v6, origin, into, error);
}

static void
check(bool v6, const char *table, const char *chain, const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *text =
            g_strdup_printf("*%s\n:%s ACCEPT [0:0]\n:user - [0:0]\n-A %s %s\nCOMMIT\n", table,
                            chain, chain, cases[i].rule);
        g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) got = g_string_new(NULL);
        read_text(text, v6, SK_WALL_FROM_IPTABLES_NFT, ruleset, &error);
        g_assert_no_error(error);
        const SkWallChain *c = sk_wall_table_find(g_ptr_array_index(ruleset->tables, 0), chain);
        for (unsigned k = 0; k < c->rules->len; k++) {
            g_autofree char *one = dump_rule(ruleset, g_ptr_array_index(c->rules, k));
            g_string_append_printf(got, "%s%s", k > 0 ? " | " : "", one);
        }
        if (strcmp(got->str, cases[i].want) != 0)
            g_test_message("%s", cases[i].rule);
        g_assert_cmpstr(got->str, ==, cases[i].want);
        g_assert_cmpuint(ruleset->unmodelled->len, ==, strstr(cases[i].want, "UNKNOWN") != NULL);
    }
}

static void
test_matches(void)
{
    static const Case cases[] = {
        { "-j ACCEPT", "accept" },
        { "-s 10.0.0.0/8 -d 10.1.2.3 -j DROP", "src={167772160-184549375} dst={167838211} drop" },
        { "! -s 10.0.0.0/255.0.0.0 -j DROP", "src!{167772160-184549375} drop" },
        { "-s ! 10.0.0.0/8 -j DROP", "src!{167772160-184549375} drop" },
        { "-s 10.0.0.1/255.0.0.255 -j DROP", "src&4278190335={167772161} drop" },
        { "-s 10.0.0.1,10.0.0.2/32 -j DROP", "src={167772161,167772162} drop" },
        { "-i eth+ ! -o lo", "iif={eth*} oif!{lo}" },
        { "-p tcp -m tcp --dport 22 -j ACCEPT", "proto={6} dport={22} accept" },
        { "-p tcp --dport ssh", "proto={6} dport={22}" },
        { "-p tcp -m tcp ! --sport 1024: -j user", "proto={6} sport!{1024-65535} jump:user" },
        { "-p udp -m udp --dport :53 -g user", "proto={17} dport={0-53} goto:user" },
        { "! -p tcp", "proto!{6}" },
        { "-p all -j RETURN", "return" },
        { "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", "proto={6} flags&23={2}" },
        { "-p tcp -m tcp ! --syn", "proto={6} flags&23!{2}" },
        { "-p tcp -m tcp --tcp-flags ALL NONE -j DROP", "proto={6} flags&63={0} drop" },
        { "-p tcp -m multiport --dports 22,80:90", "proto={6} dport={22,80-90}" },
        { "-p udp -m multiport ! --sports 1,2", "proto={17} sport!{1,2}" },
        { "-p tcp -m multiport --ports 22 -j ACCEPT",
          "proto={6} sport={22} accept | proto={6} sport!{22} dport={22} accept" },
        { "-p tcp -m multiport ! --ports 22", "proto={6} sport!{22} dport!{22}" },
        { "-m state --state NEW,INVALID -j DROP", "state={0,3} drop" },
        { "-m conntrack ! --ctstate ESTABLISHED,RELATED", "state!{1,2}" },
        { "-m conntrack --ctstate DNAT -j ACCEPT", "status&2!{0} accept" },
        { "-m conntrack --ctstate NEW,DNAT", "?" },
        { "-m conntrack --ctstate ESTABLISHED --ctdir REPLY", "state={1} dir={1}" },
        { "-m conntrack --ctstate INVALID --ctdir REPLY",
          "state={3} ?" }, /* the kernel does not ask on then */
        { "-m conntrack --ctorigsrc 10.0.0.1", "?" },
        { "-m mac --mac-source 02:00:00:00:00:01 -j ACCEPT", "smac={2199023255553} accept" },
        { "-m mac ! --mac-source 02:00:00:00:00:01", "smac!{2199023255553} ?" },
        { "-m iprange --src-range 10.0.0.1-10.0.0.9 ! --dst-range 10.0.1.1-10.0.1.9",
          "src={167772161-167772169} dst!{167772417-167772425}" },
        { "-m mark --mark 0x1/0xff -m connmark ! --mark 5", "mark&255={1} ctmark!{5}" },
        { "-p icmp -m icmp --icmp-type 8", "proto={1} itype={8}" },
        { "-p icmp -m icmp --icmp-type 3/4", "proto={1} itype.icode={3.4}" },
        { "-p icmp --icmp-type echo-request", "proto={1} itype={8}" },
        { "-p icmp -m icmp --icmp-type any", "proto={1}" },
        { "-p icmp -m icmp --icmp-type host-unreachable", "proto={1} itype.icode={3.1}" },
        { "-m addrtype --dst-type LOCAL,BROADCAST ! --src-type LOCAL", "dtype={1,2} stype!{1}" },
        { "-m addrtype --dst-type LOCAL --limit-iface-in", "dtype={1} ?" },
        { "-m length --length 0:100 -m ttl --ttl-lt 5 -m dscp --dscp 0x08",
          "length={0-100} ttl={0-4} dscp={8}" },
        { "-m pkttype --pkt-type broadcast", "ptype={1}" },
        { "-f -j DROP", "frag={1} drop" },
        { "-m limit --limit 3/sec --limit-burst 5 -j ACCEPT", "? accept" },
        { "-m recent --set --name x --rsource -j LOG --log-prefix \"-j ACCEPT \"", "?" },
        { "-m owner --uid-owner 0 -m tcp -p tcp --dport 1", "? proto={6} dport={1}" },
        { "-m physdev ! --physdev-in eth0 -j ACCEPT", "? accept" },
        { "-m set ! --match-set bad src -j DROP", "? drop" },
        { "-m comment --comment \"a \\\"b\\\" -j DROP\" -j ACCEPT", "accept" },
        { "-p tcp -m tcp --dport nosuchname -j ACCEPT", "proto={6} ? accept" },
        { "-p udp -m multiport --ports 8080 --something-else -j ACCEPT",
          "proto={17} sport={8080} ? accept | proto={17} sport!{8080} dport={8080} ? accept" },
        { "[3:4] -j ACCEPT", "UNKNOWN" },
    };
    check(false, "filter", "FORWARD", cases, G_N_ELEMENTS(cases));
}

static void
test_v6(void)
{
    static const Case cases[] = {
        { "-s fe80::/10 -d ::1 -j ACCEPT", "src={fe800000000000000000000000000000-"
                                           "febfffffffffffffffffffffffffffff} dst={1} accept" },
        { "-p ipv6-icmp -m icmp6 --icmpv6-type 128", "proto={58} itype={128}" },
        { "-p ipv6-icmp -m icmp6 --icmpv6-type 1/4 -j ACCEPT",
          "proto={58} itype.icode={1.4} accept" },
        { "-m hl --hl-eq 255", "ttl={255}" },
        { "-m addrtype --dst-type LOCAL", "?" },
        { "-m rt --rt-type 0 -j DROP", "? drop" },
        { "-s 10.0.0.1", "?" },
    };
    check(true, "filter", "FORWARD", cases, G_N_ELEMENTS(cases));
}

static void
test_targets(void)
{
    static const Case mangle[] = {
        { "-j MARK --set-xmark 0x10/0xff", "mark:10/ff" },
        { "-j MARK --set-mark 0x10", "mark:10/ffffffff" },
        { "-j MARK --and-mark 0xf0", "mark:0/ffffff0f" },
        { "-j MARK --or-mark 0x1", "mark:1/1" },
        { "-j MARK --xor-mark 0x1", "mark:1/0" },
        { "-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff", "save:0/ffffffff" },
        { "-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff", "restore:0/ff" },
        { "-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf", "" },
        { "-j CONNMARK --set-xmark 0x1/0xffffffff", "ctmark:1/ffffffff" },
        { "-j TTL --ttl-set 64", "" },
        { "-p tcp -j TCPMSS --clamp-mss-to-pmtu", "proto={6}" },
        { "-j TPROXY --on-port 1 --on-ip 127.0.0.1", "UNKNOWN" },
        { "-j TEE --gateway 10.0.0.1", "UNKNOWN" },
        { "-j NFQUEUE --queue-num 0", "UNKNOWN" },
        { "-j nowhere", "UNKNOWN" },
        { "-j PREROUTING", "UNKNOWN" },
        { "-j ACCEPT -j DROP", "UNKNOWN" },
        { "-j ACCEPT -p tcp", "UNKNOWN" },
        { "nonsense -j ACCEPT", "UNKNOWN" },
    };
    static const Case nat[] = {
        { "-p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.2:80-90 --random",
          "proto={6} dnat:4:167772161-167772162:p80-90" },
        { "-j DNAT --to-destination 10.0.0.1", "dnat:4:167772161-167772161" },
        { "-p tcp -j DNAT --to-destination :80", "proto={6} dnat:4:p80-80" },
        { "-j DNAT --to-destination 10.0.0.1 --to-destination 10.0.0.2", "UNKNOWN" },
        { "-p tcp -j REDIRECT --to-ports 8080", "proto={6} dnat:self:p8080-8080" },
        { "-j NETMAP --to 10.0.0.0/24", "dnat:4:167772160-167772415:prefix" },
        { "-j SNAT --to-source 10.0.0.1", "snat:4:167772161-167772161" },
        { "-j MASQUERADE --random", "snat:own" },
        { "-j DNAT --to-destination nonsense", "UNKNOWN" },
    };
    static const Case nat6[] = { { "-p tcp -j DNAT --to-destination [::1]:80",
                                   "proto={6} dnat:6:1-1:p80-80" },
                                 { "-j DNAT --to-destination ::1-::2", "dnat:6:1-2" } };
    static const Case raw[] = { { "-j CT --notrack", "notrack" },
                                { "-j NOTRACK", "notrack" },
                                { "-p tcp -j CT --helper ftp", "proto={6}" } };
    check(false, "mangle", "PREROUTING", mangle, G_N_ELEMENTS(mangle));
    check(false, "nat", "PREROUTING", nat, G_N_ELEMENTS(nat));
    check(true, "nat", "PREROUTING", nat6, G_N_ELEMENTS(nat6));
    check(false, "raw", "PREROUTING", raw, G_N_ELEMENTS(raw));
}

static void
test_chains(void)
{
    g_autoptr(SkWallRuleset) r = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;
    static const char text[] = "# Generated\n*nat\n:PREROUTING ACCEPT [1:2]\n:INPUT ACCEPT "
                               "[0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING DROP [0:0]\nCOMMIT\n"
                               "*filter\n:INPUT DROP [0:0]\n[1:2] -A INPUT -j ACCEPT\nCOMMIT\n";

    g_assert_true(read_text(text, false, SK_WALL_FROM_IPTABLES_NFT, r, &error));
    g_assert_true(read_text(text, false, SK_WALL_FROM_IPTABLES_LEGACY, r, &error));
    g_assert_true(read_text(text, true, SK_WALL_FROM_IPTABLES_NFT, r, &error));
    g_assert_cmpuint(r->tables->len, ==, 6);
    const SkWallTable *nat = sk_wall_ruleset_find(r, SK_WALL_TABLE_IP, "nat");
    g_assert_cmpint(sk_wall_table_find(nat, "PREROUTING")->priority, ==, -100);
    g_assert_cmpint(sk_wall_table_find(nat, "POSTROUTING")->priority, ==, 100);
    g_assert_true(sk_wall_table_find(nat, "POSTROUTING")->drops);
    const SkWallTable *legacy = sk_wall_ruleset_find(r, SK_WALL_TABLE_IP, "filter (legacy)");
    g_assert_true(legacy->origin == SK_WALL_FROM_IPTABLES_LEGACY);
    const SkWallRule *rule = g_ptr_array_index(sk_wall_table_find(legacy, "INPUT")->rules, 0);
    g_autofree char *got = dump_rule(r, rule);
    g_assert_cmpstr(got, ==, "accept");
    g_assert_cmpuint(rule->line, ==, 10);
}

static void
test_errors(void)
{
    static const struct {
        const char *text;
        SkErrorCode code;
    } cases[] = {
        { "*filter\n:INPUT ACCEPT [0:0]\n", SK_ERROR_TRUNCATED },
        { "-A INPUT -j ACCEPT\n", SK_ERROR_MALFORMED },
        { "*filter\n-A INPUT -j ACCEPT\nCOMMIT\n", SK_ERROR_MALFORMED },
        { "*filter\n:INPUT MAYBE [0:0]\nCOMMIT\n", SK_ERROR_MALFORMED },
        { "*filter\n:user ACCEPT [0:0]\nCOMMIT\n", SK_ERROR_MALFORMED },
        { "*filter\n:INPUT ACCEPT\n:INPUT DROP\nCOMMIT\n", SK_ERROR_MALFORMED },
        { "*filter\n:INPUT ACCEPT\n-I INPUT -j ACCEPT\nCOMMIT\n", SK_ERROR_MALFORMED },
        { "*filter\n:INPUT ACCEPT\n-A INPUT -m comment --comment \"x\nCOMMIT\n",
          SK_ERROR_MALFORMED },
        { "*filter\nCOMMIT\n*filter\nCOMMIT\n", SK_ERROR_AMBIGUOUS },
        { "*frob\nCOMMIT\n", SK_ERROR_MALFORMED },
        { "COMMIT\n", SK_ERROR_MALFORMED },
        { "*filter\n*nat\nCOMMIT\n", SK_ERROR_MALFORMED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SkWallRuleset) r = sk_wall_ruleset_new();
        g_autoptr(GError) error = NULL;
        g_assert_false(read_text(cases[i].text, false, SK_WALL_FROM_IPTABLES_NFT, r, &error));
        g_assert_error(error, SK_ERROR, (int)cases[i].code);
    }
    g_assert_true(sk_wall_is_iptables(sk_span_str("# x\n\n*filter\n")));
    g_assert_false(sk_wall_is_iptables(sk_span_str("# *x\ntable inet t { }\n*filter\n")));
}

static void
test_corpus(void)
{
    static const struct {
        const char *name;
        unsigned tables, chains, rules, unmodelled;
    } files[] = {
        { "batfish-host1.iptables-save", 3, 11, 2, 0 },
        { "batfish-z1-firewall.iptables-save", 1, 1, 3, 0 },
        { "contrived.iptables-save", 1, 5, 13, 0 },
        { "factory-network.iptables-save", 1, 3, 20, 0 },
        { "ferm-dmz-router.iptables-save", 2, 7, 31, 0 },
        { "ferm-dsl-router.iptables-save", 2, 7, 23, 0 },
        { "ferm-webserver.iptables-save", 1, 3, 8, 0 },
        { "ferm-workstation.iptables-save", 1, 3, 6, 0 },
        { "parser-test.iptables-save", 1, 7, 44, 0 },
        { "serverfault-758088.iptables-save", 2, 10, 37, 0 },
        { "serverfault-765855.iptables-save", 4, 14, 26, 0 },
        { "shorewall-ha-minimal.ip6tables-save", 1, 15, 36, 0 },
        { "tails-1.4.1.iptables-save", 2, 8, 34, 0 },
    };
    const char *corpus = g_getenv("SEKISHO_CORPUS");
    if (corpus == NULL || !g_file_test(corpus, G_FILE_TEST_IS_DIR)) {
        g_test_skip("no corpus beside this checkout");
        return;
    }
    bool all = true;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(corpus, "rulesets", files[i].name, NULL),
                        *text = NULL;
        g_autoptr(SkWallRuleset) r = sk_wall_ruleset_new();
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        (void)read_text(text, g_str_has_suffix(path, ".ip6tables-save"), SK_WALL_FROM_IPTABLES_NFT,
                        r, &error);
        g_assert_no_error(error);
        unsigned chains = 0;
        for (unsigned t = 0; t < r->tables->len; t++)
            chains += ((SkWallTable *)g_ptr_array_index(r->tables, t))->chains->len;
        if (r->tables->len != files[i].tables || chains != files[i].chains ||
            r->rules != files[i].rules || r->unmodelled->len != files[i].unmodelled) {
            all = false;
            g_test_message("{ \"%s\", %u, %u, %u, %u },", files[i].name, r->tables->len, chains,
                           r->rules, r->unmodelled->len);
            for (unsigned k = 0; k < r->unmodelled->len; k++) {
                const SkWallUnmodelled *u = g_ptr_array_index(r->unmodelled, k);
                g_test_message("  line %u: %s: %s", u->line, u->text, u->why);
            }
        }
    }
    g_assert_true(all);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/read-iptables/matches", test_matches);
    g_test_add_func("/wall/read-iptables/v6", test_v6);
    g_test_add_func("/wall/read-iptables/targets", test_targets);
    g_test_add_func("/wall/read-iptables/chains", test_chains);
    g_test_add_func("/wall/read-iptables/errors", test_errors);
    g_test_add_func("/wall/read-iptables/corpus", test_corpus);
    return g_test_run();
}
