/* SPDX-License-Identifier: Apache-2.0
 * archive-charset.c - contract in archive-charset.h. */
#include "disarm/archive-charset.h"

#include "base/name.h"
#include "format/charset.h"
#include "sandbox/children.h"

#include <string.h>

/* The upper half of the code page that APPNOTE D.1 names. */
static const uint16_t cp437[128] = {
    0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8, 0x00ef, 0x00ee, 0x00ec,
    0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9, 0x00ff, 0x00d6, 0x00dc, 0x00a2,
    0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa, 0x00f1, 0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310,
    0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556,
    0x2555, 0x2563, 0x2551, 0x2557, 0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c,
    0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x03b1, 0x00df,
    0x0393, 0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4, 0x221e, 0x03c6, 0x03b5, 0x2229,
    0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248, 0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2,
    0x25a0, 0x00a0,
};

const char *
sk_names_label(SkNames names)
{
    static const char *const labels[SK_NAMES_COUNT] = { "ASCII", "UTF-8", "CP932", "EUC-JP", "CP437" };
    g_assert(names < SK_NAMES_COUNT);
    return labels[names];
}

/* ---- decoding ------------------------------------------------------------------------------ */

static SkCharset
charset_of(SkNames names)
{
    static const SkCharset charsets[SK_NAMES_COUNT] = { SK_CHARSET_UTF8, SK_CHARSET_UTF8, SK_CHARSET_CP932,
                                                        SK_CHARSET_EUCJP, SK_CHARSET_NONE };
    return charsets[names];
}

static void
append(GString *out, uint32_t c)
{
    uint8_t bytes[4];
    unsigned n = sk_charset_utf8(c, bytes);
    g_string_append_len(out, (const char *)bytes, (gssize)n);
}

char *
sk_names_decode(SkSpan raw, SkNames names)
{
    g_autoptr(GString) out = g_string_new(NULL);
    SkCharsetCursor cursor = sk_charset_cursor(raw, charset_of(names));
    uint32_t c = 0;

    if (sk_span_find(raw, 0, sk_span("\0", 1)) != SIZE_MAX)
        return NULL;
    for (size_t i = 0; names == SK_NAMES_CP437 && i < raw.n; i++)
        append(out, raw.p[i] < 0x80 ? raw.p[i] : cp437[raw.p[i] - 0x80]);
    while (names != SK_NAMES_CP437 && sk_charset_next(&cursor, &c))
        append(out, c);
    if (names != SK_NAMES_CP437 && cursor.bad)
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- the decision -------------------------------------------------------------------------- */

void
sk_names_vote_begin(SkNamesVote *self)
{
    *self = (SkNamesVote){ .joined = g_byte_array_new(), .fat = true };
}

void
sk_names_vote_add(SkNamesVote *self, SkSpan raw, bool fat)
{
    bool ascii = true;

    for (size_t i = 0; i < raw.n; i++)
        ascii = ascii && raw.p[i] < 0x80;
    if (ascii)
        return;
    g_byte_array_append(self->joined, (const uint8_t *)"\n", 1); /* nothing is a byte order mark */
    g_byte_array_append(self->joined, raw.p, (guint)raw.n);
    self->fat = self->fat && fat;
}

static bool
decodes(SkSpan joined, SkNames names)
{
    g_autofree char *text = sk_names_decode(joined, names);
    return text != NULL;
}

/* Letters with accents between letters, and no kana or frequent kanji when it is read as Japanese: of Western
 * Europe. */
static bool
looks_western(SkSpan joined)
{
    g_autofree char *text = sk_names_decode(joined, SK_NAMES_CP932);

    for (size_t i = 0; i < joined.n; i++) {
        uint8_t b = joined.p[i];
        bool letter = (b >= 0x80 && b <= 0x9a) || (b >= 0xa0 && b <= 0xa5) || b == 0xe1;
        bool between = i > 0 && g_ascii_isalpha(joined.p[i - 1]) && i + 1 < joined.n && g_ascii_isalpha(joined.p[i + 1]);
        if (b >= 0x80 && (!letter || !between))
            return false;
    }
    for (const char *p = text; p != NULL && *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if ((c >= 0x3040 && c <= 0x30ff) || (c >= 0x4e00 && c <= 0x9fff))
            return false;
    }
    return true;
}

SkNames
sk_names_vote_end(SkNamesVote *self)
{
    g_autoptr(GByteArray) owned = g_steal_pointer(&self->joined);
    SkSpan joined = sk_span(owned->data, owned->len);
    size_t bom = 0;

    if (joined.n == 0)
        return SK_NAMES_ASCII;
    if (decodes(joined, SK_NAMES_UTF8))
        return SK_NAMES_UTF8;
    bool japanese = decodes(joined, SK_NAMES_CP932), unix_too = decodes(joined, SK_NAMES_EUCJP);
    if (japanese && looks_western(joined))
        return SK_NAMES_CP437;
    if (japanese && unix_too && !self->fat)
        return sk_charset_guess(joined, &bom) == SK_CHARSET_EUCJP ? SK_NAMES_EUCJP : SK_NAMES_CP932;
    if (japanese)
        return SK_NAMES_CP932;
    return unix_too ? SK_NAMES_EUCJP : SK_NAMES_CP437;
}

/* ---- two names for one entry --------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
    g_autofree char *x = g_utf8_normalize(a, -1, G_NORMALIZE_NFC);
    g_autofree char *y = g_utf8_normalize(b, -1, G_NORMALIZE_NFC);
    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* @plain with marks where @name has what an encoding may lack. */
static bool
marks_stand_for(SkSpan plain, const char *name)
{
    size_t at = 0;

    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        g_autofree char *escape = g_strdup_printf(c < 0x10000 ? "#U%04x" : "#L%06x", c);
        size_t n = strlen(escape);
        if (at >= plain.n)
            return false;
        if (c >= 0x80 && plain.n - at >= n && g_ascii_strncasecmp((const char *)plain.p + at, escape, n) == 0)
            at += n;
        else if (plain.p[at] == c || (c >= 0x80 && (plain.p[at] == '?' || plain.p[at] == '_')))
            at++;
        else
            return false;
    }
    return at == plain.n;
}

bool
sk_names_stands_for(SkSpan plain, const char *name)
{
    for (unsigned i = SK_NAMES_UTF8; i < SK_NAMES_COUNT; i++) {
        g_autofree char *text = sk_names_decode(plain, (SkNames)i);
        if (text != NULL && same_text(text, name))
            return true;
    }
    return marks_stand_for(plain, name);
}

/* ---- paths --------------------------------------------------------------------------------- */

static bool
is_outside(const char *name)
{
    bool drive = g_ascii_isalpha(name[0]) && name[1] == ':';
    return name[0] == '/' || name[0] == '\\' || drive || name[0] == '\0';
}

/* Without what is hidden, in NFC. */
static char *
visible(const char *segment)
{
    g_autofree char *composed = g_utf8_normalize(segment, -1, G_NORMALIZE_NFC);
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = composed; *p != '\0'; p = g_utf8_next_char(p)) {
        if (!sk_char_is_hidden(g_utf8_get_char(p)))
            g_string_append_unichar(out, g_utf8_get_char(p));
    }
    /* A base and its mark may have stood apart: compose again. */
    g_autofree char *again = g_utf8_normalize(out->str, -1, G_NORMALIZE_NFC);
    return *again == '\0' || strcmp(again, ".") == 0 || strcmp(again, "..") == 0 ? g_strdup("_")
                                                                               : g_steal_pointer(&again);
}

static bool
needs_mending(const char *raw, const char *seen)
{
    g_autofree char *composed = g_utf8_normalize(raw, -1, G_NORMALIZE_NFC);
    g_autofree char *clean = sk_name_clean(seen, SK_TYPE_NONE);
    char last = seen[strlen(seen) - 1];

    return strcmp(composed, seen) != 0 || strpbrk(seen, ":*?\"<>|") != NULL || seen[0] == ' ' || last == '.' ||
           last == ' ' || (clean[0] == '_' && seen[0] != '_');
}

/* What is too long loses folders from the front, and then its own front. */
static void
shorten(GString *path)
{
    while (path->len > SK_CHILD_NAME_MAX) {
        const char *slash = strchr(path->str, '/');
        const char *cut = path->str + (path->len - SK_CHILD_NAME_MAX);
        while ((*cut & 0xc0) == 0x80)
            cut++;
        g_string_erase(path, 0, (slash != NULL ? slash + 1 : cut) - path->str);
    }
}

char *
sk_names_path(const char *name, char **ret_plain, bool *ret_mended)
{
    g_autoptr(GString) path = g_string_new(NULL);
    g_autoptr(GString) plain = g_string_new(NULL);
    g_autofree char *slashes = g_strdelimit(g_strdup(name), "\\", '/');
    g_auto(GStrv) segments = g_strsplit(slashes, "/", -1);

    *ret_mended = strcmp(slashes, name) != 0;
    if (is_outside(name))
        return NULL;
    for (unsigned i = 0; segments[i] != NULL; i++) {
        if (strcmp(segments[i], "..") == 0)
            return NULL;
        if (*segments[i] == '\0' || strcmp(segments[i], ".") == 0) {
            *ret_mended = *ret_mended || segments[i + 1] != NULL;
            continue;
        }
        g_autofree char *seen = visible(segments[i]);
        *ret_mended = needs_mending(segments[i], seen) || *ret_mended;
        g_string_append_printf(path, "%s%s", path->len > 0 ? "/" : "", seen);
        g_string_append_printf(plain, "%s%s", plain->len > 0 ? "/" : "", segments[i]);
    }
    if (path->len == 0)
        return NULL;
    *ret_mended = *ret_mended || path->len > SK_CHILD_NAME_MAX;
    shorten(path);
    *ret_plain = g_string_free(g_steal_pointer(&plain), FALSE);
    return g_string_free(g_steal_pointer(&path), FALSE);
}
