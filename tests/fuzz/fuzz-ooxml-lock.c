/* SPDX-License-Identifier: Apache-2.0
 * fuzz-ooxml-lock.c - what a lock says of itself: every description that is accepted can be tried with a password,
 * in bounded time and memory; a package comes out only under the right one. The first byte tells what the rest is:
 * a description alone, or a whole locked file. */
#include "disarm/ooxml-lock.h"
#include "disarm/unlock.h"
#include "fuzz.h"

#include "../unit/disarm/lock-builder.h"

#define PASSWORD "fuzz"
#define SPIN_MAX 2000u /* so that a mutant does not spend the whole time in one loop */

static void
try_description(SkSpan info)
{
    SkOoxmlLock lock;
    uint8_t key[SK_AES_KEY_MAX];
    g_autoptr(GError) error = NULL;

    if (!sk_ooxml_lock_parse(info, &lock, &error)) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_cmpuint(lock.spin, <=, SK_OOXML_LOCK_SPIN_MAX);
    g_assert_cmpuint(lock.password.key_bytes, <=, SK_AES_KEY_MAX);
    g_assert_cmpuint(lock.package.key_bytes, <=, SK_AES_KEY_MAX);
    if (lock.spin <= SPIN_MAX && lock.agile)
        (void)sk_ooxml_lock_key(&lock, PASSWORD, key);
}

static void
try_file(SkSpan file)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GError) error = NULL;
    SkDisarm self = { .job = &job, .input = file, .report = report };

    if (sk_span_find(file, 0, sk_span_str("spinCount=\"10\"")) == SIZE_MAX)
        return;
    g_assert_true(sk_job_set_password(&job, sk_span_str(PASSWORD)));
    bool ok = sk_unlock(&self, &plain, &error);
    g_assert_true(ok == (error == NULL) && (ok || plain == NULL));
    if (plain != NULL)
        g_assert_cmpuint(g_bytes_get_size(plain), <=, file.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 0)
        try_description(sk_span(data + 1, size - 1));
    else
        try_file(sk_span(data + 1, size - 1));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    LockAgile spec = { .hash = index % 2 == 0 ? "SHA512" : "SHA1", .bits = index % 2 == 0 ? 256 : 128, .spin = 10 };
    g_autoptr(GBytes) locked = index == 4 ? lock_standard(sk_span_str("PK"), PASSWORD, 128)
                                          : lock_agile(sk_span_str("PK and so on"), PASSWORD, &spec);
    g_autoptr(GByteArray) out = g_byte_array_new();
    bool file = index < 2;

    if (index > 4)
        return NULL;
    g_byte_array_append(out, (const uint8_t *)(file ? "\1" : "\0"), 1);
    if (file) {
        g_byte_array_append(out, g_bytes_get_data(locked, NULL), (guint)g_bytes_get_size(locked));
        return g_byte_array_free_to_bytes(g_steal_pointer(&out));
    }
    SkLimits limits = sk_limits_default();
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GBytes) info = NULL;
    g_assert_true(sk_ole2_open(sk_span_bytes(locked), &limits, &ole2, NULL));
    g_assert_true(sk_ole2_read(ole2, sk_ole2_lookup(ole2, 0, "EncryptionInfo"), 65536, &info, NULL));
    g_byte_array_append(out, g_bytes_get_data(info, NULL), (guint)g_bytes_get_size(info));
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
