/* SPDX-License-Identifier: Apache-2.0
 *
 * jbig2.h - bilevel pictures as JBIG2 codes them inside PDFs (ITU-T T.88): generic regions,
 * symbols, text and refinement regions by arithmetic codes, generic regions by MMR. Huffman codes,
 * halftones and colours are not carried out.
 * Runs in: disarm worker (no files, no network). Trusts: nothing: every size is bounded before
 * memory is asked for, and the work of all regions together by a budget.
 * Spec: docs/formats/pdf-picture.md, ITU-T T.88   Tests: tests/unit/format/test-jbig2.c,
 * tests/fuzz/fuzz-jbig2.c
 */
#pragma once

#include "base/base.h"

/**
 * sk_jbig2_decode:
 * @globals: segments that several pictures share; may be empty
 * @pixels: the most that a page, a region or all symbols of a dictionary may have
 * @ret: (out) (transfer full): rows of (width + 7) / 8 bytes; 1 is black, unused bits are 0. A page
 *   of another size is cut, or white beyond
 * @error: MALFORMED, TRUNCATED, LIMIT, or UNSUPPORTED for what is not carried out
 */
bool sk_jbig2_decode(SkSpan data, SkSpan globals, uint32_t width, uint32_t height, uint64_t pixels,
                     GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
