/* SPDX-License-Identifier: Apache-2.0
 * approval.c - chains of approvals (contracts in db.h and store.h): whose turn it is, who has had
 * theirs, and what each of them has seen. Every step is another person's, and counts for one person
 * only: whoever stood in for somebody has used that one's step too. */
#include "store/db.h"

#include <string.h>

#define CHAIN_MAX 4u
#define ROLE_MAX 32u
#define THEN " then "
/* A row that lapses shows that it did for as long as this. */
#define SHOW_AFTER (INT64_C(7) * 24 * 3600 * G_USEC_PER_SEC)

/* ---- steps ---- */

static void
clear_step(void *data)
{
    SkApprovalStep *step = data;
    g_clear_pointer(&step->role, g_free);
    g_clear_pointer(&step->person, g_free);
    g_clear_pointer(&step->behalf, g_free);
}

bool
sk_approval_steps(SkStore *store, const char *id, GArray **ret, GError **error)
{
    g_autoptr(GArray) out = g_array_new(FALSE, TRUE, sizeof(SkApprovalStep));
    SkSql *q = sk_sql(store, "SELECT role, person, behalf, time FROM approval_steps "
                             "WHERE crossing = ? ORDER BY at");
    bool row = false;

    g_array_set_clear_func(out, clear_step);
    sk_sql_text(q, id);
    while (sk_sql_next(q, &row, error)) {
        if (!row) {
            *ret = out->len > 0 ? g_steal_pointer(&out) : NULL;
            return true;
        }
        SkApprovalStep step = { .role = sk_sql_get_text(q, 0),
                                .person = sk_sql_get_text(q, 1),
                                .behalf = sk_sql_get_text(q, 2),
                                .time = sk_sql_get_int(q, 3) };
        g_array_append_val(out, step);
    }
    return false;
}

static bool
is_role(const char *role)
{
    SkRole known = sk_role_lookup(role);
    return known == SK_ROLE_SECTION_HEAD || known == SK_ROLE_SECURITY_MANAGER;
}

bool
sk_approval_is_chain(const char *text)
{
    if (text == NULL || strlen(text) > CHAIN_MAX * (ROLE_MAX + sizeof THEN))
        return false;
    g_auto(GStrv) roles = g_strsplit(text, THEN, -1);
    unsigned n = g_strv_length(roles);
    for (unsigned i = 0; i < n; i++)
        if (!is_role(roles[i]))
            return false;
    return n > 0 && n <= CHAIN_MAX;
}

static bool
insert_step(SkStore *store, const char *id, unsigned at, const char *role, GError **error)
{
    SkSql *q = sk_sql(store, "INSERT INTO approval_steps (crossing, at, role) VALUES (?, ?, ?)");
    sk_sql_text(q, id);
    sk_sql_int(q, at);
    sk_sql_text(q, role);
    return sk_sql_run(q, error);
}

static int64_t
after(int64_t now, int64_t wait)
{
    return wait > 0 && wait < INT64_MAX - now ? now + wait : 0;
}

bool
sk_approval_open(SkStore *store, const char *id, const SkEventDetails *d, int64_t now,
                 GError **error)
{
    g_auto(GStrv) roles = g_strsplit(d->approval, THEN, -1);
    int64_t until = after(now, d->within);

    for (unsigned i = 0; roles[i] != NULL; i++)
        if (!insert_step(store, id, i, roles[i], error))
            return false;
    /* The row lives at least as long as somebody may still decide on it. */
    SkSql *q = sk_sql(store, "UPDATE crossings SET approval = ?, held_until = ?, remind_every = ?, "
                             "remind_at = ?, expires = CASE WHEN expires > 0 THEN max(expires, ?) "
                             "ELSE 0 END WHERE id = ?");
    sk_sql_text(q, roles[0]);
    sk_sql_int(q, until);
    sk_sql_int(q, d->remind);
    sk_sql_int(q, after(now, d->remind));
    sk_sql_int(q, until > 0 ? until + SHOW_AFTER : 0);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

/* ---- who, and what they saw ---- */

static bool
is_in(const char *person, const SkApprovalStep *step)
{
    return person != NULL && *person != '\0' &&
           (strcmp(person, step->person) == 0 || strcmp(person, step->behalf) == 0);
}

static bool
check_persons(SkStore *store, const SkCrossing *row, const SkEventDetails *d, GError **error)
{
    const char *behalf = d->on_behalf_of;

    if (behalf != NULL && (strcmp(behalf, row->sender) == 0 || strcmp(behalf, row->recipient) == 0))
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-crossing");
    for (guint i = 0; row->steps != NULL && i < row->steps->len; i++) {
        const SkApprovalStep *step = &g_array_index(row->steps, SkApprovalStep, i);
        if (step->time != 0 && (is_in(d->actor, step) || is_in(behalf, step)))
            return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "same-person");
    }
    return true;
}

static bool
holds_numbers(SkStore *store, const char *id, bool *ret, GError **error)
{
    int64_t found = 0;
    SkSql *q = sk_sql(store, "SELECT EXISTS (SELECT 1 FROM findings WHERE crossing = ? AND "
                             "element = 'my-number')");
    sk_sql_text(q, id);
    if (!sk_sql_one_int(q, 1, &found, error))
        return false;
    *ret = found != 0;
    return true;
}

/* What leaves is looked at itself; where it holds personal numbers, so is what says so. */
static bool
check_seen(SkStore *store, const SkCrossing *row, const SkEventDetails *d, GError **error)
{
    bool outward = row->box == SK_BOX_SENT;
    bool numbers = false;
    int64_t seen = 0;

    if (!outward && !d->seen)
        return true;
    if (outward && !holds_numbers(store, row->id, &numbers, error))
        return false;
    SkSql *q =
        sk_sql(store, "SELECT report + 2 * content FROM approval_views WHERE crossing = ? AND "
                      "person = ? AND sha256 = ?");
    sk_sql_text(q, row->id);
    sk_sql_text(q, d->actor);
    sk_sql_text(q, row->sha256_out);
    if (!sk_sql_one_int(q, 0, &seen, error))
        return false;
    bool enough = outward ? (seen & 2) != 0 && (!numbers || (seen & 1) != 0) : seen != 0;
    return enough || sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "not-seen");
}

bool
sk_approval_check(SkStore *store, const SkCrossing *row, const SkEventDetails *d, GError **error)
{
    if (d->digest == NULL || strcmp(d->digest, row->sha256_out) != 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "changed");
    int64_t now = sk_db_now(store, error);
    if (now < 0)
        return false;
    /* What has waited too long is over, even where nobody has swept it away yet. */
    if (sk_crossing_open_step(row) == NULL || (row->held_until > 0 && row->held_until <= now))
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    if (d->on_behalf_of != NULL && !sk_db_is_account(d->on_behalf_of))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not an account's name");
    return check_persons(store, row, d, error) && check_seen(store, row, d, error);
}

bool
sk_approval_saw(SkStore *store, const SkCrossing *row, const char *person, bool content,
                GError **error)
{
    SkSql *q =
        sk_sql(store, "INSERT INTO approval_views (crossing, person, sha256, report, content) "
                      "VALUES (?, ?, ?, ?, ?) ON CONFLICT (crossing, person) DO UPDATE SET "
                      "report = excluded.report OR (report AND sha256 = excluded.sha256), "
                      "content = excluded.content OR (content AND sha256 = excluded.sha256), "
                      "sha256 = excluded.sha256");
    sk_sql_text(q, row->id);
    sk_sql_text(q, person);
    sk_sql_text(q, row->sha256_out);
    sk_sql_int(q, !content);
    sk_sql_int(q, content);
    return sk_sql_run(q, error);
}

/* ---- consent ---- */

bool
sk_approval_consent(SkStore *store, const SkCrossing *row, const SkEventDetails *d, int64_t now,
                    GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE approval_steps SET person = ?, behalf = ?, time = ? WHERE "
                             "crossing = ? AND at = (SELECT min(at) FROM approval_steps WHERE "
                             "crossing = ? AND time = 0)");
    sk_sql_text(q, d->actor);
    sk_sql_text(q, d->on_behalf_of);
    sk_sql_int(q, now);
    sk_sql_text(q, row->id);
    sk_sql_text(q, row->id);
    if (!sk_sql_run(q, error))
        return false;
    if (sk_sql_changes(store) != 1)
        return sk_throw(error, SK_ERROR_IO, "database: a chain without an open step");
    q = sk_sql(store,
               "UPDATE crossings SET approval = coalesce((SELECT role FROM approval_steps WHERE "
               "crossing = ? AND time = 0 ORDER BY at LIMIT 1), approval), remind_at = CASE "
               "WHEN remind_every > 0 THEN ? + remind_every ELSE 0 END WHERE id = ?");
    sk_sql_text(q, row->id);
    sk_sql_int(q, now);
    sk_sql_text(q, row->id);
    return sk_sql_run(q, error);
}

bool
sk_approval_reminded(SkStore *store, const char *id, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE crossings SET remind_at = CASE WHEN remind_every > 0 THEN ? + "
                             "remind_every ELSE 0 END WHERE id = ?");
    sk_sql_int(q, now);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

bool
sk_approval_forget(SkStore *store, const char *id, GError **error)
{
    SkSql *q =
        sk_sql(store, "UPDATE approval_steps SET person = '', behalf = '' WHERE crossing = ?");
    sk_sql_text(q, id);
    if (!sk_sql_run(q, error))
        return false;
    q = sk_sql(store, "DELETE FROM approval_views WHERE crossing = ?");
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

/* ---- looking at the report ---- */

typedef struct {
    const char *id;
    const char *account;
} Viewed;

static bool
was_viewed(SkStore *store, const SkCrossing *row, const char *account, bool *ret, GError **error)
{
    int64_t viewed = 0;
    SkSql *q =
        sk_sql(store, "SELECT report FROM approval_views WHERE crossing = ? AND person = ? AND "
                      "sha256 = ?");
    sk_sql_text(q, row->id);
    sk_sql_text(q, account);
    sk_sql_text(q, row->sha256_out);
    if (!sk_sql_one_int(q, 0, &viewed, error))
        return false;
    *ret = viewed != 0;
    return true;
}

static bool
viewed_work(SkStore *store, void *data, GError **error)
{
    const Viewed *v = data;
    const SkEventDetails details = { .actor = v->account };
    g_autoptr(SkCrossing) row = NULL;
    bool again = false;

    if (!sk_rows_get(store, v->id, &row, error) ||
        !was_viewed(store, row, v->account, &again, error))
        return false;
    return again || sk_db_event(store, v->id, SK_EVENT_VIEW, &details, false, error);
}

bool
sk_store_viewed(SkStore *self, const char *id, const char *account, GError **error)
{
    Viewed v = { .id = id, .account = account };
    self->why = "";
    return sk_db_do(self, viewed_work, &v, error);
}
