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
/** sk_textual_is: does the whole of @input read as text? Findings are not wanted yet. */
bool sk_textual_is(SkSpan input);
