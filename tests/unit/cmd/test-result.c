/* SPDX-License-Identifier: Apache-2.0
 * test-result.c - one result as JSON and as words. */
#include "cmd/result.h"

#include <jansson.h>
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
    for (unsigned i = 1; i <= 5; i++) {
        g_autofree char *place = g_strdup_printf("段落%u", i);
        sk_report_find(report, SK_ELEMENT_HYPERLINK, SK_ACTION_KEPT, sk_span_str(place), 1);
    }
    sk_report_find(report, SK_ELEMENT_VBA_PROJECT, SK_ACTION_REMOVED,
                   sk_span_str("word/vbaProject.bin"), 1);
    return report;
}

/* (transfer full) */
static char *
printed(const SkResult *result, const SkResultStyle *style, bool json)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    if (json)
        sk_result_print_json(result, style, to);
    else
        sk_result_print(result, style, to);
    fclose(to);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

static const char *
string_at(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void
json_clean(void)
{
    g_autoptr(SkReport) report = clean_report();
    SkResultStyle style = { .language = "ja" };
    SkResult result = { .file = "in\xff.docm",
                        .report = report,
                        .output = "out/in.docx",
                        .sha256_in = (char *)"aa",
                        .sha256_out = (char *)"bb",
                        .bytes_in = 10,
                        .bytes_out = 7,
                        .milliseconds = 3 };
    g_autofree char *text = printed(&result, &style, true);

    g_assert_cmpint(text[strlen(text) - 1], ==, '\n');
    g_assert_null(strchr(g_strchomp(text), '\n'));
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    g_assert_nonnull(object);
    g_assert_cmpstr(string_at(object, "file"), ==, "in\xef\xbf\xbd.docm");
    g_assert_cmpstr(string_at(object, "type"), ==, "docm");
    g_assert_cmpstr(string_at(object, "level"), ==, "rebuilt");
    g_assert_cmpstr(string_at(object, "result"), ==, "clean");
    g_assert_true(json_is_null(json_object_get(object, "reason")));
    g_assert_cmpstr(string_at(object, "output"), ==, "out/in.docx");
    g_assert_cmpint(json_integer_value(json_object_get(object, "bytes_out")), ==, 7);
    json_t *findings = json_object_get(object, "findings");
    g_assert_cmpuint(json_array_size(findings), ==, 6);
    json_t *macro = json_array_get(findings, 5);
    g_assert_cmpstr(string_at(macro, "element"), ==, "vba-project");
    g_assert_cmpstr(string_at(macro, "action"), ==, "removed");
    g_assert_cmpstr(string_at(macro, "place"), ==, "word/vbaProject.bin");
    g_assert_cmpstr(string_at(macro, "note"), ==, "マクロ");
    json_decref(object);
}

static void
json_refused(void)
{
    g_autoptr(SkReport) report = sk_report_new();
    sk_report_refuse(report, SK_REASON_ENCRYPTED);
    SkResultStyle style = { .language = "en" };
    SkResult result = { .file = "in.docx", .report = report };
    g_autofree char *text = printed(&result, &style, true);
    json_t *object = json_loads(text, 0, NULL);

    g_assert_cmpstr(string_at(object, "result"), ==, "refused");
    g_assert_cmpstr(string_at(object, "reason"), ==, "encrypted");
    g_assert_cmpstr(string_at(object, "detail"), ==, sk_reason_sentence(SK_REASON_ENCRYPTED, "en"));
    g_assert_true(json_is_null(json_object_get(object, "output")));
    g_assert_true(json_is_null(json_object_get(object, "sha256_out")));
    g_assert_true(json_is_null(json_object_get(object, "type")));
    g_assert_true(json_is_null(json_object_get(object, "level")));
    json_decref(object);
}

static void
words(void)
{
    g_autoptr(SkReport) report = clean_report();
    SkResultStyle style = { .language = "ja" };
    SkResult result = { .file = "in.docm", .report = report, .output = "in.clean.docx" };
    g_autofree char *ja = printed(&result, &style, false);
    g_assert_nonnull(strstr(ja, "✔ in.docm → in.clean.docx"));
    g_assert_nonnull(strstr(ja, "マクロを1個取り除きました  word/vbaProject.bin"));
    g_assert_nonnull(strstr(ja, "リンクを5個そのまま残しました  段落1, 段落2, 段落3 ほか2"));
    g_assert_null(strchr(ja, '\033')); /* colour only where it was asked for */

    style = (SkResultStyle){ .language = "en", .colour = true };
    g_autofree char *en = printed(&result, &style, false);
    g_assert_nonnull(strstr(en, "removed: macro (VBA project) (1)"));
    g_assert_nonnull(strchr(en, '\033'));

    /* A file name is shown, never obeyed. */
    style.colour = false;
    result.file = "a\033[2Jb\xe2\x80\xae"
                  "fdp.exe";
    g_autofree char *hostile = printed(&result, &style, false);
    g_assert_null(strchr(hostile, '\033'));
    g_assert_null(strstr(hostile, "\xe2\x80\xae"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/result/json-clean", json_clean);
    g_test_add_func("/result/json-refused", json_refused);
    g_test_add_func("/result/words", words);
    return g_test_run();
}
