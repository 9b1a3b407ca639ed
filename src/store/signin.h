/* SPDX-License-Identifier: Apache-2.0
 *
 * signin.h - signing in by two steps, by a passkey alone, by an enrolment code, and with the sealed
 * envelope; and changing one's own password, which is signing in once more. What one password does
 * is in account.h. Until the password was right, an account that nobody has, one without factors
 * and one with them answer alike and take as long.
 * Runs in: web, `sekisho user`. Trusts: nothing said by a client.
 * Spec: docs/decisions/0115-two-kinds.md, 0118-second-step.md, 0119-break-glass.md
 * Tests: tests/unit/store/test-factor.c, test-enrolment.c
 *
 * Errors as in store.h; codes: those of factor.h, "sign-in-failed", "locked",
 * "second-factor-needed", "enrolment-needed", "has-factors", "password-weak", "password-elsewhere",
 * "directory-away", "password-expired".
 */
#pragma once

#include "store/factor.h"
#include "store/session.h"

/** SkSecondStep: what comes after a right password. */
typedef struct {
    char *ticket; /* good for five minutes, five tries and one success; no session */
    bool totp;
    bool webauthn;
    bool recovery;
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    GPtrArray *credentials; /* of GBytes */
} SkSecondStep;

void sk_second_step_free(SkSecondStep *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSecondStep, sk_second_step_free)

/** sk_signin_demand: the zone asks for two factors: finish then gives no session to an account that
 * has none ("enrolment-needed"). Who has a second factor is asked for it in any case. */
void sk_signin_demand(SkSignInAttempt *signin, bool two);
/* ---- where a directory has the passwords of people who came from it (decision 0138) ----
 *
 * Between verify and finish. An administrator's password is always the station's own. */

typedef enum {
    SK_SAID_NOTHING = 0,
    SK_SAID_YES,
    SK_SAID_NO,
    SK_SAID_EXPIRED, /* right, and to be changed over there first */
    SK_SAID_AWAY,    /* no answer */
} SkSignInSaid;

/** sk_signin_waits: is the directory to be asked? Also about nobody, where it does not have this
 * account: neither time nor answer tells whose password it has. */
bool sk_signin_waits(const SkSignInAttempt *signin);
/** sk_signin_whose: (transfer none): whom it is to be asked about; NULL: nobody. */
const char *sk_signin_whose(const SkSignInAttempt *signin);
/** sk_signin_said: its answer. finish then also says FORBIDDEN "directory-away" (nobody was let in,
 * whatever the password was) and "password-expired". */
void sk_signin_said(SkSignInAttempt *signin, SkSignInSaid said);

/** sk_signin_second_step: (transfer none): after "second-factor-needed". */
const SkSecondStep *sk_signin_second_step(const SkSignInAttempt *signin);

/**
 * sk_signin_second: @ticket with @proof, in one transaction: a session, or a failure that counts as
 * any other. @ticket of sk_challenge_new: a passkey alone, which must have verified its user.
 * FORBIDDEN "ticket-unknown", "sign-in-failed"; LIMIT "locked".
 */
bool sk_signin_second(SkStore *self, const char *ticket, const SkProof *proof,
                      const SkClient *client, SkSession **ret, int64_t *ret_wait,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_finish_rise: sk_signin_finish for somebody who is signed in and proves it once more: @session
 * rises (its id), with another token and csrf. The attempt was begun with its account's name. @beside: a
 * second factor that came along, or NULL: FORBIDDEN "second-factor-needed" where there is one. */
bool sk_signin_finish_rise(SkStore *self, SkSignInAttempt *signin, const char *session,
                           const SkProof *beside, SkSession **ret, int64_t *ret_wait,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_rise: @session rises by a second factor of its account. FORBIDDEN "sign-in-failed";
 * "second-factor-needed" for a key that has not verified its user: that one is for a password to
 * stand beside; LIMIT "locked". */
bool sk_signin_rise(SkStore *self, const SkSession *session, const SkProof *proof,
                    const SkClient *client, SkSession **ret, int64_t *ret_wait,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- one's own password: begin as to sign in, then set, verify, finish ---- */

/** sk_signin_set_fresh: sk_signin_verify hashes @password too, where the old one was right (or none
 * is asked). @acceptable: false: finish says "password-weak" where everything else is right. */
void sk_signin_set_fresh(SkSignInAttempt *signin, const char *password, bool acceptable);
/** sk_password_change_finish: FORBIDDEN "sign-in-failed", "password-weak"; LIMIT "locked". Ends the
 * account's other sessions. @session: the id of the one that stays */
bool sk_password_change_finish(SkStore *self, SkSignInAttempt *signin, const char *session,
                               int64_t *ret_wait, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- enrolment: an administrator hands a code over in person ---- */

#define SK_ENROLMENT_LIFE (INT64_C(24) * 3600 * G_USEC_PER_SEC)
#define SK_ENROLMENT_TRIES_MAX 5

/** sk_enrolment_issue: @ret_code: (transfer full): shown once, good for a day, a few tries and one
 * use; one issued before is worth nothing. FORBIDDEN "account-unknown", "has-factors". @actor NULL
 * = the command line. @ret_expires: wall µs */
bool sk_enrolment_issue(SkStore *self, const char *account, const char *actor, char **ret_code,
                        int64_t *ret_expires, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_enrolment_begin: as sk_signin_begin. Who has no password gets @password by it; who has one
 * must know it: the code alone lets an administrator be nobody else.
 * Then sk_signin_verify, then finish.
 */
bool sk_enrolment_begin(SkStore *self, const char *name, const char *code, const char *password,
                        bool acceptable, const SkClient *client, SkSignInAttempt **ret,
                        int64_t *ret_wait, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_enrolment_finish: a session, for enrolling only where the zone asks for two factors
 * (sk_signin_demand). FORBIDDEN "sign-in-failed", "password-weak" (the code is good for another
 * try); LIMIT "locked". */
bool sk_enrolment_finish(SkStore *self, SkSignInAttempt *signin, SkSession **ret, int64_t *ret_wait,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_enrolment_end: an enrolling session has its second factor: it becomes a whole one, under
 * another token. FORBIDDEN "factor-unknown" where there is none yet. */
bool sk_enrolment_end(SkStore *self, const SkSession *session, SkSession **ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- the sealed envelope ---- */

/** sk_glass_print: makes the administrator's account @name where it is not there, and a new code;
 * the old one is worth nothing. @hash: sk_password_hash of sk_code_read's text. LIMIT
 * "account-exists" where @name is somebody's. */
bool sk_glass_print(SkStore *self, const char *name, const char *hash,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_totp_lay: a one-time secret that counts at once, for the command line (the sample town): who
 * may write the database could do as much by hand. */
bool sk_totp_lay(SkStore *self, const char *account, GBytes **ret_secret,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
