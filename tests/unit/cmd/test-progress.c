/* SPDX-License-Identifier: Apache-2.0
 * test-progress.c - the line at the foot of a terminal: there while work goes on, gone after, and
 * never in a file. */
#include "cmd/progress.h"

#include "base/base.h"

#include <pty.h>
#include <string.h>

/* (transfer full): what comes out of the terminal up to @end. */
static char *
read_until(int terminal, const char *end)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    char block[256];
    while (strstr(seen->str, end) == NULL) {
        ssize_t n = read(terminal, block, sizeof block);
        g_assert_cmpint(n, >, 0);
        g_string_append_len(seen, block, n);
    }
    return g_string_free(g_steal_pointer(&seen), FALSE);
}

static void
on_a_terminal(void)
{
    int ours = -1;
    int theirs = -1;
    g_assert_cmpint(openpty(&ours, &theirs, NULL, NULL, NULL), ==, 0);
    FILE *to = fdopen(theirs, "w");

    SkProgress *progress = sk_progress_start(to, 4, 0);
    g_assert_nonnull(progress);
    sk_progress_step(progress, 1, "見積書\033[2J.docx");
    g_autofree char *drawn = read_until(ours, ".docx");
    g_assert_nonnull(strstr(drawn, "1/4"));
    g_assert_null(strstr(drawn, "\033[2J")); /* a file name is shown, never obeyed */

    sk_progress_hide(progress);
    fputs("a result\n", to);
    fflush(to);
    g_autofree char *between = read_until(ours, "a result");
    g_assert_nonnull(strstr(between, "\r\033[Ka result"));

    sk_progress_step(progress, 2, "next");
    g_autofree char *again = read_until(ours, "next");
    g_assert_nonnull(strstr(again, "2/4"));
    sk_progress_stop(progress);
    fputs("end\n", to);
    fflush(to);
    g_autofree char *last = read_until(ours, "end");
    g_assert_nonnull(strstr(last, "\r\033[Kend"));
    fclose(to);
    close(ours);
}

static void
in_a_file(void)
{
    FILE *to = tmpfile();
    SkProgress *progress = sk_progress_start(to, 4, 0);
    g_assert_null(progress);
    sk_progress_step(progress, 1, "x");
    sk_progress_hide(progress);
    sk_progress_stop(progress);
    g_assert_cmpint(ftell(to), ==, 0);
    fclose(to);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/progress/on-a-terminal", on_a_terminal);
    g_test_add_func("/progress/in-a-file", in_a_file);
    return g_test_run();
}
