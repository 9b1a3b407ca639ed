/* SPDX-License-Identifier: Apache-2.0
 * textual.c - contract in textual.h. One pass with one character of look-ahead: what is always
 * dropped is dropped first, so that a joiner's reason is judged by the neighbours it will really
 * have. */
#include "disarm/textual.h"

#include "format/charset.h"
#include "format/plain.h"

/* A few stray controls (form feeds of a printer, a DOS end-of-file) are ordinary; more is not
 * text. */
#define CONTROLS_FREE 3u
#define CONTROLS_SHARE 16u

typedef struct {
    SkCharsetCursor cursor;
    GString *out;        /* borrowed */
    uint32_t pending;    /* a line end read ahead of its pair, or SK_PLAIN_NOTHING */
    bool keep_invisible; /* by the policy */
    uint64_t characters;
    uint32_t controls, directions, invisibles, newlines;
} Filter;

static void
emit(GString *out, uint32_t c)
{
    uint8_t utf8[4];
    unsigned n = sk_charset_utf8(c, utf8);
    g_string_append_len(out, (const char *)utf8, n);
}

/* The next character that is not dropped whatever its neighbours; line ends are LF already. */
static uint32_t
next(Filter *self)
{
    uint32_t c = self->pending;
    self->pending = SK_PLAIN_NOTHING;
    while (c != SK_PLAIN_NOTHING || sk_charset_next(&self->cursor, &c)) {
        self->characters++;
        SkPlainClass class = sk_plain_class(c);
        if (class == SK_PLAIN_BREAK) {
            if (c == '\r') {
                uint32_t after = SK_PLAIN_NOTHING;
                if (sk_charset_next(&self->cursor, &after) && after != '\n')
                    self->pending = after;
            }
            self->newlines += c == '\n' ? 0 : 1;
            return '\n';
        }
        self->controls += class == SK_PLAIN_CONTROL ? 1 : 0;
        self->directions += class == SK_PLAIN_BIDI ? 1 : 0;
        if (class == SK_PLAIN_INVISIBLE && !self->keep_invisible)
            self->invisibles++;
        else if (class != SK_PLAIN_CONTROL && class != SK_PLAIN_BIDI)
            return c;
        c = SK_PLAIN_NOTHING;
    }
    return SK_PLAIN_NOTHING;
}

static void
filter(Filter *self)
{
    uint32_t before = SK_PLAIN_NOTHING;
    uint32_t c = next(self);
    while (c != SK_PLAIN_NOTHING) {
        uint32_t after = next(self);
        SkPlainClass class = sk_plain_class(c);
        bool reason = (class != SK_PLAIN_JOINER && class != SK_PLAIN_SELECTOR) ||
                      self->keep_invisible || sk_plain_reason(c, before, after);
        if (before == SK_PLAIN_NOTHING && c == 0xFEFF)
            reason = false; /* kept or not, at the beginning it would be a byte order mark */
        if (reason) {
            emit(self->out, c);
            before = c;
        } else {
            self->invisibles++;
        }
        c = after;
    }
}

static bool
found(SkDisarm *self, SkElement element, uint32_t count, const char *place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return count == 0 || sk_disarm_found(self, element, sk_span_str(place), count, &verdict, error);
}

bool
sk_textual_read(SkDisarm *self, bool lines, GString **ret, GError **error)
{
    size_t bom = 0;
    SkCharset charset = sk_charset_guess(self->input, &bom);
    if (charset == SK_CHARSET_NONE)
        return sk_throw(error, SK_ERROR_MALFORMED, "text: no known encoding fits");

    g_autoptr(GString) out = g_string_sized_new(self->input.n + self->input.n / 2 + 16);
    SkSpan body = sk_span_sub(self->input, bom, self->input.n - bom);
    Filter state = {
        .cursor = sk_charset_cursor(body, charset),
        .out = out,
        .pending = SK_PLAIN_NOTHING,
        .keep_invisible = sk_disarm_verdict(self, SK_ELEMENT_TEXT_INVISIBLE) == SK_VERDICT_KEPT,
    };
    filter(&state);
    g_assert(!state.cursor.bad); /* the guess has read all of it */
    if (state.controls > CONTROLS_FREE && state.controls > state.characters / CONTROLS_SHARE)
        return sk_throw(error, SK_ERROR_MALFORMED, "text: too many control characters");

    bool foreign = charset != SK_CHARSET_UTF8 && charset != SK_CHARSET_ASCII;
    if (!found(self, SK_ELEMENT_TEXT_ENCODING, foreign ? 1 : 0, sk_charset_name(charset), error) ||
        !found(self, SK_ELEMENT_TEXT_BOM, lines && bom > 0 ? 1 : 0, "", error) ||
        !found(self, SK_ELEMENT_TEXT_NEWLINE, lines ? state.newlines : 0, "", error) ||
        !found(self, SK_ELEMENT_TEXT_CONTROL, state.controls, "", error) ||
        !found(self, SK_ELEMENT_TEXT_BIDI, state.directions, "", error) ||
        !found(self, SK_ELEMENT_TEXT_INVISIBLE, state.invisibles, "", error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_textual_is(SkSpan input)
{
    size_t bom = 0;
    return sk_charset_guess(input, &bom) != SK_CHARSET_NONE;
}
