/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-diagram.c - SmartArt in Word documents, as a group of shapes: the drawing that Word keeps
 * beside the data goes through the same filter as the text, its elements under the names of Word's
 * own shapes, its paragraphs as those of text boxes.
 */
#include "disarm/docx.h"

#include <string.h>

struct SkDocxDiagram {
    unsigned last_id;
    bool has_text;       /* the open shape */
    unsigned paragraphs; /* in the open text */
    GString *body;       /* owned: attributes of its body, as they are written */
    bool in_run;         /* inside of the properties of a run */
    bool bold, italic;
    unsigned size;     /* in hundredths of a point; 0: not given */
    const char *usual; /* theme colour of the open shape's text, or NULL */
    const char *theme; /* of the colour, or NULL */
    char colour[7];    /* RRGGBB, or "" */
};

enum { END_SHAPE = 1, END_TEXT, END_RUN };

static SkDocxDiagram *
diagram_of(const SkOoxmlFilter *filter)
{
    return ((const SkDocxPart *)filter->own)->diagram;
}

void
sk_docx_diagram_free(SkDocxDiagram *self)
{
    g_string_free(self->body, TRUE);
    g_free(self);
}

bool
sk_docx_is_diagram(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_a_bodyPr:
    case SK_EL_a_lstStyle:
    case SK_EL_a_p:
    case SK_EL_a_pPr:
    case SK_EL_a_r:
    case SK_EL_a_fld:
    case SK_EL_a_br:
    case SK_EL_a_rPr:
    case SK_EL_a_endParaRPr:
    case SK_EL_a_solidFill:
    case SK_EL_a_srgbClr:
    case SK_EL_a_schemeClr:
    case SK_EL_a_t:
        return true;
    default:
        return symbol >= SK_EL_dsp_cNvGrpSpPr && symbol <= SK_EL_dsp_txBody;
    }
}

/* Of the properties of a run only its colour is looked for. */
bool
sk_docx_diagram_hides(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    return diagram_of(filter)->in_run && symbol != SK_EL_a_solidFill && symbol != SK_EL_a_srgbClr &&
           symbol != SK_EL_a_schemeClr;
}

/* ---- shapes -------------------------------------------------------------------------------- */

static void
start_names(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan name = sk_ooxml_value(attrs, n, SK_AT_name);
    char id[16];

    sk_ooxml_start_as(filter,
                      sk_ooxml_parent(filter) == SK_EL_dsp_nvSpPr ? "wps:cNvPr" : "wpg:cNvPr");
    g_snprintf(id, sizeof id, "%u", ++diagram_of(filter)->last_id);
    sk_xml_writer_attr(filter->out, "id", sk_span_str(id));
    sk_xml_writer_attr(filter->out, "name",
                       sk_ooxml_value_is(SK_VALUE_S, name) ? name : SK_SPAN_EMPTY);
}

static bool
start_shape(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    bool outer = sk_ooxml_parent(filter) == SK_EL_dsp_spTree;

    switch (symbol) {
    case SK_EL_dsp_spTree:
        sk_ooxml_through(filter);
        return true;
    case SK_EL_dsp_sp:
        sk_ooxml_start_as(filter, "wps:wsp");
        sk_ooxml_top(filter)->own = END_SHAPE;
        diagram_of(filter)->has_text = false;
        diagram_of(filter)->usual = NULL;
        return true;
    case SK_EL_dsp_grpSp:
        sk_ooxml_start_as(filter, "wpg:grpSp");
        return true;
    case SK_EL_dsp_nvSpPr:
    case SK_EL_dsp_nvGrpSpPr:
        if (!outer)
            sk_ooxml_through(filter);
        return true;
    case SK_EL_dsp_cNvPr:
        start_names(filter, attrs, n);
        return true;
    case SK_EL_dsp_cNvSpPr:
        sk_ooxml_start_as(filter, "wps:cNvSpPr");
        return true;
    case SK_EL_dsp_cNvGrpSpPr:
        sk_ooxml_start_as(filter, "wpg:cNvGrpSpPr");
        return true;
    case SK_EL_dsp_spPr:
        sk_ooxml_start_as(filter, "wps:spPr");
        return true;
    case SK_EL_dsp_grpSpPr:
        if (!outer)
            sk_ooxml_start_as(filter, "wpg:grpSpPr");
        return true;
    case SK_EL_dsp_style:
        sk_ooxml_start_as(filter, "wps:style");
        return true;
    default:
        return false;
    }
}

/* ---- texts --------------------------------------------------------------------------------- */

static void
start_text(SkOoxmlFilter *filter)
{
    SkDocxDiagram *self = diagram_of(filter);

    sk_ooxml_through(filter);
    sk_ooxml_top(filter)->own = END_TEXT;
    sk_xml_writer_start(filter->out, "wps:txbx");
    sk_xml_writer_start(filter->out, "w:txbxContent");
    self->has_text = true;
    self->paragraphs = 0;
    g_string_truncate(self->body, 0);
}

/* The body's properties stand behind the text in Word's shapes. Their values are numbers and
 * keywords, which need no escaping. */
static bool
remember_body(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    GString *body = diagram_of(filter)->body;

    if (!sk_ooxml_filter_attrs(filter, SK_EL_a_bodyPr, attrs, n, error))
        return false;
    g_string_truncate(body, 0);
    for (unsigned i = 0; i < filter->kept_n; i++)
        g_string_append_printf(body, " %s=\"%.*s\"", sk_ooxml_attr_names[filter->kept[i].symbol],
                               (int)filter->kept[i].value.n, (const char *)filter->kept[i].value.p);
    sk_ooxml_drop(filter, SK_ELEMENT_NONE);
    return true;
}

static void
write_value(SkOoxmlFilter *filter, const char *name, const char *value)
{
    sk_xml_writer_start(filter->out, name);
    if (value != NULL)
        sk_xml_writer_attr(filter->out, "w:val", sk_span_str(value));
    sk_xml_writer_end(filter->out, name);
}

static void
write_paragraph_properties(SkOoxmlFilter *filter, SkSpan algn)
{
    static const struct {
        const char *from, *to;
    } names[] = { { "l", "left" }, { "ctr", "center" }, { "r", "right" }, { "just", "both" } };

    sk_xml_writer_start(filter->out, "w:pPr");
    sk_ooxml_write_empty(filter, "w:spacing", " w:after=\"0\" w:before=\"0\"");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(algn, names[i].from))
            write_value(filter, "w:jc", names[i].to);
    }
    sk_xml_writer_end(filter->out, "w:pPr");
}

static void
start_run(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkDocxDiagram *self = diagram_of(filter);
    SkSpan size = sk_ooxml_value(attrs, n, SK_AT_sz);

    sk_ooxml_through(filter);
    sk_ooxml_top(filter)->own = END_RUN;
    self->in_run = true;
    self->bold = sk_span_is(sk_ooxml_value(attrs, n, SK_AT_b), "1");
    self->italic = sk_span_is(sk_ooxml_value(attrs, n, SK_AT_i), "1");
    self->theme = NULL;
    self->colour[0] = '\0';
    self->size = 0;
    for (size_t i = 0; i < MIN(size.n, 6); i++)
        self->size = g_ascii_isdigit(size.p[i]) ? self->size * 10 + size.p[i] - '0' : 0;
}

static const char *
theme_colour(SkSpan value)
{
    static const struct {
        const char *from, *to;
    } names[] = {
        { "bg1", "background1" }, { "tx1", "text1" },
        { "bg2", "background2" }, { "tx2", "text2" },
        { "lt1", "light1" },      { "dk1", "dark1" },
        { "lt2", "light2" },      { "dk2", "dark2" },
        { "accent1", "accent1" }, { "accent2", "accent2" },
        { "accent3", "accent3" }, { "accent4", "accent4" },
        { "accent5", "accent5" }, { "accent6", "accent6" },
        { "hlink", "hyperlink" }, { "folHlink", "followedHyperlink" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(value, names[i].from))
            return names[i].to;
    }
    return NULL;
}

static void
remember_colour(SkOoxmlFilter *filter, SkXmlSymbol symbol, SkSpan value)
{
    SkDocxDiagram *self = diagram_of(filter);
    bool hexadecimal = symbol == SK_EL_a_srgbClr && value.n == 6;

    if (symbol == SK_EL_a_schemeClr)
        self->theme = theme_colour(value);
    for (size_t i = 0; i < value.n && hexadecimal; i++)
        hexadecimal = g_ascii_isxdigit(value.p[i]);
    if (hexadecimal)
        g_snprintf(self->colour, sizeof self->colour, "%.6s", (const char *)value.p);
}

/* For readers that do not look at themes: what the two ends of nearly all of them are. */
static const char *
plain(const char *theme)
{
    if (strcmp(theme, "light1") == 0 || strcmp(theme, "background1") == 0)
        return "FFFFFF";
    return strcmp(theme, "dark1") == 0 || strcmp(theme, "text1") == 0 ? "000000" : "auto";
}

static void
write_run_properties(SkOoxmlFilter *filter)
{
    SkDocxDiagram *self = diagram_of(filter);
    char size[16];

    self->in_run = false;
    if (self->theme == NULL && self->colour[0] == '\0')
        self->theme = self->usual;
    sk_xml_writer_start(filter->out, "w:rPr");
    if (self->bold)
        write_value(filter, "w:b", NULL);
    if (self->italic)
        write_value(filter, "w:i", NULL);
    if (self->theme != NULL || self->colour[0] != '\0') {
        sk_xml_writer_start(filter->out, "w:color");
        if (self->theme != NULL)
            sk_xml_writer_attr(filter->out, "w:themeColor", sk_span_str(self->theme));
        sk_xml_writer_attr(
            filter->out, "w:val",
            sk_span_str(self->colour[0] != '\0' ? self->colour : plain(self->theme)));
        sk_xml_writer_end(filter->out, "w:color");
    }
    g_snprintf(size, sizeof size, "%u", self->size / 50);
    if (self->size >= 50)
        write_value(filter, "w:sz", size);
    sk_xml_writer_end(filter->out, "w:rPr");
}

static void
start_line_break(SkOoxmlFilter *filter)
{
    sk_xml_writer_start(filter->out, "w:r");
    sk_ooxml_write_empty(filter, "w:br", "");
    sk_xml_writer_end(filter->out, "w:r");
    sk_ooxml_drop(filter, SK_ELEMENT_NONE);
}

static void
start_characters(SkOoxmlFilter *filter)
{
    sk_ooxml_start_as(filter, "w:t");
    sk_xml_writer_attr(filter->out, "xml:space", sk_span_str("preserve"));
    sk_ooxml_top(filter)->kind = SK_FRAME_TEXT;
}

static bool
start_in_text(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              SkOoxmlStart *ret, GError **error)
{
    SkDocxDiagram *self = diagram_of(filter);

    switch (symbol) {
    case SK_EL_a_bodyPr:
        return remember_body(filter, attrs, n, error);
    case SK_EL_a_p:
        self->paragraphs++;
        sk_ooxml_start_as(filter, "w:p");
        return true;
    case SK_EL_a_pPr:
        write_paragraph_properties(filter, sk_ooxml_value(attrs, n, SK_AT_algn));
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return true;
    case SK_EL_a_r:
    case SK_EL_a_fld:
        sk_ooxml_start_as(filter, "w:r");
        return true;
    case SK_EL_a_br:
        start_line_break(filter);
        return true;
    case SK_EL_a_rPr:
        start_run(filter, attrs, n);
        return true;
    case SK_EL_a_t:
        start_characters(filter);
        return true;
    case SK_EL_a_solidFill:
    case SK_EL_a_srgbClr:
    case SK_EL_a_schemeClr:
        if (sk_ooxml_parent(filter) == SK_EL_a_fontRef && symbol == SK_EL_a_schemeClr)
            self->usual = theme_colour(sk_ooxml_value(attrs, n, SK_AT_val));
        if (!self->in_run)
            *ret = SK_OOXML_USUAL;
        else if (symbol == SK_EL_a_solidFill)
            sk_ooxml_through(filter);
        else
            remember_colour(filter, symbol, sk_ooxml_value(attrs, n, SK_AT_val));
        return true;
    default:
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return true;
    }
}

bool
sk_docx_diagram_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                      SkOoxmlStart *ret, GError **error)
{
    *ret = SK_OOXML_DONE;
    if (symbol == SK_EL_dsp_txBody) {
        start_text(filter);
        return true;
    }
    return start_shape(filter, symbol, attrs, n) ||
           start_in_text(filter, symbol, attrs, n, ret, error);
}

void
sk_docx_diagram_end(SkOoxmlFilter *filter)
{
    SkDocxDiagram *self = diagram_of(filter);

    switch (sk_ooxml_top(filter)->own) {
    case END_RUN:
        write_run_properties(filter);
        break;
    case END_TEXT:
        if (self->paragraphs == 0)
            sk_ooxml_write_empty(filter, "w:p", "");
        sk_xml_writer_end(filter->out, "w:txbxContent");
        sk_xml_writer_end(filter->out, "wps:txbx");
        sk_xml_writer_start(filter->out, "wps:bodyPr");
        sk_xml_writer_raw(filter->out, self->body->str);
        sk_ooxml_write_empty(filter, "a:noAutofit", "");
        sk_xml_writer_end(filter->out, "wps:bodyPr");
        break;
    default:
        if (!self->has_text)
            sk_ooxml_write_empty(filter, "wps:bodyPr", "");
        break;
    }
}

/* ---- the group ----------------------------------------------------------------------------- */

static void
write_place(SkOoxmlFilter *filter, const char *off, const char *ext)
{
    const SkDocxPart *part = filter->own;
    static const char *const names[2] = { "cx", "cy" };

    sk_ooxml_write_empty(filter, off, " x=\"0\" y=\"0\"");
    sk_xml_writer_start(filter->out, ext);
    for (unsigned i = 0; i < 2; i++)
        sk_xml_writer_attr(filter->out, names[i],
                           sk_span_str(part->extent[i][0] != '\0' ? part->extent[i] : "0"));
    sk_xml_writer_end(filter->out, ext);
}

/* Some readers stretch a group's shapes until they fill it: one that is not seen fills it from the
 * beginning. */
static void
write_ground(SkOoxmlFilter *filter)
{
    SkXmlWriter *out = filter->out;

    sk_xml_writer_start(out, "wps:wsp");
    sk_ooxml_write_empty(filter, "wps:cNvPr", " id=\"1\" name=\"\"");
    sk_ooxml_write_empty(filter, "wps:cNvSpPr", "");
    sk_xml_writer_start(out, "wps:spPr");
    sk_xml_writer_start(out, "a:xfrm");
    write_place(filter, "a:off", "a:ext");
    sk_xml_writer_end(out, "a:xfrm");
    sk_xml_writer_start(out, "a:prstGeom");
    sk_xml_writer_attr(out, "prst", sk_span_str("rect"));
    sk_ooxml_write_empty(filter, "a:avLst", "");
    sk_xml_writer_end(out, "a:prstGeom");
    sk_ooxml_write_empty(filter, "a:noFill", "");
    sk_xml_writer_start(out, "a:ln");
    sk_ooxml_write_empty(filter, "a:noFill", "");
    sk_xml_writer_end(out, "a:ln");
    sk_xml_writer_end(out, "wps:spPr");
    sk_ooxml_write_empty(filter, "wps:bodyPr", "");
    sk_xml_writer_end(out, "wps:wsp");
}

static void
write_group(SkOoxmlFilter *filter)
{
    sk_ooxml_write_empty(filter, "wpg:cNvGrpSpPr", "");
    sk_xml_writer_start(filter->out, "wpg:grpSpPr");
    sk_xml_writer_start(filter->out, "a:xfrm");
    write_place(filter, "a:off", "a:ext");
    write_place(filter, "a:chOff", "a:chExt");
    sk_xml_writer_end(filter->out, "a:xfrm");
    sk_xml_writer_end(filter->out, "wpg:grpSpPr");
    write_ground(filter);
}

bool
sk_docx_diagram(SkOoxmlFilter *filter, const SkZipEntry *drawing, GError **error)
{
    SkDocxPart *inner = sk_docx_part_new(filter);

    inner->diagram = g_new0(SkDocxDiagram, 1);
    inner->diagram->body = g_string_new(NULL);
    inner->diagram->last_id = 1;
    sk_xml_writer_start(filter->out, "a:graphicData");
    sk_xml_writer_attr(
        filter->out, "uri",
        sk_span_str("http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"));
    sk_xml_writer_start(filter->out, "wpg:wgp");
    write_group(filter);
    bool ok = sk_ooxml_include(filter, drawing, SK_EL_dsp_drawing, inner, error);
    sk_xml_writer_end(filter->out, "wpg:wgp");
    sk_docx_part_free(inner);
    return ok;
}
