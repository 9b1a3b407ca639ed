/* SPDX-License-Identifier: Apache-2.0
 *
 * svg-tree.h - an SVG picture between being read and being written: allowed elements with their
 * attributes in the one spelling, style sheets resolved.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/svg.md   Tests: tests/unit/disarm/test-svg.c, tests/fuzz/fuzz-svg.c
 */
#pragma once

#include "disarm/disarm.h"

#include "svg-allow.h"

#define SK_SVG_NODES_MAX 500000u
#define SK_SVG_NONE UINT32_MAX

/* From greatest to least: how a value came to be. */
typedef struct {
    bool important;
    uint8_t origin;       /* 0: attribute, 1: style sheet, 2: style attribute */
    uint32_t specificity; /* of the selector */
} SkSvgRank;

typedef struct {
    uint32_t next; /* attribute of the same node; SK_SVG_NONE */
    uint16_t attribute;
    SkSvgRank rank;
    const char *value; /* as it came; resolved: in its one spelling; NULL: left out */
    uint32_t refers;   /* resolved: url(#…) of this node; SK_SVG_NONE */
} SkSvgValue;

typedef struct {
    uint16_t element; /* SK_SVG_E_NONE: text */
    uint32_t parent, first, last, next;
    uint32_t values; /* the first one */
    const char *text;
    const char *classes, *style, *id; /* as they came; NULL */
    const char *data;                 /* of an image: base64 of a PNG or JPEG that we wrote */
    uint32_t refers;                  /* xlink:href: the node; SK_SVG_NONE */
    uint32_t number;                  /* of its id in the output; 0: none */
} SkSvgNode;

typedef struct {
    SkDisarm *disarm;
    GArray *nodes;         /* owned, of SkSvgNode; the first is the root */
    GArray *values;        /* owned, of SkSvgValue */
    GStringChunk *strings; /* owned */
    GString *sheet;        /* owned: all style sheets */
    GHashTable *ids;       /* owned: written id → node + 1 */
    uint32_t scripts, external, foreign, animations, styles, references, editors, unknown, asides;
    uint32_t links, unsafe_links;
    bool keep_links;
} SkSvgTree;

void sk_svg_tree_clear(SkSvgTree *self);

static inline SkSvgNode *
sk_svg_node(const SkSvgTree *self, uint32_t i)
{
    return &g_array_index(self->nodes, SkSvgNode, i);
}

/** sk_svg_set: a value for the node, unless one of a greater rank is there. */
void sk_svg_set(SkSvgTree *self, uint32_t node, unsigned attribute, SkSvgRank rank,
                const char *value);

/** sk_svg_plain: (transfer full): @picture as XML: out of its gzip, without its document type,
 * whose plain entities are put in their places. */
bool sk_svg_plain(SkDisarm *self, SkSpan picture, SkSpan place, GBytes **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_svg_read: XML into the tree, which is cleared by the caller whatever is returned. */
bool sk_svg_read(SkSvgTree *self, SkSpan xml, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_svg_cascade: style sheets and style attributes become attributes. */
bool sk_svg_cascade(SkSvgTree *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_svg_value: @value of a class in its one spelling, appended to @out.
 * @ret_refers: where it is url(#…): the name, borrowed from @value; else empty
 * Returns: false where it has none: the attribute is left out
 */
bool sk_svg_value(SkSvgClass kind, SkSpan value, GString *out, SkSpan *ret_refers);
