/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pdf-function.c - programs of functions of type 4 and the data of meshes: what comes out comes out again unchanged. The
 * first byte: a program, or a mesh of that type, whose widths the next two bytes choose. */
#include "disarm/pdf-calculator.h"
#include "disarm/pdf-mesh.h"
#include "fuzz.h"

#include <string.h>

static void
program(SkSpan in)
{
    g_autoptr(GString) out = g_string_new(NULL), again = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    if (!sk_pdf_calculator_rebuild(in, out, &error)) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_true(sk_pdf_calculator_rebuild(sk_span(out->str, out->len), again, &error));
    g_assert_cmpstr(out->str, ==, again->str);
    (void)sk_pdf_calculator_fits(sk_span(out->str, out->len), 1, 1);
}

static void
mesh(SkSpan in, unsigned type, uint8_t widths, uint8_t rest)
{
    static const unsigned coordinates[] = { 1, 2, 4, 8, 12, 16, 24, 32 }, components[] = { 1, 2, 4, 8, 16 };
    static const unsigned flags[] = { 2, 4, 8 };
    SkPdfMesh m = {
        .type = type,
        .coordinate_bits = coordinates[widths % 8],
        .component_bits = components[widths / 8 % 5],
        .flag_bits = flags[widths / 40 % 3],
        .components = 1 + rest % 32u,
        .per_row = 2 + rest / 32u,
    };
    g_autoptr(GByteArray) out = g_byte_array_new(), again = g_byte_array_new();
    g_autoptr(GError) error = NULL;

    if (!sk_pdf_mesh_rebuild(in, &m, out, &error)) {
        g_assert_nonnull(error);
        return;
    }
    m.coordinate_bits = sk_pdf_mesh_width(m.coordinate_bits, true);
    m.component_bits = sk_pdf_mesh_width(m.component_bits, false);
    m.flag_bits = 8;
    g_assert_true(sk_pdf_mesh_rebuild(sk_span(out->data, out->len), &m, again, &error));
    g_assert_true(sk_span_equal(sk_span(out->data, out->len), sk_span(again->data, again->len)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    if (data[0] % 5 == 0)
        program(sk_span(data + 1, size - 1));
    else
        mesh(sk_span(data + 3, size - 3), 3 + data[0] % 5u, data[1], data[2]);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const programs[] = {
        "\005{ dup 0.5 gt { pop 1 } { 2 mul } ifelse }",
        "\005{ 360 mul sin 2 div exch 360 mul sin 2 div add % x\n }",
        "\005{ 2 copy { neg } if 3 -1 roll true { cvi } if 1.50 atan }",
    };
    uint8_t bytes[200] = { 0 };

    if (index < G_N_ELEMENTS(programs))
        return g_bytes_new(programs[index], strlen(programs[index]));
    index -= (unsigned)G_N_ELEMENTS(programs);
    if (index >= 4)
        return NULL;
    bytes[0] = (uint8_t)(1 + index);
    bytes[1] = (uint8_t)(80 + 3 + 8 * 3);
    bytes[2] = 2;
    for (unsigned i = 3; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i % 7 == 0 ? i : 0);
    return g_bytes_new(bytes, sizeof bytes);
}
