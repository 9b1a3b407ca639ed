/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-type3.c - Type 3 fonts: glyphs that are content streams. They are named anew, in the order in
 * which the codes name them; all share one dictionary of resources. Spec: docs/formats/pdf.md,
 * `font-type3`; ISO 32000-1, 9.6.5
 */
#include "disarm/pdf-fonts.h"

#include "disarm/pdf-content.h"
#include "disarm/pdf-filter.h"

/* A glyph that a code shows: the same procedure is copied once. */
typedef struct {
    SkPdfRebuild *rebuild;
    const SkPdfTask *task;
    SkPdfObject procedures;
    int32_t first;
    GString *procs;      /* ` /g0 7 0 R …` */
    GHashTable *indexes; /* owned: name → index + 1 */
    SkPdfNames *names;
    SkPdfEncoding encoding; /* of the source */
} Type3;

static bool
copy_glyph(Type3 *self, SkPdfObject stream, uint32_t code, GError **error)
{
    SkPdfWalk *walk = &self->rebuild->walk;
    SkPdfObject widths = sk_pdf_get(walk->pdf, self->task->source, "Widths");
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GString) content = g_string_new(NULL);
    int64_t width = 0;

    if ((int32_t)code >= self->first)
        (void)sk_pdf_number(walk->pdf, sk_pdf_item(walk->pdf, widths, code - (uint32_t)self->first),
                            &width);
    sk_pdf_names_set_width(self->names, width);
    if (!sk_pdf_stream_plain(walk->disarm, walk->pdf, stream, &plain, error) ||
        !sk_pdf_names_rebuild(self->names, sk_span_bytes(plain), SK_PDF_CONTENT_GLYPH, content,
                              error))
        return false;
    SkPdfId id = sk_pdf_plan_add(walk->plan);
    sk_pdf_plan_set_stream(walk->plan, id, g_string_new("<<"), sk_span(content->str, content->len));
    g_string_append_printf(self->procs, " /g%u ", g_hash_table_size(self->indexes));
    sk_pdf_put_ref(self->procs, id);
    return true;
}

/* The glyph of @code, if it has one: *ret_index -1 else. */
static bool
take_code(Type3 *self, uint32_t code, int32_t *ret_index, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    *ret_index = -1;
    if (self->encoding.names[code].n == 0)
        return true;
    g_autofree char *name = sk_span_dup(self->encoding.names[code]);
    gpointer known = g_hash_table_lookup(self->indexes, name);
    if (known != NULL) {
        *ret_index = (int32_t)GPOINTER_TO_UINT(known) - 1;
        return true;
    }
    SkPdfObject stream = sk_pdf_get(pdf, self->procedures, name);
    if (sk_pdf_type(pdf, stream) != SK_PDF_STREAM)
        return true;
    if (!copy_glyph(self, stream, code, error))
        return false;
    *ret_index = (int32_t)g_hash_table_size(self->indexes);
    g_hash_table_insert(self->indexes, g_steal_pointer(&name),
                        GUINT_TO_POINTER((guint)*ret_index + 1));
    return true;
}

/* The codes in their order, each with the new name of its glyph. */
static bool
copy_codes(Type3 *self, SkPdfEncoding *ret, GStringChunk *chunk, GError **error)
{
    for (uint32_t code = 0; code < 256; code++) {
        char name[16];
        int32_t index = -1;
        if (!take_code(self, code, &index, error))
            return false;
        if (index < 0)
            continue;
        g_snprintf(name, sizeof name, "g%d", index);
        ret->names[code] = sk_span_str(g_string_chunk_insert_const(chunk, name));
        ret->any = true;
    }
    return ret->any || sk_throw(error, SK_ERROR_MALFORMED, "pdf: a font without glyphs");
}

static bool
put_widths(SkPdf *pdf, SkPdfObject font, int32_t first, GString *out, GError **error)
{
    SkPdfObject widths = sk_pdf_get(pdf, font, "Widths");
    uint32_t n = MIN(sk_pdf_count(pdf, widths), 256 - (uint32_t)first);

    if (n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: a font without widths");
    g_string_append_printf(out, " /FirstChar %d /LastChar %u /Widths [", first,
                           (uint32_t)first + n - 1);
    for (uint32_t i = 0; i < n; i++) {
        int64_t width = 0;
        (void)sk_pdf_number(pdf, sk_pdf_item(pdf, widths, i), &width);
        if (i > 0)
            g_string_append_c(out, ' ');
        sk_pdf_put_number(out, width);
    }
    g_string_append_c(out, ']');
    return true;
}

static bool
put_head(SkPdf *pdf, SkPdfObject font, GString *out, GError **error)
{
    int64_t box[4] = { 0 }, matrix[6];

    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, font, "FontMatrix"), 6, matrix))
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: a font without a matrix");
    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, font, "FontBBox"), 4, box))
        box[0] = box[1] = box[2] = box[3] = 0;
    g_string_append(out, "<< /Type /Font /Subtype /Type3 /FontBBox ");
    sk_pdf_put_numbers(out, box, 4);
    g_string_append(out, " /FontMatrix ");
    sk_pdf_put_numbers(out, matrix, 6);
    return true;
}

static bool
put_font(Type3 *self, GString *text, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfObject font = self->task->source;
    g_autofree SkPdfEncoding *encoding = g_new0(SkPdfEncoding, 1);
    GStringChunk *chunk = g_string_chunk_new(256);
    bool ok = copy_codes(self, encoding, chunk, error);

    if (ok) {
        g_string_append(text, " /CharProcs <<");
        g_string_append_len(text, self->procs->str, (gssize)self->procs->len);
        g_string_append(text, " >>");
        sk_pdf_encoding_put(encoding, text);
        ok = put_widths(pdf, font, self->first, text, error);
    }
    g_string_chunk_free(chunk);
    if (!ok)
        return false;
    g_string_append(text, " /Resources ");
    sk_pdf_names_put(self->names, text);
    if (!sk_pdf_tounicode(self->rebuild, font, text, error))
        return false;
    g_string_append(text, " >>");
    return true;
}

bool
sk_pdf_type3(SkPdfRebuild *self, const SkPdfTask *task, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) procs = g_string_new(NULL);
    g_autoptr(GHashTable) indexes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(SkPdfNames) names = sk_pdf_names_new(self, task->id, task->resources, task->owner);
    g_autofree Type3 *type3 = g_new0(Type3, 1);

    *type3 = (Type3){
        .rebuild = self, .task = task, .procs = procs, .indexes = indexes, .names = names
    };
    type3->procedures = sk_pdf_get(pdf, task->source, "CharProcs");
    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, task->source, "FirstChar"), &type3->first) ||
        type3->first < 0 || type3->first > 255)
        type3->first = 0;
    sk_pdf_encoding_read(pdf, sk_pdf_get(pdf, task->source, "Encoding"), &type3->encoding);
    if (!put_head(pdf, task->source, text, error) || !put_font(type3, text, error))
        return false;
    sk_pdf_plan_set(self->walk.plan, task->id, g_steal_pointer(&text));
    return true;
}
