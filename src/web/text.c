/* SPDX-License-Identifier: Apache-2.0
 * text.c - contract in text.h. */
#include "web/text.h"

#include <string.h>

struct SkQuery {
    GHashTable *values; /* owned strings */
};

char *
sk_percent_decode(SkSpan in, bool plus, size_t *ret_n)
{
    g_autoptr(GString) out = g_string_sized_new(in.n);

    for (size_t i = 0; i < in.n; i++) {
        char c = (char)in.p[i];
        if (c == '+' && plus) {
            g_string_append_c(out, ' ');
        } else if (c != '%') {
            g_string_append_c(out, c);
        } else {
            if (in.n - i < 3)
                return NULL;
            int high = g_ascii_xdigit_value((char)in.p[i + 1]);
            int low = g_ascii_xdigit_value((char)in.p[i + 2]);
            if (high < 0 || low < 0)
                return NULL;
            g_string_append_c(out, (char)(high << 4 | low));
            i += 2;
        }
    }
    *ret_n = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
sk_percent_encode(SkSpan in)
{
    GString *out = g_string_sized_new(in.n);

    for (size_t i = 0; i < in.n; i++) {
        uint8_t c = in.p[i];
        if (g_ascii_isalnum((char)c) || (c != 0 && strchr("!#$&+-.^_`|~", c) != NULL))
            g_string_append_c(out, (char)c);
        else
            g_string_append_printf(out, "%%%02X", c);
    }
    return g_string_free(out, FALSE);
}

static bool
name_ok(SkSpan name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!g_ascii_islower((char)name.p[i]) && !(i > 0 && g_ascii_isupper((char)name.p[i])))
            return false;
    return name.n > 0;
}

static bool
query_add(SkQuery *self, SkSpan pair)
{
    size_t equals = sk_span_find(pair, 0, sk_span_str("="));
    if (equals == SIZE_MAX)
        return false;
    SkSpan name = sk_span_sub(pair, 0, equals);
    size_t n = 0;
    g_autofree char *value =
        sk_percent_decode(sk_span_sub(pair, equals + 1, pair.n - equals - 1), true, &n);
    if (!name_ok(name) || value == NULL || strlen(value) != n ||
        !g_utf8_validate(value, (gssize)n, NULL))
        return false;
    if (g_hash_table_size(self->values) >= SK_QUERY_MAX)
        return false;
    return g_hash_table_insert(self->values, sk_span_dup(name), g_steal_pointer(&value));
}

SkQuery *
sk_query_parse(SkSpan in)
{
    g_autoptr(SkQuery) self = g_new0(SkQuery, 1);
    self->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (size_t at = 0; at < in.n;) {
        size_t end = sk_span_find(in, at, sk_span_str("&"));
        if (end == SIZE_MAX)
            end = in.n;
        if (!query_add(self, sk_span_sub(in, at, end - at)))
            return NULL;
        at = end + 1;
    }
    return g_steal_pointer(&self);
}

void
sk_query_free(SkQuery *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->values);
    g_free(self);
}

const char *
sk_query_get(const SkQuery *self, const char *name)
{
    return g_hash_table_lookup(self->values, name);
}

bool
sk_query_only(const SkQuery *self, const char *names)
{
    g_auto(GStrv) words = g_strsplit(names, " ", -1);
    GHashTableIter iter;
    void *name = NULL;

    g_hash_table_iter_init(&iter, self->values);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (!g_strv_contains((const char *const *)words, name))
            return false;
    return true;
}

bool
sk_cookie_get(const char *header, const char *name, char **ret)
{
    g_auto(GStrv) pairs = g_strsplit(header == NULL ? "" : header, ";", -1);
    g_autofree char *found = NULL;

    for (char **pair = pairs; *pair != NULL; pair++) {
        char *equals = strchr(*pair, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        if (strcmp(g_strstrip(*pair), name) != 0)
            continue;
        if (found != NULL)
            return false;
        found = g_strdup(g_strstrip(equals + 1));
    }
    *ret = g_steal_pointer(&found);
    return true;
}

char *
sk_content_disposition(const char *name)
{
    g_autoptr(GString) ascii = g_string_new(NULL);
    g_autofree char *encoded = sk_percent_encode(sk_span_str(name));

    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
        unsigned char c = (unsigned char)*p;
        /* `%` too: some readers decode it in the plain form. */
        g_string_append_c(ascii,
                          c < 0x20 || c >= 0x7f || strchr("\"\\%/", c) != NULL ? '_' : (char)c);
    }
    return g_strdup_printf("attachment; filename=\"%s\"; filename*=UTF-8''%s", ascii->str, encoded);
}

char *
sk_words_tidy(const char *words)
{
    GString *out = g_string_new(NULL);
    bool gap = false;

    for (const char *p = words; *p != '\0'; p++) {
        if (g_ascii_isspace(*p)) {
            gap = out->len > 0;
            continue;
        }
        if (gap)
            g_string_append_c(out, ' ');
        gap = false;
        g_string_append_c(out, *p);
    }
    return g_string_free(out, FALSE);
}

bool
sk_number_parse(const char *s, uint64_t max, uint64_t *ret)
{
    uint64_t n = 0;
    size_t length = strlen(s);

    if (length == 0 || length > 18)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isdigit(s[i]))
            return false;
        n = n * 10 + (uint64_t)(s[i] - '0');
    }
    if (n > max)
        return false;
    *ret = n;
    return true;
}
