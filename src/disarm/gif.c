/* SPDX-License-Identifier: Apache-2.0
 *
 * gif.c - GIF pictures: inside documents the first frame on its screen, as PNG; alone a GIF again,
 * with all its frames where the rule keeps them. Decoded here. Spec: docs/formats/gif.md,
 * docs/formats/pictures.md, GIF89a specification (CompuServe 1990)   Tests:
 * tests/unit/disarm/test-gif.c, test-pictures.c
 */
#include "disarm/formats.h"

#include "disarm/picture-formats.h"
#include "disarm/raster.h"

#include "base/reader.h"
#include "format/gif.h"

#include <stdlib.h>
#include <string.h>

#define CODES 4096u
#define TRANSPARENT 0x1000000u /* as a colour; greater than all others */

typedef struct {
    uint32_t left, top, width, height;
    bool interlaced;
    SkSpan palette;
    int transparent; /* index, or -1 */
    uint8_t disposal;
    uint16_t delay;
    uint8_t *indexes; /* owned: row by row */
    size_t known;     /* pixels of the data, in its order; the rest is transparent */
} Frame;

typedef struct Gif Gif;

struct Gif {
    SkDisarm *disarm;
    bool (*on_frame)(Gif *self, const Frame *frame, GError **error);
    bool all; /* frames; else the first one */
    uint32_t width, height;
    SkSpan palette; /* of the screen */
    int loops;      /* -1: none */
    Frame next;     /* what its graphic control says */
    uint32_t frames, texts, metadata;
    bool guessed;     /* pixels that are missing, frames beyond the screen */
    SkRaster *raster; /* owned */
    SkSink *out;
};

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
read_control(Gif *self, SkReader *r)
{
    uint8_t flags = sk_reader_u8(r);
    unsigned disposal = flags >> 2 & 7;

    self->next.delay = sk_reader_u16le(r);
    uint8_t index = sk_reader_u8(r);
    self->next.transparent = (flags & 1) != 0 ? index : -1;
    self->next.disposal = (uint8_t)(disposal == 0 || disposal > 3 ? 1 : disposal);
}

/* How often it is played, where that is what the extension says. */
static bool
read_loops(Gif *self, SkReader *r)
{
    uint8_t n = sk_reader_u8(r);
    SkSpan name = sk_reader_span(r, n);

    if (!sk_span_is(name, "NETSCAPE2.0") && !sk_span_is(name, "ANIMEXTS1.0"))
        return false;
    if (sk_reader_peek(r, 0) != 3 || sk_reader_peek(r, 1) != 1)
        return false;
    sk_reader_skip(r, 2);
    uint16_t loops = sk_reader_u16le(r);
    if (self->loops < 0)
        self->loops = loops;
    return true;
}

static void
read_extension(Gif *self, SkReader *r)
{
    uint8_t label = sk_reader_u8(r);

    if (label == 0xf9 && sk_reader_u8(r) == 4)
        read_control(self, r);
    else if (label == 0xff)
        self->metadata += read_loops(self, r) ? 0 : 1;
    else if (label == 0xfe || label == 0x01)
        self->texts++;
    else if (label != 0xf9)
        self->metadata++;
    read_blocks(r, NULL);
}

/* ---- pixels -------------------------------------------------------------------------------- */

typedef struct {
    /* A string is where it was last written, one byte longer than the one before it. */
    uint32_t at[CODES], length[CODES];
    size_t bit;
    unsigned width;
} Strings;

/* The next code; CODES where the data has ended. */
static unsigned
next_code(Strings *self, SkSpan data)
{
    size_t at = self->bit / 8;
    uint32_t bits = 0;

    if (self->bit + self->width > 8 * data.n)
        return CODES;
    for (unsigned i = 0; i < 3 && at + i < data.n; i++)
        bits |= (uint32_t)data.p[at + i] << 8 * i;
    bits = bits >> self->bit % 8 & ((1u << self->width) - 1);
    self->bit += self->width;
    return bits;
}

static bool
decode(Frame *frame, SkSpan data, unsigned minimum, GError **error)
{
    g_autofree Strings *strings = g_new0(Strings, 1);
    unsigned clear = 1u << minimum, next = clear + 2;
    size_t n = (size_t)frame->width * frame->height, done = 0;
    uint32_t last_at = 0, last_n = 0; /* 0: just cleared */
    uint8_t *out = frame->indexes;

    strings->width = minimum + 1;
    while (done < n) {
        unsigned code = next_code(strings, data);
        if (code == CODES)
            return sk_throw(error, SK_ERROR_TRUNCATED, "gif: image data is cut short");
        if (code == clear + 1)
            break; /* DEVIATION: pixels that are missing stay transparent */
        if (code == clear) {
            strings->width = minimum + 1;
            next = clear + 2;
            last_n = 0;
            continue;
        }
        if (last_n > 0 && next < CODES) { /* the string before, and the byte now following it */
            strings->at[next] = last_at;
            strings->length[next] = last_n + 1;
            next++;
        }
        if (code >= next || (last_n == 0 && code > clear))
            return sk_throw(error, SK_ERROR_MALFORMED, "gif: image data broken");
        uint32_t length = code < clear ? 1 : strings->length[code], from = strings->at[code];
        last_at = (uint32_t)done;
        last_n = length;
        for (uint32_t i = 0; i < length && done < n; i++, done++)
            out[done] = code < clear ? (uint8_t)code : out[from + i];
        if (next == 1u << strings->width && strings->width < 12)
            strings->width++;
    }
    frame->known = done;
    return true;
}

/* The row that the @i-th one of the data is. */
static uint32_t
row_of(const Frame *frame, uint32_t i)
{
    static const uint8_t starts[] = { 0, 4, 2, 1 }, steps[] = { 8, 8, 4, 2 };

    if (!frame->interlaced)
        return i;
    for (unsigned pass = 0; pass < 4; pass++) {
        uint32_t rows =
            frame->height > starts[pass] ? (frame->height - starts[pass] - 1) / steps[pass] + 1 : 0;
        if (i < rows)
            return starts[pass] + i * steps[pass];
        i -= rows;
    }
    g_assert_not_reached();
}

static bool
paint(Gif *self, const Frame *frame, GError **error)
{
    size_t n = frame->known;

    if (!sk_raster_new(self->disarm, self->width, self->height, &self->raster, error))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t x = (uint32_t)(frame->left + i % frame->width);
        uint32_t y = frame->top + row_of(frame, (uint32_t)(i / frame->width));
        if (frame->indexes[i] == frame->transparent || x >= self->width || y >= self->height)
            continue;
        const uint8_t *colour = frame->palette.p + 3 * (size_t)frame->indexes[i];
        sk_raster_put(self->raster, x, y, colour[0], colour[1], colour[2], 0xff);
    }
    return true;
}

static bool
check_indexes(const Frame *frame, GError **error)
{
    size_t colours = frame->palette.n / 3;
    bool used[256] = { false };

    for (size_t i = 0; i < frame->known; i++)
        used[frame->indexes[i]] = true;
    for (size_t i = colours; i < 256; i++) {
        if (used[i] && (int)i != frame->transparent)
            return sk_throw(error, SK_ERROR_MALFORMED, "gif: a colour past the palette");
    }
    return true;
}

/* ---- frames -------------------------------------------------------------------------------- */

static bool
take_frame(Gif *self, Frame *frame, SkSpan data, unsigned minimum, GError **error)
{
    uint64_t n = (uint64_t)frame->width * frame->height;

    if (minimum < 1 || minimum > 8 || n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "gif: broken frame");
    if (n > self->disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "gif: too many pixels");
    if (self->width == 0)
        self->width = frame->width;
    if (self->height == 0)
        self->height = frame->height;
    if (!sk_disarm_expand(self->disarm, n, 0, 0, error))
        return false;
    g_autofree uint8_t *indexes = g_try_malloc0(n);
    if (indexes == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "gif: no memory");
    frame->indexes = indexes;
    if (!decode(frame, data, minimum, error) || !check_indexes(frame, error))
        return false;
    self->guessed = self->guessed || frame->known < n;
    return self->on_frame(self, frame, error);
}

static bool
read_frame(Gif *self, SkReader *r, GError **error)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    Frame frame = self->next;

    self->next = (Frame){ .transparent = -1, .disposal = 1 };
    frame.left = sk_reader_u16le(r);
    frame.top = sk_reader_u16le(r);
    frame.width = sk_reader_u16le(r);
    frame.height = sk_reader_u16le(r);
    uint8_t flags = sk_reader_u8(r);
    frame.interlaced = (flags & 0x40) != 0;
    frame.palette =
        (flags & 0x80) != 0 ? sk_reader_span(r, 3u << ((flags & 7) + 1)) : self->palette;
    unsigned minimum = sk_reader_u8(r);
    bool wanted = self->frames == 0 || self->all;
    if (++self->frames > self->disarm->job->limits.items)
        return sk_throw(error, SK_ERROR_LIMIT, "gif: too many frames");
    read_blocks(r, wanted ? data : NULL);
    if (!wanted)
        return true;
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "gif: cut short");
    return take_frame(self, &frame, sk_span(data->data, data->len), minimum, error);
}

/* ---- the file ------------------------------------------------------------------------------ */

/* false without @error: what follows the last frame is not GIF. */
static bool
read_all(Gif *self, SkReader *r, GError **error)
{
    for (;;) {
        switch (sk_reader_u8(r)) {
        case 0x21:
            read_extension(self, r);
            break;
        case 0x2c:
            if (!read_frame(self, r, error))
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

static SkReader
read_screen(Gif *self, SkSpan picture)
{
    SkReader r = sk_reader(picture);

    sk_reader_skip(&r, 6);
    self->width = sk_reader_u16le(&r);
    self->height = sk_reader_u16le(&r);
    uint8_t flags = sk_reader_u8(&r);
    sk_reader_skip(&r, 2);
    if ((flags & 0x80) != 0)
        self->palette = sk_reader_span(&r, 3u << ((flags & 7) + 1));
    return r;
}

/* Everything but the animation, which is told by whoever knows what became of it. */
static bool
read_and_tell(Gif *self, SkReader *r, SkSpan place, GError **error)
{
    g_autoptr(GError) failure = NULL;
    bool whole = read_all(self, r, &failure);

    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (self->frames == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "gif: no picture in it");
    /* What follows the last frame is not shown; where it is broken, that does not matter. */
    bool rest = !whole || sk_reader_left(r) > 0;
    return sk_picture_found(self->disarm, SK_ELEMENT_PICTURE_TEXT, self->texts, place, error) &&
           sk_picture_found(self->disarm, SK_ELEMENT_PICTURE_METADATA, self->metadata, place,
                            error) &&
           sk_picture_found(self->disarm, SK_ELEMENT_TRAILING_DATA, rest ? 1 : 0, place, error);
}

bool
sk_gif_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    Gif gif = {
        .disarm = self, .on_frame = paint, .loops = -1, .next = { .transparent = -1, .disposal = 1 }
    };
    SkReader r = read_screen(&gif, picture);
    bool ok = read_and_tell(&gif, &r, place, error);
    g_autoptr(SkRaster) raster = g_steal_pointer(&gif.raster);

    return ok &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ANIMATION, gif.frames - 1, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place, error) &&
           sk_raster_write(raster, out, error);
}

/* ---- as GIF -------------------------------------------------------------------------------- */

static int
by_colour(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The colour of each index, TRANSPARENT among them. */
static void
list_colours(const Frame *frame, uint32_t colours[256])
{
    for (unsigned i = 0; i < 256; i++) {
        bool none = (int)i == frame->transparent || 3 * (size_t)i >= frame->palette.n;
        const uint8_t *c = none ? NULL : frame->palette.p + 3 * (size_t)i;
        colours[i] = none ? TRANSPARENT : (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2];
    }
}

/* What is inside of the screen, as colours; where nothing is, one transparent pixel keeps the
 * frame's time. */
static uint32_t *
clip(const Gif *self, const Frame *frame, SkGifFrame *to)
{
    uint32_t colours[256];
    bool outside = frame->left >= self->width || frame->top >= self->height;

    to->left = (uint16_t)(outside ? 0 : frame->left);
    to->top = (uint16_t)(outside ? 0 : frame->top);
    to->width = (uint16_t)(outside ? 1 : MIN(frame->width, self->width - frame->left));
    to->height = (uint16_t)(outside ? 1 : MIN(frame->height, self->height - frame->top));
    size_t n = (size_t)to->width * to->height;
    uint32_t *pixels = g_new(uint32_t, n);
    for (size_t i = 0; i < n; i++)
        pixels[i] = TRANSPARENT;
    list_colours(frame, colours);
    for (uint32_t i = 0; i < frame->height && !outside; i++) {
        uint32_t y = row_of(frame, i);
        size_t from = (size_t)i * frame->width;
        if (y >= to->height || from >= frame->known)
            continue;
        size_t x_end = MIN((size_t)to->width, frame->known - from);
        for (size_t x = 0; x < x_end; x++)
            pixels[(size_t)y * to->width + x] = colours[frame->indexes[from + x]];
    }
    return pixels;
}

/* The table in its one order, and the pixels as indexes into it. false: 256 colours, and pixels
 * that are missing. */
static bool
number_colours(const uint32_t *pixels, size_t n, SkGifFrame *to, uint8_t *indexes)
{
    uint32_t order[SK_GIF_COLOURS_MAX] = { 0 };
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
    unsigned colours = 0;
    uint32_t last = UINT32_MAX;

    for (size_t i = 0; i < n; i++) {
        if (pixels[i] != last && !g_hash_table_contains(numbers, GUINT_TO_POINTER(pixels[i]))) {
            if (colours == SK_GIF_COLOURS_MAX)
                return false;
            order[colours++] = pixels[i];
            g_hash_table_add(numbers, GUINT_TO_POINTER(pixels[i]));
        }
        last = pixels[i];
    }
    qsort(order, colours, sizeof order[0], by_colour);
    for (unsigned i = 0; i < colours; i++) {
        g_hash_table_insert(numbers, GUINT_TO_POINTER(order[i]), GUINT_TO_POINTER(i));
        for (unsigned c = 0; c < 3; c++)
            to->colours[i][c] = (uint8_t)(order[i] >> (16 - 8 * c));
    }
    to->colours_n = colours;
    to->transparent = order[colours - 1] == TRANSPARENT;
    unsigned index = 0;
    last = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        if (pixels[i] != last)
            index = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, GUINT_TO_POINTER(pixels[i])));
        last = pixels[i];
        indexes[i] = (uint8_t)index;
    }
    return true;
}

static bool
write_frame(Gif *self, const Frame *frame, GError **error)
{
    SkGifFrame to = { .disposal = frame->disposal, .delay = frame->delay };

    if ((uint64_t)self->width * self->height > self->disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "gif: too many pixels");
    g_autofree uint32_t *pixels = clip(self, frame, &to);
    size_t n = (size_t)to.width * to.height;
    g_autofree uint8_t *indexes = g_malloc(n);

    self->guessed = self->guessed || to.left != frame->left || to.top != frame->top ||
                    to.width != frame->width || to.height != frame->height;
    if (!number_colours(pixels, n, &to, indexes))
        return sk_throw(error, SK_ERROR_MALFORMED, "gif: pixels missing, and no colour for them");
    to.indexes = indexes;
    if (!self->all) {
        to.disposal = 1;
        to.delay = 0;
    }
    sk_gif_frame(self->out, &to);
    return sk_sink_ok(self->out) || sk_throw(error, SK_ERROR_LIMIT, "gif: output too large");
}

/* How many frames there are, and how often they are played: both stand in front of them. */
static void
count(const Gif *gif, SkSpan picture, unsigned *ret_frames, int *ret_loops)
{
    Gif look = { .disarm = gif->disarm, .loops = -1, .frames = 1 }; /* none of them is wanted */
    SkReader r = read_screen(&look, picture);

    (void)read_all(&look, &r, NULL);
    *ret_frames = look.frames - 1;
    *ret_loops = look.loops;
}

static bool
rebuild(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    Gif gif = { .disarm = self,
                .on_frame = write_frame,
                .loops = -1,
                .out = out,
                .next = { .transparent = -1, .disposal = 1 } };
    SkReader r = read_screen(&gif, picture);
    unsigned frames = 0;
    int loops = -1;
    SkVerdict verdict = SK_VERDICT_NONE;

    count(&gif, picture, &frames, &loops);
    if (frames > 1 &&
        !sk_disarm_found(self, SK_ELEMENT_PICTURE_ANIMATION, place, frames - 1, &verdict, error))
        return false;
    gif.all = verdict == SK_VERDICT_KEPT;
    g_autoptr(SkSink) made = sk_sink_new_memory(self->job->limits.output);
    gif.out = made;
    if (!read_and_tell(&gif, &r, place, error) ||
        !sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, gif.guessed ? 1 : 0, place, error))
        return false;
    /* Sizes that are not said are the first frame's: known only now. */
    sk_gif_begin(out, (uint16_t)gif.width, (uint16_t)gif.height, gif.all ? loops : -1);
    sk_sink_span(out, sk_sink_memory(made));
    sk_gif_end(out);
    return sk_sink_ok(out) || sk_throw(error, SK_ERROR_LIMIT, "gif: output too large");
}

bool
sk_gif_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, rebuild, SK_TYPE_GIF, self->input, SK_SPAN_EMPTY, self->sink,
                             error);
}
