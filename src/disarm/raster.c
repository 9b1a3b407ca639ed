/* SPDX-License-Identifier: Apache-2.0
 * raster.c - contract in raster.h. */
#include "disarm/raster.h"

#include "disarm/identify.h"
#include "format/png.h"

#include <string.h>

#define COLOURS_MAX 256u
#define SLOTS 1024u

bool
sk_raster_new(SkDisarm *self, uint64_t width, uint64_t height, SkRaster **ret, GError **error)
{
    if (width == 0 || height == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "picture: without pixels");
    if (width > SK_PNG_SIDE_MAX || height > SK_PNG_SIDE_MAX ||
        width * height > self->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "picture: too many pixels");
    if (!sk_disarm_expand(self, 4 * width * height, 0, 0, error))
        return false;
    g_autoptr(SkRaster) raster = g_new0(SkRaster, 1);
    raster->width = (uint32_t)width;
    raster->height = (uint32_t)height;
    raster->pixels = g_try_malloc0_n(width * height, 4);
    if (raster->pixels == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "picture: no memory");
    *ret = g_steal_pointer(&raster);
    return true;
}

void
sk_raster_free(SkRaster *self)
{
    if (self == NULL)
        return;
    g_free(self->pixels);
    g_free(self);
}

/* ---- few colours --------------------------------------------------------------------------- */

typedef struct {
    uint8_t colours[COLOURS_MAX][4];
    unsigned n;
    uint16_t slots[SLOTS]; /* index + 1 into colours */
} Palette;

/* Index of the colour, which joins the palette; COLOURS_MAX where it is full. */
static unsigned
index_of(Palette *self, const uint8_t *pixel)
{
    uint32_t hash = (uint32_t)pixel[0] | (uint32_t)pixel[1] << 8 | (uint32_t)pixel[2] << 16 |
                    (uint32_t)pixel[3] << 24;
    unsigned at = (hash * 2654435761u) >> 22;

    for (; self->slots[at] != 0; at = (at + 1) % SLOTS) {
        if (memcmp(self->colours[self->slots[at] - 1], pixel, 4) == 0)
            return self->slots[at] - 1u;
    }
    if (self->n == COLOURS_MAX)
        return COLOURS_MAX;
    memcpy(self->colours[self->n], pixel, 4);
    self->n++;
    self->slots[at] = (uint16_t)self->n;
    return self->n - 1;
}

static bool
gather(const SkRaster *self, Palette *palette)
{
    size_t n = (size_t)self->width * self->height;
    const uint8_t *last = NULL;

    for (size_t i = 0; i < n; i++) {
        const uint8_t *pixel = self->pixels + 4 * i;
        if (last != NULL && memcmp(last, pixel, 4) == 0)
            continue;
        if (index_of(palette, pixel) == COLOURS_MAX)
            return false;
        last = pixel;
    }
    return true;
}

static void
write_indexed(const SkRaster *self, Palette *palette, SkSink *out)
{
    uint8_t colours[3 * COLOURS_MAX], alphas[COLOURS_MAX];
    unsigned depth = palette->n <= 2 ? 1 : palette->n <= 4 ? 2 : palette->n <= 16 ? 4 : 8;
    size_t transparent = 0;

    for (unsigned i = 0; i < palette->n; i++) {
        memcpy(colours + 3 * i, palette->colours[i], 3);
        alphas[i] = palette->colours[i][3];
        if (alphas[i] != 0xff)
            transparent = i + 1;
    }
    SkPngHeader header = { .width = self->width,
                           .height = self->height,
                           .depth = (uint8_t)depth,
                           .colour = SK_PNG_PALETTE,
                           .palette = sk_span(colours, 3 * (size_t)palette->n),
                           .transparency = sk_span(alphas, transparent) };
    g_autoptr(SkPngWriter) writer = sk_png_writer_new(out, &header);
    g_autofree uint8_t *row = g_malloc(sk_png_row_bytes(&header));
    for (uint32_t y = 0; y < self->height; y++) {
        memset(row, 0, sk_png_row_bytes(&header));
        for (uint32_t x = 0; x < self->width; x++) {
            size_t bit = (size_t)x * depth;
            unsigned index = index_of(palette, self->pixels + 4 * ((size_t)y * self->width + x));
            row[bit / 8] |= (uint8_t)(index << (8 - depth - bit % 8));
        }
        sk_png_writer_row(writer, row);
    }
    sk_png_writer_end(writer);
}

/* ---- many ---------------------------------------------------------------------------------- */

static bool
is_opaque(const SkRaster *self)
{
    size_t n = (size_t)self->width * self->height;

    for (size_t i = 0; i < n; i++) {
        if (self->pixels[4 * i + 3] != 0xff)
            return false;
    }
    return true;
}

static void
write_true(const SkRaster *self, SkSink *out)
{
    unsigned channels = is_opaque(self) ? 3 : 4;
    SkPngHeader header = { .width = self->width,
                           .height = self->height,
                           .depth = 8,
                           .colour = channels == 3 ? SK_PNG_RGB : SK_PNG_RGBA };
    g_autoptr(SkPngWriter) writer = sk_png_writer_new(out, &header);
    g_autofree uint8_t *row = g_malloc(sk_png_row_bytes(&header));

    for (uint32_t y = 0; y < self->height; y++) {
        const uint8_t *from = self->pixels + 4 * (size_t)y * self->width;
        for (uint32_t x = 0; x < self->width; x++) {
            for (unsigned c = 0; c < channels; c++)
                row[channels * x + c] = from[4 * x + c];
        }
        sk_png_writer_row(writer, row);
    }
    sk_png_writer_end(writer);
}

bool
sk_raster_write(const SkRaster *self, SkSink *out, GError **error)
{
    g_autofree Palette *palette = g_new0(Palette, 1);
    /* Colours are the sender's choice, and may stand in the file as they are. */
    uint64_t most = ((uint64_t)self->width * 5 + 8) * self->height + (1u << 20);

    for (bool indexed = gather(self, palette);; indexed = false) {
        g_autoptr(SkSink) sink = sk_sink_new_memory(most);
        if (indexed)
            write_indexed(self, palette, sink);
        else
            write_true(self, sink);
        if (!sk_sink_finish(sink, error))
            return false;
        if (sk_identify_is_single(sk_sink_memory(sink), SK_TYPE_PNG)) {
            sk_sink_span(out, sk_sink_memory(sink));
            return sk_sink_ok(out) || sk_throw(error, SK_ERROR_LIMIT, "picture: output too large");
        }
        if (!indexed)
            return sk_throw(error, SK_ERROR_MALFORMED, "picture: its pixels spell another type");
    }
}
