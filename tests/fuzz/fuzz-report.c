/* SPDX-License-Identifier: Apache-2.0
 * fuzz-report.c - the decoder of what a worker says. What it accepts is exactly what report.c would
 * write: no second frame says the same. */
#include "fuzz.h"
#include "sandbox/report.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkReport) report = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_report_parse(sk_span(data, size), &report, &error)) {
        g_assert_nonnull(error);
        g_assert_null(report);
        return 0;
    }
    g_assert_null(error);
    g_assert_cmpuint(report->findings->len, <=, SK_REPORT_FINDINGS_MAX);
    for (guint i = 0; i < report->findings->len; i++) {
        const SkFinding *finding = &g_array_index(report->findings, SkFinding, i);
        g_assert_true(sk_text_is_plain(sk_span_str(finding->place), SK_PLACE_MAX));
        g_assert_nonnull(sk_element_get(finding->element)->code);
        g_assert_nonnull(sk_action_name(finding->action));
    }
    g_assert_true((report->outcome == SK_OUTCOME_CLEAN) == (report->type_out != SK_TYPE_NONE));
    g_autoptr(GBytes) again = sk_report_emit(report);
    g_assert_cmpmem(data, size, g_bytes_get_data(again, NULL), g_bytes_get_size(again));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    g_autoptr(SkReport) report = sk_report_new();

    if (index > 3)
        return NULL;
    if (index >= 1)
        sk_report_refuse(report, SK_REASON_ENCRYPTED);
    if (index >= 2) {
        report->outcome = SK_OUTCOME_CLEAN;
        report->reason = SK_REASON_NONE;
        report->type_in = SK_TYPE_DOCM;
        report->type_out = SK_TYPE_DOCX;
        report->level = SK_LEVEL_REBUILT;
    }
    if (index == 3)
        for (unsigned i = 0; i < 20; i++) {
            g_autofree char *place = g_strdup_printf("段落 %u", i);
            sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, sk_span_str(place), i + 1);
        }
    return sk_report_emit(report);
}
