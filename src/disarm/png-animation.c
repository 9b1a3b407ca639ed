/* SPDX-License-Identifier: Apache-2.0
 * png-animation.c - contract in png-animation.h. */
#include "disarm/png-animation.h"

#include "base/reader.h"

#include <zlib.h>

typedef struct {
    const SkPng *png;
    SkPngAnimation *out;
    const SkLimits *limits;
    uint32_t announced, sequence;
    bool actl, data_begun; /* IDAT has */
} Walk;

static void
frame_clear(void *p)
{
    SkPngAnimated *frame = p;

    if (frame->data != NULL)
        g_byte_array_unref(frame->data);
}

void
sk_png_animation_clear(SkPngAnimation *self)
{
    g_clear_pointer(&self->frames, g_array_unref);
}

static SkPngAnimated *
last_frame(const Walk *self)
{
    GArray *frames = self->out->frames;

    return frames->len == 0 ? NULL : &g_array_index(frames, SkPngAnimated, frames->len - 1);
}

/* Has the frame before this one its pixels? */
static bool
is_filled(const Walk *self)
{
    const SkPngAnimated *frame = last_frame(self);

    return frame == NULL || frame->data == NULL || frame->data->len > 0;
}

static bool
take_control(Walk *self, SkSpan data)
{
    SkReader r = sk_reader(data);
    SkPngAnimated frame = { .data = NULL };
    SkPngFrame *place = &frame.place;
    bool in_order = sk_reader_u32be(&r) == self->sequence++;

    place->width = sk_reader_u32be(&r);
    place->height = sk_reader_u32be(&r);
    place->left = sk_reader_u32be(&r);
    place->top = sk_reader_u32be(&r);
    place->delay = sk_reader_u16be(&r);
    place->delay_of = sk_reader_u16be(&r);
    place->disposal = sk_reader_u8(&r);
    place->blending = sk_reader_u8(&r);
    const SkPngHeader *whole = &self->png->header;
    bool inside = place->width > 0 && place->height > 0 && place->left <= whole->width &&
                  place->top <= whole->height && place->width <= whole->width - place->left &&
                  place->height <= whole->height - place->top;
    bool full = place->width == whole->width && place->height == whole->height;
    if (!self->actl || !in_order || !inside || !sk_reader_ok(&r) || sk_reader_left(&r) > 0 ||
        place->disposal > 2 || place->blending > 1 || !is_filled(self) ||
        self->out->frames->len >= self->limits->items)
        return false;
    if (!self->data_begun && (!full || self->out->frames->len > 0))
        return false;
    if (self->data_begun)
        frame.data = g_byte_array_new();
    g_array_append_val(self->out->frames, frame);
    return true;
}

static bool
take_data(Walk *self, SkSpan data)
{
    SkReader r = sk_reader(data);
    bool in_order = sk_reader_u32be(&r) == self->sequence++;
    SkPngAnimated *frame = last_frame(self);

    if (!in_order || !sk_reader_ok(&r) || frame == NULL || frame->data == NULL)
        return false;
    SkSpan rest = sk_reader_span(&r, sk_reader_left(&r));
    g_byte_array_append(frame->data, rest.p, (guint)rest.n);
    return true;
}

static bool
take_chunk(Walk *self, SkSpan type, SkSpan data)
{
    SkReader r = sk_reader(data);

    if (sk_span_is(type, "acTL")) {
        bool again = self->actl;
        self->actl = true;
        self->announced = sk_reader_u32be(&r);
        self->out->plays = sk_reader_u32be(&r);
        return !again && !self->data_begun && sk_reader_ok(&r);
    }
    if (sk_span_is(type, "fcTL"))
        return take_control(self, data);
    if (sk_span_is(type, "fdAT"))
        return take_data(self, data);
    self->data_begun = self->data_begun || sk_span_is(type, "IDAT");
    return true;
}

bool
sk_png_animation_read(const SkPng *png, SkSpan picture, const SkLimits *limits, SkPngAnimation *ret)
{
    SkReader r = sk_reader(picture);
    Walk self = { .png = png, .out = ret, .limits = limits };

    ret->frames = g_array_new(FALSE, FALSE, sizeof(SkPngAnimated));
    g_array_set_clear_func(ret->frames, frame_clear);
    sk_reader_skip(&r, 8);
    for (bool end = false; !end;) {
        uint32_t n = sk_reader_u32be(&r);
        SkSpan type = sk_reader_span(&r, 4), data = sk_reader_span(&r, n);
        sk_reader_skip(&r, 4);
        if (!sk_reader_ok(&r) || !take_chunk(&self, type, data))
            return false;
        end = sk_span_is(type, "IEND");
    }
    return ret->frames->len >= 2 && ret->frames->len == self.announced && is_filled(&self);
}

static void
put_chunk(GByteArray *out, const char *type, SkSpan data)
{
    uint32_t crc = (uint32_t)crc32_z(crc32_z(0, (const Bytef *)type, 4), data.p, data.n),
             n = (uint32_t)data.n;

    g_byte_array_append(
        out,
        (const uint8_t[]){ (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n },
        4);
    g_byte_array_append(out, (const uint8_t *)type, 4);
    g_byte_array_append(out, data.p, n);
    g_byte_array_append(out,
                        (const uint8_t[]){ (uint8_t)(crc >> 24), (uint8_t)(crc >> 16),
                                           (uint8_t)(crc >> 8), (uint8_t)crc },
                        4);
}

GBytes *
sk_png_animation_frame(const SkPng *png, const SkPngAnimated *frame)
{
    GByteArray *out = g_byte_array_new();
    const SkPngFrame *place = &frame->place;
    uint8_t header[13];

    for (unsigned i = 0; i < sizeof header; i++) /* behind length and type */
        header[i] = png->ihdr.p[8 + i];
    for (unsigned i = 0; i < 4; i++) {
        header[i] = (uint8_t)(place->width >> (24 - 8 * i));
        header[4 + i] = (uint8_t)(place->height >> (24 - 8 * i));
    }
    g_byte_array_append(out, (const uint8_t *)"\x89PNG\r\n\x1a\n", 8);
    put_chunk(out, "IHDR", sk_span(header, sizeof header));
    g_byte_array_append(out, png->plte.p, (guint)png->plte.n);
    g_byte_array_append(out, png->trns.p, (guint)png->trns.n);
    put_chunk(out, "IDAT", sk_span(frame->data->data, frame->data->len));
    put_chunk(out, "IEND", SK_SPAN_EMPTY);
    return g_byte_array_free_to_bytes(out);
}
