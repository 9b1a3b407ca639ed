/* SPDX-License-Identifier: Apache-2.0
 *
 * gif.c - GIF pictures, decoded here and written anew as PNG: the first frame on its screen. Spec:
 * docs/formats/pictures.md, GIF89a specification (CompuServe 1990)
 */
#include "disarm/picture-formats.h"
#include "disarm/raster.h"

#include "base/reader.h"

#include <string.h>

#define CODES 4096u

typedef struct {
    SkRaster *raster; /* owned; NULL before the first frame */
    SkSpan palette;   /* of the screen */
    uint16_t width, height;
    int transparent; /* index, or -1 */
    uint32_t frames, texts, metadata;
} Gif;

typedef struct {
    uint16_t left, top, width, height;
    bool interlaced;
    SkSpan palette;
    int transparent;
    uint32_t x, y; /* of the next pixel, in the frame */
    unsigned pass;
} Frame;

/* ---- sub-blocks ---------------------------------------------------------------------------- */

/* Skips blocks up to and with the empty one, appending them to @to if that is not NULL. */
static void
read_blocks(SkReader *r, GByteArray *to)
{
    for (;;) {
        uint8_t n = sk_reader_u8(r);
        SkSpan block = sk_reader_span(r, n);
        if (n == 0 || !sk_reader_ok(r))
            return;
        if (to != NULL)
            g_byte_array_append(to, block.p, n);
    }
}

static void
read_extension(Gif *self, SkReader *r)
{
    uint8_t label = sk_reader_u8(r);

    if (label == 0xf9 && sk_reader_u8(r) == 4) {
        uint8_t flags = sk_reader_u8(r);
        sk_reader_skip(r, 2);
        uint8_t index = sk_reader_u8(r);
        self->transparent = (flags & 1) != 0 ? index : -1;
    } else if (label == 0xfe || label == 0x01) {
        self->texts++;
    } else if (label != 0xf9) {
        self->metadata++;
    }
    read_blocks(r, NULL);
}

/* ---- pixels -------------------------------------------------------------------------------- */

static bool
is_done(const Frame *frame)
{
    return frame->y >= frame->height;
}

static void
next_row(Frame *frame)
{
    static const uint8_t starts[] = { 0, 4, 2, 1 }, steps[] = { 8, 8, 4, 2 };

    frame->x = 0;
    frame->y += frame->interlaced ? steps[frame->pass] : 1u;
    while (frame->interlaced && frame->y >= frame->height && frame->pass < 3) {
        frame->pass++;
        frame->y = starts[frame->pass];
    }
}

static bool
put_pixel(Gif *self, Frame *frame, uint8_t index, GError **error)
{
    uint32_t x = frame->left + frame->x, y = frame->top + frame->y;

    if (index != frame->transparent) {
        if (3 * (size_t)index >= frame->palette.n)
            return sk_throw(error, SK_ERROR_MALFORMED, "gif: a colour past the palette");
        const uint8_t *colour = frame->palette.p + 3 * (size_t)index;
        if (x < self->raster->width && y < self->raster->height)
            sk_raster_put(self->raster, x, y, colour[0], colour[1], colour[2], 0xff);
    }
    frame->x++;
    if (frame->x == frame->width)
        next_row(frame);
    return true;
}

typedef struct {
    uint16_t prefix[CODES];
    uint8_t last[CODES];
    uint8_t stack[CODES];
} Table;

/* The bytes that @code stands for, last one first, onto the stack. */
static unsigned
unwind(Table *table, unsigned code, unsigned clear)
{
    unsigned n = 0;

    while (code > clear && n < CODES - 1) {
        table->stack[n++] = table->last[code];
        code = table->prefix[code];
    }
    table->stack[n++] = (uint8_t)code;
    return n;
}

static bool
decode(Gif *self, Frame *frame, SkSpan data, unsigned minimum, GError **error)
{
    g_autofree Table *table = g_new0(Table, 1);
    unsigned clear = 1u << minimum, width = minimum + 1, next = clear + 2, before = CODES;
    uint32_t bits = 0;
    unsigned bits_n = 0;

    for (size_t at = 0; !is_done(frame);) {
        for (; bits_n < width && at < data.n; bits_n += 8)
            bits |= (uint32_t)data.p[at++] << bits_n;
        if (bits_n < width)
            return sk_throw(error, SK_ERROR_TRUNCATED, "gif: image data is cut short");
        unsigned code = bits & ((1u << width) - 1);
        bits >>= width;
        bits_n -= width;
        if (code == clear) {
            width = minimum + 1;
            next = clear + 2;
            before = CODES;
            continue;
        }
        if (code == clear + 1)
            return true; /* DEVIATION: pixels that are missing stay transparent */
        if (code > next || (code == next && before == CODES) || (before == CODES && code > clear))
            return sk_throw(error, SK_ERROR_MALFORMED, "gif: image data broken");
        /* A code that is only now being made repeats the first byte of the one before. */
        unsigned n = unwind(table, code < next ? code : before, clear);
        uint8_t first = table->stack[n - 1];
        for (unsigned i = n; i-- > 0 && !is_done(frame);) {
            if (!put_pixel(self, frame, table->stack[i], error))
                return false;
        }
        if (code == next && !is_done(frame) && !put_pixel(self, frame, first, error))
            return false;
        if (before != CODES && next < CODES) {
            table->prefix[next] = (uint16_t)before;
            table->last[next] = first;
            next++;
        }
        if (next == 1u << width && width < 12)
            width++;
        before = code;
    }
    return true;
}

static bool
read_frame(SkDisarm *disarm, Gif *self, SkReader *r, GError **error)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    Frame frame = { .left = sk_reader_u16le(r), .top = sk_reader_u16le(r) };

    frame.width = sk_reader_u16le(r);
    frame.height = sk_reader_u16le(r);
    uint8_t flags = sk_reader_u8(r);
    frame.interlaced = (flags & 0x40) != 0;
    frame.palette =
        (flags & 0x80) != 0 ? sk_reader_span(r, 3u << ((flags & 7) + 1)) : self->palette;
    frame.transparent = self->transparent;
    self->transparent = -1;
    unsigned minimum = sk_reader_u8(r);
    bool first = self->frames++ == 0;
    read_blocks(r, first ? data : NULL);
    if (!first)
        return true;
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "gif: cut short");
    if (minimum < 1 || minimum > 8 || frame.width == 0 || frame.height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "gif: broken frame");
    return sk_raster_new(disarm, self->width > 0 ? self->width : frame.width,
                         self->height > 0 ? self->height : frame.height, &self->raster, error) &&
           decode(self, &frame, sk_span(data->data, data->len), minimum, error);
}

/* ---- the file ------------------------------------------------------------------------------ */

static bool
read_all(SkDisarm *disarm, Gif *self, SkReader *r, GError **error)
{
    sk_reader_skip(r, 6);
    self->width = sk_reader_u16le(r);
    self->height = sk_reader_u16le(r);
    uint8_t flags = sk_reader_u8(r);
    sk_reader_skip(r, 2);
    if ((flags & 0x80) != 0)
        self->palette = sk_reader_span(r, 3u << ((flags & 7) + 1));
    for (;;) {
        switch (sk_reader_u8(r)) {
        case 0x21:
            read_extension(self, r);
            break;
        case 0x2c:
            if (!read_frame(disarm, self, r, error))
                return false;
            break;
        case 0x3b:
            return sk_reader_ok(r);
        default:
            return false;
        }
        if (!sk_reader_ok(r))
            return false;
    }
}

bool
sk_gif_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    Gif gif = { .transparent = -1 };
    SkReader r = sk_reader(picture);
    g_autoptr(GError) failure = NULL;
    bool whole = read_all(self, &gif, &r, &failure);
    g_autoptr(SkRaster) raster = g_steal_pointer(&gif.raster);

    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (raster == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "gif: no picture in it");
    /* What follows the first frame is not shown; where it is broken, that does not matter. */
    bool rest = !whole || sk_reader_left(&r) > 0;
    return sk_picture_found(self, SK_ELEMENT_PICTURE_ANIMATION, gif.frames - 1, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_TEXT, gif.texts, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_METADATA, gif.metadata, place, error) &&
           sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, rest ? 1 : 0, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place, error) &&
           sk_raster_write(raster, out, error);
}
