/* SPDX-License-Identifier: Apache-2.0
 * png.c - contract in png.h: the walk. */
#include "format/png.h"

#include "base/reader.h"

#include <isa-l/crc.h>

#define CHUNK(a, b, c, d) \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

unsigned
sk_png_channels(uint8_t colour)
{
    switch (colour) {
    case SK_PNG_RGB:
        return 3;
    case SK_PNG_GREY_ALPHA:
        return 2;
    case SK_PNG_RGBA:
        return 4;
    default:
        return 1;
    }
}

size_t
sk_png_row_bytes(const SkPngHeader *header)
{
    return ((size_t)header->width * sk_png_channels(header->colour) * header->depth + 7) / 8;
}

typedef struct {
    SkReader r;
    const SkLimits *limits;
    SkPng *png;
    uint32_t chunks;
    size_t idat_start, idat_end; /* 0: none yet */
} Walk;

typedef struct {
    uint32_t type;
    SkSpan data, whole;
} Chunk;

static bool
is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
next_chunk(Walk *self, Chunk *ret, GError **error)
{
    size_t start = self->r.at;
    uint32_t length = sk_reader_u32be(&self->r);
    SkSpan type = sk_reader_span(&self->r, 4);
    SkSpan data = sk_reader_span(&self->r, length);
    uint32_t crc = sk_reader_u32be(&self->r);
    if (!sk_reader_ok(&self->r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "png: chunk cut short (byte %zu)", start);
    for (size_t i = 0; i < type.n; i++) {
        if (!is_letter(type.p[i]))
            return sk_throw(error, SK_ERROR_MALFORMED, "png: chunk without a name (byte %zu)",
                            start);
    }
    if (crc32_gzip_refl(0, type.p, 4 + (uint64_t)length) != crc)
        return sk_throw(error, SK_ERROR_MALFORMED, "png: wrong CRC (byte %zu)", start);
    ret->type = CHUNK(type.p[0], type.p[1], type.p[2], type.p[3]);
    ret->data = data;
    ret->whole = sk_span_sub(self->r.in, start, self->r.at - start);
    return true;
}

static bool
is_depth_allowed(uint8_t colour, uint8_t depth)
{
    switch (colour) {
    case SK_PNG_GREY:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case SK_PNG_PALETTE:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case SK_PNG_RGB:
    case SK_PNG_GREY_ALPHA:
    case SK_PNG_RGBA:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static bool
take_ihdr(Walk *self, const Chunk *chunk, GError **error)
{
    SkPngHeader *header = &self->png->header;
    SkReader r = sk_reader(chunk->data);
    header->width = sk_reader_u32be(&r);
    header->height = sk_reader_u32be(&r);
    header->depth = sk_reader_u8(&r);
    header->colour = sk_reader_u8(&r);
    uint8_t compression = sk_reader_u8(&r), filter = sk_reader_u8(&r), interlace = sk_reader_u8(&r);
    header->interlaced = interlace == 1;
    if (!sk_reader_ok(&r) || sk_reader_left(&r) > 0 || header->width == 0 || header->height == 0 ||
        !is_depth_allowed(header->colour, header->depth) || compression != 0 || filter != 0 ||
        interlace > 1)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "png: header with values that PNG does not know");
    if (header->width > SK_PNG_SIDE_MAX || header->height > SK_PNG_SIDE_MAX ||
        (uint64_t)header->width * header->height > self->limits->pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "png: %u × %u pixels", header->width,
                        header->height);
    self->png->ihdr = chunk->whole;
    return true;
}

static bool
take_plte(Walk *self, const Chunk *chunk, GError **error)
{
    SkPng *png = self->png;
    size_t n = chunk->data.n / 3;
    uint8_t colour = png->header.colour;
    bool misplaced = self->idat_end > 0 || png->plte.n > 0 || png->trns.n > 0;
    if (misplaced || colour == SK_PNG_GREY || colour == SK_PNG_GREY_ALPHA || n == 0 ||
        n * 3 != chunk->data.n || n > 256 ||
        (colour == SK_PNG_PALETTE && n > 1u << png->header.depth))
        return sk_throw(error, SK_ERROR_MALFORMED, "png: palette out of place or of a wrong size");
    png->plte = chunk->whole;
    if (colour == SK_PNG_PALETTE)
        png->header.palette = chunk->data;
    else
        png->metadata++; /* a suggestion for screens of 256 colours */
    return true;
}

static bool
take_trns(Walk *self, const Chunk *chunk, GError **error)
{
    SkPng *png = self->png;
    size_t n = chunk->data.n;
    bool right = false;
    if (png->header.colour == SK_PNG_GREY)
        right = n == 2;
    else if (png->header.colour == SK_PNG_RGB)
        right = n == 6;
    else if (png->header.colour == SK_PNG_PALETTE)
        right = n >= 1 && n <= png->header.palette.n / 3;
    if (!right || self->idat_end > 0 || png->trns.n > 0)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "png: transparency out of place or of a wrong size");
    png->trns = chunk->whole;
    png->header.transparency = chunk->data;
    return true;
}

static bool
take_idat(Walk *self, const Chunk *chunk, GError **error)
{
    size_t start = self->r.at - chunk->whole.n;
    if (self->idat_end == 0)
        self->idat_start = start;
    else if (self->idat_end != start)
        return sk_throw(error, SK_ERROR_MALFORMED, "png: image data in two places");
    if (self->png->header.colour == SK_PNG_PALETTE && self->png->plte.n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "png: no palette");
    self->idat_end = self->r.at;
    return true;
}

static void
take_phys(Walk *self, const Chunk *chunk)
{
    SkPngHeader *header = &self->png->header;
    SkReader r = sk_reader(chunk->data);
    uint32_t x = sk_reader_u32be(&r), y = sk_reader_u32be(&r);
    uint8_t unit = sk_reader_u8(&r);
    bool usable = sk_reader_ok(&r) && sk_reader_left(&r) == 0 && x > 0 && y > 0 &&
                  x <= SK_PNG_DENSITY_MAX && y <= SK_PNG_DENSITY_MAX && unit <= 1 &&
                  header->density_x == 0 && self->idat_end == 0;
    if (!usable) {
        self->png->metadata++;
        return;
    }
    header->density_x = x;
    header->density_y = y;
    header->density_unit = unit;
}

/* What is dropped is counted by kind. */
static bool
take_other(Walk *self, const Chunk *chunk, GError **error)
{
    SkPng *png = self->png;
    switch (chunk->type) {
    case CHUNK('t', 'E', 'X', 't'):
    case CHUNK('z', 'T', 'X', 't'):
    case CHUNK('i', 'T', 'X', 't'):
        png->texts++;
        return true;
    case CHUNK('i', 'C', 'C', 'P'):
        if (png->iccp.n == 0 && self->idat_end == 0)
            png->iccp = chunk->data;
        png->profiles++;
        return true;
    case CHUNK('s', 'R', 'G', 'B'):
    case CHUNK('g', 'A', 'M', 'A'):
    case CHUNK('c', 'H', 'R', 'M'):
    case CHUNK('c', 'I', 'C', 'P'):
    case CHUNK('m', 'D', 'C', 'V'):
    case CHUNK('c', 'L', 'L', 'I'):
        png->profiles++;
        return true;
    case CHUNK('a', 'c', 'T', 'L'):
    case CHUNK('f', 'c', 'T', 'L'):
    case CHUNK('f', 'd', 'A', 'T'):
        png->frames++;
        return true;
    case CHUNK('e', 'X', 'I', 'f'):
    case CHUNK('t', 'I', 'M', 'E'):
    case CHUNK('b', 'K', 'G', 'D'):
    case CHUNK('h', 'I', 'S', 'T'):
    case CHUNK('s', 'B', 'I', 'T'):
    case CHUNK('s', 'P', 'L', 'T'):
        png->metadata++;
        return true;
    default:
        break;
    }
    if ((chunk->type >> 24 & 0x20) == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "png: a critical chunk that PNG does not know");
    png->unknown++;
    return true;
}

static bool
take(Walk *self, const Chunk *chunk, bool *ret_end, GError **error)
{
    switch (chunk->type) {
    case CHUNK('I', 'H', 'D', 'R'):
        return sk_throw(error, SK_ERROR_MALFORMED, "png: a second header");
    case CHUNK('P', 'L', 'T', 'E'):
        return take_plte(self, chunk, error);
    case CHUNK('t', 'R', 'N', 'S'):
        return take_trns(self, chunk, error);
    case CHUNK('I', 'D', 'A', 'T'):
        return take_idat(self, chunk, error);
    case CHUNK('p', 'H', 'Y', 's'):
        take_phys(self, chunk);
        return true;
    case CHUNK('I', 'E', 'N', 'D'):
        if (chunk->data.n > 0 || self->idat_end == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "png: ends before its image");
        self->png->iend = chunk->whole;
        *ret_end = true;
        return true;
    default:
        return take_other(self, chunk, error);
    }
}

bool
sk_png_parse(SkSpan input, const SkLimits *limits, SkPng *ret, GError **error)
{
    SkPng png = { .header.palette = SK_SPAN_EMPTY,
                  .header.transparency = SK_SPAN_EMPTY,
                  .ihdr = SK_SPAN_EMPTY,
                  .plte = SK_SPAN_EMPTY,
                  .trns = SK_SPAN_EMPTY,
                  .idats = SK_SPAN_EMPTY,
                  .iend = SK_SPAN_EMPTY };
    Walk walk = { .r = sk_reader(input), .limits = limits, .png = &png };
    Chunk chunk = { 0 };

    if (!sk_span_equal(sk_reader_span(&walk.r, 8), sk_span("\x89PNG\r\n\x1a\n", 8)))
        return sk_throw(error, SK_ERROR_MALFORMED, "png: no signature");
    if (!next_chunk(&walk, &chunk, error))
        return false;
    if (chunk.type == CHUNK('C', 'g', 'B', 'I'))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "png: Apple's variant");
    if (chunk.type != CHUNK('I', 'H', 'D', 'R'))
        return sk_throw(error, SK_ERROR_MALFORMED, "png: does not begin with a header");
    if (!take_ihdr(&walk, &chunk, error))
        return false;
    for (bool end = false; !end;) {
        if (!next_chunk(&walk, &chunk, error) || !take(&walk, &chunk, &end, error))
            return false;
        if (chunk.type != CHUNK('I', 'D', 'A', 'T') && ++walk.chunks > SK_PNG_CHUNKS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "png: over %u chunks", SK_PNG_CHUNKS_MAX);
    }
    png.idats = sk_span_sub(input, walk.idat_start, walk.idat_end - walk.idat_start);
    png.rest = sk_span_sub(input, walk.r.at, input.n - walk.r.at);
    *ret = png;
    return true;
}
