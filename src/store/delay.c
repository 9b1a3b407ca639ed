/* SPDX-License-Identifier: Apache-2.0
 * delay.c - contract in delay.h. A key that is not of a typed name begins with NUL, which no typed
 * name holds. */
#include "store/delay.h"

#include "store/db.h"
#include "store/terminal.h"

#include <string.h>

#define DOUBLINGS_MAX 16
#define FORGET_AFTER (INT64_C(24) * 3600 * G_USEC_PER_SEC)

static SkHash
key_of(const char *kind, const char *first, const char *second)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const char *const parts[] = { "", kind, first, second };
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) /* each with its NUL */
        g_byte_array_append(bytes, (const uint8_t *)parts[i], (guint)strlen(parts[i]) + 1);
    return sk_hash_sha256(sk_span(bytes->data, bytes->len));
}

bool
sk_delay_keys(SkStore *store, const char *name, const SkClient *client, SkDelayKeys *ret,
              GError **error)
{
    g_autofree char *terminal = NULL;
    SkDelayKeys keys = { .account = sk_hash_sha256(sk_span_str(name)) };

    if (client != NULL && !sk_terminal_known(store, client->terminal, name, &terminal, error))
        return false;
    if (terminal != NULL) {
        keys.known = true;
        keys.account = key_of("terminal", terminal, name);
    } else if (client != NULL && client->network != NULL && client->network[0] != '\0') {
        keys.has_address = true;
        keys.address = key_of("address", client->network, "");
    }
    *ret = keys;
    return true;
}

typedef struct {
    int64_t failed;
    int64_t until;
    int64_t forget;
} Row;

/* All 0 where there is none, or none of this boot. */
static bool
read_row(SkStore *store, const SkHash *key, Row *ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT failed, boot, until, forget FROM delays WHERE name = ?");
    bool row = false;

    *ret = (Row){ 0 };
    sk_sql_blob(q, sk_span(key->b, sizeof key->b));
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return true;
    if (!sk_db_is_due(store, sk_sql_peek_text(q, 1), sk_sql_get_int(q, 3)))
        *ret = (Row){ .failed = sk_sql_get_int(q, 0),
                      .until = sk_sql_get_int(q, 2),
                      .forget = sk_sql_get_int(q, 3) };
    sk_sql_done(q);
    return true;
}

static bool
write_row(SkStore *store, const SkHash *key, const Row *row, GError **error)
{
    SkSql *q = sk_sql(
        store,
        "INSERT OR REPLACE INTO delays (name, failed, boot, until, forget) VALUES (?, ?, ?, ?, ?)");
    sk_sql_blob(q, sk_span(key->b, sizeof key->b));
    sk_sql_int(q, row->failed);
    sk_sql_text(q, store->boot);
    sk_sql_int(q, row->until);
    sk_sql_int(q, row->forget);
    return sk_sql_run(q, error);
}

bool
sk_delay_read(SkStore *store, const SkDelayKeys *keys, int64_t *ret_wait, GError **error)
{
    Row account = { 0 };
    Row address = { 0 };

    if ((!keys->paid && !read_row(store, &keys->account, &account, error)) ||
        (keys->has_address && !read_row(store, &keys->address, &address, error)))
        return false;
    *ret_wait = MAX(MAX(account.until, address.until) - sk_db_boot_now(store), 0);
    return true;
}

bool
sk_delay_repay(SkStore *store, SkDelayKeys *keys, GError **error)
{
    Row row;

    if (!keys->paid)
        return true;
    keys->paid = false;
    if (!read_row(store, &keys->account, &row, error))
        return false;
    if (row.failed == 0) /* cleared meanwhile */
        return true;
    row.failed--;
    row.until = 0; /* this try may have begun it; whoever knows the password need not wait */
    return write_row(store, &keys->account, &row, error);
}

static int64_t
account_delay(int64_t failed)
{
    if (failed < SK_SIGNIN_FREE_FAILURES)
        return 0;
    int64_t doublings = MIN(failed - SK_SIGNIN_FREE_FAILURES, DOUBLINGS_MAX);
    return MIN(SK_SIGNIN_DELAY_FIRST << doublings, SK_SIGNIN_DELAY_MAX);
}

static bool
fail_account(SkStore *store, const SkHash *key, int64_t now, int64_t *ret_wait, GError **error)
{
    Row row;
    if (!read_row(store, key, &row, error))
        return false;
    row.failed++;
    *ret_wait = account_delay(row.failed);
    row.until = now + *ret_wait;
    row.forget = row.until + FORGET_AFTER;
    return write_row(store, key, &row, error);
}

bool
sk_delay_pay(SkStore *store, SkDelayKeys *keys, GError **error)
{
    int64_t wait = 0;
    keys->paid = true;
    return fail_account(store, &keys->account, sk_db_boot_now(store), &wait, error);
}

/* What is left of the wait that was paid for before. */
static bool
read_paid(SkStore *store, const SkHash *key, int64_t now, int64_t *ret_wait, GError **error)
{
    Row row;
    if (!read_row(store, key, &row, error))
        return false;
    *ret_wait = MAX(row.until - now, 0);
    return true;
}

/* One failure more in a count that forgets one each @leak: the level is kept as the time at which
 * the last of them will have been forgotten. */
static int64_t
raise_level(Row *row, int64_t now, int64_t leak)
{
    row->failed++;
    row->forget = MAX(row->forget, now) + leak;
    return (row->forget - now + leak - 1) / leak;
}

static bool
fail_address(SkStore *store, const SkHash *key, int64_t now, int64_t *ret_wait, GError **error)
{
    Row row;
    if (!read_row(store, key, &row, error))
        return false;
    int64_t over = raise_level(&row, now, SK_DELAY_ADDRESS_LEAK) - SK_DELAY_ADDRESS_FREE;
    *ret_wait = over <= 0 ? 0
                          : MIN(SK_DELAY_ADDRESS_FIRST << MIN(over - 1, DOUBLINGS_MAX),
                                SK_DELAY_ADDRESS_MAX);
    row.until = now + *ret_wait;
    return write_row(store, key, &row, error);
}

/* `until`: when it may be told again. */
static bool
fail_station(SkStore *store, int64_t now, bool *ret_spraying, GError **error)
{
    SkHash key = key_of("station", "", "");
    Row row;
    if (!read_row(store, &key, &row, error))
        return false;
    int64_t level = raise_level(&row, now, SK_DELAY_STATION_LEAK);
    *ret_spraying = level > SK_DELAY_STATION_FREE && row.until <= now;
    if (*ret_spraying)
        row.until = now + SK_DELAY_STATION_TELL;
    return write_row(store, &key, &row, error);
}

bool
sk_delay_tell(SkStore *store, const char *kind, bool *ret, GError **error)
{
    SkHash key = key_of("tell", kind, "");
    int64_t now = sk_db_boot_now(store);
    Row row;
    if (!read_row(store, &key, &row, error))
        return false;
    *ret = raise_level(&row, now, SK_DELAY_STATION_LEAK) <= SK_DELAY_STATION_FREE;
    return !*ret || write_row(store, &key, &row, error);
}

bool
sk_delay_fail(SkStore *store, const SkDelayKeys *keys, int64_t *ret_wait, bool *ret_spraying,
              GError **error)
{
    int64_t now = sk_db_boot_now(store);
    int64_t account = 0;
    int64_t address = 0;

    *ret_spraying = false;
    bool counted = keys->paid ? read_paid(store, &keys->account, now, &account, error)
                              : fail_account(store, &keys->account, now, &account, error);
    if (!counted ||
        (keys->has_address && !fail_address(store, &keys->address, now, &address, error)) ||
        (!keys->known && !fail_station(store, now, ret_spraying, error)))
        return false;
    *ret_wait = MAX(account, address);
    return true;
}

static bool
clear(SkStore *store, const SkHash *key, GError **error)
{
    SkSql *q = sk_sql(store, "DELETE FROM delays WHERE name = ?");
    sk_sql_blob(q, sk_span(key->b, sizeof key->b));
    return sk_sql_run(q, error);
}

bool
sk_delay_clear(SkStore *store, const SkDelayKeys *keys, GError **error)
{
    return clear(store, &keys->account, error);
}

/* The account's at every terminal too: an administrator has looked into it. */
bool
sk_signin_forget(SkStore *store, const char *name, GError **error)
{
    g_autoptr(GPtrArray) terminals = g_ptr_array_new_with_free_func(g_free);
    SkHash key = sk_hash_sha256(sk_span_str(name));
    bool ok = clear(store, &key, error) && sk_terminal_list(store, name, terminals, error);

    for (guint i = 0; ok && i < terminals->len; i++) {
        key = key_of("terminal", g_ptr_array_index(terminals, i), name);
        ok = clear(store, &key, error);
    }
    return ok;
}
