/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-builder.h - ZIP files for tests, wrong in one place at a time.
 */
#pragma once

#include "base/sink.h"

#include <string.h>
#include <zlib.h>

/* Each field lies by being set; zero values are honest. */
typedef struct {
    const char *name;
    const char *content;
    bool deflate;
    const char *local_name; /* in the entry only; of the same length */
    uint32_t crc_off;       /* added in both headers */
    uint32_t local_crc_off;
    uint32_t size_off; /* added to the uncompressed size in both */
    uint32_t local_size_off;
    uint32_t compressed_off; /* in both */
    uint16_t flags;          /* added in both */
    uint16_t local_flags;    /* flipped in the entry */
    uint16_t method;         /* instead, in both, if not 0 */
    uint16_t local_method;   /* instead, in the entry */
    uint16_t made_by;
    uint32_t attributes;
    int32_t offset_off;
    bool descriptor;      /* sizes 0 in the entry, a descriptor behind */
    uint32_t descriptor_off;
    const char *gap;      /* bytes after the entry */
    const char *extra;    /* in both */
    size_t extra_len;
    const char *comment;
} ZipItem;

typedef struct {
    const char *prefix;
    const char *suffix;
    const char *comment;
    int32_t count_off;
    int32_t size_off;
    int32_t offset_off;
    uint16_t disk;
    bool twice; /* a second end record in front */
} ZipFrame;

static inline void
zip_item_header(SkSink *s, const ZipItem *it, bool local, SkSpan data)
{
    uint32_t crc = (uint32_t)crc32(0, (const Bytef *)it->content, (uInt)strlen(it->content));
    uint16_t flags = it->flags | (it->descriptor ? 8 : 0);
    uint16_t method = it->method != 0 ? it->method : (it->deflate ? 8 : 0);
    bool zero = local && it->descriptor;

    sk_sink_u16le(s, 20);
    sk_sink_u16le(s, flags ^ (local ? it->local_flags : 0));
    sk_sink_u16le(s, local && it->local_method != 0 ? it->local_method : method);
    sk_sink_u32le(s, 0x4a215c63);
    sk_sink_u32le(s, zero ? 0 : crc + it->crc_off + (local ? it->local_crc_off : 0));
    sk_sink_u32le(s, zero ? 0 : (uint32_t)data.n + it->compressed_off);
    sk_sink_u32le(s, zero ? 0 : (uint32_t)strlen(it->content) + it->size_off + (local ? it->local_size_off : 0));
    sk_sink_u16le(s, (uint16_t)strlen(it->name));
    sk_sink_u16le(s, (uint16_t)it->extra_len);
}

static inline GBytes *
zip_deflate(const char *content, bool deflated)
{
    z_stream z = { 0 };
    uLong bound = 64 + compressBound(strlen(content));
    uint8_t *p = g_malloc(bound);

    if (!deflated) {
        g_free(p);
        return g_bytes_new(content, strlen(content));
    }
    g_assert(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    z.next_in = (Bytef *)(uintptr_t)content;
    z.avail_in = (uInt)strlen(content);
    z.next_out = p;
    z.avail_out = (uInt)bound;
    g_assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
    deflateEnd(&z);
    return g_bytes_new_take(p, z.total_out);
}

static inline GBytes *
zip_build(const ZipItem *items, size_t n, ZipFrame f)
{
    g_autoptr(SkSink) s = sk_sink_new_memory(64u << 20);
    uint32_t offsets[64];
    g_autoptr(GPtrArray) datas = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

    g_assert(n <= 64);
    sk_sink_str(s, f.prefix != NULL ? f.prefix : "");
    for (size_t i = 0; i < n; i++) {
        const ZipItem *it = &items[i];
        GBytes *data = zip_deflate(it->content, it->deflate);
        g_ptr_array_add(datas, data);
        offsets[i] = (uint32_t)sk_sink_at(s);
        sk_sink_u32le(s, 0x04034b50);
        zip_item_header(s, it, true, sk_span_bytes(data));
        sk_sink_str(s, it->local_name != NULL ? it->local_name : it->name);
        sk_sink_span(s, sk_span(it->extra, it->extra_len));
        sk_sink_span(s, sk_span_bytes(data));
        if (it->descriptor) {
            sk_sink_u32le(s, 0x08074b50);
            sk_sink_u32le(s, (uint32_t)crc32(0, (const Bytef *)it->content, (uInt)strlen(it->content)));
            sk_sink_u32le(s, (uint32_t)sk_span_bytes(data).n + it->descriptor_off);
            sk_sink_u32le(s, (uint32_t)strlen(it->content));
        }
        sk_sink_str(s, it->gap != NULL ? it->gap : "");
    }
    uint32_t at = (uint32_t)sk_sink_at(s);
    for (size_t i = 0; i < n; i++) {
        const ZipItem *it = &items[i];
        const char *comment = it->comment != NULL ? it->comment : "";
        sk_sink_u32le(s, 0x02014b50);
        sk_sink_u16le(s, it->made_by);
        zip_item_header(s, it, false, sk_span_bytes(datas->pdata[i]));
        sk_sink_u16le(s, (uint16_t)strlen(comment));
        sk_sink_u32le(s, 0);
        sk_sink_u32le(s, it->attributes);
        sk_sink_u32le(s, offsets[i] + (uint32_t)it->offset_off);
        sk_sink_str(s, it->name);
        sk_sink_span(s, sk_span(it->extra, it->extra_len));
        sk_sink_str(s, comment);
    }
    uint32_t size = (uint32_t)sk_sink_at(s) - at;
    const char *comment = f.comment != NULL ? f.comment : "";
    for (int i = f.twice ? 1 : 0; i >= 0; i--) {
        sk_sink_u32le(s, 0x06054b50);
        sk_sink_u32le(s, f.disk);
        sk_sink_u16le(s, (uint16_t)((int32_t)n + f.count_off));
        sk_sink_u16le(s, (uint16_t)((int32_t)n + f.count_off));
        sk_sink_u32le(s, size + (uint32_t)f.size_off);
        sk_sink_u32le(s, at + (uint32_t)f.offset_off);
        sk_sink_u16le(s, i == 1 ? 22 : (uint16_t)strlen(comment));
    }
    sk_sink_str(s, comment);
    sk_sink_str(s, f.suffix != NULL ? f.suffix : "");
    return sk_sink_steal_bytes(s);
}
