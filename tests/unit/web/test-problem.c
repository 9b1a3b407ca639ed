/* SPDX-License-Identifier: Apache-2.0
 * test-problem.c - the server's problems are those of data/openapi.json, word for word; and how a
 * file's name is shown. */
#include "web/problem.h"

#include <jansson.h>
#include <string.h>

#include "base/name.h"
#include "web/api.h"

static json_t *
document(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", "openapi.json", NULL);
    json_error_t error;
    json_t *doc = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    g_assert_nonnull(doc);
    return doc;
}

static json_t *
at(json_t *node, const char *path)
{
    g_auto(GStrv) keys = g_strsplit(path, "/", -1);
    for (char **key = keys; *key != NULL; key++)
        node = json_object_get(node, *key);
    g_assert_nonnull(node);
    return node;
}

static void
same_list(void)
{
    json_t *doc = document();
    json_t *codes = at(doc, "components/schemas/Problem/properties/code/enum");
    g_assert_cmpuint(json_array_size(codes), ==, SK_PROBLEM_COUNT - 1);
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        SkProblem problem = sk_problem_lookup(code);
        g_test_message("%s", code);
        g_assert_cmpint(problem, !=, SK_PROBLEM_NONE);
        g_autofree char *where = g_strdup_printf(
            "components/responses/Problem%u/content/application~problem+json/examples/%s/value",
            sk_problem_status(problem), code);
        json_t *node = doc;
        g_auto(GStrv) keys = g_strsplit(where, "/", -1);
        for (char **key = keys; *key != NULL; key++)
            node = json_object_get(node, g_strdelimit(*key, "~", '/'));
        g_autofree char *text = sk_problem_json(problem, 0);
        json_t *mine = json_loads(text, 0, NULL);
        g_assert_true(json_equal(mine, node));
        json_decref(mine);
    }
    json_decref(doc);
}

/* Whatever the server says, the pages have words for it. */
static void
messages(void)
{
    static const char *const languages[] = { "ja", "en" };
    for (unsigned l = 0; l < G_N_ELEMENTS(languages); l++) {
        g_autofree char *name = g_strconcat(languages[l], ".json", NULL);
        g_autofree char *path =
            g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", "messages", name, NULL);
        json_t *all = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
        for (unsigned i = 1; i < SK_PROBLEM_COUNT; i++) {
            g_autofree char *key = g_strconcat("problem.", sk_problem_code((SkProblem)i), NULL);
            g_test_message("%s %s", languages[l], key);
            g_assert_nonnull(json_string_value(json_object_get(all, key)));
        }
        json_decref(all);
    }
}

static void
whole_response(void)
{
    g_autofree char *text = sk_problem_http(SK_PROBLEM_BAD_REQUEST, 431);
    g_assert_true(g_str_has_prefix(text, "HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    g_assert_nonnull(strstr(text, "\r\nConnection: close\r\n"));
    const char *body = strstr(text, "\r\n\r\n") + 4;
    g_autofree char *length = g_strdup_printf("\r\nContent-Length: %zu\r\n", strlen(body));
    g_assert_nonnull(strstr(text, length));
    g_assert_nonnull(strstr(body, "\"status\":431"));
}

static void
names(void)
{
    g_autofree char *bad = g_strnfill(120, '\001');
    g_autofree char *long_bad = g_strconcat(bad, ".docx", NULL);
    g_autofree char *a300 = g_strnfill(300, 'a');
    g_autofree char *long_name = g_strconcat(a300, ".xlsx", NULL);
    g_autofree char *long_extension = g_strconcat("a.", a300, NULL);
    const char *const cases[] = {
        "a.txt",         "", ".", "見積.docx", long_bad, long_name, long_extension, "a\u202eb.exe",
        "\U0001F600.txt"
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *shown = sk_upload_name(cases[i]);
        g_test_message("%s -> %s", cases[i], shown);
        g_assert_cmpuint(strlen(shown), <=, SK_NAME_MAX);
        g_assert_true(sk_text_is_plain(sk_span_str(shown), SK_NAME_MAX));
    }
    g_autofree char *kept = sk_upload_name(long_name);
    g_assert_true(g_str_has_suffix(kept, "a.xlsx"));
    g_autofree char *kept_too = sk_upload_name(long_bad);
    g_assert_true(g_str_has_suffix(kept_too, ".docx"));
    g_autofree char *same = sk_upload_name("見積 1.docx");
    g_assert_cmpstr(same, ==, "見積 1.docx");
}

static void
routes(void)
{
    static const struct {
        const char *method;
        const char *path;
        const char *param; /* NULL: none, or no route */
        bool found;
        bool method_wrong;
    } cases[] = {
        { "GET", "/zone", NULL, true, false },
        { "GET", "/zone/", NULL, false, false },
        { "GET", "/", NULL, false, false },
        { "GET", "", NULL, false, false },
        { "PUT", "/zone", NULL, false, true },
        { "get", "/zone", NULL, false, true },
        { "GET", "/crossings/019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4",
          "019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4", true, false },
        { "GET", "/crossings/019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4/report",
          "019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4", true, false },
        { "GET", "/crossings/019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4/original", NULL, false, false },
        { "GET", "/crossings/019a93d2-5c1e-7a40-9f3b-2d6c8e01b7a4/", NULL, false, false },
        { "GET", "/crossings/", NULL, false, false },
        { "GET", "/crossings/..", NULL, false, false },
        { "POST", "/accounts/sato/lock", "sato", true, false },
        { "POST", "/accounts//lock", NULL, false, false },
        { "POST", "/accounts/a%2fb/lock", NULL, false, false },
        { "POST", "/accounts/sato/lock/x", NULL, false, false },
        { "GET", "/seal/tile/0/x001/234", "0/x001/234", true, false },
        { "GET", "/seal/tile/entries/000", "000", true, false },
        { "GET", "/seal/tile/", NULL, false, false },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *param = NULL;
        bool method_wrong = false;
        const SkRoute *route = sk_route_find(cases[i].method, cases[i].path, &param, &method_wrong);
        g_test_message("%s %s", cases[i].method, cases[i].path);
        g_assert_cmpint(route != NULL, ==, cases[i].found);
        g_assert_cmpint(method_wrong, ==, cases[i].method_wrong);
        g_assert_cmpstr(param, ==, cases[i].param);
    }
    /* The entries of the seal have a permission of their own. */
    g_autofree char *param = NULL;
    bool method_wrong = false;
    g_assert_cmpint(sk_route_find("GET", "/seal/tile/entries/000", &param, &method_wrong)->verb, ==,
                    SK_VERB_SEAL_ENTRIES);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/problem/list", same_list);
    g_test_add_func("/web/problem/messages", messages);
    g_test_add_func("/web/problem/response", whole_response);
    g_test_add_func("/web/upload/name", names);
    g_test_add_func("/web/router", routes);
    return g_test_run();
}
