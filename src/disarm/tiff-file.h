/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-file.h - a TIFF file as its readers share it: fields of the directory just now read, what
 * kind of pixels they say, the data of one strip or tile, and the colours of its pixels.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/tiff.md, docs/formats/pictures.md, TIFF 6.0   Tests:
 * tests/unit/disarm/test-tiff.c, test-pictures.c, tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "disarm/raster.h"

#define SK_TIFF_FIELDS_MAX 1024u

enum { /* tags */
    SK_TIFF_TAG_SUBFILE = 254,
    SK_TIFF_TAG_WIDTH = 256,
    SK_TIFF_TAG_HEIGHT = 257,
    SK_TIFF_TAG_BITS = 258,
    SK_TIFF_TAG_COMPRESSION = 259,
    SK_TIFF_TAG_PHOTOMETRIC = 262,
    SK_TIFF_TAG_FILL_ORDER = 266,
    SK_TIFF_TAG_STRIP_OFFSETS = 273,
    SK_TIFF_TAG_ORIENTATION = 274,
    SK_TIFF_TAG_SAMPLES = 277,
    SK_TIFF_TAG_STRIP_ROWS = 278,
    SK_TIFF_TAG_STRIP_BYTES = 279,
    SK_TIFF_TAG_RESOLUTION_X = 282,
    SK_TIFF_TAG_RESOLUTION_Y = 283,
    SK_TIFF_TAG_PLANES = 284,
    SK_TIFF_TAG_FAX3_OPTIONS = 292,
    SK_TIFF_TAG_RESOLUTION_UNIT = 296,
    SK_TIFF_TAG_PREDICTOR = 317,
    SK_TIFF_TAG_COLOURS = 320,
    SK_TIFF_TAG_TILE_WIDTH = 322,
    SK_TIFF_TAG_TILE_HEIGHT = 323,
    SK_TIFF_TAG_TILE_OFFSETS = 324,
    SK_TIFF_TAG_TILE_BYTES = 325,
    SK_TIFF_TAG_EXTRA = 338,
    SK_TIFF_TAG_FORMAT = 339,
    SK_TIFF_TAG_JPEG_TABLES = 347,
    SK_TIFF_TAG_SUBSAMPLING = 530,
    SK_TIFF_TAG_BLACK_WHITE = 532,
};
enum { /* compression */
    SK_TIFF_STORED = 1,
    SK_TIFF_FAX_ROWS = 2,
    SK_TIFF_FAX3 = 3,
    SK_TIFF_FAX4 = 4,
    SK_TIFF_LZW = 5,
    SK_TIFF_JPEG_OLD = 6,
    SK_TIFF_JPEG = 7,
    SK_TIFF_DEFLATE = 8,
    SK_TIFF_PACKBITS = 32773,
    SK_TIFF_DEFLATE_OLD = 32946,
    SK_TIFF_WEBP = 50001
};
enum { /* photometric */
    SK_TIFF_WHITE_IS_ZERO,
    SK_TIFF_BLACK_IS_ZERO,
    SK_TIFF_IS_RGB,
    SK_TIFF_INDEXED,
    SK_TIFF_CMYK = 5,
    SK_TIFF_YCC = 6,
    SK_TIFF_LAB = 8,
    SK_TIFF_LAB_ICC = 9
};
enum { /* what a sample is */
    SK_TIFF_UNSIGNED = 1,
    SK_TIFF_SIGNED,
    SK_TIFF_FLOAT
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
    uint64_t looked_at; /* bytes of strips, each time */
    uint64_t next;      /* where the directory after this one is; 0: nowhere */
    /* As read from the fields. */
    uint32_t width, height, bits, samples, photometric, compression, predictor, orientation;
    uint32_t sample_format;
    uint32_t clump_width, clump_height; /* how many pixels of YCbCr share a colour */
    uint32_t chunk_width, chunk_height;
    double black, white; /* where samples are not plain unsigned numbers */
    double ycc[6];       /* ReferenceBlackWhite */
    bool alpha, premultiplied, planes, tiles, lowest_first, fax_2d;
    SkSpan jpeg_tables;
    SkSpan jpeg_whole; /* compression 6: all of the picture, wherever strips may be; or empty */
    uint8_t colours[256][3];
} SkTiffFile;

/** sk_tiff_open: the file's first bytes (tiff-kind.c). */
bool sk_tiff_open(SkTiffFile *self, SkSpan file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_fields: the directory at @next, which goes on to the one after it. */
bool sk_tiff_fields(SkTiffFile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_kind: what the fields say of the pixels; UNSUPPORTED where nobody here reads them. */
bool sk_tiff_kind(SkDisarm *disarm, SkTiffFile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_resolution: in hundredths; 0 where there is none that makes sense. */
uint32_t sk_tiff_resolution(const SkTiffFile *self, unsigned tag);

/** SkTiffTakeRow: the pixels from @left on of row @y, as they are stored. */
typedef void SkTiffTakeRow(const SkTiffFile *self, void *user, uint32_t left, uint32_t y,
                           const uint8_t *row);
/** sk_tiff_pixels: each row of each strip or tile to @take (tiff.c). */
bool sk_tiff_pixels(SkDisarm *disarm, SkTiffFile *self, SkTiffTakeRow *take, void *user,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_raster: (transfer full): all pixels in their colours, the right way up. */
bool sk_tiff_raster(SkDisarm *disarm, SkTiffFile *self, SkRaster **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_tiff_unpack: the strip or tile @in of @rows rows into @out, samples of @samples a pixel. */
bool sk_tiff_unpack(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows,
                    unsigned samples, uint8_t *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_jpeg: the same for JPEG; YCbCr becomes RGB. */
bool sk_tiff_jpeg(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows,
                  unsigned samples, uint8_t *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_tiff_jpeg_old: the same for compression 6 (tiff-old-jpeg.c). */
bool sk_tiff_jpeg_old(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows,
                      uint8_t *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tiff_jpeg_old_whole: where compression 6 has a whole JPEG file: that file, else nothing. */
SkSpan sk_tiff_jpeg_old_whole(SkDisarm *self, const SkTiffFile *file);
/** sk_tiff_jpeg_decode: the whole JPEG file @in; YCbCr as it is, or turned into RGB. */
bool sk_tiff_jpeg_decode(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows,
                         unsigned samples, bool keep_ycc, uint8_t *out,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_tiff_find: the field of that tag, or NULL. */
const SkTiffField *sk_tiff_find(const SkTiffFile *self, unsigned tag);
/** sk_tiff_value: the @i-th value of a field of whole numbers; @otherwise where there is none. What
 * is greater than all others is as great as that. */
uint32_t sk_tiff_value(const SkTiffFile *self, unsigned tag, uint32_t i, uint32_t otherwise);

/** sk_tiff_undo_predictor: of one row (tiff-pixel.c). */
void sk_tiff_undo_predictor(const SkTiffFile *self, uint8_t *row, unsigned samples);
/** sk_tiff_colour: the @x-th pixel of a row as RGBA. */
void sk_tiff_colour(const SkTiffFile *self, const uint8_t *row, uint32_t x, uint8_t rgba[4]);
/** sk_tiff_ycc: one colour of YCbCr as RGB, by the file's own black and white. */
void sk_tiff_ycc(const SkTiffFile *self, const uint8_t ycc[3], uint8_t rgb[3]);
/** sk_tiff_widen: takes the samples of a row into the range black to white. */
void sk_tiff_widen(SkTiffFile *self, const uint8_t *row, uint32_t pixels);
/** sk_tiff_is_plain: samples are unsigned numbers of at most 16 bits, whose black and white are
 * known. */
bool sk_tiff_is_plain(const SkTiffFile *self);

static inline size_t
sk_tiff_chunk_row(const SkTiffFile *file, unsigned samples)
{
    return (size_t)(((uint64_t)file->chunk_width * samples * file->bits + 7) / 8);
}
