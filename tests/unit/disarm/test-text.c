/* SPDX-License-Identifier: Apache-2.0
 * test-text.c - plain text: what stays, what goes, what is not text. */
#include "unit/disarm/disarming.h"

#define TEXT(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

static void
cases(void)
{
    static const struct {
        const char *what;
        SkSpan in, out;
        SkElement element; /* NONE: no finding at all */
        unsigned count;
    } rows[] = {
        { "nothing", TEXT(""), TEXT(""), SK_ELEMENT_NONE, 0 },
        { "plain", TEXT("一行目\n\t二行目\n"), TEXT("一行目\n\t二行目\n"), SK_ELEMENT_NONE, 0 },
        { "no end of line is put", TEXT("a\nb"), TEXT("a\nb"), SK_ELEMENT_NONE, 0 },
        { "nothing is normalised", TEXT("か\xE3\x82\x99 Å A\xCC\x8A ＡＢＣ ﾊﾟ"), TEXT("か\xE3\x82\x99 Å A\xCC\x8A ＡＢＣ ﾊﾟ"), SK_ELEMENT_NONE, 0 },
        { "gaiji", TEXT("\xEE\x80\x80\xF3\xB0\x80\x80"), TEXT("\xEE\x80\x80\xF3\xB0\x80\x80"), SK_ELEMENT_NONE, 0 },
        { "mark", TEXT("\xEF\xBB\xBF" "a"), TEXT("a"), SK_ELEMENT_TEXT_BOM, 1 },
        { "two marks", TEXT("\xEF\xBB\xBF\xEF\xBB\xBF" "a"), TEXT("a"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { "line ends", TEXT("a\r\nb\rc\xC2\x85" "d\xE2\x80\xA8" "e\f\r\r\n"), TEXT("a\nb\nc\nd\ne\n\n\n"), SK_ELEMENT_TEXT_NEWLINE, 7 },
        { "CP932", TEXT("\x90\x5C\x90\xBF"), TEXT("申請"), SK_ELEMENT_TEXT_ENCODING, 1 },
        { "controls", TEXT("a\x07" "b\x7F\x1A"), TEXT("ab"), SK_ELEMENT_TEXT_CONTROL, 3 },
        { "noncharacters", TEXT("a\xEF\xB7\x90\xEF\xBF\xBF" "b"), TEXT("ab"), SK_ELEMENT_TEXT_CONTROL, 2 },
        { "RLO", TEXT("a\xE2\x80\xAEtxt.exe\xE2\x81\xA9"), TEXT("atxt.exe"), SK_ELEMENT_TEXT_BIDI, 2 },
        { "ZWSP, soft hyphen", TEXT("a\xE2\x80\x8B" "b\xC2\xAD" "c"), TEXT("abc"), SK_ELEMENT_TEXT_INVISIBLE, 2 },
        { "tags", TEXT("a\xF3\xA0\x81\xA1\xF3\xA0\x81\xBF"), TEXT("a"), SK_ELEMENT_TEXT_INVISIBLE, 2 },
        { "ideographic variation", TEXT("葛\xF3\xA0\x84\x80飾"), TEXT("葛\xF3\xA0\x84\x80飾"), SK_ELEMENT_NONE, 0 },
        { "variation of nothing", TEXT("a\xF3\xA0\x84\x80"), TEXT("a"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { "variation twice", TEXT("葛\xF3\xA0\x84\x80\xF3\xA0\x84\x81"), TEXT("葛\xF3\xA0\x84\x80"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { "family", TEXT("👨\xE2\x80\x8D👩\xE2\x80\x8D👧"), TEXT("👨\xE2\x80\x8D👩\xE2\x80\x8D👧"), SK_ELEMENT_NONE, 0 },
        { "joiner between letters", TEXT("a\xE2\x80\x8D" "b"), TEXT("ab"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { "joiner in Persian", TEXT("می\xE2\x80\x8Cخواهم"), TEXT("می\xE2\x80\x8Cخواهم"), SK_ELEMENT_NONE, 0 },
        { "two joiners", TEXT("ب\xE2\x80\x8C\xE2\x80\x8Cب"), TEXT("ب\xE2\x80\x8Cب"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { "what is dropped lends no reason", TEXT("👨\xE2\x80\xAE\xE2\x80\x8D\xE2\x80\xAE👩"), TEXT("👨\xE2\x80\x8D👩"), SK_ELEMENT_TEXT_BIDI, 2 },
        { "keycap", TEXT("1\xEF\xB8\x8F\xE2\x83\xA3"), TEXT("1\xEF\xB8\x8F\xE2\x83\xA3"), SK_ELEMENT_NONE, 0 },
        { "terminal escapes", TEXT("a plain line of words \x1b[31mred\n"), TEXT("a plain line of words [31mred\n"), SK_ELEMENT_TEXT_CONTROL, 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].what);
        autodisarmed out = disarm(rows[i].in, SK_TYPE_TEXT, SK_LEVEL_REBUILT);
        assert_output(&out, rows[i].out);
        g_assert_cmpint(out.report->type_out, ==, SK_TYPE_TEXT);
        if (rows[i].element == SK_ELEMENT_NONE)
            g_assert_cmpuint(out.report->findings->len, ==, 0);
        else
            g_assert_cmpuint(found(&out, rows[i].element), ==, rows[i].count);
        autodisarmed again = disarm(output_of(&out), SK_TYPE_TEXT, SK_LEVEL_TEXT);
        assert_output(&again, rows[i].out);
        g_assert_cmpuint(again.report->findings->len, ==, 0);
    }
}

static void
not_text(void)
{
    static const SkSpan rows[] = {
        TEXT("a\0b"), TEXT("\x01\x02\x03\x04\x05"), TEXT("\xFF\xFE\x00\xD8"), TEXT("\x80\x80\x80"),
        TEXT("caf\xE9\n"), /* Latin-1: not one of ours */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkJob job = sk_job_default();
        job.hint = SK_TYPE_TEXT;
        autodisarmed out = disarm_with(&job, rows[i]);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
    }
}

static void
verdicts(void)
{
    SkSpan text = TEXT("a\xE2\x80\x8B" "b\x07");
    SkJob job = sk_job_default();
    job.verdicts[SK_ELEMENT_TEXT_INVISIBLE] = SK_VERDICT_KEPT;
    autodisarmed kept = disarm_with(&job, text);
    assert_output(&kept, TEXT("a\xE2\x80\x8B" "b"));
    job.verdicts[SK_ELEMENT_TEXT_CONTROL] = SK_VERDICT_REFUSED;
    autodisarmed refused = disarm_with(&job, text);
    assert_refused(&refused, SK_REASON_FORBIDDEN);
    job.verdicts[SK_ELEMENT_TEXT_CONTROL] = SK_VERDICT_KEPT; /* not one of its allowed verdicts */
    autodisarmed removed = disarm_with(&job, text);
    assert_output(&removed, TEXT("a\xE2\x80\x8B" "b"));
}

/* By rule a text stays in its encoding, if nothing of it changes by that. */
static void
encodings(void)
{
    static const struct {
        SkSpan in, out;
        bool kept;
    } rows[] = {
        { TEXT("\x90\x5C\x90\xBF \x87\x40 \xB1\xB2\n\xFB\xFC"), TEXT("\x90\x5C\x90\xBF \x87\x40 \xB1\xB2\n\xFB\xFC"), true },
        { TEXT("\xBF\xBD\xC0\xC1\xA4\xCE\xBD\xF1\xCE\xE0\xA4\xF2\xBD\xD0\xA4\xB9"), TEXT("\xBF\xBD\xC0\xC1\xA4\xCE\xBD\xF1\xCE\xE0\xA4\xF2\xBD\xD0\xA4\xB9"), true },
        { TEXT("\x1b$B?=@A\x1b(B"), TEXT("申請"), false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkJob job = sk_job_default();
        job.hint = SK_TYPE_TEXT;
        job.verdicts[SK_ELEMENT_TEXT_ENCODING] = SK_VERDICT_KEPT;
        autodisarmed out = disarm_with(&job, rows[i].in);
        g_test_message("row %zu", i);
        assert_output(&out, rows[i].out);
        g_assert_cmpuint(found(&out, SK_ELEMENT_TEXT_ENCODING), ==, 1);
        const SkFinding *finding = &g_array_index(out.report->findings, SkFinding, 0);
        g_assert_cmpint(finding->action, ==, rows[i].kept ? SK_ACTION_KEPT : SK_ACTION_REPLACED);
        autodisarmed again = disarm_with(&job, output_of(&out));
        assert_output(&again, rows[i].out);
        job.hint = SK_TYPE_CSV; /* never kept */
        autodisarmed table = disarm_with(&job, rows[i].in);
        g_assert_true(sk_span_starts(output_of(&table), "\xEF\xBB\xBF"));
        finding = &g_array_index(table.report->findings, SkFinding, 0);
        g_assert_cmpint(finding->action, ==, SK_ACTION_REPLACED);
    }
}

static void
limits(void)
{
    SkJob job = sk_job_default();
    job.limits.input = 3;
    autodisarmed in = disarm_with(&job, TEXT("abcd"));
    assert_refused(&in, SK_REASON_LIMIT);
    job = sk_job_default();
    job.limits.output = 3;
    autodisarmed out = disarm_with(&job, TEXT("abcd"));
    assert_refused(&out, SK_REASON_LIMIT);
}

/* A text whose encoding was kept is looked through as what it is. */
static void
numbers_in_kept(void)
{
    static const struct {
        SkSpan in;
        const char *place;
    } rows[] = {
        { TEXT("\x8C\xC2\x90\x6C\n\x94\xD4\x8D\x86 \x82\x50\x82\x51\x82\x52\x82\x53\x82\x54\x82\x55\x82\x56\x82\x57"
               "\x82\x58\x82\x4F\x82\x50\x82\x57\n"), "line 2" }, /* CP932, figures of full width */
        { TEXT("\xB8\xC4\xBF\xCD\xC8\xD6\xB9\xE6 \xA3\xB1\xA3\xB2\xA3\xB3\xA3\xB4\xA1\xDD\xA3\xB5\xA3\xB6\xA3\xB7\xA3\xB8"
               "\xA1\xDD\xA3\xB9\xA3\xB0\xA3\xB1\xA3\xB8\n"), "line 1" }, /* EUC-JP */
        { TEXT("番号 １２３４５６７８９０１８\n"), "line 1" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkJob job = sk_job_default();
        job.verdicts[SK_ELEMENT_TEXT_ENCODING] = SK_VERDICT_KEPT;
        autodisarmed kept = disarm_with(&job, rows[i].in);
        assert_output(&kept, rows[i].in);
        job.numbers = true;
        autodisarmed looked = disarm_with(&job, output_of(&kept));
        g_assert_cmpuint(found(&looked, SK_ELEMENT_MY_NUMBER), ==, 1);
        const SkFinding *finding = &g_array_index(looked.report->findings, SkFinding, 0);
        g_assert_cmpstr(finding->place, ==, rows[i].place);
    }
}

/* Source code, where a rule lets it in: a text that shows what it hides. */
static void
source(void)
{
    SkJob job = sk_job_default();
    job.hint = SK_TYPE_SCRIPT;
    job.strict_hint = true;
    autodisarmed refused = disarm_with(&job, TEXT("print(1)\n"));
    assert_refused(&refused, SK_REASON_UNSUPPORTED);
    job.level = SK_LEVEL_TEXT;
    autodisarmed out = disarm_with(&job, TEXT("#!/bin/sh\r\nif a\xE2\x80\xAE } \xE2\x81\xA6# b\xE2\x80\x8B\xE2\x80\x8D\n"));
    assert_output(&out, TEXT("#!/bin/sh\nif a[U+202E] } [U+2066]# b[U+200B][U+200D]\n"));
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_TEXT);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TEXT_BIDI), ==, 2);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TEXT_INVISIBLE), ==, 2);
    autodisarmed windows = disarm_with(&job, TEXT("rem \x90\x5C\x90\xBF\r\n"));
    assert_output(&windows, TEXT("rem 申請\n"));
    autodisarmed binary = disarm_with(&job, TEXT("a\0b"));
    g_assert_cmpint(binary.report->outcome, ==, SK_OUTCOME_REFUSED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/cases", cases);
    g_test_add_func("/text/not-text", not_text);
    g_test_add_func("/text/verdicts", verdicts);
    g_test_add_func("/text/encodings", encodings);
    g_test_add_func("/text/limits", limits);
    g_test_add_func("/text/source", source);
    g_test_add_func("/text/numbers-in-kept", numbers_in_kept);
    return g_test_run();
}
