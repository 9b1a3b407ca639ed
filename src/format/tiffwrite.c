/* SPDX-License-Identifier: Apache-2.0
 * tiffwrite.c - contract in tiff.h. */
#include "format/tiff.h"

#include "format/flate.h"

enum { SHORT = 3, LONG = 4, RATIONAL = 5 };

#define FIELD 12u
#define OFFSET_MAX (4000u << 20) /* offsets are 32 bits */

struct SkTiffWriter {
    SkSink *sink;     /* borrowed */
    uint64_t next_at; /* where the place of the next directory belongs; 0: no page yet */
};

static unsigned
samples_of(SkTiffKind kind)
{
    return kind == SK_TIFF_RGBA ? 4 : kind == SK_TIFF_RGB ? 3 : 1;
}

size_t
sk_tiff_row_bytes(SkTiffKind kind, uint32_t width)
{
    return kind == SK_TIFF_BILEVEL ? ((size_t)width + 7) / 8 : (size_t)width * samples_of(kind);
}

SkTiffWriter *
sk_tiff_writer_new(SkSink *sink)
{
    SkTiffWriter *self = g_new0(SkTiffWriter, 1);

    self->sink = sink;
    sk_sink_span(sink, sk_span("II*\0\x08\0\0\0", 8));
    return self;
}

void
sk_tiff_writer_free(SkTiffWriter *self)
{
    g_free(self);
}

/* ---- strips ---------------------------------------------------------------------------------- */

typedef struct {
    SkSink *data;  /* owned */
    GArray *sizes; /* owned, of uint32_t */
    uint32_t rows; /* of a strip */
} Strips;

static void
strips_clear(Strips *self)
{
    sk_sink_free(self->data);
    g_array_unref(self->sizes);
}

/* Each sample less the one of the pixel before it. */
static void
predict(uint8_t *row, size_t n, unsigned samples)
{
    for (size_t i = n; i-- > samples;)
        row[i] = (uint8_t)(row[i] - row[i - samples]);
}

static void
make_strips(const SkTiffPage *page, Strips *strips)
{
    size_t row_bytes = sk_tiff_row_bytes(page->kind, page->width);
    g_autofree uint8_t *row = g_malloc(row_bytes);

    for (uint32_t y = 0; y < page->height;) {
        uint64_t before = sk_sink_at(strips->data);
        g_autoptr(SkFlate) flate = sk_flate_new(strips->data);
        for (uint32_t end = MIN(page->height, y + strips->rows); y < end; y++) {
            page->row(page->user, y, row);
            if (page->kind != SK_TIFF_BILEVEL)
                predict(row, row_bytes, samples_of(page->kind));
            sk_flate_span(flate, sk_span(row, row_bytes));
        }
        sk_flate_end(flate);
        uint32_t size = (uint32_t)(sk_sink_at(strips->data) - before);
        g_array_append_val(strips->sizes, size);
    }
}

/* ---- directories ----------------------------------------------------------------------------- */

static void
field(SkSink *sink, unsigned tag, unsigned type, uint32_t count, uint32_t value)
{
    sk_sink_u16le(sink, (uint16_t)tag);
    sk_sink_u16le(sink, (uint16_t)type);
    sk_sink_u32le(sink, count);
    sk_sink_u32le(sink, value);
}

static void
emit_directory(SkTiffWriter *self, const SkTiffPage *page, const Strips *strips, uint32_t at)
{
    SkSink *sink = self->sink;
    bool bilevel = page->kind == SK_TIFF_BILEVEL, opacity = page->kind == SK_TIFF_RGBA;
    unsigned samples = samples_of(page->kind),
             fields = 12u + (bilevel ? 0u : 1u) + (opacity ? 1u : 0u);
    uint32_t n = strips->sizes->len, bits = bilevel ? 1 : 8;
    uint32_t values = at + 2 + FIELD * fields + 4;
    uint32_t offsets = values + (samples > 1 ? 2 * samples : 0);
    uint32_t sizes = offsets + (n > 1 ? 4 * n : 0);
    uint32_t resolution = sizes + (n > 1 ? 4 * n : 0);
    uint32_t data = resolution + 16;

    sk_sink_u16le(sink, (uint16_t)fields);
    field(sink, 256, LONG, 1, page->width);
    field(sink, 257, LONG, 1, page->height);
    field(sink, 258, SHORT, samples, samples > 1 ? values : bits);
    field(sink, 259, SHORT, 1, 8);
    field(sink, 262, SHORT, 1, bilevel ? 0 : samples > 1 ? 2 : 1);
    field(sink, 273, LONG, n, n > 1 ? offsets : data);
    field(sink, 277, SHORT, 1, samples);
    field(sink, 278, LONG, 1, strips->rows);
    field(sink, 279, LONG, n, n > 1 ? sizes : g_array_index(strips->sizes, uint32_t, 0));
    field(sink, 282, RATIONAL, 1, resolution);
    field(sink, 283, RATIONAL, 1, resolution + 8);
    field(sink, 296, SHORT, 1, page->resolution_unit);
    if (!bilevel)
        field(sink, 317, SHORT, 1, 2);
    if (opacity)
        field(sink, 338, SHORT, 1, 2);
    self->next_at = sk_sink_at(sink);
    sk_sink_u32le(sink, 0);
    for (unsigned i = 0; samples > 1 && i < samples; i++)
        sk_sink_u16le(sink, (uint16_t)bits);
    for (uint32_t i = 0; n > 1 && i < n; i++) {
        sk_sink_u32le(sink, data);
        data += g_array_index(strips->sizes, uint32_t, i);
    }
    for (uint32_t i = 0; n > 1 && i < n; i++)
        sk_sink_u32le(sink, g_array_index(strips->sizes, uint32_t, i));
    sk_sink_u32le(sink, page->resolution_x);
    sk_sink_u32le(sink, 100);
    sk_sink_u32le(sink, page->resolution_y);
    sk_sink_u32le(sink, 100);
}

static void
begin_page(SkTiffWriter *self)
{
    if (self->next_at == 0)
        return;
    if (sk_sink_at(self->sink) % 2 != 0)
        sk_sink_u8(self->sink, 0);
    uint32_t at = (uint32_t)sk_sink_at(self->sink);
    uint8_t bytes[4];
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(at >> 8 * i);
    sk_sink_patch(self->sink, self->next_at, sk_span(bytes, sizeof bytes));
}

bool
sk_tiff_writer_page(SkTiffWriter *self, const SkTiffPage *page, GError **error)
{
    __attribute__((cleanup(strips_clear)))
    Strips strips = { .data = sk_sink_new_memory(OFFSET_MAX),
                      .sizes = g_array_new(FALSE, FALSE, sizeof(uint32_t)) };
    size_t row_bytes = sk_tiff_row_bytes(page->kind, page->width);

    strips.rows = (uint32_t)MIN(page->height, MAX((size_t)1, SK_TIFF_STRIP / row_bytes));
    make_strips(page, &strips);
    if (!sk_sink_finish(strips.data, error))
        return false;
    if (sk_sink_at(self->sink) + sk_sink_at(strips.data) > OFFSET_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: output too large");
    begin_page(self);
    if (!sk_sink_ok(self->sink))
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: output too large");
    emit_directory(self, page, &strips, (uint32_t)sk_sink_at(self->sink));
    sk_sink_span(self->sink, sk_sink_memory(strips.data));
    return sk_sink_ok(self->sink) || sk_throw(error, SK_ERROR_LIMIT, "tiff: output too large");
}
