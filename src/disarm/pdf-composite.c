/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-composite.c - composite fonts: code maps, CIDs and their widths. Spec: docs/formats/pdf.md,
 * "Fonts"; ISO 32000-1, 9.7
 */
#include "disarm/pdf-fonts.h"

#include "disarm/pdf-filter.h"

#include <string.h>

#define CID_MAX 65535
#define GLYPH_MAP_MAX 131072u
#define WIDTHS_MAX 200000u

/* ---- code maps ---------------------------------------------------------------------------- */

static void
put_system(GString *out, const char *registry, const char *ordering, uint32_t supplement)
{
    g_string_append(out, " /CIDSystemInfo << /Registry ");
    sk_pdf_put_string(out, sk_span_str(registry));
    g_string_append(out, " /Ordering ");
    sk_pdf_put_string(out, sk_span_str(ordering));
    g_string_append_printf(out, " /Supplement %u >>", MIN(supplement, 32u));
}

static void
put_map_head(const SkCMapFacts *facts, GString *out)
{
    g_string_append(out, facts->wmode == 1 ? "<< /Type /CMap /CMapName /Embedded-V"
                                           : "<< /Type /CMap /CMapName /Embedded-H");
    put_system(out, facts->registry, facts->ordering, facts->supplement);
    if (facts->wmode == 1)
        g_string_append(out, " /WMode 1");
    if (*facts->used != '\0')
        g_string_append_printf(out, " /UseCMap /%s", facts->used);
}

static bool
is_predefined(SkSpan name)
{
    static const char *const names[] = {
        "Identity-H",       "Identity-V",       "83pv-RKSJ-H",      "90ms-RKSJ-H",
        "90ms-RKSJ-V",      "90msp-RKSJ-H",     "90msp-RKSJ-V",     "90pv-RKSJ-H",
        "Add-RKSJ-H",       "Add-RKSJ-V",       "EUC-H",            "EUC-V",
        "Ext-RKSJ-H",       "Ext-RKSJ-V",       "H",                "V",
        "UniJIS-UCS2-H",    "UniJIS-UCS2-V",    "UniJIS-UCS2-HW-H", "UniJIS-UCS2-HW-V",
        "UniJIS-UTF16-H",   "UniJIS-UTF16-V",   "GB-EUC-H",         "GB-EUC-V",
        "GBpc-EUC-H",       "GBpc-EUC-V",       "GBK-EUC-H",        "GBK-EUC-V",
        "GBKp-EUC-H",       "GBKp-EUC-V",       "GBK2K-H",          "GBK2K-V",
        "UniGB-UCS2-H",     "UniGB-UCS2-V",     "UniGB-UTF16-H",    "UniGB-UTF16-V",
        "B5pc-H",           "B5pc-V",           "HKscs-B5-H",       "HKscs-B5-V",
        "ETen-B5-H",        "ETen-B5-V",        "ETenms-B5-H",      "ETenms-B5-V",
        "CNS-EUC-H",        "CNS-EUC-V",        "UniCNS-UCS2-H",    "UniCNS-UCS2-V",
        "UniCNS-UTF16-H",   "UniCNS-UTF16-V",   "KSC-EUC-H",        "KSC-EUC-V",
        "KSCms-UHC-H",      "KSCms-UHC-V",      "KSCms-UHC-HW-H",   "KSCms-UHC-HW-V",
        "KSCpc-EUC-H",      "UniKS-UCS2-H",     "UniKS-UCS2-V",     "UniKS-UTF16-H",
        "UniKS-UTF16-V",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(name, names[i]))
            return true;
    }
    return false;
}

static bool
rebuild_map(SkPdfRebuild *self, SkPdfObject stream, SkPdfId *ret, GError **error)
{
    SkPdfWalk *walk = &self->walk;
    g_autoptr(GBytes) plain = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(walk->disarm->job->limits.output);
    SkCMapFacts facts = { 0 };

    if (!sk_pdf_stream_plain(walk->disarm, walk->pdf, stream, &plain, error) ||
        !sk_font_cmap(sk_span_bytes(plain), sink, &facts, error) || !sk_sink_finish(sink, error))
        return false;
    GString *text = g_string_new(NULL);
    put_map_head(&facts, text);
    *ret = sk_pdf_plan_add(walk->plan);
    sk_pdf_plan_set_stream(walk->plan, *ret, text, sk_sink_memory(sink));
    sk_pdf_remember(walk, stream, 'm', *ret);
    return true;
}

static bool
put_encoding(SkPdfRebuild *self, SkPdfObject font, GString *out, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject encoding = sk_pdf_get(pdf, font, "Encoding");
    SkSpan name = sk_pdf_name(pdf, encoding);
    SkPdfId id = 0;

    g_string_append(out, " /Encoding ");
    if (name.n > 0) {
        if (!is_predefined(name))
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a code map that is not known");
        sk_pdf_put_name(out, name);
        return true;
    }
    if (!sk_pdf_recall(&self->walk, encoding, 'm', &id) && !rebuild_map(self, encoding, &id, error))
        return false;
    sk_pdf_put_ref(out, id);
    return true;
}

/* ---- widths ------------------------------------------------------------------------------- */

static void
put_item(GString *out)
{
    if (out->str[out->len - 1] != '[')
        g_string_append_c(out, ' ');
}

/* `c [w w w]`: the numbers in the array, in groups of @group, none beyond the last CID. */
static bool
put_list(SkPdf *pdf, int32_t first, SkPdfObject list, unsigned group, GString *out)
{
    uint32_t n = sk_pdf_count(pdf, list) / group;

    n = MIN(n, (uint32_t)(CID_MAX - first) + 1) * group;
    put_item(out);
    g_string_append_printf(out, "%d [", first);
    for (uint32_t i = 0; i < n; i++) {
        int64_t number = 0;
        if (!sk_pdf_number(pdf, sk_pdf_item(pdf, list, i), &number))
            return false;
        put_item(out);
        sk_pdf_put_number(out, number);
    }
    g_string_append_c(out, ']');
    return true;
}

/* `c c w`: both ends, and @group numbers from item @at on. */
static bool
put_range(SkPdf *pdf, SkPdfObject array, uint32_t at, int32_t first, unsigned group, GString *out)
{
    int64_t numbers[3] = { 0 };
    int32_t last = 0;

    if (!sk_pdf_int(pdf, sk_pdf_item(pdf, array, at), &last) || last < first)
        return false;
    for (unsigned i = 0; i < group; i++) {
        if (!sk_pdf_number(pdf, sk_pdf_item(pdf, array, at + 1 + i), &numbers[i]))
            return false;
    }
    put_item(out);
    g_string_append_printf(out, "%d %d", first, MIN(last, CID_MAX));
    for (unsigned i = 0; i < group; i++) {
        g_string_append_c(out, ' ');
        sk_pdf_put_number(out, numbers[i]);
    }
    return true;
}

static bool
put_widths(SkPdf *pdf, SkPdfObject font, const char *key, unsigned group, GString *out,
           GError **error)
{
    SkPdfObject array = sk_pdf_get(pdf, font, key);
    uint32_t n = sk_pdf_count(pdf, array);

    if (n < 2)
        return true;
    g_string_append_printf(out, " /%s [", key);
    for (uint32_t i = 0; i + 1 < MIN(n, WIDTHS_MAX);) {
        SkPdfObject second = sk_pdf_item(pdf, array, i + 1);
        int32_t first = 0;
        bool list = sk_pdf_type(pdf, second) == SK_PDF_ARRAY;
        size_t mark = sk_pdf_mark(pdf);
        bool ok = sk_pdf_int(pdf, sk_pdf_item(pdf, array, i), &first) && first >= 0 &&
                  first <= CID_MAX &&
                  (list ? put_list(pdf, first, second, group, out)
                        : put_range(pdf, array, i + 1, first, group, out));
        sk_pdf_release(pdf, mark);
        if (!ok)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: widths that make no sense");
        i += list ? 2 : 2 + group;
    }
    g_string_append_c(out, ']');
    return true;
}

/* ---- the font below ----------------------------------------------------------------------- */

static char *
system_word(SkPdf *pdf, SkPdfObject info, const char *key)
{
    g_autoptr(GBytes) bytes = sk_pdf_string(pdf, sk_pdf_get(pdf, info, key));
    SkSpan s = bytes == NULL ? SK_SPAN_EMPTY : sk_span_bytes(bytes);

    if (s.n < 1 || s.n > 32)
        return NULL;
    for (size_t i = 0; i < s.n; i++) {
        if (!g_ascii_isalnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-')
            return NULL;
    }
    return sk_span_dup(s);
}

/* Whose CIDs they are. Without a program a reader must know them. */
static bool
put_collection(SkPdf *pdf, SkPdfObject font, bool program, GString *out, GError **error)
{
    static const char *const known[] = { "Japan1", "GB1", "CNS1", "Korea1", "KR", "Identity" };
    SkPdfObject info = sk_pdf_get(pdf, font, "CIDSystemInfo");
    g_autofree char *registry = system_word(pdf, info, "Registry");
    g_autofree char *ordering = system_word(pdf, info, "Ordering");
    int32_t supplement = 0;
    bool knows = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        knows = knows || g_strcmp0(ordering, known[i]) == 0;
    knows = knows && g_strcmp0(registry, "Adobe") == 0;
    if (!program && !knows)
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "pdf: a collection of characters that is not known");
    if (!sk_pdf_int(pdf, sk_pdf_get(pdf, info, "Supplement"), &supplement) || supplement < 0)
        supplement = 0;
    bool said = registry != NULL && ordering != NULL;
    put_system(out, said ? registry : "Adobe", said ? ordering : "Identity", (uint32_t)supplement);
    return true;
}

static bool
put_glyph_map(SkPdfRebuild *self, SkPdfObject font, GString *out, GError **error)
{
    SkPdfWalk *walk = &self->walk;
    SkPdfObject map = sk_pdf_get(walk->pdf, font, "CIDToGIDMap");
    g_autoptr(GBytes) plain = NULL;
    SkPdfId id = 0;

    if (sk_pdf_type(walk->pdf, map) != SK_PDF_STREAM) {
        g_string_append(out, " /CIDToGIDMap /Identity");
        return true;
    }
    if (!sk_pdf_recall(walk, map, 'y', &id)) {
        if (!sk_pdf_stream_plain(walk->disarm, walk->pdf, map, &plain, error))
            return false;
        SkSpan bytes = sk_span_bytes(plain);
        id = sk_pdf_plan_add(walk->plan);
        sk_pdf_plan_set_stream(
            walk->plan, id, g_string_new("<<"),
            sk_span_sub(bytes, 0, MIN(bytes.n, (size_t)GLYPH_MAP_MAX) & ~(size_t)1));
        sk_pdf_remember(walk, map, 'y', id);
    }
    g_string_append(out, " /CIDToGIDMap ");
    sk_pdf_put_ref(out, id);
    return true;
}

static void
put_default_widths(SkPdf *pdf, SkPdfObject font, const char *key, uint32_t n, GString *out)
{
    int64_t numbers[2];
    SkPdfObject value = sk_pdf_get(pdf, font, key);

    if (n == 1 ? !sk_pdf_number(pdf, value, numbers) : !sk_pdf_numbers(pdf, value, n, numbers))
        return;
    g_string_append_printf(out, " /%s ", key);
    if (n == 1)
        sk_pdf_put_number(out, numbers[0]);
    else
        sk_pdf_put_numbers(out, numbers, n);
}

static bool
cid_font(SkPdfRebuild *self, SkPdfObject font, SkSpan name, SkPdfId *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    g_autoptr(GString) text = g_string_new("<< /Type /Font /Subtype ");
    bool truetype = sk_pdf_name_is(pdf, sk_pdf_get(pdf, font, "Subtype"), "CIDFontType2");
    SkPdfId descriptor = 0;
    int program = -1;

    if (!sk_pdf_descriptor(self, sk_pdf_get(pdf, font, "FontDescriptor"), name, true, &descriptor,
                           &program, error))
        return false;
    if (program >= 0 && (program == SK_FONT_TRUETYPE) != truetype)
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "pdf: a font whose program is of another kind");
    g_string_append(text, truetype ? "/CIDFontType2 /BaseFont " : "/CIDFontType0 /BaseFont ");
    sk_pdf_put_name(text, name);
    if (!put_collection(pdf, font, program >= 0, text, error))
        return false;
    g_string_append(text, " /FontDescriptor ");
    sk_pdf_put_ref(text, descriptor);
    put_default_widths(pdf, font, "DW", 1, text);
    if (!put_widths(pdf, font, "W", 1, text, error))
        return false;
    put_default_widths(pdf, font, "DW2", 2, text);
    if (!put_widths(pdf, font, "W2", 3, text, error) ||
        (truetype && program >= 0 && !put_glyph_map(self, font, text, error)))
        return false;
    g_string_append(text, " >>");
    *ret = sk_pdf_plan_add(self->walk.plan);
    sk_pdf_plan_set(self->walk.plan, *ret, g_steal_pointer(&text));
    sk_pdf_remember(&self->walk, font, 'c', *ret);
    return true;
}

bool
sk_pdf_composite_font(SkPdfRebuild *self, SkPdfObject font, SkPdfId *ret, GError **error)
{
    SkPdf *pdf = self->walk.pdf;
    SkPdfObject below = sk_pdf_item(pdf, sk_pdf_get(pdf, font, "DescendantFonts"), 0);
    SkPdfObject descriptor = sk_pdf_get(pdf, below, "FontDescriptor");
    g_autoptr(GString) text = g_string_new("<< /Type /Font /Subtype /Type0 /BaseFont ");
    SkPdfId id = 0;

    if (sk_pdf_type(pdf, below) != SK_PDF_DICTIONARY)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: a composite font of nothing");
    sk_pdf_put_name(text, sk_pdf_font_name(self, font, descriptor));
    if (!put_encoding(self, font, text, error) ||
        (!sk_pdf_recall(&self->walk, below, 'c', &id) &&
         !cid_font(self, below, sk_pdf_font_name(self, below, descriptor), &id, error)))
        return false;
    g_string_append(text, " /DescendantFonts [");
    sk_pdf_put_ref(text, id);
    g_string_append_c(text, ']');
    if (!sk_pdf_tounicode(self, font, text, error))
        return false;
    g_string_append(text, " >>");
    *ret = sk_pdf_plan_add(self->walk.plan);
    sk_pdf_plan_set(self->walk.plan, *ret, g_steal_pointer(&text));
    return true;
}
