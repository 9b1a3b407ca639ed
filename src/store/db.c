/* SPDX-License-Identifier: Apache-2.0
 * db.c - contract in db.h: the connection, statements, transactions, time. */
#include "store/db.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#define BUSY_MS 5000
#define ZONE_MAX 64u

/* ---- statements ---- */

static bool
throw_db(SkStore *store, GError **error)
{
    return sk_throw(error, SK_ERROR_IO, "database: %s", sqlite3_errmsg(store->db));
}

static void
sql_free(void *data)
{
    SkSql *q = data;
    sqlite3_finalize(q->stmt);
    g_free(q);
}

SkSql *
sk_sql(SkStore *store, const char *sql)
{
    SkSql *q = g_hash_table_lookup(store->statements, sql);
    if (q == NULL) {
        q = g_new0(SkSql, 1);
        q->store = store;
        q->sql = sql;
        g_hash_table_insert(store->statements, (void *)(uintptr_t)sql, q);
    }
    if (q->stmt == NULL) {
        q->failed =
            sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
        if (q->failed == SQLITE_ERROR) /* our own words: a test finds it at once */
            g_error("store: %s in: %s", sqlite3_errmsg(store->db), sql);
    } else {
        sqlite3_reset(q->stmt);
        sqlite3_clear_bindings(q->stmt);
        q->failed = SQLITE_OK;
    }
    q->at = 0;
    return q;
}

static void
note(SkSql *q, int code)
{
    if (q->failed == SQLITE_OK)
        q->failed = code;
}

void
sk_sql_text(SkSql *q, const char *value)
{
    note(q, sqlite3_bind_text(q->stmt, ++q->at, value == NULL ? "" : value, -1, SQLITE_TRANSIENT));
}

void
sk_sql_int(SkSql *q, int64_t value)
{
    note(q, sqlite3_bind_int64(q->stmt, ++q->at, value));
}

void
sk_sql_blob(SkSql *q, SkSpan value)
{
    note(q, sqlite3_bind_blob64(q->stmt, ++q->at, value.p, value.n, SQLITE_TRANSIENT));
}

static int
step(SkSql *q)
{
    SkStore *store = q->store;
    if (q->failed != SQLITE_OK)
        return q->failed;
    if (store->hooks.step != NULL && sqlite3_stmt_readonly(q->stmt) == 0)
        store->hooks.step(store->step++, store->hooks.data);
    return sqlite3_step(q->stmt);
}

bool
sk_sql_run(SkSql *q, GError **error)
{
    int code = step(q);
    g_assert(code != SQLITE_ROW);
    if (code != SQLITE_DONE) {
        throw_db(q->store, error);
        sk_sql_done(q);
        return false;
    }
    sqlite3_reset(q->stmt);
    return true;
}

bool
sk_sql_next(SkSql *q, bool *ret_row, GError **error)
{
    int code = step(q);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        throw_db(q->store, error);
        sk_sql_done(q);
        return false;
    }
    *ret_row = code == SQLITE_ROW;
    if (code == SQLITE_DONE)
        sqlite3_reset(q->stmt);
    return true;
}

void
sk_sql_done(SkSql *q)
{
    if (q != NULL && q->stmt != NULL)
        sqlite3_reset(q->stmt);
}

bool
sk_sql_one_int(SkSql *q, int64_t otherwise, int64_t *ret, GError **error)
{
    bool row = false;
    if (!sk_sql_next(q, &row, error))
        return false;
    int64_t value = row ? sk_sql_get_int(q, 0) : otherwise;
    /* RETURNING gives its row before the statement has ended: walk it out, so that it is really
     * done. */
    while (row)
        if (!sk_sql_next(q, &row, error))
            return false;
    *ret = value;
    return true;
}

const char *
sk_sql_peek_text(SkSql *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->stmt, column);
    return text == NULL ? "" : text;
}

bool
sk_sql_collect_text(SkSql *q, GPtrArray *out, GError **error)
{
    bool row = false;
    while (sk_sql_next(q, &row, error)) {
        if (!row)
            return true;
        g_ptr_array_add(out, sk_sql_get_text(q, 0));
    }
    return false;
}

char *
sk_sql_get_text(SkSql *q, int column)
{
    return g_strdup(sk_sql_peek_text(q, column));
}

int64_t
sk_sql_get_int(SkSql *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

SkSpan
sk_sql_get_blob(SkSql *q, int column)
{
    const void *p = sqlite3_column_blob(q->stmt, column);
    return sk_span(p, (size_t)sqlite3_column_bytes(q->stmt, column));
}

int
sk_sql_changes(const SkStore *store)
{
    return sqlite3_changes(store->db);
}

/* ---- transactions ---- */

bool
sk_db_do(SkStore *store, SkDbWork work, void *data, GError **error)
{
    store->why = "";
    if (!sk_sql_run(sk_sql(store, "BEGIN IMMEDIATE"), error))
        return false;
    g_ptr_array_set_size(store->pending, 0);
    if ((store->right.holds == NULL || store->right.holds(store, store->right.data, error)) &&
        work(store, data, error) && sk_notice_derive(store, error) && sk_sql_run(sk_sql(store, "COMMIT"), error)) {
        if (store->hooks.step != NULL)
            store->hooks.step(store->step++, store->hooks.data);
        return true;
    }
    /* A full disk may have rolled back already. */
    if (sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

/* ---- opening ---- */

static const char *const settings[] = {
    "PRAGMA synchronous = FULL",   "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF", "PRAGMA secure_delete = ON", /* what is blanked is overwritten */
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
    /* 16 MB: an act writes many pages, and each checkpoint syncs twice. */
    "PRAGMA wal_autocheckpoint = 4000",
};

static bool
configure(sqlite3 *db, GError **error)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);

    sqlite3_stmt *stmt = NULL;
    bool wal = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &stmt, NULL) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_ROW &&
               strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    sqlite3_finalize(stmt);
    if (!wal)
        return sk_throw(error, SK_ERROR_IO, "database: no write-ahead log: %s", sqlite3_errmsg(db));
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        if (sqlite3_exec(db, settings[i], NULL, NULL, NULL) != SQLITE_OK)
            return sk_throw(error, SK_ERROR_IO, "database: %s", sqlite3_errmsg(db));
    return true;
}

sqlite3 *
sk_db_open(const char *path, bool create, GError **error)
{
    if (create) { /* SQLite would make it readable by all; its other files take over this mode */
        sk_autofd fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) {
            sk_error_set_errno(error, path);
            return NULL;
        }
    }
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        g_set_error(error, SK_ERROR, SK_ERROR_IO, "database: %s: %s", path, sqlite3_errstr(code));
        sqlite3_close(db);
        return NULL;
    }
    if (!configure(db, error)) {
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

static SkStore *
store_new(sqlite3 *db)
{
    SkStore *self = g_new0(SkStore, 1);
    self->db = db;
    self->why = "";
    self->policy = g_strdup("");
    self->pending = sk_notice_pending_new();
    self->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, sql_free);
    g_autoptr(GBytes) boot = NULL;
    if (sk_io_read_file("/proc/sys/kernel/random/boot_id", 64, &boot, NULL))
        self->boot = g_strstrip(sk_span_dup(sk_span_bytes(boot)));
    else
        self->boot = g_strdup(
            "-"); /* no /proc: deadlines then outlive a reboot by their own length at most */
    return self;
}

static bool
load_zone(SkStore *self, GError **error)
{
    SkSql *q = sk_sql(self, "SELECT zone FROM station");
    bool row = false;
    if (!sk_sql_next(q, &row, error))
        return false;
    if (!row)
        return sk_throw(error, SK_ERROR_MISMATCH, "database: names no zone; it was not set up");
    self->zone = sk_sql_get_text(q, 0);
    sk_sql_done(q);
    return true;
}

static bool
name_zone(SkStore *store, void *data, GError **error)
{
    SkSql *q = sk_sql(
        store, "INSERT OR IGNORE INTO station (one, zone, version, last_time, next_leaf, sealed, "
               "sealed_root) VALUES (1, ?, 1, 0, 0, 0, x'')");
    sk_sql_text(q, data);
    return sk_sql_run(q, error);
}

bool
sk_store_setup(const char *path, const char *vault, const char *zone, GError **error)
{
    if (!sk_db_is_zone(zone))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a zone's name");
    sqlite3 *db = sk_db_open(path, true, error);
    if (db == NULL)
        return false;
    g_autoptr(SkStore) self = store_new(db);
    g_autofree char *name = g_strdup(zone);
    if (!sk_db_migrate(db, error) || !sk_db_do(self, name_zone, name, error) ||
        !load_zone(self, error))
        return false;
    if (strcmp(self->zone, zone) != 0)
        return sk_throw(error, SK_ERROR_MISMATCH, "database: belongs to zone %s", self->zone);
    return vault == NULL || sk_vault_setup(vault, error);
}

SkStore *
sk_store_open(const char *path, const char *vault, GError **error)
{
    sqlite3 *db = sk_db_open(path, false, error);
    if (db == NULL)
        return NULL;
    g_autoptr(SkStore) self = store_new(db);
    if (!sk_db_migrate(db, error) || !load_zone(self, error) || !sk_adoption_remember(self, error))
        return NULL;
    if (vault != NULL) {
        self->vault = sk_vault_open(vault, error);
        if (self->vault == NULL)
            return NULL;
    }
    return g_steal_pointer(&self);
}

void
sk_store_close(SkStore *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->statements);
    int code = sqlite3_close(self->db);
    g_assert(code == SQLITE_OK); /* no statement is left out of the table */
    sk_vault_close(self->vault);
    g_free(self->zone);
    g_free(self->policy);
    g_ptr_array_unref(self->pending);
    g_free(self->boot);
    g_free(self);
}

const char *
sk_store_zone(const SkStore *self)
{
    return self->zone;
}

SkVault *
sk_store_vault(const SkStore *self)
{
    return self->vault;
}

const char *
sk_store_why(const SkStore *self)
{
    return self->why;
}

void
sk_store_set_command_line(SkStore *self)
{
    self->command_line = true;
}

void
sk_store_set_right(SkStore *self, const SkStoreRight *right)
{
    self->right = right == NULL ? (SkStoreRight){ 0 } : *right;
}

bool
sk_store_refuse(SkStore *self, const char *code, GError **error)
{
    return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, code);
}

void
sk_store_set_hooks(SkStore *self, const SkStoreHooks *hooks)
{
    self->hooks = hooks == NULL ? (SkStoreHooks){ 0 } : *hooks;
    self->step = 0;
}

int64_t
sk_store_version(SkStore *self, GError **error)
{
    int64_t version = -1;
    return sk_sql_one_int(sk_sql(self, "SELECT version FROM station"), -1, &version, error)
               ? version
               : -1;
}

/* ---- time ---- */

int64_t
sk_db_wall(const SkStore *store)
{
    return store->hooks.wall != NULL ? store->hooks.wall(store->hooks.data) : sk_clock_now();
}

int64_t
sk_db_now(SkStore *store, GError **error)
{
    int64_t last = 0;
    if (!sk_sql_one_int(sk_sql(store, "SELECT last_time FROM station"), 0, &last, error))
        return -1;
    return MAX(last, sk_db_wall(store));
}

int64_t
sk_db_boot_now(SkStore *store)
{
    if (store->hooks.boot != NULL)
        return store->hooks.boot(store->hooks.data);
    struct timespec ts;
    int code = clock_gettime(CLOCK_BOOTTIME, &ts);
    g_assert(code == 0);
    return (int64_t)ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}

bool
sk_db_is_due(SkStore *store, const char *boot, int64_t until)
{
    return strcmp(boot, store->boot) != 0 || until <= sk_db_boot_now(store);
}

/* ---- checks ---- */

bool
sk_db_is_hex(const char *s, size_t digits)
{
    if (s == NULL || strlen(s) != digits)
        return false;
    return strspn(s, "0123456789abcdef") == digits;
}

bool
sk_db_is_text(const char *s, size_t max)
{
    return s == NULL || sk_text_is_plain(sk_span_str(s), max);
}

bool
sk_db_cursor(const char *cursor, int64_t *ret, GError **error)
{
    guint64 value = 0;
    if (cursor == NULL)
        return true;
    if (!g_ascii_string_to_unsigned(cursor, 10, 0, G_MAXINT64, &value, NULL))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a cursor");
    *ret = (int64_t)value;
    return true;
}

bool
sk_db_is_account(const char *s)
{
    size_t n = s == NULL ? 0 : strlen(s);
    /* The passage carries no other kind of word (sk_handover_is_word). */
    return n >= 1 && n <= 64 && g_ascii_isalnum(s[0]) &&
           strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool
sk_db_is_zone(const char *s)
{
    size_t n = s == NULL ? 0 : strlen(s);
    return n >= 1 && n <= ZONE_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}
