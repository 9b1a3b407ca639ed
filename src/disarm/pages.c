/* SPDX-License-Identifier: Apache-2.0
 * pages.c - drawn pages into a PDF of pictures. Spec: docs/formats/pages.md,
 * docs/formats/pdf-image.md */
#include "disarm/formats.h"

#include "disarm/coefficients.h"
#include "format/pages.h"
#include "format/pdfwrite.h"
#include "format/plain.h"

#define UNITS_MAX 1000u /* of one word */
#define STRETCH_MAX 2000000u

/* The picture of one page, in the canonical form. A renderer of ours writes nothing that would have
 * to be reported; whoever else writes for it has no say in what is dropped. */
static bool
rebuild(SkDisarm *self, const SkPage *page, SkSink *out, SkJpegKind *ret_kind, GError **error)
{
    g_auto(SkJpeg) jpeg = { .parts = NULL };

    if (!sk_jpeg_parse(page->jpeg, &self->job->limits, &jpeg, error) ||
        !sk_disarm_expand(self, (uint64_t)jpeg.width * jpeg.height * jpeg.components, 0, 0,
                          error) ||
        !sk_coefficients_rebuild(&jpeg, out, ret_kind, error) || !sk_sink_finish(out, error))
        return false;
    bool kind = *ret_kind == SK_JPEG_GREY || *ret_kind == SK_JPEG_YCC;
    if (!kind || jpeg.width != page->width_px || jpeg.height != page->height_px)
        return sk_throw(error, SK_ERROR_MALFORMED, "pages: a picture other than announced");
    return true;
}

/* ---- the words under a picture ------------------------------------------------------------- */

static bool
is_space(gunichar c)
{
    return c <= 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* What may stand of a word, as UTF-16BE. */
static GByteArray *
letters(SkSpan text)
{
    GByteArray *out = g_byte_array_new();
    const char *p = (const char *)text.p;
    gssize left = (gssize)text.n;

    while (left > 0 && out->len < 2 * UNITS_MAX) {
        gunichar c = g_utf8_get_char_validated(p, left);
        if (c == (gunichar)-1 || c == (gunichar)-2)
            break;
        gssize n = g_utf8_skip[(guchar)*p];
        p += n;
        left -= n;
        if (c == 0 || c > 0xFFFF || is_space(c) || sk_plain_class(c) != SK_PLAIN_OTHER)
            continue;
        const uint8_t unit[2] = { (uint8_t)(c >> 8), (uint8_t)c };
        g_byte_array_append(out, unit, 2);
    }
    return out;
}

/* The box of a word is as high as its letters, with a fifth of it below the base line, and as long
 * as all of them. */
static bool
write_word(SkPdfWriter *writer, const SkPage *page, const SkPageWord *word)
{
    g_autoptr(GByteArray) text = letters(word->text);
    uint32_t size = word->vertical ? word->width : word->height;
    uint32_t length = word->vertical ? word->height : word->width;
    uint64_t n = text->len / 2;

    if (n == 0)
        return false;
    uint64_t stretch = UINT64_C(10000) * length / (n * size);
    uint32_t x = word->x + (word->vertical ? size / 5 : 0);
    uint32_t y = page->height - word->y - (word->vertical ? 0 : word->height - size / 5);
    sk_pdf_writer_word(writer, x, y, size, (uint32_t)CLAMP(stretch, 1, STRETCH_MAX), word->vertical,
                       sk_span(text->data, text->len));
    return true;
}

/* Whether there were any. */
static bool
write_words(SkPdfWriter *writer, const SkPage *page)
{
    SkReader r = sk_reader(page->word_bytes);
    SkPageWord word;
    bool any = false;

    while (sk_pages_word(page, &r, &word))
        any = write_word(writer, page, &word) || any;
    return any;
}

bool
sk_pages_disarm(SkDisarm *self, GError **error)
{
    SkPages pages;
    if (!sk_pages_parse(self->input, &self->job->limits, &pages, error))
        return false;
    g_autoptr(SkPdfWriter) writer = sk_pdf_writer_new(self->sink, pages.count);
    bool wanted = sk_disarm_verdict(self, SK_ELEMENT_PDF_TEXT_LAYER) == SK_VERDICT_KEPT;
    SkVerdict verdict = SK_VERDICT_NONE;
    uint32_t layered = 0;
    for (bool more = true; more;) {
        SkPage page;
        SkJpegKind kind = SK_JPEG_OTHER;
        if (!sk_pages_next(&pages, &page, &more, error))
            return false;
        if (!more)
            break;
        g_autoptr(SkSink) jpeg = sk_sink_new_memory(self->job->limits.output);
        if (!rebuild(self, &page, jpeg, &kind, error))
            return false;
        layered += wanted && write_words(writer, &page) ? 1 : 0;
        sk_pdf_writer_page(writer, page.width, page.height, page.width_px, page.height_px,
                           kind == SK_JPEG_GREY, sk_sink_memory(jpeg));
    }
    sk_pdf_writer_end(writer);
    return layered == 0 || sk_disarm_found(self, SK_ELEMENT_PDF_TEXT_LAYER, SK_SPAN_EMPTY, layered,
                                           &verdict, error);
}
