/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-mesh.c - contract in pdf-mesh.h.
 */
#include "disarm/pdf-mesh.h"

typedef struct {
    SkSpan in;
    uint64_t at; /* in bits */
    bool bad;    /* the data ended inside of something */
    const SkPdfMesh *mesh;
    GByteArray *out; /* borrowed */
} Mesh;

unsigned
sk_pdf_mesh_width(unsigned bits, bool coordinate)
{
    switch (bits) {
    case 1:
    case 2:
    case 4:
    case 8:
        return 8;
    case 12:
        return coordinate ? 24 : 0;
    case 16:
        return 16;
    case 24:
    case 32:
        return coordinate ? bits : 0;
    default:
        return 0;
    }
}

static uint64_t
most(unsigned bits)
{
    return (UINT64_C(1) << bits) - 1;
}

static uint64_t
read_bits(Mesh *self, unsigned n)
{
    uint64_t v = 0;

    if (self->bad || n > 8 * (uint64_t)self->in.n - self->at) {
        self->bad = true;
        return 0;
    }
    while (n > 0) {
        unsigned used = (unsigned)(self->at % 8), some = MIN(8 - used, n);
        uint8_t byte = self->in.p[self->at / 8];
        v = v << some | ((uint64_t)byte >> (8 - used - some) & most(some));
        self->at += some;
        n -= some;
    }
    return v;
}

static void
align(Mesh *self)
{
    self->at = (self->at + 7) / 8 * 8;
}

static void
put_value(Mesh *self, uint64_t v, unsigned bits)
{
    uint8_t bytes[4];
    unsigned n = bits / 8;

    for (unsigned i = 0; i < n; i++)
        bytes[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
    g_byte_array_append(self->out, bytes, n);
}

/* The most that a width can say means the same in each, so that values grow by a whole factor. */
static void
copy(Mesh *self, unsigned bits, bool coordinate, unsigned count)
{
    unsigned width = sk_pdf_mesh_width(bits, coordinate);
    uint64_t factor = most(width) / most(bits);

    for (unsigned i = 0; i < count && !self->bad; i++)
        put_value(self, read_bits(self, bits) * factor, width);
}

static void
copy_points(Mesh *self, unsigned n)
{
    copy(self, self->mesh->coordinate_bits, true, 2 * n);
}

static void
copy_colours(Mesh *self, unsigned n)
{
    copy(self, self->mesh->component_bits, false, n * self->mesh->components);
}

static bool
more(const Mesh *self)
{
    return !self->bad && self->at < 8 * (uint64_t)self->in.n && self->out->len <= SK_PDF_MESH_MAX;
}

/* ---- the kinds ----------------------------------------------------------------------------- */

/* @ret_whole: what of the output is whole. */
static bool
triangles(Mesh *self, guint *ret_whole, GError **error)
{
    unsigned vertex = 0; /* of a triangle that is begun */

    while (more(self)) {
        uint8_t flag = (uint8_t)(read_bits(self, self->mesh->flag_bits) & 3);
        if (vertex > 0)
            flag = 0;
        else if (flag == 3 || (flag != 0 && *ret_whole == 0))
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "pdf-shading: a triangle without its neighbour");
        put_value(self, flag, 8);
        copy_points(self, 1);
        copy_colours(self, 1);
        align(self);
        if (self->bad)
            break;
        vertex = flag != 0 ? 0 : (vertex + 1) % 3;
        if (vertex == 0)
            *ret_whole = self->out->len;
    }
    return true;
}

static void
lattice(Mesh *self, guint *ret_whole)
{
    unsigned vertices = 0, rows = 0;

    while (more(self)) {
        copy_points(self, 1);
        copy_colours(self, 1);
        align(self);
        if (self->bad)
            break;
        if (++vertices < self->mesh->per_row)
            continue;
        vertices = 0;
        if (++rows >= 2)
            *ret_whole = self->out->len;
    }
}

static bool
patches(Mesh *self, guint *ret_whole, GError **error)
{
    const SkPdfMesh *mesh = self->mesh;
    unsigned points = mesh->type == 6 ? 12 : 16;

    while (more(self)) {
        uint8_t flag = (uint8_t)(read_bits(self, mesh->flag_bits) & 3);
        if (flag != 0 && *ret_whole == 0)
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "pdf-shading: a patch without its neighbour");
        put_value(self, flag, 8);
        copy_points(self, flag == 0 ? points : points - 4);
        copy_colours(self, flag == 0 ? 4 : 2);
        if (self->bad)
            break;
        *ret_whole = self->out->len;
        /* Readers differ about whether the next patch begins on a byte. */
        if (self->at % 8 != 0 && 8 * (uint64_t)self->in.n - self->at >= 8)
            return sk_throw(error, SK_ERROR_UNSUPPORTED,
                            "pdf-shading: patches that do not end on bytes");
        align(self);
    }
    return true;
}

bool
sk_pdf_mesh_rebuild(SkSpan in, const SkPdfMesh *mesh, GByteArray *out, GError **error)
{
    Mesh self = { .in = in, .mesh = mesh, .out = out };
    guint whole = 0;

    g_assert(out->len == 0 && mesh->components >= 1 && mesh->components <= 32 &&
             sk_pdf_mesh_width(mesh->coordinate_bits, true) > 0 &&
             sk_pdf_mesh_width(mesh->component_bits, false) > 0);
    if (mesh->type == 5)
        lattice(&self, &whole);
    else if (!(mesh->type == 4 ? triangles(&self, &whole, error) : patches(&self, &whole, error)))
        return false;
    if (out->len > SK_PDF_MESH_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf-shading: over %u bytes", SK_PDF_MESH_MAX);
    if (whole == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf-shading: not one whole piece");
    g_byte_array_set_size(out, whole);
    return true;
}
