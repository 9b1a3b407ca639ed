/* SPDX-License-Identifier: Apache-2.0
 * xml.c - contract in xml.h.
 *
 * Each scan_… function reads one piece of a token from `at` on and says OK, NO (the refusal is
 * recorded) or MORE: the window ends inside it. On MORE the window is refilled and the token read
 * again from its start, which happens once a window. */
#include "verify/xml.h"
#include "verify/chars.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

typedef enum { OK, MORE, NO } Scan;

enum { NAME_FIRST = 1, NAME = 2, TEXT = 4, VALUE = 8 };

/* What a byte may be part of. Names are ASCII: no name of the profile is not. */
static const uint8_t classes[256] = {
    ['\t'] = TEXT,
    ['\n'] = TEXT,
    [' ' ... '!'] = TEXT | VALUE,
    ['"'] = TEXT,
    ['#' ... '%'] = TEXT | VALUE,
    ['\'' ... ','] = TEXT | VALUE,
    ['-' ... '.'] = NAME | TEXT | VALUE,
    ['/'] = TEXT | VALUE,
    ['0' ... ':'] = NAME | TEXT | VALUE,
    [';'] = TEXT | VALUE,
    ['='] = TEXT | VALUE,
    ['?' ... '@'] = TEXT | VALUE,
    ['A' ... 'Z'] = NAME_FIRST | NAME | TEXT | VALUE,
    ['[' ... '^'] = TEXT | VALUE,
    ['_'] = NAME_FIRST | NAME | TEXT | VALUE,
    ['`'] = TEXT | VALUE,
    ['a' ... 'z'] = NAME_FIRST | NAME | TEXT | VALUE,
    ['{' ... '~'] = TEXT | VALUE,
    [0x7f] = TEXT,
};

SkXml *
sk_xml_new(SkProof *proof, SkXmlFill fill, void *source)
{
    SkXml *self = g_new0(SkXml, 1);
    self->proof = proof;
    self->fill = fill;
    self->source = source;
    self->size = SK_XML_WINDOW;
    self->window = g_malloc(self->size + SK_XML_SLACK);
    return self;
}

void
sk_xml_free(SkXml *self)
{
    if (self == NULL)
        return;
    g_free(self->window);
    g_free(self);
}

uint64_t
sk_xml_at(const SkXml *self)
{
    return self->token_at;
}

/* Moves what is unread to the window's start and fills the rest. False: refused. */
static bool
refill(SkXml *self)
{
    size_t left = self->end - self->at;

    memmove(self->window, self->window + self->at, left);
    self->before += self->at;
    self->at = 0;
    self->end = left;
    while (!self->ended && self->end < self->size) {
        size_t n = 0;
        if (!self->fill(self->source, self->window + self->end, self->size - self->end, &n))
            return false;
        self->end += n;
        self->ended = n == 0;
    }
    memset(self->window + self->end, 0, SK_XML_SLACK); /* 0 is of no class: it ends each run */
    return true;
}

/* The first place from @at on whose byte is not of @class: at the end of the window at the latest.
 */
static inline size_t
run(const SkXml *self, size_t at, uint8_t class)
{
    const uint8_t *p = self->window + at;

    while ((classes[*p] & class) != 0)
        p++;
    return (size_t)(p - self->window);
}

static SkSpan
unread(const SkXml *self)
{
    return sk_span(self->window + self->at, self->end - self->at);
}

static Scan
no(SkXml *self, SkElement element, const char *what, size_t at)
{
    (void)sk_proof_no(self->proof, element, "%s, byte %" G_GUINT64_FORMAT, what, self->before + at);
    return NO;
}

/* The window ends inside a token: fine while more can come. */
static Scan
cut(SkXml *self, size_t at)
{
    return self->ended ? no(self, SK_ELEMENT_NOT_CANONICAL, "part cut short", at) : MORE;
}

static inline Scan
scan_byte(SkXml *self, size_t *at, uint8_t byte)
{
    if (*at == self->end)
        return cut(self, *at);
    if (self->window[*at] != byte)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "tag not in canonical form", *at);
    *at += 1;
    return OK;
}

static inline Scan
scan_name(SkXml *self, size_t *at, SkSpan *ret, uint64_t *ret_key)
{
    const uint8_t *from = self->window + *at, *p = from;
    uint64_t key = 0;

    for (; (classes[*p] & NAME) != 0; p++)
        key = key << 8 | *p;
    size_t n = (size_t)(p - from);
    *at += n;
    if (*at == self->end)
        return cut(self, *at);
    if (n == 0 || n > SK_XML_NAME_MAX || (classes[*from] & NAME_FIRST) == 0)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "not a name", *at - n);
    *ret = sk_span(from, n);
    *ret_key = key;
    return OK;
}

/* One of the references that canonical XML writes where the bare character may not stand. */
static Scan
scan_reference(SkXml *self, size_t *at, bool in_value)
{
    static const char *const in_texts[] = { "&amp;", "&lt;", "&gt;", "&#xD;" };
    static const char *const in_values[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
    const char *const *references = in_value ? in_values : in_texts;
    SkSpan here = sk_span(self->window + *at, self->end - *at);

    for (unsigned i = 0; i < G_N_ELEMENTS(in_texts); i++)
        if (sk_span_starts(here, references[i])) {
            *at += strlen(references[i]);
            return OK;
        }
    if (here.n < 6 && memchr(here.p, ';', here.n) == NULL && !self->ended)
        return cut(self, *at);
    return no(self, SK_ELEMENT_XML_DTD, "reference", *at);
}

/* A character beyond ASCII. */
static Scan
scan_char(SkXml *self, size_t *at, bool in_value)
{
    SkSpan in = sk_span(self->window, self->end);
    size_t from = *at;
    uint32_t c = sk_char_next(in, at);

    if (c == SK_CHAR_BAD && in.n - from < 4 && !self->ended)
        return cut(self, from);
    if (c == SK_CHAR_BAD)
        return no(self, SK_ELEMENT_TEXT_ENCODING, "not UTF-8", from);
    if (c == 0xfffe || c == 0xffff || (in_value && c < 0xa0))
        return no(self, SK_ELEMENT_TEXT_CONTROL, "character outside XML", from);
    return OK;
}

static inline Scan
scan_value(SkXml *self, size_t *at, SkSpan *ret)
{
    Scan scan = scan_byte(self, at, '"');
    size_t from = *at;

    while (scan == OK) {
        *at = run(self, *at, VALUE);
        if (*at == self->end)
            return cut(self, *at);
        uint8_t c = self->window[*at];
        if (c == '"')
            break;
        if (c == '&')
            scan = scan_reference(self, at, true);
        else if (c >= 0x80)
            scan = scan_char(self, at, true);
        else
            scan = no(self, SK_ELEMENT_NOT_CANONICAL, "character in a value", *at);
    }
    if (scan != OK)
        return scan;
    *ret = sk_span(self->window + from, *at - from);
    *at += 1;
    return OK;
}

static Scan
scan_attributes(SkXml *self, size_t *at)
{
    Scan scan = OK;

    self->n_attributes = 0;
    while (scan == OK && *at < self->end && self->window[*at] == ' ') {
        if (self->n_attributes == SK_XML_ATTRIBUTES_MAX)
            return no(self, SK_ELEMENT_NOT_CANONICAL, "too many attributes", *at);
        SkXmlAttribute *attribute = &self->attributes[self->n_attributes];
        *at += 1;
        scan = scan_name(self, at, &attribute->name, &attribute->key);
        if (scan == OK)
            scan = scan_byte(self, at, '=');
        if (scan == OK)
            scan = scan_value(self, at, &attribute->value);
        self->n_attributes++;
    }
    return scan;
}

static Scan
scan_start(SkXml *self, size_t *at)
{
    Scan scan = scan_name(self, at, &self->name, &self->key);
    if (scan == OK)
        scan = scan_attributes(self, at);
    if (scan != OK)
        return scan;
    if (*at == self->end)
        return cut(self, *at);
    self->empty = self->window[*at] == '/';
    if (self->empty)
        *at += 1;
    scan = scan_byte(self, at, '>');
    if (scan != OK || self->empty)
        return scan;
    if (self->depth == SK_XML_DEPTH_MAX)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "nested too deep", *at);
    for (size_t i = 0; i < self->name.n && self->name.n > SK_XML_KEY_BYTES; i++)
        self->names[self->depth][i] = self->name.p[i];
    self->keys[self->depth] = self->key;
    self->lengths[self->depth++] = (uint8_t)self->name.n;
    return OK;
}

/* Is @name that of the innermost open element? */
static inline bool
closes(const SkXml *self, SkSpan name, uint64_t key)
{
    unsigned top = self->depth - 1;

    return self->depth > 0 && self->keys[top] == key && self->lengths[top] == name.n &&
           (name.n <= SK_XML_KEY_BYTES ||
            sk_span_equal(name, sk_span(self->names[top], self->lengths[top])));
}

static Scan
scan_end(SkXml *self, size_t *at)
{
    Scan scan = scan_name(self, at, &self->name, &self->key);
    if (scan == OK)
        scan = scan_byte(self, at, '>');
    if (scan != OK)
        return scan;
    if (self->hollow)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "empty element in two tags", *at);
    if (!closes(self, self->name, self->key))
        return no(self, SK_ELEMENT_NOT_CANONICAL, "end tag of another element", *at);
    self->depth--;
    return OK;
}

bool
sk_xml_simple(SkXml *self, SkSpan *ret_text)
{
    const uint8_t *from = self->window + self->at, *p = self->window + run(self, self->at, TEXT);
    SkSpan text = sk_span(from, (size_t)(p - from));
    uint64_t key = 0;

    if (text.n == 0 || p[0] != '<' || p[1] != '/') /* the byte behind the window is no `<` */
        return false;
    for (from = p += 2; (classes[*p] & NAME) != 0; p++)
        key = key << 8 | *p;
    if (*p != '>' || !closes(self, sk_span(from, (size_t)(p - from)), key))
        return false;
    self->depth--;
    self->hollow = false;
    self->at = (size_t)(p + 1 - self->window);
    *ret_text = text;
    return true;
}

/* What begins with `<!` or `<?`, or with a character no name begins with. */
static Scan
scan_foreign(SkXml *self, size_t at)
{
    SkSpan here = sk_span(self->window + at, self->end - at);

    if (sk_span_starts(here, "!DOCTYPE") || sk_span_starts(here, "!ENTITY"))
        return no(self, SK_ELEMENT_XML_DTD, "document type", at);
    if (sk_span_starts(here, "?") || sk_span_starts(here, "!--"))
        return no(self, SK_ELEMENT_XML_INSTRUCTION, "instruction or comment", at);
    if (here.n < 8 && sk_span_starts(here, "!") && !self->ended)
        return cut(self, at);
    return no(self, SK_ELEMENT_NOT_CANONICAL, "markup", at);
}

static Scan
scan_tag(SkXml *self, SkXmlToken *ret)
{
    size_t at = self->at + 1;
    Scan scan;

    if (at == self->end)
        return cut(self, at);
    *ret = SK_XML_START;
    if (self->window[at] == '/') {
        at++;
        *ret = SK_XML_END;
        scan = scan_end(self, &at);
    } else if (self->window[at] == '!' || self->window[at] == '?') {
        scan = scan_foreign(self, at);
    } else {
        scan = scan_start(self, &at);
    }
    if (scan == OK) {
        self->opened = true;
        self->hollow = *ret == SK_XML_START && !self->empty;
        self->at = at;
    }
    return scan;
}

/* As much text as the window has whole. */
static Scan
scan_text(SkXml *self)
{
    size_t at = self->at;
    Scan scan = OK;

    if (self->depth == 0)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "text before the root", at);
    while (scan == OK) {
        at = run(self, at, TEXT);
        if (at == self->end || self->window[at] == '<')
            break;
        uint8_t c = self->window[at];
        if (c == '&')
            scan = scan_reference(self, &at, false);
        else if (c >= 0x80)
            scan = scan_char(self, &at, false);
        else
            scan = no(self, c == '>' ? SK_ELEMENT_NOT_CANONICAL : SK_ELEMENT_TEXT_CONTROL,
                      "character in text", at);
    }
    if (scan == MORE && at > self->at)
        scan = OK; /* the rest comes with the next window */
    if (scan == OK) {
        self->text = sk_span(self->window + self->at, at - self->at);
        self->hollow = false;
        self->at = at;
    }
    return scan;
}

/* The declaration, before anything else; nothing after the root. Then a tag or text. */
static Scan
scan_token(SkXml *self, SkXmlToken *ret)
{
    if (self->before == 0 && self->at == 0) {
        if (!sk_span_starts(unread(self), DECLARATION))
            return no(self, SK_ELEMENT_NOT_CANONICAL, "XML declaration", 0);
        self->at = strlen(DECLARATION);
    }
    if (self->at == self->end) {
        if (!self->ended)
            return MORE;
        *ret = SK_XML_EOF;
        return self->opened && self->depth == 0 ? OK : cut(self, self->at);
    }
    self->token_at = self->before + self->at;
    if (self->opened && self->depth == 0)
        return no(self, SK_ELEMENT_TRAILING_DATA, "data after the root", self->at);
    if (self->window[self->at] == '<')
        return scan_tag(self, ret);
    *ret = SK_XML_TEXT;
    return scan_text(self);
}

SkXmlToken
sk_xml_next(SkXml *self)
{
    SkXmlToken token = SK_XML_NO;

    if (self->before == 0 && self->end == 0 && !refill(self))
        return SK_XML_NO;
    for (;;) {
        switch (scan_token(self, &token)) {
        case OK:
            return token;
        case NO:
            return SK_XML_NO;
        case MORE:
            if (self->at == 0 && self->end == SK_XML_WINDOW_MAX) {
                (void)no(self, SK_ELEMENT_NOT_CANONICAL, "tag too long", 0);
                return SK_XML_NO;
            }
            if (self->at == 0 && self->end == self->size) {
                self->size *= 2;
                self->window = g_realloc(self->window, self->size + SK_XML_SLACK);
            }
            if (!refill(self))
                return SK_XML_NO;
        }
    }
}

const SkSpan *
sk_xml_attribute(const SkXml *self, const char *name)
{
    for (unsigned i = 0; i < self->n_attributes; i++)
        if (sk_span_is(self->attributes[i].name, name))
            return &self->attributes[i].value;
    return NULL;
}

size_t
sk_xml_resolve(SkSpan s, char *ret, size_t size)
{
    static const struct {
        const char *text;
        char character;
    } references[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#xD;", '\r' }
    };
    size_t n = 0;

    for (size_t at = 0; at < s.n; n++) {
        char c = (char)s.p[at];
        size_t width = 1;
        for (unsigned i = 0; c == '&' && width == 1 && i < G_N_ELEMENTS(references); i++)
            if (sk_span_starts(sk_span_sub(s, at, s.n - at), references[i].text)) {
                c = references[i].character;
                width = strlen(references[i].text);
            }
        if (n < size)
            ret[n] = c;
        at += width;
    }
    return n;
}
