/* SPDX-License-Identifier: Apache-2.0
 * schema-session.c - version 2 of the database, a part: what a session is bound to, and the
 * terminals that people have signed in from. Whoever was signed in when the program was replaced
 * signs in again: what a session is bound to now was not known then. */
#include "store/schema.h"

const char sk_schema_session[] =
    "DROP TABLE sessions;"
    "CREATE TABLE sessions ("
    "  id TEXT PRIMARY KEY,"
    /* Of the token; NULL once it has ended: the row stays for a while as what happened. */
    "  hash BLOB UNIQUE,"
    "  account TEXT NOT NULL REFERENCES accounts (name),"
    "  csrf TEXT NOT NULL,"
    "  boot TEXT NOT NULL,"
    "  idle INTEGER NOT NULL,"
    "  idle_until INTEGER NOT NULL,"
    "  end_until INTEGER NOT NULL,"
    "  raised_until INTEGER NOT NULL,"
    "  enrolling INTEGER NOT NULL,"
    "  since INTEGER NOT NULL,"
    "  seen INTEGER NOT NULL,"
    "  ended INTEGER NOT NULL DEFAULT 0,"
    "  address TEXT NOT NULL,"
    "  label TEXT NOT NULL,"
    "  terminal TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX sessions_live ON sessions (account) WHERE hash IS NOT NULL;"
    "CREATE INDEX sessions_account ON sessions (account, since, id);"
    "CREATE INDEX sessions_ended ON sessions (ended) WHERE ended > 0;"

    /* A browser that somebody has signed in with; and who. */
    "CREATE TABLE terminals ("
    "  id TEXT PRIMARY KEY,"
    "  hash BLOB NOT NULL UNIQUE,"
    "  seen INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE terminal_accounts ("
    "  account TEXT NOT NULL REFERENCES accounts (name),"
    "  terminal TEXT NOT NULL,"
    "  seen INTEGER NOT NULL,"
    "  PRIMARY KEY (account, terminal)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX terminal_accounts_seen ON terminal_accounts (seen);";
