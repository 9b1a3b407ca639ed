/* SPDX-License-Identifier: Apache-2.0
 * pngwrite.c - contract in png.h: the canonical writer. Deflated by zlib at level 1: ISA-L is
 * three times as fast, but what its level 1 writes depends, rarely, on where its buffers lie in
 * memory. */
#include "format/png.h"

#include "format/flate.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <string.h>
#include <zlib.h>

#define BATCH (256u << 10) /* filtered rows are deflated this many bytes at a time */

struct SkPngWriter {
    SkSink *sink; /* borrowed */
    SkPngHeader header;
    size_t row_bytes;
    uint32_t rows;     /* written so far */
    uint32_t sequence; /* of the next chunk of an animation */
    bool later;        /* a frame behind the picture itself */
    z_stream z;        /* owned; raw deflate: its frame is written here */
    uint32_t adler;    /* of what went into it */
    uint8_t *filtered; /* owned: rows waiting for the deflater */
    size_t filtered_n, filtered_size;
    uint8_t idat[SK_PNG_IDAT_SIZE];
};

static void
emit_parts(SkSink *sink, const char *type, SkSpan head, SkSpan data)
{
    uint32_t crc = crc32_gzip_refl(0, (const uint8_t *)type, 4);
    crc = crc32_gzip_refl(crc, head.p, head.n);
    sk_sink_u32be(sink, (uint32_t)(head.n + data.n));
    sk_sink_str(sink, type);
    sk_sink_span(sink, head);
    sk_sink_span(sink, data);
    sk_sink_u32be(sink, crc32_gzip_refl(crc, data.p, data.n));
}

static void
emit_chunk(SkSink *sink, const char *type, SkSpan data)
{
    emit_parts(sink, type, SK_SPAN_EMPTY, data);
}

static void
put_u32be(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void
emit_profile(SkSink *sink, SkSpan profile)
{
    g_autoptr(SkSink) content = sk_sink_new_memory(2 * (uint64_t)profile.n + 1024);

    sk_sink_span(content, sk_span("icc\0\0", 5));
    sk_flate(profile, content);
    emit_chunk(sink, "iCCP", sk_sink_memory(content));
}

static void
emit_header(SkSink *sink, const SkPngHeader *header)
{
    uint8_t ihdr[13] = { 0 };
    sk_sink_span(sink, sk_span("\x89PNG\r\n\x1a\n", 8));
    put_u32be(ihdr, header->width);
    put_u32be(ihdr + 4, header->height);
    ihdr[8] = header->depth;
    ihdr[9] = header->colour;
    emit_chunk(sink, "IHDR", sk_span(ihdr, sizeof ihdr));
    if (header->profile.n > 0)
        emit_profile(sink, header->profile);
    if (header->frames > 0) {
        uint8_t actl[8];
        put_u32be(actl, header->frames);
        put_u32be(actl + 4, header->plays);
        emit_chunk(sink, "acTL", sk_span(actl, sizeof actl));
    }
    if (header->density_x > 0) {
        uint8_t phys[9] = { 0 };
        put_u32be(phys, header->density_x);
        put_u32be(phys + 4, header->density_y);
        phys[8] = header->density_unit;
        emit_chunk(sink, "pHYs", sk_span(phys, sizeof phys));
    }
    if (header->palette.n > 0)
        emit_chunk(sink, "PLTE", header->palette);
    if (header->transparency.n > 0)
        emit_chunk(sink, "tRNS", header->transparency);
}

static void
flush_idat(SkPngWriter *self)
{
    size_t n = SK_PNG_IDAT_SIZE - self->z.avail_out;
    uint8_t sequence[4];
    if (n > 0 && self->later) {
        put_u32be(sequence, self->sequence++);
        emit_parts(self->sink, "fdAT", sk_span(sequence, sizeof sequence), sk_span(self->idat, n));
    } else if (n > 0) {
        emit_chunk(self->sink, "IDAT", sk_span(self->idat, n));
    }
    self->z.next_out = self->idat;
    self->z.avail_out = SK_PNG_IDAT_SIZE;
}

static void
put_bytes(SkPngWriter *self, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (self->z.avail_out == 0)
            flush_idat(self);
        *self->z.next_out++ = p[i];
        self->z.avail_out--;
    }
}

static void
emit_control(SkPngWriter *self, const SkPngFrame *frame)
{
    uint8_t fctl[26];
    const uint32_t numbers[] = {
        self->sequence++, frame->width, frame->height, frame->left, frame->top,
        (uint32_t)frame->delay << 16 | frame->delay_of
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        put_u32be(fctl + 4 * i, numbers[i]);
    fctl[24] = frame->disposal;
    fctl[25] = frame->blending;
    emit_chunk(self->sink, "fcTL", sk_span(fctl, sizeof fctl));
}

SkPngWriter *
sk_png_writer_new(SkSink *sink, const SkPngHeader *header)
{
    SkPngWriter *self = g_new0(SkPngWriter, 1);
    self->sink = sink;
    self->header = *header;
    self->row_bytes = sk_png_row_bytes(header);
    self->filtered_size = MAX((size_t)BATCH, self->row_bytes + 1);
    self->filtered = g_malloc(self->filtered_size);
    g_assert_cmpint(
        deflateInit2(&self->z, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), ==,
        Z_OK);
    self->z.next_out = self->idat;
    self->z.avail_out = SK_PNG_IDAT_SIZE;
    self->adler = 1;
    emit_header(sink, header);
    if (header->frames > 0 && header->first != NULL)
        emit_control(self, header->first);
    put_bytes(self, (const uint8_t[]){ 0x78, 0x01 }, 2);
    return self;
}

void
sk_png_writer_free(SkPngWriter *self)
{
    if (self == NULL)
        return;
    deflateEnd(&self->z);
    g_free(self->filtered);
    g_free(self);
}

static void
deflate_batch(SkPngWriter *self, bool end)
{
    self->adler = isal_adler32(self->adler, self->filtered, self->filtered_n);
    self->z.next_in = self->filtered;
    self->z.avail_in = (uInt)self->filtered_n;
    for (bool more = true; more;) {
        int rc = deflate(&self->z, end ? Z_FINISH : Z_NO_FLUSH);
        g_assert(rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR);
        more = self->z.avail_out == 0;
        if (more)
            flush_idat(self);
    }
    g_assert(self->z.avail_in == 0);
    self->filtered_n = 0;
}

#define LANE 32u /* bytes at a time: a loop of known length becomes vector instructions */

static void
filter_sub(uint8_t *restrict out, const uint8_t *restrict row, size_t n, size_t pixel)
{
    size_t i = 0;

    for (; i < pixel; i++)
        out[i] = row[i];
    for (; i + LANE <= n; i += LANE) {
        for (size_t k = 0; k < LANE; k++)
            out[i + k] = (uint8_t)(row[i + k] - row[i + k - pixel]);
    }
    for (; i < n; i++)
        out[i] = (uint8_t)(row[i] - row[i - pixel]);
}

void
sk_png_writer_row(SkPngWriter *self, uint8_t *row)
{
    g_assert(self->rows < self->header.height);
    size_t n = self->row_bytes;
    if (self->filtered_n + n + 1 > self->filtered_size)
        deflate_batch(self, false);
    uint8_t *out = self->filtered + self->filtered_n;
    bool sub = self->header.depth == 8 && self->header.colour != SK_PNG_PALETTE;
    out[0] = sub ? 1 : 0;
    if (sub) {
        filter_sub(out + 1, row, n, sk_png_channels(self->header.colour));
    } else {
        unsigned used = (unsigned)((uint64_t)self->header.width * self->header.depth % 8);
        if (used > 0)
            row[n - 1] &= (uint8_t)(0xFF00u >> used);
        memcpy(out + 1, row, n);
    }
    self->filtered_n += n + 1;
    self->rows++;
}

/* The end of one zlib stream. */
static void
end_stream(SkPngWriter *self)
{
    g_assert(self->rows == self->header.height);
    uint8_t adler[4];
    deflate_batch(self, true);
    put_u32be(adler, self->adler);
    put_bytes(self, adler, sizeof adler);
    flush_idat(self);
}

void
sk_png_writer_frame(SkPngWriter *self, const SkPngFrame *frame)
{
    end_stream(self);
    int rc = deflateReset(&self->z);
    g_assert(rc == Z_OK);
    emit_control(self, frame);
    self->later = true;
    self->header.width = frame->width;
    self->header.height = frame->height;
    self->row_bytes = sk_png_row_bytes(&self->header);
    g_assert(self->row_bytes + 1 <= self->filtered_size);
    self->rows = 0;
    self->adler = 1;
    put_bytes(self, (const uint8_t[]){ 0x78, 0x01 }, 2);
}

void
sk_png_writer_end(SkPngWriter *self)
{
    end_stream(self);
    emit_chunk(self->sink, "IEND", SK_SPAN_EMPTY);
}
