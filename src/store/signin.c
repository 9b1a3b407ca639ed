/* SPDX-License-Identifier: Apache-2.0
 * signin.c - contract in account.h: the three steps of signing in, and their delays. What is typed
 * as a name is remembered only as a hash: people type passwords there. */
#include "store/account.h"

#include "seal/merkle.h"
#include "store/db.h"
#include "store/session.h"

#include <sodium.h>
#include <string.h>

#define DOUBLINGS_MAX 16
#define FORGET_AFTER (INT64_C(24) * 3600 * G_USEC_PER_SEC)

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

/* ---- finish ---- */

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

    return sk_session_open(store, s->name, &f->session, error) && forget(store, &s->key, error) &&
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
