/* SPDX-License-Identifier: Apache-2.0
 * test-snapshot.c - the snapshot file, what in it lets packets by, and the text of nft against its JSON. One is taken of a
 * scratch namespace too, with what the real tools print. */
#include "wall/read-nft.h"
#include "wall/snapshot.h"

#include "dump.h"

#include "wall/read-nft-json.h"

static const char empty_json[] = "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}}]}";

/* Every section, those of @pairs (name, text, …) with text of their own. */
static char *
snapshot_text(const char *const *pairs)
{
    GString *out = g_string_new(SK_WALL_SNAPSHOT_FIRST);

    for (unsigned i = 0; i < SK_SECTION_COUNT; i++) {
        const char *text = i == SK_SECTION_NFT_JSON ? empty_json : "";
        for (unsigned k = 0; pairs != NULL && pairs[k] != NULL; k += 2)
            if (strcmp(pairs[k], sk_wall_section_name(i)) == 0)
                text = pairs[k + 1];
        g_string_append_printf(out, "@%s %zu\n%s", sk_wall_section_name(i), strlen(text), text);
    }
    return g_string_free(out, FALSE);
}

static SkWallSnapshot *
read_ok(const char *text)
{
    SkWallSnapshot *snapshot = NULL;
    g_autoptr(GError) error = NULL;
    size_t n = strlen(text);
    g_autofree char *heap = g_malloc(n);

    memcpy(heap, text, n);
    bool done = sk_wall_snapshot_read(sk_span(heap, n), &snapshot, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    return snapshot;
}

static SkWallSnapshot *
with(const char *section, const char *text)
{
    const char *const pairs[] = { section, text, NULL };
    g_autofree char *all = snapshot_text(pairs);

    return read_ok(all);
}

static void
test_connections(void)
{
    g_autoptr(SkWallSnapshot) s = with(
        "conntrack",
        "ipv4     2 tcp      6 431999 ESTABLISHED src=10.20.1.5 dst=203.0.113.9 sport=40000 "
        "dport=443 src=203.0.113.9 dst=10.20.1.5 sport=443 dport=40000 [ASSURED] mark=0 use=1\n"
        "ipv6     10 udp      17 29 src=fd00:20::5 dst=fd00:25::1 sport=5 dport=53 [UNREPLIED] "
        "src=fd00:25::1 dst=fd00:20::5 sport=53 dport=5 mark=0 use=1\n"
        "ipv4     2 icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=1 src=10.0.0.2 "
        "dst=10.0.0.1 type=0 code=0 id=1 mark=0 use=1\n"
        "ipv4     2 tcp      6 9 ESTABLISHED src=10.0.0.1 dst=192.0.2.1 sport=7 dport=80 "
        "src=10.0.0.9 dst=10.0.0.1 sport=8080 dport=7 mark=0 use=1\n");
    const SkWallConnection *c = (const SkWallConnection *)(const void *)s->connections->data;

    g_assert_cmpuint(s->connections->len, ==, 4);
    g_assert_cmpuint(s->ruleset->unmodelled->len, ==, 0);
    g_assert_true(!c[0].v6 && c[0].protocol == 6 && c[0].src.lo == 0x0a140105);
    g_assert_true(c[0].sport == 40000 && c[0].dport == 443 && c[0].line == 1);
    g_assert_true(c[1].v6 && c[1].protocol == 17 && c[1].dst.lo == 1 && c[1].dport == 53);
    g_assert_true(c[2].protocol == 1 && c[2].sport == 0 && c[2].dport == 0);
    g_assert_true(c[3].dst.lo == 0x0a000009 && c[3].dport == 8080); /* where DNAT leads it */
}

/* What nobody can read is told; what nobody could list is not an empty list. */
static void
test_connections_unclear(void)
{
    static const char *const lines[] = {
        "ipv4 2 tcp",
        "ipv4 2 tcp six 1 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1\n",
        "ipv4 2 tcp 6 1 src=10.0.0.1 dst=10.0.0.2\n",
        "ipv4 2 tcp 6 1 src=fd00::1 dst=fd00::2 src=fd00::2 dst=fd00::1\n",
        "ipv4 2 tcp 6 1 src=10.0.0.1 dst=10.0.0.2 sport=70000 src=10.0.0.2 dst=10.0.0.1 sport=1\n",
        "ipv9 2 tcp 6 1 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1\n",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(SkWallSnapshot) s = with("conntrack", lines[i]);
        g_assert_cmpuint(s->connections->len, ==, 0);
        g_assert_cmpuint(s->ruleset->unmodelled->len, ==, 1);
    }
    g_autoptr(SkWallSnapshot) unknown = with("conntrack", SK_WALL_CONNECTIONS_UNKNOWN);
    g_assert_null(unknown->connections);
    g_autoptr(SkWallSnapshot) none = with("conntrack", "");
    g_assert_nonnull(none->connections);
}

static void
test_empty(void)
{
    g_autofree char *text = snapshot_text(NULL);
    g_autoptr(SkWallSnapshot) s = read_ok(text);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    g_assert_cmpuint(s->ruleset->unmodelled->len, ==, 0);
    g_assert_cmpstr(s->digest, ==, digest);
    g_assert_false(s->bare);
}

/* Each lets packets pass that no rule sees, or otherwise than a rule says: never silently. */
static void
test_traps(void)
{
    static const struct {
        const char *section;
        const char *text;
        unsigned lines;
    } cases[] = {
        { "links", "[{\"ifname\":\"eth0\",\"ifindex\":2,\"xdp\":{\"mode\":1}}]", 1 },
        { "links", "[{\"ifname\":\"eth0\",\"ifindex\":2,\"address\":\"02:00:00:00:00:01\"}]", 0 },
        { "links", "[{\"ifname\":\"v\",\"linkinfo\":{\"info_kind\":\"vrf\"}}]", 1 },
        { "links",
          "[{\"ifname\":\"br0\",\"linkinfo\":{\"info_kind\":\"bridge\"}},{\"ifname\":\"a\","
          "\"master\":\"br0\"},"
          "{\"ifname\":\"b\",\"master\":\"br0\"}]",
          1 },
        { "links",
          "[{\"ifname\":\"br0\",\"linkinfo\":{\"info_kind\":\"bridge\"}},{\"ifname\":\"a\","
          "\"master\":\"br0\"}]",
          0 },
        { "qdiscs", "[{\"kind\":\"clsact\",\"dev\":\"eth0\"}]", 1 },
        { "qdiscs", "[{\"kind\":\"ingress\",\"dev\":\"eth0\"}]", 1 },
        { "qdiscs", "[{\"kind\":\"fq_codel\",\"dev\":\"eth0\"}]", 0 },
        { "rules",
          "[{\"priority\":0,\"src\":\"all\",\"table\":\"local\"},{\"priority\":100,\"src\":\"all\","
          "\"fwmark\":\"0x1\",\"table\":\"7\"},"
          "{\"priority\":32766,\"src\":\"all\",\"table\":\"main\"}]",
          1 },
        { "rules",
          "[{\"priority\":0,\"src\":\"all\",\"table\":\"local\"},{\"priority\":32766,\"src\":"
          "\"all\",\"table\":\"main\"},"
          "{\"priority\":32767,\"src\":\"all\",\"table\":\"default\"}]",
          0 },
        { "ebtables", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n", 0 },
        { "ebtables", "*filter\n:FORWARD DROP\n", 1 },
        { "ebtables", "*broute\n:BROUTING ACCEPT\n-A BROUTING -j redirect\n", 1 },
        { "arptables", "*filter\n:INPUT ACCEPT\n-A INPUT -j DROP\n", 1 },
        { "legacy-tables", "filter\n", 1 },
        { "legacy-tables6", "filter\nnat\n", 2 },
        { "settings", "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n", 0 },
        { "settings", "net.ipv4.conf.eth0.route_localnet = 1\n", 1 },
        { "settings",
          "net.ipv4.conf.all.accept_source_route = 1\nnet.ipv4.conf.eth0.accept_source_route = 1\n",
          1 },
        { "settings",
          "net.ipv4.conf.all.accept_source_route = 0\nnet.ipv4.conf.eth0.accept_source_route = 1\n",
          0 },
        { "settings", "net.ipv6.conf.eth0.accept_source_route = -1\n", 0 },
        { "nft", "table inet only { }\n", 1 }, /* the JSON has it not */
        { "nft-json", "{\"nftables\":[{\"table\":{\"family\":\"inet\",\"name\":\"only\"}}]}", 2 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SkWallSnapshot) s = with(cases[i].section, cases[i].text);
        if (s->ruleset->unmodelled->len != cases[i].lines)
            g_test_message("%s: %s", cases[i].section, cases[i].text);
        g_assert_cmpuint(s->ruleset->unmodelled->len, ==, cases[i].lines);
    }
}

static void
test_missing(void)
{
    g_autoptr(SkWallSnapshot) s =
        read_ok(SK_WALL_SNAPSHOT_FIRST "@nft 0\n@nft-json 15\n{\"nftables\":[]}");

    g_assert_cmpuint(s->ruleset->unmodelled->len, ==, SK_SECTION_COUNT - 2);
}

static void
test_facts(void)
{
    static const char *const pairs[] = {
        "generation",
        "42\n",
        "links",
        "[{\"ifname\":\"lg0\",\"ifindex\":2,\"address\":\"02:00:00:00:00:01\"},{}]",
        "addresses",
        "[{\"ifname\":\"lg0\",\"addr_info\":[{\"local\":\"10.0.0.1\",\"prefixlen\":24},{\"local\":"
        "\"fd00::1\",\"prefixlen\":64}]},{}]",
        "routes",
        "[{\"dst\":\"default\",\"dev\":\"lg0\"},{\"type\":\"blackhole\",\"dst\":\"10.9.0.0/"
        "16\",\"table\":\"7\"},{\"dst\":\"fe80::/64\",\"dev\":\"lg0\"}]",
        "routes6",
        "[{\"dst\":\"default\",\"dev\":\"lg0\"}]",
        "neighbours",
        "[{\"dst\":\"10.0.0.9\",\"dev\":\"lg0\",\"lladdr\":\"02:00:00:00:00:02\",\"state\":["
        "\"PERMANENT\"]}]",
        "settings",
        "net.ipv4.ip_forward = 1\n",
        NULL,
    };
    g_autofree char *text = snapshot_text(pairs);
    g_autoptr(SkWallSnapshot) s = read_ok(text);

    g_assert_cmpuint(s->generation, ==, 42);
    const SkWallInterface *lg0 = sk_wall_snapshot_interface(s, "lg0");
    g_assert_true(lg0->has_mac && lg0->mac.lo == UINT64_C(0x020000000001));
    g_assert_cmpuint(lg0->addresses->len, ==, 2);
    g_assert_cmpuint(g_array_index(lg0->addresses, SkWallPlace, 1).prefix, ==, 64);
    g_assert_cmpuint(s->routes->len, ==, 3);
    g_assert_cmpstr(((SkWallRoute *)g_ptr_array_index(s->routes, 1))->type, ==, "blackhole");
    g_assert_true(((SkWallNeighbour *)g_ptr_array_index(s->neighbours, 0))->fixed);
    g_assert_cmpstr(sk_wall_snapshot_setting(s, "net.ipv4.ip_forward"), ==, "1");
}

static void
test_errors(void)
{
    static const struct {
        const char *text;
        SkErrorCode code;
    } cases[] = {
        { SK_WALL_SNAPSHOT_FIRST "x", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@nft", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@nft 5\nab", SK_ERROR_TRUNCATED },
        { SK_WALL_SNAPSHOT_FIRST "@nft 99999999999\n", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@nft 01\nx", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@nft -1\nx", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@nothing 0\n", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@nft 0\n@nft 0\n", SK_ERROR_AMBIGUOUS },
        { SK_WALL_SNAPSHOT_FIRST "@nft-json 1\n{", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@links 2\n{}", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@links 20\n[{\"ifname\":1,\"ifname\"", SK_ERROR_MALFORMED },
        { SK_WALL_SNAPSHOT_FIRST "@settings 3\nabc", SK_ERROR_MALFORMED },
        { "sekisho-wall-snapshot 2\n", SK_ERROR_MALFORMED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        SkWallSnapshot *snapshot = NULL;
        g_assert_false(sk_wall_snapshot_read(sk_span_str(cases[i].text), &snapshot, &error));
        g_assert_error(error, SK_ERROR, (int)cases[i].code);
        g_assert_null(snapshot);
    }
}

static void
test_bare(void)
{
    g_autoptr(SkWallSnapshot) nft = read_ok("table inet t { chain c { accept; }; }");
    g_autoptr(SkWallSnapshot) save =
        read_ok("# x\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -j ACCEPT\nCOMMIT\n");

    g_assert_true(nft->bare && save->bare);
    g_assert_cmpuint(nft->ruleset->rules, ==, 1);
    g_assert_cmpuint(save->ruleset->rules, ==, 1);
}

/* ---- text against JSON ------------------------------------------------------------------------------ */

static unsigned
differences(const char *text, const char *json)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;
    bool done_too = sk_wall_read_nft(sk_span_str(text), ruleset, &error);
    g_assert_no_error(error);
    g_assert_true(done_too);
    g_autoptr(SkNftJson) parsed = sk_nft_json_parse(sk_span_str(json), &error);
    g_assert_no_error(error);
    return sk_nft_json_check(parsed, ruleset);
}

#define TABLE "{\"table\":{\"family\":\"inet\",\"name\":\"t\",\"handle\":1%s}}"
#define CHAIN                                                                                      \
    "{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"c\",\"handle\":1,\"type\":"        \
    "\"filter\",\"hook\":\"%s\","                                                                  \
    "\"prio\":%d,\"policy\":\"%s\"}}"
#define RULE                                                                                       \
    "{\"rule\":{\"family\":\"inet\",\"table\":\"t\",\"chain\":\"c\",\"handle\":%d,\"expr\":[]}}"

static void
test_json(void)
{
    static const char text[] = "table inet t { # handle 1\n\tchain c { # handle 1\n\t\ttype filter "
                               "hook input priority 0; policy drop;\n"
                               "\t\taccept # handle 4\n\t\tdrop # handle 3\n\t}\n}\n";
    static const char dormant[] = "table inet t { # handle 1\n\tflags dormant\n}\n";
    static const struct {
        const char *hook;
        int priority;
        const char *policy;
        int first, second;
        unsigned differences;
    } cases[] = {
        { "input", 0, "drop", 4, 3, 0 }, { "forward", 0, "drop", 4, 3, 1 },
        { "input", 5, "drop", 4, 3, 1 }, { "input", 0, "accept", 4, 3, 1 },
        { "input", 0, "drop", 3, 4, 2 }, { "input", 0, "drop", 4, 5, 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *json = g_strdup_printf(
            "{\"nftables\":[" TABLE "," CHAIN "," RULE "," RULE "]}", "", cases[i].hook,
            cases[i].priority, cases[i].policy, cases[i].first, cases[i].second);
        g_assert_cmpuint(differences(text, json), ==, cases[i].differences);
    }
    g_autofree char *one_less =
        g_strdup_printf("{\"nftables\":[" TABLE "," CHAIN "," RULE "]}", "", "input", 0, "drop", 4);
    g_assert_cmpuint(differences(text, one_less), ==, 1);
    /* For a dormant table the JSON's flags are the table's own name: not compared. */
    g_autofree char *flags = g_strdup_printf("{\"nftables\":[" TABLE "]}", ",\"flags\":\"t\"");
    g_assert_cmpuint(differences(dormant, flags), ==, 0);
    g_autofree char *more = g_strdup_printf(
        "{\"nftables\":[" TABLE ",{\"table\":{\"family\":\"ip\",\"name\":\"u\"}}]}", "");
    g_assert_cmpuint(differences(dormant, more), ==, 2);
}

/* ---- of the real tools ------------------------------------------------------------------------------- */

static void
nft(const SkScratch *where, const char *script)
{
    static const char *const argv[] = { "nft", "-f", "-", NULL };
    g_autoptr(GError) error = NULL;

    bool done = sk_scratch_run(where, argv, sk_span_str(script), NULL, &error);
    g_assert_no_error(error);
    g_assert_true(done);
}

static void
restore(const SkScratch *where, const char *tool, const char *save)
{
    const char *const argv[] = { tool, NULL };
    g_autoptr(GError) error = NULL;

    bool done_too = sk_scratch_run(where, argv, sk_span_str(save), NULL, &error);
    g_assert_no_error(error);
    g_assert_true(done_too);
}

static SkWallSnapshot *
taken(const SkScratch *where)
{
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    SkWallSnapshot *snapshot = NULL;

    bool done = sk_wall_snapshot_take(where, &bytes, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    bool done_too = sk_wall_snapshot_read(sk_span_bytes(bytes), &snapshot, &error);
    g_assert_no_error(error);
    g_assert_true(done_too);
    return snapshot;
}

static void
expect(const SkWallSnapshot *s, unsigned unmodelled)
{
    if (s->ruleset->unmodelled->len != unmodelled)
        for (unsigned i = 0; i < s->ruleset->unmodelled->len; i++) {
            const SkWallUnmodelled *u = g_ptr_array_index(s->ruleset->unmodelled, i);
            g_test_message("%s %u: %s: %s", u->section, u->line, u->text, u->why);
        }
    g_assert_cmpuint(s->ruleset->unmodelled->len, ==, unmodelled);
}

static void
test_taken(void)
{
    g_autoptr(SkScratch) where = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_scratch_open(NULL, &where, &error)) {
        g_test_skip(error->message);
        return;
    }
    nft(where, "table inet t { set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, "
               "192.0.2.1 }; }\n"
               " map m { type inet_service : verdict; elements = { 22 : accept, 23 : drop }; }\n"
               " chain c { type filter hook forward priority filter; policy drop;\n ct state "
               "established,related accept\n"
               " ip saddr @s tcp dport vmap @m\n iifname \"lo\" oifname . meta mark { \"a\" . 1, "
               "\"b\" . 2 } accept comment \"x # y\"\n }\n}\n"
               "table ip dormant { flags dormant; chain c { type filter hook forward priority 0; "
               "accept; }; }\n");
    g_autoptr(SkWallSnapshot) plain = taken(where);
    expect(plain, 0);
    g_assert_cmpuint(plain->generation, >, 0);
    g_assert_cmpuint(plain->ruleset->rules, ==, 4);
    g_assert_nonnull(sk_wall_snapshot_interface(plain, "lo"));
    g_assert_true(sk_wall_ruleset_find(plain->ruleset, SK_WALL_TABLE_IP, "dormant")->dormant);
    g_assert_nonnull(sk_wall_snapshot_setting(plain, "net.ipv4.ip_forward"));

    /* With a match that nft cannot say the table is read from the save. */
    restore(where, "iptables-nft-restore",
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:u - [0:0]\n"
            "-A FORWARD -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT\n-A FORWARD "
            "-j u\n"
            "-A u -m addrtype --dst-type LOCAL -j RETURN\nCOMMIT\n");
    g_autoptr(SkWallSnapshot) mixed = taken(where);
    expect(mixed, 0);
    const SkWallTable *filter = sk_wall_ruleset_find(mixed->ruleset, SK_WALL_TABLE_IP, "filter");
    g_assert_true(filter->origin == SK_WALL_FROM_IPTABLES_NFT);
    g_assert_true(sk_wall_table_find(filter, "FORWARD")->drops);
    g_autofree char *first = dump_rule(
        mixed->ruleset, g_ptr_array_index(sk_wall_table_find(filter, "FORWARD")->rules, 0));
    g_assert_cmpstr(first, ==, "proto={6} dport={22} state={0} accept");

    /* And rules of a bridge are said to be there. */
    nft(where, "table bridge b { chain c { type filter hook forward priority 0; drop; }; }");
    g_autoptr(SkWallSnapshot) bridge = taken(where);
    expect(bridge, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/snapshot/empty", test_empty);
    g_test_add_func("/wall/snapshot/connections", test_connections);
    g_test_add_func("/wall/snapshot/connections-unclear", test_connections_unclear);
    g_test_add_func("/wall/snapshot/traps", test_traps);
    g_test_add_func("/wall/snapshot/missing", test_missing);
    g_test_add_func("/wall/snapshot/facts", test_facts);
    g_test_add_func("/wall/snapshot/errors", test_errors);
    g_test_add_func("/wall/snapshot/bare", test_bare);
    g_test_add_func("/wall/snapshot/json", test_json);
    g_test_add_func("/wall/snapshot/taken", test_taken);
    return g_test_run();
}
