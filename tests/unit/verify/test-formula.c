/* SPDX-License-Identifier: Apache-2.0
 * test-formula.c - the grammar of formulas (docs/formats/formula.md): what stands, and what each
 * way around it is called. */
#include "verify/xlsx-formula.h"

#include <string.h>

typedef struct {
    const char *formula;
    const char *word;
} Case;

static const char *
word_of(const char *formula, bool keep_links)
{
    g_autoptr(GHashTable) sheets = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_add(sheets, (void *)"sheet1");
    g_hash_table_add(sheets, (void *)"人口 1");
    g_hash_table_add(sheets, (void *)"o'neil");
    SkFormulaRules rules = { .sheets = sheets, .keep_links = keep_links };
    g_autofree uint8_t *copy = g_memdup2(formula, strlen(formula));
    SkElement found = sk_workbook_refuse_formula(&rules, sk_span(copy, strlen(formula)));

    return found == SK_ELEMENT_NONE ? "good" : sk_element_get(found)->code;
}

static void
check(const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_test_message("%s", cases[i].formula);
        g_assert_cmpstr(word_of(cases[i].formula, true), ==, cases[i].word);
    }
}

static void
good(void)
{
    static const char *const formulas[] = {
        "1",
        "-1.5E-3+.5",
        "A1",
        "$A$1:XFD1048576",
        "A:A",
        "1:3",
        "SUM(A1:A3,,B1)",
        "sum( A1 )",
        "PI()",
        "IF(A1>=0,\"正\",\"負 \"\"x\"\"\")",
        "_xlfn.XLOOKUP(A1,B:B,C:C)",
        "_xlfn._xlws.FILTER(A1:A9,B1:B9)",
        "_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)",
        "Sheet1!A1",
        "SHEET1!$1:$2",
        "'人口 1'!税率",
        "'O''Neil'!A1",
        "'Sheet1:人口 1'!A1",
        "#REF!",
        "Sheet1!#REF!",
        "#REF!A1",
        "{1,2;-3,\"a\",TRUE,#N/A}",
        "{ 1 , 2 }",
        "表1[[#This Row],[区分]]",
        "表1[区''分]",
        "A1#",
        "A1 #REF!",
        "Sheet1!1 (2)",
        "#REF!A1 B1",
        "@A1:A3",
        "50%",
        "A1:B2 B1:C3",
        "(A1,B2)",
        "A1&\" | \"&B1",
        "SUM(\n A1,\r\n\tB1)",
        "HYPERLINK(\"https://example.jp/a?b#c\",\"d\")",
        "HYPERLINK(\"#\"&A1)",
        "HYPERLINK( \"mailto:a@example.jp\" )",
        "INDIRECT(\"A\"&ROW())",
        "ROW",
        "_xlfn.MAP(A1:A3,_xleta.ABS)",
        "_xlfn.REDUCE(0,A1:A3,_xlfn._xleta.Sum)",
        "Ａ１",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(formulas); i++) {
        g_test_message("%s", formulas[i]);
        g_assert_cmpstr(word_of(formulas[i], true), ==, "good");
    }
}

static void
active(void)
{
    static const Case cases[] = {
        { "cmd|'/C calc'!A0", "dde-field" },
        { "|", "dde-field" },
        { "A1 |B1", "dde-field" },
        { "SUM(cmd|'/c calc'!A1)", "dde-field" },
        { "cmd｜'/c calc'!A1", "unknown-formula" },
        { "表1[a|b]", "dde-field" },
        { "[1]Sheet1!A1", "external-formula" },
        { "'[1]Sheet1'!A1", "external-formula" },
        { "'C:\\[a.xlsx]Sheet1'!A1", "external-formula" },
        { "'\\\\server\\share\\a'!A1", "external-formula" },
        { "Sheet2!A1", "external-formula" },
        { "'Sheet1:Sheet2'!A1", "external-formula" },
        { "'Sheet1:Sheet1:Sheet1'!A1", "external-formula" },
        { "Sheet1!A1(1)", "unknown-formula" },
        { "INDIRECT(\"[a.xlsx]Sheet1!A1\")", "external-formula" },
        { "\"http://a\"&INDIRECT(A1)", "external-formula" },
        { "INDIRECT(\"\\\\server\"&A1)", "external-formula" },
        { "INDIRECT(INDEX({\"[a.xlsx]S!A1\"},1))", "external-formula" },
        { "A1 #", "unknown-formula" },
        { "MAP(A1,Sheet1!_xleta.HYPERLINK)", "unknown-formula" },
        { "'Sheet1'!_XLFN.WEBSERVICE", "unknown-formula" },
        { "#REF!_xlws.SORT", "unknown-formula" },
        { "SUM(+,1)", "unknown-formula" },
        { "SUM(1+,2)", "unknown-formula" },
        { "#REF!A1 (1)", "unknown-formula" },
        { "Sheet1!#REF!A1", "unknown-formula" },
        { "HYPERLINK(\"http://a\xc2\xa0\")", "unsafe-hyperlink" },
        { "WEBSERVICE(\"http://a\")", "active-formula" },
        { "MAP(A1:A3,_xleta.WEBSERVICE)", "active-formula" },
        { "LET(_xlpm.f,_xlfn._XLETA.Image,_xlpm.f(A1))", "active-formula" },
        { "MAP(A1:A3,_xleta.HYPERLINK)", "active-formula" },
        { "MAP(A1:A3,_xleta.INDIRECT)", "active-formula" },
        { "_xleta.CALL", "xlm-macro" },
        { "_xleta._xlpm.f", "unknown-formula" },
        { "_xleta.", "unknown-formula" },
        { "_xlfn.(1)", "unknown-formula" },
        { "_xlfn._xlws.(1)", "unknown-formula" },
        { "_xlfn.WEBSERVICE", "active-formula" },
        { "_xlfn._xlws.NEW", "unknown-formula" },
        { "_xlfn.WEBSERVICE(A1)", "active-formula" },
        { "_XLFN._XLWS.WebService(A1)", "active-formula" },
        { "RTD(\"a\",,\"b\")", "active-formula" },
        { "IMAGE(A1)", "active-formula" },
        { "CALL(\"kernel32\",\"WinExec\",\"JCJ\",\"calc\",0)", "xlm-macro" },
        { "REGISTER.ID(\"a\",\"b\")", "xlm-macro" },
        { "EXEC(\"calc\")", "xlm-macro" },
        { "exec (\"calc\")", "xlm-macro" },
        { "macro1()", "unknown-formula" },
        { "_xlpm", "good" },
        { "_xlfn._xlfn.SUM(1)", "unknown-formula" },
        { "DDE(\"a\",\"b\",\"c\")", "unknown-formula" },
        { "HYPERLINK(A1)", "unsafe-hyperlink" },
        { "HYPERLINK(\"mailto:\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"file:///c:/a\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"\\\\server\\a\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"ms-msdt:/id\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"https://example.jp/\"&A1)", "unsafe-hyperlink" },
        { "HYPERLINK(\"https://a b/\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"https://user@example.jp/\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"https:///a\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"https://a:123456/\")", "unsafe-hyperlink" },
        { "HYPERLINK(\"https://a\\b\")", "unsafe-hyperlink" },
        { "HYPERLINK()", "unsafe-hyperlink" },
        { "HYPERLINK(", "unsafe-hyperlink" },
    };
    check(cases, G_N_ELEMENTS(cases));
    g_assert_cmpstr(word_of("HYPERLINK(\"https://a/\")", false), ==, "hyperlink");
    g_assert_cmpstr(word_of("HYPERLINK(\"#A1\")", false), ==, "good");
}

static void
broken(void)
{
    static const char *const formulas[] = {
        "",           " ",           "=A1",       "A1 +",        "+",
        "(",          ")",           "()",        "A1)",         "(A1",
        "SUM(A1",     "SUM(A1,",     "SUM((),1)", "1A",          "1.5.3",
        "1E",         "\"a",         "'a",        "''!A1",       "'Sheet1'A1",
        "Sheet1!",    "Sheet1!(A1)", "{",         "{}",          "{1,}",
        "{A1}",       "{+A}",        "{1;2",      "表1[",        "表1[a",
        "表1[[[a]]]", "表1[a]b",     "表1[a][b]", "表1[a!b]",    "#FOO!",
        "#REF!A1(1)", "A1\001",      "A1\377",    "a\\b",        "A1!",
        "A1B1 C1!",   "\"a\"\"",     "A1\"b\"",   "1\"b\"",      "A1,",
        "-",          "A1==1",       "A1 >> 1",   "TRUE FALSE(", "{TRUE FALSE}",
        "＝A1",       "A1;B1",       "!A1",       "A1?(1)",      "{-\"a\"}",
        "{--1}",
    };
    g_autofree char *long_word = g_strnfill(256, 'A');
    g_autofree char *brackets = g_strnfill(129, '(');
    g_autofree char *deep = g_strdup_printf("%s1%.*s", brackets, 129, brackets);
    g_autofree char *huge = g_strnfill(SK_FORMULA_MAX + 1, '1');

    for (unsigned i = 0; i < G_N_ELEMENTS(formulas); i++) {
        g_test_message("%s", formulas[i]);
        g_assert_cmpstr(word_of(formulas[i], true), !=, "good");
    }
    g_strdelimit(deep + 130, "(", ')');
    g_assert_cmpstr(word_of(deep, true), ==, "unknown-formula");
    deep[129] = '1';
    g_assert_cmpstr(word_of(deep + 1, true), !=, "good"); /* 128 and a stray one */
    deep[258] = '\0';
    g_assert_cmpstr(word_of(deep + 1, true), ==, "good");
    g_assert_cmpstr(word_of(long_word, true), ==, "unknown-formula");
    g_assert_cmpstr(word_of(long_word + 1, true), ==, "good");
    g_assert_cmpstr(word_of(huge, true), ==, "unknown-formula");
}

/* Whatever a text is cut to, the answer comes, and a cut inside brackets or strings is no. */
static void
cuts(void)
{
    static const char whole[] =
        "IF(Sheet1!A1>0,HYPERLINK(\"https://a/\",表1[[#a],[b]]),{1,2;3})&'O''Neil'!#REF!";

    g_assert_cmpstr(word_of(whole, true), ==, "good");
    for (size_t n = 3; n < 60; n++) {
        g_autofree char *cut = g_strndup(whole, n);
        g_assert_cmpstr(word_of(cut, true), !=, "good");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/formula/good", good);
    g_test_add_func("/verify/formula/active", active);
    g_test_add_func("/verify/formula/broken", broken);
    g_test_add_func("/verify/formula/cuts", cuts);
    return g_test_run();
}
