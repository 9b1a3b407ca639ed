/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff.c - TIFF pictures inside documents: the first of the file, as PNG; and the rows of any,
 * strip by strip or tile by tile. Fields and kinds of pixels are tiff-kind.c's, the data of one
 * strip is tiff-data.c's, pages of a file that stands alone are tiff-pages.c's.
 * Spec: docs/formats/tiff.md, docs/formats/pictures.md, TIFF 6.0
 * Tests: tests/unit/disarm/test-tiff.c, test-pictures.c
 */
#include "disarm/formats.h"

#include "disarm/picture-formats.h"
#include "disarm/tiff-file.h"

#include <float.h>

#define CHUNK_MAX (256u << 20)
#define LOOKED_AT_TIMES 16u /* a file whose strips lie over one another is no picture, but slow */

/* ---- pixels -------------------------------------------------------------------------------- */

static void
place(const SkTiffFile *self, SkRaster *raster, uint32_t x, uint32_t y, const uint8_t rgba[4])
{
    bool right = self->orientation == 2 || self->orientation == 3 || self->orientation == 7 ||
                 self->orientation == 8;
    bool bottom = self->orientation == 3 || self->orientation == 4 || self->orientation == 6 ||
                  self->orientation == 7;
    uint32_t to_x = self->orientation >= 5 ? y : x, to_y = self->orientation >= 5 ? x : y;

    bool mirror_x = self->orientation >= 5 ? bottom : right;
    bool mirror_y = self->orientation >= 5 ? right : bottom;
    if (mirror_x)
        to_x = raster->width - 1 - to_x;
    if (mirror_y)
        to_y = raster->height - 1 - to_y;
    sk_raster_put(raster, to_x, to_y, rgba[0], rgba[1], rgba[2], rgba[3]);
}

/* ---- strips and tiles: each of them to whoever wants its rows -------------------------------- */

static void
into_raster(const SkTiffFile *self, void *user, uint32_t left, uint32_t y, const uint8_t *row)
{
    SkRaster *raster = user;

    for (uint32_t x = 0; x < self->chunk_width && left + x < self->width; x++) {
        uint8_t rgba[4];
        sk_tiff_colour(self, row, x, rgba);
        place(self, raster, left + x, y, rgba);
    }
}

/* What is looked at to its end, however few pixels are wanted of it. */
static bool
reads_all(const SkTiffFile *self)
{
    return self->compression == SK_TIFF_JPEG || self->compression == SK_TIFF_JPEG_OLD ||
           self->compression == SK_TIFF_WEBP || self->lowest_first;
}

static bool
read_chunk(SkDisarm *disarm, SkTiffFile *self, uint32_t i, uint32_t rows, unsigned samples,
           uint8_t *data, GError **error)
{
    uint32_t at = sk_tiff_value(
        self, self->tiles ? SK_TIFF_TAG_TILE_OFFSETS : SK_TIFF_TAG_STRIP_OFFSETS, i, UINT32_MAX);
    uint32_t n = sk_tiff_value(self, self->tiles ? SK_TIFF_TAG_TILE_BYTES : SK_TIFF_TAG_STRIP_BYTES,
                               i, UINT32_MAX);

    if (at > self->file.n)
        return sk_throw(error, SK_ERROR_TRUNCATED, "tiff: pixels outside of the file");
    SkSpan in = sk_span_sub(self->file, at, MIN(n, self->file.n - at));
    self->looked_at += reads_all(self) ? in.n : 0;
    if (self->looked_at > LOOKED_AT_TIMES * (uint64_t)self->file.n)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: strips over one another");
    if (!sk_tiff_unpack(disarm, self, in, rows, samples, data, error))
        return false;
    for (uint32_t y = 0; y < rows && self->predictor > 1; y++)
        sk_tiff_undo_predictor(self, data + y * sk_tiff_chunk_row(self, samples), samples);
    return true;
}

/* A plane's samples to their places among the others. */
static void
weave(const SkTiffFile *self, const uint8_t *plane, unsigned s, uint32_t rows, uint8_t *data)
{
    size_t n = (size_t)self->chunk_width * rows, size = self->bits / 8;

    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < size; b++)
            data[(i * self->samples + s) * size + b] = plane[i * size + b];
    }
}

static bool
read_planes(SkDisarm *disarm, SkTiffFile *self, uint32_t i, uint32_t chunks, uint32_t rows,
            uint8_t *data, GError **error)
{
    g_autofree uint8_t *plane = g_try_malloc0(sk_tiff_chunk_row(self, 1) * self->chunk_height);

    if (plane == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: no memory");
    for (unsigned s = 0; s < self->samples; s++) {
        if (!read_chunk(disarm, self, i + s * chunks, rows, 1, plane, error))
            return false;
        weave(self, plane, s, rows, data);
    }
    return true;
}

bool
sk_tiff_pixels(SkDisarm *disarm, SkTiffFile *self, SkTiffTakeRow *take, void *user, GError **error)
{
    uint64_t row_bytes = ((uint64_t)self->chunk_width * self->samples * self->bits + 7) / 8;
    uint32_t across = (self->width - 1) / self->chunk_width + 1;
    uint32_t down = (self->height - 1) / self->chunk_height + 1;

    if (row_bytes > CHUNK_MAX || row_bytes * self->chunk_height > CHUNK_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: strips too large");
    g_autofree uint8_t *data = g_try_malloc0((size_t)row_bytes * self->chunk_height);
    if (data == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: no memory");
    for (uint32_t i = 0; i < across * down; i++) {
        uint32_t top = i / across * self->chunk_height;
        uint32_t rows =
            self->tiles ? self->chunk_height : MIN(self->chunk_height, self->height - top);
        if (!(self->planes ? read_planes(disarm, self, i, across * down, rows, data, error)
                           : read_chunk(disarm, self, i, rows, self->samples, data, error)))
            return false;
        for (uint32_t y = 0; y < rows && top + y < self->height; y++)
            take(self, user, i % across * self->chunk_width, top + y, data + y * row_bytes);
    }
    return true;
}

static void
into_range(const SkTiffFile *self, void *user, uint32_t left, uint32_t y, const uint8_t *row)
{
    (void)y;
    sk_tiff_widen(user, row, MIN(self->chunk_width, self->width - left));
}

/* Black and white of one channel whose numbers do not say: its least and its greatest one; of
 * fractions 0 and 1. */
static bool
read_range(SkDisarm *disarm, SkTiffFile *self, GError **error)
{
    if (sk_tiff_is_plain(self) || self->photometric > SK_TIFF_BLACK_IS_ZERO)
        return true;
    self->black = DBL_MAX;
    self->white = -DBL_MAX;
    if (!sk_tiff_pixels(disarm, self, into_range, self, error))
        return false;
    if (self->sample_format == SK_TIFF_FLOAT && self->black >= 0 && self->white <= 1) {
        self->black = 0;
        self->white = 1;
    }
    return true;
}

bool
sk_tiff_raster(SkDisarm *disarm, SkTiffFile *self, SkRaster **ret, GError **error)
{
    bool turned = self->orientation >= 5;
    g_autoptr(SkRaster) raster = NULL;

    if (!read_range(disarm, self, error) ||
        !sk_raster_new(disarm, turned ? self->height : self->width,
                       turned ? self->width : self->height, &raster, error) ||
        !sk_tiff_pixels(disarm, self, into_raster, raster, error))
        return false;
    *ret = g_steal_pointer(&raster);
    return true;
}

bool
sk_tiff_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place_of, SkSink *out, GError **error)
{
    g_autofree SkTiffFile *tiff = g_new0(SkTiffFile, 1);
    g_autoptr(SkRaster) raster = NULL;

    return sk_tiff_open(tiff, picture, error) && sk_tiff_fields(tiff, error) &&
           sk_tiff_kind(self, tiff, error) && sk_tiff_raster(self, tiff, &raster, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_SECOND, tiff->next != 0 ? 1 : 0, place_of,
                            error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ORIENTATION, tiff->orientation != 1 ? 1 : 0,
                            place_of, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place_of, error) &&
           sk_raster_write(raster, out, error);
}
