/* SPDX-License-Identifier: Apache-2.0
 *
 * svg.h - what the two halves of the profile of SVG share: the table that is made of the page, and
 * the spelling of values.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/svg.md   Tests: tests/unit/verify/test-svg.c
 */
#pragma once

#include "verify/proof.h"

/* What an element is for those that refer to it. */
enum {
    SK_SVG_DRAWN = 1,
    SK_SVG_SHAPE = 2,
    SK_SVG_CLIP = 4,
    SK_SVG_FILTER = 8,
    SK_SVG_GRADIENT = 16,
    SK_SVG_MARKER = 32,
    SK_SVG_MASK = 64,
    SK_SVG_PATTERN = 128
};

typedef struct {
    const char *name;
    char content; /* e, m, t */
    unsigned kind;
} SkSvgElement;

typedef struct {
    const char *name;
    char value; /* its class */
} SkSvgAttribute;

extern const SkSvgElement sk_svg_table[];
extern const unsigned sk_svg_table_n;
extern const SkSvgAttribute sk_svg_attribute_table[];
extern const unsigned sk_svg_attribute_table_n;

/**
 * sk_svg_spelled: is @s, references of XML resolved, a value of @value's class?
 * @ret_refers: the number of the id that it refers to; 0: none
 */
bool sk_svg_spelled(char value, SkSpan s, uint32_t *ret_refers);
/** sk_svg_local: `#i` and a number. */
bool sk_svg_local(SkSpan s, uint32_t *ret_refers);
