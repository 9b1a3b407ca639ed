/* SPDX-License-Identifier: Apache-2.0
 * numbers.c - contract in numbers.h. A run is digits with nothing between; runs of one length with
 * one and the same separator between them are read together, over one line end, too. Longer runs
 * are something else. */
#include "disarm/numbers.h"

#include <inttypes.h>
#include <string.h>

#define RUNS_MAX 13u /* twelve of one digit each, and the one before them */
#define SPACES_MAX 6u /* around a hyphen */

typedef enum {
    SEPARATOR_NONE = 0, SEPARATOR_SPACE, SEPARATOR_HYPHEN, SEPARATOR_POINT, SEPARATOR_TAB
} Separator;

typedef struct {
    uint8_t digits[SK_NUMBER_DIGITS];
    unsigned n;       /* of digits; SK_NUMBER_DIGITS + 1: too many */
    Separator before; /* between this run and the one before; NONE: it stands alone */
} Run;

/* Runs that hang together, oldest first: the last ones. */
typedef struct {
    Run runs[RUNS_MAX];
    unsigned n;
    bool cell; /* right behind a comma or tab, or with tabs between: a line is a row there */
    bool bare; /* nothing else on its line */
} Chain;

typedef struct {
    SkReport *report;
    Chain chain;
    Chain above;  /* what the line before ended with; n 0: nothing */
    bool hyphen;  /* between the two: at the end of the one or the beginning of the other */
    bool head;    /* the chain is what this line begins with */
    bool bare;    /* so far nothing but digits and separators on this line */
    uint8_t last; /* the character before, where it is one byte and no digit */
    Run current;
    Separator separator; /* just read, after a run */
    unsigned spaces;     /* of it */
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
join(const Chain *s, uint8_t digits[SK_NUMBER_DIGITS], unsigned *ret_runs)
{
    const Run *last = &s->runs[s->n - 1];

    if (last->n == 0 || last->n > SK_NUMBER_DIGITS || SK_NUMBER_DIGITS % last->n != 0)
        return false;
    unsigned need = SK_NUMBER_DIGITS / last->n;
    if (last->before == SEPARATOR_POINT && need > 1 && last->n != 4)
        return false; /* addresses of machines, amounts, dates */
    if (s->n < need || (last->before == SEPARATOR_TAB && need > 1 && last->n != 1))
        return false;
    for (unsigned i = 0; i < need; i++) {
        const Run *run = &s->runs[s->n - need + i];
        if (run->n != last->n || (i > 0 && run->before != last->before))
            return false;
        memcpy(digits + i * last->n, run->digits, last->n);
    }
    *ret_runs = need;
    return true;
}

/* 1-2345-6789-0123 is how a corporate number is printed. */
static bool
is_corporate(const Chain *s, const uint8_t digits[SK_NUMBER_DIGITS], unsigned need)
{
    uint8_t all[SK_NUMBER_DIGITS + 1];

    if (need != 3 || s->n <= need)
        return false;
    const Run *first = &s->runs[s->n - need];
    const Run *before = &s->runs[s->n - need - 1];
    if (first->before != SEPARATOR_HYPHEN || before->n != 1)
        return false;
    all[0] = before->digits[0];
    memcpy(all + 1, digits, SK_NUMBER_DIGITS);
    return sk_corporate_is(all);
}

static void
append(Chain *c, const Run *run)
{
    if (c->n == RUNS_MAX) {
        memmove(c->runs, c->runs + 1, (RUNS_MAX - 1) * sizeof c->runs[0]);
        c->n--;
    }
    c->runs[c->n++] = *run;
}

static bool
is_hit(const Chain *c, unsigned *ret_runs)
{
    uint8_t digits[SK_NUMBER_DIGITS];
    return join(c, digits, ret_runs) && sk_number_is(digits) && !is_corporate(c, digits, *ret_runs);
}

/* ---- over a line end ---- */

/* The runs of both lines as one chain. @through: the line end stands within a run, else between
 * two. */
static bool
bridge(const Scan *s, bool through, Chain *ret)
{
    const Chain *above = &s->above;
    Run run = s->chain.runs[0];

    *ret = *above;
    if (through) {
        Run *last = &ret->runs[ret->n - 1];
        if (s->hyphen || last->n + run.n > SK_NUMBER_DIGITS)
            return false;
        memcpy(last->digits + last->n, run.digits, run.n);
        last->n += run.n;
    } else {
        run.before = s->hyphen        ? SEPARATOR_HYPHEN
                     : above->n > 1   ? above->runs[above->n - 1].before
                     : s->chain.n > 1 ? s->chain.runs[1].before
                                      : SEPARATOR_SPACE;
        append(ret, &run);
    }
    for (unsigned i = 1; i < s->chain.n; i++)
        append(ret, &s->chain.runs[i]);
    return true;
}

/* Lists of numbers and rows of tables end their lines where a number ends: what could be one of
 * these is not read on. @next: the character behind it; 0 at the end of the text */
static bool
is_row(const Scan *s, uint8_t next)
{
    bool bare = s->above.bare && s->bare && (next == 0 || next == '\n' || next == ' ');
    bool hyphens = s->hyphen || (s->above.n > 1 && s->above.runs[1].before == SEPARATOR_HYPHEN) ||
                   (s->chain.n > 1 && s->chain.runs[1].before == SEPARATOR_HYPHEN);

    return s->above.cell || s->chain.cell || next == ',' || next == '\t' || (bare && !hyphens);
}

static bool
is_hit_over_line_end(const Scan *s, uint8_t next)
{
    Chain both;
    unsigned need = 0;

    if (!s->head || s->above.n == 0 || is_row(s, next))
        return false;
    if (bridge(s, true, &both) && is_hit(&both, &need) && need >= s->chain.n)
        return true;
    return bridge(s, false, &both) && is_hit(&both, &need) && need > s->chain.n;
}

/* @next: the character that ended it */
static void
end_run(Scan *s, uint8_t next)
{
    unsigned need = 0;

    if (s->current.n == 0)
        return;
    if (s->current.before == SEPARATOR_NONE) {
        s->head = s->head && s->chain.n == 0;
        s->chain.n = 0;
        s->chain.cell = s->last == ',' || s->last == '\t';
    }
    s->chain.cell |= s->current.before == SEPARATOR_TAB;
    append(&s->chain, &s->current);
    s->current = (Run){ .n = 0 };
    s->last = 0;
    if (!is_hit(&s->chain, &need) && !is_hit_over_line_end(s, next))
        return;
    s->on_line++;
    s->found++;
    s->chain.n = 0; /* its digits belong to no other one */
    s->above.n = 0;
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

/* What the line ends with may go on in the next one. */
static void
break_line(Scan *s)
{
    bool open =
        s->current.n > 0 || (s->separator != SEPARATOR_NONE && s->separator != SEPARATOR_POINT);

    end_run(s, '\n');
    s->above = s->chain;
    s->above.bare = s->bare;
    s->above.n = open ? s->chain.n : 0;
    s->hyphen = s->separator == SEPARATOR_HYPHEN;
    s->separator = SEPARATOR_NONE;
    s->chain.n = 0;
    s->head = s->bare = true;
    s->last = 0;
    end_line(s);
}

/* ---- characters -------------------------------------------------------------------------------
 */

static void
on_digit(Scan *s, uint8_t digit)
{
    if (s->current.n == 0) /* columns that are set apart by spaces are several numbers */
        s->current.before =
            s->separator == SEPARATOR_SPACE && s->spaces > 1 ? SEPARATOR_NONE : s->separator;
    s->separator = SEPARATOR_NONE;
    if (s->current.n < SK_NUMBER_DIGITS)
        s->current.digits[s->current.n] = digit;
    if (s->current.n <= SK_NUMBER_DIGITS)
        s->current.n++;
}

static void
on_other(Scan *s, uint8_t c)
{
    end_run(s, c);
    s->separator = SEPARATOR_NONE;
    s->head = s->bare = false;
    s->last = c;
}

/* 1234 - 5678 - 9012: spaces around a hyphen belong to it. Two hyphens end what hung together. */
static void
on_separator(Scan *s, Separator separator, uint8_t c)
{
    bool follows = s->current.n > 0;

    if (separator == SEPARATOR_POINT && !follows) {
        on_other(s, c);
        return;
    }
    end_run(s, c);
    if (follows) {
        s->separator = separator;
        s->spaces = separator == SEPARATOR_SPACE;
    } else if (s->separator == SEPARATOR_NONE) {
        if (s->head && s->chain.n == 0 && separator == SEPARATOR_HYPHEN)
            s->hyphen = true; /* a line that goes on with it */
    } else if (separator == SEPARATOR_SPACE && s->separator < SEPARATOR_POINT &&
               s->spaces < SPACES_MAX) {
        s->spaces++;
    } else if (separator == SEPARATOR_HYPHEN && s->separator == SEPARATOR_SPACE) {
        s->separator = SEPARATOR_HYPHEN;
    } else {
        s->separator = SEPARATOR_NONE;
    }
    s->last = c == '\t' ? c : 0;
}

/* Kanji before a number (その一、第三) are none of its digits. */
static void
on_script(Scan *s, bool kanji)
{
    if (s->current.n > 0 && s->kanji != kanji)
        on_other(s, 0x80);
    s->kanji = kanji;
}

/* The characters of more than one byte that count; every other byte is no digit and no separator.
 */
static const struct {
    const char bytes[4];
    Separator separator;
} wide[] = {
    { "\xC2\xA0", SEPARATOR_SPACE },      { "\xE3\x80\x80", SEPARATOR_SPACE },
    { "\xE2\x80\x80", SEPARATOR_SPACE },  { "\xE2\x80\x81", SEPARATOR_SPACE },
    { "\xE2\x80\x82", SEPARATOR_SPACE },  { "\xE2\x80\x83", SEPARATOR_SPACE },
    { "\xE2\x80\x84", SEPARATOR_SPACE },  { "\xE2\x80\x85", SEPARATOR_SPACE },
    { "\xE2\x80\x86", SEPARATOR_SPACE },  { "\xE2\x80\x87", SEPARATOR_SPACE },
    { "\xE2\x80\x88", SEPARATOR_SPACE },  { "\xE2\x80\x89", SEPARATOR_SPACE },
    { "\xE2\x80\x8A", SEPARATOR_SPACE },  { "\xE2\x80\xAF", SEPARATOR_SPACE },
    { "\xE2\x81\x9F", SEPARATOR_SPACE },  { "\xEF\xBC\x8E", SEPARATOR_POINT },
    { "\xEF\xBC\xBF", SEPARATOR_POINT },  { "\xE2\x80\x90", SEPARATOR_HYPHEN },
    { "\xE2\x80\x91", SEPARATOR_HYPHEN }, { "\xE2\x80\x92", SEPARATOR_HYPHEN },
    { "\xE2\x80\x93", SEPARATOR_HYPHEN }, { "\xE2\x80\x94", SEPARATOR_HYPHEN },
    { "\xE2\x80\x95", SEPARATOR_HYPHEN }, { "\xE2\x88\x92", SEPARATOR_HYPHEN },
    { "\xEF\xBC\x8D", SEPARATOR_HYPHEN }, { "\xE3\x83\xBC", SEPARATOR_HYPHEN },
    { "\xEF\xBD\xB0", SEPARATOR_HYPHEN },
};

/* What nobody sees stands between no two digits: soft hyphens, spaces and joiners of no width,
 * marks of direction and of shape. */
static const char unseen[][5] = {
    "\xC2\xAD",     "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E",
    "\xE2\x80\x8F", "\xE2\x81\xA0", "\xEF\xBB\xBF", "\xEF\xB8\x8E", "\xEF\xB8\x8F",
    "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE",
    "\xE2\x81\xA1", "\xE2\x81\xA2", "\xE2\x81\xA3", "\xE2\x81\xA4", "\xE2\x81\xA6",
    "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9", "\xCD\x8F",     "\xE1\xA0\x8E",
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
            on_separator(s, wide[i].separator, 0x80);
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
    on_other(s, 0x80);
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
        on_separator(s, SEPARATOR_SPACE, c);
    else if (c == '-')
        on_separator(s, SEPARATOR_HYPHEN, c);
    else if (c == '.' || c == '_')
        on_separator(s, SEPARATOR_POINT, c);
    else if (c == '\t')
        on_separator(s, SEPARATOR_TAB, c);
    else if (c == '\n')
        break_line(s);
    else if (c == '\r' && rest.n > 1 && rest.p[1] == '\n')
        return 1;
    else if (c >= 0x80)
        return on_wide(s, rest);
    else
        on_other(s, c);
    return 1;
}

uint64_t
sk_numbers_scan(SkSpan text, SkReport *report)
{
    Scan s = { .report = report, .line = 1, .head = true, .bare = true };

    for (size_t at = 0; at < text.n;)
        at += on_char(&s, sk_span_sub(text, at, text.n - at));
    end_run(&s, 0);
    end_line(&s);
    return s.found;
}
