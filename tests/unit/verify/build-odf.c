/* SPDX-License-Identifier: Apache-2.0
 * build-odf.c - contract in build.h: reads odt.parts, ods.parts and odp.parts, which lie beside
 * this file. */
#include "build.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MEDIA "application/vnd.oasis.opendocument."
#define OASIS(prefix, name) " xmlns:" prefix "=\"urn:oasis:names:tc:opendocument:xmlns:" name "\""
#define FOUNDATION(prefix, name)                                                                   \
    " xmlns:" prefix "=\"urn:org:documentfoundation:names:experimental:" name "\""

static const char namespaces[] = OASIS("anim", "animation:1.0") FOUNDATION("calcext",
                                                                           "calc:xmlns:calcext:1.0")
    OASIS("chart", "chart:1.0") " xmlns:chartooo=\"http://openoffice.org/2010/chart\"" OASIS(
        "config",
        "config:1.0") " xmlns:css3t=\"http://www.w3.org/TR/css3-text/\""
                      " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                      "xmlns:dom=\"http://www.w3.org/2001/xml-events\"" OASIS("dr3d", "dr3d:1.0") OASIS(
                          "draw",
                          "drawing:1.0") " xmlns:drawooo=\"http://openoffice.org/2010/draw\"" OASIS("fo",
                                                                                                    "xsl-fo-compatible:1.0")
                          FOUNDATION(
                              "loext",
                              "office:xmlns:loext:1.0") " xmlns:math=\"http://www.w3.org/1998/Math/"
                                                        "MathML\"" OASIS("meta", "meta:1.0") OASIS(
                                                            "number", "datasty"
                                                                      "le:1.0")
                                                            OASIS("of", "of:1.2") OASIS(
                                                                "office",
                                                                "office:1.0") " xmlns:officeooo="
                                                                              "\"http://"
                                                                              "openoffice.org/2009/"
                                                                              "office\""
                                                                              " xmlns:ooo=\"http://"
                                                                              "openoffice.org/2004/"
                                                                              "office\""
                                                                              " xmlns:oooc=\"http:/"
                                                                              "/openoffice.org/"
                                                                              "2004/calc\""
                                                                              " xmlns:ooow=\"http:/"
                                                                              "/openoffice.org/"
                                                                              "2004/writer\"" OASIS(
                                                                                  "presentation",
                                                                                  "presentation:1."
                                                                                  "0") OASIS("scrip"
                                                                                             "t",
                                                                                             "scrip"
                                                                                             "t:1."
                                                                                             "0")
                                                                                  OASIS(
                                                                                      "smil",
                                                                                      "sm"
                                                                                      "il"
                                                                                      "-c"
                                                                                      "om"
                                                                                      "pa"
                                                                                      "ti"
                                                                                      "bl"
                                                                                      "e:"
                                                                                      "1."
                                                                                      "0") OASIS("s"
                                                                                                 "t"
                                                                                                 "y"
                                                                                                 "l"
                                                                                                 "e",
                                                                                                 "s"
                                                                                                 "t"
                                                                                                 "y"
                                                                                                 "l"
                                                                                                 "e"
                                                                                                 ":"
                                                                                                 "1"
                                                                                                 "."
                                                                                                 "0")
                                                                                      OASIS("svg", "svg-compatible:1.0") OASIS(
                                                                                          "table",
                                                                                          "table:1."
                                                                                          "0") " xm"
                                                                                               "lns"
                                                                                               ":ta"
                                                                                               "ble"
                                                                                               "ooo"
                                                                                               "=\""
                                                                                               "htt"
                                                                                               "p:/"
                                                                                               "/op"
                                                                                               "eno"
                                                                                               "ffi"
                                                                                               "ce."
                                                                                               "org"
                                                                                               "/20"
                                                                                               "09/"
                                                                                               "tab"
                                                                                               "le"
                                                                                               "\"" OASIS(
                                                                                                   "text",
                                                                                                   "text:1.0") " xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

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

static Entry *
new_mimetype(SkType type)
{
    Entry *entry = g_new0(Entry, 1);

    entry->stored = true;
    entry->name = g_strdup("mimetype");
    entry->content = bytes_new(type == SK_TYPE_ODT   ? MEDIA "text"
                               : type == SK_TYPE_ODS ? MEDIA "spreadsheet"
                                                     : MEDIA "presentation");
    return entry;
}

GPtrArray *
odf_new(SkType type)
{
    g_autofree char *name = g_strconcat(sk_type_get(type)->name, ".parts", NULL);
    g_autofree char *path = g_build_filename(SK_PARTS, name, NULL);
    g_autofree char *text = NULL;
    GPtrArray *entries = entries_new();

    g_ptr_array_add(entries, new_mimetype(type));
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], "=== ")) {
            g_ptr_array_add(entries, new_entry(lines[i] + 4));
        } else if (lines[i][0] != '#' && entries->len > 1) {
            g_autoptr(GString) line = g_string_new(lines[i]);
            g_string_replace(line, "{ns}", namespaces, 0);
            g_string_replace(line, "{m}", MEDIA, 0);
            put_str(((Entry *)entries->pdata[entries->len - 1])->content, line->str);
        }
    }
    return entries;
}
