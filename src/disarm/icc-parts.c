/* SPDX-License-Identifier: Apache-2.0
 * icc-parts.c - contract in icc-parts.h. */
#include "disarm/icc-parts.h"

#include "base/reader.h"

#define ONE 65536 /* s15.16 */
#define CURVE_MAX 16384u
#define TABLE_MAX 4096u
#define GRID_MAX (4u << 20)

/* ---- numbers --------------------------------------------------------------------------------- */

static bool
copy_fixed(SkReader *r, unsigned n, int32_t most, SkSink *out, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        int32_t v = (int32_t)sk_reader_u32be(r);
        if (!sk_reader_ok(r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "icc: numbers cut short");
        if (v < -most * ONE || v > most * ONE)
            return sk_throw(error, SK_ERROR_MALFORMED, "icc: number out of range");
        sk_sink_u32be(out, (uint32_t)v);
    }
    return true;
}

static bool
copy_bytes(SkReader *r, uint64_t n, SkSink *out, GError **error)
{
    if (n > sk_reader_left(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "icc: table cut short");
    sk_sink_span(out, sk_reader_span(r, (size_t)n));
    return true;
}

static bool
begin(SkReader *r, const char *type, SkSink *out, GError **error)
{
    if (!sk_span_is(sk_reader_span(r, 4), type))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "icc: tag of another type");
    sk_reader_skip(r, 4);
    sk_sink_str(out, type);
    sk_sink_u32be(out, 0);
    return true;
}

bool
sk_icc_xyz(SkSpan tag, SkSink *out, GError **error)
{
    SkReader r = sk_reader(tag);

    return begin(&r, "XYZ ", out, error) && copy_fixed(&r, 3, 4, out, error);
}

void
sk_icc_put_white(SkSink *out)
{
    sk_sink_str(out, "XYZ ");
    sk_sink_u32be(out, 0);
    sk_sink_u32be(out, 0xf6d6);
    sk_sink_u32be(out, 0x10000);
    sk_sink_u32be(out, 0xd32d);
}

bool
sk_icc_adaptation(SkSpan tag, SkSink *out, GError **error)
{
    SkReader r = sk_reader(tag);

    return begin(&r, "sf32", out, error) && copy_fixed(&r, 9, 8, out, error);
}

/* ---- curves ---------------------------------------------------------------------------------- */

static bool
copy_curv(SkReader *r, SkSink *out, GError **error)
{
    if (!begin(r, "curv", out, error))
        return false;
    uint32_t n = sk_reader_u32be(r);
    if (n > CURVE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: curve of over %u points", CURVE_MAX);
    sk_sink_u32be(out, n);
    if (n == 1 && sk_reader_peek(r, 0) == 0 && sk_reader_peek(r, 1) == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: exponent 0");
    return copy_bytes(r, 2 * (uint64_t)n, out, error);
}

static bool
copy_para(SkReader *r, SkSink *out, GError **error)
{
    static const uint8_t numbers[] = { 1, 3, 4, 5, 7 };

    if (!begin(r, "para", out, error))
        return false;
    unsigned function = sk_reader_u16be(r);
    sk_reader_skip(r, 2);
    if (function >= G_N_ELEMENTS(numbers))
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: function that does not exist");
    sk_sink_u16be(out, (uint16_t)function);
    sk_sink_u16be(out, 0);
    SkReader ahead = *r;
    int32_t exponent = (int32_t)sk_reader_u32be(&ahead);
    if (exponent <= 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: exponent that is not above 0");
    return copy_fixed(r, numbers[function], 128, out, error);
}

static bool
copy_curve(SkReader *r, bool para, SkSink *out, GError **error)
{
    return para && sk_reader_peek(r, 0) == 'p' ? copy_para(r, out, error)
                                               : copy_curv(r, out, error);
}

bool
sk_icc_curve_tag(SkSpan tag, bool para, SkSink *out, GError **error)
{
    SkReader r = sk_reader(tag);

    return copy_curve(&r, para, out, error);
}

/* ---- tables of both versions ----------------------------------------------------------------- */

/* Entries of a grid; 0: too many. */
static uint64_t
grid_entries(const uint8_t *points, unsigned in_n, unsigned out_n)
{
    uint64_t n = out_n;

    for (unsigned i = 0; i < in_n; i++) {
        n *= points[i];
        if (n > GRID_MAX)
            return 0;
    }
    return n;
}

static bool
copy_mft(SkReader *r, unsigned in_n, unsigned out_n, SkSink *out, GError **error)
{
    bool two = sk_reader_peek(r, 3) == '2';
    uint8_t points[16];
    uint64_t in_entries = 256, out_entries = 256;

    if (!begin(r, two ? "mft2" : "mft1", out, error))
        return false;
    unsigned ins = sk_reader_u8(r), outs = sk_reader_u8(r), grid = sk_reader_u8(r);
    sk_reader_skip(r, 1);
    if (ins != in_n || outs != out_n || grid < 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: table of another shape");
    for (unsigned i = 0; i < in_n; i++)
        points[i] = (uint8_t)grid;
    sk_sink_u8(out, (uint8_t)in_n);
    sk_sink_u8(out, (uint8_t)out_n);
    sk_sink_u8(out, (uint8_t)grid);
    sk_sink_u8(out, 0);
    if (!copy_fixed(r, 9, 8, out, error))
        return false;
    if (two) {
        in_entries = sk_reader_u16be(r);
        out_entries = sk_reader_u16be(r);
        if (in_entries < 2 || in_entries > TABLE_MAX || out_entries < 2 || out_entries > TABLE_MAX)
            return sk_throw(error, SK_ERROR_MALFORMED, "icc: table of an impossible length");
        sk_sink_u16be(out, (uint16_t)in_entries);
        sk_sink_u16be(out, (uint16_t)out_entries);
    }
    uint64_t entries = grid_entries(points, in_n, out_n);
    if (entries == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: grid too large");
    return copy_bytes(r, (two ? 2 : 1) * (in_n * in_entries + entries + out_n * out_entries), out,
                      error);
}

/* ---- tables of version 4 --------------------------------------------------------------------- */

enum { B_CURVES, MATRIX, M_CURVES, GRID, A_CURVES, PARTS };

static void
pad(SkSink *out, uint64_t from)
{
    while ((sk_sink_at(out) - from) % 4 != 0)
        sk_sink_u8(out, 0);
}

static bool
copy_curves(SkReader *r, size_t from, unsigned n, SkSink *out, uint64_t out_from, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        while ((r->at - from) % 4 != 0 && sk_reader_left(r) > 0)
            sk_reader_skip(r, 1);
        pad(out, out_from);
        if (!copy_curve(r, true, out, error))
            return false;
    }
    return true;
}

static bool
copy_grid(SkReader *r, unsigned in_n, unsigned out_n, SkSink *out, GError **error)
{
    SkSpan points = sk_reader_span(r, 16);
    unsigned precision = sk_reader_u8(r);

    sk_reader_skip(r, 3);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "icc: grid cut short");
    for (unsigned i = 0; i < 16; i++) {
        if (i < in_n && points.p[i] < 2)
            return sk_throw(error, SK_ERROR_MALFORMED, "icc: grid of one point");
        sk_sink_u8(out, i < in_n ? points.p[i] : 0);
    }
    uint64_t entries = grid_entries(points.p, in_n, out_n);
    if (entries == 0 || precision < 1 || precision > 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: grid of an impossible size");
    sk_sink_u8(out, (uint8_t)precision);
    for (unsigned i = 0; i < 3; i++)
        sk_sink_u8(out, 0);
    return copy_bytes(r, entries * precision, out, error);
}

static bool
copy_part(SkSpan tag, uint32_t at, unsigned part, unsigned in_n, unsigned out_n, bool from_pcs,
          SkSink *out, GError **error)
{
    SkReader r = sk_reader(tag);

    sk_reader_seek(&r, at);
    switch (part) {
    case B_CURVES:
    case M_CURVES:
        return copy_curves(&r, at, 3, out, 0, error);
    case A_CURVES:
        return copy_curves(&r, at, from_pcs ? out_n : in_n, out, 0, error);
    case MATRIX:
        return copy_fixed(&r, 12, 8, out, error);
    default:
        return copy_grid(&r, in_n, out_n, out, error);
    }
}

static bool
copy_mab(SkSpan tag, bool from_pcs, unsigned in_n, unsigned out_n, SkSink *out, GError **error)
{
    SkReader r = sk_reader(tag);
    uint32_t at[PARTS];
    g_autoptr(SkSink) data = sk_sink_new_memory(16u << 20);

    if (!begin(&r, from_pcs ? "mBA " : "mAB ", out, error))
        return false;
    unsigned ins = sk_reader_u8(&r), outs = sk_reader_u8(&r);
    sk_reader_skip(&r, 2);
    for (unsigned i = 0; i < PARTS; i++)
        at[i] = sk_reader_u32be(&r);
    if (!sk_reader_ok(&r) || ins != in_n || outs != out_n || at[B_CURVES] == 0 ||
        (at[MATRIX] == 0) != (at[M_CURVES] == 0) || (at[GRID] == 0) != (at[A_CURVES] == 0) ||
        (at[GRID] == 0 && in_n != out_n))
        return sk_throw(error, SK_ERROR_MALFORMED, "icc: table of another shape");
    sk_sink_u8(out, (uint8_t)in_n);
    sk_sink_u8(out, (uint8_t)out_n);
    sk_sink_u16be(out, 0);
    for (unsigned i = 0; i < PARTS; i++) {
        if (at[i] != 0)
            pad(data, 0);
        sk_sink_u32be(out, at[i] == 0 ? 0 : (uint32_t)(32 + sk_sink_at(data)));
        if (at[i] != 0 && !copy_part(tag, at[i], i, in_n, out_n, from_pcs, data, error))
            return false;
    }
    if (!sk_sink_finish(data, error))
        return false;
    sk_sink_span(out, sk_sink_memory(data));
    return true;
}

bool
sk_icc_table(SkSpan tag, bool fourth, bool from_pcs, unsigned in_n, unsigned out_n, SkSink *out,
             GError **error)
{
    if (fourth && sk_span_starts(tag, from_pcs ? "mBA " : "mAB "))
        return copy_mab(tag, from_pcs, in_n, out_n, out, error);
    SkReader r = sk_reader(tag);
    return copy_mft(&r, in_n, out_n, out, error);
}
