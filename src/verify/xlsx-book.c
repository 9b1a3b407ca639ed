/* SPDX-License-Identifier: Apache-2.0
 * xlsx-book.c - sheets, names, lists, pivot caches, comments and their drawings: what must exist,
 * and once; contract in xlsx.h. */
#include "verify/xlsx.h"
#include "xlsx-elements.h"

#include <string.h>

#define NUMBER_MAX 1000000000u
#define IDS_MAX 1048576u

bool
sk_workbook_mean(const SkOoxmlWalk *walk, unsigned list, SkSpan s)
{
    SkXlsxFile *file = sk_workbook_file(walk);
    uint32_t number = 0;

    if (!sk_workbook_whole(s, NUMBER_MAX, &number))
        return sk_package_bad(walk, "number");
    file->wanted[list] = MAX(file->wanted[list], number + 1);
    return true;
}

bool
sk_workbook_check_formula(const SkOoxmlWalk *walk, SkSpan s)
{
    SkElement found = sk_workbook_refuse_formula(&sk_workbook_file(walk)->formula, s);

    return found == SK_ELEMENT_NONE || sk_package_no(walk, found, "formula");
}

/* @name of @kind, ASCII letters folded: there is no second. */
bool
sk_workbook_new(const SkOoxmlWalk *walk, const char *kind, const SkSpan *name, const SkSpan *scope)
{
    GHashTable *ids = sk_workbook_file(walk)->ids;
    g_autofree char *folded = g_ascii_strdown((const char *)name->p, (gssize)name->n);
    g_autofree char *within = scope == NULL ? g_strdup("") : sk_span_dup(*scope);

    if (!g_hash_table_add(ids, g_strdup_printf("%s:%s:%s", kind, within, folded)))
        return sk_package_bad(walk, "name or id twice");
    return g_hash_table_size(ids) <= IDS_MAX || sk_package_bad(walk, "too many names");
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

bool
sk_workbook_sheet(const SkOoxmlWalk *walk)
{
    SkXlsxFile *file = sk_workbook_file(walk);
    const SkSpan *name = sk_xml_attribute(walk->xml, "name");
    bool state = sk_xml_attribute(walk->xml, "state") != NULL;

    if (walk->kind != SK_XLSX_WORKBOOK || sk_package_parent(walk) != E_sheets)
        return sk_package_bad(walk, "sheet");
    if (state && !sk_workbook_has(walk, "state", "hidden"))
        return sk_package_no(walk,
                             sk_workbook_has(walk, "state", "veryHidden")
                                 ? SK_ELEMENT_VERY_HIDDEN_SHEET
                                 : SK_ELEMENT_NOT_CANONICAL,
                             "state of sheet");
    if (!g_hash_table_add(file->sheets, fold_sheet(*name)))
        return sk_package_bad(walk, "name of sheet twice");
    file->visible = file->visible || !state;
    g_autofree char *number = g_strdup_printf("%u", ++file->counts[SK_XLSX_SHEETS]);
    return sk_workbook_has(walk, "sheetId", number) || sk_package_bad(walk, "sheetId");
}

bool
sk_workbook_cache(const SkOoxmlWalk *walk)
{
    SkXlsxFile *file = sk_workbook_file(walk);
    const SkSpan *id = sk_xml_attribute(walk->xml, "cacheId");

    if (walk->kind != SK_XLSX_WORKBOOK || walk->relation == NULL)
        return sk_package_bad(walk, "pivotCache");
    g_hash_table_insert(file->caches, sk_span_dup(*id), GUINT_TO_POINTER(walk->relation->part + 1));
    return sk_workbook_new(walk, "cache", id, NULL);
}

/* Entries of lists count only where the list is read from. */
void
sk_workbook_count(const SkOoxmlWalk *walk)
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
            sk_workbook_file(walk)->counts[lists[i].list]++;
}

bool
sk_workbook_source(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    part->sources = 0;
    return (sk_workbook_has(walk, "type", "worksheet") && !walk->xml->empty) ||
           sk_package_no(walk, SK_ELEMENT_DATA_CONNECTION, "source of a pivot table");
}

bool
sk_workbook_sheet_source(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkSpan *sheet = sk_xml_attribute(walk->xml, "sheet");

    part->sources++;
    if (sk_package_parent(walk) != E_cacheSource)
        return sk_package_bad(walk, "worksheetSource");
    if (sheet == NULL)
        return true;
    g_autofree char *name = fold_sheet(*sheet);
    return g_hash_table_contains(sk_workbook_file(walk)->sheets, name) ||
           sk_package_no(walk, SK_ELEMENT_EXTERNAL_WORKBOOK, "source of a pivot table");
}

/* ---- comments and drawings ---------------------------------------------------------------- */

bool
sk_workbook_comment(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkXlsxArea *area = &part->area;

    if (walk->kind != SK_XLSX_COMMENTS || area->range || area->dollars)
        return sk_package_bad(walk, "comment");
    SkXlsxNote note = { .row = area->row - 1, .column = area->column - 1 };
    g_autofree char *scope = g_strdup_printf("%u", walk->part);
    SkSpan within = sk_span_str(scope);
    g_array_append_val(part->notes, note);
    return sk_workbook_new(walk, "note", sk_xml_attribute(walk->xml, "ref"), &within);
}

bool
sk_workbook_notes_drawing(const SkOoxmlWalk *walk, SkXlsxPart *part)
{
    const SkOoxmlRelations *relations = walk->relations;
    const SkOoxmlRelation *first =
        relations->implicit == 0 ? NULL : &g_array_index(relations->list, SkOoxmlRelation, 0);

    if (walk->kind != SK_XLSX_WORKSHEET || first == NULL || first->kind != SK_XLSX_COMMENTS ||
        part->notes_drawings++ > 0)
        return sk_package_no(walk, SK_ELEMENT_VML_DRAWING, "legacyDrawing");
    return g_hash_table_insert(sk_workbook_file(walk)->vml, GUINT_TO_POINTER(walk->relation->part),
                               GUINT_TO_POINTER(first->part + 1)) ||
           sk_package_no(walk, SK_ELEMENT_VML_DRAWING, "legacyDrawing");
}

/* A drawing for comments is no drawing for headers. */
bool
sk_workbook_header_drawing(const SkOoxmlWalk *walk)
{
    return ((walk->kind == SK_XLSX_WORKSHEET || walk->kind == SK_XLSX_CHARTSHEET) &&
            g_hash_table_insert(sk_workbook_file(walk)->vml, GUINT_TO_POINTER(walk->relation->part),
                                NULL)) ||
           sk_package_no(walk, SK_ELEMENT_VML_DRAWING, "legacyDrawingHF");
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
    SkXlsxFile *file = sk_workbook_file(walk);

    if (file->sheets == NULL)
        begin_file(walk->file, file);
    if (file->shared_used)
        memset(file->shared, 0, SK_XLSX_SHARED_MAX / 8);
    file->shared_used = false;
    file->counts[SK_XLSX_AUTHORS] = file->wanted[SK_XLSX_AUTHORS] = 0;
    if (walk->kind == SK_XLSX_COMMENTS) {
        sk_workbook_part(walk)->notes = g_array_new(FALSE, FALSE, sizeof(SkXlsxNote));
        g_hash_table_insert(file->notes, GUINT_TO_POINTER(walk->part),
                            sk_workbook_part(walk)->notes);
    }
    return true;
}

bool
sk_workbook_part_end(SkOoxmlWalk *walk)
{
    const SkXlsxFile *file = sk_workbook_file(walk);
    const GArray *list = walk->relations->list;

    if (file->wanted[SK_XLSX_AUTHORS] > file->counts[SK_XLSX_AUTHORS])
        return sk_package_bad(walk, "author who is not there");
    if (walk->kind == SK_XLSX_WORKBOOK && !file->visible)
        return sk_package_bad(walk, "no sheet to be seen");
    if (walk->kind == SK_XLSX_WORKSHEET && sk_workbook_part(walk)->notes_drawings == 0 &&
        walk->relations->implicit > 0 &&
        g_array_index(list, SkOoxmlRelation, 0).kind == SK_XLSX_COMMENTS)
        return sk_package_bad(walk, "comments without a drawing");
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
