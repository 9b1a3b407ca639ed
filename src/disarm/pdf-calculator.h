/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-calculator.h - functions of type 4, small programs in a subset of PostScript, read token by
 * token and spelled anew.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, "Functions"; ISO 32000-1, 7.10.5   Tests:
 * tests/unit/disarm/test-pdf-function.c, tests/fuzz/fuzz-pdf-function.c
 */
#pragma once

#include "base/base.h"

#define SK_PDF_PROGRAM_MAX 65536u     /* bytes as spelled: a reader runs it for every colour */
#define SK_PDF_BLOCKS_MAX 32u         /* within one another */

/** sk_pdf_calculator_rebuild: appends the program to @out. @error: MALFORMED, UNSUPPORTED (too
 * long), LIMIT (too deep). */
bool sk_pdf_calculator_rebuild(SkSpan in, GString *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define SK_PDF_STACK_MAX 100

/** sk_pdf_calculator_fits: @program, as it was written by the above, run on paper: no operator
 * finds less than it takes, never more than SK_PDF_STACK_MAX values lie there, and whichever way it
 * goes exactly @outputs are left of @inputs. */
bool sk_pdf_calculator_fits(SkSpan program, unsigned inputs, unsigned outputs);
