/* SPDX-License-Identifier: Apache-2.0
 * ooxml.c - the package: which entries, in which order, under which names; contract in ooxml.h.
 *
 * The order leaves no choice: parts come as relationships first name them, so one walk over the
 * entries beside one queue of parts sees every entry that is missing, extra, renamed or out of
 * place. */
#include "verify/ooxml.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

/* Around the name of the main part. */
static const char package_relations[2][500] = {
    DECLARATION "<Relationships xmlns=\"" PACKAGE "relationships\">"
                "<Relationship Id=\"rId1\" Target=\"",
    "\" Type=\"" SK_OOXML_O "officeDocument\"/>"
    "<Relationship Id=\"rId2\" Target=\"docProps/app.xml\" Type=\"" SK_OOXML_O
    "extended-properties\"/></Relationships>"
};

#define PROPERTIES(application)                                                                    \
    DECLARATION                                                                                    \
    "<Properties "                                                                                 \
    "xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"         \
    "<Application>" application "</Properties>"
/* Whose habits the document has. */
static const char *const properties[] = {
    PROPERTIES("Sekisho</Application>"),
    PROPERTIES("LibreOffice</Application>"),
    PROPERTIES("Microsoft Office</Application>"),
    PROPERTIES("Microsoft Office</Application><AppVersion>12.0000</AppVersion>"),
};

static const char types_head[] =
    DECLARATION "<Types xmlns=\"" PACKAGE "content-types\">"
                "<Default ContentType=\"image/jpeg\" Extension=\"jpeg\"/>"
                "<Default ContentType=\"image/png\" Extension=\"png\"/>"
                "<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" "
                "Extension=\"rels\"/>"
                "<Default ContentType=\"application/xml\" Extension=\"xml\"/>"
                "<Override ContentType=\"" SK_OOXML_D
                "extended-properties+xml\" PartName=\"/docProps/app.xml\"/>";

static const SkZipEntry *
entry_at(const SkOoxmlFile *file, unsigned i)
{
    return &g_array_index(file->entries, SkZipEntry, i);
}

static const SkOoxmlKind *
kind_of(const SkOoxmlFile *file, const SkOoxmlPart *part)
{
    return &file->format->kinds[part->kind];
}

static bool
is_picture(const SkOoxmlFile *file, const SkOoxmlPart *part)
{
    return kind_of(file, part)->content_type == NULL;
}

char *
sk_package_part_name(const SkOoxmlFile *file, const SkOoxmlPart *part)
{
    const char *folder = file->format->folder, *name = kind_of(file, part)->name;

    return part->number == 0
               ? g_strdup_printf("%s%s.%s", folder, name, part->extension)
               : g_strdup_printf("%s%s%u.%s", folder, name, part->number, part->extension);
}

/* Inflates @entry, of which no more than @want is expected. */
static bool
check_exact(SkOoxmlFile *file, const SkZipEntry *entry, SkSpan want)
{
    size_t size =
        MAX(want.n, entry->size) <= (1u << 20) ? MAX(want.n, entry->size) + 1 : want.n + 1;
    g_autofree uint8_t *content = g_malloc(size);
    size_t n = 0, more = 0;
    bool good = true;
    SkZipStream stream;

    sk_zip_stream_begin(&stream, file->proof, entry);
    do {
        good = sk_zip_stream_read(&stream, content + n, size - n, &more);
        n += more;
    } while (good && more > 0 && n < size);
    sk_zip_stream_end(&stream);
    if (!good)
        return false;
    return sk_span_equal(sk_span(content, n), want) ||
           sk_proof_no(file->proof, sk_package_name_in_package(sk_span(content, n)), "content");
}

/* Entry @i is there, has this name and this method; its name begins every place from here on. */
static bool
check_entry(SkOoxmlFile *file, unsigned i, const char *name, uint16_t method)
{
    if (i >= file->entries->len)
        return sk_proof_no(file->proof, SK_ELEMENT_NOT_CANONICAL, "%s missing", name);
    const SkZipEntry *entry = entry_at(file, i);
    if (!sk_span_is(entry->name, name)) {
        g_autofree char *found = sk_span_dup(entry->name);
        return sk_proof_no(file->proof, sk_package_name_of_entry(entry->name), "%s", found);
    }
    file->proof->part = name;
    return entry->method == method || sk_proof_no(file->proof, SK_ELEMENT_ZIP_METHOD, "method");
}

static bool
check_fixed(SkOoxmlFile *file, unsigned i, const char *name, const char *want)
{
    bool good =
        check_entry(file, i, name, 8) && check_exact(file, entry_at(file, i), sk_span_str(want));
    file->proof->part = "";
    return good;
}

static bool
check_properties(SkOoxmlFile *file)
{
    const char *want = properties[0];

    for (size_t i = 1; i < G_N_ELEMENTS(properties) && file->entries->len > 1; i++) {
        if (strlen(properties[i]) == entry_at(file, 1)->size)
            want = properties[i];
    }
    return check_fixed(file, 1, "docProps/app.xml", want);
}

static bool
check_picture(SkOoxmlFile *file, const SkZipEntry *entry, const SkOoxmlPart *part)
{
    SkPicture picture;

    if (sk_crc(0, entry->data) != entry->crc)
        return sk_proof_no(file->proof, SK_ELEMENT_ZIP_MISMATCH, "CRC-32");
    if (!sk_proof_expand(file->proof, entry->data.n))
        return false;
    return strcmp(part->extension, "png") == 0 ? sk_verify_png(file->proof, entry->data, &picture)
                                               : sk_verify_jpeg(file->proof, entry->data, &picture);
}

/* (transfer full): FOLDER/_rels/NAME.rels for FOLDER/NAME. */
static char *
relations_name(const char *part)
{
    size_t folder = (size_t)(strrchr(part, '/') - part);

    return g_strdup_printf("%.*s/_rels%s.rels", (int)folder, part, part + folder);
}

/* One XML part and, behind it, its relationships if it has any; those are read first. */
static bool
check_xml(SkOoxmlFile *file, unsigned p, unsigned *i)
{
    const SkZipEntry *entry = entry_at(file, *i);
    g_autofree char *name = sk_package_part_name(file, sk_package_part_at(file, p));
    g_autofree char *rels = relations_name(name);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(SkOoxmlRelation));
    SkOoxmlRelations relations = { .list = list };

    if (*i + 1 < file->entries->len && sk_span_is(entry_at(file, *i + 1)->name, rels)) {
        *i += 1;
        if (!check_entry(file, *i, rels, 8) ||
            !sk_package_check_relations(file, entry_at(file, *i), p, &relations))
            return false;
        if (list->len == 0)
            return sk_proof_no(file->proof, SK_ELEMENT_NOT_CANONICAL, "no relationships");
    }
    file->proof->part = name;
    bool good = sk_package_check_musts(file, p, &relations) &&
                sk_package_check_part(file, entry, p, &relations);
    file->proof->part = "";
    return good;
}

/* The queue of parts beside the entries, from @i on. */
static bool
check_parts(SkOoxmlFile *file, unsigned *i)
{
    for (unsigned p = 0; p < file->parts->len; p++, *i += 1) {
        const SkOoxmlPart part = *sk_package_part_at(file, p); /* a copy: the array may grow */
        bool picture = is_picture(file, &part);
        g_autofree char *name = sk_package_part_name(file, &part);
        bool good =
            check_entry(file, *i, name, picture ? 0 : 8) &&
            (picture ? check_picture(file, entry_at(file, *i), &part) : check_xml(file, p, i));
        file->proof->part = "";
        if (!good)
            return false;
    }
    return true;
}

static bool
check_types(SkOoxmlFile *file, unsigned i)
{
    g_autoptr(GString) want = g_string_new(types_head);

    for (unsigned p = 0; p < file->parts->len; p++) {
        const SkOoxmlPart *part = sk_package_part_at(file, p);
        g_autofree char *name = sk_package_part_name(file, part);
        if (!is_picture(file, part))
            g_string_append_printf(want, "<Override ContentType=\"%s\" PartName=\"/%s\"/>",
                                   kind_of(file, part)->content_type, name);
    }
    g_string_append(want, "</Types>");
    return check_fixed(file, i, "[Content_Types].xml", want->str);
}

static bool
check_ids(const SkOoxmlFile *file)
{
    for (unsigned i = 0; i < SK_OOXML_ID_SETS_MAX; i++) {
        GHashTableIter iter;
        void *id = NULL;
        g_hash_table_iter_init(&iter, file->ids[i].referenced);
        while (g_hash_table_iter_next(&iter, &id, NULL))
            if (!g_hash_table_contains(file->ids[i].defined, id))
                return sk_proof_no(file->proof, SK_ELEMENT_NOT_CANONICAL,
                                   "reference to %s, which is not there", (char *)id);
    }
    return true;
}

static bool
check(SkOoxmlFile *file)
{
    unsigned i = 2;
    SkOoxmlPart first = { .kind = (uint8_t)file->format->main, .extension = "xml" };
    g_autofree char *name = sk_package_part_name(file, &first);
    g_autofree char *relations =
        g_strconcat(package_relations[0], name, package_relations[1], NULL);

    if (!check_fixed(file, 0, "_rels/.rels", relations) || !check_properties(file))
        return false;
    g_array_append_val(file->parts, first);
    g_array_append_val(file->numbered[first.kind], (unsigned){ 0 });
    if (!check_parts(file, &i) || !check_types(file, i) || !check_ids(file) ||
        (file->format->file_end != NULL && !file->format->file_end(file)))
        return false;
    if (i + 1 == file->entries->len)
        return true;
    g_autofree char *found = sk_span_dup(entry_at(file, i + 1)->name);
    return sk_proof_no(file->proof, sk_package_name_of_entry(entry_at(file, i + 1)->name), "%s",
                       found);
}

static void
begin(SkOoxmlFile *file)
{
    for (unsigned i = 0; i < SK_OOXML_ID_SETS_MAX; i++) {
        file->ids[i].defined = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        file->ids[i].referenced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    for (unsigned kind = 0; kind < SK_OOXML_KINDS_MAX; kind++)
        file->numbered[kind] = g_array_new(FALSE, FALSE, sizeof(unsigned));
    file->state = g_malloc0(MAX(file->format->file_size, 1));
}

static void
finish(SkOoxmlFile *file)
{
    for (unsigned i = 0; i < SK_OOXML_ID_SETS_MAX; i++) {
        g_hash_table_unref(file->ids[i].defined);
        g_hash_table_unref(file->ids[i].referenced);
    }
    for (unsigned kind = 0; kind < SK_OOXML_KINDS_MAX; kind++)
        g_array_unref(file->numbered[kind]);
    if (file->format->file_free != NULL)
        file->format->file_free(file->state);
    g_free(file->state);
}

bool
sk_package_verify(SkProof *proof, SkSpan in, const SkOoxmlFormat *format)
{
    g_autoptr(GArray) entries = NULL;
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(SkOoxmlPart));
    SkOoxmlFile file = { .proof = proof, .format = format, .parts = parts };

    g_assert(format->n_kinds <= SK_OOXML_KINDS_MAX);
    if (sk_span_starts(in, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
        return sk_proof_no(proof, SK_ELEMENT_ENCRYPTED_PACKAGE, "byte 0");
    if (!sk_verify_zip(proof, in, &entries))
        return false;
    file.entries = entries;
    begin(&file);
    bool good = check(&file);
    finish(&file);
    return good;
}
