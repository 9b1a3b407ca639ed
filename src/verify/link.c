/* SPDX-License-Identifier: Apache-2.0
 * link.c - contract in link.h. */
#include "verify/link.h"
#include "base/reader.h"

#include <string.h>

static bool
one_of(int c, const char *set)
{
    return c > 0 && c < 0x80 && (g_ascii_isalnum(c) || strchr(set, c) != NULL);
}

static bool
take(SkReader *r, const char *s)
{
    SkReader ahead = *r;
    if (!sk_span_is(sk_reader_span(&ahead, strlen(s)), s))
        return false;
    *r = ahead;
    return true;
}

static int
hex_digit(int c)
{
    return g_ascii_isdigit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The rest of "%XX", and which byte it stands for: no control, but line ends where @lines. */
static bool
take_escape(SkReader *r, bool lines)
{
    int high = hex_digit(sk_reader_u8(r)), low = hex_digit(sk_reader_u8(r));

    if (high < 0 || low < 0)
        return false;
    int byte = high * 16 + low;
    return (byte >= 0x20 && byte != 0x7f) || (lines && (byte == '\r' || byte == '\n'));
}

/* As many of letters, digits, @set and escapes as there are; false: a wrong escape. */
static bool
take_run(SkReader *r, const char *set, bool lines, size_t *ret_n)
{
    size_t from = r->at;

    for (int c; (c = sk_reader_peek(r, 0)) >= 0;) {
        if (c != '%' && !one_of(c, set))
            break;
        sk_reader_skip(r, 1);
        if (c == '%' && !take_escape(r, lines))
            return false;
    }
    *ret_n = r->at - from;
    return true;
}

static bool
take_host(SkReader *r)
{
    size_t from = r->at;

    if (take(r, "[")) {
        for (int c; (c = sk_reader_peek(r, 0)) >= 0 && c != ']'; sk_reader_skip(r, 1))
            if (!g_ascii_isdigit(c) && !(c >= 'a' && c <= 'f') && c != ':' && c != '.')
                return false;
        return r->at > from + 1 && take(r, "]");
    }
    for (int c; (c = sk_reader_peek(r, 0)) >= 0; sk_reader_skip(r, 1)) {
        if (c == '%') {
            if (hex_digit(sk_reader_peek(r, 1)) < 8 || hex_digit(sk_reader_peek(r, 2)) < 0)
                return false;
            sk_reader_skip(r, 2);
        } else if (!g_ascii_islower(c) && !g_ascii_isdigit(c) && c != '-' && c != '.' && c != '_') {
            break;
        }
    }
    return r->at > from;
}

static bool
is_web_link(SkReader r)
{
    size_t n = 0, fragment = 0;

    if (!take_host(&r))
        return false;
    if (take(&r, ":")) {
        size_t from = r.at;
        while (g_ascii_isdigit(MAX(sk_reader_peek(&r, 0), 0)))
            sk_reader_skip(&r, 1);
        if (r.at == from || r.at - from > 5)
            return false;
    }
    if (sk_reader_left(&r) == 0)
        return true;
    if (!one_of(sk_reader_peek(&r, 0), "/?#") || g_ascii_isalnum(sk_reader_peek(&r, 0)))
        return false;
    for (size_t i = r.at; i < r.in.n; i++)
        fragment += r.in.p[i] == '#' ? 1 : 0;
    return fragment <= 1 && take_run(&r, "-._~!$&'()*+,;=:@/?#", false, &n) &&
           sk_reader_left(&r) == 0;
}

static bool
is_mail_link(SkReader r)
{
    static const char *const keys[] = { "subject=", "body=", "cc=", "bcc=" };
    size_t n = 0;

    if (!take_run(&r, "._+-'=,@!$&*~", false, &n) || n == 0)
        return false;
    for (const char *mark = "?"; sk_reader_left(&r) > 0; mark = "&") {
        bool known = false, body = false;
        if (!take(&r, mark))
            return false;
        for (unsigned i = 0; i < G_N_ELEMENTS(keys) && !known; i++) {
            known = take(&r, keys[i]);
            body = known && strcmp(keys[i], "body=") == 0;
        }
        if (!known || !take_run(&r, "-._~!$'()*+,;:@/?", body, &n))
            return false;
    }
    return true;
}

bool
sk_link_is_permitted(SkSpan s)
{
    SkReader r = sk_reader(s);

    if (s.n > SK_LINK_MAX)
        return false;
    if (take(&r, "http://") || take(&r, "https://"))
        return is_web_link(r);
    return take(&r, "mailto:") && is_mail_link(r);
}
