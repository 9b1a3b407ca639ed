/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-function.h - functions of a hostile PDF, written anew: types 0, 2, 3 and 4.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, "Functions"; ISO 32000-1, 7.10   Tests:
 * tests/unit/disarm/test-pdf-function.c, tests/fuzz/fuzz-pdf-function.c
 */
#pragma once

#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

#define SK_PDF_FUNCTION_WAYS_MAX 32u   /* inputs, and outputs */
#define SK_PDF_FUNCTION_INPUTS_MAX 16u /* of samples */
#define SK_PDF_SAMPLES_MAX (1u << 24)  /* bytes */
/* of a function of type 3, and of one with all that is below it */
#define SK_PDF_PIECES_MAX 4096u
#define SK_PDF_PIECES_DEPTH 8u

/**
 * sk_pdf_function: @function with all that it is made of.
 * @inputs, @outputs: how many it must have; 0: any
 * @ret: where it stands in the plan
 * @error: MALFORMED, UNSUPPORTED, TRUNCATED: it cannot be rebuilt; LIMIT
 */
bool sk_pdf_function(SkPdfWalk *walk, SkPdfObject function, unsigned inputs, unsigned outputs,
                     SkPdfId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
