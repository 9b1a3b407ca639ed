/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-vocabulary.h - the names of Office Open XML as symbols: the same numbers for all kinds of
 * documents, in byte order of the names.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/drawing.md   Tests: tests/unit/disarm/test-docx.c
 */
#pragma once

#include "format/xml.h"
#include "ooxml-symbols.h"

/* Attribute symbols beyond the tables: known, and never written. */
#define SK_AT_REVISION ((SkXmlSymbol)SK_AT_COUNT)
#define SK_AT_QUIET ((SkXmlSymbol)SK_AT_COUNT + 1)

typedef struct {
    const char *prefix; /* ours; "" for the default namespace; NULL ends the table */
    const char *uri;
    const char *strict; /* in Strict documents; NULL where it is the same */
} SkOoxmlNamespace;

extern const SkOoxmlNamespace sk_ooxml_namespaces[];
extern const char *const sk_ooxml_element_names[SK_EL_COUNT];
extern const char *const sk_ooxml_attr_names[SK_AT_COUNT];

/** sk_ooxml_element: symbol of an element, in the transitional or strict namespace; 0 if no table
 * has it. Both are parts of an SkXmlHandler; @user is not asked. */
SkXmlSymbol sk_ooxml_element(void *user, SkSpan uri, SkSpan local);
SkXmlSymbol sk_ooxml_attribute(void *user, SkSpan uri, SkSpan local);
/** sk_ooxml_prefix: our prefix for a namespace; NULL for one we do not know. */
const char *sk_ooxml_prefix(SkSpan uri);
