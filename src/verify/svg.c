/* SPDX-License-Identifier: Apache-2.0
 *
 * svg.c - the profile of SVG: elements and attributes of the page's table, values in their one
 * spelling, references to what is there, without circles, and pictures that conform themselves.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/svg.md   Tests: tests/unit/verify/test-svg.c
 */
#include "verify/svg.h"

#include "verify/link.h"
#include "verify/xml.h"

#include <string.h>

#define WEIGHT_MAX 1000000u
#define NODES_MAX 500000u

/* An element with an id, or the root: what it weighs alone. */
typedef struct {
    uint32_t weight;
    unsigned kind;
    bool referred;
} Named;

typedef struct {
    uint32_t from, to;
} Edge;

typedef struct {
    SkProof *proof;
    SkXml *xml;
    SkSpan in;
    size_t at; /* what the XML reader was given */
    /* owned, of Named: the first is the root, the others by the numbers of their ids */
    GArray *named;
    GArray *edges;  /* owned, of Edge */
    GArray *wanted; /* owned, of unsigned: what the edge's end must be; 0: it is inside */
    char contents[SK_XML_DEPTH_MAX];
    uint32_t inside[SK_XML_DEPTH_MAX]; /* which named element */
    unsigned depth;
    uint32_t elements;
    char *text; /* owned: a value, resolved */
    size_t text_size;
} Svg;

static bool
no(const Svg *svg, SkElement element, const char *what)
{
    return sk_proof_no(svg->proof, element, "%s, byte %" G_GUINT64_FORMAT, what,
                       sk_xml_at(svg->xml));
}

static bool
fill(void *source, uint8_t *out, size_t n, size_t *ret_n)
{
    Svg *svg = source;

    *ret_n = MIN(n, svg->in.n - svg->at);
    memcpy(out, svg->in.p + svg->at, *ret_n);
    svg->at += *ret_n;
    return true;
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool
no_element(const Svg *svg, SkSpan name)
{
    static const struct {
        const char *name;
        SkElement element;
    } names[] = {
        { "script", SK_ELEMENT_SVG_SCRIPT },
        { "handler", SK_ELEMENT_SVG_SCRIPT },
        { "foreignObject", SK_ELEMENT_SVG_FOREIGN },
        { "iframe", SK_ELEMENT_SVG_FOREIGN },
        { "style", SK_ELEMENT_SVG_STYLE },
        { "feImage", SK_ELEMENT_SVG_EXTERNAL },
        { "animate", SK_ELEMENT_PICTURE_ANIMATION },
        { "set", SK_ELEMENT_PICTURE_ANIMATION },
        { "animateMotion", SK_ELEMENT_PICTURE_ANIMATION },
        { "animateTransform", SK_ELEMENT_PICTURE_ANIMATION },
        { "metadata", SK_ELEMENT_PICTURE_METADATA },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (sk_span_is(name, names[i].name))
            return no(svg, names[i].element, "element");
    return no(svg, SK_ELEMENT_PICTURE_UNKNOWN, "element");
}

static bool
no_attribute(const Svg *svg, SkSpan name)
{
    if (sk_span_starts(name, "on"))
        return no(svg, SK_ELEMENT_SVG_SCRIPT, "attribute");
    if (sk_span_is(name, "class"))
        return no(svg, SK_ELEMENT_SVG_STYLE, "attribute");
    if (sk_span_is(name, "href"))
        return no(svg, SK_ELEMENT_SVG_EXTERNAL, "attribute");
    return no(svg, SK_ELEMENT_PICTURE_UNKNOWN, "attribute");
}

static const SkSvgElement *
find_element(SkSpan name)
{
    for (unsigned i = 0; i < sk_svg_table_n; i++)
        if (sk_span_is(name, sk_svg_table[i].name))
            return &sk_svg_table[i];
    return NULL;
}

static const SkSvgAttribute *
find_attribute(SkSpan name)
{
    for (unsigned i = 0; i < sk_svg_attribute_table_n; i++)
        if (sk_span_is(name, sk_svg_attribute_table[i].name))
            return &sk_svg_attribute_table[i];
    return NULL;
}

/* ---- pictures inside ------------------------------------------------------------------------- */

static int
digit_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Base64 with its padding, and unused bits that are 0; NULL: it is not. */
static uint8_t *
decode(SkSpan s, size_t *ret_n)
{
    size_t pad =
        s.n == 0 ? 0 : (s.p[s.n - 1] == '=' ? 1u : 0u) + (s.n > 1 && s.p[s.n - 2] == '=' ? 1u : 0u);
    g_autofree uint8_t *out = g_malloc(s.n / 4 * 3 + 1);
    uint32_t bits = 0;

    if (s.n == 0 || s.n % 4 != 0)
        return NULL;
    for (size_t i = 0; i < s.n; i++) {
        int digit = i >= s.n - pad ? 0 : digit_of(s.p[i]);
        if (digit < 0)
            return NULL;
        bits = bits << 6 | (uint32_t)digit;
        if (i % 4 == 3)
            for (unsigned k = 0; k < 3; k++)
                out[i / 4 * 3 + k] = (uint8_t)(bits >> (16 - 8 * k));
    }
    for (size_t k = 0; k < pad; k++)
        if (out[s.n / 4 * 3 - 1 - k] != 0)
            return NULL;
    *ret_n = s.n / 4 * 3 - pad;
    return g_steal_pointer(&out);
}

static bool
check_picture(const Svg *svg, SkSpan href)
{
    static const char png[] = "data:image/png;base64,", jpeg[] = "data:image/jpeg;base64,";
    bool is_png = sk_span_starts(href, png);
    size_t n = 0, head = is_png ? sizeof png - 1 : sizeof jpeg - 1;
    SkPicture picture;

    if (!is_png && !sk_span_starts(href, jpeg))
        return no(svg, SK_ELEMENT_SVG_EXTERNAL, "picture");
    g_autofree uint8_t *bytes = decode(sk_span_sub(href, head, href.n - head), &n);
    if (bytes == NULL)
        return no(svg, SK_ELEMENT_NOT_CANONICAL, "base64");
    return is_png ? sk_verify_png(svg->proof, sk_span(bytes, n), &picture)
                  : sk_verify_jpeg(svg->proof, sk_span(bytes, n), &picture);
}

/* ---- references ------------------------------------------------------------------------------ */

static uint32_t
here(const Svg *svg)
{
    return svg->depth == 0 ? 0 : svg->inside[svg->depth - 1];
}

static bool
refer(Svg *svg, uint32_t from, uint32_t to, unsigned wanted)
{
    Edge edge = { .from = from, .to = to };

    if (svg->edges->len >= NODES_MAX * 4)
        return no(svg, SK_ELEMENT_NOT_CANONICAL, "too many references");
    g_array_append_val(svg->edges, edge);
    g_array_append_val(svg->wanted, wanted);
    return true;
}

static unsigned
wanted_by(const SkSvgElement *element, SkSpan attribute)
{
    static const struct {
        const char *element, *attribute; /* element NULL: any */
        unsigned wanted;
    } known[] = {
        { NULL, "fill", SK_SVG_GRADIENT | SK_SVG_PATTERN },
        { NULL, "stroke", SK_SVG_GRADIENT | SK_SVG_PATTERN },
        { NULL, "clip-path", SK_SVG_CLIP },
        { NULL, "mask", SK_SVG_MASK },
        { NULL, "filter", SK_SVG_FILTER },
        { NULL, "marker-start", SK_SVG_MARKER },
        { NULL, "marker-mid", SK_SVG_MARKER },
        { NULL, "marker-end", SK_SVG_MARKER },
        { "use", "xlink:href", SK_SVG_DRAWN | SK_SVG_SHAPE },
        { "textPath", "xlink:href", SK_SVG_SHAPE },
        { "linearGradient", "xlink:href", SK_SVG_GRADIENT },
        { "radialGradient", "xlink:href", SK_SVG_GRADIENT },
        { "pattern", "xlink:href", SK_SVG_PATTERN },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (sk_span_is(attribute, known[i].attribute) &&
            (known[i].element == NULL || strcmp(known[i].element, element->name) == 0))
            return known[i].wanted;
    return 0;
}

static bool
check_href(Svg *svg, const SkSvgElement *element, SkSpan href, uint32_t self)
{
    uint32_t to = 0;

    if (strcmp(element->name, "image") == 0)
        return check_picture(svg, href);
    if (strcmp(element->name, "a") == 0) {
        if (!sk_link_is_permitted(href))
            return no(svg, SK_ELEMENT_UNSAFE_HYPERLINK, "link");
        return sk_proof_keeps(svg->proof, SK_ELEMENT_HYPERLINK) ||
               no(svg, SK_ELEMENT_HYPERLINK, "link");
    }
    unsigned wanted = wanted_by(element, sk_span_str("xlink:href"));
    if (wanted == 0 || !sk_svg_local(href, &to))
        return no(svg, SK_ELEMENT_SVG_EXTERNAL, "reference");
    return refer(svg, self, to, wanted);
}

/* The next number, for an element that can be referred to. */
static bool
check_id(Svg *svg, const SkSvgElement *element, SkSpan id)
{
    g_autofree char *next = g_strdup_printf("i%u", svg->named->len);
    Named named = { .kind = element->kind };

    if (!sk_span_is(id, next) || element->kind == 0)
        return no(svg, SK_ELEMENT_NOT_CANONICAL, "id");
    g_array_append_val(svg->named, named);
    return true;
}

/* ---- elements -------------------------------------------------------------------------------- */

static SkSpan
resolved(Svg *svg, SkSpan value)
{
    if (value.n + 1 > svg->text_size) {
        svg->text_size = value.n + 1;
        svg->text = g_realloc(svg->text, svg->text_size);
    }
    return sk_span(svg->text, sk_xml_resolve(value, svg->text, svg->text_size));
}

static bool
check_attribute(Svg *svg, const SkSvgElement *element, const SkXmlAttribute *written, uint32_t self)
{
    const SkSvgAttribute *attribute = find_attribute(written->name);
    uint32_t to = 0;

    if (attribute == NULL)
        return no_attribute(svg, written->name);
    SkSpan value = resolved(svg, written->value);
    if (attribute->value == 'i')
        return true; /* its number has been looked at */
    if (attribute->value == 'h')
        return check_href(svg, element, value, self);
    if (!sk_svg_spelled(attribute->value, value, &to)) {
        bool style = attribute->value == 'b',
             away = sk_span_find(value, 0, sk_span_str("url(")) != SIZE_MAX;
        return no(svg,
                  style  ? SK_ELEMENT_SVG_STYLE
                  : away ? SK_ELEMENT_SVG_EXTERNAL
                         : SK_ELEMENT_NOT_CANONICAL,
                  "value");
    }
    unsigned wanted = to == 0 ? 0 : wanted_by(element, written->name);
    return to == 0 || (wanted != 0 ? refer(svg, self, to, wanted)
                                   : no(svg, SK_ELEMENT_SVG_REFERENCE, "reference"));
}

static bool
check_declarations(Svg *svg, unsigned *ret_from)
{
    static const char *const names[] = { "xmlns", "xmlns:xlink" };
    static const char *const values[] = {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
    };
    const SkXml *xml = svg->xml;

    *ret_from = svg->depth == 0 ? 2 : 0;
    for (unsigned i = 0; i < *ret_from; i++)
        if (xml->n_attributes <= i || !sk_span_is(xml->attributes[i].name, names[i]) ||
            !sk_span_is(xml->attributes[i].value, values[i]))
            return no(svg, SK_ELEMENT_NOT_CANONICAL, "namespaces");
    return true;
}

static bool
comes_before(SkSpan a, SkSpan b)
{
    int order = memcmp(a.p, b.p, MIN(a.n, b.n));
    return order < 0 || (order == 0 && a.n < b.n);
}

static bool
check_attributes(Svg *svg, const SkSvgElement *element, uint32_t self, unsigned from)
{
    const SkXml *xml = svg->xml;
    bool link = false;

    for (unsigned i = from; i < xml->n_attributes; i++) {
        const SkXmlAttribute *attribute = &xml->attributes[i];
        if (i > from && !comes_before(xml->attributes[i - 1].name, attribute->name))
            return no(svg, SK_ELEMENT_NOT_CANONICAL, "order of attributes");
        link = link || sk_span_is(attribute->name, "xlink:href");
        if (!check_attribute(svg, element, attribute, self))
            return false;
    }
    return link || strcmp(element->name, "a") != 0 ||
           no(svg, SK_ELEMENT_NOT_CANONICAL, "link without address");
}

static bool
check_start(Svg *svg)
{
    const SkXml *xml = svg->xml;
    const SkSvgElement *element = find_element(xml->name);
    unsigned from = 0;

    if (element == NULL)
        return no_element(svg, xml->name);
    if (svg->depth == 0 && strcmp(element->name, "svg") != 0)
        return no(svg, SK_ELEMENT_WRONG_TYPE, "root");
    if (svg->depth > 0 && svg->contents[svg->depth - 1] == 't')
        return no(svg, SK_ELEMENT_NOT_CANONICAL, "element in a text");
    if (++svg->elements > NODES_MAX)
        return no(svg, SK_ELEMENT_NOT_CANONICAL, "too many elements");
    uint32_t around = here(svg), self = around;
    const SkSpan *id = sk_xml_attribute(xml, "id");
    if (id != NULL) {
        self = svg->named->len;
        if (!check_id(svg, element, *id) || !refer(svg, around, self, 0))
            return false;
    }
    g_array_index(svg->named, Named, self).weight++;
    if (!check_declarations(svg, &from) || !check_attributes(svg, element, self, from))
        return false;
    if (!xml->empty) {
        svg->contents[svg->depth] = element->content;
        svg->inside[svg->depth] = self;
        svg->depth++;
    }
    return true;
}

/* ---- circles and bombs ----------------------------------------------------------------------- */

typedef struct {
    uint32_t node, edge;
} Step;

/* Where the edges of each named element begin, when they lie in its order. */
static uint32_t *
sort_edges(const Svg *svg, uint32_t **ret_ends)
{
    uint32_t *starts = g_new0(uint32_t, svg->named->len + 1);
    uint32_t *ends = g_new0(uint32_t, svg->edges->len + 1);
    g_autofree uint32_t *next = NULL;

    for (guint i = 0; i < svg->edges->len; i++)
        starts[g_array_index(svg->edges, Edge, i).from + 1]++;
    for (guint i = 0; i < svg->named->len; i++)
        starts[i + 1] += starts[i];
    next = g_memdup2(starts, sizeof *starts * (svg->named->len + 1));
    for (guint i = 0; i < svg->edges->len; i++) {
        const Edge *edge = &g_array_index(svg->edges, Edge, i);
        ends[next[edge->from]++] = edge->to;
    }
    *ret_ends = ends;
    return starts;
}

static bool
check_weights(const Svg *svg)
{
    enum { UNSEEN, OPEN, DONE };
    g_autofree uint32_t *ends = NULL, *starts = sort_edges(svg, &ends);
    g_autofree uint8_t *states = g_new0(uint8_t, (size_t)svg->named->len + 1);
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(Step));
    Step root = { .node = 0, .edge = starts[0] };

    g_array_append_val(steps, root);
    states[0] = OPEN;
    while (steps->len > 0) {
        Step *step = &g_array_index(steps, Step, steps->len - 1);
        Named *named = &g_array_index(svg->named, Named, step->node);
        if (step->edge == starts[step->node + 1]) {
            states[step->node] = DONE;
            g_array_set_size(steps, steps->len - 1);
            continue;
        }
        uint32_t to = ends[step->edge];
        if (states[to] == OPEN)
            return no(svg, SK_ELEMENT_SVG_REFERENCE, "circle");
        if (states[to] == UNSEEN) {
            Step inner = { .node = to, .edge = starts[to] };
            states[to] = OPEN;
            g_array_append_val(steps, inner);
            continue;
        }
        step->edge++;
        named->weight += g_array_index(svg->named, Named, to).weight;
        if (named->weight > WEIGHT_MAX)
            return no(svg, SK_ELEMENT_SVG_REFERENCE, "draws too much");
    }
    return true;
}

static bool
check_references(const Svg *svg)
{
    for (guint i = 0; i < svg->edges->len; i++) {
        const Edge *edge = &g_array_index(svg->edges, Edge, i);
        unsigned wanted = g_array_index(svg->wanted, unsigned, i);
        if (edge->to >= svg->named->len)
            return no(svg, SK_ELEMENT_SVG_REFERENCE, "nothing there");
        Named *named = &g_array_index(svg->named, Named, edge->to);
        if (wanted != 0 && (named->kind & wanted) == 0)
            return no(svg, SK_ELEMENT_SVG_REFERENCE, "another kind");
        named->referred = named->referred || wanted != 0;
    }
    for (guint i = 1; i < svg->named->len; i++)
        if (!g_array_index(svg->named, Named, i).referred)
            return no(svg, SK_ELEMENT_NOT_CANONICAL, "id that nothing refers to");
    return check_weights(svg);
}

/* ---- the file -------------------------------------------------------------------------------- */

static bool
check(Svg *svg)
{
    for (;;) {
        switch (sk_xml_next(svg->xml)) {
        case SK_XML_START:
            if (!check_start(svg))
                return false;
            break;
        case SK_XML_END:
            svg->depth--;
            break;
        case SK_XML_TEXT:
            if (svg->depth == 0 || svg->contents[svg->depth - 1] == 'e')
                return no(svg, SK_ELEMENT_NOT_CANONICAL, "text");
            break;
        case SK_XML_EOF:
            return check_references(svg);
        case SK_XML_NO:
            return false;
        }
    }
}

bool
sk_verify_svg(SkProof *proof, SkSpan in)
{
    g_autoptr(GArray) named = g_array_new(FALSE, FALSE, sizeof(Named));
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(Edge));
    g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autofree Svg *svg = g_new0(Svg, 1);
    g_autoptr(SkXml) xml = sk_xml_new(proof, fill, svg);
    Named root = { .weight = 0 };

    g_array_append_val(named, root);
    svg->proof = proof;
    svg->in = in;
    svg->xml = xml;
    svg->named = named;
    svg->edges = edges;
    svg->wanted = wanted;
    bool good = check(svg);
    g_free(svg->text);
    return good;
}
