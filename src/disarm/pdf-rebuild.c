/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-rebuild.c - level `rebuilt` of PDF: opens the file, has its parts copied in order, and writes
 * what came of it; or asks for pictures of the pages that cannot be copied. Spec:
 * docs/formats/pdf.md
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/formats.h"
#include "sandbox/request.h"

#include <stdarg.h>
#include <string.h>

/* ---- words shared by all parts ------------------------------------------------------------ */

void
sk_pdf_place(SkPdfRebuild *self, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)g_vsnprintf(self->place, sizeof self->place, format, args);
    va_end(args);
}

bool
sk_pdf_is_of_page(const SkPdfRebuild *self, const GError *error)
{
    if (self->fatal || error->domain != SK_ERROR)
        return false;
    switch ((SkErrorCode)error->code) {
    case SK_ERROR_TRUNCATED:
    case SK_ERROR_MALFORMED:
    case SK_ERROR_AMBIGUOUS:
    case SK_ERROR_UNSUPPORTED:
    case SK_ERROR_MISMATCH:
        return true;
    case SK_ERROR_LIMIT:
    case SK_ERROR_ENCRYPTED:
    case SK_ERROR_FORBIDDEN:
    case SK_ERROR_IO:
    case SK_ERROR_SANDBOX:
    case SK_ERROR_INTERNAL:
        break;
    }
    return false;
}

bool
sk_pdf_fatal(SkPdfRebuild *self, SkErrorCode code, const char *what, GError **error)
{
    self->fatal = true;
    return sk_throw(error, code, "pdf: %s", what);
}

/* ---- life --------------------------------------------------------------------------------- */

static void
page_clear(gpointer data)
{
    SkPdfPage *page = data;
    if (page->head != NULL)
        g_string_free(page->head, TRUE);
    if (page->marks != NULL)
        g_array_unref(page->marks);
}

static void
link_clear(gpointer data)
{
    SkPdfLink *link = data;
    if (link->head != NULL)
        g_string_free(link->head, TRUE);
    if (link->tail != NULL)
        g_string_free(link->tail, TRUE);
}

static void
form_clear(gpointer data)
{
    SkPdfMarkedForm *form = data;
    if (form->marks != NULL)
        g_array_unref(form->marks);
}

static void
rebuild_clear(SkPdfRebuild *self)
{
    sk_pdf_structure_free(self->elements);
    g_clear_pointer(&self->pages, g_array_unref);
    g_clear_pointer(&self->links, g_array_unref);
    g_clear_pointer(&self->forms, g_array_unref);
    g_clear_pointer(&self->form_at, g_hash_table_unref);
    g_clear_pointer(&self->fields, g_array_unref);
    g_clear_pointer(&self->form_fonts, g_array_unref);
    g_clear_pointer(&self->field_names, g_hash_table_unref);
    g_clear_pointer(&self->tasks, g_array_unref);
    g_clear_pointer(&self->by_ref, g_hash_table_unref);
    g_clear_pointer(&self->draws, g_hash_table_unref);
    g_clear_pointer(&self->weights, g_hash_table_unref);
    g_clear_pointer(&self->hidden, g_hash_table_unref);
    g_clear_pointer(&self->dests, g_hash_table_unref);
    g_clear_pointer(&self->programs, g_hash_table_unref);
    sk_pdf_plan_free(self->walk.plan);
    sk_pdf_memory_free(self->walk.memory);
    sk_pdf_files_free(self->walk.files);
    sk_pdf_free(self->walk.pdf);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfRebuild, rebuild_clear)

static SkPdfRebuild *
rebuild_new(SkDisarm *disarm, SkPdf *pdf)
{
    SkPdfRebuild *self = g_new0(SkPdfRebuild, 1);

    self->walk = (SkPdfWalk){ .disarm = disarm,
                              .pdf = pdf,
                              .plan = sk_pdf_plan_new(disarm->job->limits.output),
                              .memory = sk_pdf_memory_new(),
                              .place = self->place };
    self->pages = g_array_new(FALSE, FALSE, sizeof(SkPdfPage));
    g_array_set_clear_func(self->pages, page_clear);
    self->links = g_array_new(FALSE, FALSE, sizeof(SkPdfLink));
    g_array_set_clear_func(self->links, link_clear);
    self->forms = g_array_new(FALSE, FALSE, sizeof(SkPdfMarkedForm));
    g_array_set_clear_func(self->forms, form_clear);
    self->form_at = g_hash_table_new(g_direct_hash, g_direct_equal);
    self->fields = g_array_new(FALSE, FALSE, sizeof(SkPdfId));
    self->form_fonts = g_array_new(FALSE, FALSE, sizeof(SkPdfId));
    self->field_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->tasks = g_array_new(FALSE, FALSE, sizeof(SkPdfTask));
    self->by_ref = g_hash_table_new(g_direct_hash, g_direct_equal);
    self->draws =
        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, (GDestroyNotify)g_array_unref);
    self->weights = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    self->hidden = g_hash_table_new(g_direct_hash, g_direct_equal);
    self->programs = g_hash_table_new(g_direct_hash, g_direct_equal);
    if (sk_disarm_verdict(disarm, SK_ELEMENT_PDF_ATTACHMENT) == SK_VERDICT_NESTED)
        self->walk.files = sk_pdf_files_new();
    self->tree = sk_pdf_plan_add(self->walk.plan);
    self->drawn = disarm->pages;
    return self;
}

/* ---- the file as a whole ------------------------------------------------------------------ */

static size_t
count_ends(SkSpan input, size_t *ret_last)
{
    SkSpan mark = sk_span_str("%%EOF");
    size_t n = 0;

    for (size_t at = sk_span_find(input, 0, mark); at != SIZE_MAX;
         at = sk_span_find(input, at + mark.n, mark)) {
        *ret_last = at + mark.n;
        n++;
    }
    return n;
}

/* Revisions before the last, and what was put behind the end. A file made for the web has two
 * ends. */
static bool
report_revisions(SkPdfRebuild *self, GError **error)
{
    SkSpan input = self->walk.disarm->input;
    size_t end = input.n, ends = count_ends(input, &end);
    size_t first = MIN(input.n, (size_t)2048);
    bool web =
        sk_span_find(sk_span_sub(input, 0, first), 0, sk_span_str("/Linearized")) != SIZE_MAX;
    size_t revisions = web ? MAX(ends, 2) - 1 : MAX(ends, 1);

    while (end < input.n && (g_ascii_isspace(input.p[end]) || input.p[end] == 0))
        end++;
    return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_REVISIONS,
                        (uint32_t)MIN(revisions - 1, (size_t)10000), error) &&
           sk_pdf_found(&self->walk, SK_ELEMENT_TRAILING_DATA, end < input.n ? 1 : 0, error);
}

/* Pages whose pictures were asked for by the run before this one, and came. */
static bool
take_request(SkPdfRebuild *self, GError **error)
{
    SkReader r = sk_reader(self->walk.disarm->request);
    g_autoptr(GArray) wanted = NULL;

    if (r.in.n == 0)
        return true;
    if (!sk_request_parse(&r, self->pages->len, &wanted, error))
        return false;
    for (guint i = 0; i < wanted->len; i++) {
        uint32_t index = g_array_index(wanted, uint32_t, i);
        if (index >= self->pages->len)
            return sk_throw(error, SK_ERROR_MALFORMED, "pdf: a page that nobody asked for");
        sk_pdf_page(self, index)->to_draw = true;
    }
    return true;
}

/* The pages that could not be rebuilt: sekisho-draw is asked for them. */
static bool
ask(SkPdfRebuild *self, GError **error)
{
    SkDisarm *disarm = self->walk.disarm;
    g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    if (disarm->request.n > 0) /* once more is never asked for */
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: pages that cannot be rebuilt");
    for (uint32_t i = 0; i < self->pages->len; i++) {
        if (sk_pdf_page(self, i)->to_draw)
            g_array_append_val(wanted, i);
    }
    disarm->asks = true;
    sk_request_emit(wanted, disarm->sink);
    return true;
}

static bool
copy(SkPdfRebuild *self, GError **error)
{
    SkPdfId root = 0, outlines = 0, structure = 0;

    if (!report_revisions(self, error) || !sk_pdf_check(self->walk.pdf, error) ||
        !sk_pdf_tree_read(self, error) || !take_request(self, error) ||
        !sk_pdf_layers_read(self, error) || !sk_pdf_structure_read(self, error) ||
        !sk_pdf_pages_rebuild(self, error))
        return false;
    if (self->asked > 0)
        return ask(self, error);
    if (!sk_pdf_structure_write(self, &structure, error))
        return false;
    sk_pdf_pages_finish(self);
    return sk_pdf_outlines(self, &outlines, error) &&
           sk_pdf_catalog(self, outlines, structure, &root, error) &&
           sk_pdf_files_write(&self->walk, root, error);
}

/* ---- locks -------------------------------------------------------------------------------- */

/* With the password of the job, if it has one; else the empty one. The password has then served. */
static bool
open_locked(SkDisarm *disarm, SkPdf **ret, GError **error)
{
    bool given = *disarm->password != '\0';
    g_autoptr(GError) trouble = NULL;
    SkVerdict verdict = SK_VERDICT_NONE;
    bool ok = sk_pdf_open(disarm->input, disarm->password, ret, &trouble);
    bool mine = ok && given && sk_pdf_encrypted(*ret);

    explicit_bzero(disarm->password, sizeof disarm->password);

    if (!ok && given && g_error_matches(trouble, SK_ERROR, SK_ERROR_ENCRYPTED)) {
        g_clear_error(&trouble);
        ok = sk_pdf_open(disarm->input, "", ret, &trouble);
    }
    if (ok)
        return !sk_pdf_encrypted(*ret) ||
               sk_disarm_found(disarm,
                               mine ? SK_ELEMENT_PASSWORD_REMOVED : SK_ELEMENT_READ_ONLY_LOCK,
                               SK_SPAN_EMPTY, 1, &verdict, error);
    if (!g_error_matches(trouble, SK_ERROR, SK_ERROR_ENCRYPTED)) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    sk_report_find(disarm->report, given ? SK_ELEMENT_WRONG_PASSWORD : SK_ELEMENT_PDF_ENCRYPTION,
                   SK_ACTION_REFUSED, SK_SPAN_EMPTY, 1);
    return sk_throw(error, SK_ERROR_ENCRYPTED, "pdf: locked");
}

/* ---- the whole ---------------------------------------------------------------------------- */

static bool
rebuild(SkDisarm *disarm, bool *ret_damaged, GError **error)
{
    SkPdf *pdf = NULL;
    g_autoptr(GError) trouble = NULL;

    if (!open_locked(disarm, &pdf, &trouble)) {
        *ret_damaged = g_error_matches(trouble, SK_ERROR, SK_ERROR_MALFORMED);
        sk_pdf_free(pdf);
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    g_autoptr(SkPdfRebuild) self = rebuild_new(disarm, pdf);
    if (copy(self, error))
        return true;
    *ret_damaged = !sk_pdf_check(pdf, NULL);
    return false;
}

bool
sk_pdf_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    SkVerdict verdict = SK_VERDICT_NONE;
    bool damaged = false;

    if (rebuild(self, &damaged, &trouble))
        return true;
    if (!damaged || !g_error_matches(trouble, SK_ERROR, SK_ERROR_MALFORMED) ||
        self->request.n > 0) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    /* What can only be guessed is not rebuilt: by rule it is drawn as a whole, or refused. */
    if (sk_disarm_verdict(self, SK_ELEMENT_PDF_DAMAGED) == SK_VERDICT_REFUSED) {
        sk_report_find(self->report, SK_ELEMENT_PDF_DAMAGED, SK_ACTION_REFUSED, SK_SPAN_EMPTY, 1);
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    if (!sk_disarm_found(self, SK_ELEMENT_PDF_DAMAGED, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    self->asks = true;
    return true;
}
