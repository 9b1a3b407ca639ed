/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx-diagram.c - SmartArt as ordinary shapes: the drawing that PowerPoint keeps beside the data
 * goes through the same filter as the slide, its elements under their slide's names. Where there is
 * none, the texts of the data stand in one box.
 */
#include "disarm/pptx.h"

static void
write_id(SkOoxmlFilter *filter, SkSpan name)
{
    SkPptxPart *part = filter->own;
    char id[16];

    g_snprintf(id, sizeof id, "%u", ++part->last_id);
    sk_xml_writer_attr(filter->out, "id", sk_span_str(id));
    sk_xml_writer_attr(filter->out, "name",
                       sk_ooxml_value_is(SK_VALUE_S, name) ? name : SK_SPAN_EMPTY);
}

/* ---- the drawing --------------------------------------------------------------------------- */

static const char *
name_of(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_dsp_sp:
        return "p:sp";
    case SK_EL_dsp_grpSp:
        return "p:grpSp";
    case SK_EL_dsp_nvSpPr:
        return "p:nvSpPr";
    case SK_EL_dsp_nvGrpSpPr:
        return "p:nvGrpSpPr";
    case SK_EL_dsp_cNvSpPr:
        return "p:cNvSpPr";
    case SK_EL_dsp_cNvGrpSpPr:
        return "p:cNvGrpSpPr";
    case SK_EL_dsp_spPr:
        return "p:spPr";
    case SK_EL_dsp_grpSpPr:
        return "p:grpSpPr";
    case SK_EL_dsp_style:
        return "p:style";
    case SK_EL_dsp_txBody:
        return "p:txBody";
    case SK_EL_dsp_cNvPr:
        return "p:cNvPr";
    default:
        return NULL;
    }
}

/* The group around them all is the frame's. */
static bool
is_outer(SkXmlSymbol symbol, SkXmlSymbol parent)
{
    return parent == SK_EL_dsp_spTree &&
           (symbol == SK_EL_dsp_nvGrpSpPr || symbol == SK_EL_dsp_grpSpPr);
}

static void
start_shape(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const char *name = name_of(symbol);

    if (symbol == SK_EL_dsp_spTree) {
        sk_ooxml_through(filter);
        return;
    }
    if (name == NULL || is_outer(symbol, sk_ooxml_parent(filter))) {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return;
    }
    sk_ooxml_start_as(filter, name);
    if (symbol == SK_EL_dsp_cNvPr)
        write_id(filter, sk_ooxml_value(attrs, n, SK_AT_name));
    if (symbol == SK_EL_dsp_nvSpPr || symbol == SK_EL_dsp_nvGrpSpPr)
        sk_ooxml_top(filter)->own = SK_PPTX_END_NAMES;
}

/* ---- the data ------------------------------------------------------------------------------ */

static void
start_point(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan type = sk_ooxml_value(attrs, n, SK_AT_type);
    bool is_node = type.n == 0 || sk_span_is(type, "node") || sk_span_is(type, "asst");

    if (symbol == SK_EL_dgm_ptLst || symbol == SK_EL_dgm_t || (symbol == SK_EL_dgm_pt && is_node))
        sk_ooxml_through(filter);
    else
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
}

bool
sk_pptx_diagram_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                      SkOoxmlStart *ret, GError **error)
{
    SkPptxPart *part = filter->own;
    SkXmlSymbol parent = sk_ooxml_parent(filter);

    (void)error;
    *ret = SK_OOXML_DONE;
    switch (symbol) {
    case SK_EL_dgm_ptLst:
    case SK_EL_dgm_pt:
    case SK_EL_dgm_t:
        start_point(filter, symbol, attrs, n);
        return true;
    case SK_EL_a_bodyPr:
    case SK_EL_a_lstStyle:
        if (parent == SK_EL_dgm_t)
            sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        else
            *ret = SK_OOXML_USUAL;
        return true;
    case SK_EL_a_p:
        part->first_text = true;
        *ret = SK_OOXML_USUAL;
        return true;
    default:
        start_shape(filter, symbol, attrs, n);
        return true;
    }
}

/* ---- both ---------------------------------------------------------------------------------- */

static bool
include(SkOoxmlFilter *filter, SkXmlSymbol root, bool *ret_text, GError **error)
{
    SkPptxPart *part = filter->own;
    g_autoptr(SkPptxPart) inner = sk_pptx_part_new();

    inner->in_diagram = true;
    inner->planned = true;
    inner->last_id = part->last_id;
    if (!sk_ooxml_include(filter, part->frame->entry, root, inner, error))
        return false;
    part->last_id = inner->last_id;
    *ret_text = inner->first_text;
    return true;
}

static void
write_box(SkOoxmlFilter *filter)
{
    const SkPptxPart *part = filter->own;
    SkXmlWriter *out = filter->out;

    sk_xml_writer_start(out, "p:nvSpPr");
    sk_xml_writer_start(out, "p:cNvPr");
    write_id(filter, SK_SPAN_EMPTY);
    sk_xml_writer_end(out, "p:cNvPr");
    sk_ooxml_write_empty(filter, "p:cNvSpPr", " txBox=\"1\"");
    sk_ooxml_write_empty(filter, "p:nvPr", "");
    sk_xml_writer_end(out, "p:nvSpPr");
    sk_xml_writer_start(out, "p:spPr");
    sk_xml_writer_start(out, "a:xfrm");
    sk_ooxml_write_empty(filter, "a:off", " x=\"0\" y=\"0\"");
    sk_xml_writer_start(out, "a:ext");
    sk_xml_writer_attr(out, "cx", sk_span_str(part->extent[0]));
    sk_xml_writer_attr(out, "cy", sk_span_str(part->extent[1]));
    sk_xml_writer_end(out, "a:ext");
    sk_xml_writer_end(out, "a:xfrm");
    sk_xml_writer_start(out, "a:prstGeom");
    sk_xml_writer_attr(out, "prst", sk_span_str("rect"));
    sk_ooxml_write_empty(filter, "a:avLst", "");
    sk_xml_writer_end(out, "a:prstGeom");
    sk_xml_writer_end(out, "p:spPr");
}

static bool
write_text(SkOoxmlFilter *filter, GError **error)
{
    SkXmlWriter *out = filter->out;
    bool text = false;

    sk_xml_writer_start(out, "p:sp");
    write_box(filter);
    sk_xml_writer_start(out, "p:txBody");
    sk_xml_writer_start(out, "a:bodyPr");
    sk_xml_writer_attr(out, "wrap", sk_span_str("square"));
    sk_ooxml_write_empty(filter, "a:normAutofit", "");
    sk_xml_writer_end(out, "a:bodyPr");
    sk_ooxml_write_empty(filter, "a:lstStyle", "");
    if (!include(filter, SK_EL_dgm_dataModel, &text, error))
        return false;
    if (!text)
        sk_ooxml_write_empty(filter, "a:p", "");
    sk_xml_writer_end(out, "p:txBody");
    sk_xml_writer_end(out, "p:sp");
    return true;
}

bool
sk_pptx_diagram(SkOoxmlFilter *filter, GError **error)
{
    const SkPptxPart *part = filter->own;
    bool text = false;

    return part->frame->fate == SK_PPTX_TEXT ? write_text(filter, error)
                                             : include(filter, SK_EL_dsp_drawing, &text, error);
}
