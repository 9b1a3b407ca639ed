/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-content.c - content streams: each case is what goes in, what comes out, and how much was removed, hidden, guessed.
 * Whatever comes out must come out once more unchanged, with nothing to say about it.
 */
#include "pdf-content-hooks.h"

typedef struct {
    const char *in, *want;
    uint32_t removed, hidden, guessed;
} Case;

static GBytes *
rebuild(SkSpan in, SkPdfContentKind kind, SkPdfContentFacts *facts, GError **error)
{
    Resources resources = { .picture = g_string_new(NULL) };
    SkPdfContentHooks hooks = resources_hooks(&resources);
    const SkPdfContentOptions options = {
        .kind = kind, .tagged = true, .glyph_width = INT64_C(50000000000), .limit = 64u << 20
    };
    /* On the heap without a NUL, so that ASan sees the end. */
    g_autofree uint8_t *copy = g_memdup2(in.p, in.n);
    GBytes *out = NULL;

    if (!sk_pdf_content_rebuild(sk_span(copy, in.n), &options, &hooks, &out, facts, error))
        out = NULL;
    resources_clear(&resources);
    g_string_free(resources.picture, TRUE);
    return out;
}

static void
check(const Case *c, SkPdfContentKind kind)
{
    SkPdfContentFacts facts = { 0 }, again = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = rebuild(sk_span_str(c->in), kind, &facts, &error);

    g_assert_no_error(error);
    SkSpan s = sk_span_bytes(out);
    g_autofree char *text = sk_span_dup(s);
    g_assert_cmpstr(text, ==, c->want);
    g_assert_cmpuint(strlen(text), ==, s.n);
    if (facts.removed != c->removed || facts.hidden != c->hidden || facts.guessed != c->guessed)
        g_error("%s: removed %u, hidden %u, guessed %u", c->in, facts.removed, facts.hidden, facts.guessed);
    g_autoptr(GBytes) second = rebuild(s, kind, &again, &error);
    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(out, second));
    g_assert_cmpuint(again.removed + again.hidden + again.guessed, ==, 0);
}

static void
check_all(const Case *cases, size_t n, SkPdfContentKind kind)
{
    for (size_t i = 0; i < n; i++)
        check(&cases[i], kind);
}
#define CHECK(kind, ...)                                                                          \
    do {                                                                                          \
        const Case cases[] = { __VA_ARGS__ };                                                     \
        check_all(cases, G_N_ELEMENTS(cases), kind);                                              \
    } while (0)
#define PAGE(...) CHECK(SK_PDF_CONTENT_PAGE, __VA_ARGS__)

static void
test_numbers(void)
{
    PAGE({ "1 2 m n", "1 2 m\nn\n", 0, 0, 0 },
         { "+1 -2 m n", "1 -2 m\nn\n", 0, 0, 0 },
         { "007 -0 m n", "7 0 m\nn\n", 0, 0, 0 },
         { "4. .5 m n", "4 0.5 m\nn\n", 0, 0, 0 },
         { "-.0 -0.50 m n", "0 -0.5 m\nn\n", 0, 0, 0 },
         { ". - m n", "0 0 m\nn\n", 0, 0, 0 },
         { "0.123456789 -0.000000009 m n", "0.12345678 0 m\nn\n", 0, 0, 0 },
         { "1.10000000000000 00.0001 m n", "1.1 0.0001 m\nn\n", 0, 0, 0 },
         { "2147483647 2147483648 m n", "2147483647 2147483647 m\nn\n", 0, 0, 0 },
         { "2147483647.5 -99999999999999999999999 m n", "2147483647 -2147483647 m\nn\n", 0, 0, 0 },
         { "2147483646.5 1 m n", "2147483646.5 1 m\nn\n", 0, 0, 0 });
    /* Readers differ. */
    PAGE({ "--5 1 m n", "-5 1 m\nn\n", 0, 0, 1 },
         { "5-3 m n", "5 -3 m\nn\n", 0, 0, 1 },
         { "1.2.3 m n", "1.2 0.3 m\nn\n", 0, 0, 1 },
         { "1e3 1 m n", "", 2, 0, 1 },
         { "0 0 1rg", "0 0 1 rg\n", 0, 0, 1 },
         { "0 0 1 rg0 g", "", 2, 0, 1 });
    PAGE({ "1 2 3 4 m n", "3 4 m\nn\n", 0, 0, 0 }, { "1 m n", "", 1, 0, 0 }, { "(a) 1 m n", "", 1, 0, 0 });
}

static void
test_strings(void)
{
#define TJ(s) "BT\n/F0 1 Tf\n" s " Tj\nET\n"
    PAGE({ "BT /A 1 Tf (abc) Tj ET", TJ("<616263>"), 0, 0, 0 },
         { "BT/A 1 Tf<61 6\n2 6>Tj ET", TJ("<616260>"), 0, 0, 0 },
         { "BT/A 1 Tf<6zz1>Tj ET", TJ("<61>"), 0, 0, 0 },
         { "BT/A 1 Tf<>Tj ET", TJ("<>"), 0, 0, 0 },
         { "BT/A 1 Tf(a(b)c)Tj ET", TJ("<6128622963>"), 0, 0, 0 },
         { "BT/A 1 Tf(\\(\\n\\r\\t\\b\\f\\x\\\\)Tj ET", TJ("<280A0D09080C785C>"), 0, 0, 0 },
         { "BT/A 1 Tf(\\1\\12\\123\\1234\\8\\777)Tj ET", TJ("<010A53533438FF>"), 0, 0, 0 },
         { "BT/A 1 Tf(a\\\nb\\\r\nc\rd\r\ne\nf)Tj ET", TJ("<6162630A640A650A66>"), 0, 0, 0 });
    /* Comments and brackets inside are text; those that never close end everything. */
    PAGE({ "BT/A 1 Tf(%) Tj % ) Tj\nET", TJ("<25>"), 0, 0, 0 },
         { "BT/A 1 Tf(a( Tj ET", "BT\n/F0 1 Tf\nET\n", 1, 0, 1 },
         { "BT/A 1 Tf<61", "BT\n/F0 1 Tf\nET\n", 1, 0, 1 },
         { "BT/A 1 Tf(a\\", "BT\n/F0 1 Tf\nET\n", 1, 0, 1 });
    PAGE({ "BT/A 1 Tf[(a)-120<62>  1 2(c)3]TJ ET", "BT\n/F0 1 Tf\n[<61>-120<62>1 2<63>3] TJ\nET\n", 0, 0, 0 },
         { "BT/A 1 Tf[]TJ ET", "BT\n/F0 1 Tf\nET\n", 0, 0, 0 },
         { "BT/A 1 Tf[(a)[(b)]]TJ ET", "BT\n/F0 1 Tf\nET\n", 1, 0, 1 },
         { "BT/A 1 Tf[(a)/N]TJ ET", "BT\n/F0 1 Tf\nET\n", 1, 0, 0 },
         { "BT/A 1 Tf[(a) TJ ET", "BT\n/F0 1 Tf\nET\n", 1, 0, 1 },
         { "BT/A 1 Tf(a)' 1 2(b)\" ET", "BT\n/F0 1 Tf\nT*\n<61> Tj\n1 Tw\n2 Tc\nT*\n<62> Tj\nET\n", 0, 0, 0 });
    g_autoptr(GString) in = g_string_new("BT/A 1 Tf(");
    SkPdfContentFacts facts = { 0 };
    for (unsigned i = 0; i < 32768; i++)
        g_string_append_c(in, 'a');
    g_string_append(in, ")Tj ET");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = rebuild(sk_span(in->str, in->len), SK_PDF_CONTENT_PAGE, &facts, &error);
    g_assert_no_error(error);
    g_assert_true(sk_span_is(sk_span_bytes(out), "BT\n/F0 1 Tf\nET\n"));
    g_assert_cmpuint(facts.guessed, ==, 1);
}

static void
test_words(void)
{
    PAGE({ "", "", 0, 0, 0 }, { "% nothing\n \r\n", "", 0, 0, 0 }, { "q Q", "q\nQ\n", 0, 0, 0 },
         { "q\tfoo\fQ", "q\nQ\n", 1, 0, 0 },
         { "BX foo BX bar EX baz EX qux", "", 1, 0, 0 },
         { "Qq", "", 1, 0, 1 }, /* pdf.js reads two, poppler none */
         { "1 0 0 RGq", "", 1, 0, 1 },
         { "/x PS", "", 1, 0, 0 },
         { "q % Q\nQ", "q\nQ\n", 0, 0, 0 },
         { "true 1 w false w", "1 w\n", 1, 0, 0 },
         { ") q } Q", "q\nQ\n", 0, 0, 2 },
         { "1 w] 2 w >> 3 w", "1 w\n2 w\n3 w\n", 0, 0, 2 },
         { "0 0 m 1 2", "", 1, 0, 0 });
    const char nul[] = "q\0Q\0\0 1 w";
    SkPdfContentFacts facts = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = rebuild(sk_span(nul, sizeof nul - 1), SK_PDF_CONTENT_PAGE, &facts, &error);
    g_assert_true(sk_span_is(sk_span_bytes(out), "q\nQ\n1 w\n")); /* NUL is white space */
    g_assert_cmpuint(facts.removed + facts.guessed, ==, 0);
}

static void
test_ranges(void)
{
    PAGE({ "-1 g 2 G .5 g", "0 g\n1 G\n0.5 g\n", 0, 0, 0 },
         { "-1 .5 1.01 rg", "0 0.5 1 rg\n", 0, 0, 0 },
         { "1 2 3 4 k 0 0 0 1 K", "1 1 1 1 k\n0 0 0 1 K\n", 0, 0, 0 },
         { "-1 w 3 J 1.5 j 2 J 1.0 j 8 Tr", "2 J\n1 j\n", 4, 0, 0 },
         { "0 M .5 M 1 M -3 M 10 M", "1 M\n1 M\n1 M\n1 M\n10 M\n", 0, 0, 0 },
         { "-1 i 100.5 i 50 i", "0 i\n100 i\n50 i\n", 0, 0, 0 },
         { "[] 0 d [3 2]1 d[0 0]0 d[-1 2]0 d [(a)]0 d", "[] 0 d\n[3 2] 1 d\n[] 0 d\n[] 0 d\n", 1, 0, 0 },
         { "/Perceptual ri /Odd ri", "/Perceptual ri\n/RelativeColorimetric ri\n", 0, 0, 0 });
}

static void
test_resources(void)
{
    PAGE({ "/b gs /a gs /b gs", "/G0 gs\n/G1 gs\n/G0 gs\n", 0, 0, 0 },
         { "/A#42 gs /AB gs /A#zz gs", "/G0 gs\n/G0 gs\n/G1 gs\n", 0, 0, 0 },
         { "/ gs", "/G0 gs\n", 0, 0, 0 },
         { "/NoGs gs /NoX Do /Gone Do /NoS sh", "", 3, 0, 0 },
         { "/x Do /s sh", "/X0 Do\n/S0 sh\n", 0, 0, 0 },
         { "/DeviceRGB cs 1 0 0 sc /Pattern CS /p SCN", "/DeviceRGB cs\n1 0 0 scn\n/Pattern CS\n/P0 SCN\n", 0, 0, 0 },
         { "/c cs .1 2 -3 scn 1 /p scn /NoP scn", "/C0 cs\n0.1 2 -3 scn\n1 /P0 scn\n", 1, 0, 0 },
         { "/NoC cs 1 scn", "1 scn\n", 1, 0, 1 },
         { "scn (a) scn /x 1 scn", "1 scn\n", 2, 0, 0 });
    /* Text in a font that is not there is not text in the font before. */
    PAGE({ "BT /A 1 Tf (a) Tj /NoF 2 Tf (b) Tj /A 1 Tf (c) Tj ET",
           "BT\n/F0 1 Tf\n<61> Tj\n/F0 1 Tf\n<63> Tj\nET\n", 2, 0, 0 },
         { "/A 1 Tf q BT /NoF 2 Tf (b) Tj ET Q BT (c) Tj ET", "/F0 1 Tf\nq\nBT\nET\nQ\nBT\n<63> Tj\nET\n", 2, 0, 0 });
    g_autoptr(GString) in = g_string_new("/");
    SkPdfContentFacts facts = { 0 };
    for (unsigned i = 0; i < 128; i++)
        g_string_append_c(in, 'a');
    g_string_append(in, " gs");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = rebuild(sk_span(in->str, in->len), SK_PDF_CONTENT_PAGE, &facts, &error);
    g_assert_cmpuint(g_bytes_get_size(out), ==, 0);
    g_assert_cmpuint(facts.removed, ==, 1);
}

static void
test_paths(void)
{
    PAGE({ "0 0 m 1 1 l S", "0 0 m\n1 1 l\nS\n", 0, 0, 0 },
         { "1 2 3 4 re F", "1 2 3 4 re\nf\n", 0, 0, 0 },
         { "1 1 l S h n", "", 1, 0, 0 },
         { "0 0 1 1 re W n", "0 0 1 1 re\nW\nn\n", 0, 0, 0 },
         { "0 0 1 1 re W 2 2 1 1 re W* W f", "0 0 1 1 re\n2 2 1 1 re\nW\nf\n", 0, 0, 0 },
         { "W n S f*", "", 0, 0, 0 },
         { "0 0 m 1 0 0 rg 1 1 l /a gs S", "1 0 0 rg\n/G0 gs\n0 0 m\n1 1 l\nS\n", 0, 0, 0 },
         { "0 0 m /P BMC 1 1 l EMC S", "/P BMC\nEMC\n0 0 m\n1 1 l\nS\n", 0, 0, 0 },
         { "0 0 m q Q", "q\nQ\n", 0, 0, 0 },
         { "0 0 1 1 re q f Q", "q\nQ\n", 0, 0, 1 },
         { "q 0 0 1 1 re Q", "q\nQ\n", 0, 0, 1 },
         { "0 0 1 1 re", "", 0, 0, 0 },
         { "0 0 m 1 1 l 2 2 3 3 v 1 1 2 2 y 1 2 3 4 5 6 c h b*", "0 0 m\n1 1 l\n2 2 3 3 v\n1 1 2 2 y\n1 2 3 4 5 6 c\nh\nb*\n", 0, 0, 0 });
}

static void
test_text(void)
{
    PAGE({ "BT /A 9 Tf 1 2 Td (a) Tj 3 4 TD T* ET", "BT\n/F0 9 Tf\n1 2 Td\n<61> Tj\n3 4 TD\nT*\nET\n", 0, 0, 0 },
         { "BT BT ET ET", "BT\nET\nBT\nET\n", 0, 0, 0 },
         { "ET BT 1 Tc", "BT\n1 Tc\nET\n", 0, 0, 0 },
         { "1 0 Td (a) Tj", "", 2, 0, 1 },
         /* What ISO 32000 forbids in a text object, and readers do. */
         { "BT /A 1 Tf 1 0 0 1 0 0 Tm (a) Tj 0 0 1 1 re f 1 0 0 1 5 5 Tm (b) Tj ET",
           "BT\n/F0 1 Tf\n1 0 0 1 0 0 Tm\n<61> Tj\nET\n0 0 1 1 re\nf\nBT\n1 0 0 1 5 5 Tm\n<62> Tj\nET\n", 0, 0, 0 },
         { "BT q 1 0 0 1 0 0 cm /x Do Q ET", "BT\nET\nq\n1 0 0 1 0 0 cm\n/X0 Do\nQ\n", 0, 0, 0 },
         { "BT 0 0 1 1 re f (b) Tj ET", "BT\nET\n0 0 1 1 re\nf\nBT\n<62> Tj\nET\n", 0, 0, 1 },
         { "BT 0 0 m ET 1 1 l S", "BT\nET\n0 0 m\n1 1 l\nS\n", 0, 0, 0 },
         { "BT 7 Tr 0 0 1 1 re f ET", "BT\n7 Tr\nET\n0 0 1 1 re\nf\n", 0, 0, 1 },
         { "0 0 1 1 re BT f ET", "BT\nET\n", 0, 0, 1 });
}

static void
test_nesting(void)
{
    PAGE({ "Q q q", "q\nq\nQ\nQ\n", 1, 0, 0 },
         { "EMC /P BMC /P BMC EMC", "/P BMC\n/P BMC\nEMC\nEMC\n", 1, 0, 0 },
         { "q BT /P BMC", "q\nBT\n/P BMC\nET\nEMC\nQ\n", 0, 0, 0 });
    for (unsigned depth = 512; depth <= 513; depth++) {
        g_autoptr(GString) in = g_string_new(NULL), marks = g_string_new(NULL);
        SkPdfContentFacts facts = { 0 };
        g_autoptr(GError) error = NULL, second = NULL;
        for (unsigned i = 0; i < (depth == 513 ? 100000 : depth); i++) {
            g_string_append(in, "q ");
            g_string_append(marks, "/P BMC ");
        }
        g_autoptr(GBytes) a = rebuild(sk_span(in->str, in->len), SK_PDF_CONTENT_PAGE, &facts, &error);
        g_autoptr(GBytes) b = rebuild(sk_span(marks->str, marks->len), SK_PDF_CONTENT_PAGE, &facts, &second);
        if (depth == 512) {
            g_assert_cmpuint(g_bytes_get_size(a), ==, 4 * depth);
            continue;
        }
        g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
        g_assert_error(second, SK_ERROR, SK_ERROR_LIMIT);
    }
}

static void
test_marks(void)
{
    PAGE({ "/P <</MCID 3>> BDC EMC", "/P << /MCID 3 >> BDC\nEMC\n", 0, 0, 0 },
         { "/Odd <</MCID 3>> BDC EMC /Span <</MCID 3>> BDC EMC", "/Span << /MCID 3 >> BDC\nEMC\n/Span BMC\nEMC\n", 0, 0, 0 },
         { "/JavaScript BMC EMC", "/Span BMC\nEMC\n", 0, 0, 0 },
         { "/Span <</Lang(ja-JP)/ActualText(a)/X<</Y[1 2]>>/E<62>/MCID 1>> BDC EMC",
           "/Span << /MCID 1 /ActualText <61> /E <62> /Lang <6A612D4A50> >> BDC\nEMC\n", 0, 0, 0 },
         { "/Span <</MCID -1>> BDC EMC /Span<</MCID 65536>>BDC EMC", "/Span BMC\nEMC\n/Span BMC\nEMC\n", 0, 0, 0 },
         { "/P /P5 BDC EMC /P /NoP BDC EMC", "/P << /MCID 5 /Lang <6A61> >> BDC\nEMC\n/P BMC\nEMC\n", 0, 0, 0 },
         { "/P MP /P <</A(x)>> DP", "", 0, 0, 0 },
         { "BDC EMC", "/Span BMC\nEMC\n", 0, 0, 0 });
    CHECK(SK_PDF_CONTENT_MARKED, { "/P <</MCID 3>> BDC EMC", "/P << /MCID 3 >> BDC\nEMC\n", 0, 0, 0 });
    CHECK(SK_PDF_CONTENT_FORM, { "/P <</MCID 3>> BDC EMC", "/P BMC\nEMC\n", 0, 0, 0 });
}

static void
test_hidden(void)
{
    PAGE({ "/OC /On BDC /x Do EMC", "/X0 Do\n", 0, 0, 0 },
         { "/OC /Off BDC /x Do 1 w 0 0 1 1 re f EMC /y Do", "1 w\n/X0 Do\n", 0, 2, 0 },
         { "/OC /Off BDC 0 0 1 1 re W f EMC", "0 0 1 1 re\nW\nn\n", 0, 1, 0 },
         { "/OC /Off BDC /P<</ActualText(secret)>>BDC EMC EMC", "", 0, 0, 0 },
         { "/OC /Off BDC /P BMC EMC /OC /On BDC /x Do EMC EMC /y Do", "/X0 Do\n", 0, 1, 0 },
         { "BT /A 1 Tf 0 0 Td /OC /Off BDC (a) Tj EMC 0 -9 Td (b) Tj ET",
           "BT\n/F0 1 Tf\n0 0 Td\n0 -9 Td\n<62> Tj\nET\n", 0, 1, 0 },
         { "BT /A 1 Tf /OC /Off BDC (a) Tj EMC (b) Tj ET", "BT\n/F0 1 Tf\n<62> Tj\nET\n", 0, 1, 1 },
         { "BT /A 1 Tf /OC /Off BDC (a) ' 1 2 (c) \" EMC (b) ' ET",
           "BT\n/F0 1 Tf\nT*\n1 Tw\n2 Tc\nT*\nT*\n<62> Tj\nET\n", 0, 2, 0 });
}

static void
test_glyphs(void)
{
    CHECK(SK_PDF_CONTENT_GLYPH, { "10 0 d0 1 0 0 rg 0 0 1 1 re f", "10 0 d0\n1 0 0 rg\n0 0 1 1 re\nf\n", 0, 0, 0 },
          { "10 0 0 0 1 1 d1 1 0 0 rg /c cs 1 scn 0 0 1 1 re f", "10 0 0 0 1 1 d1\n0 0 1 1 re\nf\n", 0, 0, 0 },
          { "", "500 0 d0\n", 0, 0, 0 }, { "q Q", "500 0 d0\nq\nQ\n", 0, 0, 0 },
          { "/x Do 10 0 d0", "500 0 d0\n/X0 Do\n", 0, 0, 0 },
          { "10 0 d0 10 0 d0 1 g", "10 0 d0\n1 g\n", 0, 0, 0 });
    CHECK(SK_PDF_CONTENT_UNCOLOURED, { "1 0 0 rg /s sh 0 0 1 1 re f", "0 0 1 1 re\nf\n", 0, 0, 0 });
    PAGE({ "10 0 d0", "", 1, 0, 0 });
}

/* What is handed on as an inline picture. */
static void
inline_case(const char *in, const char *picture, uint32_t guessed, const char *want)
{
    Resources resources = { .picture = g_string_new(NULL) };
    SkPdfContentHooks hooks = resources_hooks(&resources);
    const SkPdfContentOptions options = { .limit = 1u << 20 };
    SkPdfContentFacts facts = { 0 };
    g_autoptr(GBytes) out = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *copy = g_memdup2(in, strlen(in));

    g_assert_true(sk_pdf_content_rebuild(sk_span(copy, strlen(in)), &options, &hooks, &out, &facts, &error));
    g_assert_cmpstr(resources.picture->str, ==, picture);
    g_autofree char *text = sk_span_dup(sk_span_bytes(out));
    g_assert_cmpstr(text, ==, want);
    g_assert_cmpuint(facts.guessed, ==, guessed);
    resources_clear(&resources);
    g_string_free(resources.picture, TRUE);
}

static void
test_inline(void)
{
    inline_case("q BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q", " /W 2 /H 2 /BPC 8 /CS /G |abcd", 0, "q\n/X0 Do\nQ\n");
    /* EI inside of the data, and behind it no white space. */
    inline_case("BI /W 8 /H 1 /BPC 8 /CS /G ID a EI q bEI Q", " /W 8 /H 1 /BPC 8 /CS /G |a EI q b", 0, "/X0 Do\n");
    inline_case("BI/W 9/H 2/IM true ID abcd\nEI 1 w", "/W 9/H 2/IM true |abcd", 0, "/X0 Do\n1 w\n");
    inline_case("BI/W 1/H 1/BPC 8/CS/RGB ID\r\nabc EI", "/W 1/H 1/BPC 8/CS/RGB |abc", 0, "/X0 Do\n");
    inline_case("BI/W 1/H 1/BPC 8/CS/RGB/F/AHx ID 616263> EI", "/W 1/H 1/BPC 8/CS/RGB/F/AHx |616263>", 0, "/X0 Do\n");
    inline_case("BI/W 1/H 1/BPC 8/CS/RGB/F[/A85 /Fl] ID EI EI~> EI", "/W 1/H 1/BPC 8/CS/RGB/F[/A85 /Fl] |EI EI~>", 0, "/X0 Do\n");
    inline_case("BI/W 1/H 1/F/RL/CS/Cs1/BPC 8 ID \002 EI\200 EI", "/W 1/H 1/F/RL/CS/Cs1/BPC 8 |\002 EI\200", 0, "/X0 Do\n");
    inline_case("BI/W 1/H 1/F/CCF/IM true ID \001\002\003 EI Q", "/W 1/H 1/F/CCF/IM true |\001\002\003", 0, "/X0 Do\n");
    /* A space of the resources: how many components, only others know. */
    inline_case("BI/W 1/H 1/CS/Cs1/BPC 8 ID xyz EI Q q", "/W 1/H 1/CS/Cs1/BPC 8 |xyz", 0, "/X0 Do\nq\nQ\n");
    /* The size lies: readers go on at different places. */
    inline_case("BI /W 2 /H 1 /BPC 8 /CS /G ID abcd EI 1 w", " /W 2 /H 1 /BPC 8 /CS /G |abcd", 1, "/X0 Do\n1 w\n");
    inline_case("BI /W 20 /H 1 /BPC 8 /CS /G ID abcd EI 1 w", " /W 20 /H 1 /BPC 8 /CS /G |abcd", 1, "/X0 Do\n1 w\n");
    inline_case("BI /W 2 /H 1 /BPC 8 /CS /G ID ab 1 w", "", 2, "");
    inline_case("BI /W 2 /H 1 1 w", "", 3, "");
    inline_case("1 w BI", "", 1, "1 w\n");
}

/* Many operators, in a time that no one notices; and many operands before one. */
static void
test_large(void)
{
    g_autoptr(GString) in = g_string_new(NULL);
    SkPdfContentFacts facts = { 0 };
    g_autoptr(GError) error = NULL;

    for (unsigned i = 0; i < 1000000; i++)
        g_string_append(in, "1 ");
    g_string_append(in, "2 m ");
    for (unsigned i = 0; i < 300000; i++)
        g_string_append(in, "1 2 l ");
    g_string_append(in, "S");
    g_autoptr(GBytes) out = rebuild(sk_span(in->str, in->len), SK_PDF_CONTENT_PAGE, &facts, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(out), ==, 6 + 300000 * 6 + 2);
    g_string_truncate(in, 0);
    for (unsigned i = 0; i < 300000; i++)
        g_string_append(in, "1 2 m 0 g ");
    g_autoptr(GBytes) never = rebuild(sk_span(in->str, in->len), SK_PDF_CONTENT_PAGE, &facts, &error);
    g_assert_null(never);
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

/* Pictures whose end never comes, each of which asks to be looked for to the end of all. */
static void
test_endless(void)
{
    static const char *const pictures[] = {
        "BI/W 9/H 9/CS/G/BPC 8/F/A85 ID x EI ", "BI/W 9/H 9/CS/G/BPC 8/F/RL ID x EI ", "BI/W 9/H 9/CS/G/BPC 8/F/DCT ID \xff\xd8 EI ",
        "BI/W 9/H 9/CS/G/BPC 8/F/CCF ID x EI "
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(pictures); i++) {
        g_autoptr(GString) in = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        SkPdfContentFacts facts = { 0 };
        while (in->len < (4u << 20))
            g_string_append(in, pictures[i]);
        g_autoptr(GBytes) out = rebuild(sk_span(in->str, in->len), SK_PDF_CONTENT_PAGE, &facts, &error);
        if (i == 3)
            g_assert_no_error(error); /* no end but EI itself */
        else
            g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pdf-content/numbers", test_numbers);
    g_test_add_func("/pdf-content/strings", test_strings);
    g_test_add_func("/pdf-content/words", test_words);
    g_test_add_func("/pdf-content/ranges", test_ranges);
    g_test_add_func("/pdf-content/resources", test_resources);
    g_test_add_func("/pdf-content/paths", test_paths);
    g_test_add_func("/pdf-content/text", test_text);
    g_test_add_func("/pdf-content/nesting", test_nesting);
    g_test_add_func("/pdf-content/marks", test_marks);
    g_test_add_func("/pdf-content/hidden", test_hidden);
    g_test_add_func("/pdf-content/glyphs", test_glyphs);
    g_test_add_func("/pdf-content/inline", test_inline);
    g_test_add_func("/pdf-content/large", test_large);
    g_test_add_func("/pdf-content/endless", test_endless);
    return g_test_run();
}
