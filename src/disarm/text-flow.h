/* SPDX-License-Identifier: Apache-2.0
 *
 * text-flow.h - the reading order of a document on its way into a plain text: paragraphs are lines,
 * tables are lines of cells between tabs, what stands beside (a text box) follows its paragraph,
 * and what is read elsewhere (a note) can be caught as a string. Runs in: disarm worker (no files,
 * no network). Trusts: nothing about how often or in which order it is called: what is ended more
 * often than begun is ignored. Spec: docs/formats/office-text.md   Tests: tests/golden/office-text
 */
#pragma once

#include "disarm/text-out.h"

typedef struct SkTextFlow SkTextFlow;

/** sk_text_flow_new: (transfer full): @out is borrowed. */
SkTextFlow *sk_text_flow_new(SkTextOut *out);
void sk_text_flow_free(SkTextFlow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkTextFlow, sk_text_flow_free)

/** sk_text_flow_paragraph: a paragraph begins, also inside another one's text box. */
void sk_text_flow_paragraph(SkTextFlow *self);
/** sk_text_flow_text: into the paragraph that is open, or one that is opened for it. */
void sk_text_flow_text(SkTextFlow *self, SkSpan text);
void sk_text_flow_str(SkTextFlow *self, const char *text);
/** sk_text_flow_prefix: what the paragraph that is open begins with, unless nothing comes of it. */
void sk_text_flow_prefix(SkTextFlow *self, const char *prefix);
/** sk_text_flow_in_cell: what comes is part of a table's cell. */
bool sk_text_flow_in_cell(const SkTextFlow *self);
/** sk_text_flow_paragraph_end: an empty one is an empty line, of which two never follow each other.
 */
void sk_text_flow_paragraph_end(SkTextFlow *self);
/** sk_text_flow_line: a whole paragraph. */
void sk_text_flow_line(SkTextFlow *self, const char *text);

/** sk_text_flow_box: a text box; what is in it follows the paragraph in which it stands. */
void sk_text_flow_box(SkTextFlow *self);
void sk_text_flow_box_end(SkTextFlow *self);

/** sk_text_flow_row: of a table; a table in a cell becomes part of the cell's one line. */
void sk_text_flow_row(SkTextFlow *self);
void sk_text_flow_cell(SkTextFlow *self);
/** sk_text_flow_cell_end: @span columns are the cell's; those after the first are empty. */
void sk_text_flow_cell_end(SkTextFlow *self, unsigned span);
void sk_text_flow_row_end(SkTextFlow *self);

/** sk_text_flow_catch: what comes is not written but handed out at the end of it. */
void sk_text_flow_catch(SkTextFlow *self);
/** sk_text_flow_caught: (transfer full): without the line end of its last line. */
char *sk_text_flow_caught(SkTextFlow *self);
