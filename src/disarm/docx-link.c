/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-link.c - contract in docx-link.h. A user part (`https://bank@evil`), a backslash or a
 * control character makes an address unsafe; everything else that the grammar has no room for is
 * percent-encoded.
 */
#include "disarm/docx-link.h"

#include <string.h>

static bool
is_escape(SkSpan s, size_t at, unsigned *ret_value)
{
    if (s.n - at < 3 || s.p[at] != '%' || !g_ascii_isxdigit(s.p[at + 1]) ||
        !g_ascii_isxdigit(s.p[at + 2]))
        return false;
    *ret_value = (unsigned)(g_ascii_xdigit_value((char)s.p[at + 1]) * 16 +
                            g_ascii_xdigit_value((char)s.p[at + 2]));
    return true;
}

static bool
has_control(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] == 0x7f || s.p[i] == '\\')
            return true;
    }
    return !g_utf8_validate_len((const char *)s.p, s.n, NULL);
}

/* Appends @s with what is not in @also percent-encoded; false for an encoded control character. */
static bool
append_encoded(GString *out, SkSpan s, const char *also, bool line_ends)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned value = 0;
        if (is_escape(s, i, &value)) {
            bool line_end = line_ends && (value == '\r' || value == '\n');
            if ((value < 0x20 && !line_end) || value == 0x7f)
                return false;
            g_string_append_printf(out, "%%%02X", value);
            i += 2;
        } else if (g_ascii_isalnum(s.p[i]) || (s.p[i] != '\0' && strchr(also, s.p[i]) != NULL)) {
            g_string_append_c(out, (char)s.p[i]);
        } else {
            g_string_append_printf(out, "%%%02X", s.p[i]);
        }
    }
    return true;
}

/* ---- http and https ------------------------------------------------------------------------ */

static bool
append_port(GString *out, SkSpan port)
{
    if (port.n == 0)
        return true; /* "http://host:/" means the usual port */
    if (port.n > 5)
        return false;
    g_string_append_c(out, ':');
    for (size_t i = 0; i < port.n; i++) {
        if (!g_ascii_isdigit(port.p[i]))
            return false;
        g_string_append_c(out, (char)port.p[i]);
    }
    return true;
}

static bool
append_ipv6(GString *out, SkSpan authority)
{
    size_t end = sk_span_find(authority, 0, sk_span_str("]"));
    if (end == SIZE_MAX || end < 2)
        return false;
    g_string_append_c(out, '[');
    for (size_t i = 1; i < end; i++) {
        if (!g_ascii_isxdigit(authority.p[i]) && authority.p[i] != ':' && authority.p[i] != '.')
            return false;
        g_string_append_c(out, g_ascii_tolower((char)authority.p[i]));
    }
    g_string_append_c(out, ']');
    SkSpan rest = sk_span_sub(authority, end + 1, authority.n - end - 1);
    if (rest.n == 0)
        return true;
    return rest.p[0] == ':' && append_port(out, sk_span_sub(rest, 1, rest.n - 1));
}

static bool
append_authority(GString *out, SkSpan authority)
{
    if (sk_span_find(authority, 0, sk_span_str("@")) != SIZE_MAX)
        return false;
    if (sk_span_starts(authority, "["))
        return append_ipv6(out, authority);

    size_t colon = sk_span_find(authority, 0, sk_span_str(":"));
    size_t n = colon == SIZE_MAX ? authority.n : colon;
    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned value = authority.p[i];
        bool escaped = is_escape(authority, i, &value);
        if (value >= 0x80)
            g_string_append_printf(out, "%%%02X", value);
        else if (!escaped && (g_ascii_isalnum((char)value) || strchr("-._", (int)value) != NULL))
            g_string_append_c(out, g_ascii_tolower((char)value));
        else
            return false;
        i += escaped ? 2 : 0;
    }
    return colon == SIZE_MAX ||
           append_port(out, sk_span_sub(authority, colon + 1, authority.n - colon - 1));
}

static bool
append_web(GString *out, SkSpan rest)
{
    size_t end = 0;
    while (end < rest.n && strchr("/?#", rest.p[end]) == NULL)
        end++;
    if (!append_authority(out, sk_span_sub(rest, 0, end)))
        return false;

    /* One fragment: a second `#` is a character of it. */
    SkSpan path = sk_span_sub(rest, end, rest.n - end);
    size_t hash = sk_span_find(path, 0, sk_span_str("#"));
    static const char allowed[] = "-._~!$&'()*+,;=:@/?";
    if (!append_encoded(out, sk_span_sub(path, 0, hash == SIZE_MAX ? path.n : hash), allowed,
                        false))
        return false;
    if (hash == SIZE_MAX)
        return true;
    g_string_append_c(out, '#');
    return append_encoded(out, sk_span_sub(path, hash + 1, path.n - hash - 1), allowed, false);
}

/* ---- mailto -------------------------------------------------------------------------------- */

static bool
append_pair(GString *out, SkSpan pair)
{
    static const char *const keys[] = { "subject", "body", "cc", "bcc" };
    size_t equals = sk_span_find(pair, 0, sk_span_str("="));

    for (size_t i = 0; equals != SIZE_MAX && i < G_N_ELEMENTS(keys); i++) {
        if (equals != strlen(keys[i]) ||
            g_ascii_strncasecmp((const char *)pair.p, keys[i], equals) != 0)
            continue;
        g_string_append_printf(out, "%s=", keys[i]);
        /* Elsewhere a line end would begin a header of the sender's choosing. */
        bool line_ends = strcmp(keys[i], "body") == 0;
        return append_encoded(out, sk_span_sub(pair, equals + 1, pair.n - equals - 1),
                              "-._~!$'()*+,;:@/?", line_ends);
    }
    return false;
}

static bool
append_mail(GString *out, SkSpan rest)
{
    size_t query = sk_span_find(rest, 0, sk_span_str("?"));
    SkSpan to = sk_span_sub(rest, 0, query == SIZE_MAX ? rest.n : query);

    if (to.n == 0 || !append_encoded(out, to, "._+-'=,@!$&*~", false))
        return false;
    for (char mark = '?'; query != SIZE_MAX && query < rest.n; mark = '&') {
        size_t end = sk_span_find(rest, query + 1, sk_span_str("&"));
        SkSpan pair = sk_span_sub(rest, query + 1, (end == SIZE_MAX ? rest.n : end) - query - 1);
        g_string_append_c(out, mark);
        if (!append_pair(out, pair))
            return false;
        query = end;
    }
    return true;
}

/* ---- all ----------------------------------------------------------------------------------- */

static bool
append_link(GString *out, SkSpan address)
{
    static const struct {
        const char *scheme;
        bool (*append)(GString *, SkSpan);
    } schemes[] = { { "http://", append_web },
                    { "https://", append_web },
                    { "mailto:", append_mail } };

    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        size_t n = strlen(schemes[i].scheme);
        if (address.n <= n ||
            g_ascii_strncasecmp((const char *)address.p, schemes[i].scheme, n) != 0)
            continue;
        g_string_append(out, schemes[i].scheme);
        return schemes[i].append(out, sk_span_sub(address, n, address.n - n));
    }
    return false;
}

char *
sk_docx_link(SkSpan address)
{
    while (address.n > 0 && address.p[0] == ' ')
        address = sk_span_sub(address, 1, address.n - 1);
    while (address.n > 0 && address.p[address.n - 1] == ' ')
        address.n--;
    if (address.n > SK_DOCX_LINK_MAX || has_control(address))
        return NULL;

    g_autoptr(GString) out = g_string_new(NULL);
    if (!append_link(out, address) || out->len > SK_DOCX_LINK_MAX)
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
