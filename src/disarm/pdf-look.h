/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-look.h - looks that are made here, for annotations and fields that bring none: as ISO
 * 32000-1, 12.5.6 and 12.7.3.3 describe them, in our own lines, which go through the engine for
 * content as a stranger's would.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "Looks that are made"   Tests: tests/golden/pdf-looks
 */
#pragma once

#include "disarm/pdf-rebuild.h"

/** SkPdfLook: one look while it is drawn, on the page's own coordinates. */
typedef struct {
    SkPdf *pdf;
    SkPdfObject annotation;
    double rect[4]; /* where the annotation says that it is */
    double box[4];  /* what has been drawn lies in it; begins as `rect` */
    double width;   /* of lines */
    bool dashed;
    double dashes[2];
    bool multiply;    /* mixes with what is below, as a marker pen */
    bool field;       /* of a form: it never goes beyond `rect` */
    bool drawn;       /* something is */
    const char *font; /* dictionary of the font `/T`, or NULL */
    GString *out;     /* owned: operators */
} SkPdfLook;

/** sk_pdf_look: draws @annotation, which has no look of its own.
 * @rect: its rectangle; then the box of what was drawn, which may be larger
 * @ret: the form; 0: nothing is seen of such an annotation */
bool sk_pdf_look(SkPdfRebuild *self, SkPdfObject annotation, SkSpan subtype, int64_t rect[4],
                 SkPdfId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- between its parts ---- */
void sk_pdf_look_number(SkPdfLook *self, double v);
/** sk_pdf_look_point: a point and an operator; the box grows around it by the width of a line. */
void sk_pdf_look_point(SkPdfLook *self, double x, double y, const char *operator);
void sk_pdf_look_rect(SkPdfLook *self, double x, double y, double width, double height,
                      const char *operator);
/** sk_pdf_look_colour: of an array of 1, 3 or 4 numbers; false, and nothing said, where it is
 * none. */
bool sk_pdf_look_colour(SkPdfLook *self, SkPdfObject colour, bool stroke);
/** sk_pdf_look_field, _free_text, _stamp: text fields, choices and buttons; free text; stamps
 * (pdf-look-text.c). */
void sk_pdf_look_field(SkPdfLook *self);
void sk_pdf_look_free_text(SkPdfLook *self);
void sk_pdf_look_stamp(SkPdfLook *self);
