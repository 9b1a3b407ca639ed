/* SPDX-License-Identifier: Apache-2.0
 * odf-values.c - the classes of values of docs/formats/odf.md; contract in odf.h. */
#include "verify/odf.h"
#include "verify/chars.h"

#include <string.h>

#define STYLE_VALUE_MAX (1u << 20)
#define TARGET_MAX 2048u

static size_t
digits(SkSpan v, size_t at)
{
    size_t from = at;
    while (at < v.n && g_ascii_isdigit(v.p[at]))
        at++;
    return at - from;
}

/* Where the number ends; SIZE_MAX where none begins. */
static size_t
number_end(SkSpan v)
{
    size_t at = v.n > 0 && (v.p[0] == '+' || v.p[0] == '-') ? 1 : 0;
    size_t whole = digits(v, at), decimals = 0;

    at += whole;
    bool point = at < v.n && v.p[at] == '.';
    if (point) {
        decimals = digits(v, at + 1);
        at += 1 + decimals;
    }
    if (whole > 20 || decimals > 20 || (whole == 0 && decimals == 0))
        return SIZE_MAX;
    if (at < v.n && (v.p[at] == 'e' || v.p[at] == 'E')) {
        size_t sign = at + 1 < v.n && (v.p[at + 1] == '+' || v.p[at + 1] == '-') ? 2 : 1;
        size_t power = digits(v, at + sign);
        if (power > 4)
            return SIZE_MAX;
        if (power > 0)
            at += sign + power;
    }
    return at;
}

bool
sk_opendocument_is_plain_number(SkSpan v)
{
    return number_end(v) == v.n;
}

bool
sk_opendocument_is_number(SkSpan v)
{
    size_t at = number_end(v);

    if (at == SIZE_MAX)
        return false;
    size_t unit = v.n - at;
    if (unit == 0 || (unit == 1 && (v.p[at] == '%' || v.p[at] == '*')))
        return true;
    for (size_t i = at; i < v.n; i++)
        if (!g_ascii_islower(v.p[i]))
            return false;
    return unit >= 2 && unit <= 4;
}

static bool
is_of(SkSpan v, const char *signs)
{
    for (size_t i = 0; i < v.n; i++)
        if (!g_ascii_isalnum(v.p[i]) && (v.p[i] == '\0' || strchr(signs, v.p[i]) == NULL))
            return false;
    return true;
}

bool
sk_opendocument_is_keyword(SkSpan v)
{
    return v.n >= 1 && v.n <= 64 && is_of(v, "_.#%+-{}:,");
}

bool
sk_opendocument_is_style_value(SkSpan v)
{
    return v.n <= STYLE_VALUE_MAX && is_of(v, " _.#%+-,;()[]*/?$!=<>&'@^|");
}

/* A letter, digit or sign of the words in counts. */
static bool
is_word_character(uint32_t c)
{
    if (c < 0x80)
        return g_ascii_isalnum((int)c) || c == '_' || c == '.' || c == '-' || c == ' ';
    return c >= 0xa1 && c != SK_CHAR_BAD && !(c >= 0x2000 && c <= 0x206f) && c != 0x3000 &&
           c != 0xfeff && !(c >= 0xff01 && c <= 0xff20);
}

bool
sk_opendocument_is_count(SkSpan v)
{
    size_t at = sk_span_starts(v, "ooow:") ? 5 : 0, characters = 0;

    while (at < v.n && v.p[at] != '+') {
        if (!is_word_character(sk_char_next(v, &at)))
            return false;
        characters++;
    }
    /* A minus and digits may be part of the word, or stand behind one of 64 characters. */
    size_t tail = at < v.n ? v.n - at - 1 : 0;
    if (at < v.n && (tail == 0 || tail > 9 || digits(v, at + 1) != tail))
        return false;
    if (at == v.n && characters > 64) {
        size_t last = v.n;
        while (last > 0 && g_ascii_isdigit(v.p[last - 1]))
            last--;
        size_t suffix = v.n - last;
        if (suffix == 0 || suffix > 9 || last == 0 || v.p[last - 1] != '-')
            return false;
        characters -= suffix + 1;
    }
    return characters >= 1 && characters <= 64;
}

bool
sk_opendocument_is_target(SkSpan v)
{
    if (v.n < 2 || v.n > TARGET_MAX || v.p[0] != '#')
        return false;
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] < 0x20 || v.p[i] == 0x7f || (v.p[i] == 0xc2 && i + 1 < v.n && v.p[i + 1] < 0xa0))
            return false;
    return true;
}

static bool
is_one_of(SkSpan v, const char *const *words, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (sk_span_is(v, words[i]))
            return true;
    return false;
}

bool
sk_opendocument_is_action(SkSpan v)
{
    static const char *const actions[] = {
        "none", "next-page",         "previous-page", "first-page", "last-page",
        "stop", "last-visited-page", "hide",          "show",       "fade-out"
    };
    return is_one_of(v, actions, G_N_ELEMENTS(actions));
}

bool
sk_opendocument_is_version(SkSpan v)
{
    static const char *const versions[] = { "1.0", "1.1", "1.2", "1.3", "1.4" };
    return is_one_of(v, versions, G_N_ELEMENTS(versions));
}

/* StarMath and a number of one or two digits, perhaps with one decimal. */
bool
sk_opendocument_is_math(SkSpan v)
{
    if (!sk_span_starts(v, "StarMath "))
        return false;
    size_t at = 9, whole = digits(v, at);
    at += whole;
    if (whole == 0 || whole > 2)
        return false;
    return at == v.n || (v.n - at == 2 && v.p[at] == '.' && g_ascii_isdigit(v.p[at + 1]));
}

/* ---- the generator ------------------------------------------------------------------------ */

static bool
take(SkSpan v, size_t *at, const char *s)
{
    if (!sk_span_starts(sk_span_sub(v, *at, v.n - *at), s))
        return false;
    *at += strlen(s);
    return true;
}

static bool
take_digits(SkSpan v, size_t *at, size_t max)
{
    size_t n = digits(v, *at);
    *at += n;
    return n >= 1 && n <= max;
}

/* Up to four numbers with points between them. */
static bool
take_version(SkSpan v, size_t *at)
{
    if (!take_digits(v, at, 4))
        return false;
    for (unsigned i = 0; i < 3 && take(v, at, "."); i++)
        if (!take_digits(v, at, 4))
            return false;
    return true;
}

static bool
take_build(SkSpan v, size_t *at)
{
    return take(v, at, "_project/") && take_digits(v, at, 4) && take(v, at, "m") &&
           take_digits(v, at, 3) && take(v, at, "$Build-") && take_digits(v, at, 6);
}

bool
sk_opendocument_is_generator(SkSpan v)
{
    size_t at = 0;

    if (sk_span_is(v, "Sekisho"))
        return true;
    if (take(v, &at, "LibreOffice/"))
        return take_version(v, &at) &&
               (at == v.n || (take(v, &at, "$ LibreOffice") && take_build(v, &at) && at == v.n));
    if (take(v, &at, "MicrosoftOffice/"))
        return take_version(v, &at) && take(v, &at, " Microsoft") &&
               (take(v, &at, "Word") || take(v, &at, "Excel") || take(v, &at, "PowerPoint")) &&
               at == v.n;
    return take(v, &at, "OpenOffice.org/") && take_version(v, &at) &&
           take(v, &at, "$ OpenOffice.org") && take_build(v, &at) && at == v.n;
}

SkOdfGroup
sk_opendocument_group(SkSpan name)
{
    size_t low = 0, high = sk_opendocument_settings_n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *known = sk_opendocument_settings[middle].name;
        size_t n = strlen(known);
        int order = memcmp(name.p, known, MIN(n, name.n));
        if (order == 0)
            order = name.n == n ? 0 : name.n < n ? -1 : 1;
        if (order == 0)
            return sk_opendocument_settings[middle].group;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SK_ODF_GROUP_NONE;
}
