/* SPDX-License-Identifier: Apache-2.0
 * schema-organisation.c - version 2 of the database, a part: sections, posts, who holds them,
 * deputies, absences. Days are days since 1970-01-01 in Japan; a period's `until` is its last day,
 * 0 = open. */
#include "store/schema.h"

const char sk_schema_organisation[] =
    /* A person is an account. `joins` and `leaves`: first and last day, 0 = no bound. `sort` and
     * `search` are made from the names (person.c): what a list is ordered by, what is looked in. */
    "ALTER TABLE accounts ADD COLUMN kana TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN number TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN mail TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN source TEXT NOT NULL DEFAULT 'local' "
    "  CHECK (source IN ('local', 'import', 'ldap'));"
    "ALTER TABLE accounts ADD COLUMN joins INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN leaves INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN sort TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN search TEXT NOT NULL DEFAULT '';"
    "UPDATE accounts SET sort = lower(label), search = lower(name || char(10) || label);"
    /* Lists walk this index alone: the rows are read only of those that are shown. */
    "CREATE INDEX accounts_people ON accounts "
    "  (sort, name, search, role, section, locked, joins, leaves);"
    "CREATE INDEX accounts_leaves ON accounts (leaves) WHERE leaves > 0 AND locked = 0;"
    "CREATE INDEX accounts_number ON accounts (number) WHERE number <> '';"
    "CREATE INDEX accounts_role ON accounts (role, locked);"
    "CREATE INDEX accounts_section ON accounts (section, locked);"

    "CREATE TABLE sections ("
    "  code TEXT PRIMARY KEY,"
    "  body TEXT NOT NULL,"
    "  parent TEXT NOT NULL DEFAULT ''," /* a section of the same body, or none */
    "  label TEXT NOT NULL,"
    "  search TEXT NOT NULL,"
    "  from_day INTEGER NOT NULL,"
    "  until_day INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX sections_parent ON sections (parent) WHERE parent <> '';"
    "CREATE INDEX sections_body ON sections (body);"

    "CREATE TABLE posts ("
    "  id INTEGER PRIMARY KEY,"
    "  section TEXT NOT NULL REFERENCES sections (code),"
    "  title TEXT NOT NULL,"
    "  grade TEXT NOT NULL CHECK (grade IN ('head', 'member')),"
    "  role TEXT NOT NULL DEFAULT ''," /* a security role (data/security-roles.tsv), or none */
    "  from_day INTEGER NOT NULL,"
    "  until_day INTEGER NOT NULL DEFAULT 0,"
    "  UNIQUE (section, title, grade, role)"
    ") STRICT;"
    "CREATE INDEX posts_role ON posts (role) WHERE role <> '';"
    "CREATE INDEX posts_answering ON posts (section, id) WHERE grade = 'head' OR role <> '';"

    "CREATE TABLE tenures ("
    "  id INTEGER PRIMARY KEY,"
    "  person TEXT NOT NULL REFERENCES accounts (name),"
    "  post INTEGER NOT NULL REFERENCES posts (id),"
    "  from_day INTEGER NOT NULL,"
    "  until_day INTEGER NOT NULL DEFAULT 0,"
    "  main INTEGER NOT NULL DEFAULT 1" /* of several at a time: whose section the person is of */
    ") STRICT;"
    "CREATE INDEX tenures_person ON tenures (person, from_day);"
    "CREATE INDEX tenures_post ON tenures (post, from_day);"
    "CREATE INDEX tenures_from ON tenures (from_day);"
    "CREATE INDEX tenures_until ON tenures (until_day) WHERE until_day > 0;"

    "CREATE TABLE absences ("
    "  id TEXT PRIMARY KEY,"
    "  person TEXT NOT NULL REFERENCES accounts (name),"
    "  from_day INTEGER NOT NULL,"
    "  until_day INTEGER NOT NULL,"
    "  said_by TEXT NOT NULL" /* '' = the command line */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX absences_person ON absences (person, from_day);"
    "CREATE INDEX absences_until ON absences (until_day);"

    /* Of everything that @person decides by own posts; never of what they decide as a deputy. */
    "CREATE TABLE deputies ("
    "  id TEXT PRIMARY KEY,"
    "  person TEXT NOT NULL REFERENCES accounts (name),"
    "  deputy TEXT NOT NULL REFERENCES accounts (name),"
    "  from_day INTEGER NOT NULL,"
    "  until_day INTEGER NOT NULL,"
    "  named_by TEXT NOT NULL,"     /* '' = the command line */
    "  confirmed_by TEXT NOT NULL," /* '' = the command line */
    "  CHECK (person <> deputy)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX deputies_deputy ON deputies (deputy, from_day);"
    "CREATE INDEX deputies_person ON deputies (person, from_day);"

    /* The day for which roles and sections of accounts were last worked out. */
    "CREATE TABLE organisation ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  applied INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO organisation (one, applied) VALUES (1, 0);";
