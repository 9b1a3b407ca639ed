/* SPDX-License-Identifier: Apache-2.0
 *
 * wall.c - `sekisho wall`: becomes sekisho-wall, which alone may hold NET_ADMIN. Nothing of the wall is
 * linked into this program. */
#include "cmd/cmd.h"

#include <errno.h>
#include <string.h>

/* Beside the running program, or where that is installed in a bin folder, in ../lib/sekisho from there. */
static char *
find_wall(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *here = g_path_get_dirname(self == NULL ? "/usr/bin/sekisho" : self);
    g_autofree char *beside = g_build_filename(here, "sekisho-wall", NULL);

    if (access(beside, X_OK) == 0)
        return g_steal_pointer(&beside);
    g_autofree char *above = g_path_get_dirname(here);
    return g_build_filename(above, "lib", "sekisho", "sekisho-wall", NULL);
}

static SkExit
run_wall(int argc, char **argv)
{
    g_autofree char *program = find_wall();
    g_autofree char **words = g_new0(char *, (size_t)argc + 1);

    for (int i = 1; i < argc; i++)
        words[i] = argv[i];
    words[0] = program;
    execv(program, words);
    sk_command_complain(&sk_command_wall, "sekisho-wall does not run: %s", g_strerror(errno));
    return SK_EXIT_FAILED;
}

const SkCommand sk_command_wall = {
    .name = "wall",
    .usage = "COMMAND [OPTION...]",
    .summary = "Make the packet filter from the policy, load it, prove it.",
    .help = NULL, /* sekisho-wall has it */
    .run = run_wall,
};
