/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-shading.h - shadings of a hostile PDF, written anew: types 1 to 7.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, "Shadings"; ISO 32000-1, 8.7.4.5   Tests:
 * tests/unit/disarm/test-pdf-shading.c
 */
#pragma once

#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

/**
 * sk_pdf_shading: @shading becomes an object of kind `shading`; once, then it is recalled.
 * @error: MALFORMED, UNSUPPORTED, TRUNCATED: it cannot be rebuilt; LIMIT
 */
bool sk_pdf_shading(SkPdfWalk *walk, SkPdfObject shading, SkPdfId *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
