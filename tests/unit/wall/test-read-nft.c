/* SPDX-License-Identifier: Apache-2.0
 * test-read-nft.c - what each spelling of nft means, in plain numbers (dump.h); the traps; the
 * corpus. */
#include "wall/read-nft.h"

#include "dump.h"

#include <stdio.h>

typedef struct {
    const char *rule;
    const char *want;
} Case;

static SkWallRuleset *
read_text(const char *text, GError **error)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    size_t n = strlen(text);
    g_autofree char *heap = g_malloc(n); /* no NUL behind it: an overrun is seen */

    memcpy(heap, text, n);
    return sk_wall_read_nft(sk_span(heap, n), ruleset, error) ? g_steal_pointer(&ruleset) : NULL;
}

static SkWallRuleset *
read_ok(const char *text)
{
    g_autoptr(GError) error = NULL;
    SkWallRuleset *ruleset = read_text(text, &error);

    g_assert_no_error(error);
    return ruleset;
}

static const SkWallChain *
chain_of(const SkWallRuleset *ruleset, unsigned table, const char *name)
{
    const SkWallChain *chain = sk_wall_table_find(g_ptr_array_index(ruleset->tables, table), name);

    g_assert_nonnull(chain);
    return chain;
}

static void
check(const char *family, const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *text =
            g_strdup_printf("define web = { 80, 443 }\ntable %s t {\n set ports { type "
                            "inet_service; elements = { 22, 80-90 } }\n"
                            " set hosts { type ipv4_addr . inet_service; flags interval; elements "
                            "= { 10.0.0.0/8 . 22 } }\n"
                            " set seen { type ipv4_addr; flags dynamic,timeout; timeout 5m; }\n"
                            " map verdicts { type ifname : verdict; elements = { \"a\" : jump d, "
                            "\"b*\" : accept } }\n"
                            " map places { type inet_service : ipv4_addr . inet_service; elements "
                            "= { 80 : 10.0.0.1 . 8080 } }\n"
                            " set users { type uid; elements = { 0 } }\n"
                            " chain d { }\n chain c {\n type filter hook forward priority 0; "
                            "policy drop;\n %s\n }\n}\n",
                            family, cases[i].rule);
        g_autoptr(SkWallRuleset) ruleset = read_ok(text);
        const SkWallChain *chain = chain_of(ruleset, 0, "c");
        g_assert_cmpuint(chain->rules->len, ==, 1);
        g_autofree char *got = dump_rule(ruleset, g_ptr_array_index(chain->rules, 0));
        if (strcmp(got, cases[i].want) != 0)
            g_test_message("%s", cases[i].rule);
        g_assert_cmpstr(got, ==, cases[i].want);
        g_assert_cmpuint(ruleset->unmodelled->len, ==, strstr(cases[i].want, "UNKNOWN") != NULL);
    }
}

static void
test_matches(void)
{
    static const Case cases[] = {
        { "tcp dport 22 accept", "proto={6} dport={22} accept" },
        { "tcp dport ssh accept", "proto={6} dport={22} accept" },
        { "ip saddr 10.1.2.3/8 drop", "family={0} src={167772160-184549375} drop" },
        { "ip saddr != 10.0.0.1-10.0.0.5", "family={0} src!{167772161-167772165}" },
        { "ip6 daddr fe80::/10",
          "family={1} dst={fe800000000000000000000000000000-febfffffffffffffffffffffffffffff}" },
        { "ip daddr . tcp dport { 10.0.0.1 . 22, 10.0.0.2 . 80-90 } accept",
          "family={0} proto={6} dst.dport={167772161.22,167772162.80-90} accept" },
        { "ip saddr . tcp dport @hosts",
          "family={0} proto={6} src.dport={167772160-184549375.22}" },
        { "tcp dport @ports", "proto={6} dport={22,80-90}" },
        { "tcp dport $web", "proto={6} dport={80,443}" },
        { "tcp dport { 1, $web }", "proto={6} dport={1,80,443}" },
        { "tcp dport != { 1, 2 }", "proto={6} dport!{1,2}" },
        { "tcp dport > 1023", "proto={6} dport={1024-65535}" },
        { "udp sport le 5", "proto={17} sport={0-5}" },
        { "iifname \"eth*\" oif lo", "iif={eth*} oif={lo}" },
        { "iifname != eth0", "iif!{eth0}" },
        { "meta iifname . oifname { \"a\" . \"b\" }", "iif.oif={a.b}" },
        { "ct state established,related accept", "state={1,2} accept" },
        { "ct state != established,related",
          "state={0,1,2,3,4}" }, /* nft 1.0.6: not exactly both, so always */
        { "ct state ! established,related", "state={0,3,4}" },
        { "ct state != new", "state={1,2,3,4}" },
        { "ct state { new, untracked }", "state={0,4}" },
        { "ct state new or invalid", "state={0,3}" },
        { "ct state (new | invalid)", "state={0,3}" },
        { "ct state & (new|established) != 0", "state={0,1}" },
        { "ct direction reply", "dir={1}" },
        { "ct status dnat", "status&2!{0}" },
        { "ct status != dnat", "?" },
        { "ct status confirmed", "?" },
        { "ct mark and 0xff == 5", "ctmark&255={5}" },
        { "meta mark & 0xf 0x1", "mark&15={1}" },
        { "mark 0x10", "mark={16}" },
        { "tcp flags syn", "proto={6} flags&2!{0}" },
        { "tcp flags == syn", "proto={6} flags={2}" },
        { "tcp flags != syn", "proto={6} flags!{2}" },
        { "tcp flags syn,ack", "proto={6} flags&18!{0}" },
        { "tcp flags { syn, syn|ack }", "proto={6} flags={2,18}" },
        { "tcp flags syn / fin,syn,rst,ack", "proto={6} flags&23={2}" },
        { "tcp flags != syn / fin,syn", "proto={6} flags&3!{2}" },
        { "tcp flags & (fin|syn|rst|ack) == syn", "proto={6} flags&23={2}" },
        { "tcp flags & (fin | syn) == fin | syn drop", "proto={6} flags&3={3} drop" },
        { "tcp flags & (syn|ack) == 0x0", "proto={6} flags&18={0}" },
        { "tcp flags & fin|syn == syn", "proto={6} ?" }, /* (flags & fin) | syn */
        { "tcp flags ! syn", "proto={6} flags&2={0}" },
        { "icmp type echo-request", "family={0} proto={1} itype={8}" },
        { "icmp type destination-unreachable icmp code admin-prohibited",
          "family={0} proto={1} itype={3} family={0} icode={13}" },
        { "icmpv6 type { 133, nd-router-advert }", "family={1} proto={58} itype={133,134}" },
        { "icmpv6 type . ip6 saddr { 130 . ::1 }",
          "family={1} proto={58} family={1} itype.src={130.1}" },
        { "ip protocol tcp th dport 22", "family={0} proto={6} dport={22}" },
        { "meta l4proto { tcp, udp } th dport 53", "proto={6,17} dport={53}" },
        { "meta l4proto { tcp, udp } @th,16,16 53", "proto={6,17} dport={53}" },
        { "th dport 53", "?" }, /* of ICMP it is a checksum */
        { "meta l4proto != tcp th dport 53", "proto!{6} ?" },
        { "ip6 nexthdr tcp", "family={1} ? proto={6}" },
        { "meta nfproto ipv4", "family={0}" },
        { "meta protocol ip6", "family={1}" },
        { "ether type ip", "? family={0}" },
        { "ether type arp drop", "? family={} drop" },
        { "ether saddr 02:00:00:00:00:01", "smac={2199023255553}" },
        { "ether saddr != 02:00:00:00:00:01", "smac!{2199023255553} ?" },
        { "ip dscp cs1 ip ttl 64 meta length < 100",
          "family={0} dscp={8} family={0} ttl={64} length={0-99}" },
        { "ip6 length 60", "family={1} length={100}" },
        { "ip frag-off & 0x1fff != 0", "family={0} frag!{0}" },
        { "ip frag-off & 0x2000 != 0", "family={0} ?" },
        { "fib daddr type local", "dtype={1}" },
        { "fib saddr type { broadcast, multicast }", "stype={2,3}" },
        { "fib daddr . iif type local", "?" },
        { "fib saddr . iif oif missing drop", "? drop" },
        { "fib daddr type prohibit", "?" },
        { "pkttype broadcast", "ptype={1}" },
        { "meta skuid 0 accept", "? accept" },
        { "meta skuid @users", "?" },
        { "ip saddr @seen accept", "family={0} src=?{} accept" },
        { "iif 3", "?" },
        { "iifname \"a\\*\"", "?" },
        { "tcp dport nosuchservice accept", "proto={6} ? accept" },
        { "ct original ip saddr 10.0.0.1 accept", "? accept" },
        { "ct bytes > 1000 drop", "? drop" },
        { "limit rate over 10 mbytes/second burst 5 packets drop", "? drop" },
        { "limit rate 3/minute counter packets 0 bytes 0 log prefix \"x\" flags tcp options flags "
          "ip options",
          "?" },
        { "numgen random mod 1000 < 995 drop", "? drop" },
        { "tcp option maxseg size 1-500 drop", "proto={6} ? drop" },
        { "meta time \"2026-01-01\" drop", "? drop" },
        { "ct count over 10 drop", "? drop" },
        { "exthdr frag exists drop", "family={1} ? drop" },
        { "rt type 0 drop", "? drop" },
        { "vlan id 3 accept", "? accept" },
        { "add @seen { ip saddr limit rate over 3/second } drop", "family={0} ? drop" },
        { "meta l4proto vmap { tcp : accept, 17 : jump d }", "proto={6>accept,17>jump:d}" },
        { "ct state vmap { established : accept, new|related : drop, invalid : drop }",
          "state={1>accept,3>drop}" },
        { "iifname vmap @verdicts", "iif={a>jump:d,b*>accept}" },
        { "ip daddr . tcp dport vmap { 1.2.3.4 . 22 : accept, * : drop }",
          "family={0} proto={6} dst.dport={16909060.22>accept,0-4294967295.0-65535>drop}" },
        { "meta skuid vmap { 0 : accept, 1 : drop }", "family=?{0-1>accept,0-1>drop}" },
    };
    check("inet", cases, G_N_ELEMENTS(cases));
}

static void
test_acts(void)
{
    static const Case cases[] = {
        { "counter packets 1 bytes 2 accept comment \"policy:3\"", "accept" },
        { "counter name \"x\" continue", "" },
        { "log group 2 prefix \"a\" snaplen 3 queue-threshold 3 drop", "drop" },
        { "jump d", "jump:d" },
        { "goto d", "goto:d" },
        { "return", "return" },
        { "reject with tcp reset", "proto={6} reject" },
        { "reject with icmp type host-prohibited", "family={0} reject" },
        { "reject with icmpv6 no-route", "family={1} reject" },
        { "reject with icmpx admin-prohibited", "reject" },
        { "reject", "reject" },
        { "meta mark set 0x10", "mark:10/ffffffff" },
        { "meta mark set mark and 0xff xor 0x10", "mark:10/ffffff00" },
        { "meta mark set mark or 0x10", "mark:10/10" },
        { "meta mark set ct mark", "ctmark={0-4294967295} restore:0/ffffffff" },
        { "meta mark set ct mark and 0xff",
          "ctmark={0-4294967295} restore:0/ffffffff mark:0/ffffff00" },
        { "ct mark set mark", "save:0/ffffffff" },
        { "ct mark set 5", "ctmark:5/ffffffff" },
        { "meta mark set tcp dport map { 22 : 1, 80 : 2 }",
          "proto={6} dport={22>mark:1/ffffffff,80>mark:2/ffffffff}" },
        { "notrack", "notrack" },
        { "ct helper set \"ftp\"", "" },
        { "meta priority set 1:11", "" },
        { "tcp option maxseg size set rt mtu", "proto={6} ?" },
        { "dnat ip to 10.0.0.1", "family={0} dnat:4:167772161-167772161" },
        { "dnat ip to 10.0.0.1-10.0.0.2:80-90 random,persistent",
          "family={0} dnat:4:167772161-167772162:p80-90" },
        { "dnat ip6 to [::1]:80", "family={1} dnat:6:1-1:p80-80" },
        { "tcp dport 80 dnat ip to :81", "proto={6} dport={80} family={0} dnat:4:p81-81" },
        { "dnat ip to tcp dport map { 80 : 10.0.0.1, 81 : 10.0.0.2 }",
          "family={0} proto={6} "
          "dport={80>dnat:4:167772161-167772161,81>dnat:4:167772162-167772162}" },
        { "dnat ip addr . port to tcp dport map @places",
          "family={0} proto={6} dport={80>dnat:4:167772161-167772161:p8080-8080}" },
        { "dnat ip to tcp dport map { 80 : 10.0.0.1 . 8080 }",
          "family={0} proto={6} dport={80>dnat:4:167772161-167772161:p8080-8080}" },
        { "snat ip prefix to 10.0.0.0/24", "family={0} snat:4:167772160-167772415:prefix" },
        { "masquerade random", "snat:own" },
        { "tcp dport 80 redirect to :81", "proto={6} dport={80} dnat:self:p81-81" },
        { "redirect", "dnat:self" },
        { "accept counter", "UNKNOWN" },
        { "drop accept", "UNKNOWN" },
        { "queue num 3 bypass", "UNKNOWN" },
        { "tproxy ip to :80", "UNKNOWN" },
        { "dup to 10.0.0.1", "UNKNOWN" },
        { "flow add @ft", "UNKNOWN" },
        { "synproxy mss 1460", "UNKNOWN" },
        { "xt match recent counter packets 0 bytes 0 log", "UNKNOWN" },
        { "ip saddr set 10.0.0.1", "UNKNOWN" },
        { "frobnicate", "UNKNOWN" },
        { "jump nowhere", "UNKNOWN" },
        { "accept # xt_something", "UNKNOWN" },
    };
    check("inet", cases, G_N_ELEMENTS(cases));
}

/* What is unsaid because the table says it. */
static void
test_families(void)
{
    static const Case ip[] = { { "ip saddr 10.0.0.1 dnat to 10.0.0.2",
                                 "src={167772161} dnat:4:167772162-167772162" },
                               { "icmp type 8", "proto={1} itype={8}" } };
    static const Case ip6[] = { { "ip6 saddr ::1 accept", "src={1} accept" } };

    check("ip", ip, G_N_ELEMENTS(ip));
    for (size_t i = 0; i < G_N_ELEMENTS(ip6); i++) {
        g_autofree char *text = g_strdup_printf("table ip6 t { chain c { %s; }; }", ip6[i].rule);
        g_autoptr(SkWallRuleset) ruleset = read_ok(text);
        g_autofree char *got =
            dump_rule(ruleset, g_ptr_array_index(chain_of(ruleset, 0, "c")->rules, 0));
        g_assert_cmpstr(got, ==, ip6[i].want);
    }
}

static void
test_chains(void)
{
    g_autoptr(SkWallRuleset) ruleset =
        read_ok("table inet a { # handle 7\n\tflags dormant\n\tchain c { # handle 1\n"
                "\t\ttype nat hook prerouting priority dstnat + 5; policy drop;\n"
                "\t\taccept # handle 12\n\t}\n}\n"
                "table ip b { flags owner; chain c { type filter hook input priority -150; }; }\n");
    const SkWallTable *a = g_ptr_array_index(ruleset->tables, 0),
                      *b = g_ptr_array_index(ruleset->tables, 1);
    const SkWallChain *c = chain_of(ruleset, 0, "c"), *d = chain_of(ruleset, 1, "c");

    g_assert_true(a->dormant && !a->owned && !b->dormant && b->owned);
    g_assert_cmpint(c->priority, ==, -95);
    g_assert_true(c->hook == SK_WALL_HOOK_PREROUTING && c->type == SK_WALL_CHAIN_NAT && c->drops);
    const SkWallRule *rule = g_ptr_array_index(c->rules, 0);
    g_assert_cmpuint(rule->handle, ==, 12);
    g_assert_cmpuint(rule->line, ==, 5);
    g_assert_cmpstr(rule->text, ==, "accept");
    g_assert_cmpint(d->priority, ==, -150);
    g_assert_false(d->drops);
}

/* Scripts: what stands in the end is what counts. */
static void
test_scripts(void)
{
    g_autoptr(SkWallRuleset) ruleset = read_ok(
        "table ip old { chain x { accept; }; }\nflush ruleset\n"
        "add table ip t\nadd chain ip t c { type filter hook forward priority 0 \\\n ; policy "
        "drop; }\n"
        "add rule ip t c tcp dport 1 accept\ninsert rule ip t c tcp dport 2 accept\n"
        "add set ip t s { type ipv4_addr; }\nadd element ip t s { 10.0.0.1, 10.0.0.2 }\n"
        "add rule ip t c ip saddr @s accept\nflush chain ip t c\nadd rule ip t c ip saddr @s drop\n"
        "table ip gone { }\ndelete table ip gone\n");
    g_assert_cmpuint(ruleset->tables->len, ==, 1);
    g_assert_cmpuint(ruleset->unmodelled->len, ==, 0);
    const SkWallChain *c = chain_of(ruleset, 0, "c");
    g_assert_cmpuint(c->rules->len, ==, 1);
    g_assert_true(c->drops);
    g_autofree char *got = dump_rule(ruleset, g_ptr_array_index(c->rules, 0));
    g_assert_cmpstr(got, ==, "src={167772161,167772162} drop");
}

/* Names: the value is that of the place where it is used; blocks hide theirs. */
static void
test_defines(void)
{
    g_autoptr(SkWallRuleset) ruleset =
        read_ok("define a = 1\ndefine b = { $a, 2 }\ntable ip t {\n define c = 5\n chain c { tcp "
                "dport $a; tcp dport $b; tcp dport $c; }\n}\n"
                "redefine a = 7\ntable ip u { chain c { tcp dport $a; tcp dport $c accept; }; }\n");
    static const char *const want[] = { "proto={6} dport={1}", "proto={6} dport={1,2}",
                                        "proto={6} dport={5}" };
    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *got =
            dump_rule(ruleset, g_ptr_array_index(chain_of(ruleset, 0, "c")->rules, i));
        g_assert_cmpstr(got, ==, want[i]);
    }
    g_autofree char *seven =
        dump_rule(ruleset, g_ptr_array_index(chain_of(ruleset, 1, "c")->rules, 0));
    g_assert_cmpstr(seven, ==, "proto={6} dport={7}");
    g_autofree char *hidden =
        dump_rule(ruleset, g_ptr_array_index(chain_of(ruleset, 1, "c")->rules, 1));
    g_assert_cmpstr(hidden, ==, "UNKNOWN");
}

/* What may let packets by, and no rule of ip, ip6 or inet shows. */
static void
test_outside(void)
{
    static const struct {
        const char *text;
        unsigned lines;
    } cases[] = {
        { "table netdev t { chain c { type filter hook ingress device \"eth0\" priority 0; fwd to "
          "\"eth1\"; }; }",
          1 },
        { "table inet t { chain c { type filter hook ingress device eth0 priority 0; policy "
          "accept; }; }",
          0 },
        { "table inet t { chain c { type filter hook egress devices = { eth0, eth1 } priority 0; "
          "accept; }; }",
          1 },
        { "table bridge t { chain c { type filter hook forward priority -200; accept; }; }", 1 },
        { "table arp t { chain c { type filter hook input priority 0; policy drop; }; }", 1 },
        { "table inet t { flowtable f { hook ingress priority 0; devices = { eth0 }; }; }", 1 },
        { "table inet t { flags frozen; }", 1 },
        { "include \"/etc/other.nft\"\ntable inet t { }", 1 },
        { "delete rule inet t c handle 3", 1 },
        { "table inet t { chain c { type filter hook input priority 0; policy $p; }; }", 1 },
        { "table inet t { map m { type ipv4_addr : verdict; flags dynamic; }; chain c { ip saddr "
          "vmap @m; }; }",
          1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SkWallRuleset) ruleset = read_ok(cases[i].text);
        if (ruleset->unmodelled->len != cases[i].lines)
            g_test_message("%s", cases[i].text);
        g_assert_cmpuint(ruleset->unmodelled->len, ==, cases[i].lines);
    }
}

/* A field that a rule sets to what no act says has no sure value for any rule. */
static void
test_written(void)
{
    g_autoptr(SkWallRuleset) ruleset =
        read_ok("table ip t { chain c { ip dscp cs1 accept; ip ttl 3 drop; ip dscp set cs0; }; }");
    static const char *const want[] = { "dscp=?{8} accept", "ttl={3} drop", "" };

    for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
        g_autofree char *got =
            dump_rule(ruleset, g_ptr_array_index(chain_of(ruleset, 0, "c")->rules, i));
        g_assert_cmpstr(got, ==, want[i]);
    }
}

/* nft 1.0.6 lists a rule for ICMP alike whether the kernel asks for the family or not: of the other family's packets with
 * that protocol a listing says nothing, while a script does. */
static void
test_icmp_listed(void)
{
    g_autoptr(SkWallRuleset) listed =
        read_ok("table inet t { # handle 1\n\tchain c { # handle 1\n\t\tmeta l4proto 58 accept # "
                "handle 2\n\t\tip protocol 1 drop # handle 3\n\t}\n}\n");
    g_autoptr(SkWallRuleset) written =
        read_ok("table inet t { chain c { meta l4proto ipv6-icmp accept; }; }");
    static const char *const want[] = { "family={1} proto={58} accept",
                                        "? family={0} proto={58} accept",
                                        "family={0} proto={1} drop" };

    g_assert_cmpuint(listed->rules, ==, G_N_ELEMENTS(want));
    for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
        g_autofree char *got =
            dump_rule(listed, g_ptr_array_index(chain_of(listed, 0, "c")->rules, i));
        g_assert_cmpstr(got, ==, want[i]);
    }
    g_autofree char *got =
        dump_rule(written, g_ptr_array_index(chain_of(written, 0, "c")->rules, 0));
    g_assert_cmpstr(got, ==, "proto={58} accept");
}

static void
test_errors(void)
{
    static const struct {
        const char *text;
        const char *place;
    } cases[] = {
        { "table inet t {", "(line 1, column 14)" },
        { "table inet t {\n chain c {\n}", "(line 1, column 14)" },
        { "\n  frobnicate", "(line 2, column 3)" },
        { "table inet t { chain c { type filter hook nowhere priority 0; } }", "column 43)" },
        { "table inet t { chain c { accept \x01; } }", "column 33)" },
        { "table inet t { chain c { log prefix \"x\n } }", "column 37)" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SkWallRuleset) ruleset = read_text(cases[i].text, &error);
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
        g_assert_null(ruleset);
        if (strstr(error->message, cases[i].place) == NULL)
            g_test_message("%s: %s", cases[i].text, error->message);
        g_assert_nonnull(strstr(error->message, cases[i].place));
    }
}

/* Names within names within names: bounded, and what does not fit is no rule that passes for read.
 */
static void
test_bombs(void)
{
    g_autoptr(GString) text = g_string_new("define a0 = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }\n");
    for (unsigned i = 1; i < 12; i++) {
        g_string_append_printf(text, "define a%u = { ", i);
        for (unsigned k = 0; k < 30; k++)
            g_string_append_printf(text, "$a%u, ", i - 1);
        g_string_append(text, "0 }\n");
    }
    g_string_append(text,
                    "table ip t { chain c { tcp dport $a11 accept; tcp dport $a6 accept; }; }\n");
    g_autoptr(SkWallRuleset) ruleset = read_ok(text->str);
    g_assert_cmpuint(ruleset->rules, ==, 2);
    g_assert_cmpuint(ruleset->unmodelled->len, ==, 2);

    g_autoptr(GString) many = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    for (unsigned i = 0; i < 20000; i++)
        g_string_append(many, "insert rule t c accept\n");
    g_assert_null(read_text(many->str, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);

    g_autoptr(GString) deep = g_string_new("table ip t { chain c { tcp dport ");
    for (unsigned i = 0; i < 100000; i++)
        g_string_append_c(deep, '{');
    for (unsigned i = 0; i < 100000; i++)
        g_string_append_c(deep, '}');
    g_string_append(deep, " accept; }; }");
    g_autoptr(SkWallRuleset) nested = read_ok(deep->str);
    g_assert_cmpuint(nested->rules, ==, 1);
}

/* Every ruleset of the corpus: tables, chains, rules, lines that are not modelled. */
static void
test_corpus(void)
{
    static const struct {
        const char *name;
        unsigned tables, chains, rules, unmodelled;
    } files[] = {
        { "aerleon-mixed-icmp.nft", 1, 9, 24, 0 },
        { "as-network-blacklist-v6.nft", 1, 0, 0, 0 },
        { "docker-portmap-routed.nft", 1, 14, 19, 0 },
        { "dscptag.nft", 1, 4, 37, 0 },
        { "foomuuri-10-host-multizone.nft", 1, 38, 168, 0 },
        { "foomuuri-60-conntrack.nft", 1, 25, 103, 0 },
        { "harbian.nft", 3, 13, 41, 0 },
        { "nftables-concat-ranges.nft", 2, 0, 0, 0 },
        { "nixos-precisionws.nft", 2, 13, 84, 0 },
        { "openwrt-fw4-policies.nft", 1, 32, 34, 1 }, /* another file is included */
        { "qubes-ipv4.nft", 1, 5, 15, 0 },
        { "qubes-ipv6.nft", 1, 6, 18, 0 },
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
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_autoptr(SkWallRuleset) r = read_ok(text);
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

/* 5,000 rules in a table with a chain for each thousand. */
static void
test_speed(void)
{
    g_autoptr(GString) text = g_string_new("table inet t {\n");
    for (unsigned i = 0; i < 5000; i++) {
        if (i % 1000 == 0)
            g_string_append_printf(text, "%schain c%u {\n", i == 0 ? "" : "}\n", i / 1000);
        g_string_append_printf(
            text,
            "\t\tiifname \"lg0\" ip saddr 10.%u.%u.0/24 ip daddr { 10.0.0.1, 10.0.0.2 } tcp dport "
            "%u ct state new counter packets 0 bytes 0 accept comment \"policy:%u\" # handle %u\n",
            i / 250, i % 250, i, i, i);
    }
    g_string_append(text, "}\n}\n");
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    gint64 start = g_get_monotonic_time();
    g_assert_true(sk_wall_read_nft(sk_span(text->str, text->len), ruleset, NULL));
    g_test_message("5,000 rules: %.3f s", (double)(g_get_monotonic_time() - start) / 1e6);
    g_assert_cmpuint(ruleset->rules, ==, 5000);
    g_assert_cmpuint(ruleset->unmodelled->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/read-nft/matches", test_matches);
    g_test_add_func("/wall/read-nft/acts", test_acts);
    g_test_add_func("/wall/read-nft/families", test_families);
    g_test_add_func("/wall/read-nft/chains", test_chains);
    g_test_add_func("/wall/read-nft/scripts", test_scripts);
    g_test_add_func("/wall/read-nft/defines", test_defines);
    g_test_add_func("/wall/read-nft/outside", test_outside);
    g_test_add_func("/wall/read-nft/written", test_written);
    g_test_add_func("/wall/read-nft/icmp-listed", test_icmp_listed);
    g_test_add_func("/wall/read-nft/errors", test_errors);
    g_test_add_func("/wall/read-nft/bombs", test_bombs);
    g_test_add_func("/wall/read-nft/corpus", test_corpus);
    g_test_add_func("/wall/read-nft/speed", test_speed);
    return g_test_run();
}
