/* SPDX-License-Identifier: Apache-2.0
 *
 * libjpeg.h - what both users of libjpeg need: its sources, sinks and errors as ours.
 * Runs in: disarm worker (no files, no network).
 */
#pragma once

#include "base/sink.h"

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h wants it */

#include <jpeglib.h>

/** SkJpegErrors: put `base` into cinfo.err. Any error or warning jumps to `jump`. */
typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf jump;
    int code; /* libjpeg's message code */
} SkJpegErrors;

void sk_libjpeg_errors(SkJpegErrors *self);
/** sk_libjpeg_throw: after a jump. Always false. */
bool sk_libjpeg_throw(const SkJpegErrors *self, GError **error);

/** SkJpegSource: reads spans one after the other. */
typedef struct {
    struct jpeg_source_mgr base;
    const SkSpan *parts; /* borrowed */
    unsigned n_parts, part;
} SkJpegSource;

void sk_libjpeg_source(SkJpegSource *self, const SkSpan *parts, unsigned n_parts);

#define SK_JPEG_TARGET_SIZE 65536u

/** SkJpegTarget: writes into a sink. */
typedef struct {
    struct jpeg_destination_mgr base;
    SkSink *sink; /* borrowed */
    uint8_t buffer[SK_JPEG_TARGET_SIZE];
} SkJpegTarget;

void sk_libjpeg_target(SkJpegTarget *self, SkSink *sink);
