/* SPDX-License-Identifier: Apache-2.0
 *
 * account.h - a station's people: accounts, and the three steps of signing in (sessions:
 * session.h). Credentials belong to one station. Passwords are kept as Argon2id (64 MiB) only. Runs
 * in: web, `sekisho user`. Trusts: nothing said by a client. Tests: tests/unit/store/test-account.c
 *
 * Errors as in store.h.
 */
#pragma once

#include "store/store.h"

typedef enum {
    SK_ROLE_STAFF = 1,
    SK_ROLE_SECTION_HEAD,
    SK_ROLE_SECURITY_MANAGER, /* 情報セキュリティ管理者: the second step of an approval */
    SK_ROLE_AUDITOR,          /* reads everything, changes nothing */
    SK_ROLE_ADMINISTRATOR,    /* never by a post: set by hand */
    SK_ROLE_COUNT
} SkRole;

/* "staff", "section-head", "security-manager", "auditor", "administrator" */
const char *sk_role_name(SkRole role);
SkRole sk_role_lookup(const char *name); /* 0 where there is none */

typedef struct {
    char *name;  /* [a-z0-9._-]{1,64} */
    char *label; /* as shown: plain UTF-8, at most 100 bytes */
    SkRole role;
    char *section;    /* a section's code, or, where there is no organisation, any plain UTF-8 of at
                         most 100 bytes; "" = none */
    bool locked;      /* by an administrator until unlocked, or outside of the days that follow */
    char *kana;       /* reading of the label; "" = not known */
    char *number;     /* 職員番号; "" = none */
    char *mail;       /* "" = none */
    char *source;     /* "local", "import", "ldap" */
    int joins;        /* first day (store/organisation.h); 0 = no bound */
    int leaves;       /* last day; 0 = no bound */
    bool enrolled;    /* has a password of the station's own; sk_account_is_enrolled */
    GPtrArray *heads; /* of SkHeadship: what may be decided today, sk_organisation_heads; or NULL */
    int64_t created;
} SkAccount;

/** SkHeadship: one section for which an account may decide today. */
typedef struct {
    char *section;      /* "" = every section of the town */
    SkRole role;        /* SECTION_HEAD or SECURITY_MANAGER */
    char *on_behalf_of; /* an account's name, as its deputy; NULL: by the own post */
} SkHeadship;

void sk_account_free(SkAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkAccount, sk_account_free)

#define SK_PASSWORD_MIN 10u   /* characters */
#define SK_PASSWORD_MAX 1024u /* bytes */
bool sk_account_name_is(const char *name);
/** sk_account_is_elsewhere: is its password the directory's, where the station asks one? An
 * administrator's never is. */
bool sk_account_is_elsewhere(const SkAccount *account, bool directory);
/** sk_account_is_enrolled: has a password, here or there: one who has none cannot sign in. */
bool sk_account_is_enrolled(const SkAccount *account, bool directory);
/** sk_password_is: valid UTF-8 within the two limits. */
bool sk_password_is(const char *password);
/** sk_password_hash: (transfer full): Argon2id, 64 MiB, ~100 ms. SK_ERROR_LIMIT where memory is
 * short; MALFORMED if not sk_password_is. */
char *sk_password_hash(const char *password, GError **error);

/** sk_account_add: @password_hash from sk_password_hash; @actor NULL = the command line. LIMIT:
 * "account-exists". */
bool sk_account_add(SkStore *self, const SkAccount *account, const char *password_hash,
                    const char *actor, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_get: FORBIDDEN "account-unknown". */
bool sk_account_get(SkStore *self, const char *name, SkAccount **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_page: (element-type SkAccount): by name, after @cursor (NULL = from the start).
 * @ret_next: (transfer full): NULL after the last. MALFORMED: no cursor. */
bool sk_account_page(SkStore *self, const char *cursor, unsigned limit, GPtrArray **ret,
                     char **ret_next, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_list: (element-type SkAccount): all of them by name: for the command line. */
bool sk_account_list(SkStore *self, GPtrArray **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_lock: ends its sessions too. FORBIDDEN: "account-unknown"; "last-administrator" where
 * nobody could unlock it. */
bool sk_account_lock(SkStore *self, const char *name, const char *actor,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_unlock: clears the delay after failed sign-ins too. */
bool sk_account_unlock(SkStore *self, const char *name, const char *actor,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_account_set_password: ends its sessions. */
bool sk_account_set_password(SkStore *self, const char *name, const char *password_hash,
                             const char *actor, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- signing in: begin (database) → verify (Argon2, any thread) → finish (database) ---- */

#define SK_SIGNIN_FREE_FAILURES 5u /* after so many a name is delayed: 30 s, doubling to 1 h */
#define SK_SIGNIN_DELAY_FIRST (INT64_C(30) * G_USEC_PER_SEC)
#define SK_SIGNIN_DELAY_MAX (INT64_C(3600) * G_USEC_PER_SEC)

/** SkClient: where a request comes from, as far as it is believed; and the zone's limits for what
 * is opened for it. NULL strings and 0 = not known. */
typedef struct {
    const char *address;  /* as it is shown */
    const char *network;  /* what its failures are counted under: the address, or its /64 */
    const char *terminal; /* the terminal cookie's value, unchecked */
    const char *label;    /* of the browser, from a closed list */
    int64_t idle;         /* µs a session lasts unused */
    int64_t life;         /* µs it lasts at most */
    bool directory;       /* the station asks its directory for passwords of people from there */
} SkClient;

typedef struct SkSignInAttempt SkSignInAttempt;

/**
 * sk_signin_begin: (transfer full): what verify needs. An unknown, locked or ill-formed name gets a
 * dummy hash, and delays grow for names that nobody has as for others: neither time nor answer
 * tells whether an account exists. SK_ERROR_LIMIT "locked": the try is delayed (store/delay.h says
 * whose are); @ret_wait µs of it are left
 * @client: may be NULL; copied
 */
bool sk_signin_begin(SkStore *self, const char *name, const SkClient *client,
                     SkSignInAttempt **ret, int64_t *ret_wait,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signin_verify: ~100 ms of CPU and 64 MiB; touches no database. The answer stays inside
 * @signin. */
void sk_signin_verify(SkSignInAttempt *signin, const char *password);
void sk_signin_free(SkSignInAttempt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSignInAttempt, sk_signin_free)

typedef struct SkSession SkSession; /* store/session.h */

/**
 * sk_signin_finish: one transaction: a session and an act, or a counted failure and an act. The
 * account is looked at again: one locked or changed meanwhile fails. FORBIDDEN "sign-in-failed";
 * LIMIT "locked" with @ret_wait where this failure began a delay
 */
bool sk_signin_finish(SkStore *self, SkSignInAttempt *signin, SkSession **ret, int64_t *ret_wait,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
