/* SPDX-License-Identifier: Apache-2.0
 * api-organisation.c - the eight bodies, their sections, the security roles and who holds them.
 * Contracts in api.h and data/openapi.json. */
#include "web/people-json.h"

#define SHOWN_MAX 100u /* vacancies, absences, holders of a role */

static json_t *
bodies_json(void)
{
    unsigned n = 0;
    const SkTownBody *all = sk_bodies(&n);
    json_t *out = json_array();
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{s:s, s:o}", "code", all[i].code, "label",
                                             sk_json_words(all[i].ja, all[i].en)));
    return out;
}

void
sk_api_organisation(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GPtrArray) vacancies = NULL;
    g_autoptr(GPtrArray) absent = NULL;
    g_autoptr(GError) error = NULL;
    unsigned n = 0;

    if (!sk_vacancies(store, SHOWN_MAX, &vacancies, &n, &error) ||
        !sk_absent_today(store, SHOWN_MAX, &absent, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    sk_answer_json(req, 200,
                   json_pack("{s:o, s:o, s:o, s:i, s:o}", "today",
                             sk_json_day(sk_organisation_today(store)), "bodies", bodies_json(),
                             "vacancies", sk_tenures_json(vacancies), "vacanciesCount", (int)n,
                             "absent", sk_periods_json(absent)));
}

void
sk_api_sections(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GPtrArray) sections = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    SkSectionQuery query = { .body = sk_query_get(req->query, "body"),
                             .words = sk_query_get(req->query, "q"),
                             .cursor = sk_query_get(req->query, "cursor") };

    if (!sk_people_limit(req, &query.limit))
        return;
    if (!sk_section_list(store, &query, &sections, &next, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < sections->len; i++)
        json_array_append_new(items, sk_section_json(g_ptr_array_index(sections, i)));
    sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

void
sk_api_section(SkWebRequest *req, SkStore *store)
{
    g_autoptr(SkSection) section = NULL;
    g_autoptr(GPtrArray) answering = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_section_get(store, req->param, &section, &error) ||
        !sk_tenures_at(store, req->param, &answering, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *out = sk_section_json(section);
    json_object_set_new(out, "answering", sk_tenures_json(answering));
    sk_answer_json(req, 200, out);
}

/* ---- security roles ---- */

static json_t *
role_json(const SkSecurityRole *role, const GPtrArray *holders)
{
    return json_pack("{s:s, s:o, s:b, s:s, s:s?, s:o}", "code", role->code, "label",
                     sk_json_words(role->ja, role->en), "many", (int)role->many, "scope",
                     sk_reach_name(role->reach), "account",
                     role->role == 0 ? NULL : sk_role_name(role->role), "holders",
                     sk_tenures_json(holders));
}

static json_t *
conflicts_json(void)
{
    unsigned n = 0;
    const SkRoleConflict *all = sk_role_conflicts(&n);
    json_t *out = json_array();
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{s:s, s:s, s:o}", "a", all[i].a, "b", all[i].b,
                                             "rule", sk_json_words(all[i].ja, all[i].en)));
    return out;
}

void
sk_api_roles(SkWebRequest *req, SkStore *store)
{
    unsigned n = 0;
    const SkSecurityRole *all = sk_security_roles(&n);
    json_t *items = json_array();

    for (unsigned i = 0; i < n; i++) {
        g_autoptr(GPtrArray) holders = NULL;
        g_autoptr(GError) error = NULL;
        if (!sk_tenures_with(store, all[i].code, SHOWN_MAX, &holders, &error)) {
            sk_answer_error(req, store, error);
            json_decref(items);
            return;
        }
        json_array_append_new(items, role_json(&all[i], holders));
    }
    sk_answer_json(req, 200, json_pack("{s:o, s:o}", "items", items, "apart", conflicts_json()));
}
