/* SPDX-License-Identifier: Apache-2.0
 * ooxml-about.c - docProps/app.xml: which family of programs laid the document out, and nothing
 * else of what stands there. Why it is kept at all: docs/decisions/0099-whose-habits.md. */
#include "disarm/ooxml-rebuild.h"

#include <string.h>

#define BYTES_MAX (256u << 10)
#define VALUE_MAX 64u

typedef enum { A_NONE = 0, A_ROOT, A_APPLICATION, A_VERSION, A_OTHER } Symbol;

typedef struct {
    unsigned depth;
    Symbol inside; /* the child of the root whose text is read */
    char values[A_OTHER][VALUE_MAX];
    size_t lengths[A_OTHER];
} About;

/* By local name alone: Strict documents have another namespace. */
static SkXmlSymbol
element_symbol(void *user, SkSpan uri, SkSpan local)
{
    (void)user, (void)uri;
    return sk_span_is(local, "Properties")    ? A_ROOT
           : sk_span_is(local, "Application") ? A_APPLICATION
           : sk_span_is(local, "AppVersion")  ? A_VERSION
                                              : A_OTHER;
}

static SkXmlSymbol
attribute_symbol(void *user, SkSpan uri, SkSpan local)
{
    (void)user, (void)uri, (void)local;
    return 0;
}

static bool
on_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    About *self = user;

    (void)attrs, (void)n;
    if (self->depth == 0 && element != A_ROOT)
        return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: no properties");
    self->depth++;
    self->inside = self->depth == 2 ? (Symbol)element : A_NONE;
    return true;
}

static bool
on_end(void *user, SkXmlSymbol element, GError **error)
{
    About *self = user;

    (void)element, (void)error;
    self->depth--;
    self->inside = A_NONE;
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    About *self = user;

    (void)error;
    if (self->inside != A_APPLICATION && self->inside != A_VERSION)
        return true;
    for (size_t i = 0; i < text.n && self->lengths[self->inside] + 1 < VALUE_MAX; i++)
        self->values[self->inside][self->lengths[self->inside]++] = (char)text.p[i];
    return true;
}

static bool
begins(const About *self, Symbol value, const char *with)
{
    return g_ascii_strncasecmp(self->values[value], with, strlen(with)) == 0;
}

static const char *
family_of(const About *self)
{
    if (begins(self, A_APPLICATION, "Microsoft"))
        return begins(self, A_VERSION, "12.") ? "<Application>Microsoft Office</Application>"
                                                "<AppVersion>12.0000</AppVersion>"
                                              : "<Application>Microsoft Office</Application>";
    return begins(self, A_APPLICATION, "LibreOffice") ? "<Application>LibreOffice</Application>"
                                                      : "<Application>Sekisho</Application>";
}

static char *
content_of(const About *self)
{
    return g_strdup_printf(
        SK_XML_DECLARATION
        "<Properties "
        "xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
        "%s</Properties>",
        family_of(self));
}

bool
sk_ooxml_about(SkOoxml *package, char **ret, GError **error)
{
    static const SkXmlHandler handler = { element_symbol, attribute_symbol, on_start,
                                          on_end,         on_text,          NULL };
    const SkZipEntry *part = sk_ooxml_lookup(package, "docProps/app.xml");
    About self = { .depth = 0 };
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) fault = NULL;

    *ret = NULL;
    if (part == NULL || part->size > BYTES_MAX) {
        *ret = content_of(&self);
        return true;
    }
    if (!sk_ooxml_read(package, part, BYTES_MAX, &bytes, &fault)) {
        if (g_error_matches(fault, SK_ERROR, SK_ERROR_LIMIT)) {
            g_propagate_error(error, g_steal_pointer(&fault));
            return false;
        }
        *ret = content_of(&self); /* the part goes anyway: that it is broken does not matter */
        return true;
    }
    if (!sk_xml_parse(sk_span_bytes(bytes), &handler, &self, NULL))
        self = (About){ .depth = 0 };
    *ret = content_of(&self);
    if (sk_span_is(sk_span_bytes(bytes), *ret))
        sk_ooxml_used(package, part); /* it is ours: nothing of it goes */
    return true;
}
