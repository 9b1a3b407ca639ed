/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-part.c - what the tables cannot say of a workbook's parts: formulas, sheets, names, lists
 * that are not written empty, indices that must lead somewhere.
 */
#include "disarm/xlsx.h"

#include <string.h>

const SkXmlSymbol sk_xlsx_special[] = {
    SK_EL_row, SK_EL_c, SK_EL_f, SK_EL_v, SK_EL_is,
    /* formulas and other texts of a class */
    SK_EL_formula, SK_EL_formula1, SK_EL_formula2, SK_EL_calculatedColumnFormula,
    SK_EL_totalsRowFormula, SK_EL_xm_f, SK_EL_xm_sqref, SK_EL_x14_id, SK_EL_c_f, SK_EL_xdr_col,
    SK_EL_xdr_colOff, SK_EL_xdr_row, SK_EL_xdr_rowOff,
    /* the workbook */
    SK_EL_sheet, SK_EL_definedName, SK_EL_pivotCache,
    /* lists that are not written empty */
    SK_EL_extLst, SK_EL_ext, SK_EL_hyperlinks, SK_EL_conditionalFormatting, SK_EL_dataValidations,
    SK_EL_tableParts, SK_EL_pivotCaches, SK_EL_definedNames, SK_EL_cols, SK_EL_mergeCells,
    SK_EL_ignoredErrors, SK_EL_cellWatches, SK_EL_scenarios, SK_EL_x14_conditionalFormattings,
    SK_EL_x14_conditionalFormatting, SK_EL_x14_dataValidations, SK_EL_x14_sparklineGroups,
    SK_EL_x14_sparklineGroup, SK_EL_x14_sparklines,
    /* what must have something */
    SK_EL_hyperlink, SK_EL_dataValidation, SK_EL_ignoredError, SK_EL_mergeCell, SK_EL_cellWatch,
    SK_EL_inputCells, SK_EL_dimension, SK_EL_autoFilter, SK_EL_sortState, SK_EL_location,
    SK_EL_drawing, SK_EL_tablePart, SK_EL_picture, SK_EL_legacyDrawing, SK_EL_legacyDrawingHF,
    SK_EL_tableColumn, SK_EL_worksheetSource, SK_EL_col,
    /* what is counted */
    SK_EL_comment, SK_EL_author, SK_EL_font, SK_EL_fill, SK_EL_border, SK_EL_xf, SK_EL_dxf,
    SK_EL_si, SK_EL_bk, SK_EL_xda_dynamicArrayProperties,
    /* drawings */
    SK_EL_xdr_sp, SK_EL_xdr_cxnSp, SK_EL_xdr_grpSp, SK_EL_a_hlinkClick, SK_EL_mc_AlternateContent,
    SK_EL_mc_Choice, SK_EL_xdr_cNvPr, SK_EL_a_t,
    0,
};

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

static bool
end_text(SkOoxmlFilter *filter, GError **error)
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

static bool
start_text(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    sk_xlsx_save(filter, symbol == SK_EL_xm_sqref ? SK_XLSX_SQREF_MAX : SK_FORMULA_MAX,
                 SK_XLSX_END_TEXT);
    return true;
}

/* ---- the workbook -------------------------------------------------------------------------- */

static bool
refer_sheet(SkOoxmlFilter *filter, const SkXlsxSheet *sheet, SkSpan id, GError **error)
{
    unsigned number = 0;

    if (!sk_ooxml_refer(filter, id, sheet->kind, &number, NULL, error))
        return false;
    if (number == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "xlsx: a sheet's part is used twice");
    return sk_ooxml_put_id(filter, SK_AT_r_id, number, error);
}

static bool
start_sheet(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsx *book = sk_xlsx_book(filter);
    SkXlsxPart *part = sk_xlsx_part(filter);

    if (filter->depth != 3 || sk_ooxml_parent(filter) != SK_EL_sheets ||
        book->sheet_at >= book->sheets->len) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    const SkXlsxSheet *sheet = &g_array_index(book->sheets, SkXlsxSheet, book->sheet_at++);
    if (!sheet->kept) {
        sk_ooxml_drop(filter, SK_ELEMENT_XLM_MACRO);
        return true;
    }
    filter->kept_n = 0;
    g_snprintf(part->reference, sizeof part->reference, "%u", sheet->number + 1);
    if (!sk_ooxml_put(filter, SK_AT_name, sk_span_str(sheet->name), error) ||
        !refer_sheet(filter, sheet, sk_ooxml_value(attrs, n, SK_AT_r_id), error) ||
        !sk_ooxml_put(filter, SK_AT_sheetId, sk_span_str(part->reference), error))
        return false;
    if (sk_span_is(sk_ooxml_value(attrs, n, SK_AT_state), "veryHidden"))
        sk_ooxml_count(filter, SK_ELEMENT_VERY_HIDDEN_SHEET);
    if (sheet->hidden) {
        sk_ooxml_count(filter, SK_ELEMENT_HIDDEN_SHEET);
        if (!sk_ooxml_put(filter, SK_AT_state, sk_span_str("hidden"), error))
            return false;
    }
    sk_ooxml_write_kept(filter, SK_EL_sheet);
    return true;
}

static bool
start_name(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan name = sk_ooxml_value(attrs, n, SK_AT_name);
    SkSpan macro[] = { sk_ooxml_value(attrs, n, SK_AT_function),
                       sk_ooxml_value(attrs, n, SK_AT_vbProcedure),
                       sk_ooxml_value(attrs, n, SK_AT_xlm) };
    bool starts = sk_formula_starts_macro(name);

    for (size_t i = 0; i < G_N_ELEMENTS(macro); i++)
        starts = starts || (macro[i].n > 0 && !sk_span_is(macro[i], "0") &&
                            !sk_span_is(macro[i], "false"));
    if (starts || filter->depth != 3) {
        sk_ooxml_drop(filter, starts ? SK_ELEMENT_AUTO_MACRO : SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (!sk_ooxml_filter_attrs(filter, SK_EL_definedName, attrs, n, error))
        return false;
    bool local = sk_ooxml_value(attrs, n, SK_AT_localSheetId).n > 0;
    if (sk_ooxml_kept(filter, SK_AT_name) == NULL ||
        (local && sk_ooxml_kept(filter, SK_AT_localSheetId) == NULL)) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    sk_xlsx_save(filter, SK_FORMULA_MAX, SK_XLSX_END_NAME);
    return true;
}

static void
end_name(SkOoxmlFilter *filter)
{
    SkXlsx *book = sk_xlsx_book(filter);
    const SkXlsxPart *part = sk_xlsx_part(filter);
    SkSpan text = sk_span(filter->gathered->str, filter->gathered->len);
    SkSpan name = sk_xlsx_saved(part, SK_AT_name);
    SkElement element = sk_xlsx_formula(filter, &text);

    if (element == SK_ELEMENT_NONE && book->formulas.is_lost != NULL &&
        book->formulas.is_lost(book, name))
        element = SK_ELEMENT_UNKNOWN_FORMULA;
    if (element != SK_ELEMENT_NONE) {
        sk_ooxml_count(filter, element);
        return;
    }
    g_autofree char *written = sk_span_dup(name);
    g_autofree char *folded = g_ascii_strdown(written, -1);
    g_autofree char *sheet = sk_span_dup(sk_xlsx_saved(part, SK_AT_localSheetId));
    if (!g_hash_table_add(book->defined, g_strdup_printf("%s\n%s", folded, sheet))) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return;
    }
    sk_xlsx_write_saved(filter, "definedName");
    sk_xml_writer_text(filter->out, text);
    sk_xml_writer_end(filter->out, "definedName");
}

/* Only those whose data are in the workbook. */
static bool
start_cache(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    g_autofree char *id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_id));
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, id);
    const SkZipEntry *entry =
        rel == NULL || rel->external ? NULL
                                     : sk_ooxml_lookup(filter->document->package, rel->target);
    const char *cache =
        entry == NULL ? NULL : g_hash_table_lookup(sk_xlsx_book(filter)->caches, entry);

    if (cache == NULL || !sk_span_is(sk_ooxml_value(attrs, n, SK_AT_cacheId), cache)) {
        sk_ooxml_drop(filter, SK_ELEMENT_PIVOT_TABLE);
        return true;
    }
    return sk_ooxml_keep(filter, SK_EL_pivotCache, attrs, n, SK_AT_r_id, error);
}

bool
sk_xlsx_wants(SkOoxmlDocument *document, SkOoxmlKind kind, const SkZipEntry *entry)
{
    const SkXlsx *book = document->own;

    if (kind == SK_OOXML_COMMENTS)
        return sk_disarm_verdict(document->disarm, SK_ELEMENT_COMMENTS) == SK_VERDICT_KEPT &&
               !g_hash_table_contains(document->known, entry);
    if (kind == SK_OOXML_PIVOT_TABLE && g_hash_table_contains(document->known, entry))
        return false;
    if (kind == SK_OOXML_SHEET_METADATA)
        return book->metadata;
    if (kind == SK_OOXML_PIVOT_CACHE_DEFINITION)
        return g_hash_table_contains(document->known, entry);
    if (kind != SK_OOXML_PIVOT_TABLE)
        return true;
    const SkZipEntry *cache = NULL;
    g_autoptr(GError) ignored = NULL; /* a broken list of relationships is found again later */
    return sk_ooxml_find(document, entry, SK_OOXML_PIVOT_CACHE_DEFINITION, &cache, &ignored) &&
           cache != NULL && g_hash_table_contains(book->caches, cache);
}

/* ---- lists that are not written empty ------------------------------------------------------- */

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

static bool
is_extension(SkSpan uri, bool *ret_kept)
{
    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
        const char *known = extensions[i].uri;
        if (uri.n == strlen(known) &&
            g_ascii_strncasecmp((const char *)uri.p, known, uri.n) == 0) {
            *ret_kept = extensions[i].kept;
            return true;
        }
    }
    *ret_kept = false;
    return false;
}

static bool
start_lazy(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    const char *name = filter->document->profile->elements[symbol].name;
    SkOoxmlFrame *frame = sk_ooxml_top(filter);
    bool kept = false;

    if (symbol == SK_EL_ext) {
        bool known = is_extension(sk_ooxml_value(attrs, n, SK_AT_uri), &kept);
        if (!kept) {
            sk_ooxml_drop(filter, known ? SK_ELEMENT_NONE : SK_ELEMENT_UNKNOWN_PART);
            return true;
        }
    }
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    if (symbol == SK_EL_conditionalFormatting && sk_ooxml_kept(filter, SK_AT_sqref) == NULL) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    sk_xml_writer_start_lazy(filter->out, name);
    frame->kind = SK_FRAME_KEEP;
    frame->name = name;
    for (unsigned i = 0; i < filter->kept_n; i++)
        sk_xml_writer_attr(filter->out, sk_ooxml_attr_names[filter->kept[i].symbol],
                           filter->kept[i].value);
    return true;
}

/* ---- what must have something --------------------------------------------------------------- */

static bool
start_hyperlink(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    bool outside = sk_ooxml_value(attrs, n, SK_AT_r_id).n > 0;

    if (!sk_ooxml_filter_attrs(filter, SK_EL_hyperlink, attrs, n, error))
        return false;
    if (sk_ooxml_kept(filter, SK_AT_ref) == NULL ||
        sk_ooxml_kept(filter, outside ? SK_AT_r_id : SK_AT_location) == NULL)
        sk_ooxml_drop(filter, outside ? SK_ELEMENT_NONE : SK_ELEMENT_UNSAFE_HYPERLINK);
    else
        sk_ooxml_write_kept(filter, SK_EL_hyperlink);
    return true;
}

static SkXmlSymbol
required_of(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_dataValidation:
    case SK_EL_ignoredError:
        return SK_AT_sqref;
    case SK_EL_mergeCell:
    case SK_EL_dimension:
    case SK_EL_autoFilter:
    case SK_EL_sortState:
    case SK_EL_location:
        return SK_AT_ref;
    case SK_EL_cellWatch:
    case SK_EL_inputCells:
        return SK_AT_r;
    case SK_EL_tableColumn:
        return SK_AT_name;
    case SK_EL_a_hlinkClick:
    case SK_EL_picture:
        return SK_AT_r_id;
    default:
        return 0;
    }
}

/* ---- notes --------------------------------------------------------------------------------- */

/* The drawing of the sheet's notes, where one is due. */
static void
draw_notes(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkOoxmlPart *vml = NULL;

    if (part->notes == 0 || part->notes_drawn)
        return;
    part->notes_drawn = true;
    unsigned number = sk_ooxml_add(filter, SK_OOXML_VML_DRAWING, NULL, &vml);
    if (number == 0)
        return;
    vml->note = part->notes;
    sk_xml_writer_start(filter->out, "legacyDrawing");
    sk_ooxml_write_id(filter, "r:id", number);
    sk_xml_writer_end(filter->out, "legacyDrawing");
}

static const SkZipEntry *
entry_of(const SkOoxmlFilter *filter, SkOoxmlKind kind, const SkXmlAttr *attrs, unsigned n)
{
    g_autofree char *id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_id));
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, id);

    if (rel == NULL || rel->external || rel->kind != kind)
        return NULL;
    return sk_ooxml_lookup(filter->document->package, rel->target);
}

static void
start_legacy(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    const SkZipEntry *entry = entry_of(filter, SK_OOXML_VML_DRAWING, attrs, n);

    if (entry != NULL && part->notes > 0 && !part->notes_drawn) {
        SkXlsxNotes *notes = sk_xlsx_book(filter)->notes->pdata[part->notes - 1];
        notes->vml = entry;
        sk_ooxml_used(filter->document->package, entry);
    }
    draw_notes(filter);
}

static bool
start_pictures(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkZipEntry *entry = entry_of(filter, SK_OOXML_VML_DRAWING, attrs, n);
    const GArray *pictures = NULL;
    SkOoxmlPart *vml = NULL;

    draw_notes(filter);
    if (entry == NULL || g_hash_table_contains(filter->document->known, entry))
        return true;
    if (!sk_xlsx_pictures(filter->document, entry, &pictures, error))
        return false;
    unsigned number =
        pictures->len == 0 ? 0 : sk_ooxml_add(filter, SK_OOXML_VML_DRAWING, entry, &vml);
    if (number == 0) {
        sk_ooxml_count(filter, SK_ELEMENT_VML_DRAWING);
        return true;
    }
    sk_ooxml_start_as(filter, "legacyDrawingHF");
    sk_ooxml_write_id(filter, "r:id", number);
    return true;
}

static bool
start_comment(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkXlsxCell cell;
    char name[16];

    if (!sk_xlsx_cell(sk_ooxml_value(attrs, n, SK_AT_ref), false, &cell) || part->notes == 0 ||
        sk_ooxml_parent(filter) != SK_EL_commentList ||
        !g_hash_table_add(part->seen, GSIZE_TO_POINTER((gsize)(cell.row - 1) * SK_XLSX_COLUMNS +
                                                       cell.column))) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    SkXlsxNotes *notes = sk_xlsx_book(filter)->notes->pdata[part->notes - 1];
    g_array_append_val(notes->cells, cell);
    if (!sk_ooxml_filter_attrs(filter, SK_EL_comment, attrs, n, error))
        return false;
    SkOoxmlKept *ref = sk_ooxml_kept(filter, SK_AT_ref);
    if (ref == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "xlsx: comment without a cell");
    ref->value = sk_xlsx_cell_name(cell, name);
    sk_ooxml_write_kept(filter, SK_EL_comment);
    return true;
}

/* ---- counts -------------------------------------------------------------------------------- */

static void
count_list(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    static const struct {
        uint16_t symbol, parent;
        unsigned list;
    } lists[] = {
        { SK_EL_xf, SK_EL_cellXfs, SK_XLSX_XF },
        { SK_EL_xf, SK_EL_cellStyleXfs, SK_XLSX_CELL_XF },
        { SK_EL_dxf, SK_EL_dxfs, SK_XLSX_DXF },
        { SK_EL_font, SK_EL_fonts, SK_XLSX_FONT },
        { SK_EL_fill, SK_EL_fills, SK_XLSX_FILL },
        { SK_EL_border, SK_EL_borders, SK_XLSX_BORDER },
        { SK_EL_si, SK_EL_sst, SK_XLSX_STRINGS },
        { SK_EL_bk, SK_EL_cellMetadata, SK_XLSX_META },
    };
    SkXlsx *book = sk_xlsx_book(filter);

    if (symbol == SK_EL_author)
        sk_xlsx_part(filter)->authors++;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (lists[i].symbol == symbol && lists[i].parent == sk_ooxml_parent(filter))
            book->lists[lists[i].list]++;
    }
}

/* ---- drawings ------------------------------------------------------------------------------ */

/* A shape's macro is gone; its text may come from a cell. */
static bool
start_shape(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
            GError **error)
{
    if (sk_ooxml_value(attrs, n, SK_AT_macro).n > 0)
        sk_ooxml_count(filter, SK_ELEMENT_VBA_PROJECT);
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    const SkOoxmlKept *link = sk_ooxml_kept(filter, SK_AT_textlink);
    if (link != NULL && (link->value.n == 0 || sk_span_is(link->value, "#REF!")))
        filter->kept_n--; /* the only one that the row permits */
    sk_ooxml_write_kept(filter, symbol);
    return true;
}

/* ---- all ----------------------------------------------------------------------------------- */

static bool
is_lazy(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_extLst:
    case SK_EL_ext:
    case SK_EL_hyperlinks:
    case SK_EL_conditionalFormatting:
    case SK_EL_dataValidations:
    case SK_EL_tableParts:
    case SK_EL_pivotCaches:
    case SK_EL_definedNames:
    case SK_EL_cols:
    case SK_EL_mergeCells:
    case SK_EL_ignoredErrors:
    case SK_EL_cellWatches:
    case SK_EL_scenarios:
    case SK_EL_x14_conditionalFormattings:
    case SK_EL_x14_conditionalFormatting:
    case SK_EL_x14_dataValidations:
    case SK_EL_x14_sparklineGroups:
    case SK_EL_x14_sparklineGroup:
    case SK_EL_x14_sparklines:
        return true;
    default:
        return false;
    }
}

/* Notes' drawing comes before these, whether or not they stay. */
static bool
comes_after_notes(const SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    return filter->depth == 2 && (symbol == SK_EL_picture || symbol == SK_EL_tableParts ||
                                  symbol == SK_EL_extLst);
}

static bool
start_required(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
               GError **error)
{
    if (!sk_ooxml_keep(filter, symbol, attrs, n, required_of(symbol), error))
        return false;
    if (sk_ooxml_top(filter)->kind == SK_FRAME_DROP)
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
    return true;
}

static bool
start_column(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan hidden = sk_ooxml_value(attrs, n, SK_AT_hidden);

    if (sk_span_is(hidden, "1") || sk_span_is(hidden, "true"))
        sk_ooxml_count(filter, SK_ELEMENT_HIDDEN_CELLS);
    return sk_ooxml_keep(filter, SK_EL_col, attrs, n, 0, error);
}

/* The drawing is told of the sheet's controls, which are yet to come. */
static bool
start_drawing(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkZipEntry *entry = entry_of(filter, SK_OOXML_DRAWING, attrs, n);

    if (!sk_ooxml_keep(filter, SK_EL_drawing, attrs, n, SK_AT_r_id, error))
        return false;
    if (sk_ooxml_top(filter)->kind == SK_FRAME_DROP) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    SkOoxmlPart *part = entry == NULL ? NULL : g_hash_table_lookup(filter->document->known, entry);
    if (part != NULL && part->note == 0)
        part->note = sk_xlsx_controls(filter);
    return true;
}

/* A table is one sheet's. */
static bool
start_table(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkZipEntry *entry = entry_of(filter, SK_OOXML_TABLE, attrs, n);

    if (entry == NULL || g_hash_table_contains(filter->document->known, entry)) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    return sk_ooxml_keep(filter, SK_EL_tablePart, attrs, n, SK_AT_r_id, error);
}

static bool
start_dynamic(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    if (filter->part->kind != SK_OOXML_SHEET_METADATA ||
        sk_ooxml_parent(filter) != SK_EL_ext) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    return sk_ooxml_keep(filter, SK_EL_xda_dynamicArrayProperties, attrs, n, 0, error);
}

bool
sk_xlsx_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              SkOoxmlStart *ret, GError **error)
{
    *ret = SK_OOXML_DONE;
    if (comes_after_notes(filter, symbol))
        draw_notes(filter);
    if (is_lazy(symbol))
        return start_lazy(filter, symbol, attrs, n, error);
    if (required_of(symbol) != 0)
        return start_required(filter, symbol, attrs, n, error);
    switch (symbol) {
    case SK_EL_row:
        return sk_xlsx_start_row(filter, attrs, n, error);
    case SK_EL_c:
        return sk_xlsx_start_cell(filter, attrs, n, error);
    case SK_EL_f:
    case SK_EL_v:
    case SK_EL_is:
        return sk_xlsx_start_in_cell(filter, symbol, attrs, n, ret, error);
    case SK_EL_sheet:
        return start_sheet(filter, attrs, n, error);
    case SK_EL_definedName:
        return start_name(filter, attrs, n, error);
    case SK_EL_pivotCache:
        return start_cache(filter, attrs, n, error);
    case SK_EL_hyperlink:
        return start_hyperlink(filter, attrs, n, error);
    case SK_EL_legacyDrawing:
        start_legacy(filter, attrs, n);
        return true;
    case SK_EL_legacyDrawingHF:
        return start_pictures(filter, attrs, n, error);
    case SK_EL_comment:
        return start_comment(filter, attrs, n, error);
    case SK_EL_col:
        return start_column(filter, attrs, n, error);
    case SK_EL_drawing:
        return start_drawing(filter, attrs, n, error);
    case SK_EL_tablePart:
        return start_table(filter, attrs, n, error);
    case SK_EL_xda_dynamicArrayProperties:
        return start_dynamic(filter, attrs, n, error);
    case SK_EL_mc_AlternateContent:
    case SK_EL_mc_Choice:
    case SK_EL_xdr_cNvPr:
    case SK_EL_a_t:
        return sk_xlsx_start_control(filter, symbol, attrs, n, ret, error);
    case SK_EL_xdr_sp:
        if (sk_xlsx_is_control(filter))
            return sk_xlsx_start_control(filter, symbol, attrs, n, ret, error);
        return start_shape(filter, symbol, attrs, n, error);
    case SK_EL_xdr_cxnSp:
    case SK_EL_xdr_grpSp:
        return start_shape(filter, symbol, attrs, n, error);
    case SK_EL_author:
    case SK_EL_font:
    case SK_EL_fill:
    case SK_EL_border:
    case SK_EL_xf:
    case SK_EL_dxf:
    case SK_EL_si:
    case SK_EL_bk:
        count_list(filter, symbol);
        *ret = SK_OOXML_USUAL;
        return true;
    case SK_EL_worksheetSource:
        *ret = SK_OOXML_USUAL;
        return true;
    default:
        return start_text(filter, symbol, attrs, n, error);
    }
}

bool
sk_xlsx_end(SkOoxmlFilter *filter, GError **error)
{
    switch (sk_ooxml_top(filter)->own) {
    case SK_XLSX_END_TEXT:
        return end_text(filter, error);
    case SK_XLSX_END_NAME:
        end_name(filter);
        return true;
    case SK_XLSX_END_F:
        sk_xlsx_end_formula(filter);
        return true;
    case SK_XLSX_END_V:
        sk_xlsx_end_value(filter);
        return true;
    case SK_XLSX_END_C:
        sk_xlsx_end_cell(filter);
        return true;
    default:
        draw_notes(filter);
        return true;
    }
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

/* ---- a part begins and ends ---------------------------------------------------------------- */

/* The set of notes that belongs to the comments which this sheet refers to. */
static unsigned
notes_of(SkOoxmlFilter *filter)
{
    GPtrArray *notes = sk_xlsx_book(filter)->notes;

    for (unsigned i = 0; i < filter->run->in->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(filter->run->in, SkOoxmlRel, i);
        if (rel->kind != SK_OOXML_COMMENTS || rel->external)
            continue;
        const SkZipEntry *entry = sk_ooxml_lookup(filter->document->package, rel->target);
        SkOoxmlPart *comments =
            entry == NULL ? NULL : g_hash_table_lookup(filter->document->known, entry);
        if (comments == NULL || comments->kind != SK_OOXML_COMMENTS)
            continue;
        if (comments->note != 0)
            continue; /* another sheet has them */
        SkXlsxNotes *set = g_new0(SkXlsxNotes, 1);
        set->cells = g_array_new(FALSE, FALSE, sizeof(SkXlsxCell));
        g_ptr_array_add(notes, set);
        return comments->note = notes->len;
    }
    return 0;
}

static const char *
cache_of(SkOoxmlFilter *filter)
{
    for (unsigned i = 0; i < filter->run->in->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(filter->run->in, SkOoxmlRel, i);
        if (rel->kind == SK_OOXML_PIVOT_CACHE_DEFINITION && !rel->external) {
            const SkZipEntry *entry = sk_ooxml_lookup(filter->document->package, rel->target);
            return entry == NULL ? NULL
                                 : g_hash_table_lookup(sk_xlsx_book(filter)->caches, entry);
        }
    }
    return NULL;
}

void
sk_xlsx_part_open(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = g_new0(SkXlsxPart, 1);
    SkOoxmlKind kind = filter->part->kind;

    filter->own = part;
    part->shared = g_array_new(FALSE, TRUE, sizeof(uint16_t));
    part->saved_text = g_string_new(NULL);
    part->areas = g_string_new(NULL);
    part->seen = g_hash_table_new(NULL, NULL);
    if (kind == SK_OOXML_WORKSHEET)
        part->notes = notes_of(filter);
    else if (kind == SK_OOXML_COMMENTS || kind == SK_OOXML_VML_DRAWING)
        part->notes = filter->part->note;
    else if (kind == SK_OOXML_PIVOT_TABLE)
        part->cache = cache_of(filter);
    else if (kind == SK_OOXML_DRAWING)
        sk_xlsx_open_shapes(filter);
    part->notes_drawn = kind != SK_OOXML_WORKSHEET;
}

void
sk_xlsx_part_close(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);

    g_array_unref(part->shared);
    g_string_free(part->saved_text, TRUE);
    g_string_free(part->areas, TRUE);
    g_hash_table_unref(part->seen);
    g_clear_pointer(&part->shapes, g_array_unref);
    g_free(part);
    filter->own = NULL;
}
