/* SPDX-License-Identifier: Apache-2.0
 * libwebp.c - contract in libwebp.h. */
#include "disarm/libwebp.h"

#include "base/reader.h"

#include <webp/decode.h>
#include <webp/encode.h>

#define LEVEL 1 /* of nine: the higher ones cost twice the time each for a few percent */
#define FILE_MAX (1u << 30)

/* ---- in ------------------------------------------------------------------------------------- */

bool
sk_webp_size(const SkWebpPicture *picture, uint32_t *ret_width, uint32_t *ret_height,
             GError **error)
{
    SkReader r = sk_reader(picture->stream);
    bool known = false;
    uint32_t width = 0, height = 0;

    if (picture->lossless) {
        known = sk_reader_u8(&r) == 0x2f;
        uint32_t bits = sk_reader_u32le(&r);
        width = (bits & 0x3fff) + 1;
        height = (bits >> 14 & 0x3fff) + 1;
    } else {
        known = (sk_reader_u8(&r) & 1) == 0; /* a key frame */
        sk_reader_skip(&r, 2);
        known = known && sk_span_is(sk_reader_span(&r, 3), "\x9d\x01\x2a");
        width = sk_reader_u16le(&r) & 0x3fff;
        height = sk_reader_u16le(&r) & 0x3fff;
    }
    if (!known || !sk_reader_ok(&r) || width == 0 || height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "webp: no picture");
    *ret_width = width;
    *ret_height = height;
    return true;
}

static void
emit_chunk(SkSink *sink, const char *name, SkSpan content)
{
    sk_sink_str(sink, name);
    sk_sink_u32le(sink, (uint32_t)content.n);
    sk_sink_span(sink, content);
    if (content.n % 2 != 0)
        sk_sink_u8(sink, 0);
}

static uint32_t
padded(SkSpan s)
{
    return 8 + (uint32_t)s.n + (uint32_t)s.n % 2;
}

/* A file of this one picture. */
static void
emit_file(SkSink *sink, const SkWebpPicture *picture, uint32_t width, uint32_t height)
{
    bool alpha = picture->alpha.n > 0 && !picture->lossless;
    uint32_t size = 4 + padded(picture->stream) + (alpha ? 18 + padded(picture->alpha) : 0);

    sk_sink_str(sink, "RIFF");
    sk_sink_u32le(sink, size);
    sk_sink_str(sink, "WEBP");
    if (alpha) {
        sk_sink_str(sink, "VP8X");
        sk_sink_u32le(sink, 10);
        sk_sink_u32le(sink, 0x10);
        sk_sink_u16le(sink, (uint16_t)(width - 1));
        sk_sink_u8(sink, 0);
        sk_sink_u16le(sink, (uint16_t)(height - 1));
        sk_sink_u8(sink, 0);
        emit_chunk(sink, "ALPH", picture->alpha);
    }
    emit_chunk(sink, picture->lossless ? "VP8L" : "VP8 ", picture->stream);
}

bool
sk_webp_decode(SkDisarm *self, const SkWebpPicture *picture, SkRaster **ret, GError **error)
{
    g_autoptr(SkSink) file = sk_sink_new_memory(FILE_MAX);
    g_autoptr(SkRaster) raster = NULL;
    uint32_t width = 0, height = 0;

    if (!sk_webp_size(picture, &width, &height, error) ||
        !sk_raster_new(self, width, height, &raster, error))
        return false;
    emit_file(file, picture, width, height);
    if (!sk_sink_finish(file, error))
        return false;
    SkSpan whole = sk_sink_memory(file);
    size_t stride = 4 * (size_t)width;
    if (WebPDecodeRGBAInto(whole.p, whole.n, raster->pixels, stride * height, (int)stride) == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "webp: image data broken");
    *ret = g_steal_pointer(&raster);
    return true;
}

/* ---- out ------------------------------------------------------------------------------------ */

static int
write_piece(const uint8_t *data, size_t n, const WebPPicture *picture)
{
    SkSink *sink = picture->custom_ptr;

    sk_sink_span(sink, sk_span(data, n));
    return sk_sink_ok(sink);
}

static void
hide_nothing(SkRaster *raster)
{
    size_t n = (size_t)raster->width * raster->height;

    for (size_t i = 0; i < n; i++) {
        uint8_t *p = raster->pixels + 4 * i;
        if (p[3] == 0)
            p[0] = p[1] = p[2] = 0;
    }
}

static bool
encode(WebPPicture *picture, const WebPConfig *config, SkRaster *raster, GError **error)
{
    picture->use_argb = 1;
    picture->width = (int)raster->width;
    picture->height = (int)raster->height;
    picture->writer = write_piece;
    hide_nothing(raster);
    if (WebPPictureImportRGBA(picture, raster->pixels, 4 * (int)raster->width) &&
        WebPEncode(config, picture))
        return true;
    return sk_throw(error, SK_ERROR_LIMIT, "webp: not encoded (%d)", (int)picture->error_code);
}

bool
sk_webp_encode(SkRaster *raster, GBytes **ret, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(FILE_MAX);
    WebPConfig config;
    WebPPicture picture;

    if (raster->width > SK_WEBP_SIDE_MAX || raster->height > SK_WEBP_SIDE_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "webp: too large");
    g_assert(WebPConfigInit(&config) && WebPConfigLosslessPreset(&config, LEVEL) &&
             WebPPictureInit(&picture));
    config.exact = 1;
    picture.custom_ptr = sink;
    bool done = encode(&picture, &config, raster, error);
    WebPPictureFree(&picture);
    if (!done || !sk_sink_finish(sink, error))
        return false;
    SkReader r = sk_reader(sk_sink_memory(sink));
    sk_reader_skip(&r, 12);
    bool plain = sk_span_is(sk_reader_span(&r, 4), "VP8L");
    uint32_t n = sk_reader_u32le(&r);
    SkSpan stream = sk_reader_span(&r, n);
    if (!plain || !sk_reader_ok(&r))
        return sk_throw(error, SK_ERROR_INTERNAL, "webp: not a lossless picture");
    *ret = g_bytes_new(stream.p, stream.n);
    return true;
}
