/* SPDX-License-Identifier: Apache-2.0
 * test-report.c - the report frame as a hostile worker would write it. */
#include "base/sink.h"
#include "sandbox/report.h"

#include <string.h>

static SkReport *
clean_report(void)
{
    SkReport *report = sk_report_new();
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_DOCM;
    report->type_out = SK_TYPE_DOCX;
    report->level = SK_LEVEL_REBUILT;
    return report;
}

static bool
parse(SkSpan frame, SkReport **ret, SkErrorCode *ret_code)
{
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *heap = g_memdup2(frame.p, frame.n); /* so that ASan sees the end */
    bool ok = sk_report_parse(sk_span(heap, frame.n), ret, &error);
    g_assert_true(ok == (error == NULL));
    *ret_code = ok ? 0 : (SkErrorCode)error->code;
    return ok;
}

static void
assert_rejected(SkSpan frame, SkErrorCode code)
{
    g_autoptr(SkReport) none = NULL;
    SkErrorCode got = 0;
    g_assert_false(parse(frame, &none, &got));
    g_assert_null(none);
    g_assert_cmpint(got, ==, code);
}

static void
round_trip(void)
{
    g_autoptr(SkReport) report = clean_report();
    g_autoptr(SkReport) back = NULL;
    SkErrorCode code = 0;

    sk_report_find(report, SK_ELEMENT_VBA_PROJECT, SK_ACTION_REMOVED,
                   sk_span_str("word/vbaProject.bin"), 1);
    sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, sk_span_str("3段落目"), 2);
    sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, sk_span_str("3段落目"), 3);
    sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, SK_SPAN_EMPTY, 1);
    sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, SK_SPAN_EMPTY, 0);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    g_assert_true(parse(sk_span_bytes(frame), &back, &code));
    g_assert_cmpint(back->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(back->type_in, ==, SK_TYPE_DOCM);
    g_assert_cmpint(back->type_out, ==, SK_TYPE_DOCX);
    g_assert_cmpint(back->level, ==, SK_LEVEL_REBUILT);
    g_assert_cmpuint(back->findings->len, ==, 3);
    g_assert_cmpstr(g_array_index(back->findings, SkFinding, 0).place, ==, "word/vbaProject.bin");
    g_assert_cmpuint(g_array_index(back->findings, SkFinding, 1).count, ==, 5);
    g_assert_cmpstr(g_array_index(back->findings, SkFinding, 2).place, ==, "");
    g_autoptr(GBytes) again = sk_report_emit(back);
    g_assert_true(g_bytes_equal(frame, again));
}

static void
cut_anywhere(void)
{
    g_autoptr(SkReport) report = clean_report();
    sk_report_find(report, SK_ELEMENT_VBA_PROJECT, SK_ACTION_REMOVED, sk_span_str("place"), 1);
    sk_report_find(report, SK_ELEMENT_POLYGLOT, SK_ACTION_REFUSED, sk_span_str("x"), 1);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    SkSpan whole = sk_span_bytes(frame);
    for (size_t n = 0; n < whole.n; n++)
        assert_rejected(sk_span_sub(whole, 0, n), SK_ERROR_MALFORMED);

    g_autoptr(GByteArray) longer = g_byte_array_new();
    g_byte_array_append(longer, whole.p, (guint)whole.n);
    g_byte_array_append(longer, (const uint8_t *)"", 1);
    assert_rejected(sk_span(longer->data, longer->len), SK_ERROR_MALFORMED);
    /* Two reports, one behind the other. */
    g_byte_array_set_size(longer, (guint)whole.n);
    g_byte_array_append(longer, whole.p, (guint)whole.n);
    assert_rejected(sk_span(longer->data, longer->len), SK_ERROR_MALFORMED);
}

/* Where each field of the head and of the first finding lies. */
enum {
    AT_FINGERPRINT = 8,
    AT_OUTCOME = 16,
    AT_REASON = 17,
    AT_TYPE_IN = 18,
    AT_TYPE_OUT = 20,
    AT_LEVEL = 22,
    AT_CUT = 23,
    AT_COUNT = 24,
    AT_ELEMENT = 28,
    AT_ACTION = 30,
    AT_TIMES = 31,
    AT_PLACE_LEN = 35,
    AT_PLACE = 37,
};

typedef struct {
    size_t at;
    uint8_t value;
    SkErrorCode code;
} Change;

static void
each_field_wrong(void)
{
    static const Change changes[] = {
        { 0, 0xff, SK_ERROR_MALFORMED },
        { AT_FINGERPRINT + 3, 0x5a, SK_ERROR_MALFORMED },
        { AT_OUTCOME, 0, SK_ERROR_MALFORMED },
        { AT_OUTCOME, SK_OUTCOME_REFUSED, SK_ERROR_MALFORMED }, /* refused, with no reason */
        { AT_OUTCOME, SK_OUTCOME_DRAW, SK_ERROR_MALFORMED },    /* draw, with an output */
        { AT_OUTCOME, SK_OUTCOME_DRAW + 1, SK_ERROR_MALFORMED },
        { AT_OUTCOME, 0xff, SK_ERROR_MALFORMED },
        { AT_REASON, SK_REASON_MALFORMED, SK_ERROR_MALFORMED }, /* clean, with a reason */
        { AT_REASON, SK_REASON_COUNT, SK_ERROR_MALFORMED },
        { AT_REASON, 0xff, SK_ERROR_MALFORMED },
        { AT_TYPE_IN, SK_TYPE_COUNT, SK_ERROR_MALFORMED },
        { AT_TYPE_IN + 1, 1, SK_ERROR_MALFORMED },
        { AT_TYPE_OUT, SK_TYPE_COUNT, SK_ERROR_MALFORMED },
        { AT_TYPE_OUT, SK_TYPE_NONE, SK_ERROR_MALFORMED }, /* clean, with no type */
        { AT_TYPE_OUT + 1, 0x80, SK_ERROR_MALFORMED },
        { AT_LEVEL, SK_LEVEL_ORIGINAL, SK_ERROR_MALFORMED },
        { AT_LEVEL, SK_LEVEL_COUNT, SK_ERROR_MALFORMED },
        { AT_CUT, 2, SK_ERROR_MALFORMED },
        { AT_COUNT, 0, SK_ERROR_MALFORMED },
        { AT_COUNT, 2, SK_ERROR_MALFORMED },
        { AT_COUNT + 2, 1, SK_ERROR_LIMIT },
        { AT_COUNT + 3, 0xff, SK_ERROR_LIMIT },
        { AT_ELEMENT, 0, SK_ERROR_MALFORMED },
        { AT_ELEMENT + 1, 0xff, SK_ERROR_MALFORMED },
        { AT_ACTION, 0, SK_ERROR_MALFORMED },
        { AT_ACTION, SK_ACTION_REFUSED + 1, SK_ERROR_MALFORMED },
        { AT_TIMES, 0, SK_ERROR_MALFORMED },
        { AT_PLACE_LEN, 4, SK_ERROR_MALFORMED },
        { AT_PLACE_LEN, 6, SK_ERROR_MALFORMED },
        { AT_PLACE_LEN + 1, 0xff, SK_ERROR_MALFORMED },
        { AT_PLACE, 0, SK_ERROR_MALFORMED },
        { AT_PLACE, '\n', SK_ERROR_MALFORMED },
        { AT_PLACE, 0x1b, SK_ERROR_MALFORMED },
        { AT_PLACE, 0x80, SK_ERROR_MALFORMED },
        { AT_PLACE, 0xc0, SK_ERROR_MALFORMED },
        { AT_PLACE, 0xff, SK_ERROR_MALFORMED },
    };
    g_autoptr(SkReport) report = clean_report();
    sk_report_find(report, SK_ELEMENT_VBA_PROJECT, SK_ACTION_REMOVED, sk_span_str("place"), 1);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    SkSpan whole = sk_span_bytes(frame);

    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree uint8_t *changed = g_memdup2(whole.p, whole.n);
        g_test_message("byte %zu = %u", changes[i].at, changes[i].value);
        g_assert_cmpuint(changed[changes[i].at], !=, changes[i].value);
        changed[changes[i].at] = changes[i].value;
        assert_rejected(sk_span(changed, whole.n), changes[i].code);
    }
}

/* A frame with one finding whose place is @place, written without any of report.c's care. */
static GBytes *
frame_with_place(SkSpan place)
{
    g_autoptr(SkReport) report = clean_report();
    g_autoptr(GBytes) head = sk_report_emit(report);
    SkSpan h = sk_span_bytes(head);
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    sk_sink_span(sink, sk_span_sub(h, 0, AT_COUNT));
    sk_sink_u32le(sink, 1);
    sk_sink_u16le(sink, SK_ELEMENT_HYPERLINK);
    sk_sink_u8(sink, SK_ACTION_KEPT);
    sk_sink_u32le(sink, 1);
    sk_sink_u16le(sink, (uint16_t)place.n);
    sk_sink_span(sink, place);
    return sk_sink_steal_bytes(sink);
}

static void
hostile_places(void)
{
    static const char *const bad[] = {
        "a\nb",
        "tab\there",
        "\x1b[2J",
        ("\xe2\x80\xae"
         "fdp.exe"),
        "\xe2\x80\x8b",
        "\xef\xbb\xbf",
        "\xed\xa0\x80",
        "\xf8\x88\x80\x80\x80",
        "\xc0\xaf",
        "\xe3\x81",
        "\xe2\x80\xa8",
        "\xf3\xa0\x81\x81",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GBytes) frame = frame_with_place(sk_span_str(bad[i]));
        assert_rejected(sk_span_bytes(frame), SK_ERROR_MALFORMED);
        /* And what the honest side makes of the same is accepted. */
        g_autoptr(SkReport) report = clean_report();
        g_autoptr(SkReport) back = NULL;
        SkErrorCode code = 0;
        sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, sk_span_str(bad[i]), 1);
        g_autoptr(GBytes) forced = sk_report_emit(report);
        g_assert_true(parse(sk_span_bytes(forced), &back, &code));
    }
    g_autofree char *long_place = g_strnfill(SK_PLACE_MAX + 1, 'a');
    g_autoptr(GBytes) too_long = frame_with_place(sk_span(long_place, SK_PLACE_MAX + 1));
    assert_rejected(sk_span_bytes(too_long), SK_ERROR_MALFORMED);
    g_autoptr(GBytes) longest = frame_with_place(sk_span(long_place, SK_PLACE_MAX));
    g_autoptr(SkReport) back = NULL;
    SkErrorCode code = 0;
    g_assert_true(parse(sk_span_bytes(longest), &back, &code));
}

static void
too_many(void)
{
    g_autoptr(SkReport) report = clean_report();
    g_autofree char *place = g_strnfill(SK_PLACE_MAX - 8, 'p');
    for (unsigned i = 0; i < SK_REPORT_FINDINGS_MAX + 5; i++) {
        g_autofree char *each = g_strdup_printf("%s%u", place, i);
        sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, sk_span_str(each), 1);
    }
    g_assert_true(report->findings_cut);
    g_assert_cmpuint(report->findings->len, ==, SK_REPORT_FINDINGS_MAX);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    g_assert_cmpuint(g_bytes_get_size(frame), <=, SK_REPORT_BYTES_MAX);
    g_autoptr(SkReport) back = NULL;
    SkErrorCode code = 0;
    g_assert_true(parse(sk_span_bytes(frame), &back, &code));
    g_assert_true(back->findings_cut);

    g_autofree uint8_t *huge = g_malloc0(SK_REPORT_BYTES_MAX + 1u);
    assert_rejected(sk_span(huge, SK_REPORT_BYTES_MAX + 1u), SK_ERROR_LIMIT);
}

static void
refusals(void)
{
    g_autoptr(SkReport) report = clean_report();
    sk_report_refuse(report, SK_REASON_LIMIT);
    sk_report_refuse(report, SK_REASON_MALFORMED);
    g_assert_cmpint(report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(report->reason, ==, SK_REASON_LIMIT);
    g_assert_cmpint(report->type_out, ==, SK_TYPE_NONE);
    g_assert_cmpint(report->level, ==, SK_LEVEL_NONE);

    g_autoptr(SkReport) fresh = sk_report_new();
    g_assert_cmpint(fresh->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(fresh->reason, ==, SK_REASON_CRASH);
    sk_report_refuse(fresh, SK_REASON_ENCRYPTED);
    g_assert_cmpint(fresh->reason, ==, SK_REASON_ENCRYPTED);
    g_autoptr(GBytes) frame = sk_report_emit(fresh);
    g_autoptr(SkReport) back = NULL;
    SkErrorCode code = 0;
    g_assert_true(parse(sk_span_bytes(frame), &back, &code));
    g_assert_cmpint(back->reason, ==, SK_REASON_ENCRYPTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/round-trip", round_trip);
    g_test_add_func("/report/cut-anywhere", cut_anywhere);
    g_test_add_func("/report/each-field-wrong", each_field_wrong);
    g_test_add_func("/report/hostile-places", hostile_places);
    g_test_add_func("/report/too-many", too_many);
    g_test_add_func("/report/refusals", refusals);
    return g_test_run();
}
