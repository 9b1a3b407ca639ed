/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-text.c - the text of a rebuilt OpenDocument file; contract in odf-text.h. One walk serves
 * text documents, sheets and slides: they are made of the same elements.
 */
#include "disarm/odf-text.h"

#include <string.h>

static void
frame_clear(void *p)
{
    SkOdfFrame *frame = p;
    g_free(frame->class);
    if (frame->description != NULL)
        g_string_free(frame->description, TRUE);
}

static void
odf_text_clear(SkOdfText *self)
{
    g_clear_pointer(&self->lists, sk_odf_lists_free);
    g_clear_pointer(&self->lead, g_free);
    g_clear_pointer(&self->change, g_free);
    g_clear_pointer(&self->deleted, g_hash_table_unref);
    g_clear_pointer(&self->frames, g_array_unref);
    g_clear_pointer(&self->cells, g_array_unref);
    g_clear_pointer(&self->margins, g_hash_table_unref);
    g_clear_pointer(&self->masters, g_hash_table_unref);
    for (unsigned i = 0; i < SK_ODF_NOTES; i++)
        g_clear_pointer(&self->notes[i], g_ptr_array_unref);
    g_string_free(self->creator, TRUE);
    g_string_free(self->title, TRUE);
    g_string_free(self->hidden, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkOdfText, odf_text_clear)

static void
odf_text_init(SkOdfText *self)
{
    self->lists = sk_odf_lists_new();
    self->deleted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->frames = g_array_new(FALSE, TRUE, sizeof(SkOdfFrame));
    g_array_set_clear_func(self->frames, frame_clear);
    self->cells = g_array_new(FALSE, TRUE, sizeof(SkOdfCell));
    self->masters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->margins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < SK_ODF_NOTES; i++)
        self->notes[i] = g_ptr_array_new_with_free_func(g_free);
    self->creator = g_string_new(NULL);
    self->title = g_string_new(NULL);
    self->hidden = g_string_new(NULL);
}

/* ---- paragraphs ----------------------------------------------------------------------------- */

static void
paragraph(SkOdfText *self)
{
    g_autofree char *label = sk_odf_lists_label(self->lists);

    sk_text_flow_paragraph(self->flow);
    if (label != NULL)
        sk_text_flow_prefix(self->flow, label);
    if (self->lead != NULL)
        sk_text_flow_str(self->flow, self->lead);
    g_clear_pointer(&self->lead, g_free);
    self->paragraphs++;
    self->space_before = true;
}

static void
heading(SkOdfText *self, const SkXmlAttr *attrs, unsigned n)
{
    uint32_t level =
        sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_OUTLINE_LEVEL), SK_ODF_LEVELS, 1);
    bool numbered = !sk_span_is(sk_office_attr(attrs, n, SK_ON_AT_IS_HEADER), "true");
    g_autofree char *of_list = sk_odf_lists_label(self->lists);
    g_autofree char *number = of_list != NULL || !numbered
                                  ? g_steal_pointer(&of_list)
                                  : sk_odf_lists_heading(self->lists, level);
    g_autofree char *marks = g_strnfill(MAX(level, 1u), '#');
    g_autofree char *prefix = g_strconcat(marks, " ", number != NULL ? number : "", NULL);

    paragraph(self);
    if (!sk_text_flow_in_cell(self->flow))
        sk_text_flow_prefix(self->flow, prefix);
}

static void
paragraph_end(SkOdfText *self)
{
    sk_text_flow_paragraph_end(self->flow);
    self->paragraphs -= self->paragraphs > 0 ? 1 : 0;
    self->space_before = false;
}

/* White space in a paragraph is one space, and none at its beginning. */
static void
append(SkOdfText *self, SkSpan text)
{
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        while (at < text.n && strchr(" \t\r\n", text.p[at]) == NULL)
            at++;
        if (at > from) {
            sk_text_flow_text(self->flow, sk_span_sub(text, from, at - from));
            self->space_before = false;
        }
        bool white = at < text.n;
        while (at < text.n && strchr(" \t\r\n", text.p[at]) != NULL)
            at++;
        if (white && !self->space_before) {
            sk_text_flow_str(self->flow, " ");
            self->space_before = true;
        }
    }
}

static void
spaces(SkOdfText *self, SkSpan count)
{
    uint32_t n = sk_office_number(count, 1000, 1);
    g_autofree char *spaces = g_strnfill(n, ' ');
    sk_text_flow_str(self->flow, spaces);
    self->space_before = false;
}

/* A tracked deletion stands where it was. */
static void
change(SkOdfText *self, SkSpan id)
{
    g_autofree char *key = sk_span_dup(id);
    const char *text = g_hash_table_lookup(self->deleted, key);

    if (text == NULL || text[0] == '\0')
        return;
    sk_text_flow_str(self->flow, "〔削除：");
    sk_text_flow_str(self->flow, text);
    sk_text_flow_str(self->flow, "〕");
    self->space_before = false;
}

static bool
is_silent(SkXmlSymbol element)
{
    switch (element) {
    case SK_ON_OT_NOTE_CITATION:
    case SK_ON_OT_NUMBER:
    case SK_ON_OT_SHEET_NAME:
    case SK_ON_OO_CHANGE_INFO:
    case SK_ON_OO_EVENT_LISTENERS:
    case SK_ON_DC_CREATOR:
    case SK_ON_DC_DATE:
    case SK_ON_META_DATE_STRING:
    case SK_ON_META_INITIALS:
    case SK_ON_LOEXT_INITIALS:
    case SK_ON_SVG_TITLE:
    case SK_ON_SVG_DESC:
        return true;
    default:
        return false;
    }
}

static void
start_text(SkOdfText *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    switch (element) {
    case SK_ON_OT_P:
    case SK_ON_LOEXT_P:
        paragraph(self);
        break;
    case SK_ON_OT_H:
        heading(self, attrs, n);
        break;
    case SK_ON_OT_S_SPACE:
        spaces(self, sk_office_attr(attrs, n, SK_ON_AT_C));
        break;
    case SK_ON_OT_TAB:
        sk_text_flow_str(self->flow, "\t");
        self->space_before = false;
        break;
    case SK_ON_OT_LINE_BREAK:
        sk_text_flow_str(self->flow, "\n");
        self->space_before = true;
        break;
    case SK_ON_OT_RUBY_TEXT:
        sk_text_flow_str(self->flow, "（");
        break;
    case SK_ON_OT_LIST:
        sk_odf_lists_begin(self->lists, sk_office_attr(attrs, n, SK_ON_AT_TEXT_STYLE),
                           sk_span_is(sk_office_attr(attrs, n, SK_ON_AT_CONTINUE), "true") ||
                               sk_office_has(attrs, n, SK_ON_AT_CONTINUE_LIST));
        break;
    case SK_ON_OT_LIST_ITEM:
        sk_odf_lists_item(
            self->lists,
            sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_START_VALUE), 1000000, UINT32_MAX));
        break;
    case SK_ON_OT_CHANGE:
        change(self, sk_office_attr(attrs, n, SK_ON_AT_CHANGE_ID));
        break;
    case SK_ON_OT_CHANGED_REGION:
        g_free(self->change);
        self->change = sk_span_dup(sk_office_attr(
            attrs, n,
            sk_office_has(attrs, n, SK_ON_AT_XML_ID) ? SK_ON_AT_XML_ID : SK_ON_AT_TEXT_ID));
        break;
    case SK_ON_OT_DELETION:
        sk_text_flow_catch(self->flow);
        break;
    default:
        break;
    }
}

/* What a master page shows is the document's where something uses it; the first one is there for
 * the rest. */
static void
use_master(SkOdfText *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan name = sk_office_attr(attrs, n,
                                 element == SK_ON_OS_STYLE  ? SK_ON_AT_MASTER
                                 : element == SK_ON_OD_PAGE ? SK_ON_AT_PAGE_MASTER
                                                            : SK_ON_AT_NEXT);
    if (name.n > 0)
        g_hash_table_add(self->masters, sk_span_dup(name));
}

static bool
is_unused(SkOdfText *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    if (element == SK_ON_OS_MASTER_PAGE) {
        g_autofree char *name = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_STYLE_NAME));
        bool used = !self->master_seen || g_hash_table_contains(self->masters, name);
        self->master_seen = true;
        if (used)
            use_master(self, element, attrs, n);
        return !used;
    }
    return sk_span_is(sk_office_attr(attrs, n, SK_ON_AT_STYLE_DISPLAY), "false");
}

static bool
start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOdfText *self = user;
    SkOdfFrame *frame = self->frames->len == 0
                            ? NULL
                            : &g_array_index(self->frames, SkOdfFrame, self->frames->len - 1);

    if (self->unused > 0 || (self->in_styles && is_unused(self, element, attrs, n))) {
        self->unused++; /* with all that is in it */
        return true;
    }
    if (element == SK_ON_OS_STYLE || element == SK_ON_OD_PAGE)
        use_master(self, element, attrs, n);
    if (is_silent(element)) {
        self->silent++;
        self->aside = element == SK_ON_DC_CREATOR ? self->creator
                      : element == SK_ON_SVG_TITLE || element == SK_ON_SVG_DESC
                          ? (frame != NULL ? frame->description : NULL)
                          : NULL;
        if (self->aside != NULL && self->aside->len > 0 && self->aside != self->creator)
            g_string_append_c(self->aside, ' ');
        return true;
    }
    sk_odf_lists_style(self->lists, element, attrs, n);
    start_text(self, element, attrs, n);
    return sk_odf_place_start(self, element, attrs, n, error);
}

static void
end_deletion(SkOdfText *self)
{
    char *text = sk_text_flow_caught(self->flow);
    if (self->change == NULL)
        g_free(text);
    else
        g_hash_table_replace(self->deleted, g_strdup(self->change), text);
}

static bool
end(void *user, SkXmlSymbol element, GError **error)
{
    SkOdfText *self = user;
    (void)error;

    if (self->unused > 0) {
        self->unused--;
        return true;
    }
    if (is_silent(element)) {
        self->silent -= self->silent > 0 ? 1 : 0;
        self->aside = NULL;
        return true;
    }
    if (element == SK_ON_OT_P || element == SK_ON_OT_H || element == SK_ON_LOEXT_P)
        paragraph_end(self);
    else if (element == SK_ON_OT_RUBY_TEXT)
        sk_text_flow_str(self->flow, "）");
    else if (element == SK_ON_OT_LIST)
        sk_odf_lists_end(self->lists);
    else if (element == SK_ON_OT_DELETION)
        end_deletion(self);
    else
        sk_odf_place_end(self, element);
    return true;
}

static bool
text(void *user, SkSpan s, GError **error)
{
    SkOdfText *self = user;
    (void)error;

    if (self->unused > 0)
        return true;
    if (self->silent > 0) {
        if (self->aside != NULL)
            g_string_append_len(self->aside, (const char *)s.p, (gssize)s.n);
    } else if (self->paragraphs > 0) {
        append(self, s);
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

void
sk_odf_text_notes(SkOdfText *self, SkOdfNotes kind)
{
    for (unsigned i = 0; i < self->notes[kind]->len; i++) {
        if (i == 0)
            sk_text_flow_line(self->flow, "");
        sk_text_flow_line(self->flow, self->notes[kind]->pdata[i]);
    }
    g_ptr_array_set_size(self->notes[kind], 0);
}

/* Styles come first, since those of lists stand in either entry; their headers and footers are read
 * last. */
static bool
style_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOdfText *self = user;
    (void)error;
    sk_odf_lists_style(self->lists, element, attrs, n);
    if (element == SK_ON_OS_STYLE)
        use_master(self, element, attrs, n);
    return true;
}

bool
sk_office_text_odf(SkOfficeText *self, SkType type, GError **error)
{
    static const SkXmlHandler of_styles = { sk_office_element,  sk_office_attribute, style_start,
                                            sk_office_skip_end, sk_office_skip_text, NULL };
    static const SkXmlHandler handler = {
        sk_office_element, sk_office_attribute, start, end, text, NULL
    };
    g_auto(SkOdfText) run = { .office = self, .flow = self->flow, .type = type };

    odf_text_init(&run);
    if (!sk_office_text_parse(self, "styles.xml", &of_styles, &run, error) ||
        !sk_office_text_parse(self, "content.xml", &handler, &run, error))
        return false;
    for (unsigned kind = 0; kind < SK_ODF_NOTES; kind++)
        sk_odf_text_notes(&run, kind);
    run.in_styles = true;
    return sk_office_text_parse(self, "styles.xml", &handler, &run, error);
}
