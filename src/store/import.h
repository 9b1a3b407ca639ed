/* SPDX-License-Identifier: Apache-2.0
 *
 * import.h - the organisation from a list of an office: sections, people and their posts as they
 * are from one day on. A list is checked whole, every bad row is named; what it would change is
 * told before it is done; where it makes approvers, a second administrator confirms. What comes in
 * here is the table that a sandboxed worker has made of a CSV or XLSX file
 * (docs/formats/table.md): nothing here parses a spreadsheet.
 * Runs in: web, command line. Trusts: nothing in the table. Spec: docs/people.md
 * Tests: tests/unit/store/test-import.c, tests/fuzz/fuzz-import.c
 *
 * Errors as in store.h; "changed" where a confirmed list no longer fits.
 */
#pragma once

#include "store/organisation.h"

#define SK_IMPORT_BYTES_MAX (64u << 20)
#define SK_IMPORT_ROWS_MAX 20000u
#define SK_IMPORT_COLUMNS_MAX 256u
#define SK_IMPORT_CELL_MAX 1000u /* bytes */
#define SK_IMPORT_ERRORS_MAX 20000u

/** SkImportError: what is wrong with one row. */
typedef struct {
    char *sheet;      /* name of the sheet; "" in CSV */
    unsigned row;     /* as the spreadsheet counts, from 1; 0 = the whole file */
    char *column;     /* its heading in the file; "" = the row as a whole */
    const char *code; /* kebab case, of a closed list */
    char *value;      /* as it stands there, plain UTF-8, cut at 100 bytes */
    char *ja, *en;    /* the reason, as a sentence */
} SkImportError;

/** SkImportApprover: somebody whom the list gives a post that decides or audits, or takes it from. */
typedef struct {
    char *name, *label;
    char *section; /* "", as the title, where it is the account's own role */
    char *title;
    const char *role; /* "section-head", the code of a security role; or a role's name */
} SkImportApprover;

typedef struct {
    unsigned added;
    unsigned moved;
    unsigned left;
    unsigned unchanged;
    unsigned sections; /* added, renamed or ended */
    unsigned posts;    /* new ones */
} SkImportChanges;

typedef struct {
    int on;       /* the day from which the list holds */
    bool missing; /* people, posts and sections that the list leaves out end the day before */
    /* The list is all that a directory knows: new people are its own, and so become those who came
     * in by a list; of whoever is missing only its own end, no posts and no sections; accounts made
     * by hand are none of its business (sk_import_kept). It lets nobody decide: "changed". */
    bool directory;
} SkImportOptions;

typedef struct SkImport SkImport;
void sk_import_free(SkImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkImport, sk_import_free)

/** sk_import_errors: (element-type SkImportError), by row. */
const GPtrArray *sk_import_errors(const SkImport *self);
/** sk_import_approvers: (element-type SkImportApprover), by name. */
const GPtrArray *sk_import_approvers(const SkImport *self);
/** sk_import_relieved: (element-type SkImportApprover), by name: whose deciding, auditing or
 * administering ends by the list, or sooner than it would have. */
const GPtrArray *sk_import_relieved(const SkImport *self);
/** sk_import_takes_two: whether one administrator is not enough for it. */
bool sk_import_takes_two(const SkImport *self);
const SkImportChanges *sk_import_changes(const SkImport *self);
/** sk_import_kept: (element-type char*): accounts made by hand that a directory has, too. */
const GPtrArray *sk_import_kept(const SkImport *self);
/** sk_import_own: (element-type char*): people of a list who decide, audit or administer and have a
 * password of the station's own. A directory has them, too, but does not become the one that says who
 * they are. */
const GPtrArray *sk_import_own(const SkImport *self);
/** sk_import_ignored: (element-type char*): headings that nothing is known about. */
const GPtrArray *sk_import_ignored(const SkImport *self);

/**
 * sk_import_check: reads @table against what the station knows; writes nothing.
 * @ret: (transfer full): with its errors, if any: bad content is no failure of the call
 */
bool sk_import_check(SkStore *self, SkSpan table, const SkImportOptions *options, SkImport **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
    SK_IMPORT_WRONG,    /* it has errors: nothing was done */
    SK_IMPORT_APPLIED,  /* done */
    SK_IMPORT_PROPOSED, /* it makes or ends approvers: waits for a second administrator */
} SkImportOutcome;

/**
 * sk_import_submit: checks once more and does it, in one transaction, or proposes it.
 * @actor: NULL = the command line, which needs nobody's confirmation
 * @ret_proposal: (transfer full): id, where PROPOSED; needs the store's vault
 */
bool sk_import_submit(SkStore *self, SkSpan table, const SkImportOptions *options,
                      const char *actor, SkImport **ret, SkImportOutcome *ret_outcome,
                      char **ret_proposal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
