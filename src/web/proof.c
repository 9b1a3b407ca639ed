/* SPDX-License-Identifier: Apache-2.0
 * proof.c - contract in proof.h. */
#include "web/proof.h"

#include <string.h>

#define CODE_MAX 64u

void
sk_proof_input_clear(SkProofInput *self)
{
    g_clear_pointer(&self->credential, g_bytes_unref);
    g_clear_pointer(&self->client_data, g_bytes_unref);
    g_clear_pointer(&self->authenticator_data, g_bytes_unref);
    g_clear_pointer(&self->signature, g_bytes_unref);
    g_clear_pointer(&self->rp_id, g_free);
}

static bool
read_webauthn(json_t *value, const SkWeb *web, SkProofInput *in)
{
    const char *id = NULL, *client = NULL, *data = NULL, *signature = NULL, *ticket = NULL;

    if (json_unpack(value, "{s:s, s:s, s:s, s:s, s?s !}", "id", &id, "clientDataJSON", &client,
                    "authenticatorData", &data, "signature", &signature, "ticket", &ticket) != 0)
        return false;
    in->credential = sk_unbase64url(id, SK_WEBAUTHN_ID_MAX);
    in->client_data = sk_unbase64url(client, SK_WEBAUTHN_CLIENT_MAX);
    in->authenticator_data = sk_unbase64url(data, SK_WEBAUTHN_OBJECT_MAX);
    in->signature = sk_unbase64url(signature, SK_WEBAUTHN_SIGNATURE_MAX);
    in->rp_id = sk_webauthn_rp_id(web->options->origin);
    if (in->credential == NULL || in->client_data == NULL || in->authenticator_data == NULL ||
        in->signature == NULL || in->rp_id == NULL)
        return false;
    in->proof = (SkProof){ .kind = SK_PROOF_WEBAUTHN,
                           .credential = sk_span_bytes(in->credential),
                           .answer = { .client_data = sk_span_bytes(in->client_data),
                                       .authenticator_data = sk_span_bytes(in->authenticator_data),
                                       .signature = sk_span_bytes(in->signature) },
                           .origin = web->options->origin,
                           .rp_id = in->rp_id,
                           .ticket = ticket };
    return true;
}

bool
sk_proof_read(const json_t *body, const SkWeb *web, SkProofInput *ret, const char **ret_ticket)
{
    const char *ticket = NULL, *totp = NULL, *recovery = NULL;
    json_t *webauthn = NULL;

    if (json_unpack((json_t *)body, "{s?s, s?s, s?s, s?o !}", "ticket", &ticket, "totp", &totp,
                    "recovery", &recovery, "webauthn", &webauthn) != 0 ||
        (totp != NULL) + (recovery != NULL) + (webauthn != NULL) != 1)
        return false;
    *ret_ticket = ticket;
    if (webauthn != NULL)
        return read_webauthn(webauthn, web, ret);
    ret->proof = (SkProof){ .kind = totp != NULL ? SK_PROOF_TOTP : SK_PROOF_RECOVERY,
                            .code = totp != NULL ? totp : recovery };
    return strlen(ret->proof.code) <= CODE_MAX;
}

json_t *
sk_credentials_json(const GPtrArray *ids)
{
    json_t *out = json_array();
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        g_autofree char *id = sk_base64url(sk_span_bytes(g_ptr_array_index(ids, i)));
        json_array_append_new(out, json_string(id));
    }
    return out;
}

json_t *
sk_webauthn_request_json(const char *rp_id, const uint8_t *challenge, const GPtrArray *allow)
{
    g_autofree char *text = sk_base64url(sk_span(challenge, SK_WEBAUTHN_CHALLENGE_BYTES));
    return json_pack("{s:s, s:s, s:o}", "challenge", text, "rpId", rp_id, "allow",
                     sk_credentials_json(allow));
}
