/* SPDX-License-Identifier: Apache-2.0
 *
 * test-jbig2.c - JBIG2: the arithmetic decoder against the sequence of T.88 H.2, and every kind of region against a coder
 * written here, which finds its contexts pixel by pixel; then what is broken, lies or multiplies.
 */
#include "format/jbig2-parts.h"
#include "format/jbig2.h"

#include <string.h>

/* ---- a coder (Annex E.2 of the specification, as it is for JPEG 2000) ----------------------------- */

typedef struct {
    GByteArray *out; /* its first byte is none */
    uint32_t a, c, ct;
    uint8_t cx[65536];
} Coder;

static Coder *
coder_new(void)
{
    Coder *self = g_new0(Coder, 1);

    self->out = g_byte_array_new();
    g_byte_array_append(self->out, (const guint8 *)"", 1);
    self->a = 0x8000;
    self->ct = 12;
    return self;
}

static void
byte_out(Coder *self)
{
    uint8_t *last = &self->out->data[self->out->len - 1];
    bool short_one = *last == 0xff;

    if (!short_one && self->c >= 0x8000000) {
        (*last)++;
        self->c &= 0x7ffffff;
        short_one = *last == 0xff;
    }
    uint8_t next = (uint8_t)(self->c >> (short_one ? 20 : 19));
    self->c &= short_one ? 0xfffff : 0x7ffff;
    self->ct = short_one ? 7 : 8;
    g_byte_array_append(self->out, &next, 1);
}

static void
code(Coder *self, uint8_t *cx, unsigned bit)
{
    const SkJbig2State *state = &sk_jbig2_states[*cx & 127];
    unsigned symbol = *cx >> 7;

    self->a -= state->qe;
    if (bit == symbol) {
        if ((self->a & 0x8000) != 0) {
            self->c += state->qe;
            return;
        }
        if (self->a < state->qe)
            self->a = state->qe;
        else
            self->c += state->qe;
        *cx = (uint8_t)(symbol << 7 | state->more);
    } else {
        if (self->a < state->qe)
            self->c += state->qe;
        else
            self->a = state->qe;
        *cx = (uint8_t)((state->change ? 1 - symbol : symbol) << 7 | state->less);
    }
    do {
        self->a <<= 1;
        self->c <<= 1;
        if (--self->ct == 0)
            byte_out(self);
    } while ((self->a & 0x8000) == 0);
}

static GByteArray *
coder_end(Coder *self)
{
    uint32_t most = self->c + self->a;
    GByteArray *out = self->out;

    self->c |= 0xffff;
    if (self->c >= most)
        self->c -= 0x8000;
    self->c <<= self->ct;
    byte_out(self);
    self->c <<= self->ct;
    byte_out(self);
    g_byte_array_append(out, (const guint8 *)"\xff\xac", 2);
    g_byte_array_remove_index(out, 0);
    g_free(self);
    return out;
}

static void
code_integer(Coder *self, uint8_t *cx, bool none, int32_t value)
{
    static const uint32_t least[] = { 0, 4, 20, 84, 340, 4436 };
    static const unsigned bits[] = { 2, 4, 6, 8, 12, 32 };
    uint32_t v = none ? 0 : (uint32_t)ABS(value), before = 1;
    unsigned range = 5;
    uint64_t word = none || value < 0 ? 1 : 0;
    unsigned n = 1;

    while (least[range] > v)
        range--;
    for (unsigned i = 0; i < range; i++, n++)
        word = word << 1 | 1;
    if (range < 5) {
        word <<= 1;
        n++;
    }
    word = word << bits[range] | (v - least[range]);
    n += bits[range];
    for (unsigned i = 0; i < n; i++) {
        unsigned bit = (unsigned)(word >> (n - 1 - i) & 1);
        code(self, &cx[before], bit);
        before = before < 256 ? before << 1 | bit : ((before << 1 | bit) & 511) | 256;
    }
}

static void
code_id(Coder *self, uint8_t *cx, unsigned length, uint32_t id)
{
    uint32_t before = 1;

    for (unsigned i = 0; i < length; i++) {
        unsigned bit = id >> (length - 1 - i) & 1;
        code(self, &cx[before], bit);
        before = before << 1 | bit;
    }
}

/* ---- pixels ----------------------------------------------------------------------------------- */

typedef struct {
    uint32_t width, height;
    const char *kind; /* for the pattern */
} Picture;

static unsigned
pixel(const Picture *p, int64_t x, int64_t y)
{
    if (x < 0 || y < 0 || x >= p->width || y >= p->height)
        return 0;
    if (p->kind[0] == 'r') /* rows, some alike */
        return (unsigned)((x / 3 + y / 4) & 1);
    if (p->kind[0] == 's')
        return (unsigned)((x * y + (x ^ y)) % 5 == 0);
    return (unsigned)(((x * 7 + y * 13) ^ (x * y)) >> 2 & 1);
}

/* Where the pixels of each context lie, its lowest bit first (T.88 figures 3 to 6); adaptive ones by their number below 4, with y = 99. */
static const int8_t contexts[4][16][2] = {
    { { -1, 0 }, { -2, 0 }, { -3, 0 }, { -4, 0 }, { 0, 99 }, { 2, -1 }, { 1, -1 }, { 0, -1 }, { -1, -1 }, { -2, -1 }, { 1, 99 },
      { 2, 99 }, { 1, -2 }, { 0, -2 }, { -1, -2 }, { 3, 99 } },
    { { -1, 0 }, { -2, 0 }, { -3, 0 }, { 0, 99 }, { 2, -1 }, { 1, -1 }, { 0, -1 }, { -1, -1 }, { -2, -1 }, { 2, -2 }, { 1, -2 },
      { 0, -2 }, { -1, -2 } },
    { { -1, 0 }, { -2, 0 }, { 0, 99 }, { 1, -1 }, { 0, -1 }, { -1, -1 }, { -2, -1 }, { 1, -2 }, { 0, -2 }, { -1, -2 } },
    { { -1, 0 }, { -2, 0 }, { -3, 0 }, { -4, 0 }, { 0, 99 }, { 1, -1 }, { 0, -1 }, { -1, -1 }, { -2, -1 }, { -3, -1 } },
};
static const unsigned context_bits[] = { 16, 13, 10, 10 };
static const uint16_t typical_context[] = { 0x9b25, 0x0795, 0x00e5, 0x0195 };
static const int8_t nominal[4][8] = { { 3, -1, -3, -1, 2, -2, -2, -2 }, { 3, -1 }, { 2, -1 }, { 2, -1 } };

static bool
same_rows(const Picture *p, uint32_t y)
{
    for (uint32_t x = 0; x < p->width; x++) {
        if (pixel(p, x, y) != pixel(p, x, (int64_t)y - 1))
            return false;
    }
    return true;
}

static void
code_generic(Coder *self, uint8_t *cx, unsigned template, bool typical, const int8_t *at, const Picture *p)
{
    bool before = false;

    for (uint32_t y = 0; y < p->height; y++) {
        bool same = typical && same_rows(p, y);
        if (typical)
            code(self, &cx[typical_context[template]], same != before);
        before = same;
        for (uint32_t x = 0; x < p->width && !same; x++) {
            unsigned context = 0;
            for (unsigned i = 0; i < context_bits[template]; i++) {
                const int8_t *o = contexts[template][i];
                int64_t px = o[1] == 99 ? at[2 * o[0]] : o[0], py = o[1] == 99 ? at[2 * o[0] + 1] : o[1];
                context |= pixel(p, x + px, y + py) << i;
            }
            code(self, &cx[context], pixel(p, x, y));
        }
    }
}

/* ---- segments --------------------------------------------------------------------------------- */

static void
put(GByteArray *to, const void *bytes, size_t n)
{
    g_byte_array_append(to, bytes, (guint)n);
}

static void
put32(GByteArray *to, uint32_t v)
{
    uint8_t b[] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
    put(to, b, 4);
}

static void
put16(GByteArray *to, unsigned v)
{
    uint8_t b[] = { (uint8_t)(v >> 8), (uint8_t)v };
    put(to, b, 2);
}

static void
put8(GByteArray *to, unsigned v)
{
    uint8_t b = (uint8_t)v;
    put(to, &b, 1);
}

/* (transfer full) @data; @refers: one segment, or -1. */
static void
segment(GByteArray *to, uint32_t number, unsigned type, int refers, GByteArray *data)
{
    put32(to, number);
    put8(to, type);
    put8(to, refers < 0 ? 0 : 1 << 5);
    if (refers >= 0)
        put8(to, (unsigned)refers);
    put8(to, 1);
    put32(to, data->len);
    put(to, data->data, data->len);
    g_byte_array_unref(data);
}

static GByteArray *
page(uint32_t width, uint32_t height)
{
    GByteArray *out = g_byte_array_new(), *info = g_byte_array_new();

    put32(info, width);
    put32(info, height);
    put32(info, 0);
    put32(info, 0);
    put8(info, 0);
    put16(info, 0);
    segment(out, 0, 48, -1, info);
    return out;
}

static GByteArray *
region(uint32_t width, uint32_t height, uint32_t x, uint32_t y, unsigned op)
{
    GByteArray *out = g_byte_array_new();

    put32(out, width);
    put32(out, height);
    put32(out, x);
    put32(out, y);
    put8(out, op);
    return out;
}

/* 0 or the error's code; (transfer full) @file. */
static int
decode(GByteArray *file, uint32_t width, uint32_t height, GBytes **ret)
{
    g_autofree uint8_t *copy = g_memdup2(file->data, MAX(file->len, 1));
    g_autoptr(GError) error = NULL;

    bool done = sk_jbig2_decode(sk_span(copy, file->len), SK_SPAN_EMPTY, width, height, 1 << 24, ret, &error);
    g_byte_array_unref(file);
    g_assert_true(done == (error == NULL));
    return done ? 0 : error->code;
}

static void
assert_picture(GBytes *bitmap, uint32_t width, const Picture *p, uint32_t left, uint32_t top)
{
    size_t stride = (width + 7) / 8;
    const uint8_t *rows = g_bytes_get_data(bitmap, NULL);

    for (uint32_t y = 0; y < g_bytes_get_size(bitmap) / stride; y++) {
        for (uint32_t x = 0; x < stride * 8; x++) {
            unsigned got = (unsigned)rows[y * stride + x / 8] >> (7 - x % 8) & 1u;
            if (got != (x < width ? pixel(p, (int64_t)x - left, (int64_t)y - top) : 0))
                g_error("column %u, row %u", x, y);
        }
    }
}

/* ---- tests ------------------------------------------------------------------------------------ */

static void
test_arithmetic(void)
{
    static const uint8_t coded[] = { 0x84, 0xc7, 0x3b, 0xfc, 0xe1, 0xa1, 0x43, 0x04, 0x02, 0x20, 0x00, 0x00, 0x41, 0x0d, 0xbb,
                                     0x86, 0xf4, 0x31, 0x7f, 0xff, 0x88, 0xff, 0x37, 0x47, 0x1a, 0xdb, 0x6a, 0xdf, 0xff, 0xac };
    static const uint8_t plain[] = { 0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xc0, 0x03, 0x52, 0x87, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa,
                                     0x82, 0xc0, 0x20, 0x00, 0xfc, 0xd7, 0x9e, 0xf6, 0xbf, 0x7f, 0xed, 0x90, 0x4f, 0x46, 0xa3, 0xbf };
    SkJbig2Arith arith;
    SkJbig2Cx cx = 0;
    Coder *coder = coder_new();
    uint8_t own = 0;

    sk_jbig2_arith_begin(&arith, sk_span(coded, sizeof coded));
    for (size_t i = 0; i < 8 * sizeof plain; i++) {
        unsigned want = (unsigned)plain[i / 8] >> (7 - i % 8) & 1u;
        g_assert_cmpuint(sk_jbig2_bit(&arith, &cx), ==, want);
        code(coder, &own, want);
    }
    g_autoptr(GByteArray) again = coder_end(coder);
    g_assert_cmpmem(again->data, again->len, coded, sizeof coded);
}

static void
test_integers(void)
{
    static const int32_t values[] = { 0, 1, 3, 4, -4, 19, 20, 83, 84, -100, 339, 340, 4435, 4436, -5000, 70000, 2147483647 };
    Coder *coder = coder_new();
    g_autofree SkJbig2Integer *cx = g_new0(SkJbig2Integer, 1);
    SkJbig2Arith arith;
    int32_t got = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
        code_integer(coder, coder->cx, false, values[i]);
    code_integer(coder, coder->cx, true, 0);
    g_autoptr(GByteArray) coded = coder_end(coder);
    sk_jbig2_arith_begin(&arith, sk_span(coded->data, coded->len));
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_assert_true(sk_jbig2_integer(&arith, cx, &got));
        g_assert_cmpint(got, ==, values[i]);
    }
    g_assert_false(sk_jbig2_integer(&arith, cx, &got));
}

static GByteArray *
generic_file(unsigned template, bool typical, const int8_t *at, const Picture *p, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
    GByteArray *file = page(width, height), *data = region(p->width, p->height, x, y, 0);
    Coder *coder = coder_new();

    put8(data, template << 1 | (typical ? 8 : 0));
    put(data, at, template == 0 ? 8 : 2);
    code_generic(coder, coder->cx, template, typical, at, p);
    g_autoptr(GByteArray) coded = coder_end(coder);
    put(data, coded->data, coded->len);
    segment(file, 1, 38, -1, data);
    return file;
}

static void
test_generic(void)
{
    static const int8_t moved[4][8] = { { -5, -1, 4, -3, -8, 0, 7, -2 }, { -4, 0 }, { 6, -5 }, { -9, 0 } };
    const Picture pictures[] = { { 37, 29, "x" }, { 8, 3, "s" }, { 1, 1, "x" }, { 100, 40, "r" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(pictures); i++) {
        for (unsigned template = 0; template < 4; template++) {
            for (unsigned how = 0; how < 4; how++) {
                g_autoptr(GBytes) out = NULL;
                GByteArray *file = generic_file(template, how % 2 == 1, how < 2 ? nominal[template] : moved[template], &pictures[i], 5, 2, 120, 50);
                g_assert_cmpint(decode(file, 120, 50, &out), ==, 0);
                assert_picture(out, 120, &pictures[i], 5, 2);
            }
        }
    }
}

/* Where the pixels of a refinement's context lie: in the new picture (0) or in the one before (1); 99: adaptive. */
static void
code_refinement(Coder *self, uint8_t *cx, unsigned template, const int8_t *at, const Picture *from, int32_t dx, int32_t dy, const Picture *to)
{
    static const int8_t zero[13][3] = { { 0, -1, 0 }, { 0, 1, -1 }, { 0, 0, -1 }, { 0, 0, 99 }, { 1, 1, 1 }, { 1, 0, 1 }, { 1, -1, 1 },
                                        { 1, 1, 0 }, { 1, 0, 0 }, { 1, -1, 0 }, { 1, 1, -1 }, { 1, 0, -1 }, { 1, 2, 99 } };
    static const int8_t one[10][3] = { { 0, -1, 0 }, { 0, 1, -1 }, { 0, 0, -1 }, { 0, -1, -1 }, { 1, 1, 1 },
                                       { 1, 0, 1 }, { 1, 1, 0 }, { 1, 0, 0 }, { 1, -1, 0 }, { 1, 0, -1 } };
    for (uint32_t y = 0; y < to->height; y++) {
        for (uint32_t x = 0; x < to->width; x++) {
            unsigned context = 0;
            for (unsigned i = 0; i < (template == 0 ? 13u : 10u); i++) {
                const int8_t *o = template == 0 ? zero[i] : one[i];
                int64_t px = o[2] == 99 ? at[o[1]] : o[1], py = o[2] == 99 ? at[o[1] + 1] : o[2];
                context |= (o[0] == 0 ? pixel(to, x + px, y + py) : pixel(from, (int64_t)x - dx + px, (int64_t)y - dy + py)) << i;
            }
            code(self, &cx[context], pixel(to, x, y));
        }
    }
}

/* The page is painted, then a part of it refined. */
static void
test_refinement(void)
{
    const Picture first = { 50, 30, "x" }, second = { 50, 30, "s" };
    const int8_t at[] = { -1, -1, -1, -1 };

    for (unsigned template = 0; template < 2; template++) {
        GByteArray *file = generic_file(0, false, nominal[0], &first, 0, 0, 50, 30), *data = region(50, 30, 0, 0, 4);
        Coder *coder = coder_new();
        g_autoptr(GBytes) out = NULL;
        put8(data, template);
        put(data, at, template == 0 ? 4 : 0);
        code_refinement(coder, coder->cx, template, at, &first, 0, 0, &second);
        g_autoptr(GByteArray) coded = coder_end(coder);
        put(data, coded->data, coded->len);
        segment(file, 2, 42, -1, data);
        g_assert_cmpint(decode(file, 50, 30, &out), ==, 0);
        assert_picture(out, 50, &second, 0, 0);
    }
}

/* Two symbols, the first of which is made of itself. */
static GByteArray *
dictionary(const Picture *one, const Picture *two, int32_t first_run, uint32_t exported, uint32_t made)
{
    GByteArray *data = g_byte_array_new();
    Coder *coder = coder_new();
    uint8_t cx[6][512] = { { 0 } }, id[4] = { 0 };
    g_autofree uint8_t *refine = g_malloc0(8192);
    static const int8_t at[] = { -1, -1, -1, -1 };

    put16(data, 2);
    put(data, nominal[0], 8);
    put(data, at, 4);
    put32(data, exported);
    put32(data, made);
    code_integer(coder, cx[0], false, (int32_t)one->height);
    const Picture none = { 0, 0, "x" };
    for (unsigned i = 0; i < 2; i++) {
        const Picture *p = i == 0 ? one : two, *from = i == 0 ? &none : one;
        code_integer(coder, cx[1], false, i == 0 ? (int32_t)p->width : 0);
        code_integer(coder, cx[2], false, 1);
        code_id(coder, id, 1, 0);
        code_integer(coder, cx[3], false, 0);
        code_integer(coder, cx[4], false, 0);
        code_refinement(coder, refine, 0, at, from, 0, 0, p);
    }
    code_integer(coder, cx[1], true, 0);
    code_integer(coder, cx[5], false, first_run);
    code_integer(coder, cx[5], false, 2);
    g_autoptr(GByteArray) coded = coder_end(coder);
    put(data, coded->data, coded->len);
    return data;
}

static GByteArray *
plain_dictionary(const Picture *p, uint32_t exported, uint32_t made, int32_t width_of_next)
{
    GByteArray *data = g_byte_array_new();
    Coder *coder = coder_new();
    uint8_t cx[3][512] = { { 0 } };

    put16(data, 0);
    put(data, nominal[0], 8);
    put32(data, exported);
    put32(data, made);
    code_integer(coder, cx[0], false, (int32_t)p->height);
    code_integer(coder, cx[1], false, (int32_t)p->width);
    code_generic(coder, coder->cx, 0, false, nominal[0], p);
    if (width_of_next != 0)
        code_integer(coder, cx[1], false, width_of_next);
    code_integer(coder, cx[1], true, 0);
    code_integer(coder, cx[2], false, 0);
    code_integer(coder, cx[2], false, 1);
    g_autoptr(GByteArray) coded = coder_end(coder);
    put(data, coded->data, coded->len);
    return data;
}

/* @n instances of symbol @id, each a step right of the one before, in one strip. */
static GByteArray *
text(uint32_t width, uint32_t height, unsigned flags, uint32_t announced, unsigned n, uint32_t id)
{
    GByteArray *data = region(width, height, 0, 0, 0);
    Coder *coder = coder_new();
    uint8_t cx[3][512] = { { 0 } }, ids[4] = { 0 };

    put16(data, flags);
    put32(data, announced);
    code_integer(coder, cx[0], false, 0);
    code_integer(coder, cx[0], false, 3);
    code_integer(coder, cx[1], false, 2);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            code_integer(coder, cx[2], false, 4);
        code_id(coder, ids, id > 0 ? 1 : 0, id);
    }
    code_integer(coder, cx[2], true, 0);
    g_autoptr(GByteArray) coded = coder_end(coder);
    put(data, coded->data, coded->len);
    return data;
}

static void
test_text(void)
{
    const Picture symbol = { 9, 7, "x" };
    GByteArray *file = page(60, 20);
    g_autoptr(GBytes) out = NULL;

    segment(file, 1, 0, -1, plain_dictionary(&symbol, 1, 1, 0));
    segment(file, 2, 6, 1, text(60, 20, 1 << 4, 3, 3, 0)); /* top left corners */
    g_assert_cmpint(decode(file, 60, 20, &out), ==, 0);
    const uint8_t *rows = g_bytes_get_data(out, NULL);
    for (uint32_t y = 0; y < 20; y++) {
        for (uint32_t x = 0; x < 60; x++) {
            unsigned want = 0;
            for (unsigned i = 0; i < 3; i++) /* a step goes from the last column of one to the first of the next */
                want |= pixel(&symbol, (int64_t)x - (2 + i * 12), (int64_t)y - 3);
            g_assert_cmpuint((unsigned)rows[y * 8 + x / 8] >> (7 - x % 8) & 1u, ==, want);
        }
    }
}

static void
test_hostile(void)
{
    const Picture p = { 20, 10, "x" };
    g_autoptr(GBytes) out = NULL;
    struct {
        GByteArray *file;
        int code;
    } cases[12];
    size_t n = 0;

#define CASE(made, want) cases[n++] = (typeof(cases[0])){ made, want }
    CASE(g_byte_array_new(), SK_ERROR_MALFORMED); /* no page */
    CASE(page(70000, 1), SK_ERROR_LIMIT);
    CASE(page(65535, 65535), SK_ERROR_LIMIT);
    GByteArray *twice = page(20, 10), *again = page(20, 10);
    put(twice, again->data, again->len);
    g_byte_array_unref(again);
    CASE(twice, SK_ERROR_MALFORMED);
    GByteArray *before = g_byte_array_new(); /* a region before the page */
    segment(before, 1, 38, -1, region(20, 10, 0, 0, 0));
    CASE(before, SK_ERROR_MALFORMED);
    GByteArray *large = page(20, 10);
    segment(large, 1, 38, -1, region(0xffffffff, 0xffffffff, 0, 0, 0));
    CASE(large, SK_ERROR_MALFORMED);
    GByteArray *many = page(20, 10); /* regions that paint more than any page has */
    for (unsigned i = 0; i < 40; i++) {
        GByteArray *one = region(600, 600, 0, 0, 0);
        put8(one, 0);
        put(one, nominal[0], 8);
        segment(many, 1, 38, -1, one);
    }
    CASE(many, SK_ERROR_LIMIT);
    GByteArray *symbols = page(20, 10);
    segment(symbols, 1, 0, -1, plain_dictionary(&p, 1, 0xffffffff, 0));
    CASE(symbols, SK_ERROR_LIMIT);
    GByteArray *more = page(20, 10); /* a second symbol that was not announced */
    segment(more, 1, 0, -1, plain_dictionary(&p, 1, 1, 5));
    CASE(more, SK_ERROR_MALFORMED);
    GByteArray *instances = page(60, 20);
    segment(instances, 1, 0, -1, plain_dictionary(&p, 1, 1, 0));
    segment(instances, 2, 6, 1, text(60, 20, 1 << 4, 2, 3, 0));
    CASE(instances, SK_ERROR_MALFORMED);
    GByteArray *nowhere = page(60, 20); /* symbols of a dictionary that is not there */
    segment(nowhere, 2, 6, 9, text(60, 20, 1 << 4, 1, 1, 0));
    CASE(nowhere, SK_ERROR_MALFORMED);
    GByteArray *self = page(60, 20); /* a symbol made of itself */
    segment(self, 1, 0, -1, dictionary(&p, &p, 0, 2, 2));
    CASE(self, SK_ERROR_MALFORMED);
#undef CASE
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(cases));
    for (size_t i = 0; i < n; i++) {
        int got = decode(cases[i].file, 20, 10, &out);
        if (got != cases[i].code)
            g_error("case %zu: %d, not %d", i, got, cases[i].code);
    }
}

/* @n symbols that have @height rows and no column: none of them takes a bit. */
static GByteArray *
dictionary_of_nothing(uint32_t height, uint32_t n)
{
    GByteArray *data = g_byte_array_new();
    Coder *coder = coder_new();
    uint8_t cx[3][512] = { { 0 } };

    put16(data, 0);
    put(data, nominal[0], 8);
    put32(data, n);
    put32(data, n);
    code_integer(coder, cx[0], false, (int32_t)height);
    for (uint32_t i = 0; i < n; i++)
        code_integer(coder, cx[1], false, 0);
    code_integer(coder, cx[1], true, 0);
    code_integer(coder, cx[2], false, 0);
    code_integer(coder, cx[2], false, (int32_t)n);
    g_autoptr(GByteArray) coded = coder_end(coder);
    put(data, coded->data, coded->len);
    return data;
}

/* A dictionary that exports nothing of the @n symbols before it, behind @runs runs of none (an even number). */
static GByteArray *
dictionary_of_runs(unsigned runs, int32_t n)
{
    GByteArray *data = g_byte_array_new();
    Coder *coder = coder_new();
    uint8_t cx[512] = { 0 };

    put16(data, 0);
    put(data, nominal[0], 8);
    put32(data, 0);
    put32(data, 0);
    for (unsigned i = 0; i < runs; i++)
        code_integer(coder, cx, false, 0);
    code_integer(coder, cx, false, n);
    g_autoptr(GByteArray) coded = coder_end(coder);
    put(data, coded->data, coded->len);
    return data;
}

/* A region of text that names segment 1 @n times. */
static void
text_of_many(GByteArray *to, uint32_t number, unsigned n)
{
    g_autoptr(GByteArray) data = text(60, 20, 1 << 4, 0, 0, 0);

    put32(to, number);
    put8(to, 6);
    put32(to, 0xe0000000u | n);
    for (unsigned i = 0; i < (n + 8) / 8; i++)
        put8(to, 0);
    for (unsigned i = 0; i < n; i++)
        put8(to, 1);
    put8(to, 1);
    put32(to, data->len);
    put(to, data->data, data->len);
}

/* Work without a pixel: a few bytes must not buy it. */
static void
test_work(void)
{
    const Picture p = { 20, 10, "x" };
    GByteArray *files[] = { page(20, 10), page(20, 10), page(60, 20), page(60, 20) };
    static const int codes[] = { SK_ERROR_LIMIT, SK_ERROR_LIMIT, SK_ERROR_LIMIT, 0 };
    g_autoptr(GBytes) out = NULL;

    segment(files[0], 1, 0, -1, dictionary_of_nothing(65535, 60000));
    segment(files[1], 1, 0, -1, plain_dictionary(&p, 1, 1, 0));
    segment(files[1], 2, 0, 1, dictionary_of_runs(100000, 1));
    segment(files[2], 1, 0, -1, dictionary_of_nothing(1, 4000));
    for (unsigned i = 0; i < 40; i++)
        text_of_many(files[2], 2 + i, 1000);
    segment(files[3], 1, 0, -1, dictionary_of_nothing(1, 4000)); /* what these do once is no offence */
    segment(files[3], 2, 0, 1, dictionary_of_runs(100, 4000));
    for (unsigned i = 0; i < G_N_ELEMENTS(files); i++) {
        int got = decode(files[i], 20, 10, &out);
        if (got != codes[i])
            g_error("case %u: %d, not %d", i, got, codes[i]);
    }
}

/* Cut anywhere, or with any byte another one. */
static void
test_noise(void)
{
    const Picture symbol = { 9, 7, "x" };
    g_autoptr(GByteArray) file = page(60, 20);

    segment(file, 1, 0, -1, plain_dictionary(&symbol, 1, 1, 0));
    segment(file, 2, 6, 1, text(60, 20, 1 << 4, 3, 3, 0));
    for (size_t i = 0; i < file->len; i++) {
        g_autoptr(GBytes) one = NULL, two = NULL;
        GByteArray *cut = g_byte_array_new(), *other = g_byte_array_new();
        put(cut, file->data, i);
        put(other, file->data, file->len);
        other->data[i] ^= (uint8_t)(1u << i % 8);
        (void)decode(cut, 60, 20, &one);
        (void)decode(other, 60, 20, &two);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jbig2/arithmetic", test_arithmetic);
    g_test_add_func("/jbig2/integers", test_integers);
    g_test_add_func("/jbig2/generic", test_generic);
    g_test_add_func("/jbig2/refinement", test_refinement);
    g_test_add_func("/jbig2/text", test_text);
    g_test_add_func("/jbig2/hostile", test_hostile);
    g_test_add_func("/jbig2/work", test_work);
    g_test_add_func("/jbig2/noise", test_noise);
    return g_test_run();
}
