/* SPDX-License-Identifier: Apache-2.0
 * schema-factor.c - version 2 of the database, a part: second factors, recovery codes, tickets,
 * enrolment, the sealed envelope, drafts of incidents. */
#include "store/schema.h"

const char sk_schema_factor[] =
    "ALTER TABLE accounts ADD COLUMN password_set INTEGER NOT NULL DEFAULT 0;"
    "UPDATE accounts SET password_set = created WHERE password <> '';"

    /* totp: `secret` (sealed, store/factor.c) and `step`, the last one that was used. webauthn:
     * `credential` (its id), `key`, `algorithm` (COSE), `count`, `verified`: knew its user when it
     * was registered. `confirmed` 0: waits for its first code and counts for nothing. */
    "CREATE TABLE factors ("
    "  id TEXT PRIMARY KEY,"
    "  account TEXT NOT NULL REFERENCES accounts (name),"
    "  kind TEXT NOT NULL CHECK (kind IN ('totp', 'webauthn')),"
    "  label TEXT NOT NULL,"
    "  confirmed INTEGER NOT NULL,"
    "  secret BLOB NOT NULL DEFAULT (x''),"
    "  step INTEGER NOT NULL DEFAULT 0,"
    "  credential BLOB NOT NULL DEFAULT (x''),"
    "  key BLOB NOT NULL DEFAULT (x''),"
    "  algorithm INTEGER NOT NULL DEFAULT 0,"
    "  count INTEGER NOT NULL DEFAULT 0,"
    "  verified INTEGER NOT NULL DEFAULT 0,"
    "  added INTEGER NOT NULL,"
    "  last_used INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX factors_account ON factors (account, added);"
    "CREATE UNIQUE INDEX factors_credential ON factors (credential) WHERE credential <> x'';"

    "CREATE TABLE recovery_codes ("
    "  hash BLOB PRIMARY KEY," /* gone when it was used */
    "  account TEXT NOT NULL REFERENCES accounts (name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX recovery_codes_account ON recovery_codes (account);"

    /* Between two steps. `account` '' and purpose 3: a challenge for a passkey alone that has been
     * used, kept so that it is not used again. */
    "CREATE TABLE tickets ("
    "  hash BLOB PRIMARY KEY,"
    "  account TEXT NOT NULL,"
    "  purpose INTEGER NOT NULL CHECK (purpose IN (1, 2, 3)),"
    "  challenge BLOB NOT NULL,"
    "  tries INTEGER NOT NULL DEFAULT 0,"
    "  boot TEXT NOT NULL,"
    "  until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX tickets_account ON tickets (account, purpose, until);"

    "CREATE TABLE enrolments ("
    "  account TEXT PRIMARY KEY REFERENCES accounts (name),"
    "  hash BLOB NOT NULL,"
    "  tries INTEGER NOT NULL DEFAULT 0,"
    "  boot TEXT NOT NULL,"
    "  until INTEGER NOT NULL,"
    "  issued_by TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE break_glass ("
    "  account TEXT PRIMARY KEY REFERENCES accounts (name),"
    "  printed INTEGER NOT NULL,"
    "  used INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;"

    /* What must be looked into by somebody; the register of incidents takes it from here. */
    "CREATE TABLE incidents ("
    "  id TEXT PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  subject TEXT NOT NULL," /* an account, or none */
    "  leaf INTEGER NOT NULL," /* the act that it came of */
    "  opened INTEGER NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('draft', 'taken'))"
    ") STRICT, WITHOUT ROWID;";
