/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-font.c - fonts: which programs, widths and encodings go together, and what their streams
 * hold.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md, "Fonts", rule 11; docs/formats/font.md   Tests:
 * tests/unit/verify/test-pdf-rebuilt.c
 */
#include "verify/font.h"
#include "verify/pdf-file.h"

#include <string.h>

#define PROGRAM_MAX (128u << 20)
#define GLYPH_MAP_MAX 131072u

static const char *const standard_fonts[] = {
    "Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique", "Helvetica",
    "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique", "Times-Roman", "Times-Bold",
    "Times-Italic", "Times-BoldItalic", "Symbol", "ZapfDingbats", NULL,
};

static const char *const orderings[] = { "Japan1", "GB1", "CNS1", "Korea1", "KR", "Identity" };

/* FirstChar, LastChar and Widths stand together, and agree. */
static bool
check_widths(const SkPdfFile *self, uint32_t font, bool *ret_has)
{
    SkReader widths = { 0 };
    int64_t first = sk_pdf_get_integer(self, font, "FirstChar", -1),
            last = sk_pdf_get_integer(self, font, "LastChar", -1);

    *ret_has = sk_vpdf_get(self, font, "Widths", &widths);
    if (!*ret_has)
        return first < 0 && last < 0;
    return first >= 0 && last >= first &&
           sk_vpdf_numbers(widths, NULL, 0) == (size_t)(last - first + 1);
}

static bool
check_simple(SkPdfFile *self, uint32_t font)
{
    SkReader value = { 0 };
    uint32_t descriptor = sk_pdf_get_reference(self, font, "FontDescriptor");
    bool widths = false;

    if (!check_widths(self, font, &widths) || !sk_vpdf_get(self, font, "Subtype", &value))
        return false;
    bool truetype = sk_pdf_is(value, "/TrueType");
    if (descriptor == 0)
        return sk_vpdf_get(self, font, "BaseFont", &value) && sk_pdf_listed(&value, standard_fonts);
    uint32_t cff = sk_pdf_get_reference(self, descriptor, "FontFile3");
    return widths && !(truetype && cff != 0) &&
           (truetype || !sk_vpdf_has(self, descriptor, "FontFile2")) &&
           (cff == 0 || sk_pdf_object(self, cff)->kind == KIND_FONT_CFF);
}

/* The string @key of CIDSystemInfo is @word. */
static bool
system_is(SkSpan system, const char *key, const char *word)
{
    SkReader value = { 0 };
    SkSpan digits = SK_SPAN_EMPTY;
    size_t n = strlen(word);

    if (!sk_pdf_find(system, key, &value) || !sk_vpdf_string(&value, n, &digits) ||
        digits.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (sk_pdf_string_byte(digits, i) != (uint8_t)word[i])
            return false;
    return true;
}

static bool
known_collection(const SkPdfFile *self, uint32_t font)
{
    SkReader system = { 0 };

    if (!sk_vpdf_get(self, font, "CIDSystemInfo", &system) ||
        !system_is(system.in, "Registry", "Adobe"))
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(orderings); i++)
        if (system_is(system.in, "Ordering", orderings[i]))
            return true;
    return false;
}

static bool
check_cid(SkPdfFile *self, uint32_t font)
{
    SkReader subtype = { 0 };
    uint32_t descriptor = sk_pdf_get_reference(self, font, "FontDescriptor");
    bool truetype = sk_vpdf_has(self, descriptor, "FontFile2"),
         cff = sk_vpdf_has(self, descriptor, "FontFile3");
    bool map = sk_vpdf_has(self, font, "CIDToGIDMap");

    if (!sk_vpdf_get(self, font, "Subtype", &subtype) || (truetype && cff))
        return false;
    if (sk_pdf_is(subtype, "/CIDFontType2") ? cff || truetype != map : truetype || map)
        return false;
    return truetype || cff || known_collection(self, font);
}

/* Glyphs are named g0, g1 … as Differences names them first; the table has given the names of
 * CharProcs. */
static bool
check_glyph_names(SkPdfFile *self, uint32_t font)
{
    SkReader r = { 0 }, glyphs = { 0 };
    SkSpan name = SK_SPAN_EMPTY;
    int64_t named = 0, number = 0, has = 0;

    if (!sk_vpdf_get(self, font, "Encoding", &r) || !sk_vpdf_get(self, font, "CharProcs", &glyphs))
        return false;
    SkReader base = { 0 };
    if (sk_pdf_find(r.in, "BaseEncoding", &base) || !sk_pdf_find(r.in, "Differences", &r))
        return false;
    for (bool more = sk_pdf_enter(&r); more; more = sk_pdf_next(&r)) {
        if (sk_pdf_integer(&r, 0, 255, &number))
            continue;
        if (!sk_pdf_word(&r, "/g") || !sk_pdf_integer(&r, 0, named, &number))
            return false;
        named += number == named;
    }
    for (sk_reader_skip(&glyphs, 3); sk_vpdf_name(&glyphs, &name); has++) {
        sk_reader_skip(&glyphs, 1);
        if (!sk_pdf_skip(&glyphs))
            return false;
        sk_reader_skip(&glyphs, 1);
    }
    return has == named;
}

static bool
check_type3(SkPdfFile *self, uint32_t font)
{
    bool widths = false;

    return check_widths(self, font, &widths) && check_glyph_names(self, font);
}

static bool
check_program(SkPdfFile *self, uint32_t number, unsigned kind)
{
    g_autoptr(GByteArray) plain =
        sk_pdf_inflate(self, number, kind == KIND_GLYPH_MAP ? GLYPH_MAP_MAX : PROGRAM_MAX);
    g_autofree char *place = g_strdup_printf("object %" G_GUINT32_FORMAT, number);
    SkProof *proof = self->proof;
    bool good = false;

    if (plain == NULL)
        return false;
    SkSpan in = sk_span(plain->data, plain->len);
    proof->part = place;
    if (kind == KIND_FONT_TRUETYPE)
        good = (sk_pdf_get_integer(self, number, "Length1", 0) == (int64_t)in.n ||
                sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "length of the program")) &&
               sk_verify_font_truetype(proof, in);
    else if (kind == KIND_FONT_CFF || kind == KIND_FONT_CFF_CID)
        good = sk_verify_font_cff(proof, in, kind == KIND_FONT_CFF_CID);
    else if (kind == KIND_TOUNICODE)
        good = sk_verify_font_tounicode(proof, in);
    else if (kind == KIND_CMAP)
        good = sk_verify_font_cmap(proof, in);
    else
        good = in.n % 2 == 0 || sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "map of glyphs");
    proof->part = "";
    return good;
}

bool
sk_pdf_check_fonts(SkPdfFile *self, uint32_t number)
{
    unsigned kind = sk_pdf_object(self, number)->kind;

    switch (kind) {
    case KIND_FONT_SIMPLE:
        return check_simple(self, number) || sk_pdf_wrong(self, number, "font");
    case KIND_FONT_CID:
        return check_cid(self, number) || sk_pdf_wrong(self, number, "font");
    case KIND_FONT_TYPE3:
        return check_type3(self, number) || sk_pdf_wrong(self, number, "font");
    case KIND_FONT_TRUETYPE:
    case KIND_FONT_CFF:
    case KIND_FONT_CFF_CID:
    case KIND_TOUNICODE:
    case KIND_CMAP:
    case KIND_GLYPH_MAP:
        return check_program(self, number, kind);
    default:
        return true;
    }
}
