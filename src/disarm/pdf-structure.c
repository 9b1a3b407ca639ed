/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-structure.c - tagged structure: elements from the tree's root, each once, with their texts
 * and the marks of pages that they own. The tree of parents is made anew from that. Spec:
 * docs/formats/pdf.md, rules 7 and 8; ISO 32000-1, 14.7, 14.8
 */
#include "disarm/pdf-rebuild.h"

#include <string.h>

#define ELEMENTS_MAX 300000u
#define DEPTH_MAX 256u
#define ROLES_MAX 16u
#define MARK_MAX 65535

typedef enum { KID_MARK, KID_LINK, KID_ELEMENT } KidKind;

typedef struct {
    KidKind kind;
    guint page;     /* KID_MARK, KID_LINK: index + 1; 0: the element's own */
    uint32_t value; /* the mark; the number of the link's object; the index of the element */
} Kid;

typedef struct {
    SkPdfObject source; /* held until it is read */
    SkPdfId id;
    guint parent, depth; /* index + 1; 0: the root */
    guint page;          /* index + 1; 0: none */
    const char *type;    /* static */
    GString *texts;      /* owned: from Lang to A */
    GArray *kids;        /* owned, of Kid */
} Element;

static Element *
element_at(const SkPdfRebuild *self, guint i)
{
    return &g_array_index(self->elements, Element, i);
}

static void
element_clear(gpointer data)
{
    Element *element = data;
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
        "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index",
        "NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl",
        "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note",
        "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu", "WT",
        "WP", "Figure", "Formula", "Form",
    };
    static const char *const newer[][2] = {
        { "Title", "P" },              { "Sub", "Span" },             { "Em", "Span" },
        { "Strong", "Span" },          { "Aside", "Div" },            { "FENote", "Note" },
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
        "None",       "Disc",       "Circle",     "Square",     "Decimal",    "UpperRoman",
        "LowerRoman", "UpperAlpha", "LowerAlpha", NULL,
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
add_mark(Element *element, guint page, int32_t mark)
{
    Kid kid = { .kind = KID_MARK, .page = page, .value = (uint32_t)mark };

    if (mark >= 0 && mark <= MARK_MAX)
        g_array_append_val(element->kids, kid);
}

/* An element below @parent (index + 1), noted to be read later. false: no room. */
static bool
add_element(Reader *self, SkPdfObject source, guint parent, GError **error)
{
    SkPdfRebuild *rebuild = self->rebuild;
    uint32_t number = sk_pdf_ref(rebuild->walk.pdf, source).number;
    guint depth = parent == 0 ? 1 : element_at(rebuild, parent - 1)->depth + 1;

    if (depth > DEPTH_MAX ||
        (number != 0 && !g_hash_table_add(self->seen, GUINT_TO_POINTER(number))))
        return true;
    if (rebuild->elements->len >= ELEMENTS_MAX)
        return sk_pdf_fatal(rebuild, SK_ERROR_LIMIT, "too many structure elements", error);
    Element element = { .source = sk_pdf_hold(rebuild->walk.pdf, source),
                        .id = sk_pdf_plan_add(rebuild->walk.plan),
                        .parent = parent,
                        .depth = depth,
                        .page = parent == 0 ? 0 : element_at(rebuild, parent - 1)->page,
                        .kids = g_array_new(FALSE, FALSE, sizeof(Kid)) };
    g_array_append_val(rebuild->elements, element);
    if (parent != 0) {
        Kid kid = { .kind = KID_ELEMENT, .value = rebuild->elements->len - 1 };
        g_array_append_val(element_at(rebuild, parent - 1)->kids, kid);
    }
    return true;
}

static bool
add_kid(Reader *self, SkPdfObject source, guint parent, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    Element *element = parent == 0 ? NULL : element_at(self->rebuild, parent - 1);
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
        /* DEVIATION: marks inside forms are not kept */
        bool elsewhere = sk_pdf_has(pdf, source, "Stm");
        if (element != NULL && !elsewhere &&
            sk_pdf_int(pdf, sk_pdf_get(pdf, source, "MCID"), &mark))
            add_mark(element, page, mark);
        return true;
    }
    if (sk_pdf_name_is(pdf, type, "OBJR")) {
        Kid kid = { .kind = KID_LINK,
                    .value = sk_pdf_ref(pdf, sk_pdf_get(pdf, source, "Obj")).number };
        if (element != NULL && kid.value != 0)
            g_array_append_val(element->kids, kid);
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
    Element *element = element_at(self->rebuild, index);
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

    self->elements = g_array_new(FALSE, FALSE, sizeof(Element));
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

/* ---- writing ------------------------------------------------------------------------------ */

/* Does the page have this mark for @id? The first element that names it does. */
static bool
claim_mark(SkPdfRebuild *self, guint page, uint32_t mark, SkPdfId id)
{
    if (page == 0 || sk_pdf_page(self, page - 1)->to_draw)
        return false;
    SkPdfPage *owner = sk_pdf_page(self, page - 1);
    if (owner->marks == NULL)
        owner->marks = g_array_new(FALSE, TRUE, sizeof(SkPdfId));
    if (owner->marks->len <= mark)
        g_array_set_size(owner->marks, mark + 1);
    SkPdfId *at = &g_array_index(owner->marks, SkPdfId, mark);
    if (*at != 0)
        return false;
    *at = id;
    return true;
}

static SkPdfLink *
claim_link(SkPdfRebuild *self, GHashTable *links, uint32_t number, SkPdfId id)
{
    guint index = GPOINTER_TO_UINT(g_hash_table_lookup(links, GUINT_TO_POINTER(number)));
    SkPdfLink *link = index == 0 ? NULL : &g_array_index(self->links, SkPdfLink, index - 1);

    if (link == NULL || link->element != 0)
        return NULL;
    link->element = id;
    return link;
}

static void
put_kid(SkPdfRebuild *self, GHashTable *links, Element *element, const Kid *kid, GString *out,
        bool *ret_own)
{
    bool own = kid->page == 0 || kid->page == element->page;

    if (kid->kind == KID_ELEMENT) {
        g_string_append_c(out, ' ');
        sk_pdf_put_ref(out, element_at(self, kid->value)->id);
    } else if (kid->kind == KID_LINK) {
        const SkPdfLink *link = claim_link(self, links, kid->value, element->id);
        if (link == NULL)
            return;
        g_string_append(out, " << /Type /OBJR /Pg ");
        sk_pdf_put_ref(out, sk_pdf_page(self, link->page)->id);
        g_string_append(out, " /Obj ");
        sk_pdf_put_ref(out, link->id);
        g_string_append(out, " >>");
    } else if (claim_mark(self, own ? element->page : kid->page, kid->value, element->id)) {
        *ret_own = *ret_own || own;
        if (own) {
            g_string_append_printf(out, " %u", kid->value);
            return;
        }
        g_string_append(out, " << /Type /MCR /Pg ");
        sk_pdf_put_ref(out, sk_pdf_page(self, kid->page - 1)->id);
        g_string_append_printf(out, " /MCID %u >>", kid->value);
    }
}

static void
write_element(SkPdfRebuild *self, GHashTable *links, Element *element, SkPdfId root)
{
    GString *text = g_string_new("<< /S /");
    g_autoptr(GString) kids = g_string_new(NULL);
    bool own = false, marked = false;

    for (guint i = 0; i < element->kids->len; i++) {
        const Kid *kid = &g_array_index(element->kids, Kid, i);
        marked = marked || kid->kind == KID_MARK;
        put_kid(self, links, element, kid, kids, &own);
    }
    /* What no reader knows reads best as plain text, or as a box around what is below. */
    g_string_append(text, element->type != NULL ? element->type : marked ? "Span" : "Div");
    g_string_append(text, " /P ");
    sk_pdf_put_ref(text, element->parent == 0 ? root : element_at(self, element->parent - 1)->id);
    if (own) {
        g_string_append(text, " /Pg ");
        sk_pdf_put_ref(text, sk_pdf_page(self, element->page - 1)->id);
    }
    g_string_append_len(text, element->texts->str, (gssize)element->texts->len);
    if (kids->len > 0) {
        g_string_append(text, " /K [");
        g_string_append_len(text, kids->str + 1, (gssize)kids->len - 1);
        g_string_append_c(text, ']');
    }
    g_string_append(text, " >>");
    sk_pdf_plan_set(self->walk.plan, element->id, text);
}

static SkPdfId
marks_object(SkPdfRebuild *self, const GArray *marks)
{
    SkPdfId id = sk_pdf_plan_add(self->walk.plan);
    GString *text = g_string_new("[");

    for (guint i = 0; i < marks->len; i++) {
        SkPdfId element = g_array_index(marks, SkPdfId, i);
        if (i > 0)
            g_string_append_c(text, ' ');
        if (element != 0)
            sk_pdf_put_ref(text, element);
        else
            g_string_append(text, "null");
    }
    g_string_append_c(text, ']');
    sk_pdf_plan_set(self->walk.plan, id, text);
    return id;
}

/* Numbers for the pages that have marks, then for the links that an element has; `[0 7 0 R 1 8 0
 * R]`. */
static void
put_parents(SkPdfRebuild *self, GString *out)
{
    uint32_t number = 0;

    g_string_append_c(out, '[');
    for (guint i = 0; i < self->pages->len; i++) {
        SkPdfPage *page = sk_pdf_page(self, i);
        if (page->marks == NULL)
            continue;
        page->parents = number++;
        g_string_append_printf(out, "%s%u ", page->parents == 0 ? "" : " ", page->parents);
        sk_pdf_put_ref(out, marks_object(self, page->marks));
    }
    for (guint i = 0; i < self->links->len; i++) {
        SkPdfLink *link = &g_array_index(self->links, SkPdfLink, i);
        if (link->element == 0)
            continue;
        link->parent = number++;
        g_string_append_printf(out, "%s%u ", link->parent == 0 ? "" : " ", link->parent);
        sk_pdf_put_ref(out, link->element);
    }
    g_string_append_c(out, ']');
}

SkPdfId
sk_pdf_structure_write(SkPdfRebuild *self)
{
    g_autoptr(GHashTable) links = g_hash_table_new(g_direct_hash, g_direct_equal);
    SkPdfId root = 0;
    GString *text = NULL;

    if (!self->tagged)
        return 0;
    for (guint i = 0; i < self->links->len; i++) {
        uint32_t number = g_array_index(self->links, SkPdfLink, i).ref.number;
        if (number != 0 && !g_hash_table_contains(links, GUINT_TO_POINTER(number)))
            g_hash_table_insert(links, GUINT_TO_POINTER(number), GUINT_TO_POINTER(i + 1));
    }
    root = sk_pdf_plan_add(self->walk.plan);
    text = g_string_new("<< /Type /StructTreeRoot /K [");
    for (guint i = 0, n = 0; i < self->elements->len; i++) {
        Element *element = element_at(self, i);
        write_element(self, links, element, root);
        if (element->parent != 0)
            continue;
        if (n++ > 0)
            g_string_append_c(text, ' ');
        sk_pdf_put_ref(text, element->id);
    }
    g_string_append(text, "] /ParentTree << /Nums ");
    put_parents(self, text);
    g_string_append(text, " >> >>");
    sk_pdf_plan_set(self->walk.plan, root, text);
    return root;
}
