/* SPDX-License-Identifier: Apache-2.0
 * pdf-plan.c - contract in pdf-plan.h. A text keeps its mentions as a NUL and four bytes; no
 * spelling has a NUL. */
#include "disarm/pdf-plan.h"

#include "base/reader.h"
#include "format/flate.h"

#define OBJECTS_MAX 1000000u
#define HEAD "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

typedef struct {
    GString *text;   /* owned; NULL: not set */
    GBytes *data;    /* owned; NULL: no stream */
    uint32_t number; /* in the file; 0: not mentioned so far */
} Object;

struct SkPdfPlan {
    GArray *objects;  /* owned, of Object; id − 1 */
    GHashTable *same; /* owned: text (borrowed from its object) → id */
    uint64_t limit, bytes;
};

static void
object_clear(gpointer data)
{
    Object *object = data;
    if (object->text != NULL)
        g_string_free(object->text, TRUE);
    g_clear_pointer(&object->data, g_bytes_unref);
}

static guint
text_hash(gconstpointer p)
{
    return g_string_hash(p);
}

static gboolean
text_equal(gconstpointer a, gconstpointer b)
{
    return g_string_equal(a, b);
}

SkPdfPlan *
sk_pdf_plan_new(uint64_t limit)
{
    SkPdfPlan *self = g_new0(SkPdfPlan, 1);
    self->objects = g_array_new(FALSE, TRUE, sizeof(Object));
    g_array_set_clear_func(self->objects, object_clear);
    self->same = g_hash_table_new(text_hash, text_equal);
    self->limit = limit;
    return self;
}

void
sk_pdf_plan_free(SkPdfPlan *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->same);
    g_array_unref(self->objects);
    g_free(self);
}

static Object *
object_get(SkPdfPlan *self, SkPdfId id)
{
    g_assert(id > 0 && id <= self->objects->len);
    return &g_array_index(self->objects, Object, id - 1);
}

SkPdfId
sk_pdf_plan_add(SkPdfPlan *self)
{
    Object object = { .text = NULL };
    g_array_append_val(self->objects, object);
    return self->objects->len;
}

void
sk_pdf_put_ref(GString *out, SkPdfId id)
{
    g_assert(id != 0);
    g_string_append_c(out, '\0');
    for (unsigned i = 0; i < 4; i++)
        g_string_append_c(out, (char)(id >> (8 * i) & 0xff));
}

bool
sk_pdf_plan_is_set(SkPdfPlan *self, SkPdfId id)
{
    return object_get(self, id)->text != NULL;
}

void
sk_pdf_plan_set(SkPdfPlan *self, SkPdfId id, GString *text)
{
    Object *object = object_get(self, id);

    g_assert(object->text == NULL);
    self->bytes += text->len;
    object->text = text;
    if (self->bytes > self->limit) /* nothing of it will be written */
        g_string_truncate(text, 0);
}

void
sk_pdf_plan_set_ready(SkPdfPlan *self, SkPdfId id, GString *text, SkPdfFilter filter,
                      const char *parms, GBytes *data)
{
    size_t n = g_bytes_get_size(data);

    g_string_append(text,
                    filter == SK_PDF_FILTER_DCT ? " /Filter /DCTDecode" : " /Filter /FlateDecode");
    if (parms != NULL)
        g_string_append_printf(text, " /DecodeParms %s", parms);
    g_string_append_printf(text, " /Length %zu >>", n);
    self->bytes += n;
    sk_pdf_plan_set(self, id, text);
    if (self->bytes > self->limit)
        g_clear_pointer(&data, g_bytes_unref);
    object_get(self, id)->data = data;
}

void
sk_pdf_plan_set_stream(SkPdfPlan *self, SkPdfId id, GString *text, SkSpan data)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->limit);
    sk_flate(data, sink);
    if (!sk_sink_finish(sink, NULL))
        self->bytes = self->limit + 1;
    sk_pdf_plan_set_ready(self, id, text, SK_PDF_FILTER_FLATE, NULL, sk_sink_steal_bytes(sink));
}

void
sk_pdf_plan_insert(SkPdfPlan *self, SkPdfId id, size_t at, const char *keys)
{
    Object *object = object_get(self, id);

    g_assert(object->text != NULL);
    if (at <= object->text->len) /* not one that was dropped over the limit */
        g_string_insert(object->text, (gssize)at, keys);
}

SkPdfId
sk_pdf_plan_same(SkPdfPlan *self, GString *text)
{
    SkPdfId id = GPOINTER_TO_UINT(g_hash_table_lookup(self->same, text));

    if (id != 0) {
        g_string_free(text, TRUE);
        return id;
    }
    id = sk_pdf_plan_add(self);
    sk_pdf_plan_set(self, id, text);
    if (self->bytes <= self->limit)
        g_hash_table_insert(self->same, text, GUINT_TO_POINTER(id));
    return id;
}

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct {
    SkPdfPlan *plan;
    SkSink *out;
    GArray *order;   /* owned, of SkPdfId: by number − 1 */
    GArray *offsets; /* owned, of uint64_t */
} Writer;

static uint32_t
number_of(Writer *self, SkPdfId id)
{
    Object *object = object_get(self->plan, id);

    if (object->number == 0) {
        g_array_append_val(self->order, id);
        object->number = self->order->len;
    }
    return object->number;
}

static void
write_text(Writer *self, SkSpan text)
{
    SkReader r = sk_reader(text);

    for (size_t from = 0; from < text.n;) {
        size_t nul = sk_span_find(text, from, (SkSpan){ .p = (const uint8_t *)"", .n = 1 });
        size_t end = MIN(nul, text.n);
        sk_sink_span(self->out, sk_span_sub(text, from, end - from));
        if (end == text.n)
            return;
        sk_reader_seek(&r, end + 1);
        sk_sink_printf(self->out, "%u 0 R", number_of(self, sk_reader_u32le(&r)));
        from = r.at;
    }
}

static void
write_object(Writer *self, uint32_t number)
{
    SkPdfId id = g_array_index(self->order, SkPdfId, number - 1);
    Object *object = object_get(self->plan, id);
    uint64_t at = sk_sink_at(self->out);

    g_assert(object->text != NULL);
    g_array_append_val(self->offsets, at);
    sk_sink_printf(self->out, "%u 0 obj\n", number);
    write_text(self, sk_span(object->text->str, object->text->len));
    if (object->data != NULL) {
        sk_sink_str(self->out, "\nstream\n");
        sk_sink_span(self->out, sk_span_bytes(object->data));
        sk_sink_str(self->out, "\nendstream");
    }
    sk_sink_str(self->out, "\nendobj\n");
}

static void
write_xref(Writer *self)
{
    uint64_t at = sk_sink_at(self->out);
    uint32_t size = self->order->len + 1;

    sk_sink_printf(self->out, "xref\n0 %u\n0000000000 65535 f \n", size);
    for (guint i = 0; i < self->offsets->len; i++)
        sk_sink_printf(self->out, "%010" G_GUINT64_FORMAT " 00000 n \n",
                       g_array_index(self->offsets, uint64_t, i));
    sk_sink_printf(self->out,
                   "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%" G_GUINT64_FORMAT
                   "\n%%%%EOF\n",
                   size, at);
}

bool
sk_pdf_plan_write(SkPdfPlan *self, SkPdfId root, SkSink *out, GError **error)
{
    g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(SkPdfId));
    g_autoptr(GArray) offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    Writer writer = { .plan = self, .out = out, .order = order, .offsets = offsets };

    if (self->bytes > self->limit)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf: over %" G_GUINT64_FORMAT " bytes",
                        self->limit);
    sk_sink_str(out, HEAD);
    number_of(&writer, root);
    for (uint32_t number = 1; number <= order->len; number++) {
        if (number > OBJECTS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "pdf: over %u objects", OBJECTS_MAX);
        write_object(&writer, number);
    }
    write_xref(&writer);
    return sk_sink_finish(out, error);
}
