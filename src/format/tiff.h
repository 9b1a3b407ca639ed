/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff.h - the one form in which Sekisho writes TIFF.
 * Runs in: disarm worker (no files, no network). Trusts: its caller.
 * Spec: docs/formats/tiff.md   Tests: tests/unit/disarm/test-tiff.c, tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "base/sink.h"

#define SK_TIFF_RESOLUTION_MAX 100000000u /* in hundredths */
#define SK_TIFF_STRIP 262144u

typedef enum { SK_TIFF_BILEVEL, SK_TIFF_GREY, SK_TIFF_RGB, SK_TIFF_RGBA } SkTiffKind;

typedef struct {
    SkTiffKind kind;
    uint32_t width, height;
    uint32_t resolution_x, resolution_y; /* in hundredths */
    uint16_t resolution_unit;
    /* Row @y into @out, of sk_tiff_row_bytes; a bilevel row has 1 for black, and zeros behind its
     * end. */
    void (*row)(void *user, uint32_t y, uint8_t *out);
    void *user;
} SkTiffPage;

size_t sk_tiff_row_bytes(SkTiffKind kind, uint32_t width);

typedef struct SkTiffWriter SkTiffWriter;

/** sk_tiff_writer_new: (transfer full): @sink is borrowed, and empty. */
SkTiffWriter *sk_tiff_writer_new(SkSink *sink);
void sk_tiff_writer_free(SkTiffWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkTiffWriter, sk_tiff_writer_free)
/** sk_tiff_writer_page: one more page; after the last one nothing is left to do. */
bool sk_tiff_writer_page(SkTiffWriter *self, const SkTiffPage *page,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
