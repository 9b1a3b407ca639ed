/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-scan.c - contract in xml-scan.h.
 */
#include "format/xml-scan.h"

static bool
is_continuation(SkSpan s, size_t at)
{
    return at < s.n && (s.p[at] & 0xc0) == 0x80;
}

/* Length of the multi-byte character at @at, or 0. Shortest form only, no surrogates, no U+FFFE and
 * U+FFFF. */
static size_t
character(SkSpan s, size_t at)
{
    uint8_t c = s.p[at];

    if (c >= 0xc2 && c <= 0xdf)
        return is_continuation(s, at + 1) ? 2 : 0;
    if (c >= 0xe0 && c <= 0xef) {
        if (!is_continuation(s, at + 1) || !is_continuation(s, at + 2))
            return 0;
        uint32_t value =
            (uint32_t)(c & 0x0f) << 12 | (uint32_t)(s.p[at + 1] & 0x3f) << 6 | (s.p[at + 2] & 0x3f);
        return value < 0x800 || (value >= 0xd800 && value <= 0xdfff) || value >= 0xfffe ? 0 : 3;
    }
    if (c >= 0xf0 && c <= 0xf4) {
        if (!is_continuation(s, at + 1) || !is_continuation(s, at + 2) ||
            !is_continuation(s, at + 3))
            return 0;
        uint32_t value = (uint32_t)(c & 0x07) << 18 | (uint32_t)(s.p[at + 1] & 0x3f) << 12 |
                         (uint32_t)(s.p[at + 2] & 0x3f) << 6 | (s.p[at + 3] & 0x3f);
        return value < 0x10000 || value > 0x10ffff ? 0 : 4;
    }
    return 0;
}

bool
sk_xml_chars(SkSpan s)
{
    for (size_t at = 0; at < s.n;) {
        uint8_t c = s.p[at];
        if (c >= 0x20 && c < 0x80) {
            at++;
            continue;
        }
        size_t n = c >= 0x80 ? character(s, at) : (c == '\t' || c == '\n' || c == '\r');
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

size_t
sk_xml_whole(SkSpan s)
{
    for (size_t back = 1; back <= 3 && back <= s.n; back++) {
        uint8_t c = s.p[s.n - back];
        if (c < 0x80)
            break;
        if (c >= 0xc0) {
            size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            return n > back ? s.n - back : s.n;
        }
    }
    return s.n;
}

/* ---- references ---------------------------------------------------------------------------- */

static bool
is_char(gunichar c)
{
    return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static gunichar
number(SkSpan digits, bool hexadecimal)
{
    gunichar value = 0;

    if (digits.n == 0)
        return 0;
    for (size_t i = 0; i < digits.n; i++) {
        int digit = hexadecimal ? g_ascii_xdigit_value((char)digits.p[i])
                                : g_ascii_digit_value((char)digits.p[i]);
        if (digit < 0 || value > 0x10ffff)
            return 0;
        value = value * (hexadecimal ? 16 : 10) + (gunichar)digit;
    }
    return is_char(value) ? value : 0;
}

gunichar
sk_xml_reference(SkSpan s, size_t *ret_n)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }
    };
    size_t end = 1;

    while (end < s.n && end < 32 && s.p[end] != ';')
        end++;
    if (end >= s.n || s.p[end] != ';')
        return 0;
    *ret_n = end + 1;
    SkSpan name = sk_span_sub(s, 1, end - 1);
    if (sk_span_starts(name, "#x"))
        return number(sk_span_sub(name, 2, name.n - 2), true);
    if (sk_span_starts(name, "#"))
        return number(sk_span_sub(name, 1, name.n - 1), false);
    for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
        if (sk_span_is(name, entities[i].name))
            return (gunichar)entities[i].c;
    }
    return 0;
}

/* ---- UTF-16 -------------------------------------------------------------------------------- */

SkXmlEncoding
sk_xml_encoding(SkSpan head, size_t *skip)
{
    uint8_t a = head.n > 0 ? head.p[0] : 0;
    uint8_t b = head.n > 1 ? head.p[1] : 0;

    *skip = 0;
    if (head.n >= 2 && ((a == 0xff && b == 0xfe) || (a == 0xfe && b == 0xff))) {
        *skip = 2;
        return a == 0xff ? SK_XML_UTF16LE : SK_XML_UTF16BE;
    }
    if (head.n >= 2 && a == '<' && b == 0)
        return SK_XML_UTF16LE;
    if (head.n >= 2 && a == 0 && b == '<')
        return SK_XML_UTF16BE;
    if (sk_span_starts(head, "\xef\xbb\xbf"))
        *skip = 3;
    return SK_XML_UTF8;
}

static uint32_t
unit(SkSpan s, size_t at, bool big)
{
    return big ? (uint32_t)s.p[at] << 8 | s.p[at + 1] : (uint32_t)s.p[at + 1] << 8 | s.p[at];
}

bool
sk_xml_from_utf16(SkSpan s, bool big, GByteArray *out, size_t *ret_used)
{
    size_t at = 0;

    for (*ret_used = 0; s.n - at >= 2; *ret_used = at) {
        uint32_t value = unit(s, at, big);
        size_t n = 2;
        if (value >= 0xdc00 && value <= 0xdfff)
            return false;
        if (value >= 0xd800 && value <= 0xdbff) {
            if (s.n - at < 4)
                break;
            uint32_t low = unit(s, at + 2, big);
            if (low < 0xdc00 || low > 0xdfff)
                return false;
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
            n = 4;
        }
        char utf8[6];
        g_byte_array_append(out, (const uint8_t *)utf8, (guint)g_unichar_to_utf8(value, utf8));
        at += n;
    }
    return true;
}
