/* SPDX-License-Identifier: Apache-2.0
 *
 * factor-rows.h - inside src/store only: tickets, challenges, the rows of factors; each inside the
 * caller's transaction. */
#pragma once

#include "seal/merkle.h"
#include "store/db.h"
#include "store/factor.h"

#define SK_TICKET_LIFE (INT64_C(300) * G_USEC_PER_SEC)
#define SK_TICKET_TRIES_MAX 5
#define SK_TICKETS_MAX 4 /* of an account and purpose at a time: the oldest goes */

/** SkTicketPurpose: numbers are in the database. */
typedef enum {
    SK_TICKET_SECOND = 1, /* the password was right; the second factor is to come */
    SK_TICKET_REGISTER,   /* a passkey is being made */
    SK_TICKET_SPENT,      /* a challenge of sk_challenge_new that was used */
} SkTicketPurpose;

typedef struct {
    SkHash hash;
    char *account;
    uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES];
    int tries;
} SkTicket;

void sk_ticket_clear(SkTicket *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkTicket, sk_ticket_clear)

/** sk_ticket_new: @ret_ticket: (transfer full): 64 hexadecimal digits, of which the hash is kept.
 * @ret_challenge: SK_WEBAUTHN_CHALLENGE_BYTES, or NULL */
bool sk_ticket_new(SkStore *store, const char *account, SkTicketPurpose purpose, char **ret_ticket,
                   uint8_t *ret_challenge, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ticket_read: @ret_found false: unknown, past its time, tried too often. */
bool sk_ticket_read(SkStore *store, const char *ticket, SkTicketPurpose purpose, SkTicket *ret,
                    bool *ret_found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ticket_count(SkStore *store, const SkTicket *ticket,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ticket_end(SkStore *store, const SkTicket *ticket,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tickets_end: every one of @account. */
bool sk_tickets_end(SkStore *store, const char *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_challenge_is: is it the shape of sk_challenge_new's ticket? */
bool sk_challenge_is(const char *ticket);
/** sk_challenge_spend: @ret_ok false: not ours, past its time, used. */
bool sk_challenge_spend(SkStore *store, const char *ticket, uint8_t *ret_challenge, bool *ret_ok,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_factor_count: those that count. */
bool sk_factor_count(SkStore *store, const char *account, int64_t *ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_recovery_count(SkStore *store, const char *account, int64_t *ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_clear: @account has no factor, recovery code, ticket, enrolment. */
bool sk_factor_clear(SkStore *store, const char *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_totp_row: a secret under seal; @confirmed by @step, or waiting. */
bool sk_factor_totp_row(SkStore *store, const char *account, const char *id, const char *label,
                        SkSpan secret, bool confirmed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_factor_totp_open: the secret of the row (SK_TOTP_SECRET_BYTES). */
bool sk_factor_totp_open(SkStore *store, const char *account, const char *id, SkSpan sealed,
                         uint8_t *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
