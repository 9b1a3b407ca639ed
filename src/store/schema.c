/* SPDX-License-Identifier: Apache-2.0
 * schema.c - the database's shape, as numbered migrations that only go forward (parts:
 * schema.h). */
#include "store/schema.h"

#include "store/db.h"

#define APPLICATION_ID 0x536b736f /* "Skso" */

#define PARTS_MAX 8u

static const char *const migrations[][PARTS_MAX] = {
    { sk_schema_checkpoint },
    { sk_schema_organisation, sk_schema_factor, sk_schema_session, sk_schema_approval,
      sk_schema_notice, sk_schema_proposal },
    { sk_schema_scan },
    { sk_schema_mail },
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
        for (size_t part = 0; part < PARTS_MAX && migrations[i][part] != NULL; part++)
            if (!exec(db, migrations[i][part], error))
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
