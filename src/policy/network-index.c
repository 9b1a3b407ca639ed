/* SPDX-License-Identifier: Apache-2.0
 * network-index.c - contract in network-index.h: a table by network, asked once for each length of
 * a prefix that there is. */
#include "policy/network-index.h"

#include "policy/words.h"

#define LENGTHS 129u

struct SkNetworkIndex {
    GHashTable *rows; /* of GPtrArray of owned SkNetworkEntry, by SkNetwork */
    bool lengths[2][LENGTHS];
};

static unsigned
network_hash(gconstpointer p)
{
    const SkNetwork *n = p;
    unsigned h = n->prefix * 2u + n->v6;

    for (unsigned i = 0; i < sizeof n->address; i++)
        h = h * 31 + n->address[i];
    return h;
}

static gboolean
network_equal(gconstpointer a, gconstpointer b)
{
    return sk_network_compare(a, b) == 0;
}

SkNetworkIndex *
sk_network_index_new(void)
{
    SkNetworkIndex *self = g_new0(SkNetworkIndex, 1);

    self->rows =
        g_hash_table_new_full(network_hash, network_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    return self;
}

void
sk_network_index_free(SkNetworkIndex *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->rows);
    g_free(self);
}

void
sk_network_index_add(SkNetworkIndex *self, const SkNetwork *n, gconstpointer owner)
{
    GPtrArray *row = g_hash_table_lookup(self->rows, n);
    SkNetworkEntry *entry = g_new0(SkNetworkEntry, 1);

    if (row == NULL) {
        row = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(self->rows, (gpointer)n, row);
    }
    *entry = (SkNetworkEntry){ n, owner };
    g_ptr_array_add(row, entry);
    self->lengths[n->v6][n->prefix] = true;
}

GPtrArray *
sk_network_index_find(const SkNetworkIndex *self, const SkNetwork *n)
{
    GPtrArray *out = g_ptr_array_new();

    for (unsigned length = 0; length <= n->prefix; length++) {
        if (!self->lengths[n->v6][length])
            continue;
        SkNetwork wider = *n;
        wider.prefix = (uint8_t)length;
        wider = sk_network_masked(&wider);
        const GPtrArray *row = g_hash_table_lookup(self->rows, &wider);
        for (unsigned i = 0; row != NULL && i < row->len; i++)
            g_ptr_array_add(out, g_ptr_array_index(row, i));
    }
    return out;
}
