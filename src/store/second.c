/* SPDX-License-Identifier: Apache-2.0
 * second.c - the second step (signin.h). The first one and this one together must be proofs of two
 * kinds; a passkey alone is both where it has verified its user. */
#include "store/signin.h"

#include "store/factor-rows.h"
#include "store/organisation.h"
#include "store/signin-attempt.h"

#include <string.h>

void
sk_second_step_free(SkSecondStep *self)
{
    if (self == NULL)
        return;
    g_free(self->ticket);
    g_clear_pointer(&self->credentials, g_ptr_array_unref);
    g_free(self);
}

static bool
has_totp(SkStore *store, const char *name, bool *ret, GError **error)
{
    int64_t n = 0;
    SkSql *q = sk_sql(store, "SELECT count(*) FROM factors WHERE account = ? AND kind = 'totp' AND "
                             "confirmed = 1");
    sk_sql_text(q, name);
    if (!sk_sql_one_int(q, 0, &n, error))
        return false;
    *ret = n > 0;
    return true;
}

bool
sk_second_begin(SkStore *store, const char *name, SkSecondStep **ret, GError **error)
{
    g_autoptr(SkSecondStep) out = g_new0(SkSecondStep, 1);
    int64_t recovery = 0;

    if (!has_totp(store, name, &out->totp, error) ||
        !sk_factor_credentials(store, name, &out->credentials, error) ||
        !sk_recovery_count(store, name, &recovery, error) ||
        !sk_ticket_new(store, name, SK_TICKET_SECOND, &out->ticket, out->challenge, error))
        return false;
    out->webauthn = out->credentials->len > 0;
    out->recovery = recovery > 0;
    *ret = g_steal_pointer(&out);
    return true;
}

/* ---- the step ---- */

typedef struct {
    const char *ticket;
    const SkProof *proof;
    const SkClient *client;
    const SkSession *rising; /* NULL: signing in */
    SkSession *session;      /* owned by the caller */
    const char *refusal;
    int64_t wait;
} Step;

/* Names, locks and days are looked at again: a ticket outlives none of them. */
static bool
is_open(SkStore *store, const char *name, bool *ret, GError **error)
{
    int64_t open = 0;
    SkSql *q =
        sk_sql(store, "SELECT EXISTS (SELECT 1 FROM accounts WHERE name = ?1 AND locked = 0 AND "
                      "joins <= ?2 AND (leaves = 0 OR leaves >= ?2))");
    sk_sql_text(q, name);
    sk_sql_int(q, sk_organisation_today(store));
    if (!sk_sql_one_int(q, 0, &open, error))
        return false;
    *ret = open != 0;
    return true;
}

static bool
failed(SkStore *store, Step *s, const SkDelayKeys *keys, const char *name, GError **error)
{
    s->refusal = "sign-in-failed";
    return sk_signin_failed(store, keys, name, sk_proof_name(s->proof->kind), &s->wait, error);
}

/* After a right password. */
static bool
step_ticket(SkStore *store, Step *s, GError **error)
{
    g_auto(SkTicket) ticket = { 0 };
    SkDelayKeys keys;
    SkProofKind proved = SK_PROOF_NONE;
    bool found = false;
    bool open = false;

    if (!sk_ticket_read(store, s->ticket, SK_TICKET_SECOND, &ticket, &found, error) ||
        (found && !is_open(store, ticket.account, &open, error)))
        return false;
    if (!open) {
        s->refusal = "ticket-unknown";
        return true;
    }
    if (!sk_delay_keys(store, ticket.account, s->client, &keys, error) ||
        !sk_delay_read(store, &keys, &s->wait, error))
        return false;
    if (s->wait > 0)
        return true;
    if (!sk_ticket_count(store, &ticket, error) ||
        !sk_factor_prove(store, ticket.account, s->proof,
                         sk_span(ticket.challenge, sizeof ticket.challenge), &proved, error))
        return false;
    if (proved == SK_PROOF_NONE || !sk_two_factors(SK_PROOF_PASSWORD, proved))
        return failed(store, s, &keys, ticket.account, error);
    return sk_ticket_end(store, &ticket, error) &&
           sk_signin_open(store, &keys, ticket.account, s->client, sk_proof_name(proved), false,
                          &s->session, error);
}

static bool
owner_of(SkStore *store, SkSpan credential, char **ret, GError **error)
{
    bool row = false;
    SkSql *q = sk_sql(store, "SELECT account FROM factors WHERE credential = ? AND credential <> "
                             "x'' AND confirmed = 1");
    sk_sql_blob(q, credential);
    if (!sk_sql_next(q, &row, error))
        return false;
    *ret = row ? sk_sql_get_text(q, 0) : NULL;
    sk_sql_done(q);
    return true;
}

/* Somebody whose passkey is not right delays nobody: a credential's id is no secret, and nothing
 * can be guessed. It costs them nothing either, so it is not written down for ever. */
static bool
passkey_failed(SkStore *store, Step *s, const char *name, GError **error)
{
    SkActRow act = { .act = "sign-in-failed", .actor = name, .detail = "webauthn" };
    bool tell = false;
    s->refusal = "sign-in-failed";
    return sk_delay_tell(store, "passkey", &tell, error) &&
           (!tell || sk_db_act(store, &act, NULL, NULL, NULL, error));
}

static bool
step_passkey(SkStore *store, Step *s, GError **error)
{
    g_autofree char *name = NULL;
    SkDelayKeys keys;
    SkProofKind proved = SK_PROOF_NONE;
    SkProof proof = *s->proof;
    bool open = false;

    proof.ticket = s->ticket;
    if (!owner_of(store, proof.credential, &name, error) ||
        (name != NULL && !is_open(store, name, &open, error)) ||
        (open && !sk_factor_prove(store, name, &proof, SK_SPAN_EMPTY, &proved, error)))
        return false;
    if (!sk_two_factors(proved, SK_PROOF_NONE))
        return passkey_failed(store, s, open ? name : NULL, error);
    return sk_delay_keys(store, name, s->client, &keys, error) &&
           sk_signin_open(store, &keys, name, s->client, "passkey", false, &s->session, error);
}

static bool
step_work(SkStore *store, void *data, GError **error)
{
    Step *s = data;
    if (sk_challenge_is(s->ticket) && s->proof->kind == SK_PROOF_WEBAUTHN)
        return step_passkey(store, s, error);
    return step_ticket(store, s, error);
}

bool
sk_signin_second(SkStore *self, const char *ticket, const SkProof *proof, const SkClient *client,
                 SkSession **ret, int64_t *ret_wait, GError **error)
{
    Step s = { .ticket = ticket, .proof = proof, .client = client };
    self->why = "";
    if (!sk_db_do(self, step_work, &s, error))
        return false;
    return sk_signin_answer(self, s.session, s.wait, s.refusal, ret, ret_wait, error);
}

/* ---- rising ---- */

static bool
rise_work(SkStore *store, void *data, GError **error)
{
    Step *s = data;
    const char *name = s->rising->account->name;
    SkDelayKeys keys;
    SkProofKind proved = SK_PROOF_NONE;

    if (!sk_delay_keys(store, name, s->client, &keys, error) ||
        !sk_delay_read(store, &keys, &s->wait, error))
        return false;
    if (s->wait > 0)
        return true;
    if (!sk_factor_prove(store, name, s->proof, SK_SPAN_EMPTY, &proved, error))
        return false;
    if (proved == SK_PROOF_NONE)
        return failed(store, s, &keys, name, error);
    /* Whoever sits down at a terminal where a key was left can touch it. */
    if (proved == SK_PROOF_WEBAUTHN) {
        s->refusal = "second-factor-needed";
        return true;
    }
    return sk_delay_clear(store, &keys, error) &&
           sk_session_rise(store, s->rising->id, &s->session, error);
}

bool
sk_signin_rise(SkStore *self, const SkSession *session, const SkProof *proof,
               const SkClient *client, SkSession **ret, int64_t *ret_wait, GError **error)
{
    Step s = { .proof = proof, .client = client, .rising = session };
    self->why = "";
    if (!sk_db_do(self, rise_work, &s, error))
        return false;
    return sk_signin_answer(self, s.session, s.wait, s.refusal, ret, ret_wait, error);
}
