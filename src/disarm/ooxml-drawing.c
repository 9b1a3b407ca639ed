/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-drawing.c - what drawings have in common in Word, Excel and PowerPoint: alternatives, the
 * graphics that a frame may show, charts and their formulas, pictures and the stand-in.
 */
#include "disarm/ooxml-engine.h"

#include <string.h>

#define FORMULA_MAX 4096u
#define FRAME_HELD_MAX (256u << 10) /* bytes of a frame before its graphic */
#define STRICT "http://purl.oclc.org/ooxml/"

const SkXmlSymbol sk_ooxml_drawing_elements[] = {
    SK_EL_mc_AlternateContent,
    SK_EL_mc_Choice,
    SK_EL_mc_Fallback,
    SK_EL_a_graphicData,
    SK_EL_a_blip,
    SK_EL_a_off,
    SK_EL_a_ext,
    SK_EL_v_imagedata,
    SK_EL_c_chart,
    SK_EL_c_f,
    SK_EL_dgm_relIds,
    0,
};

static SkOoxmlFrame *
parent_frame(SkOoxmlFilter *filter)
{
    return &filter->frames[filter->depth - 2];
}

/* ---- alternate content --------------------------------------------------------------------- */

static bool
start_choice(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkOoxmlFrame *alternate = parent_frame(filter);
    SkSpan required = sk_ooxml_value(attrs, n, SK_AT_Requires);
    bool inside = alternate->kind == SK_FRAME_ALTERNATE;
    SkSpan uri = required.n > 0 ? sk_xml_reader_prefix(filter->reader, required) : SK_SPAN_EMPTY;
    const char *prefix = uri.n > 0 ? sk_ooxml_prefix(uri) : NULL;

    if (!inside || alternate->done || prefix == NULL ||
        !sk_ooxml_requires(filter->document->profile, prefix))
        return true;
    alternate->done = true;
    alternate->name = "mc:AlternateContent";
    sk_xml_writer_start(filter->out, alternate->name);
    sk_ooxml_start_as(filter, "mc:Choice");
    sk_xml_writer_attr(filter->out, "Requires", sk_span_str(prefix));
    return true;
}

static void
start_fallback(SkOoxmlFilter *filter)
{
    SkOoxmlFrame *alternate = parent_frame(filter);

    if (alternate->kind != SK_FRAME_ALTERNATE || alternate->done)
        return;
    alternate->done = true;
    sk_ooxml_through(filter);
}

/* ---- frames of graphics -------------------------------------------------------------------- */

const char *
sk_ooxml_graphic(const SkOoxmlProfile *profile, SkSpan uri)
{
    for (const SkOoxmlGraphic *g = profile->graphics; g != NULL && g->uri != NULL; g++) {
        if (sk_span_is(uri, g->uri) || (g->strict != NULL && sk_span_is(uri, g->strict)))
            return g->uri;
    }
    return NULL;
}

static bool
start_frame(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
            GError **error)
{
    SkOoxmlRun *run = filter->run;

    if (run->frame > 0) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    run->frame = filter->depth;
    g_clear_pointer(&run->name, g_free);
    g_clear_pointer(&run->descr, g_free);
    g_clear_pointer(&run->id, g_free);
    run->frame_out = run->out->len;
    run->placed = 0;
    sk_xml_writer_hold(filter->out);
    if (!sk_ooxml_keep(filter, symbol, attrs, n, 0, error))
        return false;
    sk_ooxml_top(filter)->kind = SK_FRAME_HELD;
    return true;
}

/* The frame's own properties, in case that a picture must take its place. */
static void
remember_names(SkOoxmlFilter *filter)
{
    SkOoxmlRun *run = filter->run;
    char **to[] = { &run->id, &run->name, &run->descr };
    static const SkXmlSymbol from[] = { SK_AT_id, SK_AT_name, SK_AT_descr };

    for (size_t i = 0; i < G_N_ELEMENTS(to); i++) {
        const SkOoxmlKept *kept = sk_ooxml_kept(filter, from[i]);
        if (kept != NULL && *to[i] == NULL)
            *to[i] = sk_span_dup(kept->value);
    }
}

/* The first a:off, and then the first a:ext; their values are numbers by their class. */
static void
remember_place(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    SkOoxmlRun *run = filter->run;
    unsigned which = symbol == SK_EL_a_off ? 0 : 1;
    const SkOoxmlKept *kept[] = { sk_ooxml_kept(filter, which == 0 ? SK_AT_x : SK_AT_cx),
                                  sk_ooxml_kept(filter, which == 0 ? SK_AT_y : SK_AT_cy) };

    if (run->placed != which || kept[0] == NULL || kept[1] == NULL ||
        kept[0]->value.n >= sizeof run->place[0] || kept[1]->value.n >= sizeof run->place[0])
        return;
    for (unsigned i = 0; i < 2; i++)
        g_snprintf(run->place[2 * which + i], sizeof run->place[0], "%.*s", (int)kept[i]->value.n,
                   (const char *)kept[i]->value.p);
    run->placed++;
}

/* The graphic can be shown: the frame goes out as it is. */
static void
release_frame(SkOoxmlFilter *filter)
{
    SkOoxmlRun *run = filter->run;

    if (run->frame == 0)
        return;
    sk_xml_writer_release(filter->out);
    filter->frames[run->frame - 1].kind = SK_FRAME_KEEP;
    run->frame = filter->graphic = 0;
}

/* It cannot: nothing of the frame goes out, and nothing more of what is inside. */
static void
discard_frame(SkOoxmlFilter *filter, unsigned up_to)
{
    SkOoxmlRun *run = filter->run;

    sk_xml_writer_discard(filter->out);
    sk_ooxml_unrefer(run, run->frame_out);
    for (unsigned i = run->frame - 1; i < up_to; i++) {
        filter->frames[i].kind = SK_FRAME_DROP;
        filter->frames[i].name = NULL;
    }
    run->frame = filter->graphic = 0;
}

/* ---- the stand-in -------------------------------------------------------------------------- */

typedef struct {
    SkOoxmlFilter *filter;
    char names[8][24]; /* of open elements */
    unsigned n;
} Shape;

static void
open_shape(Shape *self, const char *prefix, const char *local)
{
    char *name = self->names[self->n++];

    g_snprintf(name, sizeof self->names[0], "%s:%s", prefix, local);
    sk_xml_writer_start(self->filter->out, name);
}

static void
close_shape(Shape *self)
{
    sk_xml_writer_end(self->filter->out, self->names[--self->n]);
}

static void
write_place(Shape *self)
{
    SkXmlWriter *out = self->filter->out;
    const SkOoxmlRun *run = self->filter->run;
    bool known = run->placed == 2;
    static const char *const names[2][3] = { { "off", "x", "y" }, { "ext", "cx", "cy" } };

    open_shape(self, "a", "xfrm");
    for (unsigned i = 0; i < 2; i++) {
        open_shape(self, "a", names[i][0]);
        sk_xml_writer_attr(out, names[i][1], sk_span_str(known ? run->place[2 * i] : "0"));
        sk_xml_writer_attr(out, names[i][2], sk_span_str(known ? run->place[2 * i + 1] : "0"));
        close_shape(self);
    }
    close_shape(self);
    open_shape(self, "a", "prstGeom");
    sk_xml_writer_attr(out, "prst", sk_span_str("rect"));
    sk_ooxml_write_empty(self->filter, "a:avLst", "");
    close_shape(self);
}

/* A picture with the frame's name and place. */
static bool
write_standin_picture(SkOoxmlFilter *filter, GError **error)
{
    const SkOoxmlRun *run = filter->run;
    const char *prefix = filter->document->profile->shape_prefix;
    Shape shape = { .filter = filter };
    unsigned number = 0;

    if (!sk_ooxml_refer_standin(filter, &number, error))
        return false;
    open_shape(&shape, prefix, "pic");
    open_shape(&shape, prefix, "nvPicPr");
    open_shape(&shape, prefix, "cNvPr");
    if (run->descr != NULL)
        sk_xml_writer_attr(filter->out, "descr", sk_span_str(run->descr));
    sk_xml_writer_attr(filter->out, "id", sk_span_str(run->id != NULL ? run->id : "0"));
    sk_xml_writer_attr(filter->out, "name", sk_span_str(run->name != NULL ? run->name : ""));
    close_shape(&shape);
    open_shape(&shape, prefix, "cNvPicPr");
    close_shape(&shape);
    if (filter->document->profile->type == SK_TYPE_PPTX) {
        open_shape(&shape, prefix, "nvPr");
        close_shape(&shape);
    }
    close_shape(&shape);
    open_shape(&shape, prefix, "blipFill");
    open_shape(&shape, "a", "blip");
    sk_ooxml_write_id(filter, "r:embed", number);
    close_shape(&shape);
    open_shape(&shape, "a", "stretch");
    sk_ooxml_write_empty(filter, "a:fillRect", "");
    close_shape(&shape);
    close_shape(&shape);
    open_shape(&shape, prefix, "spPr");
    write_place(&shape);
    close_shape(&shape);
    close_shape(&shape);
    return true;
}

void
sk_ooxml_replace_frame(SkOoxmlFilter *filter)
{
    discard_frame(filter, filter->depth);
}

/* @up_to: depth of the innermost frame that goes with it. */
static bool
write_standin(SkOoxmlFilter *filter, unsigned up_to, GError **error)
{
    const SkOoxmlProfile *profile = filter->document->profile;

    if (filter->run->frame > 0) {
        discard_frame(filter, up_to);
        return write_standin_picture(filter, error);
    }
    return profile->standin == NULL || profile->standin(filter, error);
}

/* ---- graphics ------------------------------------------------------------------------------ */

static bool
start_graphic(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan written = sk_ooxml_value(attrs, n, SK_AT_uri);
    bool diagram = filter->document->profile->diagram != NULL &&
                   (sk_span_is(written, SK_OOXML_GRAPHIC_DIAGRAM) ||
                    sk_span_is(written, STRICT "drawingml/diagram"));
    const char *uri =
        sk_ooxml_graphic(filter->document->profile, sk_ooxml_value(attrs, n, SK_AT_uri));
    bool held = filter->run->frame > 0;

    /* A graphic that we do not know may hold a picture of itself. */
    if ((uri == NULL && held) || diagram ||
        (uri != NULL && strcmp(uri, SK_OOXML_GRAPHIC_CHART) == 0)) {
        sk_ooxml_top(filter)->kind = SK_FRAME_GRAPHIC;
        filter->graphic = held ? filter->depth : 0;
        return true;
    }
    if (uri == NULL) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return write_standin(filter, filter->depth, error);
    }
    release_frame(filter);
    sk_ooxml_start_as(filter, "a:graphicData");
    sk_xml_writer_attr(filter->out, "uri", sk_span_str(uri));
    return true;
}

/* c:chart inside a:graphicData: only now is it known that the chart can be shown. */
static bool
start_chart(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOoxmlFrame *graphic = parent_frame(filter);
    unsigned number = 0;

    if (graphic->kind != SK_FRAME_GRAPHIC || graphic->done)
        return true;
    if (!sk_ooxml_refer_any(filter, sk_ooxml_value(attrs, n, SK_AT_r_id), SK_OOXML_CHART, &number,
                            NULL, error))
        return false;
    if (number == 0)
        return true;
    graphic->done = true;
    release_frame(filter);
    sk_xml_writer_start(filter->out, "a:graphicData");
    sk_xml_writer_attr(filter->out, "uri", sk_span_str(SK_OOXML_GRAPHIC_CHART));
    sk_ooxml_start_as(filter, "c:chart");
    sk_ooxml_write_id(filter, "r:id", number);
    return true;
}

bool
sk_ooxml_drawing_allows(const SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    const SkOoxmlProfile *profile = filter->document->profile;
    const SkOoxmlFrame *parent = &filter->frames[filter->depth - 2];

    if (parent->kind == SK_FRAME_ALTERNATE)
        return symbol == SK_EL_mc_Choice || symbol == SK_EL_mc_Fallback;
    if (parent->kind == SK_FRAME_GRAPHIC && (symbol == SK_EL_c_chart || symbol == SK_EL_dgm_relIds))
        return true;
    if (filter->graphic == 0)
        return parent->kind == SK_FRAME_HELD;
    return symbol == profile->picture || symbol == SK_EL_mc_AlternateContent ||
           profile->elements[symbol].mode == SK_OOXML_THROUGH;
}

/* ---- SmartArt ------------------------------------------------------------------------------ */

static bool
take_drawing_id(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                GError **error)
{
    char **id = user;

    (void)depth, (void)error;
    if (symbol == SK_EL_dsp_dataModelExt && *id == NULL)
        *id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_relId));
    return true;
}

static const SkZipEntry *
part_of_id(SkOoxmlFilter *filter, const char *id, SkOoxmlKind kind)
{
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, id);

    return rel == NULL || rel->kind != kind || rel->external
               ? NULL
               : sk_ooxml_lookup(filter->document->package, rel->target);
}

bool
sk_ooxml_show_once(SkOoxmlDocument *document, const SkZipEntry *entry)
{
    return g_hash_table_add(document->diagrams, (void *)(uintptr_t)entry);
}

/* The data say which part is the drawing that was made of them. */
static bool
start_diagram(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkOoxmlProfile *profile = filter->document->profile;
    SkOoxmlFrame *graphic = parent_frame(filter);
    bool framed = profile->graphic_frame != 0;
    g_autofree char *data_id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_dm));
    g_autofree char *id = NULL;

    if (graphic->kind != SK_FRAME_GRAPHIC || graphic->done || profile->diagram == NULL ||
        (framed && filter->run->frame == 0))
        return true;
    if (filter->run->included != 0)
        return true; /* a diagram holds none, or it might hold itself */
    sk_ooxml_count(filter, SK_ELEMENT_SMARTART_FLATTENED);
    const SkZipEntry *data = part_of_id(filter, data_id, SK_OOXML_DIAGRAM_DATA);
    if (data == NULL)
        return true;
    sk_ooxml_used(filter->document->package, data);
    if (!sk_ooxml_show_once(filter->document, data))
        return true;
    if (!sk_ooxml_scan(filter->document, data, take_drawing_id, &id, error))
        return false;
    const SkZipEntry *drawing =
        id == NULL ? NULL : part_of_id(filter, id, SK_OOXML_DIAGRAM_DRAWING);
    if (drawing == NULL || !sk_ooxml_show_once(filter->document, drawing))
        return true;
    graphic->done = !framed;
    return profile->diagram(filter, drawing, error);
}

/* a:blip and v:imagedata always show something. */
static bool
start_picture(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              GError **error)
{
    SkXmlSymbol id = symbol == SK_EL_a_blip ? SK_AT_r_embed : SK_AT_r_id;
    unsigned number = 0;

    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    if (sk_ooxml_kept(filter, id) == NULL && (!sk_ooxml_refer_standin(filter, &number, error) ||
                                              !sk_ooxml_put_id(filter, id, number, error)))
        return false;
    sk_ooxml_write_kept(filter, symbol);
    return true;
}

/* ---- formulas of charts -------------------------------------------------------------------- */

/* Does it start a program (DDE)? The second is the full-width bar. */
static bool
formula_runs(SkSpan s)
{
    return sk_span_find(s, 0, sk_span_str("|")) != SIZE_MAX ||
           sk_span_find(s, 0, sk_span_str("\xef\xbd\x9c")) != SIZE_MAX;
}

/* Does it name ranges of a sheet only? */
static bool
is_formula(SkSpan s)
{
    if (s.n > FORMULA_MAX || formula_runs(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool called = s.p[i] == '(' && i > 0 &&
                      (g_ascii_isalnum(s.p[i - 1]) || s.p[i - 1] == '.' || s.p[i - 1] == '_');
        if (called || s.p[i] == '\0' || strchr("\\/\"[]{}<>=;@#+", s.p[i]) != NULL)
            return false;
    }
    return true;
}

void
sk_ooxml_formula_end(SkOoxmlFilter *filter)
{
    SkSpan text = sk_span(filter->gathered->str, filter->gathered->len);

    if (is_formula(text))
        sk_xml_writer_text(filter->out, text);
    else
        sk_ooxml_count(filter, formula_runs(text) ? SK_ELEMENT_DDE_FIELD
                                                  : SK_ELEMENT_EXTERNAL_RELATIONSHIP);
}

/* ---- starts and ends ----------------------------------------------------------------------- */

static bool
start_remembered(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                 GError **error)
{
    if (!sk_ooxml_keep(filter, symbol, attrs, n, 0, error))
        return false;
    if (filter->run->frame == 0)
        return true;
    if (symbol == filter->document->profile->non_visual)
        remember_names(filter);
    else if (symbol == SK_EL_a_off || symbol == SK_EL_a_ext)
        remember_place(filter, symbol);
    return sk_xml_writer_held(filter->out) <= FRAME_HELD_MAX ||
           sk_throw(error, SK_ERROR_LIMIT, "%s: graphic frame too large",
                    filter->document->profile->name);
}

bool
sk_ooxml_drawing_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs,
                       unsigned n, SkOoxmlStart *ret, GError **error)
{
    const SkOoxmlProfile *profile = filter->document->profile;

    *ret = SK_OOXML_DONE;
    switch (symbol) {
    case SK_EL_mc_AlternateContent:
        sk_ooxml_count(filter, SK_ELEMENT_ALTERNATE_CONTENT);
        sk_ooxml_top(filter)->kind = SK_FRAME_ALTERNATE;
        return true;
    case SK_EL_mc_Choice:
        return start_choice(filter, attrs, n);
    case SK_EL_mc_Fallback:
        start_fallback(filter);
        return true;
    case SK_EL_a_graphicData:
        return start_graphic(filter, attrs, n, error);
    case SK_EL_c_chart:
        if (sk_ooxml_parent(filter) == SK_EL_a_graphicData)
            return start_chart(filter, attrs, n, error);
        sk_ooxml_start_as(filter, "c:chart");
        return true;
    case SK_EL_dgm_relIds:
        return start_diagram(filter, attrs, n, error);
    case SK_EL_c_f:
        if (!sk_ooxml_keep(filter, symbol, attrs, n, 0, error))
            return false;
        sk_ooxml_gather(filter, FORMULA_MAX, 0);
        return true;
    case SK_EL_a_blip:
    case SK_EL_v_imagedata:
        return start_picture(filter, symbol, attrs, n, error);
    default:
        break;
    }
    if (symbol == profile->graphic_frame)
        return start_frame(filter, symbol, attrs, n, error);
    if (symbol == profile->picture && filter->run->frame > 0)
        discard_frame(filter, filter->depth - 1);
    return start_remembered(filter, symbol, attrs, n, error);
}

bool
sk_ooxml_drawing_end(SkOoxmlFilter *filter, GError **error)
{
    SkOoxmlFrame *frame = sk_ooxml_top(filter);

    if (filter->graphic == filter->depth)
        filter->graphic = 0;
    if (frame->kind == SK_FRAME_ALTERNATE && frame->name != NULL)
        sk_xml_writer_end(filter->out, frame->name);
    if (frame->kind == SK_FRAME_GRAPHIC && frame->done)
        sk_xml_writer_end(filter->out, "a:graphicData");
    else if (frame->kind == SK_FRAME_GRAPHIC || frame->kind == SK_FRAME_HELD)
        return write_standin(filter, filter->depth, error);
    return true;
}
