/* SPDX-License-Identifier: Apache-2.0
 * html-tree.c - contract in html.h: the modes before, in and after the head, and what is done with
 * each token. Spec: HTML (WHATWG) 13.2.6 */
#include "format/html-build.h"

#include <string.h>

#define STEPS_MAX 64u /* looks at one token; never reached */

/* ---- names ---------------------------------------------------------------------------------- */

#define ROW(name, symbol, properties) { name, properties },
static const struct {
    const char *name;
    unsigned properties;
} names[] = { { "", 0 }, SK_HTML_NAMES(ROW) };

SkHtmlTag
sk_html_tag(SkSpan name)
{
    unsigned low = 1, high = SK_HTML_TAGS;

    while (low < high) {
        unsigned middle = (low + high) / 2;
        SkSpan other = sk_span_str(names[middle].name);
        int order = memcmp(other.p, name.p, MIN(other.n, name.n));
        if (order == 0 && other.n == name.n)
            return (SkHtmlTag)middle;
        if (order < 0 || (order == 0 && other.n < name.n))
            low = middle + 1;
        else
            high = middle;
    }
    return SK_HTML_OTHER;
}

const char *
sk_html_tag_name(SkHtmlTag tag)
{
    return names[tag].name;
}

unsigned
sk_html_tag_properties(SkHtmlTag tag)
{
    return names[tag].properties;
}

const SkSpan *
sk_html_attr(const SkHtmlTree *self, uint32_t node, const char *name)
{
    const SkHtmlNode *n = sk_html_node(self, node);

    for (uint32_t i = 0; i < n->attrs_n && !n->is_text; i++) {
        const SkHtmlAttr *attr = &g_array_index(self->attrs, SkHtmlAttr, n->attrs + i);
        if (sk_span_is(attr->name, name))
            return &attr->value;
    }
    return NULL;
}

uint32_t
sk_html_follow(const SkHtmlTree *self, uint32_t at, uint32_t root, bool skip)
{
    const SkHtmlNode *node = sk_html_node(self, at);

    if (!skip && node->first != SK_HTML_NONE)
        return node->first;
    while (at != root) {
        if (node->next != SK_HTML_NONE)
            return node->next;
        at = node->parent;
        if (at == SK_HTML_NONE)
            return SK_HTML_NONE;
        node = sk_html_node(self, at);
    }
    return SK_HTML_NONE;
}

/* ---- heads ---------------------------------------------------------------------------------- */

void
sk_html_raw(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlTextState state)
{
    (void)sk_html_insert(self, token);
    self->tokens->state = state;
    self->tokens->raw = token->tag;
    self->original = self->mode;
    self->mode = MODE_TEXT;
}

static SkHtmlStep
in_text(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind == SK_HTML_TOKEN_TEXT) {
        sk_html_insert_text(self, token->text);
        return DONE;
    }
    sk_html_pop(self);
    self->mode = self->original;
    return token->kind == SK_HTML_TOKEN_END_OF_FILE ? AGAIN : DONE;
}

static void
start_template(SkHtmlBuild *self, const SkHtmlToken *token)
{
    SkHtmlMode mode = MODE_IN_TEMPLATE;

    (void)sk_html_insert(self, token);
    sk_html_marker(self);
    self->mode = mode;
    g_array_append_val(self->templates, mode);
}

static void
end_template(SkHtmlBuild *self)
{
    if (!sk_html_in_stack(self, SK_HTML_TEMPLATE))
        return;
    sk_html_pop_through(self, SK_HTML_TEMPLATE);
    sk_html_clear_formatting(self);
    if (self->templates->len > 0)
        g_array_set_size(self->templates, self->templates->len - 1);
    sk_html_reset_mode(self);
}

SkHtmlStep
sk_html_in_head(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind == SK_HTML_TOKEN_TEXT) {
        size_t white = sk_html_white(token->text);
        sk_html_insert_text(self, sk_span_sub(token->text, 0, white));
        if (white == token->text.n)
            return DONE;
    }
    if (token->kind == SK_HTML_TOKEN_COMMENT || token->kind == SK_HTML_TOKEN_DOCTYPE)
        return DONE;
    if (token->kind == SK_HTML_TOKEN_START) {
        switch ((unsigned)token->tag) {
        case SK_HTML_HTML:
            return sk_html_in_body(self, token);
        case SK_HTML_BASE:
        case SK_HTML_BASEFONT:
        case SK_HTML_BGSOUND:
        case SK_HTML_LINK:
        case SK_HTML_META:
            sk_html_insert_void(self, token);
            return DONE;
        case SK_HTML_TITLE:
            sk_html_raw(self, token, SK_HTML_STATE_RCDATA);
            return DONE;
        case SK_HTML_NOFRAMES:
        case SK_HTML_STYLE:
            sk_html_raw(self, token, SK_HTML_STATE_RAW);
            return DONE;
        case SK_HTML_SCRIPT:
            sk_html_raw(self, token, SK_HTML_STATE_SCRIPT);
            return DONE;
        case SK_HTML_TEMPLATE:
            start_template(self, token);
            return DONE;
        case SK_HTML_HEAD:
        case SK_HTML_NOSCRIPT: /* what stands in it, stands in the head */
            return DONE;
        default:
            break;
        }
    }
    if (token->kind == SK_HTML_TOKEN_END) {
        if (token->tag == SK_HTML_TEMPLATE) {
            end_template(self);
            return DONE;
        }
        if (token->tag == SK_HTML_HEAD && self->mode == MODE_IN_HEAD) {
            sk_html_pop(self);
            self->mode = MODE_AFTER_HEAD;
            return DONE;
        }
        if (token->tag != SK_HTML_BODY && token->tag != SK_HTML_HTML && token->tag != SK_HTML_BR)
            return DONE;
    }
    sk_html_pop(self);
    self->mode = MODE_AFTER_HEAD;
    return AGAIN;
}

static SkHtmlStep
initial(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind == SK_HTML_TOKEN_COMMENT ||
        (token->kind == SK_HTML_TOKEN_TEXT && sk_html_white(token->text) == token->text.n))
        return DONE;
    self->mode = MODE_BEFORE_HTML;
    self->tree->quirks = token->kind != SK_HTML_TOKEN_DOCTYPE || token->quirks;
    return token->kind == SK_HTML_TOKEN_DOCTYPE ? DONE : AGAIN;
}

static bool
is_early_end(const SkHtmlToken *token)
{
    return token->kind == SK_HTML_TOKEN_END && token->tag != SK_HTML_HEAD &&
           token->tag != SK_HTML_BODY && token->tag != SK_HTML_HTML && token->tag != SK_HTML_BR;
}

static bool
is_nothing(const SkHtmlToken *token)
{
    return token->kind == SK_HTML_TOKEN_DOCTYPE || token->kind == SK_HTML_TOKEN_COMMENT ||
           is_early_end(token) ||
           (token->kind == SK_HTML_TOKEN_TEXT && sk_html_white(token->text) == token->text.n);
}

static SkHtmlStep
before_html(SkHtmlBuild *self, const SkHtmlToken *token)
{
    static const SkHtmlToken made = { .tag = SK_HTML_HTML, .name = { (const uint8_t *)"html", 4 } };
    bool is_html = sk_html_is_start(token, SK_HTML_HTML);

    if (is_nothing(token))
        return DONE;
    uint32_t html = sk_html_new_element(self, is_html ? token : &made, SK_HTML_NS_HTML);
    sk_html_put(self, html, 0, SK_HTML_NONE);
    g_array_append_val(self->stack, html);
    self->tree->html = html;
    self->mode = MODE_BEFORE_HEAD;
    return is_html ? DONE : AGAIN;
}

static SkHtmlStep
before_head(SkHtmlBuild *self, const SkHtmlToken *token)
{
    bool is_head = sk_html_is_start(token, SK_HTML_HEAD);

    if (is_nothing(token))
        return DONE;
    if (sk_html_is_start(token, SK_HTML_HTML))
        return sk_html_in_body(self, token);
    self->head = is_head ? sk_html_insert(self, token) : sk_html_insert_name(self, SK_HTML_HEAD);
    self->tree->head = self->head;
    self->mode = MODE_IN_HEAD;
    return is_head ? DONE : AGAIN;
}

static SkHtmlStep
late_head(SkHtmlBuild *self, const SkHtmlToken *token)
{
    g_array_append_val(self->stack, self->head);
    SkHtmlStep step = sk_html_in_head(self, token);
    sk_html_drop(self, self->head);
    return step;
}

static SkHtmlStep
after_head(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind == SK_HTML_TOKEN_TEXT && sk_html_white(token->text) == token->text.n) {
        sk_html_insert_text(self, token->text);
        return DONE;
    }
    if (token->kind == SK_HTML_TOKEN_COMMENT || token->kind == SK_HTML_TOKEN_DOCTYPE)
        return DONE;
    if (token->kind == SK_HTML_TOKEN_START) {
        switch ((unsigned)token->tag) {
        case SK_HTML_HTML:
            return sk_html_in_body(self, token);
        case SK_HTML_BODY:
            self->tree->body = sk_html_insert(self, token);
            self->mode = MODE_IN_BODY;
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
            return late_head(self, token);
        case SK_HTML_HEAD:
        case SK_HTML_FRAMESET:
        case SK_HTML_FRAME:
            return DONE;
        default:
            break;
        }
    }
    if (sk_html_is_end(token, SK_HTML_TEMPLATE))
        return sk_html_in_head(self, token);
    if (token->kind == SK_HTML_TOKEN_END && token->tag != SK_HTML_BODY &&
        token->tag != SK_HTML_HTML && token->tag != SK_HTML_BR)
        return DONE;
    self->tree->body = sk_html_insert_name(self, SK_HTML_BODY);
    self->mode = MODE_IN_BODY;
    return AGAIN;
}

static SkHtmlStep
after_body(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind == SK_HTML_TOKEN_COMMENT || token->kind == SK_HTML_TOKEN_DOCTYPE ||
        token->kind == SK_HTML_TOKEN_END_OF_FILE)
        return DONE;
    if (token->kind == SK_HTML_TOKEN_TEXT && sk_html_white(token->text) == token->text.n)
        return sk_html_in_body(self, token);
    if (sk_html_is_start(token, SK_HTML_HTML))
        return sk_html_in_body(self, token);
    if (sk_html_is_end(token, SK_HTML_HTML) && self->mode == MODE_AFTER_BODY) {
        self->mode = MODE_AFTER_AFTER_BODY;
        return DONE;
    }
    self->mode = MODE_IN_BODY;
    return AGAIN;
}

static void
template_mode(SkHtmlBuild *self, SkHtmlMode mode)
{
    if (self->templates->len > 0)
        g_array_index(self->templates, SkHtmlMode, self->templates->len - 1) = mode;
    self->mode = mode;
}

SkHtmlStep
sk_html_in_template(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind == SK_HTML_TOKEN_END_OF_FILE) {
        if (!sk_html_in_stack(self, SK_HTML_TEMPLATE))
            return DONE;
        end_template(self);
        return AGAIN;
    }
    if (token->kind == SK_HTML_TOKEN_END)
        return sk_html_is_end(token, SK_HTML_TEMPLATE) ? sk_html_in_head(self, token) : DONE;
    if (token->kind != SK_HTML_TOKEN_START)
        return sk_html_in_body(self, token);
    switch ((unsigned)token->tag) {
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
    case SK_HTML_CAPTION:
    case SK_HTML_COLGROUP:
    case SK_HTML_TBODY:
    case SK_HTML_TFOOT:
    case SK_HTML_THEAD:
        template_mode(self, MODE_IN_TABLE);
        return AGAIN;
    case SK_HTML_COL:
        template_mode(self, MODE_IN_COLUMN_GROUP);
        return AGAIN;
    case SK_HTML_TR:
        template_mode(self, MODE_IN_TABLE_BODY);
        return AGAIN;
    case SK_HTML_TD:
    case SK_HTML_TH:
        template_mode(self, MODE_IN_ROW);
        return AGAIN;
    default:
        template_mode(self, MODE_IN_BODY);
        return AGAIN;
    }
}

/* ---- every token ---------------------------------------------------------------------------- */

static SkHtmlStep
by_mode(SkHtmlBuild *self, const SkHtmlToken *token)
{
    switch ((unsigned)self->mode) {
    case MODE_INITIAL:
        return initial(self, token);
    case MODE_BEFORE_HTML:
        return before_html(self, token);
    case MODE_BEFORE_HEAD:
        return before_head(self, token);
    case MODE_IN_HEAD:
        return sk_html_in_head(self, token);
    case MODE_AFTER_HEAD:
        return after_head(self, token);
    case MODE_TEXT:
        return in_text(self, token);
    case MODE_IN_TABLE:
        return sk_html_in_table(self, token);
    case MODE_IN_CAPTION:
        return sk_html_in_caption(self, token);
    case MODE_IN_COLUMN_GROUP:
        return sk_html_in_columns(self, token);
    case MODE_IN_TABLE_BODY:
        return sk_html_in_table_body(self, token);
    case MODE_IN_ROW:
        return sk_html_in_row(self, token);
    case MODE_IN_CELL:
        return sk_html_in_cell(self, token);
    case MODE_IN_SELECT:
    case MODE_IN_SELECT_IN_TABLE:
        return sk_html_in_select(self, token);
    case MODE_IN_TEMPLATE:
        return sk_html_in_template(self, token);
    case MODE_AFTER_BODY:
    case MODE_AFTER_AFTER_BODY:
        return after_body(self, token);
    case MODE_IN_BODY:
        break;
    }
    return sk_html_in_body(self, token);
}

/* White space in front of a text that begins the next part of the page belongs to the part that is
 * now. */
static void
split_white(SkHtmlBuild *self, SkHtmlToken *token)
{
    size_t white = sk_html_white(token->text);

    if (token->kind != SK_HTML_TOKEN_TEXT || white == 0 || white == token->text.n)
        return;
    if (self->mode == MODE_IN_HEAD || self->mode == MODE_AFTER_HEAD)
        sk_html_insert_text(self, sk_span_sub(token->text, 0, white));
    if (self->mode == MODE_INITIAL || self->mode == MODE_BEFORE_HTML ||
        self->mode == MODE_BEFORE_HEAD || self->mode == MODE_IN_HEAD ||
        self->mode == MODE_AFTER_HEAD)
        token->text = sk_span_sub(token->text, white, token->text.n - white);
}

/* Those that may not be left out however deep they stand: what is in them is no markup. */
static bool
is_too_deep(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind != SK_HTML_TOKEN_START || self->stack->len < SK_HTML_DEPTH_MAX ||
        (sk_html_tag_properties(token->tag) & (SK_HTML_VOID | SK_HTML_RAW)) != 0)
        return false;
    self->tree->too_deep++;
    return true;
}

static void
count_comment(SkHtmlBuild *self, const SkHtmlToken *token)
{
    if (token->kind != SK_HTML_TOKEN_COMMENT)
        return;
    self->tree->comments++;
    size_t at = sk_html_white(token->text);
    SkSpan rest = sk_span_sub(token->text, at, token->text.n - at);
    if (sk_span_starts(rest, "[if") || sk_span_starts(rest, "[endif") ||
        sk_span_starts(rest, "<![endif"))
        self->tree->conditional++;
}

static void
process(SkHtmlBuild *self, SkHtmlToken *token)
{
    bool skip = self->skip_line_end;

    self->skip_line_end = false;
    if (token->kind == SK_HTML_TOKEN_TEXT && skip && sk_span_starts(token->text, "\n"))
        token->text = sk_span_sub(token->text, 1, token->text.n - 1);
    if ((token->kind == SK_HTML_TOKEN_TEXT && token->text.n == 0) || is_too_deep(self, token))
        return;
    if (sk_html_is_start(token, SK_HTML_IMAGE) && !sk_html_is_foreign(self, token)) {
        token->tag = SK_HTML_IMG;
        token->name = sk_span_str("img");
    }
    count_comment(self, token);
    bool foreign = true;
    for (unsigned i = 0; i < STEPS_MAX; i++) {
        split_white(self, token);
        foreign = foreign && sk_html_is_foreign(self, token);
        SkHtmlStep step = foreign ? sk_html_foreign(self, token) : by_mode(self, token);
        if (step == DONE)
            return;
        foreign = foreign && token->kind == SK_HTML_TOKEN_START;
    }
}

/* A page has a body, whatever it is. */
static void
finish(SkHtmlBuild *self)
{
    SkHtmlToken end = { .kind = SK_HTML_TOKEN_END_OF_FILE };

    self->tokens->state = SK_HTML_STATE_DATA;
    for (unsigned i = 0; i <= SK_HTML_DEPTH_MAX + STEPS_MAX && self->templates->len > 0; i++)
        process(self, &end);
    process(self, &end);
    self->tree->too_many_attrs = self->tokens->too_many_attrs;
}

static bool
build(SkHtmlBuild *self, GError **error)
{
    g_autofree SkHtmlToken *token = g_new0(SkHtmlToken, 1);
    SkHtmlNode document = { .parent = SK_HTML_NONE,
                            .first = SK_HTML_NONE,
                            .last = SK_HTML_NONE,
                            .next = SK_HTML_NONE,
                            .prev = SK_HTML_NONE };

    g_array_append_val(self->tree->nodes, document);
    for (;;) {
        uint32_t top = sk_html_top(self);
        self->tokens->foreign = self->stack->len > 0 && sk_html_at(self, top)->space != SK_HTML_NS_HTML;
        if (self->mode != MODE_TEXT && self->tokens->state != SK_HTML_STATE_PLAIN)
            self->tokens->state = SK_HTML_STATE_DATA;
        sk_html_token(self->tokens, token);
        if (token->kind == SK_HTML_TOKEN_END_OF_FILE)
            break;
        process(self, token);
        if (self->tree->nodes->len > SK_HTML_NODES_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "html: over %u nodes", SK_HTML_NODES_MAX);
    }
    finish(self);
    return true;
}

bool
sk_html_parse(SkSpan text, SkHtmlTree **ret, GError **error)
{
    g_autoptr(SkHtmlTree) tree = g_new0(SkHtmlTree, 1);
    g_autoptr(GString) scratch = g_string_new(NULL);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                      formatting = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                      templates = g_array_new(FALSE, FALSE, sizeof(SkHtmlMode));

    tree->nodes = g_array_sized_new(FALSE, FALSE, sizeof(SkHtmlNode), (guint)MIN(text.n / 32 + 16, 1u << 20));
    tree->attrs = g_array_new(FALSE, FALSE, sizeof(SkHtmlAttr));
    tree->strings = g_string_chunk_new(4096);
    tree->html = tree->head = tree->body = SK_HTML_NONE;
    SkHtmlTokenizer tokens = { .in = text, .strings = tree->strings, .scratch = scratch };
    SkHtmlBuild self = { .tree = tree,
                         .tokens = &tokens,
                         .stack = stack,
                         .formatting = formatting,
                         .templates = templates,
                         .head = SK_HTML_NONE,
                         .form = SK_HTML_NONE };
    if (!build(&self, error))
        return false;
    *ret = g_steal_pointer(&tree);
    return true;
}

void
sk_html_tree_free(SkHtmlTree *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->nodes);
    g_array_unref(self->attrs);
    g_string_chunk_free(self->strings);
    g_free(self);
}
