/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-field.c - form fields that stay fields, by rule: text, choices and check boxes, each with its
 * look and nothing that acts. Radio buttons, push buttons and signatures are drawn into the page
 * all the same.
 * Spec: docs/formats/pdf.md, kinds `field`, `form-fields`, rule 10; ISO 32000-1, 12.7
 */
#include "disarm/pdf-rebuild.h"

#include <string.h>

#define PARENTS_MAX 32u
#define OPTIONS_MAX 1000u
#define FLAG_RADIO (1 << 15)
#define FLAG_PUSH (1 << 16)
/* Read-only, required, no export, multi-line, password, check and spell, scroll, comb, combo,
 * edit, sort, multi-select. */
#define FLAGS_KEPT                                                                                 \
    (7 | 1 << 12 | 1 << 13 | 1 << 17 | 1 << 18 | 1 << 19 | 1 << 21 | 1 << 22 | 1 << 23 | 1 << 24)

static bool
is_off(SkSpan state)
{
    return state.n == 0 || sk_span_is(state, "Off");
}

/* The state of a check box that is not off: the one it is in, or the first that has a look. */
static char *
on_state(SkPdf *pdf, SkPdfObject annotation)
{
    SkPdfObject looks = sk_pdf_get(pdf, sk_pdf_get(pdf, annotation, "AP"), "N");
    SkSpan now = sk_pdf_name(pdf, sk_pdf_get(pdf, annotation, "AS"));
    g_autoptr(GPtrArray) keys =
        sk_pdf_keys(pdf, sk_pdf_type(pdf, looks) == SK_PDF_DICTIONARY ? looks : SK_PDF_NOTHING);

    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        bool candidate = is_off(now) ? !is_off(sk_span_str(key)) : sk_span_is(now, key);
        if (candidate && sk_pdf_type(pdf, sk_pdf_get(pdf, looks, key)) == SK_PDF_STREAM)
            return g_strdup(key);
    }
    return NULL;
}

bool
sk_pdf_field_stays(SkPdfRebuild *self, SkPdfObject annotation)
{
    SkPdf *pdf = self->walk.pdf;
    SkSpan type = sk_pdf_name(pdf, sk_pdf_field_get(pdf, annotation, "FT"));
    SkPdfType value = sk_pdf_type(pdf, sk_pdf_field_get(pdf, annotation, "V"));
    int32_t flags = 0;
    int64_t rect[4];

    if (sk_disarm_verdict(self->walk.disarm, SK_ELEMENT_PDF_FORM) != SK_VERDICT_KEPT ||
        !sk_pdf_is_seen(self, annotation) ||
        !sk_pdf_name_is(pdf, sk_pdf_get(pdf, annotation, "Subtype"), "Widget") ||
        !sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, annotation, "Rect"), rect))
        return false;
    (void)sk_pdf_int(pdf, sk_pdf_field_get(pdf, annotation, "Ff"), &flags);
    if (sk_span_is(type, "Btn")) {
        g_autofree char *on = on_state(pdf, annotation);
        return (flags & (FLAG_RADIO | FLAG_PUSH)) == 0 && on != NULL;
    }
    return (sk_span_is(type, "Tx") || sk_span_is(type, "Ch")) &&
           (value == SK_PDF_NULL || value == SK_PDF_STRING);
}

/* ---- names -------------------------------------------------------------------------------- */

/* The names from the top down, joined; another field's gets a number behind it. */
static char *
full_name(SkPdfRebuild *self, SkPdfObject field)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) name = g_string_new(NULL);

    for (unsigned i = 0; i < PARENTS_MAX && sk_pdf_type(pdf, field) == SK_PDF_DICTIONARY; i++) {
        g_autofree char *part = sk_pdf_text(pdf, sk_pdf_get(pdf, field, "T"));
        if (part != NULL && *part != '\0') {
            g_string_prepend(name, name->len > 0 ? "_" : "");
            g_string_prepend(name, part);
        }
        field = sk_pdf_get(pdf, field, "Parent");
    }
    g_strdelimit(name->str, ".", '_'); /* a point would make a field below another */
    g_autofree char *base = sk_pdf_plain(name->len > 0 ? name->str : "field");
    char *full = g_strdup(base);
    for (unsigned n = 2; g_hash_table_contains(self->field_names, full); n++) {
        g_free(full);
        full = g_strdup_printf("%s_%u", base, n);
    }
    g_hash_table_add(self->field_names, g_strdup(full));
    return full;
}

/* ---- default appearance ------------------------------------------------------------------- */

void
sk_pdf_appearance_read(char **words, SkPdfAppearance *ret)
{
    int64_t numbers[4] = { 0 };
    unsigned n = 0;
    SkSpan name = SK_SPAN_EMPTY;

    for (; *words != NULL; words++) {
        SkSpan word = sk_span_str(*words);
        unsigned wanted = sk_span_is(word, "g")    ? 1
                          : sk_span_is(word, "rg") ? 3
                          : sk_span_is(word, "k")  ? 4
                                                   : 0;
        if (word.n == 0)
            continue;
        if (word.p[0] == '/') {
            name = sk_span_sub(word, 1, word.n - 1);
            n = 0;
        } else if (sk_pdf_number_parse(word, &numbers[n & 3])) {
            n = (n & 3) + 1;
        } else {
            if (sk_span_is(word, "Tf") && n > 0) {
                ret->font = name;
                ret->size = MAX(numbers[n - 1], 0);
            } else if (wanted > 0 && n == wanted) {
                ret->n_colour = wanted;
                for (unsigned i = 0; i < wanted; i++)
                    ret->colour[i] = CLAMP(numbers[i], 0, SK_PDF_ONE);
            }
            n = 0;
        }
    }
}

/* Which of the form's fonts it is: copied once, in the order of use. */
static bool
form_font(SkPdfRebuild *self, SkSpan name, guint *ret_index, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autofree char *key = sk_span_dup(name);
    SkPdfObject form = sk_pdf_get(pdf, sk_pdf_root(pdf), "AcroForm");
    SkPdfObject font = sk_pdf_get(pdf, sk_pdf_get(pdf, sk_pdf_get(pdf, form, "DR"), "Font"), key);
    SkPdfId id = 0;

    if (!sk_pdf_name_is(pdf, sk_pdf_get(pdf, font, "Subtype"), "Type3") &&
        !sk_pdf_font(self, font, SK_PDF_NOTHING, sk_pdf_ref(pdf, form), &id, error))
        return false;
    if (id == 0)
        id = sk_pdf_plan_same(
            self->walk.plan,
            g_string_new("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"));
    for (guint i = 0; i < self->form_fonts->len; i++) {
        if (g_array_index(self->form_fonts, SkPdfId, i) == id) {
            *ret_index = i;
            return true;
        }
    }
    g_array_append_val(self->form_fonts, id);
    *ret_index = self->form_fonts->len - 1;
    return true;
}

static bool
put_appearance(SkPdfRebuild *self, SkPdfObject field, GString *out, GError **error)
{
    static const char *const operators[] = { "g", "g", "g", "rg", "k" };
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject source = sk_pdf_field_get(pdf, field, "DA");
    SkPdfAppearance look = { .font = SK_SPAN_EMPTY, .n_colour = 1 };
    guint index = 0;

    if (sk_pdf_type(pdf, source) == SK_PDF_NULL)
        source = sk_pdf_get(pdf, sk_pdf_get(pdf, sk_pdf_root(pdf), "AcroForm"), "DA");
    g_autofree char *text = sk_pdf_text(pdf, source);
    g_auto(GStrv) words = g_strsplit(text == NULL ? "" : text, " ", 64);
    sk_pdf_appearance_read(words, &look);
    if (look.font.n == 0)
        return true;
    if (!form_font(self, look.font, &index, error))
        return false;
    g_autoptr(GString) spelled = g_string_new(NULL);
    g_string_printf(spelled, "/F%u ", index);
    sk_pdf_put_number(spelled, look.size);
    g_string_append(spelled, " Tf");
    for (unsigned i = 0; i < look.n_colour; i++) {
        g_string_append_c(spelled, ' ');
        sk_pdf_put_number(spelled, look.colour[i]);
    }
    g_string_append_printf(spelled, " %s", operators[look.n_colour]);
    g_string_append(out, " /DA ");
    sk_pdf_put_string(out, sk_span(spelled->str, spelled->len));
    return true;
}

/* ---- looks -------------------------------------------------------------------------------- */

static bool
put_form(SkPdfRebuild *self, guint page, SkPdfObject stream, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject form = sk_pdf_get(pdf, sk_pdf_root(pdf), "AcroForm");
    SkPdfId id = 0;

    if (!sk_pdf_task(self, SK_PDF_TASK_FORM, stream, sk_pdf_get(pdf, form, "DR"),
                     sk_pdf_ref(pdf, form), &id, error))
        return false;
    sk_pdf_draws(self, sk_pdf_page(self, page)->id, id, 1, 1);
    sk_pdf_put_ref(out, id);
    return true;
}

/* A field that is empty and has no look gets an empty one. */
static void
put_empty(SkPdfRebuild *self, const int64_t rect[4], GString *out)
{
    const int64_t box[4] = { 0, 0, rect[2] - rect[0], rect[3] - rect[1] };
    GString *text = g_string_new("<< /Type /XObject /Subtype /Form /BBox ");
    SkPdfId id = sk_pdf_plan_add(self->walk.plan);

    sk_pdf_put_numbers(text, box, 4);
    g_string_append(text, " /Resources << >>");
    sk_pdf_plan_set_stream(self->walk.plan, id, text, SK_SPAN_EMPTY);
    sk_pdf_put_ref(out, id);
}

static bool
put_states(SkPdfRebuild *self, guint page, SkPdfObject annotation, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject looks = sk_pdf_get(pdf, sk_pdf_get(pdf, annotation, "AP"), "N");
    SkPdfObject off = sk_pdf_get(pdf, looks, "Off");
    bool is_on = !is_off(sk_pdf_name(pdf, sk_pdf_get(pdf, annotation, "AS")));
    g_autofree char *on = on_state(pdf, annotation);

    g_string_append_printf(out, " /AS /%s /AP << /N << ", is_on ? "S0" : "Off");
    if (sk_pdf_type(pdf, off) == SK_PDF_STREAM) {
        g_string_append(out, "/Off ");
        if (!put_form(self, page, off, out, error))
            return false;
        g_string_append_c(out, ' ');
    }
    g_string_append(out, "/S0 ");
    if (!put_form(self, page, sk_pdf_get(pdf, looks, on), out, error))
        return false;
    g_string_append(out, " >> >>");
    return true;
}

/* ---- the field ---------------------------------------------------------------------------- */

static void
put_options(SkPdf *pdf, SkPdfObject field, GString *out)
{
    SkPdfObject options = sk_pdf_field_get(pdf, field, "Opt");
    uint32_t n = MIN(sk_pdf_count(pdf, options), OPTIONS_MAX);
    bool first = true;

    for (uint32_t i = 0; i < n; i++) {
        SkPdfObject option = sk_pdf_item(pdf, options, i);
        if (sk_pdf_type(pdf, option) == SK_PDF_ARRAY) /* what is sent, and what is shown */
            option = sk_pdf_item(pdf, option, 1);
        g_autofree char *text = sk_pdf_text(pdf, option);
        if (text == NULL)
            continue;
        g_string_append(out, first ? " /Opt [" : " ");
        sk_pdf_put_text(out, text);
        first = false;
    }
    if (!first)
        g_string_append_c(out, ']');
}

static void
put_value(SkPdf *pdf, SkPdfObject field, GString *out)
{
    g_autofree char *text = sk_pdf_text(pdf, sk_pdf_field_get(pdf, field, "V"));

    if (text == NULL)
        return;
    g_string_append(out, " /V ");
    sk_pdf_put_text(out, text);
}

static void
put_number_key(SkPdf *pdf, SkPdfObject field, const char *key, int32_t mask, int32_t least,
               int32_t most, GString *out)
{
    int32_t number = 0;

    if (sk_pdf_int(pdf, sk_pdf_field_get(pdf, field, key), &number) && (number & mask) >= least &&
        (number & mask) <= most)
        g_string_append_printf(out, " /%s %d", key, number & mask);
}

static void
put_head(SkPdfRebuild *self, guint page, SkPdfObject field, const char *type, GString *out)
{
    SkPdf *pdf = self->walk.pdf;
    g_autofree char *name = full_name(self, field);
    g_autofree char *tip = sk_pdf_text(pdf, sk_pdf_field_get(pdf, field, "TU"));
    int64_t rect[4] = { 0 };

    (void)sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, field, "Rect"), rect);
    g_string_append(out, "<< /Type /Annot /Subtype /Widget /Rect ");
    sk_pdf_put_numbers(out, rect, 4);
    g_string_append(out, " /F 4 /P ");
    sk_pdf_put_ref(out, sk_pdf_page(self, page)->id);
    g_string_append_printf(out, " /FT /%s /T ", type);
    sk_pdf_put_text(out, name);
    if (tip != NULL && *tip != '\0') {
        g_string_append(out, " /TU ");
        sk_pdf_put_text(out, tip);
    }
    put_number_key(pdf, field, "Ff", FLAGS_KEPT, 1, INT32_MAX, out);
}

static bool
put_check_box(SkPdfRebuild *self, guint page, SkPdfObject field, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    bool on = !is_off(sk_pdf_name(pdf, sk_pdf_get(pdf, field, "AS")));

    put_head(self, page, field, "Btn", out);
    g_string_append(out, on ? " /V /S0" : " /V /Off");
    return put_appearance(self, field, out, error) && put_states(self, page, field, out, error);
}

static bool
put_text_field(SkPdfRebuild *self, guint page, SkPdfObject field, SkPdfId made, bool choice,
               GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject look = sk_pdf_get(pdf, sk_pdf_get(pdf, field, "AP"), "N");
    int64_t rect[4] = { 0 };

    put_head(self, page, field, choice ? "Ch" : "Tx", out);
    if (choice)
        put_options(pdf, field, out);
    else
        put_number_key(pdf, field, "MaxLen", INT32_MAX, 0, INT32_MAX, out);
    put_value(pdf, field, out);
    if (!put_appearance(self, field, out, error))
        return false;
    put_number_key(pdf, field, "Q", 3, 1, 2, out);
    g_string_append(out, " /AP << /N ");
    (void)sk_pdf_tree_rect(pdf, sk_pdf_get(pdf, field, "Rect"), rect);
    if (made != 0) {
        sk_pdf_draws(self, sk_pdf_page(self, page)->id, made, 1, 1);
        sk_pdf_put_ref(out, made);
    } else if (sk_pdf_type(pdf, look) != SK_PDF_STREAM)
        put_empty(self, rect, out);
    else if (!put_form(self, page, look, out, error))
        return false;
    g_string_append(out, " >>");
    return true;
}

bool
sk_pdf_field(SkPdfRebuild *self, guint page, SkPdfObject annotation, SkPdfId made, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkSpan type = sk_pdf_name(pdf, sk_pdf_field_get(pdf, annotation, "FT"));
    SkPdfLink field = { .id = sk_pdf_plan_add(self->walk.plan),
                        .page = page,
                        .ref = sk_pdf_ref(pdf, annotation),
                        .head = g_string_new(NULL),
                        .tail = g_string_new(" >>") };
    bool ok = sk_span_is(type, "Btn") ? put_check_box(self, page, annotation, field.head, error)
                                      : put_text_field(self, page, annotation, made,
                                                       sk_span_is(type, "Ch"), field.head, error);
    g_array_append_val(self->links, field); /* owned there, whatever came of it */
    g_array_append_val(self->fields, field.id);
    sk_pdf_page(self, page)->links++;
    return ok;
}

void
sk_pdf_fields_put(SkPdfRebuild *self, GString *out)
{
    if (self->fields->len == 0)
        return;
    g_string_append(out, " /AcroForm << /Fields [");
    for (guint i = 0; i < self->fields->len; i++) {
        if (i > 0)
            g_string_append_c(out, ' ');
        sk_pdf_put_ref(out, g_array_index(self->fields, SkPdfId, i));
    }
    g_string_append_c(out, ']');
    for (guint i = 0; i < self->form_fonts->len; i++) {
        g_string_append_printf(out, i == 0 ? " /DR << /Font << /F%u " : " /F%u ", i);
        sk_pdf_put_ref(out, g_array_index(self->form_fonts, SkPdfId, i));
    }
    g_string_append(out, self->form_fonts->len > 0 ? " >> >> >>" : " >>");
}
