/* SPDX-License-Identifier: Apache-2.0
 * name.c - contract in name.h. */
#include "base/name.h"

#include <string.h>

bool
sk_char_is_hidden(gunichar c)
{
    if (c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800)
        return true; /* fillers: letters by category, blank to the eye */
    if (c >= 0xfe00 && c <= 0xfe0f)
        return true; /* variation selectors without their base would be invisible */
    const uint32_t hidden = 1u << G_UNICODE_CONTROL | 1u << G_UNICODE_FORMAT | 1u << G_UNICODE_SURROGATE |
                            1u << G_UNICODE_LINE_SEPARATOR | 1u << G_UNICODE_PARAGRAPH_SEPARATOR |
                            1u << G_UNICODE_PRIVATE_USE | 1u << G_UNICODE_UNASSIGNED;
    return (hidden & 1u << (unsigned)g_unichar_type(c)) != 0;
}

bool
sk_text_is_plain(SkSpan s, size_t max)
{
    if (s.n > max || !g_utf8_validate_len((const char *)s.p, s.n, NULL))
        return false;
    for (const char *c = (const char *)s.p; c < (const char *)s.p + s.n; c = g_utf8_next_char(c))
        if (sk_char_is_hidden(g_utf8_get_char(c)))
            return false;
    return true;
}

char *
sk_text_plain(SkSpan s, size_t max)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)s.p, (gssize)s.n);
    GString *out = g_string_new(NULL);
    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar u = g_utf8_get_char(c);
        char bytes[6];
        int n = g_unichar_to_utf8(sk_char_is_hidden(u) ? 0xfffd : u, bytes);
        if (out->len + (gsize)n > max)
            break;
        g_string_append_len(out, bytes, n);
    }
    return g_string_free(out, FALSE);
}

/* Characters that a path, a shell window or a Windows file system would read as something else. */
static bool
is_path_char(gunichar c)
{
    return c < 0x80 && strchr("/\\:*?\"<>|", (int)c) != NULL;
}

/* CON, PRN, AUX, NUL, COM1-9, LPT1-9, with or without an extension (Windows naming rules). */
static bool
is_device(const char *stem)
{
    g_autofree char *upper = g_ascii_strup(stem, (gssize)strcspn(stem, "."));
    g_strchomp(upper);
    static const char *const devices[] = { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$" };
    for (unsigned i = 0; i < G_N_ELEMENTS(devices); i++)
        if (strcmp(upper, devices[i]) == 0)
            return true;
    return strlen(upper) == 4 && (g_str_has_prefix(upper, "COM") || g_str_has_prefix(upper, "LPT")) &&
           upper[3] >= '0' && upper[3] <= '9';
}

static void
trim_stem(GString *s)
{
    size_t lead = strspn(s->str, ". ");
    g_string_erase(s, 0, (gssize)lead);
    while (s->len > 0 && strchr(". ", s->str[s->len - 1]) != NULL)
        g_string_truncate(s, s->len - 1);
}

/* Every known extension at the end goes: `invoice.pdf.exe` would read as what it is not. */
static void
drop_extensions(GString *s)
{
    while (sk_type_from_name(s->str) != SK_TYPE_NONE) {
        g_string_truncate(s, (gsize)(strrchr(s->str, '.') - s->str));
        trim_stem(s);
    }
}

static GString *
visible_stem(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autofree char *nfc = g_utf8_normalize(valid, -1, G_NORMALIZE_NFC);
    GString *out = g_string_new(NULL);
    for (const char *c = nfc; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar u = g_utf8_get_char(c);
        if (is_path_char(u))
            g_string_append_c(out, '_');
        else if (g_unichar_type(u) == G_UNICODE_SPACE_SEPARATOR && u != 0x3000)
            g_string_append_c(out, ' ');
        else if (!sk_char_is_hidden(u) && u != 0xfffd) /* a mark that something was there, and no name */
            g_string_append_unichar(out, u);
    }
    /* What was taken out may have kept a base and its mark apart: compose again. */
    g_autofree char *composed = g_utf8_normalize(out->str, -1, G_NORMALIZE_NFC);
    g_string_assign(out, composed);
    return out;
}

char *
sk_name_clean(const char *name, SkType type)
{
    const char *extension = sk_type_get(type)->extension;
    g_autoptr(GString) stem = visible_stem(name);

    trim_stem(stem);
    drop_extensions(stem);
    size_t room = SK_NAME_MAX - strlen(extension) - 2; /* the dot, and a possible `_` */
    if (stem->len > room) {
        const char *cut = g_utf8_find_prev_char(stem->str, stem->str + room + 1);
        g_string_truncate(stem, cut == NULL ? 0 : (gsize)(cut - stem->str));
        trim_stem(stem);
        drop_extensions(stem);
    }
    if (stem->len == 0)
        g_string_assign(stem, "file");
    if (is_device(stem->str))
        g_string_prepend_c(stem, '_');
    return *extension == '\0' ? g_strdup(stem->str) : g_strdup_printf("%s.%s", stem->str, extension);
}

bool
sk_name_is_clean(const char *name, SkType type)
{
    if (strnlen(name, SK_NAME_MAX + 1) > SK_NAME_MAX || !g_utf8_validate(name, -1, NULL))
        return false;
    g_autofree char *clean = sk_name_clean(name, type);
    return strcmp(clean, name) == 0;
}

/* Dots stand between two other characters, in both halves; so do a host's hyphens. */
static bool
mail_half_is(SkSpan s, const char *more)
{
    bool part = false;

    for (size_t i = 0; i < s.n; i++) {
        char c = (char)s.p[i];
        bool plain = g_ascii_isalnum(c) || (c != '\0' && strchr(more, c) != NULL);
        if (!plain && (c != '.' || !part))
            return false;
        part = plain;
    }
    return part;
}

bool
sk_mail_is(const char *s)
{
    const char *at = strchr(s, '@');
    size_t n = strlen(s);

    if (at == NULL || n > SK_MAIL_MAX || at - s > 64)
        return false;
    SkSpan host = sk_span_str(at + 1);
    return s[0] != '-' && at[1] != '-' && mail_half_is(sk_span(s, (size_t)(at - s)), "+_-") && mail_half_is(host, "-");
}
