/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-document.c - the profile of XML that is data: tags and text in one spelling, and nothing that
 * loads, includes or runs. The whole is in memory, names may be of any script, so it has a scanner
 * of its own beside that of packages (xml.h). Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/xml-document.md   Tests: tests/unit/verify/test-xml.c
 */
#include "verify/chars.h"
#include "verify/proof.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define DEPTH_MAX 256u
#define ATTRIBUTES_MAX 256u
#define NAME_MAX_BYTES 256u
#define PREFIXES_MAX 512u

typedef struct {
    SkSpan prefix;
    unsigned depth;
} Bound;

typedef struct {
    SkProof *proof;
    SkSpan in;
    size_t at;
    bool keep_invisible;
    unsigned depth;
    SkSpan open[DEPTH_MAX];
    unsigned n_bound;
    Bound bound[PREFIXES_MAX];
    unsigned n_names;
    SkSpan names[ATTRIBUTES_MAX]; /* of the attributes of the tag at hand */
    GString *value;               /* owned: of an attribute, references resolved */
} Doc;

static bool
no(const Doc *doc, SkElement element, const char *what)
{
    return sk_proof_no(doc->proof, element, "%s, byte %zu", what, doc->at);
}

static bool
word(Doc *doc, const char *s)
{
    if (!sk_span_starts(sk_span_sub(doc->in, doc->at, doc->in.n - doc->at), s))
        return false;
    doc->at += sk_span_str(s).n;
    return true;
}

/* ---- names -------------------------------------------------------------------------------- */

/* Beyond ASCII: which code points a name may have. */
static bool
wide_letter(uint32_t c)
{
    static const uint32_t from[] = { 0xb7,   0xc0,   0xd8,   0xf8,   0x37f,  0x203f,
                                     0x2070, 0x2c00, 0x3001, 0xf900, 0xfdf0, 0x10000 };
    static const uint32_t to[] = { 0xb7,   0xd6,   0xf6,   0x37d,  0x1fff, 0x2040,
                                   0x218f, 0x2fef, 0xd7ff, 0xfdcf, 0xfffd, 0xeffff };
    for (unsigned i = 0; i < G_N_ELEMENTS(from); i++)
        if (c >= from[i] && c <= to[i])
            return true;
    return false;
}

static bool
read_name(Doc *doc, SkSpan *ret)
{
    SkCharWalk walk = SK_CHAR_WALK(false);
    size_t from = doc->at, colons = 0, after_colon = 0;

    while (doc->at < doc->in.n) {
        size_t here = doc->at;
        uint32_t c = doc->in.p[here];
        bool first = here == from || here == after_colon;
        bool plain = g_ascii_isalpha((char)c) || c == '_' ||
                     (!first && (g_ascii_isdigit((char)c) || c == '-' || c == '.'));
        if (c < 0x80 && !plain && (c != ':' || first))
            break;
        c = sk_char_next(doc->in, &doc->at);
        if (c == SK_CHAR_BAD)
            return no(doc, SK_ELEMENT_TEXT_ENCODING, "not UTF-8");
        /* A joiner or selector has no place in a name at all, whatever stands beside it. */
        if (c >= 0x80 && (!wide_letter(c) || (c >= 0xfe00 && c <= 0xfe0f) ||
                          (c >= 0xe0100 && c <= 0xe01ef) ||
                          sk_char_step(&walk, c) != SK_ELEMENT_NONE))
            return no(doc, SK_ELEMENT_NOT_CANONICAL, "character in a name");
        walk = SK_CHAR_WALK(false);
        colons += c == ':' ? 1 : 0;
        after_colon = c == ':' ? doc->at : after_colon;
    }
    *ret = sk_span_sub(doc->in, from, doc->at - from);
    return (ret->n > 0 && ret->n <= NAME_MAX_BYTES && colons <= 1 && after_colon != doc->at) ||
           no(doc, SK_ELEMENT_NOT_CANONICAL, "name");
}

static SkSpan
prefix_of(SkSpan name)
{
    size_t colon = sk_span_find(name, 0, sk_span_str(":"));
    return colon == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(name, 0, colon);
}

static bool
is_bound(const Doc *doc, SkSpan prefix)
{
    if (prefix.n == 0 || sk_span_is(prefix, "xml"))
        return true;
    for (unsigned i = 0; i < doc->n_bound; i++)
        if (sk_span_equal(doc->bound[i].prefix, prefix))
            return true;
    return false;
}

/* What a prefix is bound to makes no difference here; once bound, it stays so inside. */
static bool
bind(Doc *doc, SkSpan prefix)
{
    if (is_bound(doc, prefix))
        return true;
    if (doc->n_bound == PREFIXES_MAX)
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "too many namespaces");
    doc->bound[doc->n_bound++] = (Bound){ .prefix = prefix, .depth = doc->depth };
    return true;
}

/* ---- attributes --------------------------------------------------------------------------- */

static bool
is_active(const char *uri)
{
    static const char *const spaces[] = {
        "http://schemas.microsoft.com/developer/msbuild/2003",
        "http://schemas.microsoft.com/office/2006/xmlPackage",
        "http://schemas.microsoft.com/office/word/2003/wordml",
        "http://schemas.microsoft.com/winfx/2006/xaml/presentation",
        "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul",
        "http://www.mozilla.org/xbl",
        "http://www.w3.org/1999/XSL/Transform",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "urn:schemas-microsoft-com:office:excel",
        "urn:schemas-microsoft-com:office:office",
        "urn:schemas-microsoft-com:office:spreadsheet",
        "urn:schemas-microsoft-com:office:word",
        "urn:schemas-microsoft-com:vml",
        "urn:schemas-microsoft-com:xslt",
        NULL,
    };
    return g_strv_contains(spaces, uri);
}

/* One of the references of the profile at @at; 0 for any other. */
static char
reference(Doc *doc, bool in_value)
{
    if (word(doc, "&amp;"))
        return '&';
    if (word(doc, "&lt;"))
        return '<';
    if (word(doc, "&gt;"))
        return '>';
    if (in_value && word(doc, "&quot;"))
        return '"';
    if (in_value && word(doc, "&#x9;"))
        return '\t';
    return in_value && word(doc, "&#xA;") ? '\n' : '\0';
}

/* Characters up to @end, which is not taken; appended to doc->value where they are a value's. */
static bool
check_characters(Doc *doc, char end, bool in_value)
{
    SkCharWalk walk = SK_CHAR_WALK(doc->keep_invisible);
    SkElement found = SK_ELEMENT_NONE;

    while (doc->at < doc->in.n && doc->in.p[doc->at] != (uint8_t)end) {
        size_t from = doc->at;
        uint32_t c = doc->in.p[from];
        if (c == '&') {
            c = (uint8_t)reference(doc, in_value);
            if (c == 0)
                return no(doc, SK_ELEMENT_NOT_CANONICAL, "reference");
            g_string_append_c(doc->value, (char)c);
        } else if (c == '<' || c == '>' || (in_value && (c == '\t' || c == '\n'))) {
            return no(doc, SK_ELEMENT_NOT_CANONICAL, "bare character");
        } else {
            c = sk_char_next(doc->in, &doc->at);
            if (in_value && c != SK_CHAR_BAD)
                g_string_append_len(doc->value, (const char *)doc->in.p + from,
                                    (gssize)(doc->at - from));
        }
        if (c == SK_CHAR_BAD)
            return no(doc, SK_ELEMENT_TEXT_ENCODING, "not UTF-8");
        found = sk_char_step(&walk, c);
        if (found != SK_ELEMENT_NONE)
            return no(doc, found, "character");
    }
    found = sk_char_stop(&walk);
    return found == SK_ELEMENT_NONE || no(doc, found, "character");
}

static bool
check_declaration(Doc *doc, SkSpan name)
{
    SkSpan prefix =
        name.n == 5 ? SK_SPAN_EMPTY : sk_span_sub(name, 6, name.n - 6); /* behind `xmlns:` */

    if (is_active(doc->value->str))
        return no(doc, SK_ELEMENT_XML_ACTIVE, "namespace");
    if (g_str_equal(doc->value->str, "http://www.w3.org/2001/XInclude"))
        return no(doc, SK_ELEMENT_XML_INCLUDE, "namespace");
    if (sk_span_is(prefix, "xmlns") || (prefix.n > 0 && doc->value->len == 0) ||
        sk_span_is(prefix, "xml") !=
            g_str_equal(doc->value->str, "http://www.w3.org/XML/1998/namespace"))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "namespace");
    return bind(doc, prefix);
}

static bool
is_declaration(SkSpan name)
{
    return sk_span_is(name, "xmlns") || sk_span_starts(name, "xmlns:");
}

/* ` name="value"`, not one that the tag has already. */
static bool
check_attribute(Doc *doc)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (!read_name(doc, &name))
        return false;
    for (unsigned i = 0; i < doc->n_names; i++)
        if (sk_span_equal(doc->names[i], name))
            return no(doc, SK_ELEMENT_NOT_CANONICAL, "attribute twice");
    if (doc->n_names == ATTRIBUTES_MAX)
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "too many attributes");
    if (is_declaration(name) && doc->n_names > 0 && !is_declaration(doc->names[doc->n_names - 1]))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "order of attributes");
    doc->names[doc->n_names++] = name;
    if (!word(doc, "=\""))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "attribute");
    g_string_truncate(doc->value, 0);
    if (!check_characters(doc, '"', true))
        return false;
    if (!word(doc, "\""))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "value not closed");
    return !is_declaration(name) || check_declaration(doc, name);
}

/* Once all declarations of the tag are known. */
static bool
check_prefixes(Doc *doc, SkSpan element)
{
    if (!is_bound(doc, prefix_of(element)))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "unbound prefix");
    for (unsigned i = 0; i < doc->n_names; i++) {
        SkSpan prefix = prefix_of(doc->names[i]);
        if (is_declaration(doc->names[i]) || prefix.n == 0)
            continue;
        if (!is_bound(doc, prefix))
            return no(doc, SK_ELEMENT_NOT_CANONICAL, "unbound prefix");
        SkSpan local = sk_span_sub(doc->names[i], prefix.n + 1, doc->names[i].n - prefix.n - 1);
        if (sk_span_is(local, "schemaLocation") || sk_span_is(local, "noNamespaceSchemaLocation"))
            return no(doc, SK_ELEMENT_XML_SCHEMA, "attribute");
    }
    return true;
}

/* ---- tags --------------------------------------------------------------------------------- */

static void
unbind(Doc *doc)
{
    while (doc->n_bound > 0 && doc->bound[doc->n_bound - 1].depth >= doc->depth)
        doc->n_bound--;
    doc->depth--;
}

/* Behind `<`. @ret_hollow: nothing may stand between it and an end tag. */
static bool
check_start(Doc *doc, bool *ret_open)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (!read_name(doc, &name))
        return false;
    if (doc->depth == DEPTH_MAX)
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "nested too deep");
    doc->open[doc->depth++] = name;
    doc->n_names = 0;
    while (word(doc, " "))
        if (!check_attribute(doc))
            return false;
    if (!check_prefixes(doc, name))
        return false;
    *ret_open = word(doc, ">");
    if (!*ret_open && !word(doc, "/>"))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "tag");
    if (!*ret_open)
        unbind(doc);
    return true;
}

static bool
check_end(Doc *doc)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (!read_name(doc, &name))
        return false;
    if (doc->depth == 0 || !sk_span_equal(name, doc->open[doc->depth - 1]) || !word(doc, ">"))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "end tag");
    unbind(doc);
    return true;
}

static bool
check_markup(Doc *doc)
{
    bool open = false;

    if (word(doc, "</"))
        return check_end(doc);
    if (word(doc, "<!DOCTYPE") || word(doc, "<!ENTITY"))
        return no(doc, SK_ELEMENT_XML_DTD, "document type");
    if (word(doc, "<?") || word(doc, "<!--"))
        return no(doc, SK_ELEMENT_XML_INSTRUCTION, "instruction or comment");
    if (!word(doc, "<"))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "no tag");
    if (!check_start(doc, &open))
        return false;
    return !open || !word(doc, "</") || no(doc, SK_ELEMENT_NOT_CANONICAL, "empty element in two tags");
}

static bool
check(Doc *doc)
{
    if (!word(doc, DECLARATION))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "XML declaration");
    do {
        if (!check_markup(doc))
            return false;
        g_string_truncate(doc->value, 0);
        if (doc->depth > 0 && !check_characters(doc, '<', false))
            return false;
    } while (doc->depth > 0);
    if (!word(doc, "\n"))
        return no(doc, SK_ELEMENT_NOT_CANONICAL, "line end");
    return doc->at == doc->in.n || no(doc, SK_ELEMENT_TRAILING_DATA, "data behind the root");
}

bool
sk_verify_xml(SkProof *proof, SkSpan in)
{
    g_autofree Doc *doc = g_new0(Doc, 1);
    g_autoptr(GString) value = g_string_new(NULL);

    doc->proof = proof;
    doc->in = in;
    doc->value = value;
    doc->keep_invisible = sk_proof_keeps(proof, SK_ELEMENT_TEXT_INVISIBLE);
    return check(doc);
}
