/* SPDX-License-Identifier: Apache-2.0
 *
 * drawing-text.c - what shapes, pictures and tables say, for presentations and the drawings of
 * sheets; contracts in office-text.h.
 */
#include "disarm/list-number.h"
#include "disarm/office-names.h"
#include "disarm/office-text.h"

void
sk_drawing_text_clear(SkDrawingText *self)
{
    g_clear_pointer(&self->description, g_free);
}

/* ---- numbered paragraphs -------------------------------------------------------------------- */

/* "arabicPeriod", "romanLcParenBoth", "circleNumDbPlain", "ea1JpnKorPlain". */
static char *
auto_number(SkSpan type, unsigned n)
{
    static const struct {
        const char *start;
        const char *format;
    } kinds[] = {
        { "arabic", "decimal" },          { "romanUc", "upperRoman" },
        { "romanLc", "lowerRoman" },      { "alphaUc", "upperLetter" },
        { "alphaLc", "lowerLetter" },     { "circleNum", "decimalEnclosedCircle" },
        { "ea1Jpn", "japaneseCounting" },
    };
    const char *format = "decimal";

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        format = sk_span_starts(type, kinds[i].start) ? kinds[i].format : format;
    g_autofree char *number = sk_list_number(format, n);
    bool both = sk_span_find(type, 0, sk_span_str("ParenBoth")) != SIZE_MAX;
    bool right = sk_span_find(type, 0, sk_span_str("ParenR")) != SIZE_MAX;
    bool period = sk_span_find(type, 0, sk_span_str("Period")) != SIZE_MAX;
    return g_strconcat(both ? "(" : "", number, both || right ? ")" : period ? "." : "", " ", NULL);
}

static void
number_paragraph(SkDrawingText *self, const SkXmlAttr *attrs, unsigned n)
{
    unsigned start = sk_office_number(sk_office_attr(attrs, n, SK_ON_START_AT), 32767, 1);
    unsigned *count = &self->counts[self->level];

    *count = *count == 0 ? start : *count + 1;
    g_autofree char *number = auto_number(sk_office_attr(attrs, n, SK_ON_TYPE), *count);
    sk_text_flow_prefix(self->office->flow, number);
}

static void
paragraph_properties(SkDrawingText *self, SkSpan level)
{
    self->level = sk_office_number(level, SK_DRAWING_LEVELS - 1, 0);
    for (unsigned i = self->level + 1; i < SK_DRAWING_LEVELS; i++)
        self->counts[i] = 0;
}

/* ---- elements ------------------------------------------------------------------------------- */

static void
describe(SkDrawingText *self, SkSpan description)
{
    g_free(self->description);
    self->description = sk_span_dup(description);
}

static bool
start_chart(SkDrawingText *self, SkSpan id, GError **error)
{
    const char *target = sk_office_text_relation(self->relations, id, "chart");
    return id.n == 0 || target == NULL || sk_office_text_chart(self->office, target, error);
}

bool
sk_drawing_text_start(SkDrawingText *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n,
                      GError **error)
{
    SkTextFlow *flow = self->office->flow;

    switch (element) {
    case SK_ON_A_P:
        self->level = 0;
        sk_text_flow_paragraph(flow);
        break;
    case SK_ON_A_PPR:
        paragraph_properties(self, sk_office_attr(attrs, n, SK_ON_LVL));
        break;
    case SK_ON_A_BU_CHAR:
        sk_text_flow_prefix(flow, "・");
        break;
    case SK_ON_A_BU_AUTO_NUM:
        number_paragraph(self, attrs, n);
        break;
    case SK_ON_A_T:
    case SK_ON_M_T:
        self->in_text = !self->in_slide_number;
        break;
    case SK_ON_A_FLD:
        self->in_slide_number = sk_span_is(sk_office_attr(attrs, n, SK_ON_TYPE), "slidenum");
        break;
    case SK_ON_A_BR:
        sk_text_flow_str(flow, "\n");
        break;
    case SK_ON_A_TR:
        sk_text_flow_row(flow);
        break;
    case SK_ON_A_TC:
        sk_text_flow_cell(flow);
        break;
    case SK_ON_P_C_NV_PR:
    case SK_ON_XDR_C_NV_PR:
        describe(self, sk_office_attr(attrs, n, SK_ON_DESCR));
        break;
    case SK_ON_P_PIC:
    case SK_ON_XDR_PIC:
        self->in_picture = true;
        break;
    case SK_ON_C_CHART:
        return start_chart(self, sk_office_attr(attrs, n, SK_ON_R_ID), error);
    default:
        break;
    }
    sk_math_text_start(&self->math, flow, element, sk_office_attr(attrs, n, SK_ON_M_VAL));
    return true;
}

void
sk_drawing_text_end(SkDrawingText *self, SkXmlSymbol element)
{
    SkTextFlow *flow = self->office->flow;

    if (element == SK_ON_A_P) {
        sk_text_flow_paragraph_end(flow);
    } else if (element == SK_ON_A_T || element == SK_ON_M_T) {
        self->in_text = false;
    } else if (element == SK_ON_A_FLD) {
        self->in_slide_number = false;
    } else if (element == SK_ON_A_TC) {
        sk_text_flow_cell_end(flow, 1);
    } else if (element == SK_ON_A_TR) {
        sk_text_flow_row_end(flow);
    } else if ((element == SK_ON_P_PIC || element == SK_ON_XDR_PIC) && self->in_picture) {
        self->in_picture = false;
        sk_text_flow_paragraph(flow);
        sk_office_text_picture(self->office, sk_span_str(self->description));
        sk_text_flow_paragraph_end(flow);
    } else {
        sk_math_text_end(&self->math, flow, element);
    }
}

void
sk_drawing_text_text(SkDrawingText *self, SkSpan text)
{
    if (self->in_text)
        sk_text_flow_text(self->office->flow, text);
}

/* ---- a whole part --------------------------------------------------------------------------- */

static bool
start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    return sk_drawing_text_start(user, element, attrs, n, error);
}

static bool
end(void *user, SkXmlSymbol element, GError **error)
{
    (void)error;
    sk_drawing_text_end(user, element);
    return true;
}

static bool
text(void *user, SkSpan s, GError **error)
{
    (void)error;
    sk_drawing_text_text(user, s);
    return true;
}

bool
sk_office_text_drawing(SkOfficeText *self, const char *part, GError **error)
{
    static const SkXmlHandler handler = {
        sk_office_element, sk_office_attribute, start, end, text, NULL
    };
    g_autoptr(GArray) relations = NULL;
    g_auto(SkDrawingText) drawing = { .office = self };

    if (!sk_office_text_relations(self, part, &relations, error))
        return false;
    drawing.relations = relations;
    return sk_office_text_parse(self, part, &handler, &drawing, error);
}
