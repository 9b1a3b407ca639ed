/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-structure.c - tagged structure: elements from the tree's root, each once, with their texts
 * and the marks of pages and forms that they own.
 * Spec: docs/formats/pdf.md, rules 7 and 8; ISO 32000-1, 14.7, 14.8
 */
#include "disarm/pdf-structure.h"

#include <string.h>

#define ELEMENTS_MAX 300000u
#define DEPTH_MAX 256u
#define ROLES_MAX 16u
#define MARK_MAX 65535

static void
element_clear(gpointer data)
{
    SkPdfElement *element = data;
    if (element->texts != NULL)
        g_string_free(element->texts, TRUE);
    if (element->kids != NULL)
        g_array_unref(element->kids);
}

void
sk_pdf_structure_free(GArray *elements)
{
    if (elements != NULL)
        g_array_unref(elements);
}

/* ---- types -------------------------------------------------------------------------------- */

static const char *
standard_type(SkSpan name)
{
    static const char *const types[] = {
        "Document", "Part",    "Art",   "Sect",      "Div",     "BlockQuote", "Caption",
        "TOC",      "TOCI",    "Index", "NonStruct", "Private", "P",          "H",
        "H1",       "H2",      "H3",    "H4",        "H5",      "H6",         "L",
        "LI",       "Lbl",     "LBody", "Table",     "TR",      "TH",         "TD",
        "THead",    "TBody",   "TFoot", "Span",      "Quote",   "Note",       "Reference",
        "BibEntry", "Code",    "Link",  "Annot",     "Ruby",    "RB",         "RT",
        "RP",       "Warichu", "WT",    "WP",        "Figure",  "Formula",    "Form",
    };
    static const char *const newer[][2] = {
        { "Title", "P" },
        { "Sub", "Span" },
        { "Em", "Span" },
        { "Strong", "Span" },
        { "Aside", "Div" },
        { "FENote", "Note" },
        { "DocumentFragment", "Div" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        if (sk_span_is(name, types[i]))
            return types[i];
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(newer); i++) {
        if (sk_span_is(name, newer[i][0]))
            return newer[i][1];
    }
    return NULL;
}

/* Through the map of roles; NULL: nobody knows it. */
static const char *
resolve_type(SkPdf *pdf, SkPdfObject roles, SkSpan name)
{
    const char *known = standard_type(name);

    for (unsigned i = 0; i < ROLES_MAX && known == NULL && name.n > 0; i++) {
        g_autofree char *key = sk_span_dup(name);
        name = sk_pdf_name(pdf, sk_pdf_get(pdf, roles, key));
        known = standard_type(name);
    }
    return known;
}

/* ---- texts -------------------------------------------------------------------------------- */

static void
put_text(SkPdf *pdf, SkPdfObject source, const char *key, GString *out)
{
    g_autofree char *text = sk_pdf_text(pdf, sk_pdf_get(pdf, source, key));

    if (text == NULL)
        return;
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_text(out, text);
}

bool
sk_pdf_lang_put(SkPdf *pdf, SkPdfObject source, GString *out)
{
    g_autofree char *lang = sk_pdf_text(pdf, sk_pdf_get(pdf, source, "Lang"));
    size_t n = lang == NULL ? 0 : strlen(lang);

    if (n < 1 || n > 35 ||
        strspn(lang, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != n)
        return false;
    g_string_append(out, " /Lang ");
    sk_pdf_put_string(out, sk_span_str(lang));
    return true;
}

static void
put_span(SkPdf *pdf, SkPdfObject source, const char *key, GString *out)
{
    int32_t n = 0;

    if (sk_pdf_int(pdf, sk_pdf_get(pdf, source, key), &n) && n >= 2)
        g_string_append_printf(out, " /%s %d", key, n);
}

static void
put_word(SkPdf *pdf, SkPdfObject source, const char *key, const char *const *words, GString *out)
{
    SkSpan name = sk_pdf_name(pdf, sk_pdf_get(pdf, source, key));

    for (; *words != NULL; words++) {
        if (sk_span_is(name, *words))
            g_string_append_printf(out, " /%s /%s", key, *words);
    }
}

/* One dictionary of attributes; false: it says nothing that stays. */
static bool
put_attribute(SkPdf *pdf, SkPdfObject source, GString *out)
{
    static const char *const scopes[] = { "Row", "Column", "Both", NULL };
    static const char *const numberings[] = {
        "None",       "Disc",       "Circle",     "Square",     "Decimal",
        "UpperRoman", "LowerRoman", "UpperAlpha", "LowerAlpha", NULL,
    };
    SkSpan owner = sk_pdf_name(pdf, sk_pdf_get(pdf, source, "O"));
    g_autoptr(GString) inner = g_string_new(NULL);

    if (sk_span_is(owner, "Table")) {
        put_span(pdf, source, "RowSpan", inner);
        put_span(pdf, source, "ColSpan", inner);
        put_word(pdf, source, "Scope", scopes, inner);
    } else if (sk_span_is(owner, "List")) {
        put_word(pdf, source, "ListNumbering", numberings, inner);
    }
    if (inner->len == 0)
        return false;
    g_string_append_printf(out, " /A << /O /%s%s >>", sk_span_is(owner, "Table") ? "Table" : "List",
                           inner->str);
    return true;
}

static void
put_attributes(SkPdf *pdf, SkPdfObject source, GString *out)
{
    SkPdfObject attributes = sk_pdf_get(pdf, source, "A");

    if (sk_pdf_is_dictionary(pdf, attributes)) {
        (void)put_attribute(pdf, attributes, out);
        return;
    }
    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, attributes), 32u); i++) {
        if (put_attribute(pdf, sk_pdf_item(pdf, attributes, i), out))
            return;
    }
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef struct {
    SkPdfRebuild *rebuild;
    SkPdfObject roles;
    GHashTable *seen; /* numbers of elements */
} Reader;

static guint
page_of(SkPdfRebuild *self, SkPdfObject o)
{
    SkPdfRef ref = sk_pdf_ref(self->walk.pdf, o);
    return GPOINTER_TO_UINT(g_hash_table_lookup(self->by_ref, GUINT_TO_POINTER(ref.number)));
}

static void
add_mark(SkPdfElement *element, guint page, int32_t mark)
{
    SkPdfKid kid = { .kind = SK_PDF_KID_MARK, .page = page, .value = (uint32_t)mark };

    if (mark >= 0 && mark <= MARK_MAX)
        g_array_append_val(element->kids, kid);
}

/* What is noted of the form @source; NULL: it is none. */
static SkPdfMarkedForm *
form_of(SkPdfRebuild *self, SkPdfObject source, guint *ret_index)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfMarkedForm form = { .number = sk_pdf_ref(pdf, source).number };
    gpointer number = GUINT_TO_POINTER(form.number);

    if (form.number == 0 || sk_pdf_type(pdf, source) != SK_PDF_STREAM ||
        !sk_pdf_name_is(pdf, sk_pdf_get(pdf, source, "Subtype"), "Form"))
        return NULL;
    *ret_index = GPOINTER_TO_UINT(g_hash_table_lookup(self->form_at, number));
    if (*ret_index == 0) {
        g_array_append_val(self->forms, form);
        *ret_index = self->forms->len;
        g_hash_table_insert(self->form_at, number, GUINT_TO_POINTER(*ret_index));
    }
    return sk_pdf_marked_form(self, *ret_index);
}

SkPdfMarkedForm *
sk_pdf_structure_form(SkPdfRebuild *self, SkPdfObject source, SkPdfId id)
{
    gpointer number = GUINT_TO_POINTER(sk_pdf_ref(self->walk.pdf, source).number);
    guint index = GPOINTER_TO_UINT(g_hash_table_lookup(self->form_at, number));
    SkPdfMarkedForm *form = index == 0 ? NULL : sk_pdf_marked_form(self, index);

    if (form == NULL || form->id != 0)
        return NULL;
    form->id = id;
    form->page = self->page;
    return form;
}

/* A mark inside of a form. */
static void
add_form_mark(SkPdfRebuild *self, SkPdfElement *element, SkPdfObject stream, int32_t mark)
{
    SkPdfKid kid = { .kind = SK_PDF_KID_MARK, .value = (uint32_t)mark };
    SkPdfMarkedForm *form = NULL;

    if (mark < 0 || mark > MARK_MAX || (form = form_of(self, stream, &kid.form)) == NULL)
        return;
    form->has_marks = true;
    g_array_append_val(element->kids, kid);
}

/* A link, a field, or a form as a whole. */
static void
add_object(SkPdfRebuild *self, SkPdfElement *element, SkPdfObject object)
{
    SkPdfKid kid = { .kind = SK_PDF_KID_OBJECT,
                     .value = sk_pdf_ref(self->walk.pdf, object).number };

    if (kid.value == 0)
        return;
    (void)form_of(self, object, &kid.form);
    g_array_append_val(element->kids, kid);
}

/* An element below @parent (index + 1), noted to be read later. false: no room. */
static bool
add_element(Reader *self, SkPdfObject source, guint parent, GError **error)
{
    SkPdfRebuild *rebuild = self->rebuild;
    uint32_t number = sk_pdf_ref(rebuild->walk.pdf, source).number;
    guint depth = parent == 0 ? 1 : sk_pdf_element(rebuild, parent - 1)->depth + 1;

    if (depth > DEPTH_MAX ||
        (number != 0 && !g_hash_table_add(self->seen, GUINT_TO_POINTER(number))))
        return true;
    if (rebuild->elements->len >= ELEMENTS_MAX)
        return sk_pdf_fatal(rebuild, SK_ERROR_LIMIT, "too many structure elements", error);
    SkPdfElement element = { .source = sk_pdf_hold(rebuild->walk.pdf, source),
                             .id = sk_pdf_plan_add(rebuild->walk.plan),
                             .parent = parent,
                             .depth = depth,
                             .page = parent == 0 ? 0 : sk_pdf_element(rebuild, parent - 1)->page,
                             .kids = g_array_new(FALSE, FALSE, sizeof(SkPdfKid)) };
    g_array_append_val(rebuild->elements, element);
    if (parent != 0) {
        SkPdfKid kid = { .kind = SK_PDF_KID_ELEMENT, .value = rebuild->elements->len - 1 };
        g_array_append_val(sk_pdf_element(rebuild, parent - 1)->kids, kid);
    }
    return true;
}

static bool
add_kid(Reader *self, SkPdfObject source, guint parent, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfElement *element = parent == 0 ? NULL : sk_pdf_element(self->rebuild, parent - 1);
    SkPdfObject type = sk_pdf_get(pdf, source, "Type");
    int32_t mark = -1;

    if (element != NULL && sk_pdf_int(pdf, source, &mark)) {
        add_mark(element, 0, mark);
        return true;
    }
    if (sk_pdf_type(pdf, source) != SK_PDF_DICTIONARY)
        return true;
    guint page = page_of(self->rebuild, sk_pdf_get(pdf, source, "Pg"));
    if (sk_pdf_name_is(pdf, type, "MCR")) {
        SkPdfObject stream = sk_pdf_get(pdf, source, "Stm");
        if (element == NULL || !sk_pdf_int(pdf, sk_pdf_get(pdf, source, "MCID"), &mark))
            return true;
        if (sk_pdf_type(pdf, stream) != SK_PDF_NULL)
            add_form_mark(self->rebuild, element, stream, mark);
        else
            add_mark(element, page, mark);
        return true;
    }
    if (sk_pdf_name_is(pdf, type, "OBJR")) {
        if (element != NULL)
            add_object(self->rebuild, element, sk_pdf_get(pdf, source, "Obj"));
        return true;
    }
    return !sk_pdf_has(pdf, source, "S") || add_element(self, source, parent, error);
}

static bool
add_kids(Reader *self, SkPdfObject kids, guint parent, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;

    if (sk_pdf_type(pdf, kids) != SK_PDF_ARRAY)
        return add_kid(self, kids, parent, error);
    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, kids), ELEMENTS_MAX); i++) {
        if (!add_kid(self, sk_pdf_item(pdf, kids, i), parent, error))
            return false;
    }
    return true;
}

static bool
read_element(Reader *self, guint index, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfElement *element = sk_pdf_element(self->rebuild, index);
    SkPdfObject source = element->source;
    guint page = page_of(self->rebuild, sk_pdf_get(pdf, source, "Pg"));
    GString *texts = g_string_new(NULL);

    element->type = resolve_type(pdf, self->roles, sk_pdf_name(pdf, sk_pdf_get(pdf, source, "S")));
    element->page = page != 0 ? page : element->page;
    element->texts = texts;
    (void)sk_pdf_lang_put(pdf, source, texts);
    put_text(pdf, source, "T", texts);
    put_text(pdf, source, "Alt", texts);
    put_text(pdf, source, "ActualText", texts);
    put_text(pdf, source, "E", texts);
    put_attributes(pdf, source, texts);
    return sk_pdf_found_files(&self->rebuild->walk, source, error) &&
           add_kids(self, sk_pdf_get(pdf, source, "K"), index + 1, error) &&
           sk_pdf_check(pdf, error);
}

bool
sk_pdf_structure_read(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject root = sk_pdf_get(pdf, sk_pdf_root(pdf), "StructTreeRoot");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    Reader reader = { .rebuild = self, .roles = sk_pdf_get(pdf, root, "RoleMap"), .seen = seen };

    self->elements = g_array_new(FALSE, FALSE, sizeof(SkPdfElement));
    g_array_set_clear_func(self->elements, element_clear);
    if (!add_kids(&reader, sk_pdf_get(pdf, root, "K"), 0, error))
        return false;
    for (guint i = 0; i < self->elements->len; i++) {
        size_t mark = sk_pdf_mark(pdf);
        bool ok = read_element(&reader, i, error);
        sk_pdf_release(pdf, mark);
        if (!ok)
            return false;
    }
    self->tagged = self->elements->len > 0;
    return true;
}
