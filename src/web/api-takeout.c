/* SPDX-License-Identifier: Apache-2.0
 * api-takeout.c - the register of take-outs, and closing one. Contracts in api.h and
 * data/openapi.json.
 */
#include <string.h>

#include "store/takeout.h"
#include "web/api.h"

/* Whoever may read every crossing sees every take-out; others their own and their sections'. */
static bool
sees_all(const SkAccount *account)
{
    return sk_permitted(account->role, SK_VERB_READ, SK_SCOPE_OTHER);
}

static bool
is_wanted(const SkCrossing *c, const char *state)
{
    bool closed = c->closed[0] != '\0';
    return state == NULL || strcmp(state, "all") == 0 || closed == (strcmp(state, "closed") == 0);
}

/* One page of the store is one page here: those that @state leaves out make it shorter. */
static void
answer_takeouts(SkWebRequest *req, SkStore *store, const char *state)
{
    const SkAccount *account = req->session->account;
    g_autofree char *posts = sk_permission_posts(account);
    const SkListQuery query = { .list = SK_LIST_TAKEOUTS,
                                .account = sees_all(account) ? NULL : account->name,
                                .posts = posts,
                                .cursor = sk_query_get(req->query, "cursor"),
                                .limit = 50 };
    g_autoptr(GPtrArray) items = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    int64_t ignored = 0;

    if (!sk_store_list(store, &query, &items, &next, &ignored, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *array = json_array();
    for (guint i = 0; i < items->len; i++) {
        const SkCrossing *c = g_ptr_array_index(items, i);
        if (is_wanted(c, state) && sk_permission_can(account, c).read)
            json_array_append_new(array, sk_crossing_json(c, account));
    }
    sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", array, "next", next));
}

void
sk_api_takeouts(SkWebRequest *req, SkStore *store)
{
    const char *state = sk_query_get(req->query, "state");

    if (state != NULL && strcmp(state, "open") != 0 && strcmp(state, "closed") != 0 &&
        strcmp(state, "all") != 0)
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
    else
        answer_takeouts(req, store, state);
}

static SkProblem
check_close(const SkAccount *account, const SkCrossing *crossing)
{
    if (!sk_permission_can(account, crossing).read)
        return SK_PROBLEM_NOT_FOUND;
    return sk_permitted_crossing(account, SK_VERB_TAKEOUT_CLOSE, crossing) ? SK_PROBLEM_NONE
                                                                           : SK_PROBLEM_FORBIDDEN;
}

static SkProblem
close_again(SkStore *store, const SkSession *session, const void *data)
{
    g_autoptr(SkCrossing) now = NULL;
    return sk_store_get(store, data, &now, NULL) ? check_close(session->account, now)
                                                 : SK_PROBLEM_NOT_FOUND;
}

static void
close_takeout(SkWebRequest *req, SkStore *store, const char *how, const char *note)
{
    const SkAccount *account = req->session->account;
    g_autoptr(SkCrossing) before = NULL;
    g_autoptr(SkCrossing) after = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_store_get(store, req->param, &before, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    SkProblem problem = check_close(account, before);
    req->rights.again = close_again;
    req->rights.data = before->id;
    if (problem != SK_PROBLEM_NONE)
        sk_answer_problem(req, problem);
    else if (!sk_takeout_close(store, before->id, account->name, how, note, &after, &error))
        sk_answer_error(req, store, error);
    else
        sk_answer_json(req, 200, sk_crossing_json(after, account));
    req->rights.again = NULL;
}

void
sk_api_takeout_close(SkWebRequest *req, SkStore *store)
{
    const char *how = NULL, *words = "";
    g_autofree char *note = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    SkProblem problem = SK_PROBLEM_NOT_JSON;
    if (json_unpack(body, "{s:s, s?s !}", "how", &how, "note", &words) == 0 &&
        sk_takeout_is_how(how))
        problem = sk_request_words(words, &note);
    if (problem == SK_PROBLEM_NONE)
        close_takeout(req, store, how, note);
    else
        sk_answer_problem(req, problem);
    json_decref(body);
}
