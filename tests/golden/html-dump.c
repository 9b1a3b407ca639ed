/* SPDX-License-Identifier: Apache-2.0
 *
 * html-dump.c - for tests: the tree of each of the files that are named, UTF-8 with LF, one a line, line ends written
 * as `&#10;`.
 */
#include "unit/format/html-dump.h"

#include <stdio.h>

static bool
dump(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(SkHtmlTree) tree = NULL;
    gsize n = 0;

    if (!g_file_get_contents(path, &text, &n, &error) ||
        !sk_html_parse(sk_span((const uint8_t *)text, n), &tree, &error)) {
        fprintf(stderr, "%s: %s\n", path, error->message);
        return false;
    }
    g_autoptr(GString) all = dump_tree(tree);
    g_string_replace(all, "\n", "&#10;", 0);
    fwrite(all->str, 1, all->len, stdout);
    fputc('\n', stdout);
    return true;
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!dump(argv[i]))
            return 1;
    }
    return 0;
}
