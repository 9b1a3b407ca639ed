/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-image.h - pictures of a hostile PDF as new objects: dictionary, masks and data.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-picture.md   Tests: tests/unit/disarm/test-pdf-picture.c,
 * tests/fuzz/fuzz-pdf-image.c
 */
#pragma once

#include "disarm/pdf-plan.h"
#include "disarm/pdf.h"

/**
 * sk_pdf_image: @stream, an image XObject, becomes an object of kind `image` or `stencil`; once,
 * then it is recalled.
 * @error: FORBIDDEN, LIMIT …: as pdf.h says; else the picture is broken or cannot be carried out
 *   (JBIG2): its page is drawn
 */
bool sk_pdf_image(SkPdfWalk *walk, SkPdfObject stream, SkPdfId *ret_id,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkPdfSpaceLookup: the colour space of that name in the resources at hand; false: there is
 * none. */
typedef bool (*SkPdfSpaceLookup)(void *user, SkSpan name, SkPdfObject *ret);

/** sk_pdf_image_inline: the same of a picture that stood in a content stream: @dictionary, its
 * keys long or short, and @data. */
bool sk_pdf_image_inline(SkPdfWalk *walk, SkPdfObject dictionary, SkSpan data,
                         SkPdfSpaceLookup lookup, void *user, SkPdfId *ret_id,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
