/* SPDX-License-Identifier: Apache-2.0
 *
 * test-icc.c - colour profiles: what stays, what goes, what is not sane; what comes out stays as it is.
 */
#include "disarm/icc.h"

#include "base/reader.h"

#include <string.h>

typedef struct {
    GByteArray *file;
    GByteArray *data;
    GByteArray *table;
    uint32_t n;
} Builder;

static void
put32(GByteArray *to, uint32_t v)
{
    uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

    g_byte_array_append(to, b, 4);
}

static void
put16(GByteArray *to, unsigned v)
{
    uint8_t b[2] = { (uint8_t)(v >> 8), (uint8_t)v };

    g_byte_array_append(to, b, 2);
}

static void
put_str(GByteArray *to, const char *s)
{
    g_byte_array_append(to, (const guint8 *)s, (guint)strlen(s));
}

static void
put_bytes(GByteArray *to, uint8_t value, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        g_byte_array_append(to, &value, 1);
}

static Builder
builder(void)
{
    return (Builder){ .file = g_byte_array_new(), .data = g_byte_array_new(), .table = g_byte_array_new() };
}

/* The tag's data are (transfer full) @data. Offsets are put right at the end. */
static void
tag(Builder *self, const char *name, GByteArray *data)
{
    put_str(self->table, name);
    put32(self->table, self->data->len);
    put32(self->table, data->len);
    g_byte_array_append(self->data, data->data, data->len);
    while (self->data->len % 4 != 0)
        put_bytes(self->data, 0xaa, 1);
    g_byte_array_unref(data);
    self->n++;
}

static GBytes *
finish(Builder *self, unsigned version, const char *class, const char *space, const char *pcs)
{
    uint32_t head = 132 + 12 * self->n;
    SkReader r = sk_reader(sk_span(self->table->data, self->table->len));

    put32(self->file, head + self->data->len);
    put_str(self->file, "ADBE");
    put32(self->file, version << 24 | 0x300000);
    put_str(self->file, class);
    put_str(self->file, space);
    put_str(self->file, pcs);
    put_bytes(self->file, 0x11, 12);
    put_str(self->file, "acspMSFT");
    put_bytes(self->file, 0x22, 20);
    put32(self->file, 0);
    put_bytes(self->file, 0x33, 60);
    put32(self->file, self->n);
    for (uint32_t i = 0; i < self->n; i++) {
        SkSpan name = sk_reader_span(&r, 4);
        g_byte_array_append(self->file, name.p, 4);
        put32(self->file, head + sk_reader_u32be(&r));
        put32(self->file, sk_reader_u32be(&r));
    }
    g_byte_array_append(self->file, self->data->data, self->data->len);
    g_byte_array_unref(self->data);
    g_byte_array_unref(self->table);
    return g_byte_array_free_to_bytes(self->file);
}

static GByteArray *
xyz(uint32_t x, uint32_t y, uint32_t z)
{
    GByteArray *out = g_byte_array_new();

    put_str(out, "XYZ ");
    put32(out, 0);
    put32(out, x);
    put32(out, y);
    put32(out, z);
    return out;
}

static GByteArray *
curve(uint32_t n)
{
    GByteArray *out = g_byte_array_new();

    put_str(out, "curv");
    put32(out, 0x55);
    put32(out, n);
    for (uint32_t i = 0; i < n; i++)
        put16(out, n == 1 ? 0x0233 : 65535 * i / (n - 1));
    return out;
}

static GByteArray *
para(unsigned function, unsigned numbers)
{
    GByteArray *out = g_byte_array_new();

    put_str(out, "para");
    put32(out, 0);
    put16(out, function);
    put16(out, 0x77);
    for (unsigned i = 0; i < numbers; i++)
        put32(out, 65536 + i);
    return out;
}

static GByteArray *
mft(bool two, unsigned ins, unsigned outs, unsigned grid)
{
    GByteArray *out = g_byte_array_new();
    unsigned entries = outs;

    put_str(out, two ? "mft2" : "mft1");
    put32(out, 0);
    put_bytes(out, (uint8_t)ins, 1);
    put_bytes(out, (uint8_t)outs, 1);
    put_bytes(out, (uint8_t)grid, 1);
    put_bytes(out, 9, 1);
    for (unsigned i = 0; i < 9; i++)
        put32(out, i % 4 == 0 ? 65536 : 0);
    if (two) {
        put16(out, 2);
        put16(out, 3);
    }
    for (unsigned i = 0; i < ins; i++)
        entries *= grid;
    put_bytes(out, 0x40, two ? 2 * (2 * ins + entries + 3 * outs) : 256 * ins + entries + 256 * outs);
    return out;
}

/* mAB or mBA with its parts in another order than ours. */
static GByteArray *
mab(const char *type, unsigned ins, unsigned outs, bool grid, bool matrix)
{
    GByteArray *out = g_byte_array_new(), *parts[5];
    unsigned order[] = { 4, 3, 2, 1, 0 }, entries = outs;
    uint32_t at[5] = { 0 };
    GByteArray *body = g_byte_array_new();

    for (unsigned i = 0; i < 5; i++)
        parts[i] = g_byte_array_new();
    for (unsigned i = 0; i < 3; i++) {
        g_autoptr(GByteArray) one = curve(0), two = para(0, 1);
        g_byte_array_append(parts[0], one->data, one->len);
        if (matrix)
            g_byte_array_append(parts[2], two->data, two->len);
    }
    for (unsigned i = 0; i < 12 && matrix; i++)
        put32(parts[1], i);
    for (unsigned i = 0; i < (strcmp(type, "mAB ") == 0 ? ins : outs) && grid; i++) {
        g_autoptr(GByteArray) one = curve(3); /* of 18 bytes: padded */
        while (parts[4]->len % 4 != 0)
            put_bytes(parts[4], 0, 1);
        g_byte_array_append(parts[4], one->data, one->len);
    }
    if (grid) {
        put_bytes(parts[3], 2, ins);
        put_bytes(parts[3], 0x99, 16 - ins);
        put_bytes(parts[3], 1, 1);
        put_bytes(parts[3], 0x88, 3);
        for (unsigned i = 0; i < ins; i++)
            entries *= 2;
        put_bytes(parts[3], 0x42, entries);
    }
    for (unsigned i = 0; i < 5; i++) {
        unsigned k = order[i];
        if (parts[k]->len > 0)
            at[k] = 32 + body->len;
        g_byte_array_append(body, parts[k]->data, parts[k]->len);
        while (body->len % 4 != 0)
            put_bytes(body, 0x66, 1);
    }
    put_str(out, type);
    put32(out, 0);
    put_bytes(out, (uint8_t)ins, 1);
    put_bytes(out, (uint8_t)outs, 1);
    put16(out, 0x1234);
    for (unsigned i = 0; i < 5; i++)
        put32(out, at[i]);
    g_byte_array_append(out, body->data, body->len);
    g_byte_array_unref(body);
    for (unsigned i = 0; i < 5; i++)
        g_byte_array_unref(parts[i]);
    return out;
}

static GByteArray *
text(void)
{
    GByteArray *out = g_byte_array_new();

    put_str(out, "textHARMLESS WORDS");
    return out;
}

/* ---- */

/* (transfer full): what it became, NULL for a profile that is not sane; (transfer full) @profile. */
static GBytes *
rebuild(GBytes *profile, unsigned components)
{
    g_autoptr(GBytes) in = profile;
    SkSpan span = sk_span_bytes(in);
    g_autofree uint8_t *copy = g_memdup2(span.p, span.n);
    g_autoptr(SkSink) out = sk_sink_new_memory(16 << 20), again = sk_sink_new_memory(16 << 20);
    g_autoptr(GError) error = NULL;
    unsigned got = 0;

    if (!sk_icc_rebuild(sk_span(copy, span.n), components, out, &got, &error)) {
        g_assert_true(error->code == SK_ERROR_MALFORMED || error->code == SK_ERROR_TRUNCATED ||
                      error->code == SK_ERROR_UNSUPPORTED || error->code == SK_ERROR_AMBIGUOUS);
        return NULL;
    }
    g_assert_true(components == 0 || components == got);
    SkSpan first = sk_sink_memory(out);
    g_assert_true(sk_icc_rebuild(first, got, again, NULL, NULL));
    g_assert_true(sk_span_equal(first, sk_sink_memory(again)));
    g_assert_cmpuint(first.n % 4, ==, 0);
    for (const char *const *gone = (const char *const[]){ "HARMLESS", "ADBE", "MSFT", NULL };
         *gone != NULL; gone++)
        g_assert_cmpuint(sk_span_find(first, 0, sk_span_str(*gone)), ==, SIZE_MAX);
    return sk_sink_steal_bytes(out);
}

static unsigned
tags_of(GBytes *profile)
{
    SkReader r = sk_reader_from_bytes(profile);

    sk_reader_seek(&r, 128);
    return sk_reader_u32be(&r);
}

static void
put_matrix(Builder *b)
{
    tag(b, "rXYZ", xyz(28580, 14575, 913));
    tag(b, "gXYZ", xyz(25235, 46981, 6359));
    tag(b, "bXYZ", xyz(9378, 3972, 46768));
    tag(b, "rTRC", curve(1024));
    tag(b, "gTRC", curve(1024));
    tag(b, "bTRC", curve(1024));
}

static void
test_matrix(void)
{
    for (unsigned version = 2; version <= 4; version += 2) {
        Builder b = builder();
        tag(&b, "cprt", text());
        tag(&b, "desc", text());
        tag(&b, "dmnd", text());
        put_matrix(&b);
        g_autoptr(GBytes) out = rebuild(finish(&b, version, "mntr", "RGB ", "XYZ "), 3);
        g_assert_nonnull(out);
        g_assert_cmpuint(tags_of(out), ==, 9); /* with a white point */
        g_assert_cmpuint(sk_span_bytes(out).n, <, 3000); /* one curve, not three */
    }
    Builder other = builder();
    put_matrix(&other);
    g_assert_null(rebuild(finish(&other, 2, "mntr", "RGB ", "XYZ "), 4));
    Builder lab = builder(); /* a matrix leads to XYZ only */
    put_matrix(&lab);
    g_assert_null(rebuild(finish(&lab, 2, "mntr", "RGB ", "Lab "), 3));
}

static void
test_grey(void)
{
    Builder b = builder();
    tag(&b, "wtpt", xyz(62289, 65536, 71778));
    tag(&b, "kTRC", curve(1));
    g_autoptr(GBytes) out = rebuild(finish(&b, 2, "mntr", "GRAY", "XYZ "), 1);
    g_assert_nonnull(out);
    static const uint8_t numbers[] = { 1, 3, 4, 5, 7 };
    for (unsigned i = 0; i < 6; i++) {
        Builder p = builder();
        tag(&p, "kTRC", para(i, i < 5 ? numbers[i] : 7));
        g_autoptr(GBytes) four = rebuild(finish(&p, 4, "scnr", "GRAY", "Lab "), 0);
        g_assert_true((four != NULL) == (i < 5));
        Builder q = builder(); /* version 2 has none */
        tag(&q, "kTRC", para(0, 1));
        g_assert_null(rebuild(finish(&q, 2, "scnr", "GRAY", "Lab "), 0));
    }
}

static void
test_tables(void)
{
    Builder b = builder();
    tag(&b, "A2B0", mft(true, 4, 3, 3));
    tag(&b, "A2B1", mft(false, 4, 3, 2));
    tag(&b, "A2B2", mft(true, 4, 3, 3));
    tag(&b, "B2A0", mft(true, 3, 4, 3));
    tag(&b, "gamt", mft(true, 3, 1, 3));
    g_autoptr(GBytes) cmyk = rebuild(finish(&b, 2, "prtr", "CMYK", "Lab "), 4);
    g_assert_nonnull(cmyk);
    g_assert_cmpuint(tags_of(cmyk), ==, 7);
    Builder v4 = builder();
    tag(&v4, "A2B0", mab("mAB ", 4, 3, true, true));
    tag(&v4, "B2A0", mab("mBA ", 3, 4, true, false));
    g_autoptr(GBytes) four = rebuild(finish(&v4, 4, "prtr", "CMYK", "Lab "), 4);
    g_assert_nonnull(four);
    Builder rgb = builder();
    tag(&rgb, "A2B0", mab("mAB ", 3, 3, false, true));
    put_matrix(&rgb);
    g_autoptr(GBytes) both = rebuild(finish(&rgb, 4, "mntr", "RGB ", "XYZ "), 3);
    g_assert_nonnull(both);
    g_assert_cmpuint(tags_of(both), ==, 10);
    /* From four colours to three there is no way without a grid; nor from the wrong number. */
    Builder none = builder();
    tag(&none, "A2B0", mab("mAB ", 4, 3, false, true));
    g_assert_null(rebuild(finish(&none, 4, "prtr", "CMYK", "Lab "), 4));
    Builder wrong = builder();
    tag(&wrong, "A2B0", mft(true, 3, 3, 3));
    g_assert_null(rebuild(finish(&wrong, 2, "prtr", "CMYK", "Lab "), 4));
    Builder one = builder();
    tag(&one, "A2B0", mft(true, 4, 3, 1));
    g_assert_null(rebuild(finish(&one, 2, "prtr", "CMYK", "Lab "), 4));
}

static void
test_insane(void)
{
    struct {
        const char *class, *space, *pcs;
        unsigned version;
    } heads[] = {
        { "link", "RGB ", "XYZ ", 2 }, { "abst", "RGB ", "XYZ ", 2 }, { "nmcl", "RGB ", "XYZ ", 2 },
        { "mntr", "Lab ", "XYZ ", 2 }, { "mntr", "6CLR", "XYZ ", 2 }, { "mntr", "RGB ", "RGB ", 2 },
        { "mntr", "RGB ", "XYZ ", 3 }, { "mntr", "RGB ", "XYZ ", 5 }, { "mntr", "GRAY", "XYZ ", 2 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        Builder b = builder();
        put_matrix(&b);
        g_assert_null(rebuild(finish(&b, heads[i].version, heads[i].class, heads[i].space, heads[i].pcs), 0));
    }
    Builder huge = builder();
    put_matrix(&huge);
    tag(&huge, "wtpt", xyz(0x7fffffff, 65536, 0));
    g_assert_null(rebuild(finish(&huge, 2, "mntr", "RGB ", "XYZ "), 3));
    Builder twice = builder();
    put_matrix(&twice);
    tag(&twice, "rTRC", curve(1));
    g_assert_null(rebuild(finish(&twice, 2, "mntr", "RGB ", "XYZ "), 3));
    Builder lies = builder(); /* a curve longer than it is */
    GByteArray *cut = curve(100);
    g_byte_array_set_size(cut, 60);
    tag(&lies, "kTRC", cut);
    g_assert_null(rebuild(finish(&lies, 2, "mntr", "GRAY", "XYZ "), 1));
    Builder grid = builder(); /* 255 to the fourth */
    GByteArray *large = mft(true, 4, 3, 2);
    large->data[10] = 255;
    tag(&grid, "A2B0", large);
    g_assert_null(rebuild(finish(&grid, 2, "prtr", "CMYK", "Lab "), 4));
}

/* Cut anywhere, or with any byte another one: no crash, and what comes out stays as it is. */
static void
test_noise(void)
{
    Builder b = builder();
    tag(&b, "A2B0", mab("mAB ", 3, 3, true, true));
    tag(&b, "chad", text());
    g_autoptr(GBytes) whole = finish(&b, 4, "mntr", "RGB ", "XYZ ");
    SkSpan s = sk_span_bytes(whole);

    for (size_t i = 0; i < s.n; i++) {
        g_autoptr(GBytes) cut = rebuild(g_bytes_new(s.p, i), 0);
        g_autofree uint8_t *copy = g_memdup2(s.p, s.n);
        copy[i] ^= (uint8_t)(1u << i % 8);
        g_autoptr(GBytes) other = rebuild(g_bytes_new(copy, s.n), 0);
        g_assert_null(cut);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/icc/matrix", test_matrix);
    g_test_add_func("/icc/grey", test_grey);
    g_test_add_func("/icc/tables", test_tables);
    g_test_add_func("/icc/insane", test_insane);
    g_test_add_func("/icc/noise", test_noise);
    return g_test_run();
}
