/* SPDX-License-Identifier: Apache-2.0
 * pptx-action.c - what a click does: a link to the web, or a jump within the presentation. */
#include "disarm/pptx.h"

#include <string.h>

#define SLIDE_JUMP "ppaction://hlinksldjump"
#define SHOW_JUMP "ppaction://hlinkshowjump?jump="
#define CUSTOM_SHOW "ppaction://customshow?id="

static SkSpan
after(SkSpan s, const char *prefix)
{
    size_t n = strlen(prefix);

    return sk_span_sub(s, n, s.n - n);
}

static bool
is_show_jump(SkSpan action)
{
    static const char *const jumps[] = { "nextslide", "previousslide",   "firstslide",
                                         "lastslide", "lastslideviewed", "endshow" };

    if (!sk_span_starts(action, SHOW_JUMP))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(jumps); i++) {
        if (sk_span_is(after(action, SHOW_JUMP), jumps[i]))
            return true;
    }
    return false;
}

static bool
is_custom_show(SkSpan action)
{
    if (!sk_span_starts(action, CUSTOM_SHOW))
        return false;
    SkSpan id = after(action, CUSTOM_SHOW);
    size_t digits = 0;
    while (digits < id.n && g_ascii_isdigit(id.p[digits]))
        digits++;
    SkSpan rest = sk_span_sub(id, digits, id.n - digits);
    return digits >= 1 && digits <= 9 && (rest.n == 0 || sk_span_is(rest, "&return=true"));
}

static void
write_attr(SkOoxmlFilter *filter, const char *name, SkOoxmlValue class, const SkXmlAttr *attrs,
           unsigned n, SkXmlSymbol symbol)
{
    SkSpan value = sk_ooxml_value(attrs, n, symbol);

    if (value.n > 0 && sk_ooxml_value_is(class, value))
        sk_xml_writer_attr(filter->out, name, value);
}

static void
count_action(SkOoxmlFilter *filter, SkSpan action)
{
    if (sk_span_is(action, "ppaction://noaction"))
        return;
    sk_ooxml_count(filter, sk_span_is(action, "ppaction://media") ? SK_ELEMENT_EMBEDDED_MEDIA
                                                                  : SK_ELEMENT_UNSAFE_HYPERLINK);
}

/* *ret_number: 0 where there is nowhere to go to, UINT_MAX where no relationship is needed. */
static bool
find_target(SkOoxmlFilter *filter, bool click, SkSpan action, SkSpan id, unsigned *ret_number,
            GError **error)
{
    *ret_number = 0;
    if (is_show_jump(action) || is_custom_show(action)) {
        *ret_number = UINT_MAX;
        return true;
    }
    bool jump = sk_span_is(action, SLIDE_JUMP);
    if (!jump && action.n > 0) {
        count_action(filter, action);
        return true;
    }
    /* Passing over a shape must not call anything outside. */
    if (!jump && !click) {
        sk_ooxml_count(filter, SK_ELEMENT_UNSAFE_HYPERLINK);
        return true;
    }
    SkOoxmlKind kind = jump ? SK_OOXML_SLIDE : SK_OOXML_HYPERLINK;
    if (!sk_ooxml_refer(filter, id, kind, ret_number, NULL, error))
        return false;
    g_autofree char *key = sk_span_dup(id);
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, key);
    bool told = !jump && rel != NULL && rel->kind == SK_OOXML_HYPERLINK;
    if (*ret_number == 0 && !told)
        sk_ooxml_count(filter, SK_ELEMENT_UNSAFE_HYPERLINK);
    return true;
}

bool
sk_pptx_link_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                   GError **error)
{
    SkSpan action = sk_ooxml_value(attrs, n, SK_AT_action);
    unsigned number = 0;

    if (!find_target(filter, symbol == SK_EL_a_hlinkClick, action,
                     sk_ooxml_value(attrs, n, SK_AT_r_id), &number, error))
        return false;
    if (number == 0) {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return true;
    }
    sk_ooxml_start_as(filter, filter->document->profile->elements[symbol].name);
    if (action.n > 0)
        sk_xml_writer_attr(filter->out, "action", action);
    write_attr(filter, "highlightClick", SK_VALUE_K, attrs, n, SK_AT_highlightClick);
    write_attr(filter, "history", SK_VALUE_K, attrs, n, SK_AT_history);
    if (number == UINT_MAX)
        sk_xml_writer_attr(filter->out, "r:id", SK_SPAN_EMPTY);
    else
        sk_ooxml_write_id(filter, "r:id", number);
    write_attr(filter, "tooltip", SK_VALUE_S, attrs, n, SK_AT_tooltip);
    return true;
}
