/* SPDX-License-Identifier: Apache-2.0
 *
 * docx.h - inside of the Word disarmer: its profile (docx.c) and its hooks (docx-part.c), for the
 * engine of ooxml-rebuild.h. sk_docx_disarm is declared in ooxml.h. Runs in: disarm worker (no
 * files, no network). Trusts: nothing. Spec: docs/formats/docx.md   Tests:
 * tests/unit/disarm/test-docx.c, tests/golden/, tests/fuzz/fuzz-docx.c
 */
#pragma once

#include "disarm/ooxml-rebuild.h"

/* Index into SkDocx.ids. */
typedef enum { SK_DOCX_COMMENTS, SK_DOCX_FOOTNOTES, SK_DOCX_ENDNOTES, SK_DOCX_IDS } SkDocxIds;

/* SkOoxmlDocument.own */
typedef struct {
    GHashTable
        *ids[SK_DOCX_IDS]; /* owned sets: w:id of comments, footnotes, endnotes that there are */
} SkDocx;

typedef struct SkDocxStory SkDocxStory;
typedef struct SkDocxDiagram SkDocxDiagram; /* docx-diagram.c: SmartArt as shapes */

/* SkOoxmlFilter.own */
typedef struct {
    SkDocxStory *story;     /* owned */
    unsigned deleted;       /* open w:del and w:moveFrom */
    GHashTable *seen;       /* owned: w:id of this part's own notes or comments */
    char extent[2][24];     /* cx and cy of the drawing that is open; "" where not known */
    SkDocxDiagram *diagram; /* owned: of the drawing that is included; else NULL */
} SkDocxPart;

/* SkOoxmlFrame.own below this: docx-diagram.c's. */
#define SK_DOCX_END_DIAGRAM 8

SkDocxPart *sk_docx_part_new(SkOoxmlFilter *filter);
void sk_docx_part_free(SkDocxPart *self);

extern const SkXmlSymbol sk_docx_special[];

/** sk_docx_is_diagram: docx-diagram.c has a say in it, in the drawing of a SmartArt. */
bool sk_docx_is_diagram(SkXmlSymbol symbol);
bool sk_docx_diagram_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                           unsigned n, SkOoxmlStart *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_docx_diagram_hides(SkOoxmlFilter *filter, SkXmlSymbol symbol);
void sk_docx_diagram_end(SkOoxmlFilter *filter);
void sk_docx_diagram_free(SkDocxDiagram *self);

/* Hooks: contracts in ooxml-rebuild.h. */
void sk_docx_part_open(SkOoxmlFilter *filter);
void sk_docx_part_close(SkOoxmlFilter *filter);
bool sk_docx_hides(SkOoxmlFilter *filter, SkXmlSymbol symbol);
bool sk_docx_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                   SkOoxmlStart *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_docx_dropped(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n);
bool sk_docx_end(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_docx_text(SkOoxmlFilter *filter, SkSpan text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_docx_diagram(SkOoxmlFilter *filter, const SkZipEntry *drawing,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_docx_standin(SkOoxmlFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
