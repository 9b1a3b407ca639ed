/* SPDX-License-Identifier: Apache-2.0
 * session.c - contract in session.h. Only the hash of a session's token is kept. */
#include "store/session.h"

#include "base/uuid.h"
#include "seal/merkle.h"
#include "store/db.h"
#include "store/organisation.h"
#include "store/terminal.h"

#include <string.h>

#define TOKEN_BYTES 32u
#define TOKEN_CHARS (2 * TOKEN_BYTES)
#define TOUCH_EVERY (INT64_C(60) * G_USEC_PER_SEC)
#define TEXT_MAX 100u /* bytes of an address or a label */

/* Bound: this boot, now, now. */
#define LIVE "hash IS NOT NULL AND boot = ? AND idle_until > ? AND end_until > ?"

static void
bind_live(SkSql *q, SkStore *store)
{
    int64_t now = sk_db_boot_now(store);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, now);
    sk_sql_int(q, now);
}

void
sk_session_free(SkSession *self)
{
    if (self == NULL)
        return;
    g_free(self->id);
    g_free(self->token);
    g_free(self->terminal);
    g_free(self->csrf);
    sk_account_free(self->account);
    g_free(self);
}

static char *
random_token(void)
{
    uint8_t random[TOKEN_BYTES];
    sk_random(random, sizeof random);
    return sk_hex(sk_span(random, sizeof random));
}

/* With what it may decide today. */
static bool
read_account(SkStore *store, const char *name, SkAccount **ret, GError **error)
{
    g_autoptr(SkAccount) account = NULL;
    if (!sk_account_read(store, name, &account, error) ||
        !sk_organisation_heads(store, account, error))
        return false;
    *ret = g_steal_pointer(&account);
    return true;
}

/* ---- open ---- */

static const char *
short_text(const char *s)
{
    return s != NULL && sk_db_is_text(s, TEXT_MAX) ? s : "";
}

static bool
insert_session(SkStore *store, const SkSession *s, const SkClient *client, const char *terminal,
               GError **error)
{
    SkHash hash = sk_hash_sha256(sk_span_str(s->token));
    int64_t now = sk_db_boot_now(store);
    int64_t idle = client != NULL && client->idle > 0 ? client->idle : SK_SESSION_IDLE;
    int64_t life = client != NULL && client->life > 0 ? client->life : SK_SESSION_LIFE;
    SkSql *q =
        sk_sql(store, "INSERT INTO sessions (id, hash, account, csrf, boot, idle, idle_until, "
                      "end_until, raised_until, enrolling, since, seen, address, label, terminal) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sk_sql_text(q, s->id);
    sk_sql_blob(q, sk_span(hash.b, sizeof hash.b));
    sk_sql_text(q, s->account->name);
    sk_sql_text(q, s->csrf);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, idle);
    sk_sql_int(q, now + idle);
    sk_sql_int(q, now + life);
    sk_sql_int(q, now + SK_SESSION_RAISED);
    sk_sql_int(q, s->enrolling);
    sk_sql_int(q, s->since);
    sk_sql_int(q, s->since);
    sk_sql_text(q, client == NULL ? "" : short_text(client->address));
    sk_sql_text(q, client == NULL ? "" : short_text(client->label));
    sk_sql_text(q, terminal);
    return sk_sql_run(q, error);
}

static bool
is_elsewhere(SkStore *store, const char *account, const char *terminal, const char *label,
             bool *ret, GError **error)
{
    int64_t others = 0;
    SkSql *q = sk_sql(store, "SELECT count(*) FROM sessions WHERE account = ? AND "
                             "(terminal <> ? OR label <> ?) AND " LIVE);
    sk_sql_text(q, account);
    sk_sql_text(q, terminal);
    sk_sql_text(q, label);
    bind_live(q, store);
    if (!sk_sql_one_int(q, 0, &others, error))
        return false;
    *ret = others > 0;
    return true;
}

static bool
flag_elsewhere(SkStore *store, const char *account, const SkClient *client, const char *terminal,
               GError **error)
{
    SkActRow act = { .act = "sign-in-second-terminal", .actor = account };
    bool elsewhere = false;
    const char *label = client == NULL ? "" : short_text(client->label);
    if (!is_elsewhere(store, account, terminal, label, &elsewhere, error))
        return false;
    return !elsewhere || sk_db_act(store, &act, NULL, NULL, NULL, error);
}

bool
sk_session_open(SkStore *store, const char *account, const SkClient *client, bool enrolling,
                SkSession **ret, GError **error)
{
    g_autoptr(SkSession) s = g_new0(SkSession, 1);
    g_autofree char *terminal = g_strdup("");
    int64_t now = sk_db_now(store, error);

    if (now < 0 || !read_account(store, account, &s->account, error))
        return false;
    if (client != NULL) {
        g_clear_pointer(&terminal, g_free);
        if (!sk_terminal_remember(store, client->terminal, account, now, &terminal, &s->terminal,
                                  error))
            return false;
    } else
        s->terminal = g_strdup("");
    s->id = sk_uuid_new();
    s->token = random_token();
    s->csrf = random_token();
    s->enrolling = enrolling;
    s->since = now;
    s->raised = now + SK_SESSION_RAISED;
    s->expires = now + (client != NULL && client->idle > 0 ? client->idle : SK_SESSION_IDLE);
    if (client != NULL && client->life > 0)
        s->expires = MIN(s->expires, now + client->life);
    if (!flag_elsewhere(store, account, client, terminal, error) ||
        !insert_session(store, s, client, terminal, error))
        return false;
    *ret = g_steal_pointer(&s);
    return true;
}

/* ---- lookup ---- */

typedef struct {
    SkHash hash;
    int64_t idle;
    int64_t idle_until;
    int64_t end_until;
    int64_t raised_until;
    char *account; /* owned by the caller */
} Found;

#define COLUMNS "id, account, csrf, idle, idle_until, end_until, raised_until, enrolling, since "

/* Closes @q. */
static void
read_row(SkSql *q, SkSession *session, Found *f)
{
    session->id = sk_sql_get_text(q, 0);
    f->account = sk_sql_get_text(q, 1);
    session->csrf = sk_sql_get_text(q, 2);
    f->idle = sk_sql_get_int(q, 3);
    f->idle_until = sk_sql_get_int(q, 4);
    f->end_until = sk_sql_get_int(q, 5);
    f->raised_until = sk_sql_get_int(q, 6);
    session->enrolling = sk_sql_get_int(q, 7) != 0;
    session->since = sk_sql_get_int(q, 8);
    sk_sql_done(q);
}

static bool
touch_work(SkStore *store, void *data, GError **error)
{
    const Found *f = data;
    int64_t wall = sk_db_now(store, error);
    SkSql *q = sk_sql(store, "UPDATE sessions SET idle_until = ?, seen = ? WHERE hash = ?");
    sk_sql_int(q, f->idle_until);
    sk_sql_int(q, wall);
    sk_sql_blob(q, sk_span(f->hash.b, sizeof f->hash.b));
    return wall >= 0 && sk_sql_run(q, error);
}

/* The times of boot as times of the wall, and what is left to be filled in. */
static bool
complete(SkStore *store, SkSession *session, const Found *f, GError **error)
{
    int64_t now = sk_db_boot_now(store);
    int64_t wall = sk_db_now(store, error);

    if (wall < 0)
        return false;
    session->expires = wall + MIN(f->idle_until, f->end_until) - now;
    session->raised = f->raised_until > now ? wall + f->raised_until - now : 0;
    if (session->token == NULL)
        session->token = g_strdup("");
    session->terminal = g_strdup("");
    return true;
}

static bool
find_session(SkStore *store, Found *f, SkSession *session, GError **error)
{
    bool row = false;
    SkSql *q = sk_sql(store, "SELECT " COLUMNS "FROM sessions WHERE hash = ? AND " LIVE);
    sk_sql_blob(q, sk_span(f->hash.b, sizeof f->hash.b));
    bind_live(q, store);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "session-unknown");
    read_row(q, session, f);
    return true;
}

bool
sk_session_lookup(SkStore *self, const char *token, bool touch, SkSession **ret, GError **error)
{
    Found f = { 0 };
    g_autoptr(SkSession) session = g_new0(SkSession, 1);

    self->why = "";
    if (!sk_db_is_hex(token, TOKEN_CHARS))
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "session-unknown");
    f.hash = sk_hash_sha256(sk_span_str(token));
    bool ok = find_session(self, &f, session, error);
    g_autofree char *account = f.account;
    if (!ok || !read_account(self, account, &session->account, error))
        return false;
    if (session->account->locked)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "session-unknown");
    /* Not at every request: a write costs an fsync. */
    int64_t wanted = sk_db_boot_now(self) + f.idle;
    if (touch && wanted - f.idle_until >= MIN(TOUCH_EVERY, f.idle / 2)) {
        f.idle_until = wanted;
        if (!sk_db_do(self, touch_work, &f, error))
            return false;
    }
    if (!complete(self, session, &f, error))
        return false;
    *ret = g_steal_pointer(&session);
    return true;
}

bool
sk_session_again(SkStore *store, const char *id, SkSession **ret, GError **error)
{
    g_autoptr(SkSession) session = g_new0(SkSession, 1);
    Found f = { 0 };
    bool row = false;
    SkSql *q = sk_sql(store, "SELECT " COLUMNS "FROM sessions WHERE id = ? AND " LIVE);

    sk_sql_text(q, id);
    bind_live(q, store);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "session-unknown");
    read_row(q, session, &f);
    g_autofree char *account = f.account;
    if (!read_account(store, account, &session->account, error))
        return false;
    if (session->account->locked)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "session-unknown");
    if (!complete(store, session, &f, error))
        return false;
    *ret = g_steal_pointer(&session);
    return true;
}

/* ---- rise ---- */

bool
sk_session_rise(SkStore *store, const char *id, SkSession **ret, GError **error)
{
    g_autoptr(SkSession) session = g_new0(SkSession, 1);
    Found f = { 0 };
    bool row = false;

    session->token = random_token();
    g_autofree char *csrf = random_token();
    f.hash = sk_hash_sha256(sk_span_str(session->token));
    SkSql *q =
        sk_sql(store, "UPDATE sessions SET hash = ?, csrf = ?, raised_until = ? WHERE id = ? "
                      "AND " LIVE " RETURNING " COLUMNS);
    sk_sql_blob(q, sk_span(f.hash.b, sizeof f.hash.b));
    sk_sql_text(q, csrf);
    sk_sql_int(q, sk_db_boot_now(store) + SK_SESSION_RAISED);
    sk_sql_text(q, id);
    bind_live(q, store);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "session-unknown");
    read_row(q, session, &f);
    g_autofree char *account = f.account;
    SkActRow act = { .act = "session-raised", .actor = account };
    if (!read_account(store, account, &session->account, error) ||
        !complete(store, session, &f, error) || !sk_db_act(store, &act, NULL, NULL, NULL, error))
        return false;
    *ret = g_steal_pointer(&session);
    return true;
}

/* ---- end ---- */

/* The row stays; nothing that could be used again does. */
#define END "UPDATE sessions SET hash = NULL, csrf = '', ended = ? "

typedef struct {
    SkHash hash;
    const char *account;
    const char *id;
    const char *actor;
} Ending;

static bool
end_work(SkStore *store, void *data, GError **error)
{
    const Ending *e = data;
    g_autofree char *account = NULL;
    bool row = false;
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, END "WHERE hash = ? RETURNING account");
    sk_sql_int(q, now);
    sk_sql_blob(q, sk_span(e->hash.b, sizeof e->hash.b));
    if (now < 0 || !sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    account = sk_sql_get_text(q, 0);
    SkActRow act = { .act = "sign-out", .actor = account };
    return sk_sql_next(q, &row, error) && sk_db_act(store, &act, NULL, NULL, NULL, error);
}

bool
sk_session_end(SkStore *self, const char *token, GError **error)
{
    Ending e = { .hash = sk_hash_sha256(sk_span_str(token)) };
    return sk_db_do(self, end_work, &e, error);
}

/* Whose it was is hidden in the leaf as its actor is. */
static bool
ended_act(SkStore *store, const Ending *e, GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    SkActRow act = { .act = "session-ended", .actor = e->actor, .detail = e->account };

    sk_random(salt, sizeof salt);
    sk_leaf_hidden(leaf, "account", salt, e->account);
    return sk_db_act(store, &act, leaf, NULL, NULL, error);
}

static bool
end_id_work(SkStore *store, void *data, GError **error)
{
    const Ending *e = data;
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, END "WHERE account = ? AND id = ? AND " LIVE);
    sk_sql_int(q, now);
    sk_sql_text(q, e->account);
    sk_sql_text(q, e->id);
    bind_live(q, store);
    if (now < 0 || !sk_sql_run(q, error))
        return false;
    if (sk_sql_changes(store) == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "not-found");
    return ended_act(store, e, error);
}

bool
sk_session_end_id(SkStore *self, const char *account, const char *id, const char *actor,
                  GError **error)
{
    Ending e = { .account = account, .id = id, .actor = actor };
    return sk_db_do(self, end_id_work, &e, error);
}

bool
sk_session_end_every(SkStore *store, const char *account, const char *but, GError **error)
{
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, END "WHERE account = ? AND id <> ? AND hash IS NOT NULL");
    sk_sql_int(q, now);
    sk_sql_text(q, account);
    sk_sql_text(q, but); /* NULL binds "", which is no id */
    return now >= 0 && sk_sql_run(q, error);
}

static bool
end_all_work(SkStore *store, void *data, GError **error)
{
    const Ending *e = data;
    g_autoptr(SkAccount) account = NULL;
    if (!sk_account_read(store, e->account, &account, error) ||
        !sk_session_end_every(store, e->account, e->id, error))
        return false;
    return sk_sql_changes(store) == 0 || ended_act(store, e, error);
}

bool
sk_session_end_all(SkStore *self, const char *account, const char *but, const char *actor,
                   GError **error)
{
    Ending e = { .account = account, .id = but, .actor = actor };
    return sk_db_do(self, end_all_work, &e, error);
}

/* ---- lists ---- */

bool
sk_session_elsewhere(SkStore *self, const SkSession *session, bool *ret, GError **error)
{
    g_autofree char *terminal = NULL;
    g_autofree char *label = NULL;
    bool row = false;
    SkSql *q = sk_sql(self, "SELECT terminal, label FROM sessions WHERE id = ?");

    self->why = "";
    sk_sql_text(q, session->id);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "session-unknown");
    terminal = sk_sql_get_text(q, 0);
    label = sk_sql_get_text(q, 1);
    sk_sql_done(q);
    return is_elsewhere(self, session->account->name, terminal, label, ret, error);
}

static void
free_row(void *data)
{
    SkSessionRow *row = data;
    g_free(row->id);
    g_free(row->address);
    g_free(row->label);
    g_free(row);
}

/* Over its limits, and not yet swept: it ended when it was last seen. */
static SkSessionRow *
list_row(SkSql *q, bool live)
{
    SkSessionRow *row = g_new0(SkSessionRow, 1);
    row->id = sk_sql_get_text(q, 0);
    row->address = sk_sql_get_text(q, 1);
    row->label = sk_sql_get_text(q, 2);
    row->since = sk_sql_get_int(q, 3);
    row->seen = sk_sql_get_int(q, 4);
    row->ended = sk_sql_get_int(q, 5);
    row->enrolling = sk_sql_get_int(q, 6) != 0;
    if (row->ended == 0 && !live)
        row->ended = row->seen;
    return row;
}

bool
sk_session_list(SkStore *self, const char *account, bool past, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_row);
    bool row = false;
    SkSql *q = sk_sql(self, "SELECT id, address, label, since, seen, ended, enrolling, (" LIVE ") "
                            "FROM sessions WHERE account = ? ORDER BY since DESC, id DESC LIMIT ?");

    self->why = "";
    bind_live(q, self);
    sk_sql_text(q, account);
    sk_sql_int(q, SK_SESSION_LIST_MAX);
    while (sk_sql_next(q, &row, error)) {
        if (!row) {
            *ret = g_steal_pointer(&out);
            return true;
        }
        bool live = sk_sql_get_int(q, 7) != 0;
        if (live || past)
            g_ptr_array_add(out, list_row(q, live));
    }
    return false;
}

/* ---- housekeeping ---- */

bool
sk_session_sweep(SkStore *store, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE sessions SET hash = NULL, csrf = '', ended = seen WHERE hash "
                             "IS NOT NULL AND (boot <> ? OR min(idle_until, end_until) <= ?)");
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store));
    if (!sk_sql_run(q, error))
        return false;
    q = sk_sql(store, "DELETE FROM sessions WHERE ended > 0 AND ended <= ?");
    sk_sql_int(q, now - SK_SESSION_KEPT);
    return sk_sql_run(q, error) && sk_terminal_sweep(store, now, error);
}
