/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-read.c - contract in xml.h. expat tokenizes without its namespace mode, which composes and
 * hashes every name anew; names are resolved here, and remembered by what is written (docs/decisions/0031).
 */
#include "format/xml.h"

#include <expat.h>
#include <string.h>

#define XML_URI "http://www.w3.org/XML/1998/namespace"
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

struct SkXmlReader {
    const SkXmlHandler *handler;
    void *user;
    XML_Parser parser;
    GError *error; /* owned; the first failure */
    bool failed;
    bool dtd;
    unsigned depth;
    uint32_t generation;
    GArray *bindings; /* owned, of Binding */
    SkXmlSymbol open[SK_XML_DEPTH_MAX];
    SkXmlAttr attrs[SK_XML_ATTRS_MAX];
    Remembered memory[MEMORY_SLOTS];
};

static void
binding_clear(void *p)
{
    Binding *b = p;
    g_free(b->prefix);
    g_free(b->uri);
}

static void
stop(SkXmlReader *self)
{
    self->failed = true;
    XML_StopParser(self->parser, XML_FALSE);
}

#define fail(self, code, ...)                                                                      \
    do {                                                                                           \
        if (!(self)->failed)                                                                       \
            (void)sk_throw(&(self)->error, (code), __VA_ARGS__);                                   \
        stop(self);                                                                                \
    } while (0)

/* ---- names --------------------------------------------------------------------------------- */

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
resolve(SkXmlReader *self, SkSpan name, bool is_attribute, SkXmlSymbol *ret)
{
    size_t colon = sk_span_find(name, 0, sk_span_str(":"));
    SkSpan prefix = colon == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(name, 0, colon);
    SkSpan local = colon == SIZE_MAX ? name : sk_span_sub(name, colon + 1, name.n - colon - 1);
    SkSpan uri = SK_SPAN_EMPTY;

    if (name.n > SK_XML_NAME_MAX) {
        fail(self, SK_ERROR_LIMIT, "xml: name too long");
        return false;
    }
    if (colon != SIZE_MAX || !is_attribute) {
        const Binding *b = lookup_binding(self, prefix);
        if (colon != SIZE_MAX && (b == NULL || colon == 0 || local.n == 0 ||
                                  sk_span_find(local, 0, sk_span_str(":")) != SIZE_MAX)) {
            fail(self, SK_ERROR_MALFORMED, "xml: unbound prefix");
            return false;
        }
        if (b != NULL)
            uri = sk_span_str(b->uri);
    }
    *ret = is_attribute ? self->handler->attribute(self->user, uri, local)
                        : self->handler->element(self->user, uri, local);
    return true;
}

static bool
resolve_remembered(SkXmlReader *self, const char *name, bool is_attribute, SkXmlSymbol *ret)
{
    uint32_t hash = is_attribute ? 0x9e3779b9u : 0x811c9dc5u;
    size_t n = 0;
    for (; name[n] != '\0'; n++)
        hash = (hash ^ (uint8_t)name[n]) * 0x01000193u;

    Remembered *m = &self->memory[(hash ^ hash >> 15) % MEMORY_SLOTS];
    if (m->generation == self->generation && m->is_attribute == is_attribute && m->length == n &&
        memcmp(m->key, name, n) == 0) {
        *ret = m->symbol;
        return true;
    }
    if (!resolve(self, sk_span(name, n), is_attribute, ret))
        return false;
    if (n <= MEMORY_KEY_MAX) {
        m->generation = self->generation;
        m->is_attribute = is_attribute;
        m->length = (uint8_t)n;
        m->symbol = *ret;
        memcpy(m->key, name, n);
    }
    return true;
}

static void
bind(SkXmlReader *self, const char *prefix, const char *uri)
{
    const Binding *old = lookup_binding(self, sk_span_str(prefix));

    if (self->bindings->len >= SK_XML_NAMESPACES_MAX) {
        fail(self, SK_ERROR_LIMIT, "xml: too many namespaces");
        return;
    }
    if ((prefix[0] != '\0' && uri[0] == '\0') || strcmp(prefix, "xmlns") == 0 ||
        (strcmp(prefix, "xml") == 0) != (strcmp(uri, XML_URI) == 0)) {
        fail(self, SK_ERROR_MALFORMED, "xml: namespace that must not be bound");
        return;
    }
    if (old != NULL && strcmp(old->uri, uri) == 0)
        return; /* nothing changes: what is remembered stays right */
    Binding b = { .prefix = g_strdup(prefix), .uri = g_strdup(uri), .depth = self->depth };
    g_array_append_val(self->bindings, b);
    self->generation++;
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

/* ---- expat's events ------------------------------------------------------------------------ */

static bool
is_declaration(const char *name)
{
    return strncmp(name, "xmlns", 5) == 0 && (name[5] == '\0' || name[5] == ':');
}

static void
bind_all(SkXmlReader *self, const char **attrs)
{
    for (unsigned i = 0; attrs[i] != NULL && !self->failed; i += 2) {
        if (is_declaration(attrs[i]))
            bind(self, attrs[i][5] == ':' ? attrs[i] + 6 : "", attrs[i + 1]);
    }
}

static void
on_start(void *user, const char *name, const char **attrs)
{
    SkXmlReader *self = user;
    unsigned n = 0;
    SkXmlSymbol element = 0;

    if (self->failed)
        return;
    if (self->depth >= SK_XML_DEPTH_MAX) {
        fail(self, SK_ERROR_LIMIT, "xml: over %u levels", SK_XML_DEPTH_MAX);
        return;
    }
    self->depth++;
    bind_all(self, attrs);
    if (self->failed || !resolve_remembered(self, name, false, &element))
        return;
    for (unsigned i = 0; attrs[i] != NULL; i += 2) {
        if (is_declaration(attrs[i]))
            continue;
        if (n >= SK_XML_ATTRS_MAX) {
            fail(self, SK_ERROR_LIMIT, "xml: over %u attributes", SK_XML_ATTRS_MAX);
            return;
        }
        if (!resolve_remembered(self, attrs[i], true, &self->attrs[n].symbol))
            return;
        self->attrs[n++].value = sk_span_str(attrs[i + 1]);
    }
    self->open[self->depth - 1] = element;
    if (!self->handler->start(self->user, element, self->attrs, n, &self->error))
        stop(self);
}

static void
on_end(void *user, const char *name)
{
    SkXmlReader *self = user;

    (void)name;
    if (self->failed)
        return;
    if (!self->handler->end(self->user, self->open[self->depth - 1], &self->error))
        stop(self);
    unbind(self);
    self->depth--;
}

static void
on_text(void *user, const char *text, int n)
{
    SkXmlReader *self = user;

    if (!self->failed && !self->handler->text(self->user, sk_span(text, (size_t)n), &self->error))
        stop(self);
}

static void
on_comment(void *user, const char *text)
{
    SkXmlReader *self = user;

    (void)text;
    if (!self->failed && self->handler->aside != NULL)
        self->handler->aside(self->user);
}

static void
on_instruction(void *user, const char *target, const char *data)
{
    (void)data;
    on_comment(user, target);
}

static void
on_doctype(void *user, const char *name, const char *system, const char *public, int internal)
{
    SkXmlReader *self = user;

    (void)name, (void)system, (void)public, (void)internal;
    self->dtd = true;
    fail(self, SK_ERROR_FORBIDDEN, "xml: document type declaration");
}

/* expat also reads ISO 8859-1 and ASCII; two encodings are enough, and fewer readings differ. */
static void
on_declaration(void *user, const char *version, const char *encoding, int standalone)
{
    SkXmlReader *self = user;

    (void)standalone;
    if (version != NULL && strcmp(version, "1.0") != 0)
        fail(self, SK_ERROR_UNSUPPORTED, "xml: another version than 1.0");
    else if (encoding != NULL && g_ascii_strcasecmp(encoding, "UTF-8") != 0 &&
             g_ascii_strcasecmp(encoding, "UTF-16") != 0)
        fail(self, SK_ERROR_UNSUPPORTED, "xml: neither UTF-8 nor UTF-16");
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
    self->parser = XML_ParserCreate(NULL);
    if (self->parser == NULL)
        g_error("xml: out of memory");
    /* A fixed salt: the same bytes cost the same on every run, and hash flooding only hits the sender. */
    XML_SetHashSalt(self->parser, 0x5ec15401ul);
    XML_SetUserData(self->parser, self);
    XML_SetElementHandler(self->parser, on_start, on_end);
    XML_SetCharacterDataHandler(self->parser, on_text);
    XML_SetCommentHandler(self->parser, on_comment);
    XML_SetProcessingInstructionHandler(self->parser, on_instruction);
    XML_SetStartDoctypeDeclHandler(self->parser, on_doctype);
    XML_SetXmlDeclHandler(self->parser, on_declaration);
    return self;
}

void
sk_xml_reader_free(SkXmlReader *self)
{
    if (self == NULL)
        return;
    XML_ParserFree(self->parser);
    g_array_unref(self->bindings);
    g_clear_error(&self->error);
    g_free(self);
}

bool
sk_xml_reader_saw_dtd(const SkXmlReader *self)
{
    return self->dtd;
}

bool
sk_xml_reader_feed(SkXmlReader *self, SkSpan s, bool last, GError **error)
{
    g_assert(s.n <= INT_MAX && !self->failed);

    enum XML_Status status = XML_Parse(self->parser, (const char *)s.p, (int)s.n, last);
    if (self->failed) {
        g_propagate_error(error, g_steal_pointer(&self->error));
        return false;
    }
    if (status != XML_STATUS_OK) {
        self->failed = true;
        return sk_throw(error, SK_ERROR_MALFORMED, "xml: not well-formed (byte %lld)",
                        (long long)XML_GetCurrentByteIndex(self->parser));
    }
    return true;
}

bool
sk_xml_parse(SkSpan document, const SkXmlHandler *handler, void *user, GError **error)
{
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(handler, user);

    if (document.n > INT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xml: document too large");
    return sk_xml_reader_feed(reader, document, true, error);
}
