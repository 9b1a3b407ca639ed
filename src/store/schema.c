/* SPDX-License-Identifier: Apache-2.0
 * schema.c - the database's shape, as numbered migrations that only go forward. Deadlines that must
 * not follow the wall clock are pairs (boot, until): µs since the boot of that id. */
#include "store/db.h"

#define APPLICATION_ID 0x536b736f /* "Skso" */

static const char *const migrations[] = {
    /* 1: the first version */
    "CREATE TABLE station ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  zone TEXT NOT NULL,"
    "  version INTEGER NOT NULL,"
    "  last_time INTEGER NOT NULL,"
    "  next_leaf INTEGER NOT NULL,"
    "  sealed INTEGER NOT NULL,"
    "  sealed_root BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE crossings ("
    "  n INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  box TEXT NOT NULL CHECK (box IN ('sent', 'arrived')),"
    "  state TEXT NOT NULL,"
    "  from_zone TEXT NOT NULL,"
    "  to_zone TEXT NOT NULL,"
    "  sender TEXT NOT NULL,"
    "  recipient TEXT NOT NULL,"
    "  section TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  name_out TEXT NOT NULL DEFAULT '',"
    "  type_in TEXT NOT NULL DEFAULT '',"
    "  type_out TEXT NOT NULL DEFAULT '',"
    "  level_asked TEXT NOT NULL DEFAULT '',"
    "  level TEXT NOT NULL DEFAULT '',"
    "  bytes_in INTEGER NOT NULL,"
    "  bytes_out INTEGER NOT NULL DEFAULT 0,"
    "  class INTEGER NOT NULL,"
    "  takeout_reason TEXT NOT NULL,"
    "  reason TEXT NOT NULL DEFAULT '',"
    "  created INTEGER NOT NULL,"
    "  updated INTEGER NOT NULL,"
    "  expires INTEGER NOT NULL,"
    "  keep_original INTEGER NOT NULL,"
    "  removed INTEGER NOT NULL DEFAULT 0,"
    "  replaced INTEGER NOT NULL DEFAULT 0,"
    "  kept INTEGER NOT NULL DEFAULT 0,"
    "  findings_cut INTEGER NOT NULL DEFAULT 0,"
    "  approval TEXT NOT NULL DEFAULT '',"
    "  approved_by TEXT NOT NULL DEFAULT '',"
    "  approved_at INTEGER NOT NULL DEFAULT 0,"
    "  note TEXT NOT NULL DEFAULT '',"
    "  sha256_in TEXT NOT NULL,"
    "  sha256_out TEXT NOT NULL DEFAULT '',"
    "  object_in TEXT NOT NULL DEFAULT '',"
    "  object_out TEXT NOT NULL DEFAULT '',"
    "  policy_digest TEXT NOT NULL,"
    "  version INTEGER NOT NULL,"
    "  tries INTEGER NOT NULL DEFAULT 0,"
    "  worker TEXT NOT NULL DEFAULT '',"
    "  lease_boot TEXT NOT NULL DEFAULT '',"
    "  lease_until INTEGER NOT NULL DEFAULT 0,"
    "  offer_tries INTEGER NOT NULL DEFAULT 0,"
    "  offer_boot TEXT NOT NULL DEFAULT '',"
    "  offer_at INTEGER NOT NULL DEFAULT 0,"
    "  salt BLOB NOT NULL"
    ") STRICT;"
    /* Each list page is one of these, walked backwards from the cursor. */
    "CREATE INDEX crossings_sent ON crossings (sender, n) WHERE box = 'sent';"
    "CREATE INDEX crossings_arrived ON crossings (recipient, n) WHERE box = 'arrived';"
    "CREATE INDEX crossings_held ON crossings (section, n) WHERE state = 'held';"
    "CREATE INDEX crossings_held_any ON crossings (n) WHERE state = 'held';"
    /* What changed since: one index for all, since every index is written with every act. */
    "CREATE INDEX crossings_changed ON crossings (version);"
    /* Queues: what waits for a runner, the passage, intake. */
    "CREATE INDEX crossings_state ON crossings (box, state, n);"
    /* Housekeeping. */
    "CREATE INDEX crossings_expires ON crossings (expires) WHERE expires > 0 AND state <> "
    "'expired';"
    "CREATE INDEX crossings_original ON crossings (keep_original) WHERE keep_original > 0 AND "
    "object_in <> '';"
    "CREATE INDEX crossings_object_in ON crossings (object_in) WHERE object_in <> '';"
    "CREATE INDEX crossings_object_out ON crossings (object_out) WHERE object_out <> '';"

    "CREATE TABLE queues ("
    "  box TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  rows INTEGER NOT NULL,"
    "  PRIMARY KEY (box, state)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE findings ("
    "  crossing TEXT NOT NULL REFERENCES crossings (id),"
    "  at INTEGER NOT NULL,"
    "  element TEXT NOT NULL,"
    "  action TEXT NOT NULL,"
    "  count INTEGER NOT NULL,"
    "  place TEXT NOT NULL,"
    "  PRIMARY KEY (crossing, at)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE acts ("
    "  leaf INTEGER PRIMARY KEY,"
    "  time INTEGER NOT NULL,"
    "  act TEXT NOT NULL,"
    "  crossing TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  detail TEXT NOT NULL,"
    "  salt BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX acts_crossing ON acts (crossing, leaf) WHERE crossing <> '';"
    "CREATE INDEX acts_today ON acts (act, time);"

    "CREATE TABLE leaf_queue ("
    "  leaf INTEGER PRIMARY KEY,"
    "  entry BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE tokens ("
    "  hash BLOB PRIMARY KEY,"
    "  crossing TEXT NOT NULL,"
    "  account TEXT NOT NULL,"
    "  purpose INTEGER NOT NULL CHECK (purpose IN (1, 2)),"
    "  boot TEXT NOT NULL,"
    "  until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE accounts ("
    "  name TEXT PRIMARY KEY,"
    "  label TEXT NOT NULL,"
    "  role TEXT NOT NULL,"
    "  section TEXT NOT NULL,"
    "  password TEXT NOT NULL,"
    "  locked INTEGER NOT NULL DEFAULT 0,"
    "  created INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* Failed sign-ins by the name that was typed, whether anybody has it or not. */
    "CREATE TABLE delays ("
    "  name BLOB PRIMARY KEY,"
    "  failed INTEGER NOT NULL,"
    "  boot TEXT NOT NULL,"
    "  until INTEGER NOT NULL,"
    "  forget INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE sessions ("
    "  hash BLOB PRIMARY KEY,"
    "  account TEXT NOT NULL REFERENCES accounts (name),"
    "  csrf TEXT NOT NULL,"
    "  boot TEXT NOT NULL,"
    "  idle_until INTEGER NOT NULL,"
    "  end_until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX sessions_account ON sessions (account);",
};

static bool
exec(sqlite3 *db, const char *sql, GError **error)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return sk_throw(error, SK_ERROR_IO, "database: %s", sqlite3_errmsg(db));
}

static bool
pragma_int(sqlite3 *db, const char *sql, int64_t *ret, GError **error)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;
    if (ok)
        *ret = sqlite3_column_int64(stmt, 0);
    else
        ok = sk_throw(error, SK_ERROR_IO, "database: %s", sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    return ok;
}

/* Inside a transaction: what another process has migrated meanwhile is left alone. */
static bool
migrate_locked(sqlite3 *db, GError **error)
{
    int64_t version = 0;
    int64_t application = 0;
    int64_t tables = 0;
    if (!pragma_int(db, "PRAGMA user_version", &version, error) ||
        !pragma_int(db, "PRAGMA application_id", &application, error) ||
        !pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return false;
    if (version > (int64_t)G_N_ELEMENTS(migrations))
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "database: version %" G_GINT64_FORMAT " is newer than this program's %zu",
                        version, G_N_ELEMENTS(migrations));
    if (version < 0 || (version == 0) != (application == 0) || (version == 0 && tables > 0) ||
        (version > 0 && application != APPLICATION_ID))
        return sk_throw(error, SK_ERROR_MISMATCH, "database: not one of ours");
    for (size_t i = (size_t)version; i < G_N_ELEMENTS(migrations); i++)
        if (!exec(db, migrations[i], error))
            return false;
    if (version == (int64_t)G_N_ELEMENTS(migrations))
        return true;
    g_autofree char *stamp =
        g_strdup_printf("PRAGMA user_version = %zu; PRAGMA application_id = %d",
                        G_N_ELEMENTS(migrations), APPLICATION_ID);
    return exec(db, stamp, error);
}

/* The usual case takes no lock: whoever opens a database must not wait for whoever writes it. */
static bool
is_current(sqlite3 *db)
{
    int64_t version = 0;
    int64_t application = 0;
    return pragma_int(db, "PRAGMA user_version", &version, NULL) &&
           pragma_int(db, "PRAGMA application_id", &application, NULL) &&
           version == (int64_t)G_N_ELEMENTS(migrations) && application == APPLICATION_ID;
}

bool
sk_db_migrate(sqlite3 *db, GError **error)
{
    if (is_current(db))
        return true;
    if (!exec(db, "BEGIN IMMEDIATE", error))
        return false;
    if (migrate_locked(db, error) && exec(db, "COMMIT", error))
        return true;
    if (sqlite3_get_autocommit(db) == 0)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}
