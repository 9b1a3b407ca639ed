/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-structure.c - structure elements are one tree, and the marks of pages and forms, links, fields
 * and forms belong to exactly the elements that the parent tree says.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rules 7 and 8; ISO 32000-1, 14.7   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#define DEPTH_MAX 256u
#define MARKS_MAX 65536

#define UPON (SK_PDF_KIND(KIND_LINK) | SK_PDF_KIND(KIND_FIELD) | SK_PDF_KIND(KIND_KID))
/* What a page leads to that it shows. */
#define SHOWN_KINDS                                                                                \
    (UPON | SK_PDF_KIND(KIND_FORM) | SK_PDF_KIND(KIND_STATE) | SK_PDF_KIND(KIND_TILING) |          \
     SK_PDF_KIND(KIND_FONT_TYPE3) | SK_PDF_KIND(KIND_GLYPH))

/* Of an object. */
typedef struct {
    uint32_t page;     /* the first that shows it; 0: none */
    uint32_t first, n; /* its marks among the slots */
    uint32_t has;      /* the element that has it; 0: none, or it was claimed */
    bool seen;         /* an element that was reached */
} Note;

typedef struct {
    SkPdfFile *file;
    GArray *notes; /* owned, of Note: by number */
    GArray *slots; /* owned, of uint32_t: the element that has a mark; 0: none, or it was claimed */
    GArray *forms; /* owned, of uint32_t: those with a number of their own, in its order */
    int64_t first_form; /* the number of the first */
    guint named;        /* of those, how many the tree has named so far */
    guint marks;        /* that the parent tree gives, less those that elements claimed */
    guint elements;
} Tree;

static bool
no(Tree *tree, uint32_t number, const char *what)
{
    return sk_pdf_wrong(tree->file, number, what);
}

static Note *
note_of(const Tree *tree, uint32_t number)
{
    return &g_array_index(tree->notes, Note, number);
}

static bool
is_kind(const Tree *tree, uint32_t number, uint64_t kinds)
{
    return (SK_PDF_KIND(sk_pdf_object(tree->file, number)->kind) & kinds) != 0;
}

/* ---- where things are seen ---- */

/* Edges come in the order of the objects that they are from. */
static guint
first_edge(const SkPdfFile *self, uint32_t from)
{
    guint low = 0, high = self->edges->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(self->edges, SkPdfEdge, middle).from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* All that @page shows and no page before it. */
static void
show(Tree *tree, uint32_t page, GArray *waiting)
{
    const SkPdfFile *self = tree->file;

    for (g_array_append_val(waiting, page); waiting->len > 0;) {
        uint32_t from = g_array_index(waiting, uint32_t, waiting->len - 1);
        g_array_set_size(waiting, waiting->len - 1);
        for (guint i = first_edge(self, from); i < self->edges->len; i++) {
            const SkPdfEdge *edge = &g_array_index(self->edges, SkPdfEdge, i);
            if (edge->from != from)
                break;
            if (note_of(tree, edge->to)->page != 0 || !is_kind(tree, edge->to, SHOWN_KINDS))
                continue;
            note_of(tree, edge->to)->page = page;
            g_array_append_val(waiting, edge->to);
        }
    }
}

static void
show_pages(Tree *tree)
{
    g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (guint i = 0; i < tree->file->pages; i++)
        show(tree, tree->file->first_page + i, waiting);
}

/* ---- the parent tree ---- */

static bool
read_marks(Tree *tree, uint32_t owner, uint32_t marks)
{
    SkReader r = sk_reader(sk_pdf_value(tree->file, marks));
    Note *note = note_of(tree, owner);
    uint32_t element = 0;

    note->first = tree->slots->len;
    for (bool more = sk_pdf_enter(&r); more; more = sk_pdf_next(&r), note->n++) {
        element = 0;
        if (!sk_pdf_word(&r, "null") && !sk_pdf_reference(&r, &element))
            return false;
        tree->marks += element != 0;
        g_array_append_val(tree->slots, element);
    }
    return element != 0 && note->n <= MARKS_MAX;
}

/* The number that @owner has: it must be the next of the parent tree. */
static bool
read_pair(Tree *tree, SkReader *nums, const char *key, uint32_t owner, int64_t *next)
{
    int64_t wanted = sk_pdf_get_integer(tree->file, owner, key, -1), number = 0;
    bool marks = sk_span_is(sk_span_str(key), "StructParents");
    uint32_t to = 0;

    if (wanted < 0)
        return true;
    if ((*next > 0 && !sk_pdf_next(nums)) || wanted != *next ||
        !sk_pdf_integer(nums, wanted, wanted, &number) || !sk_pdf_next(nums) ||
        !sk_pdf_reference(nums, &to) || is_kind(tree, to, SK_PDF_KIND(KIND_MARKS)) != marks)
        return false;
    *next += 1;
    if (marks)
        return read_marks(tree, owner, to);
    note_of(tree, owner)->has = to;
    tree->marks++;
    return true;
}

/* Forms with a number, by it: from @first on, none twice. */
static bool
order_forms(Tree *tree, int64_t first)
{
    SkPdfFile *self = tree->file;
    GArray *forms = tree->forms;
    guint n = 0;

    tree->first_form = first;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t i = 1; i <= self->objects->len; i++) {
            if (!is_kind(tree, i, SK_PDF_KIND(KIND_FORM)))
                continue;
            bool one = sk_vpdf_has(self, i, "StructParent");
            if (!one && !sk_vpdf_has(self, i, "StructParents"))
                continue;
            int64_t at =
                sk_pdf_get_integer(self, i, one ? "StructParent" : "StructParents", -1) - first;
            if (pass == 0) {
                n++;
                continue;
            }
            if (at < 0 || at >= n || g_array_index(forms, uint32_t, (guint)at) != 0)
                return no(tree, i, "its number in the structure");
            g_array_index(forms, uint32_t, (guint)at) = i;
        }
        g_array_set_size(forms, n);
    }
    return true;
}

static bool
read_forms(Tree *tree, SkReader *nums, int64_t *next)
{
    if (!order_forms(tree, *next))
        return false;
    for (guint i = 0; i < tree->forms->len; i++) {
        uint32_t form = g_array_index(tree->forms, uint32_t, i);
        bool marks = sk_vpdf_has(tree->file, form, "StructParents");
        if ((marks && sk_vpdf_has(tree->file, form, "StructParent")) ||
            !read_pair(tree, nums, marks ? "StructParents" : "StructParent", form, next))
            return no(tree, form, "its number in the structure");
    }
    return true;
}

static bool
read_upon(Tree *tree, SkReader *nums, uint32_t page, int64_t *next)
{
    SkReader annots = { 0 };
    uint32_t annot = 0;

    if (!sk_vpdf_get(tree->file, page, "Annots", &annots))
        return true;
    for (bool more = sk_pdf_enter(&annots); more; more = sk_pdf_next(&annots))
        if (!sk_pdf_reference(&annots, &annot) ||
            !read_pair(tree, nums, "StructParent", annot, next))
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
    for (uint32_t page = self->first_page; page < after; page++)
        if (!read_pair(tree, &nums, "StructParents", page, &next))
            return false;
    if (!read_forms(tree, &nums, &next))
        return false;
    for (uint32_t page = self->first_page; page < after; page++)
        if (!read_upon(tree, &nums, page, &next))
            return false;
    return sk_pdf_ahead(&nums, "]");
}

/* ---- elements ---- */

/* Nobody claims a mark twice. */
static bool
claim_mark(Tree *tree, uint32_t element, uint32_t owner, int64_t mark)
{
    const Note *note = note_of(tree, owner);

    if (mark >= note->n ||
        g_array_index(tree->slots, uint32_t, note->first + (guint)mark) != element)
        return no(tree, element, "a mark that is not its own");
    g_array_index(tree->slots, uint32_t, note->first + (guint)mark) = 0;
    tree->marks--;
    return true;
}

/* Forms are numbered as the tree names them first. */
static bool
name_form(Tree *tree, uint32_t element, uint32_t form, const char *key)
{
    int64_t at = sk_pdf_get_integer(tree->file, form, key, -1) - tree->first_form;

    if (at < 0 || at > tree->named)
        return no(tree, element, "forms are not numbered in the order of the tree");
    tree->named += at == tree->named;
    return true;
}

static bool
claim_object(Tree *tree, uint32_t element, uint32_t page, SkSpan mark)
{
    SkReader value = { 0 };
    uint32_t object = 0;

    if (!sk_pdf_find(mark, "Obj", &value) || !sk_pdf_reference(&value, &object))
        return false;
    if (note_of(tree, object)->has != element || note_of(tree, object)->page != page)
        return no(tree, element, "an object that is not its own");
    if (is_kind(tree, object, SK_PDF_KIND(KIND_FORM)) &&
        !name_form(tree, element, object, "StructParent"))
        return false;
    note_of(tree, object)->has = 0;
    tree->marks--;
    return true;
}

static bool
claim_in_form(Tree *tree, uint32_t element, uint32_t page, SkReader stream, int64_t number)
{
    uint32_t form = 0;

    if (!sk_pdf_reference(&stream, &form))
        return false;
    if (note_of(tree, form)->page != page)
        return no(tree, element, "a mark of a form that its page does not show first");
    return name_form(tree, element, form, "StructParents") &&
           claim_mark(tree, element, form, number);
}

static bool
claim_direct(Tree *tree, uint32_t element, SkSpan mark)
{
    SkReader value = { 0 }, stream = { 0 };
    uint32_t page = 0;
    int64_t number = 0;

    if (!sk_pdf_find(mark, "Pg", &value) || !sk_pdf_reference(&value, &page))
        return false;
    if (!sk_pdf_find(mark, "MCID", &value))
        return claim_object(tree, element, page, mark);
    if (!sk_pdf_integer(&value, 0, MARKS_MAX - 1, &number))
        return false;
    if (sk_pdf_find(mark, "Stm", &stream))
        return claim_in_form(tree, element, page, stream, number);
    if (page == sk_pdf_get_reference(tree->file, element, "Pg"))
        return no(tree, element, "a mark of its own page, written as one of another");
    return claim_mark(tree, element, page, number);
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
        Note *note = note_of(tree, child);
        if (note->seen || depth == DEPTH_MAX ||
            sk_pdf_get_reference(tree->file, child, "P") != level->element)
            return no(tree, child, "element that is not its parent's child");
        note->seen = true;
        tree->elements++;
        begin(tree, &levels[++depth], child);
    }
}

/* Nothing has a number in a structure that is not there. */
static bool
check_unstructured(SkPdfFile *self)
{
    for (uint32_t i = 1; i <= self->objects->len; i++) {
        unsigned kind = sk_pdf_object(self, i)->kind;
        if ((kind == KIND_PAGE && sk_vpdf_has(self, i, "StructParents")) ||
            (kind == KIND_FORM &&
             (sk_vpdf_has(self, i, "StructParents") || sk_vpdf_has(self, i, "StructParent"))) ||
            ((SK_PDF_KIND(kind) & UPON) != 0 && sk_vpdf_has(self, i, "StructParent")))
            return sk_pdf_wrong(self, i, "a number without structure");
    }
    return true;
}

bool
sk_pdf_check_structure(SkPdfFile *self)
{
    g_autoptr(GArray) notes = g_array_new(FALSE, TRUE, sizeof(Note));
    g_autoptr(GArray) slots = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GArray) forms = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    Tree tree = { .file = self, .notes = notes, .slots = slots, .forms = forms };
    uint32_t root = sk_pdf_get_reference(self, 1, "StructTreeRoot");
    guint elements = 0;

    if (root == 0)
        return check_unstructured(self);
    g_array_set_size(notes, self->objects->len + 1);
    show_pages(&tree);
    for (uint32_t i = 1; i <= self->objects->len; i++)
        elements += sk_pdf_object(self, i)->kind == KIND_ELEMENT;
    if (!read_parent_tree(&tree, root))
        return no(&tree, root, "parent tree");
    if (!walk(&tree, root))
        return false;
    return (tree.elements == elements && tree.marks == 0) ||
           no(&tree, root, "elements or marks that nothing reaches");
}
