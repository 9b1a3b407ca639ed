/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-shading.c - shadings: which keys each type has, and the records of meshes.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf-content.md, "Shadings"; ISO 32000-1, 8.7.4.5   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#include <string.h>

#define MESH_MAX (64u << 20)
#define COLUMNS_MAX 65536
#define COORDINATES_MAX 6u
#define DECODE_MAX (4u + 2u * 32u)

static const char *const keys[] = {
    "Domain", "Matrix", "Coords", "Extend", "BitsPerCoordinate", "BitsPerComponent", "BitsPerFlag",
    "VerticesPerRow", "Decode", "Function"
};

/* By type: a letter for each key above: ! must, ? may, . must not. */
static const char *const wanted[] = { "..........", "??.......!", "?.!?.....!", "?.!?.....!",
                                      "....!!!.!?", "....!!.!!?", "....!!!.!?", "....!!!.!?" };

static size_t
count(const SkPdfFile *self, uint32_t shading, const char *key, int64_t *ret, size_t most)
{
    SkReader value = { 0 };
    return sk_vpdf_get(self, shading, key, &value) ? sk_vpdf_numbers(value, ret, most) : 0;
}

static bool
check_keys(SkPdfFile *self, uint32_t shading, int64_t type)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        bool has = sk_vpdf_has(self, shading, keys[i]);
        if ((wanted[type][i] == '!' && !has) || (wanted[type][i] == '.' && has))
            return false;
    }
    return true;
}

/* ---- colours ---- */

static bool
check_arity(SkPdfFile *self, uint32_t function, unsigned in, unsigned out)
{
    unsigned has_in = 0, has_out = 0;

    sk_pdf_arity(self, function, &has_in, &has_out);
    return has_in == in && has_out == out;
}

/* One function for all components, or one for each of several. */
static bool
check_functions(SkPdfFile *self, SkReader value, unsigned in, unsigned components)
{
    uint32_t function = 0;
    unsigned n = 0;
    SkReader one = value;

    if (sk_pdf_reference(&one, &function))
        return check_arity(self, function, in, components);
    for (bool more = sk_pdf_enter(&value); more; more = sk_pdf_next(&value), n++)
        if (!sk_pdf_reference(&value, &function) || !check_arity(self, function, in, 1))
            return false;
    return n == components && n > 1;
}

static bool
check_colours(SkPdfFile *self, uint32_t shading, int64_t type, unsigned *ret_components)
{
    SkReader value = { 0 };
    SkPdfSpace space;

    if (!sk_vpdf_get(self, shading, "ColorSpace", &value) || !sk_pdf_space(self, value, &space) ||
        space.kind == SK_PDF_SPACE_PATTERN)
        return false;
    *ret_components = space.components;
    if (sk_vpdf_has(self, shading, "Background") &&
        count(self, shading, "Background", NULL, 0) != space.components)
        return false;
    if (!sk_vpdf_get(self, shading, "Function", &value))
        return true;
    *ret_components = 1;
    return space.kind != SK_PDF_SPACE_INDEXED &&
           check_functions(self, value, type == 1 ? 2 : 1, space.components);
}

/* ---- types 1 to 3 ---- */

static bool
check_domain(SkPdfFile *self, uint32_t shading, unsigned inputs)
{
    static const int64_t usual[] = { 0, SK_PDF_ONE, 0, SK_PDF_ONE };
    int64_t domain[4] = { 0 };

    if (!sk_vpdf_has(self, shading, "Domain"))
        return true;
    if (count(self, shading, "Domain", domain, 4) != 2 * (size_t)inputs || domain[0] > domain[1] ||
        domain[2] > domain[3])
        return false;
    return memcmp(domain, usual, 2 * inputs * sizeof domain[0]) != 0;
}

static bool
check_matrix(SkPdfFile *self, uint32_t shading)
{
    static const int64_t usual[] = { SK_PDF_ONE, 0, 0, SK_PDF_ONE, 0, 0 };
    int64_t matrix[6] = { 0 };

    return count(self, shading, "Matrix", matrix, 6) != 6 ||
           memcmp(matrix, usual, sizeof matrix) != 0;
}

static bool
check_line(SkPdfFile *self, uint32_t shading, bool radial)
{
    int64_t coords[COORDINATES_MAX] = { 0 };
    SkReader value = { 0 };

    if (count(self, shading, "Coords", coords, COORDINATES_MAX) != (radial ? 6 : 4) ||
        (radial && (coords[2] < 0 || coords[5] < 0)))
        return false;
    return check_domain(self, shading, 1) &&
           !(sk_vpdf_get(self, shading, "Extend", &value) && sk_pdf_is(value, "[false false]"));
}

/* ---- meshes ---- */

typedef struct {
    size_t coordinate, component; /* bytes of each */
    unsigned components;          /* of a vertex */
} Mesh;

static size_t
vertices(const Mesh *mesh, unsigned points, unsigned colours)
{
    return points * 2 * mesh->coordinate + (size_t)colours * mesh->components * mesh->component;
}

/* Type 4: the edge flags of the second and third vertex of a triangle of its own are 0 as well. */
static bool
check_triangles(const Mesh *mesh, SkReader *r)
{
    bool begun = false;
    unsigned of_its_own = 0; /* vertices of the triangle that is being given */

    for (; sk_reader_left(r) > 0; begun = true) {
        uint8_t flag = sk_reader_u8(r);
        sk_reader_skip(r, vertices(mesh, 1, 1));
        if (flag > 2 || (flag != 0 && (!begun || of_its_own != 0)))
            return false;
        of_its_own = flag == 0 ? (of_its_own + 1) % 3 : 0;
    }
    return begun && of_its_own == 0;
}

static bool
check_patches(const Mesh *mesh, SkReader *r, bool tensor)
{
    bool begun = false;

    for (; sk_reader_left(r) > 0; begun = true) {
        uint8_t flag = sk_reader_u8(r);
        if (flag > 3 || (flag != 0 && !begun))
            return false;
        unsigned points = (flag == 0 ? 12u : 8u) + (tensor ? 4u : 0u);
        sk_reader_skip(r, vertices(mesh, points, flag == 0 ? 4 : 2));
    }
    return begun;
}

static bool
check_lattice(const Mesh *mesh, SkReader *r, int64_t columns)
{
    size_t row = vertices(mesh, 1, 1) * (size_t)columns, left = sk_reader_left(r);

    sk_reader_skip(r, left);
    return columns >= 2 && columns <= COLUMNS_MAX && left % row == 0 && left / row >= 2;
}

static bool
check_mesh(SkPdfFile *self, uint32_t shading, int64_t type, unsigned components)
{
    int64_t coordinate = sk_pdf_get_integer(self, shading, "BitsPerCoordinate", 0);
    int64_t component = sk_pdf_get_integer(self, shading, "BitsPerComponent", 0);
    Mesh mesh = { (size_t)coordinate / 8, (size_t)component / 8, components };

    if (coordinate % 8 != 0 || component % 8 != 0 ||
        count(self, shading, "Decode", NULL, 0) != 4 + 2 * (size_t)components)
        return sk_pdf_wrong(self, shading, "mesh");
    g_autoptr(GByteArray) data = sk_pdf_inflate(self, shading, MESH_MAX);
    if (data == NULL)
        return false;
    SkReader r = sk_reader(sk_span(data->data, data->len));
    bool good = type == 4   ? check_triangles(&mesh, &r)
                : type == 5 ? check_lattice(&mesh, &r,
                                            sk_pdf_get_integer(self, shading, "VerticesPerRow", 0))
                            : check_patches(&mesh, &r, type == 7);
    return (good && sk_reader_ok(&r)) || sk_pdf_wrong(self, shading, "data of a mesh");
}

bool
sk_pdf_check_shading(SkPdfFile *self, uint32_t shading)
{
    int64_t type = sk_pdf_get_integer(self, shading, "ShadingType", 0);
    unsigned components = 0;

    if (!check_keys(self, shading, type) || !check_colours(self, shading, type, &components))
        return sk_pdf_wrong(self, shading, "shading");
    if (type >= 4)
        return check_mesh(self, shading, type, components);
    bool good = type == 1 ? check_domain(self, shading, 2) && check_matrix(self, shading)
                          : check_line(self, shading, type == 3);
    return good || sk_pdf_wrong(self, shading, "shading");
}
