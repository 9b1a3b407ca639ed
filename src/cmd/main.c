/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - `sekisho`: finds the subcommand and lets it run. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

static const SkCommand *const commands[] = {
    &sk_command_serve,
    &sk_command_disarm,
    &sk_command_verify,
    &sk_command_policy,
    &sk_command_wall,
    &sk_command_seal,
    &sk_command_user,
    &sk_command_people,
    &sk_command_status,
    &sk_command_role,
};

static const SkCommand *
command_lookup(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void
print_overview(FILE *to)
{
    fputs("Sekisho 関所: the checkpoint between a town's networks.\n\nUsage: sekisho COMMAND "
          "[OPTION...]\n\n",
          to);
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        if (commands[i]->summary != NULL)
            fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n`sekisho COMMAND --help` says more; so does `man sekisho`.\n"
          "Exit status: 0 done; 1 done, and the answer is no; 2 wrong words; 3 it could not be "
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
        return SK_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_overview(stdout);
        return SK_EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("sekisho " SEKISHO_VERSION);
        return SK_EXIT_DONE;
    }
    const SkCommand *command = command_lookup(argv[1]);
    if (command == NULL) {
        fprintf(stderr, "sekisho: no command '%s'; `sekisho --help` lists them\n", argv[1]);
        return SK_EXIT_USAGE;
    }
    if (command->help != NULL && wants_help(argc - 1, argv + 1)) {
        printf("Usage: sekisho %s %s\n\n%s\n\n%s", command->name, command->usage,
               command->summary == NULL ? "" : command->summary, command->help);
        return SK_EXIT_DONE;
    }
    return (int)command->run(argc - 1, argv + 1);
}
