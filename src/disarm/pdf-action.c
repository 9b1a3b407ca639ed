/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-action.c - what acts, and where it leads. Nothing that acts is ever written but an address of
 * the web, by rule; places in the file become explicit destinations. Spec: docs/formats/pdf.md,
 * `dest`; ISO 32000-1, 12.3.2, 12.6
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/docx-link.h"

#define CHAIN_MAX 1000u
#define NODES_MAX 200000u

/* ---- named destinations ------------------------------------------------------------------- */

static void
note_name(SkPdfRebuild *self, GBytes *name, SkPdfObject value)
{
    if (name == NULL)
        return;
    if (!g_hash_table_contains(self->dests, name))
        g_hash_table_insert(self->dests, g_bytes_ref(name),
                            GUINT_TO_POINTER(sk_pdf_hold(self->walk.pdf, value).handle));
}

static void
read_leaf(SkPdfRebuild *self, SkPdfObject names)
{
    SkPdf *pdf = self->walk.pdf;

    for (uint32_t i = 0; i + 1 < MIN(sk_pdf_count(pdf, names), NODES_MAX); i += 2) {
        g_autoptr(GBytes) name = sk_pdf_string(pdf, sk_pdf_item(pdf, names, i));
        note_name(self, name, sk_pdf_item(pdf, names, i + 1));
    }
}

static void
read_dests(SkPdfRebuild *self)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject old = sk_pdf_get(pdf, sk_pdf_root(pdf), "Dests");
    g_autoptr(GPtrArray) keys = sk_pdf_keys(pdf, old);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(SkPdfObject));
    SkPdfObject top = sk_pdf_get(pdf, sk_pdf_get(pdf, sk_pdf_root(pdf), "Names"), "Dests");

    self->dests =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        g_autoptr(GBytes) name = g_bytes_new(key, sk_span_str(key).n);
        note_name(self, name, sk_pdf_get(pdf, old, key));
    }
    g_array_append_val(stack, top);
    for (unsigned nodes = 0; stack->len > 0 && nodes < NODES_MAX; nodes++) {
        SkPdfObject node = g_array_index(stack, SkPdfObject, stack->len - 1);
        g_array_set_size(stack, stack->len - 1);
        read_leaf(self, sk_pdf_get(pdf, node, "Names"));
        SkPdfObject kids = sk_pdf_get(pdf, node, "Kids");
        for (uint32_t i = 0; i < sk_pdf_count(pdf, kids) && stack->len < NODES_MAX; i++) {
            SkPdfObject kid = sk_pdf_item(pdf, kids, i);
            g_array_append_val(stack, kid);
        }
    }
}

/* An explicit destination, whatever @dest is. */
static SkPdfObject
explicit_of(SkPdfRebuild *self, SkPdfObject dest)
{
    SkPdf *pdf = self->walk.pdf;
    SkSpan word = sk_pdf_name(pdf, dest);
    g_autoptr(GBytes) name = word.n > 0 ? g_bytes_new(word.p, word.n) : sk_pdf_string(pdf, dest);

    if (name != NULL) {
        if (self->dests == NULL)
            read_dests(self);
        dest = sk_pdf_held(pdf, GPOINTER_TO_UINT(g_hash_table_lookup(self->dests, name)));
    }
    return sk_pdf_type(pdf, dest) == SK_PDF_DICTIONARY ? sk_pdf_get(pdf, dest, "D") : dest;
}

/* ---- destinations ------------------------------------------------------------------------- */

static bool
find_page(SkPdfRebuild *self, SkPdfObject o, SkPdfId *ret)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfRef ref = sk_pdf_ref(pdf, o);
    int32_t number = 0;
    guint index = 0;

    if (ref.number != 0 && sk_pdf_type(pdf, o) == SK_PDF_DICTIONARY)
        index = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_ref, GUINT_TO_POINTER(ref.number)));
    else if (sk_pdf_int(pdf, o, &number) && number >= 0 && (guint)number < self->pages->len)
        /* DEVIATION: a page by its number, which only files outside may be asked for */
        index = (guint)number + 1;
    if (index == 0)
        return false;
    *ret = sk_pdf_page(self, index - 1)->id;
    return true;
}

static void
put_place(SkPdf *pdf, SkPdfObject o, GString *out)
{
    int64_t number = 0;

    g_string_append_c(out, ' ');
    if (sk_pdf_number(pdf, o, &number))
        sk_pdf_put_number(out, number);
    else
        g_string_append(out, "null");
}

static void
put_view(SkPdf *pdf, SkPdfObject dest, GString *out)
{
    static const struct {
        const char *name;
        unsigned places;
    } views[] = { { "Fit", 0 },   { "FitB", 0 },  { "FitH", 1 }, { "FitV", 1 },
                  { "FitBH", 1 }, { "FitBV", 1 }, { "XYZ", 3 } };
    SkSpan view = sk_pdf_name(pdf, sk_pdf_item(pdf, dest, 1));
    int64_t box[4];

    if (sk_span_is(view, "FitR")) {
        g_string_append(out, " /FitR");
        for (unsigned i = 0; i < 4; i++) {
            if (!sk_pdf_number(pdf, sk_pdf_item(pdf, dest, 2 + i), &box[i]))
                box[i] = 0;
            g_string_append_c(out, ' ');
            sk_pdf_put_number(out, box[i]);
        }
        return;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(views); i++) {
        if (!sk_span_is(view, views[i].name))
            continue;
        g_string_append_printf(out, " /%s", views[i].name);
        for (unsigned k = 0; k < views[i].places; k++)
            put_place(pdf, sk_pdf_item(pdf, dest, 2 + k), out);
        return;
    }
    g_string_append(out, " /Fit"); /* DEVIATION: a view that is not known shows the page */
}

bool
sk_pdf_dest(SkPdfRebuild *self, SkPdfObject dest, GString *out)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject array = explicit_of(self, dest);
    SkPdfId page = 0;

    if (sk_pdf_count(pdf, array) < 1 || !find_page(self, sk_pdf_item(pdf, array, 0), &page))
        return false;
    g_string_append_c(out, '[');
    sk_pdf_put_ref(out, page);
    put_view(pdf, array, out);
    g_string_append_c(out, ']');
    return true;
}

/* ---- actions ------------------------------------------------------------------------------ */

static SkElement
element_of(SkSpan type)
{
    static const struct {
        const char *name;
        SkElement element;
    } types[] = {
        { "JavaScript", SK_ELEMENT_PDF_JAVASCRIPT },
        { "Launch", SK_ELEMENT_PDF_LAUNCH },
        { "URI", SK_ELEMENT_PDF_LINK },
        { "Rendition", SK_ELEMENT_PDF_RICH_MEDIA },
        { "Movie", SK_ELEMENT_PDF_RICH_MEDIA },
        { "Sound", SK_ELEMENT_PDF_RICH_MEDIA },
        { "GoTo3DView", SK_ELEMENT_PDF_RICH_MEDIA },
        { "RichMediaExecute", SK_ELEMENT_PDF_RICH_MEDIA },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        if (sk_span_is(type, types[i].name))
            return types[i].element;
    }
    return SK_ELEMENT_PDF_ACTION;
}

/* An address: kept by rule, if it is of the web at all. */
static bool
take_address(SkPdfRebuild *self, SkPdfObject action, GString *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GBytes) bytes = sk_pdf_string(pdf, sk_pdf_get(pdf, action, "URI"));
    g_autofree char *address = bytes == NULL ? NULL : sk_docx_link(sk_span_bytes(bytes));
    SkVerdict verdict = SK_VERDICT_NONE;

    if (address == NULL)
        return sk_pdf_found(&self->walk, SK_ELEMENT_UNSAFE_HYPERLINK, 1, error);
    if (!sk_disarm_found(self->walk.disarm, SK_ELEMENT_PDF_LINK, sk_span_str(self->walk.place), 1,
                         &verdict, error))
        return false;
    if (verdict == SK_VERDICT_KEPT) {
        g_string_append(ret, " /A << /S /URI /URI ");
        sk_pdf_put_string(ret, sk_span_str(address));
        g_string_append(ret, " >>");
    }
    return true;
}

/* One action. Only the first of a chain can be what a link is for. */
static bool
take_action(SkPdfRebuild *self, SkPdfObject action, GString *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkSpan type = sk_pdf_name(pdf, sk_pdf_get(pdf, action, "S"));
    bool script = sk_pdf_has(pdf, action, "JS") && !sk_span_is(type, "JavaScript");

    if (script && !sk_pdf_found(&self->walk, SK_ELEMENT_PDF_JAVASCRIPT, 1, error))
        return false;
    if (sk_span_is(type, "GoTo")) {
        g_autoptr(GString) dest = g_string_new(NULL);
        if (ret == NULL)
            return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_ACTION, 1, error);
        if (sk_pdf_dest(self, sk_pdf_get(pdf, action, "D"), dest)) {
            g_string_append(ret, " /Dest ");
            g_string_append_len(ret, dest->str, (gssize)dest->len);
        }
        return true;
    }
    if (sk_span_is(type, "URI") && ret != NULL)
        return take_address(self, action, ret, error);
    if (sk_span_is(type, "URI")) /* where nobody would have clicked */
        return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_ACTION, 1, error);
    return sk_pdf_found(&self->walk, element_of(type), 1, error);
}

/* What follows from @action joins those that are still to be looked at. */
static void
push_next(SkPdf *pdf, SkPdfObject action, GArray *stack)
{
    SkPdfObject next = sk_pdf_get(pdf, action, "Next");

    if (sk_pdf_type(pdf, next) == SK_PDF_DICTIONARY)
        g_array_append_val(stack, next);
    for (uint32_t i = 0; i < MIN(sk_pdf_count(pdf, next), CHAIN_MAX); i++) {
        SkPdfObject item = sk_pdf_item(pdf, next, i);
        g_array_append_val(stack, item);
    }
}

bool
sk_pdf_action(SkPdfRebuild *self, SkPdfObject action, GString *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(SkPdfObject));
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);

    g_array_append_val(stack, action);
    for (unsigned n = 0; stack->len > 0 && n < CHAIN_MAX; n++) {
        SkPdfObject at = g_array_index(stack, SkPdfObject, stack->len - 1);
        uint32_t number = sk_pdf_ref(pdf, at).number;
        g_array_set_size(stack, stack->len - 1);
        if (sk_pdf_type(pdf, at) != SK_PDF_DICTIONARY ||
            (number != 0 && !g_hash_table_add(seen, GUINT_TO_POINTER(number))))
            continue;
        if (!take_action(self, at, n == 0 ? ret : NULL, error))
            return false;
        push_next(pdf, at, stack);
    }
    return true;
}

bool
sk_pdf_actions(SkPdfRebuild *self, SkPdfObject actions, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GPtrArray) keys = sk_pdf_keys(pdf, actions);

    for (guint i = 0; i < keys->len; i++) {
        if (!sk_pdf_action(self, sk_pdf_get(pdf, actions, g_ptr_array_index(keys, i)), NULL, error))
            return false;
    }
    return true;
}
