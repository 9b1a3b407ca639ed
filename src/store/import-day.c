/* SPDX-License-Identifier: Apache-2.0
 * import-day.c - contract in import-parts.h: dates as spreadsheets and offices write them: what
 * base/calendar.h reads, and a few ways more of writing the same. Spec: docs/people.md ("Dates") */
#include "store/import-parts.h"

#include "base/calendar.h"
#include "store/organisation.h"

#include <string.h>

#define TEXT_MAX 40u

/* 2027.4.1 as 2027/4/1, and an era of one character as its letter. */
static char *
usual_form(const char *s)
{
    static const struct {
        const char *sign, *letter;
    } eras[] = { { "令", "R" }, { "平", "H" }, { "昭", "S" } };
    static const char *const whole[] = { "令和", "平成", "昭和" };

    for (size_t i = 0; i < G_N_ELEMENTS(eras); i++)
        if (g_str_has_prefix(s, eras[i].sign) && !g_str_has_prefix(s, whole[i]))
            return g_strconcat(eras[i].letter, s + strlen(eras[i].sign), NULL);
    char *out = g_strdup(s);
    return g_ascii_isdigit(*out) ? g_strdelimit(out, ".", '/') : out;
}

/* 20270401 */
static bool
take_digits(const char *s, int *ret)
{
    unsigned value = 0;

    if (strlen(s) != 8 || strspn(s, "0123456789") != 8)
        return false;
    for (unsigned i = 0; i < 8; i++)
        value = value * 10 + (unsigned)(s[i] - '0');
    return sk_day_make(value / 10000, value / 100 % 100, value % 100, ret);
}

bool
sk_import_day(const char *text, int *ret)
{
    static const char *const midnights[] = { " 0:00", " 0:00:00", " 00:00:00" };
    /* Wide digits and letters, and characters made of an era's name, are what they stand for. */
    g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE);
    int32_t day = 0;

    if (plain == NULL || strlen(plain) > TEXT_MAX)
        return false;
    g_strstrip(plain);
    for (size_t i = 0; i < G_N_ELEMENTS(midnights); i++)
        if (g_str_has_suffix(plain, midnights[i])) {
            plain[strlen(plain) - strlen(midnights[i])] = '\0';
            break;
        }
    if (take_digits(plain, ret))
        return true;
    g_autofree char *usual = usual_form(plain);
    if (!sk_calendar_parse(usual, &day) || day <= 0 || day > SK_DAY_MAX)
        return false;
    *ret = day;
    return true;
}
