/* SPDX-License-Identifier: Apache-2.0
 * clock.c - contract in clock.h. */
#include "base/clock.h"

#include <time.h>

int64_t
sk_clock_now(void)
{
    return g_get_real_time();
}

int64_t
sk_clock_after(int64_t last)
{
    int64_t now = sk_clock_now();
    return MAX(now, last);
}

int64_t
sk_clock_monotonic(void)
{
    return g_get_monotonic_time();
}

int64_t
sk_clock_midnight(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autoptr(GDateTime) start =
        g_date_time_new_local(g_date_time_get_year(now), g_date_time_get_month(now),
                              g_date_time_get_day_of_month(now), 0, 0, 0.0);
    return start == NULL ? 0 : g_date_time_to_unix(start) * G_USEC_PER_SEC;
}

char *
sk_clock_iso(int64_t us)
{
    int64_t whole = us / 1000000;
    int64_t rest = us % 1000000;
    if (rest < 0) {
        rest += 1000000;
        whole--;
    }
    time_t seconds = (time_t)whole;
    struct tm tm;
    gmtime_r(&seconds, &tm);
    return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1,
                           tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(rest / 1000));
}
