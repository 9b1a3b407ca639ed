/* SPDX-License-Identifier: Apache-2.0
 *
 * turn.h - a JPEG picture turned as its EXIF orientation asks: in its coefficients where whole
 * blocks allow it, else in its pixels with the same quantisation.
 * Runs in: disarm worker (no files, no network). Trusts: that the file was written by
 * coefficients.h.
 * Tests: tests/unit/disarm/test-jpeg.c
 */
#pragma once

#include "base/sink.h"
#include "format/jpeg.h"

/** sk_turn_jpeg: (transfer full): @file turned; @orientation is 2 to 8. */
bool sk_turn_jpeg(SkSpan file, uint8_t orientation, GBytes **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
