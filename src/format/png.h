/* SPDX-License-Identifier: Apache-2.0
 *
 * png.h - the chunks of a PNG file, walked strictly before any decoder sees a byte, and the one
 * form in which Sekisho writes PNG. Pixels are decoded elsewhere (disarm/pixels.h).
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/png.md   Tests: tests/unit/disarm/test-png.c, tests/fuzz/fuzz-formats.c
 */
#pragma once

#include "base/sink.h"

#define SK_PNG_SIDE_MAX 65535u
#define SK_PNG_IDAT_SIZE 65536u
#define SK_PNG_DENSITY_MAX 1000000u
#define SK_PNG_CHUNKS_MAX 100000u /* other than IDAT */

enum {
    SK_PNG_GREY = 0,
    SK_PNG_RGB = 2,
    SK_PNG_PALETTE = 3,
    SK_PNG_GREY_ALPHA = 4,
    SK_PNG_RGBA = 6,
};

/** SkPngFrame: one of an animation (APNG). */
typedef struct {
    uint32_t width, height, left, top;
    uint16_t delay, delay_of; /* a fraction of a second */
    uint8_t disposal, blending;
} SkPngFrame;

typedef struct {
    uint32_t width, height;
    uint8_t depth, colour;
    bool interlaced;
    uint32_t density_x, density_y; /* 0: no (usable) pHYs */
    uint8_t density_unit;
    SkSpan palette;         /* borrowed; empty if none */
    SkSpan transparency;    /* borrowed; empty if none */
    uint32_t frames, plays; /* of an animation that a new file is to have; frames 0: none */
    /* borrowed until the writer is made: the picture itself is a frame; NULL: it is none */
    const SkPngFrame *first;
    SkSpan profile; /* borrowed: a colour profile for the new file; empty: none */
} SkPngHeader;

typedef struct {
    SkPngHeader header;
    /* borrowed: whole chunks with length and CRC; idats: all of them */
    SkSpan ihdr, plte, trns, idats, iend;
    SkSpan iccp; /* borrowed: the content of the first chunk with a colour profile; empty if none */
    /* How many chunks of what is dropped. */
    uint32_t texts, profiles, frames, metadata, unknown;
    SkSpan rest; /* borrowed: what follows IEND */
} SkPng;

/** sk_png_parse: SK_ERROR_TRUNCATED, _MALFORMED, _LIMIT, or _UNSUPPORTED for Apple's variant.
 * Linear. */
bool sk_png_parse(SkSpan input, const SkLimits *limits, SkPng *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_png_channels: values a pixel: 1 to 4. */
unsigned sk_png_channels(uint8_t colour);
/** sk_png_row_bytes: of one row of pixels, without its filter byte. */
size_t sk_png_row_bytes(const SkPngHeader *header);

/** SkPngWriter: rows in, the canonical file out. */
typedef struct SkPngWriter SkPngWriter;
/** sk_png_writer_new: (transfer full): writes signature and header. @header is copied; its spans
 * are borrowed until here only. */
SkPngWriter *sk_png_writer_new(SkSink *sink, const SkPngHeader *header);
void sk_png_writer_free(SkPngWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPngWriter, sk_png_writer_free)
/** sk_png_writer_row: the next of header->height rows; its unused bits are cleared here. */
void sk_png_writer_row(SkPngWriter *self, uint8_t *row);
/** sk_png_writer_frame: after the last row of what was before: @frame's rows follow. */
void sk_png_writer_frame(SkPngWriter *self, const SkPngFrame *frame);
/** sk_png_writer_end: after the last row (asserted). */
void sk_png_writer_end(SkPngWriter *self);
