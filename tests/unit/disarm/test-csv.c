/* SPDX-License-Identifier: Apache-2.0
 * test-csv.c - CSV and TSV: dialects in, one dialect out, no cell that runs. */
#include "unit/disarm/disarming.h"

#define BOM "\xEF\xBB\xBF"

static void
check(const char *in, SkType type, const char *want)
{
    autodisarmed out = disarm(sk_span_str(in), type, SK_LEVEL_REBUILT);
    g_test_message("%s", in);
    assert_output(&out, sk_span_str(want));
    autodisarmed again = disarm(output_of(&out), type, SK_LEVEL_TEXT);
    assert_output(&again, output_of(&out));
    g_assert_cmpuint(again.report->findings->len, ==, 0);
}

static void
dialects(void)
{
    static const struct {
        const char *in, *csv;
    } rows[] = {
        { "", BOM },
        { "a", BOM "a\r\n" },
        { "a,b\nc,d\n", BOM "a,b\r\nc,d\r\n" },
        { "a;b\r\nc;d", BOM "a,b\r\nc,d\r\n" },
        { "a\tb\nc\td\n", BOM "a,b\r\nc,d\r\n" },
        { "\"a\",\"b\"\n", BOM "a,b\r\n" },
        { "\"a,\"\"b\",\n", BOM "\"a,\"\"b\",\r\n" },
        { "\"two\nlines\",x\n", BOM "\"two\nlines\",x\r\n" },
        { "\"two\r\nlines\",x\r\n", BOM "\"two\nlines\",x\r\n" },
        { "\"a\"b,c\n", BOM "ab,c\r\n" },
        { "a\"b,c\n", BOM "\"a\"\"b\",c\r\n" },
        { "a;x,b\nc,d\n", BOM "\"a;x\",b\r\nc,d\r\n" },
        { "a\n\nb\n\n", BOM "a\r\n\r\nb\r\n\r\n" },
        { ",\n", BOM ",\r\n" },
        { "a,", BOM "a,\r\n" },
        { " a , b \n", BOM " a , b \r\n" },
        { "a,b,c\nd\ne,f\n", BOM "a,b,c\r\nd\r\ne,f\r\n" },
        { "sep=;\na;b,c\n", BOM "a,\"b,c\"\r\n" },
        { "sep=,\nSEP=;\na;b\n", BOM "a,b\r\n" },
        { "sep=a,b\n", BOM "'sep=a,b\r\n" },
        { "\"sep=\n\",b\n", BOM "\"'sep=\n\",b\r\n" },
        { "sep=|\na|b,c\n", BOM "a,\"b,c\"\r\n" },
        /* bars, where they part cells alike in several records */
        { "a|b\nc|d\n", BOM "a,b\r\nc,d\r\n" },
        { "a|b|c\n", BOM "\"a|b|c\"\r\n" },
        { "a|b\nc|d|e\n", BOM "\"a|b\"\r\n\"c|d|e\"\r\n" },
        { "=cmd|' /C calc'!A0\n", BOM "\"'=cmd|' /C calc'!A0\"\r\n" },
        /* quotes escaped by a backslash, where nothing else explains them */
        { "\"a\\\"b\",c\n", BOM "\"a\"\"b\",c\r\n" },
        { "\"a\\\\\",\"\\\"=1\\\"\"\n", BOM "a\\,\"'\"\"=1\"\"\"\r\n" },
        { "\"\\,\\\"=x\",b\n", BOM "\"\\,\"\"'=x\",b\r\n" },
        { "\"C:\\\",b\n", BOM "C:\\,b\r\n" },
        /* single quotes, where they close as they open */
        { "'a,b','c'\n", BOM "\"a,b\",c\r\n" },
        { "'it''s';1\n'=1';2\n", BOM "it's,1\r\n'=1,2\r\n" },
        { "'tis,b\nc,d'\n", BOM "'tis,b\r\nc,d'\r\n" },
        { BOM "'=a,b'\r\n", BOM "'=a,b'\r\n" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        check(rows[i].in, SK_TYPE_CSV, rows[i].csv);
    check("a,b\n\"c\td\",e\n", SK_TYPE_TSV, BOM "a\tb\r\n\"c\td\"\te\r\n");
    check("a\tb,c\n", SK_TYPE_TSV, BOM "a\t\"b,c\"\r\n");

    autodisarmed open = disarm(sk_span_str("a,\"b\nc,d\n"), SK_TYPE_CSV, SK_LEVEL_REBUILT);
    assert_refused(&open, SK_REASON_AMBIGUOUS);
}

/* Cells, alone in a document: what they become (without quotes of CSV), NULL where they stay. */
static void
formulas(void)
{
    static const struct {
        const char *cell, *want;
    } rows[] = {
        { "=1+1", "'=1+1" },
        { "=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0" },
        { "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0" },
        { "-2+3+cmd|'x'!A0", "'-2+3+cmd|'x'!A0" },
        { "@SUM(1)", "'@SUM(1)" },
        { "＝1+1", "'＝1+1" },
        { "＋A1", "'＋A1" },
        { "－A1", "'－A1" },
        { "＠x", "'＠x" },
        { " =1", "' =1" },
        { "　=1", "'　=1" },
        { "\xC2\xA0=1", "'\xC2\xA0=1" },
        { "+81-3-1234-5678", "'+81-3-1234-5678" },
        { "--1", "'--1" },
        { "-", NULL },
        { "- -", NULL },
        { "－", NULL },
        { "-12.5", NULL },
        { "+3", NULL },
        { "-1,234", NULL },
        { "-1,23", "'-1,23" },
        { "-5%", NULL },
        { "-1.5E+3", NULL },
        { "-¥1,200", NULL },
        { "－１２", NULL },
        { "-.5", NULL },
        { "-1.", "'-1." },
        { "-e5", "'-e5" },
        { "- 5", "'- 5" },
        { "'=1", NULL },
        { "a=1", NULL },
        { "2026-11-23", NULL },
        { "a@example.jp", NULL },
        { "x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0" },
        { "x, \"=1", "x, \"'=1" },
        { "項目\n-二つ目", NULL },
        { "項目\n-cmd|'x'!A0", "項目\n'-cmd|'x'!A0" },
        { "=a;=b", "'=a;'=b" },
        { "x|=1", "x|'=1" },
        { "x|-1", NULL },
        { "﹦1", "'﹦1" },
        { "﹢A1", "'﹢A1" },
        { "﹣A1", "'﹣A1" },
        { "﹫x", "'﹫x" },
        { "\xE1\x9A\x80=1", "'\xE1\x9A\x80=1" },
        { "-1e5", NULL },
        { "2026/11/24 10:00", NULL },
        { "-2026/11/24", "'-2026/11/24" },
        { "03-1234-5678", NULL },
        { "\t=1", "'\t'=1" },
        { "\tx", "'\tx" },
        { "\nx", "'\nx" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *want = rows[i].want != NULL ? rows[i].want : rows[i].cell;
        g_autoptr(GString) in = g_string_new(rows[i].cell);
        g_string_replace(in, "\"", "\"\"", 0);
        g_autofree char *quoted = g_strdup_printf("x,\"%s\"\n", in->str);
        autodisarmed out = disarm(sk_span_str(quoted), SK_TYPE_CSV, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_CSV_FORMULA), ==, rows[i].want != NULL ? 1 : 0);

        bool needs = strpbrk(want, "\",;|\t\n") != NULL;
        g_autoptr(GString) cell = g_string_new(want);
        g_string_replace(cell, "\"", "\"\"", 0);
        g_autofree char *expected = g_strdup_printf(needs ? BOM "x,\"%s\"\r\n" : BOM "x,%s\r\n", cell->str);
        assert_output(&out, sk_span_str(expected));
        assert_idempotent(&out, SK_TYPE_CSV, SK_LEVEL_REBUILT);
    }
}

static void
findings(void)
{
    autodisarmed out = disarm(sk_span_str("a,b\n1,=x\n"), SK_TYPE_CSV, SK_LEVEL_REBUILT);
    g_assert_cmpuint(out.report->findings->len, ==, 1);
    const SkFinding *finding = &g_array_index(out.report->findings, SkFinding, 0);
    g_assert_cmpstr(finding->place, ==, "B2");
    g_assert_cmpint(finding->action, ==, SK_ACTION_REPLACED);

    autodisarmed quoting = disarm(sk_span_str("a;b\n"), SK_TYPE_CSV, SK_LEVEL_REBUILT);
    g_assert_cmpuint(found(&quoting, SK_ELEMENT_CSV_QUOTING), ==, 1);

    SkJob job = sk_job_default();
    job.hint = SK_TYPE_CSV;
    job.verdicts[SK_ELEMENT_CSV_FORMULA] = SK_VERDICT_REFUSED;
    autodisarmed refused = disarm_with(&job, sk_span_str("a,=b\n"));
    assert_refused(&refused, SK_REASON_FORBIDDEN);
}

/* Where a policy lets invisible characters stand, they hide no formula. */
static void
unseen(void)
{
    SkJob job = sk_job_default();
    job.hint = SK_TYPE_CSV;
    job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
    autodisarmed out = disarm_with(&job, sk_span_str("a,\xE2\x80\x8B=1\n"));
    assert_output(&out, sk_span_str(BOM "a,'\xE2\x80\x8B=1\r\n"));
}

/* Every Japanese encoding, the same table. */
static void
encodings(void)
{
    static const char want[] = BOM "品名,数\r\n'＝1,２\r\n";
    static const char *const in[] = {
        "\x95\x69\x96\xBC,\x90\x94\r\n\x81\x81" "1,\x82\x51\r\n",
        "\xC9\xCA\xCC\xBE,\xBF\xF4\n\xA1\xE1" "1,\xA3\xB2\n",
        "\x1B$BIJL>\x1B(B,\x1B$B?t\x1B(B\n\x1B$B!a\x1B(B1,\x1B$B#2\x1B(B\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(in); i++) {
        autodisarmed out = disarm(sk_span_str(in[i]), SK_TYPE_CSV, SK_LEVEL_REBUILT);
        assert_output(&out, sk_span_str(want));
        g_assert_cmpuint(found(&out, SK_ELEMENT_TEXT_ENCODING), ==, 1);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/csv/dialects", dialects);
    g_test_add_func("/csv/formulas", formulas);
    g_test_add_func("/csv/findings", findings);
    g_test_add_func("/csv/unseen", unseen);
    g_test_add_func("/csv/encodings", encodings);
    return g_test_run();
}
