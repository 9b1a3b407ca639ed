/* SPDX-License-Identifier: Apache-2.0
 * factor-prove.c - the proof by a second factor (factor.h). What it spends is written in the
 * transaction that looks at it: of two that come at the same moment with the same code, one finds
 * it spent. */
#include "store/factor.h"

#include "base/uuid.h"
#include "factor/code.h"
#include "factor/totp.h"
#include "store/factor-rows.h"

#include <sodium.h>
#include <string.h>

/* ---- one-time codes: every one of the account is tried, so that nobody need say which ---- */

typedef struct {
    char *id;
    uint8_t secret[SK_TOTP_SECRET_BYTES];
    int64_t step;
} Totp;

static void
clear_totp(void *data)
{
    Totp *t = data;
    g_free(t->id);
    sodium_memzero(t->secret, sizeof t->secret);
}

static bool
read_totps(SkStore *store, const char *account, GArray *out, GError **error)
{
    bool row = true;
    SkSql *q = sk_sql(store, "SELECT id, secret, step FROM factors WHERE account = ? AND kind = "
                             "'totp' AND confirmed = 1 ORDER BY added, id");
    sk_sql_text(q, account);
    while (row) {
        if (!sk_sql_next(q, &row, error))
            return false;
        if (!row)
            break;
        Totp t = { .step = sk_sql_get_int(q, 2) };
        if (!sk_factor_totp_open(store, account, sk_sql_peek_text(q, 0), sk_sql_get_blob(q, 1),
                                 t.secret, error)) {
            sk_sql_done(q);
            return false;
        }
        t.id = sk_sql_get_text(q, 0);
        g_array_append_val(out, t);
    }
    return true;
}

static bool
spend_step(SkStore *store, const char *id, int64_t step, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE factors SET step = ?, last_used = ? WHERE id = ?");
    sk_sql_int(q, step);
    sk_sql_int(q, now);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

static bool
prove_totp(SkStore *store, const char *account, const char *code, int64_t now, SkProofKind *ret,
           GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(Totp));
    const Totp *found = NULL;
    int64_t found_step = 0;

    g_array_set_clear_func(all, clear_totp);
    if (!read_totps(store, account, all, error))
        return false;
    for (guint i = 0; i < all->len; i++) {
        const Totp *t = &g_array_index(all, Totp, i);
        int64_t step = 0;
        if (!sk_totp_check(sk_span(t->secret, sizeof t->secret), now, t->step, code, &step, error))
            return false;
        if (step != 0) {
            found = t;
            found_step = step;
        }
    }
    *ret = found == NULL ? SK_PROOF_NONE : SK_PROOF_TOTP;
    return found == NULL || spend_step(store, found->id, found_step, now, error);
}

/* ---- recovery codes ---- */

static bool
prove_recovery(SkStore *store, const char *account, const char *typed, SkProofKind *ret,
               GError **error)
{
    uint8_t hash[SK_CODE_HASH_BYTES];
    g_autofree char *code = sk_code_read(typed, SK_CODE_CHARS);

    *ret = SK_PROOF_NONE;
    if (code == NULL)
        return true;
    sk_code_hash("recovery", account, code, hash);
    sodium_memzero(code, strlen(code));
    SkSql *q = sk_sql(store, "DELETE FROM recovery_codes WHERE hash = ? AND account = ?");
    sk_sql_blob(q, sk_span(hash, sizeof hash));
    sk_sql_text(q, account);
    if (!sk_sql_run(q, error))
        return false;
    if (sk_sql_changes(store) == 0)
        return true;
    *ret = SK_PROOF_RECOVERY;
    return sk_account_act(store, "recovery-code-used", account, account, (SkRole)0, error);
}

/* ---- passkeys and security keys ---- */

static bool
read_credential(SkStore *store, const char *account, SkSpan id, char **ret_id,
                SkWebauthnCredential *ret, GError **error)
{
    bool row = false;
    SkSql *q = sk_sql(store, "SELECT id, key, algorithm, count, verified FROM factors WHERE "
                             "credential = ? AND credential <> x'' AND account = ? AND confirmed = "
                             "1");
    sk_sql_blob(q, id);
    sk_sql_text(q, account);
    if (!sk_sql_next(q, &row, error))
        return false;
    *ret_id = NULL;
    if (!row)
        return true;
    SkSpan key = sk_sql_get_blob(q, 1);
    *ret_id = sk_sql_get_text(q, 0);
    ret->key = g_bytes_new(key.p, key.n);
    ret->algorithm = (SkCose)sk_sql_get_int(q, 2);
    ret->count = (uint32_t)sk_sql_get_int(q, 3);
    ret->verified = sk_sql_get_int(q, 4) != 0;
    sk_sql_done(q);
    return true;
}

static bool
spend_count(SkStore *store, const char *id, uint32_t count, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE factors SET count = ?, last_used = ? WHERE id = ?");
    sk_sql_int(q, count);
    sk_sql_int(q, now);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

static bool
prove_webauthn(SkStore *store, const char *account, const SkProof *proof, SkSpan challenge,
               int64_t now, SkProofKind *ret, GError **error)
{
    g_auto(SkWebauthnCredential) credential = { 0 };
    g_autofree char *id = NULL;
    g_autoptr(GError) no = NULL;
    uint32_t count = 0;
    bool verified = false;
    const SkWebauthnSite site = { .origin = proof->origin,
                                  .rp_id = proof->rp_id,
                                  .challenge = challenge };

    *ret = SK_PROOF_NONE;
    if (!read_credential(store, account, proof->credential, &id, &credential, error))
        return false;
    if (id == NULL)
        return true;
    if (sk_webauthn_assert(&site, &credential, false, &proof->answer, &count, &verified, &no)) {
        *ret = verified ? SK_PROOF_WEBAUTHN_VERIFIED : SK_PROOF_WEBAUTHN;
        return spend_count(store, id, count, now, error);
    }
    /* Signed by the key, and counted less than before: there are two of it. */
    return no->code != SK_ERROR_AMBIGUOUS ||
           sk_account_act(store, "factor-copied", account, account, (SkRole)0, error);
}

static bool
prove_by_ticket(SkStore *store, const char *account, const SkProof *proof, int64_t now,
                SkProofKind *ret, GError **error)
{
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    bool ok = false;

    *ret = SK_PROOF_NONE;
    if (proof->ticket == NULL)
        return true;
    if (!sk_challenge_spend(store, proof->ticket, challenge, &ok, error))
        return false;
    return !ok || prove_webauthn(store, account, proof, sk_span(challenge, sizeof challenge), now,
                                 ret, error);
}

bool
sk_factor_prove(SkStore *store, const char *account, const SkProof *proof, SkSpan challenge,
                SkProofKind *ret, GError **error)
{
    int64_t now = sk_db_now(store, error);

    *ret = SK_PROOF_NONE;
    if (now < 0)
        return false;
    if (proof->kind == SK_PROOF_TOTP)
        return prove_totp(store, account, proof->code, now, ret, error);
    if (proof->kind == SK_PROOF_RECOVERY)
        return prove_recovery(store, account, proof->code, ret, error);
    if (proof->kind != SK_PROOF_WEBAUTHN)
        return true;
    return challenge.n > 0 ? prove_webauthn(store, account, proof, challenge, now, ret, error)
                           : prove_by_ticket(store, account, proof, now, ret, error);
}
