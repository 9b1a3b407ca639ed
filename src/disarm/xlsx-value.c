/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-value.c - values of attributes, and texts of a class: formulas, ranges, indices that must
 * lead somewhere; and elements that are written at their end, when their text is known.
 */
#include "disarm/xlsx.h"

#include <string.h>

/* ---- texts that are written at their end ---------------------------------------------------- */

void
sk_xlsx_save(SkOoxmlFilter *filter, size_t max, uint8_t end)
{
    SkXlsxPart *part = sk_xlsx_part(filter);

    g_string_truncate(part->saved_text, 0);
    part->saved_n = 0;
    for (unsigned i = 0; i < filter->kept_n && part->saved_n < G_N_ELEMENTS(part->saved); i++) {
        SkSpan value = filter->kept[i].value;
        part->saved[part->saved_n++] = (SkXlsxSaved){ .symbol = filter->kept[i].symbol,
                                                      .at = part->saved_text->len,
                                                      .n = value.n };
        g_string_append_len(part->saved_text, (const char *)value.p, (gssize)value.n);
    }
    sk_ooxml_gather(filter, max, end);
}

SkSpan
sk_xlsx_saved(const SkXlsxPart *part, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < part->saved_n; i++) {
        if (part->saved[i].symbol == symbol)
            return sk_span(part->saved_text->str + part->saved[i].at, part->saved[i].n);
    }
    return SK_SPAN_EMPTY;
}

void
sk_xlsx_forget(SkXlsxPart *part, SkXmlSymbol symbol)
{
    unsigned left = 0;

    for (unsigned i = 0; i < part->saved_n; i++) {
        if (part->saved[i].symbol != symbol)
            part->saved[left++] = part->saved[i];
    }
    part->saved_n = left;
}

void
sk_xlsx_write_saved(SkOoxmlFilter *filter, const char *name)
{
    const SkXlsxPart *part = sk_xlsx_part(filter);

    sk_xml_writer_start(filter->out, name);
    for (unsigned i = 0; i < part->saved_n; i++)
        sk_xml_writer_attr(filter->out, sk_ooxml_attr_names[part->saved[i].symbol],
                           sk_span(part->saved_text->str + part->saved[i].at, part->saved[i].n));
}

/* ---- formulas ------------------------------------------------------------------------------ */

/* One `=` in front is a slip of the writer. */
SkElement
sk_xlsx_formula(SkOoxmlFilter *filter, SkSpan *text)
{
    unsigned links = 0;

    if (text->n > 0 && text->p[0] == '=')
        *text = sk_span_sub(*text, 1, text->n - 1);
    SkElement element = sk_formula(&sk_xlsx_book(filter)->formulas, *text, &links);
    for (; links > 0; links--)
        sk_ooxml_count(filter, SK_ELEMENT_HYPERLINK);
    return element;
}

static bool
is_formula_text(SkXmlSymbol symbol)
{
    return symbol == SK_EL_formula || symbol == SK_EL_formula1 || symbol == SK_EL_formula2 ||
           symbol == SK_EL_calculatedColumnFormula || symbol == SK_EL_totalsRowFormula ||
           symbol == SK_EL_xm_f || symbol == SK_EL_c_f;
}

/* A text of a class: what is written for it, or false where the element goes. */
static bool
decide_text(SkOoxmlFilter *filter, SkXmlSymbol symbol, SkSpan *text, GError **error, bool *ret_ok)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    uint32_t number = 0;

    *ret_ok = true;
    if (is_formula_text(symbol)) {
        SkElement element = sk_xlsx_formula(filter, text);
        if (element == SK_ELEMENT_NONE)
            return true;
        sk_ooxml_count(filter, element);
        *text = sk_span_str("#REF!");
        return symbol != SK_EL_calculatedColumnFormula && symbol != SK_EL_totalsRowFormula;
    }
    if (symbol == SK_EL_xm_sqref) {
        *ret_ok = sk_xlsx_areas(*text, part->areas) ||
                  sk_throw(error, SK_ERROR_MALFORMED, "xlsx: bad list of ranges");
        *text = sk_span(part->areas->str, part->areas->len);
        return true;
    }
    if (symbol == SK_EL_xdr_col || symbol == SK_EL_xdr_row) {
        *ret_ok = (sk_xlsx_whole(*text, &number) && number < 10000000) ||
                  sk_throw(error, SK_ERROR_MALFORMED, "xlsx: bad anchor of a drawing");
        return true;
    }
    if (symbol == SK_EL_xdr_colOff || symbol == SK_EL_xdr_rowOff) {
        if (!sk_ooxml_value_is(SK_VALUE_N, *text))
            *text = sk_span("0", 1);
        return true;
    }
    return sk_ooxml_value_is(SK_VALUE_K, *text);
}

bool
sk_xlsx_end_text(SkOoxmlFilter *filter, GError **error)
{
    SkOoxmlFrame *frame = sk_ooxml_top(filter);
    const char *name = filter->document->profile->elements[frame->symbol].name;
    SkSpan text = sk_span(filter->gathered->str, filter->gathered->len);
    bool ok = true;

    frame->kind = SK_FRAME_OWN; /* so that the engine's own rule for c:f is not asked */
    if (decide_text(filter, frame->symbol, &text, error, &ok) && ok) {
        sk_xlsx_write_saved(filter, name);
        sk_xml_writer_text(filter->out, text);
        sk_xml_writer_end(filter->out, name);
    }
    return ok;
}

bool
sk_xlsx_start_text(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                   GError **error)
{
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    sk_xlsx_save(filter, symbol == SK_EL_xm_sqref ? SK_XLSX_SQREF_MAX : SK_FORMULA_MAX,
                 SK_XLSX_END_TEXT);
    return true;
}

/* ---- extensions ----------------------------------------------------------------------------- */

static const struct {
    const char *uri;
    bool kept;
} extensions[] = {
    { "{78C0D931-6437-407d-A8EE-F0AAD7539E65}", true }, /* conditional formats */
    { "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}", true }, /* data validations */
    { "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}", true }, /* sparklines */
    { "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}", true }, /* a conditional format's other half */
    { "{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}", true }, /* dynamic arrays */
    /* Styles of what goes, and how far a version of Excel had come. */
    { "{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}", false },
    { "{9260A510-F301-46a8-8635-F512D64BE5F5}", false },
    { "{79F54976-1DA5-4618-B147-4CDE4B953A38}", false },
    { "{140A7094-0E35-4892-8432-C4D2E57EDEB5}", false },
    { "{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}", false },
    { "{7523E5D3-25F3-A5E0-1632-64F254C22452}", false },
    { "{962EF5D1-5CA2-4c93-8EF4-DBF5C05439D2}", false },
    { "{725AE2AE-9491-48be-B2B4-4EB974FC3084}", false },
    { "{E67621CE-5B39-4880-91FE-76760E9C1902}", false },
    { "{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}", false },
};

bool
sk_xlsx_is_extension(SkSpan uri, bool *ret_kept)
{
    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
        const char *known = extensions[i].uri;
        if (uri.n == strlen(known) && g_ascii_strncasecmp((const char *)uri.p, known, uri.n) == 0) {
            *ret_kept = extensions[i].kept;
            return true;
        }
    }
    *ret_kept = false;
    return false;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool
index_fits(SkSpan value, unsigned list)
{
    uint32_t index = 0;
    return sk_xlsx_whole(value, &index) && index < list;
}

/* The sheet's number among those that stay. */
static bool
sheet_value(SkOoxmlFilter *filter, SkSpan *value)
{
    const SkXlsx *book = sk_xlsx_book(filter);
    SkXlsxPart *part = sk_xlsx_part(filter);
    uint32_t index = 0;

    if (!sk_xlsx_whole(*value, &index) || index >= book->sheets->len)
        return false;
    const SkXlsxSheet *sheet = &g_array_index(book->sheets, SkXlsxSheet, index);
    char *digits = part->numbers[part->number_at++ % G_N_ELEMENTS(part->numbers)];
    g_snprintf(digits, sizeof part->numbers[0], "%u", sheet->number);
    *value = sk_span_str(digits);
    return sheet->kept;
}

static bool
formula_value(SkOoxmlFilter *filter, SkSpan *value)
{
    if (value->n == 0)
        return true;
    SkElement element = sk_xlsx_formula(filter, value);
    if (element == SK_ELEMENT_NONE)
        return true;
    sk_ooxml_count(filter, element);
    *value = sk_span_str("#REF!");
    return true;
}

static bool
is_place(SkSpan s)
{
    if (s.n == 0 || s.n > 2048)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && s.p[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1 || strchr("\\/|[]", c) != NULL)
            return false;
    }
    return true;
}

static bool
areas_value(SkOoxmlFilter *filter, SkSpan *value)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    bool good = sk_xlsx_areas(*value, part->areas);

    *value = sk_span(part->areas->str, part->areas->len);
    return good;
}

/* The written form of an extension's name. */
static bool
extension_value(SkSpan *value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
        const char *known = extensions[i].uri;
        if (extensions[i].kept && value->n == strlen(known) &&
            g_ascii_strncasecmp((const char *)value->p, known, value->n) == 0) {
            *value = sk_span_str(known);
            return true;
        }
    }
    return false;
}

bool
sk_xlsx_value(SkOoxmlFilter *filter, unsigned class, SkSpan *value)
{
    const SkXlsx *book = sk_xlsx_book(filter);
    const SkXlsxPart *part = sk_xlsx_part(filter);

    switch (class) {
    case SK_CLASS_d:
        return sk_xlsx_is_double(*value);
    case SK_CLASS_ref:
        return sk_xlsx_is_area(*value);
    case SK_CLASS_sqref:
        return areas_value(filter, value);
    case SK_CLASS_spans:
        return sk_xlsx_is_spans(*value);
    case SK_CLASS_fx:
        return formula_value(filter, value);
    case SK_CLASS_name:
        return sk_xlsx_is_sheet_name(*value);
    case SK_CLASS_defined:
        return sk_formula_is_name(*value);
    case SK_CLASS_place:
        return is_place(*value);
    case SK_CLASS_ext:
        return extension_value(value);
    case SK_CLASS_xf:
        return index_fits(*value, book->lists[SK_XLSX_XF]);
    case SK_CLASS_cellxf:
        return index_fits(*value, book->lists[SK_XLSX_CELL_XF]);
    case SK_CLASS_dxf:
        return index_fits(*value, book->lists[SK_XLSX_DXF]);
    case SK_CLASS_font:
        return index_fits(*value, book->lists[SK_XLSX_FONT]);
    case SK_CLASS_fill:
        return index_fits(*value, book->lists[SK_XLSX_FILL]);
    case SK_CLASS_border:
        return index_fits(*value, book->lists[SK_XLSX_BORDER]);
    case SK_CLASS_sheet:
        return sheet_value(filter, value);
    case SK_CLASS_author:
        return index_fits(*value, part->authors);
    case SK_CLASS_cache:
        if (part->cache == NULL)
            return false;
        *value = sk_span_str(part->cache);
        return true;
    default:
        return false;
    }
}
