/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-shading.c - shadings of PDF: what comes out, that it comes out again the same, and what is none.
 */
#include "pdf-objects.h"

#include "disarm/pdf-mesh.h"
#include "disarm/pdf-shading.h"

#define POWER "<< /FunctionType 2 /Domain [0 1] /N 1 >>"
#define POWER3 "<< /FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [1 1 1] /N 1 >>"

static void
want(const PdfObject *objects, size_t n, const char *text)
{
    g_autoptr(GBytes) out = pdf_want(objects, n, sk_pdf_shading, text);
    g_assert_nonnull(out);
}

static void
test_gradients(void)
{
    want((const PdfObject[]){ { "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 4 0 R /AntiAlias true >>", NULL, 0 },
                              { POWER, NULL, 0 } },
         2, "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 4 0 R >>");
    want((const PdfObject[]){ { "<< /ShadingType 3 /ColorSpace /DeviceRGB /Coords [0 0 0 1 1 .50] /Domain [0 1] /Extend [true false] "
                                "/Background [1 1 1] /BBox [9 9 0 0] /Function 4 0 R >>", NULL, 0 },
                              { POWER3, NULL, 0 } },
         2, "<< /ShadingType 3 /ColorSpace /DeviceRGB /Background [1 1 1] /BBox [0 0 9 9] /Coords [0 0 0 1 1 0.5] /Extend [true false] /Function 4 0 R >>");
    want((const PdfObject[]){ { "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 1 1] /Domain [0 2] /Extend [false false] "
                                "/Function [4 0 R 4 0 R 5 0 R] >>", NULL, 0 },
                              { POWER, NULL, 0 }, { POWER, NULL, 0 } },
         3, "/Domain [0 2] /Coords [0 0 1 1] /Function [4 0 R 4 0 R 5 0 R] >>");
    want((const PdfObject[]){ { "<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 1 0 1] /Matrix [2 0 0 2 0 0] /Function [4 0 R] >>", NULL, 0 },
                              { "<< /FunctionType 4 /Domain [0 1 0 1] /Range [0 1]", "{add}", 5 } },
         2, "<< /ShadingType 1 /ColorSpace /DeviceGray /Matrix [2 0 0 2 0 0] /Function 4 0 R >>");
    static const char *const none[] = {
        "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] >>",
        "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1] /Function 4 0 R >>",
        "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 1 1] /Function 4 0 R >>",
        "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 1 1] /Function [4 0 R 4 0 R] >>",
        "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Domain [1 0] /Function 4 0 R >>",
        "<< /ShadingType 3 /ColorSpace /DeviceGray /Coords [0 0 -1 1 1 1] /Function 4 0 R >>",
        "<< /ShadingType 1 /ColorSpace /DeviceGray /Function 4 0 R >>", /* two inputs are wanted */
        "<< /ShadingType 2 /ColorSpace /Pattern /Coords [0 0 1 1] /Function 4 0 R >>",
        "<< /ShadingType 2 /ColorSpace [/Indexed /DeviceGray 1 <00FF>] /Coords [0 0 1 1] /Function 4 0 R >>",
        "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 4 0 R /BBox [0 0 0 1] >>",
        "<< /ShadingType 8 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 4 0 R >>",
        "<< /ShadingType 4 /ColorSpace /DeviceGray /Function 4 0 R >>",
        "[/DeviceGray]",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(none); i++) {
        const PdfObject objects[] = { { none[i], NULL, 0 }, { POWER, NULL, 0 } };
        pdf_refused(objects, 2, sk_pdf_shading);
    }
}

/* ---- meshes -------------------------------------------------------------------------------- */

static void
mesh_is(const SkPdfMesh *mesh, const char *in, size_t n, const char *want, size_t want_n)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree uint8_t *copy = g_memdup2(in, n);
    bool good = sk_pdf_mesh_rebuild(sk_span(copy, n), mesh, out, &error);

    if (want == NULL) {
        g_assert_false(good);
        g_assert_nonnull(error);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpmem(out->data, out->len, want, want_n);
}
#define MESH(mesh, in, want) mesh_is(&mesh, in, sizeof in - 1, want, want == NULL ? 0 : sizeof want - 1)
#define NO_MESH(mesh, in) mesh_is(&mesh, in, sizeof in - 1, NULL, 0)

static void
test_triangles(void)
{
    const SkPdfMesh bytes = { .type = 4, .coordinate_bits = 8, .component_bits = 8, .flag_bits = 8, .components = 1 };
    const SkPdfMesh bits = { .type = 4, .coordinate_bits = 4, .component_bits = 2, .flag_bits = 2, .components = 3 };
    const SkPdfMesh wide = { .type = 4, .coordinate_bits = 12, .component_bits = 16, .flag_bits = 8, .components = 1 };

    /* Flags of the second and third vertex say nothing; of the fourth they do, and only two bits. What is begun goes. */
    MESH(bytes, "\0abc\1def\2ghi\377jkl", NULL);
    MESH(bytes, "\0abc\1def\2ghi\376jkl", "\0abc\0def\0ghi\2jkl");
    MESH(bytes, "\0abc\0def\0ghi\0jkl\0mno", "\0abc\0def\0ghi");
    MESH(bytes, "\0abc\0def\0ghi\1j", "\0abc\0def\0ghi");
    NO_MESH(bytes, "\1abc\0def\0ghi");
    NO_MESH(bytes, "\0abc\0def");
    NO_MESH(bytes, "");
    /* 2 + 4 + 4 + 3 × 2 bits are whole bytes: 00 1111 0000 | 11 01 00. */
    MESH(bits, "\x3c\x34\x3c\x34\x3c\x34", "\0\xff\0\xff\x55\0\0\xff\0\xff\x55\0\0\xff\0\xff\x55\0");
    MESH(wide, "\0\xff\xf0\x01zz\0\xff\xf0\x01zz\0\xff\xf0\x01zz",
         "\0\xff\xff\xff\x00\x10\x01zz\0\xff\xff\xff\x00\x10\x01zz\0\xff\xff\xff\x00\x10\x01zz");
}

static void
test_lattices_and_patches(void)
{
    const SkPdfMesh lattice = { .type = 5, .coordinate_bits = 8, .component_bits = 8, .flag_bits = 8, .components = 1, .per_row = 2 };
    const SkPdfMesh patch = { .type = 6, .coordinate_bits = 8, .component_bits = 8, .flag_bits = 8, .components = 1 };
    const SkPdfMesh odd = { .type = 6, .coordinate_bits = 8, .component_bits = 8, .flag_bits = 2, .components = 1 };
    const SkPdfMesh tensor = { .type = 7, .coordinate_bits = 8, .component_bits = 8, .flag_bits = 8, .components = 1 };
#define P24 "abcdefghijklmnopqrstuvwx"
#define P16 "ABCDEFGHIJKLMNOP"

    MESH(lattice, "abcdefghijklmnopqrstu", "abcdefghijklmnopqr");
    NO_MESH(lattice, "abcdefghi");
    MESH(patch, "\0" P24 "1234\3" P16 "12\1x", "\0" P24 "1234\3" P16 "12");
    NO_MESH(patch, "\1" P16 "12");
    /* Flags of two bits: one patch ends where the data end; where the next one would begin, nobody knows. */
    NO_MESH(odd, "\0" P24 "1234\0\0\0");
    MESH(odd, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\377",
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3");
    MESH(tensor, "\4" P24 "yzabcdef1234\2" P24 "12", "\0" P24 "yzabcdef1234\2" P24 "12");
}

static void
test_mesh_objects(void)
{
#define M "<< /ShadingType 4 /ColorSpace /DeviceGray"
    g_autoptr(GBytes) out = pdf_want(
        (const PdfObject[]){ { M " /BitsPerCoordinate 8 /BitsPerComponent 4 /BitsPerFlag 4 /Decode [0 1 0 1 0 1]", "\x0" "ab\x0" "ab\x0" "ab", 9 } }, 1,
        sk_pdf_shading, M " /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 1 0 1 0 1] /Filter");
    g_autoptr(GBytes) plain = pdf_plain(out);
    g_assert_cmpuint(g_bytes_get_size(plain), ==, 12);
    want((const PdfObject[]){ { "<< /ShadingType 5 /ColorSpace /DeviceRGB /BitsPerCoordinate 8 /BitsPerComponent 8 /VerticesPerRow 2 "
                                "/Decode [0 1 0 1 0 1] /Function 4 0 R", "abcabcabcabc", 12 },
                              { POWER3, NULL, 0 } },
         2, "/VerticesPerRow 2 /Decode [0 1 0 1 0 1] /Function 4 0 R /Filter");
    static const PdfObject none[] = {
        { M " /BitsPerCoordinate 8 /BitsPerComponent 12 /BitsPerFlag 8 /Decode [0 1 0 1 0 1]", "\0abc\0abc\0abc\0abc", 16 },
        { M " /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8", "\0abc\0abc\0abc", 12 },
        { M " /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 1 0 1]", "\0abc\0abc\0abc", 12 },
        { M " /BitsPerCoordinate 3 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 1 0 1 0 1]", "\0abc\0abc\0abc", 12 },
        { M " /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 3 /Decode [0 1 0 1 0 1]", "\0abc\0abc\0abc", 12 },
        { "<< /ShadingType 5 /ColorSpace /DeviceGray /BitsPerCoordinate 8 /BitsPerComponent 8 /VerticesPerRow 1 /Decode [0 1 0 1 0 1]", "abcabcabcabc", 12 },
        { "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 3 0 R", "abc", 3 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(none); i++)
        pdf_refused(&none[i], 1, sk_pdf_shading);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pdf-shading/gradients", test_gradients);
    g_test_add_func("/pdf-shading/triangles", test_triangles);
    g_test_add_func("/pdf-shading/lattices-and-patches", test_lattices_and_patches);
    g_test_add_func("/pdf-shading/mesh-objects", test_mesh_objects);
    return g_test_run();
}
