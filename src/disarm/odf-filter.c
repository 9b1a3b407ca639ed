/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-filter.c - one part of an OpenDocument file through the allow-list, as a stream: every
 * element is kept with the attributes that its row permits, let through, or dropped, by its symbol
 * alone; a few have a handler of their own. Nothing is remembered but the open elements, what the
 * form controls of the part show, and one picture that waits for its data. Contract in odf.h.
 */
#include "disarm/odf-filter.h"

#include "disarm/package.h"

#include <string.h>

/* The children of each part's root, in their order; 0 ends. */
static const SkXmlSymbol root_children[][5] = {
    [SK_ODF_CONTENT] = { SK_ODF_EL_office_font_face_decls, SK_ODF_EL_office_automatic_styles,
                         SK_ODF_EL_office_body, 0 },
    [SK_ODF_STYLES] = { SK_ODF_EL_office_font_face_decls, SK_ODF_EL_office_styles,
                        SK_ODF_EL_office_automatic_styles, SK_ODF_EL_office_master_styles, 0 },
};

static const SkXmlSymbol bodies[] = {
    [SK_ODF_BODY_TEXT] = SK_ODF_EL_office_text,
    [SK_ODF_BODY_SHEET] = SK_ODF_EL_office_spreadsheet,
    [SK_ODF_BODY_SLIDES] = SK_ODF_EL_office_presentation,
    [SK_ODF_BODY_CHART] = SK_ODF_EL_office_chart,
};

/* ---- where an element may stand
 * ------------------------------------------------------------------- */

/* Elements that stand at the places of their own, and nowhere else. */
static bool
has_own_place(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_ODF_EL_office_document_content:
    case SK_ODF_EL_office_document_styles:
    case SK_ODF_EL_office_document_settings:
    case SK_ODF_EL_office_document_meta:
    case SK_ODF_EL_office_document:
    case SK_ODF_EL_office_font_face_decls:
    case SK_ODF_EL_office_styles:
    case SK_ODF_EL_office_automatic_styles:
    case SK_ODF_EL_office_master_styles:
    case SK_ODF_EL_office_body:
    case SK_ODF_EL_office_text:
    case SK_ODF_EL_office_spreadsheet:
    case SK_ODF_EL_office_presentation:
    case SK_ODF_EL_office_chart:
    case SK_ODF_EL_office_settings:
    case SK_ODF_EL_office_meta:
    case SK_ODF_EL_meta_generator:
    case SK_ODF_EL_math_math:
        return true;
    default:
        return symbol >= SK_ODF_EL_config_config_item && symbol <= SK_ODF_EL_config_config_item_set;
    }
}

static bool
is_flat(const SkOdfFilter *self)
{
    return self->source.flat || self->source.inside > 0;
}

static bool
is_formula(const SkOdfFilter *self)
{
    return self->folder->body == SK_ODF_BODY_FORMULA;
}

/* ---- roots --------------------------------------------------------------------------------------
 */

static SkXmlSymbol
root_of(const SkOdfFilter *self)
{
    return is_formula(self)               ? SK_ODF_EL_math_math
           : self->kind == SK_ODF_CONTENT ? SK_ODF_EL_office_document_content
                                          : SK_ODF_EL_office_document_styles;
}

static const char *
version_of(SkSpan value)
{
    static const char *const versions[] = { "1.0", "1.1", "1.2", "1.3", "1.4" };

    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
        if (sk_span_is(value, versions[i]))
            return versions[i];
    }
    return value.n == 0 ? "1.2" : "1.4";
}

static void
write_root(SkOdfFilter *self)
{
    sk_xml_writer_declaration(self->out);
    sk_odf_start(self, sk_odf_element_rows[root_of(self)].name);
    sk_xml_writer_raw(self->out, sk_odf_namespaces);
    if (!is_formula(self))
        sk_xml_writer_attr(self->out, "office:version", sk_span_str(self->odf->version));
}

static bool
start_root(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    unsigned kept_n = 0;

    if (symbol != root_of(self) && !(is_flat(self) && symbol == SK_ODF_EL_office_document))
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: root element contradicts the part");
    if (self->odf->version == NULL)
        self->odf->version = version_of(sk_odf_value(attrs, n, SK_ODF_AT_office_version));
    write_root(self);
    if (!is_formula(self))
        return true;
    if (!sk_odf_attrs_keep(self, symbol, attrs, n, &kept_n, error))
        return false;
    sk_odf_attrs_write(self, kept_n);
    return true;
}

/* A child of the root: in its order, or another part's, or nothing's. */
static bool
start_section(SkOdfFilter *self, SkXmlSymbol symbol)
{
    const SkXmlSymbol *children = root_children[self->kind];
    unsigned at = 0;

    while (children[at] != 0 && children[at] != symbol)
        at++;
    if (children[at] != 0 && at >= self->stage) {
        self->stage = at + 1;
        self->muted = is_flat(self) && self->kind == SK_ODF_STYLES &&
                      (symbol == SK_ODF_EL_office_font_face_decls ||
                       symbol == SK_ODF_EL_office_automatic_styles);
        sk_odf_start(self, sk_odf_element_rows[symbol].name);
        return true;
    }
    bool others = is_flat(self) &&
                  (self->kind == SK_ODF_STYLES || symbol == SK_ODF_EL_office_meta ||
                   symbol == SK_ODF_EL_office_settings || symbol == SK_ODF_EL_office_styles ||
                   symbol == SK_ODF_EL_office_master_styles);
    if (others) {
        sk_odf_top(self)->kind = SK_ODF_FRAME_SKIP;
        return true;
    }
    return false;
}

static bool
start_body(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    unsigned kept_n = 0;

    if (self->body || self->folder->body >= G_N_ELEMENTS(bodies)) { /* a formula has none */
        sk_odf_note(self, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (symbol != bodies[self->folder->body])
        return sk_disarm_found(self->odf->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE,
                               sk_odf_place(&self->source), 1, &verdict, error) &&
               sk_throw(error, SK_ERROR_FORBIDDEN, "odf: the body is of another kind");
    self->body = true;
    if (!sk_odf_attrs_keep(self, symbol, attrs, n, &kept_n, error))
        return false;
    sk_odf_start(self, sk_odf_element_rows[symbol].name);
    sk_odf_attrs_write(self, kept_n);
    return true;
}

/* ---- elements
 * ------------------------------------------------------------------------------------ */

/* What an element cannot be written without: 0 for nothing. */
static SkXmlSymbol
required_attr(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_ODF_EL_table_named_expression:
        return SK_ODF_AT_table_expression;
    case SK_ODF_EL_table_named_range:
        return SK_ODF_AT_table_cell_range_address;
    default:
        return SK_ODF_AT_none;
    }
}

static void
write_element(SkOdfFilter *self, SkXmlSymbol symbol, unsigned kept_n)
{
    const SkOdfElementRow *row = &sk_odf_element_rows[symbol];
    SkOdfFrame *frame = sk_odf_top(self);

    sk_odf_start(self, row->name);
    frame->text = row->mode == SK_ODF_MODE_TEXT || row->mode == SK_ODF_MODE_MIXED;
    frame->leaf = row->mode == SK_ODF_MODE_TEXT;
    sk_odf_attrs_write(self, kept_n);
    sk_odf_note(self, row->element);
}

static bool
start_kept(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    SkXmlSymbol required = required_attr(symbol);
    unsigned kept_n = 0;

    if (!sk_odf_attrs_keep(self, symbol, attrs, n, &kept_n, error))
        return false;
    if (required == 0 || sk_odf_attrs_has(self, kept_n, required))
        write_element(self, symbol, kept_n);
    return true;
}

/* Characters in it belong to the element around. */
static void
start_through(SkOdfFilter *self)
{
    sk_odf_top(self)->kind = SK_ODF_FRAME_THROUGH;
    sk_odf_top(self)->text = sk_odf_parent(self)->text;
}

/* Inside of what is dropped things are still counted, and controls noted. */
static void
start_dropped(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const SkOdfElementRow *row = &sk_odf_element_rows[symbol];

    sk_odf_top(self)->kind = SK_ODF_FRAME_DROP;
    if (symbol == 0)
        return;
    if (row->mode == SK_ODF_MODE_DROP)
        sk_odf_note(self, row->element);
    if (g_str_has_prefix(row->name, "form:"))
        sk_odf_note_control(self, symbol, attrs, n);
}

static bool
start_link(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    unsigned kept_n = 0;

    if (!sk_odf_attrs_keep(self, symbol, attrs, n, &kept_n, error))
        return false;
    if (sk_odf_attrs_has(self, kept_n, SK_ODF_AT_xlink_href))
        write_element(self, symbol, kept_n);
    else
        start_through(self);
    return true;
}

static bool
start_event(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOdfFrame *around = sk_odf_parent(self);
    bool place = around->symbol == SK_ODF_EL_office_event_listeners;
    bool action =
        sk_odf_value_is(SK_ODF_VALUE_ACTION, sk_odf_value(attrs, n, SK_ODF_AT_presentation_action));
    bool event =
        sk_odf_value_is(SK_ODF_VALUE_EVENT, sk_odf_value(attrs, n, SK_ODF_AT_script_event_name));
    bool shows = sk_span_is(sk_odf_value(attrs, n, SK_ODF_AT_presentation_action), "show");
    unsigned kept_n = 0;

    if (!place || !action || !event) {
        sk_odf_note(self, place ? SK_ELEMENT_EVENT_LISTENER : SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (!sk_odf_attrs_keep(self, SK_ODF_EL_presentation_event_listener, attrs, n, &kept_n, error))
        return false;
    if (shows != sk_odf_attrs_has(self, kept_n, SK_ODF_AT_xlink_href))
        return true;
    if (around->kind == SK_ODF_FRAME_LAZY) {
        around->kind = SK_ODF_FRAME_KEEP;
        around->name = "office:event-listeners";
        sk_xml_writer_start(self->out, around->name);
    }
    write_element(self, SK_ODF_EL_presentation_event_listener, kept_n);
    return true;
}

/* A condition would be asked anew; what came of it last stays. */
static bool
start_section_of_text(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    bool conditional = sk_span_is(sk_odf_value(attrs, n, SK_ODF_AT_text_display), "condition");
    bool hidden = sk_span_is(sk_odf_value(attrs, n, SK_ODF_AT_text_is_hidden), "true");
    SkSpan display = sk_odf_value(attrs, n, SK_ODF_AT_text_display);
    unsigned kept_n = 0;

    if (!sk_odf_attrs_keep(self, SK_ODF_EL_text_section, attrs, n, &kept_n, error))
        return false;
    if (conditional && hidden)
        sk_odf_note(self, SK_ELEMENT_HIDDEN_TEXT);
    if (display.n > 0 && !sk_span_is(display, "none"))
        sk_odf_attrs_set(self, &kept_n, SK_ODF_AT_text_display,
                         sk_span_str(conditional && hidden ? "none" : "true"));
    write_element(self, SK_ODF_EL_text_section, kept_n);
    return true;
}

static void
start_mark(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan type = sk_odf_value(attrs, n, SK_ODF_AT_field_type);
    SkOdfFrame *frame = sk_odf_top(self);

    sk_odf_note(self, SK_ELEMENT_UNKNOWN_FIELD);
    frame->kind = SK_ODF_FRAME_MARK;
    frame->object = sk_span_find(type, 0, sk_span_str("CHECKBOX")) != SIZE_MAX;
}

static void
note_mark_state(SkOdfFilter *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan name = sk_odf_value(attrs, n, SK_ODF_AT_field_name);
    SkSpan value = sk_odf_value(attrs, n, SK_ODF_AT_field_value);

    if (sk_span_find(name, 0, sk_span_str("Checked")) != SIZE_MAX)
        sk_odf_parent(self)->checked = sk_span_is(value, "true") || sk_span_is(value, "1");
}

/* What a spreadsheet remembers of another one stands in a table that no program shows; its name is
 * the other's address and sheet: 'file:///…'#Sheet1. */
static bool
is_cache(const SkXmlAttr *attrs, unsigned n)
{
    SkSpan name = sk_odf_value(attrs, n, SK_ODF_AT_table_name);

    return name.n > 0 && name.p[0] == '\'' && memchr(name.p, '#', name.n) != NULL;
}

static bool
start_special(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              bool *ret_done, GError **error)
{
    *ret_done = true;
    switch (symbol) {
    case SK_ODF_EL_text_a:
    case SK_ODF_EL_draw_a:
        return start_link(self, symbol, attrs, n, error);
    case SK_ODF_EL_draw_image:
    case SK_ODF_EL_draw_fill_image:
    case SK_ODF_EL_style_background_image:
    case SK_ODF_EL_text_list_level_style_image:
    case SK_ODF_EL_chart_symbol_image:
        return sk_odf_start_picture(self, symbol, attrs, n, error);
    case SK_ODF_EL_draw_object:
        return sk_odf_start_object(self, attrs, n, error);
    case SK_ODF_EL_draw_control:
        return sk_odf_start_control(self, attrs, n, error);
    case SK_ODF_EL_office_event_listeners:
        sk_odf_top(self)->kind = SK_ODF_FRAME_LAZY;
        return true;
    case SK_ODF_EL_presentation_event_listener:
        return start_event(self, attrs, n, error);
    case SK_ODF_EL_text_section:
        return start_section_of_text(self, attrs, n, error);
    case SK_ODF_EL_field_fieldmark:
        start_mark(self, attrs, n);
        return true;
    case SK_ODF_EL_office_annotation:
    case SK_ODF_EL_office_annotation_end:
    case SK_ODF_EL_officeooo_annotation:
        *ret_done = !sk_odf_is_kept(self, SK_ELEMENT_COMMENTS);
        if (*ret_done)
            sk_odf_note(self, sk_odf_element_rows[symbol].element);
        return true;
    case SK_ODF_EL_table_table:
        *ret_done = is_cache(attrs, n);
        if (*ret_done)
            sk_odf_note(self, SK_ELEMENT_EXTERNAL_WORKBOOK);
        return true;
    default:
        *ret_done = false;
        return true;
    }
}

static bool
start_by_table(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
               GError **error)
{
    const SkOdfElementRow *row = &sk_odf_element_rows[symbol];
    bool done = false;

    if (!start_special(self, symbol, attrs, n, &done, error))
        return false;
    if (done)
        return true;
    if (row->mode == SK_ODF_MODE_DROP) {
        start_dropped(self, symbol, attrs, n);
        return true;
    }
    if (row->mode == SK_ODF_MODE_THROUGH) {
        sk_odf_note(self, row->element);
        /* A variable that is set where nobody sees it. */
        if (!sk_span_is(sk_odf_value(attrs, n, SK_ODF_AT_text_display), "none"))
            start_through(self);
        return true;
    }
    return start_kept(self, symbol, attrs, n, error);
}

/* What the element around it makes of an element; true in @ret_done where that decides. */
static bool
start_inside(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
             bool *ret_done, GError **error)
{
    SkOdfFrame *parent = sk_odf_parent(self);

    *ret_done = true;
    switch ((SkOdfFrameKind)parent->kind) {
    case SK_ODF_FRAME_SKIP:
        sk_odf_top(self)->kind = SK_ODF_FRAME_SKIP;
        return true;
    case SK_ODF_FRAME_MARK:
        if (symbol == SK_ODF_EL_field_param)
            note_mark_state(self, attrs, n);
        return true;
    case SK_ODF_FRAME_DROP:
    case SK_ODF_FRAME_DATA:
        start_dropped(self, symbol, attrs, n);
        return true;
    case SK_ODF_FRAME_OBJECT:
        if (symbol == SK_ODF_EL_office_document || symbol == SK_ODF_EL_math_math)
            return sk_odf_start_inside(self, symbol, attrs, n, error);
        start_dropped(self, symbol, attrs, n);
        return true;
    case SK_ODF_FRAME_PICTURE:
        if (symbol == SK_ODF_EL_office_binary_data) {
            g_string_truncate(self->data, 0);
            sk_odf_top(self)->kind = SK_ODF_FRAME_DATA;
            return true;
        }
        sk_odf_settle_picture(self, parent);
        start_dropped(self, symbol, attrs, n);
        return true;
    case SK_ODF_FRAME_KEEP:
    case SK_ODF_FRAME_THROUGH:
    case SK_ODF_FRAME_LAZY:
        *ret_done = false;
        return true;
    }
    return true;
}

static bool
start_element(SkOdfFilter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              GError **error)
{
    SkOdfFrame *parent = sk_odf_parent(self);
    bool done = false;

    if (!start_inside(self, symbol, attrs, n, &done, error))
        return false;
    if (done)
        return true;
    if (!is_formula(self) && self->depth == 2 && start_section(self, symbol))
        return true;
    if (self->depth == 3 && parent->symbol == SK_ODF_EL_office_body && symbol >= 1 &&
        g_str_has_prefix(sk_odf_element_rows[symbol].name, "office:"))
        return start_body(self, symbol, attrs, n, error);
    if (parent->symbol == SK_ODF_EL_draw_frame && parent->kind == SK_ODF_FRAME_KEEP) {
        if (symbol == SK_ODF_EL_draw_text_box || symbol == SK_ODF_EL_table_table)
            parent->shown = parent->object = true; /* a picture beside it is a preview */
        else if (sk_odf_shows(symbol) && sk_odf_element_rows[symbol].mode == SK_ODF_MODE_DROP)
            parent->wanted = true;
        else if (!sk_odf_shows(symbol) && !sk_odf_frame_standin(self, parent, error))
            return false;
    }
    if (symbol == 0 && parent->text && !parent->leaf) {
        sk_odf_note(self, SK_ELEMENT_UNKNOWN_PART);
        start_through(self);
        return true;
    }
    bool root_level = self->depth == 2 && !is_formula(self);
    bool dropped = sk_odf_element_rows[symbol].mode == SK_ODF_MODE_DROP;
    if (symbol == 0 || parent->leaf || has_own_place(symbol) ||
        (parent->symbol == SK_ODF_EL_office_event_listeners && !dropped &&
         symbol != SK_ODF_EL_presentation_event_listener) ||
        (root_level && !dropped) || (self->depth == 3 && parent->symbol == SK_ODF_EL_office_body)) {
        sk_odf_note(self, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    return start_by_table(self, symbol, attrs, n, error);
}

/* ---- events of the reader
 * ------------------------------------------------------------------------- */

/* Counts what stands inside of the part as an object; true once the wanted one is reached. */
static bool
enters(SkOdfFilter *self, SkXmlSymbol symbol)
{
    self->raw_depth++;
    bool inside = (symbol == SK_ODF_EL_office_document || symbol == SK_ODF_EL_math_math) &&
                  self->object_at > 0 && self->object_at + 1 == self->raw_depth;
    if (inside)
        self->inside++;
    if (symbol == SK_ODF_EL_draw_object)
        self->object_at = self->raw_depth;
    if (self->source.inside == 0 || self->depth > 0)
        return true;
    return inside && !self->ended && self->inside == self->source.inside;
}

static bool
on_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOdfFilter *self = user;

    if (!enters(self, symbol))
        return true;
    self->depth++;
    *sk_odf_top(self) = (SkOdfFrame){ .symbol = symbol, .kind = SK_ODF_FRAME_DROP };
    if (self->rewritten->len > 0)
        g_ptr_array_set_size(self->rewritten, 0);
    if (self->depth == 1)
        return start_root(self, symbol, attrs, n, error);
    return start_element(self, symbol, attrs, n, error);
}

static void
write_label(SkOdfFilter *self, const char *label)
{
    sk_xml_writer_start(self->out, "text:p");
    sk_xml_writer_text(self->out, sk_span_str(label));
    sk_xml_writer_end(self->out, "text:p");
}

static bool
end_kept(SkOdfFilter *self, SkOdfFrame *frame, GError **error)
{
    if (frame->symbol == SK_ODF_EL_draw_frame && !sk_odf_frame_standin(self, frame, error))
        return false;
    if (frame->label != NULL && *frame->label != '\0')
        write_label(self, frame->label);
    g_clear_pointer(&frame->label, g_free);
    sk_xml_writer_end(self->out, frame->name);
    return true;
}

static bool
on_end(void *user, SkXmlSymbol symbol, GError **error)
{
    SkOdfFilter *self = user;

    if (symbol == SK_ODF_EL_draw_object && self->object_at == self->raw_depth)
        self->object_at = 0;
    self->raw_depth--;
    if (self->depth == 0)
        return true;
    SkOdfFrame *frame = sk_odf_top(self);
    if (frame->kind == SK_ODF_FRAME_PICTURE)
        sk_odf_settle_picture(self, frame);
    if (frame->kind == SK_ODF_FRAME_DATA && !sk_odf_end_data(self, error))
        return false;
    if (frame->kind == SK_ODF_FRAME_MARK && frame->object && sk_odf_parent(self)->text)
        sk_xml_writer_text(self->out,
                           sk_span_str(frame->checked ? "\xe2\x98\x91" : "\xe2\x98\x90"));
    if (frame->kind == SK_ODF_FRAME_KEEP && !end_kept(self, frame, error))
        return false;
    self->depth--;
    self->muted = self->muted && self->depth > 1;
    self->ended = self->ended || self->depth == 0;
    return true;
}

static bool
is_white(SkSpan text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr(" \t\r\n", text.p[i]) == NULL)
            return false;
    }
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    SkOdfFilter *self = user;

    (void)error;
    if (self->depth == 0)
        return true;
    const SkOdfFrame *frame = sk_odf_top(self);
    if ((frame->kind == SK_ODF_FRAME_KEEP || frame->kind == SK_ODF_FRAME_THROUGH) && frame->text)
        sk_xml_writer_text(self->out, text);
    else if (frame->kind == SK_ODF_FRAME_DATA && self->data->len <= (140u << 20))
        g_string_append_len(self->data, (const char *)text.p, (gssize)text.n);
    else if ((frame->kind == SK_ODF_FRAME_KEEP || frame->kind == SK_ODF_FRAME_THROUGH) &&
             !is_white(text))
        sk_odf_note(self, SK_ELEMENT_UNKNOWN_PART);
    return true;
}

static void
on_aside(void *user)
{
    SkOdfFilter *self = user;

    if (!is_flat(self) || (self->kind == SK_ODF_CONTENT && self->source.inside == 0))
        sk_odf_note(self, SK_ELEMENT_XML_INSTRUCTION);
}

/* ---- one part
 * ------------------------------------------------------------------------------------- */

static void
saved_clear(void *p)
{
    g_free(((SkOdfSaved *)p)->value);
}

static void
filter_free(SkOdfFilter *self)
{
    for (unsigned i = 0; i < self->depth; i++)
        g_free(self->frames[i].label);
    g_string_free(self->data, TRUE);
    g_ptr_array_unref(self->rewritten);
    g_array_unref(self->saved);
    g_hash_table_unref(self->labels);
    g_hash_table_unref(self->outlined);
    g_free(self->control);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkOdfFilter, filter_free)

static SkOdfFilter *
filter_new(SkOdf *odf, SkOdfFolder *folder, SkOdfKind kind, SkOdfCounts *counts)
{
    SkOdfFilter *self = g_new0(SkOdfFilter, 1);

    self->odf = odf;
    self->folder = folder;
    self->kind = kind;
    self->source = folder->parts[kind];
    self->counts = counts;
    self->links = sk_disarm_verdict(odf->disarm, SK_ELEMENT_HYPERLINK) == SK_VERDICT_KEPT;
    self->data = g_string_new(NULL);
    self->rewritten = g_ptr_array_new_with_free_func(g_free);
    self->saved = g_array_new(FALSE, FALSE, sizeof(SkOdfSaved));
    g_array_set_clear_func(self->saved, saved_clear);
    self->labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->outlined = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

bool
sk_odf_filter(SkOdf *odf, SkOdfFolder *folder, SkOdfKind kind, SkOdfCounts *counts, GError **error)
{
    static const SkXmlHandler handler = { sk_odf_element, sk_odf_attribute, on_start,
                                          on_end,         on_text,          on_aside };
    g_autoptr(SkOdfFilter) self = filter_new(odf, folder, kind, counts);
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, self);
    g_autoptr(SkXmlWriter) out = sk_xml_writer_new(sk_package_output, odf->writer);

    self->reader = reader;
    self->out = out;
    if (self->source.entry == NULL && !self->source.flat) {
        self->depth = 1;
        *sk_odf_top(self) = (SkOdfFrame){ .symbol = root_of(self), .kind = SK_ODF_FRAME_KEEP };
        write_root(self);
        sk_xml_writer_end(out, sk_odf_top(self)->name);
    } else if (!sk_odf_package_parse(odf->package, &self->source, reader, error)) {
        return false;
    }
    if (kind == SK_ODF_CONTENT && !self->body && !is_formula(self))
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: no body");
    sk_xml_writer_finish(out);
    return true;
}
