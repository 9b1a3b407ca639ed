/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-names.c - contract in docx-names.h.
 */
#include "disarm/docx-names.h"

#include <string.h>

#define MAIN "http://schemas.openxmlformats.org/"
#define STRICT "http://purl.oclc.org/ooxml/"
#define OFFICE "http://schemas.microsoft.com/office/word/"

static const struct {
    const char *prefix;
    const char *uri;
    const char *strict;
} namespaces[] = {
    { "a", MAIN "drawingml/2006/main", STRICT "drawingml/main" },
    { "c", MAIN "drawingml/2006/chart", STRICT "drawingml/chart" },
    { "m", MAIN "officeDocument/2006/math", STRICT "officeDocument/math" },
    { "mc", MAIN "markup-compatibility/2006", NULL },
    { "o", "urn:schemas-microsoft-com:office:office", NULL },
    { "pic", MAIN "drawingml/2006/picture", STRICT "drawingml/picture" },
    { "r", MAIN "officeDocument/2006/relationships", STRICT "officeDocument/relationships" },
    { "v", "urn:schemas-microsoft-com:vml", NULL },
    { "w", MAIN "wordprocessingml/2006/main", STRICT "wordprocessingml/main" },
    { "w10", "urn:schemas-microsoft-com:office:word", NULL },
    { "wp", MAIN "drawingml/2006/wordprocessingDrawing", STRICT "drawingml/wordprocessingDrawing" },
    { "wpg", OFFICE "2010/wordprocessingGroup", NULL },
    { "wps", OFFICE "2010/wordprocessingShape", NULL },
    { "xml", "http://www.w3.org/XML/1998/namespace", NULL },
};

/* clang-format off */
#define NS(prefix, uri) " xmlns:" prefix "=\"" uri "\""
const char sk_docx_namespaces[] =
    NS("a", MAIN "drawingml/2006/main")
    NS("c", MAIN "drawingml/2006/chart")
    NS("m", MAIN "officeDocument/2006/math")
    NS("mc", MAIN "markup-compatibility/2006")
    NS("o", "urn:schemas-microsoft-com:office:office")
    NS("pic", MAIN "drawingml/2006/picture")
    NS("r", MAIN "officeDocument/2006/relationships")
    NS("v", "urn:schemas-microsoft-com:vml")
    NS("w", MAIN "wordprocessingml/2006/main")
    NS("w10", "urn:schemas-microsoft-com:office:word")
    NS("wp", MAIN "drawingml/2006/wordprocessingDrawing")
    NS("wpg", OFFICE "2010/wordprocessingGroup")
    NS("wps", OFFICE "2010/wordprocessingShape");
/* clang-format on */

const char *
sk_docx_prefix(SkSpan uri)
{
    for (size_t i = 0; i < G_N_ELEMENTS(namespaces); i++) {
        if (sk_span_is(uri, namespaces[i].uri) ||
            (namespaces[i].strict != NULL && sk_span_is(uri, namespaces[i].strict)))
            return namespaces[i].prefix;
    }
    return NULL;
}

static const char *
element_name(const void *row)
{
    return ((const SkDocxElementRow *)row)->name;
}

static const char *
attr_name(const void *row)
{
    return *(const char *const *)row;
}

/* Both tables are in byte order of their names. */
static SkXmlSymbol
search(const void *table, size_t n, size_t size, const char *(*name_of)(const void *),
       const char *name)
{
    size_t low = 1, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, name_of((const char *)table + middle * size));
        if (order == 0)
            return (SkXmlSymbol)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

SkXmlSymbol
sk_docx_element(SkSpan uri, SkSpan local)
{
    const char *prefix = sk_docx_prefix(uri);
    if (prefix == NULL)
        return 0;
    g_autofree char *name = g_strdup_printf("%s:%.*s", prefix, (int)local.n, (const char *)local.p);
    return search(sk_docx_element_rows, SK_EL_COUNT, sizeof(SkDocxElementRow), element_name, name);
}

static bool
identifies_editors(SkSpan uri, SkSpan local)
{
    return sk_span_starts(local, "rsid") || sk_span_is(local, "paraId") ||
           sk_span_is(local, "textId") ||
           (sk_span_find(uri, 0, sk_span_str("wordprocessingDrawing")) != SIZE_MAX &&
            (sk_span_is(local, "anchorId") || sk_span_is(local, "editId")));
}

SkXmlSymbol
sk_docx_attribute(SkSpan uri, SkSpan local)
{
    const char *prefix = uri.n == 0 ? "" : sk_docx_prefix(uri);
    if (uri.n > 0 && identifies_editors(uri, local))
        return SK_AT_REVISION;
    if (prefix == NULL)
        return 0;
    if (strcmp(prefix, "mc") == 0)
        return SK_AT_QUIET;
    g_autofree char *name = g_strdup_printf("%s%s%.*s", prefix, uri.n == 0 ? "" : ":", (int)local.n,
                                            (const char *)local.p);
    return search(sk_docx_attr_names, SK_AT_COUNT, sizeof(char *), attr_name, name);
}

const SkDocxAttrRow *
sk_docx_attr_row(SkXmlSymbol element, SkXmlSymbol attr)
{
    const SkDocxElementRow *row = &sk_docx_element_rows[element];
    const SkDocxAttrRow *first = &sk_docx_attr_rows[row->attrs_at];

    for (unsigned i = 0; i < row->attrs_n; i++) {
        if (first[i].attr == attr)
            return &first[i];
    }
    return NULL;
}

/* ---- values -------------------------------------------------------------------------------- */

static size_t
skip_digits(SkSpan s, size_t at)
{
    size_t start = at;
    while (at < s.n && g_ascii_isdigit(s.p[at]) && at - start < 18)
        at++;
    return at;
}

static bool
is_number(SkSpan s)
{
    size_t at = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    size_t whole = skip_digits(s, at);

    if (whole == at)
        return false;
    if (whole < s.n && s.p[whole] == '.') {
        size_t fraction = skip_digits(s, whole + 1);
        if (fraction == whole + 1)
            return false;
        whole = fraction;
    }
    size_t left = s.n - whole;
    return left == 0 || (left == 1 && s.p[whole] == '%') ||
           (left == 2 && g_ascii_islower(s.p[whole]) && g_ascii_islower(s.p[whole + 1]));
}

static bool
is_keyword(SkSpan s)
{
    if (s.n == 0 || s.n > 64)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalnum(s.p[i]) && (s.p[i] == '\0' || strchr("_.#%+-{}:,", s.p[i]) == NULL))
            return false;
    }
    return true;
}

static bool
is_string(SkSpan s, const char *without)
{
    if (s.n > SK_DOCX_STRING_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool space = c == '\t' || c == '\n' || c == '\r';
        bool c1 = c == 0xc2 && i + 1 < s.n && s.p[i + 1] < 0xa0;
        if ((c < 0x20 && !space) || c == 0x7f || c1 || strchr(without, c) != NULL)
            return false;
    }
    return true;
}

bool
sk_docx_formula_runs(SkSpan s)
{
    return sk_span_find(s, 0, sk_span_str("|")) != SIZE_MAX ||
           sk_span_find(s, 0, sk_span_str("\xef\xbd\x9c")) != SIZE_MAX; /* the full-width one */
}

bool
sk_docx_is_formula(SkSpan s)
{
    if (s.n > SK_DOCX_FORMULA_MAX || sk_docx_formula_runs(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool called = s.p[i] == '(' && i > 0 &&
                      (g_ascii_isalnum(s.p[i - 1]) || s.p[i - 1] == '.' || s.p[i - 1] == '_');
        if (called || s.p[i] == '\0' || strchr("\\/\"[]{}<>=;@#+", s.p[i]) != NULL)
            return false;
    }
    return true;
}

const char *
sk_docx_graphic(SkSpan uri)
{
    static const char *const kinds[] = {
        SK_DOCX_GRAPHIC_PICTURE,
        SK_DOCX_GRAPHIC_CHART,
        OFFICE "2010/wordprocessingShape",
        OFFICE "2010/wordprocessingGroup",
    };

    if (sk_span_is(uri, STRICT "drawingml/picture"))
        return SK_DOCX_GRAPHIC_PICTURE;
    if (sk_span_is(uri, STRICT "drawingml/chart"))
        return SK_DOCX_GRAPHIC_CHART;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (sk_span_is(uri, kinds[i]))
            return kinds[i];
    }
    return NULL;
}

bool
sk_docx_value_is(SkDocxValue class, SkSpan value)
{
    switch (class) {
    case SK_DOCX_VALUE_N:
        return is_number(value);
    case SK_DOCX_VALUE_K:
        return is_keyword(value);
    case SK_DOCX_VALUE_S:
        return is_string(value, "");
    case SK_DOCX_VALUE_Y:
        return is_string(value, "()\\");
    case SK_DOCX_VALUE_P:
        return sk_span_is(value, "preserve");
    case SK_DOCX_VALUE_Q:
        return sk_span_is(value, "wps") || sk_span_is(value, "wpg");
    case SK_DOCX_VALUE_G:
        return sk_docx_graphic(value) != NULL;
    case SK_DOCX_VALUE_IMAGE:
    case SK_DOCX_VALUE_HEADER:
    case SK_DOCX_VALUE_FOOTER:
    case SK_DOCX_VALUE_CHART:
    case SK_DOCX_VALUE_LINK:
        return false;
    }
    return false;
}
