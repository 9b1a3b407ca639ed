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
    bool keep_returns;
    uint64_t line;       /* from 1, of the input */
    uint64_t first[SK_PLAIN_SELECTOR + 1]; /* the line where a class was first dropped; 0: nowhere */
    SkTextualDropped *dropped;             /* borrowed */
} Filter;

static void
emit(GString *out, uint32_t c)
{
    uint8_t utf8[4];
    unsigned n = sk_charset_utf8(c, utf8);
    g_string_append_len(out, (const char *)utf8, n);
}

static void
drop(Filter *self, SkPlainClass class)
{
    SkTextualDropped *dropped = self->dropped;
    uint32_t *count = class == SK_PLAIN_CONTROL ? &dropped->controls
                      : class == SK_PLAIN_BIDI  ? &dropped->directions
                                                : &dropped->invisibles;
    *count += 1;
    if (self->first[class] == 0)
        self->first[class] = self->line;
}

static uint32_t
line_end(Filter *self, uint32_t c)
{
    if (c == '\r' && self->keep_returns)
        return c;
    if (c == '\r') {
        uint32_t after = SK_PLAIN_NOTHING;
        if (sk_charset_next(&self->cursor, &after) && after != '\n')
            self->pending = after;
    }
    self->line++;
    self->dropped->newlines += c == '\n' ? 0 : 1;
    return '\n';
}

/* The next character that is not dropped whatever its neighbours; line ends are LF already. */
static uint32_t
next(Filter *self)
{
    uint32_t c = self->pending;
    self->pending = SK_PLAIN_NOTHING;
    while (c != SK_PLAIN_NOTHING || sk_charset_next(&self->cursor, &c)) {
        self->dropped->characters++;
        SkPlainClass class = sk_plain_class(c);
        if (class == SK_PLAIN_BREAK)
            return line_end(self, c);
        if (class == SK_PLAIN_INVISIBLE && !self->keep_invisible)
            drop(self, SK_PLAIN_INVISIBLE);
        else if (class == SK_PLAIN_CONTROL || class == SK_PLAIN_BIDI)
            drop(self, class);
        else
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
            drop(self, SK_PLAIN_INVISIBLE);
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

static bool
found_at(SkDisarm *self, SkElement element, uint32_t count, uint64_t line, GError **error)
{
    g_autofree char *place = g_strdup_printf("line %" G_GUINT64_FORMAT, line);
    return found(self, element, count, line > 0 ? place : "", error);
}

static bool
keeps_encoding(const SkDisarm *self)
{
    return self->report->type_in == SK_TYPE_TEXT &&
           sk_disarm_verdict(self, SK_ELEMENT_TEXT_ENCODING) == SK_VERDICT_KEPT;
}

static bool
open_text(SkDisarm *self, bool mark, SkCharset *ret_charset, SkSpan *ret_body, GError **error)
{
    size_t bom = 0;
    SkCharset charset = sk_charset_guess(self->input, &bom);
    bool foreign = charset != SK_CHARSET_UTF8 && charset != SK_CHARSET_ASCII;

    if (charset == SK_CHARSET_NONE)
        return sk_throw(error, SK_ERROR_MALFORMED, "text: no known encoding fits");
    *ret_charset = charset;
    *ret_body = sk_span_sub(self->input, bom, self->input.n - bom);
    /* Only plain text can keep it, and says so itself. */
    if (foreign && !keeps_encoding(self))
        sk_report_find(self->report, SK_ELEMENT_TEXT_ENCODING, SK_ACTION_REPLACED,
                       sk_span_str(sk_charset_name(charset)), 1);
    return found(self, SK_ELEMENT_TEXT_BOM, mark && bom > 0 ? 1 : 0, "", error);
}

bool
sk_textual_decode(SkDisarm *self, GString **ret, GError **error)
{
    SkCharset charset = SK_CHARSET_NONE;
    SkSpan body = SK_SPAN_EMPTY;
    uint32_t c = 0;

    if (!open_text(self, true, &charset, &body, error))
        return false;
    g_autoptr(GString) out = g_string_sized_new(body.n + body.n / 2 + 16);
    SkCharsetCursor cursor = sk_charset_cursor(body, charset);
    if (charset == SK_CHARSET_UTF8 || charset == SK_CHARSET_ASCII)
        g_string_append_len(out, (const char *)body.p, (gssize)body.n);
    else
        while (sk_charset_next(&cursor, &c))
            emit(out, c);
    *ret = g_steal_pointer(&out);
    return true;
}

static Filter
filter_of(const SkDisarm *self, SkSpan body, SkCharset charset, GString *out,
          SkTextualDropped *dropped)
{
    return (Filter){
        .cursor = sk_charset_cursor(body, charset),
        .out = out,
        .pending = SK_PLAIN_NOTHING,
        .keep_invisible = sk_disarm_verdict(self, SK_ELEMENT_TEXT_INVISIBLE) == SK_VERDICT_KEPT,
        .line = 1,
        .dropped = dropped,
    };
}

void
sk_textual_filter(const SkDisarm *self, SkSpan utf8, bool returns, GString *out,
                  SkTextualDropped *dropped)
{
    Filter state = filter_of(self, utf8, SK_CHARSET_UTF8, out, dropped);
    state.keep_returns = returns;
    filter(&state);
    g_assert(!state.cursor.bad); /* what is handed in has been decoded once */
}

bool
sk_textual_report(SkDisarm *self, const SkTextualDropped *dropped, GError **error)
{
    return found(self, SK_ELEMENT_TEXT_NEWLINE, dropped->newlines, "", error) &&
           found(self, SK_ELEMENT_TEXT_CONTROL, dropped->controls, "", error) &&
           found(self, SK_ELEMENT_TEXT_BIDI, dropped->directions, "", error) &&
           found(self, SK_ELEMENT_TEXT_INVISIBLE, dropped->invisibles, "", error);
}

bool
sk_textual_read(SkDisarm *self, bool lines, GString **ret, GError **error)
{
    SkCharset charset = SK_CHARSET_NONE;
    SkSpan body = SK_SPAN_EMPTY;
    SkTextualDropped dropped = { 0 };

    if (!open_text(self, lines, &charset, &body, error))
        return false;
    g_autoptr(GString) out = g_string_sized_new(self->input.n + self->input.n / 2 + 16);
    Filter state = filter_of(self, body, charset, out, &dropped);
    filter(&state);
    g_assert(!state.cursor.bad); /* the guess has read all of it */
    if (dropped.controls > CONTROLS_FREE &&
        dropped.controls > dropped.characters / CONTROLS_SHARE)
        return sk_throw(error, SK_ERROR_MALFORMED, "text: too many control characters");
    if (!found(self, SK_ELEMENT_TEXT_NEWLINE, lines ? dropped.newlines : 0, "", error) ||
        !found_at(self, SK_ELEMENT_TEXT_CONTROL, dropped.controls, state.first[SK_PLAIN_CONTROL],
                  error) ||
        !found_at(self, SK_ELEMENT_TEXT_BIDI, dropped.directions, state.first[SK_PLAIN_BIDI],
                  error) ||
        !found_at(self, SK_ELEMENT_TEXT_INVISIBLE, dropped.invisibles,
                  state.first[SK_PLAIN_INVISIBLE], error))
        return false;
    *ret = g_steal_pointer(&out);
    return true;
}

/* Would it be read again as what it is? */
static bool
reads_back(const GString *bytes, SkCharset charset, SkSpan text)
{
    size_t bom = 0;
    SkSpan in = sk_span(bytes->str, bytes->len);
    g_autoptr(GString) back = g_string_sized_new(text.n);
    SkCharsetCursor cursor = sk_charset_cursor(in, charset);
    uint32_t c = 0;

    if (sk_charset_guess(in, &bom) != charset)
        return false;
    while (sk_charset_next(&cursor, &c))
        emit(back, c);
    return !cursor.bad && sk_span_equal(sk_span(back->str, back->len), text);
}

GString *
sk_textual_keep_encoding(SkDisarm *self, SkSpan text)
{
    size_t bom = 0;
    SkCharset charset = sk_charset_guess(self->input, &bom);
    bool foreign = charset != SK_CHARSET_UTF8 && charset != SK_CHARSET_ASCII;

    if (!keeps_encoding(self) || !foreign)
        return NULL;
    g_autoptr(GString) out = g_string_sized_new(text.n);
    bool same = sk_charset_encode(text, charset, out) && reads_back(out, charset, text);
    sk_report_find(self->report, SK_ELEMENT_TEXT_ENCODING,
                   same ? SK_ACTION_KEPT : SK_ACTION_REPLACED,
                   sk_span_str(sk_charset_name(charset)), 1);
    return same ? g_steal_pointer(&out) : NULL;
}

bool
sk_textual_is(SkSpan input)
{
    size_t bom = 0;
    return sk_charset_guess(input, &bom) != SK_CHARSET_NONE;
}

GString *
sk_textual_utf8(SkSpan text)
{
    size_t bom = 0;
    uint32_t c = 0;
    SkCharset charset = sk_charset_guess(text, &bom);

    if (charset == SK_CHARSET_NONE || charset == SK_CHARSET_ASCII || charset == SK_CHARSET_UTF8)
        return NULL;
    GString *out = g_string_sized_new(text.n + text.n / 2 + 16);
    SkCharsetCursor cursor = sk_charset_cursor(sk_span_sub(text, bom, text.n - bom), charset);
    while (sk_charset_next(&cursor, &c))
        emit(out, c);
    return out;
}
