/* SPDX-License-Identifier: Apache-2.0
 * font-type1-run.c - carries out a Type 1 charstring and writes the outline that it draws as Type
 * 2; contract in font-type1.h. Of PostScript's stack behind `callothersubr` only the numbers are
 * kept. */
#include "format/font-run.h"
#include "format/font-type1.h"

#define FLEX_POINTS 7u
#define FAR (INT64_C(1) << 48) /* sums stay sums */

enum {
    HSTEM = 1,
    VSTEM = 3,
    VMOVETO = 4,
    RLINETO = 5,
    HLINETO = 6,
    VLINETO = 7,
    RRCURVETO = 8,
    CLOSEPATH = 9,
    CALLSUBR = 10,
    RETURN = 11,
    ESCAPE = 12,
    HSBW = 13,
    ENDCHAR = 14,
    RMOVETO = 21,
    HMOVETO = 22,
    VHCURVETO = 30,
    HVCURVETO = 31,
    /* behind ESCAPE */
    X_DOTSECTION = 0,
    X_VSTEM3 = 1,
    X_HSTEM3 = 2,
    X_SEAC = 6,
    X_SBW = 7,
    X_DIV = 12,
    X_CALLOTHERSUBR = 16,
    X_POP = 17,
    X_SETCURRENTPOINT = 33,
};

typedef struct {
    SkFontRun run;
    SkType1 *font;
    int64_t postscript[SK_FONT_STACK]; /* what OtherSubrs have left for pop */
    unsigned left;
    SkFontPut *put;
    SkFontBox *box;
    bool flex;
    unsigned flex_points;
    int64_t flex_at[2 * FLEX_POINTS]; /* steps between them */
    int64_t bearing;                  /* of the glyph itself */
    int64_t origin_x, origin_y;       /* of the part being drawn */
    int accent;                       /* glyph still to be drawn, -1 for none */
    int64_t accent_x, accent_y;
    bool part; /* within an accented glyph */
} Machine;

void
sk_type1_decrypt(SkSpan cipher, uint16_t key, size_t skip, GByteArray *out)
{
    unsigned base = out->len;
    uint16_t r = key;

    if (skip > cipher.n)
        return;
    g_byte_array_set_size(out, base + (unsigned)(cipher.n - skip));
    for (size_t i = 0; i < cipher.n; i++) {
        uint8_t c = cipher.p[i];
        if (i >= skip)
            out->data[base + i - skip] = (uint8_t)(c ^ r >> 8);
        r = (uint16_t)((c + r) * 52845u + 22719u);
    }
}

/* ---- drawing ------------------------------------------------------------------------------ */

static bool
takes(Machine *m, unsigned n, GError **error)
{
    return m->run.n == n || sk_font_run_fail(&m->run, error, "operands of an operator");
}

static bool
begin(Machine *m, int64_t x, int64_t y, int64_t width, GError **error)
{
    if (m->run.begun && !m->part)
        return sk_font_run_fail(&m->run, error, "two widths");
    if (!m->run.begun) {
        sk_font_outline_begin(&m->run.out, m->put, m->box, width);
        m->bearing = x;
    }
    m->run.begun = true;
    sk_font_outline_move(&m->run.out, m->origin_x + x - m->run.out.x,
                         m->origin_y + y - m->run.out.y);
    return true;
}

static bool
moves(Machine *m, int64_t dx, int64_t dy, GError **error)
{
    if (!m->flex) {
        sk_font_outline_move(&m->run.out, dx, dy);
        return true;
    }
    if (m->flex_points >= FLEX_POINTS)
        return sk_font_run_fail(&m->run, error, "a flex of too many points");
    int64_t *at = &m->flex_at[2 * m->flex_points];
    at[0] = CLAMP(at[0] + dx, -FAR, FAR);
    at[1] = CLAMP(at[1] + dy, -FAR, FAR);
    return true;
}

/* The first of the seven is only a reference: its step belongs to the second. */
static bool
end_flex(Machine *m, GError **error)
{
    int64_t *d = m->flex_at;

    if (!m->flex || m->flex_points != FLEX_POINTS)
        return sk_font_run_fail(&m->run, error, "a flex of too few points");
    m->flex = false;
    d[2] += d[0];
    d[3] += d[1];
    sk_font_outline_curve(&m->run.out, d + 2);
    sk_font_outline_curve(&m->run.out, d + 8);
    return true;
}

/* ---- OtherSubrs --------------------------------------------------------------------------- */

static bool
other(Machine *m, GError **error)
{
    if (m->run.n < 2)
        return sk_font_run_fail(&m->run, error, "a call of nothing");
    int64_t id = m->run.stack[m->run.n - 1] >> 16, count = m->run.stack[m->run.n - 2] >> 16;
    m->run.n -= 2;
    if (count < 0 || count > m->run.n)
        return sk_font_run_fail(&m->run, error, "a call with too few operands");
    if (id >= 14 && id <= 18)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: a font of many masters",
                        m->run.glyph);
    m->left = 0;
    for (int64_t i = 0; i < count; i++)
        m->postscript[m->left++] = m->run.stack[--m->run.n];
    if (id == 1) {
        if (m->flex)
            return sk_font_run_fail(&m->run, error, "a flex in a flex");
        m->flex = true;
        m->flex_points = 0;
        for (unsigned i = 0; i < 2 * FLEX_POINTS; i++)
            m->flex_at[i] = 0;
    } else if (id == 2) {
        if (!m->flex || m->flex_points >= FLEX_POINTS)
            return sk_font_run_fail(&m->run, error, "a flex of too many points");
        m->flex_points++;
    } else if (id == 0) {
        if (count != 3)
            return sk_font_run_fail(&m->run, error, "a flex without an end");
        m->left = 2; /* y, x: the flex height, which was first on the stack, is used up */
        return end_flex(m, error);
    }
    return true;
}

static bool
pops(Machine *m, GError **error)
{
    if (m->left == 0 || m->run.n == SK_FONT_STACK)
        return sk_font_run_fail(&m->run, error, "a pop of nothing");
    m->run.stack[m->run.n++] = m->postscript[--m->left];
    return true;
}

/* ---- accented glyphs ---------------------------------------------------------------------- */

static int
standard_glyph(const Machine *m, int64_t code)
{
    unsigned i = code >= 0 && code <= 255 ? (unsigned)code : 0;
    const char *name = sk_font_standard_string(sk_font_standard_code(i));

    return (int)GPOINTER_TO_UINT(g_hash_table_lookup(m->font->by_name, name)) - 1;
}

static SkSpan
program_of(SkType1 *font, uint32_t glyph)
{
    return sk_type1_program(font, &g_array_index(font->glyphs, SkType1Glyph, glyph).program);
}

static void
enter_part(Machine *m, int glyph, int64_t x, int64_t y)
{
    m->left = 0;
    m->flex = false;
    m->part = true;
    m->origin_x = x;
    m->origin_y = y;
    sk_font_run_enter(&m->run, program_of(m->font, (uint32_t)glyph));
}

static bool
accented(Machine *m, GError **error)
{
    if (!takes(m, 5, error))
        return false;
    if (m->part || !m->run.begun)
        return sk_font_run_fail(&m->run, error, "an accent on an accent");
    int base = standard_glyph(m, m->run.stack[3] >> 16);
    m->accent = standard_glyph(m, m->run.stack[4] >> 16);
    if (base < 0 || m->accent < 0)
        return sk_font_run_fail(&m->run, error, "a part that is not there");
    m->accent_x = m->bearing + m->run.stack[1] - m->run.stack[0];
    m->accent_y = m->run.stack[2];
    enter_part(m, base, 0, 0);
    return true;
}

static bool
end_char(void *user, GError **error)
{
    Machine *m = user;

    if (!m->run.begun)
        return sk_font_run_fail(&m->run, error, "no width");
    if (m->accent >= 0) {
        int glyph = m->accent;
        m->accent = -1;
        enter_part(m, glyph, m->accent_x, m->accent_y);
        return true;
    }
    m->run.ended = true;
    return true;
}

/* ---- operators ---------------------------------------------------------------------------- */

static bool
divides(Machine *m, GError **error)
{
    if (m->run.n < 2 || m->run.stack[m->run.n - 1] == 0)
        return sk_font_run_fail(&m->run, error, "division");
    m->run.n--;
    m->run.stack[m->run.n - 1] =
        sk_font_fixed_div(m->run.stack[m->run.n - 1], m->run.stack[m->run.n]);
    return true;
}

static bool
calls(Machine *m, GError **error)
{
    if (m->run.n == 0)
        return sk_font_run_fail(&m->run, error, "a call of nothing");
    int64_t id = m->run.stack[--m->run.n] >> 16;
    if (id < 0 || id >= m->font->subr_count || !m->font->subrs[id].there)
        return sk_font_run_fail(&m->run, error, "a subroutine that is not there");
    return sk_font_run_call(&m->run, sk_type1_program(m->font, &m->font->subrs[id]), error);
}

static bool
escaped(Machine *m, unsigned op, GError **error)
{
    const int64_t *s = m->run.stack;
    bool good = true;

    switch (op) {
    case X_DIV:
        return divides(m, error);
    case X_CALLOTHERSUBR:
        return other(m, error);
    case X_POP:
        return pops(m, error);
    case X_SEAC:
        return accented(m, error);
    case X_SBW:
        good = takes(m, 4, error) && begin(m, s[0], s[1], s[2], error);
        break;
    case X_DOTSECTION:
    case X_VSTEM3:
    case X_HSTEM3:
        m->font->hints = true;
        break;
    case X_SETCURRENTPOINT: /* where a flex has ended it stands already */
        break;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator 12 %u", m->run.glyph,
                        op);
    }
    m->run.n = 0;
    return good;
}

/* An operator that leaves the stack empty and stands behind the width. */
static bool
draws(Machine *m, unsigned op, GError **error)
{
    static const uint8_t operands[32] = {
        [RMOVETO] = 2, [HMOVETO] = 1,   [VMOVETO] = 1,   [RLINETO] = 2,  [HLINETO] = 1,
        [VLINETO] = 1, [RRCURVETO] = 6, [VHCURVETO] = 4, [HVCURVETO] = 4
    };
    const int64_t *s = m->run.stack;

    if (!m->run.begun)
        return sk_font_run_fail(&m->run, error, "drawing before the width");
    if (operands[op] > 0 && !takes(m, operands[op], error))
        return false;
    switch (op) {
    case RMOVETO:
        return moves(m, s[0], s[1], error);
    case HMOVETO:
        return moves(m, s[0], 0, error);
    case VMOVETO:
        return moves(m, 0, s[0], error);
    case RLINETO:
        sk_font_outline_line(&m->run.out, s[0], s[1]);
        return true;
    case HLINETO:
        sk_font_outline_line(&m->run.out, s[0], 0);
        return true;
    case VLINETO:
        sk_font_outline_line(&m->run.out, 0, s[0]);
        return true;
    case RRCURVETO:
        sk_font_run_curve(&m->run, s[0], s[1], s[2], s[3], s[4], s[5]);
        return true;
    case VHCURVETO:
        sk_font_run_curve(&m->run, 0, s[0], s[1], s[2], s[3], 0);
        return true;
    case HVCURVETO:
        sk_font_run_curve(&m->run, s[0], 0, s[1], s[2], 0, s[3]);
        return true;
    case CLOSEPATH:
        sk_font_outline_close(&m->run.out);
        return true;
    case HSTEM:
    case VSTEM:
        m->font->hints = true;
        return true;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator %u", m->run.glyph,
                        op);
    }
}

static bool
carry_out(void *user, SkReader *r, unsigned op, GError **error)
{
    Machine *m = user;

    if (op == ESCAPE)
        return escaped(m, sk_reader_u8(r), error);
    if (op == CALLSUBR)
        return calls(m, error);
    if (op == RETURN)
        return sk_font_run_return(&m->run, error);
    bool good = op == ENDCHAR ? end_char(m, error)
                : op == HSBW
                    ? takes(m, 2, error) && begin(m, m->run.stack[0], 0, m->run.stack[1], error)
                    : draws(m, op, error);
    m->run.n = 0;
    return good;
}

static const SkFontRunKind kind = { .carry_out = carry_out, .end = end_char };

bool
sk_type1_run(SkType1 *self, uint32_t glyph, SkFontPut *put, SkFontBox *box, GError **error)
{
    Machine m = { .font = self, .put = put, .box = box, .accent = -1 };

    m.run = (SkFontRun){ .kind = &kind, .user = &m, .glyph = glyph, .all_steps = &self->steps };
    return sk_font_run(&m.run, program_of(self, glyph), error);
}
