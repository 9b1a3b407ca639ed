/* SPDX-License-Identifier: Apache-2.0
 * mbox.c - a mailbox (RFC 4155): every message in it is a mail by itself. Contract in formats.h.
 * Spec: docs/formats/mail.md   Tests: tests/unit/disarm/test-mail.c */
#include "disarm/formats.h"
#include "disarm/mail.h"
#include "sandbox/children.h"

#include <string.h>

typedef enum {
    LINE_OTHER,
    LINE_BEGINS, /* `From ADDRESS DATE`, in front or behind an empty line */
    LINE_UNSURE, /* `From ` behind an empty line, but no date: where some readers begin a message, and some do not */
} Line;

/* Does it end in a time and a year, as a date of RFC 4155 does? Some put a zone between or behind them. */
static bool
is_dated(SkSpan line)
{
    bool time = false, year = false;

    for (size_t i = 0; i + 4 < line.n; i++) {
        const uint8_t *p = line.p + i;
        time = time || (g_ascii_isdigit(p[0]) && g_ascii_isdigit(p[1]) && p[2] == ':' && g_ascii_isdigit(p[3]) &&
                        g_ascii_isdigit(p[4]));
        year = year || (p[0] == ' ' && (p[1] == '1' || p[1] == '2') && g_ascii_isdigit(p[2]) && g_ascii_isdigit(p[3]) &&
                        g_ascii_isdigit(p[4]));
    }
    return time && year;
}

static Line
judge(SkSpan box, size_t at)
{
    SkSpan rest = sk_span_sub(box, at, box.n - at);
    SkSpan before = sk_span_sub(box, at >= 4 ? at - 4 : 0, at >= 4 ? 4 : at);
    size_t lf = sk_span_find(rest, 0, sk_span_str("\n"));

    if (!sk_span_starts(rest, "From "))
        return LINE_OTHER;
    bool behind_empty = at == 0 || (before.n >= 2 && memcmp(before.p + before.n - 2, "\n\n", 2) == 0) ||
                        (before.n == 4 && memcmp(before.p, "\r\n\r\n", 4) == 0);
    if (!behind_empty)
        return LINE_OTHER;
    return is_dated(sk_span_sub(rest, 0, lf == SIZE_MAX ? rest.n : lf)) ? LINE_BEGINS : LINE_UNSURE;
}

static bool
next_message(SkDisarm *self, size_t at, size_t *ret, GError **error)
{
    SkSpan box = self->input;

    while ((at = sk_span_find(box, at, sk_span_str("\nFrom "))) != SIZE_MAX) {
        Line line = judge(box, ++at);
        if (line == LINE_UNSURE && !sk_mail_found(self, SK_ELEMENT_MAIL_BOUNDARY, 0, error))
            return false;
        if (line == LINE_BEGINS)
            break;
    }
    *ret = MIN(at, box.n);
    return true;
}

bool
sk_mbox_disarm(SkDisarm *self, GError **error)
{
    SkChildrenWriter writer = sk_children_writer(self->sink);
    uint32_t n = 0;

    if (judge(self->input, 0) != LINE_BEGINS)
        return sk_throw(error, SK_ERROR_MALFORMED, "mbox: no message at its beginning");
    for (size_t at = 0; at < self->input.n; n++) {
        size_t end = 0;
        if (!next_message(self, at + 1, &end, error))
            return false;
        g_autofree char *name = g_strdup_printf("%05u.eml", n + 1);
        const SkChild child = { .kind = SK_CHILD_OBJECT,
                                .type = SK_TYPE_EML,
                                .name = sk_span_str(name),
                                .content = sk_span_sub(self->input, at, end - at) };
        if (n >= self->job->limits.items)
            return sk_throw(error, SK_ERROR_LIMIT, "mbox: over %u messages", self->job->limits.items);
        sk_children_add(&writer, &child);
        at = end;
    }
    sk_children_finish(&writer);
    self->children = true;
    return true;
}
