/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-cost.h - what content may ask of those who draw it: rule 4 of docs/formats/pdf.md counts it.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rules 4, 14 and 15; docs/formats/pdf-content.md, "Dashes"
 * Tests: tests/unit/disarm/test-pdf-cost.c, tests/golden/attack-pdf
 */
#pragma once

#include "disarm/pdf.h"

#define SK_PDF_COST_GROUP 400u /* of a form that is a group, beside what it draws */
#define SK_PDF_COST_MASK 1000u /* of a soft mask that is set */
#define SK_PDF_TILES_MAX                                                                           \
    499000.0 /* rule 14 says 500,000: another way to reckon may come out a little higher */

/** sk_pdf_dashes: how many dashes the lines of @content have, as it was written by sk_pdf_content_rebuild. Linear. */
uint64_t sk_pdf_dashes(SkSpan content);

/** sk_pdf_tiles: how many tiles of @pattern lie on @box; more than any limit where that cannot be said. */
double sk_pdf_tiles(SkPdf *pdf, SkPdfObject pattern, const int64_t box[4]);
