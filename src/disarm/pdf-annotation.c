/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-annotation.c - what lies on a page: links stay, everything else is told (and drawn,
 * pdf-appearance.c).
 * Spec: docs/formats/pdf.md, "How it is made", kind `link`; ISO 32000-1, 12.5
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/pdf-signer.h"

#define ANNOTATIONS_MAX 100000u
#define PARENTS_MAX 32u
#define FLAG_HIDDEN 2
#define FLAG_NO_VIEW 32

bool
sk_pdf_is_seen(SkPdfRebuild *self, SkPdfObject annotation)
{
    SkPdf *pdf = self->walk.pdf;
    int32_t flags = 0;

    (void)sk_pdf_int(pdf, sk_pdf_get(pdf, annotation, "F"), &flags);
    return (flags & (FLAG_HIDDEN | FLAG_NO_VIEW)) == 0 &&
           !sk_pdf_layer_hidden(self, sk_pdf_get(pdf, annotation, "OC"));
}

SkPdfObject
sk_pdf_field_get(SkPdf *pdf, SkPdfObject field, const char *key)
{
    SkPdfObject value = sk_pdf_get(pdf, field, key);

    for (unsigned i = 0; i < PARENTS_MAX && sk_pdf_type(pdf, value) == SK_PDF_NULL; i++) {
        field = sk_pdf_get(pdf, field, "Parent");
        value = sk_pdf_get(pdf, field, key);
    }
    return value;
}

/* ---- findings ----------------------------------------------------------------------------- */

static bool
report_actions(SkPdfRebuild *self, SkPdfObject annotation, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject action = sk_pdf_get(pdf, annotation, "A"),
                events = sk_pdf_get(pdf, annotation, "AA");

    return (sk_pdf_type(pdf, action) == SK_PDF_NULL || sk_pdf_action(self, action, NULL, error)) &&
           (sk_pdf_type(pdf, events) == SK_PDF_NULL || sk_pdf_actions(self, events, error));
}

/* The name that the signature gives, or its certificate, stands behind the place. */
static bool
report_signature(SkPdfRebuild *self, SkPdfObject value, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autofree char *name = sk_pdf_text(pdf, sk_pdf_get(pdf, value, "Name"));
    g_autoptr(GBytes) contents = sk_pdf_string(pdf, sk_pdf_get(pdf, value, "Contents"));
    SkVerdict verdict = SK_VERDICT_NONE;

    if (name == NULL || *name == '\0') {
        g_free(name);
        name = contents == NULL ? NULL : sk_pdf_signer(sk_span_bytes(contents));
    }
    g_autofree char *place =
        g_strdup_printf("%s, %.200s", self->walk.place, name == NULL ? "?" : name);
    g_autofree char *valid = g_utf8_make_valid(place, -1);
    return sk_disarm_found(self->walk.disarm, SK_ELEMENT_PDF_SIGNATURE,
                           sk_span_str(name == NULL ? self->walk.place : valid), 1, &verdict,
                           error);
}

static bool
report_field(SkPdfRebuild *self, bool drawn, SkPdfObject annotation, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject value = sk_pdf_field_get(pdf, annotation, "V");

    if (sk_pdf_name_is(pdf, sk_pdf_field_get(pdf, annotation, "FT"), "Sig") &&
        sk_pdf_is_dictionary(pdf, value))
        return report_signature(self, value, error);
    bool kept = sk_disarm_verdict(self->walk.disarm, SK_ELEMENT_PDF_FORM) == SK_VERDICT_KEPT;
    if (!kept || (!drawn && sk_pdf_field_stays(self, annotation)))
        return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_FORM, 1, error);
    sk_report_find(self->walk.disarm->report, SK_ELEMENT_PDF_FORM, SK_ACTION_REPLACED,
                   sk_span_str(self->walk.place), 1);
    return true;
}

static SkElement
element_of(SkSpan subtype)
{
    static const struct {
        const char *name;
        SkElement element;
    } subtypes[] = {
        { "FileAttachment", SK_ELEMENT_PDF_ATTACHMENT },
        { "Screen", SK_ELEMENT_PDF_RICH_MEDIA },
        { "Movie", SK_ELEMENT_PDF_RICH_MEDIA },
        { "Sound", SK_ELEMENT_PDF_RICH_MEDIA },
        { "3D", SK_ELEMENT_PDF_RICH_MEDIA },
        { "RichMedia", SK_ELEMENT_PDF_RICH_MEDIA },
        { "Popup", SK_ELEMENT_NONE },
        { "PrinterMark", SK_ELEMENT_NONE },
        { "TrapNet", SK_ELEMENT_NONE },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(subtypes); i++) {
        if (sk_span_is(subtype, subtypes[i].name))
            return subtypes[i].element;
    }
    return SK_ELEMENT_PDF_ANNOTATION;
}

static bool
report(SkPdfRebuild *self, bool drawn, SkPdfObject annotation, SkSpan subtype, GError **error)
{
    SkElement element = element_of(subtype);

    if (!report_actions(self, annotation, error))
        return false;
    if (sk_span_is(subtype, "Widget"))
        return report_field(self, drawn, annotation, error);
    if (element == SK_ELEMENT_PDF_ATTACHMENT)
        return sk_pdf_found_file(&self->walk, sk_pdf_get(self->walk.pdf, annotation, "FS"), SK_PDF_NOTHING, error);
    return element == SK_ELEMENT_NONE || sk_pdf_found(&self->walk, element, 1, error);
}

/* ---- links -------------------------------------------------------------------------------- */

/* Readers draw a thin black frame where nothing is said. */
static void
put_border(SkPdf *pdf, SkPdfObject link, bool bare, GString *out)
{
    SkPdfObject border = sk_pdf_get(pdf, link, "Border"), style = sk_pdf_get(pdf, link, "BS");
    int64_t numbers[3] = { 0, 0, SK_PDF_ONE };

    for (uint32_t i = 0; i < 3; i++) {
        if (!sk_pdf_number(pdf, sk_pdf_item(pdf, border, i), &numbers[i]) || numbers[i] < 0)
            numbers[i] = i == 2 ? SK_PDF_ONE : 0;
    }
    if (sk_pdf_type(pdf, style) == SK_PDF_DICTIONARY &&
        (!sk_pdf_number(pdf, sk_pdf_get(pdf, style, "W"), &numbers[2]) || numbers[2] < 0))
        numbers[2] = SK_PDF_ONE;
    if (bare)
        numbers[2] = 0;
    g_string_append(out, " /Border ");
    sk_pdf_put_numbers(out, numbers, 3);
}

static void
put_colour(SkPdf *pdf, SkPdfObject link, GString *out)
{
    SkPdfObject source = sk_pdf_get(pdf, link, "C");
    uint32_t n = sk_pdf_count(pdf, source);
    int64_t colour[3];

    if (n == 1 && sk_pdf_numbers(pdf, source, 1, colour))
        colour[1] = colour[2] = colour[0];
    else if (n != 3 || !sk_pdf_numbers(pdf, source, 3, colour))
        return;
    for (unsigned i = 0; i < 3; i++)
        colour[i] = CLAMP(colour[i], 0, SK_PDF_ONE);
    g_string_append(out, " /C ");
    sk_pdf_put_numbers(out, colour, 3);
}

/* Where it leads: ` /Dest …` or ` /A …`; nothing where it leads nowhere any more. */
static bool
read_target(SkPdfRebuild *self, SkPdfObject link, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject action = sk_pdf_get(pdf, link, "A"), path = sk_pdf_get(pdf, link, "PA");
    g_autoptr(GString) dest = g_string_new(NULL);

    if (sk_pdf_dest(self, sk_pdf_get(pdf, link, "Dest"), dest)) {
        g_string_append(out, " /Dest ");
        g_string_append_len(out, dest->str, (gssize)dest->len);
    }
    return (sk_pdf_type(pdf, action) == SK_PDF_NULL ||
            sk_pdf_action(self, action, out->len > 0 ? NULL : out, error)) &&
           (sk_pdf_type(pdf, path) == SK_PDF_NULL || sk_pdf_action(self, path, NULL, error)) &&
           sk_pdf_actions(self, sk_pdf_get(pdf, link, "AA"), error);
}

static bool
take_link(SkPdfRebuild *self, guint page, SkPdfObject annotation, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) target = g_string_new(NULL);
    g_autofree char *contents = sk_pdf_text(pdf, sk_pdf_get(pdf, annotation, "Contents"));
    SkPdfObject colour = sk_pdf_get(pdf, annotation, "C");
    bool bare = sk_pdf_type(pdf, colour) == SK_PDF_ARRAY && sk_pdf_count(pdf, colour) == 0;
    int64_t rect[4];

    if (!read_target(self, annotation, target, error))
        return false;
    if (target->len == 0 || !sk_pdf_is_seen(self, annotation) ||
        !sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, annotation, "Rect"), rect))
        return true;
    SkPdfLink link = { .id = sk_pdf_plan_add(self->walk.plan),
                       .page = page,
                       .ref = sk_pdf_ref(pdf, annotation),
                       .head = g_string_new("<< /Type /Annot /Subtype /Link /Rect "),
                       .tail = g_string_new(NULL) };
    sk_pdf_put_numbers(link.head, rect, 4);
    put_border(pdf, annotation, bare, link.head);
    put_colour(pdf, annotation, link.head);
    if (contents != NULL && *contents != '\0') {
        g_string_append(link.tail, " /Contents ");
        sk_pdf_put_text(link.tail, contents);
    }
    g_string_append_len(link.tail, target->str, (gssize)target->len);
    g_string_append(link.tail, " >>");
    g_array_append_val(self->links, link);
    return true;
}

bool
sk_pdf_annotations(SkPdfRebuild *self, guint index, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfPage *page = sk_pdf_page(self, index);
    SkPdfObject list = sk_pdf_get(pdf, page->source, "Annots");
    uint32_t n = MIN(sk_pdf_count(pdf, list), ANNOTATIONS_MAX);

    page->first_link = self->links->len;
    for (uint32_t i = 0; i < n; i++) {
        SkPdfObject annotation = sk_pdf_item(pdf, list, i);
        SkSpan subtype = sk_pdf_name(pdf, sk_pdf_get(pdf, annotation, "Subtype"));
        if (sk_pdf_type(pdf, annotation) != SK_PDF_DICTIONARY)
            continue;
        if (!sk_pdf_found_files(&self->walk, annotation, error))
            return false;
        bool ok = sk_span_is(subtype, "Link")
                      ? take_link(self, index, annotation, error)
                      : report(self, page->to_draw, annotation, subtype, error);
        if (!ok)
            return false;
    }
    page->links = self->links->len - page->first_link;
    return sk_pdf_check(pdf, error);
}
