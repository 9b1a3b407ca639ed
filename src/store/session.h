/* SPDX-License-Identifier: Apache-2.0
 *
 * session.h - a station's sessions: opened by signing in, looked up at every request, raised for
 * ten minutes by another proof, ended. A session is of one station, so of one zone: no other knows
 * its token. Kept as hashes of the token; an ended one's row stays 90 days as what happened
 * (account, times, address, terminal), for the account and for whoever looks into an incident. Runs
 * in: web. Trusts: nothing said by a client. Spec: docs/decisions/0121-sessions-rise.md   Tests:
 * tests/unit/store/test-session.c, test-account.c
 *
 * Errors as in store.h.
 */
#pragma once

#include "store/account.h"

#define SK_SESSION_IDLE (INT64_C(1800) * G_USEC_PER_SEC) /* where the zone says nothing */
#define SK_SESSION_LIFE (INT64_C(43200) * G_USEC_PER_SEC)
#define SK_SESSION_RAISED (INT64_C(600) * G_USEC_PER_SEC)
#define SK_SESSION_KEPT (INT64_C(90) * 24 * 3600 * G_USEC_PER_SEC)

struct SkSession {
    char *id;       /* what lists call it; no secret */
    char *token;    /* the cookie's value; only from open and rise, "" from lookup */
    char *terminal; /* the terminal cookie's value; only from open, "" otherwise or for none */
    char *csrf;
    SkAccount *account;
    int64_t since;   /* wall µs */
    int64_t expires; /* wall µs: the nearer of idle and absolute end */
    int64_t raised;  /* wall µs until which it is; 0 = it is not */
    bool enrolling;  /* may only set up ways of signing in */
};

void sk_session_free(SkSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSession, sk_session_free)

/**
 * sk_session_open: inside the transaction that has proved who it is: a new session of @account,
 * raised, since the proof is fresh. Writes the act "sign-in-second-terminal" where the account is
 * live on another one.
 * @client: may be NULL: from nowhere that is known, with the usual limits
 */
bool sk_session_open(SkStore *store, const char *account, const SkClient *client, bool enrolling,
                     SkSession **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_session_rise: inside the transaction that has proved once more who it is: another token and
 * csrf, the old ones are worth nothing from now on; raised for SK_SESSION_RAISED; an act
 * "session-raised". FORBIDDEN "session-unknown".
 */
bool sk_session_rise(SkStore *store, const char *id, SkSession **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_session_lookup: FORBIDDEN "session-unknown" for one that is unknown, ended, over a limit or of
 * a locked account.
 * @touch: counts as use; pages that poll by themselves give false, so that they do not keep an
 * empty chair signed in
 */
bool sk_session_lookup(SkStore *self, const char *token, bool touch, SkSession **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_again: the session @id as it stands now, with its account and what that one may decide:
 * for a right that is asked inside a transaction. FORBIDDEN "session-unknown" as lookup. */
bool sk_session_again(SkStore *store, const char *id, SkSession **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_end: signs out; an unknown token is no error. */
bool sk_session_end(SkStore *self, const char *token, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_end_id: ends @account's session @id from elsewhere; an act "session-ended" of @actor.
 * FORBIDDEN "not-found" for one that is not live or not theirs. */
bool sk_session_end_id(SkStore *self, const char *account, const char *id, const char *actor,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_end_all: ends every session of @account but @but (NULL = every one), with an act
 * where there was one. @actor NULL = the command line. */
bool sk_session_end_all(SkStore *self, const char *account, const char *but, const char *actor,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_elsewhere: is its account live on another terminal? */
bool sk_session_elsewhere(SkStore *self, const SkSession *session, bool *ret,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkSessionRow: one session in a list. */
typedef struct {
    char *id;
    char *address; /* "" = not known */
    char *label;   /* of the terminal; "" = not known */
    int64_t since; /* wall µs, as are those below */
    int64_t seen;
    int64_t ended; /* 0 = live */
    bool enrolling;
} SkSessionRow;

#define SK_SESSION_LIST_MAX 200
/** sk_session_list: (element-type SkSessionRow): @account's, newest first, at most
 * SK_SESSION_LIST_MAX. @past: with those that have ended. */
bool sk_session_list(SkStore *self, const char *account, bool past, GPtrArray **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
