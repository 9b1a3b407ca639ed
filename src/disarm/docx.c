/* SPDX-License-Identifier: Apache-2.0
 *
 * docx.c - sk_docx_disarm: the main part, then whatever a written part refers to, each part once,
 * in the order of first mention. Nothing else is ever looked at, so nothing else can come out.
 */
#include "disarm/docx.h"

#include "disarm/docx-link.h"
#include "disarm/ooxml-names.h"

#include <string.h>

#define WORD "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define OFFICE_RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PACKAGE_RELS "http://schemas.openxmlformats.org/package/2006/relationships"
#define PACKAGE_TYPES "http://schemas.openxmlformats.org/package/2006/content-types"
#define PARTS_MAX 10000u

static const struct {
    const char *name; /* a format where there may be several */
    const char *content_type;
} kinds[SK_OOXML_KINDS] = {
    [SK_OOXML_DOCUMENT] = { "word/document.xml", WORD "document.main+xml" },
    [SK_OOXML_STYLES] = { "word/styles.xml", WORD "styles+xml" },
    [SK_OOXML_NUMBERING] = { "word/numbering.xml", WORD "numbering+xml" },
    [SK_OOXML_SETTINGS] = { "word/settings.xml", WORD "settings+xml" },
    [SK_OOXML_FONT_TABLE] = { "word/fontTable.xml", WORD "fontTable+xml" },
    [SK_OOXML_THEME] = { "word/theme.xml",
                         "application/vnd.openxmlformats-officedocument.theme+xml" },
    [SK_OOXML_FOOTNOTES] = { "word/footnotes.xml", WORD "footnotes+xml" },
    [SK_OOXML_ENDNOTES] = { "word/endnotes.xml", WORD "endnotes+xml" },
    [SK_OOXML_COMMENTS] = { "word/comments.xml", WORD "comments+xml" },
    [SK_OOXML_HEADER] = { "word/header", WORD "header+xml" },
    [SK_OOXML_FOOTER] = { "word/footer", WORD "footer+xml" },
    [SK_OOXML_CHART] = { "word/chart",
                         "application/vnd.openxmlformats-officedocument.drawingml.chart+xml" },
};

static void
part_free(void *p)
{
    SkDocxPart *part = p;
    g_free(part->name);
    g_clear_pointer(&part->picture, g_bytes_unref);
    g_free(part);
}

static void
docx_clear(SkDocx *self)
{
    sk_ooxml_free(self->package);
    sk_zip_writer_free(self->writer);
    g_clear_pointer(&self->parts, g_ptr_array_unref);
    g_clear_pointer(&self->known, g_hash_table_unref);
    for (unsigned i = 0; i < G_N_ELEMENTS(self->ids); i++)
        g_clear_pointer(&self->ids[i], g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkDocx, docx_clear)

/* ---- parts --------------------------------------------------------------------------------- */

static SkDocxPart *
add_part(SkDocx *self, SkOoxmlKind kind, const SkZipEntry *entry, const char *suffix)
{
    SkDocxPart *part = g_new0(SkDocxPart, 1);
    unsigned number = ++self->numbers[kind];

    part->kind = kind;
    part->entry = entry;
    part->name = suffix != NULL
                     ? g_strdup_printf("word/%s%s%u.%s", kind == SK_OOXML_IMAGE ? "media/" : "",
                                       sk_ooxml_kind_name(kind), number, suffix)
                     : g_strdup(kinds[kind].name);
    g_ptr_array_add(self->parts, part);
    if (entry != NULL) {
        g_hash_table_insert(self->known, (void *)(uintptr_t)entry, part);
        sk_ooxml_used(self->package, entry);
    }
    return part;
}

static bool
check_content_type(SkDocx *self, SkOoxmlKind kind, const SkZipEntry *entry, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (g_ascii_strcasecmp(sk_ooxml_content_type(self->package, entry), kinds[kind].content_type) ==
        0)
        return true;
    return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, entry->name, 1, &verdict,
                           error) &&
           sk_throw(error, SK_ERROR_FORBIDDEN, "docx: content type contradicts the part");
}

static bool
add_standin(SkDocx *self, GError **error)
{
    GBytes *picture = NULL;

    if (self->standin != NULL)
        return true;
    if (!sk_docx_standin(self, &picture, error))
        return false;
    self->standin = add_part(self, SK_OOXML_IMAGE, NULL, "png");
    self->standin->picture = picture;
    return true;
}

static bool
add_picture(SkDocx *self, const SkZipEntry *entry, SkDocxPart **ret, GError **error)
{
    GBytes *picture = NULL;
    SkType type = SK_TYPE_NONE;

    sk_ooxml_used(self->package, entry);
    if (!sk_docx_picture(self, entry, &picture, &type, error))
        return false;
    if (picture == NULL) {
        if (!add_standin(self, error))
            return false;
        g_hash_table_insert(self->known, (void *)(uintptr_t)entry, self->standin);
        *ret = self->standin;
        return true;
    }
    *ret = add_part(self, SK_OOXML_IMAGE, entry, type == SK_TYPE_JPEG ? "jpeg" : "png");
    (*ret)->picture = picture;
    return true;
}

static bool
get_part(SkDocx *self, SkOoxmlKind kind, const SkZipEntry *entry, SkDocxPart **ret, GError **error)
{
    SkDocxPart *part = g_hash_table_lookup(self->known, entry);
    if (part != NULL) {
        *ret = part->kind == kind ? part : NULL;
        return true;
    }
    if (self->parts->len >= PARTS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "docx: too many parts");
    if (kind == SK_OOXML_IMAGE)
        return add_picture(self, entry, ret, error);
    if (!check_content_type(self, kind, entry, error))
        return false;
    *ret = add_part(self, kind, entry, kind >= SK_OOXML_HEADER ? "xml" : NULL);
    return true;
}

/* ---- relationships that are written -------------------------------------------------------- */

static void
rel_clear(void *p)
{
    g_free(((SkDocxRel *)p)->target);
}

/* Takes @target. */
static unsigned
number_of(SkDocxRun *run, SkOoxmlKind kind, char *target)
{
    /* Links and parts cannot be mistaken for each other: a link has a scheme. */
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(run->numbers, target));
    if (number > 0) {
        g_free(target);
        return number;
    }
    SkDocxRel rel = { .kind = kind, .target = target };
    g_array_append_val(run->out, rel);
    g_hash_table_insert(run->numbers, target, GUINT_TO_POINTER(run->out->len));
    return run->out->len;
}

static unsigned
number_of_part(SkDocxRun *run, const SkDocxPart *part)
{
    return number_of(run, part->kind, g_strdup(part->name + strlen("word/")));
}

static bool
refer_link(SkDocxRun *run, const SkOoxmlRel *rel, unsigned *ret_number)
{
    char *link = rel->external ? sk_docx_link(sk_span_str(rel->target)) : NULL;
    SkElement element = link == NULL ? SK_ELEMENT_UNSAFE_HYPERLINK : SK_ELEMENT_HYPERLINK;

    sk_docx_count(run, element);
    if (link == NULL || sk_disarm_verdict(run->docx->disarm, element) != SK_VERDICT_KEPT)
        g_free(link);
    else
        *ret_number = number_of(run, SK_OOXML_HYPERLINK, link);
    return true;
}

bool
sk_docx_refer(SkDocxRun *run, SkSpan id, SkOoxmlKind kind, unsigned *ret_number, GError **error)
{
    g_autofree char *key = sk_span_dup(id);
    const SkOoxmlRel *rel = g_hash_table_lookup(run->by_id, key);
    SkDocxPart *part = NULL;

    *ret_number = 0;
    if (rel == NULL || rel->kind != kind)
        return true;
    if (kind == SK_OOXML_HYPERLINK)
        return refer_link(run, rel, ret_number);
    const SkZipEntry *entry =
        rel->external ? NULL : sk_ooxml_lookup(run->docx->package, rel->target);
    if (entry == NULL)
        return true;
    if (!get_part(run->docx, kind, entry, &part, error))
        return false;
    if (part != NULL)
        *ret_number = number_of_part(run, part);
    return true;
}

bool
sk_docx_refer_standin(SkDocxRun *run, unsigned *ret_number, GError **error)
{
    if (!add_standin(run->docx, error))
        return false;
    *ret_number = number_of_part(run, run->docx->standin);
    return true;
}

static void
emit_text(SkZipWriter *writer, const char *s)
{
    sk_zip_writer_span(writer, sk_span_str(s));
}

/* Links hold `&` and no other character that needs escaping in a value. */
static void
emit_target(SkZipWriter *writer, const char *target)
{
    g_auto(GStrv) pieces = g_strsplit(target, "&", -1);
    g_autofree char *escaped = g_strjoinv("&amp;", pieces);

    emit_text(writer, escaped);
}

static void
emit_rels(SkDocxRun *run)
{
    SkZipWriter *writer = run->docx->writer;

    if (run->out->len == 0)
        return;
    g_autofree char *name =
        g_strdup_printf("word/_rels/%s.rels", run->part->name + strlen("word/"));
    sk_zip_writer_begin(writer, name, true);
    emit_text(writer, SK_XML_DECLARATION "<Relationships xmlns=\"" PACKAGE_RELS "\">");
    for (unsigned i = 0; i < run->out->len; i++) {
        const SkDocxRel *rel = &g_array_index(run->out, SkDocxRel, i);
        g_autofree char *id = g_strdup_printf("<Relationship Id=\"rId%u\" Target=\"", i + 1);
        emit_text(writer, id);
        emit_target(writer, rel->target);
        emit_text(writer, rel->kind == SK_OOXML_HYPERLINK ? "\" TargetMode=\"External\"" : "\"");
        emit_text(writer, " Type=\"" OFFICE_RELS);
        emit_text(writer, sk_ooxml_kind_name(rel->kind));
        emit_text(writer, "\"/>");
    }
    emit_text(writer, "</Relationships>");
    sk_zip_writer_end(writer);
}

/* ---- one part ------------------------------------------------------------------------------ */

/* The parts that belong to the document without being named in its text. */
static bool
refer_implicit(SkDocxRun *run, GError **error)
{
    for (SkOoxmlKind kind = SK_OOXML_STYLES; kind <= SK_OOXML_COMMENTS; kind++) {
        for (unsigned i = 0; i < run->in->len; i++) {
            const SkOoxmlRel *rel = &g_array_index(run->in, SkOoxmlRel, i);
            bool gone =
                kind == SK_OOXML_COMMENTS &&
                sk_disarm_verdict(run->docx->disarm, SK_ELEMENT_COMMENTS) != SK_VERDICT_KEPT;
            unsigned number = 0;
            if (rel->kind != kind || rel->external || gone || run->docx->numbers[kind] > 0)
                continue;
            if (!sk_docx_refer(run, sk_span_str(rel->id), kind, &number, error))
                return false;
        }
    }
    return true;
}

static bool
report_counts(SkDocxRun *run, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    SkSpan place = run->part->entry->name;

    for (SkElement element = SK_ELEMENT_NONE + 1; element < SK_ELEMENT_COUNT; element++) {
        if (run->counts[element] > 0 && !sk_disarm_found(run->docx->disarm, element, place,
                                                         run->counts[element], &verdict, error))
            return false;
    }
    return true;
}

/* External relationships are gone whether or not anything named them. */
static void
count_external(SkDocxRun *run)
{
    for (unsigned i = 0; i < run->in->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(run->in, SkOoxmlRel, i);
        if (rel->external && rel->kind != SK_OOXML_HYPERLINK)
            sk_docx_count(run, rel->element);
    }
}

static void
run_clear(SkDocxRun *run)
{
    g_clear_pointer(&run->in, g_array_unref);
    g_clear_pointer(&run->by_id, g_hash_table_unref);
    g_clear_pointer(&run->numbers, g_hash_table_unref);
    g_clear_pointer(&run->out, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkDocxRun, run_clear)

static bool
write_xml_part(SkDocx *self, const SkDocxPart *part, GError **error)
{
    g_auto(SkDocxRun) run = { .docx = self, .part = part };

    if (!sk_ooxml_relationships(self->package, part->entry, &run.in, error))
        return false;
    run.by_id = g_hash_table_new(g_str_hash, g_str_equal);
    run.numbers = g_hash_table_new(g_str_hash, g_str_equal);
    run.out = g_array_new(FALSE, FALSE, sizeof(SkDocxRel));
    g_array_set_clear_func(run.out, rel_clear);
    for (unsigned i = 0; i < run.in->len; i++)
        g_hash_table_insert(run.by_id, g_array_index(run.in, SkOoxmlRel, i).id,
                            &g_array_index(run.in, SkOoxmlRel, i));
    count_external(&run);
    if (part->kind == SK_OOXML_DOCUMENT && !refer_implicit(&run, error))
        return false;
    sk_zip_writer_begin(self->writer, part->name, true);
    if (!sk_docx_filter(&run, error))
        return false;
    sk_zip_writer_end(self->writer);
    emit_rels(&run);
    return report_counts(&run, error);
}

static bool
write_part(SkDocx *self, SkDocxPart *part, GError **error)
{
    if (part->kind != SK_OOXML_IMAGE)
        return write_xml_part(self, part, error);
    sk_zip_writer_begin(self->writer, part->name, false);
    sk_zip_writer_span(self->writer, sk_span_bytes(part->picture));
    sk_zip_writer_end(self->writer);
    g_clear_pointer(&part->picture, g_bytes_unref);
    return true;
}

/* ---- the package --------------------------------------------------------------------------- */

static void
emit_entry(SkDocx *self, const char *name, const char *content)
{
    sk_zip_writer_begin(self->writer, name, true);
    emit_text(self->writer, SK_XML_DECLARATION);
    emit_text(self->writer, content);
    sk_zip_writer_end(self->writer);
}

static void
emit_head(SkDocx *self)
{
    emit_entry(self, "_rels/.rels",
               "<Relationships xmlns=\"" PACKAGE_RELS
               "\"><Relationship Id=\"rId1\" Target=\"word/document.xml\" "
               "Type=\"" OFFICE_RELS
               "officeDocument\"/><Relationship Id=\"rId2\" Target=\"docProps/app.xml\" "
               "Type=\"" OFFICE_RELS "extended-properties\"/></Relationships>");
    emit_entry(
        self, "docProps/app.xml",
        "<Properties "
        "xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
        "<Application>Sekisho</Application></Properties>");
}

static void
emit_types(SkDocx *self)
{
    g_autoptr(GString) xml = g_string_new(
        "<Types xmlns=\"" PACKAGE_TYPES
        "\"><Default ContentType=\"image/jpeg\" Extension=\"jpeg\"/>"
        "<Default ContentType=\"image/png\" Extension=\"png\"/>"
        "<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" "
        "Extension=\"rels\"/>"
        "<Default ContentType=\"application/xml\" Extension=\"xml\"/>"
        "<Override "
        "ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\" "
        "PartName=\"/docProps/app.xml\"/>");

    for (unsigned i = 0; i < self->parts->len; i++) {
        const SkDocxPart *part = self->parts->pdata[i];
        if (part->kind != SK_OOXML_IMAGE)
            g_string_append_printf(xml, "<Override ContentType=\"%s\" PartName=\"/%s\"/>",
                                   kinds[part->kind].content_type, part->name);
    }
    g_string_append(xml, "</Types>");
    emit_entry(self, "[Content_Types].xml", xml->str);
}

/* Before anything is written it must be known which notes and comments there are to refer to. */
static bool
collect_ids(SkDocx *self, GError **error)
{
    static const SkOoxmlKind sources[] = { SK_OOXML_COMMENTS, SK_OOXML_FOOTNOTES,
                                           SK_OOXML_ENDNOTES };
    g_autoptr(GArray) rels = NULL;
    bool comments = sk_disarm_verdict(self->disarm, SK_ELEMENT_COMMENTS) == SK_VERDICT_KEPT;

    if (!sk_ooxml_relationships(self->package, sk_ooxml_main(self->package), &rels, error))
        return false;
    for (unsigned k = 0; k < G_N_ELEMENTS(sources); k++) {
        self->ids[k] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        const SkZipEntry *entry = NULL;
        for (unsigned i = 0; i < rels->len && entry == NULL; i++) {
            const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
            if (rel->kind == sources[k] && !rel->external)
                entry = sk_ooxml_lookup(self->package, rel->target);
        }
        if (entry != NULL && (k != SK_DOCX_COMMENTS || comments) &&
            !sk_docx_collect_ids(self, entry, self->ids[k], error))
            return false;
    }
    return true;
}

static bool
check_main(SkDocx *self, GError **error)
{
    const SkZipEntry *main = sk_ooxml_main(self->package);
    SkType type = sk_ooxml_type_lookup(sk_ooxml_content_type(self->package, main));
    SkVerdict verdict = SK_VERDICT_NONE;

    if (type != SK_TYPE_DOCX && type != SK_TYPE_DOCM && type != SK_TYPE_DOTX &&
        type != SK_TYPE_DOTM)
        return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, main->name, 1, &verdict,
                               error) &&
               sk_throw(error, SK_ERROR_FORBIDDEN, "docx: main part is no Word document");
    return type == SK_TYPE_DOCX ||
           sk_disarm_found(self->disarm, SK_ELEMENT_MACRO_TYPE, main->name, 1, &verdict, error);
}

static bool
write_package(SkDocx *self, GError **error)
{
    emit_head(self);
    (void)add_part(self, SK_OOXML_DOCUMENT, sk_ooxml_main(self->package), NULL);
    for (unsigned i = 0; i < self->parts->len; i++) {
        if (!write_part(self, self->parts->pdata[i], error))
            return false;
        if (sk_zip_writer_failed(self->writer))
            break;
    }
    emit_types(self);
    return sk_zip_writer_finish(self->writer, error) && sk_ooxml_report_rest(self->package, error);
}

bool
sk_docx_disarm(SkDisarm *disarm, GError **error)
{
    g_auto(SkDocx) self = { .disarm = disarm };

    self.parts = g_ptr_array_new_with_free_func(part_free);
    self.known = g_hash_table_new(NULL, NULL);
    if (!sk_ooxml_open(disarm, &self.package, error) || !check_main(&self, error) ||
        !collect_ids(&self, error))
        return false;
    self.writer = sk_zip_writer_new(disarm->sink);
    return write_package(&self, error);
}
