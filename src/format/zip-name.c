/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-name.c - contract in zip-name.h.
 */
#include "format/zip-name.h"

#include "format/zip.h"

#include <string.h>

static const char *const devices[] = { "con",  "prn",  "aux",  "nul",  "com1",   "com2",
                                       "com3", "com4", "com5", "com6", "com7",   "com8",
                                       "com9", "lpt1", "lpt2", "lpt3", "lpt4",   "lpt5",
                                       "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$" };

static bool
is_device(const uint8_t *p, size_t n)
{
    size_t stem = 0;
    while (stem < n && p[stem] != '.')
        stem++;
    for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
        if (stem == __builtin_strlen(devices[i]) &&
            g_ascii_strncasecmp((const char *)p, devices[i], stem) == 0)
            return true;
    }
    return false;
}

static bool
segment_is_safe(const uint8_t *p, size_t n)
{
    if (n == 0 || p[n - 1] == '.' || p[n - 1] == ' ' || p[0] == ' ')
        return false;
    return !is_device(p, n);
}

static bool
char_is_safe(gunichar c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfffd)
        return false;
    return c >= 0x80 || strchr("\\:*?\"<>|", (int)c) == NULL;
}

bool
sk_zip_name_is_safe(SkSpan name)
{
    if (name.n == 0 || name.n > SK_ZIP_NAME_MAX ||
        !g_utf8_validate_len((const char *)name.p, name.n, NULL))
        return false;

    g_autofree char *text = sk_span_dup(name);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        if (!char_is_safe(g_utf8_get_char(p)))
            return false;
    }
    size_t end = name.p[name.n - 1] == '/' ? name.n - 1 : name.n;
    size_t start = 0;
    for (size_t at = 0; at <= end; at++) {
        if (at < end && name.p[at] != '/')
            continue;
        if (!segment_is_safe(name.p + start, at - start))
            return false;
        start = at + 1;
    }
    return true;
}

char *
sk_zip_name_fold(SkSpan name)
{
    if (name.n > 0 && name.p[name.n - 1] == '/')
        name.n--;
    g_autofree char *text = sk_span_dup(name);
    g_autofree char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
    return g_utf8_casefold(normal != NULL ? normal : text, -1);
}
