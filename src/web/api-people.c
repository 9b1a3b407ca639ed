/* SPDX-License-Identifier: Apache-2.0
 * api-people.c - people, their roles by hand, absences and deputies. Everybody finds everybody, as
 * in the town's own directory; what is nobody else's business is shown to those who answer for it.
 * Contracts in api.h and data/openapi.json. */
#include <string.h>

#include "web/people-json.h"

static bool
may_see(SkWebRequest *req, const SkPerson *person)
{
    const SkAccount *me = req->session->account;
    return sk_permitted_account(
        me, SK_VERB_PEOPLE_DETAILS,
        sk_scope_of_person(me, person->account->name, person->account->section));
}

/* Which accounts are locked or without a password is not for everybody. */
static bool
take_filter(SkWebRequest *req, SkPersonQuery *query)
{
    const char *state = sk_query_get(req->query, "state");
    bool whole =
        sk_permitted_account(req->session->account, SK_VERB_PEOPLE_DETAILS, SK_SCOPE_PERSON);

    query->words = sk_query_get(req->query, "q");
    query->section = sk_query_get(req->query, "section");
    query->role = sk_query_get(req->query, "role");
    query->cursor = sk_query_get(req->query, "cursor");
    query->state = whole ? SK_PERSON_HERE : SK_PERSON_ACTIVE;
    if (state != NULL && !sk_person_state_lookup(state, &query->state)) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return false;
    }
    if (!whole && query->state != SK_PERSON_ACTIVE && query->state != SK_PERSON_ABSENT) {
        sk_answer_problem(req, SK_PROBLEM_FORBIDDEN);
        return false;
    }
    return sk_people_limit(req, &query->limit);
}

void
sk_api_people(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GPtrArray) people = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    SkPersonQuery query = { .directory = sk_request_directory(req) };

    if (!take_filter(req, &query))
        return;
    if (!sk_person_list(store, &query, &people, &next, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < people->len; i++) {
        const SkPerson *p = g_ptr_array_index(people, i);
        json_array_append_new(items, sk_person_json(p, may_see(req, p), sk_request_directory(req)));
    }
    sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

static json_t *
can_json(SkWebRequest *req, const SkPerson *p)
{
    const SkAccount *me = req->session->account;
    SkScope scope = sk_scope_of_person(me, p->account->name, p->account->section);
    json_t *out = json_array();

    if (sk_permitted_account(me, SK_VERB_ABSENCES, scope))
        json_array_append_new(out, json_string("absence"));
    if (sk_permitted_account(me, SK_VERB_DEPUTIES, scope))
        json_array_append_new(out, json_string("deputy"));
    if (sk_permitted_account(me, SK_VERB_PEOPLE_WRITE, SK_SCOPE_STATION))
        json_array_append_new(out, json_string("role"));
    return out;
}

static bool
is_now(const SkTenure *t, int today)
{
    return t->from <= today && (t->until == 0 || t->until >= today);
}

static void
answer_person(SkWebRequest *req, SkStore *store, const SkPerson *p, unsigned status)
{
    bool details = may_see(req, p);
    int today = sk_organisation_today(store);
    g_autoptr(GPtrArray) tenures = NULL;
    g_autoptr(GPtrArray) absences = NULL;
    g_autoptr(GPtrArray) deputies = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_tenures_of(store, p->account->name, &tenures, &error) ||
        !sk_absences_of(store, p->account->name, &absences, &error) ||
        !sk_deputies_of(store, p->account->name, &deputies, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    for (guint i = tenures->len; i > 0 && !details; i--)
        if (!is_now(g_ptr_array_index(tenures, i - 1), today))
            g_ptr_array_remove_index(tenures, i - 1);
    json_t *out = sk_person_json(p, details, sk_request_directory(req));
    json_object_set_new(out, "tenures", sk_tenures_json(tenures));
    json_object_set_new(out, "can", can_json(req, p));
    if (details) {
        json_object_set_new(out, "absences", sk_periods_json(absences));
        json_object_set_new(out, "deputies", sk_periods_json(deputies));
        json_object_set_new(out, "heads", sk_heads_json(p->account));
    }
    sk_answer_json(req, status, out);
}

void
sk_api_person(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkPerson) p = NULL;
    g_autoptr(GError) error = NULL;

    if (sk_person_get(store, req->param, &p, &error))
        answer_person(req, store, p, 200);
    else
        sk_answer_error(req, store, error);
}

/* ---- roles by hand ---- */

static void
set_role(SkWebRequest *req, SkStore *store, SkRole role, const char *section)
{
    const char *actor = req->session->account->name;
    g_autofree char *id = NULL;
    g_autoptr(SkPerson) p = NULL;
    g_autoptr(GError) error = NULL;

    /* To take a role away is one administrator's, to give one takes two. */
    if (role != SK_ROLE_STAFF) {
        if (sk_propose_role(store, req->param, role, section, actor, &id, &error))
            sk_people_answer_proposal(req, store, id);
        else
            sk_people_answer_error(req, store, error);
    } else if (sk_account_set_role(store, req->param, role, section, actor, &error) &&
               sk_person_get(store, req->param, &p, &error))
        answer_person(req, store, p, 200);
    else
        sk_people_answer_error(req, store, error);
}

void
sk_api_person_role(SkWebRequest *req, SkStore *store)
{
    const char *role = NULL;
    const char *section = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s?s !}", "role", &role, "section", &section) != 0)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (sk_role_lookup(role) == 0)
        sk_answer_problem(req, SK_PROBLEM_ACCOUNT_INVALID);
    else
        set_role(req, store, sk_role_lookup(role), section);
    json_decref(body);
}

/* ---- absences and deputies ---- */

typedef struct {
    const char *person; /* borrowed from the body */
    const char *deputy;
    int from, until;
} Period;

static bool
read_period(SkWebRequest *req, json_t *body, const char *person_key, bool deputy, Period *ret)
{
    const char *from = NULL;
    const char *until = NULL;
    int wrong = deputy ? json_unpack(body, "{s:s, s:s, s:s, s:s !}", person_key, &ret->person,
                                     "deputy", &ret->deputy, "from", &from, "until", &until)
                       : json_unpack(body, "{s:s, s:s, s:s !}", person_key, &ret->person, "from",
                                     &from, "until", &until);

    if (wrong != 0 || !sk_account_name_is(ret->person) ||
        (deputy && !sk_account_name_is(ret->deputy)))
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (!sk_day_parse(from, &ret->from) || !sk_day_parse(until, &ret->until))
        sk_answer_problem(req, SK_PROBLEM_PERIOD_INVALID);
    else
        return true;
    return false;
}

/* (transfer full): the person that @verb is done to; NULL after a problem. */
static SkPerson *
person_for(SkWebRequest *req, SkStore *store, const char *name, SkVerb verb)
{
    g_autoptr(SkPerson) p = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_person_get(store, name, &p, &error)) {
        sk_answer_error(req, store, error);
        return NULL;
    }
    return sk_people_may(req, verb, p) ? g_steal_pointer(&p) : NULL;
}

static void
add_absence(SkWebRequest *req, SkStore *store, const Period *in)
{
    g_autoptr(SkPerson) p = person_for(req, store, in->person, SK_VERB_ABSENCES);
    g_autoptr(SkPeriod) made = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    if (p == NULL)
        return;
    if (sk_absence_add(store, in->person, in->from, in->until, req->session->account->name, &id,
                       &error) &&
        sk_absence_get(store, id, &made, &error))
        sk_answer_json(req, 201, sk_period_json(made));
    else
        sk_people_answer_error(req, store, error);
}

void
sk_api_absence_add(SkWebRequest *req, SkStore *store)
{
    json_t *body = sk_request_json(req);
    Period in = { 0 };

    if (body != NULL && read_period(req, body, "person", false, &in))
        add_absence(req, store, &in);
    json_decref(body);
}

void
sk_api_absence_end(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkPeriod) period = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_absence_get(store, req->param, &period, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    g_autoptr(SkPerson) p = person_for(req, store, period->person, SK_VERB_ABSENCES);
    if (p == NULL)
        return;
    if (sk_absence_end(store, req->param, req->session->account->name, &error))
        sk_answer_empty(req, 204);
    else
        sk_answer_error(req, store, error);
}

static void
add_deputy(SkWebRequest *req, SkStore *store, const Period *in)
{
    g_autoptr(SkPerson) p = person_for(req, store, in->person, SK_VERB_DEPUTIES);
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    if (p == NULL)
        return;
    if (sk_propose_deputy(store, in->person, in->deputy, in->from, in->until,
                          req->session->account->name, &id, &error))
        sk_people_answer_proposal(req, store, id);
    else
        sk_people_answer_error(req, store, error);
}

void
sk_api_deputy_add(SkWebRequest *req, SkStore *store)
{
    json_t *body = sk_request_json(req);
    Period in = { 0 };

    if (body != NULL && read_period(req, body, "for", true, &in))
        add_deputy(req, store, &in);
    json_decref(body);
}

/* Whoever is stood in for, whoever stands in, or an administrator. */
void
sk_api_deputy_end(SkWebRequest *req, SkStore *store)
{
    const char *me = req->session->account->name;
    g_autoptr(SkPeriod) period = NULL;
    g_autoptr(SkPerson) p = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_deputy_get(store, req->param, &period, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    if (strcmp(period->deputy, me) != 0) {
        p = person_for(req, store, period->person, SK_VERB_DEPUTIES);
        if (p == NULL)
            return;
    }
    if (sk_deputy_end(store, req->param, me, &error))
        sk_answer_empty(req, 204);
    else
        sk_answer_error(req, store, error);
}
