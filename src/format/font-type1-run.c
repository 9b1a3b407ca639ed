/* SPDX-License-Identifier: Apache-2.0
 * font-type1-run.c - carries out a Type 1 charstring and writes the outline that it draws as Type
 * 2; contract in font-type1.h. Of PostScript's stack behind `callothersubr` only the numbers are
 * kept. */
#include "format/font-type1.h"

#define STACK_MAX 48u
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
    SkType1 *font;
    uint32_t glyph;
    int64_t stack[STACK_MAX];
    unsigned n;
    int64_t postscript[STACK_MAX]; /* what OtherSubrs have left for pop */
    unsigned left;
    SkReader calls[SK_FONT_CALLS_MAX + 1];
    unsigned depth;
    uint32_t steps;
    bool begun, ended;
    SkFontOutline out;
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

static bool
fail(const Machine *m, GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "font: glyph %u: %s", m->glyph, what);
}

/* ---- drawing ------------------------------------------------------------------------------ */

static bool
takes(Machine *m, unsigned n, GError **error)
{
    return m->n == n || fail(m, error, "operands of an operator");
}

static bool
begin(Machine *m, int64_t x, int64_t y, int64_t width, GError **error)
{
    if (m->begun && !m->part)
        return fail(m, error, "two widths");
    if (!m->begun) {
        sk_font_outline_begin(&m->out, m->put, m->box, width);
        m->bearing = x;
    }
    m->begun = true;
    sk_font_outline_move(&m->out, m->origin_x + x - m->out.x, m->origin_y + y - m->out.y);
    return true;
}

static bool
moves(Machine *m, int64_t dx, int64_t dy, GError **error)
{
    if (!m->flex) {
        sk_font_outline_move(&m->out, dx, dy);
        return true;
    }
    if (m->flex_points >= FLEX_POINTS)
        return fail(m, error, "a flex of too many points");
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
        return fail(m, error, "a flex of too few points");
    m->flex = false;
    d[2] += d[0];
    d[3] += d[1];
    sk_font_outline_curve(&m->out, d + 2);
    sk_font_outline_curve(&m->out, d + 8);
    return true;
}

/* ---- OtherSubrs --------------------------------------------------------------------------- */

static bool
other(Machine *m, GError **error)
{
    if (m->n < 2)
        return fail(m, error, "a call of nothing");
    int64_t id = m->stack[m->n - 1] >> 16, count = m->stack[m->n - 2] >> 16;
    m->n -= 2;
    if (count < 0 || count > m->n)
        return fail(m, error, "a call with too few operands");
    if (id >= 14 && id <= 18)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: a font of many masters",
                        m->glyph);
    m->left = 0;
    for (int64_t i = 0; i < count; i++)
        m->postscript[m->left++] = m->stack[--m->n];
    if (id == 1) {
        if (m->flex)
            return fail(m, error, "a flex in a flex");
        m->flex = true;
        m->flex_points = 0;
        for (unsigned i = 0; i < 2 * FLEX_POINTS; i++)
            m->flex_at[i] = 0;
    } else if (id == 2) {
        if (!m->flex || m->flex_points >= FLEX_POINTS)
            return fail(m, error, "a flex of too many points");
        m->flex_points++;
    } else if (id == 0) {
        if (count != 3)
            return fail(m, error, "a flex without an end");
        m->left = 2; /* y, x: the flex height, which was first on the stack, is used up */
        return end_flex(m, error);
    }
    return true;
}

static bool
pops(Machine *m, GError **error)
{
    if (m->left == 0 || m->n == STACK_MAX)
        return fail(m, error, "a pop of nothing");
    m->stack[m->n++] = m->postscript[--m->left];
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

static void
enter_part(Machine *m, int glyph, int64_t x, int64_t y)
{
    m->depth = 0;
    m->n = 0;
    m->left = 0;
    m->flex = false;
    m->part = true;
    m->origin_x = x;
    m->origin_y = y;
    m->calls[0] = sk_reader(
        sk_type1_program(m->font, &g_array_index(m->font->glyphs, SkType1Glyph, glyph).program));
}

static bool
accented(Machine *m, GError **error)
{
    if (!takes(m, 5, error))
        return false;
    if (m->part || !m->begun)
        return fail(m, error, "an accent on an accent");
    int base = standard_glyph(m, m->stack[3] >> 16);
    m->accent = standard_glyph(m, m->stack[4] >> 16);
    if (base < 0 || m->accent < 0)
        return fail(m, error, "a part that is not there");
    m->accent_x = m->bearing + m->stack[1] - m->stack[0];
    m->accent_y = m->stack[2];
    enter_part(m, base, 0, 0);
    return true;
}

static bool
end_char(Machine *m, GError **error)
{
    if (!m->begun)
        return fail(m, error, "no width");
    if (m->accent >= 0) {
        int glyph = m->accent;
        m->accent = -1;
        enter_part(m, glyph, m->accent_x, m->accent_y);
        return true;
    }
    m->ended = true;
    return true;
}

/* ---- operators ---------------------------------------------------------------------------- */

static bool
divides(Machine *m, GError **error)
{
    if (m->n < 2 || m->stack[m->n - 1] == 0)
        return fail(m, error, "division");
    m->n--;
    m->stack[m->n - 1] = sk_font_fixed_div(m->stack[m->n - 1], m->stack[m->n]);
    return true;
}

static bool
calls(Machine *m, GError **error)
{
    if (m->n == 0)
        return fail(m, error, "a call of nothing");
    int64_t id = m->stack[--m->n] >> 16;
    if (id < 0 || id >= m->font->subr_count || !m->font->subrs[id].there)
        return fail(m, error, "a subroutine that is not there");
    if (m->depth == SK_FONT_CALLS_MAX)
        return fail(m, error, "calls too deep");
    m->calls[++m->depth] = sk_reader(sk_type1_program(m->font, &m->font->subrs[id]));
    return true;
}

static bool
escaped(Machine *m, unsigned op, GError **error)
{
    const int64_t *s = m->stack;
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
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator 12 %u", m->glyph,
                        op);
    }
    m->n = 0;
    return good;
}

static void
curve(Machine *m, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    const int64_t steps[6] = { a, b, c, d, e, f };
    sk_font_outline_curve(&m->out, steps);
}

/* An operator that leaves the stack empty and stands behind the width. */
static bool
draws(Machine *m, unsigned op, GError **error)
{
    static const uint8_t operands[32] = {
        [RMOVETO] = 2, [HMOVETO] = 1,   [VMOVETO] = 1,   [RLINETO] = 2,  [HLINETO] = 1,
        [VLINETO] = 1, [RRCURVETO] = 6, [VHCURVETO] = 4, [HVCURVETO] = 4
    };
    const int64_t *s = m->stack;

    if (!m->begun)
        return fail(m, error, "drawing before the width");
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
        sk_font_outline_line(&m->out, s[0], s[1]);
        return true;
    case HLINETO:
        sk_font_outline_line(&m->out, s[0], 0);
        return true;
    case VLINETO:
        sk_font_outline_line(&m->out, 0, s[0]);
        return true;
    case RRCURVETO:
        curve(m, s[0], s[1], s[2], s[3], s[4], s[5]);
        return true;
    case VHCURVETO:
        curve(m, 0, s[0], s[1], s[2], s[3], 0);
        return true;
    case HVCURVETO:
        curve(m, s[0], 0, s[1], s[2], 0, s[3]);
        return true;
    case CLOSEPATH:
        sk_font_outline_close(&m->out);
        return true;
    case HSTEM:
    case VSTEM:
        m->font->hints = true;
        return true;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator %u", m->glyph, op);
    }
}

static bool
carry_out(Machine *m, SkReader *r, unsigned op, GError **error)
{
    if (op == ESCAPE)
        return escaped(m, sk_reader_u8(r), error);
    if (op == CALLSUBR)
        return calls(m, error);
    if (op == RETURN) {
        if (m->depth == 0)
            return fail(m, error, "a return from nowhere");
        m->depth--;
        return true;
    }
    bool good = op == ENDCHAR ? end_char(m, error)
                : op == HSBW  ? takes(m, 2, error) && begin(m, m->stack[0], 0, m->stack[1], error)
                              : draws(m, op, error);
    m->n = 0;
    return good;
}

static bool
push(Machine *m, SkReader *r, unsigned byte, GError **error)
{
    int64_t v = 0;

    if (m->n == STACK_MAX)
        return fail(m, error, "over 48 operands");
    if (byte <= 246)
        v = (int)byte - 139;
    else if (byte <= 250)
        v = ((int)byte - 247) * 256 + sk_reader_u8(r) + 108;
    else if (byte <= 254)
        v = -((int)byte - 251) * 256 - sk_reader_u8(r) - 108;
    else
        v = (int32_t)sk_reader_u32be(r);
    m->stack[m->n++] = v * SK_FONT_ONE;
    return true;
}

/* DEVIATION: bytes that end without an operator end the subroutine, or the glyph. */
static bool
run_out(Machine *m, GError **error)
{
    if (m->depth == 0)
        return end_char(m, error);
    m->depth--;
    return true;
}

static bool
run(Machine *m, GError **error)
{
    while (!m->ended) {
        SkReader *r = &m->calls[m->depth];
        if (m->out.bad)
            return fail(m, error, "an outline that cannot be written");
        if (!sk_reader_ok(r))
            return fail(m, error, "cut short");
        if (sk_reader_left(r) == 0) {
            if (!run_out(m, error))
                return false;
            continue;
        }
        unsigned byte = sk_reader_u8(r);
        if (byte >= 32) {
            if (!push(m, r, byte, error))
                return false;
            continue;
        }
        if (++m->steps > SK_FONT_STEPS_MAX || ++m->font->steps > SK_FONT_ALL_STEPS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: too many operators", m->glyph);
        if (!carry_out(m, r, byte, error))
            return false;
    }
    return sk_font_outline_end(&m->out) || fail(m, error, "an outline that cannot be written");
}

bool
sk_type1_run(SkType1 *self, uint32_t glyph, SkFontPut *put, SkFontBox *box, GError **error)
{
    Machine m = { .font = self, .glyph = glyph, .put = put, .box = box, .accent = -1 };

    m.calls[0] = sk_reader(
        sk_type1_program(self, &g_array_index(self->glyphs, SkType1Glyph, glyph).program));
    return run(&m, error);
}
