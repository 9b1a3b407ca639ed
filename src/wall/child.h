/* SPDX-License-Identifier: Apache-2.0
 *
 * child.h - another program at work while we go on: its output is gathered as it comes, and it has a
 * deadline.
 * Runs in: sekisho-wall watch. Trusts: the program named; not its output.
 * Tests: tests/unit/wall/test-child.c
 */
#pragma once

#include "base/base.h"

#define SK_WALL_CHILD_OUTPUT_MAX (64u << 20)

typedef struct SkWallChild SkWallChild;

/**
 * sk_wall_child_start: @argv[0] is the program's whole path.
 * @bare: it keeps no capability (and can get none)
 * @deadline_us: how long it may take; then it is killed
 */
bool sk_wall_child_start(const char *const *argv, bool bare, int64_t deadline_us, SkWallChild **ret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_child_start_asked: the same, for a program that answers lines with lines. Until it is asked it has no deadline. */
bool sk_wall_child_start_asked(const char *const *argv, bool bare, SkWallChild **ret,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_child_ask: sends a short @line (with its end); what was said before and not taken is gone.
 * @error: SK_ERROR_IO: it does not listen any more */
bool sk_wall_child_ask(SkWallChild *self, const char *line, int64_t deadline_us,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_child_free: kills it where it still runs. */
void sk_wall_child_free(SkWallChild *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallChild, sk_wall_child_free)

int sk_wall_child_fd(const SkWallChild *self); /* readable when there is something to take */
int64_t sk_wall_child_deadline(const SkWallChild *self); /* by sk_clock_monotonic */

typedef enum {
    SK_WALL_CHILD_RUNS = 0,
    SK_WALL_CHILD_ENDED,
    SK_WALL_CHILD_FAILED,
    SK_WALL_CHILD_SAID /* of one that was asked: a line, which is the output */
} SkWallChildState;
/**
 * sk_wall_child_take: reads what is there; never waits.
 * @ret_status: ENDED: its exit status
 * @ret_output: (transfer full): ENDED: all it wrote
 * @ret_why: (transfer full): FAILED: killed, too long, too much, in a sentence
 */
SkWallChildState sk_wall_child_take(SkWallChild *self, int *ret_status, GBytes **ret_output,
                                    char **ret_why);
