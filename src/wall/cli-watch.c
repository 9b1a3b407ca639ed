/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-watch.c - `sekisho wall watch`: proves what is loaded at every change, and counts. */
#include "wall/cli.h"
#include "wall/compile.h"
#include "wall/watch.h"

#include "base/log.h"

#include <stdlib.h>
#include <unistd.h>

#define STATE_DEFAULT "/var/lib/sekisho-wall-watch"
#define ADOPTED_DEFAULT "/var/lib/sekisho/adopted"

/* The program that we are, by which the snapshot and the proof are run. */
static char *
own_path(void)
{
    g_autoptr(GError) error = NULL;

    return g_file_read_link("/proc/self/exe", &error);
}

static SkWallStatus
run_watch(int argc, char **argv)
{
    g_autofree char *state = NULL;
    g_autofree char *origin = NULL;
    g_autofree char *adopted = NULL;
    g_autoptr(GError) error = NULL;
    int group = (int)SK_WALL_NFLOG_DEFAULT, period = (int)(SK_WALL_PERIOD_DEFAULT / 1000000);
    gboolean once = FALSE;
    GOptionEntry entries[] = {
        { "state", 0, 0, G_OPTION_ARG_FILENAME, &state, NULL, NULL },
        { "adopted", 0, 0, G_OPTION_ARG_FILENAME, &adopted, NULL, NULL },
        { "origin", 0, 0, G_OPTION_ARG_STRING, &origin, NULL, NULL },
        { "nflog-group", 0, 0, G_OPTION_ARG_INT, &group, NULL, NULL },
        { "every", 0, 0, G_OPTION_ARG_INT, &period, NULL, NULL },
        { "once", 0, 0, G_OPTION_ARG_NONE, &once, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_wall_options(&sk_wall_command_watch, entries, &argc, &argv))
        return SK_WALL_USAGE;
    bool unclear = argc > 2 || (argc == 2 && adopted != NULL);
    if (unclear || group < 1 || group > 65535 || period < 1 || period > 86400) {
        sk_wall_complain(&sk_wall_command_watch, unclear ? "say one policy, or --adopted"
                                                 : group < 1 || group > 65535
                                                     ? "--nflog-group is a number from 1 to 65535"
                                                     : "--every is seconds, from 1 to 86400");
        return SK_WALL_USAGE;
    }
    g_autofree char *program = own_path();
    if (program == NULL) {
        sk_wall_complain(&sk_wall_command_watch, "/proc is not there");
        return SK_WALL_FAILED;
    }
    sk_log_init("sekisho-wall", "wall");
    SkWallWatch spec = { .program = program,
                         .policy = argc == 2 ? argv[1] : NULL,
                         .adopted = adopted == NULL ? ADOPTED_DEFAULT : adopted,
                         .state = state == NULL ? STATE_DEFAULT : state,
                         .origin = origin == NULL ? "sekisho/wall" : origin,
                         .group = (uint16_t)group,
                         .period_us = (int64_t)period * 1000000,
                         .once = once };
    if (sk_wall_watch(&spec, &error))
        return SK_WALL_DONE;
    sk_wall_complain(&sk_wall_command_watch, "%s", error->message);
    return SK_WALL_FAILED;
}

const SkWallCommand sk_wall_command_watch = {
    .name = "watch",
    .usage = "[POLICY | --adopted DIR] [--state DIR] [--every SECONDS] [--nflog-group N] [--origin NAME] [--once]",
    .summary =
        "Prove what is loaded at each change and every minute, seal each verdict, and count\n"
        "    what passes and what is refused.",
    .help = "    --adopted DIR      where the policy in force is kept, which two officers signed;\n"
            "                       it is looked at before each proof (default\n"
            "                       " ADOPTED_DEFAULT "); with POLICY, that file\n"
            "                       is read, when it begins and at SIGHUP\n"
            "    --state DIR        where verdicts, counts and the seal are kept (default\n"
            "                       " STATE_DEFAULT ")\n"
            "    --every SECONDS    prove so often even when nothing was announced (default 60)\n"
            "    --nflog-group N    where dropped packets are told (default 17)\n"
            "    --origin NAME      of the wall's own seal (default sekisho/wall)\n"
            "    --once             end after the first verdict\n",
    .run = run_watch,
};
