/* SPDX-License-Identifier: Apache-2.0
 * font-truetype.c - a TrueType font from its tables to its tables; contract in font-parts.h. Every
 * number that counts or bounds something is computed from what is written, none is taken over. */
#include "format/font-glyf.h"

enum { CMAP, GLYF, HEAD, HHEA, HMTX, LOCA, MAXP, POST, TABLES };
static const char tags[TABLES][5] = {
    "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post"
};

typedef struct {
    SkSpan table[TABLES]; /* of the input */
    SkGlyfSource source;
    unsigned units_per_em;
    int16_t ascender, descender;
    SkFontPut out[TABLES];
    unsigned max_points, max_contours, max_advance;
    int32_t x_min, y_min, x_max, y_max;
    bool any; /* points at all */
} Font;

static void
font_clear(Font *font)
{
    for (unsigned i = 0; i < TABLES; i++)
        sk_font_put_clear(&font->out[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Font, font_clear)

static bool
read_head(Font *font, GError **error)
{
    SkReader r = sk_reader(font->table[HEAD]);

    sk_reader_skip(&r, 18);
    font->units_per_em = sk_reader_u16be(&r);
    sk_reader_skip(&r, 30);
    unsigned wide = sk_reader_u16be(&r);
    if (!sk_reader_ok(&r))
        return sk_throw(error, SK_ERROR_MALFORMED, "font: head");
    if (font->units_per_em < 16 || font->units_per_em > 16384)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: %u units per em", font->units_per_em);
    if (wide > 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: loca of a third kind");
    font->source.wide = wide == 1;
    return true;
}

static bool
read_tables(Font *font, SkSpan in, size_t start, GError **error)
{
    for (unsigned i = 0; i < TABLES; i++)
        if (!sk_sfnt_table(in, start, tags[i], &font->table[i], error))
            return false;
    if (!read_head(font, error))
        return false;
    SkReader r = sk_reader(font->table[MAXP]);
    sk_reader_skip(&r, 4);
    font->source.glyphs = sk_reader_u16be(&r);
    if (!sk_reader_ok(&r) || font->source.glyphs == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: maxp");
    size_t places = font->table[LOCA].n / (font->source.wide ? 4 : 2);
    if (places == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "font: no loca");
    if (places <
        font->source.glyphs) /* DEVIATION: there are as many glyphs as loca has places for */
        font->source.glyphs = (uint32_t)MAX(places - 1, (size_t)1);
    r = sk_reader(font->table[HHEA]);
    sk_reader_skip(&r, 4);
    font->ascender = (int16_t)sk_reader_u16be(&r);
    font->descender = (int16_t)sk_reader_u16be(&r);
    sk_reader_skip(&r, 26);
    font->source.metrics = sk_reader_u16be(&r);
    if (!sk_reader_ok(&r)) /* not there: no metrics */
        font->ascender = font->descender = 0;
    font->source.glyf = font->table[GLYF];
    font->source.loca = font->table[LOCA];
    font->source.hmtx = font->table[HMTX];
    return true;
}

static void
count_glyph(Font *font, const SkGlyf *g)
{
    if (g->points->len > 0) {
        font->x_min = font->any ? MIN(font->x_min, g->x_min) : g->x_min;
        font->y_min = font->any ? MIN(font->y_min, g->y_min) : g->y_min;
        font->x_max = font->any ? MAX(font->x_max, g->x_max) : g->x_max;
        font->y_max = font->any ? MAX(font->y_max, g->y_max) : g->y_max;
        font->any = true;
    }
    font->max_points = MAX(font->max_points, g->points->len);
    font->max_contours = MAX(font->max_contours, g->ends->len);
    font->max_advance = MAX(font->max_advance, g->advance);
}

static bool
write_glyphs(Font *font, uint64_t limit, SkFontFacts *facts, GError **error)
{
    SkFontPut *glyf = &font->out[GLYF], *loca = &font->out[LOCA], *hmtx = &font->out[HMTX];
    g_auto(SkGlyf) g = { .points = NULL };

    sk_glyf_init(&g);
    sk_font_put_reserve(loca, 4 * (size_t)font->source.glyphs + 4);
    sk_font_put_reserve(hmtx, 4 * (size_t)font->source.glyphs);
    for (uint32_t i = 0; i < font->source.glyphs; i++) {
        sk_font_put32(loca, (uint32_t)glyf->n);
        if (!sk_glyf_read(&g, &font->source, i, error))
            return false;
        sk_glyf_write(&g, glyf);
        if (glyf->n > limit)
            return sk_throw(error, SK_ERROR_LIMIT,
                            "font: glyphs of over %" G_GUINT64_FORMAT " bytes", limit);
        count_glyph(font, &g);
        int32_t bearing = g.x_min - g.origin;
        if (bearing < INT16_MIN || bearing > INT16_MAX)
            return sk_throw(error, SK_ERROR_MALFORMED, "font: glyph %u: bearing", i);
        sk_font_put16(hmtx, g.advance);
        sk_font_put16(hmtx, (unsigned)bearing & 0xffff);
    }
    sk_font_put32(loca, (uint32_t)glyf->n);
    facts->programs = facts->programs || g.programs;
    return true;
}

static void
put_zeros(SkFontPut *put, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        sk_font_put8(put, 0);
}

static void
write_head(Font *font)
{
    SkFontPut *put = &font->out[HEAD];

    sk_font_put_reserve(put, 64);
    sk_font_put32(put, 0x00010000);
    sk_font_put32(put, 0x00010000);
    sk_font_put32(put, 0); /* checkSumAdjustment: when all is written */
    sk_font_put32(put, 0x5f0f3cf5);
    sk_font_put16(put, 0);
    sk_font_put16(put, font->units_per_em);
    put_zeros(put, 16);
    sk_font_put16(put, (unsigned)font->x_min & 0xffff);
    sk_font_put16(put, (unsigned)font->y_min & 0xffff);
    sk_font_put16(put, (unsigned)font->x_max & 0xffff);
    sk_font_put16(put, (unsigned)font->y_max & 0xffff);
    sk_font_put16(put, 0);
    sk_font_put16(put, 8);
    sk_font_put16(put, 2);
    sk_font_put16(put, 1);
    sk_font_put16(put, 0);
}

static void
write_counts(Font *font)
{
    SkFontPut *hhea = &font->out[HHEA], *maxp = &font->out[MAXP];

    sk_font_put_reserve(hhea, 64);
    sk_font_put32(hhea, 0x00010000);
    sk_font_put16(hhea, (unsigned)font->ascender & 0xffff);
    sk_font_put16(hhea, (unsigned)font->descender & 0xffff);
    sk_font_put16(hhea, 0);
    sk_font_put16(hhea, font->max_advance);
    put_zeros(hhea, 6);
    sk_font_put16(hhea, 1);
    put_zeros(hhea, 14);
    sk_font_put16(hhea, font->source.glyphs);

    sk_font_put_reserve(maxp, 64);
    sk_font_put32(maxp, 0x00010000);
    sk_font_put16(maxp, font->source.glyphs);
    sk_font_put16(maxp, font->max_points);
    sk_font_put16(maxp, font->max_contours);
    put_zeros(maxp, 4);
    sk_font_put16(maxp, 1);
    put_zeros(maxp, 16);
}

/* ---- the file ----------------------------------------------------------------------------- */

static void
pad(SkFontPut *put)
{
    sk_font_put_reserve(put, 4);
    while (put->n % 4 != 0)
        sk_font_put8(put, 0);
}

/* Of whole words. */
static uint32_t
sum(const SkFontPut *put)
{
    SkReader r = sk_reader(sk_span(put->p, put->n));
    uint32_t total = 0;

    while (sk_reader_left(&r) > 0)
        total += sk_reader_u32be(&r);
    return total;
}

static void
write_directory(Font *font, unsigned n, SkFontPut *put, uint32_t *ret_sum)
{
    uint32_t at = 12 + 16 * n, all = 0;
    unsigned log = n < 8 ? 2 : 3;

    sk_font_put_reserve(put, at);
    sk_font_put32(put, 0x00010000);
    sk_font_put16(put, n);
    sk_font_put16(put, 16u << log);
    sk_font_put16(put, log);
    sk_font_put16(put, 16 * n - (16u << log));
    for (unsigned i = 0; i < TABLES; i++) {
        if (font->out[i].n == 0 && (i == CMAP || i == POST))
            continue;
        uint32_t length = (uint32_t)font->out[i].n;
        pad(&font->out[i]);
        uint32_t its = sum(&font->out[i]);
        for (unsigned k = 0; k < 4; k++)
            sk_font_put8(put, (uint8_t)tags[i][k]);
        sk_font_put32(put, its);
        sk_font_put32(put, at);
        sk_font_put32(put, length);
        at += (uint32_t)font->out[i].n;
        all += its;
    }
    *ret_sum = all + sum(put);
}

static bool
write_file(Font *font, uint64_t limit, SkSink *out, GError **error)
{
    g_auto(SkFontPut) directory = { .p = NULL };
    uint64_t size = 256;
    unsigned n =
        TABLES - 2u + (font->out[CMAP].n > 0 ? 1u : 0u) + (font->out[POST].n > 0 ? 1u : 0u);
    uint32_t all = 0;

    for (unsigned i = 0; i < TABLES; i++)
        size += font->out[i].n;
    if (size > limit)
        return sk_throw(error, SK_ERROR_LIMIT, "font: over %" G_GUINT64_FORMAT " bytes", limit);
    write_directory(font, n, &directory, &all);
    SkFontPut adjustment = { .p = font->out[HEAD].p + 8, .room = 4 };
    sk_font_put32(&adjustment, 0xb1b0afba - all);
    sk_sink_span(out, sk_span(directory.p, directory.n));
    for (unsigned i = 0; i < TABLES; i++)
        sk_sink_span(out, sk_span(font->out[i].p, font->out[i].n));
    return true;
}

/* Programs of the whole font. */
static bool
has_programs(SkSpan in, size_t start, bool *ret, GError **error)
{
    static const char *const programs[] = { "fpgm", "prep", "cvt " };
    SkSpan table = SK_SPAN_EMPTY;

    for (unsigned i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (!sk_sfnt_table(in, start, programs[i], &table, error))
            return false;
        *ret = *ret || table.n > 0;
    }
    return true;
}

bool
sk_font_truetype(SkSpan in, size_t start, const SkFontOptions *options, SkSink *out,
                 SkFontFacts *facts, GError **error)
{
    g_auto(Font) font = { .units_per_em = 0 };
    uint64_t limit = sk_font_limit(in);

    if (sk_font_is_tricky(options->name))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: draws by its instructions");
    if (!read_tables(&font, in, start, error) ||
        !has_programs(in, start, &facts->programs, error) ||
        !write_glyphs(&font, limit, facts, error))
        return false;
    write_head(&font);
    write_counts(&font);
    if (!options->cid) {
        sk_sfnt_map(font.table[CMAP], font.source.glyphs, &font.out[CMAP]);
        sk_sfnt_names(font.table[POST], font.source.glyphs, &font.out[POST]);
    }
    facts->kind = SK_FONT_TRUETYPE;
    facts->glyphs = font.source.glyphs;
    facts->units_per_em = font.units_per_em;
    return write_file(&font, limit, out, error);
}
