/* SPDX-License-Identifier: Apache-2.0
 * base.c - contract in base.h. */
#include "base/base.h"

#include <errno.h>
#include <string.h>

GQuark
sk_error_quark(void)
{
    return g_quark_from_static_string("sekisho");
}

void
sk_error_set_errno(GError **error, const char *what)
{
    int saved = errno;
    g_set_error(error, SK_ERROR, SK_ERROR_IO, "%s: %s", what, g_strerror(saved));
    errno = saved;
}

SkSpan
sk_span_sub(SkSpan s, size_t at, size_t n)
{
    g_assert(at <= s.n && n <= s.n - at);
    return (SkSpan){ .p = at == 0 ? s.p : s.p + at, .n = n }; /* nothing may be added to NULL, not even 0 */
}

bool
sk_span_equal(SkSpan a, SkSpan b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
sk_span_is(SkSpan a, const char *s)
{
    return sk_span_equal(a, sk_span_str(s));
}

bool
sk_span_starts(SkSpan a, const char *s)
{
    SkSpan prefix = sk_span_str(s);
    return a.n >= prefix.n && memcmp(a.p, prefix.p, prefix.n) == 0;
}

size_t
sk_span_find(SkSpan s, size_t from, SkSpan needle)
{
    if (from > s.n || needle.n > s.n - from)
        return SIZE_MAX;
    const uint8_t *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

char *
sk_span_dup(SkSpan s)
{
    char *out = g_malloc(s.n + 1); /* not g_strndup, which stops at the first NUL */

    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return out;
}

SkLimits
sk_limits_default(void)
{
    return (SkLimits){
        .input = 100ull << 20,
        .output = 400ull << 20,
        .expanded = 1ull << 30,
        .pixels = 200ull * 1000 * 1000,
        .memory = 1ull << 30,
        .items = 10000,
        .depth = 256,
        .ratio = 250,
        .pages = 500,
        .cpu_ms = 60 * 1000,
        .wall_ms = 120 * 1000,
    };
}
