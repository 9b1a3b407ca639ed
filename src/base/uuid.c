/* SPDX-License-Identifier: Apache-2.0
 * uuid.c - contract in uuid.h. */
#include "base/uuid.h"

#include "base/clock.h"

#include <string.h>
#include <sys/random.h>

void
sk_random(void *p, size_t n)
{
    uint8_t *out = p;
    while (n > 0) {
        ssize_t got = getrandom(out, MIN(n, 256), 0);
        g_assert(got > 0);
        out += got;
        n -= (size_t)got;
    }
}

char *
sk_hex(SkSpan s)
{
    static const char digits[] = "0123456789abcdef";
    char *out = g_malloc(s.n * 2 + 1);
    for (size_t i = 0; i < s.n; i++) {
        out[2 * i] = digits[s.p[i] >> 4];
        out[2 * i + 1] = digits[s.p[i] & 15];
    }
    out[2 * s.n] = '\0';
    return out;
}

static int
digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
sk_unhex(const char *s, uint8_t *ret, size_t n)
{
    if (strlen(s) != n * 2)
        return false;
    for (size_t i = 0; i < n * 2; i++)
        if (digit(s[i]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        ret[i] = (uint8_t)((unsigned)digit(s[2 * i]) << 4 | (unsigned)digit(s[2 * i + 1]));
    return true;
}

char *
sk_uuid_new(void)
{
    uint8_t b[16];
    uint64_t ms = (uint64_t)(sk_clock_now() / 1000);

    sk_random(b + 6, 10);
    for (unsigned i = 0; i < 6; i++)
        b[i] = (uint8_t)(ms >> (40 - 8 * i));
    b[6] = (uint8_t)(0x70 | (b[6] & 0x0f));
    b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));

    g_autofree char *h = sk_hex(sk_span(b, sizeof b));
    return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

bool
sk_uuid_is(const char *s)
{
    if (s == NULL || strnlen(s, SK_UUID_LEN + 1) != SK_UUID_LEN)
        return false;
    for (unsigned i = 0; i < SK_UUID_LEN; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? s[i] != '-' : digit(s[i]) < 0)
            return false;
    }
    return s[14] == '7' && strchr("89ab", s[19]) != NULL;
}
