/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-plan.h - the new PDF before it is written: objects with an id each, which mention one
 * another. The writer numbers them in the order of first mention from the catalog, and what nothing
 * mentions is not written.
 * Runs in: disarm worker (no files, no network). Trusts: its callers; what they spell is their own.
 * Spec: docs/formats/pdf.md   Tests: tests/unit/disarm/test-pdf-plan.c
 */
#pragma once

#include "disarm/pdf-spell.h"
#include "base/sink.h"

typedef struct SkPdfPlan SkPdfPlan;
typedef uint32_t SkPdfId; /* 0: none */

typedef enum {
    SK_PDF_FILTER_FLATE,
    SK_PDF_FILTER_DCT, /* a JPEG of docs/formats/jpeg.md */
} SkPdfFilter;

/** sk_pdf_plan_new: (transfer full). @limit: bytes of all its texts and data together; over it
 * everything else is dropped, and the writing fails. */
SkPdfPlan *sk_pdf_plan_new(uint64_t limit);
void sk_pdf_plan_free(SkPdfPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfPlan, sk_pdf_plan_free)

/** sk_pdf_plan_add: an object to be spelled later, so that others can mention it already. */
SkPdfId sk_pdf_plan_add(SkPdfPlan *self);
/** sk_pdf_put_ref: mentions @id (not 0) inside a text: `7 0 R` in the end. The only way: texts
 * hold no other NUL. */
void sk_pdf_put_ref(GString *out, SkPdfId id);
/** sk_pdf_plan_set: what @id is: (transfer full) @text, all of it: `<< /Type /Page … >>`. Once. */
void sk_pdf_plan_set(SkPdfPlan *self, SkPdfId id, GString *text);
/**
 * sk_pdf_plan_set_stream: what @id is: @data, deflated at once. @text (transfer full) is the
 * dictionary without its last words, `<< /Type /XObject` or `<<`; ` /Filter … /Length … >>` is
 * added. Once.
 */
void sk_pdf_plan_set_stream(SkPdfPlan *self, SkPdfId id, GString *text, SkSpan data);
/** sk_pdf_plan_set_ready: the same with (transfer full) @data that is what @filter says already;
 * @parms: `<< /Predictor 11 … >>`, or NULL. */
void sk_pdf_plan_set_ready(SkPdfPlan *self, SkPdfId id, GString *text, SkPdfFilter filter,
                           const char *parms, GBytes *data);
/** sk_pdf_plan_insert: more keys into the dictionary that @id was set to: before what stood at @at of
 * its text. */
void sk_pdf_plan_insert(SkPdfPlan *self, SkPdfId id, size_t at, const char *keys);
/** sk_pdf_plan_is_set: has it been said what @id is? */
bool sk_pdf_plan_is_set(SkPdfPlan *self, SkPdfId id);
/** sk_pdf_plan_same: (transfer full) @text, or @id of an object with the very same text: for small
 * objects that come again and again. */
SkPdfId sk_pdf_plan_same(SkPdfPlan *self, GString *text);

/** sk_pdf_plan_write: the whole file, from @root. SK_ERROR_LIMIT: too many objects or bytes. Every
 * object that is mentioned must have been set (asserted). */
bool sk_pdf_plan_write(SkPdfPlan *self, SkPdfId root, SkSink *out,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
