/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-font.c - font dictionaries: simple fonts, their descriptors and programs. Spec:
 * docs/formats/pdf.md, "Fonts"
 */
#include "disarm/pdf-fonts.h"

#include "disarm/pdf-filter.h"

#include <string.h>

#define PROGRAM_BYTES_MAX (200u << 20)

/* ---- names -------------------------------------------------------------------------------- */

bool
sk_pdf_is_standard(SkSpan name)
{
    static const char *const names[] = {
        "Courier",   "Courier-Bold",          "Courier-Oblique", "Courier-BoldOblique", "Helvetica",
        "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique", "Times-Roman", "Times-Bold",
        "Times-Italic", "Times-BoldItalic",   "Symbol",          "ZapfDingbats",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(name, names[i]))
            return true;
    }
    return false;
}

static bool
speaks_of(SkSpan name, const char *word)
{
    return sk_span_find(name, 0, sk_span_str(word)) != SIZE_MAX;
}

SkSpan
sk_pdf_standard_like(SkSpan name)
{
    static const char *const families[3][4] = {
        { "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique" },
        { "Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic" },
        { "Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique" },
    };
    bool bold = speaks_of(name, "Bold"),
         slanted = speaks_of(name, "Italic") || speaks_of(name, "Oblique");
    unsigned family =
        speaks_of(name, "Cour") || speaks_of(name, "Mono")                                  ? 2
        : speaks_of(name, "Times") || speaks_of(name, "Roman") || speaks_of(name, "Mincho") ? 1
                                                                                            : 0;
    if (sk_pdf_is_standard(name))
        return name;
    if (speaks_of(name, "Symbol"))
        return sk_span_str("Symbol");
    if (speaks_of(name, "Dingbats"))
        return sk_span_str("ZapfDingbats");
    return sk_span_str(families[family][(bold ? 1 : 0) + (slanted ? 2 : 0)]);
}

/* Names of the two families that Japanese Windows writes in CP932; DEVIATION: others get a
 * stand-in. */
static SkSpan
from_japanese(SkSpan name)
{
    static const char mincho[] = "\x96\xbe\x92\xa9", gothic[] = "\x83\x53\x83\x56\x83\x62\x83\x4e",
                      p[] = "\x82\x6f";

    if (speaks_of(name, mincho))
        return sk_span_str(speaks_of(name, p) ? "MS-PMincho" : "MS-Mincho");
    if (speaks_of(name, gothic))
        return sk_span_str(speaks_of(name, p) ? "MS-PGothic" : "MS-Gothic");
    return sk_span_str("Font");
}

SkSpan
sk_pdf_font_name(SkPdfRebuild *self, SkPdfObject font, SkPdfObject descriptor)
{
    SkPdf *pdf = self->walk.pdf;
    SkSpan name = sk_pdf_name(pdf, sk_pdf_get(pdf, font, "BaseFont"));

    if (name.n == 0)
        name = sk_pdf_name(pdf, sk_pdf_get(pdf, descriptor, "FontName"));
    return sk_pdf_name_ok(name) ? name : from_japanese(name);
}

/* ---- programs ----------------------------------------------------------------------------- */

static SkPdfObject
program_of(SkPdf *pdf, SkPdfObject descriptor)
{
    static const char *const keys[] = { "FontFile3", "FontFile2", "FontFile" };

    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        SkPdfObject stream = sk_pdf_get(pdf, descriptor, keys[i]);
        if (sk_pdf_type(pdf, stream) == SK_PDF_STREAM)
            return stream;
    }
    return SK_PDF_NOTHING;
}

static void
set_program(SkPdfRebuild *self, SkPdfId id, const SkFontFacts *facts, SkSpan bytes)
{
    GString *text = g_string_new("<< ");

    switch (facts->kind) {
    case SK_FONT_TRUETYPE:
        g_string_append_printf(text, "/Length1 %zu", bytes.n);
        break;
    case SK_FONT_CFF:
        g_string_append(text, "/Subtype /Type1C");
        break;
    case SK_FONT_CFF_CID:
        g_string_append(text, "/Subtype /CIDFontType0C");
        break;
    }
    sk_pdf_plan_set_stream(self->walk.plan, id, text, bytes);
}

/* A font that is too much is no worse than one that is broken: the page is drawn. */
static bool
not_parsed(GError *trouble, GError **error)
{
    if (g_error_matches(trouble, SK_ERROR, SK_ERROR_LIMIT))
        trouble->code = SK_ERROR_UNSUPPORTED;
    g_propagate_error(error, trouble);
    return false;
}

static bool
rebuild_program(SkPdfRebuild *self, SkPdfObject stream, SkSpan name, bool cid, SkPdfId *ret,
                SkFontKind *ret_kind, GError **error)
{
    SkPdfWalk *walk = &self->walk;
    g_autoptr(GBytes) plain = NULL;
    g_autofree char *word = sk_span_dup(name);
    g_autoptr(SkSink) sink =
        sk_sink_new_memory(MIN(PROGRAM_BYTES_MAX, walk->disarm->job->limits.output));
    SkFontOptions options = { .cid = cid, .name = word };
    SkFontFacts facts = { 0 };
    GError *trouble = NULL;

    if (sk_pdf_has(walk->pdf, stream, "F"))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a font program outside the file");
    if (!sk_pdf_stream_plain(walk->disarm, walk->pdf, stream, &plain, error))
        return false;
    if (!sk_font_rebuild(sk_span_bytes(plain), &options, sink, &facts, &trouble) ||
        !sk_sink_finish(sink, &trouble))
        return not_parsed(trouble, error);
    *ret = sk_pdf_plan_add(walk->plan);
    *ret_kind = facts.kind;
    set_program(self, *ret, &facts, sk_sink_memory(sink));
    g_hash_table_insert(self->programs, GUINT_TO_POINTER(*ret), GUINT_TO_POINTER(facts.kind));
    return true;
}

static bool
program(SkPdfRebuild *self, SkPdfObject stream, SkSpan name, bool cid, SkPdfId *ret, int *ret_kind,
        GError **error)
{
    char letter = cid ? 'P' : 'p';
    SkFontKind kind = SK_FONT_TRUETYPE;

    *ret_kind = -1;
    *ret = 0;
    if (sk_pdf_type(self->walk.pdf, stream) != SK_PDF_STREAM)
        return true;
    if (sk_pdf_recall(&self->walk, stream, letter, ret)) {
        if (*ret == 0)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a font that does not parse");
        *ret_kind =
            (int)GPOINTER_TO_UINT(g_hash_table_lookup(self->programs, GUINT_TO_POINTER(*ret)));
        return true;
    }
    bool ok = rebuild_program(self, stream, name, cid, ret, &kind, error);
    sk_pdf_remember(&self->walk, stream, letter, ok ? *ret : 0);
    *ret_kind = (int)kind;
    return ok;
}

/* ---- descriptors -------------------------------------------------------------------------- */

static void
put_metric(SkPdf *pdf, SkPdfObject descriptor, const char *key, bool always, GString *out)
{
    int64_t number = 0;

    if (!sk_pdf_number(pdf, sk_pdf_get(pdf, descriptor, key), &number) && !always)
        return;
    g_string_append_printf(out, " /%s ", key);
    sk_pdf_put_number(out, number);
}

static GString *
descriptor_text(SkPdf *pdf, SkPdfObject descriptor, SkSpan name)
{
    GString *text = g_string_new("<< /Type /FontDescriptor /FontName ");
    int64_t box[4] = { 0 };
    int32_t flags = 0;

    sk_pdf_put_name(text, name);
    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, descriptor, "Flags"), &flags) || flags < 0)
        flags = 4;
    g_string_append_printf(text, " /Flags %d /FontBBox ", flags);
    if (!sk_pdf_numbers(pdf, sk_pdf_get(pdf, descriptor, "FontBBox"), 4, box))
        box[0] = box[1] = box[2] = box[3] = 0;
    sk_pdf_put_numbers(text, box, 4);
    put_metric(pdf, descriptor, "ItalicAngle", true, text);
    put_metric(pdf, descriptor, "Ascent", true, text);
    put_metric(pdf, descriptor, "Descent", true, text);
    put_metric(pdf, descriptor, "CapHeight", false, text);
    put_metric(pdf, descriptor, "StemV", true, text);
    put_metric(pdf, descriptor, "MissingWidth", false, text);
    return text;
}

bool
sk_pdf_descriptor(SkPdfRebuild *self, SkPdfObject descriptor, SkSpan name, bool cid, SkPdfId *ret,
                  int *ret_kind, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfId file = 0;

    if (!program(self, program_of(pdf, descriptor), name, cid, &file, ret_kind, error))
        return false;
    if (sk_pdf_recall(&self->walk, descriptor, cid ? 'D' : 'd', ret))
        return true;
    GString *text = descriptor_text(pdf, descriptor, name);
    if (file != 0) {
        g_string_append(text, *ret_kind == SK_FONT_TRUETYPE ? " /FontFile2 " : " /FontFile3 ");
        sk_pdf_put_ref(text, file);
    }
    g_string_append(text, " >>");
    *ret = sk_pdf_plan_add(self->walk.plan);
    sk_pdf_plan_set(self->walk.plan, *ret, text);
    sk_pdf_remember(&self->walk, descriptor, cid ? 'D' : 'd', *ret);
    return true;
}

/* ---- ToUnicode ---------------------------------------------------------------------------- */

static bool
rebuild_tounicode(SkPdfRebuild *self, SkPdfObject stream, SkPdfId *ret)
{
    SkPdfWalk *walk = &self->walk;
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(walk->disarm->job->limits.output);
    SkCMapFacts facts = { 0 };

    if (!sk_pdf_stream_plain(walk->disarm, walk->pdf, stream, &plain, NULL) ||
        !sk_font_tounicode(sk_span_bytes(plain), sink, &facts, NULL) || !sk_sink_finish(sink, NULL))
        return false;
    *ret = sk_pdf_plan_add(walk->plan);
    sk_pdf_plan_set_stream(walk->plan, *ret, g_string_new("<<"), sk_sink_memory(sink));
    return true;
}

bool
sk_pdf_tounicode(SkPdfRebuild *self, SkPdfObject font, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject stream = sk_pdf_get(pdf, font, "ToUnicode");
    SkPdfId id = 0;

    if (sk_pdf_type(pdf, stream) != SK_PDF_STREAM)
        return true;
    if (!sk_pdf_recall(&self->walk, stream, 'u', &id)) {
        if (!rebuild_tounicode(self, stream, &id) &&
            !sk_pdf_found(&self->walk, SK_ELEMENT_UNKNOWN_PART, 1, error))
            return false;
        sk_pdf_remember(&self->walk, stream, 'u', id);
    }
    if (id != 0) {
        g_string_append(out, " /ToUnicode ");
        sk_pdf_put_ref(out, id);
    }
    return true;
}

/* ---- simple fonts ------------------------------------------------------------------------- */

/* The widths from FirstChar on, as many as there are codes for; false: there are none. */
static bool
put_widths(SkPdf *pdf, SkPdfObject font, GString *out)
{
    SkPdfObject widths = sk_pdf_get(pdf, font, "Widths");
    int32_t first = 0;
    uint32_t n = sk_pdf_count(pdf, widths);

    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, font, "FirstChar"), &first) || first < 0 || first > 255)
        first = 0;
    n = MIN(n, 256 - (uint32_t)first);
    if (n == 0)
        return false;
    g_string_append_printf(out, " /FirstChar %d /LastChar %u /Widths [", first,
                           (uint32_t)first + n - 1);
    for (uint32_t i = 0; i < n; i++) {
        int64_t width = 0;
        (void)sk_pdf_number(pdf, sk_pdf_item(pdf, widths, i), &width);
        if (i > 0)
            g_string_append_c(out, ' ');
        sk_pdf_put_number(out, width);
    }
    g_string_append_c(out, ']');
    return true;
}

typedef struct {
    SkSpan name;
    SkPdfId descriptor; /* 0: none */
    int program;        /* -1: none */
    bool truetype;
} Simple;

/* Which of the shapes of the profile it is: with a program, described, or one of the fourteen. */
static bool
read_simple(SkPdfRebuild *self, SkPdfObject font, Simple *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject descriptor = sk_pdf_get(pdf, font, "FontDescriptor");
    bool described = sk_pdf_type(pdf, descriptor) == SK_PDF_DICTIONARY;
    bool widths = sk_pdf_count(pdf, sk_pdf_get(pdf, font, "Widths")) > 0;

    *ret = (Simple){ .name = sk_pdf_font_name(self, font, descriptor), .program = -1 };
    ret->truetype = sk_pdf_name_is(pdf, sk_pdf_get(pdf, font, "Subtype"), "TrueType");
    if (described && !sk_pdf_descriptor(self, descriptor, ret->name, false, &ret->descriptor,
                                        &ret->program, error))
        return false;
    if (ret->program < 0 && !(described && widths)) {
        ret->name = sk_pdf_standard_like(ret->name);
        ret->descriptor = 0;
        return true;
    }
    if (!widths)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a font without widths");
    if (ret->program >= 0 &&
        (ret->program == SK_FONT_CFF_CID || (ret->program == SK_FONT_TRUETYPE) != ret->truetype))
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "pdf: a font whose program is of another kind");
    return true;
}

bool
sk_pdf_simple_font(SkPdfRebuild *self, SkPdfObject font, SkPdfId *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) text = g_string_new("<< /Type /Font /Subtype ");
    SkPdfEncoding encoding;
    Simple simple;

    if (!read_simple(self, font, &simple, error))
        return false;
    sk_pdf_encoding_read(pdf, sk_pdf_get(pdf, font, "Encoding"), &encoding);
    if (simple.program >= 0 && !sk_pdf_encoding_sound(&encoding))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: names of glyphs that cannot be spelled");
    g_string_append(text, simple.truetype ? "/TrueType /BaseFont " : "/Type1 /BaseFont ");
    sk_pdf_put_name(text, simple.name);
    (void)put_widths(pdf, font, text);
    if (simple.descriptor != 0) {
        g_string_append(text, " /FontDescriptor ");
        sk_pdf_put_ref(text, simple.descriptor);
    }
    sk_pdf_encoding_put(&encoding, text);
    if (!sk_pdf_tounicode(self, font, text, error))
        return false;
    g_string_append(text, " >>");
    *ret = sk_pdf_plan_add(self->walk.plan);
    sk_pdf_plan_set(self->walk.plan, *ret, g_steal_pointer(&text));
    return true;
}

/* ---- any font ----------------------------------------------------------------------------- */

static bool
rebuild_font(SkPdfRebuild *self, SkPdfObject font, SkPdfId *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkSpan subtype = sk_pdf_name(pdf, sk_pdf_get(pdf, font, "Subtype"));

    if (sk_span_is(subtype, "Type0"))
        return sk_pdf_composite_font(self, font, ret, error);
    if (sk_span_is(subtype, "Type1") || sk_span_is(subtype, "MMType1") ||
        sk_span_is(subtype, "TrueType"))
        return sk_pdf_simple_font(self, font, ret, error);
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a font of an unknown kind");
}

bool
sk_pdf_font(SkPdfRebuild *self, SkPdfObject font, SkPdfObject resources, SkPdfRef owner,
            SkPdfId *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;

    if (sk_pdf_type(pdf, font) != SK_PDF_DICTIONARY) {
        *ret = 0;
        return true;
    }
    if (sk_pdf_name_is(pdf, sk_pdf_get(pdf, font, "Subtype"), "Type3"))
        return sk_pdf_task(self, SK_PDF_TASK_GLYPHS, font, resources, owner, ret, error);
    if (sk_pdf_recall(&self->walk, font, 'F', ret))
        return *ret != 0 || sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a font that does not pass");
    bool ok = rebuild_font(self, font, ret, error);
    sk_pdf_remember(&self->walk, font, 'F', ok ? *ret : 0);
    return ok;
}
