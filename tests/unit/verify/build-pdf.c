/* SPDX-License-Identifier: Apache-2.0
 * build-pdf.c - rebuilt PDFs from pdf.parts: what a person would write of them, without lengths and places. */
#include "build.h"

#include <string.h>

/* Objects of pdf.parts as a file. What follows `~~~~` is a stream; its last LF is its own, but for functions and empty ones. */
static void
put_object(GByteArray *out, unsigned number, const char *object)
{
    const char *stream = strstr(object, "~~~~\n");
    g_autofree char *dictionary = stream == NULL ? g_strdup(object) : g_strndup(object, (gsize)(stream - object));

    g_strchomp(dictionary);
    g_autofree char *head = g_strdup_printf("%u 0 obj\n", number);
    put_str(out, head);
    if (stream == NULL) {
        put_str(out, dictionary);
        put_str(out, "\nendobj\n");
        return;
    }
    stream += strlen("~~~~\n");
    size_t n = strlen(stream);
    if (n > 0 && strstr(dictionary, "/FunctionType") != NULL)
        n--;
    g_autoptr(GByteArray) packed = deflate_bytes(sk_span(stream, n), false);
    size_t keys = strlen(dictionary);
    if (keys > 3)
        dictionary[keys - 3] = '\0'; /* its ` >>` */
    g_autofree char *body =
        g_strdup_printf("%s /Filter /FlateDecode /Length %u >>\nstream\n", keys <= 3 ? "<<" : dictionary, packed->len);
    put_str(out, body);
    put(out, packed->data, packed->len);
    put_str(out, "\nendstream\nendobj\n");
}

GByteArray *
pdf_assemble(const char *parts)
{
    GByteArray *out = bytes_new("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    g_auto(GStrv) objects = g_strsplit(parts, "----\n", -1);
    g_autoptr(GString) table = g_string_new("xref\n");
    guint n = g_strv_length(objects);

    g_string_append_printf(table, "0 %u\n0000000000 65535 f \n", n + 1);
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(table, "%010u 00000 n \n", out->len);
        put_object(out, i + 1, objects[i]);
    }
    g_string_append_printf(table, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%u\n%%%%EOF\n", n + 1, out->len);
    put_str(out, table->str);
    return out;
}

char *
pdf_parts(void)
{
    g_autofree char *path = g_build_filename(SK_PARTS, "pdf.parts", NULL);
    g_autoptr(GError) error = NULL;
    char *parts = NULL;

    g_file_get_contents(path, &parts, NULL, &error);
    g_assert_no_error(error);
    return parts;
}
