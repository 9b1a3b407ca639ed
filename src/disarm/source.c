/* SPDX-License-Identifier: Apache-2.0
 * source.c - source code and scripts, which only a rule lets in, as a text to be read: what would make it read
 * otherwise than it runs is shown by its number. Spec: docs/formats/text.md (Source code) */
#include "disarm/formats.h"

#include "disarm/textual.h"
#include "format/plain.h"

#define CONTROLS_FREE 3u
#define CONTROLS_SHARE 16u

typedef struct {
    SkTextualDropped shown;
    GString *out; /* owned */
} Source;

static void
show(Source *self, uint32_t c, uint32_t *count)
{
    g_string_append_printf(self->out, "[U+%04X]", c);
    *count += 1;
}

static void
put(Source *self, uint32_t c, bool after_return)
{
    self->shown.characters++;
    switch (sk_plain_class(c)) {
    case SK_PLAIN_BREAK:
        if (c != '\n' || !after_return)
            g_string_append_c(self->out, '\n');
        self->shown.newlines += c == '\n' ? 0 : 1;
        break;
    case SK_PLAIN_CONTROL:
        show(self, c, &self->shown.controls);
        break;
    case SK_PLAIN_BIDI:
        show(self, c, &self->shown.directions);
        break;
    case SK_PLAIN_INVISIBLE:
    case SK_PLAIN_JOINER:
    case SK_PLAIN_SELECTOR:
        show(self, c, &self->shown.invisibles);
        break;
    case SK_PLAIN_OTHER:
        g_string_append_unichar(self->out, c);
        break;
    }
}

bool
sk_source_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GString) text = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    Source source = { .out = out };
    bool after_return = false;

    if (!sk_textual_decode(self, &text, error))
        return false;
    for (const char *p = text->str; p < text->str + text->len; p = g_utf8_next_char(p)) {
        uint32_t c = g_utf8_get_char(p);
        if (c == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "source: a NUL");
        put(&source, c, after_return);
        after_return = c == '\r';
    }
    if (source.shown.controls > CONTROLS_FREE &&
        source.shown.controls > source.shown.characters / CONTROLS_SHARE)
        return sk_throw(error, SK_ERROR_MALFORMED, "source: too many control characters");
    sk_sink_span(self->sink, sk_span(out->str, out->len));
    return sk_textual_report(self, &source.shown, error);
}
