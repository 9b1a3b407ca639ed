/* SPDX-License-Identifier: Apache-2.0
 * fuzz-formula.c - any text as a formula of Excel and of OpenFormula: the readers come back; what may stay holds, outside of
 * strings and quoted names, none of the characters that reach outside of the workbook, and is of the length and characters of
 * the profile; and disarm and verify, each written for itself from one page, say the same of it. */
#include "disarm/formula.h"
#include "disarm/odf-names.h"
#include "fuzz.h"
#include "verify/xlsx-formula.h"

#include <string.h>

/* Of verify/odf.h, which cannot be read beside disarm's: both sides call their types alike. */
SkElement sk_opendocument_refuse_formula(SkSpan v, bool condition, bool keep_links);
bool sk_opendocument_is_ranges(SkSpan v);
bool sk_opendocument_is_count(SkSpan v);
bool sk_opendocument_is_number(SkSpan v);
bool sk_opendocument_is_keyword(SkSpan v);
bool sk_opendocument_is_style_value(SkSpan v);

static const char *const sheets[] = { "s", "o'n e", "\xe8\xa1\xa8" };

static bool
is_sheet(const void *user, SkSpan name)
{
    g_autofree char *text = sk_span_dup(name);
    g_autofree char *folded = g_ascii_strdown(text, -1);

    (void)user;
    for (size_t i = 0; i < G_N_ELEMENTS(sheets); i++) {
        if (name.n == strlen(sheets[i]) && strcmp(folded, sheets[i]) == 0)
            return true;
    }
    return false;
}

static bool
is_lost(const void *user, SkSpan name)
{
    (void)user;
    return sk_span_is(name, "gone");
}

static void
check(SkSpan s)
{
    char quote = 0;
    unsigned items = 0;

    g_assert_cmpuint(s.n, >, 0);
    g_assert_cmpuint(s.n, <=, SK_FORMULA_MAX);
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)s.p[i];
        if (quote == 0 && items == 0 && (c == '"' || c == '\''))
            quote = c;
        else if (quote == c)
            quote = 0;
        else if (quote == 0 && c == '\'')
            i++; /* in an item: escapes one byte at least */
        else if (quote == 0 && c == '[')
            items++;
        else if (quote == 0 && c == ']')
            items--;
        if (quote == 0)
            g_assert_true(c != '|' && c != '\\' && s.p[i] != 0);
    }
    g_assert_cmpint(quote, ==, 0);
    g_assert_cmpuint(items, ==, 0);
}

static bool
starts(SkSpan s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && g_ascii_strncasecmp((const char *)s.p, prefix, n) == 0;
}

/* A word alone that stays is a name, or a function handed over by its name: that one is of the list, so it is spelled as
 * those are, and is none of the two whose argument matters. */
static void
check_word(SkSpan s, SkElement element)
{
    static const char *const prefixes[] = { "_xlfn.", "_xlws.", "_xleta." };
    bool reserved = false;

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (!starts(s, prefixes[i]))
            continue;
        reserved = true;
        s = sk_span_sub(s, strlen(prefixes[i]), s.n - strlen(prefixes[i]));
    }
    if (!reserved) {
        g_assert_true(element == SK_ELEMENT_NONE || sk_span_is(s, "gone"));
        return;
    }
    if (element != SK_ELEMENT_NONE)
        return;
    g_assert_cmpuint(s.n, >, 0);
    for (size_t i = 0; i < s.n; i++)
        g_assert_true(g_ascii_isalnum(s.p[i]) || s.p[i] == '.');
    g_assert_false(s.n == 9 && starts(s, "HYPERLINK"));
    g_assert_false(s.n == 8 && starts(s, "INDIRECT"));
}

/* What is not said the same of; the other is too strict, or lets through. */
static void
compare(const char *what, SkSpan s, SkElement disarm, SkElement verify)
{
    if ((disarm == SK_ELEMENT_NONE) != (verify == SK_ELEMENT_NONE))
        g_error("%s: disarm says %s, verify %s: %.*s", what, sk_element_get(disarm)->code, sk_element_get(verify)->code, (int)s.n,
                (const char *)s.p);
}

static void
compare_workbook(SkSpan s, bool links)
{
    static GHashTable *known;
    SkFormulaBook book = { .links = links, .is_sheet = is_sheet };
    unsigned n = 0;

    if (known == NULL) {
        known = g_hash_table_new(g_str_hash, g_str_equal);
        for (size_t i = 0; i < G_N_ELEMENTS(sheets); i++)
            g_hash_table_add(known, (gpointer)sheets[i]);
    }
    const SkFormulaRules rules = { .sheets = known, .keep_links = links };
    compare(links ? "links kept" : "no links", s, sk_formula(&book, s, &n), sk_workbook_refuse_formula(&rules, s));
}

/* The XML readers have seen to it that there is UTF-8 and no control character. */
static void
compare_opendocument(SkSpan s, bool condition, bool links)
{
    g_autofree char *text = sk_span_dup(s);
    g_autofree char *whole = g_strconcat("of:=", text, NULL);

    if (s.n == 0 || s.n > SK_ODF_FORMULA_MAX - strlen("of:=") || memchr(s.p, 0, s.n) != NULL)
        return;
    compare(condition ? "condition" : "formula", s, sk_odf_formula(s, condition, links).lost,
            sk_opendocument_refuse_formula(sk_span_str(whole), condition, links));
}

/* The classes of values of odf.md, and what both grammars call alike. */
static void
compare_values(SkSpan s)
{
    bool count = sk_odf_value_is(SK_ODF_VALUE_Q, s);
    const struct {
        const char *what;
        bool disarm, verify;
    } all[] = {
        { "link", sk_formula_is_link(s), sk_workbook_is_link(s) },
        { "error", sk_formula_is_error(s), sk_workbook_is_error(s) },
        { "name", sk_formula_is_name(s) || sk_formula_starts_macro(s), sk_workbook_is_name(s) || sk_formula_starts_macro(s) },
        { "ranges", sk_odf_value_is(SK_ODF_VALUE_C, s), sk_opendocument_is_ranges(s) },
        /* A minus and digits may be a word by themselves: disarm does without. */
        { "count", count, count && sk_opendocument_is_count(s) },
        { "number", sk_odf_value_is(SK_ODF_VALUE_N, s), sk_opendocument_is_number(s) },
        { "keyword", sk_odf_value_is(SK_ODF_VALUE_K, s), sk_opendocument_is_keyword(s) },
        { "style value", sk_odf_value_is(SK_ODF_VALUE_V, s), sk_opendocument_is_style_value(s) },
    };

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < ' ') /* an attribute's white space is spaces, and there are no other control characters */
            return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i].disarm != all[i].verify)
            g_error("%s: disarm says %d, verify %d: %.*s", all[i].what, all[i].disarm, all[i].verify, (int)s.n, (const char *)s.p);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkFormulaBook book = { .links = true, .is_sheet = is_sheet, .is_lost = is_lost };
    SkSpan s = sk_span(data, size);
    unsigned links = 0;
    SkElement element = sk_formula(&book, s, &links);

    if (element == SK_ELEMENT_NONE)
        check(s);
    book.links = false;
    unsigned none = 0;
    SkElement without = sk_formula(&book, s, &none);
    g_assert_cmpuint(none, ==, 0);
    g_assert_true(links > 0 ? without == SK_ELEMENT_HYPERLINK : without == element || without == SK_ELEMENT_HYPERLINK);
    if (sk_formula_is_name(s))
        check_word(s, sk_formula(&book, s, &none));
    (void)sk_formula_starts_macro(s);
    (void)sk_formula_is_error(s);
    if (size == 0 || !g_utf8_validate((const char *)data, (gssize)size, NULL))
        return 0;
    compare_values(s);
    compare_workbook(s, true);
    compare_workbook(s, false);
    for (unsigned i = 0; i < 4; i++)
        compare_opendocument(s, (i & 1) != 0, (i & 2) != 0);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "SUM(A1:B2,S!$C$3)*-1.5E-3%",
        "IF(A1=\"a\"\"b\",\"x\",,{1,2;\"c\",#N/A})",
        "'O''N e'!A1+'S:S'!B2&S!1:5",
        "T[[#This Row],[a '[b]]]",
        "cmd|'/c calc'!A0",
        "[1]S!A1",
        "HYPERLINK(\"http://h/\",A1)&HYPERLINK(\"#S!A1\"&B1)",
        "_xlfn._xlws.FILTER(A:A,B:B>1)",
        "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
        "MAP(A1:A9,_xleta.ABS)",
        "_xlfn._xlws.SORT",
        "_xlfn.HYPERLINK",
        "_xlnm.Print_Area",
        "#REF!A1+S!#REF!",
        "INDIRECT(\"[b]\"&A1)",
        "gone+A1#",
        "\xe8\xa1\xa8!A1 \xe9\xa1\x8d",
        "\xef\xbc\xa1\xef\xbd\x9c",
        "(A1,B2) C3",
        "IF([.A1]>=1E+3;{1;2|\"a\";TRUE};#N/A)~[$'O''N e'.$A$1:.B2]!#REF!",
        "COM.MICROSOFT.STDEV.S([.A1])&HYPERLINK( \"http://a/\" ;1)&HYPERLINK(\"#S.A1\")",
        "cell-content-is-in-list(\"a\";[$S.B2])and[.#REF!]",
        "COM.MICROSOFT.INDIRECT(\"A\"&1)",
        "$S.$A$1:.$B$2 $'O''N'.C3 A1:B2 $#REF!.A1",
        "ooow:Table+1",
        "-1.5cm",
        "https://h:80/a?b#c",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
