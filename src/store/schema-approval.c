/* SPDX-License-Identifier: Apache-2.0
 * schema-approval.c - version 2 of the database, a part: chains, what has been seen, take-outs. */
#include "store/schema.h"

const char sk_schema_approval[] =
    /* What version 1 called class 3 is now the class kept closest. */
    "UPDATE crossings SET class = 5 WHERE class = 3;"

    "ALTER TABLE crossings ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN remind_every INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN remind_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN takeout INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN outside TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE crossings ADD COLUMN medium TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE crossings ADD COLUMN return_by INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN return_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN closed TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE crossings ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE crossings ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE crossings ADD COLUMN closed_note TEXT NOT NULL DEFAULT '';"

    /* What waits, and what time does to it. */
    "CREATE INDEX crossings_held_until ON crossings (held_until) WHERE state = 'held';"
    "CREATE INDEX crossings_remind ON crossings (remind_at) WHERE remind_at > 0;"
    "CREATE INDEX crossings_lapsed ON crossings (expires) WHERE state = 'expired' AND sender <> "
    "'';"
    "CREATE INDEX crossings_return ON crossings (return_at) WHERE return_at > 0;"
    "CREATE INDEX crossings_takeouts ON crossings (n) WHERE takeout = 1;"

    /* A chain: one row a step, in order; time 0 until somebody has consented to it. */
    "CREATE TABLE approval_steps ("
    "  crossing TEXT NOT NULL REFERENCES crossings (id),"
    "  at INTEGER NOT NULL,"
    "  role TEXT NOT NULL,"
    "  person TEXT NOT NULL DEFAULT '',"
    "  behalf TEXT NOT NULL DEFAULT '',"
    "  time INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (crossing, at)"
    ") STRICT, WITHOUT ROWID;"

    /* Who has seen what of it: the report, the content itself; of which bytes. */
    "CREATE TABLE approval_views ("
    "  crossing TEXT NOT NULL REFERENCES crossings (id),"
    "  person TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL,"
    "  report INTEGER NOT NULL,"
    "  content INTEGER NOT NULL,"
    "  PRIMARY KEY (crossing, person)"
    ") STRICT, WITHOUT ROWID;"

    /* Chains of version 1 had one step. */
    "INSERT INTO approval_steps (crossing, at, role, person, time) "
    "SELECT id, 0, approval, CASE WHEN state = 'held' THEN '' ELSE approved_by END, "
    "CASE WHEN state = 'held' THEN 0 ELSE approved_at END FROM crossings WHERE approval <> '';"
    "UPDATE crossings SET takeout = 1 WHERE box = 'sent' AND approval <> '';"
    "UPDATE crossings SET held_until = updated + 2592000000000 WHERE state = 'held';";
