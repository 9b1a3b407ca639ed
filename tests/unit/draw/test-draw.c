/* SPDX-License-Identifier: Apache-2.0
 * test-draw.c - PDFs drawn in this process: sizes, turns, crops, what is reported, what is refused. */
#include "draw/draw.h"
#include "draw/text.h"

#include "base/io.h"
#include "base/reader.h"

#include <string.h>
#include <turbojpeg.h>

/* fontconfig, poppler and cairo keep what they have loaded until the process ends, and the sample page of
 * sk_draw_prepare stays open on purpose: leaks of this one suite are not looked for. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
    return 1;
}

typedef struct {
    SkReport *report; /* owned */
    GBytes *pages;    /* owned */
} Drawn;

static void
drawn_clear(Drawn *self)
{
    sk_report_free(self->report);
    g_bytes_unref(self->pages);
}
#define autodrawn __attribute__((cleanup(drawn_clear))) Drawn

static Drawn
draw_with(const SkJob *job, const char *pdf)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) input = g_bytes_new(pdf, strlen(pdf));
    sk_autofd fd = sk_memfd_new("pages", &error);
    g_assert_no_error(error);
    Drawn out = { .report = sk_report_new() };
    sk_draw_run(job, input, fd, out.report);
    g_assert_true(sk_memfd_seal(fd, &error));
    out.pages = sk_memfd_map(fd, &error);
    g_assert_no_error(error);
    return out;
}

static Drawn
draw(const char *pdf)
{
    SkJob job = sk_job_default();
    job.level = SK_LEVEL_IMAGE;
    return draw_with(&job, pdf);
}

/* A PDF of one page: what is put into the page's dictionary and its catalog, and what it draws. */
static char *
pdf(const char *page, const char *catalog, const char *content)
{
    return g_strdup_printf("%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\n"
                           "2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
                           "3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> %s >>\nendobj\n"
                           "4 0 obj\n<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n"
                           "trailer\n<< /Root 1 0 R /Size 5 >>\n",
                           catalog, page, strlen(content), content);
}

static unsigned
found(const Drawn *self, SkElement element)
{
    unsigned n = 0;
    for (unsigned i = 0; i < self->report->findings->len; i++) {
        const SkFinding *finding = &g_array_index(self->report->findings, SkFinding, i);
        n += finding->element == element ? finding->count : 0;
    }
    return n;
}

/* The first page's head, and its picture as RGB. */
static uint8_t *
first_page(const Drawn *self, uint32_t ret[4])
{
    SkReader r = sk_reader_from_bytes(self->pages);
    g_assert_cmpint(self->report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_true(sk_span_is(sk_reader_span(&r, 8), "SKPAGES1"));
    sk_reader_skip(&r, 8);
    for (unsigned i = 0; i < 4; i++)
        ret[i] = sk_reader_u32le(&r);
    SkSpan jpeg = sk_reader_span(&r, sk_reader_u32le(&r));
    g_assert_true(sk_reader_ok(&r));
    tjhandle handle = tjInitDecompress();
    uint8_t *rgb = g_malloc((size_t)ret[0] * ret[1] * 3);
    g_assert_cmpint(tjDecompress2(handle, jpeg.p, jpeg.n, rgb, (int)ret[0], 0, (int)ret[1], TJPF_RGB, 0), ==, 0);
    tjDestroy(handle);
    return rgb;
}

static void
sizes(void)
{
    static const struct {
        const char *page;
        uint32_t head[4];
    } rows[] = {
        { "/MediaBox [0 0 595.28 841.89]", { 1240, 1754, 59528, 84189 } },
        { "/MediaBox [0 0 595.28 841.89] /Rotate 90", { 1754, 1240, 84189, 59528 } },
        { "/MediaBox [0 0 600 800] /CropBox [100 100 300 500]", { 417, 833, 20000, 40000 } },
        { "/MediaBox [0 0 600 800] /CropBox [100 100 300 500] /Rotate 270", { 833, 417, 40000, 20000 } },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *file = pdf(rows[i].page, "", "0 0 1 rg 0 0 150 150 re f");
        autodrawn out = draw(file);
        uint32_t head[4];
        g_autofree uint8_t *rgb = first_page(&out, head);
        for (unsigned k = 0; k < 4; k++)
            g_assert_cmpuint(head[k], ==, rows[i].head[k]);
        g_assert_cmpuint(found(&out, SK_ELEMENT_PDF_DRAWN), ==, 1);
    }
    /* The lower left corner is blue, and a quarter turn clockwise brings it to the upper left. */
    g_autofree char *turned = pdf("/MediaBox [0 0 600 600] /Rotate 90", "", "0 0 1 rg 0 0 150 150 re f");
    autodrawn out = draw(turned);
    uint32_t head[4];
    g_autofree uint8_t *rgb = first_page(&out, head);
    const uint8_t *corner = rgb + (20 * (size_t)head[0] + 20) * 3;
    g_assert_cmpuint(corner[2], >, 200);
    g_assert_cmpuint(corner[0], <, 60);
    const uint8_t *other = rgb + ((head[1] - 20) * (size_t)head[0] + 20) * 3;
    g_assert_cmpuint(other[0], >, 200);
}

static void
reports(void)
{
    g_autofree char *file =
        pdf("/MediaBox [0 0 200 200] /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://e.example) >> >>"
            " << /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (cmd.exe) >> >>]",
            "/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >>", "");
    autodrawn out = draw(file);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PDF_LINK), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PDF_LAUNCH), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PDF_ACTION), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PDF_JAVASCRIPT), >=, 1);

    /* Where to open it is no action; LibreOffice says so in each PDF. */
    g_autofree char *viewed = pdf("/MediaBox [0 0 9 9]", "/OpenAction [3 0 R /XYZ null null 0]", "");
    autodrawn view = draw(viewed);
    g_assert_cmpint(view.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&view, SK_ELEMENT_PDF_ACTION), ==, 0);

    SkJob job = sk_job_default();
    job.verdicts[SK_ELEMENT_PDF_LAUNCH] = SK_VERDICT_REFUSED;
    autodrawn refused = draw_with(&job, file);
    g_assert_cmpint(refused.report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(refused.report->reason, ==, SK_REASON_FORBIDDEN);
}

static void
refusals(void)
{
    static const struct {
        const char *page;
        SkReason reason;
    } rows[] = {
        { "/MediaBox [0 0 30000 200]", SK_REASON_LIMIT },
        { "/MediaBox [0 0 14400 14400]", SK_REASON_LIMIT },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *file = pdf(rows[i].page, "", "");
        autodrawn out = draw(file);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
        g_assert_cmpstr(sk_reason_name(out.report->reason), ==, sk_reason_name(rows[i].reason));
    }
    autodrawn garbage = draw("%PDF-1.4\nnothing else");
    g_assert_cmpint(garbage.report->reason, ==, SK_REASON_MALFORMED);

    SkJob job = sk_job_default();
    job.limits.pages = 0;
    g_autofree char *file = pdf("/MediaBox [0 0 200 200]", "", "");
    autodrawn many = draw_with(&job, file);
    g_assert_cmpint(many.report->reason, ==, SK_REASON_LIMIT);

    /* A page tree that is its own child, a form that draws itself. */
    autodrawn loop = draw("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
                          "2 0 obj\n<< /Type /Pages /Count 9 /Kids [2 0 R] >>\nendobj\n"
                          "trailer\n<< /Root 1 0 R /Size 3 >>\n");
    g_assert_cmpint(loop.report->outcome, ==, SK_OUTCOME_REFUSED);
}

/* Two lines from top to bottom, of which the second stands to the left; then one from left to right. */
static const char vertical[] =
    "%%PDF-1.4\n"
    "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    "2 0 obj\n<< /Type /Pages /Count %s /Kids [3 0 R %s] /MediaBox [0 0 300 300] >>\nendobj\n"
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /V 5 0 R /H 6 0 R >> >> >>\nendobj\n"
    "4 0 obj\n<< /Length 400 >>\nstream\n"
    "BT /H 9 Tf 1 0 0 1 30 30 Tm <%s> Tj /V 9 Tf 1 0 0 1 200 280 Tm <%s> Tj 1 0 0 1 180 280 Tm <%s> Tj ET\n"
    "endstream\nendobj\n"
    "5 0 obj\n<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /90ms-RKSJ-V"
    " /DescendantFonts [7 0 R] >>\nendobj\n"
    "6 0 obj\n<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /90ms-RKSJ-H"
    " /DescendantFonts [7 0 R] >>\nendobj\n"
    "7 0 obj\n<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>"
    " /FontDescriptor << /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 >> >>\nendobj\n"
    "trailer\n<< /Root 1 0 R /Size 8 >>\n";

static void
text_is(const char *input, const char *want, unsigned pictures)
{
    SkJob job = sk_job_default();
    job.level = SK_LEVEL_TEXT;
    autodrawn drawn = draw_with(&job, input);
    g_assert_cmpint(drawn.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(drawn.report->type_out, ==, SK_TYPE_TEXT);
    g_assert_cmpint(drawn.report->level, ==, SK_LEVEL_TEXT);
    g_autofree char *text = sk_span_dup(sk_span_bytes(drawn.pages));
    g_assert_cmpstr(text, ==, want);
    g_assert_cmpuint(found(&drawn, SK_ELEMENT_PICTURE_LEFT_OUT), ==, pictures);
    g_assert_cmpuint(found(&drawn, SK_ELEMENT_PDF_DRAWN), ==, 0);
}

static void
test_text(void)
{
    static const char first[] = "8F638F9182AB82CC95B682CD8142", second[] = "894582A982E78DB682D6816993C782DE816A", note[] = "89A182CC928D";
    g_autofree char *one = g_strdup_printf(vertical, "1", "", note, first, second);
    g_autofree char *two = g_strdup_printf(vertical, "2", "3 0 R", note, first, second);
    g_autofree char *scan = pdf("/MediaBox [0 0 100 100]", "",
                                "q 50 0 0 50 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q");

    text_is(one, "縦書きの文は。\n右から左へ（読む）\n横の注\n", 0);
    text_is(two, "〔ページ1〕\n縦書きの文は。\n右から左へ（読む）\n横の注\n\n〔ページ2〕\n縦書きの文は。\n右から左へ（読む）\n横の注\n", 0);
    text_is(scan, "〔画像〕\n", 1);
}

/* The words of the page, behind its picture. */
static void
test_words(void)
{
    SkJob job = sk_job_default();
    g_autofree char *one = g_strdup_printf(vertical, "1", "", "89A182CC928D", "8F638F91", "89458DB6");
    job.level = SK_LEVEL_IMAGE;
    job.verdicts[SK_ELEMENT_PDF_TEXT_LAYER] = SK_VERDICT_KEPT;
    autodrawn drawn = draw_with(&job, one);
    SkReader r = sk_reader_from_bytes(drawn.pages);
    g_assert_true(sk_span_is(sk_reader_span(&r, 8), "SKPAGES2"));
    sk_reader_skip(&r, 6 * 4);
    sk_reader_skip(&r, sk_reader_u32le(&r));
    g_assert_cmpuint(sk_reader_u32le(&r), ==, 3);
    static const struct {
        uint32_t x, y, width, height, vertical;
        const char *text;
    } want[] = { { 20000, 1100, 900, 1800, 1, "縦書" }, { 18000, 1100, 900, 1800, 1, "右左" }, { 3000, 0, 2700, 0, 0, "横の注" } };
    for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
        g_assert_cmpint(abs((int)sk_reader_u32le(&r) - (int)want[i].x), <=, 460); /* by half a letter, as fonts have it */
        uint32_t y = sk_reader_u32le(&r);
        g_assert_true(want[i].y == 0 || y == want[i].y);
        g_assert_cmpuint(sk_reader_u32le(&r), ==, want[i].width);
        uint32_t height = sk_reader_u32le(&r);
        g_assert_true(want[i].height == 0 || height == want[i].height);
        g_assert_cmpuint(sk_reader_u32le(&r), ==, want[i].vertical);
        SkSpan text = sk_reader_span(&r, sk_reader_u32le(&r));
        g_assert_true(sk_span_is(text, want[i].text));
    }
    g_assert_cmpuint(sk_reader_left(&r), ==, 0);
}

static void
test_plain_chars(void)
{
    static const gunichar cases[][2] = { { 0xFE12, 0x3002 }, { 0xFE35, 0xFF08 }, { 0xFE45, 0xFE45 }, { 0x2F00, 0x4E00 },
                                         { 0x2F47, 0x65E5 }, { 'a', 'a' },       { 9, ' ' },         { 0x1b, 0 },
                                         { 0x85, 0 },        { 0x2FD6, 0x2FD6 } };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmphex(sk_draw_plain_char(cases[i][0]), ==, cases[i][1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    sk_draw_prepare();
    g_test_add_func("/draw/sizes", sizes);
    g_test_add_func("/draw/reports", reports);
    g_test_add_func("/draw/refusals", refusals);
    g_test_add_func("/draw/text", test_text);
    g_test_add_func("/draw/words", test_words);
    g_test_add_func("/draw/plain-chars", test_plain_chars);
    return g_test_run();
}
