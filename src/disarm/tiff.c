/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff.c - TIFF pictures of the plain kinds (bilevel, grey, palette, RGB, CMYK; stored, PackBits,
 * LZW, deflate; strips and tiles), the first of the file, written anew as PNG. Fax and JPEG inside,
 * separate planes and files over 4 GB are unsupported. Spec: docs/formats/pictures.md, TIFF 6.0
 */
#include "disarm/picture-formats.h"
#include "disarm/raster.h"

#include "base/reader.h"

#include <string.h>
#include <zlib.h>

#define FIELDS_MAX 1024u
#define CHUNK_MAX (256u << 20)

enum {
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
    PLANES = 284,
    PREDICTOR = 317,
    COLOURS = 320,
    TILE_WIDTH = 322,
    TILE_HEIGHT = 323,
    TILE_OFFSETS = 324,
    TILE_BYTES = 325,
    EXTRA = 338,
    FORMAT = 339,
};

enum { STORED = 1, LZW = 5, DEFLATE = 8, PACKBITS = 32773, DEFLATE_OLD = 32946 };
enum { WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, INDEXED, CMYK = 5 };

typedef struct {
    uint16_t tag, type;
    uint32_t n;
    size_t at; /* of the first value */
} Field;

typedef struct {
    SkSpan file;
    bool big;
    Field fields[FIELDS_MAX];
    unsigned fields_n;
    bool more; /* pictures */
    /* As read from the fields. */
    uint32_t width, height, bits, samples, photometric, compression, predictor, orientation;
    uint32_t chunk_width, chunk_height;
    bool alpha, premultiplied;
    uint8_t colours[256][3];
} Tiff;

/* ---- fields -------------------------------------------------------------------------------- */

static uint32_t
get16(const Tiff *self, SkReader *r)
{
    return self->big ? sk_reader_u16be(r) : sk_reader_u16le(r);
}

static uint32_t
get32(const Tiff *self, SkReader *r)
{
    return self->big ? sk_reader_u32be(r) : sk_reader_u32le(r);
}

static const Field *
find(const Tiff *self, unsigned tag)
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
    return type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0;
}

/* The @i-th value of a field; @otherwise where there is none. */
static uint32_t
value(const Tiff *self, unsigned tag, uint32_t i, uint32_t otherwise)
{
    const Field *field = find(self, tag);

    if (field == NULL || i >= field->n || size_of(field->type) == 0)
        return otherwise;
    SkReader r = sk_reader(self->file);
    sk_reader_seek(&r, field->at + (size_t)i * size_of(field->type));
    uint32_t v = field->type == 1   ? sk_reader_u8(&r)
                 : field->type == 3 ? get16(self, &r)
                                    : get32(self, &r);
    return sk_reader_ok(&r) ? v : otherwise;
}

static bool
read_fields(Tiff *self, GError **error)
{
    SkReader r = sk_reader(self->file);

    self->big = sk_span_starts(self->file, "MM");
    sk_reader_skip(&r, 2);
    if (get16(self, &r) != 42)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: not the ordinary kind");
    sk_reader_seek(&r, get32(self, &r));
    self->fields_n = get16(self, &r);
    if (self->fields_n == 0 || self->fields_n > FIELDS_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: no or too many fields");
    for (unsigned i = 0; i < self->fields_n; i++) {
        Field *field = &self->fields[i];
        field->tag = (uint16_t)get16(self, &r);
        field->type = (uint16_t)get16(self, &r);
        field->n = get32(self, &r);
        size_t at = r.at;
        uint32_t where = get32(self, &r);
        uint64_t bytes = (uint64_t)field->n * size_of(field->type);
        field->at = bytes <= 4 ? at : where;
    }
    self->more = get32(self, &r) != 0;
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "tiff: fields cut short");
}

/* ---- what kind ----------------------------------------------------------------------------- */

static bool
check_samples(Tiff *self, GError **error)
{
    static const uint8_t least[] = { 1, 1, 3, 1, 0, 4 };

    for (uint32_t i = 1; i < self->samples; i++) {
        if (value(self, BITS, i, self->bits) != self->bits)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: samples of several sizes");
    }
    if (self->photometric >= G_N_ELEMENTS(least) || least[self->photometric] == 0 ||
        self->samples < least[self->photometric] || self->samples > 8 ||
        value(self, FORMAT, 0, 1) != 1 || value(self, PLANES, 0, 1) != 1 ||
        value(self, FILL_ORDER, 0, 1) != 1)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: kind of pixels");
    bool whole = self->bits == 8 || self->bits == 16;
    bool parts = self->bits == 1 || self->bits == 2 || self->bits == 4;
    bool indexed = self->photometric == INDEXED;
    if (!(whole || (parts && self->samples == 1)) || (indexed && self->bits > 8))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: %u bits a sample", self->bits);
    for (uint32_t i = 0; indexed && i < 3u << self->bits; i++)
        self->colours[i & ((1u << self->bits) - 1)][i >> self->bits] =
            (uint8_t)(value(self, COLOURS, i, 0) >> 8);
    uint32_t extra = value(self, EXTRA, 0, 0);
    self->premultiplied = extra == 1;
    self->alpha =
        self->samples > least[self->photometric] && (extra == 1 || extra == 2) && !indexed;
    return true;
}

static bool
read_kind(Tiff *self, GError **error)
{
    self->width = value(self, WIDTH, 0, 0);
    self->height = value(self, HEIGHT, 0, 0);
    self->bits = value(self, BITS, 0, 1);
    self->samples = value(self, SAMPLES, 0, 1);
    self->photometric = value(self, PHOTOMETRIC, 0, BLACK_IS_ZERO);
    self->compression = value(self, COMPRESSION, 0, STORED);
    self->predictor = value(self, PREDICTOR, 0, 1);
    self->orientation = value(self, ORIENTATION, 0, 1);
    if (self->orientation < 1 || self->orientation > 8)
        self->orientation = 1;
    bool tiles = find(self, TILE_OFFSETS) != NULL;
    self->chunk_width = tiles ? value(self, TILE_WIDTH, 0, 0) : self->width;
    self->chunk_height = tiles ? value(self, TILE_HEIGHT, 0, 0)
                               : MIN(value(self, STRIP_ROWS, 0, self->height), self->height);
    if (self->width == 0 || self->height == 0 || self->chunk_width == 0 || self->chunk_height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: without pixels");
    switch (self->compression) {
    case STORED:
    case LZW:
    case DEFLATE:
    case DEFLATE_OLD:
    case PACKBITS:
        break;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: compression %u", self->compression);
    }
    if (self->predictor > 2 || (self->predictor == 2 && self->bits < 8))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: predictor %u", self->predictor);
    return check_samples(self, error);
}

/* ---- compression: each fills @out; false where the data is broken --------------------------- */

static bool
unpack_bits(SkSpan in, uint8_t *out, size_t n)
{
    SkReader r = sk_reader(in);
    size_t at = 0;

    while (at < n) {
        unsigned count = sk_reader_u8(&r);
        if (!sk_reader_ok(&r))
            return false;
        if (count == 128)
            continue;
        bool literal = count < 128;
        size_t length = MIN(literal ? count + 1u : 257u - count, n - at);
        SkSpan s = sk_reader_span(&r, literal ? length : 1);
        if (!sk_reader_ok(&r))
            return false;
        for (size_t i = 0; i < length; i++)
            out[at++] = s.p[literal ? i : 0];
    }
    return true;
}

typedef struct {
    /* A string is where it was last written, one byte longer than the one before it. */
    size_t at[4097];
    unsigned length[4097];
} Strings;

static bool
unpack_lzw(SkSpan in, uint8_t *out, size_t n)
{
    g_autofree Strings *strings = g_new0(Strings, 1);
    unsigned width = 9, next = 258;
    size_t done = 0, last_at = 0, bit = 0;
    unsigned last_n = 0; /* 0: just cleared */

    while (done < n) {
        if (bit + width > 8 * in.n)
            return false;
        unsigned code = 0;
        for (unsigned i = 0; i < width; i++, bit++)
            code = code << 1 | ((unsigned)in.p[bit / 8] >> (7 - bit % 8) & 1u);
        if (code == 257)
            return false;
        if (code == 256) {
            width = 9;
            next = 258;
            last_n = 0;
            continue;
        }
        if (last_n > 0 && next <= 4096) { /* the string before, and the byte now following it */
            strings->at[next] = last_at;
            strings->length[next] = last_n + 1;
            next++;
        }
        unsigned length = code < 256 ? 1 : code < next ? strings->length[code] : 0;
        if (length == 0 || (code >= 258 && last_n == 0))
            return false;
        size_t from = code < 256 ? 0 : strings->at[code];
        last_at = done;
        last_n = length;
        for (unsigned i = 0; i < length && done < n; i++, done++)
            out[done] = code < 256 ? (uint8_t)code : out[from + i];
        if (next + 1 >= 1u << width && width < 12)
            width++;
    }
    return true;
}

static bool
unpack_deflate(SkSpan in, uint8_t *out, size_t n)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)MIN(in.n, UINT32_MAX) };

    if (inflateInit(&z) != Z_OK)
        return false;
    z.next_out = out;
    z.avail_out = (uInt)n;
    int rc = inflate(&z, Z_FINISH);
    bool full = z.avail_out == 0;
    inflateEnd(&z);
    return full && (rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR);
}

static bool
unpack(const Tiff *self, SkSpan in, uint8_t *out, size_t n)
{
    switch (self->compression) {
    case LZW:
        return unpack_lzw(in, out, n);
    case PACKBITS:
        return unpack_bits(in, out, n);
    case STORED:
        if (in.n < n)
            return false;
        memcpy(out, in.p, n);
        return true;
    default:
        return unpack_deflate(in, out, n);
    }
}

/* ---- pixels -------------------------------------------------------------------------------- */

static void
undo_predictor(const Tiff *self, uint8_t *row)
{
    size_t step = self->samples, n = (size_t)self->chunk_width * self->samples;

    for (size_t i = step; i < n && self->bits == 8; i++)
        row[i] = (uint8_t)(row[i] + row[i - step]);
    for (size_t i = step; i < n && self->bits == 16; i++) {
        unsigned high = self->big ? 0 : 1, low = 1 - high;
        unsigned now = (unsigned)row[2 * i + high] << 8 | row[2 * i + low];
        unsigned before = (unsigned)row[2 * (i - step) + high] << 8 | row[2 * (i - step) + low];
        row[2 * i + high] = (uint8_t)((now + before) >> 8);
        row[2 * i + low] = (uint8_t)(now + before);
    }
}

/* The @s-th sample of the @x-th pixel; less than eight bits as they are. */
static unsigned
sample(const Tiff *self, const uint8_t *row, uint32_t x, unsigned s)
{
    size_t i = (size_t)x * self->samples + s;

    if (self->bits == 8)
        return row[i];
    if (self->bits == 16)
        return row[2 * i + (self->big ? 0 : 1)];
    return (unsigned)row[i * self->bits / 8] >> (8 - self->bits - i * self->bits % 8) &
           ((1u << self->bits) - 1);
}

static void
colour(const Tiff *self, const uint8_t *row, uint32_t x, uint8_t rgba[4])
{
    unsigned first = sample(self, row, x, 0);
    unsigned grey = self->bits < 8 ? first * 255 / ((1u << self->bits) - 1) : first;
    unsigned used = 1;

    rgba[3] = 0xff;
    if (self->photometric == RGB) {
        used = 3;
        for (unsigned i = 0; i < 3; i++)
            rgba[i] = (uint8_t)sample(self, row, x, i);
    } else if (self->photometric == CMYK) {
        used = 4;
        unsigned key = 255 - sample(self, row, x, 3);
        for (unsigned i = 0; i < 3; i++)
            rgba[i] = (uint8_t)((255 - sample(self, row, x, i)) * key / 255);
    } else if (self->photometric == INDEXED) {
        for (unsigned i = 0; i < 3; i++)
            rgba[i] = self->colours[first][i];
    } else {
        if (self->photometric == WHITE_IS_ZERO)
            grey = 255 - grey;
        rgba[0] = rgba[1] = rgba[2] = (uint8_t)grey;
    }
    if (!self->alpha)
        return;
    rgba[3] = (uint8_t)sample(self, row, x, used);
    for (unsigned i = 0; i < 3 && self->premultiplied && rgba[3] > 0; i++)
        rgba[i] = (uint8_t)MIN(255u, rgba[i] * 255u / rgba[3]);
}

static void
place(const Tiff *self, SkRaster *raster, uint32_t x, uint32_t y, const uint8_t rgba[4])
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

static void
place_chunk(const Tiff *self, SkRaster *raster, uint8_t *data, uint32_t left, uint32_t top)
{
    size_t row_bytes = ((size_t)self->chunk_width * self->samples * self->bits + 7) / 8;

    for (uint32_t y = 0; y < self->chunk_height && top + y < self->height; y++) {
        uint8_t *row = data + y * row_bytes;
        if (self->predictor == 2)
            undo_predictor(self, row);
        for (uint32_t x = 0; x < self->chunk_width && left + x < self->width; x++) {
            uint8_t rgba[4];
            colour(self, row, x, rgba);
            place(self, raster, left + x, top + y, rgba);
        }
    }
}

static bool
read_pixels(const Tiff *self, SkRaster *raster, GError **error)
{
    bool tiles = find(self, TILE_OFFSETS) != NULL;
    uint64_t row_bytes = ((uint64_t)self->chunk_width * self->samples * self->bits + 7) / 8;
    uint32_t across = (self->width - 1) / self->chunk_width + 1;
    uint32_t down = (self->height - 1) / self->chunk_height + 1;

    if (row_bytes > CHUNK_MAX || row_bytes * self->chunk_height > CHUNK_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: strips too large");
    g_autofree uint8_t *data = g_try_malloc0((size_t)row_bytes * self->chunk_height);
    if (data == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: no memory");
    for (uint32_t i = 0; i < across * down; i++) {
        uint32_t at = value(self, tiles ? TILE_OFFSETS : STRIP_OFFSETS, i, UINT32_MAX);
        uint32_t n = value(self, tiles ? TILE_BYTES : STRIP_BYTES, i, 0);
        uint32_t top = i / across * self->chunk_height;
        uint32_t rows = tiles ? self->chunk_height : MIN(self->chunk_height, self->height - top);
        if (at > self->file.n)
            return sk_throw(error, SK_ERROR_TRUNCATED, "tiff: pixels outside of the file");
        SkSpan in = sk_span_sub(self->file, at, MIN(n, self->file.n - at));
        if (!unpack(self, in, data, (size_t)row_bytes * rows))
            return sk_throw(error, SK_ERROR_MALFORMED, "tiff: image data broken");
        place_chunk(self, raster, data, i % across * self->chunk_width, top);
    }
    return true;
}

bool
sk_tiff_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place_of, SkSink *out, GError **error)
{
    g_autofree Tiff *tiff = g_new0(Tiff, 1);
    g_autoptr(SkRaster) raster = NULL;

    tiff->file = picture;
    if (!read_fields(tiff, error) || !read_kind(tiff, error))
        return false;
    bool turned = tiff->orientation >= 5;
    return sk_raster_new(self, turned ? tiff->height : tiff->width,
                         turned ? tiff->width : tiff->height, &raster, error) &&
           read_pixels(tiff, raster, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_SECOND, tiff->more ? 1 : 0, place_of, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ORIENTATION, tiff->orientation != 1 ? 1 : 0,
                            place_of, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place_of, error) &&
           sk_raster_write(raster, out, error);
}
