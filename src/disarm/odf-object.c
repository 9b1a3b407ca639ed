/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-object.c - contract in odf.h: pictures are disarmed when they are first mentioned, so that
 * the mention can say what became of them; objects are looked into as far as it takes to know their
 * kind.
 */
#include "disarm/odf.h"

#include "disarm/odf-names.h"
#include "disarm/ooxml-engine.h"
#include "disarm/picture.h"

#include <string.h>

#define PICTURE_BYTES_MAX (100ull << 20)
#define ITEMS_MAX 20000u

static SkOdfItem *
add_item(SkOdf *self, SkOdfKind kind)
{
    SkOdfItem *item = g_new0(SkOdfItem, 1);

    item->kind = kind;
    g_ptr_array_add(self->items, item);
    return item;
}

/* ---- pictures ----------------------------------------------------------------------------------
 */

/* Remembers under @key (transfer full) what a picture became; takes @picture, which may be NULL. */
static const char *
remember(SkOdf *self, SkOdfFolder *folder, char *key, GBytes *picture, SkType type)
{
    char *name = NULL;

    if (picture != NULL) {
        SkOdfItem *item = add_item(self, SK_ODF_PICTURE);
        name = g_strdup_printf("Pictures/image%u.%s", ++folder->pictures,
                               type == SK_TYPE_JPEG ? "jpeg" : "png");
        item->name = g_strconcat(folder->out, name, NULL);
        item->picture = picture;
    }
    g_hash_table_insert(folder->known, key, name);
    return name;
}

static bool
disarm_picture(SkOdf *self, SkSpan bytes, SkSpan place, bool preview, GBytes **ret,
               SkType *ret_type, GError **error)
{
    return sk_picture_rebuild(self->disarm, bytes, place,
                              preview ? SK_ELEMENT_OBJECT_PREVIEW : SK_ELEMENT_NONE, ret, ret_type,
                              error);
}

static bool
room_for_item(const SkOdf *self, GError **error)
{
    return self->items->len < ITEMS_MAX ||
           sk_throw(error, SK_ERROR_LIMIT, "odf: too many pictures");
}

bool
sk_odf_picture(SkOdf *self, SkOdfFolder *folder, SkSpan href, bool preview, SkOdfCounts *counts,
               const char **ret, GError **error)
{
    const SkZipEntry *entry = sk_odf_package_lookup_href(self->package, folder->in, href);
    g_autoptr(GBytes) bytes = NULL;
    GBytes *picture = NULL;
    SkType type = SK_TYPE_NONE;

    *ret = NULL;
    if (entry == NULL) {
        g_autofree char *name = sk_odf_resolve(folder->in, href);
        sk_odf_count(counts, name == NULL ? SK_ELEMENT_EXTERNAL_IMAGE : SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    g_autofree char *key = sk_span_dup(entry->name);
    void *known = NULL;
    if (g_hash_table_lookup_extended(folder->known, key, NULL, &known)) {
        *ret = known;
        return true;
    }
    sk_odf_package_used(self->package, entry);
    if (!room_for_item(self, error) ||
        !sk_odf_package_read(self->package, entry, PICTURE_BYTES_MAX, &bytes, error) ||
        !disarm_picture(self, sk_span_bytes(bytes), entry->name, preview, &picture, &type, error))
        return false;
    *ret = remember(self, folder, g_steal_pointer(&key), picture, type);
    return true;
}

bool
sk_odf_picture_base64(SkOdf *self, SkOdfFolder *folder, const GString *text, SkSpan place,
                      const char **ret, GError **error)
{
    gsize n = 0;
    g_autofree guchar *bytes = g_base64_decode(text->str, &n);
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, n);
    g_autofree char *key = g_strconcat("base64:", sum, NULL);
    GBytes *picture = NULL;
    SkType type = SK_TYPE_NONE;
    void *known = NULL;

    if (g_hash_table_lookup_extended(folder->known, key, NULL, &known)) {
        *ret = known;
        return true;
    }
    if (!room_for_item(self, error) ||
        !disarm_picture(self, sk_span(bytes, n), place, false, &picture, &type, error))
        return false;
    *ret = remember(self, folder, g_steal_pointer(&key), picture, type);
    return true;
}

bool
sk_odf_standin(SkOdf *self, SkOdfFolder *folder, const char **ret, GError **error)
{
    SkOoxmlDocument scratch = { .disarm = self->disarm };
    GBytes *picture = NULL;

    *ret = g_hash_table_lookup(folder->known, "");
    if (*ret != NULL)
        return true;
    if (!sk_ooxml_standin(&scratch, &picture, error))
        return false;
    *ret = remember(self, folder, g_strdup(""), picture, SK_TYPE_PNG);
    return true;
}

/* ---- objects ------------------------------------------------------------------------------------
 */

typedef struct {
    unsigned depth;
    SkXmlSymbol path[3];
} Probe;

static SkXmlSymbol
probe_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user, (void)uri, (void)local;
    return 0;
}

static bool
probe_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Probe *self = user;

    (void)attrs, (void)n, (void)error;
    bool follows = self->depth == 0 || self->depth == 1 ||
                   (self->depth == 2 && self->path[1] == SK_ODF_EL_office_body);
    bool found = self->depth == 2 && self->path[2] != 0;
    if (self->depth < 3 && follows && !found)
        self->path[self->depth] = element;
    self->depth++;
    return true;
}

static bool
probe_end(void *user, SkXmlSymbol element, GError **error)
{
    (void)element, (void)error;
    ((Probe *)user)->depth--;
    return true;
}

static bool
probe_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

/* What kind of object the entry is; OTHER for one that is broken as well: nothing of it comes out.
 */
static bool
probe_object(SkOdf *self, const SkZipEntry *entry, SkOdfBody *ret, GError **error)
{
    static const SkXmlHandler handler = { sk_odf_element, probe_attribute, probe_start,
                                          probe_end,      probe_text,      NULL };
    Probe probe = { .depth = 0 };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &probe);
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(GError) failure = NULL;
    SkDisarm quiet = *self->disarm;
    SkOdfPackage package = *self->package;
    SkOdfSource source = { .entry = entry };

    /* Its document type is no finding: the object goes, and is reported as such. */
    quiet.report = report;
    package.disarm = &quiet;
    bool good = sk_odf_package_parse(&package, &source, reader, &failure);
    self->disarm->expanded = quiet.expanded;
    *ret = SK_ODF_BODY_OTHER;
    if (!good && g_error_matches(failure, SK_ERROR, SK_ERROR_LIMIT)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (good && probe.path[0] == SK_ODF_EL_math_math)
        *ret = SK_ODF_BODY_FORMULA;
    else if (good && probe.path[0] == SK_ODF_EL_office_document_content &&
             probe.path[2] == SK_ODF_EL_office_chart)
        *ret = SK_ODF_BODY_CHART;
    return true;
}

static SkOdfFolder *
add_object(SkOdf *self, const char *in, SkOdfBody body)
{
    SkOdfItem *item = add_item(self, SK_ODF_OBJECT);
    SkOdfFolder *folder = g_new0(SkOdfFolder, 1);

    folder->out = g_strdup_printf("Object%u/", ++self->numbers);
    folder->in = g_strdup(in);
    folder->body = body;
    folder->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    item->folder = folder;
    return folder;
}

static void
set_part(SkOdf *self, SkOdfFolder *folder, SkOdfKind kind, const char *name)
{
    g_autofree char *path = g_strconcat(folder->in, name, NULL);

    folder->parts[kind].entry = sk_odf_package_lookup(self->package, path);
    sk_odf_package_used(self->package, folder->parts[kind].entry);
}

/* "Object1/" as an address. */
static char *
address_of(const SkOdfFolder *folder)
{
    return g_strndup(folder->out, strlen(folder->out) - 1);
}

bool
sk_odf_object(SkOdf *self, SkSpan href, char **ret, GError **error)
{
    g_autofree char *name = sk_odf_resolve("", href);
    SkOdfBody body = SK_ODF_BODY_OTHER;

    *ret = NULL;
    if (name == NULL)
        return true;
    g_autofree char *in = g_strconcat(name, "/", NULL);
    g_autofree char *content = g_strconcat(in, "content.xml", NULL);
    const SkZipEntry *entry = sk_odf_package_lookup(self->package, content);
    bool seen = g_hash_table_contains(self->package->kept, in) ||
                g_hash_table_contains(self->package->gone, in);
    if (entry == NULL || seen || self->numbers >= SK_ODF_OBJECTS_MAX)
        return true;
    if (!probe_object(self, entry, &body, error))
        return false;
    g_hash_table_add(body == SK_ODF_BODY_OTHER ? self->package->gone : self->package->kept,
                     g_strdup(in));
    if (body == SK_ODF_BODY_OTHER)
        return true;
    SkOdfFolder *folder = add_object(self, in, body);
    set_part(self, folder, SK_ODF_CONTENT, "content.xml");
    if (body == SK_ODF_BODY_CHART)
        set_part(self, folder, SK_ODF_STYLES, "styles.xml");
    else
        set_part(self, folder, SK_ODF_SETTINGS, "settings.xml");
    *ret = address_of(folder);
    return true;
}

bool
sk_odf_object_inside(SkOdf *self, const SkOdfSource *source, bool is_formula, char **ret,
                     GError **error)
{
    *ret = NULL;
    if (source->inside > SK_ODF_INLINE_MAX || self->numbers >= SK_ODF_OBJECTS_MAX)
        return true;
    if (!room_for_item(self, error))
        return false;
    SkOdfFolder *folder =
        add_object(self, "", is_formula ? SK_ODF_BODY_FORMULA : SK_ODF_BODY_CHART);
    folder->parts[SK_ODF_CONTENT] = *source;
    if (!is_formula)
        folder->parts[SK_ODF_STYLES] = *source;
    *ret = address_of(folder);
    return true;
}
