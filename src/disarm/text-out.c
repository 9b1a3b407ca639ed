/* SPDX-License-Identifier: Apache-2.0
 *
 * text-out.c - contract in text-out.h. One character of delay: joiners and selectors are judged by
 * the neighbours that they will really have.
 */
#include "disarm/text-out.h"

#include "format/charset.h"
#include "format/plain.h"

SkTextOut
sk_text_out(SkSink *sink, bool keep_invisible)
{
    return (SkTextOut){ .sink = sink,
                        .keep_invisible = keep_invisible,
                        .before = SK_PLAIN_NOTHING,
                        .waiting = SK_PLAIN_NOTHING };
}

/* Decides about the one that waits, now that @after is known. */
static void
settle(SkTextOut *self, uint32_t after)
{
    uint32_t c = self->waiting;
    SkPlainClass class = c == SK_PLAIN_NOTHING ? SK_PLAIN_OTHER : sk_plain_class(c);
    bool needs_reason = class == SK_PLAIN_JOINER || class == SK_PLAIN_SELECTOR;

    self->waiting = after;
    if (c == SK_PLAIN_NOTHING)
        return;
    bool first = self->before == SK_PLAIN_NOTHING;
    if ((needs_reason && !self->keep_invisible && !sk_plain_reason(c, self->before, after)) ||
        (first && c == 0xFEFF)) {
        self->invisibles++;
        return;
    }
    /* Readers of PDF would take a text for theirs that begins like one (docs/formats/README.md). */
    if (first && c == '%' && after == 'P')
        sk_sink_u8(self->sink, ' ');
    uint8_t utf8[4];
    unsigned n = sk_charset_utf8(c, utf8);
    sk_sink_span(self->sink, sk_span(utf8, n));
    self->before = c;
}

static void
take(SkTextOut *self, uint32_t c)
{
    bool pair = c == '\n' && self->last_was_cr;
    SkPlainClass class = sk_plain_class(c);

    self->last_was_cr = c == '\r';
    if (pair)
        return;
    if (class == SK_PLAIN_BREAK)
        settle(self, '\n');
    else if (class == SK_PLAIN_CONTROL)
        self->controls++;
    else if (class == SK_PLAIN_BIDI)
        self->directions++;
    else if (class == SK_PLAIN_INVISIBLE && !self->keep_invisible)
        self->invisibles++;
    else
        settle(self, c);
}

/* Characters of ASCII that need no look: bytes of @utf8 from @at on, all but the last of them. */
static size_t
plain_run(SkSpan utf8, size_t at)
{
    size_t end = at;

    while (end < utf8.n && ((utf8.p[end] >= ' ' && utf8.p[end] < 0x7F) || utf8.p[end] == '\n' ||
                            utf8.p[end] == '\t'))
        end++;
    return end - at > 1 ? end - at - 1 : 0;
}

void
sk_text_out_span(SkTextOut *self, SkSpan utf8)
{
    size_t at = 0;

    while (at < utf8.n) {
        size_t run = plain_run(utf8, at);
        if (run > 0 && !self->last_was_cr && self->before != SK_PLAIN_NOTHING) {
            settle(self, utf8.p[at]);
            settle(self, SK_PLAIN_NOTHING);
            sk_sink_span(self->sink, sk_span_sub(utf8, at + 1, run - 1));
            self->before = utf8.p[at + run - 1];
            at += run;
        }
        SkCharsetCursor cursor =
            sk_charset_cursor(sk_span_sub(utf8, at, MIN(utf8.n - at, 4)), SK_CHARSET_UTF8);
        uint32_t c = 0;
        if (!sk_charset_next(&cursor, &c))
            return; /* not UTF-8: our own mistake, and nothing of it is written */
        at += cursor.r.at;
        take(self, c);
    }
}

void
sk_text_out_finish(SkTextOut *self)
{
    settle(self, SK_PLAIN_NOTHING);
}
