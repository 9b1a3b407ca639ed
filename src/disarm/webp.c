/* SPDX-License-Identifier: Apache-2.0
 *
 * webp.c - WebP pictures: the container walked here, pixels by libwebp, written anew without loss;
 * inside documents and at level `image` as PNG. Spec: docs/formats/webp.md, RFC 9649   Tests:
 * tests/unit/disarm/test-webp.c
 */
#include "disarm/formats.h"

#include "disarm/libwebp.h"
#include "disarm/picture-formats.h"

#include "base/reader.h"

#include <string.h>

#define CHUNKS_MAX 100000u

enum { CLEARED = 1, NOT_BLENDED = 2 };

typedef struct {
    SkWebpPicture picture;
    uint32_t left, top, width, height, milliseconds; /* width 0: the file has but this picture */
    uint8_t flags;
} Frame;

typedef struct {
    GArray *frames;         /* owned, of Frame */
    uint32_t width, height; /* of the screen; 0: not said */
    bool animated;
    uint16_t loops;
    uint32_t metadata, profiles, unknown, lossy;
    bool rest;
} Webp;

static void
webp_clear(Webp *self)
{
    if (self->frames != NULL)
        g_array_unref(self->frames);
}
#define autowebp __attribute__((cleanup(webp_clear))) Webp

/* ---- chunks ---------------------------------------------------------------------------------- */

typedef struct {
    SkSpan name, content;
} Chunk;

static bool
next_chunk(SkReader *r, Chunk *ret)
{
    ret->name = sk_reader_span(r, 4);
    uint32_t n = sk_reader_u32le(r);
    ret->content = sk_reader_span(r, n);
    if (n % 2 != 0 && sk_reader_left(r) > 0)
        sk_reader_skip(r, 1);
    return sk_reader_ok(r);
}

static uint32_t
u24(SkReader *r)
{
    uint32_t low = sk_reader_u16le(r);
    return low | (uint32_t)sk_reader_u8(r) << 16;
}

/* A chunk that is not of the picture itself. */
static void
count_chunk(Webp *self, SkSpan name)
{
    if (sk_span_is(name, "EXIF") || sk_span_is(name, "XMP "))
        self->metadata++;
    else if (sk_span_is(name, "ICCP"))
        self->profiles++;
    else
        self->unknown++;
}

/* ALPH and VP8 or VP8L into @frame, where it has none yet. false: not one of them. */
static bool
take_picture(Webp *self, const Chunk *chunk, Frame *frame)
{
    bool lossy = sk_span_is(chunk->name, "VP8 "), lossless = sk_span_is(chunk->name, "VP8L");

    if (sk_span_is(chunk->name, "ALPH") && frame->picture.alpha.n == 0 &&
        frame->picture.stream.n == 0) {
        frame->picture.alpha = chunk->content;
        return true;
    }
    if ((!lossy && !lossless) || frame->picture.stream.n > 0)
        return false;
    frame->picture.stream = chunk->content;
    frame->picture.lossless = lossless;
    self->lossy += lossy ? 1 : 0;
    return true;
}

static bool
take_frame(Webp *self, SkDisarm *disarm, SkSpan content, GError **error)
{
    SkReader r = sk_reader(content);
    Frame frame = { .width = 0 };
    Chunk chunk;

    frame.left = 2 * u24(&r);
    frame.top = 2 * u24(&r);
    frame.width = u24(&r) + 1;
    frame.height = u24(&r) + 1;
    frame.milliseconds = u24(&r);
    frame.flags = sk_reader_u8(&r) & (CLEARED | NOT_BLENDED);
    while (sk_reader_left(&r) > 0) {
        if (!next_chunk(&r, &chunk))
            return sk_throw(error, SK_ERROR_TRUNCATED, "webp: frame cut short");
        if (!take_picture(self, &chunk, &frame))
            count_chunk(self, chunk.name);
    }
    if (!sk_reader_ok(&r) || frame.picture.stream.n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "webp: frame without a picture");
    if (self->frames->len >= disarm->job->limits.items)
        return sk_throw(error, SK_ERROR_LIMIT, "webp: too many frames");
    g_array_append_val(self->frames, frame);
    return true;
}

static bool
take_screen(Webp *self, SkSpan content, GError **error)
{
    SkReader r = sk_reader(content);

    self->animated = (sk_reader_u8(&r) & 2) != 0;
    sk_reader_skip(&r, 3);
    self->width = u24(&r) + 1;
    self->height = u24(&r) + 1;
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_MALFORMED, "webp: broken header");
}

/* Everything behind the first chunk of an extended file. */
static bool
take_chunk(Webp *self, SkDisarm *disarm, const Chunk *chunk, Frame *still, GError **error)
{
    SkReader r = sk_reader(chunk->content);

    if (self->animated && sk_span_is(chunk->name, "ANMF"))
        return take_frame(self, disarm, chunk->content, error);
    if (self->animated && sk_span_is(chunk->name, "ANIM")) {
        sk_reader_skip(&r, 4);
        self->loops = sk_reader_u16le(&r);
    } else if (self->animated || !take_picture(self, chunk, still)) {
        count_chunk(self, chunk->name);
    }
    return true;
}

static bool
read_chunks(Webp *self, SkDisarm *disarm, SkReader *r, GError **error)
{
    Frame still = { .left = 0 };
    Chunk chunk;

    if (!next_chunk(r, &chunk))
        return sk_throw(error, SK_ERROR_TRUNCATED, "webp: cut short");
    if (sk_span_is(chunk.name, "VP8X")) {
        if (!take_screen(self, chunk.content, error))
            return false;
    } else if (!take_picture(self, &chunk, &still) || still.picture.stream.n == 0) {
        return sk_throw(error, SK_ERROR_MALFORMED, "webp: no picture");
    }
    for (unsigned n = 0; sk_reader_left(r) > 0; n++) {
        if (n > CHUNKS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "webp: too many chunks");
        if (!next_chunk(r, &chunk))
            return sk_throw(error, SK_ERROR_TRUNCATED, "webp: cut short");
        if (!take_chunk(self, disarm, &chunk, &still, error))
            return false;
    }
    if (still.picture.stream.n > 0)
        g_array_append_val(self->frames, still);
    return self->frames->len > 0 || sk_throw(error, SK_ERROR_MALFORMED, "webp: no picture");
}

/* Sizes that are said twice agree; a frame lies on its screen. */
static bool
check_sizes(Webp *self, SkDisarm *disarm, GError **error)
{
    for (guint i = 0; i < self->frames->len; i++) {
        Frame *frame = &g_array_index(self->frames, Frame, i);
        uint32_t width = 0, height = 0;
        if (!sk_webp_size(&frame->picture, &width, &height, error))
            return false;
        if (self->width == 0) {
            self->width = width;
            self->height = height;
        }
        if (frame->width == 0) {
            frame->width = self->width;
            frame->height = self->height;
        }
        if (width != frame->width || height != frame->height || frame->left > self->width ||
            frame->top > self->height || width > self->width - frame->left ||
            height > self->height - frame->top)
            return sk_throw(error, SK_ERROR_MALFORMED, "webp: sizes do not agree");
    }
    if (self->width > SK_WEBP_SIDE_MAX || self->height > SK_WEBP_SIDE_MAX ||
        (uint64_t)self->width * self->height > disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "webp: too many pixels");
    return true;
}

static bool
read_webp(Webp *self, SkDisarm *disarm, SkSpan picture, SkSpan place, GError **error)
{
    SkReader r = sk_reader(picture);

    self->frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    sk_reader_skip(&r, 4);
    uint32_t size = sk_reader_u32le(&r);
    if (!sk_reader_ok(&r) || size < 4 || size > sk_reader_left(&r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "webp: cut short");
    self->rest = size + size % 2 < sk_reader_left(&r);
    SkReader inside = sk_reader(sk_reader_span(&r, size));
    sk_reader_skip(&inside, 4);
    return read_chunks(self, disarm, &inside, error) && check_sizes(self, disarm, error) &&
           sk_picture_found(disarm, SK_ELEMENT_PICTURE_METADATA, self->metadata, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_PICTURE_PROFILE, self->profiles, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_PICTURE_UNKNOWN, self->unknown, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_TRAILING_DATA, self->rest ? 1 : 0, place, error);
}

/* ---- the first frame ------------------------------------------------------------------------- */

/* On its screen, which is transparent where the frame is not. */
static bool
draw_first(const Webp *self, SkDisarm *disarm, SkRaster **ret, GError **error)
{
    const Frame *frame = &g_array_index(self->frames, Frame, 0);
    g_autoptr(SkRaster) raster = NULL, screen = NULL;

    if (!sk_webp_decode(disarm, &frame->picture, &raster, error))
        return false;
    if (raster->width == self->width && raster->height == self->height) {
        *ret = g_steal_pointer(&raster);
        return true;
    }
    if (!sk_raster_new(disarm, self->width, self->height, &screen, error))
        return false;
    for (uint32_t y = 0; y < raster->height; y++)
        memcpy(sk_raster_at(screen, frame->left, frame->top + y), sk_raster_at(raster, 0, y),
               4 * (size_t)raster->width);
    *ret = g_steal_pointer(&screen);
    return true;
}

bool
sk_webp_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    autowebp webp = { .frames = NULL };
    g_autoptr(SkRaster) raster = NULL;

    return read_webp(&webp, self, picture, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ANIMATION, webp.frames->len - 1, place,
                            error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place, error) &&
           draw_first(&webp, self, &raster, error) && sk_raster_write(raster, out, error);
}

/* ---- as WebP --------------------------------------------------------------------------------- */

static void
put_u24(SkSink *sink, uint32_t v)
{
    sk_sink_u16le(sink, (uint16_t)v);
    sk_sink_u8(sink, (uint8_t)(v >> 16));
}

static void
put_stream(SkSink *sink, GBytes *stream)
{
    SkSpan s = sk_span_bytes(stream);

    sk_sink_str(sink, "VP8L");
    sk_sink_u32le(sink, (uint32_t)s.n);
    sk_sink_span(sink, s);
    if (s.n % 2 != 0)
        sk_sink_u8(sink, 0);
}

static void
put_file(SkSink *sink, const SkSink *chunks)
{
    sk_sink_str(sink, "RIFF");
    sk_sink_u32le(sink, (uint32_t)(4 + sk_sink_at(chunks)));
    sk_sink_str(sink, "WEBP");
    sk_sink_span(sink, sk_sink_memory(chunks));
}

static bool
write_still(const Webp *self, SkDisarm *disarm, SkSink *chunks, GError **error)
{
    g_autoptr(SkRaster) raster = NULL;
    g_autoptr(GBytes) stream = NULL;

    if (!draw_first(self, disarm, &raster, error) || !sk_webp_encode(raster, &stream, error))
        return false;
    put_stream(chunks, stream);
    return true;
}

/* The bit of a lossless stream that says that it uses alpha. */
static bool
uses_alpha(GBytes *stream)
{
    SkSpan s = sk_span_bytes(stream);
    return (s.p[4] & 0x10) != 0;
}

static bool
write_frame(const Frame *frame, SkDisarm *disarm, SkSink *chunks, bool *alpha, GError **error)
{
    uint64_t before = disarm->expanded;
    g_autoptr(SkRaster) raster = NULL;
    g_autoptr(GBytes) stream = NULL;

    if (!sk_webp_decode(disarm, &frame->picture, &raster, error) ||
        !sk_webp_encode(raster, &stream, error))
        return false;
    /* Gone with its frame: what counts of it is one byte a pixel, so that long animations of few
     * pixels come through. */
    disarm->expanded = before + (uint64_t)frame->width * frame->height;
    *alpha = *alpha || uses_alpha(stream);
    size_t n = g_bytes_get_size(stream);
    sk_sink_str(chunks, "ANMF");
    sk_sink_u32le(chunks, (uint32_t)(16 + 8 + n + n % 2));
    put_u24(chunks, frame->left / 2);
    put_u24(chunks, frame->top / 2);
    put_u24(chunks, frame->width - 1);
    put_u24(chunks, frame->height - 1);
    put_u24(chunks, frame->milliseconds);
    sk_sink_u8(chunks, frame->flags);
    put_stream(chunks, stream);
    return true;
}

static bool
write_animation(const Webp *self, SkDisarm *disarm, SkSink *chunks, GError **error)
{
    g_autoptr(SkSink) frames = sk_sink_new_memory(disarm->job->limits.output);
    bool alpha = false;

    for (guint i = 0; i < self->frames->len; i++) {
        if (!write_frame(&g_array_index(self->frames, Frame, i), disarm, frames, &alpha, error))
            return false;
    }
    if (!sk_sink_finish(frames, error))
        return false;
    sk_sink_str(chunks, "VP8X");
    sk_sink_u32le(chunks, 10);
    sk_sink_u32le(chunks, alpha ? 0x12 : 0x02);
    put_u24(chunks, self->width - 1);
    put_u24(chunks, self->height - 1);
    sk_sink_str(chunks, "ANIM");
    sk_sink_u32le(chunks, 6);
    sk_sink_u32le(chunks, 0);
    sk_sink_u16le(chunks, self->loops);
    sk_sink_span(chunks, sk_sink_memory(frames));
    return true;
}

static bool
rebuild(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    autowebp webp = { .frames = NULL };
    g_autoptr(SkSink) chunks = sk_sink_new_memory(self->job->limits.output);
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!read_webp(&webp, self, picture, place, error))
        return false;
    guint more = webp.frames->len - 1;
    if ((more > 0 &&
         !sk_disarm_found(self, SK_ELEMENT_PICTURE_ANIMATION, place, more, &verdict, error)) ||
        !sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, webp.lossy > 0 ? 1 : 0, place, error))
        return false;
    bool all = more > 0 && verdict == SK_VERDICT_KEPT;
    if (!(all ? write_animation : write_still)(&webp, self, chunks, error) ||
        !sk_sink_finish(chunks, error))
        return false;
    put_file(out, chunks);
    return sk_sink_ok(out) || sk_throw(error, SK_ERROR_LIMIT, "webp: output too large");
}

bool
sk_webp_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, rebuild, SK_TYPE_WEBP, self->input, SK_SPAN_EMPTY, self->sink,
                             error);
}

bool
sk_webp_draw(SkDisarm *self, GError **error)
{
    return sk_webp_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}
