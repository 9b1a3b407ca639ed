/* SPDX-License-Identifier: Apache-2.0
 * archive-time.c - contract in archive-time.h. */
#include "disarm/archive-time.h"

#include <glib.h>

#define JAPAN_SECONDS (9 * 3600)
#define LAST_SECOND INT64_C(4354819199) /* of 2107 */

uint32_t
sk_archive_time_wall(int64_t seconds)
{
    if (seconds < 0 || seconds > LAST_SECOND)
        return 0;
    g_autoptr(GDateTime) t = g_date_time_new_from_unix_utc(seconds);
    int year = t == NULL ? 0 : g_date_time_get_year(t);
    if (year < 1980)
        return 0;
    uint32_t date = (uint32_t)(year - 1980) << 9 | (uint32_t)g_date_time_get_month(t) << 5 |
                    (uint32_t)g_date_time_get_day_of_month(t);
    uint32_t time = (uint32_t)g_date_time_get_hour(t) << 11 | (uint32_t)g_date_time_get_minute(t) << 5 |
                    (uint32_t)g_date_time_get_second(t) / 2;
    return date << 16 | time;
}

uint32_t
sk_archive_time(int64_t seconds)
{
    return seconds <= 0 ? 0 : sk_archive_time_wall(seconds > LAST_SECOND ? -1 : seconds + JAPAN_SECONDS);
}
