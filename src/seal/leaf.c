/* SPDX-License-Identifier: Apache-2.0
 * leaf.c - contract in leaf.h. One flat object is all there is, so sorting members by key and RFC
 * 8785's few escapes are the whole of canonical JSON here. */
#include "seal/leaf.h"

#include "base/reader.h"
#include "base/uuid.h"
#include "seal/merkle.h"

#include <string.h>

typedef struct {
    char *key;   /* owned */
    char *value; /* owned: as written in JSON */
} Member;

struct SkLeaf {
    Member members[SK_LEAF_MEMBERS_MAX];
    unsigned n;
};

SkLeaf *
sk_leaf_new(void)
{
    return g_new0(SkLeaf, 1);
}

void
sk_leaf_free(SkLeaf *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < self->n; i++) {
        g_free(self->members[i].key);
        g_free(self->members[i].value);
    }
    g_free(self);
}

static bool
is_key(const char *key)
{
    size_t n = strlen(key);
    return n > 0 && g_ascii_islower(key[0]) &&
           strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

/* Keeps members sorted: ASCII keys compare the same as bytes and as UTF-16. */
static void
add(SkLeaf *self, const char *key, char *value)
{
    unsigned at = self->n;

    g_assert(is_key(key) && self->n < SK_LEAF_MEMBERS_MAX);
    while (at > 0 && strcmp(self->members[at - 1].key, key) > 0) {
        self->members[at] = self->members[at - 1];
        at--;
    }
    g_assert(at == 0 || strcmp(self->members[at - 1].key, key) != 0);
    self->members[at] = (Member){ .key = g_strdup(key), .value = value };
    self->n++;
}

static void
append_escaped(GString *out, char c)
{
    static const char short_from[] = "\b\f\n\r\t";
    static const char short_to[] = "bfnrt";
    const char *hit = c == '\0' ? NULL : strchr(short_from, c);

    if (hit != NULL)
        g_string_append_printf(out, "\\%c", short_to[hit - short_from]);
    else if (c == '"' || c == '\\')
        g_string_append_printf(out, "\\%c", c);
    else if ((unsigned char)c < 0x20)
        g_string_append_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
    else
        g_string_append_c(out, c);
}

void
sk_leaf_string(SkLeaf *self, const char *key, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    GString *out = g_string_new("\"");
    for (const char *c = valid; *c != '\0'; c++)
        append_escaped(out, *c);
    g_string_append_c(out, '"');
    add(self, key, g_string_free(out, FALSE));
}

void
sk_leaf_integer(SkLeaf *self, const char *key, int64_t value)
{
    g_assert(value >= 0 && value <= SK_LEAF_INTEGER_MAX);
    add(self, key, g_strdup_printf("%" G_GINT64_FORMAT, value));
}

void
sk_leaf_hidden(SkLeaf *self, const char *key, const uint8_t *salt, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    g_autoptr(GByteArray) salted = g_byte_array_new();
    g_byte_array_append(salted, salt, SK_SALT_BYTES);
    g_byte_array_append(salted, (const uint8_t *)value, (guint)strlen(value));
    SkHash hash = sk_hash_sha256(sk_span(salted->data, salted->len));
    g_autofree char *hex = sk_hex(sk_span(hash.b, sizeof hash.b));
    sk_leaf_string(self, key, hex);
}

bool
sk_leaf_has(const SkLeaf *self, const char *key)
{
    for (unsigned i = 0; i < self->n; i++)
        if (strcmp(self->members[i].key, key) == 0)
            return true;
    return false;
}

GBytes *
sk_leaf_emit(SkLeaf *self)
{
    GString *out = g_string_new("{");
    for (unsigned i = 0; i < self->n; i++)
        g_string_append_printf(out, "%s\"%s\":%s", i == 0 ? "" : ",", self->members[i].key,
                               self->members[i].value);
    g_string_append_c(out, '}');
    return g_string_free_to_bytes(out);
}

/* ---- reading: exactly what is written above, and nothing else ---- */

static bool
take(SkReader *r, char c)
{
    if (sk_reader_u8(r) != (uint8_t)c)
        r->bad = true;
    return sk_reader_ok(r);
}

static SkSpan
take_key(SkReader *r)
{
    size_t start = 0;
    take(r, '"');
    start = r->at;
    while (sk_reader_peek(r, 0) > '"')
        sk_reader_skip(r, 1);
    SkSpan key = sk_reader_ok(r) ? sk_span_sub(r->in, start, r->at - start) : SK_SPAN_EMPTY;
    g_autofree char *copy = sk_span_dup(key);
    if (!take(r, '"') || strlen(copy) != key.n || !is_key(copy))
        r->bad = true;
    return key;
}

/* After a backslash: only the short form where there is one, \u00xx in lower case otherwise. */
static void
take_escape(SkReader *r)
{
    uint8_t c = sk_reader_u8(r);
    if (c != 0 && strchr("\"\\bfnrt", c) != NULL)
        return;
    SkSpan digits = sk_reader_span(r, 4);
    g_autofree char *hex = sk_span_dup(digits);
    uint8_t value[2] = { 0 };
    if (c != 'u' || !sk_unhex(hex, value, 2) || value[0] != 0 || value[1] >= 0x20 ||
        value[1] == 0 || strchr("\b\f\n\r\t", value[1]) != NULL)
        r->bad = true;
}

static void
take_string(SkReader *r)
{
    size_t start = r->at;
    take(r, '"');
    for (;;) {
        uint8_t c = sk_reader_u8(r);
        if (!sk_reader_ok(r) || c < 0x20) {
            r->bad = true;
            return;
        }
        if (c == '"')
            break;
        if (c == '\\')
            take_escape(r);
    }
    SkSpan all = sk_span_sub(r->in, start, r->at - start);
    if (all.n <= 2 || !g_utf8_validate((const char *)all.p, (gssize)all.n, NULL))
        r->bad = true;
}

static int64_t
take_integer(SkReader *r)
{
    int64_t value = 0;
    unsigned digits = 0;
    int first = sk_reader_peek(r, 0);

    for (int c = first; c >= '0' && c <= '9' && digits < 17; c = sk_reader_peek(r, 0)) {
        value = value * 10 + (c - '0');
        sk_reader_skip(r, 1);
        digits++;
    }
    if (digits == 0 || (first == '0' && digits > 1) || value > SK_LEAF_INTEGER_MAX)
        r->bad = true;
    return value;
}

static bool
walk(SkSpan entry, const char *key, int64_t *ret)
{
    SkReader r = sk_reader(entry);
    SkSpan before = SK_SPAN_EMPTY;
    unsigned n = 0;

    take(&r, '{');
    while (sk_reader_ok(&r)) {
        SkSpan name = take_key(&r);
        take(&r, ':');
        int c = memcmp(before.p, name.p, MIN(before.n, name.n));
        if (n > 0 && (c > 0 || (c == 0 && before.n >= name.n)))
            return false;
        if (sk_reader_peek(&r, 0) == '"')
            take_string(&r);
        else if (key != NULL && sk_span_is(name, key))
            *ret = take_integer(&r);
        else
            (void)take_integer(&r);
        before = name;
        n++;
        if (n > SK_LEAF_MEMBERS_MAX)
            return false;
        if (sk_reader_peek(&r, 0) == '}') {
            sk_reader_skip(&r, 1);
            return sk_reader_ok(&r) && sk_reader_left(&r) == 0;
        }
        take(&r, ',');
    }
    return false;
}

bool
sk_leaf_is(SkSpan entry)
{
    return walk(entry, NULL, NULL);
}

int64_t
sk_leaf_lookup_integer(SkSpan entry, const char *key)
{
    int64_t value = -1;
    return walk(entry, key, &value) ? value : -1;
}
