/* SPDX-License-Identifier: Apache-2.0
 * account.c - contract in account.h: the accounts themselves. */
#include "store/account.h"

#include "base/uuid.h"
#include "store/db.h"
#include "store/factor-rows.h"
#include "store/signin-attempt.h"
#include "store/organisation.h"
#include "store/person.h"

#include <sodium.h>
#include <string.h>

#define LABEL_MAX 100u
#define ARGON_MEMORY (64u << 20)
#define ARGON_PASSES 3u

static const char *const role_names[SK_ROLE_COUNT] = {
    "", "staff", "section-head", "security-manager", "auditor", "administrator"
};

const char *
sk_role_name(SkRole role)
{
    g_assert((unsigned)role < SK_ROLE_COUNT);
    return role_names[role];
}

SkRole
sk_role_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_ROLE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return (SkRole)i;
    return (SkRole)0;
}

void
sk_account_free(SkAccount *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->label);
    g_free(self->section);
    g_free(self->kana);
    g_free(self->number);
    g_free(self->mail);
    g_free(self->source);
    g_clear_pointer(&self->heads, g_ptr_array_unref);
    g_free(self);
}

bool
sk_account_name_is(const char *name)
{
    return sk_db_is_account(name);
}

bool
sk_account_is_elsewhere(const SkAccount *account, bool directory)
{
    return directory && account->role != SK_ROLE_ADMINISTRATOR && strcmp(account->source, "ldap") == 0;
}

bool
sk_account_is_enrolled(const SkAccount *account, bool directory)
{
    return account->enrolled || sk_account_is_elsewhere(account, directory);
}

bool
sk_password_is(const char *password)
{
    size_t n = strlen(password);
    return n <= SK_PASSWORD_MAX && g_utf8_validate(password, (gssize)n, NULL) &&
           g_utf8_strlen(password, -1) >= (glong)SK_PASSWORD_MIN;
}

char *
sk_password_hash(const char *password, GError **error)
{
    char out[crypto_pwhash_STRBYTES];
    if (!sk_password_is(password)) {
        g_set_error(error, SK_ERROR, SK_ERROR_MALFORMED,
                    "password: %u characters at least, %u bytes at most", SK_PASSWORD_MIN,
                    SK_PASSWORD_MAX);
        return NULL;
    }
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(out, password, strlen(password), ARGON_PASSES, ARGON_MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        g_set_error(error, SK_ERROR, SK_ERROR_LIMIT, "password: not enough memory to hash it");
        return NULL;
    }
    return g_strdup(out);
}

/* ---- rows ---- */

#define ACCOUNT_COLUMNS                                                                            \
    "name, label, role, section, locked, created, kana, number, mail, source, joins, leaves, "     \
    "password <> ''"

static SkAccount *
read_account(SkSql *q, int today)
{
    SkAccount *a = g_new0(SkAccount, 1);
    a->name = sk_sql_get_text(q, 0);
    a->label = sk_sql_get_text(q, 1);
    a->role = sk_role_lookup(sk_sql_peek_text(q, 2));
    a->section = sk_sql_get_text(q, 3);
    a->created = sk_sql_get_int(q, 5);
    a->kana = sk_sql_get_text(q, 6);
    a->number = sk_sql_get_text(q, 7);
    a->mail = sk_sql_get_text(q, 8);
    a->source = sk_sql_get_text(q, 9);
    a->joins = (int)sk_sql_get_int(q, 10);
    a->leaves = (int)sk_sql_get_int(q, 11);
    a->enrolled = sk_sql_get_int(q, 12) != 0;
    a->locked = sk_sql_get_int(q, 4) != 0 || a->joins > today || (a->leaves > 0 && a->leaves < today);
    return a;
}

bool
sk_account_read(SkStore *store, const char *name, SkAccount **ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE name = ?");
    bool row = false;
    sk_sql_text(q, name);
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "account-unknown");
    *ret = read_account(q, sk_organisation_today(store));
    sk_sql_done(q);
    return true;
}

bool
sk_account_get(SkStore *self, const char *name, SkAccount **ret, GError **error)
{
    self->why = "";
    return sk_account_read(self, name, ret, error);
}

static void
free_account(void *account)
{
    sk_account_free(account);
}

static bool
collect_accounts(SkStore *self, SkSql *q, GPtrArray *out, GError **error)
{
    bool row = false;
    int today = sk_organisation_today(self);

    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        g_ptr_array_add(out, read_account(q, today));
    }
    return false;
}

bool
sk_account_list(SkStore *self, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_account);

    self->why = "";
    if (!collect_accounts(
            self, sk_sql(self, "SELECT " ACCOUNT_COLUMNS " FROM accounts ORDER BY name"), out,
            error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_account_page(SkStore *self, const char *cursor, unsigned limit, GPtrArray **ret, char **ret_next,
                GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_account);

    self->why = "";
    limit = CLAMP(limit, 1, SK_LIST_LIMIT_MAX);
    if (cursor != NULL && !sk_db_is_account(cursor))
        return sk_throw(error, SK_ERROR_MALFORMED, "accounts: no cursor");
    SkSql *q = sk_sql(self, "SELECT " ACCOUNT_COLUMNS
                            " FROM accounts WHERE name > ? ORDER BY name LIMIT ?");
    sk_sql_text(q, cursor);
    sk_sql_int(q, limit + 1);
    if (!collect_accounts(self, q, out, error))
        return false;
    *ret_next = NULL;
    if (out->len > limit) {
        g_ptr_array_set_size(out, (int)limit);
        *ret_next = g_strdup(((SkAccount *)g_ptr_array_index(out, limit - 1))->name);
    }
    *ret = g_steal_pointer(&out);
    return true;
}

/* ---- changes ---- */

typedef struct {
    const SkAccount *account; /* of add */
    const char *name;
    const char *password_hash;
    const char *actor;
} Change;

bool
sk_account_act(SkStore *store, const char *act_name, const char *name, const char *actor,
               SkRole role, GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    SkActRow act = { .act = act_name, .actor = actor, .detail = name };

    sk_random(salt, sizeof salt);
    sk_leaf_hidden(leaf, "account", salt, name);
    if (role != 0)
        sk_leaf_string(leaf, "role", sk_role_name(role));
    return sk_db_act(store, &act, leaf, NULL, NULL, error);
}

bool
sk_account_insert(SkStore *store, const SkAccount *a, const char *password_hash, const char *actor,
                  GError **error)
{
    int64_t there = 0;
    int64_t now = sk_db_now(store, error);
    SkSql *q = sk_sql(store, "SELECT EXISTS (SELECT 1 FROM accounts WHERE name = ?)");
    sk_sql_text(q, a->name);
    if (now < 0 || !sk_sql_one_int(q, 1, &there, error))
        return false;
    if (there != 0)
        return sk_db_refuse(store, error, SK_ERROR_LIMIT, "account-exists");
    g_autofree char *sort = sk_person_sort(a);
    g_autofree char *search = sk_person_search(a);
    q = sk_sql(store, "INSERT INTO accounts (name, label, role, section, password, created, kana, "
                      "number, mail, source, joins, leaves, sort, search, password_set) VALUES "
                      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sk_sql_text(q, a->name);
    sk_sql_text(q, a->label);
    sk_sql_text(q, sk_role_name(a->role));
    sk_sql_text(q, a->section);
    sk_sql_text(q, password_hash);
    sk_sql_int(q, now);
    sk_sql_text(q, a->kana);
    sk_sql_text(q, a->number);
    sk_sql_text(q, a->mail);
    sk_sql_text(q, a->source == NULL ? "local" : a->source);
    sk_sql_int(q, a->joins);
    sk_sql_int(q, a->leaves);
    sk_sql_text(q, sort);
    sk_sql_text(q, search);
    sk_sql_int(q, *password_hash == '\0' ? 0 : now);
    return sk_sql_run(q, error) && sk_account_act(store, "account-added", a->name, actor, a->role, error);
}

static bool
add_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    return sk_account_insert(store, c->account, c->password_hash, c->actor, error);
}

bool
sk_account_add(SkStore *self, const SkAccount *account, const char *password_hash,
               const char *actor, GError **error)
{
    self->why = "";
    if (!sk_db_is_account(account->name) || account->role <= 0 || account->role >= SK_ROLE_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "account: not an account's name, or no such role");
    if (account->label == NULL || *account->label == '\0' ||
        !sk_db_is_text(account->label, LABEL_MAX) || !sk_db_is_text(account->section, LABEL_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "account: label or section is not plain text");
    Change c = {
        .account = account, .name = account->name, .password_hash = password_hash, .actor = actor
    };
    return sk_db_do(self, add_work, &c, error);
}

static bool
set_locked(SkStore *store, const Change *c, bool locked, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE accounts SET locked = ? WHERE name = ?");
    sk_sql_int(q, locked);
    sk_sql_text(q, c->name);
    return sk_sql_run(q, error);
}

static bool
lock_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    g_autoptr(SkAccount) account = NULL;

    if (!sk_account_read(store, c->name, &account, error))
        return false;
    if (account->role == SK_ROLE_ADMINISTRATOR &&
        !sk_account_last_administrator(store, c->name, error))
        return false;
    return set_locked(store, c, true, error) && sk_session_end_every(store, c->name, NULL, error) &&
           sk_account_act(store, "account-locked", c->name, c->actor, 0, error);
}

bool
sk_account_lock(SkStore *self, const char *name, const char *actor, GError **error)
{
    Change c = { .name = name, .actor = actor };
    return sk_db_do(self, lock_work, &c, error);
}

static bool
unlock_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    g_autoptr(SkAccount) account = NULL;

    return sk_account_read(store, c->name, &account, error) && set_locked(store, c, false, error) &&
           sk_signin_forget(store, c->name, error) &&
           sk_account_act(store, "account-unlocked", c->name, c->actor, 0, error);
}

bool
sk_account_unlock(SkStore *self, const char *name, const char *actor, GError **error)
{
    Change c = { .name = name, .actor = actor };
    return sk_db_do(self, unlock_work, &c, error);
}

static bool
password_work(SkStore *store, void *data, GError **error)
{
    const Change *c = data;
    g_autoptr(SkAccount) account = NULL;

    if (!sk_account_read(store, c->name, &account, error))
        return false;
    return sk_password_write(store, c->name, c->password_hash, c->actor, error) &&
           sk_session_end_every(store, c->name, NULL, error) &&
           sk_tickets_end(store, c->name, error) && sk_signin_forget(store, c->name, error);
}

bool
sk_account_set_password(SkStore *self, const char *name, const char *password_hash,
                        const char *actor, GError **error)
{
    Change c = { .name = name, .password_hash = password_hash, .actor = actor };
    return sk_db_do(self, password_work, &c, error);
}
