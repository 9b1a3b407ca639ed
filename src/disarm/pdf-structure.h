/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-structure.h - the elements of tagged structure, between their reading (pdf-structure.c) and
 * their writing (pdf-parents.c).
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rules 7 and 8   Tests: tests/golden/hostile-pdf, tests/golden/pdf-shown
 */
#pragma once

#include "disarm/pdf-rebuild.h"

typedef enum { SK_PDF_KID_MARK, SK_PDF_KID_OBJECT, SK_PDF_KID_ELEMENT } SkPdfKidKind;

typedef struct {
    SkPdfKidKind kind;
    guint page;     /* SK_PDF_KID_MARK: index + 1; 0: the element's own */
    guint form;     /* of SkPdfRebuild.forms: index + 1 of the one it is in, or is; 0: none */
    uint32_t value; /* the mark; the number of the object; the index of the element */
} SkPdfKid;

typedef struct {
    SkPdfObject source; /* held until it is read */
    SkPdfId id;
    guint parent, depth; /* index + 1; 0: the root */
    guint page;          /* index + 1; 0: none */
    const char *type;    /* static */
    GString *texts;      /* owned: from Lang to A */
    GArray *kids;        /* owned, of SkPdfKid */
} SkPdfElement;

static inline SkPdfElement *
sk_pdf_element(const SkPdfRebuild *self, guint i)
{
    return &g_array_index(self->elements, SkPdfElement, i);
}

/** sk_pdf_marked_form: @index: + 1, not 0. */
static inline SkPdfMarkedForm *
sk_pdf_marked_form(const SkPdfRebuild *self, guint index)
{
    return &g_array_index(self->forms, SkPdfMarkedForm, index - 1);
}
