/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-table.h - the elements and attributes that a kind of document may have, as C:
 * tools/ooxml-table.py reads them from the table of docs/formats/docx.md (xlsx.md, pptx.md) at
 * build time, so what people read there is what runs here. In the generated FORMAT-elements.h an
 * element `w:p` is E_w_p, a class of values `n` is C_n; only files of that format include it.
 */
#pragma once

#include "base/base.h"

#define SK_OOXML_SLOTS_BITS 12
#define SK_OOXML_SLOTS (1u << SK_OOXML_SLOTS_BITS)

typedef struct {
    uint64_t key; /* of name, as in xml.h */
    const char *name;
    uint8_t length;
    uint8_t class;
} SkOoxmlAttribute;

typedef struct {
    uint64_t key;
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

/** sk_package_is_name: @name with @key is the one with the others. */
static inline bool
sk_package_is_name(SkSpan name, uint64_t key, const char *other, uint8_t length, uint64_t other_key)
{
    return key == other_key && length == name.n &&
           (name.n <= sizeof key || __builtin_memcmp(other, name.p, name.n) == 0);
}

/** sk_package_lookup: the element, or 0 where the table has no such. */
static inline uint16_t
sk_package_lookup(const SkOoxmlTable *table, SkSpan name, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15);

    for (uint32_t slot = (uint32_t)(hash >> (64 - SK_OOXML_SLOTS_BITS)); table->slots[slot] != 0;
         slot = (slot + 1) % SK_OOXML_SLOTS) {
        const SkOoxmlRow *row = &table->rows[table->slots[slot]];
        if (sk_package_is_name(name, key, row->name, row->length, row->key))
            return table->slots[slot];
    }
    return 0;
}
