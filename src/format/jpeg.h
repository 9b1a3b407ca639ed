/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg.h - the markers of a JPEG file, walked strictly before any decoder sees a byte.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/jpeg.md, ITU-T T.81   Tests: tests/unit/disarm/test-jpeg.c,
 * tests/fuzz/fuzz-formats.c
 */
#pragma once

#include "base/base.h"

#define SK_JPEG_SIDE_MAX 65500u /* libjpeg's */
#define SK_JPEG_SCANS_MAX 200u
#define SK_JPEG_ICC_MAX 255u
#define SK_JPEG_ICC_HEAD 14u      /* `ICC_PROFILE`, NUL, number, how many */
#define SK_JPEG_ICC_PIECE 65519u  /* bytes of a profile that a segment holds */

typedef struct {
    uint32_t width, height;
    uint8_t components;
    bool progressive;
    bool jfif;
    uint8_t density_unit;
    uint16_t density_x, density_y; /* 0: none */
    int adobe;                     /* APP14's transform; -1: no such marker */
    uint8_t orientation;           /* 1 to 8 */
    uint32_t metadata, profiles, seconds, texts, thumbnails; /* what is dropped, by kind */
    uint32_t scans;
    /* borrowed: pieces of a colour profile by their numbers, from 1 */
    SkSpan icc[SK_JPEG_ICC_MAX + 1];
    uint8_t icc_n;  /* how many there ought to be */
    SkSpan profile; /* borrowed; set by the caller: the colour profile that a new file is to have */
    SkSpan rest;    /* borrowed: what follows EOI */
    GArray *parts;  /* owned, of SkSpan, borrowed or static: the file a decoder is given */
    uint8_t jfif_marker[18], adobe_marker[16]; /* parts point here: the struct must not move */
} SkJpeg;

/** sk_jpeg_parse: SK_ERROR_TRUNCATED, _MALFORMED, _LIMIT or _UNSUPPORTED. Linear. @ret may be
 * cleared whatever is returned. */
bool sk_jpeg_parse(SkSpan input, const SkLimits *limits, SkJpeg *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_jpeg_clear(SkJpeg *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkJpeg, sk_jpeg_clear)
