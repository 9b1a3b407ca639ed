/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx-frame.c - p:graphicFrame: charts and tables stay; objects become the picture that shows them
 * (p:pic), SmartArt a group of shapes (p:grpSp), both with the name, place and id of the frame, so
 * that animations still find them. And the pictures of ActiveX controls.
 */
#include "disarm/pptx.h"

#include "disarm/ooxml-vocabulary.h"

#include <string.h>

static bool
becomes_group(const SkPptxFrame *frame)
{
    return frame->fate == SK_PPTX_SHAPES || frame->fate == SK_PPTX_TEXT;
}

/* ---- frames that stay ---------------------------------------------------------------------- */

static const SkPptxFrame *
frame_at(const SkPptxPart *part, unsigned at)
{
    for (unsigned i = 0; i < part->frames->len; i++) {
        const SkPptxFrame *frame = &g_array_index(part->frames, SkPptxFrame, i);
        if (frame->at == at)
            return frame;
    }
    return NULL;
}

static bool
start_graphic_data(SkOoxmlFilter *filter, const SkPptxFrame *frame, GError **error)
{
    unsigned number = 0;

    if (frame->shows == SK_EL_a_tbl) {
        sk_ooxml_start_as(filter, "a:graphicData");
        sk_xml_writer_attr(filter->out, "uri", sk_span_str(SK_PPTX_GRAPHIC_TABLE));
        return true;
    }
    if (!sk_ooxml_refer(filter, sk_span_str(frame->id), SK_OOXML_CHART, &number, NULL, error))
        return false;
    if (number == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "pptx: a chart that is none");
    sk_ooxml_start_as(filter, "a:graphicData");
    sk_xml_writer_attr(filter->out, "uri", sk_span_str(SK_OOXML_GRAPHIC_CHART));
    sk_xml_writer_start(filter->out, "c:chart");
    sk_ooxml_write_id(filter, "r:id", number);
    sk_xml_writer_end(filter->out, "c:chart");
    sk_ooxml_top(filter)->kind = SK_FRAME_DROP; /* nothing else; the end tag is written */
    return true;
}

/* The frame that the present element stands in, if it is its @levels-th ancestor. */
static const SkPptxFrame *
staying_frame(const SkOoxmlFilter *filter, unsigned levels)
{
    const SkPptxPart *part = filter->own;

    if (part->frame == NULL || part->frame->fate != SK_PPTX_STAYS ||
        part->frame_depth + levels != filter->depth)
        return NULL;
    return part->frame;
}

static bool
start_staying(SkOoxmlFilter *filter, SkXmlSymbol symbol, SkOoxmlStart *ret, GError **error)
{
    SkPptxPart *part = filter->own;

    if (symbol == SK_EL_a_graphic && staying_frame(filter, 1) != NULL && !part->graphic) {
        part->graphic = true;
        part->tabled = part->in_table = false;
        sk_ooxml_start_as(filter, "a:graphic");
        *ret = SK_OOXML_DONE;
        return true;
    }
    const SkPptxFrame *frame = staying_frame(filter, 2);
    if (symbol == SK_EL_a_graphicData && frame != NULL &&
        sk_ooxml_parent(filter) == SK_EL_a_graphic && !part->tabled) {
        part->tabled = true;
        *ret = SK_OOXML_DONE;
        return start_graphic_data(filter, frame, error);
    }
    if (symbol == SK_EL_a_graphic || symbol == SK_EL_a_graphicData || symbol == SK_EL_p_oleObj) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        *ret = SK_OOXML_DONE;
    }
    return true;
}

/* ---- pictures ------------------------------------------------------------------------------ */

static bool
picture_number(SkOoxmlFilter *filter, const SkZipEntry *entry, unsigned *ret, GError **error)
{
    *ret = 0;
    if (entry != NULL && !sk_ooxml_refer_entry(filter, entry, SK_OOXML_IMAGE, ret, error))
        return false;
    return *ret > 0 || sk_ooxml_refer_standin(filter, ret, error);
}

static void
write_fill(SkOoxmlFilter *filter, unsigned number)
{
    sk_xml_writer_start(filter->out, "p:blipFill");
    sk_xml_writer_start(filter->out, "a:blip");
    sk_ooxml_write_id(filter, "r:embed", number);
    sk_xml_writer_end(filter->out, "a:blip");
    sk_xml_writer_start(filter->out, "a:stretch");
    sk_ooxml_write_empty(filter, "a:fillRect", "");
    sk_xml_writer_end(filter->out, "a:stretch");
    sk_xml_writer_end(filter->out, "p:blipFill");
}

static void
write_rectangle(SkOoxmlFilter *filter)
{
    sk_xml_writer_start(filter->out, "a:prstGeom");
    sk_xml_writer_attr(filter->out, "prst", sk_span_str("rect"));
    sk_ooxml_write_empty(filter, "a:avLst", "");
    sk_xml_writer_end(filter->out, "a:prstGeom");
}

static bool
write_picture(SkOoxmlFilter *filter, GError **error)
{
    SkPptxPart *part = filter->own;
    unsigned number = 0;

    if (!picture_number(filter, part->frame->entry, &number, error))
        return false;
    part->placed = true;
    write_fill(filter, number);
    return true;
}

/* ---- frames that are replaced -------------------------------------------------------------- */

static bool
start_place(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkPptxPart *part = filter->own;

    if (part->frame->fate == SK_PPTX_SHOWN || part->placed) {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return true;
    }
    if (part->frame->fate == SK_PPTX_PICTURE && !write_picture(filter, error))
        return false;
    part->placed = true;
    sk_xml_writer_start(filter->out, becomes_group(part->frame) ? "p:grpSpPr" : "p:spPr");
    if (!sk_ooxml_filter_attrs(filter, SK_EL_p_xfrm, attrs, n, error))
        return false;
    sk_ooxml_start_as(filter, "a:xfrm");
    for (unsigned i = 0; i < filter->kept_n; i++)
        sk_xml_writer_attr(filter->out, sk_ooxml_attr_names[filter->kept[i].symbol],
                           filter->kept[i].value);
    sk_ooxml_top(filter)->own = SK_PPTX_END_PLACE;
    return true;
}

void
sk_pptx_place_end(SkOoxmlFilter *filter)
{
    SkPptxPart *part = filter->own;
    SkXmlWriter *out = filter->out;
    bool group = becomes_group(part->frame);

    if (group) {
        sk_ooxml_write_empty(filter, "a:chOff", " x=\"0\" y=\"0\"");
        sk_xml_writer_start(out, "a:chExt");
        sk_xml_writer_attr(out, "cx", sk_span_str(part->extent[0]));
        sk_xml_writer_attr(out, "cy", sk_span_str(part->extent[1]));
        sk_xml_writer_end(out, "a:chExt");
    }
    sk_xml_writer_end(out, "a:xfrm");
    if (!group)
        write_rectangle(filter);
    sk_ooxml_top(filter)->name = group ? "p:grpSpPr" : "p:spPr";
}

static void
remember_extent(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    static const SkXmlSymbol symbols[2] = { SK_AT_cx, SK_AT_cy };
    SkPptxPart *part = filter->own;

    for (unsigned i = 0; i < 2; i++) {
        SkSpan value = sk_ooxml_value(attrs, n, symbols[i]);
        if (sk_ooxml_value_is(SK_VALUE_N, value) && value.n < sizeof part->extent[i])
            g_snprintf(part->extent[i], sizeof part->extent[i], "%.*s", (int)value.n,
                       (const char *)value.p);
    }
}

/* Something in the picture that PowerPoint has put beside the object. */
static bool
start_in_object(SkOoxmlFilter *filter, SkXmlSymbol symbol, SkOoxmlStart *ret)
{
    SkPptxPart *part = filter->own;
    SkXmlSymbol parent = sk_ooxml_parent(filter);

    *ret = SK_OOXML_DONE;
    if (symbol == SK_EL_p_pic && parent == SK_EL_p_oleObj && !part->shown) {
        part->shown = true;
        sk_ooxml_through(filter);
    } else if (symbol == SK_EL_p_blipFill && parent == SK_EL_p_pic && part->shown &&
               !part->placed) {
        part->placed = true;
        *ret = SK_OOXML_USUAL;
    } else if (symbol == SK_EL_p_spPr && parent == SK_EL_p_pic && part->placed) {
        *ret = SK_OOXML_USUAL;
    } else {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
    }
    return true;
}

static void
start_names(SkOoxmlFilter *filter, const char *picture, const char *group)
{
    const SkPptxPart *part = filter->own;

    sk_ooxml_start_as(filter, becomes_group(part->frame) ? group : picture);
}

static bool
start_replaced(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
               SkOoxmlStart *ret, GError **error)
{
    SkPptxPart *part = filter->own;
    bool shown = part->frame->fate == SK_PPTX_SHOWN;

    *ret = SK_OOXML_DONE;
    switch (symbol) {
    case SK_EL_p_nvGraphicFramePr:
        start_names(filter, "p:nvPicPr", "p:nvGrpSpPr");
        return true;
    case SK_EL_p_cNvGraphicFramePr:
        start_names(filter, "p:cNvPicPr", "p:cNvGrpSpPr");
        return true;
    case SK_EL_p_xfrm:
        return start_place(filter, attrs, n, error);
    case SK_EL_a_ext:
        if (sk_ooxml_parent(filter) == SK_EL_p_xfrm)
            remember_extent(filter, attrs, n);
        *ret = SK_OOXML_USUAL;
        return true;
    case SK_EL_a_graphic:
    case SK_EL_a_graphicData:
    case SK_EL_p_oleObj:
        if (shown)
            sk_ooxml_through(filter);
        else
            sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return true;
    case SK_EL_p_pic:
    case SK_EL_p_nvPicPr:
    case SK_EL_p_blipFill:
    case SK_EL_p_spPr:
    case SK_EL_p_sp:
    case SK_EL_p_grpSp:
    case SK_EL_p_cxnSp:
        return start_in_object(filter, symbol, ret);
    case SK_EL_a_graphicFrameLocks:
    case SK_EL_p_ph:
    case SK_EL_p_graphicFrame:
        if (symbol == SK_EL_p_ph && !becomes_group(part->frame)) {
            *ret = SK_OOXML_USUAL;
            return true;
        }
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return true;
    default:
        *ret = SK_OOXML_USUAL;
        return true;
    }
}

static bool
start_frame(SkOoxmlFilter *filter, SkOoxmlStart *ret)
{
    SkPptxPart *part = filter->own;
    const SkPptxFrame *frame = frame_at(part, part->at);

    if (frame == NULL || part->frame != NULL) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        *ret = SK_OOXML_DONE;
        return true;
    }
    part->frame = frame;
    part->frame_depth = filter->depth;
    part->placed = part->shown = part->graphic = part->tabled = part->in_table = false;
    memcpy(part->extent[0], "0", 2);
    memcpy(part->extent[1], "0", 2);
    if (frame->element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, frame->element);
    if (frame->fate != SK_PPTX_STAYS) {
        sk_ooxml_start_as(filter, becomes_group(frame) ? "p:grpSp" : "p:pic");
        *ret = SK_OOXML_DONE;
    }
    sk_ooxml_top(filter)->own = SK_PPTX_END_FRAME;
    return true;
}

bool
sk_pptx_frame_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                    SkOoxmlStart *ret, GError **error)
{
    const SkPptxPart *part = filter->own;

    if (symbol == SK_EL_p_graphicFrame && part->frame == NULL)
        return start_frame(filter, ret);
    if (part->frame == NULL || part->frame->fate == SK_PPTX_STAYS)
        return start_staying(filter, symbol, ret, error);
    return start_replaced(filter, symbol, attrs, n, ret, error);
}

bool
sk_pptx_frame_end(SkOoxmlFilter *filter, GError **error)
{
    SkPptxPart *part = filter->own;
    const SkPptxFrame *frame = part->frame;

    if (becomes_group(frame)) {
        if (!part->placed)
            sk_ooxml_write_empty(filter, "p:grpSpPr", "");
        if (!sk_pptx_diagram(filter, error))
            return false;
    } else if (frame->fate != SK_PPTX_STAYS && !part->placed) {
        if (!write_picture(filter, error))
            return false;
        sk_ooxml_write_empty(filter, "p:spPr", "");
    }
    part->frame = NULL;
    return true;
}

/* ---- controls ------------------------------------------------------------------------------ */

static void
write_point(SkOoxmlFilter *filter, const char *element, const char *x, const char *y,
            const char *const values[2])
{
    const char *names[2] = { x, y };

    sk_xml_writer_start(filter->out, element);
    for (unsigned i = 0; i < 2; i++)
        sk_xml_writer_attr(filter->out, names[i], sk_span_str(values[i]));
    sk_xml_writer_end(filter->out, element);
}

static bool
write_control(SkOoxmlFilter *filter, const SkPptxControl *control, GError **error)
{
    SkPptxPart *part = filter->own;
    const char *const *place = (const char *const *)control->place;
    unsigned number = 0;

    if (!sk_ooxml_refer(filter, sk_span_str(control->embed), SK_OOXML_IMAGE, &number, NULL,
                        error) ||
        (number == 0 && !sk_ooxml_refer_standin(filter, &number, error)))
        return false;
    g_autofree char *id = g_strdup_printf("%u", ++part->last_id);
    sk_xml_writer_start(filter->out, "p:pic");
    sk_xml_writer_start(filter->out, "p:nvPicPr");
    sk_xml_writer_start(filter->out, "p:cNvPr");
    sk_xml_writer_attr(filter->out, "id", sk_span_str(id));
    sk_xml_writer_attr(filter->out, "name", SK_SPAN_EMPTY);
    sk_xml_writer_end(filter->out, "p:cNvPr");
    sk_ooxml_write_empty(filter, "p:cNvPicPr", "");
    sk_ooxml_write_empty(filter, "p:nvPr", "");
    sk_xml_writer_end(filter->out, "p:nvPicPr");
    write_fill(filter, number);
    sk_xml_writer_start(filter->out, "p:spPr");
    sk_xml_writer_start(filter->out, "a:xfrm");
    write_point(filter, "a:off", "x", "y", place);
    write_point(filter, "a:ext", "cx", "cy", place + 2);
    sk_xml_writer_end(filter->out, "a:xfrm");
    write_rectangle(filter);
    sk_xml_writer_end(filter->out, "p:spPr");
    sk_xml_writer_end(filter->out, "p:pic");
    return true;
}

bool
sk_pptx_write_controls(SkOoxmlFilter *filter, GError **error)
{
    const SkPptxPart *part = filter->own;

    for (unsigned i = 0; i < part->controls->len; i++) {
        const SkPptxControl *control = &g_array_index(part->controls, SkPptxControl, i);
        bool placed = control->embed != NULL;
        for (unsigned k = 0; k < G_N_ELEMENTS(control->place); k++)
            placed = placed && control->place[k] != NULL &&
                     sk_ooxml_value_is(SK_VALUE_N, sk_span_str(control->place[k]));
        if (placed && !write_control(filter, control, error))
            return false;
    }
    return true;
}
