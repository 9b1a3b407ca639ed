/* SPDX-License-Identifier: Apache-2.0
 *
 * extras.h - what a PDF holds besides what its pages show: all of it stays behind, and is reported as far as
 * poppler can see it. The safety of the result does not hang on this list.
 * Runs in: draw worker. Trusts: nothing.
 * Tests: tests/unit/draw/
 */
#pragma once

#include "sandbox/job.h"
#include "sandbox/report.h"

#include <poppler.h>

/** sk_extras_found: one element, as the policy or its default has it. SK_ERROR_FORBIDDEN or _ENCRYPTED where that is `refused`. */
bool sk_extras_found(const SkJob *job, SkReport *report, SkElement element, uint32_t count, const char *place,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_extras_document: of the document as a whole. */
bool sk_extras_document(PopplerDocument *document, SkSpan input, const SkJob *job, SkReport *report, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_extras_page: of one page; @place names it. */
bool sk_extras_page(PopplerPage *page, const char *place, const SkJob *job, SkReport *report, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
