/* SPDX-License-Identifier: Apache-2.0
 *
 * plain.h - which characters may stand in plain text, and what reason joiners and selectors have
 * to.
 * Runs in: disarm worker (no files, no network).
 * Spec: docs/formats/text.md   Tests: tests/unit/disarm/test-text.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_PLAIN_OTHER = 0, /* allowed anywhere */
    SK_PLAIN_BREAK,     /* a line end in any of its forms; LF alone is allowed */
    SK_PLAIN_CONTROL,   /* and noncharacters */
    SK_PLAIN_BIDI,
    SK_PLAIN_INVISIBLE,
    SK_PLAIN_JOINER,
    SK_PLAIN_SELECTOR,
} SkPlainClass;

#define SK_PLAIN_NOTHING UINT32_MAX /* before the first character, after the last */

SkPlainClass sk_plain_class(uint32_t c);
/** sk_plain_reason: may @c, a joiner or selector, stand between @before and @after? */
bool sk_plain_reason(uint32_t c, uint32_t before, uint32_t after);
