/* SPDX-License-Identifier: Apache-2.0
 * html-table.c - the modes of tables. Contract in html-build.h. Spec: HTML (WHATWG) 13.2.6.4.9 to
 * 13.2.6.4.15 */
#include "format/html-build.h"

static const SkHtmlTag table_context[3] = { SK_HTML_TABLE_, SK_HTML_HTML, SK_HTML_HTML };
static const SkHtmlTag row_context[3] = { SK_HTML_TR, SK_HTML_HTML, SK_HTML_HTML };

static void
clear_to_body(SkHtmlBuild *self)
{
    while (self->stack->len > 1 && !sk_html_is(self, sk_html_top(self), SK_HTML_TBODY) &&
           !sk_html_is(self, sk_html_top(self), SK_HTML_THEAD) &&
           !sk_html_is(self, sk_html_top(self), SK_HTML_TFOOT) &&
           !sk_html_is(self, sk_html_top(self), SK_HTML_TEMPLATE))
        sk_html_pop(self);
}

static SkHtmlStep
fostered(SkHtmlBuild *self, const SkHtmlToken *token)
{
    self->foster = true;
    SkHtmlStep step = sk_html_in_body(self, token);
    self->foster = false;
    return step;
}

static SkHtmlStep
table_text(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (!sk_html_has(self, sk_html_top(self), SK_HTML_TABLE))
        return fostered(self, token);
    if (sk_html_white(token->text) < token->text.n)
        return fostered(self, token);
    sk_html_insert_text(self, token->text);
    return DONE;
}

static bool
is_hidden_input(const SkHtmlToken *token)
{
    for (unsigned i = 0; i < token->attrs_n; i++) {
        if (sk_span_is(token->attrs[i].name, "type"))
            return token->attrs[i].value.n == 6 &&
                   g_ascii_strncasecmp((const char *)token->attrs[i].value.p, "hidden", 6) == 0;
    }
    return false;
}

static SkHtmlStep
table_start(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)token->tag) {
    case SK_HTML_CAPTION:
        sk_html_clear_to(self, table_context);
        sk_html_marker(self);
        (void)sk_html_insert(self, token);
        self->mode = MODE_IN_CAPTION;
        return DONE;
    case SK_HTML_COLGROUP:
        sk_html_clear_to(self, table_context);
        (void)sk_html_insert(self, token);
        self->mode = MODE_IN_COLUMN_GROUP;
        return DONE;
    case SK_HTML_COL:
        sk_html_clear_to(self, table_context);
        (void)sk_html_insert_name(self, SK_HTML_COLGROUP);
        self->mode = MODE_IN_COLUMN_GROUP;
        return AGAIN;
    case SK_HTML_TBODY:
    case SK_HTML_TFOOT:
    case SK_HTML_THEAD:
        sk_html_clear_to(self, table_context);
        (void)sk_html_insert(self, token);
        self->mode = MODE_IN_TABLE_BODY;
        return DONE;
    case SK_HTML_TD:
    case SK_HTML_TH:
    case SK_HTML_TR:
        sk_html_clear_to(self, table_context);
        (void)sk_html_insert_name(self, SK_HTML_TBODY);
        self->mode = MODE_IN_TABLE_BODY;
        return AGAIN;
    case SK_HTML_TABLE_:
        if (!sk_html_in_scope(self, SK_HTML_TABLE_, SCOPE_TABLE))
            return DONE;
        sk_html_pop_through(self, SK_HTML_TABLE_);
        sk_html_reset_mode(self);
        return AGAIN;
    case SK_HTML_STYLE:
    case SK_HTML_SCRIPT:
    case SK_HTML_TEMPLATE:
        return sk_html_in_head(self, token);
    case SK_HTML_INPUT:
        if (!is_hidden_input(token))
            break;
        sk_html_insert_void(self, token);
        return DONE;
    case SK_HTML_FORM:
        if (self->form != SK_HTML_NONE || sk_html_in_stack(self, SK_HTML_TEMPLATE))
            return DONE;
        self->form = sk_html_insert(self, token);
        sk_html_pop(self);
        return DONE;
    default:
        break;
    }
    return fostered(self, token);
}

static SkHtmlStep
table_end(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)token->tag) {
    case SK_HTML_TABLE_:
        if (!sk_html_in_scope(self, SK_HTML_TABLE_, SCOPE_TABLE))
            return DONE;
        sk_html_pop_through(self, SK_HTML_TABLE_);
        sk_html_reset_mode(self);
        return DONE;
    case SK_HTML_BODY:
    case SK_HTML_CAPTION:
    case SK_HTML_COL:
    case SK_HTML_COLGROUP:
    case SK_HTML_HTML:
    case SK_HTML_TBODY:
    case SK_HTML_TD:
    case SK_HTML_TFOOT:
    case SK_HTML_TH:
    case SK_HTML_THEAD:
    case SK_HTML_TR:
        return DONE;
    case SK_HTML_TEMPLATE:
        return sk_html_in_head(self, token);
    default:
        return fostered(self, token);
    }
}

SkHtmlStep
sk_html_in_table(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)token->kind) {
    case SK_HTML_TOKEN_TEXT:
        return table_text(self, token);
    case SK_HTML_TOKEN_START:
        return table_start(self, token);
    case SK_HTML_TOKEN_END:
        return table_end(self, token);
    case SK_HTML_TOKEN_END_OF_FILE:
        return sk_html_in_body(self, token);
    default:
        return DONE;
    }
}

static bool
is_structure(SkHtmlTag tag)
{
    return tag == SK_HTML_CAPTION || tag == SK_HTML_COL || tag == SK_HTML_COLGROUP ||
           tag == SK_HTML_TBODY || tag == SK_HTML_TD || tag == SK_HTML_TFOOT || tag == SK_HTML_TH ||
           tag == SK_HTML_THEAD || tag == SK_HTML_TR;
}

SkHtmlStep
sk_html_in_caption(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool start = token->kind == SK_HTML_TOKEN_START, end = token->kind == SK_HTML_TOKEN_END;
    bool closes = end && token->tag == SK_HTML_CAPTION;

    if (closes || (start && is_structure(token->tag)) || (end && token->tag == SK_HTML_TABLE_)) {
        if (!sk_html_in_scope(self, SK_HTML_CAPTION, SCOPE_TABLE))
            return DONE;
        sk_html_implied(self, SK_HTML_OTHER);
        sk_html_pop_through(self, SK_HTML_CAPTION);
        sk_html_clear_formatting(self);
        self->mode = MODE_IN_TABLE;
        return closes ? DONE : AGAIN;
    }
    if (end && (is_structure(token->tag) || token->tag == SK_HTML_BODY || token->tag == SK_HTML_HTML))
        return DONE;
    return sk_html_in_body(self, token);
}

SkHtmlStep
sk_html_in_columns(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool group = sk_html_is(self, sk_html_top(self), SK_HTML_COLGROUP);

    if (token->kind == SK_HTML_TOKEN_TEXT) {
        size_t white = sk_html_white(token->text);
        sk_html_insert_text(self, sk_span_sub(token->text, 0, white));
        if (white == token->text.n)
            return DONE;
        if (!group)
            return DONE;
        SkHtmlToken rest = { .kind = SK_HTML_TOKEN_TEXT,
                             .text = sk_span_sub(token->text, white, token->text.n - white) };
        sk_html_pop(self);
        self->mode = MODE_IN_TABLE;
        return sk_html_in_table(self, &rest);
    }
    if (token->kind == SK_HTML_TOKEN_COMMENT || token->kind == SK_HTML_TOKEN_DOCTYPE)
        return DONE;
    if (sk_html_is_start(token, SK_HTML_HTML) || token->kind == SK_HTML_TOKEN_END_OF_FILE)
        return sk_html_in_body(self, token);
    if (sk_html_is_start(token, SK_HTML_COL)) {
        sk_html_insert_void(self, token);
        return DONE;
    }
    if (sk_html_is_end(token, SK_HTML_COL))
        return DONE;
    if (sk_html_is_start(token, SK_HTML_TEMPLATE) || sk_html_is_end(token, SK_HTML_TEMPLATE))
        return sk_html_in_head(self, token);
    if (!group)
        return DONE;
    sk_html_pop(self);
    self->mode = MODE_IN_TABLE;
    return sk_html_is_end(token, SK_HTML_COLGROUP) ? DONE : AGAIN;
}

static bool
is_group(SkHtmlTag tag)
{
    return tag == SK_HTML_TBODY || tag == SK_HTML_THEAD || tag == SK_HTML_TFOOT;
}

static SkHtmlStep
leave_body(SkHtmlBuild *self, SkHtmlStep step)
{
    if (!sk_html_in_scope(self, SK_HTML_TBODY, SCOPE_TABLE) &&
        !sk_html_in_scope(self, SK_HTML_THEAD, SCOPE_TABLE) &&
        !sk_html_in_scope(self, SK_HTML_TFOOT, SCOPE_TABLE))
        return DONE;
    clear_to_body(self);
    sk_html_pop(self);
    self->mode = MODE_IN_TABLE;
    return step;
}

SkHtmlStep
sk_html_in_table_body(SkHtmlBuild *self, const SkHtmlToken *token)
{
    SkHtmlTag tag = token->tag;

    if (token->kind == SK_HTML_TOKEN_START) {
        if (tag == SK_HTML_TR) {
            clear_to_body(self);
            (void)sk_html_insert(self, token);
            self->mode = MODE_IN_ROW;
            return DONE;
        }
        if (tag == SK_HTML_TD || tag == SK_HTML_TH) {
            clear_to_body(self);
            (void)sk_html_insert_name(self, SK_HTML_TR);
            self->mode = MODE_IN_ROW;
            return AGAIN;
        }
        if (is_group(tag) || tag == SK_HTML_CAPTION || tag == SK_HTML_COL || tag == SK_HTML_COLGROUP)
            return leave_body(self, AGAIN);
    }
    if (token->kind == SK_HTML_TOKEN_END) {
        if (is_group(tag))
            return sk_html_in_scope(self, tag, SCOPE_TABLE) ? leave_body(self, DONE) : DONE;
        if (tag == SK_HTML_TABLE_)
            return leave_body(self, AGAIN);
        if (is_structure(tag) || tag == SK_HTML_BODY || tag == SK_HTML_HTML)
            return DONE;
    }
    return sk_html_in_table(self, token);
}

static SkHtmlStep
leave_row(SkHtmlBuild *self, SkHtmlStep step)
{
    if (!sk_html_in_scope(self, SK_HTML_TR, SCOPE_TABLE))
        return DONE;
    sk_html_clear_to(self, row_context);
    sk_html_pop(self);
    self->mode = MODE_IN_TABLE_BODY;
    return step;
}

SkHtmlStep
sk_html_in_row(SkHtmlBuild *self, const SkHtmlToken *token)
{
    SkHtmlTag tag = token->tag;

    if (token->kind == SK_HTML_TOKEN_START) {
        if (tag == SK_HTML_TD || tag == SK_HTML_TH) {
            sk_html_clear_to(self, row_context);
            (void)sk_html_insert(self, token);
            self->mode = MODE_IN_CELL;
            sk_html_marker(self);
            return DONE;
        }
        if (is_group(tag) || tag == SK_HTML_CAPTION || tag == SK_HTML_COL ||
            tag == SK_HTML_COLGROUP || tag == SK_HTML_TR)
            return leave_row(self, AGAIN);
    }
    if (token->kind == SK_HTML_TOKEN_END) {
        if (tag == SK_HTML_TR)
            return leave_row(self, DONE);
        if (tag == SK_HTML_TABLE_)
            return leave_row(self, AGAIN);
        if (is_group(tag))
            return sk_html_in_scope(self, tag, SCOPE_TABLE) ? leave_row(self, AGAIN) : DONE;
        if (is_structure(tag) || tag == SK_HTML_BODY || tag == SK_HTML_HTML)
            return DONE;
    }
    return sk_html_in_table(self, token);
}

static void
leave_cell(SkHtmlBuild *self)
{
    sk_html_implied(self, SK_HTML_OTHER);
    while (self->stack->len > 1) {
        uint32_t top = sk_html_top(self);
        sk_html_pop(self);
        if (sk_html_is(self, top, SK_HTML_TD) || sk_html_is(self, top, SK_HTML_TH))
            break;
    }
    sk_html_clear_formatting(self);
    self->mode = MODE_IN_ROW;
}

SkHtmlStep
sk_html_in_cell(SkHtmlBuild *self, const SkHtmlToken *token)
{
    SkHtmlTag tag = token->tag;
    bool cell = tag == SK_HTML_TD || tag == SK_HTML_TH;

    if (token->kind == SK_HTML_TOKEN_START && is_structure(tag)) {
        if (!sk_html_in_scope(self, SK_HTML_TD, SCOPE_TABLE) &&
            !sk_html_in_scope(self, SK_HTML_TH, SCOPE_TABLE))
            return DONE;
        leave_cell(self);
        return AGAIN;
    }
    if (token->kind == SK_HTML_TOKEN_END) {
        if (cell) {
            if (!sk_html_in_scope(self, tag, SCOPE_TABLE))
                return DONE;
            sk_html_implied(self, SK_HTML_OTHER);
            sk_html_pop_through(self, tag);
            sk_html_clear_formatting(self);
            self->mode = MODE_IN_ROW;
            return DONE;
        }
        if (tag == SK_HTML_BODY || tag == SK_HTML_CAPTION || tag == SK_HTML_COL ||
            tag == SK_HTML_COLGROUP || tag == SK_HTML_HTML)
            return DONE;
        if (tag == SK_HTML_TABLE_ || tag == SK_HTML_TR || is_group(tag)) {
            if (!sk_html_in_scope(self, tag, SCOPE_TABLE))
                return DONE;
            leave_cell(self);
            return AGAIN;
        }
    }
    return sk_html_in_body(self, token);
}
