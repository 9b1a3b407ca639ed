/* SPDX-License-Identifier: Apache-2.0
 * api-admin.c - the administrator's overview, accounts and acts. Contracts in api.h and
 * data/openapi.json. */
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/name.h"
#include "store/person.h"
#include "web/api.h"
#include "web/people-json.h"

#define STATUS_MAX (64u << 10)
#define LABEL_MAX 100u

static json_t *
queues_json(const SkOverview *o)
{
    json_t *out = json_object();
    for (unsigned s = SK_STATE_NONE + 1; s < SK_STATE_COUNT; s++) {
        uint64_t n = o->queues[SK_BOX_SENT][s] + o->queues[SK_BOX_ARRIVED][s];
        json_object_set_new(out, sk_state_name((SkState)s), json_integer((json_int_t)n));
    }
    return out;
}

static json_t *
refusals_json(const SkOverview *o)
{
    json_t *out = json_array();
    for (unsigned r = SK_REASON_NONE + 1; r < SK_REASON_COUNT; r++)
        if (o->refusals[r] > 0)
            json_array_append_new(out,
                                  json_pack("{s:s, s:I}", "reason", sk_reason_name((SkReason)r),
                                            "count", (json_int_t)o->refusals[r]));
    return out;
}

static json_t *
seal_json(SkWebRequest *req, const SkOverview *o)
{
    const char *directory = req->web->options->seal;
    g_autofree char *path =
        g_build_filename(directory == NULL ? "/nonexistent" : directory, "checkpoint", NULL);
    struct stat st;
    json_t *last = json_null();

    if (stat(path, &st) == 0)
        last = json_integer((json_int_t)st.st_mtim.tv_sec * G_USEC_PER_SEC +
                            (json_int_t)st.st_mtim.tv_nsec / 1000);
    return json_pack("{s:I, s:o, s:I}", "size", (json_int_t)(o->leaves - o->unsealed),
                     "lastCheckpoint", last, "unsealed", (json_int_t)o->unsealed);
}

/* What the supervisor keeps; anything but an array of the three members is left out. */
static json_t *
roles_json(const char *path)
{
    g_autoptr(GBytes) bytes = NULL;
    json_t *out = json_array();
    json_t *entry = NULL;
    size_t i = 0;

    if (path == NULL || !sk_io_read_file(path, STATUS_MAX, &bytes, NULL))
        return out;
    SkSpan s = sk_span_bytes(bytes);
    json_t *all = json_loadb((const char *)s.p, s.n, 0, NULL);
    json_array_foreach(all, i, entry)
    {
        const char *name = NULL;
        int alive = 0;
        json_int_t since = 0;
        if (json_unpack(entry, "{s:s, s:b, s:I}", "name", &name, "alive", &alive, "since",
                        &since) == 0)
            json_array_append_new(
                out, json_pack("{s:s, s:b, s:I}", "name", name, "alive", alive, "since", since));
    }
    json_decref(all);
    return out;
}

void
sk_api_overview(SkWebRequest *req, SkStore *store)
{
    uint64_t disk_free = 0;
    uint64_t disk_total = 0;
    g_autoptr(GError) error = NULL;
    g_autofree SkOverview *o = g_new0(SkOverview, 1);

    if (!sk_store_overview(store, sk_clock_midnight(), o, &error) ||
        !sk_vault_disk(req->web->vault, &disk_free, &disk_total, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    sk_answer_json(
        req, 200,
        json_pack("{s:o, s:{s:I, s:I, s:I}, s:o, s:o, s:o, s:{s:I, s:I}, s:I, s:o}", "queues",
                  queues_json(o), "today", "received", (json_int_t)o->received_today, "delivered",
                  (json_int_t)o->delivered_today, "refused", (json_int_t)o->refused_today,
                  "refusals", refusals_json(o), "seal", seal_json(req, o), "policy",
                  sk_rules_summary(req->web->rules), "disk", "free", (json_int_t)disk_free, "total",
                  (json_int_t)disk_total, "accounts", (json_int_t)o->accounts, "roles",
                  roles_json(req->web->options->status)));
}

/* ---- accounts
 * --------------------------------------------------------------------------------------- */

static json_t *
account_json(SkStore *store, const SkAccount *a)
{
    const char *section = a->section[0] == '\0' ? NULL : a->section;
    return json_pack("{s:s, s:s, s:s, s:s?, s:o, s:b, s:I}", "name", a->name, "label", a->label, "role",
                     sk_role_name(a->role), "section", section, "sectionLabel",
                     sk_json_section(store, a->section), "locked", (int)a->locked, "created",
                     (json_int_t)a->created);
}

void
sk_api_accounts(SkWebRequest *req, SkStore *store)
{
    g_autoptr(GPtrArray) accounts = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    const char *limit_text = sk_query_get(req->query, "limit");
    uint64_t limit = SK_LIST_LIMIT_MAX;

    if (limit_text != NULL &&
        (!sk_number_parse(limit_text, SK_LIST_LIMIT_MAX, &limit) || limit == 0)) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    if (!sk_account_page(store, sk_query_get(req->query, "cursor"), (unsigned)limit, &accounts,
                         &next, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < accounts->len; i++)
        json_array_append_new(items, account_json(store, g_ptr_array_index(accounts, i)));
    sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

static void
answer_account(SkWebRequest *req, SkStore *store, unsigned status, const char *name)
{
    g_autoptr(SkAccount) account = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_account_get(store, name, &account, &error))
        sk_answer_error(req, store, error);
    else
        sk_answer_json(req, status, account_json(store, account));
}

static void
hash_later(SkWebRequest *req, const char *password)
{
    if (!sk_signin_pool_take(req->web->pool)) {
        sk_answer_problem(req, SK_PROBLEM_BUSY);
        return;
    }
    req->job = g_new0(SkSignInJob, 1);
    req->job->password = g_strdup(password);
    req->job->done = sk_request_resume;
    req->job->data = req->connection;
    MHD_suspend_connection(req->connection); /* before the job can end and resume it */
    sk_signin_pool_push(req->web->pool, req->job);
}

/* The account is there as staff; any other role waits for a second administrator. */
static void
answer_added(SkWebRequest *req, SkStore *store, const SkAccount *wanted)
{
    g_autoptr(SkAccount) account = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    if ((wanted->role != SK_ROLE_STAFF &&
         !sk_propose_role(store, wanted->name, wanted->role, NULL, req->session->account->name, &id,
                          &error)) ||
        !sk_account_get(store, wanted->name, &account, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *out = account_json(store, account);
    json_object_set_new(out, "proposal", id == NULL ? json_null() : json_string(id));
    sk_answer_json(req, 201, out);
}

static void
add_account(SkWebRequest *req, SkStore *store, const SkAccount *account, const char *hash)
{
    SkAccount staff = *account;
    g_autoptr(GError) error = NULL;

    staff.role = SK_ROLE_STAFF;
    if (hash == NULL)
        sk_answer_problem(req, SK_PROBLEM_BUSY); /* no memory for Argon2 just now */
    else if (sk_account_add(store, &staff, hash, req->session->account->name, &error))
        answer_added(req, store, account);
    else if (error->code == SK_ERROR_MALFORMED)
        sk_answer_problem(req, SK_PROBLEM_ACCOUNT_INVALID);
    else
        sk_answer_error(req, store, error);
}

static SkProblem
check_account(SkWeb *web, const SkAccount *account, const char *password)
{
    if (!sk_account_name_is(account->name) || account->role == 0 || account->label[0] == '\0' ||
        !sk_text_is_plain(sk_span_str(account->label), LABEL_MAX) ||
        !sk_text_is_plain(sk_span_str(account->section), LABEL_MAX))
        return SK_PROBLEM_ACCOUNT_INVALID;
    return password == NULL ? SK_PROBLEM_NONE
                            : sk_password_problem(web, account->name, account->label, password);
}

/* Called twice: with the body, and again when its password has been hashed; once where there is none:
 * such an account is enrolled in person. */
void
sk_api_account_add(SkWebRequest *req, SkStore *store)
{
    const char *name = NULL, *label = NULL, *role = NULL, *password = NULL;
    json_t *section = NULL;
    json_t *body = sk_request_json(req);

    if (body == NULL)
        return;
    if (json_unpack(body, "{s:s, s:s, s:s, s?o, s?s !}", "name", &name, "label", &label, "role",
                    &role, "section", &section, "password", &password) != 0 ||
        (section != NULL && !json_is_null(section) && !json_is_string(section))) {
        sk_answer_problem(req, SK_PROBLEM_NOT_JSON);
        json_decref(body);
        return;
    }
    const SkAccount account = {
        .name = (char *)name,
        .label = (char *)label,
        .role = sk_role_lookup(role),
        .section = (char *)(json_is_string(section) ? json_string_value(section) : "")
    };
    SkProblem problem = check_account(req->web, &account, password);
    if (problem == SK_PROBLEM_PASSWORD_WEAK || problem == SK_PROBLEM_PASSWORD_COMMON)
        sk_answer_password(req, problem);
    else if (problem != SK_PROBLEM_NONE)
        sk_answer_problem(req, problem);
    else if (password == NULL)
        add_account(req, store, &account, "");
    else if (req->job == NULL)
        hash_later(req, password);
    else
        add_account(req, store, &account, req->job->hash);
    json_decref(body);
}

static void
set_lock(SkWebRequest *req, SkStore *store, bool lock)
{
    const char *actor = req->session->account->name;
    g_autoptr(GError) error = NULL;

    if (strcmp(req->param, actor) == 0)
        sk_answer_problem(req, SK_PROBLEM_OWN_ACCOUNT);
    else if (lock ? sk_account_lock(store, req->param, actor, &error)
                  : sk_account_unlock(store, req->param, actor, &error))
        answer_account(req, store, 200, req->param);
    else
        sk_answer_error(req, store, error);
}

void
sk_api_account_lock(SkWebRequest *req, SkStore *store)
{
    set_lock(req, store, true);
}

void
sk_api_account_unlock(SkWebRequest *req, SkStore *store)
{
    set_lock(req, store, false);
}

/* ---- acts
 * ------------------------------------------------------------------------------------------- */

static const char *
or_null(const char *s)
{
    return s[0] == '\0' ? NULL : s;
}

typedef bool (*ListActs)(SkStore *store, const char *cursor, unsigned limit, GPtrArray **ret,
                         char **ret_next, GError **error);

static void
answer_acts(SkWebRequest *req, SkStore *store, ListActs list)
{
    const char *limit_text = sk_query_get(req->query, "limit");
    g_autoptr(GPtrArray) acts = NULL;
    g_autofree char *next = NULL;
    g_autoptr(GError) error = NULL;
    uint64_t limit = 50;

    if (limit_text != NULL &&
        (!sk_number_parse(limit_text, SK_LIST_LIMIT_MAX, &limit) || limit == 0)) {
        sk_answer_problem(req, SK_PROBLEM_BAD_REQUEST);
        return;
    }
    if (!list(store, sk_query_get(req->query, "cursor"), (unsigned)limit, &acts, &next, &error)) {
        sk_answer_error(req, store, error);
        return;
    }
    json_t *items = json_array();
    for (guint i = 0; i < acts->len; i++) {
        const SkAct *act = g_ptr_array_index(acts, i);
        json_array_append_new(
            items, json_pack("{s:I, s:s, s:s?, s:s?, s:s?}", "time", (json_int_t)act->time, "event",
                             act->act, "actor", or_null(act->actor), "crossing",
                             or_null(act->crossing), "detail", or_null(act->detail)));
    }
    sk_answer_json(req, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

void
sk_api_events(SkWebRequest *req, SkStore *store)
{
    answer_acts(req, store, sk_store_acts);
}

void
sk_api_incidents(SkWebRequest *req, SkStore *store)
{
    answer_acts(req, store, sk_store_incidents);
}
