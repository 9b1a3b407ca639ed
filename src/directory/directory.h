/* SPDX-License-Identifier: Apache-2.0
 *
 * directory.h - people from an LDAP directory (OpenLDAP, Active Directory), read whole. TLS with a
 * verified certificate, always; no anonymous bind; referrals are not followed. What comes back is
 * read or it is an error: half a directory would lock the other half out.
 * Runs in: command line, before the station's database is opened. Trusts: nothing that the
 * directory says. Spec: docs/people.md, docs/decisions/0135-directory.md   Tests:
 * tests/unit/directory/test-words.c, tests/e2e/e2e-ldap
 */
#pragma once

#include "base/base.h"

#define SK_DIRECTORY_PEOPLE_MAX 20000u
#define SK_DIRECTORY_GROUPS_MAX 20000u
#define SK_DIRECTORY_MEMBERS_MAX 1000000u /* of all groups together */
#define SK_DIRECTORY_PROBLEMS_MAX 1000u
#define SK_DIRECTORY_VALUE_MAX 1000u /* bytes */
#define SK_DIRECTORY_MESSAGE_MAX (16u << 20)
#define SK_DIRECTORY_SECONDS 300

typedef enum {
    SK_DIRECTORY_ACCOUNT,
    SK_DIRECTORY_LABEL,
    SK_DIRECTORY_KANA,
    SK_DIRECTORY_NUMBER,
    SK_DIRECTORY_MAIL,
    SK_DIRECTORY_SECTION,
    SK_DIRECTORY_TITLE,
    SK_DIRECTORY_VALUES
} SkDirectoryValue;

/** SkDirectorySettings: borrowed. */
typedef struct {
    const char *url; /* ldaps://, or ldap:// with StartTLS */
    const char *ca;  /* file */
    const char *bind;
    const char *password; /* not empty */
    const char *base, *filter;
    const char *groups;                          /* where groups are */
    const char *attributes[SK_DIRECTORY_VALUES]; /* NULL = not read */
    const char *const *roles;                    /* role, group's DN, role, … */
    unsigned n_roles;                            /* pairs */
} SkDirectorySettings;

/** SkDirectoryPerson: values are plain text without TAB and line ends; "" = there is none. */
typedef struct {
    char *dn;
    char *values[SK_DIRECTORY_VALUES];
    bool head;        /* is in a group of the role "head" */
    const char *role; /* borrowed from the settings; "" = none */
    GBytes *primary;  /* SID of the primary group, in Active Directory; NULL = none */
} SkDirectoryPerson;

/** SkDirectoryProblem: an entry that cannot be taken as it is. */
typedef struct {
    char *dn; /* plain text, cut at 200 bytes */
    char *attribute;
    const char *code; /* "missing", "many", "bad-text", "too-long", "two-roles", "no-section" */
} SkDirectoryProblem;

typedef struct {
    GPtrArray *people;   /* of SkDirectoryPerson, by account */
    GPtrArray *problems; /* of SkDirectoryProblem */
} SkDirectory;

void sk_directory_free(SkDirectory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkDirectory, sk_directory_free)

/**
 * sk_directory_read: all people below the base that the filter finds, with the roles of the groups
 * they are in, through groups in groups.
 * @error: SK_ERROR_IO (not reached, not trusted, not signed in, broken off), SK_ERROR_LIMIT,
 *     SK_ERROR_MALFORMED (a group that is not there or not shown whole; settings)
 */
bool sk_directory_read(const SkDirectorySettings *settings, SkDirectory **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_directory_table: (transfer full): the people as a list for sk_import (docs/formats/table.md).
 * @names: (element-type char*): of these alone; NULL = of all
 * @without: (element-type char*): accounts whose posts are left out; NULL = none
 */
GBytes *sk_directory_table(const SkDirectory *self, GHashTable *names, GHashTable *without);
