/* SPDX-License-Identifier: Apache-2.0
 * fuzz-formula.c - any text as a formula: the reader comes back; what may stay holds, outside of strings and quoted
 * names, none of the characters that reach outside of the workbook; and is of the length and characters of the profile. */
#include "disarm/formula.h"
#include "fuzz.h"

#include <string.h>

static bool
is_sheet(const void *user, SkSpan name)
{
    (void)user;
    return sk_span_is(name, "S") || sk_span_is(name, "O'N e") || sk_span_is(name, "\xe8\xa1\xa8");
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
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
