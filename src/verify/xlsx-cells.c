/* SPDX-License-Identifier: Apache-2.0
 * xlsx-cells.c - rows, cells and their formulas, by tokens (docs/formats/xlsx.md, rules 2 and 3);
 * contract in xlsx.h. Ordinary cells do not come here: see xlsx-ahead.c. */
#include "verify/xlsx.h"
#include "xlsx-elements.h"

#define CELL_NUMBER_MAX 64u

bool
sk_workbook_row(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkSpan *r = sk_xml_letter(walk->xml, 'r');
    uint32_t row = 0;

    if (sk_package_parent(walk) != E_sheetData)
        return sk_package_bad(walk, "row");
    if (r == NULL || !sk_workbook_whole(*r, SK_XLSX_ROWS + 1, &row) || row <= part->row)
        return sk_package_bad(walk, "r of row");
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
bool
sk_workbook_cell(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkXlsxArea *area = &part->area;

    if (sk_package_parent(walk) != E_row)
        return sk_package_bad(walk, "cell");
    if (sk_xml_letter(walk->xml, 'r') == NULL || area->range || area->dollars ||
        area->row != part->row || area->column <= part->column)
        return sk_package_bad(walk, "r of cell");
    part->column = area->column;
    part->stage = 0;
    return read_type(walk, &part->cell) || sk_package_bad(walk, "t of cell");
}

/* f, v, is: each once, in this order. */
bool
sk_workbook_stage(const SkOoxmlWalk *walk, SkXlsxPart *part, unsigned stage)
{
    if (sk_package_parent(walk) != E_c || part->stage >= stage)
        return sk_package_bad(walk, "not in its place in a cell");
    part->stage = stage;
    return true;
}

bool
sk_workbook_value(SkOoxmlWalk *walk, SkXlsxPart *part)
{
    if (part->cell == SK_XLSX_CELL_STRING)
        walk->gathering = false; /* any text, however long */
    return sk_workbook_stage(walk, part, 2) &&
           (part->cell != SK_XLSX_CELL_INLINE || sk_package_bad(walk, "v"));
}

bool
sk_workbook_value_end(const SkOoxmlWalk *walk, const SkXlsxPart *part)
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
    return good || sk_package_bad(walk, "value of cell");
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
    SkXlsxFile *file = sk_workbook_file(walk);
    const SkSpan *si = sk_xml_attribute(walk->xml, "si");
    uint32_t number = 0;

    if (si == NULL || !sk_workbook_whole(*si, SK_XLSX_SHARED_MAX, &number))
        return sk_package_bad(walk, "si");
    if (file->shared == NULL)
        file->shared = g_malloc0(SK_XLSX_SHARED_MAX / 8);
    uint8_t *byte = &file->shared[number / 8], bit = (uint8_t)(1u << number % 8);
    if (has_ref == ((*byte & bit) != 0))
        return sk_package_bad(walk, "si");
    *byte |= bit;
    file->shared_used = true;
    part->formula_bare = !has_ref;
    return true;
}

bool
sk_workbook_cell_formula(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkSpan *t = sk_xml_attribute(walk->xml, "t");
    bool has_ref = sk_xml_attribute(walk->xml, "ref") != NULL;
    SkXlsxArea area = { 0 };

    part->formula_bare = false;
    if (!sk_workbook_stage(walk, part, 1))
        return false;
    if (!read_cells(walk, "r1", &area) || !read_cells(walk, "r2", &area) ||
        !read_cells(walk, "ref", &area))
        return sk_package_bad(walk, "area of a formula");
    if (t == NULL)
        return true;
    if (sk_span_is(*t, "shared"))
        return check_shared(walk, part, has_ref);
    if (sk_span_is(*t, "array"))
        return (has_ref && is_within_a_million(&area)) || sk_package_bad(walk, "array formula");
    part->formula_bare = true;
    return (sk_span_is(*t, "dataTable") && has_ref) || sk_package_bad(walk, "t of formula");
}

bool
sk_workbook_cell_formula_end(const SkOoxmlWalk *walk, const SkXlsxPart *part)
{
    if (part->formula_bare)
        return walk->gathered.n == 0 || sk_package_bad(walk, "formula where there is none");
    return sk_workbook_check_formula(walk, walk->gathered);
}
