/* SPDX-License-Identifier: Apache-2.0
 *
 * parts.h - between the files of src/directory: the connection (connect.c), a search read entry by
 * entry (search.c), words of a search (words.c), groups in groups (groups.c). Inside src/directory
 * only.   Tests: tests/unit/directory/, tests/fuzz/fuzz-directory.c
 */
#pragma once

#include "directory/directory.h"
#include "directory/question.h"

#include <ldap.h>

typedef struct SkLdapWatch SkLdapWatch;

typedef struct {
    LDAP *ldap;
    int64_t deadline;   /* monotonic, µs */
    SkLdapWatch *watch; /* breaks the connection when the time is over */
} SkLdap;

void sk_ldap_close(SkLdap *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkLdap, sk_ldap_close)

/** sk_ldap_open: connected, TLS verified, signed in. @seconds: for this and all that follows. */
bool sk_ldap_open(const SkDirectorySettings *settings, unsigned seconds, SkLdap *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ldap_watch: (transfer full): from @until (monotonic, µs) on nothing comes or goes on this
 * socket. libldap's own time limit does not hold while TLS is agreed upon. */
SkLdapWatch *sk_ldap_watch(int fd, int64_t until);
void sk_ldap_watch_until(SkLdapWatch *self, int64_t until);
void sk_ldap_watch_end(SkLdapWatch *self); /* NULL is a no-op */

/** sk_ldap_left: what is left of the time; zero and false when it is over. */
bool sk_ldap_left(const SkLdap *self, struct timeval *ret);
/** sk_ldap_throw: what libldap calls @code; always false. */
bool sk_ldap_throw(GError **error, const char *what, int code);

/** SkLdapEntry: @entry is read, never kept. */
typedef bool (*SkLdapEntry)(LDAP *ldap, LDAPMessage *entry, void *data, GError **error);

/** sk_ldap_search: all of @scope, page by page. @attributes: NULL-terminated. LIMIT: over @max
 * entries. Anything but a complete answer is an error; references elsewhere are left out. */
bool sk_ldap_search(const SkLdap *self, const char *base, int scope, const char *filter,
                    const char *const *attributes, unsigned max, SkLdapEntry each, void *data,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_ldap_dn: (transfer full): a name as it is compared; NULL where it is none. */
char *sk_ldap_dn(const char *dn);
/** sk_ldap_escape: (transfer full): a value in a filter, where no byte of it means anything (RFC
 * 4515). */
char *sk_ldap_escape(SkSpan value);
/** sk_ldap_filter: (transfer full): what @filter finds, and of that only who has this @account. */
char *sk_ldap_filter(const char *filter, const char *attribute, const char *account);
/** sk_ldap_is_account: the one value of an entry's account is @account, without regard to case. */
bool sk_ldap_is_account(struct berval *const *values, const char *account);

/** sk_ldap_value: (transfer full): plain text, "" where there is none or @ret_wrong says what it is
 * (SkDirectoryProblem). Values have no order, so that of several the same one is taken always.
 * @one: several are wrong. @values are put in order. */
char *sk_ldap_value(struct berval **values, bool needed, bool one, const char **ret_wrong);

/** SkLdapRange: `member;range=0-1499`: the values from @from on; @to is the last of them, or, in the
 * last piece (`*`), -1. */
typedef struct {
    int64_t from, to;
} SkLdapRange;

#define SK_LDAP_RANGE_MAX INT64_C(10000000)
/** sk_ldap_range: is @name @attribute with a range and nothing else? */
bool sk_ldap_range(const char *name, const char *attribute, SkLdapRange *ret);
/** sk_ldap_primary: (transfer full): the SID of the group that a user with @sid has as its primary
 * one: the user's with its last part replaced by @rid. NULL where either is none. */
GBytes *sk_ldap_primary(SkSpan sid, const char *rid);

/** sk_ldap_judge: what the answer to a bind with somebody's password says.
 * @policy: of the password policy control (LDAPPasswordPolicyError); PP_noError = it said none */
SkDirectoryAnswer sk_ldap_judge(int code, const char *diagnostic, int policy);

typedef struct SkLdapGroups SkLdapGroups;
void sk_ldap_groups_free(SkLdapGroups *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkLdapGroups, sk_ldap_groups_free)
/** sk_ldap_groups: @self is borrowed as long as they live. */
bool sk_ldap_groups(const SkLdap *self, const char *base, SkLdapGroups **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_ldap_members: the names (sk_ldap_dn) of whatever is in the group, groups in groups followed
 * once each, and what is shown in pieces fetched whole.
 * @ret_sids: (element-type GBytes): of it and of the groups in it: whoever has one of them as the
 *     primary group is in it too, and in no `member` (Active Directory)
 * Both borrow from @groups.
 */
bool sk_ldap_members(SkLdapGroups *groups, const char *dn, GHashTable **ret, GHashTable **ret_sids,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
