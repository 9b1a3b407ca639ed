/* SPDX-License-Identifier: Apache-2.0
 * xml.c - XML that is data: elements, attributes and text as they are, written anew; nothing that
 * loads, includes or runs. Spec: docs/formats/xml-document.md */
#include "disarm/formats.h"

#include "disarm/textual.h"
#include "format/charset.h"
#include "format/plain.h"
#include "format/xml.h"

#include <string.h>

typedef enum { ORDINARY = 1, ACTIVE, INCLUDE, SCHEMA } Kind;

typedef struct {
    SkDisarm *disarm;
    SkSpan name; /* of the tag at hand, and its attributes: borrowed from the reader */
    const SkXmlWritten *attrs;
    unsigned n_attrs;
    GString *text;     /* owned: since the last tag, not yet judged */
    GString *filtered; /* owned */
    GString *names;    /* owned: of the open elements, one behind the other */
    size_t ends[SK_XML_DEPTH_MAX]; /* where each name begins */
    unsigned depth;
    unsigned skipping; /* levels inside something left out */
    bool tag_open;     /* its `>` is not yet written */
    uint32_t asides;
    SkTextualDropped dropped;
} Xml;

/* ---- what runs ---------------------------------------------------------------------------- */

static const char *const active[] = {
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/XSL/Transform",
    "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul",
    "http://www.mozilla.org/xbl",
    "http://schemas.microsoft.com/office/2006/xmlPackage",
    "http://schemas.microsoft.com/office/word/2003/wordml",
    "http://schemas.microsoft.com/developer/msbuild/2003",
    "http://schemas.microsoft.com/winfx/2006/xaml/presentation",
    "urn:schemas-microsoft-com:office:spreadsheet",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
    "urn:schemas-microsoft-com:office:word",
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:xslt",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
};

/* A namespace is what it will be called in the output, where nothing invisible is left of it. */
static Kind
kind_of_namespace(Xml *self, SkSpan uri)
{
    SkTextualDropped ignored = { 0 };

    g_string_truncate(self->filtered, 0);
    sk_textual_filter(self->disarm, uri, false, self->filtered, &ignored);
    for (size_t i = 0; i < G_N_ELEMENTS(active); i++) {
        if (strcmp(self->filtered->str, active[i]) == 0)
            return ACTIVE;
    }
    return strcmp(self->filtered->str, "http://www.w3.org/2001/XInclude") == 0 ? INCLUDE : ORDINARY;
}

static SkXmlSymbol
element(void *user, SkSpan uri, SkSpan local)
{
    (void)local;
    return kind_of_namespace(user, uri);
}

static SkXmlSymbol
attribute(void *user, SkSpan uri, SkSpan local)
{
    if (uri.n > 0 &&
        (sk_span_is(local, "schemaLocation") || sk_span_is(local, "noNamespaceSchemaLocation")))
        return SCHEMA;
    return kind_of_namespace(user, uri);
}

static bool
leave_out(Xml *self, Kind kind, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    SkElement found = kind == ACTIVE    ? SK_ELEMENT_XML_ACTIVE
                      : kind == INCLUDE ? SK_ELEMENT_XML_INCLUDE
                                        : SK_ELEMENT_XML_SCHEMA;
    return sk_disarm_found(self->disarm, found, SK_SPAN_EMPTY, 1, &verdict, error);
}

/* ---- writing ------------------------------------------------------------------------------ */

/* References where a character may not stand bare. */
static const char *
reference(uint8_t c, bool in_value)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return in_value ? "&quot;" : NULL;
    case '\t':
        return in_value ? "&#x9;" : NULL;
    case '\n':
        return in_value ? "&#xA;" : NULL;
    default:
        return NULL;
    }
}

static void
write_characters(Xml *self, SkSpan raw, bool in_value)
{
    SkSink *out = self->disarm->sink;
    size_t from = 0;

    g_string_truncate(self->filtered, 0);
    sk_textual_filter(self->disarm, raw, false, self->filtered, &self->dropped);
    SkSpan text = sk_span(self->filtered->str, self->filtered->len);
    for (size_t i = 0; i < text.n; i++) {
        const char *written = reference(text.p[i], in_value);
        if (written == NULL)
            continue;
        sk_sink_span(out, sk_span_sub(text, from, i - from));
        sk_sink_str(out, written);
        from = i + 1;
    }
    sk_sink_span(out, sk_span_sub(text, from, text.n - from));
}

static void
close_tag(Xml *self)
{
    if (self->tag_open)
        sk_sink_u8(self->disarm->sink, '>');
    self->tag_open = false;
}

/* The text since the last tag: all of it at once, so that a character meets its neighbours. What is
 * dropped may leave nothing. */
static void
write_text(Xml *self)
{
    SkTextualDropped ignored = { 0 };

    g_string_truncate(self->filtered, 0);
    sk_textual_filter(self->disarm, sk_span(self->text->str, self->text->len), false,
                      self->filtered, &ignored);
    if (self->filtered->len > 0)
        close_tag(self);
    write_characters(self, sk_span(self->text->str, self->text->len), false);
    g_string_truncate(self->text, 0);
}

/* Letters of names beyond ASCII, as XML 1.0 has them, without those that no text may show. */
static bool
is_name(SkSpan name)
{
    static const uint32_t ranges[][2] = {
        { 0xB7, 0xB7 },     { 0xC0, 0xD6 },     { 0xD8, 0xF6 },     { 0xF8, 0x37D },
        { 0x37F, 0x1FFF },  { 0x203F, 0x2040 }, { 0x2070, 0x218F }, { 0x2C00, 0x2FEF },
        { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF },
    };
    SkCharsetCursor cursor = sk_charset_cursor(name, SK_CHARSET_UTF8);
    uint32_t c = 0;

    while (sk_charset_next(&cursor, &c)) {
        bool fits = c < 0x80;
        for (size_t i = 0; i < G_N_ELEMENTS(ranges) && !fits; i++)
            fits = c >= ranges[i][0] && c <= ranges[i][1];
        if (!fits || sk_plain_class(c) != SK_PLAIN_OTHER)
            return false;
    }
    return !cursor.bad;
}

static bool
write_attribute(Xml *self, const SkXmlWritten *attr, GError **error)
{
    if (!is_name(attr->name))
        return sk_throw(error, SK_ERROR_MALFORMED, "xml: character in a name");
    sk_sink_u8(self->disarm->sink, ' ');
    sk_sink_span(self->disarm->sink, attr->name);
    sk_sink_str(self->disarm->sink, "=\"");
    write_characters(self, attr->value, true);
    sk_sink_u8(self->disarm->sink, '"');
    return true;
}

static bool
is_declaration(SkSpan name)
{
    return sk_span_is(name, "xmlns") || sk_span_starts(name, "xmlns:");
}

/* Those of namespaces that nothing is kept of are left out with it. */
static bool
write_declarations(Xml *self, GError **error)
{
    for (unsigned i = 0; i < self->n_attrs; i++) {
        const SkXmlWritten *attr = &self->attrs[i];
        if (!is_declaration(attr->name) || kind_of_namespace(self, attr->value) != ORDINARY)
            continue;
        if (!write_attribute(self, attr, error))
            return false;
    }
    return true;
}

static bool
write_attributes(Xml *self, const SkXmlAttr *attrs, GError **error)
{
    unsigned resolved = 0; /* those that are no declarations come in the same order */

    for (unsigned i = 0; i < self->n_attrs; i++) {
        if (is_declaration(self->attrs[i].name))
            continue;
        Kind kind = (Kind)attrs[resolved++].symbol;
        if (!(kind == ORDINARY ? write_attribute(self, &self->attrs[i], error)
                               : leave_out(self, kind, error)))
            return false;
    }
    return true;
}

/* ---- events ------------------------------------------------------------------------------- */

static void
written(void *user, SkSpan name, const SkXmlWritten *attrs, unsigned n)
{
    Xml *self = user;
    self->name = name;
    self->attrs = attrs;
    self->n_attrs = n;
}

static bool
start(void *user, SkXmlSymbol kind, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Xml *self = user;

    (void)n;
    if (self->skipping > 0) {
        self->skipping++;
        return true;
    }
    if (kind != ORDINARY) {
        self->skipping = 1;
        return leave_out(self, (Kind)kind, error) &&
               (self->depth > 0 ||
                sk_throw(error, SK_ERROR_FORBIDDEN, "xml: the whole document is left out"));
    }
    if (!is_name(self->name))
        return sk_throw(error, SK_ERROR_MALFORMED, "xml: character in a name");
    write_text(self);
    close_tag(self);
    sk_sink_u8(self->disarm->sink, '<');
    sk_sink_span(self->disarm->sink, self->name);
    self->ends[self->depth++] = self->names->len; /* the reader bounds the depth */
    g_string_append_len(self->names, (const char *)self->name.p, (gssize)self->name.n);
    self->tag_open = true;
    return write_declarations(self, error) && write_attributes(self, attrs, error);
}

static bool
end(void *user, SkXmlSymbol kind, GError **error)
{
    Xml *self = user;

    (void)kind, (void)error;
    if (self->skipping > 0) {
        self->skipping--;
        return true;
    }
    write_text(self);
    size_t from = self->ends[--self->depth];
    if (self->tag_open) {
        sk_sink_str(self->disarm->sink, "/>");
    } else {
        sk_sink_str(self->disarm->sink, "</");
        sk_sink_span(self->disarm->sink,
                     sk_span(self->names->str + from, self->names->len - from));
        sk_sink_u8(self->disarm->sink, '>');
    }
    self->tag_open = false;
    g_string_truncate(self->names, from);
    return true;
}

static bool
text(void *user, SkSpan piece, GError **error)
{
    Xml *self = user;

    (void)error;
    if (self->skipping == 0)
        g_string_append_len(self->text, (const char *)piece.p, (gssize)piece.n);
    return true;
}

static void
aside(void *user)
{
    Xml *self = user;
    self->asides++;
}

/* ---- encodings ---------------------------------------------------------------------------- */

/* What the declaration says, where that is one of the three that the reader does not know. */
static SkCharset
declared(SkSpan in, size_t *ret_end)
{
    static const struct {
        const char *name;
        SkCharset charset;
    } names[] = {
        { "shift_jis", SK_CHARSET_CP932 },   { "shift-jis", SK_CHARSET_CP932 },
        { "windows-31j", SK_CHARSET_CP932 }, { "x-sjis", SK_CHARSET_CP932 },
        { "cp932", SK_CHARSET_CP932 },       { "ms932", SK_CHARSET_CP932 },
        { "euc-jp", SK_CHARSET_EUCJP },      { "iso-2022-jp", SK_CHARSET_ISO2022JP },
    };
    size_t close = sk_span_starts(in, "<?xml ") ? sk_span_find(in, 0, sk_span_str("?>")) : SIZE_MAX;
    if (close == SIZE_MAX || close > 256)
        return SK_CHARSET_NONE;
    SkSpan head = sk_span_sub(in, 0, close);
    size_t at = sk_span_find(head, 0, sk_span_str("encoding"));
    size_t open = at == SIZE_MAX ? SIZE_MAX : at + sk_span_str("encoding").n;
    while (open < head.n && (g_ascii_isspace(head.p[open]) || head.p[open] == '='))
        open++;
    if (open >= head.n || (head.p[open] != '"' && head.p[open] != '\''))
        return SK_CHARSET_NONE;
    size_t quote = sk_span_find(head, open + 1, sk_span(&head.p[open], 1));
    if (quote == SIZE_MAX)
        return SK_CHARSET_NONE;
    g_autofree char *name = sk_span_dup(sk_span_sub(head, open + 1, quote - open - 1));
    *ret_end = close + 2;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strcasecmp(name, names[i].name) == 0)
            return names[i].charset;
    }
    return SK_CHARSET_NONE;
}

/* (transfer full): the document behind its declaration, in UTF-8; NULL: the reader takes it as it
 * is. */
static bool
decode(SkDisarm *self, GString **ret, GError **error)
{
    size_t end = 0;
    SkCharset charset = declared(self->input, &end);
    SkVerdict verdict = SK_VERDICT_NONE;
    uint32_t c = 0;
    const char *name = charset != SK_CHARSET_NONE                       ? sk_charset_name(charset)
                       : sk_span_find(sk_span_sub(self->input, 0, MIN(self->input.n, (size_t)2)), 0,
                                      sk_span("\0", 1)) != SIZE_MAX ||
                               sk_span_starts(self->input, "\xff\xfe") ||
                               sk_span_starts(self->input, "\xfe\xff")
                           ? "UTF-16"
                           : NULL;

    if (name != NULL && !sk_disarm_found(self, SK_ELEMENT_TEXT_ENCODING, sk_span_str(name), 1,
                                         &verdict, error))
        return false;
    if (sk_span_starts(self->input, "\xef\xbb\xbf") &&
        !sk_disarm_found(self, SK_ELEMENT_TEXT_BOM, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    if (charset == SK_CHARSET_NONE)
        return true;
    g_autoptr(GString) out = g_string_sized_new(self->input.n * 3 / 2 + 16);
    SkCharsetCursor cursor =
        sk_charset_cursor(sk_span_sub(self->input, end, self->input.n - end), charset);
    while (sk_charset_next(&cursor, &c)) {
        uint8_t utf8[4];
        unsigned n = sk_charset_utf8(c, utf8);
        g_string_append_len(out, (const char *)utf8, n);
    }
    if (cursor.bad)
        return sk_throw(error, SK_ERROR_MALFORMED, "xml: not in the encoding that it declares");
    *ret = g_steal_pointer(&out);
    return true;
}

static bool
read_document(Xml *xml, SkSpan document, GError **error)
{
    static const SkXmlHandler handler = { .element = element,
                                          .attribute = attribute,
                                          .start = start,
                                          .end = end,
                                          .text = text,
                                          .aside = aside };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, xml);
    SkVerdict verdict = SK_VERDICT_NONE;

    sk_xml_reader_listen(reader, written);
    if (sk_xml_reader_feed(reader, document, true, error))
        return true;
    if (sk_xml_reader_saw_dtd(reader)) { /* a finding says more than the reason alone */
        g_clear_error(error);
        return sk_disarm_found(xml->disarm, SK_ELEMENT_XML_DTD, SK_SPAN_EMPTY, 1, &verdict, error);
    }
    return false;
}

bool
sk_xml_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GString) decoded = NULL;
    g_autoptr(GString) pending = g_string_new(NULL);
    g_autoptr(GString) filtered = g_string_new(NULL);
    g_autoptr(GString) names = g_string_new(NULL);
    g_autofree Xml *xml = g_new0(Xml, 1);
    SkVerdict verdict = SK_VERDICT_NONE;

    *xml = (Xml){ .disarm = self, .text = pending, .filtered = filtered, .names = names };
    if (!decode(self, &decoded, error))
        return false;
    sk_sink_str(self->sink, SK_XML_DECLARATION);
    SkSpan document = decoded != NULL ? sk_span(decoded->str, decoded->len) : self->input;
    if (!read_document(xml, document, error))
        return false;
    sk_sink_u8(self->sink, '\n');
    return sk_textual_report(self, &xml->dropped, error) &&
           (xml->asides == 0 || sk_disarm_found(self, SK_ELEMENT_XML_INSTRUCTION, SK_SPAN_EMPTY,
                                                xml->asides, &verdict, error));
}
