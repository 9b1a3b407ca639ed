/* SPDX-License-Identifier: Apache-2.0
 * font-type2.c - carries out a Type 2 charstring and writes the outline that it draws; contract in
 * font-cff.h. Calls go by a stack of readers; an accented glyph is two programs one behind the
 * other. */
#include "format/font-cff.h"

#define STACK_MAX 48u
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
    SHORTINT = 28,
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
    SkType2 *font;
    uint32_t glyph;
    int64_t stack[STACK_MAX];
    unsigned n;
    SkReader calls[SK_FONT_CALLS_MAX + 1];
    unsigned depth;
    unsigned stems;
    uint32_t steps;
    bool begun;     /* the width is known */
    bool component; /* the second program of an accented glyph: its width does not count */
    bool ended;
    SkFontOutline out;
    SkFontPut *put;
    SkFontBox *box;
    int letter; /* of an accented glyph, drawn behind its accent; -1 for none */
} Machine;

static bool
fail(const Machine *m, GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "font: glyph %u: %s", m->glyph, what);
}

/* The width stands before the first operator's own operands where there is one more of those than
 * it takes. */
static void
begin(Machine *m, bool has_width)
{
    const SkCffPrivate *p = m->font->private_dict;
    int64_t width = has_width ? p->nominal_width + m->stack[0] : p->default_width;

    if (m->begun)
        return;
    m->begun = true;
    if (has_width) {
        for (unsigned i = 1; i < m->n; i++)
            m->stack[i - 1] = m->stack[i];
        m->n--;
    }
    if (!m->component)
        sk_font_outline_begin(&m->out, m->put, m->box, width);
}

/* ---- drawing ------------------------------------------------------------------------------ */

static bool
moves(Machine *m, unsigned op, GError **error)
{
    unsigned takes = op == RMOVETO ? 2 : 1;

    begin(m, m->n > takes);
    if (m->n != takes)
        return fail(m, error, "operands of a move");
    sk_font_outline_move(&m->out, op == VMOVETO ? 0 : m->stack[0],
                         op == HMOVETO ? 0 : m->stack[takes - 1]);
    return true;
}

static void
curve(Machine *m, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    const int64_t steps[6] = { a, b, c, d, e, f };
    sk_font_outline_curve(&m->out, steps);
}

/* rlineto, rrcurveto and the two that end with a piece of the other kind. */
static bool
pieces(Machine *m, unsigned op, GError **error)
{
    const int64_t *s = m->stack;
    unsigned n = m->n, i = 0;
    unsigned lines = op == RLINETO ? n : op == RLINECURVE && n >= 6 ? n - 6 : 0;
    unsigned tail = op == RCURVELINE ? 2 : op == RLINECURVE ? 6 : 0;

    if (n < tail || (op == RLINETO || op == RLINECURVE ? lines % 2 : (n - tail) % 6) != 0)
        return fail(m, error, "operands of lines or curves");
    for (; i < lines; i += 2)
        sk_font_outline_line(&m->out, s[i], s[i + 1]);
    for (; i + 6 <= n; i += 6)
        curve(m, s[i], s[i + 1], s[i + 2], s[i + 3], s[i + 4], s[i + 5]);
    if (op == RCURVELINE)
        sk_font_outline_line(&m->out, s[i], s[i + 1]);
    return true;
}

static void
straight(Machine *m, bool across)
{
    for (unsigned i = 0; i < m->n; i++, across = !across)
        sk_font_outline_line(&m->out, across ? m->stack[i] : 0, across ? 0 : m->stack[i]);
}

/* hhcurveto, vvcurveto: one step across the direction may come first. */
static bool
along(Machine *m, bool horizontal, GError **error)
{
    const int64_t *s = m->stack;
    unsigned i = m->n % 4;
    int64_t first = i == 1 ? s[0] : 0;

    if (i > 1)
        return fail(m, error, "operands of curves");
    for (; i < m->n; i += 4, first = 0) {
        if (horizontal)
            curve(m, s[i], first, s[i + 1], s[i + 2], s[i + 3], 0);
        else
            curve(m, first, s[i], s[i + 1], s[i + 2], 0, s[i + 3]);
    }
    return true;
}

/* hvcurveto, vhcurveto: directions take turns; the last curve may have a step more. */
static bool
turning(Machine *m, bool horizontal, GError **error)
{
    const int64_t *s = m->stack;
    unsigned n = m->n;

    if (n % 4 > 1)
        return fail(m, error, "operands of curves");
    for (unsigned i = 0; i + 4 <= n; i += 4, horizontal = !horizontal) {
        int64_t last = n - i == 5 ? s[i + 4] : 0;
        if (horizontal)
            curve(m, s[i], 0, s[i + 1], s[i + 2], last, s[i + 3]);
        else
            curve(m, 0, s[i], s[i + 1], s[i + 2], s[i + 3], last);
    }
    return true;
}

static bool
flexes(Machine *m, unsigned op, GError **error)
{
    const int64_t *s = m->stack;
    unsigned takes = op == X_FLEX ? 13 : op == X_FLEX1 ? 11 : op == X_HFLEX ? 7 : 9;

    if (m->n != takes)
        return fail(m, error, "operands of a flex");
    if (op == X_HFLEX) {
        curve(m, s[0], 0, s[1], s[2], s[3], 0);
        curve(m, s[4], 0, s[5], -s[2], s[6], 0);
    } else if (op == X_FLEX) {
        curve(m, s[0], s[1], s[2], s[3], s[4], s[5]);
        curve(m, s[6], s[7], s[8], s[9], s[10], s[11]);
    } else if (op == X_HFLEX1) {
        curve(m, s[0], s[1], s[2], s[3], s[4], 0);
        curve(m, s[5], 0, s[6], s[7], s[8], -(s[1] + s[3] + s[7]));
    } else {
        int64_t dx = s[0] + s[2] + s[4] + s[6] + s[8], dy = s[1] + s[3] + s[5] + s[7] + s[9];
        bool flat = ABS(dx) > ABS(dy);
        curve(m, s[0], s[1], s[2], s[3], s[4], s[5]);
        curve(m, s[6], s[7], s[8], s[9], flat ? s[10] : -dx, flat ? -dy : s[10]);
    }
    return true;
}

/* ---- hints -------------------------------------------------------------------------------- */

static bool
stems(Machine *m, GError **error)
{
    begin(m, m->n % 2 == 1);
    if (m->n % 2 != 0)
        return fail(m, error, "operands of stems");
    m->stems += m->n / 2;
    m->font->hints = true;
    return m->stems <= STEMS_MAX || fail(m, error, "over 96 stems");
}

static bool
mask(Machine *m, SkReader *r, GError **error)
{
    if (!stems(m, error))
        return false;
    sk_reader_skip(r, (m->stems + 7) / 8);
    return sk_reader_ok(r) || fail(m, error, "a mask cut short");
}

/* ---- calls and the end -------------------------------------------------------------------- */

static bool
call(Machine *m, const SkCffIndex *subrs, GError **error)
{
    int64_t bias = subrs->count < 1240 ? 107 : subrs->count < 33900 ? 1131 : 32768;
    SkSpan program = SK_SPAN_EMPTY;

    if (m->n == 0)
        return fail(m, error, "a call of nothing");
    int64_t id = (m->stack[--m->n] >> 16) + bias;
    if (id < 0 || id >= subrs->count || !sk_cff_index_get(subrs, (uint32_t)id, &program))
        return fail(m, error, "a subroutine that is not there");
    if (m->depth == SK_FONT_CALLS_MAX)
        return fail(m, error, "calls too deep");
    m->calls[++m->depth] = sk_reader(program);
    return true;
}

static bool
enter_glyph(Machine *m, int glyph, GError **error)
{
    SkSpan program = SK_SPAN_EMPTY;

    if (glyph < 0 || !sk_cff_index_get(m->font->charstrings, (uint32_t)glyph, &program))
        return fail(m, error, "a part that is not there");
    m->depth = 0;
    m->n = 0;
    m->stems = 0;
    m->begun = false;
    m->component = true;
    m->calls[0] = sk_reader(program);
    return true;
}

/* The outline goes on from the glyph's origin, moved by @x, @y. */
static void
restart(Machine *m, int64_t x, int64_t y)
{
    sk_font_outline_move(&m->out, x - m->out.x, y - m->out.y);
}

static bool
end_char(Machine *m, GError **error)
{
    begin(m, m->n == 1 || m->n == 5);
    if (m->n == 4 && !m->component) {
        unsigned letter = (unsigned)(m->stack[2] >> 16), accent = (unsigned)(m->stack[3] >> 16);
        if (letter > 255 || accent > 255)
            return fail(m, error, "codes of an accented glyph");
        m->letter = m->font->glyph_of_code(m->font->user, letter);
        if (m->letter < 0)
            return fail(m, error, "a letter that is not there");
        restart(m, m->stack[0], m->stack[1]);
        return enter_glyph(m, m->font->glyph_of_code(m->font->user, accent), error);
    }
    if (m->n != 0)
        return fail(m, error, "operands at the end");
    if (m->letter >= 0) {
        int letter = m->letter;
        m->letter = -1;
        restart(m, 0, 0);
        return enter_glyph(m, letter, error);
    }
    m->ended = true;
    return true;
}

/* ---- arithmetic --------------------------------------------------------------------------- */

static bool
calculates(Machine *m, unsigned op, GError **error)
{
    unsigned takes = op == X_ABS || op == X_NEG || op == X_DROP || op == X_DUP ? 1 : 2;

    if (m->n < takes || (op == X_DUP && m->n == STACK_MAX))
        return fail(m, error, "operands of arithmetic");
    int64_t b = m->stack[m->n - 1], a = takes == 2 ? m->stack[m->n - 2] : 0, result = 0;
    if (op == X_DUP) {
        m->stack[m->n++] = b;
        return true;
    }
    m->n -= takes;
    if (op == X_DROP)
        return true;
    if (op == X_EXCH) {
        m->stack[m->n++] = b;
        m->stack[m->n++] = a;
        return true;
    }
    if (op == X_DIV && b == 0)
        return fail(m, error, "division by 0");
    if (op == X_ABS || op == X_NEG)
        result = op == X_NEG || b < 0 ? -b : b;
    else if (op == X_DIV)
        result = sk_font_fixed_div(a, b);
    else if (op == X_MUL)
        result = (a * b + 0x8000) >> 16;
    else
        result = op == X_ADD ? a + b : a - b;
    if (result < -32768 * SK_FONT_ONE || result >= 32768 * SK_FONT_ONE)
        return fail(m, error, "a number out of range");
    m->stack[m->n++] = result;
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
        bool good = m->begun ? flexes(m, op, error) : fail(m, error, "a flex before the width");
        m->n = 0;
        return good;
    }
    case 0: /* dotsection: once a hint */
        m->n = 0;
        return true;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator 12 %u", m->glyph,
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
    if (!m->begun) /* DEVIATION: a first contour without a move begins at the origin */
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
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "font: glyph %u: operator %u", m->glyph, op);
    }
}

static bool
carry_out(Machine *m, SkReader *r, unsigned op, GError **error)
{
    if (op == CALLSUBR)
        return call(m, &m->font->private_dict->subrs, error);
    if (op == CALLGSUBR)
        return call(m, m->font->global_subrs, error);
    if (op == ESCAPE)
        return escaped(m, sk_reader_u8(r), error);
    if (op == RETURN) {
        if (m->depth == 0)
            return fail(m, error, "a return from nowhere");
        m->depth--;
        return true;
    }
    bool good = draws(m, r, op, error);
    m->n = 0;
    return good;
}

static bool
push(Machine *m, SkReader *r, unsigned byte, GError **error)
{
    int64_t v = 0;

    if (m->n == STACK_MAX)
        return fail(m, error, "over 48 operands");
    if (byte == SHORTINT)
        v = (int16_t)sk_reader_u16be(r) * SK_FONT_ONE;
    else if (byte <= 246)
        v = ((int)byte - 139) * SK_FONT_ONE;
    else if (byte <= 250)
        v = (((int)byte - 247) * 256 + sk_reader_u8(r) + 108) * SK_FONT_ONE;
    else if (byte <= 254)
        v = (-((int)byte - 251) * 256 - sk_reader_u8(r) - 108) * SK_FONT_ONE;
    else
        v = (int32_t)sk_reader_u32be(r);
    m->stack[m->n++] = v;
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
        if (sk_reader_left(r) == 0) {
            if (!run_out(m, error))
                return false;
            continue;
        }
        unsigned byte = sk_reader_u8(r);
        if (byte >= 32 || byte == SHORTINT) {
            if (!push(m, r, byte, error))
                return false;
        } else {
            if (++m->steps > SK_FONT_STEPS_MAX || ++m->font->steps > SK_FONT_ALL_STEPS_MAX)
                return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: too many operators",
                                m->glyph);
            if (!carry_out(m, r, byte, error))
                return false;
        }
        if (!sk_reader_ok(r))
            return fail(m, error, "cut short");
    }
    return sk_font_outline_end(&m->out) || fail(m, error, "an outline that cannot be written");
}

bool
sk_type2_run(SkType2 *self, uint32_t glyph, SkFontPut *put, SkFontBox *box, GError **error)
{
    Machine m = { .font = self, .glyph = glyph, .put = put, .box = box, .letter = -1 };
    SkSpan program = SK_SPAN_EMPTY;

    if (!sk_cff_index_get(self->charstrings, glyph, &program))
        return fail(&m, error, "no charstring");
    m.calls[0] = sk_reader(program);
    return run(&m, error);
}
