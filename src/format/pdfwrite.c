/* SPDX-License-Identifier: Apache-2.0
 * pdfwrite.c - contract in pdfwrite.h. */
#include "format/pdfwrite.h"

#define OBJECTS_BEFORE 2u /* catalog and page tree */
#define OBJECTS_A_PAGE 3u /* page, content, picture */
#define OBJECTS_OF_LAYER 4u /* font, its descendant, descriptor, character map */

/* Each code is the character with that number. */
static const char character_map[] =
    "/CIDInit /ProcSet findresource begin\n"
    "12 dict begin\n"
    "begincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Sekisho def\n"
    "/CMapType 2 def\n"
    "1 begincodespacerange\n"
    "<0000> <FFFF>\n"
    "endcodespacerange\n"
    "1 beginbfrange\n"
    "<0000> <FFFF> <0000>\n"
    "endbfrange\n"
    "endcmap\n"
    "CMapName currentdict /CMap defineresource pop\n"
    "end\n"
    "end\n";

struct SkPdfWriter {
    SkSink *sink; /* borrowed */
    uint32_t pages;
    GArray *offsets; /* owned, of uint64_t: by object number from 1 */
    GString *words;  /* owned: of the next page */
    bool layered;    /* a page has words */
};

static void
begin_object(SkPdfWriter *self)
{
    uint64_t at = sk_sink_at(self->sink);
    g_array_append_val(self->offsets, at);
    sk_sink_printf(self->sink, "%u 0 obj\n", self->offsets->len);
}

SkPdfWriter *
sk_pdf_writer_new(SkSink *sink, uint32_t pages)
{
    SkPdfWriter *self = g_new0(SkPdfWriter, 1);
    self->sink = sink;
    self->pages = pages;
    self->offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    self->words = g_string_new(NULL);
    sk_sink_str(sink, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    begin_object(self);
    sk_sink_str(sink, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    begin_object(self);
    sk_sink_printf(sink, "<< /Type /Pages /Count %u /Kids [", pages);
    for (uint32_t i = 0; i < pages; i++)
        sk_sink_printf(sink, i == 0 ? "%u 0 R" : " %u 0 R",
                       OBJECTS_BEFORE + 1 + i * OBJECTS_A_PAGE);
    sk_sink_str(sink, "] >>\nendobj\n");
    return self;
}

void
sk_pdf_writer_free(SkPdfWriter *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->offsets);
    g_string_free(self->words, TRUE);
    g_free(self);
}

static void
put_hundredths(GString *out, uint32_t v)
{
    g_string_append_printf(out, "%u.%02u ", v / 100, v % 100);
}

void
sk_pdf_writer_word(SkPdfWriter *self, uint32_t x, uint32_t y, uint32_t size, uint32_t stretch,
                   bool vertical, SkSpan text)
{
    g_string_append(self->words, "/T ");
    put_hundredths(self->words, size);
    g_string_append(self->words, "Tf ");
    put_hundredths(self->words, stretch);
    g_string_append(self->words, vertical ? "Tz 0 -1 1 0 " : "Tz 1 0 0 1 ");
    put_hundredths(self->words, x);
    put_hundredths(self->words, y);
    g_string_append(self->words, "Tm <");
    for (size_t i = 0; i < text.n; i++)
        g_string_append_printf(self->words, "%02X", text.p[i]);
    g_string_append(self->words, "> Tj\n");
}

void
sk_pdf_writer_page(SkPdfWriter *self, uint32_t width, uint32_t height, uint32_t width_px,
                   uint32_t height_px, bool grey, SkSpan jpeg)
{
    uint32_t number = self->offsets->len + 1;
    g_autofree char *w = g_strdup_printf("%u.%02u", width / 100, width % 100);
    g_autofree char *h = g_strdup_printf("%u.%02u", height / 100, height % 100);
    g_autofree char *font = g_strdup_printf(" /Font << /T %u 0 R >>",
                                            OBJECTS_BEFORE + 1 + self->pages * OBJECTS_A_PAGE);
    g_autoptr(GString) content = g_string_new(NULL);
    bool words = self->words->len > 0;

    self->layered = self->layered || words;
    g_string_printf(content, "q %s 0 0 %s 0 0 cm /P Do Q", w, h);
    if (words)
        g_string_append_printf(content, "\nBT\n3 Tr\n%sET", self->words->str);
    g_string_truncate(self->words, 0);
    begin_object(self);
    sk_sink_printf(self->sink,
                   "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Resources << /XObject << "
                   "/P %u 0 R >>%s >> "
                   "/Contents %u 0 R >>\nendobj\n",
                   w, h, number + 2, words ? font : "", number + 1);
    begin_object(self);
    sk_sink_printf(self->sink, "<< /Length %zu >>\nstream\n", content->len);
    sk_sink_span(self->sink, sk_span(content->str, content->len));
    sk_sink_str(self->sink, "\nendstream\nendobj\n");
    begin_object(self);
    sk_sink_printf(self->sink,
                   "<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /Device%s "
                   "/BitsPerComponent 8 "
                   "/Filter /DCTDecode /Length %zu >>\nstream\n",
                   width_px, height_px, grey ? "Gray" : "RGB", jpeg.n);
    sk_sink_span(self->sink, jpeg);
    sk_sink_str(self->sink, "\nendstream\nendobj\n");
}

/* A font that has no letters, for text that is drawn without ink. */
static void
write_font(SkPdfWriter *self)
{
    uint32_t number = self->offsets->len + 1;

    begin_object(self);
    sk_sink_printf(self->sink,
                   "<< /Type /Font /Subtype /Type0 /BaseFont /Sekisho /Encoding /Identity-H "
                   "/DescendantFonts [%u 0 R] "
                   "/ToUnicode %u 0 R >>\nendobj\n",
                   number + 1, number + 3);
    begin_object(self);
    sk_sink_printf(
        self->sink,
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sekisho /CIDSystemInfo << /Registry "
        "(Adobe) "
        "/Ordering (Identity) /Supplement 0 >> /FontDescriptor %u 0 R /DW 1000 >>\nendobj\n",
        number + 2);
    begin_object(self);
    sk_sink_str(self->sink, "<< /Type /FontDescriptor /FontName /Sekisho /Flags 4 /FontBBox [0 "
                            "-200 1000 800] /ItalicAngle 0 "
                            "/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>\nendobj\n");
    begin_object(self);
    sk_sink_printf(self->sink, "<< /Length %zu >>\nstream\n%sendstream\nendobj\n",
                   sizeof character_map - 2, character_map);
}

void
sk_pdf_writer_end(SkPdfWriter *self)
{
    uint32_t objects =
        OBJECTS_BEFORE + self->pages * OBJECTS_A_PAGE + (self->layered ? OBJECTS_OF_LAYER : 0);

    if (self->layered)
        write_font(self);
    g_assert(self->offsets->len == objects);
    uint64_t xref = sk_sink_at(self->sink);
    sk_sink_printf(self->sink, "xref\n0 %u\n0000000000 65535 f \n", objects + 1);
    for (uint32_t i = 0; i < objects; i++)
        sk_sink_printf(self->sink, "%010" G_GUINT64_FORMAT " 00000 n \n",
                       g_array_index(self->offsets, uint64_t, i));
    sk_sink_printf(self->sink,
                   "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%" G_GUINT64_FORMAT
                   "\n%%%%EOF\n",
                   objects + 1, xref);
}
