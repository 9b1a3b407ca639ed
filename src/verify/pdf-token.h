/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-token.h - the one spelling of everything in a rebuilt PDF. Each reads at the cursor; false:
 * that is not what stands there, and the cursor is anywhere behind where it was.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "Spelling"   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#pragma once

#include "base/reader.h"

/* A number in hundred-millionths: the eight digits that may follow a point. */
#define SK_PDF_ONE INT64_C(100000000)
#define SK_PDF_MOST (INT64_C(2147483647) * SK_PDF_ONE)
#define SK_PDF_STRING_MAX 65535u

/** sk_pdf_word: exactly @word. */
bool sk_pdf_word(SkReader *r, const char *word);
/** sk_pdf_ahead: does @word stand at the cursor? Moves nothing. */
bool sk_pdf_ahead(const SkReader *r, const char *word);
/** sk_vpdf_number: @ret_whole: written without a point. */
bool sk_vpdf_number(SkReader *r, int64_t *ret, bool *ret_whole);
/** sk_pdf_integer: from @low to @high. */
bool sk_pdf_integer(SkReader *r, int64_t low, int64_t high, int64_t *ret);
/** sk_vpdf_name: @ret: without its slash. */
bool sk_vpdf_name(SkReader *r, SkSpan *ret);
/** sk_vpdf_string: @ret: the digits, two a byte, of at most @most bytes. */
bool sk_vpdf_string(SkReader *r, size_t most, SkSpan *ret);
/** sk_pdf_string_byte: the byte at @at of what sk_vpdf_string gave. */
uint8_t sk_pdf_string_byte(SkSpan digits, size_t at);
/** sk_pdf_reference: `K 0 R`, K ≥ 1. */
bool sk_pdf_reference(SkReader *r, uint32_t *ret);
/** sk_pdf_skip: over one value of any sort, which was read before. */
bool sk_pdf_skip(SkReader *r);
