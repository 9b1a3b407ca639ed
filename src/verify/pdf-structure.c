/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-structure.c - structure elements are one tree, and the marks of pages and links belong to
 * exactly the elements that the parent tree says.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rules 7 and 8; ISO 32000-1, 14.7   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#define DEPTH_MAX 256u
#define MARKS_MAX 65536

typedef struct {
    SkPdfFile *file;
    GArray *seen;  /* owned, of uint8_t: elements and links that were reached */
    GArray *first; /* owned, of uint32_t: by page, where its marks begin in @slots */
    GArray *slots; /* owned, of uint32_t: the element that has a mark; 0: none */
    GArray *links; /* owned, of uint32_t: by number of object: the element that has a link */
    guint marks;   /* that the parent tree gives, less those that elements claimed */
    guint elements;
} Tree;

static bool
no(Tree *tree, uint32_t number, const char *what)
{
    return sk_pdf_wrong(tree->file, number, what);
}

/* ---- the parent tree ---- */

static bool
read_marks(Tree *tree, uint32_t page, uint32_t marks)
{
    SkReader r = sk_reader(sk_pdf_value(tree->file, marks));
    uint32_t element = 0, n = 0;

    g_array_index(tree->first, uint32_t, page - tree->file->first_page) = tree->slots->len;
    for (bool more = sk_pdf_enter(&r); more; more = sk_pdf_next(&r), n++) {
        element = 0;
        if (!sk_pdf_word(&r, "null") && !sk_pdf_reference(&r, &element))
            return false;
        tree->marks += element != 0;
        g_array_append_val(tree->slots, element);
    }
    g_array_index(tree->first, uint32_t, page - tree->file->first_page + 1) = tree->slots->len;
    return element != 0 && n <= MARKS_MAX;
}

/* One number of the parent tree: it must be the next of those that pages and then links have. */
static bool
read_pair(Tree *tree, SkReader *nums, const char *key, uint32_t owner, int64_t *next)
{
    int64_t wanted = sk_pdf_get_integer(tree->file, owner, key, -1), number = 0;
    uint32_t to = 0;

    if (wanted < 0)
        return true;
    if ((*next > 0 && !sk_pdf_next(nums)) || !sk_pdf_integer(nums, wanted, wanted, &number) ||
        !sk_pdf_next(nums) || !sk_pdf_reference(nums, &to))
        return false;
    *next += 1;
    bool page = sk_pdf_object(tree->file, owner)->kind == KIND_PAGE;
    if ((sk_pdf_object(tree->file, to)->kind == KIND_MARKS) != page)
        return false;
    if (page)
        return read_marks(tree, owner, to);
    g_array_index(tree->links, uint32_t, owner) = to;
    tree->marks++;
    return true;
}

static bool
read_links(Tree *tree, SkReader *nums, uint32_t page, int64_t *next)
{
    SkReader annots = { 0 };
    uint32_t annot = 0;

    if (!sk_vpdf_get(tree->file, page, "Annots", &annots))
        return true;
    for (bool more = sk_pdf_enter(&annots); more; more = sk_pdf_next(&annots))
        if (!sk_pdf_reference(&annots, &annot) ||
            (sk_pdf_object(tree->file, annot)->kind == KIND_LINK &&
             !read_pair(tree, nums, "StructParent", annot, next)))
            return false;
    return true;
}

static bool
read_parent_tree(Tree *tree, uint32_t root)
{
    SkPdfFile *self = tree->file;
    SkReader nums = { 0 };
    int64_t next = 0;
    uint32_t after = self->first_page + self->pages;

    if (!sk_vpdf_get(self, root, "ParentTree", &nums) || !sk_pdf_find(nums.in, "Nums", &nums) ||
        !sk_pdf_word(&nums, "["))
        return false;
    for (uint32_t page = self->first_page; page < after; page++) {
        guint at = page - self->first_page;
        g_array_index(tree->first, uint32_t, at) = g_array_index(tree->first, uint32_t, at + 1) =
            tree->slots->len;
        if (!read_pair(tree, &nums, "StructParents", page, &next))
            return false;
    }
    for (uint32_t page = self->first_page; page < after; page++)
        if (!read_links(tree, &nums, page, &next))
            return false;
    return sk_pdf_ahead(&nums, "]");
}

/* ---- elements ---- */

static bool
claim_mark(Tree *tree, uint32_t element, uint32_t page, int64_t mark)
{
    guint at = page - tree->file->first_page;
    uint32_t first = g_array_index(tree->first, uint32_t, at),
             after = g_array_index(tree->first, uint32_t, at + 1);

    if (mark >= after - first ||
        g_array_index(tree->slots, uint32_t, first + (guint)mark) != element)
        return no(tree, element, "a mark that is not its own");
    g_array_index(tree->slots, uint32_t, first + (guint)mark) = 0; /* nobody claims it twice */
    tree->marks--;
    return true;
}

static bool
claim_link(Tree *tree, uint32_t element, SkSpan mark)
{
    SkReader value = { 0 };
    uint32_t link = 0;

    if (!sk_pdf_find(mark, "Obj", &value) || !sk_pdf_reference(&value, &link) ||
        g_array_index(tree->links, uint32_t, link) != element)
        return no(tree, element, "a link that is not its own");
    g_array_index(tree->links, uint32_t, link) = 0;
    tree->marks--;
    return true;
}

static bool
claim_direct(Tree *tree, uint32_t element, SkSpan mark)
{
    SkReader value = { 0 };
    uint32_t page = 0;
    int64_t number = 0;

    if (!sk_pdf_find(mark, "Pg", &value) || !sk_pdf_reference(&value, &page))
        return false;
    if (!sk_pdf_find(mark, "MCID", &value))
        return claim_link(tree, element, mark);
    if (page == sk_pdf_get_reference(tree->file, element, "Pg"))
        return no(tree, element, "a mark of its own page, written as one of another");
    return sk_pdf_integer(&value, 0, MARKS_MAX - 1, &number) &&
           claim_mark(tree, element, page, number);
}

/* The next item of K that is an element: 0 at the end. What is a mark is claimed on the way. */
static bool
next_child(Tree *tree, uint32_t element, SkReader *kids, bool *more, uint32_t *ret)
{
    int64_t mark = 0;

    for (*ret = 0; *more; *more = sk_pdf_next(kids)) {
        SkReader ahead = *kids;
        if (sk_pdf_reference(&ahead, ret)) {
            *kids = ahead;
            *more = sk_pdf_next(kids);
            return true;
        }
        *ret = 0;
        size_t from = kids->at;
        if (sk_pdf_ahead(kids, "<<")) {
            if (!sk_pdf_skip(kids) ||
                !claim_direct(tree, element, sk_span_sub(kids->in, from, kids->at - from)))
                return false;
        } else {
            uint32_t page = sk_pdf_get_reference(tree->file, element, "Pg");
            if (page == 0 || !sk_pdf_integer(kids, 0, MARKS_MAX - 1, &mark))
                return no(tree, element, "a mark of no page");
            if (!claim_mark(tree, element, page, mark))
                return false;
        }
    }
    return true;
}

typedef struct {
    uint32_t element;
    SkReader kids;
    bool more;
} Level;

static void
begin(Tree *tree, Level *level, uint32_t element)
{
    level->element = element;
    level->more = sk_vpdf_get(tree->file, element, "K", &level->kids) && sk_pdf_enter(&level->kids);
}

static bool
walk(Tree *tree, uint32_t root)
{
    g_autofree Level *levels = g_new(Level, DEPTH_MAX + 1);
    unsigned depth = 0;
    uint32_t child = 0;

    for (begin(tree, &levels[0], root);;) {
        Level *level = &levels[depth];
        if (!next_child(tree, level->element, &level->kids, &level->more, &child))
            return no(tree, level->element, "children");
        if (child == 0) {
            if (depth == 0)
                return true;
            depth--;
            continue;
        }
        uint8_t *seen = &g_array_index(tree->seen, uint8_t, child);
        if (*seen != 0 || depth == DEPTH_MAX ||
            sk_pdf_get_reference(tree->file, child, "P") != level->element)
            return no(tree, child, "element that is not its parent's child");
        *seen = 1;
        tree->elements++;
        begin(tree, &levels[++depth], child);
    }
}

bool
sk_pdf_check_structure(SkPdfFile *self)
{
    g_autoptr(GArray) seen = g_array_new(FALSE, TRUE, sizeof(uint8_t));
    g_autoptr(GArray) first = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GArray) slots = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GArray) links = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    Tree tree = { .file = self, .seen = seen, .first = first, .slots = slots, .links = links };
    uint32_t root = sk_pdf_get_reference(self, 1, "StructTreeRoot");
    guint elements = 0;

    if (root == 0)
        return true;
    g_array_set_size(seen, self->objects->len + 1);
    g_array_set_size(links, self->objects->len + 1);
    g_array_set_size(first, self->pages + 1);
    for (uint32_t i = 1; i <= self->objects->len; i++)
        elements += sk_pdf_object(self, i)->kind == KIND_ELEMENT;
    if (!read_parent_tree(&tree, root))
        return no(&tree, root, "parent tree");
    if (!walk(&tree, root))
        return false;
    return (tree.elements == elements && tree.marks == 0) ||
           no(&tree, root, "elements or marks that nothing reaches");
}
