/* SPDX-License-Identifier: Apache-2.0
 * pdf-picture.c - contract in pdf-picture.h: which way a picture goes, and plain samples, a row
 * at a time. */
#include "disarm/pdf-picture.h"

#include "format/flate.h"
#include "format/jbig2.h"

#include <string.h>

void
sk_pdf_picture_clear(SkPdfPictureOut *self)
{
    g_clear_pointer(&self->data, g_bytes_unref);
    g_clear_pointer(&self->opacity, g_bytes_unref);
}

/* ---- rows out -------------------------------------------------------------------------------- */

struct SkPdfRows {
    SkSink *sink;   /* owned */
    SkFlate *flate; /* owned */
    size_t row_bytes;
    unsigned step; /* bytes of a pixel, where rows are predicted; else 0 */
    uint8_t last;  /* the used bits of a row's last byte */
    uint8_t *out;  /* owned: a predicted row */
};

SkPdfRows *
sk_pdf_rows_new(uint64_t limit, uint32_t width, unsigned components, unsigned bits, bool palette)
{
    SkPdfRows *self = g_new0(SkPdfRows, 1);
    uint64_t row_bits = (uint64_t)width * components * bits;

    self->sink = sk_sink_new_memory(limit);
    self->flate = sk_flate_new(self->sink);
    self->row_bytes = (size_t)((row_bits + 7) / 8);
    self->step = bits == 8 && !palette ? components : 0;
    self->last = (uint8_t)(row_bits % 8 == 0 ? 0xffu : 0xff00u >> row_bits % 8);
    self->out = g_malloc(self->row_bytes + 1);
    self->out[0] = 1; /* Sub */
    return self;
}

void
sk_pdf_rows_free(SkPdfRows *self)
{
    if (self == NULL)
        return;
    sk_flate_free(self->flate);
    sk_sink_free(self->sink);
    g_free(self->out);
    g_free(self);
}

bool
sk_pdf_rows_predicted(const SkPdfRows *self)
{
    return self->step > 0;
}

size_t
sk_pdf_rows_bytes(const SkPdfRows *self)
{
    return self->row_bytes;
}

static void
predict(uint8_t *restrict out, const uint8_t *restrict row, size_t n, size_t step)
{
    for (size_t i = 0; i < step && i < n; i++)
        out[i] = row[i];
    for (size_t i = step; i < n; i++)
        out[i] = (uint8_t)(row[i] - row[i - step]);
}

void
sk_pdf_rows_put(SkPdfRows *self, uint8_t *row)
{
    if (self->step == 0) {
        row[self->row_bytes - 1] &= self->last;
        sk_flate_span(self->flate, sk_span(row, self->row_bytes));
        return;
    }
    predict(self->out + 1, row, self->row_bytes, self->step);
    sk_flate_span(self->flate, sk_span(self->out, self->row_bytes + 1));
}

bool
sk_pdf_rows_end(SkPdfRows *self, GBytes **ret, GError **error)
{
    sk_flate_end(self->flate);
    if (!sk_sink_finish(self->sink, error))
        return false;
    *ret = sk_sink_steal_bytes(self->sink);
    return true;
}

/* ---- samples of an Indexed space ------------------------------------------------------------- */

typedef struct {
    uint8_t index[256]; /* of a sample */
    bool plain;         /* every sample is its own index */
    unsigned bits;      /* that the indices need: the samples' own, or 8 */
    uint8_t byte[256];  /* all samples of a byte at once, where bits are the samples' own */
} Palette;

/* What /Decode makes of a sample, and the highest index. */
static void
palette_begin(Palette *self, const SkPdfPictureIn *in)
{
    unsigned top = (1u << in->bits) - 1;

    self->plain = true;
    self->bits = in->bits;
    for (unsigned s = 0; s <= top; s++) {
        int64_t v = s;
        if (in->decode_n == 2) { /* both ends are within ±2^31: no product leaves 64 bits */
            int64_t low = in->decode[0] / SK_PDF_ONE, high = in->decode[1] / SK_PDF_ONE;
            int64_t twice = 2 * low * (int64_t)top + 2 * (int64_t)s * (high - low) + (int64_t)top;
            v = twice < 0 ? 0 : twice / (2 * (int64_t)top);
        }
        uint32_t most = MIN(in->indexed_max, 255u);
        self->index[s] = (uint8_t)MIN((uint64_t)v, most);
        self->plain = self->plain && self->index[s] == s;
        if (self->index[s] > top)
            self->bits = 8;
    }
    for (unsigned b = 0; b < 256 && self->bits == in->bits; b++) {
        unsigned out = 0;
        for (unsigned at = 0; at < 8; at += in->bits) {
            unsigned shift = 8 - in->bits - at;
            out |= (unsigned)self->index[b >> shift & top] << shift;
        }
        self->byte[b] = (uint8_t)out;
    }
}

static void
palette_row(const Palette *self, const SkPdfPictureIn *in, const uint8_t *row, size_t row_bytes,
            uint8_t *out)
{
    unsigned top = (1u << in->bits) - 1;

    for (size_t i = 0; i < row_bytes && self->bits == in->bits; i++)
        out[i] = self->byte[row[i]];
    for (size_t x = 0; x < in->width && self->bits != in->bits; x++)
        out[x] =
            self->index[(unsigned)row[x * in->bits / 8] >> (8 - in->bits - x * in->bits % 8) & top];
}

/* ---- samples --------------------------------------------------------------------------------- */

typedef struct {
    SkPdfPlain *plain;  /* owned */
    uint8_t *row, *out; /* owned */
    Palette palette;
    SkPdfRows *rows; /* owned */
    bool cut;        /* the samples have ended */
} Samples;

static void
samples_clear(Samples *self)
{
    sk_pdf_plain_free(self->plain);
    sk_pdf_rows_free(self->rows);
    g_free(self->row);
    g_free(self->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Samples, samples_clear)

/* A row of input. DEVIATION: a fax that ends early is white from there on; other samples that end
 * in the second half of the picture are all ones, as in most readers: white in grey and RGB. */
static bool
read_row(const SkPdfPictureIn *in, Samples *self, uint32_t y, size_t n, GError **error)
{
    size_t got = 0;

    if (!self->cut && !sk_pdf_plain_read(self->plain, self->row, n, &got, error))
        return false;
    if (got == n)
        return true;
    const SkPdfStep *last = in->steps_n > 0 ? &in->steps[in->steps_n - 1] : NULL;
    bool fax = last != NULL && last->kind == SK_PDF_STEP_FAX;
    if (!fax && !self->cut && y < in->height / 2 + in->height % 2)
        return sk_throw(error, SK_ERROR_TRUNCATED, "pdf: picture's samples end early");
    self->cut = true;
    memset(self->row + got, fax && last->black_is_1 ? 0 : 0xff, n - got);
    return true;
}

static bool
copy_samples(SkDisarm *disarm, const SkPdfPictureIn *in, SkPdfPictureOut *ret, GError **error)
{
    g_auto(Samples) self = { .plain = NULL };
    unsigned components = in->stencil ? 1 : in->components;
    size_t row_bytes = (size_t)(((uint64_t)in->width * components * in->bits + 7) / 8);
    bool lower = in->bits == 16, mapped = false;

    ret->bits = lower ? 8 : in->bits;
    if (in->indexed) {
        palette_begin(&self.palette, in);
        mapped = !self.palette.plain;
        ret->bits = self.palette.bits;
    }
    if (!sk_pdf_plain_new(disarm, in->data, in->steps, in->steps_n, true, &self.plain, error))
        return false;
    self.rows =
        sk_pdf_rows_new(disarm->job->limits.output, in->width, components, ret->bits, in->indexed);
    self.row = g_malloc0(row_bytes);
    self.out = g_malloc0(MAX(row_bytes, sk_pdf_rows_bytes(self.rows)));
    for (uint32_t y = 0; y < in->height; y++) {
        if (!read_row(in, &self, y, row_bytes, error))
            return false;
        for (size_t i = 0; lower && i < row_bytes / 2; i++)
            self.out[i] = self.row[2 * i];
        if (mapped)
            palette_row(&self.palette, in, self.row, row_bytes, self.out);
        sk_pdf_rows_put(self.rows, lower || mapped ? self.out : self.row);
    }
    ret->width = in->width;
    ret->height = in->height;
    ret->components = components;
    ret->predicted = sk_pdf_rows_predicted(self.rows);
    ret->changed = lower || self.cut ||
                   (in->steps_n > 0 && in->steps[in->steps_n - 1].kind == SK_PDF_STEP_FAX);
    return sk_pdf_rows_end(self.rows, &ret->data, error);
}

/* As samples, of which 0 is black. */
static bool
copy_jbig2(SkDisarm *disarm, const SkPdfPictureIn *in, SkSpan data, SkPdfPictureOut *ret,
           GError **error)
{
    const SkLimits *limits = &disarm->job->limits;
    size_t row_bytes = ((size_t)in->width + 7) / 8;
    g_autoptr(GBytes) bitmap = NULL;
    g_autofree uint8_t *row = g_malloc0(row_bytes);

    if (!in->stencil && in->components != 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: JBIG2 of %u components", in->components);
    if (!sk_disarm_expand(disarm, row_bytes * in->height / 8, 0, 0, error) ||
        !sk_jbig2_decode(data, in->globals, in->width, in->height, limits->pixels, &bitmap, error))
        return false;
    SkPdfPictureIn samples = *in;
    g_autoptr(SkPdfRows) rows = sk_pdf_rows_new(limits->output, in->width, 1, 1, in->indexed);
    Palette palette = { .plain = true };
    samples.bits = 1;
    if (in->indexed)
        palette_begin(&palette, &samples);
    if (!palette.plain)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: JBIG2 with a palette of its own kind");
    for (size_t y = 0; y < in->height; y++) {
        SkSpan from = sk_span_sub(sk_span_bytes(bitmap), y * row_bytes, row_bytes);
        for (size_t i = 0; i < row_bytes; i++)
            row[i] = (uint8_t)~from.p[i];
        sk_pdf_rows_put(rows, row);
    }
    ret->width = in->width;
    ret->height = in->height;
    ret->bits = ret->components = 1;
    ret->changed = true;
    return sk_pdf_rows_end(rows, &ret->data, error);
}

/* What stands before a filter of pictures only, undone, and then that. */
static bool
copy_coded(SkDisarm *disarm, const SkPdfPictureIn *in, SkPdfPictureOut *ret, GError **error)
{
    const SkPdfStep *last = &in->steps[in->steps_n - 1];
    g_autoptr(GBytes) gathered = NULL;
    SkSpan data = in->data;

    if (in->steps_n > 1) {
        if (!sk_pdf_unfilter(disarm, data, in->steps, in->steps_n - 1, &gathered, error))
            return false;
        data = sk_span_bytes(gathered);
    }
    if (last->kind == SK_PDF_STEP_JBIG2)
        return copy_jbig2(disarm, in, data, ret, error);
    return last->kind == SK_PDF_STEP_DCT ? sk_pdf_dct(disarm, in, data, last, ret, error)
                                         : sk_pdf_jpx(disarm, in, data, ret, error);
}

bool
sk_pdf_picture(SkDisarm *disarm, const SkPdfPictureIn *in, SkPdfPictureOut *ret, GError **error)
{
    *ret = (SkPdfPictureOut){ .data = NULL };
    g_assert(in->width > 0 && in->width <= SK_PDF_PICTURE_SIDE_MAX && in->height > 0 &&
             in->height <= SK_PDF_PICTURE_SIDE_MAX &&
             in->components <= SK_PDF_PICTURE_COMPONENTS_MAX);
    if ((uint64_t)in->width * in->height > disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf: picture of too many pixels");
    if (in->steps_n > 0 && in->steps[in->steps_n - 1].kind >= SK_PDF_STEP_DCT)
        return copy_coded(disarm, in, ret, error);
    bool whole = in->bits == 8 || in->bits == 16,
         parts = in->bits == 1 || in->bits == 2 || in->bits == 4;
    if (!(whole || parts) || (in->indexed && (in->bits == 16 || in->components != 1)) ||
        (in->stencil ? in->bits != 1 : in->components == 0))
        return sk_throw(error, SK_ERROR_MALFORMED, "pdf: picture of %u bits and %u components",
                        in->bits, in->components);
    return copy_samples(disarm, in, ret, error);
}
