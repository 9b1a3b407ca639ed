/* SPDX-License-Identifier: Apache-2.0
 *
 * icc.c - contract in icc.h. One pass over header and table, and each tag's data once where it
 * first stands; a tag that shares an earlier one's data is checked again as what it is.
 */
#include "verify/icc.h"

#include "base/reader.h"

#include <string.h>

#define SIZE_MAX_BYTES (8u << 20)
#define HEAD 128u
#define TAGS_MAX 17u
#define GRID_MAX 4194304u
#define CURVE_MAX 16384u
#define TABLE_MAX 4096u
#define ONE 65536

/* The tags in their order. */
enum {
    DESC, CPRT, WTPT, CHAD, RXYZ, GXYZ, BXYZ, RTRC, GTRC, BTRC, KTRC, A2B0, A2B1, A2B2, B2A0, B2A1,
    B2A2
};
static const char *const names[TAGS_MAX] = {
    "desc", "cprt", "wtpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "A2B0",
    "A2B1", "A2B2", "B2A0", "B2A1", "B2A2"
};

typedef struct {
    SkProof *proof;
    SkSpan in;
    bool fourth; /* version 4 */
    bool xyz;    /* its connection space */
    unsigned components;
    bool has[TAGS_MAX];
    SkSpan tags[TAGS_MAX];
} Icc;

static bool
no(const Icc *icc, const char *what)
{
    return sk_proof_no(icc->proof, SK_ELEMENT_PICTURE_PROFILE, "colour profile: %s", what);
}

static bool
is_zero(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != 0)
            return false;
    }
    return true;
}

static bool
next_is(SkReader *r, const void *bytes, size_t n)
{
    return sk_span_equal(sk_reader_span(r, n), sk_span(bytes, n));
}

static bool
next_is_one_of(SkReader *r, const char *words)
{
    SkSpan word = sk_reader_span(r, 4);

    for (; word.n == 4 && *words != '\0'; words += 4) {
        if (memcmp(word.p, words, 4) == 0)
            return true;
    }
    return false;
}

/* ---- header and table ------------------------------------------------------------------------ */

static bool
check_header(Icc *icc)
{
    SkReader r = sk_reader(icc->in);

    if (icc->in.n > SIZE_MAX_BYTES || icc->in.n < HEAD + 4)
        return no(icc, "length");
    bool size = sk_reader_u32be(&r) == icc->in.n && sk_reader_u32be(&r) == 0;
    uint32_t version = sk_reader_u32be(&r);
    icc->fourth = version == 0x04200000;
    bool class = next_is_one_of(&r, "mntrscnrprtrspac");
    SkReader ahead = r;
    SkSpan space = sk_reader_span(&ahead, 4), pcs = sk_reader_span(&ahead, 4);
    icc->components = sk_span_is(space, "GRAY") ? 1 : sk_span_is(space, "RGB ") ? 3 : 4;
    icc->xyz = sk_span_is(pcs, "XYZ ");
    bool spaces = next_is_one_of(&r, "GRAYRGB CMYK") && next_is_one_of(&r, "XYZ Lab ");
    bool rest = next_is(&r, "\x07\xd0\0\1\0\1\0\0\0\0\0\0acsp", 16) &&
                is_zero(sk_reader_span(&r, 24)) && sk_reader_u32be(&r) <= 3 &&
                next_is(&r, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d", 12) &&
                is_zero(sk_reader_span(&r, 48));
    return (size && (icc->fourth || version == 0x02400000) && class && spaces && rest) ||
           no(icc, "header");
}

/* Names in their order, data without gaps; what is the same stands once. */
static bool
check_table(Icc *icc)
{
    SkReader r = sk_reader(icc->in);
    unsigned next = 0;

    sk_reader_seek(&r, HEAD);
    uint32_t n = sk_reader_u32be(&r);
    if (n > TAGS_MAX)
        return no(icc, "number of tags");
    uint64_t at = HEAD + 4 + 12 * (uint64_t)n;
    for (uint32_t i = 0; i < n; i++) {
        SkSpan name = sk_reader_span(&r, 4);
        uint32_t offset = sk_reader_u32be(&r), size = sk_reader_u32be(&r);
        while (next < TAGS_MAX && !sk_span_is(name, names[next]))
            next++;
        if (!sk_reader_ok(&r) || next == TAGS_MAX || offset > icc->in.n ||
            size > icc->in.n - offset)
            return no(icc, "table of tags");
        SkSpan data = sk_span_sub(icc->in, offset, size);
        bool same = false;
        for (unsigned k = 0; k < next; k++) {
            if (!icc->has[k] || !sk_span_equal(icc->tags[k], data))
                continue;
            same = true;
            if (icc->tags[k].p != data.p)
                return no(icc, "the same data twice");
        }
        uint64_t end = ((uint64_t)offset + size + 3) / 4 * 4;
        if (!same &&
            (offset != at || end > icc->in.n ||
             !is_zero(sk_span_sub(icc->in, offset + (size_t)size, (size_t)(end - offset - size)))))
            return no(icc, "place of a tag's data");
        at = same ? at : end;
        icc->tags[next] = data;
        icc->has[next++] = true;
    }
    return at == icc->in.n || no(icc, "data behind the last tag");
}

/* ---- types ----------------------------------------------------------------------------------- */

static bool
numbers_within(SkReader *r, unsigned n, int32_t most)
{
    for (unsigned i = 0; i < n; i++) {
        int32_t v = (int32_t)sk_reader_u32be(r);
        if (v < -most * ONE || v > most * ONE)
            return false;
    }
    return sk_reader_ok(r);
}

/* Type and four zeros. */
static bool
begins(SkReader *r, const char *type)
{
    return next_is(r, type, 4) && sk_reader_u32be(r) == 0 && sk_reader_ok(r);
}

static bool
at_end(const SkReader *r)
{
    return sk_reader_ok(r) && sk_reader_left(r) == 0;
}

static bool
is_numbers(SkSpan tag, const char *type, unsigned n, int32_t most)
{
    SkReader r = sk_reader(tag);

    return begins(&r, type) && numbers_within(&r, n, most) && at_end(&r);
}

static bool
read_curve(SkReader *r, bool fourth)
{
    static const uint8_t numbers[] = { 1, 3, 4, 5, 7 };

    if (fourth && sk_reader_peek(r, 0) == 'p') {
        if (!begins(r, "para"))
            return false;
        unsigned function = sk_reader_u16be(r);
        bool zero = sk_reader_u16be(r) == 0;
        SkReader first = *r;
        return zero && function < G_N_ELEMENTS(numbers) && (int32_t)sk_reader_u32be(&first) > 0 &&
               numbers_within(r, numbers[function], 128);
    }
    if (!begins(r, "curv"))
        return false;
    uint32_t n = sk_reader_u32be(r);
    SkReader first = *r;
    if (n > CURVE_MAX || (n == 1 && sk_reader_u16be(&first) == 0))
        return false;
    sk_reader_skip(r, 2 * (size_t)n);
    return sk_reader_ok(r);
}

static bool
is_curve(SkSpan tag, bool fourth)
{
    SkReader r = sk_reader(tag);

    return read_curve(&r, fourth) && at_end(&r);
}

/* Description and copyright: fixed words. */
static bool
is_words(SkSpan tag, bool fourth, const char *words)
{
    SkReader r = sk_reader(tag);
    size_t n = strlen(words);

    if (!fourth && words[0] == 'P')
        return begins(&r, "desc") && sk_reader_u32be(&r) == n + 1 && next_is(&r, words, n + 1) &&
               is_zero(sk_reader_span(&r, 78)) && at_end(&r);
    if (!fourth)
        return begins(&r, "text") && next_is(&r, words, n + 1) && at_end(&r);
    if (!begins(&r, "mluc") || sk_reader_u32be(&r) != 1 || sk_reader_u32be(&r) != 12 ||
        !next_is(&r, "enUS", 4) || sk_reader_u32be(&r) != 2 * n || sk_reader_u32be(&r) != 28)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (sk_reader_u16be(&r) != (uint16_t)words[i])
            return false;
    }
    return at_end(&r);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* 0: too many. */
static uint64_t
entries(const uint8_t *points, unsigned ins, unsigned outs)
{
    uint64_t n = outs;

    for (unsigned i = 0; i < ins; i++) {
        if (points[i] < 2)
            return 0;
        n *= points[i];
        if (n > GRID_MAX)
            return 0;
    }
    return n;
}

static bool
is_mft(SkSpan tag, unsigned ins, unsigned outs)
{
    SkReader r = sk_reader(tag);
    bool two = sk_reader_peek(&r, 3) == '2';
    uint64_t in_n = 256, out_n = 256;

    if (!begins(&r, two ? "mft2" : "mft1") || sk_reader_u8(&r) != ins || sk_reader_u8(&r) != outs)
        return false;
    uint8_t grid = sk_reader_u8(&r);
    if (sk_reader_u8(&r) != 0 || !numbers_within(&r, 9, 8))
        return false;
    if (two) {
        in_n = sk_reader_u16be(&r);
        out_n = sk_reader_u16be(&r);
        if (in_n < 2 || in_n > TABLE_MAX || out_n < 2 || out_n > TABLE_MAX)
            return false;
    }
    uint8_t points[4] = { grid, grid, grid, grid };
    uint64_t n = entries(points, ins, outs);
    return n > 0 && sk_reader_ok(&r) &&
           sk_reader_left(&r) == (two ? 2 : 1) * (in_n * ins + n + out_n * outs);
}

/* Up to the next multiple of 4, of zeros. */
static bool
align(SkReader *r)
{
    return is_zero(sk_reader_span(r, (4 - r->at % 4) % 4)) && sk_reader_ok(r);
}

static bool
read_curves(SkReader *r, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!align(r) || !read_curve(r, true))
            return false;
    }
    return true;
}

static bool
read_grid(SkReader *r, unsigned ins, unsigned outs)
{
    SkSpan points = sk_reader_span(r, 16);
    unsigned precision = sk_reader_u8(r);

    if (!is_zero(sk_reader_span(r, 3)) || !sk_reader_ok(r) || precision < 1 || precision > 2 ||
        !is_zero(sk_span_sub(points, ins, 16 - ins)))
        return false;
    uint64_t n = entries(points.p, ins, outs);
    sk_reader_skip(r, (size_t)(n * precision));
    return n > 0 && sk_reader_ok(r);
}

/* The parts in their order: curves, matrix, curves, grid, curves. */
static bool
is_mab(SkSpan tag, bool back, unsigned ins, unsigned outs)
{
    SkReader r = sk_reader(tag);
    uint32_t at[5];

    if (!begins(&r, back ? "mBA " : "mAB ") || sk_reader_u8(&r) != ins ||
        sk_reader_u8(&r) != outs || sk_reader_u16be(&r) != 0)
        return false;
    for (unsigned i = 0; i < 5; i++)
        at[i] = sk_reader_u32be(&r);
    if (!sk_reader_ok(&r) || at[0] != 32 || (at[1] == 0) != (at[2] == 0) ||
        (at[3] == 0) != (at[4] == 0) || (at[3] == 0 && ins != outs))
        return false;
    for (unsigned i = 0; i < 5; i++) {
        if (at[i] == 0)
            continue;
        if (!align(&r) || r.at != at[i])
            return false;
        bool good = i == 1   ? numbers_within(&r, 12, 8)
                    : i == 3 ? read_grid(&r, ins, outs)
                             : read_curves(&r, i == 4 ? (back ? outs : ins) : 3);
        if (!good)
            return false;
    }
    return at_end(&r);
}

static bool
is_table(const Icc *icc, SkSpan tag, bool back)
{
    unsigned ins = back ? 3 : icc->components, outs = back ? icc->components : 3;

    return icc->fourth && sk_span_starts(tag, "m") && tag.n > 1 && g_ascii_isupper((char)tag.p[1])
               ? is_mab(tag, back, ins, outs)
               : is_mft(tag, ins, outs);
}

/* ---- together -------------------------------------------------------------------------------- */

static bool
check_tag(const Icc *icc, unsigned tag)
{
    SkSpan data = icc->tags[tag];

    if (tag == DESC || tag == CPRT)
        return is_words(data, icc->fourth, tag == DESC ? "Profile" : "-");
    if (tag == WTPT || (tag >= RXYZ && tag <= BXYZ))
        return is_numbers(data, "XYZ ", 3, 4);
    if (tag == CHAD)
        return is_numbers(data, "sf32", 9, 8);
    if (tag >= RTRC && tag <= KTRC)
        return is_curve(data, icc->fourth);
    return is_table(icc, data, tag >= B2A0);
}

/* Which tags must stand, may stand, and stand with which. */
static bool
check_set(const Icc *icc)
{
    bool matrix = icc->has[RXYZ];

    for (unsigned i = GXYZ; i <= BTRC; i++) {
        if (icc->has[i] != matrix)
            return no(icc, "half a matrix");
    }
    if ((matrix && (icc->components != 3 || !icc->xyz)) || (icc->has[KTRC] && icc->components != 1))
        return no(icc, "tags of another kind of profile");
    for (unsigned i = 0; i < 3; i++) {
        if ((icc->has[A2B0 + i] && !icc->has[A2B0]) || (icc->has[B2A0 + i] && !icc->has[A2B0 + i]))
            return no(icc, "tables without the one before them");
    }
    if (!icc->has[DESC] || !icc->has[CPRT] || !icc->has[WTPT] ||
        !(matrix || icc->has[KTRC] || icc->has[A2B0]))
        return no(icc, "tags missing");
    return true;
}

bool
sk_verify_icc(SkProof *proof, SkSpan in, unsigned *ret_components)
{
    Icc icc = { .proof = proof, .in = in };

    if (!check_header(&icc) || !check_table(&icc) || !check_set(&icc))
        return false;
    for (unsigned i = 0; i < TAGS_MAX; i++) {
        if (icc.has[i] && !check_tag(&icc, i))
            return no(&icc, names[i]);
    }
    *ret_components = icc.components;
    return true;
}
