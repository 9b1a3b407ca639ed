/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-scan.h - content streams by bytes: finds the next operand or word, and spells
 * numbers, strings and arrays anew while it reads them, so that the hot path touches each byte
 * once. Where readers differ about what stands there, it counts `guessed` and goes on with one of
 * the readings.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, ISO 32000-1, 7.2 to 7.3   Tests:
 * tests/unit/disarm/test-pdf-content.c, tests/fuzz/fuzz-pdf-content.c
 */
#pragma once

#include "disarm/pdf-content-out.h"

#define SK_PDF_STRING_MAX 32767u
#define SK_PDF_ITEMS_MAX 100000u
#define SK_PDF_ARRAY_MAX (4u << 20) /* bytes as spelled */
#define SK_PDF_NAME_MAX 127u
#define SK_PDF_NEST_MAX 64u /* of dictionaries and arrays that are only passed over */

/* What a byte is. */
enum {
    SK_PDF_REGULAR = 0,
    SK_PDF_SPACE = 1,
    SK_PDF_DELIMITER = 2,
    SK_PDF_NUMERAL = 4, /* a regular one with which a number may begin */
    SK_PDF_QUOTED = 8,  /* not itself inside of ( ); a bit beside the others */
};
extern const uint8_t sk_pdf_class[256];

typedef enum {
    SK_PDF_OPERAND_NUMBER,
    SK_PDF_OPERAND_STRING,
    SK_PDF_OPERAND_ARRAY, /* of numbers and strings, spelled */
    SK_PDF_OPERAND_NAME,
    SK_PDF_OPERAND_DICTIONARY,
    SK_PDF_OPERAND_BAD, /* nothing that any operator takes; nothing is written for it */
} SkPdfOperandKind;

/** SkPdfOperand: numbers, strings and arrays stand in the output at @at, each with a space behind
 * it; of names (without their `/`) and dictionaries (with their brackets) only where they stand in
 * the input is known. */
typedef struct {
    SkPdfOperandKind kind;
    size_t at;
    SkSpan raw;
    uint32_t whole; /* of a number its whole part; of an array how many items */
    bool fraction;  /* a number has one */
    bool negative;  /* a number, or one of an array, is below 0 */
    bool nonzero;   /* as well: is not 0 */
    bool strings;   /* an array has some */
} SkPdfOperand;

typedef struct {
    SkSpan in;
    size_t at;
    SkPdfOut *out;     /* borrowed */
    uint32_t guessed;  /* places where readers differ */
    size_t guessed_at; /* the first of them */
} SkPdfScan;

typedef enum {
    SK_PDF_TOKEN_END,
    SK_PDF_TOKEN_OPERAND,
    SK_PDF_TOKEN_WORD,
} SkPdfToken;

/** sk_pdf_scan_next: @ret_operand or @ret_word is set, by what is returned. */
SkPdfToken sk_pdf_scan_next(SkPdfScan *self, SkPdfOperand *ret_operand, SkSpan *ret_word);
/** sk_pdf_scan_guess: readers differ about what stands here. */
void sk_pdf_scan_guess(SkPdfScan *self);
/** sk_pdf_scan_blank: passes over white space and comments. */
void sk_pdf_scan_blank(SkPdfScan *self);
/** sk_pdf_scan_string: (transfer full): the bytes of the string at which the input stands, for
 * entries of dictionaries; NULL where none stands there or it is too long: it is passed over then.
 * */
GByteArray *sk_pdf_scan_string(SkPdfScan *self);
/** sk_pdf_scan_pass: passes over one object of whatever kind (a word is one). false at the end,
 * and before `>>` and `]`. */
bool sk_pdf_scan_pass(SkPdfScan *self);
/** sk_pdf_scan_name: the name at which the input stands, without its `/`, as it is spelled; empty
 * where none stands there. */
SkSpan sk_pdf_scan_name(SkPdfScan *self);
/** sk_pdf_scan_word: the regular bytes that stand here. */
SkSpan sk_pdf_scan_word(SkPdfScan *self);

/**
 * sk_pdf_name_decode: `#41` becomes `A`; a `#` that two digits do not follow is itself.
 * Returns: how many bytes; SIZE_MAX where they do not fit.
 */
size_t sk_pdf_name_decode(SkSpan raw, uint8_t out[SK_PDF_NAME_MAX]);
