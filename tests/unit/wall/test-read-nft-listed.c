/* SPDX-License-Identifier: Apache-2.0
 * test-read-nft-listed.c - a rule as a person writes it and as nft lists it when the kernel has it mean the same: each is
 * loaded into a scratch namespace, listed, and both texts are walked by packets at the edges of what either asks. */
#include "wall/read-nft-json.h"
#include "wall/read-nft.h"
#include "wall/scratch.h"
#include "wall/walk.h"

#include <stdlib.h>
#include <string.h>

#define PACKETS 600

static const char *const rules[] = {
    "tcp dport 22 accept",
    "tcp dport { 22, 80-90 } ct state new accept",
    "tcp dport != { 1, 2 } accept",
    "tcp dport > 1023 accept",
    "udp sport le 5 accept",
    "ip saddr 10.1.2.3/8 ip daddr != 10.0.0.1-10.0.0.5 accept",
    "ip saddr & 255.0.0.255 == 10.0.0.1 accept",
    "ip6 daddr fe80::/10 ip6 saddr != ::1 accept",
    "ip daddr . tcp dport { 10.0.0.1 . 22, 10.0.0.2 . 80-90 } accept",
    "iifname \"eth*\" oifname != \"lo\" accept",
    "iifname . oifname { \"a\" . \"b\", \"b\" . \"a\" } accept",
    "ct state established,related accept",
    "ct state != established,related accept",
    "ct state ! established,related accept",
    "ct state != new accept",
    "ct state { new, untracked } accept",
    "ct state new or invalid accept",
    "ct state & (new|established) != 0 accept",
    "ct state vmap { established : accept, related : accept, invalid : drop }",
    "ct direction reply ct status dnat accept",
    "ct mark and 0xff == 5 accept",
    "meta mark & 0xf == 0x1 accept",
    "meta mark set 0x11 meta mark & 0xf == 0x1 accept",
    "meta mark set mark and 0xff xor 0x10 meta mark & 0xf0 == 0x10 accept",
    "meta mark set mark or 0x10 meta mark & 0x30 == 0x30 accept",
    "tcp flags syn accept",
    "tcp flags == syn accept",
    "tcp flags != syn accept",
    "tcp flags syn,ack accept",
    "tcp flags != syn,ack accept",
    "tcp flags { syn, syn|ack } accept",
    "tcp flags syn / fin,syn,rst,ack accept",
    "tcp flags != syn / fin,syn accept",
    "tcp flags & (fin|syn|rst|ack) == syn accept",
    "tcp flags & (fin | syn) == fin | syn accept",
    "tcp flags & (syn|ack) == 0x0 accept",
    "tcp flags ! syn accept",
    "icmp type { echo-request, 3 } accept",
    "icmp type destination-unreachable icmp code admin-prohibited accept",
    "icmpv6 type { 133, nd-router-advert } accept",
    "icmpv6 type . ip6 saddr { 130 . ::1 } accept",
    "ip protocol tcp th dport 22 accept",
    "meta l4proto { tcp, udp } th dport 53 accept",
    "meta l4proto { tcp, udp } @th,16,16 53 accept",
    "ip protocol udp udp dport 53 accept",
    "meta nfproto ipv4 tcp dport 1-5 accept",
    "meta protocol ip6 accept",
    "meta nfproto ipv6 meta l4proto ipv6-icmp accept",
    "ip dscp cs1 ip ttl 64 meta length < 100 accept",
    "ip length 100-200 accept",
    "ip6 length 60 ip6 hoplimit 255 accept",
    "ip frag-off & 0x1fff != 0 accept",
    "fib daddr type local accept",
    "fib saddr type { broadcast, multicast } accept",
    "meta pkttype broadcast accept",
    "meta l4proto vmap { tcp : accept, 17 : drop }",
    "ip daddr . tcp dport vmap { 1.2.3.4 . 22 : accept, 1.2.3.5 . 23 : drop }",
    "ip saddr 10.0.0.0/8 reject with tcp reset",
    "tcp dport 22 limit rate 3/minute accept",
    "ether saddr 02:00:00:00:00:01 accept",
    "ip daddr 10.0.0.0/8 tcp dport 80 counter log prefix \"a # b\" accept comment \"c # d\"",
    "ip protocol { tcp, udp } ip saddr { 10.0.0.0-10.0.0.9, 10.1.0.0/16 } accept",
    "jump d",
    "goto d",
};

static SkWallRuleset *
read_ok(const char *text)
{
    g_autoptr(GError) error = NULL;
    SkWallRuleset *ruleset = sk_wall_ruleset_new();
    bool read = sk_wall_read_nft(sk_span_str(text), ruleset, &error);

    g_assert_no_error(error);
    g_assert_true(read);
    return ruleset;
}

static char *
run(const SkScratch *where, const char *const *argv, const char *input)
{
    g_autoptr(GBytes) out = NULL;
    g_autoptr(GError) error = NULL;
    bool done = sk_scratch_run(where, argv, sk_span_str(input), &out, &error);

    g_assert_no_error(error);
    g_assert_true(done);
    return sk_span_dup(sk_span_bytes(out));
}

/* Values at the edges of what a ruleset asks, by field. */
static void
gather(const SkWallRuleset *ruleset, GArray *pool[SK_WALL_FIELD_COUNT])
{
    const SkWallChain *c = sk_wall_table_find(g_ptr_array_index(ruleset->tables, 0), "c");

    for (unsigned i = 0; i < c->rules->len; i++) {
        const SkWallRule *rule = g_ptr_array_index(c->rules, i);
        for (unsigned s = 0; s < rule->steps->len; s++) {
            const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, s);
            for (unsigned b = 0; step->set != NULL && b < step->set->boxes->len; b++) {
                const SkWallRange *r = &g_array_index(step->set->boxes, SkWallRange, b);
                SkWallField field = step->key[b % step->keys].field;
                SkWallValue full = sk_wall_value_full(sk_wall_field_bits(field));
                SkWallValue edges[] = { r->first, r->last, sk_wall_value_previous(r->first),
                                        sk_wall_value_next(r->last),
                                        step->key[b % step->keys].mask };
                for (size_t e = 0; e < G_N_ELEMENTS(edges) && field > SK_WALL_OIF; e++) {
                    SkWallValue v = sk_wall_value_and(edges[e], full);
                    g_array_append_val(pool[field], v);
                }
            }
        }
    }
}

static SkPacket
packet_of(GRand *rand, GArray *pool[SK_WALL_FIELD_COUNT], unsigned names)
{
    static const unsigned protocols[] = { 6, 6, 6, 17, 1, 58, 132, 47 };
    SkPacket p = { .way = SK_WALL_FORWARDED };

    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++) {
        unsigned bits = sk_wall_field_bits((SkWallField)f);
        uint64_t any = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);
        p.field[f] = sk_wall_value_and(
            (SkWallValue){ .hi = any, .lo = any >> g_rand_int_range(rand, 0, 60) },
            sk_wall_value_full(bits));
        if (pool[f]->len > 0 && g_rand_int_range(rand, 0, 4) > 0)
            p.field[f] =
                g_array_index(pool[f], SkWallValue, g_rand_int_range(rand, 0, (gint)pool[f]->len));
    }
    if (pool[SK_WALL_PROTOCOL]->len == 0 || g_rand_boolean(rand))
        p.field[SK_WALL_PROTOCOL] =
            SK_WALL_VALUE(protocols[g_rand_int_range(rand, 0, G_N_ELEMENTS(protocols))]);
    p.field[SK_WALL_IIF] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 0, (gint)names));
    p.field[SK_WALL_OIF] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 0, (gint)names));
    p.field[SK_WALL_CT_STATE] =
        SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 0, SK_WALL_STATE_COUNT));
    p.field[SK_WALL_DST_TYPE] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 0, 4));
    p.field[SK_WALL_SRC_TYPE] = SK_WALL_VALUE((uint64_t)g_rand_int_range(rand, 0, 4));
    if (p.field[SK_WALL_FAMILY].lo == 0) {
        p.field[SK_WALL_SRC] = SK_WALL_VALUE(p.field[SK_WALL_SRC].lo & UINT32_MAX);
        p.field[SK_WALL_DST] = SK_WALL_VALUE(p.field[SK_WALL_DST].lo & UINT32_MAX);
    }
    return p;
}

/* Returns: how many packets passed. */
static unsigned
compare(const char *rule, const SkWallRuleset *written, const SkWallRuleset *listed)
{
    static const char *const interfaces[] = { "lo", "eth0", "eth1", "a", "b", "br0" };
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GArray *pool[SK_WALL_FIELD_COUNT];
    GRand *rand = g_rand_new_with_seed(g_str_hash(rule));
    unsigned passed = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(interfaces); i++)
        g_ptr_array_add(names, (char *)interfaces[i]);
    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        pool[f] = g_array_new(FALSE, FALSE, sizeof(SkWallValue));
    gather(written, pool);
    gather(listed, pool);
    for (unsigned i = 0; i < PACKETS; i++) {
        SkPacket packet = packet_of(rand, pool, names->len);
        g_auto(SkWallWalk) one = { 0 }, other = { 0 };
        sk_wall_walk(written, names, &packet, NULL, NULL, &one);
        sk_wall_walk(listed, names, &packet, NULL, NULL, &other);
        if (one.end != other.end && one.end != SK_WALL_UNSURE && other.end != SK_WALL_UNSURE) {
            g_autofree char *text = sk_packet_text(&packet, names);
            g_test_message("%s: %s: %d, listed %d", rule, text, one.end, other.end);
        }
        g_assert_true(one.end == other.end || one.end == SK_WALL_UNSURE ||
                      other.end == SK_WALL_UNSURE);
        passed += one.end == SK_WALL_PASSES;
    }
    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        g_array_unref(pool[f]);
    g_rand_free(rand);
    return passed;
}

static void
test_listed(void)
{
    static const char *const load[] = { "nft", "-f", "-", NULL };
    static const char *const list[] = { "nft", "-a", "-nn", "list", "ruleset", NULL };
    static const char *const json[] = { "nft", "-j", "-a", "list", "ruleset", NULL };
    g_autoptr(SkScratch) where = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_scratch_open(NULL, &where, &error)) {
        g_test_skip(error->message);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autofree char *script = g_strdup_printf(
            "flush ruleset\ntable inet t {\n chain d { meta l4proto udp accept; }\n"
            " chain c {\n type filter hook forward priority filter; policy drop;\n %s\n }\n}\n",
            rules[i]);
        g_autofree char *nothing = run(where, load, script);
        g_autofree char *listing = run(where, list, "");
        g_autofree char *both = run(where, json, "");
        g_autoptr(SkWallRuleset) written = read_ok(script), listed = read_ok(listing);
        if (written->unmodelled->len + listed->unmodelled->len > 0)
            g_test_message("%s", listing);
        g_assert_cmpuint(written->unmodelled->len + listed->unmodelled->len, ==, 0);
        unsigned passed = compare(rules[i], written, listed);
        bool sure = strstr(rules[i], "limit") == NULL && strstr(rules[i], "reject") == NULL;
        if (sure && passed == 0)
            g_test_message("%s: no packet passed", rules[i]);
        g_assert_true(!sure || passed > 0);
        g_autoptr(SkNftJson) parsed = sk_nft_json_parse(sk_span_str(both), &error);
        g_assert_no_error(error);
        g_assert_cmpuint(sk_nft_json_check(parsed, listed), ==, 0);
    }
}

/* Questions that nft may say shorter, or not at all, when they stand together. */
static const char *const atoms[] = {
    "meta nfproto ipv4",
    "meta nfproto ipv6",
    "meta nfproto { ipv4, ipv6 }",
    "meta protocol ip",
    "meta protocol ip6",
    "meta l4proto tcp",
    "meta l4proto icmp",
    "meta l4proto ipv6-icmp",
    "meta l4proto 47",
    "meta l4proto { tcp, udp }",
    "meta l4proto != tcp",
    "meta l4proto != icmp",
    "ip protocol tcp",
    "ip protocol icmp",
    "ip protocol != udp",
    "ip protocol { icmp, tcp }",
    "ip saddr 10.0.0.0/8",
    "ip6 saddr fe80::/10",
    "tcp dport 22",
    "udp dport { 53, 67 }",
    "th dport 53",
    "@th,16,16 53",
    "icmp type 8",
    "icmpv6 type 128",
    "icmp code 0",
    "icmpv6 code 0",
    "tcp flags syn / syn,ack",
    "ct state new",
    "iifname \"a\"",
    "fib daddr type local",
    "ip dscp cs1",
    "ip6 dscp cs1",
    "ip ttl 64",
    "meta mark 1",
    "ct mark 1",
    "ip frag-off & 0x1fff == 0",
    "ip6 hoplimit 255",
    "meta length 100-200",
    "sctp dport 9",
    "ct direction reply",
    "meta pkttype host",
};
static const char *const ends[] = { "accept",
                                    "accept",
                                    "accept",
                                    "reject with tcp reset",
                                    "reject with icmp host-prohibited",
                                    "reject with icmpv6 no-route",
                                    "jump d" };

static void
test_together(void)
{
    static const char *const load[] = { "nft", "-f", "-", NULL };
    static const char *const list[] = { "nft", "-a", "-nn", "list", "ruleset", NULL };
    g_autoptr(SkScratch) where = NULL;
    g_autoptr(GError) error = NULL;
    unsigned times = g_getenv("SEKISHO_ALL") != NULL ? 2000 : 60, loaded = 0;
    GRand *rand =
        g_rand_new_with_seed(g_getenv("SEED") != NULL ? (guint32)g_ascii_strtoull(g_getenv("SEED"), NULL, 10) : 1);

    if (!sk_scratch_open(NULL, &where, &error)) {
        g_test_skip(error->message);
        return;
    }
    for (unsigned i = 0; i < times; i++) {
        g_autoptr(GString) rule = g_string_new(NULL);
        for (int k = g_rand_int_range(rand, 1, 4); k > 0; k--)
            g_string_append_printf(rule, "%s ",
                                   atoms[g_rand_int_range(rand, 0, G_N_ELEMENTS(atoms))]);
        g_string_append(rule, ends[g_rand_int_range(rand, 0, G_N_ELEMENTS(ends))]);
        g_autofree char *script =
            g_strdup_printf("flush ruleset\ntable inet t {\n chain d { meta l4proto udp accept; }\n"
                            " chain c {\n type filter hook forward priority filter; policy "
                            "accept;\n %s\n drop; }\n}\n",
                            rule->str);
        if (!sk_scratch_run(where, load, sk_span_str(script), NULL, NULL))
            continue; /* two that exclude each other */
        loaded++;
        g_autofree char *listing = run(where, list, "");
        g_autoptr(SkWallRuleset) written = read_ok(script), listed = read_ok(listing);
        (void)compare(rule->str, written, listed);
    }
    g_rand_free(rand);
    g_assert_cmpuint(loaded, >, times / 4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/read-nft/listed", test_listed);
    g_test_add_func("/wall/read-nft/together", test_together);
    return g_test_run();
}
