/* SPDX-License-Identifier: Apache-2.0
 * enrolment.c - how somebody without a factor gets the first ones (signin.h). The code proves that
 * the person stood before an administrator; a password that is there already must be known as well,
 * so that no administrator can be somebody else by issuing a code. */
#include "store/signin.h"

#include "base/uuid.h"
#include "factor/code.h"
#include "factor/totp.h"
#include "store/factor-rows.h"
#include "store/organisation.h"
#include "store/proposal-kinds.h"
#include "store/signin-attempt.h"

#include <sodium.h>
#include <string.h>

/* ---- issuing ---- */

typedef struct {
    const char *account;
    const char *actor;
    const char *code;
    SkSpan secret;
    int64_t expires;
} Issue;

static bool
write_code(SkStore *store, const Issue *i, GError **error)
{
    uint8_t hash[SK_CODE_HASH_BYTES];
    g_autofree char *code = sk_code_read(i->code, SK_CODE_CHARS);
    sk_code_hash("enrolment", i->account, code, hash);
    SkSql *q =
        sk_sql(store, "INSERT OR REPLACE INTO enrolments (account, hash, tries, boot, until, "
                      "issued_by) VALUES (?, ?, 0, ?, ?, ?)");
    sk_sql_text(q, i->account);
    sk_sql_blob(q, sk_span(hash, sizeof hash));
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + SK_ENROLMENT_LIFE);
    sk_sql_text(q, i->actor);
    return sk_sql_run(q, error);
}

static bool
issue_work(SkStore *store, void *data, GError **error)
{
    Issue *i = data;
    g_autoptr(SkAccount) account = NULL;
    bool glass = false;
    bool spent = false;
    int64_t n = 0;
    int64_t now = sk_db_now(store, error);

    if (now < 0 || !sk_account_read(store, i->account, &account, error) ||
        !sk_glass_is(store, i->account, &glass, &spent, error) ||
        !sk_factor_count(store, i->account, &n, error))
        return false;
    if (n > 0 || glass)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "has-factors");
    i->expires = now + SK_ENROLMENT_LIFE;
    return write_code(store, i, error) &&
           sk_account_act(store, "enrolment-issued", i->account, i->actor, (SkRole)0, error);
}

bool
sk_enrolment_issue(SkStore *self, const char *account, const char *actor, char **ret_code,
                   int64_t *ret_expires, GError **error)
{
    g_autofree char *code = sk_code_new(SK_CODE_CHARS);
    Issue i = { .account = account, .actor = actor, .code = code };

    self->why = "";
    if (!sk_db_do(self, issue_work, &i, error))
        return false;
    *ret_code = g_steal_pointer(&code);
    *ret_expires = i.expires;
    return true;
}

/* ---- using ---- */

bool
sk_enrolment_begin(SkStore *self, const char *name, const char *code, const char *password,
                   bool acceptable, const SkClient *client, SkSignInAttempt **ret,
                   int64_t *ret_wait, GError **error)
{
    g_autoptr(SkSignInAttempt) s = NULL;

    if (!sk_signin_begin(self, name, client, &s, ret_wait, error))
        return false;
    s->code = g_strdup(code);
    if (!s->known) /* one Argon2 in any case: the time does not tell who has a password */
        sk_signin_set_fresh(s, password, acceptable);
    *ret = g_steal_pointer(&s);
    return true;
}

typedef struct {
    SkSignInAttempt *signin;
    SkSession *session; /* owned by the caller */
    const char *refusal;
    int64_t wait;
} Enrol;

/* @ret: the code is the account's, in time, with tries left. A wrong one costs a try. */
static bool
check_code(SkStore *store, const SkSignInAttempt *s, bool *ret, GError **error)
{
    uint8_t hash[SK_CODE_HASH_BYTES] = { 0 };
    g_autofree char *code = sk_code_read(s->code, SK_CODE_CHARS);
    bool row = false;

    *ret = false;
    if (code != NULL)
        sk_code_hash("enrolment", s->name, code, hash);
    SkSql *q = sk_sql(store, "SELECT hash, tries, boot, until FROM enrolments WHERE account = ?");
    sk_sql_text(q, s->name);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    SkSpan kept = sk_sql_get_blob(q, 0);
    *ret = code != NULL && kept.n == sizeof hash && sodium_memcmp(kept.p, hash, sizeof hash) == 0 &&
           sk_sql_get_int(q, 1) < SK_ENROLMENT_TRIES_MAX &&
           !sk_db_is_due(store, sk_sql_peek_text(q, 2), sk_sql_get_int(q, 3));
    sk_sql_done(q);
    if (*ret)
        return true;
    q = sk_sql(store, "UPDATE enrolments SET tries = tries + 1 WHERE account = ?");
    sk_sql_text(q, s->name);
    return sk_sql_run(q, error);
}

static bool
end_code(SkStore *store, const char *account, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM enrolments WHERE account = ?");
    sk_sql_text(q, account);
    return sk_sql_run(q, error);
}

/* The account may not be locked or out of its days, nor have changed since begin; and still has no
 * factor. */
static bool
is_unchanged(SkStore *store, const SkSignInAttempt *s, bool *ret_there, bool *ret, GError **error)
{
    g_autofree char *hash = NULL;
    int64_t open = 0;
    int64_t factors = 1;
    bool theirs = false;
    /* Before somebody's first day their password does not count: it must not be taken for none, or
     * a list with a later first day and a code would make one administrator somebody else. */
    SkSql *q =
        sk_sql(store, "SELECT EXISTS (SELECT 1 FROM accounts WHERE name = ?1 AND locked = 0 AND "
                      "joins <= ?2 AND (leaves = 0 OR leaves >= ?2))");
    sk_sql_text(q, s->name);
    sk_sql_int(q, sk_organisation_today(store));
    if (!sk_sql_one_int(q, 0, &open, error) || 
        !sk_signin_hash(store, s->name, s->elsewhere, &hash, &theirs, error) ||
        !sk_factor_count(store, s->name, &factors, error))
        return false;
    bool same = s->known ? hash != NULL && strcmp(hash, s->hash) == 0 && theirs == s->theirs
                         : hash == NULL;
    *ret_there = open != 0;
    *ret = *ret_there && factors == 0 && same;
    return true;
}

static bool
enrol_success(SkStore *store, Enrol *e, GError **error)
{
    SkSignInAttempt *s = e->signin;
    const SkClient *client = s->has_client ? &s->client : NULL;

    if (s->said == SK_SAID_EXPIRED)
        return sk_signin_expired(store, s, &e->refusal, error);
    if (!sk_delay_repay(store, &s->keys, error))
        return false;
    if (!s->known && !s->fresh_ok) {
        e->refusal = "password-weak";
        return true;
    }
    if (!s->known && s->fresh_hash == NULL)
        return sk_throw(error, SK_ERROR_IO, "store: no memory to hash a password");
    if (!s->known && !sk_password_write(store, s->name, s->fresh_hash, s->name, error))
        return false;
    return end_code(store, s->name, error) &&
           sk_signin_open(store, &s->keys, s->name, client, "enrolment", s->two, &e->session,
                          error);
}

static bool
enrol_work(SkStore *store, void *data, GError **error)
{
    Enrol *e = data;
    SkSignInAttempt *s = e->signin;
    bool code = false;
    bool there = false;
    bool same = false;

    if (!sk_delay_read(store, &s->keys, &e->wait, error))
        return false;
    if (e->wait > 0)
        return true;
    if (!is_unchanged(store, s, &there, &same, error) || !check_code(store, s, &code, error))
        return false;
    if (code && same && (s->verified || !s->known))
        return enrol_success(store, e, error);
    e->refusal = sk_signin_miss(s);
    return sk_signin_failed(store, &s->keys, there ? s->name : NULL, "enrolment", &e->wait, error);
}

bool
sk_enrolment_finish(SkStore *self, SkSignInAttempt *signin, SkSession **ret, int64_t *ret_wait,
                    GError **error)
{
    Enrol e = { .signin = signin };
    self->why = "";
    if (!sk_db_do(self, enrol_work, &e, error))
        return false;
    return sk_signin_answer(self, e.session, e.wait, e.refusal, ret, ret_wait, error);
}

/* ---- the end of it ---- */

typedef struct {
    const SkSession *session;
    SkSession *whole; /* owned by the caller */
} Whole;

static bool
whole_work(SkStore *store, void *data, GError **error)
{
    Whole *w = data;
    int64_t n = 0;

    if (!sk_factor_count(store, w->session->account->name, &n, error))
        return false;
    if (n == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "factor-unknown");
    SkSql *q = sk_sql(store, "UPDATE sessions SET enrolling = 0 WHERE id = ?");
    sk_sql_text(q, w->session->id);
    return sk_sql_run(q, error) && sk_session_rise(store, w->session->id, &w->whole, error);
}

bool
sk_enrolment_end(SkStore *self, const SkSession *session, SkSession **ret, GError **error)
{
    Whole w = { .session = session };
    self->why = "";
    if (!sk_db_do(self, whole_work, &w, error))
        return false;
    *ret = w.whole;
    return true;
}

/* ---- starting over ---- */

static bool
reset(SkStore *store, const char *account, const char *actor, GError **error)
{
    g_autoptr(SkAccount) there = NULL;
    bool glass = false;
    bool spent = false;

    if (!sk_account_read(store, account, &there, error) ||
        !sk_glass_is(store, account, &glass, &spent, error))
        return false;
    if (glass) /* printed anew by the command line instead */
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "account-unknown");
    SkSql *q = sk_sql(store, "UPDATE accounts SET password = '', password_set = 0 WHERE name = ?");
    sk_sql_text(q, account);
    return sk_sql_run(q, error) && sk_factor_clear(store, account, error) &&
           sk_session_end_every(store, account, NULL, error) &&
           sk_signin_forget(store, account, error) &&
           sk_account_act(store, "factor-reset", account, actor, (SkRole)0, error);
}

static bool
reset_work(SkStore *store, void *data, GError **error)
{
    const Issue *i = data;
    return reset(store, i->account, i->actor, error);
}

bool
sk_factor_reset(SkStore *self, const char *account, const char *actor, GError **error)
{
    Issue i = { .account = account, .actor = actor };
    self->why = "";
    return sk_db_do(self, reset_work, &i, error);
}

static bool
carry_out(SkStore *store, const SkProposal *proposal, const char *actor, GError **error)
{
    return reset(store, proposal->subject, actor, error);
}

const SkProposalKind sk_proposal_kind_reset_factor = { .kind = "reset-factor",
                                                       .subject = true,
                                                       .carry_out = carry_out };

/* ---- laid by the command line ---- */

static bool
lay_work(SkStore *store, void *data, GError **error)
{
    const Issue *i = data;
    g_autofree char *id = sk_uuid_new();
    g_autoptr(SkAccount) account = NULL;

    return sk_account_read(store, i->account, &account, error) &&
           sk_factor_totp_row(store, i->account, id, "TOTP", i->secret, true, error) &&
           sk_account_act(store, "factor-added", i->account, NULL, (SkRole)0, error);
}

bool
sk_totp_lay(SkStore *self, const char *account, GBytes **ret_secret, GError **error)
{
    uint8_t secret[SK_TOTP_SECRET_BYTES];
    Issue i = { .account = account, .secret = sk_span(secret, sizeof secret) };

    self->why = "";
    sk_random(secret, sizeof secret);
    bool ok = sk_db_do(self, lay_work, &i, error);
    if (ok)
        *ret_secret = g_bytes_new(secret, sizeof secret);
    sodium_memzero(secret, sizeof secret);
    return ok;
}
