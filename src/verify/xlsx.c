/* SPDX-License-Identifier: Apache-2.0
 * xlsx.c - workbooks: their parts, and the classes of values; contracts in proof.h and xlsx.h. */
#include "verify/xlsx.h"
#include "xlsx-elements.h"

#include <string.h>

#define O SK_OOXML_O
#define D SK_OOXML_D
#define S SK_OOXML_D "spreadsheetml."
#define SPANS_MAX 256u
#define SHEET_NAME_MAX 93u
#define PLACE_MAX 2048u

/* ---- parts -------------------------------------------------------------------------------- */

static const SkOoxmlKind kinds[SK_XLSX_KINDS] = {
    [SK_XLSX_WORKBOOK] =
        SK_OOXML_ONE("workbook", E_workbook, S "sheet.main+xml", O "officeDocument"),
    [SK_XLSX_STYLES] = SK_OOXML_ONE("styles", E_styleSheet, S "styles+xml", O "styles"),
    [SK_XLSX_THEME] = SK_OOXML_ONE("theme", E_a_theme, D "theme+xml", O "theme"),
    [SK_XLSX_STRINGS] =
        SK_OOXML_ONE("sharedStrings", E_sst, S "sharedStrings+xml", O "sharedStrings"),
    [SK_XLSX_METADATA] =
        SK_OOXML_ONE("sheetMetadata", E_metadata, S "sheetMetadata+xml", O "sheetMetadata"),
    [SK_XLSX_WORKSHEET] = SK_OOXML_SOME("worksheet", E_worksheet, S "worksheet+xml", O "worksheet"),
    [SK_XLSX_CHARTSHEET] =
        SK_OOXML_SOME("chartsheet", E_chartsheet, S "chartsheet+xml", O "chartsheet"),
    [SK_XLSX_COMMENTS] = SK_OOXML_SOME("comments", E_comments, S "comments+xml", O "comments"),
    [SK_XLSX_VML] = { .name = "vmlDrawing",
                      .numbered = true,
                      .content_type = D "vmlDrawing",
                      .relationship = O "vmlDrawing",
                      .extension = "vml",
                      .special = sk_workbook_vml },
    [SK_XLSX_DRAWING] = SK_OOXML_SOME("drawing", E_xdr_wsDr, D "drawing+xml", O "drawing"),
    [SK_XLSX_CHART] = SK_OOXML_SOME("chart", E_c_chartSpace, D "drawingml.chart+xml", O "chart"),
    [SK_XLSX_TABLE] = SK_OOXML_SOME("table", E_table, S "table+xml", O "table"),
    [SK_XLSX_PIVOT] =
        SK_OOXML_SOME("pivotTable", E_pivotTableDefinition, S "pivotTable+xml", O "pivotTable"),
    [SK_XLSX_CACHE] = SK_OOXML_SOME("pivotCacheDefinition", E_pivotCacheDefinition,
                                    S "pivotCacheDefinition+xml", O "pivotCacheDefinition"),
    [SK_XLSX_RECORDS] = SK_OOXML_SOME("pivotCacheRecords", E_pivotCacheRecords,
                                      S "pivotCacheRecords+xml", O "pivotCacheRecords"),
    [SK_XLSX_PICTURE] = SK_OOXML_PICTURES,
    [SK_XLSX_LINK] = SK_OOXML_LINKS,
};

static const SkOoxmlEdge edges[] = {
    { SK_XLSX_WORKBOOK, SK_XLSX_STYLES, SK_OOXML_MAY, true },
    { SK_XLSX_WORKBOOK, SK_XLSX_THEME, SK_OOXML_MAY, true },
    { SK_XLSX_WORKBOOK, SK_XLSX_STRINGS, SK_OOXML_MAY, true },
    { SK_XLSX_WORKBOOK, SK_XLSX_METADATA, SK_OOXML_MAY, true },
    { SK_XLSX_WORKSHEET, SK_XLSX_COMMENTS, SK_OOXML_MAY, true },
    { SK_XLSX_WORKSHEET, SK_XLSX_PIVOT, SK_OOXML_MANY, true },
    { SK_XLSX_PIVOT, SK_XLSX_CACHE, SK_OOXML_MUST, false },
    { SK_XLSX_WORKBOOK, SK_XLSX_WORKSHEET, SK_OOXML_EXPLICIT, true },
    { SK_XLSX_WORKBOOK, SK_XLSX_CHARTSHEET, SK_OOXML_EXPLICIT, true },
    { SK_XLSX_WORKBOOK, SK_XLSX_CACHE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_WORKSHEET, SK_XLSX_LINK, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_WORKSHEET, SK_XLSX_DRAWING, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_WORKSHEET, SK_XLSX_VML, SK_OOXML_EXPLICIT, true },
    { SK_XLSX_WORKSHEET, SK_XLSX_PICTURE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_WORKSHEET, SK_XLSX_TABLE, SK_OOXML_EXPLICIT, true },
    { SK_XLSX_CHARTSHEET, SK_XLSX_DRAWING, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_CHARTSHEET, SK_XLSX_VML, SK_OOXML_EXPLICIT, true },
    { SK_XLSX_CHARTSHEET, SK_XLSX_PICTURE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_DRAWING, SK_XLSX_CHART, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_DRAWING, SK_XLSX_PICTURE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_DRAWING, SK_XLSX_LINK, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_CHART, SK_XLSX_PICTURE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_CHART, SK_XLSX_LINK, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_THEME, SK_XLSX_PICTURE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_VML, SK_XLSX_PICTURE, SK_OOXML_EXPLICIT, false },
    { SK_XLSX_CACHE, SK_XLSX_RECORDS, SK_OOXML_EXPLICIT, true },
};

static const char *const declarations[][2] = {
    { "xmlns", "http://schemas.openxmlformats.org/spreadsheetml/2006/main" },
    { "xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main" },
    { "xmlns:c", "http://schemas.openxmlformats.org/drawingml/2006/chart" },
    { "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships" },
    { "xmlns:x14", "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" },
    { "xmlns:xda", "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray" },
    { "xmlns:xdr", "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" },
    { "xmlns:xm", "http://schemas.microsoft.com/office/excel/2006/main" },
};

/* ---- classes of values -------------------------------------------------------------------- */

/* No controls: xml.c has let none through. */
static bool
is_place(SkSpan v)
{
    size_t n = sk_xml_resolve(v, NULL, 0);

    for (size_t i = 0; i < v.n; i++)
        if (strchr("\\/|[]", v.p[i]) != NULL)
            return false;
    return n >= 1 && n <= PLACE_MAX;
}

static bool
is_sheet_name(SkSpan v)
{
    size_t n = sk_xml_resolve(v, NULL, 0);

    for (size_t i = 0; i < v.n; i++)
        if (strchr(":\\/?*[]", v.p[i]) != NULL)
            return false;
    return n >= 1 && n <= SHEET_NAME_MAX && v.p[0] != '\'' && v.p[v.n - 1] != '\'';
}

static bool
is_spans(SkSpan v)
{
    if (v.n > SPANS_MAX)
        return false;
    for (size_t at = 0; at <= v.n; at++) {
        for (unsigned half = 0; half < 2; half++) {
            size_t from = at;
            while (at < v.n && g_ascii_isdigit(v.p[at]))
                at++;
            if (at == from || at - from > 5 || (half == 0 && (at == v.n || v.p[at++] != ':')))
                return false;
        }
        if (at < v.n && v.p[at] != ' ')
            return false;
    }
    return true;
}

/* A letter of @s at @at, full-width ones as their ASCII twins, in lower case; moves behind it. */
static char
folded_at(SkSpan s, size_t *at)
{
    uint32_t c = s.p[*at];

    if (c == 0xef && s.n - *at >= 3 && (s.p[*at + 1] == 0xbc || s.p[*at + 1] == 0xbd)) {
        c = (s.p[*at + 1] & 0x3fu) << 6 | (s.p[*at + 2] & 0x3fu); /* U+FFxx less U+F000 */
        *at += 3;
        c = c > 0xf00 && c < 0xf5f ? c - 0xf00 + 0x20 : 0;
    } else {
        *at += 1;
    }
    return c < 0x80 ? g_ascii_tolower((char)c) : '\0';
}

static bool
begins_folded(SkSpan s, size_t *at, const char *start)
{
    size_t here = *at;

    for (; *start != '\0'; start++)
        if (here >= s.n || folded_at(s, &here) != *start)
            return false;
    *at = here;
    return true;
}

/* A name, and not of the kind that runs by itself. */
static bool
check_defined(SkOoxmlWalk *walk, SkSpan v)
{
    size_t at = 0;

    (void)begins_folded(v, &at, "_xlnm.");
    if (begins_folded(v, &at, "auto_"))
        return sk_package_no(walk, SK_ELEMENT_AUTO_MACRO, "name");
    return sk_workbook_is_name(v) || sk_package_bad(walk, "name");
}

static bool
check_area(SkOoxmlWalk *walk, SkSpan v)
{
    SkXlsxPart *part = walk->state;

    return sk_workbook_area(v, &part->area) || sk_package_bad(walk, "area");
}

static bool
check_formula(SkOoxmlWalk *walk, SkSpan v)
{
    g_autofree char *formula = g_malloc(v.n + 1);
    size_t n = sk_xml_resolve(v, formula, v.n);

    return n == 0 || sk_workbook_check_formula(walk, sk_span(formula, n));
}

static bool
check_cache(SkOoxmlWalk *walk, SkSpan v)
{
    const SkXlsxFile *file = walk->file->state;
    g_autofree char *id = sk_span_dup(v);
    unsigned part = GPOINTER_TO_UINT(g_hash_table_lookup(file->caches, id));

    return (part > 0 && walk->relations->implicit > 0 &&
            g_array_index(walk->relations->list, SkOoxmlRelation, 0).part == part - 1) ||
           sk_package_bad(walk, "cacheId");
}

static bool
check_metadata(SkOoxmlWalk *walk, SkSpan v)
{
    SkXlsxFile *file = walk->file->state;
    uint32_t number = 0;

    if (!sk_workbook_whole(v, 1000000000, &number) || number == 0)
        return sk_package_bad(walk, "cm");
    file->wanted[SK_XLSX_METADATAS] = MAX(file->wanted[SK_XLSX_METADATAS], number);
    return true;
}

#define MEANS(name, list)                                                                          \
    static bool name(SkOoxmlWalk *walk, SkSpan v)                                                  \
    {                                                                                              \
        return sk_workbook_mean(walk, list, v);                                                    \
    }

MEANS(check_xf, SK_XLSX_XFS)
MEANS(check_style_xf, SK_XLSX_STYLE_XFS)
MEANS(check_dxf, SK_XLSX_DXFS)
MEANS(check_font, SK_XLSX_FONTS)
MEANS(check_fill, SK_XLSX_FILLS)
MEANS(check_border, SK_XLSX_BORDERS)
MEANS(check_sheet, SK_XLSX_SHEETS)
MEANS(check_author, SK_XLSX_AUTHORS)

static const SkOoxmlClass classes[C_COUNT] = {
    SK_OOXML_CLASSES,
    [C_g] = { .words = "http://schemas.openxmlformats.org/drawingml/2006/picture "
                       "http://schemas.openxmlformats.org/drawingml/2006/chart" },
    [C_d] = { .fits = sk_workbook_is_number },
    [C_ref] = { .check = check_area },
    [C_sqref] = { .fits = sk_workbook_is_areas },
    [C_spans] = { .fits = is_spans },
    [C_fx] = { .check = check_formula },
    [C_name] = { .fits = is_sheet_name },
    [C_defined] = { .check = check_defined },
    [C_place] = { .fits = is_place },
    [C_ext] = { .words = "{78C0D931-6437-407d-A8EE-F0AAD7539E65} "
                         "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF} "
                         "{05C60535-1F16-4fd2-B633-F4F36F0B64E0} "
                         "{B025F937-C7B1-47D3-B67F-A62EFF666E3E} "
                         "{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}" },
    [C_xf] = { .check = check_xf },
    [C_cellxf] = { .check = check_style_xf },
    [C_dxf] = { .check = check_dxf },
    [C_font] = { .check = check_font },
    [C_fill] = { .check = check_fill },
    [C_border] = { .check = check_border },
    [C_sheet] = { .check = check_sheet },
    [C_author] = { .check = check_author },
    [C_cm] = { .check = check_metadata },
    [C_cache] = { .check = check_cache },
    [C_worksheet] = { .kinds = SK_OOXML_TO(SK_XLSX_WORKSHEET) | SK_OOXML_TO(SK_XLSX_CHARTSHEET) },
    [C_drawing] = { .kinds = SK_OOXML_TO(SK_XLSX_DRAWING) },
    [C_vmlDrawing] = { .kinds = SK_OOXML_TO(SK_XLSX_VML) },
    [C_table] = { .kinds = SK_OOXML_TO(SK_XLSX_TABLE) },
    [C_pivotCacheDefinition] = { .kinds = SK_OOXML_TO(SK_XLSX_CACHE) },
    [C_pivotCacheRecords] = { .kinds = SK_OOXML_TO(SK_XLSX_RECORDS) },
    [C_image] = { .kinds = SK_OOXML_TO(SK_XLSX_PICTURE) },
    [C_chart] = { .kinds = SK_OOXML_TO(SK_XLSX_CHART) },
    [C_link] = { .kinds = SK_OOXML_TO(SK_XLSX_LINK) },
};

static const SkOoxmlFormat format = {
    .folder = "xl/",
    .table = &sk_xlsx_table,
    .kinds = kinds,
    .n_kinds = SK_XLSX_KINDS,
    .main = SK_XLSX_WORKBOOK,
    .edges = edges,
    .n_edges = G_N_ELEMENTS(edges),
    .declarations = declarations,
    .n_declarations = G_N_ELEMENTS(declarations),
    .classes = classes,
    .marks = sk_workbook_marks,
    .kept = sk_workbook_kept,
    .every = true,
    .text_max = SK_FORMULA_MAX,
    .file_size = sizeof(SkXlsxFile),
    .part_size = sizeof(SkXlsxPart),
    .start = sk_workbook_start,
    .end = sk_workbook_end,
    .ahead = sk_workbook_ahead,
    .ahead_in = E_row,
    .part_begin = sk_workbook_part_begin,
    .part_end = sk_workbook_part_end,
    .file_end = sk_workbook_file_end,
    .stays = sk_workbook_stays,
    .file_free = sk_workbook_file_free,
};

bool
sk_verify_xlsx(SkProof *proof, SkSpan in)
{
    return sk_package_verify(proof, in, &format);
}
