/* SPDX-License-Identifier: Apache-2.0
 * test-routes.c - every address that the server answers is in data/openapi.json with its verb
 * (`x-verb`), and the other way round; so a route that nobody thought about stops here. What each
 * role gets at each of them is walked by tests/e2e/e2e-permissions. docs/permissions.md is the
 * table. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "web/request.h"

static json_t *
read_json(const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_SOURCE"), "data", name, NULL);
    json_error_t error;
    json_t *out = json_load_file(path, 0, &error);
    g_assert_nonnull(out);
    return out;
}

static void
document(void)
{
    json_t *root = read_json("openapi.json");
    json_t *paths = json_object_get(root, "paths");
    unsigned n = 0;
    unsigned documented = 0;

    for (const SkRoute *r; (r = sk_route_get(n)) != NULL; n++) {
        g_autofree char *method = g_ascii_strdown(r->method, -1);
        /* `{rest}` is the router's word for a path that may hold slashes. */
        g_auto(GStrv) around = g_strsplit(r->path, "{rest}", 2);
        g_autofree char *path = g_strjoinv("{path}", around);
        json_t *operation = json_object_get(json_object_get(paths, path), method);
        g_test_message("%s %s", r->method, r->path);
        g_assert_nonnull(operation);
        g_assert_cmpstr(json_string_value(json_object_get(operation, "x-verb")), ==,
                        sk_verb_info(r->verb)->name);
        /* A write that needs rising, or anything that an enrolling session may not do, says so. */
        json_t *item = NULL;
        json_t *codes = json_object_get(operation, "x-codes");
        bool rise = false;
        bool enrolling = false;
        size_t i = 0;
        json_array_foreach(codes, i, item)
        {
            rise |= strcmp(json_string_value(item), "rise-needed") == 0;
            enrolling |= strcmp(json_string_value(item), "enrolling") == 0;
        }
        unsigned marks = sk_verb_info(r->verb)->marks;
        g_assert_cmpint(rise, ==, (marks & (SK_MARK_RAISED | SK_MARK_RAISED_ADMINISTRATOR)) != 0);
        g_assert_cmpint(enrolling, ==, (marks & SK_MARK_ENROLLING) == 0);
    }
    json_t *item = NULL;
    const char *key = NULL;
    json_object_foreach(paths, key, item) if (!g_str_has_prefix(key, "/content/")) documented +=
        (unsigned)json_object_size(item);
    g_assert_cmpuint(documented, ==, n);
    json_decref(root);
}

/* No two routes are the same, and each can be asked. */
static void
table(void)
{
    for (unsigned i = 0; sk_route_get(i) != NULL; i++) {
        const SkRoute *r = sk_route_get(i);
        g_test_message("%s %s", r->method, r->path);
        g_assert_nonnull(r->handle);
        g_assert_true(r->body != SK_BODY_FILE || r->start != NULL);
        for (unsigned j = 0; j < i; j++)
            g_assert_false(strcmp(sk_route_get(j)->method, r->method) == 0 &&
                           strcmp(sk_route_get(j)->path, r->path) == 0);
        /* Where the handler does not ask, the table has an answer for the station. */
        if (r->crossing || r->verb == SK_VERB_ANYONE)
            continue;
        unsigned yes = 0;
        for (unsigned role = 1; role < SK_ROLE_COUNT; role++)
            yes += sk_permitted((SkRole)role, r->verb, SK_SCOPE_STATION);
        g_assert_cmpuint(yes, >, 0);
        /* What changes something is no GET. */
        g_assert_false(strcmp(r->method, "GET") == 0 &&
                       (sk_verb_info(r->verb)->marks & SK_MARK_WRITES) != 0);
    }
}

/* ---- docs/permissions.md ---- */

typedef struct {
    json_t *ja, *en;
} Words;

static const char *
word(json_t *words, const char *kind, const char *name)
{
    g_autofree char *key = g_strconcat(kind, ".", name, NULL);
    const char *text = json_string_value(json_object_get(words, key));
    if (text == NULL)
        g_error("no words for %s", key);
    return text;
}

static void
add_cell(GString *out, const Words *w, SkRole role, SkVerb verb)
{
    const char *comma = "";
    g_string_append(out, " | ");
    for (unsigned s = 0; s < SK_SCOPE_COUNT; s++) {
        if (!sk_permitted(role, verb, (SkScope)s))
            continue;
        g_string_append(out, comma);
        g_string_append(
            out, s == SK_SCOPE_STATION ? "yes" : word(w->en, "scope", sk_scope_name((SkScope)s)));
        comma = ", ";
    }
}

static void
add_verb(GString *out, const Words *w, SkVerb verb)
{
    const SkVerbInfo *info = sk_verb_info(verb);
    g_string_append_printf(out, "| `%s` | %s %s | %s", info->name, word(w->en, "verb", info->name),
                           word(w->ja, "verb", info->name), word(w->en, "register", info->thing));
    for (unsigned role = 1; role < SK_ROLE_COUNT; role++)
        add_cell(out, w, (SkRole)role, verb);
    g_string_append(out, " | ");
    if ((info->marks & SK_MARK_RAISED) != 0)
        g_string_append(out, "rise");
    if ((info->marks & SK_MARK_RAISED_ADMINISTRATOR) != 0)
        g_string_append(out, "rise (administrator)");
    if ((info->marks & SK_MARK_POST) != 0)
        g_string_append(out, info->marks & SK_MARK_RAISED_ADMINISTRATOR ? ", post" : "post");
    if ((info->marks & SK_MARK_ENROLLING) != 0)
        g_string_append(out, (info->marks & SK_MARK_RAISED) ? ", enrolling" : "enrolling");
    g_string_append(out, " |\n");
}

#define BEGIN "<!-- table -->\n"
#define END "<!-- /table -->\n"

static char *
emit(void)
{
    g_autofree char *folder = g_strdup("messages");
    g_autofree char *ja = g_build_filename(folder, "ja.json", NULL);
    g_autofree char *en = g_build_filename(folder, "en.json", NULL);
    Words w = { .ja = read_json(ja), .en = read_json(en) };
    GString *out = g_string_new("| verb | what | about |");
    for (unsigned role = 1; role < SK_ROLE_COUNT; role++)
        g_string_append_printf(out, " %s |", word(w.en, "role", sk_role_name((SkRole)role)));
    g_string_append(out, " marks |\n|---|---|---|");
    for (unsigned role = 1; role < SK_ROLE_COUNT; role++)
        g_string_append(out, "---|");
    g_string_append(out, "---|\n");
    for (unsigned verb = SK_VERB_ANYONE + 1; verb < SK_VERB_COUNT; verb++)
        add_verb(out, &w, (SkVerb)verb);
    json_decref(w.ja);
    json_decref(w.en);
    return g_string_free(out, FALSE);
}

/* `web-routes --print` prints what belongs between the two lines. */
static void
page(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("SEKISHO_SOURCE"), "docs", "permissions.md", NULL);
    g_autofree char *want = emit();
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    char *begin = strstr(text, BEGIN);
    g_assert_nonnull(begin);
    char *end = strstr(begin, END);
    g_assert_nonnull(end);
    *end = '\0';
    g_assert_cmpstr(begin + strlen(BEGIN), ==, want);
}

int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        g_autofree char *text = emit();
        fputs(text, stdout);
        return 0;
    }
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/routes/document", document);
    g_test_add_func("/web/routes/table", table);
    g_test_add_func("/web/routes/page", page);
    return g_test_run();
}
