/* SPDX-License-Identifier: Apache-2.0
 *
 * html-dump.h - a tree of a web page as one line that two parsers can be compared by: every element has an end tag,
 * attributes stand in the order of their names, SVG and MathML are told by `svg:` and `math:`.
 */
#pragma once

#include "format/html.h"

#include <string.h>

static inline void
dump_escaped(GString *out, SkSpan s, bool value)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '&')
            g_string_append(out, "&amp;");
        else if (s.p[i] == '<')
            g_string_append(out, "&lt;");
        else if (s.p[i] == '"' && value)
            g_string_append(out, "&quot;");
        else
            g_string_append_c(out, (char)s.p[i]);
    }
}

static inline int
dump_order(const void *a, const void *b)
{
    const SkHtmlAttr *x = a, *y = b;
    int order = memcmp(x->name.p, y->name.p, MIN(x->name.n, y->name.n));
    return order != 0 ? order : x->name.n < y->name.n ? -1 : x->name.n > y->name.n;
}

static inline void
dump_name(GString *out, const SkHtmlNode *node)
{
    g_string_append(out, node->space == SK_HTML_NS_SVG ? "svg:" : node->space == SK_HTML_NS_MATH ? "math:" : "");
    g_string_append_len(out, (const char *)node->text.p, (gssize)node->text.n);
}

static inline void
dump_start(GString *out, const SkHtmlTree *tree, const SkHtmlNode *node)
{
    SkHtmlAttr attrs[SK_HTML_ATTRS_MAX];

    g_string_append_c(out, '<');
    dump_name(out, node);
    g_assert_cmpuint(node->attrs_n, <=, SK_HTML_ATTRS_MAX);
    for (uint32_t i = 0; i < node->attrs_n; i++)
        attrs[i] = g_array_index(tree->attrs, SkHtmlAttr, node->attrs + i);
    if (node->attrs_n > 0)
        qsort(attrs, node->attrs_n, sizeof attrs[0], dump_order);
    for (uint32_t i = 0; i < node->attrs_n; i++) {
        g_string_append_c(out, ' ');
        g_string_append_len(out, (const char *)attrs[i].name.p, (gssize)attrs[i].name.n);
        g_string_append(out, "=\"");
        dump_escaped(out, attrs[i].value, true);
        g_string_append_c(out, '"');
    }
    g_string_append_c(out, '>');
}

static inline void
dump_end(GString *out, const SkHtmlNode *node)
{
    if (node->is_text)
        return;
    g_string_append(out, "</");
    dump_name(out, node);
    g_string_append_c(out, '>');
}

/** dump_tree: (transfer full): checks on its way that the nodes know each other. */
static inline GString *
dump_tree(const SkHtmlTree *tree)
{
    GString *out = g_string_new(NULL);
    uint32_t at = sk_html_node(tree, 0)->first;

    while (at != SK_HTML_NONE && at != 0) {
        const SkHtmlNode *node = sk_html_node(tree, at);
        if (node->is_text)
            dump_escaped(out, node->text, false);
        else
            dump_start(out, tree, node);
        if (node->first != SK_HTML_NONE) {
            g_assert_cmpuint(sk_html_node(tree, node->first)->parent, ==, at);
            at = node->first;
            continue;
        }
        dump_end(out, node);
        while (node->next == SK_HTML_NONE) {
            g_assert_cmpuint(sk_html_node(tree, node->parent)->last, ==, at);
            at = node->parent;
            if (at == 0)
                return out;
            node = sk_html_node(tree, at);
            dump_end(out, node);
        }
        g_assert_cmpuint(sk_html_node(tree, node->next)->prev, ==, at);
        at = node->next;
    }
    return out;
}
