/* SPDX-License-Identifier: Apache-2.0
 * messages.c - contract in messages.h. */
#include "notice/messages.h"

#include "base/io.h"

#include <jansson.h>
#include <string.h>

#define FILE_MAX (4u << 20)
#define HEADER_MAX 256u
#define RANGES_MAX 32u

static const char *const names[] = { "ja", "en" };
G_STATIC_ASSERT(G_N_ELEMENTS(names) == SK_LANGUAGE_COUNT);

struct SkMessages {
    GHashTable *words[SK_LANGUAGE_COUNT]; /* owned: key → message */
};

const char *
sk_language_name(SkLanguage language)
{
    g_assert((unsigned)language < SK_LANGUAGE_COUNT);
    return names[language];
}

SkLanguage
sk_language_lookup(const char *name)
{
    for (unsigned i = 0; i < SK_LANGUAGE_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (SkLanguage)i;
    return SK_LANGUAGE_COUNT;
}

/* `;q=0.8` in thousandths; 1000 without it, -1 where it is none. */
static int
quality(const char *parameters)
{
    const char *q = parameters;
    int value = 0;

    if (*q == '\0')
        return 1000;
    if (!g_str_has_prefix(q, "q=") || (q[2] != '0' && q[2] != '1'))
        return -1;
    value = (q[2] - '0') * 1000;
    if (q[3] == '\0')
        return value;
    int scale = 100;
    for (q += 4; g_ascii_isdigit(*q) && scale > 0; q++, scale /= 10)
        value += (*q - '0') * scale;
    return *q == '\0' && value <= 1000 ? value : -1;
}

SkLanguage
sk_language_accept(const char *header, SkLanguage otherwise)
{
    int best[SK_LANGUAGE_COUNT] = { 0 };

    if (header == NULL || strlen(header) > HEADER_MAX)
        return otherwise;
    g_auto(GStrv) ranges = g_strsplit(header, ",", RANGES_MAX);
    for (unsigned i = 0; ranges[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(g_strstrip(ranges[i]), ";", 2);
        const char *tag = parts[0] == NULL ? "" : g_strstrip(parts[0]);
        int q = parts[0] == NULL || parts[1] == NULL ? 1000 : quality(g_strstrip(parts[1]));
        for (unsigned l = 0; l < SK_LANGUAGE_COUNT; l++)
            if (g_ascii_strncasecmp(tag, names[l], 2) == 0 && (tag[2] == '\0' || tag[2] == '-'))
                best[l] = MAX(best[l], q);
    }
    if (best[SK_LANGUAGE_JA] == best[SK_LANGUAGE_EN])
        return otherwise;
    return best[SK_LANGUAGE_JA] > best[SK_LANGUAGE_EN] ? SK_LANGUAGE_JA : SK_LANGUAGE_EN;
}

static bool
load_one(const char *directory, const char *name, GHashTable *out, GError **error)
{
    g_autofree char *file = g_strconcat(name, ".json", NULL);
    g_autofree char *path = g_build_filename(directory, file, NULL);
    g_autoptr(GBytes) bytes = NULL;
    const char *key = NULL;
    json_t *value = NULL;

    if (!sk_io_read_file(path, FILE_MAX, &bytes, error))
        return false;
    SkSpan s = sk_span_bytes(bytes);
    json_t *all = json_loadb((const char *)s.p, s.n, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_object(all);
    json_object_foreach(all, key, value)
    {
        ok = ok && json_is_string(value);
        if (ok)
            g_hash_table_insert(out, g_strdup(key), g_strdup(json_string_value(value)));
    }
    json_decref(all);
    return ok || sk_throw(error, SK_ERROR_MALFORMED, "messages: %s is not one flat object of strings", file);
}

bool
sk_messages_load(const char *directory, SkMessages **ret, GError **error)
{
    g_autoptr(SkMessages) self = g_new0(SkMessages, 1);

    for (unsigned l = 0; l < SK_LANGUAGE_COUNT; l++)
        self->words[l] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (unsigned l = 0; l < SK_LANGUAGE_COUNT; l++)
        if (!load_one(directory, names[l], self->words[l], error))
            return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_messages_free(SkMessages *self)
{
    if (self == NULL)
        return;
    for (unsigned l = 0; l < SK_LANGUAGE_COUNT; l++)
        g_clear_pointer(&self->words[l], g_hash_table_unref);
    g_free(self);
}

const char *
sk_messages_lookup(const SkMessages *self, SkLanguage language, const char *key)
{
    return self == NULL ? NULL : g_hash_table_lookup(self->words[language], key);
}

const char *
sk_messages_get(const SkMessages *self, SkLanguage language, const char *key)
{
    const char *words = sk_messages_lookup(self, language, key);

    if (words == NULL)
        words = sk_messages_lookup(self, SK_LANGUAGE_JA, key);
    return words == NULL ? key : words;
}

/* One pass over the message: a value that looks like a place stays as it is. */
char *
sk_messages_fill(const char *message, ...)
{
    GString *out = g_string_new(NULL);
    const char *p = message;

    while (*p != '\0') {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        const char *value = NULL;
        va_list pairs;
        if (close != NULL) {
            size_t n = (size_t)(close - p) - 1;
            va_start(pairs, message);
            for (const char *name = va_arg(pairs, const char *); name != NULL; name = va_arg(pairs, const char *)) {
                const char *given = va_arg(pairs, const char *);
                if (strlen(name) == n && strncmp(name, p + 1, n) == 0)
                    value = given;
            }
            va_end(pairs);
        }
        if (value != NULL) {
            g_string_append(out, value);
            p = close + 1;
        } else {
            g_string_append_c(out, *p++);
        }
    }
    return g_string_free(out, FALSE);
}
