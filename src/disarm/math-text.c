/* SPDX-License-Identifier: Apache-2.0
 *
 * math-text.c - contract in math-text.h. Brackets (m:d) and big operators (m:nary) say in their
 * properties which sign they have; it is written where the first of their arguments begins.
 */
#include "disarm/math-text.h"

#include "disarm/office-names.h"

static void
set_sign(char sign[8], SkSpan value)
{
    unsigned n = 0;
    for (; n < value.n && n < 7; n++)
        sign[n] = (char)value.p[n];
    sign[n] = '\0';
    if (value.n > 7 || !g_utf8_validate(sign, -1, NULL))
        sign[0] = '\0';
}

static void
push(SkMathText *self, const char *begin, const char *end)
{
    if (self->depth < SK_MATH_DEPTH_MAX) {
        self->opened[self->depth] = false;
        set_sign(self->begin[self->depth], sk_span_str(begin));
        set_sign(self->end[self->depth], sk_span_str(end));
    }
    self->depth++;
}

static bool
known(const SkMathText *self)
{
    return self->depth > 0 && self->depth <= SK_MATH_DEPTH_MAX;
}

static void
open_sign(SkMathText *self, SkTextFlow *flow)
{
    if (!known(self) || self->opened[self->depth - 1])
        return;
    self->opened[self->depth - 1] = true;
    sk_text_flow_str(flow, self->begin[self->depth - 1]);
}

void
sk_math_text_start(SkMathText *self, SkTextFlow *flow, SkXmlSymbol element, SkSpan value)
{
    switch (element) {
    case SK_ON_M_D:
        push(self, "(", ")");
        break;
    case SK_ON_M_NARY:
        push(self, "∫", "");
        break;
    case SK_ON_M_BEG_CHR:
    case SK_ON_M_CHR:
        if (known(self) && !self->opened[self->depth - 1])
            set_sign(self->begin[self->depth - 1], value);
        break;
    case SK_ON_M_END_CHR:
        if (known(self) && !self->opened[self->depth - 1])
            set_sign(self->end[self->depth - 1], value);
        break;
    case SK_ON_M_E:
        open_sign(self, flow);
        break;
    case SK_ON_M_NUM:
        sk_text_flow_str(flow, "(");
        break;
    case SK_ON_M_DEN:
        sk_text_flow_str(flow, "/(");
        break;
    case SK_ON_M_SUP:
        open_sign(self, flow);
        sk_text_flow_str(flow, "^(");
        break;
    case SK_ON_M_SUB:
        open_sign(self, flow);
        sk_text_flow_str(flow, "_(");
        break;
    case SK_ON_M_RAD:
        sk_text_flow_str(flow, "√(");
        break;
    case SK_ON_M_DEG:
        sk_text_flow_catch(flow);
        break;
    default:
        break;
    }
}

void
sk_math_text_end(SkMathText *self, SkTextFlow *flow, SkXmlSymbol element)
{
    if (element == SK_ON_M_D || element == SK_ON_M_NARY) {
        if (known(self) && self->opened[self->depth - 1])
            sk_text_flow_str(flow, self->end[self->depth - 1]);
        self->depth -= self->depth > 0 ? 1 : 0;
    } else if (element == SK_ON_M_NUM || element == SK_ON_M_DEN || element == SK_ON_M_SUP ||
               element == SK_ON_M_SUB || element == SK_ON_M_RAD) {
        sk_text_flow_str(flow, ")");
    } else if (element == SK_ON_M_DEG) {
        g_autofree char *degree = sk_text_flow_caught(flow);
        if (degree[0] == '\0')
            return;
        sk_text_flow_str(flow, "[");
        sk_text_flow_str(flow, degree);
        sk_text_flow_str(flow, "]");
    }
}
