/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-table.h - the elements and attributes that a kind of document may have, as C:
 * tools/ooxml-table.py reads them from the table of docs/formats/docx.md (xlsx.md, pptx.md) at
 * build time, so what people read there is what runs here. In the generated FORMAT-elements.h an
 * element `w:p` is E_w_p, a class of values `n` is C_n; only files of that format include it.
 */
#pragma once

#include "base/base.h"

#define SK_OOXML_SLOTS 4096u

typedef struct {
    const char *name;
    uint8_t length;
    uint8_t class;
} SkOoxmlAttribute;

typedef struct {
    const char *name;
    uint8_t length;
    bool text;           /* holds text only; otherwise elements only */
    uint16_t attributes; /* first in the table's, which stand in ascending order of their names */
    uint16_t n_attributes;
} SkOoxmlRow;

typedef struct {
    const SkOoxmlAttribute *attributes;
    const SkOoxmlRow *rows; /* by element; 0 is none */
    const uint16_t *slots;  /* elements hashed by name, open addressing; 0: free */
} SkOoxmlTable;

/** sk_package_lookup: the element, or 0 where the table has no such. */
static inline uint16_t
sk_package_lookup(const SkOoxmlTable *table, SkSpan name)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < name.n; i++)
        hash = hash * 31 + name.p[i];
    for (uint32_t slot = (hash ^ hash >> 12) % SK_OOXML_SLOTS; table->slots[slot] != 0;
         slot = (slot + 1) % SK_OOXML_SLOTS) {
        const SkOoxmlRow *row = &table->rows[table->slots[slot]];
        if (row->length == name.n && __builtin_memcmp(row->name, name.p, name.n) == 0)
            return table->slots[slot];
    }
    return 0;
}
