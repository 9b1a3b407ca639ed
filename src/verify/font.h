/* SPDX-License-Identifier: Apache-2.0
 *
 * font.h - font programs and character maps of a rebuilt PDF, in their one form. What they say no to is said by sk_proof_no.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/verify/test-font.c
 */
#pragma once

#include "verify/proof.h"

bool sk_verify_font_truetype(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
/** sk_verify_font_cff: @cid: keyed by CIDs. */
bool sk_verify_font_cff(SkProof *proof, SkSpan in, bool cid) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_font_tounicode(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_font_cmap(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
