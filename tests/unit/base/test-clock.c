/* SPDX-License-Identifier: Apache-2.0
 * test-clock.c - time as text, before 1970 too, and where today began. */
#include "base/clock.h"

static void
iso(void)
{
    static const struct {
        int64_t us;
        const char *want;
    } times[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { 999, "1970-01-01T00:00:00.000Z" },
        { 1795413240123456, "2026-11-23T05:54:00.123Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autofree char *text = sk_clock_iso(times[i].us);
        g_assert_cmpstr(text, ==, times[i].want);
    }
}

static void
order(void)
{
    int64_t ahead = sk_clock_now() + 3600 * (int64_t)G_USEC_PER_SEC;

    g_assert_cmpint(sk_clock_after(ahead), ==, ahead);
    g_assert_cmpint(sk_clock_after(0), >, 0);
    g_assert_cmpint(sk_clock_monotonic(), <=, sk_clock_monotonic());
}

static void
midnight(void)
{
    int64_t at = sk_clock_midnight();
    g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(at / G_USEC_PER_SEC);

    g_assert_cmpint(at, <=, sk_clock_now());
    g_assert_cmpint(sk_clock_now() - at, <, 25 * 3600 * (int64_t)G_USEC_PER_SEC);
    g_assert_cmpint(g_date_time_get_hour(local), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/iso", iso);
    g_test_add_func("/clock/order", order);
    g_test_add_func("/clock/midnight", midnight);
    return g_test_run();
}
