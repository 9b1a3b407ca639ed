/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-catalog.c - the document as a whole: what it opens with and how its pages are labelled; and
 * what goes: scripts, attachments, forms that are programs, metadata. Spec: docs/formats/pdf.md,
 * kind `catalog`; ISO 32000-1, 7.7.2
 */
#include "disarm/pdf-rebuild.h"

#define NODES_MAX 200000u
#define LABELS_MAX 100000u

/* ---- name and number trees ---------------------------------------------------------------- */

/* The leaves' arrays under @key of the tree @top, each appended as an object. */
static GArray *
tree_leaves(SkPdf *pdf, SkPdfObject top, const char *key)
{
    GArray *leaves = g_array_new(FALSE, FALSE, sizeof(SkPdfObject));
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(SkPdfObject));

    g_array_append_val(stack, top);
    for (unsigned nodes = 0; stack->len > 0 && nodes < NODES_MAX; nodes++) {
        SkPdfObject node = g_array_index(stack, SkPdfObject, stack->len - 1);
        SkPdfObject kids = sk_pdf_get(pdf, node, "Kids"), leaf = sk_pdf_get(pdf, node, key);
        g_array_set_size(stack, stack->len - 1);
        if (sk_pdf_type(pdf, leaf) == SK_PDF_ARRAY)
            g_array_append_val(leaves, leaf);
        for (uint32_t i = sk_pdf_count(pdf, kids); i > 0 && stack->len < NODES_MAX; i--) {
            SkPdfObject kid = sk_pdf_item(pdf, kids, i - 1);
            g_array_append_val(stack, kid);
        }
    }
    return leaves;
}

static uint32_t
tree_count(SkPdf *pdf, SkPdfObject top)
{
    g_autoptr(GArray) leaves = tree_leaves(pdf, top, "Names");
    uint32_t n = 0;

    for (guint i = 0; i < leaves->len; i++)
        n += sk_pdf_count(pdf, g_array_index(leaves, SkPdfObject, i)) / 2;
    return n;
}

/* ---- labels ------------------------------------------------------------------------------- */

typedef struct {
    int32_t page;
    GString *text; /* owned */
} Label;

static void
label_clear(gpointer data)
{
    Label *label = data;
    g_string_free(label->text, TRUE);
}

static GString *
label_text(SkPdf *pdf, SkPdfObject source)
{
    static const char styles[] = "DRrAa";
    GString *text = g_string_new("<<");
    SkSpan style = sk_pdf_name(pdf, sk_pdf_get(pdf, source, "S"));
    g_autofree char *prefix = sk_pdf_text(pdf, sk_pdf_get(pdf, source, "P"));
    int32_t start = 1;

    for (unsigned i = 0; style.n == 1 && i < 5; i++) {
        if (style.p[0] == (uint8_t)styles[i])
            g_string_append_printf(text, " /S /%c", styles[i]);
    }
    if (prefix != NULL && *prefix != '\0') {
        g_string_append(text, " /P ");
        sk_pdf_put_text(text, prefix);
    }
    if (sk_pdf_int(pdf, sk_pdf_get(pdf, source, "St"), &start) && start > 1)
        g_string_append_printf(text, " /St %d", start);
    g_string_append(text, " >>");
    return text;
}

/* In order, each page once, none beyond the last. */
static void
read_leaf(SkPdfRebuild *self, SkPdfObject leaf, GArray *labels)
{
    SkPdf *pdf = self->walk.pdf;

    for (uint32_t i = 0; i + 1 < sk_pdf_count(pdf, leaf) && labels->len < LABELS_MAX; i += 2) {
        int32_t last = labels->len == 0 ? -1 : g_array_index(labels, Label, labels->len - 1).page;
        Label label = { .page = -1 };
        if (!sk_pdf_int(pdf, sk_pdf_item(pdf, leaf, i), &label.page) || label.page <= last ||
            (guint)label.page >= self->pages->len)
            continue;
        label.text = label_text(pdf, sk_pdf_item(pdf, leaf, i + 1));
        g_array_append_val(labels, label);
    }
}

static void
put_labels(SkPdfRebuild *self, GString *out)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GArray) labels = g_array_new(FALSE, FALSE, sizeof(Label));
    SkPdfObject top = sk_pdf_get(pdf, sk_pdf_root(pdf), "PageLabels");

    g_array_set_clear_func(labels, label_clear);
    if (!sk_pdf_is_dictionary(pdf, top))
        return;
    g_autoptr(GArray) leaves = tree_leaves(pdf, top, "Nums");
    for (guint i = 0; i < leaves->len; i++)
        read_leaf(self, g_array_index(leaves, SkPdfObject, i), labels);
    if (labels->len == 0 || g_array_index(labels, Label, 0).page != 0)
        return;
    g_string_append(out, " /PageLabels << /Nums [");
    for (guint i = 0; i < labels->len; i++) {
        const Label *label = &g_array_index(labels, Label, i);
        g_string_append_printf(out, "%s%d %s", i == 0 ? "" : " ", label->page, label->text->str);
    }
    g_string_append(out, "] >>");
}

/* ---- how it opens ------------------------------------------------------------------------- */

static void
put_choice(SkPdf *pdf, const char *key, const char *const *words, GString *out)
{
    SkSpan name = sk_pdf_name(pdf, sk_pdf_get(pdf, sk_pdf_root(pdf), key));

    for (; *words != NULL; words++) {
        if (sk_span_is(name, *words))
            g_string_append_printf(out, " /%s /%s", key, *words);
    }
}

static void
put_view(SkPdf *pdf, bool outlines, GString *out)
{
    static const char *const layouts[] = {
        "OneColumn", "TwoColumnLeft", "TwoColumnRight", "TwoPageLeft", "TwoPageRight", NULL
    };
    static const char *const modes[] = { "UseOutlines", "UseThumbs", NULL };
    SkPdfObject viewer = sk_pdf_get(pdf, sk_pdf_root(pdf), "ViewerPreferences");

    put_choice(pdf, "PageLayout", layouts, out);
    put_choice(pdf, "PageMode", outlines ? modes : modes + 1, out);
    if (sk_pdf_name_is(pdf, sk_pdf_get(pdf, viewer, "Direction"), "R2L"))
        g_string_append(out, " /ViewerPreferences << /Direction /R2L >>");
}

/* ---- what goes ---------------------------------------------------------------------------- */

/* A leaf of names: each, and its file. */
static bool
take_files(SkPdfRebuild *self, SkPdfObject leaf, GError **error)
{
    SkPdf *pdf = self->walk.pdf;

    for (uint32_t i = 0; i + 1 < sk_pdf_count(pdf, leaf); i += 2) {
        size_t mark = sk_pdf_mark(pdf);
        bool ok = sk_pdf_found_file(&self->walk, sk_pdf_item(pdf, leaf, i + 1), sk_pdf_item(pdf, leaf, i), error);
        sk_pdf_release(pdf, mark);
        if (!ok)
            return false;
    }
    return true;
}

/* Each is handed on; a portfolio without any is nothing but its cover. */
static bool
hand_on_files(SkPdfRebuild *self, SkPdfObject top, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject root = sk_pdf_root(pdf);
    g_autoptr(GArray) leaves = tree_leaves(pdf, top, "Names");

    for (guint i = 0; i < leaves->len; i++)
        if (!take_files(self, g_array_index(leaves, SkPdfObject, i), error))
            return false;
    if (leaves->len == 0 && sk_pdf_has(pdf, root, "Collection"))
        sk_report_find(self->walk.disarm->report, SK_ELEMENT_PDF_ATTACHMENT, SK_ACTION_REMOVED, SK_SPAN_EMPTY, 1);
    return sk_pdf_found_files(&self->walk, root, error);
}

static bool
report_files(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject root = sk_pdf_root(pdf);
    SkPdfObject top = sk_pdf_get(pdf, sk_pdf_get(pdf, root, "Names"), "EmbeddedFiles");

    if (self->walk.files != NULL)
        return hand_on_files(self, top, error);
    uint32_t files = tree_count(pdf, top);
    /* A portfolio is its attachments, whatever it says of them. */
    if (files == 0 && (sk_pdf_has(pdf, root, "Collection") || sk_pdf_has(pdf, root, "AF")))
        files = 1;
    return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_ATTACHMENT, files, error);
}

static bool
report_names(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject root = sk_pdf_root(pdf), names = sk_pdf_get(pdf, root, "Names");

    return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_JAVASCRIPT,
                        tree_count(pdf, sk_pdf_get(pdf, names, "JavaScript")), error) &&
           report_files(self, error) &&
           sk_pdf_found(&self->walk, SK_ELEMENT_PDF_RICH_MEDIA,
                        tree_count(pdf, sk_pdf_get(pdf, names, "Renditions")), error);
}

static bool
report_opening(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject root = sk_pdf_root(pdf), opening = sk_pdf_get(pdf, root, "OpenAction");
    SkPdfObject events = sk_pdf_get(pdf, root, "AA");

    return (sk_pdf_type(pdf, opening) != SK_PDF_DICTIONARY ||
            sk_pdf_action(self, opening, NULL, error)) &&
           (sk_pdf_type(pdf, events) == SK_PDF_NULL || sk_pdf_actions(self, events, error));
}

/* Fields that are no annotations themselves may act, too. */
static bool
report_field_actions(SkPdfRebuild *self, SkPdfObject fields, uint32_t *ret_fields, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(SkPdfObject));
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);

    g_array_append_val(stack, fields);
    for (unsigned nodes = 0; stack->len > 0 && nodes < NODES_MAX; nodes++) {
        SkPdfObject at = g_array_index(stack, SkPdfObject, stack->len - 1);
        g_array_set_size(stack, stack->len - 1);
        SkPdfObject kids = sk_pdf_type(pdf, at) == SK_PDF_ARRAY ? at : sk_pdf_get(pdf, at, "Kids");
        uint32_t number = sk_pdf_ref(pdf, at).number;
        if (number != 0 && !g_hash_table_add(seen, GUINT_TO_POINTER(number)))
            continue;
        for (uint32_t i = 0; i < sk_pdf_count(pdf, kids) && stack->len < NODES_MAX; i++) {
            SkPdfObject kid = sk_pdf_item(pdf, kids, i);
            g_array_append_val(stack, kid);
        }
        if (sk_pdf_type(pdf, at) != SK_PDF_DICTIONARY)
            continue;
        ++*ret_fields;
        bool lies = sk_pdf_name_is(pdf, sk_pdf_get(pdf, at, "Subtype"), "Widget");
        if (!lies && !sk_pdf_actions(self, sk_pdf_get(pdf, at, "AA"), error))
            return false;
    }
    return true;
}

/* Where there is nothing but a form of XFA, the pages show a plea for another reader. */
static bool
report_form(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject root = sk_pdf_root(pdf), form = sk_pdf_get(pdf, root, "AcroForm");
    bool xfa = sk_pdf_has(pdf, form, "XFA"), needs = false;
    uint32_t fields = 0;

    (void)sk_pdf_bool(pdf, sk_pdf_get(pdf, root, "NeedsRendering"), &needs);
    if (!report_field_actions(self, sk_pdf_get(pdf, form, "Fields"), &fields, error))
        return false;
    if (!xfa)
        return true;
    if (fields == 0 || needs) {
        sk_report_find(self->walk.disarm->report, SK_ELEMENT_PDF_XFA, SK_ACTION_REFUSED,
                       SK_SPAN_EMPTY, 1);
        return sk_pdf_fatal(self, SK_ERROR_FORBIDDEN, "a form of XFA alone", error);
    }
    return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_XFA, 1, error);
}

static bool
report_metadata(SkPdfRebuild *self, GError **error)
{
    static const char *const keys[] = { "Metadata", "PieceInfo", "SpiderInfo", "OutputIntents" };
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GPtrArray) info = sk_pdf_keys(pdf, sk_pdf_get(pdf, sk_pdf_trailer(pdf), "Info"));
    unsigned n = info->len > 0 ? 1 : 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++)
        n += sk_pdf_has(pdf, sk_pdf_root(pdf), keys[i]) ? 1 : 0;
    return sk_pdf_found(&self->walk, SK_ELEMENT_PDF_METADATA, n, error);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
put_object(GString *out, const char *key, SkPdfId id)
{
    if (id == 0)
        return;
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_ref(out, id);
}

bool
sk_pdf_catalog(SkPdfRebuild *self, SkPdfId outlines, SkPdfId structure, SkPdfId *ret,
               GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) text = g_string_new("<< /Type /Catalog /Pages ");

    sk_pdf_place(self, "%s", "");
    if (!report_names(self, error) || !report_opening(self, error) || !report_form(self, error) ||
        !report_metadata(self, error))
        return false;
    sk_pdf_put_ref(text, self->tree);
    put_labels(self, text);
    put_view(pdf, outlines != 0, text);
    put_object(text, "Outlines", outlines);
    sk_pdf_fields_put(self, text);
    (void)sk_pdf_lang_put(pdf, sk_pdf_root(pdf), text);
    if (structure != 0)
        g_string_append(text, " /MarkInfo << /Marked true >>");
    put_object(text, "StructTreeRoot", structure);
    g_string_append(text, " >>");
    *ret = sk_pdf_plan_add(self->walk.plan);
    sk_pdf_plan_set(self->walk.plan, *ret, g_steal_pointer(&text));
    return sk_pdf_check(pdf, error);
}
