/* SPDX-License-Identifier: Apache-2.0
 *
 * store.h - a station's database: crossings, claims, hand-overs, history, the queue of leaves.
 * SQLite in WAL mode, synchronous FULL; SQL is nowhere but in src/store. An SkStore is one
 * connection: one thread or process each. Every change of a crossing goes through one function and
 * commits its state, its act and its queued leaf in one transaction. Runs in: web, runner, intake,
 * sealer, command line. Trusts: the database file's owner. Spec: docs/architecture.md,
 * docs/formats/leaf.md   Tests: tests/unit/store/
 *
 * Errors: SK_ERROR_IO (database, disk full, busy over 5 s); SK_ERROR_FORBIDDEN (the rules say no:
 * sk_store_why has the code); SK_ERROR_AMBIGUOUS; SK_ERROR_LIMIT; SK_ERROR_MALFORMED (an argument
 * that may not be stored); SK_ERROR_UNSUPPORTED (a database newer than this program). Nothing is
 * written then.
 */
#pragma once

#include "base/envelope.h"
#include "store/crossing.h"
#include "store/vault.h"

typedef struct SkStore SkStore;

/* ---- opening ---- */

/**
 * sk_store_setup: makes the database (0600) and the vault where they are missing, and names the
 * zone.
 * @zone: the policy's name; a database of another zone is SK_ERROR_MISMATCH
 */
bool sk_store_setup(const char *path, const char *vault, const char *zone,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_store_open: (transfer full): opens a database that setup has made; migrates it forward.
 * @vault: its directory, or NULL where no object is touched (users on the command line)
 */
SkStore *sk_store_open(const char *path, const char *vault, GError **error);
void sk_store_close(SkStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkStore, sk_store_close)

/** sk_store_set_command_line: what is done over this connection without an account is done by whoever may write the
 * database: every administrator is told. */
void sk_store_set_command_line(SkStore *self);

const char *sk_store_zone(const SkStore *self);
/** sk_store_vault: borrowed; NULL where opened without. */
SkVault *sk_store_vault(const SkStore *self);
/**
 * sk_store_why: the code of this connection's last SK_ERROR_FORBIDDEN, AMBIGUOUS or LIMIT, as a
 * problem code in kebab case; "" otherwise:
 *   "not-found", "forbidden-state", "already-decided", "changed", "own-crossing", "lease-lost",
 * "digest-differs" (arrive), "account-exists", "account-unknown", "token-unknown",
 * "sign-in-failed", "locked", "session-unknown", "last-administrator", "same-person", "not-seen",
 * "already-closed"
 */
const char *sk_store_why(const SkStore *self);
/** sk_store_version: grows with every change at this station; -1 on error. */
int64_t sk_store_version(SkStore *self, GError **error);

/* ---- handing in and taking in ---- */

/** SkReceive: a new crossing in the box `sent`. NULL strings count as "". The object is in the
 * vault already. */
typedef struct {
    const char *to; /* zone */
    const char *sender;
    const char *recipient;
    const char *name; /* plain UTF-8 (sk_text_plain), at most SK_NAME_MAX bytes */
    SkLevel level_asked;
    unsigned class;
    const char *takeout_reason;
    const char *object_in;
    const char *sha256_in; /* hex */
    uint64_t bytes_in;
    const char *policy_digest;
    int64_t keep_for;          /* µs until the row expires; 0 = never */
    int64_t keep_original_for; /* µs until the original is dropped; 0 = with the row */
    bool takeout;              /* towards less trust */
    const char *outside;       /* take-out: who receives it outside; plain UTF-8, at most 400 bytes */
    const char *medium;        /* take-out: one of sk_takeout_media; "" = not said */
    int return_by;             /* take-out: day by which it is back or erased; 0 = none */
    const SkEnvelope *envelope; /* a mail's; then there is no sender and no recipient, and no end of the row */
} SkReceive;

/** sk_store_receive: state received. @ret: (out) (transfer full) */
bool sk_store_receive(SkStore *self, const SkReceive *in, SkCrossing **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkArrival: a hand-over's claims, as decoded and checked by intake. The object is in the vault
 * already. */
typedef struct {
    const char *id;
    const char *from; /* zone, by the passage it came in by */
    const char *sender;
    const char *recipient;
    const char *name; /* clean */
    SkType type_in;
    SkType type_out;
    SkLevel level_asked;
    SkLevel level;
    unsigned class;
    const char *takeout_reason;
    const char *object_out;
    const char *sha256_out; /* of the sealed bytes, computed here */
    uint64_t bytes_in;
    uint64_t bytes_out;
    const char *policy_digest; /* of our own policy */
    const GArray *findings;    /* of SkStoreFinding, or NULL: the sender's claim, shown as such */
    bool findings_cut;
    int64_t keep_for;
    bool takeout; /* from more trust, by our own policy: it is given out once */
    const SkEnvelope *envelope; /* as in SkReceive; a claim */
} SkArrival;

/**
 * sk_store_arrive: state arrived; idempotent by id and digest. The same id with the same digest
 * gives the row that is there (@ret_existing true; the caller removes its new object); with another
 * digest, or an id of the other box: SK_ERROR_AMBIGUOUS, "digest-differs".
 */
bool sk_store_arrive(SkStore *self, const SkArrival *in, SkCrossing **ret, bool *ret_existing,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- the one function that changes a crossing ---- */

/** SkOutcome fields of OFFER, HOLD and CLEAR. For CLEAR and HOLD of an arrived crossing level, type
 * and sizes may stay what arrive stored: give NULL then. */
typedef struct {
    SkType type_in;
    SkType type_out;
    SkLevel level;
    const char *name_out;   /* clean for type_out */
    const char *object_out; /* vault id */
    const char *sha256_out; /* hex */
    uint64_t bytes_out;
    int64_t keep_for; /* µs until the row expires, from now; 0 = leave as it is */
} SkOutcomeRow;

typedef struct {
    const char *actor;  /* account; NULL = the station itself */
    const char *worker; /* RELEASE, OFFER, HOLD, REFUSE of a working crossing: must hold the lease,
                           else "lease-lost" */
    const SkOutcomeRow *outcome;
    SkReason reason;      /* REFUSE */
    SkType type_in;       /* REFUSE: what the content is, if it was recognised */
    const char *approval; /* HOLD: the roles that must approve, in order: "section-head then
                             security-manager" */
    int64_t within;       /* HOLD: µs until it lapses; 0 = never */
    int64_t remind;       /* HOLD: µs between reminders; 0 = none */
    const char *on_behalf_of; /* APPROVE, DENY: as this one's deputy; NULL = by the own post */
    bool seen; /* APPROVE: the report or content must have been seen, whatever the direction */
    const char *how; /* CLOSE */
    const char *digest;   /* APPROVE: the sha256_out that the approver was shown, else "changed" */
    int64_t version;      /* APPROVE, DENY: expected row version, else "changed"; 0 = any */
    const char *note;     /* DENY: plain UTF-8, at most 400 bytes */
    const GArray
        *findings; /* of SkStoreFinding; replaces what is kept (with OFFER, HOLD, REFUSE) */
    bool findings_cut;
} SkEventDetails;

/**
 * sk_crossing_event: checks the state, the table (crossing.h) and the event's own conditions; then
 * writes state, act and queued leaf: all or nothing, in one transaction.
 * @details: NULL = none
 * @ret: (out) (optional) (transfer full): the row after it
 * SK_ERROR_FORBIDDEN: "not-found"; "forbidden-state"; for APPROVE and DENY of a crossing that is no
 * longer held "already-decided"; "changed"; "own-crossing" where the actor is its sender or
 * recipient; "lease-lost". APPROVE also: "same-person" where the actor, or whom they stand for, has
 * taken another step; "not-seen" where a take-out's content has not been looked at by the actor
 * (and, where it holds personal numbers, its report). APPROVE with steps to come leaves it held.
 * CLAIM, RECEIVE, ARRIVE, VIEW, EXAMINE, DELIVER, REPEAT, REMIND, LAPSE, CLOSE, RETURN_DUE and EXPIRE
 * have functions of their own and are refused here.
 */
bool sk_crossing_event(SkStore *self, const char *id, SkEvent event, const SkEventDetails *details,
                       SkCrossing **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- claims (runner) ---- */

#define SK_STORE_TRIES_MAX 3u

/**
 * sk_store_claim: first gives back what runs under a lease that ran out (after SK_STORE_TRIES_MAX
 * tries: refused, gave-up), then leases the oldest received crossing to @worker; one that was given
 * back less than half a minute ago only where nothing else waits.
 * @worker: who claims: unique to the process (role, pid, start)
 * @lease: µs of CLOCK_BOOTTIME: a wall clock set back or forward neither frees nor extends it; a
 * reboot frees it
 * @ret: (out) (transfer full): NULL where nothing waits
 */
bool sk_store_claim(SkStore *self, const char *worker, int64_t lease, SkCrossing **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_store_lapse: every lease runs out now, so that the next claim gives its crossing back. A runner
 * says so when it starts: the one before it is dead (a station has one at a time), and what that one
 * held need not wait for hours. A try stays counted.
 */
bool sk_store_lapse(SkStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_renew: FORBIDDEN "lease-lost" where @worker no longer holds it. No act, no leaf. */
bool sk_store_renew(SkStore *self, const char *id, const char *worker, int64_t lease,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- hand-over (runner) ---- */

/** sk_store_offers: (out) (transfer full) (element-type SkCrossing): offered crossings whose next
 * attempt is due, oldest first. */
bool sk_store_offers(SkStore *self, const char *to, unsigned limit, GPtrArray **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_offer_failed: no answer: the next attempt is due after 1 s, doubling to 5 min. No act,
 * no leaf. */
bool sk_store_offer_failed(SkStore *self, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- reading ---- */

/** sk_store_get: FORBIDDEN "not-found". @ret: (out) (transfer full) */
bool sk_store_get(SkStore *self, const char *id, SkCrossing **ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_in_state: (element-type SkCrossing): at most @limit rows of a state, oldest first
 * (intake's restart). */
bool sk_store_in_state(SkStore *self, SkBox box, SkState state, unsigned limit, GPtrArray **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
    SK_LIST_SENT = 1,  /* sent by @account */
    SK_LIST_ARRIVED,   /* for @account */
    SK_LIST_APPROVALS, /* held, the turn of one of @posts, and neither from, for nor decided by
                          @account */
    SK_LIST_ALL,       /* everything at the station */
    SK_LIST_TAKEOUTS,  /* take-outs: every one, or, where @account is not NULL, those sent by it or of
                          a section among @posts */
} SkList;

#define SK_LIST_LIMIT_MAX 200u

/** SkClosing: which take-outs. */
typedef enum { SK_CLOSING_ANY = 0, SK_CLOSING_OPEN, SK_CLOSING_CLOSED } SkClosing;

typedef struct {
    SkList list;
    const char *account;
    const char *posts;  /* SK_LIST_APPROVALS: "\nROLE\tSECTION\n…", an empty section for every one:
                           whose turns are shown; NULL: any */
    const char *cursor; /* from ret_next, or NULL; any other text is SK_ERROR_MALFORMED */
    int64_t since;      /* > 0: only rows changed after that version, in the order of change */
    unsigned limit;     /* 1 to SK_LIST_LIMIT_MAX; others are clamped */
    SkClosing closing;  /* SK_LIST_TAKEOUTS without since */
} SkListQuery;

/**
 * sk_store_list: newest first (with since: oldest change first).
 * @ret_items: (element-type SkCrossing), findings not included
 * @ret_next: NULL at the end
 * @ret_version: what to give as `since` next
 */
bool sk_store_list(SkStore *self, const SkListQuery *query, GPtrArray **ret_items, char **ret_next,
                   int64_t *ret_version, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_findings: (transfer full): GArray of SkStoreFinding that frees its places. */
bool sk_store_findings(SkStore *self, const char *id, GArray **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_findings_new: (transfer full): an empty array of that kind. */
GArray *sk_store_findings_new(void);
/** sk_store_findings_add: appends a copy. */
void sk_store_findings_add(GArray *findings, SkElement element, SkVerdict action, uint32_t count,
                           const char *place);

/** SkAct: one act of a person or the station: a row of history; its leaf has the index @leaf in the
 * seal. */
typedef struct {
    int64_t leaf;
    int64_t time;
    char *act; /* an event's name, or "sign-in", "sign-in-failed", "sign-out", "account-locked",
                  "account-added", … */
    char *crossing; /* "" = none */
    char *state;    /* the crossing's state after it; "" */
    char *actor;    /* account; "" = the station */
    char *detail;   /* a code: a refusal's reason, an account's name; "" */
} SkAct;

void sk_act_free(SkAct *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkAct, sk_act_free)

/** sk_store_history: (element-type SkAct): a crossing's acts, oldest first. */
bool sk_store_history(SkStore *self, const char *id, GPtrArray **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_acts: (element-type SkAct): the station's newest acts first; paged as sk_store_list. */
bool sk_store_acts(SkStore *self, const char *cursor, unsigned limit, GPtrArray **ret,
                   char **ret_next, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_store_incidents: (element-type SkAct): of those, what somebody has to look into: the sealed envelope printed or
 * used, passwords tried over many accounts, a second factor denied after a right password, a key that there
 * are two of; paged as sk_store_acts. */
bool sk_store_incidents(SkStore *self, const char *cursor, unsigned limit, GPtrArray **ret,
                        char **ret_next, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    uint64_t queues[SK_BOX_COUNT][SK_STATE_COUNT]; /* rows now, by box and state */
    uint64_t received_today;                       /* since @midnight: handed in or arrived */
    uint64_t delivered_today;
    uint64_t refused_today;
    uint64_t refusals[SK_REASON_COUNT]; /* since @midnight, by reason */
    uint64_t accounts;
    uint64_t leaves;   /* acts so far */
    uint64_t unsealed; /* of them, still queued */
} SkOverview;

/** sk_store_overview: @midnight: µs UTC at which the caller's today began. Counters: does not scan
 * the crossings. */
bool sk_store_overview(SkStore *self, int64_t midnight, SkOverview *ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- collecting ---- */

#define SK_STORE_TOKEN_LIFE (INT64_C(60) * G_USEC_PER_SEC)

/** SkTokenPurpose: what a token is for; its number is in the database. */
typedef enum {
    SK_TOKEN_COLLECT = 1, /* arrived, ready or delivered: the recipient takes the result */
    SK_TOKEN_EXAMINE,     /* held, in either box: whoever is to decide looks at the result */
} SkTokenPurpose;

/** sk_store_token_new: (transfer full): a single-use token for the result of crossing @id, for
 * @account; only its hash is kept. FORBIDDEN "forbidden-state" where the crossing's state is not
 * one of @purpose's, "own-crossing" where a party of the crossing would examine it. */
bool sk_store_token_new(SkStore *self, const char *id, const char *account, SkTokenPurpose purpose,
                        char **ret_token, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_store_token_use: takes the token out, whatever comes after: FORBIDDEN "token-unknown" for one
 * that is unknown, used or older than 60 s, or whose crossing has left the states of the purpose
 * the token was made for.
 */
bool sk_store_token_use(SkStore *self, const char *token, SkCrossing **ret, char **ret_account,
                        SkTokenPurpose *ret_purpose, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_examined: a whole body was handed to the kernel for whoever is to decide: EXAMINE, each
 * time. FORBIDDEN "forbidden-state" once it is decided. */
bool sk_store_examined(SkStore *self, const char *id, const char *account,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_viewed: whoever is to decide was shown the report: VIEW, once for each account and
 * content. FORBIDDEN "forbidden-state", "own-crossing". */
bool sk_store_viewed(SkStore *self, const char *id, const char *account,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_delivered: a whole body was handed to the kernel: DELIVER the first time, REPEAT after.
 */
bool sk_store_delivered(SkStore *self, const char *id, const char *account,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- housekeeping (sealer, once a minute) ---- */

typedef struct {
    unsigned expired;   /* crossings; at most 1,000 a call */
    unsigned lapsed;    /* that nobody decided on in time */
    unsigned reminded;  /* that waited, or were to come back */
    unsigned originals; /* dropped from the vault */
    unsigned orphans;   /* vault objects without a row, older than an hour */
    unsigned proposals; /* that nobody confirmed in time */
} SkSweep;

/**
 * sk_store_sweep: expires crossings (state expired, objects removed, names, people and the
 * crossing's salt blanked: what its leaves hide about a person can then not be guessed any more,
 * and the seal still verifies; who acted stays in the history), drops originals, orphans, old
 * tokens, sessions and delays, lets proposals run out, and applies the organisation where a day has
 * begun in Japan.
 */
bool sk_store_sweep(SkStore *self, SkSweep *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what a caller may do, asked again ---- */

/**
 * SkStoreRight: asked at the beginning of every transaction of this connection, inside it: nobody
 * else writes between its answer and the act. False with an error (sk_store_refuse): nothing is
 * done. It reads and does not write.
 */
typedef struct {
    bool (*holds)(SkStore *store, const void *data, GError **error);
    const void *data;
} SkStoreRight;

/** sk_store_set_right: from now on; NULL = none is asked: whoever has the connection is trusted. */
void sk_store_set_right(SkStore *self, const SkStoreRight *right);
/** sk_store_refuse: FORBIDDEN with @code (static), which sk_store_why then tells. Returns false. */
bool sk_store_refuse(SkStore *self, const char *code, GError **error);

/* ---- for tests ---- */

/** SkStoreHooks: a wall clock, a boot clock and a step called before each statement that writes.
 * NULL members: the real thing. */
typedef struct {
    int64_t (*wall)(void *data);
    int64_t (*boot)(void *data);
    void (*step)(unsigned n, void *data);
    void *data;
} SkStoreHooks;

void sk_store_set_hooks(SkStore *self, const SkStoreHooks *hooks);
