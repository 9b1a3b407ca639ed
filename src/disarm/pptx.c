/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx.c - sk_pptx_disarm: the profile of PowerPoint presentations for the engine of
 * ooxml-rebuild.h, and the hooks for what its tables cannot say.
 */
#include "disarm/pptx.h"

#include "disarm/ooxml-vocabulary.h"

#include <string.h>

#define P "application/vnd.openxmlformats-officedocument.presentationml."
#define O "application/vnd.openxmlformats-officedocument."
#define SECTIONS "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
#define ATTR_NAME_MAX 64u
#define EXPRESSION_MAX 4096u
#define SHAPES_MAX 50000u /* of a part; the profile leaves room for those that are made here */

extern const char sk_pptx_declarations[];
extern const SkOoxmlAttrRow sk_pptx_attrs[];
extern const SkOoxmlElementRow sk_pptx_elements[SK_EL_COUNT];

/* ---- values -------------------------------------------------------------------------------- */

static bool
is_made_of(SkSpan s, size_t max, const char *others)
{
    if (s.n > max)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalnum(s.p[i]) && (s.p[i] == '\0' || strchr(others, s.p[i]) == NULL))
            return false;
    }
    return true;
}

/* Of an action and its target sk_pptx_link_start decides, of an extension start_extension. */
static bool
value_is(SkOoxmlFilter *filter, unsigned own_class, SkSpan *value)
{
    (void)filter;
    return own_class == SK_CLASS_expression &&
           is_made_of(*value, EXPRESSION_MAX, " _.,:;#$%()+-*/^<>=");
}

/* ---- the presentation ---------------------------------------------------------------------- */

/* Two slides of one id are two readings of whatever names it. */
static bool
start_slide_id(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkPptxPart *part = filter->own;
    SkSpan id = sk_ooxml_value(attrs, n, SK_AT_id);

    if (filter->part->kind != SK_OOXML_DOCUMENT) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (!sk_ooxml_value_is(SK_VALUE_N, id))
        return sk_throw(error, SK_ERROR_MALFORMED, "pptx: a slide without a number");
    if (!sk_ooxml_keep(filter, SK_EL_p_sldId, attrs, n, SK_AT_r_id, error))
        return false;
    if (sk_ooxml_top(filter)->kind == SK_FRAME_DROP) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    return g_hash_table_add(part->slides, sk_span_dup(id)) ||
           sk_throw(error, SK_ERROR_AMBIGUOUS, "pptx: two slides of one number");
}

/* The masters of a presentation, the layouts of a master. */
static bool
start_list_entry(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                 GError **error)
{
    SkOoxmlKind home = symbol == SK_EL_p_sldLayoutId ? SK_OOXML_SLIDE_MASTER : SK_OOXML_DOCUMENT;

    if (filter->part->kind == home)
        return sk_ooxml_keep(filter, symbol, attrs, n, SK_AT_r_id, error);
    sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
    return true;
}

/* In a list of slides (a custom show). */
static bool
start_listed_slide(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    unsigned number = 0;

    if (sk_ooxml_parent(filter) == SK_EL_p_sldLst &&
        !sk_ooxml_refer(filter, sk_ooxml_value(attrs, n, SK_AT_r_id), SK_OOXML_SLIDE, &number, NULL,
                        error))
        return false;
    if (number == 0) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    sk_ooxml_start_as(filter, "p:sld");
    sk_ooxml_write_id(filter, "r:id", number);
    sk_ooxml_top(filter)->kind = SK_FRAME_DROP; /* it is empty; its end tag is written */
    return true;
}

/* Of extensions there is one, the sections, and it is written once it has come. */
static void
start_extension(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const SkPptxPart *part = filter->own;
    bool presents = filter->part->kind == SK_OOXML_DOCUMENT && !part->sections;
    bool taken = symbol == SK_EL_p_extLst
                     ? filter->depth == 2
                     : sk_ooxml_parent(filter) == SK_EL_p_extLst && filter->depth == 3 &&
                           sk_span_is(sk_ooxml_value(attrs, n, SK_AT_uri), SECTIONS);

    if (presents && taken)
        sk_ooxml_through(filter);
    else
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
}

static void
start_sections(SkOoxmlFilter *filter)
{
    SkPptxPart *part = filter->own;
    static const char *const names[] = { "p:extLst", "p:ext" };

    if (filter->depth != 4 || sk_ooxml_parent(filter) != SK_EL_p_ext || part->sections) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return;
    }
    part->sections = true;
    for (unsigned i = 0; i < 2; i++) {
        SkOoxmlFrame *frame = &filter->frames[i + 1];
        sk_xml_writer_start(filter->out, names[i]);
        frame->name = names[i];
        frame->kind = SK_FRAME_DROP; /* nothing else; the end tag is written */
    }
    sk_xml_writer_attr(filter->out, "uri", sk_span_str(SECTIONS));
    sk_ooxml_start_as(filter, "p14:sectionLst");
}

static bool
start_section_slide(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkPptxPart *part = filter->own;
    g_autofree char *id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_id));

    if (g_hash_table_contains(part->slides, id))
        return sk_ooxml_keep(filter, SK_EL_p14_sldId, attrs, n, SK_AT_id, error);
    sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
    return true;
}

/* ---- slides, layouts, masters, notes ------------------------------------------------------- */

static bool
has_part(const SkOoxmlFilter *filter, SkOoxmlKind kind)
{
    const GArray *out = filter->run->out;

    for (unsigned i = 0; i < out->len; i++) {
        if (g_array_index(out, SkOoxmlOut, i).kind == kind)
            return true;
    }
    return false;
}

/* Nothing can show a slide without its layout. */
static bool
check_parts(SkOoxmlFilter *filter, GError **error)
{
    static const struct {
        SkOoxmlKind part, needs;
    } rows[] = {
        { SK_OOXML_SLIDE, SK_OOXML_SLIDE_LAYOUT },
        { SK_OOXML_SLIDE_LAYOUT, SK_OOXML_SLIDE_MASTER },
        { SK_OOXML_SLIDE_MASTER, SK_OOXML_THEME },
        { SK_OOXML_NOTES_SLIDE, SK_OOXML_NOTES_MASTER },
        { SK_OOXML_NOTES_SLIDE, SK_OOXML_SLIDE },
        { SK_OOXML_NOTES_MASTER, SK_OOXML_THEME },
        { SK_OOXML_HANDOUT_MASTER, SK_OOXML_THEME },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (filter->part->kind == rows[i].part && !has_part(filter, rows[i].needs))
            return sk_throw(error, SK_ERROR_MALFORMED, "pptx: a %s without its %s",
                            sk_ooxml_kind_name(rows[i].part), sk_ooxml_kind_name(rows[i].needs));
    }
    return true;
}

static bool
start_shape_names(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkPptxPart *part = filter->own;

    if (!sk_ooxml_filter_attrs(filter, SK_EL_p_cNvPr, attrs, n, error))
        return false;
    const SkOoxmlKept *id = sk_ooxml_kept(filter, SK_AT_id);
    if (id != NULL)
        g_hash_table_add(part->shapes, sk_span_dup(id->value));
    if (g_hash_table_size(part->shapes) > SHAPES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pptx: over %u shapes", SHAPES_MAX);
    sk_ooxml_write_kept(filter, SK_EL_p_cNvPr);
    return true;
}

static void
start_timing(SkOoxmlFilter *filter, SkOoxmlStart *ret)
{
    SkPptxPart *part = filter->own;

    for (unsigned i = 0; i < part->timings->len; i++) {
        SkPptxTiming *timing = part->timings->pdata[i];
        if (sk_pptx_timing_first(timing) != part->at || part->timing_depth > 0)
            continue;
        sk_pptx_timing_decide(timing, part->shapes);
        if (sk_pptx_timing_is_dead(timing, part->at))
            break;
        part->timing = timing;
        part->timing_depth = filter->depth;
        sk_ooxml_top(filter)->own = SK_PPTX_END_TIMING;
        return;
    }
    sk_ooxml_drop(filter, SK_ELEMENT_NONE);
    *ret = SK_OOXML_DONE;
}

/* What older programs are not required to understand may stand around a formula, or a transition
 * or animation. */
static void
start_choice(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, SkOoxmlStart *ret)
{
    SkSpan required = sk_ooxml_value(attrs, n, SK_AT_Requires);
    SkSpan uri = required.n > 0 ? sk_xml_reader_prefix(filter->reader, required) : SK_SPAN_EMPTY;
    const char *prefix = uri.n > 0 ? sk_ooxml_prefix(uri) : NULL;

    if (prefix != NULL && (strcmp(prefix, "a14") == 0 || filter->depth == 3))
        return;
    sk_ooxml_drop(filter, SK_ELEMENT_NONE);
    *ret = SK_OOXML_DONE;
}

static void
end_attr_name(SkOoxmlFilter *filter)
{
    SkSpan name = sk_span(filter->gathered->str, filter->gathered->len);

    if (name.n == 0 || !is_made_of(name, ATTR_NAME_MAX, "_.")) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return;
    }
    sk_xml_writer_start(filter->out, "p:attrName");
    sk_xml_writer_text(filter->out, name);
    sk_xml_writer_end(filter->out, "p:attrName");
}

/* ---- hooks --------------------------------------------------------------------------------- */

static const SkXmlSymbol special[] = {
    SK_EL_p_cSld, SK_EL_p_cNvPr, SK_EL_p_spTree, SK_EL_p_sld, SK_EL_p_sldId, SK_EL_p_sldMasterId,
    SK_EL_p_sldLayoutId, SK_EL_p_notesMasterId, SK_EL_p_handoutMasterId, SK_EL_p_extLst,
    SK_EL_p_ext, SK_EL_p14_sectionLst, SK_EL_p14_sldId, SK_EL_p_timing, SK_EL_p_attrName,
    SK_EL_mc_Choice, SK_EL_a_hlinkClick, SK_EL_a_hlinkHover, SK_EL_a_hlinkMouseOver,
    /* pptx-frame.c */
    SK_EL_p_graphicFrame, SK_EL_p_nvGraphicFramePr, SK_EL_p_cNvGraphicFramePr, SK_EL_p_xfrm,
    SK_EL_a_ext, SK_EL_a_graphic, SK_EL_a_graphicData, SK_EL_p_oleObj, SK_EL_p_pic,
    SK_EL_p_nvPicPr, SK_EL_p_blipFill, SK_EL_p_spPr, SK_EL_p_sp, SK_EL_p_grpSp, SK_EL_p_cxnSp,
    SK_EL_a_graphicFrameLocks, SK_EL_p_ph,
    /* pptx-diagram.c */
    SK_EL_dsp_spTree, SK_EL_dsp_sp, SK_EL_dsp_grpSp, SK_EL_dsp_nvSpPr, SK_EL_dsp_nvGrpSpPr,
    SK_EL_dsp_cNvPr, SK_EL_dsp_cNvSpPr, SK_EL_dsp_cNvGrpSpPr, SK_EL_dsp_spPr, SK_EL_dsp_grpSpPr,
    SK_EL_dsp_style, SK_EL_dsp_txBody, SK_EL_dgm_ptLst, SK_EL_dgm_pt, SK_EL_dgm_t, SK_EL_a_bodyPr,
    SK_EL_a_lstStyle, SK_EL_a_p,
    /* pptx-comment.c */
    SK_EL_p188_cm, SK_EL_p188_reply, SK_EL_p188_replyLst, SK_EL_p188_txBody, SK_EL_a_r, SK_EL_a_t, 0
};

static bool
is_diagram_element(SkXmlSymbol symbol)
{
    return (symbol >= SK_EL_dsp_cNvGrpSpPr && symbol <= SK_EL_dsp_txBody) ||
           (symbol >= SK_EL_dgm_pt && symbol <= SK_EL_dgm_t) || symbol == SK_EL_a_bodyPr ||
           symbol == SK_EL_a_lstStyle || symbol == SK_EL_a_p;
}

static bool
start_in_slide(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
               SkOoxmlStart *ret, GError **error)
{
    switch (symbol) {
    case SK_EL_p_cSld:
        return check_parts(filter, error) && sk_pptx_plan(filter, error);
    case SK_EL_p_spTree:
        if (sk_ooxml_parent(filter) == SK_EL_p_cSld)
            sk_ooxml_top(filter)->own = SK_PPTX_END_TREE;
        return true;
    case SK_EL_p_timing:
        start_timing(filter, ret);
        return true;
    case SK_EL_mc_Choice:
        start_choice(filter, attrs, n, ret);
        return true;
    default:
        return sk_pptx_frame_start(filter, symbol, attrs, n, ret, error);
    }
}

static bool
start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
      SkOoxmlStart *ret, GError **error)
{
    const SkPptxPart *part = filter->own;

    if (part->comments != NULL) {
        *ret = SK_OOXML_DONE;
        return sk_pptx_comment_start(filter, symbol, attrs, n);
    }
    if (symbol == SK_EL_a_r || symbol == SK_EL_a_t)
        return true;
    if (is_diagram_element(symbol)) {
        if (part->in_diagram)
            return sk_pptx_diagram_start(filter, symbol, attrs, n, ret, error);
        return true;
    }
    *ret = SK_OOXML_DONE;
    switch (symbol) {
    case SK_EL_p_cNvPr:
        return start_shape_names(filter, attrs, n, error);
    case SK_EL_p_sld:
        return start_listed_slide(filter, attrs, n, error);
    case SK_EL_p_sldId:
        return start_slide_id(filter, attrs, n, error);
    case SK_EL_p_sldMasterId:
    case SK_EL_p_sldLayoutId:
    case SK_EL_p_notesMasterId:
    case SK_EL_p_handoutMasterId:
        return start_list_entry(filter, symbol, attrs, n, error);
    case SK_EL_p_extLst:
    case SK_EL_p_ext:
        start_extension(filter, symbol, attrs, n);
        return true;
    case SK_EL_p14_sectionLst:
        start_sections(filter);
        return true;
    case SK_EL_p14_sldId:
        return start_section_slide(filter, attrs, n, error);
    case SK_EL_p_attrName:
        sk_ooxml_gather(filter, ATTR_NAME_MAX, SK_PPTX_END_ATTR_NAME);
        return true;
    case SK_EL_a_hlinkClick:
    case SK_EL_a_hlinkHover:
    case SK_EL_a_hlinkMouseOver:
        return sk_pptx_link_start(filter, symbol, attrs, n, error);
    default:
        *ret = SK_OOXML_USUAL;
        return start_in_slide(filter, symbol, attrs, n, ret, error);
    }
}

static bool
end(SkOoxmlFilter *filter, GError **error)
{
    SkPptxPart *part = filter->own;

    switch (sk_ooxml_top(filter)->own) {
    case SK_PPTX_END_FRAME:
        return sk_pptx_frame_end(filter, error);
    case SK_PPTX_END_PLACE:
        sk_pptx_place_end(filter);
        return true;
    case SK_PPTX_END_TREE:
        return sk_pptx_write_controls(filter, error);
    case SK_PPTX_END_TIMING:
        part->timing = NULL;
        part->timing_depth = 0;
        return true;
    case SK_PPTX_END_ATTR_NAME:
        end_attr_name(filter);
        return true;
    case SK_PPTX_END_COMMENT:
        sk_pptx_comment_end(filter);
        return true;
    case SK_PPTX_END_NAMES:
        sk_ooxml_write_empty(filter, "p:nvPr", "");
        return true;
    default:
        return true;
    }
}

/* Elements that may be judged only as a part of p:timing. */
static bool
is_timed(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_p_tnLst:
    case SK_EL_p_bldLst:
    case SK_EL_p_tmplLst:
    case SK_EL_p_childTnLst:
    case SK_EL_p_subTnLst:
    case SK_EL_p_stCondLst:
    case SK_EL_p_endCondLst:
    case SK_EL_p_prevCondLst:
    case SK_EL_p_nextCondLst:
    case SK_EL_p_tgtEl:
    case SK_EL_p_cBhvr:
    case SK_EL_p_par:
    case SK_EL_p_seq:
    case SK_EL_p_excl:
    case SK_EL_p_anim:
    case SK_EL_p_animClr:
    case SK_EL_p_animEffect:
    case SK_EL_p_animMotion:
    case SK_EL_p_animRot:
    case SK_EL_p_animScale:
    case SK_EL_p_set:
    case SK_EL_p_spTgt:
    case SK_EL_p_bldP:
    case SK_EL_p_bldOleChart:
    case SK_EL_p_bldGraphic:
        return true;
    default:
        return false;
    }
}

/* Every element passes here or through see_dropped, once: so they are counted as in the plan. */
static bool
hides(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    SkPptxPart *part = filter->own;

    part->at++;
    if (part->comments != NULL)
        return (filter->document->flags[symbol] & SK_OOXML_IS_SPECIAL) == 0;
    if (part->timing != NULL)
        return sk_pptx_timing_is_dead(part->timing, part->at);
    if (sk_ooxml_parent(filter) == SK_EL_a_graphicData && part->frame != NULL &&
        part->frame->fate == SK_PPTX_STAYS) {
        bool second = part->tabled && part->in_table;
        part->in_table = true;
        return symbol != SK_EL_a_tbl || second;
    }
    return is_timed(symbol);
}

static void
see_dropped(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkPptxPart *part = filter->own;

    (void)symbol, (void)attrs, (void)n;
    if (filter->frames[filter->depth - 2].kind == SK_FRAME_DROP)
        part->at++;
}

static void
part_open(SkOoxmlFilter *filter)
{
    filter->own = sk_pptx_part_new();
}

static void
part_close(SkOoxmlFilter *filter)
{
    sk_pptx_part_free(filter->own);
    filter->own = NULL;
}

static bool
wants(SkOoxmlDocument *document, SkOoxmlKind kind, const SkZipEntry *entry)
{
    (void)entry;
    return (kind != SK_OOXML_COMMENTS && kind != SK_OOXML_COMMENT_AUTHORS) ||
           sk_disarm_verdict(document->disarm, SK_ELEMENT_COMMENTS) == SK_VERDICT_KEPT;
}

/* ---- the profile --------------------------------------------------------------------------- */

static const char *const required[] = { "a14", "p14", "p15", "p159", NULL };
static const SkOoxmlGraphic graphics[] = {
    { SK_OOXML_GRAPHIC_CHART, NULL },
    { SK_PPTX_GRAPHIC_TABLE, NULL },
    { NULL, NULL },
};

static const SkOoxmlProfile profile = {
    .name = "pptx",
    .type = SK_TYPE_PPTX,
    .accepted = { SK_TYPE_PPTM, SK_TYPE_POTX, SK_TYPE_POTM, SK_TYPE_PPSX, SK_TYPE_PPSM },
    .declarations = sk_pptx_declarations,
    .elements = sk_pptx_elements,
    .attrs = sk_pptx_attrs,
    .parts = {
        [SK_OOXML_DOCUMENT] = { "ppt/presentation.xml", P "presentation.main+xml",
                                SK_EL_p_presentation,
                                { SK_OOXML_PRES_PROPS, SK_OOXML_TABLE_STYLES, SK_OOXML_THEME,
                                  SK_OOXML_COMMENT_AUTHORS } },
        [SK_OOXML_PRES_PROPS] = { "ppt/presProps.xml", P "presProps+xml", SK_EL_p_presentationPr,
                                  { 0 } },
        [SK_OOXML_TABLE_STYLES] = { "ppt/tableStyles.xml", P "tableStyles+xml",
                                    SK_EL_a_tblStyleLst, { 0 } },
        [SK_OOXML_COMMENT_AUTHORS] = { "ppt/commentAuthors.xml", P "commentAuthors+xml",
                                       SK_EL_p_cmAuthorLst, { 0 } },
        [SK_OOXML_THEME] = { "ppt/theme/theme#.xml", SK_OOXML_TYPE_THEME, SK_EL_a_theme, { 0 } },
        [SK_OOXML_THEME_OVERRIDE] = { "ppt/theme/themeOverride#.xml", O "themeOverride+xml",
                                      SK_EL_a_themeOverride, { 0 } },
        [SK_OOXML_SLIDE_MASTER] = { "ppt/slideMasters/slideMaster#.xml", P "slideMaster+xml",
                                    SK_EL_p_sldMaster, { SK_OOXML_THEME } },
        [SK_OOXML_SLIDE_LAYOUT] = { "ppt/slideLayouts/slideLayout#.xml", P "slideLayout+xml",
                                    SK_EL_p_sldLayout,
                                    { SK_OOXML_SLIDE_MASTER, SK_OOXML_THEME_OVERRIDE } },
        [SK_OOXML_SLIDE] = { "ppt/slides/slide#.xml", P "slide+xml", SK_EL_p_sld,
                             { SK_OOXML_SLIDE_LAYOUT, SK_OOXML_NOTES_SLIDE, SK_OOXML_COMMENTS,
                               SK_OOXML_THEME_OVERRIDE } },
        [SK_OOXML_NOTES_MASTER] = { "ppt/notesMasters/notesMaster#.xml", P "notesMaster+xml",
                                    SK_EL_p_notesMaster, { SK_OOXML_THEME } },
        [SK_OOXML_NOTES_SLIDE] = { "ppt/notesSlides/notesSlide#.xml", P "notesSlide+xml",
                                   SK_EL_p_notes,
                                   { SK_OOXML_NOTES_MASTER, SK_OOXML_SLIDE,
                                     SK_OOXML_THEME_OVERRIDE } },
        [SK_OOXML_HANDOUT_MASTER] = { "ppt/handoutMasters/handoutMaster#.xml",
                                      P "handoutMaster+xml",
                                      SK_EL_p_handoutMaster, { SK_OOXML_THEME } },
        [SK_OOXML_COMMENTS] = { "ppt/comments/comment#.xml", P "comments+xml", SK_EL_p_cmLst,
                                { 0 } },
        [SK_OOXML_CHART] = { "ppt/charts/chart#.xml", SK_OOXML_TYPE_CHART, SK_EL_c_chartSpace,
                             { SK_OOXML_THEME_OVERRIDE } },
        [SK_OOXML_IMAGE] = { "ppt/media/image#", NULL, 0, { 0 } },
    },
    .made_from = {
        [SK_OOXML_COMMENTS] = "application/vnd.ms-powerpoint.comments+xml",
        [SK_OOXML_COMMENT_AUTHORS] = "application/vnd.ms-powerpoint.authors+xml",
    },
    .required = required,
    .graphics = graphics,
    .special = special,
    .open = sk_pptx_open,
    .close = sk_pptx_close,
    .wants = wants,
    .make = sk_pptx_make,
    .text = sk_pptx_comment_text,
    .part_open = part_open,
    .part_close = part_close,
    .hides = hides,
    .start = start,
    .dropped = see_dropped,
    .end = end,
    .value = value_is,
};

bool
sk_pptx_disarm(SkDisarm *disarm, GError **error)
{
    return sk_ooxml_rebuild(&profile, disarm, error);
}
