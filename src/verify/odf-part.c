/* SPDX-License-Identifier: Apache-2.0
 * odf-part.c - one XML part, element by element; contract in odf.h.
 *
 * Every element and attribute is in the lists; a few elements have rules beside them
 * (docs/formats/odf.md, "Rules beyond the table" and "What stands under the roots"). */
#include "verify/link.h"
#include "verify/odf.h"

#include "odf-elements.h"

#include <string.h>

#define SETTING_MAX 1024u

typedef struct {
    SkOdfFile *file;
    SkXml *xml; /* borrowed */
    SkOdfPartKind kind;
    unsigned folder;
    unsigned depth;
    uint16_t open[SK_XML_DEPTH_MAX];
    unsigned stage;     /* of the root's children: the last that was there, from 1 */
    unsigned inner;     /* children of office:body or office:meta */
    SkOdfGroup setting; /* of the config:config-item that is open */
    size_t text_n;
    char text[SETTING_MAX + 1]; /* of that item, or of meta:generator */
    char value[SK_ODF_FORMULA_MAX + 1];
} Part;

static bool
no(const Part *part, SkElement element, const char *what)
{
    return sk_proof_no(part->file->proof, element, "%s, byte %" G_GUINT64_FORMAT, what,
                       sk_xml_at(part->xml));
}

static uint16_t
parent(const Part *part)
{
    return part->depth == 0 ? E_NONE : part->open[part->depth - 1];
}

static uint16_t
lookup(SkSpan name)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < name.n; i++)
        hash = hash * 31 + name.p[i];
    for (uint32_t slot = (hash ^ hash >> 12) % SK_ODF_SLOTS; sk_opendocument_slots[slot] != 0;
         slot = (slot + 1) % SK_ODF_SLOTS) {
        const SkOdfRow *row = &sk_opendocument_rows[sk_opendocument_slots[slot]];
        if (row->length == name.n && memcmp(row->name, name.p, name.n) == 0)
            return sk_opendocument_slots[slot];
    }
    return E_NONE;
}

/* ---- values ------------------------------------------------------------------------------- */

/* With references resolved, as far as they fit; longer ones are of no class that asks. */
static SkSpan
resolve(Part *part, SkSpan v)
{
    if (memchr(v.p, '&', v.n) == NULL)
        return v;
    size_t n = sk_xml_resolve(v, part->value, sizeof part->value);
    return sk_span(part->value, MIN(n, sizeof part->value));
}

/* Style values may be longer than what is resolved; of references they hold only those for < > &.
 */
static bool
is_style_value(Part *part, SkSpan v)
{
    if (memchr(v.p, '&', v.n) == NULL || sk_xml_resolve(v, NULL, 0) < sizeof part->value)
        return sk_opendocument_is_style_value(resolve(part, v));
    return sk_span_find(v, 0, sk_span_str("&quot;")) == SIZE_MAX && memchr(v.p, ':', v.n) == NULL &&
           v.n <= SK_XML_WINDOW_MAX / 2;
}

static bool
check_link(Part *part, SkSpan v)
{
    SkSpan link = resolve(part, v);
    bool fits = sk_opendocument_is_target(link);

    if (!fits && (link.n > SK_LINK_MAX || !sk_link_is_permitted(link)))
        return no(part, sk_opendocument_name_of_link(part->xml->name, link), "link");
    return fits || sk_proof_keeps(part->file->proof, SK_ELEMENT_HYPERLINK) ||
           no(part, SK_ELEMENT_HYPERLINK, "link");
}

static bool
check_formula(Part *part, SkSpan v, bool condition)
{
    if (sk_xml_resolve(v, NULL, 0) > SK_ODF_FORMULA_MAX)
        return no(part, SK_ELEMENT_UNKNOWN_FORMULA, "formula too long");
    SkElement why = sk_opendocument_refuse_formula(
        resolve(part, v), condition, sk_proof_keeps(part->file->proof, SK_ELEMENT_HYPERLINK));
    return why == SK_ELEMENT_NONE || no(part, why, "formula");
}

static bool
check_mention(Part *part, SkSpan v, bool object)
{
    bool may = part->kind == SK_ODF_PART_CONTENT || part->kind == SK_ODF_PART_STYLES;

    return (may && sk_opendocument_mention(part->file, part->folder, v, object)) ||
           no(part, object ? SK_ELEMENT_EMBEDDED_OBJECT : SK_ELEMENT_EXTERNAL_IMAGE, "reference");
}

static bool
check_setting(Part *part, uint16_t element, SkSpan v)
{
    SkOdfGroup group = sk_opendocument_group(v);
    bool fits = element == E_config_config_item_set ? group == SK_ODF_GROUP_SET
                : element == E_config_config_item
                    ? group == SK_ODF_GROUP_B || group == SK_ODF_GROUP_N || group == SK_ODF_GROUP_S
                    : group == SK_ODF_GROUP_MAP;
    bool printer = sk_span_starts(v, "Printer") || sk_span_starts(v, "ooo:printer");

    return fits ||
           no(part, printer ? SK_ELEMENT_PRINTER_SETTINGS : SK_ELEMENT_UNKNOWN_PART, "setting");
}

static bool
check_version(Part *part, SkSpan v)
{
    char *version = part->file->version;

    if (version[0] == '\0' && sk_opendocument_is_version(v))
        for (unsigned i = 0; i < 3; i++)
            version[i] = (char)v.p[i];
    return sk_span_is(v, version) || no(part, SK_ELEMENT_NOT_CANONICAL, "version");
}

static bool
check_value(Part *part, uint16_t element, uint8_t class, SkSpan v)
{
    bool fits = false;

    switch (class) {
    case C_n:
        fits = sk_opendocument_is_number(v);
        break;
    case C_k:
        fits = sk_opendocument_is_keyword(v);
        break;
    case C_v:
        fits = is_style_value(part, v);
        break;
    case C_s:
        fits = v.n <= SK_ODF_TEXT_MAX || sk_xml_resolve(v, NULL, 0) <= SK_ODF_TEXT_MAX;
        break;
    case C_c:
        fits = sk_opendocument_is_ranges(resolve(part, v));
        break;
    case C_f:
        return check_formula(part, v, false);
    case C_t:
        return check_formula(part, v, true);
    case C_q:
        fits = sk_opendocument_is_count(resolve(part, v));
        break;
    case C_link:
        return check_link(part, v);
    case C_image:
        return check_mention(part, v, false);
    case C_object:
        return check_mention(part, v, true);
    case C_version:
        return check_version(part, v);
    case C_action:
        fits = sk_opendocument_is_action(v);
        break;
    case C_event:
        fits = sk_span_is(v, "dom:click");
        break;
    case C_config:
        return check_setting(part, element, v);
    case C_math:
        fits = sk_opendocument_is_math(v);
        break;
    default:
        break;
    }
    return fits || no(part,
                      class == C_action || class == C_event ? SK_ELEMENT_EVENT_LISTENER
                                                            : SK_ELEMENT_NOT_CANONICAL,
                      "attribute value");
}

/* Written attributes and the list's both ascend, so one walk over both sees order, doubles and
 * strays. */
static bool
check_attributes(Part *part, uint16_t element, unsigned from)
{
    const SkXml *xml = part->xml;
    const SkOdfRow *row = &sk_opendocument_rows[element];
    const SkOdfAttribute *known = &sk_opendocument_attributes[row->attributes];
    unsigned j = 0;

    for (unsigned i = from; i < xml->n_attributes; i++) {
        SkSpan name = xml->attributes[i].name;
        while (j < row->n_attributes &&
               (known[j].length != name.n || memcmp(known[j].name, name.p, name.n) != 0))
            j++;
        if (j == row->n_attributes)
            return no(part,
                      sk_opendocument_name_of_attribute(xml->name, name, xml->attributes[i].value),
                      "attribute");
        if (!check_value(part, element, known[j++].class, xml->attributes[i].value))
            return false;
    }
    return true;
}

static bool
need(const Part *part, const char *name)
{
    return sk_xml_attribute(part->xml, name) != NULL || no(part, SK_ELEMENT_NOT_CANONICAL, name);
}

static bool
has_value(const Part *part, const char *name, const char *value)
{
    const SkSpan *found = sk_xml_attribute(part->xml, name);
    return found != NULL && sk_span_is(*found, value);
}

/* ---- where elements stand ------------------------------------------------------------------ */

/* What the children of a root are, in their order; those of the same kind of part. */
static const struct {
    uint16_t root, child;
} layout[] = {
    { E_office_document_content, E_office_font_face_decls },
    { E_office_document_content, E_office_automatic_styles },
    { E_office_document_content, E_office_body },
    { E_office_document_styles, E_office_font_face_decls },
    { E_office_document_styles, E_office_styles },
    { E_office_document_styles, E_office_automatic_styles },
    { E_office_document_styles, E_office_master_styles },
    { E_office_document_settings, E_office_settings },
    { E_office_document_meta, E_office_meta },
};

static uint16_t
body_of(const Part *part)
{
    if (part->folder != 0)
        return E_office_chart;
    return part->file->type == SK_TYPE_ODT   ? E_office_text
           : part->file->type == SK_TYPE_ODS ? E_office_spreadsheet
                                             : E_office_presentation;
}

/* Elements that stand in one place only. */
static bool
has_place(uint16_t element)
{
    switch (element) {
    case E_office_document_content:
    case E_office_document_styles:
    case E_office_document_settings:
    case E_office_document_meta:
    case E_office_font_face_decls:
    case E_office_automatic_styles:
    case E_office_styles:
    case E_office_master_styles:
    case E_office_body:
    case E_office_text:
    case E_office_spreadsheet:
    case E_office_presentation:
    case E_office_chart:
    case E_office_settings:
    case E_office_meta:
    case E_meta_generator:
    case E_math_math:
        return true;
    default:
        return false;
    }
}

static bool
check_under_root(Part *part, uint16_t element)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(layout); i++)
        if (layout[i].root == part->open[0] && layout[i].child == element && i + 1 > part->stage) {
            part->stage = i + 1;
            return true;
        }
    return no(part,
              has_place(element) ? SK_ELEMENT_NOT_CANONICAL
                                 : sk_opendocument_name_of_element(part->xml->name),
              "order");
}

static bool
check_place(Part *part, uint16_t element)
{
    uint16_t above = parent(part);
    bool config = sk_span_starts(part->xml->name, "config:");

    if (part->depth == 1 && part->open[0] != E_math_math)
        return check_under_root(part, element);
    if (above == E_office_body) {
        bool right = element == body_of(part) && part->inner++ == 0;
        return right || no(part, SK_ELEMENT_WRONG_CONTENT_TYPE, "body");
    }
    if (above == E_office_meta)
        return (element == E_meta_generator && part->inner++ == 0) ||
               no(part, SK_ELEMENT_DOCUMENT_PROPERTIES, "element");
    if (has_place(element))
        return no(part, SK_ELEMENT_NOT_CANONICAL, "element out of its place");
    if (config != (part->kind == SK_ODF_PART_SETTINGS))
        return no(part, SK_ELEMENT_NOT_CANONICAL, "setting");
    if (above == E_office_settings && element != E_config_config_item_set)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "setting");
    bool listener = element == E_presentation_event_listener;
    return listener == (above == E_office_event_listeners) ||
           no(part, SK_ELEMENT_EVENT_LISTENER, "event");
}

/* ---- the rules ---------------------------------------------------------------------------- */

static bool
check_kept(const Part *part, SkElement element)
{
    return sk_proof_keeps(part->file->proof, element) || no(part, element, "element");
}

/* The name of a table that holds another document's cells: the address in quotes, then `#`. */
static bool
is_named_as_elsewhere(const Part *part)
{
    const SkSpan *name = sk_xml_attribute(part->xml, "table:name");

    return name != NULL && name->n > 0 && name->p[0] == '\'' &&
           sk_span_find(*name, 0, sk_span_str("#")) != SIZE_MAX;
}

static bool
check_rule(Part *part, uint16_t element)
{
    switch (element) {
    case E_text_a:
    case E_draw_a:
    case E_draw_image:
    case E_draw_fill_image:
    case E_draw_object:
    case E_text_list_level_style_image:
    case E_chart_symbol_image:
        return need(part, "xlink:href");
    case E_presentation_event_listener:
        return need(part, "presentation:action") && need(part, "script:event-name") &&
               (sk_xml_attribute(part->xml, "xlink:href") == NULL ||
                has_value(part, "presentation:action", "show") ||
                no(part, SK_ELEMENT_EVENT_LISTENER, "event"));
    case E_office_event_listeners:
        return !part->xml->empty || no(part, SK_ELEMENT_NOT_CANONICAL, "no event");
    case E_table_named_expression:
        return need(part, "table:expression");
    case E_table_named_range:
        return need(part, "table:cell-range-address");
    case E_config_config_item_set:
    case E_config_config_item_map_indexed:
    case E_config_config_item_map_named:
        return need(part, "config:name");
    case E_office_annotation:
    case E_office_annotation_end:
        return check_kept(part, SK_ELEMENT_COMMENTS);
    case E_text_tracked_changes:
    case E_table_tracked_changes:
        return check_kept(part, SK_ELEMENT_TRACKED_CHANGES);
    case E_style_table_properties:
        return !has_value(part, "table:display", "false") ||
               check_kept(part, SK_ELEMENT_HIDDEN_TEXT);
    case E_table_table:
        if (is_named_as_elsewhere(part))
            return no(part, SK_ELEMENT_EXTERNAL_WORKBOOK, "table");
        break;
    case E_text_section:
        if (sk_xml_attribute(part->xml, "text:display") != NULL &&
            !has_value(part, "text:display", "true") && !has_value(part, "text:display", "none"))
            return no(part, SK_ELEMENT_NOT_CANONICAL, "attribute value");
        break;
    default:
        break;
    }
    return !has_value(part, "text:display", "none") || check_kept(part, SK_ELEMENT_HIDDEN_TEXT);
}

/* A config:config-item: its type fits its group; its text is looked at when it ends. */
static bool
begin_setting(Part *part)
{
    const SkSpan *name = sk_xml_attribute(part->xml, "config:name");
    const SkSpan *type = sk_xml_attribute(part->xml, "config:type");

    if (name == NULL || type == NULL)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "setting");
    part->setting = sk_opendocument_group(*name);
    bool number = sk_span_is(*type, "short") || sk_span_is(*type, "int") ||
                  sk_span_is(*type, "long") || sk_span_is(*type, "double");
    bool fits = part->setting == SK_ODF_GROUP_B   ? sk_span_is(*type, "boolean")
                : part->setting == SK_ODF_GROUP_N ? number
                                                  : sk_span_is(*type, "string");
    return fits || no(part, SK_ELEMENT_NOT_CANONICAL, "type of a setting");
}

static bool
end_setting(Part *part)
{
    char resolved[SETTING_MAX + 1];
    size_t n = sk_xml_resolve(sk_span(part->text, part->text_n), resolved, sizeof resolved);
    SkSpan v = sk_span(resolved, MIN(n, sizeof resolved));
    bool fits = part->setting == SK_ODF_GROUP_B   ? sk_span_is(v, "true") || sk_span_is(v, "false")
                : part->setting == SK_ODF_GROUP_N ? sk_opendocument_is_plain_number(v)
                                                  : n <= SETTING_MAX;
    return fits || no(part, SK_ELEMENT_NOT_CANONICAL, "value of a setting");
}

static bool
end_element(Part *part, uint16_t element)
{
    if (element == E_config_config_item)
        return end_setting(part);
    if (element == E_meta_generator &&
        !sk_opendocument_is_generator(sk_span(part->text, part->text_n)))
        return no(part, SK_ELEMENT_DOCUMENT_PROPERTIES, "generator");
    if (element == E_office_body && part->inner != 1)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "body");
    return true;
}

/* ---- the walk ------------------------------------------------------------------------------ */

static uint16_t
root_of(const Part *part, uint16_t found)
{
    switch (part->kind) {
    case SK_ODF_PART_CONTENT:
        return E_office_document_content;
    case SK_ODF_PART_STYLES:
        return E_office_document_styles;
    case SK_ODF_PART_SETTINGS:
        return E_office_document_settings;
    case SK_ODF_PART_META:
        return E_office_document_meta;
    case SK_ODF_PART_FORMULA:
        return E_math_math;
    case SK_ODF_PART_OBJECT:
        break;
    }
    return found == E_math_math ? E_math_math : E_office_document_content;
}

static bool
check_root(Part *part, uint16_t element)
{
    const SkXml *xml = part->xml;

    if (element != root_of(part, element))
        return no(part, SK_ELEMENT_WRONG_CONTENT_TYPE, "root");
    if (part->kind == SK_ODF_PART_OBJECT)
        part->kind = element == E_math_math ? SK_ODF_PART_FORMULA : SK_ODF_PART_CONTENT;
    if (xml->n_attributes < sk_opendocument_declarations_n)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "namespaces");
    for (unsigned i = 0; i < sk_opendocument_declarations_n; i++)
        if (!sk_span_is(xml->attributes[i].name, sk_opendocument_declarations[i][0]) ||
            !sk_span_is(xml->attributes[i].value, sk_opendocument_declarations[i][1]))
            return no(part, SK_ELEMENT_NOT_CANONICAL, "namespaces");
    return element == E_math_math || need(part, "office:version");
}

static bool
start(Part *part)
{
    uint16_t element = lookup(part->xml->name);
    bool root = part->depth == 0;

    if (element == E_NONE)
        return no(part, sk_opendocument_name_of_element(part->xml->name), "element");
    if (!root && sk_opendocument_rows[parent(part)].content == SK_ODF_TEXT)
        return no(part, sk_opendocument_name_of_element(part->xml->name), "element in text");
    if (root ? !check_root(part, element) : !check_place(part, element))
        return false;
    if (!check_attributes(part, element, root ? sk_opendocument_declarations_n : 0) ||
        !check_rule(part, element))
        return false;
    if (element == E_config_config_item && !begin_setting(part))
        return false;
    part->text_n = 0;
    if (part->xml->empty)
        return end_element(part, element);
    part->open[part->depth++] = element;
    return true;
}

static bool
text(Part *part)
{
    SkSpan s = part->xml->text;
    uint16_t element = parent(part);

    if (sk_opendocument_rows[element].content == SK_ODF_ELEMENTS)
        return no(part, SK_ELEMENT_UNKNOWN_PART, "text between elements");
    if (element != E_config_config_item && element != E_meta_generator)
        return true;
    if (s.n > SETTING_MAX - part->text_n)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "text too long");
    for (size_t i = 0; i < s.n; i++)
        part->text[part->text_n++] = (char)s.p[i];
    return true;
}

static bool
walk(Part *part)
{
    for (;;) {
        switch (sk_xml_next(part->xml)) {
        case SK_XML_START:
            if (!start(part))
                return false;
            break;
        case SK_XML_END:
            part->depth--;
            if (!end_element(part, part->open[part->depth]))
                return false;
            break;
        case SK_XML_TEXT:
            if (!text(part))
                return false;
            break;
        case SK_XML_EOF:
            return true;
        case SK_XML_NO:
            return false;
        }
    }
}

/* What must have been there. */
static bool
is_whole(const Part *part)
{
    return (part->kind != SK_ODF_PART_CONTENT && part->kind != SK_ODF_PART_META) ||
           part->inner == 1;
}

bool
sk_opendocument_check_part(SkOdfFile *file, const SkZipEntry *entry, SkOdfPartKind kind,
                           unsigned folder, SkOdfPartKind *ret_kind)
{
    SkZipStream stream;
    sk_zip_stream_begin(&stream, file->proof, entry);
    g_autoptr(SkXml) xml = sk_xml_new(file->proof, sk_zip_stream_read, &stream);
    g_autofree Part *part = g_new0(Part, 1);

    part->file = file;
    part->xml = xml;
    part->kind = kind;
    part->folder = folder;
    bool good = walk(part);
    if (good && !is_whole(part))
        good = no(part, SK_ELEMENT_NOT_CANONICAL, "something missing");
    sk_zip_stream_end(&stream);
    if (good)
        *ret_kind = part->kind;
    return good;
}
