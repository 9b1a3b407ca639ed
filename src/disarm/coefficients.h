/* SPDX-License-Identifier: Apache-2.0
 *
 * coefficients.h - a JPEG picture's DCT coefficients out of one file into another of the canonical
 * form, through libjpeg-turbo. With turn.h the one place that knows it and its way of failing
 * (setjmp).
 * Runs in: disarm worker (no files, no network). Trusts: that format/jpeg.h has walked the markers.
 * Tests: tests/unit/disarm/test-jpeg.c
 */
#pragma once

#include "base/sink.h"
#include "format/jpeg.h"

typedef enum {
    SK_JPEG_OTHER, SK_JPEG_GREY, SK_JPEG_YCC, SK_JPEG_RGB, SK_JPEG_CMYK, SK_JPEG_YCCK
} SkJpegKind;

/**
 * sk_coefficients_rebuild: writes the canonical file of @jpeg; orientation is not looked at. What
 * is canonical already (jpeg-canonical.h) is not decoded. SK_ERROR_MALFORMED for anything libjpeg
 * would only warn of.
 */
bool sk_coefficients_rebuild(const SkJpeg *jpeg, SkSink *out, SkJpegKind *ret_kind,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_coefficients_recode: the same, always through the coefficients: gives the same bytes
 * (tests). */
bool sk_coefficients_recode(const SkJpeg *jpeg, SkSink *out, SkJpegKind *ret_kind,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
