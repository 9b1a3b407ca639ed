/* SPDX-License-Identifier: Apache-2.0
 * pdf-spell.c - contract in pdf-spell.h. */
#include "disarm/pdf-spell.h"

#include "base/reader.h"

#include <string.h>

#define DECIMALS 8u
#define WHOLE_MAX INT64_C(2147483647)

static bool
digit(int c)
{
    return c >= '0' && c <= '9';
}

/* The digits before the point; false beyond the greatest whole number. */
static bool
parse_whole(SkReader *r, int64_t *ret, size_t *ret_n)
{
    size_t from = r->at;

    *ret = 0;
    while (digit(sk_reader_peek(r, 0))) {
        *ret = *ret * 10 + (sk_reader_u8(r) - '0');
        if (*ret > WHOLE_MAX)
            return false;
    }
    *ret_n = r->at - from;
    return true;
}

/* The digits behind the point, as 100,000,000ths; the ninth rounds. */
static int64_t
parse_fraction(SkReader *r, size_t *ret_n)
{
    int64_t value = 0;
    size_t n = 0;
    bool up = false;

    for (; digit(sk_reader_peek(r, 0)); n++) {
        int d = sk_reader_u8(r) - '0';
        if (n < DECIMALS)
            value = value * 10 + d;
        else if (n == DECIMALS)
            up = d >= 5;
    }
    for (size_t i = n; i < DECIMALS; i++)
        value *= 10;
    *ret_n = n;
    return value + (up ? 1 : 0);
}

bool
sk_pdf_number_parse(SkSpan s, int64_t *ret)
{
    SkReader r = sk_reader(s);
    int64_t whole = 0, fraction = 0;
    size_t before = 0, behind = 0;
    int sign = sk_reader_peek(&r, 0);

    if (sign == '-' || sign == '+')
        sk_reader_skip(&r, 1);
    if (!parse_whole(&r, &whole, &before))
        return false;
    if (sk_reader_peek(&r, 0) == '.') {
        sk_reader_skip(&r, 1);
        fraction = parse_fraction(&r, &behind);
    }
    int64_t value = whole * SK_PDF_ONE + fraction;
    if (before + behind == 0 || sk_reader_left(&r) > 0 || value > SK_PDF_NUMBER_MAX)
        return false;
    *ret = sign == '-' ? -value : value;
    return true;
}

void
sk_pdf_put_int(GString *out, int64_t whole)
{
    char digits[24];
    unsigned n = 0;
    uint64_t left = whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole;

    if (whole < 0)
        g_string_append_c(out, '-');
    do {
        digits[n++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    while (n > 0)
        g_string_append_c(out, digits[--n]);
}

void
sk_pdf_put_number(GString *out, int64_t number)
{
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    uint64_t fraction = left % (uint64_t)SK_PDF_ONE;
    char digits[DECIMALS];

    if (number < 0)
        g_string_append_c(out, '-');
    sk_pdf_put_int(out, (int64_t)(left / (uint64_t)SK_PDF_ONE));
    if (fraction == 0)
        return;
    for (unsigned i = DECIMALS; i > 0; i--) {
        digits[i - 1] = (char)('0' + fraction % 10);
        fraction /= 10;
    }
    unsigned n = DECIMALS;
    while (digits[n - 1] == '0')
        n--;
    g_string_append_c(out, '.');
    g_string_append_len(out, digits, n);
}

void
sk_pdf_put_numbers(GString *out, const int64_t *numbers, size_t n)
{
    g_string_append_c(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(out, ' ');
        sk_pdf_put_number(out, numbers[i]);
    }
    g_string_append_c(out, ']');
}

static void
put_byte(GString *out, unsigned byte)
{
    static const char hex[] = "0123456789ABCDEF";
    g_string_append_c(out, hex[byte >> 4 & 15]);
    g_string_append_c(out, hex[byte & 15]);
}

void
sk_pdf_put_string(GString *out, SkSpan bytes)
{
    g_string_append_c(out, '<');
    for (size_t i = 0; i < bytes.n; i++)
        put_byte(out, bytes.p[i]);
    g_string_append_c(out, '>');
}

static bool
is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e)
            return false;
    }
    return true;
}

static void
put_unit(GString *out, uint32_t unit)
{
    put_byte(out, unit >> 8);
    put_byte(out, unit);
}

void
sk_pdf_put_text(GString *out, const char *text)
{
    if (is_printable(text)) {
        sk_pdf_put_string(out, sk_span_str(text));
        return;
    }
    g_string_append(out, "<FEFF");
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        uint32_t c = g_utf8_get_char(text);
        if (c < 0x10000) {
            put_unit(out, c);
            continue;
        }
        put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
        put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    g_string_append_c(out, '>');
}

bool
sk_pdf_name_ok(SkSpan name)
{
    if (name.n < 1 || name.n > 127)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] < 0x21 || name.p[i] > 0x7e || strchr("#%()/<>[]{}", name.p[i]) != NULL)
            return false;
    }
    return true;
}

void
sk_pdf_put_name(GString *out, SkSpan name)
{
    g_assert(sk_pdf_name_ok(name));
    g_string_append_c(out, '/');
    g_string_append_len(out, (const char *)name.p, (gssize)name.n);
}
