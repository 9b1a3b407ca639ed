/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-read.c - contract in xml.h: a strict tokenizer for the XML that office packages are made of.
 * It has no document types, so it needs no entities, and no other encodings than two. expat reads
 * the same documents in tests and fuzzing as a second opinion (docs/decisions/0031).
 *
 * Bytes are looked at where they lie; only a token that is cut by the end of a chunk is kept.
 * DEVIATION: every character beyond ASCII counts as a name character; such names are never written.
 */
#include "format/xml.h"

#include "format/xml-scan.h"

#include <string.h>

#define XML_URI "http://www.w3.org/XML/1998/namespace"
#define TOKEN_MAX (1u << 20) /* bytes of one tag, comment or instruction */
#define MEMORY_SLOTS 1024u
#define MEMORY_KEY_MAX 40u

typedef struct {
    char *prefix; /* owned; "" for the default namespace */
    char *uri;    /* owned; "" for none */
    unsigned depth;
} Binding;

/* What a written name came to, under one state of the bindings. */
typedef struct {
    uint32_t generation;
    SkXmlSymbol symbol;
    uint8_t length;
    bool is_attribute;
    char key[MEMORY_KEY_MAX];
} Remembered;

typedef struct {
    SkXmlSymbol symbol;
    uint32_t name_at; /* in names */
} Open;

struct SkXmlReader {
    const SkXmlHandler *handler;
    SkXmlWrittenFunc written; /* or NULL */
    void *user;
    SkXmlEncoding encoding;
    bool started; /* the declaration, if any, is behind */
    bool root_ended;
    bool failed;
    bool dtd;
    unsigned depth;
    uint32_t generation;
    GArray *bindings;    /* owned, of Binding */
    GByteArray *raw;     /* owned: bytes of UTF-16 not yet taken */
    GByteArray *pending; /* owned: UTF-8 not yet taken */
    GByteArray *scratch; /* owned: values and text with references resolved */
    size_t room;         /* bytes that scratch holds without moving */
    size_t names_n;
    uint8_t names[SK_XML_DEPTH_MAX * SK_XML_NAME_MAX]; /* written names of the open elements */
    Open open[SK_XML_DEPTH_MAX];
    SkXmlWritten raw_attrs[SK_XML_ATTRS_MAX];
    SkXmlAttr attrs[SK_XML_ATTRS_MAX];
    Remembered memory[MEMORY_SLOTS];
};

#define broken(error, what) sk_throw((error), SK_ERROR_MALFORMED, "xml: " what)

static void
binding_clear(void *p)
{
    Binding *b = p;
    g_free(b->prefix);
    g_free(b->uri);
}

/* ---- namespaces ---------------------------------------------------------------------------- */

static const Binding *
lookup_binding(const SkXmlReader *self, SkSpan prefix)
{
    for (unsigned i = self->bindings->len; i-- > 0;) {
        const Binding *b = &g_array_index(self->bindings, Binding, i);
        if (sk_span_is(prefix, b->prefix))
            return b;
    }
    return NULL;
}

SkSpan
sk_xml_reader_prefix(const SkXmlReader *self, SkSpan prefix)
{
    const Binding *b = lookup_binding(self, prefix);
    return b != NULL ? sk_span_str(b->uri) : SK_SPAN_EMPTY;
}

static bool
starts_as_name(SkSpan s)
{
    return s.n > 0 && !g_ascii_isdigit(s.p[0]) && s.p[0] != '-' && s.p[0] != '.';
}

static bool
resolve(SkXmlReader *self, SkSpan name, bool is_attribute, SkXmlSymbol *ret, GError **error)
{
    size_t colon = sk_span_find(name, 0, sk_span_str(":"));
    SkSpan prefix = colon == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(name, 0, colon);
    SkSpan local = colon == SIZE_MAX ? name : sk_span_sub(name, colon + 1, name.n - colon - 1);
    SkSpan uri = SK_SPAN_EMPTY;

    if (name.n > SK_XML_NAME_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xml: name too long");
    if (colon != SIZE_MAX || !is_attribute) {
        const Binding *b = lookup_binding(self, prefix);
        if (colon != SIZE_MAX && (b == NULL || colon == 0 || !starts_as_name(local) ||
                                  sk_span_find(local, 0, sk_span_str(":")) != SIZE_MAX))
            return broken(error, "unbound prefix");
        if (b != NULL)
            uri = sk_span_str(b->uri);
    }
    *ret = is_attribute ? self->handler->attribute(self->user, uri, local)
                        : self->handler->element(self->user, uri, local);
    return true;
}

static bool
resolve_remembered(SkXmlReader *self, SkSpan name, bool is_attribute, SkXmlSymbol *ret,
                   GError **error)
{
    uint32_t hash = is_attribute ? 0x9e3779b9u : 0x811c9dc5u;
    for (size_t i = 0; i < name.n; i++)
        hash = (hash ^ name.p[i]) * 0x01000193u;

    Remembered *m = &self->memory[(hash ^ hash >> 15) % MEMORY_SLOTS];
    if (m->generation == self->generation && m->is_attribute == is_attribute &&
        m->length == name.n && memcmp(m->key, name.p, name.n) == 0) {
        *ret = m->symbol;
        return true;
    }
    if (!resolve(self, name, is_attribute, ret, error))
        return false;
    if (name.n <= MEMORY_KEY_MAX) {
        m->generation = self->generation;
        m->is_attribute = is_attribute;
        m->length = (uint8_t)name.n;
        m->symbol = *ret;
        memcpy(m->key, name.p, name.n);
    }
    return true;
}

static bool
bind(SkXmlReader *self, SkSpan prefix, SkSpan uri, GError **error)
{
    const Binding *old = lookup_binding(self, prefix);

    if (self->bindings->len >= SK_XML_NAMESPACES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xml: too many namespaces");
    if ((prefix.n > 0 && (uri.n == 0 || !starts_as_name(prefix))) || sk_span_is(prefix, "xmlns") ||
        sk_span_find(prefix, 0, sk_span_str(":")) != SIZE_MAX ||
        sk_span_is(prefix, "xml") != sk_span_is(uri, XML_URI))
        return broken(error, "namespace that must not be bound");
    if (old != NULL && sk_span_is(uri, old->uri))
        return true; /* nothing changes: what is remembered stays right */
    Binding b = { .prefix = sk_span_dup(prefix), .uri = sk_span_dup(uri), .depth = self->depth };
    g_array_append_val(self->bindings, b);
    self->generation++;
    return true;
}

static void
unbind(SkXmlReader *self)
{
    unsigned n = self->bindings->len;
    while (n > 0 && g_array_index(self->bindings, Binding, n - 1).depth >= self->depth)
        n--;
    if (n < self->bindings->len) {
        g_array_set_size(self->bindings, n);
        self->generation++;
    }
}

/* ---- tokens: all of these answer false with no error for "more bytes are needed" ------------ */

typedef struct {
    SkSpan s;
    size_t at;
} Cursor;

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static const bool name_chars[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, [':'] = true,
    ['_'] = true,         ['-'] = true,         ['.'] = true,         [0x80 ... 0xff] = true,
};

static bool
skip_space(Cursor *c)
{
    size_t start = c->at;
    while (c->at < c->s.n && is_space(c->s.p[c->at]))
        c->at++;
    return c->at > start;
}

static SkSpan
take_name(Cursor *c)
{
    size_t start = c->at;
    while (c->at < c->s.n && name_chars[c->s.p[c->at]])
        c->at++;
    return sk_span_sub(c->s, start, c->at - start);
}

static bool
is_name(SkSpan name)
{
    return starts_as_name(name) && name.p[0] != ':';
}

/* The byte at the cursor, or 0 at the end: NUL is no character of XML, so it fails every test. */
static uint8_t
peek(const Cursor *c)
{
    return c->at < c->s.n ? c->s.p[c->at] : 0;
}

/* What stands out in text and values: most have nothing of it and need no second look. */
enum {
    HAS_SPACE = 1,
    HAS_RETURN = 2,
    HAS_REFERENCE = 4,
    HAS_OPEN = 8,
    HAS_BRACKET = 16,
    HAS_WIDE = 32,
    HAS_CONTROL = 64
};

static const uint8_t looks[256] = {
    [0 ... '\t' - 1] = HAS_CONTROL,
    ['\t' ... '\n'] = HAS_SPACE,
    ['\n' + 1 ... '\r' - 1] = HAS_CONTROL,
    ['\r'] = HAS_SPACE | HAS_RETURN,
    ['\r' + 1 ... 0x1f] = HAS_CONTROL,
    ['&'] = HAS_REFERENCE,
    ['<'] = HAS_OPEN,
    [']'] = HAS_BRACKET,
    [0x80 ... 0xff] = HAS_WIDE,
};

/* From @at up to the first @end, or the end of all; gathers what it saw. */
static inline size_t
look(SkSpan s, size_t at, uint8_t end, unsigned *ret_saw)
{
    unsigned saw = 0;

    for (; at < s.n && s.p[at] != end; at++)
        saw |= looks[s.p[at]];
    *ret_saw = saw;
    return at;
}

static void
append_char(GByteArray *to, gunichar c)
{
    char utf8[6];
    g_byte_array_append(to, (const uint8_t *)utf8, (guint)g_unichar_to_utf8(c, utf8));
}

/* References and line ends resolved into the scratch. In a value white space becomes spaces. */
static bool
unescape(SkXmlReader *self, SkSpan s, bool in_value, SkSpan *ret, GError **error)
{
    guint start = self->scratch->len;

    for (size_t at = 0; at < s.n;) {
        uint8_t c = s.p[at];
        size_t n = 1;
        if (c == '&') {
            gunichar stands_for = sk_xml_reference(sk_span_sub(s, at, s.n - at), &n);
            if (stands_for == 0)
                return broken(error, "reference to nothing");
            append_char(self->scratch, stands_for);
        } else if (is_space(c)) {
            n = c == '\r' && at + 1 < s.n && s.p[at + 1] == '\n' ? 2 : 1;
            g_byte_array_append(self->scratch,
                                (const uint8_t *)(in_value    ? " "
                                                  : c == '\r' ? "\n"
                                                              : (char[]){ (char)c, 0 }),
                                1);
        } else {
            g_byte_array_append(self->scratch, &c, 1);
        }
        at += n;
    }
    *ret = sk_span(self->scratch->data + start, self->scratch->len - start);
    return true;
}

/* NAME = "VALUE"; the value is checked, and resolved where it must be. */
static bool
take_attr(SkXmlReader *self, Cursor *c, SkXmlWritten *ret, bool *ret_more, GError **error)
{
    ret->name = take_name(c);
    if (c->at < c->s.n && !is_name(ret->name))
        return broken(error, "no attribute name");
    skip_space(c);
    if (c->at < c->s.n && peek(c) != '=')
        return broken(error, "attribute without a value");
    c->at += c->at < c->s.n;
    skip_space(c);
    uint8_t quote = peek(c);
    if (c->at < c->s.n && quote != '"' && quote != '\'')
        return broken(error, "attribute value without quotes");
    unsigned saw = 0;
    size_t end = c->at < c->s.n ? look(c->s, c->at + 1, quote, &saw) : c->s.n;
    if (end >= c->s.n) {
        *ret_more = true;
        return true;
    }
    ret->value = sk_span_sub(c->s, c->at + 1, end - c->at - 1);
    c->at = end + 1;
    if ((saw & (HAS_OPEN | HAS_CONTROL)) != 0 ||
        ((saw & HAS_WIDE) != 0 && !sk_xml_chars(ret->value)) || !sk_xml_chars(ret->name))
        return broken(error, "character that must not stand in a value");
    return (saw & (HAS_SPACE | HAS_REFERENCE)) == 0 ||
           unescape(self, ret->value, true, &ret->value, error);
}

/* ---- elements ------------------------------------------------------------------------------ */

static bool
is_declaration(SkSpan name)
{
    return name.n >= 5 && name.p[0] == 'x' && sk_span_starts(name, "xmlns") &&
           (name.n == 5 || name.p[5] == ':');
}

static bool
is_repeated(const SkXmlWritten *attrs, unsigned n)
{
    for (unsigned i = 0; i + 1 < n; i++) {
        if (sk_span_equal(attrs[i].name, attrs[n - 1].name))
            return true;
    }
    return false;
}

static bool
bind_all(SkXmlReader *self, unsigned n, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        SkSpan name = self->raw_attrs[i].name;
        if (is_declaration(name) &&
            (name.n == 6 ||
             !bind(self, name.n == 5 ? SK_SPAN_EMPTY : sk_span_sub(name, 6, name.n - 6),
                   self->raw_attrs[i].value, error)))
            return name.n == 6 ? broken(error, "empty prefix") : false;
    }
    return true;
}

static bool
start_element(SkXmlReader *self, SkSpan name, unsigned raw_n, bool empty, GError **error)
{
    unsigned n = 0;
    Open *open = &self->open[self->depth];

    self->depth++;
    if (!bind_all(self, raw_n, error) ||
        !resolve_remembered(self, name, false, &open->symbol, error))
        return false;
    for (unsigned i = 0; i < raw_n; i++) {
        if (is_declaration(self->raw_attrs[i].name))
            continue;
        if (!resolve_remembered(self, self->raw_attrs[i].name, true, &self->attrs[n].symbol, error))
            return false;
        self->attrs[n++].value = self->raw_attrs[i].value;
    }
    if (self->written != NULL)
        self->written(self->user, name, self->raw_attrs, raw_n);
    if (!self->handler->start(self->user, open->symbol, self->attrs, n, error))
        return false;
    if (!empty) {
        open->name_at = (uint32_t)self->names_n;
        memcpy(self->names + self->names_n, name.p,
               name.n); /* resolve() bounds its length, take_markup() their number */
        self->names_n += name.n;
        return true;
    }
    bool ok = self->handler->end(self->user, open->symbol, error);
    unbind(self);
    self->depth--;
    self->root_ended = self->depth == 0;
    return ok;
}

static bool
take_start(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    unsigned n = 0;

    c->at++;
    /* Room for every value at once, so that the spans of the first ones stay where they are:
     * resolved values are never longer than written ones. */
    if (self->room < c->s.n - c->at) {
        self->room = c->s.n - c->at;
        g_byte_array_set_size(self->scratch, (guint)self->room);
    }
    if (self->scratch->len > 0)
        g_byte_array_set_size(self->scratch, 0);
    SkSpan name = take_name(c);
    for (;;) {
        bool space = skip_space(c);
        if (c->at >= c->s.n) {
            *ret_more = true;
            return true;
        }
        bool empty = peek(c) == '/';
        if (empty && c->at + 1 >= c->s.n) {
            *ret_more = true;
            return true;
        }
        if (!is_name(name) || !sk_xml_chars(name))
            return broken(error, "no element name");
        if (peek(c) == '>' || (empty && c->s.p[c->at + 1] == '>')) {
            c->at += empty ? 2 : 1;
            return start_element(self, name, n, empty, error);
        }
        if (!space)
            return broken(error, "attributes without space between");
        if (n >= SK_XML_ATTRS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "xml: over %u attributes", SK_XML_ATTRS_MAX);
        if (!take_attr(self, c, &self->raw_attrs[n], ret_more, error))
            return false;
        if (*ret_more)
            return true;
        if (is_repeated(self->raw_attrs, ++n))
            return broken(error, "one attribute twice");
    }
}

static bool
take_end(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    c->at += 2;
    SkSpan name = take_name(c);
    skip_space(c);
    if (c->at >= c->s.n) {
        *ret_more = true;
        return true;
    }
    if (peek(c) != '>' || self->depth == 0)
        return broken(error, "broken end tag");
    c->at++;
    const Open *open = &self->open[self->depth - 1];
    if (!sk_span_equal(name, sk_span(self->names + open->name_at, self->names_n - open->name_at)))
        return broken(error, "end tag of another element");
    self->names_n = open->name_at;
    if (!self->handler->end(self->user, open->symbol, error))
        return false;
    unbind(self);
    self->depth--;
    self->root_ended = self->depth == 0;
    return true;
}

/* ---- comments, instructions, CDATA, the declaration ----------------------------------------- */

/* What stands between a token's beginning and @end; more is needed where there is no end. */
static bool
take_until(Cursor *c, size_t begin, const char *end, SkSpan *ret, bool *ret_more, GError **error)
{
    size_t found =
        c->at + begin <= c->s.n ? sk_span_find(c->s, c->at + begin, sk_span_str(end)) : SIZE_MAX;

    if (found == SIZE_MAX) {
        *ret_more = true;
        return true;
    }
    *ret = sk_span_sub(c->s, c->at + begin, found - c->at - begin);
    c->at = found + strlen(end);
    return sk_xml_chars(*ret) || broken(error, "character that must not stand here");
}

static bool
check_declaration(const SkXmlReader *self, SkSpan name, SkSpan value, unsigned *stage,
                  GError **error)
{
    bool wide = self->encoding != SK_XML_UTF8;
    g_autofree char *text = sk_span_dup(value);

    if (sk_span_is(name, "version") && *stage == 0) {
        *stage = 1;
        return strcmp(text, "1.0") == 0 ||
               sk_throw(error, SK_ERROR_UNSUPPORTED, "xml: another version than 1.0");
    }
    if (sk_span_is(name, "encoding") && *stage == 1) {
        *stage = 2;
        /* What is called US-ASCII (by Python's own writer) is read as the UTF-8 that it is. */
        bool utf8 = g_ascii_strcasecmp(text, "UTF-8") == 0 ||
                    g_ascii_strcasecmp(text, "US-ASCII") == 0,
             utf16 = g_ascii_strcasecmp(text, "UTF-16") == 0;
        if (!utf8 && !utf16)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "xml: neither UTF-8 nor UTF-16");
        return wide == utf16 || broken(error, "encoding that contradicts the bytes");
    }
    if (sk_span_is(name, "standalone") && (*stage == 1 || *stage == 2)) {
        *stage = 3;
        return strcmp(text, "yes") == 0 || strcmp(text, "no") == 0 ||
               broken(error, "broken declaration");
    }
    return broken(error, "broken declaration");
}

static bool
parse_declaration(SkXmlReader *self, SkSpan content, GError **error)
{
    Cursor c = { .s = content };
    unsigned stage = 0;

    g_byte_array_set_size(self->scratch, 0);
    while (skip_space(&c) && c.at < c.s.n) {
        SkXmlWritten attr = { .name = SK_SPAN_EMPTY };
        bool more = false;
        if (!take_attr(self, &c, &attr, &more, error))
            return false;
        if (more)
            return broken(error, "broken declaration");
        if (!check_declaration(self, attr.name, attr.value, &stage, error))
            return false;
    }
    return (stage > 0 && c.at == c.s.n) || broken(error, "broken declaration");
}

static bool
take_instruction(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    bool first = !self->started;
    SkSpan content = SK_SPAN_EMPTY;

    if (!take_until(c, 2, "?>", &content, ret_more, error))
        return false;
    if (*ret_more)
        return true;
    Cursor inside = { .s = content };
    SkSpan target = take_name(&inside);
    if (!is_name(target) || memchr(target.p, ':', target.n) != NULL ||
        (inside.at < content.n && !is_space(content.p[inside.at])))
        return broken(error, "broken processing instruction");
    if (target.n == 3 && g_ascii_strncasecmp((const char *)target.p, "xml", 3) == 0) {
        if (!first || !sk_span_is(target, "xml"))
            return broken(error, "declaration that is not at the beginning");
        return parse_declaration(self, sk_span_sub(content, 3, content.n - 3), error);
    }
    if (self->handler->aside != NULL)
        self->handler->aside(self->user);
    return true;
}

static bool
take_comment(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    SkSpan content = SK_SPAN_EMPTY;

    if (!take_until(c, 4, "--", &content, ret_more, error))
        return false;
    if (*ret_more || c->at >= c->s.n) {
        *ret_more = true;
        return true;
    }
    if (peek(c) != '>')
        return broken(error, "two hyphens in a comment");
    c->at++;
    if (self->handler->aside != NULL)
        self->handler->aside(self->user);
    return true;
}

static bool
hand_on_text(SkXmlReader *self, SkSpan text, bool references, GError **error)
{
    if (text.n == 0)
        return true;
    bool plain = memchr(text.p, '\r', text.n) == NULL &&
                 (!references || memchr(text.p, '&', text.n) == NULL);
    if (plain)
        return self->handler->text(self->user, text, error);
    if (references) {
        g_byte_array_set_size(self->scratch, 0);
        return unescape(self, text, false, &text, error) &&
               self->handler->text(self->user, text, error);
    }
    for (size_t at = 0; at < text.n;) { /* CDATA: only the line ends change */
        size_t end = sk_span_find(text, at, sk_span_str("\r"));
        size_t n = (end == SIZE_MAX ? text.n : end) - at;
        if (n > 0 && !self->handler->text(self->user, sk_span_sub(text, at, n), error))
            return false;
        if (end == SIZE_MAX)
            break;
        at = end + 1;
        if ((at >= text.n || text.p[at] != '\n') &&
            !self->handler->text(self->user, sk_span_str("\n"), error))
            return false;
    }
    return true;
}

static bool
take_cdata(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    SkSpan content = SK_SPAN_EMPTY;

    if (self->depth == 0)
        return broken(error, "CDATA outside of the root");
    if (!take_until(c, 9, "]]>", &content, ret_more, error))
        return false;
    return *ret_more || hand_on_text(self, content, false, error);
}

static bool
take_bang(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    static const char *const known[] = { "<!--", "<![CDATA[", "<!DOCTYPE" };
    SkSpan rest = sk_span_sub(c->s, c->at, c->s.n - c->at);

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        size_t n = strlen(known[i]);
        if (rest.n < n && strncmp((const char *)rest.p, known[i], rest.n) == 0) {
            *ret_more = true;
            return true;
        }
        if (!sk_span_starts(rest, known[i]))
            continue;
        if (i == 0)
            return take_comment(self, c, ret_more, error);
        if (i == 1)
            return take_cdata(self, c, ret_more, error);
        self->dtd = true;
        return sk_throw(error, SK_ERROR_FORBIDDEN, "xml: document type declaration");
    }
    return broken(error, "unknown declaration");
}

static bool
take_markup(SkXmlReader *self, Cursor *c, bool *ret_more, GError **error)
{
    if (c->at + 1 >= c->s.n) {
        *ret_more = true;
        return true;
    }
    switch (c->s.p[c->at + 1]) {
    case '/':
        return take_end(self, c, ret_more, error);
    case '!':
        return take_bang(self, c, ret_more, error);
    case '?':
        return take_instruction(self, c, ret_more, error);
    default:
        if (self->root_ended)
            return broken(error, "second root");
        if (self->depth >= SK_XML_DEPTH_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "xml: over %u levels", SK_XML_DEPTH_MAX);
        return take_start(self, c, ret_more, error);
    }
}

/* How much of a text whose end is not in sight can be handed on: not half a character, reference,
 * line end or `]]>`. */
static size_t
safe_length(SkSpan s)
{
    size_t n = s.n;
    for (size_t back = 1; back <= 32 && back <= s.n; back++) {
        if (s.p[s.n - back] == ';')
            break;
        if (s.p[s.n - back] == '&') {
            n = s.n - back;
            break;
        }
    }
    while (n > 0 && (s.p[n - 1] == ']' || s.p[n - 1] == '\r'))
        n--;
    return sk_xml_whole(sk_span_sub(s, 0, n));
}

static bool
take_text(SkXmlReader *self, Cursor *c, bool last, bool *ret_more, GError **error)
{
    unsigned saw = 0;
    size_t end = look(c->s, c->at, '<', &saw);
    SkSpan text = sk_span_sub(c->s, c->at, end - c->at);

    if (end == c->s.n && !last) {
        text.n = safe_length(text);
        *ret_more = true;
    }
    c->at += text.n;
    if ((saw & HAS_CONTROL) != 0 || ((saw & HAS_WIDE) != 0 && !sk_xml_chars(text)) ||
        ((saw & HAS_BRACKET) != 0 && sk_span_find(text, 0, sk_span_str("]]>")) != SIZE_MAX))
        return broken(error, "character that must not stand in text");
    if (self->depth > 0 && (saw & (HAS_RETURN | HAS_REFERENCE)) == 0)
        return text.n == 0 || self->handler->text(self->user, text, error);
    if (self->depth > 0)
        return hand_on_text(self, text, true, error);
    for (size_t i = 0; i < text.n; i++) {
        if (!is_space(text.p[i]))
            return broken(error, "text outside of the root");
    }
    return true;
}

/* ---- feeding ------------------------------------------------------------------------------- */

/* Takes tokens from @s as long as they are whole. */
static bool
take_all(SkXmlReader *self, SkSpan s, bool last, size_t *ret_used, GError **error)
{
    Cursor c = { .s = s };
    bool more = false;

    while (c.at < s.n && !more) {
        size_t start = c.at;
        bool markup = s.p[c.at] == '<';
        bool ok =
            markup ? take_markup(self, &c, &more, error) : take_text(self, &c, last, &more, error);
        if (!ok)
            return false;
        if (more && markup)
            c.at = start;
        self->started = self->started || c.at > start;
    }
    *ret_used = c.at;
    return true;
}

static bool
feed_utf8(SkXmlReader *self, SkSpan s, bool last, GError **error)
{
    size_t used = 0;

    if (self->pending->len > 0) {
        g_byte_array_append(self->pending, s.p, (guint)s.n);
        s = sk_span(self->pending->data, self->pending->len);
    }
    if (!take_all(self, s, last, &used, error))
        return false;
    if (s.n - used > TOKEN_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xml: token too long");
    if (self->pending->len > 0)
        g_byte_array_remove_range(self->pending, 0, (guint)used);
    else
        g_byte_array_append(self->pending, s.p + used, (guint)(s.n - used));
    return true;
}

static bool
feed_utf16(SkXmlReader *self, SkSpan s, bool last, GError **error)
{
    g_autoptr(GByteArray) utf8 = g_byte_array_new();
    size_t used = 0;

    g_byte_array_append(self->raw, s.p, (guint)s.n);
    if (!sk_xml_from_utf16(sk_span(self->raw->data, self->raw->len),
                           self->encoding == SK_XML_UTF16BE, utf8, &used))
        return broken(error, "broken UTF-16");
    g_byte_array_remove_range(self->raw, 0, (guint)used);
    if (last && self->raw->len > 0)
        return broken(error, "broken UTF-16");
    return feed_utf8(self, sk_span(utf8->data, utf8->len), last, error);
}

static bool
feed(SkXmlReader *self, SkSpan s, bool last, GError **error)
{
    if (self->encoding == SK_XML_UTF8)
        return feed_utf8(self, s, last, error);
    if (self->encoding != SK_XML_UNDECIDED)
        return feed_utf16(self, s, last, error);

    g_byte_array_append(self->raw, s.p, (guint)s.n);
    if (self->raw->len < 4 && !last)
        return true;
    g_autoptr(GByteArray) head = g_steal_pointer(&self->raw);
    size_t skip = 0;
    self->raw = g_byte_array_new();
    self->encoding = sk_xml_encoding(sk_span(head->data, head->len), &skip);
    /* of an empty document there is no data to count from */
    SkSpan all = sk_span(head->data, head->len);
    SkSpan rest = sk_span_sub(all, skip, all.n - skip);
    return self->encoding == SK_XML_UTF8 ? feed_utf8(self, rest, last, error)
                                         : feed_utf16(self, rest, last, error);
}

bool
sk_xml_reader_feed(SkXmlReader *self, SkSpan s, bool last, GError **error)
{
    g_assert(!self->failed);

    self->failed = !feed(self, s, last, error);
    if (self->failed)
        return false;
    self->failed = last && (self->pending->len > 0 || self->depth > 0 || !self->root_ended);
    return !self->failed || broken(error, "document is cut short");
}

/* ---- life ---------------------------------------------------------------------------------- */

SkXmlReader *
sk_xml_reader_new(const SkXmlHandler *handler, void *user)
{
    SkXmlReader *self = g_new0(SkXmlReader, 1);

    self->handler = handler;
    self->user = user;
    self->generation = 1;
    self->bindings = g_array_new(FALSE, FALSE, sizeof(Binding));
    g_array_set_clear_func(self->bindings, binding_clear);
    Binding xml = { .prefix = g_strdup("xml"), .uri = g_strdup(XML_URI) };
    g_array_append_val(self->bindings, xml);
    self->raw = g_byte_array_new();
    self->pending = g_byte_array_new();
    self->scratch = g_byte_array_new();
    return self;
}

void
sk_xml_reader_free(SkXmlReader *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->bindings);
    g_byte_array_unref(self->raw);
    g_byte_array_unref(self->pending);
    g_byte_array_unref(self->scratch);
    g_free(self);
}

void
sk_xml_reader_listen(SkXmlReader *self, SkXmlWrittenFunc written)
{
    self->written = written;
}

bool
sk_xml_reader_saw_dtd(const SkXmlReader *self)
{
    return self->dtd;
}

bool
sk_xml_parse(SkSpan document, const SkXmlHandler *handler, void *user, GError **error)
{
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(handler, user);

    return sk_xml_reader_feed(reader, document, true, error);
}
