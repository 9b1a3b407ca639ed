/* SPDX-License-Identifier: Apache-2.0
 *
 * cli.h - the subcommands of `sekisho-wall`, which `sekisho wall …` becomes: one file each
 * (cli-NAME.c), and one table of them in main.c.
 * Runs in: sekisho-wall. Trusts: the person at the terminal; nothing inside a file.
 * Tests: tests/unit/wall/, tests/e2e/
 */
#pragma once

#include "base/base.h"

/* Exit statuses are promises, the same as `sekisho`'s. */
typedef enum {
    SK_WALL_DONE = 0,
    SK_WALL_NO = 1,     /* done, and the answer is no */
    SK_WALL_USAGE = 2,  /* the call's words are wrong */
    SK_WALL_FAILED = 3, /* it could not be done */
} SkWallStatus;

typedef struct {
    const char *name;
    const char *usage;   /* what follows `sekisho wall NAME` */
    const char *summary; /* one line */
    const char *help;    /* options and what they do, lines ready to print */
    /* argv[0] is the subcommand's name. `--help` is answered before this is called. */
    SkWallStatus (*run)(int argc, char **argv);
} SkWallCommand;

extern const SkWallCommand sk_wall_command_ask;
extern const SkWallCommand sk_wall_command_compile;
extern const SkWallCommand sk_wall_command_prove;
extern const SkWallCommand sk_wall_command_snapshot;
extern const SkWallCommand sk_wall_command_apply;
extern const SkWallCommand sk_wall_command_confirm;
extern const SkWallCommand sk_wall_command_rollback;
extern const SkWallCommand sk_wall_command_boot;
extern const SkWallCommand sk_wall_command_expire;
extern const SkWallCommand sk_wall_command_status;
extern const SkWallCommand sk_wall_command_replay;
extern const SkWallCommand sk_wall_command_watch;

/**
 * sk_wall_options: reads @entries off @argv, leaving what is no option.
 * Returns: false after saying on stderr what is wrong: the answer is then SK_WALL_USAGE.
 */
bool sk_wall_options(const SkWallCommand *command, GOptionEntry *entries, int *argc,
                     char ***argv) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_at: the first moment (µs UTC) of @day in Japan; now where it is NULL. false: not a day. */
bool sk_wall_at(const char *day, int64_t *ret) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_complain: one line on stderr, `sekisho wall NAME: …`. */
void sk_wall_complain(const SkWallCommand *command, const char *format, ...) G_GNUC_PRINTF(2, 3);
