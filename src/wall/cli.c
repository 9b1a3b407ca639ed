/* SPDX-License-Identifier: Apache-2.0
 * cli.c - contract in cli.h: what every subcommand does with its words. */
#include "wall/cli.h"

#include "base/clock.h"
#include "policy/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DAY_US (24ll * 3600 * 1000000)

bool
sk_wall_options(const SkWallCommand *command, GOptionEntry *entries, int *argc, char ***argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(command->usage);
    g_autoptr(GError) error = NULL;

    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        sk_wall_complain(command, "%s", error->message);
        return false;
    }
    /* What follows `--` is no option, and `--` itself no word. */
    if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
        (*argv)[1] = (*argv)[0];
        *argv += 1;
        *argc -= 1;
    }
    return true;
}

void
sk_wall_complain(const SkWallCommand *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "sekisho wall %s: %s\n", command->name, text);
}

bool
sk_wall_at(const char *day, int64_t *ret)
{
    if (day == NULL)
        *ret = sk_clock_now();
    else if (!sk_words_date(day, ret))
        return false;
    else
        *ret -= DAY_US; /* the first moment of that day in Japan */
    return true;
}
