/* SPDX-License-Identifier: Apache-2.0
 *
 * webauthn.h - passkeys and security keys: what a browser sends back is checked here, field by
 * field; the signature by libfido2. No state: challenges, counters and keys are the caller's.
 * Runs in: web. Trusts: nothing that the browser said.
 * Spec: docs/formats/webauthn.md (W3C WebAuthn Level 2, sections 6.1, 7.1, 7.2), RFC 9052, RFC 9053
 * Tests: tests/unit/factor/test-webauthn.c
 */
#pragma once

#include "base/base.h"

#define SK_WEBAUTHN_CHALLENGE_BYTES 32u
#define SK_WEBAUTHN_ID_MAX 1023u      /* bytes of a credential's id (the specification's bound) */
#define SK_WEBAUTHN_CLIENT_MAX 4096u  /* clientDataJSON */
#define SK_WEBAUTHN_OBJECT_MAX 16384u /* attestationObject, authenticatorData */
#define SK_WEBAUTHN_SIGNATURE_MAX 512u
#define SK_WEBAUTHN_KEY_MAX 259u /* RS256: 256 bytes and 3 */

typedef enum {
    SK_COSE_ES256 = -7,
    SK_COSE_EDDSA = -8,
    SK_COSE_RS256 = -257,
} SkCose;

/** SkWebauthnSite: what the browser must have been looking at. */
typedef struct {
    const char *origin; /* the zone's, exactly */
    const char *rp_id;  /* its host */
    SkSpan challenge;   /* SK_WEBAUTHN_CHALLENGE_BYTES */
} SkWebauthnSite;

/** SkWebauthnCredential: what is kept of a registration. */
typedef struct {
    GBytes *id;
    GBytes *key; /* ES256: x y; EdDSA: 32 bytes; RS256: modulus (2048 bits), exponent 65537 */
    SkCose algorithm;
    uint32_t count; /* the authenticator's counter; 0: it keeps none */
    bool verified;  /* it knew its user when it was registered */
} SkWebauthnCredential;

void sk_webauthn_credential_clear(SkWebauthnCredential *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWebauthnCredential, sk_webauthn_credential_clear)

/**
 * sk_webauthn_register: navigator.credentials.create()'s answer. Attestation `none` only: of
 * what make an authenticator is, is not asked, so nobody need tell.
 * @need_verified: UV must be set
 * @error: FORBIDDEN (another challenge, origin, site, flag), MALFORMED, UNSUPPORTED (algorithm, key
 * size, attestation), LIMIT
 */
bool sk_webauthn_register(const SkWebauthnSite *site, bool need_verified, SkSpan client_data,
                          SkSpan attestation, SkWebauthnCredential *ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkWebauthnAnswer: navigator.credentials.get()'s. */
typedef struct {
    SkSpan client_data;
    SkSpan authenticator_data;
    SkSpan signature;
} SkWebauthnAnswer;

/**
 * sk_webauthn_assert: is @answer signed by @credential, for this site and challenge, by an
 * authenticator that was touched?
 * @need_verified: and has verified its user
 * @ret_count: the counter to keep; one that did not grow (where either is not 0), under a good
 * signature, is AMBIGUOUS: there are two of the key
 * @ret_verified: it has verified its user
 */
bool sk_webauthn_assert(const SkWebauthnSite *site, const SkWebauthnCredential *credential,
                        bool need_verified, const SkWebauthnAnswer *answer, uint32_t *ret_count,
                        bool *ret_verified, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_webauthn_rp_id: (transfer full): the host of @origin; NULL where it is an address: browsers
 * give none of those a credential. */
char *sk_webauthn_rp_id(const char *origin);

/** sk_base64url: (transfer full): without padding. */
char *sk_base64url(SkSpan s);
/** sk_unbase64url: (transfer full): the one spelling of at most @max bytes; NULL otherwise. */
GBytes *sk_unbase64url(const char *s, size_t max);
