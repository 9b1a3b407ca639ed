/* SPDX-License-Identifier: Apache-2.0
 * font.c - contract in font.h. */
#include "verify/font.h"

static bool
refuse(SkProof *proof)
{
    return sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "font programs are not read by this version");
}

bool
sk_verify_font_truetype(SkProof *proof, SkSpan in)
{
    (void)in;
    return refuse(proof);
}

bool
sk_verify_font_cff(SkProof *proof, SkSpan in, bool cid)
{
    (void)in;
    (void)cid;
    return refuse(proof);
}

bool
sk_verify_font_tounicode(SkProof *proof, SkSpan in)
{
    (void)in;
    return refuse(proof);
}

bool
sk_verify_font_cmap(SkProof *proof, SkSpan in)
{
    (void)in;
    return refuse(proof);
}
