/* SPDX-License-Identifier: Apache-2.0
 * html-stack.c - nodes, the stack of open elements and the active formatting elements. Contract in
 * html-build.h. The list of formatting elements is short by our own bound, so that no page grows by
 * more than that factor. */
#include "format/html-build.h"

#include <string.h>

#define FORMATTING_MAX 24u
#define ALIKE_MAX 3u

/* ---- nodes ---------------------------------------------------------------------------------- */

static uint32_t
add_node(SkHtmlBuild *self, SkHtmlNode node)
{
    node.parent = node.first = node.last = node.next = node.prev = SK_HTML_NONE;
    g_array_append_val(self->tree->nodes, node);
    return self->tree->nodes->len - 1;
}

uint32_t
sk_html_new_element(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlSpace space)
{
    SkHtmlNode node = { .tag = (uint16_t)token->tag,
                        .space = (uint8_t)space,
                        .text = token->name,
                        .attrs = self->tree->attrs->len,
                        .attrs_n = token->attrs_n };

    g_array_append_vals(self->tree->attrs, token->attrs, token->attrs_n);
    return add_node(self, node);
}

uint32_t
sk_html_new_like(SkHtmlBuild *self, uint32_t like)
{
    return add_node(self, *sk_html_at(self, like));
}

void
sk_html_take(SkHtmlBuild *self, uint32_t node)
{
    SkHtmlNode *n = sk_html_at(self, node);

    if (n->parent == SK_HTML_NONE)
        return;
    if (n->prev == SK_HTML_NONE)
        sk_html_at(self, n->parent)->first = n->next;
    else
        sk_html_at(self, n->prev)->next = n->next;
    if (n->next == SK_HTML_NONE)
        sk_html_at(self, n->parent)->last = n->prev;
    else
        sk_html_at(self, n->next)->prev = n->prev;
    n->parent = n->prev = n->next = SK_HTML_NONE;
}

void
sk_html_put(SkHtmlBuild *self, uint32_t node, uint32_t parent, uint32_t before)
{
    SkHtmlNode *n = sk_html_at(self, node), *p = sk_html_at(self, parent);

    n->parent = parent;
    n->next = before;
    n->prev = before == SK_HTML_NONE ? p->last : sk_html_at(self, before)->prev;
    if (n->prev == SK_HTML_NONE)
        p->first = node;
    else
        sk_html_at(self, n->prev)->next = node;
    if (before == SK_HTML_NONE)
        p->last = node;
    else
        sk_html_at(self, before)->prev = node;
}

void
sk_html_move_children(SkHtmlBuild *self, uint32_t from, uint32_t to)
{
    SkHtmlNode *source = sk_html_at(self, from), *target = sk_html_at(self, to);

    g_assert(target->first == SK_HTML_NONE);
    for (uint32_t at = source->first; at != SK_HTML_NONE; at = sk_html_at(self, at)->next)
        sk_html_at(self, at)->parent = to;
    target->first = source->first;
    target->last = source->last;
    source->first = source->last = SK_HTML_NONE;
}

void
sk_html_place(const SkHtmlBuild *self, uint32_t target, uint32_t *ret_parent, uint32_t *ret_before)
{
    *ret_parent = target;
    *ret_before = SK_HTML_NONE;
    if (!self->foster || !sk_html_has(self, target, SK_HTML_TABLE))
        return;
    for (guint i = self->stack->len; i-- > 0;) {
        uint32_t at = g_array_index(self->stack, uint32_t, i);
        if (sk_html_is(self, at, SK_HTML_TEMPLATE)) {
            *ret_parent = at;
            return;
        }
        if (!sk_html_is(self, at, SK_HTML_TABLE_))
            continue;
        uint32_t parent = sk_html_at(self, at)->parent;
        if (parent != SK_HTML_NONE) {
            *ret_parent = parent;
            *ret_before = at;
        } else {
            *ret_parent = g_array_index(self->stack, uint32_t, i - 1);
        }
        return;
    }
    *ret_parent = g_array_index(self->stack, uint32_t, 0);
}

uint32_t
sk_html_insert_in(SkHtmlBuild *self, const SkHtmlToken *token, SkHtmlSpace space)
{
    uint32_t parent, before, node = sk_html_new_element(self, token, space);

    sk_html_place(self, sk_html_top(self), &parent, &before);
    sk_html_put(self, node, parent, before);
    g_array_append_val(self->stack, node);
    return node;
}

uint32_t
sk_html_insert(SkHtmlBuild *self, const SkHtmlToken *token)
{
    return sk_html_insert_in(self, token, SK_HTML_NS_HTML);
}

uint32_t
sk_html_insert_name(SkHtmlBuild *self, SkHtmlTag tag)
{
    uint32_t parent, before;
    SkHtmlNode node = { .tag = (uint16_t)tag, .text = sk_span_str(sk_html_tag_name(tag)) };
    uint32_t at = add_node(self, node);

    sk_html_place(self, sk_html_top(self), &parent, &before);
    sk_html_put(self, at, parent, before);
    g_array_append_val(self->stack, at);
    return at;
}

void
sk_html_insert_void(SkHtmlBuild *self, const SkHtmlToken *token)
{
    (void)sk_html_insert(self, token);
    sk_html_pop(self);
}

void
sk_html_insert_text(SkHtmlBuild *self, SkSpan text)
{
    uint32_t parent, before;

    if (text.n == 0)
        return;
    sk_html_place(self, sk_html_top(self), &parent, &before);
    uint32_t prev =
        before == SK_HTML_NONE ? sk_html_at(self, parent)->last : sk_html_at(self, before)->prev;
    if (prev != SK_HTML_NONE) {
        SkHtmlNode *node = sk_html_at(self, prev);
        if (node->is_text && node->text.p + node->text.n == text.p) {
            node->text.n += text.n;
            return;
        }
    }
    uint32_t at = add_node(self, (SkHtmlNode){ .is_text = 1, .text = text });
    sk_html_put(self, at, parent, before);
}

void
sk_html_merge(SkHtmlBuild *self, uint32_t node, const SkHtmlToken *token)
{
    SkHtmlNode *n = sk_html_at(self, node);
    SkHtmlAttr all[SK_HTML_ATTRS_MAX];
    uint32_t count = n->attrs_n;

    for (uint32_t i = 0; i < count; i++)
        all[i] = g_array_index(self->tree->attrs, SkHtmlAttr, n->attrs + i);
    for (unsigned i = 0; i < token->attrs_n && count < SK_HTML_ATTRS_MAX; i++) {
        bool known = false;
        for (uint32_t j = 0; j < count && !known; j++)
            known = sk_span_equal(all[j].name, token->attrs[i].name);
        if (!known)
            all[count++] = token->attrs[i];
    }
    if (count == n->attrs_n)
        return;
    n->attrs = self->tree->attrs->len;
    n->attrs_n = count;
    g_array_append_vals(self->tree->attrs, all, count);
}

/* ---- the stack ------------------------------------------------------------------------------ */

void
sk_html_pop(SkHtmlBuild *self)
{
    if (self->stack->len > 0)
        g_array_set_size(self->stack, self->stack->len - 1);
}

void
sk_html_pop_through(SkHtmlBuild *self, SkHtmlTag tag)
{
    while (self->stack->len > 1) {
        uint32_t top = sk_html_top(self);
        sk_html_pop(self);
        if (sk_html_is(self, top, tag))
            return;
    }
}

size_t
sk_html_depth(const SkHtmlBuild *self, uint32_t node)
{
    for (guint i = self->stack->len; i-- > 0;) {
        if (g_array_index(self->stack, uint32_t, i) == node)
            return i;
    }
    return SIZE_MAX;
}

void
sk_html_drop(SkHtmlBuild *self, uint32_t node)
{
    size_t at = sk_html_depth(self, node);

    if (at != SIZE_MAX)
        g_array_remove_index(self->stack, (guint)at);
}

bool
sk_html_in_stack(const SkHtmlBuild *self, SkHtmlTag tag)
{
    for (guint i = self->stack->len; i-- > 0;) {
        if (sk_html_is(self, g_array_index(self->stack, uint32_t, i), tag))
            return true;
    }
    return false;
}

static bool
ends_scope(const SkHtmlBuild *self, uint32_t at, SkHtmlScope scope)
{
    const SkHtmlNode *node = sk_html_at(self, at);
    SkHtmlTag tag = (SkHtmlTag)node->tag;

    if (scope == SCOPE_SELECT)
        return node->space != SK_HTML_NS_HTML || (tag != SK_HTML_OPTION && tag != SK_HTML_OPTGROUP);
    if (node->space == SK_HTML_NS_SVG)
        return scope != SCOPE_TABLE &&
               (tag == SK_HTML_FOREIGNOBJECT || tag == SK_HTML_DESC || tag == SK_HTML_TITLE);
    if (node->space == SK_HTML_NS_MATH)
        return scope != SCOPE_TABLE &&
               (tag == SK_HTML_MI || tag == SK_HTML_MO || tag == SK_HTML_MN || tag == SK_HTML_MS ||
                tag == SK_HTML_MTEXT || tag == SK_HTML_ANNOTATION_XML);
    if (scope == SCOPE_TABLE)
        return tag == SK_HTML_HTML || tag == SK_HTML_TABLE_ || tag == SK_HTML_TEMPLATE;
    if ((sk_html_tag_properties(tag) & SK_HTML_SCOPE) != 0)
        return true;
    return scope == SCOPE_LIST_ITEM ? tag == SK_HTML_OL || tag == SK_HTML_UL
                                    : scope == SCOPE_BUTTON && tag == SK_HTML_BUTTON;
}

bool
sk_html_in_scope(const SkHtmlBuild *self, SkHtmlTag tag, SkHtmlScope scope)
{
    for (guint i = self->stack->len; i-- > 0;) {
        uint32_t at = g_array_index(self->stack, uint32_t, i);
        if (sk_html_is(self, at, tag))
            return true;
        if (ends_scope(self, at, scope))
            return false;
    }
    return false;
}

bool
sk_html_node_in_scope(const SkHtmlBuild *self, uint32_t node)
{
    for (guint i = self->stack->len; i-- > 0;) {
        uint32_t at = g_array_index(self->stack, uint32_t, i);
        if (at == node)
            return true;
        if (ends_scope(self, at, SCOPE_ALL))
            return false;
    }
    return false;
}

bool
sk_html_heading_in_scope(const SkHtmlBuild *self)
{
    for (guint i = self->stack->len; i-- > 0;) {
        uint32_t at = g_array_index(self->stack, uint32_t, i);
        if (sk_html_has(self, at, SK_HTML_HEADING))
            return true;
        if (ends_scope(self, at, SCOPE_ALL))
            return false;
    }
    return false;
}

bool
sk_html_is_special(const SkHtmlBuild *self, uint32_t at)
{
    const SkHtmlNode *node = sk_html_at(self, at);

    if (node->space != SK_HTML_NS_HTML)
        return ends_scope(self, at, SCOPE_ALL);
    return sk_html_has(self, at, SK_HTML_SPECIAL);
}

void
sk_html_implied(SkHtmlBuild *self, SkHtmlTag except)
{
    while (sk_html_has(self, sk_html_top(self), SK_HTML_IMPLIED) &&
           (except == SK_HTML_OTHER || !sk_html_is(self, sk_html_top(self), except)))
        sk_html_pop(self);
}

void
sk_html_close_p(SkHtmlBuild *self)
{
    if (!sk_html_in_scope(self, SK_HTML_P, SCOPE_BUTTON))
        return;
    sk_html_implied(self, SK_HTML_P);
    sk_html_pop_through(self, SK_HTML_P);
}

void
sk_html_clear_to(SkHtmlBuild *self, const SkHtmlTag tags[3])
{
    while (self->stack->len > 1) {
        uint32_t top = sk_html_top(self);
        if (sk_html_is(self, top, SK_HTML_TEMPLATE) || sk_html_is(self, top, tags[0]) ||
            sk_html_is(self, top, tags[1]) || sk_html_is(self, top, tags[2]))
            return;
        sk_html_pop(self);
    }
}

static SkHtmlMode
select_mode(const SkHtmlBuild *self, guint at)
{
    while (at-- > 1) {
        uint32_t node = g_array_index(self->stack, uint32_t, at);
        if (sk_html_is(self, node, SK_HTML_TEMPLATE))
            break;
        if (sk_html_is(self, node, SK_HTML_TABLE_))
            return MODE_IN_SELECT_IN_TABLE;
    }
    return MODE_IN_SELECT;
}

void
sk_html_reset_mode(SkHtmlBuild *self)
{
    for (guint i = self->stack->len; i-- > 0;) {
        const SkHtmlNode *node = sk_html_at(self, g_array_index(self->stack, uint32_t, i));
        SkHtmlTag tag = node->space == SK_HTML_NS_HTML ? (SkHtmlTag)node->tag : SK_HTML_OTHER;
        SkHtmlMode mode = MODE_INITIAL;
        if (tag == SK_HTML_SELECT)
            mode = select_mode(self, i);
        else if (tag == SK_HTML_TD || tag == SK_HTML_TH)
            mode = i > 0 ? MODE_IN_CELL : MODE_IN_BODY;
        else if (tag == SK_HTML_TR)
            mode = MODE_IN_ROW;
        else if (tag == SK_HTML_TBODY || tag == SK_HTML_THEAD || tag == SK_HTML_TFOOT)
            mode = MODE_IN_TABLE_BODY;
        else if (tag == SK_HTML_CAPTION)
            mode = MODE_IN_CAPTION;
        else if (tag == SK_HTML_COLGROUP)
            mode = MODE_IN_COLUMN_GROUP;
        else if (tag == SK_HTML_TABLE_)
            mode = MODE_IN_TABLE;
        else if (tag == SK_HTML_TEMPLATE && self->templates->len > 0)
            mode = g_array_index(self->templates, SkHtmlMode, self->templates->len - 1);
        else if (tag == SK_HTML_HEAD)
            mode = MODE_IN_HEAD;
        else if (tag == SK_HTML_BODY)
            mode = MODE_IN_BODY;
        else if (tag == SK_HTML_HTML)
            mode = self->head == SK_HTML_NONE ? MODE_BEFORE_HEAD : MODE_AFTER_HEAD;
        if (mode != MODE_INITIAL) {
            self->mode = mode;
            return;
        }
    }
    self->mode = MODE_IN_BODY;
}

/* ---- active formatting elements ------------------------------------------------------------- */

static bool
alike(const SkHtmlBuild *self, uint32_t a, uint32_t b)
{
    const SkHtmlNode *x = sk_html_at(self, a), *y = sk_html_at(self, b);

    if (x->tag != y->tag || x->attrs_n != y->attrs_n)
        return false;
    if (x->attrs == y->attrs)
        return true;
    for (uint32_t i = 0; i < x->attrs_n; i++) {
        const SkHtmlAttr *p = &g_array_index(self->tree->attrs, SkHtmlAttr, x->attrs + i);
        bool found = false;
        for (uint32_t j = 0; j < y->attrs_n && !found; j++) {
            const SkHtmlAttr *q = &g_array_index(self->tree->attrs, SkHtmlAttr, y->attrs + j);
            found = sk_span_equal(p->name, q->name) && sk_span_equal(p->value, q->value);
        }
        if (!found)
            return false;
    }
    return true;
}

void
sk_html_push_formatting(SkHtmlBuild *self, uint32_t node)
{
    unsigned n = 0;
    guint earliest = 0;

    for (guint i = self->formatting->len; i-- > 0;) {
        uint32_t at = g_array_index(self->formatting, uint32_t, i);
        if (at == SK_HTML_NONE)
            break;
        if (alike(self, at, node)) {
            n++;
            earliest = i;
        }
    }
    if (n >= ALIKE_MAX)
        g_array_remove_index(self->formatting, earliest);
    if (self->formatting->len >= FORMATTING_MAX)
        g_array_remove_index(self->formatting, 0);
    g_array_append_val(self->formatting, node);
}

void
sk_html_marker(SkHtmlBuild *self)
{
    uint32_t marker = SK_HTML_NONE;
    g_array_append_val(self->formatting, marker);
}

void
sk_html_clear_formatting(SkHtmlBuild *self)
{
    while (self->formatting->len > 0) {
        uint32_t at = g_array_index(self->formatting, uint32_t, self->formatting->len - 1);
        g_array_set_size(self->formatting, self->formatting->len - 1);
        if (at == SK_HTML_NONE)
            return;
    }
}

void
sk_html_reconstruct(SkHtmlBuild *self)
{
    guint from = self->formatting->len;

    while (from > 0) {
        uint32_t at = g_array_index(self->formatting, uint32_t, from - 1);
        if (at == SK_HTML_NONE || sk_html_depth(self, at) != SIZE_MAX)
            break;
        from--;
    }
    for (guint i = from; i < self->formatting->len; i++) {
        uint32_t parent, before;
        uint32_t node = sk_html_new_like(self, g_array_index(self->formatting, uint32_t, i));
        sk_html_place(self, sk_html_top(self), &parent, &before);
        sk_html_put(self, node, parent, before);
        g_array_append_val(self->stack, node);
        g_array_index(self->formatting, uint32_t, i) = node;
    }
}

uint32_t
sk_html_active(const SkHtmlBuild *self, SkHtmlTag tag)
{
    for (guint i = self->formatting->len; i-- > 0;) {
        uint32_t at = g_array_index(self->formatting, uint32_t, i);
        if (at == SK_HTML_NONE)
            break;
        if (sk_html_is(self, at, tag))
            return at;
    }
    return SK_HTML_NONE;
}

static guint
formatting_at(const SkHtmlBuild *self, uint32_t node)
{
    for (guint i = 0; i < self->formatting->len; i++) {
        if (g_array_index(self->formatting, uint32_t, i) == node)
            return i;
    }
    return G_MAXUINT;
}

void
sk_html_unformat(SkHtmlBuild *self, uint32_t node)
{
    guint at = formatting_at(self, node);

    if (at != G_MAXUINT)
        g_array_remove_index(self->formatting, at);
}

void
sk_html_any_end(SkHtmlBuild *self, const SkHtmlToken *token)
{
    for (guint i = self->stack->len; i-- > 0;) {
        uint32_t at = g_array_index(self->stack, uint32_t, i);
        const SkHtmlNode *node = sk_html_at(self, at);
        bool same = node->space == SK_HTML_NS_HTML && node->tag == token->tag &&
                    (token->tag != SK_HTML_OTHER || sk_span_equal(node->text, token->name));
        if (same) {
            /* those that it implies, but not one of its own kind */
            while (sk_html_top(self) != at && sk_html_has(self, sk_html_top(self), SK_HTML_IMPLIED) &&
                   !sk_html_is(self, sk_html_top(self), token->tag))
                sk_html_pop(self);
            g_array_set_size(self->stack, i);
            return;
        }
        if (sk_html_is_special(self, at))
            return;
    }
}

/* The element below @formatting in the stack that is special, nearest to it. */
static size_t
furthest_block(const SkHtmlBuild *self, size_t formatting)
{
    for (guint i = (guint)formatting + 1; i < self->stack->len; i++) {
        if (sk_html_is_special(self, g_array_index(self->stack, uint32_t, i)))
            return i;
    }
    return SIZE_MAX;
}

/* The inner part of the adoption agency: from @block up to @formatting. Returns: the node that is
 * put into the common ancestor. */
static uint32_t
climb(SkHtmlBuild *self, uint32_t formatting, size_t block, uint32_t *bookmark)
{
    uint32_t furthest = g_array_index(self->stack, uint32_t, (guint)block), last = furthest;
    size_t at = block;

    for (unsigned count = 1; at > 0; count++) {
        at--;
        uint32_t node = g_array_index(self->stack, uint32_t, (guint)at);
        if (node == formatting)
            break;
        guint listed = formatting_at(self, node);
        if (count > 3 && listed != G_MAXUINT) {
            g_array_remove_index(self->formatting, listed);
            *bookmark -= listed < *bookmark ? 1 : 0;
            listed = G_MAXUINT;
        }
        if (listed == G_MAXUINT) {
            g_array_remove_index(self->stack, (guint)at);
            continue;
        }
        uint32_t copy = sk_html_new_like(self, node);
        g_array_index(self->formatting, uint32_t, listed) = copy;
        g_array_index(self->stack, uint32_t, (guint)at) = copy;
        if (last == furthest)
            *bookmark = listed + 1;
        sk_html_take(self, last);
        sk_html_put(self, last, copy, SK_HTML_NONE);
        last = copy;
    }
    return last;
}

/* false: nothing more is to be done */
static bool
adopt_once(SkHtmlBuild *self, const SkHtmlToken *token)
{
    uint32_t formatting = sk_html_active(self, token->tag);

    if (formatting == SK_HTML_NONE) {
        sk_html_any_end(self, token);
        return false;
    }
    size_t at = sk_html_depth(self, formatting);
    if (at == SIZE_MAX) {
        sk_html_unformat(self, formatting);
        return false;
    }
    if (!sk_html_node_in_scope(self, formatting))
        return false;
    size_t furthest = furthest_block(self, at);
    if (furthest == SIZE_MAX) {
        g_array_set_size(self->stack, (guint)at);
        sk_html_unformat(self, formatting);
        return false;
    }
    uint32_t ancestor = g_array_index(self->stack, uint32_t, (guint)at - 1);
    uint32_t block = g_array_index(self->stack, uint32_t, (guint)furthest);
    uint32_t bookmark = formatting_at(self, formatting), parent, before;
    uint32_t last = climb(self, formatting, furthest, &bookmark);
    sk_html_take(self, last);
    /* Also where nothing else is fostered. */
    bool foster = self->foster;
    self->foster = true;
    sk_html_place(self, ancestor, &parent, &before);
    self->foster = foster;
    sk_html_put(self, last, parent, before);
    uint32_t copy = sk_html_new_like(self, formatting);
    sk_html_move_children(self, block, copy);
    sk_html_put(self, copy, block, SK_HTML_NONE);
    guint listed = formatting_at(self, formatting);
    g_array_remove_index(self->formatting, listed);
    bookmark -= listed < bookmark ? 1 : 0;
    g_array_insert_val(self->formatting, MIN(bookmark, self->formatting->len), copy);
    sk_html_drop(self, formatting);
    guint below = (guint)sk_html_depth(self, block) + 1;
    g_array_insert_val(self->stack, below, copy);
    return true;
}

void
sk_html_adopt(SkHtmlBuild *self, const SkHtmlToken *token)
{
    uint32_t top = sk_html_top(self);

    if (sk_html_is(self, top, token->tag) && formatting_at(self, top) == G_MAXUINT) {
        sk_html_pop(self);
        return;
    }
    for (unsigned i = 0; i < 8; i++) {
        if (!adopt_once(self, token))
            return;
    }
}
