/* SPDX-License-Identifier: Apache-2.0
 *
 * db.h - inside src/store only: the connection, statements with sticky failure, transactions, the
 * station's clock, and the one way to write an act.
 * Runs in: whoever opens a store. Trusts: the database file's owner.
 * Tests: through tests/unit/store/
 */
#pragma once

#include "base/envelope.h"
#include "seal/leaf.h"
#include "store/account.h"
#include "store/notice.h"

#include <sqlite3.h>

struct SkStore {
    sqlite3 *db;            /* owned */
    GHashTable *statements; /* owned: SQL text (static, by its address) → SkSql */
    SkVault *vault;         /* owned, or NULL */
    char *zone;
    char *boot; /* this boot of the machine: deadlines of another boot are past */
    char *policy; /* digest of the policy that this connection works by: in every leaf; "" = none yet */
    GPtrArray *pending; /* owned: acts of this transaction that somebody is told of */
    bool command_line;  /* acts without an actor are root's, not the station's */
    const char *why;
    const struct SkRoleConflict *rule; /* why "roles-apart"; static */
    SkStoreHooks hooks;
    SkStoreRight right;
    unsigned step;
};

/* ---- statements: bind in order, then run or walk; a failed bind sticks ---- */

typedef struct {
    SkStore *store; /* borrowed */
    sqlite3_stmt *stmt;
    const char *sql; /* static */
    int at;          /* parameters bound so far */
    int failed;      /* first SQLite code that was not OK */
} SkSql;

/** sk_sql: (transfer none): the prepared statement for @sql, a string literal; reset, nothing
 * bound. */
SkSql *sk_sql(SkStore *store, const char *sql);
void sk_sql_text(SkSql *q, const char *value); /* NULL binds "" */
void sk_sql_int(SkSql *q, int64_t value);
void sk_sql_blob(SkSql *q, SkSpan value);
/** sk_sql_run: to its end; rows are an error of ours (asserted). */
bool sk_sql_run(SkSql *q, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_sql_next: @ret_row: is there a row to read; resets the statement after the last. */
bool sk_sql_next(SkSql *q, bool *ret_row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_sql_done: ends a walk before its end. NULL is a no-op. */
void sk_sql_done(SkSql *q);
/** sk_sql_one_int: the only column of the only row; @otherwise where there is no row. */
bool sk_sql_one_int(SkSql *q, int64_t otherwise, int64_t *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_sql_collect_text: @out: (element-type char*) gets the first column of every row. */
bool sk_sql_collect_text(SkSql *q, GPtrArray *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *sk_sql_get_text(SkSql *q, int column);        /* (transfer full); never NULL */
const char *sk_sql_peek_text(SkSql *q, int column); /* until the next step; never NULL */
int64_t sk_sql_get_int(SkSql *q, int column);
SkSpan sk_sql_get_blob(SkSql *q, int column); /* until the next step */
/** sk_sql_changes: rows that the last run changed. */
int sk_sql_changes(const SkStore *store);

/* ---- transactions ---- */

typedef bool (*SkDbWork)(SkStore *store, void *data, GError **error);
/** sk_db_do: BEGIN IMMEDIATE, @work, COMMIT; on any failure ROLLBACK: all of it or nothing. */
bool sk_db_do(SkStore *store, SkDbWork work, void *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_open: (transfer full): the bare connection, configured; no migration. */
sqlite3 *sk_db_open(const char *path, bool create, GError **error);
/** sk_db_migrate: forward to this program's version; UNSUPPORTED for a newer one. */
bool sk_db_migrate(sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_db_refuse: sets the code that sk_store_why tells; a macro, so that analysers see the false.
 */
#define sk_db_refuse(store, error, error_code, code)                                               \
    ((store)->why = (code), sk_throw((error), (error_code), "store: %s", (code)))

/* ---- time ---- */

/** sk_db_now: wall time, never before the last act. Inside a transaction. -1 with @error on
 * failure. */
int64_t sk_db_now(SkStore *store, GError **error);
/** sk_db_wall: the clock on the wall as it stands, whatever the last act said. */
int64_t sk_db_wall(const SkStore *store);
/** sk_db_boot_now: µs since boot. */
int64_t sk_db_boot_now(SkStore *store);
/** sk_db_is_due: is the deadline (@boot, @until) past? */
bool sk_db_is_due(SkStore *store, const char *boot, int64_t until);

/* ---- acts ---- */

/** SkActRow: what the history shows; @leaf holds the other members of the leaf. */
typedef struct {
    const char *act;
    const char *crossing; /* NULL = none */
    const char *state;    /* NULL = none */
    const char *actor;    /* NULL = the station */
    const char *detail;   /* NULL = none; a code */
} SkActRow;

/**
 * sk_db_act: inside a transaction: raises the version, writes the act, completes @leaf with act,
 * time, station, crossing, state and the actor's salted hash, and queues it.
 * @leaf: may be NULL; taken in no case
 * @ret_time, @ret_version: (optional)
 */
bool sk_db_act(SkStore *store, const SkActRow *act, SkLeaf *leaf, int64_t *ret_time,
               int64_t *ret_version, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_new_version: the same without an act: something that pages show has changed. */
bool sk_db_new_version(SkStore *store, int64_t *ret_version,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- checks of what callers want stored ---- */

bool sk_db_is_hex(const char *s, size_t digits);
/** sk_db_text: plain text of at most @max bytes; NULL counts as "". */
bool sk_db_is_text(const char *s, size_t max);
/** sk_db_account: an account name's shape. */
bool sk_db_is_account(const char *s);
bool sk_db_is_zone(const char *s);
/** sk_db_cursor: a page's cursor: a decimal number; NULL leaves @ret as it is. MALFORMED. */
bool sk_db_cursor(const char *cursor, int64_t *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- rows of crossings (rows.c) ---- */

/** sk_rows_columns: the columns that sk_rows_read reads, in its order. */
#define SK_ROWS_COLUMNS                                                                            \
    "id, box, state, from_zone, to_zone, sender, recipient, section, name, name_out, type_in, "    \
    "type_out, level_asked, level, bytes_in, bytes_out, class, takeout_reason, reason, created, "  \
    "updated, expires, keep_original, removed, replaced, kept, findings_cut, approval, "           \
    "approved_by, approved_at, note, sha256_in, sha256_out, object_in, object_out, "               \
    "policy_digest, version, tries, worker, held_until, remind_at, takeout, outside, medium, "       \
    "return_by, closed, closed_by, closed_at, closed_note, mail"
#define SK_ROWS_N 50

/** sk_rows_read: (transfer full): the row that @q stands on. */
SkCrossing *sk_rows_read(SkSql *q);
/** sk_rows_collect: (element-type SkCrossing): walks @q to its end. @ret_last: (optional): column
 * SK_ROWS_N of the last row. */
bool sk_rows_collect(SkSql *q, GPtrArray *out, GArray *extra,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *sk_rows_new(void);
/** sk_rows_get: by id; FORBIDDEN "not-found". Does not clear sk_store_why. */
bool sk_rows_get(SkStore *store, const char *id, SkCrossing **ret,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_rows_moved: keeps the counts of the queues: one row more in @to, one less in @from (NONE =
 * none). */
bool sk_rows_moved(SkStore *store, SkBox box, SkState from, SkState to,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_rows_findings: replaces what is kept for @id; @ret: sums. */
bool sk_rows_findings(SkStore *store, const char *id, const GArray *findings, SkCounts *ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_rows_salt: the crossing's salt. */
bool sk_rows_salt(SkStore *store, const char *id, uint8_t *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_db_event: sk_crossing_event inside the caller's transaction, for every event but the two
 * creations. FORBIDDEN as there.
 * @by_clock: a lease or a time has run out: the lease's holder is not asked, and a try stays
 * counted
 */
bool sk_db_event(SkStore *store, const char *id, SkEvent event, const SkEventDetails *details,
                 bool by_clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_list_sql: the statement of a list page (list.c), for the test that reads its plan. */
const char *sk_list_sql(const SkListQuery *query, bool since);

/* ---- chains and what was seen (approval.c); inside a transaction ---- */

/** sk_approval_steps: (transfer full): of SkApprovalStep; NULL where there is none. */
bool sk_approval_steps(SkStore *store, const char *id, GArray **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_approval_is_chain: is @text roles joined by " then "? */
bool sk_approval_is_chain(const char *text);
/** sk_approval_open: HOLD: the chain of @d, and until when it waits. */
bool sk_approval_open(SkStore *store, const char *id, const SkEventDetails *d, int64_t now,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_approval_check: may this person take the open step of @row? FORBIDDEN "own-crossing",
 * "changed", "same-person", "not-seen". */
bool sk_approval_check(SkStore *store, const SkCrossing *row, const SkEventDetails *d,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_approval_consent: APPROVE and STEP: fills the open step; the next one's turn begins. */
bool sk_approval_consent(SkStore *store, const SkCrossing *row, const SkEventDetails *d,
                         int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_approval_saw: VIEW, EXAMINE: @content: the content itself, else the report. */
bool sk_approval_saw(SkStore *store, const SkCrossing *row, const char *person, bool content,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_approval_reminded: REMIND: when the next one is due. */
bool sk_approval_reminded(SkStore *store, const char *id, int64_t now,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_approval_forget: at expiry: who did what. */
bool sk_approval_forget(SkStore *store, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- mails (mail.c); inside a transaction ---- */

bool sk_db_envelope_insert(SkStore *store, const char *id, const SkEnvelope *envelope, SkBox box,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_envelope_forget: at expiry: who wrote to whom. */
bool sk_db_envelope_forget(SkStore *store, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_mail_over: nothing is left to do for it but, where @told is false, to tell of it: its row may end now. Of a
 * file, nothing. */
bool sk_db_mail_over(SkStore *store, const SkCrossing *row, bool told, int64_t now,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_check_receive, sk_db_receive: the two halves of sk_store_receive: outside, and inside of a transaction. */
bool sk_db_check_receive(const SkReceive *in, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_db_receive(SkStore *store, const SkReceive *in, SkCrossing **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- take-outs (takeout.c) ---- */

bool sk_takeout_is_sound(const SkReceive *in);
/** sk_takeout_passed: PASS: from now on its day of return is watched, and the row stays as long. */
bool sk_takeout_passed(SkStore *store, const SkCrossing *row,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_event_forget: who and what of a crossing goes: names, objects, findings, what was seen. */
bool sk_event_forget(SkStore *store, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- accounts ---- */

/** sk_account_act: an act about an account: whose it is is hidden in the leaf as its actor is.
 * @role: 0 = not told */
bool sk_account_act(SkStore *store, const char *act_name, const char *name, const char *actor,
                    SkRole role, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_last_administrator: FORBIDDEN "last-administrator" where nobody but @name could
 * unlock anybody today. */
bool sk_account_last_administrator(SkStore *store, const char *name,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_organisation_apply_in: sk_organisation_apply inside the caller's transaction, again. */
bool sk_organisation_apply_in(SkStore *store, int today, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_insert: sk_account_add inside the caller's transaction. @password_hash: "" = not
 * enrolled. */
bool sk_account_insert(SkStore *store, const SkAccount *account, const char *password_hash,
                       const char *actor, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_account_read: sk_account_get that leaves sk_store_why alone. */
bool sk_account_read(SkStore *store, const char *name, SkAccount **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_end_every: inside a transaction: ends every live session of @account but @but (NULL =
 * every one), without an act of its own. */
bool sk_session_end_every(SkStore *store, const char *account, const char *but,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_sweep: inside a transaction: sessions past their end, and what is kept no longer. */
bool sk_session_sweep(SkStore *store, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_forget: inside a transaction: no failure is remembered for @name any more. */
bool sk_signin_forget(SkStore *store, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- policies in force ---- */

/** sk_adoption_remember: the policy of the leaves to come is the one in force now. */
bool sk_adoption_remember(SkStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- notices (notice-derive.c, notice.c) ---- */

GPtrArray *sk_notice_pending_new(void);
/** sk_notice_pend: remembers an act until the transaction is about to commit. @leaf: its number */
void sk_notice_pend(SkStore *store, const SkActRow *act, int64_t leaf, int64_t time);
/** sk_notice_derive: tells whoever is to be told of what was remembered. */
bool sk_notice_derive(SkStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_db_notice: inside a transaction: one row for @account; one that it has not read yet moves to the top. @n: greater
 * than any before */
bool sk_db_notice(SkStore *store, int64_t n, const char *account, SkNoticeKind kind, const char *crossing,
                  const char *detail, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_notice_sweep: inside a transaction: forgets old ones. */
bool sk_notice_sweep(SkStore *store, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
