/* SPDX-License-Identifier: Apache-2.0
 *
 * font-charstring.c - a Type 2 charstring that is nothing but a width and contours.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md, "Charstring"; Adobe Technical Note 5177   Tests:
 * tests/unit/verify/test-font.c
 */
#include "verify/font.h"

#define UNIT 65536
#define FAR (INT64_C(16384) * UNIT)
#define CHARSTRING_MAX 65535u
#define STACK_MAX 48u

enum { RLINETO = 5, RRCURVETO = 8, ENDCHAR = 14, RMOVETO = 21 };

typedef struct {
    SkReader r;
    int64_t stack[STACK_MAX];
    unsigned n;
    int64_t at[2];
    SkFontBox *box;
} Charstring;

/* The shortest spelling, in 1/65,536. */
static bool
read_number(SkReader *r, unsigned byte, int64_t *ret)
{
    int value = 0;

    if (byte >= 32 && byte <= 246) {
        value = (int)byte - 139;
    } else if (byte >= 247 && byte <= 250) {
        value = ((int)byte - 247) * 256 + sk_reader_u8(r) + 108;
    } else if (byte >= 251 && byte <= 254) {
        value = -((int)byte - 251) * 256 - sk_reader_u8(r) - 108;
    } else if (byte == 28) {
        value = (int16_t)sk_reader_u16be(r);
        if (value >= -1131 && value <= 1131)
            return false;
    } else if (byte == 255) {
        *ret = (int32_t)sk_reader_u32be(r);
        return sk_reader_ok(r) && *ret % UNIT != 0;
    } else {
        return false;
    }
    *ret = (int64_t)value * UNIT;
    return sk_reader_ok(r);
}

/* Numbers up to the next operator, which is returned; -1: none. */
static int
read_operands(Charstring *c)
{
    for (c->n = 0; sk_reader_left(&c->r) > 0;) {
        unsigned byte = sk_reader_u8(&c->r);
        if (byte == RLINETO || byte == RRCURVETO || byte == ENDCHAR || byte == RMOVETO)
            return (int)byte;
        if (c->n == STACK_MAX || !read_number(&c->r, byte, &c->stack[c->n]))
            return -1;
        c->n++;
    }
    return -1;
}

static bool
move_by(Charstring *c, unsigned from)
{
    for (unsigned i = from; i + 1 < c->n; i += 2)
        for (unsigned axis = 0; axis < 2; axis++) {
            c->at[axis] += c->stack[i + axis];
            if (c->at[axis] <= -FAR || c->at[axis] >= FAR)
                return false;
            c->box->least[axis] = MIN(c->box->least[axis], c->at[axis]);
            c->box->greatest[axis] = MAX(c->box->greatest[axis], c->at[axis]);
        }
    return true;
}

static bool
is_full(const Charstring *c, int op)
{
    return c->n == STACK_MAX && op != RMOVETO; /* 24 lines, or 8 curves */
}

static bool
fits(const Charstring *c, int op)
{
    return c->n > 0 && (op == RLINETO ? c->n % 2 == 0 : c->n % 6 == 0);
}

bool
sk_font_charstring(SkSpan in, SkFontBox *box)
{
    Charstring c = { .r = sk_reader(in), .box = box };
    int before = 0; /* the operator before */
    bool full = false;

    for (unsigned width = 1; in.n <= CHARSTRING_MAX; width = 0) {
        int op = read_operands(&c);
        bool first = before == 0;
        if (op == ENDCHAR)
            return c.n == width && before != RMOVETO && sk_reader_left(&c.r) == 0;
        if (op == RMOVETO) {
            if (c.n != 2 + width || before == RMOVETO || !move_by(&c, width))
                return false;
        } else if (op < 0 || first || !fits(&c, op) || (op == before && !full) || !move_by(&c, 0)) {
            return false;
        }
        full = is_full(&c, op);
        before = op;
    }
    return false;
}
