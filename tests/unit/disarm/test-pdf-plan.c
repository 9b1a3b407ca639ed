/* SPDX-License-Identifier: Apache-2.0
 * test-pdf-plan.c - one spelling of numbers, names and strings; objects numbered by first mention. */
#include "disarm/pdf-plan.h"

#include <string.h>

static void
test_numbers(void)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "0", "0" },         { "-0", "0" },          { "+17", "17" },     { "007", "7" },
        { "-.002", "-0.002" }, { "4.", "4" },         { "1.50", "1.5" },   { "0.123456789", "0.12345679" },
        { "0.999999999", "1" }, { "-0.000000004", "0" }, { "2147483647", "2147483647" },
        { "-2147483647.0", "-2147483647" }, { "123.00000001", "123.00000001" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t number = 0;
        g_autoptr(GString) out = g_string_new(NULL);
        g_assert_true(sk_pdf_number_parse(sk_span_str(cases[i].in), &number));
        sk_pdf_put_number(out, number);
        g_assert_cmpstr(out->str, ==, cases[i].out);
        int64_t again = 0;
        g_assert_true(sk_pdf_number_parse(sk_span(out->str, out->len), &again));
        g_assert_cmpint(number, ==, again);
    }
}

static void
test_no_numbers(void)
{
    static const char *const cases[] = { "",  "-",   ".",   "+.",  "--1", "1e3", "0x10", "1 ", "1.2.3",
                                         "2147483648", "99999999999999999999999999", "2147483647.1" };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t number = 42;
        g_assert_false(sk_pdf_number_parse(sk_span_str(cases[i]), &number));
        g_assert_cmpint(number, ==, 42);
    }
}

static void
test_texts(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    sk_pdf_put_text(out, "Hi~");
    sk_pdf_put_text(out, "");
    sk_pdf_put_text(out, "関𠮷");
    g_assert_cmpstr(out->str, ==, "<48697E><><FEFF95A2D842DFB7>");
    g_assert_true(sk_pdf_name_ok(sk_span_str("ABCDEF+MS-Mincho,Bold")));
    g_assert_false(sk_pdf_name_ok(sk_span_str("a#62")));
    g_assert_false(sk_pdf_name_ok(sk_span_str("")));
    g_assert_false(sk_pdf_name_ok(sk_span_str("a b")));
    g_assert_false(sk_pdf_name_ok(sk_span_str("\x82l")));
}

/* The third object is mentioned before the second, the fourth by nobody. */
static void
test_order(void)
{
    g_autoptr(SkPdfPlan) plan = sk_pdf_plan_new(1 << 20);
    g_autoptr(SkSink) sink = sk_sink_new_memory(1 << 20);
    g_autoptr(GError) error = NULL;
    SkPdfId root = sk_pdf_plan_add(plan), second = sk_pdf_plan_add(plan), third = sk_pdf_plan_add(plan);
    SkPdfId lonely = sk_pdf_plan_add(plan);
    GString *text = g_string_new("<< /A ");

    sk_pdf_put_ref(text, third);
    g_string_append(text, " /B [");
    sk_pdf_put_ref(text, second);
    g_string_append_c(text, ' ');
    sk_pdf_put_ref(text, root);
    g_string_append(text, "] >>");
    sk_pdf_plan_set(plan, root, text);
    sk_pdf_plan_set(plan, second, g_string_new("2"));
    sk_pdf_plan_set_ready(plan, third, g_string_new("<<"), SK_PDF_FILTER_DCT, NULL, g_bytes_new_static("JPEG", 4));
    sk_pdf_plan_set(plan, lonely, g_string_new("/JavaScript"));
    g_assert_true(sk_pdf_plan_write(plan, root, sink, &error));
    SkSpan out = sk_sink_memory(sink);
    static const char want[] = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /A 2 0 R /B [3 0 R 1 0 R] >>\nendobj\n"
                               "2 0 obj\n<< /Filter /DCTDecode /Length 4 >>\nstream\nJPEG\nendstream\nendobj\n"
                               "3 0 obj\n2\nendobj\nxref\n0 4\n0000000000 65535 f \n0000000015 00000 n \n"
                               "0000000062 00000 n \n0000000134 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\n"
                               "startxref\n151\n%%EOF\n";
    g_autofree char *got = sk_span_dup(out);
    g_assert_cmpstr(got, ==, want);
}

static void
test_same(void)
{
    g_autoptr(SkPdfPlan) plan = sk_pdf_plan_new(1 << 20);
    SkPdfId a = sk_pdf_plan_same(plan, g_string_new("<< /CA 1 >>"));
    g_assert_cmpuint(a, ==, sk_pdf_plan_same(plan, g_string_new("<< /CA 1 >>")));
    g_assert_cmpuint(a, !=, sk_pdf_plan_same(plan, g_string_new("<< /CA 0 >>")));
}

static void
test_limit(void)
{
    g_autoptr(SkPdfPlan) plan = sk_pdf_plan_new(100);
    g_autoptr(SkSink) sink = sk_sink_new_memory(1 << 20);
    g_autoptr(GError) error = NULL;
    SkPdfId root = sk_pdf_plan_add(plan), second = sk_pdf_plan_add(plan);
    GString *text = g_string_new("<< /A ");
    static uint8_t noise[1000];

    for (unsigned i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * i * 31 + i / 7);
    sk_pdf_put_ref(text, second);
    sk_pdf_plan_set(plan, root, text);
    sk_pdf_plan_set_stream(plan, second, g_string_new("<<"), sk_span(noise, sizeof noise));
    g_assert_false(sk_pdf_plan_write(plan, root, sink, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disarm/pdf-plan/numbers", test_numbers);
    g_test_add_func("/disarm/pdf-plan/no-numbers", test_no_numbers);
    g_test_add_func("/disarm/pdf-plan/texts", test_texts);
    g_test_add_func("/disarm/pdf-plan/order", test_order);
    g_test_add_func("/disarm/pdf-plan/same", test_same);
    g_test_add_func("/disarm/pdf-plan/limit", test_limit);
    return g_test_run();
}
