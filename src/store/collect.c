/* SPDX-License-Identifier: Apache-2.0
 * collect.c - contract in store.h: single-use tokens, and what was delivered or looked at. */
#include "store/db.h"

#include "base/uuid.h"
#include "seal/merkle.h"
#include "store/organisation.h"

#include <string.h>

#define TOKEN_BYTES 32u
#define TOKEN_CHARS (2 * TOKEN_BYTES)

typedef struct {
    const char *id;
    const char *account;
    const char *token;
    SkTokenPurpose purpose;
    SkCrossing *row; /* owned by the caller, as is: */
    char *for_account;
} Token;

/* May the result go out for @purpose, as the crossing stands? Any other number is a no. */
static bool
is_open(const SkCrossing *c, SkTokenPurpose purpose)
{
    if (*c->object_out == '\0')
        return false;
    if (purpose == SK_TOKEN_COLLECT)
        return c->box == SK_BOX_ARRIVED &&
               (c->state == SK_STATE_READY || c->state == SK_STATE_DELIVERED);
    return purpose == SK_TOKEN_EXAMINE && c->state == SK_STATE_HELD;
}

static bool
is_party(const SkCrossing *c, const char *account)
{
    return strcmp(account, c->sender) == 0 || strcmp(account, c->recipient) == 0;
}

static bool
token_new_work(SkStore *store, void *data, GError **error)
{
    const Token *t = data;
    g_autoptr(SkCrossing) row = NULL;
    SkHash hash = sk_hash_sha256(sk_span_str(t->token));

    if (!sk_rows_get(store, t->id, &row, error))
        return false;
    if (!is_open(row, t->purpose))
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    if (t->purpose == SK_TOKEN_EXAMINE && is_party(row, t->account))
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-crossing");
    SkSql *q = sk_sql(store, "INSERT INTO tokens (hash, crossing, account, purpose, boot, until) "
                             "VALUES (?, ?, ?, ?, ?, ?)");
    sk_sql_blob(q, sk_span(hash.b, sizeof hash.b));
    sk_sql_text(q, t->id);
    sk_sql_text(q, t->account);
    sk_sql_int(q, t->purpose);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, sk_db_boot_now(store) + SK_STORE_TOKEN_LIFE);
    return sk_sql_run(q, error);
}

bool
sk_store_token_new(SkStore *self, const char *id, const char *account, SkTokenPurpose purpose,
                   char **ret_token, GError **error)
{
    uint8_t random[TOKEN_BYTES];
    self->why = "";
    if (!sk_db_is_account(account))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not an account's name");
    sk_random(random, sizeof random);
    g_autofree char *token = sk_hex(sk_span(random, sizeof random));
    Token t = { .id = id, .account = account, .token = token, .purpose = purpose };
    if (!sk_db_do(self, token_new_work, &t, error))
        return false;
    *ret_token = g_steal_pointer(&token);
    return true;
}

/* Whoever was locked since it was made has nothing to fetch any more. */
static bool
is_locked(SkStore *store, const char *account, bool *ret, GError **error)
{
    int64_t locked = 0;
    SkSql *q = sk_sql(store, "SELECT count(*) FROM accounts WHERE name = ?1 AND (locked <> 0 OR joins > ?2 OR "
                             "(leaves > 0 AND leaves < ?2))");
    sk_sql_text(q, account);
    sk_sql_int(q, sk_organisation_today(store));
    if (!sk_sql_one_int(q, 0, &locked, error))
        return false;
    *ret = locked != 0;
    return true;
}

/* The token goes, whatever it was good for: what is not committed here cannot be used a second
 * time. */
static bool
token_take_work(SkStore *store, void *data, GError **error)
{
    Token *t = data;
    SkHash hash = sk_hash_sha256(sk_span_str(t->token));
    g_autofree char *id = NULL;
    bool row = false;
    bool due = true;
    bool locked = true;

    SkSql *q = sk_sql(store, "DELETE FROM tokens WHERE hash = ? "
                             "RETURNING crossing, account, purpose, boot, until");
    sk_sql_blob(q, sk_span(hash.b, sizeof hash.b));
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    id = sk_sql_get_text(q, 0);
    t->for_account = sk_sql_get_text(q, 1);
    t->purpose = (SkTokenPurpose)sk_sql_get_int(q, 2);
    due = sk_db_is_due(store, sk_sql_peek_text(q, 3), sk_sql_get_int(q, 4));
    return sk_sql_next(q, &row, error) && is_locked(store, t->for_account, &locked, error) &&
           (due || locked || sk_rows_get(store, id, &t->row, error));
}

bool
sk_store_token_use(SkStore *self, const char *token, SkCrossing **ret, char **ret_account,
                   SkTokenPurpose *ret_purpose, GError **error)
{
    self->why = "";
    if (!sk_db_is_hex(token, TOKEN_CHARS))
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "token-unknown");
    Token t = { .token = token };
    bool ok = sk_db_do(self, token_take_work, &t, error);
    g_autoptr(SkCrossing) row = t.row;
    g_autofree char *account = t.for_account;
    if (!ok)
        return false;
    if (row == NULL || !is_open(row, t.purpose))
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "token-unknown");
    *ret = g_steal_pointer(&row);
    *ret_account = g_steal_pointer(&account);
    *ret_purpose = t.purpose;
    return true;
}

static bool
delivered_work(SkStore *store, void *data, GError **error)
{
    const Token *t = data;
    g_autoptr(SkCrossing) row = NULL;
    const SkEventDetails details = { .actor = t->account };

    if (!sk_rows_get(store, t->id, &row, error))
        return false;
    SkEvent event = row->state == SK_STATE_DELIVERED ? SK_EVENT_REPEAT : SK_EVENT_DELIVER;
    return sk_db_event(store, t->id, event, &details, false, error);
}

bool
sk_store_delivered(SkStore *self, const char *id, const char *account, GError **error)
{
    self->why = "";
    if (!sk_db_is_account(account))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not an account's name");
    Token t = { .id = id, .account = account };
    return sk_db_do(self, delivered_work, &t, error);
}

static bool
examined_work(SkStore *store, void *data, GError **error)
{
    const Token *t = data;
    const SkEventDetails details = { .actor = t->account };
    return sk_db_event(store, t->id, SK_EVENT_EXAMINE, &details, false, error);
}

bool
sk_store_examined(SkStore *self, const char *id, const char *account, GError **error)
{
    self->why = "";
    Token t = { .id = id, .account = account };
    return sk_db_do(self, examined_work, &t, error);
}
