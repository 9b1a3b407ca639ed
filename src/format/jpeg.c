/* SPDX-License-Identifier: Apache-2.0
 * jpeg.c - contract in jpeg.h. */
#include "format/jpeg.h"

#include "base/reader.h"
#include "format/exif.h"

#include <string.h>

enum {
    SOF0 = 0xC0,
    SOF1 = 0xC1,
    SOF2 = 0xC2,
    DHT = 0xC4,
    JPG = 0xC8,
    DAC = 0xCC,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DQT = 0xDB,
    DNL = 0xDC,
    DRI = 0xDD,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP2 = 0xE2,
    APP14 = 0xEE,
    APP15 = 0xEF,
    COM = 0xFE,
};

typedef struct {
    SkReader r;
    const SkLimits *limits;
    SkJpeg *jpeg;
    bool frame; /* SOF has been seen */
} Walk;

static void
keep(Walk *self, SkSpan part)
{
    g_array_append_val(self->jpeg->parts, part);
}

/* The code of the next marker. Fill bytes and zeros between segments are passed over
 * (DEVIATION). */
static bool
next_marker(Walk *self, uint8_t *ret, GError **error)
{
    size_t start = self->r.at;
    uint8_t b = sk_reader_u8(&self->r);
    while (sk_reader_ok(&self->r) && b == 0)
        b = sk_reader_u8(&self->r);
    if (sk_reader_ok(&self->r) && b != 0xFF)
        return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: bytes between segments (byte %zu)",
                        start);
    while (sk_reader_ok(&self->r) && b == 0xFF)
        b = sk_reader_u8(&self->r);
    if (!sk_reader_ok(&self->r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jpeg: ends without an end marker");
    *ret = b;
    return true;
}

static bool
take_frame(Walk *self, SkSpan data, GError **error)
{
    SkJpeg *jpeg = self->jpeg;
    SkReader r = sk_reader(data);
    uint8_t precision = sk_reader_u8(&r);
    jpeg->height = sk_reader_u16be(&r);
    jpeg->width = sk_reader_u16be(&r);
    jpeg->components = sk_reader_u8(&r);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 3u * jpeg->components || self->frame)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "jpeg: frame header of a wrong size, or a second one");
    if (precision != 8 ||
        (jpeg->components != 1 && jpeg->components != 3 && jpeg->components != 4) ||
        jpeg->height == 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpeg: %u bits, %u components", precision,
                        jpeg->components);
    if (jpeg->width == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: no width");
    if (jpeg->width > SK_JPEG_SIDE_MAX || jpeg->height > SK_JPEG_SIDE_MAX ||
        (uint64_t)jpeg->width * jpeg->height > self->limits->pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "jpeg: %u × %u pixels", jpeg->width, jpeg->height);
    self->frame = true;
    return true;
}

static void
take_app0(Walk *self, SkSpan data)
{
    SkJpeg *jpeg = self->jpeg;
    SkReader r = sk_reader(data);
    SkSpan name = sk_reader_span(&r, 5);
    if (sk_span_equal(name, sk_span("JFXX", 5))) {
        jpeg->thumbnails++;
        return;
    }
    sk_reader_skip(&r, 2);
    uint8_t unit = sk_reader_u8(&r);
    uint16_t x = sk_reader_u16be(&r), y = sk_reader_u16be(&r);
    uint8_t across = sk_reader_u8(&r), down = sk_reader_u8(&r);
    if (!sk_reader_ok(&r) || !sk_span_equal(name, sk_span("JFIF", 5)) || jpeg->jfif) {
        jpeg->metadata++;
        return;
    }
    jpeg->jfif = true;
    jpeg->thumbnails += across > 0 && down > 0 ? 1 : 0;
    if (unit <= 2 && x > 0 && y > 0) {
        jpeg->density_unit = unit;
        jpeg->density_x = x;
        jpeg->density_y = y;
    }
    keep(self, sk_span(jpeg->jfif_marker, sizeof jpeg->jfif_marker));
}

static void
take_app1(Walk *self, SkSpan data)
{
    self->jpeg->metadata++;
    if (data.n < 6 || !sk_span_equal(sk_span_sub(data, 0, 6), sk_span("Exif\0", 6)))
        return;
    SkExif exif = sk_exif_read(sk_span_sub(data, 6, data.n - 6));
    self->jpeg->thumbnails += exif.thumbnail ? 1 : 0;
    if (self->jpeg->orientation == 1)
        self->jpeg->orientation = exif.orientation;
}

static void
take_app14(Walk *self, SkSpan data)
{
    SkJpeg *jpeg = self->jpeg;
    if (jpeg->adobe >= 0 || data.n < 12 || !sk_span_starts(data, "Adobe") || data.p[11] > 2) {
        jpeg->metadata++;
        return;
    }
    jpeg->adobe = data.p[11];
    jpeg->adobe_marker[15] = data.p[11];
    keep(self, sk_span(jpeg->adobe_marker, sizeof jpeg->adobe_marker));
}

/* Pieces that contradict one another leave gaps, and so no profile. */
static void
take_icc(Walk *self, SkSpan data)
{
    SkJpeg *jpeg = self->jpeg;

    jpeg->profiles++;
    if (data.n < SK_JPEG_ICC_HEAD)
        return;
    uint8_t number = data.p[12], n = data.p[13];
    if (jpeg->icc_n == 0)
        jpeg->icc_n = n;
    if (number == 0 || number > n || n != jpeg->icc_n || jpeg->icc[number].n > 0)
        return;
    jpeg->icc[number] = sk_span_sub(data, SK_JPEG_ICC_HEAD, data.n - SK_JPEG_ICC_HEAD);
}

/* What is not kept: counted by what it is. */
static void
take_application(Walk *self, uint8_t marker, SkSpan data)
{
    SkJpeg *jpeg = self->jpeg;
    if (marker == APP0)
        take_app0(self, data);
    else if (marker == APP1)
        take_app1(self, data);
    else if (marker == APP14)
        take_app14(self, data);
    else if (marker == COM)
        jpeg->texts++;
    else if (marker == APP2 && sk_span_starts(data, "ICC_PROFILE"))
        take_icc(self, data);
    else if (marker == APP2 && sk_span_starts(data, "MPF"))
        jpeg->seconds++;
    else
        jpeg->metadata++;
}

/* The entropy-coded bytes up to the next marker that is not a restart. */
static bool
take_scan(Walk *self, GError **error)
{
    SkReader *r = &self->r;
    for (;;) {
        size_t left = sk_reader_left(r);
        const uint8_t *hit = left == 0 ? NULL : memchr(r->in.p + r->at, 0xFF, left);
        if (hit == NULL)
            return sk_throw(error, SK_ERROR_TRUNCATED, "jpeg: ends inside a scan");
        sk_reader_seek(r, (size_t)(hit - r->in.p));
        int next = sk_reader_peek(r, 1);
        if (next < 0)
            return sk_throw(error, SK_ERROR_TRUNCATED, "jpeg: ends inside a scan");
        if (next != 0 && (next < 0xD0 || next > 0xD7))
            return true;
        sk_reader_skip(r, 2);
    }
}

static bool
take_segment(Walk *self, uint8_t marker, size_t start, GError **error)
{
    uint16_t length = sk_reader_u16be(&self->r);
    SkSpan data = length < 2 ? SK_SPAN_EMPTY : sk_reader_span(&self->r, (size_t)length - 2);
    if (!sk_reader_ok(&self->r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jpeg: segment cut short (byte %zu)", start);
    if (length < 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: segment without a length (byte %zu)",
                        start);
    if ((marker >= APP0 && marker <= APP15) || marker == COM) {
        take_application(self, marker, data);
        return true;
    }
    switch (marker) {
    case SOF0:
    case SOF1:
    case SOF2:
        self->jpeg->progressive = marker == SOF2;
        if (!take_frame(self, data, error))
            return false;
        break;
    case DHT:
    case DQT:
    case DRI:
        break;
    case SOS:
        if (!self->frame)
            return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: a scan before the frame");
        if (++self->jpeg->scans > SK_JPEG_SCANS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "jpeg: over %u scans", SK_JPEG_SCANS_MAX);
        if (!take_scan(self, error))
            return false;
        break;
    default:
        if (marker >= SOF0 && marker <= 0xCF && marker != JPG)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "jpeg: process %02X", marker);
        return sk_throw(error, marker == DNL ? SK_ERROR_UNSUPPORTED : SK_ERROR_MALFORMED,
                        "jpeg: marker %02X out of place (byte %zu)", marker, start);
    }
    /* From the marker itself: fill bytes before it stay behind. */
    size_t at = start;
    while (self->r.in.p[at] != 0xFF || self->r.in.p[at + 1] != marker)
        at++;
    keep(self, sk_span_sub(self->r.in, at, self->r.at - at));
    return true;
}

static void
compose_markers(SkJpeg *self)
{
    static const uint8_t jfif[18] = {
        0xFF, APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };
    static const uint8_t adobe[16] = {
        0xFF, APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };
    memcpy(self->jfif_marker, jfif, sizeof jfif);
    memcpy(self->adobe_marker, adobe, sizeof adobe);
}

bool
sk_jpeg_parse(SkSpan input, const SkLimits *limits, SkJpeg *ret, GError **error)
{
    *ret = (SkJpeg){ .adobe = -1,
                     .orientation = 1,
                     .rest = SK_SPAN_EMPTY,
                     .parts = g_array_new(FALSE, FALSE, sizeof(SkSpan)) };
    Walk walk = { .r = sk_reader(input), .limits = limits, .jpeg = ret };
    compose_markers(ret);

    if (!sk_span_equal(sk_reader_span(&walk.r, 2), sk_span("\xFF\xD8", 2)))
        return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: does not begin like one");
    keep(&walk, sk_span("\xFF\xD8", 2));
    for (;;) {
        size_t start = walk.r.at;
        uint8_t marker = 0;
        if (!next_marker(&walk, &marker, error))
            return false;
        if (marker == EOI)
            break;
        if (marker == SOI || marker < SOF0 || (marker >= 0xD0 && marker <= 0xD7))
            return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: marker %02X out of place (byte %zu)",
                            marker, start);
        if (!take_segment(&walk, marker, start, error))
            return false;
    }
    if (ret->scans == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "jpeg: ends before its image");
    keep(&walk, sk_span("\xFF\xD9", 2));
    ret->rest = sk_span_sub(input, walk.r.at, input.n - walk.r.at);
    return true;
}

void
sk_jpeg_clear(SkJpeg *self)
{
    if (self->parts != NULL)
        g_array_unref(self->parts);
    self->parts = NULL;
}
