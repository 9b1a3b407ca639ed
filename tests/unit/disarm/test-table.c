/* SPDX-License-Identifier: Apache-2.0
 * test-table.c - delimited text as a table: rows keep their numbers, cells are one line, nothing
 * else comes out. Workbooks: tests/e2e/e2e-people. */
#include "unit/disarm/disarming.h"

static Disarmed
table(SkSpan input, SkType hint)
{
    SkJob job = sk_job_default();
    job.hint = hint;
    job.level = SK_LEVEL_TEXT;
    job.target = SK_TYPE_TABLE;
    return disarm_with(&job, input);
}

static void
rows(void)
{
    static const struct {
        const char *in, *want;
        SkType hint;
    } cases[] = {
        { "a,b\nc,d\n", "S\t\n1\ta\tb\n2\tc\td\n", SK_TYPE_CSV },
        { "a;b\r\nc;d", "S\t\n1\ta\tb\n2\tc\td\n", SK_TYPE_CSV },
        { "a\tb\n\n,\n\nc\td\n", "S\t\n1\ta\tb\n3\t,\n5\tc\td\n", SK_TYPE_TSV },
        { "\"two\r\nlines\",\"a\tb\"\r\nx\r\n", "S\t\n1\ttwo lines\ta b\n2\tx\n", SK_TYPE_CSV },
        { "a,,,\n,,b\n", "S\t\n1\ta\n2\t\t\tb\n", SK_TYPE_CSV },
        { "=1+1,@x\n", "S\t\n1\t=1+1\t@x\n",
          SK_TYPE_CSV }, /* a value; whoever reads it refuses it */
        { "\x96\xbc,\x91\x4f\n", "S\t\n1\t名\t前\n", SK_TYPE_CSV }, /* CP932 */
        { "葛\xf3\xa0\x84\x80,𠮷\n", "S\t\n1\t葛\xf3\xa0\x84\x80\t𠮷\n", SK_TYPE_CSV },
        { "a\xe2\x80\xae"
          "b,c\n",
          "S\t\n1\tab\tc\n", SK_TYPE_CSV },
        { "plain\n", "S\t\n1\tplain\n", SK_TYPE_TEXT },
        { "", "S\t\n", SK_TYPE_CSV },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        autodisarmed out = table(sk_span_str(cases[i].in), cases[i].hint);
        g_test_message("%zu", i);
        assert_output(&out, sk_span_str(cases[i].want));
        g_assert_cmpint(out.report->type_out, ==, SK_TYPE_TABLE);
        g_assert_cmpint(out.report->level, ==, SK_LEVEL_TEXT);
    }
}

static void
refused(void)
{
    autodisarmed open = table(sk_span_str("a,\"b\nc,d\n"), SK_TYPE_CSV);
    assert_refused(&open, SK_REASON_AMBIGUOUS);
    g_autofree char *commas = g_strnfill(1000000, ',');
    g_autofree char *million = g_strconcat(commas, "x\n", NULL);
    autodisarmed wide = table(sk_span_str(million), SK_TYPE_CSV);
    assert_refused(&wide, SK_REASON_LIMIT);
    autodisarmed picture = table(sk_span("\x89PNG\r\n\x1a\n\0\0\0\0", 12), SK_TYPE_CSV);
    g_assert_cmpint(picture.report->outcome, ==, SK_OUTCOME_REFUSED);
    autodisarmed pdf = table(sk_span_str("%PDF-1.7\n%%EOF\n"), SK_TYPE_CSV);
    g_assert_cmpint(pdf.report->outcome, ==, SK_OUTCOME_REFUSED);
    autodisarmed nul = table(sk_span("a,b\0c,d\0e,f\0\0\0\0\0\0\0\0\n", 20), SK_TYPE_CSV);
    g_assert_cmpint(nul.report->outcome, ==, SK_OUTCOME_REFUSED);
    /* Empty columns beyond the last are no values. */
    g_autofree char *tail = g_strconcat("x", commas, "\n", NULL);
    autodisarmed empty = table(sk_span_str(tail), SK_TYPE_CSV);
    assert_output(&empty, sk_span_str("S\t\n1\tx\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/rows", rows);
    g_test_add_func("/table/refused", refused);
    return g_test_run();
}
