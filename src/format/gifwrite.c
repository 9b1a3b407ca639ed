/* SPDX-License-Identifier: Apache-2.0
 * gifwrite.c - contract in gif.h. */
#include "format/gif.h"

#include <string.h>

#define CODES 4096u
#define SLOTS 16384u /* a power of two, four times the strings */
#define BLOCK 255u

/* ---- codes to bytes to blocks --------------------------------------------------------------- */

typedef struct {
    SkSink *sink; /* borrowed */
    uint32_t bits;
    unsigned bits_n;
    uint8_t block[BLOCK];
    unsigned block_n;
} Codes;

static void
flush_block(Codes *self)
{
    if (self->block_n == 0)
        return;
    sk_sink_u8(self->sink, (uint8_t)self->block_n);
    sk_sink_span(self->sink, sk_span(self->block, self->block_n));
    self->block_n = 0;
}

static void
put_byte(Codes *self, uint8_t byte)
{
    self->block[self->block_n++] = byte;
    if (self->block_n == BLOCK)
        flush_block(self);
}

static void
put_code(Codes *self, unsigned code, unsigned width)
{
    self->bits |= (uint32_t)code << self->bits_n;
    self->bits_n += width;
    for (; self->bits_n >= 8; self->bits_n -= 8) {
        put_byte(self, (uint8_t)self->bits);
        self->bits >>= 8;
    }
}

static void
end_codes(Codes *self)
{
    if (self->bits_n > 0)
        put_byte(self, (uint8_t)self->bits);
    flush_block(self);
    sk_sink_u8(self->sink, 0);
}

/* ---- the strings ---------------------------------------------------------------------------- */

typedef struct {
    uint32_t keys[SLOTS]; /* prefix and byte, and the round they are of: 12 + 8 + 12 bits */
    uint16_t codes[SLOTS];
    uint32_t round; /* 1 to 4095; what is of another one is not there */
} Strings;

static void
forget(Strings *self)
{
    if (++self->round == 1u << 12) {
        memset(self->keys, 0, sizeof self->keys);
        self->round = 1;
    }
}

/* Where @key is, or may go. */
static unsigned
slot_of(const Strings *self, uint32_t key)
{
    unsigned at = (key * 2654435761u) >> 18;

    while (self->keys[at] >> 20 == self->round && self->keys[at] != key)
        at = (at + 1) % SLOTS;
    return at;
}

static void
emit_pixels(Codes *codes, const uint8_t *pixels, size_t n, unsigned minimum)
{
    g_autofree Strings *strings = g_new0(Strings, 1);
    unsigned clear = 1u << minimum, width = minimum + 1, next = clear + 2;
    unsigned current = pixels[0];

    forget(strings);
    put_code(codes, clear, width);
    for (size_t i = 1; i < n; i++) {
        uint32_t key = strings->round << 20 | (uint32_t)current << 8 | pixels[i];
        unsigned at = slot_of(strings, key);
        if (strings->keys[at] == key) {
            current = strings->codes[at];
            continue;
        }
        put_code(codes, current, width);
        current = pixels[i];
        if (next == 1u << width && width < 12)
            width++;
        strings->keys[at] = key;
        strings->codes[at] = (uint16_t)next++;
        if (next == CODES) {
            put_code(codes, clear, width);
            forget(strings);
            width = minimum + 1;
            next = clear + 2;
        }
    }
    put_code(codes, current, width);
    if (next == 1u << width && width < 12)
        width++;
    put_code(codes, clear + 1, width);
}

/* ---- the file ------------------------------------------------------------------------------- */

void
sk_gif_begin(SkSink *sink, uint16_t width, uint16_t height, int loops)
{
    sk_sink_str(sink, "GIF89a");
    sk_sink_u16le(sink, width);
    sk_sink_u16le(sink, height);
    sk_sink_span(sink, sk_span("\x70\0\0", 3)); /* no table for all, no background, square pixels */
    if (loops < 0)
        return;
    sk_sink_span(sink, sk_span("\x21\xff\x0bNETSCAPE2.0\x03\x01", 16));
    sk_sink_u16le(sink, (uint16_t)loops);
    sk_sink_u8(sink, 0);
}

void
sk_gif_frame(SkSink *sink, const SkGifFrame *frame)
{
    g_autofree Codes *codes = g_new0(Codes, 1);
    unsigned depth = 1;

    g_assert(frame->colours_n >= 1 && frame->colours_n <= SK_GIF_COLOURS_MAX);
    while (1u << depth < frame->colours_n)
        depth++;
    sk_sink_span(sink, sk_span("\x21\xf9\x04", 3));
    sk_sink_u8(sink, (uint8_t)(frame->disposal << 2 | (frame->transparent ? 1 : 0)));
    sk_sink_u16le(sink, frame->delay);
    sk_sink_u8(sink, (uint8_t)(frame->transparent ? frame->colours_n - 1 : 0));
    sk_sink_u8(sink, 0);
    sk_sink_u8(sink, 0x2c);
    sk_sink_u16le(sink, frame->left);
    sk_sink_u16le(sink, frame->top);
    sk_sink_u16le(sink, frame->width);
    sk_sink_u16le(sink, frame->height);
    sk_sink_u8(sink, (uint8_t)(0x80 | (depth - 1)));
    for (unsigned i = 0; i < 1u << depth; i++) {
        bool colour = i + (frame->transparent ? 1 : 0) < frame->colours_n;
        sk_sink_span(sink, colour ? sk_span(frame->colours[i], 3) : sk_span("\0\0\0", 3));
    }
    unsigned minimum = MAX(depth, 2u);
    sk_sink_u8(sink, (uint8_t)minimum);
    codes->sink = sink;
    emit_pixels(codes, frame->indexes, (size_t)frame->width * frame->height, minimum);
    end_codes(codes);
}

void
sk_gif_end(SkSink *sink)
{
    sk_sink_u8(sink, 0x3b);
}
