/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-tree.c - the page tree, read by a stack of our own: pages in order, each with what it
 * inherits. A node that leads back to itself ends at the limit of depth. Spec: docs/formats/pdf.md;
 * ISO 32000-1, 7.7.3
 */
#include "disarm/pdf-rebuild.h"

#include <string.h>

#define VISITS_MAX 200000u
#define SIDE_MIN SK_PDF_ONE
#define SIDE_MAX (20000 * SK_PDF_ONE)
#define UNIT_MAX (100 * SK_PDF_ONE)

/* A node on the way down, with what the pages below it get from it. */
typedef struct {
    SkPdfObject kids;
    uint32_t next;
    SkPdfObject media, crop, rotate, resources;
} Node;

bool
sk_pdf_tree_rect(SkPdf *pdf, SkPdfObject o, int64_t ret[4])
{
    int64_t n[4];

    if (!sk_pdf_numbers(pdf, o, 4, n))
        return false;
    ret[0] = MIN(n[0], n[2]);
    ret[1] = MIN(n[1], n[3]);
    ret[2] = MAX(n[0], n[2]);
    ret[3] = MAX(n[1], n[3]);
    return ret[0] < ret[2] && ret[1] < ret[3];
}

static SkPdfObject
inherit(SkPdf *pdf, SkPdfObject node, const char *key, SkPdfObject above)
{
    SkPdfObject own = sk_pdf_get(pdf, node, key);
    return sk_pdf_type(pdf, own) == SK_PDF_NULL ? above : own;
}

static bool
side_ok(int64_t from, int64_t to)
{
    return to - from >= SIDE_MIN && to - from <= SIDE_MAX;
}

/* What is seen of the page: inside the paper, and less than it; else there is no such box. */
static bool
take_crop(SkPdfPage *page, const int64_t box[4])
{
    const int64_t *m = page->media;
    int64_t crop[4] = {
        MAX(box[0], m[0]), MAX(box[1], m[1]), MIN(box[2], m[2]), MIN(box[3], m[3])
    };

    if (!side_ok(crop[0], crop[2]) || !side_ok(crop[1], crop[3]))
        return false;
    bool whole = true;
    for (unsigned i = 0; i < 4; i++) {
        whole = whole && crop[i] == m[i];
        page->crop[i] = crop[i];
    }
    return !whole;
}

static bool
read_boxes(SkPdfRebuild *self, const Node *inherited, SkPdfPage *page, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    static const int64_t letter[4] = { 0, 0, 612 * SK_PDF_ONE, 792 * SK_PDF_ONE };
    int64_t box[4];

    if (!sk_pdf_tree_rect(pdf, inherited->media, page->media)) {
        for (unsigned i = 0; i < 4; i++)
            page->media[i] = letter[i]; /* DEVIATION: as readers have it */
    }
    if (!side_ok(page->media[0], page->media[2]) || !side_ok(page->media[1], page->media[3]))
        return sk_pdf_fatal(self, SK_ERROR_MALFORMED, "a page of an impossible size", error);
    page->has_crop = sk_pdf_tree_rect(pdf, inherited->crop, box) && take_crop(page, box);
    return true;
}

static bool
add_page(SkPdfRebuild *self, SkPdfObject source, const Node *inherited, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfPage page = { .source = sk_pdf_hold(pdf, source),
                       .resources = sk_pdf_hold(pdf, inherited->resources) };
    int32_t rotate = 0;
    int64_t unit = 0;
    SkPdfRef ref = sk_pdf_ref(pdf, source);

    if (self->pages->len >= self->walk.disarm->job->limits.items)
        return sk_pdf_fatal(self, SK_ERROR_LIMIT, "too many pages", error);
    if (!read_boxes(self, inherited, &page, error))
        return false;
    if (sk_pdf_int(pdf, inherited->rotate, &rotate) && rotate % 90 == 0)
        page.rotate = (rotate % 360 + 360) % 360;
    if (sk_pdf_number(pdf, sk_pdf_get(pdf, source, "UserUnit"), &unit) && unit > SK_PDF_ONE &&
        unit <= UNIT_MAX)
        page.unit = unit;
    page.id = sk_pdf_plan_add(self->walk.plan);
    g_array_append_val(self->pages, page);
    if (ref.number != 0 && !g_hash_table_contains(self->by_ref, GUINT_TO_POINTER(ref.number)))
        g_hash_table_insert(self->by_ref, GUINT_TO_POINTER(ref.number),
                            GUINT_TO_POINTER(self->pages->len));
    return true;
}

/* The node as it stands in the stack, with its own attributes over those from above. */
static Node
node_of(SkPdf *pdf, SkPdfObject source, const Node *above)
{
    return (Node){ .kids = sk_pdf_get(pdf, source, "Kids"),
                   .media = inherit(pdf, source, "MediaBox", above->media),
                   .crop = inherit(pdf, source, "CropBox", above->crop),
                   .rotate = inherit(pdf, source, "Rotate", above->rotate),
                   .resources = inherit(pdf, source, "Resources", above->resources) };
}

static bool
visit(SkPdfRebuild *self, GArray *stack, SkPdfObject source, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    Node node = node_of(pdf, source, &g_array_index(stack, Node, stack->len - 1));

    if (sk_pdf_type(pdf, source) != SK_PDF_DICTIONARY)
        return true;
    if (sk_pdf_type(pdf, node.kids) != SK_PDF_ARRAY &&
        sk_pdf_name_is(pdf, sk_pdf_get(pdf, source, "Type"), "Pages"))
        /* never an empty page in its place */
        return sk_pdf_fatal(self, SK_ERROR_MALFORMED, "a page tree without kids", error);
    if (sk_pdf_type(pdf, node.kids) != SK_PDF_ARRAY)
        return add_page(self, source, &node, error);
    if (stack->len > self->walk.disarm->job->limits.depth)
        return sk_pdf_fatal(self, SK_ERROR_MALFORMED, "a page tree without an end", error);
    g_array_append_val(stack, node);
    return true;
}

bool
sk_pdf_tree_read(SkPdfRebuild *self, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Node));
    Node top = { .next = 0 };

    g_array_append_val(stack, top);
    if (!visit(self, stack, sk_pdf_get(pdf, sk_pdf_root(pdf), "Pages"), error))
        return false;
    for (unsigned visits = 0; stack->len > 1;) {
        Node *node = &g_array_index(stack, Node, stack->len - 1);
        if (node->next >= sk_pdf_count(pdf, node->kids)) {
            g_array_set_size(stack, stack->len - 1);
            continue;
        }
        if (++visits > VISITS_MAX)
            return sk_pdf_fatal(self, SK_ERROR_LIMIT, "a page tree of too many nodes", error);
        SkPdfObject kid = sk_pdf_item(pdf, node->kids, node->next++);
        if (!visit(self, stack, kid, error) || !sk_pdf_check(pdf, error))
            return false;
    }
    return self->pages->len > 0 || sk_pdf_fatal(self, SK_ERROR_MALFORMED, "no pages", error);
}
