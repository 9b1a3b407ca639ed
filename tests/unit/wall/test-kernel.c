/* SPDX-License-Identifier: Apache-2.0
 * The walk against the kernel: random packets and those at the edges of what rules ask, through every
 * ruleset of the corpus that loads. What the kernel's own state decides (an invalid segment, an address
 * that is no destination) or the walk cannot say (an unknown) is left out, and counted.
 *   test-kernel [FILE [PACKETS [SEED]]]   one ruleset, as often as wanted */
#include "base/io.h"
#include "wall/exercise.h"
#include "wall/model.h"
#include "wall/read-iptables.h"
#include "wall/read-nft.h"
#include "wall/replay.h"
#include "wall/walk.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 512u
#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

typedef struct {
    SkWallRuleset *ruleset;
    GPtrArray *names;
    GArray *pool[SK_WALL_FIELD_COUNT]; /* of SkWallValue */
    bool translates;
    bool asks[SK_WALL_FIELD_COUNT];
    SkReplay *replay;
} Case;

typedef struct {
    size_t sent;
    size_t compared;
    size_t passed;
    size_t unsure;
    size_t other; /* cannot be, unrouted, another state than asked */
    size_t unaccounted;
    size_t differences;
} Count;

/* ---- rulesets -------------------------------------------------------------------------------- */

static char *
read_text(const char *path)
{
    g_autoptr(GBytes) bytes = NULL;
    g_assert_true(sk_io_read_file(path, SK_WALL_TEXT_MAX, &bytes, NULL));
    return sk_span_dup(sk_span_bytes(bytes));
}

static bool
is_save(const char *path)
{
    return g_str_has_suffix(path, "tables-save");
}

static SkWallRuleset *
read_ruleset(const char *path, const char *text)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;
    bool read = is_save(path) ? sk_wall_read_iptables(sk_span_str(text),
                                                      g_str_has_suffix(path, "ip6tables-save"),
                                                      SK_WALL_FROM_IPTABLES_NFT, ruleset, &error)
                              : sk_wall_read_nft(sk_span_str(text), ruleset, &error);
    if (!read)
        g_test_message("%s: %s", path, error->message);
    return read ? g_steal_pointer(&ruleset) : NULL;
}

/* Takes replay's own tables out of a listing. */
static void
cut_own(char *listing)
{
    static const char *const begins[] = { "table netdev sekisho-replay {",
                                          "table inet sekisho-replay {" };
    for (unsigned i = 0; i < G_N_ELEMENTS(begins); i++) {
        char *at = strstr(listing, begins[i]);
        char *end = at == NULL ? NULL : strstr(at, "\n}\n");
        if (end != NULL)
            memset(at, ' ', (size_t)(end + 2 - at));
        for (; end != NULL && at < end + 2; at++)
            *at = '\n';
    }
}

static SkReplay *
open_names(const char *path, const char *text, const GPtrArray *names, GError **error)
{
    g_autofree SkReplayInterface *interfaces = g_new0(SkReplayInterface, names->len);
    SkReplay *replay = NULL;
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < names->len; i++) {
        /* Masquerading wants an address to hide behind; without one the kernel drops. */
        const char **addresses = g_new0(const char *, 3);
        g_ptr_array_add(kept, addresses);
        g_ptr_array_add(kept, g_strdup_printf("198.18.%u.1/32", i));
        addresses[0] = g_ptr_array_index(kept, kept->len - 1);
        g_ptr_array_add(kept, g_strdup_printf("2001:db8:ffff:%x::1/128", i));
        addresses[1] = g_ptr_array_index(kept, kept->len - 1);
        interfaces[i].name = g_ptr_array_index(names, i);
        interfaces[i].addresses = addresses;
    }
    SkReplaySpec spec = { .interfaces = interfaces, .n_interfaces = names->len };
    if (g_str_has_suffix(path, "ip6tables-save"))
        spec.ip6tables = text;
    else if (is_save(path))
        spec.iptables = text;
    else
        spec.nft = text;
    return sk_replay_open(&spec, &replay, error) ? replay : NULL;
}

static void
add_value(Case *c, SkWallField field, SkWallValue value)
{
    c->asks[field] = true;
    g_array_append_val(c->pool[field], value);
}

static void
pool_set(Case *c, const SkWallStep *step)
{
    for (unsigned b = 0; step->set != NULL && b < step->set->boxes->len && b < 3000; b++) {
        const SkWallRange *range = &g_array_index(step->set->boxes, SkWallRange, b);
        SkWallField field = step->key[b % step->keys].field;
        add_value(c, field, range->first);
        add_value(c, field, range->last);
        add_value(c, field, sk_wall_value_previous(range->first));
        add_value(c, field, sk_wall_value_next(range->last));
    }
}

static void
pool_all(Case *c)
{
    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        c->pool[f] = g_array_new(FALSE, FALSE, sizeof(SkWallValue));
    for (unsigned t = 0; t < c->ruleset->tables->len; t++) {
        const SkWallTable *table = g_ptr_array_index(c->ruleset->tables, t);
        for (unsigned i = 0; i < table->chains->len; i++) {
            const SkWallChain *chain = g_ptr_array_index(table->chains, i);
            c->translates =
                c->translates || (chain->type == SK_WALL_CHAIN_NAT && chain->rules->len > 0);
            for (unsigned r = 0; r < chain->rules->len; r++) {
                const SkWallRule *rule = g_ptr_array_index(chain->rules, r);
                for (unsigned s = 0; s < rule->steps->len; s++) {
                    const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, s);
                    if (step->kind == SK_WALL_STEP_MATCH || step->kind == SK_WALL_STEP_MAP)
                        pool_set(c, step);
                }
            }
        }
    }
}

static bool
open_case(Case *c, const char *path)
{
    g_autofree char *text = read_text(path);
    g_autoptr(GError) error = NULL;
    g_autoptr(SkWallRuleset) raw = read_ruleset(path, text);

    memset(c, 0, sizeof *c);
    if (raw == NULL)
        raw = sk_wall_ruleset_new(); /* its listing may do */
    const SkWallRuleset *one[] = { raw };
    g_autoptr(GPtrArray) world = sk_wall_world(one, 1, NULL, NULL);
    c->names = sk_exercise_names(world);
    c->replay = open_names(path, text, c->names, &error);
    if (c->replay == NULL) {
        g_test_message("%s: does not load: %s", path, error->message);
        return false;
    }
    if (is_save(path)) {
        c->ruleset = g_steal_pointer(&raw);
    } else {
        static const char *const list[] = { "nft", "-a", "-nn", "list", "ruleset", NULL };
        g_autoptr(GBytes) output = NULL;
        g_assert_true(
            sk_scratch_run(sk_replay_router(c->replay), list, SK_SPAN_EMPTY, &output, &error));
        g_autofree char *listing = sk_span_dup(sk_span_bytes(output));
        cut_own(listing);
        c->ruleset = read_ruleset("listing", listing);
        g_assert_nonnull(c->ruleset);
    }
    pool_all(c);
    return true;
}

static void
close_case(Case *c)
{
    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        g_clear_pointer(&c->pool[f], g_array_unref);
    g_clear_pointer(&c->names, g_ptr_array_unref);
    g_clear_pointer(&c->ruleset, sk_wall_ruleset_free);
    g_clear_pointer(&c->replay, sk_replay_free);
}

/* ---- packets --------------------------------------------------------------------------------- */

static uint64_t
any(GRand *rand)
{
    return (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);
}

/* One of the ruleset's edges, or anything of @bits bits. */
static SkWallValue
draw(const Case *c, GRand *rand, SkWallField field, unsigned bits)
{
    const GArray *pool = c->pool[field];
    SkWallValue full = sk_wall_value_full(bits);
    SkWallValue value = { .hi = any(rand), .lo = any(rand) };
    if (pool->len > 0 && g_rand_int_range(rand, 0, 8) != 0)
        value =
            g_array_index(pool, SkWallValue, (guint)g_rand_int_range(rand, 0, (gint32)pool->len));
    return sk_wall_value_and(value, full);
}

static bool
is_unicast(SkWallValue a, bool v6)
{
    if (v6) /* no multicast, link-local, unspecified or loopback */
        return a.hi >> 56 != 0xff && a.hi >> 54 != 0x3fa && (a.hi != 0 || a.lo > 0xffff);
    return a.lo >> 28 < 14 && a.lo >> 24 != 0 && a.lo >> 24 != 127;
}

static SkWallValue
draw_address(const Case *c, GRand *rand, SkWallField field, bool v6)
{
    for (unsigned i = 0; i < 20; i++) {
        SkWallValue a = draw(c, rand, field, v6 ? 128 : 32);
        if (is_unicast(a, v6))
            return a;
    }
    return v6 ? (SkWallValue){ .hi = 0x20010db800000000ull, .lo = any(rand) & 0xff }
              : SK_WALL_VALUE(0x0a000000 | (any(rand) & 0xffff));
}

static unsigned
draw_interface(const Case *c, GRand *rand)
{
    for (;;) {
        unsigned i = (unsigned)g_rand_int_range(rand, 0, (gint32)c->names->len);
        if (strcmp(g_ptr_array_index(c->names, i), "lo") != 0)
            return i;
    }
}

static SkWallState
draw_state(const Case *c, GRand *rand)
{
    static const SkWallState all[] = { SK_WALL_NEW,         SK_WALL_NEW,     SK_WALL_NEW,
                                       SK_WALL_ESTABLISHED, SK_WALL_RELATED, SK_WALL_INVALID };
    /* A connection that rules translate is not one that is put into the table as it is. */
    return c->translates || !c->asks[SK_WALL_CT_STATE] ? SK_WALL_NEW
                                                       : all[g_rand_int_range(rand, 0, 6)];
}

static void
draw_transport(const Case *c, GRand *rand, SkPacket *p)
{
    static const uint8_t usual[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_TCP, IPPROTO_UDP,
                                     IPPROTO_ICMP };
    bool v6 = VALUE(p, FAMILY) == 1;
    uint64_t protocol = g_rand_int_range(rand, 0, 6) == 0
                            ? draw(c, rand, SK_WALL_PROTOCOL, 8).lo
                            : usual[g_rand_int_range(rand, 0, G_N_ELEMENTS(usual))];
    if (protocol == IPPROTO_ICMP && v6)
        protocol = IPPROTO_ICMPV6;
    else if (protocol == IPPROTO_ICMPV6 && !v6)
        protocol = IPPROTO_ICMP;
    p->field[SK_WALL_PROTOCOL] = SK_WALL_VALUE(protocol);
    bool ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
                 protocol == IPPROTO_DCCP || protocol == IPPROTO_UDPLITE;
    if (ports) {
        p->field[SK_WALL_SPORT] = SK_WALL_VALUE(draw(c, rand, SK_WALL_SPORT, 16).lo | 1);
        p->field[SK_WALL_DPORT] = draw(c, rand, SK_WALL_DPORT, 16);
        if (VALUE(p, DPORT) == 0)
            p->field[SK_WALL_DPORT] = SK_WALL_VALUE(1);
    }
    if (protocol == IPPROTO_TCP)
        p->field[SK_WALL_TCP_FLAGS] = g_rand_int_range(rand, 0, 4) == 0
                                          ? draw(c, rand, SK_WALL_TCP_FLAGS, 8)
                                      : VALUE(p, CT_STATE) == SK_WALL_NEW ? SK_WALL_VALUE(2)
                                                                          : SK_WALL_VALUE(16);
    if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
        p->field[SK_WALL_ICMP_TYPE] = g_rand_int_range(rand, 0, 2) == 0
                                          ? draw(c, rand, SK_WALL_ICMP_TYPE, 8)
                                          : SK_WALL_VALUE(v6 ? 128 : 8);
        p->field[SK_WALL_ICMP_CODE] = g_rand_int_range(rand, 0, 4) == 0
                                          ? draw(c, rand, SK_WALL_ICMP_CODE, 8)
                                          : SK_WALL_VALUE(0);
    }
}

static SkPacket
draw_packet(const Case *c, GRand *rand)
{
    SkPacket p = { .way = (SkWallWay)g_rand_int_range(rand, 0, SK_WALL_WAY_COUNT) };
    bool v6 = g_rand_boolean(rand);

    p.field[SK_WALL_FAMILY] = SK_WALL_VALUE(v6);
    p.field[SK_WALL_IIF] =
        SK_WALL_VALUE(p.way == SK_WALL_OUT ? SK_WALL_NO_INTERFACE : draw_interface(c, rand));
    p.field[SK_WALL_OIF] =
        SK_WALL_VALUE(p.way == SK_WALL_IN ? SK_WALL_NO_INTERFACE : draw_interface(c, rand));
    p.field[SK_WALL_SRC] = draw_address(c, rand, SK_WALL_SRC, v6);
    p.field[SK_WALL_DST] = draw_address(c, rand, SK_WALL_DST, v6);
    p.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(draw_state(c, rand));
    p.field[SK_WALL_TTL] = SK_WALL_VALUE(64);
    p.field[SK_WALL_LENGTH] = SK_WALL_VALUE(100 + any(rand) % 900);
    if (c->asks[SK_WALL_DSCP])
        p.field[SK_WALL_DSCP] = draw(c, rand, SK_WALL_DSCP, 6);
    if (p.way != SK_WALL_OUT) {
        p.field[SK_WALL_SRC_MAC] = draw(c, rand, SK_WALL_SRC_MAC, 48);
        p.field[SK_WALL_SRC_MAC].lo = (VALUE(&p, SRC_MAC) & ~(1ull << 40)) | 2; /* a station's */
    }
    draw_transport(c, rand, &p);
    if (VALUE(&p, CT_STATE) == SK_WALL_ESTABLISHED) {
        p.field[SK_WALL_CT_DIRECTION] = SK_WALL_VALUE(g_rand_boolean(rand));
        p.field[SK_WALL_CT_STATUS] =
            SK_WALL_VALUE(SK_WALL_STATUS_SEEN_REPLY | SK_WALL_STATUS_ASSURED);
    }
    p.field[SK_WALL_DST_TYPE] = SK_WALL_VALUE(SK_WALL_UNICAST);
    p.field[SK_WALL_SRC_TYPE] = SK_WALL_VALUE(SK_WALL_UNICAST);
    return p;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool
is_same_after(const SkWallWalk *walk, const SkReplayResult *result)
{
    /* A translation to one of many, or by the interface's address, is the kernel's choice. */
    static const SkWallField fields[] = { SK_WALL_DST, SK_WALL_DPORT };
    if (!walk->translated || walk->after.way != result->after.way)
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
        if (sk_wall_value_compare(walk->after.field[fields[i]], result->after.field[fields[i]]) !=
            0)
            return false;
    return true;
}

static bool
always(const SkWallStep *step, void *data)
{
    (void)step;
    return *(const bool *)data;
}

/* What is not known (a rate, a helper) must not matter: answered both ways, the end is the same. */
static void
walk_both(const Case *c, const SkPacket *packet, SkWallWalk *ret)
{
    g_auto(SkWallWalk) other = { 0 };
    bool yes = true;
    bool no = false;

    sk_wall_walk(c->ruleset, c->names, packet, always, &no, ret);
    sk_wall_walk(c->ruleset, c->names, packet, always, &yes, &other);
    if (ret->end != other.end)
        ret->end = SK_WALL_UNSURE;
}

static void
compare(const Case *c, const SkPacket *packet, const SkReplayResult *result, Count *count)
{
    g_auto(SkWallWalk) walk = { 0 };
    bool says = result->end == SK_REPLAY_ARRIVED || result->end == SK_REPLAY_DROPPED;

    count->sent++;
    count->unaccounted += result->end == SK_REPLAY_UNACCOUNTED;
    if (result->end == SK_REPLAY_UNACCOUNTED && count->unaccounted < 4) {
        g_autofree char *text = sk_packet_text(packet, c->names);
        g_autofree char *kernel = sk_replay_text(result, c->names);
        g_test_message("UNACCOUNTED (way %u, hook %u): %s\nkernel: %s", packet->way, result->hook,
                       text, kernel);
    }
    walk_both(c, packet, &walk);
    if (walk.end == SK_WALL_UNSURE)
        count->unsure++;
    else if (!says || !result->as_asked)
        count->other++;
    else {
        count->compared++;
        count->passed += result->end == SK_REPLAY_ARRIVED;
        if ((walk.end == SK_WALL_PASSES) == (result->end == SK_REPLAY_ARRIVED) &&
            (walk.end == SK_WALL_STOPS || is_same_after(&walk, result)))
            return;
        count->differences++;
        if (count->differences > 2)
            return;
        g_autofree char *text = sk_packet_text(packet, c->names);
        g_autofree char *kernel = sk_replay_text(result, c->names);
        g_autofree char *path = sk_wall_walk_text(&walk);
        static const char *const ways[] = { "through", "in", "out" };
        g_test_message("DIFFERENT (%s): %s\nkernel: %s\nwalk: %s\n%s", ways[packet->way], text,
                       kernel, walk.end == SK_WALL_PASSES ? "passes" : "stops", path);
    }
}

static Count
run_case(Case *c, unsigned packets, guint32 seed)
{
    GRand *rand = g_rand_new_with_seed(seed);
    g_autofree SkPacket *drawn = g_new(SkPacket, AT_ONCE);
    g_autofree SkReplayResult *results = g_new(SkReplayResult, AT_ONCE);
    g_autoptr(GError) error = NULL;
    Count count = { 0 };

    for (unsigned at = 0; at < packets; at += AT_ONCE) {
        unsigned n = MIN(AT_ONCE, packets - at);
        for (unsigned i = 0; i < n; i++)
            drawn[i] = draw_packet(c, rand);
        bool done = sk_replay_probe(c->replay, drawn, n, results, &error);
        g_assert_no_error(error);
        g_assert_true(done);
        for (unsigned i = 0; i < n; i++)
            compare(c, &drawn[i], &results[i], &count);
    }
    g_rand_free(rand);
    return count;
}

static void
add_counts(Count *to, const Count *more)
{
    to->sent += more->sent;
    to->compared += more->compared;
    to->passed += more->passed;
    to->unsure += more->unsure;
    to->other += more->other;
    to->unaccounted += more->unaccounted;
    to->differences += more->differences;
}

static void
tell(const char *what, const Count *count)
{
    g_test_message(
        "%s: %zu sent, %zu compared (%zu pass), %zu unsure, %zu left out, %zu unaccounted, "
        "%zu different",
        what, count->sent, count->compared, count->passed, count->unsure, count->other,
        count->unaccounted, count->differences);
}

static char *
corpus(void)
{
    const char *root = getenv("SEKISHO_CORPUS");
    return root == NULL ? NULL : g_build_filename(root, "rulesets", NULL);
}

static const char *only;
static unsigned packets_each;
static guint32 seed = 6;

static void
test_corpus(void)
{
    g_autofree char *folder = corpus();
    g_autoptr(GDir) dir = folder == NULL ? NULL : g_dir_open(folder, 0, NULL);
    Count all = { 0 };
    unsigned rulesets = 0;

    if (dir == NULL && only == NULL) {
        g_test_skip("no corpus");
        return;
    }
    for (const char *name; only != NULL ? rulesets == 0 : (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path =
            only != NULL ? g_strdup(only) : g_build_filename(folder, name, NULL);
        if (!is_save(path) && !g_str_has_suffix(path, ".nft"))
            continue;
        Case c;
        if (open_case(&c, path)) {
            Count count = run_case(&c, packets_each, seed);
            g_autofree char *base = g_path_get_basename(path);
            tell(base, &count);
            add_counts(&all, &count);
        }
        close_case(&c);
        rulesets++;
    }
    tell("all", &all);
    g_assert_cmpuint(all.unaccounted, ==, 0);
    g_assert_cmpuint(all.differences, ==, 0);
    g_assert_cmpuint(all.compared, >, all.sent / 4);
    g_assert_cmpuint(all.passed, >, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    packets_each = getenv("SEKISHO_ALL") != NULL ? 65000 : 500;
    only = argc > 1 ? argv[1] : NULL;
    if (argc > 2)
        packets_each = (unsigned)strtoul(argv[2], NULL, 10);
    if (argc > 3)
        seed = (guint32)strtoul(argv[3], NULL, 10);
    g_test_add_func("/wall/kernel/corpus", test_corpus);
    return g_test_run();
}
