/* SPDX-License-Identifier: Apache-2.0
 *
 * office-names.c - contract in office-names.h. The reader remembers what a name came to, so a table
 * in order of writing is enough.
 */
#include "disarm/office-names.h"

#include "base/reader.h"

#include <string.h>

#define OOXML "http://schemas.openxmlformats.org/"
#define ODF "urn:oasis:names:tc:opendocument:xmlns:"

static const struct {
    const char *uri;
    const char *prefix;
} namespaces[] = {
    { OOXML "package/2006/relationships", "rel" },
    { OOXML "officeDocument/2006/relationships", "r" },
    { OOXML "wordprocessingml/2006/main", "w" },
    { OOXML "drawingml/2006/wordprocessingDrawing", "wp" },
    { OOXML "drawingml/2006/picture", "pic" },
    { OOXML "drawingml/2006/main", "a" },
    { OOXML "drawingml/2006/chart", "c" },
    { OOXML "officeDocument/2006/math", "m" },
    { "urn:schemas-microsoft-com:vml", "v" },
    { OOXML "presentationml/2006/main", "p" },
    { OOXML "spreadsheetml/2006/main", "x" },
    { OOXML "drawingml/2006/spreadsheetDrawing", "xdr" },
    { "http://www.w3.org/XML/1998/namespace", "xml" },
    { ODF "office:1.0", "office" },
    { ODF "text:1.0", "text" },
    { ODF "table:1.0", "table" },
    { ODF "drawing:1.0", "draw" },
    { ODF "presentation:1.0", "presentation" },
    { ODF "style:1.0", "style" },
    { ODF "chart:1.0", "chart" },
    { ODF "meta:1.0", "meta" },
    { ODF "svg-compatible:1.0", "svg" },
    { "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0", "loext" },
    { "http://purl.org/dc/elements/1.1/", "dc" },
    { "http://www.w3.org/1999/xlink", "xlink" },
    { "http://www.w3.org/1998/Math/MathML", "math" },
};

static const char *const names[SK_ON_COUNT] = { [SK_ON_NONE] = "",
#define X(symbol, name) [SK_ON_##symbol] = name,
                                                SK_OFFICE_NAMES(X)
#undef X
};

static SkXmlSymbol
lookup(const char *prefix, SkSpan local)
{
    size_t n = strlen(prefix);

    for (unsigned i = 1; i < SK_ON_COUNT; i++) {
        const char *name = names[i];
        if (n > 0 && (strncmp(name, prefix, n) != 0 || name[n] != ':'))
            continue;
        if (sk_span_is(local, n > 0 ? name + n + 1 : name))
            return i;
    }
    return 0;
}

static const char *
prefix_of(SkSpan uri)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(namespaces); i++) {
        if (sk_span_is(uri, namespaces[i].uri))
            return namespaces[i].prefix;
    }
    return NULL;
}

SkXmlSymbol
sk_office_element(void *user, SkSpan uri, SkSpan local)
{
    const char *prefix = prefix_of(uri);
    (void)user;
    return prefix == NULL ? 0 : lookup(prefix, local);
}

SkXmlSymbol
sk_office_attribute(void *user, SkSpan uri, SkSpan local)
{
    const char *prefix = uri.n == 0 ? "" : prefix_of(uri);
    (void)user;
    return prefix == NULL ? 0 : lookup(prefix, local);
}

bool
sk_office_skip_end(void *user, SkXmlSymbol element, GError **error)
{
    (void)user;
    (void)element;
    (void)error;
    return true;
}

bool
sk_office_skip_text(void *user, SkSpan text, GError **error)
{
    (void)user;
    (void)text;
    (void)error;
    return true;
}

SkSpan
sk_office_attr(const SkXmlAttr *attrs, unsigned n, SkOfficeName name)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == (SkXmlSymbol)name)
            return attrs[i].value;
    }
    return SK_SPAN_EMPTY;
}

bool
sk_office_has(const SkXmlAttr *attrs, unsigned n, SkOfficeName name)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == (SkXmlSymbol)name)
            return true;
    }
    return false;
}

uint32_t
sk_office_number(SkSpan value, uint32_t max, uint32_t otherwise)
{
    uint64_t number = 0;
    SkReader r = sk_reader(value);

    if (value.n == 0 || value.n > 10)
        return otherwise;
    while (sk_reader_left(&r) > 0) {
        uint8_t c = sk_reader_u8(&r);
        if (!g_ascii_isdigit((char)c))
            return otherwise;
        number = number * 10 + (c - (uint8_t)'0');
    }
    return number > max ? otherwise : (uint32_t)number;
}

bool
sk_office_is_on(SkSpan value)
{
    return !sk_span_is(value, "0") && !sk_span_is(value, "false") && !sk_span_is(value, "off") &&
           !sk_span_is(value, "none");
}
