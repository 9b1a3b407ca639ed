/* SPDX-License-Identifier: Apache-2.0
 * api-sessions.c - one's own sessions and others', and rising. Contracts in api.h and
 * data/openapi.json. */
#include <string.h>

#include "store/signin.h"
#include "web/api.h"
#include "web/proof.h"

/* ---- lists ---- */

static json_t *
row_json(const SkSessionRow *row, const char *current)
{
    json_t *ended = row->ended == 0 ? json_null() : json_integer(row->ended);
    return json_pack("{s:s, s:I, s:I, s:o, s:s?, s:s?, s:b, s:b}", "id", row->id, "since",
                     (json_int_t)row->since, "lastSeen", (json_int_t)row->seen, "ended", ended,
                     "address", row->address[0] == '\0' ? NULL : row->address, "terminal",
                     row->label[0] == '\0' ? NULL : row->label, "enrolling", (int)row->enrolling,
                     "current", strcmp(row->id, current) == 0);
}

static void
answer_list(SkWebRequest *req, SkStore *store, const char *account)
{
    const char *past = sk_query_get(req->query, "past");
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GError) error = NULL;

    if (past != NULL && strcmp(past, "true") != 0) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    if (!sk_session_list(store, account, past != NULL, &rows, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < rows->len; i++)
        json_array_append_new(items, row_json(g_ptr_array_index(rows, i), req->session->id));
    sk_answer_json(req, 200, json_pack("{s:o}", "items", items));
}

void
sk_api_sessions(SkWebRequest *req, SkStore *store)
{
    answer_list(req, store, req->session->account->name);
}

void
sk_api_account_sessions(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkAccount) account = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_account_get(store, req->param, &account, &error))
        sk_answer_error(req, store, error);
    else
        answer_list(req, store, account->name);
}

/* ---- ends ---- */

void
sk_api_session_end(SkWebRequest *req, SkStore *store)
{
    const char *name = req->session->account->name;
    g_autoptr(GError) error = NULL;

    if (sk_session_end_id(store, name, req->param, name, &error))
        sk_answer_empty(req, 204);
    else
        sk_answer_error(req, store, error);
}

/* An administrator's own: all but the one that asks. */
void
sk_api_account_sessions_end(SkWebRequest *req, SkStore *store)
{
    const char *actor = req->session->account->name;
    const char *but = strcmp(req->param, actor) == 0 ? req->session->id : NULL;
    g_autoptr(GError) error = NULL;

    if (sk_session_end_all(store, req->param, but, actor, &error))
        sk_answer_empty(req, 204);
    else
        sk_answer_error(req, store, error);
}

/* ---- rising ---- */

/* What stands in the body: a password, another proof, or both. */
typedef struct {
    const char *password; /* borrowed from the body; NULL = none */
    SkProofInput input;
    bool proof;
} RiseInput;

static bool
rise_read(SkWebRequest *req, json_t *body, RiseInput *ret)
{
    const char *ticket = NULL;
    json_t *password = json_object_get(body, "password");
    json_t *rest = json_copy(body);

    json_object_del(rest, "password");
    ret->password = json_string_value(password);
    ret->proof = json_object_size(rest) > 0;
    bool ok = (password == NULL || (ret->password != NULL && strlen(ret->password) <= SK_PASSWORD_MAX)) &&
              (password != NULL || ret->proof) &&
              (!ret->proof || (sk_proof_read(rest, req->web, &ret->input, &ticket) && ticket == NULL &&
                               ret->input.proof.kind != SK_PROOF_RECOVERY));
    json_decref(rest); /* a shallow copy: what was read lives as long as the body */
    return ok;
}

static void
rise_finish(SkWebRequest *req, SkStore *store, const SkProof *beside)
{
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_signin_finish_rise(store, req->job->attempt, req->session->id, beside, &session, &wait, &error))
        sk_answer_risen(req, store, session);
    else if (error->code == SK_ERROR_LIMIT)
        sk_answer_wait(req, wait);
    else
        sk_answer_error(req, store, error);
}

static void
rise_by_password(SkWebRequest *req, SkStore *store, const char *password)
{
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (!sk_signin_pool_take(req->web->pool)) {
        sk_answer_problem(req, SK_PROBLEM_BUSY);
        return;
    }
    if (!sk_signin_begin(store, req->session->account->name, sk_request_client(req), &attempt,
                         &wait, &error)) {
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

static void
rise_by_factor(SkWebRequest *req, SkStore *store, const SkProof *proof)
{
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_signin_rise(store, req->session, proof, sk_request_client(req), &session, &wait, &error))
        sk_answer_risen(req, store, session);
    else
        sk_answer_sign_in_error(req, store, error, wait);
}

/* Called once, or, where there is a password, again when it has been checked. */
void
sk_api_session_rise(SkWebRequest *req, SkStore *store)
{
    RiseInput in = { 0 };
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (!rise_read(req, body, &in))
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (in.password == NULL)
        rise_by_factor(req, store, &in.input.proof);
    else if (req->job == NULL)
        rise_by_password(req, store, in.password);
    else
        rise_finish(req, store, in.proof ? &in.input.proof : NULL);
    sk_proof_input_clear(&in.input);
    json_decref(body);
}
