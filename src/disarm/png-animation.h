/* SPDX-License-Identifier: Apache-2.0
 *
 * png-animation.h - the frames of an animated PNG (APNG), each as a PNG of its own.
 * Runs in: disarm worker (no files, no network). Trusts: that format/png.h has walked the chunks.
 * Spec: docs/formats/png.md, PNG (Third Edition)   Tests: tests/unit/disarm/test-pictures.c
 */
#pragma once

#include "format/png.h"

typedef struct {
    SkPngFrame place;
    GByteArray *data; /* owned: of its fdAT chunks; NULL: it is the picture itself */
} SkPngAnimated;

typedef struct {
    GArray *frames; /* owned, of SkPngAnimated */
    uint32_t plays;
} SkPngAnimation;

/** sk_png_animation_read: false where there is none, or none that is sound: then there is but the
 * picture. */
bool sk_png_animation_read(const SkPng *png, SkSpan picture, const SkLimits *limits,
                           SkPngAnimation *ret);
void sk_png_animation_clear(SkPngAnimation *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkPngAnimation, sk_png_animation_clear)
/** sk_png_animation_frame: (transfer full): a PNG of this frame alone. */
GBytes *sk_png_animation_frame(const SkPng *png, const SkPngAnimated *frame);
