/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-colour.h - colour spaces of a hostile PDF, written anew.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, `colour`; ISO 32000-1, 8.6   Tests: tests/golden/hostile-pdf
 */
#pragma once

#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

#define SK_PDF_COMPONENTS_MAX 32u

typedef enum {
    SK_PDF_DEVICE_GRAY,
    SK_PDF_DEVICE_RGB,
    SK_PDF_DEVICE_CMYK,
    SK_PDF_CAL_GRAY,
    SK_PDF_CAL_RGB,
    SK_PDF_LAB,
    SK_PDF_ICC,
    SK_PDF_SEPARATION,
    SK_PDF_DEVICE_N,
    SK_PDF_INDEXED,
    SK_PDF_PATTERN,
} SkPdfColourKind;

typedef struct {
    SkPdfColourKind kind;
    /* of a colour in it: 1 for INDEXED, 0 for a PATTERN without a space under it */
    unsigned components;
    unsigned base_components; /* INDEXED: of what the indexes stand for */
    unsigned highest;         /* INDEXED: the highest index */
    int64_t range[4];         /* LAB: of a and b */
    GString *text;            /* owned: how it is spelled, with its mentions */
} SkPdfColour;

/**
 * sk_pdf_colour: @space, a name or an array (names of resources have been looked up; `G`, `RGB`,
 * `CMYK`, `I` of inline pictures are known).
 * @ret: (out): to be cleared, on success only
 * @error: MALFORMED, UNSUPPORTED: no space of the profile
 */
bool sk_pdf_colour(SkPdfWalk *walk, SkPdfObject space, SkPdfColour *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_colour_device: gray, RGB or CMYK by 1, 3 or 4 @components; false for any other number. */
bool sk_pdf_colour_device(unsigned components, SkPdfColour *ret) G_GNUC_WARN_UNUSED_RESULT;
void sk_pdf_colour_clear(SkPdfColour *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkPdfColour, sk_pdf_colour_clear)
