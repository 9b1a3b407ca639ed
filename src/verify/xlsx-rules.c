/* SPDX-License-Identifier: Apache-2.0
 * xlsx-rules.c - the rules beside the table (docs/formats/xlsx.md, "Rules beyond the table");
 * contract in xlsx.h. */
#include "verify/xlsx.h"
#include "xlsx-elements.h"

#include <string.h>

#define DYNAMIC_ARRAYS "{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"
#define CELL_NUMBER_MAX 64u
#define NUMBER_MAX 1000000000u
#define IDS_MAX 1048576u

typedef enum {
    RULE_NONE,
    RULE_ROW,
    RULE_CELL,
    RULE_CELL_FORMULA, /* f */
    RULE_CELL_VALUE,   /* v */
    RULE_CELL_TEXT,    /* is */
    RULE_SHEET,
    RULE_NAME, /* definedName */
    RULE_COUNTED,
    RULE_FULL, /* never empty */
    RULE_CHART,
    RULE_LINK,
    RULE_COMMENT,
    RULE_NOTES_DRAWING,
    RULE_HEADER_DRAWING,
    RULE_TABLE,
    RULE_CACHE,
    RULE_CACHE_SOURCE,
    RULE_SHEET_SOURCE,
    RULE_EXTENSION,
    RULE_DYNAMIC,
    RULE_METADATA_TYPE,
    RULE_FUTURE,
    RULE_FORMULA, /* see its end */
    RULE_AREAS,
    RULE_KEYWORD,
    RULE_CORNER, /* xdr:col, xdr:row */
    RULE_OFFSET, /* xdr:colOff, xdr:rowOff */
    RULE_NEEDS,  /* only what stands in needs */
} Rule;

static const uint8_t rules[E_COUNT] = {
    [E_row] = RULE_ROW,
    [E_c] = RULE_CELL,
    [E_f] = RULE_CELL_FORMULA,
    [E_v] = RULE_CELL_VALUE,
    [E_is] = RULE_CELL_TEXT,
    [E_sheet] = RULE_SHEET,
    [E_definedName] = RULE_NAME,
    [E_xf] = RULE_COUNTED,
    [E_dxf] = RULE_COUNTED,
    [E_font] = RULE_COUNTED,
    [E_fill] = RULE_COUNTED,
    [E_border] = RULE_COUNTED,
    [E_si] = RULE_COUNTED,
    [E_bk] = RULE_COUNTED,
    [E_author] = RULE_COUNTED,
    [E_extLst] = RULE_FULL,
    [E_hyperlinks] = RULE_FULL,
    [E_conditionalFormatting] = RULE_FULL,
    [E_dataValidations] = RULE_FULL,
    [E_tableParts] = RULE_FULL,
    [E_pivotCaches] = RULE_FULL,
    [E_definedNames] = RULE_FULL,
    [E_cols] = RULE_FULL,
    [E_mergeCells] = RULE_FULL,
    [E_ignoredErrors] = RULE_FULL,
    [E_cellWatches] = RULE_FULL,
    [E_scenarios] = RULE_FULL,
    [E_x14_conditionalFormattings] = RULE_FULL,
    [E_x14_conditionalFormatting] = RULE_FULL,
    [E_x14_dataValidations] = RULE_FULL,
    [E_x14_sparklineGroups] = RULE_FULL,
    [E_x14_sparklineGroup] = RULE_FULL,
    [E_x14_sparklines] = RULE_FULL,
    [E_c_chart] = RULE_CHART,
    [E_hyperlink] = RULE_LINK,
    [E_comment] = RULE_COMMENT,
    [E_legacyDrawing] = RULE_NOTES_DRAWING,
    [E_legacyDrawingHF] = RULE_HEADER_DRAWING,
    [E_table] = RULE_TABLE,
    [E_pivotCache] = RULE_CACHE,
    [E_cacheSource] = RULE_CACHE_SOURCE,
    [E_worksheetSource] = RULE_SHEET_SOURCE,
    [E_ext] = RULE_EXTENSION,
    [E_xda_dynamicArrayProperties] = RULE_DYNAMIC,
    [E_metadataType] = RULE_METADATA_TYPE,
    [E_futureMetadata] = RULE_FUTURE,
    [E_formula] = RULE_FORMULA,
    [E_formula1] = RULE_FORMULA,
    [E_formula2] = RULE_FORMULA,
    [E_calculatedColumnFormula] = RULE_FORMULA,
    [E_totalsRowFormula] = RULE_FORMULA,
    [E_xm_f] = RULE_FORMULA,
    [E_c_f] = RULE_FORMULA,
    [E_xm_sqref] = RULE_AREAS,
    [E_x14_id] = RULE_KEYWORD,
    [E_xdr_col] = RULE_CORNER,
    [E_xdr_row] = RULE_CORNER,
    [E_xdr_colOff] = RULE_OFFSET,
    [E_xdr_rowOff] = RULE_OFFSET,
    [E_cellWatch] = RULE_NEEDS,
    [E_inputCells] = RULE_NEEDS,
    [E_dimension] = RULE_NEEDS,
    [E_mergeCell] = RULE_NEEDS,
    [E_autoFilter] = RULE_NEEDS,
    [E_sortState] = RULE_NEEDS,
    [E_location] = RULE_NEEDS,
    [E_dataValidation] = RULE_NEEDS,
    [E_ignoredError] = RULE_NEEDS,
    [E_tableColumn] = RULE_NEEDS,
    [E_pivotTableDefinition] = RULE_NEEDS,
    [E_drawing] = RULE_NEEDS,
    [E_picture] = RULE_NEEDS,
    [E_tablePart] = RULE_NEEDS,
    [E_a_blip] = RULE_NEEDS,
    [E_a_hlinkClick] = RULE_NEEDS,
    [E_a_graphicData] = RULE_NEEDS,
};

/* Attributes that must be there, of elements with any rule. */
static const char *const needs[E_COUNT][3] = {
    [E_sheet] = { "name", "sheetId", "r:id" },
    [E_definedName] = { "name" },
    [E_conditionalFormatting] = { "sqref" },
    [E_comment] = { "ref" },
    [E_hyperlink] = { "ref" },
    [E_legacyDrawing] = { "r:id" },
    [E_legacyDrawingHF] = { "r:id" },
    [E_table] = { "name", "displayName", "id" },
    [E_pivotCache] = { "cacheId", "r:id" },
    [E_a_hlinkClick] = { "r:id" },
    [E_cacheSource] = { "type" },
    [E_ext] = { "uri" },
    [E_metadataType] = { "name" },
    [E_futureMetadata] = { "name" },
    [E_cellWatch] = { "r" },
    [E_inputCells] = { "r" },
    [E_dimension] = { "ref" },
    [E_mergeCell] = { "ref" },
    [E_autoFilter] = { "ref" },
    [E_sortState] = { "ref" },
    [E_location] = { "ref" },
    [E_dataValidation] = { "sqref" },
    [E_ignoredError] = { "sqref" },
    [E_tableColumn] = { "name" },
    [E_pivotTableDefinition] = { "cacheId" },
    [E_drawing] = { "r:id" },
    [E_picture] = { "r:id" },
    [E_tablePart] = { "r:id" },
    [E_a_blip] = { "r:embed" },
    [E_a_graphicData] = { "uri" },
};

const uint8_t sk_workbook_marks[E_COUNT] = {
    [E_workbook] = SK_OOXML_ROOT,
    [E_styleSheet] = SK_OOXML_ROOT,
    [E_a_theme] = SK_OOXML_ROOT,
    [E_sst] = SK_OOXML_ROOT,
    [E_metadata] = SK_OOXML_ROOT,
    [E_worksheet] = SK_OOXML_ROOT,
    [E_chartsheet] = SK_OOXML_ROOT,
    [E_comments] = SK_OOXML_ROOT,
    [E_xdr_wsDr] = SK_OOXML_ROOT,
    [E_c_chartSpace] = SK_OOXML_ROOT,
    [E_table] = SK_OOXML_ROOT,
    [E_pivotTableDefinition] = SK_OOXML_ROOT,
    [E_pivotCacheDefinition] = SK_OOXML_ROOT,
    [E_pivotCacheRecords] = SK_OOXML_ROOT,
    [E_f] = SK_OOXML_GATHER,
    [E_v] = SK_OOXML_GATHER,
    [E_definedName] = SK_OOXML_GATHER,
    [E_formula] = SK_OOXML_GATHER,
    [E_formula1] = SK_OOXML_GATHER,
    [E_formula2] = SK_OOXML_GATHER,
    [E_calculatedColumnFormula] = SK_OOXML_GATHER,
    [E_totalsRowFormula] = SK_OOXML_GATHER,
    [E_xm_f] = SK_OOXML_GATHER,
    [E_xm_sqref] = SK_OOXML_GATHER,
    [E_x14_id] = SK_OOXML_GATHER,
    [E_c_f] = SK_OOXML_GATHER,
    [E_xdr_col] = SK_OOXML_GATHER,
    [E_xdr_row] = SK_OOXML_GATHER,
    [E_xdr_colOff] = SK_OOXML_GATHER,
    [E_xdr_rowOff] = SK_OOXML_GATHER,
};

/* What stays by default, and goes where the policy says so. */
const uint8_t sk_workbook_kept[E_COUNT] = {
    [E_comment] = SK_ELEMENT_COMMENTS,
    [E_sheet] = SK_ELEMENT_HIDDEN_SHEET,
    [E_row] = SK_ELEMENT_HIDDEN_CELLS,
    [E_col] = SK_ELEMENT_HIDDEN_CELLS,
};

bool
sk_workbook_stays(const SkOoxmlWalk *walk, uint16_t element)
{
    const SkSpan *hidden = sk_xml_attribute(walk->xml, "hidden");

    if (element == E_sheet)
        return sk_xml_attribute(walk->xml, "state") == NULL;
    return element != E_comment && (hidden == NULL || sk_package_is_word(*hidden, "0 false off"));
}

static bool
bad(const SkOoxmlWalk *walk, const char *what)
{
    return sk_package_no(walk, SK_ELEMENT_NOT_CANONICAL, what);
}

static SkXlsxFile *
file_of(const SkOoxmlWalk *walk)
{
    return walk->file->state;
}

static SkXlsxPart *
part_of(const SkOoxmlWalk *walk)
{
    return walk->state;
}

static bool
is_attribute(const SkOoxmlWalk *walk, const char *name, const char *value)
{
    const SkSpan *found = sk_xml_attribute(walk->xml, name);

    return found != NULL && sk_span_is(*found, value);
}

bool
sk_workbook_mean(const SkOoxmlWalk *walk, unsigned list, SkSpan s)
{
    SkXlsxFile *file = file_of(walk);
    uint32_t number = 0;

    if (!sk_workbook_whole(s, NUMBER_MAX, &number))
        return bad(walk, "number");
    file->wanted[list] = MAX(file->wanted[list], number + 1);
    return true;
}

bool
sk_workbook_check_formula(const SkOoxmlWalk *walk, SkSpan s)
{
    SkElement found = sk_workbook_refuse_formula(&file_of(walk)->formula, s);

    return found == SK_ELEMENT_NONE || sk_package_no(walk, found, "formula");
}

/* @name of @kind, ASCII letters folded: there is no second. */
static bool
check_new(const SkOoxmlWalk *walk, const char *kind, const SkSpan *name, const SkSpan *scope)
{
    GHashTable *ids = file_of(walk)->ids;
    g_autofree char *folded = g_ascii_strdown((const char *)name->p, (gssize)name->n);
    g_autofree char *within = scope == NULL ? g_strdup("") : sk_span_dup(*scope);

    if (!g_hash_table_add(ids, g_strdup_printf("%s:%s:%s", kind, within, folded)))
        return bad(walk, "name or id twice");
    return g_hash_table_size(ids) <= IDS_MAX || bad(walk, "too many names");
}

/* ---- cells -------------------------------------------------------------------------------- */

static bool
check_row(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkSpan *r = sk_xml_letter(walk->xml, 'r');
    uint32_t row = 0;

    if (sk_package_parent(walk) != E_sheetData)
        return bad(walk, "row");
    if (r == NULL || !sk_workbook_whole(*r, SK_XLSX_ROWS + 1, &row) || row <= part->row)
        return bad(walk, "r of row");
    part->row = row;
    part->column = 0;
    return true;
}

static bool
read_type(const SkOoxmlWalk *walk, SkXlsxCell *ret)
{
    static const uint8_t letters[128] = {
        ['b'] = SK_XLSX_CELL_BOOLEAN,
        ['d'] = SK_XLSX_CELL_DATE,
        ['e'] = SK_XLSX_CELL_ERROR,
        ['s'] = SK_XLSX_CELL_SHARED,
    };
    const SkSpan *t = sk_xml_letter(walk->xml, 't');

    *ret = SK_XLSX_CELL_NUMBER;
    if (t == NULL)
        return true;
    if (t->n == 1)
        *ret = (SkXlsxCell)letters[t->p[0] & 0x7f];
    else if (sk_span_is(*t, "str"))
        *ret = SK_XLSX_CELL_STRING;
    else if (sk_span_is(*t, "inlineStr"))
        *ret = SK_XLSX_CELL_INLINE;
    return *ret != SK_XLSX_CELL_NUMBER && t->p[0] < 0x80;
}

/* Its r has just been read into part->area. */
static bool
check_cell(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkXlsxArea *area = &part->area;

    if (sk_package_parent(walk) != E_row)
        return bad(walk, "cell");
    if (sk_xml_letter(walk->xml, 'r') == NULL || area->range || area->dollars ||
        area->row != part->row || area->column <= part->column)
        return bad(walk, "r of cell");
    part->column = area->column;
    part->stage = 0;
    return read_type(walk, &part->cell) || bad(walk, "t of cell");
}

/* f, v, is: each once, in this order. */
static bool
check_stage(const SkOoxmlWalk *walk, SkXlsxPart *part, unsigned stage)
{
    if (sk_package_parent(walk) != E_c || part->stage >= stage)
        return bad(walk, "not in its place in a cell");
    part->stage = stage;
    return true;
}

static bool
check_cell_value(SkOoxmlWalk *walk, SkXlsxPart *part)
{
    if (part->cell == SK_XLSX_CELL_STRING)
        walk->gathering = false; /* any text, however long */
    return check_stage(walk, part, 2) && (part->cell != SK_XLSX_CELL_INLINE || bad(walk, "v"));
}

static bool
end_cell_value(const SkOoxmlWalk *walk, const SkXlsxPart *part)
{
    SkSpan text = walk->gathered;
    bool good = true;

    switch (part->cell) {
    case SK_XLSX_CELL_NUMBER:
        good = text.n <= CELL_NUMBER_MAX && sk_workbook_is_number(text);
        break;
    case SK_XLSX_CELL_BOOLEAN:
        good = text.n == 1 && (text.p[0] == '0' || text.p[0] == '1');
        break;
    case SK_XLSX_CELL_DATE:
        good = sk_package_is_keyword(text);
        break;
    case SK_XLSX_CELL_ERROR:
        good = sk_workbook_is_error(text);
        break;
    case SK_XLSX_CELL_SHARED:
        return sk_workbook_mean(walk, SK_XLSX_TEXTS, text);
    case SK_XLSX_CELL_STRING:
    case SK_XLSX_CELL_INLINE:
        break;
    }
    return good || bad(walk, "value of cell");
}

/* A range of cells: not of whole columns or rows. */
static bool
read_cells(const SkOoxmlWalk *walk, const char *name, SkXlsxArea *ret)
{
    const SkSpan *ref = sk_xml_attribute(walk->xml, name);

    return ref == NULL || (sk_workbook_area(*ref, ret) && ret->column > 0 && ret->row > 0);
}

static bool
is_within_a_million(const SkXlsxArea *area)
{
    uint64_t columns =
        (uint64_t)MAX(area->column, area->to_column) - MIN(area->column, area->to_column) + 1;
    uint64_t rows = (uint64_t)MAX(area->row, area->to_row) - MIN(area->row, area->to_row) + 1;

    return columns * rows <= 1048576;
}

/* Is it the first of its si? The others have neither text nor ref. */
static bool
check_shared(const SkOoxmlWalk *walk, SkXlsxPart *part, bool has_ref)
{
    SkXlsxFile *file = file_of(walk);
    const SkSpan *si = sk_xml_attribute(walk->xml, "si");
    uint32_t number = 0;

    if (si == NULL || !sk_workbook_whole(*si, SK_XLSX_SHARED_MAX, &number))
        return bad(walk, "si");
    if (file->shared == NULL)
        file->shared = g_malloc0(SK_XLSX_SHARED_MAX / 8);
    uint8_t *byte = &file->shared[number / 8], bit = (uint8_t)(1u << number % 8);
    if (has_ref == ((*byte & bit) != 0))
        return bad(walk, "si");
    *byte |= bit;
    file->shared_used = true;
    part->formula_bare = !has_ref;
    return true;
}

static bool
check_cell_formula(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkSpan *t = sk_xml_attribute(walk->xml, "t");
    bool has_ref = sk_xml_attribute(walk->xml, "ref") != NULL;
    SkXlsxArea area = { 0 };

    part->formula_bare = false;
    if (!check_stage(walk, part, 1))
        return false;
    if (!read_cells(walk, "r1", &area) || !read_cells(walk, "r2", &area) ||
        !read_cells(walk, "ref", &area))
        return bad(walk, "area of a formula");
    if (t == NULL)
        return true;
    if (sk_span_is(*t, "shared"))
        return check_shared(walk, part, has_ref);
    if (sk_span_is(*t, "array"))
        return (has_ref && is_within_a_million(&area)) || bad(walk, "array formula");
    part->formula_bare = true;
    return (sk_span_is(*t, "dataTable") && has_ref) || bad(walk, "t of formula");
}

static bool
end_cell_formula(const SkOoxmlWalk *walk, const SkXlsxPart *part)
{
    if (part->formula_bare)
        return walk->gathered.n == 0 || bad(walk, "formula where there is none");
    return sk_workbook_check_formula(walk, walk->gathered);
}

/* ---- the workbook ------------------------------------------------------------------------- */

/* (transfer full): a sheet's name as written (class name), as file->sheets has it. */
static char *
fold_sheet(SkSpan name)
{
    char resolved[512];
    size_t n = sk_xml_resolve(name, resolved, sizeof resolved);

    return g_ascii_strdown(resolved, (gssize)MIN(n, sizeof resolved));
}

static bool
check_sheet(const SkOoxmlWalk *walk)
{
    SkXlsxFile *file = file_of(walk);
    const SkSpan *name = sk_xml_attribute(walk->xml, "name");
    bool state = sk_xml_attribute(walk->xml, "state") != NULL;

    if (walk->kind != SK_XLSX_WORKBOOK || sk_package_parent(walk) != E_sheets)
        return bad(walk, "sheet");
    if (state && !is_attribute(walk, "state", "hidden"))
        return sk_package_no(walk,
                             is_attribute(walk, "state", "veryHidden")
                                 ? SK_ELEMENT_VERY_HIDDEN_SHEET
                                 : SK_ELEMENT_NOT_CANONICAL,
                             "state of sheet");
    if (!g_hash_table_add(file->sheets, fold_sheet(*name)))
        return bad(walk, "name of sheet twice");
    file->visible = file->visible || !state;
    g_autofree char *number = g_strdup_printf("%u", ++file->counts[SK_XLSX_SHEETS]);
    return is_attribute(walk, "sheetId", number) || bad(walk, "sheetId");
}

static bool
check_cache(const SkOoxmlWalk *walk)
{
    SkXlsxFile *file = file_of(walk);
    const SkSpan *id = sk_xml_attribute(walk->xml, "cacheId");

    if (walk->kind != SK_XLSX_WORKBOOK || walk->relation == NULL)
        return bad(walk, "pivotCache");
    g_hash_table_insert(file->caches, sk_span_dup(*id), GUINT_TO_POINTER(walk->relation->part + 1));
    return check_new(walk, "cache", id, NULL);
}

/* Entries of lists count only where the list is read from. */
static void
count(const SkOoxmlWalk *walk)
{
    static const struct {
        uint8_t kind;
        uint16_t parent;
        uint8_t list;
    } lists[] = {
        { SK_XLSX_STYLES, E_cellXfs, SK_XLSX_XFS },
        { SK_XLSX_STYLES, E_cellStyleXfs, SK_XLSX_STYLE_XFS },
        { SK_XLSX_STYLES, E_dxfs, SK_XLSX_DXFS },
        { SK_XLSX_STYLES, E_fonts, SK_XLSX_FONTS },
        { SK_XLSX_STYLES, E_fills, SK_XLSX_FILLS },
        { SK_XLSX_STYLES, E_borders, SK_XLSX_BORDERS },
        { SK_XLSX_STRINGS, E_sst, SK_XLSX_TEXTS },
        { SK_XLSX_METADATA, E_cellMetadata, SK_XLSX_METADATAS },
        { SK_XLSX_COMMENTS, E_authors, SK_XLSX_AUTHORS },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
        if (walk->kind == lists[i].kind && sk_package_parent(walk) == lists[i].parent)
            file_of(walk)->counts[lists[i].list]++;
}

/* ---- comments and drawings ---------------------------------------------------------------- */

static bool
check_comment(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkXlsxArea *area = &part->area;

    if (walk->kind != SK_XLSX_COMMENTS || area->range || area->dollars)
        return bad(walk, "comment");
    SkXlsxNote note = { .row = area->row - 1, .column = area->column - 1 };
    g_autofree char *scope = g_strdup_printf("%u", walk->part);
    SkSpan within = sk_span_str(scope);
    g_array_append_val(part->notes, note);
    return check_new(walk, "note", sk_xml_attribute(walk->xml, "ref"), &within);
}

static bool
check_notes_drawing(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkOoxmlRelations *relations = walk->relations;
    const SkOoxmlRelation *first =
        relations->implicit == 0 ? NULL : &g_array_index(relations->list, SkOoxmlRelation, 0);

    if (walk->kind != SK_XLSX_WORKSHEET || first == NULL || first->kind != SK_XLSX_COMMENTS ||
        part->notes_drawings++ > 0)
        return sk_package_no(walk, SK_ELEMENT_VML_DRAWING, "legacyDrawing");
    return g_hash_table_insert(file_of(walk)->vml, GUINT_TO_POINTER(walk->relation->part),
                               GUINT_TO_POINTER(first->part + 1)) ||
           sk_package_no(walk, SK_ELEMENT_VML_DRAWING, "legacyDrawing");
}

/* A drawing for comments is no drawing for headers. */
static bool
check_header_drawing(const SkOoxmlWalk *walk)
{
    return ((walk->kind == SK_XLSX_WORKSHEET || walk->kind == SK_XLSX_CHARTSHEET) &&
            g_hash_table_insert(file_of(walk)->vml, GUINT_TO_POINTER(walk->relation->part),
                                NULL)) ||
           sk_package_no(walk, SK_ELEMENT_VML_DRAWING, "legacyDrawingHF");
}

/* ---- the rest ----------------------------------------------------------------------------- */

static bool
check_chart(const SkOoxmlWalk *walk)
{
    bool id = sk_xml_attribute(walk->xml, "r:id") != NULL;

    return (sk_package_parent(walk) == E_a_graphicData) == id || bad(walk, "c:chart");
}

static bool
check_source(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    part->sources = 0;
    return (is_attribute(walk, "type", "worksheet") && !walk->xml->empty) ||
           sk_package_no(walk, SK_ELEMENT_DATA_CONNECTION, "source of a pivot table");
}

static bool
check_sheet_source(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkSpan *sheet = sk_xml_attribute(walk->xml, "sheet");

    part->sources++;
    if (sk_package_parent(walk) != E_cacheSource)
        return bad(walk, "worksheetSource");
    if (sheet == NULL)
        return true;
    g_autofree char *name = fold_sheet(*sheet);
    return g_hash_table_contains(file_of(walk)->sheets, name) ||
           sk_package_no(walk, SK_ELEMENT_EXTERNAL_WORKBOOK, "source of a pivot table");
}

static bool
check_extension(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    part->dynamic = is_attribute(walk, "uri", DYNAMIC_ARRAYS);
    return !walk->xml->empty || bad(walk, "ext with nothing in it");
}

static bool
check_metadata_type(const SkOoxmlWalk *walk, unsigned *count)
{
    return (is_attribute(walk, "name", "XLDAPR") && (*count)++ == 0) ||
           sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "metadata");
}

static bool
check_rule(SkOoxmlWalk *walk, uint16_t element)
{
    SkXlsxPart *part = part_of(walk);

    switch ((Rule)rules[element]) {
    case RULE_NONE:
    case RULE_NEEDS:
    case RULE_FORMULA:
    case RULE_AREAS:
    case RULE_KEYWORD:
    case RULE_CORNER:
    case RULE_OFFSET:
        return true;
    case RULE_ROW:
        return check_row(walk, part);
    case RULE_CELL:
        return check_cell(walk, part);
    case RULE_CELL_FORMULA:
        return check_cell_formula(walk, part);
    case RULE_CELL_VALUE:
        return check_cell_value(walk, part);
    case RULE_CELL_TEXT:
        return check_stage(walk, part, 3) && (part->cell == SK_XLSX_CELL_INLINE || bad(walk, "is"));
    case RULE_SHEET:
        return check_sheet(walk);
    case RULE_NAME:
        return check_new(walk, "name", sk_xml_attribute(walk->xml, "name"),
                         sk_xml_attribute(walk->xml, "localSheetId"));
    case RULE_COUNTED:
        count(walk);
        return true;
    case RULE_FULL:
        return !walk->xml->empty || bad(walk, "list with nothing in it");
    case RULE_CHART:
        return check_chart(walk);
    case RULE_LINK:
        return sk_xml_attribute(walk->xml, "location") != NULL || sk_package_need(walk, "r:id");
    case RULE_COMMENT:
        return check_comment(walk, part);
    case RULE_NOTES_DRAWING:
        return check_notes_drawing(walk, part);
    case RULE_HEADER_DRAWING:
        return check_header_drawing(walk);
    case RULE_TABLE:
        return sk_package_need(walk, "ref") &&
               check_new(walk, "table", sk_xml_attribute(walk->xml, "displayName"), NULL);
    case RULE_CACHE:
        return check_cache(walk);
    case RULE_CACHE_SOURCE:
        return check_source(walk, part);
    case RULE_SHEET_SOURCE:
        return check_sheet_source(walk, part);
    case RULE_EXTENSION:
        return check_extension(walk, part);
    case RULE_DYNAMIC:
        return (sk_package_parent(walk) == E_ext && part->dynamic) || bad(walk, "dynamic array");
    case RULE_METADATA_TYPE:
        return check_metadata_type(walk, &part->types);
    case RULE_FUTURE:
        return check_metadata_type(walk, &part->futures);
    }
    return false;
}

/* What stands in elements that hold one kind of thing only. */
static bool
check_inside(const SkOoxmlWalk *walk, uint16_t element)
{
    switch (sk_package_parent(walk)) {
    case E_c:
        return element == E_f || element == E_v || element == E_is || bad(walk, "inside a cell");
    case E_cacheSource:
        return element == E_worksheetSource || bad(walk, "inside cacheSource");
    case E_ext:
        return !part_of(walk)->dynamic || element == E_xda_dynamicArrayProperties ||
               bad(walk, "inside ext");
    default:
        return true;
    }
}

bool
sk_workbook_start(SkOoxmlWalk *walk, uint16_t element)
{
    if (!check_inside(walk, element))
        return false;
    if (rules[element] == RULE_NONE)
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(needs[0]) && needs[element][i] != NULL; i++)
        if (!sk_package_need(walk, needs[element][i]))
            return false;
    return check_rule(walk, element);
}

bool
sk_workbook_end(SkOoxmlWalk *walk, uint16_t element)
{
    const SkXlsxPart *part = part_of(walk);
    SkSpan text = walk->gathered;
    uint32_t number = 0;

    switch (rules[element]) {
    case RULE_CELL_VALUE:
        return end_cell_value(walk, part);
    case RULE_CELL_FORMULA:
        return end_cell_formula(walk, part);
    case RULE_NAME:
    case RULE_FORMULA:
        return sk_workbook_check_formula(walk, text);
    case RULE_AREAS:
        return sk_workbook_is_areas(text) || bad(walk, "areas");
    case RULE_KEYWORD:
        return sk_package_is_keyword(text) || bad(walk, "keyword");
    case RULE_CORNER:
        return sk_workbook_whole(text, 10000000, &number) || bad(walk, "corner");
    case RULE_OFFSET:
        return sk_package_is_number(text) || bad(walk, "offset");
    case RULE_CACHE_SOURCE:
        return part->sources == 1 || bad(walk, "cacheSource");
    default:
        return true;
    }
}

/* ---- parts and file ----------------------------------------------------------------------- */

static void
begin_file(SkOoxmlFile *file, SkXlsxFile *state)
{
    state->sheets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    state->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    state->caches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    state->vml = g_hash_table_new(NULL, NULL);
    state->notes = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    state->formula.sheets = state->sheets;
    state->formula.keep_links = sk_proof_keeps(file->proof, SK_ELEMENT_HYPERLINK);
}

bool
sk_workbook_part_begin(SkOoxmlWalk *walk)
{
    SkXlsxFile *file = file_of(walk);

    if (file->sheets == NULL)
        begin_file(walk->file, file);
    if (file->shared_used)
        memset(file->shared, 0, SK_XLSX_SHARED_MAX / 8);
    file->shared_used = false;
    file->counts[SK_XLSX_AUTHORS] = file->wanted[SK_XLSX_AUTHORS] = 0;
    if (walk->kind == SK_XLSX_COMMENTS) {
        part_of(walk)->notes = g_array_new(FALSE, FALSE, sizeof(SkXlsxNote));
        g_hash_table_insert(file->notes, GUINT_TO_POINTER(walk->part), part_of(walk)->notes);
    }
    return true;
}

bool
sk_workbook_part_end(SkOoxmlWalk *walk)
{
    const SkXlsxFile *file = file_of(walk);
    const GArray *list = walk->relations->list;

    if (file->wanted[SK_XLSX_AUTHORS] > file->counts[SK_XLSX_AUTHORS])
        return bad(walk, "author who is not there");
    if (walk->kind == SK_XLSX_WORKBOOK && !file->visible)
        return bad(walk, "no sheet to be seen");
    if (walk->kind == SK_XLSX_WORKSHEET && part_of(walk)->notes_drawings == 0 &&
        walk->relations->implicit > 0 &&
        g_array_index(list, SkOoxmlRelation, 0).kind == SK_XLSX_COMMENTS)
        return bad(walk, "comments without a drawing");
    return true;
}

bool
sk_workbook_file_end(SkOoxmlFile *file)
{
    static const char *const names[SK_XLSX_LISTS] = {
        "cellXfs", "cellStyleXfs", "dxfs",          "fonts",        "fills",
        "borders", "sheets",       "sharedStrings", "cellMetadata", "authors",
    };
    const SkXlsxFile *state = file->state;

    for (unsigned i = 0; i < SK_XLSX_LISTS; i++)
        if (i != SK_XLSX_AUTHORS && state->wanted[i] > state->counts[i])
            return sk_proof_no(file->proof, SK_ELEMENT_NOT_CANONICAL, "%s has no number %u",
                               names[i], state->wanted[i] - 1);
    return true;
}

void
sk_workbook_file_free(void *state)
{
    SkXlsxFile *file = state;

    if (file->sheets == NULL)
        return;
    g_hash_table_unref(file->sheets);
    g_hash_table_unref(file->ids);
    g_hash_table_unref(file->caches);
    g_hash_table_unref(file->vml);
    g_hash_table_unref(file->notes);
    g_free(file->shared);
}
