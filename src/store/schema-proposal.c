/* SPDX-License-Identifier: Apache-2.0
 * schema-proposal.c - version 2 of the database, a part: acts that two people do. */
#include "store/schema.h"

const char sk_schema_proposal[] =
    "CREATE TABLE proposals ("
    "  n INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  kind TEXT NOT NULL,"
    "  subject TEXT NOT NULL DEFAULT ''," /* an account, or none */
    "  detail TEXT NOT NULL DEFAULT '',"  /* JSON, of the kind */
    "  object TEXT NOT NULL DEFAULT '',"  /* of the vault, or none */
    "  proposed_by TEXT NOT NULL,"
    "  proposed_at INTEGER NOT NULL,"
    "  expires INTEGER NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'denied', 'expired')),"
    "  decided_by TEXT NOT NULL DEFAULT '',"
    "  decided_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX proposals_open ON proposals (expires) WHERE state = 'open';"
    "CREATE INDEX proposals_state ON proposals (state, n);"
    "CREATE INDEX proposals_subject ON proposals (subject, n) WHERE subject <> '';"
    "CREATE INDEX proposals_object ON proposals (object) WHERE object <> '';";
