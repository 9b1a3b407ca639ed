/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-filter.c - filters of PDF streams undone: each against a coder written here, chains, predictors of every
 * depth, nonsense, bombs.
 */
#include "disarm/pdf-filter.h"

#include "format/flate.h"

#include <string.h>

static SkJob job;

static SkPdfStep
step(const char *name)
{
    SkPdfStep out = { .kind = SK_PDF_STEP_HEX };

    g_assert_true(sk_pdf_step(sk_span_str(name), &out, NULL));
    return out;
}

/* All of it, from a copy whose end the sanitizer sees; NULL and @ret_code on failure. */
static GBytes *
undo(SkSpan in, const SkPdfStep *steps, unsigned n, int *ret_code)
{
    g_autofree uint8_t *copy = g_memdup2(in.n > 0 ? in.p : (const uint8_t *)"", in.n > 0 ? in.n : 1);
    g_autoptr(SkReport) report = sk_report_new();
    SkDisarm disarm = { .job = &job, .report = report };
    g_autoptr(GError) error = NULL;
    GBytes *out = NULL;

    bool done = sk_pdf_unfilter(&disarm, sk_span(copy, in.n), steps, n, &out, &error);
    g_assert_true(done == (error == NULL));
    if (ret_code != NULL)
        *ret_code = done ? 0 : error->code;
    return out;
}

static void
check(SkSpan in, const char *name, SkSpan want)
{
    SkPdfStep one = step(name);
    g_autoptr(GBytes) out = undo(in, &one, 1, NULL);

    g_assert_nonnull(out);
    g_assert_cmpmem(sk_span_bytes(out).p, sk_span_bytes(out).n, want.p, want.n);
}

static int
code_of(SkSpan in, const char *name)
{
    SkPdfStep one = step(name);
    int code = 0;
    g_autoptr(GBytes) out = undo(in, &one, 1, &code);

    return code;
}

static uint8_t *
noise(size_t n, unsigned seed, unsigned mask)
{
    uint8_t *out = g_malloc(n + 1);
    uint32_t state = seed;

    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        out[i] = (uint8_t)(state >> 24 & mask);
    }
    return out;
}

static void
test_hex(void)
{
    check(sk_span_str("48 65\n6C6c6F>"), "ASCIIHexDecode", sk_span_str("Hello"));
    check(sk_span_str("48656"), "AHx", sk_span_str("He`"));
    check(sk_span_str(">4865"), "AHx", sk_span_str(""));
    check(sk_span_str(""), "AHx", sk_span_str(""));
    g_assert_cmpint(code_of(sk_span_str("4g"), "AHx"), ==, SK_ERROR_MALFORMED);
}

static GString *
to_85(const uint8_t *in, size_t n)
{
    GString *out = g_string_new(NULL);

    for (size_t at = 0; at < n; at += 4) {
        uint32_t value = 0;
        size_t left = MIN(n - at, 4);
        char group[5];
        for (size_t i = 0; i < 4; i++)
            value = value << 8 | (i < left ? in[at + i] : 0);
        if (value == 0 && left == 4) {
            g_string_append_c(out, 'z');
            continue;
        }
        for (int i = 4; i >= 0; i--, value /= 85)
            group[i] = (char)('!' + value % 85);
        g_string_append_len(out, group, (gssize)left + 1);
        if (at % 60 == 0)
            g_string_append_c(out, '\n');
    }
    return out;
}

static void
test_85(void)
{
    for (size_t n = 0; n < 300; n++) {
        g_autofree uint8_t *data = noise(n, (unsigned)n + 1, n % 3 == 0 ? 0 : 0xff);
        GString *coded = to_85(data, n);
        check(sk_span(coded->str, coded->len), "A85", sk_span(data, n));
        g_string_append(coded, "~> after");
        check(sk_span(coded->str, coded->len), "ASCII85Decode", sk_span(data, n));
        g_string_free(coded, TRUE);
    }
    g_assert_cmpint(code_of(sk_span_str("uuuuu~>"), "A85"), ==, SK_ERROR_MALFORMED); /* over 32 bits */
    g_assert_cmpint(code_of(sk_span_str("ab\x80"), "A85"), ==, SK_ERROR_MALFORMED);
    g_assert_cmpint(code_of(sk_span_str("abz~>"), "A85"), ==, SK_ERROR_MALFORMED);
    check(sk_span_str("a~>"), "A85", sk_span_str("")); /* one character is nothing */
}

static void
test_runs(void)
{
    check(sk_span("\x02" "abc" "\xfe" "x" "\x80" "rest", 11), "RunLengthDecode", sk_span_str("abcxxx"));
    check(sk_span("\x05" "ab", 3), "RL", sk_span_str("ab"));
    check(sk_span("\xff", 1), "RL", sk_span_str(""));
    g_autoptr(GString) many = g_string_new(NULL);
    g_autoptr(GString) want = g_string_new(NULL);
    for (unsigned i = 0; i < 3000; i++) {
        g_string_append_len(many, "\x81", 1);
        g_string_append_c(many, (char)i);
        for (unsigned k = 0; k < 128; k++)
            g_string_append_c(want, (char)i);
    }
    check(sk_span(many->str, many->len), "RL", sk_span(want->str, want->len));
}

/* ---- LZW -------------------------------------------------------------------------------------- */

typedef struct {
    GByteArray *out;
    uint32_t bits;
    unsigned n;
} Bits;

static void
put_code(Bits *self, unsigned code, unsigned width)
{
    self->bits = self->bits << width | code;
    self->n += width;
    while (self->n >= 8) {
        uint8_t b = (uint8_t)(self->bits >> (self->n - 8));
        g_byte_array_append(self->out, &b, 1);
        self->n -= 8;
    }
}

/* Clears its table at @full codes; 5000: never, and goes on with a full one. */
static GByteArray *
to_lzw(const uint8_t *in, size_t n, unsigned early, unsigned full)
{
    Bits bits = { .out = g_byte_array_new() };
    g_autoptr(GHashTable) table = g_hash_table_new(g_direct_hash, g_direct_equal);
    unsigned next = 258, width = 9, now = 0;
    bool any = false;

    put_code(&bits, 256, 9);
    for (size_t i = 0; i < n; i++) {
        if (!any) {
            now = in[i];
            any = true;
            continue;
        }
        void *key = GUINT_TO_POINTER((now << 8 | in[i]) + 1);
        unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
        if (found > 0) {
            now = found;
            continue;
        }
        put_code(&bits, now, width);
        if (next < 4096)
            g_hash_table_insert(table, key, GUINT_TO_POINTER(next));
        next += next < 4096 ? 1 : 0;
        /* The reader is one entry behind. */
        if (next - 1 + early >= 1u << width && width < 12)
            width++;
        now = in[i];
        if (next >= full) {
            put_code(&bits, now, width);
            any = false;
            /* the reader has added one more by then */
            if (next + early >= 1u << width && width < 12)
                width++;
            put_code(&bits, 256, width);
            g_hash_table_remove_all(table);
            next = 258;
            width = 9;
        }
    }
    if (any) {
        put_code(&bits, now, width);
        if (next + early >= 1u << width && width < 12)
            width++;
    }
    put_code(&bits, 257, width);
    put_code(&bits, 0, 7);
    return bits.out;
}

static void
test_lzw(void)
{
    unsigned masks[] = { 0xff, 0x07, 0x00 };

    for (unsigned i = 0; i < 3; i++) {
        for (unsigned early = 0; early < 2; early++) {
            for (unsigned full = 0; full < 3; full++) {
                size_t n = 30000;
                g_autofree uint8_t *data = noise(n, i + 3, masks[i]);
                SkPdfStep one = step("LZWDecode");
                one.early_change = early == 1;
                g_autoptr(GByteArray) coded = to_lzw(data, n, early, full == 0 ? 4093 : full == 1 ? 600 : 5000);
                g_autoptr(GBytes) out = undo(sk_span(coded->data, coded->len), &one, 1, NULL);
                g_assert_nonnull(out);
                g_assert_cmpmem(sk_span_bytes(out).p, sk_span_bytes(out).n, data, n);
            }
        }
    }
    /* A code that is not there yet; one that stands alone after a clear. */
    g_assert_cmpint(code_of(sk_span("\x80\x7f\xc0\x00", 4), "LZW"), ==, SK_ERROR_MALFORMED);
    g_assert_cmpint(code_of(sk_span("\x80\x60\x00", 3), "LZW"), ==, SK_ERROR_MALFORMED);
}

/* ---- Flate and predictors --------------------------------------------------------------------- */

static GBytes *
deflated(SkSpan in)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1 << 26);

    sk_flate(in, sink);
    return sk_sink_steal_bytes(sink);
}

static unsigned
sample_at(const uint8_t *row, unsigned bits, size_t i)
{
    if (bits == 16)
        return (unsigned)row[2 * i] << 8 | row[2 * i + 1];
    return (unsigned)row[i * bits / 8] >> (8 - bits - i * bits % 8) & ((1u << bits) - 1);
}

static void
set_sample(uint8_t *row, unsigned bits, size_t i, unsigned value)
{
    if (bits == 16) {
        row[2 * i] = (uint8_t)(value >> 8);
        row[2 * i + 1] = (uint8_t)value;
        return;
    }
    unsigned shift = (unsigned)(8 - bits - i * bits % 8), mask = (1u << bits) - 1;
    row[i * bits / 8] = (uint8_t)((row[i * bits / 8] & ~(mask << shift)) | (value & mask) << shift);
}

static void
check_tiff(unsigned bits, unsigned colors, unsigned columns)
{
    size_t row = (bits * colors * columns + 7) / 8, rows = 5;
    g_autofree uint8_t *want = noise(row * rows, bits + colors, 0xff), *coded = g_memdup2(want, row * rows);
    SkPdfStep one = step("FlateDecode");

    for (size_t y = 0; y < rows; y++)
        for (size_t i = colors * columns; i-- > colors;)
            set_sample(coded + y * row, bits, i,
                       (sample_at(want + y * row, bits, i) - sample_at(want + y * row, bits, i - colors)) & ((1u << bits) - 1));
    g_autoptr(GBytes) data = deflated(sk_span(coded, row * rows));
    one.predictor = 2;
    one.bits = bits;
    one.colors = colors;
    one.columns = columns;
    g_autoptr(GBytes) out = undo(sk_span_bytes(data), &one, 1, NULL);
    g_assert_cmpuint(sk_span_bytes(out).n, ==, row * rows);
    for (size_t y = 0; y < rows; y++)
        for (size_t i = 0; i < colors * columns; i++)
            g_assert_cmpuint(sample_at(sk_span_bytes(out).p + y * row, bits, i), ==, sample_at(want + y * row, bits, i));
}

static int
predicted_by(unsigned filter, int a, int b, int c)
{
    int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);
    int nearest = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    int all[] = { 0, a, b, (a + b) / 2, nearest };

    return all[filter];
}

static void
check_png(unsigned bits, unsigned colors, unsigned columns)
{
    size_t row = (bits * colors * columns + 7) / 8, rows = 7, pixel = MAX(1u, bits * colors / 8);
    g_autofree uint8_t *want = noise(row * rows, bits * colors, 0xff), *coded = g_malloc((row + 1) * rows);
    SkPdfStep one = step("Fl");

    for (size_t y = 0; y < rows; y++) {
        unsigned filter = (unsigned)(y % 5);
        coded[y * (row + 1)] = (uint8_t)filter;
        for (size_t i = 0; i < row; i++) {
            int a = i >= pixel ? want[y * row + i - pixel] : 0, b = y > 0 ? want[(y - 1) * row + i] : 0;
            int c = i >= pixel && y > 0 ? want[(y - 1) * row + i - pixel] : 0;
            coded[y * (row + 1) + 1 + i] = (uint8_t)(want[y * row + i] - predicted_by(filter, a, b, c));
        }
    }
    g_autoptr(GBytes) data = deflated(sk_span(coded, (row + 1) * rows));
    one.predictor = 10 + bits % 6;
    one.bits = bits;
    one.colors = colors;
    one.columns = columns;
    g_autoptr(GBytes) out = undo(sk_span_bytes(data), &one, 1, NULL);
    g_assert_cmpmem(sk_span_bytes(out).p, sk_span_bytes(out).n, want, row * rows);
}

static void
test_predictors(void)
{
    unsigned bits[] = { 1, 2, 4, 8, 16 };

    for (unsigned i = 0; i < G_N_ELEMENTS(bits); i++) {
        for (unsigned colors = 1; colors <= 5; colors++) {
            check_tiff(bits[i], colors, 37);
            check_png(bits[i], colors, 37);
        }
        check_png(bits[i], 32, 3);
    }
    check_png(8, 3, 30000); /* rows longer than a buffer */
    /* A filter that does not exist; rows that no memory holds. */
    g_autoptr(GBytes) data = deflated(sk_span("\x05" "abc", 4));
    SkPdfStep one = step("Fl");
    int code = 0;
    one.predictor = 15;
    one.columns = 3;
    g_assert_null(undo(sk_span_bytes(data), &one, 1, &code));
    g_assert_cmpint(code, ==, SK_ERROR_MALFORMED);
    one.columns = 1 << 24;
    one.colors = 32;
    one.bits = 16;
    g_assert_null(undo(sk_span_bytes(data), &one, 1, &code));
    g_assert_cmpint(code, ==, SK_ERROR_MALFORMED);
}

static void
test_flate(void)
{
    g_autofree uint8_t *data = noise(300000, 9, 0x3f);
    g_autoptr(GBytes) coded = deflated(sk_span(data, 300000));
    SkSpan in = sk_span_bytes(coded);

    check(in, "FlateDecode", sk_span(data, 300000));
    g_autofree uint8_t *wrong = g_memdup2(in.p, in.n);
    wrong[in.n - 1] ^= 1; /* the checksum */
    check(sk_span(wrong, in.n), "FlateDecode", sk_span(data, 300000));
    wrong[in.n - 1] ^= 1;
    wrong[2] |= 0x07; /* a kind of block that does not exist */
    g_assert_cmpint(code_of(sk_span(wrong, in.n), "Fl"), ==, SK_ERROR_MALFORMED);
    g_assert_cmpint(code_of(sk_span_sub(in, 0, in.n / 2), "Fl"), ==, SK_ERROR_TRUNCATED);
    g_assert_cmpint(code_of(SK_SPAN_EMPTY, "Fl"), ==, SK_ERROR_TRUNCATED);
    g_assert_cmpint(code_of(sk_span_str("no deflate data"), "Fl"), ==, SK_ERROR_MALFORMED);
}

static void
test_chain(void)
{
    g_autofree uint8_t *data = noise(5000, 11, 0x0f);
    g_autoptr(GByteArray) lzw = to_lzw(data, 5000, 1, 4093);
    g_autoptr(GBytes) flate = deflated(sk_span(lzw->data, lzw->len));
    GString *text = to_85(sk_span_bytes(flate).p, sk_span_bytes(flate).n);
    SkPdfStep steps[] = { step("A85"), step("Fl"), step("LZW") };
    g_autoptr(GBytes) out = undo(sk_span(text->str, text->len), steps, 3, NULL);

    g_assert_cmpmem(sk_span_bytes(out).p, sk_span_bytes(out).n, data, 5000);
    g_string_free(text, TRUE);
    SkPdfStep one = { .kind = SK_PDF_STEP_HEX };
    g_assert_false(sk_pdf_step(sk_span_str("Foo"), &one, NULL));
    int code = 0;
    one = step("DCTDecode");
    g_assert_null(undo(sk_span_str("x"), &one, 1, &code));
    g_assert_cmpint(code, ==, SK_ERROR_UNSUPPORTED);
}

/* Fax rows come with white as 1, as PDF counts it, unless the parameters say otherwise. */
static void
test_fax(void)
{
    SkPdfStep one = step("CCF");

    one.k = -1;
    one.fax_columns = 12;
    g_autoptr(GBytes) white = undo(sk_span("\xe0\x01\x00\x10", 4), &one, 1, NULL); /* V0 three times, then the end */
    g_assert_cmpmem(sk_span_bytes(white).p, sk_span_bytes(white).n, "\xff\xff\xff\xff\xff\xff", 6);
    one.black_is_1 = true;
    one.end_of_block = false;
    one.fax_rows = 2;
    g_autoptr(GBytes) two = undo(sk_span("\xe0\x01\x00\x10", 4), &one, 1, NULL);
    g_assert_cmpmem(sk_span_bytes(two).p, sk_span_bytes(two).n, "\0\0\0\0", 4);
}

static void
test_bombs(void)
{
    SkLimits before = job.limits;
    int code = 0;

    job.limits.expanded = 1 << 20;
    g_autofree uint8_t *zeros = g_malloc0(4 << 20);
    g_autoptr(GBytes) flate = deflated(sk_span(zeros, 4 << 20));
    g_assert_cmpint(code_of(sk_span_bytes(flate), "Fl"), ==, SK_ERROR_LIMIT);
    g_autoptr(GByteArray) lzw = to_lzw(zeros, 4 << 20, 1, 4093);
    g_assert_cmpint(code_of(sk_span(lzw->data, lzw->len), "LZW"), ==, SK_ERROR_LIMIT);
    g_autofree uint8_t *runs = g_malloc(40000);
    memset(runs, 0x81, 40000);
    g_assert_cmpint(code_of(sk_span(runs, 40000), "RL"), ==, SK_ERROR_LIMIT);
    /* One-bit rows of 8191 bytes. */
    SkPdfStep fax = step("CCF");
    fax.k = -1;
    fax.fax_columns = 65535;
    memset(runs, 0xff, 40000);
    g_assert_null(undo(sk_span(runs, 40000), &fax, 1, &code));
    g_assert_cmpint(code, ==, SK_ERROR_LIMIT);
    /* A bomb in a bomb is noticed when the outer one goes off. */
    g_autoptr(GBytes) twice = deflated(sk_span_bytes(flate));
    SkPdfStep both[] = { step("Fl"), step("Fl") };
    g_assert_null(undo(sk_span_bytes(twice), both, 2, &code));
    g_assert_cmpint(code, ==, SK_ERROR_LIMIT);
    job.limits = before;
    job.limits.ratio = 100;
    g_autofree uint8_t *many = g_malloc0(20 << 20);
    g_autoptr(GBytes) large = deflated(sk_span(many, 20 << 20));
    g_assert_cmpint(code_of(sk_span_bytes(large), "Fl"), ==, SK_ERROR_LIMIT);
    job.limits = before;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    job = sk_job_default();
    g_test_add_func("/pdf-filter/hex", test_hex);
    g_test_add_func("/pdf-filter/85", test_85);
    g_test_add_func("/pdf-filter/runs", test_runs);
    g_test_add_func("/pdf-filter/lzw", test_lzw);
    g_test_add_func("/pdf-filter/predictors", test_predictors);
    g_test_add_func("/pdf-filter/flate", test_flate);
    g_test_add_func("/pdf-filter/chain", test_chain);
    g_test_add_func("/pdf-filter/fax", test_fax);
    g_test_add_func("/pdf-filter/bombs", test_bombs);
    return g_test_run();
}
