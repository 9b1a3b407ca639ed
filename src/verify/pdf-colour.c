/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-colour.c - colour spaces: how they are written, and how many components they have.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "colour"; ISO 32000-1, 8.6   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/pdf-file.h"

#define COLORANTS_MAX 32u
#define TABLE_MAX (256u * COLORANTS_MAX)

static bool
match_direct(SkPdfFile *self, unsigned kind)
{
    return sk_pdf_shape(self, kind, false) && sk_pdf_word(&self->r, "]");
}

static bool
match_alternate(SkPdfFile *self)
{
    SkReader *r = &self->r;

    if (sk_pdf_word(r, "/DeviceGray") || sk_pdf_word(r, "/DeviceRGB") ||
        sk_pdf_word(r, "/DeviceCMYK"))
        return true;
    if (sk_pdf_word(r, "[/CalGray "))
        return match_direct(self, KIND_CAL_GRAY);
    if (sk_pdf_word(r, "[/CalRGB "))
        return match_direct(self, KIND_CAL_RGB);
    if (sk_pdf_word(r, "[/Lab "))
        return match_direct(self, KIND_LAB);
    return sk_pdf_word(r, "[/ICCBased ") && sk_pdf_mention(self, SK_PDF_KIND(KIND_ICC)) &&
           sk_pdf_word(r, "]");
}

static bool
match_tint(SkPdfFile *self)
{
    SkReader *r = &self->r;

    return sk_pdf_word(r, " ") && match_alternate(self) && sk_pdf_word(r, " ") &&
           sk_pdf_mention(self, SK_PDF_KIND(KIND_FUNCTION)) && sk_pdf_word(r, "]");
}

static bool
match_colorants(SkReader *r)
{
    SkSpan name = SK_SPAN_EMPTY;
    unsigned n = 0;

    for (; n < COLORANTS_MAX && !sk_pdf_ahead(r, "]"); n++)
        if ((n > 0 && !sk_pdf_word(r, " ")) || !sk_vpdf_name(r, &name))
            return false;
    return n > 0 && sk_pdf_word(r, "]");
}

static bool
match_base(SkPdfFile *self)
{
    SkSpan name = SK_SPAN_EMPTY;

    if (sk_pdf_word(&self->r, "[/Separation "))
        return sk_vpdf_name(&self->r, &name) && match_tint(self);
    if (sk_pdf_word(&self->r, "[/DeviceN ["))
        return match_colorants(&self->r) && match_tint(self);
    return match_alternate(self);
}

bool
sk_pdf_colour_shape(SkPdfFile *self)
{
    SkReader *r = &self->r;
    SkSpan table = SK_SPAN_EMPTY;
    int64_t highest = 0;

    if (sk_pdf_word(r, "[/Indexed "))
        return match_base(self) && sk_pdf_word(r, " ") && sk_pdf_integer(r, 0, 255, &highest) &&
               sk_pdf_word(r, " ") && sk_vpdf_string(r, TABLE_MAX, &table) && sk_pdf_word(r, "]");
    if (sk_pdf_word(r, "[/Pattern "))
        return match_base(self) && sk_pdf_word(r, "]");
    return sk_pdf_word(r, "/Pattern") || match_base(self);
}

/* ---- second reading: the same once more, for what it means ---- */

static unsigned
read_alternate(SkPdfFile *self, SkReader *r, SkPdfSpace *ret)
{
    unsigned components = 1;
    uint32_t profile = 0;

    if (sk_pdf_ahead(r, "[/Lab ")) {
        ret->kind = SK_PDF_SPACE_LAB;
        ret->lab = *r;
        sk_reader_skip(&ret->lab, 6);
    }
    if (sk_pdf_ahead(r, "/DeviceRGB") || sk_pdf_ahead(r, "[/CalRGB ") || sk_pdf_ahead(r, "[/Lab "))
        components = 3;
    else if (sk_pdf_ahead(r, "/DeviceCMYK"))
        components = 4;
    else if (sk_pdf_word(r, "[/ICCBased ") && sk_pdf_reference(r, &profile) && sk_pdf_word(r, "]"))
        return (unsigned)sk_pdf_get_integer(self, profile, "N", 0);
    return sk_pdf_skip(r) ? components : 0;
}

static bool
read_tint(SkPdfFile *self, SkReader *r, unsigned components)
{
    SkPdfSpace ignored = { 0 };
    uint32_t function = 0;
    unsigned in = 0, out = 0;

    sk_reader_skip(r, 1);
    unsigned wanted = read_alternate(self, r, &ignored);
    sk_reader_skip(r, 1);
    if (!sk_pdf_reference(r, &function))
        return false;
    sk_pdf_arity(self, function, &in, &out);
    return in == components && out == wanted && sk_pdf_word(r, "]");
}

static bool
read_base(SkPdfFile *self, SkReader *r, SkPdfSpace *ret)
{
    SkSpan name = SK_SPAN_EMPTY;

    *ret = (SkPdfSpace){ .kind = SK_PDF_SPACE_SEPARATION };
    if (sk_pdf_word(r, "[/Separation ")) {
        ret->components = 1;
        return sk_vpdf_name(r, &name) && read_tint(self, r, 1);
    }
    if (sk_pdf_word(r, "[/DeviceN [")) {
        do
            ret->components += sk_vpdf_name(r, &name);
        while (sk_pdf_word(r, " "));
        return sk_pdf_word(r, "]") && read_tint(self, r, ret->components);
    }
    ret->kind = SK_PDF_SPACE_DEVICE;
    ret->components = read_alternate(self, r, ret);
    return ret->components > 0;
}

static bool
read_indexed(SkPdfFile *self, SkReader *r, SkPdfSpace *ret)
{
    SkPdfSpace base = { 0 };
    SkSpan table = SK_SPAN_EMPTY;
    int64_t highest = 0;

    if (!read_base(self, r, &base))
        return false;
    *ret = (SkPdfSpace){ .kind = SK_PDF_SPACE_INDEXED, .components = 1 };
    if (!sk_pdf_word(r, " ") || !sk_pdf_integer(r, 0, 255, &highest) || !sk_pdf_word(r, " ") ||
        !sk_vpdf_string(r, TABLE_MAX, &table))
        return false;
    ret->highest = (unsigned)highest;
    return table.n / 2 == (ret->highest + 1) * (size_t)base.components;
}

bool
sk_pdf_space(SkPdfFile *self, SkReader value, SkPdfSpace *ret)
{
    *ret = (SkPdfSpace){ .kind = SK_PDF_SPACE_PATTERN };
    if (sk_pdf_word(&value, "[/Indexed "))
        return read_indexed(self, &value, ret);
    if (sk_pdf_word(&value, "[/Pattern ")) {
        SkPdfSpace base = { 0 };
        return read_base(self, &value, &base);
    }
    return sk_pdf_word(&value, "/Pattern") || read_base(self, &value, ret);
}
