/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml.c - contract in ooxml.h: opening a package, its content types, its parts.
 */
#include "disarm/ooxml.h"

#include "disarm/ooxml-names.h"
#include "disarm/package.h"
#include "format/zip-name.h"

#include <string.h>

#define TYPES_URI "http://schemas.openxmlformats.org/package/2006/content-types"
#define RELS_BYTES_MAX (8u << 20)
#define ENTRY_HEAD 30u /* of a ZIP, before its name */

struct SkOoxml {
    SkDisarm *disarm;      /* borrowed */
    SkZip *zip;            /* owned */
    GHashTable *parts;     /* owned: folded name → const SkZipEntry * */
    GHashTable *defaults;  /* owned: lower-case extension → content type */
    GHashTable *overrides; /* owned: folded part name → content type */
    GHashTable *used;      /* owned set of const SkZipEntry * */
    const SkZipEntry *main;
    SkElement element; /* on failure: for which element */
};

void
sk_ooxml_free(SkOoxml *self)
{
    if (self == NULL)
        return;
    sk_zip_free(self->zip);
    g_clear_pointer(&self->parts, g_hash_table_unref);
    g_clear_pointer(&self->defaults, g_hash_table_unref);
    g_clear_pointer(&self->overrides, g_hash_table_unref);
    g_clear_pointer(&self->used, g_hash_table_unref);
    g_free(self);
}

const SkZipEntry *
sk_ooxml_main(const SkOoxml *self)
{
    return self->main;
}

const SkZipEntry *
sk_ooxml_lookup(const SkOoxml *self, const char *name)
{
    g_autofree char *folded = sk_zip_name_fold(sk_span_str(name));
    return g_hash_table_lookup(self->parts, folded);
}

const char *
sk_ooxml_content_type(const SkOoxml *self, const SkZipEntry *part)
{
    g_autofree char *folded = sk_zip_name_fold(part->name);
    const char *type = g_hash_table_lookup(self->overrides, folded);
    const char *dot = strrchr(folded, '.');

    if (type == NULL && dot != NULL && strchr(dot, '/') == NULL)
        type = g_hash_table_lookup(self->defaults, dot + 1);
    return type != NULL ? type : "";
}

void
sk_ooxml_used(SkOoxml *self, const SkZipEntry *part)
{
    g_hash_table_add(self->used, (void *)(uintptr_t)part);
}

/* ---- reading parts ------------------------------------------------------------------------- */

bool
sk_ooxml_parse(SkOoxml *self, const SkZipEntry *part, SkXmlReader *reader, GError **error)
{
    return sk_package_parse(self->disarm, part, reader, error);
}

bool
sk_ooxml_read(SkOoxml *self, const SkZipEntry *part, uint64_t limit, GBytes **ret, GError **error)
{
    return sk_package_read(self->disarm, part, limit, ret, error);
}

/* ---- [Content_Types].xml ------------------------------------------------------------------- */

enum { E_TYPES = 1, E_DEFAULT, E_OVERRIDE, A_EXTENSION, A_CONTENT_TYPE, A_PART_NAME };

static SkXmlSymbol
types_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (!sk_span_is(uri, TYPES_URI))
        return 0;
    return sk_span_is(local, "Types")      ? E_TYPES
           : sk_span_is(local, "Default")  ? E_DEFAULT
           : sk_span_is(local, "Override") ? E_OVERRIDE
                                           : 0;
}

static SkXmlSymbol
types_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (uri.n > 0)
        return 0;
    return sk_span_is(local, "Extension")     ? A_EXTENSION
           : sk_span_is(local, "ContentType") ? A_CONTENT_TYPE
           : sk_span_is(local, "PartName")    ? A_PART_NAME
                                              : 0;
}

static bool
add_type(SkOoxml *self, bool is_default, SkSpan name, SkSpan type, GError **error)
{
    if (type.n == 0 || name.n == 0 || (!is_default && name.p[0] != '/'))
        return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: broken content type");
    if (!is_default)
        name = sk_span_sub(name, 1, name.n - 1);
    char *key = sk_zip_name_fold(name);
    if (!g_hash_table_insert(is_default ? self->defaults : self->overrides, key,
                             sk_span_dup(type))) {
        self->element = SK_ELEMENT_WRONG_CONTENT_TYPE;
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "ooxml: two content types for one part");
    }
    return true;
}

static bool
types_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOoxml *self = user;
    SkSpan values[A_PART_NAME + 1] = { { .n = 0 } };

    if (element == 0)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "ooxml: unknown element among the content types");
    for (unsigned i = 0; i < n; i++)
        values[attrs[i].symbol] = attrs[i].value;
    if (element == E_DEFAULT)
        return add_type(self, true, values[A_EXTENSION], values[A_CONTENT_TYPE], error);
    if (element == E_OVERRIDE)
        return add_type(self, false, values[A_PART_NAME], values[A_CONTENT_TYPE], error);
    return true;
}

static bool
types_end(void *user, SkXmlSymbol element, GError **error)
{
    (void)user, (void)element, (void)error;
    return true;
}

static bool
types_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

static bool
parse_types(SkOoxml *self, GError **error)
{
    static const SkXmlHandler handler = { types_element, types_attribute, types_start,
                                          types_end,     types_text,      NULL };
    const SkZipEntry *part = sk_zip_lookup(self->zip, sk_span_str("[Content_Types].xml"));
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, self);

    if (part == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: no [Content_Types].xml");
    if (part->size > RELS_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "ooxml: too many content types");
    sk_ooxml_used(self, part);
    return sk_ooxml_parse(self, part, reader, error);
}

/* ---- opening ------------------------------------------------------------------------------- */

static bool
find_main(SkOoxml *self, GError **error)
{
    g_autoptr(GArray) rels = NULL;
    if (!sk_ooxml_relationships(self, NULL, &rels, error))
        return false;
    for (unsigned i = 0; i < rels->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
        if (rel->kind != SK_OOXML_DOCUMENT)
            continue;
        if (self->main != NULL) {
            self->element = SK_ELEMENT_ALTERNATE_MAIN_PART;
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "ooxml: two main parts");
        }
        self->main = rel->external ? NULL : sk_ooxml_lookup(self, rel->target);
        if (self->main == NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: main part is not there");
    }
    if (self->main == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: no main part");
    return true;
}

static bool
open_package(SkOoxml *self, GError **error)
{
    if (!sk_zip_open(self->disarm->input, &self->disarm->job->limits, &self->zip, &self->element,
                     error))
        return false;
    for (uint32_t i = 0; i < self->zip->n; i++) {
        const SkZipEntry *entry = &self->zip->entries[i];
        if (!entry->folder)
            g_hash_table_insert(self->parts, sk_zip_name_fold(entry->name),
                                (void *)(uintptr_t)entry);
    }
    return parse_types(self, error) && find_main(self, error);
}

static SkOoxml *
package_new(SkDisarm *disarm)
{
    SkOoxml *self = g_new0(SkOoxml, 1);

    self->disarm = disarm;
    self->parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->defaults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->overrides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->used = g_hash_table_new(NULL, NULL);
    return self;
}

bool
sk_ooxml_open(SkDisarm *disarm, SkOoxml **ret, GError **error)
{
    g_autoptr(SkOoxml) self = package_new(disarm);

    if (!open_package(self, error)) {
        sk_package_report(self->disarm, self->element, SK_SPAN_EMPTY);
        return false;
    }
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- relationships ------------------------------------------------------------------------- */

static const SkZipEntry *
relationships_of(const SkOoxml *self, const SkZipEntry *part)
{
    if (part == NULL)
        return sk_ooxml_lookup(self, "_rels/.rels");
    g_autofree char *name = sk_span_dup(part->name);
    char *slash = strrchr(name, '/');
    g_autofree char *rels = NULL;
    if (slash == NULL) {
        rels = g_strdup_printf("_rels/%s.rels", name);
    } else {
        *slash = '\0';
        rels = g_strdup_printf("%s/_rels/%s.rels", name, slash + 1);
    }
    return sk_ooxml_lookup(self, rels);
}

bool
sk_ooxml_relationships(SkOoxml *self, const SkZipEntry *part, GArray **ret, GError **error)
{
    const SkZipEntry *rels = relationships_of(self, part);
    g_autoptr(GBytes) bytes = NULL;

    if (rels == NULL) {
        *ret = sk_ooxml_rels_new();
        return true;
    }
    sk_ooxml_used(self, rels);
    if (!sk_ooxml_read(self, rels, RELS_BYTES_MAX, &bytes, error))
        return false;
    SkSpan source = part == NULL ? SK_SPAN_EMPTY : part->name;
    return sk_ooxml_rels_parse(sk_span_bytes(bytes), source, ret, &self->element, error) ||
           (sk_package_report(self->disarm, self->element, SK_SPAN_EMPTY), false);
}

/* ---- what did not come out ----------------------------------------------------------------- */

static SkElement
classify(const void *package, const SkZipEntry *entry)
{
    return sk_ooxml_classify(entry->name, sk_ooxml_content_type(package, entry));
}

bool
sk_ooxml_report_rest(SkOoxml *self, GError **error)
{
    return sk_package_report_rest(self->disarm, self->zip, self->used, classify, self, error);
}

/* ---- what is it? --------------------------------------------------------------------------- */

static bool
on_mimetype(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)expanded, (void)compressed, (void)error;
    g_string_append_len(user, (const char *)chunk.p, (gssize)chunk.n);
    return ((GString *)user)->len <= 128;
}

static SkType
opendocument_type(const SkZip *zip)
{
    static const struct {
        const char *mime;
        SkType type;
    } kinds[] = {
        { "application/vnd.oasis.opendocument.text", SK_TYPE_ODT },
        { "application/vnd.oasis.opendocument.spreadsheet", SK_TYPE_ODS },
        { "application/vnd.oasis.opendocument.presentation", SK_TYPE_ODP },
    };
    const SkZipEntry *entry = sk_zip_lookup(zip, sk_span_str("mimetype"));
    g_autoptr(GString) mime = g_string_new(NULL);

    /* Stored it should be; some programs deflate it. */
    if (entry == NULL || entry->size > 128 || !sk_zip_inflate(entry, on_mimetype, mime, NULL))
        return SK_TYPE_ZIP;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_has_prefix(mime->str, kinds[i].mime))
            return kinds[i].type;
    }
    return SK_TYPE_ZIP;
}

static bool
is_office(SkType type)
{
    static const SkType types[] = { SK_TYPE_DOCX, SK_TYPE_DOCM, SK_TYPE_DOTX, SK_TYPE_DOTM,
                                    SK_TYPE_XLSX, SK_TYPE_XLSM, SK_TYPE_XLTX, SK_TYPE_XLTM,
                                    SK_TYPE_PPTX, SK_TYPE_PPTM, SK_TYPE_POTX, SK_TYPE_POTM,
                                    SK_TYPE_PPSX, SK_TYPE_PPSM };

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i] == type)
            return true;
    }
    return false;
}

/* A document that is broken, rather than an archive: by what it names, or begins with. */
static bool
is_package(const SkZip *zip, SkSpan file)
{
    static const char *const first[] = { "[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/",
                                         "customXml/", "mimetype" };
    SkSpan name = sk_span_sub(file, MIN(file.n, (size_t)ENTRY_HEAD), file.n - MIN(file.n, (size_t)ENTRY_HEAD));

    for (size_t i = 0; i < G_N_ELEMENTS(first); i++) {
        if (sk_span_starts(name, first[i]))
            return true;
    }
    return zip != NULL && sk_zip_lookup(zip, sk_span_str("[Content_Types].xml")) != NULL;
}

SkType
sk_ooxml_identify(SkSpan zip, SkType hint)
{
    SkJob job = { .limits = sk_limits_default() };
    g_autoptr(SkReport) report = sk_report_new();
    SkDisarm disarm = { .job = &job, .input = zip, .report = report };
    g_autoptr(SkOoxml) self = package_new(&disarm);

    if (open_package(self, NULL)) {
        SkType type = sk_ooxml_type_lookup(sk_ooxml_content_type(self, self->main));
        return type != SK_TYPE_NONE ? type : SK_TYPE_ZIP;
    }
    if (self->zip != NULL && opendocument_type(self->zip) != SK_TYPE_ZIP)
        return opendocument_type(self->zip);
    if (!is_package(self->zip, zip)) /* an archive may hold documents, whose parts have these names */
        return self->zip == NULL && is_office(hint) ? hint : SK_TYPE_ZIP;
    if (sk_span_find(zip, 0, sk_span_str("word/document.xml")) != SIZE_MAX)
        return SK_TYPE_DOCX;
    if (sk_span_find(zip, 0, sk_span_str("ppt/presentation.xml")) != SIZE_MAX)
        return SK_TYPE_PPTX;
    if (sk_span_find(zip, 0, sk_span_str("xl/workbook.xml")) != SIZE_MAX)
        return SK_TYPE_XLSX;
    return self->zip == NULL && is_office(hint) ? hint : SK_TYPE_ZIP;
}
