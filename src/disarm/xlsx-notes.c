/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-notes.c - the notes of a sheet, and what refers to the VML drawings that show them and the
 * pictures of headers and footers.
 */
#include "disarm/xlsx.h"

/* The set of notes that belongs to the comments which this sheet refers to. */
unsigned
sk_xlsx_notes_of(SkOoxmlFilter *filter)
{
    GPtrArray *notes = sk_xlsx_book(filter)->notes;

    for (unsigned i = 0; i < filter->run->in->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(filter->run->in, SkOoxmlRel, i);
        if (rel->kind != SK_OOXML_COMMENTS || rel->external)
            continue;
        const SkZipEntry *entry = sk_ooxml_lookup(filter->document->package, rel->target);
        SkOoxmlPart *comments =
            entry == NULL ? NULL : g_hash_table_lookup(filter->document->known, entry);
        if (comments == NULL || comments->kind != SK_OOXML_COMMENTS)
            continue;
        if (comments->note != 0)
            continue; /* another sheet has them */
        SkXlsxNotes *set = g_new0(SkXlsxNotes, 1);
        set->cells = g_array_new(FALSE, FALSE, sizeof(SkXlsxCell));
        g_ptr_array_add(notes, set);
        return comments->note = notes->len;
    }
    return 0;
}

/* The drawing of the sheet's notes, where one is due. */
void
sk_xlsx_draw_notes(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkOoxmlPart *vml = NULL;

    if (part->notes == 0 || part->notes_drawn)
        return;
    part->notes_drawn = true;
    unsigned number = sk_ooxml_add(filter, SK_OOXML_VML_DRAWING, NULL, &vml);
    if (number == 0)
        return;
    vml->note = part->notes;
    sk_xml_writer_start(filter->out, "legacyDrawing");
    sk_ooxml_write_id(filter, "r:id", number);
    sk_xml_writer_end(filter->out, "legacyDrawing");
}

/* What the sheet's VML drawing shows goes to the notes, and to the sheet's drawing. */
static bool
take_legacy(SkOoxmlFilter *filter, const SkZipEntry *entry, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    bool noted = part->notes > 0 && !part->notes_drawn;
    SkXlsxLegacy legacy = { .others = 0 };
    g_autoptr(GError) failure = NULL;

    if (!sk_xlsx_legacy(filter->document, entry, &legacy, &failure)) {
        if (!noted && !g_error_matches(failure, SK_ERROR, SK_ERROR_LIMIT))
            return true; /* nothing of it comes out */
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (noted) {
        SkXlsxNotes *notes = sk_xlsx_book(filter)->notes->pdata[part->notes - 1];
        notes->boxes = g_steal_pointer(&legacy.boxes);
        notes->others = legacy.others;
    }
    if (noted || legacy.objects->len > 0)
        sk_ooxml_used(filter->document->package, entry);
    if (legacy.objects->len > 0) {
        for (unsigned i = 0; i < legacy.others && !noted; i++)
            sk_ooxml_count(filter, SK_ELEMENT_VML_DRAWING);
        sk_xlsx_refer_drawing(filter, g_steal_pointer(&legacy.objects));
    }
    g_clear_pointer(&legacy.boxes, g_hash_table_unref);
    g_clear_pointer(&legacy.objects, g_array_unref);
    return true;
}

bool
sk_xlsx_start_legacy(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    const SkZipEntry *entry = sk_xlsx_entry(filter, SK_OOXML_VML_DRAWING, attrs, n);

    if (entry != NULL && filter->part->kind == SK_OOXML_WORKSHEET && filter->depth == 2 &&
        !part->legacy) {
        part->legacy = true;
        if (!take_legacy(filter, entry, error))
            return false;
    }
    sk_xlsx_draw_notes(filter);
    return true;
}

bool
sk_xlsx_start_pictures(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkZipEntry *entry = sk_xlsx_entry(filter, SK_OOXML_VML_DRAWING, attrs, n);
    const GArray *pictures = NULL;
    SkOoxmlPart *vml = NULL;

    sk_xlsx_draw_notes(filter);
    if (entry == NULL || g_hash_table_contains(filter->document->known, entry))
        return true;
    if (!sk_xlsx_pictures(filter->document, entry, &pictures, error))
        return false;
    unsigned number =
        pictures->len == 0 ? 0 : sk_ooxml_add(filter, SK_OOXML_VML_DRAWING, entry, &vml);
    if (number == 0) {
        sk_ooxml_count(filter, SK_ELEMENT_VML_DRAWING);
        return true;
    }
    sk_ooxml_start_as(filter, "legacyDrawingHF");
    sk_ooxml_write_id(filter, "r:id", number);
    return true;
}

bool
sk_xlsx_start_comment(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkXlsxCell cell;
    char name[16];

    if (!sk_xlsx_cell(sk_ooxml_value(attrs, n, SK_AT_ref), false, &cell) || part->notes == 0 ||
        sk_ooxml_parent(filter) != SK_EL_commentList ||
        !g_hash_table_add(
            part->seen, GSIZE_TO_POINTER((gsize)(cell.row - 1) * SK_XLSX_COLUMNS + cell.column))) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (++sk_xlsx_book(filter)->comments > SK_XLSX_COMMENTS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xlsx: over %u comments", SK_XLSX_COMMENTS_MAX);
    SkXlsxNotes *notes = sk_xlsx_book(filter)->notes->pdata[part->notes - 1];
    g_array_append_val(notes->cells, cell);
    if (!sk_ooxml_filter_attrs(filter, SK_EL_comment, attrs, n, error))
        return false;
    SkOoxmlKept *ref = sk_ooxml_kept(filter, SK_AT_ref);
    if (ref == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "xlsx: comment without a cell");
    ref->value = sk_xlsx_cell_name(cell, name);
    sk_ooxml_write_kept(filter, SK_EL_comment);
    return true;
}
