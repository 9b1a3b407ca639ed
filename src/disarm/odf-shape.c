/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-shape.c - what stands in a drawing: pictures (by address or written inside), objects, and the
 * rectangles that take the place of controls. Contract in odf-filter.h.
 */
#include "disarm/odf-filter.h"

#include <string.h>

#define DATA_MAX (140u << 20) /* bytes of base64 of one picture */
#define CHECK_ON "\xe2\x98\x91"
#define CHECK_OFF "\xe2\x98\x90"
#define CHART_TYPE "application/vnd.oasis.opendocument.chart"

/* ---- pictures ----------------------------------------------------------------------------------
 */

bool
sk_odf_shows(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_ODF_EL_draw_image:
    case SK_ODF_EL_draw_object:
    case SK_ODF_EL_draw_object_ole:
    case SK_ODF_EL_draw_plugin:
    case SK_ODF_EL_draw_applet:
    case SK_ODF_EL_draw_floating_frame:
    case SK_ODF_EL_draw_text_box:
    case SK_ODF_EL_table_table:
        return true;
    default:
        return false;
    }
}

static bool
is_in_frame(SkOdfFilter *self)
{
    const SkOdfFrame *parent = sk_odf_parent(self);
    return parent->symbol == SK_ODF_EL_draw_frame && parent->kind == SK_ODF_FRAME_KEEP;
}

/* The same for every picture and object, whatever was said before. */
static void
set_address(SkOdfFilter *self, SkXmlSymbol element, unsigned *n, SkSpan address)
{
    static const struct {
        SkXmlSymbol symbol;
        const char *value;
    } fixed[] = {
        { SK_ODF_AT_xlink_actuate, "onLoad" },
        { SK_ODF_AT_xlink_show, "embed" },
        { SK_ODF_AT_xlink_type, "simple" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
        if (sk_odf_attr_row(element, fixed[i].symbol) != NULL)
            sk_odf_attrs_set(self, n, fixed[i].symbol, sk_span_str(fixed[i].value));
    }
    sk_odf_attrs_set(self, n, SK_ODF_AT_xlink_href, address);
}

bool
sk_odf_frame_standin(SkOdfFilter *self, SkOdfFrame *frame, GError **error)
{
    const char *name = NULL;
    unsigned n = 0;

    if (!frame->wanted || frame->shown)
        return true;
    if (!sk_odf_standin(self->odf, self->folder, &name, error))
        return false;
    frame->shown = true;
    set_address(self, SK_ODF_EL_draw_image, &n, sk_span_str(name));
    sk_xml_writer_start(self->out, "draw:image");
    sk_odf_attrs_write(self, n);
    sk_xml_writer_end(self->out, "draw:image");
    return true;
}

/* self->kept holds the other attributes. @name: of the picture, NULL where it cannot be shown. */
static bool
show_picture(SkOdfFilter *self, SkOdfFrame *frame, bool in_frame, unsigned n, const char *name,
             GError **error)
{
    SkOdfFrame *parent = frame - 1;

    if (in_frame && name == NULL) {
        parent->wanted = parent->wanted || !parent->object;
        frame->kind = SK_ODF_FRAME_DROP;
        return true;
    }
    if (name == NULL && !sk_odf_standin(self->odf, self->folder, &name, error))
        return false;
    if (in_frame)
        parent->shown = true;
    set_address(self, frame->symbol, &n, sk_span_str(name));
    frame->kind = SK_ODF_FRAME_KEEP;
    frame->name = sk_odf_element_rows[frame->symbol].name;
    sk_xml_writer_start(self->out, frame->name);
    sk_odf_attrs_write(self, n);
    return true;
}

static void
save_attrs(SkOdfFilter *self, unsigned n)
{
    g_array_set_size(self->saved, 0);
    for (unsigned i = 0; i < n; i++) {
        SkOdfSaved saved = { self->kept[i].symbol, sk_span_dup(self->kept[i].value) };
        g_array_append_val(self->saved, saved);
    }
}

static unsigned
restore_attrs(SkOdfFilter *self)
{
    for (unsigned i = 0; i < self->saved->len; i++) {
        const SkOdfSaved *saved = &g_array_index(self->saved, SkOdfSaved, i);
        self->kept[i] = (SkOdfKept){ saved->symbol, sk_span_str(saved->value) };
    }
    return self->saved->len;
}

bool
sk_odf_start_picture(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                     GError **error)
{
    SkSpan href = sk_odf_value(attrs, n, SK_ODF_AT_xlink_href);
    const char *name = NULL;
    unsigned kept_n = 0;

    if (!sk_odf_attrs_keep(self, symbol, attrs, n, &kept_n, error))
        return false;
    if (href.n == 0) {
        save_attrs(self, kept_n);
        sk_odf_top(self)->kind = SK_ODF_FRAME_PICTURE;
        return true;
    }
    bool in_frame = is_in_frame(self);
    if (!sk_odf_picture(self->odf, self->folder, href, in_frame && sk_odf_parent(self)->object,
                        self->counts, &name, error))
        return false;
    return show_picture(self, sk_odf_top(self), in_frame, kept_n, name, error);
}

void
sk_odf_settle_picture(SkOdfFilter *self, SkOdfFrame *frame)
{
    frame->kind = SK_ODF_FRAME_DROP;
    /* That there is no picture is something that can be said of a background. */
    if (frame->symbol != SK_ODF_EL_style_background_image)
        return;
    unsigned n = restore_attrs(self);
    frame->kind = SK_ODF_FRAME_KEEP;
    frame->name = sk_odf_element_rows[frame->symbol].name;
    sk_xml_writer_start(self->out, frame->name);
    sk_odf_attrs_write(self, n);
}

bool
sk_odf_end_data(SkOdfFilter *self, GError **error)
{
    SkOdfFrame *frame = sk_odf_parent(self);
    const char *name = NULL;
    bool in_frame = self->depth >= 3 && frame[-1].symbol == SK_ODF_EL_draw_frame &&
                    frame[-1].kind == SK_ODF_FRAME_KEEP;

    if (self->data->len > DATA_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "odf: picture too large");
    if (!sk_odf_picture_base64(self->odf, self->folder, self->data, sk_odf_place(&self->source),
                               &name, error))
        return false;
    g_string_truncate(self->data, 0);
    return show_picture(self, frame, in_frame, restore_attrs(self), name, error);
}

/* ---- objects ------------------------------------------------------------------------------------
 */

/* @frame is the draw:object's; @name is taken, NULL for an object that does not come out. */
static void
show_object(SkOdfFilter *self, SkOdfFrame *frame, char *name)
{
    SkOdfFrame *parent = frame - 1;
    g_autofree char *address = name == NULL ? NULL : g_strconcat("./", name, NULL);
    unsigned n = 0;

    g_free(name);
    frame->kind = SK_ODF_FRAME_DROP;
    if (address == NULL) {
        sk_odf_note(self, SK_ELEMENT_EMBEDDED_OBJECT);
        parent->wanted = true;
        return;
    }
    parent->shown = true;
    parent->object = true;
    set_address(self, SK_ODF_EL_draw_object, &n, sk_span_str(address));
    frame->kind = SK_ODF_FRAME_KEEP;
    frame->name = "draw:object";
    sk_xml_writer_start(self->out, frame->name);
    sk_odf_attrs_write(self, n);
}

bool
sk_odf_start_object(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan href = sk_odf_value(attrs, n, SK_ODF_AT_xlink_href);
    bool nested = self->folder != self->odf->root;
    char *name = NULL;

    if (href.n == 0 && !nested && is_in_frame(self)) {
        sk_odf_top(self)->kind = SK_ODF_FRAME_OBJECT;
        return true;
    }
    if (!nested && is_in_frame(self) && !sk_odf_object(self->odf, href, &name, error))
        return false;
    show_object(self, sk_odf_top(self), name);
    return true;
}

bool
sk_odf_start_inside(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                    GError **error)
{
    bool is_formula = symbol == SK_ODF_EL_math_math;
    bool is_chart = sk_span_is(sk_odf_value(attrs, n, SK_ODF_AT_office_mimetype), CHART_TYPE);
    SkOdfSource source = self->source;
    char *name = NULL;

    source.inside = self->inside;
    if ((is_formula || is_chart) &&
        !sk_odf_object_inside(self->odf, &source, is_formula, &name, error))
        return false;
    /* What comes out is read again, for itself; nothing of it belongs here. */
    sk_odf_top(self)->kind = name != NULL ? SK_ODF_FRAME_SKIP : SK_ODF_FRAME_DROP;
    show_object(self, sk_odf_parent(self), name);
    return true;
}

/* ---- controls
 * ------------------------------------------------------------------------------------ */

static SkSpan
first_value(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol first, SkXmlSymbol second,
            SkXmlSymbol third)
{
    SkSpan value = sk_odf_value(attrs, n, first);
    if (value.n == 0)
        value = sk_odf_value(attrs, n, second);
    return value.n > 0 || third == 0 ? value : sk_odf_value(attrs, n, third);
}

/* What the control's place shows. A password is not shown, nor is what is hidden. */
static char *
label_of(SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan label = sk_odf_value(attrs, n, SK_ODF_AT_form_label);
    g_autofree char *text = NULL;

    switch (symbol) {
    case SK_ODF_EL_form_checkbox: {
        SkSpan state = first_value(attrs, n, SK_ODF_AT_form_current_state, SK_ODF_AT_form_state, 0);
        text = sk_span_dup(label);
        return g_strdup_printf("%s %s", sk_span_is(state, "checked") ? CHECK_ON : CHECK_OFF, text);
    }
    case SK_ODF_EL_form_radio: {
        SkSpan state =
            first_value(attrs, n, SK_ODF_AT_form_current_selected, SK_ODF_AT_form_selected, 0);
        text = sk_span_dup(label);
        return g_strdup_printf("%s %s", sk_span_is(state, "true") ? "\xe2\x97\x8f" : "\xe2\x97\x8b",
                               text);
    }
    case SK_ODF_EL_form_button:
    case SK_ODF_EL_form_fixed_text:
    case SK_ODF_EL_form_frame:
        return sk_span_dup(label);
    case SK_ODF_EL_form_password:
    case SK_ODF_EL_form_hidden:
    case SK_ODF_EL_form_file:
        return g_strdup("");
    default:
        return sk_span_dup(
            first_value(attrs, n, SK_ODF_AT_form_current_value, SK_ODF_AT_form_value, 0));
    }
}

void
sk_odf_note_control(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    if (symbol == SK_ODF_EL_form_option || symbol == SK_ODF_EL_form_item) {
        SkSpan chosen =
            first_value(attrs, n, SK_ODF_AT_form_current_selected, SK_ODF_AT_form_selected, 0);
        SkSpan label = first_value(attrs, n, SK_ODF_AT_form_label, SK_ODF_AT_form_value, 0);
        if (self->control != NULL && sk_span_is(chosen, "true"))
            g_hash_table_insert(self->labels, g_strdup(self->control), sk_span_dup(label));
        return;
    }
    SkSpan id = first_value(attrs, n, SK_ODF_AT_xml_id, SK_ODF_AT_form_id, 0);
    if (id.n == 0)
        return;
    g_free(self->control);
    self->control = sk_span_dup(id);
    g_hash_table_insert(self->labels, sk_span_dup(id), label_of(symbol, attrs, n));
    if (symbol != SK_ODF_EL_form_checkbox && symbol != SK_ODF_EL_form_radio &&
        symbol != SK_ODF_EL_form_fixed_text)
        g_hash_table_add(self->outlined, sk_span_dup(id));
}

/* Open lines are never filled, whatever the style leaves open: those of controls say nothing of it.
 * A shape without an edge is two points in its corners. */
static void
set_outline(SkOdfFilter *self, unsigned *n, bool edge)
{
    if (edge)
        sk_odf_attrs_set(self, n, SK_ODF_AT_draw_points,
                         sk_span_str("0,0 100,0 100,100 0,100 0,0"));
    else
        sk_odf_attrs_set(self, n, SK_ODF_AT_svg_d, sk_span_str("M0 0L1 0M9999 10000L10000 10000"));
    sk_odf_attrs_set(self, n, SK_ODF_AT_svg_viewBox,
                     sk_span_str(edge ? "0 0 100 100" : "0 0 10000 10000"));
}

bool
sk_odf_start_control(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    g_autofree char *id = sk_span_dup(sk_odf_value(attrs, n, SK_ODF_AT_draw_control));
    bool edge = g_hash_table_contains(self->outlined, id);
    SkXmlSymbol shape = edge ? SK_ODF_EL_draw_polyline : SK_ODF_EL_draw_path;
    unsigned kept_n = 0;

    if (!sk_odf_attrs_keep(self, shape, attrs, n, &kept_n, error))
        return false;
    set_outline(self, &kept_n, edge);
    sk_odf_start(self, sk_odf_element_rows[shape].name);
    sk_odf_attrs_write(self, kept_n);
    sk_odf_top(self)->label = g_strdup(g_hash_table_lookup(self->labels, id));
    return true;
}
