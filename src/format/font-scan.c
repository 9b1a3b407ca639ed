/* SPDX-License-Identifier: Apache-2.0
 * font-scan.c - contract in font-scan.h. */
#include "format/font-scan.h"

#include <string.h>

bool
sk_font_is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0;
}

bool
sk_font_is_delimiter(int c)
{
    return c > 0 && strchr("()<>[]{}/%", c) != NULL;
}

static bool
is_line_end(int c)
{
    return c < 0 || c == '\r' || c == '\n';
}

void
sk_font_skip_space(SkReader *r)
{
    for (int c = sk_reader_peek(r, 0); sk_font_is_space(c) || c == '%'; c = sk_reader_peek(r, 0)) {
        sk_reader_skip(r, 1);
        while (c == '%' && !is_line_end(sk_reader_peek(r, 0)))
            sk_reader_skip(r, 1);
    }
}

SkSpan
sk_font_word(SkReader *r)
{
    size_t n = 0;

    for (int c = sk_reader_peek(r, 0); c >= 0 && !sk_font_is_space(c) && !sk_font_is_delimiter(c);
         c = sk_reader_peek(r, n))
        n++;
    return sk_reader_span(r, n);
}

SkSpan
sk_font_string(SkReader *r)
{
    size_t start = r->at;
    unsigned depth = 1;

    while (depth > 0) {
        uint8_t c = sk_reader_u8(r);
        if (!sk_reader_ok(r))
            return SK_SPAN_EMPTY;
        if (c == '\\')
            sk_reader_skip(r, 1);
        depth += c == '(' ? 1u : 0u;
        depth -= c == ')' ? 1u : 0u;
    }
    return sk_span_sub(r->in, start, r->at - start - 1);
}
