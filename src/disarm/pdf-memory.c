/* SPDX-License-Identifier: Apache-2.0
 * pdf-memory.c - contract in pdf-memory.h. */
#include "disarm/pdf-memory.h"

struct SkPdfMemory {
    GHashTable *known; /* owned: of Entry, key and value in one */
};

typedef struct {
    SkPdfRef ref;
    char as;
    SkPdfId id;
} Entry;

static guint
entry_hash(gconstpointer p)
{
    const Entry *e = p;
    return e->ref.number * 2654435761u ^ e->ref.generation * 40503u ^ (guint)e->as << 24;
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
    const Entry *x = a, *y = b;
    return x->ref.number == y->ref.number && x->ref.generation == y->ref.generation && x->as == y->as;
}

SkPdfMemory *
sk_pdf_memory_new(void)
{
    SkPdfMemory *self = g_new0(SkPdfMemory, 1);
    self->known = g_hash_table_new_full(entry_hash, entry_equal, g_free, NULL);
    return self;
}

void
sk_pdf_memory_free(SkPdfMemory *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->known);
    g_free(self);
}

bool
sk_pdf_recall(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfId *ret)
{
    Entry key = { .ref = sk_pdf_ref(walk->pdf, object), .as = as };

    if (key.ref.number == 0)
        return false;
    const Entry *found = g_hash_table_lookup(walk->memory->known, &key);
    if (found == NULL)
        return false;
    *ret = found->id;
    return true;
}

void
sk_pdf_remember(SkPdfWalk *walk, SkPdfObject object, char as, SkPdfId id)
{
    Entry entry = { .ref = sk_pdf_ref(walk->pdf, object), .as = as, .id = id };

    if (entry.ref.number != 0)
        g_hash_table_add(walk->memory->known, g_memdup2(&entry, sizeof entry));
}

void
sk_pdf_forget(SkPdfWalk *walk, SkPdfObject object, char as)
{
    Entry key = { .ref = sk_pdf_ref(walk->pdf, object), .as = as };
    g_hash_table_remove(walk->memory->known, &key);
}
