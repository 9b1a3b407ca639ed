/* SPDX-License-Identifier: Apache-2.0
 * font.c - which kind of font it is, by its first bytes, and the built-in encoding of what was
 * written; contracts in font.h. */
#include "format/font-cff.h"

uint64_t
sk_font_limit(SkSpan in)
{
    return 16 * (uint64_t)in.n + (1u << 20);
}

/* An OpenType wrapper: what counts is which outlines it holds. */
static bool
rebuild_sfnt(SkSpan in, size_t start, const SkFontOptions *options, SkSink *out, SkFontFacts *facts,
             GError **error)
{
    SkSpan cff = SK_SPAN_EMPTY, glyf = SK_SPAN_EMPTY;

    if (!sk_sfnt_table(in, start, "CFF ", &cff, error) ||
        !sk_sfnt_table(in, start, "glyf", &glyf, error))
        return false;
    if (cff.n > 0 && glyf.n > 0)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "font: two kinds of outlines");
    if (cff.n == 0)
        return sk_font_truetype(in, start, options, out, facts, error);
    facts->converted = true;
    return sk_font_cff(cff, options, sk_font_limit(in), out, facts, error);
}

static bool
rebuild(SkSpan in, const SkFontOptions *options, SkSink *out, SkFontFacts *facts, GError **error)
{
    SkReader r = sk_reader(in);
    uint32_t magic = sk_reader_u32be(&r);

    if (magic == 0x74746366) { /* ttcf: the first of the collection */
        sk_reader_skip(&r, 8);
        uint32_t start = sk_reader_u32be(&r);
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "font: collection");
        return rebuild_sfnt(in, start, options, out, facts, error);
    }
    if (magic == 0x00010000 || magic == 0x74727565 || magic == 0x4f54544f) /* 1.0, true, OTTO */
        return rebuild_sfnt(in, 0, options, out, facts, error);
    if (magic >> 24 == 1 && (magic >> 8 & 0xff) >= 4 && (magic & 0xff) >= 1 && (magic & 0xff) <= 4)
        return sk_font_cff(in, options, sk_font_limit(in), out, facts, error);
    return sk_font_type1(in, options, sk_font_limit(in), out, facts, error);
}

bool
sk_font_rebuild(SkSpan in, const SkFontOptions *options, SkSink *out, SkFontFacts *ret_facts,
                GError **error)
{
    SkFontFacts facts = { .kind = SK_FONT_TRUETYPE };

    if (in.n > SK_FONT_INPUT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "font: over %u bytes", SK_FONT_INPUT_MAX);
    if (!rebuild(in, options, out, &facts, error))
        return false;
    *ret_facts = facts;
    return true;
}

/* ---- the built-in encoding ---------------------------------------------------------------- */

typedef struct {
    SkSpan in;
    SkCffIndex strings;
    uint32_t glyphs;
    uint16_t *sids;  /* owned */
    size_t encoding; /* 0: StandardEncoding */
    size_t charset;
} Written;

static char *
name_of(const Written *self, unsigned sid)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (sid == 0)
        return NULL;
    if (sid < SK_FONT_STANDARD_STRINGS)
        return g_strdup(sk_font_standard_string(sid));
    return sk_cff_index_get(&self->strings, sid - SK_FONT_STANDARD_STRINGS, &name)
               ? sk_span_dup(name)
               : NULL;
}

/* The offsets of a Top DICT in our form: each is 1D, four bytes, operator. */
static bool
read_top(Written *self, SkSpan top, size_t *ret_charstrings)
{
    SkReader r = sk_reader(top);
    uint32_t last = 0;

    while (sk_reader_left(&r) > 0) {
        unsigned byte = sk_reader_u8(&r);
        if (byte == 29)
            last = sk_reader_u32be(&r);
        else if (byte == 28 || byte == 12)
            sk_reader_skip(&r, byte == 28 ? 2 : 1);
        else if (byte == 30)
            while (sk_reader_left(&r) > 0 && (sk_reader_u8(&r) & 15) != 15)
                continue;
        else if (byte >= 247)
            sk_reader_skip(&r, 1);
        else if (byte == 15)
            self->charset = last;
        else if (byte == 16)
            self->encoding = last;
        else if (byte == 17)
            *ret_charstrings = last;
    }
    return sk_reader_ok(&r);
}

static bool
open_written(Written *self, GError **error)
{
    SkCffIndex index = { .count = 0 };
    SkSpan top = SK_SPAN_EMPTY;
    size_t charstrings = 0;

    if (!sk_cff_index_parse(self->in, 4, &index, error) ||
        !sk_cff_index_parse(self->in, index.end, &index, error))
        return false;
    if (!sk_cff_index_get(&index, 0, &top) || !read_top(self, top, &charstrings))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: Top DICT");
    if (!sk_cff_index_parse(self->in, index.end, &self->strings, error) ||
        !sk_cff_index_parse(self->in, charstrings, &index, error))
        return false;
    self->glyphs = index.count;
    self->sids = g_new0(uint16_t, (size_t)self->glyphs + 1);
    SkReader r = sk_reader(self->in);
    sk_reader_seek(&r, self->charset);
    sk_reader_skip(&r, 1);
    for (uint32_t g = 1; g < self->glyphs && sk_reader_ok(&r);) {
        uint32_t first = sk_reader_u16be(&r), left = sk_reader_u16be(&r);
        for (uint32_t i = 0; i <= left && g < self->glyphs; i++)
            self->sids[g++] = (uint16_t)(first + i);
    }
    return sk_reader_ok(&r) || sk_throw(error, SK_ERROR_TRUNCATED, "font: charset");
}

static void
set_name(SkFontEncoding *ret, const Written *self, unsigned code, unsigned sid)
{
    g_free(ret->names[code]);
    ret->names[code] = name_of(self, sid);
}

bool
sk_font_encoding(SkSpan program, SkFontEncoding *ret, GError **error)
{
    Written font = { .in = program };

    *ret = (SkFontEncoding){ .names = { NULL } };
    if (program.n < 4 || program.p[0] != 1) /* TrueType */
        return true;
    bool good = open_written(&font, error);
    g_autofree uint16_t *sids = font.sids;
    if (!good)
        return false;
    if (font.encoding == 0) {
        for (unsigned code = 0; code < 256; code++)
            for (uint32_t g = 1; sk_font_standard_code(code) != 0 && g < font.glyphs; g++)
                if (sids[g] == sk_font_standard_code(code)) {
                    set_name(ret, &font, code, sids[g]);
                    break;
                }
        return true;
    }
    SkReader r = sk_reader(program);
    sk_reader_seek(&r, font.encoding);
    unsigned format = sk_reader_u8(&r), n = sk_reader_u8(&r);
    for (unsigned i = 1; i <= n && i < font.glyphs; i++)
        set_name(ret, &font, sk_reader_u8(&r), sids[i]);
    unsigned more = format == 0x80 ? sk_reader_u8(&r) : 0;
    for (unsigned i = 0; i < more && sk_reader_ok(&r); i++) {
        unsigned code = sk_reader_u8(&r);
        set_name(ret, &font, code, sk_reader_u16be(&r));
    }
    return true;
}

void
sk_font_encoding_clear(SkFontEncoding *self)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(self->names); i++)
        g_clear_pointer(&self->names[i], g_free);
}
