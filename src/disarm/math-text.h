/* SPDX-License-Identifier: Apache-2.0
 *
 * math-text.h - an equation of Office in one line: (a)/(b), x^(2), √(x).
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/office-text.md   Tests: tests/golden/office-text
 */
#pragma once

#include "disarm/text-flow.h"
#include "format/xml.h"

#define SK_MATH_DEPTH_MAX 64u

typedef struct {
    unsigned depth; /* of m:d and m:nary; those deeper than SK_MATH_DEPTH_MAX have ordinary signs */
    bool opened[SK_MATH_DEPTH_MAX];
    char begin[SK_MATH_DEPTH_MAX][8];
    char end[SK_MATH_DEPTH_MAX][8];
} SkMathText;

/** sk_math_text_start: an element of whatever kind begins. @value: its m:val. */
void sk_math_text_start(SkMathText *self, SkTextFlow *flow, SkXmlSymbol element, SkSpan value);
void sk_math_text_end(SkMathText *self, SkTextFlow *flow, SkXmlSymbol element);
