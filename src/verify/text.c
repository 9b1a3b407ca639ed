/* SPDX-License-Identifier: Apache-2.0
 *
 * text.c - the profile of plain text: UTF-8, and every character allowed where it stands.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/text.md   Tests: tests/unit/verify/test-text.c
 */
#include "verify/chars.h"
#include "verify/proof.h"

/* How long the character at @at is in CP932 or EUC-JP; 0 where it is none. */
static size_t
old_character(SkSpan in, size_t at, bool euc)
{
    uint8_t c = in.p[at], next = at + 1 < in.n ? in.p[at + 1] : 0;

    if (c < 0x80)
        return 1;
    if (euc && c == 0x8e)
        return next >= 0xa1 && next <= 0xdf ? 2 : 0;
    if (euc)
        return c >= 0xa1 && c <= 0xfe && next >= 0xa1 && next <= 0xfe ? 2 : 0;
    if (c >= 0xa1 && c <= 0xdf)
        return 1;
    bool lead = (c >= 0x81 && c <= 0x9f) || (c >= 0xe0 && c <= 0xfc);
    return lead && next >= 0x40 && next <= 0xfc && next != 0x7f ? 2 : 0;
}

/* None of these two has a direction, a joiner or anything invisible: what a text must not hold is
 * ASCII's, and the same in both. */
static bool
is_old(SkSpan in, bool euc)
{
    for (size_t at = 0, n = 0; at < in.n; at += n) {
        n = old_character(in, at, euc);
        bool control = n == 1 && (in.p[at] < 0x20 || in.p[at] == 0x7f) && in.p[at] != '\t' &&
                       in.p[at] != '\n';
        if (n == 0 || control)
            return false;
    }
    return true;
}

static bool
is_utf8(SkSpan in)
{
    for (size_t at = 0; at < in.n;)
        if (sk_char_next(in, &at) == SK_CHAR_BAD)
            return false;
    return true;
}

bool
sk_verify_text(SkProof *proof, SkSpan in)
{
    if (sk_proof_keeps(proof, SK_ELEMENT_TEXT_ENCODING) && !is_utf8(in) &&
        (is_old(in, false) || is_old(in, true)))
        return true;
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
