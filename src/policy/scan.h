/* SPDX-License-Identifier: Apache-2.0
 *
 * scan.h - cuts a text into pieces of bytes (flex); lexer.h makes tokens with places of them.
 * Runs in: sekisho. Trusts: the text is valid UTF-8 (the lexer has checked it).
 * Tests: tests/unit/policy/, tests/golden/policy/
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_SCAN_END = 0,
    SK_SCAN_SPACE, /* spaces, tabs, comments */
    SK_SCAN_NEWLINE,
    SK_SCAN_OPEN,  /* { */
    SK_SCAN_CLOSE, /* } */
    SK_SCAN_COMMA,
    SK_SCAN_WORD,        /* anything else, in any script */
    SK_SCAN_STRING,      /* with both quotes */
    SK_SCAN_CUT_STRING,  /* its closing quote is missing */
    SK_SCAN_WIDE_SPACE,  /* U+3000, U+00A0 */
    SK_SCAN_WIDE_COMMA,  /* U+3001, U+FF0C */
    SK_SCAN_WIDE_OPEN,   /* U+FF5B */
    SK_SCAN_WIDE_CLOSE,  /* U+FF5D */
    SK_SCAN_WIDE_STRING, /* from a typographic or full-width quote to the next one, or the line's
                            end */
    SK_SCAN_WIDE_COMMENT /* from U+FF03 to the line's end */
} SkScanKind;

typedef struct SkScan SkScan;

/** sk_scan_new: (transfer full): copies @text, which is shorter than 2 GiB. */
SkScan *sk_scan_new(SkSpan text);
void sk_scan_free(SkScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkScan, sk_scan_free)
/** sk_scan_next: @ret is borrowed until the next call; the pieces in sequence are the whole text.
 */
SkScanKind sk_scan_next(SkScan *self, SkSpan *ret);
