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

static const struct {
    const char *state;
    SkClosing closing;
} states[] = { { "all", SK_CLOSING_ANY }, { "open", SK_CLOSING_OPEN }, { "closed", SK_CLOSING_CLOSED } };

#define PAGE 50u
#define LOOKS_MAX 20u /* pages of the store for one of ours: then ours is shorter, and says where it goes on */

/* A page is full wherever there are more: what the account may not read is not counted. @next: (inout) */
static bool
collect_page(SkStore *store, const SkAccount *account, SkClosing closing, json_t *out, char **next,
             GError **error)
{
    g_autofree char *posts = sk_permission_posts(account);
    for (unsigned looks = 0; looks < LOOKS_MAX && json_array_size(out) < PAGE; looks++) {
        g_autofree char *cursor = g_steal_pointer(next);
        g_autoptr(GPtrArray) items = NULL;
        int64_t ignored = 0;
        const SkListQuery query = { .list = SK_LIST_TAKEOUTS,
                                    .account = sees_all(account) ? NULL : account->name,
                                    .posts = posts,
                                    .cursor = cursor,
                                    .closing = closing,
                                    .limit = PAGE - (unsigned)json_array_size(out) };
        if (!sk_store_list(store, &query, &items, next, &ignored, error))
            return false;
        for (guint i = 0; i < items->len; i++) {
            const SkCrossing *c = g_ptr_array_index(items, i);
            if (sk_permission_can(account, c).read)
                json_array_append_new(out, sk_crossing_json(c, account));
        }
        if (*next == NULL)
            return true;
    }
    return true;
}

void
sk_api_takeouts(SkWebRequest *req, SkStore *store)
{
    const char *state = sk_query_get(req->query, "state");
    g_autofree char *next = g_strdup(sk_query_get(req->query, "cursor"));
    g_autoptr(GError) error = NULL;
    unsigned at = 0;

    while (state != NULL && at < G_N_ELEMENTS(states) && strcmp(states[at].state, state) != 0)
        at++;
    if (at == G_N_ELEMENTS(states)) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    json_t *items = json_array();
    if (collect_page(store, req->session->account, states[at].closing, items, &next, &error)) {
        sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
        return;
    }
    json_decref(items);
    sk_answer_error(req, store, error);
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
