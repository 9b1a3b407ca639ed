/* SPDX-License-Identifier: Apache-2.0
 *
 * flate.h - the one way in which Sekisho deflates what stands in a PDF: a zlib stream with header
 * 78 01. The same bytes always become the same stream, however they are handed in.
 * Runs in: disarm worker (no files, no network).
 * Spec: docs/formats/pdf-picture.md, RFC 1950   Tests: tests/unit/format/test-flate.c
 */
#pragma once

#include "base/sink.h"

typedef struct SkFlate SkFlate;

/** sk_flate_new: (transfer full): @sink is borrowed; it may receive everything only at the end. */
SkFlate *sk_flate_new(SkSink *sink);
void sk_flate_free(SkFlate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkFlate, sk_flate_free)
void sk_flate_span(SkFlate *self, SkSpan s);
/** sk_flate_end: the last block and the Adler-32; nothing may follow. */
void sk_flate_end(SkFlate *self);

/** sk_flate: all of @in at once. */
void sk_flate(SkSpan in, SkSink *sink);
