/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-parents.c - tagged structure is written: which element has which mark of a page or form,
 * which link, field or form as a whole; the tree of parents is made anew from that.
 * Spec: docs/formats/pdf.md, rules 7 and 8; ISO 32000-1, 14.7.4
 */
#include "disarm/pdf-structure.h"

#define SLOTS_MAX 4000000u /* a mark beyond the others makes room for all below it */

typedef struct {
    SkPdfRebuild *rebuild;
    GHashTable *links; /* number of an object → index + 1 of the link or field that it became */
    bool crowded;      /* over SLOTS_MAX */
} Writer;

/* ---- who has what ------------------------------------------------------------------------- */

/* The first element that names a mark has it. */
static bool
claim_slot(Writer *self, GArray **marks, uint32_t mark, SkPdfId id)
{
    if (*marks == NULL)
        *marks = g_array_new(FALSE, TRUE, sizeof(SkPdfId));
    if ((*marks)->len <= mark) {
        self->rebuild->slots += mark + 1 - (*marks)->len;
        if (self->rebuild->slots > SLOTS_MAX) {
            self->crowded = true;
            return false;
        }
        g_array_set_size(*marks, mark + 1);
    }
    SkPdfId *at = &g_array_index(*marks, SkPdfId, mark);
    if (*at != 0)
        return false;
    *at = id;
    return true;
}

static bool
claim_mark(Writer *self, guint page, uint32_t mark, SkPdfId id)
{
    if (page == 0 || sk_pdf_page(self->rebuild, page - 1)->to_draw)
        return false;
    return claim_slot(self, &sk_pdf_page(self->rebuild, page - 1)->marks, mark, id);
}

static SkPdfLink *
claim_link(Writer *self, uint32_t number, SkPdfId id)
{
    guint index = GPOINTER_TO_UINT(g_hash_table_lookup(self->links, GUINT_TO_POINTER(number)));
    SkPdfLink *link =
        index == 0 ? NULL : &g_array_index(self->rebuild->links, SkPdfLink, index - 1);

    if (link == NULL || link->element != 0)
        return NULL;
    link->element = id;
    return link;
}

/* ---- elements ----------------------------------------------------------------------------- */

static void
put_object(const SkPdfRebuild *self, guint page, SkPdfId id, GString *out)
{
    g_string_append(out, " << /Type /OBJR /Pg ");
    sk_pdf_put_ref(out, sk_pdf_page(self, page)->id);
    g_string_append(out, " /Obj ");
    sk_pdf_put_ref(out, id);
    g_string_append(out, " >>");
}

static void
put_object_kid(Writer *self, const SkPdfElement *element, const SkPdfKid *kid, GString *out)
{
    SkPdfMarkedForm *form = kid->form == 0 ? NULL : sk_pdf_marked_form(self->rebuild, kid->form);
    const SkPdfLink *link = form != NULL ? NULL : claim_link(self, kid->value, element->id);

    if (link != NULL)
        put_object(self->rebuild, link->page, link->id, out);
    if (form == NULL || form->id == 0 || form->has_marks || form->element != 0)
        return;
    form->element = element->id;
    put_object(self->rebuild, form->page, form->id, out);
}

static void
put_mark(SkPdfId page, SkPdfId form, uint32_t mark, GString *out)
{
    g_string_append(out, " << /Type /MCR /Pg ");
    sk_pdf_put_ref(out, page);
    if (form != 0) {
        g_string_append(out, " /Stm ");
        sk_pdf_put_ref(out, form);
    }
    g_string_append_printf(out, " /MCID %u >>", mark);
}

static void
put_mark_kid(Writer *self, const SkPdfElement *element, const SkPdfKid *kid, GString *out,
             bool *ret_own)
{
    SkPdfRebuild *rebuild = self->rebuild;
    SkPdfMarkedForm *form = kid->form == 0 ? NULL : sk_pdf_marked_form(rebuild, kid->form);
    bool own = kid->page == 0 || kid->page == element->page;

    if (form != NULL) {
        if (form->id != 0 && claim_slot(self, &form->marks, kid->value, element->id))
            put_mark(sk_pdf_page(rebuild, form->page)->id, form->id, kid->value, out);
        return;
    }
    if (!claim_mark(self, own ? element->page : kid->page, kid->value, element->id))
        return;
    *ret_own = *ret_own || own;
    if (own)
        g_string_append_printf(out, " %u", kid->value);
    else
        put_mark(sk_pdf_page(rebuild, kid->page - 1)->id, 0, kid->value, out);
}

static void
put_kid(Writer *self, const SkPdfElement *element, const SkPdfKid *kid, GString *out, bool *ret_own)
{
    switch (kid->kind) {
    case SK_PDF_KID_ELEMENT:
        g_string_append_c(out, ' ');
        sk_pdf_put_ref(out, sk_pdf_element(self->rebuild, kid->value)->id);
        break;
    case SK_PDF_KID_OBJECT:
        put_object_kid(self, element, kid, out);
        break;
    case SK_PDF_KID_MARK:
        put_mark_kid(self, element, kid, out, ret_own);
        break;
    }
}

static void
write_element(Writer *self, SkPdfElement *element, SkPdfId root)
{
    SkPdfRebuild *rebuild = self->rebuild;
    GString *text = g_string_new("<< /S /");
    g_autoptr(GString) kids = g_string_new(NULL);
    bool own = false, marked = false;

    for (guint i = 0; i < element->kids->len; i++) {
        const SkPdfKid *kid = &g_array_index(element->kids, SkPdfKid, i);
        marked = marked || kid->kind == SK_PDF_KID_MARK;
        put_kid(self, element, kid, kids, &own);
    }
    /* What no reader knows reads best as plain text, or as a box around what is below. */
    g_string_append(text, element->type != NULL ? element->type : marked ? "Span" : "Div");
    g_string_append(text, " /P ");
    sk_pdf_put_ref(text,
                   element->parent == 0 ? root : sk_pdf_element(rebuild, element->parent - 1)->id);
    if (own) {
        g_string_append(text, " /Pg ");
        sk_pdf_put_ref(text, sk_pdf_page(rebuild, element->page - 1)->id);
    }
    g_string_append_len(text, element->texts->str, (gssize)element->texts->len);
    if (kids->len > 0) {
        g_string_append(text, " /K [");
        g_string_append_len(text, kids->str + 1, (gssize)kids->len - 1);
        g_string_append_c(text, ']');
    }
    g_string_append(text, " >>");
    sk_pdf_plan_set(rebuild->walk.plan, element->id, text);
}

/* ---- the order of forms ------------------------------------------------------------------- */

typedef struct {
    guint element, next; /* its index; the kid to be looked at */
} Level;

/* Has @element what this kid speaks of? */
static bool
has_form(const SkPdfRebuild *self, const SkPdfElement *element, const SkPdfKid *kid)
{
    const SkPdfMarkedForm *form = sk_pdf_marked_form(self, kid->form);

    if (kid->kind == SK_PDF_KID_OBJECT)
        return form->element == element->id;
    return form->marks != NULL && kid->value < form->marks->len &&
           g_array_index(form->marks, SkPdfId, kid->value) == element->id;
}

static void
look_at(SkPdfRebuild *self, GArray *levels, const SkPdfElement *element, const SkPdfKid *kid,
        GArray *order)
{
    Level below = { .element = kid->value };

    if (kid->kind == SK_PDF_KID_ELEMENT) {
        g_array_append_val(levels, below);
    } else if (kid->form != 0 && has_form(self, element, kid) &&
               sk_pdf_marked_form(self, kid->form)->parent == 0) {
        g_array_append_val(order, kid->form);
        sk_pdf_marked_form(self, kid->form)->parent = 1; /* taken; the number comes later */
    }
}

/* Forms that an element has, as the tree names them from its beginning to its end: indexes + 1. */
static GArray *
order_forms(SkPdfRebuild *self)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) levels = g_array_new(FALSE, FALSE, sizeof(Level));

    for (guint i = 0; i < self->elements->len; i++) {
        Level top = { .element = i };
        if (sk_pdf_element(self, i)->parent == 0)
            g_array_append_val(levels, top);
        while (levels->len > 0) {
            Level *level = &g_array_index(levels, Level, levels->len - 1);
            const SkPdfElement *element = sk_pdf_element(self, level->element);
            if (level->next == element->kids->len)
                g_array_set_size(levels, levels->len - 1);
            else
                look_at(self, levels, element,
                        &g_array_index(element->kids, SkPdfKid, level->next++), order);
        }
    }
    return order;
}

/* ---- the tree of parents ------------------------------------------------------------------ */

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

/* `0 7 0 R`; returns the number. */
static uint32_t
put_parent(GString *out, uint32_t *number, SkPdfId id)
{
    g_string_append_printf(out, "%s%u ", *number == 0 ? "" : " ", *number);
    sk_pdf_put_ref(out, id);
    return (*number)++;
}

static void
put_form_parent(SkPdfRebuild *self, SkPdfMarkedForm *form, uint32_t *number, GString *out)
{
    bool has_marks = form->marks != NULL;
    SkPdfId id = has_marks ? marks_object(self, form->marks) : form->element;
    g_autofree char *key =
        g_strdup_printf(" /StructParent%s %u", has_marks ? "s" : "", put_parent(out, number, id));

    sk_pdf_plan_insert(self->walk.plan, form->id, form->at, key);
}

/* Numbers for the pages that have marks, then for forms, then for the links and fields that an
 * element has: `[0 7 0 R 1 8 0 R]`. */
static void
put_parents(SkPdfRebuild *self, GString *out)
{
    g_autoptr(GArray) forms = order_forms(self);
    uint32_t number = 0;

    g_string_append_c(out, '[');
    for (guint i = 0; i < self->pages->len; i++) {
        SkPdfPage *page = sk_pdf_page(self, i);
        if (page->marks != NULL)
            page->parents = put_parent(out, &number, marks_object(self, page->marks));
    }
    for (guint i = 0; i < forms->len; i++)
        put_form_parent(self, sk_pdf_marked_form(self, g_array_index(forms, guint, i)), &number,
                        out);
    for (guint i = 0; i < self->links->len; i++) {
        SkPdfLink *link = &g_array_index(self->links, SkPdfLink, i);
        if (link->element != 0)
            link->parent = put_parent(out, &number, link->element);
    }
    g_string_append_c(out, ']');
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
find_links(Writer *self)
{
    for (guint i = 0; i < self->rebuild->links->len; i++) {
        uint32_t number = g_array_index(self->rebuild->links, SkPdfLink, i).ref.number;
        if (number != 0 && !g_hash_table_contains(self->links, GUINT_TO_POINTER(number)))
            g_hash_table_insert(self->links, GUINT_TO_POINTER(number), GUINT_TO_POINTER(i + 1));
    }
}

bool
sk_pdf_structure_write(SkPdfRebuild *self, SkPdfId *ret, GError **error)
{
    g_autoptr(GHashTable) links = g_hash_table_new(g_direct_hash, g_direct_equal);
    Writer writer = { .rebuild = self, .links = links };
    guint n = 0;

    if (!self->tagged)
        return true;
    find_links(&writer);
    *ret = sk_pdf_plan_add(self->walk.plan);
    g_autoptr(GString) text = g_string_new("<< /Type /StructTreeRoot /K [");
    for (guint i = 0; i < self->elements->len; i++) {
        SkPdfElement *element = sk_pdf_element(self, i);
        write_element(&writer, element, *ret);
        if (element->parent != 0)
            continue;
        if (n++ > 0)
            g_string_append_c(text, ' ');
        sk_pdf_put_ref(text, element->id);
    }
    if (writer.crowded)
        return sk_pdf_fatal(self, SK_ERROR_LIMIT, "too many marks", error);
    g_string_append(text, "] /ParentTree << /Nums ");
    put_parents(self, text);
    g_string_append(text, " >> >>");
    sk_pdf_plan_set(self->walk.plan, *ret, g_steal_pointer(&text));
    return true;
}
