/* SPDX-License-Identifier: Apache-2.0
 * content-line.c - contract in content-line.h. */
#include "disarm/content-line.h"

#include "disarm/docx-link.h"
#include "format/charset.h"

#include <string.h>

#define LINE_BYTES_MAX (16u << 20)
#define FOLD 75u /* octets of a line, without its end */
#define WORD_MAX 4096u
#define PARAMETER_MAX 120u /* so that all types of a line together stay under WORD_MAX */

void
sk_content_init(SkContent *self, SkDisarm *disarm, const SkContentFormat *format, SkSpan in)
{
    *self = (SkContent){ .disarm = disarm,
                         .format = format,
                         .in = in,
                         .line = g_string_new(NULL),
                         .out = g_string_new(NULL),
                         .text = g_string_new(NULL),
                         .plain = g_string_new(NULL) };
}

void
sk_content_clear(SkContent *self)
{
    g_string_free(self->line, TRUE);
    g_string_free(self->out, TRUE);
    g_string_free(self->text, TRUE);
    g_string_free(self->plain, TRUE);
    g_clear_pointer(&self->at_hand.name, g_free);
}

static SkSpan
span_of(const GString *s)
{
    return sk_span(s->str, s->len);
}

/* ---- reading ------------------------------------------------------------------------------ */

/* One line of the file, without its end. */
static SkSpan
physical(SkContent *self)
{
    size_t lf = sk_span_find(self->in, self->at, sk_span_str("\n"));
    size_t end = lf == SIZE_MAX ? self->in.n : lf;
    SkSpan line = sk_span_sub(self->in, self->at, end - self->at);
    self->at = lf == SIZE_MAX ? self->in.n : lf + 1;
    while (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool
is_quoted_printable(const GString *line)
{
    const char *colon = memchr(line->str, ':', line->len);
    g_autofree char *head =
        colon == NULL ? NULL : g_ascii_strup(line->str, (gssize)(colon - line->str));
    return head != NULL && strstr(head, "QUOTED-PRINTABLE") != NULL;
}

/* The parts of a folded line together; of quoted-printable also those that end in `=`. */
static void
unfold(SkContent *self)
{
    SkSpan first = physical(self);
    g_string_truncate(self->line, 0);
    g_string_append_len(self->line, (const char *)first.p, (gssize)first.n);
    bool quoted = is_quoted_printable(self->line);
    while (self->at < self->in.n && self->line->len <= LINE_BYTES_MAX) {
        bool soft = quoted && self->line->len > 0 && self->line->str[self->line->len - 1] == '=';
        bool folded = self->in.p[self->at] == ' ' || self->in.p[self->at] == '\t';
        if (!soft && !folded)
            break;
        if (soft)
            g_string_truncate(self->line, self->line->len - 1);
        SkSpan more = physical(self);
        size_t skip = folded && !soft ? 1 : 0;
        g_string_append_len(self->line, (const char *)more.p + skip, (gssize)(more.n - skip));
    }
}

static size_t
name_length(SkSpan s)
{
    size_t n = 0;
    while (n < s.n && (g_ascii_isalnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '_' || s.p[n] == '/'))
        n++;
    return n;
}

/* Up to `;` or `:` outside of quotes. */
static size_t
parameter_end(SkSpan s, size_t at)
{
    bool quoted = false;
    for (; at < s.n; at++) {
        quoted = s.p[at] == '"' ? !quoted : quoted;
        if (!quoted && (s.p[at] == ';' || s.p[at] == ':'))
            break;
    }
    return at;
}

/* NAME=VALUE, or in vCard 2.1 a type or encoding by itself. */
static SkContentParameter
parameter(SkSpan s)
{
    static const char *const encodings[] = { "QUOTED-PRINTABLE", "BASE64", "7BIT", "8BIT" };
    size_t n = name_length(s);
    SkContentParameter out = { .name = sk_span_str("TYPE"), .value = s };

    if (n < s.n && s.p[n] == '=') {
        out.name = sk_span_sub(s, 0, n);
        out.value = sk_span_sub(s, n + 1, s.n - n - 1);
        return out;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
        if (s.n == strlen(encodings[i]) &&
            g_ascii_strncasecmp((const char *)s.p, encodings[i], s.n) == 0)
            out.name = sk_span_str("ENCODING");
    }
    return out;
}

static bool
part(SkContent *self, GError **error)
{
    SkContentLine *line = &self->at_hand;
    SkSpan s = span_of(self->line);
    size_t dot = sk_span_find(s, 0, sk_span_str("."));
    size_t n = name_length(s);

    if (dot == n && n > 0) { /* a group, which only ties lines together that are not kept */
        s = sk_span_sub(s, n + 1, s.n - n - 1);
        n = name_length(s);
    }
    g_clear_pointer(&line->name, g_free);
    line->n = 0;
    if (n == 0 || n == s.n || (s.p[n] != ':' && s.p[n] != ';'))
        return sk_throw(error, SK_ERROR_MALFORMED, "content line: no name");
    line->name = g_ascii_strup((const char *)s.p, (gssize)n);
    while (n < s.n && s.p[n] == ';') {
        size_t end = parameter_end(s, n + 1);
        if (line->n == SK_CONTENT_PARAMETERS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "content line: too many parameters");
        line->parameters[line->n++] = parameter(sk_span_sub(s, n + 1, end - n - 1));
        n = end;
    }
    if (n >= s.n)
        return sk_throw(error, SK_ERROR_MALFORMED, "content line: no value");
    line->value = sk_span_sub(s, n + 1, s.n - n - 1);
    return true;
}

bool
sk_content_next(SkContent *self, bool *ret_more, GError **error)
{
    do {
        *ret_more = self->at < self->in.n;
        if (!*ret_more)
            return true;
        unfold(self);
    } while (self->line->len == 0 || strspn(self->line->str, " \t\x1a") == self->line->len);
    if (self->line->len > LINE_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "content line: too long");
    return part(self, error);
}

static bool
same(SkSpan s, const char *word)
{
    return s.n == strlen(word) && g_ascii_strncasecmp((const char *)s.p, word, s.n) == 0;
}

bool
sk_content_is(const SkContent *self, const char *name, const char *value)
{
    SkSpan s = self->at_hand.value;
    while (s.n > 0 && s.p[s.n - 1] == ' ')
        s.n--;
    return strcmp(self->at_hand.name, name) == 0 && same(s, value);
}

/* ---- quoted-printable --------------------------------------------------------------------- */

static const SkSpan *
find(const SkContentLine *line, const char *name)
{
    for (unsigned i = 0; i < line->n; i++) {
        if (same(line->parameters[i].name, name))
            return &line->parameters[i].value;
    }
    return NULL;
}

static SkCharset
charset_of(const SkSpan *name, SkSpan bytes)
{
    static const struct {
        const char *name;
        SkCharset charset;
    } names[] = {
        { "SHIFT_JIS", SK_CHARSET_CP932 },         { "SHIFT-JIS", SK_CHARSET_CP932 },
        { "WINDOWS-31J", SK_CHARSET_CP932 },       { "X-SJIS", SK_CHARSET_CP932 },
        { "EUC-JP", SK_CHARSET_EUCJP },            { "UTF-8", SK_CHARSET_UTF8 },
        { "ISO-2022-JP", SK_CHARSET_ISO2022JP },
    };
    size_t bom = 0;
    for (size_t i = 0; name != NULL && i < G_N_ELEMENTS(names); i++) {
        if (same(*name, names[i].name))
            return names[i].charset;
    }
    return sk_charset_guess(bytes, &bom);
}

/* vCard 2.1: bytes as =XX, in an encoding of their own. */
static bool
decode_quoted(SkContent *self, GError **error)
{
    SkSpan s = self->at_hand.value;
    g_autoptr(GString) bytes = g_string_sized_new(s.n);
    uint32_t c = 0;

    for (size_t i = 0; i < s.n; i++) {
        bool coded = s.p[i] == '=' && s.n - i > 2 && g_ascii_isxdigit(s.p[i + 1]) &&
                     g_ascii_isxdigit(s.p[i + 2]);
        g_string_append_c(bytes, coded ? (char)(g_ascii_xdigit_value((char)s.p[i + 1]) * 16 +
                                                g_ascii_xdigit_value((char)s.p[i + 2]))
                                       : (char)s.p[i]);
        i += coded ? 2 : 0;
    }
    SkCharset charset = charset_of(find(&self->at_hand, "CHARSET"), span_of(bytes));
    if (charset == SK_CHARSET_NONE)
        return sk_throw(error, SK_ERROR_MALFORMED, "content line: no known encoding fits");
    SkCharsetCursor cursor = sk_charset_cursor(span_of(bytes), charset);
    g_string_truncate(self->plain, 0);
    while (sk_charset_next(&cursor, &c)) {
        if (c == '\n') /* a line end of the text, which the line cannot hold */
            g_string_append(self->plain, "\\n");
        else if (c != '\r')
            g_string_append_unichar(self->plain, c);
    }
    if (cursor.bad)
        return sk_throw(error, SK_ERROR_MALFORMED, "content line: not in its encoding");
    self->at_hand.value = span_of(self->plain);
    return true;
}

/* ---- values ------------------------------------------------------------------------------- */

static bool
only(SkSpan s, const char *also)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalnum(s.p[i]) && (s.p[i] == 0 || strchr(also, s.p[i]) == NULL))
            return false;
    }
    return s.n > 0 && s.n <= WORD_MAX;
}

static void
put_text(SkContent *self, const GString *raw)
{
    g_autoptr(GString) text = g_string_new(NULL);
    sk_textual_filter(self->disarm, span_of(raw), false, text, &self->dropped);
    for (size_t i = 0; i < text->len; i++) {
        char c = text->str[i];
        if (c == '\\' || c == ';' || c == ',')
            g_string_append_c(self->out, '\\');
        if (c == '\n')
            g_string_append(self->out, "\\n");
        else
            g_string_append_c(self->out, c);
    }
}

/* @parts: which of `,` and `;` part texts; those stay, others are characters. */
static void
put_texts(SkContent *self, const char *parts)
{
    SkSpan s = self->at_hand.value;

    g_string_truncate(self->text, 0);
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)s.p[i], after = i + 1 < s.n ? (char)s.p[i + 1] : '\0';
        if (c == '\\' && (after == '\\' || after == ';' || after == ',')) {
            g_string_append_c(self->text, after);
            i++;
        } else if (c == '\\' && (after == 'n' || after == 'N')) {
            g_string_append_c(self->text, '\n');
            i++;
        } else if (c != '\0' && strchr(parts, c) != NULL) {
            put_text(self, self->text);
            g_string_append_c(self->out, c);
            g_string_truncate(self->text, 0);
        } else {
            g_string_append_c(self->text, c);
        }
    }
    put_text(self, self->text);
}

/* @ret_written: false where nothing of the line is to be written. */
static bool
put_link(SkContent *self, bool mail, bool *ret_written, GError **error)
{
    g_autofree char *link = sk_docx_link(self->at_hand.value);
    SkVerdict verdict = SK_VERDICT_NONE;
    SkSpan place = sk_span_str(self->at_hand.name);

    if (link == NULL || (mail && !g_str_has_prefix(link, "mailto:"))) {
        *ret_written = false;
        return sk_disarm_found(self->disarm, SK_ELEMENT_UNSAFE_HYPERLINK, place, 1, &verdict, error);
    }
    if (!mail &&
        !sk_disarm_found(self->disarm, SK_ELEMENT_HYPERLINK, place, 1, &verdict, error))
        return false;
    *ret_written = mail || verdict == SK_VERDICT_KEPT;
    g_string_append(self->out, link);
    return true;
}

static bool
put_value(SkContent *self, SkContentKind kind, bool *ret_written, GError **error)
{
    static const char *const also[] = { [SK_CONTENT_TIME] = "+-:,/.",
                                        [SK_CONTENT_RULE] = "=;,+-",
                                        [SK_CONTENT_NUMBER] = "+-.;",
                                        [SK_CONTENT_WORD] = "-._" };
    *ret_written = true;
    switch (kind) {
    case SK_CONTENT_TEXT:
        put_texts(self, "");
        return true;
    case SK_CONTENT_TEXTS:
        put_texts(self, ",");
        return true;
    case SK_CONTENT_PARTS:
        put_texts(self, ",;");
        return true;
    case SK_CONTENT_ADDRESS:
    case SK_CONTENT_LINK:
        return put_link(self, kind == SK_CONTENT_ADDRESS, ret_written, error);
    case SK_CONTENT_TIME:
    case SK_CONTENT_RULE:
    case SK_CONTENT_NUMBER:
    case SK_CONTENT_WORD:
        break;
    case SK_CONTENT_ATTACHED:
        g_assert_not_reached();
    }
    while (self->at_hand.value.n > 0 && self->at_hand.value.p[self->at_hand.value.n - 1] == ' ')
        self->at_hand.value.n--;
    *ret_written = only(self->at_hand.value, also[kind]);
    self->unknown += *ret_written ? 0 : 1;
    if (*ret_written)
        g_string_append_len(self->out, (const char *)self->at_hand.value.p,
                            (gssize)self->at_hand.value.n);
    return true;
}

/* ---- parameters --------------------------------------------------------------------------- */

/* Words, with commas between them: TYPE=home,work, also from TYPE=home;TYPE=work. */
static bool
put_words(SkContent *self, SkSpan value)
{
    g_autofree char *bare = sk_span_dup(value);
    g_autofree char *upper = g_ascii_strup(g_strdelimit(bare, "\"", ' '), -1);
    g_strstrip(upper);
    if (!only(sk_span_str(upper), "-,") || strlen(upper) > PARAMETER_MAX)
        return false;
    g_string_append(self->out, upper);
    return true;
}

/* Quoted where it holds what ends a parameter; it cannot hold a quote. */
static void
put_parameter_text(SkContent *self, SkSpan value)
{
    g_autoptr(GString) text = g_string_new(NULL);
    sk_textual_filter(self->disarm, value, false, text, &self->dropped);
    g_strdelimit(text->str, "\"\n\t", ' ');
    g_strstrip(text->str);
    bool quotes = strpbrk(text->str, ":;,") != NULL;
    g_string_append_printf(self->out, quotes ? "\"%s\"" : "%s", text->str);
}

static bool
listed(const char *const *list, const char *name)
{
    return g_strv_contains(list, name);
}

static bool
is_value_word(SkSpan value)
{
    static const char *const words[] = { "DATE", "DATE-TIME", "PERIOD", "DURATION", "TEXT",
                                         "DATE-AND-OR-TIME" };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (same(value, words[i]))
            return true;
    }
    return false;
}

static void
put_parameter(SkContent *self, unsigned i, GHashTable *seen)
{
    const SkContentParameter *p = &self->at_hand.parameters[i];
    g_autofree char *name = g_ascii_strup((const char *)p->name.p, (gssize)p->name.n);
    bool token = listed(self->format->tokens, name), text = listed(self->format->texts, name);
    bool known = (token || text) && (strcmp(name, "VALUE") != 0 || is_value_word(p->value));
    size_t before = self->out->len;

    if (strcmp(name, "ENCODING") == 0 || strcmp(name, "CHARSET") == 0)
        return; /* have served */
    if (!known || g_hash_table_contains(seen, name)) {
        self->unknown++;
        return;
    }
    g_string_append_printf(self->out, ";%s=", name);
    if (text) {
        put_parameter_text(self, p->value);
    } else if (!put_words(self, p->value)) {
        g_string_truncate(self->out, before);
        self->unknown++;
        return;
    }
    for (unsigned k = i + 1; strcmp(name, "TYPE") == 0 && k < self->at_hand.n; k++) {
        size_t here = self->out->len;
        g_string_append_c(self->out, ',');
        if (!same(self->at_hand.parameters[k].name, "TYPE") ||
            !put_words(self, self->at_hand.parameters[k].value))
            g_string_truncate(self->out, here);
        else
            self->at_hand.parameters[k].name = sk_span_str("ENCODING"); /* written already */
    }
    g_hash_table_add(seen, g_steal_pointer(&name));
}

/* ---- writing ------------------------------------------------------------------------------ */

/* As many whole characters a line as fit; each further line begins with a space. */
static void
put_folded(SkContent *self)
{
    SkSpan s = span_of(self->out);
    size_t room = FOLD;

    while (s.n > room) {
        size_t n = room;
        while (n > 0 && (s.p[n] & 0xc0) == 0x80)
            n--;
        sk_sink_span(self->disarm->sink, sk_span_sub(s, 0, n));
        sk_sink_str(self->disarm->sink, "\r\n ");
        s = sk_span_sub(s, n, s.n - n);
        room = FOLD - 1;
    }
    sk_sink_span(self->disarm->sink, s);
    sk_sink_str(self->disarm->sink, "\r\n");
}

void
sk_content_put(SkContent *self, const char *line)
{
    sk_sink_str(self->disarm->sink, line);
    sk_sink_str(self->disarm->sink, "\r\n");
}

static SkContentKind
kind_of(const SkContent *self)
{
    for (const SkContentProperty *p = self->format->properties; p->name != NULL; p++) {
        if (strcmp(p->name, self->at_hand.name) == 0)
            return p->kind;
    }
    return (SkContentKind)0;
}

/* A number as an address, in vCard 4.0. */
static void
strip_tel(SkContent *self)
{
    SkSpan *value = &self->at_hand.value;
    if (strcmp(self->at_hand.name, "TEL") == 0 && value->n > 4 &&
        g_ascii_strncasecmp((const char *)value->p, "tel:", 4) == 0)
        *value = sk_span_sub(*value, 4, value->n - 4);
}

bool
sk_content_write(SkContent *self, GError **error)
{
    SkContentKind kind = kind_of(self);
    SkVerdict verdict = SK_VERDICT_NONE;
    bool written = false;

    if (kind == SK_CONTENT_ATTACHED)
        return sk_disarm_found(self->disarm, self->format->attached,
                               sk_span_str(self->at_hand.name), 1, &verdict, error);
    if (kind == 0)
        return sk_disarm_found(self->disarm, SK_ELEMENT_UNKNOWN_PART,
                               sk_span_str(self->at_hand.name), 1, &verdict, error);
    const SkSpan *encoding = find(&self->at_hand, "ENCODING");
    if (encoding != NULL && same(*encoding, "QUOTED-PRINTABLE") && !decode_quoted(self, error))
        return false;
    strip_tel(self);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_string_assign(self->out, self->at_hand.name);
    for (unsigned i = 0; i < self->at_hand.n; i++)
        put_parameter(self, i, seen);
    g_string_append_c(self->out, ':');
    if (!put_value(self, kind, &written, error))
        return false;
    if (written)
        put_folded(self);
    return true;
}

bool
sk_content_report(SkContent *self, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return sk_textual_report(self->disarm, &self->dropped, error) &&
           (self->unknown == 0 || sk_disarm_found(self->disarm, SK_ELEMENT_UNKNOWN_PART,
                                                  SK_SPAN_EMPTY, self->unknown, &verdict, error));
}
