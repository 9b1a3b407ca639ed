/* SPDX-License-Identifier: Apache-2.0
 * session.c - contract in session.h. Only the hash of a session's token is kept. */
#include "store/session.h"

#include "base/uuid.h"
#include "seal/merkle.h"
#include "store/db.h"

#define TOKEN_BYTES 32u
#define TOKEN_CHARS (2 * TOKEN_BYTES)
#define TOUCH_EVERY (INT64_C(60) * G_USEC_PER_SEC)

void
sk_session_free(SkSession *self)
{
    if (self == NULL)
        return;
    g_free(self->token);
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

static bool
insert_session(SkStore *store, const SkSession *session, GError **error)
{
    SkHash hash = sk_hash_sha256(sk_span_str(session->token));
    int64_t now = sk_db_boot_now(store);
    SkSql *q =
        sk_sql(store, "INSERT INTO sessions (hash, account, csrf, boot, idle_until, end_until) "
                      "VALUES (?, ?, ?, ?, ?, ?)");
    sk_sql_blob(q, sk_span(hash.b, sizeof hash.b));
    sk_sql_text(q, session->account->name);
    sk_sql_text(q, session->csrf);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, now + SK_SESSION_IDLE);
    sk_sql_int(q, now + SK_SESSION_LIFE);
    return sk_sql_run(q, error);
}

bool
sk_session_open(SkStore *store, const char *account, SkSession **ret, GError **error)
{
    g_autoptr(SkSession) session = g_new0(SkSession, 1);
    int64_t now = sk_db_now(store, error);

    session->token = random_token();
    session->csrf = random_token();
    session->expires = now + SK_SESSION_IDLE;
    if (now < 0 || !sk_account_read(store, account, &session->account, error) ||
        !insert_session(store, session, error))
        return false;
    *ret = g_steal_pointer(&session);
    return true;
}

typedef struct {
    SkHash hash;
    int64_t idle_until;
    char *account; /* owned by the caller */
} Session;

static bool
touch_work(SkStore *store, void *data, GError **error)
{
    const Session *s = data;
    SkSql *q = sk_sql(store, "UPDATE sessions SET idle_until = ? WHERE hash = ?");
    sk_sql_int(q, s->idle_until);
    sk_sql_blob(q, sk_span(s->hash.b, sizeof s->hash.b));
    return sk_sql_run(q, error);
}

/* @ret_left: µs to the nearer end. */
static bool
read_session(SkStore *store, Session *s, char **ret_csrf, int64_t *ret_left, int64_t *ret_end,
             GError **error)
{
    SkSql *q = sk_sql(
        store, "SELECT account, csrf, boot, idle_until, end_until FROM sessions WHERE hash = ?");
    bool row = false;
    sk_sql_blob(q, sk_span(s->hash.b, sizeof s->hash.b));
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "session-unknown");
    int64_t idle = sk_sql_get_int(q, 3);
    int64_t end = sk_sql_get_int(q, 4);
    bool due = sk_db_is_due(store, sk_sql_peek_text(q, 2), MIN(idle, end));
    s->account = sk_sql_get_text(q, 0);
    s->idle_until = idle;
    *ret_csrf = sk_sql_get_text(q, 1);
    sk_sql_done(q);
    if (due)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "session-unknown");
    *ret_left = MIN(idle, end) - sk_db_boot_now(store);
    *ret_end = end;
    return true;
}

bool
sk_session_lookup(SkStore *self, const char *token, bool touch, SkSession **ret, GError **error)
{
    Session s = { 0 };
    g_autoptr(SkSession) session = g_new0(SkSession, 1);
    int64_t left = 0;
    int64_t end = 0;

    self->why = "";
    if (!sk_db_is_hex(token, TOKEN_CHARS))
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "session-unknown");
    s.hash = sk_hash_sha256(sk_span_str(token));
    bool ok = read_session(self, &s, &session->csrf, &left, &end, error);
    g_autofree char *account = s.account;
    if (!ok || !sk_account_read(self, account, &session->account, error))
        return false;
    if (session->account->locked)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "session-unknown");
    /* Not at every request: a write costs an fsync. */
    int64_t now = sk_db_boot_now(self);
    int64_t wanted = now + SK_SESSION_IDLE;
    if (touch && wanted - s.idle_until >= TOUCH_EVERY) {
        s.idle_until = wanted;
        left = MIN(wanted, end) - now;
        if (!sk_db_do(self, touch_work, &s, error))
            return false;
    }
    int64_t wall = sk_db_now(self, error);
    if (wall < 0)
        return false;
    session->token = g_strdup("");
    session->expires = wall + left;
    *ret = g_steal_pointer(&session);
    return true;
}

static bool
end_work(SkStore *store, void *data, GError **error)
{
    const Session *s = data;
    g_autofree char *account = NULL;
    bool row = false;
    SkSql *q = sk_sql(store, "DELETE FROM sessions WHERE hash = ? RETURNING account");
    sk_sql_blob(q, sk_span(s->hash.b, sizeof s->hash.b));
    if (!sk_sql_next(q, &row, error))
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
    Session s = { .hash = sk_hash_sha256(sk_span_str(token)) };
    return sk_db_do(self, end_work, &s, error);
}
