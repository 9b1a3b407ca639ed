/* SPDX-License-Identifier: Apache-2.0
 * pages.c - drawn pages into a PDF of pictures. Spec: docs/formats/pages.md, docs/formats/pdf-image.md */
#include "disarm/formats.h"

#include "disarm/coefficients.h"
#include "format/pages.h"
#include "format/pdfwrite.h"

/* The picture of one page, in the canonical form. A renderer of ours writes nothing that would have to be
 * reported; whoever else writes for it has no say in what is dropped. */
static bool
rebuild(SkDisarm *self, const SkPage *page, SkSink *out, SkJpegKind *ret_kind, GError **error)
{
    g_auto(SkJpeg) jpeg = { .parts = NULL };

    if (!sk_jpeg_parse(page->jpeg, &self->job->limits, &jpeg, error) ||
        !sk_disarm_expand(self, (uint64_t)jpeg.width * jpeg.height * jpeg.components, 0, 0, error) ||
        !sk_coefficients_rebuild(&jpeg, out, ret_kind, error) || !sk_sink_finish(out, error))
        return false;
    bool kind = *ret_kind == SK_JPEG_GREY || *ret_kind == SK_JPEG_YCC;
    if (!kind || jpeg.width != page->width_px || jpeg.height != page->height_px)
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: a picture other than announced");
    return true;
}

bool
sk_pages_disarm(SkDisarm *self, GError **error)
{
    SkPages pages;
    if (!sk_pages_parse(self->input, &self->job->limits, &pages, error))
        return false;
    g_autoptr(SkPdfWriter) writer = sk_pdf_writer_new(self->sink, pages.count);
    for (bool more = true; more;) {
        SkPage page;
        SkJpegKind kind = SK_JPEG_OTHER;
        if (!sk_pages_next(&pages, &page, &more, error))
            return false;
        if (!more)
            break;
        g_autoptr(SkSink) jpeg = sk_sink_new_memory(self->job->limits.output);
        if (!rebuild(self, &page, jpeg, &kind, error))
            return false;
        sk_pdf_writer_page(writer, page.width, page.height, page.width_px, page.height_px, kind == SK_JPEG_GREY,
                           sk_sink_memory(jpeg));
    }
    sk_pdf_writer_end(writer);
    return true;
}
