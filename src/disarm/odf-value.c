/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-value.c - contract in odf-names.h: the classes of attribute values of docs/formats/odf.md.
 */
#include "disarm/odf-names.h"

#include <string.h>

#define CELL_MAX 24u
#define WORD_MAX 64u

/* ---- numbers, keywords, strings ---------------------------------------------------------------
 */

static size_t
skip_digits(SkSpan s, size_t at, size_t max)
{
    size_t start = at;
    while (at < s.n && at - start < max && g_ascii_isdigit(s.p[at]))
        at++;
    return at;
}

/* Where the number ends; 0 where there is none. */
static size_t
skip_number(SkSpan s)
{
    size_t at = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
    size_t whole = skip_digits(s, at, 20);
    size_t end = whole;

    if (whole < s.n && s.p[whole] == '.')
        end = skip_digits(s, whole + 1, 20);
    if (whole == at && end <= whole + 1)
        return 0;
    if (end < s.n && (s.p[end] == 'e' || s.p[end] == 'E')) {
        size_t sign = end + 1 < s.n && (s.p[end + 1] == '-' || s.p[end + 1] == '+') ? 1 : 0;
        size_t exponent = skip_digits(s, end + 1 + sign, 4);
        if (exponent > end + 1 + sign)
            return exponent;
    }
    return end;
}

static bool
is_number(SkSpan s)
{
    size_t at = skip_number(s);
    size_t left = s.n - at;

    if (at == 0)
        return false;
    if (left == 0 || (left == 1 && (s.p[at] == '%' || s.p[at] == '*')))
        return true;
    if (left < 2 || left > 4)
        return false;
    for (size_t i = at; i < s.n; i++) {
        if (!g_ascii_islower(s.p[i]))
            return false;
    }
    return true;
}

bool
sk_odf_is_plain_number(SkSpan value)
{
    return value.n > 0 && skip_number(value) == value.n;
}

static bool
holds_only(SkSpan s, size_t max, const char *signs)
{
    if (s.n == 0 || s.n > max)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (!g_ascii_isalnum(c) && (c == '\0' || strchr(signs, c) == NULL))
            return false;
    }
    return true;
}

/* White space of a value becomes spaces when it is written. */
static bool
has_control(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && s.p[i + 1] < 0xa0;
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f || c1)
            return true;
    }
    return false;
}

bool
sk_odf_is_target(SkSpan value)
{
    return value.n >= 2 && value.n <= SK_ODF_TARGET_MAX && value.p[0] == '#' && !has_control(value);
}

static bool
is_one_of(SkSpan s, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (sk_span_is(s, *words))
            return true;
    }
    return false;
}

static bool
is_star_math(SkSpan s)
{
    static const char name[] = "StarMath ";
    size_t at = sizeof name - 1;

    if (!sk_span_starts(s, name))
        return false;
    size_t end = skip_digits(s, at, 2);
    if (end == at)
        return false;
    if (end < s.n && s.p[end] == '.') {
        size_t fraction = skip_digits(s, end + 1, 2);
        return fraction > end + 1 && fraction == s.n;
    }
    return end == s.n;
}

/* ---- words and ranges of cells ------------------------------------------------------------------
 */

size_t
sk_odf_wide(SkSpan s, size_t at)
{
    if (s.p[at] < 0xc2)
        return 0;
    gunichar c = g_utf8_get_char_validated((const char *)s.p + at, (gssize)(s.n - at));
    if (c > 0x10ffff || c < 0xa1 || (c >= 0x2000 && c <= 0x206f) || c == 0x3000 || c == 0xfeff ||
        (c >= 0xff01 && c <= 0xff20))
        return 0;
    return s.p[at] < 0xe0 ? 2 : s.p[at] < 0xf0 ? 3 : 4;
}

/* Bytes of the character of a word at @at: of a name in text where @signs are allowed in it. */
static size_t
word_at(SkSpan s, size_t at, const char *signs)
{
    if (at >= s.n)
        return 0;
    uint8_t c = s.p[at];
    if (g_ascii_isalnum(c) || (c != '\0' && strchr(signs, c) != NULL))
        return 1;
    return sk_odf_wide(s, at);
}

static bool
is_count(SkSpan s)
{
    if (sk_span_starts(s, "ooow:"))
        s = sk_span_sub(s, 5, s.n - 5);
    size_t end = s.n;
    while (end > 0 && g_ascii_isdigit(s.p[end - 1]))
        end--;
    bool offset = end > 0 && end < s.n && (s.p[end - 1] == '+' || s.p[end - 1] == '-');
    if (offset && s.n - end > 9)
        return false;
    size_t stop = offset ? end - 1 : s.n;
    size_t at = 0, characters = 0;
    while (at < stop) {
        size_t n = word_at(s, at, "_.- ");
        if (n == 0 || ++characters > WORD_MAX)
            return false;
        at += n;
    }
    return characters > 0;
}

/* From the quote on; 0 for what no sheet is called. */
static size_t
skip_quoted(SkSpan s, size_t at)
{
    size_t start = ++at;

    for (; at < s.n; at++) {
        uint8_t c = s.p[at];
        if (c == '\'' && at + 1 < s.n && s.p[at + 1] == '\'')
            at++;
        else if (c == '\'')
            return at > start ? at + 1 : 0;
        else if (c < 0x20 || c == 0x7f || strchr("[]*?:/\\", c) != NULL ||
                 (c == 0xc2 && at + 1 < s.n && s.p[at + 1] < 0xa0))
            return 0;
    }
    return 0;
}

static bool
is_lost(SkSpan s, size_t at)
{
    return at <= s.n && s.n - at >= 5 && memcmp(s.p + at, "#REF!", 5) == 0;
}

static size_t
skip_cell(SkSpan s, size_t at)
{
    for (unsigned n = 0; n < CELL_MAX && at < s.n; n++) {
        if (is_lost(s, at))
            at += 5;
        else if (g_ascii_isalnum(s.p[at]) || s.p[at] == '$')
            at++;
        else
            break;
    }
    return at;
}

/* Where the sheet before a "." ends; @at where there is none. */
static size_t
skip_sheet(SkSpan s, size_t at)
{
    size_t start = at;
    size_t n;

    if (at < s.n && s.p[at] == '$')
        at++;
    size_t name = at;
    if (at < s.n && s.p[at] == '\'') {
        at = skip_quoted(s, at);
    } else if (is_lost(s, at)) {
        at += 5;
    } else {
        while ((n = word_at(s, at, "_-")) > 0)
            at += n;
    }
    return at > name && at < s.n && s.p[at] == '.' ? at : start;
}

/* Where the place ends; @at where there is none. */
static size_t
skip_place(SkSpan s, size_t at, bool marked)
{
    size_t start = at;
    size_t sheet = skip_sheet(s, at);

    if (sheet < s.n && s.p[sheet] == '.') {
        size_t end = skip_cell(s, sheet + 1);
        return end > sheet + 1 ? end : start;
    }
    size_t lost = at < s.n && s.p[at] == '$' ? at + 1 : at;
    if (is_lost(s, lost) && lost + 5 == skip_cell(s, lost))
        return lost + 5;
    return marked ? start : skip_cell(s, at);
}

static size_t
skip_range(SkSpan s, size_t at, bool marked)
{
    size_t end = skip_place(s, at, marked);

    if (end == at || end >= s.n || s.p[end] != ':')
        return end;
    size_t second = skip_place(s, end + 1, marked);
    return second == end + 1 ? at : second;
}

bool
sk_odf_range(SkSpan value, bool marked)
{
    return value.n > 0 && skip_range(value, 0, marked) == value.n;
}

bool
sk_odf_ranges(SkSpan value)
{
    size_t at = 0;

    if (value.n == 0 || value.n > SK_ODF_STRING_MAX || has_control(value))
        return false;
    while (at < value.n) {
        size_t end = skip_range(value, at, false);
        if (end == at || (end < value.n && (value.p[end] != ' ' || end + 1 == value.n)))
            return false;
        at = end + 1;
    }
    return true;
}

/* ---- all ----------------------------------------------------------------------------------------
 */

bool
sk_odf_value_is(SkOdfClass class, SkSpan value)
{
    static const char *const actions[] = {
        "none", "next-page",         "previous-page", "first-page", "last-page",
        "stop", "last-visited-page", "hide",          "show",       "fade-out",
        NULL
    };

    switch (class) {
    case SK_ODF_VALUE_N:
        return is_number(value);
    case SK_ODF_VALUE_K:
        return holds_only(value, 64, "_.#%+-{}:,");
    case SK_ODF_VALUE_V:
        return holds_only(value, SK_ODF_STYLE_MAX, " \t\r\n_.#%+-,;()[]*/?$!=<>&'@^|");
    case SK_ODF_VALUE_S:
        return value.n <= SK_ODF_STRING_MAX && !has_control(value);
    case SK_ODF_VALUE_C:
        return sk_odf_ranges(value);
    case SK_ODF_VALUE_Q:
        return is_count(value);
    case SK_ODF_VALUE_ACTION:
        return is_one_of(value, actions);
    case SK_ODF_VALUE_EVENT:
        return sk_span_is(value, "dom:click");
    case SK_ODF_VALUE_MATH:
        return is_star_math(value);
    case SK_ODF_VALUE_F:
    case SK_ODF_VALUE_T:
    case SK_ODF_VALUE_LINK:
    case SK_ODF_VALUE_VERSION:
    case SK_ODF_VALUE_CONFIG:
    case SK_ODF_VALUE_IMAGE:
    case SK_ODF_VALUE_OBJECT:
        return false;
    }
    return false;
}
