/* SPDX-License-Identifier: Apache-2.0
 *
 * inflate.h - zlib's inflate and crc32, the one piece of code that verify shares with anyone,
 * behind spans: bytes go in as they come, and come out into a window of the caller's. Stricter than
 * zlib in one thing: the bits after the last block are zero. Runs in: verify worker. Trusts: zlib.
 * Tests: through every profile that inflates, tests/unit/verify/
 */
#pragma once

#include "base/base.h"

#include <zlib.h>

typedef struct {
    z_stream z;
    bool ended;   /* the stream's own end has been read */
    bool bad;     /* sticks */
    uint8_t last; /* compressed byte used */
} SkInflate;

/** sk_inflate_begin: @raw: deflate as in ZIP; otherwise with zlib's header and Adler-32, as in PNG.
 */
void sk_inflate_begin(SkInflate *self, bool raw);
/** sk_inflate_end: every begin needs one. */
void sk_inflate_end(SkInflate *self);
/** sk_inflate_feed: the next compressed bytes, borrowed until read; what was fed before must be
 * used up. */
void sk_inflate_feed(SkInflate *self, SkSpan in);
/** sk_inflate_left: compressed bytes fed and not used. */
size_t sk_inflate_left(const SkInflate *self);
/** sk_inflate_read: fills @out; fewer than @n bytes: more input is wanted, or ended, or bad. */
size_t sk_inflate_read(SkInflate *self, uint8_t *out, size_t n);

static inline uint32_t
sk_crc(uint32_t before, SkSpan s)
{
    return (uint32_t)crc32_z(before, s.p, s.n);
}
