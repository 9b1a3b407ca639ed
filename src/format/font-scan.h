/* SPDX-License-Identifier: Apache-2.0
 *
 * font-scan.h - PostScript's spelling, as Type 1 fonts and CMaps use it: white space, comments,
 * words and strings. Nothing is carried out.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font.c
 */
#pragma once

#include "base/reader.h"

/* What sk_reader_peek returned; the end is neither. */
bool sk_font_is_space(int c);
bool sk_font_is_delimiter(int c);
/** sk_font_skip_space: and comments. */
void sk_font_skip_space(SkReader *r);
/** sk_font_word: up to white space, a delimiter or the end. */
SkSpan sk_font_word(SkReader *r);
/** sk_font_string: behind its `(`: as it stands, without the last `)`; nothing where it has no end,
 * and then @r has failed. */
SkSpan sk_font_string(SkReader *r);
