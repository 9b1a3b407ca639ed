/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-cell.c - rows and cells. There may be millions: nothing is allocated for one, and a cell's
 * start tag is written only when it is known what becomes of its formula.
 */
#include "disarm/xlsx.h"

#include <string.h>

#define VALUE_MAX (256u << 10)
#define SHARED_MAX 1048576u
#define ARRAY_CELLS_MAX 1048576u

/* Of a cell's value. */
enum { NUMBER, BOOLEAN, DATE, ERROR_VALUE, SHARED, STRING, INLINE, UNKNOWN_TYPE };
/* What a cell has so far. */
enum { NOTHING, FORMULA, VALUE, RICH };

static const char *const type_names[] = { NULL, "b", "d", "e", "s", "str", "inlineStr", NULL };

/* ---- rows ---------------------------------------------------------------------------------- */

static bool
out_of_order(GError **error)
{
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "xlsx: cells out of order");
}

static bool
is_on(SkSpan value)
{
    return sk_span_is(value, "1") || sk_span_is(value, "true");
}

bool
sk_xlsx_start_row(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkSpan written = sk_ooxml_value(attrs, n, SK_AT_r);
    uint32_t row = part->cell.row + 1;

    if (sk_ooxml_parent(filter) != SK_EL_sheetData) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (written.n > 0 && (!sk_xlsx_whole(written, &row) || row <= part->cell.row))
        return out_of_order(error);
    if (row == 0 || row > SK_XLSX_ROWS)
        return sk_throw(error, SK_ERROR_LIMIT, "xlsx: too many rows");
    part->cell = (SkXlsxCell){ .row = row, .column = 0 };
    if (!sk_ooxml_filter_attrs(filter, SK_EL_row, attrs, n, error))
        return false;
    if (written.n == 0) {
        g_snprintf(part->reference, sizeof part->reference, "%u", row);
        if (!sk_ooxml_put(filter, SK_AT_r, sk_span_str(part->reference), error))
            return false;
    }
    const SkOoxmlKept *hidden = sk_ooxml_kept(filter, SK_AT_hidden);
    if (hidden != NULL && is_on(hidden->value))
        sk_ooxml_count(filter, SK_ELEMENT_HIDDEN_CELLS);
    sk_ooxml_write_kept(filter, SK_EL_row);
    return true;
}

/* ---- cells --------------------------------------------------------------------------------- */

static uint8_t
type_of(SkSpan t)
{
    if (t.n == 0 || sk_span_is(t, "n"))
        return NUMBER;
    for (uint8_t type = BOOLEAN; type <= INLINE; type++) {
        if (sk_span_is(t, type_names[type]))
            return type;
    }
    return UNKNOWN_TYPE;
}

static bool
index_of(SkSpan value, unsigned list, unsigned first, uint32_t *ret)
{
    return sk_xlsx_whole(value, ret) && *ret >= first && *ret - first < list;
}

static bool
read_cell(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    const SkXlsx *book = sk_xlsx_book(filter);

    part->type = NUMBER;
    part->has_style = part->has_meta = part->phonetic = part->written = false;
    part->stage = NOTHING;
    part->name = SK_SPAN_EMPTY;
    for (unsigned i = 0; i < n; i++) {
        SkSpan value = attrs[i].value;
        bool good = true;
        switch (attrs[i].symbol) {
        case SK_AT_r: {
            SkXlsxCell cell;
            if (!sk_xlsx_cell(value, false, &cell) || cell.row != part->cell.row ||
                cell.column <= part->cell.column)
                return false;
            part->cell = cell;
            part->name = sk_xlsx_cell_name(cell, part->reference);
            break;
        }
        case SK_AT_s:
            part->has_style = good = index_of(value, book->lists[SK_XLSX_XF], 0, &part->style);
            break;
        case SK_AT_t:
            part->type = type_of(value);
            good = part->type != UNKNOWN_TYPE;
            break;
        case SK_AT_cm:
            part->has_meta = good = index_of(value, book->lists[SK_XLSX_META], 1, &part->meta);
            break;
        case SK_AT_ph:
            part->phonetic = is_on(value);
            break;
        default:
            good = false;
        }
        if (!good)
            sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
    }
    return true;
}

bool
sk_xlsx_start_cell(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);

    if (sk_ooxml_parent(filter) != SK_EL_row) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (!read_cell(filter, attrs, n))
        return out_of_order(error);
    if (part->name.n == 0) {
        part->cell.column++;
        part->name = sk_xlsx_cell_name(part->cell, part->reference);
    }
    if (part->cell.column > SK_XLSX_COLUMNS)
        return sk_throw(error, SK_ERROR_LIMIT, "xlsx: too many columns");
    SkOoxmlFrame *frame = sk_ooxml_top(filter);
    frame->kind = SK_FRAME_KEEP;
    frame->name = "c";
    frame->own = SK_XLSX_END_C;
    return true;
}

static void
write_number(SkXmlWriter *out, const char *name, uint32_t number)
{
    char digits[16];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    sk_xml_writer_attr(out, name, sk_span(digits + at, sizeof digits - at));
}

/* The start tag, once. */
static void
write_cell(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkXmlWriter *out = filter->out;

    if (part->written)
        return;
    part->written = true;
    sk_xml_writer_start(out, "c");
    if (part->has_meta)
        write_number(out, "cm", part->meta);
    if (part->phonetic)
        sk_xml_writer_attr(out, "ph", sk_span("1", 1));
    sk_xml_writer_attr(out, "r", part->name);
    if (part->has_style)
        write_number(out, "s", part->style);
    if (type_names[part->type] != NULL)
        sk_xml_writer_attr(out, "t", sk_span_str(type_names[part->type]));
}

void
sk_xlsx_end_cell(SkOoxmlFilter *filter)
{
    write_cell(filter);
}

bool
sk_xlsx_start_in_cell(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                      SkOoxmlStart *ret, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    uint8_t stage = symbol == SK_EL_f ? FORMULA : symbol == SK_EL_v ? VALUE : RICH;
    bool fits = sk_ooxml_parent(filter) == SK_EL_c && part->stage < stage &&
                (stage == FORMULA || (stage == RICH) == (part->type == INLINE));

    *ret = SK_OOXML_DONE;
    if (!fits) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    part->stage = stage;
    if (stage != FORMULA)
        write_cell(filter);
    if (stage == RICH) {
        *ret = SK_OOXML_USUAL;
        return true;
    }
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    sk_xlsx_save(filter, stage == FORMULA ? SK_FORMULA_MAX : VALUE_MAX,
                 stage == FORMULA ? SK_XLSX_END_F : SK_XLSX_END_V);
    return true;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool
is_value(const SkXlsx *book, uint8_t type, SkSpan text)
{
    uint32_t index = 0;

    switch (type) {
    case NUMBER:
        return text.n <= 64 && sk_xlsx_is_double(text);
    case BOOLEAN:
        return sk_span_is(text, "0") || sk_span_is(text, "1");
    case DATE:
        return sk_ooxml_value_is(SK_VALUE_K, text);
    case ERROR_VALUE:
        return sk_formula_is_error(text);
    case SHARED:
        return index_of(text, book->lists[SK_XLSX_STRINGS], 0, &index);
    case STRING:
        return text.n <= VALUE_MAX;
    default:
        return false;
    }
}

void
sk_xlsx_end_value(SkOoxmlFilter *filter)
{
    const SkXlsxPart *part = sk_xlsx_part(filter);
    SkSpan text = sk_span(filter->gathered->str, filter->gathered->len);

    if (text.n == 0 && part->type != STRING)
        return;
    if (part->type == BOOLEAN && sk_span_is(text, "true"))
        text = sk_span("1", 1);
    if (part->type == BOOLEAN && sk_span_is(text, "false"))
        text = sk_span("0", 1);
    if (!is_value(sk_xlsx_book(filter), part->type, text)) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return;
    }
    sk_xlsx_write_saved(filter, "v");
    sk_xml_writer_text(filter->out, text);
    sk_xml_writer_end(filter->out, "v");
}

/* ---- formulas ------------------------------------------------------------------------------ */

static uint16_t *
shared_at(SkXlsxPart *part, uint32_t index)
{
    if (part->shared->len <= index)
        g_array_set_size(part->shared, index + 1);
    return &g_array_index(part->shared, uint16_t, index);
}

static void
write_formula(SkOoxmlFilter *filter, SkSpan text)
{
    write_cell(filter);
    sk_xlsx_write_saved(filter, "f");
    sk_xml_writer_text(filter->out, text);
    sk_xml_writer_end(filter->out, "f");
}

/* Its dynamic array goes with it. */
static void
lose_formula(SkOoxmlFilter *filter, SkElement element)
{
    sk_xlsx_part(filter)->has_meta = false;
    sk_ooxml_count(filter, element);
}

static void
end_shared(SkOoxmlFilter *filter, SkSpan text, uint32_t index)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    uint16_t *first = shared_at(part, index);

    if (text.n == 0) {
        sk_xlsx_forget(part, SK_AT_ref);
        if (*first == 1)
            write_formula(filter, text);
        else
            lose_formula(filter, *first == 0 ? SK_ELEMENT_UNKNOWN_FORMULA : (SkElement)*first);
        return;
    }
    SkElement element = *first == 0 ? sk_xlsx_formula(filter, &text) : SK_ELEMENT_UNKNOWN_FORMULA;
    if (*first == 0)
        *first = element == SK_ELEMENT_NONE ? 1 : (uint16_t)element;
    if (element == SK_ELEMENT_NONE)
        write_formula(filter, text);
    else
        lose_formula(filter, element);
}

static void
end_plain(SkOoxmlFilter *filter, SkSpan text)
{
    SkElement element = sk_xlsx_formula(filter, &text);

    if (element == SK_ELEMENT_NONE)
        write_formula(filter, text);
    else
        lose_formula(filter, element);
}

void
sk_xlsx_end_formula(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkSpan text = sk_span(filter->gathered->str, filter->gathered->len);
    SkSpan type = sk_xlsx_saved(part, SK_AT_t);
    SkSpan ref = sk_xlsx_saved(part, SK_AT_ref);
    uint64_t cells = sk_xlsx_cells(ref);
    uint32_t index = 0;

    if (sk_span_is(type, "shared") && sk_xlsx_whole(sk_xlsx_saved(part, SK_AT_si), &index) &&
        index < SHARED_MAX && (text.n == 0 || cells > 0)) {
        end_shared(filter, text, index);
        return;
    }
    sk_xlsx_forget(part, SK_AT_si);
    if (sk_span_is(type, "array") && cells > 0) {
        if (cells <= ARRAY_CELLS_MAX)
            end_plain(filter, text);
        else
            lose_formula(filter, SK_ELEMENT_UNKNOWN_FORMULA);
    } else if (sk_span_is(type, "dataTable") && cells > 0) {
        write_formula(filter, SK_SPAN_EMPTY);
    } else {
        sk_xlsx_forget(part, SK_AT_t);
        sk_xlsx_forget(part, SK_AT_ref);
        if (text.n > 0)
            end_plain(filter, text);
    }
}
