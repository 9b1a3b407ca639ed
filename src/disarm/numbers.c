/* SPDX-License-Identifier: Apache-2.0
 * numbers.c - contract in numbers.h. A run is digits with nothing between; runs of one length with
 * one and the same separator between them are read together. Longer runs are something else. */
#include "disarm/numbers.h"

#include <inttypes.h>
#include <string.h>

#define RUNS_MAX 13u /* twelve of one digit each, and the one before them */

typedef enum { SEPARATOR_NONE = 0, SEPARATOR_SPACE, SEPARATOR_HYPHEN, SEPARATOR_TAB } Separator;

typedef struct {
    uint8_t digits[SK_NUMBER_DIGITS];
    unsigned n;       /* of digits; SK_NUMBER_DIGITS + 1: too many */
    Separator before; /* between this run and the one before; NONE: it stands alone */
} Run;

typedef struct {
    SkReport *report;
    Run runs[RUNS_MAX]; /* the last ones that hang together, oldest first */
    unsigned n_runs;
    Run current;
    Separator separator; /* just read, after a run */
    bool kanji;          /* the digits of the current run */
    uint64_t line;
    uint32_t on_line;
    unsigned places;
    uint64_t found;
} Scan;

/* ---- check digits -----------------------------------------------------------------------------
 */

/* 11 − (Σ Pn·Qn mod 11), or 0 where that remainder is 0 or 1: Pn is the nth digit from the right of
 * the eleven, Qn is n + 1 up to the sixth and n − 5 from the seventh on. */
bool
sk_number_is(const uint8_t digits[SK_NUMBER_DIGITS])
{
    unsigned sum = 0, any = 0;

    for (unsigned n = 1; n < SK_NUMBER_DIGITS; n++) {
        unsigned p = digits[SK_NUMBER_DIGITS - 1 - n];
        sum += p * (n <= 6 ? n + 1 : n - 5);
        any |= p;
    }
    unsigned rest = sum % 11;
    unsigned check = rest <= 1 ? 0 : 11 - rest;
    return any != 0 && digits[SK_NUMBER_DIGITS - 1] == check;
}

/* 9 − (Σ Pn·Qn mod 9): Qn is 1 for odd n, 2 for even ones, from the right of the last twelve. */
bool
sk_corporate_is(const uint8_t digits[SK_NUMBER_DIGITS + 1])
{
    unsigned sum = 0;

    for (unsigned n = 1; n <= SK_NUMBER_DIGITS; n++)
        sum += digits[SK_NUMBER_DIGITS + 1 - n] * (n % 2 == 1 ? 1u : 2u);
    return digits[0] == 9 - sum % 9;
}

/* ---- runs that hang together ------------------------------------------------------------------
 */

/* The last runs as one number, where they are of one length and have one separator between them. */
static bool
join(const Scan *s, uint8_t digits[SK_NUMBER_DIGITS], unsigned *ret_runs)
{
    const Run *last = &s->runs[s->n_runs - 1];

    if (last->n == 0 || last->n > SK_NUMBER_DIGITS || SK_NUMBER_DIGITS % last->n != 0)
        return false;
    unsigned need = SK_NUMBER_DIGITS / last->n;
    if (s->n_runs < need || (last->before == SEPARATOR_TAB && need > 1 && last->n != 1))
        return false;
    for (unsigned i = 0; i < need; i++) {
        const Run *run = &s->runs[s->n_runs - need + i];
        if (run->n != last->n || (i > 0 && run->before != last->before))
            return false;
        memcpy(digits + i * last->n, run->digits, last->n);
    }
    *ret_runs = need;
    return true;
}

/* 1-2345-6789-0123 is how a corporate number is printed. */
static bool
is_corporate(const Scan *s, const uint8_t digits[SK_NUMBER_DIGITS], unsigned need)
{
    uint8_t all[SK_NUMBER_DIGITS + 1];

    if (need != 3 || s->n_runs <= need)
        return false;
    const Run *first = &s->runs[s->n_runs - need];
    const Run *before = &s->runs[s->n_runs - need - 1];
    if (first->before != SEPARATOR_HYPHEN || before->n != 1)
        return false;
    all[0] = before->digits[0];
    memcpy(all + 1, digits, SK_NUMBER_DIGITS);
    return sk_corporate_is(all);
}

static void
end_run(Scan *s)
{
    uint8_t digits[SK_NUMBER_DIGITS];
    unsigned need = 0;

    if (s->current.n == 0)
        return;
    if (s->current.before == SEPARATOR_NONE)
        s->n_runs = 0;
    if (s->n_runs == RUNS_MAX) {
        memmove(s->runs, s->runs + 1, (RUNS_MAX - 1) * sizeof s->runs[0]);
        s->n_runs--;
    }
    s->runs[s->n_runs++] = s->current;
    s->current = (Run){ .n = 0 };
    if (!join(s, digits, &need) || !sk_number_is(digits) || is_corporate(s, digits, need))
        return;
    s->on_line++;
    s->found++;
    s->n_runs = 0; /* its digits belong to no other one */
}

static void
end_line(Scan *s)
{
    g_autofree char *place =
        s->places < SK_NUMBER_PLACES_MAX ? g_strdup_printf("line %" PRIu64, s->line) : g_strdup("");

    if (s->on_line > 0) {
        sk_report_find(s->report, SK_ELEMENT_MY_NUMBER, SK_ACTION_KEPT, sk_span_str(place),
                       s->on_line);
        s->places++;
    }
    s->on_line = 0;
    s->line++;
}

/* ---- characters -------------------------------------------------------------------------------
 */

static void
on_digit(Scan *s, uint8_t digit)
{
    if (s->current.n == 0)
        s->current.before = s->separator;
    s->separator = SEPARATOR_NONE;
    if (s->current.n < SK_NUMBER_DIGITS)
        s->current.digits[s->current.n] = digit;
    if (s->current.n <= SK_NUMBER_DIGITS)
        s->current.n++;
}

static void
on_separator(Scan *s, Separator separator)
{
    bool follows = s->current.n > 0;

    end_run(s);
    s->separator = follows ? separator : SEPARATOR_NONE; /* a second one ends what hung together */
}

static void
on_other(Scan *s)
{
    end_run(s);
    s->separator = SEPARATOR_NONE;
}

/* Kanji before a number (その一、第三) are none of its digits. */
static void
on_script(Scan *s, bool kanji)
{
    if (s->current.n > 0 && s->kanji != kanji)
        on_other(s);
    s->kanji = kanji;
}

/* The characters of more than one byte that count; every other byte is no digit and no separator.
 */
static const struct {
    const char bytes[4];
    Separator separator;
} wide[] = {
    { "\xC2\xA0", SEPARATOR_SPACE },      { "\xE3\x80\x80", SEPARATOR_SPACE },
    { "\xE2\x80\x90", SEPARATOR_HYPHEN }, { "\xE2\x80\x91", SEPARATOR_HYPHEN },
    { "\xE2\x80\x92", SEPARATOR_HYPHEN }, { "\xE2\x80\x93", SEPARATOR_HYPHEN },
    { "\xE2\x80\x94", SEPARATOR_HYPHEN }, { "\xE2\x80\x95", SEPARATOR_HYPHEN },
    { "\xE2\x88\x92", SEPARATOR_HYPHEN }, { "\xEF\xBC\x8D", SEPARATOR_HYPHEN },
    { "\xE3\x83\xBC", SEPARATOR_HYPHEN }, { "\xEF\xBD\xB0", SEPARATOR_HYPHEN },
};

/* What nobody sees stands between no two digits: soft hyphens, spaces and joiners of no width,
 * marks of direction and of shape. */
static const char unseen[][5] = {
    "\xC2\xAD",     "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E",
    "\xE2\x80\x8F", "\xE2\x81\xA0", "\xEF\xBB\xBF", "\xEF\xB8\x8E", "\xEF\xB8\x8F",
};

/* As numbers stand in documents that are set vertically. */
static const struct {
    const char bytes[4];
    uint8_t digit;
} kanji[] = {
    { "〇", 0 }, { "零", 0 }, { "一", 1 }, { "二", 2 }, { "三", 3 }, { "四", 4 },
    { "五", 5 }, { "六", 6 }, { "七", 7 }, { "八", 8 }, { "九", 9 },
};

static size_t
on_wide(Scan *s, SkSpan rest)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(wide); i++)
        if (sk_span_starts(rest, wide[i].bytes)) {
            on_separator(s, wide[i].separator);
            return strlen(wide[i].bytes);
        }
    for (unsigned i = 0; i < G_N_ELEMENTS(unseen); i++)
        if (sk_span_starts(rest, unseen[i]))
            return strlen(unseen[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(kanji); i++)
        if (sk_span_starts(rest, kanji[i].bytes)) {
            on_script(s, true);
            on_digit(s, kanji[i].digit);
            return strlen(kanji[i].bytes);
        }
    if (sk_span_starts(rest, "\xEF\xBC") && rest.n > 2 && rest.p[2] >= 0x90 && rest.p[2] <= 0x99) {
        on_script(s, false);
        on_digit(s, (uint8_t)(rest.p[2] - 0x90));
        return 3;
    }
    on_other(s);
    return 1;
}

static size_t
on_char(Scan *s, SkSpan rest)
{
    uint8_t c = rest.p[0];

    if (c >= '0' && c <= '9') {
        on_script(s, false);
        on_digit(s, (uint8_t)(c - '0'));
    } else if (c == ' ')
        on_separator(s, SEPARATOR_SPACE);
    else if (c == '-')
        on_separator(s, SEPARATOR_HYPHEN);
    else if (c == '\t')
        on_separator(s, SEPARATOR_TAB);
    else if (c >= 0x80)
        return on_wide(s, rest);
    else
        on_other(s);
    if (c == '\n')
        end_line(s);
    return 1;
}

uint64_t
sk_numbers_scan(SkSpan text, SkReport *report)
{
    Scan s = { .report = report, .line = 1 };

    for (size_t at = 0; at < text.n;)
        at += on_char(&s, sk_span_sub(text, at, text.n - at));
    end_run(&s);
    end_line(&s);
    return s.found;
}
