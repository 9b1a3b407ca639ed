/* SPDX-License-Identifier: Apache-2.0
 * flate.c - contract in flate.h. libdeflate where all of it fits into memory, zlib where it does not: at level 1 both, for the
 * reason that pngwrite.c gives. What is so large is gathered into blocks of one size before zlib sees it.
 * (docs/decisions/0151-what-deflates.md) */
#include "format/flate.h"

#include <libdeflate.h>
#include <string.h>
#include <zlib.h>

#define LEVEL 1
#define BLOCK 65536u
#define WHOLE_MAX (16u << 20) /* bytes of content that are kept until the end */

struct SkFlate {
    SkSink *sink;      /* borrowed */
    GByteArray *whole; /* owned; NULL once it was too much */
    z_stream z;        /* owned, if `whole` is NULL */
    size_t gathered;
    bool ended;
    uint8_t *block, *out; /* owned: BLOCK bytes each, if `whole` is NULL */
};

static void
whole_out(SkSpan in, SkSink *sink)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
    g_assert(compressor != NULL);
    size_t bound = libdeflate_zlib_compress_bound(compressor, in.n);
    g_autofree uint8_t *out = g_malloc(bound);
    size_t n = libdeflate_zlib_compress(compressor, in.p, in.n, out, bound);

    g_assert(n > 0);
    libdeflate_free_compressor(compressor);
    sk_sink_span(sink, sk_span(out, n));
}

SkFlate *
sk_flate_new(SkSink *sink)
{
    SkFlate *self = g_new0(SkFlate, 1);

    self->sink = sink;
    self->whole = g_byte_array_new();
    return self;
}

void
sk_flate_free(SkFlate *self)
{
    if (self == NULL)
        return;
    if (self->whole == NULL)
        deflateEnd(&self->z);
    else
        g_byte_array_unref(self->whole);
    g_free(self->block);
    g_free(self->out);
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

static void
gather(SkFlate *self, SkSpan s)
{
    for (size_t at = 0; at < s.n;) {
        if (self->gathered == BLOCK)
            deflate_block(self, false);
        size_t step = MIN(s.n - at, BLOCK - self->gathered);
        memcpy(self->block + self->gathered, s.p + at, step);
        self->gathered += step;
        at += step;
    }
}

/* What was kept goes to zlib, and so does all that follows. */
static void
give_up_whole(SkFlate *self)
{
    g_autoptr(GByteArray) whole = g_steal_pointer(&self->whole);
    int rc = deflateInit2(&self->z, LEVEL, Z_DEFLATED, MAX_WBITS, 8, Z_DEFAULT_STRATEGY);

    g_assert(rc == Z_OK);
    self->block = g_malloc(BLOCK);
    self->out = g_malloc(BLOCK);
    gather(self, sk_span(whole->data, whole->len));
}

void
sk_flate_span(SkFlate *self, SkSpan s)
{
    g_assert(!self->ended);
    if (self->whole != NULL && s.n <= WHOLE_MAX - self->whole->len) {
        g_byte_array_append(self->whole, s.p, (guint)s.n);
        return;
    }
    if (self->whole != NULL)
        give_up_whole(self);
    gather(self, s);
}

void
sk_flate_end(SkFlate *self)
{
    g_assert(!self->ended);
    if (self->whole != NULL)
        whole_out(sk_span(self->whole->data, self->whole->len), self->sink);
    else
        deflate_block(self, true);
    self->ended = true;
}

void
sk_flate(SkSpan in, SkSink *sink)
{
    if (in.n <= WHOLE_MAX) {
        whole_out(in, sink);
        return;
    }
    g_autoptr(SkFlate) flate = sk_flate_new(sink);
    sk_flate_span(flate, in);
    sk_flate_end(flate);
}
