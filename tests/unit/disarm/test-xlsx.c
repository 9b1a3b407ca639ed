/* SPDX-License-Identifier: Apache-2.0
 *
 * test-xlsx.c - cells, ranges and numbers as text. Whole workbooks: tests/golden/hostile-xlsx, corpus-xlsx. */
#include "disarm/xlsx.h"

#include <string.h>

static void
test_cells(void)
{
    static const struct {
        const char *text;
        uint32_t row, column; /* 0: no cell */
    } cases[] = {
        { "A1", 1, 1 },          { "Z9", 9, 26 },     { "AA10", 10, 27 }, { "XFD1048576", 1048576, 16384 },
        { "XFE1", 0, 0 },        { "A1048577", 0, 0 }, { "A0", 0, 0 },     { "A01", 0, 0 },
        { "1A", 0, 0 },          { "A", 0, 0 },       { "1", 0, 0 },      { "", 0, 0 },
        { "AAAA1", 0, 0 },       { "A1:B2", 0, 0 },   { "$A$1", 0, 0 },   { "A99999999", 0, 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkXlsxCell cell = { 0, 0 };
        char name[16];
        bool good = sk_xlsx_cell(sk_span_str(cases[i].text), false, &cell);
        g_assert_cmpint(good, ==, cases[i].row > 0);
        if (!good)
            continue;
        g_assert_cmpuint(cell.row, ==, cases[i].row);
        g_assert_cmpuint(cell.column, ==, cases[i].column);
        (void)sk_xlsx_cell_name(cell, name);
        g_assert_cmpstr(name, ==, cases[i].text);
    }
}

static void
test_areas(void)
{
    static const char *const good[] = { "A1", "A1:B2", "$A$1:$B$2", "A:C", "$A:$C", "1:9", "$1:$9", "B2:A1" };
    static const char *const bad[] = { "", "A", "1", "A1:", ":A1", "A1:B", "A:1", "A1:B2:C3", "a1", "A$", "$", "A1 B2", "S!A1" };
    g_autoptr(GString) out = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(sk_xlsx_is_area(sk_span_str(good[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_xlsx_is_area(sk_span_str(bad[i])));
    g_assert_cmpuint(sk_xlsx_cells(sk_span_str("A1:XFD1048576")), ==, 17179869184u);
    g_assert_cmpuint(sk_xlsx_cells(sk_span_str("B2:A1")), ==, 4);
    g_assert_cmpuint(sk_xlsx_cells(sk_span_str("A:C")), ==, 0);
    g_assert_true(sk_xlsx_areas(sk_span_str("  A1\tB2:C3\n"), out));
    g_assert_cmpstr(out->str, ==, "A1 B2:C3");
    g_assert_false(sk_xlsx_areas(sk_span_str(" "), out));
    g_assert_false(sk_xlsx_areas(sk_span_str("A1,B2"), out));
}

static void
test_numbers(void)
{
    static const char *const good[] = { "0", "-1", "1.5", ".5", "1E5", "1e-300", "-.5E+1", "0.10000000000000001" };
    static const char *const bad[] = { "", "-", ".", "1.", "E5", "1E", "1E+", "+1", "1 ", "0x1", "1E1234", "INF", "NaN" };
    uint32_t whole = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(sk_xlsx_is_double(sk_span_str(good[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_xlsx_is_double(sk_span_str(bad[i])));
    g_assert_true(sk_xlsx_whole(sk_span_str("999999999"), &whole) && whole == 999999999);
    g_assert_false(sk_xlsx_whole(sk_span_str("01"), &whole));
    g_assert_false(sk_xlsx_whole(sk_span_str("1000000000"), &whole));
    g_assert_false(sk_xlsx_whole(sk_span_str("-1"), &whole));
    g_assert_true(sk_xlsx_is_spans(sk_span_str("1:5 7:9")));
    g_assert_false(sk_xlsx_is_spans(sk_span_str("1:5 ")));
    g_assert_false(sk_xlsx_is_spans(sk_span_str("1")));
}

static void
test_sheet_names(void)
{
    g_assert_true(sk_xlsx_is_sheet_name(sk_span_str("様式 第1号")));
    g_assert_true(sk_xlsx_is_sheet_name(sk_span_str("it's")));
    static const char *const bad[] = { "", "'a", "a'", "a:b", "[a]", "a/b", "a\\b", "a?", "a*", "a\n" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_xlsx_is_sheet_name(sk_span_str(bad[i])));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xlsx/cells", test_cells);
    g_test_add_func("/xlsx/areas", test_areas);
    g_test_add_func("/xlsx/numbers", test_numbers);
    g_test_add_func("/xlsx/sheet-names", test_sheet_names);
    return g_test_run();
}
