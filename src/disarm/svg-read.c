/* SPDX-License-Identifier: Apache-2.0
 * svg-read.c - XML into the tree of allowed elements; what else there is, is counted by kind and
 * gone with all that is in it. Contract in svg-tree.h. */
#include "disarm/svg-tree.h"

#include "format/xml.h"

#include <string.h>

#define SVG_URI "http://www.w3.org/2000/svg"
#define XLINK_URI "http://www.w3.org/1999/xlink"
#define XML_URI "http://www.w3.org/XML/1998/namespace"

/* Symbols beyond the tables'. */
enum {
    E_SCRIPT = 1000,
    E_FOREIGN,
    E_ANIMATION,
    E_STYLE,
    E_SWITCH,
    E_EDITOR,
    E_EXTERNAL,
    A_HANDLER,
    A_CLASS,
    A_ONLY_IF,  /* requiredExtensions, requiredFeatures */
    A_LANGUAGE, /* systemLanguage */
    A_EDITOR,
    A_ROOT, /* of no use in the output: version, baseProfile… */
};

typedef struct {
    SkSvgTree *tree;
    uint32_t open;     /* the node that is open; SK_SVG_NONE: none yet */
    unsigned skipped;  /* elements open in one that is not carried over, and that one */
    unsigned in_style; /* depth in a style sheet */
    GArray *choices;   /* owned, of Choice: the switches that are open */
    unsigned depth;    /* elements open that are not skipped */
} Read;

/* A switch shows the first of its children that it may. */
typedef struct {
    unsigned depth;
    bool done;
} Choice;

/* ---- names ----------------------------------------------------------------------------------- */

static SkXmlSymbol
find(SkSpan name, const char *(*at)(unsigned), unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        if (sk_span_is(name, at(i)))
            return i;
    }
    return 0;
}

static const char *
element_at(unsigned i)
{
    return sk_svg_elements[i].name;
}

static const char *
attribute_at(unsigned i)
{
    return sk_svg_attributes[i].name;
}

static bool
is_one_of(SkSpan name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (sk_span_is(name, *names))
            return true;
    }
    return false;
}

static SkXmlSymbol
element(void *user, SkSpan uri, SkSpan local)
{
    static const char *const animations[] = {
        "animate", "animateColor", "animateMotion", "animateTransform", "set", "mpath", "discard",
        NULL
    };
    static const char *const foreign[] = {
        "foreignObject", "iframe", "audio", "video", "canvas", "object", "embed", "handler",
        "listener", NULL
    };
    (void)user;
    if (!sk_span_is(uri, SVG_URI)) {
        bool html = sk_span_find(uri, 0, sk_span_str("xhtml")) != SIZE_MAX;
        bool script = sk_span_is(local, "script") || sk_span_is(local, "handler");
        return script ? E_SCRIPT : html ? E_FOREIGN : E_EDITOR;
    }
    if (sk_span_is(local, "script"))
        return E_SCRIPT;
    if (sk_span_is(local, "style"))
        return E_STYLE;
    if (sk_span_is(local, "switch"))
        return E_SWITCH;
    if (sk_span_is(local, "metadata"))
        return E_EDITOR;
    if (sk_span_is(local, "feImage") || sk_span_is(local, "tref"))
        return E_EXTERNAL;
    if (is_one_of(local, animations))
        return E_ANIMATION;
    return is_one_of(local, foreign) ? E_FOREIGN : find(local, element_at, SK_SVG_E_COUNT);
}

static SkXmlSymbol
attribute(void *user, SkSpan uri, SkSpan local)
{
    static const char *const root[] = {
        "version", "baseProfile", "contentScriptType", "contentStyleType", "zoomAndPan", "target",
        "rel", "download", "media", "crossorigin", "tabindex", "role", NULL
    };
    (void)user;
    if (sk_span_is(uri, XLINK_URI))
        return sk_span_is(local, "href") ? SK_SVG_A_XLINK_HREF : A_ROOT;
    if (sk_span_is(uri, XML_URI))
        return sk_span_is(local, "space")  ? SK_SVG_A_XML_SPACE
               : sk_span_is(local, "lang") ? SK_SVG_A_XML_LANG
               : sk_span_is(local, "id")   ? SK_SVG_A_ID
                                           : A_ROOT;
    if (uri.n > 0)
        return A_EDITOR;
    if (local.n > 2 && g_ascii_strncasecmp((const char *)local.p, "on", 2) == 0)
        return A_HANDLER;
    if (sk_span_is(local, "class"))
        return A_CLASS;
    if (sk_span_is(local, "href"))
        return SK_SVG_A_XLINK_HREF;
    if (sk_span_is(local, "requiredExtensions") || sk_span_is(local, "requiredFeatures"))
        return A_ONLY_IF;
    if (sk_span_is(local, "systemLanguage"))
        return A_LANGUAGE;
    if (sk_span_starts(local, "data-") || sk_span_starts(local, "aria-") || is_one_of(local, root))
        return A_ROOT;
    return find(local, attribute_at, SK_SVG_A_COUNT);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool
add_node(Read *self, unsigned kind, uint32_t *ret, GError **error)
{
    SkSvgTree *tree = self->tree;
    SkSvgNode node = { .element = (uint16_t)kind,
                       .parent = self->open,
                       .first = SK_SVG_NONE,
                       .last = SK_SVG_NONE,
                       .next = SK_SVG_NONE,
                       .values = SK_SVG_NONE,
                       .refers = SK_SVG_NONE };
    uint32_t at = tree->nodes->len;

    if (at >= SK_SVG_NODES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "svg: over %u elements", SK_SVG_NODES_MAX);
    g_array_append_val(tree->nodes, node);
    if (self->open != SK_SVG_NONE) {
        SkSvgNode *parent = sk_svg_node(tree, self->open);
        if (parent->first == SK_SVG_NONE)
            parent->first = at;
        else
            sk_svg_node(tree, parent->last)->next = at;
        parent->last = at;
    }
    *ret = at;
    return true;
}

static const char *
keep(SkSvgTree *tree, SkSpan s)
{
    return g_string_chunk_insert_len(tree->strings, (const char *)s.p, (gssize)s.n);
}

static void
take_attribute(Read *self, uint32_t at, const SkXmlAttr *attr)
{
    SkSvgTree *tree = self->tree;
    SkSvgNode *node = sk_svg_node(tree, at);

    switch (attr->symbol) {
    case 0:
        tree->unknown++;
        break;
    case A_HANDLER:
        tree->scripts++;
        break;
    case A_EDITOR:
        tree->editors++;
        break;
    case A_ROOT:
    case A_ONLY_IF:
    case A_LANGUAGE:
        break;
    case A_CLASS:
        node->classes = keep(tree, attr->value);
        break;
    case SK_SVG_A_STYLE:
        node->style = keep(tree, attr->value);
        break;
    case SK_SVG_A_ID:
        node->id = keep(tree, attr->value);
        if (!g_hash_table_contains(tree->ids, node->id))
            g_hash_table_insert(tree->ids, (gpointer)(uintptr_t)node->id, GUINT_TO_POINTER(at + 1));
        break;
    default:
        sk_svg_set(tree, at, attr->symbol, (SkSvgRank){ .origin = 0 }, keep(tree, attr->value));
        break;
    }
}

/* ---- switches -------------------------------------------------------------------------------- */

/* May a child of a switch be shown? What it requires nobody has; it may be in Japanese. */
static bool
is_shown(const SkXmlAttr *attrs, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == A_ONLY_IF && attrs[i].value.n > 0)
            return false;
        if (attrs[i].symbol == A_LANGUAGE && !sk_span_starts(attrs[i].value, "ja"))
            return false;
    }
    return true;
}

static bool
is_chosen(Read *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    Choice *choice = self->choices->len == 0
                         ? NULL
                         : &g_array_index(self->choices, Choice, self->choices->len - 1);

    if (choice == NULL || choice->depth != self->depth)
        return is_shown(attrs, n);
    if (choice->done || !is_shown(attrs, n) || (symbol >= E_SCRIPT && symbol != E_SWITCH))
        return false;
    choice->done = true;
    return true;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void
count_skipped(SkSvgTree *tree, SkXmlSymbol symbol)
{
    switch (symbol) {
    case E_SCRIPT:
        tree->scripts++;
        break;
    case E_FOREIGN:
        tree->foreign++;
        break;
    case E_ANIMATION:
        tree->animations++;
        break;
    case E_EDITOR:
        tree->editors++;
        break;
    case E_EXTERNAL:
        tree->external++;
        break;
    default:
        tree->unknown++;
        break;
    }
}

/* Scripts and handlers inside of what is not carried over are told as well. */
static void
count_inside(Read *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    if (symbol == E_SCRIPT || symbol == E_FOREIGN)
        count_skipped(self->tree, symbol);
    for (unsigned i = 0; i < n; i++)
        self->tree->scripts += attrs[i].symbol == A_HANDLER ? 1 : 0;
}

static bool
on_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Read *self = user;
    uint32_t at = SK_SVG_NONE;

    if (self->open == SK_SVG_NONE && self->tree->nodes->len == 0 && symbol != SK_SVG_E_SVG)
        return sk_throw(error, SK_ERROR_MALFORMED, "svg: not a picture");
    if (self->skipped > 0) {
        count_inside(self, symbol, attrs, n);
        self->skipped++;
        return true;
    }
    if (symbol == E_STYLE) {
        self->in_style = 1;
        self->skipped = 1;
        return true;
    }
    bool chosen = is_chosen(self, symbol, attrs, n);
    if (self->open != SK_SVG_NONE &&
        sk_svg_elements[sk_svg_node(self->tree, self->open)->element].content == SK_SVG_TEXT)
        symbol = symbol >= E_SCRIPT ? symbol : 0; /* a title has no elements */
    if (!chosen || symbol == 0 || (symbol >= E_SCRIPT && symbol != E_SWITCH)) {
        if (chosen || symbol >= E_SCRIPT)
            count_skipped(self->tree, symbol);
        count_inside(self, 0, attrs, n);
        self->skipped = 1;
        return true;
    }
    if (!add_node(self, symbol == E_SWITCH ? SK_SVG_E_G : symbol, &at, error))
        return false;
    for (unsigned i = 0; i < n; i++)
        take_attribute(self, at, &attrs[i]);
    self->open = at;
    self->depth++;
    if (symbol == E_SWITCH) {
        Choice choice = { .depth = self->depth };
        g_array_append_val(self->choices, choice);
    }
    return true;
}

static bool
on_end(void *user, SkXmlSymbol symbol, GError **error)
{
    Read *self = user;

    (void)error;
    if (self->skipped > 0) {
        self->skipped--;
        if (self->skipped == 0)
            self->in_style = 0;
        return true;
    }
    if (symbol == E_SWITCH)
        g_array_set_size(self->choices, self->choices->len - 1);
    self->open = sk_svg_node(self->tree, self->open)->parent;
    self->depth--;
    return true;
}

/* A link outside of a text holds no text either: it may become a group. */
static bool
takes_text(const Read *self)
{
    const SkSvgNode *node = sk_svg_node(self->tree, self->open);

    while (node->element == SK_SVG_E_A && node->parent != SK_SVG_NONE)
        node = sk_svg_node(self->tree, node->parent);
    return sk_svg_elements[node->element].content != SK_SVG_ELEMENTS && node->element != SK_SVG_E_A;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    Read *self = user;
    uint32_t at = SK_SVG_NONE;

    if (self->in_style == 1 && self->skipped == 1)
        g_string_append_len(self->tree->sheet, (const char *)text.p, (gssize)text.n);
    if (self->skipped > 0 || self->open == SK_SVG_NONE || !takes_text(self))
        return true;
    if (!add_node(self, SK_SVG_E_NONE, &at, error))
        return false;
    sk_svg_node(self->tree, at)->text = keep(self->tree, text);
    return true;
}

static void
on_aside(void *user)
{
    Read *self = user;
    self->tree->asides++;
}

bool
sk_svg_read(SkSvgTree *self, SkSpan xml, GError **error)
{
    static const SkXmlHandler handler = { .element = element,
                                          .attribute = attribute,
                                          .start = on_start,
                                          .end = on_end,
                                          .text = on_text,
                                          .aside = on_aside };
    g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(Choice));
    Read read = { .tree = self, .open = SK_SVG_NONE, .choices = choices };

    self->nodes = g_array_new(FALSE, FALSE, sizeof(SkSvgNode));
    self->values = g_array_new(FALSE, FALSE, sizeof(SkSvgValue));
    self->strings = g_string_chunk_new(65536);
    self->sheet = g_string_new(NULL);
    self->ids = g_hash_table_new(g_str_hash, g_str_equal);
    return sk_xml_parse(xml, &handler, &read, error);
}

void
sk_svg_tree_clear(SkSvgTree *self)
{
    g_clear_pointer(&self->nodes, g_array_unref);
    g_clear_pointer(&self->values, g_array_unref);
    g_clear_pointer(&self->strings, g_string_chunk_free);
    if (self->sheet != NULL)
        g_string_free(g_steal_pointer(&self->sheet), TRUE);
    g_clear_pointer(&self->ids, g_hash_table_unref);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool
is_greater(SkSvgRank a, SkSvgRank b)
{
    if (a.important != b.important)
        return a.important;
    return a.origin != b.origin ? a.origin > b.origin : a.specificity > b.specificity;
}

void
sk_svg_set(SkSvgTree *self, uint32_t node, unsigned attribute, SkSvgRank rank, const char *value)
{
    uint32_t *at = &sk_svg_node(self, node)->values;

    for (uint32_t i = *at; i != SK_SVG_NONE;) {
        SkSvgValue *v = &g_array_index(self->values, SkSvgValue, i);
        if (v->attribute == attribute) {
            if (!is_greater(v->rank, rank)) {
                v->rank = rank;
                v->value = value;
            }
            return;
        }
        i = v->next;
    }
    SkSvgValue new = { .next = *at,
                       .attribute = (uint16_t)attribute,
                       .rank = rank,
                       .value = value,
                       .refers = SK_SVG_NONE };
    *at = self->values->len;
    g_array_append_val(self->values, new);
}
