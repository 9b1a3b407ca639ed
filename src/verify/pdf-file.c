/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-file.c - the first reading of a rebuilt PDF: objects in the order of numbers, each of the
 * kind that its first mention asks for, then the table of their places; and what the second reading
 * looks values up with.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "The file"   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"
#include "verify/pdf-table.h"

#include <string.h>

#define OBJECTS_MAX 1000000u

bool
sk_pdf_no(SkPdfFile *self, uint32_t number, SkElement element, const char *what)
{
    return sk_proof_no(self->proof, element, "object %" G_GUINT32_FORMAT ": %s", number, what);
}

bool
sk_pdf_wrong(SkPdfFile *self, uint32_t number, const char *what)
{
    return sk_pdf_no(self, number, SK_ELEMENT_NOT_CANONICAL, what);
}

/* ---- looking up ---- */

SkPdfObject *
sk_pdf_object(const SkPdfFile *self, uint32_t number)
{
    g_assert(number >= 1 && number <= self->objects->len);
    return &g_array_index(self->objects, SkPdfObject, number - 1);
}

SkSpan
sk_pdf_value(const SkPdfFile *self, uint32_t number)
{
    const SkPdfObject *object = sk_pdf_object(self, number);
    return sk_span_sub(self->r.in, object->value, object->value_n);
}

SkSpan
sk_pdf_data(const SkPdfFile *self, uint32_t number)
{
    const SkPdfObject *object = sk_pdf_object(self, number);
    return sk_span_sub(self->r.in, object->data, object->data_n);
}

bool
sk_pdf_find(SkSpan in, const char *key, SkReader *ret)
{
    SkReader r = sk_reader(in);
    SkSpan name = SK_SPAN_EMPTY;

    if (!sk_pdf_word(&r, "<<"))
        return false;
    while (sk_pdf_ahead(&r, " /")) {
        sk_reader_skip(&r, 1);
        if (!sk_vpdf_name(&r, &name) || !sk_pdf_word(&r, " "))
            return false;
        size_t from = r.at;
        if (!sk_pdf_skip(&r))
            return false;
        if (sk_span_is(name, key)) {
            *ret = sk_reader(sk_span_sub(in, from, r.at - from));
            return true;
        }
    }
    return false;
}

bool
sk_vpdf_get(const SkPdfFile *self, uint32_t number, const char *key, SkReader *ret)
{
    return sk_pdf_find(sk_pdf_value(self, number), key, ret);
}

bool
sk_vpdf_has(const SkPdfFile *self, uint32_t number, const char *key)
{
    SkReader value;
    return sk_vpdf_get(self, number, key, &value);
}

uint32_t
sk_pdf_get_reference(const SkPdfFile *self, uint32_t number, const char *key)
{
    SkReader value;
    uint32_t to = 0;

    return sk_vpdf_get(self, number, key, &value) && sk_pdf_reference(&value, &to) ? to : 0;
}

int64_t
sk_pdf_get_number(const SkPdfFile *self, uint32_t number, const char *key, int64_t otherwise)
{
    SkReader value;
    int64_t out = 0;
    bool whole = false;

    return sk_vpdf_get(self, number, key, &value) && sk_vpdf_number(&value, &out, &whole)
               ? out
               : otherwise;
}

int64_t
sk_pdf_get_integer(const SkPdfFile *self, uint32_t number, const char *key, int64_t otherwise)
{
    return sk_pdf_get_number(self, number, key, otherwise * SK_PDF_ONE) / SK_PDF_ONE;
}

size_t
sk_vpdf_numbers(SkReader value, int64_t *ret, size_t most)
{
    size_t n = 0;
    int64_t one = 0;
    bool whole = false;

    for (bool more = sk_pdf_enter(&value); more && sk_vpdf_number(&value, &one, &whole);
         more = sk_pdf_next(&value)) {
        if (n < most)
            ret[n] = one;
        n++;
    }
    return n;
}

bool
sk_pdf_is(SkReader value, const char *word)
{
    return sk_span_is(value.in, word);
}

bool
sk_pdf_enter(SkReader *value)
{
    return sk_pdf_word(value, "[") && !sk_pdf_ahead(value, "]");
}

bool
sk_pdf_next(SkReader *value)
{
    return sk_pdf_word(value, " ");
}

/* ---- first reading ---- */

static SkPdfObject *
add_object(SkPdfFile *self, uint64_t kinds)
{
    SkPdfObject object = { .kinds = kinds };

    g_array_append_val(self->objects, object);
    return sk_pdf_object(self, self->objects->len);
}

/* Takes the mentions of the object that has been read: each is of one that was mentioned, or of
 * the next. */
static bool
take_mentions(SkPdfFile *self)
{
    for (guint i = 0; i < self->mentions->len; i++) {
        const SkPdfMention *mention = &g_array_index(self->mentions, SkPdfMention, i);
        SkPdfEdge edge = { self->current, mention->number };
        if (mention->number > self->objects->len + 1 || mention->number > OBJECTS_MAX)
            return sk_pdf_wrong(self, self->current,
                                "numbers are not in the order of first mention");
        if (mention->number == self->objects->len + 1)
            add_object(self, mention->kinds);
        SkPdfObject *object = sk_pdf_object(self, mention->number);
        object->kinds &= mention->kinds;
        if (object->kinds == 0)
            return sk_pdf_wrong(self, self->current, "an object of another kind is mentioned");
        g_array_append_val(self->edges, edge);
    }
    g_array_set_size(self->mentions, 0);
    return true;
}

static bool
read_predictor(SkPdfFile *self, SkPdfObject *object)
{
    SkReader *r = &self->r;
    int64_t colours = 0, columns = 0;

    if (!sk_pdf_word(r, " /DecodeParms"))
        return true;
    if (!sk_pdf_word(r, " << /Predictor 11 /Colors ") || !sk_pdf_integer(r, 1, 32, &colours) ||
        !sk_pdf_word(r, " /BitsPerComponent 8 /Columns ") ||
        !sk_pdf_integer(r, 1, G_MAXUINT16, &columns) || !sk_pdf_word(r, " >>"))
        return false;
    object->colours = (uint8_t)colours;
    object->columns = (uint32_t)columns;
    return true;
}

static bool
read_stream(SkPdfFile *self, SkPdfObject *object, unsigned kind)
{
    SkReader *r = &self->r;
    bool picture = kind == KIND_IMAGE || kind == KIND_SOFTMASK;
    int64_t length = 0;

    object->jpeg = picture && sk_pdf_word(r, " /Filter /DCTDecode");
    if (!object->jpeg && !sk_pdf_word(r, " /Filter /FlateDecode"))
        return false;
    if ((picture && !object->jpeg && !read_predictor(self, object)) ||
        !sk_pdf_word(r, " /Length ") || !sk_pdf_integer(r, 0, G_MAXINT32, &length))
        return false;
    object->value_n = (uint32_t)(r->at + 3) - object->value;
    if (!sk_pdf_word(r, " >>\nstream\n"))
        return false;
    object->stream = true;
    object->data = (uint32_t)r->at;
    object->data_n = (uint32_t)length;
    sk_reader_skip(r, (size_t)length);
    return sk_reader_ok(r) && sk_pdf_word(r, "\nendstream\nendobj\n");
}

static bool
streams_by_type(const SkPdfFile *self, size_t from, unsigned kind)
{
    static const char *const types[] = { "<< /FunctionType 0", "<< /FunctionType 4",
                                         "<< /ShadingType 4",  "<< /ShadingType 5",
                                         "<< /ShadingType 6",  "<< /ShadingType 7" };
    SkReader r = self->r;

    sk_reader_seek(&r, from);
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
        if (sk_pdf_ahead(&r, types[i]))
            return true;
    return sk_pdf_kinds[kind].form == SK_PDF_AS_STREAM;
}

/* An object of @kind at the cursor: behind it afterwards, or false. */
static bool
read_as(SkPdfFile *self, SkPdfObject *object, unsigned kind)
{
    SkReader *r = &self->r;
    const SkPdfKind *row = &sk_pdf_kinds[kind];

    *object = (SkPdfObject){ .kinds = SK_PDF_KIND(kind),
                             .at = object->at,
                             .value = (uint32_t)r->at,
                             .kind = (uint8_t)kind };
    g_array_set_size(self->mentions, 0);
    if (row->form == SK_PDF_AS_ARRAY
            ? !sk_pdf_match(self, row->array)
            : !sk_pdf_shape(self, kind, streams_by_type(self, object->value, kind)))
        return false;
    if (row->form != SK_PDF_AS_ARRAY && streams_by_type(self, object->value, kind))
        return read_stream(self, object, kind);
    object->value_n = (uint32_t)r->at - object->value;
    return sk_pdf_word(r, "\nendobj\n");
}

static bool
read_object(SkPdfFile *self, uint32_t number)
{
    SkReader before = self->r;
    SkPdfObject object = *sk_pdf_object(self, number); /* the array may move */
    uint64_t kinds = object.kinds;
    char head[32];

    object.at = (uint32_t)before.at;
    g_snprintf(head, sizeof head, "%" G_GUINT32_FORMAT " 0 obj\n", number);
    self->current = number;
    if (!sk_pdf_word(&self->r, head))
        return sk_pdf_no_match(self->proof, self->r.in, before.at, number, true);
    before = self->r;
    for (unsigned kind = 1; kind < KINDS; kind++) {
        if ((kinds & SK_PDF_KIND(kind)) == 0)
            continue;
        if (read_as(self, &object, kind)) {
            *sk_pdf_object(self, number) = object;
            return take_mentions(self);
        }
        self->r = before;
    }
    return sk_pdf_no_match(self->proof, self->r.in, before.at, number, true);
}

static bool
read_tail(SkPdfFile *self)
{
    SkReader *r = &self->r;
    size_t xref = r->at;
    char line[128];

    g_snprintf(line, sizeof line, "xref\n0 %u\n0000000000 65535 f \n", self->objects->len + 1);
    if (!sk_pdf_word(r, line))
        return sk_pdf_no_match(self->proof, r->in, r->at, self->objects->len + 1, true);
    for (guint i = 1; i <= self->objects->len; i++) {
        g_snprintf(line, sizeof line, "%010" G_GUINT32_FORMAT " 00000 n \n",
                   sk_pdf_object(self, i)->at);
        if (!sk_pdf_word(r, line))
            return sk_pdf_wrong(self, i, "its line in the cross-reference table");
    }
    g_snprintf(line, sizeof line, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
               self->objects->len + 1, xref);
    if (!sk_pdf_word(r, line))
        return sk_pdf_no_match(self->proof, r->in, r->at, 0, true);
    return sk_reader_left(r) == 0 ||
           sk_proof_no(self->proof, SK_ELEMENT_TRAILING_DATA, "data after the end");
}

static bool
read_file(SkPdfFile *self)
{
    if (self->r.in.n > G_MAXUINT32 || !sk_pdf_word(&self->r, SK_PDF_HEAD))
        return sk_proof_no(self->proof, SK_ELEMENT_NOT_CANONICAL, "head");
    add_object(self, SK_PDF_KIND(KIND_CATALOG));
    for (uint32_t number = 1; number <= self->objects->len; number++)
        if (!read_object(self, number))
            return false;
    return read_tail(self);
}

/* ---- second reading ---- */

static bool
check_object(SkPdfFile *self, uint32_t number)
{
    SkReader value;
    SkPdfSpace space;

    switch (sk_pdf_object(self, number)->kind) {
    case KIND_IMAGE:
    case KIND_STENCIL:
    case KIND_SOFTMASK:
    case KIND_ICC:
        return sk_pdf_check_picture(self, number);
    case KIND_FUNCTION:
        return sk_pdf_check_function(self, number);
    case KIND_SHADING:
        return sk_pdf_check_shading(self, number);
    case KIND_PAGE:
    case KIND_FORM:
    case KIND_TILING:
        if (!sk_vpdf_get(self, number, "Group", &value) || !sk_pdf_find(value.in, "CS", &value))
            return true;
        return (sk_pdf_space(self, value, &space) && space.kind <= SK_PDF_SPACE_LAB) ||
               sk_pdf_wrong(self, number, "colour space of a group");
    default:
        return sk_pdf_check_fonts(self, number);
    }
}

static bool
verify_rebuilt(SkProof *proof, SkSpan in)
{
    g_autoptr(GArray) objects = g_array_new(FALSE, FALSE, sizeof(SkPdfObject));
    g_autoptr(GArray) mentions = g_array_new(FALSE, FALSE, sizeof(SkPdfMention));
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(SkPdfEdge));
    SkPdfFile self = {
        .proof = proof, .r = sk_reader(in), .objects = objects, .mentions = mentions, .edges = edges
    };

    if (!read_file(&self) || !sk_pdf_check_pages(&self) || !sk_pdf_check_outlines(&self) ||
        !sk_pdf_check_structure(&self))
        return false;
    for (uint32_t number = 1; number <= objects->len; number++)
        if (!check_object(&self, number))
            return false;
    return sk_pdf_check_drawing(&self);
}

/* Pages of pictures say so in the resources of their first page, which a rebuilt PDF never names
 * so. */
static bool
is_of_pictures(SkSpan in)
{
    size_t page = sk_span_find(in, 0, sk_span_str("\n3 0 obj\n"));
    size_t end = page == SIZE_MAX ? SIZE_MAX : sk_span_find(in, page, sk_span_str("endobj"));

    return end != SIZE_MAX && sk_span_find(sk_span_sub(in, page, end - page), 0,
                                           sk_span_str("/XObject << /P ")) != SIZE_MAX;
}

bool
sk_verify_pdf(SkProof *proof, SkSpan in)
{
    SkLevel level = proof->job->level;
    bool pictures = level == SK_LEVEL_IMAGE || (level != SK_LEVEL_REBUILT && is_of_pictures(in));

    /* Whoever said no before has said why: only the first refusal stands. */
    return (pictures ? sk_verify_pdf_image(proof, in) : verify_rebuilt(proof, in)) ||
           sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "not what the profile has");
}
