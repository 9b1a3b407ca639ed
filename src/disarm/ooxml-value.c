/* SPDX-License-Identifier: Apache-2.0
 * ooxml-value.c - classes of attribute values: sk_ooxml_value_is of ooxml-rebuild.h. Every value of
 * a document passes here, so characters are looked up and not searched for. */
#include "disarm/ooxml-rebuild.h"

#include <string.h>

enum { DIGIT = 1, LOWER = 2, KEYWORD = 4, CONTROL = 8, BRACKET = 16 };

static const uint8_t chars[256] = {
    [0 ... '\t' - 1] = CONTROL,
    ['\n' + 1 ... '\r' - 1] = CONTROL,
    ['\r' + 1 ... 0x1f] = CONTROL,
    [0x7f] = CONTROL,
    ['0' ... '9'] = DIGIT | KEYWORD,
    ['a' ... 'z'] = LOWER | KEYWORD,
    ['A' ... 'Z'] = KEYWORD,
    ['_'] = KEYWORD,
    ['.'] = KEYWORD,
    ['#'] = KEYWORD,
    ['%'] = KEYWORD,
    ['+'] = KEYWORD,
    ['-'] = KEYWORD,
    ['{'] = KEYWORD,
    ['}'] = KEYWORD,
    [':'] = KEYWORD,
    [','] = KEYWORD,
    ['('] = BRACKET,
    [')'] = BRACKET,
    ['\\'] = BRACKET,
};

static inline bool
is(uint8_t c, unsigned kinds)
{
    return (chars[c] & kinds) != 0;
}

static size_t
skip_digits(SkSpan s, size_t at)
{
    size_t start = at;
    while (at < s.n && is(s.p[at], DIGIT) && at - start < 18)
        at++;
    return at;
}

/* The rest of @s is `E`, perhaps a sign, and one to three digits. */
static bool
is_exponent(SkSpan s, size_t at)
{
    if (s.p[at] != 'E' && s.p[at] != 'e')
        return false;
    at++;
    if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
        at++;
    return at < s.n && s.n - at <= 3 && skip_digits(s, at) == s.n;
}

static bool
is_number(SkSpan s)
{
    size_t at = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    size_t whole = skip_digits(s, at);

    if (whole == at)
        return false;
    if (whole < s.n && s.p[whole] == '.') {
        size_t fraction = skip_digits(s, whole + 1);
        if (fraction == whole + 1)
            return false;
        whole = fraction;
    }
    size_t left = s.n - whole;
    return left == 0 || (left == 1 && s.p[whole] == '%') ||
           (left == 2 && is(s.p[whole], LOWER) && is(s.p[whole + 1], LOWER)) ||
           is_exponent(s, whole);
}

static bool
is_keyword(SkSpan s)
{
    if (s.n == 0 || s.n > 64)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is(s.p[i], KEYWORD))
            return false;
    }
    return true;
}

static bool
is_string(SkSpan s, unsigned without)
{
    if (s.n > SK_OOXML_STRING_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && s.p[i + 1] < 0xa0;
        if (is(c, CONTROL | without) || c1)
            return false;
    }
    return true;
}

bool
sk_ooxml_value_is(SkOoxmlValue class, SkSpan value)
{
    switch (class) {
    case SK_VALUE_N:
        return is_number(value);
    case SK_VALUE_K:
        return is_keyword(value);
    case SK_VALUE_S:
        return is_string(value, 0);
    case SK_VALUE_Y:
        return is_string(value, BRACKET);
    case SK_VALUE_P:
        return sk_span_is(value, "preserve");
    case SK_VALUE_Q:
    case SK_VALUE_G:
    case SK_VALUE_OWN:
    case SK_VALUE_REL:
        return false;
    }
    return false;
}
