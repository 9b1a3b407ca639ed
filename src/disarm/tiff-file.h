/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-file.h - a TIFF file as its readers share it: fields of the directory just now read, what kind of pixels they
 * say, and the data of one strip or tile.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/tiff.md, docs/formats/pictures.md, TIFF 6.0   Tests: tests/unit/disarm/test-tiff.c,
 * test-pictures.c, tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "disarm/raster.h"

#define SK_TIFF_FIELDS_MAX 1024u

enum { /* compression */
    SK_TIFF_STORED = 1,
    SK_TIFF_FAX_ROWS = 2,
    SK_TIFF_FAX3 = 3,
    SK_TIFF_FAX4 = 4,
    SK_TIFF_LZW = 5,
    SK_TIFF_JPEG = 7,
    SK_TIFF_DEFLATE = 8,
    SK_TIFF_PACKBITS = 32773,
    SK_TIFF_DEFLATE_OLD = 32946
};
enum { /* photometric */
    SK_TIFF_WHITE_IS_ZERO,
    SK_TIFF_BLACK_IS_ZERO,
    SK_TIFF_IS_RGB,
    SK_TIFF_INDEXED,
    SK_TIFF_CMYK = 5,
    SK_TIFF_YCC = 6
};

typedef struct {
    uint16_t tag, type;
    uint64_t n;
    uint64_t at; /* of the first value */
} SkTiffField;

typedef struct {
    SkSpan file;
    bool big;   /* the first byte of a number is its greatest */
    bool large; /* BigTIFF: places have 64 bits */
    SkTiffField fields[SK_TIFF_FIELDS_MAX];
    unsigned fields_n;
    uint64_t next; /* where the directory after this one is; 0: nowhere */
    /* As read from the fields. */
    uint32_t width, height, bits, samples, photometric, compression, predictor, orientation;
    uint32_t chunk_width, chunk_height;
    bool alpha, premultiplied, planes, tiles, lowest_first, fax_2d;
    SkSpan jpeg_tables;
    uint8_t colours[256][3];
} SkTiffFile;

/** sk_tiff_unpack: the strip or tile @in of @rows rows into @out, samples of @samples a pixel. */
bool sk_tiff_unpack(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows, unsigned samples, uint8_t *out,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_jpeg: the same for JPEG; YCbCr becomes RGB. */
bool sk_tiff_jpeg(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows, unsigned samples, uint8_t *out,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

static inline size_t
sk_tiff_chunk_row(const SkTiffFile *file, unsigned samples)
{
    return (size_t)(((uint64_t)file->chunk_width * samples * file->bits + 7) / 8);
}
