/* SPDX-License-Identifier: Apache-2.0
 *
 * font-cmap.h - a CMap as it was read. Codes of one and two bytes have a cell each, so that later
 * lines replace earlier ones as in every reader; the few longer ones are sorted.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-cmap.c
 */
#pragma once

#include "format/font.h"

#define SK_CMAP_POOL 0x20000u /* entries from here on are places in the pool */

typedef struct {
    uint32_t code, entry, order;
    uint8_t length;
} SkCMapLongCode;

/* What codes mean. An entry is 0: nothing; up to 65,536: that number less one; else a place in the
 * pool. */
typedef struct {
    uint32_t *one, *two; /* owned: 256 and 65,536 entries */
    GArray *many;        /* owned, of SkCMapLongCode */
} SkCMapCodes;

typedef struct {
    uint8_t length;
    uint32_t first, last;
} SkCMapSpace;

typedef struct {
    SkCMapCodes codes, notdef;
    GArray *pool;   /* owned, of uint16_t: count of units, units… */
    GArray *spaces; /* owned, of SkCMapSpace */
    bool unicode;   /* values are text, not CIDs */
    uint32_t steps;
    SkCMapFacts facts;
    bool has_wmode, has_supplement;
} SkCMap;

/** sk_cmap_read: @self is all zeros but for @unicode. */
bool sk_cmap_read(SkCMap *self, SkSpan in, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_cmap_clear(SkCMap *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkCMap, sk_cmap_clear)
