/* SPDX-License-Identifier: Apache-2.0
 * sink.c - contract in sink.h. One buffer serves both kinds: a memory sink never flushes it. */
#include "base/sink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SINK_BUFFER (64u << 10)

struct SkSink {
    GByteArray *buffer; /* owned: everything (memory), or what is not yet written (fd) */
    uint64_t flushed;   /* bytes already in the descriptor */
    uint64_t limit;
    int fd;       /* borrowed; -1 for memory */
    int failed;   /* 0, or the SkErrorCode that stuck */
    int saved_errno;
};

SkSink *
sk_sink_new_memory(uint64_t limit)
{
    return sk_sink_new_fd(-1, limit);
}

SkSink *
sk_sink_new_fd(int fd, uint64_t limit)
{
    SkSink *self = g_new0(SkSink, 1);
    self->buffer = g_byte_array_sized_new(fd < 0 ? 256 : SINK_BUFFER);
    self->fd = fd;
    self->limit = limit;
    return self;
}

void
sk_sink_free(SkSink *self)
{
    if (self == NULL)
        return;
    g_byte_array_unref(self->buffer);
    g_free(self);
}

uint64_t
sk_sink_at(const SkSink *self)
{
    return self->flushed + self->buffer->len;
}

bool
sk_sink_ok(const SkSink *self)
{
    return self->failed == 0;
}

static void
write_at(SkSink *self, SkSpan s, uint64_t at)
{
    while (s.n > 0 && self->failed == 0) {
        ssize_t n = pwrite(self->fd, s.p, s.n, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            self->failed = SK_ERROR_IO;
            self->saved_errno = n < 0 ? errno : ENOSPC;
            return;
        }
        s = sk_span_sub(s, (size_t)n, s.n - (size_t)n);
        at += (uint64_t)n;
    }
}

static void
flush(SkSink *self)
{
    write_at(self, sk_span(self->buffer->data, self->buffer->len), self->flushed);
    self->flushed += self->buffer->len;
    g_byte_array_set_size(self->buffer, 0);
}

void
sk_sink_span(SkSink *self, SkSpan s)
{
    if (self->failed != 0)
        return;
    /* A GByteArray counts in 32 bits. */
    if (s.n > self->limit - MIN(sk_sink_at(self), self->limit) ||
        (self->fd < 0 && s.n > G_MAXUINT32 / 2 - MIN(self->buffer->len, G_MAXUINT32 / 2))) {
        self->failed = SK_ERROR_LIMIT;
        return;
    }
    if (self->fd >= 0 && s.n >= SINK_BUFFER - MIN(self->buffer->len, SINK_BUFFER)) {
        flush(self);
        if (s.n >= SINK_BUFFER) {
            write_at(self, s, self->flushed);
            self->flushed += s.n;
            return;
        }
    }
    g_byte_array_append(self->buffer, s.p, (guint)s.n);
}

void
sk_sink_str(SkSink *self, const char *s)
{
    sk_sink_span(self, sk_span_str(s));
}

void
sk_sink_u8(SkSink *self, uint8_t v)
{
    sk_sink_span(self, sk_span(&v, 1));
}

void
sk_sink_u16le(SkSink *self, uint16_t v)
{
    uint8_t b[] = { (uint8_t)v, (uint8_t)(v >> 8) };
    sk_sink_span(self, sk_span(b, sizeof b));
}

void
sk_sink_u32le(SkSink *self, uint32_t v)
{
    uint8_t b[] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };
    sk_sink_span(self, sk_span(b, sizeof b));
}

void
sk_sink_u64le(SkSink *self, uint64_t v)
{
    sk_sink_u32le(self, (uint32_t)v);
    sk_sink_u32le(self, (uint32_t)(v >> 32));
}

void
sk_sink_u16be(SkSink *self, uint16_t v)
{
    uint8_t b[] = { (uint8_t)(v >> 8), (uint8_t)v };
    sk_sink_span(self, sk_span(b, sizeof b));
}

void
sk_sink_u32be(SkSink *self, uint32_t v)
{
    uint8_t b[] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
    sk_sink_span(self, sk_span(b, sizeof b));
}

void
sk_sink_printf(SkSink *self, const char *format, ...)
{
    char small[256]; /* nearly everything fits */
    va_list args;

    va_start(args, format);
    int n = g_vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof small) {
        sk_sink_span(self, sk_span(small, (size_t)n));
        return;
    }
    va_start(args, format);
    g_autofree char *s = g_strdup_vprintf(format, args);
    va_end(args);
    sk_sink_str(self, s);
}

void
sk_sink_patch(SkSink *self, uint64_t at, SkSpan s)
{
    if (self->failed != 0)
        return;
    g_assert(at <= sk_sink_at(self) && s.n <= sk_sink_at(self) - at);
    if (at < self->flushed && s.n > self->flushed - at)
        flush(self); /* the patch straddles the edge */
    if (at < self->flushed)
        write_at(self, s, at);
    else
        memcpy(self->buffer->data + (at - self->flushed), s.p, s.n);
}

bool
sk_sink_finish(SkSink *self, GError **error)
{
    if (self->failed == 0 && self->fd >= 0)
        flush(self);
    if (self->failed == SK_ERROR_LIMIT)
        return sk_throw(error, SK_ERROR_LIMIT, "output: over %" G_GUINT64_FORMAT " bytes", self->limit);
    if (self->failed != 0)
        return sk_throw(error, self->failed, "output: %s", g_strerror(self->saved_errno));
    return true;
}

SkSpan
sk_sink_memory(const SkSink *self)
{
    g_assert(self->fd < 0);
    return sk_span(self->buffer->data, self->buffer->len);
}

GBytes *
sk_sink_steal_bytes(SkSink *self)
{
    g_assert(self->fd < 0);
    GBytes *out = g_byte_array_free_to_bytes(self->buffer);
    self->buffer = g_byte_array_new();
    return out;
}
