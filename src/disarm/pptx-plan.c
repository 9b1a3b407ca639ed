/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx-plan.c - looking through a slide (or layout, master, notes) before it is written: a frame's
 * start tag comes long before what it shows, and an animation before the commands in it.
 */
#include "disarm/pptx.h"

#include <string.h>

static void
frame_clear(void *p)
{
    g_free(((SkPptxFrame *)p)->id);
}

static void
control_clear(void *p)
{
    SkPptxControl *control = p;

    g_free(control->embed);
    for (unsigned i = 0; i < G_N_ELEMENTS(control->place); i++)
        g_free(control->place[i]);
}

static void
timing_free(void *p)
{
    sk_pptx_timing_free(p);
}

SkPptxPart *
sk_pptx_part_new(void)
{
    SkPptxPart *self = g_new0(SkPptxPart, 1);

    self->frames = g_array_new(FALSE, TRUE, sizeof(SkPptxFrame));
    g_array_set_clear_func(self->frames, frame_clear);
    self->controls = g_array_new(FALSE, TRUE, sizeof(SkPptxControl));
    g_array_set_clear_func(self->controls, control_clear);
    self->timings = g_ptr_array_new_with_free_func(timing_free);
    self->shapes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->slides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void
sk_pptx_part_free(SkPptxPart *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->frames);
    g_array_unref(self->controls);
    g_ptr_array_unref(self->timings);
    g_hash_table_unref(self->shapes);
    g_hash_table_unref(self->slides);
    g_clear_pointer(&self->comments, g_array_unref);
    g_free(self);
}

/* ---- looking through ----------------------------------------------------------------------- */

typedef struct {
    SkPptxPart *part;
    const SkOoxmlProfile *profile;
    const uint8_t *flags; /* by symbol: which elements hooks have a say in */
    unsigned at;
    unsigned frame;   /* depth of the open p:graphicFrame; 0: none */
    unsigned graphic; /* of the open a:graphicData, where it stands as it should */
    unsigned object;  /* of the open p:oleObj */
    unsigned control; /* of the open p:control */
    unsigned timing;  /* of the open p:timing */
    uint32_t hidden;  /* slides that are not shown */
} Scan;

static SkPptxFrame *
last_frame(Scan *self)
{
    return &g_array_index(self->part->frames, SkPptxFrame, self->part->frames->len - 1);
}

static SkPptxControl *
last_control(Scan *self)
{
    return &g_array_index(self->part->controls, SkPptxControl, self->part->controls->len - 1);
}

static void
take(char **field, const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol)
{
    SkSpan value = sk_ooxml_value(attrs, n, symbol);

    if (*field == NULL && value.n > 0)
        *field = sk_span_dup(value);
}

static void
scan_frame(Scan *self, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkPptxFrame *frame = last_frame(self);

    switch (symbol) {
    case SK_EL_p_oleObj:
        self->object = depth;
        frame->shows = frame->shows != 0 ? frame->shows : symbol;
        take(&frame->id, attrs, n, SK_AT_spid);
        break;
    case SK_EL_a_graphicData:
        self->graphic = depth == self->frame + 2 ? depth : 0;
        break;
    case SK_EL_a_tbl:
    case SK_EL_c_chart:
        if (self->graphic == 0 || depth != self->graphic + 1 || frame->shows != 0)
            break;
        frame->shows = symbol;
        take(&frame->id, attrs, n, SK_AT_r_id);
        break;
    case SK_EL_dgm_relIds:
        if (frame->shows != 0)
            break;
        frame->shows = symbol;
        take(&frame->id, attrs, n, SK_AT_r_dm);
        break;
    case SK_EL_a_blip:
        frame->pictured = frame->pictured || self->object > 0;
        break;
    default:
        break;
    }
}

static void
scan_control(Scan *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkPptxControl *control = last_control(self);

    if (symbol == SK_EL_a_blip)
        take(&control->embed, attrs, n, SK_AT_r_embed);
    if (symbol == SK_EL_a_off) {
        take(&control->place[0], attrs, n, SK_AT_x);
        take(&control->place[1], attrs, n, SK_AT_y);
    }
    if (symbol == SK_EL_a_ext) {
        take(&control->place[2], attrs, n, SK_AT_cx);
        take(&control->place[3], attrs, n, SK_AT_cy);
    }
}

/* Numbers of shapes are of 32 bits; what is greater stays out of the count. */
static void
scan_shape(Scan *self, SkSpan id)
{
    uint64_t value = 0;

    for (size_t i = 0; i < id.n && i < 11; i++) {
        if (!g_ascii_isdigit(id.p[i]))
            return;
        value = value * 10 + (uint64_t)(id.p[i] - '0');
    }
    if (value < INT32_MAX / 2 && value > self->part->last_id)
        self->part->last_id = (uint32_t)value;
}

static void
scan_timing(Scan *self, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const SkOoxmlElementRow *row = &self->profile->elements[symbol];
    GPtrArray *timings = self->part->timings;

    if (symbol == SK_EL_p_timing && self->timing == 0) {
        self->timing = depth;
        g_ptr_array_add(timings, sk_pptx_timing_new(self->at));
    }
    /* What hooks might drop there, or let through, does not belong there. */
    bool plain = self->flags[symbol] == 0 || symbol == SK_EL_p_attrName || depth == self->timing;
    bool known =
        row->name != NULL && plain && (row->mode == SK_OOXML_KEEP || row->mode == SK_OOXML_TEXT);
    sk_pptx_timing_add(timings->pdata[timings->len - 1], depth, symbol, known,
                       sk_ooxml_value(attrs, n, SK_AT_spid));
}

/* What ended before an element of this depth began. */
static void
close_ended(Scan *self, unsigned depth)
{
    unsigned *opened[] = { &self->frame, &self->graphic, &self->object, &self->control,
                           &self->timing };

    for (unsigned i = 0; i < G_N_ELEMENTS(opened); i++) {
        if (depth <= *opened[i])
            *opened[i] = 0;
    }
}

static bool
scan_start(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    Scan *self = user;

    (void)error;
    if (depth > 1)
        self->at++;
    close_ended(self, depth);
    if (depth == 1 && symbol == SK_EL_p_sld) {
        SkSpan show = sk_ooxml_value(attrs, n, SK_AT_show);
        self->hidden += sk_span_is(show, "0") || sk_span_is(show, "false");
    } else if (symbol == SK_EL_p_graphicFrame && self->frame == 0) {
        SkPptxFrame frame = { .at = self->at };
        g_array_append_val(self->part->frames, frame);
        self->frame = depth;
    } else if (symbol == SK_EL_p_control && self->control == 0) {
        SkPptxControl control = { .embed = NULL };
        g_array_append_val(self->part->controls, control);
        self->control = depth;
    }
    if (symbol == SK_EL_p_cNvPr)
        scan_shape(self, sk_ooxml_value(attrs, n, SK_AT_id));
    if (symbol == SK_EL_p_timing || self->timing > 0)
        scan_timing(self, depth, symbol, attrs, n);
    else if (self->frame > 0)
        scan_frame(self, depth, symbol, attrs, n);
    else if (self->control > 0)
        scan_control(self, symbol, attrs, n);
    return true;
}

/* ---- pictures in VML ----------------------------------------------------------------------- */

typedef struct {
    const char *wanted;
    bool inside;
    unsigned depth;
    char *id; /* owned: of the picture's relationship */
} Vml;

static bool
vml_start(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
          GError **error)
{
    Vml *self = user;

    (void)error;
    if (depth <= self->depth)
        self->inside = false;
    if (symbol == SK_EL_v_shape && sk_span_is(sk_ooxml_value(attrs, n, SK_AT_id), self->wanted)) {
        self->inside = true;
        self->depth = depth;
    }
    if (symbol == SK_EL_v_imagedata && self->inside) {
        take(&self->id, attrs, n, SK_AT_o_relid);
        take(&self->id, attrs, n, SK_AT_r_id);
    }
    return true;
}

/* The part that relationship @id of @from leads to, if it is of @kind. */
static bool
find_by_id(SkOoxmlFilter *filter, const SkZipEntry *from, const char *id, SkOoxmlKind kind,
           const SkZipEntry **ret, GError **error)
{
    g_autoptr(GArray) rels = NULL;

    *ret = NULL;
    if (!sk_ooxml_relationships(filter->document->package, from, &rels, error))
        return false;
    for (unsigned i = 0; i < rels->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
        if (rel->kind == kind && !rel->external && strcmp(rel->id, id) == 0)
            *ret = sk_ooxml_lookup(filter->document->package, rel->target);
    }
    return true;
}

/* A drawing that is not even XML shows nothing; a bomb in it is a bomb. */
static bool
is_grave(const GError *error)
{
    return !g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED) &&
           !g_error_matches(error, SK_ERROR, SK_ERROR_UNSUPPORTED) &&
           !g_error_matches(error, SK_ERROR, SK_ERROR_AMBIGUOUS);
}

static bool
find_vml_picture(SkOoxmlFilter *filter, const char *shape, const SkZipEntry **ret, GError **error)
{
    const SkZipEntry *drawing = NULL;
    g_autoptr(GError) failure = NULL;
    Vml vml = { .wanted = shape };

    *ret = NULL;
    if (shape == NULL)
        return true;
    if (!sk_ooxml_find(filter->document, filter->part->entry, SK_OOXML_VML_DRAWING, &drawing,
                       error))
        return false;
    if (drawing == NULL)
        return true;
    bool scanned = sk_ooxml_scan(filter->document, drawing, vml_start, &vml, &failure);
    g_autofree char *id = vml.id;
    if (!scanned && is_grave(failure)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    return id == NULL || find_by_id(filter, drawing, id, SK_OOXML_IMAGE, ret, error);
}

/* ---- SmartArt ------------------------------------------------------------------------------ */

static bool
model_start(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
            GError **error)
{
    char **id = user;

    (void)depth, (void)error;
    if (symbol == SK_EL_dsp_dataModelExt)
        take(id, attrs, n, SK_AT_relId);
    return true;
}

/* The drawing that PowerPoint itself made of the data, where it did. */
static bool
find_drawing(SkOoxmlFilter *filter, const SkZipEntry *data, const SkZipEntry **ret, GError **error)
{
    g_autofree char *id = NULL;

    *ret = NULL;
    return sk_ooxml_scan(filter->document, data, model_start, &id, error) &&
           (id == NULL ||
            find_by_id(filter, filter->part->entry, id, SK_OOXML_DIAGRAM_DRAWING, ret, error));
}

static bool
decide_diagram(SkOoxmlFilter *filter, SkPptxFrame *frame, GError **error)
{
    const SkZipEntry *data = NULL, *drawing = NULL;

    frame->fate = SK_PPTX_PICTURE;
    frame->element = SK_ELEMENT_SMARTART_FLATTENED;
    if (frame->id == NULL)
        return true;
    if (!find_by_id(filter, filter->part->entry, frame->id, SK_OOXML_DIAGRAM_DATA, &data, error))
        return false;
    if (data == NULL)
        return true;
    sk_ooxml_used(filter->document->package, data);
    if (!sk_ooxml_show_once(filter->document, data))
        return true;
    if (!find_drawing(filter, data, &drawing, error))
        return false;
    if (drawing != NULL && !sk_ooxml_show_once(filter->document, drawing))
        return true;
    frame->fate = drawing != NULL ? SK_PPTX_SHAPES : SK_PPTX_TEXT;
    frame->entry = drawing != NULL ? drawing : data;
    return true;
}

/* ---- deciding ------------------------------------------------------------------------------ */

static bool
decide_chart(SkOoxmlFilter *filter, SkPptxFrame *frame, GError **error)
{
    const SkZipEntry *chart = NULL;

    if (frame->id != NULL &&
        !find_by_id(filter, filter->part->entry, frame->id, SK_OOXML_CHART, &chart, error))
        return false;
    frame->fate = chart != NULL ? SK_PPTX_STAYS : SK_PPTX_PICTURE;
    frame->element = chart != NULL ? SK_ELEMENT_NONE : SK_ELEMENT_UNKNOWN_PART;
    return true;
}

static bool
decide_frame(SkOoxmlFilter *filter, SkPptxFrame *frame, GError **error)
{
    switch (frame->shows) {
    case SK_EL_a_tbl:
        return true;
    case SK_EL_c_chart:
        return decide_chart(filter, frame, error);
    case SK_EL_dgm_relIds:
        return decide_diagram(filter, frame, error);
    case SK_EL_p_oleObj:
        frame->element = SK_ELEMENT_EMBEDDED_OBJECT;
        frame->fate = frame->pictured ? SK_PPTX_SHOWN : SK_PPTX_PICTURE;
        return frame->pictured || find_vml_picture(filter, frame->id, &frame->entry, error);
    default:
        frame->element = SK_ELEMENT_UNKNOWN_PART;
        frame->fate = SK_PPTX_PICTURE;
        return true;
    }
}

bool
sk_pptx_plan(SkOoxmlFilter *filter, GError **error)
{
    SkPptxPart *part = filter->own;
    Scan scan = { .part = part,
                  .profile = filter->document->profile,
                  .flags = filter->document->flags };

    if (part->planned)
        return true;
    part->planned = true;
    if (!sk_ooxml_scan(filter->document, filter->part->entry, scan_start, &scan, error))
        return false;
    if (scan.hidden > 0)
        sk_ooxml_count(filter, SK_ELEMENT_HIDDEN_SLIDE);
    for (unsigned i = 0; i < part->frames->len; i++) {
        if (!decide_frame(filter, &g_array_index(part->frames, SkPptxFrame, i), error))
            return false;
    }
    return true;
}
