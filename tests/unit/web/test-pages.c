/* SPDX-License-Identifier: Apache-2.0
 * test-pages.c - what is taken in from the pages directory, and what is found by which path. */
#include "web/pages.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/io.h"

static char *
make(const char *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
loads(void)
{
    static const char *const files[] = {
        "index.html", "app.js",     "style/base.css", "deep/a/b/c/ok.js", "deep/a/b/c/d/no.js",
        ".hidden.js", "secret.key", "noextension",    "a b.js",           "backup.js~"
    };
    static const struct {
        const char *path;
        const char *text; /* NULL: not there */
    } cases[] = {
        { "/", "index.html" },
        { "/index.html", "index.html" },
        { "/crossings/x", "index.html" },
        { "/app.js", "app.js" },
        { "/style/base.css", "style/base.css" },
        { "/deep/a/b/c/ok.js", "deep/a/b/c/ok.js" },
        { "/deep/a/b/c/d/no.js", NULL },
        { "/.hidden.js", NULL },
        { "/secret.key", NULL },
        { "/link.js", NULL },
        { "/nothing.js", NULL },
        { "/../app.js", NULL },
        { "//app.js", NULL },
        { "/messages/ja.json", "{}" },
        { "app.js", NULL },
        { "", NULL },
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("sk-pages-XXXXXX", NULL);
    g_autofree char *pages_folder = g_build_filename(folder, "pages", NULL);
    g_autofree char *messages_folder = g_build_filename(folder, "messages", NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(files); i++)
        g_free(make(pages_folder, files[i], files[i]));
    g_free(make(messages_folder, "ja.json", "{}"));
    g_autofree char *link = g_build_filename(pages_folder, "link.js", NULL);
    g_assert_cmpint(symlink("app.js", link), ==, 0);

    g_autoptr(SkPages) pages = NULL;
    g_assert_true(sk_pages_load(pages_folder, messages_folder, &pages, &error));
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const SkPage *page = sk_pages_lookup(pages, cases[i].path);
        g_test_message("%s", cases[i].path);
        g_assert_cmpint(page != NULL, ==, cases[i].text != NULL);
        if (page != NULL)
            g_assert_true(sk_span_is(sk_span_bytes(page->bytes), cases[i].text));
    }
    g_assert_cmpstr(sk_pages_lookup(pages, "/style/base.css")->type, ==, "text/css; charset=utf-8");
    g_assert_cmpstr(sk_pages_lookup(pages, "/app.js")->etag, !=, sk_pages_lookup(pages, "/")->etag);
    SkPages *none = NULL;
    g_assert_false(sk_pages_load("/nonexistent", NULL, &none, &error));

    const char *const rm[] = { "rm", "-rf", folder, NULL };
    g_assert_true(g_spawn_sync(NULL, (char **)rm, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                               NULL, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/pages/load", loads);
    return g_test_run();
}
