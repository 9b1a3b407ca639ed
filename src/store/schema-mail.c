/* SPDX-License-Identifier: Apache-2.0
 * schema-mail.c - crossings that are mails: whom they are from and for, and how far each of those is. */
#include "store/schema.h"

const char sk_schema_mail[] =
    "ALTER TABLE crossings ADD COLUMN mail INTEGER NOT NULL DEFAULT 0;"

    "CREATE TABLE envelopes ("
    "  crossing TEXT PRIMARY KEY REFERENCES crossings (id),"
    "  sender TEXT NOT NULL,"
    "  notice INTEGER NOT NULL,"
    "  told INTEGER NOT NULL" /* sent: nobody is to be told any more that it was refused */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX envelopes_untold ON envelopes (crossing) WHERE told = 0;"

    "CREATE TABLE envelope_recipients ("
    "  crossing TEXT NOT NULL REFERENCES crossings (id),"
    "  n INTEGER NOT NULL,"
    "  address TEXT NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('elsewhere', 'waits', 'delivered', 'returned')),"
    "  tries INTEGER NOT NULL DEFAULT 0,"
    "  boot TEXT NOT NULL DEFAULT '',"
    "  until INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (crossing, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX envelope_recipients_wait ON envelope_recipients (crossing, n) WHERE state = 'waits';";
