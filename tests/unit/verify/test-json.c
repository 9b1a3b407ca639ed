/* SPDX-License-Identifier: Apache-2.0
 * test-json.c - the profile of JSON, sentence by sentence. */
#include "build.h"

static void
profile(void)
{
    static const struct {
        const char *content, *word;
    } rows[] = {
        { "{}\n", "clean" },
        { "[]\n", "clean" },
        { "-1.5e+3\n", "clean" },
        { "\"円\\n\\r\\t\\\"\\\\/\"\n", "clean" },
        { "{\"a\":1,\"b\":[true,false,null,{\"a\":\"\"}]}\n", "clean" },
        { "{\n  \"a\": 1,\n  \"b\": [\n    [],\n    {}\n  ]\n}\n", "clean" },
        { "", "not-canonical" },
        { "{}", "not-canonical" },
        { "{}\n\n", "trailing-data" },
        { "{} \n", "not-canonical" },
        { "{ }\n", "not-canonical" },
        { "[1, 2]\n", "not-canonical" },
        { "[1,]\n", "not-canonical" },
        { "[\n1\n]\n", "not-canonical" },
        { "[\n  1]\n", "not-canonical" },
        { "[1,\n  2\n]\n", "not-canonical" },
        { "{\"a\": 1}\n", "not-canonical" },
        { "{\n  \"a\":1\n}\n", "not-canonical" },
        { "[\"\\u0041\"]\n", "not-canonical" },
        { "[\"\\/\"]\n", "not-canonical" },
        { "[\"a\tb\"]\n", "text-control" },
        { "[\"\x7f\"]\n", "text-control" },
        { "[\"\xe2\x80\xae\"]\n", "text-bidi" },
        { "[\"\xe2\x80\x8b\"]\n", "text-invisible" },
        { "[\"\xe2\x80\x8d\"]\n", "text-invisible" },
        { "[\"\xc1\xbf\"]\n", "text-encoding" },
        { "[\"a]\n", "text-control" },
        { "[\"a", "not-canonical" },
        { "[01]\n", "not-canonical" },
        { "[1.]\n", "not-canonical" },
        { "[-]\n", "not-canonical" },
        { "[1e]\n", "not-canonical" },
        { "[nul]\n", "not-canonical" },
        { "[1}\n", "not-canonical" },
        { "[1", "not-canonical" },
        { "{\"a\":1,\"a\":2}\n", "json-duplicate" },
        { "{\"a\":1,\"b\":{\"a\":2}}\n", "clean" },
        { "[{\"a\":1},{\"a\":2}]\n", "clean" },
        { "{1:2}\n", "not-canonical" },
        { "\xef\xbb\xbf[]\n", "text-bom" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].content);
        g_assert_cmpstr(verify_word(SK_TYPE_JSON, sk_span_str(rows[i].content), NULL), ==, rows[i].word);
    }
}

static void
depth(void)
{
    g_autoptr(GString) deep = g_string_new(NULL);
    for (unsigned i = 0; i < 256; i++)
        g_string_append_c(deep, '[');
    for (unsigned i = 0; i < 256; i++)
        g_string_append_c(deep, ']');
    g_string_append_c(deep, '\n');
    g_assert_cmpstr(verify_word(SK_TYPE_JSON, sk_span(deep->str, deep->len), NULL), ==, "clean");
    g_string_insert_c(deep, 256, ']');
    g_string_prepend_c(deep, '[');
    g_assert_cmpstr(verify_word(SK_TYPE_JSON, sk_span(deep->str, deep->len), NULL), ==, "not-canonical");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/json/profile", profile);
    g_test_add_func("/verify/json/depth", depth);
    return g_test_run();
}
