/* SPDX-License-Identifier: Apache-2.0
 * test-pages.c - drawn pages into a PDF; a renderer that lies. */
#include "unit/disarm/disarming.h"

#include <turbojpeg.h>

typedef struct {
    uint32_t width_px, height_px, width, height, length; /* length 0: the JPEG's own */
} Head;

static GBytes *
picture(int width, int height, int subsampling)
{
    g_autofree uint8_t *rgb = g_malloc0((size_t)width * height * 3);
    for (size_t i = 0; i < (size_t)width * height * 3; i++)
        rgb[i] = (uint8_t)(i * 7);
    tjhandle handle = tjInitCompress();
    unsigned char *file = NULL;
    unsigned long n = 0;
    g_assert_cmpint(tjCompress2(handle, rgb, width, 0, height, TJPF_RGB, &file, &n, subsampling, 85, 0), ==, 0);
    GBytes *out = g_bytes_new(file, n);
    tjFree(file);
    tjDestroy(handle);
    return out;
}

static void
begin_as(SkSink *sink, const char *magic, uint32_t count)
{
    sk_sink_str(sink, magic);
    sk_sink_u32le(sink, count);
    sk_sink_u32le(sink, 150);
}

static void
begin(SkSink *sink, uint32_t count)
{
    begin_as(sink, "SKPAGES1", count);
}

static void
put_page(SkSink *sink, Head head, GBytes *jpeg)
{
    sk_sink_u32le(sink, head.width_px);
    sk_sink_u32le(sink, head.height_px);
    sk_sink_u32le(sink, head.width);
    sk_sink_u32le(sink, head.height);
    sk_sink_u32le(sink, head.length != 0 ? head.length : (uint32_t)g_bytes_get_size(jpeg));
    sk_sink_span(sink, sk_span_bytes(jpeg));
}

static Disarmed
pages(SkSink *stream)
{
    return disarm(sk_sink_memory(stream), SK_TYPE_PAGES, SK_LEVEL_IMAGE);
}

/* Every byte that is not of a JPEG. */
static void
form(void)
{
    g_autoptr(GBytes) colour = picture(20, 10, TJSAMP_444);
    g_autoptr(GBytes) grey = picture(10, 20, TJSAMP_GRAY);
    g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
    begin(stream, 2);
    put_page(stream, (Head){ 20, 10, 59528, 84189, 0 }, colour);
    put_page(stream, (Head){ 10, 20, 84189, 59500, 0 }, grey);
    autodisarmed out = pages(stream);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_PDF);

    autodisarmed first = disarm(sk_span_bytes(colour), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
    autodisarmed second = disarm(sk_span_bytes(grey), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
    g_autoptr(SkSink) want = sk_sink_new_memory(1u << 20);
    uint64_t at[9] = { 0 };
    sk_sink_str(want, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    at[1] = sk_sink_at(want);
    sk_sink_str(want, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    at[2] = sk_sink_at(want);
    sk_sink_str(want, "2 0 obj\n<< /Type /Pages /Count 2 /Kids [3 0 R 6 0 R] >>\nendobj\n");
    at[3] = sk_sink_at(want);
    sk_sink_str(want, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Resources << /XObject "
                      "<< /P 5 0 R >> >> /Contents 4 0 R >>\nendobj\n");
    at[4] = sk_sink_at(want);
    sk_sink_str(want, "4 0 obj\n<< /Length 34 >>\nstream\nq 595.28 0 0 841.89 0 0 cm /P Do Q\nendstream\nendobj\n");
    at[5] = sk_sink_at(want);
    sk_sink_printf(want, "5 0 obj\n<< /Type /XObject /Subtype /Image /Width 20 /Height 10 /ColorSpace /DeviceRGB "
                         "/BitsPerComponent 8 /Filter /DCTDecode /Length %zu >>\nstream\n", output_of(&first).n);
    sk_sink_span(want, output_of(&first));
    sk_sink_str(want, "\nendstream\nendobj\n");
    at[6] = sk_sink_at(want);
    sk_sink_str(want, "6 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 841.89 595.00] /Resources << /XObject "
                      "<< /P 8 0 R >> >> /Contents 7 0 R >>\nendobj\n");
    at[7] = sk_sink_at(want);
    sk_sink_str(want, "7 0 obj\n<< /Length 34 >>\nstream\nq 841.89 0 0 595.00 0 0 cm /P Do Q\nendstream\nendobj\n");
    at[8] = sk_sink_at(want);
    sk_sink_printf(want, "8 0 obj\n<< /Type /XObject /Subtype /Image /Width 10 /Height 20 /ColorSpace /DeviceGray "
                         "/BitsPerComponent 8 /Filter /DCTDecode /Length %zu >>\nstream\n", output_of(&second).n);
    sk_sink_span(want, output_of(&second));
    sk_sink_str(want, "\nendstream\nendobj\n");
    uint64_t xref = sk_sink_at(want);
    sk_sink_str(want, "xref\n0 9\n0000000000 65535 f \n");
    for (unsigned i = 1; i < 9; i++)
        sk_sink_printf(want, "%010" G_GUINT64_FORMAT " 00000 n \n", at[i]);
    sk_sink_printf(want, "trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n%" G_GUINT64_FORMAT "\n%%%%EOF\n", xref);
    assert_output(&out, sk_sink_memory(want));
}

static void
lies(void)
{
    static const Head heads[] = {
        { 21, 10, 59528, 84189, 0 },      { 20, 11, 59528, 84189, 0 }, { 0, 10, 59528, 84189, 0 },
        { 20, 0, 59528, 84189, 0 },       { 20, 10, 99, 84189, 0 },    { 20, 10, 59528, 2000001, 0 },
        { 70000, 10, 59528, 84189, 0 },   { 20, 10, 59528, 84189, 3 }, { 20, 10, 59528, 84189, 100 },
        { 20, 10, 59528, 84189, 100000 }, { 20, 10, 59528, 84189, UINT32_MAX },
    };
    g_autoptr(GBytes) jpeg = picture(20, 10, TJSAMP_420);
    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
        begin(stream, 1);
        put_page(stream, heads[i], jpeg);
        autodisarmed out = pages(stream);
        assert_refused(&out, SK_REASON_MALFORMED);
    }
    static const uint32_t counts[] = { 0, 2, 500, 501, UINT32_MAX };
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
        begin(stream, counts[i]);
        put_page(stream, (Head){ 20, 10, 59528, 84189, 0 }, jpeg);
        autodisarmed out = pages(stream);
        assert_refused(&out, counts[i] > 500 ? SK_REASON_LIMIT : SK_REASON_MALFORMED);
    }
    g_autoptr(SkSink) after = sk_sink_new_memory(1u << 20);
    begin(after, 1);
    put_page(after, (Head){ 20, 10, 59528, 84189, 0 }, jpeg);
    sk_sink_u8(after, 0);
    autodisarmed out = pages(after);
    assert_refused(&out, SK_REASON_MALFORMED);
}

/* Something else where a JPEG ought to stand, and every cut. */
static void
not_pages(void)
{
    static const char *const pictures[] = { "\x89PNG\r\n\x1a\n", "%PDF-1.7 1 0 obj", "\xFF\xD8\xFF\xD9", "words" };
    for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new(pictures[i], strlen(pictures[i]));
        g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
        begin(stream, 1);
        put_page(stream, (Head){ 20, 10, 59528, 84189, 0 }, bytes);
        autodisarmed out = pages(stream);
        assert_refused(&out, SK_REASON_MALFORMED);
    }
    g_autoptr(GBytes) jpeg = picture(20, 10, TJSAMP_420);
    g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
    begin(stream, 1);
    put_page(stream, (Head){ 20, 10, 59528, 84189, 0 }, jpeg);
    SkSpan whole = sk_sink_memory(stream);
    for (size_t n = 0; n < whole.n; n++) {
        autodisarmed out = disarm(sk_span_sub(whole, 0, n), SK_TYPE_PAGES, SK_LEVEL_IMAGE);
        assert_refused(&out, SK_REASON_MALFORMED);
    }
}

/* ---- words under the picture ---------------------------------------------------------------- */

typedef struct {
    uint32_t x, y, width, height, vertical, length; /* length 0: the text's own */
    const char *text;
} Placed;

static void
put_words(SkSink *sink, const Placed *words, uint32_t n)
{
    sk_sink_u32le(sink, n);
    for (uint32_t i = 0; i < n; i++) {
        sk_sink_u32le(sink, words[i].x);
        sk_sink_u32le(sink, words[i].y);
        sk_sink_u32le(sink, words[i].width);
        sk_sink_u32le(sink, words[i].height);
        sk_sink_u32le(sink, words[i].vertical);
        sk_sink_u32le(sink, words[i].length != 0 ? words[i].length : (uint32_t)strlen(words[i].text));
        sk_sink_str(sink, words[i].text);
    }
}

static Disarmed
layered(SkSink *stream, SkVerdict verdict)
{
    SkJob job = sk_job_default();
    job.hint = SK_TYPE_PAGES;
    job.level = SK_LEVEL_IMAGE;
    job.verdicts[SK_ELEMENT_PDF_TEXT_LAYER] = (uint8_t)verdict;
    return disarm_with(&job, sk_sink_memory(stream));
}

static bool
stands(const Disarmed *self, const char *text)
{
    return sk_span_find(output_of(self), 0, sk_span_str(text)) != SIZE_MAX;
}

static void
words(void)
{
    static const Placed placed[] = {
        { 1000, 2000, 3000, 1000, 0, 0, "a\xe3\x81\x82\t \x1b\xe2\x80\x8b\xf0\x9f\x98\x80z" },
        { 59000, 100, 500, 4000, 1, 0, "\xe7\xb8\xa6\xe6\x9b\xb8" },
        { 1, 1, 1, 1, 0, 0, "  \xe3\x80\x80" }, /* nothing is left of it */
    };
    g_autoptr(GBytes) jpeg = picture(20, 10, TJSAMP_GRAY);
    g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
    begin_as(stream, "SKPAGES2", 2);
    put_page(stream, (Head){ 20, 10, 60000, 80000, 0 }, jpeg);
    put_words(stream, placed, 3);
    put_page(stream, (Head){ 20, 10, 60000, 80000, 0 }, jpeg);
    put_words(stream, placed, 0);

    autodisarmed kept = layered(stream, SK_VERDICT_KEPT);
    g_assert_cmpint(kept.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&kept, SK_ELEMENT_PDF_TEXT_LAYER), ==, 1);
    g_assert_true(stands(&kept, "/XObject << /P 5 0 R >> /Font << /T 9 0 R >> >> /Contents 4 0 R"));
    g_assert_true(stands(&kept, "<< /Length 170 >>\nstream\nq 600.00 0 0 800.00 0 0 cm /P Do Q\nBT\n3 Tr\n"
                                "/T 10.00 Tf 100.00 Tz 1 0 0 1 10.00 772.00 Tm <00613042007A> Tj\n"
                                "/T 5.00 Tf 400.00 Tz 0 -1 1 0 591.00 799.00 Tm <7E2666F8> Tj\nET\nendstream\n"));
    g_assert_true(stands(&kept, "/XObject << /P 8 0 R >> >> /Contents 7 0 R"));
    g_assert_true(stands(&kept, "9 0 obj\n<< /Type /Font /Subtype /Type0 "));
    g_assert_true(stands(&kept, "trailer\n<< /Size 13 /Root 1 0 R >>\n"));

    /* Nobody asked for words: they are looked at, and left out. */
    autodisarmed removed = layered(stream, SK_VERDICT_NONE);
    g_assert_cmpint(removed.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_false(stands(&removed, "/Font"));
    g_assert_cmpuint(found(&removed, SK_ELEMENT_PDF_TEXT_LAYER), ==, 0);
}

static void
wrong_words(void)
{
    static const Placed wrong[] = {
        { 59999, 0, 2, 1, 0, 0, "a" },          { 0, 79999, 1, 2, 0, 0, "a" },  { UINT32_MAX, 0, 2, 1, 0, 0, "a" },
        { 0, 0, 0, 1, 0, 0, "a" },              { 0, 0, 1, 0, 0, 0, "a" },      { 0, 0, 1, 1, 2, 0, "a" },
        { 0, 0, 1, 1, 0, 0, "" },               { 0, 0, 1, 1, 0, 2, "a" },      { 0, 0, 1, 1, 0, UINT32_MAX, "a" },
        { 0, 0, UINT32_MAX, UINT32_MAX, 0, 0, "a" },
    };
    g_autoptr(GBytes) jpeg = picture(20, 10, TJSAMP_GRAY);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
        begin_as(stream, "SKPAGES2", 1);
        put_page(stream, (Head){ 20, 10, 60000, 80000, 0 }, jpeg);
        put_words(stream, &wrong[i], 1);
        autodisarmed out = layered(stream, SK_VERDICT_KEPT);
        assert_refused(&out, SK_REASON_MALFORMED);
    }
    static const uint32_t counts[] = { 1, 100001, UINT32_MAX };
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(SkSink) stream = sk_sink_new_memory(1u << 20);
        begin_as(stream, "SKPAGES2", 1);
        put_page(stream, (Head){ 20, 10, 60000, 80000, 0 }, jpeg);
        sk_sink_u32le(stream, counts[i]);
        autodisarmed out = layered(stream, SK_VERDICT_KEPT);
        assert_refused(&out, SK_REASON_MALFORMED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pages/form", form);
    g_test_add_func("/pages/lies", lies);
    g_test_add_func("/pages/not-pages", not_pages);
    g_test_add_func("/pages/words", words);
    g_test_add_func("/pages/wrong-words", wrong_words);
    return g_test_run();
}
