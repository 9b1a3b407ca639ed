/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-filter.h - the data of a PDF stream with its filters undone, pulled piece by piece, so that a
 * bomb is noticed while it goes off. Readers of our own; Flate is zlib's.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-picture.md, ISO 32000-1, 7.4   Tests: tests/unit/disarm/test-pdf-filter.c,
 * tests/fuzz/fuzz-pdf-image.c
 */
#pragma once

#include "disarm/pdf.h"

#define SK_PDF_STEPS_MAX 8u

typedef enum {
    SK_PDF_STEP_HEX,
    SK_PDF_STEP_ASCII85,
    SK_PDF_STEP_LZW,
    SK_PDF_STEP_FLATE,
    SK_PDF_STEP_RUNS,
    SK_PDF_STEP_FAX,
    /* Of pictures only; not undone here: they end a chain. */
    SK_PDF_STEP_DCT,
    SK_PDF_STEP_JPX,
    SK_PDF_STEP_JBIG2,
} SkPdfStepKind;

/** SkPdfStep: one filter and its parameters; sk_pdf_step has the values where nothing is said. */
typedef struct {
    SkPdfStepKind kind;
    uint32_t predictor, colors, bits, columns; /* Flate, LZW */
    bool early_change;                         /* LZW */
    int32_t k;                                 /* fax, as are the next */
    uint32_t fax_columns, fax_rows;
    bool byte_align, black_is_1, end_of_block;
    int32_t transform;   /* DCT's /ColorTransform; -1: not said */
    SkPdfObject globals; /* JBIG2's stream, or nothing */
} SkPdfStep;

/** sk_pdf_step: by the filter's name, short names of inline pictures as well. SK_ERROR_UNSUPPORTED
 * for any other. */
bool sk_pdf_step(SkSpan name, SkPdfStep *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_steps: what /Filter and /DecodeParms of @dictionary (a stream, or an inline picture's)
 * say. UNSUPPORTED, or MALFORMED where a parameter is out of its range. */
bool sk_pdf_steps(SkPdf *pdf, SkPdfObject dictionary, SkPdfStep steps[SK_PDF_STEPS_MAX],
                  unsigned *ret_n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct SkPdfPlain SkPdfPlain;

/**
 * sk_pdf_plain_new: (transfer full): @data is borrowed; none of @steps is one of pictures only
 * (UNSUPPORTED).
 * @picture: rows of a picture, whose number the caller knows: counted as an eighth and without a
 *   ratio
 */
bool sk_pdf_plain_new(SkDisarm *disarm, SkSpan data, const SkPdfStep *steps, unsigned n,
                      bool picture, SkPdfPlain **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pdf_plain_free(SkPdfPlain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfPlain, sk_pdf_plain_free)
/** sk_pdf_plain_read: fills @out. @ret_got: less than @n where the data end. MALFORMED, LIMIT. */
bool sk_pdf_plain_read(SkPdfPlain *self, uint8_t *out, size_t n, size_t *ret_got,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_plain_cut: the data ended before a filter's own end said so. */
bool sk_pdf_plain_cut(const SkPdfPlain *self);

/** sk_pdf_unfilter: (transfer full): all of it. TRUNCATED where a deflate stream is cut short. */
bool sk_pdf_unfilter(SkDisarm *disarm, SkSpan data, const SkPdfStep *steps, unsigned n,
                     GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_stream_plain: (transfer full): a stream that is no picture: contents, fonts, functions,
 * maps. */
bool sk_pdf_stream_plain(SkDisarm *disarm, SkPdf *pdf, SkPdfObject stream, GBytes **ret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
