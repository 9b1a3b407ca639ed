/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx.h - inside of the disarmer of Excel workbooks: what is known of the workbook before anything
 * is written (xlsx-book.c), the hooks (xlsx-part.c) with their rooms: the workbook (xlsx-sheets.c),
 * rows and cells (xlsx-cell.c), values and formulas (xlsx-value.c), notes (xlsx-notes.c), controls
 * (xlsx-control.c), pictures of objects (xlsx-object.c), SmartArt (xlsx-diagram.c), VML
 * (xlsx-vml.c); ranges (xlsx-area.c). The profile for the engine: xlsx.c.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/xlsx.md, docs/formats/formula.md   Tests: tests/unit/disarm/test-xlsx.c,
 * tests/golden/, tests/fuzz/fuzz-xlsx.c
 */
#pragma once

#include "disarm/formula.h"
#include "disarm/ooxml-engine.h"

#define SK_XLSX_ROWS 1048576u
#define SK_XLSX_COLUMNS 16384u
#define SK_XLSX_NAME_MAX 93u
#define SK_XLSX_SQREF_MAX 65536u
#define SK_XLSX_COMMENTS_MAX 131072u /* of a workbook: each is a shape as well */

/* ---- ranges -------------------------------------------------------------------------------- */

typedef struct {
    uint32_t row; /* from 1 */
    uint32_t column;
} SkXlsxCell;

/** sk_xlsx_cell: one cell; @dollars: `$` may stand. */
bool sk_xlsx_cell(SkSpan s, bool dollars, SkXlsxCell *ret);
/** sk_xlsx_cell_name: "A1" into @buffer. */
SkSpan sk_xlsx_cell_name(SkXlsxCell cell, char buffer[16]);
/** sk_xlsx_is_area: class `ref`. */
bool sk_xlsx_is_area(SkSpan s);
/** sk_xlsx_cells: how many cells an area of cells has; 0 where it is none. */
uint64_t sk_xlsx_cells(SkSpan s);
/** sk_xlsx_areas: class `sqref`, written anew into @out. */
bool sk_xlsx_areas(SkSpan s, GString *out);
/** sk_xlsx_is_spans: class `spans`. */
bool sk_xlsx_is_spans(SkSpan s);
/** sk_xlsx_is_double: class `d`. */
bool sk_xlsx_is_double(SkSpan s);
/** sk_xlsx_whole: a whole number without leading zeros. */
bool sk_xlsx_whole(SkSpan s, uint32_t *ret);

/* ---- the workbook -------------------------------------------------------------------------- */

typedef struct {
    char *name; /* owned */
    const SkZipEntry *entry;
    SkOoxmlKind kind;
    bool kept;
    bool hidden;
    unsigned number; /* among those that are kept */
} SkXlsxSheet;

/* The notes of one sheet. */
typedef struct {
    GArray *cells;     /* owned, of SkXlsxCell: in the order of the comments that came out */
    GHashTable *boxes; /* owned or NULL: where their drawing shows them (xlsx-vml.c) */
    unsigned others;   /* what else that drawing shows */
} SkXlsxNotes;

/* Lists whose length bounds indices. */
enum {
    SK_XLSX_XF,
    SK_XLSX_CELL_XF,
    SK_XLSX_DXF,
    SK_XLSX_FONT,
    SK_XLSX_FILL,
    SK_XLSX_BORDER,
    SK_XLSX_STRINGS,
    SK_XLSX_META,
    SK_XLSX_LISTS
};

typedef struct {
    GArray *sheets;       /* owned, of SkXlsxSheet, as the workbook has them */
    GHashTable *names;    /* owned set: folded names of the sheets that are kept */
    GHashTable *lost;     /* owned set: folded defined names that go */
    GHashTable *caches;   /* owned: const SkZipEntry * of a pivot table's data → its id, owned */
    GHashTable *defined;  /* owned set: names that are written, with their sheet */
    GHashTable *tables;   /* owned set: folded names of tables that are written */
    GPtrArray *notes;     /* owned, of SkXlsxNotes * */
    GPtrArray *controls;  /* owned, of SkXlsxControls *, one a sheet */
    GHashTable *pictures; /* owned: const SkZipEntry * of VML → GArray of SkXlsxPicture, owned */
    unsigned kept_n;
    unsigned sheet_at; /* of the next `sheet` */
    unsigned comments; /* in all sheets */
    unsigned lists[SK_XLSX_LISTS];
    bool metadata; /* may come out */
    SkFormulaBook formulas;
} SkXlsx;

/** sk_xlsx_open, sk_xlsx_close: hooks of the profile: document->own is a SkXlsx. */
bool sk_xlsx_open(SkOoxmlDocument *document, GError **error);
void sk_xlsx_close(SkOoxmlDocument *document);
/** sk_xlsx_fold: small letters of ASCII into @buffer; false where it is too long. */
bool sk_xlsx_fold(SkSpan s, char buffer[SK_XLSX_NAME_MAX * 4]);
bool sk_xlsx_is_sheet_name(SkSpan s);

static inline SkXlsx *
sk_xlsx_book(const SkOoxmlFilter *filter)
{
    return filter->document->own;
}

/* ---- a part -------------------------------------------------------------------------------- */

/* Frames that end in the end hook. */
enum {
    SK_XLSX_END_TEXT = 1, /* a formula, or a text of a class */
    SK_XLSX_END_NAME,     /* definedName */
    SK_XLSX_END_F,        /* f */
    SK_XLSX_END_V,        /* v */
    SK_XLSX_END_C         /* c */
};

/* An attribute of an element that is written at its end. */
typedef struct {
    SkXmlSymbol symbol;
    size_t at, n; /* in saved_text */
} SkXlsxSaved;

typedef struct {
    SkXlsxCell cell;    /* the one that is open, or the last one */
    char reference[16]; /* its name */
    SkSpan name;
    uint8_t type;  /* of its value */
    uint8_t stage; /* what it has: nothing, f, v, is */
    bool written;  /* its start tag */
    bool phonetic;
    uint32_t style, meta; /* the number; valid where has_ is set */
    bool has_style, has_meta;
    /* owned, of uint16_t by si: 0 not there, 1 there, else the element it went as */
    GArray *shared;
    GString *saved_text;
    SkXlsxSaved saved[16];
    unsigned saved_n;
    GString *areas; /* owned: a sqref written anew */
    char numbers[4][16];
    unsigned number_at;
    unsigned notes; /* index into SkXlsx.notes, from 1; 0: none */
    bool notes_drawn;
    bool drawing;      /* the sheet refers to one */
    bool legacy;       /* its VML was looked at */
    const char *cache; /* borrowed: the id of this pivot table's data */
    unsigned authors;
    GHashTable *seen;     /* owned set: cells of comments */
    unsigned controls;    /* index into SkXlsx.controls, from 1; 0: none */
    uint32_t object;      /* number of the shape of the object that is open */
    GArray *shapes;       /* owned, of uint32_t: by alternative of a drawing, the shape's number */
    unsigned alternative; /* how many began */
    struct SkXlsxControl *control; /* borrowed: whose shape is open */
    uint32_t shape;                /* its number */
    bool marked;                   /* and has its mark */
    unsigned diagrams;             /* how many have become groups of shapes */
    unsigned diagram;              /* this is the drawing of that one, from 1; 0: of none */
    unsigned diagram_shapes;       /* how many of its shapes have got a number */
} SkXlsxPart;

static inline SkXlsxPart *
sk_xlsx_part(const SkOoxmlFilter *filter)
{
    return filter->own;
}

extern const SkXmlSymbol sk_xlsx_special[];
/** sk_xlsx_part_init, sk_xlsx_part_clear: what a part that is all zeros needs for the hooks. */
void sk_xlsx_part_init(SkXlsxPart *part);
void sk_xlsx_part_clear(SkXlsxPart *part);
void sk_xlsx_part_open(SkOoxmlFilter *filter);
void sk_xlsx_part_close(SkOoxmlFilter *filter);
bool sk_xlsx_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                   SkOoxmlStart *ret, GError **error);
bool sk_xlsx_end(SkOoxmlFilter *filter, GError **error);
bool sk_xlsx_value(SkOoxmlFilter *filter, unsigned class, SkSpan *value);
bool sk_xlsx_wants(SkOoxmlDocument *document, SkOoxmlKind kind, const SkZipEntry *entry);

/** sk_xlsx_save: remembers filter->kept and gathers the text; sk_xlsx_write_saved writes the start
 * tag with them. */
void sk_xlsx_save(SkOoxmlFilter *filter, size_t max, uint8_t end);
void sk_xlsx_write_saved(SkOoxmlFilter *filter, const char *name);
SkSpan sk_xlsx_saved(const SkXlsxPart *part, SkXmlSymbol symbol);
void sk_xlsx_forget(SkXlsxPart *part, SkXmlSymbol symbol);
/** sk_xlsx_formula: may it stay? Counts it otherwise, and links. */
SkElement sk_xlsx_formula(SkOoxmlFilter *filter, SkSpan *text);
/** sk_xlsx_is_extension: is the address of an extension known; @ret_kept: and stays? */
bool sk_xlsx_is_extension(SkSpan uri, bool *ret_kept);
/** sk_xlsx_entry: the part of @kind that r:id leads to; NULL where it leads to none. */
const SkZipEntry *sk_xlsx_entry(const SkOoxmlFilter *filter, SkOoxmlKind kind,
                                const SkXmlAttr *attrs, unsigned n);

/* Texts of a class: parts of the hooks above. */
bool sk_xlsx_start_text(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                        unsigned n, GError **error);
bool sk_xlsx_end_text(SkOoxmlFilter *filter, GError **error);

/* The workbook: parts of the hooks above. */
bool sk_xlsx_start_sheet(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error);
bool sk_xlsx_start_name(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error);
void sk_xlsx_end_name(SkOoxmlFilter *filter);
/** sk_xlsx_start_cache: only those pivot caches whose data are in the workbook stay. */
bool sk_xlsx_start_cache(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error);

/* Notes: parts of the hooks above. */
/** sk_xlsx_notes_of: the set (SkXlsx.notes, from 1) of the comments that this sheet refers to. */
unsigned sk_xlsx_notes_of(SkOoxmlFilter *filter);
/** sk_xlsx_draw_notes: refers to the drawing of the sheet's notes, where one is due. */
void sk_xlsx_draw_notes(SkOoxmlFilter *filter);
bool sk_xlsx_start_legacy(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n,
                          GError **error);
bool sk_xlsx_start_pictures(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n,
                            GError **error);
bool sk_xlsx_start_comment(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n,
                           GError **error);

/* Rows and cells: parts of the hooks above. */
bool sk_xlsx_start_row(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error);
bool sk_xlsx_start_cell(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error);
bool sk_xlsx_start_in_cell(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n, SkOoxmlStart *ret, GError **error);
void sk_xlsx_end_cell(SkOoxmlFilter *filter);
void sk_xlsx_end_formula(SkOoxmlFilter *filter);
void sk_xlsx_end_value(SkOoxmlFilter *filter);

/* ---- controls and objects ------------------------------------------------------------------ */

/* What a form control, or an object that goes, showed. */
typedef struct SkXlsxControl {
    const SkZipEntry *picture; /* NULL: none */
    const char *mark;          /* before its caption: "☐ "; "" for none */
} SkXlsxControl;

/* The picture of an object that stands in a sheet's VML drawing. */
typedef struct {
    uint32_t shape;     /* its number */
    uint32_t anchor[8]; /* column, pixels in it, row, pixels in it; the same of the other corner */
    char *id;           /* owned: of the VML drawing's relationship */
    const SkZipEntry *picture;
} SkXlsxObject;

/* All of a sheet. */
typedef struct {
    GHashTable *shapes; /* owned: number → SkXlsxControl *, owned */
    GArray *objects;    /* owned, of SkXlsxObject */
    GHashTable *shown;  /* owned set: numbers of shapes that its drawing shows */
} SkXlsxControls;

/** sk_xlsx_controls: the set of the sheet that is open, for the drawing that it refers to. */
unsigned sk_xlsx_controls(SkOoxmlFilter *filter);
void sk_xlsx_controls_free(void *self);
/** sk_xlsx_controls_at: a set by its index, from 1. */
SkXlsxControls *sk_xlsx_controls_at(const SkOoxmlFilter *filter, unsigned index);
/** sk_xlsx_write_picture: an xdr:pic, of the stand-in where @picture cannot be shown. */
bool sk_xlsx_write_picture(SkOoxmlFilter *filter, uint32_t shape, const SkZipEntry *picture,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_xlsx_refer_drawing: @objects, out of the sheet's VML drawing, will stand in the drawing that
 * the sheet refers to, or in a new one. @objects: (transfer full). */
void sk_xlsx_refer_drawing(SkOoxmlFilter *filter, GArray *objects);
/** sk_xlsx_end_drawing: those that the drawing does not show already, at its end. */
bool sk_xlsx_end_drawing(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_xlsx_make_drawing: a drawing of nothing else. */
bool sk_xlsx_make_drawing(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_xlsx_dropped: hook of the profile. */
void sk_xlsx_dropped(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n);
/** sk_xlsx_open_shapes: looks which alternatives of a drawing stand for controls. Failures are
 * found again when it is read. */
void sk_xlsx_open_shapes(SkOoxmlFilter *filter);
/** sk_xlsx_is_control: the element stands in the alternative of a control that is shown. */
bool sk_xlsx_is_control(const SkOoxmlFilter *filter);
/** sk_xlsx_start_control: elements of a drawing, of such an alternative above all. */
bool sk_xlsx_start_control(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n, SkOoxmlStart *ret, GError **error);

/* ---- SmartArt ------------------------------------------------------------------------------ */

/** sk_xlsx_diagram: hook of the profile. */
bool sk_xlsx_diagram(SkOoxmlFilter *filter, const SkZipEntry *drawing, GError **error);
/** sk_xlsx_start_diagram: elements of its drawing (dsp). */
void sk_xlsx_start_diagram(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n);

/* ---- VML ----------------------------------------------------------------------------------- */

/* A picture of a header or footer. */
typedef struct {
    char place[12]; /* "LH", "CFFIRST" */
    char width[12];
    char height[12];
    char *id; /* owned: of the VML drawing's relationship */
} SkXlsxPicture;

/* What the VML drawing of a sheet shows. */
typedef struct {
    GHashTable *boxes; /* owned: of notes, by cell */
    GArray *objects;   /* owned, of SkXlsxObject: those whose picture is there */
    unsigned others;   /* what is no note */
} SkXlsxLegacy;

/** sk_xlsx_legacy: of a VML drawing that belongs to a sheet; what of it cannot be read is not
 * there. */
bool sk_xlsx_legacy(SkOoxmlDocument *document, const SkZipEntry *entry, SkXlsxLegacy *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_xlsx_make: hook of the profile: writes a VML drawing, or a drawing of objects' pictures. */
bool sk_xlsx_make(SkOoxmlFilter *filter, GError **error);
/** sk_xlsx_pictures: of a VML drawing that is in headers and footers; an array without members
 * where it shows none. */
bool sk_xlsx_pictures(SkOoxmlDocument *document, const SkZipEntry *entry, const GArray **ret,
                      GError **error);
