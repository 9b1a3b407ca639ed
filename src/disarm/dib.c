/* SPDX-License-Identifier: Apache-2.0
 * dib.c - contract in dib.h; and BMP files, which are a header of 14 bytes before it. */
#include "disarm/dib.h"

#include "disarm/picture-formats.h"

#include "base/reader.h"

#define FILE_HEADER 14u

enum { RGB = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3, ALPHA_BITFIELDS = 6 };

typedef struct {
    uint32_t width, height;
    bool top_down;
    unsigned bits;
    uint32_t compression;
    SkSpan colours;
    unsigned colour_size;
    uint32_t masks[4]; /* red, green, blue, alpha */
    SkSpan pixels;
} Dib;

/* ---- the header ---------------------------------------------------------------------------- */

static bool
set_height(Dib *self, uint32_t raw, GError **error)
{
    self->top_down = raw >= 0x80000000u;
    self->height = self->top_down ? 0u - raw : raw;
    return self->height <= 0x7fffffffu || sk_throw(error, SK_ERROR_MALFORMED, "bmp: no height");
}

static void
default_masks(Dib *self)
{
    bool five = self->bits == 16;

    self->masks[0] = five ? 0x7c00 : 0xff0000;
    self->masks[1] = five ? 0x03e0 : 0xff00;
    self->masks[2] = five ? 0x001f : 0xff;
    self->masks[3] = 0;
}

static void
read_masks(Dib *self, SkReader *r, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        self->masks[i] = sk_reader_u32le(r);
}

static bool
read_info(Dib *self, SkReader *r, uint32_t size, uint32_t *ret_colours, GError **error)
{
    self->width = sk_reader_u32le(r);
    if (!set_height(self, sk_reader_u32le(r), error))
        return false;
    sk_reader_skip(r, 2);
    self->bits = sk_reader_u16le(r);
    if (size >= 20)
        self->compression = sk_reader_u32le(r);
    if (size >= 36) {
        sk_reader_skip(r, 12);
        *ret_colours = sk_reader_u32le(r);
    }
    default_masks(self);
    bool fields = self->compression == BITFIELDS || self->compression == ALPHA_BITFIELDS;
    sk_reader_seek(r, MIN(size, 40));
    if (size >= 52 && (fields || size >= 56)) {
        uint32_t masks[4] = { 0 };
        unsigned n = size >= 56 ? 4 : 3;
        for (unsigned i = 0; i < n; i++)
            masks[i] = sk_reader_u32le(r);
        for (unsigned i = 0; fields && i < 4; i++)
            self->masks[i] = masks[i];
        if (!fields && self->bits == 32 && size >= 108)
            self->masks[3] = masks[3];
        sk_reader_seek(r, size);
    } else if (fields) {
        read_masks(self, r, self->compression == ALPHA_BITFIELDS ? 4 : 3);
    } else {
        sk_reader_seek(r, size);
    }
    return true;
}

static bool
read_header(Dib *self, SkReader *r, GError **error)
{
    uint32_t size = sk_reader_u32le(r), colours = 0;

    if (size == 12) {
        self->width = sk_reader_u16le(r);
        self->height = sk_reader_u16le(r);
        sk_reader_skip(r, 2);
        self->bits = sk_reader_u16le(r);
        self->colour_size = 3;
        default_masks(self);
    } else if (size >= 16 && size <= 256) {
        self->colour_size = 4;
        if (!read_info(self, r, size, &colours, error))
            return false;
    } else {
        return sk_throw(error, SK_ERROR_MALFORMED, "bmp: unknown header");
    }
    if (self->bits <= 8) {
        uint32_t all = 1u << self->bits;
        colours = colours == 0 || colours > all ? all : colours;
    } else if (colours > 256) {
        return sk_throw(error, SK_ERROR_MALFORMED, "bmp: too many colours");
    }
    self->colours = sk_reader_span(r, (size_t)colours * self->colour_size);
    return sk_reader_ok(r) || sk_throw(error, SK_ERROR_TRUNCATED, "bmp: header cut short");
}

static bool
check(const Dib *self, GError **error)
{
    static const struct {
        uint32_t compression;
        uint8_t bits[6];
    } known[] = {
        { RGB, { 1, 4, 8, 16, 24, 32 } },
        { RLE8, { 8 } },
        { RLE4, { 4 } },
        { BITFIELDS, { 16, 32 } },
        { ALPHA_BITFIELDS, { 16, 32 } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        for (size_t b = 0; b < G_N_ELEMENTS(known[i].bits); b++) {
            if (known[i].compression == self->compression && self->bits != 0 &&
                known[i].bits[b] == self->bits)
                return true;
        }
    }
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "bmp: %u bits, compression %u", self->bits,
                    self->compression);
}

/* ---- pixels -------------------------------------------------------------------------------- */

static uint32_t
row_of(const Dib *self, uint32_t y)
{
    return self->top_down ? y : self->height - 1 - y;
}

static bool
put_index(const Dib *self, SkRaster *raster, uint32_t x, uint32_t y, unsigned index)
{
    size_t at = (size_t)index * self->colour_size;

    if (at + 3 > self->colours.n)
        return false;
    const uint8_t *c = self->colours.p + at;
    sk_raster_put(raster, x, row_of(self, y), c[2], c[1], c[0], 0xff);
    return true;
}

/* The bits of @mask in @value, stretched to eight. */
static uint8_t
part(uint32_t value, uint32_t mask)
{
    if (mask == 0)
        return 0;
    unsigned shift = (unsigned)__builtin_ctz(mask);
    uint32_t top = mask >> shift;
    return (uint8_t)((uint64_t)((value & mask) >> shift) * 255 / top);
}

static void
put_true(const Dib *self, SkRaster *raster, uint32_t x, uint32_t y, uint32_t value)
{
    uint8_t alpha = self->masks[3] == 0 ? 0xff : part(value, self->masks[3]);

    sk_raster_put(raster, x, row_of(self, y), part(value, self->masks[0]),
                  part(value, self->masks[1]), part(value, self->masks[2]), alpha);
}

static bool
read_row(const Dib *self, SkRaster *raster, uint32_t y, const uint8_t *row, GError **error)
{
    for (uint32_t x = 0; x < self->width; x++) {
        const uint8_t *p = row + (size_t)x * self->bits / 8;
        if (self->bits == 24) {
            sk_raster_put(raster, x, row_of(self, y), p[2], p[1], p[0], 0xff);
        } else if (self->bits == 32) {
            put_true(self, raster, x, y,
                     (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                         (uint32_t)p[3] << 24);
        } else if (self->bits == 16) {
            put_true(self, raster, x, y, (uint32_t)p[0] | (uint32_t)p[1] << 8);
        } else {
            unsigned shift = (unsigned)(8 - self->bits - (size_t)x * self->bits % 8);
            unsigned index = (unsigned)p[0] >> shift & ((1u << self->bits) - 1);
            if (!put_index(self, raster, x, y, index))
                return sk_throw(error, SK_ERROR_MALFORMED, "bmp: a colour past the palette");
        }
    }
    return true;
}

static bool
has_runs(const Dib *self)
{
    return self->compression == RLE8 || self->compression == RLE4;
}

static size_t
stride_of(const Dib *self)
{
    return ((size_t)self->width * self->bits + 31) / 32 * 4;
}

/* Asked before there is a raster: a size that the pixels cannot fill is a lie, and no limit's
 * affair.
 */
static bool
check_pixels(const Dib *self, GError **error)
{
    if (self->width == 0 || self->height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "bmp: without pixels");
    return has_runs(self) || self->pixels.n / self->height >= stride_of(self) ||
           sk_throw(error, SK_ERROR_TRUNCATED, "bmp: pixels cut short");
}

static bool
read_plain(const Dib *self, SkRaster *raster, GError **error)
{
    size_t stride = stride_of(self);

    for (uint32_t y = 0; y < self->height; y++) {
        if (!read_row(self, raster, y, self->pixels.p + y * stride, error))
            return false;
    }
    return true;
}

/* Where no pixel has any alpha, the channel was never meant. */
static void
mend_alpha(SkRaster *raster)
{
    size_t n = (size_t)raster->width * raster->height;
    unsigned any = 0;

    for (size_t i = 0; i < n; i++)
        any |= raster->pixels[4 * i + 3];
    for (size_t i = 0; i < n && any == 0; i++)
        raster->pixels[4 * i + 3] = 0xff;
}

static void
undo_multiplication(SkRaster *raster)
{
    size_t n = (size_t)raster->width * raster->height;

    for (size_t i = 0; i < n; i++) {
        uint8_t *p = raster->pixels + 4 * i;
        for (unsigned c = 0; c < 3 && p[3] > 0; c++)
            p[c] = (uint8_t)MIN(255u, p[c] * 255u / p[3]);
    }
}

typedef struct {
    const Dib *dib;
    SkRaster *raster;
    uint32_t x, y;
} Run;

static bool
put_run(Run *run, unsigned index)
{
    if (run->x >= run->dib->width || run->y >= run->dib->height)
        return false;
    return put_index(run->dib, run->raster, run->x++, run->y, index);
}

static bool
read_absolute(Run *run, SkReader *r, unsigned n)
{
    bool four = run->dib->bits == 4;
    size_t bytes = four ? (n + 1) / 2 : n;
    SkSpan s = sk_reader_span(r, bytes);

    sk_reader_skip(r, bytes % 2);
    for (unsigned i = 0; i < n && sk_reader_ok(r); i++) {
        unsigned index = !four ? s.p[i] : i % 2 == 0 ? s.p[i / 2] >> 4 : s.p[i / 2] & 15;
        if (!put_run(run, index))
            return false;
    }
    return sk_reader_ok(r);
}

static bool
read_runs(const Dib *self, SkRaster *raster, GError **error)
{
    SkReader r = sk_reader(self->pixels);
    Run run = { .dib = self, .raster = raster };
    bool good = true;

    while (good) {
        unsigned n = sk_reader_u8(&r), value = sk_reader_u8(&r);
        if (!sk_reader_ok(&r) || (n == 0 && value == 1))
            return true; /* DEVIATION: without its end mark, as all readers do */
        if (n == 0 && value == 0) {
            run.x = 0;
            run.y++;
        } else if (n == 0 && value == 2) {
            run.x += sk_reader_u8(&r);
            run.y += sk_reader_u8(&r);
        } else if (n == 0) {
            good = read_absolute(&run, &r, value);
        }
        for (unsigned i = 0; i < n && good; i++)
            good = put_run(&run, self->bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
    }
    return sk_throw(error, SK_ERROR_MALFORMED, "bmp: runs past the picture");
}

bool
sk_dib_read(SkDisarm *self, SkSpan header, const SkSpan *bits, bool blended, SkRaster **ret,
            GError **error)
{
    Dib dib = { .width = 0 };
    SkReader r = sk_reader(header);
    g_autoptr(SkRaster) raster = NULL;

    if (!read_header(&dib, &r, error) || !check(&dib, error))
        return false;
    blended = blended && dib.bits == 32;
    if (blended)
        dib.masks[3] = 0xff000000u;
    dib.pixels = bits != NULL ? *bits : sk_reader_span(&r, sk_reader_left(&r));
    if (!check_pixels(&dib, error) || !sk_raster_new(self, dib.width, dib.height, &raster, error))
        return false;
    if (!(has_runs(&dib) ? read_runs(&dib, raster, error) : read_plain(&dib, raster, error)))
        return false;
    if (dib.masks[3] != 0)
        mend_alpha(raster);
    if (blended)
        undo_multiplication(raster);
    *ret = g_steal_pointer(&raster);
    return true;
}

/* ---- icons ---------------------------------------------------------------------------------- */

static bool
has_alpha(const SkRaster *raster)
{
    size_t n = (size_t)raster->width * raster->height;

    for (size_t i = 0; i < n; i++) {
        if (raster->pixels[4 * i + 3] != 0)
            return true;
    }
    return false;
}

/* Where the mask's bit is set, what lies behind the icon is seen. */
static void
apply_mask(const Dib *self, SkRaster *raster, SkSpan mask)
{
    size_t stride = ((size_t)self->width + 31) / 32 * 4;

    for (uint32_t y = 0; y < self->height; y++) {
        for (uint32_t x = 0; x < self->width; x++) {
            size_t at = y * stride + x / 8;
            if (at < mask.n && (mask.p[at] >> (7 - x % 8) & 1) != 0)
                sk_raster_put(raster, x, row_of(self, y), 0, 0, 0, 0);
        }
    }
}

bool
sk_dib_read_icon(SkDisarm *self, SkSpan icon, SkRaster **ret, GError **error)
{
    Dib dib = { .width = 0 };
    SkReader r = sk_reader(icon);
    g_autoptr(SkRaster) raster = NULL;

    if (!read_header(&dib, &r, error) || !check(&dib, error))
        return false;
    if (dib.compression != RGB || dib.height % 2 != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "ico: broken bitmap");
    dib.height /= 2;
    if (dib.bits == 32)
        dib.masks[3] = 0xff000000u;
    dib.pixels = sk_reader_span(&r, sk_reader_left(&r));
    if (!check_pixels(&dib, error) || !sk_raster_new(self, dib.width, dib.height, &raster, error) ||
        !read_plain(&dib, raster, error))
        return false;
    size_t used = stride_of(&dib) * dib.height;
    bool blended = dib.bits == 32 && has_alpha(raster);
    if (dib.bits == 32)
        mend_alpha(raster);
    if (!blended)
        apply_mask(&dib, raster, sk_span_sub(dib.pixels, used, dib.pixels.n - used));
    *ret = g_steal_pointer(&raster);
    return true;
}

/* ---- BMP files ----------------------------------------------------------------------------- */

bool
sk_bmp_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    SkReader r = sk_reader(picture);
    g_autoptr(SkRaster) raster = NULL;

    sk_reader_skip(&r, 10);
    uint32_t at = sk_reader_u32le(&r);
    if (!sk_reader_ok(&r) || at < FILE_HEADER || at > picture.n)
        return sk_throw(error, SK_ERROR_MALFORMED, "bmp: pixels outside of the file");
    SkSpan header = sk_span_sub(picture, FILE_HEADER, picture.n - FILE_HEADER);
    SkSpan bits = sk_span_sub(picture, at, picture.n - at);
    return sk_dib_read(self, header, &bits, false, &raster, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place, error) &&
           sk_raster_write(raster, out, error);
}
