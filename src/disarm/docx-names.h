/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-names.h - the closed tables of elements, attributes and value classes of Word documents
 * (docx-allow.tsv, docx-other.tsv), and what the filter asks of them.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/docx.md   Tests: tests/unit/disarm/test-docx.c, tests/golden/docx-table
 */
#pragma once

#include "base/elements.h"
#include "docx-allow.h"
#include "format/xml.h"

typedef enum {
    SK_DOCX_MODE_KEEP,    /* with elements inside */
    SK_DOCX_MODE_TEXT,    /* with text inside */
    SK_DOCX_MODE_THROUGH, /* only what is inside stays */
    SK_DOCX_MODE_DROP
} SkDocxMode;

typedef enum {
    SK_DOCX_VALUE_N,     /* number */
    SK_DOCX_VALUE_K,     /* keyword */
    SK_DOCX_VALUE_S,     /* string */
    SK_DOCX_VALUE_Y,     /* string without brackets and backslash */
    SK_DOCX_VALUE_P,     /* "preserve" */
    SK_DOCX_VALUE_Q,     /* prefixes that mc:Choice may require */
    SK_DOCX_VALUE_G,     /* kinds of graphic */
    SK_DOCX_VALUE_IMAGE, /* from here on: ids of relationships */
    SK_DOCX_VALUE_HEADER,
    SK_DOCX_VALUE_FOOTER,
    SK_DOCX_VALUE_CHART,
    SK_DOCX_VALUE_LINK
} SkDocxValue;

typedef struct {
    uint16_t attr;
    uint8_t value; /* SkDocxValue */
} SkDocxAttrRow;

typedef struct {
    const char *name; /* as written */
    uint16_t attrs_at;
    uint8_t attrs_n;
    uint8_t mode;      /* SkDocxMode */
    SkElement element; /* how it is counted; NONE for ordinary ones */
} SkDocxElementRow;

/* Attribute symbols beyond the table: known, and never written. */
#define SK_DOCX_FORMULA_MAX 4096u
#define SK_AT_REVISION ((SkXmlSymbol)SK_AT_COUNT)
#define SK_AT_QUIET ((SkXmlSymbol)SK_AT_COUNT + 1)

#define SK_DOCX_STRING_MAX 8192u

extern const char *const sk_docx_attr_names[SK_AT_COUNT];
extern const SkDocxAttrRow sk_docx_attr_rows[];
extern const SkDocxElementRow sk_docx_element_rows[SK_EL_COUNT];
/* The namespace declarations that every root element carries. */
extern const char sk_docx_namespaces[];

/** sk_docx_element: symbol of an element, in the transitional or strict namespace; 0 if not in the
 * tables. */
SkXmlSymbol sk_docx_element(SkSpan uri, SkSpan local);
SkXmlSymbol sk_docx_attribute(SkSpan uri, SkSpan local);
/** sk_docx_prefix: our prefix for a namespace; NULL for one we do not know. */
const char *sk_docx_prefix(SkSpan uri);
/** sk_docx_attr_row: how @element may carry @attr; NULL if it may not. */
const SkDocxAttrRow *sk_docx_attr_row(SkXmlSymbol element, SkXmlSymbol attr);
/** sk_docx_value_is: is @value, with white space turned into spaces, of the class? Not for ids of
 * relationships. */
bool sk_docx_value_is(SkDocxValue class, SkSpan value);
/** sk_docx_is_formula: does a chart's c:f name ranges of a sheet only? sk_docx_formula_runs: does
 * it start a program (DDE)? */
bool sk_docx_is_formula(SkSpan s);
bool sk_docx_formula_runs(SkSpan s);
/** sk_docx_graphic: our name for a kind of graphic, strict or transitional; NULL for one that is
 * not carried out. */
const char *sk_docx_graphic(SkSpan uri);

#define SK_DOCX_GRAPHIC_PICTURE "http://schemas.openxmlformats.org/drawingml/2006/picture"
#define SK_DOCX_GRAPHIC_CHART "http://schemas.openxmlformats.org/drawingml/2006/chart"
