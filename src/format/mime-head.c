/* SPDX-License-Identifier: Apache-2.0
 * mime-head.c - the fields of a header (RFC 5322, 2.2). Contract in mime.h. */
#include "format/mime.h"

#include <string.h>

/* The next line, without its end (LF or CRLF). */
static SkSpan
next_line(SkReader *r)
{
    SkSpan left = sk_span_sub(r->in, r->at, sk_reader_left(r));
    const uint8_t *lf = left.n == 0 ? NULL : memchr(left.p, '\n', left.n);
    size_t n = lf == NULL ? left.n : (size_t)(lf - left.p);
    SkSpan line = sk_reader_span(r, n);

    if (lf != NULL)
        sk_reader_skip(r, 1);
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool
is_white(uint8_t b)
{
    return b == ' ' || b == '\t';
}

static bool
is_blank(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_white(s.p[i]))
            return false;
    return true;
}

/* NAME ":" VALUE, the name of visible ASCII (RFC 5322, 2.2). */
static bool
split(SkSpan line, SkMimeField *ret, bool *ret_spaced)
{
    size_t n = 0;

    while (n < line.n && line.p[n] > 32 && line.p[n] < 127 && line.p[n] != ':')
        n++;
    size_t colon = n;
    while (colon < line.n && is_white(line.p[colon]))
        colon++;
    if (n == 0 || colon >= line.n || line.p[colon] != ':')
        return false;
    *ret_spaced = colon > n;
    *ret = (SkMimeField){ .name = sk_span_sub(line, 0, n),
                          .value = sk_span_sub(line, colon + 1, line.n - colon - 1) };
    return true;
}

/* Joins a continuation to the field before: the bytes stand one behind another. */
static void
extend(SkMimeField *field, SkSpan line)
{
    field->value.n = (size_t)(line.p + line.n - field->value.p);
}

bool
sk_mime_head(SkReader *r, GArray *ret, SkMimeFaultFunc fault, void *user, uint32_t part, GError **error)
{
    while (sk_reader_left(r) > 0) {
        SkMimeField field;
        bool spaced = false;
        SkSpan line = next_line(r);

        if (line.n == 0)
            return true;
        if (memchr(line.p, 0, line.n) != NULL && !fault(user, SK_MIME_FAULT_NUL, part, error))
            return false;
        if (memchr(line.p, '\r', line.n) != NULL && !fault(user, SK_MIME_FAULT_FIELD, part, error))
            return false;
        if (is_white(line.p[0])) {
            /* A line of nothing but spaces ends the header for some, and not for others. */
            if ((ret->len == 0 || is_blank(line)) && !fault(user, SK_MIME_FAULT_FIELD, part, error))
                return false;
            if (ret->len > 0)
                extend(&g_array_index(ret, SkMimeField, ret->len - 1), line);
            continue;
        }
        if (!split(line, &field, &spaced)) {
            if (!fault(user, SK_MIME_FAULT_FIELD, part, error))
                return false;
            continue;
        }
        bool decides = spaced && field.name.n >= 8 && g_ascii_strncasecmp((const char *)field.name.p, "content-", 8) == 0;
        if (decides && !fault(user, SK_MIME_FAULT_FIELD, part, error))
            return false;
        g_array_append_val(ret, field);
    }
    return true;
}

const SkMimeField *
sk_mime_field(const SkMimePart *part, const char *name)
{
    for (guint i = 0; i < part->fields->len; i++) {
        const SkMimeField *field = &g_array_index(part->fields, SkMimeField, i);
        if (field->name.n == strlen(name) &&
            g_ascii_strncasecmp((const char *)field->name.p, name, field->name.n) == 0)
            return field;
    }
    return NULL;
}
