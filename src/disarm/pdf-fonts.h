/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-fonts.h - what the parts that copy font dictionaries share.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "Fonts"; ISO 32000-1, 9.5 to 9.10   Tests: tests/golden/hostile-pdf
 */
#pragma once

#include "disarm/pdf-rebuild.h"

#include "format/font.h"

/** SkPdfEncoding: names live as long as the document. */
typedef struct {
    SkSpan base;       /* one of four, or empty */
    SkSpan names[256]; /* empty: as the base, or the font, has it */
    bool any;
} SkPdfEncoding;

bool sk_pdf_glyph_name_ok(SkSpan name);
void sk_pdf_encoding_read(SkPdf *pdf, SkPdfObject encoding, SkPdfEncoding *ret);
/** sk_pdf_encoding_sound: can all its names be spelled? */
bool sk_pdf_encoding_sound(const SkPdfEncoding *self);
/** sk_pdf_encoding_put: ` /Encoding …`, or nothing where it says nothing. */
void sk_pdf_encoding_put(const SkPdfEncoding *self, GString *out);
void sk_pdf_encoding_put_differences(const SkPdfEncoding *self, GString *out);

/** sk_pdf_font_name: of a font without its program one that readers know; else any. `Font` where
 * it cannot be spelled. */
SkSpan sk_pdf_font_name(SkPdfRebuild *self, SkPdfObject font, SkPdfObject descriptor);
/** sk_pdf_is_standard: one of the fourteen fonts that every reader has. */
bool sk_pdf_is_standard(SkSpan name);
/** sk_pdf_standard_like: that one of them which is most like @name. */
SkSpan sk_pdf_standard_like(SkSpan name);

/**
 * sk_pdf_descriptor: with its program, if it has one.
 * @ret_kind: of the program; -1: there is none
 */
bool sk_pdf_descriptor(SkPdfRebuild *self, SkPdfObject descriptor, SkSpan name, bool cid,
                       SkPdfId *ret, int *ret_kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_tounicode: ` /ToUnicode 7 0 R`, or nothing where there is none that can be read. */
bool sk_pdf_tounicode(SkPdfRebuild *self, SkPdfObject font, GString *out,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pdf_simple_font(SkPdfRebuild *self, SkPdfObject font, SkPdfId *ret,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pdf_composite_font(SkPdfRebuild *self, SkPdfObject font, SkPdfId *ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
