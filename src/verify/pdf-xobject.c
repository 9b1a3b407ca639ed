/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-xobject.c - what the keys of pictures and profiles say together; then their data are looked
 * at as pictures.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf-picture.md, "The dictionary"   Tests: tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/icc.h"
#include "verify/pdf-file.h"
#include "verify/pdf-picture.h"

#include <string.h>

#define COMPONENTS_MAX 32u
#define DECODE_MOST (32767 * SK_PDF_ONE)
#define DECODE_LEAST (-32768 * SK_PDF_ONE)
#define PROFILE_MAX (16u << 20)

static bool
in_range(const int64_t *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (numbers[i] < DECODE_LEAST || numbers[i] > DECODE_MOST)
            return false;
    return true;
}

/* What Decode would be if it were not there: ISO 32000-1, table 90. */
static void
usual_decode(const SkPdfSpace *space, int64_t *ret)
{
    SkReader range = { 0 };

    for (unsigned i = 0; i < 2 * space->components; i++)
        ret[i] = i % 2 == 0 ? 0 : SK_PDF_ONE;
    if (space->kind != SK_PDF_SPACE_LAB)
        return;
    ret[1] = 100 * SK_PDF_ONE;
    for (unsigned i = 2; i < 6; i++)
        ret[i] = (i % 2 == 0 ? -100 : 100) * SK_PDF_ONE;
    if (sk_pdf_find(space->lab.in, "Range", &range))
        (void)sk_vpdf_numbers(range, ret + 2, 4);
}

static bool
check_decode(SkPdfFile *self, uint32_t picture, const SkPdfSpace *space, bool stencil)
{
    int64_t decode[2 * COMPONENTS_MAX] = { 0 }, usual[2 * COMPONENTS_MAX] = { 0 };
    SkReader value = { 0 };
    size_t n = 2 * (size_t)space->components;

    if (!sk_vpdf_get(self, picture, "Decode", &value))
        return true;
    if (stencil)
        return sk_pdf_is(value, "[1 0]");
    usual_decode(space, usual);
    return space->kind != SK_PDF_SPACE_INDEXED && sk_vpdf_numbers(value, decode, n) == n &&
           in_range(decode, n) && memcmp(decode, usual, n * sizeof decode[0]) != 0;
}

static bool
check_colour_key(SkReader key, unsigned components, unsigned bits)
{
    int64_t numbers[2 * COMPONENTS_MAX] = { 0 };
    size_t n = 2 * (size_t)components;
    int64_t most = ((INT64_C(1) << bits) - 1) * SK_PDF_ONE;

    if (sk_vpdf_numbers(key, numbers, n) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (numbers[i] > most || (i % 2 == 1 && numbers[i] < numbers[i - 1]))
            return false;
    return true;
}

static bool
check_matte(SkPdfFile *self, uint32_t picture, uint32_t mask, const SkPdfSpace *space)
{
    int64_t matte[COMPONENTS_MAX] = { 0 };
    SkReader value = { 0 };

    if (!sk_vpdf_get(self, mask, "Matte", &value))
        return true;
    return sk_vpdf_numbers(value, matte, COMPONENTS_MAX) == space->components &&
           in_range(matte, space->components) &&
           sk_pdf_get_integer(self, mask, "Width", 0) ==
               sk_pdf_get_integer(self, picture, "Width", 0) &&
           sk_pdf_get_integer(self, mask, "Height", 0) ==
               sk_pdf_get_integer(self, picture, "Height", 0);
}

static bool
check_masks(SkPdfFile *self, uint32_t picture, const SkPdfSpace *space, unsigned bits)
{
    uint32_t soft = sk_pdf_get_reference(self, picture, "SMask");
    SkReader mask = { 0 };

    if (soft != 0)
        return !sk_vpdf_has(self, picture, "Mask") && check_matte(self, picture, soft, space);
    return !sk_vpdf_get(self, picture, "Mask", &mask) || !sk_pdf_ahead(&mask, "[") ||
           check_colour_key(mask, space->components, bits);
}

static bool
read_space(SkPdfFile *self, uint32_t picture, bool stencil, SkPdfSpace *ret)
{
    SkReader value = { 0 };

    *ret = (SkPdfSpace){ .components = 1 };
    if (stencil)
        return true;
    return sk_vpdf_get(self, picture, "ColorSpace", &value) && sk_pdf_space(self, value, ret) &&
           ret->kind != SK_PDF_SPACE_PATTERN && ret->components >= 1 &&
           ret->components <= COMPONENTS_MAX;
}

static bool
check_data(SkPdfFile *self, uint32_t number, SkPdfPicture *picture)
{
    g_autofree char *place = g_strdup_printf("object %" G_GUINT32_FORMAT, number);

    self->proof->part = place;
    bool good = sk_verify_pdf_picture(self->proof, picture);
    self->proof->part = "";
    return good;
}

static bool
check_image(SkPdfFile *self, uint32_t number, const SkPdfObject *object)
{
    bool stencil = object->kind == KIND_STENCIL;
    int64_t width = sk_pdf_get_integer(self, number, "Width", 0),
            height = sk_pdf_get_integer(self, number, "Height", 0);
    int64_t bits = sk_pdf_get_integer(self, number, "BitsPerComponent", 0);
    SkPdfSpace space;

    if (width > G_MAXUINT16 || height > G_MAXUINT16 ||
        !(bits == 1 || bits == 2 || bits == 4 || bits == 8) || (object->jpeg && bits != 8) ||
        !read_space(self, number, stencil, &space) ||
        !check_decode(self, number, &space, stencil) ||
        (object->kind == KIND_IMAGE && !check_masks(self, number, &space, (unsigned)bits)))
        return sk_pdf_wrong(self, number, "picture");
    SkPdfPicture picture = { .width = (uint32_t)width,
                             .height = (uint32_t)height,
                             .bits = (unsigned)bits,
                             .components = space.components,
                             .highest = space.highest,
                             .indexed = space.kind == SK_PDF_SPACE_INDEXED,
                             .stencil = stencil,
                             .jpeg = object->jpeg,
                             .colours = object->colours,
                             .columns = object->columns,
                             .data = sk_pdf_data(self, number) };
    return check_data(self, number, &picture);
}

static bool
check_profile(SkPdfFile *self, uint32_t number)
{
    g_autofree char *place = g_strdup_printf("object %" G_GUINT32_FORMAT, number);
    unsigned components = 0;

    g_autoptr(GByteArray) plain = sk_pdf_inflate(self, number, PROFILE_MAX);
    if (plain == NULL)
        return false;
    self->proof->part = place;
    bool good = sk_verify_icc(self->proof, sk_span(plain->data, plain->len), &components);
    self->proof->part = "";
    return good && (components == sk_pdf_get_integer(self, number, "N", 0) ||
                    sk_pdf_wrong(self, number, "components"));
}

/* A soft mask with a matte is of the colours and size of the one picture that it belongs to, which
 * looks (check_matte). */
bool
sk_pdf_check_picture(SkPdfFile *self, uint32_t number)
{
    const SkPdfObject *object = sk_pdf_object(self, number);

    return object->kind == KIND_ICC ? check_profile(self, number)
                                    : check_image(self, number, object);
}
