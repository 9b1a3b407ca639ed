/* SPDX-License-Identifier: Apache-2.0
 * api-enrolment.c - the first factors of somebody who stands before an administrator. Contracts in
 * api.h and data/openapi.json. */
#include <string.h>

#include "store/proposal.h"
#include "store/signin.h"
#include "web/api.h"

void
sk_api_enrolment_issue(SkWebRequest *req, SkStore *store)
{
    const char *actor = req->session->account->name;
    g_autofree char *code = NULL;
    g_autoptr(GError) error = NULL;
    int64_t expires = 0;

    if (strcmp(req->param, actor) == 0)
        sk_answer_problem(req, SK_PROBLEM_OWN_ACCOUNT);
    else if (sk_enrolment_issue(store, req->param, actor, &code, &expires, &error))
        sk_answer_json(req, 201,
                       json_pack("{s:s, s:I}", "code", code, "expires", (json_int_t)expires));
    else
        sk_answer_error(req, store, error);
}

/* Two people: this one proposes, another confirms. */
void
sk_api_factor_reset(SkWebRequest *req, SkStore *store)
{
    const char *actor = req->session->account->name;
    const SkPropose propose = { .kind = "reset-factor", .subject = req->param, .actor = actor };
    g_autoptr(SkProposal) proposal = NULL;
    g_autoptr(GError) error = NULL;

    if (strcmp(req->param, actor) == 0)
        sk_answer_problem(req, SK_PROBLEM_OWN_ACCOUNT);
    else if (sk_proposal_add(store, &propose, &proposal, &error))
        sk_answer_json(req, 201, json_pack("{s:s}", "proposal", proposal->id));
    else
        sk_answer_error(req, store, error);
}

/* What the password may not be: the name and, where somebody has it, how they are called. */
static SkProblem
password_problem(SkWebRequest *req, SkStore *store, const char *name, const char *password)
{
    g_autoptr(SkAccount) account = NULL;
    g_autoptr(GError) error = NULL;
    bool there = sk_account_get(store, name, &account, &error);
    return sk_password_problem(req->web, name, there ? account->label : "", password);
}

static void
enrol_begin(SkWebRequest *req, SkStore *store, const char *name, const char *code,
            const char *password)
{
    SkProblem problem = password_problem(req, store, name, password);
    g_autoptr(SkSignInAttempt) attempt = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (!sk_signin_pool_take(req->web->pool))
        sk_answer_problem(req, SK_PROBLEM_BUSY);
    else if (!sk_enrolment_begin(store, name, code, password, problem == SK_PROBLEM_NONE,
                                 sk_request_client(req), &attempt, &wait, &error)) {
        sk_signin_pool_give(req->web->pool);
        sk_answer_sign_in_error(req, store, error, wait);
    } else {
        sk_signin_demand(attempt, sk_rules_two_factors(req->web->rules));
        sk_request_verify(req, g_steal_pointer(&attempt), password);
    }
}

static void
enrol_finish(SkWebRequest *req, SkStore *store, const char *name, const char *password)
{
    g_autoptr(SkSession) session = NULL;
    g_autoptr(GError) error = NULL;
    int64_t wait = 0;

    if (sk_enrolment_finish(store, req->job->attempt, &session, &wait, &error))
        sk_answer_signed_in(req, store, session);
    else if (strcmp(sk_store_why(store), "password-weak") == 0)
        sk_answer_password(req, password_problem(req, store, name, password));
    else
        sk_answer_sign_in_error(req, store, error, wait);
}

/* Called twice: with the body, and again when the password has been hashed or checked. */
void
sk_api_enrolment_post(SkWebRequest *req, SkStore *store)
{
    const char *name = NULL, *code = NULL, *password = NULL;
    json_t *body = NULL;

    if (!sk_rules_sign_in_possible(req->web->rules)) {
        sk_answer_problem(req, SK_PROBLEM_SIGN_IN_UNAVAILABLE);
        return;
    }
    body = sk_request_json(req);
    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s:s, s:s !}", "name", &name, "code", &code, "password",
                    &password) != 0 ||
        strlen(name) > 64 || strlen(code) > 64 || strlen(password) > SK_PASSWORD_MAX)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (req->job == NULL)
        enrol_begin(req, store, name, code, password);
    else
        enrol_finish(req, store, name, password);
    json_decref(body);
}
