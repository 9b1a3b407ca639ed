/* SPDX-License-Identifier: Apache-2.0
 * fuzz-old-lock.c - old locked documents: whatever they say, they open into as many bytes as they were, or not at
 * all; and what was opened speaks of no lock any more. */
#include "disarm/old-lock.h"
#include "disarm/unlock.h"
#include "fuzz.h"

#include "../unit/disarm/old-lock-builder.h"

#define PASSWORD "fuzz"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GError) error = NULL;
    SkSpan file = sk_span(data, size);
    SkDisarm self = { .job = &job, .input = file, .report = report };

    if (sk_span_find(file, 0, sk_span("E\0n\0c\0r\0", 8)) != SIZE_MAX)
        return 0; /* another target's */
    g_assert_true(sk_job_set_password(&job, sk_span_str(PASSWORD)));
    bool ok = sk_unlock(&self, &plain, &error);
    g_assert_true(ok == (error == NULL) && (ok || plain == NULL));
    if (plain == NULL)
        return 0;
    SkLimits limits = sk_limits_default();
    g_autoptr(SkOle2) ole2 = NULL;
    SkOldDocument document;
    bool locked = false;
    g_assert_cmpuint(g_bytes_get_size(plain), ==, size);
    g_assert_true(sk_ole2_open(sk_span_bytes(plain), &limits, &ole2, NULL));
    if (sk_old_document_find(ole2, &locked, &document, NULL) && locked)
        g_assert_null(document.table); /* two records of it; the second one stays, and is refused later */
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const LockOld specs[] = { { false, 0 }, { true, 40 }, { true, 128 } };

    if (index >= 6)
        return NULL;
    return index % 2 == 0 ? lock_old_word(&specs[index / 2], PASSWORD) : lock_old_excel(&specs[index / 2], PASSWORD);
}
