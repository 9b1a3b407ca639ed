/* SPDX-License-Identifier: Apache-2.0
 *
 * number-format-date.c - dates and times; contract in number-format-parts.h. Spreadsheets count
 * days from 1900 as if that year had had a 29 February.
 */
#include "disarm/list-number.h"
#include "disarm/number-format-parts.h"

#define DAY_MAX 2958465u /* 9999-12-31 */
#define DAY_OF_1904 1462u
#define DAY_1970 25569u
#define SECONDS_A_DAY 86400u

typedef struct {
    uint64_t day;     /* serial, from 1900 */
    uint64_t elapsed; /* whole days of a duration */
    unsigned year, month, date, weekday;
    unsigned hour, minute, second, thousandth;
} Moment;

static const struct {
    unsigned from; /* yyyymmdd */
    unsigned first_year;
    const char *letter, *short_name, *name;
} eras[] = {
    { 20190501, 2019, "R", "令", "令和" }, { 19890108, 1989, "H", "平", "平成" },
    { 19261225, 1926, "S", "昭", "昭和" }, { 19120730, 1912, "T", "大", "大正" },
    { 0, 1868, "M", "明", "明治" },
};

static const char *const months[] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };
static const char *const weekdays[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday" };
static const char *const weekdays_ja[] = { "日", "月", "火", "水", "木", "金", "土" };

static void
set_calendar(Moment *m)
{
    m->weekday = (unsigned)((m->day + 6) % 7);
    if (m->day == 60 || m->day == 0) { /* the day that never was, and the one before the first */
        m->year = 1900;
        m->month = m->day == 60 ? 2 : 1;
        m->date = m->day == 60 ? 29 : 0;
        return;
    }
    /* Days since 0000-03-01, in eras of 400 years. */
    uint64_t z = m->day + (m->day < 60 ? 1 : 0) - DAY_1970 + 719468;
    uint64_t era = z / 146097, of_era = z % 146097;
    uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint64_t shifted = (5 * of_year + 2) / 153;

    m->date = (unsigned)(of_year - (153 * shifted + 2) / 5 + 1);
    m->month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    m->year = (unsigned)(year + era * 400 + (m->month <= 2 ? 1 : 0));
}

/* Are seconds shown, and with how many decimals? Times are rounded to what is shown of a second. */
static unsigned
second_decimals(const SkFormatSection *section)
{
    unsigned n = 0;
    bool behind = false;

    for (unsigned i = 0; i < section->tokens->len; i++) {
        const SkFormatToken *token = &g_array_index(section->tokens, SkFormatToken, i);
        behind = token->kind == SK_FORMAT_POINT || (behind && token->kind == SK_FORMAT_DIGIT);
        n += behind && token->kind == SK_FORMAT_DIGIT && n < 3 ? 1 : 0;
    }
    return n;
}

static bool
set_moment(const SkFormatSection *section, const SkDecimal *number, bool from_1904, Moment *m)
{
    uint64_t whole = sk_decimal_whole(number);
    if (number->negative || whole > DAY_MAX)
        return false;
    unsigned decimals = second_decimals(section), step = decimals == 0   ? 1000
                                                         : decimals == 1 ? 100
                                                         : decimals == 2 ? 10
                                                                         : 1;
    uint64_t time = sk_decimal_fraction_of(number, (uint64_t)SECONDS_A_DAY * 1000);

    time = (time + step / 2) / step * step;
    m->elapsed = whole + time / (SECONDS_A_DAY * 1000ull);
    m->day = m->elapsed + (from_1904 ? DAY_OF_1904 : 0);
    time %= SECONDS_A_DAY * 1000ull;
    m->thousandth = (unsigned)(time % 1000);
    m->second = (unsigned)(time / 1000 % 60);
    m->minute = (unsigned)(time / 60000 % 60);
    m->hour = (unsigned)(time / 3600000);
    if (m->day > DAY_MAX)
        return false;
    set_calendar(m);
    return true;
}

static void
append_number(const SkFormatSection *section, unsigned n, unsigned width, GString *out)
{
    if (section->digits == 1) {
        g_autofree char *kanji =
            sk_list_number(n > 99 || n == 0 ? "ideographDigital" : "japaneseCounting", n);
        g_string_append(out, n == 0 ? "〇" : kanji);
    } else {
        g_string_append_printf(out, "%0*u", (int)width, n);
    }
}

static void
append_era(const SkFormatSection *section, const SkFormatToken *token, const Moment *m,
           GString *out)
{
    unsigned day = m->year * 10000 + m->month * 100 + m->date, i = 0;
    while (day < eras[i].from)
        i++;
    if (token->letter == 'g') {
        g_string_append(out, token->count == 1   ? eras[i].letter
                             : token->count == 2 ? eras[i].short_name
                                                 : eras[i].name);
        return;
    }
    unsigned year = m->year - eras[i].first_year + 1;
    if (year == 1 && section->gannen)
        g_string_append(out, "元");
    else
        append_number(section, year, token->count > 1 ? 2 : 1, out);
}

static void
append_month(const SkFormatSection *section, const SkFormatToken *token, const Moment *m,
             GString *out)
{
    const char *name = months[m->month - 1];
    if (token->count <= 2)
        append_number(section, m->month, token->count, out);
    else
        g_string_append_len(out, name, token->count == 3 ? 3 : token->count == 5 ? 1 : -1);
}

static void
append_day(const SkFormatSection *section, const SkFormatToken *token, const Moment *m,
           GString *out)
{
    if (token->letter == 'a') {
        g_string_append(out, weekdays_ja[m->weekday]);
        g_string_append(out, token->count > 3 ? "曜日" : "");
    } else if (token->count <= 2) {
        append_number(section, m->date, token->count, out);
    } else {
        g_string_append_len(out, weekdays[m->weekday], token->count == 3 ? 3 : -1);
    }
}

static void
append_date(const SkFormatSection *section, const SkFormatToken *token, const Moment *m,
            GString *out)
{
    unsigned width = MIN(token->count, 2u);

    switch (token->letter) {
    case 'y':
        append_number(section, token->count <= 2 ? m->year % 100 : m->year,
                      token->count <= 2 ? 2 : 4, out);
        break;
    case 'g':
    case 'e':
        append_era(section, token, m, out);
        break;
    case 'm':
        append_month(section, token, m, out);
        break;
    case 'd':
    case 'a':
        append_day(section, token, m, out);
        break;
    case 'h':
        append_number(section, section->half_day ? (m->hour + 11) % 12 + 1 : m->hour, width, out);
        break;
    case 'n':
        append_number(section, m->minute, width, out);
        break;
    default:
        append_number(section, m->second, width, out);
        break;
    }
}

static void
append_elapsed(const SkFormatToken *token, const Moment *m, GString *out)
{
    uint64_t seconds = m->elapsed * SECONDS_A_DAY + m->hour * 3600u + m->minute * 60u + m->second;
    uint64_t n = token->letter == 'h'   ? seconds / 3600
                 : token->letter == 'n' ? seconds / 60
                                        : seconds;
    g_string_append_printf(out, "%0*" G_GUINT64_FORMAT, (int)MIN(token->count, 2u), n);
}

static void
append_half_day(const SkFormatToken *token, const Moment *m, GString *out)
{
    bool morning = m->hour < 12;
    g_string_append(out, token->count == 1 ? (morning ? "A" : "P") : (morning ? "AM" : "PM"));
}

bool
sk_format_date(const SkFormatSection *section, const SkDecimal *number, bool from_1904,
               GString *out)
{
    Moment m = { .day = 0 };
    unsigned divisor = 100;

    if (!set_moment(section, number, from_1904, &m))
        return false;
    for (unsigned i = 0; i < section->tokens->len; i++) {
        const SkFormatToken *token = &g_array_index(section->tokens, SkFormatToken, i);
        if (token->kind == SK_FORMAT_LITERAL)
            g_string_append(out, token->text);
        else if (token->kind == SK_FORMAT_DATE)
            append_date(section, token, &m, out);
        else if (token->kind == SK_FORMAT_ELAPSED)
            append_elapsed(token, &m, out);
        else if (token->kind == SK_FORMAT_HALF_DAY)
            append_half_day(token, &m, out);
        else if (token->kind == SK_FORMAT_POINT || token->kind == SK_FORMAT_SLASH)
            g_string_append_c(out, token->kind == SK_FORMAT_POINT ? '.' : '/');
        else if (token->kind == SK_FORMAT_DIGIT && divisor > 0) {
            g_string_append_c(out, (char)('0' + m.thousandth / divisor % 10));
            divisor /= 10;
        }
    }
    return true;
}
