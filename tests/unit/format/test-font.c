/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"
#include "format/font.h"

#include "font-builder.h"
#include "font-oracle.h"
#include "font-round.h"

/* 0, or the error's code; what was written has been asked for in full, stays as it is, and nothing
 * is written on failure. */
static int
rebuild(SkSpan in, const SkFontOptions *options, SkSink *out, SkFontFacts *facts)
{
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *copy = g_memdup2(in.p, in.n); /* so that the sanitizer sees its end */

    if (!sk_font_rebuild(sk_span(copy, in.n), options, out, facts, &error)) {
        g_test_message("%s", error->message);
        g_assert_cmpuint(sk_sink_at(out), ==, 0);
        return error->code;
    }
    g_autoptr(SkSink) again = sk_sink_new_memory(UINT64_MAX);
    SkFontFacts facts2 = { .glyphs = 0 };
    g_autofree char *no = font_refused(sk_sink_memory(out), facts->kind);
    g_assert_cmpstr(no, ==, NULL);
    g_assert_true(sk_font_rebuild(sk_sink_memory(out), options, again, &facts2, &error));
    g_assert_cmpmem(sk_sink_memory(out).p, sk_sink_memory(out).n, sk_sink_memory(again).p,
                    sk_sink_memory(again).n);
    g_assert_true(facts2.kind == facts->kind && facts2.glyphs == facts->glyphs &&
                  !facts2.programs && !facts2.converted);
    return 0;
}

static int
rebuild_code(GByteArray *font)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    SkFontOptions options = { .cid = false };
    SkFontFacts facts = { .glyphs = 0 };
    int code = rebuild(sk_span(font->data, font->len), &options, out, &facts);

    g_byte_array_unref(font);
    return code;
}

/* ---- TrueType ----------------------------------------------------------------------------- */

static void
test_truetype(void)
{
    Fb fb;
    Oracle oracle = { .library = NULL };
    SkFontOptions options = { .cid = false, .name = "ABCDEF+Sample" };
    SkFontFacts facts = { .glyphs = 0 };
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    unsigned glyphs = 0;

    fb_sample(&fb);
    g_autoptr(GByteArray) font = fb_file(&fb, 0x00010000);
    SkSpan in = sk_span(font->data, font->len);
    g_assert_cmpint(rebuild(in, &options, out, &facts), ==, 0);
    g_assert_cmpint(facts.kind, ==, SK_FONT_TRUETYPE);
    g_assert_cmpuint(facts.glyphs, ==, 5);
    g_assert_cmpuint(facts.units_per_em, ==, 1000);
    g_assert_true(facts.programs);
    SkSpan made = sk_sink_memory(out);
    g_assert_true(oracle_same(&oracle, in, made, &glyphs));
    g_assert_cmpuint(glyphs, ==, 5);
    const char *const gone[] = { "fpgm", "prep", "name", "GSUB", "(bad)" };
    for (unsigned i = 0; i < G_N_ELEMENTS(gone); i++)
        g_assert_true(sk_span_find(made, 0, sk_span_str(gone[i])) == SIZE_MAX);

    FT_Face face = oracle_open(&oracle, made);
    char name[128];
    g_assert(face != NULL); /* which never comes back, as the compiler has to see */
    g_assert_cmpint(face->num_charmaps, ==, 2);
    g_assert_cmpint(FT_Select_Charmap(face, FT_ENCODING_UNICODE), ==, 0);
    g_assert_cmpuint(FT_Get_Char_Index(face, 'A'), ==, 1);
    g_assert_cmpuint(FT_Get_Char_Index(face, 'B'), ==, 2);
    g_assert_cmpuint(FT_Get_Char_Index(face, 'a'), ==, 3);
    g_assert_cmpint(FT_Select_Charmap(face, FT_ENCODING_APPLE_ROMAN), ==, 0);
    g_assert_cmpuint(FT_Get_Char_Index(face, 'x'), ==, 4);
    oracle_name(face, 1, name);
    g_assert_cmpstr(name, ==, "A");
    oracle_name(face, 2, name);
    g_assert_cmpstr(name, ==, "half");
    oracle_name(face, 3, name);
    g_assert_cmpstr(name, ==, ".notdef");
    FT_Done_Face(face);
    oracle_end(&oracle);

    /* a CIDFont is never looked up by code or name */
    g_autoptr(SkSink) bare = sk_sink_new_memory(UINT64_MAX);
    options.cid = true;
    g_assert_cmpint(rebuild(in, &options, bare, &facts), ==, 0);
    g_assert_true(sk_span_find(sk_sink_memory(bare), 0, sk_span_str("cmap")) == SIZE_MAX);
    g_assert_true(sk_span_find(sk_sink_memory(bare), 0, sk_span_str("post")) == SIZE_MAX);
    fb_clear(&fb);
}

/* A map without two codes in a row that lead to two glyphs in a row: too long for format 4. */
static void
test_long_map(void)
{
    enum { GLYPHS = 20001 };
    Fb fb;
    SkFontOptions options = { .cid = false };
    SkFontFacts facts = { .glyphs = 0 };
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);

    fb_sample(&fb);
    GByteArray *cmap = fb_table(&fb, "cmap"), *loca = fb_table(&fb, "loca");
    g_byte_array_set_size(loca, 2 * (GLYPHS + 1));
    memset(loca->data, 0, loca->len);
    fb_set16(&fb, "maxp", 4, GLYPHS);
    g_byte_array_set_size(cmap, 0);
    fb16(cmap, 0);
    fb16(cmap, 1);
    fb16(cmap, 3);
    fb16(cmap, 10);
    fb32(cmap, 12);
    fb16(cmap, 12);
    fb16(cmap, 0);
    fb32(cmap, 16 + 12 * (GLYPHS - 1));
    fb32(cmap, 0);
    fb32(cmap, GLYPHS - 1);
    for (uint32_t i = 1; i < GLYPHS; i++) {
        fb32(cmap, 0x3000 + i);
        fb32(cmap, 0x3000 + i);
        fb32(cmap, GLYPHS - i);
    }
    g_autoptr(GByteArray) font = fb_file(&fb, 0x00010000);
    g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==, 0);
    Oracle oracle = { .library = NULL };
    FT_Face face = oracle_open(&oracle, sk_sink_memory(out));
    g_assert_nonnull(face);
    g_assert_cmpint(FT_Select_Charmap(face, FT_ENCODING_UNICODE), ==, 0);
    g_assert_cmpuint(FT_Get_Char_Index(face, 0x3001), ==, GLYPHS - 1);
    g_assert_cmpuint(FT_Get_Char_Index(face, 0x3000 + GLYPHS - 1), ==, 1);
    FT_Done_Face(face);
    oracle_end(&oracle);
    fb_clear(&fb);
}

static void
test_tricky(void)
{
    const char *const names[] = { "MingLiU", "ABCDEF+PMingLiU", "DFKai-SB", "NEC fadpop7" };
    const char *const others[] = { NULL, "", "A", "ABCDE", "MS-Gothic", "ABCDEF+IPAexMincho" };
    Fb fb;

    fb_sample(&fb);
    g_autoptr(GByteArray) font = fb_file(&fb, 0x74727565);
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        SkFontOptions options = { .name = names[i] };
        SkFontFacts facts;
        g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
        g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==,
                        SK_ERROR_UNSUPPORTED);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        SkFontOptions options = { .name = others[i] };
        SkFontFacts facts;
        g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
        g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==, 0);
    }
    fb_clear(&fb);
}

/* Each takes a sound font and breaks one thing. */
static void
test_truetype_hostile(void)
{
    static const struct {
        const char *what, *tag;
        unsigned at, value;
        int want;
    } cases[] = {
        { "a component of itself", "glyf", 34, 2, SK_ERROR_MALFORMED },
        { "a component that is not there", "glyf", 34, 5, SK_ERROR_MALFORMED },
        { "a component far out", "glyf", 34, 0xffff, SK_ERROR_MALFORMED },
        { "loca that does not rise", "loca", 6, 1, SK_ERROR_MALFORMED },
        { "a last point of 65535", "glyf", 10, 0xffff, SK_ERROR_LIMIT },
        { "instructions longer than the glyph", "glyf", 12, 0xffff, SK_ERROR_MALFORMED },
        { "contours without end", "glyf", 0, 0x7fff, SK_ERROR_LIMIT },
        { "more glyphs than loca has", "maxp", 4, 0xffff, 0 },
        { "no glyphs", "maxp", 4, 0, SK_ERROR_MALFORMED },
        { "units of nothing", "head", 18, 0, SK_ERROR_MALFORMED },
        { "a third kind of loca", "head", 50, 2, SK_ERROR_MALFORMED },
        { "loca read as long", "head", 50, 1, 0 },
        { "more metrics than there are", "hhea", 34, 0xffff, 0 },
        { "no metrics", "hhea", 34, 0, 0 },
        { "more maps than the table holds", "cmap", 2, 0xffff, 0 },
        { "a map far out", "cmap", 24, 0xffff, 0 },
        { "format 14", "cmap", 28, 14, 0 },
        { "format 2", "cmap", 28, 2, 0 },
        { "format 8", "cmap", 28, 8, 0 },
        { "format 12 over a short table", "cmap", 28, 12, 0 },
        { "segments without end", "cmap", 34, 0xfffe, 0 },
        { "an offset out of the map", "cmap", 28 + 34, 0xfff0, 0 },
        { "names past their end", "post", 32, 0xffff, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fb fb;
        g_test_message("%s", cases[i].what);
        fb_sample(&fb);
        fb_set16(&fb, cases[i].tag, cases[i].at, cases[i].value);
        g_assert_cmpint(rebuild_code(fb_file(&fb, 0x00010000)), ==, cases[i].want);
        fb_clear(&fb);
    }
}

static void
test_truetype_directory(void)
{
    Fb fb;

    fb_sample(&fb);
    GByteArray *font = fb_file(&fb, 0x00010000);
    memcpy(font->data + 12, "head", 4); /* which stood further on */
    g_assert_cmpint(rebuild_code(font), ==, SK_ERROR_AMBIGUOUS);
    font = fb_file(&fb, 0x00010000);
    memcpy(font->data + 12 + 8, "\xff\xff\xff\xf0",
           4); /* glyf leaves the file, and so is not there: no glyph has points */
    g_assert_cmpint(rebuild_code(font), ==, 0);
    font = fb_file(&fb, 0x00010000);
    memcpy(font->data + 12 + 32 + 8, font->data + 12 + 8, 8); /* head lies over glyf */
    g_assert_cmpint(rebuild_code(font), !=, 0);
    font = fb_file(&fb, 0x00010000);
    font->data[4] = 0xff; /* 65,000 tables */
    g_assert_cmpint(rebuild_code(font), ==, SK_ERROR_MALFORMED);
    for (unsigned n = 0; n < 400; n += 7) { /* cut anywhere: never a crash */
        font = fb_file(&fb, 0x00010000);
        g_byte_array_set_size(font, MIN(n, font->len));
        (void)rebuild_code(font);
    }
    fb_clear(&fb);
}

/* Composites in composites, each of many: a few hundred bytes that ask for millions of points. */
static void
test_truetype_bomb(void)
{
    Fb fb;

    fb_sample(&fb);
    GByteArray *glyf = fb_table(&fb, "glyf"), *loca = fb_table(&fb, "loca");
    g_byte_array_set_size(loca, 6);
    g_byte_array_set_size(glyf, loca->data[4] << 9 | loca->data[5] << 1);
    for (unsigned level = 2; level < 9; level++) {
        fb_box(glyf, -1, 0, 0, 0, 0);
        for (unsigned i = 0; i < 20; i++) {
            fb16(glyf, i < 19 ? 0x22 : 0x02);
            fb16(glyf, level - 1);
            fb16(glyf, 0);
        }
        fb16(loca, glyf->len / 2);
    }
    fb_set16(&fb, "maxp", 4, 9);
    g_assert_cmpint(rebuild_code(fb_file(&fb, 0x00010000)), ==, SK_ERROR_LIMIT);
    fb_clear(&fb);
}

/* ---- CFF ---------------------------------------------------------------------------------- */

static void
test_cff(void)
{
    FbCff f = fb_cff_sample();
    Oracle oracle = { .library = NULL };
    SkFontOptions options = { .cid = false };
    SkFontFacts facts = { .glyphs = 0 };
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_autoptr(GByteArray) font = fb_cff(&f);
    SkSpan in = sk_span(font->data, font->len);
    unsigned glyphs = 0;

    g_assert_cmpint(rebuild(in, &options, out, &facts), ==, 0);
    g_assert_cmpint(facts.kind, ==, SK_FONT_CFF);
    g_assert_cmpuint(facts.glyphs, ==, 4);
    g_assert_true(facts.programs && !facts.converted);
    bool same = oracle_same(&oracle, in, sk_sink_memory(out), &glyphs);
    g_test_message("%s", oracle.why);
    g_assert_true(same);
    g_assert_cmpuint(glyphs, ==, 4);
    /* ABCDEF+MadeUpx, and only the string that is used */
    g_assert_true(sk_span_find(sk_sink_memory(out), 0, sk_span_str("ABCDEF+MadeUpx")) < 32);
    g_assert_true(sk_span_find(sk_sink_memory(out), 0, sk_span_str("odd.name")) < 100);
    g_assert_true(sk_span_find(sk_sink_memory(out), 0, sk_span_str("unused")) == SIZE_MAX);

    SkFontEncoding encoding;
    g_assert_true(sk_font_encoding(sk_sink_memory(out), &encoding, NULL));
    g_assert_cmpstr(encoding.names['A'], ==, "A");
    g_assert_cmpstr(encoding.names['B'], ==, "B");
    g_assert_null(encoding.names['C']);
    sk_font_encoding_clear(&encoding);
    oracle_end(&oracle);
}

static void
test_cff_cid(void)
{
    FbCff f = fb_cff_sample();
    SkFontOptions options = { .cid = true };
    SkFontFacts facts = { .glyphs = 0 };
    Oracle oracle = { .library = NULL };
    unsigned glyphs = 0;

    f.cid = true;
    f.strings[0] = FB_PIECE("Adobe");
    f.strings[1] = FB_PIECE("Japan(1)");
    f.charset = FB_PIECE("\2\0\x64\0\2");
    f.charstrings[3] = FB_PIECE("\x0e");
    g_autoptr(GByteArray) font = fb_cff(&f);
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==, 0);
    g_assert_cmpint(facts.kind, ==, SK_FONT_CFF_CID);
    g_assert_cmpuint(facts.cids, ==, 103);
    bool same = oracle_same(&oracle, sk_span(font->data, font->len), sk_sink_memory(out), &glyphs);
    g_test_message("%s", oracle.why);
    g_assert_true(same && glyphs == 4);
    oracle_end(&oracle);

    f.charset = FB_PIECE("\0\0\x64\0\x65\0\x64"); /* one CID twice */
    g_assert_cmpint(rebuild_code(fb_cff(&f)), ==, SK_ERROR_AMBIGUOUS);
    f.charset = FB_PIECE("\2\xff\xf0\xff\xff"); /* past 65535 */
    f.charset.p = "\2\xff\xff\xff\xff";
    g_assert_cmpint(rebuild_code(fb_cff(&f)), ==, SK_ERROR_MALFORMED);
}

/* A custom encoding with a second code for a glyph. */
static void
test_cff_encoding(void)
{
    FbCff f = fb_cff_sample();
    SkFontOptions options = { .cid = false };
    SkFontFacts facts;
    SkFontEncoding encoding;
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);

    f.encoding =
        FB_PIECE("\x81\1\x30\1\2\x42\0\x22\x41\1\x87"); /* 30 31 for A B; B: A; A: odd.name */
    g_autoptr(GByteArray) font = fb_cff(&f);
    g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==, 0);
    g_assert_true(sk_font_encoding(sk_sink_memory(out), &encoding, NULL));
    g_assert_cmpstr(encoding.names[0x30], ==, "A");
    g_assert_cmpstr(encoding.names[0x31], ==, "B");
    g_assert_cmpstr(encoding.names[0x42], ==, "A");
    g_assert_cmpstr(encoding.names[0x41], ==, "odd.name");
    g_assert_null(encoding.names[0x32]);
    sk_font_encoding_clear(&encoding);
}

/* 256 glyphs with 256 codes by one range: one more than the count of codes can say. */
static void
test_cff_all_codes(void)
{
    FbCff f = fb_cff_sample();
    SkFontOptions options = { .cid = false };
    SkFontFacts facts;
    SkFontEncoding encoding;
    static FbPiece programs[257];
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);

    for (unsigned i = 0; i < 257; i++)
        programs[i] = FB_PIECE("\x0e");
    f.many = programs;
    f.charstring_count = 257;
    f.encoding = FB_PIECE("\1\1\0\xff");
    f.charset = FB_PIECE("\2\0\1\0\xff");
    g_autoptr(GByteArray) font = fb_cff(&f);
    g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==, 0);
    g_assert_true(sk_font_encoding(sk_sink_memory(out), &encoding, NULL));
    g_assert_cmpstr(encoding.names[0], ==, "space");
    g_assert_cmpstr(encoding.names[254], !=, NULL);
    g_assert_cmpstr(encoding.names[255], !=, NULL);
    sk_font_encoding_clear(&encoding);
}

static void
test_charstrings_hostile(void)
{
    static const struct {
        const char *what;
        FbPiece program;
        int want;
    } cases[] = {
        { "an empty program ends", FB_PIECE(""), 0 },
        { "a call of itself", FB_PIECE("\x21\x0a\x0e"),
          SK_ERROR_MALFORMED }, /* subr 1 calls subr 1 */
        { "a call below the table", FB_PIECE("\x1c\x80\x00\x0a"), SK_ERROR_MALFORMED },
        { "a call past the table", FB_PIECE("\x22\x0a"), SK_ERROR_MALFORMED },
        { "a call of nothing", FB_PIECE("\x0a"), SK_ERROR_MALFORMED },
        { "a return from nowhere", FB_PIECE("\x0b"), SK_ERROR_MALFORMED },
        { "49 operands",
          FB_PIECE("\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b"
                   "\x8b\x8b\x8b\x8b\x8b\x8b"
                   "\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b"
                   "\x8b\x8b\x8b\x8b\x8b\x05"),
          SK_ERROR_MALFORMED },
        { "a mask cut short", FB_PIECE("\x8b\x8b\x8b\x8b\x01\x13"), SK_ERROR_MALFORMED },
        { "an accent on nothing", FB_PIECE("\x8b\x8b\x1c\x7f\xff\x8b\x0e"), SK_ERROR_MALFORMED },
        { "an accent that is itself", FB_PIECE("\x8b\x8b\x8b\x8b\x0e"), SK_ERROR_MALFORMED },
        { "blend", FB_PIECE("\x8b\x8c\x10\x0e"), SK_ERROR_UNSUPPORTED },
        { "random", FB_PIECE("\x0c\x17\x0e"), SK_ERROR_UNSUPPORTED },
        { "a store", FB_PIECE("\x8b\x8b\x0c\x14\x0e"), SK_ERROR_UNSUPPORTED },
        { "division by 0", FB_PIECE("\x8c\x8b\x0c\x0c\x0e"), SK_ERROR_MALFORMED },
        { "division", FB_PIECE("\x8c\x8d\x0c\x0c\x8b\x15\x8c\x8d\x05\x0e"), 0 },
        { "a point far off", FB_PIECE("\x1c\x7f\xff\x8b\x15\x8b\x8c\x05\x0e"), SK_ERROR_MALFORMED },
        { "a point far off by steps", FB_PIECE("\x1c\x3f\x00\x8b\x15\x1c\x3f\x00\x8b\x05\x0e"),
          SK_ERROR_MALFORMED },
        { "a number cut short", FB_PIECE("\xff\x00"), SK_ERROR_MALFORMED },
        { "a line without a move", FB_PIECE("\x8c\x8d\x05\x0e"), 0 },
        { "an odd line", FB_PIECE("\x8b\x8b\x15\x8c\x8d\x8e\x05\x0e"), SK_ERROR_MALFORMED },
        { "moves that draw nothing", FB_PIECE("\x8b\x8b\x15\x8b\x8b\x15\x0e"), 0 },
        { "flex",
          FB_PIECE("\x8b\x8b\x15\x8c\x8d\x8e\x8c\x8d\x8e\x8c\x0c\x22\x8c\x8d\x8e\x8c\x8d\x8e\x8c"
                   "\x8d\x8e\x0c\x24\x0e"),
          0 },
        { "flex of too few", FB_PIECE("\x8b\x8b\x15\x8c\x0c\x23\x0e"), SK_ERROR_MALFORMED },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        FbCff f = fb_cff_sample();
        g_test_message("%s", cases[i].what);
        f.charstrings[3] = cases[i].program;
        f.subrs[1] = FB_PIECE("\x21\x0a");
        f.subr_count = 2;
        g_assert_cmpint(rebuild_code(fb_cff(&f)), ==, cases[i].want);
    }
}

/* Ten levels of subroutines that each call the next many times: nothing but steps. */
static void
test_charstrings_bomb(void)
{
    FbCff f = fb_cff_sample();

    f.subr_count = 9;
    for (unsigned i = 0; i < 9; i++) {
        static char calls[9][64];
        for (unsigned k = 0; k < 30; k++) {
            calls[i][2 * k] = (char)(0x20 + i + 1);
            calls[i][2 * k + 1] = 0x0a;
        }
        f.subrs[i] = i == 8 ? FB_PIECE("\x0b") : (FbPiece){ calls[i], 60 };
    }
    f.charstrings[3] = FB_PIECE("\x20\x0a\x0e");
    g_assert_cmpint(rebuild_code(fb_cff(&f)), ==, SK_ERROR_LIMIT);
}

static void
test_cff_hostile(void)
{
    static const struct {
        const char *what;
        FbPiece top;
        int want;
    } cases[] = {
        { "a matrix of reals", FB_PIECE("\x1e\x0a\x00\x1f\x8b\x8b\x1e\xa0\x01\xff\x8b\x8b\x0c\x07"),
          0 },
        { "a matrix with a digit that is none",
          FB_PIECE("\x1e\x0d\x00\x1f\x8b\x8b\x8b\x8b\x8b\x0c\x07"), SK_ERROR_MALFORMED },
        { "a matrix of five", FB_PIECE("\x8b\x8b\x8b\x8b\x8b\x0c\x07"), SK_ERROR_MALFORMED },
        { "a matrix beyond reason", FB_PIECE("\x1e\x1b\x99\x9f\x8b\x8b\x8b\x8b\x8b\x0c\x07"),
          SK_ERROR_MALFORMED },
        { "a real without end", FB_PIECE("\x1e\x11\x11"), SK_ERROR_MALFORMED },
        { "PostScript", FB_PIECE("\xf8\x1b\x0c\x15"), 0 },
        { "a synthetic font", FB_PIECE("\x8b\x0c\x14"), SK_ERROR_UNSUPPORTED },
        { "charstrings of type 1", FB_PIECE("\x8c\x0c\x06"), SK_ERROR_UNSUPPORTED },
        { "stroked", FB_PIECE("\x8d\x0c\x05"), SK_ERROR_UNSUPPORTED },
        { "too many operands",
          FB_PIECE("\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b"
                   "\x8b\x8b\x8b\x8b\x8b\x8b\x8b"
                   "\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b"
                   "\x8b\x8b\x8b\x8b\x05"),
          SK_ERROR_MALFORMED },
        { "an operator that reserves", FB_PIECE("\x1b"), 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        FbCff f = fb_cff_sample();
        g_test_message("%s", cases[i].what);
        f.top = cases[i].top;
        g_assert_cmpint(rebuild_code(fb_cff(&f)), ==, cases[i].want);
    }
    FbCff f = fb_cff_sample();
    g_autoptr(GByteArray) sound = fb_cff(&f);
    for (unsigned at = 0; at < sound->len; at++) { /* any byte may be anything */
        GByteArray *broken = g_byte_array_new();
        fb_bytes(broken, sound->data, sound->len);
        broken->data[at] ^= 0xff;
        (void)rebuild_code(broken);
        broken = g_byte_array_new();
        fb_bytes(broken, sound->data, at);
        (void)rebuild_code(broken);
    }
}

/* ---- Type 1 ------------------------------------------------------------------------------- */

static void
check_type1(const FbType1 *f)
{
    g_autoptr(GByteArray) font = fb_type1(f);
    Oracle oracle = { .library = NULL };
    SkFontOptions options = { .cid = false };
    SkFontFacts facts = { .glyphs = 0 };
    SkFontEncoding encoding;
    g_autoptr(SkSink) out = sk_sink_new_memory(UINT64_MAX);
    unsigned glyphs = 0;

    g_assert_cmpint(rebuild(sk_span(font->data, font->len), &options, out, &facts), ==, 0);
    g_assert_cmpint(facts.kind, ==, SK_FONT_CFF);
    g_assert_cmpuint(facts.glyphs, ==, 5);
    g_assert_true(facts.converted);
    bool same = oracle_same(&oracle, sk_span(font->data, font->len), sk_sink_memory(out), &glyphs);
    g_test_message("%s", oracle.why);
    g_assert_true(same && glyphs == 5);
    g_assert_true(sk_span_find(sk_sink_memory(out), 0, sk_span_str("Private")) == SIZE_MAX);
    g_assert_true(sk_font_encoding(sk_sink_memory(out), &encoding, NULL));
    g_assert_cmpstr(encoding.names[65], ==, "B");
    g_assert_cmpstr(encoding.names[66], ==, "A");
    g_assert_cmpstr(encoding.names[67], ==, "A");
    g_assert_null(encoding.names[68]);
    sk_font_encoding_clear(&encoding);
    oracle_end(&oracle);
}

static void
test_type1(void)
{
    const int lengths[] = { 4, 0, -1, 1 };

    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
        FbType1 f = fb_type1_sample();
        f.len_iv = lengths[i];
        check_type1(&f);
    }
    FbType1 f = fb_type1_sample();
    f.hex = true;
    check_type1(&f);
    f.hex = false;
    f.segments = true;
    check_type1(&f);
}

#define TYPE1_WITH(matrix, encoding)                                                               \
    "%!PS-AdobeFont-1.0: Made\n/FontName /Made def\n/FontMatrix " matrix                           \
    " def\n/Encoding " encoding "\n"

static void
test_type1_hostile(void)
{
    static const struct {
        const char *what, *clear, *private_top;
        int want;
    } cases[] = {
        { "sound", TYPE1_WITH("[0.001 0 0 0.001 0 0]", "StandardEncoding def"), NULL, 0 },
        { "a matrix of another size",
          TYPE1_WITH("[4.8828125e-4 0 0 .00048828125 0 0]", "StandardEncoding def"), NULL, 0 },
        { "an encoding of names", TYPE1_WITH("[0.001 0 0 0.001 0 0]", "[/A /B] def"), NULL, 0 },
        { "a matrix that is a program",
          TYPE1_WITH("[0.001 0 0 0.001 0 (0\\); alert\\(1\\)]", "StandardEncoding def"), NULL,
          SK_ERROR_MALFORMED },
        { "a matrix of words", TYPE1_WITH("[0.001 0 0 0.001 0 systemdict]", "StandardEncoding def"),
          NULL, SK_ERROR_MALFORMED },
        { "a matrix that is a procedure",
          TYPE1_WITH("{0.001 0 0 0.001 0 0}", "StandardEncoding def"), NULL, SK_ERROR_MALFORMED },
        { "a matrix of seven", TYPE1_WITH("[1 0 0 1 0 0 0]", "StandardEncoding def"), NULL,
          SK_ERROR_MALFORMED },
        { "a matrix twice",
          TYPE1_WITH("[1 0 0 1 0 0] def /FontMatrix [2 0 0 2 0 0]", "StandardEncoding def"), NULL,
          SK_ERROR_AMBIGUOUS },
        { "an encoding by calculation",
          TYPE1_WITH("[0.001 0 0 0.001 0 0]", "256 array dup 1 2 add /A put def"), NULL,
          SK_ERROR_MALFORMED },
        { "an encoding that is a program", TYPE1_WITH("[0.001 0 0 0.001 0 0]", "{currentfile} def"),
          NULL, SK_ERROR_MALFORMED },
        { "codes of another base",
          TYPE1_WITH("[0.001 0 0 0.001 0 0]", "256 array dup 8#101 /A put dup 16#fF /B put def"),
          NULL, 0 },
        { "a base that is none",
          TYPE1_WITH("[0.001 0 0 0.001 0 0]", "256 array dup 99#1 /A put def"), NULL,
          SK_ERROR_MALFORMED },
        { "digits past the base",
          TYPE1_WITH("[0.001 0 0 0.001 0 0]", "256 array dup 8#9 /A put def"), NULL,
          SK_ERROR_MALFORMED },
        { "codes out of range",
          TYPE1_WITH("[0.001 0 0 0.001 0 0]", "256 array dup 4096 /A put dup -1 /B put def"), NULL,
          0 },
        { "many masters",
          TYPE1_WITH("[0.001 0 0 0.001 0 0]", "StandardEncoding def /WeightVector [.5 .5] def"),
          NULL, SK_ERROR_UNSUPPORTED },
        { "stroked", TYPE1_WITH("[0.001 0 0 0.001 0 0]", "StandardEncoding def /PaintType 2 def"),
          NULL, SK_ERROR_UNSUPPORTED },
        { "a lead of 99", NULL, "/lenIV 99 def\n", SK_ERROR_MALFORMED },
        { "subroutines without end", NULL, "/Subrs 99999999 array\n", SK_ERROR_MALFORMED },
        { "fewer subroutines than none", NULL, "/Subrs -1 array\n", SK_ERROR_MALFORMED },
        { "a subroutine past their count", NULL, "/Subrs 1 array dup 1 1 RD x NP\n",
          SK_ERROR_MALFORMED },
        { "a subroutine that is a procedure", NULL, "/Subrs 1 array dup 0 {0} NP\n",
          SK_ERROR_MALFORMED },
        { "a subroutine longer than the file", NULL, "/Subrs 1 array dup 0 99999999 RD x NP\n",
          SK_ERROR_TRUNCATED },
        { "subroutines twice", NULL, "/Subrs 1 array ND\n", SK_ERROR_AMBIGUOUS },
        { "nothing encrypted", "%!PS-AdobeFont-1.0\n", NULL, SK_ERROR_MALFORMED },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        FbType1 f = fb_type1_sample();
        g_test_message("%s", cases[i].what);
        f.clear = cases[i].clear;
        f.private_top = cases[i].private_top;
        if (i + 1 == G_N_ELEMENTS(cases))
            f.glyph_count = 0;
        g_assert_cmpint(rebuild_code(fb_type1(&f)), ==, cases[i].want);
    }
}

static void
test_type1_charstrings_hostile(void)
{
    static const struct {
        const char *what;
        FbPiece program;
        int want;
    } cases[] = {
        { "nothing", FB_PIECE(""), SK_ERROR_MALFORMED },
        { "no end", FB_PIECE("\x8b\x8b\x0d"), 0 },
        { "drawing before the width", FB_PIECE("\x8b\x06\x0e"), SK_ERROR_MALFORMED },
        { "two widths", FB_PIECE("\x8b\x8b\x0d\x8b\x8b\x0d\x0e"), SK_ERROR_MALFORMED },
        { "a call of itself", FB_PIECE("\x8b\x8b\x0d\x90\x0a\x0e"), SK_ERROR_MALFORMED },
        { "a call past the table", FB_PIECE("\x8b\x8b\x0d\xff\x7f\xff\xff\xff\x0a\x0e"),
          SK_ERROR_MALFORMED },
        { "a call below the table", FB_PIECE("\x8b\x8b\x0d\xff\x80\x00\x00\x00\x0a\x0e"),
          SK_ERROR_MALFORMED },
        { "an other call of more than there is",
          FB_PIECE("\x8b\x8b\x0d\xff\x7f\xff\xff\xff\x8e\x0c\x10\x0e"), SK_ERROR_MALFORMED },
        { "an other call of less than nothing", FB_PIECE("\x8b\x8b\x0d\x8a\x8e\x0c\x10\x0e"),
          SK_ERROR_MALFORMED },
        { "an other call of many masters", FB_PIECE("\x8b\x8b\x0d\x8c\x8c\x8c\x99\x0c\x10\x0e"),
          SK_ERROR_UNSUPPORTED },
        { "an other call that nobody knows",
          FB_PIECE("\x8b\x8b\x0d\x8c\x8c\xef\x0c\x10\x0c\x11\x06\x09\x0e"), 0 },
        { "a pop of nothing", FB_PIECE("\x8b\x8b\x0d\x0c\x11\x0e"), SK_ERROR_MALFORMED },
        { "a flex that never began", FB_PIECE("\x8b\x8b\x0d\x8b\x8b\x8b\x8e\x8b\x0c\x10\x0e"),
          SK_ERROR_MALFORMED },
        { "a flex point that never began", FB_PIECE("\x8b\x8b\x0d\x8b\x8d\x0c\x10\x0e"),
          SK_ERROR_MALFORMED },
        { "division by 0", FB_PIECE("\x8b\x8b\x0d\x8c\x8b\x0c\x0c\x06\x0e"), SK_ERROR_MALFORMED },
        { "huge, divided",
          FB_PIECE("\x8b\x8b\x0d\xff\x7f\xff\xff\xff\xff\x00\x7f\xff\xff\x0c\x0c\x06\x0e"), 0 },
        { "huge", FB_PIECE("\x8b\x8b\x0d\xff\x7f\xff\xff\xff\x06\x0e"), SK_ERROR_MALFORMED },
        { "divided by next to nothing",
          FB_PIECE(
              "\x8b\x8b\x0d\xff\x7f\xff\xff\xff\x8c\xff\x7f\xff\xff\xff\x0c\x0c\x0c\x0c\x06\x0e"),
          SK_ERROR_MALFORMED },
        { "an accent on an accent", FB_PIECE("\x8b\x8b\x0d\x8b\x8b\x8b\xcd\xcd\x0c\x06"),
          SK_ERROR_MALFORMED },
        { "an accent out of range",
          FB_PIECE("\x8b\x8b\x0d\x8b\x8b\x8b\xff\x7f\xff\xff\xff\xcc\x0c\x06"), 0 },
        { "an operator that is none", FB_PIECE("\x8b\x8b\x0d\x0f\x0e"), SK_ERROR_UNSUPPORTED },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        FbType1 f = fb_type1_sample();
        g_test_message("%s", cases[i].what);
        f.names[2] = "B";
        f.programs[2] = cases[i].program;
        f.subrs[5] = FB_PIECE("\x90\x0a");
        f.subr_count = 6;
        g_assert_cmpint(rebuild_code(fb_type1(&f)), ==, cases[i].want);
    }
    FbType1 f = fb_type1_sample();
    f.names[2] = "A";
    g_assert_cmpint(rebuild_code(fb_type1(&f)), ==, 0); /* the second A is not there */
    f.names[2] = "a\001b";                              /* a name that may not stand is numbered */
    g_assert_cmpint(rebuild_code(fb_type1(&f)), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/font/truetype", test_truetype);
    g_test_add_func("/font/truetype/long-map", test_long_map);
    g_test_add_func("/font/truetype/tricky", test_tricky);
    g_test_add_func("/font/truetype/hostile", test_truetype_hostile);
    g_test_add_func("/font/truetype/directory", test_truetype_directory);
    g_test_add_func("/font/truetype/bomb", test_truetype_bomb);
    g_test_add_func("/font/cff", test_cff);
    g_test_add_func("/font/cff/cid", test_cff_cid);
    g_test_add_func("/font/cff/encoding", test_cff_encoding);
    g_test_add_func("/font/cff/all-codes", test_cff_all_codes);
    g_test_add_func("/font/cff/hostile", test_cff_hostile);
    g_test_add_func("/font/charstrings/hostile", test_charstrings_hostile);
    g_test_add_func("/font/charstrings/bomb", test_charstrings_bomb);
    g_test_add_func("/font/type1", test_type1);
    g_test_add_func("/font/type1/hostile", test_type1_hostile);
    g_test_add_func("/font/type1/charstrings/hostile", test_type1_charstrings_hostile);
    return g_test_run();
}
