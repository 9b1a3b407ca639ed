/* SPDX-License-Identifier: Apache-2.0
 *
 * mapi-builder.h - messages of Outlook for tests: the same one as .msg and as winmail.dat, with a file, a message in it, and rich
 * text. */
#pragma once

#include "ole2-builder.h"

#include "format/mapi.h"

/* The first example of [MS-OXRTFCP] (3.1.1): `{\rtf1\ansi\ansicpg1252\pard hello world}` and a line end. */
static const char mapi_rtf_packed[] = "\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
#define MAPI_RTF "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"

static inline SkSpan
mapi_rtf_span(void)
{
    return sk_span(mapi_rtf_packed, sizeof mapi_rtf_packed - 1);
}

/* ---- .msg ------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t tag; /* identifier and type */
    uint64_t value;
} MapiFixed;

static inline GBytes *
mapi_properties(size_t head, const MapiFixed *rows, unsigned n)
{
    g_autoptr(SkSink) s = sk_sink_new_memory(1 << 16);

    for (size_t i = 0; i < head; i++)
        sk_sink_u8(s, 0);
    for (unsigned i = 0; i < n; i++) {
        sk_sink_u32le(s, rows[i].tag);
        sk_sink_u32le(s, 6);
        sk_sink_u64le(s, rows[i].value);
    }
    return sk_sink_steal_bytes(s);
}

static inline SkSpan
mapi_utf16(GPtrArray *keep, const char *s)
{
    glong n = 0;
    gunichar2 *wide = g_utf8_to_utf16(s, -1, NULL, &n, NULL);
    GBytes *bytes = g_bytes_new_take(wide, (gsize)n * 2);

    g_ptr_array_add(keep, bytes);
    return sk_span_bytes(bytes);
}

#define MAPI_SUB "__substg1.0_"

/* @twice: the subject once more, with other words. @opaque: as S/MIME. */
static inline GBytes *
mapi_msg(const char *body, bool twice, bool opaque)
{
    g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    const MapiFixed whole[] = { { 0x00390040, 0x01dd000000000000ull }, { 0x3FFD0003, 932 }, { 0x3FDE0003, 65001 } };
    const MapiFixed cc[] = { { 0x0C150003, 2 } }, file[] = { { 0x37050003, 1 } }, inner[] = { { 0x37050003, 5 } };
    GBytes *heads[] = { mapi_properties(32, whole, 3), mapi_properties(8, cc, 1), mapi_properties(8, file, 1),
                        mapi_properties(8, inner, 1), mapi_properties(24, whole, 0) };
    for (unsigned i = 0; i < G_N_ELEMENTS(heads); i++)
        g_ptr_array_add(keep, heads[i]);
    const Ole2Item items[] = {
        { .name = "__properties_version1.0", .content = sk_span_bytes(heads[0]) },
        { .name = MAPI_SUB "0037001F", .content = mapi_utf16(keep, "\1\4予算の件") },
        { .name = MAPI_SUB "0C1A001E", .content = sk_span_str("\x8e\x52\x93\x63") /* 山田 in CP932 */ },
        { .name = MAPI_SUB "5D01001F", .content = mapi_utf16(keep, "yamada@city.example.jp") },
        { .name = MAPI_SUB "0E04001F", .content = mapi_utf16(keep, "財政課") },
        { .name = MAPI_SUB "1000001F", .content = mapi_utf16(keep, body) },
        { .name = MAPI_SUB "10130102", .content = sk_span_str("<p>見出し<script>x</script></p>") },
        { .name = MAPI_SUB "10090102", .content = mapi_rtf_span() },
        { .name = MAPI_SUB "001A001F", .content = mapi_utf16(keep, opaque ? "IPM.Note.SMIME" : "IPM.Note") },
        { .name = twice ? "__SUBSTG1.0_0037001E" : MAPI_SUB "8001001F", .content = sk_span_str("other") },
        { .name = "__recip_version1.0_#00000000", .storage = true },
        { .name = "__properties_version1.0", .parent = 11, .content = sk_span_bytes(heads[1]) },
        { .name = MAPI_SUB "3001001F", .parent = 11, .content = mapi_utf16(keep, "総務課") },
        { .name = MAPI_SUB "39FE001F", .parent = 11, .content = mapi_utf16(keep, "somu@city.example.jp") },
        { .name = "__attach_version1.0_#00000000", .storage = true },
        { .name = "__properties_version1.0", .parent = 15, .content = sk_span_bytes(heads[2]) },
        { .name = MAPI_SUB "3704001F", .parent = 15, .content = mapi_utf16(keep, "YOSAN~1.TXT") },
        { .name = MAPI_SUB "3707001F", .parent = 15, .content = mapi_utf16(keep, "予算.txt") },
        { .name = MAPI_SUB "37010102", .parent = 15, .content = sk_span_str("100万円") },
        { .name = "__attach_version1.0_#00000001", .storage = true },
        { .name = "__properties_version1.0", .parent = 20, .content = sk_span_bytes(heads[3]) },
        { .name = MAPI_SUB "3701000D", .parent = 20, .storage = true },
        { .name = "__properties_version1.0", .parent = 22, .content = sk_span_bytes(heads[4]) },
        { .name = MAPI_SUB "0037001F", .parent = 22, .content = mapi_utf16(keep, "元のメール") },
        { .name = MAPI_SUB "1000001F", .parent = 22, .content = mapi_utf16(keep, "元の本文") },
    };
    return ole2_build(items, G_N_ELEMENTS(items), NULL);
}

/* ---- winmail.dat ------------------------------------------------------------------------------ */

static inline void
tnef_attribute(SkSink *s, uint8_t level, uint32_t id, SkSpan data)
{
    uint16_t sum = 0;

    for (size_t i = 0; i < data.n; i++)
        sum = (uint16_t)(sum + data.p[i]);
    sk_sink_u8(s, level);
    sk_sink_u32le(s, id);
    sk_sink_u32le(s, (uint32_t)data.n);
    sk_sink_span(s, data);
    sk_sink_u16le(s, sum);
}

static inline void
tnef_begin(SkSink *s)
{
    sk_sink_u32le(s, 0x223E9F78);
    sk_sink_u16le(s, 1);
}

/* A property whose length stands before it. */
static inline void
tnef_property(SkSink *s, uint32_t id, uint32_t type, SkSpan value)
{
    sk_sink_u16le(s, (uint16_t)type);
    sk_sink_u16le(s, (uint16_t)id);
    sk_sink_u32le(s, 1);
    sk_sink_u32le(s, (uint32_t)value.n);
    sk_sink_span(s, value);
    for (size_t i = value.n; i % 4 != 0; i++)
        sk_sink_u8(s, 0);
}

static inline GBytes *
tnef_inner(void)
{
    g_autoptr(SkSink) s = sk_sink_new_memory(1 << 16);

    for (unsigned i = 0; i < 16; i++)
        sk_sink_u8(s, (uint8_t)i); /* the interface's name */
    tnef_begin(s);
    tnef_attribute(s, 1, 0x00018004, sk_span("inner", 6));
    tnef_attribute(s, 1, 0x0002800C, sk_span("inside", 7));
    return sk_sink_steal_bytes(s);
}

/* @spoilt: a sum is wrong. */
static inline GBytes *
mapi_tnef(bool spoilt)
{
    g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(SkSink) s = sk_sink_new_memory(1 << 16), whole = sk_sink_new_memory(1 << 16), file = sk_sink_new_memory(1 << 16),
                      message = sk_sink_new_memory(1 << 16);
    g_autoptr(GBytes) inner = tnef_inner();

    sk_sink_u32le(whole, 3);
    tnef_property(whole, SK_MAPI_SUBJECT, SK_MAPI_UNICODE, mapi_utf16(keep, "予算の件"));
    tnef_property(whole, SK_MAPI_RTF, SK_MAPI_BINARY, mapi_rtf_span());
    sk_sink_u16le(whole, SK_MAPI_UNICODE); /* a named one, passed over */
    sk_sink_u16le(whole, 0x8001);
    sk_sink_span(whole, sk_span("0123456789abcdef", 16));
    sk_sink_u32le(whole, 1);
    sk_sink_u32le(whole, 6);
    sk_sink_span(whole, sk_span("a\0b\0\0\0\0\0", 8));
    sk_sink_u32le(whole, 1);
    sk_sink_u32le(whole, 2);
    sk_sink_span(whole, sk_span("x\0\0\0", 4));
    sk_sink_u32le(file, 1);
    tnef_property(file, SK_MAPI_LONG_NAME, SK_MAPI_UNICODE, mapi_utf16(keep, "予算.txt"));
    sk_sink_u32le(message, 1);
    tnef_property(message, SK_MAPI_CONTENT, SK_MAPI_OBJECT, sk_span_bytes(inner));
    tnef_begin(s);
    tnef_attribute(s, 1, 0x00069007, sk_span("\xa4\x03\0\0\0\0\0\0", 8));
    tnef_attribute(s, 1, 0x00069003, sk_sink_memory(whole));
    tnef_attribute(s, 2, 0x00069002, sk_span("\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14));
    tnef_attribute(s, 2, 0x00018010, sk_span("YOSAN~1.TXT", 12));
    tnef_attribute(s, 2, 0x0006800F, sk_span_str("100万円"));
    tnef_attribute(s, 2, 0x00069005, sk_sink_memory(file));
    tnef_attribute(s, 2, 0x00069002, sk_span("\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14));
    tnef_attribute(s, 2, 0x00069005, sk_sink_memory(message));
    if (spoilt)
        sk_sink_patch(s, sk_sink_at(s) - 1, sk_span("\xee", 1));
    return sk_sink_steal_bytes(s);
}
