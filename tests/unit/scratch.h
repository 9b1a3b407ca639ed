/* SPDX-License-Identifier: Apache-2.0
 * scratch.h - a temporary folder for a test: in memory where the machine has such a place, since what is
 * tested here syncs at every step. */
#pragma once

#include <glib.h>
#include <unistd.h>

static inline char *
scratch_dir(void)
{
    GError *error = NULL;
    char *dir = access("/dev/shm", W_OK) == 0 ? g_mkdtemp(g_strdup("/dev/shm/sk-test-XXXXXX")) : NULL;
    if (dir == NULL)
        dir = g_dir_make_tmp("sk-test-XXXXXX", &error);
    g_assert_no_error(error);
    return dir;
}
