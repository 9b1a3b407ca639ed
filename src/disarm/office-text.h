/* SPDX-License-Identifier: Apache-2.0
 *
 * office-text.h - level `text` of office documents: the document is rebuilt in memory first, and
 * only what came through is read for its text. One file a family of formats: docx-text.c,
 * xlsx-text.c, pptx-text.c, odf-text.c; charts and drawings that several have in chart-text.c and
 * drawing-text.c. Runs in: disarm worker (no files, no network). Trusts: that the package is of our
 * own writing; what is missing in it or odd is left out, never followed. Spec:
 * docs/formats/office-text.md   Tests: tests/golden/office-text
 */
#pragma once

#include "disarm/disarm.h"
#include "disarm/math-text.h"
#include "disarm/text-flow.h"
#include "format/xml.h"
#include "format/zip.h"

/** sk_office_text: any office document that can be rebuilt, at level text. An SkDisarmFunc. */
bool sk_office_text(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_office_text_extract: the text of @package, a rebuilt document of @type, into self->sink. */
bool sk_office_text_extract(SkDisarm *self, SkType type, SkSpan package,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what the families share ---------------------------------------------------------------- */

typedef struct {
    SkDisarm *disarm; /* borrowed */
    SkZip *zip;       /* owned */
    SkTextOut out;
    SkTextFlow *flow;  /* owned */
    uint32_t pictures; /* that could not come along */
} SkOfficeText;

/* A relationship of a part. */
typedef struct {
    char *id;     /* owned */
    char *type;   /* owned: the last word of its type's address */
    char *target; /* owned: name of the entry; the address where it lies outside */
    bool external;
} SkOfficeRel;

/** sk_office_text_relations: (transfer full): of the entry @part, of SkOfficeRel; none where there
 * are none.
 */
bool sk_office_text_relations(SkOfficeText *self, const char *part, GArray **ret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_office_text_relation: target of the one with @id, or the first of @type; NULL where there is
 * none. */
const char *sk_office_text_relation(const GArray *relations, SkSpan id, const char *type);
/** sk_office_text_parse: the entry @part through @handler; one that is not there has nothing in it.
 * The symbols are those of office-names.h. */
bool sk_office_text_parse(SkOfficeText *self, const char *part, const SkXmlHandler *handler,
                          void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_office_text_picture: one stood here; @name: what it says it shows, or empty. Written as a
 * mark. */
void sk_office_text_picture(SkOfficeText *self, SkSpan name);
/** sk_office_text_chart: the chart in the entry @part: its words, then its values as a table. */
bool sk_office_text_chart(SkOfficeText *self, const char *part,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define SK_DRAWING_LEVELS 9u

/* What shapes, pictures, tables and charts of DrawingML say, element by element of a part that has
 * them. */
typedef struct {
    SkOfficeText *office;    /* borrowed */
    const GArray *relations; /* borrowed: of the part */
    bool in_text, in_picture, in_slide_number;
    char *description; /* owned: of the shape or picture at hand */
    SkMathText math;
    unsigned level;                     /* of the paragraph at hand */
    unsigned counts[SK_DRAWING_LEVELS]; /* of numbered paragraphs */
} SkDrawingText;

void sk_drawing_text_clear(SkDrawingText *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkDrawingText, sk_drawing_text_clear)
bool sk_drawing_text_start(SkDrawingText *self, SkXmlSymbol element, const SkXmlAttr *attrs,
                           unsigned n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_drawing_text_end(SkDrawingText *self, SkXmlSymbol element);
void sk_drawing_text_text(SkDrawingText *self, SkSpan text);
/** sk_office_text_drawing: the whole entry @part. */
bool sk_office_text_drawing(SkOfficeText *self, const char *part,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool sk_office_text_docx(SkOfficeText *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_office_text_xlsx(SkOfficeText *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_office_text_pptx(SkOfficeText *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_office_text_odf(SkOfficeText *self, SkType type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
