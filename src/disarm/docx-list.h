/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-list.h - what a Word document's styles and lists say about a paragraph: which heading it is,
 * and which number it bears. Runs in: disarm worker. Trusts: as office-text.h. Tests:
 * tests/golden/office-text
 */
#pragma once

#include "disarm/office-text.h"

#define SK_DOCX_LEVELS 9u
#define SK_DOCX_LEVEL_NONE 255u

/* What a paragraph says itself, or its style. */
typedef struct {
    char *style;     /* owned; NULL for none */
    uint8_t outline; /* 0 to 8; SK_DOCX_LEVEL_NONE */
    uint8_t level;   /* of the list; SK_DOCX_LEVEL_NONE: not said */
    uint32_t list;   /* w:numId; UINT32_MAX: not said; 0: none */
} SkDocxSays;

void sk_docx_says_clear(SkDocxSays *self);

typedef struct SkDocxLists SkDocxLists;

/** sk_docx_lists_read: (transfer full): from the two entries; either may be NULL. */
bool sk_docx_lists_read(SkOfficeText *office, const char *styles, const char *numbering,
                        SkDocxLists **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_docx_lists_free(SkDocxLists *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkDocxLists, sk_docx_lists_free)

/** sk_docx_lists_heading: 1 to 9, 0 for an ordinary paragraph. */
unsigned sk_docx_lists_heading(const SkDocxLists *self, const SkDocxSays *says);
/** sk_docx_lists_number: (transfer full): what stands before the paragraph; counts on. NULL for
 * nothing. */
char *sk_docx_lists_number(SkDocxLists *self, const SkDocxSays *says);
