/* SPDX-License-Identifier: Apache-2.0
 * pdf-picture.c - contract in pdf-picture.h: every row of samples through inflate, every code of
 * a JPEG through its walk. */
#include "verify/pdf-picture.h"

#include "verify/inflate.h"

#define WINDOW (64u << 10)

typedef struct {
    SkProof *proof;
    const SkPdfPicture *picture;
    uint64_t row_bytes; /* as they inflate: with the filter's byte, if rows have one */
    uint64_t rows;      /* whole ones seen */
    uint64_t column;    /* bytes seen of the one that is not whole */
    uint64_t eighths;   /* inflated bytes that were not counted yet */
} Samples;

static bool
no(SkProof *proof, const char *what)
{
    return sk_proof_no(proof, SK_ELEMENT_NOT_CANONICAL, "picture: %s", what);
}

/* ---- samples --------------------------------------------------------------------------------- */

static bool
has_filter(const SkPdfPicture *picture)
{
    return picture->bits == 8 && !picture->indexed;
}

static bool
indexes_fit(const SkPdfPicture *picture, uint8_t byte)
{
    unsigned top = (1u << picture->bits) - 1;

    for (unsigned at = 0; at < 8; at += picture->bits) {
        if (((unsigned)byte >> (8 - picture->bits - at) & top) > picture->highest)
            return false;
    }
    return true;
}

/* Bytes of one row, filter's byte and all, which end it or do not. Unused bits are 0, and 0 is an
 * index that is always there. */
static bool
check_piece(const Samples *self, SkSpan piece, bool ends)
{
    const SkPdfPicture *picture = self->picture;
    unsigned used = (unsigned)((uint64_t)picture->width * picture->components * picture->bits % 8);

    if (has_filter(picture))
        return self->column > 0 || piece.p[0] == 1 || no(self->proof, "filter of a row");
    if (ends && used > 0 && (piece.p[piece.n - 1] & (0xffu >> used)) != 0)
        return no(self->proof, "unused bits");
    if (!picture->indexed || picture->highest + 1 >= 1u << picture->bits)
        return true;
    for (size_t i = 0; i < piece.n; i++) {
        if (!indexes_fit(picture, piece.p[i]))
            return no(self->proof, "index past the highest");
    }
    return true;
}

static bool
check_rows(Samples *self, SkSpan bytes)
{
    while (bytes.n > 0) {
        if (self->rows == self->picture->height)
            return no(self->proof, "data after the last row");
        size_t n = (size_t)MIN(bytes.n, self->row_bytes - self->column);
        bool ends = self->column + n == self->row_bytes;
        if (!check_piece(self, sk_span_sub(bytes, 0, n), ends))
            return false;
        self->column = ends ? 0 : self->column + n;
        self->rows += ends ? 1 : 0;
        bytes = sk_span_sub(bytes, n, bytes.n - n);
    }
    return true;
}

/* An eighth of what comes is counted: it is looked at as it goes by, and never kept. */
static bool
count(Samples *self, size_t n)
{
    self->eighths += n;
    uint64_t whole = self->eighths / 8;
    self->eighths %= 8;
    return sk_proof_expand(self->proof, whole);
}

static bool
inflate_rows(Samples *self, SkInflate *inflate, uint8_t *window)
{
    for (;;) {
        size_t n = sk_inflate_read(inflate, window, WINDOW);
        if (!count(self, n) || !check_rows(self, sk_span(window, n)))
            return false;
        if (inflate->bad)
            return no(self->proof, "zlib stream");
        if (n < WINDOW)
            break;
    }
    if (sk_inflate_left(inflate) > 0)
        return sk_proof_no(self->proof, SK_ELEMENT_TRAILING_DATA,
                           "picture: data after the zlib stream");
    return (inflate->ended && self->rows == self->picture->height) ||
           no(self->proof, "rows missing");
}

static bool
check_samples(SkProof *proof, const SkPdfPicture *picture)
{
    uint64_t bits = (uint64_t)picture->width * picture->components * picture->bits;
    Samples self = { .proof = proof,
                     .picture = picture,
                     .row_bytes = (bits + 7) / 8 + (has_filter(picture) ? 1 : 0) };
    g_autofree uint8_t *window = g_malloc(WINDOW);
    SkInflate inflate;

    bool depth =
        picture->bits == 1 || picture->bits == 2 || picture->bits == 4 || picture->bits == 8;
    if (!depth || picture->components < 1 || picture->components > 32 ||
        (picture->stencil && picture->bits != 1) || (picture->indexed && picture->components != 1))
        return no(proof, "bits or components");
    if (has_filter(picture)
            ? picture->colours != picture->components || picture->columns != picture->width
            : picture->colours != 0)
        return no(proof, "predictor");
    if (!sk_span_starts(picture->data, "\x78\x01") || picture->data.n > G_MAXUINT32)
        return no(proof, "zlib header");
    sk_inflate_begin(&inflate, false);
    sk_inflate_feed(&inflate, picture->data);
    bool good = inflate_rows(&self, &inflate, window);
    sk_inflate_end(&inflate);
    return good;
}

/* ---- JPEG ------------------------------------------------------------------------------------ */

static bool
check_jpeg(SkProof *proof, const SkPdfPicture *picture)
{
    SkPicture jpeg;

    if (picture->bits != 8 || picture->indexed || picture->stencil || picture->colours != 0)
        return no(proof, "JPEG where it may not stand");
    if (!sk_verify_jpeg(proof, picture->data, &jpeg))
        return false;
    if (jpeg.width != picture->width || jpeg.height != picture->height ||
        jpeg.components != picture->components)
        return no(proof, "JPEG of another size or kind");
    /* JFIF's units and densities: FF D8 FF E0, length, JFIF 0, version; then these five. */
    bool jfif = picture->data.p[3] == 0xe0;
    return !jfif || sk_span_equal(sk_span_sub(picture->data, 13, 5), sk_span("\0\0\1\0\1", 5)) ||
           no(proof, "density");
}

bool
sk_verify_pdf_picture(SkProof *proof, const SkPdfPicture *picture)
{
    if (picture->width > 65535 || picture->height > 65535)
        return no(proof, "size");
    return sk_proof_pixels(proof, picture->width, picture->height) &&
           (picture->jpeg ? check_jpeg(proof, picture) : check_samples(proof, picture));
}
