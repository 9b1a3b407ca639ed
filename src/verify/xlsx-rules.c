/* SPDX-License-Identifier: Apache-2.0
 * xlsx-rules.c - the rules beside the table (docs/formats/xlsx.md, "Rules beyond the table");
 * contract in xlsx.h. */
#include "verify/xlsx.h"
#include "xlsx-elements.h"

#include <string.h>

#define DYNAMIC_ARRAYS "{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"

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

/* ---- the rest ----------------------------------------------------------------------------- */

static bool
check_extension(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    part->dynamic = sk_workbook_has(walk, "uri", DYNAMIC_ARRAYS);
    return !walk->xml->empty || sk_package_bad(walk, "ext with nothing in it");
}

static bool
check_metadata_type(const SkOoxmlWalk *walk, unsigned *count)
{
    return (sk_workbook_has(walk, "name", "XLDAPR") && (*count)++ == 0) ||
           sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "metadata");
}

static bool
check_rule(SkOoxmlWalk *walk, uint16_t element)
{
    SkXlsxPart *part = sk_workbook_part(walk);

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
        return sk_workbook_row(walk, part);
    case RULE_CELL:
        return sk_workbook_cell(walk, part);
    case RULE_CELL_FORMULA:
        return sk_workbook_cell_formula(walk, part);
    case RULE_CELL_VALUE:
        return sk_workbook_value(walk, part);
    case RULE_CELL_TEXT:
        return sk_workbook_stage(walk, part, 3) &&
               (part->cell == SK_XLSX_CELL_INLINE || sk_package_bad(walk, "is"));
    case RULE_SHEET:
        return sk_workbook_sheet(walk);
    case RULE_NAME:
        return sk_workbook_new(walk, "name", sk_xml_attribute(walk->xml, "name"),
                               sk_xml_attribute(walk->xml, "localSheetId"));
    case RULE_COUNTED:
        sk_workbook_count(walk);
        return true;
    case RULE_FULL:
        return !walk->xml->empty || sk_package_bad(walk, "list with nothing in it");
    case RULE_CHART:
        return sk_package_check_chart(walk, E_a_graphicData);
    case RULE_LINK:
        return sk_xml_attribute(walk->xml, "location") != NULL || sk_package_need(walk, "r:id");
    case RULE_COMMENT:
        return sk_workbook_comment(walk, part);
    case RULE_NOTES_DRAWING:
        return sk_workbook_notes_drawing(walk, part);
    case RULE_HEADER_DRAWING:
        return sk_workbook_header_drawing(walk);
    case RULE_TABLE:
        return sk_package_need(walk, "ref") &&
               sk_workbook_new(walk, "table", sk_xml_attribute(walk->xml, "displayName"), NULL);
    case RULE_CACHE:
        return sk_workbook_cache(walk);
    case RULE_CACHE_SOURCE:
        return sk_workbook_source(walk, part);
    case RULE_SHEET_SOURCE:
        return sk_workbook_sheet_source(walk, part);
    case RULE_EXTENSION:
        return check_extension(walk, part);
    case RULE_DYNAMIC:
        return (sk_package_parent(walk) == E_ext && part->dynamic) ||
               sk_package_bad(walk, "dynamic array");
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
        return element == E_f || element == E_v || element == E_is ||
               sk_package_bad(walk, "inside a cell");
    case E_cacheSource:
        return element == E_worksheetSource || sk_package_bad(walk, "inside cacheSource");
    case E_ext:
        return !sk_workbook_part(walk)->dynamic || element == E_xda_dynamicArrayProperties ||
               sk_package_bad(walk, "inside ext");
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
    const SkXlsxPart *part = sk_workbook_part(walk);
    SkSpan text = walk->gathered;
    uint32_t number = 0;

    switch (rules[element]) {
    case RULE_CELL_VALUE:
        return sk_workbook_value_end(walk, part);
    case RULE_CELL_FORMULA:
        return sk_workbook_cell_formula_end(walk, part);
    case RULE_NAME:
    case RULE_FORMULA:
        return sk_workbook_check_formula(walk, text);
    case RULE_AREAS:
        return sk_workbook_is_areas(text) || sk_package_bad(walk, "areas");
    case RULE_KEYWORD:
        return sk_package_is_keyword(text) || sk_package_bad(walk, "keyword");
    case RULE_CORNER:
        return sk_workbook_whole(text, 10000000, &number) || sk_package_bad(walk, "corner");
    case RULE_OFFSET:
        return sk_package_is_number(text) || sk_package_bad(walk, "offset");
    case RULE_CACHE_SOURCE:
        return part->sources == 1 || sk_package_bad(walk, "cacheSource");
    default:
        return true;
    }
}
