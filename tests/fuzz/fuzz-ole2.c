/* SPDX-License-Identifier: Apache-2.0
 * fuzz-ole2.c - the compound file walk: what opening has accepted can be read to its end, and all streams together
 * are no longer than the file. */
#include "format/ole2.h"
#include "fuzz.h"

#include "../unit/format/ole2-builder.h"

static bool
count(void *user, SkSpan chunk, GError **error)
{
    uint64_t *sum = user;
    uint8_t x = 0;

    (void)error;
    for (size_t i = 0; i < chunk.n; i++)
        x ^= chunk.p[i]; /* every byte must be there */
    *sum += chunk.n + (x & 0);
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GError) error = NULL;
    uint64_t all = 0;

    limits.items = 500;
    if (!sk_ole2_open(sk_span(data, size), &limits, &ole2, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    g_assert_cmpuint(sk_ole2_count(ole2), <=, limits.items);
    for (uint32_t i = 1; i < sk_ole2_count(ole2); i++) {
        const SkOle2Entry *entry = sk_ole2_get(ole2, i);
        uint64_t sum = 0;
        g_assert_true(sk_ole2_lookup(ole2, entry->parent, entry->name) == entry);
        if (entry->kind != SK_OLE2_STREAM)
            continue;
        g_assert_true(sk_ole2_each(ole2, entry, count, &sum, NULL));
        g_assert_cmpuint(sum, ==, entry->size);
        all += sum;
    }
    g_assert_cmpuint(all, <=, size);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static uint8_t content[9000];
    const Ole2Item items[] = {
        { .name = "EncryptionInfo", .content = { content, 200 } },
        { .name = "EncryptedPackage", .content = { content, 9000 } },
        { .name = "Storage", .storage = true },
        { .name = "Stream", .parent = 3, .content = { content, 70 } },
        { .name = "Inner", .parent = 3, .storage = true },
        { .name = "Stream", .parent = 5, .content = { content, 4096 } },
    };
    return index > 0 ? NULL : ole2_build(items, G_N_ELEMENTS(items), NULL);
}
