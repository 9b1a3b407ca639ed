/* SPDX-License-Identifier: Apache-2.0
 * ooxml-values.c - the classes of values that all kinds of documents share; contract in ooxml.h. */
#include "verify/ooxml.h"

#include <string.h>

#define TEXT_MAX 8192u
#define CHART_RANGE_NOT "\\/\"[]{}<>=;@#+"

bool
sk_package_is_number(SkSpan v)
{
    size_t at = v.n > 0 && v.p[0] == '-' ? 1 : 0, from = at;

    while (at < v.n && g_ascii_isdigit(v.p[at]))
        at++;
    if (at == from || at - from > 18)
        return false;
    if (at < v.n && v.p[at] == '.') {
        from = ++at;
        while (at < v.n && g_ascii_isdigit(v.p[at]))
            at++;
        if (at == from || at - from > 18)
            return false;
    }
    if (at == v.n || (v.n - at == 1 && v.p[at] == '%'))
        return true;
    if (v.n - at == 2 && g_ascii_islower(v.p[at]) && g_ascii_islower(v.p[at + 1]))
        return true;
    if (v.p[at] != 'E' && v.p[at] != 'e')
        return false;
    at += v.n - at > 1 && (v.p[at + 1] == '+' || v.p[at + 1] == '-') ? 2 : 1;
    for (from = at; at < v.n && g_ascii_isdigit(v.p[at]);)
        at++;
    return at == v.n && at > from && at - from <= 3;
}

bool
sk_package_is_keyword(SkSpan v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!g_ascii_isalnum(v.p[i]) && (v.p[i] == '\0' || strchr("_.#%+-{}:,", v.p[i]) == NULL))
            return false;
    return v.n >= 1 && v.n <= 64;
}

bool
sk_package_is_text(SkSpan v)
{
    return v.n <= TEXT_MAX || sk_xml_resolve(v, NULL, 0) <= TEXT_MAX;
}

bool
sk_package_is_tame_text(SkSpan v)
{
    return sk_package_is_text(v) && memchr(v.p, '(', v.n) == NULL &&
           memchr(v.p, ')', v.n) == NULL && memchr(v.p, '\\', v.n) == NULL;
}

bool
sk_package_is_word(SkSpan value, const char *words)
{
    while (*words != '\0') {
        size_t n = strcspn(words, " ");
        if (n == value.n && memcmp(words, value.p, n) == 0)
            return true;
        words += n + (words[n] == ' ' ? 1 : 0);
    }
    return false;
}

/* A chart names ranges of a sheet: no program (`cmd|…`), no file, no function. */
static SkElement
refuse_range(SkSpan s)
{
    static const uint8_t wide_bar[] = { 0xef, 0xbd, 0x9c };

    for (size_t i = 0; i < s.n; i++) {
        uint8_t before = i > 0 ? s.p[i - 1] : 0;
        if (s.p[i] == '|' ||
            sk_span_equal(sk_span_sub(s, i, MIN(s.n - i, sizeof wide_bar)), sk_span(wide_bar, 3)))
            return SK_ELEMENT_DDE_FIELD;
        if (memchr(CHART_RANGE_NOT, s.p[i], strlen(CHART_RANGE_NOT)) != NULL ||
            (s.p[i] == '(' && (g_ascii_isalnum(before) || before == '.' || before == '_')))
            return SK_ELEMENT_EXTERNAL_RELATIONSHIP;
    }
    return SK_ELEMENT_NONE;
}

bool
sk_package_check_range(const SkOoxmlWalk *walk)
{
    SkElement found = refuse_range(walk->gathered);

    return found == SK_ELEMENT_NONE || sk_package_no(walk, found, "formula");
}
