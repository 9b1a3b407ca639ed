/* SPDX-License-Identifier: Apache-2.0
 *
 * html.h - a web page as a tree, by the algorithm of HTML (tokens, insertion modes, active
 * formatting elements, foster parents), with scripts taken to be off. What browsers make of any
 * bytes whatsoever, this makes too, within bounds: nothing is an error, and what is too deep or
 * too much is left out and counted.
 * Frames are not carried out: a page of frames is a page with an empty body.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: HTML (WHATWG) 13.2; docs/decisions/0191-own-html-parser.md
 * Tests: tests/unit/format/test-html.c, tests/golden/html-tree, tests/fuzz/fuzz-html.c
 */
#pragma once

#include "format/charset.h"
#include "format/html-names.h"

typedef enum {
    SK_HTML_SPECIAL = 1,
    SK_HTML_VOID = 2, /* has no end */
    SK_HTML_FORMATTING = 4,
    SK_HTML_HEADING = 8,
    SK_HTML_SCOPE = 16, /* ends every scope */
    SK_HTML_TABLE = 32, /* text in it belongs in front of the table */
    SK_HTML_RAW = 64,   /* what is in it is no markup */
    SK_HTML_IMPLIED = 128,
} SkHtmlProperty;

#define SK_HTML_NAMES_SYMBOL(name, symbol, properties) SK_HTML_##symbol,
typedef enum {
    SK_HTML_OTHER = 0, /* an element of any other name */
    SK_HTML_NAMES(SK_HTML_NAMES_SYMBOL) SK_HTML_TAGS
} SkHtmlTag;

typedef enum { SK_HTML_NS_HTML = 0, SK_HTML_NS_SVG, SK_HTML_NS_MATH } SkHtmlSpace;

#define SK_HTML_NONE UINT32_MAX
#define SK_HTML_ATTRS_MAX 64u   /* of one tag; more are left out */
#define SK_HTML_DEPTH_MAX 384u  /* of open elements; deeper ones are left out, not their text */
#define SK_HTML_NODES_MAX 2000000u

typedef struct {
    SkSpan name, value; /* name in lower case */
} SkHtmlAttr;

typedef struct {
    uint8_t is_text; /* else an element */
    uint8_t space;
    uint16_t tag; /* SkHtmlTag */
    uint32_t parent, first, last, next, prev;
    uint32_t attrs, attrs_n; /* in the tree's list */
    SkSpan text;             /* of a text; of an element: its name, in lower case */
} SkHtmlNode;

typedef struct {
    GArray *nodes;         /* owned, of SkHtmlNode; the first is the document, which is no element */
    GArray *attrs;         /* owned, of SkHtmlAttr */
    GStringChunk *strings; /* owned: what the spans point into, unless it is the text itself */
    uint32_t html, head, body; /* SK_HTML_NONE */
    bool quirks;
    uint32_t comments;    /* conditional ones among them */
    uint32_t conditional; /* comments that a browser once ran */
    uint32_t too_deep, too_many_attrs;
} SkHtmlTree;

/**
 * sk_html_parse: @text, UTF-8 with LF as line end, must outlive the tree.
 * Returns: (transfer full): false with SK_ERROR_LIMIT over SK_HTML_NODES_MAX
 */
bool sk_html_parse(SkSpan text, SkHtmlTree **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_html_tree_free(SkHtmlTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkHtmlTree, sk_html_tree_free)

static inline SkHtmlNode *
sk_html_node(const SkHtmlTree *self, uint32_t at)
{
    return &g_array_index(self->nodes, SkHtmlNode, at);
}

/** sk_html_attr: the value of @name; NULL where there is none. */
const SkSpan *sk_html_attr(const SkHtmlTree *self, uint32_t node, const char *name);
/** sk_html_follow: the node after @at in the order of the text, within @root; SK_HTML_NONE at the
 * end. @skip: not what is in @at. */
uint32_t sk_html_follow(const SkHtmlTree *self, uint32_t at, uint32_t root, bool skip);
/** sk_html_tag: SK_HTML_OTHER for a name that parsing does not know. @name in lower case. */
SkHtmlTag sk_html_tag(SkSpan name);
const char *sk_html_tag_name(SkHtmlTag tag);
unsigned sk_html_tag_properties(SkHtmlTag tag);

/* ---- bytes ---------------------------------------------------------------------------------- */

typedef struct {
    const char *name; /* what a finding shows */
    bool foreign;     /* neither UTF-8 nor ASCII */
    bool bom;
    bool disagrees;    /* the label was another one, or there is none such */
    bool unread;       /* the label is of an encoding that is not read here, and nothing speaks against it */
    uint32_t replaced; /* bytes that mean nothing in it: U+FFFD each */
} SkHtmlCharset;

/**
 * sk_html_decode: (transfer full): @bytes as UTF-8 with LF as line end.
 * @label: what a header beside the page says; empty: nothing. Never UTF-7.
 */
GString *sk_html_decode(SkSpan bytes, SkSpan label, SkHtmlCharset *ret);
