/* SPDX-License-Identifier: Apache-2.0
 * mime-code.c - transfer encodings (RFC 2045, 6) and uuencode. Contract in mime-code.h. */
#include "format/mime-code.h"

#include <string.h>

/* ---- base64 ----------------------------------------------------------------------------------- */

static int
base64_digit(uint8_t b)
{
    if (b >= 'A' && b <= 'Z')
        return b - 'A';
    if (b >= 'a' && b <= 'z')
        return b - 'a' + 26;
    if (b >= '0' && b <= '9')
        return b - '0' + 52;
    return b == '+' ? 62 : b == '/' ? 63 : -1;
}

static bool
is_space(uint8_t b)
{
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
}

/* The last, incomplete group: 2 digits hold a byte, 3 hold two. Padding may be missing: all read that alike. */
static bool
end_base64(uint32_t group, unsigned digits, SkSink *sink)
{
    if (digits == 1)
        return false;
    if (digits >= 2)
        sk_sink_u8(sink, (uint8_t)(digits == 2 ? group >> 4 : group >> 10));
    if (digits == 3)
        sk_sink_u8(sink, (uint8_t)(group >> 2));
    return true;
}

static bool
decode_base64(SkSpan in, SkSink *sink, GError **error)
{
    uint32_t group = 0;
    unsigned digits = 0, padding = 0;

    for (size_t i = 0; i < in.n; i++) {
        int digit = base64_digit(in.p[i]);
        if (is_space(in.p[i]))
            continue;
        if (in.p[i] == '=' && padding < 2 && digits + padding < 4 && digits >= 2) {
            padding++;
            continue;
        }
        if (digit < 0 || padding > 0)
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "mime: base64 at byte %zu", i);
        group = group << 6 | (uint32_t)digit;
        if (++digits == 4) {
            sk_sink_u8(sink, (uint8_t)(group >> 16));
            sk_sink_u8(sink, (uint8_t)(group >> 8));
            sk_sink_u8(sink, (uint8_t)group);
            digits = 0;
            group = 0;
        }
    }
    return end_base64(group, digits, sink) || sk_throw(error, SK_ERROR_AMBIGUOUS, "mime: base64 ends in one digit");
}

/* ---- quoted-printable ------------------------------------------------------------------------- */

/* Spaces before a line end were put there on the way (RFC 2045, 6.7, rule 3). */
static size_t
without_trailing(SkSpan line)
{
    size_t n = line.n;

    while (n > 0 && (line.p[n - 1] == ' ' || line.p[n - 1] == '\t' || line.p[n - 1] == '\r'))
        n--;
    return n;
}

static void
decode_quoted_line(SkSpan line, SkSink *sink)
{
    for (size_t i = 0; i < line.n; i++) {
        bool coded = line.p[i] == '=' && i + 2 < line.n && g_ascii_isxdigit(line.p[i + 1]) && g_ascii_isxdigit(line.p[i + 2]);
        if (coded) {
            sk_sink_u8(sink, (uint8_t)(g_ascii_xdigit_value((char)line.p[i + 1]) * 16 +
                                       g_ascii_xdigit_value((char)line.p[i + 2])));
            i += 2;
        } else { /* an `=` that codes nothing stands for itself, to every reader */
            sk_sink_u8(sink, line.p[i]);
        }
    }
}

static void
decode_quoted(SkSpan in, SkSink *sink)
{
    for (size_t at = 0; at < in.n;) {
        const uint8_t *lf = memchr(in.p + at, '\n', in.n - at);
        size_t end = lf == NULL ? in.n : (size_t)(lf - in.p);
        SkSpan line = sk_span_sub(in, at, end - at);
        bool had_cr = line.n > 0 && line.p[line.n - 1] == '\r';
        line.n = without_trailing(line);
        bool soft = line.n > 0 && line.p[line.n - 1] == '=';
        line.n -= soft ? 1 : 0;
        decode_quoted_line(line, sink);
        if (!soft && lf != NULL)
            sk_sink_str(sink, had_cr ? "\r\n" : "\n");
        at = end + 1;
    }
}

/* ---- uuencode --------------------------------------------------------------------------------- */

static SkSpan
line_at(SkSpan in, size_t at, size_t *ret_next)
{
    const uint8_t *lf = at >= in.n ? NULL : memchr(in.p + at, '\n', in.n - at);
    size_t end = lf == NULL ? in.n : (size_t)(lf - in.p);
    SkSpan line = sk_span_sub(in, at, end - at);

    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    *ret_next = end + 1;
    return line;
}

/* `begin MODE NAME`; the mode is three or four octal digits. */
static bool
is_begin(SkSpan line, SkSpan *ret_name)
{
    size_t n = 6;

    if (!sk_span_starts(line, "begin "))
        return false;
    while (n < line.n && line.p[n] >= '0' && line.p[n] <= '7')
        n++;
    if (n < 9 || n > 10 || n + 1 >= line.n || line.p[n] != ' ')
        return false;
    *ret_name = sk_span_sub(line, n + 1, line.n - n - 1);
    return true;
}

/* A line of data: its first character says how many bytes; it may be padded, or its last spaces cut off. */
static bool
is_data(SkSpan line)
{
    if (line.n == 0 || line.p[0] < 32 || line.p[0] > 96)
        return false;
    unsigned bytes = (line.p[0] - 32u) & 63u;
    for (size_t i = 1; i < line.n; i++)
        if (line.p[i] < 32 || line.p[i] > 96)
            return false;
    size_t full = 1 + (size_t)(bytes + 2) / 3 * 4;
    return line.n <= full + 2 && bytes > 0;
}

bool
sk_mime_find_uu(SkSpan text, size_t at, SkMimeUu *ret)
{
    size_t next = 0;

    for (; at < text.n; at = next) {
        SkSpan name, line = line_at(text, at, &next);
        if (!is_begin(line, &name))
            continue;
        size_t from = next, end = next;
        while (end < text.n && is_data(line_at(text, end, &next)))
            end = next;
        size_t data_end = MIN(end, text.n), after = data_end;
        line = line_at(text, MIN(after, text.n), &next); /* the line of no bytes */
        if (line.n <= 1) {
            after = MIN(next, text.n);
            line = line_at(text, after, &next);
        }
        if (data_end == from || !sk_span_is(line, "end")) {
            (void)line_at(text, at, &next);
            continue;
        }
        *ret = (SkMimeUu){ .name = name,
                           .content = sk_span_sub(text, from, data_end - from),
                           .from = at,
                           .to = MIN(next, text.n) };
        return true;
    }
    return false;
}

static unsigned
uu_digit(SkSpan line, size_t i)
{
    return i < line.n ? (line.p[i] - 32u) & 63u : 0; /* spaces at the end may have been cut off */
}

static void
decode_uu_line(SkSpan line, SkSink *sink)
{
    unsigned bytes = (line.p[0] - 32u) & 63u;

    for (size_t i = 1; bytes > 0; i += 4) {
        uint32_t group = uu_digit(line, i) << 18 | uu_digit(line, i + 1) << 12 | uu_digit(line, i + 2) << 6 |
                         uu_digit(line, i + 3);
        for (unsigned k = 0; k < 3 && bytes > 0; k++, bytes--)
            sk_sink_u8(sink, (uint8_t)(group >> (16 - 8 * k)));
    }
}

static void
decode_uu_lines(SkSpan lines, SkSink *sink)
{
    size_t next = 0;

    for (size_t at = 0; at < lines.n; at = next) {
        SkSpan line = line_at(lines, at, &next);
        if (line.n > 0)
            decode_uu_line(line, sink);
    }
}

bool
sk_mime_decode(SkSpan body, SkMimeEncoding encoding, SkSink *sink, GError **error)
{
    SkMimeUu uu;

    switch (encoding) {
    case SK_MIME_IDENTITY:
        sk_sink_span(sink, body);
        return true;
    case SK_MIME_BASE64:
        return decode_base64(body, sink, error);
    case SK_MIME_QUOTED:
        decode_quoted(body, sink);
        return true;
    case SK_MIME_UUENCODE:
        break;
    }
    /* Taken out of a text, the lines stand alone. */
    if (!sk_mime_find_uu(body, 0, &uu)) {
        size_t next = 0;
        for (size_t at = 0; at < body.n; at = next)
            if (!is_data(line_at(body, at, &next)))
                return sk_throw(error, SK_ERROR_AMBIGUOUS, "mime: uuencode at byte %zu", at);
        decode_uu_lines(body, sink);
        return true;
    }
    decode_uu_lines(uu.content, sink);
    return true;
}
