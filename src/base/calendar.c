/* SPDX-License-Identifier: Apache-2.0
 * calendar.c - contract in calendar.h. Days to dates and back by Howard Hinnant's civil-day counting, done
 * anew: years begin in March, so that the leap day is the last of its year. */
#include "base/calendar.h"

#include <string.h>

#define JAPAN_US (INT64_C(9) * 3600 * G_USEC_PER_SEC)
#define DAY_US (INT64_C(86400) * G_USEC_PER_SEC)
#define ERA_DAYS 146097 /* of 400 years */
#define SHIFT 719468    /* days from 0000-03-01 to 1970-01-01 */
#define TEXT_MAX 64u

static const char *const names[] = { "wareki", "iso" };
G_STATIC_ASSERT(G_N_ELEMENTS(names) == SK_CALENDAR_COUNT);

/* 明治 to 令和, newest first; @first: the first day, which is in the year 元. The day on which an emperor
 * died (明治45年7月30日, 大正15年12月25日) belongs to both eras; a change since then begins on the day after. */
static const struct {
    const char *name;
    char letter;
    int32_t first;
    int32_t last;
    int year; /* of the common era, for 元年 */
} eras[] = {
    { "令和", 'R', 18017, SK_CALENDAR_LAST, 2019 },    /* 2019-05-01 */
    { "平成", 'H', 6947, 18016, 1989 },          /* 1989-01-08 to 2019-04-30 */
    { "昭和", 'S', -15713, 6946, 1926 },         /* 1926-12-25 to 1989-01-07 */
    { "大正", 'T', -20974, -15713, 1912 },       /* 1912-07-30 to 1926-12-25 */
    { "明治", 'M', SK_CALENDAR_FIRST, -20974, 1868 },   /* to 1912-07-30 */
};

const char *
sk_calendar_name(SkCalendar calendar)
{
    g_assert((unsigned)calendar < SK_CALENDAR_COUNT);
    return names[calendar];
}

SkCalendar
sk_calendar_lookup(const char *name)
{
    for (unsigned i = 0; i < SK_CALENDAR_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (SkCalendar)i;
    return SK_CALENDAR_COUNT;
}

/* ---- counting ---- */

static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int32_t
sk_calendar_day(int64_t us)
{
    int64_t kept = CLAMP(us, sk_calendar_start(SK_CALENDAR_FIRST), sk_calendar_start(SK_CALENDAR_LAST));
    return (int32_t)floor_div(kept + JAPAN_US, DAY_US);
}

int64_t
sk_calendar_start(int32_t day)
{
    return (int64_t)day * DAY_US - JAPAN_US;
}

SkDate
sk_calendar_date(int32_t day)
{
    int64_t z = (int64_t)day + SHIFT;
    int64_t era = floor_div(z, ERA_DAYS);
    int64_t doe = z - era * ERA_DAYS;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / (ERA_DAYS - 1)) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153; /* months since March */

    return (SkDate){ .year = (int)(yoe + era * 400 + (mp >= 10)),
                     .month = (unsigned)(mp < 10 ? mp + 3 : mp - 9),
                     .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1) };
}

bool
sk_calendar_from_date(SkDate date, int32_t *ret)
{
    if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
        return false;
    int64_t y = (int64_t)date.year - (date.month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t mp = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day = era * ERA_DAYS + yoe * 365 + yoe / 4 - yoe / 100 + (153 * mp + 2) / 5 + date.day - 1 - SHIFT;

    if (day < SK_CALENDAR_FIRST || day > SK_CALENDAR_LAST)
        return false;
    SkDate back = sk_calendar_date((int32_t)day); /* 31 April comes back as 1 May */
    if (back.day != date.day || back.month != date.month)
        return false;
    *ret = (int32_t)day;
    return true;
}

int
sk_calendar_fiscal_year(int32_t day)
{
    SkDate date = sk_calendar_date(day);
    return date.year - (date.month < 4);
}

/* ---- reading ---- */

/* Full width to half, and one mark for each kind; false where the text is too long or no text. */
static bool
narrow(const char *text, char out[TEXT_MAX])
{
    size_t n = 0;

    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        char bytes[6];
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0; /* the half-width twin */
        int length = g_unichar_to_utf8(c, bytes);
        if (n + (size_t)length + 1 > TEXT_MAX)
            return false;
        for (int i = 0; i < length; i++)
            out[n++] = bytes[i];
    }
    out[n] = '\0';
    return true;
}

/* One to @most digits, or 元; moves @p. 0 where there is neither. */
static unsigned
take_number(const char **p, unsigned most, bool first_year)
{
    unsigned value = 0;
    unsigned n = 0;

    if (first_year && g_str_has_prefix(*p, "元")) {
        *p += strlen("元");
        return 1;
    }
    while (n < most && g_ascii_isdigit(**p)) {
        value = value * 10 + (unsigned)(**p - '0');
        (*p)++;
        n++;
    }
    return value;
}

static bool
take_text(const char **p, const char *text)
{
    if (!g_str_has_prefix(*p, text))
        return false;
    *p += strlen(text);
    return true;
}

/* What stands behind year, month and day: 年月日, or one mark twice. */
static bool
take_rest(const char *p, SkDate *date)
{
    static const char *const marks[] = { "-", "/", "." };

    if (take_text(&p, "年")) {
        date->month = take_number(&p, 2, false);
        if (!take_text(&p, "月"))
            return false;
        date->day = take_number(&p, 2, false);
        return take_text(&p, "日") && *p == '\0';
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++)
        if (take_text(&p, marks[i])) {
            date->month = take_number(&p, 2, false);
            if (!take_text(&p, marks[i]))
                return false;
            date->day = take_number(&p, 2, false);
            return *p == '\0';
        }
    return false;
}

bool
sk_calendar_parse(const char *text, int32_t *ret)
{
    char plain[TEXT_MAX];
    SkDate date = { 0 };
    int32_t day = 0;

    if (!narrow(text, plain))
        return false;
    const char *p = plain;
    for (unsigned i = 0; i < G_N_ELEMENTS(eras); i++) {
        bool letter = g_ascii_toupper(plain[0]) == eras[i].letter;
        if (!letter && !g_str_has_prefix(plain, eras[i].name))
            continue;
        p = plain + (letter ? 1 : strlen(eras[i].name));
        unsigned year = take_number(&p, 3, true);
        date.year = eras[i].year - 1 + (int)year;
        if (year == 0 || !take_rest(p, &date) || !sk_calendar_from_date(date, &day) || day < eras[i].first ||
            day > eras[i].last)
            return false;
        *ret = day;
        return true;
    }
    date.year = (int)take_number(&p, 4, false);
    return p == plain + 4 && take_rest(p, &date) && sk_calendar_from_date(date, ret);
}

/* ---- writing ---- */

static char *
era_year(unsigned era, int year)
{
    int n = year - eras[era].year + 1;
    return n == 1 ? g_strconcat(eras[era].name, "元年", NULL) : g_strdup_printf("%s%d年", eras[era].name, n);
}

static unsigned
era_of(int32_t day)
{
    unsigned i = 0;
    while (i + 1 < G_N_ELEMENTS(eras) && day < eras[i].first)
        i++;
    return i;
}

char *
sk_calendar_format(int32_t day, SkCalendar calendar)
{
    int32_t kept = CLAMP(day, SK_CALENDAR_FIRST, SK_CALENDAR_LAST);
    SkDate date = sk_calendar_date(kept);

    if (calendar == SK_CALENDAR_ISO)
        return g_strdup_printf("%04d-%02u-%02u", date.year, date.month, date.day);
    g_autofree char *year = era_year(era_of(kept), date.year);
    return g_strdup_printf("%s%u月%u日", year, date.month, date.day);
}

char *
sk_calendar_format_time(int64_t us, SkCalendar calendar)
{
    int32_t day = sk_calendar_day(us);
    unsigned minutes = (unsigned)CLAMP((us - sk_calendar_start(day)) / (60 * G_USEC_PER_SEC), 0, 1439);
    g_autofree char *date = sk_calendar_format(day, calendar);

    return calendar == SK_CALENDAR_ISO ? g_strdup_printf("%s %02u:%02u", date, minutes / 60, minutes % 60)
                                       : g_strdup_printf("%s %u:%02u", date, minutes / 60, minutes % 60);
}

char *
sk_calendar_format_fiscal(int year, SkCalendar calendar)
{
    int32_t april = 0;

    if (calendar == SK_CALENDAR_ISO || !sk_calendar_from_date((SkDate){ .year = year, .month = 4, .day = 1 }, &april))
        return g_strdup_printf("FY%d", year);
    g_autofree char *name = era_year(era_of(april), year);
    return g_strdup_printf("%s度", name);
}
