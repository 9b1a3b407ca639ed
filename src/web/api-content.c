/* SPDX-License-Identifier: Apache-2.0
 * api-content.c - collecting, and looking before deciding: a single-use token on the zone's own
 * origin, the bytes on the cookieless one. What goes out is the result, never an original: nothing
 * here looks at object_in.
 * Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "base/log.h"
#include "web/api.h"

#define TOKEN_MAX 128u

/* What @account would get the result for; or what stands against it. */
static SkProblem
check_purpose(const SkAccount *account, const SkCrossing *crossing, SkTokenPurpose *ret)
{
    bool collects = sk_permitted_crossing(account, SK_VERB_COLLECT, crossing);
    bool examines = sk_permitted_crossing(account, SK_VERB_EXAMINE, crossing);
    SkCan can = sk_permission_can(account, crossing);

    /* For whoever may do neither there is nothing here, in whatever state it is. */
    if (!collects && !examines)
        return SK_PROBLEM_NOT_FOUND;
    bool given_out = crossing->takeout && crossing->state == SK_STATE_DELIVERED;
    if (crossing->state == SK_STATE_EXPIRED || given_out)
        return SK_PROBLEM_GONE;
    *ret = can.examine ? SK_TOKEN_EXAMINE : SK_TOKEN_COLLECT;
    if (can.examine || can.collect)
        return SK_PROBLEM_NONE;
    return examines ? SK_PROBLEM_ALREADY_DECIDED : SK_PROBLEM_NOT_READY;
}

typedef struct {
    const char *id;
    SkTokenPurpose purpose;
} Wanted;

static SkProblem
purpose_again(SkStore *store, const SkSession *session, const void *data)
{
    const Wanted *wanted = data;
    SkTokenPurpose purpose = SK_TOKEN_COLLECT;
    g_autoptr(SkCrossing) now = NULL;

    if (!sk_store_get(store, wanted->id, &now, NULL))
        return SK_PROBLEM_NOT_FOUND;
    SkProblem problem = check_purpose(session->account, now, &purpose);
    return problem == SK_PROBLEM_NONE && purpose != wanted->purpose ? SK_PROBLEM_NOT_FOUND
                                                                    : problem;
}

void
sk_api_collect(SkWebRequest *req, SkStore *store)
{
    const SkAccount *account = req->session->account;
    g_autoptr(SkCrossing) crossing = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *token = NULL;
    SkTokenPurpose purpose = SK_TOKEN_COLLECT;

    if (!sk_store_get(store, req->param, &crossing, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    SkProblem problem = check_purpose(account, crossing, &purpose);
    if (problem != SK_PROBLEM_NONE) {
        sk_answer_problem(req, problem);
        return;
    }
    const Wanted wanted = { .id = crossing->id, .purpose = purpose };
    req->rights.again = purpose_again;
    req->rights.data = &wanted;
    bool made = sk_store_token_new(store, crossing->id, account->name, purpose, &token, &error);
    req->rights.again = NULL;
    if (!made) {
        sk_answer_error(req, store, error);
        return;
    }
    g_autofree char *location =
        g_strconcat(req->web->options->content_origin, "/content/", token, NULL);
    sk_answer_empty(req, 303);
    sk_answer_header(req, "Location", location);
}

static bool
token_ok(const char *token)
{
    size_t n = strlen(token);
    for (size_t i = 0; i < n; i++)
        if (!g_ascii_isalnum(token[i]) && token[i] != '-' && token[i] != '_')
            return false;
    return n > 0 && n <= TOKEN_MAX;
}

static void
send_result(SkWebRequest *req, const SkCrossing *crossing, const char *account,
            SkTokenPurpose purpose)
{
    g_autoptr(GError) error = NULL;
    int fd = sk_vault_get(req->web->vault, crossing->object_out, crossing->bytes_out,
                          crossing->sha256_out, &error);

    if (fd < 0) {
        sk_log(SK_LOG_ERROR, "content-not-read", "crossing", crossing->id, "error", error->message,
               NULL);
        sk_answer_problem(req, SK_PROBLEM_INTERNAL);
        return;
    }
    g_autofree char *disposition = sk_content_disposition(crossing->name_out);
    req->deliver_id = g_strdup(crossing->id);
    req->deliver_account = g_strdup(account);
    req->deliver_purpose = purpose;
    sk_answer_fd(req, fd, crossing->bytes_out, "application/octet-stream");
    sk_answer_header(req, "Content-Disposition", disposition);
}

void
sk_content_fetch(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkCrossing) crossing = NULL;
    g_autofree char *account = NULL;
    g_autoptr(GError) error = NULL;
    SkTokenPurpose purpose = SK_TOKEN_COLLECT;

    if (!token_ok(req->param))
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
    else if (!sk_store_token_use(store, req->param, &crossing, &account, &purpose, &error))
        sk_answer_error(req, store, error);
    else
        send_result(req, crossing, account, purpose);
}
