/* SPDX-License-Identifier: Apache-2.0
 *
 * notice.h - what accounts are told: one row for each thing that happened or waits, derived from the acts
 * of a transaction before it commits (notice-derive.c holds the one table of act → notice → whom); and how
 * each wants to be told. A row holds codes and ids, no names. Runs in: whoever writes acts; web and the
 * notice role read. Trusts: nothing said by a client. Spec: docs/notices.md,
 * docs/decisions/0132-notices-from-acts.md   Tests: tests/unit/store/test-notice.c
 *
 * Errors as in store.h.
 */
#pragma once

#include "base/calendar.h"
#include "store/account.h"

typedef enum {
    SK_NOTICE_APPROVAL_WAITS = 1, /* a crossing waits for one's decision */
    SK_NOTICE_REMINDER,           /* it still does */
    SK_NOTICE_APPROVED,           /* what one sent was approved */
    SK_NOTICE_DENIED,
    SK_NOTICE_REFUSED, /* what one sent cannot pass; detail: the reason */
    SK_NOTICE_LAPSED,  /* nobody decided in time */
    SK_NOTICE_ARRIVED, /* something to collect */
    SK_NOTICE_RETURN_DUE,       /* a take-out's medium is to come back or be erased */
    SK_NOTICE_PROPOSAL_WAITS,   /* a second administrator is asked for; detail: its kind or subject */
    SK_NOTICE_PROPOSAL_DECIDED, /* of one's own proposal */
    SK_NOTICE_DEPUTY,           /* one is a deputy now; detail: whose */
    SK_NOTICE_CREDENTIALS,      /* one's password or factors changed; detail: the act */
    SK_NOTICE_OTHER_TERMINAL,   /* one is signed in at two terminals */
    SK_NOTICE_BREAK_GLASS,      /* the sealed envelope was opened */
    SK_NOTICE_POLICY,           /* another policy is in force, or others may sign it */
    SK_NOTICE_COMMAND_LINE,     /* root did what takes two people otherwise; detail: the act */
    SK_NOTICE_SPRAYING,         /* passwords are tried over many accounts */
    SK_NOTICE_ROLE,             /* one's own role changed; detail: "" */
    SK_NOTICE_RIGHTS,           /* a role was set by hand, or somebody locked who has one; detail: whose */
    SK_NOTICE_MALWARE,          /* a scanner found something in what was handed in; detail: the crossing */
    SK_NOTICE_COUNT
} SkNoticeKind;

const char *sk_notice_kind_name(SkNoticeKind kind);
/** sk_notice_kind_lookup: 0 where there is none. */
SkNoticeKind sk_notice_kind_lookup(const char *name);

typedef struct {
    int64_t n; /* grows: what is newer has more */
    SkNoticeKind kind;
    char *crossing; /* id; "" = none */
    char *detail;   /* a code or an account's name; "" = none */
    int64_t count;  /* how often since it was last read */
    int64_t time;   /* of the last */
    bool read;
} SkNotice;

void sk_notice_free(SkNotice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkNotice, sk_notice_free)

/** sk_notice_list: (element-type SkNotice) newest first; paged as sk_store_acts. @ret_unread: of all. */
bool sk_notice_list(SkStore *self, const char *account, const char *cursor, unsigned limit, GPtrArray **ret,
                    char **ret_next, int64_t *ret_unread, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_notice_read: all of @account's up to and including number @until. No act. */
bool sk_notice_read(SkStore *self, const char *account, int64_t until, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- how an account wants to be told ---- */

typedef enum {
    SK_MAIL_OFF = 0,
    SK_MAIL_DIGEST, /* one a day, where something is new */
    SK_MAIL_EACH,   /* soon after it happened */
    SK_MAIL_COUNT
} SkMail;

const char *sk_mail_name(SkMail mail);
/** sk_mail_lookup: SK_MAIL_COUNT where there is none. */
SkMail sk_mail_lookup(const char *name);

typedef struct {
    SkMail mail;
    SkCalendar calendar;
    char language[3]; /* "ja", "en"; "" = as the browser asks */
    bool feed;        /* out: there is a feed address */
} SkPreferences;

/** sk_preferences_get: the defaults (digest, 和暦, no language) where nothing was chosen. */
bool sk_preferences_get(SkStore *self, const char *account, SkPreferences *ret,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_preferences_set(SkStore *self, const char *account, const SkPreferences *in,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_feed_new: (transfer full): a token for the account's feed; the one before it ends. Only its hash is kept. */
bool sk_feed_new(SkStore *self, const char *account, char **ret_token, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_feed_end(SkStore *self, const char *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_feed_lookup: (transfer full): FORBIDDEN "token-unknown", also where the account is locked. */
bool sk_feed_lookup(SkStore *self, const char *token, SkAccount **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- mail (notice role) ---- */

#define SK_DIGEST_AT (INT64_C(8) * 3600 * G_USEC_PER_SEC) /* after midnight in Japan */
#define SK_MAILINGS_MAX 100u /* accounts in one answer */

/** SkMailing: an account that is to get a mail now. */
typedef struct {
    char *account;
    char *address;
    char language[3]; /* "ja" or "en" */
    SkMail mail;
    int64_t upto; /* the newest notice that it tells of */
    int64_t counts[SK_NOTICE_COUNT];
} SkMailing;

void sk_mailing_free(SkMailing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkMailing, sk_mailing_free)

/** sk_mailings_due: (element-type SkMailing): @digest: the day whose digest may go out by now. It tells
 * of what happened before eight o'clock of it, and of what came since; what comes later waits for the next day's.
 * Nothing new, no address, off, locked or waiting after a failure: not in it. */
bool sk_mailings_due(SkStore *self, int32_t digest, GPtrArray **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_mailing_sent: no act: that a machine wrote a mail is nobody's doing. */
bool sk_mailing_sent(SkStore *self, const SkMailing *mailing, int32_t day, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_mailing_failed: tried again after a minute, doubling to four hours. */
bool sk_mailing_failed(SkStore *self, const SkMailing *mailing, GError **error) G_GNUC_WARN_UNUSED_RESULT;
