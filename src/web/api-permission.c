/* SPDX-License-Identifier: Apache-2.0
 * api-permission.c - the permission table as it is asked, for people to read. Contracts in api.h
 * and data/openapi.json. */
#include "web/api.h"

static json_t *
scopes_json(SkRole role, SkVerb verb)
{
    json_t *out = json_array();
    for (unsigned s = 0; s < SK_SCOPE_COUNT; s++)
        if (sk_permitted(role, verb, (SkScope)s))
            json_array_append_new(out, json_string(sk_scope_name((SkScope)s)));
    return out;
}

static json_t *
who_json(SkVerb verb)
{
    json_t *out = json_object();
    for (unsigned role = 1; role < SK_ROLE_COUNT; role++)
        json_object_set_new(out, sk_role_name((SkRole)role), scopes_json((SkRole)role, verb));
    return out;
}

static const char *
raised_word(unsigned marks)
{
    if ((marks & SK_MARK_RAISED) != 0)
        return "always";
    return (marks & SK_MARK_RAISED_ADMINISTRATOR) != 0 ? "administrator" : "no";
}

static json_t *
verb_json(SkVerb verb)
{
    const SkVerbInfo *info = sk_verb_info(verb);
    return json_pack("{s:s, s:s, s:b, s:s, s:b, s:b, s:o}", "verb", info->name, "about",
                     info->thing, "changes", (info->marks & SK_MARK_WRITES) != 0, "raised",
                     raised_word(info->marks), "byPost", (info->marks & SK_MARK_POST) != 0,
                     "enrolling", (info->marks & SK_MARK_ENROLLING) != 0, "who", who_json(verb));
}

static json_t *
roles_json(bool management)
{
    json_t *out = json_array();
    for (unsigned role = 1; role < SK_ROLE_COUNT; role++)
        json_array_append_new(out, json_pack("{s:s, s:b}", "role", sk_role_name((SkRole)role),
                                             "here", sk_role_here((SkRole)role, management)));
    return out;
}

void
sk_api_permissions(SkWebRequest *req, SkStore *store)
{
    json_t *verbs = json_array();
    (void)store;

    for (unsigned verb = SK_VERB_ANYONE + 1; verb < SK_VERB_COUNT; verb++)
        json_array_append_new(verbs, verb_json((SkVerb)verb));
    sk_answer_json(req, 200,
                   json_pack("{s:o, s:o, s:o}", "zone", sk_rules_zone(req->web->rules), "roles",
                             roles_json(req->web->options->management), "verbs", verbs));
}
