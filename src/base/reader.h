/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.h - the one place that moves a cursor over input bytes. A failed read sticks and yields
 * zero or an empty span, so callers read a whole record and test once.
 * Runs in: every program. Trusts: nothing.
 * Tests: tests/unit/base/test-bytes.c
 */
#pragma once

#include "base/base.h"

typedef struct {
    SkSpan in;
    size_t at;
    bool bad;
} SkReader;

static inline SkReader
sk_reader(SkSpan in)
{
    return (SkReader){ .in = in };
}

static inline SkReader
sk_reader_from_bytes(GBytes *bytes)
{
    return sk_reader(sk_span_bytes(bytes));
}

static inline bool
sk_reader_ok(const SkReader *r)
{
    return !r->bad;
}

static inline size_t
sk_reader_left(const SkReader *r)
{
    return r->bad ? 0 : r->in.n - r->at;
}

/* Compares with what is left: `at + n > size` could wrap. */
static inline SkSpan
sk_reader_span(SkReader *r, size_t n)
{
    SkSpan out = SK_SPAN_EMPTY;

    if (r->bad || n > r->in.n - r->at) {
        r->bad = true;
        return out;
    }
    out = (SkSpan){ .p = r->in.p + r->at, .n = n };
    r->at += n;
    return out;
}

static inline void
sk_reader_skip(SkReader *r, size_t n)
{
    (void)sk_reader_span(r, n);
}

/* Moves to an absolute place; past the end sticks as a failure. */
static inline void
sk_reader_seek(SkReader *r, size_t at)
{
    if (at > r->in.n)
        r->bad = true;
    else if (!r->bad)
        r->at = at;
}

static inline uint8_t
sk_reader_u8(SkReader *r)
{
    SkSpan s = sk_reader_span(r, 1);
    return s.n == 1 ? s.p[0] : 0;
}

/* Looks @ahead bytes ahead without moving; -1 past the end. */
static inline int
sk_reader_peek(const SkReader *r, size_t ahead)
{
    if (r->bad || ahead >= r->in.n - r->at)
        return -1;
    return r->in.p[r->at + ahead];
}

static inline uint16_t
sk_reader_u16le(SkReader *r)
{
    SkSpan s = sk_reader_span(r, 2);
    unsigned v = s.n == 2 ? (unsigned)s.p[0] | (unsigned)s.p[1] << 8 : 0;
    return (uint16_t)v;
}

static inline uint16_t
sk_reader_u16be(SkReader *r)
{
    SkSpan s = sk_reader_span(r, 2);
    unsigned v = s.n == 2 ? (unsigned)s.p[0] << 8 | (unsigned)s.p[1] : 0;
    return (uint16_t)v;
}

static inline uint32_t
sk_reader_u32le(SkReader *r)
{
    SkSpan s = sk_reader_span(r, 4);
    return s.n == 4 ? (uint32_t)s.p[0] | (uint32_t)s.p[1] << 8 | (uint32_t)s.p[2] << 16 |
                          (uint32_t)s.p[3] << 24
                    : 0;
}

static inline uint32_t
sk_reader_u32be(SkReader *r)
{
    SkSpan s = sk_reader_span(r, 4);
    return s.n == 4 ? (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 | (uint32_t)s.p[2] << 8 |
                          (uint32_t)s.p[3]
                    : 0;
}

static inline uint64_t
sk_reader_u64le(SkReader *r)
{
    uint64_t low = sk_reader_u32le(r);
    return low | (uint64_t)sk_reader_u32le(r) << 32;
}

static inline uint64_t
sk_reader_u64be(SkReader *r)
{
    uint64_t high = sk_reader_u32be(r);
    return high << 32 | sk_reader_u32be(r);
}
