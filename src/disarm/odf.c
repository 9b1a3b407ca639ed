/* SPDX-License-Identifier: Apache-2.0
 *
 * odf.c - sk_odf_disarm: the document's own parts, then whatever they mention, each once, in the
 * order of first mention. Nothing else is ever looked at, so nothing else can come out.
 */
#include "disarm/odf.h"

#include "disarm/odf-names.h"

#include <string.h>

#define OPENDOCUMENT "application/vnd.oasis.opendocument."
#define FLAT_HEAD 65536u

static const struct {
    const char *kind; /* behind OPENDOCUMENT */
    SkType type;
    SkOdfBody body;
} kinds[] = {
    { "text", SK_TYPE_ODT, SK_ODF_BODY_TEXT },
    { "spreadsheet", SK_TYPE_ODS, SK_ODF_BODY_SHEET },
    { "presentation", SK_TYPE_ODP, SK_ODF_BODY_SLIDES },
};

static void
folder_free(SkOdfFolder *folder)
{
    if (folder == NULL)
        return;
    g_free(folder->out);
    g_free(folder->in);
    g_clear_pointer(&folder->known, g_hash_table_unref);
    g_free(folder);
}

static void
item_free(void *p)
{
    SkOdfItem *item = p;
    g_free(item->name);
    g_clear_pointer(&item->picture, g_bytes_unref);
    folder_free(item->folder);
    g_free(item);
}

static void
odf_clear(SkOdf *self)
{
    sk_odf_package_free(self->package);
    sk_zip_writer_free(self->writer);
    folder_free(self->root);
    g_clear_pointer(&self->items, g_ptr_array_unref);
    if (self->manifest != NULL)
        g_string_free(self->manifest, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkOdf, odf_clear)

/* ---- entries ------------------------------------------------------------------------------------
 */

static void
list_entry(SkOdf *self, const char *path, const char *media_type)
{
    g_string_append_printf(
        self->manifest,
        "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"%s\"/>", path,
        media_type);
}

static void
list_document(SkOdf *self, const char *path, const char *kind)
{
    g_string_append_printf(self->manifest,
                           "<manifest:file-entry manifest:full-path=\"%s\" "
                           "manifest:media-type=\"" OPENDOCUMENT "%s\" manifest:version=\"%s\"/>",
                           path, kind, self->version);
}

static bool
report_counts(SkOdf *self, const SkOdfCounts *counts, SkSpan place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    for (SkElement element = SK_ELEMENT_NONE + 1; element < SK_ELEMENT_COUNT; element++) {
        if (counts->counts[element] > 0 &&
            !sk_disarm_found(self->disarm, element, place, counts->counts[element], &verdict,
                             error))
            return false;
    }
    return true;
}

static bool
write_part(SkOdf *self, SkOdfFolder *folder, SkOdfKind kind, const char *name, GError **error)
{
    g_autofree char *path = g_strconcat(folder->out, name, NULL);
    SkOdfCounts counts = { .counts = { 0 } };

    sk_zip_writer_begin(self->writer, path, true);
    bool good = kind == SK_ODF_SETTINGS ? sk_odf_filter_settings(self, folder, &counts, error)
                                        : sk_odf_filter(self, folder, kind, &counts, error);
    if (!good)
        return false;
    sk_zip_writer_end(self->writer);
    list_entry(self, path, "text/xml");
    return report_counts(self, &counts, sk_odf_place(&folder->parts[kind]), error);
}

static void
emit_entry(SkOdf *self, const char *name, const char *content, bool deflate)
{
    sk_zip_writer_begin(self->writer, name, deflate);
    sk_zip_writer_span(self->writer, sk_span_str(content));
    sk_zip_writer_end(self->writer);
}

static bool
write_meta(SkOdf *self, GError **error)
{
    SkOdfSource source = { .entry = sk_odf_package_lookup(self->package, "meta.xml"),
                           .flat = self->package->zip == NULL };
    SkOdfCounts counts = { .counts = { 0 } };
    g_autofree char *generator = NULL;

    sk_odf_package_used(self->package, source.entry);
    if (!sk_odf_generator(self, &source, &counts, &generator, error))
        return false;
    g_autofree char *xml =
        g_strdup_printf(SK_XML_DECLARATION
                        "<office:document-meta%s office:version=\"%s\"><office:meta>"
                        "<meta:generator>%s</meta:generator></office:meta></office:document-meta>",
                        sk_odf_namespaces, self->version, generator);
    emit_entry(self, "meta.xml", xml, true);
    list_entry(self, "meta.xml", "text/xml");
    return report_counts(self, &counts, sk_odf_place(&source), error);
}

static bool
write_object(SkOdf *self, SkOdfFolder *folder, GError **error)
{
    bool is_chart = folder->body == SK_ODF_BODY_CHART;

    list_document(self, folder->out, is_chart ? "chart" : "formula");
    if (!write_part(self, folder, SK_ODF_CONTENT, "content.xml", error))
        return false;
    return is_chart ? write_part(self, folder, SK_ODF_STYLES, "styles.xml", error)
                    : write_part(self, folder, SK_ODF_SETTINGS, "settings.xml", error);
}

static bool
write_item(SkOdf *self, SkOdfItem *item, GError **error)
{
    if (item->kind == SK_ODF_OBJECT)
        return write_object(self, item->folder, error);
    sk_zip_writer_begin(self->writer, item->name, false);
    sk_zip_writer_span(self->writer, sk_span_bytes(item->picture));
    sk_zip_writer_end(self->writer);
    list_entry(self, item->name, g_str_has_suffix(item->name, ".png") ? "image/png" : "image/jpeg");
    g_clear_pointer(&item->picture, g_bytes_unref);
    return true;
}

static void
write_manifest(SkOdf *self, const char *kind)
{
    g_autofree char *listed = g_string_free(g_steal_pointer(&self->manifest), FALSE);
    g_autofree char *head = g_strdup_printf(
        SK_XML_DECLARATION "<manifest:manifest "
                           "xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
                           "manifest:version=\"%s\"><manifest:file-entry manifest:full-path=\"/\" "
                           "manifest:media-type=\"" OPENDOCUMENT "%s\" manifest:version=\"%s\"/>",
        self->version, kind, self->version);

    sk_zip_writer_begin(self->writer, "META-INF/manifest.xml", true);
    sk_zip_writer_span(self->writer, sk_span_str(head));
    sk_zip_writer_span(self->writer, sk_span_str(listed));
    sk_zip_writer_span(self->writer, sk_span_str("</manifest:manifest>"));
    sk_zip_writer_end(self->writer);
}

/* ---- the document
 * -------------------------------------------------------------------------------- */

/* Index into kinds of what @mimetype says, which may be a template's; or -1. */
static int
kind_of(const char *mimetype, bool *ret_template)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *plain = g_strconcat(OPENDOCUMENT, kinds[i].kind, NULL);
        g_autofree char *template = g_strconcat(plain, "-template", NULL);
        *ret_template = strcmp(mimetype, template) == 0;
        if (*ret_template || strcmp(mimetype, plain) == 0)
            return (int)i;
    }
    return -1;
}

SkType
sk_odf_identify_flat(SkSpan input, char **ret_mimetype)
{
    /* The root's attribute, wherever it stands among the others; the parser will see if it lies. */
    SkSpan head = sk_span_sub(input, 0, MIN(input.n, (size_t)FLAT_HEAD));
    size_t root = sk_span_find(head, 0, sk_span_str("<office:document"));
    size_t at = root == SIZE_MAX ? root : sk_span_find(head, root, sk_span_str("office:mimetype="));
    size_t start = at == SIZE_MAX ? SIZE_MAX : at + strlen("office:mimetype=") + 1;
    bool template = false;

    if (start == SIZE_MAX || start >= head.n)
        return SK_TYPE_NONE;
    size_t end = start;
    while (end < head.n && head.p[end] != head.p[start - 1])
        end++;
    g_autofree char *mimetype = sk_span_dup(sk_span_sub(head, start, end - start));
    int kind = kind_of(mimetype, &template);
    if (kind >= 0 && ret_mimetype != NULL)
        *ret_mimetype = g_steal_pointer(&mimetype);
    return kind < 0 ? SK_TYPE_NONE : kinds[kind].type;
}

static void
set_sources(SkOdf *self)
{
    static const char *const names[] = { "content.xml", "styles.xml", "settings.xml" };
    bool flat = self->package->zip == NULL;

    for (SkOdfKind kind = SK_ODF_CONTENT; kind <= SK_ODF_SETTINGS; kind++) {
        const SkZipEntry *entry = sk_odf_package_lookup(self->package, names[kind]);
        self->root->parts[kind] = (SkOdfSource){ .entry = entry, .flat = flat };
        sk_odf_package_used(self->package, entry);
    }
}

static bool
open_document(SkOdf *self, unsigned *ret_kind, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    bool template = false;

    if (!sk_odf_package_open(self->disarm, &self->package, error))
        return false;
    if (self->package->zip == NULL)
        (void)sk_odf_identify_flat(self->disarm->input, &self->package->mimetype);
    int kind = kind_of(self->package->mimetype == NULL ? "" : self->package->mimetype, &template);
    if (kind < 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "odf: a kind that is not carried out");
    *ret_kind = (unsigned)kind;
    if (self->disarm->report->type_in != SK_TYPE_NONE &&
        self->disarm->report->type_in != kinds[kind].type)
        return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, SK_SPAN_EMPTY, 1,
                               &verdict, error) &&
               sk_throw(error, SK_ERROR_FORBIDDEN, "odf: another kind than it seems");
    bool changed = template || self->package->zip == NULL;
    return !changed || sk_disarm_found(self->disarm, SK_ELEMENT_MACRO_TYPE,
                                       sk_span_str(self->package->mimetype), 1, &verdict, error);
}

static bool
write_document(SkOdf *self, unsigned kind, GError **error)
{
    g_autofree char *mimetype = g_strconcat(OPENDOCUMENT, kinds[kind].kind, NULL);

    emit_entry(self, "mimetype", mimetype, false);
    if (self->root->parts[SK_ODF_CONTENT].entry == NULL && !self->root->parts[SK_ODF_CONTENT].flat)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: no content");
    if (!write_part(self, self->root, SK_ODF_CONTENT, "content.xml", error) ||
        !write_part(self, self->root, SK_ODF_STYLES, "styles.xml", error) ||
        !write_part(self, self->root, SK_ODF_SETTINGS, "settings.xml", error) ||
        !write_meta(self, error))
        return false;
    for (unsigned i = 0; i < self->items->len; i++) {
        if (!write_item(self, self->items->pdata[i], error))
            return false;
    }
    write_manifest(self, kinds[kind].kind);
    return sk_odf_package_report_rest(self->package, error) &&
           sk_zip_writer_finish(self->writer, error);
}

bool
sk_odf_disarm(SkDisarm *disarm, GError **error)
{
    g_auto(SkOdf) self = { .disarm = disarm };
    unsigned kind = 0;

    self.items = g_ptr_array_new_with_free_func(item_free);
    self.manifest = g_string_new(NULL);
    if (!open_document(&self, &kind, error))
        return false;
    self.root = g_new0(SkOdfFolder, 1);
    self.root->out = g_strdup("");
    self.root->in = g_strdup("");
    self.root->body = kinds[kind].body;
    self.root->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    set_sources(&self);
    self.writer = sk_zip_writer_new(disarm->sink);
    return write_document(&self, kind, error);
}
