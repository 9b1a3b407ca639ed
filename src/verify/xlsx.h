/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx.h - what the files of the xlsx profile share.
 * xlsx.c          the parts, which names which, and the classes of values
 * xlsx-rules.c    which element has which rule beside the table
 * xlsx-cells.c    rows, cells and their formulas
 * xlsx-book.c     sheets, names, lists, comments: what must exist, and once
 * xlsx-ahead.c    ordinary cells, read at sight
 * xlsx-vml.c      VML drawings, which are written from numbers alone
 * xlsx-area.c     cells, areas, whole numbers
 * xlsx-formula.c  formulas
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/xlsx.md   Tests: tests/unit/verify/test-xlsx.c
 */
#pragma once

#include "verify/ooxml.h"
#include "verify/xlsx-formula.h"

enum {
    SK_XLSX_WORKBOOK,
    SK_XLSX_STYLES,
    SK_XLSX_THEME,
    SK_XLSX_STRINGS,
    SK_XLSX_METADATA,
    SK_XLSX_WORKSHEET,
    SK_XLSX_CHARTSHEET,
    SK_XLSX_COMMENTS,
    SK_XLSX_VML,
    SK_XLSX_DRAWING,
    SK_XLSX_CHART,
    SK_XLSX_TABLE,
    SK_XLSX_PIVOT,
    SK_XLSX_CACHE,
    SK_XLSX_RECORDS,
    SK_XLSX_PICTURE,
    SK_XLSX_LINK,
    SK_XLSX_KINDS
};

/** Lists whose entries are meant by their number. */
enum {
    SK_XLSX_XFS,
    SK_XLSX_STYLE_XFS,
    SK_XLSX_DXFS,
    SK_XLSX_FONTS,
    SK_XLSX_FILLS,
    SK_XLSX_BORDERS,
    SK_XLSX_SHEETS,
    SK_XLSX_TEXTS,     /* si of the shared strings */
    SK_XLSX_METADATAS, /* bk of cellMetadata */
    SK_XLSX_AUTHORS,   /* of the present part */
    SK_XLSX_LISTS
};

#define SK_XLSX_ROWS 1048576u
#define SK_XLSX_COLUMNS 16384u
#define SK_XLSX_SHARED_MAX 1048576u

/** SkXlsxArea: from 1 on; columns alone have rows 0, rows alone columns 0. */
typedef struct {
    uint32_t column, row, to_column, to_row;
    bool range;   /* with `:`, otherwise one cell */
    bool dollars; /* there is one */
} SkXlsxArea;

/** SkXlsxNote: the cell of a comment, from 0 on. */
typedef struct {
    uint32_t row, column;
} SkXlsxNote;

/** SkXlsxFile: state of the whole file. */
typedef struct {
    SkFormulaRules formula;
    GHashTable *sheets; /* owned: names, folded */
    GHashTable *ids;    /* owned: of sheets, pivot caches, tables, names: KIND:ID */
    GHashTable *caches; /* owned: cacheId → part + 1 */
    GHashTable *vml;    /* owned: VML drawing's part → comments' part + 1; absent: header */
    GHashTable *notes;  /* owned: comments' part → GArray of SkXlsxNote */
    uint8_t *shared;    /* owned: bitmap of shared formulas of the present part; or NULL */
    bool shared_used;   /* a bit of it is set */
    bool visible;       /* a sheet is */
    uint32_t counts[SK_XLSX_LISTS];
    uint32_t wanted[SK_XLSX_LISTS]; /* one more than the highest number that is meant */
} SkXlsxFile;

typedef enum {
    SK_XLSX_CELL_NUMBER,
    SK_XLSX_CELL_BOOLEAN,
    SK_XLSX_CELL_DATE,
    SK_XLSX_CELL_ERROR,
    SK_XLSX_CELL_SHARED,
    SK_XLSX_CELL_STRING,
    SK_XLSX_CELL_INLINE,
} SkXlsxCell;

/** SkXlsxPart: state of one part. */
typedef struct {
    SkXlsxArea area; /* read last */
    uint32_t row, column;
    SkXlsxCell cell;   /* type of the present one */
    unsigned stage;    /* of its children: f, v, is */
    bool formula_bare; /* the present f has no text */
    unsigned sources;  /* worksheetSource of the present cacheSource */
    bool dynamic;      /* the present ext is that of dynamic arrays */
    unsigned types, futures;
    unsigned notes_drawings;
    GArray *notes; /* borrowed: of a comments part */
} SkXlsxPart;

/** sk_workbook_whole: decimal without leading zeros, less than @below, which is at most 10^9. */
bool sk_workbook_whole(SkSpan s, uint32_t below, uint32_t *ret);
bool sk_workbook_area(SkSpan s, SkXlsxArea *ret);
/** sk_workbook_is_areas: class sqref. */
bool sk_workbook_is_areas(SkSpan s);
/** sk_workbook_is_number: class d. */
bool sk_workbook_is_number(SkSpan s);

/** sk_workbook_mean: number @s of @list, which must have it in the end. */
bool sk_workbook_mean(const SkOoxmlWalk *walk, unsigned list, SkSpan s);
/** sk_workbook_check_formula: @s with its references resolved. */
bool sk_workbook_check_formula(const SkOoxmlWalk *walk, SkSpan s) G_GNUC_WARN_UNUSED_RESULT;

/** sk_workbook_new: @name of @kind within @scope (NULL: the file), ASCII letters folded, has not
 * been there before. */
bool sk_workbook_new(const SkOoxmlWalk *walk, const char *kind, const SkSpan *name,
                     const SkSpan *scope) G_GNUC_WARN_UNUSED_RESULT;
/* The start tags of these elements, and some ends; see rules in xlsx-rules.c. */
bool sk_workbook_row(const SkOoxmlWalk *walk, SkXlsxPart *part);
bool sk_workbook_cell(const SkOoxmlWalk *walk, SkXlsxPart *part);
/** sk_workbook_stage: f (1), v (2), is (3) of a cell: each once, in this order. */
bool sk_workbook_stage(const SkOoxmlWalk *walk, SkXlsxPart *part, unsigned stage);
bool sk_workbook_value(SkOoxmlWalk *walk, SkXlsxPart *part);
bool sk_workbook_value_end(const SkOoxmlWalk *walk, const SkXlsxPart *part);
bool sk_workbook_cell_formula(const SkOoxmlWalk *walk, SkXlsxPart *part);
bool sk_workbook_cell_formula_end(const SkOoxmlWalk *walk, const SkXlsxPart *part);
bool sk_workbook_sheet(const SkOoxmlWalk *walk);
bool sk_workbook_cache(const SkOoxmlWalk *walk);
/** sk_workbook_count: an entry of a list, where the list is read from. */
void sk_workbook_count(const SkOoxmlWalk *walk);
bool sk_workbook_comment(const SkOoxmlWalk *walk, SkXlsxPart *part);
bool sk_workbook_notes_drawing(const SkOoxmlWalk *walk, SkXlsxPart *part);
bool sk_workbook_header_drawing(const SkOoxmlWalk *walk);
bool sk_workbook_source(const SkOoxmlWalk *walk, SkXlsxPart *part);
bool sk_workbook_sheet_source(const SkOoxmlWalk *walk, SkXlsxPart *part);

extern const uint8_t sk_workbook_marks[];
extern const uint8_t sk_workbook_kept[];
bool sk_workbook_start(SkOoxmlWalk *walk, uint16_t element);
/** sk_workbook_ahead: see SkOoxmlFormat. */
void sk_workbook_ahead(SkOoxmlWalk *walk);
bool sk_workbook_end(SkOoxmlWalk *walk, uint16_t element);
bool sk_workbook_part_begin(SkOoxmlWalk *walk);
bool sk_workbook_part_end(SkOoxmlWalk *walk);
bool sk_workbook_file_end(SkOoxmlFile *file);
bool sk_workbook_stays(const SkOoxmlWalk *walk, uint16_t element);
void sk_workbook_file_free(void *state);
/** sk_workbook_vml: the special reader of VML drawings. */
bool sk_workbook_vml(SkOoxmlWalk *walk);

/* ---- what the files of the rules share ---------------------------------------------------- */

static inline SkXlsxFile *
sk_workbook_file(const SkOoxmlWalk *walk)
{
    return walk->file->state;
}

static inline SkXlsxPart *
sk_workbook_part(const SkOoxmlWalk *walk)
{
    return walk->state;
}

/** sk_workbook_has: the start tag has attribute @name with this value. */
static inline bool
sk_workbook_has(const SkOoxmlWalk *walk, const char *name, const char *value)
{
    const SkSpan *found = sk_xml_attribute(walk->xml, name);

    return found != NULL && sk_span_is(*found, value);
}
