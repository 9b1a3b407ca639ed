/* SPDX-License-Identifier: Apache-2.0
 * test-random-wall.c - random policies about packets: definitions, tables, hosts, gates and flows,
 * of either family. What is shown parses back to the same tree, order means nothing, and what
 * stands in several files means what it means in one. And 5,000 flows are read in no time. */
#include "base/io.h"
#include "policy/source.h"
#include "policy/policy.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROUNDS 200

static unsigned
pick(GRand *rand, unsigned n)
{
    return (unsigned)g_rand_int_range(rand, 0, (gint32)n);
}

static bool
coin(GRand *rand)
{
    return pick(rand, 2) == 0;
}

static void say(GPtrArray *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(GPtrArray *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(out, g_strdup_vprintf(format, args));
    va_end(args);
}

/* All of one trust and none with internet, so that nothing is promised that a flow could break. */
static void
say_zone(GRand *rand, GPtrArray *out, unsigned i, bool six)
{
    say(out, "zone z%u \"領域%u\" {\n trust 1\n interface eth%u\n network %s10.%u.0.0/16\n%s}", i,
        i, i, six ? "$six-of-z, " : "", i + 1,
        coin(rand) ? " gate udp $ports tcp 22, 8000-8010\n" : "");
    if (six) {
        GString *s = g_string_new(g_ptr_array_index(out, out->len - 1));
        g_autofree char *network = g_strdup_printf("$six-%u, ", i);
        g_string_replace(s, "$six-of-z, ", network, 0);
        g_free(g_ptr_array_index(out, out->len - 1));
        g_ptr_array_index(out, out->len - 1) = g_string_free(s, FALSE);
        say(out, "define six-%u as fd00:%x::/32", i, i + 1);
    }
}

static void
say_machines(GRand *rand, GPtrArray *out, unsigned i, bool six)
{
    static const char *const interfaces[] = { "", " interface wan0", " interface eth0" };
    const char *interface = interfaces[pick(rand, 3)];

    say(out, "host out%u \"外\" outside%s address 192.0.2.%u, 2001:DB8::%X mac 52:54:00:00:00:%02X",
        i, interface, i + 1, i + 1, i);
    say(out, "table asp%u \"外の表\" outside address 203.0.113.%u, 2001:db8:1::%x hosts out%u%s", i,
        i + 1, i + 1, i, interface);
    say(out, "host in%u \"中\" in z%u mac 52:54:00:00:01:%02x address 10.%u.1.5", i, i, i, i + 1);
    say(out, "table net%u \"中の表\" in z%u hosts in%u network 10.%u.64.0/20, 10.%u.3.0/24%s", i, i,
        i, i + 1, i + 1, coin(rand) ? "" : " address $six-none");
    if (g_str_has_suffix(g_ptr_array_index(out, out->len - 1), "$six-none")) {
        char *last = g_ptr_array_index(out, out->len - 1);
        last[strlen(last) - strlen("$six-none")] = '\0';
        g_ptr_array_index(out, out->len - 1) = g_strdup_printf(
            six ? "%sfd00:%x::9, 10.%u.5.5" : "%s10.%u.5.6, 10.%u.5.5", last, i + 1, i + 1);
        g_free(last);
    }
}

static void
say_flows(GRand *rand, GPtrArray *out, unsigned zones)
{
    static const char *const ends[] = { "z", "in", "net" };
    static const char *const outs[] = { "out", "asp" };
    static const char *const ports[] = { "tcp $ports", "udp 123, 53", "tcp 22 udp $ports",
                                         "tcp 1-21, 8000-8099" };

    for (unsigned i = 0; i < zones; i++)
        for (unsigned j = 0; j < zones; j++) {
            if (i != j && coin(rand))
                say(out, "flow from %s%u to %s%u %s", ends[pick(rand, 3)], i, ends[pick(rand, 3)],
                    j, ports[pick(rand, 4)]);
            if (coin(rand))
                say(out,
                    coin(rand) ? "flow from %s%u to %s%u %s"
                               : "flow from %3$s%4$u to %1$s%2$u %5$s",
                    ends[pick(rand, 3)], i, outs[pick(rand, 2)], j, ports[pick(rand, 4)]);
        }
    say(out, "specific flow from in0 to out1 tcp 60000 kind %u owner \"住民課\" until 2031-03-%02u",
        1 + pick(rand, 9), 1 + pick(rand, 31));
}

static GPtrArray *
random_sentences(GRand *rand)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    unsigned zones = 2 + pick(rand, 4);

    say(out, "organisation \"見本町\"");
    say(out, "define ports as 443, $more");
    say(out, "define more as 8443, 5000-5010");
    for (unsigned i = 0; i < zones; i++) {
        bool six = coin(rand);
        say_zone(rand, out, i, six);
        say_machines(rand, out, i, six);
    }
    say_flows(rand, out, zones);
    return out;
}

static void
shuffle(GRand *rand, GPtrArray *sentences)
{
    for (unsigned i = sentences->len; i > 1; i--) {
        unsigned j = pick(rand, i);
        gpointer swap = sentences->pdata[i - 1];
        sentences->pdata[i - 1] = sentences->pdata[j];
        sentences->pdata[j] = swap;
    }
}

static char *
join(const GPtrArray *sentences, unsigned from, unsigned to)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = from; i < to; i++)
        g_string_append_printf(out, "%s\n", (char *)g_ptr_array_index(sentences, i));
    return g_string_free(out, FALSE);
}

static SkPolicy *
parse(const char *text)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    SkPolicy *policy = NULL;

    if (!sk_policy_parse(sk_span_str(text), &policy, &diagnostics)) {
        g_autofree char *printed =
            sk_diagnostics_print(diagnostics, sk_span_str(text), "random", false);
        g_error("%s", printed);
    }
    return policy;
}

/* ---- the same tree ---- */

static void
same_networks(const GArray *a, const GArray *b)
{
    g_assert_cmpuint(a->len, ==, b->len);
    for (unsigned i = 0; i < a->len; i++) {
        const SkNetwork *x = &g_array_index(a, SkNetwork, i), *y = &g_array_index(b, SkNetwork, i);
        g_assert_true(x->v6 == y->v6 && x->prefix == y->prefix);
        g_assert_cmpmem(x->address, sizeof x->address, y->address, sizeof y->address);
    }
}

static void
same_ports(const GArray *a, const GArray *b)
{
    g_assert_cmpuint(a->len, ==, b->len);
    for (unsigned i = 0; i < a->len; i++) {
        const SkPorts *x = &g_array_index(a, SkPorts, i), *y = &g_array_index(b, SkPorts, i);
        g_assert_true(x->udp == y->udp && x->first == y->first && x->last == y->last);
    }
}

static void
same_hosts(const GPtrArray *a, const GPtrArray *b)
{
    g_assert_cmpuint(a->len, ==, b->len);
    for (unsigned i = 0; i < a->len; i++) {
        const SkHost *x = g_ptr_array_index(a, i), *y = g_ptr_array_index(b, i);
        g_assert_cmpstr(x->name, ==, y->name);
        g_assert_cmpstr(x->label, ==, y->label);
        g_assert_cmpstr(x->interface, ==, y->interface);
        g_assert_cmpstr(x->zone == NULL ? NULL : x->zone->name, ==,
                        y->zone == NULL ? NULL : y->zone->name);
        g_assert_true(x->table == y->table && x->has_mac == y->has_mac &&
                      x->members->len == y->members->len);
        g_assert_cmpmem(x->mac, sizeof x->mac, y->mac, sizeof y->mac);
        same_networks(x->addresses, y->addresses);
        same_networks(x->named, y->named);
        for (unsigned j = 0; j < x->members->len; j++)
            g_assert_cmpstr(((SkHost *)g_ptr_array_index(x->members, j))->name, ==,
                            ((SkHost *)g_ptr_array_index(y->members, j))->name);
    }
}

static void
same_tree(const SkPolicy *a, const SkPolicy *b)
{
    const GPtrArray *zones[] = { sk_policy_zones(a), sk_policy_zones(b) };
    const GPtrArray *flows[] = { sk_policy_flows(a), sk_policy_flows(b) };

    g_assert_cmpuint(zones[0]->len, ==, zones[1]->len);
    for (unsigned i = 0; i < zones[0]->len; i++) {
        const SkZone *x = g_ptr_array_index(zones[0], i), *y = g_ptr_array_index(zones[1], i);
        g_assert_cmpstr(x->name, ==, y->name);
        g_assert_cmpstr(x->interface, ==, y->interface);
        same_networks(x->networks, y->networks);
        same_ports(x->gates, y->gates);
    }
    same_hosts(sk_policy_hosts(a), sk_policy_hosts(b));
    same_hosts(sk_policy_tables(a), sk_policy_tables(b));
    g_assert_cmpuint(flows[0]->len, ==, flows[1]->len);
    for (unsigned i = 0; i < flows[0]->len; i++) {
        const SkFlow *x = g_ptr_array_index(flows[0], i), *y = g_ptr_array_index(flows[1], i);
        g_assert_cmpstr(sk_end_name(&x->from), ==, sk_end_name(&y->from));
        g_assert_cmpstr(sk_end_name(&x->to), ==, sk_end_name(&y->to));
        g_assert_true(x->specific == y->specific && x->kind == y->kind &&
                      x->until_us == y->until_us);
        g_assert_cmpstr(x->owner, ==, y->owner);
        same_ports(x->ports, y->ports);
    }
}

static void
round_trip(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    unsigned flows = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autoptr(GPtrArray) sentences = random_sentences(rand);
        g_autofree char *text = join(sentences, 0, sentences->len);
        shuffle(rand, sentences);
        g_autofree char *other = join(sentences, 0, sentences->len);
        g_autoptr(SkPolicy) a = parse(text);
        g_autoptr(SkPolicy) b = parse(other);
        g_autofree char *shown = sk_policy_show(a);
        g_autoptr(SkPolicy) again = parse(shown);
        g_autofree char *shown_again = sk_policy_show(again);

        g_assert_cmpstr(shown, ==, shown_again);
        g_assert_cmpstr(sk_policy_digest(a), ==, sk_policy_digest(b));
        g_assert_cmpstr(sk_policy_digest(a), ==, sk_policy_digest(again));
        same_tree(a, b);
        same_tree(a, again);
        flows += sk_policy_flows(a)->len;
        g_autoptr(GPtrArray) ja = sk_policy_explain(a, "ja");
        g_autoptr(GPtrArray) en = sk_policy_explain(a, "en");
        g_assert_cmpuint(ja->len, ==, en->len);
    }
    g_assert_cmpuint(flows, >, ROUNDS * 3);
}

/* ---- several files ---- */

static char *
write_part(const char *folder, const char *name, const GPtrArray *sentences, unsigned from,
           unsigned to, const char *more)
{
    g_autofree char *part = join(sentences, from, to);
    g_autofree char *text = g_strconcat(part, more, NULL);
    char *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
in_files(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(6);
    g_autofree char *folder = g_dir_make_tmp("sekisho-files-XXXXXX", NULL);

    for (unsigned i = 0; i < 20; i++) {
        g_autoptr(GPtrArray) sentences = random_sentences(rand);
        shuffle(rand, sentences);
        unsigned n = sentences->len;
        g_autofree char *whole = join(sentences, 0, n);
        g_autofree char *more = g_strdup_printf("include \"%s/c.conf\"\n", folder);
        g_autofree char *a =
            write_part(folder, "a.conf", sentences, 0, n / 3, "include \"b.conf\"\n");
        g_autofree char *b = write_part(folder, "b.conf", sentences, n / 3, n / 2, more);
        g_autofree char *c = write_part(folder, "c.conf", sentences, n / 2, n, "");
        g_autoptr(SkPolicy) one = parse(whole);
        g_autoptr(SkPolicy) several = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(sk_policy_load(a, &several, &error));
        g_assert_cmpstr(sk_policy_digest(one), ==, sk_policy_digest(several));
        same_tree(one, several);
        const SkFlow *flow = g_ptr_array_index(sk_policy_flows(several), 0);
        g_assert_true(g_str_has_suffix(sk_policy_file(several, flow->place), ".conf"));
        g_unlink(a);
        g_unlink(b);
        g_unlink(c);
    }
    g_rmdir(folder);
}

static void
expect(const char *path, const char *message)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(sk_policy_load(path, &policy, &error));
    if (strstr(error->message, message) == NULL)
        g_error("%s: %s", message, error->message);
}

/* What is included is bounded: in number, in bytes, and not by what a link or a pipe would give. */
static void
file_limits(void)
{
    g_autofree char *folder = g_dir_make_tmp("sekisho-files-XXXXXX", NULL);
    g_autofree char *main_file = g_build_filename(folder, "main.conf", NULL);
    g_autofree char *big = g_build_filename(folder, "big.conf", NULL);
    g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < SK_SOURCES_MAX; i++) {
        char *path = g_strdup_printf("%s/%u.conf", folder, i);
        g_assert_true(g_file_set_contents(path, "# nothing\n", -1, NULL));
        g_string_append_printf(text, "include \"%u.conf\"\n", i);
        g_ptr_array_add(files, path);
    }
    g_assert_true(g_file_set_contents(main_file, text->str, -1, NULL));
    expect(main_file, "there are more than 64 files");

    g_autofree char *spaces = g_strnfill(SK_POLICY_BYTES_MAX - 10, '\n');
    g_assert_true(g_file_set_contents(big, spaces, -1, NULL));
    g_assert_true(g_file_set_contents(main_file, "include \"big.conf\"\n", -1, NULL));
    expect(main_file, "with this file the policy is larger than 4194304 bytes");

    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_assert_true(g_file_set_contents(main_file, "include \"pipe\"\n", -1, NULL));
    expect(main_file, "there is no file `pipe`");

    g_ptr_array_add(files, g_strdup(main_file));
    g_ptr_array_add(files, g_strdup(big));
    g_ptr_array_add(files, g_strdup(pipe));
    for (unsigned i = 0; i < files->len; i++)
        g_unlink(g_ptr_array_index(files, i));
    g_rmdir(folder);
}

/* What names make long is bounded too. */
static void
canonical_limit(void)
{
    g_autoptr(GString) text =
        g_string_new("zone a \"A\" {\n trust 1\n interface a0\n network 10.0.0.0/8\n}\n"
                     "zone b \"B\" {\n trust 1\n interface b0\n network 172.16.0.0/12\n}\n"
                     "define many as 1-2");
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    for (unsigned i = 1; i < SK_POLICY_LIST_MAX; i++)
        g_string_append_printf(text, ", %u-%u", 10000 + i * 10, 10001 + i * 10);
    g_string_append_c(text, '\n');
    for (unsigned i = 0; i < 5500; i++)
        g_string_append_printf(
            text, "host h%u \"H\" in a address 10.%u.%u.1\nflow from h%u to b tcp $many\n", i,
            i / 256, i % 256, i);
    g_assert_false(sk_policy_parse(sk_span_str(text->str), &policy, &diagnostics));
    const SkDiagnostic *first = g_ptr_array_index(diagnostics, 0);
    g_assert_cmpstr(first->message, ==,
                    "the whole policy as one text is larger than 4194304 bytes");
}

/* ---- speed ---- */

static void
five_thousand(void)
{
    g_autoptr(GString) text = g_string_new("organisation \"大\"\nmodel alpha\n");
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    for (unsigned i = 0; i < 8; i++)
        g_string_append_printf(text,
                               "zone z%u \"Z\" {\n trust 1\n interface eth%u\n network "
                               "10.%u.0.0/16, fd00:%u::/32\n}\n",
                               i, i, i + 1, i + 1);
    for (unsigned i = 0; i < 5000; i++)
        g_string_append_printf(text,
                               "host a%u \"A\" in z%u address 10.%u.%u.%u\nhost b%u \"B\" outside "
                               "address 172.16.%u.%u\n"
                               "flow from a%u to b%u tcp 443, 8443 udp %u\n",
                               i, i % 8, i % 8 + 1, i / 250, i % 250 + 1, i, i / 250, i % 250 + 1,
                               i, i, i + 1);
    gint64 before = g_get_monotonic_time();
    g_assert_true(sk_policy_parse(sk_span_str(text->str), &policy, &diagnostics));
    double seconds = (double)(g_get_monotonic_time() - before) / 1e6;
    g_test_message("5,000 flows, 10,000 hosts, %zu bytes: %.3f s", text->len, seconds);
    g_assert_cmpuint(sk_policy_flows(policy)->len, ==, 5000);
    g_assert_cmpfloat(seconds, <, 20); /* the bar is bench's; quadratic would be a minute here */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/random-wall/round-trip", round_trip);
    g_test_add_func("/policy/random-wall/in-files", in_files);
    g_test_add_func("/policy/random-wall/file-limits", file_limits);
    g_test_add_func("/policy/random-wall/canonical-limit", canonical_limit);
    g_test_add_func("/policy/random-wall/5000", five_thousand);
    return g_test_run();
}
