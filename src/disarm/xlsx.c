/* SPDX-License-Identifier: Apache-2.0
 * xlsx.c - sk_xlsx_disarm: the profile of Excel workbooks for the engine. */
#include "disarm/xlsx.h"

#define EXCEL "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define OFFICE "application/vnd.openxmlformats-officedocument."

extern const char sk_xlsx_declarations[];
extern const SkOoxmlElementRow sk_xlsx_elements[];
extern const SkOoxmlAttrRow sk_xlsx_attrs[];
extern const bool sk_xlsx_quiet[];

static const SkOoxmlGraphic graphics[] = {
    { SK_OOXML_GRAPHIC_PICTURE, "http://purl.oclc.org/ooxml/drawingml/picture" },
    { SK_OOXML_GRAPHIC_CHART, "http://purl.oclc.org/ooxml/drawingml/chart" },
    { NULL, NULL },
};

/* clang-format off */
static const SkOoxmlProfile profile = {
    .name = "xlsx",
    .type = SK_TYPE_XLSX,
    .accepted = { SK_TYPE_XLSM, SK_TYPE_XLTX, SK_TYPE_XLTM },
    .declarations = sk_xlsx_declarations,
    .elements = sk_xlsx_elements,
    .attrs = sk_xlsx_attrs,
    .quiet = sk_xlsx_quiet,
    .parts = {
        [SK_OOXML_DOCUMENT] = { "xl/workbook.xml", EXCEL "sheet.main+xml", SK_EL_workbook,
                                { SK_OOXML_STYLES, SK_OOXML_THEME, SK_OOXML_SHARED_STRINGS,
                                  SK_OOXML_SHEET_METADATA } },
        [SK_OOXML_STYLES] = { "xl/styles.xml", EXCEL "styles+xml", SK_EL_styleSheet, { 0 } },
        [SK_OOXML_THEME] = { "xl/theme.xml", SK_OOXML_TYPE_THEME, SK_EL_a_theme, { 0 } },
        [SK_OOXML_SHARED_STRINGS] = { "xl/sharedStrings.xml", EXCEL "sharedStrings+xml", SK_EL_sst,
                                      { 0 } },
        [SK_OOXML_SHEET_METADATA] = { "xl/sheetMetadata.xml", EXCEL "sheetMetadata+xml",
                                      SK_EL_metadata, { 0 } },
        [SK_OOXML_WORKSHEET] = { "xl/worksheet#.xml", EXCEL "worksheet+xml", SK_EL_worksheet,
                                 { SK_OOXML_COMMENTS, SK_OOXML_PIVOT_TABLE | SK_OOXML_MANY } },
        [SK_OOXML_CHARTSHEET] = { "xl/chartsheet#.xml", EXCEL "chartsheet+xml", SK_EL_chartsheet,
                                  { 0 } },
        [SK_OOXML_COMMENTS] = { "xl/comments#.xml", EXCEL "comments+xml", SK_EL_comments, { 0 } },
        [SK_OOXML_VML_DRAWING] = { "xl/vmlDrawing#.vml", OFFICE "vmlDrawing", 0, { 0 } },
        [SK_OOXML_DRAWING] = { "xl/drawing#.xml", OFFICE "drawing+xml", SK_EL_xdr_wsDr, { 0 } },
        [SK_OOXML_CHART] = { "xl/chart#.xml", SK_OOXML_TYPE_CHART, SK_EL_c_chartSpace, { 0 } },
        [SK_OOXML_TABLE] = { "xl/table#.xml", EXCEL "table+xml", SK_EL_table, { 0 } },
        [SK_OOXML_PIVOT_TABLE] = { "xl/pivotTable#.xml", EXCEL "pivotTable+xml",
                                   SK_EL_pivotTableDefinition,
                                   { SK_OOXML_PIVOT_CACHE_DEFINITION } },
        [SK_OOXML_PIVOT_CACHE_DEFINITION] = { "xl/pivotCacheDefinition#.xml",
                                              EXCEL "pivotCacheDefinition+xml",
                                              SK_EL_pivotCacheDefinition, { 0 } },
        [SK_OOXML_PIVOT_CACHE_RECORDS] = { "xl/pivotCacheRecords#.xml",
                                           EXCEL "pivotCacheRecords+xml",
                                           SK_EL_pivotCacheRecords, { 0 } },
        [SK_OOXML_IMAGE] = { "xl/media/image#", NULL, 0, { 0 } },
    },
    .graphics = graphics,
    .special = sk_xlsx_special,
    .graphic_frame = SK_EL_xdr_graphicFrame,
    .non_visual = SK_EL_xdr_cNvPr,
    .picture = SK_EL_xdr_pic,
    .shape_prefix = "xdr",
    .open = sk_xlsx_open,
    .close = sk_xlsx_close,
    .wants = sk_xlsx_wants,
    .make = sk_xlsx_make,
    .part_open = sk_xlsx_part_open,
    .part_close = sk_xlsx_part_close,
    .start = sk_xlsx_start,
    .dropped = sk_xlsx_dropped,
    .end = sk_xlsx_end,
    .diagram = sk_xlsx_diagram,
    .value = sk_xlsx_value,
};
/* clang-format on */

bool
sk_xlsx_disarm(SkDisarm *disarm, GError **error)
{
    return sk_ooxml_rebuild(&profile, disarm, error);
}
