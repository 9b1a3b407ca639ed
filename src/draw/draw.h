/* SPDX-License-Identifier: Apache-2.0
 *
 * draw.h - a PDF drawn page by page into JPEGs, through poppler and cairo; or, at level text, its text. What comes
 * out is hostile input again: a disarm worker reads it (docs/formats/pages.md, docs/formats/pdf-text.md).
 * Runs in: draw worker (may read fonts, no network). Trusts: nothing.
 * Spec: docs/formats/pages.md, docs/formats/pdf-image.md   Tests: tests/unit/draw/
 */
#pragma once

#include "sandbox/job.h"
#include "sandbox/report.h"

/** sk_draw_prepare: fonts and tables that drawing needs, loaded once for all workers. */
void sk_draw_prepare(void);

/**
 * sk_draw_run: draws @input at job->dpi into @output, and notes what else was in it. The worker's whole job:
 * fills @report, with type_out `pages` where it drew, `text` where the job's level is text. Where job->target is PAGES a
 * request stands before the PDF (sandbox/request.h): only its pages are drawn, and nothing else is noted.
 */
void sk_draw_run(const SkJob *job, GBytes *input, int output, SkReport *report);
