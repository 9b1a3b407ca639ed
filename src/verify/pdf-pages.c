/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-pages.c - pages, their labels, and what may lie upon them: links and fields.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, rules 1, 9, 10, 11   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#include <string.h>

#define SIDE_LEAST SK_PDF_ONE
#define SIDE_MOST (20000 * SK_PDF_ONE)
#define UNIT_MOST (100 * SK_PDF_ONE)

/* ---- rule 1 ---- */

static bool
check_kids(SkPdfFile *self)
{
    SkReader kids = { 0 };
    uint32_t kid = 0;
    unsigned n = 0;

    if (sk_pdf_get_reference(self, 1, "Pages") != 2 || !sk_vpdf_get(self, 2, "Kids", &kids))
        return sk_pdf_wrong(self, 1, "pages");
    for (bool more = sk_pdf_enter(&kids); more; more = sk_pdf_next(&kids), n++) {
        if (!sk_pdf_reference(&kids, &kid) || (n > 0 && kid != self->first_page + n))
            /* each is new where it stands: none stands twice */
            return sk_pdf_wrong(self, 2, "kids");
        if (n == 0)
            self->first_page = kid;
    }
    self->pages = n;
    if (n > self->proof->job->limits.items || sk_pdf_get_integer(self, 2, "Count", 0) != n)
        return sk_pdf_wrong(self, 2, "number of pages");
    return true;
}

static bool
check_size(SkPdfFile *self, uint32_t page)
{
    int64_t media[4] = { 0 }, crop[4] = { 0 };
    SkReader value = { 0 };

    if (!sk_vpdf_get(self, page, "MediaBox", &value) || sk_vpdf_numbers(value, media, 4) != 4)
        return false;
    bool cropped = sk_vpdf_get(self, page, "CropBox", &value);
    if (cropped && sk_vpdf_numbers(value, crop, 4) != 4)
        return false;
    for (unsigned i = 0; i < 2; i++) {
        int64_t side = media[i + 2] - media[i], inner = crop[i + 2] - crop[i];
        if (side < SIDE_LEAST || side > SIDE_MOST)
            return false;
        if (cropped && (inner < SIDE_LEAST || crop[i] < media[i] || crop[i + 2] > media[i + 2]))
            return false;
    }
    int64_t turn = sk_pdf_get_integer(self, page, "Rotate", 90);
    int64_t unit = sk_pdf_get_number(self, page, "UserUnit", UNIT_MOST);
    return !(cropped && memcmp(media, crop, sizeof crop) == 0) && turn % 90 == 0 &&
           unit > SK_PDF_ONE && unit <= UNIT_MOST;
}

static bool
check_page(SkPdfFile *self, uint32_t page)
{
    if (sk_pdf_get_reference(self, page, "Parent") != 2 || !check_size(self, page))
        return sk_pdf_wrong(self, page, "page");
    return true;
}

/* ---- rule 11 ---- */

static bool
check_labels(SkPdfFile *self)
{
    SkReader value = { 0 };
    int64_t least = 0, at = 0;

    if (!sk_vpdf_get(self, 1, "PageLabels", &value))
        return true;
    if (!sk_pdf_find(value.in, "Nums", &value))
        return false;
    for (bool more = sk_pdf_enter(&value); more; more = sk_pdf_next(&value), least = at + 1) {
        if (!sk_pdf_integer(&value, least, (int64_t)self->pages - 1, &at) ||
            (least == 0 && at != 0) || !sk_pdf_next(&value) || !sk_pdf_skip(&value))
            return sk_pdf_wrong(self, 1, "page labels");
    }
    return true;
}

/* ---- what lies upon pages ---- */

typedef struct {
    SkPdfFile *file;
    /* owned, of uint32_t: the page that has object K among its Annots; 0: none */
    GArray *page_of;
    GPtrArray *annots; /* fields and kids in the order of pages, as numbers */
} Upon;

static bool
check_link(SkPdfFile *self, uint32_t link)
{
    bool dest = sk_vpdf_has(self, link, "Dest"), address = sk_vpdf_has(self, link, "A");

    if (address && !sk_proof_keeps(self->proof, SK_ELEMENT_PDF_LINK))
        return sk_pdf_no(self, link, SK_ELEMENT_PDF_LINK, "an address");
    if ((dest && address) ||
        (!dest && !address && !sk_vpdf_has(self, link, "StructParent") &&
         !sk_vpdf_has(self, link, "Contents")))
        return sk_pdf_wrong(self, link, "link");
    return true;
}

static bool
check_annots(Upon *upon, uint32_t page)
{
    SkPdfFile *self = upon->file;
    SkReader value = { 0 };
    uint32_t number = 0;

    if (!sk_vpdf_get(self, page, "Annots", &value))
        return true;
    for (bool more = sk_pdf_enter(&value); more; more = sk_pdf_next(&value)) {
        if (!sk_pdf_reference(&value, &number) ||
            g_array_index(upon->page_of, uint32_t, number) != 0)
            return sk_pdf_wrong(self, page, "an annotation that lies upon two pages");
        g_array_index(upon->page_of, uint32_t, number) = page;
        if (sk_pdf_object(self, number)->kind == KIND_LINK) {
            if (!check_link(self, number))
                return false;
        } else if (sk_pdf_get_reference(self, number, "P") != page) {
            return sk_pdf_wrong(self, number, "its page");
        } else {
            g_ptr_array_add(upon->annots, GUINT_TO_POINTER(number));
        }
    }
    return true;
}

/* ---- rule 10 ---- */

static bool
is_state(SkReader value)
{
    return sk_pdf_ahead(&value, "/");
}

static bool
check_field(SkPdfFile *self, uint32_t field)
{
    SkReader type = { 0 }, value = { 0 }, looks = { 0 };

    if (!sk_vpdf_get(self, field, "FT", &type) || !sk_vpdf_get(self, field, "AP", &looks) ||
        !sk_pdf_find(looks.in, "N", &looks))
        return false;
    bool button = sk_pdf_is(type, "/Btn");
    if (sk_vpdf_get(self, field, "V", &value) && is_state(value) != button)
        return false;
    return button == sk_pdf_ahead(&looks, "<<") && (button || !sk_vpdf_has(self, field, "AS")) &&
           (sk_pdf_is(type, "/Tx") || !sk_vpdf_has(self, field, "MaxLen")) &&
           (sk_pdf_is(type, "/Ch") || !sk_vpdf_has(self, field, "Opt"));
}

static bool
check_group(SkPdfFile *self, uint32_t group, GHashTable *kids)
{
    SkReader value = { 0 };
    uint32_t kid = 0;

    if (!sk_vpdf_get(self, group, "Kids", &value))
        return false;
    for (bool more = sk_pdf_enter(&value); more; more = sk_pdf_next(&value))
        if (!sk_pdf_reference(&value, &kid) || sk_pdf_get_reference(self, kid, "Parent") != group ||
            !g_hash_table_add(kids, GUINT_TO_POINTER(kid)))
            return false;
    return true;
}

/* Fields come in the order in which the pages have them, a group at its first kid. */
static bool
check_order(Upon *upon, SkReader fields)
{
    SkPdfFile *self = upon->file;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    bool more = sk_pdf_enter(&fields);
    uint32_t field = 0;

    for (guint i = 0; i < upon->annots->len; i++) {
        uint32_t number = GPOINTER_TO_UINT(g_ptr_array_index(upon->annots, i));
        if (sk_pdf_object(self, number)->kind == KIND_KID)
            number = sk_pdf_get_reference(self, number, "Parent");
        if (!g_hash_table_add(seen, GUINT_TO_POINTER(number)))
            continue;
        if (!more || !sk_pdf_reference(&fields, &field) || field != number)
            return false;
        more = sk_pdf_next(&fields);
    }
    return !more;
}

/* The font that a field speaks of is one of the form's. */
static bool
check_appearance(SkPdfFile *self, SkReader value)
{
    SkReader form = { 0 }, fonts = { 0 };
    SkSpan name = SK_SPAN_EMPTY;
    int64_t font = 0, has = 0;

    if (!sk_pdf_appearance(&value, &font) || !sk_vpdf_get(self, 1, "AcroForm", &form) ||
        !sk_pdf_find(form.in, "DR", &fonts) || !sk_pdf_find(fonts.in, "Font", &fonts))
        return false;
    for (sk_reader_skip(&fonts, 3); sk_vpdf_name(&fonts, &name); has++) {
        sk_reader_skip(&fonts, 1);
        if (!sk_pdf_skip(&fonts))
            return false;
        sk_reader_skip(&fonts, 1);
    }
    return font < has;
}

static bool
check_one_field(SkPdfFile *self, uint32_t field, GHashTable *names, GHashTable *kids)
{
    SkReader name = { 0 };

    if (!sk_vpdf_get(self, field, "T", &name) ||
        !g_hash_table_add(names, g_strndup((const char *)name.in.p, name.in.n)))
        return sk_pdf_wrong(self, field, "a name that another field has");
    if (sk_vpdf_get(self, field, "DA", &name) && !check_appearance(self, name))
        return sk_pdf_wrong(self, field, "a font that the form has not");
    bool good = sk_pdf_object(self, field)->kind == KIND_FIELD ? check_field(self, field)
                                                               : check_group(self, field, kids);
    return good || sk_pdf_wrong(self, field, "field");
}

static bool
check_fields(Upon *upon)
{
    SkPdfFile *self = upon->file;
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) kids = g_hash_table_new(NULL, NULL);
    SkReader fields = { 0 };
    uint32_t field = 0, count = 0;

    if (!sk_vpdf_get(self, 1, "AcroForm", &fields))
        return upon->annots->len == 0 || sk_pdf_wrong(self, 1, "fields without a form");
    if (!sk_proof_keeps(self->proof, SK_ELEMENT_PDF_FORM))
        return sk_pdf_no(self, 1, SK_ELEMENT_PDF_FORM, "a form");
    SkReader r = { 0 };
    if (sk_pdf_find(fields.in, "DA", &r) && !check_appearance(self, r))
        return sk_pdf_wrong(self, 1, "a font that the form has not");
    if (!sk_pdf_find(fields.in, "Fields", &fields))
        return false;
    r = fields;
    for (bool more = sk_pdf_enter(&r); more; more = sk_pdf_next(&r))
        if (!sk_pdf_reference(&r, &field) || !check_one_field(self, field, names, kids))
            return false;
    for (uint32_t i = 1; i <= self->objects->len; i++) {
        unsigned kind = sk_pdf_object(self, i)->kind;
        count += kind == KIND_FIELD || kind == KIND_KID;
        if (kind == KIND_KID && !g_hash_table_contains(kids, GUINT_TO_POINTER(i)))
            return sk_pdf_wrong(self, i, "a field of no group");
    }
    return (count == upon->annots->len && check_order(upon, fields)) ||
           sk_pdf_wrong(self, 1, "order of fields");
}

bool
sk_pdf_check_pages(SkPdfFile *self)
{
    g_autoptr(GArray) page_of = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autoptr(GPtrArray) annots = g_ptr_array_new();
    Upon upon = { .file = self, .page_of = page_of, .annots = annots };

    self->structured = sk_vpdf_has(self, 1, "StructTreeRoot");
    if (!check_kids(self) || !check_labels(self))
        return false;
    if (self->structured != sk_vpdf_has(self, 1, "MarkInfo"))
        return sk_pdf_wrong(self, 1, "marks without structure");
    g_array_set_size(page_of, self->objects->len + 1);
    for (uint32_t page = self->first_page; page < self->first_page + self->pages; page++) {
        if (!check_page(self, page))
            return false;
    }
    for (uint32_t page = self->first_page; page < self->first_page + self->pages; page++)
        if (!check_annots(&upon, page))
            return false;
    return check_fields(&upon);
}
