/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-attr.c - attributes of OpenDocument elements: by the table's classes; formulas and links are
 * written anew. Contract in odf-filter.h.
 */
#include "disarm/odf-filter.h"

#include "disarm/docx-link.h"

#include <string.h>

#define OF_URI "urn:oasis:names:tc:opendocument:xmlns:of:1.2"
#define OOOC_URI "http://openoffice.org/2004/calc"

SkSpan
sk_odf_value(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == symbol)
            return attrs[i].value;
    }
    return SK_SPAN_EMPTY;
}

/* ---- the list that is written ------------------------------------------------------------------
 */

static unsigned
place_of(const SkOdfFilter *self, unsigned n, SkXmlSymbol symbol)
{
    unsigned at = n;
    while (at > 0 && self->kept[at - 1].symbol >= symbol)
        at--;
    return at;
}

bool
sk_odf_attrs_has(const SkOdfFilter *self, unsigned n, SkXmlSymbol symbol)
{
    unsigned at = place_of(self, n, symbol);
    return at < n && self->kept[at].symbol == symbol;
}

void
sk_odf_attrs_set(SkOdfFilter *self, unsigned *n, SkXmlSymbol symbol, SkSpan value)
{
    unsigned at = place_of(self, *n, symbol);

    if (at == *n || self->kept[at].symbol != symbol) {
        g_assert(*n < G_N_ELEMENTS(self->kept));
        for (unsigned i = *n; i > at; i--)
            self->kept[i] = self->kept[i - 1];
        *n += 1;
    }
    self->kept[at] = (SkOdfKept){ .symbol = symbol, .value = value };
}

void
sk_odf_attrs_write(SkOdfFilter *self, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        sk_xml_writer_attr(self->out, sk_odf_attrs[self->kept[i].symbol].name, self->kept[i].value);
}

void
sk_odf_start(SkOdfFilter *self, const char *name)
{
    sk_xml_writer_start(self->out, name);
    sk_odf_top(self)->kind = SK_ODF_FRAME_KEEP;
    sk_odf_top(self)->name = name;
}

/* ---- values that are written anew --------------------------------------------------------------
 */

/* The element's own until the next one begins. Takes @value. */
static SkSpan
own(SkOdfFilter *self, char *value)
{
    g_ptr_array_add(self->rewritten, value);
    return sk_span_str(value);
}

/* Our prefix for the language of the formula; NULL for another language. @ret_at: behind it. */
static const char *
formula_prefix(const SkOdfFilter *self, SkSpan value, bool condition, size_t *ret_at)
{
    size_t at = 0;

    *ret_at = 0;
    while (at < value.n && (g_ascii_isalnum(value.p[at]) || value.p[at] == '_'))
        at++;
    if (at == 0 || at >= value.n || value.p[at] != ':')
        return condition ? "" : "of:";
    SkSpan prefix = sk_span_sub(value, 0, at);
    SkSpan uri = sk_xml_reader_prefix(self->reader, prefix);
    *ret_at = at + 1;
    if (sk_span_is(uri, OF_URI) || (uri.n == 0 && sk_span_is(prefix, "of")))
        return "of:";
    if (sk_span_is(uri, OOOC_URI) || (uri.n == 0 && sk_span_is(prefix, "oooc")))
        return "oooc:";
    return NULL;
}

static bool
take_formula(SkOdfFilter *self, bool condition, SkSpan *value)
{
    size_t at = 0;
    const char *prefix = formula_prefix(self, *value, condition, &at);
    bool equals = at < value->n && value->p[at] == '=';
    size_t start = equals ? at + 1 : at;
    SkOdfFormula found = { .lost = SK_ELEMENT_UNKNOWN_FORMULA };

    if (prefix != NULL && (equals || condition))
        found =
            sk_odf_formula(sk_span_sub(*value, start, value->n - start), condition, self->links);
    if (found.linked)
        sk_odf_note(self, SK_ELEMENT_HYPERLINK);
    if (found.lost != SK_ELEMENT_NONE) {
        if (found.lost != SK_ELEMENT_HYPERLINK)
            sk_odf_note(self, found.lost);
        return false;
    }
    SkSpan rest = sk_span_sub(*value, at, value->n - at);
    if (!sk_span_equal(sk_span_sub(*value, 0, at), sk_span_str(prefix))) {
        g_autofree char *text = sk_span_dup(rest);
        *value = own(self, g_strconcat(prefix, text, NULL));
    }
    return true;
}

static bool
take_link(SkOdfFilter *self, SkSpan *value)
{
    if (sk_odf_is_target(*value))
        return true;
    char *link = sk_docx_link(*value);
    SkElement element = link == NULL ? SK_ELEMENT_UNSAFE_HYPERLINK : SK_ELEMENT_HYPERLINK;
    sk_odf_note(self, element);
    if (link == NULL)
        return false;
    *value = own(self, link);
    return self->links;
}

/* ---- all of an element's ------------------------------------------------------------------------
 */

static bool
take_value(SkOdfFilter *self, SkOdfClass class, SkSpan *value)
{
    switch (class) {
    case SK_ODF_VALUE_F:
        return take_formula(self, false, value);
    case SK_ODF_VALUE_T:
        return take_formula(self, true, value);
    case SK_ODF_VALUE_LINK:
        return take_link(self, value);
    case SK_ODF_VALUE_VERSION:
    case SK_ODF_VALUE_CONFIG:
    case SK_ODF_VALUE_IMAGE:
    case SK_ODF_VALUE_OBJECT:
        return false; /* written by whoever knows what they lead to */
    case SK_ODF_VALUE_N:
    case SK_ODF_VALUE_K:
    case SK_ODF_VALUE_V:
    case SK_ODF_VALUE_S:
    case SK_ODF_VALUE_C:
    case SK_ODF_VALUE_Q:
    case SK_ODF_VALUE_ACTION:
    case SK_ODF_VALUE_EVENT:
    case SK_ODF_VALUE_MATH:
        if (sk_odf_value_is(class, *value))
            return true;
        if (value->n > 0)
            sk_odf_note(self, SK_ELEMENT_UNKNOWN_PART);
        return false;
    }
    return false;
}

/* Things that are hidden from a reader's eye are kept, and reported. */
static void
note_hidden(SkOdfFilter *self, SkXmlSymbol element, const SkOdfKept *kept)
{
    if (kept->symbol == SK_ODF_AT_text_display && sk_span_is(kept->value, "none"))
        sk_odf_note(self, SK_ELEMENT_HIDDEN_TEXT);
    else if (kept->symbol == SK_ODF_AT_table_display && sk_span_is(kept->value, "false") &&
             element == SK_ODF_EL_style_table_properties)
        sk_odf_note(self, SK_ELEMENT_HIDDEN_SHEET);
    else if (kept->symbol == SK_ODF_AT_table_visibility && !sk_span_is(kept->value, "visible"))
        sk_odf_note(self, SK_ELEMENT_HIDDEN_CELLS);
    else if (kept->symbol == SK_ODF_AT_presentation_visibility && sk_span_is(kept->value, "hidden"))
        sk_odf_note(self, SK_ELEMENT_HIDDEN_SLIDE);
}

static void
note_lost(SkOdfFilter *self, const SkXmlAttr *attr)
{
    if (attr->symbol == 0 || !sk_odf_attrs[attr->symbol].known) {
        if (attr->value.n > 0)
            sk_odf_note(self, SK_ELEMENT_UNKNOWN_PART);
    } else if (!sk_span_is(attr->value, "false")) {
        sk_odf_note(self, sk_odf_attrs[attr->symbol].lost);
    }
}

/* The style of an object. What it does not say is another matter for objects than for pictures: an
 * object is not filled then, but the picture that takes its place is, by the document's default. */
static void
say_unfilled(SkOdfFilter *self, unsigned *n)
{
    static const SkXmlSymbol symbols[] = { SK_ODF_AT_draw_fill, SK_ODF_AT_draw_stroke };

    if (!sk_odf_attrs_has(self, *n, SK_ODF_AT_draw_ole_draw_aspect))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(symbols); i++) {
        if (!sk_odf_attrs_has(self, *n, symbols[i]))
            sk_odf_attrs_set(self, n, symbols[i], sk_span_str("none"));
    }
}

bool
sk_odf_attrs_keep(SkOdfFilter *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n,
                  unsigned *ret_n, GError **error)
{
    unsigned kept_n = 0;

    for (unsigned i = 0; i < n; i++) {
        const SkOdfAttrRow *row =
            attrs[i].symbol == 0 ? NULL : sk_odf_attr_row(element, attrs[i].symbol);
        SkSpan value = attrs[i].value;
        if (row == NULL) {
            note_lost(self, &attrs[i]);
            continue;
        }
        if (!take_value(self, (SkOdfClass)row->value, &value))
            continue;
        /* By two prefixes of one namespace: two readings. */
        if (sk_odf_attrs_has(self, kept_n, attrs[i].symbol))
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "odf: one attribute twice");
        sk_odf_attrs_set(self, &kept_n, attrs[i].symbol, value);
        note_hidden(self, element, &(SkOdfKept){ attrs[i].symbol, value });
    }
    if (element == SK_ODF_EL_style_graphic_properties)
        say_unfilled(self, &kept_n);
    *ret_n = kept_n;
    return true;
}
