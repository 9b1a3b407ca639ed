/* SPDX-License-Identifier: Apache-2.0
 *
 * serve.c - `sekisho serve [--station ZONE] [ROLE...]`: the supervisor of this machine's stations.
 * Spec: docs/architecture.md   Tests: tests/e2e/
 */
#include "cmd/cmd.h"

#include "base/log.h"
#include "serve/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    char *conf;
    char *station;
    gboolean json;
    bool any_role;
    bool roles[SK_SERVE_COUNT];
} Options;

static void
options_clear(Options *self)
{
    g_free(self->conf);
    g_free(self->station);
}

static bool
read_options(Options *ret, int argc, char **argv)
{
    GOptionEntry entries[] = {
        { .long_name = "conf", .arg = G_OPTION_ARG_FILENAME, .arg_data = &ret->conf },
        { .long_name = "station", .arg = G_OPTION_ARG_STRING, .arg_data = &ret->station },
        { .long_name = "json", .arg = G_OPTION_ARG_NONE, .arg_data = &ret->json },
        { 0 },
    };
    if (!sk_command_options(&sk_command_serve, entries, &argc, &argv))
        return false;
    for (int i = 1; i < argc; i++) {
        SkServeRole role = sk_serve_role_lookup(argv[i]);
        if (role == SK_SERVE_COUNT || role == SK_SERVE_SETUP) {
            sk_command_complain(&sk_command_serve, "there is no role '%s'", argv[i]);
            return false;
        }
        ret->roles[role] = true;
        ret->any_role = true;
    }
    return true;
}

/* One JSON line, or a list that a person reads. */
static void
print_ready(const SkConf *conf, const SkPolicy *policy, void *data)
{
    const Options *options = data;

    if (options->json)
        fputs("{\"zones\":{", stdout);
    for (unsigned i = 0; i < conf->stations->len; i++) {
        const SkConfStation *station = g_ptr_array_index(conf->stations, i);
        if (options->station != NULL && strcmp(options->station, station->zone) != 0)
            continue;
        if (options->json) {
            g_autofree char *zone = sk_json_quote(station->zone);
            g_autofree char *origin = sk_json_quote(station->origin);
            printf("%s%s:%s", i == 0 || options->station != NULL ? "" : ",", zone, origin);
        } else {
            printf("%s\t%s\n", station->origin, sk_policy_zone(policy, station->zone)->label);
        }
    }
    if (options->json)
        fputs("}}\n", stdout);
    fflush(stdout);
}

static SkExit
run(int argc, char **argv)
{
    __attribute__((cleanup(options_clear))) Options options = { 0 };
    g_autoptr(GError) error = NULL;

    if (!read_options(&options, argc, argv))
        return SK_EXIT_USAGE;
    sk_log_init("serve", NULL);
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    if (program == NULL) {
        sk_command_complain(&sk_command_serve, "/proc is not there");
        return SK_EXIT_FAILED;
    }
    SkServeOptions serve = { .conf_path = options.conf == NULL ? "/etc/sekisho/sekisho.conf" : options.conf,
                             .station = options.station,
                             .roles = options.any_role ? options.roles : NULL,
                             .program = program,
                             .ready = print_ready,
                             .ready_data = &options };
    if (sk_serve_run(&serve, &error))
        return SK_EXIT_DONE;
    sk_command_complain(&sk_command_serve, "%s", error->message);
    return g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED) ? SK_EXIT_NO : SK_EXIT_FAILED;
}

const SkCommand sk_command_serve = {
    .name = "serve",
    .usage = "[--conf FILE] [--station ZONE] [--json] [ROLE...]",
    .summary = "Start this machine's stations and keep them running.",
    .help = "No station named means every one in the configuration; no role named means all of\n"
            "them: web, runner, intake, sealer; notice and courier where notices go by mail, directory\n"
            "where it has passwords, mail and deliver where mail comes in and goes on. SIGTERM and Ctrl-C\n"
            "end it within 30 seconds; SIGHUP takes up the policy that was adopted last.\n"
            "\n"
            "  --conf FILE      this machine (default /etc/sekisho/sekisho.conf)\n"
            "  --station ZONE   only this station\n"
            "  --json           when ready, print the addresses as one JSON line\n",
    .run = run,
};
