/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-part.c - what the tables cannot say of a workbook's parts: lists that are not written empty,
 * what must have something, what is counted; and to which room each other element goes.
 */
#include "disarm/xlsx.h"

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
    /* SmartArt */
    SK_EL_dsp_drawing, SK_EL_dsp_spTree, SK_EL_dsp_sp, SK_EL_dsp_grpSp, SK_EL_dsp_nvSpPr,
    SK_EL_dsp_nvGrpSpPr, SK_EL_dsp_cNvPr, SK_EL_dsp_cNvSpPr, SK_EL_dsp_cNvGrpSpPr, SK_EL_dsp_spPr,
    SK_EL_dsp_grpSpPr, SK_EL_dsp_style, SK_EL_dsp_txBody,
    0,
};

/* ---- lists that are not written empty ------------------------------------------------------- */

static bool
start_lazy(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    const char *name = filter->document->profile->elements[symbol].name;
    SkOoxmlFrame *frame = sk_ooxml_top(filter);
    bool kept = false;

    if (symbol == SK_EL_ext) {
        bool known = sk_xlsx_is_extension(sk_ooxml_value(attrs, n, SK_AT_uri), &kept);
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
    return filter->depth == 2 &&
           (symbol == SK_EL_picture || symbol == SK_EL_tableParts || symbol == SK_EL_extLst);
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

const SkZipEntry *
sk_xlsx_entry(const SkOoxmlFilter *filter, SkOoxmlKind kind, const SkXmlAttr *attrs, unsigned n)
{
    g_autofree char *id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_id));
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, id);

    if (rel == NULL || rel->external || rel->kind != kind)
        return NULL;
    return sk_ooxml_lookup(filter->document->package, rel->target);
}

/* The drawing is told of the sheet's controls, which are yet to come. */
static bool
start_drawing(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkZipEntry *entry = sk_xlsx_entry(filter, SK_OOXML_DRAWING, attrs, n);

    if (sk_xlsx_part(filter)->drawing) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART); /* a sheet has one */
        return true;
    }
    if (!sk_ooxml_keep(filter, SK_EL_drawing, attrs, n, SK_AT_r_id, error))
        return false;
    if (sk_ooxml_top(filter)->kind == SK_FRAME_DROP) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    SkOoxmlPart *part = entry == NULL ? NULL : g_hash_table_lookup(filter->document->known, entry);
    sk_xlsx_part(filter)->drawing = true;
    if (part != NULL && part->note == 0)
        part->note = sk_xlsx_controls(filter);
    return true;
}

/* A table is one sheet's. */
static bool
start_table(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkZipEntry *entry = sk_xlsx_entry(filter, SK_OOXML_TABLE, attrs, n);

    if (entry == NULL || g_hash_table_contains(filter->document->known, entry)) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    return sk_ooxml_keep(filter, SK_EL_tablePart, attrs, n, SK_AT_r_id, error);
}

static bool
start_dynamic(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    if (filter->part->kind != SK_OOXML_SHEET_METADATA || sk_ooxml_parent(filter) != SK_EL_ext) {
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
        sk_xlsx_draw_notes(filter);
    if (is_lazy(symbol))
        return start_lazy(filter, symbol, attrs, n, error);
    if (symbol >= SK_EL_dsp_cNvGrpSpPr && symbol <= SK_EL_dsp_txBody) {
        sk_xlsx_start_diagram(filter, symbol, attrs, n);
        return true;
    }
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
        return sk_xlsx_start_sheet(filter, attrs, n, error);
    case SK_EL_definedName:
        return sk_xlsx_start_name(filter, attrs, n, error);
    case SK_EL_pivotCache:
        return sk_xlsx_start_cache(filter, attrs, n, error);
    case SK_EL_hyperlink:
        return start_hyperlink(filter, attrs, n, error);
    case SK_EL_legacyDrawing:
        return sk_xlsx_start_legacy(filter, attrs, n, error);
    case SK_EL_legacyDrawingHF:
        return sk_xlsx_start_pictures(filter, attrs, n, error);
    case SK_EL_comment:
        return sk_xlsx_start_comment(filter, attrs, n, error);
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
        return sk_xlsx_start_text(filter, symbol, attrs, n, error);
    }
}

bool
sk_xlsx_end(SkOoxmlFilter *filter, GError **error)
{
    switch (sk_ooxml_top(filter)->own) {
    case SK_XLSX_END_TEXT:
        return sk_xlsx_end_text(filter, error);
    case SK_XLSX_END_NAME:
        sk_xlsx_end_name(filter);
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
        sk_xlsx_draw_notes(filter);
        return filter->part->kind != SK_OOXML_DRAWING || filter->run->included != 0 ||
               sk_xlsx_end_drawing(filter, error);
    }
}

/* ---- a part begins and ends ---------------------------------------------------------------- */

static const char *
cache_of(SkOoxmlFilter *filter)
{
    for (unsigned i = 0; i < filter->run->in->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(filter->run->in, SkOoxmlRel, i);
        if (rel->kind == SK_OOXML_PIVOT_CACHE_DEFINITION && !rel->external) {
            const SkZipEntry *entry = sk_ooxml_lookup(filter->document->package, rel->target);
            return entry == NULL ? NULL : g_hash_table_lookup(sk_xlsx_book(filter)->caches, entry);
        }
    }
    return NULL;
}

void
sk_xlsx_part_init(SkXlsxPart *part)
{
    part->shared = g_array_new(FALSE, TRUE, sizeof(uint16_t));
    part->saved_text = g_string_new(NULL);
    part->areas = g_string_new(NULL);
    part->seen = g_hash_table_new(NULL, NULL);
    part->shapes = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    part->notes_drawn = true;
}

void
sk_xlsx_part_clear(SkXlsxPart *part)
{
    g_array_unref(part->shared);
    g_string_free(part->saved_text, TRUE);
    g_string_free(part->areas, TRUE);
    g_hash_table_unref(part->seen);
    g_array_unref(part->shapes);
}

void
sk_xlsx_part_open(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = g_new0(SkXlsxPart, 1);
    SkOoxmlKind kind = filter->part->kind;

    filter->own = part;
    sk_xlsx_part_init(part);
    if (kind == SK_OOXML_WORKSHEET)
        part->notes = sk_xlsx_notes_of(filter);
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

    sk_xlsx_part_clear(part);
    g_free(part);
    filter->own = NULL;
}
