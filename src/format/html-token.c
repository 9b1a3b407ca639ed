/* SPDX-License-Identifier: Apache-2.0
 * html-token.c - contract in html-token.h. Every byte is looked at a bounded number of times; what
 * a run of text holds is copied only where it holds references or NULs. */
#include "format/html-token.h"

#include <string.h>

#define REFERENCE_MAX 40u /* of a name; the longest has 33 */

static bool
is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static int
peek(const SkHtmlTokenizer *self, size_t ahead)
{
    return ahead < self->in.n - self->at ? self->in.p[self->at + ahead] : -1;
}

static bool
stands(const SkHtmlTokenizer *self, size_t at, const char *word)
{
    size_t n = strlen(word);
    return self->in.n - at >= n &&
           g_ascii_strncasecmp((const char *)self->in.p + at, word, n) == 0;
}

static SkSpan
keep(SkHtmlTokenizer *self, const char *p, size_t n)
{
    return n == 0 ? SK_SPAN_EMPTY
                  : sk_span(g_string_chunk_insert_len(self->strings, p, (gssize)n), n);
}

/* ---- character references ------------------------------------------------------------------- */

static void
append_char(GString *out, uint32_t c)
{
    uint8_t utf8[4];
    g_string_append_len(out, (const char *)utf8, sk_charset_utf8(c, utf8));
}

/* What browsers take the numbers 80 to 9F for. */
static uint32_t
numbered(uint32_t c)
{
    static const uint16_t upper[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };

    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return 0xFFFD;
    return c >= 0x80 && c < 0xA0 ? upper[c - 0x80] : c;
}

/* `&#…`: how long it is; 0: it is none. */
static size_t
number_at(SkSpan s, size_t at, GString *out)
{
    size_t from = at + 2;
    bool hex = from < s.n && (s.p[from] == 'x' || s.p[from] == 'X');
    uint32_t value = 0;

    from += hex ? 1 : 0;
    size_t i = from;
    for (; i < s.n && (hex ? g_ascii_isxdigit(s.p[i]) : g_ascii_isdigit(s.p[i])); i++) {
        if (value <= 0x10FFFF)
            value = value * (hex ? 16 : 10) + (uint32_t)g_ascii_xdigit_value((char)s.p[i]);
    }
    if (i == from)
        return 0;
    append_char(out, numbered(value));
    return i - at + (i < s.n && s.p[i] == ';' ? 1 : 0);
}

static const SkHtmlEntity *
entity(SkSpan name)
{
    unsigned low = 0, high = sk_html_entities_n;

    while (low < high) {
        unsigned middle = (low + high) / 2;
        SkSpan other = sk_span_str(sk_html_entities[middle].name);
        int order = memcmp(other.p, name.p, MIN(other.n, name.n));
        if (order == 0 && other.n == name.n)
            return &sk_html_entities[middle];
        if (order < 0 || (order == 0 && other.n < name.n))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static size_t
name_at(SkSpan s, size_t at, bool attribute, GString *out)
{
    size_t n = 0;

    while (n < REFERENCE_MAX && at + 1 + n < s.n && g_ascii_isalnum(s.p[at + 1 + n]))
        n++;
    if (at + 1 + n < s.n && s.p[at + 1 + n] == ';')
        n++;
    for (; n > 1; n--) {
        const SkHtmlEntity *found = entity(sk_span_sub(s, at + 1, n));
        if (found == NULL)
            continue;
        bool closed = s.p[at + n] == ';';
        int after = at + 1 + n < s.n ? s.p[at + 1 + n] : -1;
        if (attribute && !closed && after >= 0 && (after == '=' || g_ascii_isalnum(after)))
            return 0;
        g_string_append(out, found->text);
        return n + 1;
    }
    return 0;
}

/* The reference at @at into @out. Returns: its length, 0 where the & is only one. */
static size_t
reference(SkSpan s, size_t at, bool attribute, GString *out)
{
    if (at + 1 >= s.n)
        return 0;
    if (s.p[at + 1] == '#')
        return number_at(s, at, out);
    return g_ascii_isalnum(s.p[at + 1]) ? name_at(s, at, attribute, out) : 0;
}

/* @s with its references resolved and its NULs replaced (or dropped); @s itself where it has none.
 */
static SkSpan
resolve(SkHtmlTokenizer *self, SkSpan s, bool references, bool attribute, bool drop_nul)
{
    bool plain = memchr(s.p, 0, s.n) == NULL;

    if (plain && (!references || memchr(s.p, '&', s.n) == NULL))
        return s;
    GString *out = self->scratch;
    g_string_truncate(out, 0);
    for (size_t i = 0; i < s.n;) {
        size_t n = references && s.p[i] == '&' ? reference(s, i, attribute, out) : 0;
        if (n > 0) {
            i += n;
            continue;
        }
        if (s.p[i] != 0)
            g_string_append_c(out, (char)s.p[i]);
        else if (!drop_nul)
            g_string_append(out, "\xef\xbf\xbd");
        i++;
    }
    return keep(self, out->str, out->len);
}

static SkSpan
lower(SkHtmlTokenizer *self, SkSpan s)
{
    bool plain = true;

    for (size_t i = 0; i < s.n && plain; i++)
        plain = s.p[i] != 0 && !g_ascii_isupper(s.p[i]);
    if (plain)
        return s;
    GString *out = self->scratch;
    g_string_truncate(out, 0);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == 0)
            g_string_append(out, "\xef\xbf\xbd");
        else
            g_string_append_c(out, g_ascii_tolower((char)s.p[i]));
    }
    return keep(self, out->str, out->len);
}

/* ---- tags ----------------------------------------------------------------------------------- */

static void
skip_spaces(SkHtmlTokenizer *self)
{
    while (self->at < self->in.n && is_space(self->in.p[self->at]))
        self->at++;
}

static SkSpan
since(const SkHtmlTokenizer *self, size_t from)
{
    return sk_span_sub(self->in, from, self->at - from);
}

static SkSpan
attribute_name(SkHtmlTokenizer *self)
{
    size_t from = self->at;

    self->at++; /* also a = at its beginning */
    for (int c; (c = peek(self, 0)) >= 0 && !is_space(c) && c != '/' && c != '>' && c != '=';)
        self->at++;
    return lower(self, since(self, from));
}

/* false: the file ends in it */
static bool
attribute_value(SkHtmlTokenizer *self, SkSpan *ret)
{
    int quote = peek(self, 0);

    if (quote == '"' || quote == '\'') {
        size_t from = ++self->at;
        const uint8_t *end = memchr(self->in.p + from, quote, self->in.n - from);
        if (end == NULL)
            return false;
        self->at = (size_t)(end - self->in.p);
        *ret = resolve(self, since(self, from), true, true, false);
        self->at++;
        return true;
    }
    size_t from = self->at;
    for (int c; (c = peek(self, 0)) >= 0 && !is_space(c) && c != '>';)
        self->at++;
    *ret = resolve(self, since(self, from), true, true, false);
    return true;
}

static void
add_attribute(SkHtmlTokenizer *self, SkHtmlToken *token, SkHtmlAttr attr)
{
    for (unsigned i = 0; i < token->attrs_n; i++) {
        if (sk_span_equal(token->attrs[i].name, attr.name))
            return; /* the first one counts */
    }
    if (token->attrs_n == SK_HTML_ATTRS_MAX)
        self->too_many_attrs++;
    else
        token->attrs[token->attrs_n++] = attr;
}

/* From behind the tag's name; false: the file ends in the tag, which is none then. */
static bool
attributes(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    for (;;) {
        skip_spaces(self);
        int c = peek(self, 0);
        if (c < 0)
            return false;
        if (c == '>') {
            self->at++;
            return true;
        }
        if (c == '/') {
            self->at++;
            if (peek(self, 0) == '>') {
                token->self_closing = true;
                self->at++;
                return true;
            }
            continue;
        }
        SkHtmlAttr attr = { .name = attribute_name(self), .value = SK_SPAN_EMPTY };
        skip_spaces(self);
        if (peek(self, 0) == '=') {
            self->at++;
            skip_spaces(self);
            if (peek(self, 0) == '>') {
                add_attribute(self, token, attr);
                continue;
            }
            if (!attribute_value(self, &attr.value))
                return false;
        }
        add_attribute(self, token, attr);
    }
}

/* At the first letter of the name. */
static bool
tag(SkHtmlTokenizer *self, SkHtmlToken *token, SkHtmlTokenKind kind)
{
    size_t from = self->at;

    for (int c; (c = peek(self, 0)) >= 0 && !is_space(c) && c != '/' && c != '>';)
        self->at++;
    token->kind = kind;
    token->name = lower(self, since(self, from));
    token->tag = sk_html_tag(token->name);
    token->attrs_n = 0;
    token->self_closing = false;
    if (attributes(self, token))
        return true;
    self->at = self->in.n;
    return false;
}

/* ---- comments and the document type --------------------------------------------------------- */

static void
bogus_comment(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    const uint8_t *end = memchr(self->in.p + self->at, '>', self->in.n - self->at);
    size_t from = self->at;

    self->at = end == NULL ? self->in.n : (size_t)(end - self->in.p);
    token->kind = SK_HTML_TOKEN_COMMENT;
    token->text = since(self, from);
    self->at += end == NULL ? 0 : 1;
}

/* Behind `<!--`. */
static void
comment(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    size_t from = self->at, end = self->in.n, next = self->in.n;

    token->kind = SK_HTML_TOKEN_COMMENT;
    if (peek(self, 0) == '>' || (peek(self, 0) == '-' && peek(self, 1) == '>')) {
        token->text = SK_SPAN_EMPTY;
        self->at += peek(self, 0) == '>' ? 1 : 2;
        return;
    }
    for (size_t at = from; at + 1 < self->in.n; at++) {
        const uint8_t *dash = memchr(self->in.p + at, '-', self->in.n - at);
        if (dash == NULL)
            break;
        at = (size_t)(dash - self->in.p);
        if (stands(self, at, "-->") || stands(self, at, "--!>")) {
            end = at;
            next = at + (self->in.p[at + 2] == '>' ? 3 : 4);
            break;
        }
    }
    token->text = sk_span_sub(self->in, from, end - from);
    self->at = next;
}

static bool
has_prefix(SkSpan s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && g_ascii_strncasecmp((const char *)s.p, prefix, n) == 0;
}

/* The document types of pages that were written for the browsers before CSS. */
static bool
is_quirky(SkSpan public_id, bool has_system)
{
    static const char *const prefixes[] = {
        "+//silmaril//", "-//as//", "-//advasoft ltd//", "-//ietf//", "-//metrius//",
        "-//microsoft//", "-//netscape comm. corp.//", "-//o'reilly and associates//",
        "-//softquad", "-//spyglass//", "-//sq//", "-//sun microsystems corp.//",
        "-//w3c//dtd html 3", "-//w3c//dtd html 4.0 frameset//", "-//w3c//dtd html 4.0 transitional//",
        "-//w3c//dtd html experimental", "-//w3c//dtd w3 html 3.0//", "-//w3o//", "-//webtechs//",
        "-/w3c/dtd html 4.0 transitional/en", "html",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (has_prefix(public_id, prefixes[i]))
            return true;
    }
    return !has_system && (has_prefix(public_id, "-//w3c//dtd html 4.01 frameset//") ||
                           has_prefix(public_id, "-//w3c//dtd html 4.01 transitional//"));
}

/* An identifier in quotes; false: there is none, or it does not end. */
static bool
quoted(SkSpan s, size_t *at, SkSpan *ret)
{
    while (*at < s.n && is_space(s.p[*at]))
        ++*at;
    if (*at >= s.n || (s.p[*at] != '"' && s.p[*at] != '\''))
        return false;
    const uint8_t *end = memchr(s.p + *at + 1, s.p[*at], s.n - *at - 1);
    if (end == NULL)
        return false;
    size_t from = *at + 1, to = (size_t)(end - s.p);
    *at = to + 1;
    *ret = sk_span_sub(s, from, to - from);
    return true;
}

static size_t
after_spaces(SkSpan s, size_t at)
{
    while (at < s.n && is_space(s.p[at]))
        at++;
    return at;
}

/* What stands behind the name of a document type. */
static bool
has_quirky_identifiers(SkSpan s, size_t at)
{
    SkSpan rest = sk_span_sub(s, at, s.n - at), public_id = SK_SPAN_EMPTY, system_id = SK_SPAN_EMPTY;
    bool is_public = has_prefix(rest, "public"), is_system = has_prefix(rest, "system");

    if (rest.n == 0)
        return false;
    if (!is_public && !is_system)
        return true;
    at += 6;
    if (is_public && !quoted(s, &at, &public_id))
        return true;
    at = is_public ? after_spaces(s, at) : at;
    bool has_system = is_system || at < s.n;
    if (has_system && !quoted(s, &at, &system_id))
        return true;
    return is_quirky(public_id, has_system) ||
           has_prefix(system_id, "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional");
}

/* Behind `<!doctype`. */
static void
doctype(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    size_t from = self->at;
    const uint8_t *end = memchr(self->in.p + from, '>', self->in.n - from);

    self->at = end == NULL ? self->in.n : (size_t)(end - self->in.p);
    SkSpan s = since(self, from);
    self->at += end == NULL ? 0 : 1;
    token->kind = SK_HTML_TOKEN_DOCTYPE;
    size_t at = after_spaces(s, 0);
    SkSpan rest = sk_span_sub(s, at, s.n - at);
    bool named = has_prefix(rest, "html") && (rest.n == 4 || is_space(rest.p[4]));
    token->quirks = !named || end == NULL || has_quirky_identifiers(s, after_spaces(s, at + 4));
}

/* At `<!` or `<?` or `</` and no letter. */
static void
declaration(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    if (stands(self, self->at, "<!--")) {
        self->at += 4;
        comment(self, token);
    } else if (stands(self, self->at, "<!doctype")) {
        self->at += 9;
        doctype(self, token);
    } else {
        self->at += self->in.p[self->at + 1] == '?' ? 1 : 2;
        bogus_comment(self, token);
    }
}

/* ---- text ----------------------------------------------------------------------------------- */

static bool
text(SkHtmlTokenizer *self, SkHtmlToken *token, size_t from, size_t to, bool references)
{
    token->kind = SK_HTML_TOKEN_TEXT;
    token->text = resolve(self, sk_span_sub(self->in, from, to - from), references, false,
                          references && self->state == SK_HTML_STATE_DATA && !self->foreign);
    self->at = to;
    return token->text.n > 0;
}

/* Is there, at @at, the end tag of the element whose text this is? */
static bool
is_raw_end(const SkHtmlTokenizer *self, size_t at)
{
    const char *name = sk_html_tag_name(self->raw);
    size_t end = at + 2 + strlen(name);

    if (!stands(self, at, "</") || !stands(self, at + 2, name) || end >= self->in.n)
        return false;
    int c = self->in.p[end];
    return is_space(c) || c == '/' || c == '>';
}

static bool
is_script_word(const SkHtmlTokenizer *self, size_t at)
{
    if (!stands(self, at, "script") || at + 6 >= self->in.n)
        return false;
    int c = self->in.p[at + 6];
    return is_space(c) || c == '/' || c == '>';
}

/* Where the text of a script ends: within `<!--`, one `<script` hides one end tag. */
static size_t
script_end(const SkHtmlTokenizer *self)
{
    bool escaped = false, twice = false;

    for (size_t at = self->at; at < self->in.n; at++) {
        if (escaped && stands(self, at, "-->")) {
            escaped = twice = false;
        } else if (self->in.p[at] != '<') {
            continue;
        } else if (!escaped && stands(self, at, "<!--")) {
            escaped = true;
            at += 1; /* its dashes may be those of its end */
        } else if (!twice && is_raw_end(self, at)) {
            return at;
        } else if (escaped && !twice && is_script_word(self, at + 1)) {
            twice = true;
        } else if (twice && stands(self, at, "</") && is_script_word(self, at + 2)) {
            twice = false;
        }
    }
    return self->in.n;
}

static size_t
raw_end(const SkHtmlTokenizer *self)
{
    if (self->state == SK_HTML_STATE_PLAIN)
        return self->in.n;
    if (self->state == SK_HTML_STATE_SCRIPT)
        return script_end(self);
    for (size_t at = self->at; at < self->in.n; at++) {
        const uint8_t *found = memchr(self->in.p + at, '<', self->in.n - at);
        if (found == NULL)
            break;
        at = (size_t)(found - self->in.p);
        if (is_raw_end(self, at))
            return at;
    }
    return self->in.n;
}

/* A < that begins something. */
static bool
begins_markup(const SkHtmlTokenizer *self, size_t at)
{
    int c = at + 1 < self->in.n ? self->in.p[at + 1] : -1, d = at + 2 < self->in.n ? self->in.p[at + 2] : -1;

    return (c >= 0 && (g_ascii_isalpha(c) || c == '!' || c == '?')) || (c == '/' && d >= 0);
}

static size_t
text_end(const SkHtmlTokenizer *self)
{
    for (size_t at = self->at; at < self->in.n; at++) {
        const uint8_t *found = memchr(self->in.p + at, '<', self->in.n - at);
        if (found == NULL)
            break;
        at = (size_t)(found - self->in.p);
        if (begins_markup(self, at))
            return at;
    }
    return self->in.n;
}

static bool
cdata(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    size_t from = self->at + 9, end = sk_span_find(self->in, from, sk_span_str("]]>"));
    size_t to = end == SIZE_MAX ? self->in.n : end;

    token->kind = SK_HTML_TOKEN_TEXT;
    token->text = resolve(self, sk_span_sub(self->in, from, to - from), false, false, false);
    self->at = end == SIZE_MAX ? self->in.n : end + 3;
    return token->text.n > 0;
}

/* At a < that begins something; false: nothing came of it. */
static bool
markup(SkHtmlTokenizer *self, SkHtmlToken *token)
{
    int c = peek(self, 1);

    if (g_ascii_isalpha(c)) {
        self->at += 1;
        return tag(self, token, SK_HTML_TOKEN_START);
    }
    if (c == '/' && g_ascii_isalpha(peek(self, 2))) {
        self->at += 2;
        return tag(self, token, SK_HTML_TOKEN_END);
    }
    if (c == '/' && peek(self, 2) == '>') {
        self->at += 3;
        return false;
    }
    if (self->foreign && self->in.n - self->at >= 9 &&
        memcmp(self->in.p + self->at, "<![CDATA[", 9) == 0)
        return cdata(self, token);
    declaration(self, token);
    return true;
}

void
sk_html_token(SkHtmlTokenizer *self, SkHtmlToken *ret)
{
    while (self->at < self->in.n) {
        if (self->state != SK_HTML_STATE_DATA) {
            size_t end = raw_end(self);
            bool references = self->state == SK_HTML_STATE_RCDATA;
            if (end > self->at ? text(self, ret, self->at, end, references)
                               : (self->at += 2, tag(self, ret, SK_HTML_TOKEN_END)))
                return;
            continue;
        }
        size_t end = text_end(self);
        if (end > self->at ? text(self, ret, self->at, end, true) : markup(self, ret))
            return;
    }
    ret->kind = SK_HTML_TOKEN_END_OF_FILE;
}
