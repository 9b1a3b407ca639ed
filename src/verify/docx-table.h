/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-table.h - the elements and attributes that a docx may have, as C: tools/docx-table.py reads
 * them from the table of docs/formats/docx.md at build time, so what people read there is what runs
 * here. An element `w:p` is E_w_p.
 */
#pragma once

#include "base/base.h"
#include "docx-elements.h"

/** SkDocxClass: what an attribute's value may be, in the order of the generator's list. */
typedef enum {
    SK_DOCX_N,
    SK_DOCX_K,
    SK_DOCX_S,
    SK_DOCX_Y,
    SK_DOCX_P,
    SK_DOCX_Q,
    SK_DOCX_G,
    SK_DOCX_IMAGE,
    SK_DOCX_HEADER,
    SK_DOCX_FOOTER,
    SK_DOCX_CHART,
    SK_DOCX_LINK,
} SkDocxClass;

typedef struct {
    const char *name;
    uint8_t length;
    uint8_t class;
} SkDocxAttribute;

typedef struct {
    const char *name;
    uint8_t length;
    bool text; /* holds text only; otherwise elements only */
    uint16_t
        attributes; /* first in sk_docx_attributes, which stand in ascending order of their names */
    uint16_t n_attributes;
} SkDocxRow;

extern const SkDocxAttribute sk_docx_attributes[];
extern const SkDocxRow sk_docx_rows[E_COUNT];
extern const uint16_t sk_docx_slots[SK_DOCX_SLOTS]; /* hashed by name, open addressing; 0: free */

/** sk_docx_lookup: E_NONE where the table has no such element. */
static inline SkDocxElement
sk_docx_lookup(SkSpan name)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < name.n; i++)
        hash = hash * 31 + name.p[i];
    for (uint32_t slot = (hash ^ hash >> 12) % SK_DOCX_SLOTS; sk_docx_slots[slot] != 0;
         slot = (slot + 1) % SK_DOCX_SLOTS) {
        const SkDocxRow *row = &sk_docx_rows[sk_docx_slots[slot]];
        if (row->length == name.n && __builtin_memcmp(row->name, name.p, name.n) == 0)
            return (SkDocxElement)sk_docx_slots[slot];
    }
    return E_NONE;
}
