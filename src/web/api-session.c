/* SPDX-License-Identifier: Apache-2.0
 * api-session.c - the zone, signing in and out, and what the policy says to whoever is signed in.
 * Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "base/log.h"
#include "store/signin.h"
#include "web/api.h"
#include "web/proof.h"

void
sk_api_zone(SkWebRequest *req, SkStore *store)
{
    (void)store;
    sk_answer_json(req, 200, sk_rules_zone_info(req->web->rules));
}

void
sk_api_session_get(SkWebRequest *req, SkStore *store)
{
    sk_answer_session(req, store, req->session);
}

void
sk_api_destinations(SkWebRequest *req, SkStore *store)
{
    (void)store;
    sk_answer_json(req, 200, sk_rules_destinations(req->web->rules));
}

void
sk_api_policy(SkWebRequest *req, SkStore *store)
{
    (void)store;
    /* Where machines stand and what they may say to each other is a map for whoever breaks in. */
    bool whole = sk_permitted(req->session->account->role, SK_VERB_POLICY_WHOLE, SK_SCOPE_STATION);
    sk_answer_json(req, 200, sk_rules_sentences(req->web->rules, whole));
}

void
sk_api_session_delete(SkWebRequest *req, SkStore *store)
{
    g_autofree char *token = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_cookie_get(sk_request_header(req, "Cookie"), SK_WEB_COOKIE, &token) || token == NULL)
        sk_answer_problem(req, SK_PROBLEM_NOT_SIGNED_IN);
    else if (!sk_session_end(store, token, &error))
        sk_answer_error(req, store, error);
    else {
        sk_answer_empty(req, 204);
        sk_answer_header(req, "Set-Cookie",
                         SK_WEB_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}

static void
answer_second(SkWebRequest *req, const SkSecondStep *step)
{
    g_autofree char *rp_id = sk_webauthn_rp_id(req->web->options->origin);
    json_t *factors = json_array();
    json_t *webauthn = json_null();

    if (step->totp)
        json_array_append_new(factors, json_string("totp"));
    if (step->webauthn && rp_id != NULL) {
        json_array_append_new(factors, json_string("webauthn"));
        webauthn = sk_webauthn_request_json(rp_id, step->challenge, step->credentials);
    }
    if (step->recovery)
        json_array_append_new(factors, json_string("recovery"));
    sk_answer_problem_with(req, SK_PROBLEM_SECOND_FACTOR_NEEDED,
                           json_pack("{s:s, s:o, s:o}", "ticket", step->ticket, "factors", factors,
                                     "webauthn", webauthn));
}

static void
sign_in_finish(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_signin_finish(store, req->job->attempt, &session, &wait, &error))
        sk_answer_signed_in(req, store, session);
    else if (strcmp(sk_store_why(store), "second-factor-needed") == 0)
        answer_second(req, sk_signin_second_step(req->job->attempt));
    else
        sk_answer_sign_in_error(req, store, error, wait);
}

static void
sign_in_begin(SkWebRequest *req, SkStore *store, const char *name, const char *password)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (!sk_signin_pool_take(req->web->pool)) {
        sk_answer_problem(req, SK_PROBLEM_BUSY);
        return;
    }
    if (!sk_signin_begin(store, name, sk_request_client(req), &attempt, &wait, &error)) {
        sk_signin_pool_give(req->web->pool);
        sk_answer_sign_in_error(req, store, error, wait);
        return;
    }
    sk_signin_demand(attempt, sk_rules_two_factors(req->web->rules));
    sk_request_verify(req, g_steal_pointer(&attempt), password);
}

static void
second_step(SkWebRequest *req, SkStore *store, const char *ticket, const SkProof *proof)
{
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_signin_second(store, ticket, proof, sk_request_client(req), &session, &wait, &error))
        sk_answer_signed_in(req, store, session);
    else
        sk_answer_sign_in_error(req, store, error, wait);
}

/* A name and a password, or a ticket and a second factor. */
static void
sign_in(SkWebRequest *req, SkStore *store, json_t *body)
{
    const char *name = NULL;
    const char *password = NULL;
    const char *ticket = NULL;
    g_auto(SkProofInput) input = { 0 };

    if (json_unpack(body, "{s:s, s:s !}", "name", &name, "password", &password) == 0 &&
        strlen(name) <= 64 && strlen(password) <= SK_PASSWORD_MAX)
        sign_in_begin(req, store, name, password);
    else if (sk_proof_read(body, req->web, &input, &ticket) && ticket != NULL)
        second_step(req, store, ticket, &input.proof);
    else
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
}

/* Called once, or, where there is a password, again when it has been checked. */
void
sk_api_session_post(SkWebRequest *req, SkStore *store)
{
    if (req->job != NULL) {
        sign_in_finish(req, store);
        return;
    }
    if (!sk_rules_sign_in_possible(req->web->rules)) {
        sk_answer_problem(req, SK_PROBLEM_SIGN_IN_UNAVAILABLE);
        return;
    }
    json_t *body = sk_request_json(req);
    if (body != NULL)
        sign_in(req, store, body);
    json_decref(body);
}

/* Nothing is kept of it: anybody may ask. */
void
sk_api_challenge(SkWebRequest *req, SkStore *store)
{
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    g_autofree char *rp_id = sk_webauthn_rp_id(req->web->options->origin);
    g_autofree char *ticket = NULL;
    g_autoptr(GError) error = NULL;

    if (rp_id == NULL)
        sk_answer_problem(req, SK_PROBLEM_WEBAUTHN_UNAVAILABLE);
    else if (!sk_challenge_new(store, &ticket, challenge, &error))
        sk_answer_error(req, store, error);
    else
        sk_answer_json(req, 200,
                       json_pack("{s:s, s:o}", "ticket", ticket, "webauthn",
                                 sk_webauthn_request_json(rp_id, challenge, NULL)));
}
