/* SPDX-License-Identifier: Apache-2.0
 * test-policy.c - every message about a policy and a sekisho.conf, as a person sees it: FILE.conf
 * beside FILE.conf.want. SEKISHO_GOLDEN_WRITE=1 writes the .want files anew; look at them before
 * they are kept. */
#include "base/io.h"
#include "policy/conf.h"
#include "policy/policy.h"
#include "policy/source.h"

#include <glib/gstdio.h>
#include <string.h>

#define TODAY (1795359600ll * 1000000) /* 2026-11-23 00:00 in Japan */

typedef enum {
    CASE_POLICY,
    CASE_CONF,
    CASE_SHOW,
    CASE_JSON,
    CASE_EXPLAIN_JA,
    CASE_EXPLAIN_EN
} CaseKind;

typedef struct {
    CaseKind kind;
    char *path;
    char *want;
} Case;

static GBytes *
read_bytes(const char *path)
{
    g_autoptr(GError) error = NULL;
    GBytes *bytes = NULL;

    g_assert_true(sk_io_read_file(path, SK_POLICY_BYTES_MAX, &bytes, &error));
    g_assert_no_error(error);
    return bytes;
}

static char *
join(const GPtrArray *lines)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < lines->len; i++)
        g_string_append_printf(out, "%s\n", (char *)g_ptr_array_index(lines, i));
    return g_string_free(out, FALSE);
}

/* A policy in several files, from its own folder, so that messages are the same everywhere. */
static bool
read_files(const char *path, SkPolicy **ret, SkSources **ret_sources, GPtrArray **ret_diagnostics)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *back = g_get_current_dir();
    g_autoptr(GError) error = NULL;

    sk_sources_free(*ret_sources);
    *ret_sources = NULL;
    g_assert_cmpint(chdir(folder), ==, 0);
    g_assert_true(sk_policy_read(name, ret, ret_sources, ret_diagnostics, &error));
    g_assert_cmpint(chdir(back), ==, 0);
    return *ret != NULL;
}

/* What a person would see. */
static char *
answer(const Case *c, SkSpan text)
{
    g_autofree char *name = g_path_get_basename(c->path);
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GPtrArray) lines = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(SkConf) conf = NULL;
    g_autoptr(SkSources) sources = sk_sources_new_text(text, name);
    bool good = c->kind == CASE_CONF ? sk_conf_parse(text, "/etc/sekisho", &conf, &diagnostics)
                : g_str_has_prefix(name, "include")
                    ? read_files(c->path, &policy, &sources, &diagnostics)
                    : sk_policy_parse(text, &policy, &diagnostics);

    g_assert_cmpint(good, ==, sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) == 0);
    g_assert_cmpint(good, ==, policy != NULL || conf != NULL);
    switch (c->kind) {
    case CASE_POLICY:
        if (good) {
            sk_policy_warn_expired(policy, TODAY, diagnostics);
            sk_diagnostics_sort(diagnostics);
        }
        return sk_diagnostics_print_files(diagnostics, sources, false);
    case CASE_CONF:
        return sk_diagnostics_print_files(diagnostics, sources, false);
    case CASE_JSON:
        return sk_diagnostics_json(diagnostics, sources);
    case CASE_SHOW:
        return sk_policy_show(policy);
    case CASE_EXPLAIN_JA:
        return join(lines = sk_policy_explain(policy, "ja"));
    case CASE_EXPLAIN_EN:
        return join(lines = sk_policy_explain(policy, "en"));
    }
    g_assert_not_reached();
}

static void
compare(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GBytes) bytes = read_bytes(c->path);
    /* A copy of its own, so that a read past its end is seen. */
    SkSpan text = sk_span_bytes(bytes);
    g_autofree uint8_t *copy = g_malloc(MAX(text.n, 1u));
    for (size_t i = 0; i < text.n; i++)
        copy[i] = text.p[i];
    g_autofree char *got = answer(c, sk_span(copy, text.n));

    if (g_getenv("SEKISHO_GOLDEN_WRITE") != NULL) {
        g_assert_true(g_file_set_contents(c->want, got, -1, NULL));
        return;
    }
    g_autoptr(GBytes) want = read_bytes(c->want);
    g_autofree char *want_text = sk_span_dup(sk_span_bytes(want));
    g_assert_cmpstr(got, ==, want_text);
}

static void
case_free(gpointer data)
{
    Case *c = data;

    g_free(c->path);
    g_free(c->want);
    g_free(c);
}

static void
add(CaseKind kind, const char *path, const char *want)
{
    Case *c = g_new0(Case, 1);
    g_autofree char *name = g_path_get_basename(want);
    g_autofree char *test =
        g_strdup_printf("/golden/%s/%s", kind == CASE_CONF ? "conf" : "policy", name);

    c->kind = kind;
    c->path = g_strdup(path);
    c->want = g_strdup(want);
    g_test_add_data_func_full(test, c, compare, case_free);
}

static void
add_folder(CaseKind kind, const char *folder)
{
    g_autofree char *path =
        g_build_filename(g_getenv("SEKISHO_SOURCE"), "tests/golden", folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    g_assert_nonnull(dir);

    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_autofree char *want = g_strconcat(file, ".want", NULL);
        if (g_str_has_suffix(name, ".conf"))
            add(kind, file, want);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_folder(CASE_POLICY, "policy");
    add_folder(CASE_CONF, "conf");

    static const struct {
        CaseKind kind;
        const char *input;
        const char *want;
    } more[] = {
        { CASE_POLICY, "data/policy/sample-town.conf", "sample-town.check.want" },
        { CASE_SHOW, "data/policy/sample-town.conf", "sample-town.show.want" },
        { CASE_EXPLAIN_JA, "data/policy/sample-town.conf", "sample-town.explain-ja.want" },
        { CASE_EXPLAIN_EN, "data/policy/sample-town.conf", "sample-town.explain-en.want" },
        { CASE_SHOW, "tests/golden/policy/everything.conf", "everything.show.want" },
        { CASE_EXPLAIN_JA, "tests/golden/policy/everything.conf", "everything.explain-ja.want" },
        { CASE_EXPLAIN_EN, "tests/golden/policy/everything.conf", "everything.explain-en.want" },
        { CASE_SHOW, "tests/golden/policy/people.conf", "people.show.want" },
        { CASE_EXPLAIN_JA, "tests/golden/policy/people.conf", "people.explain-ja.want" },
        { CASE_EXPLAIN_EN, "tests/golden/policy/people.conf", "people.explain-en.want" },
        { CASE_SHOW, "tests/golden/policy/gates-unused.conf", "gates.show.want" },
        { CASE_EXPLAIN_JA, "tests/golden/policy/gates-unused.conf", "gates.explain-ja.want" },
        { CASE_EXPLAIN_EN, "tests/golden/policy/gates-unused.conf", "gates.explain-en.want" },
        { CASE_SHOW, "tests/golden/policy/defines-good.conf", "defines-good.show.want" },
        { CASE_EXPLAIN_JA, "tests/golden/policy/defines-good.conf",
          "defines-good.explain-ja.want" },
        { CASE_EXPLAIN_EN, "tests/golden/policy/defines-good.conf",
          "defines-good.explain-en.want" },
        { CASE_EXPLAIN_JA, "tests/golden/policy/findings.conf", "findings.explain-ja.want" },
        { CASE_EXPLAIN_EN, "tests/golden/policy/findings.conf", "findings.explain-en.want" },
        { CASE_SHOW, "tests/golden/policy/included.conf", "included.show.want" },
        { CASE_JSON, "tests/golden/policy/include.conf", "include.json.want" },
        { CASE_JSON, "tests/golden/policy/rules-conflict.conf", "rules-conflict.json.want" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autofree char *input = g_build_filename(g_getenv("SEKISHO_SOURCE"), more[i].input, NULL);
        g_autofree char *want =
            g_build_filename(g_getenv("SEKISHO_SOURCE"), "tests/golden/policy", more[i].want, NULL);
        add(more[i].kind, input, want);
    }
    return g_test_run();
}
