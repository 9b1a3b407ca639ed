/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-objects.h - a small PDF around objects that a test brings, and an engine run over the first of them. Objects are numbered
 * from 3; the first one is what the catalog's /T leads to.
 */
#pragma once

#include "disarm/pdf-filter.h"
#include "disarm/pdf-memory.h"
#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

#include <string.h>

/** PdfObject: @data not NULL: a stream, and @text its dictionary without `>>` and /Length. */
typedef struct {
    const char *text;
    const char *data;
    size_t n;
} PdfObject;

static inline GBytes *
pdf_objects(const PdfObject *objects, size_t count)
{
    GString *out = g_string_new("%PDF-1.7\n");
    g_autoptr(GArray) at = g_array_new(FALSE, FALSE, sizeof(gsize));

    for (size_t i = 0; i < count + 2; i++) {
        g_array_append_val(at, out->len);
        g_string_append_printf(out, "%zu 0 obj\n", i + 1);
        if (i == 0) {
            g_string_append(out, "<< /Type /Catalog /Pages 2 0 R /T 3 0 R >>");
        } else if (i == 1) {
            g_string_append(out, "<< /Type /Pages /Count 0 /Kids [] >>");
        } else {
            const PdfObject *o = &objects[i - 2];
            g_string_append(out, o->text);
            if (o->data != NULL) {
                g_string_append_printf(out, " /Length %zu >>\nstream\n", o->n);
                g_string_append_len(out, o->data, (gssize)o->n);
                g_string_append(out, "\nendstream");
            }
        }
        g_string_append(out, "\nendobj\n");
    }
    gsize xref = out->len;
    g_string_append_printf(out, "xref\n0 %zu\n0000000000 65535 f \n", count + 3);
    for (guint i = 0; i < at->len; i++)
        g_string_append_printf(out, "%010zu 00000 n \n", g_array_index(at, gsize, i));
    g_string_append_printf(out, "trailer\n<< /Size %zu /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", count + 3, xref);
    return g_string_free_to_bytes(out);
}

/** PdfEngine: what is tried on the object. */
typedef bool (*PdfEngine)(SkPdfWalk *walk, SkPdfObject object, SkPdfId *ret, GError **error);

/** pdf_run: (transfer full): the new file, whose /T is what became of the old one's; NULL with @error. */
static inline GBytes *
pdf_run(GBytes *in, PdfEngine engine, GError **error)
{
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = sk_job_default();
    SkDisarm disarm = { .job = &job, .input = sk_span_bytes(in), .report = report };
    g_autoptr(SkPdf) pdf = NULL;
    g_autoptr(SkPdfPlan) plan = sk_pdf_plan_new(64u << 20);
    g_autoptr(SkPdfMemory) memory = sk_pdf_memory_new();
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    SkPdfId id = 0;

    if (!sk_pdf_open(sk_span_bytes(in), "", &pdf, error))
        return NULL;
    SkPdfWalk walk = { .disarm = &disarm, .pdf = pdf, .plan = plan, .memory = memory, .place = "page 1" };
    if (!engine(&walk, sk_pdf_get(pdf, sk_pdf_root(pdf), "T"), &id, error))
        return NULL;
    SkPdfId root = sk_pdf_plan_add(plan), pages = sk_pdf_plan_add(plan);
    GString *text = g_string_new("<< /Type /Catalog /Pages ");
    sk_pdf_put_ref(text, pages);
    g_string_append(text, " /T ");
    sk_pdf_put_ref(text, id);
    g_string_append(text, " >>");
    sk_pdf_plan_set(plan, root, text);
    sk_pdf_plan_set(plan, pages, g_string_new("<< /Type /Pages /Count 0 /Kids [] >>"));
    if (!sk_pdf_plan_write(plan, root, sink, error))
        return NULL;
    return sk_sink_steal_bytes(sink);
}

/** pdf_want: the engine makes of the objects a file in which @want stands, and of that file the same file. (transfer full) */
static inline GBytes *
pdf_want(const PdfObject *objects, size_t count, PdfEngine engine, const char *want)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) in = pdf_objects(objects, count);
    GBytes *out = pdf_run(in, engine, &error);

    g_assert_no_error(error);
    g_autofree char *text = sk_span_dup(sk_span_bytes(out));
    if (sk_span_find(sk_span_bytes(out), 0, sk_span_str(want)) == SIZE_MAX)
        g_error("no %s in %s", want, text);
    g_autoptr(GBytes) again = pdf_run(out, engine, &error);
    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(out, again));
    return out;
}

/** pdf_refused: the engine makes nothing of them. */
static inline void
pdf_refused(const PdfObject *objects, size_t count, PdfEngine engine)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) in = pdf_objects(objects, count);
    g_autoptr(GBytes) out = pdf_run(in, engine, &error);

    if (out != NULL)
        g_error("not refused: %s", objects[0].text);
    g_assert_nonnull(error);
}

/** pdf_plain: (transfer full): the plain bytes of the stream to which /T of @file leads. */
static inline GBytes *
pdf_plain(GBytes *file)
{
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = sk_job_default();
    SkDisarm disarm = { .job = &job, .input = sk_span_bytes(file), .report = report };
    g_autoptr(SkPdf) pdf = NULL;
    g_autoptr(GError) error = NULL;
    GBytes *plain = NULL;

    g_assert_true(sk_pdf_open(sk_span_bytes(file), "", &pdf, &error));
    g_assert_true(sk_pdf_stream_plain(&disarm, pdf, sk_pdf_get(pdf, sk_pdf_root(pdf), "T"), &plain, &error));
    g_assert_no_error(error);
    return plain;
}
