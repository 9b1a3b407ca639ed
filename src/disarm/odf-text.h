/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-text.h - between the files that read the text of a rebuilt OpenDocument file: the walk
 * through an entry (odf-text.c), what stands in places of its own (odf-place-text.c: tables,
 * frames, slides, notes), and charts and formulas (odf-object-text.c). Runs in: disarm worker.
 * Trusts: as office-text.h. Spec: docs/formats/office-text.md   Tests: tests/golden/office-text
 */
#pragma once

#include "disarm/odf-list.h"
#include "disarm/office-names.h"
#include "disarm/office-text.h"

/* A frame: a picture, a chart, a text box, or a place of a slide. */
typedef struct {
    bool picture, object, caught;
    char *class;          /* owned: of the slide's place; NULL for none */
    GString *description; /* owned */
} SkOdfFrame;

typedef struct {
    uint32_t repeated;
} SkOdfCell;

typedef enum { SK_ODF_FOOTNOTES, SK_ODF_ENDNOTES, SK_ODF_COMMENTS, SK_ODF_NOTES } SkOdfNotes;

typedef struct {
    SkOfficeText *office; /* borrowed */
    SkTextFlow *flow;     /* borrowed */
    SkOdfLists *lists;    /* owned */
    SkType type;
    bool in_styles;      /* styles.xml is read */
    unsigned paragraphs; /* open */
    unsigned unused;     /* elements open that nothing shows */
    unsigned silent;     /* elements open whose text is not the document's */
    bool space_before; /* the last character was white space, or there was none in the paragraph */
    GString *aside;    /* borrowed: where the text of a silent element goes; NULL for nowhere */
    char *lead;        /* owned: what the next paragraph begins with */
    char *change;      /* owned: id of the tracked change at hand */
    GHashTable *deleted;            /* owned: id of a change → the text it deleted */
    GArray *frames;                 /* owned, of SkOdfFrame */
    GArray *cells;                  /* owned, of SkOdfCell */
    GString *creator;               /* owned: of the comment at hand */
    GPtrArray *notes[SK_ODF_NOTES]; /* owned, of char * */
    SkOdfNotes note;                /* kind of the text:note at hand */
    unsigned slides;
    GString *title; /* owned: of the slide at hand */
    bool slide_hidden;
    unsigned tables;                     /* open */
    uint32_t row, column, rows_repeated; /* of the sheet at hand, from 0 */
    GString *hidden; /* owned: what is told about the sheet's rows and columns */
    unsigned told;
    GHashTable *masters; /* owned set: names of master pages in use */
    bool master_seen;    /* the first one, which is in use anyway */
    GHashTable *margins; /* owned set: headers and footers that are written */
} SkOdfText;

/** sk_odf_place_start: tables, frames, slides, notes. */
bool sk_odf_place_start(SkOdfText *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_odf_place_end(SkOdfText *self, SkXmlSymbol element);
/** sk_odf_text_notes: writes the notes of @kind that were gathered, and forgets them. */
void sk_odf_text_notes(SkOdfText *self, SkOdfNotes kind);
/** sk_odf_object_text: the chart or formula in @folder ("Object1"). */
bool sk_odf_object_text(SkOfficeText *office, const char *folder,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
