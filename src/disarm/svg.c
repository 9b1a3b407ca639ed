/* SPDX-License-Identifier: Apache-2.0
 *
 * svg.c - SVG pictures: what the table allows is written anew: style sheets resolved, ids numbered,
 * references only to what is there and without circles, pictures inside disarmed. Spec:
 * docs/formats/svg.md   Tests: tests/unit/disarm/test-svg.c, tests/fuzz/fuzz-svg.c
 */
#include "disarm/formats.h"

#include "disarm/docx-link.h"
#include "disarm/picture-formats.h"
#include "disarm/picture.h"
#include "disarm/raster.h"
#include "disarm/svg-tree.h"
#include "format/xml.h"

#include <string.h>

#define WEIGHT_MAX 1000000u
#define STANDIN 64u
#define DATA_MAX (1900u << 10) /* of a picture inside, as text */
#define ROOT " xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""

/* ---- references ------------------------------------------------------------------------------ */

static uint32_t
lookup(const SkSvgTree *self, SkSpan name)
{
    g_autofree char *id = sk_span_dup(name);
    gpointer at = g_hash_table_lookup(self->ids, id);

    return at == NULL ? SK_SVG_NONE : GPOINTER_TO_UINT(at) - 1;
}

/* What an attribute may refer to. */
static bool
fits(unsigned element, unsigned attribute, SkSvgTarget target)
{
    switch (attribute) {
    case SK_SVG_A_FILL:
    case SK_SVG_A_STROKE:
        return target == SK_SVG_TO_GRADIENT || target == SK_SVG_TO_PATTERN;
    case SK_SVG_A_CLIP_PATH:
        return target == SK_SVG_TO_CLIP;
    case SK_SVG_A_MASK:
        return target == SK_SVG_TO_MASK;
    case SK_SVG_A_FILTER:
        return target == SK_SVG_TO_FILTER;
    case SK_SVG_A_MARKER_START:
    case SK_SVG_A_MARKER_MID:
    case SK_SVG_A_MARKER_END:
        return target == SK_SVG_TO_MARKER;
    case SK_SVG_A_XLINK_HREF:
        break;
    default:
        return false;
    }
    switch (element) {
    case SK_SVG_E_USE:
        return target == SK_SVG_TO_DRAWN || target == SK_SVG_TO_PATH;
    case SK_SVG_E_TEXTPATH:
        return target == SK_SVG_TO_PATH;
    case SK_SVG_E_LINEARGRADIENT:
    case SK_SVG_E_RADIALGRADIENT:
        return target == SK_SVG_TO_GRADIENT;
    case SK_SVG_E_PATTERN:
        return target == SK_SVG_TO_PATTERN;
    default:
        return false;
    }
}

/* The node that @name names, if this attribute may refer to it. */
static uint32_t
resolve(SkSvgTree *self, const SkSvgNode *node, unsigned attribute, SkSpan name)
{
    if (name.n < 2 || name.p[0] != '#') {
        self->external++;
        return SK_SVG_NONE;
    }
    uint32_t at = lookup(self, sk_span_sub(name, 1, name.n - 1));
    if (at != SK_SVG_NONE &&
        fits(node->element, attribute, sk_svg_elements[sk_svg_node(self, at)->element].target))
        return at;
    self->references++;
    return SK_SVG_NONE;
}

/* ---- pictures inside ------------------------------------------------------------------------- */

/* The bytes of a data: address in base64. */
static guchar *
decode_data(SkSpan href, gsize *ret_n)
{
    size_t comma = sk_span_find(href, 0, sk_span_str(","));
    g_autofree char *head = sk_span_dup(sk_span_sub(href, 0, comma == SIZE_MAX ? 0 : comma));

    if (comma == SIZE_MAX || !g_str_has_suffix(head, ";base64"))
        return NULL;
    g_autofree char *text = sk_span_dup(sk_span_sub(href, comma + 1, href.n - comma - 1));
    return g_base64_decode(text, ret_n);
}

/* What is shown where a picture cannot be: a grey box with a cross, as in documents. */
static bool
draw_standin(SkDisarm *self, GBytes **ret, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.output);
    g_autoptr(SkRaster) raster = NULL;

    if (!sk_raster_new(self, STANDIN, STANDIN, &raster, error))
        return false;
    for (uint32_t y = 0; y < STANDIN; y++) {
        for (uint32_t x = 0; x < STANDIN; x++) {
            bool line =
                x == y || x + y == STANDIN - 1 || x % (STANDIN - 1) == 0 || y % (STANDIN - 1) == 0;
            uint8_t grey = line ? 0x90 : 0xe8;
            sk_raster_put(raster, x, y, grey, grey, grey, 0xff);
        }
    }
    if (!sk_raster_write(raster, sink, error) || !sk_sink_finish(sink, error))
        return false;
    *ret = sk_sink_steal_bytes(sink);
    return true;
}

/* The picture in its one form; the stand-in for what is none, and for what does not fit into a
 * tag. */
static bool
rebuild_image(SkSvgTree *self, SkSpan data, GBytes **ret, SkType *ret_type, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    SkSpan place = sk_span_str("image");

    if (!sk_picture_rebuild(self->disarm, data, place, SK_ELEMENT_NONE, ret, ret_type, error))
        return false;
    if (*ret != NULL && g_bytes_get_size(*ret) / 3 * 4 > DATA_MAX) {
        g_clear_pointer(ret, g_bytes_unref);
        if (!sk_disarm_found(self->disarm, SK_ELEMENT_PICTURE_REPLACED, place, 1, &verdict, error))
            return false;
    }
    if (*ret != NULL)
        return true;
    *ret_type = SK_TYPE_PNG;
    return draw_standin(self->disarm, ret, error);
}

static bool
take_image(SkSvgTree *self, SkSvgNode *node, SkSpan href, GError **error)
{
    gsize n = 0;
    SkType type = SK_TYPE_NONE;
    g_autoptr(GBytes) picture = NULL;

    if (href.n < 5 || g_ascii_strncasecmp((const char *)href.p, "data:", 5) != 0) {
        self->external++;
        return true;
    }
    g_autofree guchar *data = decode_data(href, &n);
    if (data == NULL || n == 0) {
        self->references++;
        return true;
    }
    if (!rebuild_image(self, sk_span(data, n), &picture, &type, error))
        return false;
    g_autofree char *text =
        g_base64_encode(g_bytes_get_data(picture, NULL), g_bytes_get_size(picture));
    g_autofree char *whole =
        g_strconcat("data:image/", type == SK_TYPE_PNG ? "png" : "jpeg", ";base64,", text, NULL);
    node->data = g_string_chunk_insert(self->strings, whole);
    return true;
}

/* A link, in its one spelling; NULL where it is none that may stay. */
static const char *
take_link(SkSvgTree *self, SkSpan href)
{
    g_autofree char *link = sk_docx_link(href);

    if (link == NULL) {
        self->unsafe_links++;
        return NULL;
    }
    self->links++;
    return g_string_chunk_insert(self->strings, link);
}

static bool
take_href(SkSvgTree *self, SkSvgNode *node, SkSvgValue *value, GError **error)
{
    SkSpan href = sk_span_str(value->value);

    value->value = NULL;
    while (href.n > 0 && g_ascii_isspace((char)href.p[0]))
        href = sk_span_sub(href, 1, href.n - 1);
    if (node->element == SK_SVG_E_IMAGE)
        return take_image(self, node, href, error);
    if (node->element == SK_SVG_E_A)
        value->value = sk_span_starts(href, "#") ? NULL : take_link(self, href);
    else
        node->refers = resolve(self, node, SK_SVG_A_XLINK_HREF, href);
    return true;
}

/* ---- every value in its one spelling --------------------------------------------------------- */

static bool
take_value(SkSvgTree *self, uint32_t at, SkSvgValue *value, GString *scratch, GError **error)
{
    SkSvgNode *node = sk_svg_node(self, at);
    SkSvgClass kind = sk_svg_attributes[value->attribute].kind;
    SkSpan refers;

    if (kind == SK_SVG_HREF)
        return take_href(self, node, value, error);
    g_string_truncate(scratch, 0);
    if (!sk_svg_value(kind, sk_span_str(value->value), scratch, &refers)) {
        self->unknown++;
        value->value = NULL;
        return true;
    }
    if (refers.n == 0) {
        value->value = g_string_chunk_insert(self->strings, scratch->str);
        return true;
    }
    value->refers = resolve(self, node, value->attribute, refers);
    /* What is not there: no colour, no clip. */
    value->value = kind == SK_SVG_COLOUR ? "none" : NULL;
    return true;
}

static bool
take_values(SkSvgTree *self, GError **error)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    for (uint32_t at = 0; at < self->nodes->len; at++) {
        for (uint32_t i = sk_svg_node(self, at)->values; i != SK_SVG_NONE;) {
            SkSvgValue *value = &g_array_index(self->values, SkSvgValue, i);
            if (!take_value(self, at, value, scratch, error))
                return false;
            i = g_array_index(self->values, SkSvgValue, i).next;
        }
    }
    return true;
}

/* ---- circles and bombs ----------------------------------------------------------------------- */

typedef struct {
    uint32_t node;
    uint32_t child; /* the next one to look at */
    uint32_t value; /* … and then the next attribute */
    bool referred;  /* xlink:href has been looked at */
} Step;

typedef struct {
    SkSvgTree *tree;
    GArray *steps;     /* owned, of Step */
    uint32_t *weights; /* owned; 0: not looked at; UINT32_MAX: being looked at */
} Weigh;

static bool
enter(Weigh *self, uint32_t node, GError **error)
{
    Step step = { .node = node,
                  .child = sk_svg_node(self->tree, node)->first,
                  .value = sk_svg_node(self->tree, node)->values };

    if (self->weights[node] == UINT32_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "svg: references in a circle");
    self->weights[node] = UINT32_MAX;
    g_array_append_val(self->steps, step);
    return true;
}

/* The next node that the one of @step is drawn with; SK_SVG_NONE: there is no more. */
static uint32_t
next_of(const SkSvgTree *tree, Step *step)
{
    uint32_t at = step->child;

    if (at != SK_SVG_NONE) {
        step->child = sk_svg_node(tree, at)->next;
        return at;
    }
    if (!step->referred) {
        step->referred = true;
        at = sk_svg_node(tree, step->node)->refers;
        if (at != SK_SVG_NONE)
            return at;
    }
    while (step->value != SK_SVG_NONE) {
        const SkSvgValue *value = &g_array_index(tree->values, SkSvgValue, step->value);
        step->value = value->next;
        at = value->refers;
        if (at != SK_SVG_NONE)
            return at;
    }
    return SK_SVG_NONE;
}

static bool
weigh_all(Weigh *self, uint32_t *sums, GError **error)
{
    if (!enter(self, 0, error))
        return false;
    sums[0] = 1;
    while (self->steps->len > 0) {
        Step *step = &g_array_index(self->steps, Step, self->steps->len - 1);
        uint32_t at = step->node, next = next_of(self->tree, step);
        if (next == SK_SVG_NONE) {
            self->weights[at] = sums[at];
            g_array_set_size(self->steps, self->steps->len - 1);
            if (self->steps->len == 0)
                break;
            next = at;
            at = g_array_index(self->steps, Step, self->steps->len - 1).node;
        } else if (self->weights[next] == 0 || self->weights[next] == UINT32_MAX) {
            if (!enter(self, next, error))
                return false;
            sums[next] = sk_svg_node(self->tree, next)->element == SK_SVG_E_NONE ? 0 : 1;
            continue;
        }
        sums[at] += self->weights[next];
        if (sums[at] > WEIGHT_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "svg: draws over %u elements", WEIGHT_MAX);
    }
    return true;
}

static bool
weigh(SkSvgTree *tree, GError **error)
{
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(Step));
    g_autofree uint32_t *weights = g_new0(uint32_t, (size_t)tree->nodes->len + 1);
    g_autofree uint32_t *sums = g_new0(uint32_t, (size_t)tree->nodes->len + 1);
    Weigh self = { .tree = tree, .steps = steps, .weights = weights };

    return weigh_all(&self, sums, error);
}

/* ---- numbers for ids ------------------------------------------------------------------------- */

static void
number_ids(SkSvgTree *self)
{
    uint32_t n = 0;

    for (uint32_t at = 0; at < self->nodes->len; at++) {
        const SkSvgNode *node = sk_svg_node(self, at);
        if (node->refers != SK_SVG_NONE)
            sk_svg_node(self, node->refers)->number = 1;
        for (uint32_t i = node->values; i != SK_SVG_NONE;
             i = g_array_index(self->values, SkSvgValue, i).next) {
            uint32_t target = g_array_index(self->values, SkSvgValue, i).refers;
            if (target != SK_SVG_NONE)
                sk_svg_node(self, target)->number = 1;
        }
    }
    for (uint32_t at = 0; at < self->nodes->len; at++) {
        if (sk_svg_node(self, at)->number > 0)
            sk_svg_node(self, at)->number = ++n;
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

typedef struct {
    SkSvgTree *tree;
    SkXmlWriter *writer;
    GString *scratch; /* borrowed */
} Out;

static void
put_reference(Out *self, unsigned attribute, const char *format, uint32_t target)
{
    g_autofree char *id = g_strdup_printf("#i%u", sk_svg_node(self->tree, target)->number);

    g_string_printf(self->scratch, "%s%s%s", format, id, *format != '\0' ? ")" : "");
    sk_xml_writer_attr(self->writer, sk_svg_attributes[attribute].name,
                       sk_span(self->scratch->str, self->scratch->len));
}

static void
put_attribute(Out *self, const SkSvgValue *value)
{
    if (value->refers != SK_SVG_NONE)
        put_reference(self, value->attribute, "url(", value->refers);
    else
        sk_xml_writer_attr(self->writer, sk_svg_attributes[value->attribute].name,
                           sk_span_str(value->value));
}

static void
put_attributes(Out *self, const SkSvgNode *node)
{
    const SkSvgValue *values[SK_SVG_A_COUNT] = { NULL };

    for (uint32_t i = node->values; i != SK_SVG_NONE;) {
        const SkSvgValue *value = &g_array_index(self->tree->values, SkSvgValue, i);
        bool link = node->element == SK_SVG_E_A && value->attribute == SK_SVG_A_XLINK_HREF;
        if ((value->value != NULL && (!link || self->tree->keep_links)) ||
            value->refers != SK_SVG_NONE)
            values[value->attribute] = value;
        i = value->next;
    }
    for (unsigned a = 1; a < SK_SVG_A_COUNT; a++) {
        if (a == SK_SVG_A_ID && node->number > 0) {
            g_string_printf(self->scratch, "i%u", node->number);
            sk_xml_writer_attr(self->writer, "id", sk_span(self->scratch->str, self->scratch->len));
        } else if (a == SK_SVG_A_XLINK_HREF && node->refers != SK_SVG_NONE) {
            put_reference(self, a, "", node->refers);
        } else if (a == SK_SVG_A_XLINK_HREF && node->data != NULL) {
            sk_xml_writer_attr(self->writer, "xlink:href", sk_span_str(node->data));
        } else if (values[a] != NULL) {
            put_attribute(self, values[a]);
        }
    }
}

/* A link that is none any more is a group, or in a text a piece of it. */
static const char *
name_of(const Out *self, const SkSvgNode *node)
{
    if (node->element != SK_SVG_E_A)
        return sk_svg_elements[node->element].name;
    for (uint32_t i = node->values; i != SK_SVG_NONE && self->tree->keep_links;) {
        const SkSvgValue *value = &g_array_index(self->tree->values, SkSvgValue, i);
        if (value->attribute == SK_SVG_A_XLINK_HREF && value->value != NULL)
            return "a";
        i = value->next;
    }
    for (uint32_t at = node->parent; at != SK_SVG_NONE; at = sk_svg_node(self->tree, at)->parent) {
        if (sk_svg_node(self->tree, at)->element == SK_SVG_E_TEXT)
            return "tspan";
    }
    return "g";
}

static void
open_node(Out *self, uint32_t at)
{
    SkSvgNode *node = sk_svg_node(self->tree, at);
    const char *name = name_of(self, node);

    sk_xml_writer_start(self->writer, name);
    if (at == 0)
        sk_xml_writer_raw(self->writer, ROOT);
    put_attributes(self, node);
}

static void
put_tree(Out *self)
{
    uint32_t at = 0;

    while (at != SK_SVG_NONE) {
        const SkSvgNode *node = sk_svg_node(self->tree, at);
        if (node->element != SK_SVG_E_NONE) {
            open_node(self, at);
            if (node->first != SK_SVG_NONE) {
                at = node->first;
                continue;
            }
            sk_xml_writer_end(self->writer, name_of(self, node));
        } else {
            sk_xml_writer_text(self->writer, sk_span_str(node->text));
        }
        while (sk_svg_node(self->tree, at)->next == SK_SVG_NONE) {
            at = sk_svg_node(self->tree, at)->parent;
            if (at == SK_SVG_NONE)
                return;
            sk_xml_writer_end(self->writer, name_of(self, sk_svg_node(self->tree, at)));
        }
        at = sk_svg_node(self->tree, at)->next;
    }
}

static void
flush(void *user, SkSpan s)
{
    sk_sink_span(user, s);
}

static bool
tell(SkSvgTree *self, SkSpan place, GError **error)
{
    SkDisarm *disarm = self->disarm;
    SkVerdict verdict = SK_VERDICT_NONE;

    if (self->links > 0 &&
        !sk_disarm_found(disarm, SK_ELEMENT_HYPERLINK, place, self->links, &verdict, error))
        return false;
    self->keep_links = verdict == SK_VERDICT_KEPT;
    return sk_picture_found(disarm, SK_ELEMENT_SVG_SCRIPT, self->scripts, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_SVG_EXTERNAL, self->external, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_SVG_FOREIGN, self->foreign, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_PICTURE_ANIMATION, self->animations, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_SVG_STYLE, self->styles, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_SVG_REFERENCE, self->references, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_PICTURE_METADATA, self->editors, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_PICTURE_UNKNOWN, self->unknown, place, error) &&
           sk_picture_found(disarm, SK_ELEMENT_UNSAFE_HYPERLINK, self->unsafe_links, place,
                            error) &&
           sk_picture_found(disarm, SK_ELEMENT_XML_INSTRUCTION, self->asides, place, error);
}

static bool
write_tree(SkSvgTree *self, SkSink *out, GError **error)
{
    g_autoptr(SkXmlWriter) writer = sk_xml_writer_new(flush, out);
    g_autoptr(GString) scratch = g_string_new(NULL);
    Out to = { .tree = self, .writer = writer, .scratch = scratch };

    sk_xml_writer_declaration(writer);
    put_tree(&to);
    sk_xml_writer_finish(writer);
    return sk_sink_ok(out) || sk_throw(error, SK_ERROR_LIMIT, "svg: output too large");
}

static bool
rebuild(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    __attribute__((cleanup(sk_svg_tree_clear))) SkSvgTree tree = { .disarm = self };
    g_autoptr(GBytes) xml = NULL;

    if (!sk_svg_plain(self, picture, place, &xml, error) ||
        !sk_svg_read(&tree, sk_span_bytes(xml), error) || !sk_svg_cascade(&tree, error) ||
        !take_values(&tree, error) || !weigh(&tree, error))
        return false;
    number_ids(&tree);
    return tell(&tree, place, error) && write_tree(&tree, out, error);
}

bool
sk_svg_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, rebuild, SK_TYPE_SVG, self->input, SK_SPAN_EMPTY, self->sink,
                             error);
}
