/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-drawn.c - pages that sekisho-draw has drawn, as pages of the profile: in their place among
 * rebuilt ones, or all there are of a file that was damaged. Spec: docs/formats/pdf.md,
 * docs/formats/pages.md
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/coefficients.h"
#include "disarm/formats.h"

/* The unit square of the picture onto what is seen of the page, turned as the page is. */
static void
put_square(const SkPdfPage *page, GString *out)
{
    const int64_t *box = page->has_crop ? page->crop : page->media;
    int64_t w = box[2] - box[0], h = box[3] - box[1];
    const int64_t matrices[4][6] = {
        { w, 0, 0, h, box[0], box[1] },
        { 0, h, -w, 0, box[2], box[1] },
        { -w, 0, 0, -h, box[2], box[3] },
        { 0, -h, w, 0, box[0], box[3] },
    };
    const int64_t *matrix = matrices[page->rotate / 90];

    for (unsigned i = 0; i < 6; i++) {
        sk_pdf_put_number(out, matrix[i]);
        g_string_append_c(out, ' ');
    }
}

static bool
copy_picture(SkDisarm *disarm, SkPdfPlan *plan, const SkPage *drawn, SkPdfId *ret, GError **error)
{
    const SkLimits *limits = &disarm->job->limits;
    g_auto(SkJpeg) jpeg = { .parts = NULL };
    g_autoptr(SkSink) sink = sk_sink_new_memory(limits->output);
    SkJpegKind kind = SK_JPEG_OTHER;

    if (!sk_jpeg_parse(drawn->jpeg, limits, &jpeg, error) ||
        !sk_disarm_expand(disarm, (uint64_t)jpeg.width * jpeg.height * jpeg.components / 8, 0, 0,
                          error))
        return false;
    jpeg.density_unit = 0;
    jpeg.density_x = jpeg.density_y = 1;
    if (!sk_coefficients_rebuild(&jpeg, sink, &kind, error) || !sk_sink_finish(sink, error))
        return false;
    if ((kind != SK_JPEG_GREY && kind != SK_JPEG_YCC) || jpeg.width != drawn->width_px ||
        jpeg.height != drawn->height_px)
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: a picture other than announced");
    GString *text = g_string_new(NULL);
    g_string_printf(text,
                    "<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /%s "
                    "/BitsPerComponent 8",
                    jpeg.width, jpeg.height, kind == SK_JPEG_GREY ? "DeviceGray" : "DeviceRGB");
    *ret = sk_pdf_plan_add(plan);
    sk_pdf_plan_set_ready(plan, *ret, text, SK_PDF_FILTER_DCT, NULL, sk_sink_steal_bytes(sink));
    return true;
}

bool
sk_pdf_page_set_picture(SkDisarm *disarm, SkPdfPlan *plan, SkPdfId tree, SkPdfPage *page,
                        const SkPage *drawn, GError **error)
{
    g_autoptr(GString) content = g_string_new("q\n");
    SkPdfId picture = 0;

    if (!copy_picture(disarm, plan, drawn, &picture, error))
        return false;
    put_square(page, content);
    g_string_append(content, "cm\n/X0 Do\nQ\n");
    page->head = sk_pdf_page_head(page, tree);
    g_string_append(page->head, "<< /XObject << /X0 ");
    sk_pdf_put_ref(page->head, picture);
    g_string_append(page->head, " >> >>");
    sk_pdf_page_put_contents(plan, content, page->head);
    return true;
}

/* ---- nothing but pictures ----------------------------------------------------------------- */

static bool
add_page(SkDisarm *self, SkPdfPlan *plan, SkPdfId tree, const SkPage *drawn, GString *kids,
         GError **error)
{
    SkPdfPage page = { .media = { 0, 0, drawn->width * (SK_PDF_ONE / 100),
                                  drawn->height * (SK_PDF_ONE / 100) } };
    SkPdfId id = sk_pdf_plan_add(plan);

    if (!sk_pdf_page_set_picture(self, plan, tree, &page, drawn, error))
        return false;
    g_string_append(page.head, " >>");
    sk_pdf_plan_set(plan, id, page.head);
    if (kids->len > 0)
        g_string_append_c(kids, ' ');
    sk_pdf_put_ref(kids, id);
    return true;
}

bool
sk_pages_disarm_rebuilt(SkDisarm *self, GError **error)
{
    g_autoptr(SkPdfPlan) plan = sk_pdf_plan_new(self->job->limits.output);
    g_autoptr(GString) kids = g_string_new(NULL);
    SkPdfId root = sk_pdf_plan_add(plan), tree = sk_pdf_plan_add(plan);
    SkPages pages;

    if (!sk_pages_parse(self->input, &self->job->limits, &pages, error))
        return false;
    for (bool more = true; more;) {
        SkPage drawn;
        if (!sk_pages_next(&pages, &drawn, &more, error) ||
            (more && !add_page(self, plan, tree, &drawn, kids, error)))
            return false;
    }
    GString *text = g_string_new("<< /Type /Catalog /Pages ");
    sk_pdf_put_ref(text, tree);
    g_string_append(text, " >>");
    sk_pdf_plan_set(plan, root, text);
    text = g_string_new(NULL);
    g_string_printf(text, "<< /Type /Pages /Count %u /Kids [", pages.count);
    g_string_append_len(text, kids->str, (gssize)kids->len);
    g_string_append(text, "] >>");
    sk_pdf_plan_set(plan, tree, text);
    return sk_pdf_plan_write(plan, root, self->sink, error);
}
