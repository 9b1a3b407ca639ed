/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-picture.h - the data of one picture of a PDF, decoded and written anew, over plain values:
 * what its dictionary says has been read, what its colour space is has been decided. pdf-image.h is
 * the dictionary.
 * Runs in: disarm worker (no files, no network). Trusts: that the numbers in SkPdfPictureIn were
 * checked as its comments say; not the data.
 * Spec: docs/formats/pdf-picture.md   Tests: tests/unit/disarm/test-pdf-picture.c,
 * tests/fuzz/fuzz-pdf-image.c
 */
#pragma once

#include "disarm/pdf-filter.h"
#include "disarm/pdf-spell.h"

#define SK_PDF_PICTURE_SIDE_MAX 65535u
#define SK_PDF_PICTURE_COMPONENTS_MAX 32u

typedef struct {
    SkSpan data; /* borrowed */
    SkPdfStep steps[SK_PDF_STEPS_MAX];
    unsigned steps_n;
    SkSpan globals;         /* borrowed: JBIG2's segments that pictures share */
    uint32_t width, height; /* 1 to SK_PDF_PICTURE_SIDE_MAX */
    unsigned bits;          /* 1, 2, 4, 8, 16; 0: not said */
    bool stencil;
    /* 1 to SK_PDF_PICTURE_COMPONENTS_MAX; 0: no colour space (stencils; JPX may do without) */
    unsigned components;
    bool indexed;
    uint32_t indexed_max;
    bool photo;   /* the colour space is one of grey or RGB that JPEG's own transformation suits */
    bool keyed;   /* by colour: exact values matter */
    bool opacity; /* the dictionary asks for JPX's (SMaskInData) */
    /* of an Indexed space: 2; else 0, whoever writes the dictionary keeps /Decode */
    unsigned decode_n;
    int64_t decode[2];
} SkPdfPictureIn;

typedef struct {
    uint32_t width, height;
    unsigned bits, components; /* bits 16 has become 8 */
    bool jpeg;
    bool predicted;  /* `/Predictor 11` */
    bool device;     /* its colours are the device space of `components`, whatever was said */
    bool changed;    /* another kind of coding, or fewer bits: picture-encoding */
    GBytes *data;    /* owned */
    GBytes *opacity; /* owned: a softmask of the same size, 8 bits, predicted; or NULL */
    /* dropped */
    uint32_t jpeg_metadata, jpeg_profiles, jpeg_texts, jpeg_thumbnails, jpeg_seconds, trailing;
} SkPdfPictureOut;

/** sk_pdf_picture: @ret may be cleared whatever is returned.
 * @error: LIMIT; else the picture is broken or UNSUPPORTED */
bool sk_pdf_picture(SkDisarm *disarm, const SkPdfPictureIn *in, SkPdfPictureOut *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pdf_picture_clear(SkPdfPictureOut *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkPdfPictureOut, sk_pdf_picture_clear)

/* ---- rows in, data out ----------------------------------------------------------------------- */

typedef struct SkPdfRows SkPdfRows;

/** sk_pdf_rows_new: (transfer full): samples as Flate data. @palette: an Indexed space. */
SkPdfRows *sk_pdf_rows_new(uint64_t limit, uint32_t width, unsigned components, unsigned bits,
                           bool palette);
void sk_pdf_rows_free(SkPdfRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfRows, sk_pdf_rows_free)
bool sk_pdf_rows_predicted(const SkPdfRows *self);
size_t sk_pdf_rows_bytes(const SkPdfRows *self); /* of one row */
/** sk_pdf_rows_put: the next row; its unused bits are cleared here. */
void sk_pdf_rows_put(SkPdfRows *self, uint8_t *row);
/** sk_pdf_rows_end: (transfer full). SK_ERROR_LIMIT. */
bool sk_pdf_rows_end(SkPdfRows *self, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- the kinds of data that are no plain samples --------------------------------------------- */

/** sk_pdf_dct: @data is what the last filter, @step, was given. */
bool sk_pdf_dct(SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, const SkPdfStep *step,
                SkPdfPictureOut *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pdf_jpx(SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, SkPdfPictureOut *ret,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct SkPdfJpeg SkPdfJpeg;

/** sk_pdf_jpeg_new: (transfer full): rows of grey (1) or RGB (3) pixels as a JPEG of the profile,
 * at quality 95. */
SkPdfJpeg *sk_pdf_jpeg_new(SkDisarm *disarm, uint32_t width, uint32_t height, unsigned components);
void sk_pdf_jpeg_free(SkPdfJpeg *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfJpeg, sk_pdf_jpeg_free)
void sk_pdf_jpeg_put(SkPdfJpeg *self, uint8_t *row);
bool sk_pdf_jpeg_end(SkPdfJpeg *self, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
