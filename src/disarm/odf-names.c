/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-names.c - contract in odf-names.h: from namespace and local name to a row of the tables.
 */
#include "disarm/odf-names.h"

#include <string.h>

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"

/* clang-format off: one declaration a line, in the order of docs/formats/odf.md. */
const char sk_odf_namespaces[] =
    " xmlns:anim=\"" OASIS "animation:1.0\""
    " xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\""
    " xmlns:chart=\"" OASIS "chart:1.0\""
    " xmlns:chartooo=\"http://openoffice.org/2010/chart\""
    " xmlns:config=\"" OASIS "config:1.0\""
    " xmlns:css3t=\"http://www.w3.org/TR/css3-text/\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
    " xmlns:dom=\"http://www.w3.org/2001/xml-events\""
    " xmlns:dr3d=\"" OASIS "dr3d:1.0\""
    " xmlns:draw=\"" OASIS "drawing:1.0\""
    " xmlns:drawooo=\"http://openoffice.org/2010/draw\""
    " xmlns:fo=\"" OASIS "xsl-fo-compatible:1.0\""
    " xmlns:loext=\"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0\""
    " xmlns:math=\"http://www.w3.org/1998/Math/MathML\""
    " xmlns:meta=\"" OASIS "meta:1.0\""
    " xmlns:number=\"" OASIS "datastyle:1.0\""
    " xmlns:of=\"" OASIS "of:1.2\""
    " xmlns:office=\"" OASIS "office:1.0\""
    " xmlns:officeooo=\"http://openoffice.org/2009/office\""
    " xmlns:ooo=\"http://openoffice.org/2004/office\""
    " xmlns:oooc=\"http://openoffice.org/2004/calc\""
    " xmlns:ooow=\"http://openoffice.org/2004/writer\""
    " xmlns:presentation=\"" OASIS "presentation:1.0\""
    " xmlns:script=\"" OASIS "script:1.0\""
    " xmlns:smil=\"" OASIS "smil-compatible:1.0\""
    " xmlns:style=\"" OASIS "style:1.0\""
    " xmlns:svg=\"" OASIS "svg-compatible:1.0\""
    " xmlns:table=\"" OASIS "table:1.0\""
    " xmlns:tableooo=\"http://openoffice.org/2009/table\""
    " xmlns:text=\"" OASIS "text:1.0\""
    " xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

static const struct {
    const char *uri;
    const char *prefix;
} namespaces[] = {
    { OASIS "text:1.0", "text" },
    { OASIS "style:1.0", "style" },
    { OASIS "table:1.0", "table" },
    { OASIS "office:1.0", "office" },
    { OASIS "drawing:1.0", "draw" },
    { OASIS "xsl-fo-compatible:1.0", "fo" },
    { OASIS "svg-compatible:1.0", "svg" },
    { OASIS "datastyle:1.0", "number" },
    { OASIS "presentation:1.0", "presentation" },
    { OASIS "animation:1.0", "anim" },
    { OASIS "smil-compatible:1.0", "smil" },
    { OASIS "chart:1.0", "chart" },
    { OASIS "dr3d:1.0", "dr3d" },
    { OASIS "form:1.0", "form" },
    { OASIS "script:1.0", "script" },
    { OASIS "config:1.0", "config" },
    { OASIS "meta:1.0", "meta" },
    { "http://www.w3.org/1999/xlink", "xlink" },
    { "http://www.w3.org/1998/Math/MathML", "math" },
    { "http://purl.org/dc/elements/1.1/", "dc" },
    { "http://www.w3.org/XML/1998/namespace", "xml" },
    { "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0", "loext" },
    { "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "calcext" },
    { "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0", "field" },
    { "urn:openoffice:names:experimental:ooxml-odf-interop:xmlns:field:1.0", "field" },
    { "http://openoffice.org/2009/office", "officeooo" },
    { "http://openoffice.org/2004/office", "script" }, /* libraries of Basic in flat files */
    { "http://openoffice.org/2009/table", "tableooo" },
    { "http://openoffice.org/2010/chart", "chartooo" },
    { "http://openoffice.org/2010/draw", "drawooo" },
    { "http://www.w3.org/TR/css3-text/", "css3t" },
    { "http://www.w3.org/1999/xhtml", "xhtml" },
    { "http://docs.oasis-open.org/opendocument/meta/rdfa#", "rdfa" },
    { "http://www.w3.org/2003/g/data-view#", "grddl" },
};
/* clang-format on */

static const char *
prefix_of(SkSpan uri)
{
    for (size_t i = 0; i < G_N_ELEMENTS(namespaces); i++) {
        if (sk_span_is(uri, namespaces[i].uri))
            return namespaces[i].prefix;
    }
    return NULL;
}

typedef const char *(*NameAt)(unsigned index);

static const char *
element_at(unsigned index)
{
    return sk_odf_element_rows[index].name;
}

static const char *
attribute_at(unsigned index)
{
    return sk_odf_attrs[index].name;
}

static const char *
setting_at(unsigned index)
{
    return sk_odf_settings[index].name;
}

/* Index of @name among those from @low to below @high, which are in byte order; @high if absent. */
static unsigned
search(NameAt name_at, unsigned low, unsigned high, const char *name)
{
    unsigned end = high;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        int order = strcmp(name, name_at(middle));
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return end;
}

SkXmlSymbol
sk_odf_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    const char *prefix = prefix_of(uri);
    if (prefix == NULL)
        return 0;
    g_autofree char *name = g_strdup_printf("%s:%.*s", prefix, (int)local.n, (const char *)local.p);
    unsigned found = search(element_at, 1, SK_ODF_EL_COUNT, name);
    return found == SK_ODF_EL_COUNT ? 0 : found;
}

SkXmlSymbol
sk_odf_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    const char *prefix = uri.n == 0 ? "" : prefix_of(uri);
    if (prefix == NULL)
        return 0;
    g_autofree char *name = g_strdup_printf("%s%s%.*s", prefix, uri.n == 0 ? "" : ":", (int)local.n,
                                            (const char *)local.p);
    unsigned found = search(attribute_at, 1, SK_ODF_AT_COUNT, name);
    return found == SK_ODF_AT_COUNT ? 0 : found;
}

const SkOdfAttrRow *
sk_odf_attr_row(SkXmlSymbol element, SkXmlSymbol attr)
{
    const SkOdfElementRow *row = &sk_odf_element_rows[element];
    const SkOdfAttrRow *rows = &sk_odf_attr_rows[row->attrs_at];
    unsigned low = 0, high = row->attrs_n;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (rows[middle].attr == attr)
            return &rows[middle];
        if (rows[middle].attr > attr)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

SkOdfSettingGroup
sk_odf_setting(SkSpan name, const char **ret_name)
{
    g_autofree char *key = sk_span_dup(name);
    unsigned found = search(setting_at, 0, sk_odf_settings_n, key);

    if (found == sk_odf_settings_n)
        return SK_ODF_SETTING_NONE;
    *ret_name = sk_odf_settings[found].name;
    return sk_odf_settings[found].group;
}
