/* SPDX-License-Identifier: Apache-2.0
 * test-filters.c - which type becomes which, and what a worker without LibreOffice says. */
#include "base/io.h"
#include "convert/convert.h"
#include "convert/filters.h"

static void
ways(void)
{
    static const struct {
        SkType from, to;
        const char *head, *import, *export;
    } rows[] = {
        { SK_TYPE_DOC, SK_TYPE_DOCX, "\xd0\xcf\x11\xe0", "MS Word 97", "MS Word 2007 XML" },
        { SK_TYPE_DOC, SK_TYPE_PDF, "\xd0\xcf\x11\xe0", "MS Word 97", "writer_pdf_Export" },
        { SK_TYPE_RTF, SK_TYPE_DOCX, "{\\rtf1", "Rich Text Format", "MS Word 2007 XML" },
        { SK_TYPE_XLS95, SK_TYPE_XLSX, "\xd0\xcf\x11\xe0", "MS Excel 95",
          "Calc MS Excel 2007 XML" },
        { SK_TYPE_XLS95, SK_TYPE_XLSX, "\x09\x04", "MS Excel 4.0", "Calc MS Excel 2007 XML" },
        { SK_TYPE_PPT, SK_TYPE_PPTX, "\xd0\xcf\x11\xe0", "MS PowerPoint 97",
          "Impress MS PowerPoint 2007 XML" },
        { SK_TYPE_DOCX, SK_TYPE_PDF, "PK", "MS Word 2007 XML", "writer_pdf_Export" },
        { SK_TYPE_ODS, SK_TYPE_PDF, "PK", "calc8", "calc_pdf_Export" },
        { SK_TYPE_SVG, SK_TYPE_PDF, "<svg", "SVG - Scalable Vector Graphics", "draw_pdf_Export" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkConvertWay way;
        g_assert_true(sk_convert_way(rows[i].from, rows[i].to, sk_span_str(rows[i].head), &way));
        g_assert_cmpstr(way.import, ==, rows[i].import);
        g_assert_cmpstr(way.export, ==, rows[i].export);
    }
}

/* Never what a compromised disarmer might like: to another family, to itself, from what is no
 * document. */
static void
no_ways(void)
{
    static const SkType pairs[][2] = {
        { SK_TYPE_DOC, SK_TYPE_XLSX },  { SK_TYPE_DOC, SK_TYPE_DOC },
        { SK_TYPE_DOCX, SK_TYPE_DOCX }, { SK_TYPE_PDF, SK_TYPE_DOCX },
        { SK_TYPE_PDF, SK_TYPE_PDF },   { SK_TYPE_HTML, SK_TYPE_DOCX },
        { SK_TYPE_NONE, SK_TYPE_PDF },  { SK_TYPE_EXE, SK_TYPE_PDF },
        { SK_TYPE_RTF, SK_TYPE_HTML },  { SK_TYPE_DOC, SK_TYPE_NONE },
        { SK_TYPE_SVG, SK_TYPE_NONE },  { SK_TYPE_SVG, SK_TYPE_PPTX },
        { SK_TYPE_DOCM, SK_TYPE_PDF },  { SK_TYPE_XLS, SK_TYPE_DOCX },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        SkConvertWay way;
        g_assert_false(sk_convert_way(pairs[i][0], pairs[i][1], SK_SPAN_EMPTY, &way));
    }
}

/* Where nothing was loaded, as on a machine without it. */
static void
absent(void)
{
    g_autoptr(GBytes) input = g_bytes_new_static("{\\rtf1 x}", 9);
    g_autoptr(SkReport) report = sk_report_new();
    sk_autofd output = sk_memfd_new("t", NULL);
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_RTF;
    job.target = SK_TYPE_DOCX;
    sk_convert_run(&job, input, output, report);
    g_assert_cmpint(report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(report->reason, ==, SK_REASON_UNSUPPORTED);
    g_assert_cmpint(report->type_in, ==, SK_TYPE_RTF);
    g_assert_cmpint(sk_io_size(output), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/convert/ways", ways);
    g_test_add_func("/convert/no-ways", no_ways);
    g_test_add_func("/convert/absent", absent);
    return g_test_run();
}
