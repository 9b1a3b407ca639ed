/* SPDX-License-Identifier: Apache-2.0
 * api-session.c - the zone, signing in and out, and what the policy says to whoever is signed in.
 * Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "base/log.h"
#include "web/api.h"

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
sign_in_finish(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_signin_finish(store, req->job->attempt, &session, &wait, &error))
        sk_answer_signed_in(req, store, session);
    else if (error->code == SK_ERROR_LIMIT)
        sk_answer_wait(req, wait);
    else
        sk_answer_error(req, store, error);
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
        if (error->code == SK_ERROR_LIMIT)
            sk_answer_wait(req, wait);
        else
            sk_answer_error(req, store, error);
        return;
    }
    req->job = g_new0(SkSignInJob, 1);
    req->job->attempt = g_steal_pointer(&attempt);
    req->job->password = g_strdup(password);
    req->job->done = sk_request_resume;
    req->job->data = req->connection;
    MHD_suspend_connection(req->connection); /* before the job can end and resume it */
    sk_signin_pool_push(req->web->pool, req->job);
}

void
sk_api_session_post(SkWebRequest *req, SkStore *store)
{
    const char *name = NULL;
    const char *password = NULL;

    if (req->job != NULL) {
        sign_in_finish(req, store);
        return;
    }
    if (!sk_rules_sign_in_possible(req->web->rules)) {
        sk_answer_problem(req, SK_PROBLEM_SIGN_IN_UNAVAILABLE);
        return;
    }
    json_t *body = sk_request_json(req);
    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s:s !}", "name", &name, "password", &password) != 0 ||
        strlen(name) > 64 || strlen(password) > SK_PASSWORD_MAX)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else
        sign_in_begin(req, store, name, password);
    json_decref(body);
}
