/* SPDX-License-Identifier: Apache-2.0
 * pdf-files.c - contract in pdf-files.h. Only streams count: one that several specifications lead to is one file, and a
 * specification that leads readers to several streams, by their age, is as many files. */
#include "disarm/pdf-files.h"

#include "disarm/pdf-filter.h"
#include "sandbox/children.h"

#define LOOKS_MAX 100000u /* at specifications: a page of marks may name one array of them again and again */
#define OWN_NAME "本文.pdf"

typedef struct {
    SkPdfObject stream; /* held */
    char *name;         /* owned; NULL: it has none */
} File;

struct SkPdfFiles {
    GArray *all;      /* of File, as they were met */
    GHashTable *seen; /* numbers of their streams */
    uint32_t looks;
};

static void
file_clear(gpointer data)
{
    File *file = data;
    g_free(file->name);
}

SkPdfFiles *
sk_pdf_files_new(void)
{
    SkPdfFiles *self = g_new0(SkPdfFiles, 1);

    self->all = g_array_new(FALSE, FALSE, sizeof(File));
    g_array_set_clear_func(self->all, file_clear);
    self->seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    return self;
}

void
sk_pdf_files_free(SkPdfFiles *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->all);
    g_hash_table_unref(self->seen);
    g_free(self);
}

/* ---- finding them ------------------------------------------------------------------------- */

static char *
name_of(SkPdf *pdf, SkPdfObject said)
{
    g_autofree char *text = sk_pdf_text(pdf, said);
    return text == NULL ? NULL : sk_child_name_of(text);
}

/* The first of them that names something: for this kind of reader, for any, what is said from outside. */
static char *
choose_name(SkPdf *pdf, SkPdfObject file, const char *key, SkPdfObject name)
{
    const SkPdfObject said[] = { sk_pdf_get(pdf, file, key), sk_pdf_get(pdf, file, "UF"), sk_pdf_get(pdf, file, "F"), name };

    for (unsigned i = 0; i < G_N_ELEMENTS(said); i++) {
        char *found = name_of(pdf, said[i]);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* *ret: it leads to something embedded, known or new. */
static bool
take_file(SkPdfWalk *walk, SkPdfObject file, SkPdfObject name, bool *ret, GError **error)
{
    static const char *const keys[] = { "UF", "F", "Unix", "Mac", "DOS" };
    SkPdfFiles *self = walk->files;
    SkPdfObject embedded = sk_pdf_get(walk->pdf, file, "EF");

    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        SkPdfObject stream = sk_pdf_get(walk->pdf, embedded, keys[i]);
        uint32_t number = sk_pdf_ref(walk->pdf, stream).number;
        if (sk_pdf_type(walk->pdf, stream) != SK_PDF_STREAM || number == 0)
            continue;
        *ret = true;
        if (!g_hash_table_add(self->seen, GUINT_TO_POINTER(number)))
            continue;
        if (self->all->len >= walk->disarm->job->limits.items)
            return sk_throw(error, SK_ERROR_LIMIT, "pdf: over %u attachments", walk->disarm->job->limits.items);
        File found = { .stream = sk_pdf_hold(walk->pdf, stream), .name = choose_name(walk->pdf, file, keys[i], name) };
        g_array_append_val(self->all, found);
    }
    return true;
}

static bool
look_at(SkPdfWalk *walk, SkPdfObject file, SkPdfObject name, GError **error)
{
    bool embedded = false;

    if (++walk->files->looks > LOOKS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf: attachments named over %u times", LOOKS_MAX);
    if (!take_file(walk, file, name, &embedded, error))
        return false;
    if (!embedded || sk_pdf_has(walk->pdf, file, "RF")) /* it lies elsewhere; related files go */
        sk_report_find(walk->disarm->report, SK_ELEMENT_PDF_ATTACHMENT, SK_ACTION_REMOVED, sk_span_str(walk->place), 1);
    return true;
}

bool
sk_pdf_found_file(SkPdfWalk *walk, SkPdfObject file, SkPdfObject name, GError **error)
{
    if (walk->files == NULL)
        return sk_pdf_found(walk, SK_ELEMENT_PDF_ATTACHMENT, 1, error);
    if (sk_pdf_type(walk->pdf, file) != SK_PDF_ARRAY)
        return look_at(walk, file, name, error);
    for (uint32_t i = 0; i < sk_pdf_count(walk->pdf, file); i++) {
        size_t mark = sk_pdf_mark(walk->pdf);
        bool ok = look_at(walk, sk_pdf_item(walk->pdf, file, i), SK_PDF_NOTHING, error);
        sk_pdf_release(walk->pdf, mark);
        if (!ok)
            return false;
    }
    return true;
}

bool
sk_pdf_found_files(SkPdfWalk *walk, SkPdfObject o, GError **error)
{
    return !sk_pdf_has(walk->pdf, o, "AF") ||
           sk_pdf_found_file(walk, sk_pdf_get(walk->pdf, o, "AF"), SK_PDF_NOTHING, error);
}

/* ---- handing them on ---------------------------------------------------------------------- */

static bool
has_own_lock(SkPdf *pdf, SkPdfObject stream)
{
    SkPdfObject filter = sk_pdf_get(pdf, stream, "Filter");
    return sk_pdf_name_is(pdf, filter, "Crypt") || sk_pdf_name_is(pdf, sk_pdf_item(pdf, filter, 0), "Crypt");
}

/* Attachments may have a lock that is not that of other streams (EFF: 7.6.6); libqpdf would take off the wrong one. */
static bool
has_other_lock(SkPdf *pdf, SkPdfObject stream)
{
    SkPdfObject lock = sk_pdf_get(pdf, sk_pdf_trailer(pdf), "Encrypt");
    SkSpan files = sk_pdf_name(pdf, sk_pdf_get(pdf, lock, "EFF")), streams = sk_pdf_name(pdf, sk_pdf_get(pdf, lock, "StmF"));
    SkSpan none = sk_span_str("Identity");

    if (!sk_pdf_encrypted(pdf) || files.n == 0 || has_own_lock(pdf, stream))
        return false;
    return !sk_span_equal(files, streams.n == 0 ? none : streams);
}

static bool
unpack(SkPdfWalk *walk, SkPdfObject stream, GBytes **ret, GError **error)
{
    if (has_other_lock(walk->pdf, stream))
        return sk_throw(error, SK_ERROR_ENCRYPTED, "pdf: an attachment with a lock of its own");
    return sk_pdf_stream_plain(walk->disarm, walk->pdf, stream, ret, error);
}

/* What cannot be unpacked is lost, and told; what unpacks without end is the end of the whole. */
static bool
add_file(SkPdfWalk *walk, SkChildrenWriter *writer, const File *file, const char *name, GError **error)
{
    g_autoptr(GBytes) content = NULL;
    g_autoptr(GError) why = NULL;
    SkChild child = { .kind = SK_CHILD_OBJECT, .type = sk_type_from_name(name), .name = sk_span_str(name) };
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!sk_disarm_found(walk->disarm, SK_ELEMENT_PDF_ATTACHMENT, sk_span_str(name), 1, &verdict, error))
        return false;
    if (unpack(walk, file->stream, &content, &why)) {
        child.content = sk_span_bytes(content);
    } else if (g_error_matches(why, SK_ERROR, SK_ERROR_LIMIT)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    } else {
        child.kind = SK_CHILD_LOST;
        child.reason = sk_reason_from_error(why);
    }
    sk_children_add(writer, &child);
    return sk_pdf_check(walk->pdf, error);
}

static bool
add_itself(SkPdfWalk *walk, SkChildrenWriter *writer, SkPdfId root, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(walk->disarm->job->limits.output);
    SkChild child = { .kind = SK_CHILD_READY, .type = SK_TYPE_PDF, .level = SK_LEVEL_REBUILT, .name = sk_span_str(OWN_NAME) };

    if (!sk_pdf_plan_write(walk->plan, root, sink, error))
        return false;
    child.content = sk_sink_memory(sink);
    sk_children_add(writer, &child);
    return true;
}

bool
sk_pdf_files_write(SkPdfWalk *walk, SkPdfId root, GError **error)
{
    if (walk->files == NULL || walk->files->all->len == 0)
        return sk_pdf_plan_write(walk->plan, root, walk->disarm->sink, error);
    SkChildrenWriter writer = sk_children_writer(walk->disarm->sink);
    if (!add_itself(walk, &writer, root, error))
        return false;
    for (guint i = 0; i < walk->files->all->len; i++) {
        const File *file = &g_array_index(walk->files->all, File, i);
        g_autofree char *number = g_strdup_printf("添付%u", i + 1);
        size_t mark = sk_pdf_mark(walk->pdf);
        bool ok = add_file(walk, &writer, file, file->name != NULL ? file->name : number, error);
        sk_pdf_release(walk->pdf, mark);
        if (!ok)
            return false;
    }
    sk_children_finish(&writer);
    walk->disarm->children = true;
    return true;
}
