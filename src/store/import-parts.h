/* SPDX-License-Identifier: Apache-2.0
 *
 * import-parts.h - between the files of an import: the table (import-table.c), its headings
 * (import-columns.c), rows (import-rows.c), what the station knows (import-known.c), what is to
 * become of it (import-plan.c, import-check.c) and the writing (import-apply.c). Inside src/store
 * only.
 */
#pragma once

#include "store/db.h"
#include "store/import.h"

/* ---- the table ---- */

typedef struct {
    unsigned number; /* as the spreadsheet counts */
    unsigned n;
    char **cells; /* owned; the strings lie in @text */
    char *text;   /* owned */
} SkTableRow;

typedef struct {
    char *name;
    GArray *rows; /* of SkTableRow */
} SkTableSheet;

/** sk_table_parse: (element-type SkTableSheet). MALFORMED: not a table of docs/formats/table.md;
 * LIMIT. */
bool sk_table_parse(SkSpan table, GPtrArray **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- headings ---- */

typedef enum {
    SK_COLUMN_NAME,
    SK_COLUMN_NUMBER,
    SK_COLUMN_LABEL,
    SK_COLUMN_KANA,
    SK_COLUMN_MAIL,
    SK_COLUMN_SECTION,
    SK_COLUMN_TITLE,
    SK_COLUMN_GRADE,
    SK_COLUMN_ROLE,
    SK_COLUMN_MAIN,
    SK_COLUMN_JOINS,
    SK_COLUMN_LEAVES,
    SK_COLUMN_BODY,
    SK_COLUMN_PARENT,
    SK_COLUMN_FROM,
    SK_COLUMN_UNTIL,
    SK_COLUMN_COUNT
} SkColumn;

typedef enum { SK_SHEET_NEITHER, SK_SHEET_PEOPLE, SK_SHEET_SECTIONS } SkSheetKind;

typedef struct {
    SkSheetKind kind;
    unsigned header;              /* index of the row of headings */
    int columns[SK_COLUMN_COUNT]; /* -1 = there is none */
    int twice;                    /* a column that stands there twice; -1 = none */
} SkHeader;

/** sk_header_find: of the first rows, the one that has headings. @ignored: headings not known. */
SkHeader sk_header_find(const SkTableSheet *sheet, GPtrArray *ignored);

/* ---- values ---- */

/** sk_import_day: R8.4.1, 令和8年4月1日, 2026-04-01, 2026/4/1, 20260401 …: docs/people.md. */
bool sk_import_day(const char *text, int *ret);

/** SkRow: a row under its headings; borrowed from the table. */
typedef struct {
    const SkTableSheet *sheet;
    const SkHeader *header;
    const SkTableRow *row;
} SkRow;

/** sk_row_get: never NULL. */
const char *sk_row_get(const SkRow *row, SkColumn column);

/* ---- what the station knows, and what the list makes of it ---- */

typedef struct {
    char *code, *body, *parent, *label; /* owned */
    int from, until;
    SkRow row; /* where the list names it; row.row NULL = it does not */
    bool known, changed;
    bool rehung; /* under another section or in another body than before */
} SkPlanSection;

typedef struct {
    int64_t id; /* 0 = new */
    char *section, *title, *role;
    bool head;
    int from, until;
    bool named, changed;
} SkPlanPost;

typedef struct {
    int64_t id;       /* 0 = new */
    SkPlanPost *post; /* borrowed */
    int from, until;
    int was_until; /* of one that is known, as is: */
    bool was_main;
    bool main;
    bool listed, changed, dropped;
    SkRow row; /* where the list says so */
} SkPlanTenure;

typedef struct {
    char *name, *label, *kana, *number, *mail; /* owned */
    SkRole role;
    bool known, changed, imported;
    bool local; /* made by hand */
    bool ldap;  /* of the directory */
    bool own_password; /* the station has one of theirs */
    bool deputy;       /* of somebody, on the list's day or later */
    bool glass;        /* the account in the sealed envelope: no person */
    bool locked;
    bool left; /* by this list */
    int joins, leaves;
    int was_joins, was_leaves;
    SkRow row;          /* the first that names the person; row.row NULL = none does */
    GPtrArray *tenures; /* of SkPlanTenure: all that have not ended before the day */
} SkPlanPerson;

struct SkImport {
    GPtrArray *sheets;  /* of SkTableSheet: the table */
    GArray *headers;    /* of SkHeader, by sheet */
    GPtrArray *errors;  /* of SkImportError */
    GPtrArray *ignored; /* of char * */
    GPtrArray *kept;    /* of char * */
    GPtrArray *own;     /* of char * */
    GPtrArray *approvers;
    GPtrArray *relieved; /* of SkImportApprover, too */
    SkImportChanges changes;
    SkImportOptions options;
    int today;
    bool has_sections, has_people;
    /* all there are after this import; the list's order, then the station's */
    GHashTable *sections, *posts, *people; /* by code; by key; by name: owned */
    GPtrArray *section_list, *post_list, *person_list;
};

/** sk_import_error: @row: may have no row; @column: SK_COLUMN_COUNT = the row as a whole; @more:
 * for the sentence, or NULL. */
void sk_import_error(SkImport *self, const SkRow *row, SkColumn column, const char *code,
                     const char *more);

/** sk_import_error_apart: "roles-apart" with the rule as the sentence. */
void sk_import_error_apart(SkImport *self, const SkRow *row, const SkRoleConflict *rule);

SkImport *sk_import_new(const SkImportOptions *options, int today); /* (transfer full) */
/* Each finds what is there, or adds what is then empty. */
SkPlanSection *sk_plan_section(SkImport *self, const char *code);
SkPlanPerson *sk_plan_person(SkImport *self, const char *name);
SkPlanPost *sk_plan_post(SkImport *self, const char *section, const char *title, bool head,
                         const char *role);
SkPlanTenure *sk_plan_tenure(SkPlanPerson *person, SkPlanPost *post, int from, int until);

/** sk_import_known: fills the plan with what the station knows. */
bool sk_import_known(SkStore *store, SkImport *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_import_rows: puts the list's rows into the plan. */
void sk_import_rows(SkImport *self);
/** sk_import_plan: ends what the list ends; counts changes, finds approvers. */
void sk_import_plan(SkImport *self);
/** sk_plan_right: what the post lets its holder do at the station; NULL = nothing that takes two. */
const char *sk_plan_right(const SkPlanPost *post);
/** sk_plan_lasts_longer: a tenure that was known, and shorter. */
bool sk_plan_lasts_longer(const SkPlanTenure *t);
/** sk_import_relieve: whose service the list ends; after sk_import_plan. */
void sk_import_relieve(SkImport *self);
/** sk_import_add_approver: @to: one of the two lists; takes no reference. */
void sk_import_add_approver(GPtrArray *to, const SkPlanPerson *person, const char *section,
                            const char *title, const char *role);
/** sk_import_rules: what holds for the whole: who may hold what at a time. @actor: NULL = the
 * command line */
void sk_import_rules(SkImport *self, const char *actor);
/** sk_import_write: inside a transaction: the plan into the database. */
bool sk_import_write(SkStore *store, SkImport *self, const char *actor,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

static inline bool
sk_days_overlap(int from_a, int until_a, int from_b, int until_b)
{
    return (until_b == 0 || from_a <= until_b) && (until_a == 0 || from_b <= until_a);
}
