/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-object-text.c - charts and formulas inside an OpenDocument file; contract in odf-text.h. A
 * chart is its titles and its own table of values; a formula is one line.
 */
#include "disarm/odf-text.h"

#define DEPTH_MAX 64u

typedef struct {
    SkTextFlow *flow;
    bool chart, in_token;
    unsigned paragraphs;
    /* The formula's elements that are open, and how many children of each have begun. */
    unsigned depth;
    SkXmlSymbol open[DEPTH_MAX];
    unsigned children[DEPTH_MAX];
} Object;

/* What stands before the @nth child (from 0) of a formula's element, and at its end. */
static const char *
before_child(SkXmlSymbol element, unsigned nth)
{
    switch (element) {
    case SK_ON_MM_MFRAC:
        return nth == 0 ? "(" : nth == 1 ? ")/(" : "";
    case SK_ON_MM_MSUP:
    case SK_ON_MM_MOVER:
        return nth == 1 ? "^(" : "";
    case SK_ON_MM_MSUB:
    case SK_ON_MM_MUNDER:
        return nth == 1 ? "_(" : "";
    case SK_ON_MM_MSUBSUP:
    case SK_ON_MM_MUNDEROVER:
        return nth == 1 ? "_(" : nth == 2 ? ")^(" : "";
    case SK_ON_MM_MSQRT:
        return nth == 0 ? "√(" : "";
    case SK_ON_MM_MROOT:
        return nth == 0 ? "√(" : nth == 1 ? ")[" : "";
    default:
        return "";
    }
}

static const char *
at_end(SkXmlSymbol element, unsigned children)
{
    switch (element) {
    case SK_ON_MM_MFRAC:
        return children > 0 ? ")" : "";
    case SK_ON_MM_MSUP:
    case SK_ON_MM_MOVER:
    case SK_ON_MM_MSUB:
    case SK_ON_MM_MUNDER:
    case SK_ON_MM_MSUBSUP:
    case SK_ON_MM_MUNDEROVER:
        return children > 1 ? ")" : "";
    case SK_ON_MM_MSQRT:
        return children > 0 ? ")" : "";
    case SK_ON_MM_MROOT:
        return children > 1 ? "]" : children > 0 ? ")" : "";
    default:
        return "";
    }
}

static void
start_math(Object *self, SkXmlSymbol element)
{
    if (self->depth > 0 && self->depth <= DEPTH_MAX) {
        unsigned *children = &self->children[self->depth - 1];
        const char *sign = before_child(self->open[self->depth - 1], *children);
        if (sign[0] != '\0')
            sk_text_flow_str(self->flow, sign);
        ++*children;
    }
    if (self->depth < DEPTH_MAX) {
        self->open[self->depth] = element;
        self->children[self->depth] = 0;
    }
    self->depth++;
    self->in_token = element == SK_ON_MM_MI || element == SK_ON_MM_MN || element == SK_ON_MM_MO ||
                     element == SK_ON_MM_MTEXT || element == SK_ON_MM_MS;
}

static void
end_math(Object *self)
{
    self->in_token = false;
    if (self->depth == 0)
        return;
    self->depth--;
    if (self->depth >= DEPTH_MAX)
        return;
    const char *sign = at_end(self->open[self->depth], self->children[self->depth]);
    if (sign[0] != '\0')
        sk_text_flow_str(self->flow, sign);
}

static bool
start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Object *self = user;
    (void)attrs;
    (void)n;
    (void)error;

    if (self->depth > 0 || element == SK_ON_MM_MATH) {
        start_math(self, element);
        return true;
    }
    switch (element) {
    case SK_ON_CHART_CHART:
        self->chart = true;
        sk_text_flow_line(self->flow, "〔グラフ〕");
        break;
    case SK_ON_OT_P:
        self->paragraphs++;
        sk_text_flow_paragraph(self->flow);
        break;
    case SK_ON_OB_TABLE_ROW:
        sk_text_flow_row(self->flow);
        break;
    case SK_ON_OB_TABLE_CELL:
        sk_text_flow_cell(self->flow);
        break;
    default:
        break;
    }
    return true;
}

static bool
end(void *user, SkXmlSymbol element, GError **error)
{
    Object *self = user;
    (void)error;

    if (self->depth > 0) {
        end_math(self);
    } else if (element == SK_ON_OT_P) {
        self->paragraphs -= self->paragraphs > 0 ? 1 : 0;
        sk_text_flow_paragraph_end(self->flow);
    } else if (element == SK_ON_OB_TABLE_CELL) {
        sk_text_flow_cell_end(self->flow, 1);
    } else if (element == SK_ON_OB_TABLE_ROW) {
        sk_text_flow_row_end(self->flow);
    }
    return true;
}

static bool
text(void *user, SkSpan s, GError **error)
{
    Object *self = user;
    (void)error;
    if (self->in_token || self->paragraphs > 0)
        sk_text_flow_text(self->flow, s);
    return true;
}

bool
sk_odf_object_text(SkOfficeText *office, const char *folder, GError **error)
{
    static const SkXmlHandler handler = {
        sk_office_element, sk_office_attribute, start, end, text, NULL
    };
    g_autofree char *part = g_strconcat(folder, "/content.xml", NULL);
    Object object = { .flow = office->flow };

    sk_text_flow_catch(office->flow);
    if (!sk_office_text_parse(office, part, &handler, &object, error))
        return false;
    g_autofree char *said = sk_text_flow_caught(office->flow);
    if (!object.chart) { /* a formula stands in its line */
        sk_text_flow_str(office->flow, said);
        return true;
    }
    sk_text_flow_box(office->flow);
    sk_text_flow_line(office->flow, said);
    sk_text_flow_box_end(office->flow);
    return true;
}
