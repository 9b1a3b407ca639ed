/* SPDX-License-Identifier: Apache-2.0
 *
 * textual.h - what text, CSV and TSV share: from bytes of any known encoding to UTF-8 that holds
 * only allowed characters, each thing dropped a finding.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/text.md   Tests: tests/unit/disarm/test-text.c
 */
#pragma once

#include "disarm/disarm.h"

/**
 * sk_textual_read: (transfer full): the whole of self->input as allowed characters in UTF-8, lines
 * ended by LF.
 * @lines: line ends and a byte order mark are the text's own, and reported where they change (not
 *   so in CSV)
 * SK_ERROR_MALFORMED for what no known encoding fits, and for binary data in disguise.
 */
bool sk_textual_read(SkDisarm *self, bool lines, GString **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_textual_decode: (transfer full): the whole of self->input in UTF-8 as it stands, without its byte
 * order mark; no character is judged yet. Reports encoding and mark.
 */
bool sk_textual_decode(SkDisarm *self, GString **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkTextualDropped: what sk_textual_filter took out, of all the pieces of one object. */
typedef struct {
    uint64_t characters;
    uint32_t controls, directions, invisibles, newlines;
} SkTextualDropped;

/**
 * sk_textual_filter: appends @utf8, one text by itself (a string of JSON, a value), to @out, its
 * characters those that docs/formats/text.md allows; line ends are LF.
 * @returns: U+000D stays what it is
 */
void sk_textual_filter(const SkDisarm *self, SkSpan utf8, bool returns, GString *out,
                       SkTextualDropped *dropped);
/** sk_textual_report: the findings of everything dropped. */
bool sk_textual_report(SkDisarm *self, const SkTextualDropped *dropped,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_textual_keep_encoding: (transfer full): @text, which sk_textual_read made of self->input, in the
 * encoding it came in, where the policy keeps that; NULL where it does not, or where a character or the
 * encoding itself would not be the same when it is read again. Reports which it is.
 */
GString *sk_textual_keep_encoding(SkDisarm *self, SkSpan text);
/** sk_textual_is: does the whole of @input read as text? Findings are not wanted yet. */
bool sk_textual_is(SkSpan input);
/** sk_textual_utf8: (transfer full) (nullable): @text in UTF-8, whatever known encoding it is in; NULL where it
 * is UTF-8 as it stands, or in none. */
GString *sk_textual_utf8(SkSpan text);
