/* SPDX-License-Identifier: Apache-2.0
 *
 * request.h - which pages of a PDF a disarm worker wants to have drawn: its output where it could not rebuild them, and the
 * beginning of what sekisho-draw, and then the next disarm worker, are given.
 * Runs in: disarm worker, draw worker. Trusts: nothing.
 * Spec: docs/formats/pages.md, "Requests"   Tests: tests/unit/sandbox/test-request.c
 */
#pragma once

#include "base/reader.h"
#include "base/sink.h"

#define SK_REQUEST_MAGIC "SKASKED1"

/** sk_request_emit: @pages: of uint32_t, page numbers from 0, ascending. */
void sk_request_emit(const GArray *pages, SkSink *sink);
/**
 * sk_request_parse: from @r, which stands behind it then.
 * @ret: (transfer full): of uint32_t: 1 to @most, ascending
 * @error: TRUNCATED, MALFORMED, LIMIT
 */
bool sk_request_parse(SkReader *r, uint32_t most, GArray **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_request_is: does @s begin as one? */
bool sk_request_is(SkSpan s);
