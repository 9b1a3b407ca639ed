/* SPDX-License-Identifier: Apache-2.0
 * pdf-token.c - contract in pdf-token.h. */
#include "verify/pdf-token.h"

#include <string.h>

#define NAME_MAX_BYTES 127u
#define WHOLE_MOST INT64_C(2147483647)

bool
sk_pdf_ahead(const SkReader *r, const char *word)
{
    size_t n = strlen(word);

    return n <= sk_reader_left(r) && memcmp(r->in.p + r->at, word, n) == 0;
}

bool
sk_pdf_word(SkReader *r, const char *word)
{
    if (!sk_pdf_ahead(r, word))
        return false;
    sk_reader_skip(r, strlen(word));
    return true;
}

static bool
read_fraction(SkReader *r, int64_t *value)
{
    int64_t unit = SK_PDF_ONE / 10;
    int c = -1, last = -1;

    for (; (c = sk_reader_peek(r, 0)) >= '0' && c <= '9'; sk_reader_skip(r, 1), unit /= 10) {
        if (unit == 0)
            return false;
        *value += (c - '0') * unit;
        last = c;
    }
    return last > '0';
}

bool
sk_vpdf_number(SkReader *r, int64_t *ret, bool *ret_whole)
{
    bool minus = sk_reader_peek(r, 0) == '-';
    int64_t value = 0;
    int c = -1;

    if (minus)
        sk_reader_skip(r, 1);
    size_t from = r->at;
    for (; (c = sk_reader_peek(r, 0)) >= '0' && c <= '9' && value <= WHOLE_MOST;
         sk_reader_skip(r, 1))
        value = value * 10 + (c - '0');
    if (r->at == from || value > WHOLE_MOST || (r->at - from > 1 && r->in.p[from] == '0'))
        return false;
    value *= SK_PDF_ONE;
    *ret_whole = c != '.';
    if (c == '.') {
        sk_reader_skip(r, 1);
        if (!read_fraction(r, &value))
            return false;
    }
    *ret = minus ? -value : value;
    return value <= SK_PDF_MOST && !(minus && value == 0);
}

bool
sk_pdf_integer(SkReader *r, int64_t low, int64_t high, int64_t *ret)
{
    bool whole = false;

    if (!sk_vpdf_number(r, ret, &whole) || !whole)
        return false;
    *ret /= SK_PDF_ONE;
    return *ret >= low && *ret <= high;
}

static bool
is_name_byte(int c)
{
    return c >= 0x21 && c <= 0x7e && strchr("#%()/<>[]{}", c) == NULL;
}

bool
sk_vpdf_name(SkReader *r, SkSpan *ret)
{
    if (!sk_pdf_word(r, "/"))
        return false;
    size_t from = r->at;
    while (is_name_byte(sk_reader_peek(r, 0)))
        sk_reader_skip(r, 1);
    *ret = sk_span_sub(r->in, from, r->at - from);
    return ret->n >= 1 && ret->n <= NAME_MAX_BYTES;
}

bool
sk_vpdf_string(SkReader *r, size_t most, SkSpan *ret)
{
    if (!sk_pdf_word(r, "<"))
        return false;
    const uint8_t *p = r->in.p + r->at;
    size_t left = sk_reader_left(r), n = 0;
    while (n < left && ((p[n] >= '0' && p[n] <= '9') || (p[n] >= 'A' && p[n] <= 'F')))
        n++;
    *ret = sk_reader_span(r, n);
    return n % 2 == 0 && n / 2 <= most && sk_pdf_word(r, ">");
}

uint8_t
sk_pdf_string_byte(SkSpan digits, size_t at)
{
    unsigned high = digits.p[2 * at], low = digits.p[2 * at + 1];

    return (uint8_t)((high <= '9' ? high - '0' : high - 'A' + 10) << 4 |
                     (low <= '9' ? low - '0' : low - 'A' + 10));
}

bool
sk_pdf_reference(SkReader *r, uint32_t *ret)
{
    int64_t number = 0;

    if (!sk_pdf_integer(r, 1, WHOLE_MOST, &number) || !sk_pdf_word(r, " 0 R"))
        return false;
    *ret = (uint32_t)number;
    return true;
}

/* Brackets of both sorts are counted together: what is skipped was read by its grammar before. */
bool
sk_pdf_skip(SkReader *r)
{
    unsigned open = 0;
    SkReader ahead = *r;
    uint32_t number = 0;

    if (sk_pdf_reference(&ahead, &number)) {
        *r = ahead;
        return true;
    }
    for (int c = -1; (c = sk_reader_peek(r, 0)) >= 0; sk_reader_skip(r, 1)) {
        bool twice = sk_reader_peek(r, 1) == c;
        if (c == '[') {
            open++;
        } else if (c == '<' && twice) {
            open++;
            sk_reader_skip(r, 1);
        } else if (c == ']' || (c == '>' && twice && open > 0)) {
            if (open == 0)
                return true;
            if (c == '>')
                sk_reader_skip(r, 1);
            if (--open == 0) {
                sk_reader_skip(r, 1);
                return true;
            }
        } else if (c == ' ' && open == 0) {
            return true;
        }
    }
    return open == 0;
}
