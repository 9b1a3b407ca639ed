/* SPDX-License-Identifier: Apache-2.0
 * ooxml-rels.c - the relationships of one part; contract in ooxml.h. Because new parts are numbered
 * in the order in which relationships first name them, a target is either known or exactly the
 * next. */
#include "verify/ooxml.h"
#include "verify/link.h"
#include "base/reader.h"

#include <string.h>

#define XMLNS "http://schemas.openxmlformats.org/package/2006/relationships"
#define NO_EDGE UINT_MAX

typedef struct {
    SkOoxmlFile *file;
    const SkOoxmlFormat *format;
    SkXml *xml;    /* borrowed */
    unsigned part; /* whose relationships they are */
    unsigned edge; /* the implicit one used last; NO_EDGE: none yet */
    SkOoxmlRelations *relations;
    GHashTable *links; /* owned: external targets so far */
} Rels;

static bool
no(const Rels *rels, SkElement element, const char *what)
{
    return sk_proof_no(rels->file->proof, element, "%s, byte %" G_GUINT64_FORMAT, what,
                       sk_xml_at(rels->xml));
}

/* Could it still be used, implicit ones coming before all others in the order of the edges? */
static bool
is_open(const Rels *rels, unsigned edge)
{
    const SkOoxmlEdge *edges = rels->format->edges;

    if (edges[edge].use == SK_OOXML_EXPLICIT)
        return true;
    return rels->relations->implicit == rels->relations->list->len &&
           (rels->edge == NO_EDGE || edge > rels->edge ||
            (edge == rels->edge && edges[edge].use == SK_OOXML_MANY));
}

/* The edge from the part to a kind of this relationship type; NO_EDGE: there is none, or none any
 * more. @ret_known: the type is one of the profile's. */
static unsigned
find_edge(const Rels *rels, SkSpan type, bool link, bool *ret_known)
{
    const SkOoxmlFormat *format = rels->format;
    uint8_t from = sk_package_part_at(rels->file, rels->part)->kind;

    *ret_known = false;
    for (unsigned kind = 0; kind < format->n_kinds && !*ret_known; kind++)
        *ret_known = kind != format->main && (format->kinds[kind].name == NULL) == link &&
                     sk_span_is(type, format->kinds[kind].relationship);
    for (unsigned i = 0; i < format->n_edges && *ret_known; i++) {
        const SkOoxmlKind *to = &format->kinds[format->edges[i].to];
        if (format->edges[i].from == from && (to->name == NULL) == link &&
            sk_span_is(type, to->relationship) && is_open(rels, i))
            return i;
    }
    return NO_EDGE;
}

/* The shortest way from the folder of @from to that of @to, both names of kinds. */
static bool
skip_folder(SkReader *r, const char *from, const char *to)
{
    const char *from_base = strrchr(from, '/'), *to_base = strrchr(to, '/');
    size_t n = to_base == NULL ? 0 : (size_t)(to_base + 1 - to);

    if (from_base != NULL && (size_t)(from_base + 1 - from) == n && strncmp(from, to, n) == 0)
        return true;
    return (from_base == NULL || sk_span_is(sk_reader_span(r, 3), "../")) &&
           sk_span_equal(sk_reader_span(r, n), sk_span(to, n));
}

/* @target behind folder and name of the kind: decimal without leading zeros, then one of its
 * extensions. */
static bool
read_target(const Rels *rels, SkSpan target, const SkOoxmlKind *kind, SkOoxmlPart *ret)
{
    SkReader r = sk_reader(target);
    const SkOoxmlKind *from =
        &rels->format->kinds[sk_package_part_at(rels->file, rels->part)->kind];
    const char *slash = strrchr(kind->name, '/'), *base = slash == NULL ? kind->name : slash + 1;
    const char *own = kind->extension == NULL ? "xml" : kind->extension;
    unsigned number = 0;

    if (!skip_folder(&r, from->name, kind->name) ||
        !sk_span_is(sk_reader_span(&r, strlen(base)), base))
        return false;
    for (int c; (c = sk_reader_peek(&r, 0)) >= '0' && c <= '9'; sk_reader_skip(&r, 1)) {
        if (number > 100000 || (number == 0 && c == '0'))
            return false;
        number = number * 10 + (unsigned)(c - '0');
    }
    SkSpan end = sk_reader_span(&r, sk_reader_left(&r));
    ret->number = number;
    if (kind->content_type == NULL)
        ret->extension = sk_span_is(end, ".png") ? "png" : sk_span_is(end, ".jpeg") ? "jpeg" : NULL;
    else if (end.n > 0 && end.p[0] == '.' && sk_span_is(sk_span_sub(end, 1, end.n - 1), own))
        ret->extension = own;
    return (number > 0) == kind->numbered && ret->extension != NULL;
}

static bool
no_target(const Rels *rels, SkSpan target)
{
    SkElement element = sk_package_name_of_entry(target);
    return no(rels, element == SK_ELEMENT_UNKNOWN_PART ? SK_ELEMENT_UNSAFE_PART_NAME : element,
              "target");
}

/* Known, or the next of its kind, which joins the queue. */
static bool
check_target(Rels *rels, const SkOoxmlEdge *edge, SkSpan target, unsigned *ret_part)
{
    SkOoxmlFile *file = rels->file;
    SkOoxmlPart wanted = { .kind = edge->to, .named_by = rels->part, .own = edge->own };

    if (!read_target(rels, target, &rels->format->kinds[edge->to], &wanted))
        return no_target(rels, target);
    GArray *numbered = file->numbered[edge->to];
    unsigned index = wanted.number == 0 ? 0 : wanted.number - 1;
    *ret_part = file->parts->len;
    if (index == numbered->len) {
        g_array_append_val(numbered, *ret_part);
        g_array_append_val(file->parts, wanted);
        return file->parts->len <= file->proof->job->limits.items ||
               no(rels, SK_ELEMENT_ZIP_BOMB, "too many parts");
    }
    if (index > numbered->len)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "target not the next of its kind");
    *ret_part = g_array_index(numbered, unsigned, index);
    SkOoxmlPart *known = sk_package_part_at(file, *ret_part);
    if (strcmp(known->extension, wanted.extension) != 0)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "target not the next of its kind");
    if (known->named_by == rels->part)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "target twice");
    if (known->own || edge->own)
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "target of another part as well");
    known->named_by = rels->part;
    return true;
}

static void
add_relation(Rels *rels, unsigned edge, unsigned part)
{
    SkOoxmlRelation relation = { .kind = rels->format->edges[edge].to, .part = part };

    g_array_append_val(rels->relations->list, relation);
    if (rels->format->edges[edge].use == SK_OOXML_EXPLICIT)
        return;
    rels->edge = edge;
    rels->relations->implicit++;
}

static bool
check_internal(Rels *rels, SkSpan type, SkSpan target)
{
    bool known = false, link = false;
    unsigned edge = find_edge(rels, type, false, &known), part = 0;

    if (edge == NO_EDGE) {
        (void)find_edge(rels, type, true, &link);
        return known || link
                   ? no(rels, SK_ELEMENT_NOT_CANONICAL, "relationship not in order, or not here")
                   : no(rels, sk_package_name_of_relationship(type, false), "relationship type");
    }
    if (!check_target(rels, &rels->format->edges[edge], target, &part))
        return false;
    add_relation(rels, edge, part);
    return true;
}

static bool
check_external(Rels *rels, SkSpan type, SkSpan written)
{
    char target[SK_LINK_MAX];
    size_t n = sk_xml_resolve(written, target, sizeof target);
    bool known = false;
    unsigned edge = find_edge(rels, type, true, &known);

    if (edge == NO_EDGE)
        return known
                   ? no(rels, SK_ELEMENT_NOT_CANONICAL, "link of another part")
                   : no(rels, sk_package_name_of_relationship(type, true), "external relationship");
    if (n > sizeof target || !sk_link_is_permitted(sk_span(target, n)))
        return no(rels, SK_ELEMENT_UNSAFE_HYPERLINK, "link");
    if (!sk_proof_keeps(rels->file->proof, SK_ELEMENT_HYPERLINK))
        return no(rels, SK_ELEMENT_HYPERLINK, "link");
    if (!g_hash_table_add(rels->links, g_strndup(target, n)))
        return no(rels, SK_ELEMENT_NOT_CANONICAL, "link twice");
    add_relation(rels, edge, 0);
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
    g_autofree char *id = g_strdup_printf("rId%u", rels->relations->list->len + 1);

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
sk_package_check_relations(SkOoxmlFile *file, const SkZipEntry *entry, unsigned part,
                           SkOoxmlRelations *ret)
{
    SkZipStream stream;
    g_autoptr(GHashTable) links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    sk_zip_stream_begin(&stream, file->proof, entry);
    g_autoptr(SkXml) xml = sk_xml_new(file->proof, sk_zip_stream_read, &stream);
    Rels rels = { .file = file,
                  .format = file->format,
                  .xml = xml,
                  .part = part,
                  .edge = NO_EDGE,
                  .relations = ret,
                  .links = links };
    bool good = check(&rels);
    sk_zip_stream_end(&stream);
    return good;
}

bool
sk_package_check_musts(const SkOoxmlFile *file, unsigned part, const SkOoxmlRelations *relations)
{
    const SkOoxmlFormat *format = file->format;

    for (unsigned i = 0; i < format->n_edges; i++) {
        const SkOoxmlEdge *edge = &format->edges[i];
        bool there =
            edge->from != sk_package_part_at(file, part)->kind || edge->use != SK_OOXML_MUST;
        for (unsigned k = 0; k < relations->implicit && !there; k++)
            there = g_array_index(relations->list, SkOoxmlRelation, k).kind == edge->to;
        if (!there)
            return sk_proof_no(file->proof, SK_ELEMENT_NOT_CANONICAL, "no relationship to %s",
                               format->kinds[edge->to].name);
    }
    return true;
}
