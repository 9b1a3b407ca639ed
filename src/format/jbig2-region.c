/* SPDX-License-Identifier: Apache-2.0
 * jbig2-region.c - bitmaps, arithmetic codes, and the two kinds of region that are made of
 * single pixels. Contract in jbig2-parts.h. */
#include "format/jbig2-parts.h"

#include <string.h>

/* In pixels: what a row takes besides its own, and what anything takes at all. */
#define COST_OF_ROW 8u
#define COST_OF_STEP 64u

/* ---- bitmaps --------------------------------------------------------------------------------- */

SkJbig2Bitmap *
sk_jbig2_bitmap_new(uint32_t width, uint32_t height)
{
    SkJbig2Bitmap *self = g_rc_box_new0(SkJbig2Bitmap);

    self->width = width;
    self->height = height;
    self->stride = ((size_t)width + 7) / 8;
    self->rows = g_try_malloc0(self->stride * height + 1);
    if (self->rows == NULL)
        g_clear_pointer(&self, sk_jbig2_bitmap_free);
    return self;
}

static void
bitmap_clear(void *p)
{
    g_free(((SkJbig2Bitmap *)p)->rows);
}

void
sk_jbig2_bitmap_free(SkJbig2Bitmap *self)
{
    if (self != NULL)
        g_rc_box_release_full(self, bitmap_clear);
}

void
sk_jbig2_fill(SkJbig2Bitmap *self)
{
    for (uint32_t y = 0; y < self->height; y++) {
        uint8_t *row = self->rows + y * self->stride;
        memset(row, 0xff, self->stride);
        if (self->width % 8 != 0)
            row[self->stride - 1] = (uint8_t)(0xff00u >> self->width % 8);
    }
}

static uint8_t
combined(unsigned to, unsigned from, unsigned mask, SkJbig2Op op)
{
    unsigned out = op == SK_JBIG2_OR     ? to | from
                   : op == SK_JBIG2_AND  ? to & from
                   : op == SK_JBIG2_XOR  ? to ^ from
                   : op == SK_JBIG2_XNOR ? ~(to ^ from)
                                         : from;
    return (uint8_t)((to & ~mask) | (out & mask));
}

/* Columns @left to @right of one row, a byte of @out at a time; @in begins at column @x. */
static void
combine_bits(uint8_t *out, const uint8_t *in, size_t stride, int64_t x, int64_t left, int64_t right,
             SkJbig2Op op)
{
    for (int64_t at = left; at < right;) {
        unsigned first = (unsigned)(at % 8), n = (unsigned)MIN(8 - first, (uint64_t)(right - at));
        unsigned mask = (0xffu >> first) & (0xff00u >> (first + n));
        size_t bit = (size_t)(at - x);
        unsigned two = (unsigned)in[bit / 8] << 8 | (bit / 8 + 1 < stride ? in[bit / 8 + 1] : 0u);
        unsigned bits = two >> (8 - bit % 8) & 0xffu; /* its first bit is that of @at */
        out[at / 8] = combined(out[at / 8], bits >> first, mask, op);
        at += n;
    }
}

/* The same where both rows begin with a byte: whole regions put onto the page. */
static void
combine_bytes(uint8_t *restrict out, const uint8_t *restrict in, size_t n, SkJbig2Op op)
{
    switch (op) {
    case SK_JBIG2_OR:
        for (size_t i = 0; i < n; i++)
            out[i] |= in[i];
        return;
    case SK_JBIG2_AND:
        for (size_t i = 0; i < n; i++)
            out[i] &= in[i];
        return;
    case SK_JBIG2_XOR:
        for (size_t i = 0; i < n; i++)
            out[i] ^= in[i];
        return;
    case SK_JBIG2_XNOR:
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t) ~(out[i] ^ in[i]);
        return;
    case SK_JBIG2_REPLACE:
        memcpy(out, in, n);
        return;
    }
}

void
sk_jbig2_combine(SkJbig2Bitmap *to, const SkJbig2Bitmap *from, int64_t x, int64_t y, SkJbig2Op op)
{
    int64_t left = MAX(x, 0), right = MIN(x + from->width, to->width);
    int64_t whole = x >= 0 && x % 8 == 0 && right > left ? (right - left) / 8 : 0; /* bytes */

    for (int64_t row = MAX(y, 0); row < MIN(y + from->height, to->height) && left < right; row++) {
        uint8_t *out = to->rows + (size_t)row * to->stride;
        const uint8_t *in = from->rows + (size_t)(row - y) * from->stride;
        if (whole > 0)
            combine_bytes(out + left / 8, in, (size_t)whole, op);
        combine_bits(out, in, from->stride, x, left + 8 * whole, right, op);
    }
}

bool
sk_jbig2_spend(SkJbig2Budget *self, uint32_t width, uint32_t height, GError **error)
{
    uint64_t pixels = ((uint64_t)width + COST_OF_ROW) * height + COST_OF_STEP;

    if (pixels > self->left)
        return sk_throw(error, SK_ERROR_LIMIT, "jbig2: too many pixels");
    self->left -= pixels;
    return true;
}

/* ---- arithmetic codes ------------------------------------------------------------------------ */

const SkJbig2State sk_jbig2_states[SK_JBIG2_STATES] = {
    { 0x5601, 1, 1, true },    { 0x3401, 2, 6, false },   { 0x1801, 3, 9, false },
    { 0x0ac1, 4, 12, false },  { 0x0521, 5, 29, false },  { 0x0221, 38, 33, false },
    { 0x5601, 7, 6, true },    { 0x5401, 8, 14, false },  { 0x4801, 9, 14, false },
    { 0x3801, 10, 14, false }, { 0x3001, 11, 17, false }, { 0x2401, 12, 18, false },
    { 0x1c01, 13, 20, false }, { 0x1601, 29, 21, false }, { 0x5601, 15, 14, true },
    { 0x5401, 16, 14, false }, { 0x5101, 17, 15, false }, { 0x4801, 18, 16, false },
    { 0x3801, 19, 17, false }, { 0x3401, 20, 18, false }, { 0x3001, 21, 19, false },
    { 0x2801, 22, 19, false }, { 0x2401, 23, 20, false }, { 0x2201, 24, 21, false },
    { 0x1c01, 25, 22, false }, { 0x1801, 26, 23, false }, { 0x1601, 27, 24, false },
    { 0x1401, 28, 25, false }, { 0x1201, 29, 26, false }, { 0x1101, 30, 27, false },
    { 0x0ac1, 31, 28, false }, { 0x09c1, 32, 29, false }, { 0x08a1, 33, 30, false },
    { 0x0521, 34, 31, false }, { 0x0441, 35, 32, false }, { 0x02a1, 36, 33, false },
    { 0x0221, 37, 34, false }, { 0x0141, 38, 35, false }, { 0x0111, 39, 36, false },
    { 0x0085, 40, 37, false }, { 0x0049, 41, 38, false }, { 0x0025, 42, 39, false },
    { 0x0015, 43, 40, false }, { 0x0009, 44, 41, false }, { 0x0005, 45, 42, false },
    { 0x0001, 45, 43, false }, { 0x5601, 46, 46, false },
};

static unsigned
byte_at(SkJbig2Arith *self, size_t at)
{
    if (at < self->in.n)
        return self->in.p[at];
    self->past++;
    return 0xff;
}

static void
byte_in(SkJbig2Arith *self)
{
    unsigned next = byte_at(self, self->at + 1);

    if (byte_at(self, self->at) == 0xff) {
        if (next > 0x8f) {
            self->c += 0xff00;
            self->ct = 8;
            return;
        }
        self->at++;
        self->c += next << 9;
        self->ct = 7;
        return;
    }
    self->at++;
    self->c += next << 8;
    self->ct = 8;
}

void
sk_jbig2_arith_begin(SkJbig2Arith *self, SkSpan in)
{
    *self = (SkJbig2Arith){ .in = in };
    self->c = byte_at(self, 0) << 16;
    byte_in(self);
    self->c <<= 7;
    self->ct -= 7;
    self->a = 0x8000;
}

static void
renormalise(SkJbig2Arith *self)
{
    do {
        if (self->ct == 0)
            byte_in(self);
        self->a <<= 1;
        self->c <<= 1;
        self->ct--;
    } while ((self->a & 0x8000) == 0);
}

unsigned
sk_jbig2_bit(SkJbig2Arith *self, SkJbig2Cx *cx)
{
    unsigned state = *cx & 0x7fu, symbol = *cx >> 7;
    uint32_t qe = sk_jbig2_states[state].qe;
    bool less;

    self->a -= qe;
    if (self->c >> 16 < qe) {
        less = self->a >= qe;
        self->a = qe;
    } else {
        self->c -= qe << 16;
        if ((self->a & 0x8000) != 0)
            return symbol;
        less = self->a < qe;
    }
    unsigned out = less ? 1 - symbol : symbol;
    if (less && sk_jbig2_states[state].change)
        symbol = 1 - symbol;
    *cx = (SkJbig2Cx)(symbol << 7 |
                      (less ? sk_jbig2_states[state].less : sk_jbig2_states[state].more));
    renormalise(self);
    return out;
}

bool
sk_jbig2_integer(SkJbig2Arith *arith, SkJbig2Integer *cx, int32_t *ret)
{
    static const struct {
        uint8_t bits;
        uint16_t least;
    } ranges[] = { { 2, 0 }, { 4, 4 }, { 6, 20 }, { 8, 84 }, { 12, 340 }, { 32, 4436 } };
    unsigned before = 1, range = 0, bit = 0;
    uint64_t value = 0;

#define NEXT_BIT() \
    do { \
        bit = sk_jbig2_bit(arith, &cx->cx[before]); \
        before = before < 256 ? before << 1 | bit : ((before << 1 | bit) & 511) | 256; \
    } while (0)
    NEXT_BIT();
    bool negative = bit == 1;
    while (range < 5) {
        NEXT_BIT();
        if (bit == 0)
            break;
        range++;
    }
    for (unsigned i = 0; i < ranges[range].bits; i++) {
        NEXT_BIT();
        value = value << 1 | bit;
    }
#undef NEXT_BIT
    value += ranges[range].least;
    if (negative && value == 0)
        return false;
    int64_t most = (int64_t)MIN(value, (uint64_t)INT32_MAX);
    *ret = (int32_t)(negative ? -most : most);
    return true;
}

uint32_t
sk_jbig2_id(SkJbig2Arith *arith, SkJbig2Cx *cx, unsigned length)
{
    uint32_t before = 1;

    for (unsigned i = 0; i < length; i++)
        before = before << 1 | sk_jbig2_bit(arith, &cx[before]);
    return before - (1u << length);
}

/* ---- generic regions ------------------------------------------------------------------------- */

#define AT_MAX 4u

/* A context is made of runs of pixels: of this row, of the one above and of the second above. */
typedef struct {
    unsigned now;               /* pixels of this row, up to x - 1 */
    unsigned above, above_to;   /* pixels of the row above, the last of them at x + above_to */
    unsigned second, second_to; /* the same of the second above */
    unsigned at_n;
    struct {
        int8_t x, y;
        uint8_t bit;  /* of the context */
    } at[AT_MAX];     /* where the adaptive pixels are if nothing is said */
    uint16_t typical; /* the context that says whether a row is like the one above */
} Template;

static const Template templates[] = {
    { 4, 7, 3, 5, 2, 4, { { 3, -1, 4 }, { -3, -1, 10 }, { 2, -2, 11 }, { -2, -2, 15 } }, 0x9b25 },
    { 3, 6, 3, 4, 2, 1, { { 3, -1, 3 } }, 0x0795 },
    { 2, 5, 2, 3, 1, 1, { { 2, -1, 2 } }, 0x00e5 },
    { 4, 6, 2, 0, 0, 1, { { 2, -1, 4 } }, 0x0195 },
};

static void
set_black(SkJbig2Bitmap *to, uint32_t x, uint32_t y)
{
    to->rows[y * to->stride + x / 8] |= (uint8_t)(0x80u >> x % 8);
}

/* The pixels of a row before x = 0, as they slide in from the right. */
static unsigned
slide_in(const SkJbig2Bitmap *to, int64_t y, unsigned upto)
{
    unsigned out = 0;

    for (unsigned x = 0; x < upto; x++)
        out = out << 1 | sk_jbig2_get(to, x, y);
    return out;
}

static void
generic_row(SkJbig2Arith *arith, SkJbig2Cx *cx, const SkJbig2Generic *params, SkJbig2Bitmap *to,
            uint32_t y)
{
    const Template *t = &templates[params->template];
    unsigned now = 0, above = slide_in(to, (int64_t)y - 1, t->above_to),
             second = slide_in(to, (int64_t)y - 2, t->second_to);
    unsigned moved = 0, keep = 0xffff;

    for (unsigned i = 0; i < t->at_n; i++) {
        if (params->at[2 * i] == t->at[i].x && params->at[2 * i + 1] == t->at[i].y)
            continue;
        moved |= 1u << i;
        keep &= ~(1u << t->at[i].bit);
    }
    for (uint32_t x = 0; x < to->width; x++) {
        above = (above << 1 | sk_jbig2_get(to, (int64_t)x + t->above_to, (int64_t)y - 1)) &
                ((1u << t->above) - 1);
        second = (second << 1 | sk_jbig2_get(to, (int64_t)x + t->second_to, (int64_t)y - 2)) &
                 ((1u << t->second) - 1);
        unsigned context = now | above << t->now | second << (t->now + t->above);
        if (moved != 0) {
            context &= keep;
            for (unsigned i = 0; i < t->at_n; i++) {
                if ((moved >> i & 1u) != 0)
                    context |= sk_jbig2_get(to, (int64_t)x + params->at[2 * i],
                                            (int64_t)y + params->at[2 * i + 1])
                               << t->at[i].bit;
            }
        }
        unsigned bit = sk_jbig2_bit(arith, &cx[context]);
        if (bit == 1)
            set_black(to, x, y);
        now = (now << 1 | bit) & ((1u << t->now) - 1);
    }
}

void
sk_jbig2_generic(SkJbig2Arith *arith, SkJbig2Cx *cx, const SkJbig2Generic *params,
                 SkJbig2Bitmap *to)
{
    bool same = false;

    for (uint32_t y = 0; y < to->height; y++) {
        if (params->typical && sk_jbig2_bit(arith, &cx[templates[params->template].typical]) == 1)
            same = !same;
        if (!same)
            generic_row(arith, cx, params, to, y);
        else if (y > 0)
            memcpy(to->rows + y * to->stride, to->rows + (y - 1) * to->stride, to->stride);
    }
}

/* ---- refinement ------------------------------------------------------------------------------ */

static unsigned
refine_context(const SkJbig2Refine *p, const SkJbig2Bitmap *to, const SkJbig2Bitmap *from,
               int64_t x, int64_t y, int64_t fx, int64_t fy)
{
    unsigned c = sk_jbig2_get(to, x - 1, y) | sk_jbig2_get(to, x + 1, y - 1) << 1 |
                 sk_jbig2_get(to, x, y - 1) << 2;

    if (p->template == 1)
        return c | sk_jbig2_get(to, x - 1, y - 1) << 3 | sk_jbig2_get(from, fx + 1, fy + 1) << 4 |
               sk_jbig2_get(from, fx, fy + 1) << 5 | sk_jbig2_get(from, fx + 1, fy) << 6 |
               sk_jbig2_get(from, fx, fy) << 7 | sk_jbig2_get(from, fx - 1, fy) << 8 |
               sk_jbig2_get(from, fx, fy - 1) << 9;
    return c | sk_jbig2_get(to, x + p->at[0], y + p->at[1]) << 3 |
           sk_jbig2_get(from, fx + 1, fy + 1) << 4 | sk_jbig2_get(from, fx, fy + 1) << 5 |
           sk_jbig2_get(from, fx - 1, fy + 1) << 6 | sk_jbig2_get(from, fx + 1, fy) << 7 |
           sk_jbig2_get(from, fx, fy) << 8 | sk_jbig2_get(from, fx - 1, fy) << 9 |
           sk_jbig2_get(from, fx + 1, fy - 1) << 10 | sk_jbig2_get(from, fx, fy - 1) << 11 |
           sk_jbig2_get(from, fx + p->at[2], fy + p->at[3]) << 12;
}

/* Are the nine pixels around it all alike? */
static bool
is_flat(const SkJbig2Bitmap *from, int64_t x, int64_t y)
{
    unsigned sum = 0;

    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            sum += sk_jbig2_get(from, x + dx, y + dy);
    return sum == 0 || sum == 9;
}

void
sk_jbig2_refine(SkJbig2Arith *arith, SkJbig2Cx *cx, const SkJbig2Refine *params,
                const SkJbig2Bitmap *reference, int32_t dx, int32_t dy, SkJbig2Bitmap *to)
{
    unsigned typical = params->template == 0 ? 0x0100 : 0x0080;
    bool same = false;

    for (uint32_t y = 0; y < to->height; y++) {
        if (params->typical && sk_jbig2_bit(arith, &cx[typical]) == 1)
            same = !same;
        for (uint32_t x = 0; x < to->width; x++) {
            int64_t fx = (int64_t)x - dx, fy = (int64_t)y - dy;
            unsigned bit =
                same && is_flat(reference, fx, fy)
                    ? sk_jbig2_get(reference, fx, fy)
                    : sk_jbig2_bit(arith, &cx[refine_context(params, to, reference, x, y, fx, fy)]);
            if (bit == 1)
                set_black(to, x, y);
        }
    }
}
