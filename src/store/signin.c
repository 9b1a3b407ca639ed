/* SPDX-License-Identifier: Apache-2.0
 * signin.c - contract in account.h: the three steps of signing in, and sessions. What is typed as a
 * name is remembered only as a hash: people type passwords there. */
#include "store/account.h"

#include "base/uuid.h"
#include "seal/merkle.h"
#include "store/db.h"

#include <sodium.h>
#include <string.h>

#define TOKEN_BYTES 32u
#define TOKEN_CHARS (2 * TOKEN_BYTES)
#define DOUBLINGS_MAX 16
#define FORGET_AFTER (INT64_C(24) * 3600 * G_USEC_PER_SEC)
#define TOUCH_EVERY (INT64_C(60) * G_USEC_PER_SEC)

/* The hash of a random password that nobody kept, with the cost of ours: what an unknown name is
 * checked against, so that the answer takes as long. */
#define DUMMY_HASH                                                                                 \
    "$argon2id$v=19$m=65536,t=3,p=1$uwen2FC5hbfUNtIIzboW7A$"                                       \
    "w2uT/iICIzLrNbFW/eBQsVsaVxgPR564GJuuoBdkLYE"

struct SkSignInAttempt {
    char *name; /* owned; "" where it is not an account's name */
    SkHash key; /* of what was typed: the delay's */
    char *hash; /* owned: the account's, or the dummy */
    bool known;
    bool verified; /* verify has run, and the password was right */
};

void
sk_signin_free(SkSignInAttempt *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->hash);
    g_free(self);
}

/* ---- delays ---- */

/* µs left of the delay; 0 = none. @ret_failed: failures remembered. */
static bool
read_delay(SkStore *store, const SkHash *key, int64_t *ret_wait, int64_t *ret_failed,
           GError **error)
{
    SkSql *q = sk_sql(store, "SELECT failed, boot, until, forget FROM delays WHERE name = ?");
    bool row = false;

    *ret_wait = 0;
    *ret_failed = 0;
    sk_sql_blob(q, sk_span(key->b, sizeof key->b));
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    const char *boot = sk_sql_peek_text(q, 1);
    if (!sk_db_is_due(store, boot, sk_sql_get_int(q, 3)))
        *ret_failed = sk_sql_get_int(q, 0);
    if (!sk_db_is_due(store, boot, sk_sql_get_int(q, 2)))
        *ret_wait = sk_sql_get_int(q, 2) - sk_db_boot_now(store);
    sk_sql_done(q);
    return true;
}

static int64_t
delay_of(int64_t failed)
{
    if (failed < SK_SIGNIN_FREE_FAILURES)
        return 0;
    int64_t doublings = MIN(failed - SK_SIGNIN_FREE_FAILURES, DOUBLINGS_MAX);
    return MIN(SK_SIGNIN_DELAY_FIRST << doublings, SK_SIGNIN_DELAY_MAX);
}

static bool
count_failure(SkStore *store, const SkHash *key, int64_t failed, int64_t *ret_wait, GError **error)
{
    int64_t now = sk_db_boot_now(store);
    int64_t wait = delay_of(failed + 1);
    SkSql *q = sk_sql(
        store,
        "INSERT OR REPLACE INTO delays (name, failed, boot, until, forget) VALUES (?, ?, ?, ?, ?)");
    sk_sql_blob(q, sk_span(key->b, sizeof key->b));
    sk_sql_int(q, failed + 1);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, now + wait);
    sk_sql_int(q, now + wait + FORGET_AFTER);
    *ret_wait = wait;
    return sk_sql_run(q, error);
}

static bool
forget(SkStore *store, const SkHash *key, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM delays WHERE name = ?");
    sk_sql_blob(q, sk_span(key->b, sizeof key->b));
    return sk_sql_run(q, error);
}

bool
sk_signin_forget(SkStore *store, const char *name, GError **error)
{
    SkHash key = sk_hash_sha256(sk_span_str(name));
    return forget(store, &key, error);
}

/* ---- begin and verify ---- */

static bool
read_hash(SkStore *store, const char *name, char **ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT password FROM accounts WHERE name = ? AND locked = 0");
    bool row = false;
    sk_sql_text(q, name);
    if (!sk_sql_next(q, &row, error))
        return false;
    *ret = row ? sk_sql_get_text(q, 0) : NULL;
    sk_sql_done(q);
    return true;
}

bool
sk_signin_begin(SkStore *self, const char *name, SkSignInAttempt **ret, int64_t *ret_wait,
                GError **error)
{
    g_autoptr(SkSignInAttempt) s = g_new0(SkSignInAttempt, 1);
    int64_t failed = 0;
    int64_t wait = 0;

    self->why = "";
    s->key = sk_hash_sha256(sk_span_str(name));
    s->name = g_strdup(sk_db_is_account(name) ? name : "");
    if (!read_delay(self, &s->key, &wait, &failed, error) ||
        !read_hash(self, s->name, &s->hash, error))
        return false;
    if (wait > 0) {
        *ret_wait = wait;
        return sk_db_refuse(self, error, SK_ERROR_LIMIT, "locked");
    }
    s->known = s->hash != NULL;
    if (!s->known)
        s->hash = g_strdup(DUMMY_HASH);
    *ret = g_steal_pointer(&s);
    return true;
}

void
sk_signin_verify(SkSignInAttempt *signin, const char *password)
{
    size_t n = strlen(password);
    /* Too long is hashed too, cut: the answer is no, and takes as long. */
    bool right = sodium_init() >= 0 &&
                 crypto_pwhash_str_verify(signin->hash, password, MIN(n, SK_PASSWORD_MAX)) == 0;
    signin->verified = right && signin->known && n <= SK_PASSWORD_MAX;
}

/* ---- sessions ---- */

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

typedef struct {
    SkSignInAttempt *signin;
    SkSession *session; /* owned by the caller; NULL = failed */
    int64_t wait;
    bool was_delayed;
} Finish;

static bool
finish_success(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;
    SkActRow act = { .act = "sign-in", .actor = s->name };
    int64_t now = sk_db_now(store, error);

    f->session = g_new0(SkSession, 1);
    f->session->token = random_token();
    f->session->csrf = random_token();
    f->session->expires = now + SK_SESSION_IDLE;
    return now >= 0 && sk_account_read(store, s->name, &f->session->account, error) &&
           insert_session(store, f->session, error) && forget(store, &s->key, error) &&
           sk_db_act(store, &act, NULL, NULL, NULL, error);
}

/* A name that nobody has is not written down: it may be a password. */
static bool
finish_failure(SkStore *store, Finish *f, int64_t failed, GError **error)
{
    SkSignInAttempt *s = f->signin;
    SkActRow act = { .act = "sign-in-failed",
                     .actor = s->known ? s->name : NULL,
                     .detail = s->known ? "password" : "unknown" };
    if (!count_failure(store, &s->key, failed, &f->wait, error) ||
        !sk_db_act(store, &act, NULL, NULL, NULL, error))
        return false;
    if (f->wait == 0)
        return true;
    act.act = "sign-in-delayed";
    return sk_db_act(store, &act, NULL, NULL, NULL, error);
}

static bool
finish_work(SkStore *store, void *data, GError **error)
{
    Finish *f = data;
    SkSignInAttempt *s = f->signin;
    g_autofree char *hash = NULL;
    int64_t failed = 0;

    if (!read_delay(store, &s->key, &f->wait, &failed, error))
        return false;
    if (f->wait >
        0) { /* others failed while this password was being checked: it counts for nothing */
        f->was_delayed = true;
        return true;
    }
    if (!read_hash(store, s->name, &hash, error))
        return false;
    bool same = hash != NULL && strcmp(hash, s->hash) == 0;
    return s->verified && same ? finish_success(store, f, error)
                               : finish_failure(store, f, failed, error);
}

bool
sk_signin_finish(SkStore *self, SkSignInAttempt *signin, SkSession **ret, int64_t *ret_wait,
                 GError **error)
{
    Finish f = { .signin = signin };
    bool ok = sk_db_do(self, finish_work, &f, error);
    g_autoptr(SkSession) session = f.session;
    if (!ok)
        return false;
    if (session != NULL) {
        *ret = g_steal_pointer(&session);
        return true;
    }
    *ret_wait = f.wait;
    if (f.wait > 0)
        return sk_db_refuse(self, error, SK_ERROR_LIMIT, "locked");
    return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "sign-in-failed");
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
