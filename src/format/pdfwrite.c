/* SPDX-License-Identifier: Apache-2.0
 * pdfwrite.c - contract in pdfwrite.h. */
#include "format/pdfwrite.h"

#define OBJECTS_BEFORE 2u /* catalog and page tree */
#define OBJECTS_A_PAGE 3u /* page, content, picture */

struct SkPdfWriter {
    SkSink *sink; /* borrowed */
    uint32_t pages;
    GArray *offsets; /* owned, of uint64_t: by object number from 1 */
};

static void
begin_object(SkPdfWriter *self)
{
    uint64_t at = sk_sink_at(self->sink);
    g_array_append_val(self->offsets, at);
    sk_sink_printf(self->sink, "%u 0 obj\n", self->offsets->len);
}

SkPdfWriter *
sk_pdf_writer_new(SkSink *sink, uint32_t pages)
{
    SkPdfWriter *self = g_new0(SkPdfWriter, 1);
    self->sink = sink;
    self->pages = pages;
    self->offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    sk_sink_str(sink, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    begin_object(self);
    sk_sink_str(sink, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    begin_object(self);
    sk_sink_printf(sink, "<< /Type /Pages /Count %u /Kids [", pages);
    for (uint32_t i = 0; i < pages; i++)
        sk_sink_printf(sink, i == 0 ? "%u 0 R" : " %u 0 R", OBJECTS_BEFORE + 1 + i * OBJECTS_A_PAGE);
    sk_sink_str(sink, "] >>\nendobj\n");
    return self;
}

void
sk_pdf_writer_free(SkPdfWriter *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->offsets);
    g_free(self);
}

void
sk_pdf_writer_page(SkPdfWriter *self, uint32_t width, uint32_t height, uint32_t width_px, uint32_t height_px,
                   bool grey, SkSpan jpeg)
{
    uint32_t number = self->offsets->len + 1;
    g_autofree char *w = g_strdup_printf("%u.%02u", width / 100, width % 100);
    g_autofree char *h = g_strdup_printf("%u.%02u", height / 100, height % 100);
    g_autofree char *content = g_strdup_printf("q %s 0 0 %s 0 0 cm /P Do Q", w, h);

    begin_object(self);
    sk_sink_printf(self->sink,
                   "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Resources << /XObject << /P %u 0 R >> >> "
                   "/Contents %u 0 R >>\nendobj\n",
                   w, h, number + 2, number + 1);
    begin_object(self);
    sk_sink_printf(self->sink, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", sk_span_str(content).n, content);
    begin_object(self);
    sk_sink_printf(self->sink,
                   "<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /Device%s /BitsPerComponent 8 "
                   "/Filter /DCTDecode /Length %zu >>\nstream\n",
                   width_px, height_px, grey ? "Gray" : "RGB", jpeg.n);
    sk_sink_span(self->sink, jpeg);
    sk_sink_str(self->sink, "\nendstream\nendobj\n");
}

void
sk_pdf_writer_end(SkPdfWriter *self)
{
    uint32_t objects = OBJECTS_BEFORE + self->pages * OBJECTS_A_PAGE;
    g_assert(self->offsets->len == objects);
    uint64_t xref = sk_sink_at(self->sink);
    sk_sink_printf(self->sink, "xref\n0 %u\n0000000000 65535 f \n", objects + 1);
    for (uint32_t i = 0; i < objects; i++)
        sk_sink_printf(self->sink, "%010" G_GUINT64_FORMAT " 00000 n \n", g_array_index(self->offsets, uint64_t, i));
    sk_sink_printf(self->sink, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%" G_GUINT64_FORMAT "\n%%%%EOF\n",
                   objects + 1, xref);
}
