/* SPDX-License-Identifier: Apache-2.0
 * people-json.c - contract in people-json.h. */
#include "web/people-json.h"

#include <string.h>

json_t *
sk_json_day(int day)
{
    g_autofree char *iso = sk_day_iso(day);
    return *iso == '\0' ? json_null() : json_string(iso);
}

json_t *
sk_json_word(const char *word)
{
    return word == NULL || *word == '\0' ? json_null() : json_string(word);
}

json_t *
sk_json_section(SkStore *store, const char *code)
{
    g_autoptr(SkSection) section = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_section_code_is(code) || !sk_section_get(store, code, &section, &error))
        return json_null(); /* a word of an account that no list knows, or a store that fails: the code says enough */
    return json_string(section->label);
}

json_t *
sk_json_words(const char *ja, const char *en)
{
    return json_pack("{s:s, s:s}", "ja", ja, "en", en);
}

json_t *
sk_person_json(const SkPerson *person, bool details, bool directory)
{
    const SkAccount *a = person->account;
    json_t *out =
        json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:b}", "name", a->name, "label", a->label,
                  "kana", sk_json_word(a->kana), "role", sk_role_name(a->role), "section",
                  sk_json_word(a->section), "sectionLabel", sk_json_word(person->section_label),
                  "title", sk_json_word(person->title), "absent", (int)person->absent);

    if (!details)
        return out;
    json_t *more =
        json_pack("{s:o, s:o, s:b, s:b, s:b, s:s, s:o, s:o, s:I}", "number", sk_json_word(a->number),
                  "mail", sk_json_word(a->mail), "locked", (int)a->locked, "enrolled",
                  (int)sk_account_is_enrolled(a, directory), "passwordElsewhere",
                  (int)sk_account_is_elsewhere(a, directory), "source", a->source, "joins", sk_json_day(a->joins), "leaves",
                  sk_json_day(a->leaves), "created", (json_int_t)a->created);
    json_object_update(out, more);
    json_decref(more);
    return out;
}

json_t *
sk_tenures_json(const GPtrArray *tenures)
{
    json_t *out = json_array();
    for (guint i = 0; i < tenures->len; i++) {
        const SkTenure *t = g_ptr_array_index(tenures, i);
        json_array_append_new(out, json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:b}",
                                             "person", sk_json_word(t->person), "label",
                                             sk_json_word(t->label), "section", t->section,
                                             "sectionLabel", t->section_label, "title", t->title,
                                             "grade", t->head ? "head" : "member", "role",
                                             sk_json_word(t->role), "from", sk_json_day(t->from),
                                             "until", sk_json_day(t->until), "main", (int)t->main));
    }
    return out;
}

json_t *
sk_period_json(const SkPeriod *p)
{
    json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "id", p->id, "person", p->person,
                            "label", p->label, "from", sk_json_day(p->from), "until",
                            sk_json_day(p->until), "by", sk_json_word(p->by));
    json_object_set_new(out, "deputy", sk_json_word(p->deputy));
    json_object_set_new(out, "deputyLabel", sk_json_word(p->deputy_label));
    json_object_set_new(out, "confirmedBy", sk_json_word(p->confirmed_by));
    return out;
}

json_t *
sk_periods_json(const GPtrArray *periods)
{
    json_t *out = json_array();
    for (guint i = 0; i < periods->len; i++)
        json_array_append_new(out, sk_period_json(g_ptr_array_index(periods, i)));
    return out;
}

json_t *
sk_heads_json(const SkAccount *account)
{
    json_t *out = json_array();
    for (guint i = 0; account->heads != NULL && i < account->heads->len; i++) {
        const SkHeadship *h = g_ptr_array_index(account->heads, i);
        json_array_append_new(out, json_pack("{s:s, s:s, s:s?}", "section", h->section, "role",
                                             sk_role_name(h->role), "onBehalfOf", h->on_behalf_of));
    }
    return out;
}

json_t *
sk_section_json(const SkSection *s)
{
    return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:i}", "code", s->code, "body", s->body,
                     "parent", sk_json_word(s->parent), "label", s->label, "from",
                     sk_json_day(s->from), "until", sk_json_day(s->until), "people",
                     (int)s->people);
}

json_t *
sk_proposal_json(const SkProposal *p, const SkAccount *account)
{
    json_t *detail = *p->detail == '\0' ? NULL : json_loads(p->detail, 0, NULL);
    json_t *can = json_array();
    bool open = p->state == SK_PROPOSAL_OPEN &&
                sk_permitted_account(account, SK_VERB_PROPOSALS_DECIDE, SK_SCOPE_STATION);

    if (open && strcmp(p->proposed_by, account->name) != 0 &&
        strcmp(p->subject, account->name) != 0)
        json_array_append_new(can, json_string("confirm"));
    if (open)
        json_array_append_new(can, json_string("deny"));
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:s, s:I, s:I, s:s, s:o, s:o, s:o}", "id", p->id, "kind", p->kind,
        "subject", sk_json_word(p->subject), "detail", detail == NULL ? json_null() : detail,
        "proposedBy", p->proposed_by, "proposedAt", (json_int_t)p->proposed_at, "expires",
        (json_int_t)p->expires, "state", sk_proposal_state_name(p->state), "decidedBy",
        sk_json_word(p->decided_by), "decidedAt",
        p->decided_at == 0 ? json_null() : json_integer((json_int_t)p->decided_at), "can", can);
}

/* ---- requests ---- */

bool
sk_people_limit(SkWebRequest *req, unsigned *ret)
{
    const char *text = sk_query_get(req->query, "limit");
    uint64_t limit = 50;

    if (text != NULL && (!sk_number_parse(text, SK_LIST_LIMIT_MAX, &limit) || limit == 0)) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return false;
    }
    *ret = (unsigned)limit;
    return true;
}

/* The person may belong to another section by now, and who asks answer for another one. */
static SkProblem
may_again(SkStore *store, const SkSession *session, const void *data)
{
    const SkWebRequest *req = data;
    const SkAccount *me = session->account;
    g_autoptr(SkAccount) person = NULL;

    if (!sk_account_get(store, req->asked.person, &person, NULL))
        return SK_PROBLEM_NOT_FOUND;
    SkScope scope = sk_scope_of_person(me, person->name, person->section);
    if (!sk_permitted_account(me, req->asked.verb, scope))
        return SK_PROBLEM_FORBIDDEN;
    return session->raised == 0 && sk_permission_needs_rise(me->role, req->asked.verb)
               ? SK_PROBLEM_RISE_NEEDED
               : SK_PROBLEM_NONE;
}

bool
sk_people_may(SkWebRequest *req, SkVerb verb, const SkPerson *person)
{
    const SkAccount *me = req->session->account;
    SkScope scope = sk_scope_of_person(me, person->account->name, person->account->section);

    if (!sk_request_may(req, verb, scope))
        return false;
    g_free(req->asked.person);
    req->asked.person = g_strdup(person->account->name);
    req->asked.verb = verb;
    req->rights.again = may_again;
    req->rights.data = req;
    return true;
}

void
sk_people_answer_error(SkWebRequest *req, SkStore *store, const GError *error)
{
    const SkRoleConflict *rule = sk_store_why_rule(store);

    if (rule == NULL || !g_error_matches(error, SK_ERROR, SK_ERROR_FORBIDDEN))
        sk_answer_error(req, store, error);
    else
        sk_answer_problem_with(req, SK_PROBLEM_ROLES_APART,
                               json_pack("{s:{s:s, s:s, s:s, s:s}}", "rule", "a", rule->a, "b",
                                         rule->b, "ja", rule->ja, "en", rule->en));
}

void
sk_people_answer_proposal(SkWebRequest *req, SkStore *store, const char *id)
{
    g_autoptr(SkProposal) proposal = NULL;
    g_autoptr(GError) error = NULL;

    if (sk_proposal_get(store, id, &proposal, &error))
        sk_answer_json(req, 201, sk_proposal_json(proposal, req->session->account));
    else
        sk_answer_error(req, store, error);
}
