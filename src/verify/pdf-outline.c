/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-outline.c - the outline is one tree, every item in it once, and its counts are true.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rule 5; ISO 32000-1, 12.3.3   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#define DEPTH_MAX 64u

/* One item, with those below it still to come. */
typedef struct {
    uint32_t item;  /* or the outline's root */
    uint32_t child; /* the one being read; 0: none left */
    uint32_t before;
    int64_t seen; /* items below it that are seen when it is open */
} Level;

static bool
begin(SkPdfFile *self, Level *level, uint32_t item)
{
    uint32_t first = sk_pdf_get_reference(self, item, "First");

    *level = (Level){ .item = item, .child = first };
    return (first != 0) == (sk_pdf_get_reference(self, item, "Last") != 0) &&
           (first != 0) == (sk_pdf_get_integer(self, item, "Count", 0) != 0) &&
           !(sk_vpdf_has(self, item, "Dest") && sk_vpdf_has(self, item, "A"));
}

static bool
check_child(SkPdfFile *self, const Level *level)
{
    return sk_pdf_get_reference(self, level->child, "Parent") == level->item &&
           sk_pdf_get_reference(self, level->child, "Prev") == level->before;
}

static bool
end(SkPdfFile *self, const Level *level, bool root)
{
    int64_t count = sk_pdf_get_integer(self, level->item, "Count", 0);

    return sk_pdf_get_reference(self, level->item, "Last") == level->before &&
           (count == level->seen || (!root && count == -level->seen));
}

/* A child has been read with what is below it. */
static void
step(SkPdfFile *self, Level *level)
{
    level->seen += 1 + MAX(0, sk_pdf_get_integer(self, level->child, "Count", 0));
    level->before = level->child;
    level->child = sk_pdf_get_reference(self, level->child, "Next");
}

static bool
walk(SkPdfFile *self, uint32_t root, GArray *seen, guint *ret_items)
{
    Level levels[DEPTH_MAX + 1];
    unsigned depth = 0;

    if (!begin(self, &levels[0], root))
        return false;
    for (;;) {
        Level *level = &levels[depth];
        if (level->child == 0) {
            if (!end(self, level, depth == 0))
                return false;
            if (depth == 0)
                return true;
            step(self, &levels[--depth]);
            continue;
        }
        uint8_t *mark = &g_array_index(seen, uint8_t, level->child);
        if (*mark != 0 || depth == DEPTH_MAX || !check_child(self, level))
            return false;
        *mark = 1;
        *ret_items += 1;
        if (!begin(self, &levels[depth + 1], level->child))
            return false;
        depth++;
    }
}

bool
sk_pdf_check_outlines(SkPdfFile *self)
{
    g_autoptr(GArray) seen = g_array_new(FALSE, TRUE, sizeof(uint8_t));
    uint32_t root = sk_pdf_get_reference(self, 1, "Outlines");
    guint items = 0, reached = 0;

    g_array_set_size(seen, self->objects->len + 1);
    for (uint32_t i = 1; i <= self->objects->len; i++) {
        if (sk_pdf_object(self, i)->kind != KIND_OUTLINE)
            continue;
        items++;
        if (sk_vpdf_has(self, i, "A") && !sk_proof_keeps(self->proof, SK_ELEMENT_PDF_LINK))
            return sk_pdf_no(self, i, SK_ELEMENT_PDF_LINK, "an address");
    }
    if (root == 0)
        return true;
    return (walk(self, root, seen, &reached) && reached == items) ||
           sk_pdf_wrong(self, root, "outline");
}
