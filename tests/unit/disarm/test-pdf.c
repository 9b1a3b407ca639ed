/* SPDX-License-Identifier: Apache-2.0
 * test-pdf.c - objects behind thin words: what is read, what is only guessed, and texts in their three encodings. */
#include "disarm/pdf.h"

#include "disarm/pdf-spell.h"

#include <string.h>

#define HEAD "%PDF-1.4\n"
#define FIRST "1 0 obj\n<< /Type /Catalog /N#61me /J#61va /Int 3 /Real -.50 /Big 99999999999 /Whole 4.0 /Str (a\\(b) /Arr [1 2.5 (x)] /Ref 2 0 R /No 7 0 R >>\nendobj\n"
#define SECOND "2 0 obj\n<< /Length 5 >>\nstream\nhello\nendstream\nendobj\n"

static GBytes *
file(const char *first)
{
    g_autoptr(GString) out = g_string_new(HEAD);
    size_t one = out->len;
    g_string_append(out, first);
    size_t two = out->len;
    g_string_append(out, SECOND);
    size_t at = out->len;
    g_string_append_printf(out, "xref\n0 3\n0000000000 65535 f \n%010zu 00000 n \n%010zu 00000 n \ntrailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", one, two, at);
    return g_bytes_new(out->str, out->len);
}

static void
test_objects(void)
{
    g_autoptr(GBytes) bytes = file(FIRST);
    g_autoptr(SkPdf) pdf = NULL;
    g_autoptr(GError) error = NULL;
    int32_t whole = 0;
    int64_t number = 0, pair[2];

    g_assert_true(sk_pdf_open(sk_span_bytes(bytes), "", &pdf, &error));
    SkPdfObject root = sk_pdf_root(pdf);
    g_assert_true(sk_pdf_name_is(pdf, sk_pdf_get(pdf, root, "Name"), "Java"));
    g_assert_true(sk_pdf_int(pdf, sk_pdf_get(pdf, root, "Int"), &whole) && whole == 3);
    g_assert_true(sk_pdf_int(pdf, sk_pdf_get(pdf, root, "Whole"), &whole) && whole == 4);
    g_assert_false(sk_pdf_int(pdf, sk_pdf_get(pdf, root, "Big"), &whole));
    g_assert_false(sk_pdf_int(pdf, sk_pdf_get(pdf, root, "Real"), &whole));
    g_assert_true(sk_pdf_number(pdf, sk_pdf_get(pdf, root, "Real"), &number));
    g_assert_cmpint(number, ==, -SK_PDF_ONE / 2);
    g_autoptr(GBytes) text = sk_pdf_string(pdf, sk_pdf_get(pdf, root, "Str"));
    g_assert_true(sk_span_is(sk_span_bytes(text), "a(b"));
    g_assert_cmpuint(sk_pdf_count(pdf, sk_pdf_get(pdf, root, "Arr")), ==, 3);
    g_assert_false(sk_pdf_numbers(pdf, sk_pdf_get(pdf, root, "Arr"), 2, pair));
    g_assert_cmpint(sk_pdf_type(pdf, sk_pdf_get(pdf, root, "No")), ==, SK_PDF_NULL);
    g_assert_cmpint(sk_pdf_type(pdf, sk_pdf_get(pdf, SK_PDF_NOTHING, "No")), ==, SK_PDF_NULL);
    g_assert_cmpuint(sk_pdf_ref(pdf, sk_pdf_get(pdf, root, "Ref")).number, ==, 2);
    g_assert_cmpuint(sk_pdf_ref(pdf, sk_pdf_get(pdf, root, "Int")).number, ==, 0);
    g_autoptr(GBytes) raw = NULL;
    g_assert_true(sk_pdf_stream_raw(pdf, sk_pdf_get(pdf, root, "Ref"), &raw, &error));
    g_assert_true(sk_span_is(sk_span_bytes(raw), "hello"));
    g_assert_true(sk_pdf_check(pdf, &error));
}

static void
test_handles(void)
{
    g_autoptr(GBytes) bytes = file(FIRST);
    g_autoptr(SkPdf) pdf = NULL;
    int32_t whole = 0;

    g_assert_true(sk_pdf_open(sk_span_bytes(bytes), "", &pdf, NULL));
    size_t mark = sk_pdf_mark(pdf);
    SkPdfObject held = sk_pdf_hold(pdf, sk_pdf_get(pdf, sk_pdf_root(pdf), "Int"));
    sk_pdf_release(pdf, mark);
    g_assert_true(sk_pdf_int(pdf, held, &whole) && whole == 3);
}

/* A key twice is read by each reader in its own way. */
static void
test_guessed(void)
{
    g_autoptr(GBytes) bytes = file("1 0 obj\n<< /Type /Catalog /A 1 /A 2 >>\nendobj\n");
    g_autoptr(SkPdf) pdf = NULL;
    g_autoptr(GError) error = NULL;

    if (sk_pdf_open(sk_span_bytes(bytes), "", &pdf, &error)) {
        (void)sk_pdf_has(pdf, sk_pdf_root(pdf), "A");
        g_assert_false(sk_pdf_check(pdf, &error));
    }
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
}

static void
test_parse(void)
{
    g_autoptr(GBytes) bytes = file(FIRST);
    g_autoptr(SkPdf) pdf = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_pdf_open(sk_span_bytes(bytes), "", &pdf, NULL));
    SkPdfObject good = sk_pdf_parse(pdf, sk_span_str("/W 8 /CS /RGB"));
    g_assert_true(sk_pdf_name_is(pdf, sk_pdf_get(pdf, good, "CS"), "RGB"));
    g_assert_cmpint(sk_pdf_type(pdf, sk_pdf_parse(pdf, sk_span_str("/W 8 >> 1 0 R"))), ==, SK_PDF_NULL);
    g_assert_cmpint(sk_pdf_type(pdf, sk_pdf_parse(pdf, sk_span("/W\0", 3))), ==, SK_PDF_NULL);
    g_assert_true(sk_pdf_check(pdf, &error)); /* not held against the file */
}

static void
test_texts(void)
{
    static const struct {
        SkSpan in;
        const char *out;
    } cases[] = {
#define CASE(in, out) { { (const uint8_t *)(in), sizeof(in) - 1 }, out }
        CASE("plain", "plain"),
        CASE("\xfe\xff\x95\xa2\xd8\x42\xdf\xb7", "関𠮷"),
        CASE("\xff\xfe\xa2\x95", "関"),
        CASE("\xef\xbb\xbf\xe9\x96\xa2", "関"),
        CASE("\x80\x8d\xa0", "•“€"),
        CASE("a\r\nb\tc\x07", "a  b c"),
        CASE("\xfe\xff\x20\x2e\x00x\xd8\x42", "x�"),
        CASE("\xfe\xff\x84\x5b\xdb\x40\xdd\x00", "葛󠄀"),
        CASE("\xfe\xff\x00x\xdb\x40\xdd\x00", "x"),
        CASE("", ""),
#undef CASE
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree uint8_t *heap = g_memdup2(cases[i].in.p, cases[i].in.n);
        g_autofree char *text = sk_pdf_text_of(sk_span(heap, cases[i].in.n));
        g_assert_cmpstr(text, ==, cases[i].out);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disarm/pdf/objects", test_objects);
    g_test_add_func("/disarm/pdf/handles", test_handles);
    g_test_add_func("/disarm/pdf/guessed", test_guessed);
    g_test_add_func("/disarm/pdf/parse", test_parse);
    g_test_add_func("/disarm/pdf/texts", test_texts);
    return g_test_run();
}
