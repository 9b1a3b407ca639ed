/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-image.c - the profile of PDF at level image: pages that are each one JPEG. The file leaves so
 * little choice that it is not parsed but compared: what it must say next is written out and looked
 * for. Runs in: verify worker. Trusts: nothing. Spec: docs/formats/pdf-image.md   Tests:
 * tests/unit/verify/test-pdf.c
 */
#include "verify/chars.h"
#include "verify/pdf-file.h"

#include <stdarg.h>
#include <string.h>

#define PAGES_MAX 10000u
#define WORDS_MAX 100000u
#define LETTERS_MAX 1000u
#define HUNDREDTHS_MAX 2000000 /* 20000.00 */

typedef struct {
    SkProof *proof;
    SkReader r;
    GArray *offsets; /* owned, of uint64_t: of object 1, 2, … */
    uint32_t font;   /* object of the text layer's */
    bool layer;      /* a page has one */
} Pdf;

static bool
no(const Pdf *pdf, SkElement element, const char *what)
{
    return sk_proof_no(pdf->proof, element, "%s, byte %zu", what, pdf->r.at);
}

/* What stands at the cursor is not what must. */
static bool
no_match(const Pdf *pdf)
{
    return sk_pdf_no_match(pdf->proof, pdf->r.in, pdf->r.at, pdf->offsets->len, false);
}

static bool expect(Pdf *pdf, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
expect(Pdf *pdf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    SkReader r = pdf->r;
    if (!sk_span_is(sk_reader_span(&r, strlen(text)), text))
        return no_match(pdf);
    pdf->r = r;
    return true;
}

/* Decimal, without sign or leading zeros, 1 to @most. */
static bool
read_number(Pdf *pdf, uint32_t most, uint32_t *ret)
{
    uint64_t value = 0;
    size_t from = pdf->r.at;

    for (int c; (c = sk_reader_peek(&pdf->r, 0)) >= '0' && c <= '9' && value <= most;
         sk_reader_skip(&pdf->r, 1))
        value = value * 10 + (uint64_t)(c - '0');
    if (pdf->r.at == from || value == 0 || value > most || pdf->r.in.p[from] == '0')
        return no_match(pdf);
    *ret = (uint32_t)value;
    return true;
}

/* Two decimals and no leading zeros, @least to @most hundredths. */
static bool
read_hundredths(Pdf *pdf, int64_t least, int64_t most, int64_t *ret)
{
    SkReader *r = &pdf->r;
    int64_t value = 0;
    size_t from = r->at;

    for (int c; (c = sk_reader_peek(r, 0)) >= '0' && c <= '9' && value <= HUNDREDTHS_MAX;
         sk_reader_skip(r, 1))
        value = value * 10 + (c - '0');
    bool good = r->at > from && (r->at == from + 1 || r->in.p[from] != '0') && sk_pdf_word(r, ".");
    for (unsigned i = 0; i < 2; i++) {
        int c = sk_reader_peek(r, 0);
        good = good && c >= '0' && c <= '9';
        value = value * 10 + (c - '0');
        sk_reader_skip(r, 1);
    }
    *ret = value;
    return (good && value >= least && value <= most) ||
           no(pdf, SK_ELEMENT_NOT_CANONICAL, "a length");
}

static bool
begin_object(Pdf *pdf, uint32_t number)
{
    uint64_t at = pdf->r.at;

    g_assert(pdf->offsets->len + 1 == number);
    g_array_append_val(pdf->offsets, at);
    return expect(pdf, "%" G_GUINT32_FORMAT " 0 obj\n", number);
}

static bool
check_head(Pdf *pdf, uint32_t *ret_pages)
{
    uint32_t most = MIN(PAGES_MAX, pdf->proof->job->limits.pages);

    if (!sk_span_starts(pdf->r.in, SK_PDF_HEAD))
        return no(pdf,
                  sk_span_starts(pdf->r.in, "%PDF-") ? SK_ELEMENT_NOT_CANONICAL
                                                     : SK_ELEMENT_WRONG_TYPE,
                  "head");
    sk_reader_skip(&pdf->r, strlen(SK_PDF_HEAD));
    if (!begin_object(pdf, 1) || !expect(pdf, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n") ||
        !begin_object(pdf, 2) || !expect(pdf, "<< /Type /Pages /Count ") ||
        !read_number(pdf, most, ret_pages) || !expect(pdf, " /Kids ["))
        return false;
    for (uint32_t i = 0; i < *ret_pages; i++)
        if (!expect(pdf, "%s%" G_GUINT32_FORMAT " 0 R", i == 0 ? "" : " ", 3 + 3 * i))
            return false;
    return expect(pdf, "] >>\nendobj\n");
}

static bool
check_picture(Pdf *pdf, uint32_t object)
{
    uint32_t width = 0, height = 0, length = 0;
    SkPicture picture;

    if (!begin_object(pdf, object) || !expect(pdf, "<< /Type /XObject /Subtype /Image /Width ") ||
        !read_number(pdf, G_MAXUINT16, &width) || !expect(pdf, " /Height ") ||
        !read_number(pdf, G_MAXUINT16, &height))
        return false;
    SkReader ahead = pdf->r;
    bool grey = sk_span_is(sk_reader_span(&ahead, 24), " /ColorSpace /DeviceGray");
    if (!expect(pdf, " /ColorSpace /Device%s /BitsPerComponent 8 /Filter /DCTDecode /Length ",
                grey ? "Gray" : "RGB") ||
        !read_number(pdf, G_MAXINT32, &length) || !expect(pdf, " >>\nstream\n"))
        return false;
    SkSpan jpeg = sk_reader_span(&pdf->r, length);
    if (!sk_reader_ok(&pdf->r))
        return no(pdf, SK_ELEMENT_NOT_CANONICAL, "picture cut short");
    g_autofree char *place = g_strdup_printf("object %" G_GUINT32_FORMAT, object);
    pdf->proof->part = place;
    bool good = sk_verify_jpeg(pdf->proof, jpeg, &picture);
    if (good && (picture.width != width || picture.height != height ||
                 picture.components != (grey ? 1 : 3) || jpeg.p[3] != 0xe0))
        good = sk_proof_no(pdf->proof, SK_ELEMENT_NOT_CANONICAL, "picture of another size or kind");
    pdf->proof->part = "";
    return good && expect(pdf, "\nendstream\nendobj\n");
}

/* ---- the text layer ---- */

/* A character that is seen and needs no other beside it. */
static bool
is_letter(uint32_t c)
{
    SkCharWalk walk = SK_CHAR_WALK(false);
    bool space = c <= 0x20 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
                 c == 0x202f || c == 0x205f || c == 0x3000;
    bool surrogate = c >= 0xd800 && c <= 0xdfff;

    return !space && !surrogate && sk_char_step(&walk, c) == SK_ELEMENT_NONE &&
           sk_char_stop(&walk) == SK_ELEMENT_NONE;
}

static bool
read_letters(Pdf *pdf)
{
    SkSpan digits = SK_SPAN_EMPTY;

    if (!sk_vpdf_string(&pdf->r, 2 * LETTERS_MAX, &digits) || digits.n == 0 || digits.n % 4 != 0)
        return no(pdf, SK_ELEMENT_NOT_CANONICAL, "a word");
    for (size_t i = 0; i < digits.n / 2; i += 2)
        if (!is_letter((uint32_t)sk_pdf_string_byte(digits, i) << 8 |
                       sk_pdf_string_byte(digits, i + 1)))
            return no(pdf, SK_ELEMENT_NOT_CANONICAL, "a character of a word");
    return true;
}

/* `/T S Tf Z Tz D X Y Tm <U> Tj` */
static bool
read_layer_word(Pdf *pdf, int64_t width, int64_t height)
{
    int64_t value = 0;

    if (!expect(pdf, "/T ") || !read_hundredths(pdf, 1, HUNDREDTHS_MAX, &value) ||
        !expect(pdf, " Tf ") || !read_hundredths(pdf, 1, HUNDREDTHS_MAX, &value) ||
        !expect(pdf, " Tz "))
        return false;
    bool down = sk_pdf_word(&pdf->r, "0 -1 1 0 ");
    return (down || expect(pdf, "1 0 0 1 ")) && read_hundredths(pdf, 0, width, &value) &&
           expect(pdf, " ") && read_hundredths(pdf, 0, height, &value) && expect(pdf, " Tm ") &&
           read_letters(pdf) && expect(pdf, " Tj\n");
}

static bool
read_layer(Pdf *pdf, int64_t width, int64_t height)
{
    uint32_t words = 0;

    if (!expect(pdf, "\nBT\n3 Tr\n"))
        return false;
    for (; !sk_pdf_ahead(&pdf->r, "ET"); words++)
        if (words == WORDS_MAX || !read_layer_word(pdf, width, height))
            return words < WORDS_MAX ? false : no(pdf, SK_ELEMENT_NOT_CANONICAL, "too many words");
    pdf->layer = true;
    return (words > 0 || no(pdf, SK_ELEMENT_NOT_CANONICAL, "no word")) && expect(pdf, "ET");
}

/* The font of all words: it has no program, and maps every code to itself. */
static bool
check_font(Pdf *pdf)
{
    static const char map[] =
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName "
        "/Sekisho def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n1 beginbfrange\n"
        "<0000> <FFFF> <0000>\nendbfrange\nendcmap\nCMapName currentdict /CMap defineresource "
        "pop\nend\nend";
    uint32_t f = pdf->font;

    return begin_object(pdf, f) &&
           expect(pdf,
                  "<< /Type /Font /Subtype /Type0 /BaseFont /Sekisho /Encoding /Identity-H "
                  "/DescendantFonts [%" G_GUINT32_FORMAT " 0 R] /ToUnicode %" G_GUINT32_FORMAT
                  " 0 R >>\nendobj\n",
                  f + 1, f + 3) &&
           begin_object(pdf, f + 1) &&
           expect(pdf,
                  "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sekisho /CIDSystemInfo << "
                  "/Registry (Adobe) /Ordering "
                  "(Identity) /Supplement 0 >> /FontDescriptor %" G_GUINT32_FORMAT
                  " 0 R /DW 1000 >>\nendobj\n",
                  f + 2) &&
           begin_object(pdf, f + 2) &&
           expect(pdf, "<< /Type /FontDescriptor /FontName /Sekisho /Flags 4 /FontBBox [0 -200 "
                       "1000 800] /ItalicAngle 0 /Ascent "
                       "800 /Descent -200 /CapHeight 700 /StemV 80 >>\nendobj\n") &&
           begin_object(pdf, f + 3) &&
           expect(pdf, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(map), map);
}

/* ---- pages ---- */

/* The length that the stream gives is that of the content behind it. */
static bool
check_content(Pdf *pdf, const char *w, const char *h, int64_t width, int64_t height, bool layer)
{
    uint32_t length = 0;

    if (!expect(pdf, "<< /Length ") || !read_number(pdf, G_MAXINT32, &length) ||
        !expect(pdf, " >>\nstream\n"))
        return false;
    size_t from = pdf->r.at;
    if (!expect(pdf, "q %s 0 0 %s 0 0 cm /P Do Q", w, h) ||
        (layer && !read_layer(pdf, width, height)))
        return false;
    return (pdf->r.at - from == length ||
            no(pdf, SK_ELEMENT_NOT_CANONICAL, "length of a page's content")) &&
           expect(pdf, "\nendstream\nendobj\n");
}

static bool
read_resources(Pdf *pdf, uint32_t picture, bool *ret_layer)
{
    if (!expect(pdf, "/Resources << /XObject << /P %" G_GUINT32_FORMAT " 0 R >>", picture))
        return false;
    *ret_layer = sk_pdf_ahead(&pdf->r, " /Font");
    if (!*ret_layer)
        return expect(pdf, " >> ");
    if (!sk_proof_keeps(pdf->proof, SK_ELEMENT_PDF_TEXT_LAYER))
        return no(pdf, SK_ELEMENT_PDF_TEXT_LAYER, "text under a picture");
    return expect(pdf, " /Font << /T %" G_GUINT32_FORMAT " 0 R >> >> ", pdf->font);
}

static bool
check_page(Pdf *pdf, uint32_t page)
{
    int64_t width = 0, height = 0;
    uint32_t object = 3 + 3 * page;
    bool layer = false;

    if (!begin_object(pdf, object) || !expect(pdf, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 "))
        return false;
    size_t from = pdf->r.at;
    if (!read_hundredths(pdf, 100, HUNDREDTHS_MAX, &width))
        return false;
    g_autofree char *w = sk_span_dup(sk_span_sub(pdf->r.in, from, pdf->r.at - from));
    if (!expect(pdf, " "))
        return false;
    from = pdf->r.at;
    if (!read_hundredths(pdf, 100, HUNDREDTHS_MAX, &height))
        return false;
    g_autofree char *h = sk_span_dup(sk_span_sub(pdf->r.in, from, pdf->r.at - from));
    return expect(pdf, "] ") && read_resources(pdf, object + 2, &layer) &&
           expect(pdf, "/Contents %" G_GUINT32_FORMAT " 0 R >>\nendobj\n", object + 1) &&
           begin_object(pdf, object + 1) && check_content(pdf, w, h, width, height, layer) &&
           check_picture(pdf, object + 2);
}

static bool
check_tail(Pdf *pdf)
{
    size_t xref = pdf->r.at;
    guint size = pdf->offsets->len + 1;

    if (!expect(pdf, "xref\n0 %u\n0000000000 65535 f \n", size))
        return false;
    for (guint i = 0; i < pdf->offsets->len; i++)
        if (!expect(pdf, "%010" G_GUINT64_FORMAT " 00000 n \n",
                    g_array_index(pdf->offsets, uint64_t, i)))
            return false;
    if (!expect(pdf, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", size, xref))
        return false;
    return sk_reader_left(&pdf->r) == 0 || no(pdf, SK_ELEMENT_TRAILING_DATA, "data after the end");
}

bool
sk_verify_pdf_image(SkProof *proof, SkSpan in)
{
    g_autoptr(GArray) offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    Pdf pdf = { .proof = proof, .r = sk_reader(in), .offsets = offsets };
    uint32_t pages = 0;

    if (!check_head(&pdf, &pages))
        return false;
    pdf.font = 3 + 3 * pages;
    for (uint32_t i = 0; i < pages; i++)
        if (!check_page(&pdf, i))
            return false;
    return (!pdf.layer || check_font(&pdf)) && check_tail(&pdf);
}
