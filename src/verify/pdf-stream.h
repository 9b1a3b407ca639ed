/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-stream.h - what a stream of a rebuilt PDF inflates to, whole or line by line. Counts towards
 * the job's `expanded`.
 * Runs in: verify worker. Trusts: zlib.
 * Spec: docs/formats/pdf.md, "Streams"; RFC 1950, 1951   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#pragma once

#include "verify/inflate.h"
#include "verify/pdf-file.h"

#define SK_PDF_LINE_MAX (8u << 20)

typedef struct {
    SkPdfFile *file;
    uint32_t number;
    SkInflate inflate;
    GByteArray *window; /* owned: inflated and not taken yet */
    size_t at;          /* taken of it */
    bool bad;           /* sticks; it has been said why */
} SkPdfLines;

/** sk_pdf_lines_begin: of the stream @number. Every begin needs an end. */
void sk_pdf_lines_begin(SkPdfLines *self, SkPdfFile *file, uint32_t number);
void sk_pdf_lines_end(SkPdfLines *self);
/** sk_pdf_lines_next: @ret: without its LF, until the next call. false: nothing is left, or bad. */
bool sk_pdf_lines_next(SkPdfLines *self, SkSpan *ret);
