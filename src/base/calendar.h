/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar.h - days as an office in Japan writes them: by the emperor's era or by ISO 8601, and the
 * fiscal year that begins in April. A day is the number of days since 1970-01-01 in Japan, whose clock
 * is UTC+9 all year (no summer time since 1951). Runs in: every program. Trusts: nothing.
 * Spec: docs/decisions/0131-days-and-eras.md   Tests: tests/unit/base/test-calendar.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_CALENDAR_WAREKI = 0, /* 令和8年4月1日 */
    SK_CALENDAR_ISO,        /* 2026-04-01 */
    SK_CALENDAR_COUNT
} SkCalendar;

const char *sk_calendar_name(SkCalendar calendar); /* "wareki", "iso" */
/** sk_calendar_lookup: SK_CALENDAR_COUNT where there is none. */
SkCalendar sk_calendar_lookup(const char *name);

/* Era dates are said from the day that Japan took the calendar of the world (明治6年1月1日) to the end
 * of 9999. */
#define SK_CALENDAR_FIRST INT32_C(-35428)
#define SK_CALENDAR_LAST INT32_C(2932896)

typedef struct {
    int year; /* of the common era */
    unsigned month; /* 1 to 12 */
    unsigned day;   /* 1 to 31 */
} SkDate;

/** sk_calendar_day: the day in Japan at @us (µs UTC), kept within SK_CALENDAR_FIRST and SK_CALENDAR_LAST. */
int32_t sk_calendar_day(int64_t us);
/** sk_calendar_start: µs UTC at which @day begins in Japan. */
int64_t sk_calendar_start(int32_t day);
SkDate sk_calendar_date(int32_t day);
/** sk_calendar_from_date: false for a date that there is not, or that no day here stands for. */
bool sk_calendar_from_date(SkDate date, int32_t *ret);
/** sk_calendar_fiscal_year: 2026 for every day from 2026-04-01 to 2027-03-31. */
int sk_calendar_fiscal_year(int32_t day);

/**
 * sk_calendar_parse: `2026-04-01`, `2026/4/1`, `2026年4月1日`, `令和8年4月1日`, `令和元年5月1日`, `R8.4.1`,
 * `r8/4/1`, `R8-04-01`; digits, letters and marks of full width too. An era's date must lie in that era:
 * 平成31年5月1日 is false, as is 昭和64年1月8日.
 */
bool sk_calendar_parse(const char *text, int32_t *ret);
/** sk_calendar_format: (transfer full): `令和8年4月1日`, `令和元年5月1日`; `2026-04-01`. */
char *sk_calendar_format(int32_t day, SkCalendar calendar);
/** sk_calendar_format_time: (transfer full): day and clock in Japan: `令和8年4月1日 9:05`, `2026-04-01 09:05`. */
char *sk_calendar_format_time(int64_t us, SkCalendar calendar);
/** sk_calendar_format_fiscal: (transfer full): `令和8年度`; `FY2026`. A year in which an era began goes by the
 * era of its first day of April: 2019 is 平成31年度. */
char *sk_calendar_format_fiscal(int year, SkCalendar calendar);
