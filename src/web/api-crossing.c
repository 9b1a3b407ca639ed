/* SPDX-License-Identifier: Apache-2.0
 * api-crossing.c - boxes, one crossing, its report, and the decision on it. A crossing that an
 * account may not read is not there for it. Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "base/uuid.h"
#include "web/api.h"

typedef struct {
    const char *box;
    SkList list;
    SkVerb verb;
} Box;

static const Box boxes[] = {
    { "sent", SK_LIST_SENT, SK_VERB_LIST_OWN },
    { "arrived", SK_LIST_ARRIVED, SK_VERB_LIST_OWN },
    { "approvals", SK_LIST_APPROVALS, SK_VERB_LIST_APPROVALS },
    { "all", SK_LIST_ALL, SK_VERB_LIST_ALL },
};

static const Box *
lookup_box(const char *name)
{
    for (unsigned i = 0; name != NULL && i < G_N_ELEMENTS(boxes); i++)
        if (strcmp(boxes[i].box, name) == 0)
            return &boxes[i];
    return NULL;
}

/* A tag for what @account sees at @version: another account at the same address gets another one.
 */
static char *
make_etag(int64_t version, const SkAccount *account)
{
    g_autofree char *who = g_compute_checksum_for_string(G_CHECKSUM_SHA256, account->name, -1);
    return g_strdup_printf("\"%" G_GINT64_FORMAT "-%s-%.16s\"", version,
                           sk_role_name(account->role), who);
}

static bool
unchanged(SkWebRequest *req, const char *etag, int64_t version)
{
    const char *seen = sk_request_header(req, "If-None-Match");
    const char *since = sk_query_get(req->query, "since");
    uint64_t n = 0;

    if (seen != NULL && strcmp(seen, etag) == 0)
        return true;
    return since != NULL && sk_number_parse(since, INT64_MAX, &n) && (int64_t)n == version;
}

static void
answer_tagged(SkWebRequest *req, const char *etag, json_t *json)
{
    if (json == NULL)
        sk_answer_empty(req, 304);
    else
        sk_answer_json(req, 200, json);
    sk_answer_header(req, "ETag", etag);
}

static json_t *
list_json(const GPtrArray *items, const char *next, int64_t version, const SkAccount *account)
{
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, version);
    json_t *array = json_array();
    for (guint i = 0; i < items->len; i++)
        json_array_append_new(array, sk_crossing_json(g_ptr_array_index(items, i), account));
    return json_pack("{s:o, s:s?, s:s}", "items", array, "next", next, "version", number);
}

static void
answer_list(SkWebRequest *req, SkStore *store, const Box *box, unsigned limit, int64_t version,
            const char *etag)
{
    const SkAccount *account = req->session->account;
    g_autofree char *posts = sk_permission_posts(account);
    /* A whole box each time, and 304 while nothing has changed: `since` is only compared. */
    const SkListQuery query = { .list = box->list,
                                .account = account->name,
                                .posts = posts,
                                .cursor = sk_query_get(req->query, "cursor"),
                                .limit = limit };
    g_autoptr(GPtrArray) items = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    int64_t ignored = 0;

    if (!sk_store_list(store, &query, &items, &next, &ignored, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    /* The version read before the rows: a change in between shows at the next look. */
    answer_tagged(req, etag, list_json(items, next, version, account));
}

void
sk_api_crossings(SkWebRequest *req, SkStore *store)
{
    const Box *box = lookup_box(sk_query_get(req->query, "box"));
    const char *limit_text = sk_query_get(req->query, "limit");
    const SkAccount *account = req->session->account;
    g_autoptr(GError) error = NULL;
    uint64_t limit = 50;

    if (box == NULL || (limit_text != NULL &&
                        (!sk_number_parse(limit_text, SK_LIST_LIMIT_MAX, &limit) || limit == 0))) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    if (!sk_permitted_account(account, box->verb, SK_SCOPE_STATION)) {
        sk_answer_problem(req, SK_PROBLEM_FORBIDDEN);
        return;
    }
    int64_t version = sk_store_version(store, &error);
    if (version < 0) {
        sk_answer_error(req, store, error);
        return;
    }
    g_autofree char *etag = make_etag(version, account);
    if (unchanged(req, etag, version))
        answer_tagged(req, etag, NULL);
    else
        answer_list(req, store, box, (unsigned)limit, version, etag);
}

/* (transfer full), or NULL after a problem was answered: not there, or not for this account to see.
 */
static SkCrossing *
readable(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkCrossing) crossing = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_store_get(store, req->param, &crossing, &error)) {
        sk_answer_error(req, store, error);
        return NULL;
    }
    if (sk_permission_can(req->session->account, crossing).read)
        return g_steal_pointer(&crossing);
    sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
    return NULL;
}

void
sk_api_crossing(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkCrossing) crossing = readable(req, store);
    g_autoptr(GPtrArray) acts = NULL;
    g_autoptr(GError) error = NULL;

    if (crossing == NULL)
        return;
    g_autofree char *etag = make_etag(crossing->version, req->session->account);
    if (unchanged(req, etag, -1))
        answer_tagged(req, etag, NULL);
    else if (!sk_store_history(store, crossing->id, &acts, &error))
        sk_answer_error(req, store, error);
    else
        answer_tagged(req, etag, sk_crossing_detail_json(crossing, req->session->account, acts));
}

void
sk_api_report(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkCrossing) crossing = readable(req, store);
    g_autoptr(GArray) findings = NULL;
    g_autoptr(GError) error = NULL;

    if (crossing == NULL)
        return;
    if (!sk_store_findings(store, crossing->id, &findings, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *json = sk_report_json(crossing, findings);
    if (json == NULL) {
        sk_answer_problem(req, SK_PROBLEM_NOT_READY);
        return;
    }
    /* That whoever is to decide was shown it is written down; where it cannot be, it was not shown. */
    const SkAccount *account = req->session->account;
    if (sk_permission_can(account, crossing).approve &&
        !sk_store_viewed(store, crossing->id, account->name, &error) &&
        !g_error_matches(error, SK_ERROR, SK_ERROR_FORBIDDEN)) {
        json_decref(json);
        sk_answer_error(req, store, error);
        return;
    }
    sk_answer_json(req, 200, json);
}
