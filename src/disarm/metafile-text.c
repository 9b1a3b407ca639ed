/* SPDX-License-Identifier: Apache-2.0
 * metafile-text.c - texts of drawings: the last part of metafile.h.
 *
 * The worker has no fonts: it opens no files, and the same drawing is to come out the same on every
 * machine. Letters and digits of ASCII are drawn with lines of our own, every other run of
 * characters as a grey bar. */
#include "disarm/metafile.h"

#include <math.h>

#define TEXT_MAX 4096u
#define UNIT 0.1     /* of the font's height: a step of the glyphs' grid */
#define STROKE 0.085 /* of the font's height */
#define WIDE_MAX 1.5 /* glyphs are not stretched further */
#define SYMBOL_CHARSET 2u
#define SHIFTJIS_CHARSET 128u
#define HANGUL_CHARSET 129u
#define CHINESE_CHARSETS_FROM 134u
#define CHINESE_CHARSETS_TO 136u

/* From U+0021 to U+007E: the width, then lines of points: across 0 to 6, and up: a is two steps
 * below the base line, c on it, h the height of small letters, j of capitals. */
static const char *const glyphs[] = {
    "0 0j0f 0d0c",                           /* ! */
    "2 0j0h 2j2h",                           /* " */
    "4 1c1j 3c3j 0e4e 0h4h",                 /* # */
    "4 4i3j1j0i0h1g3f4e4d3c1c0d 2k2b",       /* $ */
    "5 5j0c 0j1j1h0h0j 4e5e5c4c4e",          /* % */
    "5 5c1h1i2j3i3h0e0d1c3c5f",              /* & */
    "0 0j0h",                                /* ' */
    "1 1k0i0d1b",                            /* ( */
    "1 0k1i1d0b",                            /* ) */
    "2 1i1e 0h2f 0f2h",                      /* * */
    "4 2h2d 0f4f",                           /* + */
    "1 1d0b",                                /* , */
    "2 0f2f",                                /* - */
    "0 0d0c",                                /* . */
    "3 0b3k",                                /* / */
    "4 1c0d0i1j3j4i4d3c1c",                  /* 0 */
    "4 1i2j2c 1c3c",                         /* 1 */
    "4 0i1j3j4i4g0c4c",                      /* 2 */
    "4 0j4j2g3g4f4d3c1c0d",                  /* 3 */
    "4 3c3j0e4e",                            /* 4 */
    "4 4j0j0g3g4f4d3c1c0d",                  /* 5 */
    "4 4i3j1j0i0d1c3c4d4f3g1g0f",            /* 6 */
    "4 0j4j1c",                              /* 7 */
    "4 1g0h0i1j3j4i4h3g1g0f0d1c3c4d4f3g",    /* 8 */
    "4 0d1c3c4d4i3j1j0i0g1f3f4g",            /* 9 */
    "0 0h0g 0d0c",                           /* : */
    "1 1h1g 1d0b",                           /* ; */
    "3 3h0f3d",                              /* < */
    "4 0g4g 0e4e",                           /* = */
    "3 0h3f0d",                              /* > */
    "3 0i1j2j3i3h1f1e 1d1c",                 /* ? */
    "6 4g3h2g2e3d4e4h 4e5d6e6h4j2j0h0d2b5b", /* @ */
    "4 0c2j4c 1e3e",                         /* A */
    "4 0c0j3j4i4h3g0g 3g4f4d3c0c",           /* B */
    "4 4i3j1j0i0d1c3c4d",                    /* C */
    "4 0c0j2j4h4e2c0c",                      /* D */
    "4 4j0j0c4c 0g3g",                       /* E */
    "4 4j0j0c 0g3g",                         /* F */
    "4 4i3j1j0i0d1c3c4d4f2f",                /* G */
    "4 0c0j 4c4j 0g4g",                      /* H */
    "0 0c0j",                                /* I */
    "3 3j3d2c1c0d",                          /* J */
    "4 0c0j 4j0f 1g4c",                      /* K */
    "3 0j0c3c",                              /* L */
    "6 0c0j3e6j6c",                          /* M */
    "4 0c0j4c4j",                            /* N */
    "5 1c0e0h1j4j5h5e4c1c",                  /* O */
    "4 0c0j3j4i4g3f0f",                      /* P */
    "5 1c0e0h1j4j5h5e4c1c 3e5b",             /* Q */
    "4 0c0j3j4i4g3f0f 2f4c",                 /* R */
    "4 4i3j1j0i0h1g3g4f4d3c1c0d",            /* S */
    "4 0j4j 2j2c",                           /* T */
    "4 0j0d1c3c4d4j",                        /* U */
    "4 0j2c4j",                              /* V */
    "6 0j1c3h5c6j",                          /* W */
    "4 0c4j 0j4c",                           /* X */
    "4 0j2g4j 2g2c",                         /* Y */
    "4 0j4j0c4c",                            /* Z */
    "1 1k0k0b1b",                            /* [ */
    "3 0k3b",                                /* \ */
    "1 0k1k1b0b",                            /* ] */
    "4 0h2j4h",                              /* ^ */
    "4 0b4b",                                /* _ */
    "1 0k1i",                                /* ` */
    "4 0g1h3h4g4c 4f1f0e0d1c3c4d",           /* a */
    "4 0j0c 0g1h3h4g4d3c1c0d",               /* b */
    "3 3g2h1h0g0d1c2c3d",                    /* c */
    "4 4j4c 4g3h1h0g0d1c3c4d",               /* d */
    "4 0f4f4g3h1h0g0d1c3c4d",                /* e */
    "2 2j1i1c 0h2h",                         /* f */
    "4 4h4b3a1a0b 4g3h1h0g0d1c3c4d",         /* g */
    "4 0j0c 0g1h3h4g4c",                     /* h */
    "0 0h0c 0j0i",                           /* i */
    "1 1h1b0a 1j1i",                         /* j */
    "3 0j0c 3h0e 1f3c",                      /* k */
    "0 0j0c",                                /* l */
    "6 0h0c 0g1h2h3g3c 3g4h5h6g6c",          /* m */
    "4 0h0c 0g1h3h4g4c",                     /* n */
    "4 1c0d0g1h3h4g4d3c1c",                  /* o */
    "4 0h0a 0g1h3h4g4d3c1c0d",               /* p */
    "4 4h4a 4g3h1h0g0d1c3c4d",               /* q */
    "2 0h0c 0f1h2h",                         /* r */
    "3 3g2h1h0g3d2c1c0d",                    /* s */
    "2 1j1d2c 0h2h",                         /* t */
    "4 0h0d1c3c4d 4h4c",                     /* u */
    "4 0h2c4h",                              /* v */
    "6 0h1c3g5c6h",                          /* w */
    "3 0c3h 0h3c",                           /* x */
    "4 0h2c 4h2c1a0a",                       /* y */
    "3 0h3h0c3c",                            /* z */
    "2 2k1j1g0f1e1c2b",                      /* { */
    "0 0k0b",                                /* | */
    "2 0k1j1g2f1e1c0b",                      /* } */
    "4 0f1g3f4g",                            /* ~ */
};

/* ---- characters ---------------------------------------------------------------------------- */

static bool
is_space(uint16_t c)
{
    return c <= ' ' || c == 0xa0 || c == 0x3000;
}

/* NULL: a bar. */
static const char *
glyph_of(uint16_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c = (uint16_t)(c - 0xff01 + '!');
    return c >= '!' && c - '!' < (int)G_N_ELEMENTS(glyphs) ? glyphs[c - '!'] : NULL;
}

static bool
has_two_bytes(uint8_t charset)
{
    return charset == SHIFTJIS_CHARSET || charset == HANGUL_CHARSET ||
           (charset >= CHINESE_CHARSETS_FROM && charset <= CHINESE_CHARSETS_TO);
}

static bool
is_lead(uint8_t c, uint8_t charset)
{
    bool katakana = charset == SHIFTJIS_CHARSET && c >= 0xa0 && c <= 0xdf;
    return c >= 0x81 && c <= 0xfe && has_two_bytes(charset) && !katakana;
}

unsigned
sk_metafile_chars(const SkMetafile *self, SkSpan bytes, uint16_t *ret, unsigned max)
{
    unsigned n = (unsigned)MIN(bytes.n, (size_t)max);

    for (unsigned i = 0; i < n; i++) {
        ret[i] = bytes.p[i] < 0x80 ? bytes.p[i] : SK_METAFILE_NO_CHAR;
        if (i + 1 < n && is_lead(bytes.p[i], self->state.font.charset))
            ret[++i] = SK_METAFILE_NO_CHAR;
    }
    return n;
}

/* ---- drawing ------------------------------------------------------------------------------- */

static uint32_t
lighter(uint32_t rgb)
{
    uint32_t out = 0;

    for (unsigned shift = 0; shift <= 16; shift += 8) {
        uint32_t c = rgb >> shift & 0xff;
        out |= (c + 2 * (255 - c) / 5) << shift;
    }
    return out;
}

/* For a run of characters that cannot be drawn, lying on the base line. */
static void
draw_bar(SkMetafile *self, const SkMatrix *m, double from, double to, double height)
{
    sk_path_clear(self->path);
    sk_path_move(self->path, sk_matrix_apply(m, from, -0.55 * height));
    sk_path_line(self->path, sk_matrix_apply(m, to, -0.55 * height));
    sk_path_line(self->path, sk_matrix_apply(m, to, -0.05 * height));
    sk_path_line(self->path, sk_matrix_apply(m, from, -0.05 * height));
    sk_path_close(self->path);
    sk_canvas_fill(&self->canvas, self->path, false, lighter(self->state.text_rgb));
}

static double
natural(const char *glyph, double height)
{
    return (glyph[0] - '0' + 2) * UNIT * height;
}

/* Into the room from @from on, @room wide. */
static void
draw_glyph(SkMetafile *self, const SkMatrix *m, const char *glyph, double from, double room,
           double height)
{
    double up = UNIT * height, across = MIN(room / (glyph[0] - '0' + 2), WIDE_MAX * up);
    double left = from + (room - across * (glyph[0] - '0')) / 2;
    double scale = sqrt(fabs(m->a * m->d - m->b * m->c));
    bool begins = true;

    sk_path_clear(self->path);
    for (const char *p = glyph + 2; *p != '\0'; p += *p == ' ' ? 1 : 2) {
        if (*p == ' ') {
            begins = true;
            continue;
        }
        SkPoint to = sk_matrix_apply(m, left + (p[0] - '0') * across, -(p[1] - 'c') * up);
        if (begins)
            sk_path_move(self->path, to);
        else
            sk_path_line(self->path, to);
        begins = false;
    }
    sk_canvas_stroke(&self->canvas, self->path,
                     (self->state.font.bold ? 1.35 : 1) * STROKE * height *
                         (isfinite(scale) ? scale : 1),
                     self->state.text_rgb);
}

typedef struct {
    const uint16_t *chars;
    const double *advances; /* NULL: guessed */
    unsigned n;
    bool bars; /* no letters: signs of a symbol font */
    double height;
} Text;

static const char *
glyph_at(const Text *text, unsigned i)
{
    return text->bars ? NULL : glyph_of(text->chars[i]);
}

static double
advance_at(const Text *text, unsigned i)
{
    const char *glyph = glyph_at(text, i);

    if (text->advances != NULL)
        return text->advances[i];
    return glyph != NULL ? natural(glyph, text->height) : text->height * 0.5;
}

static void
draw_text(SkMetafile *self, const SkMatrix *m, const Text *text)
{
    double from = 0, to = 0; /* of the bar that is due */

    for (unsigned i = 0; i <= text->n; i++) {
        const char *glyph = i < text->n ? glyph_at(text, i) : NULL;
        bool ends = i == text->n || glyph != NULL || is_space(text->chars[i]);
        if (ends && to > from)
            draw_bar(self, m, from, to, text->height);
        if (i == text->n)
            break;
        double advance = advance_at(text, i);
        if (glyph != NULL)
            draw_glyph(self, m, glyph, to, advance, text->height);
        to += advance;
        if (ends)
            from = to;
    }
}

void
sk_metafile_text(SkMetafile *self, SkPoint at, unsigned n, const uint16_t *chars,
                 const double *advances)
{
    const SkMetafileState *s = &self->state;
    SkMatrix m = sk_metafile_matrix(self);
    Text text = { .chars = chars,
                  .advances = advances,
                  .n = MIN(n, TEXT_MAX),
                  .bars = s->font.charset == SYMBOL_CHARSET,
                  .height = fabs(s->font.size) > 0 ? fabs(s->font.size) : 12 };
    double up = m.d < 0 ? -1 : 1, all = 0, height = text.height;
    double cosine = cos(s->font.escapement), sine = sin(s->font.escapement);
    unsigned across = s->align & 6, down = s->align & 24;

    if (n == 0 || self->recording)
        return;
    for (unsigned i = 0; i < text.n; i++)
        all += advance_at(&text, i);
    double x = across == 6 ? -all / 2 : across == 2 ? -all : 0;
    double y = down == 24 ? 0 : down == 8 ? -0.2 * height : 0.8 * height;
    SkMatrix turned = { cosine, -sine * up, sine, cosine * up, at.x, at.y };
    SkMatrix shifted = { 1, 0, 0, 1, x, y };
    SkMatrix word = sk_matrix_multiply(&shifted, &turned);
    word = sk_matrix_multiply(&word, &m);
    draw_text(self, &word, &text);
    if ((s->align & 1) != 0)
        self->state.at.x += all;
    self->texts++;
    self->drawn++;
}
