/* SPDX-License-Identifier: Apache-2.0
 * test-calendar.c - days, eras and fiscal years, at their borders above all. */
#include "base/calendar.h"

static const struct {
    const char *text;
    const char *iso; /* NULL: not a day */
} readings[] = {
    { "R8.4.1", "2026-04-01" },
    { "r8/4/1", "2026-04-01" },
    { "R08-04-01", "2026-04-01" },
    { "令和8年4月1日", "2026-04-01" },
    { "Ｒ８．４．１", "2026-04-01" },
    { "令和８年４月１日", "2026-04-01" },
    { "２０２６／４／１", "2026-04-01" },
    { "2026-04-01", "2026-04-01" },
    { "2026/4/1", "2026-04-01" },
    { "2026年4月1日", "2026-04-01" },
    { "令和元年5月1日", "2019-05-01" },
    { "令和1年5月1日", "2019-05-01" },
    { "R元.5.1", "2019-05-01" },
    { "令和元年4月30日", NULL },
    { "平成31年4月30日", "2019-04-30" },
    { "平成31年5月1日", NULL },
    { "平成元年1月8日", "1989-01-08" },
    { "平成元年1月7日", NULL },
    { "昭和64年1月7日", "1989-01-07" },
    { "昭和64年1月8日", NULL },
    { "昭和元年12月25日", "1926-12-25" },
    { "昭和元年12月24日", NULL },
    { "大正15年12月25日", "1926-12-25" },
    { "大正15年12月26日", NULL },
    { "大正元年7月30日", "1912-07-30" },
    { "明治45年7月30日", "1912-07-30" },
    { "明治45年7月31日", NULL },
    { "明治6年1月1日", "1873-01-01" },
    { "明治5年12月2日", NULL }, /* another calendar */
    { "1872-12-31", NULL },
    { "9999-12-31", "9999-12-31" },
    { "2024-02-29", "2024-02-29" },
    { "2026-02-29", NULL },
    { "2100-02-29", NULL },
    { "2000-02-29", "2000-02-29" },
    { "2026-04-31", NULL },
    { "2026-13-01", NULL },
    { "2026-00-01", NULL },
    { "2026-04-00", NULL },
    { "26-04-01", NULL },
    { "02026-04-01", NULL },
    { "2026-4/1", NULL },
    { "2026-04-01 ", NULL },
    { "2026-04-011", NULL },
    { "2026年4月1", NULL },
    { "令和0年4月1日", NULL },
    { "令和年4月1日", NULL },
    { "R8.4", NULL },
    { "R", NULL },
    { "元年5月1日", NULL },
    { "Q8.4.1", NULL },
    { "", NULL },
    { "\xff", NULL },
    { "令和8年4月1日令和8年4月1日令和8年4月1日令和8年4月1日令和8年4月1日", NULL },
};

static void
reads(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
        int32_t day = INT32_MIN;
        bool good = sk_calendar_parse(readings[i].text, &day);
        g_test_message("%s", readings[i].text);
        g_assert_cmpint(good, ==, readings[i].iso != NULL);
        g_assert_cmpint(good, ==, day != INT32_MIN);
        if (!good)
            continue;
        g_autofree char *iso = sk_calendar_format(day, SK_CALENDAR_ISO);
        g_assert_cmpstr(iso, ==, readings[i].iso);
    }
}

static void
writes(void)
{
    static const char *const days[][2] = {
        { "2026-04-01", "令和8年4月1日" },   { "2019-05-01", "令和元年5月1日" }, { "2019-04-30", "平成31年4月30日" },
        { "1989-01-08", "平成元年1月8日" },  { "1989-01-07", "昭和64年1月7日" }, { "1926-12-25", "昭和元年12月25日" },
        { "1926-12-24", "大正15年12月24日" }, { "1912-07-30", "大正元年7月30日" }, { "1912-07-29", "明治45年7月29日" },
        { "1873-01-01", "明治6年1月1日" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        int32_t day = 0;
        g_assert_true(sk_calendar_parse(days[i][0], &day));
        g_autofree char *era = sk_calendar_format(day, SK_CALENDAR_WAREKI);
        g_assert_cmpstr(era, ==, days[i][1]);
    }
}

/* Every day that there is comes back from both of its forms, in order. */
static void
every_day(void)
{
    int32_t step = g_test_thorough() ? 1 : 7;
    for (int32_t day = SK_CALENDAR_FIRST; day <= SK_CALENDAR_LAST; day += step) {
        int32_t back = INT32_MIN;
        SkDate date = sk_calendar_date(day);
        g_assert_true(sk_calendar_from_date(date, &back));
        g_assert_cmpint(back, ==, day);
        if (day % 11 != 0)
            continue;
        g_autofree char *iso = sk_calendar_format(day, SK_CALENDAR_ISO);
        g_autofree char *era = sk_calendar_format(day, SK_CALENDAR_WAREKI);
        g_assert_true(sk_calendar_parse(iso, &back));
        g_assert_cmpint(back, ==, day);
        if (date.year < 3000) { /* later an era has four digits, which nobody writes */
            g_assert_true(sk_calendar_parse(era, &back));
            g_assert_cmpint(back, ==, day);
        }
    }
}

static void
clocks(void)
{
    const int64_t hour = INT64_C(3600) * G_USEC_PER_SEC;
    g_assert_cmpint(sk_calendar_day(0), ==, 0);
    g_assert_cmpint(sk_calendar_day(15 * hour - 1), ==, 0);
    g_assert_cmpint(sk_calendar_day(15 * hour), ==, 1); /* midnight in Japan */
    g_assert_cmpint(sk_calendar_day(-9 * hour), ==, 0);
    g_assert_cmpint(sk_calendar_day(-9 * hour - 1), ==, -1);
    g_assert_cmpint(sk_calendar_day(INT64_MAX), ==, SK_CALENDAR_LAST);
    g_assert_cmpint(sk_calendar_day(INT64_MIN), ==, SK_CALENDAR_FIRST);
    g_assert_cmpint(sk_calendar_start(1), ==, 15 * hour);
    for (int32_t day = -800; day < 800; day++) {
        g_assert_cmpint(sk_calendar_day(sk_calendar_start(day)), ==, day);
        g_assert_cmpint(sk_calendar_day(sk_calendar_start(day) - 1), ==, day - 1);
    }
    g_autofree char *era = sk_calendar_format_time(INT64_C(1775001900000000), SK_CALENDAR_WAREKI);
    g_autofree char *iso = sk_calendar_format_time(INT64_C(1775001900000000), SK_CALENDAR_ISO);
    g_assert_cmpstr(era, ==, "令和8年4月1日 9:05");
    g_assert_cmpstr(iso, ==, "2026-04-01 09:05");
}

static void
fiscal_years(void)
{
    int32_t day = 0;
    g_assert_true(sk_calendar_parse("2026-04-01", &day));
    g_assert_cmpint(sk_calendar_fiscal_year(day), ==, 2026);
    g_assert_cmpint(sk_calendar_fiscal_year(day - 1), ==, 2025);
    g_assert_true(sk_calendar_parse("2027-03-31", &day));
    g_assert_cmpint(sk_calendar_fiscal_year(day), ==, 2026);
    static const struct {
        int year;
        const char *era;
    } years[] = { { 2026, "令和8年度" }, { 2019, "平成31年度" }, { 2020, "令和2年度" }, { 1989, "平成元年度" } };
    for (size_t i = 0; i < G_N_ELEMENTS(years); i++) {
        g_autofree char *era = sk_calendar_format_fiscal(years[i].year, SK_CALENDAR_WAREKI);
        g_assert_cmpstr(era, ==, years[i].era);
    }
    g_autofree char *plain = sk_calendar_format_fiscal(2026, SK_CALENDAR_ISO);
    g_assert_cmpstr(plain, ==, "FY2026");
}

static void
names(void)
{
    g_assert_cmpint(sk_calendar_lookup("wareki"), ==, SK_CALENDAR_WAREKI);
    g_assert_cmpint(sk_calendar_lookup("iso"), ==, SK_CALENDAR_ISO);
    g_assert_cmpint(sk_calendar_lookup("mayan"), ==, SK_CALENDAR_COUNT);
    g_assert_cmpstr(sk_calendar_name(SK_CALENDAR_ISO), ==, "iso");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/calendar/reads", reads);
    g_test_add_func("/calendar/writes", writes);
    g_test_add_func("/calendar/every-day", every_day);
    g_test_add_func("/calendar/clocks", clocks);
    g_test_add_func("/calendar/fiscal-years", fiscal_years);
    g_test_add_func("/calendar/names", names);
    return g_test_run();
}
