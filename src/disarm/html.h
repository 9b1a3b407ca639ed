/* SPDX-License-Identifier: Apache-2.0
 *
 * html.h - a web page on its way out: what the table allows, in one spelling.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/html.md   Tests: tests/unit/disarm/test-html.c, tests/fuzz/fuzz-html.c
 */
#pragma once

#include "disarm/disarm.h"
#include "format/html.h"

typedef struct {
    const char *name;
    char kind;         /* an element's c or v; the class of a value */
    const char *where; /* of an attribute: its elements, a space before and after each; " * " */
} SkHtmlRow;

/* Made of html-allow.tsv; in order. */
extern const SkHtmlRow sk_html_element_rows[], sk_html_attribute_rows[], sk_html_property_rows[];
extern const unsigned sk_html_element_rows_n, sk_html_attribute_rows_n, sk_html_property_rows_n;

const SkHtmlRow *sk_html_row(const SkHtmlRow *rows, unsigned n, SkSpan name);

/** sk_html_value: @value of class @kind in its one spelling, appended to @out; false: it has none.
 */
bool sk_html_value(char kind, SkSpan value, GString *out);

typedef struct {
    uint32_t external, dropped; /* declarations that load; those that are not carried over */
    bool hidden;                /* what has this style is not shown */
} SkHtmlStyle;

/** sk_html_style: the declarations of a style attribute, those of the table, appended to @out. */
void sk_html_style(SkSpan style, GString *out, SkHtmlStyle *ret);

/**
 * SkHtmlFetch: what lies at @address in the archive that the page came in.
 * Returns: false where it is not there
 */
typedef bool (*SkHtmlFetch)(void *user, SkSpan address, SkSpan *ret);

/** sk_html_rebuild: @page, into @out. @label: its encoding, by what stands beside it.
 * @fetch: or NULL */
bool sk_html_rebuild(SkDisarm *self, SkSpan page, SkSpan label, SkHtmlFetch fetch, void *user,
                     SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_html_text_write: @page as text into @self->sink, with what is to be told of it. */
bool sk_html_text_write(SkDisarm *self, SkSpan page, SkSpan label, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_html_is_hidden: by its attribute or style. */
bool sk_html_is_hidden(const SkHtmlTree *tree, uint32_t node);
/** sk_html_deceives: does @text name a host that is not the one of @href? */
bool sk_html_deceives(SkSpan text, SkSpan href);
