/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-text.h - for tests: an entry of what came out, as text.
 */
#pragma once

#include "disarming.h"
#include "format/zip.h"

static inline bool
zip_collect(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)expanded, (void)compressed, (void)error;
    g_byte_array_append(user, chunk.p, (guint)chunk.n);
    return true;
}

/* (transfer full) */
static inline char *
zip_text(const Disarmed *d, const char *name)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    GByteArray *all = g_byte_array_new();
    SkElement element = SK_ELEMENT_NONE;

    g_assert_cmpint(d->report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_true(sk_zip_open(output_of(d), &limits, &zip, &element, NULL));
    const SkZipEntry *entry = sk_zip_lookup(zip, sk_span_str(name));
    g_assert_nonnull(entry);
    g_assert_true(sk_zip_inflate(entry, zip_collect, all, NULL));
    g_byte_array_append(all, (const uint8_t *)"", 1);
    return (char *)g_byte_array_free(all, FALSE);
}
