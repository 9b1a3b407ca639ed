/* SPDX-License-Identifier: Apache-2.0
 *
 * proof.h - a second factor as a browser sends it: `totp`, `recovery` or `webauthn` in a JSON
 * object. Shapes only; what it proves is the store's to say. Runs in: web. Trusts: nothing. Spec:
 * data/openapi.json   Tests: tests/e2e/e2e-factors
 */
#pragma once

#include <jansson.h>

#include "store/factor.h"
#include "web/request.h"

/** SkProofInput: @proof borrows from the rest, and from the JSON object. */
typedef struct {
    SkProof proof;
    GBytes *credential;
    GBytes *client_data;
    GBytes *authenticator_data;
    GBytes *signature;
    char *rp_id;
} SkProofInput;

void sk_proof_input_clear(SkProofInput *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkProofInput, sk_proof_input_clear)

/** sk_proof_read: exactly one of the three members is there, and no member but it and `ticket`
 * (which inside `webauthn` is for rising). @ret_ticket: the object's, or NULL. */
bool sk_proof_read(const json_t *body, const SkWeb *web, SkProofInput *ret,
                   const char **ret_ticket) G_GNUC_WARN_UNUSED_RESULT;
/** sk_webauthn_request_json: (transfer full): what a page hands to navigator.credentials.get(). */
json_t *sk_webauthn_request_json(const char *rp_id, const uint8_t *challenge,
                                 const GPtrArray *allow);
/** sk_credentials_json: (transfer full): array of base64url ids. */
json_t *sk_credentials_json(const GPtrArray *ids);
