/* SPDX-License-Identifier: Apache-2.0
 * archive-stream.c - contract in archive-stream.h. */
#include "disarm/archive-stream.h"

#include "base/reader.h"

#define GZ_WINDOW (15 + 16)            /* zlib: the head and the end of gzip, and nothing else */
#define XZ_MEMORY_MAX (192ull << 20)   /* `xz -9` asks for 65 MiB, for a dictionary of 64 MiB */
#define GZ_FHCRC 2u
#define GZ_FEXTRA 4u
#define GZ_FNAME 8u
#define GZ_RESERVED 0xe0u

static SkSpan
take_string(SkReader *r)
{
    size_t end = r->bad ? SIZE_MAX : sk_span_find(r->in, r->at, sk_span("\0", 1));
    SkSpan s = sk_reader_span(r, end == SIZE_MAX ? SIZE_MAX : end - r->at);

    sk_reader_skip(r, 1);
    return s;
}

/* RFC 1952, 2.3: of the first member. Its sum is zlib's to check. */
static bool
read_gz_head(SkArchiveStream *self, GError **error)
{
    SkReader r = sk_reader(self->in);

    sk_reader_skip(&r, 3);
    unsigned flags = sk_reader_u8(&r);
    self->mtime = sk_reader_u32le(&r);
    sk_reader_skip(&r, 2);
    if ((flags & GZ_FEXTRA) != 0)
        sk_reader_skip(&r, sk_reader_u16le(&r));
    if ((flags & GZ_FNAME) != 0)
        self->name = take_string(&r);
    return (sk_reader_ok(&r) && (flags & GZ_RESERVED) == 0) || sk_throw(error, SK_ERROR_MALFORMED, "gzip: head");
}

static bool
begin(SkArchiveStream *self, GError **error)
{
    bool ok = true;

    if (self->type == SK_TYPE_GZ)
        ok = inflateInit2(&self->z, GZ_WINDOW) == Z_OK;
    else if (self->type == SK_TYPE_BZ2)
        ok = BZ2_bzDecompressInit(&self->b, 0, 0) == BZ_OK;
    else if (self->type == SK_TYPE_XZ)
        ok = lzma_stream_decoder(&self->x, XZ_MEMORY_MAX, LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
    self->open = ok;
    return ok || sk_throw(error, SK_ERROR_LIMIT, "archive: no memory");
}

static void
finish(SkArchiveStream *self)
{
    if (!self->open)
        return;
    if (self->type == SK_TYPE_GZ)
        (void)inflateEnd(&self->z);
    else if (self->type == SK_TYPE_BZ2)
        (void)BZ2_bzDecompressEnd(&self->b);
    else if (self->type == SK_TYPE_XZ)
        lzma_end(&self->x);
    self->z = (z_stream){ 0 };
    self->b = (bz_stream){ 0 };
    self->x = (lzma_stream)LZMA_STREAM_INIT;
    self->open = false;
}

bool
sk_archive_stream_open(SkArchiveStream *self, SkDisarm *disarm, SkType type, GError **error)
{
    *self = (SkArchiveStream){ .disarm = disarm, .type = type, .in = disarm->input, .x = LZMA_STREAM_INIT };
    if (type == SK_TYPE_GZ && !read_gz_head(self, error))
        return false;
    self->buffer = g_malloc(SK_ARCHIVE_CHUNK);
    return begin(self, error);
}

void
sk_archive_stream_clear(SkArchiveStream *self)
{
    finish(self);
    g_clear_pointer(&self->buffer, g_free);
}

/* One call of the library: bytes taken and given, and whether its stream has come to its end. */
typedef struct {
    size_t in, out;
    bool end, bad, limit;
} Step;

static Step
step_gz(SkArchiveStream *self, SkSpan left)
{
    self->z.next_in = (z_const Bytef *)(uintptr_t)left.p;
    self->z.avail_in = (uInt)left.n;
    self->z.next_out = self->buffer;
    self->z.avail_out = SK_ARCHIVE_CHUNK;
    int rc = inflate(&self->z, Z_NO_FLUSH);
    return (Step){ .in = left.n - self->z.avail_in,
                   .out = SK_ARCHIVE_CHUNK - self->z.avail_out,
                   .end = rc == Z_STREAM_END,
                   .bad = rc != Z_OK && rc != Z_STREAM_END };
}

static Step
step_bz2(SkArchiveStream *self, SkSpan left)
{
    self->b.next_in = (char *)(uintptr_t)left.p;
    self->b.avail_in = (unsigned)left.n;
    self->b.next_out = (char *)self->buffer;
    self->b.avail_out = SK_ARCHIVE_CHUNK;
    int rc = BZ2_bzDecompress(&self->b);
    return (Step){ .in = left.n - self->b.avail_in,
                   .out = SK_ARCHIVE_CHUNK - self->b.avail_out,
                   .end = rc == BZ_STREAM_END,
                   .bad = rc != BZ_OK && rc != BZ_STREAM_END };
}

static Step
step_xz(SkArchiveStream *self, SkSpan left)
{
    self->x.next_in = left.p;
    self->x.avail_in = left.n;
    self->x.next_out = self->buffer;
    self->x.avail_out = SK_ARCHIVE_CHUNK;
    lzma_ret rc = lzma_code(&self->x, LZMA_RUN);
    return (Step){ .in = left.n - self->x.avail_in,
                   .out = SK_ARCHIVE_CHUNK - self->x.avail_out,
                   .end = rc == LZMA_STREAM_END,
                   .bad = rc != LZMA_OK && rc != LZMA_STREAM_END,
                   .limit = rc == LZMA_MEMLIMIT_ERROR || rc == LZMA_MEM_ERROR };
}

static Step
step(SkArchiveStream *self)
{
    SkSpan left = sk_span_sub(self->in, self->at, MIN(self->in.n - self->at, (size_t)1 << 30));

    if (self->type == SK_TYPE_GZ)
        return step_gz(self, left);
    return self->type == SK_TYPE_BZ2 ? step_bz2(self, left) : step_xz(self, left);
}

/* What begins behind the end of a stream is one more of its kind, or does not belong here. Nothing of ours pads with zeros. */
static bool
go_on(SkArchiveStream *self, GError **error)
{
    SkSpan left = sk_span_sub(self->in, self->at, self->in.n - self->at);
    const char *magic = self->type == SK_TYPE_GZ ? "\x1f\x8b\x08" : self->type == SK_TYPE_BZ2 ? "BZh" : "\xfd" "7zXZ";

    finish(self);
    self->ended = left.n == 0;
    if (self->ended)
        return true;
    if (!sk_span_starts(left, magic))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "archive: data behind the end");
    return begin(self, error);
}

static bool
give(SkArchiveStream *self, SkSpan chunk, GError **error)
{
    self->out += chunk.n;
    for (size_t i = chunk.n; i > 0; i--) {
        if (chunk.p[i - 1] != 0) {
            self->filled = self->out - chunk.n + i;
            break;
        }
    }
    return !self->counts || sk_disarm_expand(self->disarm, chunk.n, self->out, self->in.n, error);
}

static bool
next_plain(SkArchiveStream *self, SkSpan *ret, GError **error)
{
    *ret = sk_span_sub(self->in, self->at, MIN(self->in.n - self->at, (size_t)SK_ARCHIVE_CHUNK));
    self->at += ret->n;
    return give(self, *ret, error);
}

bool
sk_archive_stream_next(SkArchiveStream *self, SkSpan *ret, GError **error)
{
    *ret = SK_SPAN_EMPTY;
    if (self->type == SK_TYPE_TAR)
        return next_plain(self, ret, error);
    while (!self->ended && ret->n == 0) {
        Step did = step(self);
        self->at += did.in;
        if (did.bad || (did.in == 0 && did.out == 0 && !did.end))
            return sk_throw(error, did.limit ? SK_ERROR_LIMIT : SK_ERROR_MALFORMED, "archive: broken stream");
        *ret = sk_span(self->buffer, did.out);
        if (!give(self, *ret, error) || (did.end && !go_on(self, error)))
            return false;
    }
    return true;
}
