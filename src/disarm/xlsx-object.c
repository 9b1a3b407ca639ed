/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-object.c - Excel 2007 draws an embedded object, or an ActiveX control, in the sheet's VML
 * drawing and nowhere else. What it shows there becomes a picture in the sheet's own drawing, at
 * the cells where it stood; where the sheet has no drawing, in a new one.
 */
#include "disarm/xlsx.h"

#define EMU_PER_PIXEL 9525u

extern const char sk_xlsx_declarations[];

void
sk_xlsx_refer_drawing(SkOoxmlFilter *filter, GArray *objects)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    unsigned index = sk_xlsx_controls(filter), number = 0;
    SkXlsxControls *set = sk_xlsx_controls_at(filter, index);
    SkOoxmlPart *drawing = NULL;

    set->objects = objects;
    if (part->drawing)
        return;
    number = sk_ooxml_add(filter, SK_OOXML_DRAWING, NULL, &drawing);
    if (number == 0)
        return;
    part->drawing = true;
    drawing->note = index;
    sk_xml_writer_start(filter->out, "drawing");
    sk_ooxml_write_id(filter, "r:id", number);
    sk_xml_writer_end(filter->out, "drawing");
}

static void
write_number(SkOoxmlFilter *filter, const char *name, uint64_t value)
{
    char digits[24];

    g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, value);
    sk_xml_writer_start(filter->out, name);
    sk_xml_writer_text(filter->out, sk_span_str(digits));
    sk_xml_writer_end(filter->out, name);
}

static void
write_corner(SkOoxmlFilter *filter, const char *name, const uint32_t corner[4])
{
    sk_xml_writer_start(filter->out, name);
    write_number(filter, "xdr:col", corner[0]);
    write_number(filter, "xdr:colOff", (uint64_t)corner[1] * EMU_PER_PIXEL);
    write_number(filter, "xdr:row", corner[2]);
    write_number(filter, "xdr:rowOff", (uint64_t)corner[3] * EMU_PER_PIXEL);
    sk_xml_writer_end(filter->out, name);
}

static bool
write_object(SkOoxmlFilter *filter, const SkXlsxObject *object, GError **error)
{
    sk_xml_writer_start(filter->out, "xdr:twoCellAnchor");
    write_corner(filter, "xdr:from", object->anchor);
    write_corner(filter, "xdr:to", object->anchor + 4);
    if (!sk_xlsx_write_picture(filter, object->shape, object->picture, error))
        return false;
    sk_ooxml_write_empty(filter, "xdr:clientData", "");
    sk_xml_writer_end(filter->out, "xdr:twoCellAnchor");
    return true;
}

bool
sk_xlsx_end_drawing(SkOoxmlFilter *filter, GError **error)
{
    unsigned index = filter->part->note;
    const SkXlsxControls *set = index == 0 ? NULL : sk_xlsx_controls_at(filter, index);

    for (unsigned i = 0; set != NULL && set->objects != NULL && i < set->objects->len; i++) {
        const SkXlsxObject *object = &g_array_index(set->objects, SkXlsxObject, i);
        if (g_hash_table_add(set->shown, GUINT_TO_POINTER(object->shape)) &&
            !write_object(filter, object, error))
            return false;
    }
    return true;
}

bool
sk_xlsx_make_drawing(SkOoxmlFilter *filter, GError **error)
{
    sk_xml_writer_declaration(filter->out);
    sk_xml_writer_start(filter->out, "xdr:wsDr");
    sk_xml_writer_raw(filter->out, sk_xlsx_declarations);
    if (!sk_xlsx_end_drawing(filter, error))
        return false;
    sk_xml_writer_end(filter->out, "xdr:wsDr");
    return true;
}
