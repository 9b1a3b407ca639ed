/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-files.h - the files that a PDF carries. By rule they are handed on, each to be disarmed by itself (sandbox/children.h),
 * else they are dropped where they are met.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, ISO 32000-2, 7.11.4   Tests: tests/golden/pdf-files, tests/e2e/e2e-attached
 */
#pragma once

#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

SkPdfFiles *sk_pdf_files_new(void);
void sk_pdf_files_free(SkPdfFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfFiles, sk_pdf_files_free)

/**
 * sk_pdf_found_file: a file specification stands here, or an array of them.
 * @name: a string: what it is called where it does not say so itself; or nothing
 * @error: FORBIDDEN by rule, LIMIT
 */
bool sk_pdf_found_file(SkPdfWalk *walk, SkPdfObject file, SkPdfObject name,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_found_files: the files that @o is associated with (`AF`), if there are any. */
bool sk_pdf_found_files(SkPdfWalk *walk, SkPdfObject o, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_pdf_files_write: the new PDF, whose catalog is @root; where files are handed on, a container of it and them. */
bool sk_pdf_files_write(SkPdfWalk *walk, SkPdfId root, GError **error) G_GNUC_WARN_UNUSED_RESULT;
