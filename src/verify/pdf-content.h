/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content.h - what a page, a form, a tile or a glyph draws: one operator a line, of the list,
 * in a state that allows it.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf-content.md   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#pragma once

#include "verify/pdf-file.h"

typedef enum {
    SK_PDF_CONTENT_PAGE,
    SK_PDF_CONTENT_FORM,
    SK_PDF_CONTENT_MARKED, /* a form whose marks belong to the structure */
    SK_PDF_CONTENT_UNCOLOURED,
    SK_PDF_CONTENT_GLYPH,
} SkPdfContentKind;

#define SK_PDF_RESOURCES_KINDS 6u

typedef struct {
    SkPdfContentKind kind;
    uint32_t used[SK_PDF_RESOURCES_KINDS]; /* named so far, as sk_pdf_resource_letters has them */
    /* borrowed, of uint32_t: how often each is named; NULL: not counted */
    GArray *mentions[SK_PDF_RESOURCES_KINDS];
    double dashes; /* of the lines that are drawn */
} SkPdfContent;

extern const char sk_pdf_resource_letters[SK_PDF_RESOURCES_KINDS + 1];

/** sk_pdf_check_content: the stream @number. Glyphs of one font share @content. */
bool sk_pdf_check_content(SkPdfFile *self, uint32_t number, SkPdfContent *content);
