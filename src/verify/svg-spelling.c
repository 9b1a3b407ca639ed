/* SPDX-License-Identifier: Apache-2.0
 * svg-spelling.c - contract in svg.h: the one spelling of numbers, words, colours, paths and
 * transformations. */
#include "verify/svg.h"

#include <string.h>

#define WORD_MAX 64u

typedef struct {
    SkSpan s;
    size_t at;
} Cursor;

static int
now(const Cursor *c)
{
    return c->at < c->s.n ? c->s.p[c->at] : -1;
}

static bool
is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
eat(Cursor *c, const char *what)
{
    size_t n = strlen(what);

    if (c->s.n - c->at < n || memcmp(c->s.p + c->at, what, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool
done(const Cursor *c)
{
    return c->at == c->s.n;
}

static size_t
eat_digits(Cursor *c)
{
    size_t from = c->at;

    while (is_digit(now(c)))
        c->at++;
    return c->at - from;
}

/* No zero in front of another digit, none behind the last one of a fraction, no -0. */
static bool
eat_number(Cursor *c)
{
    bool minus = eat(c, "-");
    bool zero = now(c) == '0';
    size_t whole = eat_digits(c);

    if (whole < 1 || whole > 9 || (zero && whole > 1))
        return false;
    if (!eat(c, "."))
        return !(minus && zero);
    size_t parts = eat_digits(c);
    return parts >= 1 && parts <= 9 && c->s.p[c->at - 1] != '0';
}

static bool
eat_word(Cursor *c)
{
    size_t from = c->at;

    if (!is_letter(now(c)))
        return false;
    while (is_letter(now(c)) || is_digit(now(c)) || now(c) == '-' || now(c) == '_' || now(c) == '.')
        c->at++;
    return c->at - from <= WORD_MAX;
}

static bool
eat_unit(Cursor *c)
{
    static const char *const units[] = {
        "%", "px", "em", "ex", "in", "cm", "mm", "pt", "pc", "deg"
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++)
        if (eat(c, units[i]))
            break;
    return done(c) || now(c) == ' ';
}

static bool
values(Cursor *c)
{
    do {
        bool number = is_digit(now(c)) || now(c) == '-';
        if (!(number ? eat_number(c) && eat_unit(c) : eat_word(c)))
            return false;
    } while (eat(c, " "));
    return true;
}

static bool
eat_id(Cursor *c, uint32_t *ret)
{
    if (!eat(c, "#i"))
        return false;
    size_t from = c->at, n = eat_digits(c);
    if (n < 1 || n > 9 || c->s.p[from] == '0')
        return false;
    *ret = 0;
    for (size_t i = from; i < c->at; i++)
        *ret = *ret * 10 + (uint32_t)(c->s.p[i] - '0');
    return true;
}

static bool
eat_reference(Cursor *c, uint32_t *ret)
{
    return eat(c, "url(") && eat_id(c, ret) && eat(c, ")");
}

static bool
eat_byte(Cursor *c)
{
    size_t from = c->at, n = eat_digits(c);
    unsigned v = 0;

    for (size_t i = from; i < c->at && n <= 3; i++)
        v = v * 10 + (unsigned)(c->s.p[i] - '0');
    return n >= 1 && n <= 3 && v <= 255 && (n == 1 || c->s.p[from] != '0');
}

/* Less than one, or it would not stand there. */
static bool
eat_opacity(Cursor *c)
{
    return now(c) == '0' && eat_number(c);
}

static bool
colour(Cursor *c, uint32_t *ret)
{
    if (eat(c, "#")) {
        size_t from = c->at;
        while (is_digit(now(c)) || (now(c) >= 'a' && now(c) <= 'f'))
            c->at++;
        return c->at - from == 6;
    }
    if (eat(c, "rgba("))
        return eat_byte(c) && eat(c, ",") && eat_byte(c) && eat(c, ",") && eat_byte(c) &&
               eat(c, ",") && eat_opacity(c) && eat(c, ")");
    if (now(c) == 'u' && c->s.n > 4 && c->s.p[3] == '(')
        return eat_reference(c, ret);
    return eat_word(c);
}

/* Names with a comma between them, no space beside it. */
static bool
family(Cursor *c)
{
    do {
        size_t from = c->at;
        for (int b = now(c);
             b >= 0x80 || is_letter(b) || is_digit(b) || (b > 0 && strchr(" -_.+&", b) != NULL);
             b = now(c))
            c->at++;
        size_t n = c->at - from;
        if (n < 1 || n > 2 * (size_t)WORD_MAX || is_digit(c->s.p[from]) || c->s.p[from] == ' ' ||
            c->s.p[c->at - 1] == ' ')
            return false;
    } while (eat(c, ","));
    return true;
}

/* The numbers of one round; flags of arcs are one digit. */
static bool
eat_round(Cursor *c, unsigned n, bool arc)
{
    for (unsigned i = 0; i < n; i++) {
        if (i > 0 && !eat(c, " "))
            return false;
        if (arc && (i == 3 || i == 4) ? !eat(c, "0") && !eat(c, "1") : !eat_number(c))
            return false;
    }
    return true;
}

static bool
path(Cursor *c)
{
    static const char commands[] = "MmLlTtHhVvCcSsQqAaZz";
    static const uint8_t counts[] = { 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 6, 6, 4, 4, 4, 4, 7, 7, 0, 0 };

    if (now(c) != 'M' && now(c) != 'm')
        return false;
    while (!done(c)) {
        const char *command = strchr(commands, now(c));
        if (command == NULL || *command == '\0')
            return false;
        unsigned n = counts[command - commands];
        c->at++;
        do {
            if (!eat_round(c, n, n == 7))
                return false;
        } while (n > 0 && eat(c, " "));
    }
    return true;
}

static bool
transform(Cursor *c)
{
    static const struct {
        const char *name;
        unsigned least, most;
    } known[] = {
        { "matrix(", 6, 6 }, { "translate(", 1, 2 }, { "scale(", 1, 2 },
        { "rotate(", 1, 3 }, { "skewX(", 1, 1 },     { "skewY(", 1, 1 },
    };

    do {
        unsigned i = 0, n = 0;
        while (i < G_N_ELEMENTS(known) && !eat(c, known[i].name))
            i++;
        if (i == G_N_ELEMENTS(known))
            return false;
        do {
            if (!eat_number(c))
                return false;
            n++;
        } while (eat(c, " "));
        if (n < known[i].least || n > known[i].most || (known[i].most == 3 && n == 2) ||
            !eat(c, ")"))
            return false;
    } while (eat(c, " "));
    return true;
}

bool
sk_svg_spelled(char value, SkSpan s, uint32_t *ret_refers)
{
    Cursor c = { .s = s };
    bool good = false;

    *ret_refers = 0;
    switch (value) {
    case 'v':
        good = values(&c);
        break;
    case 'c':
        good = colour(&c, ret_refers);
        break;
    case 'u':
        good = eat(&c, "none") || eat_reference(&c, ret_refers);
        break;
    case 'f':
        good = family(&c);
        break;
    case 'd':
        good = path(&c);
        break;
    case 't':
        good = transform(&c);
        break;
    case 'b':
        good = eat(&c, "mix-blend-mode:") && eat_word(&c);
        break;
    default:
        break;
    }
    return good && done(&c);
}

bool
sk_svg_local(SkSpan s, uint32_t *ret_refers)
{
    Cursor c = { .s = s };

    return eat_id(&c, ret_refers) && done(&c);
}
