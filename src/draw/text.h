/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h - the text of a PDF in reading order, as poppler sees it: columns, lines from top to bottom or, where they are written
 * so, from right to left. What comes out is hostile input again: a disarm worker reads it as any text.
 * Runs in: draw worker (may read fonts and poppler's tables, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-text.md   Tests: tests/unit/draw/
 */
#pragma once

#include "base/sink.h"
#include "sandbox/job.h"
#include "sandbox/report.h"

#include <poppler.h>

/** sk_draw_text: all pages of @document into @sink, as UTF-8. Pictures that stay behind are reported. */
bool sk_draw_text(PopplerDocument *document, const SkJob *job, SkReport *report, SkSink *sink,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_draw_plain_char: a letter as it is typed: forms for vertical lines and radicals that stand for whole signs become the
 * ordinary ones. 0: it says nothing. */
gunichar sk_draw_plain_char(gunichar c);
