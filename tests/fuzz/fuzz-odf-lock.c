/* SPDX-License-Identifier: Apache-2.0
 * fuzz-odf-lock.c - what a manifest says of locks: all that is accepted can be tried with a password, in bounded
 * time and memory. The first byte tells what the rest is: a manifest alone, or a whole package. */
#include "disarm/odf-lock.h"
#include "disarm/unlock.h"
#include "fuzz.h"

#include "../unit/disarm/odf-lock-builder.h"

#define PASSWORD "fuzz"

static void
try_manifest(SkSpan xml)
{
    g_autoptr(GArray) files = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_odf_manifest_parse(xml, 100, &files, &error)) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_cmpuint(files->len, <=, 100);
    for (unsigned i = 0; i < files->len; i++) {
        const SkOdfFile *file = &g_array_index(files, SkOdfFile, i);
        if (file->cipher == SK_ODF_CIPHER_NONE)
            continue;
        g_assert_true(file->key_bytes <= SK_AES_KEY_MAX && file->iv.n >= 8 && file->salt.n > 0);
        g_assert_true(file->rounds > 0 && file->rounds <= SK_ODF_LOCK_ROUNDS_MAX);
    }
}

static void
try_package(SkSpan package)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GError) error = NULL;
    SkDisarm self = { .job = &job, .input = package, .report = report };

    g_assert_true(sk_job_set_password(&job, sk_span_str(PASSWORD)));
    bool ok = sk_unlock(&self, &plain, &error);
    g_assert_true(ok == (error == NULL) && (ok || plain == NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 0)
        try_manifest(sk_span(data + 1, size - 1));
    else
        try_package(sk_span(data + 1, size - 1));
    return 0;
}

static void
append_manifest(GByteArray *out, GBytes *package)
{
    SkLimits limits = sk_limits_default();
    g_autoptr(SkZip) zip = NULL;
    SkElement element = SK_ELEMENT_NONE;

    g_assert_true(sk_zip_open(sk_span_bytes(package), &limits, &zip, &element, NULL));
    /* Written by lock_odf, whose manifest is the last entry. */
    const SkZipEntry *entry = sk_zip_lookup(zip, sk_span_str("META-INF/manifest.xml"));
    uint8_t buffer[16384];
    z_stream z = { .next_in = (Bytef *)(uintptr_t)entry->data.p, .avail_in = (uInt)entry->data.n };
    z.next_out = buffer;
    z.avail_out = sizeof buffer;
    g_assert_true(inflateInit2(&z, -15) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END);
    g_byte_array_append(out, buffer, (guint)z.total_out);
    inflateEnd(&z);
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const LockOdf specs[] = { { .cipher = LOCK_BLOWFISH },
                                     { .cipher = LOCK_CBC, .sha256 = true },
                                     { .cipher = LOCK_GCM, .sha256 = true, .argon2 = true, .whole = true } };
    const LockOdfFile files[] = { { "content.xml", sk_span_str("<a>aaaaaaaaaaaaaaaaaaaaaaa</a>") },
                                  { "styles.xml", sk_span_str("<b/>") } };
    g_autoptr(GByteArray) out = g_byte_array_new();

    if (index >= 6)
        return NULL;
    g_autoptr(GBytes) locked = lock_odf(&specs[index / 2], files, 2, PASSWORD);
    g_byte_array_append(out, (const uint8_t *)(index % 2 == 0 ? "\0" : "\1"), 1);
    if (index % 2 == 0)
        append_manifest(out, locked);
    else
        g_byte_array_append(out, g_bytes_get_data(locked, NULL), (guint)g_bytes_get_size(locked));
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
