/* SPDX-License-Identifier: Apache-2.0
 * ooxml-part.c - one XML part, element by element; contract in ooxml.h.
 *
 * Every element and attribute is in the table; a few elements have rules beside it: their marks say
 * which, so that all others cost one look. */
#include "verify/ooxml.h"

#include <string.h>

#define IDS_MAX 65536u

bool
sk_package_no(const SkOoxmlWalk *walk, SkElement element, const char *what)
{
    return sk_proof_no(walk->file->proof, element, "%s, byte %" G_GUINT64_FORMAT, what,
                       sk_xml_at(walk->xml));
}

bool
sk_package_need(const SkOoxmlWalk *walk, const char *name)
{
    return sk_xml_attribute(walk->xml, name) != NULL || sk_package_bad(walk, name);
}

static bool
add_id(const SkOoxmlWalk *walk, GHashTable *set, SkSpan id, bool *ret_new)
{
    *ret_new = g_hash_table_add(set, sk_span_dup(id));
    return g_hash_table_size(set) <= IDS_MAX || sk_package_bad(walk, "too many ids");
}

bool
sk_package_define(const SkOoxmlWalk *walk, unsigned set, SkSpan id)
{
    bool new = false;

    return add_id(walk, walk->file->ids[set].defined, id, &new) &&
           (new || sk_package_bad(walk, "id twice"));
}

bool
sk_package_note_use(const SkOoxmlWalk *walk, unsigned set, SkSpan id)
{
    bool new = false;

    return add_id(walk, walk->file->ids[set].referenced, id, &new);
}

bool
sk_package_check_chart(const SkOoxmlWalk *walk, uint16_t graphic)
{
    bool id = sk_xml_attribute(walk->xml, "r:id") != NULL;

    return (sk_package_parent(walk) == graphic) == id || sk_package_bad(walk, "c:chart");
}

/* ---- values ------------------------------------------------------------------------------- */

/* rIdK; first uses of explicit ones come in ascending order. */
bool
sk_package_check_relation(SkOoxmlWalk *walk, SkSpan v, uint64_t kinds)
{
    const SkOoxmlRelations *relations = walk->relations;
    size_t k = 0;

    if (!sk_span_starts(v, "rId") || v.n < 4 || v.n > 9 || v.p[3] == '0')
        return sk_package_bad(walk, "relationship id");
    for (size_t i = 3; i < v.n; i++) {
        if (!g_ascii_isdigit(v.p[i]))
            return sk_package_bad(walk, "relationship id");
        k = k * 10 + (size_t)(v.p[i] - '0');
    }
    if (k > relations->list->len)
        return sk_package_no(walk, SK_ELEMENT_NOT_CANONICAL,
                             "relationship of another kind, or none");
    const SkOoxmlRelation *relation =
        &g_array_index(relations->list, SkOoxmlRelation, (unsigned)k - 1);
    if ((kinds & SK_OOXML_TO(relation->kind)) == 0)
        return sk_package_no(walk, SK_ELEMENT_NOT_CANONICAL,
                             "relationship of another kind, or none");
    if (k > walk->used + 1)
        return sk_package_bad(walk, "relationship not in order of use");
    walk->used = MAX(walk->used, (unsigned)k);
    walk->relation = relation;
    return true;
}

static bool
check_value(SkOoxmlWalk *walk, uint8_t number, SkSpan v)
{
    const SkOoxmlClass *class = &walk->format->classes[number];

    if (class->check != NULL)
        return class->check(walk, v);
    if (class->kinds != 0)
        return sk_package_check_relation(walk, v, class->kinds);
    bool fits = class->fits != NULL ? class->fits(v)
                                    : class->words != NULL && sk_package_is_word(v, class->words);
    return fits || sk_package_bad(walk, "attribute value");
}

/* Written attributes and the table's both ascend, so one walk over both sees order, doubles and
 * strays. */
static bool
check_attributes(SkOoxmlWalk *walk, const SkOoxmlRow *row, unsigned from)
{
    const SkXml *xml = walk->xml;
    const SkOoxmlAttribute *known = &walk->format->table->attributes[row->attributes];
    unsigned j = 0;

    for (unsigned i = from; i < xml->n_attributes; i++) {
        SkSpan name = xml->attributes[i].name;
        while (j < row->n_attributes &&
               !sk_package_is_name(name, xml->attributes[i].key, known[j].name, known[j].length,
                                   known[j].key))
            j++;
        if (j == row->n_attributes)
            return sk_package_no(walk, sk_package_name_of_attribute(xml->name, name), "attribute");
        if (!check_value(walk, known[j++].class, xml->attributes[i].value))
            return false;
    }
    return true;
}

/* ---- places ------------------------------------------------------------------------------- */

/* Not what stays only where the policy lets it: comments, tracked changes, hidden text. */
static bool
check_kept(const SkOoxmlWalk *walk, uint16_t element)
{
    const SkOoxmlFormat *format = walk->format;
    SkElement code = (SkElement)format->kept[element];

    if (code == SK_ELEMENT_NONE || sk_proof_keeps(walk->file->proof, code) ||
        (format->stays != NULL && format->stays(walk, element)))
        return true;
    return sk_package_no(walk, code, format->table->rows[element].name);
}

/* Where the element stands, as far as all kinds of documents care. */
static bool
check_place(SkOoxmlWalk *walk, uint16_t element)
{
    const uint8_t *marks = walk->format->marks;
    uint16_t outer = sk_package_parent(walk);
    bool chosen = (marks[outer] & SK_OOXML_ALTERNATE) != 0;

    if (walk->format->table->rows[outer].text)
        return sk_package_bad(walk, "element inside text");
    if (chosen != ((marks[element] & SK_OOXML_CHOICE) != 0) ||
        (chosen && walk->children[walk->depth - 1] > 0) ||
        ((marks[element] & SK_OOXML_ALTERNATE) != 0 && walk->xml->empty))
        return sk_package_no(walk, SK_ELEMENT_ALTERNATE_CONTENT, "alternate content");
    if ((marks[element] & SK_OOXML_ROOT) != 0 && walk->depth > 0)
        return sk_package_bad(walk, "root inside a part");
    return check_kept(walk, element);
}

/* ---- tokens ------------------------------------------------------------------------------- */

/* @element is over. */
static bool
leave(SkOoxmlWalk *walk, uint16_t element)
{
    const SkOoxmlFormat *format = walk->format;

    walk->gathering = false;
    return (!format->every && (format->marks[element] & SK_OOXML_END) == 0) ||
           format->end(walk, element);
}

static bool
too_long(const SkOoxmlWalk *walk)
{
    return sk_package_bad(walk, "instruction or formula too long");
}

static bool
on_start(SkOoxmlWalk *walk, unsigned declarations)
{
    const SkOoxmlFormat *format = walk->format;
    const SkXml *xml = walk->xml;
    uint16_t element = sk_package_lookup(format->table, xml->name, xml->key);

    if (element == 0)
        return sk_package_no(walk, sk_package_name_of_element(xml->name), "element");
    const SkOoxmlRow *row = &format->table->rows[element];
    uint8_t marks = format->marks[element];
    walk->relation = NULL;
    walk->gathering = (marks & SK_OOXML_GATHER) != 0;
    walk->gathered = SK_SPAN_EMPTY;
    if (!check_place(walk, element) || !check_attributes(walk, row, declarations) ||
        ((format->every || (marks & SK_OOXML_START) != 0) && !format->start(walk, element)))
        return false;
    if (walk->depth > 0 && walk->children[walk->depth - 1] < 2)
        walk->children[walk->depth - 1]++;
    if (xml->empty)
        return leave(walk, element);
    if (row->text && sk_xml_simple(walk->xml, &walk->gathered))
        return walk->gathered.n <= format->text_max || !walk->gathering ? leave(walk, element)
                                                                        : too_long(walk);
    walk->open[walk->depth] = element;
    walk->children[walk->depth++] = 0;
    return true;
}

/* The root element: the part's own, with the declarations and nothing before them. */
static bool
on_root(SkOoxmlWalk *walk)
{
    const SkOoxmlFormat *format = walk->format;
    const SkXml *xml = walk->xml;
    uint16_t root = format->kinds[walk->kind].root;

    if (!sk_span_is(xml->name, format->table->rows[root].name))
        return sk_package_no(walk, SK_ELEMENT_WRONG_CONTENT_TYPE, "root element");
    for (unsigned i = 0; i < format->n_declarations; i++)
        if (i >= xml->n_attributes ||
            !sk_span_is(xml->attributes[i].name, format->declarations[i][0]) ||
            !sk_span_is(xml->attributes[i].value, format->declarations[i][1]))
            return sk_package_bad(walk, "namespace declarations");
    return on_start(walk, format->n_declarations);
}

static bool
on_end(SkOoxmlWalk *walk)
{
    uint16_t element = sk_package_parent(walk);

    walk->depth--;
    return leave(walk, element);
}

static bool
on_text(SkOoxmlWalk *walk)
{
    SkSpan text = walk->xml->text;

    if (!walk->format->table->rows[sk_package_parent(walk)].text)
        return sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "text between elements");
    if (walk->gathering) {
        size_t before = walk->gathered.n, room = walk->format->text_max - before;
        size_t n = sk_xml_resolve(text, walk->text + before, room);
        if (n > room)
            return too_long(walk);
        walk->gathered = sk_span(walk->text, before + n);
    }
    return true;
}

static bool
on_eof(SkOoxmlWalk *walk)
{
    return walk->format->part_end == NULL || walk->format->part_end(walk);
}

static bool
check(SkOoxmlWalk *walk)
{
    bool good = walk->format->part_begin == NULL || walk->format->part_begin(walk), first = true;

    while (good) {
        if (walk->format->ahead != NULL && sk_package_parent(walk) == walk->format->ahead_in)
            walk->format->ahead(walk);
        switch (sk_xml_next(walk->xml)) {
        case SK_XML_START:
            good = first ? on_root(walk) : on_start(walk, 0);
            first = false;
            break;
        case SK_XML_END:
            good = on_end(walk);
            break;
        case SK_XML_TEXT:
            good = on_text(walk);
            break;
        case SK_XML_EOF:
            return on_eof(walk);
        case SK_XML_NO:
            return false;
        }
    }
    return false;
}

bool
sk_package_check_part(SkOoxmlFile *file, const SkZipEntry *entry, unsigned part,
                      const SkOoxmlRelations *relations)
{
    SkZipStream stream;

    sk_zip_stream_begin(&stream, file->proof, entry);
    g_autoptr(SkXml) xml = sk_xml_new(file->proof, sk_zip_stream_read, &stream);
    g_autofree SkOoxmlWalk *walk = g_new0(SkOoxmlWalk, 1);
    g_autofree char *text = g_malloc(MAX(file->format->text_max, 1));
    g_autofree void *state = g_malloc0(MAX(file->format->part_size, 1));
    walk->file = file;
    walk->format = file->format;
    walk->xml = xml;
    walk->part = part;
    walk->kind = sk_package_part_at(file, part)->kind;
    walk->relations = relations;
    walk->used = relations->implicit;
    walk->text = text;
    walk->state = state;
    const SkOoxmlKind *kind = &walk->format->kinds[walk->kind];
    bool good = kind->special != NULL ? kind->special(walk) : check(walk);
    if (good && walk->used < relations->list->len)
        good = sk_package_bad(walk, "relationship not used");
    sk_zip_stream_end(&stream);
    return good;
}
