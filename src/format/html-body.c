/* SPDX-License-Identifier: Apache-2.0
 * html-body.c - the modes "in body", "in select", and the rules for SVG and MathML. Contract in
 * html-build.h. Spec: HTML (WHATWG) 13.2.6.4.7, 13.2.6.4.16, 13.2.6.5 */
#include "format/html-build.h"

/* ---- start tags in a body ------------------------------------------------------------------- */

static void
start_block(SkHtmlBuild *self, const SkHtmlToken *token)
{
    sk_html_close_p(self);
    (void)sk_html_insert(self, token);
}

static void
start_heading(SkHtmlBuild *self, const SkHtmlToken *token)
{
    sk_html_close_p(self);
    if (sk_html_has(self, sk_html_top(self), SK_HTML_HEADING))
        sk_html_pop(self);
    (void)sk_html_insert(self, token);
}

static void
start_pre(SkHtmlBuild *self, const SkHtmlToken *token)
{
    start_block(self, token);
    self->skip_line_end = true;
}

static void
start_form(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool template = sk_html_in_stack(self, SK_HTML_TEMPLATE);

    if (self->form != SK_HTML_NONE && !template)
        return;
    sk_html_close_p(self);
    uint32_t form = sk_html_insert(self, token);
    if (!template)
        self->form = form;
}

/* li, dd, dt: one that is open ends. */
static void
start_item(SkHtmlBuild *self, const SkHtmlToken *token)
{
    for (guint i = self->stack->len; i-- > 0;) {
        uint32_t at = g_array_index(self->stack, uint32_t, i);
        bool li = token->tag == SK_HTML_LI && sk_html_is(self, at, SK_HTML_LI);
        bool term = token->tag != SK_HTML_LI &&
                    (sk_html_is(self, at, SK_HTML_DD) || sk_html_is(self, at, SK_HTML_DT));
        if (li || term) {
            SkHtmlTag tag = (SkHtmlTag)sk_html_at(self, at)->tag;
            sk_html_implied(self, tag);
            sk_html_pop_through(self, tag);
            break;
        }
        if (sk_html_is_special(self, at) && !sk_html_is(self, at, SK_HTML_ADDRESS) &&
            !sk_html_is(self, at, SK_HTML_DIV) && !sk_html_is(self, at, SK_HTML_P))
            break;
    }
    start_block(self, token);
}

static void
start_button(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (sk_html_in_scope(self, SK_HTML_BUTTON, SCOPE_ALL)) {
        sk_html_implied(self, SK_HTML_OTHER);
        sk_html_pop_through(self, SK_HTML_BUTTON);
    }
    sk_html_reconstruct(self);
    (void)sk_html_insert(self, token);
}

static void
start_a(SkHtmlBuild *self, const SkHtmlToken *token)
{
    uint32_t open = sk_html_active(self, SK_HTML_A);

    if (open != SK_HTML_NONE) {
        sk_html_adopt(self, token);
        sk_html_unformat(self, open);
        sk_html_drop(self, open);
    }
    sk_html_reconstruct(self);
    sk_html_push_formatting(self, sk_html_insert(self, token));
}

static void
start_formatting(SkHtmlBuild *self, const SkHtmlToken *token)
{
    sk_html_reconstruct(self);
    if (token->tag == SK_HTML_NOBR && sk_html_in_scope(self, SK_HTML_NOBR, SCOPE_ALL)) {
        sk_html_adopt(self, token);
        sk_html_reconstruct(self);
    }
    sk_html_push_formatting(self, sk_html_insert(self, token));
}

static void
start_table(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (!self->tree->quirks)
        sk_html_close_p(self);
    (void)sk_html_insert(self, token);
    self->mode = MODE_IN_TABLE;
}

static void
start_select(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool table = self->mode == MODE_IN_TABLE || self->mode == MODE_IN_CAPTION ||
                 self->mode == MODE_IN_TABLE_BODY || self->mode == MODE_IN_ROW ||
                 self->mode == MODE_IN_CELL;

    sk_html_reconstruct(self);
    (void)sk_html_insert(self, token);
    self->mode = table ? MODE_IN_SELECT_IN_TABLE : MODE_IN_SELECT;
}

static void
start_ruby(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlTag except)
{
    if (sk_html_in_scope(self, SK_HTML_RUBY, SCOPE_ALL))
        sk_html_implied(self, except);
    (void)sk_html_insert(self, token);
}

static void
start_island(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlSpace space)
{
    sk_html_reconstruct(self);
    (void)sk_html_insert_in(self, token, space);
    if (token->self_closing)
        sk_html_pop(self);
}

static void
start_body(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (self->stack->len < 2 || sk_html_in_stack(self, SK_HTML_TEMPLATE))
        return;
    uint32_t body = g_array_index(self->stack, uint32_t, 1);
    if (sk_html_is(self, body, SK_HTML_BODY))
        sk_html_merge(self, body, token);
}

static void
start_any(SkHtmlBuild *self, const SkHtmlToken *token)
{
    unsigned properties = sk_html_tag_properties(token->tag);

    sk_html_reconstruct(self);
    if ((properties & SK_HTML_VOID) != 0)
        sk_html_insert_void(self, token);
    else
        (void)sk_html_insert(self, token);
}

static SkHtmlStep
start(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)token->tag) {
    case SK_HTML_HTML:
        if (!sk_html_in_stack(self, SK_HTML_TEMPLATE))
            sk_html_merge(self, g_array_index(self->stack, uint32_t, 0), token);
        return DONE;
    case SK_HTML_BASE:
    case SK_HTML_BASEFONT:
    case SK_HTML_BGSOUND:
    case SK_HTML_LINK:
    case SK_HTML_META:
    case SK_HTML_NOFRAMES:
    case SK_HTML_SCRIPT:
    case SK_HTML_STYLE:
    case SK_HTML_TEMPLATE:
    case SK_HTML_TITLE:
        return sk_html_in_head(self, token);
    case SK_HTML_BODY:
        start_body(self, token);
        return DONE;
    case SK_HTML_FRAMESET:
    case SK_HTML_FRAME:
    case SK_HTML_HEAD:
    case SK_HTML_CAPTION:
    case SK_HTML_COL:
    case SK_HTML_COLGROUP:
    case SK_HTML_TBODY:
    case SK_HTML_TD:
    case SK_HTML_TFOOT:
    case SK_HTML_TH:
    case SK_HTML_THEAD:
    case SK_HTML_TR:
        return DONE;
    case SK_HTML_ADDRESS:
    case SK_HTML_ARTICLE:
    case SK_HTML_ASIDE:
    case SK_HTML_BLOCKQUOTE:
    case SK_HTML_CENTER:
    case SK_HTML_DETAILS:
    case SK_HTML_DIALOG:
    case SK_HTML_DIR:
    case SK_HTML_DIV:
    case SK_HTML_DL:
    case SK_HTML_FIELDSET:
    case SK_HTML_FIGCAPTION:
    case SK_HTML_FIGURE:
    case SK_HTML_FOOTER:
    case SK_HTML_HEADER:
    case SK_HTML_HGROUP:
    case SK_HTML_MAIN:
    case SK_HTML_MENU:
    case SK_HTML_NAV:
    case SK_HTML_OL:
    case SK_HTML_P:
    case SK_HTML_SEARCH:
    case SK_HTML_SECTION:
    case SK_HTML_SUMMARY:
    case SK_HTML_UL:
        start_block(self, token);
        return DONE;
    case SK_HTML_H1:
    case SK_HTML_H2:
    case SK_HTML_H3:
    case SK_HTML_H4:
    case SK_HTML_H5:
    case SK_HTML_H6:
        start_heading(self, token);
        return DONE;
    case SK_HTML_PRE:
    case SK_HTML_LISTING:
        start_pre(self, token);
        return DONE;
    case SK_HTML_FORM:
        start_form(self, token);
        return DONE;
    case SK_HTML_LI:
    case SK_HTML_DD:
    case SK_HTML_DT:
        start_item(self, token);
        return DONE;
    case SK_HTML_PLAINTEXT:
        start_block(self, token);
        self->tokens->state = SK_HTML_STATE_PLAIN;
        return DONE;
    case SK_HTML_BUTTON:
        start_button(self, token);
        return DONE;
    case SK_HTML_A:
        start_a(self, token);
        return DONE;
    case SK_HTML_APPLET:
    case SK_HTML_MARQUEE:
    case SK_HTML_OBJECT:
        sk_html_reconstruct(self);
        (void)sk_html_insert(self, token);
        sk_html_marker(self);
        return DONE;
    case SK_HTML_TABLE_:
        start_table(self, token);
        return DONE;
    case SK_HTML_PARAM:
    case SK_HTML_SOURCE:
    case SK_HTML_TRACK:
        sk_html_insert_void(self, token);
        return DONE;
    case SK_HTML_HR:
        sk_html_close_p(self);
        sk_html_insert_void(self, token);
        return DONE;
    case SK_HTML_TEXTAREA:
        sk_html_raw(self, token, SK_HTML_STATE_RCDATA);
        self->skip_line_end = true;
        return DONE;
    case SK_HTML_XMP:
        sk_html_close_p(self);
        sk_html_reconstruct(self);
        sk_html_raw(self, token, SK_HTML_STATE_RAW);
        return DONE;
    case SK_HTML_IFRAME:
    case SK_HTML_NOEMBED:
        sk_html_raw(self, token, SK_HTML_STATE_RAW);
        return DONE;
    case SK_HTML_SELECT:
        start_select(self, token);
        return DONE;
    case SK_HTML_OPTGROUP:
    case SK_HTML_OPTION:
        if (sk_html_is(self, sk_html_top(self), SK_HTML_OPTION))
            sk_html_pop(self);
        start_any(self, token);
        return DONE;
    case SK_HTML_RB:
    case SK_HTML_RTC:
        start_ruby(self, token, SK_HTML_OTHER);
        return DONE;
    case SK_HTML_RP:
    case SK_HTML_RT:
        start_ruby(self, token, SK_HTML_RTC);
        return DONE;
    case SK_HTML_MATH:
        start_island(self, token, SK_HTML_NS_MATH);
        return DONE;
    case SK_HTML_SVG:
        start_island(self, token, SK_HTML_NS_SVG);
        return DONE;
    default:
        if ((sk_html_tag_properties(token->tag) & SK_HTML_FORMATTING) != 0)
            start_formatting(self, token);
        else
            start_any(self, token);
        return DONE;
    }
}

/* ---- end tags in a body --------------------------------------------------------------------- */

static void
end_block(SkHtmlBuild *self, SkHtmlTag tag)
{
    if (!sk_html_in_scope(self, tag, SCOPE_ALL))
        return;
    sk_html_implied(self, SK_HTML_OTHER);
    sk_html_pop_through(self, tag);
}

static void
end_form(SkHtmlBuild *self)
{
    uint32_t form = self->form;

    if (sk_html_in_stack(self, SK_HTML_TEMPLATE)) {
        end_block(self, SK_HTML_FORM);
        return;
    }
    self->form = SK_HTML_NONE;
    if (form == SK_HTML_NONE || !sk_html_node_in_scope(self, form))
        return;
    sk_html_implied(self, SK_HTML_OTHER);
    sk_html_drop(self, form);
}

static void
end_p(SkHtmlBuild *self)
{
    if (!sk_html_in_scope(self, SK_HTML_P, SCOPE_BUTTON))
        (void)sk_html_insert_name(self, SK_HTML_P);
    sk_html_close_p(self);
}

static void
end_item(SkHtmlBuild *self, SkHtmlTag tag)
{
    if (!sk_html_in_scope(self, tag, tag == SK_HTML_LI ? SCOPE_LIST_ITEM : SCOPE_ALL))
        return;
    sk_html_implied(self, tag);
    sk_html_pop_through(self, tag);
}

static void
end_heading(SkHtmlBuild *self)
{
    if (!sk_html_heading_in_scope(self))
        return;
    sk_html_implied(self, SK_HTML_OTHER);
    while (self->stack->len > 1) {
        bool heading = sk_html_has(self, sk_html_top(self), SK_HTML_HEADING);
        sk_html_pop(self);
        if (heading)
            return;
    }
}

static void
end_object(SkHtmlBuild *self, SkHtmlTag tag)
{
    if (!sk_html_in_scope(self, tag, SCOPE_ALL))
        return;
    sk_html_implied(self, SK_HTML_OTHER);
    sk_html_pop_through(self, tag);
    sk_html_clear_formatting(self);
}

static SkHtmlStep
end(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)token->tag) {
    case SK_HTML_TEMPLATE:
        return sk_html_in_head(self, token);
    case SK_HTML_BODY:
    case SK_HTML_HTML:
        if (!sk_html_in_scope(self, SK_HTML_BODY, SCOPE_ALL))
            return DONE;
        self->mode = MODE_AFTER_BODY;
        return token->tag == SK_HTML_HTML ? AGAIN : DONE;
    case SK_HTML_ADDRESS:
    case SK_HTML_ARTICLE:
    case SK_HTML_ASIDE:
    case SK_HTML_BLOCKQUOTE:
    case SK_HTML_BUTTON:
    case SK_HTML_CENTER:
    case SK_HTML_DETAILS:
    case SK_HTML_DIALOG:
    case SK_HTML_DIR:
    case SK_HTML_DIV:
    case SK_HTML_DL:
    case SK_HTML_FIELDSET:
    case SK_HTML_FIGCAPTION:
    case SK_HTML_FIGURE:
    case SK_HTML_FOOTER:
    case SK_HTML_HEADER:
    case SK_HTML_HGROUP:
    case SK_HTML_LISTING:
    case SK_HTML_MAIN:
    case SK_HTML_MENU:
    case SK_HTML_NAV:
    case SK_HTML_OL:
    case SK_HTML_PRE:
    case SK_HTML_SEARCH:
    case SK_HTML_SECTION:
    case SK_HTML_SUMMARY:
    case SK_HTML_UL:
        end_block(self, token->tag);
        return DONE;
    case SK_HTML_FORM:
        end_form(self);
        return DONE;
    case SK_HTML_P:
        end_p(self);
        return DONE;
    case SK_HTML_LI:
    case SK_HTML_DD:
    case SK_HTML_DT:
        end_item(self, token->tag);
        return DONE;
    case SK_HTML_APPLET:
    case SK_HTML_MARQUEE:
    case SK_HTML_OBJECT:
        end_object(self, token->tag);
        return DONE;
    case SK_HTML_BR:
        sk_html_reconstruct(self);
        (void)sk_html_insert_name(self, SK_HTML_BR);
        sk_html_pop(self);
        return DONE;
    default:
        if ((sk_html_tag_properties(token->tag) & SK_HTML_HEADING) != 0)
            end_heading(self);
        else if ((sk_html_tag_properties(token->tag) & SK_HTML_FORMATTING) != 0)
            sk_html_adopt(self, token);
        else
            sk_html_any_end(self, token);
        return DONE;
    }
}

SkHtmlStep
sk_html_in_body(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)token->kind) {
    case SK_HTML_TOKEN_TEXT:
        sk_html_reconstruct(self);
        sk_html_insert_text(self, token->text);
        return DONE;
    case SK_HTML_TOKEN_START:
        return start(self, token);
    case SK_HTML_TOKEN_END:
        return end(self, token);
    case SK_HTML_TOKEN_END_OF_FILE:
        return self->templates->len > 0 ? sk_html_in_template(self, token) : DONE;
    default:
        return DONE;
    }
}

/* ---- select --------------------------------------------------------------------------------- */

static void
leave_select(SkHtmlBuild *self)
{
    sk_html_pop_through(self, SK_HTML_SELECT);
    sk_html_reset_mode(self);
}

static SkHtmlStep
select_start(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool scope = sk_html_in_scope(self, SK_HTML_SELECT, SCOPE_SELECT);

    switch ((unsigned)token->tag) {
    case SK_HTML_HTML:
        return sk_html_in_body(self, token);
    case SK_HTML_HR:
    case SK_HTML_OPTION:
    case SK_HTML_OPTGROUP:
        if (sk_html_is(self, sk_html_top(self), SK_HTML_OPTION))
            sk_html_pop(self);
        if (token->tag != SK_HTML_OPTION && sk_html_is(self, sk_html_top(self), SK_HTML_OPTGROUP))
            sk_html_pop(self);
        (void)sk_html_insert(self, token);
        if (token->tag == SK_HTML_HR)
            sk_html_pop(self);
        return DONE;
    case SK_HTML_SELECT:
        if (scope)
            leave_select(self);
        return DONE;
    case SK_HTML_INPUT:
    case SK_HTML_KEYGEN:
    case SK_HTML_TEXTAREA:
        if (!scope)
            return DONE;
        leave_select(self);
        return AGAIN;
    case SK_HTML_SCRIPT:
    case SK_HTML_TEMPLATE:
        return sk_html_in_head(self, token);
    default:
        return DONE;
    }
}

static SkHtmlStep
select_end(SkHtmlBuild *self, const SkHtmlToken *token)
{
    uint32_t top = sk_html_top(self);

    if (token->tag == SK_HTML_OPTGROUP) {
        uint32_t under = self->stack->len < 2
                             ? 0
                             : g_array_index(self->stack, uint32_t, self->stack->len - 2);
        if (sk_html_is(self, top, SK_HTML_OPTION) && sk_html_is(self, under, SK_HTML_OPTGROUP))
            sk_html_pop(self);
        if (sk_html_is(self, sk_html_top(self), SK_HTML_OPTGROUP))
            sk_html_pop(self);
    } else if (token->tag == SK_HTML_OPTION) {
        if (sk_html_is(self, top, SK_HTML_OPTION))
            sk_html_pop(self);
    } else if (token->tag == SK_HTML_SELECT) {
        if (sk_html_in_scope(self, SK_HTML_SELECT, SCOPE_SELECT))
            leave_select(self);
    } else if (token->tag == SK_HTML_TEMPLATE) {
        return sk_html_in_head(self, token);
    }
    return DONE;
}

static bool
is_table_part(SkHtmlTag tag)
{
    return tag == SK_HTML_CAPTION || tag == SK_HTML_TABLE_ || tag == SK_HTML_TBODY ||
           tag == SK_HTML_TFOOT || tag == SK_HTML_THEAD || tag == SK_HTML_TR || tag == SK_HTML_TD ||
           tag == SK_HTML_TH;
}

SkHtmlStep
sk_html_in_select(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool start = token->kind == SK_HTML_TOKEN_START, end = token->kind == SK_HTML_TOKEN_END;

    if (self->mode == MODE_IN_SELECT_IN_TABLE && (start || end) && is_table_part(token->tag)) {
        if (end && !sk_html_in_scope(self, token->tag, SCOPE_TABLE))
            return DONE;
        leave_select(self);
        return AGAIN;
    }
    if (token->kind == SK_HTML_TOKEN_TEXT)
        sk_html_insert_text(self, token->text);
    if (token->kind == SK_HTML_TOKEN_END_OF_FILE)
        return sk_html_in_body(self, token);
    return start ? select_start(self, token) : end ? select_end(self, token) : DONE;
}

/* ---- SVG and MathML ------------------------------------------------------------------------- */

static bool
is_math_text(const SkHtmlNode *node)
{
    return node->space == SK_HTML_NS_MATH &&
           (node->tag == SK_HTML_MI || node->tag == SK_HTML_MO || node->tag == SK_HTML_MN ||
            node->tag == SK_HTML_MS || node->tag == SK_HTML_MTEXT);
}

/* Where HTML may stand within SVG and MathML. */
static bool
is_html_point(const SkHtmlBuild *self, uint32_t at)
{
    const SkHtmlNode *node = sk_html_at(self, at);

    if (node->space == SK_HTML_NS_SVG)
        return node->tag == SK_HTML_FOREIGNOBJECT || node->tag == SK_HTML_DESC ||
               node->tag == SK_HTML_TITLE;
    if (node->space != SK_HTML_NS_MATH || node->tag != SK_HTML_ANNOTATION_XML)
        return false;
    const SkSpan *encoding = sk_html_attr(self->tree, at, "encoding");
    if (encoding == NULL)
        return false;
    g_autofree char *value = g_ascii_strdown((const char *)encoding->p, (gssize)encoding->n);
    return sk_span_is(sk_span_str(value), "text/html") ||
           sk_span_is(sk_span_str(value), "application/xhtml+xml");
}

bool
sk_html_is_foreign(const SkHtmlBuild *self, const SkHtmlToken *token)
{
    uint32_t top = sk_html_top(self);
    const SkHtmlNode *node = sk_html_at(self, top);
    bool start = token->kind == SK_HTML_TOKEN_START, text = token->kind == SK_HTML_TOKEN_TEXT;

    if (self->stack->len == 0 || node->space == SK_HTML_NS_HTML ||
        token->kind == SK_HTML_TOKEN_END_OF_FILE)
        return false;
    if (is_math_text(node) &&
        (text || (start && token->tag != SK_HTML_MGLYPH && token->tag != SK_HTML_MALIGNMARK)))
        return false;
    if (node->space == SK_HTML_NS_MATH && node->tag == SK_HTML_ANNOTATION_XML &&
        sk_html_is_start(token, SK_HTML_SVG))
        return false;
    return !(is_html_point(self, top) && (start || text));
}

/* Tags that end the island: no picture or formula has them. */
static bool
breaks_out(const SkHtmlToken *token)
{
    static const SkHtmlTag tags[] = {
        SK_HTML_B, SK_HTML_BIG, SK_HTML_BLOCKQUOTE, SK_HTML_BODY, SK_HTML_BR, SK_HTML_CENTER,
        SK_HTML_CODE, SK_HTML_DD, SK_HTML_DIV, SK_HTML_DL, SK_HTML_DT, SK_HTML_EM, SK_HTML_EMBED,
        SK_HTML_H1, SK_HTML_H2, SK_HTML_H3, SK_HTML_H4, SK_HTML_H5, SK_HTML_H6, SK_HTML_HEAD,
        SK_HTML_HR, SK_HTML_I, SK_HTML_IMG, SK_HTML_LI, SK_HTML_LISTING, SK_HTML_MENU,
        SK_HTML_META, SK_HTML_NOBR, SK_HTML_OL, SK_HTML_P, SK_HTML_PRE, SK_HTML_RUBY, SK_HTML_S,
        SK_HTML_SMALL, SK_HTML_SPAN, SK_HTML_STRONG, SK_HTML_STRIKE, SK_HTML_SUB, SK_HTML_SUP,
        SK_HTML_TABLE_, SK_HTML_TT, SK_HTML_U, SK_HTML_UL, SK_HTML_VAR,
    };

    if (token->kind == SK_HTML_TOKEN_END)
        return token->tag == SK_HTML_BR || token->tag == SK_HTML_P;
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
        if (token->tag == tags[i])
            return true;
    }
    if (token->tag != SK_HTML_FONT)
        return false;
    for (unsigned i = 0; i < token->attrs_n; i++) {
        SkSpan name = token->attrs[i].name;
        if (sk_span_is(name, "color") || sk_span_is(name, "face") || sk_span_is(name, "size"))
            return true;
    }
    return false;
}

static void
foreign_end(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlStep *ret)
{
    for (guint i = self->stack->len; i-- > 1;) {
        const SkHtmlNode *node = sk_html_at(self, g_array_index(self->stack, uint32_t, i));
        if (node->space == SK_HTML_NS_HTML) {
            *ret = AGAIN; /* by the rules of the mode: the caller sees to it */
            return;
        }
        if (sk_span_equal(node->text, token->name)) {
            g_array_set_size(self->stack, i);
            return;
        }
    }
}

SkHtmlStep
sk_html_foreign(SkHtmlBuild *self, const SkHtmlToken *token)
{
    SkHtmlStep step = DONE;

    if (token->kind == SK_HTML_TOKEN_TEXT) {
        sk_html_insert_text(self, token->text);
        return DONE;
    }
    if (token->kind != SK_HTML_TOKEN_START && token->kind != SK_HTML_TOKEN_END)
        return DONE;
    if (breaks_out(token)) {
        while (self->stack->len > 1) {
            uint32_t top = sk_html_top(self);
            const SkHtmlNode *node = sk_html_at(self, top);
            if (node->space == SK_HTML_NS_HTML || is_math_text(node) || is_html_point(self, top))
                break;
            sk_html_pop(self);
        }
        return AGAIN;
    }
    if (token->kind == SK_HTML_TOKEN_END) {
        foreign_end(self, token, &step);
        return step;
    }
    (void)sk_html_insert_in(self, token, (SkHtmlSpace)sk_html_at(self, sk_html_top(self))->space);
    if (token->self_closing)
        sk_html_pop(self);
    return DONE;
}
