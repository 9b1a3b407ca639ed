/* SPDX-License-Identifier: Apache-2.0
 *
 * font-truetype.c - TrueType outlines without programs: six to eight tables, every byte of them.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md, "truetype"; OpenType 1.9   Tests: tests/unit/verify/test-font.c
 */
#include "verify/font.h"

#include <limits.h>
#include <string.h>

#define TABLES 8u
#define TABLES_LEAST 6u
#define CONTOURS_MAX 8191
#define POINTS_MAX 16383u
#define NAMED_MAX 65000u
#define NAME_FIRST 258u
#define WHOLE_SUM 0xb1b0afbau

enum { MAP, GLYF, HEAD, HHEA, HMTX, LOCA, MAXP, POST };

static const char *const tags[TABLES] = {
    "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post"
};

typedef struct {
    SkProof *proof;
    SkSpan in;
    SkSpan tables[TABLES]; /* n = 0: not there */
    uint32_t sums[TABLES];
    uint32_t glyphs;
    uint16_t points, contours; /* greatest of a glyph */
    int16_t box[4];
    bool any; /* a glyph has points */
} Font;

static int16_t
read_i16(SkReader *r)
{
    return (int16_t)sk_reader_u16be(r);
}

static bool
read_is(SkReader *r, const char *bytes, size_t n)
{
    SkSpan s = sk_reader_span(r, n);
    return s.n == n && memcmp(s.p, bytes, n) == 0;
}
#define READ_IS(r, bytes) read_is(r, bytes, sizeof bytes - 1)

static bool
read_zeros(SkReader *r, size_t n)
{
    bool zero = true;

    for (size_t i = 0; i < n; i++)
        zero = sk_reader_u8(r) == 0 && zero;
    return zero && sk_reader_ok(r);
}

static uint32_t
sum_words(SkSpan in)
{
    SkReader r = sk_reader(in);
    uint32_t sum = 0;

    while (sk_reader_left(&r) > 0)
        sum += sk_reader_u32be(&r);
    return sum;
}

/* ---- the directory ---- */

static bool
check_record(Font *font, SkReader *r, unsigned table, size_t *at)
{
    uint32_t sum = sk_reader_u32be(r), offset = sk_reader_u32be(r), length = sk_reader_u32be(r);

    if (!sk_reader_ok(r) || offset != *at || (length == 0 && table != GLYF) ||
        length > font->in.n - *at)
        return false;
    SkReader end = sk_reader(font->in);
    sk_reader_seek(&end, *at + length);
    if (!sk_font_pad(&end, 0))
        return false;
    font->tables[table] = sk_span_sub(font->in, *at, length);
    font->sums[table] = sum;
    SkSpan padded = sk_span_sub(font->in, *at, end.at - *at);
    *at = end.at;
    uint32_t wanted = sum_words(padded);
    if (table == HEAD && padded.n >= 12) {
        SkReader head = sk_reader(padded);
        sk_reader_skip(&head, 8);
        wanted -= sk_reader_u32be(&head);
    }
    return sum == wanted;
}

static bool
check_directory(Font *font)
{
    SkReader r = sk_reader(font->in);
    uint32_t version = sk_reader_u32be(&r);
    unsigned n = sk_reader_u16be(&r), power = n < 8 ? 2 : 3, table = 0;

    if (version != 0x00010000 || n < TABLES_LEAST || n > TABLES ||
        sk_reader_u16be(&r) != 16u << power || sk_reader_u16be(&r) != power ||
        sk_reader_u16be(&r) != 16u * n - (16u << power))
        return false;
    size_t at = 12 + 16 * (size_t)n;
    if (at > font->in.n)
        return false;
    for (unsigned i = 0; i < n; i++, table++) {
        SkSpan tag = sk_reader_span(&r, 4);
        if (tag.n == 4 && table == MAP && memcmp(tag.p, tags[MAP], 4) != 0)
            table++;
        if (tag.n != 4 || table >= TABLES || memcmp(tag.p, tags[table], 4) != 0 ||
            !check_record(font, &r, table, &at))
            return false;
    }
    return at == font->in.n && table >= POST;
}

/* ---- small tables ---- */

static bool
check_maxp(Font *font)
{
    SkReader r = sk_reader(font->tables[MAXP]);

    if (!READ_IS(&r, "\0\1\0\0"))
        return false;
    font->glyphs = sk_reader_u16be(&r);
    font->points = sk_reader_u16be(&r);
    font->contours = sk_reader_u16be(&r);
    return READ_IS(&r, "\0\0\0\0\0\1") && read_zeros(&r, 16) && sk_reader_left(&r) == 0 &&
           font->glyphs > 0;
}

static bool
check_head(Font *font)
{
    SkReader r = sk_reader(font->tables[HEAD]);

    if (!READ_IS(&r, "\0\1\0\0\0\1\0\0"))
        return false;
    uint32_t adjustment = sk_reader_u32be(&r);
    if (adjustment != WHOLE_SUM - (sum_words(font->in) - adjustment) ||
        !READ_IS(&r, "\x5f\x0f\x3c\xf5\0\0"))
        return false;
    uint16_t units = sk_reader_u16be(&r);
    if (units < 16 || units > 16384 || !read_zeros(&r, 16))
        return false;
    for (unsigned i = 0; i < 4; i++)
        font->box[i] = read_i16(&r);
    return READ_IS(&r, "\0\0\0\x08\0\x02\0\x01\0\0") && sk_reader_left(&r) == 0;
}

static bool
check_metrics(Font *font)
{
    SkReader r = sk_reader(font->tables[HHEA]), metrics = sk_reader(font->tables[HMTX]);
    uint16_t widest = 0;

    for (uint32_t i = 0; i < font->glyphs; i++) {
        uint16_t advance = sk_reader_u16be(&metrics);
        sk_reader_skip(&metrics, 2);
        widest = MAX(widest, advance);
    }
    if (!sk_reader_ok(&metrics) || sk_reader_left(&metrics) > 0 || !READ_IS(&r, "\0\1\0\0"))
        return false;
    sk_reader_skip(&r, 4); /* ascender, descender */
    return READ_IS(&r, "\0\0") && sk_reader_u16be(&r) == widest && read_zeros(&r, 6) &&
           READ_IS(&r, "\0\1") && read_zeros(&r, 14) && sk_reader_u16be(&r) == font->glyphs &&
           sk_reader_left(&r) == 0;
}

static bool
check_post(Font *font)
{
    SkReader r = sk_reader(font->tables[POST]);
    uint32_t named = 0;

    if (!READ_IS(&r, "\0\2\0\0") || !read_zeros(&r, 28) || sk_reader_u16be(&r) != font->glyphs)
        return false;
    for (uint32_t i = 0; i < font->glyphs; i++) {
        uint16_t index = sk_reader_u16be(&r);
        if (index != 0 && index != NAME_FIRST + named++)
            return false;
    }
    for (uint32_t i = 0; i < named; i++)
        if (!sk_font_name_is(sk_reader_span(&r, sk_reader_u8(&r))))
            return false;
    return sk_reader_ok(&r) && sk_reader_left(&r) == 0 && named > 0 && named <= NAMED_MAX;
}

/* ---- glyphs ---- */

/* Flags: bits 1 and 4 are x's, 2 and 5 y's, 3 repeats. */
#define REPEATS 0x08u

typedef struct {
    uint8_t flags[POINTS_MAX];
    unsigned points, contours;
    int16_t box[4];
} Glyph;

/* Runs of three and more are written short, at most 256 at once; shorter ones are not. */
static bool
read_flags(SkReader *r, Glyph *glyph)
{
    unsigned before = 0x100, alike = 0; /* the flag before, how many of it in this stretch */

    for (unsigned i = 0; i < glyph->points;) {
        uint8_t byte = sk_reader_u8(r);
        unsigned flag = byte & ~REPEATS, times = 1;
        bool repeats = (byte & REPEATS) != 0;
        if (repeats)
            times += sk_reader_u8(r);
        if (!sk_reader_ok(r) || flag > 0x3f || (repeats && times < 3) || times > glyph->points - i)
            return false;
        bool goes_on = flag == before && alike != 256;
        if (goes_on && (repeats || alike != 1))
            return false;
        alike = goes_on ? 2 : times;
        before = flag;
        memset(glyph->flags + i, (int)flag, times);
        i += times;
    }
    return true;
}

/* The coordinates of one axis: @one the bit of one byte, @same that of none or of a positive
 * one. */
static bool
read_axis(SkReader *r, const Glyph *glyph, unsigned one, unsigned same, int *ret_least,
          int *ret_greatest)
{
    int at = 0;

    *ret_least = INT_MAX;
    *ret_greatest = INT_MIN;
    for (unsigned i = 0; i < glyph->points; i++) {
        bool is_one = (glyph->flags[i] & one) != 0, is_same = (glyph->flags[i] & same) != 0;
        int by = 0;
        if (is_one) {
            by = sk_reader_u8(r);
            if (by == 0)
                return false;
            by = is_same ? by : -by;
        } else if (!is_same) {
            by = read_i16(r);
            if (by >= -255 && by <= 255)
                return false;
        }
        at += by;
        if (at <= -SK_FONT_FAR || at >= SK_FONT_FAR)
            return false;
        *ret_least = MIN(*ret_least, at);
        *ret_greatest = MAX(*ret_greatest, at);
    }
    return sk_reader_ok(r);
}

static bool
read_contours(SkReader *r, Glyph *glyph)
{
    int contours = read_i16(r), end = -1;

    for (unsigned i = 0; i < 4; i++)
        glyph->box[i] = read_i16(r);
    if (contours < 1 || contours > CONTOURS_MAX)
        return false;
    for (int i = 0; i < contours; i++) {
        int next = sk_reader_u16be(r);
        if (next <= end)
            return false;
        end = next;
    }
    glyph->contours = (unsigned)contours;
    glyph->points = (unsigned)end + 1;
    return sk_reader_ok(r) && glyph->points <= POINTS_MAX && sk_reader_u16be(r) == 0;
}

static bool
read_glyph(SkSpan in, Glyph *glyph)
{
    SkReader r = sk_reader(in);
    int x0 = 0, x1 = 0, y0 = 0, y1 = 0;

    if (!read_contours(&r, glyph) || !read_flags(&r, glyph) ||
        !read_axis(&r, glyph, 0x02, 0x10, &x0, &x1) ||
        !read_axis(&r, glyph, 0x04, 0x20, &y0, &y1) || !sk_font_pad(&r, 0))
        return false;
    return sk_reader_left(&r) == 0 && glyph->box[0] == x0 && glyph->box[1] == y0 &&
           glyph->box[2] == x1 && glyph->box[3] == y1;
}

static bool
check_glyphs(Font *font)
{
    g_autofree Glyph *glyph = g_new0(Glyph, 1);
    SkReader loca = sk_reader(font->tables[LOCA]);
    SkSpan glyf = font->tables[GLYF];
    uint16_t points = 0, contours = 0;
    int16_t box[4] = { 0 };
    uint32_t at = sk_reader_u32be(&loca);

    if (at != 0)
        return false;
    for (uint32_t i = 0; i < font->glyphs; i++) {
        uint32_t next = sk_reader_u32be(&loca);
        if (!sk_reader_ok(&loca) || next < at || next > glyf.n)
            return false;
        if (next > at) {
            if (!read_glyph(sk_span_sub(glyf, at, next - at), glyph))
                return false;
            points = (uint16_t)MAX(points, glyph->points);
            contours = (uint16_t)MAX(contours, glyph->contours);
            for (unsigned k = 0; k < 4; k++) {
                bool wider = k < 2 ? glyph->box[k] < box[k] : glyph->box[k] > box[k];
                box[k] = wider || !font->any ? glyph->box[k] : box[k];
            }
            font->any = true;
        }
        at = next;
    }
    return at == glyf.n && sk_reader_left(&loca) == 0 && points == font->points &&
           contours == font->contours && memcmp(box, font->box, sizeof box) == 0;
}

bool
sk_verify_font_truetype(SkProof *proof, SkSpan in)
{
    Font font = { .proof = proof, .in = in };

    if (!check_directory(&font))
        return sk_font_no(proof, "directory of tables");
    if (!check_maxp(&font))
        return sk_font_no(proof, "maxp");
    if (!check_head(&font))
        return sk_font_no(proof, "head");
    if (!check_metrics(&font))
        return sk_font_no(proof, "hhea or hmtx");
    if (!check_glyphs(&font))
        return sk_font_no(proof, "glyf or loca");
    if (font.tables[MAP].n > 0 && !sk_font_sfnt_map(font.tables[MAP], font.glyphs))
        return sk_font_no(proof, "cmap");
    return font.tables[POST].n == 0 || check_post(&font) || sk_font_no(proof, "post");
}
