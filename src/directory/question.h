/* SPDX-License-Identifier: Apache-2.0
 *
 * question.h - whether a password is the directory's: the two ends between who has the station's
 * database (web) and who can reach the directory. One frame a question, with the socket that its
 * answer comes back on. Runs in: web (asks), directory (answers), supervisor (settings). Trusts:
 * neither the other. Spec: docs/decisions/0138-passwords-of-the-directory.md   Tests:
 * tests/unit/directory/test-question.c, tests/e2e/e2e-ldap
 */
#pragma once

#include "base/base.h"

#define SK_DIRECTORY_NAME_MAX 64u
#define SK_DIRECTORY_PASSWORD_MAX 1024u
#define SK_DIRECTORY_FRAME_MAX (8u + SK_DIRECTORY_NAME_MAX + SK_DIRECTORY_PASSWORD_MAX)
#define SK_DIRECTORY_PATIENCE_MS 10000

typedef enum {
    SK_DIRECTORY_YES = 1,
    SK_DIRECTORY_NO,      /* another password, nobody, or more than one of that name */
    SK_DIRECTORY_EXPIRED, /* the password is right, and has to be changed over there first */
    SK_DIRECTORY_AWAY,    /* not reached, not believed, or no answer in time */
    SK_DIRECTORY_ANSWERS
} SkDirectoryAnswer;

/** SkDirectoryQuestion: both NULL: a question about nobody, which takes as long as one. */
typedef struct {
    char *name;
    char *password;
} SkDirectoryQuestion;

void sk_directory_question_free(SkDirectoryQuestion *self); /* wipes the password */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkDirectoryQuestion, sk_directory_question_free)

/** sk_directory_frame: (transfer full): both NULL, or an account's name and a password that is not
 * empty and within its limit; NULL for anything else: it must not be asked. To be wiped. */
GByteArray *sk_directory_frame(const char *name, const char *password);
/** sk_directory_frame_parse: MALFORMED. */
bool sk_directory_frame_parse(SkSpan frame, SkDirectoryQuestion **ret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_directory_ask: waits for the answer, at most SK_DIRECTORY_PATIENCE_MS. Whatever goes wrong is
 * SK_DIRECTORY_AWAY; an empty or too long password is SK_DIRECTORY_NO and is not sent. Any thread.
 * @name: NULL: about nobody
 */
SkDirectoryAnswer sk_directory_ask(int sock, const char *name, const char *password);

/** SkDirectoryDoor: what the supervisor hands to the directory role, once, as a sealed memfd. */
typedef struct {
    char *url; /* ldaps://, or ldap:// with StartTLS */
    char *bind;
    char *password;
    char *base, *filter;
    char *account; /* attribute */
} SkDirectoryDoor;

void sk_directory_door_free(SkDirectoryDoor *self); /* wipes the password */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkDirectoryDoor, sk_directory_door_free)
/** sk_directory_door_emit: (transfer full): NULL where a value is no UTF-8. */
GBytes *sk_directory_door_emit(const SkDirectoryDoor *self);
/** sk_directory_door_parse: MALFORMED: something is missing, empty or not known. */
bool sk_directory_door_parse(SkSpan text, SkDirectoryDoor **ret,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_directory_secret: (transfer full): the one line of a password's file that only its owner may
 * read. IO, LIMIT; MALFORMED: readable by others, empty, or of more than one line. */
bool sk_directory_secret(const char *path, char **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
