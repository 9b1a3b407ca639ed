/* SPDX-License-Identifier: Apache-2.0
 * test-pdf.c - the profile of PDF at level image: each sentence of it broken once. */
#include "build.h"

#include <string.h>

static void
sentences(void)
{
    static const struct {
        const char *old, *new;
        const char *word;
    } cases[] = {
        { "/Pages 2 0 R", "/Pages 2  0 R", "not-canonical" },
        { "/Catalog", "/Catalog /Foo#7/Bar 1", "not-canonical" },
        { "endobj", "endobj\n9 0 obj\n<< >>\nendobj", "not-canonical" },
        { "endobj", "% comment\nendobj", "not-canonical" },
        { "/Count 2", "/Count 3", "not-canonical" },
        { "/Count 2", "/Count 02", "not-canonical" },
        { "/Count 2", "/Count -2", "not-canonical" },
        { "/Count 2", "/Count 99999999999999999999", "not-canonical" },
        { "[3 0 R 6 0 R]", "[3 0 R 3 0 R]", "not-canonical" },
        { "[3 0 R 6 0 R]", "[6 0 R 3 0 R]", "not-canonical" },
        { "[0 0 595.28 841.89]", "[0 0 595.280 841.89]", "not-canonical" },
        { "[0 0 595.28 841.89]", "[0 0 595 841.89]", "not-canonical" },
        { "[0 0 595.28 841.89]", "[0 0 0.99 841.89]", "not-canonical" },
        { "[0 0 595.28 841.89]", "[0 0 20000.01 841.89]", "not-canonical" },
        { "[0 0 595.28 841.89]", "[0 0 595.27 841.89]", "not-canonical" },
        { "[0 0 595.28 841.89]", "[1 0 595.28 841.89]", "not-canonical" },
        { "/Parent 2 0 R", "/Parent 1 0 R", "not-canonical" },
        { "/Contents 4 0 R", "/Contents 5 0 R", "not-canonical" },
        { "q 595.28", "Q 595.28", "not-canonical" },
        { "/P Do Q", "/P Do Q ", "not-canonical" },
        { "/Length 34", "/Length 35", "not-canonical" },
        { "/Width 33", "/Width 34", "not-canonical" },
        { "/Height 20", "/Height 19", "not-canonical" },
        { "/DeviceRGB", "/DeviceGray", "not-canonical" },
        { "/DeviceRGB", "/DeviceCMYK", "not-canonical" },
        { "/DCTDecode", "/FlateDecode", "not-canonical" },
        { "/BitsPerComponent 8", "/BitsPerComponent 8 /Interpolate true", "not-canonical" },
        { "0000000015", "0000000016", "not-canonical" },
        { "00000 n", "00001 n", "not-canonical" },
        { "/Size 9", "/Size 10", "not-canonical" },
        { "/Root 1 0 R", "/Root 1 0 R /Prev 100", "not-canonical" },
        { "%%EOF\n", "%%EOF", "not-canonical" },
        { "%%EOF\n", "%%EOF\n ", "trailing-data" },
        { "%%EOF\n", "%%EOF\n1 0 obj\n<< /S /JavaScript >>\nendobj\n", "trailing-data" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s -> %s", cases[i].old, cases[i].new);
        assert_refused(SK_TYPE_PDF, pdf_build(cases[i].old, cases[i].new), cases[i].word);
    }
}

/* The pictures are checked as pictures, and where they stand is said. */
static void
pictures(void)
{
    g_autoptr(GByteArray) file = pdf_build(NULL, NULL);
    size_t end = sk_span_find(bytes_span(file), 0, sk_span("\xff\xd9\nendstream", 12));

    file->data[end - 1] ^= 0xff;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), NULL), ==, "picture-encoding");
    g_autofree char *place = verify_place(SK_TYPE_PDF, bytes_span(file));
    g_assert_true(g_str_has_prefix(place, "object 5: "));
}

static void
limits(void)
{
    g_autoptr(GByteArray) file = pdf_build(NULL, NULL);
    SkJob job = sk_job_default();

    job.level = SK_LEVEL_IMAGE;
    job.limits.pages = 2;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), ==, "clean");
    job.limits.pages = 1;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), ==, "not-canonical");
    job = sk_job_default();
    job.level = SK_LEVEL_REBUILT;
    g_assert_cmpstr(verify_word(SK_TYPE_PDF, bytes_span(file), &job), ==, "not-canonical");
}

static void
small(void)
{
    g_autoptr(GByteArray) file = pdf_build(NULL, NULL);

    assert_every_cut_refused(SK_TYPE_PDF, bytes_span(file));
    assert_flips_harmless(SK_TYPE_PDF, bytes_span(file));
}

#define FONT_MAP                                                                                                                \
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"                                                          \
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Sekisho def\n/CMapType 2 def\n"       \
    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange\nendcmap\n"     \
    "CMapName currentdict /CMap defineresource pop\nend\nend"

static void
put_offset(GString *table, GByteArray *out)
{
    g_string_append_printf(table, "%010u 00000 n \n", out->len);
}

/* One page of 100 x 200 with @words under its picture. */
static GByteArray *
layer_build(const char *words)
{
    JpegPlan plan = { .width = 33, .height = 20 };
    g_autoptr(GByteArray) jpeg = jpeg_build(&plan);
    g_autoptr(GString) table = g_string_new("xref\n0 10\n0000000000 65535 f \n");
    g_autofree char *content = g_strdup_printf("q 100.00 0 0 200.00 0 0 cm /P Do Q\nBT\n3 Tr\n%sET", words);
    g_autofree char *content_object = g_strdup_printf("4 0 obj\n<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(content), content);
    g_autofree char *picture = g_strdup_printf("5 0 obj\n<< /Type /XObject /Subtype /Image /Width 33 /Height 20 /ColorSpace /DeviceRGB "
                                               "/BitsPerComponent 8 /Filter /DCTDecode /Length %u >>\nstream\n", jpeg->len);
    g_autofree char *map = g_strdup_printf("9 0 obj\n<< /Length %zu >>\nstream\n" FONT_MAP "\nendstream\nendobj\n", strlen(FONT_MAP));
    const char *objects[] = {
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100.00 200.00] /Resources << /XObject << /P 5 0 R >> /Font << /T 6 0 R >> >> "
        "/Contents 4 0 R >>\nendobj\n",
        content_object,
        picture,
        "6 0 obj\n<< /Type /Font /Subtype /Type0 /BaseFont /Sekisho /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 9 0 R >>\nendobj\n",
        "7 0 obj\n<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sekisho /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 "
        ">> /FontDescriptor 8 0 R /DW 1000 >>\nendobj\n",
        "8 0 obj\n<< /Type /FontDescriptor /FontName /Sekisho /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 "
        "/CapHeight 700 /StemV 80 >>\nendobj\n",
        map,
    };
    GByteArray *out = bytes_new("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(objects); i++) {
        put_offset(table, out);
        put_str(out, objects[i]);
        if (i == 4) {
            put(out, jpeg->data, jpeg->len);
            put_str(out, "\nendstream\nendobj\n");
        }
    }
    g_string_append_printf(table, "trailer\n<< /Size 10 /Root 1 0 R >>\nstartxref\n%u\n%%%%EOF\n", out->len);
    put_str(out, table->str);
    return out;
}

static const char *
layer_word(const char *words, bool kept)
{
    g_autoptr(GByteArray) file = layer_build(words);
    SkJob job = sk_job_default();

    job.level = SK_LEVEL_IMAGE;
    job.verdicts[SK_ELEMENT_PDF_TEXT_LAYER] = kept ? SK_VERDICT_KEPT : SK_VERDICT_REMOVED;
    return verify_word(SK_TYPE_PDF, bytes_span(file), &job);
}

#define WORD "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <65E5672C> Tj\n"

static void
text_layer(void)
{
    static const char *const wrong[] = {
        "",
        "/T 12.0 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <65E5> Tj\n",
        "/T 0.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <65E5> Tj\n",
        "/T 012.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <65E5> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 100.01 20.50 Tm <65E5> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 200.01 Tm <65E5> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 -1 10.00 20.50 Tm <65E5> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <65> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <0020> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <202E> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm <D867DE3D> Tj\n",
        "/T 12.00 Tf 100.00 Tz 1 0 0 1 10.00 20.50 Tm (a) Tj\n",
        "0 Tr\n" WORD,
        WORD "0 Tr\n",
    };
    g_assert_cmpstr(layer_word(WORD, true), ==, "clean");
    g_assert_cmpstr(layer_word(WORD "/T 0.01 Tf 20000.00 Tz 0 -1 1 0 0.00 0.00 Tm <0041> Tj\n", true), ==, "clean");
    g_assert_cmpstr(layer_word(WORD, false), ==, "pdf-text-layer");
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_test_message("%s", wrong[i]);
        g_assert_cmpstr(layer_word(wrong[i], true), ==, "not-canonical");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/pdf/sentences", sentences);
    g_test_add_func("/verify/pdf/pictures", pictures);
    g_test_add_func("/verify/pdf/limits", limits);
    g_test_add_func("/verify/pdf/small", small);
    g_test_add_func("/verify/pdf/text-layer", text_layer);
    return g_test_run();
}
