/* SPDX-License-Identifier: Apache-2.0
 *
 * html-build.h - what the files that build the tree of a web page share: the stack of open
 * elements, the list of active formatting elements, and where a node is put.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: HTML (WHATWG) 13.2.4, 13.2.6   Tests: tests/unit/format/test-html.c
 */
#pragma once

#include "format/html-token.h"

typedef enum {
    MODE_INITIAL,
    MODE_BEFORE_HTML,
    MODE_BEFORE_HEAD,
    MODE_IN_HEAD,
    MODE_AFTER_HEAD,
    MODE_IN_BODY,
    MODE_TEXT,
    MODE_IN_TABLE,
    MODE_IN_CAPTION,
    MODE_IN_COLUMN_GROUP,
    MODE_IN_TABLE_BODY,
    MODE_IN_ROW,
    MODE_IN_CELL,
    MODE_IN_SELECT,
    MODE_IN_SELECT_IN_TABLE,
    MODE_IN_TEMPLATE,
    MODE_AFTER_BODY,
    MODE_AFTER_AFTER_BODY,
} SkHtmlMode;

typedef enum { SCOPE_ALL, SCOPE_LIST_ITEM, SCOPE_BUTTON, SCOPE_TABLE, SCOPE_SELECT } SkHtmlScope;

typedef struct {
    SkHtmlTree *tree;         /* owned until it is handed out */
    SkHtmlTokenizer *tokens;  /* borrowed */
    GArray *stack;            /* owned, of node numbers */
    GArray *formatting;       /* owned, of node numbers; SK_HTML_NONE: a marker */
    GArray *templates;        /* owned, of SkHtmlMode */
    SkHtmlMode mode, original;
    uint32_t head, form;
    bool foster;
    bool skip_line_end; /* the first one in pre and textarea is none */
} SkHtmlBuild;

/* What has become of a token: it is done, or is to be looked at again in the mode that is now. */
typedef enum { DONE, AGAIN } SkHtmlStep;

static inline SkHtmlNode *
sk_html_at(const SkHtmlBuild *self, uint32_t at)
{
    return sk_html_node(self->tree, at);
}

static inline uint32_t
sk_html_top(const SkHtmlBuild *self)
{
    return self->stack->len == 0 ? 0 : g_array_index(self->stack, uint32_t, self->stack->len - 1);
}

/** sk_html_is: is the node an element of HTML of this name? */
static inline bool
sk_html_is(const SkHtmlBuild *self, uint32_t at, SkHtmlTag tag)
{
    const SkHtmlNode *node = sk_html_at(self, at);
    return !node->is_text && node->space == SK_HTML_NS_HTML && node->tag == tag && at != 0;
}

static inline bool
sk_html_has(const SkHtmlBuild *self, uint32_t at, SkHtmlProperty property)
{
    const SkHtmlNode *node = sk_html_at(self, at);
    return node->space == SK_HTML_NS_HTML && (sk_html_tag_properties((SkHtmlTag)node->tag) & property) != 0;
}

bool sk_html_is_special(const SkHtmlBuild *self, uint32_t at);

/* ---- nodes ---------------------------------------------------------------------------------- */

uint32_t sk_html_new_element(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlSpace space);
/** sk_html_new_like: another element with the name and attributes of @like. */
uint32_t sk_html_new_like(SkHtmlBuild *self, uint32_t like);
/** sk_html_put: @node becomes a child of @parent, in front of @before or the last one. */
void sk_html_put(SkHtmlBuild *self, uint32_t node, uint32_t parent, uint32_t before);
void sk_html_take(SkHtmlBuild *self, uint32_t node);
void sk_html_move_children(SkHtmlBuild *self, uint32_t from, uint32_t to);
/** sk_html_place: where a node for @target goes: in it, or in front of a table. */
void sk_html_place(const SkHtmlBuild *self, uint32_t target, uint32_t *ret_parent,
                   uint32_t *ret_before);
/** sk_html_insert: an element at the appropriate place, and onto the stack. */
uint32_t sk_html_insert(SkHtmlBuild *self, const SkHtmlToken *token);
uint32_t sk_html_insert_in(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlSpace space);
/** sk_html_insert_name: one that the page does not have, without attributes. */
uint32_t sk_html_insert_name(SkHtmlBuild *self, SkHtmlTag tag);
void sk_html_insert_void(SkHtmlBuild *self, const SkHtmlToken *token);
void sk_html_insert_text(SkHtmlBuild *self, SkSpan text);
/** sk_html_merge: attributes of @token that @node has not. */
void sk_html_merge(SkHtmlBuild *self, uint32_t node, const SkHtmlToken *token);

/* ---- the stack ------------------------------------------------------------------------------ */

void sk_html_pop(SkHtmlBuild *self);
void sk_html_pop_through(SkHtmlBuild *self, SkHtmlTag tag);
/** sk_html_drop: @node out of the stack, wherever it is. */
void sk_html_drop(SkHtmlBuild *self, uint32_t node);
/** sk_html_depth: place of @node in the stack; SIZE_MAX. */
size_t sk_html_depth(const SkHtmlBuild *self, uint32_t node);
bool sk_html_in_stack(const SkHtmlBuild *self, SkHtmlTag tag);
bool sk_html_in_scope(const SkHtmlBuild *self, SkHtmlTag tag, SkHtmlScope scope);
bool sk_html_node_in_scope(const SkHtmlBuild *self, uint32_t node);
bool sk_html_heading_in_scope(const SkHtmlBuild *self);
void sk_html_implied(SkHtmlBuild *self, SkHtmlTag except);
void sk_html_close_p(SkHtmlBuild *self);
void sk_html_clear_to(SkHtmlBuild *self, const SkHtmlTag tags[3]);
void sk_html_reset_mode(SkHtmlBuild *self);

/* ---- active formatting elements ------------------------------------------------------------- */

void sk_html_push_formatting(SkHtmlBuild *self, uint32_t node);
void sk_html_marker(SkHtmlBuild *self);
void sk_html_clear_formatting(SkHtmlBuild *self);
void sk_html_reconstruct(SkHtmlBuild *self);
/** sk_html_active: the last one of this name behind the last marker; SK_HTML_NONE. */
uint32_t sk_html_active(const SkHtmlBuild *self, SkHtmlTag tag);
void sk_html_unformat(SkHtmlBuild *self, uint32_t node);
/** sk_html_adopt: the end tag of a formatting element. */
void sk_html_adopt(SkHtmlBuild *self, const SkHtmlToken *token);
void sk_html_any_end(SkHtmlBuild *self, const SkHtmlToken *token);

/* ---- modes ---------------------------------------------------------------------------------- */

SkHtmlStep sk_html_in_body(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_head(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_table(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_caption(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_columns(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_table_body(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_row(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_cell(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_select(SkHtmlBuild *self, const SkHtmlToken *token);
SkHtmlStep sk_html_in_template(SkHtmlBuild *self, const SkHtmlToken *token);
/** sk_html_foreign: a token in SVG or MathML. */
SkHtmlStep sk_html_foreign(SkHtmlBuild *self, const SkHtmlToken *token);
/** sk_html_is_foreign: is @token to be read as one in SVG or MathML? */
bool sk_html_is_foreign(const SkHtmlBuild *self, const SkHtmlToken *token);
/** sk_html_raw: an element whose content is text. */
void sk_html_raw(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlTextState state);

static inline bool
sk_html_is_start(const SkHtmlToken *token, SkHtmlTag tag)
{
    return token->kind == SK_HTML_TOKEN_START && token->tag == tag;
}

static inline bool
sk_html_is_end(const SkHtmlToken *token, SkHtmlTag tag)
{
    return token->kind == SK_HTML_TOKEN_END && token->tag == tag;
}

static inline bool
sk_html_is_white(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static inline size_t
sk_html_white(SkSpan s)
{
    size_t n = 0;
    while (n < s.n && sk_html_is_white(s.p[n]))
        n++;
    return n;
}
