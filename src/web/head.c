/* SPDX-License-Identifier: Apache-2.0
 * head.c - contract in head.h. Line by line; a line is looked at as soon as its end is there, so
 * that a sender who never finishes a wrong head is answered all the same. */
#include "web/head.h"

#include <string.h>

/* The headers that any part of the server reads: two of one name would be two readings. */
static const char *const single[] = {
    "host",           "content-length",   "content-type", "cookie",         "origin",
    "if-none-match",  "x-sekisho-csrf",   "expect",       "sec-fetch-site", "x-real-ip",
    "x-sekisho-name", "x-sekisho-password", "content-encoding", "upgrade",
};
G_STATIC_ASSERT(G_N_ELEMENTS(single) <= 32);
enum { SINGLE_HOST = 0, SINGLE_LENGTH = 1 };

typedef struct {
    const SkHeadHosts *hosts;
    SkHead *ret;
    uint32_t seen; /* bits by index in single[] */
    unsigned fields;
    bool bodiless; /* a method that carries no body */
} Walk;

static bool
bad(Walk *w, unsigned status, const char *why)
{
    w->ret->status = status;
    w->ret->why = why;
    return false;
}

static bool
is_token(uint8_t c)
{
    return g_ascii_isalnum((char)c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_field_byte(uint8_t c)
{
    return c == '\t' || (c >= 0x20 && c != 0x7f);
}

static bool
span_is_nocase(SkSpan s, const char *lower)
{
    return s.n == strlen(lower) && g_ascii_strncasecmp((const char *)s.p, lower, s.n) == 0;
}

static SkSpan
trim(SkSpan s)
{
    size_t start = 0;
    size_t end = s.n;
    while (start < end && (s.p[start] == ' ' || s.p[start] == '\t'))
        start++;
    while (end > start && (s.p[end - 1] == ' ' || s.p[end - 1] == '\t'))
        end--;
    return sk_span_sub(s, start, end - start);
}

static bool
check_target(Walk *w, SkSpan target)
{
    if (target.n == 0 || target.p[0] != '/')
        return bad(w, 400, "target-form");
    if (target.n > SK_HEAD_TARGET_MAX)
        return bad(w, 431, "target-long");
    for (size_t i = 0; i < target.n; i++) {
        uint8_t c = target.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"#<>\\^`{|}", c) != NULL)
            return bad(w, 400, "target-byte");
        if (c == '%' && (target.n - i < 3 || !g_ascii_isxdigit((char)target.p[i + 1]) ||
                         !g_ascii_isxdigit((char)target.p[i + 2])))
            return bad(w, 400, "target-escape");
    }
    return true;
}

static bool
check_method(Walk *w, SkSpan method)
{
    if (method.n == 0 || method.n > 16)
        return bad(w, 400, "method");
    for (size_t i = 0; i < method.n; i++)
        if (!g_ascii_isupper((char)method.p[i]))
            return bad(w, 400, "method");
    w->bodiless =
        sk_span_is(method, "GET") || sk_span_is(method, "HEAD") || sk_span_is(method, "DELETE");
    return true;
}

static bool
check_request_line(Walk *w, SkSpan line)
{
    const SkSpan space = sk_span_str(" ");
    size_t first = sk_span_find(line, 0, space);
    if (first == SIZE_MAX)
        return bad(w, 400, "request-line");
    size_t second = sk_span_find(line, first + 1, space);
    if (second == SIZE_MAX)
        return bad(w, 400, "http-0.9");
    SkSpan version = sk_span_sub(line, second + 1, line.n - second - 1);
    if (!check_method(w, sk_span_sub(line, 0, first)) ||
        !check_target(w, sk_span_sub(line, first + 1, second - first - 1)))
        return false;
    if (sk_span_is(version, "HTTP/1.1"))
        return true;
    return bad(w, sk_span_starts(version, "HTTP/") ? 505 : 400, "version");
}

static bool
check_host(Walk *w, SkSpan value)
{
    if (span_is_nocase(value, w->hosts->main)) {
        w->ret->content_host = false;
        return true;
    }
    if (w->hosts->content != NULL && span_is_nocase(value, w->hosts->content)) {
        w->ret->content_host = true;
        return true;
    }
    return bad(w, 421, "host");
}

static bool
check_length(Walk *w, SkSpan value)
{
    uint64_t n = 0;
    if (value.n == 0 || value.n > 18)
        return bad(w, 400, "content-length");
    for (size_t i = 0; i < value.n; i++) {
        if (!g_ascii_isdigit((char)value.p[i]))
            return bad(w, 400, "content-length");
        n = n * 10 + (uint64_t)(value.p[i] - '0');
    }
    if (w->bodiless && n > 0)
        return bad(w, 400, "body-on-get");
    w->ret->has_length = true;
    w->ret->content_length = n;
    return true;
}

static bool
check_single(Walk *w, SkSpan name, SkSpan value)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(single); i++) {
        if (!span_is_nocase(name, single[i]))
            continue;
        if ((w->seen & 1u << i) != 0)
            return bad(w, 400, "twice");
        w->seen |= 1u << i;
        if (i == SINGLE_HOST)
            return check_host(w, value);
        if (i == SINGLE_LENGTH)
            return check_length(w, value);
        return true;
    }
    return true;
}

static bool
check_field(Walk *w, SkSpan line)
{
    size_t colon = sk_span_find(line, 0, sk_span_str(":"));
    if (line.p[0] == ' ' || line.p[0] == '\t')
        return bad(w, 400, "folded");
    if (colon == SIZE_MAX || colon == 0)
        return bad(w, 400, "field");
    SkSpan name = sk_span_sub(line, 0, colon);
    for (size_t i = 0; i < name.n; i++)
        if (!is_token(name.p[i]))
            return bad(w, 400, "field-name");
    if (++w->fields > SK_HEAD_FIELDS_MAX)
        return bad(w, 431, "fields");
    /* Also what only looks like it: some reader may take `Transfer-Encoding!` or
     * `Transfer_Encoding` for it. */
    if (name.n >= 8 && g_ascii_strncasecmp((const char *)name.p, "transfer", 8) == 0)
        return bad(w, 400, "transfer-encoding");
    return check_single(w, name, trim(sk_span_sub(line, colon + 1, line.n - colon - 1)));
}

/* Controls are wrong wherever they stand, so a line that is not yet complete is looked at too. A CR
 * may be the last byte so far: its LF may be on the way. */
static bool
check_bytes(Walk *w, SkSpan line, bool complete)
{
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '\r' && !complete && i == line.n - 1)
            continue;
        if (!is_field_byte(line.p[i]))
            return bad(w, 400, line.p[i] == '\r' ? "bare-cr" : "control");
    }
    return true;
}

static SkHeadAnswer
unfinished(Walk *w, SkSpan bytes, size_t at)
{
    if (!check_bytes(w, sk_span_sub(bytes, at, bytes.n - at), false))
        return SK_HEAD_BAD;
    if (bytes.n >= SK_HEAD_MAX) {
        bad(w, 431, "head-long");
        return SK_HEAD_BAD;
    }
    return SK_HEAD_MORE;
}

static SkHeadAnswer
finished(Walk *w, size_t n)
{
    if ((w->seen & 1u << SINGLE_HOST) == 0) {
        bad(w, 400, "no-host");
        return SK_HEAD_BAD;
    }
    w->ret->n = n;
    return SK_HEAD_OK;
}

SkHeadAnswer
sk_head_check(SkSpan bytes, const SkHeadHosts *hosts, SkHead *ret)
{
    g_assert(hosts->main != NULL);
    *ret = (SkHead){ 0 };
    Walk w = { .hosts = hosts, .ret = ret };
    size_t at = 0;

    for (bool first = true;; first = false) {
        size_t lf = sk_span_find(bytes, at, sk_span_str("\n"));
        if (lf == SIZE_MAX || lf >= SK_HEAD_MAX)
            return unfinished(&w, sk_span_sub(bytes, 0, MIN(bytes.n, (size_t)SK_HEAD_MAX)), at);
        if (lf == at || bytes.p[lf - 1] != '\r') {
            bad(&w, 400, "bare-lf");
            return SK_HEAD_BAD;
        }
        SkSpan line = sk_span_sub(bytes, at, lf - 1 - at);
        at = lf + 1;
        if (line.n == 0 && !first)
            return finished(&w, at);
        if (!check_bytes(&w, line, true) ||
            !(first ? check_request_line(&w, line) : check_field(&w, line)))
            return SK_HEAD_BAD;
    }
}
