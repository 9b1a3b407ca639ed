/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-memory.h - what has become of which object of the old file: everything is copied once, and
 * what could not be copied is not tried again.
 * Runs in: disarm worker. Trusts: nothing.
 * Tests: tests/golden/hostile-pdf
 */
#pragma once

#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

SkPdfMemory *sk_pdf_memory_new(void);
void sk_pdf_memory_free(SkPdfMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfMemory, sk_pdf_memory_free)

/**
 * sk_pdf_recall: has @object become something already?
 * @as: a letter of the caller's for what it is copied as: one object may be several things
 * @ret: (out): 0 where it failed
 * Returns: false where it is not known, or has no number by which it could be
 */
bool sk_pdf_recall(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfId *ret);
/** sk_pdf_remember: @id 0: it failed. */
void sk_pdf_remember(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfId id);
/** sk_pdf_recall_in, sk_pdf_remember_in: of what is another thing in each document part @within (a
 * form that borrows the resources of its page). */
bool sk_pdf_recall_in(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfRef within, SkPdfId *ret);
void sk_pdf_remember_in(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfRef within, SkPdfId id);
/** sk_pdf_forget_since: what became of objects as one of @letters since the @count-th memory: as if
 * never remembered, but for failures. sk_pdf_memories: how many there are. */
void sk_pdf_forget_since(SkPdfWalk *walk, unsigned count, const char *letters);
unsigned sk_pdf_memories(const SkPdfWalk *walk);
