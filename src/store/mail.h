/* SPDX-License-Identifier: Apache-2.0
 *
 * mail.h - crossings that are mails. One crossing a mail, whoever it is for; no account sends or receives it, its
 * envelope says who does. A mail does not expire before it is over: passed on, refused and told, or handed to
 * everybody.
 * Runs in: mail, runner, intake, deliver roles. Trusts: the database file's owner.
 * Tests: tests/unit/store/test-mail.c
 */
#pragma once

#include "base/envelope.h"
#include "store/store.h"

#define SK_MAIL_NAME "mail.eml" /* what a mail is called where a crossing has a name */
#define SK_MAIL_KEEP_US (INT64_C(30) * 24 * 3600 * G_USEC_PER_SEC) /* the row, once it is over */

/** sk_store_envelope: (transfer full): FORBIDDEN "not-found" for what is no mail, or forgotten. */
bool sk_store_envelope(SkStore *self, const char *id, SkEnvelope **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- at the sending station ---- */

/** sk_store_mail_untold: (transfer full): the oldest mail that was refused here and that nobody has been told of; NULL:
 * none. What the receiving station refused, that one tells of. */
bool sk_store_mail_untold(SkStore *self, SkCrossing **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_mail_tell: @notice, itself a mail, is received, and of @id nobody need be told any more: both or neither.
 * FORBIDDEN "forbidden-state" where somebody was told. */
bool sk_store_mail_tell(SkStore *self, const char *id, const SkReceive *notice, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- at the receiving station ---- */

/** SkMailDue: one recipient who waits for it: of the mail, or, where that was @refused, of the news of it. */
typedef struct {
    char *id;
    unsigned n;
    char *address;
    bool refused;
} SkMailDue;

void sk_mail_due_free(SkMailDue *self);

/** sk_store_mail_due: (element-type SkMailDue): whose next try is due, oldest mail first. */
bool sk_store_mail_due(SkStore *self, unsigned limit, GPtrArray **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_store_mail_settle: the recipient's mail server has taken it, or has refused it for good. An act for each; with
 * the last one the mail is delivered, or, where nobody has taken it, refused. FORBIDDEN "forbidden-state" for one who
 * no longer waits.
 * @code: what the server answered: digits; for the history
 */
bool sk_store_mail_settle(SkStore *self, const char *id, unsigned n, bool delivered, const char *code,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_store_mail_put_off: not now: the next try is after a minute, doubling to an hour. No act. */
bool sk_store_mail_put_off(SkStore *self, const char *id, unsigned n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
