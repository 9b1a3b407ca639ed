/* SPDX-License-Identifier: Apache-2.0
 *
 * totp.h - one-time codes by time, through liboath: 30 s a step, 6 digits, SHA-1, as every
 * authenticator application makes them. One step either side of now is taken, and no step twice:
 * the caller keeps the last one.
 * Runs in: web, `sekisho user`. Trusts: the clock. Spec: RFC 6238, RFC 4226, the otpauth form of
 * authenticator applications   Tests: tests/unit/factor/test-totp.c
 */
#pragma once

#include "base/base.h"

#define SK_TOTP_SECRET_BYTES 20u
#define SK_TOTP_DIGITS 6u
#define SK_TOTP_STEP_SECONDS 30
#define SK_TOTP_WINDOW 1

/** sk_totp_code: the code of @step into @ret (SK_TOTP_DIGITS + 1 chars). */
bool sk_totp_code(SkSpan secret, int64_t step, char *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_totp_check: is @code the code of a step near @now (µs UTC) that is later than @last?
 * @code: six ASCII digits; anything else is a no
 * @ret_step: that step, to be kept as the next @last; 0 = no (no step is 0 in this century)
 * All steps of the window are computed and compared in constant time, whatever the answer.
 */
bool sk_totp_check(SkSpan secret, int64_t now, int64_t last, const char *code, int64_t *ret_step,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_totp_secret_text: (transfer full): base32 without padding, for people who type it. */
char *sk_totp_secret_text(SkSpan secret);
/** sk_totp_uri: (transfer full): otpauth://totp/ISSUER:ACCOUNT?…, names percent-encoded. */
char *sk_totp_uri(SkSpan secret, const char *issuer, const char *account);
