/* SPDX-License-Identifier: Apache-2.0
 * router.c - the table of addresses (contract in request.h). Nothing in a path is ever decoded:
 * every name that may stand in one is plain ASCII. */
#include <string.h>

#include "base/uuid.h"
#include "store/organisation.h"
#include "web/api.h"

static const SkRoute routes[] = {
    { "GET", "/zone", SK_VERB_ANYONE, false, SK_BODY_NONE, "", NULL, sk_api_zone },
    { "GET", "/session", SK_VERB_SESSION, false, SK_BODY_NONE, "", NULL, sk_api_session_get },
    { "POST", "/session", SK_VERB_ANYONE, false, SK_BODY_JSON, "", NULL, sk_api_session_post },
    { "POST", "/session/challenge", SK_VERB_ANYONE, false, SK_BODY_JSON, "", NULL,
      sk_api_challenge },
    { "DELETE", "/session", SK_VERB_SESSION, false, SK_BODY_NONE, "", NULL, sk_api_session_delete },
    { "POST", "/session/rise", SK_VERB_SESSION, false, SK_BODY_JSON, "", NULL,
      sk_api_session_rise },
    { "GET", "/sessions", SK_VERB_SESSIONS_OWN, false, SK_BODY_NONE, "past", NULL,
      sk_api_sessions },
    { "DELETE", "/sessions/{id}", SK_VERB_SESSIONS_OWN, false, SK_BODY_NONE, "", NULL,
      sk_api_session_end },
    { "GET", "/accounts/{name}/sessions", SK_VERB_SESSIONS_READ, false, SK_BODY_NONE, "past", NULL,
      sk_api_account_sessions },
    { "DELETE", "/accounts/{name}/sessions", SK_VERB_SESSIONS_END, false, SK_BODY_NONE, "", NULL,
      sk_api_account_sessions_end },
    { "GET", "/factors", SK_VERB_FACTORS_READ, false, SK_BODY_NONE, "", NULL, sk_api_factors },
    { "POST", "/factors/totp", SK_VERB_FACTORS_OWN, false, SK_BODY_JSON, "", NULL,
      sk_api_totp_new },
    { "POST", "/factors/totp/{id}/confirm", SK_VERB_FACTORS_OWN, false, SK_BODY_JSON, "", NULL,
      sk_api_totp_confirm },
    { "POST", "/factors/webauthn", SK_VERB_FACTORS_OWN, false, SK_BODY_NONE, "", NULL,
      sk_api_webauthn_new },
    { "POST", "/factors/webauthn/finish", SK_VERB_FACTORS_OWN, false, SK_BODY_JSON, "", NULL,
      sk_api_webauthn_finish },
    { "POST", "/factors/recovery", SK_VERB_FACTORS_OWN, false, SK_BODY_NONE, "", NULL,
      sk_api_recovery_new },
    { "POST", "/factors/password", SK_VERB_FACTORS_OWN, false, SK_BODY_JSON, "", NULL,
      sk_api_password_change },
    { "DELETE", "/factors/{id}", SK_VERB_FACTORS_OWN, false, SK_BODY_NONE, "", NULL,
      sk_api_factor_delete },
    { "POST", "/enrolment", SK_VERB_ANYONE, false, SK_BODY_JSON, "", NULL, sk_api_enrolment_post },
    { "POST", "/accounts/{name}/enrolment", SK_VERB_FACTORS_RESET, false, SK_BODY_NONE, "", NULL,
      sk_api_enrolment_issue },
    { "POST", "/accounts/{name}/reset-factor", SK_VERB_FACTORS_RESET, false, SK_BODY_NONE, "",
      NULL, sk_api_factor_reset },
    { "GET", "/destinations", SK_VERB_POLICY, false, SK_BODY_NONE, "", NULL, sk_api_destinations },
    { "GET", "/policy", SK_VERB_POLICY, false, SK_BODY_NONE, "", NULL, sk_api_policy },
    /* Which box decides the verb: the handler asks. */
    { "GET", "/crossings", SK_VERB_LIST_OWN, true, SK_BODY_NONE, "box limit cursor since", NULL,
      sk_api_crossings },
    { "POST", "/crossings", SK_VERB_HAND_IN, false, SK_BODY_FILE, "to for as class reason outside medium returnBy",
      sk_api_upload_start, sk_api_upload_finish },
    { "GET", "/crossings/{id}", SK_VERB_READ, true, SK_BODY_NONE, "", NULL, sk_api_crossing },
    { "GET", "/crossings/{id}/report", SK_VERB_READ, true, SK_BODY_NONE, "", NULL, sk_api_report },
    { "GET", "/crossings/{id}/content", SK_VERB_COLLECT, true, SK_BODY_NONE, "", NULL,
      sk_api_collect },
    { "POST", "/crossings/{id}/approve", SK_VERB_DECIDE, true, SK_BODY_JSON, "", NULL,
      sk_api_approve },
    { "POST", "/crossings/{id}/deny", SK_VERB_DECIDE, true, SK_BODY_JSON, "", NULL, sk_api_deny },
    { "GET", "/permissions", SK_VERB_PERMISSIONS, false, SK_BODY_NONE, "", NULL,
      sk_api_permissions },
    { "POST", "/crossings/approve", SK_VERB_DECIDE, true, SK_BODY_JSON, "", NULL,
      sk_api_approve_many },
    { "POST", "/crossings/{id}/close", SK_VERB_TAKEOUT_CLOSE, true, SK_BODY_JSON, "", NULL,
      sk_api_takeout_close },
    { "GET", "/takeouts", SK_VERB_TAKEOUTS, false, SK_BODY_NONE, "state cursor", NULL,
      sk_api_takeouts },
    { "GET", "/overview", SK_VERB_OVERVIEW, false, SK_BODY_NONE, "", NULL, sk_api_overview },
    { "GET", "/accounts", SK_VERB_ACCOUNTS_READ, false, SK_BODY_NONE, "limit cursor", NULL,
      sk_api_accounts },
    { "POST", "/accounts", SK_VERB_ACCOUNTS_WRITE, false, SK_BODY_JSON, "", NULL,
      sk_api_account_add },
    { "POST", "/accounts/{name}/lock", SK_VERB_ACCOUNTS_WRITE, false, SK_BODY_NONE, "", NULL,
      sk_api_account_lock },
    { "POST", "/accounts/{name}/unlock", SK_VERB_ACCOUNTS_WRITE, false, SK_BODY_NONE, "", NULL,
      sk_api_account_unlock },
    { "GET", "/organisation", SK_VERB_ORGANISATION_READ, false, SK_BODY_NONE, "", NULL,
      sk_api_organisation },
    { "GET", "/sections", SK_VERB_ORGANISATION_READ, false, SK_BODY_NONE, "body q limit cursor",
      NULL, sk_api_sections },
    { "GET", "/sections/{code}", SK_VERB_ORGANISATION_READ, false, SK_BODY_NONE, "", NULL,
      sk_api_section },
    { "GET", "/roles", SK_VERB_ORGANISATION_READ, false, SK_BODY_NONE, "", NULL, sk_api_roles },
    { "GET", "/people", SK_VERB_PEOPLE_READ, false, SK_BODY_NONE,
      "q section role state limit cursor", NULL, sk_api_people },
    { "POST", "/people/import", SK_VERB_PEOPLE_IMPORT, false, SK_BODY_FILE, "on missing do",
      sk_api_import_start, sk_api_import_finish },
    { "GET", "/people/{name}", SK_VERB_PEOPLE_READ, false, SK_BODY_NONE, "", NULL, sk_api_person },
    { "POST", "/people/{name}/role", SK_VERB_PEOPLE_WRITE, false, SK_BODY_JSON, "", NULL,
      sk_api_person_role },
    /* Whose absence or deputy it is decides: the handler asks. */
    { "POST", "/absences", SK_VERB_ABSENCES, true, SK_BODY_JSON, "", NULL, sk_api_absence_add },
    { "DELETE", "/absences/{id}", SK_VERB_ABSENCES, true, SK_BODY_NONE, "", NULL,
      sk_api_absence_end },
    { "POST", "/deputies", SK_VERB_DEPUTIES, true, SK_BODY_JSON, "", NULL, sk_api_deputy_add },
    { "DELETE", "/deputies/{id}", SK_VERB_DEPUTIES, true, SK_BODY_NONE, "", NULL,
      sk_api_deputy_end },
    { "GET", "/proposals", SK_VERB_PROPOSALS_READ, false, SK_BODY_NONE, "state limit cursor", NULL,
      sk_api_proposals },
    { "GET", "/proposals/{id}", SK_VERB_PROPOSALS_READ, false, SK_BODY_NONE, "", NULL,
      sk_api_proposal },
    { "POST", "/proposals/{id}/confirm", SK_VERB_PROPOSALS_DECIDE, false, SK_BODY_NONE, "", NULL,
      sk_api_proposal_confirm },
    { "POST", "/proposals/{id}/deny", SK_VERB_PROPOSALS_DECIDE, false, SK_BODY_NONE, "", NULL,
      sk_api_proposal_deny },
    { "GET", "/incidents", SK_VERB_INCIDENTS, false, SK_BODY_NONE, "limit cursor", NULL, sk_api_incidents },
    { "GET", "/wall", SK_VERB_WALL, false, SK_BODY_NONE, "", NULL, sk_api_wall },
    { "POST", "/wall/ask", SK_VERB_WALL, false, SK_BODY_JSON, "", NULL, sk_api_wall_ask },
    { "GET", "/events", SK_VERB_EVENTS, false, SK_BODY_NONE, "limit cursor", NULL, sk_api_events },
    { "GET", "/notices", SK_VERB_NOTICES, false, SK_BODY_NONE, "limit cursor", NULL, sk_api_notices },
    { "POST", "/notices/read", SK_VERB_NOTICES, false, SK_BODY_JSON, "", NULL, sk_api_notices_read },
    { "GET", "/notices.atom", SK_VERB_ANYONE, false, SK_BODY_NONE, "token", NULL, sk_api_feed },
    { "GET", "/preferences", SK_VERB_PREFERENCES, false, SK_BODY_NONE, "", NULL, sk_api_preferences_get },
    { "PUT", "/preferences", SK_VERB_PREFERENCES, false, SK_BODY_JSON, "", NULL, sk_api_preferences_put },
    { "POST", "/preferences/feed", SK_VERB_PREFERENCES, false, SK_BODY_NONE, "", NULL, sk_api_feed_new },
    { "DELETE", "/preferences/feed", SK_VERB_PREFERENCES, false, SK_BODY_NONE, "", NULL, sk_api_feed_end },
    { "GET", "/seal/checkpoint", SK_VERB_SEAL, false, SK_BODY_NONE, "", NULL, sk_api_checkpoint },
    { "GET", "/seal/tile/entries/{rest}", SK_VERB_SEAL_ENTRIES, false, SK_BODY_NONE, "", NULL,
      sk_api_tile },
    { "GET", "/seal/tile/{rest}", SK_VERB_SEAL, false, SK_BODY_NONE, "", NULL, sk_api_tile },
};

static bool
param_ok(SkSpan kind, SkSpan value)
{
    g_autofree char *text = sk_span_dup(value);
    if (sk_span_is(kind, "{id}"))
        return sk_uuid_is(text);
    if (sk_span_is(kind, "{name}"))
        return sk_account_name_is(text);
    if (sk_span_is(kind, "{code}"))
        return sk_section_code_is(text);
    return value.n > 0;
}

/* The pattern has at most one `{…}`. */
static bool
match(const char *pattern, const char *path, char **ret_param)
{
    const char *open = strchr(pattern, '{');

    if (open == NULL)
        return strcmp(pattern, path) == 0;
    size_t before = (size_t)(open - pattern);
    const char *close = strchr(open, '}') + 1;
    if (strncmp(pattern, path, before) != 0)
        return false;
    SkSpan kind = sk_span(open, (size_t)(close - open));
    SkSpan rest = sk_span_str(path + before);
    if (!sk_span_is(kind, "{rest}")) {
        size_t slash = sk_span_find(rest, 0, sk_span_str("/"));
        rest.n = slash == SIZE_MAX ? rest.n : slash;
    }
    if (strcmp((const char *)rest.p + rest.n, close) != 0 || !param_ok(kind, rest))
        return false;
    *ret_param = sk_span_dup(rest);
    return true;
}

const SkRoute *
sk_route_find(const char *method, const char *path, char **ret_param, bool *ret_method_wrong)
{
    *ret_method_wrong = false;
    *ret_param = NULL;
    for (unsigned i = 0; i < G_N_ELEMENTS(routes); i++) {
        g_autofree char *param = NULL;
        if (!match(routes[i].path, path, &param))
            continue;
        if (strcmp(routes[i].method, method) == 0) {
            *ret_param = g_steal_pointer(&param);
            return &routes[i];
        }
        *ret_method_wrong = true;
    }
    return NULL;
}

const SkRoute *
sk_route_get(unsigned i)
{
    return i < G_N_ELEMENTS(routes) ? &routes[i] : NULL;
}
