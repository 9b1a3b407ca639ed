/* SPDX-License-Identifier: Apache-2.0
 * judge.c - contract in judge.h. */
#include "wall/judge.h"

#include "base/base.h"

#include <string.h>

bool
sk_wall_judge(const SkPolicy *policy, int64_t at, const char *own, const char *others, GError **error)
{
    const char *table = g_strstr_len(others, -1, "table ");
    const char *end = table == NULL ? NULL : strchr(table, '\n');

    (void)policy;
    (void)at;
    if (*own == '\0')
        return sk_throw(error, SK_ERROR_FORBIDDEN, "the wall's table is not there");
    if (table != NULL) {
        g_autofree char *line = g_strndup(table, end == NULL ? strlen(table) : (size_t)(end - table));
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        "something else is loaded on this machine, and nothing is known of what it "
                        "lets pass: `%s`",
                        line);
    }
    return true;
}
