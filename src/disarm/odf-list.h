/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-list.h - what an OpenDocument file's styles say to its text: how the items of lists and
 * headings are numbered, and which sheets and slides are hidden. Runs in: disarm worker. Trusts: as
 * office-text.h. Tests: tests/golden/office-text
 */
#pragma once

#include "disarm/office-text.h"

#define SK_ODF_LEVELS 10u

typedef struct SkOdfLists SkOdfLists;

SkOdfLists *sk_odf_lists_new(void);
void sk_odf_lists_free(SkOdfLists *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkOdfLists, sk_odf_lists_free)

/** sk_odf_lists_style: an element of styles begins, in whichever entry; others are not looked at.
 */
void sk_odf_lists_style(SkOdfLists *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n);
/** sk_odf_lists_hides: the style of a table or a slide says that it is not shown. */
bool sk_odf_lists_hides(const SkOdfLists *self, SkSpan style);

/** sk_odf_lists_begin: a list, perhaps inside an item of another. @style: its name, or empty. */
void sk_odf_lists_begin(SkOdfLists *self, SkSpan style, bool continues);
void sk_odf_lists_end(SkOdfLists *self);
/** sk_odf_lists_item: an item begins; its first paragraph is the next. @start: its number, or
 * UINT32_MAX. */
void sk_odf_lists_item(SkOdfLists *self, uint32_t start);
/** sk_odf_lists_label: (transfer full): what stands before a paragraph; NULL for nothing. */
char *sk_odf_lists_label(SkOdfLists *self);
/** sk_odf_lists_heading: (transfer full): the number of a heading of @level, from 1; NULL for none.
 */
char *sk_odf_lists_heading(SkOdfLists *self, unsigned level);
