/* SPDX-License-Identifier: Apache-2.0
 *
 * ole2-builder.h - compound files for tests: sectors of 512 bytes, streams in the order given. Where things lie
 * is told, so that a test can spoil one of them.
 */
#pragma once

#include "base/sink.h"

#include <string.h>

typedef struct {
    const char *name;
    unsigned parent; /* 0: the root; else the number (from 1) of a storage before this one */
    bool storage;
    SkSpan content;
} Ole2Item;

typedef struct {
    uint32_t fats, difats; /* how many sectors of tables; the first sectors of the file, in this order */
    uint32_t directory;    /* first sector of the directory */
    uint32_t mini_fat;     /* its only sector */
    uint32_t mini;         /* first sector of the small sectors */
    uint32_t content;      /* first sector of the first large stream */
    uint32_t sectors;
} Ole2Layout;

#define OLE2_END 0xfffffffeu
#define OLE2_NONE 0xffffffffu

static inline size_t
ole2_at(uint32_t sector)
{
    return ((size_t)sector + 1) * 512;
}

static inline uint32_t
ole2_count(size_t bytes, size_t unit)
{
    return (uint32_t)((bytes + unit - 1) / unit);
}

static inline void
ole2_pad(SkSink *s, size_t unit)
{
    while (sk_sink_at(s) % unit != 0)
        sk_sink_u8(s, 0);
}

static inline void
ole2_entry(SkSink *s, const char *name, uint8_t kind, const uint32_t links[3], uint32_t start, uint64_t size)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < 32; i++)
        sk_sink_u16le(s, i < n ? (uint8_t)name[i] : 0);
    sk_sink_u16le(s, (uint16_t)((n + 1) * 2));
    sk_sink_u8(s, kind);
    sk_sink_u8(s, 1);
    for (size_t i = 0; i < 3; i++)
        sk_sink_u32le(s, links[i]);
    for (size_t i = 0; i < 9; i++)
        sk_sink_u32le(s, 0);
    sk_sink_u32le(s, start);
    sk_sink_u64le(s, size);
}

static inline Ole2Layout
ole2_layout(const Ole2Item *items, unsigned n)
{
    Ole2Layout l = { .fats = 1 };
    size_t small = 0;
    uint32_t large = 0;

    for (unsigned i = 0; i < n; i++) {
        if (items[i].content.n >= 4096)
            large += ole2_count(items[i].content.n, 512);
        else
            small += (items[i].content.n + 63) / 64 * 64;
    }
    g_assert(small / 64 <= 128);
    uint32_t rest = ole2_count(n + 1, 4) + 1 + ole2_count(small, 512) + large;
    for (;;) {
        l.difats = l.fats > 109 ? ole2_count(l.fats - 109, 127) : 0;
        l.sectors = l.fats + l.difats + rest;
        if (l.fats * 128 >= l.sectors)
            break;
        l.fats++;
    }
    l.directory = l.fats + l.difats;
    l.mini_fat = l.directory + ole2_count(n + 1, 4);
    l.mini = l.mini_fat + 1;
    l.content = l.mini + ole2_count(small, 512);
    return l;
}

static inline void
ole2_header(SkSink *s, const Ole2Layout *l)
{
    sk_sink_span(s, sk_span("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8));
    for (int i = 0; i < 4; i++)
        sk_sink_u32le(s, 0);
    sk_sink_u16le(s, 62);
    sk_sink_u16le(s, 3);
    sk_sink_u16le(s, 0xfffe);
    sk_sink_u16le(s, 9);
    sk_sink_u16le(s, 6);
    for (int i = 0; i < 5; i++)
        sk_sink_u16le(s, 0);
    sk_sink_u32le(s, l->fats);
    sk_sink_u32le(s, l->directory);
    sk_sink_u32le(s, 0);
    sk_sink_u32le(s, 4096);
    sk_sink_u32le(s, l->mini_fat);
    sk_sink_u32le(s, 1);
    sk_sink_u32le(s, l->difats > 0 ? l->fats : OLE2_END);
    sk_sink_u32le(s, l->difats);
    for (uint32_t i = 0; i < 109; i++)
        sk_sink_u32le(s, i < l->fats ? i : OLE2_NONE);
}

/* A chain of @n sectors from @first on. */
static inline void
ole2_chain(uint32_t *fat, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        fat[first + i] = i + 1 < n ? first + i + 1 : OLE2_END;
}

static inline void
ole2_tables(SkSink *s, const Ole2Item *items, unsigned n, const Ole2Layout *l)
{
    g_autofree uint32_t *fat = g_malloc((size_t)l->fats * 512);
    uint32_t at = l->content;

    memset(fat, 0xff, (size_t)l->fats * 512);
    for (uint32_t i = 0; i < l->fats; i++)
        fat[i] = 0xfffffffd;
    for (uint32_t i = 0; i < l->difats; i++)
        fat[l->fats + i] = 0xfffffffc;
    ole2_chain(fat, l->directory, l->mini_fat - l->directory);
    ole2_chain(fat, l->mini_fat, 1);
    ole2_chain(fat, l->mini, l->content - l->mini);
    for (unsigned i = 0; i < n; i++) {
        if (items[i].content.n < 4096)
            continue;
        ole2_chain(fat, at, ole2_count(items[i].content.n, 512));
        at += ole2_count(items[i].content.n, 512);
    }
    for (uint32_t i = 0; i < l->fats * 128; i++)
        sk_sink_u32le(s, fat[i]);
    for (uint32_t d = 0; d < l->difats; d++) {
        for (uint32_t i = 0; i < 127; i++) {
            uint32_t sector = 109 + d * 127 + i;
            sk_sink_u32le(s, sector < l->fats ? sector : OLE2_NONE);
        }
        sk_sink_u32le(s, d + 1 < l->difats ? l->fats + d + 1 : OLE2_END);
    }
}

/* The next or first (@from 0) entry in storage @parent, as a directory index. */
static inline uint32_t
ole2_sibling(const Ole2Item *items, unsigned n, unsigned from, unsigned parent)
{
    for (unsigned i = from; i < n; i++) {
        if (items[i].parent == parent)
            return i + 1;
    }
    return OLE2_NONE;
}

static inline void
ole2_directory(SkSink *s, const Ole2Item *items, unsigned n, const Ole2Layout *l)
{
    uint32_t large = l->content, small = 0;
    size_t small_bytes = 0;

    for (unsigned i = 0; i < n; i++)
        small_bytes += items[i].content.n < 4096 ? (items[i].content.n + 63) / 64 * 64 : 0;
    ole2_entry(s, "Root Entry", 5, (const uint32_t[]){ OLE2_NONE, OLE2_NONE, ole2_sibling(items, n, 0, 0) },
               small_bytes > 0 ? l->mini : OLE2_END, small_bytes);
    for (unsigned i = 0; i < n; i++) {
        const Ole2Item *it = &items[i];
        const uint32_t links[] = { OLE2_NONE, ole2_sibling(items, n, i + 1, it->parent),
                                   it->storage ? ole2_sibling(items, n, 0, i + 1) : OLE2_NONE };
        bool big = it->content.n >= 4096;
        uint32_t start = it->content.n == 0 ? OLE2_END : big ? large : small;
        ole2_entry(s, it->name, it->storage ? 1 : 2, links, start, it->content.n);
        if (big)
            large += ole2_count(it->content.n, 512);
        else
            small += ole2_count(it->content.n, 64);
    }
    while (sk_sink_at(s) < ole2_at(l->mini_fat))
        sk_sink_u8(s, 0);
}

static inline void
ole2_small(SkSink *s, const Ole2Item *items, unsigned n)
{
    uint32_t fat[128], at = 0;

    memset(fat, 0xff, sizeof fat);
    for (unsigned i = 0; i < n; i++) {
        if (items[i].content.n >= 4096)
            continue;
        ole2_chain(fat, at, ole2_count(items[i].content.n, 64));
        at += ole2_count(items[i].content.n, 64);
    }
    for (unsigned i = 0; i < 128; i++)
        sk_sink_u32le(s, fat[i]);
    for (unsigned i = 0; i < n; i++) {
        if (items[i].content.n >= 4096)
            continue;
        sk_sink_span(s, items[i].content);
        ole2_pad(s, 64);
    }
    ole2_pad(s, 512);
}

/* (transfer full) */
static inline GBytes *
ole2_build(const Ole2Item *items, unsigned n, Ole2Layout *ret_layout)
{
    g_autoptr(SkSink) s = sk_sink_new_memory(UINT32_MAX);
    Ole2Layout l = ole2_layout(items, n);

    ole2_header(s, &l);
    ole2_tables(s, items, n, &l);
    ole2_directory(s, items, n, &l);
    ole2_small(s, items, n);
    for (unsigned i = 0; i < n; i++) {
        if (items[i].content.n >= 4096)
            sk_sink_span(s, items[i].content);
        ole2_pad(s, 512);
    }
    g_assert(sk_sink_at(s) == ole2_at(l.sectors));
    if (ret_layout != NULL)
        *ret_layout = l;
    return sk_sink_steal_bytes(s);
}
