/* SPDX-License-Identifier: Apache-2.0
 *
 * text.c - the profile of plain text: UTF-8, and every character allowed where it stands.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/text.md   Tests: tests/unit/verify/test-text.c
 */
#include "verify/chars.h"
#include "verify/proof.h"

bool
sk_verify_text(SkProof *proof, SkSpan in)
{
    SkCharWalk walk = SK_CHAR_WALK(sk_proof_keeps(proof, SK_ELEMENT_TEXT_INVISIBLE));
    size_t at = 0;

    if (sk_span_starts(in, "\xef\xbb\xbf"))
        return sk_proof_no(proof, SK_ELEMENT_TEXT_BOM, "byte 0");
    while (at < in.n) {
        size_t from = at, run = walk.after == 0 ? sk_char_plain_run(in, at) : 0;
        if (run > 0) {
            at += run;
            walk.before = in.p[at - 1];
            continue;
        }
        uint32_t c = sk_char_next(in, &at);
        if (c == SK_CHAR_BAD)
            return sk_proof_no(proof, SK_ELEMENT_TEXT_ENCODING, "byte %zu", at);
        if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
            return sk_proof_no(proof, SK_ELEMENT_TEXT_NEWLINE, "byte %zu", from);
        SkElement found = sk_char_step(&walk, c);
        if (found != SK_ELEMENT_NONE)
            return sk_proof_no(proof, found, "byte %zu", from);
    }
    SkElement found = sk_char_stop(&walk);
    return found == SK_ELEMENT_NONE || sk_proof_no(proof, found, "byte %zu", at);
}
