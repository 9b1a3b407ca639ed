/* SPDX-License-Identifier: Apache-2.0
 * session-json.c - a session as its owner sees it, and the answers that hand one out. Contracts in
 * api.h; shapes in data/openapi.json. */
#include <string.h>

#include "base/log.h"
#include "web/api.h"
#include "web/people-json.h"

static json_t *
heads_json(const SkAccount *account)
{
    json_t *out = json_array();
    for (guint i = 0; account->heads != NULL && i < account->heads->len; i++) {
        const SkHeadship *h = g_ptr_array_index(account->heads, i);
        json_array_append_new(out, json_pack("{s:s, s:s, s:s?}", "section", h->section, "role",
                                             sk_role_name(h->role), "onBehalfOf", h->on_behalf_of));
    }
    return out;
}

static json_t *
session_json(SkWebRequest *req, SkStore *store, const SkSession *session, bool elsewhere)
{
    const SkAccount *account = session->account;
    const char *section = account->section[0] == '\0' ? NULL : account->section;
    json_t *raised = session->raised == 0 ? json_null() : json_integer(session->raised);

    return json_pack("{s:{s:s, s:s, s:s, s:s?, s:o}, s:o, s:s, s:s, s:I, s:I, s:o, s:b, s:b, s:o}",
                     "account", "name", account->name, "label", account->label, "role",
                     sk_role_name(account->role), "section", section, "sectionLabel",
                     sk_json_section(store, account->section), "zone", sk_rules_zone(req->web->rules), "id", session->id, "csrf", session->csrf,
                     "since", (json_int_t)session->since, "expires", (json_int_t)session->expires,
                     "raisedUntil", raised, "enrolling", (int)session->enrolling, "otherTerminal",
                     (int)elsewhere, "heads", heads_json(account));
}

void
sk_answer_session(SkWebRequest *req, SkStore *store, const SkSession *session)
{
    g_autoptr(GError) error = NULL;
    bool elsewhere = false;

    if (!sk_session_elsewhere(store, session, &elsewhere, &error))
        sk_answer_error(req, store, error);
    else
        sk_answer_json(req, 200, session_json(req, store, session, elsewhere));
}

/* Ends the session of the cookie that came along, if any: whoever signs in starts afresh, and a
 * cookie that somebody planted is worth nothing afterwards. */
static void
end_old_session(SkWebRequest *req, SkStore *store)
{
    g_autofree char *token = NULL;
    g_autoptr(GError) error = NULL;

    if (sk_cookie_get(sk_request_header(req, "Cookie"), SK_WEB_COOKIE, &token) && token != NULL &&
        !sk_session_end(store, token, &error))
        sk_log(SK_LOG_WARNING, "old-session-not-ended", "error", error->message, NULL);
}

static void
hand_out(SkWebRequest *req, SkStore *store, const SkSession *session)
{
    g_autofree char *cookie = g_strdup_printf(
        SK_WEB_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", session->token);

    sk_answer_session(req, store, session);
    if (session->terminal[0] != '\0') {
        g_autofree char *terminal =
            g_strdup_printf(SK_TERMINAL_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; "
                                               "Max-Age=" SK_TERMINAL_COOKIE_SECONDS,
                            session->terminal);
        sk_answer_header(req, "Set-Cookie", terminal);
    }
    sk_answer_header(req, "Set-Cookie", cookie);
}

void
sk_answer_signed_in(SkWebRequest *req, SkStore *store, const SkSession *session)
{
    g_autoptr(GError) error = NULL;

    if (!sk_role_here(session->account->role, req->web->options->management)) {
        if (!sk_session_end(store, session->token, &error))
            sk_log(SK_LOG_ERROR, "session-not-ended", "error", error->message, NULL);
        sk_answer_problem(req, SK_PROBLEM_SIGN_IN_UNAVAILABLE);
        return;
    }
    end_old_session(req, store);
    hand_out(req, store, session);
}

void
sk_answer_risen(SkWebRequest *req, SkStore *store, const SkSession *session)
{
    hand_out(req, store, session);
}
