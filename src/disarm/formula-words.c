/* SPDX-License-Identifier: Apache-2.0
 * formula-words.c - what the words of formulas say: names of functions, links, names that start a
 * macro. Contract in formula.h. */
#include "disarm/formula.h"

#include <string.h>

#define LINK_MAX 2048u

bool
sk_formula_is_listed(const char *name, const char *const *list, size_t n)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, list[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* How a call that is not on the list is reported. */
SkElement
sk_formula_element(const char *name)
{
    static const struct {
        const char *name; /* or its beginning, where it ends in a dot */
        SkElement element;
    } known[] = {
        { "CALL", SK_ELEMENT_XLM_MACRO },
        { "REGISTER", SK_ELEMENT_XLM_MACRO },
        { "REGISTER.", SK_ELEMENT_XLM_MACRO },
        { "EXEC", SK_ELEMENT_XLM_MACRO },
        { "EVALUATE", SK_ELEMENT_XLM_MACRO },
        { "EXECUTE", SK_ELEMENT_XLM_MACRO },
        { "RUN", SK_ELEMENT_XLM_MACRO },
        { "FOPEN", SK_ELEMENT_XLM_MACRO },
        { "FWRITE", SK_ELEMENT_XLM_MACRO },
        { "FORMULA", SK_ELEMENT_XLM_MACRO },
        { "FORMULA.", SK_ELEMENT_XLM_MACRO },
        { "GET.", SK_ELEMENT_XLM_MACRO },
        { "SET.", SK_ELEMENT_XLM_MACRO },
        { "GOTO", SK_ELEMENT_XLM_MACRO },
        { "HALT", SK_ELEMENT_XLM_MACRO },
        { "RETURN", SK_ELEMENT_XLM_MACRO },
        { "ALERT", SK_ELEMENT_XLM_MACRO },
        { "URLDOWNLOADTOFILE", SK_ELEMENT_XLM_MACRO },
        { "INITIATE", SK_ELEMENT_DDE_FIELD },
        { "DDE", SK_ELEMENT_DDE_FIELD },
        { "POKE", SK_ELEMENT_DDE_FIELD },
        { "WEBSERVICE", SK_ELEMENT_ACTIVE_FORMULA },
        { "FILTERXML", SK_ELEMENT_ACTIVE_FORMULA },
        { "RTD", SK_ELEMENT_ACTIVE_FORMULA },
        { "IMAGE", SK_ELEMENT_ACTIVE_FORMULA },
        { "STOCKHISTORY", SK_ELEMENT_ACTIVE_FORMULA },
        { "SQL.", SK_ELEMENT_ACTIVE_FORMULA },
        { "PY", SK_ELEMENT_ACTIVE_FORMULA },
        { "COPILOT", SK_ELEMENT_ACTIVE_FORMULA },
        { "TRANSLATE", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBEKPIMEMBER", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBEMEMBER", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBEMEMBERPROPERTY", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBERANKEDMEMBER", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBESET", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBESETCOUNT", SK_ELEMENT_ACTIVE_FORMULA },
        { "CUBEVALUE", SK_ELEMENT_ACTIVE_FORMULA },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        size_t n = strlen(known[i].name);
        bool prefix = known[i].name[n - 1] == '.';
        if (strncmp(name, known[i].name, n) == 0 && (prefix || name[n] == '\0'))
            return known[i].element;
    }
    return SK_ELEMENT_UNKNOWN_FORMULA;
}

bool
sk_formula_is_link(SkSpan text)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:" };
    size_t at = 0;
    bool is_mail = false;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        bool c1 = c == 0xc2 && i + 1 < text.n && text.p[i + 1] <= 0xa0;
        if (c <= 0x20 || c == '\\' || c == '"' || c == 0x7f || c1)
            return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(schemes) && at == 0; i++) {
        size_t n = strlen(schemes[i]);
        if (text.n > n && g_ascii_strncasecmp((const char *)text.p, schemes[i], n) == 0)
            at = n;
        is_mail = at > 0 && i == 2;
    }
    if (at == 0 || text.n > LINK_MAX)
        return false;
    if (is_mail)
        return true;
    size_t host = at;
    while (at < text.n &&
           (g_ascii_isalnum(text.p[at]) || text.p[at] >= 0x80 || strchr("-._", text.p[at]) != NULL))
        at++;
    if (at == host)
        return false;
    if (at < text.n && text.p[at] == ':') {
        size_t port = ++at;
        while (at < text.n && g_ascii_isdigit(text.p[at]))
            at++;
        if (at == port || at - port > 5)
            return false;
    }
    return at == text.n || text.p[at] == '/' || text.p[at] == '?' || text.p[at] == '#';
}

/* Small letters of ASCII; full-width ones are the same to Excel. */
static char
fold(gunichar c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xff01 - 0x21;
    return c < 0x80 ? g_ascii_tolower((char)c) : '\x01';
}

bool
sk_formula_starts_macro(SkSpan name)
{
    g_autofree char *text = sk_span_dup(name);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) folded = g_string_new(NULL);

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p))
        g_string_append_c(folded, fold(g_utf8_get_char(p)));
    const char *s = folded->str;
    return g_str_has_prefix(s, "auto_") || g_str_has_prefix(s, "_xlnm.auto_");
}
