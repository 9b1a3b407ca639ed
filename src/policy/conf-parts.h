/* SPDX-License-Identifier: Apache-2.0
 *
 * conf-parts.h - what the files that read sekisho.conf share; nobody else includes it.
 * Trusts: the file's owner, but not his spelling. Tests: as conf.h
 */
#pragma once

#include "policy/conf.h"
#include "policy/lexer.h"

#define SK_CONF_LINE_TOKENS_MAX 6u

typedef enum {
    SETTING_POLICY,
    SETTING_ADOPTED,
    SETTING_PROGRAMS,
    SETTING_PAGES,
    SETTING_LISTEN_HTTP,
    SETTING_LISTEN_UNIX,
    SETTING_LISTEN_LMTP,
    SETTING_ORIGIN,
    SETTING_CONTENT_ORIGIN,
    SETTING_STORE,
    SETTING_VAULT,
    SETTING_SEAL,
    SETTING_KEY,
    SETTING_USER,
    SETTING_MANAGEMENT,
    SETTING_WALL,
    SETTING_SCAN_YARA,
    SETTING_SCAN_CLAMD,
    SETTING_NOTICE_SMTP,
    SETTING_NOTICE_FROM,
    SETTING_NOTICE_CREDENTIALS,
    SETTING_NOTICE_CA,
    SETTING_DELIVER_LMTP,
    SETTING_DELIVER_SMTP,
    SETTING_COUNT
} SkConfSetting;

typedef struct {
    const char *first;
    const char *second; /* or NULL */
    bool station;
    bool has_string;
    bool needed;
    const char *example;
} SkConfSettingRow;

extern const SkConfSettingRow sk_conf_settings[SETTING_COUNT];

typedef struct {
    SkConfStation *station;
    SkPlace seen[SETTING_COUNT]; /* where each setting's value stands */
} SkConfDraft;

typedef struct {
    SkLexer *lexer;
    GPtrArray *diagnostics;
    const char *directory;
    SkConf *conf;
    SkPlace seen[SETTING_COUNT]; /* of the machine */
    GArray *drafts;              /* of SkConfDraft; the stations themselves are in conf */
    SkToken tokens[SK_CONF_LINE_TOKENS_MAX];
    unsigned n;
    bool opens;    /* the line ends in a brace */
    bool skipping; /* inside a block that belongs to nothing */
} SkConfReader;

/** sk_conf_fail: an error at @place; @hint may be NULL. */
SkDiagnostic *sk_conf_fail(SkConfReader *r, SkPlace place, const char *hint, const char *format,
                           ...) G_GNUC_PRINTF(4, 5);

/** sk_conf_apply: the value of @setting, of the machine or of @station; what is wrong is said. */
void sk_conf_apply(SkConfReader *r, SkConfSetting setting, SkConfStation *station,
                   const SkToken *value);
/** sk_conf_origin_host: (transfer full): the host of an origin that has been accepted. */
char *sk_conf_origin_host(const char *origin);

/** sk_conf_check_shared: nothing is shared between stations. */
void sk_conf_check_shared(SkConfReader *r);
