/* SPDX-License-Identifier: Apache-2.0
 *
 * edge.h - inside src/seal only: the right edge of a growing tree: the hashes of each level's
 * unfinished tile. It is all that appending and verifying need to remember, whatever the log's
 * size. Runs in: sealer, command line. Trusts: nothing. Tests: through tests/unit/seal/
 */
#pragma once

#include "seal/merkle.h"
#include "seal/tile.h"

#define SK_EDGE_LEVELS 8 /* 256^8 leaves */

typedef struct {
    uint64_t size; /* leaves so far */
    struct {
        SkHash hashes[SK_TILE_WIDTH];
        unsigned n;
    } levels[SK_EDGE_LEVELS];
} SkEdge;

/** SkEdgeFull: a tile of hash level @level has its 256 hashes. */
typedef bool (*SkEdgeFull)(int level, uint64_t index, const SkHash *hashes, void *data,
                           GError **error);

/** sk_edge_add: one leaf's hash; calls @full for every tile that it fills, lowest first. */
bool sk_edge_add(SkEdge *self, const SkHash *leaf, SkEdgeFull full, void *data,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_edge_root: of all leaves so far. */
SkHash sk_edge_root(const SkEdge *self);
/** sk_edge_fold: the root of @n hashes, a power of two up to 256. */
SkHash sk_edge_fold(const SkHash *hashes, unsigned n);

/** sk_seal_tile_file: the file of @tile as it lies there; hash tiles have their size. IO where
 * missing. */
bool sk_seal_tile_file(const char *directory, SkTile tile, GBytes **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
