/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-shading.c - contract in pdf-shading.h.
 */
#include "disarm/pdf-shading.h"

#include "disarm/pdf-colour.h"
#include "disarm/pdf-filter.h"
#include "disarm/pdf-function.h"
#include "disarm/pdf-memory.h"
#include "disarm/pdf-mesh.h"

#define DECODE_MAX (4 + 2 * SK_PDF_COMPONENTS_MAX)
#define PER_ROW_MAX 65536
#define REMEMBERED_AS 'h'

typedef struct {
    SkPdfWalk *walk;
    SkPdfObject object;
    int32_t type;
    SkPdfColour colour;
    GString *text;
} Work;

static bool
wrong(const char *what, GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "pdf-shading: %s", what);
}

static SkPdfObject
get(const Work *work, const char *key)
{
    return sk_pdf_get(work->walk->pdf, work->object, key);
}

static bool
has(const Work *work, const char *key)
{
    return sk_pdf_type(work->walk->pdf, get(work, key)) != SK_PDF_NULL;
}

static void
put_key(Work *work, const char *key, const int64_t *numbers, size_t n)
{
    g_string_append_printf(work->text, " /%s ", key);
    sk_pdf_put_numbers(work->text, numbers, n);
}

static bool
same(const int64_t *numbers, const int64_t *usual, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] != usual[i])
            return false;
    }
    return true;
}

/* @n numbers, where the key is there and does not say what is usual anyway (@usual may be NULL). */
static bool
put_unless(Work *work, const char *key, uint32_t n, const int64_t *usual, GError **error)
{
    int64_t numbers[DECODE_MAX] = { 0 };

    if (!has(work, key))
        return true;
    if (!sk_pdf_numbers(work->walk->pdf, get(work, key), n, numbers))
        return wrong(key, error);
    if (usual == NULL || !same(numbers, usual, n))
        put_key(work, key, numbers, n);
    return true;
}

static bool
put_box(Work *work, GError **error)
{
    int64_t n[4];

    if (!has(work, "BBox"))
        return true;
    if (!sk_pdf_numbers(work->walk->pdf, get(work, "BBox"), 4, n) || n[0] == n[2] || n[1] == n[3])
        return wrong("BBox", error);
    const int64_t box[4] = { MIN(n[0], n[2]), MIN(n[1], n[3]), MAX(n[0], n[2]), MAX(n[1], n[3]) };
    put_key(work, "BBox", box, 4);
    return true;
}

static bool
put_domain(Work *work, uint32_t n, GError **error)
{
    static const int64_t usual[4] = { 0, SK_PDF_ONE, 0, SK_PDF_ONE };
    int64_t numbers[4] = { 0 };

    if (has(work, "Domain") && (!sk_pdf_numbers(work->walk->pdf, get(work, "Domain"), n, numbers) ||
                                numbers[0] > numbers[1] || numbers[2] > numbers[3]))
        return wrong("Domain", error);
    return put_unless(work, "Domain", n, usual, error);
}

static bool
put_coords(Work *work, GError **error)
{
    uint32_t n = work->type == 2 ? 4 : 6;
    int64_t numbers[6];

    if (!sk_pdf_numbers(work->walk->pdf, get(work, "Coords"), n, numbers) ||
        (n == 6 && (numbers[2] < 0 || numbers[5] < 0)))
        return wrong("Coords", error);
    put_key(work, "Coords", numbers, n);
    return true;
}

static void
put_extend(Work *work)
{
    SkPdf *pdf = work->walk->pdf;
    bool start = false, end = false;

    (void)sk_pdf_bool(pdf, sk_pdf_item(pdf, get(work, "Extend"), 0), &start);
    (void)sk_pdf_bool(pdf, sk_pdf_item(pdf, get(work, "Extend"), 1), &end);
    if (start || end)
        g_string_append_printf(work->text, " /Extend [%s %s]", start ? "true" : "false",
                               end ? "true" : "false");
}

/* One function for all components, or one for each. */
static bool
put_function(Work *work, unsigned inputs, GError **error)
{
    SkPdf *pdf = work->walk->pdf;
    SkPdfObject function = get(work, "Function");
    unsigned n = work->colour.components;
    SkPdfId id = 0;

    if (work->colour.kind == SK_PDF_INDEXED)
        return wrong("a function of indexes", error);
    if (sk_pdf_type(pdf, function) != SK_PDF_ARRAY ||
        (n == 1 && sk_pdf_count(pdf, function) == 1)) {
        if (sk_pdf_type(pdf, function) == SK_PDF_ARRAY)
            function = sk_pdf_item(pdf, function, 0);
        if (!sk_pdf_function(work->walk, function, inputs, n, &id, error))
            return false;
        g_string_append(work->text, " /Function ");
        sk_pdf_put_ref(work->text, id);
        return true;
    }
    if (sk_pdf_count(pdf, function) != n)
        return wrong("not as many functions as components", error);
    g_string_append(work->text, " /Function [");
    for (uint32_t i = 0; i < n; i++) {
        if (!sk_pdf_function(work->walk, sk_pdf_item(pdf, function, i), inputs, 1, &id, error))
            return false;
        if (i > 0)
            g_string_append_c(work->text, ' ');
        sk_pdf_put_ref(work->text, id);
    }
    g_string_append_c(work->text, ']');
    return true;
}

/* ---- meshes -------------------------------------------------------------------------------- */

static bool
read_width(Work *work, const char *key, bool coordinate, unsigned *ret, GError **error)
{
    int32_t bits = 0;

    if (!sk_pdf_int(work->walk->pdf, get(work, key), &bits) || bits < 1 ||
        sk_pdf_mesh_width((unsigned)bits, coordinate) == 0)
        return wrong(key, error);
    *ret = (unsigned)bits;
    return true;
}

static bool
read_mesh(Work *work, SkPdfMesh *ret, GError **error)
{
    int32_t flag = 8, per_row = 2;

    *ret = (SkPdfMesh){ .type = (unsigned)work->type,
                        .components = has(work, "Function") ? 1 : work->colour.components };
    if (!read_width(work, "BitsPerCoordinate", true, &ret->coordinate_bits, error) ||
        !read_width(work, "BitsPerComponent", false, &ret->component_bits, error))
        return false;
    if (work->type == 5 && (!sk_pdf_int(work->walk->pdf, get(work, "VerticesPerRow"), &per_row) ||
                            per_row < 2 || per_row > PER_ROW_MAX))
        return wrong("VerticesPerRow", error);
    if (work->type != 5 && (!sk_pdf_int(work->walk->pdf, get(work, "BitsPerFlag"), &flag) ||
                            (flag != 2 && flag != 4 && flag != 8)))
        return wrong("BitsPerFlag", error);
    ret->flag_bits = (unsigned)flag;
    ret->per_row = (unsigned)per_row;
    return true;
}

static bool
mesh(Work *work, SkPdfId id, GError **error)
{
    SkPdfMesh mesh = { 0 };
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(GByteArray) data = g_byte_array_new();

    if (sk_pdf_type(work->walk->pdf, work->object) != SK_PDF_STREAM)
        return wrong("a mesh without data", error);
    if (!read_mesh(work, &mesh, error) ||
        !sk_pdf_stream_plain(work->walk->disarm, work->walk->pdf, work->object, &plain, error) ||
        !sk_pdf_mesh_rebuild(sk_span_bytes(plain), &mesh, data, error))
        return false;
    g_string_append_printf(work->text, " /BitsPerCoordinate %u /BitsPerComponent %u",
                           sk_pdf_mesh_width(mesh.coordinate_bits, true),
                           sk_pdf_mesh_width(mesh.component_bits, false));
    if (work->type == 5)
        g_string_append_printf(work->text, " /VerticesPerRow %u", mesh.per_row);
    else
        g_string_append(work->text, " /BitsPerFlag 8");
    if (!has(work, "Decode"))
        return wrong("no Decode", error);
    if (!put_unless(work, "Decode", 4 + 2 * mesh.components, NULL, error) ||
        (has(work, "Function") && !put_function(work, 1, error)))
        return false;
    sk_pdf_plan_set_stream(work->walk->plan, id, g_steal_pointer(&work->text),
                           sk_span(data->data, data->len));
    return true;
}

/* ---- the others ---------------------------------------------------------------------------- */

static bool
gradient(Work *work, SkPdfId id, GError **error)
{
    static const int64_t usual_matrix[6] = { SK_PDF_ONE, 0, 0, SK_PDF_ONE, 0, 0 };

    if (sk_pdf_type(work->walk->pdf, work->object) == SK_PDF_STREAM)
        return wrong("data that nobody wants", error);
    if (!put_domain(work, work->type == 1 ? 4 : 2, error))
        return false;
    if (work->type == 1 && !put_unless(work, "Matrix", 6, usual_matrix, error))
        return false;
    if (work->type != 1 && !put_coords(work, error))
        return false;
    if (work->type != 1)
        put_extend(work);
    if (!put_function(work, work->type == 1 ? 2 : 1, error))
        return false;
    g_string_append(work->text, " >>");
    sk_pdf_plan_set(work->walk->plan, id, g_steal_pointer(&work->text));
    return true;
}

static bool
rebuild(Work *work, SkPdfId id, GError **error)
{
    g_string_append_printf(work->text, "<< /ShadingType %d /ColorSpace ", (int)work->type);
    g_string_append_len(work->text, work->colour.text->str, (gssize)work->colour.text->len);
    return put_unless(work, "Background", work->colour.components, NULL, error) &&
           put_box(work, error) &&
           (work->type >= 4 ? mesh(work, id, error) : gradient(work, id, error));
}

bool
sk_pdf_shading(SkPdfWalk *walk, SkPdfObject shading, SkPdfId *ret, GError **error)
{
    Work work = { .walk = walk, .object = shading };
    SkPdfId known = 0;

    if (sk_pdf_recall(walk, shading, REMEMBERED_AS, &known) && known != 0) {
        *ret = known;
        return true;
    }
    if (!sk_pdf_is_dictionary(walk->pdf, shading) ||
        !sk_pdf_int(walk->pdf, get(&work, "ShadingType"), &work.type) || work.type < 1 ||
        work.type > 7)
        return wrong("of an unknown type", error);
    if (!sk_pdf_colour(walk, get(&work, "ColorSpace"), &work.colour, error))
        return false;
    SkPdfId id = sk_pdf_plan_add(walk->plan);
    work.text = g_string_new(NULL);
    bool good = work.colour.kind == SK_PDF_PATTERN ? wrong("of patterns", error)
                                                   : rebuild(&work, id, error);
    if (work.text != NULL)
        g_string_free(work.text, TRUE);
    sk_pdf_colour_clear(&work.colour);
    if (!good)
        return false;
    sk_pdf_remember(walk, shading, REMEMBERED_AS, id);
    *ret = id;
    return true;
}
