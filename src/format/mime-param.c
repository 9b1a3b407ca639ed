/* SPDX-License-Identifier: Apache-2.0
 * mime-param.c - the value of Content-Type and Content-Disposition: a word and its parameters (RFC 2045, 5.1), continued
 * and with a charset (RFC 2231). Contract in mime.h. */
#include "format/mime.h"

#include <string.h>

#define SECTIONS_MAX 1000u

/* One NAME=VALUE as it stands. */
typedef struct {
    char *name;       /* owned; lower case, without RFC 2231's marks */
    GByteArray *value; /* owned */
    int section;      /* RFC 2231, 3: *0, *1 …; -1: not continued */
    bool extended;    /* RFC 2231, 4: ends in `*` */
} Raw;

static void
raw_clear(gpointer data)
{
    Raw *raw = data;
    g_free(raw->name);
    g_byte_array_unref(raw->value);
}

static void
param_clear(gpointer data)
{
    SkMimeParam *param = data;
    g_free(param->name);
    g_free(param->value);
    g_free(param->label);
}

static int
peek(const SkReader *r)
{
    return sk_reader_left(r) > 0 ? r->in.p[r->at] : -1;
}

/* White space, line ends and comments, which nest (RFC 5322, 3.2.2). */
static void
skip_space(SkReader *r)
{
    uint32_t open = 0;

    for (int c = peek(r); c >= 0; c = peek(r)) {
        if (c == '(')
            open++;
        else if (open > 0 && c == ')')
            open--;
        else if (open > 0 && c == '\\')
            sk_reader_skip(r, sk_reader_left(r) > 1 ? 1 : 0);
        else if (open == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return;
        sk_reader_skip(r, 1);
    }
}

/* Up to one of @ends, comments and white space around it left out. */
static char *
take_word(SkReader *r, const char *ends)
{
    g_autoptr(GString) word = g_string_new(NULL);

    skip_space(r);
    for (int c = peek(r); c == 0 || (c > 0 && strchr(ends, c) == NULL); c = peek(r)) {
        if (c != 0) /* which strchr would find at the end of @ends */
            g_string_append_c(word, (char)g_ascii_tolower((char)c));
        sk_reader_skip(r, 1);
        skip_space(r);
    }
    return g_string_free(g_steal_pointer(&word), FALSE);
}

static void
take_quoted(SkReader *r, GByteArray *out)
{
    sk_reader_skip(r, 1);
    for (int c = peek(r); c >= 0; c = peek(r)) {
        sk_reader_skip(r, 1);
        if (c == '"')
            return;
        if (c == '\\' && peek(r) >= 0)
            c = sk_reader_u8(r);
        uint8_t b = (uint8_t)c;
        if (b != '\r' && b != '\n' && b != 0)
            g_byte_array_append(out, &b, 1);
    }
}

/* Not quoted: to the next `;`, for names with spaces that nobody quoted. */
static void
take_bare(SkReader *r, GByteArray *out)
{
    for (int c = peek(r); c >= 0 && c != ';'; c = peek(r)) {
        uint8_t b = sk_reader_u8(r);
        if (b != '\r' && b != '\n' && b != 0)
            g_byte_array_append(out, &b, 1);
    }
    while (out->len > 0 && (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == '\t'))
        g_byte_array_set_size(out, out->len - 1);
}

/* `filename*1*` is section 1 of filename, extended. */
static void
split_name(Raw *raw)
{
    size_t n = strlen(raw->name);
    char *star;

    if (n > 1 && raw->name[n - 1] == '*') {
        raw->extended = true;
        raw->name[n - 1] = '\0';
    }
    star = strchr(raw->name, '*');
    if (star == NULL)
        return;
    char *end = NULL;
    uint64_t section = g_ascii_strtoull(star + 1, &end, 10);
    if (end != star + 1 && *end == '\0' && section < SECTIONS_MAX)
        raw->section = (int)section;
    *star = '\0';
}

static GArray *
take_raws(SkReader *r)
{
    GArray *raws = g_array_new(FALSE, FALSE, sizeof(Raw));

    g_array_set_clear_func(raws, raw_clear);
    while (sk_reader_left(r) > 0) {
        if (peek(r) == ';')
            sk_reader_skip(r, 1);
        Raw raw = { .name = take_word(r, "=;"), .value = g_byte_array_new(), .section = -1 };
        if (peek(r) == '=') {
            sk_reader_skip(r, 1);
            skip_space(r);
            if (peek(r) == '"')
                take_quoted(r, raw.value);
            else
                take_bare(r, raw.value);
            skip_space(r);
            while (sk_reader_left(r) > 0 && peek(r) != ';') /* what stands behind a quoted value */
                sk_reader_skip(r, 1);
        }
        split_name(&raw);
        g_array_append_val(raws, raw);
    }
    return raws;
}

/* RFC 2231, 4: CHARSET'LANGUAGE'TEXT with %XX; only the first section has the charset. */
static void
append_extended(SkMimeParam *param, GString *value, const Raw *raw, bool first)
{
    SkSpan s = sk_span(raw->value->data, raw->value->len);
    size_t from = 0;

    if (first) {
        size_t one = sk_span_find(s, 0, sk_span_str("'"));
        size_t two = one == SIZE_MAX ? SIZE_MAX : sk_span_find(s, one + 1, sk_span_str("'"));
        if (two != SIZE_MAX) {
            g_autofree char *label = sk_span_dup(sk_span_sub(s, 0, one));
            param->label = g_ascii_strdown(label, -1);
            from = two + 1;
        } else {
            param->label = g_strdup("");
        }
    }
    for (size_t i = from; i < s.n; i++) {
        bool coded = s.p[i] == '%' && i + 2 < s.n && g_ascii_isxdigit(s.p[i + 1]) && g_ascii_isxdigit(s.p[i + 2]);
        char b = coded ? (char)(g_ascii_xdigit_value((char)s.p[i + 1]) * 16 + g_ascii_xdigit_value((char)s.p[i + 2]))
                       : (char)s.p[i];
        if (b != '\0')
            g_string_append_c(value, b);
        i += coded ? 2 : 0;
    }
}

static const Raw *
find_section(const GArray *raws, const char *name, int section)
{
    for (guint i = 0; i < raws->len; i++) {
        const Raw *raw = &g_array_index(raws, Raw, i);
        if (raw->section == section && strcmp(raw->name, name) == 0)
            return raw;
    }
    return NULL;
}

/* The sections of @name from @section on: one that is not continued is its own. */
static SkMimeParam
join(const GArray *raws, const Raw *start)
{
    SkMimeParam param = { .name = g_strdup(start->name) };
    g_autoptr(GString) value = g_string_new(NULL);
    const Raw *raw = start;

    for (int section = start->section; raw != NULL; raw = find_section(raws, start->name, ++section)) {
        if (raw->extended)
            append_extended(&param, value, raw, raw == start);
        else
            g_string_append_len(value, (const char *)raw->value->data, raw->value->len);
        if (start->section < 0)
            break;
    }
    param.value = g_string_free(g_steal_pointer(&value), FALSE);
    return param;
}

/* Every form in which the parameter stands; the one with a charset first, as RFC 6266 wants it. Two that say different
 * things are for the caller to judge: both stand in the list. */
static void
collect(const GArray *raws, GArray *out)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < raws->len; i++) {
            const Raw *raw = &g_array_index(raws, Raw, i);
            bool begins = raw->section <= 0;
            bool marked = raw->extended || raw->section == 0;
            if (raw->name[0] == '\0' || !begins || marked != (pass == 0))
                continue;
            SkMimeParam param = join(raws, raw);
            g_array_append_val(out, param);
        }
    }
}

/* A name may stand twice in two forms of writing (with and without charset): what they decode to is compared by whoever
 * decodes. Twice in one form, with other bytes, nobody can choose. */
static bool
is_twice(const GArray *params)
{
    for (guint i = 0; i < params->len; i++) {
        const SkMimeParam *a = &g_array_index(params, SkMimeParam, i);
        for (guint k = i + 1; k < params->len; k++) {
            const SkMimeParam *b = &g_array_index(params, SkMimeParam, k);
            if (strcmp(a->name, b->name) == 0 && (a->label != NULL) == (b->label != NULL) &&
                strcmp(a->value, b->value) != 0)
                return true;
        }
    }
    return false;
}

#define PARAMS_MAX 200u

bool
sk_mime_value(SkSpan value, char **ret_word, GArray **ret, SkMimeFaultFunc fault, void *user, uint32_t part,
              GError **error)
{
    g_autoptr(GArray) params = g_array_new(FALSE, FALSE, sizeof(SkMimeParam));
    SkReader r = sk_reader(value);

    g_array_set_clear_func(params, param_clear);
    g_autofree char *word = take_word(&r, ";");
    g_autoptr(GArray) raws = take_raws(&r);
    if (raws->len > PARAMS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "mime: %u parameters", raws->len);
    collect(raws, params);
    if (is_twice(params) && !fault(user, SK_MIME_FAULT_PARAMETER, part, error))
        return false;
    *ret_word = g_steal_pointer(&word);
    *ret = g_steal_pointer(&params);
    return true;
}

const SkMimeParam *
sk_mime_param(const GArray *params, const char *name)
{
    for (guint i = 0; i < params->len; i++) {
        const SkMimeParam *param = &g_array_index(params, SkMimeParam, i);
        if (strcmp(param->name, name) == 0)
            return param;
    }
    return NULL;
}
