/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-story.c - contract in docx-story.h. From a field's beginning on, output is held back until
 * its whole instruction is known; then the beginning is written in front of it, or not at all.
 */
#include "disarm/docx-story.h"

#include <string.h>

typedef struct {
    bool in_result;
    bool written;
    bool deleted;
} Field;

typedef struct {
    unsigned fields; /* how many were open where the story began */
} Story;

struct SkDocxStory {
    SkXmlWriter *out; /* borrowed */
    bool links;
    GArray *fields;      /* owned, of Field */
    GArray *stories;     /* owned, of Story: the ones around the present one */
    unsigned base;       /* the present story's first field */
    unsigned collecting; /* index + 1 of the field whose instruction is being joined; 0 for none */
    bool nested;
    bool too_long;
    bool box_known;
    bool box;
    GString *instruction; /* owned */
};

SkDocxStory *
sk_docx_story_new(SkXmlWriter *out, bool links)
{
    SkDocxStory *self = g_new0(SkDocxStory, 1);

    self->out = out;
    self->links = links;
    self->fields = g_array_new(FALSE, TRUE, sizeof(Field));
    self->stories = g_array_new(FALSE, TRUE, sizeof(Story));
    self->instruction = g_string_new(NULL);
    return self;
}

void
sk_docx_story_free(SkDocxStory *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->fields);
    g_array_unref(self->stories);
    g_string_free(self->instruction, TRUE);
    g_free(self);
}

bool
sk_docx_story_collects(const SkDocxStory *self)
{
    return self->collecting > 0;
}

static bool
has_open(const SkDocxStory *self)
{
    return self->fields->len > self->base;
}

/* Only where one is open. */
static Field *
innermost(SkDocxStory *self)
{
    return &g_array_index(self->fields, Field, self->fields->len - 1);
}

bool
sk_docx_story_push(SkDocxStory *self, GError **error)
{
    if (self->collecting > 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "docx: a story inside a field's instruction");
    Story story = { .fields = self->base };
    g_array_append_val(self->stories, story);
    self->base = self->fields->len;
    return true;
}

bool
sk_docx_story_pop(SkDocxStory *self, SkOoxmlFilter *filter, GError **error)
{
    if (self->collecting > 0) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_FIELD);
        if (!self->too_long)
            sk_xml_writer_release(self->out);
        self->collecting = 0;
    }
    for (; self->fields->len > self->base; g_array_set_size(self->fields, self->fields->len - 1)) {
        if (innermost(self)->written)
            return sk_throw(error, SK_ERROR_MALFORMED, "docx: a field has no end");
    }
    if (self->stories->len > 0) {
        self->base = g_array_index(self->stories, Story, self->stories->len - 1).fields;
        g_array_set_size(self->stories, self->stories->len - 1);
    }
    return true;
}

/* ---- writing ------------------------------------------------------------------------------- */

static void
write_char(SkDocxStory *self, const char *type)
{
    sk_xml_writer_start(self->out, "w:fldChar");
    sk_xml_writer_attr(self->out, "w:fldCharType", sk_span_str(type));
    sk_xml_writer_end(self->out, "w:fldChar");
}

static void
write_with_space(SkXmlWriter *out, const char *name, const char *text)
{
    sk_xml_writer_start(out, name);
    sk_xml_writer_attr(out, "xml:space", sk_span_str("preserve"));
    sk_xml_writer_text(out, sk_span_str(text));
    sk_xml_writer_end(out, name);
}

void
sk_docx_story_write_text(SkXmlWriter *out, const char *text)
{
    write_with_space(out, "w:t", text);
}

/* ---- fields -------------------------------------------------------------------------------- */

static bool
is_checkbox(const char *instruction)
{
    while (*instruction == ' ')
        instruction++;
    return g_ascii_strncasecmp(instruction, "FORMCHECKBOX", strlen("FORMCHECKBOX")) == 0;
}

/* The instruction is complete: what is held back gets its beginning, or none. */
static void
decide(SkDocxStory *self, SkOoxmlFilter *filter)
{
    Field *field = &g_array_index(self->fields, Field, self->collecting - 1);
    SkDocxField fate = { .fate = SK_DOCX_FIELD_RESULT, .element = SK_ELEMENT_UNKNOWN_FIELD };

    self->collecting = 0;
    field->in_result = true;
    if (!self->too_long)
        fate = sk_docx_field(sk_span(self->instruction->str, self->instruction->len), self->nested,
                             self->links);
    g_autofree char *text = fate.text;
    if (fate.element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, fate.element);
    if (self->too_long)
        return;
    sk_xml_writer_ahead(self->out, true);
    if (fate.fate == SK_DOCX_FIELD_KEEP) {
        field->written = true;
        write_char(self, "begin");
        write_with_space(self->out, field->deleted ? "w:delInstrText" : "w:instrText", text);
    } else if (fate.fate == SK_DOCX_FIELD_TEXT) {
        sk_docx_story_write_text(self->out, text);
    } else if (is_checkbox(self->instruction->str)) {
        sk_docx_story_write_text(self->out, self->box ? "☒" : "☐");
    }
    sk_xml_writer_ahead(self->out, false);
    sk_xml_writer_release(self->out);
}

static bool
begin(SkDocxStory *self, bool deleted, GError **error)
{
    Field field = { .deleted = deleted };

    if (self->fields->len - self->base >= SK_DOCX_FIELDS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "docx: fields nested too deep");
    g_array_append_val(self->fields, field);
    if (self->collecting > 0) {
        self->nested = true;
        g_string_append(self->instruction, " { ");
        return true;
    }
    self->collecting = self->fields->len;
    self->nested = self->too_long = self->box = self->box_known = false;
    g_string_truncate(self->instruction, 0);
    sk_xml_writer_hold(self->out);
    return true;
}

static void
end(SkDocxStory *self, SkOoxmlFilter *filter)
{
    if (self->collecting == self->fields->len)
        decide(self, filter);
    Field field = *innermost(self);
    g_array_set_size(self->fields, self->fields->len - 1);
    if (self->collecting > 0)
        g_string_append(self->instruction, " } ");
    else if (field.written)
        write_char(self, "end");
}

static void
separate(SkDocxStory *self, SkOoxmlFilter *filter)
{
    Field *field = innermost(self);

    if (field->in_result)
        return; /* a second one means nothing */
    if (self->collecting == self->fields->len)
        decide(self, filter);
    field->in_result = true;
    if (field->written)
        write_char(self, "separate");
}

bool
sk_docx_story_char(SkDocxStory *self, SkOoxmlFilter *filter, SkSpan type, bool deleted,
                   GError **error)
{
    if (sk_span_is(type, "begin"))
        return begin(self, deleted, error);
    if (!has_open(self) || (!sk_span_is(type, "separate") && !sk_span_is(type, "end"))) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_FIELD);
        return true;
    }
    if (sk_span_is(type, "end"))
        end(self, filter);
    else
        separate(self, filter);
    return true;
}

void
sk_docx_story_instruct(SkDocxStory *self, SkSpan text)
{
    if (self->collecting == 0 || !has_open(self) || innermost(self)->in_result || self->too_long)
        return; /* instructions outside of a beginning are shown by nobody */
    g_string_append_len(self->instruction, (const char *)text.p, (gssize)text.n);
    if (self->instruction->len <= SK_DOCX_INSTRUCTION_MAX &&
        sk_xml_writer_held(self->out) <= SK_DOCX_HELD_MAX)
        return;
    self->too_long = true;
    sk_xml_writer_release(self->out);
}

void
sk_docx_story_checkbox(SkDocxStory *self, bool is_state, bool on)
{
    if (self->collecting == 0 || (self->box_known && !is_state))
        return;
    self->box_known = self->box_known || is_state;
    self->box = on;
}
