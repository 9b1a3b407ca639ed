/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-outline.c - the outline, read from First and Next by a stack of our own, each item once, and
 * written with every link between items made anew. Spec: docs/formats/pdf.md, rule 5; ISO 32000-1,
 * 12.3.3
 */
#include "disarm/pdf-rebuild.h"

#define ITEMS_MAX 100000u
#define DEPTH_MAX 64u

typedef struct {
    SkPdfId id;
    guint parent, first, last, prev, next; /* indexes + 1; 0: none */
    int64_t visible;                       /* items below that are seen when it is open */
    bool open;
    GString *head, *tail; /* owned until written: title; destination, colour, style */
} Item;

static void
item_clear(gpointer data)
{
    Item *item = data;
    if (item->head != NULL)
        g_string_free(item->head, TRUE);
    if (item->tail != NULL)
        g_string_free(item->tail, TRUE);
}

static Item *
item_at(GArray *items, guint index_1)
{
    return &g_array_index(items, Item, index_1 - 1);
}

static void
put_look(SkPdf *pdf, SkPdfObject source, GString *out)
{
    int64_t colour[3];
    int32_t style = 0;

    if (sk_pdf_numbers(pdf, sk_pdf_get(pdf, source, "C"), 3, colour)) {
        bool sound = true, black = true;
        for (unsigned i = 0; i < 3; i++) {
            sound = sound && colour[i] >= 0 && colour[i] <= SK_PDF_ONE;
            black = black && colour[i] == 0;
        }
        if (sound && !black) {
            g_string_append(out, " /C ");
            sk_pdf_put_numbers(out, colour, 3);
        }
    }
    if (sk_pdf_int(pdf, sk_pdf_get(pdf, source, "F"), &style) && (style & 3) != 0)
        g_string_append_printf(out, " /F %d", style & 3);
}

static bool
read_item(SkPdfRebuild *self, SkPdfObject source, Item *item, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autofree char *title = sk_pdf_text(pdf, sk_pdf_get(pdf, source, "Title"));
    SkPdfObject dest = sk_pdf_get(pdf, source, "Dest");
    int32_t count = 0;

    item->id = sk_pdf_plan_add(self->walk.plan);
    item->head = g_string_new("<< /Title ");
    item->tail = g_string_new(NULL);
    sk_pdf_put_text(item->head, title == NULL ? "" : title);
    item->open = sk_pdf_int(pdf, sk_pdf_get(pdf, source, "Count"), &count) && count > 0;
    if (sk_pdf_type(pdf, dest) != SK_PDF_NULL) {
        g_autoptr(GString) place = g_string_new(NULL);
        if (sk_pdf_dest(self, dest, place)) {
            g_string_append(item->tail, " /Dest ");
            g_string_append_len(item->tail, place->str, (gssize)place->len);
        }
    }
    SkPdfObject action = sk_pdf_get(pdf, source, "A");
    if (sk_pdf_type(pdf, action) != SK_PDF_NULL &&
        !sk_pdf_action(self, action, item->tail->len > 0 ? NULL : item->tail, error))
        return false;
    put_look(pdf, source, item->tail);
    return true;
}

/* Where the reading is at one depth: what comes next, below which item, behind which one. */
typedef struct {
    SkPdfObject next;
    guint parent, prev;
} Level;

typedef struct {
    SkPdfRebuild *rebuild;
    GArray *items;    /* of Item */
    GArray *levels;   /* of Level */
    GHashTable *seen; /* numbers of objects */
} Reader;

static bool
read_next(Reader *self, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    Level *level = &g_array_index(self->levels, Level, self->levels->len - 1);
    SkPdfObject source = level->next;
    uint32_t number = sk_pdf_ref(pdf, source).number;
    Item item = { .parent = level->parent, .prev = level->prev };

    if (sk_pdf_type(pdf, source) != SK_PDF_DICTIONARY || number == 0 ||
        !g_hash_table_add(self->seen, GUINT_TO_POINTER(number))) {
        g_array_set_size(self->levels, self->levels->len - 1);
        return true;
    }
    if (self->items->len >= ITEMS_MAX)
        return sk_pdf_fatal(self->rebuild, SK_ERROR_LIMIT, "too many outline items", error);
    if (!read_item(self->rebuild, source, &item, error)) {
        item_clear(&item);
        return false;
    }
    g_array_append_val(self->items, item);
    guint index = self->items->len;
    if (level->prev != 0)
        item_at(self->items, level->prev)->next = index;
    else if (level->parent != 0)
        item_at(self->items, level->parent)->first = index;
    if (level->parent != 0)
        item_at(self->items, level->parent)->last = index;
    level->prev = index;
    level->next = sk_pdf_get(pdf, source, "Next");
    Level below = { .next = sk_pdf_get(pdf, source, "First"), .parent = index };
    if (self->levels->len < DEPTH_MAX)
        g_array_append_val(self->levels, below);
    return true;
}

/* Items come after those above them, so that from the last one on each knows how many are below
 * it. */
static int64_t
count_visible(GArray *items)
{
    int64_t top = 0;

    for (guint i = items->len; i > 0; i--) {
        const Item *item = item_at(items, i);
        int64_t seen = 1 + (item->open ? item->visible : 0);
        if (item->parent != 0)
            item_at(items, item->parent)->visible += seen;
        else
            top += seen;
    }
    return top;
}

static void
put_link(GArray *items, const char *key, guint index, GString *out)
{
    if (index == 0)
        return;
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_ref(out, item_at(items, index)->id);
}

static void
write_item(SkPdfRebuild *self, GArray *items, guint index, SkPdfId root)
{
    Item *item = item_at(items, index);
    GString *text = g_steal_pointer(&item->head);

    g_string_append(text, " /Parent ");
    sk_pdf_put_ref(text, item->parent == 0 ? root : item_at(items, item->parent)->id);
    put_link(items, "Prev", item->prev, text);
    put_link(items, "Next", item->next, text);
    put_link(items, "First", item->first, text);
    put_link(items, "Last", item->last, text);
    if (item->visible > 0)
        g_string_append_printf(text, " /Count %" G_GINT64_FORMAT,
                               item->open ? item->visible : -item->visible);
    g_string_append_len(text, item->tail->str, (gssize)item->tail->len);
    g_string_append(text, " >>");
    sk_pdf_plan_set(self->walk.plan, item->id, text);
}

static SkPdfId
write_outline(SkPdfRebuild *self, GArray *items)
{
    SkPdfId root = sk_pdf_plan_add(self->walk.plan);
    GString *text = g_string_new("<< /Type /Outlines /First ");
    int64_t visible = count_visible(items);
    guint last = 1;

    for (guint i = 1; i <= items->len; i++) {
        write_item(self, items, i, root);
        last = item_at(items, i)->parent == 0 ? i : last;
    }
    sk_pdf_put_ref(text, item_at(items, 1)->id);
    g_string_append(text, " /Last ");
    sk_pdf_put_ref(text, item_at(items, last)->id);
    g_string_append_printf(text, " /Count %" G_GINT64_FORMAT " >>", visible);
    sk_pdf_plan_set(self->walk.plan, root, text);
    return root;
}

bool
sk_pdf_outlines(SkPdfRebuild *self, SkPdfId *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));
    g_autoptr(GArray) levels = g_array_new(FALSE, FALSE, sizeof(Level));
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    Reader reader = { .rebuild = self, .items = items, .levels = levels, .seen = seen };
    Level top = { .next = sk_pdf_get(pdf, sk_pdf_get(pdf, sk_pdf_root(pdf), "Outlines"), "First") };

    g_array_set_clear_func(items, item_clear);
    g_array_append_val(levels, top);
    sk_pdf_place(self, "outline");
    while (levels->len > 0) {
        if (!read_next(&reader, error) || !sk_pdf_check(pdf, error))
            return false;
    }
    *ret = items->len == 0 ? 0 : write_outline(self, items);
    return true;
}
