/* SPDX-License-Identifier: Apache-2.0
 *
 * webp.h - the lossless bitstream of WebP, followed to its last bit.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/webp.md, RFC 9649 chapter 3   Tests: tests/unit/verify/test-webp.c
 */
#pragma once

#include "verify/proof.h"

typedef struct {
    uint32_t width, height;
    bool alpha;
} SkLossless;

/** sk_lossless_check: the whole content of a VP8L chunk; @at is where it begins, for what is
 * said. */
bool sk_lossless_check(SkProof *proof, SkSpan in, size_t at,
                       SkLossless *ret) G_GNUC_WARN_UNUSED_RESULT;
