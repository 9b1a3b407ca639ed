/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-page.c - pages: their content, what lies on them, their boxes. A page that cannot be rebuilt
 * becomes a picture in its place.
 * Spec: docs/formats/pdf.md, kind `page`; ISO 32000-1, 7.7.3.3
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/pdf-content.h"
#include "disarm/pdf-filter.h"
#include "format/pages.h"

#define CONTENTS_MAX 100000u
/* What has been copied for a page that failed may mention what was not: these are not used
 * again. */
#define LETTERS_OF_CONTENT "ft3g"

/* ---- content ------------------------------------------------------------------------------ */

static bool
append_stream(SkPdfRebuild *self, SkPdfObject stream, GByteArray *to, GError **error)
{
    g_autoptr(GBytes) plain = NULL;

    if (sk_pdf_type(self->walk.pdf, stream) != SK_PDF_STREAM)
        return true;
    if (sk_pdf_has(self->walk.pdf, stream, "F"))
        return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_EXTERNAL_STREAM, 1, error);
    if (!sk_pdf_stream_plain(self->walk.disarm, self->walk.pdf, stream, &plain, error))
        return false;
    SkSpan bytes = sk_span_bytes(plain);
    if (to->len > 0)
        g_byte_array_append(to, (const guint8 *)"\n", 1);
    g_byte_array_append(to, bytes.p, (guint)bytes.n);
    return true;
}

static bool
read_contents(SkPdfRebuild *self, SkPdfObject source, GByteArray *to, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject contents = sk_pdf_get(pdf, source, "Contents");

    if (sk_pdf_type(pdf, contents) == SK_PDF_STREAM)
        return append_stream(self, contents, to, error);
    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, contents), CONTENTS_MAX); i++) {
        if (!append_stream(self, sk_pdf_item(pdf, contents, i), to, error))
            return false;
    }
    return true;
}

/* ---- its text ----------------------------------------------------------------------------- */

GString *
sk_pdf_page_head(const SkPdfPage *page, SkPdfId tree)
{
    GString *text = g_string_new("<< /Type /Page /Parent ");

    sk_pdf_put_ref(text, tree);
    g_string_append(text, " /MediaBox ");
    sk_pdf_put_numbers(text, page->media, 4);
    if (page->has_crop) {
        g_string_append(text, " /CropBox ");
        sk_pdf_put_numbers(text, page->crop, 4);
    }
    if (page->rotate != 0)
        g_string_append_printf(text, " /Rotate %d", page->rotate);
    if (page->unit != 0) {
        g_string_append(text, " /UserUnit ");
        sk_pdf_put_number(text, page->unit);
    }
    g_string_append(text, " /Resources ");
    return text;
}

void
sk_pdf_page_put_contents(SkPdfPlan *plan, const GString *content, GString *text)
{
    SkPdfId id = sk_pdf_plan_add(plan);

    sk_pdf_plan_set_stream(plan, id, g_string_new("<<"), sk_span(content->str, content->len));
    g_string_append(text, " /Contents ");
    sk_pdf_put_ref(text, id);
}

static bool
rebuild_page(SkPdfRebuild *self, guint index, GError **error)
{
    SkPdfPage *page = sk_pdf_page(self, index);
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(SkPdfNames) names =
        sk_pdf_names_new(self, page->id, page->resources, sk_pdf_ref(pdf, page->source));
    g_autoptr(GByteArray) plain = g_byte_array_new();
    g_autoptr(GString) content = g_string_new(NULL);

    sk_pdf_names_set_box(names, page->media);
    if (!read_contents(self, page->source, plain, error) ||
        !sk_pdf_names_rebuild(names, sk_span(plain->data, plain->len), SK_PDF_CONTENT_PAGE, content,
                              error) ||
        !sk_pdf_appearances(self, index, names, content, error) || !sk_pdf_tasks_run(self, error) ||
        !sk_pdf_weigh(self, page->id, error))
        return false;
    g_autoptr(GString) text = sk_pdf_page_head(page, self->tree);
    sk_pdf_names_put(names, text);
    sk_pdf_page_put_contents(self->walk.plan, content, text);
    if (!sk_pdf_group_put(self, sk_pdf_get(pdf, page->source, "Group"), text, error))
        return false;
    page->head = g_steal_pointer(&text);
    return true;
}

/* ---- all of them -------------------------------------------------------------------------- */

static bool
report_page(SkPdfRebuild *self, SkPdfObject source, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    unsigned metadata = (sk_pdf_has(pdf, source, "Metadata") ? 1u : 0u) +
                        (sk_pdf_has(pdf, source, "PieceInfo") ? 1u : 0u);
    SkPdfObject events = sk_pdf_get(pdf, source, "AA");

    return (sk_pdf_type(pdf, events) == SK_PDF_NULL || sk_pdf_actions(self, events, error)) &&
           sk_pdf_found(&self->walk, SK_ELEMENT_PDF_METADATA, metadata, error) &&
           sk_pdf_found_files(&self->walk, source, error);
}

/* Tries; what is only this page's fault asks for its picture. */
static bool
try_page(SkPdfRebuild *self, guint index, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    unsigned memories = sk_pdf_memories(&self->walk), fields = self->fields->len;

    if (rebuild_page(self, index, &trouble) && sk_pdf_check(self->walk.pdf, &trouble))
        return true;
    g_array_set_size(self->tasks, 0);
    g_array_set_size(self->fields, fields);
    sk_pdf_forget_since(&self->walk, memories, LETTERS_OF_CONTENT);
    if (!sk_pdf_check(self->walk.pdf, error))
        return false; /* the file itself is damaged */
    if (!sk_pdf_is_of_page(self, trouble)) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    sk_pdf_page(self, index)->to_draw = true;
    self->asked++;
    return true;
}

static bool
take_page(SkPdfRebuild *self, guint index, SkPages *drawn, GError **error)
{
    SkPdfPage *page = sk_pdf_page(self, index);
    SkVerdict verdict = SK_VERDICT_NONE;
    SkPage picture;
    bool more = false;

    if (!page->to_draw)
        return try_page(self, index, error);
    if (!sk_pages_next(drawn, &picture, &more, error))
        return false;
    if (!more)
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: fewer than were asked for");
    return sk_disarm_found(self->walk.disarm, SK_ELEMENT_PDF_DRAWN, sk_span_str(self->walk.place),
                           1, &verdict, error) &&
           sk_pdf_page_set_picture(self->walk.disarm, self->walk.plan, self->tree, page, &picture,
                                   error);
}

bool
sk_pdf_pages_rebuild(SkPdfRebuild *self, GError **error)
{
    SkPages drawn = { 0 };

    if (self->drawn.n > 0 &&
        !sk_pages_parse(self->drawn, &self->walk.disarm->job->limits, &drawn, error))
        return false;
    for (guint i = 0; i < self->pages->len; i++) {
        size_t mark = sk_pdf_mark(self->walk.pdf);
        sk_pdf_place(self, "page %u", i + 1);
        self->page = i;
        bool ok = report_page(self, sk_pdf_page(self, i)->source, error) &&
                  sk_pdf_annotations(self, i, error) && take_page(self, i, &drawn, error);
        sk_pdf_release(self->walk.pdf, mark);
        if (!ok)
            return false;
    }
    sk_pdf_place(self, "%s", "");
    return true;
}

static void
set_link(SkPdfRebuild *self, SkPdfLink *link)
{
    GString *text = g_steal_pointer(&link->head);

    if (link->element != 0)
        g_string_append_printf(text, " /StructParent %u", link->parent);
    g_string_append_len(text, link->tail->str, (gssize)link->tail->len);
    sk_pdf_plan_set(self->walk.plan, link->id, text);
}

static void
finish_page(SkPdfRebuild *self, SkPdfPage *page)
{
    GString *text = g_steal_pointer(&page->head);

    if (page->marks != NULL)
        g_string_append_printf(text, " /StructParents %u", page->parents);
    for (guint i = 0; i < page->links; i++) {
        SkPdfLink *link = &g_array_index(self->links, SkPdfLink, page->first_link + i);
        g_string_append(text, i == 0 ? " /Annots [" : " ");
        sk_pdf_put_ref(text, link->id);
        set_link(self, link);
    }
    g_string_append(text, page->links > 0 ? "] >>" : " >>");
    sk_pdf_plan_set(self->walk.plan, page->id, text);
}

void
sk_pdf_pages_finish(SkPdfRebuild *self)
{
    GString *tree = g_string_new(NULL);

    g_string_printf(tree, "<< /Type /Pages /Count %u /Kids [", self->pages->len);
    for (guint i = 0; i < self->pages->len; i++) {
        if (i > 0)
            g_string_append_c(tree, ' ');
        sk_pdf_put_ref(tree, sk_pdf_page(self, i)->id);
        finish_page(self, sk_pdf_page(self, i));
    }
    g_string_append(tree, "] >>");
    sk_pdf_plan_set(self->walk.plan, self->tree, tree);
}
