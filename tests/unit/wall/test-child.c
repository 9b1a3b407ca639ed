/* SPDX-License-Identifier: Apache-2.0
 * test-child.c - programs that answer, fail, hang, flood and die. */
#include "wall/child.h"

#include "base/clock.h"

#include <poll.h>
#include <string.h>

static SkWallChildState
run(const char *script, int64_t deadline_us, int *ret_status, GBytes **ret_output, char **ret_why)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    g_autoptr(SkWallChild) child = NULL;
    g_autoptr(GError) error = NULL;
    SkWallChildState state = SK_WALL_CHILD_RUNS;

    g_assert_true(sk_wall_child_start(argv, true, deadline_us, &child, &error));
    while (state == SK_WALL_CHILD_RUNS) {
        struct pollfd wait = { .fd = sk_wall_child_fd(child), .events = POLLIN };
        int64_t left = sk_wall_child_deadline(child) - sk_clock_monotonic();
        (void)poll(&wait, 1, left <= 0 ? 0 : (int)(left / 1000 + 1));
        state = sk_wall_child_take(child, ret_status, ret_output, ret_why);
    }
    return state;
}

static void
answers(void)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = -1;

    g_assert_cmpint(run("echo yes; exit 1", 5000000, &status, &output, &why), ==,
                    SK_WALL_CHILD_ENDED);
    g_assert_cmpint(status, ==, 1);
    g_assert_cmpmem(g_bytes_get_data(output, NULL), g_bytes_get_size(output), "yes\n", 4);
}

static void
hangs(void)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = -1;

    g_assert_cmpint(run("exec sleep 60", 50000, &status, &output, &why), ==, SK_WALL_CHILD_FAILED);
    g_assert_cmpstr(why, ==, "it took too long");
}

static void
dies(void)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = -1;

    g_assert_cmpint(run("kill -9 $$", 5000000, &status, &output, &why), ==, SK_WALL_CHILD_FAILED);
    g_assert_cmpstr(why, ==, "it was killed");
}

static void
floods(void)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = -1;

    g_assert_cmpint(run("exec cat /dev/zero", 60000000, &status, &output, &why), ==,
                    SK_WALL_CHILD_FAILED);
    g_assert_cmpstr(why, ==, "it wrote too much");
}

/* A bare child holds nothing, whoever started it. */
static void
bare(void)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = -1;

    g_assert_cmpint(
        run("grep -E '^Cap(Prm|Eff|Bnd|Amb):' /proc/self/status | grep -v 0000000000000000",
            5000000, &status, &output, &why),
        ==, SK_WALL_CHILD_ENDED);
    if (status == 0) /* without CAP_SETPCAP the bound stays, and means nothing: no new privileges */
        g_assert_true(g_str_has_prefix(g_bytes_get_data(output, NULL), "CapBnd"));
}

static SkWallChildState
wait_for(SkWallChild *child, GBytes **ret_output, char **ret_why)
{
    SkWallChildState state = SK_WALL_CHILD_RUNS;
    int status = 0;

    while (state == SK_WALL_CHILD_RUNS) {
        struct pollfd wait = { .fd = sk_wall_child_fd(child), .events = POLLIN };
        int64_t left = sk_wall_child_deadline(child) - sk_clock_monotonic();
        (void)poll(&wait, 1, left <= 0 ? 0 : (int)MIN(left / 1000 + 1, 10000));
        state = sk_wall_child_take(child, &status, ret_output, ret_why);
    }
    return state;
}

/* Lines are answered by lines; whoever dies or is silent in between is found out. */
static void
asked(void)
{
    const char *const argv[] = { "/bin/sh", "-c",
                                 "while read a; do case $a in die) exit 1;; hang) exec sleep 60;; *) "
                                 "echo said $a;; esac; done",
                                 NULL };
    static const char *const lines[] = { "one\n", "two\n", "hang\n", "die\n" };

    for (unsigned last = 2; last < 4; last++) {
        g_autoptr(SkWallChild) child = NULL;
        g_autoptr(GError) error = NULL;
        g_assert_true(sk_wall_child_start_asked(argv, true, &child, &error));
        g_assert_cmpint(sk_wall_child_deadline(child), ==, INT64_MAX);
        for (unsigned i = 0; i < 2; i++) {
            g_autoptr(GBytes) output = NULL;
            g_autofree char *why = NULL;
            g_autofree char *wanted = g_strconcat("said ", lines[i], NULL);
            g_assert_true(sk_wall_child_ask(child, lines[i], 5000000, &error));
            g_assert_cmpint(wait_for(child, &output, &why), ==, SK_WALL_CHILD_SAID);
            g_assert_cmpmem(g_bytes_get_data(output, NULL), g_bytes_get_size(output), wanted,
                            strlen(wanted));
        }
        g_autoptr(GBytes) output = NULL;
        g_autofree char *why = NULL;
        g_assert_true(sk_wall_child_ask(child, lines[last], last == 2 ? 50000 : 5000000, &error));
        g_assert_cmpint(wait_for(child, &output, &why), ==,
                        last == 2 ? SK_WALL_CHILD_FAILED : SK_WALL_CHILD_ENDED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/child/answers", answers);
    g_test_add_func("/wall/child/hangs", hangs);
    g_test_add_func("/wall/child/dies", dies);
    g_test_add_func("/wall/child/floods", floods);
    g_test_add_func("/wall/child/bare", bare);
    g_test_add_func("/wall/child/asked", asked);
    return g_test_run();
}
