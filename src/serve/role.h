/* SPDX-License-Identifier: Apache-2.0
 *
 * role.h - what a role's process is told: its station's places inside its own file view, and the
 * descriptors it was given. Travels as the arguments of `sekisho role`, which only the supervisor calls.
 * Runs in: supervisor (emits), every role (parses).
 * Tests: tests/unit/cmd/test-role.c
 */
#pragma once

#include "base/base.h"

#define SK_ROLE_SOCKETS_MAX 16u

typedef enum {
    SK_SERVE_SETUP, /* not a role that stays: makes the station's store, vault and seal, and ends */
    SK_SERVE_WEB,
    SK_SERVE_RUNNER,
    SK_SERVE_INTAKE,
    SK_SERVE_SEALER,
    SK_SERVE_NOTICE,  /* writes mail: where the station has a mail server */
    SK_SERVE_COURIER, /* takes it there: has a network, and nothing of the station */
    SK_SERVE_DIRECTORY, /* asks the directory whether a password is right: likewise */
    SK_SERVE_MAIL,      /* takes mail in: where the station listens for it */
    SK_SERVE_DELIVER,   /* hands mail to the zone's mail server: where the station has one for that */
    SK_SERVE_COUNT
} SkServeRole;

const char *sk_serve_role_name(SkServeRole role);
/** sk_serve_role_lookup: SK_SERVE_COUNT where @name is no role. */
SkServeRole sk_serve_role_lookup(const char *name);

typedef enum {
    SK_SOCKET_HTTP,    /* listening on loopback; peers must be loopback too */
    SK_SOCKET_UNIX,    /* listening for nginx */
    SK_SOCKET_SEND,    /* passage: this station offers to @zone */
    SK_SOCKET_RECEIVE, /* passage: @zone offers to this station */
    SK_SOCKET_SECRET,  /* passwords from the station's web to its runner (base/secret.h) */
    SK_SOCKET_MAIL,    /* mail from the station's notice to its courier (notice/courier.h) */
    SK_SOCKET_LMTP, /* listening for the zone's mail server */
    SK_SOCKET_DIRECTORY, /* questions from the station's web to its directory role (directory/question.h) */
    SK_SOCKET_COUNT
} SkSocketKind;

typedef struct {
    SkSocketKind kind;
    int fd;
    char *zone; /* owned; "" for listeners */
} SkRoleSocket;

typedef struct {
    SkServeRole role;
    char *station; /* owned, as all below */
    char *store;   /* file */
    char *vault;   /* directory */
    char *seal;    /* directory */
    char *key;     /* the seal's signing key: file */
    char *programs;
    char *pages;
    char *origin;
    char *content_origin;
    char *wall;                 /* web: directory of the watcher; "" for none */
    char *scan_yara;            /* runner: file of rules; "" for none */
    char *scan_clamd;           /* runner: socket of a daemon; "" for none */
    char *mail_from;            /* notice: whom its mail is from; "" elsewhere */
    char *deliver;              /* deliver: the mail server's socket, "lmtp:" or "smtp:" before it; "" elsewhere */
    char *policy_text;          /* what was adopted: SHA-256 of the signed text, */
    char *policy_signers;       /* of the list of signers, */
    char *policy_ciso;          /* and whose keys signed: fingerprints */
    char *policy_administrator;
    int policy; /* sealed memfd with the policy's text */
    int settings; /* courier, directory: sealed memfd of its settings; -1: none */
    int ca;     /* courier, directory: the certificates to believe; -1: the system's */
    int status; /* memfd: a JSON array of the station's roles, kept by the supervisor; -1: none */
    int ready;  /* write end: one byte when the role can serve; -1 if nobody waits */
    bool management;  /* administrators may sign in here */
    GArray *sockets; /* owned, of SkRoleSocket */
} SkRoleArgs;

SkRoleArgs *sk_role_args_new(void);
void sk_role_args_free(SkRoleArgs *self); /* leaves descriptors open */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkRoleArgs, sk_role_args_free)
void sk_role_args_add_socket(SkRoleArgs *self, SkSocketKind kind, int fd, const char *zone);

/** sk_role_args_emit: (transfer full): `sekisho`, `role`, … NULL-terminated. */
char **sk_role_args_emit(const SkRoleArgs *self);
/** sk_role_args_parse: @argv without the two first words. SK_ERROR_MALFORMED names the argument. */
bool sk_role_args_parse(int argc, char **argv, SkRoleArgs **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_role_ready: tells the supervisor, once. */
void sk_role_ready(SkRoleArgs *self);
