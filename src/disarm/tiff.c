/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff.c - TIFF pictures: inside documents the first of the file, as PNG; alone all pages, as TIFF.
 * Read here: fields, kinds of pixels, colours; strips and tiles are tiff-data.c's. Spec:
 * docs/formats/tiff.md, docs/formats/pictures.md, TIFF 6.0   Tests: tests/unit/disarm/test-tiff.c,
 * test-pictures.c
 */
#include "disarm/formats.h"

#include "disarm/picture-formats.h"
#include "disarm/tiff-file.h"

#include "base/reader.h"
#include "format/tiff.h"

#include <float.h>
#include <string.h>

#define CHUNK_MAX (256u << 20)
#define SIDE_MAX 65535u
#define LOOKED_AT_TIMES 16u /* a file whose strips lie over one another is no picture, but slow */

enum {
    SUBFILE = 254,
    WIDTH = 256,
    HEIGHT = 257,
    BITS = 258,
    COMPRESSION = 259,
    PHOTOMETRIC = 262,
    FILL_ORDER = 266,
    STRIP_OFFSETS = 273,
    ORIENTATION = 274,
    SAMPLES = 277,
    STRIP_ROWS = 278,
    STRIP_BYTES = 279,
    RESOLUTION_X = 282,
    RESOLUTION_Y = 283,
    PLANES = 284,
    FAX3_OPTIONS = 292,
    RESOLUTION_UNIT = 296,
    PREDICTOR = 317,
    COLOURS = 320,
    TILE_WIDTH = 322,
    TILE_HEIGHT = 323,
    TILE_OFFSETS = 324,
    TILE_BYTES = 325,
    EXTRA = 338,
    FORMAT = 339,
    JPEG_TABLES = 347,
    SUBSAMPLING = 530,
    BLACK_WHITE = 532,
};

/* ---- fields -------------------------------------------------------------------------------- */

static uint32_t
get16(const SkTiffFile *self, SkReader *r)
{
    return self->big ? sk_reader_u16be(r) : sk_reader_u16le(r);
}

static uint32_t
get32(const SkTiffFile *self, SkReader *r)
{
    return self->big ? sk_reader_u32be(r) : sk_reader_u32le(r);
}

static uint64_t
get64(const SkTiffFile *self, SkReader *r)
{
    return self->big ? sk_reader_u64be(r) : sk_reader_u64le(r);
}

/* A place in the file, or a count of values. */
static uint64_t
get_place(const SkTiffFile *self, SkReader *r)
{
    return self->large ? get64(self, r) : get32(self, r);
}

const SkTiffField *
sk_tiff_find(const SkTiffFile *self, unsigned tag)
{
    for (unsigned i = 0; i < self->fields_n; i++) {
        if (self->fields[i].tag == tag)
            return &self->fields[i];
    }
    return NULL;
}

static size_t
size_of(unsigned type)
{
    static const uint8_t sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

    return type < G_N_ELEMENTS(sizes) ? sizes[type] : 0;
}

uint32_t
sk_tiff_value(const SkTiffFile *self, unsigned tag, uint32_t i, uint32_t otherwise)
{
    const SkTiffField *field = sk_tiff_find(self, tag);

    if (field == NULL || i >= field->n || field->at > self->file.n)
        return otherwise;
    SkReader r = sk_reader(self->file);
    sk_reader_seek(&r, (size_t)field->at);
    sk_reader_skip(&r, (size_t)i * size_of(field->type));
    uint64_t v = 0;
    switch (field->type) {
    case 1:
        v = sk_reader_u8(&r);
        break;
    case 3:
        v = get16(self, &r);
        break;
    case 4:
        v = get32(self, &r);
        break;
    case 16:
        v = get64(self, &r);
        break;
    default:
        return otherwise;
    }
    return sk_reader_ok(&r) ? (uint32_t)MIN(v, (uint64_t)UINT32_MAX) : otherwise;
}

static bool
open_file(SkTiffFile *self, SkSpan file, GError **error)
{
    SkReader r = sk_reader(file);

    self->file = file;
    self->big = sk_span_starts(file, "MM");
    sk_reader_skip(&r, 2);
    self->large = get16(self, &r) == 43;
    if (self->large && (get16(self, &r) != 8 || get16(self, &r) != 0))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: not the ordinary kind");
    self->next = get_place(self, &r);
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "tiff: cut short");
}

/* The directory at self->next. */
static bool
read_fields(SkTiffFile *self, GError **error)
{
    SkReader r = sk_reader(self->file);

    sk_reader_seek(&r, (size_t)self->next);
    uint64_t fields = self->large ? get64(self, &r) : get16(self, &r);
    self->fields_n = (unsigned)MIN(fields, (uint64_t)SK_TIFF_FIELDS_MAX);
    if (fields == 0 || fields > SK_TIFF_FIELDS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: no or too many fields");
    for (unsigned i = 0; i < self->fields_n; i++) {
        SkTiffField *field = &self->fields[i];
        field->tag = (uint16_t)get16(self, &r);
        field->type = (uint16_t)get16(self, &r);
        field->n = get_place(self, &r);
        size_t at = r.at;
        uint64_t where = get_place(self, &r), room = self->large ? 8 : 4;
        bool fits = size_of(field->type) == 0 || field->n <= room / size_of(field->type);
        field->at = fits ? at : where;
    }
    bool whole = sk_reader_ok(&r);
    /* DEVIATION: cut short behind the last field */
    self->next = sk_reader_left(&r) >= (self->large ? 8u : 4u) ? get_place(self, &r) : 0;
    return whole || sk_throw(error, SK_ERROR_TRUNCATED, "tiff: fields cut short");
}

/* ---- what kind ----------------------------------------------------------------------------- */

/* Sizes of samples, by what they are and how many. */
static bool
known_size(const SkTiffFile *self)
{
    uint32_t bits = self->bits,
             least = self->photometric == SK_TIFF_LAB || self->photometric == SK_TIFF_LAB_ICC;

    switch (self->sample_format) {
    case SK_TIFF_FLOAT:
        return (bits == 16 || bits == 32 || bits == 64) && self->photometric <= SK_TIFF_IS_RGB;
    case SK_TIFF_SIGNED: /* with Lab it only says what is so anyway */
        if (least == 0)
            return (bits == 8 || bits == 16 || bits == 32) &&
                   self->photometric <= SK_TIFF_BLACK_IS_ZERO;
        return bits == 8 || bits == 16;
    default:
        if (bits == 8 || bits == 16)
            return self->photometric != SK_TIFF_INDEXED || bits == 8;
        if (bits == 32)
            return self->photometric <= SK_TIFF_IS_RGB;
        return (bits == 1 || bits == 2 || bits == 4 || bits == 12) && !self->planes && least == 0 &&
               (bits < 12 || self->photometric <= SK_TIFF_IS_RGB);
    }
}

static void
read_colours(SkTiffFile *self)
{
    memset(self->colours, 0, sizeof self->colours);
    for (uint32_t i = 0; self->photometric == SK_TIFF_INDEXED && i < 3u << self->bits; i++)
        self->colours[i & ((1u << self->bits) - 1)][i >> self->bits] =
            (uint8_t)(sk_tiff_value(self, COLOURS, i, 0) >> 8);
}

static bool
check_samples(SkTiffFile *self, GError **error)
{
    static const uint8_t least[] = { 1, 1, 3, 1, 0, 4, 3, 0, 3, 3 };
    bool lab = self->photometric == SK_TIFF_LAB || self->photometric == SK_TIFF_LAB_ICC;

    for (uint32_t i = 1; i < self->samples; i++) {
        if (sk_tiff_value(self, BITS, i, self->bits) != self->bits)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: samples of several sizes");
    }
    if (self->photometric >= G_N_ELEMENTS(least) || least[self->photometric] == 0 ||
        self->samples < least[self->photometric] || self->samples > 8)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: kind of pixels");
    if (!known_size(self))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: %u bits a sample", self->bits);
    if (lab)
        self->sample_format = SK_TIFF_UNSIGNED;
    read_colours(self);
    self->black = 0;
    self->white = self->sample_format == SK_TIFF_FLOAT ? 1 : UINT32_MAX;
    uint32_t extra = sk_tiff_value(self, EXTRA, 0, 0);
    self->premultiplied = extra == 1;
    self->alpha = self->samples > least[self->photometric] && (extra == 1 || extra == 2) &&
                  self->photometric != SK_TIFF_INDEXED && sk_tiff_is_plain(self);
    return true;
}

/* JPEG of either kind: samples of eight bits, as many as a JPEG has. */
static bool
check_jpeg(const SkTiffFile *self)
{
    bool old = self->compression == SK_TIFF_JPEG_OLD, ycc = self->photometric == SK_TIFF_YCC;

    return self->bits == 8 && self->sample_format == SK_TIFF_UNSIGNED &&
           self->photometric <= SK_TIFF_YCC &&
           (old ? !self->planes &&
                      self->samples == (ycc || self->photometric == SK_TIFF_IS_RGB ? 3u : 1u)
                : self->planes || self->samples == 1 || self->samples == 3 || self->samples == 4);
}

static bool
check_compression(const SkTiffFile *self, GError **error)
{
    bool known = false, ycc = self->photometric == SK_TIFF_YCC;

    switch (self->compression) {
    case SK_TIFF_FAX_ROWS:
    case SK_TIFF_FAX3:
    case SK_TIFF_FAX4:
        known = self->bits == 1 && self->samples == 1 &&
                self->photometric <= SK_TIFF_BLACK_IS_ZERO && self->chunk_width <= 65535;
        break;
    case SK_TIFF_JPEG_OLD:
    case SK_TIFF_JPEG:
        known = check_jpeg(self);
        break;
    case SK_TIFF_WEBP:
        known = self->bits == 8 && self->photometric == SK_TIFF_IS_RGB && self->samples <= 4 &&
                !self->planes && self->sample_format == SK_TIFF_UNSIGNED;
        break;
    case SK_TIFF_STORED:
    case SK_TIFF_LZW:
    case SK_TIFF_DEFLATE:
    case SK_TIFF_DEFLATE_OLD:
    case SK_TIFF_PACKBITS:
        known = !ycc ||
                (self->bits == 8 && self->samples == 3 && !self->planes && self->predictor == 1);
        break;
    default:
        break;
    }
    if (!known)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: compression %u", self->compression);
    bool bytes = self->bits % 8 == 0, floats = self->sample_format == SK_TIFF_FLOAT;
    if (self->predictor > 3 || (self->predictor == 2 && (!bytes || floats)) ||
        (self->predictor == 3 && !floats))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: predictor %u", self->predictor);
    return true;
}

/* How YCbCr is kept: how many pixels share a colour, and which values are black and white. */
static bool
read_ycc(SkTiffFile *self, GError **error)
{
    static const double otherwise[] = { 0, 255, 128, 255, 128, 255 };
    const SkTiffField *field = sk_tiff_find(self, BLACK_WHITE);
    uint32_t w = sk_tiff_value(self, SUBSAMPLING, 0, 2), h = sk_tiff_value(self, SUBSAMPLING, 1, 2);

    self->clump_width = self->clump_height = 1;
    for (unsigned i = 0; i < 6; i++)
        self->ycc[i] = otherwise[i];
    if (self->photometric != SK_TIFF_YCC)
        return true;
    if ((w != 1 && w != 2 && w != 4) || (h != 1 && h != 2 && h != 4))
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: colours shared by %u × %u pixels", w, h);
    self->clump_width = w;
    self->clump_height = h;
    SkReader r = sk_reader(self->file);
    bool given = field != NULL && field->type == 5 && field->n == 6 && field->at <= self->file.n;
    sk_reader_seek(&r, given ? (size_t)field->at : self->file.n);
    double read[6] = { 0 };
    for (unsigned i = 0; i < 6; i++) {
        uint32_t above = get32(self, &r), below = get32(self, &r);
        read[i] = below == 0 ? 0 : (double)above / below;
    }
    if (sk_reader_ok(&r) && read[1] > read[0] && read[3] > read[2] && read[5] > read[4])
        memcpy(self->ycc, read, sizeof read);
    return true;
}

static void
read_tables(SkTiffFile *self)
{
    const SkTiffField *field = sk_tiff_find(self, JPEG_TABLES);
    SkReader r = sk_reader(self->file);

    self->jpeg_tables = SK_SPAN_EMPTY;
    if (field == NULL || field->at > self->file.n || field->n > self->file.n)
        return;
    sk_reader_seek(&r, (size_t)field->at);
    self->jpeg_tables = sk_reader_span(&r, (size_t)field->n);
}

static bool
read_kind(SkDisarm *disarm, SkTiffFile *self, GError **error)
{
    self->width = sk_tiff_value(self, WIDTH, 0, 0);
    self->height = sk_tiff_value(self, HEIGHT, 0, 0);
    self->bits = sk_tiff_value(self, BITS, 0, 1);
    self->samples = sk_tiff_value(self, SAMPLES, 0, 1);
    self->photometric = sk_tiff_value(self, PHOTOMETRIC, 0, SK_TIFF_BLACK_IS_ZERO);
    self->compression = sk_tiff_value(self, COMPRESSION, 0, SK_TIFF_STORED);
    self->predictor = sk_tiff_value(self, PREDICTOR, 0, 1);
    self->lowest_first = sk_tiff_value(self, FILL_ORDER, 0, 1) == 2;
    self->sample_format = sk_tiff_value(self, FORMAT, 0, SK_TIFF_UNSIGNED);
    if (self->sample_format == 0 || self->sample_format > SK_TIFF_FLOAT) /* "undefined" */
        self->sample_format = SK_TIFF_UNSIGNED;
    self->planes = sk_tiff_value(self, PLANES, 0, 1) == 2 && self->samples > 1;
    self->fax_2d = (sk_tiff_value(self, FAX3_OPTIONS, 0, 0) & 1) != 0;
    self->orientation = sk_tiff_value(self, ORIENTATION, 0, 1);
    if (self->orientation < 1 || self->orientation > 8)
        self->orientation = 1;
    if (self->compression != SK_TIFF_LZW && self->compression != SK_TIFF_DEFLATE &&
        self->compression != SK_TIFF_DEFLATE_OLD)
        self->predictor = 1;
    self->predictor = MAX(self->predictor, 1);
    self->tiles = sk_tiff_find(self, TILE_OFFSETS) != NULL;
    self->chunk_width = self->tiles ? sk_tiff_value(self, TILE_WIDTH, 0, 0) : self->width;
    self->chunk_height = self->tiles
                             ? sk_tiff_value(self, TILE_HEIGHT, 0, 0)
                             : MIN(sk_tiff_value(self, STRIP_ROWS, 0, self->height), self->height);
    if (self->width == 0 || self->height == 0 || self->chunk_width == 0 || self->chunk_height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: without pixels");
    read_tables(self);
    self->jpeg_whole = SK_SPAN_EMPTY;
    if (self->compression == SK_TIFF_JPEG_OLD)
        self->jpeg_whole = sk_tiff_jpeg_old_whole(disarm, self);
    if (self->jpeg_whole.n > 0) {
        self->tiles = false;
        self->chunk_width = self->width;
        self->chunk_height = self->height;
    }
    return check_compression(self, error) && check_samples(self, error) && read_ycc(self, error);
}

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

typedef void TakeRow(const SkTiffFile *self, void *user, uint32_t left, uint32_t y,
                     const uint8_t *row);

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

/* Bits of a bilevel page that is one strip wide, 1 for black. */
static void
into_bits(const SkTiffFile *self, void *user, uint32_t left, uint32_t y, const uint8_t *row)
{
    size_t n = ((size_t)self->width + 7) / 8;
    uint8_t *to = (uint8_t *)user + y * n,
            turn = self->photometric == SK_TIFF_BLACK_IS_ZERO ? 0xff : 0;

    g_assert(left == 0);
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(row[i] ^ turn);
    if (self->width % 8 != 0)
        to[n - 1] &= (uint8_t)(0xff00u >> self->width % 8);
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
    uint32_t at = sk_tiff_value(self, self->tiles ? TILE_OFFSETS : STRIP_OFFSETS, i, UINT32_MAX);
    uint32_t n = sk_tiff_value(self, self->tiles ? TILE_BYTES : STRIP_BYTES, i, UINT32_MAX);

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

static bool
read_pixels(SkDisarm *disarm, SkTiffFile *self, TakeRow *take, void *user, GError **error)
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
    if (!read_pixels(disarm, self, into_range, self, error))
        return false;
    if (self->sample_format == SK_TIFF_FLOAT && self->black >= 0 && self->white <= 1) {
        self->black = 0;
        self->white = 1;
    }
    return true;
}

static bool
read_raster(SkDisarm *disarm, SkTiffFile *self, SkRaster **ret, GError **error)
{
    bool turned = self->orientation >= 5;
    g_autoptr(SkRaster) raster = NULL;

    if (!read_range(disarm, self, error) ||
        !sk_raster_new(disarm, turned ? self->height : self->width,
                       turned ? self->width : self->height, &raster, error) ||
        !read_pixels(disarm, self, into_raster, raster, error))
        return false;
    *ret = g_steal_pointer(&raster);
    return true;
}

bool
sk_tiff_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place_of, SkSink *out, GError **error)
{
    g_autofree SkTiffFile *tiff = g_new0(SkTiffFile, 1);
    g_autoptr(SkRaster) raster = NULL;

    return open_file(tiff, picture, error) && read_fields(tiff, error) &&
           read_kind(self, tiff, error) && read_raster(self, tiff, &raster, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_SECOND, tiff->next != 0 ? 1 : 0, place_of,
                            error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ORIENTATION, tiff->orientation != 1 ? 1 : 0,
                            place_of, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place_of, error) &&
           sk_raster_write(raster, out, error);
}

/* ---- as TIFF ------------------------------------------------------------------------------- */

/* What is dropped of a page, by kind. */
static SkElement
element_of(unsigned tag)
{
    static const struct {
        uint16_t tag;
        SkElement element;
    } dropped[] = {
        { 269, SK_ELEMENT_PICTURE_TEXT },       { 270, SK_ELEMENT_PICTURE_TEXT },
        { 271, SK_ELEMENT_PICTURE_METADATA },   { 272, SK_ELEMENT_PICTURE_METADATA },
        { 285, SK_ELEMENT_PICTURE_TEXT },       { 305, SK_ELEMENT_PICTURE_TEXT },
        { 306, SK_ELEMENT_PICTURE_TEXT },       { 315, SK_ELEMENT_PICTURE_TEXT },
        { 316, SK_ELEMENT_PICTURE_TEXT },       { 330, SK_ELEMENT_PICTURE_SECOND },
        { 700, SK_ELEMENT_PICTURE_METADATA },   { 33432, SK_ELEMENT_PICTURE_TEXT },
        { 33723, SK_ELEMENT_PICTURE_METADATA }, { 34377, SK_ELEMENT_PICTURE_METADATA },
        { 34665, SK_ELEMENT_PICTURE_METADATA }, { 34675, SK_ELEMENT_PICTURE_PROFILE },
        { 34853, SK_ELEMENT_PICTURE_METADATA },
    };
    /* Those of TIFF 6.0 that say how the page is coded, or where it lies on paper. */
    static const uint16_t plain[] = {
        254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281,
        282, 283, 284, 286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 322, 323,
        324, 325, 326, 327, 328, 332, 334, 336, 338, 339, 340, 341, 347, 512, 513, 514, 515, 519,
        520, 521, 529, 530, 531, 532
    };

    for (size_t i = 0; i < G_N_ELEMENTS(dropped); i++) {
        if (dropped[i].tag == tag)
            return dropped[i].element;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (plain[i] == tag)
            return SK_ELEMENT_NONE;
    }
    return SK_ELEMENT_PICTURE_UNKNOWN;
}

static bool
tell_fields(SkDisarm *disarm, const SkTiffFile *self, SkSpan page, GError **error)
{
    for (unsigned i = 0; i < self->fields_n; i++) {
        SkElement element = element_of(self->fields[i].tag);
        if (element != SK_ELEMENT_NONE && !sk_picture_found(disarm, element, 1, page, error))
            return false;
    }
    return sk_picture_found(disarm, SK_ELEMENT_PICTURE_ORIENTATION, self->orientation != 1 ? 1 : 0,
                            page, error);
}

/* A resolution in hundredths; 0 where there is none that makes sense. */
static uint32_t
resolution(const SkTiffFile *self, unsigned tag)
{
    const SkTiffField *field = sk_tiff_find(self, tag);
    SkReader r = sk_reader(self->file);

    if (field == NULL || field->type != 5 || field->at > self->file.n)
        return 0;
    sk_reader_seek(&r, (size_t)field->at);
    uint64_t above = get32(self, &r), below = get32(self, &r);
    if (!sk_reader_ok(&r) || below == 0)
        return 0;
    uint64_t hundredths = (above * 100 + below / 2) / below;
    return hundredths <= SK_TIFF_RESOLUTION_MAX ? (uint32_t)hundredths : 0;
}

static void
set_resolution(const SkTiffFile *self, SkTiffPage *page)
{
    uint32_t x = resolution(self, RESOLUTION_X), y = resolution(self, RESOLUTION_Y);
    uint32_t unit = sk_tiff_value(self, RESOLUTION_UNIT, 0, 2);
    bool known = x > 0 && y > 0 && unit >= 1 && unit <= 3, turned = self->orientation >= 5;

    page->resolution_x = known ? (turned ? y : x) : 100;
    page->resolution_y = known ? (turned ? x : y) : 100;
    page->resolution_unit = (uint16_t)(known ? unit : 1);
}

static SkTiffKind
least_kind(const SkRaster *raster)
{
    size_t n = (size_t)raster->width * raster->height;
    SkTiffKind kind = SK_TIFF_BILEVEL;

    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = raster->pixels + 4 * i;
        if (p[3] != 0xff)
            return SK_TIFF_RGBA;
        if (p[0] != p[1] || p[1] != p[2])
            kind = SK_TIFF_RGB;
        else if (kind == SK_TIFF_BILEVEL && p[0] != 0 && p[0] != 0xff)
            kind = SK_TIFF_GREY;
    }
    return kind;
}

typedef struct {
    const SkRaster *raster;
    const uint8_t *bits;
    SkTiffPage page;
} Out;

static void
row_of_raster(void *user, uint32_t y, uint8_t *to)
{
    const Out *self = user;
    uint32_t width = self->page.width;
    const uint8_t *from = self->raster->pixels + 4 * (size_t)y * width;

    if (self->page.kind == SK_TIFF_BILEVEL)
        memset(to, 0, sk_tiff_row_bytes(SK_TIFF_BILEVEL, width));
    for (uint32_t x = 0; x < width; x++, from += 4) {
        switch (self->page.kind) {
        case SK_TIFF_BILEVEL:
            to[x / 8] |= (uint8_t)(from[0] == 0 ? 0x80 >> x % 8 : 0);
            break;
        case SK_TIFF_GREY:
            to[x] = from[0];
            break;
        case SK_TIFF_RGB:
            for (unsigned c = 0; c < 3; c++)
                to[3 * (size_t)x + c] = from[c];
            break;
        case SK_TIFF_RGBA:
            for (unsigned c = 0; c < 4; c++)
                to[4 * (size_t)x + c] = from[3] == 0 ? 0 : from[c];
            break;
        }
    }
}

static void
row_of_bits(void *user, uint32_t y, uint8_t *to)
{
    const Out *self = user;
    size_t n = sk_tiff_row_bytes(SK_TIFF_BILEVEL, self->page.width);

    memcpy(to, self->bits + y * n, n);
}

static bool
write_bits(SkDisarm *disarm, SkTiffFile *self, SkTiffWriter *writer, Out *out, GError **error)
{
    size_t n = sk_tiff_row_bytes(SK_TIFF_BILEVEL, self->width) * self->height;
    g_autofree uint8_t *bits = g_try_malloc0(n);

    if (bits == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: no memory");
    if (!sk_disarm_expand(disarm, n, 0, 0, error) ||
        !read_pixels(disarm, self, into_bits, bits, error))
        return false;
    out->bits = bits;
    out->page.kind = SK_TIFF_BILEVEL;
    out->page.width = self->width;
    out->page.height = self->height;
    out->page.row = row_of_bits;
    return sk_tiff_writer_page(writer, &out->page, error);
}

/* The raster is gone with its page: what counts of it is what the page holds. */
static bool
write_raster(SkDisarm *disarm, SkTiffFile *self, SkTiffWriter *writer, Out *out, GError **error)
{
    uint64_t before = disarm->expanded, samples = MIN(self->samples, 4u);
    g_autoptr(SkRaster) raster = NULL;

    if (!read_raster(disarm, self, &raster, error))
        return false;
    disarm->expanded = before + samples * self->width * self->height;
    out->raster = raster;
    out->page.kind = least_kind(raster);
    out->page.width = raster->width;
    out->page.height = raster->height;
    out->page.row = row_of_raster;
    return sk_tiff_writer_page(writer, &out->page, error);
}

static bool
write_page(SkDisarm *disarm, SkTiffFile *self, SkTiffWriter *writer, GError **error)
{
    Out out = { .raster = NULL };

    if (self->width > SIDE_MAX || self->height > SIDE_MAX ||
        (uint64_t)self->width * self->height > disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: too many pixels");
    out.page.user = &out;
    set_resolution(self, &out.page);
    bool bits = self->bits == 1 && self->samples == 1 &&
                self->photometric <= SK_TIFF_BLACK_IS_ZERO && self->orientation == 1 &&
                !self->tiles;
    return bits ? write_bits(disarm, self, writer, &out, error)
                : write_raster(disarm, self, writer, &out, error);
}

/* A smaller copy, or a mask: not a page. */
static SkElement
aside(const SkTiffFile *self)
{
    uint32_t kind = sk_tiff_value(self, SUBFILE, 0, 0);

    return (kind & 1) != 0   ? SK_ELEMENT_PICTURE_THUMBNAIL
           : (kind & 4) != 0 ? SK_ELEMENT_PICTURE_SECOND
                             : SK_ELEMENT_NONE;
}

static bool
rebuild(SkDisarm *self, SkSpan picture, SkSpan place_of, SkSink *out, GError **error)
{
    g_autofree SkTiffFile *tiff = g_new0(SkTiffFile, 1);
    g_autoptr(SkTiffWriter) writer = sk_tiff_writer_new(out);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    unsigned pages = 0;

    (void)place_of;
    if (!open_file(tiff, picture, error))
        return false;
    while (tiff->next != 0) {
        if (!g_hash_table_add(seen, g_memdup2(&tiff->next, sizeof tiff->next)))
            return sk_throw(error, SK_ERROR_MALFORMED, "tiff: directories in a circle");
        if (g_hash_table_size(seen) > self->job->limits.pages)
            return sk_throw(error, SK_ERROR_LIMIT, "tiff: over %u pages", self->job->limits.pages);
        g_autofree char *place = g_strdup_printf("page %u", pages + 1);
        if (!read_fields(tiff, error))
            return false;
        SkElement no_page = aside(tiff);
        if (no_page != SK_ELEMENT_NONE) {
            if (!sk_picture_found(self, no_page, 1, sk_span_str(place), error))
                return false;
            continue;
        }
        if (!read_kind(self, tiff, error) || !tell_fields(self, tiff, sk_span_str(place), error) ||
            !write_page(self, tiff, writer, error))
            return false;
        pages++;
    }
    return pages > 0 || sk_throw(error, SK_ERROR_MALFORMED, "tiff: no page in it");
}

bool
sk_tiff_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, rebuild, SK_TYPE_TIFF, self->input, SK_SPAN_EMPTY, self->sink,
                             error);
}
