/* SPDX-License-Identifier: Apache-2.0
 *
 * text-flow.c - contract in text-flow.h. A stack of places that text is put into; the lowest is
 * written out as it fills, so that a long document takes the memory of its longest paragraph or
 * row.
 */
#include "disarm/text-flow.h"

#define SPAN_MAX 256u /* empty columns written for one cell */

typedef enum {
    PLACE_BODY,
    PLACE_PARAGRAPH,
    PLACE_BOX,
    PLACE_ROW,
    PLACE_CELL,
    PLACE_CATCH
} PlaceKind;

typedef struct {
    PlaceKind kind;
    GString *text;   /* owned */
    GString *after;  /* owned, of paragraphs: what their text boxes hold; else NULL */
    char *prefix;    /* owned, of paragraphs; may be NULL */
    bool any;        /* rows: a cell has been */
    bool blank_line; /* the last line put into it is empty (true at its beginning) */
} Place;

struct SkTextFlow {
    SkTextOut *out;
    GPtrArray *places; /* owned, of Place *; never empty */
};

static void
place_free(void *p)
{
    Place *place = p;
    if (place == NULL)
        return;
    g_string_free(place->text, TRUE);
    if (place->after != NULL)
        g_string_free(place->after, TRUE);
    g_free(place->prefix);
    g_free(place);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)

static Place *
push(SkTextFlow *self, PlaceKind kind)
{
    Place *place = g_new0(Place, 1);
    place->kind = kind;
    place->text = g_string_new(NULL);
    place->after = kind == PLACE_PARAGRAPH ? g_string_new(NULL) : NULL;
    place->blank_line = true;
    g_ptr_array_add(self->places, place);
    return place;
}

static Place *
top(const SkTextFlow *self)
{
    return self->places->pdata[self->places->len - 1];
}

static Place *
pop(SkTextFlow *self)
{
    return g_ptr_array_steal_index(self->places, self->places->len - 1);
}

SkTextFlow *
sk_text_flow_new(SkTextOut *out)
{
    SkTextFlow *self = g_new0(SkTextFlow, 1);
    self->out = out;
    self->places = g_ptr_array_new_with_free_func(place_free);
    push(self, PLACE_BODY);
    return self;
}

void
sk_text_flow_free(SkTextFlow *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->places);
    g_free(self);
}

/* Many lines in a cell are one. */
static void
append_flat(GString *to, const GString *from)
{
    bool space = false;

    for (size_t i = 0; i < from->len; i++) {
        char c = from->str[i];
        bool white = c == '\n' || c == '\t' || c == '\r';
        if (white) {
            space = true;
            continue;
        }
        if (space && to->len > 0 && to->str[to->len - 1] != ' ')
            g_string_append_c(to, ' ');
        space = false;
        g_string_append_c(to, c);
    }
}

/* @text, whole lines but for the last line end, into the place that is open now. */
static void
put(SkTextFlow *self, const GString *text)
{
    Place *place = top(self);
    bool blank = text->len == 0;

    if (place->kind == PLACE_CELL || place->kind == PLACE_ROW) {
        if (!blank && place->text->len > 0)
            g_string_append_c(place->text, ' ');
        append_flat(place->text, text);
        return;
    }
    if (place->kind == PLACE_PARAGRAPH) {
        if (place->after->len > 0)
            g_string_append_c(place->after, '\n');
        g_string_append_len(place->after, text->str, (gssize)text->len);
        return;
    }
    if (blank && place->blank_line)
        return;
    place->blank_line = blank;
    if (place->kind == PLACE_BODY) {
        sk_text_out_span(self->out, sk_span(text->str, text->len));
        sk_text_out_span(self->out, sk_span_str("\n"));
        return;
    }
    g_string_append_len(place->text, text->str, (gssize)text->len);
    g_string_append_c(place->text, '\n');
}

void
sk_text_flow_paragraph(SkTextFlow *self)
{
    push(self, PLACE_PARAGRAPH);
}

void
sk_text_flow_text(SkTextFlow *self, SkSpan text)
{
    if (top(self)->kind != PLACE_PARAGRAPH)
        push(self, PLACE_PARAGRAPH);
    g_string_append_len(top(self)->text, (const char *)text.p, (gssize)text.n);
}

void
sk_text_flow_str(SkTextFlow *self, const char *text)
{
    sk_text_flow_text(self, sk_span_str(text));
}

void
sk_text_flow_prefix(SkTextFlow *self, const char *prefix)
{
    Place *place = top(self);
    if (place->kind != PLACE_PARAGRAPH)
        return;
    g_free(place->prefix);
    place->prefix = g_strdup(prefix);
}

bool
sk_text_flow_in_cell(const SkTextFlow *self)
{
    for (unsigned i = self->places->len; i > 0; i--) {
        const Place *place = self->places->pdata[i - 1];
        if (place->kind == PLACE_CELL)
            return true;
    }
    return false;
}

void
sk_text_flow_paragraph_end(SkTextFlow *self)
{
    if (top(self)->kind != PLACE_PARAGRAPH)
        return;
    g_autoptr(Place) paragraph = pop(self);
    while (paragraph->text->len > 0 && paragraph->text->str[paragraph->text->len - 1] == '\n')
        g_string_truncate(paragraph->text, paragraph->text->len - 1);
    if (paragraph->text->len > 0 && paragraph->prefix != NULL)
        g_string_prepend(paragraph->text, paragraph->prefix);
    if (paragraph->text->len > 0 || paragraph->after->len == 0)
        put(self, paragraph->text);
    if (paragraph->after->len > 0)
        put(self, paragraph->after);
}

void
sk_text_flow_line(SkTextFlow *self, const char *text)
{
    sk_text_flow_paragraph(self);
    sk_text_flow_str(self, text);
    sk_text_flow_paragraph_end(self);
}

/* A place of @kind is to be ended: paragraphs that were opened in it end first. */
static bool
ends(SkTextFlow *self, PlaceKind kind)
{
    while (top(self)->kind == PLACE_PARAGRAPH)
        sk_text_flow_paragraph_end(self);
    return top(self)->kind == kind;
}

void
sk_text_flow_box(SkTextFlow *self)
{
    push(self, PLACE_BOX);
}

static void
drop_last_line_end(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == '\n')
        g_string_truncate(text, text->len - 1);
}

void
sk_text_flow_box_end(SkTextFlow *self)
{
    if (!ends(self, PLACE_BOX))
        return;
    g_autoptr(Place) box = pop(self);
    drop_last_line_end(box->text);
    if (box->text->len > 0)
        put(self, box->text);
}

void
sk_text_flow_row(SkTextFlow *self)
{
    push(self, PLACE_ROW);
}

void
sk_text_flow_cell(SkTextFlow *self)
{
    push(self, PLACE_CELL);
}

void
sk_text_flow_cell_end(SkTextFlow *self, unsigned span)
{
    if (!ends(self, PLACE_CELL))
        return;
    g_autoptr(Place) cell = pop(self);
    Place *row = top(self);
    if (row->kind != PLACE_ROW) {
        put(self, cell->text);
        return;
    }
    if (row->any)
        g_string_append_c(row->text, '\t');
    row->any = true;
    append_flat(row->text, cell->text);
    for (unsigned i = 1; i < MIN(span, SPAN_MAX); i++)
        g_string_append_c(row->text, '\t');
}

void
sk_text_flow_row_end(SkTextFlow *self)
{
    if (!ends(self, PLACE_ROW))
        return;
    g_autoptr(Place) row = pop(self);
    while (row->text->len > 0 && row->text->str[row->text->len - 1] == '\t')
        g_string_truncate(row->text, row->text->len - 1);
    put(self, row->text);
}

void
sk_text_flow_catch(SkTextFlow *self)
{
    push(self, PLACE_CATCH);
}

char *
sk_text_flow_caught(SkTextFlow *self)
{
    if (!ends(self, PLACE_CATCH))
        return g_strdup("");
    g_autoptr(Place) place = pop(self);
    drop_last_line_end(place->text);
    return g_strdup(place->text->str);
}
