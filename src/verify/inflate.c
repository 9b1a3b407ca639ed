/* SPDX-License-Identifier: Apache-2.0
 * inflate.c - contract in inflate.h. */
#include "verify/inflate.h"

void
sk_inflate_begin(SkInflate *self, bool raw)
{
    *self = (SkInflate){ .bad = false };
    if (inflateInit2(&self->z, raw ? -MAX_WBITS : MAX_WBITS) != Z_OK)
        self->bad = true; /* out of memory */
}

void
sk_inflate_end(SkInflate *self)
{
    (void)inflateEnd(&self->z);
}

void
sk_inflate_feed(SkInflate *self, SkSpan in)
{
    g_assert(self->z.avail_in == 0 && in.n <= G_MAXUINT32);
    self->z.next_in = (z_const Bytef *)in.p;
    self->z.avail_in = (uInt)in.n;
}

size_t
sk_inflate_left(const SkInflate *self)
{
    return self->z.avail_in;
}

/* zlib.h: with Z_BLOCK, these two bits say that it stopped behind the last block; the low ones, how
 * many bits of the last byte used are left. */
#define BEHIND_LAST_BLOCK (64 | 128)

static bool
padded_with_zeros(const SkInflate *self)
{
    int left = self->z.data_type & 7;

    return (self->z.data_type & BEHIND_LAST_BLOCK) != BEHIND_LAST_BLOCK || left == 0 ||
           self->last >> (8 - left) == 0;
}

size_t
sk_inflate_read(SkInflate *self, uint8_t *out, size_t n)
{
    g_assert(n <= G_MAXUINT32);
    self->z.next_out = out;
    self->z.avail_out = (uInt)n;
    while (!self->bad && !self->ended && self->z.avail_out > 0) {
        uInt before = self->z.avail_in;
        int status = inflate(&self->z, Z_BLOCK);
        if (self->z.avail_in < before)
            self->last = self->z.next_in[-1];
        if (status == Z_BUF_ERROR)
            break; /* nothing to go on: more input is wanted */
        self->ended = status == Z_STREAM_END;
        self->bad = (status != Z_OK && !self->ended) || (!self->ended && !padded_with_zeros(self));
    }
    return n - self->z.avail_out;
}
