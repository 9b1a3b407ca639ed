/* SPDX-License-Identifier: Apache-2.0
 *
 * font-glyf.h - the glyphs of a TrueType font as points: simple ones read, composite ones put
 * together, and each written as a simple glyph in one way.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font.c
 */
#pragma once

#include "format/font-parts.h"

typedef struct {
    int32_t x, y;
    bool on; /* the curve */
} SkGlyfPoint;

/** SkGlyfSource: the tables that glyphs are read from. */
typedef struct {
    SkSpan glyf, loca, hmtx;
    uint32_t glyphs;
    unsigned metrics; /* numberOfHMetrics */
    bool wide;        /* loca of u32 */
} SkGlyfSource;

/** SkGlyf: one glyph at a time; its arrays are used again for the next one. */
typedef struct {
    GArray *points; /* owned, of SkGlyfPoint */
    GArray *ends;   /* owned, of uint32_t: the last point of each contour */
    uint8_t *flags; /* owned: room for those of a glyph */
    uint16_t advance;
    int32_t origin; /* x of the left side of the advance, by the glyph's own box and bearing */
    int32_t x_min, y_min, x_max, y_max; /* of the points; 0 without any */
    bool programs;                      /* instructions were met; stays true */
    uint32_t read;                      /* points read, of all glyphs so far */
} SkGlyf;

void sk_glyf_init(SkGlyf *self);
void sk_glyf_clear(SkGlyf *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkGlyf, sk_glyf_clear)

/** sk_glyf_read: glyph @id, which is less than source->glyphs. */
bool sk_glyf_read(SkGlyf *self, const SkGlyfSource *source, uint32_t id,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_glyf_write: appends it, padded; nothing for a glyph without points. */
void sk_glyf_write(SkGlyf *self, SkFontPut *put);
