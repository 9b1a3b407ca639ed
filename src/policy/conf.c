/* SPDX-License-Identifier: Apache-2.0
 * conf.c - contract in conf.h. Every statement is a line of words and one string, so a table and a
 * loop do for a grammar. What two stations would share is an error: nothing is shared between
 * stations. */
#include "policy/conf.h"

#include "base/io.h"
#include "base/name.h"
#include "policy/lexer.h"
#include "policy/words.h"

#include <string.h>

#define LINE_TOKENS_MAX 6u
#define UNIX_PATH_MAX 107u

typedef enum {
    SETTING_POLICY,
    SETTING_ADOPTED,
    SETTING_PROGRAMS,
    SETTING_PAGES,
    SETTING_LISTEN_HTTP,
    SETTING_LISTEN_UNIX,
    SETTING_ORIGIN,
    SETTING_CONTENT_ORIGIN,
    SETTING_STORE,
    SETTING_VAULT,
    SETTING_SEAL,
    SETTING_KEY,
    SETTING_USER,
    SETTING_MANAGEMENT,
    SETTING_NOTICE_SMTP,
    SETTING_NOTICE_FROM,
    SETTING_NOTICE_CREDENTIALS,
    SETTING_NOTICE_CA,
    SETTING_COUNT
} Setting;

static const struct {
    const char *first;
    const char *second; /* or NULL */
    bool station;
    bool has_string;
    bool needed;
    const char *example;
} settings[] = {
    [SETTING_POLICY] = { "policy", NULL, false, true, true, "policy \"policy.conf\"" },
    [SETTING_ADOPTED] = { "adopted", NULL, false, true, false,
                          "adopted \"/var/lib/sekisho/adopted\"" },
    [SETTING_PROGRAMS] = { "programs", NULL, false, true, true, "programs \"/usr/lib/sekisho\"" },
    [SETTING_PAGES] = { "pages", NULL, false, true, true, "pages \"/usr/share/sekisho/web\"" },
    [SETTING_LISTEN_HTTP] = { "listen", "http", true, true, false,
                              "listen http \"127.0.0.1:8002\"" },
    [SETTING_LISTEN_UNIX] = { "listen", "unix", true, true, false,
                              "listen unix \"/run/sekisho/lgwan.sock\"" },
    [SETTING_ORIGIN] = { "origin", NULL, true, true, true,
                         "origin \"http://lgwan.localhost:8002\"" },
    [SETTING_CONTENT_ORIGIN] = { "content-origin", NULL, true, true, true,
                                 "content-origin \"http://files.lgwan.localhost:8002\"" },
    [SETTING_STORE] = { "store", "sqlite", true, true, true, "store sqlite \"lgwan/store.db\"" },
    [SETTING_VAULT] = { "vault", "directory", true, true, true, "vault directory \"lgwan/vault\"" },
    [SETTING_SEAL] = { "seal", "directory", true, true, true, "seal directory \"lgwan/seal\"" },
    [SETTING_KEY] = { "key", NULL, true, true, true, "key \"lgwan/station.key\"" },
    [SETTING_USER] = { "user", NULL, true, true, false, "user \"sk-lgwan\"" },
    [SETTING_MANAGEMENT] = { "management", NULL, true, false, false, "management" },
    [SETTING_NOTICE_SMTP] = { "notice", "smtp", true, true, false,
                              "notice smtp \"smtps://mail.example.jp\"" },
    [SETTING_NOTICE_FROM] = { "notice", "from", true, true, false,
                              "notice from \"sekisho@town.example.jp\"" },
    [SETTING_NOTICE_CREDENTIALS] = { "notice", "credentials", true, true, false,
                                     "notice credentials \"/etc/sekisho/lgwan.mail\"" },
    [SETTING_NOTICE_CA] = { "notice", "ca", true, true, false,
                            "notice ca \"/etc/ssl/town-ca.pem\"" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(settings) == SETTING_COUNT);

typedef struct {
    SkConfStation *station;
    SkPlace seen[SETTING_COUNT]; /* where each setting's value stands */
} Draft;

typedef struct {
    SkLexer *lexer;
    GPtrArray *diagnostics;
    const char *directory;
    SkConf *conf;
    SkPlace seen[SETTING_COUNT]; /* of the machine */
    GArray *drafts;              /* of Draft; the stations themselves are in conf */
    SkToken tokens[LINE_TOKENS_MAX];
    unsigned n;
    bool opens;    /* the line ends in a brace */
    bool skipping; /* inside a block that belongs to nothing */
} Reader;

static void
station_free(SkConfStation *self)
{
    g_free(self->zone);
    g_free(self->listen_host);
    g_free(self->listen_unix);
    g_free(self->origin);
    g_free(self->content_origin);
    g_free(self->store);
    g_free(self->vault);
    g_free(self->seal);
    g_free(self->key);
    g_free(self->user);
    g_free(self->notice_smtp);
    g_free(self->notice_unix);
    g_free(self->notice_from);
    g_free(self->notice_credentials);
    g_free(self->notice_ca);
    sk_conf_directory_free(self->directory);
    g_free(self);
}

void
sk_conf_free(SkConf *self)
{
    if (self == NULL)
        return;
    g_free(self->policy);
    g_free(self->adopted);
    g_free(self->programs);
    g_free(self->pages);
    g_ptr_array_unref(self->stations);
    g_free(self);
}

const SkConfStation *
sk_conf_station(const SkConf *self, const char *zone)
{
    for (unsigned i = 0; i < self->stations->len; i++) {
        const SkConfStation *station = g_ptr_array_index(self->stations, i);
        if (strcmp(station->zone, zone) == 0)
            return station;
    }
    return NULL;
}

static SkDiagnostic *fail(Reader *r, SkPlace place, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static SkDiagnostic *
fail(Reader *r, SkPlace place, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return sk_diagnostics_add(r->diagnostics, SK_SEVERITY_ERROR, place, g_strdup(hint), "%s",
                              message);
}

/* ---- values -----------------------------------------------------------------------------------
 */

static char *
value_path(Reader *r, const SkToken *value)
{
    if (value->text[0] == '\0') {
        fail(r, value->place, NULL, "this path is empty");
        return NULL;
    }
    return g_canonicalize_filename(value->text, r->directory);
}

static void
value_listen_http(Reader *r, SkConfStation *station, const SkToken *value)
{
    static const char *const hosts[] = { "127.0.0.1", "[::1]" };
    uint64_t port = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++) {
        size_t n = strlen(hosts[i]);
        if (!g_str_has_prefix(value->text, hosts[i]) || value->text[n] != ':')
            continue;
        if (!sk_words_number(value->text + n + 1, 65535, &port) || port == 0) {
            fail(r, value->place, "a port is a number from 1 to 65535",
                 "this address has no port that can be");
            return;
        }
        station->listen_host = g_strdup(i == 0 ? "127.0.0.1" : "::1");
        station->listen_port = (uint16_t)port;
        return;
    }
    fail(r, value->place,
         "listen http \"127.0.0.1:8002\", and a proxy with TLS in front, or listen unix",
         "plain HTTP is served on this machine's loopback only");
}

static void
value_listen_unix(Reader *r, SkConfStation *station, const SkToken *value)
{
    g_autofree char *path = value_path(r, value);

    if (path == NULL)
        return;
    if (strlen(path) > UNIX_PATH_MAX) {
        fail(r, value->place, "put it under /run/sekisho",
             "the path of a socket has at most %u bytes", UNIX_PATH_MAX);
        return;
    }
    station->listen_unix = g_steal_pointer(&path);
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
static char *
origin_host(const char *origin)
{
    const char *start = strstr(origin, "://");
    return start == NULL ? NULL : g_strndup(start + 3, strcspn(start + 3, ":"));
}

static char *
value_origin(Reader *r, const SkToken *value)
{
    bool https = g_str_has_prefix(value->text, "https://");
    bool http = g_str_has_prefix(value->text, "http://");
    g_autofree char *host = origin_host(value->text);
    uint64_t port = https ? 443 : 80;

    if ((!https && !http) || host == NULL || !host_is_good(host)) {
        fail(r, value->place,
             "such as \"https://lgwan.example.jp\": scheme, host in lower case, port; no path",
             "this is not an origin");
        return NULL;
    }
    const char *colon = strchr(strstr(value->text, "://") + 3, ':');
    if (colon != NULL && (!sk_words_number(colon + 1, 65535, &port) || port == 0)) {
        fail(r, value->place, "after the host comes `:` and a port, and nothing else",
             "this is not an origin");
        return NULL;
    }
    if (colon != NULL && port == (https ? 443 : 80)) {
        fail(r, value->place, "leave it out: browsers do", "this port is the scheme's own");
        return NULL;
    }
    if (http && strcmp(host, "localhost") != 0 && !g_str_has_suffix(host, ".localhost")) {
        fail(r, value->place, "use https, with a proxy in front",
             "without TLS the host must end in `.localhost`");
        return NULL;
    }
    return g_strdup(value->text);
}

/* `smtps://HOST[:PORT]`, `smtp://HOST[:PORT]`, or the path of a socket. */
static void
value_notice_smtp(Reader *r, SkConfStation *station, const SkToken *value)
{
    bool tls = g_str_has_prefix(value->text, "smtps://");
    uint64_t port = 0;

    if (!tls && !g_str_has_prefix(value->text, "smtp://")) {
        if (value->text[0] != '/') {
            fail(r, value->place, settings[SETTING_NOTICE_SMTP].example,
                 "a mail server is smtps://HOST, smtp://HOST or the whole path of a socket");
            return;
        }
        if (strlen(value->text) > UNIX_PATH_MAX)
            fail(r, value->place, NULL, "the path of a socket has at most %u bytes", UNIX_PATH_MAX);
        else
            station->notice_unix = value_path(r, value);
        return;
    }
    g_autofree char *host = origin_host(value->text);
    const char *colon = strchr(strstr(value->text, "://") + 3, ':');
    if (host == NULL || !host_is_good(host) ||
        (colon != NULL && (!sk_words_number(colon + 1, 65535, &port) || port == 0))) {
        fail(r, value->place, "scheme, host in lower case, and a port where it is not the usual one",
             "this is not the address of a mail server");
        return;
    }
    station->notice_smtp = g_strdup(value->text);
}

/* What goes into an envelope and a header as it stands: no more than the plain form. */
static void
value_notice_from(Reader *r, SkConfStation *station, const SkToken *value)
{
    if (sk_mail_is(value->text))
        station->notice_from = g_strdup(value->text);
    else
        fail(r, value->place, settings[SETTING_NOTICE_FROM].example, "this is not a mail address");
}

static void
value_user(Reader *r, SkConfStation *station, const SkToken *value)
{
    size_t n = strlen(value->text);
    bool good = n > 0 && n <= 31 && (g_ascii_islower(value->text[0]) || value->text[0] == '_');

    for (size_t i = 0; i < n; i++)
        good = good && (g_ascii_islower(value->text[i]) || g_ascii_isdigit(value->text[i]) ||
                        value->text[i] == '_' || value->text[i] == '-');
    if (!good)
        fail(r, value->place, "such as \"sk-lgwan\"", "this is not the name of a system user");
    else if (strcmp(value->text, "root") == 0)
        fail(r, value->place, "make a user for each station", "a station never runs as root");
    else
        station->user = g_strdup(value->text);
}

static void
apply(Reader *r, Setting setting, SkConfStation *station, const SkToken *value)
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
        value_listen_unix(r, station, value);
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

/* ---- lines ------------------------------------------------------------------------------------
 */

static bool
starts_statement(const char *word)
{
    if (strcmp(word, "station") == 0 || strcmp(word, "directory") == 0)
        return true;
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (!settings[i].station && strcmp(settings[i].first, word) == 0)
            return true;
    return false;
}

/* Reads one line; false at the end. A closing brace is a line of its own. */
static bool
line_read(Reader *r)
{
    r->n = 0;
    r->opens = false;
    for (;;) {
        SkToken token = sk_lexer_next(r->lexer);
        if (token.kind == SK_TOKEN_END)
            return false;
        if (token.kind == SK_TOKEN_NEWLINE)
            return true;
        if (token.kind == SK_TOKEN_OPEN)
            r->opens = true;
        else if (r->n < LINE_TOKENS_MAX)
            r->tokens[r->n++] = token;
    }
}

static void
unknown_setting(Reader *r, bool station)
{
    const char *names[SETTING_COUNT + 2];
    unsigned n = 0;
    g_autofree char *shown = sk_words_shown(r->tokens[0].text);

    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (settings[i].station == station &&
            (n == 0 || strcmp(names[n - 1], settings[i].first) != 0))
            names[n++] = settings[i].first;
    if (!station) {
        names[n++] = "directory";
        names[n++] = "station";
    }
    const char *nearest =
        r->tokens[0].kind == SK_TOKEN_WORD ? sk_words_nearest(r->tokens[0].text, names, n) : NULL;
    g_autofree char *all = sk_words_quote(names, n);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean `%s`?", nearest)
                                            : g_strdup_printf("it can be %s", all);
    fail(r, r->tokens[0].place, hint,
         station ? "`%s` is not a setting of a station" : "no statement begins with `%s`", shown);
}

/* The setting that the line names; SETTING_COUNT where there is none, which is then reported. */
static Setting
line_setting(Reader *r, bool station)
{
    bool first = false;

    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (r->tokens[0].kind != SK_TOKEN_WORD || strcmp(r->tokens[0].text, settings[i].first) != 0)
            continue;
        if (settings[i].station != station) {
            fail(r, r->tokens[0].place, NULL,
                 station ? "`%s` stands outside the stations"
                         : "`%s` belongs between the braces of a station",
                 settings[i].first);
            return SETTING_COUNT;
        }
        first = true;
        if (settings[i].second == NULL || (r->n > 1 && r->tokens[1].kind == SK_TOKEN_WORD &&
                                           strcmp(r->tokens[1].text, settings[i].second) == 0))
            return (Setting)i;
    }
    if (!first) {
        unknown_setting(r, station);
        return SETTING_COUNT;
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (strcmp(r->tokens[0].text, settings[i].first) == 0) {
            fail(r, r->tokens[MIN(1u, r->n - 1)].place, settings[i].example, "after `%s` comes `%s`",
                 settings[i].first,
                 i == SETTING_LISTEN_HTTP   ? "http` or `unix"
                 : i == SETTING_NOTICE_SMTP ? "smtp`, `from`, `credentials` or `ca"
                                            : settings[i].second);
            break;
        }
    return SETTING_COUNT;
}

/* A setting whose line is wrong is not also missing. */
static void
note_seen(const Reader *r, SkPlace *seen)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (strcmp(settings[i].first, r->tokens[0].text) == 0 && seen[i].line == 0)
            seen[i] = r->tokens[0].place;
}

static void
line_apply(Reader *r, SkConfStation *station, SkPlace *seen)
{
    Setting setting = line_setting(r, station != NULL);
    if (setting == SETTING_COUNT) {
        note_seen(r, seen);
        return;
    }

    unsigned words = settings[setting].second == NULL ? 1 : 2;
    unsigned wanted = words + settings[setting].has_string;
    SkPlace place = r->tokens[0].place;
    if (r->n > words)
        place = r->tokens[words].place;
    if (r->n != wanted || r->opens ||
        (settings[setting].has_string && r->tokens[words].kind != SK_TOKEN_STRING)) {
        fail(r, place, settings[setting].example,
             settings[setting].has_string ? "one value in quotes stands here, and nothing else"
                                          : "the line should end here");
        note_seen(r, seen);
        return;
    }
    Setting key =
        setting == SETTING_LISTEN_UNIX ? SETTING_LISTEN_HTTP : setting; /* one of the two */
    if (seen[key].line != 0) {
        sk_diagnostics_also(fail(r, place, NULL, "`%s` stands twice", settings[setting].first),
                            seen[key], "the first one");
        return;
    }
    seen[key] = place;
    apply(r, setting, station, settings[setting].has_string ? &r->tokens[words] : NULL);
}

static SkConfStation *
station_begin(Reader *r)
{
    if (r->n != 2 || r->tokens[1].kind != SK_TOKEN_WORD || !sk_words_name(r->tokens[1].text) ||
        !r->opens) {
        fail(r, r->tokens[MIN(1u, r->n - 1)].place, "station lgwan {",
             "after `station` comes the name of a zone, and a brace");
        return NULL;
    }
    const SkConfStation *other = sk_conf_station(r->conf, r->tokens[1].text);
    if (other != NULL) {
        sk_diagnostics_also(
            fail(r, r->tokens[1].place, NULL, "there are two stations `%s`", other->zone),
            other->place, "the first one");
        return NULL;
    }
    if (r->conf->stations->len >= SK_CONF_STATIONS_MAX) {
        fail(r, r->tokens[1].place, NULL, "there are more than %u stations", SK_CONF_STATIONS_MAX);
        return NULL;
    }
    SkConfStation *station = g_new0(SkConfStation, 1);
    station->place = r->tokens[1].place;
    station->zone = g_strdup(r->tokens[1].text);
    g_ptr_array_add(r->conf->stations, station);
    return station;
}

static void
check_needed(Reader *r, const SkPlace *seen, const SkConfStation *station)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (settings[i].station != (station != NULL) || seen[i].line != 0)
            continue;
        if (station != NULL && i == SETTING_LISTEN_HTTP)
            fail(r, station->place, settings[i].example,
                 "the station `%s` does not say where it listens", station->zone);
        else if (station != NULL && settings[i].needed)
            fail(r, station->place, settings[i].example, "the station `%s` has no `%s`",
                 station->zone, settings[i].first);
        else if (settings[i].needed)
            fail(r, SK_PLACE_NONE, settings[i].example, "`%s` is missing", settings[i].first);
    }
}

/* Half of a mail server is none. */
static void
check_notice(Reader *r, const SkPlace *seen, const SkConfStation *station)
{
    bool smtp = seen[SETTING_NOTICE_SMTP].line != 0;

    if (smtp && seen[SETTING_NOTICE_FROM].line == 0)
        fail(r, seen[SETTING_NOTICE_SMTP], settings[SETTING_NOTICE_FROM].example,
             "the station `%s` does not say whom its mail is from", station->zone);
    for (unsigned i = SETTING_NOTICE_FROM; i <= SETTING_NOTICE_CA && !smtp; i++)
        if (seen[i].line != 0) {
            fail(r, seen[i], settings[SETTING_NOTICE_SMTP].example,
                 "the station `%s` names no mail server", station->zone);
            return;
        }
}

static void
read_station(Reader *r)
{
    Draft draft = { .station = station_begin(r) };
    bool open = r->opens;

    while (open && line_read(r)) {
        if (r->n > 0 && r->tokens[0].kind == SK_TOKEN_CLOSE)
            break;
        if (draft.station != NULL && r->n > 0)
            line_apply(r, draft.station, draft.seen);
    }
    if (draft.station == NULL)
        return;
    check_needed(r, draft.seen, draft.station);
    check_notice(r, draft.seen, draft.station);
    g_array_append_val(r->drafts, draft);
}

/* `directory ZONE {` … `}`, below the station it is of; NULL after saying what is wrong. */
static SkConfStation *
directory_station(Reader *r)
{
    if (r->n != 2 || r->tokens[1].kind != SK_TOKEN_WORD || !r->opens) {
        fail(r, r->tokens[MIN(1u, r->n - 1)].place, "directory lgwan {",
             "after `directory` comes the name of a zone, and a brace");
        return NULL;
    }
    for (unsigned i = 0; i < r->conf->stations->len; i++) {
        SkConfStation *station = g_ptr_array_index(r->conf->stations, i);
        if (strcmp(station->zone, r->tokens[1].text) == 0 && station->directory == NULL)
            return station;
    }
    fail(r, r->tokens[1].place, "one directory for a station, below it",
         "above this there is no station of that zone without a directory");
    return NULL;
}

static void
read_directory(Reader *r)
{
    SkPlace place = r->tokens[0].place;
    SkConfStation *station = directory_station(r);
    SkConfDirectory *directory = sk_conf_directory_new();
    bool good = station != NULL;

    for (bool open = r->opens; open && line_read(r);) {
        const char *message = NULL;
        const char *hint = NULL;
        if (r->n > 0 && r->tokens[0].kind == SK_TOKEN_CLOSE)
            break;
        if (r->n == 0 || sk_conf_directory_line(directory, r->tokens, r->n, r->directory, &message, &hint))
            continue;
        fail(r, r->tokens[0].place, hint, "%s", message);
        good = false;
    }
    const char *missing = sk_conf_directory_missing(directory);
    if (good && missing != NULL)
        fail(r, place, missing, "the directory of the station `%s` does not say everything", station->zone);
    if (station == NULL)
        sk_conf_directory_free(directory);
    else
        station->directory = directory;
}

static void
read_all(Reader *r)
{
    while (line_read(r)) {
        if (r->n == 0)
            continue;
        if (r->tokens[0].kind == SK_TOKEN_CLOSE) {
            if (!r->skipping)
                fail(r, r->tokens[0].place, NULL, "a closing brace without an opening one");
            r->skipping = false;
        } else if (r->tokens[0].kind == SK_TOKEN_WORD &&
                   strcmp(r->tokens[0].text, "station") == 0) {
            r->skipping = false;
            read_station(r);
        } else if (r->tokens[0].kind == SK_TOKEN_WORD &&
                   strcmp(r->tokens[0].text, "directory") == 0) {
            r->skipping = false;
            read_directory(r);
        } else if (!r->skipping) {
            line_apply(r, NULL, r->seen);
            r->skipping = r->opens;
        }
    }
}

/* ---- what stations may not share --------------------------------------------------------------
 */

typedef struct {
    const char *value;
    SkPlace place;
    const SkConfStation *station;
    bool directory;
} Owned;

static bool
path_within(const char *outer, const char *inner)
{
    size_t n = strlen(outer);

    return g_str_has_prefix(inner, outer) &&
           (inner[n] == '/' || inner[n] == '\0' || (n > 0 && outer[n - 1] == '/'));
}

static void
compare_paths(Reader *r, const Owned *a, const Owned *b)
{
    bool same = strcmp(a->value, b->value) == 0;
    bool within = (a->directory && path_within(a->value, b->value)) ||
                  (b->directory && path_within(b->value, a->value));

    if (same)
        sk_diagnostics_also(
            fail(r, b->place, "give each a path of its own", "this path is used twice"), a->place,
            "here, by the station `%s`", a->station->zone);
    else if (within)
        sk_diagnostics_also(fail(r, b->place, "give each a folder of its own",
                                 "one of these two lies inside the other"),
                            a->place, "here, of the station `%s`", a->station->zone);
}

static void
check_paths(Reader *r)
{
    g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(Owned));

    for (unsigned i = 0; i < r->drafts->len; i++) {
        const Draft *d = &g_array_index(r->drafts, Draft, i);
        const SkConfStation *s = d->station;
        const Owned owned[] = {
            { s->store, d->seen[SETTING_STORE], s, false },
            { s->vault, d->seen[SETTING_VAULT], s, true },
            { s->seal, d->seen[SETTING_SEAL], s, true },
            { s->key, d->seen[SETTING_KEY], s, false },
            { s->listen_unix, d->seen[SETTING_LISTEN_HTTP], s, false },
        };
        for (unsigned j = 0; j < G_N_ELEMENTS(owned); j++)
            if (owned[j].value != NULL)
                g_array_append_val(paths, owned[j]);
    }
    for (unsigned i = 0; i < paths->len; i++)
        for (unsigned j = 0; j < i && !sk_diagnostics_full(r->diagnostics); j++)
            compare_paths(r, &g_array_index(paths, Owned, j), &g_array_index(paths, Owned, i));
}

/* A browser keeps cookies by host and looks at no port, so hosts differ, not only origins. */
static void
check_origins(Reader *r)
{
    g_autoptr(GHashTable) hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < r->drafts->len; i++) {
        const Draft *d = &g_array_index(r->drafts, Draft, i);
        for (unsigned j = 0; j < 2; j++) {
            const char *origin = j == 0 ? d->station->origin : d->station->content_origin;
            const SkPlace *place = &d->seen[j == 0 ? SETTING_ORIGIN : SETTING_CONTENT_ORIGIN];
            if (origin == NULL)
                continue;
            char *host = origin_host(origin);
            const SkPlace *before = g_hash_table_lookup(hosts, host);
            if (before != NULL) {
                sk_diagnostics_also(
                    fail(r, *place,
                         "each origin has a host of its own: cookies do not look at ports",
                         "this host stands twice"),
                    *before, "the first time");
                g_free(host);
            } else {
                g_hash_table_insert(hosts, host, (gpointer)place);
            }
        }
    }
}

static void
check_pairs(Reader *r)
{
    for (unsigned i = 0; i < r->drafts->len; i++)
        for (unsigned j = 0; j < i; j++) {
            const Draft *a = &g_array_index(r->drafts, Draft, j),
                        *b = &g_array_index(r->drafts, Draft, i);
            if (a->station->user != NULL && g_strcmp0(a->station->user, b->station->user) == 0)
                sk_diagnostics_also(fail(r, b->seen[SETTING_USER],
                                         "each station has a user of its own",
                                         "two stations have the user `%s`", a->station->user),
                                    a->seen[SETTING_USER], "the other one");
            if (a->station->listen_port != 0 &&
                a->station->listen_port == b->station->listen_port &&
                g_strcmp0(a->station->listen_host, b->station->listen_host) == 0)
                sk_diagnostics_also(fail(r, b->seen[SETTING_LISTEN_HTTP], NULL,
                                         "two stations listen at the same address"),
                                    a->seen[SETTING_LISTEN_HTTP], "the other one");
        }
}

/* ---- whole ------------------------------------------------------------------------------------
 */

bool
sk_conf_parse(SkSpan text, const char *directory, SkConf **ret, GPtrArray **ret_diagnostics)
{
    g_assert(g_path_is_absolute(directory));

    GPtrArray *diagnostics = sk_diagnostics_new();
    g_autoptr(SkConf) conf = g_new0(SkConf, 1);
    conf->stations = g_ptr_array_new_with_free_func((GDestroyNotify)station_free);
    g_autoptr(SkLexer) lexer =
        sk_lexer_new(text, SK_CONF_BYTES_MAX, 0, starts_statement, diagnostics);
    g_autoptr(GArray) drafts = g_array_new(FALSE, FALSE, sizeof(Draft));
    Reader r = { .lexer = lexer,
                 .diagnostics = diagnostics,
                 .directory = directory,
                 .conf = conf,
                 .drafts = drafts };

    read_all(&r);
    check_needed(&r, r.seen, NULL);
    if (conf->stations->len == 0)
        fail(&r, SK_PLACE_NONE, "station lgwan {", "there is no station");
    check_paths(&r);
    check_origins(&r);
    check_pairs(&r);
    if (conf->adopted == NULL && conf->policy != NULL)
        conf->adopted = g_strconcat(conf->policy, ".adopted", NULL);
    sk_diagnostics_sort(diagnostics);
    *ret_diagnostics = diagnostics;
    if (sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) > 0)
        return false;
    *ret = g_steal_pointer(&conf);
    return true;
}

bool
sk_conf_load(const char *path, SkConf **ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *directory = g_path_get_dirname(absolute);

    if (!sk_io_read_file(path, SK_CONF_BYTES_MAX, &bytes, error))
        return false;
    if (sk_conf_parse(sk_span_bytes(bytes), directory, ret, &diagnostics))
        return true;
    g_autofree char *text = sk_diagnostics_print(diagnostics, sk_span_bytes(bytes), path, false);
    return sk_throw(error, SK_ERROR_MALFORMED, "conf: it has errors\n%s", text);
}
