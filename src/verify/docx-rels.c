/* SPDX-License-Identifier: Apache-2.0
 * docx-rels.c - the relationships of one part; contract in docx.h. Because new parts are numbered
 * in the order in which relationships first name them, a target is either known or exactly the
 * next. */
#include "verify/docx.h"
#include "base/reader.h"

#include <string.h>

#define XMLNS "http://schemas.openxmlformats.org/package/2006/relationships"
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define TARGET_MAX 2048u

typedef struct {
    SkDocx *docx;
    SkXml *xml;    /* borrowed */
    unsigned part; /* whose relationships they are */
    SkDocxRelations *relations;
    GHashTable *links; /* owned: external targets so far */
} Rels;

static bool
no(const Rels *rels, SkElement element, const char *what)
{
    return sk_proof_no(rels->docx->proof, element, "%s, byte %" G_GUINT64_FORMAT, what,
                       sk_xml_at(rels->xml));
}

static SkDocxPart *
part_at(const SkDocx *docx, unsigned i)
{
    return &g_array_index(docx->parts, SkDocxPart, i);
}

/* Which kind the type is of; SK_DOCX_KINDS where the profile has no such. */
static SkDocxKind
kind_of(SkSpan type)
{
    if (!sk_span_starts(type, TYPE))
        return SK_DOCX_KINDS;
    SkSpan end = sk_span_sub(type, strlen(TYPE), type.n - strlen(TYPE));
    for (unsigned kind = 0; kind < SK_DOCX_KINDS; kind++)
        if (kind != SK_DOCX_DOCUMENT && sk_span_is(end, sk_docx_kinds[kind].relationship))
            return (SkDocxKind)kind;
    return SK_DOCX_KINDS;
}

/* @target behind @name: decimal without leading zeros, then one of the kind's extensions. */
static bool
read_number(SkSpan target, SkDocxKind kind, SkDocxPart *ret)
{
    SkReader r = sk_reader(target);
    const char *name = sk_docx_kinds[kind].name;
    unsigned number = 0;

    if (!sk_span_is(sk_reader_span(&r, strlen(name)), name))
        return false;
    for (int c; (c = sk_reader_peek(&r, 0)) >= '0' && c <= '9'; sk_reader_skip(&r, 1)) {
        if (number > 100000 || (number == 0 && c == '0'))
            return false;
        number = number * 10 + (unsigned)(c - '0');
    }
    SkSpan end = sk_reader_span(&r, sk_reader_left(&r));
    *ret = (SkDocxPart){ .kind = kind, .number = number };
    if (kind == SK_DOCX_PICTURES)
        ret->extension = sk_span_is(end, ".png") ? "png" : sk_span_is(end, ".jpeg") ? "jpeg" : NULL;
    else
        ret->extension = sk_span_is(end, ".xml") ? "xml" : NULL;
    return number > 0 && ret->extension != NULL;
}

static bool
no_target(const Rels *rels, SkSpan target)
{
    SkElement element = sk_docx_name_of_entry(target);
    return no(rels, element == SK_ELEMENT_UNKNOWN_PART ? SK_ELEMENT_UNSAFE_PART_NAME : element,
              "target");
}

/* A header, footer, chart or picture: known, or the next of its kind. */
static bool
check_numbered(Rels *rels, SkDocxKind kind, SkSpan target)
{
    SkDocx *docx = rels->docx;
    SkDocxPart wanted = { .kind = kind };

    if (!read_number(target, kind, &wanted))
        return no_target(rels, target);
    wanted.named_by = rels->part;
    GArray *numbered = docx->numbered[kind];
    if (wanted.number == numbered->len + 1) {
        g_array_append_val(numbered, docx->parts->len);
        g_array_append_val(docx->parts, wanted);
        return docx->parts->len <= docx->proof->job->limits.items ||
               no(rels, SK_ELEMENT_ZIP_BOMB, "too many parts");
    }
    SkDocxPart *known = wanted.number <= numbered->len
                            ? part_at(docx, g_array_index(numbered, unsigned, wanted.number - 1))
                            : NULL;
    if (known == NULL || strcmp(known->extension, wanted.extension) != 0)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "target not the next of its kind");
    if (known->named_by == rels->part)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "target twice");
    known->named_by = rels->part;
    return true;
}

/* Styles and the like: of the document, before all others, in the order of the kinds. */
static bool
check_implicit(Rels *rels, SkDocxKind kind, SkSpan target)
{
    SkDocxPart part = { .kind = kind, .extension = "xml" };
    GByteArray *kinds = rels->relations->kinds;
    bool document = part_at(rels->docx, rels->part)->kind == SK_DOCX_DOCUMENT;
    g_autofree char *name = g_strconcat(sk_docx_kinds[kind].name, ".xml", NULL);

    if (!document || rels->relations->implicit != kinds->len ||
        (kinds->len > 0 && kinds->data[kinds->len - 1] >= kind))
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "relationship not in order");
    if (!sk_span_is(target, name))
        return no_target(rels, target);
    rels->relations->implicit++;
    g_array_append_val(rels->docx->parts, part);
    return true;
}

static bool
check_internal(Rels *rels, SkSpan type, SkSpan target)
{
    SkDocxKind kind = kind_of(type), from = part_at(rels->docx, rels->part)->kind;
    bool fits = (kind == SK_DOCX_HEADERS || kind == SK_DOCX_FOOTERS) ? from == SK_DOCX_DOCUMENT
                : kind == SK_DOCX_CHARTS                             ? from != SK_DOCX_CHARTS
                                                                     : kind < SK_DOCX_HYPERLINKS;

    if (kind == SK_DOCX_KINDS)
        return no(rels, sk_docx_name_of_relationship(type, false), "relationship type");
    if (!fits)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "relationship of another part");
    if (!(kind < SK_DOCX_IMPLICIT ? check_implicit(rels, kind, target)
                                  : check_numbered(rels, kind, target)))
        return false;
    uint8_t byte = (uint8_t)kind;
    g_byte_array_append(rels->relations->kinds, &byte, 1);
    return true;
}

static bool
check_external(Rels *rels, SkSpan type, SkSpan written)
{
    char target[TARGET_MAX];
    size_t n = sk_xml_resolve(written, target, sizeof target);
    uint8_t byte = SK_DOCX_HYPERLINKS;

    if (kind_of(type) != SK_DOCX_HYPERLINKS)
        return no(rels, sk_docx_name_of_relationship(type, true), "external relationship");
    if (n > sizeof target || !sk_docx_is_link(sk_span(target, n)))
        return no(rels, SK_ELEMENT_UNSAFE_HYPERLINK, "link");
    if (!sk_proof_keeps(rels->docx->proof, SK_ELEMENT_HYPERLINK))
        return no(rels, SK_ELEMENT_HYPERLINK, "link");
    if (!g_hash_table_add(rels->links, g_strndup(target, n)))
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "link twice");
    g_byte_array_append(rels->relations->kinds, &byte, 1);
    return true;
}

static bool
is_attribute(const SkXml *xml, unsigned i, const char *name)
{
    return i < xml->n_attributes && sk_span_is(xml->attributes[i].name, name);
}

static bool
check_relationship(Rels *rels)
{
    const SkXml *xml = rels->xml;
    bool external = is_attribute(xml, 2, "TargetMode");
    unsigned last = external ? 3 : 2;
    g_autofree char *id = g_strdup_printf("rId%u", rels->relations->kinds->len + 1);

    if (!sk_span_is(xml->name, "Relationship") || !xml->empty || xml->n_attributes != last + 1 ||
        !is_attribute(xml, 0, "Id") || !is_attribute(xml, 1, "Target") ||
        !is_attribute(xml, last, "Type"))
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "relationship");
    if (external && !sk_span_is(xml->attributes[2].value, "External"))
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "TargetMode");
    if (!sk_span_is(xml->attributes[0].value, id))
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "Id");
    return external ? check_external(rels, xml->attributes[last].value, xml->attributes[1].value)
                    : check_internal(rels, xml->attributes[last].value, xml->attributes[1].value);
}

static bool
check(Rels *rels)
{
    SkXml *xml = rels->xml;

    for (unsigned n = 0;; n++) {
        SkXmlToken token = sk_xml_next(xml);
        if (token == SK_XML_NO)
            return false;
        if (n == 0) {
            if (token != SK_XML_START || xml->empty || !sk_span_is(xml->name, "Relationships") ||
                xml->n_attributes != 1 || !is_attribute(xml, 0, "xmlns") ||
                !sk_span_is(xml->attributes[0].value, XMLNS))
                return no(rels, SK_ELEMENT_NOT_CANONICAL, "root");
        } else if (token == SK_XML_START) {
            if (!check_relationship(rels))
                return false;
        } else if (token == SK_XML_TEXT) {
            return no(rels, SK_ELEMENT_NOT_CANONICAL, "text");
        } else if (token == SK_XML_EOF) {
            return true;
        }
    }
}

bool
sk_docx_check_relations(SkDocx *docx, const SkZipEntry *entry, unsigned part, SkDocxRelations *ret)
{
    SkZipStream stream;
    g_autoptr(GHashTable) links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    sk_zip_stream_begin(&stream, docx->proof, entry);
    g_autoptr(SkXml) xml = sk_xml_new(docx->proof, sk_zip_stream_read, &stream);
    Rels rels = { .docx = docx, .xml = xml, .part = part, .relations = ret, .links = links };
    bool good = check(&rels);
    sk_zip_stream_end(&stream);
    return good;
}
