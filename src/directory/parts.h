/* SPDX-License-Identifier: Apache-2.0
 *
 * parts.h - between the files of src/directory: the connection (connect.c), a search read entry by
 * entry (search.c), groups in groups (groups.c). Inside src/directory only.
 */
#pragma once

#include "directory/directory.h"

#include <ldap.h>

typedef struct {
    LDAP *ldap;
    int64_t deadline; /* monotonic, µs */
} SkLdap;

void sk_ldap_close(SkLdap *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkLdap, sk_ldap_close)

/** sk_ldap_open: connected, TLS verified, signed in. */
bool sk_ldap_open(const SkDirectorySettings *settings, SkLdap *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ldap_left: what is left of the time; zero and false when it is over. */
bool sk_ldap_left(const SkLdap *self, struct timeval *ret);
/** sk_ldap_throw: what libldap calls @code; always false. */
bool sk_ldap_throw(GError **error, const char *what, int code);

/** SkLdapEntry: @entry is read, never kept. */
typedef bool (*SkLdapEntry)(LDAP *ldap, LDAPMessage *entry, void *data, GError **error);

/** sk_ldap_search: a whole subtree, page by page. @attributes: NULL-terminated. LIMIT: over @max
 * entries. Anything but a complete answer is an error; references elsewhere are left out. */
bool sk_ldap_search(const SkLdap *self, const char *base, const char *filter,
                    const char *const *attributes, unsigned max, SkLdapEntry each, void *data,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_ldap_dn: (transfer full): a name as it is compared; NULL where it is none. */
char *sk_ldap_dn(const char *dn);

/**
 * sk_ldap_members: the names (sk_ldap_dn) of whatever is in the group, groups in groups followed
 * once each.
 * @groups: of sk_ldap_groups
 */
typedef struct SkLdapGroups SkLdapGroups;
void sk_ldap_groups_free(SkLdapGroups *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkLdapGroups, sk_ldap_groups_free)
bool sk_ldap_groups(const SkLdap *self, const char *base, SkLdapGroups **ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ldap_members(const SkLdapGroups *groups, const char *dn, GHashTable **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
