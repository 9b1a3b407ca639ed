/* SPDX-License-Identifier: Apache-2.0
 * api-notice.c - one's own notices and how one is told of them; the feed. Contracts in api.h and
 * data/openapi.json. */
#include <string.h>

#include "notice/atom.h"
#include "web/api.h"

#define LIST_DEFAULT 50u
#define FEED_ENTRIES 50u

/* ---- the list ---- */

/* Its name where the account may see the crossing at all. */
static json_t *
crossing_json(SkStore *store, const SkAccount *account, const char *id)
{
    g_autoptr(SkCrossing) crossing = NULL;

    if (id[0] == '\0')
        return json_null();
    if (!sk_store_get(store, id, &crossing, NULL) || !sk_permission_can(account, crossing).read)
        return json_pack("{s:s, s:n}", "id", id, "name");
    return json_pack("{s:s, s:s?}", "id", id, "name", crossing->name[0] == '\0' ? NULL : crossing->name);
}

static json_t *
notice_json(SkStore *store, const SkAccount *account, const SkNotice *notice)
{
    return json_pack("{s:I, s:s, s:I, s:I, s:b, s:o, s:s?}", "id", (json_int_t)notice->n, "kind",
                     sk_notice_kind_name(notice->kind), "time", (json_int_t)notice->time, "count",
                     (json_int_t)notice->count, "read", (int)notice->read, "crossing",
                     crossing_json(store, account, notice->crossing), "detail",
                     notice->detail[0] == '\0' ? NULL : notice->detail);
}

void
sk_api_notices(SkWebRequest *req, SkStore *store)
{
    const SkAccount *account = req->session->account;
    const char *limit_text = sk_query_get(req->query, "limit");
    g_autoptr(GPtrArray) notices = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    uint64_t limit = LIST_DEFAULT;
    int64_t unread = 0;

    if (limit_text != NULL && (!sk_number_parse(limit_text, SK_LIST_LIMIT_MAX, &limit) || limit == 0)) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    if (!sk_notice_list(store, account->name, sk_query_get(req->query, "cursor"), (unsigned)limit, &notices, &next,
                        &unread, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < notices->len; i++)
        json_array_append_new(items, notice_json(store, account, g_ptr_array_index(notices, i)));
    sk_answer_json(req, 200,
                   json_pack("{s:o, s:I, s:s?}", "items", items, "unread", (json_int_t)unread, "next", next));
}

void
sk_api_notices_read(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;
    json_int_t until = 0;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    bool good = json_unpack(body, "{s:I !}", "until", &until) == 0 && until >= 0;
    json_decref(body);
    if (!good)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (!sk_notice_read(store, req->session->account->name, until, &error))
        sk_answer_error(req, store, error);
    else
        sk_answer_empty(req, 204);
}

/* ---- preferences ---- */

static void
answer_preferences(SkWebRequest *req, SkStore *store)
{
    const SkAccount *account = req->session->account;
    g_autoptr(GError) error = NULL;
    SkPreferences p;

    if (!sk_preferences_get(store, account->name, &p, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    sk_answer_json(req, 200,
                   json_pack("{s:s, s:s, s:s?, s:s?, s:b}", "mail", sk_mail_name(p.mail), "calendar",
                             sk_calendar_name(p.calendar), "language", p.language[0] == '\0' ? NULL : p.language,
                             "address", account->mail == NULL || account->mail[0] == '\0' ? NULL : account->mail,
                             "feed", (int)p.feed));
}

void
sk_api_preferences_get(SkWebRequest *req, SkStore *store)
{
    answer_preferences(req, store);
}

static bool
read_preferences(json_t *body, SkPreferences *ret)
{
    const char *mail = NULL, *calendar = NULL;
    json_t *language = NULL;

    if (json_unpack(body, "{s:s, s:s, s:o !}", "mail", &mail, "calendar", &calendar, "language", &language) != 0 ||
        (!json_is_null(language) && !json_is_string(language)))
        return false;
    const char *word = json_is_string(language) ? json_string_value(language) : "";
    ret->mail = sk_mail_lookup(mail);
    ret->calendar = sk_calendar_lookup(calendar);
    return g_strlcpy(ret->language, word, sizeof ret->language) < sizeof ret->language;
}

void
sk_api_preferences_put(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;
    SkPreferences p = { 0 };
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    bool good = read_preferences(body, &p);
    json_decref(body);
    if (!good)
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
    else if (!sk_preferences_set(store, req->session->account->name, &p, &error))
        sk_answer_error(req, store, error);
    else
        answer_preferences(req, store);
}

/* ---- the feed ---- */

void
sk_api_feed_new(SkWebRequest *req, SkStore *store)
{
    g_autofree char *token = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_feed_new(store, req->session->account->name, &token, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    g_autofree char *url =
        g_strconcat(req->web->options->origin, "/api/v1/notices.atom?token=", token, NULL);
    sk_answer_json(req, 201, json_pack("{s:s}", "url", url));
}

void
sk_api_feed_end(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GError) error = NULL;

    if (!sk_feed_end(store, req->session->account->name, &error))
        sk_answer_error(req, store, error);
    else
        sk_answer_empty(req, 204);
}

static SkLanguage
feed_language(SkWebRequest *req, const SkPreferences *p)
{
    SkLanguage chosen = sk_language_lookup(p->language);
    return chosen != SK_LANGUAGE_COUNT
               ? chosen
               : sk_language_accept(sk_request_header(req, "Accept-Language"), SK_LANGUAGE_JA);
}

/* Whoever has the address reads how many things of which kind wait, and nothing of what they are. */
void
sk_api_feed(SkWebRequest *req, SkStore *store)
{
    const char *token = sk_query_get(req->query, "token");
    g_autoptr(SkAccount) account = NULL;
    g_autoptr(GPtrArray) notices = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    int64_t unread = 0;
    SkPreferences p;

    if (!sk_feed_lookup(store, token == NULL ? "" : token, &account, &error) ||
        !sk_preferences_get(store, account->name, &p, &error) ||
        !sk_notice_list(store, account->name, NULL, FEED_ENTRIES, &notices, &next, &unread, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    const SkAtomFeed feed = { .origin = req->web->options->origin,
                              .zone = sk_store_zone(store),
                              .account = account->name,
                              .language = feed_language(req, &p),
                              .notices = notices };
    char *text = sk_atom_emit(req->web->words, &feed);
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    sk_answer_bytes(req, bytes, "application/atom+xml; charset=utf-8");
}
