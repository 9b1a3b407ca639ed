/* SPDX-License-Identifier: Apache-2.0
 * test-random.c - random policies: what is shown parses back to the same, order means nothing, and
 * no mutilated text crashes, hangs or is accepted with errors. */
#include "base/io.h"
#include "policy/conf.h"
#include "policy/policy.h"

#include <string.h>

#define ROUNDS 120
#define MUTATIONS 800

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

static char *
random_zone(GRand *rand, unsigned i)
{
    static const char *const sign_in[] = { "", " sign-in password\n", " sign-in two factors\n" };
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "zone z%u \"領域%u\" {\n trust %u\n take-out with approval\n%s", i,
                           i, 1 + pick(rand, 3), sign_in[pick(rand, 3)]);
    if (i < 2 || coin(rand))
        g_string_append_printf(out, " network 10.%u.0.0/16, fd00:%x::/32\n interface eth%u\n%s",
                               i + 1, i + 1, i,
                               coin(rand) ? " gate udp 53 tcp 443, 8000-8010\n" : "");
    g_string_append(out, "}");
    return g_string_free(out, FALSE);
}

static void
random_types(GRand *rand, GString *out, unsigned half)
{
    const char *comma = " types ";
    unsigned from = 1 + half * (SK_TYPE_ZIP / 2), n = 1 + pick(rand, 5);

    for (unsigned i = 0; i < n; i++) {
        unsigned type = from + i * 3;
        if (sk_type_rows[type].extension[0] == '\0')
            continue;
        g_string_append_printf(out, "%s%s", comma, sk_type_rows[type].name);
        comma = ", ";
    }
}

static void
random_with(GRand *rand, GString *out)
{
    if (pick(rand, 4) == 0)
        g_string_append(out, " with metadata removed");
    if (pick(rand, 4) == 0)
        g_string_append_printf(out, " with dpi %u", 72 + pick(rand, 500));
    for (unsigned i = 0; i < 3; i++) {
        /* Codes that differ in each place, and none of the metadata. */
        static const SkElement elements[] = { SK_ELEMENT_HYPERLINK, SK_ELEMENT_TRACKED_CHANGES,
                                              SK_ELEMENT_VBA_PROJECT };
        SkVerdict verdict = (SkVerdict)(1 + pick(rand, SK_VERDICT_COUNT - 1));
        if (coin(rand) && sk_element_allows(elements[i], verdict))
            g_string_append_printf(out, " with %s %s", sk_element_get(elements[i])->code,
                                   sk_verdict_name(verdict));
    }
}

static char *
random_rule(GRand *rand, unsigned from, unsigned to, int half)
{
    static const char *const levels[] = { "text", "image", "rebuilt", "inspected" };
    static const char *const units[] = { "KiB", "MiB" };
    static const char *const times[] = { "days", "hours", "minutes" };
    static const char *const classes[] = { "1", "2, 1", "3A", "3B, 3C, 2, 1" };
    static const char *const chains[] = { "section-head", "security-manager",
                                          "security-manager then section-head" };
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "file from z%u to z%u approval %s as %s", from, to,
                           chains[pick(rand, 3)], levels[pick(rand, 4)]);
    if (half >= 0)
        random_types(rand, out, (unsigned)half);
    if (coin(rand))
        g_string_append_printf(out, " size to %u %s", 1 + pick(rand, 4096), units[pick(rand, 2)]);
    if (coin(rand))
        g_string_append_printf(out, " keep original %u %s", pick(rand, 3000), times[pick(rand, 3)]);
    if (coin(rand))
        g_string_append(out, " reason required");
    if (coin(rand))
        g_string_append_printf(out, " classes %s", classes[pick(rand, 4)]);
    if (coin(rand))
        g_string_append_printf(out, " within %u days", 2 + pick(rand, 300));
    if (coin(rand))
        g_string_append_printf(out, " remind after %u hours", 1 + pick(rand, 47));
    random_with(rand, out);
    return g_string_free(out, FALSE);
}

static GPtrArray *
random_sentences(GRand *rand)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    unsigned zones = 2 + pick(rand, 4);

    g_ptr_array_add(out, g_strdup("organisation \"見本町\""));
    if (coin(rand))
        g_ptr_array_add(out, g_strdup("model beta"));
    for (unsigned i = 0; i < zones; i++)
        g_ptr_array_add(out, random_zone(rand, i));
    for (unsigned i = 0; i < zones; i++)
        for (unsigned j = 0; j < zones; j++)
            for (int half = -1; half < 2; half++)
                if (i != j && coin(rand))
                    g_ptr_array_add(out, random_rule(rand, i, j, half));
    for (unsigned i = 0; i < zones; i++)
        if (coin(rand))
            g_ptr_array_add(
                out,
                g_strdup_printf("host h%u \"機器\" outside address 192.0.2.%u, 2001:db8::%x mac "
                                "52:54:00:00:00:%02X%s",
                                i, i + 1, i + 1, i, coin(rand) ? " interface eth0" : ""));
    g_ptr_array_add(
        out, g_strdup_printf("flow from z0 to z1 tcp %u, 443-500 udp 53", 1 + pick(rand, 400)));
    return out;
}

static char *
join_shuffled(GRand *rand, GPtrArray *sentences)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = sentences->len; i > 1; i--) {
        unsigned j = pick(rand, i);
        gpointer swap = sentences->pdata[i - 1];
        sentences->pdata[i - 1] = sentences->pdata[j];
        sentences->pdata[j] = swap;
    }
    for (unsigned i = 0; i < sentences->len; i++)
        g_string_append_printf(out, "%s%s\n", (char *)sentences->pdata[i],
                               coin(rand) ? "" : "  # 注釈\n");
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

static void
round_trip(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);

    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autoptr(GPtrArray) sentences = random_sentences(rand);
        g_autofree char *text = join_shuffled(rand, sentences);
        g_autofree char *other = join_shuffled(rand, sentences);
        g_autoptr(SkPolicy) a = parse(text);
        g_autoptr(SkPolicy) b = parse(other);
        g_autofree char *shown = sk_policy_show(a);
        g_autoptr(SkPolicy) again = parse(shown);
        g_autofree char *shown_again = sk_policy_show(again);
        g_autofree char *shown_other = sk_policy_show(b);

        g_assert_cmpstr(shown, ==, shown_again);
        g_assert_cmpstr(shown, ==, shown_other);
        g_assert_cmpstr(sk_policy_digest(a), ==, sk_policy_digest(b));
        g_assert_cmpuint(sk_policy_rules(a)->len, ==, sk_policy_rules(again)->len);
        for (unsigned j = 0; j < sk_policy_rules(a)->len; j++) {
            const SkRule *x = g_ptr_array_index(sk_policy_rules(a), j);
            const SkRule *y = g_ptr_array_index(sk_policy_rules(again), j);
            g_assert_cmpmem(x->verdicts, sizeof x->verdicts, y->verdicts, sizeof y->verdicts);
            g_assert_cmpmem(x->types, sizeof x->types, y->types, sizeof y->types);
            g_assert_cmpmem(x->steps, sizeof x->steps, y->steps, sizeof y->steps);
            g_assert_true(x->level == y->level && x->size_max == y->size_max && x->dpi == y->dpi &&
                          x->keep_original_us == y->keep_original_us && x->classes == y->classes &&
                          x->reason == y->reason && x->steps_n == y->steps_n &&
                          x->within_us == y->within_us && x->remind_us == y->remind_us &&
                          x->direction == y->direction);
        }
        g_autoptr(GPtrArray) ja = sk_policy_explain(a, "ja");
        g_autoptr(GPtrArray) en = sk_policy_explain(a, "en");
        g_assert_cmpuint(ja->len, ==, en->len);
    }
}

/* Any bytes: an answer, an error for every no, and something to print. */
static void
feed(SkSpan text)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GPtrArray) conf_diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(SkConf) conf = NULL;
    bool good = sk_policy_parse(text, &policy, &diagnostics);

    g_assert_cmpint(good, ==, sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) == 0);
    g_assert_cmpint(good, ==, policy != NULL);
    g_autofree char *printed = sk_diagnostics_print(diagnostics, text, "fed", true);
    g_autofree char *json = sk_diagnostics_json(diagnostics, NULL);
    g_assert_true(g_utf8_validate(printed, -1, NULL));
    g_assert_true(g_utf8_validate(json, -1, NULL));
    if (good) {
        g_autofree char *shown = sk_policy_show(policy);
        g_autoptr(SkPolicy) again = parse(shown);
        g_assert_cmpstr(sk_policy_digest(policy), ==, sk_policy_digest(again));
    }
    g_assert_cmpint(sk_conf_parse(text, "/etc", &conf, &conf_diagnostics), ==, conf != NULL);
}

static void
mutations(void)
{
    static const char *const files[] = { "data/policy/sample-town.conf",
                                         "tests/golden/policy/everything.conf",
                                         "tests/golden/policy/syntax.conf",
                                         "tests/golden/conf/wrong.conf",
                                         "data/sekisho.conf.sample" };
    static const char *const bits[] = { "{",    "}",     "\n",           ",",
                                        "\"",   "#",     "\xE3\x80\x80", "\xE2\x80\x9C",
                                        "\xFF", "zone ", "file ",        "\xE2\x80\xAE",
                                        "/",    "-",     " types ",      "99999999999999999999",
                                        "\t",   "\r",    "\xEF\xBC\x83" };
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    for (unsigned i = 0; i < MUTATIONS; i++) {
        g_autofree char *path =
            g_build_filename(g_getenv("SEKISHO_SOURCE"), files[i % G_N_ELEMENTS(files)], NULL);
        g_autoptr(GBytes) bytes = NULL;
        g_assert_true(sk_io_read_file(path, SK_POLICY_BYTES_MAX, &bytes, NULL));
        SkSpan whole = sk_span_bytes(bytes);
        g_autoptr(GString) text = g_string_new_len((const char *)whole.p, (gssize)whole.n);

        for (unsigned j = 1 + pick(rand, 6); j > 0 && text->len > 1; j--) {
            gssize at = (gssize)pick(rand, (unsigned)text->len);
            gsize n = 1u + pick(rand, 20);
            switch (pick(rand, 4)) {
            case 0:
                g_string_erase(text, at, (gssize)MIN(text->len - (gsize)at, n));
                break;
            case 1:
                g_string_insert(text, at, bits[pick(rand, G_N_ELEMENTS(bits))]);
                break;
            case 2:
                text->str[at] = (char)pick(rand, 256);
                break;
            default:
                if (pick(rand, 8) == 0)
                    g_string_truncate(text, (gsize)at);
                break;
            }
        }
        g_autofree uint8_t *copy = g_memdup2(
            text->str, MAX(text->len, 1u)); /* exact, so that reads past its end are seen */
        feed(sk_span(copy, text->len));
    }
}

/* Large and dull: limits hold, errors stop at a hundred, and time stays short. */
static void
large(void)
{
    g_autoptr(GString) text =
        g_string_new("zone a \"A\" {\ntrust 1\n}\nzone b \"B\" {\ntrust 2\n}\n");
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    while (text->len < SK_POLICY_BYTES_MAX - 100)
        g_string_append(text, "file from a to b as rebuilt\nhost aa \"x\" in c address 1\n");
    g_assert_false(sk_policy_parse(sk_span_str(text->str), &policy, &diagnostics));
    g_assert_cmpuint(sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR), ==,
                     SK_DIAGNOSTICS_MAX + 1);
    const SkDiagnostic *last = g_ptr_array_index(diagnostics, diagnostics->len - 1);
    g_assert_cmpstr(last->message, ==, "over 100 errors: the rest is left out");

    g_autoptr(GPtrArray) too_large = NULL;
    while (text->len <= SK_POLICY_BYTES_MAX)
        g_string_append_c(text, '\n');
    g_assert_false(sk_policy_parse(sk_span_str(text->str), &policy, &too_large));
    g_assert_cmpuint(too_large->len, ==, 1);

    g_autoptr(GString) line = g_string_new("file from a to b as rebuilt types ");
    g_autoptr(GPtrArray) long_line = NULL;
    for (unsigned i = 0; i < 20000; i++)
        g_string_append(line, "あ, ");
    g_assert_false(sk_policy_parse(sk_span_str(line->str), &policy, &long_line));
    g_autofree char *printed =
        sk_diagnostics_print(long_line, sk_span_str(line->str), "long", false);
    g_assert_cmpuint(strlen(printed), <, 100000);
}

/* Just over a limit is an error that says so; and nothing is dropped silently. */
static void
limits(void)
{
    static const struct {
        unsigned n;
        const char *message;
    } rows[] = {
        { SK_POLICY_ZONES_MAX + 1, "there are more than 64 zones" },
        { SK_POLICY_HOSTS_MAX + 1, "there are more than 16384 hosts" },
        { SK_POLICY_TABLES_MAX + 1, "there are more than 1024 tables" },
        { SK_POLICY_SENTENCES_MAX + 1, "there are more than 16384 sentences" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text =
            g_string_new("zone a \"A\" {\ntrust 1\n}\nzone b \"B\" {\ntrust 1\n}\n");
        g_autoptr(GPtrArray) diagnostics = NULL;
        g_autoptr(SkPolicy) policy = NULL;
        bool found = false;

        for (unsigned j = 1; j <= rows[i].n; j++) {
            if (i == 0)
                g_string_append_printf(text, "zone z%u \"Z\" {\ntrust 1\n}\n", j);
            else if (i == 1)
                g_string_append_printf(text, "host h%u \"H\" outside address 10.%u.%u.1\n", j,
                                       j / 256, j % 256);
            else if (i == 2)
                g_string_append_printf(text, "table t%u \"T\" outside address 10.%u.%u.1\n", j,
                                       j / 256, j % 256);
            else
                g_string_append_printf(text, "flow from a to b tcp %u\n", j);
        }
        g_assert_false(sk_policy_parse(sk_span_str(text->str), &policy, &diagnostics));
        for (unsigned j = 0; j < diagnostics->len; j++)
            found = found || strcmp(((SkDiagnostic *)g_ptr_array_index(diagnostics, j))->message,
                                    rows[i].message) == 0;
        g_assert_true(found);
    }

    g_autoptr(GString) conf_text = g_string_new(NULL);
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkConf) conf = NULL;
    for (unsigned j = 0; j <= SK_CONF_STATIONS_MAX; j++)
        g_string_append_printf(conf_text, "station s%u {\n}\n", j);
    g_assert_false(sk_conf_parse(sk_span_str(conf_text->str), "/etc", &conf, &diagnostics));
    g_assert_cmpuint(sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR), ==,
                     SK_DIAGNOSTICS_MAX + 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/random/round-trip", round_trip);
    g_test_add_func("/policy/random/mutations", mutations);
    g_test_add_func("/policy/random/large", large);
    g_test_add_func("/policy/random/limits", limits);
    return g_test_run();
}
