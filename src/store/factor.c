/* SPDX-License-Identifier: Apache-2.0
 * factor.c - contract in factor.h: the rows of factors, and adding and taking them away. */
#include "store/factor.h"

#include "base/uuid.h"
#include "factor/code.h"
#include "factor/totp.h"
#include "store/factor-rows.h"

#include <sodium.h>
#include <string.h>

#define LABEL_MAX 100u
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEALED_BYTES (NONCE_BYTES + SK_TOTP_SECRET_BYTES + TAG_BYTES)

void
sk_factor_free(SkFactor *self)
{
    if (self == NULL)
        return;
    g_free(self->id);
    g_free(self->kind);
    g_free(self->label);
    g_free(self);
}

static void
free_factor(void *factor)
{
    sk_factor_free(factor);
}

void
sk_factors_free(SkFactors *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->items, g_ptr_array_unref);
    g_free(self);
}

/* ---- reading ---- */

bool
sk_factor_count(SkStore *store, const char *account, int64_t *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT count(*) FROM factors WHERE account = ? AND confirmed = 1");
    sk_sql_text(q, account);
    return sk_sql_one_int(q, 0, ret, error);
}

bool
sk_recovery_count(SkStore *store, const char *account, int64_t *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT count(*) FROM recovery_codes WHERE account = ?");
    sk_sql_text(q, account);
    return sk_sql_one_int(q, 0, ret, error);
}

static bool
read_password_set(SkStore *store, const char *account, int64_t *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT password_set * (password <> '') FROM accounts WHERE name = ?");
    sk_sql_text(q, account);
    if (!sk_sql_one_int(q, -1, ret, error))
        return false;
    return *ret >= 0 || sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "account-unknown");
}

bool
sk_factors_get(SkStore *self, const char *account, SkFactors **ret, GError **error)
{
    g_autoptr(SkFactors) out = g_new0(SkFactors, 1);
    int64_t recovery = 0;
    bool row = true;

    self->why = "";
    out->items = g_ptr_array_new_with_free_func(free_factor);
    if (!read_password_set(self, account, &out->password_set, error) ||
        !sk_recovery_count(self, account, &recovery, error))
        return false;
    out->recovery = (unsigned)recovery;
    SkSql *q = sk_sql(self, "SELECT id, kind, label, added, last_used FROM factors WHERE account = "
                            "? AND confirmed = 1 ORDER BY added, id");
    sk_sql_text(q, account);
    while (row) {
        if (!sk_sql_next(q, &row, error))
            return false;
        if (!row)
            break;
        SkFactor *f = g_new0(SkFactor, 1);
        f->id = sk_sql_get_text(q, 0);
        f->kind = sk_sql_get_text(q, 1);
        f->label = sk_sql_get_text(q, 2);
        f->added = sk_sql_get_int(q, 3);
        f->last_used = sk_sql_get_int(q, 4);
        g_ptr_array_add(out->items, f);
    }
    *ret = g_steal_pointer(&out);
    return true;
}

static void
free_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

bool
sk_factor_credentials(SkStore *store, const char *account, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_bytes);
    bool row = true;
    SkSql *q = sk_sql(store, "SELECT credential FROM factors WHERE account = ? AND kind = "
                             "'webauthn' AND confirmed = 1 ORDER BY added, id");
    sk_sql_text(q, account);
    while (row) {
        if (!sk_sql_next(q, &row, error))
            return false;
        SkSpan id = row ? sk_sql_get_blob(q, 0) : SK_SPAN_EMPTY;
        if (row)
            g_ptr_array_add(out, g_bytes_new(id.p, id.n));
    }
    *ret = g_steal_pointer(&out);
    return true;
}

/* ---- secrets under seal: bound to account and row, so that rows cannot be swapped ---- */

static bool
seal_key(SkStore *store, uint8_t *ret, GError **error)
{
    if (store->vault == NULL)
        return sk_throw(error, SK_ERROR_INTERNAL, "store: opened without its vault");
    sk_vault_derive(store->vault, "totp", ret, crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    return true;
}

static char *
bound_to(const char *account, const char *id)
{
    return g_strdup_printf("totp %s %s", account, id);
}

bool
sk_factor_totp_row(SkStore *store, const char *account, const char *id, const char *label,
                   SkSpan secret, bool confirmed, GError **error)
{
    uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    uint8_t sealed[SEALED_BYTES];
    g_autofree char *bound = bound_to(account, id);
    unsigned long long n = 0;
    int64_t now = sk_db_now(store, error);

    g_assert(secret.n == SK_TOTP_SECRET_BYTES);
    if (now < 0 || !seal_key(store, key, error))
        return false;
    sk_random(sealed, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_BYTES, &n, secret.p, secret.n,
                                               (const uint8_t *)bound, strlen(bound), NULL, sealed,
                                               key);
    sodium_memzero(key, sizeof key);
    SkSql *q = sk_sql(store, "INSERT INTO factors (id, account, kind, label, confirmed, secret, "
                             "added) VALUES (?, ?, 'totp', ?, ?, ?, ?)");
    sk_sql_text(q, id);
    sk_sql_text(q, account);
    sk_sql_text(q, label);
    sk_sql_int(q, confirmed);
    sk_sql_blob(q, sk_span(sealed, sizeof sealed));
    sk_sql_int(q, now);
    return sk_sql_run(q, error);
}

bool
sk_factor_totp_open(SkStore *store, const char *account, const char *id, SkSpan sealed,
                    uint8_t *ret, GError **error)
{
    uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    g_autofree char *bound = bound_to(account, id);
    unsigned long long n = 0;

    if (sealed.n != SEALED_BYTES)
        return sk_throw(error, SK_ERROR_IO, "store: a one-time secret of another size");
    if (!seal_key(store, key, error))
        return false;
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(
        ret, &n, NULL, sealed.p + NONCE_BYTES, sealed.n - NONCE_BYTES, (const uint8_t *)bound,
        strlen(bound), sealed.p, key);
    sodium_memzero(key, sizeof key);
    return bad == 0 || sk_throw(error, SK_ERROR_IO,
                                "store: a one-time secret does not open with this vault's key");
}

/* ---- adding ---- */

typedef struct {
    const char *account;
    const char *label;
    const char *id;
    const char *code;
    const SkRegistration *registration;
    bool keep_one;
    SkSpan secret;
    char *new_id;        /* owned by the caller */
    char *ticket;        /* the same */
    GPtrArray *list;     /* the same */
    uint8_t *challenge;  /* borrowed */
    const char *outcome; /* a code, where the transaction stands and the answer is no */
} Work;

static const char *
label_or(const char *label, const char *otherwise)
{
    return label == NULL || *label == '\0' ? otherwise : label;
}

static bool
check_room(SkStore *store, const char *account, GError **error)
{
    int64_t n = 0;
    return sk_factor_count(store, account, &n, error) &&
           (n < SK_FACTORS_MAX || sk_db_refuse(store, error, SK_ERROR_LIMIT, "too-many-factors"));
}

static bool
drop_waiting(SkStore *store, const char *account, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM factors WHERE account = ? AND confirmed = 0");
    sk_sql_text(q, account);
    return sk_sql_run(q, error);
}

static bool
totp_new_work(SkStore *store, void *data, GError **error)
{
    Work *w = data;
    return check_room(store, w->account, error) && drop_waiting(store, w->account, error) &&
           sk_factor_totp_row(store, w->account, w->new_id, label_or(w->label, "TOTP"), w->secret,
                              false, error);
}

bool
sk_factor_totp_new(SkStore *self, const char *account, const char *label, char **ret_id,
                   GBytes **ret_secret, GError **error)
{
    uint8_t secret[SK_TOTP_SECRET_BYTES];
    g_autofree char *id = sk_uuid_new();
    Work w = { .account = account, .label = label, .new_id = id };

    self->why = "";
    if (!sk_db_is_text(label, LABEL_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "factor: the label is not plain text");
    sk_random(secret, sizeof secret);
    w.secret = sk_span(secret, sizeof secret);
    bool ok = sk_db_do(self, totp_new_work, &w, error);
    if (ok) {
        *ret_secret = g_bytes_new(secret, sizeof secret);
        *ret_id = g_steal_pointer(&id);
    }
    sodium_memzero(secret, sizeof secret);
    return ok;
}

/* The waiting row's secret; @ret_found false: no such row. */
static bool
read_waiting(SkStore *store, const Work *w, uint8_t *ret, bool *ret_found, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT secret FROM factors WHERE id = ? AND account = ? AND kind = "
                             "'totp' AND confirmed = 0");
    sk_sql_text(q, w->id);
    sk_sql_text(q, w->account);
    if (!sk_sql_next(q, ret_found, error))
        return false;
    if (!*ret_found)
        return true;
    bool ok = sk_factor_totp_open(store, w->account, w->id, sk_sql_get_blob(q, 0), ret, error);
    sk_sql_done(q);
    return ok;
}

static bool
confirm_row(SkStore *store, const Work *w, int64_t step, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE factors SET confirmed = 1, step = ? WHERE id = ?");
    sk_sql_int(q, step);
    sk_sql_text(q, w->id);
    return sk_sql_run(q, error) &&
           sk_account_act(store, "factor-added", w->account, w->account, (SkRole)0, error);
}

static bool
totp_confirm_work(SkStore *store, void *data, GError **error)
{
    Work *w = data;
    uint8_t secret[SK_TOTP_SECRET_BYTES];
    bool found = false;
    int64_t step = 0;
    int64_t now = sk_db_now(store, error);

    if (now < 0 || !read_waiting(store, w, secret, &found, error))
        return false;
    if (!found)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "factor-unknown");
    bool ok = sk_totp_check(sk_span(secret, sizeof secret), now, 0, w->code, &step, error);
    sodium_memzero(secret, sizeof secret);
    if (!ok)
        return false;
    if (step == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "factor-rejected");
    return check_room(store, w->account, error) && confirm_row(store, w, step, error);
}

bool
sk_factor_totp_confirm(SkStore *self, const char *account, const char *id, const char *code,
                       GError **error)
{
    Work w = { .account = account, .id = id, .code = code };
    self->why = "";
    return sk_db_do(self, totp_confirm_work, &w, error);
}

static bool
webauthn_begin_work(SkStore *store, void *data, GError **error)
{
    Work *w = data;
    return check_room(store, w->account, error) &&
           sk_factor_credentials(store, w->account, &w->list, error) &&
           sk_ticket_new(store, w->account, SK_TICKET_REGISTER, &w->ticket, w->challenge, error);
}

bool
sk_factor_webauthn_begin(SkStore *self, const char *account, char **ret_ticket,
                         uint8_t *ret_challenge, GPtrArray **ret_known, GError **error)
{
    Work w = { .account = account, .challenge = ret_challenge };
    self->why = "";
    bool ok = sk_db_do(self, webauthn_begin_work, &w, error);
    g_autofree char *ticket = w.ticket;
    g_autoptr(GPtrArray) list = w.list;
    if (!ok)
        return false;
    *ret_ticket = g_steal_pointer(&ticket);
    *ret_known = g_steal_pointer(&list);
    return true;
}

static bool
insert_credential(SkStore *store, const Work *w, const SkWebauthnCredential *c, GError **error)
{
    int64_t there = 0;
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, "SELECT EXISTS (SELECT 1 FROM factors WHERE credential = ? AND "
                             "credential <> x'')");
    sk_sql_blob(q, sk_span_bytes(c->id));
    if (now < 0 || !sk_sql_one_int(q, 1, &there, error))
        return false;
    if (there != 0)
        return sk_db_refuse(store, error, SK_ERROR_LIMIT, "credential-exists");
    q = sk_sql(store, "INSERT INTO factors (id, account, kind, label, confirmed, credential, key, "
                      "algorithm, count, verified, added) VALUES (?, ?, 'webauthn', ?, 1, ?, ?, ?, "
                      "?, ?, ?)");
    sk_sql_text(q, w->new_id);
    sk_sql_text(q, w->account);
    sk_sql_text(q, label_or(w->registration->label, "WebAuthn"));
    sk_sql_blob(q, sk_span_bytes(c->id));
    sk_sql_blob(q, sk_span_bytes(c->key));
    sk_sql_int(q, c->algorithm);
    sk_sql_int(q, c->count);
    sk_sql_int(q, c->verified);
    sk_sql_int(q, now);
    return sk_sql_run(q, error) &&
           sk_account_act(store, "factor-added", w->account, w->account, (SkRole)0, error);
}

/* A ticket serves one attempt, whatever comes of it. */
static bool
webauthn_finish_work(SkStore *store, void *data, GError **error)
{
    Work *w = data;
    const SkRegistration *in = w->registration;
    g_auto(SkTicket) ticket = { 0 };
    g_auto(SkWebauthnCredential) credential = { 0 };
    g_autoptr(GError) no = NULL;
    bool found = false;

    if (!sk_ticket_read(store, in->ticket, SK_TICKET_REGISTER, &ticket, &found, error))
        return false;
    if (!found || strcmp(ticket.account, w->account) != 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "ticket-unknown");
    const SkWebauthnSite site = { .origin = in->origin,
                                  .rp_id = in->rp_id,
                                  .challenge = sk_span(ticket.challenge, sizeof ticket.challenge) };
    if (!sk_ticket_end(store, &ticket, error))
        return false;
    if (!sk_webauthn_register(&site, false, in->client_data, in->attestation, &credential, &no)) {
        w->outcome = "factor-rejected";
        return true;
    }
    return check_room(store, w->account, error) && insert_credential(store, w, &credential, error);
}

bool
sk_factor_webauthn_finish(SkStore *self, const char *account, const SkRegistration *in,
                          char **ret_id, GError **error)
{
    g_autofree char *id = sk_uuid_new();
    Work w = { .account = account, .registration = in, .new_id = id };

    self->why = "";
    if (!sk_db_is_text(in->label, LABEL_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "factor: the label is not plain text");
    if (!sk_db_do(self, webauthn_finish_work, &w, error))
        return false;
    if (w.outcome != NULL)
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, w.outcome);
    *ret_id = g_steal_pointer(&id);
    return true;
}

/* ---- recovery codes ---- */

static bool
drop_recovery(SkStore *store, const char *account, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM recovery_codes WHERE account = ?");
    sk_sql_text(q, account);
    return sk_sql_run(q, error);
}

static bool
insert_recovery(SkStore *store, const char *account, const char *code, GError **error)
{
    uint8_t hash[SK_CODE_HASH_BYTES];
    g_autofree char *read = sk_code_read(code, SK_CODE_CHARS);
    sk_code_hash("recovery", account, read, hash);
    SkSql *q = sk_sql(store, "INSERT INTO recovery_codes (hash, account) VALUES (?, ?)");
    sk_sql_blob(q, sk_span(hash, sizeof hash));
    sk_sql_text(q, account);
    return sk_sql_run(q, error);
}

static bool
recovery_work(SkStore *store, void *data, GError **error)
{
    Work *w = data;
    int64_t n = 0;

    if (!sk_factor_count(store, w->account, &n, error))
        return false;
    if (n == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "factor-unknown");
    if (!drop_recovery(store, w->account, error))
        return false;
    for (unsigned i = 0; i < SK_RECOVERY_CODES; i++) {
        g_ptr_array_add(w->list, sk_code_new(SK_CODE_CHARS));
        if (!insert_recovery(store, w->account, g_ptr_array_index(w->list, i), error))
            return false;
    }
    return sk_account_act(store, "recovery-codes-made", w->account, w->account, (SkRole)0, error);
}

bool
sk_factor_recovery_new(SkStore *self, const char *account, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(g_free);
    Work w = { .account = account, .list = codes };

    self->why = "";
    if (!sk_db_do(self, recovery_work, &w, error))
        return false;
    *ret = g_steal_pointer(&codes);
    return true;
}

/* ---- taking away ---- */

static bool
delete_work(SkStore *store, void *data, GError **error)
{
    Work *w = data;
    int64_t left = 0;
    SkSql *q = sk_sql(store, "DELETE FROM factors WHERE id = ? AND account = ? AND confirmed = 1");
    sk_sql_text(q, w->id);
    sk_sql_text(q, w->account);
    if (!sk_sql_run(q, error))
        return false;
    if (sk_sql_changes(store) == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "factor-unknown");
    if (!sk_factor_count(store, w->account, &left, error))
        return false;
    if (left == 0 && w->keep_one)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "last-factor");
    return (left > 0 || drop_recovery(store, w->account, error)) &&
           sk_tickets_end(store, w->account, error) &&
           sk_account_act(store, "factor-removed", w->account, w->account, (SkRole)0, error);
}

bool
sk_factor_delete(SkStore *self, const char *account, const char *id, bool keep_one, GError **error)
{
    Work w = { .account = account, .id = id, .keep_one = keep_one };
    self->why = "";
    return sk_db_do(self, delete_work, &w, error);
}

bool
sk_factor_clear(SkStore *store, const char *account, GError **error)
{
    static const char *const statements[] = {
        "DELETE FROM factors WHERE account = ?",
        "DELETE FROM recovery_codes WHERE account = ?",
        "DELETE FROM tickets WHERE account = ?",
        "DELETE FROM enrolments WHERE account = ?",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        SkSql *q = sk_sql(store, statements[i]);
        sk_sql_text(q, account);
        if (!sk_sql_run(q, error))
            return false;
    }
    return true;
}
