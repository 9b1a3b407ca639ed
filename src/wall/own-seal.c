/* SPDX-License-Identifier: Apache-2.0
 * own-seal.c - contract in own-seal.h. */
#include "wall/own-seal.h"

#include "base/clock.h"

#include <sys/stat.h>

struct SkWallSeal {
    SkSeal *seal;
    int64_t last; /* time of the last leaf, µs UTC */
};

static bool
take_last(SkWallSeal *self, const char *directory, GError **error)
{
    uint64_t size = sk_seal_size(self->seal);
    g_autoptr(GBytes) entry = NULL;

    if (size == 0)
        return true;
    if (!sk_seal_read_entry(directory, size - 1, &entry, error))
        return false;
    self->last = MAX(sk_leaf_lookup_integer(sk_span_bytes(entry), "time"), 0);
    return true;
}

bool
sk_wall_seal_open(const char *folder, const char *origin, SkWallSeal **ret, GError **error)
{
    g_autofree char *directory = g_build_filename(folder, "seal", NULL);
    g_autofree char *key = g_build_filename(folder, "seal.key", NULL);
    g_autoptr(SkWallSeal) self = g_new0(SkWallSeal, 1);

    if (g_mkdir_with_parents(folder, 0755) != 0)
        return sk_throw_errno(error, folder);
    if (!sk_seal_setup(directory, key, origin, error))
        return false;
    self->seal = sk_seal_open(directory, key, error);
    if (self->seal == NULL || !take_last(self, directory, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_wall_seal_close(SkWallSeal *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->seal, sk_seal_close);
    g_free(self);
}

SkLeaf *
sk_wall_seal_leaf(SkWallSeal *self, const char *act)
{
    SkLeaf *leaf = sk_leaf_new();

    self->last = sk_clock_after(self->last);
    sk_leaf_integer(leaf, "v", 2);
    sk_leaf_integer(leaf, "time", self->last);
    sk_leaf_string(leaf, "station", "wall");
    sk_leaf_string(leaf, "act", act);
    return leaf;
}

bool
sk_wall_seal_append(SkWallSeal *self, SkLeaf *leaf, GError **error)
{
    g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

    g_ptr_array_add(batch, sk_leaf_emit(leaf));
    return sk_seal_append(self->seal, batch, error);
}

uint64_t
sk_wall_seal_size(const SkWallSeal *self)
{
    return sk_seal_size(self->seal);
}
