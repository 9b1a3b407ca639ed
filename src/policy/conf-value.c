/* SPDX-License-Identifier: Apache-2.0
 * conf-value.c - what the settings of sekisho.conf may say; contract in conf-parts.h. */
#include "policy/conf-parts.h"

#include "base/name.h"
#include "policy/words.h"

#include <string.h>

#define UNIX_PATH_MAX 107u

SkDiagnostic *
sk_conf_fail(SkConfReader *r, SkPlace place, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return sk_diagnostics_add(r->diagnostics, SK_SEVERITY_ERROR, place, g_strdup(hint), "%s",
                              message);
}

static char *
value_path(SkConfReader *r, const SkToken *value)
{
    if (value->text[0] == '\0') {
        sk_conf_fail(r, value->place, NULL, "this path is empty");
        return NULL;
    }
    return g_canonicalize_filename(value->text, r->directory);
}

static void
value_listen_http(SkConfReader *r, SkConfStation *station, const SkToken *value)
{
    static const char *const hosts[] = { "127.0.0.1", "[::1]" };
    uint64_t port = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++) {
        size_t n = strlen(hosts[i]);
        if (!g_str_has_prefix(value->text, hosts[i]) || value->text[n] != ':')
            continue;
        if (!sk_words_number(value->text + n + 1, 65535, &port) || port == 0) {
            sk_conf_fail(r, value->place, "a port is a number from 1 to 65535",
                         "this address has no port that can be");
            return;
        }
        station->listen_host = g_strdup(i == 0 ? "127.0.0.1" : "::1");
        station->listen_port = (uint16_t)port;
        return;
    }
    sk_conf_fail(r, value->place,
                 "listen http \"127.0.0.1:8002\", and a proxy with TLS in front, or listen unix",
                 "plain HTTP is served on this machine's loopback only");
}

/* (transfer full): of a socket; NULL after saying what is wrong. */
static char *
value_socket(SkConfReader *r, const SkToken *value)
{
    g_autofree char *path = value_path(r, value);

    if (path != NULL && strlen(path) > UNIX_PATH_MAX) {
        sk_conf_fail(r, value->place, "put it under /run/sekisho",
                     "the path of a socket has at most %u bytes", UNIX_PATH_MAX);
        return NULL;
    }
    return g_steal_pointer(&path);
}

static bool
host_is_good(const char *host)
{
    size_t n = strlen(host);

    if (n == 0 || n > 253 || host[0] == '.' || host[0] == '-' || host[n - 1] == '.' ||
        host[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!g_ascii_islower(host[i]) && !g_ascii_isdigit(host[i]) && host[i] != '-' &&
            (host[i] != '.' || host[i - 1] == '.'))
            return false;
    return true;
}

/* (transfer full): the host of an origin, or NULL. */
char *
sk_conf_origin_host(const char *origin)
{
    const char *start = strstr(origin, "://");
    return start == NULL ? NULL : g_strndup(start + 3, strcspn(start + 3, ":"));
}

static char *
value_origin(SkConfReader *r, const SkToken *value)
{
    bool https = g_str_has_prefix(value->text, "https://");
    bool http = g_str_has_prefix(value->text, "http://");
    g_autofree char *host = sk_conf_origin_host(value->text);
    uint64_t port = https ? 443 : 80;

    if ((!https && !http) || host == NULL || !host_is_good(host)) {
        sk_conf_fail(
            r, value->place,
            "such as \"https://lgwan.example.jp\": scheme, host in lower case, port; no path",
            "this is not an origin");
        return NULL;
    }
    const char *colon = strchr(strstr(value->text, "://") + 3, ':');
    if (colon != NULL && (!sk_words_number(colon + 1, 65535, &port) || port == 0)) {
        sk_conf_fail(r, value->place, "after the host comes `:` and a port, and nothing else",
                     "this is not an origin");
        return NULL;
    }
    if (colon != NULL && port == (https ? 443 : 80)) {
        sk_conf_fail(r, value->place, "leave it out: browsers do", "this port is the scheme's own");
        return NULL;
    }
    if (http && strcmp(host, "localhost") != 0 && !g_str_has_suffix(host, ".localhost")) {
        sk_conf_fail(r, value->place, "use https, with a proxy in front",
                     "without TLS the host must end in `.localhost`");
        return NULL;
    }
    return g_strdup(value->text);
}

/* `smtps://HOST[:PORT]`, `smtp://HOST[:PORT]`, or the path of a socket. */
static void
value_notice_smtp(SkConfReader *r, SkConfStation *station, const SkToken *value)
{
    bool tls = g_str_has_prefix(value->text, "smtps://");
    uint64_t port = 0;

    if (!tls && !g_str_has_prefix(value->text, "smtp://")) {
        if (value->text[0] != '/') {
            sk_conf_fail(
                r, value->place, sk_conf_settings[SETTING_NOTICE_SMTP].example,
                "a mail server is smtps://HOST, smtp://HOST or the whole path of a socket");
            return;
        }
        if (strlen(value->text) > UNIX_PATH_MAX)
            sk_conf_fail(r, value->place, NULL, "the path of a socket has at most %u bytes",
                         UNIX_PATH_MAX);
        else
            station->notice_unix = value_path(r, value);
        return;
    }
    g_autofree char *host = sk_conf_origin_host(value->text);
    const char *colon = strchr(strstr(value->text, "://") + 3, ':');
    if (host == NULL || !host_is_good(host) ||
        (colon != NULL && (!sk_words_number(colon + 1, 65535, &port) || port == 0))) {
        sk_conf_fail(r, value->place,
                     "scheme, host in lower case, and a port where it is not the usual one",
                     "this is not the address of a mail server");
        return;
    }
    station->notice_smtp = g_strdup(value->text);
}

/* What goes into an envelope and a header as it stands: no more than the plain form. */
static void
value_notice_from(SkConfReader *r, SkConfStation *station, const SkToken *value)
{
    if (sk_mail_is(value->text))
        station->notice_from = g_strdup(value->text);
    else
        sk_conf_fail(r, value->place, sk_conf_settings[SETTING_NOTICE_FROM].example,
                     "this is not a mail address");
}

static void
value_user(SkConfReader *r, SkConfStation *station, const SkToken *value)
{
    size_t n = strlen(value->text);
    bool good = n > 0 && n <= 31 && (g_ascii_islower(value->text[0]) || value->text[0] == '_');

    for (size_t i = 0; i < n; i++)
        good = good && (g_ascii_islower(value->text[i]) || g_ascii_isdigit(value->text[i]) ||
                        value->text[i] == '_' || value->text[i] == '-');
    if (!good)
        sk_conf_fail(r, value->place, "such as \"sk-lgwan\"",
                     "this is not the name of a system user");
    else if (strcmp(value->text, "root") == 0)
        sk_conf_fail(r, value->place, "make a user for each station",
                     "a station never runs as root");
    else
        station->user = g_strdup(value->text);
}

void
sk_conf_apply(SkConfReader *r, SkConfSetting setting, SkConfStation *station, const SkToken *value)
{
    switch (setting) {
    case SETTING_POLICY:
        r->conf->policy = value_path(r, value);
        return;
    case SETTING_ADOPTED:
        r->conf->adopted = value_path(r, value);
        return;
    case SETTING_PROGRAMS:
        r->conf->programs = value_path(r, value);
        return;
    case SETTING_PAGES:
        r->conf->pages = value_path(r, value);
        return;
    case SETTING_LISTEN_HTTP:
        value_listen_http(r, station, value);
        return;
    case SETTING_LISTEN_UNIX:
        station->listen_unix = value_socket(r, value);
        return;
    case SETTING_LISTEN_LMTP:
        station->listen_lmtp = value_socket(r, value);
        return;
    case SETTING_DELIVER_LMTP:
    case SETTING_DELIVER_SMTP:
        station->deliver = value_socket(r, value);
        station->deliver_lmtp = setting == SETTING_DELIVER_LMTP;
        return;
    case SETTING_ORIGIN:
        station->origin = value_origin(r, value);
        return;
    case SETTING_CONTENT_ORIGIN:
        station->content_origin = value_origin(r, value);
        return;
    case SETTING_STORE:
        station->store = value_path(r, value);
        return;
    case SETTING_VAULT:
        station->vault = value_path(r, value);
        return;
    case SETTING_SEAL:
        station->seal = value_path(r, value);
        return;
    case SETTING_KEY:
        station->key = value_path(r, value);
        return;
    case SETTING_USER:
        value_user(r, station, value);
        return;
    case SETTING_MANAGEMENT:
        station->management = true;
        return;
    case SETTING_SCAN_YARA:
        station->scan_yara = value_path(r, value);
        return;
    case SETTING_SCAN_CLAMD:
        station->scan_clamd = value_path(r, value);
        if (station->scan_clamd != NULL && strlen(station->scan_clamd) > UNIX_PATH_MAX)
            sk_conf_fail(r, value->place, NULL, "the path of a socket has at most %u bytes",
                         UNIX_PATH_MAX);
        return;
    case SETTING_WALL:
        station->wall = value_path(r, value);
        return;
    case SETTING_NOTICE_SMTP:
        value_notice_smtp(r, station, value);
        return;
    case SETTING_NOTICE_FROM:
        value_notice_from(r, station, value);
        return;
    case SETTING_NOTICE_CREDENTIALS:
        station->notice_credentials = value_path(r, value);
        return;
    case SETTING_NOTICE_CA:
        station->notice_ca = value_path(r, value);
        return;
    case SETTING_COUNT:
        break;
    }
    g_assert_not_reached();
}
