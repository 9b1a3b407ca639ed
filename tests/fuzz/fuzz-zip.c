/* SPDX-License-Identifier: Apache-2.0
 * fuzz-zip.c - the ZIP walk: entries lie inside the file and apart from each other; what is written of them is read
 * again as the same. */
#include "format/zip.h"
#include "fuzz.h"

static bool
collect(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    GByteArray *all = user;

    (void)compressed;
    g_assert_cmpuint(all->len + chunk.n, ==, expanded);
    if (expanded > 4u << 20)
        return sk_throw(error, SK_ERROR_LIMIT, "fuzz: enough");
    g_byte_array_append(all, chunk.p, (guint)chunk.n);
    return true;
}

static void
check_again(SkSpan content)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(16u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);
    g_autoptr(GByteArray) all = g_byte_array_new();
    g_autoptr(SkZip) zip = NULL;
    SkLimits limits = sk_limits_default();
    SkElement element = SK_ELEMENT_NONE;

    sk_zip_writer_begin(writer, "a", true);
    sk_zip_writer_span(writer, content);
    sk_zip_writer_end(writer);
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    g_assert_true(sk_zip_open(sk_sink_memory(sink), &limits, &zip, &element, NULL));
    g_assert_true(sk_zip_inflate(&zip->entries[0], collect, all, NULL));
    g_assert_cmpmem(all->data, all->len, content.p, content.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    g_autoptr(GError) error = NULL;
    SkElement element = SK_ELEMENT_NONE;
    uint64_t sum = 0;

    if (!sk_zip_open(sk_span(data, size), &limits, &zip, &element, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    for (uint32_t i = 0; i < zip->n; i++) {
        const SkZipEntry *entry = &zip->entries[i];
        g_autoptr(GByteArray) all = g_byte_array_new();
        g_assert_true(entry->data.p >= data && entry->data.p + entry->data.n <= data + size);
        sum += entry->data.n;
        if (sk_zip_inflate(entry, collect, all, NULL))
            check_again(sk_span(all->data, all->len));
    }
    g_assert_cmpuint(sum, <=, size);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    if (index > 0)
        return NULL;
    sk_zip_writer_begin(writer, "a/b.xml", true);
    sk_zip_writer_span(writer, sk_span_str("<a>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</a>"));
    sk_zip_writer_end(writer);
    sk_zip_writer_begin(writer, "c", false);
    sk_zip_writer_span(writer, sk_span_str("stored"));
    sk_zip_writer_end(writer);
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}
