/* SPDX-License-Identifier: Apache-2.0
 *
 * exif.h - the two things that are asked of an EXIF block before it is dropped.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/jpeg.md; EXIF 2.32, TIFF 6.0   Tests: tests/unit/disarm/test-jpeg.c
 */
#pragma once

#include "base/base.h"

typedef struct {
    uint8_t orientation; /* 1 to 8; 1 where the block is broken or says nothing */
    bool thumbnail;      /* there is a second directory, which holds the small picture */
} SkExif;

/** sk_exif_read: @tiff is the block after `Exif`, NUL, NUL. A broken block is one that says
 * nothing. */
SkExif sk_exif_read(SkSpan tiff);
