/* SPDX-License-Identifier: Apache-2.0
 * charset.c - contract in charset.h. */
#include "format/charset.h"

#include "format/jis.h"

const char *
sk_charset_name(SkCharset charset)
{
    static const char *const names[SK_CHARSET_COUNT] = {
        [SK_CHARSET_NONE] = "",
        [SK_CHARSET_ASCII] = "ASCII",
        [SK_CHARSET_UTF8] = "UTF-8",
        [SK_CHARSET_UTF16LE] = "UTF-16LE",
        [SK_CHARSET_UTF16BE] = "UTF-16BE",
        [SK_CHARSET_UTF32LE] = "UTF-32LE",
        [SK_CHARSET_UTF32BE] = "UTF-32BE",
        [SK_CHARSET_ISO2022JP] = "ISO-2022-JP",
        [SK_CHARSET_EUCJP] = "EUC-JP",
        [SK_CHARSET_CP932] = "CP932",
    };
    g_assert(charset < SK_CHARSET_COUNT);
    return names[charset];
}

unsigned
sk_charset_utf8(uint32_t c, uint8_t ret[4])
{
    g_assert(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
    if (c < 0x80) {
        ret[0] = (uint8_t)c;
        return 1;
    }
    unsigned n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (unsigned i = n - 1; i > 0; i--) {
        ret[i] = (uint8_t)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    ret[0] = (uint8_t)(lead[n] | c);
    return n;
}

/* ---- one code point of each encoding ------------------------------------------------------ */

/* Every reader below is called with at least one byte left. */
#define BAD UINT32_MAX
#define END (UINT32_MAX - 1) /* nothing but escape sequences was left */

static uint32_t
next_utf8(SkReader *r)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t c = sk_reader_u8(r);
    if (c < 0x80)
        return c;
    unsigned n = c >= 0xC2 && c <= 0xDF   ? 2
                 : (c & 0xF0) == 0xE0     ? 3
                 : c >= 0xF0 && c <= 0xF4 ? 4
                                          : 0;
    if (n == 0)
        return BAD;
    c &= 0x7Fu >> n;
    for (unsigned i = 1; i < n; i++) {
        uint8_t b = sk_reader_u8(r);
        if ((b & 0xC0) != 0x80)
            return BAD;
        c = c << 6 | (b & 0x3F);
    }
    return c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? BAD : c;
}

static uint32_t
next_utf16(SkReader *r, bool big)
{
    uint32_t c = big ? sk_reader_u16be(r) : sk_reader_u16le(r);
    if (c < 0xD800 || c > 0xDFFF)
        return c;
    uint32_t low = big ? sk_reader_u16be(r) : sk_reader_u16le(r);
    if (c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return BAD;
    return 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
}

static uint32_t
next_utf32(SkReader *r, bool big)
{
    uint32_t c = big ? sk_reader_u32be(r) : sk_reader_u32le(r);
    return c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? BAD : c;
}

/* Of the table, @row and @cell from 0. */
static uint32_t
jis(unsigned row, unsigned cell)
{
    if (row >= SK_JIS_ROWS || cell >= SK_JIS_CELLS)
        return BAD;
    uint16_t c = sk_jis_rows[row * SK_JIS_CELLS + cell];
    return c == 0 ? BAD : c;
}

static uint32_t
half_width_kana(uint8_t b)
{
    return b >= 0xA1 && b <= 0xDF ? 0xFF61u + b - 0xA1 : BAD;
}

static uint32_t
next_cp932(SkReader *r)
{
    uint8_t b = sk_reader_u8(r);
    if (b < 0x80)
        return b;
    if (b >= 0xA0 && b <= 0xDF)
        return half_width_kana(b);
    if (b == 0x80 || b > 0xFC)
        return BAD;
    uint8_t t = sk_reader_u8(r);
    if (t < 0x40 || t == 0x7F || t > 0xFC)
        return BAD;
    unsigned cell = t - 0x40u - (t > 0x7F ? 1 : 0);
    unsigned row = (b - (b < 0xA0 ? 0x81u : 0xC1u)) * 2;
    return cell < SK_JIS_CELLS ? jis(row, cell) : jis(row + 1, cell - SK_JIS_CELLS);
}

static uint32_t
next_eucjp(SkReader *r)
{
    uint8_t b = sk_reader_u8(r);
    if (b < 0x80)
        return b;
    if (b == 0x8E)
        return half_width_kana(sk_reader_u8(r));
    bool three = b == 0x8F;
    if (three)
        b = sk_reader_u8(r);
    uint8_t t = sk_reader_u8(r);
    if (b < 0xA1 || b > 0xFE || t < 0xA1 || t > 0xFE)
        return BAD;
    unsigned row = b - 0xA1u, cell = t - 0xA1u;
    if (three) {
        uint16_t c = sk_jis_rows_3[row * SK_JIS_CELLS + cell];
        return c == 0 ? BAD : c;
    }
    /* From row 85 on eucJP-ms holds characters of the user's own, not the vendors'. */
    return row >= 84 ? 0xE000 + (row - 84) * SK_JIS_CELLS + cell : jis(row, cell);
}

enum { G0_ASCII, G0_ROMAN, G0_KANA, G0_X0208, G0_X0212 };

/* An escape sequence, the ESC already read: changes what G0 holds. */
static bool
escape(SkCharsetCursor *self)
{
    static const struct {
        const char *tail;
        uint8_t set;
    } sequences[] = {
        { "(B", G0_ASCII }, { "(J", G0_ROMAN }, { "(H", G0_ROMAN },  { "(I", G0_KANA },
        { "$@", G0_X0208 }, { "$B", G0_X0208 }, { "$(D", G0_X0212 },
    };
    SkSpan left = sk_span_sub(self->r.in, self->r.at, self->r.in.n - self->r.at);
    for (size_t i = 0; i < G_N_ELEMENTS(sequences); i++) {
        if (sk_span_starts(left, sequences[i].tail)) {
            sk_reader_skip(&self->r, sk_span_str(sequences[i].tail).n);
            self->set = sequences[i].set;
            return true;
        }
    }
    return false;
}

static uint32_t
next_iso2022jp_double(SkCharsetCursor *self, uint8_t b)
{
    uint8_t t = sk_reader_u8(&self->r);
    if (b < 0x21 || b > 0x7E || t < 0x21 || t > 0x7E)
        return BAD;
    unsigned row = b - 0x21u, cell = t - 0x21u;
    if (self->set == G0_X0208)
        return jis(row, cell);
    uint16_t c = sk_jis_rows_3[row * SK_JIS_CELLS + cell];
    return c == 0 ? BAD : c;
}

static uint32_t
next_iso2022jp(SkCharsetCursor *self)
{
    while (sk_reader_left(&self->r) > 0) {
        uint8_t b = sk_reader_u8(&self->r);
        if (b == 0x1B) {
            if (!escape(self))
                return BAD;
            continue;
        }
        if (b == 0x0E || b == 0x0F) {
            self->shifted = b == 0x0E;
            continue;
        }
        if (b >= 0x80)
            return BAD;
        if (b == '\n' || b == '\r') {
            /* A line begins in ASCII, whatever stood before: RFC 1468. Old software forgets to say
             * so. */
            self->set = G0_ASCII;
            self->shifted = false;
            return b;
        }
        if (b <= 0x20 || b == 0x7F)
            return b;
        if (self->shifted)
            return half_width_kana(b | 0x80);
        if (self->set == G0_ASCII || self->set == G0_ROMAN)
            /* the yen sign of JIS-Roman stands for the backslash in everything that Windows
             * wrote */
            return b;
        return self->set == G0_KANA ? half_width_kana(b | 0x80) : next_iso2022jp_double(self, b);
    }
    return END;
}

SkCharsetCursor
sk_charset_cursor(SkSpan text, SkCharset charset)
{
    return (SkCharsetCursor){ .r = sk_reader(text),
                              .charset = charset,
                              .bad = charset == SK_CHARSET_NONE };
}

static uint32_t
next(SkCharsetCursor *self)
{
    switch (self->charset) {
    case SK_CHARSET_ASCII:
    case SK_CHARSET_UTF8:
        return next_utf8(&self->r);
    case SK_CHARSET_UTF16LE:
        return next_utf16(&self->r, false);
    case SK_CHARSET_UTF16BE:
        return next_utf16(&self->r, true);
    case SK_CHARSET_UTF32LE:
        return next_utf32(&self->r, false);
    case SK_CHARSET_UTF32BE:
        return next_utf32(&self->r, true);
    case SK_CHARSET_EUCJP:
        return next_eucjp(&self->r);
    case SK_CHARSET_CP932:
        return next_cp932(&self->r);
    case SK_CHARSET_ISO2022JP:
        return next_iso2022jp(self);
    case SK_CHARSET_NONE:
    case SK_CHARSET_COUNT:
        break;
    }
    g_assert_not_reached();
}

bool
sk_charset_next(SkCharsetCursor *self, uint32_t *ret)
{
    if (self->bad || sk_reader_left(&self->r) == 0)
        return false;
    uint32_t c = next(self);
    if (c == END && sk_reader_ok(&self->r))
        return false;
    if (c >= END || !sk_reader_ok(&self->r)) {
        self->bad = true;
        return false;
    }
    *ret = c;
    return true;
}

/* ---- which encoding is it? ---------------------------------------------------------------- */

/* All of it decodes, and no character is below @least that is neither tab nor line end. */
static bool
fits_from(SkSpan text, SkCharset charset, uint32_t least)
{
    SkCharsetCursor cursor = sk_charset_cursor(text, charset);
    uint32_t c = 0;
    while (sk_charset_next(&cursor, &c)) {
        if (c < least && c != '\t' && c != '\n' && c != '\r')
            return false;
    }
    return !cursor.bad;
}

static bool
fits(SkSpan text, SkCharset charset)
{
    return fits_from(text, charset, 1);
}

/* How much of the text is what ordinary Japanese text seldom holds, in percent: a wrong encoding
 * that fits by chance shows itself so. Half-width kana are single bytes in CP932, two of them one
 * wrong kanji; in EUC-JP they have a byte before them that says what they are. */
static uint64_t
oddness(SkSpan text, SkCharset charset)
{
    SkCharsetCursor cursor = sk_charset_cursor(text, charset);
    uint64_t odd = 0, all = 0;
    uint32_t c = 0;
    while (sk_charset_next(&cursor, &c)) {
        if (c < 0x80)
            continue;
        bool half = c >= 0xFF61 && c <= 0xFF9F;
        bool own = c >= 0xE000 && c <= 0xF8FF;
        bool foreign = (c >= 0x80 && c <= 0x4FF) || (c >= 0x2500 && c <= 0x257F);
        all += half ? 1 : 2;
        if (half)
            odd += charset == SK_CHARSET_CP932 ? 1 : 0;
        else if (foreign)
            odd += 1;
        else if (own)
            odd += 2;
        else if (c >= 0x4E00 && c <= 0x9FFF) {
            /* Frequent kanji lie in the first level; a wrong reading spreads over both. */
            uint8_t lead = cursor.r.in.p[cursor.r.at - 2];
            bool second = charset == SK_CHARSET_EUCJP ? lead >= 0xD0 : lead >= 0x99;
            odd += second ? 1 : 0;
        }
    }
    return all == 0 ? 0 : odd * 100 / all;
}

/* Zero bytes on one side of at least a third of the units, none on the other: no 8-bit text has
 * them. */
static SkCharset
unmarked_utf16(SkSpan text)
{
    if (text.n < 4 || text.n % 2 != 0)
        return SK_CHARSET_NONE;
    size_t zeros[2] = { 0, 0 };
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == 0)
            zeros[i % 2]++;
    }
    size_t third = text.n / 2 / 3;
    if (zeros[1] > third && zeros[0] == 0)
        return SK_CHARSET_UTF16LE;
    if (zeros[0] > third && zeros[1] == 0)
        return SK_CHARSET_UTF16BE;
    return SK_CHARSET_NONE;
}

static SkCharset
marked(SkSpan text, size_t *ret_bom)
{
    static const struct {
        uint8_t mark[4];
        uint8_t n;
        SkCharset charset;
    } marks[] = {
        { { 0xEF, 0xBB, 0xBF, 0 }, 3, SK_CHARSET_UTF8 },
        { { 0xFF, 0xFE, 0, 0 }, 4, SK_CHARSET_UTF32LE },
        { { 0, 0, 0xFE, 0xFF }, 4, SK_CHARSET_UTF32BE },
        { { 0xFF, 0xFE, 0, 0 }, 2, SK_CHARSET_UTF16LE },
        { { 0xFE, 0xFF, 0, 0 }, 2, SK_CHARSET_UTF16BE },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (text.n < marks[i].n ||
            !sk_span_equal(sk_span_sub(text, 0, marks[i].n), sk_span(marks[i].mark, marks[i].n)))
            continue;
        *ret_bom = marks[i].n;
        if (fits(sk_span_sub(text, marks[i].n, text.n - marks[i].n), marks[i].charset))
            return marks[i].charset;
    }
    return SK_CHARSET_NONE;
}

SkCharset
sk_charset_guess(SkSpan text, size_t *ret_bom)
{
    *ret_bom = 0;
    SkCharset charset = marked(text, ret_bom);
    if (*ret_bom > 0)
        return charset;

    bool high = false, escapes = false, zeros = false;
    for (size_t i = 0; i < text.n; i++) {
        high |= text.p[i] >= 0x80;
        escapes |= text.p[i] == 0x1B;
        zeros |= text.p[i] == 0;
    }
    if (zeros) {
        charset = unmarked_utf16(text);
        return charset != SK_CHARSET_NONE && fits_from(text, charset, ' ') ? charset
                                                                           : SK_CHARSET_NONE;
    }
    if (!high)
        return escapes && fits(text, SK_CHARSET_ISO2022JP) ? SK_CHARSET_ISO2022JP
                                                           : SK_CHARSET_ASCII;
    if (fits(text, SK_CHARSET_UTF8))
        return SK_CHARSET_UTF8;

    bool euc = fits(text, SK_CHARSET_EUCJP), sjis = fits(text, SK_CHARSET_CP932);
    if (euc && sjis)
        return oddness(text, SK_CHARSET_CP932) < oddness(text, SK_CHARSET_EUCJP) ? SK_CHARSET_CP932
                                                                                 : SK_CHARSET_EUCJP;
    return euc ? SK_CHARSET_EUCJP : sjis ? SK_CHARSET_CP932 : SK_CHARSET_NONE;
}

/* ---- and back ----------------------------------------------------------------------------- */

#define PLANE 0x10000u /* neither encoding has a character beyond it */

/* Notes what the two bytes stand for, unless an earlier pair stands for it already. */
static void
note_pair(uint16_t *codes, SkCharset charset, unsigned lead, unsigned trail)
{
    const uint8_t bytes[2] = { (uint8_t)lead, (uint8_t)trail };
    SkCharsetCursor cursor = sk_charset_cursor(sk_span(bytes, 2), charset);
    uint32_t c = 0, more = 0;

    if (sk_charset_next(&cursor, &c) && !sk_charset_next(&cursor, &more) && !cursor.bad &&
        c >= 0x80 && c < PLANE && codes[c] == 0)
        codes[c] = (uint16_t)(lead << 8 | trail);
}

/* IBM's own rows (FA to FC) come before NEC's copy of them (ED, EE). */
static void
note_rows(uint16_t *codes, SkCharset charset)
{
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned lead = 0x81; lead <= 0xFE; lead++) {
            bool copied = charset == SK_CHARSET_CP932 && (lead == 0xED || lead == 0xEE);
            for (unsigned trail = 0x40; trail <= 0xFE && copied == (turn == 1); trail++)
                note_pair(codes, charset, lead, trail);
        }
    }
}

static void
append_pair(GString *out, uint16_t code)
{
    g_string_append_c(out, (char)(code >> 8));
    g_string_append_c(out, (char)(code & 0xFF));
}

bool
sk_charset_encode(SkSpan utf8, SkCharset charset, GString *out)
{
    if (charset != SK_CHARSET_CP932 && charset != SK_CHARSET_EUCJP)
        return false;
    g_autofree uint16_t *codes = g_new0(uint16_t, PLANE);
    SkCharsetCursor cursor = sk_charset_cursor(utf8, SK_CHARSET_UTF8);
    uint32_t c = 0;

    note_rows(codes, charset);
    while (sk_charset_next(&cursor, &c)) {
        if (c < 0x80)
            g_string_append_c(out, (char)c);
        else if (c >= 0xFF61 && c <= 0xFF9F && charset == SK_CHARSET_CP932)
            g_string_append_c(out, (char)(c - 0xFF61 + 0xA1));
        else if (c < PLANE && codes[c] != 0)
            append_pair(out, codes[c]);
        else
            return false;
    }
    return !cursor.bad;
}
