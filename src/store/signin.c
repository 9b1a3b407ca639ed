/* SPDX-License-Identifier: Apache-2.0
 * signin.c - contract in account.h: the three steps of signing in. What is typed as a name is
 * remembered only as a hash: people type passwords there. */
#include "store/signin.h"

#include "factor/code.h"
#include "store/factor-rows.h"
#include "store/organisation.h"
#include "store/signin-attempt.h"

#include <sodium.h>
#include <string.h>

/* The hash of a random password that nobody kept, with the cost of ours: what an unknown name is
 * checked against, so that the answer takes as long. */
#define DUMMY_HASH                                                                                 \
    "$argon2id$v=19$m=65536,t=3,p=1$uwen2FC5hbfUNtIIzboW7A$"                                       \
    "w2uT/iICIzLrNbFW/eBQsVsaVxgPR564GJuuoBdkLYE"

static void
wipe(char *secret)
{
    if (secret != NULL)
        sodium_memzero(secret, strlen(secret));
    g_free(secret);
}

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
    wipe(self->fresh);
    wipe(self->code);
    g_free(self->fresh_hash);
    sk_second_step_free(self->second);
    g_free(self);
}

/* ---- begin and verify ---- */

bool
sk_signin_hash(SkStore *store, const char *name, bool elsewhere, char **ret, bool *ret_theirs,
               GError **error)
{
    SkSql *q =
        sk_sql(store, "SELECT iif(theirs, ?5, password), theirs FROM (SELECT password, ?3 AND source "
                      "= 'ldap' AND role <> ?4 AS theirs FROM accounts WHERE name = ?1 AND locked = "
                      "0 AND joins <= ?2 AND (leaves = 0 OR leaves >= ?2)) WHERE theirs OR password "
                      "<> ''");
    bool row = false;
    sk_sql_text(q, name);
    sk_sql_int(q, sk_organisation_today(store));
    sk_sql_int(q, elsewhere);
    sk_sql_text(q, sk_role_name(SK_ROLE_ADMINISTRATOR));
    sk_sql_text(q, DUMMY_HASH);
    if (!sk_sql_next(q, &row, error))
        return false;
    *ret = row ? sk_sql_get_text(q, 0) : NULL;
    *ret_theirs = row && sk_sql_get_int(q, 1) != 0;
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

typedef struct {
    SkDelayKeys *keys;
    int64_t wait;
} Pay;

static bool
pay_work(SkStore *store, void *data, GError **error)
{
    Pay *p = data;
    return sk_delay_read(store, p->keys, &p->wait, error) &&
           (p->wait > 0 || sk_delay_pay(store, p->keys, error));
}

/* Where a password goes to a directory, whose own count of misses may lock somebody out of
 * everything, the try is counted before. */
static bool
may_try(SkStore *store, SkSignInAttempt *s, int64_t *ret_wait, GError **error)
{
    Pay pay = { .keys = &s->keys };
    if (!s->elsewhere)
        return sk_delay_read(store, &s->keys, ret_wait, error);
    if (!sk_db_do(store, pay_work, &pay, error))
        return false;
    *ret_wait = pay.wait;
    return true;
}

bool
sk_signin_begin(SkStore *self, const char *name, const SkClient *client, SkSignInAttempt **ret,
                int64_t *ret_wait, GError **error)
{
    g_autoptr(SkSignInAttempt) s = g_new0(SkSignInAttempt, 1);
    bool spent = false;
    int64_t wait = 0;

    self->why = "";
    keep_client(s, client);
    s->elsewhere = client != NULL && client->directory;
    s->name = g_strdup(sk_db_is_account(name) ? name : "");
    if (!sk_delay_keys(self, name, client, &s->keys, error) ||
        !may_try(self, s, &wait, error) ||
        !sk_signin_hash(self, s->name, s->elsewhere, &s->hash, &s->theirs, error) ||
        !sk_glass_is(self, s->name, &s->glass, &spent, error))
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
sk_signin_demand(SkSignInAttempt *signin, bool two)
{
    signin->two = two;
}

const SkSecondStep *
sk_signin_second_step(const SkSignInAttempt *signin)
{
    return signin->second;
}

void
sk_signin_set_fresh(SkSignInAttempt *signin, const char *password, bool acceptable)
{
    wipe(signin->fresh);
    signin->fresh = g_strdup(password);
    signin->fresh_ok = acceptable;
}

static bool
is_right(const SkSignInAttempt *s, const char *password)
{
    size_t n = strlen(password);
    /* Too long is hashed too, cut: the answer is no, and takes as long. */
    bool right = sodium_init() >= 0 &&
                 crypto_pwhash_str_verify(s->hash, password, MIN(n, SK_PASSWORD_MAX)) == 0;
    return right && s->known && n <= SK_PASSWORD_MAX;
}

/* What is typed from the envelope is a code: hyphens and case are as they come. */
static bool
is_right_code(const SkSignInAttempt *s, const char *typed)
{
    g_autofree char *code = sk_code_read(typed, SK_CODE_CHARS_LONG);
    bool right = is_right(s, code == NULL ? typed : code);
    if (code != NULL)
        sodium_memzero(code, strlen(code));
    return right;
}

void
sk_signin_verify(SkSignInAttempt *signin, const char *password)
{
    SkSignInAttempt *s = signin;

    /* Whoever is enrolled without having a password yet: one hash, and no comparison. */
    bool first = s->code != NULL && !s->known && s->fresh_ok;
    if (!first)
        s->verified = s->glass ? is_right_code(s, password) : is_right(s, password);
    if (s->theirs) /* that was for the time it takes */
        s->verified = false;
    if (first || (s->verified && s->fresh != NULL && s->fresh_ok))
        s->fresh_hash = sk_password_hash(s->fresh, NULL);
    wipe(g_steal_pointer(&s->fresh));
}

bool
sk_signin_waits(const SkSignInAttempt *signin)
{
    return signin->elsewhere && !signin->verified;
}

const char *
sk_signin_whose(const SkSignInAttempt *signin)
{
    return signin->theirs ? signin->name : NULL;
}

void
sk_signin_said(SkSignInAttempt *signin, SkSignInSaid said)
{
    signin->said = said;
    if (signin->theirs)
        signin->verified = said == SK_SAID_YES || said == SK_SAID_EXPIRED;
}

const char *
sk_signin_miss(const SkSignInAttempt *signin)
{
    return signin->said == SK_SAID_AWAY ? "directory-away" : "sign-in-failed";
}

/* ---- finish ---- */

bool
sk_signin_failed(SkStore *store, const SkDelayKeys *keys, const char *name, const char *detail,
                 int64_t *ret_wait, GError **error)
{
    SkActRow act = { .act = "sign-in-failed", .actor = name, .detail = detail };
    SkActRow many = { .act = "sign-in-spraying" };
    bool spraying = false;

    if (!sk_delay_fail(store, keys, ret_wait, &spraying, error) ||
        !sk_db_act(store, &act, NULL, NULL, NULL, error) ||
        (spraying && !sk_db_act(store, &many, NULL, NULL, NULL, error)))
        return false;
    if (*ret_wait == 0)
        return true;
    act.act = "sign-in-delayed";
    return sk_db_act(store, &act, NULL, NULL, NULL, error);
}

bool
sk_signin_open(SkStore *store, const SkDelayKeys *keys, const char *name, const SkClient *client,
               const char *how, bool enrolling, SkSession **ret, GError **error)
{
    SkActRow act = { .act = "sign-in", .actor = name, .detail = how };

    return sk_delay_clear(store, keys, error) &&
           sk_session_open(store, name, client, enrolling, ret, error) &&
           sk_db_act(store, &act, NULL, NULL, NULL, error);
}

bool
sk_signin_answer(SkStore *self, SkSession *session, int64_t wait, const char *refusal,
                 SkSession **ret, int64_t *ret_wait, GError **error)
{
    if (session != NULL) {
        *ret = session;
        return true;
    }
    *ret_wait = wait;
    if (wait > 0)
        return sk_db_refuse(self, error, SK_ERROR_LIMIT, "locked");
    g_assert(refusal != NULL);
    return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, refusal);
}

typedef struct {
    SkSignInAttempt *signin;
    const char *rising;  /* the id of the session that is to rise; NULL: a new one */
    const SkProof *beside; /* what proves the rising one beside the password; NULL: nothing */
    const char *staying; /* the id of the session that changes its password; NULL: none does */
    SkSession *session;  /* owned by the caller; NULL = failed */
    bool changed;
    const char *refusal;
    int64_t wait;
} Finish;

static const SkClient *
client_of(const SkSignInAttempt *s)
{
    return s->has_client ? &s->client : NULL;
}

static bool
finish_glass(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;
    return sk_glass_use(store, s->name, error) &&
           sk_signin_open(store, &s->keys, s->name, client_of(s), "break-glass", false, &f->session,
                          error);
}

/* The password was right: is that enough? Failures are forgotten only where it is. */
static bool
finish_session(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;
    int64_t factors = 0;

    if (s->glass)
        return finish_glass(store, f, error);
    if (!sk_factor_count(store, s->name, &factors, error))
        return false;
    if (factors > 0) {
        f->refusal = "second-factor-needed";
        return sk_second_begin(store, s->name, &s->second, error);
    }
    if (s->two) {
        f->refusal = "enrolment-needed";
        return true;
    }
    return sk_signin_open(store, &s->keys, s->name, client_of(s), NULL, false, &f->session, error);
}

static bool
finish_change(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;

    if (s->theirs) {
        f->refusal = "password-elsewhere";
        return true;
    }
    if (s->glass || !s->fresh_ok) {
        f->refusal = "password-weak";
        return true;
    }
    if (s->fresh_hash == NULL)
        return sk_throw(error, SK_ERROR_IO, "store: no memory to hash a password");
    f->changed = true;
    return sk_password_write(store, s->name, s->fresh_hash, s->name, error) &&
           sk_session_end_every(store, s->name, f->staying, error) &&
           sk_tickets_end(store, s->name, error) && sk_delay_clear(store, &s->keys, error);
}

/* A password and, beside it, a proof that was held. */
static bool
prove_beside(SkStore *store, Finish *f, bool *ret, GError **error)
{
    SkSignInAttempt *s = f->signin;
    SkProofKind proved = SK_PROOF_NONE;

    if (!sk_factor_prove(store, s->name, f->beside, SK_SPAN_EMPTY, &proved, error))
        return false;
    *ret = sk_two_factors(SK_PROOF_PASSWORD, proved) && proved != SK_PROOF_NONE;
    if (*ret)
        return true;
    f->refusal = "sign-in-failed";
    return sk_signin_failed(store, &s->keys, s->name, sk_proof_name(f->beside->kind), &f->wait, error);
}

/* Where there is a second factor the password alone raises nothing: a stolen cookie and a password
 * that was fished for would be enough to add factors of one's own. The envelope is its own proof. */
static bool
finish_rise(SkStore *store, Finish *f, GError **error)
{
    SkSignInAttempt *s = f->signin;
    int64_t factors = 0;
    bool proved = true;

    if (!sk_factor_count(store, s->name, &factors, error))
        return false;
    if (factors > 0 && !s->glass && f->beside == NULL) {
        f->refusal = "second-factor-needed";
        return true;
    }
    if (f->beside != NULL && !prove_beside(store, f, &proved, error))
        return false;
    return !proved || (sk_delay_clear(store, &s->keys, error) &&
                       sk_session_rise(store, f->rising, &f->session, error));
}

bool
sk_signin_expired(SkStore *store, SkSignInAttempt *s, const char **ret_refusal, GError **error)
{
    SkActRow act = { .act = "sign-in-failed", .actor = s->name, .detail = "expired" };
    *ret_refusal = "password-expired";
    return sk_delay_repay(store, &s->keys, error) &&
           sk_db_act(store, &act, NULL, NULL, NULL, error);
}

static bool
finish_success(SkStore *store, Finish *f, GError **error)
{
    if (f->signin->said == SK_SAID_EXPIRED)
        return sk_signin_expired(store, f->signin, &f->refusal, error);
    if (!sk_delay_repay(store, &f->signin->keys, error))
        return false;
    if (f->staying != NULL)
        return finish_change(store, f, error);
    if (f->rising != NULL)
        return finish_rise(store, f, error);
    return finish_session(store, f, error);
}

/* A name that nobody has is not written down: it may be a password. */
static bool
finish_failure(SkStore *store, Finish *f, GError **error)
{
    const SkSignInAttempt *s = f->signin;
    f->refusal = sk_signin_miss(s);
    return sk_signin_failed(store, &s->keys, s->known ? s->name : NULL,
                            s->known ? "password" : "unknown", &f->wait, error);
}

/* A code of the envelope opens one session; that session may still rise by it. */
static bool
is_spent(SkStore *store, const Finish *f, bool *ret, GError **error)
{
    bool glass = false;
    bool spent = false;
    if (f->signin->glass && !sk_glass_is(store, f->signin->name, &glass, &spent, error))
        return false;
    *ret = spent && f->rising == NULL;
    return true;
}

static bool
finish_work(SkStore *store, void *data, GError **error)
{
    Finish *f = data;
    SkSignInAttempt *s = f->signin;
    g_autofree char *hash = NULL;
    bool spent = false;
    bool theirs = false;

    if (!sk_delay_read(store, &s->keys, &f->wait, error))
        return false;
    if (f->wait > 0) /* others failed while this was being checked: it counts for nothing */
        return true;
    if (!sk_signin_hash(store, s->name, s->elsewhere, &hash, &theirs, error) ||
        !is_spent(store, f, &spent, error))
        return false;
    bool same = hash != NULL && strcmp(hash, s->hash) == 0 && theirs == s->theirs;
    return s->verified && same && !spent ? finish_success(store, f, error)
                                         : finish_failure(store, f, error);
}

bool
sk_signin_finish(SkStore *self, SkSignInAttempt *signin, SkSession **ret, int64_t *ret_wait,
                 GError **error)
{
    Finish f = { .signin = signin };
    if (!sk_db_do(self, finish_work, &f, error))
        return false;
    return sk_signin_answer(self, f.session, f.wait, f.refusal, ret, ret_wait, error);
}

bool
sk_signin_finish_rise(SkStore *self, SkSignInAttempt *signin, const char *session,
                      const SkProof *beside, SkSession **ret, int64_t *ret_wait, GError **error)
{
    Finish f = { .signin = signin, .rising = session, .beside = beside };
    if (!sk_db_do(self, finish_work, &f, error))
        return false;
    return sk_signin_answer(self, f.session, f.wait, f.refusal, ret, ret_wait, error);
}

/* ---- one's own password ---- */

bool
sk_password_write(SkStore *store, const char *name, const char *hash, const char *actor,
                  GError **error)
{
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, "UPDATE accounts SET password = ?, password_set = ? WHERE name = ?");
    sk_sql_text(q, hash);
    sk_sql_int(q, now);
    sk_sql_text(q, name);
    return now >= 0 && sk_sql_run(q, error) &&
           sk_account_act(store, "password-set", name, actor, (SkRole)0, error);
}

bool
sk_password_change_finish(SkStore *self, SkSignInAttempt *signin, const char *session,
                          int64_t *ret_wait, GError **error)
{
    Finish f = { .signin = signin, .staying = session };
    SkSession *none = NULL;
    if (!sk_db_do(self, finish_work, &f, error))
        return false;
    return f.changed || sk_signin_answer(self, NULL, f.wait, f.refusal, &none, ret_wait, error);
}
