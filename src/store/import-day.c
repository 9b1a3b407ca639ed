/* SPDX-License-Identifier: Apache-2.0
 * import-day.c - contract in import-parts.h: dates as offices write them, Western or by era. Spec:
 * docs/people.md ("Dates") */
#include "store/import-parts.h"

#include "store/organisation.h"

#include <string.h>

#define NUMBERS 3u

typedef struct {
    const char *names[3];
    unsigned first; /* Western year of the era's first */
    const char *from, *until;
} Era;

/* From the announcements of the change of era; earlier ones are before anybody's post. */
static const Era eras[] = {
    { { "令和", "令", "r" }, 2019, "2019-05-01", "2169-12-31" },
    { { "平成", "平", "h" }, 1989, "1989-01-08", "2019-04-30" },
    { { "昭和", "昭", "s" }, 1926, "1971-01-01", "1989-01-07" },
};

/* Takes the era's name off @s. */
static const Era *
take_era(const char **s)
{
    for (size_t i = 0; i < G_N_ELEMENTS(eras); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(eras[i].names); k++)
            if (g_str_has_prefix(*s, eras[i].names[k])) {
                *s += strlen(eras[i].names[k]);
                return &eras[i];
            }
    return NULL;
}

/* One to four digits, or 元 for the first year of an era. */
static bool
take_number(const char **s, bool year, unsigned *ret)
{
    unsigned value = 0;
    size_t n = 0;

    if (year && g_str_has_prefix(*s, "元")) {
        *s += strlen("元");
        *ret = 1;
        return true;
    }
    for (; n < 4 && g_ascii_isdigit((*s)[n]); n++)
        value = value * 10 + (unsigned)((*s)[n] - '0');
    *s += n;
    *ret = value;
    return n > 0 && !g_ascii_isdigit(**s);
}

/* The same mark twice, or 年, 月 and 日 each in its place. */
static bool
take_numbers(const char *s, unsigned out[NUMBERS])
{
    static const char *const marks[NUMBERS] = { "年", "月", "日" };
    bool words = strstr(s, marks[0]) != NULL;
    char mark = '\0';

    for (unsigned i = 0; i < NUMBERS; i++) {
        if (!take_number(&s, i == 0, &out[i]))
            return false;
        if (words) {
            if (!g_str_has_prefix(s, marks[i]))
                return false;
            s += strlen(marks[i]);
        } else if (i < NUMBERS - 1) {
            if (*s == '\0' || strchr("-/.", *s) == NULL || (mark != '\0' && *s != mark))
                return false;
            mark = *s++;
        }
    }
    return *s == '\0';
}

static bool
in_era(const Era *era, int day)
{
    int from = 0;
    int until = 0;
    return sk_day_parse(era->from, &from) && sk_day_parse(era->until, &until) && day >= from &&
           day <= until;
}

/* 20270401 */
static bool
take_digits(const char *s, unsigned out[NUMBERS])
{
    if (strlen(s) != 8 || strspn(s, "0123456789") != 8)
        return false;
    unsigned value = 0;
    for (unsigned i = 0; i < 8; i++)
        value = value * 10 + (unsigned)(s[i] - '0');
    out[0] = value / 10000;
    out[1] = value / 100 % 100;
    out[2] = value % 100;
    return true;
}

bool
sk_import_day(const char *text, int *ret)
{
    /* Wide digits and letters, and characters made of an era's name, are what they stand for. */
    g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *lower = plain == NULL ? NULL : g_utf8_strdown(plain, -1);
    unsigned n[NUMBERS] = { 0 };
    int day = 0;

    if (lower == NULL || strlen(lower) > 40)
        return false;
    g_strstrip(lower);
    static const char *const midnights[] = { " 0:00", " 0:00:00", " 00:00:00" };
    for (size_t i = 0; i < G_N_ELEMENTS(midnights); i++)
        if (g_str_has_suffix(lower, midnights[i])) {
            lower[strlen(lower) - strlen(midnights[i])] = '\0';
            break;
        }
    const char *s = lower;
    const Era *era = take_era(&s);
    if (!take_numbers(s, n) && (era != NULL || !take_digits(s, n)))
        return false;
    if (era == NULL ? n[0] < 1000 : n[0] < 1 || n[0] > 200)
        return false; /* a year of two digits is anybody's guess */
    if (era != NULL)
        n[0] += era->first - 1;
    if (!sk_day_make(n[0], n[1], n[2], &day) || (era != NULL && !in_era(era, day)))
        return false;
    *ret = day;
    return true;
}
