/* SPDX-License-Identifier: Apache-2.0
 *
 * conf-directory.h - the block `directory ZONE {` in sekisho.conf: which LDAP server a station's
 * people come from. Runs in: sekisho. Trusts: the file's owner; the text is still checked.
 * Spec: docs/sekisho-conf.md   Tests: tests/unit/policy/test-conf.c
 */
#pragma once

#include "policy/lexer.h"

#define SK_CONF_DIRECTORY_ROLES_MAX 64u

/** SkConfDirectory: strings are NULL where nothing was said. Paths are absolute. */
typedef struct {
    char *url;      /* "ldaps://HOST[:PORT]", or ldap: StartTLS is then required */
    char *ca;       /* file: the certificates to believe */
    char *bind;     /* DN; never empty */
    char *password; /* file */
    char *base;     /* DN */
    char *filter;
    char *groups;   /* DN; NULL = base */
    char *passwords; /* "directory": its people sign in with its passwords; "station" or NULL: with
                        the station's own */
    char *proposer; /* account; NULL = whoever would come to decide is left as they are */
    /* names of attributes; account and label are always set */
    char *account, *label, *kana, *number, *mail, *section, *title;
    GPtrArray *roles; /* of char *: role, DN of a group, role, DN … */
} SkConfDirectory;

SkConfDirectory *sk_conf_directory_new(void); /* (transfer full) */
void sk_conf_directory_free(SkConfDirectory *self);

/**
 * sk_conf_directory_line: one line of the block.
 * @folder: what relative paths start from
 * @ret_message, @ret_hint: (out) (transfer none): what is wrong with it
 */
bool sk_conf_directory_line(SkConfDirectory *self, const SkToken *tokens, unsigned n,
                            const char *folder, const char **ret_message,
                            const char **ret_hint) G_GNUC_WARN_UNUSED_RESULT;
/** sk_conf_directory_asks: do its people sign in with the directory's passwords? */
bool sk_conf_directory_asks(const SkConfDirectory *self);
/** sk_conf_directory_missing: the first word that has to stand there and does not; NULL = none. */
const char *sk_conf_directory_missing(const SkConfDirectory *self);
