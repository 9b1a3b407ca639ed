/* SPDX-License-Identifier: Apache-2.0
 *
 * unlocking.h - for tests: try a password on bytes, look at what came of it.
 */
#pragma once

#include "disarm/unlock.h"

typedef struct {
    int code; /* 0: there was no error */
    GBytes *plain;
    SkElement element; /* of the first finding */
} Opened;

/* The input is copied to the heap, so that the sanitizer sees its end. */
static inline Opened
unlock_with(SkJob *job, GBytes *locked, const char *password)
{
    g_autofree uint8_t *heap = g_memdup2(g_bytes_get_data(locked, NULL), g_bytes_get_size(locked));
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GError) error = NULL;
    Opened out = { .element = SK_ELEMENT_NONE };
    SkDisarm self = { .job = job, .input = { heap, g_bytes_get_size(locked) }, .report = report };

    g_assert_true(sk_job_set_password(job, sk_span_str(password)));
    bool ok = sk_unlock(&self, &out.plain, &error);
    g_assert_true(ok == (error == NULL));
    if (error != NULL)
        g_test_message("%s", error->message);
    out.code = ok ? 0 : error->code;
    if (report->findings->len > 0)
        out.element = g_array_index(report->findings, SkFinding, 0).element;
    return out;
}

static inline Opened
unlock(GBytes *locked, const char *password)
{
    SkJob job = sk_job_default();
    return unlock_with(&job, locked, password);
}

static inline void
assert_locked(GBytes *locked, const char *password, int code, SkElement element)
{
    Opened out = unlock(locked, password);

    g_assert_cmpint(out.code, ==, code);
    g_assert_null(out.plain);
    g_assert_cmpint(out.element, ==, element);
}
