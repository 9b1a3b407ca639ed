/* SPDX-License-Identifier: Apache-2.0
 * schema-notice.c - version 2: policies in force, notices, preferences, mail. */
#include "store/schema.h"

const char sk_schema_notice[] =
    /* Each policy that was in force here; the last row is. */
    "CREATE TABLE adoptions ("
    "  n INTEGER PRIMARY KEY,"
    "  time INTEGER NOT NULL,"
    "  policy TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  signers TEXT NOT NULL,"
    "  ciso TEXT NOT NULL,"
    "  administrator TEXT NOT NULL"
    ") STRICT;"

    /* What an account is told. Of one kind about one thing there is one unread row. Every index is
     * written with every notice, so there are two. */
    "CREATE TABLE notices ("
    "  n INTEGER PRIMARY KEY," /* from the act's leaf: never given twice, mail and pages remember the last */
    "  account TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  crossing TEXT NOT NULL,"
    "  detail TEXT NOT NULL,"
    "  count INTEGER NOT NULL DEFAULT 1,"
    "  time INTEGER NOT NULL,"
    "  read INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX notices_account ON notices (account, n);"
    "CREATE UNIQUE INDEX notices_unread ON notices (crossing, detail, kind, account) WHERE read = 0;"

    /* What somebody has to look into (act.c, INCIDENT): written only with such an act. */
    "CREATE INDEX acts_incidents ON acts (leaf) WHERE (act IN ('break-glass-printed', "
    "'break-glass-used', 'factor-copied', 'sign-in-spraying') OR (act = 'sign-in-failed' AND detail "
    "NOT IN ('', 'password', 'unknown')));"

    "CREATE TABLE preferences ("
    "  account TEXT PRIMARY KEY,"
    "  mail TEXT NOT NULL DEFAULT 'digest' CHECK (mail IN ('off', 'digest', 'each')),"
    "  calendar TEXT NOT NULL DEFAULT 'wareki' CHECK (calendar IN ('wareki', 'iso')),"
    "  language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'ja', 'en')),"
    "  feed BLOB NOT NULL DEFAULT x''"
    ") STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX preferences_feed ON preferences (feed) WHERE feed <> x'';"

    /* How far an account's mail has come: the last notice told of, the day of the last digest (days
     * since 1970 in Japan), and where a server refused, when to try again. */
    "CREATE TABLE mailings ("
    "  account TEXT PRIMARY KEY,"
    "  upto INTEGER NOT NULL DEFAULT 0,"
    "  day INTEGER NOT NULL DEFAULT 0,"
    "  tries INTEGER NOT NULL DEFAULT 0,"
    "  boot TEXT NOT NULL DEFAULT '',"
    "  until INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;";
