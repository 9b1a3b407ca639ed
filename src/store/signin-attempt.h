/* SPDX-License-Identifier: Apache-2.0
 *
 * signin-attempt.h - inside src/store only: what the steps of signing in share: signin.c (name and
 * password), second.c (the second factor), enrolment.c, break-glass.c. */
#pragma once

#include "store/db.h"
#include "store/delay.h"
#include "store/factor.h"
#include "store/session.h"
#include "store/signin.h"

struct SkSignInAttempt {
    char *name; /* owned; "" where it is not an account's name */
    SkDelayKeys keys;
    SkClient client; /* its strings owned */
    bool has_client;
    char *hash;           /* owned: the account's, or the dummy */
    bool known;           /* somebody of that name is there, not locked, with a password */
    bool verified;        /* verify has run, and the password was right */
    bool elsewhere;       /* the station asks its directory for some passwords */
    bool theirs;          /* and for this one: the account is the directory's */
    SkSignInSaid said;    /* by the directory */
    bool glass;           /* the sealed envelope's account: what is typed is a code */
    bool two;             /* the zone asks for two factors */
    char *fresh;          /* owned: the password that is to be; wiped once hashed */
    char *fresh_hash;     /* owned; NULL: not hashed */
    bool fresh_ok;        /* it is one that may be taken */
    char *code;           /* owned: of an enrolment, as typed */
    SkSecondStep *second; /* owned: after finish said "second-factor-needed" */
};

/** sk_signin_failed: counts and tells: acts "sign-in-failed" and, where a delay begins,
 * "sign-in-delayed". @name NULL: nobody is called that, and what was typed is not written down. */
bool sk_signin_failed(SkStore *store, const SkDelayKeys *keys, const char *name, const char *detail,
                      int64_t *ret_wait, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_open: failures are forgotten, a session, its act. @how: how it was proved. */
bool sk_signin_open(SkStore *store, const SkDelayKeys *keys, const char *name,
                    const SkClient *client, const char *how, bool enrolling, SkSession **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_hash: the hash of @name's password where there is one and nobody has locked it; else
 * NULL. @elsewhere: of an account whose password the directory has it is a hash of nothing, and
 * @ret_theirs is set. */
bool sk_signin_hash(SkStore *store, const char *name, bool elsewhere, char **ret, bool *ret_theirs,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_miss: how a failure is called: "sign-in-failed", or, for every name alike, "directory-away". */
const char *sk_signin_miss(const SkSignInAttempt *signin);
/** sk_signin_expired: inside a transaction: the password is right, and its owner has to change it in
 * the directory: no failure, and nobody is let in. */
bool sk_signin_expired(SkStore *store, SkSignInAttempt *s, const char **ret_refusal,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_answer: what a committed step comes to: a session, LIMIT "locked", or FORBIDDEN
 * @refusal. */
bool sk_signin_answer(SkStore *self, SkSession *session, int64_t wait, const char *refusal,
                      SkSession **ret, int64_t *ret_wait, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_second_begin: a ticket, and what may be sent with it. */
bool sk_second_begin(SkStore *store, const char *name, SkSecondStep **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_glass_is: is @name the sealed envelope's? @ret_spent: and has been used since it was printed
 */
bool sk_glass_is(SkStore *store, const char *name, bool *ret, bool *ret_spent,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_glass_use: the envelope was opened: its code is spent, the draft of an incident is there. */
bool sk_glass_use(SkStore *store, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_password_write: the account's new hash, its time, and its act. */
bool sk_password_write(SkStore *store, const char *name, const char *hash, const char *actor,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
