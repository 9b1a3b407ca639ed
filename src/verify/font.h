/* SPDX-License-Identifier: Apache-2.0
 *
 * font.h - font programs and character maps of a rebuilt PDF, in their one form. What they say no
 * to is said by sk_proof_no.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/verify/test-font.c
 */
#pragma once

#include "base/reader.h"
#include "verify/proof.h"

bool sk_verify_font_truetype(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
/** sk_verify_font_cff: @cid: keyed by CIDs. */
bool sk_verify_font_cff(SkProof *proof, SkSpan in, bool cid) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_font_tounicode(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;
bool sk_verify_font_cmap(SkProof *proof, SkSpan in) G_GNUC_WARN_UNUSED_RESULT;

/* ---- between their files ---- */

/* Places are less than this from the origin, in a font's units. */
#define SK_FONT_FAR 16384

/** sk_font_no: refuses @what, `not-canonical`. Returns false. */
bool sk_font_no(SkProof *proof, const char *what);
/** sk_font_name_is: of a glyph or font. */
bool sk_font_name_is(SkSpan name);
/** sk_font_pad: bytes 00 up to a multiple of 4 from @start. */
bool sk_font_pad(SkReader *r, size_t start);

/** SkFontBox: over all places, in 1/65,536 of a unit; least > greatest: none. */
typedef struct {
    int64_t least[2], greatest[2];
} SkFontBox;

#define SK_FONT_NO_BOX ((SkFontBox){ { INT64_MAX, INT64_MAX }, { INT64_MIN, INT64_MIN } })

/** sk_font_charstring: one charstring of CFF; widens @box. */
bool sk_font_charstring(SkSpan in, SkFontBox *box);
/** sk_font_sfnt_map: the table `cmap`, for @glyphs glyphs. */
bool sk_font_sfnt_map(SkSpan in, uint32_t glyphs);
