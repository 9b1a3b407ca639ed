/* SPDX-License-Identifier: Apache-2.0
 * html-spelling.c - contract in html.h: the one spelling of words, numbers, colours, families. */
#include "verify/html.h"

#include <string.h>

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

static bool
is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static size_t
digits(Cursor *c)
{
    size_t from = c->at;

    while (is_digit(now(c)))
        c->at++;
    return c->at - from;
}

/* No 0 in front of another digit. */
static bool
whole(Cursor *c, size_t most)
{
    bool zero = now(c) == '0';
    size_t n = digits(c);
    return n >= 1 && n <= most && (!zero || n == 1);
}

static bool
word(Cursor *c)
{
    size_t from = c->at;

    if (now(c) < 'a' || now(c) > 'z')
        return false;
    while (is_digit(now(c)) || now(c) == '-' || (now(c) >= 'a' && now(c) <= 'z'))
        c->at++;
    return c->at - from <= 32;
}

static bool
hex(Cursor *c)
{
    size_t from = c->at;

    while (is_digit(now(c)) || (now(c) >= 'a' && now(c) <= 'f'))
        c->at++;
    return c->at - from == 6;
}

static bool
number(Cursor *c)
{
    static const char *const units[] = { "%",  "px", "em", "rem", "ex", "ch",  "ic", "in",
                                         "cm", "mm", "pt", "pc",  "q",  "deg", "vw", "vh" };
    bool minus = eat(c, "-"), zero = now(c) == '0';

    if (!whole(c, 6))
        return false;
    if (eat(c, ".")) {
        size_t n = digits(c);
        if (n < 1 || n > 4 || c->s.p[c->at - 1] == '0')
            return false;
    } else if (minus && zero) {
        return false;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++) {
        Cursor ahead = *c;
        if (eat(&ahead, units[i]) && (done(&ahead) || now(&ahead) == ' ')) {
            *c = ahead;
            return true;
        }
    }
    return done(c) || now(c) == ' ';
}

static bool
values(Cursor *c)
{
    unsigned n = 0;

    do {
        bool good = is_digit(now(c)) || now(c) == '-' ? number(c) : eat(c, "#") ? hex(c) : word(c);
        if (!good || ++n > 12)
            return false;
    } while (eat(c, " "));
    return true;
}

static bool
families(Cursor *c)
{
    unsigned count = 0;

    do {
        if (!eat(c, "'"))
            return false;
        size_t from = c->at;
        for (int b; (b = now(c)) >= 0x80 || g_ascii_isalnum(MAX(b, 0)) || (b > 0 && strchr(" -_.+", b) != NULL);)
            c->at++;
        size_t n = c->at - from;
        if (n < 1 || n > 64 || c->s.p[from] == ' ' || c->s.p[c->at - 1] == ' ' || !eat(c, "'"))
            return false;
    } while (++count < 16 && eat(c, ","));
    return true;
}

static bool
language(Cursor *c)
{
    size_t from = c->at;

    if (!g_ascii_isalpha(MAX(now(c), 0)))
        return false;
    while (g_ascii_isalnum(MAX(now(c), 0)) || now(c) == '-')
        c->at++;
    return c->at - from <= 32;
}

bool
sk_html_spelled(char value, SkSpan s)
{
    Cursor c = { .s = s };
    bool good = false;

    switch (value) {
    case 't':
        return true;
    case 'b':
        return s.n == 0;
    case 'n':
        good = whole(&c, 5);
        break;
    case 'l':
        good = whole(&c, 5) && (eat(&c, "%") || true);
        break;
    case 'w':
        good = word(&c);
        break;
    case 'c':
        good = eat(&c, "#") ? hex(&c) : word(&c);
        break;
    case 'v':
        good = values(&c);
        break;
    case 'f':
        good = families(&c);
        break;
    case 'g':
        good = language(&c);
        break;
    case 'm':
        good = s.n == 1 ? g_ascii_isalnum(s.p[0]) && ++c.at == 1 : word(&c);
        break;
    case 'z':
        good = (eat(&c, "+") || eat(&c, "-") || true) && whole(&c, 3);
        break;
    default:
        break;
    }
    return good && done(&c);
}
