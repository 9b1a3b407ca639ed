/* SPDX-License-Identifier: Apache-2.0
 * edge.c - contract in edge.h. */
#include "seal/edge.h"

#include <string.h>

#define HEIGHT 8

SkHash
sk_edge_fold(const SkHash *hashes, unsigned n)
{
    SkHash row[SK_TILE_WIDTH];
    g_assert(n >= 1 && n <= SK_TILE_WIDTH && (n & (n - 1)) == 0);
    memcpy(row, hashes, n * sizeof *row);
    for (; n > 1; n /= 2)
        for (unsigned i = 0; i < n / 2; i++)
            row[i] = sk_merkle_node(&row[2 * i], &row[2 * i + 1]);
    return row[0];
}

bool
sk_edge_add(SkEdge *self, const SkHash *leaf, SkEdgeFull full, void *data, GError **error)
{
    SkHash hash = *leaf;

    self->size++;
    for (int level = 0; level < SK_EDGE_LEVELS; level++) {
        SkHash *hashes = self->levels[level].hashes;
        unsigned *n = &self->levels[level].n;
        hashes[(*n)++] = hash;
        if (*n < SK_TILE_WIDTH)
            return true;
        uint64_t index = (self->size >> (HEIGHT * level)) / SK_TILE_WIDTH - 1;
        if (!full(level, index, hashes, data, error))
            return false;
        hash = sk_edge_fold(hashes, SK_TILE_WIDTH);
        *n = 0;
    }
    return sk_throw(error, SK_ERROR_LIMIT, "seal: the tree is full");
}

/* The subtrees that the root is made of are those of the size's bits: all of them lie on the edge.
 */
static bool
get_edge(unsigned level, uint64_t index, SkHash *ret, void *data, GError **error)
{
    const SkEdge *self = data;
    unsigned width = 1u << level % HEIGHT;
    size_t at = (size_t)(index * width % SK_TILE_WIDTH);
    (void)error;
    g_assert(level / HEIGHT < SK_EDGE_LEVELS && at + width <= self->levels[level / HEIGHT].n);
    *ret = sk_edge_fold(self->levels[level / HEIGHT].hashes + at, width);
    return true;
}

SkHash
sk_edge_root(const SkEdge *self)
{
    SkHash root;
    SkEdge *edge = (SkEdge *)(uintptr_t)self; /* only read through the callback's untyped pointer */
    bool ok = sk_merkle_root(self->size, get_edge, edge, &root, NULL);
    g_assert(ok);
    return root;
}
