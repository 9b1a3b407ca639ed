/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd.h - the subcommands of `sekisho`: one small file each, and one table of them in main.c.
 * Runs in: `sekisho`. Trusts: the person at the terminal; nothing inside a file.
 * Tests: tests/unit/cmd/, tests/e2e/
 */
#pragma once

#include "base/base.h"

/* Exit statuses are promises; over several inputs the highest counts. */
typedef enum {
    SK_EXIT_DONE = 0,
    SK_EXIT_NO = 1,     /* done, and the answer is no */
    SK_EXIT_USAGE = 2,  /* the call's words are wrong */
    SK_EXIT_FAILED = 3, /* it could not be done */
} SkExit;

typedef struct {
    const char *name;
    const char *usage;   /* what follows `sekisho NAME` */
    const char *summary; /* one line; NULL: not shown in the overview */
    const char *help;    /* options and what they do, lines ready to print; NULL: @run answers `--help` */
    /* argv[0] is the subcommand's name. `--help` is answered before this is called. */
    SkExit (*run)(int argc, char **argv);
} SkCommand;

extern const SkCommand sk_command_serve;
extern const SkCommand sk_command_role; /* hidden */
extern const SkCommand sk_command_disarm;
extern const SkCommand sk_command_verify;
extern const SkCommand sk_command_policy;
extern const SkCommand sk_command_seal;
extern const SkCommand sk_command_user;
extern const SkCommand sk_command_people;
extern const SkCommand sk_command_status;
extern const SkCommand sk_command_wall;

/**
 * sk_command_options: reads @entries off @argv, leaving what is no option.
 * Returns: false after saying on stderr what is wrong: the answer is then SK_EXIT_USAGE.
 */
bool sk_command_options(const SkCommand *command, GOptionEntry *entries, int *argc,
                        char ***argv) G_GNUC_WARN_UNUSED_RESULT;
/** sk_command_complain: one line on stderr, `sekisho NAME: …`. */
void sk_command_complain(const SkCommand *command, const char *format, ...) G_GNUC_PRINTF(2, 3);
