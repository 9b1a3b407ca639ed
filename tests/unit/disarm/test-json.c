/* SPDX-License-Identifier: Apache-2.0
 * test-json.c - JSON: the same values in the same order, and what is not JSON. */
#include "unit/disarm/disarming.h"

#define TEXT(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

static void
rewritten(void)
{
    static const struct {
        SkSpan in, out;
        SkElement element; /* NONE: no finding at all */
    } rows[] = {
        { TEXT("{}"), TEXT("{}\n"), SK_ELEMENT_NONE },
        { TEXT(" [ ] \n"), TEXT("[]\n"), SK_ELEMENT_NONE },
        { TEXT("[\n]"), TEXT("[]\n"), SK_ELEMENT_NONE },
        { TEXT("null"), TEXT("null\n"), SK_ELEMENT_NONE },
        { TEXT("\"x\""), TEXT("\"x\"\n"), SK_ELEMENT_NONE },
        { TEXT("{\"b\" : 1, \"a\":[true ,false,null]}"), TEXT("{\"b\":1,\"a\":[true,false,null]}\n"), SK_ELEMENT_NONE },
        { TEXT("{\"b\":1,\r\n\"a\":[[],{}, 2]}"), TEXT("{\n  \"b\": 1,\n  \"a\": [\n    [],\n    {},\n    2\n  ]\n}\n"), SK_ELEMENT_NONE },
        /* numbers as they are spelled */
        { TEXT("[-0,1.0,1E+9,123456789012345678901234567890,0.1e-400]"), TEXT("[-0,1.0,1E+9,123456789012345678901234567890,0.1e-400]\n"), SK_ELEMENT_NONE },
        /* strings: one spelling */
        { TEXT("[\"\\u0041\\/\\\"\\\\\\n\\r\\t\\u5186\\ud83d\\ude00\"]"), TEXT("[\"A/\\\"\\\\\\n\\r\\t円😀\"]\n"), SK_ELEMENT_NONE },
        { TEXT("[\"a\\u0000b\\b\"]"), TEXT("[\"ab\"]\n"), SK_ELEMENT_TEXT_CONTROL },
        { TEXT("[\"a\\ud800b\",\"\\udc00\\ud800\\u0041\"]"), TEXT("[\"ab\",\"A\"]\n"), SK_ELEMENT_TEXT_CONTROL },
        { TEXT("[\"a\\u202etxt\"]"), TEXT("[\"atxt\"]\n"), SK_ELEMENT_TEXT_BIDI },
        { TEXT("[\"a\\udb40\\udc41\\u200b\"]"), TEXT("[\"a\"]\n"), SK_ELEMENT_TEXT_INVISIBLE },
        { TEXT("[\"👨\\u200d👩\"]"), TEXT("[\"👨\xE2\x80\x8D👩\"]\n"), SK_ELEMENT_NONE },
        { TEXT("\xEF\xBB\xBF[1]"), TEXT("[1]\n"), SK_ELEMENT_TEXT_BOM },
        { TEXT("[\"\x90\x5C\x90\xBF\"]"), TEXT("[\"申請\"]\n"), SK_ELEMENT_TEXT_ENCODING },
        { TEXT("\xFF\xFE[\0001\0]\0"), TEXT("[1]\n"), SK_ELEMENT_TEXT_ENCODING },
        { TEXT("{\"a\":{\"x\":1},\"b\":{\"x\":1}}"), TEXT("{\"a\":{\"x\":1},\"b\":{\"x\":1}}\n"), SK_ELEMENT_NONE },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        autodisarmed out = disarm(rows[i].in, SK_TYPE_JSON, SK_LEVEL_REBUILT);
        assert_output(&out, rows[i].out);
        g_assert_cmpint(out.report->type_out, ==, SK_TYPE_JSON);
        if (rows[i].element == SK_ELEMENT_NONE)
            g_assert_cmpuint(out.report->findings->len, ==, 0);
        else
            g_assert_cmpuint(found(&out, rows[i].element), >, 0);
        autodisarmed again = disarm(output_of(&out), SK_TYPE_JSON, SK_LEVEL_TEXT);
        assert_output(&again, rows[i].out);
        g_assert_cmpuint(again.report->findings->len, ==, 0);
    }
}

static void
malformed(void)
{
    static const char *const rows[] = {
        "", " ", "[1,]", "{\"a\":1,}", "[,1]", "{a:1}", "{'a':1}", "[1 2]", "[01]", "[1.]", "[.5]",
        "[+1]", "[1e]", "[NaN]", "[-]", "[tru]", "[True]", "// c\n[1]", "[1]/**/", "[1] [2]", "[1]x",
        "[\"a\nb\"]", "[\"\\x41\"]", "[\"\\u12g4\"]", "[\"\\ud83d\\u12\"]", "[\"a]", "[1", "{\"a\"}",
        "{\"a\":}", "]", "[}", "{\"a\":1]", "[\"\\", "[0x10]", "{1:2}", "[1];", "a=[1]",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i]);
        autodisarmed out = disarm(sk_span_str(rows[i]), SK_TYPE_JSON, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED); /* some are not taken for JSON */
    }
}

/* Two members of one name, however they are spelled, and where they become one by what is dropped. */
static void
duplicates(void)
{
    static const char *const rows[] = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "{\"a\":1,\"a\xE2\x80\x8B\":2}",
        "[{\"x\":{\"\":1,\"\":2}}]",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(sk_span_str(rows[i]), SK_TYPE_JSON, SK_LEVEL_REBUILT);
        assert_refused(&out, SK_REASON_FORBIDDEN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_JSON_DUPLICATE), ==, 1);
    }
}

static void
limits(void)
{
    g_autoptr(GString) deep = g_string_new(NULL);
    for (unsigned i = 0; i < 256; i++)
        g_string_append_c(deep, '[');
    for (unsigned i = 0; i < 256; i++)
        g_string_append_c(deep, ']');
    autodisarmed fits = disarm(sk_span(deep->str, deep->len), SK_TYPE_JSON, SK_LEVEL_REBUILT);
    g_assert_cmpint(fits.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_string_prepend_c(deep, '[');
    autodisarmed over = disarm(sk_span(deep->str, deep->len), SK_TYPE_JSON, SK_LEVEL_REBUILT);
    assert_refused(&over, SK_REASON_LIMIT);

    g_autofree char *number = g_strnfill(1025, '7');
    autodisarmed spelled = disarm(sk_span_str(number), SK_TYPE_JSON, SK_LEVEL_REBUILT);
    assert_refused(&spelled, SK_REASON_LIMIT);

    SkJob job = sk_job_default();
    job.hint = SK_TYPE_JSON;
    job.limits.output = 8;
    autodisarmed full = disarm_with(&job, sk_span_str("[1,2,3,4,5,6]"));
    assert_refused(&full, SK_REASON_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disarm/json/rewritten", rewritten);
    g_test_add_func("/disarm/json/malformed", malformed);
    g_test_add_func("/disarm/json/duplicates", duplicates);
    g_test_add_func("/disarm/json/limits", limits);
    return g_test_run();
}
