/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-appearance.c - annotations and form fields as they are seen, drawn into their page: the
 * normal appearance, moved as the reader would move it, or one that is made (pdf-look.c). Spec:
 * docs/formats/pdf.md, "How it is made"; ISO 32000-1, 12.5.5
 */
#include "disarm/pdf-look.h"

#include <math.h>

#define ANNOTATIONS_MAX 100000u
#define LOOKS_MAX 20000u /* of a file */

/* ---- which one ---------------------------------------------------------------------------- */

/* The stream that is seen now, or nothing. */
static SkPdfObject
normal_appearance(SkPdf *pdf, SkPdfObject annotation)
{
    SkPdfObject normal = sk_pdf_get(pdf, sk_pdf_get(pdf, annotation, "AP"), "N");
    SkSpan state = sk_pdf_name(pdf, sk_pdf_get(pdf, annotation, "AS"));

    if (sk_pdf_type(pdf, normal) != SK_PDF_DICTIONARY)
        return normal;
    if (state.n == 0)
        return SK_PDF_NOTHING;
    g_autofree char *key = sk_span_dup(state);
    return sk_pdf_get(pdf, normal, key);
}

static bool
is_one_of(SkSpan name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (sk_span_is(name, *names))
            return true;
    }
    return false;
}

static bool
is_drawn(SkSpan subtype)
{
    static const char *const not_drawn[] = { "Link", "Popup", "PrinterMark", "TrapNet", NULL };
    return subtype.n > 0 && !is_one_of(subtype, not_drawn);
}

/* ---- where -------------------------------------------------------------------------------- */

static double
real(int64_t number)
{
    return (double)number / (double)SK_PDF_ONE;
}

/* The box of the form's own box under its matrix. */
static void
moved_box(const int64_t box[4], const int64_t matrix[6], double ret[4])
{
    for (unsigned i = 0; i < 4; i++) {
        double x = real(box[i & 1 ? 2 : 0]), y = real(box[i & 2 ? 3 : 1]);
        double u = real(matrix[0]) * x + real(matrix[2]) * y + real(matrix[4]);
        double v = real(matrix[1]) * x + real(matrix[3]) * y + real(matrix[5]);
        ret[0] = i == 0 ? u : fmin(ret[0], u);
        ret[1] = i == 0 ? v : fmin(ret[1], v);
        ret[2] = i == 0 ? u : fmax(ret[2], u);
        ret[3] = i == 0 ? v : fmax(ret[3], v);
    }
}

static bool
put_real(GString *out, double value)
{
    if (!(fabs(value) < 1e9))
        return false;
    sk_pdf_put_number(out, (int64_t)llround(value * (double)SK_PDF_ONE));
    g_string_append_c(out, ' ');
    return true;
}

/* `sx 0 0 sy tx ty cm`; false where it would be drawn nowhere. */
static bool
put_move(SkPdf *pdf, SkPdfObject form, const int64_t rect[4], GString *out)
{
    int64_t box[4], matrix[6] = { SK_PDF_ONE, 0, 0, SK_PDF_ONE, 0, 0 };
    double at[4] = { 0 };

    if (!sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, form, "BBox"), box))
        return false;
    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, form, "Matrix"), 6, matrix)) {
        matrix[0] = matrix[3] = SK_PDF_ONE;
        matrix[1] = matrix[2] = matrix[4] = matrix[5] = 0;
    }
    moved_box(box, matrix, at);
    double width = at[2] - at[0], height = at[3] - at[1];
    if (!(width > 0) || !(height > 0))
        return false;
    double sx = real(rect[2] - rect[0]) / width, sy = real(rect[3] - rect[1]) / height;
    return put_real(out, sx) && put_real(out, 0) && put_real(out, 0) && put_real(out, sy) &&
           put_real(out, real(rect[0]) - at[0] * sx) && put_real(out, real(rect[1]) - at[1] * sy);
}

/* ---- the page ----------------------------------------------------------------------------- */

/* A look that is made here stands where it is: it is drawn by page coordinates. */
static bool
draw_made(SkPdfRebuild *self, guint page, SkPdfObject annotation, SkSpan subtype, SkPdfNames *names,
          GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    bool stays = sk_pdf_field_stays(self, annotation);
    int64_t rect[4];
    SkPdfId made = 0;

    if (!sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, annotation, "Rect"), rect))
        return true;
    if (++self->looks > LOOKS_MAX)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: too many looks to make");
    if (!sk_pdf_look(self, annotation, subtype, rect, &made, error))
        return false;
    if (stays)
        return sk_pdf_field(self, page, annotation, made, error);
    if (made != 0)
        g_string_append_printf(out, "q\n/X%u Do\nQ\n", sk_pdf_names_add(names, made));
    return true;
}

static bool
draw_one(SkPdfRebuild *self, guint page, SkPdfObject annotation, SkPdfNames *names, GString *out,
         GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject form = normal_appearance(pdf, annotation);
    SkPdfObject fields = sk_pdf_get(pdf, sk_pdf_root(pdf), "AcroForm");
    SkSpan subtype = sk_pdf_name(pdf, sk_pdf_get(pdf, annotation, "Subtype"));
    g_autoptr(GString) move = g_string_new(NULL);
    int64_t rect[4];
    SkPdfId id = 0;

    if (!is_drawn(subtype) || !sk_pdf_is_seen(self, annotation) ||
        !sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, annotation, "Rect"), rect))
        return true;
    if (sk_pdf_type(pdf, form) != SK_PDF_STREAM &&
        !sk_pdf_has(pdf, sk_pdf_get(pdf, annotation, "AP"), "N"))
        return draw_made(self, page, annotation, subtype, names, out, error);
    if (sk_pdf_field_stays(self, annotation))
        return sk_pdf_field(self, page, annotation, 0, error);
    if (sk_pdf_type(pdf, form) != SK_PDF_STREAM || !put_move(pdf, form, rect, move))
        return true;
    if (!sk_pdf_task(self, SK_PDF_TASK_FORM, form, sk_pdf_get(pdf, fields, "DR"),
                     sk_pdf_ref(pdf, fields), &id, error))
        return false;
    g_string_append_printf(out, "q\n%scm\n/X%u Do\nQ\n", move->str, sk_pdf_names_add(names, id));
    return true;
}

bool
sk_pdf_appearances(SkPdfRebuild *self, guint index, SkPdfNames *names, GString *content,
                   GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject list = sk_pdf_get(pdf, sk_pdf_page(self, index)->source, "Annots");
    g_autoptr(GString) drawn = g_string_new(NULL);

    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, list), ANNOTATIONS_MAX); i++) {
        SkPdfObject annotation = sk_pdf_item(pdf, list, i);
        if (sk_pdf_type(pdf, annotation) == SK_PDF_DICTIONARY &&
            !draw_one(self, index, annotation, names, drawn, error))
            return false;
    }
    if (drawn->len == 0)
        return true;
    if (content->len > 0) { /* what the page's own content leaves behind is not theirs */
        g_string_prepend(content, "q\n");
        g_string_append(content, "Q\n");
    }
    g_string_append_len(content, drawn->str, (gssize)drawn->len);
    return true;
}
