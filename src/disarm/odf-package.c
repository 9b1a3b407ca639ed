/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-package.c - contract in odf.h: opening an OpenDocument package, its manifest, its entries,
 * and what becomes of those that nobody asked for.
 */
#include "disarm/odf.h"

#include "disarm/package.h"

#include <string.h>

#define MANIFEST "META-INF/manifest.xml"
#define MANIFEST_URI "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
#define MIMETYPE_MAX 128u

void
sk_odf_package_free(SkOdfPackage *self)
{
    if (self == NULL)
        return;
    sk_zip_free(self->zip);
    g_clear_pointer(&self->used, g_hash_table_unref);
    g_clear_pointer(&self->gone, g_hash_table_unref);
    g_clear_pointer(&self->kept, g_hash_table_unref);
    g_free(self->mimetype);
    g_free(self);
}

const SkZipEntry *
sk_odf_package_lookup(const SkOdfPackage *self, const char *name)
{
    const SkZipEntry *entry =
        self->zip == NULL ? NULL : sk_zip_lookup(self->zip, sk_span_str(name));
    return entry == NULL || entry->folder ? NULL : entry;
}

void
sk_odf_package_used(SkOdfPackage *self, const SkZipEntry *entry)
{
    if (entry != NULL)
        g_hash_table_add(self->used, (void *)(uintptr_t)entry);
}

SkSpan
sk_odf_place(const SkOdfSource *source)
{
    return source->entry != NULL ? source->entry->name : SK_SPAN_EMPTY;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool
sk_odf_package_parse(SkOdfPackage *self, const SkOdfSource *source, SkXmlReader *reader,
                     GError **error)
{
    return sk_package_parse(self->disarm, source->entry, reader, error);
}

bool
sk_odf_package_read(SkOdfPackage *self, const SkZipEntry *entry, uint64_t limit, GBytes **ret,
                    GError **error)
{
    return sk_package_read(self->disarm, entry, limit, ret, error);
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* Decodes %XX; NULL for what could mean another place to another reader. */
static char *
decode(SkSpan href)
{
    g_autofree char *text = sk_span_dup(href);
    g_autofree char *decoded = g_uri_unescape_string(text, NULL);

    if (decoded == NULL || *decoded == '\0' || *decoded == '/' || strpbrk(decoded, ":\\") != NULL)
        return NULL;
    g_auto(GStrv) segments = g_strsplit(decoded, "/", -1);
    for (unsigned i = 0; segments[i] != NULL; i++) {
        if (strcmp(segments[i], "..") == 0 || strcmp(segments[i], ".") == 0)
            return NULL;
    }
    return g_steal_pointer(&decoded);
}

char *
sk_odf_resolve(const char *folder, SkSpan href)
{
    /* OpenOffice.org 1 wrote a # in front. */
    if (sk_span_starts(href, "#"))
        href = sk_span_sub(href, 1, href.n - 1);
    while (sk_span_starts(href, "./"))
        href = sk_span_sub(href, 2, href.n - 2);
    while (href.n > 0 && href.p[href.n - 1] == '/')
        href.n--;
    g_autofree char *name = href.n > 0 && href.n <= SK_ZIP_NAME_MAX ? decode(href) : NULL;
    return name == NULL ? NULL : g_strconcat(folder, name, NULL);
}

const SkZipEntry *
sk_odf_package_lookup_href(const SkOdfPackage *self, const char *folder, SkSpan href)
{
    g_autofree char *name = sk_odf_resolve(folder, href);
    const SkZipEntry *entry = name == NULL ? NULL : sk_odf_package_lookup(self, name);

    if (entry != NULL || name == NULL)
        return entry;
    /* Names that hold a % themselves are not always written as addresses. */
    g_autofree char *written = g_strdup_printf("%s%.*s", folder, (int)href.n, (const char *)href.p);
    return sk_odf_package_lookup(self, written);
}

/* ---- the manifest ---------------------------------------------------------------------------- */

enum { E_ENTRY = 1, E_ENCRYPTION, A_PATH, A_TYPE };

typedef struct {
    char *type; /* owned: of the document */
    bool encrypted;
} Manifest;

static SkXmlSymbol
manifest_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    bool ours =
        sk_span_is(uri, MANIFEST_URI) || sk_span_is(uri, "http://openoffice.org/2001/manifest");
    /* Whatever the namespace: something encrypted is not a plain document. */
    if (sk_span_is(local, "encryption-data") || sk_span_is(local, "encrypted-key"))
        return E_ENCRYPTION;
    return ours && sk_span_is(local, "file-entry") ? E_ENTRY : 0;
}

static SkXmlSymbol
manifest_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user, (void)uri;
    return sk_span_is(local, "full-path") ? A_PATH : sk_span_is(local, "media-type") ? A_TYPE : 0;
}

static bool
manifest_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Manifest *self = user;
    SkSpan path = SK_SPAN_EMPTY, type = SK_SPAN_EMPTY;

    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == A_PATH)
            path = attrs[i].value;
        else if (attrs[i].symbol == A_TYPE)
            type = attrs[i].value;
    }
    self->encrypted = self->encrypted || element == E_ENCRYPTION;
    if (element != E_ENTRY || !sk_span_is(path, "/"))
        return true;
    if (self->type != NULL)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "odf: the document twice in the manifest");
    self->type = sk_span_dup(type);
    return true;
}

static bool
manifest_end(void *user, SkXmlSymbol element, GError **error)
{
    (void)user, (void)element, (void)error;
    return true;
}

static bool
manifest_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

static bool
check_manifest(SkOdfPackage *self, const Manifest *manifest, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (manifest->encrypted)
        return sk_disarm_found(self->disarm, SK_ELEMENT_ENCRYPTED_PACKAGE, SK_SPAN_EMPTY, 1,
                               &verdict, error) &&
               sk_throw(error, SK_ERROR_ENCRYPTED, "odf: encrypted");
    /* Versions 1.0 and 1.1 did not ask for the document's own line. */
    if (manifest->type == NULL || *manifest->type == '\0' ||
        strcmp(manifest->type, self->mimetype) == 0)
        return true;
    return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, sk_span_str(MANIFEST), 1,
                           &verdict, error) &&
           sk_throw(error, SK_ERROR_FORBIDDEN, "odf: the manifest contradicts the media type");
}

static bool
parse_manifest(SkOdfPackage *self, GError **error)
{
    static const SkXmlHandler handler = { manifest_element, manifest_attribute, manifest_start,
                                          manifest_end,     manifest_text,      NULL };
    Manifest manifest = { .type = NULL };
    SkOdfSource source = { .entry = sk_odf_package_lookup(self, MANIFEST) };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &manifest);

    if (source.entry == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: no manifest");
    sk_odf_package_used(self, source.entry);
    bool good = sk_odf_package_parse(self, &source, reader, error) &&
                check_manifest(self, &manifest, error);
    g_free(manifest.type);
    return good;
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool
read_mimetype(SkOdfPackage *self, GError **error)
{
    const SkZipEntry *entry = sk_odf_package_lookup(self, "mimetype");
    SkVerdict verdict = SK_VERDICT_NONE;

    if (entry == NULL || entry->size > MIMETYPE_MAX)
        return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, sk_span_str("mimetype"),
                               1, &verdict, error) &&
               sk_throw(error, SK_ERROR_FORBIDDEN, "odf: no plain media type");
    sk_odf_package_used(self, entry);
    g_autoptr(GBytes) bytes = NULL;
    if (!sk_odf_package_read(self, entry, MIMETYPE_MAX, &bytes, error))
        return false;
    self->mimetype = g_strchomp(sk_span_dup(sk_span_bytes(bytes)));
    return true;
}

static bool
open_zip(SkOdfPackage *self, GError **error)
{
    SkElement element = SK_ELEMENT_NONE;

    if (!sk_zip_open(self->disarm->input, &self->disarm->job->limits, &self->zip, &element,
                     error)) {
        sk_package_report(self->disarm, element, SK_SPAN_EMPTY);
        return false;
    }
    return read_mimetype(self, error) && parse_manifest(self, error);
}

bool
sk_odf_package_open(SkDisarm *disarm, SkOdfPackage **ret, GError **error)
{
    g_autoptr(SkOdfPackage) self = g_new0(SkOdfPackage, 1);

    self->disarm = disarm;
    self->used = g_hash_table_new(NULL, NULL);
    self->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (sk_span_starts(disarm->input, "PK") && !open_zip(self, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- what did not come out --------------------------------------------------------------------
 */

static bool
has_suffix(SkSpan name, const char *suffix)
{
    size_t n = strlen(suffix);
    return name.n >= n && sk_span_is(sk_span_sub(name, name.n - n, n), suffix);
}

static SkElement
classify_by_folder(SkSpan name)
{
    static const struct {
        const char *begins;
        SkElement element;
    } folders[] = {
        { "Basic/", SK_ELEMENT_ODF_MACRO },
        { "Scripts/", SK_ELEMENT_ODF_MACRO },
        { "Dialogs/", SK_ELEMENT_ODF_MACRO },
        { "Configurations", SK_ELEMENT_CUSTOM_UI },
        { "Thumbnails/", SK_ELEMENT_THUMBNAIL },
        { "Fonts/", SK_ELEMENT_EMBEDDED_FONT },
        { "Media/", SK_ELEMENT_EMBEDDED_MEDIA },
        { "layout-cache", SK_ELEMENT_LAYOUT_CACHE },
        { "manifest.rdf", SK_ELEMENT_RDF_METADATA },
        { "ObjectReplacements/", SK_ELEMENT_OBJECT_PREVIEW },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        if (sk_span_starts(name, folders[i].begins))
            return folders[i].element;
    }
    return has_suffix(name, ".rdf") ? SK_ELEMENT_RDF_METADATA : SK_ELEMENT_UNKNOWN_PART;
}

static SkElement
classify_object(const SkOdfPackage *self, SkSpan name)
{
    size_t slash = sk_span_find(name, 0, sk_span_str("/"));
    if (slash == SIZE_MAX)
        return SK_ELEMENT_EMBEDDED_OBJECT;
    g_autofree char *folder = sk_span_dup(sk_span_sub(name, 0, slash + 1));
    SkSpan rest = sk_span_sub(name, slash + 1, name.n - slash - 1);
    if (g_hash_table_contains(self->gone, folder))
        return SK_ELEMENT_NONE; /* reported where it stood in the text */
    if (!g_hash_table_contains(self->kept, folder))
        return SK_ELEMENT_EMBEDDED_OBJECT;
    if (sk_span_is(rest, "meta.xml"))
        return SK_ELEMENT_DOCUMENT_PROPERTIES;
    return sk_span_is(rest, "settings.xml") || sk_span_is(rest, "styles.xml")
               ? SK_ELEMENT_NONE
               : classify_by_folder(rest);
}

static SkElement
classify(const void *package, const SkZipEntry *entry)
{
    SkSpan name = entry->name;
    SkElement element = classify_by_folder(name);

    if (sk_span_starts(name, "META-INF/") &&
        sk_span_find(name, 0, sk_span_str("signatures")) != SIZE_MAX)
        return SK_ELEMENT_DOCUMENT_SIGNATURE;
    if (element == SK_ELEMENT_UNKNOWN_PART && sk_span_starts(name, "Object"))
        return classify_object(package, name);
    return element;
}

bool
sk_odf_package_report_rest(SkOdfPackage *self, GError **error)
{
    return self->zip == NULL ||
           sk_package_report_rest(self->disarm, self->zip, self->used, classify, self, error);
}
