/* SPDX-License-Identifier: Apache-2.0
 *
 * raster.h - a picture in memory as RGBA pixels, for kinds of picture that are written anew as PNG.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pictures.md   Tests: tests/unit/disarm/test-pictures.c,
 * tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "disarm/disarm.h"

typedef struct {
    uint32_t width, height;
    uint8_t *pixels; /* owned: R, G, B, A; row by row from the top */
} SkRaster;

/** sk_raster_new: (transfer full): transparent; counted as expanded bytes of @self. SK_ERROR_LIMIT
 * over the job's pixels, SK_ERROR_MALFORMED without any. */
bool sk_raster_new(SkDisarm *self, uint64_t width, uint64_t height, SkRaster **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_raster_free(SkRaster *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkRaster, sk_raster_free)

/** sk_raster_at: the pixel's four bytes. It must lie inside. */
static inline uint8_t *
sk_raster_at(SkRaster *self, uint32_t x, uint32_t y)
{
    return self->pixels + 4 * ((size_t)y * self->width + x);
}

static inline void
sk_raster_put(SkRaster *self, uint32_t x, uint32_t y, uint8_t r, uint8_t g, uint8_t b, uint8_t a)
{
    uint8_t *p = sk_raster_at(self, x, y);

    p[0] = r;
    p[1] = g;
    p[2] = b;
    p[3] = a;
}

/** sk_raster_write: as PNG in the profile's form: with a palette where there are up to 256 colours,
 * else RGB, or RGBA where a pixel is not opaque. */
bool sk_raster_write(const SkRaster *self, SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
