/* SPDX-License-Identifier: Apache-2.0
 * terminal.c - contract in terminal.h. */
#include "store/terminal.h"

#include "base/uuid.h"
#include "seal/merkle.h"
#include "store/db.h"

#define COOKIE_BYTES 32u

static bool
lookup(SkStore *store, const char *cookie, char **ret, GError **error)
{
    bool row = false;

    if (!sk_db_is_hex(cookie, 2 * (size_t)COOKIE_BYTES))
        return true;
    SkHash hash = sk_hash_sha256(sk_span_str(cookie));
    SkSql *q = sk_sql(store, "SELECT id FROM terminals WHERE hash = ?");
    sk_sql_blob(q, sk_span(hash.b, sizeof hash.b));
    if (!sk_sql_next(q, &row, error))
        return false;
    if (row)
        *ret = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    return true;
}

bool
sk_terminal_known(SkStore *store, const char *cookie, const char *account, char **ret,
                  GError **error)
{
    g_autofree char *id = NULL;
    int64_t known = 0;

    if (!lookup(store, cookie, &id, error))
        return false;
    if (id == NULL)
        return true;
    SkSql *q =
        sk_sql(store, "SELECT count(*) FROM terminal_accounts WHERE account = ? AND terminal = ?");
    sk_sql_text(q, account);
    sk_sql_text(q, id);
    if (!sk_sql_one_int(q, 0, &known, error))
        return false;
    if (known != 0)
        *ret = g_steal_pointer(&id);
    return true;
}

static bool
insert(SkStore *store, const char *id, const char *cookie, int64_t now, GError **error)
{
    SkHash hash = sk_hash_sha256(sk_span_str(cookie));
    SkSql *q = sk_sql(store, "INSERT INTO terminals (id, hash, seen) VALUES (?, ?, ?)");
    sk_sql_text(q, id);
    sk_sql_blob(q, sk_span(hash.b, sizeof hash.b));
    sk_sql_int(q, now);
    return sk_sql_run(q, error);
}

static bool
seen(SkStore *store, const char *id, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE terminals SET seen = ? WHERE id = ?");
    sk_sql_int(q, now);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

bool
sk_terminal_remember(SkStore *store, const char *cookie, const char *account, int64_t now,
                     char **ret_id, char **ret_cookie, GError **error)
{
    g_autofree char *id = NULL;
    g_autofree char *kept = NULL;

    if (!lookup(store, cookie, &id, error))
        return false;
    if (id != NULL) {
        kept = g_strdup(cookie);
        if (!seen(store, id, now, error))
            return false;
    } else { /* a value that is not ours is not taken over: somebody may have planted it */
        uint8_t random[COOKIE_BYTES];
        sk_random(random, sizeof random);
        kept = sk_hex(sk_span(random, sizeof random));
        id = sk_uuid_new();
        if (!insert(store, id, kept, now, error))
            return false;
    }
    SkSql *q = sk_sql(store, "INSERT OR REPLACE INTO terminal_accounts (account, terminal, seen) "
                             "VALUES (?, ?, ?)");
    sk_sql_text(q, account);
    sk_sql_text(q, id);
    sk_sql_int(q, now);
    if (!sk_sql_run(q, error))
        return false;
    *ret_id = g_steal_pointer(&id);
    *ret_cookie = g_steal_pointer(&kept);
    return true;
}

bool
sk_terminal_list(SkStore *store, const char *account, GPtrArray *out, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT terminal FROM terminal_accounts WHERE account = ?");
    sk_sql_text(q, account);
    return sk_sql_collect_text(q, out, error);
}

bool
sk_terminal_sweep(SkStore *store, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM terminals WHERE seen <= ?");
    sk_sql_int(q, now - SK_TERMINAL_KEPT);
    if (!sk_sql_run(q, error))
        return false;
    q = sk_sql(store, "DELETE FROM terminal_accounts WHERE seen <= ?");
    sk_sql_int(q, now - SK_TERMINAL_KEPT);
    return sk_sql_run(q, error);
}
