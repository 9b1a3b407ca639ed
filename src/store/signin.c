/* SPDX-License-Identifier: Apache-2.0
 * signin.c - contract in account.h: the three steps of signing in. What is typed as a name is
 * remembered only as a hash: people type passwords there. */
#include "store/account.h"

#include "store/db.h"
#include "store/delay.h"
#include "store/session.h"

#include <sodium.h>
#include <string.h>

/* The hash of a random password that nobody kept, with the cost of ours: what an unknown name is
 * checked against, so that the answer takes as long. */
#define DUMMY_HASH                                                                                 \
    "$argon2id$v=19$m=65536,t=3,p=1$uwen2FC5hbfUNtIIzboW7A$"                                       \
    "w2uT/iICIzLrNbFW/eBQsVsaVxgPR564GJuuoBdkLYE"

struct SkSignInAttempt {
    char *name; /* owned; "" where it is not an account's name */
    SkDelayKeys keys;
    SkClient client; /* its strings owned */
    bool has_client;
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
    g_free((char *)self->client.address);
    g_free((char *)self->client.network);
    g_free((char *)self->client.terminal);
    g_free((char *)self->client.label);
    g_free(self);
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

static void
keep_client(SkSignInAttempt *s, const SkClient *client)
{
    s->has_client = client != NULL;
    if (client == NULL)
        return;
    s->client = *client;
    s->client.address = g_strdup(client->address);
    s->client.network = g_strdup(client->network);
    s->client.terminal = g_strdup(client->terminal);
    s->client.label = g_strdup(client->label);
}

bool
sk_signin_begin(SkStore *self, const char *name, const SkClient *client, SkSignInAttempt **ret,
                int64_t *ret_wait, GError **error)
{
    g_autoptr(SkSignInAttempt) s = g_new0(SkSignInAttempt, 1);
    int64_t wait = 0;

    self->why = "";
    keep_client(s, client);
    s->name = g_strdup(sk_db_is_account(name) ? name : "");
    if (!sk_delay_keys(self, name, client, &s->keys, error) ||
        !sk_delay_read(self, &s->keys, &wait, error) || !read_hash(self, s->name, &s->hash, error))
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
    const char *rising; /* the id of the session that is to rise; NULL: a new one */
    SkSession *session; /* owned by the caller; NULL = failed */
    int64_t wait;
} Finish;

static bool
finish_success(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;
    const SkClient *client = s->has_client ? &s->client : NULL;
    SkActRow act = { .act = "sign-in", .actor = s->name };

    if (!sk_delay_clear(store, &s->keys, error))
        return false;
    if (f->rising != NULL)
        return sk_session_rise(store, f->rising, &f->session, error);
    return sk_session_open(store, s->name, client, false, &f->session, error) &&
           sk_db_act(store, &act, NULL, NULL, NULL, error);
}

/* A name that nobody has is not written down: it may be a password. */
static bool
finish_failure(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;
    SkActRow act = { .act = "sign-in-failed",
                     .actor = s->known ? s->name : NULL,
                     .detail = s->known ? "password" : "unknown" };
    if (!sk_delay_fail(store, &s->keys, &f->wait, error) ||
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

    if (!sk_delay_read(store, &s->keys, &f->wait, error))
        return false;
    if (f->wait >
        0) /* others failed while this password was being checked: it counts for nothing */
        return true;
    if (!read_hash(store, s->name, &hash, error))
        return false;
    bool same = hash != NULL && strcmp(hash, s->hash) == 0;
    return s->verified && same ? finish_success(store, f, error) : finish_failure(store, f, error);
}

static bool
finish(SkStore *self, Finish *f, SkSession **ret, int64_t *ret_wait, GError **error)
{
    bool ok = sk_db_do(self, finish_work, f, error);
    g_autoptr(SkSession) session = f->session;
    if (!ok)
        return false;
    if (session != NULL) {
        *ret = g_steal_pointer(&session);
        return true;
    }
    *ret_wait = f->wait;
    if (f->wait > 0)
        return sk_db_refuse(self, error, SK_ERROR_LIMIT, "locked");
    return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "sign-in-failed");
}

bool
sk_signin_finish(SkStore *self, SkSignInAttempt *signin, SkSession **ret, int64_t *ret_wait,
                 GError **error)
{
    Finish f = { .signin = signin };
    return finish(self, &f, ret, ret_wait, error);
}

bool
sk_signin_finish_rise(SkStore *self, SkSignInAttempt *signin, const char *session, SkSession **ret,
                      int64_t *ret_wait, GError **error)
{
    Finish f = { .signin = signin, .rising = session };
    return finish(self, &f, ret, ret_wait, error);
}
