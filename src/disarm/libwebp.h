/* SPDX-License-Identifier: Apache-2.0
 *
 * libwebp.h - pixels out of one WebP picture, and into a lossless one. The one file that knows
 * libwebp.
 * Runs in: disarm worker (no files, no network). Trusts: that the caller has walked the container.
 * Spec: docs/formats/webp.md   Tests: tests/unit/disarm/test-webp.c
 */
#pragma once

#include "disarm/raster.h"

#define SK_WEBP_SIDE_MAX 16384u

typedef struct {
    SkSpan stream; /* the content of VP8 or VP8L */
    SkSpan alpha;  /* of ALPH; empty: none */
    bool lossless;
} SkWebpPicture;

/** sk_webp_size: as the picture's own header says. */
bool sk_webp_size(const SkWebpPicture *picture, uint32_t *ret_width, uint32_t *ret_height,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_webp_decode: (transfer full). */
bool sk_webp_decode(SkDisarm *self, const SkWebpPicture *picture, SkRaster **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_webp_encode: (transfer full): the content of a VP8L chunk. Colours of transparent pixels in
 * @raster become 0. */
bool sk_webp_encode(SkRaster *raster, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
