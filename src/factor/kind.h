/* SPDX-License-Identifier: Apache-2.0
 *
 * kind.h - what each proof is a proof of. Two factors are two proofs of different kinds: something
 * known, something held, something one is. Two of a kind are one. One table.
 * Runs in: web. Spec: docs/decisions/0115-two-kinds.md   Tests: tests/unit/factor/test-code.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_PROOF_NONE = 0,
    SK_PROOF_PASSWORD,
    SK_PROOF_TOTP,
    SK_PROOF_WEBAUTHN,          /* the authenticator was touched */
    SK_PROOF_WEBAUTHN_VERIFIED, /* and knew its user: by PIN, finger or face */
    SK_PROOF_RECOVERY,          /* a printed code, in place of what was held */
    SK_PROOF_ENROLMENT,         /* a code handed over in person */
    SK_PROOF_BREAK_GLASS,       /* the sealed envelope: the declared exception */
    SK_PROOF_COUNT
} SkProofKind;

/** Kinds, as bits. An authenticator that has verified its user does not say how: that is
 * knowledge or inherence, and never both. */
#define SK_KIND_KNOWLEDGE 1u
#define SK_KIND_POSSESSION 2u
#define SK_KIND_INHERENCE 4u
#define SK_KIND_EITHER 8u /* knowledge or inherence: counts as knowledge beside a password */

/** sk_proof_name: "password", "totp", "webauthn", "webauthn", "recovery", "enrolment",
 * "break-glass"; "" for none. */
const char *sk_proof_name(SkProofKind proof);
/** sk_proof_kinds: bits of what @proof proves. */
unsigned sk_proof_kinds(SkProofKind proof);
/** sk_kinds_count: how many different kinds these bits are at least. */
unsigned sk_kinds_count(unsigned kinds);
/** sk_two_factors: are the two proofs (the second may be NONE) two different kinds together? */
bool sk_two_factors(SkProofKind first, SkProofKind second);
