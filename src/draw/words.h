/* SPDX-License-Identifier: Apache-2.0
 *
 * words.h - the words of a page and where they stand, for the text layer under its picture.
 * Runs in: draw worker. Trusts: nothing.
 * Spec: docs/formats/pages.md   Tests: tests/unit/draw/
 */
#pragma once

#include "base/sink.h"

#include <poppler.h>

/** sk_draw_words: the words of @page, which is @width × @height (in 1/100 pt), as docs/formats/pages.md has them. */
void sk_draw_words(PopplerPage *page, uint32_t width, uint32_t height, SkSink *sink);
