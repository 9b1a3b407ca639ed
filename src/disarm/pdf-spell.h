/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-spell.h - the one way in which each number, name and string of a new PDF is written.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf.md, "Spelling"   Tests: tests/unit/disarm/test-pdf-plan.c
 */
#pragma once

#include "base/base.h"

/* Numbers are whole numbers of 100,000,000ths: exact, the same on every machine. */
#define SK_PDF_ONE INT64_C(100000000)
#define SK_PDF_NUMBER_MAX (INT64_C(2147483647) * SK_PDF_ONE)

/** sk_pdf_number_parse: a number as PDF writes it (`-.5`, `+3`, `4.`), rounded half away from zero.
 * false where
 * @s is none or beyond ±SK_PDF_NUMBER_MAX. */
bool sk_pdf_number_parse(SkSpan s, int64_t *ret) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_put_number: `-0.5`, `3`; never an exponent, `-0`, or zeros that say nothing. */
void sk_pdf_put_number(GString *out, int64_t number);
void sk_pdf_put_int(GString *out, int64_t whole);
/** sk_pdf_put_numbers: `[0 0 595.28 842]`. */
void sk_pdf_put_numbers(GString *out, const int64_t *numbers, size_t n);
/** sk_pdf_put_string: `<48656C6C6F>`; an empty one is `<>`. */
void sk_pdf_put_string(GString *out, SkSpan bytes);
/** sk_pdf_put_text: UTF-8 as a text string: ASCII as it is, anything else as UTF-16BE behind
 * FEFF. */
void sk_pdf_put_text(GString *out, const char *text);
/** sk_pdf_name_ok: 1 to 127 characters of 21 to 7E (hex) but `# % ( ) / < > [ ] { }`. */
bool sk_pdf_name_ok(SkSpan name);
/** sk_pdf_put_name: `/Name`; @name must be sk_pdf_name_ok (asserted). */
void sk_pdf_put_name(GString *out, SkSpan name);
