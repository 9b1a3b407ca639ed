/* SPDX-License-Identifier: Apache-2.0
 * png.c - PNG pictures: walk, decode, write anew. Spec: docs/formats/png.md */
#include "disarm/formats.h"

#include "disarm/picture.h"
#include "disarm/picture-formats.h"
#include "disarm/pixels.h"
#include "disarm/png-animation.h"

#include <zlib.h>

#define PROFILE_MAX (8u << 20)
#define PROFILE_NAME_MAX 80u

/* The profile in iCCP: a name, a method, a zlib stream. NULL: none, broken, or too large to be
 * sane. */
static GBytes *
inflate_profile(SkSpan iccp)
{
    size_t name = sk_span_find(iccp, 0, sk_span("\0", 1)), head = name + 2;

    if (name >= PROFILE_NAME_MAX || head >= iccp.n)
        return NULL;
    g_autofree uint8_t *out = g_malloc(PROFILE_MAX);
    z_stream z = { .next_out = out, .avail_out = PROFILE_MAX };
    if (inflateInit(&z) != Z_OK)
        return NULL;
    z.next_in = (Bytef *)(uintptr_t)(iccp.p + head);
    z.avail_in = (uInt)(iccp.n - head);
    int rc = inflate(&z, Z_FINISH);
    size_t n = PROFILE_MAX - z.avail_out;
    inflateEnd(&z);
    return rc == Z_STREAM_END ? g_bytes_new(out, n) : NULL;
}

static bool
take_profile(SkDisarm *self, const SkPng *png, SkSpan place, GBytes **ret, GError **error)
{
    g_autoptr(GBytes) plain = inflate_profile(png->iccp);
    bool grey = png->header.colour == SK_PNG_GREY || png->header.colour == SK_PNG_GREY_ALPHA;
    SkSpan profile = plain == NULL ? SK_SPAN_EMPTY : sk_span_bytes(plain);

    return sk_disarm_expand(self, profile.n, 0, 0, error) &&
           sk_picture_profile(self, profile, grey ? 1 : 3, png->profiles, place, ret, error);
}

static bool
report(SkDisarm *self, const SkPng *png, SkSpan place, GError **error)
{
    bool remade = png->header.interlaced || png->header.depth == 16;
    return sk_picture_found(self, SK_ELEMENT_PICTURE_TEXT, png->texts, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_METADATA, png->metadata, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_UNKNOWN, png->unknown, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, remade ? 1 : 0, place, error) &&
           sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, png->rest.n > 0 ? 1 : 0, place, error);
}

/* The greatest index in a row of a palette picture; bits after the last pixel do not count. */
static unsigned
greatest_index(const uint8_t *row, const SkPngHeader *header)
{
    unsigned greatest = 0, mask = (1u << header->depth) - 1;
    for (uint32_t x = 0; x < header->width; x++) {
        uint64_t bit = (uint64_t)x * header->depth;
        unsigned index = (unsigned)row[bit / 8] >> (8 - header->depth - bit % 8) & mask;
        greatest = MAX(greatest, index);
    }
    return greatest;
}

/* Opaque entries at the end of a palette's transparency say nothing. */
static SkSpan
shortest_transparency(const SkPngHeader *header)
{
    SkSpan s = header->transparency;
    while (header->colour == SK_PNG_PALETTE && s.n > 0 && s.p[s.n - 1] == 0xFF)
        s = sk_span_sub(s, 0, s.n - 1);
    return s;
}

/* A transparent colour that no pixel of this depth can have is dropped: readers differ about its
 * upper bits. */
static bool
is_reachable(const SkPngHeader *header)
{
    SkSpan s = header->transparency;
    for (size_t i = 0; header->colour != SK_PNG_PALETTE && i + 1 < s.n; i += 2) {
        if (s.p[i] != 0 || s.p[i + 1] >= 1u << header->depth)
            return false;
    }
    return true;
}

static bool
copy_rows(SkPixels *pixels, const SkPngHeader *header, SkPngWriter *writer, GError **error)
{
    size_t entries = header->palette.n / 3;
    bool indexes = header->colour == SK_PNG_PALETTE && entries < 1u << header->depth;
    g_autofree uint8_t *row = g_malloc(sk_png_row_bytes(header));
    for (uint32_t y = 0; y < header->height; y++) {
        if (!sk_pixels_row(pixels, row, error))
            return false;
        if (indexes && greatest_index(row, header) >= entries)
            return sk_throw(error, SK_ERROR_MALFORMED, "png: a colour past the palette (row %u)",
                            y);
        sk_png_writer_row(writer, row);
    }
    return true;
}

/* Where the rule keeps animations, and there is a sound one. */
static bool
take_animation(SkDisarm *self, const SkPng *png, SkSpan picture, SkSpan place, SkPngAnimation *ret,
               GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (png->frames > 0 &&
        sk_disarm_verdict(self, SK_ELEMENT_PICTURE_ANIMATION) == SK_VERDICT_KEPT &&
        sk_png_animation_read(png, picture, &self->job->limits, ret))
        return sk_disarm_found(self, SK_ELEMENT_PICTURE_ANIMATION, place, ret->frames->len - 1,
                               &verdict, error);
    sk_png_animation_clear(ret);
    return sk_picture_found(self, SK_ELEMENT_PICTURE_ANIMATION, png->frames, place, error);
}

static void
announce(const SkPngAnimation *animation, SkPngHeader *header)
{
    const SkPngAnimated *first = &g_array_index(animation->frames, SkPngAnimated, 0);

    header->frames = animation->frames->len;
    header->plays = animation->plays;
    header->first = first->data == NULL ? &first->place : NULL;
}

static bool
copy_frame(SkDisarm *self, const SkPng *png, const SkPngAnimated *frame, SkPngWriter *writer,
           GError **error)
{
    g_autoptr(GBytes) file = sk_png_animation_frame(png, frame);
    g_autoptr(SkPixels) pixels = NULL;
    SkPng alone;
    SkPngHeader header;
    bool more = false;

    if (!sk_png_parse(sk_span_bytes(file), &self->job->limits, &alone, error) ||
        !sk_disarm_expand(self, sk_png_row_bytes(&alone.header) * (uint64_t)alone.header.height, 0,
                          0, error) ||
        !sk_pixels_open(&alone, &pixels, &header, error))
        return false;
    sk_png_writer_frame(writer, &frame->place);
    return copy_rows(pixels, &header, writer, error) && sk_pixels_end(pixels, &more, error);
}

static bool
copy_frames(SkDisarm *self, const SkPng *png, const SkPngAnimation *animation, SkPngWriter *writer,
            GError **error)
{
    for (guint i = 0; animation->frames != NULL && i < animation->frames->len; i++) {
        const SkPngAnimated *frame = &g_array_index(animation->frames, SkPngAnimated, i);
        if (frame->data != NULL && !copy_frame(self, png, frame, writer, error))
            return false;
    }
    return true;
}

static bool
rebuild(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, bool animated, GError **error)
{
    SkPng png;
    SkPngHeader header;
    g_autoptr(SkPixels) pixels = NULL;
    g_autoptr(GBytes) profile = NULL;
    g_auto(SkPngAnimation) animation = { .frames = NULL };
    bool more = false;

    if (!sk_png_parse(picture, &self->job->limits, &png, error) ||
        !report(self, &png, place, error) ||
        !sk_disarm_expand(self, sk_png_row_bytes(&png.header) * (uint64_t)png.header.height, 0, 0,
                          error) ||
        !sk_pixels_open(&png, &pixels, &header, error))
        return false;
    if (!take_profile(self, &png, place, &profile, error) ||
        !(animated
              ? take_animation(self, &png, picture, place, &animation, error)
              : sk_picture_found(self, SK_ELEMENT_PICTURE_ANIMATION, png.frames, place, error)))
        return false;
    if (animation.frames != NULL)
        announce(&animation, &header);
    header.profile = profile == NULL ? SK_SPAN_EMPTY : sk_span_bytes(profile);
    header.transparency = is_reachable(&header) ? shortest_transparency(&header) : SK_SPAN_EMPTY;

    g_autoptr(SkPngWriter) writer = sk_png_writer_new(out, &header);
    if (!copy_rows(pixels, &header, writer, error) || !sk_pixels_end(pixels, &more, error) ||
        !copy_frames(self, &png, &animation, writer, error))
        return false;
    sk_png_writer_end(writer);
    return sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, more ? 1 : 0, place, error);
}

/* In documents: the picture itself. */
bool
sk_png_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    return rebuild(self, picture, place, out, false, error);
}

static bool
rebuild_alone(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    return rebuild(self, picture, place, out, true, error);
}

bool
sk_png_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, rebuild_alone, SK_TYPE_PNG, self->input, SK_SPAN_EMPTY,
                             self->sink, error);
}
