/* SPDX-License-Identifier: Apache-2.0
 * conf.c - contract in conf.h. Every statement is a line of words and one string, so a table and a
 * loop do for a grammar. What two stations would share is an error: nothing is shared between
 * stations. */
#include "policy/conf.h"

#include "base/io.h"
#include "base/name.h"
#include "policy/conf-parts.h"
#include "policy/words.h"

#include <string.h>

const SkConfSettingRow sk_conf_settings[SETTING_COUNT] = {
    [SETTING_POLICY] = { "policy", NULL, false, true, true, "policy \"policy.conf\"" },
    [SETTING_ADOPTED] = { "adopted", NULL, false, true, false,
                          "adopted \"/var/lib/sekisho/adopted\"" },
    [SETTING_PROGRAMS] = { "programs", NULL, false, true, true, "programs \"/usr/lib/sekisho\"" },
    [SETTING_PAGES] = { "pages", NULL, false, true, true, "pages \"/usr/share/sekisho/web\"" },
    [SETTING_LISTEN_HTTP] = { "listen", "http", true, true, false,
                              "listen http \"127.0.0.1:8002\"" },
    [SETTING_LISTEN_UNIX] = { "listen", "unix", true, true, false,
                              "listen unix \"/run/sekisho/lgwan.sock\"" },
    [SETTING_LISTEN_LMTP] = { "listen", "lmtp", true, true, false,
                              "listen lmtp \"/run/sekisho/internet/lmtp.sock\"" },
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
    [SETTING_WALL] = { "wall", "directory", true, true, false,
                       "wall directory \"/var/lib/sekisho-wall-watch\"" },
    [SETTING_SCAN_YARA] = { "scan", "yara", true, true, false, "scan yara \"/etc/sekisho/rules.yar\"" },
    [SETTING_SCAN_CLAMD] = { "scan", "clamd", true, true, false,
                             "scan clamd \"/run/clamav/clamd.ctl\"" },
    [SETTING_NOTICE_SMTP] = { "notice", "smtp", true, true, false,
                              "notice smtp \"smtps://mail.example.jp\"" },
    [SETTING_NOTICE_FROM] = { "notice", "from", true, true, false,
                              "notice from \"sekisho@town.example.jp\"" },
    [SETTING_NOTICE_CREDENTIALS] = { "notice", "credentials", true, true, false,
                                     "notice credentials \"/etc/sekisho/lgwan.mail\"" },
    [SETTING_NOTICE_CA] = { "notice", "ca", true, true, false,
                            "notice ca \"/etc/ssl/town-ca.pem\"" },
    [SETTING_DELIVER_LMTP] = { "deliver", "lmtp", true, true, false,
                               "deliver lmtp \"/run/sekisho/lgwan/mail.sock\"" },
    [SETTING_DELIVER_SMTP] = { "deliver", "smtp", true, true, false,
                               "deliver smtp \"/run/sekisho/lgwan/mail.sock\"" },
};

static void
station_free(SkConfStation *self)
{
    g_free(self->zone);
    g_free(self->listen_host);
    g_free(self->listen_unix);
    g_free(self->listen_lmtp);
    g_free(self->deliver);
    g_free(self->origin);
    g_free(self->content_origin);
    g_free(self->store);
    g_free(self->vault);
    g_free(self->seal);
    g_free(self->wall);
    g_free(self->scan_yara);
    g_free(self->scan_clamd);
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

/* ---- lines ----------------------------------------------------------------------------------- */

static bool
starts_statement(const char *word)
{
    if (strcmp(word, "station") == 0 || strcmp(word, "directory") == 0)
        return true;
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (!sk_conf_settings[i].station && strcmp(sk_conf_settings[i].first, word) == 0)
            return true;
    return false;
}

/* Reads one line; false at the end. A closing brace is a line of its own. */
static bool
line_read(SkConfReader *r)
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
        else if (r->n < SK_CONF_LINE_TOKENS_MAX)
            r->tokens[r->n++] = token;
    }
}

static void
unknown_setting(SkConfReader *r, bool station)
{
    const char *names[SETTING_COUNT + 2];
    unsigned n = 0;
    g_autofree char *shown = sk_words_shown(r->tokens[0].text);

    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (sk_conf_settings[i].station == station &&
            (n == 0 || strcmp(names[n - 1], sk_conf_settings[i].first) != 0))
            names[n++] = sk_conf_settings[i].first;
    if (!station) {
        names[n++] = "directory";
        names[n++] = "station";
    }
    const char *nearest =
        r->tokens[0].kind == SK_TOKEN_WORD ? sk_words_nearest(r->tokens[0].text, names, n) : NULL;
    g_autofree char *all = sk_words_quote(names, n);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean `%s`?", nearest)
                                            : g_strdup_printf("it can be %s", all);
    sk_conf_fail(r, r->tokens[0].place, hint,
                 station ? "`%s` is not a setting of a station" : "no statement begins with `%s`",
                 shown);
}

/* The setting that the line names; SETTING_COUNT where there is none, which is then reported. */
static SkConfSetting
line_setting(SkConfReader *r, bool station)
{
    bool first = false;

    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (r->tokens[0].kind != SK_TOKEN_WORD ||
            strcmp(r->tokens[0].text, sk_conf_settings[i].first) != 0)
            continue;
        if (sk_conf_settings[i].station != station) {
            sk_conf_fail(r, r->tokens[0].place, NULL,
                         station ? "`%s` stands outside the stations"
                                 : "`%s` belongs between the braces of a station",
                         sk_conf_settings[i].first);
            return SETTING_COUNT;
        }
        first = true;
        if (sk_conf_settings[i].second == NULL ||
            (r->n > 1 && r->tokens[1].kind == SK_TOKEN_WORD &&
             strcmp(r->tokens[1].text, sk_conf_settings[i].second) == 0))
            return (SkConfSetting)i;
    }
    if (!first) {
        unknown_setting(r, station);
        return SETTING_COUNT;
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (strcmp(r->tokens[0].text, sk_conf_settings[i].first) == 0) {
            sk_conf_fail(r, r->tokens[MIN(1u, r->n - 1)].place, sk_conf_settings[i].example,
                         "after `%s` comes `%s`", sk_conf_settings[i].first,
                         i == SETTING_LISTEN_HTTP    ? "http`, `unix` or `lmtp"
                         : i == SETTING_DELIVER_LMTP ? "lmtp` or `smtp"
                         : i == SETTING_SCAN_YARA    ? "yara` or `clamd"
                         : i == SETTING_NOTICE_SMTP ? "smtp`, `from`, `credentials` or `ca"
                                                    : sk_conf_settings[i].second);
            break;
        }
    return SETTING_COUNT;
}

/* A setting whose line is wrong is not also missing. */
static void
note_seen(const SkConfReader *r, SkPlace *seen)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++)
        if (strcmp(sk_conf_settings[i].first, r->tokens[0].text) == 0 && seen[i].line == 0)
            seen[i] = r->tokens[0].place;
}

static void
line_apply(SkConfReader *r, SkConfStation *station, SkPlace *seen)
{
    SkConfSetting setting = line_setting(r, station != NULL);
    if (setting == SETTING_COUNT) {
        note_seen(r, seen);
        return;
    }

    unsigned words = sk_conf_settings[setting].second == NULL ? 1 : 2;
    unsigned wanted = words + sk_conf_settings[setting].has_string;
    SkPlace place = r->tokens[0].place;
    if (r->n > words)
        place = r->tokens[words].place;
    if (r->n != wanted || r->opens ||
        (sk_conf_settings[setting].has_string && r->tokens[words].kind != SK_TOKEN_STRING)) {
        sk_conf_fail(r, place, sk_conf_settings[setting].example,
                     sk_conf_settings[setting].has_string
                         ? "one value in quotes stands here, and nothing else"
                         : "the line should end here");
        note_seen(r, seen);
        return;
    }
    SkConfSetting key = setting == SETTING_LISTEN_UNIX    ? SETTING_LISTEN_HTTP /* one of the two */
                        : setting == SETTING_DELIVER_SMTP ? SETTING_DELIVER_LMTP
                                                          : setting;
    if (seen[key].line != 0) {
        sk_diagnostics_also(
            sk_conf_fail(r, place, NULL, "`%s` stands twice", sk_conf_settings[setting].first),
            seen[key], "the first one");
        return;
    }
    seen[key] = place;
    sk_conf_apply(r, setting, station,
                  sk_conf_settings[setting].has_string ? &r->tokens[words] : NULL);
}

static SkConfStation *
station_begin(SkConfReader *r)
{
    if (r->n != 2 || r->tokens[1].kind != SK_TOKEN_WORD || !sk_words_name(r->tokens[1].text) ||
        !r->opens) {
        sk_conf_fail(r, r->tokens[MIN(1u, r->n - 1)].place, "station lgwan {",
                     "after `station` comes the name of a zone, and a brace");
        return NULL;
    }
    const SkConfStation *other = sk_conf_station(r->conf, r->tokens[1].text);
    if (other != NULL) {
        sk_diagnostics_also(
            sk_conf_fail(r, r->tokens[1].place, NULL, "there are two stations `%s`", other->zone),
            other->place, "the first one");
        return NULL;
    }
    if (r->conf->stations->len >= SK_CONF_STATIONS_MAX) {
        sk_conf_fail(r, r->tokens[1].place, NULL, "there are more than %u stations",
                     SK_CONF_STATIONS_MAX);
        return NULL;
    }
    SkConfStation *station = g_new0(SkConfStation, 1);
    station->place = r->tokens[1].place;
    station->zone = g_strdup(r->tokens[1].text);
    g_ptr_array_add(r->conf->stations, station);
    return station;
}

static void
check_needed(SkConfReader *r, const SkPlace *seen, const SkConfStation *station)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (sk_conf_settings[i].station != (station != NULL) || seen[i].line != 0)
            continue;
        if (station != NULL && i == SETTING_LISTEN_HTTP)
            sk_conf_fail(r, station->place, sk_conf_settings[i].example,
                         "the station `%s` does not say where it listens", station->zone);
        else if (station != NULL && sk_conf_settings[i].needed)
            sk_conf_fail(r, station->place, sk_conf_settings[i].example,
                         "the station `%s` has no `%s`", station->zone, sk_conf_settings[i].first);
        else if (sk_conf_settings[i].needed)
            sk_conf_fail(r, SK_PLACE_NONE, sk_conf_settings[i].example, "`%s` is missing",
                         sk_conf_settings[i].first);
    }
}

/* Half of a mail server is none. */
static void
check_notice(SkConfReader *r, const SkPlace *seen, const SkConfStation *station)
{
    bool smtp = seen[SETTING_NOTICE_SMTP].line != 0;

    if (smtp && seen[SETTING_NOTICE_FROM].line == 0)
        sk_conf_fail(r, seen[SETTING_NOTICE_SMTP], sk_conf_settings[SETTING_NOTICE_FROM].example,
                     "the station `%s` does not say whom its mail is from", station->zone);
    for (unsigned i = SETTING_NOTICE_FROM; i <= SETTING_NOTICE_CA && !smtp; i++)
        if (seen[i].line != 0) {
            sk_conf_fail(r, seen[i], sk_conf_settings[SETTING_NOTICE_SMTP].example,
                         "the station `%s` names no mail server", station->zone);
            return;
        }
}

static void
read_station(SkConfReader *r)
{
    SkConfDraft draft = { .station = station_begin(r) };
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
directory_station(SkConfReader *r)
{
    if (r->n != 2 || r->tokens[1].kind != SK_TOKEN_WORD || !r->opens) {
        sk_conf_fail(r, r->tokens[MIN(1u, r->n - 1)].place, "directory lgwan {",
                     "after `directory` comes the name of a zone, and a brace");
        return NULL;
    }
    for (unsigned i = 0; i < r->conf->stations->len; i++) {
        SkConfStation *station = g_ptr_array_index(r->conf->stations, i);
        if (strcmp(station->zone, r->tokens[1].text) == 0 && station->directory == NULL)
            return station;
    }
    sk_conf_fail(r, r->tokens[1].place, "one directory for a station, below it",
                 "above this there is no station of that zone without a directory");
    return NULL;
}

static void
read_directory(SkConfReader *r)
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
        if (r->n == 0 ||
            sk_conf_directory_line(directory, r->tokens, r->n, r->directory, &message, &hint))
            continue;
        sk_conf_fail(r, r->tokens[0].place, hint, "%s", message);
        good = false;
    }
    const char *missing = sk_conf_directory_missing(directory);
    if (good && missing != NULL)
        sk_conf_fail(r, place, missing, "the directory of the station `%s` does not say everything",
                     station->zone);
    if (station == NULL)
        sk_conf_directory_free(directory);
    else
        station->directory = directory;
}

static void
read_all(SkConfReader *r)
{
    while (line_read(r)) {
        if (r->n == 0)
            continue;
        if (r->tokens[0].kind == SK_TOKEN_CLOSE) {
            if (!r->skipping)
                sk_conf_fail(r, r->tokens[0].place, NULL, "a closing brace without an opening one");
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

/* ---- whole ----------------------------------------------------------------------------------- */

bool
sk_conf_parse(SkSpan text, const char *directory, SkConf **ret, GPtrArray **ret_diagnostics)
{
    g_assert(g_path_is_absolute(directory));

    GPtrArray *diagnostics = sk_diagnostics_new();
    g_autoptr(SkConf) conf = g_new0(SkConf, 1);
    conf->stations = g_ptr_array_new_with_free_func((GDestroyNotify)station_free);
    g_autoptr(SkLexer) lexer =
        sk_lexer_new(text, SK_CONF_BYTES_MAX, 0, starts_statement, diagnostics);
    g_autoptr(GArray) drafts = g_array_new(FALSE, FALSE, sizeof(SkConfDraft));
    SkConfReader r = { .lexer = lexer,
                       .diagnostics = diagnostics,
                       .directory = directory,
                       .conf = conf,
                       .drafts = drafts };

    read_all(&r);
    check_needed(&r, r.seen, NULL);
    if (conf->stations->len == 0)
        sk_conf_fail(&r, SK_PLACE_NONE, "station lgwan {", "there is no station");
    sk_conf_check_shared(&r);
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
