/* SPDX-License-Identifier: Apache-2.0
 * json.c - JSON: read strictly, the same values written anew in the same order. Spec:
 * docs/formats/json.md */
#include "disarm/formats.h"

#include "base/reader.h"
#include "disarm/textual.h"

#define DEPTH_MAX 256u
#define NUMBER_MAX 1024u /* characters; readers of longer ones are slow */

typedef struct {
    bool object;
    bool any;     /* a member or value has been written */
    GTree *names; /* owned: of an object; NULL before the first one */
} Level;

typedef struct {
    SkDisarm *disarm;
    SkReader r;
    SkSink *out;
    bool spread; /* one value a line */
    unsigned depth;
    Level levels[DEPTH_MAX];
    GString *raw;  /* owned: a string with its escapes resolved */
    GString *text; /* owned: what of it stays */
    SkTextualDropped dropped;
} Json;

#define broken(error, json, what)                                                                  \
    sk_throw((error), SK_ERROR_MALFORMED, "json: " what ", byte %zu", (json)->r.at)

static void
skip_space(Json *self)
{
    for (int c = sk_reader_peek(&self->r, 0); c == ' ' || c == '\t' || c == '\n' || c == '\r';
         c = sk_reader_peek(&self->r, 0))
        sk_reader_skip(&self->r, 1);
}

static bool
take(Json *self, char c)
{
    if (sk_reader_peek(&self->r, 0) != (uint8_t)c)
        return false;
    sk_reader_skip(&self->r, 1);
    return true;
}

static void
new_line(Json *self)
{
    if (!self->spread)
        return;
    sk_sink_u8(self->out, '\n');
    for (unsigned i = 0; i < self->depth; i++)
        sk_sink_str(self->out, "  ");
}

/* ---- strings ------------------------------------------------------------------------------ */

static bool
hex4(Json *self, uint32_t *ret, GError **error)
{
    *ret = 0;
    for (unsigned i = 0; i < 4; i++) {
        int c = sk_reader_peek(&self->r, 0);
        int digit = c >= 0 ? g_ascii_xdigit_value((char)c) : -1;
        if (digit < 0)
            return broken(error, self, "escape that is none");
        *ret = *ret << 4 | (uint32_t)digit;
        sk_reader_skip(&self->r, 1);
    }
    return true;
}

/* Behind `\u`. Half a pair is no character: it is dropped, and counted among the controls. */
static bool
take_unicode(Json *self, GError **error)
{
    uint32_t c = 0, low = 0;

    if (!hex4(self, &c, error))
        return false;
    if (c >= 0xD800 && c <= 0xDBFF && sk_reader_peek(&self->r, 0) == '\\' &&
        sk_reader_peek(&self->r, 1) == 'u') {
        size_t here = self->r.at;
        sk_reader_skip(&self->r, 2);
        if (!hex4(self, &low, error))
            return false;
        if (low >= 0xDC00 && low <= 0xDFFF)
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        else
            sk_reader_seek(&self->r, here); /* an escape of its own */
    }
    if (c >= 0xD800 && c <= 0xDFFF)
        self->dropped.controls++;
    else
        g_string_append_unichar(self->raw, c);
    return true;
}

static bool
take_escape(Json *self, GError **error)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    int c = sk_reader_peek(&self->r, 0);

    sk_reader_skip(&self->r, c >= 0 ? 1 : 0);
    if (c == 'u')
        return take_unicode(self, error);
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        if (c == letters[i]) {
            g_string_append_c(self->raw, meanings[i]);
            return true;
        }
    }
    return broken(error, self, "escape that is none");
}

static void
write_string(Json *self)
{
    sk_sink_u8(self->out, '"');
    SkSpan text = sk_span(self->text->str, self->text->len);
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        const char *escape = c == '"'    ? "\\\""
                             : c == '\\' ? "\\\\"
                             : c == '\n' ? "\\n"
                             : c == '\r' ? "\\r"
                             : c == '\t' ? "\\t"
                                         : NULL;
        if (escape == NULL)
            continue;
        sk_sink_span(self->out, sk_span_sub(text, from, i - from));
        sk_sink_str(self->out, escape);
        from = i + 1;
    }
    sk_sink_span(self->out, sk_span_sub(text, from, text.n - from));
    sk_sink_u8(self->out, '"');
}

/* Behind the opening quote: the string's characters, filtered, into self->text. */
static bool
read_string(Json *self, GError **error)
{
    g_string_truncate(self->raw, 0);
    g_string_truncate(self->text, 0);
    for (;;) {
        size_t from = self->r.at;
        int c = sk_reader_peek(&self->r, 0);
        while (c >= 0x20 && c != '"' && c != '\\') {
            sk_reader_skip(&self->r, 1);
            c = sk_reader_peek(&self->r, 0);
        }
        g_string_append_len(self->raw, (const char *)self->r.in.p + from,
                            (gssize)(self->r.at - from));
        if (c < 0x20)
            return broken(error, self, "string that is not closed");
        sk_reader_skip(&self->r, 1);
        if (c == '"')
            break;
        if (!take_escape(self, error))
            return false;
    }
    sk_textual_filter(self->disarm, sk_span(self->raw->str, self->raw->len), true, self->text,
                      &self->dropped);
    return true;
}

/* ---- numbers and words -------------------------------------------------------------------- */

static size_t
digits(SkSpan s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && g_ascii_isdigit(s.p[at + n]))
        n++;
    return n;
}

/* How long the number at the beginning of @s is; 0 where there is none. */
static size_t
number_length(SkSpan s)
{
    size_t at = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    size_t whole = digits(s, at);
    if (whole == 0 || (whole > 1 && s.p[at] == '0'))
        return 0;
    at += whole;
    if (at < s.n && s.p[at] == '.') {
        size_t fraction = digits(s, at + 1);
        if (fraction == 0)
            return 0;
        at += 1 + fraction;
    }
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        at++;
        at += at < s.n && (s.p[at] == '+' || s.p[at] == '-') ? 1 : 0;
        size_t power = digits(s, at);
        if (power == 0)
            return 0;
        at += power;
    }
    return at;
}

/* Numbers stay as they are spelled: what a program makes of 1.0 or of forty digits is its own
 * affair. */
static bool
take_plain(Json *self, GError **error)
{
    static const char *const words[] = { "true", "false", "null" };
    SkSpan left = sk_span_sub(self->r.in, self->r.at, sk_reader_left(&self->r));
    size_t n = number_length(left);

    for (size_t i = 0; n == 0 && i < G_N_ELEMENTS(words); i++)
        n = sk_span_starts(left, words[i]) ? sk_span_str(words[i]).n : 0;
    if (n == 0)
        return broken(error, self, "no value");
    if (n > NUMBER_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "json: number of %zu characters", n);
    sk_sink_span(self->out, sk_reader_span(&self->r, n));
    return true;
}

/* ---- objects and arrays ------------------------------------------------------------------- */

static int
compare_names(const void *a, const void *b, void *user)
{
    (void)user;
    return g_bytes_compare(a, b);
}

/* What two programs would read as two different values: one takes the first, one the last. */
static bool
note_name(Json *self, GError **error)
{
    Level *level = &self->levels[self->depth - 1];
    SkVerdict verdict = SK_VERDICT_NONE;

    if (level->names == NULL)
        level->names =
            g_tree_new_full(compare_names, NULL, (GDestroyNotify)g_bytes_unref, NULL);
    GBytes *name = g_bytes_new(self->text->str, self->text->len);
    if (g_tree_lookup_extended(level->names, name, NULL, NULL)) {
        g_bytes_unref(name);
        return sk_disarm_found(self->disarm, SK_ELEMENT_JSON_DUPLICATE, SK_SPAN_EMPTY, 1, &verdict,
                               error);
    }
    g_tree_insert(level->names, name, NULL);
    return true;
}

static bool
open_level(Json *self, bool object, GError **error)
{
    if (self->depth == DEPTH_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "json: over %u levels", DEPTH_MAX);
    self->levels[self->depth++] = (Level){ .object = object };
    sk_sink_u8(self->out, object ? '{' : '[');
    return true;
}

static void
close_level(Json *self)
{
    Level *level = &self->levels[--self->depth];
    if (level->any)
        new_line(self);
    sk_sink_u8(self->out, level->object ? '}' : ']');
    g_clear_pointer(&level->names, g_tree_destroy);
}

/* The name of a member and its colon. */
static bool
take_name(Json *self, GError **error)
{
    if (!take(self, '"'))
        return broken(error, self, "no name of a member");
    if (!read_string(self, error) || !note_name(self, error))
        return false;
    write_string(self);
    skip_space(self);
    if (!take(self, ':'))
        return broken(error, self, "no colon");
    sk_sink_str(self->out, self->spread ? ": " : ":");
    return true;
}

/* Before a value in an array or object: its end, or the comma, line and name. @ret_value: one
 * follows. */
static bool
step(Json *self, bool *ret_value, GError **error)
{
    Level *level = &self->levels[self->depth - 1];

    *ret_value = false;
    skip_space(self);
    if (take(self, level->object ? '}' : ']')) {
        close_level(self);
        return true;
    }
    if (level->any && !take(self, ','))
        return broken(error, self, "no comma");
    if (level->any)
        sk_sink_u8(self->out, ',');
    level->any = true;
    new_line(self);
    skip_space(self);
    *ret_value = true;
    return !level->object || take_name(self, error);
}

static bool
take_value(Json *self, GError **error)
{
    skip_space(self);
    if (take(self, '{'))
        return open_level(self, true, error);
    if (take(self, '['))
        return open_level(self, false, error);
    if (!take(self, '"'))
        return take_plain(self, error);
    if (!read_string(self, error))
        return false;
    write_string(self);
    return true;
}

static bool
take_document(Json *self, GError **error)
{
    bool value = true;

    do {
        if ((value && !take_value(self, error)) ||
            (self->depth > 0 && !step(self, &value, error)))
            return false;
        if (!sk_sink_ok(self->out)) /* full: no need to read on */
            return sk_sink_finish(self->out, error);
    } while (self->depth > 0);
    skip_space(self);
    if (sk_reader_left(&self->r) > 0)
        return broken(error, self, "something behind the value");
    sk_sink_u8(self->out, '\n');
    return true;
}

/* Was it laid out for people? Then a line ends somewhere between the first sign and the last. */
static bool
is_spread(SkSpan text)
{
    while (text.n > 0 && g_ascii_isspace(text.p[text.n - 1]))
        text.n--;
    size_t from = 0;
    while (from < text.n && g_ascii_isspace(text.p[from]))
        from++;
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] == '\n' || text.p[i] == '\r')
            return true;
    }
    return false;
}

bool
sk_json_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GString) document = NULL;
    if (!sk_textual_decode(self, &document, error))
        return false;
    g_autoptr(GString) raw = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    SkSpan in = sk_span(document->str, document->len);
    Json json = { .disarm = self,
                  .r = sk_reader(in),
                  .out = self->sink,
                  .spread = is_spread(in),
                  .raw = raw,
                  .text = text };
    bool ok = take_document(&json, error);
    while (json.depth > 0)
        g_clear_pointer(&json.levels[--json.depth].names, g_tree_destroy);
    return ok && sk_textual_report(self, &json.dropped, error);
}
