/* SPDX-License-Identifier: Apache-2.0
 *
 * ask.h - a terminal's questions to its station: the two steps of a sign-in, how long the grace is,
 * and the end of the session. Runs in: whatever program asks PAM, mostly as root. Trusts: the
 * station whose certificate holds, for its answers' meaning only; their size and shape are checked.
 * Spec: data/openapi.json (/session, /zone)   Tests: tests/e2e/e2e-terminals
 */
#pragma once

#include "pam/options.h"

#include <stdint.h>

#define SK_TERMINAL_PASSWORD_MAX 1024u /* bytes */
#define SK_TERMINAL_GRACE_MAX INT64_C(604800)

typedef enum {
    SK_ASKED_YES,    /* a session is open: end it */
    SK_ASKED_SECOND, /* the password is right; a second factor is wanted */
    SK_ASKED_NO, /* the name, the password or the second factor is wrong, or the account is locked
                  */
    SK_ASKED_DELAYED,     /* too many misses: not now */
    SK_ASKED_ENROL,       /* this account has first to be set up in the browser */
    SK_ASKED_EXPIRED,     /* the password is right, and has to be changed in the directory first */
    SK_ASKED_AWAY,        /* the station's directory does not answer; the grace does not count */
    SK_ASKED_UNREACHABLE, /* nobody answers there: the grace may count */
    SK_ASKED_FAILED, /* somebody answers, and not as the station should: the grace does not count */
} SkAsked;

typedef struct SkAsk SkAsk;

/** sk_ask_new: (transfer full): NULL where memory or libcurl fails. @options is borrowed. */
SkAsk *sk_ask_new(const SkTerminalOptions *options);
void sk_ask_free(SkAsk *self); /* wipes; NULL is a no-op */
/** sk_ask_password: the first step. @name has been checked; @password is any bytes. */
SkAsked sk_ask_password(SkAsk *self, const char *name, const char *password);
/** sk_ask_code: the second, after SK_ASKED_SECOND. @code: six digits, or it is SK_ASKED_NO. */
SkAsked sk_ask_code(SkAsk *self, const char *name, const char *code);
/** sk_ask_grace: seconds of the zone's grace; 0 where there is none or the station does not say. */
int64_t sk_ask_grace(SkAsk *self);
/** sk_ask_end: ends the session of SK_ASKED_YES. false: it stands until its limit. */
bool sk_ask_end(SkAsk *self);
/** sk_ask_why: what went wrong on the way, without a secret; borrowed. */
const char *sk_ask_why(const SkAsk *self);
