/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-part.c - the hooks for Word's own elements: fields, notes and comments, tracked deletions,
 * objects, and the picture that stands for a graphic.
 */
#include "disarm/docx.h"

#include "disarm/docx-field.h"
#include "disarm/docx-story.h"

typedef SkDocxPart Part;

/* SkOoxmlFrame.own: what to do at its end. */
enum { END_STORY = SK_DOCX_END_DIAGRAM, END_DELETED };

const SkXmlSymbol sk_docx_special[] = {
    SK_EL_w_object,
    SK_EL_w_fldSimple,
    SK_EL_w_fldChar,
    SK_EL_w_instrText,
    SK_EL_w_delInstrText,
    SK_EL_w_commentReference,
    SK_EL_w_commentRangeStart,
    SK_EL_w_commentRangeEnd,
    SK_EL_w_footnoteReference,
    SK_EL_w_endnoteReference,
    SK_EL_w_footnote,
    SK_EL_w_endnote,
    SK_EL_w_comment,
    SK_EL_w_txbxContent,
    SK_EL_w_del,
    SK_EL_w_moveFrom,
    SK_EL_w_headerReference,
    SK_EL_w_footerReference,
    SK_EL_w_hyperlink,
    SK_EL_a_hlinkClick,
    SK_EL_wp_extent,
    /* docx-diagram.c */
    SK_EL_dsp_spTree,
    SK_EL_dsp_sp,
    SK_EL_dsp_grpSp,
    SK_EL_dsp_nvSpPr,
    SK_EL_dsp_nvGrpSpPr,
    SK_EL_dsp_cNvPr,
    SK_EL_dsp_cNvSpPr,
    SK_EL_dsp_cNvGrpSpPr,
    SK_EL_dsp_spPr,
    SK_EL_dsp_grpSpPr,
    SK_EL_dsp_style,
    SK_EL_dsp_txBody,
    SK_EL_a_bodyPr,
    SK_EL_a_lstStyle,
    SK_EL_a_p,
    SK_EL_a_pPr,
    SK_EL_a_r,
    SK_EL_a_fld,
    SK_EL_a_br,
    SK_EL_a_rPr,
    SK_EL_a_endParaRPr,
    SK_EL_a_solidFill,
    SK_EL_a_srgbClr,
    SK_EL_a_schemeClr,
    SK_EL_a_t,
    0,
};

SkDocxPart *
sk_docx_part_new(SkOoxmlFilter *filter)
{
    Part *self = g_new0(Part, 1);

    self->story = sk_docx_story_new(filter->out, sk_ooxml_is_kept(filter, SK_ELEMENT_HYPERLINK));
    self->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void
sk_docx_part_free(SkDocxPart *self)
{
    sk_docx_story_free(self->story);
    g_hash_table_unref(self->seen);
    g_clear_pointer(&self->diagram, sk_docx_diagram_free);
    g_free(self);
}

void
sk_docx_part_open(SkOoxmlFilter *filter)
{
    filter->own = sk_docx_part_new(filter);
}

void
sk_docx_part_close(SkOoxmlFilter *filter)
{
    sk_docx_part_free(filter->own);
}

/* ---- the stand-in picture ------------------------------------------------------------------ */

static void
write_standin_shape(SkOoxmlFilter *filter, const Part *self)
{
    bool sized = self->extent[0][0] != '\0' && self->extent[1][0] != '\0';

    sk_xml_writer_start(filter->out, "pic:spPr");
    sk_xml_writer_start(filter->out, "a:xfrm");
    sk_ooxml_write_empty(filter, "a:off", " x=\"0\" y=\"0\"");
    sk_xml_writer_start(filter->out, "a:ext");
    sk_xml_writer_attr(filter->out, "cx", sk_span_str(sized ? self->extent[0] : "0"));
    sk_xml_writer_attr(filter->out, "cy", sk_span_str(sized ? self->extent[1] : "0"));
    sk_xml_writer_end(filter->out, "a:ext");
    sk_xml_writer_end(filter->out, "a:xfrm");
    sk_xml_writer_start(filter->out, "a:prstGeom");
    sk_xml_writer_attr(filter->out, "prst", sk_span_str("rect"));
    sk_ooxml_write_empty(filter, "a:avLst", "");
    sk_xml_writer_end(filter->out, "a:prstGeom");
    sk_xml_writer_end(filter->out, "pic:spPr");
}

bool
sk_docx_standin(SkOoxmlFilter *filter, GError **error)
{
    SkXmlWriter *out = filter->out;
    unsigned number = 0;

    if (!sk_ooxml_refer_standin(filter, &number, error))
        return false;
    sk_xml_writer_start(out, "a:graphicData");
    sk_xml_writer_attr(out, "uri", sk_span_str(SK_OOXML_GRAPHIC_PICTURE));
    sk_xml_writer_start(out, "pic:pic");
    sk_xml_writer_start(out, "pic:nvPicPr");
    sk_ooxml_write_empty(filter, "pic:cNvPr", " id=\"0\" name=\"\"");
    sk_ooxml_write_empty(filter, "pic:cNvPicPr", "");
    sk_xml_writer_end(out, "pic:nvPicPr");
    sk_xml_writer_start(out, "pic:blipFill");
    sk_xml_writer_start(out, "a:blip");
    sk_ooxml_write_id(filter, "r:embed", number);
    sk_xml_writer_end(out, "a:blip");
    sk_xml_writer_start(out, "a:stretch");
    sk_ooxml_write_empty(filter, "a:fillRect", "");
    sk_xml_writer_end(out, "a:stretch");
    sk_xml_writer_end(out, "pic:blipFill");
    write_standin_shape(filter, filter->own);
    sk_xml_writer_end(out, "pic:pic");
    sk_xml_writer_end(out, "a:graphicData");
    return true;
}

static void
remember_extent(SkOoxmlFilter *filter)
{
    static const SkXmlSymbol symbols[2] = { SK_AT_cx, SK_AT_cy };
    Part *self = filter->own;

    for (unsigned which = 0; which < 2; which++) {
        const SkOoxmlKept *kept = sk_ooxml_kept(filter, symbols[which]);
        char *extent = self->extent[which];
        extent[0] = '\0';
        if (kept != NULL && kept->value.n < sizeof self->extent[which])
            g_snprintf(extent, sizeof self->extent[which], "%.*s", (int)kept->value.n,
                       (const char *)kept->value.p);
    }
}

/* ---- notes and comments -------------------------------------------------------------------- */

static int
ids_of(const SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    bool in_settings = filter->part->kind == SK_OOXML_SETTINGS;

    switch (symbol) {
    case SK_EL_w_commentReference:
    case SK_EL_w_commentRangeStart:
    case SK_EL_w_commentRangeEnd:
        return SK_DOCX_COMMENTS;
    case SK_EL_w_footnoteReference:
        return SK_DOCX_FOOTNOTES;
    case SK_EL_w_endnoteReference:
        return SK_DOCX_ENDNOTES;
    case SK_EL_w_footnote:
        return in_settings ? SK_DOCX_FOOTNOTES : -1;
    case SK_EL_w_endnote:
        return in_settings ? SK_DOCX_ENDNOTES : -1;
    default:
        return -1;
    }
}

/* Is this a reference to what is not there, or a note whose id came before? */
static bool
is_dangling(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const SkDocx *docx = filter->document->own;
    Part *self = filter->own;
    SkSpan value = sk_ooxml_value(attrs, n, SK_AT_w_id);
    g_autofree char *id = sk_span_dup(value);
    int ids = ids_of(filter, symbol);

    if (ids < 0)
        return filter->depth != 2 || !sk_ooxml_value_is(SK_VALUE_N, value) ||
               !g_hash_table_add(self->seen, g_steal_pointer(&id));
    return !g_hash_table_contains(docx->ids[ids], id);
}

/* ---- elements ------------------------------------------------------------------------------ */

static bool
keep_story(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    Part *self = filter->own;

    if (!sk_ooxml_keep(filter, symbol, attrs, n, 0, error))
        return false;
    sk_ooxml_top(filter)->own = END_STORY;
    return sk_docx_story_push(self->story, error);
}

static bool
start_note(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    if (is_dangling(filter, symbol, attrs, n)) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    return ids_of(filter, symbol) < 0 ? keep_story(filter, symbol, attrs, n, error)
                                      : sk_ooxml_keep(filter, symbol, attrs, n, 0, error);
}

static bool
start_hyperlink(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    if (!sk_ooxml_filter_attrs(filter, SK_EL_w_hyperlink, attrs, n, error))
        return false;
    if (sk_ooxml_kept(filter, SK_AT_r_id) != NULL || sk_ooxml_kept(filter, SK_AT_w_anchor) != NULL)
        sk_ooxml_write_kept(filter, SK_EL_w_hyperlink);
    else
        sk_ooxml_through(filter);
    return true;
}

static void
start_field_simple(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkDocxField field = sk_docx_field(sk_ooxml_value(attrs, n, SK_AT_w_instr), false,
                                      sk_ooxml_is_kept(filter, SK_ELEMENT_HYPERLINK));
    g_autofree char *text = field.text;

    if (field.element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, field.element);
    if (field.fate == SK_DOCX_FIELD_KEEP) {
        sk_ooxml_start_as(filter, "w:fldSimple");
        sk_xml_writer_attr(filter->out, "w:instr", sk_span_str(text));
        return;
    }
    sk_ooxml_through(filter);
    if (field.fate == SK_DOCX_FIELD_TEXT) {
        sk_xml_writer_start(filter->out, "w:r");
        sk_docx_story_write_text(filter->out, text);
        sk_xml_writer_end(filter->out, "w:r");
    }
}

bool
sk_docx_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              SkOoxmlStart *ret, GError **error)
{
    Part *self = filter->own;

    if (sk_docx_is_diagram(symbol)) {
        *ret = SK_OOXML_USUAL;
        return self->diagram == NULL || sk_docx_diagram_start(filter, symbol, attrs, n, ret, error);
    }
    *ret = SK_OOXML_DONE;
    switch (symbol) {
    case SK_EL_w_object:
        sk_ooxml_start_as(filter, "w:pict");
        return true;
    case SK_EL_w_fldSimple:
        start_field_simple(filter, attrs, n);
        return true;
    case SK_EL_w_fldChar:
        return sk_docx_story_char(self->story, filter,
                                  sk_ooxml_value(attrs, n, SK_AT_w_fldCharType), self->deleted > 0,
                                  error);
    case SK_EL_w_instrText:
    case SK_EL_w_delInstrText:
        sk_ooxml_top(filter)->kind = SK_FRAME_OWN;
        return true;
    case SK_EL_w_txbxContent:
        return keep_story(filter, symbol, attrs, n, error);
    case SK_EL_w_del:
    case SK_EL_w_moveFrom:
        self->deleted++;
        sk_ooxml_top(filter)->own = END_DELETED;
        return sk_ooxml_keep(filter, symbol, attrs, n, 0, error);
    case SK_EL_w_headerReference:
    case SK_EL_w_footerReference:
    case SK_EL_a_hlinkClick:
        return sk_ooxml_keep(filter, symbol, attrs, n, SK_AT_r_id, error);
    case SK_EL_w_hyperlink:
        return start_hyperlink(filter, attrs, n, error);
    case SK_EL_wp_extent:
        return sk_ooxml_keep(filter, symbol, attrs, n, 0, error) && (remember_extent(filter), true);
    default:
        return start_note(filter, symbol, attrs, n, error);
    }
}

/* A form field's state is noted. */
void
sk_docx_dropped(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const Part *self = filter->own;

    if (symbol != SK_EL_w_checked && symbol != SK_EL_w_default)
        return;
    SkSpan value = sk_ooxml_value(attrs, n, SK_AT_w_val);
    bool on = value.n == 0 || sk_span_is(value, "1") || sk_span_is(value, "true") ||
              sk_span_is(value, "on");
    sk_docx_story_checkbox(self->story, symbol == SK_EL_w_checked, on);
}

/* Between a field's beginning and its result only the skeleton of paragraphs and runs is written.
 */
bool
sk_docx_hides(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    const Part *self = filter->own;

    if (self->diagram != NULL && sk_docx_diagram_hides(filter, symbol))
        return true;
    if (!sk_docx_story_collects(self->story))
        return false;
    if (symbol == SK_EL_w_fldSimple || symbol == SK_EL_w_tbl)
        return true;
    return sk_ooxml_parent(filter) == SK_EL_w_r && symbol != SK_EL_w_rPr &&
           symbol != SK_EL_w_fldChar && symbol != SK_EL_w_instrText &&
           symbol != SK_EL_w_delInstrText && symbol != SK_EL_w_commentReference;
}

bool
sk_docx_end(SkOoxmlFilter *filter, GError **error)
{
    Part *self = filter->own;
    uint8_t own = sk_ooxml_top(filter)->own;

    if (own > 0 && own < SK_DOCX_END_DIAGRAM)
        sk_docx_diagram_end(filter);
    self->deleted -= own == END_DELETED;
    if (own != END_STORY && filter->depth != 1)
        return true;
    return sk_docx_story_pop(self->story, filter, error);
}

bool
sk_docx_text(SkOoxmlFilter *filter, SkSpan text, GError **error)
{
    const Part *self = filter->own;

    (void)error;
    sk_docx_story_instruct(self->story, text);
    return true;
}
