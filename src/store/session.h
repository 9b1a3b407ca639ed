/* SPDX-License-Identifier: Apache-2.0
 *
 * session.h - a station's sessions: opened by signing in, looked up at every request, ended. Kept
 * as hashes of their token. Runs in: web. Trusts: nothing said by a client. Tests:
 * tests/unit/store/test-account.c
 *
 * Errors as in store.h.
 */
#pragma once

#include "store/account.h"

#define SK_SESSION_IDLE (INT64_C(1800) * G_USEC_PER_SEC)
#define SK_SESSION_LIFE (INT64_C(43200) * G_USEC_PER_SEC)

struct SkSession {
    char *token; /* the cookie's value; only from finish, "" from lookup */
    char *csrf;
    SkAccount *account;
    int64_t expires; /* wall µs: the nearer of idle and absolute end */
};

void sk_session_free(SkSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSession, sk_session_free)

/** sk_session_open: inside the transaction that has proved who it is: a new session of @account. */
bool sk_session_open(SkStore *store, const char *account, SkSession **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_session_lookup: FORBIDDEN "session-unknown" for one that is unknown, ended, over a limit or of
 * a locked account.
 * @touch: counts as use; pages that poll by themselves give false, so that they do not keep an
 * empty chair signed in
 */
bool sk_session_lookup(SkStore *self, const char *token, bool touch, SkSession **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_session_end: signs out; an unknown token is no error. */
bool sk_session_end(SkStore *self, const char *token, GError **error) G_GNUC_WARN_UNUSED_RESULT;
