/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-package.c - sk_ooxml_rebuild: the main part, then whatever a written part refers to, each
 * part once, in the order of first mention. Nothing else is ever looked at, so nothing else can
 * come out.
 */
#include "disarm/ooxml-engine.h"

#include "disarm/docx-link.h"
#include "disarm/ooxml-names.h"

#include <string.h>

#define OFFICE_RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PACKAGE_RELS "http://schemas.openxmlformats.org/package/2006/relationships"
#define PACKAGE_TYPES "http://schemas.openxmlformats.org/package/2006/content-types"
#define PARTS_MAX 10000u

static void
part_free(void *p)
{
    SkOoxmlPart *part = p;
    g_free(part->name);
    g_clear_pointer(&part->picture, g_bytes_unref);
    g_free(part);
}

static void
document_clear(SkOoxmlDocument *self)
{
    if (self->own != NULL && self->profile->close != NULL)
        self->profile->close(self);
    sk_ooxml_free(self->package);
    sk_zip_writer_free(self->writer);
    g_clear_pointer(&self->parts, g_ptr_array_unref);
    g_clear_pointer(&self->known, g_hash_table_unref);
    g_clear_pointer(&self->diagrams, g_hash_table_unref);
    g_free(self->flags);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkOoxmlDocument, document_clear)

static const SkOoxmlPartRow *
row_of(const SkOoxmlDocument *self, SkOoxmlKind kind)
{
    return &self->profile->parts[kind];
}

/* ---- parts --------------------------------------------------------------------------------- */

/* The name with its number in place of `#`. */
static char *
name_part(const SkOoxmlDocument *self, SkOoxmlKind kind, unsigned number, const char *ending)
{
    const char *name = row_of(self, kind)->name;
    const char *mark = strchr(name, '#');

    if (mark == NULL)
        return g_strdup(name);
    return g_strdup_printf("%.*s%u%s%s", (int)(mark - name), name, number, mark + 1, ending);
}

/* @ending: of a picture's name, else "". */
static SkOoxmlPart *
add_part(SkOoxmlDocument *self, SkOoxmlKind kind, const SkZipEntry *entry, const char *ending)
{
    SkOoxmlPart *part = g_new0(SkOoxmlPart, 1);

    part->kind = kind;
    part->entry = entry;
    part->number = ++self->numbers[kind];
    part->name = name_part(self, kind, part->number, ending);
    g_ptr_array_add(self->parts, part);
    if (entry != NULL) {
        g_hash_table_insert(self->known, (void *)(uintptr_t)entry, part);
        sk_ooxml_used(self->package, entry);
    }
    return part;
}

bool
sk_ooxml_is_made(const SkOoxmlDocument *self, SkOoxmlKind kind, const SkZipEntry *entry)
{
    const SkOoxmlPartRow *row = row_of(self, kind);

    return row->root == 0 || entry == NULL ||
           (self->profile->made_from[kind] != NULL &&
            g_ascii_strcasecmp(sk_ooxml_content_type(self->package, entry),
                               self->profile->made_from[kind]) == 0);
}

static bool
check_content_type(SkOoxmlDocument *self, SkOoxmlKind kind, const SkZipEntry *entry, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (g_ascii_strcasecmp(sk_ooxml_content_type(self->package, entry),
                           row_of(self, kind)->content_type) == 0 ||
        (self->profile->made_from[kind] != NULL && sk_ooxml_is_made(self, kind, entry)))
        return true;
    return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, entry->name, 1, &verdict,
                           error) &&
           sk_throw(error, SK_ERROR_FORBIDDEN, "%s: content type contradicts the part",
                    self->profile->name);
}

static bool
add_standin(SkOoxmlDocument *self, GError **error)
{
    GBytes *picture = NULL;

    if (self->standin != NULL)
        return true;
    if (!sk_ooxml_standin(self, &picture, error))
        return false;
    self->standin = add_part(self, SK_OOXML_IMAGE, NULL, ".png");
    self->standin->picture = picture;
    return true;
}

static bool
add_picture(SkOoxmlDocument *self, const SkZipEntry *entry, SkOoxmlPart **ret, GError **error)
{
    GBytes *picture = NULL;
    SkType type = SK_TYPE_NONE;

    sk_ooxml_used(self->package, entry);
    if (!sk_ooxml_picture(self, entry, &picture, &type, error))
        return false;
    if (picture == NULL) {
        if (!add_standin(self, error))
            return false;
        g_hash_table_insert(self->known, (void *)(uintptr_t)entry, self->standin);
        *ret = self->standin;
        return true;
    }
    *ret = add_part(self, SK_OOXML_IMAGE, entry, type == SK_TYPE_JPEG ? ".jpeg" : ".png");
    (*ret)->picture = picture;
    return true;
}

static bool
get_part(SkOoxmlDocument *self, SkOoxmlKind kind, const SkZipEntry *entry, SkOoxmlPart **ret,
         GError **error)
{
    const SkOoxmlPartRow *row = row_of(self, kind);
    SkOoxmlPart *part = g_hash_table_lookup(self->known, entry);

    *ret = NULL;
    if (part != NULL) {
        *ret = part->kind == kind ? part : NULL;
        return true;
    }
    if (row->name == NULL || (strchr(row->name, '#') == NULL && self->numbers[kind] > 0))
        return true;
    if (self->parts->len >= PARTS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "%s: too many parts", self->profile->name);
    if (kind == SK_OOXML_IMAGE)
        return add_picture(self, entry, ret, error);
    if (!check_content_type(self, kind, entry, error))
        return false;
    *ret = add_part(self, kind, entry, "");
    return true;
}

/* ---- relationships that are written -------------------------------------------------------- */

static void
rel_clear(void *p)
{
    g_free(((SkOoxmlOut *)p)->target);
}

/* Takes @target. Links and parts cannot be mistaken for each other: a link has a scheme. */
static unsigned
number_of(SkOoxmlRun *run, SkOoxmlKind kind, char *target)
{
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(run->numbers, target));
    if (number > 0) {
        g_free(target);
        return number;
    }
    SkOoxmlOut rel = { .kind = kind, .target = target };
    g_array_append_val(run->out, rel);
    g_hash_table_insert(run->numbers, target, GUINT_TO_POINTER(run->out->len));
    return run->out->len;
}

/* @target as seen from the folder of @source; both are ours. */
static char *
relative(const char *source, const char *target)
{
    size_t common = 0;
    for (size_t i = 0; source[i] != '\0' && source[i] == target[i]; i++) {
        if (source[i] == '/')
            common = i + 1;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *s = strchr(source + common, '/'); s != NULL; s = strchr(s + 1, '/'))
        g_string_append(out, "../");
    g_string_append(out, target + common);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static unsigned
number_of_part(SkOoxmlFilter *filter, const SkOoxmlPart *part)
{
    return number_of(filter->run, part->kind, relative(filter->part->name, part->name));
}

static void
refer_link(SkOoxmlFilter *filter, const SkOoxmlRel *rel, unsigned *ret_number)
{
    char *link = rel->external ? sk_docx_link(sk_span_str(rel->target)) : NULL;
    SkElement element = link == NULL ? SK_ELEMENT_UNSAFE_HYPERLINK : SK_ELEMENT_HYPERLINK;

    sk_ooxml_count(filter, element);
    if (link == NULL || !sk_ooxml_is_kept(filter, element))
        g_free(link);
    else
        *ret_number = number_of(filter->run, SK_OOXML_HYPERLINK, link);
}

bool
sk_ooxml_refer_any(SkOoxmlFilter *filter, SkSpan id, SkOoxmlKind kind, unsigned *ret_number,
                   SkOoxmlPart **ret_part, GError **error)
{
    g_autofree char *key = sk_span_dup(id);
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, key);
    SkOoxmlPart *part = NULL;

    *ret_number = 0;
    if (ret_part != NULL)
        *ret_part = NULL;
    if (rel == NULL || rel->kind != kind)
        return true;
    if (kind == SK_OOXML_HYPERLINK) {
        refer_link(filter, rel, ret_number);
        return true;
    }
    const SkZipEntry *entry =
        rel->external ? NULL : sk_ooxml_lookup(filter->document->package, rel->target);
    if (entry == NULL)
        return true;
    if (!get_part(filter->document, kind, entry, &part, error))
        return false;
    if (part != NULL)
        *ret_number = number_of_part(filter, part);
    if (ret_part != NULL)
        *ret_part = part;
    return true;
}

bool
sk_ooxml_refer(SkOoxmlFilter *filter, SkSpan id, SkOoxmlKind kind, unsigned *ret_number,
               SkOoxmlPart **ret_part, GError **error)
{
    *ret_number = 0;
    if (ret_part != NULL)
        *ret_part = NULL;
    if (filter->run->frame > 0 && kind != SK_OOXML_HYPERLINK)
        return true;
    return sk_ooxml_refer_any(filter, id, kind, ret_number, ret_part, error);
}

void
sk_ooxml_unrefer(SkOoxmlRun *run, unsigned n)
{
    for (unsigned i = n; i < run->out->len; i++)
        g_hash_table_remove(run->numbers, g_array_index(run->out, SkOoxmlOut, i).target);
    g_array_set_size(run->out, n);
}

bool
sk_ooxml_refer_entry(SkOoxmlFilter *filter, const SkZipEntry *entry, SkOoxmlKind kind,
                     unsigned *ret_number, GError **error)
{
    SkOoxmlPart *part = NULL;

    *ret_number = 0;
    if (!get_part(filter->document, kind, entry, &part, error))
        return false;
    if (part != NULL)
        *ret_number = number_of_part(filter, part);
    return true;
}

bool
sk_ooxml_refer_standin(SkOoxmlFilter *filter, unsigned *ret_number, GError **error)
{
    if (!add_standin(filter->document, error))
        return false;
    *ret_number = number_of_part(filter, filter->document->standin);
    return true;
}

static bool
is_wanted(SkOoxmlFilter *filter, const SkOoxmlRel *rel)
{
    SkOoxmlDocument *document = filter->document;
    const SkZipEntry *entry = sk_ooxml_lookup(document->package, rel->target);

    return entry != NULL && (document->profile->wants == NULL ||
                             document->profile->wants(document, rel->kind, entry));
}

/* The parts that belong to this one without being named in its text: of each kind the first that is
 * there, or all of them. */
static bool
refer_implicit(SkOoxmlFilter *filter, GError **error)
{
    const SkOoxmlProfile *profile = filter->document->profile;
    const uint8_t *implicit = profile->parts[filter->part->kind].implicit;
    GArray *in = filter->run->in;

    for (; *implicit != 0; implicit++) {
        SkOoxmlKind kind = (SkOoxmlKind)(*implicit & ~SK_OOXML_MANY);
        bool more = true;
        for (unsigned i = 0; i < in->len && more; i++) {
            const SkOoxmlRel *rel = &g_array_index(in, SkOoxmlRel, i);
            unsigned number = 0;
            if (rel->kind != kind || rel->external || !is_wanted(filter, rel))
                continue;
            if (!sk_ooxml_refer(filter, sk_span_str(rel->id), kind, &number, NULL, error))
                return false;
            more = number == 0 || (*implicit & SK_OOXML_MANY) != 0;
        }
    }
    return true;
}

unsigned
sk_ooxml_add(SkOoxmlFilter *filter, SkOoxmlKind kind, const SkZipEntry *entry,
             SkOoxmlPart **ret_part)
{
    SkOoxmlDocument *document = filter->document;
    SkOoxmlPart *part = entry != NULL ? g_hash_table_lookup(document->known, entry) : NULL;

    *ret_part = NULL;
    if ((part != NULL && part->kind != kind) || document->parts->len >= PARTS_MAX)
        return 0;
    *ret_part = part != NULL ? part : add_part(document, kind, entry, "");
    return number_of_part(filter, *ret_part);
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
emit_rels(SkOoxmlFilter *filter)
{
    SkZipWriter *writer = filter->document->writer;
    GArray *out = filter->run->out;
    const char *base = strrchr(filter->part->name, '/');

    if (out->len == 0)
        return;
    base = base == NULL ? filter->part->name : base + 1;
    g_autofree char *name = g_strdup_printf("%.*s_rels/%s.rels", (int)(base - filter->part->name),
                                            filter->part->name, base);
    sk_zip_writer_begin(writer, name, true);
    emit_text(writer, SK_XML_DECLARATION "<Relationships xmlns=\"" PACKAGE_RELS "\">");
    for (unsigned i = 0; i < out->len; i++) {
        const SkOoxmlOut *rel = &g_array_index(out, SkOoxmlOut, i);
        const char *type = sk_ooxml_kind_name(rel->kind);
        g_autofree char *id = g_strdup_printf("<Relationship Id=\"rId%u\" Target=\"", i + 1);
        emit_text(writer, id);
        emit_target(writer, rel->target);
        emit_text(writer, rel->kind == SK_OOXML_HYPERLINK ? "\" TargetMode=\"External\"" : "\"");
        emit_text(writer, strchr(type, ':') == NULL ? " Type=\"" OFFICE_RELS : " Type=\"");
        emit_text(writer, type);
        emit_text(writer, "\"/>");
    }
    emit_text(writer, "</Relationships>");
    sk_zip_writer_end(writer);
}

/* ---- one part ------------------------------------------------------------------------------ */

static bool
report_counts(SkOoxmlFilter *filter, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    const SkOoxmlPart *part = filter->part;
    SkSpan place = part->entry != NULL ? part->entry->name : sk_span_str(part->name);

    for (SkElement element = SK_ELEMENT_NONE + 1; element < SK_ELEMENT_COUNT; element++) {
        uint32_t count = filter->run->counts[element];
        if (count > 0 &&
            !sk_disarm_found(filter->document->disarm, element, place, count, &verdict, error))
            return false;
    }
    return true;
}

/* External relationships are gone whether or not anything named them. */
static void
count_external(SkOoxmlFilter *filter)
{
    for (unsigned i = 0; i < filter->run->in->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(filter->run->in, SkOoxmlRel, i);
        if (rel->external && rel->kind != SK_OOXML_HYPERLINK)
            sk_ooxml_count(filter, rel->element);
    }
}

static void
run_clear(SkOoxmlRun *run)
{
    g_clear_pointer(&run->in, g_array_unref);
    g_clear_pointer(&run->by_id, g_hash_table_unref);
    g_clear_pointer(&run->numbers, g_hash_table_unref);
    g_clear_pointer(&run->out, g_array_unref);
    g_free(run->name);
    g_free(run->descr);
    g_free(run->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkOoxmlRun, run_clear)

static bool
open_run(SkOoxmlDocument *self, const SkZipEntry *entry, SkOoxmlRun *run, GError **error)
{
    if (entry == NULL)
        run->in = sk_ooxml_rels_new();
    else if (!sk_ooxml_relationships(self->package, entry, &run->in, error))
        return false;
    run->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    run->numbers = g_hash_table_new(g_str_hash, g_str_equal);
    run->out = g_array_new(FALSE, FALSE, sizeof(SkOoxmlOut));
    g_array_set_clear_func(run->out, rel_clear);
    for (unsigned i = 0; i < run->in->len; i++)
        g_hash_table_insert(run->by_id, g_array_index(run->in, SkOoxmlRel, i).id,
                            &g_array_index(run->in, SkOoxmlRel, i));
    return true;
}

static bool
write_xml_part(SkOoxmlDocument *self, SkOoxmlPart *part, GError **error)
{
    g_auto(SkOoxmlRun) run = { .in = NULL };
    g_autofree SkOoxmlFilter *filter = g_new0(SkOoxmlFilter, 1);

    filter->document = self;
    filter->part = part;
    filter->run = &run;
    if (!open_run(self, part->entry, &run, error))
        return false;
    count_external(filter);
    if (!refer_implicit(filter, error))
        return false;
    sk_zip_writer_begin(self->writer, part->name, true);
    if (!sk_ooxml_filter(filter, error))
        return false;
    sk_zip_writer_end(self->writer);
    emit_rels(filter);
    return report_counts(filter, error);
}

bool
sk_ooxml_include(SkOoxmlFilter *filter, const SkZipEntry *entry, SkXmlSymbol root, void *own,
                 GError **error)
{
    g_auto(SkOoxmlRun) run = { .included = root };
    g_autofree SkOoxmlFilter *inner = g_new0(SkOoxmlFilter, 1);

    inner->document = filter->document;
    inner->part = filter->part;
    inner->out = filter->out;
    inner->own = own;
    inner->run = &run;
    if (!open_run(filter->document, entry, &run, error))
        return false;
    g_array_unref(run.out);
    g_hash_table_unref(run.numbers);
    run.out = g_array_ref(filter->run->out);
    run.numbers = g_hash_table_ref(filter->run->numbers);
    sk_ooxml_used(filter->document->package, entry);
    count_external(inner);
    bool ok = sk_ooxml_stream(inner, entry, error);
    for (unsigned i = 0; i < SK_ELEMENT_COUNT; i++)
        filter->run->counts[i] += MIN(run.counts[i], UINT32_MAX - filter->run->counts[i]);
    return ok;
}

static bool
write_part(SkOoxmlDocument *self, SkOoxmlPart *part, GError **error)
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
emit_entry(SkOoxmlDocument *self, const char *name, const char *content)
{
    sk_zip_writer_begin(self->writer, name, true);
    emit_text(self->writer, content);
    sk_zip_writer_end(self->writer);
}

static bool
emit_head(SkOoxmlDocument *self, GError **error)
{
    g_autofree char *about = NULL;
    g_autofree char *rels =
        g_strdup_printf(SK_XML_DECLARATION
                        "<Relationships xmlns=\"" PACKAGE_RELS
                        "\"><Relationship Id=\"rId1\" Target=\"%s\" Type=\"" OFFICE_RELS
                        "officeDocument\"/><Relationship Id=\"rId2\" Target=\"docProps/app.xml\" "
                        "Type=\"" OFFICE_RELS "extended-properties\"/></Relationships>",
                        row_of(self, SK_OOXML_DOCUMENT)->name);

    if (!sk_ooxml_about(self->package, &about, error))
        return false;
    emit_entry(self, "_rels/.rels", rels);
    emit_entry(self, "docProps/app.xml", about);
    return true;
}

static void
emit_types(SkOoxmlDocument *self)
{
    g_autoptr(GString) xml = g_string_new(
        SK_XML_DECLARATION
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
        const SkOoxmlPart *part = self->parts->pdata[i];
        if (part->kind != SK_OOXML_IMAGE)
            g_string_append_printf(xml, "<Override ContentType=\"%s\" PartName=\"/%s\"/>",
                                   row_of(self, part->kind)->content_type, part->name);
    }
    g_string_append(xml, "</Types>");
    emit_entry(self, "[Content_Types].xml", xml->str);
}

static bool
is_accepted(const SkOoxmlProfile *profile, SkType type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(profile->accepted); i++) {
        if (type != SK_TYPE_NONE && profile->accepted[i] == type)
            return true;
    }
    return type != SK_TYPE_NONE && type == profile->type;
}

static bool
check_main(SkOoxmlDocument *self, GError **error)
{
    const SkZipEntry *main = sk_ooxml_main(self->package);
    SkType type = sk_ooxml_type_lookup(sk_ooxml_content_type(self->package, main));
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!is_accepted(self->profile, type))
        return sk_disarm_found(self->disarm, SK_ELEMENT_WRONG_CONTENT_TYPE, main->name, 1, &verdict,
                               error) &&
               sk_throw(error, SK_ERROR_FORBIDDEN, "%s: main part is of another kind of document",
                        self->profile->name);
    return type == self->profile->type ||
           sk_disarm_found(self->disarm, SK_ELEMENT_MACRO_TYPE, main->name, 1, &verdict, error);
}

static bool
write_package(SkOoxmlDocument *self, GError **error)
{
    if (!emit_head(self, error))
        return false;
    (void)add_part(self, SK_OOXML_DOCUMENT, sk_ooxml_main(self->package), "");
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
sk_ooxml_rebuild(const SkOoxmlProfile *profile, SkDisarm *disarm, GError **error)
{
    g_auto(SkOoxmlDocument) self = { .profile = profile, .disarm = disarm };

    self.parts = g_ptr_array_new_with_free_func(part_free);
    self.known = g_hash_table_new(NULL, NULL);
    self.diagrams = g_hash_table_new(NULL, NULL);
    self.flags = sk_ooxml_flags(profile);
    if (!sk_ooxml_open(disarm, &self.package, error) || !check_main(&self, error) ||
        (profile->open != NULL && !profile->open(&self, error)))
        return false;
    self.writer = sk_zip_writer_new(disarm->sink);
    return write_package(&self, error);
}

/* ---- looking ahead ------------------------------------------------------------------------- */

bool
sk_ooxml_find(SkOoxmlDocument *document, const SkZipEntry *from, SkOoxmlKind kind,
              const SkZipEntry **ret, GError **error)
{
    g_autoptr(GArray) rels = NULL;

    *ret = NULL;
    if (!sk_ooxml_relationships(document->package,
                                from != NULL ? from : sk_ooxml_main(document->package), &rels,
                                error))
        return false;
    for (unsigned i = 0; i < rels->len && *ret == NULL; i++) {
        const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
        if (rel->kind == kind && !rel->external)
            *ret = sk_ooxml_lookup(document->package, rel->target);
    }
    return true;
}
