/* SPDX-License-Identifier: Apache-2.0
 * api-approval.c - deciding on what is held: one, or several at once of which each was seen.
 * Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "base/uuid.h"
#include "web/api.h"

#define BULK_MAX 100u

/* May this account decide on @crossing? The store asks some of it again, in the transaction. */
static SkProblem
check_decide(const SkAccount *account, const SkCrossing *crossing)
{
    SkScope scope = sk_scope_of(account, crossing);
    bool party =
        scope == SK_SCOPE_SENT || scope == SK_SCOPE_ARRIVED || scope == SK_SCOPE_COUNTERPART;
    SkCan can = sk_permission_can(account, crossing);

    if (party &&
        (can.read || sk_permitted_account(account, SK_VERB_LIST_APPROVALS, SK_SCOPE_STATION)))
        return SK_PROBLEM_OWN_CROSSING;
    if (!can.read)
        return SK_PROBLEM_NOT_FOUND;
    if (!sk_permitted_crossing(account, SK_VERB_DECIDE, crossing))
        return SK_PROBLEM_FORBIDDEN;
    if (can.approve)
        return SK_PROBLEM_NONE;
    /* Held, but the turn is another one's: or this one's was before. */
    return crossing->state == SK_STATE_HELD ? SK_PROBLEM_NOT_YOUR_TURN : SK_PROBLEM_ALREADY_DECIDED;
}

typedef struct {
    const char *id;
    const char *on_behalf_of;
} Turn;

/* Is it still this account's turn, and in the same one's stead? */
static SkProblem
turn_again(SkStore *store, const SkSession *session, const void *data)
{
    const Turn *turn = data;
    g_autoptr(SkCrossing) now = NULL;

    if (!sk_store_get(store, turn->id, &now, NULL))
        return SK_PROBLEM_NOT_FOUND;
    SkProblem problem = check_decide(session->account, now);
    if (problem != SK_PROBLEM_NONE)
        return problem;
    const char *stead = sk_permission_can(session->account, now).on_behalf_of;
    return g_strcmp0(stead, turn->on_behalf_of) == 0 ? SK_PROBLEM_NONE : SK_PROBLEM_FORBIDDEN;
}

/* @details gets its actor, and as whose deputy. @ret: (transfer full). Otherwise what stands
 * against it; NONE with @error: the store's. */
static SkProblem
decide_one(SkWebRequest *req, SkStore *store, const char *id, SkEvent event,
           SkEventDetails *details, SkCrossing **ret, GError **error)
{
    const SkAccount *account = req->session->account;
    g_autoptr(SkCrossing) before = NULL;

    if (!sk_store_get(store, id, &before, error))
        return SK_PROBLEM_NONE;
    SkProblem problem = check_decide(account, before);
    if (problem != SK_PROBLEM_NONE)
        return problem;
    details->actor = account->name;
    details->on_behalf_of = sk_permission_can(account, before).on_behalf_of;
    const Turn turn = { .id = id, .on_behalf_of = details->on_behalf_of };
    req->rights.again = turn_again;
    req->rights.data = &turn;
    bool ok = sk_crossing_event(store, id, event, details, ret, error);
    req->rights.again = NULL;
    g_assert(ok || error == NULL || *error != NULL);
    return SK_PROBLEM_NONE;
}

static void
decide(SkWebRequest *req, SkStore *store, SkEvent event, SkEventDetails *details)
{
    const SkAccount *account = req->session->account;
    g_autoptr(SkCrossing) after = NULL;
    g_autoptr(GError) error = NULL;
    SkProblem problem = decide_one(req, store, req->param, event, details, &after, &error);

    if (problem != SK_PROBLEM_NONE)
        sk_answer_problem(req, problem);
    else if (error != NULL)
        sk_answer_error(req, store, error);
    else
        sk_answer_json(req, 200, sk_crossing_json(after, account));
}

static bool
is_digest(const char *digest)
{
    uint8_t ignored[SK_SHA256_BYTES];
    return sk_unhex(digest, ignored, sizeof ignored);
}

void
sk_api_approve(SkWebRequest *req, SkStore *store)
{
    const char *digest = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    SkEventDetails details = { 0 };
    if (json_unpack(body, "{s:s !}", "digest", &digest) != 0 || !is_digest(digest)) {
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    } else {
        details.digest = digest;
        decide(req, store, SK_EVENT_APPROVE, &details);
    }
    json_decref(body);
}

void
sk_api_deny(SkWebRequest *req, SkStore *store)
{
    const char *reason = NULL;
    g_autofree char *note = NULL;
    SkProblem problem = SK_PROBLEM_NOT_JSON;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s !}", "reason", &reason) == 0)
        problem = sk_request_words(reason, &note);
    json_decref(body);
    if (problem == SK_PROBLEM_NONE && note[0] == '\0')
        problem = SK_PROBLEM_REASON_REQUIRED;
    if (problem != SK_PROBLEM_NONE) {
        sk_answer_problem(req, problem);
        return;
    }
    SkEventDetails details = { .note = note };
    decide(req, store, SK_EVENT_DENY, &details);
}

/* ---- several at once --------------------------------------------------------------------------
 */

/* What a failed call means for one item; NONE: not the client's doing. */
static SkProblem
problem_of(SkStore *store, const GError *error)
{
    return g_error_matches(error, SK_ERROR, SK_ERROR_FORBIDDEN)
               ? sk_problem_lookup(sk_store_why(store))
               : SK_PROBLEM_NONE;
}

/* (transfer full): the answer to one item; NULL after a problem was answered for all. */
static json_t *
approve_item(SkWebRequest *req, SkStore *store, const char *id, const char *digest)
{
    const SkAccount *account = req->session->account;
    g_autoptr(SkCrossing) after = NULL;
    g_autoptr(GError) error = NULL;
    SkEventDetails details = { .digest = digest, .seen = true };
    SkProblem problem = decide_one(req, store, id, SK_EVENT_APPROVE, &details, &after, &error);

    if (error != NULL) {
        problem = problem_of(store, error);
        if (problem == SK_PROBLEM_NONE) {
            sk_answer_error(req, store, error);
            return NULL;
        }
    }
    return json_pack("{s:s, s:b, s:s?, s:o}", "id", id, "approved", problem == SK_PROBLEM_NONE,
                     "problem", problem == SK_PROBLEM_NONE ? NULL : sk_problem_code(problem),
                     "crossing", after == NULL ? json_null() : sk_crossing_json(after, account));
}

/* Every item is well formed before the first one is decided. */
static bool
items_are_sound(const json_t *items)
{
    size_t n = json_array_size(items);

    for (size_t i = 0; i < n; i++) {
        const char *id = NULL, *digest = NULL;
        if (json_unpack(json_array_get(items, i), "{s:s, s:s !}", "id", &id, "digest", &digest) !=
                0 ||
            !sk_uuid_is(id) || !is_digest(digest))
            return false;
    }
    return n > 0 && n <= BULK_MAX;
}

static json_t *
approve_items(SkWebRequest *req, SkStore *store, const json_t *items)
{
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *id = NULL, *digest = NULL;
        g_assert(json_unpack(json_array_get(items, i), "{s:s, s:s !}", "id", &id, "digest",
                             &digest) == 0);
        json_t *answer = approve_item(req, store, id, digest);
        if (answer == NULL) {
            json_decref(out);
            return NULL;
        }
        json_array_append_new(out, answer);
    }
    return out;
}

void
sk_api_approve_many(SkWebRequest *req, SkStore *store)
{
    json_t *items = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:o !}", "items", &items) != 0 || !json_is_array(items) ||
        !items_are_sound(items)) {
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    } else {
        json_t *answers = approve_items(req, store, items);
        if (answers != NULL)
            sk_answer_json(req, 200, json_pack("{s:o}", "items", answers));
    }
    json_decref(body);
}
