/* SPDX-License-Identifier: Apache-2.0
 *
 * conf.h - sekisho.conf: this machine's side of things (where; the policy says what), in the
 * policy's syntax. Runs in: sekisho (command line, serve). Trusts: the file's owner; the text is
 * still checked whole. Spec: docs/sekisho-conf.md   Tests: tests/unit/policy/test-conf.c,
 * tests/golden/conf/
 */
#pragma once

#include "base/base.h"
#include "policy/conf-directory.h"
#include "policy/diagnostic.h"

#define SK_CONF_BYTES_MAX (1u << 20)
#define SK_CONF_STATIONS_MAX 64u

/** SkConfStation: one station of this machine. Paths are absolute once parsed. */
typedef struct {
    SkPlace place;        /* of its zone's name */
    char *zone;           /* the zone's name in the policy */
    char *listen_host;    /* "127.0.0.1" or "::1"; NULL where it listens on a socket file */
    uint16_t listen_port; /* 1 to 65535 */
    char *listen_unix;    /* absolute path; NULL where it listens on loopback */
    char *listen_lmtp;    /* absolute path: mail comes in here; NULL: none does */
    char *origin; /* "http://lgwan.localhost:8002": scheme, host, port where not the default; lower
                     case */
    char *content_origin; /* the cookieless twin: same shape, another host */
    char *store;          /* SQLite database */
    char *vault;          /* directory */
    char *seal;           /* directory */
    char *key;            /* the station's key file */
    char *user;           /* system user, or NULL: the user who starts `sekisho serve` */
    bool management;      /* administrators sign in here */
    char *wall; /* directory that `sekisho wall watch` keeps; read only; NULL: its page shows none */
    char *scan_yara;  /* file of YARA rules; NULL: none */
    char *scan_clamd; /* socket of a ClamAV daemon; NULL: none */
    char *notice_smtp;    /* "smtps://mail.example.jp" or smtp; NULL: no mail, or notice_unix */
    char *notice_unix;    /* a mail server's socket; NULL */
    char *notice_from;    /* mail address; set where one of the two is */
    char *notice_credentials; /* file with user and password, a line each; NULL */
    char *notice_ca;          /* file with the certificates to believe; NULL: the system's */
    char *deliver;            /* socket of the mail server that mail is handed to; NULL: none */
    bool deliver_lmtp;        /* it speaks LMTP, else SMTP */
    SkConfDirectory *directory; /* where its people come from; NULL */
} SkConfStation;

typedef struct {
    char *policy;        /* file: what is worked on */
    char *adopted;       /* directory: what is in force (adopt.h) */
    char *programs;      /* directory of sekisho-disarm, -verify, -draw, -convert */
    char *pages;         /* directory */
    GPtrArray *stations; /* of owned SkConfStation, at least one, as written */
} SkConf;

void sk_conf_free(SkConf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkConf, sk_conf_free)

/**
 * sk_conf_parse:
 * @directory: absolute; what relative paths start from
 * @ret: (out) (transfer full): set only where no error was found
 * @ret_diagnostics: (out) (transfer full): always set
 * Returns: true where no error was found
 */
bool sk_conf_parse(SkSpan text, const char *directory, SkConf **ret,
                   GPtrArray **ret_diagnostics) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_conf_load: reads and parses a file; relative paths start from its folder.
 * @error: SK_ERROR_IO, SK_ERROR_LIMIT, or SK_ERROR_MALFORMED with every diagnostic printed in its
 * message
 */
bool sk_conf_load(const char *path, SkConf **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_conf_station: NULL where this machine has none for @zone. */
const SkConfStation *sk_conf_station(const SkConf *self, const char *zone);
