/* SPDX-License-Identifier: Apache-2.0
 * mail-flow.c - paragraphs that were cut into lines for the way (RFC 3676). Contract in mail.h. */
#include "disarm/mail.h"

#include <string.h>

typedef struct {
    unsigned quotes;
    SkSpan text; /* behind the quote marks and the stuffed space */
    bool soft;   /* goes on in the next line */
} Line;

static Line
read_line(SkSpan line)
{
    Line out = { .text = line };

    if (out.text.n > 0 && out.text.p[out.text.n - 1] == '\r')
        out.text.n--;
    while (out.text.n > 0 && out.text.p[0] == '>') {
        out.quotes++;
        out.text = sk_span_sub(out.text, 1, out.text.n - 1);
    }
    if (out.text.n > 0 && out.text.p[0] == ' ')
        out.text = sk_span_sub(out.text, 1, out.text.n - 1);
    bool signature = sk_span_is(out.text, "-- ");
    out.soft = !signature && out.text.n > 0 && out.text.p[out.text.n - 1] == ' ';
    return out;
}

static void
begin(GString *out, unsigned quotes)
{
    for (unsigned i = 0; i < quotes; i++)
        g_string_append_c(out, '>');
    if (quotes > 0)
        g_string_append_c(out, ' ');
}

GString *
sk_mail_unflow(const char *text, bool delsp)
{
    GString *out = g_string_sized_new(strlen(text));
    SkSpan all = sk_span_str(text);
    bool open = false; /* a paragraph waits for its next line */
    unsigned quotes = 0;

    for (size_t at = 0; at < all.n;) {
        size_t lf = sk_span_find(all, at, sk_span_str("\n"));
        size_t end = lf == SIZE_MAX ? all.n : lf;
        Line line = read_line(sk_span_sub(all, at, end - at));
        bool joins = open && line.quotes == quotes && !sk_span_is(line.text, "-- ");
        if (open && !joins)
            g_string_append_c(out, '\n');
        if (!joins)
            begin(out, line.quotes);
        g_string_append_len(out, (const char *)line.text.p, (gssize)(line.text.n - (line.soft && delsp ? 1 : 0)));
        if (!line.soft)
            g_string_append_c(out, '\n');
        open = line.soft;
        quotes = line.quotes;
        at = end + 1;
    }
    if (open)
        g_string_append_c(out, '\n');
    return out;
}
