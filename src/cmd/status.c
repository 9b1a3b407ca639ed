/* SPDX-License-Identifier: Apache-2.0
 *
 * status.c - `sekisho status`: this machine's stations on one screen. Reads what is there and makes
 * nothing; what only a running supervisor knows is left out. */
#include "cmd/result.h"
#include "cmd/station.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "base/io.h"
#include "policy/adopt.h"
#include "sandbox/pipeline.h"
#include "seal/log.h"
#include "store/store.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define LABEL_COLUMNS 11u
#define GIB (1024.0 * 1024.0 * 1024.0)

/* The policy in force, and how the file that is worked on stands to it. */
typedef struct {
    SkAdopted *adopted; /* owned; NULL: @error says why */
    GError *error;      /* owned */
    bool differs;       /* policy.conf is not what was adopted */
} Force;

static void
force_clear(Force *self)
{
    g_clear_pointer(&self->adopted, sk_adopted_free);
    g_clear_error(&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Force, force_clear)

/* What is known of one station. */
typedef struct {
    const SkConfStation *station; /* borrowed */
    bool set_up;
    GError *error; /* owned; NULL: everything could be read */
    SkOverview overview;
    uint64_t sealed;
    int64_t last_checkpoint;
    uint64_t disk_free;
    uint64_t disk_total;
} View;

static void
view_clear(View *self)
{
    g_clear_error(&self->error);
}

/* ---- reading ---- */

static bool
read_store(View *view, GError **error)
{
    g_autoptr(SkStore) store = sk_store_open(view->station->store, NULL, error);
    if (store == NULL)
        return false;
    if (strcmp(sk_store_zone(store), view->station->zone) != 0)
        return sk_throw(error, SK_ERROR_MISMATCH, "the database belongs to zone %s",
                        sk_store_zone(store));
    return sk_store_overview(store, sk_clock_midnight(), &view->overview, error);
}

static bool
read_seal(View *view, GError **error)
{
    g_autoptr(GBytes) note = NULL;
    g_autofree char *path = g_build_filename(view->station->seal, "checkpoint", NULL);
    struct stat st;

    if (!sk_seal_read_checkpoint(view->station->seal, &note, &view->sealed, error))
        return false;
    if (stat(path, &st) != 0)
        return sk_throw_errno(error, path);
    view->last_checkpoint = (int64_t)st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000;
    return true;
}

static bool
read_disk(View *view, GError **error)
{
    struct statvfs fs;

    if (statvfs(view->station->vault, &fs) != 0)
        return sk_throw_errno(error, view->station->vault);
    view->disk_free = (uint64_t)fs.f_bavail * fs.f_frsize;
    view->disk_total = (uint64_t)fs.f_blocks * fs.f_frsize;
    return true;
}

static View
view_read(const SkConfStation *station)
{
    View view = { .station = station };
    struct stat st;

    view.set_up = stat(station->store, &st) == 0 || errno != ENOENT;
    if (view.set_up)
        (void)(read_store(&view, &view.error) && read_seal(&view, &view.error) &&
               read_disk(&view, &view.error));
    return view;
}

static Force
force_read(const SkConf *conf)
{
    Force force = { .adopted = NULL };

    if (sk_adopted_load(conf->adopted, &force.adopted, &force.error))
        force.differs = !sk_adopted_is_file(force.adopted, conf->policy);
    return force;
}

/* ---- for programs ---- */

static json_t *
force_json(const Force *force)
{
    if (force->adopted == NULL)
        return json_pack("{s:n, s:s}", "digest", "error", force->error->message);
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:b, s:n}", "digest", sk_policy_digest(force->adopted->policy), "text",
                     force->adopted->text_sha256, "adopted", (json_int_t)force->adopted->adopted, "ciso",
                     force->adopted->signed_by[SK_SIGNER_CISO], "administrator",
                     force->adopted->signed_by[SK_SIGNER_ADMINISTRATOR], "differs", (int)force->differs, "error");
}

static json_t *
view_json(const View *view)
{
    const SkOverview *o = &view->overview;
    json_t *out = json_pack("{s:s, s:s, s:b}", "zone", view->station->zone, "origin",
                            view->station->origin, "setUp", (int)view->set_up);
    json_t *queues = NULL;

    json_object_set_new(out, "error",
                        view->error == NULL ? json_null() : json_string(view->error->message));
    if (!view->set_up || view->error != NULL)
        return out;
    queues = json_object();
    for (unsigned s = SK_STATE_NONE + 1; s < SK_STATE_COUNT; s++)
        json_object_set_new(queues, sk_state_name((SkState)s),
                            json_integer((json_int_t)o->queues[SK_BOX_SENT][s] +
                                         (json_int_t)o->queues[SK_BOX_ARRIVED][s]));
    json_object_set_new(out, "queues", queues);
    json_object_set_new(out, "today",
                        json_pack("{s:I, s:I, s:I}", "received", (json_int_t)o->received_today,
                                  "delivered", (json_int_t)o->delivered_today, "refused",
                                  (json_int_t)o->refused_today));
    json_object_set_new(out, "seal",
                        json_pack("{s:I, s:I, s:I}", "size", (json_int_t)view->sealed,
                                  "lastCheckpoint", (json_int_t)view->last_checkpoint, "unsealed",
                                  (json_int_t)o->unsealed));
    json_object_set_new(out, "disk",
                        json_pack("{s:I, s:I}", "free", (json_int_t)view->disk_free, "total",
                                  (json_int_t)view->disk_total));
    json_object_set_new(out, "accounts", json_integer((json_int_t)o->accounts));
    return out;
}

static void
print_json(const View *views, unsigned n, const Force *force, bool converts)
{
    json_t *stations = json_array();

    for (unsigned i = 0; i < n; i++)
        json_array_append_new(stations, view_json(&views[i]));
    json_t *all = json_pack("{s:o, s:o, s:{s:b}, s:{s:b}}", "stations", stations, "policy", force_json(force), "converter", "there",
                            (int)converts, "wall", "built", 1);
    char *text = json_dumps(all, JSON_COMPACT);
    puts(text);
    free(text);
    json_decref(all);
}

/* ---- for people ---- */

static const char *const state_words[SK_STATE_COUNT][2] = {
    [SK_STATE_RECEIVED] = { "処理待ち", "waiting" },
    [SK_STATE_WORKING] = { "処理中", "in work" },
    [SK_STATE_OFFERED] = { "引き渡し中", "handing over" },
    [SK_STATE_ARRIVED] = { "検査中", "being verified" },
    [SK_STATE_READY] = { "受け取り待ち", "to be collected" },
    [SK_STATE_HELD] = { "承認待ち", "to be approved" },
};

static bool
japanese(const SkResultStyle *style)
{
    return strcmp(style->language, "ja") == 0;
}

/* A macro, so that the compiler sees formats as literals. */
#define SAY(style, ja, en) (japanese(style) ? (ja) : (en))

static void
print_coloured(const SkResultStyle *style, const char *colour, const char *text)
{
    printf("%s%s%s", style->colour ? colour : "", text, style->colour ? "\033[0m" : "");
}

/* A wide character takes two columns of a terminal. */
static void
print_label(const SkResultStyle *style, const char *label)
{
    unsigned columns = 0;

    for (const char *c = label; *c != '\0'; c = g_utf8_next_char(c))
        columns += g_unichar_iswide(g_utf8_get_char(c)) ? 2 : 1;
    fputs("  ", stdout);
    print_coloured(style, "\033[2m", label);
    printf("%*s", (int)(LABEL_COLUMNS - MIN(columns, LABEL_COLUMNS - 1)), "");
}

static void
print_queues(const View *view, const SkResultStyle *style)
{
    const char *between = "";

    print_label(style, SAY(style, "待ち", "queues"));
    for (unsigned s = SK_STATE_NONE + 1; s < SK_STATE_COUNT; s++) {
        uint64_t n =
            view->overview.queues[SK_BOX_SENT][s] + view->overview.queues[SK_BOX_ARRIVED][s];
        if (n == 0 || state_words[s][0] == NULL)
            continue;
        printf("%s%s %" G_GUINT64_FORMAT, between, SAY(style, state_words[s][0], state_words[s][1]),
               n);
        between = ", ";
    }
    puts(*between == '\0' ? SAY(style, "なし", "nothing waits") : "");
}

static void
print_seal(const View *view, const SkResultStyle *style)
{
    g_autoptr(GDateTime) at =
        g_date_time_new_from_unix_local(view->last_checkpoint / G_USEC_PER_SEC);
    g_autofree char *time =
        at == NULL ? g_strdup("-") : g_date_time_format(at, "%Y-%m-%d %H:%M:%S");

    print_label(style, SAY(style, "封", "seal"));
    printf(SAY(style, "%" G_GUINT64_FORMAT "件、最後の封 %s",
               "%" G_GUINT64_FORMAT " entries, last checkpoint %s"),
           view->sealed, time);
    if (view->overview.unsealed > 0)
        printf(SAY(style, "、封を待つもの %" G_GUINT64_FORMAT "件",
                   ", %" G_GUINT64_FORMAT " not yet sealed"),
               view->overview.unsealed);
    putchar('\n');
}

static void
print_figures(const View *view, const SkResultStyle *style)
{
    const SkOverview *o = &view->overview;

    print_queues(view, style);
    print_label(style, SAY(style, "今日", "today"));
    printf(SAY(style,
               "預かり %" G_GUINT64_FORMAT "、受け取り %" G_GUINT64_FORMAT
               "、拒否 %" G_GUINT64_FORMAT "\n",
               "%" G_GUINT64_FORMAT " came in, %" G_GUINT64_FORMAT " collected, %" G_GUINT64_FORMAT
               " refused\n"),
           o->received_today, o->delivered_today, o->refused_today);
    print_seal(view, style);
    print_label(style, SAY(style, "保管庫", "vault"));
    printf(SAY(style, "空き %.1f / %.1f GiB\n", "%.1f of %.1f GiB free\n"),
           (double)view->disk_free / GIB, (double)view->disk_total / GIB);
    print_label(style, SAY(style, "利用者", "accounts"));
    printf("%" G_GUINT64_FORMAT "\n", o->accounts);
}

static void
print_view(const View *view, const SkResultStyle *style)
{
    bool good = view->set_up && view->error == NULL;

    print_coloured(style, good ? "\033[1;32m" : "\033[1;31m", good ? "●" : "○");
    putchar(' ');
    print_coloured(style, "\033[1m", view->station->zone);
    printf("  %s\n", view->station->origin);
    if (!view->set_up)
        printf("  %s\n",
               SAY(style, "まだ設置されていません。`sekisho serve` が最初の起動で作ります。",
                   "not set up: `sekisho serve` makes it when it first starts"));
    else if (view->error != NULL)
        printf("  %s: %s\n", SAY(style, "読めません", "cannot be read"), view->error->message);
    else
        print_figures(view, style);
    putchar('\n');
}

static void
print_force(const Force *force, const SkResultStyle *style)
{
    print_coloured(style, force->adopted != NULL ? "\033[1;32m" : "\033[1;31m", force->adopted != NULL ? "●" : "○");
    printf(" %s  ", SAY(style, "通信方針", "policy"));
    if (force->adopted == NULL) {
        printf("%s: %s\n\n", SAY(style, "施行されていません", "none is in force"), force->error->message);
        return;
    }
    g_autofree char *day =
        sk_calendar_format(sk_calendar_day(force->adopted->adopted),
                           japanese(style) ? SK_CALENDAR_WAREKI : SK_CALENDAR_ISO);
    printf(SAY(style, "%.16s…、%sに施行\n", "%.16s…, adopted on %s\n"), sk_policy_digest(force->adopted->policy), day);
    if (force->differs) {
        fputs("  ", stdout);
        print_coloured(style, "\033[1;33m",
                       SAY(style, "policy.confは書き換えられていますが、施行されていません（sekisho policy adopt）。",
                           "policy.conf is another text, which has not been adopted (sekisho policy adopt)."));
        putchar('\n');
    }
    putchar('\n');
}

static void
print_screen(const View *views, unsigned n, const Force *force, bool converts, const SkResultStyle *style)
{
    print_force(force, style);
    for (unsigned i = 0; i < n; i++)
        print_view(&views[i], style);
    puts(converts ? SAY(style, "古い形式の文書はLibreOfficeで変換します。",
                        "Old documents are converted by LibreOffice.")
                  : SAY(style, "LibreOfficeがありません。古い形式の文書は受け取れません。",
                        "There is no LibreOffice: old documents are refused."));
    print_coloured(style, "\033[2m",
                   SAY(style, "壁については sekisho wall status が答えます。",
                       "Of the wall, `sekisho wall status` tells."));
    putchar('\n');
}

/* ---- words ---- */

static SkExit
view_exit(const View *view)
{
    if (view->error != NULL)
        return SK_EXIT_FAILED;
    return view->set_up ? SK_EXIT_DONE : SK_EXIT_NO;
}

static SkExit
show(const SkConf *conf, const char *zone, const SkResultStyle *style, bool json)
{
    g_autofree View *views = g_new0(View, conf->stations->len);
    SkExit highest = SK_EXIT_DONE;
    unsigned n = 0;

    for (guint i = 0; i < conf->stations->len; i++) {
        const SkConfStation *station = g_ptr_array_index(conf->stations, i);
        if (zone == NULL || strcmp(zone, station->zone) == 0)
            views[n++] = view_read(station);
    }
    bool converts = sk_pipeline_converts(conf->programs);
    g_auto(Force) force = force_read(conf);
    if (json)
        print_json(views, n, &force, converts);
    else
        print_screen(views, n, &force, converts, style);
    if (force.adopted == NULL)
        highest = MAX(highest, force.error->code == SK_ERROR_IO ? SK_EXIT_FAILED : SK_EXIT_NO);
    for (unsigned i = 0; i < n; i++) {
        highest = MAX(highest, view_exit(&views[i]));
        view_clear(&views[i]);
    }
    return highest;
}

static SkExit
run_status(int argc, char **argv)
{
    g_auto(SkStationOptions) options = { NULL, NULL };
    g_autofree char *language = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(SkConf) conf = NULL;
    gboolean json = FALSE;
    GOptionEntry entries[] = {
        SK_STATION_ENTRIES(options),
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_command_options(&sk_command_status, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    if (argc != 1 || !sk_result_language_is_known(language)) {
        sk_command_complain(&sk_command_status,
                            argc != 1 ? "it takes options only" : "--language is ja or en");
        return SK_EXIT_USAGE;
    }
    if (!sk_conf_load(options.conf == NULL ? SK_STATION_CONF : options.conf, &conf, &error)) {
        sk_command_complain(&sk_command_status, "%s", error->message);
        return SK_EXIT_FAILED;
    }
    if (options.zone != NULL && sk_conf_station(conf, options.zone) == NULL) {
        sk_command_complain(&sk_command_status, "this machine has no station of that zone");
        return SK_EXIT_USAGE;
    }
    SkResultStyle style = sk_result_style(language, stdout);
    return show(conf, options.zone, &style, json);
}

const SkCommand sk_command_status = {
    .name = "status",
    .usage = "[--conf FILE] [--station ZONE] [--json] [--language ja|en]",
    .summary = "This machine's stations on one screen: queues, seal, disk.",
    .help =
        "  --conf FILE          sekisho.conf (" SK_STATION_CONF " otherwise)\n"
        "  --station ZONE       only this station\n"
        "  --json               one JSON object on standard output\n"
        "  --language ja|en     instead of the environment's\n"
        "\n"
        "It reads and makes nothing. Exit status: 0 every station could be read; 1 a station is\n"
        "not set up, or no policy is in force; 2 wrong words; 3 something could not be read.\n",
    .run = run_status,
};
