/* SPDX-License-Identifier: Apache-2.0
 * font-type2.c - carries out a Type 2 charstring and writes the outline that it draws; contract in
 * font-cff.h. Calls go by a stack of readers; an accented glyph is two programs one behind the
 * other. */
#include "format/font-cff.h"
#include "format/font-run.h"

#define STEMS_MAX 96u

enum {
    HSTEM = 1,
    VSTEM = 3,
    VMOVETO = 4,
    RLINETO = 5,
    HLINETO = 6,
    VLINETO = 7,
    RRCURVETO = 8,
    CALLSUBR = 10,
    RETURN = 11,
    ESCAPE = 12,
    ENDCHAR = 14,
    HSTEMHM = 18,
    HINTMASK = 19,
    CNTRMASK = 20,
    RMOVETO = 21,
    HMOVETO = 22,
    VSTEMHM = 23,
    RCURVELINE = 24,
    RLINECURVE = 25,
    VVCURVETO = 26,
    HHCURVETO = 27,
    CALLGSUBR = 29,
    VHCURVETO = 30,
    HVCURVETO = 31,
    /* behind ESCAPE */
    X_ABS = 9,
    X_ADD = 10,
    X_SUB = 11,
    X_DIV = 12,
    X_NEG = 14,
    X_DROP = 18,
    X_MUL = 24,
    X_DUP = 27,
    X_EXCH = 28,
    X_HFLEX = 34,
    X_FLEX = 35,
    X_HFLEX1 = 36,
    X_FLEX1 = 37,
};

typedef struct {
    SkFontRun run;
    SkType2 *font;
    unsigned stems;
    bool component; /* the second program of an accented glyph: its width does not count */
    SkFontPut *put;
    SkFontBox *box;
    int letter; /* of an accented glyph, drawn behind its accent; -1 for none */
} Machine;

/* The width stands before the first operator's own operands where there is one more of those than
 * it takes. */
static void
begin(Machine *m, bool has_width)
{
    const SkCffPrivate *p = m->font->private_dict;
    int64_t width = has_width ? p->nominal_width + m->run.stack[0] : p->default_width;

    if (m->run.begun)
        return;
    m->run.begun = true;
    if (has_width) {
        for (unsigned i = 1; i < m->run.n; i++)
            m->run.stack[i - 1] = m->run.stack[i];
        m->run.n--;
    }
    if (!m->component)
        sk_font_outline_begin(&m->run.out, m->put, m->box, width);
}

/* ---- drawing ------------------------------------------------------------------------------ */

static bool
moves(Machine *m, unsigned op, GError **error)
{
    unsigned takes = op == RMOVETO ? 2 : 1;

    begin(m, m->run.n > takes);
    if (m->run.n != takes)
        return sk_font_run_fail(&m->run, error, "operands of a move");
    sk_font_outline_move(&m->run.out, op == VMOVETO ? 0 : m->run.stack[0],
                         op == HMOVETO ? 0 : m->run.stack[takes - 1]);
    return true;
}

/* rlineto, rrcurveto and the two that end with a piece of the other kind. */
static bool
pieces(Machine *m, unsigned op, GError **error)
{
    const int64_t *s = m->run.stack;
    unsigned n = m->run.n, i = 0;
    unsigned lines = op == RLINETO ? n : op == RLINECURVE && n >= 6 ? n - 6 : 0;
    unsigned tail = op == RCURVELINE ? 2 : op == RLINECURVE ? 6 : 0;

    if (n < tail || (op == RLINETO || op == RLINECURVE ? lines % 2 : (n - tail) % 6) != 0)
        return sk_font_run_fail(&m->run, error, "operands of lines or curves");
    for (; i < lines; i += 2)
        sk_font_outline_line(&m->run.out, s[i], s[i + 1]);
    for (; i + 6 <= n; i += 6)
        sk_font_run_curve(&m->run, s[i], s[i + 1], s[i + 2], s[i + 3], s[i + 4], s[i + 5]);
    if (op == RCURVELINE)
        sk_font_outline_line(&m->run.out, s[i], s[i + 1]);
    return true;
}

static void
straight(Machine *m, bool across)
{
    for (unsigned i = 0; i < m->run.n; i++, across = !across)
        sk_font_outline_line(&m->run.out, across ? m->run.stack[i] : 0,
                             across ? 0 : m->run.stack[i]);
}

/* hhcurveto, vvcurveto: one step across the direction may come first. */
static bool
along(Machine *m, bool horizontal, GError **error)
{
    const int64_t *s = m->run.stack;
    unsigned i = m->run.n % 4;
    int64_t first = i == 1 ? s[0] : 0;

    if (i > 1)
        return sk_font_run_fail(&m->run, error, "operands of curves");
    for (; i < m->run.n; i += 4, first = 0) {
        if (horizontal)
            sk_font_run_curve(&m->run, s[i], first, s[i + 1], s[i + 2], s[i + 3], 0);
        else
            sk_font_run_curve(&m->run, first, s[i], s[i + 1], s[i + 2], 0, s[i + 3]);
    }
    return true;
}

/* hvcurveto, vhcurveto: directions take turns; the last curve may have a step more. */
static bool
turning(Machine *m, bool horizontal, GError **error)
{
    const int64_t *s = m->run.stack;
    unsigned n = m->run.n;

    if (n % 4 > 1)
        return sk_font_run_fail(&m->run, error, "operands of curves");
    for (unsigned i = 0; i + 4 <= n; i += 4, horizontal = !horizontal) {
        int64_t last = n - i == 5 ? s[i + 4] : 0;
        if (horizontal)
            sk_font_run_curve(&m->run, s[i], 0, s[i + 1], s[i + 2], last, s[i + 3]);
        else
            sk_font_run_curve(&m->run, 0, s[i], s[i + 1], s[i + 2], s[i + 3], last);
    }
    return true;
}

static bool
flexes(Machine *m, unsigned op, GError **error)
{
    const int64_t *s = m->run.stack;
    unsigned takes = op == X_FLEX ? 13 : op == X_FLEX1 ? 11 : op == X_HFLEX ? 7 : 9;

    if (m->run.n != takes)
        return sk_font_run_fail(&m->run, error, "operands of a flex");
    if (op == X_HFLEX) {
        sk_font_run_curve(&m->run, s[0], 0, s[1], s[2], s[3], 0);
        sk_font_run_curve(&m->run, s[4], 0, s[5], -s[2], s[6], 0);
    } else if (op == X_FLEX) {
        sk_font_run_curve(&m->run, s[0], s[1], s[2], s[3], s[4], s[5]);
        sk_font_run_curve(&m->run, s[6], s[7], s[8], s[9], s[10], s[11]);
    } else if (op == X_HFLEX1) {
        sk_font_run_curve(&m->run, s[0], s[1], s[2], s[3], s[4], 0);
        sk_font_run_curve(&m->run, s[5], 0, s[6], s[7], s[8], -(s[1] + s[3] + s[7]));
    } else {
        int64_t dx = s[0] + s[2] + s[4] + s[6] + s[8], dy = s[1] + s[3] + s[5] + s[7] + s[9];
        bool flat = ABS(dx) > ABS(dy);
        sk_font_run_curve(&m->run, s[0], s[1], s[2], s[3], s[4], s[5]);
        sk_font_run_curve(&m->run, s[6], s[7], s[8], s[9], flat ? s[10] : -dx, flat ? -dy : s[10]);
    }
    return true;
}

/* ---- hints -------------------------------------------------------------------------------- */

static bool
stems(Machine *m, GError **error)
{
    begin(m, m->run.n % 2 == 1);
    if (m->run.n % 2 != 0)
        return sk_font_run_fail(&m->run, error, "operands of stems");
    m->stems += m->run.n / 2;
    m->font->hints = true;
    return m->stems <= STEMS_MAX || sk_font_run_fail(&m->run, error, "over 96 stems");
}

static bool
mask(Machine *m, SkReader *r, GError **error)
{
    if (!stems(m, error))
        return false;
    sk_reader_skip(r, (m->stems + 7) / 8);
    return sk_reader_ok(r) || sk_font_run_fail(&m->run, error, "a mask cut short");
}

/* ---- calls and the end -------------------------------------------------------------------- */

static bool
call(Machine *m, const SkCffIndex *subrs, GError **error)
{
    int64_t bias = subrs->count < 1240 ? 107 : subrs->count < 33900 ? 1131 : 32768;
    SkSpan program = SK_SPAN_EMPTY;

    if (m->run.n == 0)
        return sk_font_run_fail(&m->run, error, "a call of nothing");
    int64_t id = (m->run.stack[--m->run.n] >> 16) + bias;
    if (id < 0 || id >= subrs->count || !sk_cff_index_get(subrs, (uint32_t)id, &program))
        return sk_font_run_fail(&m->run, error, "a subroutine that is not there");
    return sk_font_run_call(&m->run, program, error);
}

static bool
enter_glyph(Machine *m, int glyph, GError **error)
{
    SkSpan program = SK_SPAN_EMPTY;

    if (glyph < 0 || !sk_cff_index_get(m->font->charstrings, (uint32_t)glyph, &program))
        return sk_font_run_fail(&m->run, error, "a part that is not there");
    m->stems = 0;
    m->run.begun = false;
    m->component = true;
    sk_font_run_enter(&m->run, program);
    return true;
}

/* The outline goes on from the glyph's origin, moved by @x, @y. */
static void
restart(Machine *m, int64_t x, int64_t y)
{
    sk_font_outline_move(&m->run.out, x - m->run.out.x, y - m->run.out.y);
}

static bool
end_char(void *user, GError **error)
{
    Machine *m = user;

    begin(m, m->run.n == 1 || m->run.n == 5);
    if (m->run.n == 4 && !m->component) {
        unsigned letter = (unsigned)(m->run.stack[2] >> 16),
                 accent = (unsigned)(m->run.stack[3] >> 16);
        if (letter > 255 || accent > 255)
            return sk_font_run_fail(&m->run, error, "codes of an accented glyph");
        m->letter = m->font->glyph_of_code(m->font->user, letter);
        if (m->letter < 0)
            return sk_font_run_fail(&m->run, error, "a letter that is not there");
        restart(m, m->run.stack[0], m->run.stack[1]);
        return enter_glyph(m, m->font->glyph_of_code(m->font->user, accent), error);
    }
    if (m->run.n != 0)
        return sk_font_run_fail(&m->run, error, "operands at the end");
    if (m->letter >= 0) {
        int letter = m->letter;
        m->letter = -1;
        restart(m, 0, 0);
        return enter_glyph(m, letter, error);
    }
    m->run.ended = true;
    return true;
}

/* ---- arithmetic --------------------------------------------------------------------------- */

static bool
calculates(Machine *m, unsigned op, GError **error)
{
    unsigned takes = op == X_ABS || op == X_NEG || op == X_DROP || op == X_DUP ? 1 : 2;

    if (m->run.n < takes || (op == X_DUP && m->run.n == SK_FONT_STACK))
        return sk_font_run_fail(&m->run, error, "operands of arithmetic");
    int64_t b = m->run.stack[m->run.n - 1], a = takes == 2 ? m->run.stack[m->run.n - 2] : 0,
            result = 0;
    if (op == X_DUP) {
        m->run.stack[m->run.n++] = b;
        return true;
    }
    m->run.n -= takes;
    if (op == X_DROP)
        return true;
    if (op == X_EXCH) {
        m->run.stack[m->run.n++] = b;
        m->run.stack[m->run.n++] = a;
        return true;
    }
    if (op == X_DIV && b == 0)
        return sk_font_run_fail(&m->run, error, "division by 0");
    if (op == X_ABS || op == X_NEG)
        result = op == X_NEG || b < 0 ? -b : b;
    else if (op == X_DIV)
        result = sk_font_fixed_div(a, b);
    else if (op == X_MUL)
        result = (a * b + 0x8000) >> 16;
    else
        result = op == X_ADD ? a + b : a - b;
    if (result < -32768 * SK_FONT_ONE || result >= 32768 * SK_FONT_ONE)
        return sk_font_run_fail(&m->run, error, "a number out of range");
    m->run.stack[m->run.n++] = result;
    return true;
}

static bool
escaped(Machine *m, unsigned op, GError **error)
{
    switch (op) {
    case X_ABS:
    case X_ADD:
    case X_SUB:
    case X_DIV:
    case X_NEG:
    case X_DROP:
    case X_MUL:
    case X_DUP:
    case X_EXCH:
        return calculates(m, op, error);
    case X_HFLEX:
    case X_FLEX:
    case X_HFLEX1:
    case X_FLEX1: {
        bool good = m->run.begun ? flexes(m, op, error)
                                 : sk_font_run_fail(&m->run, error, "a flex before the width");
        m->run.n = 0;
        return good;
    }
    case 0: /* dotsection: once a hint */
        m->run.n = 0;
        return true;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator 12 %u", m->run.glyph,
                        op);
    }
}

/* An operator that leaves the stack empty. */
static bool
draws(Machine *m, SkReader *r, unsigned op, GError **error)
{
    switch (op) {
    case HSTEM:
    case VSTEM:
    case HSTEMHM:
    case VSTEMHM:
        return stems(m, error);
    case HINTMASK:
    case CNTRMASK:
        return mask(m, r, error);
    case RMOVETO:
    case HMOVETO:
    case VMOVETO:
        return moves(m, op, error);
    case ENDCHAR:
        return end_char(m, error);
    default:
        break;
    }
    if (!m->run.begun) /* DEVIATION: a first contour without a move begins at the origin */
        begin(m, false);
    switch (op) {
    case RLINETO:
    case RRCURVETO:
    case RCURVELINE:
    case RLINECURVE:
        return pieces(m, op, error);
    case HLINETO:
    case VLINETO:
        straight(m, op == HLINETO);
        return true;
    case HHCURVETO:
    case VVCURVETO:
        return along(m, op == HHCURVETO, error);
    case HVCURVETO:
    case VHCURVETO:
        return turning(m, op == HVCURVETO, error);
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator %u", m->run.glyph,
                        op);
    }
}

static bool
carry_out(void *user, SkReader *r, unsigned op, GError **error)
{
    Machine *m = user;

    if (op == CALLSUBR)
        return call(m, &m->font->private_dict->subrs, error);
    if (op == CALLGSUBR)
        return call(m, m->font->global_subrs, error);
    if (op == ESCAPE)
        return escaped(m, sk_reader_u8(r), error);
    if (op == RETURN)
        return sk_font_run_return(&m->run, error);
    bool good = draws(m, r, op, error);
    m->run.n = 0;
    return good;
}

static const SkFontRunKind kind = { .type2 = true, .carry_out = carry_out, .end = end_char };

bool
sk_type2_run(SkType2 *self, uint32_t glyph, SkFontPut *put, SkFontBox *box, GError **error)
{
    Machine m = { .font = self, .put = put, .box = box, .letter = -1 };
    SkSpan program = SK_SPAN_EMPTY;

    m.run = (SkFontRun){ .kind = &kind, .user = &m, .glyph = glyph, .all_steps = &self->steps };
    if (!sk_cff_index_get(self->charstrings, glyph, &program))
        return sk_font_run_fail(&m.run, error, "no charstring");
    return sk_font_run(&m.run, program, error);
}
