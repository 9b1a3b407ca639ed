/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-write.c - contract in zip.h. Content is gathered into blocks of one size before it is
 * deflated, so that the same content always becomes the same bytes, however it was handed in.
 * Deflated by zlib: ISA-L's fast levels do not always give the same bytes (docs/decisions/0030).
 */
#include "format/zip.h"

#include <isa-l/crc.h>
#include <string.h>
#include <zlib.h>

#define LOCAL_CRC_AT 14u /* CRC-32 and the two sizes in an entry's header */
#define DATE_1980 0x0021u
#define SIZE_LAST 0xfffffffeu
#define ENTRIES_LAST 65534u
#define BLOCK 65536u
#define DEFLATE_LEVEL 1

#define FLAG_UTF8 0x0800u
#define MADE_BY_ARCHIVE 0x0b14u /* NTFS: of MS-DOS, Info-ZIP's unzip would read names in another encoding */

typedef struct {
    char *name; /* owned */
    uint16_t made_by, flags, time, date;
    uint32_t offset;
    uint32_t crc;
    uint32_t compressed;
    uint32_t size;
    bool deflate;
} Written;

struct SkZipWriter {
    SkSink *sink;    /* borrowed */
    GArray *entries; /* owned, of Written */
    bool open;
    bool too_large;
    uint64_t size; /* of the open entry */
    uint64_t data_at;
    uint32_t crc;
    size_t gathered;
    z_stream stream; /* raw deflate; begun anew for each entry */
    uint8_t block[BLOCK];
    uint8_t out[BLOCK];
};

static void
written_clear(void *p)
{
    g_free(((Written *)p)->name);
}

SkZipWriter *
sk_zip_writer_new(SkSink *sink)
{
    SkZipWriter *self = g_new0(SkZipWriter, 1);

    g_assert(sk_sink_at(sink) == 0);
    self->sink = sink;
    self->entries = g_array_new(FALSE, TRUE, sizeof(Written));
    g_array_set_clear_func(self->entries, written_clear);
    int result = deflateInit2(&self->stream, DEFLATE_LEVEL, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL,
                              Z_DEFAULT_STRATEGY);
    g_assert(result == Z_OK);
    return self;
}

void
sk_zip_writer_free(SkZipWriter *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->entries);
    deflateEnd(&self->stream);
    g_free(self);
}

bool
sk_zip_writer_failed(const SkZipWriter *self)
{
    return self->too_large || !sk_sink_ok(self->sink);
}

static Written *
current(SkZipWriter *self)
{
    return &g_array_index(self->entries, Written, self->entries->len - 1);
}

static void
emit_common(SkSink *sink, const Written *e)
{
    sk_sink_u16le(sink, 20);
    sk_sink_u16le(sink, e->flags);
    sk_sink_u16le(sink, e->deflate ? 8 : 0);
    sk_sink_u16le(sink, e->time);
    sk_sink_u16le(sink, e->date);
    sk_sink_u32le(sink, e->crc);
    sk_sink_u32le(sink, e->compressed);
    sk_sink_u32le(sink, e->size);
    sk_sink_u16le(sink, (uint16_t)strlen(e->name));
    sk_sink_u16le(sink, 0);
}

/* Takes over @e's name. */
static void
begin(SkZipWriter *self, Written e)
{
    g_assert(!self->open && e.name[0] != '\0');

    if (self->entries->len >= ENTRIES_LAST || sk_sink_at(self->sink) > SIZE_LAST)
        self->too_large = true;
    e.offset = (uint32_t)sk_sink_at(self->sink);
    g_array_append_val(self->entries, e);
    self->open = true;
    self->size = 0;
    self->crc = 0;
    self->gathered = 0;
    sk_sink_u32le(self->sink, 0x04034b50u);
    emit_common(self->sink, &e);
    sk_sink_str(self->sink, e.name);
    self->data_at = sk_sink_at(self->sink);
    if (e.deflate) {
        int result = deflateReset(&self->stream);
        g_assert(result == Z_OK);
    }
}

void
sk_zip_writer_begin(SkZipWriter *self, const char *name, bool deflate)
{
    g_assert(strlen(name) <= 255);
    begin(self, (Written){ .name = g_strdup(name), .made_by = 20, .date = DATE_1980, .deflate = deflate });
}

static bool
is_ascii(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 0x80)
            return false;
    }
    return true;
}

void
sk_zip_writer_member(SkZipWriter *self, SkSpan name, bool deflate, uint32_t written)
{
    g_assert(name.n <= SK_ZIP_NAME_MAX);
    begin(self, (Written){ .name = sk_span_dup(name),
                           .made_by = MADE_BY_ARCHIVE,
                           .flags = is_ascii(name) ? 0 : FLAG_UTF8,
                           .time = (uint16_t)(written & 0xffff),
                           .date = written == 0 ? DATE_1980 : (uint16_t)(written >> 16),
                           .deflate = deflate });
}

static void
flush_block(SkZipWriter *self, bool last)
{
    self->crc = crc32_gzip_refl(self->crc, self->block, self->gathered);
    self->size += self->gathered;
    if (!current(self)->deflate) {
        sk_sink_span(self->sink, sk_span(self->block, self->gathered));
        self->gathered = 0;
        return;
    }
    self->stream.next_in = self->block;
    self->stream.avail_in = (uInt)self->gathered;
    do {
        self->stream.next_out = self->out;
        self->stream.avail_out = BLOCK;
        int result = deflate(&self->stream, last ? Z_FINISH : Z_NO_FLUSH);
        g_assert(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR);
        sk_sink_span(self->sink, sk_span(self->out, BLOCK - self->stream.avail_out));
    } while (self->stream.avail_out == 0);
    g_assert(self->stream.avail_in == 0);
    self->gathered = 0;
}

void
sk_zip_writer_span(SkZipWriter *self, SkSpan s)
{
    g_assert(self->open);
    if (sk_zip_writer_failed(self))
        return;
    while (s.n > 0) {
        size_t n = MIN(s.n, BLOCK - self->gathered);
        __builtin_memcpy(self->block + self->gathered, s.p, n);
        self->gathered += n;
        s = sk_span_sub(s, n, s.n - n);
        if (self->gathered == BLOCK)
            flush_block(self, false);
    }
}

static void
put_u32le(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

void
sk_zip_writer_end(SkZipWriter *self)
{
    g_assert(self->open);
    self->open = false;
    if (sk_zip_writer_failed(self))
        return;
    flush_block(self, true);
    uint64_t compressed = sk_sink_at(self->sink) - self->data_at;
    if (self->size > SIZE_LAST || compressed > SIZE_LAST) {
        self->too_large = true;
        return;
    }
    Written *e = current(self);
    e->crc = self->crc;
    e->compressed = (uint32_t)compressed;
    e->size = (uint32_t)self->size;
    uint8_t patch[12];
    put_u32le(patch, e->crc);
    put_u32le(patch + 4, e->compressed);
    put_u32le(patch + 8, e->size);
    if (sk_sink_ok(self->sink))
        sk_sink_patch(self->sink, e->offset + (uint64_t)LOCAL_CRC_AT, sk_span(patch, sizeof patch));
}

bool
sk_zip_writer_finish(SkZipWriter *self, GError **error)
{
    g_assert(!self->open && self->entries->len > 0);

    uint64_t at = sk_sink_at(self->sink);
    for (unsigned i = 0; i < self->entries->len; i++) {
        const Written *e = &g_array_index(self->entries, Written, i);
        sk_sink_u32le(self->sink, 0x02014b50u);
        sk_sink_u16le(self->sink, e->made_by);
        emit_common(self->sink, e);
        for (unsigned zero = 0; zero < 5; zero++)
            sk_sink_u16le(self->sink, 0);
        sk_sink_u32le(self->sink, e->offset);
        sk_sink_str(self->sink, e->name);
    }
    uint64_t size = sk_sink_at(self->sink) - at;
    if (self->too_large || at > SIZE_LAST || size > SIZE_LAST)
        return sk_throw(error, SK_ERROR_LIMIT, "zip: package too large to write");
    sk_sink_u32le(self->sink, 0x06054b50u);
    sk_sink_u32le(self->sink, 0);
    sk_sink_u16le(self->sink, (uint16_t)self->entries->len);
    sk_sink_u16le(self->sink, (uint16_t)self->entries->len);
    sk_sink_u32le(self->sink, (uint32_t)size);
    sk_sink_u32le(self->sink, (uint32_t)at);
    sk_sink_u16le(self->sink, 0);
    return true;
}
