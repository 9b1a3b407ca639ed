/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg-canonical.h - is a JPEG already what coefficients.h would write of it? Drawn pages are: then
 * nothing has to be decoded, each code is only looked at.
 * Runs in: disarm worker (no files, no network). Trusts: that format/jpeg.h has walked the markers.
 * Spec: docs/formats/jpeg.md, docs/decisions/0150-canonical-already.md   Tests:
 * tests/unit/disarm/test-jpeg.c
 */
#pragma once

#include "format/jpeg.h"

/**
 * sk_jpeg_is_canonical: whether @jpeg's parts, from its quantisation tables to the end of its one
 * scan, are byte for byte those of the canonical file. Looked at are grey and YCbCr without
 * subsampling that have a JFIF header; of all others it says false, which costs time and nothing
 * else.
 */
bool sk_jpeg_is_canonical(const SkJpeg *jpeg);
