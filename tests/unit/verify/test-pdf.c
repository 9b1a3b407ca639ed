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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/pdf/sentences", sentences);
    g_test_add_func("/verify/pdf/pictures", pictures);
    g_test_add_func("/verify/pdf/limits", limits);
    g_test_add_func("/verify/pdf/small", small);
    return g_test_run();
}
