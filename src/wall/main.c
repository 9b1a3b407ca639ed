/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - `sekisho-wall`: finds the subcommand and lets it run. `sekisho wall …` execs this. */
#include "wall/cli.h"

#include <stdio.h>
#include <string.h>

static const SkWallCommand *const commands[] = {
    &sk_wall_command_compile,
    &sk_wall_command_prove,
    &sk_wall_command_snapshot,
    &sk_wall_command_apply,
    &sk_wall_command_confirm,
    &sk_wall_command_rollback,
    &sk_wall_command_boot,
    &sk_wall_command_expire,
    &sk_wall_command_status,
    &sk_wall_command_replay,
    &sk_wall_command_watch,
    &sk_wall_command_ask,
    NULL, /* the end */
};

static const SkWallCommand *
command_lookup(const char *name)
{
    for (unsigned i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void
print_overview(FILE *to)
{
    fputs("Usage: sekisho wall COMMAND [OPTION...]\n\n"
          "The packet filter between the zones: made from the policy, and proved against it.\n\n",
          to);
    for (unsigned i = 0; commands[i] != NULL; i++)
        fprintf(to, "%s %s\n    %s\n%s\n", commands[i]->name, commands[i]->usage,
                commands[i]->summary, commands[i]->help);
    fputs("Exit status: 0 done; 1 done, and the answer is no; 2 wrong words; 3 it could not be "
          "done.\n",
          to);
}

static bool
wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return SK_WALL_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_overview(stdout);
        return SK_WALL_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("sekisho-wall " SEKISHO_VERSION);
        return SK_WALL_DONE;
    }
    const SkWallCommand *command = command_lookup(argv[1]);
    if (command == NULL) {
        fprintf(stderr, "sekisho wall: no command '%s'; `sekisho wall --help` lists them\n", argv[1]);
        return SK_WALL_USAGE;
    }
    if (wants_help(argc - 1, argv + 1)) {
        printf("Usage: sekisho wall %s %s\n\n%s\n\n%s", command->name, command->usage,
               command->summary, command->help);
        return SK_WALL_DONE;
    }
    return (int)command->run(argc - 1, argv + 1);
}
