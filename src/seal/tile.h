/* SPDX-License-Identifier: Apache-2.0
 *
 * tile.h - C2SP tlog-tiles: the names of tiles, and entry bundles.
 * Runs in: sealer, web (serving), command line. Trusts: nothing.
 * Spec: c2sp.org/tlog-tiles; docs/formats/seal.md   Tests: tests/unit/seal/test-log.c,
 * tests/unit/seal/test-corpus-tlog.c
 */
#pragma once

#include "base/base.h"

#define SK_TILE_WIDTH 256u   /* hashes or entries of a full tile: height 8 */
#define SK_TILE_ENTRIES (-1) /* the level of entry bundles */
#define SK_TILE_LEVEL_MAX 63
#define SK_TILE_ENTRY_MAX 65535u /* bytes of one entry */
#define SK_TILE_BUNDLE_MAX ((SK_TILE_ENTRY_MAX + 2u) * SK_TILE_WIDTH)
#define SK_TILE_INDEX_MAX UINT64_C(999999999999999999)

typedef struct {
    int level;      /* 0 to 63, or SK_TILE_ENTRIES */
    uint64_t index; /* at most SK_TILE_INDEX_MAX */
    unsigned width; /* 1 to 256 */
} SkTile;

/** sk_tile_path: (transfer full): `tile/0/x001/x234/067`, `tile/entries/000.p/8`. */
char *sk_tile_path(SkTile tile);
/** sk_tile_parse: exactly what sk_tile_path writes; MALFORMED otherwise. */
bool sk_tile_parse(SkSpan path, SkTile *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_tile_width: how many hashes the tile at @level (bundles: SK_TILE_ENTRIES), @index has in a
 * log of @size: 0 = no such tile. */
unsigned sk_tile_width(int level, uint64_t index, uint64_t size);
/** sk_tile_count: full tiles of @level in a log of @size; @ret_partial: width of the partial one, 0
 * = none. */
uint64_t sk_tile_count(int level, uint64_t size, unsigned *ret_partial);

/** sk_bundle_append: one entry with its length; @entry.n ≤ SK_TILE_ENTRY_MAX (asserted). */
void sk_bundle_append(GByteArray *bundle, SkSpan entry);
/** sk_bundle_parse: @ret: (out) (transfer full): GArray of SkSpan, borrowed from @bundle: exactly
 * @width entries and nothing after. */
bool sk_bundle_parse(SkSpan bundle, unsigned width, GArray **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
