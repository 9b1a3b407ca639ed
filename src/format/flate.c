/* SPDX-License-Identifier: Apache-2.0
 * flate.c - contract in flate.h. zlib at level 1, for the reason that pngwrite.c gives. What
 * comes in is gathered into blocks of one size before zlib sees it. */
#include "format/flate.h"

#include <string.h>
#include <zlib.h>

#define BLOCK 65536u

struct SkFlate {
    SkSink *sink; /* borrowed */
    z_stream z;   /* owned */
    size_t gathered;
    bool ended;
    uint8_t block[BLOCK];
    uint8_t out[BLOCK];
};

SkFlate *
sk_flate_new(SkSink *sink)
{
    SkFlate *self = g_new(SkFlate, 1);

    self->sink = sink;
    self->z = (z_stream){ .next_in = NULL };
    self->gathered = 0;
    self->ended = false;
    int rc = deflateInit2(&self->z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    g_assert(rc == Z_OK);
    return self;
}

void
sk_flate_free(SkFlate *self)
{
    if (self == NULL)
        return;
    deflateEnd(&self->z);
    g_free(self);
}

static void
deflate_block(SkFlate *self, bool last)
{
    self->z.next_in = self->block;
    self->z.avail_in = (uInt)self->gathered;
    for (bool more = true; more;) {
        self->z.next_out = self->out;
        self->z.avail_out = BLOCK;
        int rc = deflate(&self->z, last ? Z_FINISH : Z_NO_FLUSH);
        g_assert(rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR);
        sk_sink_span(self->sink, sk_span(self->out, BLOCK - self->z.avail_out));
        more = last ? rc != Z_STREAM_END : self->z.avail_out == 0;
    }
    self->gathered = 0;
}

void
sk_flate_span(SkFlate *self, SkSpan s)
{
    g_assert(!self->ended);
    for (size_t at = 0; at < s.n;) {
        if (self->gathered == BLOCK)
            deflate_block(self, false);
        size_t step = MIN(s.n - at, BLOCK - self->gathered);
        memcpy(self->block + self->gathered, s.p + at, step);
        self->gathered += step;
        at += step;
    }
}

void
sk_flate_end(SkFlate *self)
{
    g_assert(!self->ended);
    deflate_block(self, true);
    self->ended = true;
}

void
sk_flate(SkSpan in, SkSink *sink)
{
    g_autoptr(SkFlate) flate = sk_flate_new(sink);

    sk_flate_span(flate, in);
    sk_flate_end(flate);
}
