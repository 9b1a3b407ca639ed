/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-function.c - functions of PDF and the programs of type 4: what comes out, that it comes out again the same, and what
 * is none.
 */
#include "pdf-objects.h"

#include "disarm/pdf-calculator.h"
#include "disarm/pdf-function.h"

static void
test_programs(void)
{
    static const struct {
        const char *in, *want; /* NULL: it is none */
    } cases[] = {
        { "{}", "{ }" },
        { "{ 1 exch sub }", "{ 1 exch sub }" },
        { " % a comment }\n{1.50 -.5 mul%x\r}\n\n", "{ 1.5 -0.5 mul }" },
        { "{dup 0.5 gt{pop 1}{2 mul}ifelse}", "{ dup 0.5 gt { pop 1 } { 2 mul } ifelse }" },
        { "{dup{neg}if{true{false}if}if}", "{ dup { neg } if { true { false } if } if }" },
        { "{ 2 copy 3 -1 roll index bitshift atan cvi cvr }", "{ 2 copy 3 -1 roll index bitshift atan cvi cvr }" },
        { "", NULL },
        { "1 add", NULL },
        { "{", NULL },
        { "{ } }", NULL },
        { "{ 1 } x", NULL },
        { "{ {1} }", NULL },
        { "{ {1} {2} {3} ifelse }", NULL },
        { "{ {1} if else }", NULL },
        { "{ if }", NULL },
        { "{ {1} ifelse }", NULL },
        { "{ {1} {2} if }", NULL },
        { "{ {1} 2 if }", NULL },
        { "{ (abc) run }", NULL },
        { "{ systemdict }", NULL },
        { "{ 16#FF }", NULL },
        { "{ 1e3 }", NULL },
        { "{ --1 }", NULL },
        { "{ 99999999999 }", NULL },
        { "{ /x }", NULL },
        { "{ [1] }", NULL },
        { "}", NULL },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL), again = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *copy = g_memdup2(cases[i].in, strlen(cases[i].in));
        bool good = sk_pdf_calculator_rebuild(sk_span(copy, strlen(cases[i].in)), out, &error);
        if (cases[i].want == NULL) {
            g_assert_false(good);
            g_assert_nonnull(error);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpstr(out->str, ==, cases[i].want);
        g_assert_true(sk_pdf_calculator_rebuild(sk_span(out->str, out->len), again, &error));
        g_assert_cmpstr(again->str, ==, out->str);
    }
}

static void
test_program_limits(void)
{
    for (unsigned depth = 32; depth <= 33; depth++) {
        g_autoptr(GString) in = g_string_new(NULL), out = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        for (unsigned i = 0; i < depth; i++)
            g_string_append(in, "{ true ");
        for (unsigned i = 0; i + 1 < depth; i++)
            g_string_append(in, "} if ");
        g_string_append_c(in, '}');
        bool good = sk_pdf_calculator_rebuild(sk_span(in->str, in->len), out, &error);
        g_assert_true(good == (depth == 32));
    }
    g_autoptr(GString) in = g_string_new(NULL), out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    for (unsigned i = 0; i < 300000; i++)
        g_string_append(in, "{{");
    g_assert_false(sk_pdf_calculator_rebuild(sk_span(in->str, in->len), out, &error));

    g_autoptr(GString) longest = g_string_new("{ "), spelled = g_string_new(NULL);
    g_autoptr(GError) too_long = NULL;
    while (longest->len < 100000) /* a reader runs each word for every colour that it needs */
        g_string_append(longest, "dup ");
    g_string_append_c(longest, '}');
    g_assert_false(sk_pdf_calculator_rebuild(sk_span(longest->str, longest->len), spelled, &too_long));
    g_assert_error(too_long, SK_ERROR, SK_ERROR_UNSUPPORTED);
}

/* Programs on paper, from one value to one. */
static void
test_program_fits(void)
{
    static const struct {
        const char *program;
        unsigned inputs, outputs;
        bool fits;
    } cases[] = {
        { "{ }", 1, 1, true },
        { "{ }", 1, 2, false },
        { "{ dup mul }", 1, 1, true },
        { "{ mul }", 1, 1, false },
        { "{ pop }", 1, 0, true },
        { "{ pop pop }", 1, 0, false },
        { "{ dup 0 gt { 2 mul } { neg } ifelse }", 1, 1, true },
        { "{ dup 0 gt { 2 mul } { pop } ifelse }", 1, 1, false }, /* one way has nothing left */
        { "{ dup 0 gt { neg } if }", 1, 1, true },
        { "{ dup 0 gt { dup } if }", 1, 1, false },
        { "{ { neg } if }", 1, 0, false },
        { "{ { neg } if }", 2, 1, true },
        { "{ { neg } if }", 1, 1, false },
        { "{ 1 { 2 } { 3 } ifelse 1 index pop exch pop }", 1, 1, true },
        { "{ 1 index }", 1, 2, false }, /* only one lies there */
        { "{ 0 index }", 1, 2, true },
        { "{ 2 copy }", 2, 4, true },
        { "{ 3 copy }", 2, 5, false },
        { "{ 0 copy }", 1, 1, true },
        { "{ -1 copy }", 1, 1, false },
        { "{ 3 -1 roll }", 3, 3, true },
        { "{ 3 1.5 roll }", 3, 3, true },
        { "{ 4 1 roll }", 3, 3, false },
        { "{ dup roll }", 3, 3, false },  /* how deep, nobody knows */
        { "{ copy }", 2, 2, false },
        { "{ 1 1 add copy }", 2, 4, false },
        { "{ 99 copy }", 99, 198, false },
        { "{ true { dup { pop } { pop } ifelse } { pop } ifelse }", 1, 0, true },
        { "{ true { dup { pop } { pop } ifelse } if }", 1, 0, false },
        { "{ { { { 1 } if } if } if }", 3, 0, false },
        { "{ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 25 copy 25 copy 25 copy }", 0, 100, true },
        { "{ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 25 copy 25 copy 25 copy dup }", 0, 101, false },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *copy = g_memdup2(cases[i].program, strlen(cases[i].program));
        g_test_message("%s", cases[i].program);
        g_assert_true(sk_pdf_calculator_fits(sk_span(copy, strlen(cases[i].program)), cases[i].inputs, cases[i].outputs) ==
                      cases[i].fits);
    }
}

static bool
any(SkPdfWalk *walk, SkPdfObject object, SkPdfId *ret, GError **error)
{
    return sk_pdf_function(walk, object, 0, 0, ret, error);
}

static bool
one_to_three(SkPdfWalk *walk, SkPdfObject object, SkPdfId *ret, GError **error)
{
    return sk_pdf_function(walk, object, 1, 3, ret, error);
}

static void
want(const PdfObject *objects, size_t n, const char *text)
{
    g_autoptr(GBytes) out = pdf_want(objects, n, any, text);
    g_assert_nonnull(out);
}

static void
test_powers(void)
{
    want(&(PdfObject){ "<< /FunctionType 2 /Domain [0 1] /N 1 >>", NULL, 0 }, 1,
         "<< /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1 >>");
    want(&(PdfObject){ "<< /N 1.5 /C1 [.5 1 0] /C0[0 0 1] /Range[0 1 0 1 0 1] /FunctionType 2 /Domain [0 1] /Odd /JS >>", NULL, 0 }, 1,
         "<< /FunctionType 2 /Domain [0 1] /Range [0 1 0 1 0 1] /C0 [0 0 1] /C1 [0.5 1 0] /N 1.5 >>");
    static const char *const none[] = {
        "<< /FunctionType 2 /Domain [1 0] /N 1 >>",          "<< /FunctionType 2 /Domain [0 1] >>",
        "<< /FunctionType 2 /Domain [0 1] /N 1 /C0 [0 0] >>", "<< /FunctionType 2 /Domain [-1 1] /N 0.5 >>",
        "<< /FunctionType 2 /Domain [0 1] /N -1 >>",         "<< /FunctionType 2 /N 1 >>",
        "<< /FunctionType 2 /Domain [0 1 0 1] /N 1 >>",      "<< /FunctionType 1 /Domain [0 1] /N 1 >>",
        "<< /FunctionType 2 /Domain [0 1] /N 1 /Range [0 1 0 1] >>", "[1 2]", "<< /FunctionType 4 /Domain [0 1] /Range [0 1] >>",
        "<< /FunctionType 2 /Domain [0 1] /N (1) >>",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(none); i++)
        pdf_refused(&(PdfObject){ none[i], NULL, 0 }, 1, any);
}

static void
test_samples(void)
{
#define S "<< /FunctionType 0 /Domain [0 1] /Range [0 1]"
    want(&(PdfObject){ S " /Size [2] /BitsPerSample 8", "ab", 2 }, 1, S " /Size [2] /BitsPerSample 8 /Filter");
    want(&(PdfObject){ S " /Size 2 /BitsPerSample 8 /Order 3 /Encode [0 1] /Decode [0 1]", "abc", 3 }, 1,
         S " /Size [2] /BitsPerSample 8 /Filter");
    want(&(PdfObject){ S " /Size [2] /BitsPerSample 8 /Encode [1 0] /Decode [0 2]", "ab", 2 }, 1,
         S " /Size [2] /BitsPerSample 8 /Encode [1 0] /Decode [0 2] /Filter");
    g_autoptr(GBytes) out = pdf_want(&(PdfObject){ S " /Size [3] /BitsPerSample 4", "\xab\xcd\xef", 3 }, 1, any, " /Size [3]");
    g_autoptr(GBytes) plain = pdf_plain(out);
    g_assert_true(sk_span_is(sk_span_bytes(plain), "\xab\xc0"));
    static const PdfObject none[] = {
        { S " /Size [2] /BitsPerSample 8", "a", 1 },
        { S " /Size [2] /BitsPerSample 9", "abc", 3 },
        { S " /Size [0] /BitsPerSample 8", "abc", 3 },
        { S " /BitsPerSample 8", "abc", 3 },
        { S " /Size [2147483647] /BitsPerSample 32", "abc", 3 },
        { S " /Size [2] /BitsPerSample 8 >>", NULL, 0 },
        { "<< /FunctionType 0 /Domain [0 1] /Size [2] /BitsPerSample 8", "abc", 3 },
        { "<< /FunctionType 0 /Domain [0 1 0 1 0 1 0 1] /Range [0 1] /Size [65536 65536 65536 65536] /BitsPerSample 8", "abc", 3 },
        { S " /Size [2] /BitsPerSample 8 /Filter /JBIG2Decode", "abc", 3 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(none); i++)
        pdf_refused(&none[i], 1, any);
}

static void
test_calculators(void)
{
#define P "<< /FunctionType 4 /Domain [0 1] /Range [0 1 0 1 0 1]"
    g_autoptr(GBytes) out = pdf_want(&(PdfObject){ P, "{dup dup}", 9 }, 1, one_to_three, P " /Filter");
    g_autoptr(GBytes) plain = pdf_plain(out);
    g_assert_true(sk_span_is(sk_span_bytes(plain), "{ dup dup }"));
    pdf_refused(&(PdfObject){ P, "{run}", 5 }, 1, any);
    pdf_refused(&(PdfObject){ "<< /FunctionType 4 /Domain [0 1]", "{}", 2 }, 1, any);
    pdf_refused(&(PdfObject){ "<< /FunctionType 4 /Domain [0 1] /Range [0 1]", "{}", 2 }, 1, one_to_three);
    pdf_refused(&(PdfObject){ "<< /FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]", "{}", 2 }, 1, one_to_three);
}

static void
test_pieces(void)
{
#define T "<< /FunctionType 3 /Domain [0 1]"
    static const PdfObject good[] = {
        { T " /Functions [4 0 R 5 0 R 4 0 R] /Bounds [0.3 .3] /Encode [0 1 0 1 1 0] >>", NULL, 0 },
        { "<< /FunctionType 2 /Domain [0 1] /N 1 >>", NULL, 0 },
        { T " /Functions [4 0 R] /Bounds [] /Encode [0 1] >>", NULL, 0 },
    };
    want(good, 3, T " /Functions [4 0 R 5 0 R 6 0 R] /Bounds [0.3 0.3] /Encode [0 1 0 1 1 0] >>");
    static const char *const none[] = {
        T " /Functions [4 0 R 4 0 R] /Bounds [] /Encode [0 1 0 1] >>", T " /Functions [4 0 R 4 0 R] /Bounds [2] /Encode [0 1 0 1] >>",
        T " /Functions [4 0 R 4 0 R] /Bounds [0.5] /Encode [0 1] >>",  T " /Functions [] /Bounds [] /Encode [] >>",
        T " /Functions [4 0 R 4 0 R 4 0 R] /Bounds [.5 .4] /Encode [0 1 0 1 0 1] >>",
        T " /Functions [3 0 R] /Bounds [] /Encode [0 1] >>", /* itself */
        T " /Functions [4 0 R 5 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>", /* one output, three outputs */
        T " /Functions [6 0 R] /Bounds [] /Encode [0 1] >>", /* two inputs */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(none); i++) {
        const PdfObject objects[] = {
            { none[i], NULL, 0 },
            { "<< /FunctionType 2 /Domain [0 1] /N 1 >>", NULL, 0 },
            { "<< /FunctionType 2 /Domain [0 1] /N 1 /C0 [0 0 0] /C1 [1 1 1] >>", NULL, 0 },
            { "<< /FunctionType 4 /Domain [0 1 0 1] /Range [0 1]", "{add}", 5 },
        };
        pdf_refused(objects, G_N_ELEMENTS(objects), any);
    }
}

/* Few objects that unfold into many. */
static void
test_unfolding(void)
{
    GString *texts[9];
    PdfObject objects[9];

    for (unsigned level = 0; level < 9; level++) {
        texts[level] = g_string_new(T " /Functions [");
        for (unsigned i = 0; i < 20; i++)
            g_string_append_printf(texts[level], "%u 0 R ", level < 8 ? level + 4 : 11);
        g_string_append(texts[level], "] /Bounds [");
        for (unsigned i = 0; i < 19; i++)
            g_string_append(texts[level], ".5 ");
        g_string_append(texts[level], "] /Encode [");
        for (unsigned i = 0; i < 20; i++)
            g_string_append(texts[level], "0 1 ");
        g_string_append(texts[level], "] >>");
        objects[level] = (PdfObject){ level < 8 ? texts[level]->str : "<< /FunctionType 2 /Domain [0 1] /N 1 >>", NULL, 0 };
    }
    pdf_refused(objects, 9, any);
    for (unsigned level = 0; level < 9; level++)
        g_string_free(texts[level], TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pdf-function/programs", test_programs);
    g_test_add_func("/pdf-function/program-limits", test_program_limits);
    g_test_add_func("/pdf-function/program-fits", test_program_fits);
    g_test_add_func("/pdf-function/powers", test_powers);
    g_test_add_func("/pdf-function/samples", test_samples);
    g_test_add_func("/pdf-function/calculators", test_calculators);
    g_test_add_func("/pdf-function/pieces", test_pieces);
    g_test_add_func("/pdf-function/unfolding", test_unfolding);
    return g_test_run();
}
