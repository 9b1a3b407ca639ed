/* SPDX-License-Identifier: Apache-2.0
 * font-run.c - contract in font-run.h. */
#include "format/font-run.h"

#define SHORT_INTEGER 28u

bool
sk_font_run_fail(const SkFontRun *self, GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "font: glyph %u: %s", self->glyph, what);
}

void
sk_font_run_enter(SkFontRun *self, SkSpan program)
{
    self->depth = 0;
    self->n = 0;
    self->calls[0] = sk_reader(program);
}

bool
sk_font_run_call(SkFontRun *self, SkSpan program, GError **error)
{
    if (self->depth == SK_FONT_CALLS_MAX)
        return sk_font_run_fail(self, error, "calls too deep");
    self->calls[++self->depth] = sk_reader(program);
    return true;
}

bool
sk_font_run_return(SkFontRun *self, GError **error)
{
    if (self->depth == 0)
        return sk_font_run_fail(self, error, "a return from nowhere");
    self->depth--;
    return true;
}

void
sk_font_run_curve(SkFontRun *self, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    const int64_t steps[6] = { a, b, c, d, e, f };
    sk_font_outline_curve(&self->out, steps);
}

static bool
push(SkFontRun *self, SkReader *r, unsigned byte, GError **error)
{
    int64_t v = 0;

    if (self->n == SK_FONT_STACK)
        return sk_font_run_fail(self, error, "over 48 operands");
    if (byte == SHORT_INTEGER)
        v = (int16_t)sk_reader_u16be(r);
    else if (byte <= 246)
        v = (int)byte - 139;
    else if (byte <= 250)
        v = ((int)byte - 247) * 256 + sk_reader_u8(r) + 108;
    else if (byte <= 254)
        v = -((int)byte - 251) * 256 - sk_reader_u8(r) - 108;
    else
        v = (int32_t)sk_reader_u32be(r);
    self->stack[self->n++] = byte == 255 && self->kind->type2 ? v : v * SK_FONT_ONE;
    return true;
}

/* DEVIATION: bytes that end without an operator end the subroutine, or the glyph. */
static bool
run_out(SkFontRun *self, GError **error)
{
    return self->depth == 0 ? self->kind->end(self->user, error) : sk_font_run_return(self, error);
}

static bool
step(SkFontRun *self, SkReader *r, GError **error)
{
    unsigned byte = sk_reader_u8(r);

    if (byte >= 32 || (byte == SHORT_INTEGER && self->kind->type2))
        return push(self, r, byte, error);
    if (++self->steps > SK_FONT_STEPS_MAX || ++*self->all_steps > SK_FONT_ALL_STEPS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "font: glyph %u: too many operators", self->glyph);
    return self->kind->carry_out(self->user, r, byte, error);
}

bool
sk_font_run(SkFontRun *self, SkSpan program, GError **error)
{
    sk_font_run_enter(self, program);
    while (!self->ended) {
        SkReader *r = &self->calls[self->depth];
        if (self->out.bad)
            return sk_font_run_fail(self, error, "an outline that cannot be written");
        if (sk_reader_left(r) == 0 ? !run_out(self, error) : !step(self, r, error))
            return false;
        if (!sk_reader_ok(r))
            return sk_font_run_fail(self, error, "cut short");
    }
    return sk_font_outline_end(&self->out) ||
           sk_font_run_fail(self, error, "an outline that cannot be written");
}
