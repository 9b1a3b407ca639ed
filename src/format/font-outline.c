/* SPDX-License-Identifier: Apache-2.0
 * font-outline.c - the one spelling of a charstring: width, then moves, stretches of lines and of
 * curves; contracts in font-parts.h. */
#include "format/font-parts.h"

enum { OP_LINE = 5, OP_CURVE = 8, OP_END = 14, OP_MOVE = 21 };

#define LINES_MAX 24u /* of a stretch: the 48 operands that every reader has room for */
#define CURVES_MAX 8u
#define POSITION_END (16384 * SK_FONT_ONE)
/* What one call writes at most: an operator left open, a move and a curve of full numbers. */
#define CALL_BYTES 64u

void
sk_font_put_reserve(SkFontPut *self, size_t more)
{
    size_t need = 0, room = 0;

    if (self->room - self->n >= more)
        return;
    bool fits = sk_size_add(self->n, more, &need) && sk_size_add(need, need / 2, &room);
    g_assert(fits);
    self->p = g_realloc(self->p, room);
    self->room = room;
}

void
sk_font_put_clear(SkFontPut *self)
{
    g_free(self->p);
    *self = (SkFontPut){ .p = NULL };
}

int64_t
sk_font_fixed_div(int64_t a, int64_t b)
{
    bool negative = (a < 0) != (b < 0);
    uint64_t x = (uint64_t)ABS(a), y = (uint64_t)ABS(b);
    uint64_t q = MIN(((x << 16) + y / 2) / y, UINT64_C(1) << 47);

    return negative ? -(int64_t)q : (int64_t)q;
}

static void
number(SkFontOutline *self, int64_t v)
{
    if (v < -32768 * SK_FONT_ONE || v >= 32768 * SK_FONT_ONE) {
        self->bad = true;
        return;
    }
    int32_t fixed = (int32_t)v, i = fixed >> 16;
    if ((fixed & 0xffff) != 0) {
        sk_font_put8(self->put, 255);
        sk_font_put32(self->put, (uint32_t)fixed);
    } else if (i >= -107 && i <= 107) {
        sk_font_put8(self->put, (unsigned)(i + 139));
    } else if (i >= 108 && i <= 1131) {
        sk_font_put16(self->put, (247u << 8) + (unsigned)(i - 108));
    } else if (i >= -1131 && i <= -108) {
        sk_font_put16(self->put, (251u << 8) + (unsigned)(-i - 108));
    } else {
        sk_font_put8(self->put, 28);
        sk_font_put16(self->put, (unsigned)i & 0xffff);
    }
}

void
sk_font_outline_begin(SkFontOutline *self, SkFontPut *put, SkFontBox *box, int64_t width)
{
    *self = (SkFontOutline){ .put = put, .box = box, .start = put->n };
    sk_font_put_reserve(put, CALL_BYTES);
    number(self, width);
}

/* Writes the way from where the outline stands to @x, @y. */
static void
place(SkFontOutline *self, int64_t x, int64_t y)
{
    SkFontBox *box = self->box;

    if (x <= -POSITION_END || x >= POSITION_END || y <= -POSITION_END || y >= POSITION_END) {
        self->bad = true;
        return;
    }
    number(self, x - self->wx);
    number(self, y - self->wy);
    self->wx = x;
    self->wy = y;
    box->x_min = box->any ? MIN(box->x_min, x) : x;
    box->y_min = box->any ? MIN(box->y_min, y) : y;
    box->x_max = box->any ? MAX(box->x_max, x) : x;
    box->y_max = box->any ? MAX(box->y_max, y) : y;
    box->any = true;
}

static void
end_stretch(SkFontOutline *self)
{
    if (self->stretch != 0)
        sk_font_put8(self->put, self->stretch);
    self->stretch = 0;
    self->count = 0;
}

/* Before a line or curve: room, a contour to stand in, a stretch of its kind that is not full. */
static bool
begin_piece(SkFontOutline *self, uint8_t op, unsigned max)
{
    if (self->bad || self->put->n - self->start > SK_FONT_CHARSTRING_MAX) {
        self->bad = true;
        return false;
    }
    sk_font_put_reserve(self->put, CALL_BYTES);
    if (!self->open) {
        end_stretch(self);
        place(self, self->x, self->y);
        sk_font_put8(self->put, OP_MOVE);
        self->open = true;
    }
    if (self->stretch != op || self->count == max)
        end_stretch(self);
    self->stretch = op;
    self->count++;
    return !self->bad;
}

/* The glyph's own place may run far off between operators; sums stay sums. */
static void
advance(SkFontOutline *self, int64_t dx, int64_t dy)
{
    int64_t far = INT64_C(1) << 48;

    self->x = CLAMP(self->x + dx, -far, far);
    self->y = CLAMP(self->y + dy, -far, far);
}

void
sk_font_outline_close(SkFontOutline *self)
{
    self->open = false;
}

void
sk_font_outline_move(SkFontOutline *self, int64_t dx, int64_t dy)
{
    self->open = false;
    advance(self, dx, dy);
}

void
sk_font_outline_line(SkFontOutline *self, int64_t dx, int64_t dy)
{
    if (!begin_piece(self, OP_LINE, LINES_MAX))
        return;
    advance(self, dx, dy);
    place(self, self->x, self->y);
}

void
sk_font_outline_curve(SkFontOutline *self, const int64_t d[6])
{
    if (!begin_piece(self, OP_CURVE, CURVES_MAX))
        return;
    for (unsigned i = 0; i < 6; i += 2) {
        advance(self, d[i], d[i + 1]);
        place(self, self->x, self->y);
    }
}

bool
sk_font_outline_end(SkFontOutline *self)
{
    sk_font_put_reserve(self->put, CALL_BYTES);
    end_stretch(self);
    sk_font_put8(self->put, OP_END);
    return !self->bad && self->put->n - self->start <= SK_FONT_CHARSTRING_MAX;
}
