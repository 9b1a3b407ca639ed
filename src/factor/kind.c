/* SPDX-License-Identifier: Apache-2.0
 * kind.c - contract in kind.h. */
#include "factor/kind.h"

static const struct {
    const char *name;
    unsigned kinds;
} proofs[] = {
    [SK_PROOF_NONE] = { "", 0 },
    [SK_PROOF_PASSWORD] = { "password", SK_KIND_KNOWLEDGE },
    [SK_PROOF_TOTP] = { "totp", SK_KIND_POSSESSION },
    [SK_PROOF_WEBAUTHN] = { "webauthn", SK_KIND_POSSESSION },
    [SK_PROOF_WEBAUTHN_VERIFIED] = { "webauthn", SK_KIND_POSSESSION | SK_KIND_EITHER },
    [SK_PROOF_RECOVERY] = { "recovery", SK_KIND_POSSESSION },
    [SK_PROOF_ENROLMENT] = { "enrolment", SK_KIND_POSSESSION },
    [SK_PROOF_BREAK_GLASS] = { "break-glass", SK_KIND_POSSESSION },
};
G_STATIC_ASSERT(G_N_ELEMENTS(proofs) == SK_PROOF_COUNT);

const char *
sk_proof_name(SkProofKind proof)
{
    g_assert((unsigned)proof < SK_PROOF_COUNT);
    return proofs[proof].name;
}

unsigned
sk_proof_kinds(SkProofKind proof)
{
    g_assert((unsigned)proof < SK_PROOF_COUNT);
    return proofs[proof].kinds;
}

unsigned
sk_kinds_count(unsigned kinds)
{
    unsigned known = (kinds & SK_KIND_KNOWLEDGE) != 0;
    unsigned held = (kinds & SK_KIND_POSSESSION) != 0;
    unsigned is = (kinds & SK_KIND_INHERENCE) != 0;
    /* It is one of the two, and may be one that is there already. */
    unsigned either = (kinds & SK_KIND_EITHER) != 0 && known + is == 0;
    return known + held + is + either;
}

bool
sk_two_factors(SkProofKind first, SkProofKind second)
{
    return sk_kinds_count(sk_proof_kinds(first) | sk_proof_kinds(second)) >= 2;
}
