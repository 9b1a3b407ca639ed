/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-image.c - the profile of PDF at level image: pages that are each one JPEG. The file leaves so
 * little choice that it is not parsed but compared: what it must say next is written out and looked
 * for. Runs in: verify worker. Trusts: nothing. Spec: docs/formats/pdf-image.md   Tests:
 * tests/unit/verify/test-pdf.c
 */
#include "verify/pdf-file.h"
#include "base/reader.h"

#include <stdarg.h>
#include <string.h>

#define PAGES_MAX 10000u

typedef struct {
    SkProof *proof;
    SkReader r;
    GArray *offsets; /* owned, of uint64_t: of object 1, 2, … */
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

/* Points with two decimals, 1.00 to 20000.00; @ret is the text. */
static bool
read_points(Pdf *pdf, SkSpan *ret)
{
    size_t from = pdf->r.at;
    uint32_t points = 0;

    if (!read_number(pdf, 20000, &points))
        return false;
    SkSpan decimals = sk_reader_span(&pdf->r, 3);
    if (decimals.n < 3 || decimals.p[0] != '.' || !g_ascii_isdigit(decimals.p[1]) ||
        !g_ascii_isdigit(decimals.p[2]) || (points == 20000 && !sk_span_is(decimals, ".00")))
        return no(pdf, SK_ELEMENT_NOT_CANONICAL, "size of a page");
    *ret = sk_span_sub(pdf->r.in, from, pdf->r.at - from);
    return true;
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

static bool
check_page(Pdf *pdf, uint32_t page)
{
    SkSpan width = SK_SPAN_EMPTY, height = SK_SPAN_EMPTY;
    uint32_t object = 3 + 3 * page;

    if (!begin_object(pdf, object) ||
        !expect(pdf, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ") || !read_points(pdf, &width) ||
        !expect(pdf, " ") || !read_points(pdf, &height))
        return false;
    g_autofree char *w = sk_span_dup(width), *h = sk_span_dup(height);
    g_autofree char *content = g_strdup_printf("q %s 0 0 %s 0 0 cm /P Do Q", w, h);
    return expect(pdf,
                  "] /Resources << /XObject << /P %" G_GUINT32_FORMAT
                  " 0 R >> >> /Contents %" G_GUINT32_FORMAT " 0 R >>\nendobj\n",
                  object + 2, object + 1) &&
           begin_object(pdf, object + 1) &&
           expect(pdf, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(content),
                  content) &&
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
    for (uint32_t i = 0; i < pages; i++)
        if (!check_page(&pdf, i))
            return false;
    return check_tail(&pdf);
}
