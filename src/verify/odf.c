/* SPDX-License-Identifier: Apache-2.0
 * odf.c - the package: which entries, in which order, under which names; contract in odf.h.
 *
 * Pictures and objects come in the order in which the parts first mention them, so one walk over
 * the entries beside one queue sees every entry that is missing, extra, renamed or out of place. */
#include "verify/odf.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MEDIA "application/vnd.oasis.opendocument."
#define ITEMS_MAX 20000u

static const struct {
    SkType type;
    const char *word;
} types[] = { { SK_TYPE_ODT, "text" },
              { SK_TYPE_ODS, "spreadsheet" },
              { SK_TYPE_ODP, "presentation" } };

static const SkZipEntry *
entry_at(const SkOdfFile *file, unsigned i)
{
    return &g_array_index(file->entries, SkZipEntry, i);
}

static const char *
word_of(SkType type)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
        if (types[i].type == type)
            return types[i].word;
    return "";
}

/* Entry @i is there, has this name and this method; its name begins every place from here on. */
static bool
check_entry(SkOdfFile *file, unsigned i, const char *name, uint16_t method)
{
    if (i >= file->entries->len)
        return sk_proof_no(file->proof, SK_ELEMENT_NOT_CANONICAL, "%s missing", name);
    const SkZipEntry *entry = entry_at(file, i);
    if (!sk_span_is(entry->name, name)) {
        g_autofree char *found = sk_span_dup(entry->name);
        return sk_proof_no(file->proof, sk_opendocument_name_of_entry(entry->name), "%s", found);
    }
    file->proof->part = name;
    return entry->method == method || sk_proof_no(file->proof, SK_ELEMENT_ZIP_METHOD, "method");
}

/* Inflates @entry, of which no more than @want is expected. */
static bool
check_exact(SkOdfFile *file, const SkZipEntry *entry, SkSpan want)
{
    size_t size = MAX(want.n, MIN(entry->size, 1u << 20)) + 1, n = 0, more = 0;
    g_autofree uint8_t *content = g_malloc(size);
    bool good = true;
    SkZipStream stream;

    sk_zip_stream_begin(&stream, file->proof, entry);
    do {
        good = sk_zip_stream_read(&stream, content + n, size - n, &more);
        n += more;
    } while (good && more > 0 && n < size);
    sk_zip_stream_end(&stream);
    return good && (sk_span_equal(sk_span(content, n), want) ||
                    sk_proof_no(file->proof, sk_opendocument_name_in_package(sk_span(content, n)),
                                "content"));
}

/* ---- what is mentioned -------------------------------------------------------------------- */

/* Decimal digits without a leading zero. */
static bool
parse_number(SkSpan s, unsigned *ret)
{
    unsigned value = 0;

    if (s.n == 0 || s.n > 6 || s.p[0] == '0')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isdigit(s.p[i]))
            return false;
        value = value * 10 + (unsigned)(s.p[i] - '0');
    }
    *ret = value;
    return true;
}

/* The text between @before and @after; false where @s is not of that form. */
static bool
between(SkSpan s, const char *before, const char *after, SkSpan *ret)
{
    size_t head = strlen(before), tail = strlen(after);

    if (s.n < head + tail || !sk_span_starts(s, before) ||
        !sk_span_is(sk_span_sub(s, s.n - tail, tail), after))
        return false;
    *ret = sk_span_sub(s, head, s.n - head - tail);
    return true;
}

static bool
join(SkOdfFile *file, SkOdfItem item)
{
    if (file->items->len >= ITEMS_MAX)
        return false;
    g_array_append_val(file->items, item);
    return true;
}

static bool
mention_object(SkOdfFile *file, SkSpan value)
{
    SkSpan digits;
    unsigned number = 0, next = file->folders->len; /* the document's own folder is the first */

    if (!between(value, "./Object", "", &digits) || !parse_number(digits, &number) ||
        number != next)
        return false;
    g_ptr_array_add(file->folders, g_array_new(FALSE, FALSE, sizeof(bool)));
    return join(file, (SkOdfItem){ .object = true, .number = number });
}

bool
sk_opendocument_mention(SkOdfFile *file, unsigned folder, SkSpan value, bool object)
{
    GArray *pictures = file->folders->pdata[folder];
    SkSpan digits;
    unsigned number = 0;

    if (object)
        return folder == 0 && mention_object(file, value);
    bool png = between(value, "Pictures/image", ".png", &digits);
    if ((!png && !between(value, "Pictures/image", ".jpeg", &digits)) ||
        !parse_number(digits, &number) || number > pictures->len + 1)
        return false;
    if (number <= pictures->len)
        return g_array_index(pictures, bool, number - 1) == png;
    g_array_append_val(pictures, png);
    return join(file, (SkOdfItem){ .folder = folder, .number = number, .png = png });
}

static bool
check_picture(SkOdfFile *file, unsigned *i, const SkOdfItem *item)
{
    SkPicture picture;
    g_autofree char *folder =
        item->folder == 0 ? g_strdup("") : g_strdup_printf("Object%u/", item->folder);
    g_autofree char *name =
        g_strdup_printf("%sPictures/image%u.%s", folder, item->number, item->png ? "png" : "jpeg");

    bool good = check_entry(file, *i, name, 0);
    if (good) {
        const SkZipEntry *entry = entry_at(file, *i);
        if (sk_crc(0, entry->data) != entry->crc)
            good = sk_proof_no(file->proof, SK_ELEMENT_ZIP_MISMATCH, "CRC-32");
        else
            good = sk_proof_expand(file->proof, entry->data.n) &&
                   (item->png ? sk_verify_png(file->proof, entry->data, &picture)
                              : sk_verify_jpeg(file->proof, entry->data, &picture));
        *i += 1;
    }
    file->proof->part = "";
    return good;
}

/* One XML entry of a folder. */
static bool
check_xml(SkOdfFile *file, unsigned *i, const char *name, SkOdfPartKind kind, unsigned folder,
          SkOdfPartKind *ret_kind)
{
    bool good = check_entry(file, *i, name, 8) &&
                sk_opendocument_check_part(file, entry_at(file, *i), kind, folder, ret_kind);
    *i += 1;
    file->proof->part = "";
    return good;
}

static bool
check_object(SkOdfFile *file, unsigned *i, const SkOdfItem *item, bool *ret_chart)
{
    SkOdfPartKind kind = SK_ODF_PART_OBJECT, ignored;
    g_autofree char *content = g_strdup_printf("Object%u/content.xml", item->number);

    if (!check_xml(file, i, content, kind, item->number, &kind))
        return false;
    *ret_chart = kind == SK_ODF_PART_CONTENT;
    g_autofree char *second =
        g_strdup_printf("Object%u/%s.xml", item->number, *ret_chart ? "styles" : "settings");
    return check_xml(file, i, second, *ret_chart ? SK_ODF_PART_STYLES : SK_ODF_PART_SETTINGS,
                     item->number, &ignored);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
list_entry(GString *manifest, const SkZipEntry *entry)
{
    SkSpan name = entry->name;
    bool png = name.n > 4 && sk_span_is(sk_span_sub(name, name.n - 4, 4), ".png");
    bool xml = name.n > 4 && sk_span_is(sk_span_sub(name, name.n - 4, 4), ".xml");

    g_string_append_printf(
        manifest, "<manifest:file-entry manifest:full-path=\"%.*s\" manifest:media-type=\"%s\"/>",
        (int)name.n, (const char *)name.p,
        xml   ? "text/xml"
        : png ? "image/png"
              : "image/jpeg");
}

static void
list_folder(const SkOdfFile *file, GString *manifest, const char *name, const char *word)
{
    g_string_append_printf(
        manifest,
        "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"" MEDIA
        "%s\" manifest:version=\"%s\"/>",
        name, word, file->version);
}

/* The queue beside the entries, from @i on; @manifest is what must be said of them. */
static bool
check_items(SkOdfFile *file, unsigned *i, GString *manifest)
{
    for (unsigned k = 0; k < file->items->len; k++) {
        const SkOdfItem item =
            g_array_index(file->items, SkOdfItem, k); /* a copy: the array may grow */
        unsigned first = *i;
        bool chart = false;
        if (item.object ? !check_object(file, i, &item, &chart) : !check_picture(file, i, &item))
            return false;
        if (item.object) {
            g_autofree char *folder = g_strdup_printf("Object%u/", item.number);
            list_folder(file, manifest, folder, chart ? "chart" : "formula");
        }
        for (; first < *i; first++)
            list_entry(manifest, entry_at(file, first));
    }
    return true;
}

static bool
check_fixed(SkOdfFile *file, unsigned i, const char *name, const char *want)
{
    bool good =
        check_entry(file, i, name, 8) && check_exact(file, entry_at(file, i), sk_span_str(want));
    file->proof->part = "";
    return good;
}

static bool
check_parts(SkOdfFile *file)
{
    static const struct {
        const char *name;
        SkOdfPartKind kind;
    } parts[] = { { "content.xml", SK_ODF_PART_CONTENT },
                  { "styles.xml", SK_ODF_PART_STYLES },
                  { "settings.xml", SK_ODF_PART_SETTINGS },
                  { "meta.xml", SK_ODF_PART_META } };
    unsigned i = 1;
    SkOdfPartKind ignored;

    for (unsigned k = 0; k < G_N_ELEMENTS(parts); k++)
        if (!check_xml(file, &i, parts[k].name, parts[k].kind, 0, &ignored))
            return false;
    return true;
}

/* Stored, so that its bytes stand where every reader of OpenDocument looks for them. */
static bool
check_mimetype(SkOdfFile *file)
{
    g_autofree char *want = g_strconcat(MEDIA, word_of(file->type), NULL);
    bool good = check_entry(file, 0, "mimetype", 0);

    if (good) {
        const SkZipEntry *entry = entry_at(file, 0);
        if (!sk_span_is(entry->data, want))
            good =
                sk_proof_no(file->proof, sk_opendocument_name_in_package(entry->data), "content");
        else
            good = sk_crc(0, entry->data) == entry->crc ||
                   sk_proof_no(file->proof, SK_ELEMENT_ZIP_MISMATCH, "CRC-32");
    }
    file->proof->part = "";
    return good;
}

static bool
check(SkOdfFile *file)
{
    g_autoptr(GString) manifest = g_string_new(NULL);
    unsigned i = 5;

    if (!check_mimetype(file) || !check_parts(file))
        return false;
    g_string_printf(
        manifest,
        DECLARATION
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
        "manifest:version=\"%s\">",
        file->version);
    list_folder(file, manifest, "/", word_of(file->type));
    for (unsigned k = 1; k < i; k++)
        list_entry(manifest, entry_at(file, k));
    if (!check_items(file, &i, manifest))
        return false;
    g_string_append(manifest, "</manifest:manifest>");
    if (!check_fixed(file, i, "META-INF/manifest.xml", manifest->str))
        return false;
    if (i + 1 == file->entries->len)
        return true;
    g_autofree char *found = sk_span_dup(entry_at(file, i + 1)->name);
    return sk_proof_no(file->proof, sk_opendocument_name_of_entry(entry_at(file, i + 1)->name),
                       "%s", found);
}

static bool
verify(SkProof *proof, SkSpan in, SkType type)
{
    g_autoptr(GArray) entries = NULL;
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(SkOdfItem));
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    SkOdfFile file = { .proof = proof, .type = type, .items = items, .folders = folders };

    if (!sk_verify_zip(proof, in, &entries))
        return false;
    file.entries = entries;
    g_ptr_array_add(folders, g_array_new(FALSE, FALSE, sizeof(bool)));
    return check(&file);
}

bool
sk_verify_odt(SkProof *proof, SkSpan in)
{
    return verify(proof, in, SK_TYPE_ODT);
}

bool
sk_verify_ods(SkProof *proof, SkSpan in)
{
    return verify(proof, in, SK_TYPE_ODS);
}

bool
sk_verify_odp(SkProof *proof, SkSpan in)
{
    return verify(proof, in, SK_TYPE_ODP);
}
