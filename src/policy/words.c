/* SPDX-License-Identifier: Apache-2.0
 * words.c - contract in words.h. */
#include "policy/words.h"

#include "base/name.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- numbers ----------------------------------------------------------------------------------
 */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
sk_words_number(const char *s, uint64_t max, uint64_t *ret)
{
    uint64_t n = 0;
    size_t length = strlen(s);

    if (length == 0 || length > 15 || (length > 1 && s[0] == '0'))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(s[i]))
            return false;
        n = n * 10 + (uint64_t)(s[i] - '0');
    }
    if (n > max)
        return false;
    *ret = n;
    return true;
}

bool
sk_words_size_unit(const char *unit, uint64_t *ret)
{
    if (strcmp(unit, "KiB") == 0)
        *ret = 1ull << 10;
    else if (strcmp(unit, "MiB") == 0)
        *ret = 1ull << 20;
    else if (strcmp(unit, "GiB") == 0)
        *ret = 1ull << 30;
    else
        return false;
    return true;
}

bool
sk_words_time_unit(const char *unit, int64_t *ret)
{
    const int64_t minute = 60ll * 1000000;

    if (strcmp(unit, "minute") == 0 || strcmp(unit, "minutes") == 0)
        *ret = minute;
    else if (strcmp(unit, "hour") == 0 || strcmp(unit, "hours") == 0)
        *ret = 60 * minute;
    else if (strcmp(unit, "day") == 0 || strcmp(unit, "days") == 0)
        *ret = 24 * 60 * minute;
    else
        return false;
    return true;
}

static bool
digits_at(const char *s, size_t at, size_t n, unsigned *ret)
{
    unsigned value = 0;

    for (size_t i = at; i < at + n; i++) {
        if (!is_digit(s[i]))
            return false;
        value = value * 10 + (unsigned)(s[i] - '0');
    }
    *ret = value;
    return true;
}

bool
sk_words_date(const char *s, int64_t *ret_after)
{
    unsigned y = 0, m = 0, d = 0;

    if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' || !digits_at(s, 0, 4, &y) ||
        !digits_at(s, 5, 2, &m) || !digits_at(s, 8, 2, &d) || y < 2000 || y > 2999 ||
        !g_date_valid_dmy((GDateDay)d, (GDateMonth)m, (GDateYear)y))
        return false;

    /* Days since 1970 from the proleptic count of GDate, whose day 719163 is 1970-01-01. The day
     * ends in Japan, nine hours before it does in UTC. */
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)d, (GDateMonth)m, (GDateYear)y);
    int64_t days = (int64_t)g_date_get_julian(&date) - 719163 + 1;
    *ret_after = (days * 24 - 9) * 3600 * 1000000;
    return true;
}

/* ---- addresses --------------------------------------------------------------------------------
 */

static bool
hex_digit(char c, uint8_t *ret)
{
    int v = g_ascii_xdigit_value(c);

    *ret = v < 0 ? 0 : (uint8_t)v;
    return v >= 0;
}

bool
sk_words_mac(const char *s, uint8_t ret[6])
{
    uint8_t bytes[6] = { 0 };

    if (strlen(s) != 17)
        return false;
    for (size_t i = 0; i < 6; i++) {
        uint8_t high = 0, low = 0;
        if (!hex_digit(s[i * 3], &high) || !hex_digit(s[i * 3 + 1], &low) ||
            (i < 5 && s[i * 3 + 2] != ':'))
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    for (size_t i = 0; i < 6; i++)
        ret[i] = bytes[i];
    return true;
}

bool
sk_words_network(const char *s, bool prefix, SkNetwork *ret)
{
    SkNetwork n = { .v6 = strchr(s, ':') != NULL };
    const char *slash = strchr(s, '/');
    uint64_t bits = n.v6 ? 128 : 32;

    if (prefix != (slash != NULL) || strlen(s) > INET6_ADDRSTRLEN + 4)
        return false;
    if (slash != NULL && !sk_words_number(slash + 1, bits, &bits))
        return false;
    g_autofree char *address = slash == NULL ? g_strdup(s) : g_strndup(s, (gsize)(slash - s));
    if (inet_pton(n.v6 ? AF_INET6 : AF_INET, address, n.address) != 1)
        return false;
    n.prefix = (uint8_t)bits;
    *ret = n;
    return true;
}

static uint8_t
mask_byte(unsigned prefix, unsigned i)
{
    unsigned bits = prefix <= 8 * i ? 0 : MIN(8u, prefix - 8 * i);

    return (uint8_t)(0xFF00u >> bits & 0xFFu);
}

SkNetwork
sk_network_masked(const SkNetwork *n)
{
    SkNetwork out = *n;

    for (unsigned i = 0; i < sizeof out.address; i++)
        out.address[i] &= mask_byte(n->prefix, i);
    return out;
}

bool
sk_network_contains(const SkNetwork *outer, const SkNetwork *inner)
{
    if (outer->v6 != inner->v6 || outer->prefix > inner->prefix)
        return false;
    for (unsigned i = 0; i < sizeof outer->address; i++)
        if (((outer->address[i] ^ inner->address[i]) & mask_byte(outer->prefix, i)) != 0)
            return false;
    return true;
}

bool
sk_network_overlaps(const SkNetwork *a, const SkNetwork *b)
{
    return sk_network_contains(a, b) || sk_network_contains(b, a);
}

char *
sk_network_text(const SkNetwork *n, bool prefix)
{
    char buffer[INET6_ADDRSTRLEN] = "";

    g_assert(inet_ntop(n->v6 ? AF_INET6 : AF_INET, n->address, buffer, sizeof buffer) != NULL);
    return prefix ? g_strdup_printf("%s/%u", buffer, n->prefix) : g_strdup(buffer);
}

int
sk_network_compare(const void *a, const void *b)
{
    const SkNetwork *x = a;
    const SkNetwork *y = b;

    if (x->v6 != y->v6)
        return x->v6 ? 1 : -1;
    for (unsigned i = 0; i < sizeof x->address; i++)
        if (x->address[i] != y->address[i])
            return x->address[i] < y->address[i] ? -1 : 1;
    return (int)x->prefix - (int)y->prefix;
}

bool
sk_words_ports(const char *s, uint16_t *ret_first, uint16_t *ret_last)
{
    const char *dash = strchr(s, '-');
    g_autofree char *first = dash == NULL ? g_strdup(s) : g_strndup(s, (gsize)(dash - s));
    uint64_t from = 0, to = 0;

    if (!sk_words_number(first, 65535, &from) || from == 0)
        return false;
    to = from;
    if (dash != NULL && (!sk_words_number(dash + 1, 65535, &to) || to <= from))
        return false;
    *ret_first = (uint16_t)from;
    *ret_last = (uint16_t)to;
    return true;
}

/* ---- names ------------------------------------------------------------------------------------
 */

bool
sk_words_name(const char *s)
{
    size_t n = strlen(s);

    if (n == 0 || n > SK_POLICY_NAME_MAX || s[0] < 'a' || s[0] > 'z' || s[n - 1] == '-')
        return false;
    for (size_t i = 1; i < n; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z') && !is_digit(s[i]) && !(s[i] == '-' && s[i - 1] != '-'))
            return false;
    return true;
}

#define NEAR_BYTES 40u

/* Edit distance with neighbours swapped counting one; words longer than NEAR_BYTES are far away. */
static unsigned
distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned rows[3][NEAR_BYTES + 1];

    if (n > NEAR_BYTES || m > NEAR_BYTES)
        return UINT_MAX;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            row[j] = MIN(MIN(above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && y == g_ascii_tolower(a[i - 2]))
                row[j] = MIN(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *
sk_words_nearest(const char *s, const char *const *words, unsigned n)
{
    const char *best = NULL;
    unsigned best_distance = (unsigned)MAX(1u, strlen(s) / 3) + 1;

    for (unsigned i = 0; i < n; i++) {
        unsigned d = distance(s, words[i]);
        if (d < best_distance && d < strlen(words[i])) {
            best = words[i];
            best_distance = d;
        }
    }
    return best;
}

char *
sk_words_quote(const char *const *words, unsigned n)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(out, "%s`%s`", i == 0 ? "" : i + 1 == n ? " or " : ", ", words[i]);
    return g_string_free(out, FALSE);
}

char *
sk_words_shown(const char *s)
{
    return sk_text_plain(sk_span_str(s), 60);
}
