/* SPDX-License-Identifier: Apache-2.0
 * pdf-memory.c - contract in pdf-memory.h. */
#include "disarm/pdf-memory.h"

#include <string.h>

struct SkPdfMemory {
    GHashTable *known; /* owned: of Entry, key and value in one */
    GPtrArray *order;  /* owned: the same entries, borrowed; forgotten ones are NULL */
};

typedef struct {
    SkPdfRef ref, within;
    char as;
    SkPdfId id;
} Entry;

static guint
entry_hash(gconstpointer p)
{
    const Entry *e = p;
    return e->ref.number * 2654435761u ^ e->ref.generation * 40503u ^ e->within.number * 97u ^
           (guint)e->as << 24;
}

static bool
ref_equal(SkPdfRef a, SkPdfRef b)
{
    return a.number == b.number && a.generation == b.generation;
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
    const Entry *x = a, *y = b;
    return ref_equal(x->ref, y->ref) && ref_equal(x->within, y->within) && x->as == y->as;
}

SkPdfMemory *
sk_pdf_memory_new(void)
{
    SkPdfMemory *self = g_new0(SkPdfMemory, 1);
    self->known = g_hash_table_new_full(entry_hash, entry_equal, g_free, NULL);
    self->order = g_ptr_array_new();
    return self;
}

void
sk_pdf_memory_free(SkPdfMemory *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->order);
    g_hash_table_unref(self->known);
    g_free(self);
}

bool
sk_pdf_recall_in(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfRef within, SkPdfId *ret)
{
    Entry key = { .ref = sk_pdf_ref(walk->pdf, object), .within = within, .as = as };

    if (key.ref.number == 0)
        return false;
    const Entry *found = g_hash_table_lookup(walk->memory->known, &key);
    if (found == NULL)
        return false;
    *ret = found->id;
    return true;
}

void
sk_pdf_remember_in(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfRef within, SkPdfId id)
{
    Entry key = { .ref = sk_pdf_ref(walk->pdf, object), .within = within, .as = as, .id = id };

    if (key.ref.number == 0)
        return;
    Entry *known = g_hash_table_lookup(walk->memory->known, &key);
    if (known != NULL) {
        known->id = id;
        return;
    }
    known = g_memdup2(&key, sizeof key);
    g_hash_table_add(walk->memory->known, known);
    g_ptr_array_add(walk->memory->order, known);
}

bool
sk_pdf_recall(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfId *ret)
{
    return sk_pdf_recall_in(walk, object, as, (SkPdfRef){ 0 }, ret);
}

void
sk_pdf_remember(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfId id)
{
    sk_pdf_remember_in(walk, object, as, (SkPdfRef){ 0 }, id);
}

unsigned
sk_pdf_memories(const SkPdfWalk *walk)
{
    return walk->memory->order->len;
}

void
sk_pdf_forget_since(SkPdfWalk *walk, unsigned count, const char *letters)
{
    GPtrArray *order = walk->memory->order;

    for (guint i = count; i < order->len; i++) {
        Entry *entry = g_ptr_array_index(order, i);
        if (entry == NULL || entry->id == 0 || strchr(letters, entry->as) == NULL)
            continue;
        g_hash_table_remove(walk->memory->known, entry);
        order->pdata[i] = NULL;
    }
}
