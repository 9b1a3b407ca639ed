/* SPDX-License-Identifier: Apache-2.0
 * docx.c - the package of a docx: which entries, in which order, under which names; contract in
 * proof.h.
 *
 * The order leaves no choice: parts come as relationships first name them, so one walk over the
 * entries beside one queue of parts sees every entry that is missing, extra, renamed or out of
 * place. */
#include "verify/docx.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define W "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define D "application/vnd.openxmlformats-officedocument."
#define R "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

const SkDocxKindRow sk_docx_kinds[SK_DOCX_KINDS] = {
    [SK_DOCX_STYLES] = { "styles", E_w_styles, W "styles+xml", "styles" },
    [SK_DOCX_NUMBERING] = { "numbering", E_w_numbering, W "numbering+xml", "numbering" },
    [SK_DOCX_SETTINGS] = { "settings", E_w_settings, W "settings+xml", "settings" },
    [SK_DOCX_FONT_TABLE] = { "fontTable", E_w_fonts, W "fontTable+xml", "fontTable" },
    [SK_DOCX_THEME] = { "theme", E_a_theme, D "theme+xml", "theme" },
    [SK_DOCX_FOOTNOTES] = { "footnotes", E_w_footnotes, W "footnotes+xml", "footnotes" },
    [SK_DOCX_ENDNOTES] = { "endnotes", E_w_endnotes, W "endnotes+xml", "endnotes" },
    [SK_DOCX_COMMENTS] = { "comments", E_w_comments, W "comments+xml", "comments" },
    [SK_DOCX_DOCUMENT] = { "document", E_w_document, W "document.main+xml", "officeDocument" },
    [SK_DOCX_HEADERS] = { "header", E_w_hdr, W "header+xml", "header" },
    [SK_DOCX_FOOTERS] = { "footer", E_w_ftr, W "footer+xml", "footer" },
    [SK_DOCX_CHARTS] = { "chart", E_c_chartSpace, D "drawingml.chart+xml", "chart" },
    [SK_DOCX_PICTURES] = { "media/image", E_NONE, NULL, "image" },
    [SK_DOCX_HYPERLINKS] = { NULL, E_NONE, NULL, "hyperlink" },
};

static const char package_relations[] = DECLARATION
    "<Relationships xmlns=\"" PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Target=\"word/document.xml\" Type=\"" R "officeDocument\"/>"
    "<Relationship Id=\"rId2\" Target=\"docProps/app.xml\" Type=\"" R "extended-properties\"/>"
    "</Relationships>";

static const char properties[] = DECLARATION
    "<Properties "
    "xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
    "<Application>Sekisho</Application></Properties>";

static const char types_head[] = DECLARATION
    "<Types xmlns=\"" PACKAGE "content-types\">"
    "<Default ContentType=\"image/jpeg\" Extension=\"jpeg\"/>"
    "<Default ContentType=\"image/png\" Extension=\"png\"/>"
    "<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" "
    "Extension=\"rels\"/>"
    "<Default ContentType=\"application/xml\" Extension=\"xml\"/>"
    "<Override ContentType=\"" D "extended-properties+xml\" PartName=\"/docProps/app.xml\"/>";

static const SkZipEntry *
entry_at(const SkDocx *docx, unsigned i)
{
    return &g_array_index(docx->entries, SkZipEntry, i);
}

static const SkDocxPart *
part_at(const SkDocx *docx, unsigned i)
{
    return &g_array_index(docx->parts, SkDocxPart, i);
}

char *
sk_docx_part_name(const SkDocxPart *part)
{
    const char *name = sk_docx_kinds[part->kind].name;

    return part->number == 0 ? g_strdup_printf("word/%s.xml", name)
                             : g_strdup_printf("word/%s%u.%s", name, part->number, part->extension);
}

/* Inflates @entry, of which no more than @want is expected. */
static bool
check_exact(SkDocx *docx, const SkZipEntry *entry, SkSpan want, SkElement (*name)(SkSpan content))
{
    size_t size =
        MAX(want.n, entry->size) <= (1u << 20) ? MAX(want.n, entry->size) + 1 : want.n + 1;
    g_autofree uint8_t *content = g_malloc(size);
    size_t n = 0, more = 0;
    bool good = true;
    SkZipStream stream;

    sk_zip_stream_begin(&stream, docx->proof, entry);
    do {
        good = sk_zip_stream_read(&stream, content + n, size - n, &more);
        n += more;
    } while (good && more > 0 && n < size);
    sk_zip_stream_end(&stream);
    if (!good)
        return false;
    return sk_span_equal(sk_span(content, n), want) ||
           sk_proof_no(docx->proof, name(sk_span(content, n)), "content");
}

/* Entry @i is there, has this name and this method; its name begins every place from here on. */
static bool
check_entry(SkDocx *docx, unsigned i, const char *name, uint16_t method)
{
    if (i >= docx->entries->len)
        return sk_proof_no(docx->proof, SK_ELEMENT_NOT_CANONICAL, "%s missing", name);
    const SkZipEntry *entry = entry_at(docx, i);
    if (!sk_span_is(entry->name, name)) {
        g_autofree char *found = sk_span_dup(entry->name);
        return sk_proof_no(docx->proof, sk_docx_name_of_entry(entry->name), "%s", found);
    }
    docx->proof->part = name;
    return entry->method == method || sk_proof_no(docx->proof, SK_ELEMENT_ZIP_METHOD, "method");
}

static bool
check_fixed(SkDocx *docx, unsigned i, const char *name, const char *want)
{
    bool good = check_entry(docx, i, name, 8) &&
                check_exact(docx, entry_at(docx, i), sk_span_str(want), sk_docx_name_in_package);
    docx->proof->part = "";
    return good;
}

static bool
check_picture(SkDocx *docx, const SkZipEntry *entry, const SkDocxPart *part)
{
    SkPicture picture;

    if (sk_crc(0, entry->data) != entry->crc)
        return sk_proof_no(docx->proof, SK_ELEMENT_ZIP_MISMATCH, "CRC-32");
    if (!sk_proof_expand(docx->proof, entry->data.n))
        return false;
    return strcmp(part->extension, "png") == 0 ? sk_verify_png(docx->proof, entry->data, &picture)
                                               : sk_verify_jpeg(docx->proof, entry->data, &picture);
}

/* One XML part and, behind it, its relationships if it has any; those are read first. */
static bool
check_xml(SkDocx *docx, unsigned p, unsigned *i)
{
    const SkDocxPart part = *part_at(docx, p); /* a copy: relationships make the array grow */
    const SkZipEntry *entry = entry_at(docx, *i);
    g_autofree char *name = sk_docx_part_name(&part);
    g_autofree char *rels = g_strdup_printf("word/_rels/%s.rels", name + strlen("word/"));
    g_autoptr(GByteArray) kinds = g_byte_array_new();
    SkDocxRelations relations = { .kinds = kinds };

    if (*i + 1 < docx->entries->len && sk_span_is(entry_at(docx, *i + 1)->name, rels)) {
        *i += 1;
        if (!check_entry(docx, *i, rels, 8) ||
            !sk_docx_check_relations(docx, entry_at(docx, *i), p, &relations))
            return false;
        if (kinds->len == 0)
            return sk_proof_no(docx->proof, SK_ELEMENT_NOT_CANONICAL, "no relationships");
    }
    docx->proof->part = name;
    bool good = sk_docx_check_part(docx, entry, part.kind, &relations);
    docx->proof->part = "";
    return good;
}

/* The queue of parts beside the entries, from @i on. */
static bool
check_parts(SkDocx *docx, unsigned *i)
{
    for (unsigned p = 0; p < docx->parts->len; p++, *i += 1) {
        const SkDocxPart *part = part_at(docx, p);
        bool picture = part->kind == SK_DOCX_PICTURES;
        g_autofree char *name = sk_docx_part_name(part);
        bool good =
            check_entry(docx, *i, name, picture ? 0 : 8) &&
            (picture ? check_picture(docx, entry_at(docx, *i), part) : check_xml(docx, p, i));
        docx->proof->part = "";
        if (!good)
            return false;
    }
    return true;
}

static bool
check_types(SkDocx *docx, unsigned i)
{
    g_autoptr(GString) want = g_string_new(types_head);

    for (unsigned p = 0; p < docx->parts->len; p++) {
        g_autofree char *name = sk_docx_part_name(part_at(docx, p));
        if (part_at(docx, p)->kind != SK_DOCX_PICTURES)
            g_string_append_printf(want, "<Override ContentType=\"%s\" PartName=\"/%s\"/>",
                                   sk_docx_kinds[part_at(docx, p)->kind].content_type, name);
    }
    g_string_append(want, "</Types>");
    return check_fixed(docx, i, "[Content_Types].xml", want->str);
}

static bool
check_ids(const SkDocx *docx)
{
    for (unsigned i = 0; i < SK_DOCX_ID_KINDS; i++) {
        GHashTableIter iter;
        void *id = NULL;
        g_hash_table_iter_init(&iter, docx->ids[i].referenced);
        while (g_hash_table_iter_next(&iter, &id, NULL))
            if (!g_hash_table_contains(docx->ids[i].defined, id))
                return sk_proof_no(docx->proof, SK_ELEMENT_NOT_CANONICAL, "reference to note %s",
                                   (char *)id);
    }
    return true;
}

static bool
check(SkDocx *docx)
{
    SkDocxPart document = { .kind = SK_DOCX_DOCUMENT, .extension = "xml" };
    unsigned i = 2;

    if (!check_fixed(docx, 0, "_rels/.rels", package_relations) ||
        !check_fixed(docx, 1, "docProps/app.xml", properties))
        return false;
    g_array_append_val(docx->parts, document);
    if (!check_parts(docx, &i) || !check_types(docx, i) || !check_ids(docx))
        return false;
    if (i + 1 == docx->entries->len)
        return true;
    g_autofree char *found = sk_span_dup(entry_at(docx, i + 1)->name);
    return sk_proof_no(docx->proof, sk_docx_name_of_entry(entry_at(docx, i + 1)->name), "%s",
                       found);
}

bool
sk_verify_docx(SkProof *proof, SkSpan in)
{
    g_autoptr(GArray) entries = NULL;
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(SkDocxPart));
    SkDocx docx = { .proof = proof, .parts = parts };

    if (sk_span_starts(in, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
        return sk_proof_no(proof, SK_ELEMENT_ENCRYPTED_PACKAGE, "byte 0");
    if (!sk_verify_zip(proof, in, &entries))
        return false;
    docx.entries = entries;
    for (unsigned i = 0; i < SK_DOCX_ID_KINDS; i++) {
        docx.ids[i].defined = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        docx.ids[i].referenced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    for (unsigned kind = 0; kind < SK_DOCX_KINDS; kind++)
        docx.numbered[kind] = g_array_new(FALSE, FALSE, sizeof(unsigned));
    bool good = check(&docx);
    for (unsigned i = 0; i < SK_DOCX_ID_KINDS; i++) {
        g_hash_table_unref(docx.ids[i].defined);
        g_hash_table_unref(docx.ids[i].referenced);
    }
    for (unsigned kind = 0; kind < SK_DOCX_KINDS; kind++)
        g_array_unref(docx.numbered[kind]);
    return good;
}
