/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-plan.h - the new PDF before it is written: objects with an id each, which mention one another. The writer
 * numbers them in the order of first mention from the catalog, and what nothing mentions is not written.
 * Runs in: disarm worker (no files, no network). Trusts: its callers; what they spell is their own.
 * Spec: docs/formats/pdf.md   Tests: tests/unit/disarm/test-pdf-plan.c
 */
#pragma once

#include "disarm/pdf-spell.h"
#include "base/sink.h"

typedef struct SkPdfPlan SkPdfPlan;
typedef uint32_t SkPdfId; /* 0: none */

typedef enum {
    SK_PDF_FILTER_NONE = 0,
    SK_PDF_FILTER_FLATE, /* the data is given plain; the writer deflates it */
    SK_PDF_FILTER_DCT,   /* the data is a JPEG of docs/formats/jpeg.md */
} SkPdfFilter;

SkPdfPlan *sk_pdf_plan_new(uint64_t limit);
void sk_pdf_plan_free(SkPdfPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfPlan, sk_pdf_plan_free)

/** sk_pdf_plan_add: an object to be spelled later, so that others can mention it already. */
SkPdfId sk_pdf_plan_add(SkPdfPlan *self);
/** sk_pdf_put_ref: mentions @id (not 0) inside a text: `7 0 R` in the end. The only way: texts hold no other NUL. */
void sk_pdf_put_ref(GString *out, SkPdfId id);
/** sk_pdf_plan_set: what @id is: (transfer full) @text, all of it: `<< /Type /Page … >>`. Once. */
void sk_pdf_plan_set(SkPdfPlan *self, SkPdfId id, GString *text);
/**
 * sk_pdf_plan_set_stream: @text (transfer full) is the dictionary without its last words, `<< /Type /XObject` or `<<`; the writer
 * adds ` /Filter … /DecodeParms … /Length … >>`. @parms: `<< /Predictor 11 … >>` or NULL. @data: (transfer full). Once.
 */
void sk_pdf_plan_set_stream(SkPdfPlan *self, SkPdfId id, GString *text, SkPdfFilter filter,
                            const char *parms, GBytes *data);
/** sk_pdf_plan_same: (transfer full) @text, or @id of an object with the very same text: for small objects that come again
 * and again. */
SkPdfId sk_pdf_plan_same(SkPdfPlan *self, GString *text);

/** sk_pdf_plan_write: the whole file, from @root. SK_ERROR_LIMIT, or SK_ERROR_INTERNAL where an object that is mentioned was never set. */
bool sk_pdf_plan_write(SkPdfPlan *self, SkPdfId root, SkSink *out,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
