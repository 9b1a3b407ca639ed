/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-picture.c - samples of a rebuilt PDF's pictures: rows, filters, unused bits, indices, and what does not fit the dictionary.
 */
#include "verify/pdf-picture.h"

#include <string.h>
#include <zlib.h>

/* SK_ELEMENT_NONE where it conforms. */
static SkElement
prove(const SkPdfPicture *picture, uint64_t expanded)
{
    g_autofree uint8_t *copy = g_memdup2(picture->data.n > 0 ? picture->data.p : (const uint8_t *)"", MAX(picture->data.n, 1));
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };
    SkPdfPicture heap = *picture;

    if (expanded > 0)
        job.limits.expanded = expanded;
    heap.data = sk_span(copy, picture->data.n);
    if (sk_verify_pdf_picture(&proof, &heap))
        return SK_ELEMENT_NONE;
    g_assert_cmpuint(report->findings->len, ==, 1);
    return g_array_index(report->findings, SkFinding, 0).element;
}

static GBytes *
deflated(const void *plain, size_t n, int level)
{
    uLongf size = compressBound(n);
    uint8_t *out = g_malloc(size);

    g_assert_cmpint(compress2(out, &size, plain, n, level), ==, Z_OK);
    return g_bytes_new_take(out, size);
}

static SkElement
prove_plain(SkPdfPicture picture, const void *plain, size_t n)
{
    g_autoptr(GBytes) data = deflated(plain, n, 1);

    picture.data = sk_span_bytes(data);
    return prove(&picture, 0);
}

static const SkPdfPicture rgb = { .width = 2, .height = 2, .bits = 8, .components = 3, .colours = 3, .columns = 2 };
static const SkPdfPicture palette = { .width = 5, .height = 2, .bits = 2, .components = 1, .indexed = true, .highest = 2 };
static const SkPdfPicture stencil = { .width = 9, .height = 2, .bits = 1, .components = 1, .stencil = true };

static void
test_good(void)
{
    g_assert_cmpint(prove_plain(rgb, "\1abcdef\1ghijkl", 14), ==, SK_ELEMENT_NONE);
    g_assert_cmpint(prove_plain(palette, "\x18\x80\x24\x40", 4), ==, SK_ELEMENT_NONE);
    g_assert_cmpint(prove_plain(stencil, "\xff\x80\x12\x00", 4), ==, SK_ELEMENT_NONE);
    SkPdfPicture deep = palette;
    deep.bits = 8;
    deep.highest = 255;
    g_assert_cmpint(prove_plain(deep, "0123456789", 10), ==, SK_ELEMENT_NONE);
}

static void
test_rows(void)
{
    g_assert_cmpint(prove_plain(rgb, "\1abcdef\2ghijkl", 14), ==, SK_ELEMENT_NOT_CANONICAL); /* Up */
    g_assert_cmpint(prove_plain(rgb, "\0abcdef\1ghijkl", 14), ==, SK_ELEMENT_NOT_CANONICAL);
    g_assert_cmpint(prove_plain(rgb, "\1abcdef\1ghijk", 13), ==, SK_ELEMENT_NOT_CANONICAL);
    g_assert_cmpint(prove_plain(rgb, "\1abcdef\1ghijkl\1", 15), ==, SK_ELEMENT_NOT_CANONICAL);
    g_assert_cmpint(prove_plain(palette, "\x1b\x80\x24\x40", 4), ==, SK_ELEMENT_NOT_CANONICAL); /* index 3 */
    g_assert_cmpint(prove_plain(palette, "\x18\x81\x24\x40", 4), ==, SK_ELEMENT_NOT_CANONICAL); /* an unused bit */
    g_assert_cmpint(prove_plain(stencil, "\xff\xc0\x12\x00", 4), ==, SK_ELEMENT_NOT_CANONICAL);
}

static void
test_dictionary(void)
{
    SkPdfPicture cases[12];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        cases[i] = rgb;
    cases[0].colours = 0;
    cases[1].colours = 1;
    cases[2].columns = 6;
    cases[3].bits = 16;
    cases[4].bits = 3;
    cases[5].components = 0;
    cases[6].components = 33;
    cases[7].indexed = true;
    cases[8].stencil = true;
    cases[9].width = 65536;
    cases[10].height = 0;
    cases[11].jpeg = true;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(prove_plain(cases[i], "\1abcdef\1ghijkl", 14), !=, SK_ELEMENT_NONE);
    SkPdfPicture predicted = palette;
    predicted.colours = 1;
    predicted.columns = 5;
    g_assert_cmpint(prove_plain(predicted, "\x18\x80\x24\x40", 4), ==, SK_ELEMENT_NOT_CANONICAL);
}

static void
test_stream(void)
{
    g_autoptr(GBytes) other = deflated("\1abcdef\1ghijkl", 14, 9), good = deflated("\1abcdef\1ghijkl", 14, 1);
    SkSpan s = sk_span_bytes(good);
    g_autofree uint8_t *more = g_malloc0(s.n + 1);
    SkPdfPicture picture = rgb;

    picture.data = sk_span_bytes(other); /* 78 DA */
    g_assert_cmpint(prove(&picture, 0), ==, SK_ELEMENT_NOT_CANONICAL);
    memcpy(more, s.p, s.n);
    picture.data = sk_span(more, s.n + 1);
    g_assert_cmpint(prove(&picture, 0), ==, SK_ELEMENT_TRAILING_DATA);
    for (size_t n = 0; n < s.n; n++) {
        picture.data = sk_span(more, n);
        g_assert_cmpint(prove(&picture, 0), ==, SK_ELEMENT_NOT_CANONICAL);
    }
    more[s.n - 1] ^= 1;
    picture.data = sk_span(more, s.n);
    g_assert_cmpint(prove(&picture, 0), ==, SK_ELEMENT_NOT_CANONICAL);
}

/* A bomb: few bytes, many rows, more than the job allows. */
static void
test_bomb(void)
{
    g_autofree uint8_t *zeros = g_malloc0(8000 * 1000);
    g_autoptr(GBytes) data = deflated(zeros, 8000 * 1000, 1);
    SkPdfPicture picture = { .width = 8000, .height = 8000, .bits = 1, .components = 1, .data = sk_span_bytes(data) };

    g_assert_cmpint(prove(&picture, 0), ==, SK_ELEMENT_NONE);
    g_assert_cmpint(prove(&picture, 900000), !=, SK_ELEMENT_NONE);
    g_assert_cmpint(prove(&picture, 1000001), ==, SK_ELEMENT_NONE); /* an eighth of it counts */
    picture.width = picture.height = 65535;
    g_assert_cmpint(prove(&picture, 0), !=, SK_ELEMENT_NONE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify-pdf-picture/good", test_good);
    g_test_add_func("/verify-pdf-picture/rows", test_rows);
    g_test_add_func("/verify-pdf-picture/dictionary", test_dictionary);
    g_test_add_func("/verify-pdf-picture/stream", test_stream);
    g_test_add_func("/verify-pdf-picture/bomb", test_bomb);
    return g_test_run();
}
