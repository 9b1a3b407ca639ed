/* SPDX-License-Identifier: Apache-2.0
 *
 * pixels.h - the pixels of a PNG picture, row by row, through libpng. The one file that knows
 * libpng and its way of failing (setjmp).
 * Runs in: disarm worker (no files, no network). Trusts: that format/png.h has walked the chunks.
 * Tests: tests/unit/disarm/test-png.c
 */
#pragma once

#include "format/png.h"

typedef struct SkPixels SkPixels;

/**
 * sk_pixels_open: (transfer full): @png must outlive it. libpng is given a file of the chunks that
 * matter.
 * @ret_header: what the rows will be: 16 bits are 8, a transparent colour of a 16-bit picture is a
 *   channel
 */
bool sk_pixels_open(const SkPng *png, SkPixels **ret, SkPngHeader *ret_header,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pixels_free(SkPixels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPixels, sk_pixels_free)
/** sk_pixels_row: the next row into @row, of sk_png_row_bytes. */
bool sk_pixels_row(SkPixels *self, uint8_t *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pixels_end: after the last row. @ret_more: compressed data went on after the last row. */
bool sk_pixels_end(SkPixels *self, bool *ret_more, GError **error) G_GNUC_WARN_UNUSED_RESULT;
