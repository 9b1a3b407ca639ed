/* SPDX-License-Identifier: Apache-2.0
 * fuzz-policy.c - any bytes as a policy: an error for every no, and what is accepted comes back
 * from its canonical text with the same digest. */
#include "fuzz.h"
#include "base/io.h"
#include "policy/policy.h"
#include "policy/scan.h"

/* The scanner's pieces, one after the other, are the text. */
static void
check_pieces(SkSpan text)
{
    g_autoptr(SkScan) scan = sk_scan_new(text);
    size_t at = 0;
    SkSpan piece;

    while (sk_scan_next(scan, &piece) != SK_SCAN_END) {
        SkSpan same = sk_span_sub(text, at, piece.n);
        g_assert_true(piece.n > 0);
        g_assert_cmpmem(same.p, same.n, piece.p, piece.n);
        at += piece.n;
    }
    g_assert_cmpuint(at, ==, text.n);
}

static void
check_accepted(const SkPolicy *policy)
{
    g_autofree char *shown = sk_policy_show(policy);
    g_autoptr(SkPolicy) again = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GPtrArray) ja = sk_policy_explain(policy, "ja");
    g_autoptr(GPtrArray) en = sk_policy_explain(policy, "en");

    g_assert_true(sk_policy_parse(sk_span_str(shown), &again, &diagnostics));
    g_assert_cmpstr(sk_policy_digest(policy), ==, sk_policy_digest(again));
    g_assert_cmpuint(ja->len, ==, en->len);
    for (unsigned i = 0; i < sk_policy_flows(policy)->len; i++) {
        const SkFlow *flow = g_ptr_array_index(sk_policy_flows(policy), i);
        const SkFlow *other = g_ptr_array_index(sk_policy_flows(again), i);
        g_assert_true(sk_end_networks(&flow->from)->len > 0 && sk_end_networks(&flow->to)->len > 0);
        g_assert_cmpstr(sk_end_name(&flow->from), ==, sk_end_name(&other->from));
        g_assert_cmpuint(sk_end_networks(&flow->to)->len, ==, sk_end_networks(&other->to)->len);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    bool good = sk_policy_parse(sk_span(data, size), &policy, &diagnostics);
    g_autofree char *printed = sk_diagnostics_print(diagnostics, sk_span(data, size), "fuzz", true);
    g_autofree char *json = sk_diagnostics_json(diagnostics, NULL);

    g_assert_cmpint(good, ==, policy != NULL);
    g_assert_cmpint(good, ==, sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) == 0);
    g_assert_true(g_utf8_validate(printed, -1, NULL) && g_utf8_validate(json, -1, NULL));
    if (good)
        check_accepted(policy);
    if (g_utf8_validate_len((const char *)data, size, NULL))
        check_pieces(sk_span(data, size));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const files[] = {
        "data/policy/sample-town.conf",          "tests/golden/policy/everything.conf",
        "tests/golden/policy/flows.conf",        "tests/golden/policy/lexer.conf",
        "tests/golden/policy/tables.conf",       "tests/golden/policy/defines.conf",
        "tests/golden/policy/defines-good.conf", "tests/golden/policy/walls.conf",
        "tests/golden/policy/findings.conf",     "tests/golden/policy/gates.conf",
        "tests/golden/policy/syntax.conf",       "tests/golden/policy/syntax-more.conf",
        "tests/golden/policy/include.conf",      "tests/golden/policy/people.conf",
        "tests/golden/policy/chains.conf"
    };
    GBytes *bytes = NULL;

    if (index >= G_N_ELEMENTS(files) || g_getenv("SEKISHO_SOURCE") == NULL)
        return NULL;
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_SOURCE"), files[index], NULL);
    g_assert_true(sk_io_read_file(path, SK_POLICY_BYTES_MAX, &bytes, NULL));
    return bytes;
}
