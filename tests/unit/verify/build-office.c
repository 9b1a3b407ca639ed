/* SPDX-License-Identifier: Apache-2.0
 * build-office.c - contract in build.h: reads xlsx.parts and pptx.parts, which lie beside this
 * file. */
#include "build.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define FORMATS "http://schemas.openxmlformats.org/"

static const char workbook_namespaces[] =
    " xmlns=\"" FORMATS "spreadsheetml/2006/main\""
    " xmlns:a=\"" FORMATS "drawingml/2006/main\""
    " xmlns:c=\"" FORMATS "drawingml/2006/chart\""
    " xmlns:r=\"" FORMATS "officeDocument/2006/relationships\""
    " xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\""
    " xmlns:xda=\"http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray\""
    " xmlns:xdr=\"" FORMATS "drawingml/2006/spreadsheetDrawing\""
    " xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\"";

static const char presentation_namespaces[] =
    " xmlns:a=\"" FORMATS "drawingml/2006/main\""
    " xmlns:a14=\"http://schemas.microsoft.com/office/drawing/2010/main\""
    " xmlns:c=\"" FORMATS "drawingml/2006/chart\""
    " xmlns:m=\"" FORMATS "officeDocument/2006/math\""
    " xmlns:mc=\"" FORMATS "markup-compatibility/2006\""
    " xmlns:p=\"" FORMATS "presentationml/2006/main\""
    " xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\""
    " xmlns:p15=\"http://schemas.microsoft.com/office/powerpoint/2012/main\""
    " xmlns:p159=\"http://schemas.microsoft.com/office/powerpoint/2015/09/main\""
    " xmlns:r=\"" FORMATS "officeDocument/2006/relationships\"";

static char *
fill_in(const char *line, const char *namespaces)
{
    g_autoptr(GString) text = g_string_new(line);

    g_string_replace(text, "{ns}", namespaces, 0);
    g_string_replace(text, "{o}", FORMATS "officeDocument/2006/relationships/", 0);
    g_string_replace(text, "{d}", "application/vnd.openxmlformats-officedocument.", 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static Entry *
new_entry(const char *head)
{
    Entry *entry = g_new0(Entry, 1);
    const char *space = strchr(head, ' ');

    entry->stored = space != NULL;
    entry->name = space == NULL ? g_strdup(head) : g_strndup(head, (gsize)(space - head));
    entry->content = space == NULL ? bytes_new(DECLARATION) : png_build(NULL, NULL);
    return entry;
}

GPtrArray *
office_new(SkType type)
{
    bool workbook = type == SK_TYPE_XLSX;
    g_autofree char *path =
        g_build_filename(SK_PARTS, workbook ? "xlsx.parts" : "pptx.parts", NULL);
    const char *namespaces = workbook ? workbook_namespaces : presentation_namespaces;
    g_autofree char *text = NULL;
    GPtrArray *entries = entries_new();

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], "=== ")) {
            g_ptr_array_add(entries, new_entry(lines[i] + 4));
        } else if (lines[i][0] != '#' && entries->len > 0) {
            g_autofree char *line = fill_in(lines[i], namespaces);
            put_str(((Entry *)entries->pdata[entries->len - 1])->content, line);
        }
    }
    return entries;
}
