/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-encoding.c - what the codes of simple fonts stand for: a map of 256 names, written in runs.
 * Spec: docs/formats/pdf.md, `differences`; ISO 32000-1, 9.6.6
 */
#include "disarm/pdf-fonts.h"

#include <string.h>

#define GLYPH_NAME_MAX 63u

bool
sk_pdf_glyph_name_ok(SkSpan name)
{
    if (name.n < 1 || name.n > GLYPH_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        if (!g_ascii_isalnum(name.p[i]) &&
            (name.p[i] == 0 || strchr("!$&'*+,-.:;=?@^_|~", name.p[i]) == NULL))
            return false;
    }
    return true;
}

static bool
is_base(SkSpan name)
{
    return sk_span_is(name, "WinAnsiEncoding") || sk_span_is(name, "MacRomanEncoding") ||
           sk_span_is(name, "MacExpertEncoding") || sk_span_is(name, "StandardEncoding");
}

void
sk_pdf_encoding_read(SkPdf *pdf, SkPdfObject encoding, SkPdfEncoding *ret)
{
    SkPdfObject differences = sk_pdf_get(pdf, encoding, "Differences");
    SkSpan base = sk_pdf_name(pdf, encoding);
    uint32_t code = 0;

    *ret = (SkPdfEncoding){ .any = false };
    if (base.n == 0)
        base = sk_pdf_name(pdf, sk_pdf_get(pdf, encoding, "BaseEncoding"));
    ret->base = is_base(base) ? base : SK_SPAN_EMPTY;
    for (uint32_t i = 0; i < sk_pdf_count(pdf, differences); i++) {
        SkPdfObject item = sk_pdf_item(pdf, differences, i);
        SkSpan name = sk_pdf_name(pdf, item);
        int32_t number = 0;
        if (sk_pdf_int(pdf, item, &number))
            code = number < 0 ? 256 : (uint32_t)number;
        else if (name.n > 0 && code < 256) {
            ret->names[code++] = name; /* the last word counts */
            ret->any = true;
        }
    }
}

bool
sk_pdf_encoding_sound(const SkPdfEncoding *self)
{
    for (unsigned i = 0; i < 256; i++) {
        if (self->names[i].n > 0 && !sk_pdf_glyph_name_ok(self->names[i]))
            return false;
    }
    return true;
}

void
sk_pdf_encoding_put_differences(const SkPdfEncoding *self, GString *out)
{
    bool run = false, first = true;

    g_string_append(out, "/Differences [");
    for (unsigned i = 0; i < 256; i++) {
        if (!sk_pdf_glyph_name_ok(self->names[i])) {
            run = false;
            continue;
        }
        if (!first)
            g_string_append_c(out, ' ');
        if (!run)
            g_string_append_printf(out, "%u ", i);
        sk_pdf_put_name(out, self->names[i]);
        run = true;
        first = false;
    }
    g_string_append_c(out, ']');
}

static bool
has_names(const SkPdfEncoding *self)
{
    for (unsigned i = 0; i < 256; i++) {
        if (sk_pdf_glyph_name_ok(self->names[i]))
            return true;
    }
    return false;
}

void
sk_pdf_encoding_put(const SkPdfEncoding *self, GString *out)
{
    if (!has_names(self)) {
        if (self->base.n > 0) {
            g_string_append(out, " /Encoding ");
            sk_pdf_put_name(out, self->base);
        }
        return;
    }
    g_string_append(out, " /Encoding << ");
    if (self->base.n > 0) {
        g_string_append(out, "/BaseEncoding ");
        sk_pdf_put_name(out, self->base);
        g_string_append_c(out, ' ');
    }
    sk_pdf_encoding_put_differences(self, out);
    g_string_append(out, " >>");
}
