/* SPDX-License-Identifier: Apache-2.0
 *
 * pdfwrite.h - the one form in which Sekisho writes pages that are pictures as a PDF.
 * Runs in: disarm worker (no files, no network).
 * Spec: docs/formats/pdf-image.md   Tests: tests/unit/disarm/test-pages.c
 */
#pragma once

#include "base/sink.h"

typedef struct SkPdfWriter SkPdfWriter;

/** sk_pdf_writer_new: (transfer full): writes everything before the first page. */
SkPdfWriter *sk_pdf_writer_new(SkSink *sink, uint32_t pages);
void sk_pdf_writer_free(SkPdfWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfWriter, sk_pdf_writer_free)
/** sk_pdf_writer_word: one more word under the next page. @x, @y: where its base line begins, from
 * the lower left corner in 1/100 pt; @size of the letters likewise; @stretch: their width in 1/100
 * %; @text: UTF-16BE as pdf-image.md allows it. */
void sk_pdf_writer_word(SkPdfWriter *self, uint32_t x, uint32_t y, uint32_t size, uint32_t stretch,
                        bool vertical, SkSpan text);
/** sk_pdf_writer_page: the next page. @width, @height on paper in 1/100 pt; @jpeg as jpeg.md has
 * it. */
void sk_pdf_writer_page(SkPdfWriter *self, uint32_t width, uint32_t height, uint32_t width_px,
                        uint32_t height_px, bool grey, SkSpan jpeg);
/** sk_pdf_writer_end: after the last page (asserted). */
void sk_pdf_writer_end(SkPdfWriter *self);
