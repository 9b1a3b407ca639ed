/* SPDX-License-Identifier: Apache-2.0
 *
 * dib.h - bitmaps of Windows: in BMP files, and inside of EMF and WMF drawings.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pictures.md, [MS-WMF] 2.2.2.9   Tests: tests/unit/disarm/test-pictures.c,
 * tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "disarm/raster.h"

/**
 * sk_dib_read: (transfer full): the pixels of a bitmap.
 * @header: begins with the header; masks and colours follow it
 * @bits: the pixels; NULL: they follow the colours in @header
 * @blended: the fourth byte of 32-bit pixels is their opacity, which the colours are already
 * multiplied by SK_ERROR_UNSUPPORTED for JPEG and PNG inside.
 */
bool sk_dib_read(SkDisarm *self, SkSpan header, const SkSpan *bits, bool blended, SkRaster **ret,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_dib_read_icon: (transfer full): the same for a bitmap of an icon: twice as high as its
 * picture, which a mask of one bit a pixel follows. */
bool sk_dib_read_icon(SkDisarm *self, SkSpan icon, SkRaster **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
